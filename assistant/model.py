"""Chat models as guests: typed output within a time limit, or a ModelError. Without a model langchain is never imported.

With `agent.py` the only file that imports langchain. Everything that a provider or its library can throw is turned
into a sentence here; the sentence never holds anything of the prompt or of the response.
"""

import logging
import os
import queue
import re
import threading
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from multiprocessing.pool import ThreadPool
from typing import TYPE_CHECKING, Any, TypeVar

from assistant.endpoint import Breaker, bounded_client, past_proxies
from assistant.errors import ModelError, SettingsError
from assistant.model_output import LONGEST_TEXT, Shape, items_so_far, object_of, written
from assistant.prompting import Messages
from assistant.settings import Settings
from corpus.marks import carries_secret_mark

if TYPE_CHECKING:
    from langchain_core.callbacks import BaseCallbackHandler
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage
    from langchain_core.runnables import Runnable

_MOST_TOKENS = 1500
_PAUSES = (0.0, 0.4, 1.2)  # seconds before each attempt
_METHODS = ("json_schema", "function_calling", "json_mode", "words")  # words: only the prompt asks for JSON
_AT_ONCE = 32  # calls, more than the page lets in at once; one that hangs holds its place until its own time limit
_TRACING = ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2")
_CHATTY = ("openai", "httpx", "httpx2", "httpcore", "langchain", "langsmith", "langgraph")

T = TypeVar("T")
Give = Callable[[Any], bool]  # hands a part on; False when nobody waits for it any more


@dataclass(frozen=True, slots=True)
class Usage:
    """What was asked of the model so far. Tokens are those that the endpoint reports; 0 where it reports none."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0


class Meter:
    """Counts what is asked of a model. Safe for many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._used = Usage()

    @property
    def used(self) -> Usage:
        return self._used

    def count(self, calls: int = 0, input_tokens: int = 0, output_tokens: int = 0) -> None:
        with self._lock:
            used = self._used
            self._used = replace(
                used,
                calls=used.calls + calls,
                input_tokens=used.input_tokens + input_tokens,
                output_tokens=used.output_tokens + output_tokens,
            )


class ChatModel:
    """A chat model of any provider. Safe for many threads."""

    def __init__(
        self, name: str, chat: "BaseChatModel", breaker: Breaker | None = None, meter: Meter | None = None
    ) -> None:
        self.name = name
        self.chat = chat
        self.meter = meter or Meter()
        self._breaker = breaker or Breaker()
        self._method = 0  # index of the way to typed output that this endpoint can
        self._streams = True  # until it is found that this endpoint does not
        self._pool = ThreadPool(_AT_ONCE)  # daemon threads: a hanging call holds up neither the reply nor the exit

    def ask(self, messages: Messages, shape: Shape[T], until: float) -> T:
        """What the model returns, read by `shape`. `until` is on time.monotonic().

        Raises ModelError when nothing usable came in time.
        """
        return finished(self.asking(messages, shape, until, live=False))

    def asking(
        self, messages: Messages, shape: Shape[T], until: float, live: bool = True
    ) -> Generator[tuple[Any, ...], None, T]:
        """As `ask`; when `live`, gives the complete items so far of the object's list, as often as there is one more.

        After a fault in mid-stream they begin anew.
        """
        self._breaker.check()
        method, attempt, streamed = self._method, 0, live and self._streams
        while True:
            try:
                found = yield from self._once(messages, shape, _METHODS[method], until, streamed)
            except _Fault as fault:
                if streamed and (fault.mute or (fault.free and method + 1 == len(_METHODS))):
                    method, streamed = self._method, False
                    continue
                if fault.other_way and method + 1 < len(_METHODS):
                    method += 1
                    if fault.free:
                        continue
                attempt += 1
                pause = max(_PAUSES[attempt], fault.after) if attempt < len(_PAUSES) else 0.0
                if not fault.again or attempt == len(_PAUSES) or time.monotonic() + pause >= until:
                    self._breaker.note(False)
                    raise ModelError(fault.sentence) from None
                time.sleep(pause)
            else:
                self._method = method
                self._streams = streamed if live else self._streams
                self._breaker.note(True)
                return found

    def run(self, call: Callable[[Give], T], until: float) -> Generator[Any, None, T]:
        """`call` (which talks to `chat`) within its time, and the parts that it gives meanwhile.

        Raises ModelError for whatever goes wrong in it.
        """
        self._breaker.check()
        try:
            found = yield from self._within(call, until)
        except _Fault as fault:
            self._breaker.note(False)
            raise ModelError(fault.sentence) from None
        self._breaker.note(True)
        return found

    def close(self) -> None:
        self._pool.terminate()

    def _once(
        self, messages: Messages, shape: Shape[T], method: str, until: float, streamed: bool
    ) -> Generator[tuple[Any, ...], None, T]:
        sent = [("system", messages.system), ("user", messages.user)]
        typed = self._typed(shape, method)
        if streamed:
            given = yield from self._items(self._within(lambda give: _streamed(typed.stream(sent), give), until))
        else:
            given = yield from self._within(lambda _: typed.invoke(sent), until)
        try:
            return shape.read(object_of(given))
        except ValueError:
            raise _Fault("模型返回的内容不合格式", other_way=True) from None

    def _items(self, growing: Generator[str, None, T]) -> Generator[tuple[Any, ...], None, T]:
        """The items of a text on its way, whenever there is one more."""
        count, any_text = 0, False
        while True:
            try:
                text = next(growing)
            except StopIteration as stop:
                return stop.value  # type: ignore[no-any-return]
            except _Fault as fault:
                fault.mute = not any_text and fault.unread
                raise
            any_text = True
            items = items_so_far(text)
            if len(items) > count:
                count = len(items)
                yield items

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

    def _within(self, call: Callable[[Give], T], until: float) -> Generator[Any, None, T]:
        """The parts that `call` gives, in this thread; nothing of it is waited for longer than `until`."""
        box: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        left = threading.Event()

        def give(part: Any) -> bool:
            box.put(("part", part))
            return not left.is_set()

        self._pool.apply_async(
            call, (give,), callback=lambda v: box.put(("whole", v)), error_callback=lambda e: box.put(("error", e))
        )
        try:
            while True:
                try:
                    kind, value = box.get(timeout=max(0.0, until - time.monotonic()))
                    if kind == "part" and time.monotonic() > until:  # a stream that never ends is never empty
                        raise queue.Empty
                except queue.Empty:
                    raise _Fault("模型没有在时限内回答", again=False) from None
                if kind == "whole":
                    return value  # type: ignore[no-any-return]
                if kind == "error":
                    raise _fault(value) from None
                yield value
        finally:
            left.set()


def finished(growing: Generator[Any, None, T]) -> T:
    """What a generator returns, its parts left aside."""
    while True:
        try:
            next(growing)
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]


def _streamed(chunks: "Iterator[Any]", give: Give) -> Any:
    """The chunks of a response as one message. Ends early, and the call with it, when nobody waits any more."""
    whole: Any = None
    for chunk in chunks:
        whole = chunk if whole is None else whole + chunk
        text = written(whole)
        if len(text) > LONGEST_TEXT:
            raise ModelError("模型的回答太长，没有采用")
        if not give(text):
            break
    return whole


class _Fault(Exception):
    """Why a call failed: whether another attempt may help, or another way of asking (`free`: at once)."""

    def __init__(
        self, sentence: str, again: bool = True, other_way: bool = False, free: bool = False, after: float = 0.0
    ) -> None:
        self.sentence, self.again, self.other_way, self.free = sentence, again, other_way, free
        self.after = after  # seconds that the endpoint asks to be left alone
        self.unread = False  # what came could not be read
        self.mute = False  # nothing came of a stream: the endpoint may not know streaming


def _fault(error: BaseException) -> _Fault:
    """A foreign error in our words; told by its HTTP status or its name, so that any provider's will do."""
    status = getattr(error, "status_code", None)
    if isinstance(error.__cause__, ModelError):  # ours, raised while a response was read
        error = error.__cause__
    if status in (400, 422) or isinstance(error, NotImplementedError):
        return _Fault("模型服务不接受这种请求", again=False, other_way=True, free=True)
    if status in (401, 403):
        return _Fault("模型服务拒绝了访问，请检查 JIXIAO_MODEL_KEY", again=False)
    if status == 404:
        return _Fault("模型服务没有这个模型或地址，请检查 JIXIAO_MODEL 和 JIXIAO_MODEL_URL", again=False)
    if status == 429:
        return _Fault("模型服务太忙", after=_asked_to_wait(error))
    if isinstance(status, int):  # some servers break over a way of typed output that they do not know
        return _Fault(f"模型服务出错（{status}）", other_way=status == 500, after=_asked_to_wait(error))
    name = type(error).__name__
    if isinstance(error, ModelError):
        return _Fault(str(error), again=False)
    if "LimitExceeded" in name or "Recursion" in name:
        return _Fault("模型没有在限定的步数内得出回答", again=False)
    if "Timeout" in name:
        return _Fault("模型没有在时限内回答", again=False)
    if "Connect" in name or isinstance(error, OSError):
        return _Fault("连不上模型服务")
    fault = _Fault("模型返回的内容无法读取", other_way=True)
    fault.unread = True
    return fault


def passes(error: Exception) -> bool:
    """Whether another attempt, soon, may help: the endpoint was busy or broke, and does not ask for long."""
    status = getattr(error, "status_code", None)
    return status in (429, 500, 502, 503) and _asked_to_wait(error) <= 1


def _asked_to_wait(error: BaseException) -> float:
    """Seconds of a Retry-After; 0 without one."""
    said = str(getattr(getattr(error, "response", None), "headers", {}).get("retry-after", ""))
    return float(said) if re.fullmatch(r"\d{1,6}(\.\d{1,6})?", said) else 0.0


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
    meter = Meter()
    return ChatModel(settings.model, _chat(settings, meter), meter=meter)


def _chat(settings: Settings, meter: Meter) -> "BaseChatModel":
    for name in _TRACING:
        os.environ[name] = "false"
    past_proxies(settings.model_url)
    for name in _CHATTY:  # at their lower levels they log what is sent
        logging.getLogger(name).setLevel(logging.WARNING)
    options: dict[str, Any] = {
        "base_url": settings.model_url,
        "api_key": settings.model_key or "none",  # never a key that lies in the environment for another service
        "timeout": seconds(settings),
        "max_retries": 0,  # attempts are counted here
        "max_tokens": _MOST_TOKENS,
        "temperature": 0,
        "callbacks": [_counting(meter)],
    }
    try:
        return _of_provider(settings.model, options)
    except ImportError as error:
        if "SOCKS" in str(error):
            raise ModelError("环境变量里设置了 SOCKS 代理，但没有安装 socksio，连不上模型服务") from None
        provider = settings.model.partition(":")[0]
        raise ModelError(f"没有安装 {provider} 的接口；兼容 OpenAI 接口的服务请写 openai:模型名") from None


def _of_provider(name: str, options: dict[str, Any]) -> "BaseChatModel":
    """The model by the interface that its name tells, else by OpenAI's: qwen2.5:7b tells none, deepseek-chat one not installed."""
    from langchain.chat_models import init_chat_model

    if not name.startswith("openai:"):
        try:
            chat: BaseChatModel = init_chat_model(name, **options)
            if chat._llm_type != "openai-chat":
                return chat
        except ValueError:
            pass
        except ImportError:
            if ":" in name:
                raise
    client = bounded_client(options["timeout"])
    name = name.removeprefix("openai:")
    made: BaseChatModel = init_chat_model(name, model_provider="openai", http_client=client, **options)
    return made


def _counting(meter: Meter) -> "BaseCallbackHandler":
    """Stands before every call of a model, an agent's too: counts it, and stops one that carries a 密级 mark."""
    from langchain_core.callbacks import BaseCallbackHandler

    class Counting(BaseCallbackHandler):
        raise_error = True  # else what is raised here is logged, and the call goes on
        run_inline = True

        def on_chat_model_start(
            self, serialized: dict[str, Any], messages: "list[list[BaseMessage]]", **_: Any
        ) -> None:
            if any(carries_secret_mark(message.text) for batch in messages for message in batch):
                raise ModelError("内容带有密级标志，没有发送给模型")
            meter.count(calls=1)

        def on_llm_end(self, response: Any, **_: Any) -> None:
            for generation in (one for row in response.generations for one in row):
                used = getattr(generation.message, "usage_metadata", None) or {}
                meter.count(0, used.get("input_tokens", 0), used.get("output_tokens", 0))

    return Counting()
