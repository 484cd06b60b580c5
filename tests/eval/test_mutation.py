from dataclasses import replace

from assistant.types import Kind
from corpus import extract
from eval.faults import FAULTS, READING, ReplyingFault
from eval.mutation import Caught, fault_table, planted, try_faults
from eval.run import run_cases
from eval.types import Behaviour, Case, Expect, Place
from tests.eval.made_conversations import ANSWER, ScriptedAssistant, case, cited, opener_for

HARMLESS = ReplyingFault("无害", lambda conversation, message, reply: reply)
UNCITED = ReplyingFault("不给引用", lambda conversation, message, reply: replace(reply, citations=()))
CITED = replace(ANSWER, citations=(cited(1, 2, "35.00"),))


def tried(fault: ReplyingFault, *cases: Case) -> Caught:
    opener = opener_for(ScriptedAssistant({"问": CITED}))
    return try_faults([fault], run_cases(cases, opener), opener)[0]


def test_fault_is_caught_by_the_case_that_looks_there() -> None:
    blind = case(Expect(Behaviour.ANSWER), id="BLIND")
    sharp = case(Expect(Behaviour.ANSWER, citations=(Place((2, 2)),)), id="SHARP")
    caught = tried(UNCITED, blind, sharp)
    assert caught.case is sharp and caught.scorer == "citation"
    assert tried(UNCITED, blind).case is None


def test_fault_that_changes_nothing_is_not_caught() -> None:
    assert tried(HARMLESS, case(Expect(Behaviour.ANSWER))).case is None


def test_case_that_fails_anyway_catches_nothing() -> None:
    assert tried(UNCITED, case(Expect(kinds=(Kind.REFUSAL,), citations=(Place((2, 2)),)))).case is None


def test_the_reader_is_right_again_after_a_reading_fault() -> None:
    right = extract.extract
    with planted(READING[0], (), opener_for(ScriptedAssistant({}))):
        assert extract.extract is not right
    assert extract.extract is right


def test_there_are_at_least_thirty_faults_and_the_table_names_the_missed() -> None:
    assert len(FAULTS) >= 50
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    table = fault_table([Caught(UNCITED), Caught(HARMLESS, case(Expect(), id="C1"), "kind")])
    assert "| 不给引用 | **没有发现** |" in table and "| 无害 | C1 | kind |" in table
