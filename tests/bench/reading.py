"""Reading a file to records (read, seal, extract) against the bare library reading the cells of the same file."""

import io
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from statistics import median

from corpus.classification import Policy
from corpus.extract import extract
from corpus.readers import read
from corpus.types import ProjectRecord, SectionKind
from tests.made_documents import MadeDocument, MadeIndicator, MadeProject, render_text
from tests.made_files import FORMATS, render

SHIPPED = Path(__file__).parents[2] / "corpus" / "documents" / "weixian-wangxinban.txt"
TARGET = 2.0  # times the bare library


@cache
def shipped_size(suffix: str) -> bytes:
    """The shipped document as a file of that format: its text, its four project tables, merged cells and all."""
    document = made_from_shipped()
    return render_text(document).encode() if suffix == "txt" else render(suffix, document)


@cache
def made_from_shipped() -> MadeDocument:
    extraction = extract(read(SHIPPED.name, SHIPPED.read_bytes(), Policy()))
    texts = {kind: [s.text for s in extraction.sections if s.kind is kind] for kind in SectionKind}
    return MadeDocument(
        projects=tuple(map(_made, extraction.projects)),
        overall="".join(texts[SectionKind.OVERALL]),
        itemised=tuple(_without_number(text) for text in texts[SectionKind.ITEMISED]),
        safeguards=tuple(_without_number(text) for text in texts[SectionKind.SAFEGUARD]),
    )


def _without_number(text: str) -> str:
    return text.lstrip("一二三四五六七八九十").lstrip("、是")


def _made(record: ProjectRecord) -> MadeProject:
    return MadeProject(
        code=record.code.shown,
        name=record.name.shown,
        total=record.total.cell.shown,
        fiscal=record.fiscal.cell.shown,
        other=record.other.cell.shown,
        purpose=record.purpose.shown,
        plan=tuple((f"{point.month}月底", point.cell.shown) for point in record.plan),
        goals=tuple(goal.shown for goal in record.goals),
        indicators=tuple(
            MadeIndicator(*(c.shown for c in (i.level1, i.level2, i.level3, i.description, i.target, i.basis)))
            for i in record.indicators
        ),
        unit_code=record.unit_code or "",
        unit_name=record.unit_name or "",
    )


# --- the bare libraries -------------------------------------------------------------------------------------------


def bare_docx(data: bytes) -> int:
    """python-docx over all paragraphs and cells."""
    from docx import Document

    document = Document(io.BytesIO(data))
    size = sum(len(paragraph.text) for paragraph in document.paragraphs)
    return size + sum(len(cell.text) for table in document.tables for row in table.rows for cell in row.cells)


def bare_xlsx(data: bytes) -> int:
    """openpyxl over all values."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    return sum(len(str(v)) for sheet in book for row in sheet.iter_rows(values_only=True) for v in row if v)


def bare_html(data: bytes) -> int:
    """The standard library's parser over all text."""
    from html.parser import HTMLParser

    class Texts(HTMLParser):
        size = 0

        def handle_data(self, data: str) -> None:
            self.size += len(data.strip())

    parser = Texts()
    parser.feed(data.decode())
    return parser.size


def bare_pdf(data: bytes) -> int:
    """pdfplumber's tables and text."""
    import pdfplumber

    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return sum(len(str(page.extract_tables())) for page in pdf.pages)


BARE: dict[str, Callable[[bytes], int]] = {"docx": bare_docx, "html": bare_html, "xlsx": bare_xlsx, "pdf": bare_pdf}


def to_records(name: str, data: bytes) -> int:
    return len(extract(read(name, data, Policy())).projects)


def seconds(work: Callable[[], int]) -> float:
    started = time.perf_counter()
    assert work()
    return time.perf_counter() - started


def rows(runs: int = 15) -> list[tuple[str, str, str]]:
    """Documents a second by format and the ratio to the bare library, medians of alternating runs."""
    found = []
    for suffix in FORMATS:
        data, bare = shipped_size(suffix), BARE[suffix]
        pairs = [
            (seconds(lambda d=data, s=suffix: to_records(f"a.{s}", d)), seconds(lambda d=data, b=bare: b(d)))
            for _ in range(runs + 2)
        ][2:]
        ours, ratio = median(a for a, _ in pairs), median(a / b for a, b in pairs)
        found.append(
            (
                f"读取成记录：{suffix}，与随附文件同样大小",
                f"{1 / ours:.0f} 份/秒（{ours * 1000:.0f} ms）",
                f"只用{LIBRARIES[suffix]}读单元格的 {ratio:.2f} 倍{_target(suffix)}",
            )
        )
    return found


def _target(suffix: str) -> str:
    """A page has none: its parsers only cut tags, and give neither cells nor rows."""
    return "" if suffix == "html" else f"（目标 ≤ {TARGET:.0f}）"


LIBRARIES = {"docx": " python-docx ", "html": " html.parser ", "xlsx": " openpyxl ", "pdf": " pdfplumber "}

if __name__ == "__main__":
    print(*map(" | ".join, rows()), sep="\n")
