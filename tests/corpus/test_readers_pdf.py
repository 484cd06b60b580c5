"""PDF files: tables over page breaks, running heads, scans, and damage that must not read as less text."""

import re
import shutil
import subprocess
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.classification import Policy
from corpus.errors import ReadError, SecretMarkError
from corpus.extract import extract
from corpus.readers import read
from corpus.types import Document, Extraction
from tests.corpus.test_readers_form import as_printed, truth
from tests.made_documents import SAMPLE_INDICATORS, MadeDocument, MadeIndicator, made_document, made_project
from tests.made_files import Pages, parts, pdf_file, render_docx, render_pdf

MANY = tuple(
    MadeIndicator(row.level1, row.level2, f"{row.level3}{i}", f"{row.description}（第{i}批）", f"≥{i}次", row.basis)
    for row in SAMPLE_INDICATORS
    for i in range(1, 13)
)


def opened(data: bytes) -> tuple[Document, Extraction]:
    document = read("made.pdf", data, Policy())
    return document, extract(document)


def made_pages(document: MadeDocument, **settings: str) -> bytes:
    pages = Pages(**settings)
    for part in parts(document):
        pages.paragraph(part) if isinstance(part, str) else pages.table(part)
    return pages.file()


def test_table_over_several_pages_is_one_table_with_its_pages() -> None:
    project = made_project(1, indicators=MANY)
    document, extraction = opened(render_pdf(replace(made_document(), projects=(project, made_project(2)))))
    assert [as_printed(p) for p in extraction.projects] == [truth(project), truth(made_project(2))]
    pages = [i.target.source.page for i in extraction.projects[0].indicators]
    assert pages == sorted(p for p in pages if p) and len(set(pages)) > 2
    assert not any("- 1 -" in line for line in document.lines)


def test_repeated_header_rows_are_dropped() -> None:
    project = made_project(1, indicators=MANY)
    data = made_pages(MadeDocument((project,)), repeat="一级指标")
    document, extraction = opened(data)
    assert as_printed(extraction.projects[0]) == truth(project)
    assert sum(line.startswith("一级指标") for line in document.lines) == 1


def test_running_heads_are_not_read_but_their_marks_count() -> None:
    project = made_project(1, indicators=MANY)
    document, extraction = opened(made_pages(MadeDocument((project,)), header="清河县文化馆绩效文本", footer="第{}页"))
    assert as_printed(extraction.projects[0]) == truth(project)
    assert not any("绩效文本" in line or "第2页" in line for line in document.lines)
    with pytest.raises(SecretMarkError):
        opened(made_pages(MadeDocument((project,)), header="机密"))


def test_wrapped_lines_are_one_paragraph() -> None:
    text = "全面推进公共文化服务，" * 20 + "提升服务水平。"
    document, _ = opened(render_pdf(made_document(1, overall=text)))
    assert text in document.lines


SCAN = b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>\nstream\n\x80\nendstream"


def scan(pages: int = 1) -> bytes:
    content = b"q 595 0 0 842 0 0 cm /I Do Q"
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[4 0 R]/Count 1>>", SCAN]
    objects.append(
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R/Resources<</XObject<</I 3 0 R>>>>>>"
    )
    objects.append(f"<</Length {len(content)}>>\nstream\n".encode() + content + b"\nendstream")
    return pdf_file(objects)


def test_scanned_file_is_said_to_be_one() -> None:
    with pytest.raises(ReadError, match="扫描件"):
        opened(scan())


def test_slanted_watermark_counts_as_a_mark() -> None:
    pages = Pages()
    pages.paragraph("关于预算绩效的说明，供各部门参考。")
    code = "秘密".encode("utf-16-be").hex()
    pages.pages[0].append(f"BT /F1 40 Tf 0.7 0.7 -0.7 0.7 200 300 Tm <{code}> Tj ET")
    with pytest.raises(SecretMarkError):
        opened(pages.file())


def test_table_without_rulings_gives_no_values_and_says_so() -> None:
    pages = Pages()
    for line in (
        "1.演出经费绩效目标表",
        "项目编码    13053425P0    项目名称    演出经费",
        "预算数   10.50    其他资金    0.50",
    ):
        pages.paragraph(line)
    document, extraction = opened(pages.file())
    assert not any(p.total.value for p in extraction.projects)
    assert [f.rule for f in document.findings] == ["not-read"]


WHOLE = render_pdf(made_document(2))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "空文件"),
        (b"hello world" * 50, "不是"),
        (WHOLE[: len(WHOLE) // 2], "损坏"),
        (WHOLE[:-40], "损坏"),
        (WHOLE.replace(b"/Kids[4 0 R 6 0 R", b"/Kids[4 0 R 4 0 R"), "损坏"),
        (WHOLE.replace(b"startxref", b"startxxxx"), "损坏"),
        (re.sub(rb"/Count \d+", b"/Count 9", WHOLE), "损坏"),
        (b"%PDF-1.5\n%%EOF\n", "损坏"),
    ],
)
def test_damaged_file_is_refused_rather_than_read_in_part(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason) as caught:
        opened(data)
    assert "made.pdf" in str(caught.value)


def test_stream_with_a_wrong_checksum_is_refused() -> None:
    start = WHOLE.index(b"stream\n") + 7
    stream = zlib.decompressobj()
    stream.decompress(WHOLE[start:])
    end = len(WHOLE) - len(stream.unused_data) - 1
    broken = WHOLE[:end] + bytes([WHOLE[end] ^ 0x55]) + WHOLE[end + 1 :]
    with pytest.raises(ReadError, match="损坏"):
        opened(broken)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_rows_that_libreoffice_cuts_at_the_page_end_are_whole_again(tmp_path: Path) -> None:
    long = tuple(
        MadeIndicator(r.level1, r.level2, r.level3, r.description * 3, r.target, r.basis * 2) for r in MANY[:18]
    )
    made = [
        replace(
            made_document(),
            itemised=("开展活动。",) * n,
            projects=tuple(made_project(i, indicators=long) for i in (1, 2)),
        )
        for n in range(1, 9)
    ]
    for number, document in enumerate(made):
        (tmp_path / f"{number}.docx").write_bytes(render_docx(document))
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'p').as_uri()}", "--headless", "--convert-to", "pdf"]
    files = sorted(map(str, tmp_path.glob("*.docx")))
    subprocess.run([*command, "--outdir", str(tmp_path), *files], check=True, capture_output=True, timeout=120)
    for number, document in enumerate(made):
        extraction = opened((tmp_path / f"{number}.pdf").read_bytes())[1]
        assert [as_printed(p) for p in extraction.projects] == [truth(p) for p in document.projects]


class Rectangles(Pages):
    """Rulings as thin filled rectangles, as Word prints them."""

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        width, height = (x1 - x0, 0.48) if y0 == y1 else (0.48, abs(y1 - y0))
        self.pages[-1].append(f"{x0:.2f} {min(y0, y1):.2f} {width:.2f} {height:.2f} re f")


class Dashes(Pages):
    """Rulings drawn dash by dash."""

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        count = max(int((abs(x1 - x0) + abs(y1 - y0)) / 4), 1)
        for i in range(count):
            ends = [v0 + (v1 - v0) * part for part in (i / count, (i + 0.7) / count) for v0, v1 in ((x0, x1), (y0, y1))]
            super().line(*ends)


class OpenSides(Pages):
    """No ruling at the left and right side of a table."""

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        if x0 != x1 or 60 < x0 < 520:
            super().line(x0, y0, x1, y1)


class Twice(Pages):
    """Each text printed twice, a hair apart, to look bold."""

    def text(self, x: float, y: float, text: str) -> None:
        super().text(x, y, text)
        super().text(x + 0.3, y, text)


class SignBySign(Pages):
    """Every sign placed by itself."""

    def text(self, x: float, y: float, text: str) -> None:
        for sign in text:
            super().text(x, y, sign)
            x += 4.5 if sign.isascii() else 9


@pytest.mark.parametrize("printer", [Rectangles, Dashes, OpenSides, Twice, SignBySign])
def test_ways_of_printing_the_same_page_read_alike(printer: type[Pages]) -> None:
    document = made_document(3)
    pages = printer("- {} -")
    for part in parts(document):
        (pages.paragraph if isinstance(part, str) else pages.table)(part)  # type: ignore[arg-type]
    extraction = extract(read("made.pdf", pages.file(), Policy()))
    assert [as_printed(p) for p in extraction.projects] == [truth(p) for p in document.projects]
    assert extraction.findings == ()
