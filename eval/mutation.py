"""Plants each fault and runs the cases until one that passed fails: a suite that notices nothing guards nothing."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from assistant.types import Conversation, Reply
from eval.faults import Fault, ReadingFault, ReplyingFault
from eval.run import OpenSubject, run_case
from eval.subject import Replying, Subject
from eval.types import Case, Result


@dataclass(frozen=True, slots=True)
class Caught:
    """`case` is None when no case noticed the fault."""

    fault: Fault
    case: Case | None = None
    scorer: str = ""


@dataclass(frozen=True, slots=True)
class Faulty:
    """An assistant with a fault of replying."""

    assistant: Replying
    fault: ReplyingFault

    def reply(self, conversation: Conversation, message: str) -> Reply:
        return self.fault.change(conversation, message, self.assistant.reply(conversation, message))


def try_faults(faults: Sequence[Fault], results: Sequence[Result], open_subject: OpenSubject) -> tuple[Caught, ...]:
    """Which case catches each fault; only cases that pass without it count."""
    passing = sorted((result.case for result in results if result.passed), key=lambda case: case.documents)
    groups = [(documents, list(cases)) for documents, cases in groupby(passing, key=lambda case: case.documents)]
    return tuple(_try(fault, groups, open_subject) for fault in faults)


def _try(fault: Fault, groups: Sequence[tuple[tuple[str, ...], list[Case]]], open_subject: OpenSubject) -> Caught:
    for documents, cases in groups:
        with planted(fault, documents, open_subject) as subject:
            for case in cases:
                result = run_case(case, subject)
                if not result.passed:
                    return Caught(fault, case, result.failed[0])
    return Caught(fault)


@contextmanager
def planted(fault: Fault, documents: tuple[str, ...], open_subject: OpenSubject) -> Iterator[Subject]:
    """A subject with the fault in it; the product is as before afterwards."""
    if isinstance(fault, ReplyingFault):
        with open_subject(documents) as subject:
            yield Subject(Faulty(subject.assistant, fault), subject.given)
    else:
        with _misreading(fault), open_subject(documents) as subject:
            yield subject


@contextmanager
def _misreading(fault: ReadingFault) -> Iterator[None]:
    from corpus import extract

    right = extract.extract
    extract.extract = lambda document: fault.change(right(document))
    try:
        yield
    finally:
        extract.extract = right


def fault_table(caught: Sequence[Caught]) -> str:
    """The faults and what caught them, as Markdown."""
    rows = [f"| {c.fault.name} | {c.case.id if c.case else '**没有发现**'} | {c.scorer} |" for c in caught]
    found = sum(c.case is not None for c in caught)
    head = f"# 植入错误的检验\n\n植入 {len(caught)} 处错误，评测发现 {found} 处。\n"
    return "\n".join([head, "| 错误 | 发现它的用例 | 评分 |", "|---|---|---|", *rows]) + "\n"


def write_fault_table(caught: Sequence[Caught], folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "faults.md"
    path.write_text(fault_table(caught), "utf-8")
    return path
