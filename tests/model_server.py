"""A scripted OpenAI-compatible server on loopback: each request gets the next act of a script, and is recorded.

    with ModelServer(says({"sentences": []}), status(500)) as server: ... JIXIAO_MODEL_URL = server.url

The last act repeats. `knows` are the ways to typed output that it accepts; others get a 400 (or what `unknown` says), as real servers do. A
request for a stream gets one, a few characters an event, unless `streams` is false: then it gets the whole, as from
servers that know no streams.
"""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

WAYS = ("json_schema", "function_calling", "json_mode")
Request = dict[str, Any]


@dataclass(frozen=True)
class Act:
    """What is sent: a body after `wait` seconds; `cut` closes in its middle, `drip` sends it a byte at a time.

    A stream waits `pause` seconds after each event.
    """

    body: Callable[[Request], bytes]
    status: int = 200
    wait: float = 0.0
    cut: bool = False
    drip: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0.0


def way_of(request: Request) -> str | None:
    """How a request asks for typed output; None when it does not."""
    if request.get("response_format", {}).get("type") == "json_schema":
        return "json_schema"
    if request.get("response_format", {}).get("type") == "json_object":
        return "json_mode"
    forced = request.get("tool_choice")
    return "function_calling" if isinstance(forced, dict) or forced == "required" else None


def completion(message: dict[str, Any], finish: str = "stop") -> bytes:
    choice = {"index": 0, "message": {"role": "assistant", "content": None, **message}, "finish_reason": finish}
    return json.dumps(
        {
            "id": "c1",
            "object": "chat.completion",
            "created": 1,
            "model": "scripted",
            "choices": [choice],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
        }
    ).encode()


def as_stream(body: bytes, width: int = 12) -> list[bytes]:
    """A completion as server-sent events."""
    whole = json.loads(body)
    choice = whole["choices"][0]
    message = choice["message"]

    def event(delta: dict[str, Any], finish: str | None = None) -> bytes:
        part = {"index": 0, "delta": delta, "finish_reason": finish}
        said = {**whole, "object": "chat.completion.chunk", "choices": [part], "usage": None}
        return b"data: " + json.dumps(said, ensure_ascii=False).encode() + b"\n\n"

    def pieces(text: str) -> list[str]:
        return [text[i : i + width] for i in range(0, len(text), width)]

    events = [event({"role": "assistant", "content": ""})]
    events += [event({"content": piece}) for piece in pieces(message.get("content") or "")]
    for i, call in enumerate(message.get("tool_calls") or ()):
        opening = {**call, "index": i, "function": {**call["function"], "arguments": ""}}
        events.append(event({"tool_calls": [opening]}))
        events += [
            event({"tool_calls": [{"index": i, "function": {"arguments": piece}}]})
            for piece in pieces(call["function"]["arguments"])
        ]
    return [*events, event({}, choice["finish_reason"]), b"data: [DONE]\n\n"]


def calls(name: str, arguments: Any, number: int = 1) -> dict[str, Any]:
    function = {"name": name, "arguments": json.dumps(arguments, ensure_ascii=False)}
    return {"tool_calls": [{"id": f"call_{number}", "type": "function", "function": function}]}


def says(value: Any) -> Act:
    """The JSON value, in the way that the request asks for it; a string as it is."""

    def body(request: Request) -> bytes:
        if way_of(request) == "function_calling" and not isinstance(value, str):
            return completion(calls(request["tools"][0]["function"]["name"], value), "tool_calls")
        return completion({"content": value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)})

    return Act(body)


def uses(name: str, **arguments: Any) -> Act:
    """A tool call of an agent."""
    return Act(lambda request: completion(calls(name, arguments, len(request["messages"])), "tool_calls"))


def replies(made: Callable[[Request], Any]) -> Act:
    """What `made` makes of the request, as `says` says it."""
    return Act(lambda request: says(made(request)).body(request))


def echoes() -> Act:
    """Its own prompt, as a sentence from source 1."""
    return replies(
        lambda r: {"sentences": [{"text": m["content"], "sources": [1]} for m in r["messages"] if m.get("content")]}
    )


def status(code: int, **headers: str) -> Act:
    error = json.dumps({"error": {"message": "no", "type": "x", "code": None}}).encode()
    return Act(lambda _: error, status=code, headers=headers)


def slowly(act: Act, pause: float = 0.1) -> Act:
    """An act whose stream takes its time."""
    return replace(act, pause=pause)


def hangs(seconds: float = 30.0) -> Act:
    return Act(lambda _: completion({"content": "{}"}), wait=seconds)


def drips(seconds: float = 0.5) -> Act:
    return Act(lambda _: completion({"content": '{"sentences": []}'}), drip=seconds)


def cut() -> Act:
    return Act(lambda _: completion({"content": '{"sentences": []}'}), cut=True)


def sends(body: bytes) -> Act:
    return Act(lambda _: body)


def refuses() -> Act:
    return Act(lambda _: completion({"content": None, "refusal": "I cannot help with that."}))


class ModelServer:
    """Use as a context manager. `requests` are the bodies received, in order."""

    def __init__(self, *script: Act, knows: tuple[str, ...] = WAYS, streams: bool = True, unknown: int = 400) -> None:
        self.requests: list[Request] = []
        self.keys: list[str] = []
        self._script = list(script)
        self._knows = knows
        self._unknown = unknown
        self._streams = streams
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    @property
    def sent(self) -> str:
        """All that was ever sent to the model."""
        return json.dumps(self.requests, ensure_ascii=False)

    def __enter__(self) -> "ModelServer":
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._stop.set()
        self._http.shutdown()
        self._http.server_close()

    def _next(self, request: Request, key: str) -> Act:
        with self._lock:
            self.requests.append(request)
            self.keys.append(key)
            way = way_of(request)
            if way is not None and way not in self._knows:
                return status(self._unknown)
            return self._script.pop(0) if len(self._script) > 1 else self._script[0]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["content-length"])))
                act = server._next(request, self.headers.get("authorization", ""))
                if server._stop.wait(act.wait):
                    return
                body = act.body(request)
                if request.get("stream") and server._streams and act.status == 200 and not act.drip:
                    server._send_stream(self, act, body)
                    return
                self.send_response(act.status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                for name, value in act.headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.end_headers()
                server._send(self, act, body)

            def log_message(self, *_: Any) -> None:
                return None

        return Handler

    def _send_stream(self, handler: BaseHTTPRequestHandler, act: Act, body: bytes) -> None:
        """Ends with the connection, as a stream without a length does; what is no completion is sent as one event."""
        try:
            events = as_stream(body)
        except (ValueError, LookupError, TypeError):
            events = [b"data: " + body + b"\n\n"]
        handler.send_response(200)
        handler.send_header("content-type", "text/event-stream")
        handler.send_header("connection", "close")
        handler.end_headers()
        try:
            for event in events[: len(events) // 2] if act.cut else events:
                handler.wfile.write(event)
                handler.wfile.flush()
                if self._stop.wait(act.pause):
                    return
        except (BrokenPipeError, ConnectionResetError):
            return

    def _send(self, handler: BaseHTTPRequestHandler, act: Act, body: bytes) -> None:
        try:
            if act.cut:
                handler.wfile.write(body[: len(body) // 2])
                handler.close_connection = True
            elif act.drip:
                for byte in body:
                    if self._stop.is_set():
                        return
                    handler.wfile.write(bytes([byte]))
                    handler.wfile.flush()
                    time.sleep(act.drip)
            else:
                handler.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            return
