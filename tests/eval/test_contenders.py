"""Models beside the embedded default, over loopback: what is compared, counted and told."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.model import Usage
from eval.__main__ import run_suite
from eval.contenders import Attempt, Contender, against, run_model
from eval.errors import EvalError
from eval.scorers import latency
from eval.subject import Endpoint, open_subject
from eval.types import PATIENCE_MS, Behaviour, Case, Expect, Result, Score
from tests.eval.made_conversations import ANSWER, case, said
from tests.model_server import ModelServer, replies, says, status

ASKED = Case("N1", "narrative", ("怎么做好网络辟谣工作？",), "", Expect(Behaviour.ANSWER))
PLAIN = Case("P1", "single", ("舆情监测能力建设资金预算多少？",), "", Expect(Behaviour.ANSWER))


def result(id: str, passed: bool) -> Result:
    scores = () if passed else (Score("kind", False, "", "", ""),)
    return Result(case(Expect(), id=id), said(ANSWER), scores)


def contender(name: str, *attempts: str) -> Contender:
    """Of attempts like "10": the first case passed, the second failed."""
    return Contender(
        name,
        tuple(Attempt(tuple(result(f"C{n}", mark == "1") for n, mark in enumerate(a)), 1.0, Usage()) for a in attempts),
    )


def test_a_model_is_worse_where_it_fails_once_what_the_default_always_passes() -> None:
    found = against(contender("内置", "1101"), contender("m", "1011", "1001", "1011"))
    assert (found.better, found.worse, found.unsteady) == ((), ("C1",), ("C2",))
    assert against(contender("内置", "10"), contender("m", "11", "11")).better == ("C1",)


def test_spread_is_that_of_the_attempts() -> None:
    assert contender("m", "11", "11").spread == 0
    assert contender("m", "11", "00").spread == 0.5
    assert contender("m", "11", "00").pass_rate == 0.5


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """Says its evidence back, so that what it says is verified."""

    def answer(request: dict[str, object]) -> object:
        return {"sentences": [{"text": "开展网上谣言治理，营造良好网络生态。", "sources": [1]}]}

    with ModelServer(replies(answer)) as made:
        yield made


def test_tokens_calls_and_turns_of_a_model_are_counted(server: ModelServer) -> None:
    found = run_model(Endpoint("openai:m", server.url), [ASKED, PLAIN], jobs=1, seed=0, repeats=2)
    assert len(found.attempts) == 2
    assert found.usage.calls == len(server.requests) > 0
    assert found.usage.input_tokens > 0 and found.usage.output_tokens > 0
    assert 0 < found.answered <= 4


def test_model_that_never_answers_is_an_error_and_no_pass() -> None:
    with ModelServer(status(500)) as server, pytest.raises(EvalError, match="一次也没有作答"):
        run_model(Endpoint("openai:m", server.url), [PLAIN], jobs=1, seed=0, repeats=1)


def test_two_models_stand_beside_the_default_in_the_report(
    server: ModelServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "cases"
    folder.mkdir()
    (folder / "narrative.yaml").write_text(
        "- id: N1\n  category: narrative\n  why: 测试\n  turns: [怎么做好网络辟谣工作？]\n  expect: {behaviour: answer}\n",
        "utf-8",
    )
    models = ["--model", f"openai:a@{server.url}", "--model", f"openai:b@{server.url}", "--repeats", "2", "--jobs", "2"]
    code = run_suite(
        [*models, "--json", "--report", str(tmp_path / "r"), "--baseline", str(tmp_path / "b.json")], folder
    )
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert code == 0
    assert [model["name"] for model in told["models"]] == ["内置", "openai:a", "openai:b"]
    assert all(len(model["attempts"]) == 2 for model in told["models"])
    assert told["models"][0]["calls"] == 0 < told["models"][1]["input_tokens"]
    page = (tmp_path / "r" / "report.html").read_text("utf-8")
    assert "openai:a" in page and "openai:b" in page


def test_endpoint_needs_a_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JIXIAO_MODEL_URL", raising=False)
    with pytest.raises(EvalError, match="模型名@地址"):
        Endpoint.parse("qwen2.5:7b")
    monkeypatch.setenv("JIXIAO_MODEL_URL", "http://127.0.0.1:1/v1")
    assert Endpoint.parse("qwen2.5:7b") == Endpoint("qwen2.5:7b", "http://127.0.0.1:1/v1")


def test_seed_changes_the_order_and_not_the_results() -> None:
    from eval.run import run_cases

    cases = [
        replace(PLAIN, id=str(n), turns=(f"{turn}",))
        for n, turn in enumerate(["总预算多少？", "有哪些项目？", "舆情监测能力建设资金预算多少？"])
    ]
    runs = [run_cases(cases, open_subject, jobs=jobs, seed=seed) for jobs, seed in ((1, 0), (3, 9))]
    texts = [[r.transcript.exchanges[-1].reply.text for r in run] for run in runs]
    assert texts[0] == texts[1]


def test_model_whose_words_never_hold_is_a_result() -> None:
    with ModelServer(says({"sentences": [{"text": "投入999万元。", "sources": [1]}]})) as server:
        found = run_model(Endpoint("openai:m", server.url), [ASKED], jobs=1, seed=0, repeats=1)
    assert found.answered == 0 < found.usage.output_tokens
    assert found.pass_rate == 1


def test_a_model_may_take_its_time_and_the_default_may_not(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIXIAO_MODEL_SECONDS", "30")
    with open_subject((), Endpoint("openai:m", server.url)) as slow, open_subject(()) as quick:
        assert (slow.patience_ms, quick.patience_ms) == (PATIENCE_MS + 30_000, PATIENCE_MS)
    late = replace(said(ANSWER, elapsed_ms=20_000.0), patience_ms=slow.patience_ms)
    score = latency.score(case(Expect()), late, {})
    assert score is not None and score.passed
