"""Tables over page breaks: parts of a table as one grid, without repeated heads, cut rows and labels made whole."""

from collections.abc import Sequence
from dataclasses import replace

from corpus.form import is_indicator_header, is_level1, is_level2, label_key, level2_begun, may_end_label, month_of
from corpus.readers.cell_lines import starts_goal
from corpus.readers.flow import Grid, GridCell, one_line
from corpus.readers.pdf_page import Table, clusters, nearest


def run_on(texts: Sequence[str]) -> str:
    """Wrapped lines as one: Chinese without a space, Latin words with one."""
    joined = ""
    for text in texts:
        words = joined and joined[-1].isascii() and joined[-1].isalpha() and text[:1].isascii() and text[:1].isalpha()
        joined += (" " if words else "") + text
    return joined


def whole_grid(parts: Sequence[Table]) -> Grid:
    """The parts of a table on the following pages as one grid."""
    columns = clusters(box.x0 for part in parts for box in part.boxes)
    rows: list[list[GridCell]] = []
    for number, part in enumerate(parts):
        new = _part_rows(part, columns, len(rows))
        if number and new:
            new = _without_repeated_head(rows, new)
        if number and new:
            new[0] = _with_whole_labels(rows, new[0])
        if number and new and rows and _is_rest_of_row(rows, new[0]):
            rows[-1] = _completed(rows[-1], new.pop(0))
        rows += new
    return Grid(tuple(replace(cell, row=number) for number, row in enumerate(rows, start=1) for cell in row))


def _part_rows(part: Table, columns: Sequence[float], before: int) -> list[list[GridCell]]:
    tops = clusters(box.top for box in part.boxes)
    rows: list[list[GridCell]] = [[] for _ in tops]
    for box in sorted(part.boxes, key=lambda b: b.x0):
        row, column = nearest(tops, box.top), nearest(columns, box.x0) + 1
        if not any(cell.column == column for cell in rows[row]):
            rows[row].append(GridCell(before + row + 1, column, _wrapped(box.text), part.page))
    return [row for row in rows if row]


def _wrapped(text: str) -> str:
    """The lines of a cell: a line break is kept only where a numbered item begins."""
    lines = text.split("\n")
    kept = [lines[0]]
    for line in lines[1:]:
        if starts_goal(line):
            kept.append(line)
        else:
            kept[-1] = run_on([kept[-1], line])
    return "\n".join(kept)


def _without_repeated_head(rows: Sequence[list[GridCell]], new: list[list[GridCell]]) -> list[list[GridCell]]:
    """The rows of the next page without the head that the page break repeated."""
    known = {_texts(row) for row in rows}
    count = 0
    while count < len(new) and is_indicator_header(_texts(new[count])) and _texts(new[count]) in known:
        count += 1
    return new[count:]


def _texts(row: Sequence[GridCell]) -> tuple[str, ...]:
    return tuple(one_line(cell.text) for cell in row)


def _is_rest_of_row(rows: Sequence[list[GridCell]], row: Sequence[GridCell]) -> bool:
    """Whether the first row of a page is the rest of the row that the page break cut in two."""
    filled = {cell.column: one_line(cell.text) for cell in row if cell.text}
    above = {cell.column: one_line(cell.text) for cell in rows[-1] if cell.text}
    if not filled or any(map(label_key, filled.values())):
        return False
    if all(may_end_label(text) and label_key(above.get(column, "") + text) for column, text in filled.items()):
        return True  # a label that was cut: 指标值确 | 定依据
    head = next((r for r in reversed(rows) if is_indicator_header(_texts(r))), None)
    if head is not None:
        return rows[-1] is not head and _is_rest_of_indicator(head, filled)
    labels = {column for column, text in above.items() if label_key(text)}
    values = set(above) - labels
    if any(map(month_of, above.values())) or not set(filled) <= values:
        return False
    return bool(labels) or (len(filled) == 1 and len(above) <= 2)


def _with_whole_labels(rows: list[list[GridCell]], row: list[GridCell]) -> list[GridCell]:
    """The first row of a page without the rest of a merged label (资金支出计划 | （%）), which goes to its beginning."""
    head = next((r for r in reversed(rows) if is_indicator_header(_texts(r))), [])
    levels = [cell.column for cell in head if label_key(one_line(cell.text)) in ("level1", "level2")]
    kept: list[GridCell] = []
    for cell in row:
        begun = next(((r, c) for r in reversed(rows) for c in r if c.column == cell.column and c.text), None)
        whole = one_line(begun[1].text) + one_line(cell.text) if begun else ""
        if cell.column in levels and begun and cell.text:
            whole = level2_begun(whole) or whole  # 可持续 | 影响指, and 标 lost between the pages
        level = cell.column in levels and (is_level1(whole) or is_level2(whole))
        ends_label = label_key(one_line(cell.text)) is None and may_end_label(cell.text)
        if begun and cell.text and ends_label and (level or label_key(whole)):
            begun[0][begun[0].index(begun[1])] = replace(begun[1], text=whole)
            cell = replace(cell, text="")
        kept.append(cell)
    return kept


def _is_rest_of_indicator(head: Sequence[GridCell], filled: dict[int, str]) -> bool:
    """A row that begins without a name of its own, or has neither a value nor a basis."""
    keys = {cell.column: label_key(one_line(cell.text)) for cell in head}
    texts = {keys.get(column): text for column, text in filled.items()}
    if is_level1(texts.get("level1", "")) or is_level2(texts.get("level2", "")):
        return False
    return "level3" not in texts or not texts.keys() & {"target", "basis"}


def _completed(row: Sequence[GridCell], rest: Sequence[GridCell]) -> list[GridCell]:
    texts = {cell.column: cell.text for cell in rest if cell.text}
    joined = [
        replace(cell, text=_wrapped(f"{cell.text}\n{texts.pop(cell.column)}")) if cell.column in texts else cell
        for cell in row
    ]
    return joined + [cell for cell in rest if cell.column in texts]
