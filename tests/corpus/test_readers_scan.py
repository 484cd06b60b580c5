"""A scanned PDF is said to be one; with the OCR extra it reads as the paper says, and every finding says that it was OCR."""

import io
import socket
from dataclasses import dataclass, field, replace
from importlib.util import find_spec

import numpy as np
import pytest

from corpus.classification import Policy
from corpus.errors import ReadError, ScannedError
from corpus.extract import extract
from corpus.findings import check
from corpus.readers import read
from corpus.readers.pdf import read_pdf
from corpus.readers.pdf_scan import UNREADABLE, boxes_of, rendered, skew, straightened
from corpus.readers.recognition import RapidEngine, Words, is_installed
from corpus.readers.wire import from_wire, to_wire
from corpus.sealing import seal
from tests.corpus.test_readers_form import as_printed, truth
from tests.made_documents import SAMPLE_INDICATORS, MadeDocument, made_document, made_project
from tests.made_files import Pages, Rows, form, parts, picture_pdf, render, scanned

DOTS = 150


@dataclass
class PrintedEngine:
    """An engine that knows what is printed where, in points from the upper left corner: the fake of these tests."""

    print_: list[tuple[str, float, float, float, float]]
    doubted: frozenset[str] = frozenset()
    misread: dict[str, str] = field(default_factory=dict)
    asked: int = 0

    def page(self, picture: np.ndarray) -> list[Words]:
        self.asked += 1
        points = 842 / picture.shape[0]
        return [
            Words(
                self.misread.get(text, text),
                *(v / points for v in (x0, top, x1, bottom)),
                0.3 if text in self.doubted else 0.99,
            )
            for text, x0, top, x1, bottom in self.print_
        ]

    def line(self, picture: np.ndarray) -> Words | None:
        raise AssertionError("no printed line reaches over a ruling")


def printed(data: bytes) -> list[tuple[str, float, float, float, float]]:
    """The lines of the first page of a PDF with text, each with its box."""
    import pdfplumber

    with pdfplumber.open(io.BytesIO(data)) as pdf:
        found = []
        for word in pdf.pages[0].extract_words(x_tolerance=1, y_tolerance=1):
            found.append((word["text"], word["x0"], word["top"], word["x1"], word["bottom"]))
        return found


def by_engine(document: MadeDocument, **knowing: object):  # type: ignore[no-untyped-def]
    """What the reader makes of the scan of `document`, whose print the engine knows."""
    data = render("pdf", document)
    engine = PrintedEngine(printed(data), **knowing)  # type: ignore[arg-type]
    return read_pdf("scan.pdf", scanned(data, dots_per_inch=DOTS), engine)


def test_scan_without_an_engine_is_said_to_be_one() -> None:
    with pytest.raises(ScannedError, match="扫描件") as caught:
        read_pdf("scan.pdf", scanned(render("pdf", made_document(1))))
    assert caught.value.pages == 1


def test_cells_of_a_scan_stand_where_the_rulings_put_them() -> None:
    document = made_document(1)
    raw = by_engine(document)
    assert raw.recognised == (1,)
    [record] = extract(seal(raw, Policy(), None)).projects
    assert as_printed(record) == truth(document.projects[0])


def test_print_the_engine_doubts_is_no_value_and_is_said() -> None:
    document = seal(by_engine(made_document(1), doubted=frozenset({"10.50"})), Policy(), None)
    [record] = extract(document).projects
    assert (record.total.value, record.total.cell.text) == (None, UNREADABLE)
    assert record.fiscal.value is not None
    [finding] = [f for f in document.findings if "认不清" in f.message]
    assert "第1页 1 处" in finding.message


def test_two_for_an_operator_is_a_finding_that_names_what_it_may_be() -> None:
    document = seal(by_engine(made_document(1), misread={"≥92%": "292%"}), Policy(), None)
    extraction = extract(document)
    [finding] = [f for f in check(extraction) if f.rule == "target-percent"]
    assert "≥92%" in finding.message + finding.suggestion


def test_pages_with_text_are_read_as_text_and_the_others_by_the_engine() -> None:
    made = made_document(1)
    text, picture = render("pdf", made), scanned(render("pdf", made))
    data = joined(text, picture)
    raw = read_pdf("mixed.pdf", data)
    assert (raw.scanned, raw.recognised) == ((2,), ())
    assert any("第2页是图片" in note for note in raw.notes)
    engine = PrintedEngine(printed(text))
    read_with = read_pdf("mixed.pdf", data, engine)
    assert (read_with.scanned, read_with.recognised, engine.asked) == ((), (2,), 1)
    assert from_wire(to_wire(read_with)) == read_with


def joined(first: bytes, second: bytes) -> bytes:
    import pypdfium2

    whole = pypdfium2.PdfDocument.new()
    for data in (first, second):
        whole.import_pages(pypdfium2.PdfDocument(data))
    out = io.BytesIO()
    whole.save(out)
    return out.getvalue()


def test_form_under_a_layer_of_text_is_left_to_the_engine_and_prose_is_not() -> None:
    form_pages, prose = Pages(), Pages()
    for line in ("1.送戏下乡演出经费绩效目标表", "项目编码 13053425P00301", "预算数 10.50"):
        form_pages.paragraph(line)
    prose.paragraph("双河县预算绩效管理办法。第一条 为规范管理，制定本办法。")
    for pages, scanned_pages in ((form_pages, (1,)), (prose, ())):
        pages.pages[0].insert(0, "q 595 0 0 842 0 0 cm BI /W 2 /H 2 /CS /G /BPC 8 /F /AHx ID FFFFFFFF> EI Q")
        raw = read_pdf("layer.pdf", pages.file())
        assert (raw.scanned, raw.recognised) == (scanned_pages, (1,))


def test_scan_of_nothing_is_refused_in_a_sentence() -> None:
    blank = picture_pdf([(600, 800, b"\xff" * 480_000)], 0.7)
    with pytest.raises(ReadError, match="没有认出文字"):
        read_pdf("blank.pdf", blank, PrintedEngine([]))


@pytest.mark.parametrize("angle", [-2.5, -0.8, 0.0, 0.6, 3.1])
def test_sheet_that_lay_askew_is_straightened(angle: float) -> None:
    picture, points = picture_of(scanned(render("pdf", made_document(1)), skew=angle, dots_per_inch=DOTS))
    assert abs(skew(picture) - angle) < 0.15
    flat = straightened(picture)
    assert abs(skew(flat)) < 0.15
    assert [len(cells) for cells in boxes_of(flat, points)] == [cells_of(made_document(1))]


def cells_of(document: MadeDocument) -> int:
    return sum(len(row) for part in parts(document) if not isinstance(part, str) for row in part)


def picture_of(data: bytes) -> tuple[np.ndarray, float]:
    import pypdfium2

    return rendered(pypdfium2.PdfDocument(data)[0])


def test_merged_cells_of_a_scan_are_one_box() -> None:
    picture, points = picture_of(scanned(render("pdf", made_document(2))))
    first, _ = [part for part in parts(made_document(2)) if not isinstance(part, str)]
    [cells, *_] = boxes_of(picture, points)
    assert len(cells) == sum(map(len, first))
    tallest = max(cells, key=lambda cell: cell[3] - cell[1])
    rows: Rows = form(made_document(2), made_document(2).projects[0])
    assert max(box.down for row in rows for box in row) == 4
    assert tallest[3] - tallest[1] > 4 * 15


def test_prose_without_rulings_has_no_table() -> None:
    pages = Pages()
    for line in ("双河县预算绩效管理办法", "第一条 为规范管理，制定本办法。", "一二三四五六七八九十口日目田" * 3):
        pages.paragraph(line)
    picture, points = picture_of(scanned(pages.file()))
    assert boxes_of(picture, points) == []


@pytest.mark.slow
@pytest.mark.skipif(find_spec("rapidocr") is None, reason="the OCR extra is not installed")
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("quarters", "askew"), [(0, 0.0), (1, 0.9)])
def test_scan_reads_back_cell_by_cell_in_the_reading_process(quarters: int, askew: float) -> None:
    made = made_document(1)
    document = read("scan.pdf", scanned(render("pdf", made), quarters, askew, 200), Policy())
    [record] = extract(document).projects
    assert as_printed(record) == truth(made.projects[0])
    assert {cell.source.page for cell in (record.code, record.total.cell)} == {1}
    [finding] = [f for f in document.findings if f.rule == "read-by-ocr"]
    assert finding.level == "warning" and "纸质原件" in finding.suggestion


@pytest.mark.slow
@pytest.mark.skipif(find_spec("rapidocr") is None, reason="the OCR extra is not installed")
@pytest.mark.timeout(900)
def test_classified_row_of_a_scan_leaves_no_trace() -> None:
    rows = (replace(SAMPLE_INDICATORS[0], target="≥7319场（涉密）"), *SAMPLE_INDICATORS[1:])
    document = read("scan.pdf", scanned(render("pdf", MadeDocument((made_project(1, indicators=rows),)))), Policy())
    extraction = extract(document)
    assert extraction.classified_cells == 4
    assert "7319" not in repr((document, extraction))


@pytest.mark.skipif(find_spec("rapidocr") is None, reason="the OCR extra is not installed")
def test_engine_is_loaded_without_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object) -> None:
        raise OSError("there is no network")

    for name in ("getaddrinfo", "create_connection"):
        monkeypatch.setattr(socket, name, unreachable)
    monkeypatch.setattr(socket.socket, "connect", unreachable)
    assert is_installed()
    assert RapidEngine().page(np.full((200, 300), 255, dtype=np.uint8)) == []
