"""A model behind an OpenAI-compatible endpoint: typed output whichever way it can, and a plain sentence when it cannot."""

import logging
import subprocess
import sys
import time
from typing import Any

import pytest

from assistant.endpoint import Breaker
from assistant.errors import ModelError, SettingsError
from assistant.model import ChatModel, Usage, check_settings, finished, open_model
from assistant.model_output import Shape, items_so_far, json_object
from assistant.prompting import Messages
from assistant.settings import Settings
from tests.model_server import (
    WAYS,
    Act,
    ModelServer,
    completion,
    cut,
    drips,
    hangs,
    refuses,
    says,
    sends,
    status,
    way_of,
)


def _word(found: Any) -> str:
    if not isinstance(found.get("word"), str):
        raise ValueError("no word")
    return str(found["word"])


WORD = Shape(
    "word",
    {"type": "object", "properties": {"word": {"type": "string"}}, "required": ["word"], "additionalProperties": False},
    _word,
)
ASKED = Messages("只输出 JSON", "说一个词")
GOOD = {"word": "好"}


def opened(server: ModelServer, name: str = "openai:scripted", key: str = "") -> ChatModel:
    model = open_model(Settings(model=name, model_url=server.url, model_key=key))
    assert model is not None
    return model


def ask(server: ModelServer, seconds: float = 8.0) -> str:
    return opened(server).ask(ASKED, WORD, time.monotonic() + seconds)


@pytest.mark.parametrize("way", WAYS)
def test_typed_output_comes_whichever_way_the_endpoint_can(way: str) -> None:
    with ModelServer(says(GOOD), knows=(way,)) as server:
        model = opened(server)
        assert model.ask(ASKED, WORD, time.monotonic() + 8) == "好"
        model.ask(ASKED, WORD, time.monotonic() + 8)
        assert [way_of(r) for r in server.requests[-2:]] == [way, way]  # remembered: not tried anew


def test_an_endpoint_that_knows_no_typed_output_is_asked_in_words() -> None:
    with ModelServer(says(GOOD), knows=()) as server:
        assert ask(server) == "好"
        assert way_of(server.requests[-1]) is None


@pytest.mark.parametrize(
    "content",
    [
        '<think>{"word": "坏"}</think>{"word": "好"}',
        '想想 {"word": "坏"}</think>\n{"word": "好"}',
        '<thinking>{"word": "坏"}</thinking>{"word": "好"}',
        '```json\n{"word": "好"}\n```',
        '好的：{"word": "好"} 完',
    ],
)
def test_json_is_found_among_thoughts_fences_and_words(content: str) -> None:
    with ModelServer(says(content)) as server:
        assert ask(server) == "好"


@pytest.mark.parametrize("first", [status(429), status(500), status(503), cut(), sends(b"{nope"), says({"wrong": 1})])
def test_a_passing_fault_is_tried_again(first: Act) -> None:
    with ModelServer(first, says(GOOD)) as server:
        assert ask(server) == "好"
        assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("act", "said", "most"),
    [
        (status(429), "太忙", 3),
        (status(500), "出错（500）", 3),
        (status(401), "JIXIAO_MODEL_KEY", 1),
        (status(404), "JIXIAO_MODEL_URL", 1),
        (cut(), "连不上", 3),
        (sends(b"{nope"), "无法读取", 3),
        (sends(b'{"choices": null}'), "无法读取", 3),
        (sends(b"[]"), "无法读取", 3),
        (refuses(), "不合格式", 3),
        (says("我不能回答"), "不合格式", 3),
    ],
)
def test_a_lasting_fault_becomes_a_plain_sentence(act: Act, said: str, most: int) -> None:
    with ModelServer(act) as server:
        with pytest.raises(ModelError, match=said):
            ask(server)
        assert len(server.requests) <= most


@pytest.mark.parametrize("act", [hangs(30), drips(0.3)])
def test_time_is_up_when_the_model_hangs_or_drips(act: Act) -> None:
    with ModelServer(act) as server:
        started = time.monotonic()
        with pytest.raises(ModelError, match="时限"):
            ask(server, seconds=1.0)
        assert time.monotonic() - started < 1.5


def test_no_one_listening_is_said() -> None:
    model = open_model(Settings(model="openai:x", model_url="http://127.0.0.1:9/v1"))
    assert model is not None
    with pytest.raises(ModelError, match="连不上"):
        model.ask(ASKED, WORD, time.monotonic() + 8)


def test_a_busy_endpoint_is_left_alone_as_long_as_it_asks() -> None:
    with ModelServer(status(429, Retry_After="1"), says(GOOD)) as server:
        started = time.monotonic()
        assert ask(server) == "好"
        assert time.monotonic() - started >= 1


def test_one_that_asks_for_longer_than_there_is_time_is_not_asked_again() -> None:
    with ModelServer(status(429, Retry_After="3600"), says(GOOD)) as server:
        with pytest.raises(ModelError, match="太忙"):
            ask(server)
        assert len(server.requests) == 1


def test_an_endpoint_that_breaks_over_a_way_of_typed_output_is_asked_in_another() -> None:
    with ModelServer(says(GOOD), knows=("json_mode",), unknown=500) as server:
        model = opened(server)
        assert model.ask(ASKED, WORD, time.monotonic() + 8) == "好"
        assert [way_of(r) for r in server.requests] == ["json_schema", "function_calling", "json_mode"]
        assert finished(model.asking(ASKED, WORD, time.monotonic() + 8)) == "好"
        assert server.requests[-1]["stream"]  # what it does not know is the way, not the stream


@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"word": "' + "长" * 6_000_000 + '"}', "太长"),
        ('{"word": "' + "长" * 100_000 + '"}', "太长|不合格式"),
        ('{"word": ' + "[" * 20_000, "不合格式"),
        ('{"word": "\\ud800"}', "不合格式"),
    ],
    ids="endless long deep half-a-character".split(),
)
def test_an_answer_beyond_all_measure_is_no_answer(content: str, said: str, live: bool) -> None:
    act = sends(completion({"content": content}))
    with ModelServer(act) as server:
        started = time.monotonic()
        with pytest.raises(ModelError, match=said):
            finished(opened(server).asking(ASKED, WORD, time.monotonic() + 8, live))
        assert time.monotonic() - started < 9


def test_after_three_failures_nothing_is_asked_for_a_while() -> None:
    with ModelServer(status(401)) as server:
        model = opened(server)
        for _ in range(5):
            with pytest.raises(ModelError):
                model.ask(ASKED, WORD, time.monotonic() + 8)
        assert len(server.requests) == 3


def test_one_call_tries_again_after_the_rest() -> None:
    now = [0.0]
    breaker = Breaker(most=2, rest=60, clock=lambda: now[0])
    breaker.note(False)
    breaker.check()
    breaker.note(False)
    with pytest.raises(ModelError):
        breaker.check()
    now[0] = 61
    breaker.check()  # the one that tries
    with pytest.raises(ModelError):
        breaker.check()
    breaker.note(True)
    breaker.check()


def test_a_text_with_a_secret_mark_is_never_sent() -> None:
    with ModelServer(says(GOOD)) as server:
        with pytest.raises(ModelError, match="密级标志"):
            opened(server).ask(Messages("规则", "秘密★1年 口令"), WORD, time.monotonic() + 8)
        assert server.requests == []


def test_a_key_of_another_service_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-someone-else")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    with ModelServer(says(GOOD)) as server:
        assert ask(server) == "好"
        opened(server, key="mine").ask(ASKED, WORD, time.monotonic() + 8)
        assert server.keys == ["Bearer none", "Bearer mine"]


@pytest.mark.parametrize("name", ["openai:qwen2.5:7b", "qwen2.5:7b", "qwen-max", "deepseek-chat", "gpt-4o"])
def test_a_bare_model_name_is_asked_for_at_the_endpoint(name: str) -> None:
    with ModelServer(says(GOOD)) as server:
        opened(server, name).ask(ASKED, WORD, time.monotonic() + 8)
        assert server.requests[0]["model"] == name.removeprefix("openai:")


PROXIES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:9", "socks5://127.0.0.1:9"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_model_on_this_machine_is_reached_past_any_proxy(
    monkeypatch: pytest.MonkeyPatch, proxy: str, host: str
) -> None:
    for name in PROXIES:
        monkeypatch.setenv(name, proxy)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "intranet.invalid")
    with ModelServer(says(GOOD)) as server:
        model = open_model(Settings(model="openai:x", model_url=server.url.replace("127.0.0.1", host)))
        assert model is not None and model.ask(ASKED, WORD, time.monotonic() + 8) == "好"


def test_a_model_elsewhere_is_asked_through_the_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with ModelServer(says(GOOD)) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url.removesuffix("/v1"))
        model = open_model(Settings(model="openai:x", model_url="http://models.invalid/v1"))
        assert model is not None and model.ask(ASKED, WORD, time.monotonic() + 8) == "好"


def test_a_proxy_that_nothing_here_can_use_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    with pytest.raises(ModelError, match="SOCKS"):
        open_model(Settings(model="openai:x", model_url="http://elsewhere.invalid/v1"))


def test_calls_and_tokens_are_counted_failed_calls_too() -> None:
    with ModelServer(status(500), says(GOOD)) as server:
        model = opened(server)
        model.ask(ASKED, WORD, time.monotonic() + 8)
        assert model.meter.used == Usage(calls=2, input_tokens=1, output_tokens=1)


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("", ()),
        ('{"sentences"', ()),
        ('{"sentences": [', ()),
        ('{"sentences": [{"text": "甲", "sources": [1]', ()),
        ('{"sentences": [{"a": 1}', ({"a": 1},)),
        ('{"sentences": [{"a": 1},\n {"b": "]}"}, {"c', ({"a": 1}, {"b": "]}"})),
        ('```json\n{"sentences": [{"a": 1}]}\n```', ({"a": 1},)),
        ('好的[1]：{"sentences": [{"a": 1}', ({"a": 1},)),
    ],
)
def test_the_complete_items_of_a_text_on_its_way_are_found(text: str, items: tuple[object, ...]) -> None:
    assert items_so_far(text) == items


def test_nothing_is_traced_even_when_the_environment_asks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with ModelServer(says(GOOD)) as tracer, ModelServer(says(GOOD)) as server:
        for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2"):
            monkeypatch.setenv(name, "true")
        for name in ("LANGSMITH_ENDPOINT", "LANGCHAIN_ENDPOINT"):
            monkeypatch.setenv(name, tracer.url)
        monkeypatch.setenv("LANGSMITH_API_KEY", "x")
        assert ask(server) == "好"
        time.sleep(0.3)
        assert tracer.requests == []


def test_what_is_sent_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), ModelServer(status(500), says(GOOD)) as server:
        ask(server)
    assert "说一个词" not in caplog.text


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (Settings(model="openai:x"), "JIXIAO_MODEL_URL"),
        (Settings(model="openai:x", model_url="127.0.0.1:8000"), "http://"),
        (Settings(model="openai:x", model_url="http://127.0.0.1:8000", model_seconds="nan"), "JIXIAO_MODEL_SECONDS"),
        (Settings(model="openai:x", model_url="http://127.0.0.1:8000", model_seconds="0"), "JIXIAO_MODEL_SECONDS"),
    ],
)
def test_settings_that_cannot_work_are_told(settings: Settings, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        check_settings(settings)


def test_a_provider_that_is_not_installed_is_told() -> None:
    with pytest.raises(ModelError, match="mistralai"):
        open_model(Settings(model="mistralai:x", model_url="http://127.0.0.1:9/v1"))


def test_without_a_model_langchain_is_not_imported() -> None:
    code = (
        "import sys; from assistant.model import open_model; from assistant.settings import Settings;"
        "assert open_model(Settings()) is None;"
        "print([n for n in sys.modules if n.startswith(('langchain', 'openai', 'httpx'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("content", ["", "[1]", "{", "没有"])
def test_no_object_is_an_error(content: str) -> None:
    with pytest.raises(ValueError):
        json_object(content)
