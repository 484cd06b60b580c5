"""Chat models as guests: typed output within a time limit, or a ModelError. Without a model langchain is never imported.

With `agent.py` the only file that imports langchain. Everything that a provider or its library can throw is turned
into a sentence here; the sentence never holds anything of the prompt or of the response.
"""

import json
import logging
import os
import queue
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.pool import ThreadPool
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from assistant.errors import ModelError, SettingsError
from assistant.prompting import Messages
from assistant.settings import Settings
from corpus.marks import carries_secret_mark

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import Runnable

_MOST_TOKENS = 1500
_PAUSES = (0.0, 0.4, 1.2)  # seconds before each attempt
_METHODS = ("json_schema", "function_calling", "json_mode", "words")  # words: only the prompt asks for JSON
_AT_ONCE = 16  # calls; one that hangs holds its place until its own time limit
_TRACING = ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2")
_CHATTY = ("openai", "httpx", "httpx2", "httpcore", "langchain", "langsmith", "langgraph")
_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.S)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shape(Generic[T]):
    """What a model must return: a JSON schema, and how its object is read. `read` raises ValueError when it does not fit."""

    name: str
    schema: Mapping[str, Any]
    read: Callable[[Mapping[str, Any]], T]


class Breaker:
    """After `most` failures in a row nothing is asked for `rest` seconds; then one call tries again."""

    def __init__(self, most: int = 3, rest: float = 60.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._rest, self._clock = most, rest, clock
        self._failures = 0
        self._closed_until = 0.0
        self._lock = threading.Lock()

    def check(self) -> None:
        """Raises ModelError while the model rests."""
        with self._lock:
            now = self._clock()
            if now < self._closed_until:
                raise ModelError("模型连续多次没有可用的回答，暂停使用片刻")
            if self._failures >= self._most:  # this call tries; others wait for what it finds
                self._closed_until = now + self._rest

    def note(self, worked: bool) -> None:
        with self._lock:
            self._failures = 0 if worked else self._failures + 1
            resting = self._failures >= self._most
            self._closed_until = self._clock() + self._rest if resting else 0.0


class ChatModel:
    """A chat model of any provider. Safe for many threads."""

    def __init__(self, name: str, chat: "BaseChatModel", breaker: Breaker | None = None) -> None:
        self.name = name
        self.chat = chat
        self._breaker = breaker or Breaker()
        self._method = 0  # index of the way to typed output that this endpoint can
        self._pool = ThreadPool(_AT_ONCE)  # daemon threads: a hanging call holds up neither the reply nor the exit

    def ask(self, messages: Messages, shape: Shape[T], until: float) -> T:
        """What the model returns, read by `shape`. `until` is on time.monotonic().

        Raises ModelError when nothing usable came in time.
        """
        self._breaker.check()
        method, attempt = self._method, 0
        while True:
            try:
                found = self._once(messages, shape, _METHODS[method], until - _PAUSES[attempt])
            except _Fault as fault:
                if fault.other_way and method + 1 < len(_METHODS):
                    method += 1
                    if fault.free:
                        continue
                attempt += 1
                if not fault.again or attempt == len(_PAUSES) or time.monotonic() + _PAUSES[attempt] >= until:
                    self._breaker.note(False)
                    raise ModelError(fault.sentence) from None
                time.sleep(_PAUSES[attempt])
            else:
                self._method = method
                self._breaker.note(True)
                return found

    def run(self, call: Callable[[], T], until: float) -> T:
        """`call` (which talks to `chat`) within its time. Raises ModelError for whatever goes wrong in it."""
        self._breaker.check()
        try:
            found = self._within(call, until)
        except _Fault as fault:
            self._breaker.note(False)
            raise ModelError(fault.sentence) from None
        self._breaker.note(True)
        return found

    def close(self) -> None:
        self._pool.terminate()

    def _once(self, messages: Messages, shape: Shape[T], method: str, until: float) -> T:
        if carries_secret_mark(messages.user) or carries_secret_mark(messages.system):
            raise _Fault("内容带有密级标志，没有发送给模型", again=False)
        sent = [("system", messages.system), ("user", messages.user)]
        given = self._within(lambda: self._typed(shape, method).invoke(sent), until)
        try:
            return shape.read(_object(given))
        except ValueError:
            raise _Fault("模型返回的内容不合格式", other_way=True) from None

    def _typed(self, shape: Shape[T], method: str) -> "Runnable[Any, Any]":
        """The model bound to one way of typed output. Not `with_structured_output`: with the raw message it runs the
        call in an executor whose threads are waited for when the process ends.
        """
        schema = {"title": shape.name, **shape.schema}
        if method == "json_schema":
            form = {"name": shape.name, "schema": schema, "strict": False}
            return self.chat.bind(response_format={"type": "json_schema", "json_schema": form})
        if method == "function_calling":
            tool = {"name": shape.name, "description": shape.name, "parameters": shape.schema}
            return self.chat.bind_tools([{"type": "function", "function": tool}], tool_choice=shape.name)
        return self.chat.bind(response_format={"type": "json_object"}) if method == "json_mode" else self.chat

    def _within(self, call: Callable[[], T], until: float) -> T:
        outcome: queue.SimpleQueue[tuple[Any, BaseException | None]] = queue.SimpleQueue()
        self._pool.apply_async(
            call, callback=lambda v: outcome.put((v, None)), error_callback=lambda e: outcome.put((None, e))
        )
        try:
            value, error = outcome.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            raise _Fault("模型没有在时限内回答", again=False) from None
        if error is not None:
            raise _fault(error) from None
        return value  # type: ignore[no-any-return]


class _Fault(Exception):
    """Why a call failed: whether another attempt may help, or another way of asking (`free`: at once)."""

    def __init__(self, sentence: str, again: bool = True, other_way: bool = False, free: bool = False) -> None:
        self.sentence, self.again, self.other_way, self.free = sentence, again, other_way, free


def _fault(error: BaseException) -> _Fault:
    """A foreign error in our words; told by its HTTP status or its name, so that any provider's will do."""
    status = getattr(error, "status_code", None)
    if status in (400, 422) or isinstance(error, NotImplementedError):
        return _Fault("模型服务不接受这种请求", again=False, other_way=True, free=True)
    if status in (401, 403):
        return _Fault("模型服务拒绝了访问，请检查 JIXIAO_MODEL_KEY", again=False)
    if status == 404:
        return _Fault("模型服务没有这个模型或地址，请检查 JIXIAO_MODEL 和 JIXIAO_MODEL_URL", again=False)
    if status == 429:
        return _Fault("模型服务太忙")
    if isinstance(status, int):
        return _Fault(f"模型服务出错（{status}）")
    name = type(error).__name__
    if isinstance(error, ModelError):
        return _Fault(str(error), again=False)
    if "LimitExceeded" in name or "Recursion" in name:
        return _Fault("模型没有在限定的步数内得出回答", again=False)
    if "Timeout" in name:
        return _Fault("模型没有在时限内回答", again=False)
    if "Connect" in name or isinstance(error, OSError):
        return _Fault("连不上模型服务")
    return _Fault("模型返回的内容无法读取", other_way=True)


def _object(message: Any) -> Mapping[str, Any]:
    """The JSON object of a response: the arguments of its call, or found in its words. Raises ValueError when there is none."""
    for call in getattr(message, "tool_calls", ()):
        return dict(call["args"])
    return json_object(getattr(message, "content", ""))


def json_object(content: Any) -> Mapping[str, Any]:
    """The first JSON object in what a model wrote, thoughts and code fences around it or not. Raises ValueError."""
    if isinstance(content, list):  # parts
        content = "".join(part.get("text", "") for part in content if isinstance(part, Mapping))
    text = _THOUGHT.sub("", str(content))
    start = text.find("{")
    if start < 0:
        raise ValueError("no JSON object")
    found, _ = json.JSONDecoder().raw_decode(text, start)
    if not isinstance(found, Mapping):
        raise ValueError("not an object")
    return found


def seconds(settings: Settings) -> float:
    """For all model calls of one reply. Raises SettingsError when it is no number of seconds."""
    if not re.fullmatch(r"\d{1,3}(\.\d+)?", settings.model_seconds) or not 1 <= float(settings.model_seconds) <= 600:
        raise SettingsError("JIXIAO_MODEL_SECONDS 应是 1 到 600 之间的秒数，例如 12。")
    return float(settings.model_seconds)


def check_settings(settings: Settings) -> None:
    """Raises SettingsError when the model's settings cannot work: without a URL a provider's own service would be called."""
    seconds(settings)
    if settings.model and not settings.model_url:
        raise SettingsError(
            "设置了 JIXIAO_MODEL，但没有设置 JIXIAO_MODEL_URL（模型服务的地址，例如 http://127.0.0.1:8000/v1）。"
        )
    if settings.model_url and not re.match(r"https?://[^\s/]+", settings.model_url):
        raise SettingsError("JIXIAO_MODEL_URL 应是 http:// 或 https:// 开头的地址。")


def open_model(settings: Settings) -> ChatModel | None:
    """The chat model of the settings; None when none is set. Calls nothing yet.

    Raises SettingsError for settings that cannot work, ModelError when the provider's package is missing.
    """
    if not settings.model:
        return None
    check_settings(settings)
    return ChatModel(settings.model, _chat(settings))


def _chat(settings: Settings) -> "BaseChatModel":
    for name in _TRACING:
        os.environ[name] = "false"
    from langchain.chat_models import init_chat_model

    for name in _CHATTY:  # at their lower levels they log what is sent
        logging.getLogger(name).setLevel(logging.WARNING)
    options: dict[str, Any] = {
        "base_url": settings.model_url,
        "api_key": settings.model_key or "none",  # never a key that lies in the environment for another service
        "timeout": seconds(settings),
        "max_retries": 0,  # attempts are counted here
        "max_tokens": _MOST_TOKENS,
        "temperature": 0,
    }
    chat: BaseChatModel
    try:
        chat = init_chat_model(settings.model, **options)
    except ImportError:
        if ":" in settings.model:
            provider = settings.model.partition(":")[0]
            raise ModelError(f"没有安装 {provider} 的接口；兼容 OpenAI 接口的服务请写 openai:模型名") from None
        chat = init_chat_model(settings.model, model_provider="openai", **options)
    except ValueError:  # a name like qwen2.5:7b tells no provider
        chat = init_chat_model(settings.model, model_provider="openai", **options)
    return chat
