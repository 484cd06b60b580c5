"""Excel files: what a cell shows is what is read; hidden parts are not read, but their marks count."""

import io
from collections.abc import Callable

import openpyxl
import pytest
from openpyxl.comments import Comment

from corpus.classification import Policy
from corpus.errors import SecretMarkError
from corpus.extract import extract
from corpus.readers import read
from corpus.readers.number_formats import shown
from corpus.types import Document, Extraction
from tests.corpus.test_readers_form import as_printed, truth
from tests.made_documents import MadeDocument, made_document, made_project
from tests.made_files import render_xlsx

PROJECT = made_project(1)


def opened(change: Callable[[openpyxl.Workbook], object] = lambda book: None) -> tuple[Document, Extraction]:
    """The form of one project (sheet 项目1) with a change made to the book."""
    book = openpyxl.load_workbook(io.BytesIO(render_xlsx(MadeDocument((PROJECT,)))))
    change(book)
    stream = io.BytesIO()
    book.save(stream)
    document = read("made.xlsx", stream.getvalue(), Policy())
    return document, extract(document)


def put(sheet: openpyxl.worksheet.worksheet.Worksheet, old: str, value: object, code: str = "General") -> str:
    """Replaces the text of the one cell that holds `old`; gives its coordinate."""
    [cell] = [cell for row in sheet.iter_rows() for cell in row if cell.value == old]
    cell.value, cell.number_format = value, code
    return str(cell.coordinate)


@pytest.mark.parametrize(
    ("number", "code", "text"),
    [
        ("0.5", "0%", "50%"),
        ("0.925", "0.0%", "92.5%"),
        ("0.29", "0%", "29%"),
        ("1", "0.00%", "100.00%"),
        ("10.5", "0.00", "10.50"),
        ("10", "General", "10"),
        ("10.50", "General", "10.5"),
        ("138.65000000000001", "General", "138.65"),
        ("0.30000000000000004", "General", "0.3"),
        ("138.65000000000001", "0.00", "138.65"),
        ("1234567.891", "#,##0.00", "1,234,567.89"),
        ("1234567.891", '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', "1,234,567.89"),
        ("0", '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', "0"),
        ("-3.5", "0.00;[Red](0.00)", "(3.50)"),
        ("-3.5", "0.0", "-3.5"),
        ("12", '0"万元"', "12万元"),
        ("50", '0"%"', "50%"),
        ("60", '"≥"0"场"', "≥60场"),
        ("12345", "0,", "12"),
        ("2.5", "0.###", "2.5"),
        ("7", "000", "007"),
        ("1.5E2", "General", "150"),
        ("46387", 'yyyy"年"m"月"d"日"', "2026年12月31日"),
        ("46387", "yyyy/mm/dd", "2026/12/31"),
        ("46387", '[$-804]yyyy"年"m"月";@', "2026年12月"),
        ("5", ";;;", ""),
        ("0.005", "0.00", "0.01"),
        ("2.675", "0.00", "2.68"),
        ("12", "@", "12"),
        ("12", "¥#,##0.00", "¥12.00"),
    ],
)
def test_number_reads_as_it_is_shown(number: str, code: str, text: str) -> None:
    assert shown(number, code) == text


@pytest.mark.parametrize("code", ["0!.0000", "# ?/?", "0.00E+00", "[>=10000]0!.0,万;0", "[DBNum2]General", "0 0"])
def test_format_that_is_not_understood_gives_no_amount(code: str) -> None:
    _, extraction = opened(lambda book: put(book["项目1"], "10.50", 105000, code))
    total = extraction.projects[0].total
    assert total.value is None
    assert total.cell.text is not None and "未能识别" in total.cell.text


def test_numbers_as_numbers_equal_numbers_as_text() -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book["项目1"]
        put(sheet, "10.50", 10.5, "0.00")
        put(sheet, "10.00", 10, "#,##0.00")
        for text in ("25%", "50%", "80%"):
            put(sheet, text, int(text[:-1]) / 100, "0%")

    assert as_printed(opened(change)[1].projects[0]) == truth(PROJECT)


@pytest.mark.parametrize(
    ("formula", "shown"),
    [("=100%", "=100%"), ("=12台", "=12台"), ("=2.8万元/次", "=2.8万元/次"), ("=A1/12", "（公式没有计算结果）")],
)
def test_value_that_a_program_wrote_as_a_formula_is_the_text_itself(formula: str, shown: str) -> None:
    _, extraction = opened(lambda book: put(book["项目1"], PROJECT.indicators[0].target, formula))
    assert extraction.projects[0].indicators[0].target.text == shown


def test_formula_that_was_never_calculated_is_no_value() -> None:
    _, extraction = opened(lambda book: put(book["项目1"], "10.50", "=SUM(A1:A2)"))
    assert extraction.projects[0].total.value is None
    assert extraction.projects[0].total.cell.text == "（公式没有计算结果）"


def test_hidden_rows_columns_and_sheets_are_not_read_and_said_so() -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book["项目1"]
        sheet["N3"] = "隐列甲"
        sheet.column_dimensions["N"].hidden = True
        sheet["A40"] = "隐行乙"
        sheet.row_dimensions[40].hidden = True
        other = book.create_sheet("底稿")
        other["A1"] = "隐表丙"
        other.sheet_state = "veryHidden"

    document, extraction = opened(change)
    assert as_printed(extraction.projects[0]) == truth(PROJECT)
    assert not any(word in repr(document) for word in ("隐列甲", "隐行乙", "隐表丙"))
    assert [f.rule for f in document.findings] == ["not-read", "not-read"]


@pytest.mark.parametrize("place", ["row", "column", "sheet", "comment", "header", "title", "merged"])
def test_secrecy_mark_in_a_hidden_place_refuses_the_file(place: str) -> None:
    mark = "秘密★1年"

    def change(book: openpyxl.Workbook) -> None:
        sheet = book["项目1"]
        if place == "row":
            sheet["A50"], sheet.row_dimensions[50].hidden = mark, True
        elif place == "column":
            sheet["Z2"], sheet.column_dimensions["Z"].hidden = mark, True
        elif place == "sheet":
            hidden = book.create_sheet("x")
            hidden["A1"], hidden.sheet_state = mark, "hidden"
        elif place == "comment":
            sheet["A1"].comment = Comment(mark, "某人")
        elif place == "header":
            sheet.oddHeader.center.text = mark
        elif place == "title":
            book.properties.title = mark
        else:
            sheet["A60"], sheet["B60"] = "甲", mark
            sheet.merged_cells.add("A60:B60")

    with pytest.raises(SecretMarkError):
        opened(change)


def test_comment_that_says_classified_seals_the_row() -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book["项目1"]
        sheet[put(sheet, "≥95%", "97.3%")].comment = Comment("某人:\n此项涉密", "某人")

    document, extraction = opened(change)
    assert extraction.projects[0].indicators[2].target.state == "classified"
    assert "97.3" not in repr((document, extraction))


def test_blank_data_cell_without_any_style_is_blank_and_not_the_one_above() -> None:
    _, extraction = opened(lambda book: put(book["项目1"], "问卷调查", None))
    assert extraction.projects[0].indicators[-1].basis.state == "blank"


def test_merged_cell_whose_first_row_is_hidden_reads_where_it_is_seen() -> None:
    def change(book: openpyxl.Workbook) -> None:
        book["项目1"].row_dimensions[11].hidden = True  # the first indicator; 产出指标 begins in this row

    _, extraction = opened(change)
    first = extraction.projects[0].indicators[0]
    assert (first.level1.text, first.level2.text, first.level3.text) == ("产出指标", "数量指标", "培训人次")


def test_all_projects_below_each_other_in_one_sheet() -> None:
    made = made_document(3)
    book = openpyxl.load_workbook(io.BytesIO(render_xlsx(made)))
    one = openpyxl.Workbook()
    sheet, start = one.active, 0
    for name in book.sheetnames:
        for row in book[name].iter_rows():
            for cell in row:
                if cell.value is not None:
                    sheet.cell(start + cell.row, cell.column, cell.value)
        for area in book[name].merged_cells.ranges:
            sheet.merge_cells(
                start_row=start + area.min_row, end_row=start + area.max_row,
                start_column=area.min_col, end_column=area.max_col,
            )  # fmt: skip
        start += book[name].max_row + 1
    stream = io.BytesIO()
    one.save(stream)
    extraction = extract(read("made.xlsx", stream.getvalue(), Policy()))
    assert [as_printed(p) for p in extraction.projects] == [truth(p) for p in made.projects]
    assert len(extraction.sections) == 6
