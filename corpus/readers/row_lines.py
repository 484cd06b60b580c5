"""Rows of separated cells onto the columns of the form: what a row leaves out at its merged columns is put back."""

from collections.abc import Sequence
from dataclasses import replace

from corpus.form import INDICATOR_KEYS, is_level1, is_level2, label_key, month_of, value_heads
from corpus.readers.pieces import GridRow, Mark, Piece, Placed

_GRID_LABELS = (*INDICATOR_KEYS, "operator", "measure")


def align(rows: Sequence[Sequence[Piece]]) -> list[GridRow]:
    """The rows of a project table with their columns. A row that fits no column set stands beside the grid."""
    header: list[int] = []
    months: list[int] = []
    target = 0
    aligned: list[GridRow] = []
    for row in rows:
        cells = _trimmed(row)
        placed = [Placed(column, piece) for column, piece in enumerate(row, start=1)]
        keys = [label_key(piece.text) for piece in cells]
        if sum(key in INDICATOR_KEYS for key in keys) >= 3:
            header = [column for column, key in enumerate(keys, start=1) if key in _GRID_LABELS]
            target = keys.index("target") + 1 if "target" in keys else 0
        elif header and target and (heads := value_heads(piece.text for piece in row)):
            header, aligned[-1], placed = _under_value(header, aligned[-1], row, target, heads)
        elif header and not _is_new_table(keys):
            placed = _grid_row(cells, row, header)
        elif months and not any(keys):
            placed = _plan_row(cells, row, months)
            months = []
        else:
            header = [] if _is_new_table(keys) else header
            columns = [column for column, piece in enumerate(cells, start=1) if month_of(piece.text)]
            together = bool(columns) and columns[-1] - columns[0] + 1 == len(columns) >= 2
            months = columns if together else []
        aligned.append(placed)
    return aligned


def _under_value(
    header: list[int], head: GridRow, row: Sequence[Piece], target: int, heads: dict[int, str]
) -> tuple[list[int], GridRow, GridRow]:
    """Columns, head and second row of a grid whose 指标值 spans 符号, 值 and 单位: what follows it makes room."""
    after = [column for column in header if column > target]
    room = max(len(heads) - (min(after) - target if after else len(heads)), 0)
    moved = [replace(p, column=p.column + room * (p.column > target)) for p in head]
    under = [Placed(target + i, row[at]) for i, at in enumerate(heads)]
    columns = (
        [c for c in header if c <= target] + [target + i for i in range(1, len(heads))] + [c + room for c in after]
    )
    return columns, moved, under


def _is_new_table(keys: Sequence[str | None]) -> bool:
    return bool({"code", "total", "plan", "goals"} & set(keys))


def _trimmed(row: Sequence[Piece]) -> list[Piece]:
    """Without trailing blanks: padding to the width of the widest row."""
    cells = list(row)
    while len(cells) > 1 and cells[-1].mark is not Mark.TEXT:
        cells.pop()
    return cells


def _grid_row(cells: list[Piece], row: Sequence[Piece], header: list[int]) -> GridRow:
    width = header[-1]
    if len(row) >= width:
        full = list(row[: max(width, len(cells))])
        return [p for p in _columns(full) if p.piece.mark is Mark.TEXT or p.column - header[0] >= 2]
    first = cells[0]
    if len(row) == len(header) and header[0] > 1:
        return _columns(row, header[0])
    if len(row) == len(header) - 1 and is_level2(first.text):
        return _columns(row, header[0] + 1)
    if len(row) == len(header) - 2 and not is_level1(first.text) and not is_level2(first.text):
        return _columns(row, header[0] + 2)
    levels = 0
    if is_level1(first.text):
        levels = 2 if len(cells) > 1 and is_level2(cells[1].text) else 1
    return _columns(cells[:levels], header[0]) + _columns(cells[levels:], width + 1)


def _plan_row(cells: list[Piece], row: Sequence[Piece], months: list[int]) -> GridRow:
    """Values under the months: as many cells as the head has, or exactly one for each month."""
    if len(row) >= months[-1] and len(cells) <= months[-1]:
        return _columns(row[: months[-1]])
    if len(row) == len(months):
        return _columns(row, months[0])
    return _columns(cells, months[-1] + 1)


def _columns(pieces: Sequence[Piece], first: int = 1) -> GridRow:
    return [Placed(column, piece) for column, piece in enumerate(pieces, start=first)]
