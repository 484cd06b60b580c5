"""Months, spans and years in questions."""

import pytest

from assistant.understanding.dates import given_plan, take_spans, take_years
from assistant.understanding.lexicon import normal
from assistant.understanding.scan import Scan


def spans(message: str, increment: bool = False) -> list[tuple[int | None, int]]:
    return [(span.start, span.end) for span in take_spans(Scan(normal(message)), increment)]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("3月底", [(None, 3)]),
        ("截至6月30日", [(None, 6)]),
        ("上半年", [(None, 6)]),
        ("年中", [(None, 6)]),
        ("下半年", [(6, 12)]),
        ("一季度", [(None, 3)]),
        ("第二个季度", [(3, 6)]),
        ("四季度", [(9, 12)]),
        ("前三季度", [(None, 9)]),
        ("头三个月", [(None, 3)]),
        ("前10个月", [(None, 10)]),
        ("4月到6月", [(3, 6)]),
        ("3月底到6月底", [(3, 6)]),
        ("11月12月", [(10, 12)]),
        ("3月底和6月底", [(None, 3), (None, 6)]),
        ("3月底和6月底之间", [(3, 6)]),
        ("十月底", [(None, 10)]),
        ("十二月末", [(None, 12)]),
        ("13月底", [(None, 13)]),
        ("年底", [(None, 12)]),
        ("by the end of june", [(None, 6)]),
        ("第三条", []),
    ],
)
def test_dates_become_ends_of_months(message: str, expected: list[tuple[int | None, int]]) -> None:
    assert spans(message) == expected


def test_a_single_month_is_a_span_where_an_increment_is_asked() -> None:
    assert spans("6月新增", increment=True) == [(5, 6)]


@pytest.mark.parametrize(
    ("message", "years", "missing"),
    [
        ("2025年", (2025,), ""),
        ("二〇二四年度", (2024,), ""),
        ("24年", (2024,), ""),
        ("去年", (2024,), ""),
        ("明年", (), "明年"),
        ("1999年", (), "1999年"),
        ("2025万元", (), ""),
        ("10年前", (), ""),
    ],
)
def test_years_are_those_of_the_library_or_told_as_missing(message: str, years: tuple[int, ...], missing: str) -> None:
    assert take_years(Scan(message), (2024, 2025)) == (years, missing)


def test_shares_a_person_proposes_are_read_with_their_months() -> None:
    assert [(m, str(s)) for m, s in given_plan("3月底填40%、6月底百分之三十、10月底100%")] == [
        (3, "40"),
        (6, "30"),
        (10, "100"),
    ]
