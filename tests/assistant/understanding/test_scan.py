"""What a rule takes is used up; what is left is what nobody understood."""

import re

from assistant.understanding.scan import Scan


def test_words_are_taken_once() -> None:
    scan = Scan("预算预算")
    assert len(scan.take(re.compile("预算"))) == 2
    assert not scan.has(re.compile("预算"))


def test_a_rule_does_not_match_across_what_is_used() -> None:
    scan = Scan("三月底")
    scan.use(1, 2)
    assert not scan.has(re.compile(r"三\w*底"))


def test_the_leftover_holds_content_only() -> None:
    assert Scan("请问一下区块链是什么").leftover() == "区块链"


def test_the_phrase_keeps_hyphens_and_drops_questions() -> None:
    assert Scan("请问nb-iot是什么").phrase() == "nb-iot"
