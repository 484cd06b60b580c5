from dataclasses import replace

from eval.run import run_cases
from eval.types import Behaviour, Expect
from tests.eval.made_conversations import ANSWER, REFUSED, ScriptedAssistant, case, opener_for

ANSWERED = Expect(Behaviour.ANSWER)


def test_each_turn_sees_the_turns_before_it() -> None:
    assistant = ScriptedAssistant({"一": ANSWER, "二": replace(ANSWER, text="二")})
    (result,) = run_cases([case(ANSWERED, "一", "二")], opener_for(assistant))
    assert assistant.heard == [(0, "一"), (1, "二")]
    assert result.transcript.last is not None and result.transcript.last.text == "二"


def test_results_keep_the_order_of_the_cases_whatever_the_seed_and_jobs() -> None:
    cases = [case(ANSWERED, "一", id=f"T{n}") for n in range(20)]
    assistant = ScriptedAssistant({"一": ANSWER})
    for seed, jobs in ((0, 1), (7, 4)):
        results = run_cases(cases, opener_for(assistant), jobs, seed)
        assert [result.case.id for result in results] == [c.id for c in cases]


def test_crash_fails_its_case_and_the_others_go_on() -> None:
    assistant = ScriptedAssistant({"一": ANSWER})
    broken, fine = run_cases(
        [case(ANSWERED, "未写的问题", id="T1"), case(ANSWERED, "一", id="T2")], opener_for(assistant)
    )
    assert not broken.passed and "KeyError" in (broken.transcript.error or "")
    assert fine.passed


def test_only_the_last_reply_is_held_to_the_expected_kind() -> None:
    assistant = ScriptedAssistant({"一": REFUSED, "二": ANSWER})
    assert run_cases([case(ANSWERED, "一", "二")], opener_for(assistant))[0].passed


def test_each_set_of_documents_is_opened_once() -> None:
    opened: list[tuple[str, ...]] = []
    cases = [case(ANSWERED, "一", id=str(n), documents=d) for n, d in enumerate([(), ("a.txt",), (), ("a.txt",)])]
    run_cases(cases, opener_for(ScriptedAssistant({"一": ANSWER}), opened))
    assert sorted(opened) == [(), ("a.txt",)]
