from dataclasses import replace
from pathlib import Path

import pytest

from eval.__main__ import HERE
from eval.cases import load_cases, read_cases
from eval.types import Behaviour, Case, Expect
from eval.writing import cases_text
from tests.eval.made_conversations import case


def unplaced(found: tuple[Case, ...]) -> list[Case]:
    return [replace(one, file="", line=0) for one in found]


def test_every_case_of_the_suite_reads_back_the_same(tmp_path: Path) -> None:
    cases = load_cases(HERE / "cases")
    (tmp_path / "all.yaml").write_text(cases_text(cases, "标题"), "utf-8")
    assert unplaced(read_cases(tmp_path / "all.yaml")) == unplaced(cases)


@pytest.mark.parametrize(
    "turn",
    [
        "- 减号开头",
        "冒号: 空格",
        "#井号",
        "引号\"和'",
        "两\n行",
        "{括号}",
        "17.50",
        "no",
        "null",
        "2025年",
        " 前后有空格 ",
        "反斜\\杠",
        "😀",
    ],
)
def test_any_wording_survives(tmp_path: Path, turn: str) -> None:
    made = replace(case(Expect(Behaviour.ANSWER, contains=((turn, "乙"),)), turn), category="made", why=turn)
    (tmp_path / "one.yaml").write_text(cases_text([made]), "utf-8")
    assert unplaced(read_cases(tmp_path / "one.yaml")) == [made]


def test_no_cases_are_an_empty_list(tmp_path: Path) -> None:
    (tmp_path / "none.yaml").write_text(cases_text([], "空"), "utf-8")
    assert read_cases(tmp_path / "none.yaml") == ()
