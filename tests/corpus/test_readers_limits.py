"""Hostile and broken Office files cost a sentence: no hang, no flood of memory, nothing fetched, nothing run."""

import resource
import struct
import time
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from corpus.classification import Policy
from corpus.errors import ReadError
from corpus.extract import extract
from corpus.readers import READERS, read
from corpus.readers.child import read_in_child
from tests.made_documents import made_document
from tests.made_files import docx, render, render_docx, zipped

SMALL = made_document(1)
PARAGRAPH = "<w:p><w:r><w:t>一</w:t></w:r></w:p>"


def parts_of(data: bytes) -> dict[str, str | bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_part(suffix: str, name: str, content: str | bytes) -> bytes:
    return zipped({**parts_of(render(suffix, SMALL)), name: content})


def refused(name: str, data: bytes) -> str:
    with pytest.raises(ReadError) as caught:
        read(name, data, Policy())
    assert name in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("suffix", ["docx", "xlsx"])
@pytest.mark.parametrize("part", ["word/vbaProject.bin", "xl/vbaProject.bin", "xl/macrosheets/sheet1.xml"])
def test_macros_are_refused(suffix: str, part: str) -> None:
    assert "宏" in refused(f"a.{suffix}", with_part(suffix, part, b"x"))


def test_macro_type_of_content_is_refused_without_a_macro_part() -> None:
    types = parts_of(render("docx", SMALL))["[Content_Types].xml"]
    assert isinstance(types, bytes)
    changed = types.replace(b"wordprocessingml.document.main", b"word.document.macroEnabled.main")
    assert "宏" in refused("a.docx", with_part("docx", "[Content_Types].xml", changed))


@pytest.mark.parametrize("name", ["a.docm", "a.xlsm", "A.DOCM"])
def test_macro_suffixes_are_refused_by_name(name: str) -> None:
    assert "宏" in refused(name, render_docx(SMALL))


@pytest.mark.parametrize("part", ["word/document.xml", "word/header1.xml", "docProps/core.xml", "word/numbering.xml"])
@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE a [<!ENTITY x "甲">]>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">',
        '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_and_document_types_are_refused(part: str, head: str, encoding: str) -> None:
    xml = f'<?xml version="1.0" encoding="{encoding}"?>{head}<a>&x;</a>'.encode(encoding)
    assert "实体" in refused("a.docx", with_part("docx", part, xml))


def test_too_many_parts_are_refused() -> None:
    files: dict[str, str | bytes] = {f"word/media/{i}.png": b"x" for i in range(2001)}
    assert "2000" in refused("a.docx", zipped({**parts_of(render_docx(SMALL)), **files}))


@pytest.mark.parametrize("size", [30 << 20, 210 << 20])
def test_zip_bomb_is_refused_before_it_is_unpacked(size: int) -> None:
    started = time.monotonic()
    data = with_part("docx", "word/media/big.bin", bytes(size))
    made = time.monotonic()
    assert "压缩" in refused("a.docx", data)
    assert time.monotonic() - made < 2, f"made in {made - started:.1f} s"


def test_size_that_the_directory_lies_about_is_not_unpacked() -> None:
    data = bytearray(with_part("docx", "word/document.xml", "<a>" + "一" * 3_000_000 + "</a>"))
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(b"word/document.xml"))
    data[at + 24 : at + 28] = struct.pack("<I", 100)
    assert refused("a.docx", bytes(data))


@pytest.mark.parametrize("varied", [True, False])
def test_flood_of_elements_is_refused_in_time_and_memory(varied: bool) -> None:
    """A Word file of 330 KB with three million paragraphs took python-docx 2.1 GB and 18 s."""
    flood = "".join(f'<w:p w:rsidR="{i * 2654435761 % 2**32:08x}"/>' for i in range(900_000))
    data = docx(flood) if varied else docx("<w:p/>" * 3_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.monotonic()
    refused("a.docx", data)
    assert time.monotonic() - started < 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000  # KB, in our own process


@pytest.mark.parametrize(
    "body",
    [
        "<w:tbl><w:tr><w:tc>" * 400 + PARAGRAPH + "</w:tc></w:tr></w:tbl>" * 400,
        "<w:sdt><w:sdtContent>" * 3000 + PARAGRAPH + "</w:sdtContent></w:sdt>" * 3000,
        "<w:p>" + "<w:r>" * 5000 + "</w:r>" * 5000 + "</w:p>",
    ],
)
def test_deep_nesting_is_read_or_refused(body: str) -> None:
    try:
        read("a.docx", docx(PARAGRAPH + body), Policy())
    except ReadError as error:
        assert "a.docx" in str(error)


@pytest.mark.parametrize("suffix", ["docx", "xlsx"])
@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "空文件"),
        (b"\x00" * 500, "空文件"),
        (b"plain text" * 30, "不是"),
        (b"%PDF-1.4 and so on" * 30, "不是"),
        (b"PK\x03\x04" + bytes(300), "损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "旧版 Office"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "已加密"),
        (zipped({"a.txt": "甲"}), "不是"),
    ],
)
def test_what_is_no_office_file_is_refused_with_the_reason(suffix: str, data: bytes, reason: str) -> None:
    assert reason in refused(f"a.{suffix}", data)


@pytest.mark.parametrize(("name", "other"), [("a.docx", "xlsx"), ("a.xlsx", "docx")])
def test_office_file_under_the_suffix_of_another_is_refused(name: str, other: str) -> None:
    assert "不是" in refused(name, render(other, SMALL))


def test_encrypted_entry_is_said_to_be_encrypted() -> None:
    data = bytearray(render_docx(SMALL))
    for at in (data.find(b"PK\x03\x04"), data.find(b"PK\x01\x02")):
        while at >= 0:
            data[at + (6 if data[at + 2] == 3 else 8)] |= 1
            at = data.find(data[at : at + 4], at + 4)
    assert "加密" in refused("a.docx", bytes(data))


def test_file_that_takes_too_long_is_given_up_and_the_next_one_reads() -> None:
    data = docx("".join(f"<w:p><w:r><w:t>第{i}段，共{i * 7919 % 99991}项</w:t></w:r></w:p>" for i in range(150_000)))
    with pytest.raises(ReadError, match="秒"):
        read_in_child("a.docx", ".docx", data, seconds=0.2)
    assert len(extract(read("b.docx", render_docx(SMALL), Policy())).projects) == 1


def test_reading_process_knows_no_settings_and_writes_nothing(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("JIXIAO_MODEL_KEY", "sk-test")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    read("a.docx", render_docx(SMALL), Policy())
    assert list(tmp_path.iterdir()) == []
    assert not any("JIXIAO" in _proc(p, "environ") for p in Path("/proc").glob("[0-9]*") if _is_reader(p))


def _is_reader(process: Path) -> bool:
    return "corpus.readers.worker" in _proc(process, "cmdline")


def _proc(process: Path, what: str) -> str:
    try:
        return (process / what).read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""  # it has ended, or is another user's


def test_every_format_is_known_by_its_suffix() -> None:
    assert {".txt", ".md", ".docx", ".html", ".htm", ".xlsx", ".pdf"} <= set(READERS)
