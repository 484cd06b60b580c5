"""What an administrator is offered as the expected answer, and the case that comes of it."""

from pathlib import Path

import pytest

from assistant.types import Conversation, Kind, Reply, Route
from assistant.web.cases import cases_yaml, proposed, wanted_of
from assistant.workspace import Verdict
from eval.cases import read_cases

ANSWER = Reply(
    Kind.ANSWER, "**甲项目**到6月底为 **17.50 万元**（35.00 万元 × 50%）[1]，共 **17.50 万元**。", Route.RECORDS
)


@pytest.mark.parametrize(
    ("reply", "behaviour", "words"),
    [
        (ANSWER, "应当回答", "甲项目\n17.50 万元"),
        (Reply(Kind.REFUSAL, "这一项属于涉密内容。", Route.POLICY), "应当拒绝：涉密", ""),
        (Reply(Kind.REFUSAL, "这不属于本系统的范围。", Route.POLICY), "应当拒绝：不属本系统", ""),
        (Reply(Kind.CLARIFICATION, "哪一个？", Route.RECORDS, options=("甲", "乙")), "应当追问", "甲\n乙"),
        (Reply(Kind.NOT_FOUND, "没有找到。", Route.PASSAGES), "应当说没有找到", ""),
    ],
)
def test_expected_answer_is_filled_in_from_the_reply(reply: Reply, behaviour: str, words: str) -> None:
    assert proposed(reply) == (behaviour, words)


def test_proposal_that_is_kept_as_it_stands_is_a_case_the_suite_reads(tmp_path: Path) -> None:
    said = Conversation().then("甲项目到6月底要花多少？", ANSWER)
    verdict = Verdict("c1", 1, "down", "数字不对", "2026-11-23", "user:看", said, wanted_of(*proposed(ANSWER)))
    path = tmp_path / "feedback.yaml"
    path.write_text(cases_yaml((verdict,)), "utf-8")
    (case,) = read_cases(path)
    assert case.turns == ("甲项目到6月底要花多少？",)
    assert case.expect.contains == (("甲项目",), ("17.50 万元",))
