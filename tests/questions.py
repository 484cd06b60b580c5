"""A grammar of questions over a made-up county, each with its truth computed from the county, never by the program.

for question in questions(made_county(1), random.Random(1)): ...
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from tests.made_units import MONTHS, County, Truth

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
_TOTAL_ASKED = ("预算是多少", "安排了多少钱", "预算多少", "要花多少钱", "的预算数是多少万元", "批了多少钱", "有多少经费")
_BY = {3: ("3月底", "一季度末", "三月底", "3月31日"), 6: ("6月底", "年中", "上半年", "六月底", "6月30日"), 10: ("10月底", "十月底"), 12: ("12月底", "年底", "全年")}


class Asker:
    """Questions about one county, from one source of chance."""

    def __init__(self, county: County, chance: random.Random) -> None:
        self.county = county
        self.chance = chance
        self.years = tuple(dict.fromkeys(p.year for p in county.projects))

    # --- words

    def year(self, year: int) -> str:
        return self.chance.choice((f"{year}年", f"{year}年", f"{year}年度"))

    def unit(self, unit: str) -> str:
        plain = unit.removesuffix("本级")
        return self.chance.choice((unit, plain, plain, plain.removeprefix(self.county.name)))

    def place(self, unit: str, year: int) -> str:
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

    # --- one project

    def total(self) -> Question:
        p = self.project()
        return Question("total", (f"{self.named(p)}{self.chance.choice(_TOTAL_ASKED)}？",), ((p.total, "万元"),), (p.name,))

    def fiscal(self) -> Question:
        p = self.project()
        ask = self.chance.choice(("的财政资金是多少", "财政拨款有多少", "财政出了多少钱", "其中财政资金多少"))
        return Question("fiscal", (f"{self.named(p)}{ask}？",), ((p.fiscal, "万元"),))

    def other(self) -> Question:
        p = self.project()
        turn = f"{self.named(p)}{self.chance.choice(('的其他资金是多少', '有多少其他资金', '其他资金多少'))}？"
        if p.other is None:
            return Question("other", (turn,), (), ("空白",))
        return Question("other", (turn,), ((p.other, "万元"),), never=("空白",))

    def several_fields(self) -> Question:
        p = self.project()
        return Question(
            "several fields",
            (f"{self.named(p)}的预算数、财政资金和资金用途分别是什么？",),
            ((p.total, "万元"), (p.fiscal, "万元")),
            (p.purpose,),
        )

    def words_of(self) -> Question:
        p = self.project()
        field, ask = self.chance.choice(
            ((p.code, "的项目编码是什么"), (p.code, "编码是多少"), (p.purpose, "的资金用途是什么"), (p.purpose, "的钱用来干什么"), (p.goal, "的绩效目标是什么"))
        )
        named = self.named(p)
        return Question("words", (f"{named}{ask}？",), (), (field,) if p.code not in named else (p.name,) if field == p.code else (field,))

    def by_code(self) -> Question:
        p = self.project()
        code = self.chance.choice((p.code, p.code.lower(), f"{p.code[:8]} {p.code[8:]}", "".join(chr(ord(c) + 0xFEE0) for c in p.code)))
        return Question("code", (self.chance.choice((f"{code}是哪个项目？", f"项目编码{code}对应什么项目", f"查一下{code}")),), (), (p.name,))

    def by_amount(self) -> Question:
        unit, year, group = self.group()
        p = self.chance.choice(group)
        same = tuple(q for q in group if q.total == p.total)
        ask = self.chance.choice((f"预算{p.total}万元的是哪个项目", f"哪个项目的预算正好是{p.total}万元", f"预算为{p.total * 10000:.2f}元的是哪个项目"))
        if "元的是" in ask and p.total * 10000 != (p.total * 10000).quantize(Decimal("0.01")):
            ask = f"预算{p.total}万元的是哪个项目"
        return Question("by amount", (f"{self.place(unit, year)}{ask}？",), (), tuple(q.name for q in same))

    def spent(self) -> Question:
        p, month = self.project(), self.chance.choice(MONTHS)
        ask = self.chance.choice(("到{}要花多少钱", "{}计划支出多少万元", "{}要支出多少", "截至{}应支付多少钱", "{}前要拨付多少资金"))
        return self._dated("spent", p, month, ask, p.spent(month), "万元")

    def share(self) -> Question:
        p, month = self.project(), self.chance.choice(MONTHS)
        ask = self.chance.choice(("{}支出进度是百分之几", "{}的支出比例是多少", "到{}支出百分之多少", "{}计划支出百分之多少"))
        return self._dated("share", p, month, ask, p.plan[month], "%")

    def _dated(self, family: str, p: Truth, month: int, ask: str, value: Decimal | None, unit: str) -> Question:
        turn = f"{self.named(p)}{ask.format(self.by(month))}？"
        if value is None:
            return Question(family, (turn,), (), ("空白",), kinds=("answer", "not_found"))
        return Question(family, (turn,), ((value, unit),))

    def left(self) -> Question:
        p, month = self.project(), self.chance.choice((3, 6, 10))
        share = p.plan[month]
        ask = self.chance.choice(("{}后还剩多少没花", "到{}还剩多少钱没支付", "{}还有多少没花", "{}以后还要支付多少"))
        turn = f"{self.named(p)}{ask.format(self.chance.choice((f'{month}月底', self.by(month) if month != 6 else '6月30日')))}？"
        if share is None:
            return Question("left", (turn,), (), ("空白",))
        return Question("left", (turn,), ((p.total * (100 - share) / 100, "万元"),))

    def increment(self) -> Question:
        p = self.project()
        start, end, words = self.chance.choice(
            (
                (3, 6, "4月到6月新增支出多少"),
                (3, 6, "二季度要花多少钱"),
                (6, 12, "下半年要花多少钱"),
                (6, 10, "6月底到10月底之间支出多少钱"),
                (10, 12, "11月和12月还要花多少"),
                (6, 10, "7月到10月新增支出多少"),
            )
        )
        low, high = p.plan[start], p.plan[end]
        turn = f"{self.named(p)}{words}？"
        if low is None or high is None:
            return Question("increment", (turn,), (), ("空白",))
        return Question("increment", (turn,), ((p.total * (high - low) / 100, "万元"),))

    def no_column(self) -> Question:
        p = self.project()
        words = self.chance.choice(("9月底", "前三季度", "5月底", "8月底"))
        return Question("no column", (f"{self.named(p)}{words}要花多少钱？",), (), ("10月底",), kinds=("answer", "not_found"))

    def whole_plan(self) -> Question:
        p = self.project()
        shares = tuple(f"{share.normalize():f}%" for share in p.plan.values() if share is not None)
        return Question("plan", (f"{self.named(p)}的资金支出计划是怎样的？",), (), shares)

    def in_unit(self) -> Question:
        p = self.project()
        words, unit, value = self.chance.choice((("多少元", "元", p.total * 10000), ("多少亿元", "亿元", p.total / 10000)))
        return Question("unit of money", (f"{self.named(p)}的预算是{words}？",), ((value, unit),))

    def indicator(self) -> Question:
        p = self.project()
        ask, value = self.chance.choice((("的数量指标是多少", p.target), ("满意度指标值是多少", "≥92%"), ("的数量指标的指标值是什么", p.target), ("的时效指标值是多少", "12月底前")))
        return Question("indicator", (f"{self.named(p)}{ask}？",), (), (value,))

    def claim(self) -> Question:
        p = self.project()
        right = self.chance.random() < 0.5
        said = p.total if right else p.total + self.chance.choice((1, 5, 10))
        turn = f"{self.named(p)}的预算是{said}万元吗？"
        return Question("claim", (turn,), ((p.total, "万元"),), ("是的",) if right else ("不是",))

    def over(self) -> Question:
        p = self.project()
        limit = self.chance.choice((10, 50, 100, 200))
        says = "是的" if p.total > limit else "不是"
        return Question("over?", (f"{self.named(p)}的预算超过{limit}万元吗？",), ((p.total, "万元"),), (says,))

    # --- a unit in a year

    def field(self) -> tuple[str, str]:
        field = self.chance.choice(("total", "total", "total", "fiscal"))
        return field, self.chance.choice(LABELS[field])

    def unit_sum(self) -> Question:
        unit, year, group = self.group()
        field, label = self.field()
        ask = self.chance.choice((f"{label}一共多少", f"所有项目的{label}合计是多少", f"{label}总共多少万元", f"各项目{label}加起来是多少", f"{label}合计多少钱"))
        return Question("unit sum", (f"{self.place(unit, year)}{ask}？",), ((_sum(p.money(field) for p in group), "万元"),))

    def unit_plain(self) -> Question:
        unit, year, group = self.group()
        ask = self.chance.choice(("预算是多少", "项目预算是多少", "一共要花多少钱", "项目资金总额是多少"))
        return Question("unit sum", (f"{self.place(unit, year)}{ask}？",), ((_sum(p.total for p in group), "万元"),))

    def unit_other(self) -> Question:
        unit, year, group = self.group()
        there = [p.other for p in group if p.other is not None]
        blank = tuple(p.name for p in group if p.other is None)
        turn = f"{self.place(unit, year)}各项目的其他资金合计多少？"
        if not there:
            return Question("unit other", (turn,), (), ("空白",))
        return Question("unit other", (turn,), ((_sum(there), "万元"),), blank)

    def unit_spent(self) -> Question:
        unit, year, group = self.group()
        month = self.chance.choice(MONTHS)
        ask = self.chance.choice(("到{}一共要花多少钱", "{}所有项目计划支出合计多少万元", "{}各项目总共要支出多少"))
        there = [p.spent(month) for p in group if p.plan[month] is not None]
        blank = tuple(p.name for p in group if p.plan[month] is None)
        turn = f"{self.place(unit, year)}{ask.format(self.by(month))}？"
        if not there:
            return Question("unit spent", (turn,), (), ("空白",))
        return Question("unit spent", (turn,), ((_sum(there), "万元"),), blank)

    def average(self) -> Question:
        unit, year, group = self.group()
        value = _sum(p.total for p in group) / len(group)
        ask = self.chance.choice(("项目的平均预算是多少", "平均每个项目预算多少", "各项目预算平均是多少万元"))
        return Question("average", (f"{self.place(unit, year)}{ask}？",), ((value, "万元"),))

    def count(self) -> Question:
        unit, year, group = self.group()
        ask = self.chance.choice(("有几个项目", "一共多少个项目", "有多少个预算项目", "项目数量是多少"))
        return Question("count", (f"{self.place(unit, year)}{ask}？",), (), (f"{len(group)} 个项目",))

    def listing(self) -> Question:
        unit, year, group = self.group()
        ask = self.chance.choice(("有哪些项目", "都有什么项目", "列出所有项目", "的项目清单", "各项目的预算分别是多少"))
        return Question("listing", (f"{self.place(unit, year)}{ask}？",), (), tuple(p.name for p in group))

    def extreme(self) -> Question:
        unit, year, group = self.group()
        most = self.chance.random() < 0.5
        value = (max if most else min)(p.total for p in group)
        ask = self.chance.choice(
            ("预算最多的是哪个项目", "哪个项目预算最高", "最大的项目是哪个", "哪个项目花钱最多")
            if most
            else ("预算最少的是哪个项目", "哪个项目预算最低", "金额最小的项目是哪个", "哪个项目花钱最少")
        )
        names = tuple(p.name for p in group if p.total == value)
        return Question("extreme", (f"{self.place(unit, year)}{ask}？",), ((value, "万元"),), names)

    def rank(self) -> Question:
        unit, year, group = self.group()
        ordered = sorted(group, key=lambda p: p.total, reverse=True)
        n = min(3, len(ordered))
        if self.chance.random() < 0.5:
            ask = self.chance.choice(("按预算从高到低排一下", "项目预算排个名", "各项目按金额从大到小排序"))
            return Question("rank", (f"{self.place(unit, year)}{ask}？",), tuple((p.total, "万元") for p in ordered), tuple(p.name for p in ordered))
        ask = self.chance.choice(("预算最多的前三个项目是哪些", "预算排前三的项目有哪些", "预算最高的3个项目"))
        return Question("rank", (f"{self.place(unit, year)}{ask}？",), tuple((p.total, "万元") for p in ordered[:n]), tuple(p.name for p in ordered[:n]))

    def part(self) -> Question:
        p = self.project()
        group = self.county.of(p.unit, p.year)
        value = p.total / _sum(q.total for q in group) * 100
        named = f"{self.place(p.unit, p.year)}{p.name}"
        ask = self.chance.choice(("占全部项目预算的百分之几", "占本单位项目预算合计的比重是多少", "的预算占总数的百分之多少", "占比多少"))
        return Question("share of unit", (f"{named}{ask}？",), ((value, "%"),))

    def filtered(self) -> Question:
        unit, year, group = self.group()
        limit = Decimal(self.chance.choice((20, 50, 100, 150, 300)))
        words, test = self.chance.choice(_TESTS)
        found = tuple(p for p in group if test(p.total, limit))
        ask = self.chance.choice(("预算{}的项目有哪些", "哪些项目的预算{}", "有几个项目预算{}", "预算{}的有几个项目"))
        return self._found("filter", f"{self.place(unit, year)}{ask.format(words.format(limit))}？", found)

    def between(self) -> Question:
        unit, year, group = self.group()
        low, high = self.chance.choice(((10, 50), (50, 200), (100, 500)))
        words = self.chance.choice((f"在{low}万到{high}万元之间", f"{low}万元至{high}万元之间", f"介于{low}万元和{high}万元之间"))
        found = tuple(p for p in group if low <= p.total <= high)
        return self._found("between", f"{self.place(unit, year)}预算{words}的项目有哪些？", found)

    def unfilled(self) -> Question:
        unit, year, group = self.group()
        if self.chance.random() < 0.5:
            found = tuple(p for p in group if p.other is None)
            ask = self.chance.choice(("哪些项目没有填其他资金", "哪些项目的其他资金是空白", "其他资金没填的项目有哪些"))
        else:
            found = tuple(p for p in group if p.plan[3] is None)
            ask = self.chance.choice(("哪些项目3月底的支出计划没填", "哪个项目3月底是空的", "3月底支出计划空白的项目有哪些"))
        return self._found("unfilled", f"{self.place(unit, year)}{ask}？", found)

    def by_share(self) -> Question:
        unit, year, group = self.group()
        month, limit = self.chance.choice((3, 6, 10)), Decimal(self.chance.choice((20, 50, 80)))
        words, test = self.chance.choice((("超过{}%", _over), ("达到{}%", _at_least), ("低于{}%", _under), ("不到{}%", _under)))
        found = tuple(p for p in group if (share := p.plan[month]) is not None and test(share, limit))
        ask = f"哪些项目{month}月底支出进度{words.format(limit)}"
        return self._found("filter by share", f"{self.place(unit, year)}{ask}？", found)

    def _found(self, family: str, turn: str, found: tuple[Truth, ...]) -> Question:
        if not found:
            return Question(family, (turn,), (), ("没有",), kinds=("answer", "not_found"))
        says = (*(p.name for p in found), *((f"{len(found)} 个",) if len(found) > 1 else ()))
        return Question(family, (turn,), (), says)

    def filtered_sum(self) -> Question:
        unit, year, group = self.group()
        limit = sorted(p.total for p in group)[0]
        found = tuple(p for p in group if p.total > limit)
        turn = f"{self.place(unit, year)}预算超过{limit}万元的项目合计多少？"
        if not found:
            return Question("filter and sum", (turn,), (), ("没有",))
        return Question("filter and sum", (turn,), ((_sum(p.total for p in found), "万元"),))

    def difference(self) -> Question:
        unit, year, group = self.group()
        a, b = self.chance.sample(group, 2)
        ask = self.chance.choice((f"{a.name}比{b.name}多多少", f"{a.name}和{b.name}的预算相差多少", f"{a.name}与{b.name}差多少钱"))
        return Question("difference", (f"{self.place(unit, year)}{ask}？",), ((abs(a.total - b.total), "万元"),))

    def sum_of_two(self) -> Question:
        unit, year, group = self.group()
        a, b = self.chance.sample(group, 2)
        return Question("sum of two", (f"{self.place(unit, year)}{a.name}和{b.name}预算合计多少？",), ((a.total + b.total, "万元"),))

    def excluding(self) -> Question:
        unit, year, group = self.group()
        a = self.chance.choice(group)
        rest = _sum(p.total for p in group if p is not a)
        return Question("excluding", (f"{self.place(unit, year)}除了{a.name}，其他项目预算合计多少？",), ((rest, "万元"),))

    # --- several units and years

    def everyone(self) -> Question:
        year = self.chance.choice(self.years)
        group = self.county.of(None, year)
        who = self.chance.choice(("全县", "所有单位", "各单位", f"{self.county.name}", "全部单位"))
        field, label = self.field()
        y = self.year(year)
        ask = self.chance.choice((f"{label}一共多少", f"{label}合计是多少", f"的项目{label}总共多少万元", f"所有项目{label}加起来多少"))
        turn = self.chance.choice((f"{y}{who}{ask}？", f"{who}{y}{ask}？"))
        return Question("all units", (turn,), ((_sum(p.money(field) for p in group), "万元"),))

    def everyone_spent(self) -> Question:
        year, month = self.chance.choice(self.years), self.chance.choice(MONTHS)
        group = self.county.of(None, year)
        value = _sum(spent for p in group if (spent := p.spent(month)) is not None)
        turn = f"{self.year(year)}全县所有项目到{self.by(month)}计划支出合计多少万元？"
        return Question("all units spent", (turn,), ((value, "万元"),))

    def count_everyone(self) -> Question:
        year = self.chance.choice(self.years)
        n = len(self.county.of(None, year))
        who = self.chance.choice(("全县", "所有单位"))
        return Question("count all", (f"{self.year(year)}{who}一共有多少个项目？",), (), (f"{n} 个项目",))

    def which_unit(self) -> Question:
        year = self.chance.choice(self.years)
        sums = {u: _sum(p.total for p in self.county.of(u, year)) for u in self.county.units}
        most = self.chance.random() < 0.6
        value = (max if most else min)(sums.values())
        ask = self.chance.choice(("哪个单位的预算最多", "哪家单位项目预算合计最高", "预算合计最大的是哪个单位") if most else ("哪个单位的预算最少", "哪家单位项目预算合计最低"))
        return Question("which unit", (f"{self.year(year)}{ask}？",), ((value, "万元"),), tuple(u for u in sums if sums[u] == value))

    def by_unit(self) -> Question:
        year = self.chance.choice(self.years)
        sums = {u: _sum(p.total for p in self.county.of(u, year)) for u in self.county.units}
        ask = self.chance.choice(("各单位的预算分别是多少", "按单位汇总一下预算", "每个单位的项目预算合计各是多少"))
        return Question("by unit", (f"{self.year(year)}{ask}？",), tuple((v, "万元") for v in sums.values()), tuple(sums))

    def units_over(self) -> Question:
        year = self.chance.choice(self.years)
        sums = {u: _sum(p.total for p in self.county.of(u, year)) for u in self.county.units}
        limit = self.chance.choice((500, 1000, 2000))
        found = tuple(u for u, v in sums.items() if v > limit)
        never = tuple(u for u in sums if u not in found)
        ask = self.chance.choice((f"哪些单位的项目预算合计超过{limit}万元", f"预算总额超过{limit}万元的单位有哪些", f"哪些单位预算超过{limit}万元"))
        turn = f"{self.year(year)}{ask}？"
        if not found:
            return Question("units over", (turn,), (), ("没有",))
        return Question("units over", (turn,), tuple((sums[u], "万元") for u in found), found, never)

    def units_with(self) -> Question:
        year = self.chance.choice(self.years)
        p = self.chance.choice(self.county.of(None, year))
        units = tuple(dict.fromkeys(q.unit for q in self.county.of(None, year) if p.name in q.name))
        ask = self.chance.choice((f"哪些单位有{p.name}", f"哪些单位安排了{p.name}"))
        return Question("units with", (f"{self.year(year)}{ask}？",), (), units)

    def two_units(self) -> Question:
        year = self.chance.choice(self.years)
        a, b = self.chance.sample(self.county.units, 2)
        x, y = (_sum(p.total for p in self.county.of(u, year)) for u in (a, b))
        ask = self.chance.choice(("{}和{}的项目预算相差多少", "{}的预算合计比{}多多少"))
        return Question("two units", (f"{self.year(year)}{ask.format(self.unit(a), self.unit(b))}？",), ((abs(x - y), "万元"),))

    def two_units_sum(self) -> Question:
        year = self.chance.choice(self.years)
        a, b = self.chance.sample(self.county.units, 2)
        value = _sum(p.total for u in (a, b) for p in self.county.of(u, year))
        return Question("two units sum", (f"{self.year(year)}{self.unit(a)}和{self.unit(b)}的预算一共多少？",), ((value, "万元"),))

    def change(self) -> Question:
        unit = self.chance.choice(self.county.units)
        first, last = sorted(self.chance.sample(self.years, 2))
        a, b = (_sum(p.total for p in self.county.of(unit, y)) for y in (first, last))
        ask = self.chance.choice(("{u}{b}年比{a}年预算增加多少", "{u}的项目预算合计{b}年比{a}年增加了多少", "{b}年{u}预算比{a}年增减多少", "{u}{b}年和{a}年的预算相差多少"))
        turn = ask.format(u=self.unit(unit), a=first, b=last)
        return Question("change of unit", (f"{turn}？",), ((abs(b - a), "万元"),))

    def change_of_project(self) -> Question:
        p = self.project()
        others = [q for q in self.county.of(p.unit) if q.name == p.name and q.year != p.year]
        if not others:
            return self.change()
        q = self.chance.choice(others)
        old, new = sorted((p, q), key=lambda r: r.year)
        ask = self.chance.choice(("{u}{n}{b}年比{a}年增加多少", "{u}{n}的预算{b}年比{a}年增加了多少", "{u}{n}{a}年和{b}年的预算相差多少", "{b}年{u}{n}比{a}年多多少"))
        turn = ask.format(u=self.unit(p.unit), n=p.name, a=old.year, b=new.year)
        return Question("change of project", (f"{turn}？",), ((abs(new.total - old.total), "万元"),))

    def change_of_everyone(self) -> Question:
        first, last = sorted(self.chance.sample(self.years, 2))
        a, b = (_sum(p.total for p in self.county.of(None, y)) for y in (first, last))
        turn = self.chance.choice((f"全县{last}年预算比{first}年增加多少？", f"{last}年所有单位的预算合计比{first}年增加了多少？"))
        return Question("change of all", (turn,), ((abs(b - a), "万元"),))

    def over_years(self) -> Question:
        unit = self.chance.choice(self.county.units)
        sums = tuple((_sum(p.total for p in self.county.of(unit, y)), "万元") for y in self.years)
        ask = self.chance.choice(("历年预算分别是多少", "各年度的预算合计是多少", "这几年的预算各是多少"))
        return Question("over years", (f"{self.unit(unit)}{ask}？",), sums)

    def changed_projects(self) -> Question:
        unit = self.chance.choice(self.county.units)
        first, last = sorted(self.chance.sample(self.years, 2))
        old, new = ({p.name for p in self.county.of(unit, y)} for y in (first, last))
        added = self.chance.random() < 0.5
        ask = f"{last}年比{first}年新增了哪些项目" if added else f"{first}年有而{last}年没有的项目有哪些"
        names = tuple(sorted(new - old if added else old - new))
        return Question("changed projects", (f"{self.unit(unit)}{ask}？",), (), names or ("没有",))

    # --- what cannot be told

    def no_year(self) -> Question:
        p = self.project()
        year = self.chance.choice((2019, 2020, 2021, 2027))
        turn = self.chance.choice((f"{self.unit(p.unit)}{year}年{p.name}预算是多少？", f"{self.unit(p.unit)}{year}年预算一共多少？", f"{year}年全县预算合计多少？"))
        return Question("no such year", (turn,), (), (str(year),), kinds=("not_found",))

    def no_unit(self) -> Question:
        year = self.chance.choice(self.years)
        absent = self.chance.choice([u for u in ("自然资源局", "气象局", "审计局", "司法局", "供销合作社联合社", "林业局", "信访局") if not any(u in unit for unit in self.county.units)])
        who = self.chance.choice((f"{self.county.name}{absent}", absent))
        turn = self.chance.choice((f"{who}{year}年的预算是多少？", f"{year}年{who}有哪些项目？", f"{who}{year}年办公设备购置经费是多少？", f"{year}年{who}预算合计多少？"))
        return Question("no such unit", (turn,), (), (absent,), kinds=("not_found",))

    def two_fit(self) -> Question:
        """A part of a name that fits two projects of a unit: both are named, or both answered."""
        pairs = [(p, q) for p in self.county.projects for q in self.county.of(p.unit, p.year) if p is not q and p.short in q.name]
        if not pairs:
            return self.no_year()
        p, q = self.chance.choice(pairs)
        turn = f"{self.place(p.unit, p.year)}{p.short[:-1] if len(p.short) > 4 else p.short}那个项目预算多少？"
        return Question("two fit", (turn,), (), (p.name, q.name), kinds=("clarification", "answer"))

    def same_name(self) -> Question:
        """A name that several units have: all are named, or all answered."""
        year = self.chance.choice(self.years)
        p = self.chance.choice(self.county.of(None, year))
        fits = tuple(q for q in self.county.of(None, year) if q.name == p.name)
        turn = f"{self.year(year)}{p.name}预算是多少？"
        if len(fits) == 1:
            return Question("name alone", (turn,), ((p.total, "万元"),))
        return Question("same name", (turn,), (), tuple(q.unit for q in fits), kinds=("clarification", "answer"))

    def no_such_place(self) -> Question:
        unit, year, group = self.group()
        n = "二三四五六七八九"[len(group) - 1]
        return Question("no such place", (f"{self.place(unit, year)}第{n}个项目预算是多少？",), (), (f"{len(group)} 个项目",), kinds=("not_found",))

    # --- conversations

    def then_month(self) -> Question:
        p = self.project()
        first, month = self.chance.sample((6, 10, 12), 2)
        value = p.spent(month)
        assert value is not None
        turns = (f"{self.named(p)}到{first}月底要花多少钱？", self.chance.choice((f"那{month}月底呢？", f"{month}月底呢", f"到{month}月底呢？")))
        return Question("then month", turns, ((value, "万元"),))

    def then_yuan(self) -> Question:
        p = self.project()
        turns = (f"{self.named(p)}预算是多少？", self.chance.choice(("换算成元", "换算成元是多少？", "那是多少元？")))
        return Question("then yuan", turns, ((p.total * 10000, "元"),))

    def then_field(self) -> Question:
        p = self.project()
        turns = (f"{self.named(p)}预算是多少？", self.chance.choice(("它的财政资金呢？", "财政资金呢", "其中财政资金是多少？", "这个项目财政资金多少？")))
        return Question("then field", turns, ((p.fiscal, "万元"),))

    def then_year(self) -> Question:
        unit, year, _ = self.group()
        other = self.chance.choice([y for y in self.years if y != year])
        value = _sum(p.total for p in self.county.of(unit, other))
        turns = (f"{self.place(unit, year)}预算合计多少？", self.chance.choice((f"{other}年呢？", f"那{other}年呢", f"{other}年的呢？")))
        return Question("then year", turns, ((value, "万元"),))

    def then_year_of_project(self) -> Question:
        p = self.project()
        others = [q for q in self.county.of(p.unit) if q.name == p.name and q.year != p.year]
        if not others:
            return self.then_year()
        q = self.chance.choice(others)
        turns = (f"{self.place(p.unit, p.year)}{p.name}预算是多少？", self.chance.choice((f"{q.year}年呢？", f"那{q.year}年是多少？")))
        return Question("then year of project", turns, ((q.total, "万元"),))

    def then_unit(self) -> Question:
        unit, year, _ = self.group()
        other = self.chance.choice([u for u in self.county.units if u != unit])
        value = _sum(p.total for p in self.county.of(other, year))
        turns = (f"{self.place(unit, year)}预算合计多少？", self.chance.choice((f"{self.unit(other)}呢？", f"那{self.unit(other)}呢")))
        return Question("then unit", turns, ((value, "万元"),))

    def then_project(self) -> Question:
        unit, year, group = self.group()
        p, q = self.chance.sample(group, 2)
        turns = (f"{self.place(unit, year)}{p.name}预算是多少？", f"{q.name}呢？")
        return Question("then project", turns, ((q.total, "万元"),))

    def then_most(self) -> Question:
        unit, year, group = self.group()
        value = max(p.total for p in group)
        turns = (f"{self.place(unit, year)}有哪些项目？", self.chance.choice(("哪个预算最多？", "其中哪个最多？", "预算最高的是哪个？")))
        return Question("then most", turns, ((value, "万元"),), tuple(p.name for p in group if p.total == value))

    def then_picked(self) -> Question:
        pairs = [(p, q) for p in self.county.projects for q in self.county.of(p.unit, p.year) if p is not q and p.short in q.name]
        if not pairs:
            return self.then_project()
        _, q = self.chance.choice(pairs)
        turns = (f"{self.place(q.unit, q.year)}{q.short[:-2]}那个项目预算多少？", q.name)
        return Question("then picked", turns, ((q.total, "万元"),))


def _sum(values: "Iterator[Decimal | None] | list[Decimal | None]") -> Decimal:
    return sum((v for v in values if v is not None), Decimal(0))


def _over(value: Decimal, limit: Decimal) -> bool:
    return value > limit


def _at_least(value: Decimal, limit: Decimal) -> bool:
    return value >= limit


def _under(value: Decimal, limit: Decimal) -> bool:
    return value < limit


def _at_most(value: Decimal, limit: Decimal) -> bool:
    return value <= limit


_TESTS: tuple[tuple[str, Callable[[Decimal, Decimal], bool]], ...] = (
    ("超过{}万元", _over),
    ("大于{}万", _over),
    ("在{}万元以上", _at_least),
    ("不低于{}万元", _at_least),
    ("不少于{}万", _at_least),
    ("低于{}万元", _under),
    ("不到{}万", _under),
    ("不超过{}万元", _at_most),
    ("在{}万元以下", _at_most),
)

_FAMILIES: tuple[Callable[[Asker], Question], ...] = tuple(
    rule
    for name, rule in vars(Asker).items()
    if not name.startswith("_") and getattr(rule, "__annotations__", {}).get("return") is Question
)


def questions(county: County, chance: random.Random, rounds: int) -> Iterator[Question]:
    """`rounds` questions of every family."""
    asker = Asker(county, chance)
    for _ in range(rounds):
        for family in _FAMILIES:
            yield family(asker)
