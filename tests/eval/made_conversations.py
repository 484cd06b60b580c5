"""Values the tests of the suite share: a scripted assistant, and cases and replies made by hand."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal

from assistant.types import Citation, Conversation, Figure, Kind, Reply, Route
from eval.subject import Given, Subject
from eval.types import Case, Exchange, Expect, SourceLines, Transcript

NAME = "made.txt"
LINES: SourceLines = {NAME: ("预算数", "35.00", "\t ", "涉密", "名称 | | 35.00")}
ANSWER = Reply(Kind.ANSWER, "文件写的是按月发放。", Route.RECORDS)
REFUSED = Reply(Kind.REFUSAL, "该指标涉密，不予公开，请向保密管理人员了解。", Route.POLICY)


@dataclass(frozen=True)
class ScriptedAssistant:
    """Answers each message by its script; a message that is not in it is a bug in the test."""

    script: dict[str, Reply]
    heard: list[tuple[int, str]] = field(default_factory=list)  # turns before it, message

    def reply(self, conversation: Conversation, message: str) -> Reply:
        self.heard.append((len(conversation.turns), message))
        return self.script[message]


def opener_for(assistant: ScriptedAssistant, opened: list[tuple[str, ...]] | None = None):  # type: ignore[no-untyped-def]
    """An opener that always gives this assistant, and notes for which documents."""

    @contextmanager
    def open_subject(documents: tuple[str, ...]) -> Iterator[Subject]:
        if opened is not None:
            opened.append(documents)
        yield Subject(assistant, Given(LINES))

    return open_subject


def case(expect: Expect, *turns: str, id: str = "T1", documents: tuple[str, ...] = ()) -> Case:
    return Case(id, "made", turns or ("问",), "测试", expect, documents)


def said(*replies: Reply, elapsed_ms: float = 1.0) -> Transcript:
    return Transcript(tuple(Exchange("问", reply, elapsed_ms) for reply in replies))


def cited(number: int, line: int | None, quote: str, locator: str = "") -> Citation:
    return Citation(number, NAME, locator, quote, line)


def with_figures(*figures: tuple[str, str], inputs: Sequence[int] = ()) -> Reply:
    return replace(ANSWER, figures=tuple(Figure(Decimal(value), unit, "", tuple(inputs)) for value, unit in figures))
