"""Bytes in: encodings are read rightly or refused with the reason."""

import contextlib
import time

import pytest

from corpus.classification import Policy
from corpus.errors import ReadError
from corpus.extract import extract
from corpus.readers import LARGEST_FILE, read
from tests.made_documents import made_document, render_text

TEXT = render_text(made_document(2))
TRADITIONAL = (
    "部門預算績效目標管理辦法\n第一條 為了加強預算績效管理，提高財政資金使用效益，制定本辦法。\n"
    "第二條 本辦法適用於縣級各部門。\n"
)


def projects(data: bytes, name: str = "made.txt") -> list[str]:
    return [p.name.shown for p in extract(read(name, data, Policy())).projects]


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_read_alike(encoding: str, newline: str) -> None:
    data = render_text(made_document(2), newline=newline).encode(encoding)
    assert read("a.txt", data, Policy()).lines == read("a.txt", TEXT.encode(), Policy()).lines
    assert projects(data) == [p.name for p in made_document(2).projects]


@pytest.mark.parametrize("encoding", ["big5", "utf-16-le", "utf-8"])
def test_traditional_text_reads_in_its_own_encoding(encoding: str) -> None:
    document = read("a.txt", TRADITIONAL.encode(encoding), Policy())
    assert document.lines[1] == "第一條 為了加強預算績效管理，提高財政資金使用效益，制定本辦法。"


@pytest.mark.parametrize("text", ["第一条 为规范预算管理，制定本办法。", "一、总体绩效目标", "项目名称：演出经费"])
def test_short_gbk_text_is_not_taken_for_another_encoding(text: str) -> None:
    assert read("a.txt", text.encode("gbk"), Policy()).lines == (text,)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "空文件"),
        (b" \r\n\t\n", "空文件"),
        ("\ufeff\n".encode(), "空文件"),
        (b"PK\x03\x04" + bytes(200), "压缩文件"),
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "Office"),
        (bytes(range(256)) * 20, "二进制|无法"),
        (b"\x00\x01\x02\x03" * 500, "二进制"),
        (TEXT.encode("gbk").decode("latin-1").encode(), "乱码|无法识别"),
        (TEXT.encode().decode("gb18030", errors="replace").encode(), "乱码|无法识别"),
        (TEXT.encode()[:900] + b"\xff\xfe\xff" + TEXT.encode()[900:], "字节|编码"),
        ("日本語の文章です。これはテストのための文書であり、読み取れないはずです。".encode("shift_jis"), "编码|乱码"),
    ],
)
def test_unreadable_files_are_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason) as caught:
        read("某文件.txt", data, Policy())
    assert "某文件.txt" in str(caught.value)


@pytest.mark.parametrize("name", ["a.exe", "a", "a.docx.bak", "win.ini"])
def test_unknown_suffix_says_what_can_be_read(name: str) -> None:
    with pytest.raises(ReadError, match="txt"):
        read(name, b"text", Policy())


@pytest.mark.parametrize("name", ["../../etc/made.txt", "C:\\Users\\x\\made.txt", "/abs/made.txt"])
def test_document_name_holds_no_folder(name: str) -> None:
    assert read(name, TEXT.encode(), Policy()).name == "made.txt"


def test_too_large_a_file_is_refused_before_it_is_read() -> None:
    with pytest.raises(ReadError, match="上限"):
        read("a.txt", b"a" * (LARGEST_FILE + 1), Policy())


@pytest.mark.parametrize(
    "unit", ["网", "网络安全。", "a|", "\t", "1.", "（", "[bookmark: ", "涉密", "一、", "项目编码："]
)
def test_one_huge_line_does_not_hang(unit: str) -> None:
    data = (unit * (3_000_000 // len(unit.encode()))).encode()
    started = time.monotonic()
    with contextlib.suppress(ReadError):
        extract(read("a.txt", data, Policy()))
    assert time.monotonic() - started < 20


def test_export_residue_is_left_out_and_counted_once() -> None:
    text = TEXT.replace("一、总体", "[bookmark: _Toc_1]一、总体").replace("\n1.", "\n[bookmark: _Toc_2]1.")
    document = read("a.txt", text.encode(), Policy())
    assert "bookmark" not in repr((document.lines, document.blocks, extract(document)))
    [finding] = document.findings
    assert finding.rule == "export-residue" and "2 处" in finding.message
    assert projects(text.encode()) == projects(TEXT.encode())


def test_form_feeds_and_odd_spaces_are_white_space() -> None:
    text = TEXT.replace("第二部分", "\f第二部分").replace("单位：万元", "单位：\xa0万元\u3000")
    assert projects(text.encode()) == projects(TEXT.encode())


def test_same_bytes_give_the_same_document_and_other_names_another_id() -> None:
    one, again, other = (read(name, TEXT.encode(), Policy()) for name in ("a.txt", "a.txt", "b.txt"))
    assert one == again
    assert one.sha256 == other.sha256 and one.id != other.id
