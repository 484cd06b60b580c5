"""Web pages: paragraphs and tables (rowspan, colspan); scripts, styles and hidden parts are left out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from corpus.errors import ReadError
from corpus.marks import is_marked
from corpus.raw import RawDocument
from corpus.readers.encoding import decode
from corpus.readers.flow import Contents, Grid, GridCell, Text, flattened, irregular_rows, is_of_the_form, laid_out

if TYPE_CHECKING:
    from lxml import etree

_ENTITY = re.compile(r"<!\s*ENTITY|<!DOCTYPE[^>]*\[", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_TAG = re.compile(
    r"<\s*(?:html|body|head|table|div|p|br|span|h[1-6]|ul|ol|section|article|pre|!doctype)\b", re.IGNORECASE
)
_DROPPED = (
    "script",
    "style",
    "noscript",
    "template",
    "iframe",
    "object",
    "select",
    "textarea",
    "svg",
    "head",
    "button",
)
_BLOCKS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 "
    "header hr html li main nav ol p pre section summary tbody td tfoot th thead tr ul caption".split()
)
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])|opacity\s*:\s*0(?!\.)"
)
_WIDEST = 200  # columns or rows that a cell may cover
_DEEPEST = 150  # elements inside each other; libxml2 itself ends at 256
_MARK = "（涉密）"
MOST_ELEMENTS = 500_000


def read_html(name: str, data: bytes) -> RawDocument:
    """A web page as raw blocks. Raises ReadError for other files and for entities of its own."""
    from lxml import etree, html

    text = _DECLARATION.sub("", decode(name, data))
    if _ENTITY.search(text):
        raise ReadError(f"《{name}》里有实体声明，正常的网页没有，为安全起见没有读取。")
    if not _TAG.search(text):
        raise ReadError(f"《{name}》的扩展名是网页，内容却不是，没有读取。是纯文本的，请改名为 txt 再试。")
    if text.count("<") > MOST_ELEMENTS * 2:
        raise ReadError(f"《{name}》的内容过于庞大（超过 {MOST_ELEMENTS // 10000} 万个元素），没有读取。")
    try:
        root = html.document_fromstring(text.replace("\x00", ""))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise ReadError(f"《{name}》里没有可读的网页内容。") from None
    page = _PageReader()
    contents = Contents()
    contents.items += page.flow(root, 0)
    title = root.find(".//title")
    contents.margins += [
        *page.unseen,
        *_attribute_texts(root),
        *(map(str, title.itertext()) if title is not None else ()),
    ]
    return laid_out(name, contents)


def _attribute_texts(root: "etree._Element") -> Iterator[str]:
    for element in root.iter():
        yield from (str(value) for value in element.attrib.values() if "密" in value or "内部" in value)


@dataclass(slots=True)
class _Run:
    """Inline text until the next block."""

    pieces: list[str] = field(default_factory=list)
    keeps_breaks: bool = False  # inside <pre>

    def add(self, text: str | None) -> None:
        if text:
            self.pieces.append(text if self.keeps_breaks else re.sub(r"[ \t\r\n\f]+", " ", text))

    def take(self) -> str | None:
        text = "".join(self.pieces)
        self.pieces.clear()
        lines = [line.strip(" ") for line in text.split("\n")]
        return "\n".join(lines) if any(lines) else None


class _PageReader:
    def __init__(self) -> None:
        self.unseen: list[str] = []  # hidden text and comments

    def flow(self, element: "etree._Element", depth: int) -> list[Text | Grid]:
        """The texts and grids in `element`, in order."""
        items: list[Text | Grid] = []
        run = _Run(keeps_breaks=element.tag == "pre")
        self._walk(element, items, run, depth)
        _flush(items, run)
        return items

    def _walk(self, element: "etree._Element", items: list[Text | Grid], run: _Run, depth: int) -> None:
        run.add(element.text)
        for number, child in enumerate(element):
            self._child(child, items, run, depth + 1, number)
            run.add(child.tail)

    def _child(self, child: "etree._Element", items: list[Text | Grid], run: _Run, depth: int, number: int) -> None:
        if not _is_element(child):
            self.unseen.append(child.text or "")  # a comment
        elif child.tag in _DROPPED or _is_hidden(child) or depth > _DEEPEST:
            if child.tag not in ("script", "style"):
                self.unseen += [str(text) for text in child.itertext() if text.strip()]
        elif child.tag == "br":
            run.pieces.append("\n")
        elif child.tag == "table":
            _flush(items, run)
            items += self._table(child, depth)
        elif child.tag in _BLOCKS:
            _flush(items, run)
            before, run.keeps_breaks = run.keeps_breaks, run.keeps_breaks or child.tag == "pre"
            if child.tag == "li":
                run.add(_list_number(child))
            self._walk(child, items, run, depth)
            empty = not run.pieces or not "".join(run.pieces).strip()
            if child.tag == "p" and empty and not len(child):
                items.append(Text("".join(run.pieces)))  # an empty line
                run.pieces.clear()
            _flush(items, run)
            run.keeps_breaks = before
        else:
            self._walk(child, items, run, depth)

    def _table(self, table: "etree._Element", depth: int) -> list[Text | Grid]:
        rows = list(_rows(table))
        cells = [cell for row in rows for cell in row.iterchildren("td", "th")]
        caption = [Text("".join(map(str, c.itertext()))) for c in table.iterchildren("caption")]
        if len(cells) == 1:
            return [*caption, *self.flow(cells[0], depth)]
        grid_cells: list[GridCell] = []
        items: list[Text | Grid] = [*caption]
        taken: set[tuple[int, int]] = set()
        aside = _aside(rows)
        for number, row in enumerate(rows, start=1):
            nested: list[Grid] = []
            column = 0
            for cell in row.iterchildren("td", "th"):
                column = _free(taken, number, column + 1)
                across, down = _span(cell, "colspan"), _span(cell, "rowspan", len(rows) - number + 1)
                taken |= {(number + i, column + j) for i in range(down) for j in range(across)}
                text, grids = self._cell(cell, depth)
                nested += grids
                if not _is_hidden(row):
                    grid_cells.append(GridCell(number, column + aside.get(number, 0), text))
                column += across - 1
            if nested:
                items += [Grid(tuple(grid_cells)), *nested]
                grid_cells = []
        return [*items, Grid(tuple(grid_cells))] if grid_cells else items

    def _cell(self, cell: "etree._Element", depth: int) -> tuple[str, list[Grid]]:
        if _is_hidden(cell):
            self.unseen += [str(text) for text in cell.itertext() if text.strip()]
            return "", []
        texts: list[str] = []
        grids: list[Grid] = []
        before = len(self.unseen)
        items = self.flow(cell, depth)
        if any(map(is_marked, [*self.unseen[before:], *_attribute_texts(cell)])):
            items.append(Text(_MARK))  # said of the cell where no one sees it: it counts all the same
        for item in items:
            if isinstance(item, Text):
                texts.append(item.text)
            elif is_of_the_form(item):
                grids.append(item)
            else:
                texts += flattened(item)
        return "\n".join(text for text in texts if text.strip()), grids


def _flush(items: list[Text | Grid], run: _Run) -> None:
    text = run.take()
    if text is not None:
        items.append(Text(text))


def _rows(table: "etree._Element") -> Iterator["etree._Element"]:
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from child.iterchildren("tr")


def _aside(rows: list["etree._Element"]) -> dict[int, int]:
    """The irregular rows of a table, and how far to the side they are put."""
    taken: set[tuple[int, int]] = set()
    starts: dict[int, list[int]] = {}
    ends: dict[int, int] = {}
    for number, row in enumerate(rows, start=1):
        column = 0
        for cell in row.iterchildren("td", "th"):
            column = _free(taken, number, column + 1)
            across, down = _span(cell, "colspan"), _span(cell, "rowspan", len(rows) - number + 1)
            taken |= {(number + i, column + j) for i in range(down) for j in range(across)}
            starts.setdefault(number, []).append(column)
            column += across - 1
        ends[number] = _free(taken, number, column + 1)
    return irregular_rows(starts, ends)


def _free(taken: set[tuple[int, int]], row: int, column: int) -> int:
    while (row, column) in taken:
        column += 1
    return column


def _span(cell: "etree._Element", attribute: str, rest: int = 1) -> int:
    """How many columns or rows a cell covers; 0 means to the end of the table."""
    found = re.match(r"\s*(\d{1,5})", cell.get(attribute, "1"))
    number = int(found[1]) if found else 1
    return min(number or rest, _WIDEST) if attribute == "colspan" else min(number or rest, rest)


def _is_element(node: "etree._Element") -> bool:
    """Not a comment or a processing instruction, whose tags are functions."""
    return isinstance(node.tag, str)


def _is_hidden(element: "etree._Element") -> bool:
    return "hidden" in element.attrib or bool(_HIDDEN_STYLE.search(element.get("style", "").lower()))


def _list_number(item: "etree._Element") -> str:
    """The number a browser prints before an item of an ordered list."""
    parent = item.getparent()
    if parent is None or parent.tag != "ol":
        return ""
    start = parent.get("start", "1")
    number = (int(start) if start.isdigit() and len(start) < 6 else 1) + len(
        list(item.itersiblings("li", preceding=True))
    )
    return f"{number}."
