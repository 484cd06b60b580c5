"""如果…: what a condition changes, by how much."""

import pytest

from assistant.understanding.assumptions import assumption_clause, read_assumption
from assistant.understanding.types import Assumption


def change(message: str) -> str:
    read = read_assumption(assumption_clause(message))
    return "nothing" if read is None else _told(read)


def _told(a: Assumption) -> str:
    if a.value is not None:
        return f"{a.field} = {a.value:f}"
    if a.delta is not None:
        return f"{a.field} + {a.delta:f}"
    return f"{a.field} x {a.factor:f}/{a.divisor:f}" if a.factor is not None else "not understood"


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("如果只拨财政资金的一半，多少", "fiscal x 0.5/1"),
        ("如果预算减半，多少", "total x 0.5/1"),
        ("如果压减10%，多少", "total x 0.9/1"),
        ("如果压减到90%，多少", "total x 0.9/1"),
        ("如果增加两成，多少", "total x 1.2/1"),
        ("如果打八五折，多少", "total x 0.85/1"),
        ("如果翻一番，多少", "total x 2/1"),
        ("如果砍掉三分之一，多少", "total x 2/3"),
        ("如果只给三分之二，多少", "total x 2/3"),
        ("如果增加5万，多少", "total + 5"),
        ("如果减少5万元，多少", "total + -5"),
        ("如果改成20万，多少", "total = 20"),
        ("如果取消这个项目，多少", "total = 0"),
        ("财政只给一半的话，多少", "fiscal x 0.5/1"),
        ("如果6月底只付40%，多少", "not understood"),
        ("如果砍掉零分之一，多少", "not understood"),
        ("如果其他资金增加5万，多少", "not understood"),
        ("如果预算超过20万，有哪些", "nothing"),
        ("如果空白当作0，合计多少", "nothing"),
        ("what if the budget is cut by 10%, how much", "total x 0.9/1"),
    ],
)
def test_what_a_condition_changes(message: str, expected: str) -> None:
    assert change(message) == expected
