"""A finished run, and its report as JSON; markdown.py and page.py write the other two forms."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from eval.baseline import Comparison
from eval.contenders import Against, Contender, against
from eval.mutation import Caught
from eval.passages import Ranked
from eval.summary import Row, by_category, row, turn_times
from eval.types import Exchange, Family, Result, Score

DIFFERENCES = (
    ("worse", "变差"),
    ("missing", "缺失"),
    ("new_failing", "新用例未通过"),
    ("better", "变好"),
    ("new", "新用例通过"),
    ("known_failing", "已知未通过"),
)


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run, with what the reports show of it. What was not run is empty."""

    results: tuple[Result, ...]
    comparison: Comparison
    seconds: float
    contenders: tuple[Contender, ...] = ()  # the embedded default first; empty when only that was run once
    passages: tuple[Ranked, ...] = ()
    fallen: tuple[str, ...] = ()  # measures of retrieval below their baseline
    families: tuple[Family, ...] = ()  # of attacks and controls
    caught: tuple[Caught, ...] = ()  # planted faults
    told_apart: tuple[str, ...] | None = None  # cases that tell twins apart; None when they were not asked
    about: str = ""  # when and how it was run, for a person who compares reports

    @property
    def rows(self) -> tuple[Row, ...]:
        return (*by_category(self.results), row("合计", self.results))

    @property
    def ordered(self) -> tuple[Result, ...]:
        """Failures first: what is worse or new before what is known."""
        known = set(self.comparison.known_failing)
        return tuple(sorted(self.results, key=lambda r: (r.passed, r.case.id in known)))

    @property
    def standings(self) -> tuple[Against, ...]:
        """Each model against the embedded default."""
        return tuple(against(self.contenders[0], contender) for contender in self.contenders[1:])

    @property
    def unsteady(self) -> tuple[str, ...]:
        """Cases that the embedded default passed in some attempts and failed in others: it has to be steady."""
        embedded = self.contenders[:1]
        return against(embedded[0], embedded[0]).unsteady if embedded else ()

    @property
    def regressed(self) -> bool:
        return bool(
            self.comparison.regressed
            or self.fallen
            or self.unsteady
            or self.told_apart
            or any(standing.worse for standing in self.standings)
            or any(not family.held for family in self.families)
            or any(caught.case is None for caught in self.caught)
        )


def write_report(run: Run, folder: Path) -> None:
    """report.json, report.md and report.html in `folder`, which is made when it is not there."""
    from eval.markdown import markdown
    from eval.page import html_page

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(json.dumps(as_json(run), ensure_ascii=False, indent=1), "utf-8")
    (folder / "report.md").write_text(markdown(run), "utf-8")
    (folder / "report.html").write_text(html_page(run), "utf-8")


def as_json(run: Run) -> dict[str, Any]:
    return {**summary_json(run), "results": [result_json(result) for result in run.ordered]}


def summary_json(run: Run) -> dict[str, Any]:
    comparison = run.comparison
    return {
        "about": run.about,
        "passed": sum(result.passed for result in run.results),
        "total": len(run.results),
        "seconds": round(run.seconds, 2),
        "turn_ms": times(run.results),
        "categories": [_row_json(r) for r in run.rows[:-1]],
        "differences": {key: list(getattr(comparison, key)) for key, _ in DIFFERENCES},
        "models": [_contender_json(contender) for contender in run.contenders],
        "standings": [_standing_json(standing) for standing in run.standings],
        "retrieval": {leg.leg: {"questions": len(leg.ranks), **leg.measures} for leg in run.passages},
        "retrieval_fallen": list(run.fallen),
        "sealed": [_family_json(family) for family in run.families],
        "faults": [
            {"fault": c.fault.name, "case": c.case.id if c.case else None, "scorer": c.scorer} for c in run.caught
        ],
        "told_apart": None if run.told_apart is None else list(run.told_apart),
        "regressed": run.regressed,
    }


def _row_json(r: Row) -> dict[str, Any]:
    bounds = {"low": round(r.low, 4), "high": round(r.high, 4)}
    return {"category": r.category, "passed": r.passed, "total": r.total, **bounds}


def _contender_json(contender: Contender) -> dict[str, Any]:
    middle, late = contender.turn_ms
    used = contender.usage
    return {
        "name": contender.name,
        "attempts": [sum(result.passed for result in attempt.results) for attempt in contender.attempts],
        "pass_rate": round(contender.pass_rate, 4),
        "spread": round(contender.spread, 4),
        "turns_with_model": contender.answered,
        "turn_ms": {"p50": round(middle, 1), "p95": round(late, 1)},
        "calls": used.calls,
        "input_tokens": used.input_tokens,
        "output_tokens": used.output_tokens,
    }


def _standing_json(standing: Against) -> dict[str, Any]:
    lists = {"better": standing.better, "worse": standing.worse, "unsteady": standing.unsteady}
    return {"name": standing.contender.name, **{key: list(ids) for key, ids in lists.items()}}


def _family_json(family: Family) -> dict[str, Any]:
    counts = {"asked": family.asked, "differing": family.differing, "leaking": family.leaking}
    rest = {"refused": family.refused, "control": family.control, "failures": list(family.failures)}
    return {"family": family.name, **counts, **rest}


def result_json(result: Result) -> dict[str, Any]:
    return {
        "id": result.case.id,
        "category": result.case.category,
        "passed": result.passed,
        "why": result.case.why,
        "place": f"{result.case.file}:{result.case.line}",
        "turns": [_exchange_json(exchange) for exchange in result.transcript.exchanges],
        "error": result.transcript.error,
        "scores": [_score_json(score) for score in result.scores],
    }


def _exchange_json(exchange: Exchange) -> dict[str, Any]:
    return {"message": exchange.message, "ms": round(exchange.elapsed_ms, 1), "reply": exchange.reply.as_json()}


def _score_json(score: Score) -> dict[str, Any]:
    return {
        "scorer": score.scorer,
        "passed": score.passed,
        "value": score.value,
        "expected": score.expected,
        "explanation": score.explanation,
    }


def times(results: Sequence[Result]) -> dict[str, float]:
    """Milliseconds a turn: median, 95th percentile, slowest."""
    found = sorted(turn_times(results)) or [0.0]
    return {
        "p50": round(median(found), 1),
        "p95": round(found[int(len(found) * 0.95) - 1], 1),
        "max": round(found[-1], 1),
    }


def differences(comparison: Comparison) -> list[tuple[str, tuple[str, ...]]]:
    """Each kind of difference with its Chinese label, what matters most first."""
    return [(kind, getattr(comparison, key)) for key, kind in DIFFERENCES]
