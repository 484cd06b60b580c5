"""Passages that answer, and an honest nothing: a sample of the benchmark's questions, and each kind of missing answer."""

import pytest

from assistant.retrieval import retrieve
from tests.bench import fitting


@pytest.fixture(scope="module")
def library():
    with fitting.library() as opened:
        yield opened


def test_questions_with_and_without_an_answer_are_told_apart(library):
    apart = fitting.told_apart(library, slice(1, None, 4))
    assert apart.answerable >= 50 and apart.unanswerable >= 50
    assert apart.answered >= 0.95, apart.silent
    assert apart.declined >= 0.95, apart.eager


@pytest.mark.parametrize(
    "question",
    [
        "舆情分析会在几号召开？",
        "专家智库有多少位专家？",
        "舆情研判小组组长是谁？",
        "石家庄智慧城市怎么建设？",
        "职业教育怎么发展？",
        "？？？",
        "鑫",
    ],
)
def test_what_the_documents_do_not_say_is_not_answered(library, question):
    assert retrieve(library, question, None) == ()


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("救助金发放及时率不低于多少？", "98%"),
        ("校园安全检查多久一次？", "每学期"),
        ("谁来封堵网上有害信息", "有关部门"),
        ("举办培训不少于多少期？", "20期"),
    ],
)
def test_a_day_a_number_or_somebody_that_is_asked_for_stands_in_what_is_found(library, question, says):
    assert any(says in item.chunk.text for item in retrieve(library, question, None))


def test_a_question_of_100_kb_is_answered_or_declined(library):
    assert isinstance(retrieve(library, "舆情监测" * 25_000, None), tuple)
