from decimal import Decimal

import pytest

from eval.comparing import holds, standard


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("合计 70.00 万元", "70.00万元"), ("１７．５万元", "17.5"), ("ipv6", "IPv6"), ("与第三方，签订", "与第三方,签订")],
)
def test_text_is_compared_without_width_space_and_case(text: str, wanted: str) -> None:
    assert holds(text, wanted)


@pytest.mark.parametrize(
    ("one", "other"),
    [(("35", "万元"), ("350000", "元")), (("0.007", "亿元"), ("70.00", "万元")), (("4", "个"), ("4", "项"))],
)
def test_equal_figures_in_other_units_are_equal(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert standard(Decimal(one[0]), one[1]) == standard(Decimal(other[0]), other[1])


@pytest.mark.parametrize(
    ("one", "other"),
    [(("17.5", "万元"), ("17.5", "%")), (("17.50", "万元"), ("17.501", "万元")), (("35", "万元"), ("35", "元"))],
)
def test_near_or_unlike_figures_are_not_equal(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert standard(Decimal(one[0]), one[1]) != standard(Decimal(other[0]), other[1])
