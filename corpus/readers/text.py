"""Text files: the form as Word exports it (a cell a line), as rows of `|` or tab separated cells, or plain prose."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.form import is_year_line, label_key, may_end_label, money_unit_of, title_of, unit_of
from corpus.outline import heading_of, is_contents_entry, part_of
from corpus.raw import RawCell, RawDocument, RawParagraph, RawTable, Span
from corpus.readers.cell_lines import assemble
from corpus.readers.encoding import decode
from corpus.readers.pieces import GridRow, Mark, Piece, Placed
from corpus.readers.row_lines import align

_RESIDUE = re.compile(r"\[bookmark:[^\]\n]{0,200}\]|\{\s*(?:PAGEREF|HYPERLINK|TOC)\b[^}\n]{0,200}\}")
_BREAK_TAG = re.compile(r"<br\s*/?>", re.IGNORECASE)  # a line break inside a cell of a Markdown table
_LINE_END = re.compile(r"\r\n|\n")
_ODD_SPACE = re.compile(r"[\x0b\x0c\x1c-\x1f\x85\u2028\u2029\ufeff]")
_SEPARATOR_ROW = re.compile(r"^[\s|:+\-]+$")
_FULL_PIPE = str.maketrans("｜│┃", "|||")
_FIRST_LABELS = ("code", "name")
_HALF_LABEL = 3  # characters: 项目 above 编码
_LOOK_AHEAD = 14  # filled lines between a title and the first label of its table


def read_text(name: str, data: bytes) -> RawDocument:
    """A text file as raw blocks. Raises ReadError when it is not certainly readable text."""
    source = decode(name, data)
    if name.lower().endswith(".md"):
        source = _MARKDOWN.sub("", source)
    if "\n" not in source:
        source = source.replace("\r", "\n")
    lines = [line_of(number, raw) for number, raw in enumerate(_LINE_END.split(source), start=1)]
    if lines and not lines[-1].raw and source.endswith("\n"):
        lines.pop()
    blocks = tuple(blocks_of(lines))
    residues = tuple(line.number for line in lines if line.residue)
    return RawDocument(name, tuple(line.text for line in lines), blocks, residues)


# What marks a heading, a quotation or bold words in Markdown; the words are what the document says.
_MARKDOWN = re.compile(r"^[ \t]{0,3}(?:#{1,6}|>)[ \t]+|\*\*(?=\S)|(?<=\S)\*\*", re.M)


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    raw: str  # without residue, white space as it was
    text: str  # readable
    residue: bool

    @property
    def tabbed(self) -> bool:
        """A cell of the one-cell-a-line form (a row of tab separated cells may begin with a tab too)."""
        return self.raw.startswith("\t") and "\t" not in self.text

    @property
    def whole(self) -> Span:
        return Span(self.number, 0, len(self.text))


def line_of(number: int, raw: str) -> Line:
    clean = _RESIDUE.sub("", raw) if "[" in raw or "{" in raw else raw
    residue = clean != raw
    clean = _BREAK_TAG.sub(" ", clean) if "<" in clean else clean
    clean = _ODD_SPACE.sub(" ", clean.replace("\r", " "))
    return Line(number, clean, clean.strip(), residue)


def blocks_of(lines: Sequence[Line]) -> Iterator[RawParagraph | RawTable]:
    """Paragraphs, and the project tables that stand in the lines as text."""
    starts = _zone_starts(lines)
    at = 0
    for i, start in enumerate(starts):
        yield from _outside(lines[at:start])
        limit = starts[i + 1] if i + 1 < len(starts) else len(lines)
        end = _zone_end(lines, start, limit)
        yield from _zone(lines[start:end])
        at = end
    yield from _outside(lines[at:])


# --- where the project tables are ---------------------------------------------------------------------------------


def _first_cell_key(line: Line) -> str | None:
    return next((key for key in map(label_key, _cell_texts(line)) if key), None)


def _cell_texts(line: Line) -> list[str]:
    if len(line.text) > 2000:
        return []
    texts = [text.strip() for text in re.split(r"[|\t]", line.text.translate(_FULL_PIPE)) if text.strip()]
    if len(texts) == 1 and (glued := glued_pair(texts[0])):
        return [texts[0][: glued[0]]]
    return texts


def glued_pair(text: str) -> tuple[int, int] | None:
    """`项目编码：1304…` as the end of its label and the start of its value; None when it is no such pair."""
    if money_unit_of(text):
        return None  # 计量单位：元
    for found in re.finditer(r"[:：]\s*", text[:40]):
        key = label_key(text[: found.start()])
        if key and key not in ("budget", "plan") and found.end() < len(text):
            return found.start(), found.end()
    return None


def _zone_starts(lines: Sequence[Line]) -> list[int]:
    """Line indices a project table starts at: its title, or else what stands right above its first label."""
    starts: list[int] = []
    seen: set[str] = set()
    title: int | None = None
    floor = 0
    for i, line in enumerate(lines):
        if not line.text:
            continue
        keys = {key for key in map(label_key, _cell_texts(line)) if key in _FIRST_LABELS}
        if not keys and len(line.text) <= _HALF_LABEL and i + 1 < len(lines):
            keys = {key for key in [label_key(line.text + lines[i + 1].text)] if key in _FIRST_LABELS}
        if title_of(line.text.strip("|｜ \t")) and not is_contents_entry(line.text):
            title = i
        elif keys:
            if title is not None and title >= floor and _near(lines, title, i):
                starts.append(title)
                seen = set(keys)
            elif not starts or keys & seen:
                starts.append(_above(lines, i, floor))
                seen = set(keys)
            else:
                seen |= keys
            title = None
            floor = i + 1
    return starts


def _near(lines: Sequence[Line], title: int, label: int) -> bool:
    return sum(bool(line.text) for line in lines[title:label]) <= _LOOK_AHEAD


def _above(lines: Sequence[Line], label: int, floor: int) -> int:
    """The first of the unit and money lines directly above the label at `label`."""
    start = label
    for i in range(label - 1, max(floor, label - 8) - 1, -1):
        text = lines[i].text.strip("|｜ \t")
        if not text:
            continue
        if not (unit_of(text) or money_unit_of(text)):
            break
        start = i
    return start


def _zone_end(lines: Sequence[Line], start: int, limit: int) -> int:
    """Where the table that starts at `start` ends: at a heading, or at prose after the indicator grid."""
    tabbed = sum(line.tabbed for line in lines[start:limit]) > 5
    grid = _grid_start(lines, start, limit)
    for i in range(start + 1, limit):
        line = lines[i]
        if not line.text:
            continue
        if part_of(line.text) or _is_known_heading(line.text):
            return i
        if i > grid and _is_prose(lines, i, tabbed):
            return i
    return limit


def _is_known_heading(text: str) -> bool:
    """A narrative heading; 总体目标 and 绩效目标 alone are labels of the form as well."""
    return heading_of(text) is not None and label_key(text) is None


def _grid_start(lines: Sequence[Line], start: int, limit: int) -> int:
    """Index of the last line of the first indicator header, or of the plan when there is no grid."""
    found = limit
    for i in range(start, limit):
        keys = [label_key(text) for text in _cell_texts(lines[i])]
        if any(key in ("target", "basis", "description") for key in keys):
            found = i
        elif found < limit and lines[i].text:
            break
    return found


def _is_prose(lines: Sequence[Line], i: int, tabbed: bool) -> bool:
    """After the grid began: a line that can only be narrative, since it stands outside the way cells are written."""
    line = lines[i]
    if "\t" in line.text or "|" in line.text.translate(_FULL_PIPE):
        return False
    if tabbed:
        after_cell = bool(lines[i - 1].text) and lines[i - 1].tabbed
        return not line.tabbed and not after_cell
    return bool(re.match(r"^(?:第[一二三四五六七八九十]+部分|附件|附[:：表]|注[:：]|说明[:：])", line.text)) or (
        bool(re.match(r"^[一二三四五六七八九十]{1,3}、", line.text)) and not lines[i - 1].text
    )


# --- inside a table -----------------------------------------------------------------------------------------------


def _zone(lines: Sequence[Line]) -> Iterator[RawParagraph | RawTable]:
    head = 0
    if lines and title_of(lines[0].text.strip("|｜ \t")):
        bare = lines[0].text.strip("|｜ \t")
        start = lines[0].text.index(bare)
        yield RawParagraph(bare, Span(lines[0].number, start, start + len(bare)))
        head = 1
        while head < len(lines) and (not lines[head].text or is_year_line(lines[head].text)):
            if lines[head].text:
                yield RawParagraph(lines[head].text, lines[head].whole)
            head += 1
    body = lines[head:]
    rows = align(_separated(body)) if _is_row_style(body) else assemble(_pieces(body))
    yield _table(rows)


def _is_row_style(lines: Sequence[Line]) -> bool:
    filled = [line for line in lines if line.text]
    separated = sum("|" in line.text.translate(_FULL_PIPE) or "\t" in line.text for line in filled)
    return separated * 2 > len(filled)


def _separated(lines: Sequence[Line]) -> list[list[Piece]]:
    """Rows of `|` or tab separated cells; a `|` row that is not closed goes on in the next line."""
    rows: list[list[Piece]] = []
    frame = _frame(lines)
    is_open = False
    for line in lines:
        if not line.text or (_SEPARATOR_ROW.match(line.text) and "-" in line.text):
            is_open = is_open and bool(line.text)
            continue
        cells = _row_cells(line, frame)
        if is_open and rows and not line.text.startswith(("|", "｜")):
            last = rows[-1].pop()
            rows[-1] += [
                replace(cells[0], text=last.text + cells[0].text, spans=last.spans + cells[0].spans),
                *cells[1:],
            ]
        else:
            rows.append(cells)
        is_open = frame.right and not line.text.endswith(("|", "｜"))
    return rows


@dataclass(frozen=True, slots=True)
class _Frame:
    """Whether the rows of a table begin and end with a `|` that is no separator but its frame."""

    left: bool
    right: bool


def _frame(lines: Sequence[Line]) -> _Frame:
    texts = [line.text.translate(_FULL_PIPE) for line in lines if "|" in line.text.translate(_FULL_PIPE)]
    left = sum(text.startswith("|") for text in texts) * 5 >= len(texts) * 4
    right = sum(text.endswith("|") for text in texts) * 5 >= len(texts) * 4
    return _Frame(left and bool(texts), right and bool(texts))


def _row_cells(line: Line, frame: _Frame) -> list[Piece]:
    """The cells of one line. A tab or `|` stands between two cells, the first of which may be empty."""
    text = line.text.translate(_FULL_PIPE)
    if "|" in text:
        begin = 1 if frame.left and text.startswith("|") else 0
        end = len(text) - (1 if frame.right and text.endswith("|") and len(text) > begin else 0)
        return [_piece(line, text, start, stop) for start, stop in _cuts(text, begin, end, "|")]
    lead = len(line.raw) - len(line.raw.lstrip())
    return [_tab_piece(line, lead, start, stop) for start, stop in _cuts(line.raw, 0, len(line.raw), "\t")]


def _tab_piece(line: Line, lead: int, start: int, stop: int) -> Piece:
    """A cell between tabs; the readable line lacks the `lead` characters of white space before its first text."""
    bare = line.raw[start:stop].strip()
    offset = max(line.raw.index(bare, start) - lead, 0) if bare else 0
    return Piece(bare, (Span(line.number, offset, offset + len(bare)),), Mark.TEXT if bare else Mark.BLANK)


def _cuts(text: str, begin: int, end: int, separator: str) -> list[tuple[int, int]]:
    cuts, start = [], begin
    for i in range(begin, end):
        if text[i] == separator:
            cuts.append((start, i))
            start = i + 1
    return [*cuts, (start, end)]


def _piece(line: Line, text: str, start: int, stop: int) -> Piece:
    bare = text[start:stop].strip()
    if not bare:
        return Piece("", (Span(line.number, start, start),), Mark.BLANK)
    offset = text.index(bare, start)
    return Piece(line.text[offset : offset + len(bare)], (Span(line.number, offset, offset + len(bare)),))


def _pieces(lines: Sequence[Line]) -> list[Piece]:
    """One cell a line. A tab alone continues a merged cell, a tab and a space is a blank one."""
    tabbed = sum(line.tabbed for line in lines) > 5
    spaces_are_cells = not tabbed and not _spaces_separate_rows(lines)
    pieces: list[Piece] = []
    new_row = False
    for line in lines:
        if not line.text:
            blank = bool(line.raw.strip("\t"))
            if not (line.tabbed or (blank and spaces_are_cells)):
                new_row = True
                continue
            pieces.append(Piece("", (line.whole,), Mark.BLANK if blank else Mark.MERGED, new_row))
        elif tabbed and not line.tabbed and pieces and not new_row and pieces[-1].mark is Mark.TEXT:
            last = pieces[-1]
            pieces[-1] = replace(last, text=last.text + line.text, spans=(*last.spans, line.whole))
        else:
            pieces += _split_glued(line, new_row)
        new_row = False
    return _with_whole_labels(pieces)


def _with_whole_labels(pieces: Sequence[Piece]) -> list[Piece]:
    """Labels that a narrow column broke into lines (绩效指标 / 描述) as one cell each."""
    whole: list[Piece] = []
    at = 0
    while at < len(pieces):
        count = next((n for n in (4, 3, 2) if _is_broken_label(pieces[at : at + n], n, whole)), 1)
        parts = pieces[at : at + count]
        whole.append(_joined(parts) if count > 1 else parts[0])
        at += count
    return whole


def _is_broken_label(parts: Sequence[Piece], count: int, before: Sequence[Piece]) -> bool:
    """Whether `parts` only together are a label. 指标值 and 确定依据 are two, unless 指标值 stood right before."""
    if len(parts) < count or any(p.mark is not Mark.TEXT or len(p.text) > 12 for p in parts):
        return False
    if (
        any(p.new_row or not may_end_label(p.text) for p in parts[1:])
        or label_key("".join(p.text for p in parts)) is None
    ):
        return False
    if any(label_key(p.text) for p in parts[1:]):
        return bool(before) and label_key(before[-1].text) == label_key(parts[0].text) is not None
    return True


def _joined(parts: Sequence[Piece]) -> Piece:
    text = "".join(p.text for p in parts)
    return replace(parts[0], text=text, spans=tuple(span for p in parts for span in p.spans))


def _spaces_separate_rows(lines: Sequence[Line]) -> bool:
    """Without tabs a line of spaces is a blank cell, unless such lines also stand above the plan and the goals."""
    heads = [i for i, line in enumerate(lines) if i and label_key(line.text) in ("plan", "goals")]
    return bool(heads) and all(lines[i - 1].raw and not lines[i - 1].text for i in heads)


def _split_glued(line: Line, new_row: bool) -> list[Piece]:
    glued = glued_pair(line.text)
    if glued is None:
        return [Piece(line.text, (line.whole,), Mark.TEXT, new_row)]
    end, start = glued
    label = Piece(line.text[:end], (Span(line.number, 0, end),), Mark.TEXT, new_row)
    return [label, Piece(line.text[start:], (Span(line.number, start, len(line.text)),))]


def _table(rows: Sequence[GridRow]) -> RawTable:
    return RawTable(tuple(_raw_cell(number, placed) for number, row in enumerate(rows, start=1) for placed in row))


def _raw_cell(row: int, placed: Placed) -> RawCell:
    text = placed.piece.text.strip() if placed.piece.mark is Mark.TEXT else ""
    return RawCell(row, placed.column, text, placed.piece.spans)


# --- outside the tables -------------------------------------------------------------------------------------------


def _outside(lines: Sequence[Line]) -> Iterator[RawParagraph | RawTable]:
    """Prose, and tables of `|` rows that are not the form."""
    i = 0
    while i < len(lines):
        stop = i
        while stop < len(lines) and _is_pipe_row(lines[stop]):
            stop += 1
        if stop - i >= 2:
            yield _table([_placed(row) for row in _separated(lines[i:stop])])
            i = stop
            continue
        if lines[i].text:
            yield RawParagraph(lines[i].text, lines[i].whole)
        i += 1


def _is_pipe_row(line: Line) -> bool:
    return line.text.translate(_FULL_PIPE).count("|") >= 2


def _placed(row: Sequence[Piece]) -> GridRow:
    return [Placed(column, piece) for column, piece in enumerate(row, start=1)]
