"""The protocol against a server that is not ours: `transformers serve` with a tiny random model made on the spot."""

import importlib.util
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.engine import Assistant
from assistant.errors import ModelError
from assistant.model import ChatModel, finished, open_model
from assistant.model_output import Shape
from assistant.prompting import Messages
from assistant.settings import Settings
from assistant.types import Conversation
from tests.tiny_model import make_tiny_model

_NEEDED = ("accelerate", "fastapi", "uvicorn")
_PROGRAM = Path(sys.executable).parent / "transformers"
_MISSING = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
_MISSING += [] if _PROGRAM.exists() else [_PROGRAM.name]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(_MISSING), reason=f"transformers serve needs {', '.join(_MISSING)}"),
]
_STARTS_WITHIN = 300.0  # seconds: a slow machine is no reason not to look


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChatModel]:
    folder = make_tiny_model(tmp_path_factory.mktemp("tiny"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(_PROGRAM), "serve", str(folder)]
    log = folder / "served.log"
    said = log.open("wb")
    server = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"],
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
        stdout=said,
        stderr=subprocess.STDOUT,
    )
    try:
        _wait_until_up(f"http://127.0.0.1:{port}/health", server, log)
        settings = Settings(model=f"openai:{folder}", model_url=f"http://127.0.0.1:{port}/v1", model_seconds="60")
        opened = open_model(settings)
        assert opened is not None
        yield opened
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:  # in the middle of its babble
            server.kill()
            server.wait(10)
        said.close()


def _wait_until_up(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    """Fails with what the server said where it does not start: a server that is installed is expected to serve."""
    end = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=1) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    ended = f"ended with {server.returncode}" if server.poll() is not None else f"was silent for {_STARTS_WITHIN:.0f} s"
    pytest.fail(f"transformers serve {ended}:\n{log.read_text('utf-8', 'replace')[-2000:]}")


def test_a_real_server_understands_what_is_sent_and_is_understood(model: ChatModel) -> None:
    short = model.chat.bind(max_tokens=8)
    answer = finished(
        model.run(lambda _: short.invoke([("system", "规则"), ("user", "说一个词")]), time.monotonic() + 60)
    )
    assert isinstance(answer.content, str)
    assert answer.response_metadata["finish_reason"] in ("length", "stop")


def test_the_babble_of_a_random_model_is_no_typed_answer(model: ChatModel) -> None:
    shape = Shape("word", {"type": "object", "properties": {"word": {"type": "string"}}}, lambda d: str(d["word"]))
    with pytest.raises(ModelError):
        model.ask(Messages("只输出 JSON", "说一个词"), shape, time.monotonic() + 30)


def test_a_stream_of_a_real_server_is_read_as_it_comes(model: ChatModel) -> None:
    short = model.chat.bind(max_tokens=8)
    chunks = list(short.stream([("system", "规则"), ("user", "说一个词")]))
    assert len(chunks) > 1 and all(isinstance(chunk.content, str) for chunk in chunks)


def test_every_way_of_asking_a_babbling_model_ends_with_the_embedded_reply(model: ChatModel, tmp_path: Path) -> None:
    plain = Assistant.open(Settings(data=tmp_path))
    served = Settings(
        data=tmp_path, model=f"openai:{model.name.partition(':')[2]}", model_url=_url(model), model_seconds="6"
    )
    assistant = Assistant.open(served)
    try:
        for message in ("舆情监测怎么做？", "帮我分析一下哪个项目最值得压减", "起草明年的保障措施，写得有文采一些"):
            embedded = plain.reply(Conversation(), message)
            *_, reply = assistant.stream(Conversation(), message)
            assert (reply.kind, reply.model) == (embedded.kind, None)
            assert reply.citations == embedded.citations
            assert reply.draft is None or embedded.draft is None or reply.draft.text == embedded.draft.text
        assert assistant.model_used is not None and assistant.model_used.calls >= 3
    finally:
        assistant.close()
        plain.close()


def _url(model: ChatModel) -> str:
    return str(model.chat.openai_api_base)  # type: ignore[attr-defined]
