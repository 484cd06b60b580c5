"""Instructions as officials say them: what each changes, what it leaves, and that nothing is dropped in silence."""

import re

import pytest

from assistant.drafting import DraftRequest, make_draft
from assistant.drafting.scopes import scoped
from assistant.errors import DraftError
from assistant.types import Draft, Origin
from corpus.types import SectionKind
from tests.assistant.test_drafting import PLATFORM, draft, material
from tests.corpus.made_extractions import amounts, cell, indicator, plan, project, section

PUBLIC = project(
    1,
    name=cell("道路巡查经费"),
    goals=(cell("1.开展道路巡查，营造良好环境"),),
    plan=plan(m3="20%", m6="50%", m10="80%", m12="100%"),
    indicators=(
        indicator("产出指标", "数量指标", "巡查次数", "全年巡查的次数", "≥24次", "年度计划"),
        indicator("产出指标", "质量指标", "整改率", "问题整改的比例", "≥95%", "年度计划"),
        indicator("产出指标", "质量指标", "上报率", "问题上报的比例", "≥96%", "年度计划"),
        indicator("满意度指标", "服务对象满意度指标", "群众满意度", "满意的比例", "≥90%", "问卷"),
    ),
    **amounts("35.00", "35.00", "0.00"),
)
TEXTS = (
    section("一、加大对经济发展、乡村振兴、精准脱贫、污染防治等宣传力度，营造浓厚氛围。", ordinal=1, line=5),
    section("二、推动光纤建设，实现重点区域WiFi全覆盖。切实做好网络安全检查。", ordinal=2, line=6),
)


def of(instruction: str, kind: str = "project") -> Draft:
    record = PUBLIC if kind == "project" else None
    return make_draft(material(PUBLIC, sections=TEXTS), DraftRequest(kind, record, instruction=instruction))


def unread(found: Draft) -> list[str]:
    return [finding.quote for finding in found.findings if finding.rule == "instruction-unread"]


def cells(found: Draft) -> dict[str, str]:
    """The figures of the form by their labels."""
    return dict(re.findall(r"\| (?:预算规模及资金用途|资金支出计划（%）) · (\S+) \| ([^|]+) \|", found.text))


@pytest.mark.parametrize(
    ("instruction", "total"),
    [
        ("预算增加到40万", "40.00"),
        ("预算比今年多5万", "40.00"),
        ("预算比去年少5万元", "30.00"),
        ("压减10%", "31.50"),
        ("预算压减10%", "31.50"),
        ("在去年基础上增加两成", "42.00"),
        ("预算上浮20%", "42.00"),
        ("预算翻一番", "70.00"),
        ("预算减半", "17.50"),
        ("预算由35万元调整到28万元", "28.00"),
    ],
)
def test_budget_is_the_figure_given_or_counted_from_this_years(instruction: str, total: str) -> None:
    found = of(instruction)
    assert cells(found)["预算数"] == total
    assert not unread(found)


def test_figure_counted_from_this_years_names_both_sources() -> None:
    (one,) = [s for s in of("压减10%").sentences if s.text.startswith("预算数")]
    assert one.origin is Origin.NEW
    assert len(one.sources) == 2 and one.sources[1] == "由用户提供"
    assert any("按本年 35.00 万元推算" in change.reason for change in of("压减10%").changes)


def test_all_from_the_treasury_leaves_no_other_money() -> None:
    found = cells(of("预算改为20万元，全部为财政资金"))
    assert (found["预算数"], found["其中：财政资金"], found["其他资金"]) == ("20.00", "20.00", "0.00")


@pytest.mark.parametrize(
    "instruction",
    [
        "预算20万或者25万",
        "预算20到25万元",
        "预算20万，其中财政15万其他10万",
        "3月底50%，6月底30%",
        "3月底50%，3月底40%",
    ],
)
def test_figures_that_cannot_both_stand_are_asked_back(instruction: str) -> None:
    with pytest.raises(DraftError, match="请确认"):
        of(instruction)


def test_spending_in_words_is_read_and_what_is_no_figure_is_named() -> None:
    found = of("一季度支出三成，上半年过半，年底全部支完")
    assert (cells(found)["3月底"], cells(found)["12月底"]) == ("30%", "100%")
    assert "上半年过半" in unread(found)


def test_shares_of_the_whole_year_go_to_the_dates_in_order() -> None:
    found = cells(of("全年支出进度按25%、50%、75%、100%"))
    assert [found[f"{month}月底"] for month in (3, 6, 10, 12)] == ["25%", "50%", "75%", "100%"]


def test_name_and_purpose_are_the_users() -> None:
    found = of("项目名称改成道路巡护经费，资金用途改为采购巡护车辆2台")
    by_user = {s.text for s in found.sentences if s.sources == ("由用户提供",)}
    assert {"项目名称：道路巡护经费", "资金用途：采购巡护车辆2台"} <= by_user
    assert "道路巡护经费" in found.title


@pytest.mark.parametrize(
    ("instruction", "row"),
    [
        ("数量指标改成≥30次", "| 产出指标 | 数量指标 | 巡查次数 | 全年巡查的次数 | ≥30次 |"),
        ("整改率定为98%以上", "| 产出指标 | 质量指标 | 整改率 | 问题整改的比例 | ≥98% |"),
        ("满意度指标不低于95%", "| 满意度指标 | 服务对象满意度指标 | 群众满意度 | 满意的比例 | ≥95% |"),
        ("增加数量指标：培训人次≥200人次", "| 产出指标 | 数量指标 | 培训人次 | 【待填：指标描述】 | ≥200人次 |"),
    ],
)
def test_indicator_takes_the_value_the_user_gives(instruction: str, row: str) -> None:
    assert row in of(instruction).text
    assert not unread(of(instruction))


def test_one_of_several_indicators_must_be_named() -> None:
    (words,) = unread(of("质量指标改为≥97%"))
    assert "整改率、上报率" in words
    assert "≥97%" not in of("质量指标改为≥97%").text


@pytest.mark.parametrize("instruction", ["数量指标改成≥12次", "增加数量指标：报告≥50份", "满意度指标定为95%以上"])
def test_classified_grid_takes_no_value_and_none_is_repeated(instruction: str) -> None:
    found = draft("project", instruction)
    assert found.text == draft("project").text
    assert "涉密" in "".join(unread(found))
    assert not re.search(r"12次|50份|95%", "".join(finding.message for finding in found.findings))


def test_deadline_fills_the_blank_it_answers() -> None:
    assert "12月底前完成" in draft("project", "12月底前完成验收").text
    assert "【待填：完成时限】" not in draft("project", "12月底前完成验收").text


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("不要提乡村振兴", "加大对经济发展、巩固拓展脱贫攻坚成果、污染防治等宣传力度"),
        ("不要提精准脱贫", "加大对经济发展、乡村振兴、污染防治等宣传力度"),
        ("不要写WiFi", "推动光纤建设。"),
        ("去掉切实", "。做好网络安全检查。"),
    ],
)
def test_words_left_out_take_no_more_with_them_than_they_must(words: str, left: str) -> None:
    assert left in of(words, "itemised").text


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("最后加上一条：全年编发快报50期", "三、全年编发快报50期，达到【待填：可衡量的效果"),
        ("加一条关于数据安全的目标", "三、加强数据安全。【待填：完成时限】前完成"),
        ("数据安全这块也加上", "三、加强数据安全。"),
        ("第一条里加上24小时值班", "营造浓厚氛围。24小时值班。"),
    ],
)
def test_additions_stand_in_the_users_words_and_ask_only_for_what_they_lack(words: str, line: str) -> None:
    assert line in of(words, "itemised").text


def test_blank_of_an_item_is_filled_by_its_number() -> None:
    assert "2026年6月底前，完成" in of("第1条完成时限为6月底", "itemised").text


@pytest.mark.parametrize(
    ("kind", "instruction"),
    [
        ("project", "语气更正式"),
        ("itemised", "不要提航天工程"),
        ("itemised", "写得详细点"),
        ("itemised", "控制在100字以内"),
        ("project", "删去最后一条"),
        ("itemised", "完成时限改为明天中午"),
        ("itemised", "语言生动一点"),
        ("overall", "预算改为20万元"),
    ],
)
def test_what_could_not_be_done_is_said(kind: str, instruction: str) -> None:
    assert unread(of(instruction, kind))


# --- a whole document


def _document(instruction: str) -> Draft:
    safeguards = (
        section("一是做好巡查。", SectionKind.SAFEGUARD, 1, 9),
        section("二是做好宣传。", SectionKind.SAFEGUARD, 2, 10),
    )
    source = material(PUBLIC, PLATFORM_2, sections=(*TEXTS, *safeguards))
    return make_draft(source, DraftRequest("document", instruction=instruction))


PLATFORM_2 = project(2, name=PLATFORM.name, goals=PLATFORM.goals, **amounts("15.00", "15.00", "0.00"))


def test_wishes_go_to_the_part_or_project_they_name() -> None:
    text = _document("保障措施第二条删掉，分项目标增加数据安全，道路巡查经费预算改为40万元，6月底60%").text
    assert "做好宣传" not in text and "光纤建设" in text
    assert text.index("加强数据安全") < text.index("三、工作保障措施")
    first, second = text.split("**2.")
    assert "预算数 | 40.00" in first and "6月底 | 60%" in first
    assert "40.00" not in second


def test_every_project_counts_from_its_own_budget() -> None:
    text = _document("各项目预算都压减10%").text
    assert "预算数 | 31.50" in text and "预算数 | 13.50" in text


def test_words_that_no_part_holds_are_said_once() -> None:
    assert len(unread(_document("不要提航天工程"))) == 1
    assert not unread(_document("不要提光纤建设"))


def test_shares_of_an_instruction_keep_its_rounds() -> None:
    found = scoped("更简洁\n保障措施第一条删掉\n道路巡查经费压减10%，语气更正式", (PUBLIC,))
    assert found.common.split("\n") == ["更简洁", "好", "语气更正式"]
    assert found.parts == {"safeguards": "好\n第一条删掉\n好"}
    assert found.projects == {1: "好\n好\n压减10%"}


# --- goals of other departments


def _goal(text: str, **more: object) -> str:
    """The goal line of the draft for a project of 2025 with this goal."""
    record = project(1, goals=(cell(text),), purpose=cell("发放服务补贴"), name=cell("老人服务补贴"), **more)
    return make_draft(material(record), DraftRequest("project", record)).text.split("\n\n")[2]


@pytest.mark.parametrize(
    ("goal", "drafted"),
    [
        ("1.2025年为不少于400名老人发放服务补贴", "1.2026年为不少于400名老人发放服务补贴，【待填：可衡量的效果"),
        ("1.举办培训8期，培训240人次", "1.2026年【待填：完成时限】前，举办培训8期，培训240人次，【待填："),
        ("1.完成检测不少于40个点位", "1.2026年【待填：完成时限】前完成检测不少于40个点位，【待填："),
    ],
)
def test_goal_that_counts_keeps_its_words_and_names_the_year_once(goal: str, drafted: str) -> None:
    assert _goal(goal).startswith(drafted)


def test_open_blanks_and_the_house_formula_are_no_deeds_without_indicator() -> None:
    found = of("")
    assert not [f for f in found.findings if f.rule == "goal-without-indicator" and "待填" in f.message + f.quote]
    assert "前完成年度" not in "".join(f.message for f in found.findings)


def test_thing_counted_anew_keeps_its_words() -> None:
    record = project(1, goals=(cell("1.购置灭火机60台"),), purpose=cell("购置灭火机"), name=cell("防火物资购置"))
    request = DraftRequest("project", record, instruction="预算改为70万元，灭火机改为80台，对讲机改为9部")
    found = make_draft(material(record), request)
    assert "购置灭火机80台" in found.text and "60台" not in found.text.split("\n\n")[2]
    assert [words for words in unread(found) if "对讲机" in words]


def test_sentence_of_the_overall_goal_is_rewritten_or_deleted_by_number() -> None:
    text = section("推进绿化。加强防火，灾害率控制在1%以内；开展巡查。修复草原。", SectionKind.OVERALL, None)

    def drafted(words: str) -> str:
        request = DraftRequest("overall", instruction=words)
        return make_draft(material(sections=(text,)), request).text.split("\n\n")[1]

    assert drafted("第二句改成：全年巡护不少于380次") == "推进绿化。全年巡护不少于380次。修复草原。"
    assert drafted("最后一句删掉") == "推进绿化。加强防火，灾害率控制在1%以内；开展巡查。"
    assert drafted("第九句删掉") == drafted("")


def test_count_the_user_gives_replaces_this_years_and_is_theirs() -> None:
    rows = (indicator("产出指标", "数量指标", "检测点位数", "质量检测的点位数量", "≥40个", "计划"),)
    record = project(1, goals=(cell("1.完成质量检测不少于40个点位"),), name=cell("工程质量检测"), indicators=rows)
    request = DraftRequest("project", record, instruction="预算改为40万元，检测点位不少于50个")
    found = make_draft(material(record), request)
    assert "不少于50个点位" in found.text and "≥50个" in found.text and "40个" not in found.text.split("\n\n")[2]
    (goal,) = [s for s in found.sentences if "50个点位" in s.text]
    assert "由用户提供" in goal.sources and len(goal.sources) == 2
    assert not unread(found)


def test_words_the_user_put_in_name_the_user_as_their_source() -> None:
    found = of("把宣传力度改成宣传12次", "itemised")
    (changed,) = [sentence for sentence in found.sentences if "宣传12次" in sentence.text]
    assert "由用户提供" in changed.sources
