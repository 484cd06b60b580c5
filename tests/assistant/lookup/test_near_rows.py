"""Indicator rows asked for in other words than their own: the nearest one, or none."""

from dataclasses import replace

import pytest

from assistant.engine import Assistant
from assistant.settings import Settings
from assistant.types import Conversation
from tests.made_documents import MadeIndicator, made_document, made_project, render_text

ROWS = (
    MadeIndicator("产出指标", "数量指标", "装备队员人数", "配齐装备的队员", "=60人", "实施方案"),
    MadeIndicator("产出指标", "成本指标", "单兵装备成本", "每名队员装备费用", "≤1.5万元", "询价"),
    MadeIndicator("产出指标", "时效指标", "装备到位时间", "全部装备验收入库的时间", "2025年9月底前", "采购合同"),
    MadeIndicator("效益指标", "社会效益指标", "救援响应时间", "接警后出动所需时间", "≤10分钟", ""),
    MadeIndicator("满意度指标", "服务对象满意度指标", "涉密", "涉密", "涉密", "涉密"),
)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rows")
    project = replace(made_project(1), name="综合救援队装备购置", indicators=ROWS)
    path = folder / "应急局2025.txt"
    path.write_text(render_text(replace(made_document(1), projects=(project,))), "utf-8")
    opened = Assistant.open(Settings(data=folder / "data"))
    opened.forget("weixian-wangxinban.txt")
    list(opened.ingest([path]))
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("单兵装备花费上限", "≤1.5万元"),
        ("救援队装备单价", "≤1.5万元"),
        ("多少队员能配齐装备", "=60人"),
        ("救援响应时间的确定依据", "依据：空白"),
        ("装备什么时候能到位", "2025年9月底前"),
    ],
)
def test_a_row_is_found_by_words_near_its_own(assistant, question, said):
    reply = assistant.reply(Conversation(), question)
    assert said in reply.text
    assert reply.citations and "救援队" in reply.citations[0].locator


@pytest.mark.parametrize("question", ["拆迁补偿标准", "无人机单价控制在多少", "车辆上限"])
def test_a_word_that_stands_nowhere_keeps_every_row_back(assistant, question):
    text = assistant.reply(Conversation(), question).text
    assert not any(row.target in text for row in ROWS[:4])


def test_a_classified_row_is_never_the_nearest(assistant):
    reply = assistant.reply(Conversation(), "救援队装备购置的满意度要达到多少")
    assert reply.kind.value == "refusal"


def test_rows_are_counted_by_what_their_values_meet(assistant):
    text = assistant.reply(Conversation(), "成本低于2万元的指标有几个").text
    assert "≤1.5万元" in text and "1 行" in text


def test_projects_that_lack_a_category_are_told_and_not_those_that_have_it(assistant):
    assert "每个项目都设了" in assistant.reply(Conversation(), "没有时效指标的项目").text
    text = assistant.reply(Conversation(), "哪些项目没有设质量指标").text
    assert "没有设质量指标的项目有 **1 个**" in text and "综合救援队装备购置" in text
