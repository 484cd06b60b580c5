"""What each of more than two hundred messages is understood as, held as goldens that a person has read.

`pytest tests/assistant/test_understanding.py --regenerate` writes them anew: read every change before committing it.
A message of several turns is written with ` || ` between them; the last one is understood.
"""

from collections.abc import Iterator
from dataclasses import fields
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.engine import Assistant
from assistant.settings import Settings
from assistant.types import Conversation
from assistant.understanding import Understanding, clauses, understand
from assistant.understanding.types import Assumption, Filter, Mention, ProjectKey, SectionRef, Span

GOLDEN = Path(__file__).with_name("understanding.yaml")
HEADER = """\
# A message -> what it is understood as: only what differs from the default. One entry a question of the message.
# mentions: words -> projects by number (? where part of the words fits nothing) · spans: end, or start..end, in months
# Written by `pytest tests/assistant/test_understanding.py --regenerate`; read every change.
"""
LEFT_OUT = (
    "message",
    "pending",
    "options",
    "document_ids",
    "result",
    "recent",
    "recent_spans",
    "listed",
    "subject",
    "rows",
    "before",
    "aggregate",
)  # ids, or said by another field
DEFAULT = Understanding("")


def read() -> dict[str, list[dict[str, Any]]]:
    return yaml.safe_load(GOLDEN.read_text("utf-8"))  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    opened = Assistant.open(Settings(data=tmp_path_factory.mktemp("data")))
    yield opened
    opened.close()


def understood(assistant: Assistant, written: str) -> list[dict[str, Any]]:
    *before, message = written.split(" || ")
    conversation, focus = Conversation(), None
    for turn in before:
        reply = assistant.reply(conversation, turn)
        conversation, focus = conversation.then(turn, reply), reply.focus
    catalogue = assistant.holdings.catalogue
    return [described(understand(clause, focus, catalogue)) for clause in clauses(message, catalogue)]


def described(u: Understanding) -> dict[str, Any]:
    """The fields that differ from the default, in words and numbers."""
    names = [f.name for f in fields(u) if f.name not in LEFT_OUT and getattr(u, f.name) != getattr(DEFAULT, f.name)]
    values = {name: _plain(getattr(u, name)) for name in names}
    if values.get("topic") == u.message:
        values["topic"] = "(the message)"
    return values


def _plain(value: Any) -> Any:
    shown = {
        Mention: lambda m: (
            f"{m.text or '(focus)'} -> {', '.join(str(k.ordinal) for k in m.keys)}{'' if m.certain else ' ?'}"
        ),
        ProjectKey: lambda k: k.ordinal,
        Span: lambda s: str(s.end) if s.start is None else f"{s.start}..{s.end}",
        Filter: _filter,
        SectionRef: lambda s: " ".join([s.kind.value, *map(str, s.ordinals)]),
        Assumption: _assumption,
    }
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bool | int | str):
        return value
    return shown.get(type(value), str)(value)


def _filter(f: Filter) -> str:
    amounts = [] if f.value is None else [f"{v:f}{'%' if f.percent else ''}" for v in (f.value, *f.values)]
    of = ["of the sum"] if f.of_sum else ["the average"] if f.average else []
    at = [f"at {_plain(f.span)}"] if f.span else []
    return " ".join([f.field, f.comparison.value, *amounts, *of, *at])


def _assumption(a: Assumption) -> str:
    change = (
        f"= {a.value:f}" if a.value is not None
        else f"+ {a.delta:f}" if a.delta is not None
        else f"x {a.factor:f}" + (f" / {a.divisor:f}" if a.divisor != 1 else "") if a.factor is not None
        else "not understood"
    )  # fmt: skip
    return " ".join([a.field, change, *(["of", *(str(k.ordinal) for k in a.keys)] if a.keys else [])])


def _written(message: str, parts: list[dict[str, Any]]) -> str:
    lines = [f"- {_on_a_line(part)}" for part in parts]
    return f"{_on_a_line([message])[1:-1]}:\n" + "\n".join(lines) + "\n"


def _on_a_line(value: Any) -> str:
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, default_flow_style=True, width=10**6).strip()


def test_messages_are_understood_as_written_down(assistant: Assistant, request: pytest.FixtureRequest) -> None:
    golden = read()
    now = {written: understood(assistant, written) for written in golden}
    if request.config.getoption("--regenerate"):
        GOLDEN.write_text(HEADER + "".join(map(_written, now, now.values())), "utf-8")
        pytest.skip("written anew: read the changes")
    changed = {w: (golden[w], now[w]) for w in golden if golden[w] != now[w]}
    assert not changed, "\n".join(f"{w}\n  was {a}\n  is  {b}" for w, (a, b) in changed.items())


def test_two_hundred_messages_are_held() -> None:
    assert len(read()) >= 200


@pytest.mark.parametrize("written", ["舆情监测能力建设资金主预算应是多少", "平台的钱几月能清"])
def test_scraps_of_words_are_not_shown_as_unused(assistant: Assistant, written: str) -> None:
    """A note about words that were not used names words, not single characters that a rule left over."""
    assert "没有用来筛选" not in assistant.reply(Conversation(), written).text
