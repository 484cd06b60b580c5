"""Who asks: the words for units, years and projects of a made-up county, chosen by chance."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from tests.made_units import County, Truth

Value = tuple[Decimal, str]


@dataclass(frozen=True, slots=True)
class Question:
    """Turns of a conversation, and what the reply to the last one must be.

    `figures` must all be among its figures, `says` in its text; of each group in `any_of` one at least.
    """

    family: str
    turns: tuple[str, ...]
    figures: tuple[Value, ...] = ()
    says: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ("answer",)


LABELS = {
    "total": ("预算", "预算数", "预算金额", "总预算", "资金规模"),
    "fiscal": ("财政资金", "财政拨款"),
    "other": ("其他资金",),
}
_BY = {
    3: ("3月底", "一季度末", "三月底", "3月31日"),
    6: ("6月底", "年中", "上半年", "六月底", "6月30日"),
    10: ("10月底", "十月底"),
    12: ("12月底", "年底", "全年"),
}


class Asker:
    """Questions about one county, from one source of chance."""

    def __init__(self, county: County, chance: random.Random) -> None:
        self.county = county
        self.chance = chance
        self.years = tuple(dict.fromkeys(p.year for p in county.projects))
        self.alone = len(county.units) == len(self.years) == 1

    # --- words

    def year(self, year: int) -> str:
        return self.chance.choice((f"{year}年", f"{year}年", f"{year}年度"))

    def unit(self, unit: str) -> str:
        plain = unit.removesuffix("本级")
        return self.chance.choice((unit, plain, plain, plain.removeprefix(self.county.name)))

    def place(self, unit: str, year: int) -> str:
        if self.alone:  # one document: nobody says whose or which year
            return self.chance.choice(("", "", "", "我们单位", "今年", f"{year}年"))
        u, y = self.unit(unit), self.year(year)
        return self.chance.choice((f"{u}{y}", f"{y}{u}", f"{u}{y}的", f"{y}{u}的"))

    def named(self, p: Truth) -> str:
        """A project, its unit and its year, in one of the ways that fit it alone."""
        ways = [
            f"{self.place(p.unit, p.year)}{p.name}",
            f"{self.unit(p.unit)}{p.name}{self.year(p.year)}",
            f"{self.year(p.year)}{self.unit(p.unit)}“{p.name}”",
            f"编码{p.code}的项目" if self.chance.random() < 0.5 else f"{p.code}这个项目",
            f"{self.place(p.unit, p.year)}第{'一二三四五六七八九'[p.ordinal - 1]}个项目",
        ]
        within = self.county.of(p.unit, p.year)
        if sum(p.short in other.name for other in within) == 1:
            ways.append(f"{self.place(p.unit, p.year)}{p.short}那个项目")
            ways.append(f"{self.place(p.unit, p.year)}{p.short}")
        if sum(p.name == other.name for other in self.county.of(None, p.year)) == 1:
            ways.append(f"{self.year(p.year)}{p.name}")
        return self.chance.choice(ways)

    def project(self) -> Truth:
        return self.chance.choice(self.county.projects)

    def group(self) -> tuple[str, int, tuple[Truth, ...]]:
        p = self.project()
        return p.unit, p.year, self.county.of(p.unit, p.year)

    def by(self, month: int) -> str:
        return self.chance.choice(_BY[month])

    def field(self) -> tuple[str, str]:
        field = self.chance.choice(("total", "total", "total", "fiscal"))
        return field, self.chance.choice(LABELS[field])


def added(values: Iterable[Decimal | None]) -> Decimal:
    return sum((v for v in values if v is not None), Decimal(0))


def over(value: Decimal, limit: Decimal) -> bool:
    return value > limit


def at_least(value: Decimal, limit: Decimal) -> bool:
    return value >= limit


def under(value: Decimal, limit: Decimal) -> bool:
    return value < limit


def at_most(value: Decimal, limit: Decimal) -> bool:
    return value <= limit


TESTS: tuple[tuple[str, Callable[[Decimal, Decimal], bool]], ...] = (
    ("超过{}万元", over),
    ("大于{}万", over),
    ("在{}万元以上", at_least),
    ("不低于{}万元", at_least),
    ("不少于{}万", at_least),
    ("低于{}万元", under),
    ("不到{}万", under),
    ("不超过{}万元", at_most),
    ("在{}万元以下", at_most),
)
