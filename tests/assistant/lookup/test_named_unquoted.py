"""Names that fit no project are asked back as they were put, never as cut words."""

from assistant.lookup.select import _as_put, _core


def test_cut_words_are_shown_as_the_stretch_of_the_message() -> None:
    assert _as_put("户厕改造座补", "户厕改造一座补多少钱") == "户厕改造一座补"
    assert _as_put("低保农村准月", "农村低保标准多少钱一个月") == "农村低保标准多少钱一个月"


def test_words_that_do_not_stand_in_the_message_stay() -> None:
    assert _as_put("某某工程", "预算多少") == "某某工程"
    assert _core("文物工程听说", "听说文物工程预算") == 4
