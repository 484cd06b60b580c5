"""Narrative questions in everyday words to one document each: what it says is quoted, and what it does not say is not answered."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.engine import Assistant
from assistant.settings import Settings
from assistant.types import Conversation, Kind, Reply
from corpus.folding import squeeze

HERE = Path(__file__).parent
DOCUMENTS = HERE.parents[1] / "documents" / "told"
MOST_BESIDE = 2  # sentences quoted that do not answer
Ask = Callable[[dict[str, str]], Reply]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Each document in a library of its own: nothing else can answer."""
    opened: dict[str, Assistant] = {}

    def put(question: dict[str, str]) -> Reply:
        name = question["document"]
        if name not in opened:
            opened[name] = library(tmp_path_factory.mktemp("told"), name)
        return opened[name].reply(Conversation(), question["asked"])

    yield put
    for assistant in opened.values():
        assistant.close()


def library(folder: Path, name: str) -> Assistant:
    assistant = Assistant.open(Settings(data=folder))
    list(assistant.ingest([DOCUMENTS / name]))
    for info in assistant.documents():
        if info.name != name:
            assert assistant.forget(info.id)
    return assistant


def questions(key: str) -> list[dict[str, str]]:
    listed: Any = yaml.safe_load((HERE / "told.yaml").read_text("utf-8"))[key]
    return list(listed)


def right(reply: Reply, says: str) -> bool:
    """Whether the sentence that answers is quoted, with hardly anything beside it."""
    quoted = [line.removeprefix("> ") for line in reply.text.splitlines() if line.startswith("> ")]
    beside = [line for line in quoted if squeeze(says) not in squeeze(line)]
    return reply.kind is Kind.ANSWER and squeeze(says) in squeeze(reply.text) and len(beside) <= MOST_BESIDE


def test_what_a_document_says_is_quoted_and_little_else(ask: Ask) -> None:
    asked = questions("answered")
    wrong = [f"{q['asked']} {r.text[:80]!r}" for q in asked if not right(r := ask(q), q["says"])]
    assert len(asked) >= 150 and len(wrong) <= 0.05 * len(asked), wrong


def test_what_a_document_does_not_say_is_not_answered(ask: Ask) -> None:
    asked = questions("unanswered")
    wrong = [f"{q['asked']} {r.text[:80]!r}" for q in asked if (r := ask(q)).kind is Kind.ANSWER]
    assert len(asked) >= 150 and len(wrong) <= 0.05 * len(asked), wrong
