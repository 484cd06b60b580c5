"""Two files of one unit and year, the first and the final one under another name: projects count once, the later file goes."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from assistant.engine import Assistant
from assistant.settings import Settings
from assistant.types import Conversation, Kind, Reply
from tests.made_documents import MadeDocument, made_document, made_project, render_text

FIRST = replace(made_document(2), projects=(made_project(1), made_project(2)))


def _with_total(document: MadeDocument, total: str) -> MadeDocument:
    changed = replace(document.projects[0], total=total, fiscal=total, other="0")
    return replace(document, projects=(changed, *document.projects[1:]))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("versions")
    (folder / "送审稿.txt").write_text(render_text(_with_total(FIRST, "31.00")), "utf-8")
    (folder / "定稿.txt").write_text(render_text(_with_total(FIRST, "47.00")), "utf-8")
    assistant = Assistant.open(Settings(data=folder / "data"))
    assistant.forget("weixian-wangxinban.txt")
    for name in ("送审稿.txt", "定稿.txt"):
        assert [r.status for r in assistant.ingest([folder / name])] == ["added"]
    yield assistant
    assistant.close()


def _ask(library: Assistant, question: str) -> Reply:
    return library.reply(Conversation(), question)


def test_a_sum_counts_each_project_once_and_goes_by_the_later_file(library: Assistant) -> None:
    reply = _ask(library, "所有项目的预算合计多少？")
    second = next(r.total.value for r in library.projects() if r.ordinal == 2)
    assert reply.kind is Kind.ANSWER and second is not None
    assert reply.figures[-1].value == 47 + second
    assert {c.document for c in reply.citations if c.number in reply.figures[-1].inputs} == {"定稿.txt"}


def test_the_reader_is_told_what_the_other_file_says_with_its_cell(library: Assistant) -> None:
    reply = _ask(library, f"{FIRST.projects[0].name}的预算数是多少？")
    assert reply.figures[0].value == 47
    assert "送审稿.txt" in reply.text and "31.00" in reply.text
    assert next(c.quote for c in reply.citations if c.document == "送审稿.txt") == "31.00"


def test_nothing_is_said_of_the_other_file_where_both_read_the_same(library: Assistant) -> None:
    assert "送审稿" not in _ask(library, f"{FIRST.projects[1].name}的预算数是多少？").text


@pytest.mark.parametrize("named", ["《送审稿》里", "送审稿.txt中"])
def test_a_file_named_in_the_question_is_the_one_asked(library: Assistant, named: str) -> None:
    assert _ask(library, f"{named}{FIRST.projects[0].name}的预算数是多少？").figures[0].value == 31


def test_records_still_list_every_file(library: Assistant) -> None:
    assert len(library.projects()) == 4


def test_narrative_is_read_from_the_later_file(library: Assistant) -> None:
    reply = _ask(library, "第一条保障措施是什么？")
    assert reply.kind is Kind.ANSWER
    assert {c.document for c in reply.citations} == {"定稿.txt"}
