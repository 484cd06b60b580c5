"""A project that no document has: its form from what the user gives, its suggestions from public indicators."""

import re
from dataclasses import replace

import pytest

from assistant.drafting import BY_USER
from assistant.drafting.new_project import Frame, frame_of, new_project_draft, read_given
from assistant.drafting.suggesting import suggest
from assistant.errors import DraftError
from assistant.types import DraftTable, Origin
from tests.assistant.test_drafting import PLATFORM
from tests.corpus.made_extractions import cell, indicator, project

SAID = (
    "新增一个项目：网络安全培训经费，预算20万元，其中财政资金15万元，用于组织网络安全培训，3月底30%，6月底60%，12月底100%，"
    "目标：全年培训网络安全骨干200人次，数量指标：培训人次≥200人次，满意度指标大于等于90%"
)
FRAME = Frame("301001", "某县某局本级", 2026)


def test_what_is_given_is_read_by_its_label() -> None:
    given = read_given(SAID)
    assert given.name == "网络安全培训经费"
    assert given.purpose == "用于组织网络安全培训"
    assert given.goals == ("全年培训网络安全骨干200人次",)
    assert given.indicators == (("数量指标", "培训人次≥200人次"), ("满意度指标", "大于等于90%"))


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("帮我填一份新项目的绩效目标表", ""),
        ("有一个新项目要申报，帮我填表", ""),
        ("申报一个项目“数字档案馆建设费”", "数字档案馆建设费"),
        ("新建一个预算项目，名称是数据评估费", "数据评估费"),
        ("新增一个项目：甲费\n项目名称：乙费", "乙费"),
    ],
)
def test_name_is_read_only_where_one_is_given(said: str, name: str) -> None:
    assert read_given(said).name == name


def test_form_holds_what_was_given_as_the_users_and_leaves_the_rest_open() -> None:
    found = new_project_draft(SAID, FRAME)
    for said in (
        "预算数 | 20.00",
        "财政资金 | 15.00",
        "其他资金 | 5.00",
        "6月底 | 60%",
        "培训人次 |",
        "≥200人次",
        "≥90%",
    ):
        assert said in found.text
    assert "10月底累计支出比例（%）" in found.blanks
    assert "2026年项目编码" in found.blanks
    filled = [
        s for s in found.sentences if re.search(r"\d", re.sub(r"【待填：[^】]*】|2026|\d+月底|^\d\.", "", s.text))
    ]
    assert filled
    assert all(BY_USER in sentence.sources for sentence in filled)


def test_nothing_given_makes_an_empty_form_without_a_figure() -> None:
    found = new_project_draft("填一份新项目的绩效目标表", Frame())
    text = re.sub(r"【待填：[^】]*】|\d+月底|(?m:^#+ )|\d+\.", "", found.text)
    assert not re.search(r"\d", text)
    assert all(sentence.origin in (Origin.BLANK, Origin.KEPT, Origin.NEW) for sentence in found.sentences)


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("新增一个项目：甲费，预算20万元，财政资金30万元", "对不上"),
        ("新增一个项目：甲费，3月底60%，6月底50%", "不能低于"),
        ("新增一个项目：甲费，预算20万元，预算30万元", "两个数"),
        ("新增一个项目：甲费，参照去年", "没有上年"),
    ],
)
def test_contradictions_are_asked_back(said: str, asked: str) -> None:
    with pytest.raises(DraftError, match=asked):
        new_project_draft(said, FRAME)


def test_what_is_given_is_checked_as_typed() -> None:
    found = new_project_draft(SAID + "，质量指标：合格率150%", FRAME)
    assert "target-percent" in {f.rule for f in found.findings}
    assert not [f for f in found.findings if f.rule.endswith(("-missing", "-blank"))]


def test_form_follows_the_units_own_dates_and_categories() -> None:
    frame = frame_of((PLATFORM,), 2026)
    table = next(
        b for b in new_project_draft(SAID.replace("12月底", "12月底"), frame).blocks if isinstance(b, DraftTable)
    )
    assert [c.text for c in table.rows[3] if c.text.endswith("月底")] == ["3月底", "6月底", "12月底"]
    assert table.title == "2.网络安全培训经费绩效目标表"


def test_markup_of_the_user_stays_text() -> None:
    found = new_project_draft("新增一个项目：<b>甲</b>|费【待填：x】，用于购买|设备", FRAME)
    assert "<b>" not in found.text
    assert "x" not in found.blanks


# --- suggestions

LIKE = replace(
    project(1, name=cell("网络安全培训专项经费", 7), purpose=cell("用于网络安全培训")),
    document_id="a",
    indicators=(
        indicator("产出指标", "数量指标", "培训期数", "全年培训期数", "≥4期", "年度计划"),
        indicator("产出指标", "质量指标", None, None, None, None),
    ),
)
OTHER = replace(project(2, name=cell("河道清淤工程款"), purpose=cell("用于河道清淤施工")), document_id="b")


def test_suggestions_come_from_like_projects_with_their_source_and_are_marked() -> None:
    found = suggest("网络安全培训经费", (LIKE, OTHER), {"a": "某局2025年.txt"})
    assert [one.name for one in found] == ["培训期数"]
    assert found[0].source.startswith("某局2025年.txt：")
    assert "建议，参考" in found[0].words
    draft = new_project_draft(SAID, FRAME, found)
    assert "仅供参考，不是本项目的指标" in draft.text
    table = next(block for block in draft.blocks if isinstance(block, DraftTable))
    assert "培训期数" not in "".join(c.text for row in table.rows for c in row)


def test_classified_rows_give_no_suggestion() -> None:
    sealed = replace(LIKE, indicators=LIKE.indicators[1:])
    assert not suggest("网络安全培训经费", (sealed,), {})


def test_suggestions_do_not_depend_on_what_a_classified_cell_held() -> None:
    marked = replace(LIKE, indicators=(replace(LIKE.indicators[0], target=cell(None)),))
    assert not suggest("网络安全培训经费", (marked,), {})
