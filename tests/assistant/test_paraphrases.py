"""Three hundred and more ways of asking, over the shipped document: right, asked back, and confidently wrong are counted.

A confidently wrong reply answers with something else than the truth and does not say that it did not understand.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.types import Conversation, Kind, Reply
from corpus.folding import squeeze
from eval.subject import Subject, open_subject

FILE = Path(__file__).with_name("paraphrases.yaml")
NAMES = {
    1: "网络安全技术保障监管服务费",
    2: "网络生态综合管理平台服务资金",
    3: "网络舆情监测软件技术服务费",
    4: "舆情监测能力建设资金",
}
FIRST_LINES = {1: 33, 2: 131, 3: 227, 4: 323}  # of each project's table; the last one runs to the end
NOT_UNDERSTOOD = ("没有对应的内容", "没有听懂", "没听懂", "请换个说法", "not used", "did not understand")


class Verdict(StrEnum):
    RIGHT = "right"
    ASKED_BACK = "asked back"
    WRONG = "confidently wrong"


@dataclass(frozen=True, slots=True)
class Paraphrase:
    topic: str
    ask: tuple[str, ...]
    kinds: tuple[str, ...] = ("answer",)
    figures: tuple[str, ...] | None = None  # None: not held
    says: tuple[tuple[str, ...], ...] = ()
    never: tuple[str, ...] = ()
    of: tuple[int, ...] = field(default=())
    cites: tuple[int, ...] = ()


def _several(value: Any) -> tuple[str, ...]:
    return tuple(str(v) for v in value) if isinstance(value, list) else (str(value),)


def _paraphrase(topic: str, entry: dict[str, Any]) -> Paraphrase:
    unknown = set(entry) - {"ask", "kind", "figures", "says", "never", "of", "cites"}
    assert not unknown, f"{entry['ask']}: {unknown}"
    return Paraphrase(
        topic=topic,
        ask=_several(entry["ask"]),
        kinds=_several(entry.get("kind", "answer")),
        figures=_several(entry["figures"]) if "figures" in entry else None,
        says=tuple(_several(item) for item in entry.get("says", ())),
        never=_several(entry.get("never", [])),
        of=tuple(entry.get("of", ())),
        cites=tuple(entry.get("cites", ())),
    )


def paraphrases() -> list[Paraphrase]:
    read = yaml.safe_load(FILE.read_text("utf-8"))
    return [_paraphrase(topic, entry) for topic, entries in read.items() for entry in entries]


def _project_of(line: int) -> int | None:
    return next((n for n in (4, 3, 2, 1) if line >= FIRST_LINES[n]), None)


def faults(case: Paraphrase, reply: Reply) -> list[str]:
    """What is wrong with the reply; empty when it is right."""
    text = squeeze(reply.text)
    found = []
    if reply.kind.value not in case.kinds:
        found.append(f"kind is {reply.kind.value}")
    if case.figures is not None:
        shown = sorted(squeeze(f"{f.value}{f.unit}") for f in reply.figures)
        if shown != sorted(squeeze(f) for f in case.figures):
            found.append(f"figures are {shown}")
    found += [f"does not say {'/'.join(item)}" for item in case.says if not any(squeeze(i) in text for i in item)]
    found += [f"says {item}" for item in case.never if squeeze(item) in text]
    lines = [c.line for c in reply.citations if c.line]
    found += [f"does not cite line {line}" for line in case.cites if line not in lines]
    if case.of:
        found += [f"names {NAMES[n]}" for n in NAMES if n not in case.of and squeeze(NAMES[n]) in text]
        found += [f"cites line {line}" for line in lines if (p := _project_of(line)) is not None and p not in case.of]
    return found


def verdict(case: Paraphrase, reply: Reply) -> Verdict:
    if not faults(case, reply):
        return Verdict.RIGHT
    if reply.kind in (Kind.CLARIFICATION, Kind.NOT_FOUND) or any(words in reply.text for words in NOT_UNDERSTOOD):
        return Verdict.ASKED_BACK
    return Verdict.WRONG


def ask(subject: Subject, turns: tuple[str, ...]) -> Reply:
    conversation = Conversation()
    for turn in turns:
        reply = subject.assistant.reply(conversation, turn)
        conversation = conversation.then(turn, reply)
    return conversation.turns[-1].reply


@pytest.fixture(scope="module")
def shipped() -> Iterator[Subject]:
    with open_subject(("weixian-wangxinban.txt",)) as subject:
        yield subject


@pytest.fixture(scope="module")
def judged(shipped: Subject) -> list[tuple[Paraphrase, Reply, Verdict]]:
    replies = [(case, ask(shipped, case.ask)) for case in paraphrases()]
    return [(case, reply, verdict(case, reply)) for case, reply in replies]


def _told(judged: list[tuple[Paraphrase, Reply, Verdict]], *kept: Verdict) -> str:
    return "\n".join(
        f"[{v}] {' || '.join(case.ask)}: {'; '.join(faults(case, reply))}\n    {reply.text[:200]!r}"
        for case, reply, v in judged
        if v in kept
    )


def test_there_are_three_hundred_paraphrases_all_different() -> None:
    asked = [case.ask for case in paraphrases()]
    assert len(asked) >= 300
    assert len(set(asked)) == len(asked)


def test_no_answer_is_confidently_wrong(judged: list[tuple[Paraphrase, Reply, Verdict]]) -> None:
    assert not _told(judged, Verdict.WRONG), _told(judged, Verdict.WRONG)


def test_at_least_95_percent_are_right(judged: list[tuple[Paraphrase, Reply, Verdict]]) -> None:
    right = sum(v is Verdict.RIGHT for _, _, v in judged)
    assert right >= 0.95 * len(judged), _told(judged, Verdict.WRONG, Verdict.ASKED_BACK)


def test_a_follow_up_shows_the_question_as_understood(judged: list[tuple[Paraphrase, Reply, Verdict]]) -> None:
    about_one = [(c, r) for c, r, v in judged if c.topic == "follow_ups" and c.figures and len(c.of) == 1]
    assert about_one
    for case, reply in about_one:
        assert NAMES[case.of[0]] in reply.question, (case.ask, reply.question)


def test_the_measure_can_fail(shipped: Subject) -> None:
    false = Paraphrase("probe", ("舆情监测能力建设资金预算是多少",), figures=("36.00 万元",))
    assert verdict(false, ask(shipped, false.ask)) is Verdict.WRONG
