"""The unit's form of a 绩效目标表: its cells, their layout as a table, and the form as Markdown."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.types import DraftCell, DraftTable
from corpus.types import ProjectRecord

GRID_LABELS = ("一级指标", "二级指标", "三级指标", "绩效指标描述", "指标值", "指标值确定依据")
# One column of labels and twelve that the rows of the form divide among their cells.
_WIDTH = 13
_MONTHS = (3, 6, 10, 12)
MOST_DATES = 12


@dataclass(frozen=True, slots=True)
class FormCells:
    """The filled cells of a form, before they are laid out."""

    code: DraftCell
    name: DraftCell
    total: DraftCell
    fiscal: DraftCell
    other: DraftCell
    purpose: DraftCell
    months: tuple[int, ...]
    plan: tuple[DraftCell, ...]
    goals: DraftCell
    indicators: tuple[tuple[DraftCell, ...], ...]


_GRID_SPANS = (1, 2, 2, 3, 2, 3)


def _label(text: str, columns: int = 1, rows: int = 1) -> DraftCell:
    return DraftCell(text, columns, rows, header=True)


def _wide(cell: DraftCell, columns: int) -> DraftCell:
    return DraftCell(cell.text, columns, cell.rows, cell.header, cell.sources)


def form_table(title: str, unit_line: str, cells: FormCells) -> DraftTable:
    """The form as the document prints it, on a grid of thirteen columns; repeated 一级指标 are one merged cell."""
    months = [_label(f"{month}月底", span) for month, span in zip(cells.months, _spans(len(cells.months)), strict=True)]
    shares = [_wide(cell, span) for cell, span in zip(cells.plan, _spans(len(cells.plan)), strict=True)]
    rows = [
        (_label("项目编码"), _wide(cells.code, 4), _label("项目名称", 2), _wide(cells.name, 6)),
        (
            _label("预算规模及资金用途", rows=2),
            _label("预算数", 2),
            _wide(cells.total, 2),
            _label("其中：财政资金", 2),
            _wide(cells.fiscal, 2),
            _label("其他资金", 2),
            _wide(cells.other, 2),
        ),
        (_wide(cells.purpose, 12),),
        (_label("资金支出计划（%）", rows=2), *months),
        tuple(shares),
        (_label("绩效目标"), _wide(cells.goals, 12)),
        tuple(_label(label, span) for label, span in zip(GRID_LABELS, _GRID_SPANS, strict=True)),
        *_grid(cells.indicators),
    ]
    return DraftTable(title, unit_line, _WIDTH, tuple(rows), grid_from=6)


def _spans(count: int) -> list[int]:
    """How many of the twelve columns each date takes; the first ones take what is left over."""
    if count > _WIDTH - 1:
        raise ValueError(f"a plan of {count} dates does not fit the form")
    each, rest = divmod(_WIDTH - 1, count)
    return [each + (index < rest) for index in range(count)]


def _grid(indicators: Sequence[tuple[DraftCell, ...]]) -> Iterator[tuple[DraftCell, ...]]:
    at = 0
    while at < len(indicators):
        span = 1
        while at + span < len(indicators) and indicators[at + span][0].text == indicators[at][0].text:
            span += 1
        first = indicators[at][0]
        merged = DraftCell(first.text, 1, span, first.header, first.sources)
        for offset in range(span):
            row = indicators[at + offset]
            rest = (_wide(cell, columns) for cell, columns in zip(row[1:], _GRID_SPANS[1:], strict=True))
            yield (*((merged,) if not offset else ()), *rest)
        at += span


# --- Markdown -----------------------------------------------------------------------------------------------------


def markdown(title: str, unit_line: str, cells: FormCells) -> str:
    """The form as Markdown: the fields, the plan, the goals, the indicator grid."""
    fields = [
        ("项目编码", cells.code),
        ("项目名称", cells.name),
        ("预算规模及资金用途 · 预算数", cells.total),
        ("预算规模及资金用途 · 其中：财政资金", cells.fiscal),
        ("预算规模及资金用途 · 其他资金", cells.other),
        ("预算规模及资金用途 · 资金用途", cells.purpose),
        *((f"资金支出计划（%） · {month}月底", cell) for month, cell in zip(cells.months, cells.plan, strict=True)),
        ("绩效目标", cells.goals),
    ]
    lines = [f"**{inert(title)}**", "", *([inert(unit_line), ""] if unit_line else [])]
    lines += _table(("项目", "内容"), [(label, cell.text) for label, cell in fields])
    lines += ["", *_table(GRID_LABELS, [tuple(cell.text for cell in row) for row in cells.indicators])]
    return "\n".join(lines)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [
        "| " + " | ".join(head) + " |",
        "| " + " | ".join("---" for _ in head) + " |",
        *("| " + " | ".join(_cell(text) for text in row) + " |" for row in rows),
    ]


def inert(text: str) -> str:
    """Text that stays text in Markdown: no markup, link, image or HTML comes of it."""
    plain = re.sub(r"([\\`*_\[\]|~])", r"\\\1", text).replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"(?m)^(\s*)([#>=+-])", r"\1\\\2", plain)


def _cell(text: str) -> str:
    return "<br>".join(inert(text).splitlines())


def empty_form(projects: tuple[ProjectRecord, ...]) -> FormCells:
    """The form with nothing in it: this unit's plan dates and indicator categories, no code, no figure."""
    months = max((tuple(point.month for point in project.plan) for project in projects), key=len, default=()) or _MONTHS
    nothing = DraftCell("")
    categories: list[tuple[str, str]] = []
    for project in projects:
        for row in project.indicators:
            pair = (row.level1.text or "", row.level2.text or "")
            if all(pair) and pair not in categories:
                categories.append(pair)
    categories = categories or [
        ("产出指标", "数量指标"),
        ("效益指标", "社会效益指标"),
        ("满意度指标", "服务对象满意度指标"),
    ]
    order = list(dict.fromkeys(level1 for level1, _ in categories))
    categories.sort(key=lambda pair: order.index(pair[0]))
    rows = tuple((DraftCell(one), DraftCell(two), nothing, nothing, nothing, nothing) for one, two in categories)
    return FormCells(
        nothing,
        nothing,
        nothing,
        nothing,
        nothing,
        nothing,
        months[:MOST_DATES],
        (nothing,) * len(months[:MOST_DATES]),
        nothing,
        rows,
    )


def table_of(project: ProjectRecord, cells: FormCells, number: int) -> DraftTable:
    """The form of a project of the unit, under its title."""
    unit = f"{project.unit_code or ''}{project.unit_name or ''}"
    return form_table(f"{number}.{cells.name.text}绩效目标表", f"{unit}　单位：万元".strip("　"), cells)
