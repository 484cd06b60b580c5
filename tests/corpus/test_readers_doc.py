"""Old Word files: read through LibreOffice when it is there; else a sentence says how to save as docx."""

import shutil
import subprocess
from pathlib import Path

import pytest

from corpus.classification import Policy
from corpus.errors import ReadError, SecretMarkError
from corpus.extract import extract
from corpus.readers import read
from tests.corpus.test_readers_form import as_printed, truth
from tests.made_documents import made_document
from tests.made_files import render_docx

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
needs_office = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")


def old_word(folder: Path, data: bytes) -> bytes:
    (folder / "made.docx").write_bytes(data)
    command = ["soffice", f"-env:UserInstallation={(folder / 'p').as_uri()}", "--headless", "--convert-to", "doc"]
    subprocess.run(
        [*command, "--outdir", str(folder), str(folder / "made.docx")], check=True, capture_output=True, timeout=120
    )
    return (folder / "made.doc").read_bytes()


@needs_office
def test_old_word_file_reads_as_its_docx(tmp_path: Path) -> None:
    made = made_document(3)
    extraction = extract(read("made.doc", old_word(tmp_path, render_docx(made)), Policy()))
    assert [as_printed(p) for p in extraction.projects] == [truth(p) for p in made.projects]
    assert len(extraction.sections) == 6


@needs_office
def test_secrecy_mark_in_an_old_word_file_refuses_it(tmp_path: Path) -> None:
    with pytest.raises(SecretMarkError):
        read("made.doc", old_word(tmp_path, render_docx(made_document(1, cover=("秘密★1年",)))), Policy())


def test_without_libreoffice_the_reason_says_how_to_go_on(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ReadError, match="另存为"):
        read("made.doc", OLE + bytes(600) + "WordDocument".encode("utf-16-le"), Policy())


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "空文件"),
        (b"PK\x03\x04" + bytes(50), "docx"),
        (b"{\\rtf1 abc}", "RTF"),
        (b"<html>", "别的格式"),
        (OLE + bytes(600), "不是 Word"),
        (OLE + "_VBA_PROJECT".encode("utf-16-le"), "宏"),
    ],
)
def test_what_is_no_old_word_file_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason) as caught:
        read("made.doc", data, Policy())
    assert "made.doc" in str(caught.value)


@needs_office
def test_broken_old_word_file_is_refused() -> None:
    with pytest.raises(ReadError, match=r"made\.doc"):
        read("made.doc", OLE + bytes(600) + "WordDocument".encode("utf-16-le"), Policy())
