"""The form as other departments, years and programs print it: one truth, many layouts, for every format.

Each layout takes a document and a project and gives its table as boxes on a grid; what they print differs, what they
say does not. render_layout("xlsx", document, LAYOUTS["operator and unit in columns"])
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from tests.made_documents import MadeDocument, MadeIndicator, MadeProject, narrative
from tests.made_files import RENDERERS, WIDTH, Box, Part, Rows, form

Layout = Callable[[MadeDocument, MadeProject], Rows]
_VALUE = re.compile(r"^(≥|≤|=|＞|＜)?(\d+(?:\.\d+)?)(%|[一-鿿]*)$")


def parts_of(document: MadeDocument, layout: Layout) -> Iterator[Part]:
    """The paragraphs and tables of a document whose tables are laid out that way."""
    yield from (line for line in narrative(document) if line)
    for number, project in enumerate(document.projects, start=1):
        yield f"{number}.{project.name}绩效目标表"
        yield layout(document, project)
    yield from document.prose


SUFFIXES = ("cells.txt", "rows.txt", *RENDERERS)


def render_layout(suffix: str, document: MadeDocument, layout: Layout) -> bytes:
    return render_parts(suffix, list(parts_of(document, layout)))


def render_parts(suffix: str, parts: Sequence[Part]) -> bytes:
    """A file of that format; text has a cell a line (as exported) or `|` between its cells."""
    if suffix.endswith("txt"):
        lines = _cell_lines if suffix == "cells.txt" else _row_lines
        return ("\n".join(part if isinstance(part, str) else "\n".join(lines(part)) for part in parts) + "\n").encode()
    return RENDERERS[suffix](parts)


def _texts(rows: Rows) -> Iterator[list[str | None]]:
    """The cells of each row from left to right; None where a merged cell reaches down."""
    below: dict[int, int] = {}
    for row in rows:
        texts: dict[int, str | None] = {column: None for column, left in below.items() if left > 0}
        texts |= {box.column: box.text for box in row}
        yield [texts[column] for column in sorted(texts)]
        below = {column: left - 1 for column, left in below.items() if left > 1}
        below |= {box.column: box.down - 1 for box in row if box.down > 1}


def _row_lines(rows: Rows) -> Iterator[str]:
    for texts in _texts(rows):
        yield "| " + " | ".join((text or "").replace("\n", " ") for text in texts) + " |"


def _cell_lines(rows: Rows) -> Iterator[str]:
    """A tab alone continues a merged cell, a tab and a space is a blank one, an empty line ends a row."""
    for texts in _texts(rows):
        for text in texts:
            yield from ["\t"] if text is None else [f"\t{line or ' '}" for line in text.split("\n")]
        yield ""


def cut(target: str) -> tuple[str, str, str]:
    """A value as operator, number and unit; one that is no number stands in the middle."""
    found = _VALUE.match(target)
    return (found[1] or "", found[2], found[3]) if found else ("", target, "")


# --- layouts ------------------------------------------------------------------------------------------------------


def as_shipped(document: MadeDocument, project: MadeProject) -> Rows:
    return form(document, project)


def _upper(document: MadeDocument, project: MadeProject) -> Rows:
    """The rows above the head of the indicator grid."""
    rows = form(document, project)
    return rows[: _head_at(rows)]


def _head_at(rows: Rows) -> int:
    return next(number for number, row in enumerate(rows) if row[0].text == "一级指标")


def _grid(project: MadeProject, heads: Rows, cells: Callable[[MadeIndicator], Sequence[str]], widths: str) -> Rows:
    """A head and indicator rows on columns of these widths; equal levels are merged downward."""
    starts = [1 + sum(map(int, widths[:i])) for i in range(len(widths))]
    table = [[row.level1, row.level2, *cells(row)] for row in project.indicators]
    rows: Rows = []
    for number, texts in enumerate(table):
        row = []
        for column, text in enumerate(texts):
            same = column < 2 and number > 0 and table[number - 1][: column + 1] == texts[: column + 1]
            if not same:
                down = 1
                while (
                    column < 2
                    and number + down < len(table)
                    and table[number + down][: column + 1] == texts[: column + 1]
                ):
                    down += 1
                row.append(Box(text, starts[column], int(widths[column]), down))
        rows.append(row)
    return [*heads, *rows]


def _head(texts: Sequence[str], widths: str) -> list[Box]:
    starts = [1 + sum(map(int, widths[:i])) for i in range(len(widths))]
    return [Box(text, start, int(width)) for text, start, width in zip(texts, starts, widths, strict=True)]


def operator_and_unit_in_columns(document: MadeDocument, project: MadeProject) -> Rows:
    widths = "11222112"
    head = ["一级指标", "二级指标", "三级指标", "绩效指标描述", "指标性质", "指标值", "计量单位", "指标值确定依据"]

    def cells(row: MadeIndicator) -> Sequence[str]:
        return [row.level3, row.description, *cut(row.target), row.basis]

    return [*_upper(document, project), *_grid(project, [_head(head, widths)], cells, widths)]


def value_head_over_three_columns(document: MadeDocument, project: MadeProject) -> Rows:
    """指标值 above 符号, 值 and 单位（文字描述）, as the budget system prints it."""
    widths = "11222112"
    plain = _head(["一级指标", "二级指标", "三级指标", "绩效指标描述"], widths[:4])
    first = [*(replace(box, down=2) for box in plain), Box("指标值", 7, 4), Box("指标值确定依据", 11, 2, 2)]
    second = [Box("符号", 7, 2), Box("值", 9, 1), Box("单位（文字描述）", 10, 1)]

    def cells(row: MadeIndicator) -> Sequence[str]:
        return [row.level3, row.description, *cut(row.target), row.basis]

    return [*_upper(document, project), *_grid(project, [first, second], cells, widths)]


def unit_and_money_in_one_row(document: MadeDocument, project: MadeProject) -> Rows:
    rows = form(document, project)
    first = [replace(rows[0][0], across=8), Box(rows[1][0].text, 9, WIDTH - 8)]
    return [first, *rows[2:]]


def a_pair_a_row(document: MadeDocument, project: MadeProject) -> Rows:
    rows = form(document, project)
    amounts = (("预算数", project.total), ("其中：财政资金", project.fiscal), ("其他资金", project.other))
    pairs = [("项目编码", project.code), ("项目名称", project.name), *amounts, ("资金用途", project.purpose)]
    upper = [[Box(label, 1, 3), Box(text, 4, WIDTH - 3)] for label, text in pairs]
    return [*rows[:2], *upper, *rows[5:]]


def amounts_under_their_labels(document: MadeDocument, project: MadeProject) -> Rows:
    rows = form(document, project)
    labels = ("预算数", "其中：财政资金", "其他资金", "资金用途")
    values = (project.total, project.fiscal, project.other, project.purpose)
    head = [Box("预算规模及资金用途", 1, 2, 2), *(Box(t, c, 2) for t, c in zip(labels, (3, 5, 7, 9), strict=True))]
    below = [Box(text, column, 2) for text, column in zip(values, (3, 5, 7, 9), strict=True)]
    return [*rows[:3], head, below, *rows[5:]]


def line_breaks_in_labels(document: MadeDocument, project: MadeProject) -> Rows:
    """Narrow columns: 项目 / 编码, 指标值 / 确定依据."""
    rows = form(document, project)
    at = _head_at(rows)

    def broken(box: Box) -> Box:
        half = (len(box.text) + 1) // 2
        return replace(box, text=f"{box.text[:half]}\n{box.text[half:]}")

    return [
        *rows[:2],
        [broken(box) if box.column in (1, 7) else box for box in rows[2]],
        *rows[3:at],
        list(map(broken, rows[at])),
        *rows[at + 1 :],
    ]


def head_repeated_in_the_grid(document: MadeDocument, project: MadeProject) -> Rows:
    """A page break between every two first levels, with the head printed again."""
    rows = form(document, project)
    at = _head_at(rows)
    out = rows[: at + 2]
    for row in rows[at + 2 :]:
        out += [rows[at], row] if row[0].column == 1 else [row]
    return out


def levels_on_every_row(document: MadeDocument, project: MadeProject) -> Rows:
    """Nothing is merged: each row says its levels."""
    rows = form(document, project)
    at = _head_at(rows)
    widths = [box.across for box in rows[at]]
    starts = [box.column for box in rows[at]]
    out = rows[: at + 1]
    for row in project.indicators:
        texts = (row.level1, row.level2, *row.data)
        out.append([Box(text, start, width) for text, start, width in zip(texts, starts, widths, strict=True)])
    return out


def goals_a_row_each(document: MadeDocument, project: MadeProject) -> Rows:
    rows = form(document, project)
    at = next(number for number, row in enumerate(rows) if row[0].text == "绩效目标")
    label, cell = rows[at]
    first, *more = project.goals
    goals = [
        [replace(label, down=len(project.goals)), replace(cell, text=first)],
        *([replace(cell, text=g)] for g in more),
    ]
    return [*rows[:at], *goals, *rows[at + 1 :]]


def a_column_of_its_own_for_the_grid(document: MadeDocument, project: MadeProject) -> Rows:
    """绩效指标 runs down the left side of the whole grid."""
    widths = "222222"
    head = ["一级指标", "二级指标", "三级指标", "绩效指标描述", "指标值", "指标值确定依据"]

    def cells(row: MadeIndicator) -> Sequence[str]:
        return row.data

    grid = _grid(project, [_head(head, widths)], cells, widths)
    moved = [
        [replace(b, column=2 + (b.column - 1) // 2 * 2 - (b.column > 1), across=2 - (b.column < 3)) for b in row]
        for row in grid
    ]
    moved[0].insert(0, Box("绩效指标", 1, 1, len(grid)))
    return [*_upper(document, project), *moved]


LAYOUTS: dict[str, Layout] = {
    "as shipped": as_shipped,
    "operator and unit in columns": operator_and_unit_in_columns,
    "value head over three columns": value_head_over_three_columns,
    "unit and money in one row": unit_and_money_in_one_row,
    "a pair a row": a_pair_a_row,
    "amounts under their labels": amounts_under_their_labels,
    "line breaks in labels": line_breaks_in_labels,
    "head repeated": head_repeated_in_the_grid,
    "levels on every row": levels_on_every_row,
    "goals a row each": goals_a_row_each,
    "a column for the grid": a_column_of_its_own_for_the_grid,
}
