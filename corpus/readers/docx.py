"""Word files: body paragraphs and tables by their grid, text boxes and footnotes; the rest only looked at for marks."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from corpus.errors import ReadError
from corpus.raw import RawDocument
from corpus.readers.archive import Archive
from corpus.readers.docx_numbering import Numbering, W
from corpus.readers.docx_text import Notes, ParagraphReader, Printed, all_text, hidden_styles
from corpus.readers.flow import Contents, Grid, GridCell, Text, flattened, irregular_rows, is_of_the_form, laid_out

if TYPE_CHECKING:
    from lxml import etree

_BODY = "word/document.xml"
_NARROW = 130  # twips (2.3 mm): two borders nearer to each other are one column, drawn sloppily
_WRAPPERS = tuple(f"{W}{tag}" for tag in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "body"))
_MOST_PARAGRAPHS = 300_000  # cells count too; a document of 300 projects has about 80,000
_DEEPEST = 60  # tables and text boxes inside each other
Place = tuple[int, int]  # row and grid column, 1-based


def read_docx(name: str, data: bytes) -> RawDocument:
    """A Word file as raw blocks. Raises ReadError for anything that is not surely a plain Word document."""
    archive = Archive(name, data, "docx")
    if _BODY not in archive.parts:
        raise ReadError(f"《{name}》的扩展名是 docx，内容却不是 Word 文档，没有读取。")
    root = archive.xml(_BODY)
    body = root.find(f"{W}body")
    if body is None:
        raise archive.broken()
    if sum(1 for _ in body.iter(f"{W}p")) > _MOST_PARAGRAPHS:
        raise ReadError(f"《{name}》有超过 {_MOST_PARAGRAPHS // 10000} 万个段落，过于庞大，没有读取。请拆分后再试。")
    notes = Notes(_by_id(archive, "comments"), {**_by_id(archive, "footnotes"), **_by_id(archive, "endnotes")})
    styles = archive.xml("word/styles.xml") if "word/styles.xml" in archive.parts else None
    numbering = archive.xml("word/numbering.xml") if "word/numbering.xml" in archive.parts else None
    reader = _BodyReader(ParagraphReader(Numbering(numbering, styles), hidden_styles(styles), notes))
    contents = Contents()
    contents.items += reader.flow(body, 0)
    contents.items += [Text(text) for text in notes.footnotes.values() if text.strip()]
    contents.margins += [*reader.beside, *notes.comments.values(), *_attribute_texts(root), *_margins(archive)]
    return laid_out(name, contents)


def _by_id(archive: Archive, kind: str) -> dict[str, str]:
    part = f"word/{kind}.xml"
    if part not in archive.parts:
        return {}
    elements = [e for e in archive.xml(part) if isinstance(e.tag, str) and e.get(f"{W}type", "normal") == "normal"]
    return {element.get(f"{W}id", ""): all_text(element) for element in elements}


def _margins(archive: Archive) -> Iterator[str]:
    """The texts of all other parts: headers, footers, properties, custom data. A mark in one refuses the file."""
    read = (_BODY, "word/comments.xml", "word/footnotes.xml", "word/endnotes.xml", "word/styles.xml")
    for part in archive.parts:
        if part in read or not part.lower().endswith((".xml", ".rels")) or part.startswith("word/theme/"):
            continue
        root = archive.xml(part)
        yield from (all_text(paragraph) for paragraph in root.iter(f"{W}p"))
        yield from _attribute_texts(root)
        yield from (str(text) for text in root.itertext() if text.strip() and len(text) < 2000)


def _attribute_texts(root: "etree._Element") -> Iterator[str]:
    """Texts that stand in attributes: watermarks (v:textpath), titles and descriptions of pictures, variables."""
    for element in root.iter():
        for key, value in element.attrib.items():
            if (
                "密" in value
                or "宻" in value
                or "内部" in value
                or (key in ("string", "descr", "title", "alt", f"{W}val") and len(value) > 1 and not value.isascii())
            ):
                yield str(value)


@dataclass(slots=True)
class _Box:
    """A cell while its table is read."""

    place: Place
    texts: list[str] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)  # tables inside it that are part of the form

    @property
    def text(self) -> str:
        return "\n".join(self.texts)


class _BodyReader:
    def __init__(self, paragraphs: ParagraphReader) -> None:
        self._paragraphs = paragraphs
        self.beside: list[str] = []  # deleted, hidden and remarked text

    def flow(self, parent: "etree._Element", depth: int, in_cell: bool = False) -> list[Text | Grid]:
        """The texts and grids under `parent` in order."""
        items: list[Text | Grid] = []
        joins = False
        for child in _blocks(parent):
            if child.tag == f"{W}tbl":
                items += self._table(child, depth + 1)
                joins = False
                continue
            printed = self._paragraphs.read(child)
            self.beside += [text for text in printed.beside if text.strip()]
            text = printed.marked(in_cell)
            if joins and items and isinstance(items[-1], Text):
                items[-1] = Text(items[-1].text + text)
            else:
                items.append(Text(text))
            joins = printed.goes_on
            items += self._boxes(printed, depth, in_cell)
        return items

    def _boxes(self, printed: Printed, depth: int, in_cell: bool) -> list[Text | Grid]:
        if depth > _DEEPEST:
            return []
        return [item for box in printed.boxes for item in self.flow(box, depth + 1, in_cell)]

    def _table(self, table: "etree._Element", depth: int) -> list[Text | Grid]:
        """A table as a grid; one that only frames its single cell is what stands in that cell."""
        if depth > _DEEPEST:
            self.beside.append(all_text(table))
            return []
        rows = list(_rows(table))
        cells = [cell for row in rows for cell in _cells(row)]
        if len(cells) == 1:
            return self.flow(cells[0], depth)
        boxes, ends = self._placed(rows, depth)
        columns = _columns(table, boxes)
        boxes = _regular(boxes, ends)
        return list(_split_at_nested(boxes, columns))

    def _placed(self, rows: list["etree._Element"], depth: int) -> tuple[list[_Box], dict[int, int]]:
        """The cells by their places, and the grid column behind each row."""
        boxes: list[_Box] = []
        ends: dict[int, int] = {}
        open_above: dict[int, _Box] = {}  # vertically merged cells by their grid column
        for number, row in enumerate(rows, start=1):
            if row.find(f"{W}trPr/{W}del") is not None:
                self.beside += [all_text(cell) for cell in _cells(row)]
                continue
            column = 1 + _value(row.find(f"{W}trPr/{W}gridBefore"), 0)
            before: _Box | None = None
            merged_above: dict[int, _Box] = {}
            for cell in _cells(row):
                properties = cell.find(f"{W}tcPr")
                span, down, across = _merging(properties)
                if across == "continue" and before is not None:
                    self.beside.append(all_text(cell))
                elif down == "continue" and column in open_above:
                    merged_above[column] = open_above[column]
                    self.beside.append(all_text(cell))  # Word does not print it
                else:
                    before = self._box((number, column), cell, depth)
                    boxes.append(before)
                    if down is not None:
                        merged_above[column] = before
                column += span
            open_above = merged_above
            ends[number] = column + _value(row.find(f"{W}trPr/{W}gridAfter"), 0)
        return boxes, ends

    def _box(self, place: Place, cell: "etree._Element", depth: int) -> _Box:
        box = _Box(place)
        for item in self.flow(cell, depth, in_cell=True):
            if isinstance(item, Text):
                if item.text.strip():
                    box.texts.append(item.text)
            elif is_of_the_form(item):
                box.grids.append(item)
            else:
                box.texts += flattened(item)
        return box


def _blocks(parent: "etree._Element") -> Iterator["etree._Element"]:
    """Paragraphs and tables, through content controls and tracked insertions."""
    for child in parent:
        if child.tag in (f"{W}p", f"{W}tbl"):
            yield child
        elif child.tag in _WRAPPERS:
            yield from _blocks(child)


def _through(parent: "etree._Element", wanted: str) -> Iterator["etree._Element"]:
    for child in parent:
        if child.tag == wanted:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _through(child, wanted)


def _rows(table: "etree._Element") -> Iterator["etree._Element"]:
    return _through(table, f"{W}tr")


def _cells(row: "etree._Element") -> Iterator["etree._Element"]:
    return _through(row, f"{W}tc")


def _value(element: "etree._Element | None", default: int) -> int:
    text = element.get(f"{W}val", "") if element is not None else ""
    return min(int(text), 1000) if text.isdigit() and len(text) < 6 else default


def _merging(properties: "etree._Element | None") -> tuple[int, str | None, str | None]:
    """How many grid columns a cell covers, and whether it begins or continues a merged one, downward and across."""
    if properties is None:
        return 1, None, None
    down, across = properties.find(f"{W}vMerge"), properties.find(f"{W}hMerge")
    return (
        max(_value(properties.find(f"{W}gridSpan"), 1), 1),
        None if down is None else down.get(f"{W}val", "continue"),
        None if across is None else across.get(f"{W}val", "continue"),
    )


def _columns(table: "etree._Element", boxes: list[_Box]) -> dict[int, int]:
    """Grid column to column: neighbours that lie a hair apart are one, unless two cells would then stand in one place."""
    widths = [c.get(f"{W}w", "") for c in table.iterfind(f"{W}tblGrid/{W}gridCol")]
    number, columns = 1, {1: 1}
    for column, width in enumerate(widths, start=1):
        number += 0 if width.isdigit() and int(width) < _NARROW else 1
        columns[column + 1] = number
    if len({(box.place[0], columns.get(box.place[1], 0)) for box in boxes}) != len(boxes):
        return {}
    return columns if all(box.place[1] in columns for box in boxes) else {}


def _regular(boxes: list[_Box], ends: dict[int, int]) -> list[_Box]:
    """The cells, those of irregular rows beside the grid."""
    starts: dict[int, list[int]] = {}
    for box in boxes:
        starts.setdefault(box.place[0], []).append(box.place[1])
    aside = irregular_rows(starts, ends)
    for box in boxes:
        row, column = box.place
        box.place = (row, column + aside.get(row, 0))
    return boxes


def _split_at_nested(boxes: list[_Box], columns: dict[int, int]) -> Iterator[Text | Grid]:
    """The grid, cut after each row that holds tables of the form, which come right behind that row."""
    cells: list[GridCell] = []
    nested: list[Grid] = []
    row = 0
    for box in boxes:
        if nested and box.place[0] != row:
            yield Grid(tuple(cells))
            yield from nested
            cells, nested = [], []
        row, column = box.place
        cells.append(GridCell(row, columns.get(column, column), box.text))
        nested += box.grids
    if cells:
        yield Grid(tuple(cells))
    yield from nested
