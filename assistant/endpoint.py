"""The way to a model's endpoint: past proxies that do not concern it, bounded in what a response may take, with rests."""

import importlib
import importlib.util
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from assistant.errors import ModelError

_PROXIES = ("ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy")
_LONGEST_RESPONSE = 4_000_000  # bytes of one HTTP body; an answer of the most tokens asked for has a hundredth of it


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


def past_proxies(url: str) -> None:
    """An endpoint on this machine is reached directly, whatever proxy the environment names for the rest."""
    host = urlsplit(url).hostname or ""
    if host != "localhost" and not host.startswith("127.") and host != "::1":
        return
    for name in ("NO_PROXY", "no_proxy"):
        known = os.environ.get(name, "")
        if host not in re.split(r"\s*,\s*", known):
            os.environ[name] = f"{known},{host}".strip(",")
    if importlib.util.find_spec("socksio") is None:  # one that nothing here could use anyway fails every client
        for name in _PROXIES:
            if os.environ.get(name, "").lower().startswith("socks"):
                del os.environ[name]


def bounded_client(seconds: float) -> Any:
    """An HTTP client for the OpenAI library that leaves a response when it grows too long or takes more than `seconds`.

    The library's own timeout is between two bytes: a body that drips, or never ends, would hold its thread for good.
    """
    from openai import DefaultHttpxClient

    http = importlib.import_module(
        DefaultHttpxClient.__mro__[1].__module__.partition(".")[0]
    )  # httpx, or its successor

    class Bounded(http.SyncByteStream):  # type: ignore[misc, name-defined]
        def __init__(self, stream: Any) -> None:
            self._stream = stream
            self._until = time.monotonic() + seconds

        def __iter__(self) -> Iterator[bytes]:
            return _bounded(self._stream, self._until)

        def close(self) -> None:
            self._stream.close()

    def bound(response: Any) -> None:
        response.stream = Bounded(response.stream)

    return DefaultHttpxClient(event_hooks={"response": [bound]})


def _bounded(parts: Any, until: float) -> Iterator[bytes]:
    """Raises ModelError for more bytes or more time than one response may take."""
    size = 0
    for part in parts:
        size += len(part)
        if size > _LONGEST_RESPONSE:
            raise ModelError("模型的回答太长，没有读完")
        if time.monotonic() > until:
            raise ModelError("模型没有在时限内回答")
        yield part
