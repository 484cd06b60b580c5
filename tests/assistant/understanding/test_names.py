"""Which projects a message names; two that fit are two candidates."""

import pytest
from made_catalogue import catalogue, ordinals

from assistant.understanding import codes, names, sounds
from assistant.understanding.lexicon import normal
from assistant.understanding.scan import Scan


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("道路养护的预算", [[1]]),
        ("校园平台多少钱", [[5]]),
        ("道路多少钱", [[1, 2]]),
        ("高龄失能老人补贴", [[3, 4]]),
        ("养老服务补贴", [[4]]),
        ("道路养护和智慧校园各多少", [[1], [5]]),
        ("一共多少钱", []),
        ("服务是什么", []),
    ],
)
def test_part_of_a_name_finds_every_project_it_fits(message: str, expected: list[list[int]]) -> None:
    assert ordinals(names.take_partial_names(Scan(normal(message)), catalogue(), None)) == expected


def test_a_name_inside_a_longer_one_is_not_taken_for_itself() -> None:
    found = names.take_names(Scan("道路养护费二期预算"), catalogue("道路养护费", "道路养护费二期"))
    assert ordinals(found) == [[2]]


@pytest.mark.parametrize(
    "written",
    ["13043425P00428910003X", "130434 25p00428 910003x", "１３０４３４２５Ｐ００４２８９１０００３Ｘ", "10003X"],
)
def test_a_code_is_found_however_it_is_typed(written: str) -> None:
    assert ordinals(codes.take_codes(Scan(normal(f"{written}是什么项目")), catalogue())) == [[3]]


def test_a_part_that_every_code_shares_names_no_project() -> None:
    assert codes.take_codes(Scan("130434开头的编码"), catalogue()) == []


def test_an_unknown_code_is_an_uncertain_mention() -> None:
    (mention,) = codes.take_codes(Scan(normal("13043425P00999999999Z的预算")), catalogue())
    assert not mention.keys
    assert not mention.certain


@pytest.mark.parametrize(
    ("message", "expected"), [("稻路养户多少钱", [[1]]), ("智会校员平台", [[5]]), ("zhihui xiaoyuan", [[5]])]
)
def test_homophones_and_pinyin_find_the_name_that_sounds_so(message: str, expected: list[list[int]]) -> None:
    assert ordinals(sounds.misspelt(Scan(normal(message)), catalogue(), None)) == expected


def test_content_beside_a_name_makes_the_mention_uncertain() -> None:
    (mention,) = names.take_partial_names(Scan("道路养护培训班多少钱"), catalogue(), None)
    assert not mention.certain


def test_an_abbreviation_is_used_up_whole() -> None:
    scan = Scan("智校平台")
    (mention,) = names.take_partial_names(scan, catalogue(), None)
    assert mention.certain
    assert scan.leftover() == ""
