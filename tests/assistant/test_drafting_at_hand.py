"""A conversation at a draft: what continues it in whatever words, what is asked of it, what is about something else."""

import re
from collections.abc import Iterator

import pytest

from assistant.drafting import DraftRequest, make_draft
from assistant.engine import Assistant
from assistant.settings import Settings
from assistant.types import Draft, Kind, Reply, Route
from corpus.findings.goals import goal_parts
from corpus.types import SectionKind
from tests.assistant.test_drafting import material
from tests.assistant.test_drafting_rounds import items, talk
from tests.corpus.made_extractions import cell, indicator, project, section


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    opened = Assistant.open(Settings(data=tmp_path_factory.mktemp("data")))
    yield opened
    opened.close()


def last(assistant: Assistant, *messages: str) -> Reply:
    return talk(assistant, *messages).turns[-1].reply


def unread(reply: Reply) -> list[str]:
    assert reply.draft is not None
    return [finding.quote for finding in reply.draft.findings if finding.rule == "instruction-unread"]


ITEMISED = "起草明年的分项目标"
PROJECT = "起草舆情监测能力建设资金明年的绩效目标"


@pytest.mark.parametrize(
    "wish",
    [
        "太长了",
        "只要前三条",
        "每条不超过60字",
        "第一条太啰嗦了",
        "智慧城市那条不要了",
        "把辟谣那条放到最前面",
        "第一条的完成时限填6月底",
    ],
)
def test_wish_in_everyday_words_goes_on_with_the_draft(assistant: Assistant, wish: str) -> None:
    before, after = talk(assistant, ITEMISED, wish).turns
    assert after.reply.kind is Kind.DRAFT
    assert before.reply.draft and after.reply.draft and after.reply.draft.text != before.reply.draft.text
    assert unread(after.reply) == []


def test_item_named_by_its_words_is_deleted_or_moved(assistant: Assistant) -> None:
    gone = items(last(assistant, ITEMISED, "删掉智慧城市那条").draft)
    assert (len(gone), any("智慧城市" in item for item in gone)) == (7, False)
    assert "辟谣" in items(last(assistant, ITEMISED, "把辟谣那条放到最前面").draft)[0]


def test_item_comes_back_as_it_was_and_where_it_stood(assistant: Assistant) -> None:
    first = items(last(assistant, ITEMISED).draft)
    deleted = talk(assistant, ITEMISED, "删掉第二条", "第二条改回去")
    assert items(deleted.turns[1].reply.draft) == [first[0], *first[2:]]
    assert items(deleted.turns[2].reply.draft) == first
    rewritten = talk(assistant, ITEMISED, "最后一条改成：建设应急指挥平台1个", "第八条恢复")
    assert items(rewritten.turns[1].reply.draft)[-1] == "建设应急指挥平台1个"
    assert items(rewritten.turns[2].reply.draft) == first


def test_undoing_twice_goes_two_steps_back_and_everything_can_be_taken_back(assistant: Assistant) -> None:
    done = talk(assistant, ITEMISED, "删掉第一条", "删掉第一条", "撤销", "撤销", "撤销")
    assert [len(items(turn.reply.draft)) for turn in done.turns[:5]] == [8, 7, 6, 7, 8]
    assert done.turns[5].reply.kind is Kind.ANSWER
    assert len(items(last(assistant, ITEMISED, "删掉第一条", "删掉第一条", "恢复到最初的样子").draft)) == 8


def test_overall_goal_is_cut_to_the_characters_asked_for_in_whole_sentences(assistant: Assistant) -> None:
    reply = last(assistant, "起草明年的总体目标", "控制在300字以内")
    assert reply.draft
    body = re.sub(r"^## .*|【待填：[^】]*】", "", reply.draft.text).strip()
    assert len(body) <= 330  # the open part is the frame of three blanks
    assert "处理好县委网络安全和信息化委员会日常事务工作" in body
    assert any("300字" in change.reason for change in reply.draft.changes)
    assert (
        int(
            re.findall(r"\*\*(\d+) 个字", last(assistant, "起草明年的总体目标", "控制在300字以内", "现在多少字").text)[
                0
            ]
        )
        <= 330
    )


def test_blanks_of_an_item_are_filled_one_after_the_other(assistant: Assistant) -> None:
    reply = last(assistant, ITEMISED, "第一条的完成时限填6月底", "工作数量填快报50期", "效果填及时率100%")
    assert "2026年6月底前，完成快报50期，达到及时率100%" in reply.text


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("还有哪些没填", "24 处"),
        ("现在一共几条", "8 条"),
        ("检查一下草稿有没有问题", "检查出"),
        ("和今年的比有什么变化", "谋划建立"),
    ],
)
def test_question_of_the_draft_is_answered_from_it(assistant: Assistant, question: str, said: str) -> None:
    reply = last(assistant, ITEMISED, question)
    assert (reply.kind, reply.route) == (Kind.ANSWER, Route.DRAFTING)
    assert said in reply.text


def test_sum_is_of_the_draft_after_the_whole_is_cut_by_a_tenth(assistant: Assistant) -> None:
    reply = last(assistant, "写2026年整份文件，总额压减10%", "现在总额是多少")
    assert "63.00 万元" in reply.text and "9.00 + 13.50 + 9.00 + 31.50" in reply.text


@pytest.mark.parametrize("question", ["网络安全技术保障监管服务费预算数", "不含舆情的项目合计", "今年总预算多少"])
def test_question_of_the_records_is_none_of_the_draft(assistant: Assistant, question: str) -> None:
    assert last(assistant, "起草明年的总体目标", question).route is Route.RECORDS


def test_draft_is_taken_up_again_after_another_question(assistant: Assistant) -> None:
    reply = last(assistant, "起草明年的保障措施", "今年舆情监测能力建设资金预算多少", "继续改草稿，第一条短一点")
    assert reply.draft and reply.draft.kind == "safeguards"
    assert len(items(reply.draft)) == 8


def test_what_reads_one_piece_loses_none_of_the_others(assistant: Assistant) -> None:
    reply = last(assistant, PROJECT, "再把目标写具体点，全年监测报告52期")
    assert "完成监测报告52期" in reply.text
    assert unread(last(assistant, PROJECT, "预算改为20万元，分三批拨付给第三方")) == ["分三批拨付给第三方"]


def test_several_wishes_in_an_opening_message_are_each_heeded(assistant: Assistant) -> None:
    reply = last(assistant, "请起草2026年分项绩效目标，要求：一是语气正式；二是删去最后一条；三是每条都要有数字")
    assert (len(items(reply.draft)), "用好" in reply.text.split("**待填")[0], unread(reply)) == (7, False, [])
    two = last(assistant, "起草保障措施，把“组建”改成“建立”，新增一条关于青少年网络保护的")
    assert two.draft and (len(items(two.draft)), "组建" in two.draft.text) == (9, False)


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("帮我弄一下明年的保障措施", "safeguards"),
        ("起草整份", "document"),
        ("给我写个明年的稿子", "document"),
        ("帮我改一下总体目标，写短点", "overall"),
        ("起草网络生态综合管理平台服务资金明年的表，预算18万，其中财政10万，其他8万", "project"),
        ("把舆情监测能力建设资金的目标改得具体一些", "project"),
        ("新增项目 青少年网络保护宣传活动，预算12万", "project"),
    ],
)
def test_request_in_everyday_words_starts_a_draft(assistant: Assistant, message: str, kind: str) -> None:
    reply = last(assistant, message)
    assert reply.draft and reply.draft.kind == kind


def test_indicators_alone_ask_back_whose_and_the_pick_is_drafted(assistant: Assistant) -> None:
    done = talk(assistant, "起草明年的绩效指标", "第四个项目的")
    assert [turn.reply.kind for turn in done.turns] == [Kind.CLARIFICATION, Kind.DRAFT]
    assert "舆情监测能力建设资金2026年" in done.turns[1].reply.text


@pytest.mark.parametrize("message", ["帮我写个请假条", "给我起草一份辞职报告", "写一首关于春天的诗"])
def test_other_writing_is_not_done(assistant: Assistant, message: str) -> None:
    assert last(assistant, message).draft is None


# --- figures of what is counted now

COUNTED = (
    indicator("产出指标", "数量指标", "监督抽检批次", "全年抽检批次数", "≥1200批次", "计划"),
    indicator("产出指标", "质量指标", "隐患整改率", "整改占比", "≥95%", "历史数据"),
    indicator("满意度指标", "服务对象满意度指标", "群众满意度", "满意程度", "≥88%", "问卷"),
)


def counting(instruction: str, kind: str = "project") -> Draft:
    one = project(1, indicators=COUNTED, goals=(cell("1.11月底前完成食品安全监督抽检1200批次，问题处置率达到100%"),))
    two = project(2)
    text = "守牢食品安全底线。完成监督抽检1200批次，按时办结率98%以上。"
    made = material(one, two, sections=(section(text, SectionKind.ITEMISED, 1),))
    return make_draft(made, DraftRequest(kind, one if kind == "project" else None, instruction=instruction))


@pytest.mark.parametrize(
    ("said", "cells"),
    [
        ("抽检批次增加到1300批次", ("≥1300批次", "监督抽检1300批次")),
        ("抽检1200批次改为1300批次", ("≥1300批次", "监督抽检1300批次")),
        ("1200批次改为1300批次", ("≥1300批次", "监督抽检1300批次")),
        ("监督抽检1300批次", ("≥1300批次", "监督抽检1300批次")),
        ("隐患整改率提高2个百分点", ("≥97%",)),
        ("抽检批次比今年增加100批次", ("≥1300批次",)),
        ("群众满意度提高到90%", ("≥90%",)),
    ],
)
def test_another_count_of_what_is_counted_is_put_in_row_and_goal(said: str, cells: tuple[str, ...]) -> None:
    made = counting(said)
    assert [text for text in cells if text not in made.text] == []
    assert [f.quote for f in made.findings if f.rule == "instruction-unread"] == []


def test_another_count_reaches_every_part_of_a_whole_document_that_has_it() -> None:
    made = counting("抽检1200批次改为1300批次", "document")
    assert ("1200批次" in made.text, made.text.count("1300批次") >= 3) == (False, True)


def test_another_count_is_put_in_the_item_that_says_it_and_named_where_none_does() -> None:
    assert "按时办结率99%以上" in counting("按时办结率提高到99%", "itemised").text
    assert [f.quote for f in counting("培训增加到30期", "itemised").findings if f.rule == "instruction-unread"] == [
        "培训增加到30期（文中没有这一内容）"
    ]


def test_classified_row_takes_no_count_reckoned_from_it() -> None:
    sealed = tuple(indicator("产出指标", name, None, None, None, None) for name in ("数量指标", "质量指标"))
    made = make_draft(
        material(project(1, indicators=sealed)),
        DraftRequest("project", project(1, indicators=sealed), instruction="隐患整改率提高2个百分点"),
    )
    assert [f.quote for f in made.findings if f.rule == "instruction-unread"] != []
    assert "涉密 | 涉密 | 涉密 | 涉密" in made.text


@pytest.mark.parametrize(
    ("wish", "first"),
    [("第四条和第六条换一下位置", "加强网信工作队伍"), ("删最后两条", ""), ("只保留第二条和第四条", "")],
)
def test_items_change_places_and_the_last_ones_go(assistant: Assistant, wish: str, first: str) -> None:
    found = items(last(assistant, "起草明年的保障措施", wish).draft)
    assert first in found[3] if first else len(found) in (2, 6)


def test_parts_of_the_whole_document_are_left_out_and_taken_in_again(assistant: Assistant) -> None:
    done = talk(assistant, "起草整份", "只要第一部分", "第二部分也要", "只要第二部分")
    headings = [[n for n in ("第一部分", "第二部分") if f"## {n}" in turn.reply.text] for turn in done.turns]
    assert headings == [["第一部分", "第二部分"], ["第一部分"], ["第一部分", "第二部分"], ["第二部分"]]


def test_figure_said_again_takes_the_place_of_the_last(assistant: Assistant) -> None:
    assert "预算数 | 13.00" in last(assistant, PROJECT, "预算12万", "不对，是13万").text


def test_plan_in_spoken_words_is_read(assistant: Assistant) -> None:
    reply = last(assistant, PROJECT, "3月底不支出，6月底一半，其余年底付清", "完成时限11月底")
    assert [
        share for share in ("3月底 | 0%", "6月底 | 50%", "12月底 | 100%", "11月底前完成") if share not in reply.text
    ] == []


def test_same_request_for_another_project(assistant: Assistant) -> None:
    reply = last(assistant, PROJECT, "换成网络舆情监测软件技术服务费的")
    assert reply.draft and reply.draft.title.startswith("网络舆情监测软件技术服务费")


@pytest.mark.parametrize("wish", ["每条前面加个小标题", "能不能分成几段", "语气太软了，硬一点", "全部重写"])
def test_wish_that_cannot_be_done_is_named_and_nothing_is_searched_for(assistant: Assistant, wish: str) -> None:
    reply = last(assistant, "起草明年的总体目标", wish)
    assert reply.kind is Kind.DRAFT and unread(reply) == [wish]


def test_part_that_was_shown_is_drafted_on_its_basis(assistant: Assistant) -> None:
    reply = last(assistant, "今年的保障措施有几条？", "帮我在这个基础上写明年的")
    assert reply.draft and reply.draft.kind == "safeguards"


def test_amount_that_no_word_names_is_the_budget_of_a_new_project(assistant: Assistant) -> None:
    reply = last(assistant, "我们要申报一个新项目，叫网络安全宣传周活动，大概15万，全部财政资金，请起草目标表")
    assert ("预算数 | 15.00" in reply.text, "财政资金 | 15.00" in reply.text, unread(reply)) == (True, True, [])


def test_budgets_stay_for_all_projects_of_the_document(assistant: Assistant) -> None:
    reply = last(assistant, "帮我把四个项目明年的表都做出来，预算不变")
    assert [amount for amount in ("10.00", "15.00", "35.00") if f"预算数 | {amount}" not in reply.text] == []


def test_two_items_asked_for_at_once_are_two() -> None:
    made = counting("增加林下经济和古树名木保护两条", "itemised")
    assert [item.split("，")[0] for item in items(made)] == ["守牢食品安全底线", "林下经济", "加强古树名木保护"]


@pytest.mark.parametrize(
    ("name", "purpose", "opening"),
    [
        ("应急指挥平台运行维护", "应急指挥平台软硬件运行维护", "开展应急指挥平台软硬件运行维护，"),
        (
            "特种设备安全监察经费",
            "用于电梯、锅炉等特种设备监督检查和宣传培训",
            "开展电梯、锅炉等特种设备监督检查和宣传培训，",
        ),
        ("技术侦查保障经费", "技术侦查业务保障", "做好技术侦查业务保障工作，"),
        ("森林防火航空护林", "租用直升机开展航空护林", "租用直升机开展航空护林，"),
    ],
)
def test_goal_opens_with_the_work_and_says_it_once(name: str, purpose: str, opening: str) -> None:
    one = project(1, name=cell(name), purpose=cell(purpose), goals=(cell("1.保障工作正常开展"),))
    made = make_draft(material(one), DraftRequest("project", one))
    assert f"1.2026年{opening}" in made.text


def test_flights_and_pages_are_counts() -> None:
    assert all(
        goal_parts(text).quantity for text in ("飞行不少于120架次", "数字化60万页", "接收档案8000卷", "储备26种物资")
    )
    assert not any(goal_parts(text).quantity for text in ("推进IPv6部署", "第3页", "一部分工作"))


def test_project_just_spoken_of_is_drafted(assistant: Assistant) -> None:
    named = last(assistant, "预算最多的是哪个项目", "帮我起草它明年的绩效目标表")
    unnamed = last(assistant, "舆情监测能力建设资金今年花多少", "明年打算压减到28万，起草一下")
    assert named.draft and unnamed.draft and named.draft.title == unnamed.draft.title
    assert "预算数 | 28.00" in unnamed.text


def test_part_just_read_is_drafted_and_gone_on_with(assistant: Assistant) -> None:
    done = talk(assistant, "今年保障措施第三条说了啥", "明年的怎么写", "第三条写短点", "行，就这样").turns
    assert [turn.reply.draft.kind for turn in done if turn.reply.draft] == ["safeguards", "safeguards"]
    assert (done[3].reply.kind, "导出Word" in done[3].reply.text) == (Kind.ANSWER, True)


def test_project_asked_back_for_a_figure_is_named_in_the_next_message(assistant: Assistant) -> None:
    done = talk(assistant, "起草整份", "预算改为12万", "第二个项目的").turns
    assert [turn.reply.kind for turn in done] == [Kind.DRAFT, Kind.CLARIFICATION, Kind.DRAFT]
    assert re.findall(r"预算数 \| (\d[\d.]*)", done[2].reply.text) == ["12.00"]


def test_items_beyond_the_last_are_added_and_several_are_brought_to_the_front(assistant: Assistant) -> None:
    told = ("第九条：建立专项资金台账", "第十条 建立绩效监控机制，每季度通报一次", "把第九条和第十条放到最前面")
    found = items(last(assistant, "起草明年的保障措施", *told).draft)
    assert (len(found), found[:2]) == (10, ["建立专项资金台账", "建立绩效监控机制"])


def test_spending_of_the_draft_is_reckoned_from_its_own_figures(assistant: Assistant) -> None:
    reply = last(assistant, PROJECT, "预算28万，6月底40%", "到6月底是多少钱")
    assert "**11.20 万元**（28.00 万元 × 40%）" in reply.text


@pytest.mark.parametrize(
    ("first", "wishes"),
    [
        ("起草明年的分項目標", ("刪掉第二條", "太長了")),
        ("Draft next year's itemised goals", ("delete the second item", "make it shorter")),
    ],
)
def test_traditional_characters_and_english_are_read_as_wishes(
    assistant: Assistant, first: str, wishes: tuple[str, ...]
) -> None:
    done = talk(assistant, first, *wishes, "還有哪些沒填" if "標" in first else "what is still blank").turns
    assert [len(items(turn.reply.draft)) for turn in done[:3]] == [8, 7, 7]
    assert "进一步" not in done[2].reply.text.split("**待填")[0]
    assert (done[3].reply.route, "21 处" in done[3].reply.text) == (Route.DRAFTING, True)


def test_sentence_of_the_overall_goal_is_deleted_in_either_order(assistant: Assistant) -> None:
    one, other = (last(assistant, "起草明年的总体目标", wish).draft for wish in ("删掉第二句", "第二句删掉"))
    assert one and other and one.text == other.text and "统筹协调全县网络安全保障体系" not in one.text
