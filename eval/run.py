"""Runs cases: every conversation from its first turn, in an order that no case may depend on."""

import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from itertools import groupby

from assistant.types import Conversation
from eval.scorers import SCORERS
from eval.subject import Replying, Subject
from eval.types import PATIENCE_MS, Case, Exchange, Result, Transcript

OpenSubject = Callable[[tuple[str, ...]], AbstractContextManager[Subject]]


def run_cases(cases: Sequence[Case], open_subject: OpenSubject, jobs: int = 1, seed: int = 0) -> tuple[Result, ...]:
    """The results in the order of `cases`. One subject is opened for each set of documents.

    The order of running is shuffled by `seed`; jobs are threads over one assistant, as in the web page.
    """
    shuffled = sorted(cases, key=lambda case: case.documents)
    found: dict[str, Result] = {}
    for documents, group in groupby(shuffled, key=lambda case: case.documents):
        batch = list(group)
        random.Random(seed).shuffle(batch)
        with open_subject(documents) as subject, ThreadPoolExecutor(max_workers=jobs) as pool:
            found |= {result.case.id: result for result in pool.map(lambda case: run_case(case, subject), batch)}
    return tuple(found[case.id] for case in cases)


def run_case(case: Case, subject: Subject) -> Result:
    transcript = converse(case.turns, subject.assistant, subject.patience_ms)
    scores = (scorer(case, transcript, subject.given.lines) for scorer in SCORERS)
    return Result(case, transcript, tuple(score for score in scores if score is not None))


def converse(turns: Sequence[str], assistant: Replying, patience_ms: float = PATIENCE_MS) -> Transcript:
    """The conversation, up to the reply to the last turn or to what was raised instead of one."""
    exchanges: list[Exchange] = []
    conversation = Conversation()
    for message in turns:
        start = time.perf_counter()
        try:
            reply = assistant.reply(conversation, message)
        except Exception as error:  # noqa: BLE001 - a crash is a result of this case, and the other cases go on
            return Transcript(tuple(exchanges), f"{type(error).__name__}: {error}", patience_ms)
        exchanges.append(Exchange(message, reply, (time.perf_counter() - start) * 1000))
        conversation = conversation.then(message, reply)
    return Transcript(tuple(exchanges), patience_ms=patience_ms)
