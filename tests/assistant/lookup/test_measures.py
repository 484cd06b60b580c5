"""What can be read for one project: with formula and cells, or with the reason why not."""

from dataclasses import replace
from decimal import Decimal

import pytest

from assistant.lookup.measures import money, plan_amount, plan_share, remaining
from assistant.understanding.types import Assumption, ProjectKey, Span
from corpus.types import Amount, Cell, CellState, PlanPoint, ProjectRecord, Source

PLACE = Source(("第二部分",))


def cell(text: str) -> Cell:
    return Cell(CellState.VALUE if text else CellState.BLANK, text or None, PLACE)


def amount(text: str) -> Amount:
    return Amount(cell(text), Decimal(text) if text else None)


def project(total: str = "40.00", fiscal: str = "30.00", plan: tuple[str, ...] = ("", "50", "100")) -> ProjectRecord:
    points = zip((3, 6, 12), plan, strict=True)
    return ProjectRecord(
        document_id="d",
        ordinal=1,
        code=cell("X"),
        name=cell("道路养护费"),
        unit_code=None,
        unit_name="清河县城管局本级",
        year=2025,
        total=amount(total),
        fiscal=amount(fiscal),
        other=amount(""),
        purpose=cell("养护"),
        plan=tuple(PlanPoint(month, cell(text), Decimal(text) if text else None) for month, text in points),
        goals=(),
        indicators=(),
        source=PLACE,
    )


def test_an_amount_by_a_date_is_the_budget_times_the_share() -> None:
    reading = plan_amount(Span(6)).read(project())
    assert (reading.value, reading.formula, len(reading.cells)) == (Decimal("20"), "40.00 万元 × 50%", 2)


def test_between_two_dates_the_shares_are_subtracted() -> None:
    assert plan_amount(Span(12, 6)).read(project()).value == Decimal("20")


def test_a_blank_share_is_named_and_never_zero() -> None:
    reading = plan_amount(Span(3)).read(project())
    assert reading.value is None
    assert [why.kind for why in reading.missing] == ["blank"]
    assert reading.if_zero == 0


def test_a_date_without_a_column_names_the_columns_there_are() -> None:
    (why,) = plan_share(Span(9)).read(project()).missing
    assert (why.kind, why.detail) == ("no_column", "3月底、6月底、12月底")


def test_what_is_left_is_what_the_plan_has_not_spent() -> None:
    assert remaining(Span(6)).read(project()).value == Decimal("20")


@pytest.mark.parametrize(
    ("assumption", "total"),
    [
        (Assumption("total", factor=Decimal("0.5")), "20"),
        (Assumption("total", factor=Decimal(2), divisor=Decimal(5)), "16"),
        (Assumption("total", delta=Decimal(-5)), "35"),
        (Assumption("total", value=Decimal(50)), "50"),
        (Assumption("fiscal", factor=Decimal("0.5")), "25"),  # the ten that are not fiscal stay
        (Assumption("total", factor=Decimal(2), keys=(ProjectKey("d", 2),)), "40"),
        (Assumption("total"), "40"),
    ],
)
def test_an_assumption_changes_the_budget_it_names(assumption: Assumption, total: str) -> None:
    assert money("total", assumption).read(project()).value == Decimal(total)


def test_an_assumption_reaches_the_plan_and_what_is_left() -> None:
    halved = Assumption("total", factor=Decimal("0.5"))
    assert plan_amount(Span(6), halved).read(project()).value == Decimal("10")
    assert remaining(Span(6), halved).read(project()).value == Decimal("10")


def test_fiscal_funds_that_are_blank_leave_the_changed_budget_open() -> None:
    reading = money("total", Assumption("fiscal", factor=Decimal("0.5"))).read(project(fiscal=""))
    assert reading.value is None
    assert [why.label for why in reading.missing] == ["财政资金"]


def test_a_classified_amount_is_told_as_such() -> None:
    closed = replace(project(), total=Amount(Cell(CellState.CLASSIFIED, None, PLACE), None))
    assert money("total").read(closed).classified
