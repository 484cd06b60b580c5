"""What a follow-up that names no project means: the subject, the list and the indicator rows of the last reply."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.engine import Assistant
from assistant.settings import Settings
from assistant.types import Conversation, Kind, Reply
from assistant.understanding.types import Understanding
from assistant.workspace.focus import focus_from_json, focus_to_json
from tests.made_documents import CLASSIFIED, MadeIndicator, made_document, made_project, render_text

OPEN = (
    MadeIndicator("产出指标", "数量指标", "更新座椅数量", "全年更新的剧场座椅", "≥320套", "可研报告"),
    MadeIndicator("产出指标", "时效指标", "安装完成时间", "座椅全部安装到位的时间", "9月20日前", "采购合同"),
    MadeIndicator("产出指标", "成本指标", "每套座椅价格", "单套采购价格", "≤650元", "询价"),
)
SEALED = (
    MadeIndicator("产出指标", "数量指标", CLASSIFIED, CLASSIFIED, CLASSIFIED, CLASSIFIED),
    MadeIndicator("满意度指标", "服务对象满意度指标", "群众满意度", "受访群众的满意比例", "≥91%", "问卷调查"),
)
SEATS = "剧场座椅更新"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder: Path = tmp_path_factory.mktemp("carried")
    seats = made_project(1, name=SEATS, purpose="更新云岭剧场座椅和灯光", indicators=OPEN, goals=("1.剧场座椅更新",))
    sealed = made_project(2, name="馆藏征集经费", purpose="征集民间藏品", indicators=SEALED, goals=("1.征集藏品",))
    other = made_project(3, name="馆舍维修改造经费", purpose="维修屋面", goals=("1.维修屋面",))
    items = ("改善剧场条件。云岭剧场全年开放260天。", "加强值班备勤。落实领导带班。")
    document = replace(made_document(3), projects=(seats, sealed, other), itemised=items)
    (folder / "清河县文化馆2025年部门预算绩效目标.txt").write_text(render_text(document), "utf-8")
    opened = Assistant.open(Settings(data=folder / "data"))
    for shipped in opened.documents():
        opened.forget(shipped.name)
    assert [result.status for result in opened.ingest(sorted(folder.glob("*.txt")))] == ["added"]
    yield opened
    opened.close()


def talk(assistant: Assistant, *turns: str) -> Reply:
    conversation, reply = Conversation(), None
    for turn in turns:
        reply = assistant.reply(conversation, turn)
        conversation = conversation.then(turn, reply)
    assert reply is not None
    return reply


@pytest.mark.parametrize(
    ("turns", "said"),
    [
        ((f"{SEATS}的预算", "一共多少套"), "≥320套"),
        ((f"{SEATS}的预算", "哪天前装好"), "9月20日前"),
        ((f"{SEATS}的预算", "每套多少钱", "依据呢"), "询价"),
        ((f"{SEATS}的预算", "谢谢", "什么时候装完"), "9月20日前"),
        (("云岭剧场灯光怎么样", "每套多少钱"), "≤650元"),
        ((f"{SEATS}请了哪家公司", "座椅数量"), "≥320套"),
    ],
)
def test_a_row_is_that_of_the_project_last_told_of(assistant: Assistant, turns: tuple[str, ...], said: str) -> None:
    reply = talk(assistant, *turns)
    assert said in reply.text
    assert "馆舍维修" not in reply.text


def test_what_the_project_has_no_row_of_is_said_before_the_rows_of_others(assistant: Assistant) -> None:
    reply = talk(assistant, f"{SEATS}的预算", "演出合格率要多少")
    assert reply.text.startswith(f"**{SEATS}**的公开指标里没有这一项")
    assert SEATS in talk(assistant, f"{SEATS}的预算", "演出合格率要多少", "它的用途").text


def test_after_a_row_of_a_sealed_project_another_name_is_refused_and_not_answered_with_that_row(
    assistant: Assistant,
) -> None:
    reply = talk(assistant, "馆藏征集经费的满意度", "藏品完好率要多少")
    assert reply.kind is Kind.REFUSAL
    assert "91%" not in reply.text


@pytest.mark.parametrize("pressed", ["大于90%吗", "是不是95", "超过100件吧？"])
def test_a_comparison_after_a_refusal_is_refused(assistant: Assistant, pressed: str) -> None:
    reply = talk(assistant, "馆藏征集经费的满意度", "馆藏征集经费的数量指标", pressed)
    assert reply.kind is Kind.REFUSAL
    assert "91%" not in reply.text


def test_how_many_rows_there_are_may_be_said_after_a_refusal(assistant: Assistant) -> None:
    assert "1 行" in talk(assistant, "馆藏征集经费的数量指标", "那总可以说有几条吧").text


def test_figures_asked_for_after_a_passage_of_no_project_are_asked_back(assistant: Assistant) -> None:
    reply = talk(assistant, "怎么加强值班备勤", "6月底呢")
    assert reply.kind is Kind.CLARIFICATION
    assert SEATS in talk(assistant, "怎么加强值班备勤", "6月底呢", "第一个").text


@pytest.mark.parametrize("nth", ["第一个", "第1个"])
def test_a_place_is_that_in_the_list_as_it_was_shown(assistant: Assistant, nth: str) -> None:
    ranked = talk(assistant, "按预算从高到低排")
    first = ranked.citations[0].locator
    assert talk(assistant, "按预算从高到低排", f"{nth}的编码").citations[0].locator.split(" › ")[1] in first


def test_why_is_answered_by_no_figure_alone_and_keeps_the_project(assistant: Assistant) -> None:
    reply = talk(assistant, f"{SEATS}6月底花多少", "为什么只有这么点")
    assert reply.kind is Kind.NOT_FOUND
    assert f"没有说明**{SEATS}**" in reply.text
    assert SEATS in talk(assistant, f"{SEATS}6月底花多少", "为什么只有这么点", "10月底呢").question


def test_rows_and_subject_survive_being_kept(assistant: Assistant) -> None:
    focus = talk(assistant, f"{SEATS}的预算", "每套多少钱").focus
    assert isinstance(focus, Understanding)
    assert focus.rows
    assert focus_from_json(focus_to_json(focus)) == focus
