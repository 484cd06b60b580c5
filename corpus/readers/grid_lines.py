"""The rows of the indicator grid out of a run of cells: by width, by empty lines, by the vocabulary of its levels."""

from collections.abc import Sequence
from dataclasses import replace

from corpus.form import INDICATOR_KEYS, SIDE_KEYS, is_level1, is_level2, label_key, value_heads
from corpus.readers.pieces import GridRow, Mark, Piece, Placed, in_columns


def grid_rows(pieces: Sequence[Piece]) -> list[GridRow]:
    """The head and the rows of the grid; what fits no row certainly stands after its last column."""
    header_end = _header_width(pieces)
    header = list(pieces[:header_end])
    heads, rest = _value_heads(pieces[header_end:])
    body = _without_repeated_header(_without_left_margin(rest), [label_key(p.text) for p in header])
    head_rows = _head_rows(header, heads)
    width = max(placed.column for row in head_rows for placed in row) if header else 0
    while body and body[-1].mark is not Mark.TEXT and len(body) % width:
        body.pop()
    keys = [label_key(piece.text) for piece in header]
    rows = _by_width(body, width) or _by_breaks(body, width) if keys[:2] == ["level1", "level2"] else None
    if rows is None:
        rows = [row for segment in _segments(body) for row in _segment_rows(segment, width)]
        if not set(INDICATOR_KEYS) <= set(keys) and any(row[-1].column > width for row in rows):
            rows = [in_columns(segment, first_column=max(width, 2) + 1) for segment in _segments(body)]
    return [*head_rows, *rows]


def _header_width(pieces: Sequence[Piece]) -> int:
    """How many labels the head of the grid has; a label seen before belongs to a repeated head."""
    seen: set[str] = set()
    for width, piece in enumerate(pieces):
        key = label_key(piece.text)
        if key not in (*INDICATOR_KEYS, *SIDE_KEYS) or key in seen:
            return width
        seen.add(key)
    return len(pieces)


def _value_heads(pieces: Sequence[Piece]) -> tuple[list[Piece], list[Piece]]:
    """符号, 值 and 单位 that stand under 指标值 in a second row of the head, and what comes after that row."""
    filled = [at for at, piece in enumerate(pieces[:12]) if not _is_open(piece)]
    for count in (3, 2):
        at = filled[:count]
        texts = [pieces[i].text for i in at]
        if len(at) == count and at[-1] - at[0] == count - 1 and len(value_heads(texts)) == count:
            rest = list(pieces[at[-1] + 1 :])
            while rest and rest[0].mark is Mark.MERGED and not rest[0].new_row:
                rest.pop(0)
            return [pieces[i] for i in at], rest
    return [], list(pieces)


def _without_left_margin(pieces: Sequence[Piece]) -> list[Piece]:
    """The body without the continuations of a cell (绩效指标) that runs down the left side of the whole grid."""
    rows = [at for at, piece in enumerate(pieces) if piece.new_row or at == 0]
    if len(rows) < 2 or any(pieces[at].mark is not Mark.MERGED for at in rows):
        return list(pieces)
    if len(pieces) < 2 or not _names_level1(pieces[1]):
        return list(pieces)
    begins = {at + 1 for at in rows}
    return [replace(p, new_row=at in begins) for at, p in enumerate(pieces) if at not in rows]


def _head_rows(header: Sequence[Piece], heads: Sequence[Piece]) -> list[GridRow]:
    """The head on its columns; 指标值 takes as many as stand under it."""
    if not heads:
        return [in_columns(header)]
    keys = [label_key(piece.text) for piece in header]
    target = keys.index("target") if "target" in keys else len(header) - 1
    before, after = header[: target + 1], header[target + 1 :]
    return [
        in_columns(before) + in_columns(after, first_column=target + 1 + len(heads)),
        in_columns(heads, first_column=target + 1),
    ]


def _without_repeated_header(pieces: Sequence[Piece], keys: Sequence[str | None]) -> list[Piece]:
    """The body without header rows that a page break repeated."""
    body: list[Piece] = []
    i = 0
    while i < len(pieces):
        if [label_key(p.text) for p in pieces[i : i + len(keys)]] == list(keys):
            i += len(keys)
        else:
            body.append(pieces[i])
            i += 1
    return body


def _is_open(piece: Piece) -> bool:
    return piece.mark is not Mark.TEXT


def _fits_row(chunk: Sequence[Piece]) -> bool:
    first, second = chunk[0], chunk[1]
    return (_is_open(first) or is_level1(first.text)) and (_is_open(second) or is_level2(second.text))


def _by_width(body: Sequence[Piece], width: int) -> list[GridRow] | None:
    """Rows of exactly `width` cells, when every one of them begins as a row of the grid must."""
    if width < 3 or len(body) % width:
        return None
    chunks = [body[i : i + width] for i in range(0, len(body), width)]
    if not all(_fits_row(chunk) for chunk in chunks):
        return None
    return [_grid_row(chunk) for chunk in chunks]


def _by_breaks(body: Sequence[Piece], width: int) -> list[GridRow] | None:
    """Rows between empty lines, when each of them is whole (its merged levels may be left out)."""
    groups: list[list[Piece]] = []
    for piece in body:
        if piece.new_row or not groups:
            groups.append([])
        groups[-1].append(piece)
    split = [_split_head(group) for group in groups]
    if len(groups) < 2 or any(len(rest) != width - 2 for _, rest in split):
        return None
    return [_levels(head) + _data_cells(rest) for head, rest in split]


def _grid_row(chunk: Sequence[Piece]) -> GridRow:
    """A whole row; continuations of merged cells leave their place empty in the level columns."""
    return [
        Placed(column, piece if piece.mark is not Mark.MERGED else replace(piece, mark=Mark.BLANK))
        for column, piece in enumerate(chunk, start=1)
        if column > 2 or piece.mark is not Mark.MERGED
    ]


def _segments(body: Sequence[Piece]) -> list[list[Piece]]:
    """Runs that begin with a first or second level indicator."""
    segments: list[list[Piece]] = []
    for i, piece in enumerate(body):
        before = body[i - 1] if i else None
        if not segments or _begins_segment(piece, before):
            if segments and before is not None and _is_open(before) and is_level2(piece.text):
                opened = [segments[-1].pop()] if len(segments[-1]) > 1 else []
                segments.append([*opened, piece])
                continue
            segments.append([piece])
        else:
            segments[-1].append(piece)
    return segments


def _begins_segment(piece: Piece, before: Piece | None) -> bool:
    """Whether a row begins here: a first level indicator, or a second level one not right after its first level."""
    after_level1 = before is not None and _names_level1(before)
    after_level2 = before is not None and _names_level2(before) and not after_level1
    if _names_level1(piece):
        return not after_level2 and not (after_level1 and _names_level2(piece))
    return _names_level2(piece) and not (after_level1 or after_level2)


def _names_level1(piece: Piece) -> bool:
    """Only full names (…指标) begin a row where nothing else marks one: 满意度 may as well be a cell's text."""
    return piece.mark is Mark.TEXT and piece.text.endswith("指标") and is_level1(piece.text)


def _names_level2(piece: Piece) -> bool:
    return piece.mark is Mark.TEXT and piece.text.endswith("指标") and is_level2(piece.text)


def _segment_rows(segment: list[Piece], width: int) -> list[GridRow]:
    """The rows of one second level indicator; a single row with everything beside the grid when they are uncertain."""
    head, rest = _split_head(segment)
    data = width - 2
    whole = _by_width([*head, *rest], width)
    if whole is not None:
        return whole
    groups = _data_groups(rest, data)
    if groups:
        levels = [_levels(head), *([] for _ in groups[1:])]
        return [level + _data_cells(group) for level, group in zip(levels, groups, strict=True)]
    return [_levels(head) + in_columns(rest, first_column=max(width, 2) + 1)]


def _data_groups(rest: Sequence[Piece], data: int) -> list[list[Piece]]:
    """The rows of `data` cells under one second level indicator; none when they are not certain.

    Where merged cells are marked, exactly two marks (first and second level) stand between two rows.
    """
    if data < 1 or not rest:
        return []
    step = data + 2 if any(piece.mark is Mark.MERGED for piece in rest) else data
    if (len(rest) + step - data) % step:
        return []
    groups = [list(rest[i : i + data]) for i in range(0, len(rest), step)]
    between = [piece for i in range(data, len(rest), step) for piece in rest[i : i + step - data]]
    if any(piece.mark is not Mark.MERGED for piece in between) or any(_is_open(group[0]) for group in groups):
        return []
    return groups


def _data_cells(group: Sequence[Piece]) -> GridRow:
    return in_columns([piece if piece.mark is Mark.TEXT else replace(piece, mark=Mark.BLANK) for piece in group], 3)


def _split_head(segment: list[Piece]) -> tuple[list[Piece], list[Piece]]:
    """First and second level of a segment (a merged first level as a continuation), and its other cells."""
    merged = replace(segment[0], text="", mark=Mark.MERGED)
    first = segment[0]
    if _is_open(first) and len(segment) > 1 and is_level2(segment[1].text):
        return [merged, segment[1]], segment[2:]
    if is_level1(first.text) and len(segment) > 1 and (is_level2(segment[1].text) or _is_open(segment[1])):
        return segment[:2], segment[2:]
    if is_level2(first.text):
        return [merged, first], segment[1:]
    if is_level1(first.text):
        return [first, merged], segment[1:]
    return [merged, merged], segment


def _levels(head: Sequence[Piece]) -> GridRow:
    return [Placed(column, piece) for column, piece in enumerate(head, start=1) if piece.mark is Mark.TEXT]
