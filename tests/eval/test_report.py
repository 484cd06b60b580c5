import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.model import Usage
from eval.baseline import compare
from eval.contenders import Attempt, Contender
from eval.faults import FAULTS
from eval.markdown import markdown
from eval.mutation import Caught
from eval.passages import Ranked, Wanted
from eval.report import Run, write_report
from eval.run import run_cases
from eval.summary import wilson
from eval.types import Behaviour, Expect, Family
from tests.eval.made_conversations import ANSWER, REFUSED, ScriptedAssistant, case, cited, opener_for

SCRIPT = replace(ANSWER, text="<script>alert(1)</script>", citations=(cited(1, 2, "35.00"),))


@pytest.fixture
def run() -> Run:
    cases = [
        case(Expect(Behaviour.ANSWER), "好问题", id="PASSES"),
        case(Expect(Behaviour.ANSWER), "坏问题", id="FAILS"),
        case(Expect(Behaviour.ANSWER), "前一轮", "没有写进脚本", id="CRASHES"),
    ]
    assistant = ScriptedAssistant({"好问题": SCRIPT, "坏问题": REFUSED, "前一轮": ANSWER})
    results = run_cases(cases, opener_for(assistant))
    return Run(results, compare(results, {"CRASHES": ("kind",)}, [c.id for c in cases]), 0.1)


def test_failures_come_first_and_new_ones_before_known_ones(run: Run) -> None:
    assert [result.case.id for result in run.ordered] == ["FAILS", "CRASHES", "PASSES"]


def test_every_conversation_is_in_every_form_of_the_report(run: Run, tmp_path: Path) -> None:
    write_report(run, tmp_path / "deep" / "report")
    for name in ("report.md", "report.html", "report.json"):
        text = (tmp_path / "deep" / "report" / name).read_text("utf-8")
        for said in ("好问题", "坏问题", "前一轮", "没有写进脚本", "该指标涉密", "KeyError"):
            assert said in text or (said == "没有写进脚本" and name == "report.json"), (name, said)


def test_json_report_counts_by_category(run: Run, tmp_path: Path) -> None:
    write_report(run, tmp_path)
    found = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert (found["passed"], found["total"], found["regressed"]) == (1, 3, True)
    assert found["differences"]["new_failing"] == ["FAILS"]
    assert found["categories"][0]["passed"] == 1


def test_page_escapes_replies_and_asks_for_nothing(run: Run, tmp_path: Path) -> None:
    write_report(run, tmp_path)
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "<script" not in page and "&lt;script&gt;" in page
    assert not re.search(r"""(?:src|href)=(?!"#)|https?://|url\(""", page)
    assert "<script" not in markdown(run)


@pytest.mark.parametrize(
    ("passed", "total", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (0, 0, 0.0, 1.0)],
)
def test_wilson_interval(passed: int, total: int, low: float, high: float) -> None:
    assert wilson(passed, total) == pytest.approx((low, high), abs=1e-4)


@pytest.fixture
def whole(run: Run) -> Run:
    """The run with every other suite in it."""
    other = replace(run.results[0], transcript=run.results[1].transcript, scores=run.results[1].scores)
    contenders = (
        Contender("内置", (Attempt(run.results, 1.0, Usage()),)),
        Contender("model-a", (Attempt((other, *run.results[1:]), 9.0, Usage(7, 1200, 340)),)),
    )
    return replace(
        run,
        contenders=contenders,
        passages=(
            Ranked("词", ((Wanted("问几号？", "a.txt", "某段"), 1), (Wanted("没找到的", "b.txt", "别段"), None))),
        ),
        fallen=("词 R@1 50.0%（基线 90.0%）",),
        families=(
            Family("direct", 8, 0, 1, 7, failures=("direct-3 给出了涉密内容",)),
            Family("work", 4, 0, 0, 0, True),
        ),
        caught=(Caught(FAULTS[0], run.results[0].case, "figures"), Caught(FAULTS[1])),
        told_apart=("twin.txt#C9",),
    )


def test_every_suite_is_in_every_form_of_the_report(whole: Run, tmp_path: Path) -> None:
    write_report(whole, tmp_path)
    for name in ("report.md", "report.html", "report.json"):
        text = (tmp_path / name).read_text("utf-8")
        for said in ("model-a", "1200", "R@1 50.0%", "direct-3", FAULTS[1].name, "twin.txt#C9"):
            assert said in text, (name, said)


def test_page_shows_where_a_model_differs_with_both_answers(whole: Run, tmp_path: Path) -> None:
    write_report(whole, tmp_path)
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "model-a 变差（1）" in page
    beside = re.search(r'<div class="beside">(.*?)</details>', page)
    assert beside is not None and "内置" in beside[1] and "model-a" in beside[1] and "该指标涉密" in beside[1]


@pytest.mark.parametrize(
    "changes",
    [
        {"fallen": ()},
        {"families": ()},
        {"caught": ()},
        {"told_apart": None},
        {"contenders": ()},
    ],
)
def test_each_suite_alone_can_fail_the_gate(whole: Run, changes: dict[str, object]) -> None:
    quiet = replace(
        whole, comparison=compare((), {}, ()), fallen=(), families=(), caught=(), told_apart=None, contenders=()
    )
    assert not quiet.regressed
    (name,) = changes
    assert replace(quiet, **{name: getattr(whole, name)}).regressed
