"""Rows of the indicator table asked for by what is measured: of the kind asked for, and never by a classified row."""

from dataclasses import replace

import pytest

from assistant.lookup.measured_rows import asks_of_one, by_measure, counts
from assistant.understanding.types import Mention, ProjectKey, Understanding
from corpus.types import Cell, CellState, Indicator, ProjectRecord
from tests.assistant.lookup.test_measures import cell, project

ROWS = (
    ("培训人数", "参加培训的乡村医生", "=400人"),
    ("考核合格率", "结业考核合格比例", "≥96%"),
    ("人均培训成本", "每名学员培训费用", "≤1420元"),
    ("开班时间", "培训班开班时间", "3月15日前"),
    ("培训后就业率", "培训后实现就业比例", "≥60%"),
)
NAMED = (Mention("乡村医生培训", (ProjectKey("d", 1),)),)


def row(name: str, description: str, target: str) -> Indicator:
    return Indicator(cell("产出指标"), cell("数量指标"), cell(name), cell(description), cell(target), cell("培训计划"))


def record() -> ProjectRecord:
    rows = tuple(row(*texts) for texts in ROWS)
    return replace(project(), name=cell("乡村医生培训"), indicators=rows)


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("乡村医生培训多少人？", ["培训人数"]),
        ("乡村医生培训什么时候开班", ["开班时间"]),
        ("乡村医生培训每名学员多少钱", ["人均培训成本"]),
        ("乡村医生培训多少钱", []),  # its budget
        ("乡村医生培训几台设备", []),
    ],
)
def test_row_is_told_by_the_kind_of_value_asked_for(message: str, found: list[str]) -> None:
    rows = by_measure(Understanding(message, mentions=NAMED), (record(),))
    assert [one.level3.text for _, one in rows] == found


def test_word_that_stands_in_no_row_names_none() -> None:
    """培训完有多少人能就业 is no question for 培训人数."""
    assert by_measure(Understanding("培训完有多少人能就业"), (record(),)) == []


def test_classified_row_is_never_found() -> None:
    sealed = Cell(CellState.CLASSIFIED, None, cell("x").source)
    closed = replace(row(*ROWS[0]), target=sealed)
    of_it = replace(record(), indicators=(closed,))
    assert by_measure(Understanding("乡村医生培训多少人？", mentions=NAMED), (of_it,)) == []


def test_what_one_costs_and_numbers_of_something_are_told_from_projects() -> None:
    assert asks_of_one("每例处置要花多少") and not asks_of_one("每个项目多少钱")
    assert counts("一共接种多少剂次") and not counts("一共几个项目") and not counts("一共多少钱")
