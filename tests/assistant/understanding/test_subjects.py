"""Projects by place, narrative parts by number."""

import pytest

from assistant.understanding.lexicon import normal
from assistant.understanding.scan import Scan
from assistant.understanding.subjects import take_items, take_places, take_section


@pytest.mark.parametrize(
    ("message", "places", "count"),
    [
        ("第二个项目的预算", (2,), None),
        ("项目4多少钱", (4,), None),
        ("3号项目", (3,), None),
        ("最后一个项目", (-1,), None),
        ("倒数第二个项目", (-2,), None),
        ("第一到第三个项目", (1, 2, 3), None),
        ("前两个项目合计", (1, 2), None),
        ("后两个项目", (-2, -1), None),
        ("四个项目一共", (), 4),
        ("预算最多的两个项目", (), None),
        ("第二个季度", (), None),
        ("the second project", (2,), None),
    ],
)
def test_projects_by_place_and_by_number(message: str, places: tuple[int, ...], count: int | None) -> None:
    found = take_places(Scan(normal(message)))
    assert (found.ordinals, found.count) == (places, count)


@pytest.mark.parametrize(
    ("message", "items"),
    [
        ("第六项", (6,)),
        ("三和五条", (5,)),
        ("第三和第五条", (3, 5)),
        ("第3、5、7条", (3, 5, 7)),
        ("第二到第四条", (2, 3, 4)),
        ("前三条", (1, 2, 3)),
        ("倒数第二条", (-2,)),
        ("最后一条", (-1,)),
        ("第300条", (300,)),
        ("一条也没有", (1,)),
    ],
)
def test_items_by_number(message: str, items: tuple[int, ...]) -> None:
    assert take_items(Scan(message)) == items


def test_a_range_of_a_million_items_is_cut() -> None:
    assert len(take_items(Scan("第1到第999999999条"))) <= 201
    assert len(take_items(Scan("前999999999条"))) <= 200


def test_a_part_is_read_with_its_number() -> None:
    found = take_section(Scan("第六项保障措施讲了什么"))
    assert found is not None
    assert (found.kind.value, found.ordinals) == ("safeguard", (6,))
