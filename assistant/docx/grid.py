"""A project's 绩效目标表 in Word: merged cells, a header that repeats, sources as comments."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from assistant.docx.layout import (
    BLANK,
    BODY_PT,
    CELL_PT,
    FANGSONG,
    HEITI,
    UNIT_PT,
    WIDTH_MM,
    body_run,
    comment,
    exact_lines,
    marked_runs,
    tight_lines,
    xml_element,
)
from assistant.types import DraftCell, DraftTable

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table
    from docx.text.run import Run

_LABEL_MM = 24  # the first column of a form


def form(document: "Document", table: DraftTable, new_page: bool) -> None:
    """A project's table as two adjoining grids, so that the header of the indicators repeats on the next page."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    for text, font, size, side in (
        (table.title, HEITI, BODY_PT, WD_ALIGN_PARAGRAPH.CENTER),
        (table.unit_line, FANGSONG, UNIT_PT, WD_ALIGN_PARAGRAPH.RIGHT),
    ):
        paragraph = document.add_paragraph()
        paragraph.alignment = side
        paragraph.paragraph_format.keep_with_next = True
        body_run(paragraph, text, font, size)
        exact_lines(paragraph)
        paragraph.paragraph_format.page_break_before = new_page and text == table.title

    def fill(target: Any, cell: DraftCell) -> None:
        _fill(document, target, cell)

    form_grid(document, table.rows[: table.grid_from], table.width, fill)
    tight_lines(document.add_paragraph(), 1)
    form_grid(document, table.rows[table.grid_from :], table.width, fill)
    exact_lines(document.add_paragraph())


def form_grid(
    document: "Document",
    rows: Sequence[Sequence[DraftCell]],
    width: int,
    fill: Callable[[Any, DraftCell], None],
) -> "Table":
    """The rows as one grid, each cell given to `fill` once; a first row of labels repeats on the next page.

    Merged cells are written as such: merging them afterwards takes seconds a document.
    """
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.shared import Mm

    grid: Table = document.add_table(0, width, style="Table Grid")
    grid.alignment, grid.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    widths = [Mm(_LABEL_MM), *[Mm((WIDTH_MM - _LABEL_MM) / (width - 1))] * (width - 1)]
    for one, its_width in zip(grid.columns, widths, strict=True):
        one.width = its_width
    below: dict[
        int, tuple[DraftCell, int]
    ] = {}  # column -> a cell from above that reaches down, and how many rows more
    for row in rows:
        line = xml_element("w:tr")
        line.append(xml_element("w:trPr"))
        line[0].append(xml_element("w:cantSplit"))
        grid._tbl.append(line)
        waiting, column = list(row), 0
        while column < width:
            above = below.pop(column, None)
            cell = above[0] if above else waiting.pop(0)
            size = sum(widths[column : column + cell.columns])
            target = _cell(line, grid, cell, size, continues=above is not None)
            left = above[1] - 1 if above else cell.rows - 1
            if left:
                below[column] = (cell, left)
            if not above:
                fill(target, cell)
            column += cell.columns
    if rows and all(cell.header for cell in rows[0]):
        grid.rows[0]._tr.get_or_add_trPr().append(xml_element("w:tblHeader"))
    return grid


def _cell(line: Any, grid: "Table", cell: DraftCell, size: int, continues: bool) -> Any:
    """A new cell of `line`; one that continues the cell above holds an empty paragraph only."""
    from docx.table import _Cell

    element = xml_element("w:tc")
    layout = xml_element("w:tcPr")
    layout.append(xml_element("w:tcW", w=str(round(size / 635)), type="dxa"))
    if cell.columns > 1:
        layout.append(xml_element("w:gridSpan", val=str(cell.columns)))
    if cell.rows > 1:
        layout.append(xml_element("w:vMerge") if continues else xml_element("w:vMerge", val="restart"))
    for child in (layout, xml_element("w:p")):
        element.append(child)
    line.append(element)
    return _Cell(element, grid)


def _fill(document: "Document", target: Any, cell: DraftCell) -> None:
    from docx.enum.table import WD_ALIGN_VERTICAL
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    target.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    runs: list[Run] = []
    for number, line in enumerate(cell.text.split("\n")):
        paragraph = target.paragraphs[0] if number == 0 else target.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if len(cell.text) <= 24 else WD_ALIGN_PARAGRAPH.LEFT
        tight_lines(paragraph)
        runs += marked_runs(paragraph, line, CELL_PT)
    if cell.sources and runs and not cell.header and cell.text != "涉密" and not BLANK.fullmatch(cell.text):
        comment(document, runs, f"来源：{'；'.join(cell.sources)}")
