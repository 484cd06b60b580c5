"""Passages that answer, and an honest nothing: a sample of the benchmark's questions, and each kind of missing answer."""

import pytest

from assistant.passages.retrieval import content_of, retrieve
from tests.bench import fitting


@pytest.fixture(scope="module")
def library():
    with fitting.library() as opened:
        yield opened


@pytest.mark.parametrize("half", [0, 1])
def test_questions_with_and_without_an_answer_are_told_apart(library, half):
    apart = fitting.told_apart(library, slice(half, None, 2))
    assert apart.answerable >= 100 and apart.unanswerable >= 100
    assert apart.answered >= 0.96, apart.silent
    assert apart.declined >= 0.96, apart.eager


def test_questions_about_other_documents_are_told_apart():
    with fitting.library(fitting.ELSEWHERE) as other:
        apart = fitting.told_apart(other, name="answerable_elsewhere.yaml")
    assert apart.answerable >= 50 and apart.unanswerable >= 50
    assert apart.answered >= 0.95, apart.silent
    assert apart.declined >= 0.95, apart.eager


@pytest.mark.parametrize(
    ("question", "content"),
    [
        ("法律援助怎么申请", "法律援助 申请"),
        ("会议怎么安排", "会议"),
        ("指导站由谁建", "指导站由 建"),
        ("社会救助怎么做", "社会救助"),
        ("管理办法的文号是多少？", "管理办法 文号"),
        ("请问中小学的食堂", "中小学 食堂"),
        ("\ue000舆情", "舆情"),
    ],
)
def test_words_that_hold_a_stopwords_character_stay_whole(question, content):
    assert content_of(question) == content


@pytest.mark.parametrize(
    "question",
    [
        "舆情分析会在几号召开？",
        "专家智库有多少位专家？",
        "舆情研判小组组长是谁？",
        "石家庄智慧城市怎么建设？",
        "职业教育怎么发展？",
        "舆情值班室的电话是多少？",
        "包村指导的农技人员叫什么？",
        "智慧警务平台在哪个城市上线？",
        "校园里有多少张床位？",
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
        ("规范网站备案的专项行动叫什么？", "燕赵净网"),
        ("管理办法由谁负责解释？", "县财政局"),
    ],
)
def test_a_day_a_number_or_somebody_that_is_asked_for_stands_in_what_is_found(library, question, says):
    assert any(says in item.chunk.text for item in retrieve(library, question, None))


def test_a_question_of_100_kb_is_answered_or_declined(library):
    assert isinstance(retrieve(library, "舆情监测" * 25_000, None), tuple)
