"""A listed project is the project: the same fields, the same replies, only read later."""

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.answering import answer
from assistant.holdings import Holdings
from assistant.understanding import understand
from corpus.ingest import Library
from corpus.types import ProjectRecord
from tests.made_documents import made_document, render_text

ROOT = Path(__file__).parent.parent.parent
EVERYTHING, NOTHING = 10_000, 0  # documents whose records are read whole at once


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("listed")
    made = folder / "made.txt"
    made.write_text(render_text(made_document(projects=3)), "utf-8")
    with Library.open(folder / "data") as opened:
        assert all(
            r.status == "added"
            for r in opened.ingest([ROOT / "corpus" / "documents", ROOT / "eval" / "documents", made])
        )
        yield opened


def projects(library, few):
    holdings = Holdings(library.knowledge, 1, few=few)
    return holdings.projects(entry.key for entry in holdings.catalogue.entries)


def test_every_field_of_a_listed_project_is_that_of_the_record(library):
    whole, listed = projects(library, EVERYTHING), projects(library, NOTHING)
    assert len(whole) == len(listed) > 40
    for one, other in zip(whole, listed, strict=True):
        assert type(other) is not ProjectRecord
        for name in ProjectRecord.__slots__:
            assert getattr(one, name) == getattr(other, name), (one.document_id, one.ordinal, name)
        assert one == other and other == one and hash(one) == hash(other)


def test_cells_tell_what_is_blank_before_anything_is_read(library):
    states = {cell.state for p in projects(library, NOTHING) for cell in (p.other.cell, *(q.cell for q in p.plan))}
    assert {state.value for state in states} >= {"value", "blank"}


def test_a_listed_project_can_be_changed_as_any_record(library):
    whole, listed = projects(library, EVERYTHING)[0], projects(library, NOTHING)[0]
    assert replace(whole, year=1999) == replace(listed, year=1999)


def test_a_project_that_is_forgotten_meanwhile_leaves_no_text(tmp_path):
    made = tmp_path / "made.txt"
    made.write_text(render_text(made_document()), "utf-8")
    with Library.open(tmp_path / "data") as opened:
        list(opened.ingest([made]))
        project = projects(opened, NOTHING)[0]
        assert opened.forget("made.txt")
        assert (project.total.value is not None, project.total.cell.text, project.indicators) == (True, None, ())


@pytest.mark.parametrize(
    "message",
    [
        "全部单位预算合计多少？",
        "2025年全部单位预算合计多少？",
        "哪个单位的预算最多？",
        "2025年预算最多的5个项目是哪些？",
        "2025年预算超过50万元的项目有哪些？",
        "2025年全部单位到6月底计划支出合计多少？",
        "2025年各单位其他资金没有填写的项目有哪些？",
        "2025年预算低于平均数的项目有几个？",
        "2025年所有项目的资金用途是什么？",
        "各年度预算合计分别是多少？",
        "2025年哪些项目3月底没有安排支出？",
        "2025年所有单位的数量指标有几个？",
    ],
)
def test_replies_over_listed_projects_are_the_same(library, message):
    replies = []
    for few in (EVERYTHING, NOTHING):
        holdings = Holdings(library.knowledge, 1, few=few)
        replies.append(answer(understand(message, None, holdings.catalogue), holdings, library).as_json())
    assert replies[0] == replies[1]
    assert replies[0]["text"]
