"""Which projects over two years a message asks for."""

import pytest

from assistant.understanding.changes import kinds_of_change


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("2025年新增了哪个项目", {"added"}),
        ("2025年比2024年新增了哪些项目，少了哪些项目", {"added", "dropped"}),
        ("2024年有2025年没有的项目", {"dropped"}),
        ("去年没有今年有的项目", {"added"}),
        ("不再安排的项目", {"dropped"}),
        ("两年都有的项目是哪些", {"kept"}),
        ("哪些项目延续到了2023年", {"kept"}),
        ("哪些项目改了名", {"renamed"}),
        ("哪些项目改过名字", {"renamed"}),
        ("2025年比2024年多出来的项目", {"added"}),
        ("今年新增项目的预算合计", {"added"}),
    ],
)
def test_kinds_of_change_are_told_apart(message: str, expected: set[str]) -> None:
    assert kinds_of_change(message) == expected


@pytest.mark.parametrize(
    "message",
    [
        "图书馆新增多少册书",
        "新增养老床位多少张",
        "比10万多的项目",
        "少于20万的项目有几个",
        "项目2比项目4少几个指标行",
        "预算减少的项目有哪些",
        "比平均数多的有几个",
        "今年比去年增加多少预算",
    ],
)
def test_amounts_and_counts_of_other_things_are_no_change_of_projects(message: str) -> None:
    assert not kinds_of_change(message)
