"""What can be read or computed for one project: each with its formula, its cells, and why it is missing when it is.

Amounts are Decimal in 万元, shares in percent. Plan columns are read as cumulative (no document says so).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.understanding.types import Assumption, ProjectKey, Span
from corpus.fields import BY_KEY
from corpus.numbers import format_amount, format_percent
from corpus.types import Amount, Cell, CellState, PlanPoint, ProjectRecord

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Missing:
    """Why a figure cannot be had; `kind` is a key of wording.toml: blank, classified, unreadable, no_column."""

    kind: str
    label: str  # 预算数, 3月底的支出计划
    detail: str = ""  # the text that is no number, or the columns there are


@dataclass(frozen=True, slots=True)
class Reading:
    """One figure of one project.

    `value` is None when it cannot be had; then `missing` says why, and `if_zero` is what it would be were the blank
    cell a zero (None when that is no help).
    """

    value: Decimal | None
    unit: str  # 万元 or %
    formula: str
    cells: tuple[Cell, ...]
    missing: tuple[Missing, ...] = ()
    if_zero: Decimal | None = None
    share: Decimal | None = None  # of a plan amount: the percent behind it

    @property
    def classified(self) -> bool:
        return any(why.kind == "classified" for why in self.missing)


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure that can be read off any project."""

    key: str
    label: str
    unit: str
    read: Callable[[ProjectRecord], Reading]


def money(field: str, assumption: Assumption | None = None) -> Measure:
    """预算数, 财政资金 or 其他资金 as the form has it, or as an assumption changes it."""
    label = BY_KEY[field].label
    return Measure(field, label, "万元", lambda project: _money(project, field, label, assumption))


def _money(project: ProjectRecord, field: str, label: str, assumption: Assumption | None) -> Reading:
    amount: Amount = getattr(project, field)
    reading = _of_cell(amount.cell, amount.value, "万元", label)
    if assumption is None or reading.value is None or not _changes(assumption, project):
        return reading
    if assumption.field == "fiscal" and field == "total":
        return _total_with_fiscal(project, reading, assumption)
    if assumption.field != field:
        return reading
    value, formula = assumed(reading.value, assumption)
    return replace(reading, value=value, formula=formula)


def _changes(assumption: Assumption, project: ProjectRecord) -> bool:
    return assumption.understood and (
        not assumption.keys or ProjectKey(project.document_id, project.ordinal) in assumption.keys
    )


def _total_with_fiscal(project: ProjectRecord, total: Reading, assumption: Assumption) -> Reading:
    """预算数 when 财政资金 changes: what does not come from 财政资金 stays as it is."""
    fiscal = money("fiscal").read(project)
    if fiscal.value is None or total.value is None:
        return replace(total, value=None, cells=(*total.cells, *fiscal.cells), missing=fiscal.missing)
    value, formula = assumed(fiscal.value, assumption)
    rest = total.value - fiscal.value
    shown = f"{formula} + {format_amount(rest)} 万元" if rest else formula
    return replace(total, value=value + rest, formula=shown, cells=(*total.cells, *fiscal.cells))


def assumed(value: Decimal, assumption: Assumption) -> tuple[Decimal, str]:
    """A figure under an assumption, with its formula."""
    shown = f"{format_amount(value)} 万元"
    if assumption.value is not None:
        return assumption.value, f"假设为 {format_amount(assumption.value)} 万元（文件为 {shown}）"
    if assumption.delta is not None:
        sign = "+" if assumption.delta >= 0 else "−"
        return value + assumption.delta, f"{shown} {sign} {format_amount(abs(assumption.delta))} 万元"
    factor = assumption.factor if assumption.factor is not None else Decimal(1)
    if assumption.divisor != 1:
        return value * factor / assumption.divisor, f"{shown} × {factor:f}/{assumption.divisor:f}"
    return value * factor, f"{shown} × {format_percent(factor * HUNDRED)}"


def part_of_budget(field: str) -> Measure:
    """What percent of the project's own 预算数 is 财政资金 or 其他资金."""
    label = f"{BY_KEY[field].label}占预算数的比例"
    return Measure(f"{field}_share", label, "%", lambda project: _part_of_budget(project, field))


def _part_of_budget(project: ProjectRecord, field: str) -> Reading:
    part, budget = money(field).read(project), money("total").read(project)
    cells = (*part.cells, *budget.cells)
    if part.value is None or not budget.value:
        return Reading(None, "%", "", cells, (*part.missing, *budget.missing))
    formula = f"{format_amount(part.value)} 万元 ÷ {format_amount(budget.value)} 万元"
    return Reading(part.value / budget.value * HUNDRED, "%", formula, cells)


def _of_cell(cell: Cell, value: Decimal | None, unit: str, label: str) -> Reading:
    if cell.state is CellState.CLASSIFIED:
        return Reading(None, unit, "", (cell,), (Missing("classified", label),))
    if cell.state is CellState.BLANK:
        return Reading(None, unit, "", (cell,), (Missing("blank", label),), if_zero=Decimal(0))
    if value is None:
        return Reading(None, unit, "", (cell,), (Missing("unreadable", label, cell.text or ""),))
    return Reading(value, unit, "", (cell,))


def point_of(project: ProjectRecord, month: int) -> PlanPoint | None:
    return next((point for point in project.plan if point.month == month), None)


def share_at(project: ProjectRecord, month: int) -> Reading:
    """The cumulative share at the end of `month`; without such a column, which ones there are."""
    point = point_of(project, month)
    if point is None:
        months = "、".join(f"{p.month}月底" for p in project.plan) or "任何时点"
        return Reading(None, "%", "", (), (Missing("no_column", f"{month}月底", months),))
    return _of_cell(point.cell, point.share, "%", f"{month}月底的支出计划")


def plan_amount(span: Span, assumption: Assumption | None = None) -> Measure:
    """万元 to be spent by the end of a month, or between two."""
    label = f"到{span.end}月底的计划支出" if span.start is None else span_label(span)
    return Measure("plan", label, "万元", lambda project: _plan_amount(project, span, assumption))


def span_label(span: Span) -> str:
    start = span.start or 0
    between = f"{start}月底到{span.end}月底" if start else f"年初到{span.end}月底"
    return f"{between}的新增支出"


def plan_share(span: Span) -> Measure:
    """Percent at the end of a month, or the increase between two."""
    label = f"{span.end}月底的支出计划" if span.start is None else span_label(span) + "比例"
    return Measure("plan", label, "%", lambda project: _span_share(project, span))


def _span_share(project: ProjectRecord, span: Span) -> Reading:
    end = share_at(project, span.end)
    if not span.start:
        return end
    start = share_at(project, span.start)
    cells = (*start.cells, *end.cells)
    if end.value is None or start.value is None:
        missing = (*start.missing, *end.missing)
        low = start.value if start.value is not None else start.if_zero
        high = end.value if end.value is not None else end.if_zero
        zero = high - low if high is not None and low is not None else None
        return Reading(None, "%", "", cells, missing, if_zero=zero)
    formula = f"{format_percent(end.value)} − {format_percent(start.value)}"
    return Reading(end.value - start.value, "%", formula, cells)


def _plan_amount(project: ProjectRecord, span: Span, assumption: Assumption | None) -> Reading:
    share, total = _span_share(project, span), money("total", assumption).read(project)
    cells = (*total.cells, *share.cells)
    if share.value is None or total.value is None:
        missing = (*total.missing, *share.missing)
        zero = None
        if total.value is not None and share.if_zero is not None:
            zero = total.value * share.if_zero / HUNDRED
        return Reading(None, "万元", "", cells, missing, if_zero=zero)
    shown = f"（{share.formula}）" if share.formula else format_percent(share.value)
    base = f"（{total.formula}）" if total.formula else f"{format_amount(total.value)} 万元"
    return Reading(total.value * share.value / HUNDRED, "万元", f"{base} × {shown}", cells, share=share.value)


def remaining(span: Span | None, assumption: Assumption | None = None) -> Measure:
    """万元 of the budget that the plan leaves to be spent after the end of a month."""
    label = f"{span.end}月底以后还需支出" if span else "剩余待支出"
    return Measure("remaining", label, "万元", lambda project: _remaining(project, span, assumption))


def _remaining(project: ProjectRecord, span: Span | None, assumption: Assumption | None) -> Reading:
    total = money("total", assumption).read(project)
    if span is None:
        return total
    share = share_at(project, span.end)
    cells = (*total.cells, *share.cells)
    if share.value is None or total.value is None:
        missing = (*total.missing, *share.missing)
        zero = total.value if share.if_zero is not None else None
        return Reading(None, "万元", "", cells, missing, if_zero=zero)
    base = f"（{total.formula}）" if total.formula else f"{format_amount(total.value)} 万元"
    formula = f"{base} × （100% − {format_percent(share.value)}）"
    return Reading(total.value * (HUNDRED - share.value) / HUNDRED, "万元", formula, cells, share=HUNDRED - share.value)


def telling_date(records: tuple[ProjectRecord, ...], lowest: bool) -> Measure:
    """The plan at the earliest date that tells the projects apart; for the slowest one at which none is blank."""
    months = sorted({p.month for r in records for p in r.plan})
    for month in months:
        shares = [p.share for r in records for p in r.plan if p.month == month]
        complete = None not in shares and len(shares) == len(records)
        if len({s for s in shares if s is not None}) > 1 and (complete or not lowest):
            return plan_share(Span(month))
    return plan_share(Span(months[-1] if months else 12))
