from pathlib import Path

import pytest

from eval.baseline import compare, load_baseline, save_baseline
from eval.errors import BaselineError
from eval.types import Expect, Result, Score
from tests.eval.made_conversations import ANSWER, case, said


def result(id: str, *failed: str) -> Result:
    return Result(case(Expect(), id=id), said(ANSWER), tuple(Score(name, False, "", "", "") for name in failed))


def test_differences_are_told_apart() -> None:
    baseline = {"better": ("kind",), "worse": (), "known": ("kind",), "gone": (), "further": ("kind",)}
    results = [
        result("better"),
        result("worse", "figures"),
        result("known", "kind"),
        result("further", "kind", "leak"),
        result("new"),
        result("new failing", "kind"),
    ]
    found = compare(results, baseline, [r.case.id for r in results])
    assert found.better == ("better",)
    assert found.worse == ("worse", "further")
    assert found.new == ("new",)
    assert found.new_failing == ("new failing",)
    assert found.missing == ("gone",)
    assert found.known_failing == ("known",)


@pytest.mark.parametrize(
    ("results", "baseline", "regressed"),
    [
        ([result("a")], {"a": ()}, False),
        ([result("a", "kind")], {"a": ("kind",)}, False),
        ([result("a")], {"a": ("kind",)}, False),
        ([result("a", "kind")], {"a": ()}, True),
        ([result("a")], {"a": (), "b": ()}, True),
        ([result("a"), result("b", "kind")], {"a": ()}, True),
    ],
)
def test_what_counts_as_a_regression(results, baseline, regressed: bool) -> None:  # type: ignore[no-untyped-def]
    assert compare(results, baseline, [r.case.id for r in results]).regressed is regressed


def test_run_of_some_cases_misses_none_of_the_others() -> None:
    assert compare([result("a")], {"a": (), "b": ()}, ["a", "b"]).missing == ()


def test_saved_baseline_keeps_what_was_not_run_and_drops_what_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    save_baseline(path, [result("a", "kind")], {"a": (), "b": ("leak",), "gone": ()}, ["a", "b"])
    assert load_baseline(path) == {"a": ("kind",), "b": ("leak",)}


def test_no_baseline_is_an_empty_one_and_a_broken_one_is_refused(tmp_path: Path) -> None:
    assert load_baseline(tmp_path / "none.json") == {}
    broken = tmp_path / "broken.json"
    for text in ("{", "[]", '{"form": 99, "cases": {}}'):
        broken.write_text(text)
        with pytest.raises(BaselineError):
            load_baseline(broken)
