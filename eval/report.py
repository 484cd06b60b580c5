"""The report of a run as JSON, Markdown and (page.py) one self-contained HTML page."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from eval.baseline import Comparison
from eval.summary import Row, by_category, label, row, turn_times
from eval.types import Case, Exchange, Result, Score

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
    """A finished run, with what the reports show of it."""

    results: tuple[Result, ...]
    comparison: Comparison
    seconds: float

    @property
    def rows(self) -> tuple[Row, ...]:
        return (*by_category(self.results), row("合计", self.results))

    @property
    def ordered(self) -> tuple[Result, ...]:
        """Failures first: what is worse or new before what is known."""
        known = set(self.comparison.known_failing)
        return tuple(sorted(self.results, key=lambda r: (r.passed, r.case.id in known)))


def write_report(run: Run, folder: Path) -> None:
    """report.json, report.md and report.html in `folder`, which is made when it is not there."""
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
        "passed": sum(result.passed for result in run.results),
        "total": len(run.results),
        "seconds": round(run.seconds, 2),
        "turn_ms": _times(run.results),
        "categories": [
            {
                "category": r.category,
                "passed": r.passed,
                "total": r.total,
                "low": round(r.low, 4),
                "high": round(r.high, 4),
            }
            for r in run.rows[:-1]
        ],
        "differences": {key: list(getattr(comparison, key)) for key, _ in DIFFERENCES},
        "regressed": comparison.regressed,
    }


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


def _times(results: Sequence[Result]) -> dict[str, float]:
    times = sorted(turn_times(results)) or [0.0]
    return {
        "p50": round(median(times), 1),
        "p95": round(times[int(len(times) * 0.95) - 1], 1),
        "max": round(times[-1], 1),
    }


def markdown(run: Run) -> str:
    times = _times(run.results)
    parts = [
        "# 回归评测报告",
        f"{run.rows[-1].passed} / {run.rows[-1].total} 通过，用时 {run.seconds:.1f} 秒；"
        f"每轮 p50 {times['p50']} ms，p95 {times['p95']} ms，最慢 {times['max']} ms。",
        _table(run.rows),
        "## 与基线相比",
        *[f"- {kind}（{len(ids)}）：{'、'.join(ids) or '无'}" for kind, ids in differences(run.comparison)],
        "## 各次对话",
        *[_conversation(result) for result in run.ordered],
    ]
    return "\n\n".join(parts) + "\n"


def differences(comparison: Comparison) -> list[tuple[str, tuple[str, ...]]]:
    """Each kind of difference with its Chinese label, what matters most first."""
    return [(kind, getattr(comparison, key)) for key, kind in DIFFERENCES]


def _table(rows: Sequence[Row]) -> str:
    head = "| 类别 | 通过 | 总数 | 通过率 | 95% 区间 |\n|---|--:|--:|--:|---|"
    lines = [
        f"| {label(r.category)} | {r.passed} | {r.total} | {r.share:.0%} | {r.low:.0%}–{r.high:.0%} |" for r in rows
    ]
    return "\n".join([head, *lines])


def _conversation(result: Result) -> str:
    case = result.case
    said = [
        f"**问** {_inline(e.message)}\n\n**答**（{e.reply.kind.value}）\n\n{_quoted(e.reply.text)}"
        for e in result.transcript.exchanges
    ]
    if result.transcript.error:
        said.append(f"**问** {_inline(_broken_at(case, result))}\n\n**出错** {_inline(result.transcript.error)}")
    marks = [f"- {'✓' if s.passed else '✗'} {s.scorer}：{_inline(s.explanation)}" for s in result.scores]
    head = f"### {'✓' if result.passed else '✗'} {case.id}（{label(case.category)}）{_inline(case.why)}"
    return "\n\n".join([head, *said, "\n".join(marks)])


def _broken_at(case: Case, result: Result) -> str:
    return case.turns[len(result.transcript.exchanges)]


def _inline(text: str) -> str:
    return " ".join(text.split()).replace("<", "&lt;")


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.replace("<", "&lt;").splitlines())
