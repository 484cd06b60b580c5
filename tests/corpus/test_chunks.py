"""Passages: short enough to cite, never without their heading, and with nothing classified."""

from dataclasses import replace

import pytest

from corpus.chunks import LONGEST, chunks, split
from corpus.types import Source
from tests import made_library as made


def test_each_item_project_and_public_goal_is_a_passage_with_its_context():
    document, extraction = made.document("d1", "一、加强水质监测。按月公布结果。")
    found = chunks(document, extraction)
    assert [chunk.kind for chunk in found] == ["itemised", "project", "goal"]
    assert [chunk.id for chunk in found] == ["d1-00001", "d1-00002", "d1-00003"]
    item, project, goal = found
    assert item.context == "某县生态环境局本级 2025年 第一部分 二、分项绩效目标 一、加强水质监测"
    assert "水质监测服务费" in project.context and project.project_ordinal == goal.project_ordinal == 1
    assert goal.text == "水质监测服务费的绩效目标：1.完成水质监测服务费的全部断面"


def test_a_project_is_told_in_words_with_blank_apart_from_zero():
    record = replace(made.project("d1", total="0.00"), other=made.amount(None, "其他资金"))
    (text,) = (c.text for c in chunks(*made.document("d1", projects=(record,))) if c.kind == "project")
    for said in (
        "预算数：0.00万元",
        "其他资金：未填",
        "3月底未填，6月底50%，12月底100%",
        "群众知晓率：描述抽样，指标值≥90%，依据未填",
    ):
        assert said in text
    assert "产出指标 数量指标：涉密" in text and "绩效目标：涉密" in text


def test_an_amount_is_told_in_wanyuan_exactly():
    record = made.project("d1", total="3.125")
    assert any("预算数：3.125万元" in chunk.text for chunk in chunks(*made.document("d1", projects=(record,))))


def test_no_passage_is_longer_than_the_limit_and_nothing_of_the_text_is_lost():
    sentences = [f"第{n}项工作由各单位按照分工抓好落实，按季度报送进展情况。" for n in range(100)]
    document, extraction = made.document("d1", "".join(sentences), "没有任何标点" * 500)
    found = [c.text for c in chunks(document, extraction) if c.kind == "itemised"]
    assert max(map(len, found)) <= LONGEST
    assert "".join(found) == "".join(sentences) + "没有任何标点" * 500


def test_a_project_with_many_indicators_is_told_in_several_passages_that_each_name_it():
    record = made.project("d1")
    record = replace(record, indicators=record.indicators * 30)
    found = [c for c in chunks(*made.document("d1", projects=(record,))) if c.kind == "project"]
    assert len(found) > 1 and all(len(c.text) <= LONGEST and "水质监测服务费" in c.context for c in found)
    assert sum(c.text.count("群众知晓率") for c in found) == 30


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", ()),
        ("  \n ", ()),
        ("一句。", ("一句。",)),
        ("甲甲甲。乙乙乙。", ("甲甲甲。", "乙乙乙。")),
        ("甲甲，乙乙乙，丙。", ("甲甲，", "乙乙乙，", "丙。")),
        ("他说：“好。”再见。", ("他说：“好。”", "再见。")),
        ("没有标点的话", ("没有标点", "的话")),
    ],
)
def test_text_is_cut_between_sentences_then_clauses_then_anywhere(text, pieces):
    longest = {"甲甲甲。乙乙乙。": 6, "他说：“好。”再见。": 7}.get(text, 4)
    assert split(text, longest) == pieces


def test_a_paragraph_that_fits_no_more_begins_a_piece_of_its_own():
    first, second = "甲事办完。" * 3 + "\n", "乙事办完。乙事公布。\n"
    assert split(first + second, longest=22) == (first.strip(), second.strip())


def test_a_wrapped_line_is_no_paragraph():
    assert split("甲事由办公\n室办完。乙事\n由财务科办完。", longest=12) == (
        "甲事由办公\n室办完。",
        "乙事\n由财务科办完。",
    )


def test_a_piece_of_an_item_over_several_lines_is_cited_at_its_own_line():
    document, extraction = made.document("d1", "占位。")
    lines = [f"第{n}行的话，" + "说" * 300 + "。" for n in range(3)]
    section = replace(extraction.sections[0], text="\n".join(lines), source=Source(("第一部分",), line=2))
    document = replace(document, lines=("标题", *lines))
    found = chunks(document, replace(extraction, sections=(section,), projects=()))
    assert [chunk.source.line for chunk in found] == [2, 3, 4]


def test_the_same_document_always_gives_the_same_passages():
    assert chunks(*made.document("d1")) == chunks(*made.document("d1"))
