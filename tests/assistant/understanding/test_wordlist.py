"""Longest-match search for words."""

from assistant.understanding.wordlist import WordList


def found(words: list[str], text: str) -> list[str]:
    return [m.group() for m in WordList(words).finditer(text)]


def test_the_longest_word_wins() -> None:
    assert found(["预算", "预算数", "数"], "预算数是预算") == ["预算数", "预算"]


def test_latin_words_are_found_only_whole() -> None:
    assert found(["it", "plan"], "the plant has it") == ["it"]


def test_replacing_keeps_the_rest() -> None:
    assert WordList(["的", "是"]).sub("", "项目的预算是多少") == "项目预算多少"


def test_a_match_does_not_reach_beyond_the_end() -> None:
    assert [m.span() for m in WordList(["不低于"]).finditer("不低于", 0, 2)] == []
