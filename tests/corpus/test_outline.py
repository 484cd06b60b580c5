"""Headings and long narratives: a name is found however it is spaced, and twice the text costs twice the work."""

import sys

import pytest

from corpus.classification import Policy
from corpus.extract import extract
from corpus.outline import heading_of, joined
from corpus.readers import read
from corpus.types import SectionKind


@pytest.mark.parametrize(
    ("text", "label", "kind", "rest"),
    [
        ("一、总体绩效目标", "一、总体绩效目标", SectionKind.OVERALL, None),
        ("一、 总 体 绩 效 目 标 ：全年完成", "一、 总 体 绩 效 目 标", SectionKind.OVERALL, "全年完成"),
        ("部门职责——工作活动", "部门职责——工作活动", SectionKind.DUTY, None),
        ("部门职责－－工作活动", "部门职责－－工作活动", SectionKind.DUTY, None),
        ("（三）工作保障措施", "（三）工作保障措施", SectionKind.SAFEGUARD, None),
        ("二、分項績效目標", "二、分項績效目標", SectionKind.ITEMISED, None),
    ],
)
def test_known_heading_is_found_however_it_is_printed(
    text: str, label: str, kind: SectionKind, rest: str | None
) -> None:
    heading = heading_of(text)
    assert heading is not None
    assert (heading.label, heading.kind) == (label, kind)
    assert (None if heading.rest_start is None else text[heading.rest_start :]) == rest


@pytest.mark.parametrize("text", ["总体", "总体情况说明", "一、总体绩效情况", "部门", "", "总体绩效目标表的填报"])
def test_other_lines_are_no_headings(text: str) -> None:
    assert heading_of(text) is None


def test_lines_of_one_sentence_run_on_and_items_begin_a_line() -> None:
    assert joined(["全年组织", "演出。", "", "一是开展培训", "二、检查"]) == "全年组织演出。\n一是开展培训\n二、检查"


def calls(data: bytes) -> int:
    """How many functions the reading of `data` calls, ours and built-in ones."""
    count = 0

    def note(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(note)
    try:
        extract(read("long.txt", data, Policy()))
    finally:
        sys.setprofile(None)
    return count


def narrative(lines: int) -> bytes:
    """Distinct lines, so that nothing is remembered from one to the next."""
    kinds = ("一、总体绩效目标", "部门预算项目{}说明", "全年开展第{}次检查工作", "（{}）总体安排部署", "{}. 事项")
    return "\n".join(kinds[i % 5].format(i) if i else kinds[0] for i in range(lines)).encode()


def test_four_times_the_lines_cost_four_times_the_work() -> None:
    small, large = calls(narrative(1_000)), calls(narrative(4_000))
    assert large < 4.4 * small


@pytest.mark.timeout(120)
def test_five_megabytes_under_one_heading_are_one_section() -> None:
    lines = [f"全年开展第{i}次网络安全宣传检查工作，覆盖乡镇" for i in range(78_000)]
    data = "\n".join(("一、总体绩效目标", *lines)).encode()
    assert len(data) > 5_000_000
    [section] = extract(read("long.txt", data, Policy())).sections
    assert section.text == "".join(lines)
