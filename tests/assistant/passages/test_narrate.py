"""Narration without a model: the sentences that answer and no others, verbatim, by place; parts in short where asked."""

from collections import Counter
from collections.abc import Iterator

import pytest

from assistant.engine import Assistant
from assistant.passages.narrate import asked_of, best_sentences
from assistant.passages.summary import key_sentences
from assistant.settings import Settings
from assistant.types import Conversation, Kind, Reply

TEXT = """2025年部门预算绩效目标
第一部分 部门整体绩效目标
一、总体绩效目标
推进义务教育优质均衡发展。加强教师队伍建设和教师培训。保障校园安全。改善办学条件。做好上级交办的其他事项。开展校园安全检查和教师培训考核。
二、分项绩效目标
一、加强教师队伍建设。教师每年参加培训不少于72学时。通过公开招聘补充教师30名。
二、保障校园安全。每学期开展一次校园安全检查。
三、工作保障措施
一是加强教师队伍建设。教师培训由教师进修学校承办。骨干教师通过考核和推荐选拔，每两年一次。建立教师荣誉制度。
二是保障校园安全。每学期开展一次校园安全检查。
"""


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("narrate")
    (folder / "jiaoyu.txt").write_text(TEXT, "utf-8")
    assistant = Assistant.open(Settings(data=folder / "data"))
    list(assistant.ingest([folder / "jiaoyu.txt"]))
    for info in assistant.documents():
        if info.name != "jiaoyu.txt":
            assert assistant.forget(info.id)
    yield assistant
    assistant.close()


def ask(school: Assistant, message: str) -> Reply:
    return school.reply(Conversation(), message)


def quoted(reply: Reply) -> list[str]:
    return [line.removeprefix("> ") for line in reply.text.splitlines() if line.startswith("> ")]


@pytest.mark.parametrize(
    ("message", "first"),
    [
        ("骨干教师怎么选拔？", "骨干教师通过考核和推荐选拔，每两年一次。"),
        ("教师荣誉制度要建立吗？", "建立教师荣誉制度。"),
    ],
)
def test_the_sentence_that_says_what_is_asked_leads_not_one_with_the_commoner_words(
    school: Assistant, message: str, first: str
) -> None:
    reply = ask(school, message)
    assert reply.kind is Kind.ANSWER and first in reply.text
    assert "校园安全" not in reply.text


def test_every_quoted_sentence_stands_in_the_document_and_none_twice(school: Assistant) -> None:
    for message in ("教师队伍怎么建设？", "校园安全怎么保障？", "教师培训怎么做？"):
        said = quoted(ask(school, message))
        assert said and all(sentence in TEXT for sentence in said)
        assert len(said) == len(set(said))


def test_a_place_is_headed_once(school: Assistant) -> None:
    for message in ("教师队伍怎么建设？", "校园安全怎么保障？"):
        heads = [line for line in ask(school, message).text.splitlines() if line.endswith("：")]
        assert heads and len(heads) == len(set(heads))


def test_an_item_whose_sentences_another_place_said_is_not_told_by_its_heading_alone(school: Assistant) -> None:
    said = quoted(ask(school, "校园安全怎么保障？"))
    assert ("二是保障校园安全。" in said) <= (said.count("每学期开展一次校园安全检查。") > 1)
    assert "每学期开展一次校园安全检查。" in said


def test_an_item_whose_heading_is_what_is_asked_is_told_whole(school: Assistant) -> None:
    said = "".join(quoted(ask(school, "加强教师队伍建设有哪些措施？")))
    assert "教师培训由教师进修学校承办。" in said and "建立教师荣誉制度。" in said


@pytest.mark.parametrize(
    "message", ["概括一下保障措施", "简要说说保障措施", "保障措施用两句话概括", "概括一下两条保障措施，每条一句话"]
)
def test_items_in_short_are_their_headings_each_cited(school: Assistant, message: str) -> None:
    reply = ask(school, message)
    assert reply.text.splitlines()[1:] == ["1. 加强教师队伍建设。[1]", "2. 保障校园安全。[2]"]
    assert len(reply.citations) == 2


@pytest.mark.parametrize(("message", "count"), [("用两句话总结总体绩效目标", 2), ("总体绩效目标概括成3个要点", 3)])
def test_a_long_part_in_short_is_as_many_of_its_sentences_as_asked(school: Assistant, message: str, count: int) -> None:
    reply = ask(school, message)
    said = quoted(reply)
    assert len(said) == count and all(sentence in TEXT for sentence in said)
    assert [TEXT.index(s) for s in said] == sorted(TEXT.index(s) for s in said)
    assert "共 6 句" in reply.text and len(reply.citations) == 1


def test_of_a_topic_within_a_part_only_what_it_says_of_it_is_told(school: Assistant) -> None:
    said = ask(school, "概括一下保障措施里关于校园安全的内容").text
    assert "每学期开展一次校园安全检查" in said and "教师荣誉制度" not in said and "各条的主题" not in said


@pytest.mark.parametrize("message", ["总体绩效目标的原文", "第二条保障措施是什么？"])
def test_what_is_not_asked_in_short_is_told_as_it_stands(school: Assistant, message: str) -> None:
    assert "要点" not in ask(school, message).text and "原文" in ask(school, message).text


def test_rare_words_of_a_question_weigh_more_than_common_ones() -> None:
    parts = ["网信干部政治素养。", "网信干部人才建设。", "网信人才选拔。", "网信宣传。"]
    asked = asked_of("网信干部选拔", parts)
    assert asked.tells["选拔"] > asked.tells["网信"]
    assert asked.weighed("没有关系") == 0.0


def test_what_is_asked_to_be_done_weighs_most() -> None:
    text = "网信干部队伍要过硬。网信人才经招录选拔。"
    asked = asked_of("网信干部选拔", [text], "网信干部怎么选拔？")
    assert best_sentences(text, asked, 1.0) == ["网信人才经招录选拔。"]


def test_no_sentence_of_a_summary_says_another_again() -> None:
    every = ["加强教师培训工作。", "进一步加强教师培训工作。", "保障全县校园安全。"]
    around = Counter({"教师": 9, "培训": 9, "加强": 9, "师培": 9, "校园": 3, "安全": 3})
    assert key_sentences(every, around, 2)[-1] == "保障全县校园安全。"
