"""The committed state of every case, and what differs from it now.

A case that does not pass yet stays in the suite; the baseline names the scorers it fails, so that it is known failing
and any further loss is still seen.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.errors import BaselineError
from eval.passages import Ranked
from eval.types import Result

# Case id -> names of the scorers it fails; empty: it passes.
Baseline = dict[str, tuple[str, ...]]
FORM = 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ids, in order of the run."""

    better: tuple[str, ...]  # fewer scorers fail, none newly
    worse: tuple[str, ...]  # a scorer fails that did not
    new: tuple[str, ...]  # not in the baseline, and it passes
    new_failing: tuple[str, ...]  # not in the baseline, and it fails: to be fixed or recorded
    missing: tuple[str, ...]  # in the baseline and gone from the cases
    known_failing: tuple[str, ...]  # fails as before

    @property
    def regressed(self) -> bool:
        return bool(self.worse or self.new_failing or self.missing)


def compare(results: Sequence[Result], baseline: Baseline, known_ids: Collection[str]) -> Comparison:
    """`known_ids`: the ids of all cases there are, so that a run of some of them misses none."""
    before = {result.case.id: set(baseline[result.case.id]) for result in results if result.case.id in baseline}
    now = {result.case.id: set(result.failed) for result in results}
    return Comparison(
        better=tuple(id for id in before if now[id] < before[id]),
        worse=tuple(id for id in before if now[id] - before[id]),
        new=tuple(id for id in now if id not in before and not now[id]),
        new_failing=tuple(id for id in now if id not in before and now[id]),
        missing=tuple(id for id in baseline if id not in known_ids),
        known_failing=tuple(id for id in before if now[id] and now[id] <= before[id]),
    )


def load_baseline(path: Path) -> Baseline:
    """Empty when there is no file. Raises BaselineError when it cannot be read."""
    if not path.exists():
        return {}
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BaselineError(f"基线文件 {path} 无法读取：{error}") from error
    if not isinstance(found, dict) or found.get("form") != FORM or not isinstance(found.get("cases"), dict):
        raise BaselineError(f"基线文件 {path} 不是这一版的格式。")
    return {id: tuple(failed) for id, failed in found["cases"].items()}


def save_baseline(path: Path, results: Sequence[Result], baseline: Baseline, known_ids: Collection[str]) -> None:
    """Records this run; cases that were not run keep their state, cases that are gone are dropped."""
    kept = {id: failed for id, failed in baseline.items() if id in known_ids}
    cases = kept | {result.case.id: result.failed for result in results}
    text = ",\n".join(f"    {json.dumps(id)}: {json.dumps(list(cases[id]))}" for id in sorted(cases))
    path.write_text(f'{{\n  "form": {FORM},\n  "cases": {{\n{text}\n  }}\n}}\n', "utf-8")


def load_measures(path: Path) -> dict[str, dict[str, float]]:
    """How high the passages came, by way of searching, beside the baseline at `path`; empty when there is no such file."""
    beside = _measures_file(path)
    if not beside.exists():
        return {}
    try:
        found = json.loads(beside.read_text("utf-8"))
        return {leg: {name: float(value) for name, value in shares.items()} for leg, shares in found.items()}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise BaselineError(f"基线文件 {beside} 无法读取：{error}") from error


def save_measures(path: Path, ranked: Sequence[Ranked]) -> None:
    """Records the ways of searching that were measured; the others keep what is recorded of them."""
    if ranked:
        found = load_measures(path) | {leg.leg: leg.measures for leg in ranked}
        _measures_file(path).write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _measures_file(path: Path) -> Path:
    return path.with_stem(f"{path.stem}-passages")
