"""Language models run beside the embedded default: the same cases, side by side, several times to see what varies."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from statistics import median, pstdev
from time import perf_counter

from assistant.model import Usage
from eval.errors import EvalError
from eval.run import OpenSubject, run_cases
from eval.subject import Endpoint, Subject, open_subject
from eval.summary import row, turn_times
from eval.types import Case, Result

EMBEDDED = "内置"

OpenWithModel = Callable[[Endpoint, tuple[str, ...]], AbstractContextManager[Subject]]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One run of all cases. Tokens are those that the endpoint reports."""

    results: tuple[Result, ...]
    seconds: float
    usage: Usage


@dataclass(frozen=True, slots=True)
class Contender:
    """What was run, and how each of its attempts went; every attempt ran the same cases."""

    name: str
    attempts: tuple[Attempt, ...]

    @property
    def results(self) -> tuple[Result, ...]:
        """Those of all attempts, one after the other."""
        return tuple(result for attempt in self.attempts for result in attempt.results)

    def passed(self, case_id: str) -> int:
        """How many attempts passed the case."""
        return sum(r.passed for attempt in self.attempts for r in attempt.results if r.case.id == case_id)

    def share(self, category: str) -> float:
        """The part of the category's cases that passed, over all attempts (0 to 1)."""
        return row(category, [r for r in self.results if r.case.category == category]).share

    @property
    def pass_rate(self) -> float:
        """Over all cases and attempts (0 to 1)."""
        return row("", self.results).share

    @property
    def spread(self) -> float:
        """The standard deviation of the pass rate over the attempts (0 to 1); 0 for one attempt."""
        return pstdev([row("", attempt.results).share for attempt in self.attempts])

    @property
    def answered(self) -> int:
        """The turns whose reply a model had a part in."""
        return sum(e.reply.model is not None for r in self.results for e in r.transcript.exchanges)

    @property
    def turn_ms(self) -> tuple[float, float]:
        """The median and the 95th percentile of the turns."""
        times = sorted(turn_times(self.results)) or [0.0]
        return median(times), times[int(len(times) * 0.95) - 1]

    @property
    def usage(self) -> Usage:
        used = [attempt.usage for attempt in self.attempts]
        return Usage(sum(u.calls for u in used), sum(u.input_tokens for u in used), sum(u.output_tokens for u in used))


@dataclass(frozen=True, slots=True)
class Against:
    """How a model stands against the embedded default; ids in order of the run."""

    contender: Contender
    better: tuple[str, ...]  # never passed embedded, passed in every attempt
    worse: tuple[str, ...]  # passed in every attempt embedded, failed at least once
    unsteady: tuple[str, ...]  # passed in some attempts and failed in others


def run_attempts(
    name: str, cases: Sequence[Case], opener: OpenSubject, jobs: int, seed: int, repeats: int
) -> Contender:
    """Runs the cases `repeats` times, each time in another order."""
    attempts = []
    for number in range(repeats):
        tally = _Tally()
        start = perf_counter()
        results = run_cases(cases, tally.counted(opener), jobs, seed + number)
        attempts.append(Attempt(results, perf_counter() - start, tally.usage))
    return Contender(name, tuple(attempts))


def run_model(
    endpoint: Endpoint,
    cases: Sequence[Case],
    jobs: int,
    seed: int,
    repeats: int,
    opener: OpenWithModel = lambda endpoint, documents: open_subject(documents, endpoint),
) -> Contender:
    """Raises EvalError when the model never said anything: then there is nothing to compare. What it says may all be
    rejected by the checks; that is a result."""
    found = run_attempts(str(endpoint), cases, lambda documents: opener(endpoint, documents), jobs, seed, repeats)
    if not found.answered and not found.usage.output_tokens:
        raise EvalError(f"模型 {endpoint} 一次也没有作答，请检查地址、名称和密钥。（没有它时一切由内置方式回答。）")
    return found


def against(embedded: Contender, contender: Contender) -> Against:
    ids = [result.case.id for result in embedded.attempts[0].results]
    here, there = len(embedded.attempts), len(contender.attempts)
    before = {id: embedded.passed(id) for id in ids}
    now = {id: contender.passed(id) for id in ids}
    return Against(
        contender,
        better=tuple(id for id in ids if before[id] == 0 and now[id] == there),
        worse=tuple(id for id in ids if before[id] == here and now[id] < there),
        unsteady=tuple(id for id in ids if 0 < now[id] < there),
    )


class _Tally:
    """Adds up what the assistants of one attempt asked of their model."""

    def __init__(self) -> None:
        self.usage = Usage()

    def counted(self, opener: OpenSubject) -> OpenSubject:
        @contextmanager
        def open_counted(documents: tuple[str, ...]) -> Iterator[Subject]:
            with opener(documents) as subject:
                yield subject
                self._add(subject.used())

        return open_counted

    def _add(self, used: Usage | None) -> None:
        if used is not None:
            self.usage = replace(
                self.usage,
                calls=self.usage.calls + used.calls,
                input_tokens=self.usage.input_tokens + used.input_tokens,
                output_tokens=self.usage.output_tokens + used.output_tokens,
            )
