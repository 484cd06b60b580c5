"""Conditions on figures that projects must meet."""

import pytest

from assistant.understanding.conditions import amounts_of, take_filters
from assistant.understanding.dates import take_spans
from assistant.understanding.lexicon import normal
from assistant.understanding.scan import Scan


def filters(message: str) -> list[str]:
    scan = Scan(normal(message))
    found = take_filters(scan, take_spans(scan, False), True)
    return [
        " ".join([f.field, f.comparison.value, *(f"{v:f}" for v in (f.value, *f.values) if v is not None)])
        for f in found
    ]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("预算超过50万元的项目", ["total 超过 50"]),
        ("十五万以上的", ["total 不低于 15"]),
        ("不到20万的", ["total 低于 20"]),
        ("财政资金不超过10万的", ["fiscal 不超过 10"]),
        ("10万到20万之间", ["total 不低于 10", "total 不超过 20"]),
        ("大于10万小于30万", ["total 超过 10", "total 低于 30"]),
        ("10万和15万的项目", ["total 等于 10 15"]),
        ("不是10万的", ["total 不等于 10"]),
        ("是不是35万", ["total 等于 35"]),
        ("over 120000 yuan", ["total 超过 12"]),
        ("3月底超过30%的", ["plan 超过 30"]),
        ("占合计超过20%的", ["total 超过 20"]),
        ("6月底花完的", ["plan 不低于 100"]),
        ("6月底花不完的", ["plan 低于 100"]),
        ("6月底还没付清的", ["plan 低于 100"]),
        ("高于平均数的", ["total 超过"]),
        ("比10万多的项目", ["total 超过 10"]),
        ("20万往上的", ["total 不低于 20"]),
        ("15万开外的", ["total 超过 15"]),
        ("没超过15万的", ["total 不超过 15"]),
        ("有没有超过15万的", ["total 超过 15"]),
        ("上千万的项目", ["total 不低于 1000"]),
        ("不到百万元的项目", ["total 低于 100"]),
        ("不用财政资金的", ["fiscal 等于 0"]),
        ("没花财政钱的", ["fiscal 等于 0"]),
        ("用了其他资金的", ["other 超过 0"]),
        ("全靠自筹的项目", ["other 等于 100"]),
        ("不全是财政资金的", ["fiscal 低于 100"]),
        ("其他资金占比超过一半的", ["other 超过 50"]),
        ("其他资金比财政资金多的", ["other 超过"]),
        ("3月底没有支出的", ["plan 等于 0"]),
        ("3月底支出为0的", ["plan 等于 0"]),
        ("有哪些项目", []),
    ],
)
def test_conditions_are_read_with_field_comparison_and_value(message: str, expected: list[str]) -> None:
    assert filters(message) == expected


def test_the_same_condition_said_often_is_one() -> None:
    assert filters("超过5万，超过5万，超过5万的") == ["total 超过 5"]


@pytest.mark.parametrize("message", ["35万那个", "35万对吧", "35万了吗", "350000 yuan", "叁拾伍万元", "３５万"])
def test_an_amount_ends_where_its_unit_does(message: str) -> None:
    assert [str(m.value) for m in amounts_of(normal(message))] in (["35"], ["35.0000"])
