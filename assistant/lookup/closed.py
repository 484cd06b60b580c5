"""Public fields that the policy, or a mark, classifies: asked of named projects they are refused in one wording.

Over many projects such a figure is left out and named; of a named one nothing is said that depends on it, no yes and no
no either.
"""

from assistant.lookup.page import Page
from assistant.lookup.select import Selection
from assistant.policy import refuse_field
from assistant.types import Reply
from assistant.understanding.types import Aggregate, Comparison, Understanding
from corpus.fields import BY_KEY
from corpus.types import Cell, CellState, ProjectRecord

_FIELDS = ("total", "fiscal", "other", "purpose", "plan", "goals", "code", "name")
_SPENT = "spent"  # an amount of the plan: a share of 预算数, closed where either is
_LABELS = {_SPENT: "计划支出金额"}
_MOST_NAMED = 12


def refuse_closed(u: Understanding, selection: Selection) -> Reply | None:
    """The refusal when all that is asked of the named projects is classified, or a figure they are to be compared by."""
    if not selection.named or not selection.chosen:
        return None
    compared = _asked_of_filters(u)
    closed = [key for key in compared if any(is_closed(r, key, _months(u)) for r in selection.chosen)]
    asked = [key for key in _asked(u) if key not in compared]
    if asked and all(is_closed(r, key, _months(u)) for key in asked for r in selection.chosen):
        closed += asked
    if not closed and _reckons(u):
        closed = [key for key in asked if any(is_closed(r, key, _months(u)) for r in selection.chosen)]
    labels = "、".join(_LABELS.get(key) or BY_KEY[key].label for key in dict.fromkeys(closed))
    return refuse_field(u, labels) if closed else None


def _asked(u: Understanding) -> list[str]:
    found = [field for field in u.fields if field in _FIELDS]
    if not (u.spans or u.remaining):
        return found
    rest = [field for field in found if field not in ("total", "plan")]
    return [*rest, "plan" if u.as_percent and not u.as_amount else _SPENT]


def _asked_of_filters(u: Understanding) -> list[str]:
    exact = (f for f in u.filters if f.comparison not in (Comparison.BLANK, Comparison.FILLED))
    return [f.field for f in exact if f.field in _FIELDS]


def _reckons(u: Understanding) -> bool:
    """Whether figures are set against each other, so that one that is left out would be told by the rest."""
    return bool({Aggregate.DIFFERENCE, Aggregate.RATIO, Aggregate.SHARE, Aggregate.SAME} & set(u.aggregates))


def _months(u: Understanding) -> tuple[int, ...]:
    return tuple(month for span in u.spans for month in (span.start, span.end) if month)


def is_closed(record: ProjectRecord, key: str, months: tuple[int, ...] = ()) -> bool:
    """Whether a field is classified: of the plan the columns of `months`, or all; of the goals all."""
    if key == _SPENT:
        return is_closed(record, "total") or is_closed(record, "plan", months)
    cells = _cells(record, key, months)
    return bool(cells) and all(cell.state is CellState.CLASSIFIED for cell in cells)


def _cells(record: ProjectRecord, key: str, months: tuple[int, ...]) -> list[Cell]:
    if key in ("total", "fiscal", "other"):
        return [getattr(record, key).cell]
    if key == "plan":
        return [point.cell for point in record.plan if not months or point.month in months]
    return list(record.goals) if key == "goals" else [getattr(record, key)]


def say_left_out(page: Page, selection: Selection) -> None:
    """Which projects a condition could not be held to, because the figure is classified."""
    if selection.named or any("不予公开" in line or "not disclosed" in line for line in page.lines):
        return  # said already, of an extreme or a sum
    keys = _asked_of_filters(page.u)
    left = [r for r in selection.scope if any(is_closed(r, key) for key in keys)]
    if left:
        names = "、".join(page.name(r) for r in left[:_MOST_NAMED]) + ("等" if len(left) > _MOST_NAMED else "")
        page.add("left_out_classified", names=names, count=len(left))
