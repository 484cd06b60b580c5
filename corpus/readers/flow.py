"""What a format with real tables gives: texts and grids in the order of the page, laid out as one readable text.

A row of a grid becomes one readable line, a paragraph one line. Paragraphs go through the text reader as well, since a
form may stand in a Word file or on a page as bare lines.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from corpus.errors import ReadError
from corpus.form import is_indicator_header, is_level1, is_level2, label_key, title_of
from corpus.marks import is_marked
from corpus.outline import heading_of, part_of
from corpus.raw import RawCell, RawDocument, RawParagraph, RawTable, Span
from corpus.readers.cell_lines import starts_goal
from corpus.readers.encoding import require_readable
from corpus.readers.text import Line, blocks_of, glued_pair, line_of

MOST_LINES = 100_000  # a document of 300 projects has about 8,000
_BETWEEN_CELLS = " | "
_EDGE_LINES = 15  # at either end of a document, where a mark for the whole of it stands
_LONGEST_MARK = 40
_GLUED_KEYS = ("code", "name", "total", "fiscal", "other", "purpose")


@dataclass(frozen=True, slots=True)
class Text:
    """Running text; a line break inside it begins a new line of the document."""

    text: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell at its upper left corner, 1-based; positions that a merged cell also covers are absent."""

    row: int
    column: int
    text: str  # with line breaks where the file has them
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    cells: tuple[GridCell, ...]

    @property
    def rows(self) -> list[list[GridCell]]:
        """The rows that have cells, each from left to right."""
        found: dict[int, list[GridCell]] = {}
        for cell in sorted(self.cells, key=lambda c: (c.row, c.column)):
            found.setdefault(cell.row, []).append(cell)
        return list(found.values())


def is_of_the_form(grid: Grid) -> bool:
    """Whether a table inside a cell is a part of the form rather than the cell's own little table."""
    texts = [one_line(cell.text) for cell in grid.cells]
    return any(label_key(text) or title_of(text) or (is_level1(text) and is_level2(text)) for text in texts)


def flattened(grid: Grid) -> list[str]:
    """The rows of a cell's own little table as lines of its text."""
    return [" ".join(filter(None, (one_line(cell.text) for cell in row))) for row in grid.rows]


def irregular_rows(starts: dict[int, list[int]], ends: dict[int, int]) -> dict[int, int]:
    """Rows that are not as wide as their table, so that a cell is missing or doubled: row -> width of the table.

    `starts` has the columns each row's cells begin at, `ends` the column after the last one it covers. Which cell is
    missing nobody knows, so such a row is put beside the grid, where the form reports it instead of guessing.
    """
    widths = Counter(ends.values()).most_common(1)
    if not widths or widths[0][1] * 2 <= len(ends):
        return {}
    full = widths[0][0]
    usual = {tuple(starts[row]) for row, end in ends.items() if end == full and row in starts}
    return {
        row: full
        for row, end in ends.items()
        if end != full and len(starts.get(row, ())) >= 3 and tuple(starts[row]) not in usual
    }


@dataclass(slots=True)
class Contents:
    """All a reader found in a file. `margins` is looked at for 密级 marks and dropped; `notes` is said to people."""

    items: list[Text | Grid] = field(default_factory=list)
    margins: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def laid_out(name: str, contents: Contents) -> RawDocument:
    """The raw document of `contents`. Raises ReadError when there is no readable text in it."""
    page = _Page()
    for item in contents.items:
        if isinstance(item, Text):
            page.text(item)
        else:
            page.grid(item)
        if len(page.lines) > MOST_LINES:
            raise ReadError(f"《{name}》有超过 {MOST_LINES // 10000} 万行，过于庞大，没有读取。请拆分后再试。")
    page.flush()
    contents.margins += page.outside_marks()
    lines = tuple(page.lines)
    if not any(lines):
        raise ReadError(f"《{name}》里没有可读的文字。")
    require_readable(name, "\n".join(lines))
    return RawDocument(
        name, lines, tuple(page.blocks), tuple(page.residues), tuple(contents.margins), tuple(contents.notes)
    )


def one_line(text: str) -> str:
    """The text of a cell without its line breaks: Chinese goes on without a space, numbered items and words with one."""
    joined = ""
    for part in filter(None, (part.strip() for part in text.split("\n"))):
        words = joined and joined[-1].isascii() and joined[-1].isalnum() and part[0].isascii() and part[0].isalnum()
        joined += (" " if words or (joined and starts_goal(part)) else "") + part
    return joined


@dataclass(slots=True)
class _Page:
    """The document while it is laid out."""

    lines: list[str] = field(default_factory=list)
    blocks: list[RawParagraph | RawTable] = field(default_factory=list)
    residues: list[int] = field(default_factory=list)
    waiting: list[tuple[Line, int | None]] = field(default_factory=list)  # lines that are no blocks yet, their pages
    in_form: bool = False  # whether the labels of a project table have begun
    outside: list[tuple[int, str]] = field(default_factory=list)  # line and text of table rows outside the form

    def text(self, item: Text) -> None:
        for part in item.text.split("\n"):
            line = line_of(len(self.lines) + 1, part)
            self.lines.append(line.text)
            self.waiting.append((line, item.page))
            if line.residue:
                self.residues.append(line.number)
            if title_of(line.text) or part_of(line.text):
                self.in_form = False

    def flush(self) -> None:
        pages = {line.number: page for line, page in self.waiting}
        self.blocks += [_on_page(block, pages) for block in blocks_of([line for line, _ in self.waiting])]
        self.waiting.clear()

    def grid(self, grid: Grid) -> None:
        rows: list[list[GridCell]] = []
        for row in _unglued(grid.rows):
            alone = self._alone(row, is_first=not rows)
            if alone is not None:
                self._table(rows)
                rows = []
                self.text(alone)
                self.flush()
            else:
                self.in_form = self.in_form or any(label_key(one_line(cell.text)) for cell in row)
                if not self.in_form:
                    self.outside.append((len(self.lines) + len(rows), "".join(one_line(cell.text) for cell in row)))
                rows.append(row)
        self._table(rows)

    def outside_marks(self) -> list[str]:
        """Rows at either end of the document where a 密级 may stand in a table: `密级 | 秘密` on a cover."""
        near = [(line, text) for line, text in self.outside if len(text) <= _LONGEST_MARK]
        return [text for line, text in near if line < _EDGE_LINES or line >= len(self.lines) - _EDGE_LINES]

    def _alone(self, row: Sequence[GridCell], is_first: bool) -> Text | None:
        """The text of a row that is no row of a table: a title, a heading, narrative above the labels."""
        filled = [cell for cell in row if cell.text.strip()]
        if len(filled) != 1:
            return None
        text = one_line(filled[0].text)
        heading = title_of(text) or part_of(text) or (heading_of(text) and label_key(text) is None)
        if heading:
            return Text(text, filled[0].page)
        outside = not self.in_form and label_key(text) is None and not is_marked(text)
        return Text(filled[0].text, filled[0].page) if outside and (len(row) == 1 or is_first) else None

    def _table(self, rows: Sequence[Sequence[GridCell]]) -> None:
        if not rows:
            return
        self.flush()
        cells: list[RawCell] = []
        number = 0
        in_goals = False
        for row in rows:
            keys = {label_key(one_line(cell.text)) for cell in row} - {None}
            in_goals = "goals" in keys or (in_goals and not keys)
            for part in _goal_rows(row) if in_goals else [row]:
                number += 1
                cells += self._row(number, part)
        self.blocks.append(RawTable(tuple(cells)))

    def _row(self, number: int, row: Sequence[GridCell]) -> Iterator[RawCell]:
        """Writes a row as one line and gives its cells with their spans."""
        line, at = len(self.lines) + 1, 0
        texts = [line_of(line, one_line(cell.text)) for cell in row]
        for cell, text in zip(row, texts, strict=True):
            span = Span(line, at, at + len(text.text))
            at = span.end + len(_BETWEEN_CELLS)
            yield RawCell(number, cell.column, text.text, (span,), cell.page)
        self.lines.append(_BETWEEN_CELLS.join(text.text for text in texts))
        if any(text.residue for text in texts):
            self.residues.append(line)


def _on_page(block: RawParagraph | RawTable, pages: dict[int, int | None]) -> RawParagraph | RawTable:
    if isinstance(block, RawParagraph):
        return replace(block, page=pages[block.span.line])
    cells = tuple(replace(cell, page=pages[cell.spans[0].line]) if cell.spans else cell for cell in block.cells)
    return replace(block, cells=cells)


def _goal_rows(row: Sequence[GridCell]) -> list[list[GridCell]]:
    """Several numbered goals in the last cell of a row as a row each, as the text reader gives them."""
    last = row[-1]
    goals: list[list[str]] = []
    for part in filter(str.strip, last.text.split("\n")):
        if not goals or starts_goal(part):
            goals.append([part])
        else:
            goals[-1].append(part)
    if len(goals) < 2 or is_marked(one_line(last.text)):
        return [list(row)]
    first, *more = [replace(last, text="\n".join(parts)) for parts in goals]
    return [[*row[:-1], first], *([goal] for goal in more)]


def _unglued(rows: list[list[GridCell]]) -> list[list[GridCell]]:
    """`项目名称：…` in one cell as label and value, above the indicator grid; the other columns make room."""
    pairs: dict[tuple[int, int], tuple[GridCell, GridCell]] = {}
    in_grid = False
    for row in rows:
        texts = [one_line(cell.text) for cell in row]
        in_grid = is_indicator_header(texts) or (in_grid and label_key(texts[0]) not in ("code", "name"))
        for cell, text in zip(row, texts, strict=True):
            cut = None if in_grid else glued_pair(text)
            if cut and label_key(text[: cut[0]]) in _GLUED_KEYS:
                label = replace(cell, text=text[: cut[0]], column=cell.column * 2 - 1)
                pairs[cell.row, cell.column] = (label, replace(cell, text=text[cut[1] :], column=cell.column * 2))
    if not pairs:
        return rows
    return [
        [
            new
            for cell in row
            for new in pairs.get((cell.row, cell.column), (replace(cell, column=cell.column * 2 - 1),))
        ]
        for row in rows
    ]
