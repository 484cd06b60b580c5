"""Excel files: what each visible cell shows, merged cells at their first visible corner; hidden parts are not read."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from corpus.errors import ReadError
from corpus.form import is_indicator_header, label_key
from corpus.marks import is_marked
from corpus.raw import RawDocument
from corpus.readers.archive import Archive
from corpus.readers.flow import Contents, Grid, GridCell, laid_out, one_line
from corpus.readers.number_formats import built_in, shown

if TYPE_CHECKING:
    from lxml import etree

_BOOK = "xl/workbook.xml"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_REFERENCE = re.compile(r"^\$?([A-Z]{1,3})\$?(\d{1,7})$")
_MARK = "（涉密）"
_UNCALCULATED = "（公式没有计算结果）"
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_NO_FORMULA = re.compile(r"\d+(?:\.\d+)?(?:%|[㐀-鿿㎡](?:[^+\-*/^&=<>()!$\"]|/(?=[㐀-鿿]))*)")
_LAST_COLUMN = 16384
_LAST_ROW = 1_048_576
Place = tuple[int, int]  # row, column, 1-based


def read_xlsx(name: str, data: bytes) -> RawDocument:
    """An Excel file as raw blocks. Raises ReadError for anything that is not surely a plain Excel file."""
    archive = Archive(name, data, "xlsx")
    if _BOOK not in archive.parts:
        raise ReadError(f"《{name}》的扩展名是 xlsx，内容却不是 Excel 工作簿，没有读取。")
    book = _Book.of(archive)
    contents = Contents()
    for sheet in book.sheets:
        _read_sheet(archive, book, sheet, contents)
    contents.margins += _margins(archive, {sheet.part for sheet in book.sheets})
    contents.notes[:] = dict.fromkeys(contents.notes)
    return laid_out(name, contents)


# --- the book -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    part: str
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class _Book:
    sheets: tuple[_Sheet, ...]
    strings: tuple[str, ...]
    formats: tuple[str, ...]  # number format by cell style
    is_1904: bool

    @classmethod
    def of(cls, archive: Archive) -> "_Book":
        root = archive.xml(_BOOK)
        targets = _relations(archive, _BOOK)
        sheets = []
        for sheet in _named(root, "sheet"):
            _, part = targets.get(sheet.get(f"{_REL}id", ""), ("", ""))
            if part in archive.parts and "worksheets/" in part:
                sheets.append(_Sheet(sheet.get("name", ""), part, sheet.get("state", "visible") != "visible"))
        if not sheets:
            raise archive.broken()
        properties = next(_named(root, "workbookPr"), None)
        is_1904 = properties is not None and properties.get("date1904") in ("1", "true")
        return cls(tuple(sheets), _strings(archive), _formats(archive), is_1904)


def _named(root: "etree._Element", tag: str) -> "Iterator[etree._Element]":
    return root.iter(f"{{*}}{tag}")


def _relations(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """Relation id -> kind and part, of the relations of `part`."""
    folder, base = posixpath.split(part)
    place = f"{folder}/_rels/{base}.rels"
    if place not in archive.parts:
        return {}
    found = {}
    for relation in _named(archive.xml(place), "Relationship"):
        target = relation.get("Target", "")
        full = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[relation.get("Id", "")] = (relation.get("Type", "").rsplit("/", 1)[-1], full)
    return found


def _strings(archive: Archive) -> tuple[str, ...]:
    if "xl/sharedStrings.xml" not in archive.parts:
        return ()
    return tuple(_rich_text(item) for item in _named(archive.xml("xl/sharedStrings.xml"), "si"))


def _rich_text(item: "etree._Element") -> str:
    """The text of a string; readings (rPh) above its characters are no part of it."""
    texts = [t for t in _named(item, "t") if (above := t.getparent()) is None or not str(above.tag).endswith("}rPh")]
    return "".join(t.text or "" for t in texts).replace("_x000D_", "")


def _formats(archive: Archive) -> tuple[str, ...]:
    if "xl/styles.xml" not in archive.parts:
        return ()
    root = archive.xml("xl/styles.xml")
    own = {item.get("numFmtId", ""): item.get("formatCode", "") for item in _named(root, "numFmt")}
    styles = next(_named(root, "cellXfs"), None)
    numbers = [style.get("numFmtId", "0") for style in styles] if styles is not None else []
    return tuple(own.get(n) or built_in(int(n) if n.isdigit() and len(n) < 5 else 0) for n in numbers)


# --- a sheet ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Cells:
    """What the cells of a sheet show, and which of its places no one sees."""

    texts: dict[Place, str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    covered: set[Place] = field(default_factory=set)  # inside a merged cell, its corner aside

    def is_seen(self, place: Place) -> bool:
        return place[0] not in self.hidden_rows and place[1] not in self.hidden_columns


def _read_sheet(archive: Archive, book: _Book, sheet: _Sheet, contents: Contents) -> None:
    root = archive.xml(sheet.part)
    cells = _Cells()
    _hide(root, cells)
    for element in _named(root, "c"):
        place = _place(element.get("r", ""))
        if place is None:
            raise archive.broken()
        text = _text(element, book)
        if text.strip():
            cells.texts[place] = text
    contents.margins += [sheet.name, *_headers(root)]
    if sheet.is_hidden:
        contents.margins += cells.texts.values()
        if cells.texts:
            contents.notes.append(
                f"隐藏的工作表“{sheet.name}”没有读取。" if not is_marked(sheet.name) else "有隐藏的工作表没有读取。"
            )
        return
    _merge(root, cells, contents)
    _mark_remarked(archive, sheet, cells)
    unseen = [text for place, text in cells.texts.items() if not cells.is_seen(place)]
    if unseen:
        contents.margins += unseen
        contents.notes.append(
            f"工作表“{sheet.name}”中隐藏的行或列没有读取。" if not is_marked(sheet.name) else "隐藏的行或列没有读取。"
        )
    grid = Grid(tuple(_grid_cells(cells)))
    if grid.cells:
        contents.items.append(grid)


def _place(reference: str) -> Place | None:
    found = _REFERENCE.match(reference)
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    row = int(found[2])
    return (row, column) if 0 < row <= _LAST_ROW and column <= _LAST_COLUMN else None


def _uncalculated(formula: str) -> str:
    """What a formula without a result says: `=100%` and `=12台` written as a formula by a program are the text itself."""
    if _NUMBER.fullmatch(formula):
        return formula
    return f"={formula}" if _NO_FORMULA.fullmatch(formula) else _UNCALCULATED


def _text(element: "etree._Element", book: _Book) -> str:
    """What a cell shows."""
    kind = element.get("t", "n")
    if kind == "inlineStr":
        return _rich_text(element)
    value = next(_named(element, "v"), None)
    text = (value.text or "") if value is not None else ""
    if not text:
        formula = next(_named(element, "f"), None)
        return _uncalculated((formula.text or "").strip()) if formula is not None and kind != "str" else ""
    if kind == "s":
        number = int(text) if text.isdigit() and len(text) < 9 else len(book.strings)
        if number >= len(book.strings):
            raise ValueError("a cell names a string that is not there")
        return book.strings[number]
    if kind == "b":
        return "TRUE" if text == "1" else "FALSE"
    if kind != "n":
        return text  # a formula's text, an error such as #DIV/0!, an ISO date
    style = element.get("s", "0")
    known = style.isdigit() and len(style) < 6 and int(style) < len(book.formats)
    return shown(text, book.formats[int(style)] if known else "General", book.is_1904)


def _hide(root: "etree._Element", cells: _Cells) -> None:
    for row in _named(root, "row"):
        if row.get("hidden") in ("1", "true") and row.get("r", "").isdigit():
            cells.hidden_rows.add(int(row.get("r", "0")))
    for column in _named(root, "col"):
        first, last = column.get("min", ""), column.get("max", "")
        no_width = column.get("width") in ("0", "0.0")
        if (column.get("hidden") in ("1", "true") or no_width) and first.isdigit() and last.isdigit():
            cells.hidden_columns |= set(range(int(first), min(int(last), _LAST_COLUMN) + 1))


def _merge(root: "etree._Element", cells: _Cells, contents: Contents) -> None:
    """Moves the text of a merged cell to its first visible place; text under the others is seen by no one."""
    for merge in _named(root, "mergeCell"):
        ends = [_place(end) for end in merge.get("ref", "").split(":")]
        if len(ends) != 2 or ends[0] is None or ends[1] is None:
            continue
        (top, left), (bottom, right) = ends[0], ends[1]
        bottom, right = min(bottom, top + 20_000), min(right, left + 500)
        text = cells.texts.pop((top, left), "")
        rows = [row for row in range(top, bottom + 1) if row not in cells.hidden_rows]
        columns = [column for column in range(left, right + 1) if column not in cells.hidden_columns]
        for place in [p for p in cells.texts if top <= p[0] <= bottom and left <= p[1] <= right]:
            contents.margins.append(cells.texts.pop(place))
        cells.covered |= {(row, column) for row in rows for column in columns}
        corner = (rows[0], columns[0]) if rows and columns else (top, left)
        cells.covered.discard(corner)
        if text:
            cells.texts[corner] = text


def _mark_remarked(archive: Archive, sheet: _Sheet, cells: _Cells) -> None:
    """A cell whose comment says that it is classified carries the mark."""
    for kind, part in _relations(archive, sheet.part).values():
        if kind not in ("comments", "threadedComment") or part not in archive.parts:
            continue
        for comment in _named(archive.xml(part), "*"):
            place = _place(comment.get("ref", ""))
            said = "".join(map(str, comment.itertext()))
            if place in cells.texts and (is_marked(said) or is_marked(said.rsplit(":", 1)[-1])):
                cells.texts[place] += _MARK


def _headers(root: "etree._Element") -> Iterator[str]:
    for element in _named(root, "headerFooter"):
        yield from (re.sub(r"&[A-Za-z]|&\"[^\"]*\"", "", str(text)) for text in element.itertext())


def _grid_cells(cells: _Cells) -> Iterator[GridCell]:
    """The visible cells of filled rows. Up to the width of the sheet a place without text is a blank cell."""
    seen = {place: text for place, text in cells.texts.items() if cells.is_seen(place)}
    if not seen:
        return
    rows: dict[int, set[int]] = {}
    for row, column in seen:
        rows.setdefault(row, set()).add(column)
    width = max(column for _, column in seen)
    for row in sorted(rows):
        texts = [one_line(seen[row, column]) for column in rows[row]]
        only_labels = all(map(label_key, texts)) and not is_indicator_header(texts)
        end = max(rows[row]) if only_labels or (len(texts) == 1 and width > 60) else width
        for column in range(min(min(rows[row]), _first(cells, row, width)), end + 1):
            if (row, column) not in cells.covered and column not in cells.hidden_columns:
                yield GridCell(row, column, seen.get((row, column), ""))


def _first(cells: _Cells, row: int, width: int) -> int:
    """The first column of a row that is not inside a merged cell."""
    return next((column for column in range(1, width + 1) if (row, column) not in cells.covered), 1)


# --- looked at for marks only -------------------------------------------------------------------------------------


def _margins(archive: Archive, sheets: set[str]) -> Iterator[str]:
    """The texts of all other parts: comments, drawings, properties. A 密级 mark in one refuses the file."""
    read = {*sheets, "xl/styles.xml", "xl/sharedStrings.xml"}
    for part in sheets:
        yield from _beside_cells(archive, part)
    for part in archive.parts:
        if part in read or not part.lower().endswith((".xml", ".rels", ".vml")) or "/theme/" in part:
            continue
        root = archive.xml(part)
        yield from (str(text) for text in root.itertext() if text.strip() and len(text) < 2000)
        for element in root.iter():
            yield from (str(v) for v in element.attrib.values() if "密" in v or "内部" in v)


def _beside_cells(archive: Archive, sheet: str) -> Iterator[str]:
    """Texts of a sheet that stand in no cell: prompts and warnings of cells, names of its parts."""
    data = archive.read(sheet)
    if not any(word in data for word in (b"&#", *(word.encode() for word in ("密", "宻", "内部")))):
        return
    for element in archive.xml(sheet).iter():
        yield from (str(value) for value in element.attrib.values() if not value.isascii())
