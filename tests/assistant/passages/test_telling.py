"""A reply as it grows: with a model each sentence once it is verified; without one the answer is there at once."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.engine import Assistant
from assistant.settings import Settings
from assistant.types import Conversation, Kind, Reply
from tests.made_telling import INVENTED, PLANTED, TOPIC, library, told
from tests.model_server import WAYS, Act, ModelServer, cut, hangs, says, sends, slowly, status, uses

MONTHLY = {"text": "对12个断面按月监测。", "sources": [1]}
RESULTS = {"text": "全年公布结果12次。", "sources": [1]}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return library(tmp_path_factory.mktemp("telling"))


@pytest.fixture(scope="module")
def plain(data: Path) -> Iterator[Assistant]:
    assistant = Assistant.open(Settings(data=data))
    yield assistant
    assistant.close()


def grown(data: Path, server: ModelServer, message: str = TOPIC) -> list[Reply]:
    settings = Settings(data=data, model="openai:scripted", model_url=server.url)
    assistant = Assistant.open(settings)
    try:
        return list(assistant.stream(Conversation(), message))
    finally:
        assistant.close()


@pytest.mark.parametrize("way", WAYS)
def test_sentences_appear_one_by_one_whichever_way_the_endpoint_types_its_output(data: Path, way: str) -> None:
    with ModelServer(told(MONTHLY, RESULTS), knows=(way,)) as server:
        parts = grown(data, server)
    assert [part.text for part in parts] == [
        "对12个断面按月监测。[1]",
        "对12个断面按月监测。[1]\n全年公布结果12次。[1]",
        "对12个断面按月监测。[1]\n全年公布结果12次。[1]",
    ]
    assert all(part.model == "openai:scripted" for part in parts)
    assert server.requests[-1]["stream"] is True


def test_the_first_sentence_is_there_before_the_model_has_written_the_last(data: Path) -> None:
    with ModelServer(slowly(told(MONTHLY, RESULTS), 0.15)) as server:
        assistant = Assistant.open(Settings(data=data, model="openai:scripted", model_url=server.url))
        seen = [(time.monotonic(), part.text) for part in assistant.stream(Conversation(), TOPIC)]
        assistant.close()
    assert [text.count("\n") for _, text in seen] == [0, 1, 1]
    assert seen[1][0] - seen[0][0] > 0.3


@pytest.mark.parametrize("bad", [INVENTED, PLANTED, {"text": "对13个断面按月监测。", "sources": [1]}])
def test_a_sentence_that_does_not_verify_is_not_shown_for_a_moment(data: Path, bad: object) -> None:
    with ModelServer(told(bad, MONTHLY, bad)) as server:
        parts = grown(data, server)
    assert [part.text for part in parts[:-1]] == ["对12个断面按月监测。[1]"] * (len(parts) - 1)
    assert all(word not in parts[-1].text.partition("（模型")[0] for word in ("华为", "500", "999", "13个"))
    assert "没有通过核对" in parts[-1].text


def test_an_endpoint_that_knows_no_streams_is_asked_anew_for_the_whole(data: Path) -> None:
    with ModelServer(told(MONTHLY), streams=False) as server:
        settings = Settings(data=data, model="openai:scripted", model_url=server.url)
        assistant = Assistant.open(settings)
        first, again = (list(assistant.stream(Conversation(), TOPIC)) for _ in range(2))
        assistant.close()
    assert [part.text for part in (*first, *again)] == ["对12个断面按月监测。[1]"] * 2
    assert [bool(r.get("stream")) for r in server.requests] == [True, False, False]  # remembered


@pytest.mark.parametrize(
    "act",
    [cut(), status(429), status(500), sends(b"{"), sends(b"[]"), says("好的"), says({"a": 1})],
    ids="cut 429 500 bad-json list prose other-json".split(),
)
def test_the_embedded_answer_stands_where_a_stream_fails(data: Path, plain: Assistant, act: Act) -> None:
    embedded = plain.reply(Conversation(), TOPIC)
    with ModelServer(act) as server:
        last = grown(data, server)[-1]
    assert last.text.startswith(embedded.text) and last.text.endswith("，以上是内置回答。）")
    assert (last.model, last.citations) == (None, embedded.citations)


def test_a_stream_that_stops_in_mid_sentence_leaves_the_embedded_answer(data: Path, plain: Assistant) -> None:
    embedded = plain.reply(Conversation(), TOPIC)
    with ModelServer(slowly(told(MONTHLY, RESULTS), 2.0)) as server:
        settings = Settings(data=data, model="openai:x", model_url=server.url, model_seconds="1")
        assistant = Assistant.open(settings)
        started = time.monotonic()
        *_, last = assistant.stream(Conversation(), TOPIC)
        assert time.monotonic() - started < 4
        assistant.close()
    assert last.text.startswith(embedded.text) and "时限" in last.text and last.model is None


def test_a_hanging_stream_ends_within_15_seconds(data: Path) -> None:
    with ModelServer(hangs(30)) as server:
        started = time.monotonic()
        parts = grown(data, server)
        assert time.monotonic() - started < 15
    assert len(parts) == 1 and "时限" in parts[0].text


def test_who_leaves_in_mid_stream_ends_the_call(data: Path) -> None:
    with ModelServer(slowly(told(MONTHLY, *[RESULTS] * 10), 0.1)) as server:
        assistant = Assistant.open(Settings(data=data, model="openai:scripted", model_url=server.url))
        growing = assistant.stream(Conversation(), TOPIC)
        assert next(growing).text == "对12个断面按月监测。[1]"
        growing.close()  # type: ignore[attr-defined]
        assert assistant.reply(Conversation(), "有哪些项目？").kind is Kind.ANSWER
        assistant.close()


@pytest.mark.parametrize("message", [TOPIC, "舆情监测能力建设资金到6月底要花多少？", "你好"])
def test_without_a_model_the_answer_is_there_at_once(plain: Assistant, message: str) -> None:
    parts = list(plain.stream(Conversation(), message))
    assert [part.text for part in parts] == [plain.reply(Conversation(), message).text]


def test_a_second_part_of_a_question_grows_behind_the_answer_to_the_first(data: Path) -> None:
    with ModelServer(told(MONTHLY, RESULTS)) as server:
        parts = grown(data, server, "舆情监测能力建设资金的预算是多少？水质监测怎么做？")
    assert len(parts) == 3
    assert all("35.00 万元" in part.text for part in parts) and "全年公布结果" not in parts[0].text


def test_the_steps_of_an_agent_are_shown_as_they_are_made(data: Path) -> None:
    largest = uses("look_up", projects=[], fields=["total"], aggregate="max")
    answer = told({"text": "预算最多的是舆情监测能力建设资金，为35万元。", "sources": [1]})
    with ModelServer(says({"intent": "several"}), largest, largest, answer) as server:
        parts = grown(data, server, "帮我分析一下哪个项目最值得压减，理由是什么")
    assert parts[0].text == "查询步骤：\n1. 查数：所有项目 预算数 最高"
    assert len(parts[1].text.splitlines()) == 3
    assert parts[-1].text.startswith("预算最多的是舆情监测能力建设资金，为35万元。[1]")
