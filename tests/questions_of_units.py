"""Questions about the projects of one unit in one year."""

from decimal import Decimal

from tests.asker import TESTS, Asker, Question, added, at_least, over, under
from tests.made_units import MONTHS, Truth, narrative


def _sum_kinds(asker: Asker) -> tuple[str, ...]:
    """我们单位总预算: the sum of the projects is given, and that the document states no total."""
    return ("answer", "not_found") if asker.alone else ("answer",)


def unit_sum(asker: Asker) -> Question:
    unit, year, group = asker.group()
    field, label = asker.field()
    ask = asker.chance.choice(
        (
            f"{label}一共多少",
            f"所有项目的{label}合计是多少",
            f"{label}总共多少万元",
            f"各项目{label}加起来是多少",
            f"{label}合计多少钱",
        )
    )
    return Question(
        "unit sum",
        (f"{asker.place(unit, year)}{ask}？",),
        ((added(p.money(field) for p in group), "万元"),),
        kinds=_sum_kinds(asker),
    )


def unit_plain(asker: Asker) -> Question:
    unit, year, group = asker.group()
    ask = asker.chance.choice(("预算是多少", "项目预算是多少", "一共要花多少钱", "项目资金总额是多少"))
    return Question("unit sum", (f"{asker.place(unit, year)}{ask}？",), ((added(p.total for p in group), "万元"),))


def unit_other(asker: Asker) -> Question:
    unit, year, group = asker.group()
    there = [p.other for p in group if p.other is not None]
    blank = tuple(p.name for p in group if p.other is None)
    turn = f"{asker.place(unit, year)}各项目的其他资金合计多少？"
    if not there:
        return Question("unit other", (turn,), (), ("空白",))
    return Question("unit other", (turn,), ((added(there), "万元"),), blank)


def unit_spent(asker: Asker) -> Question:
    unit, year, group = asker.group()
    month = asker.chance.choice(MONTHS)
    ask = asker.chance.choice(("到{}一共要花多少钱", "{}所有项目计划支出合计多少万元", "{}各项目总共要支出多少"))
    there = [p.spent(month) for p in group if p.plan[month] is not None]
    blank = tuple(p.name for p in group if p.plan[month] is None)
    turn = f"{asker.place(unit, year)}{ask.format(asker.by(month))}？"
    if not there:
        return Question("unit spent", (turn,), (), ("空白",))
    return Question("unit spent", (turn,), ((added(there), "万元"),), blank)


def average(asker: Asker) -> Question:
    unit, year, group = asker.group()
    value = added(p.total for p in group) / len(group)
    ask = asker.chance.choice(("项目的平均预算是多少", "平均每个项目预算多少", "各项目预算平均是多少万元"))
    return Question("average", (f"{asker.place(unit, year)}{ask}？",), ((value, "万元"),))


def count(asker: Asker) -> Question:
    unit, year, group = asker.group()
    ask = asker.chance.choice(("有几个项目", "一共多少个项目", "有多少个预算项目", "项目数量是多少"))
    return Question("count", (f"{asker.place(unit, year)}{ask}？",), (), (f"{len(group)} 个项目",))


def listing(asker: Asker) -> Question:
    unit, year, group = asker.group()
    ask = asker.chance.choice(("有哪些项目", "都有什么项目", "列出所有项目", "的项目清单", "各项目的预算分别是多少"))
    return Question("listing", (f"{asker.place(unit, year)}{ask}？",), (), tuple(p.name for p in group))


def extreme(asker: Asker) -> Question:
    unit, year, group = asker.group()
    most = asker.chance.random() < 0.5
    value = (max if most else min)(p.total for p in group)
    ask = asker.chance.choice(
        ("预算最多的是哪个项目", "哪个项目预算最高", "最大的项目是哪个", "哪个项目花钱最多")
        if most
        else ("预算最少的是哪个项目", "哪个项目预算最低", "金额最小的项目是哪个", "哪个项目花钱最少")
    )
    names = tuple(p.name for p in group if p.total == value)
    return Question("extreme", (f"{asker.place(unit, year)}{ask}？",), ((value, "万元"),), names)


def rank(asker: Asker) -> Question:
    unit, year, group = asker.group()
    ordered = sorted(group, key=lambda p: p.total, reverse=True)
    n = min(3, len(ordered))
    if asker.chance.random() < 0.5:
        ask = asker.chance.choice(("按预算从高到低排一下", "项目预算排个名", "各项目按金额从大到小排序"))
        return Question(
            "rank",
            (f"{asker.place(unit, year)}{ask}？",),
            tuple((p.total, "万元") for p in ordered),
            tuple(p.name for p in ordered),
        )
    ask = asker.chance.choice(("预算最多的前三个项目是哪些", "预算排前三的项目有哪些", "预算最高的3个项目"))
    return Question(
        "rank",
        (f"{asker.place(unit, year)}{ask}？",),
        tuple((p.total, "万元") for p in ordered[:n]),
        tuple(p.name for p in ordered[:n]),
    )


def part(asker: Asker) -> Question:
    p = asker.project()
    group = asker.county.of(p.unit, p.year)
    value = p.total / added(q.total for q in group) * 100
    named = f"{asker.place(p.unit, p.year)}{p.name}"
    ask = asker.chance.choice(
        ("占全部项目预算的百分之几", "占本单位项目预算合计的比重是多少", "的预算占总数的百分之多少", "占比多少")
    )
    return Question("share of unit", (f"{named}{ask}？",), ((value, "%"),))


def filtered(asker: Asker) -> Question:
    unit, year, group = asker.group()
    limit = Decimal(asker.chance.choice((20, 50, 100, 150, 300)))
    words, test = asker.chance.choice(TESTS)
    found = tuple(p for p in group if test(p.total, limit))
    ask = asker.chance.choice(("预算{}的项目有哪些", "哪些项目的预算{}", "有几个项目预算{}", "预算{}的有几个项目"))
    return _found(asker, "filter", f"{asker.place(unit, year)}{ask.format(words.format(limit))}？", found)


def between(asker: Asker) -> Question:
    unit, year, group = asker.group()
    low, high = asker.chance.choice(((10, 50), (50, 200), (100, 500)))
    words = asker.chance.choice(
        (f"在{low}万到{high}万元之间", f"{low}万元至{high}万元之间", f"介于{low}万元和{high}万元之间")
    )
    found = tuple(p for p in group if low <= p.total <= high)
    return _found(asker, "between", f"{asker.place(unit, year)}预算{words}的项目有哪些？", found)


def unfilled(asker: Asker) -> Question:
    unit, year, group = asker.group()
    if asker.chance.random() < 0.5:
        found = tuple(p for p in group if p.other is None)
        ask = asker.chance.choice(("哪些项目没有填其他资金", "哪些项目的其他资金是空白", "其他资金没填的项目有哪些"))
    else:
        found = tuple(p for p in group if p.plan[3] is None)
        ask = asker.chance.choice(
            ("哪些项目3月底的支出计划没填", "哪个项目3月底是空的", "3月底支出计划空白的项目有哪些")
        )
    return _found(asker, "unfilled", f"{asker.place(unit, year)}{ask}？", found)


def by_share(asker: Asker) -> Question:
    unit, year, group = asker.group()
    month, limit = asker.chance.choice((3, 6, 10)), Decimal(asker.chance.choice((20, 50, 80)))
    words, test = asker.chance.choice(
        (("超过{}%", over), ("达到{}%", at_least), ("低于{}%", under), ("不到{}%", under))
    )
    found = tuple(p for p in group if (share := p.plan[month]) is not None and test(share, limit))
    ask = f"哪些项目{month}月底支出进度{words.format(limit)}"
    return _found(asker, "filter by share", f"{asker.place(unit, year)}{ask}？", found)


def _found(asker: Asker, family: str, turn: str, found: tuple[Truth, ...]) -> Question:
    if not found:
        return Question(family, (turn,), (), ("没有",), kinds=("answer", "not_found"))
    says = (*(p.name for p in found), *((f"{len(found)} 个",) if len(found) > 1 else ()))
    return Question(family, (turn,), (), says)


def filtered_sum(asker: Asker) -> Question:
    unit, year, group = asker.group()
    limit = sorted(p.total for p in group)[0]
    found = tuple(p for p in group if p.total > limit)
    turn = f"{asker.place(unit, year)}预算超过{limit}万元的项目合计多少？"
    if not found:
        return Question("filter and sum", (turn,), (), ("没有",))
    return Question("filter and sum", (turn,), ((added(p.total for p in found), "万元"),))


def difference(asker: Asker) -> Question:
    unit, year, group = asker.group()
    a, b = asker.chance.sample(group, 2)
    ask = asker.chance.choice(
        (f"{a.name}比{b.name}多多少", f"{a.name}和{b.name}的预算相差多少", f"{a.name}与{b.name}差多少钱")
    )
    return Question("difference", (f"{asker.place(unit, year)}{ask}？",), ((abs(a.total - b.total), "万元"),))


def sum_of_two(asker: Asker) -> Question:
    unit, year, group = asker.group()
    a, b = asker.chance.sample(group, 2)
    return Question(
        "sum of two", (f"{asker.place(unit, year)}{a.name}和{b.name}预算合计多少？",), ((a.total + b.total, "万元"),)
    )


def excluding(asker: Asker) -> Question:
    unit, year, group = asker.group()
    a = asker.chance.choice(group)
    rest = added(p.total for p in group if p is not a)
    return Question("excluding", (f"{asker.place(unit, year)}除了{a.name}，其他项目预算合计多少？",), ((rest, "万元"),))


def nth(asker: Asker) -> Question:
    unit, year, group = asker.group()
    levels = sorted({p.total for p in group}, reverse=True)
    ask = asker.chance.choice(("预算第二高的是哪个项目", "哪个项目预算第二多", "预算排第二的项目是哪个"))
    names = tuple(p.name for p in group if p.total == levels[1]) if len(levels) > 1 else ()
    return Question("nth", (f"{asker.place(unit, year)}{ask}？",), ((levels[1], "万元"),), names)


def largest_two(asker: Asker) -> Question:
    unit, year, group = asker.group()
    largest = sorted((p.total for p in group), reverse=True)[:2]
    ask = asker.chance.choice(("预算最多的两个项目合计多少", "预算最高的两个项目加起来多少钱"))
    return Question("largest two", (f"{asker.place(unit, year)}{ask}？",), ((added(largest), "万元"),))


def range_of(asker: Asker) -> Question:
    unit, year, group = asker.group()
    value = max(p.total for p in group) - min(p.total for p in group)
    ask = asker.chance.choice(("预算最多的项目比最少的多多少", "最高和最低的项目预算相差多少"))
    return Question("range", (f"{asker.place(unit, year)}{ask}？",), ((value, "万元"),))


def share_of_largest(asker: Asker) -> Question:
    unit, year, group = asker.group()
    largest = max(group, key=lambda p: p.total)
    value = largest.total / added(p.total for p in group) * 100
    turn = f"{asker.place(unit, year)}哪个项目预算最多？占合计的百分之几？"
    return Question("share of largest", (turn,), ((value, "%"),), (largest.name,))


def filtered_in_words(asker: Asker) -> Question:
    unit, year, group = asker.group()
    words, limit = asker.chance.choice(
        (("五十万元", 50), ("一百万", 100), ("两百万元", 200), ("３００万", 300), ("1,000万元", 1000))
    )
    found = tuple(p for p in group if p.total > limit)
    return _found(asker, "filter in words", f"{asker.place(unit, year)}预算超过{words}的项目有哪些？", found)


def filtered_by_field(asker: Asker) -> Question:
    unit, year, group = asker.group()
    limit = asker.chance.choice((10, 50))
    found = tuple(p for p in group if p.other is not None and p.other > limit)
    ask = asker.chance.choice((f"其他资金超过{limit}万元的项目有哪些", f"哪些项目的其他资金大于{limit}万元"))
    return _found(asker, "filter by field", f"{asker.place(unit, year)}{ask}？", found)


def above_average(asker: Asker) -> Question:
    unit, year, group = asker.group()
    mean = added(p.total for p in group) / len(group)
    found = tuple(p for p in group if p.total > mean)
    return _found(asker, "above average", f"{asker.place(unit, year)}预算超过平均数的项目有哪些？", found)


def unit_increment(asker: Asker) -> Question:
    unit, year, group = asker.group()
    turn = f"{asker.place(unit, year)}所有项目下半年一共要花多少钱？"
    value = added(p.total * (100 - share) / 100 for p in group if (share := p.plan[6]) is not None)
    return Question("unit increment", (turn,), ((value, "万元"),))


def unit_left(asker: Asker) -> Question:
    unit, year, group = asker.group()
    turn = f"{asker.place(unit, year)}所有项目6月底以后一共还剩多少没花？"
    value = added(p.total * (100 - share) / 100 for p in group if (share := p.plan[6]) is not None)
    return Question("unit left", (turn,), ((value, "万元"),))


def most_spent(asker: Asker) -> Question:
    unit, year, group = asker.group()
    spent = [(p.spent(6) or Decimal(0), p.name) for p in group]
    value = max(spent)[0]
    turn = f"{asker.place(unit, year)}到6月底哪个项目花得最多？"
    return Question("most spent", (turn,), ((value, "万元"),), tuple(name for v, name in spent if v == value))


def purposes(asker: Asker) -> Question:
    unit, year, group = asker.group()
    turn = f"{asker.place(unit, year)}各项目的资金用途分别是什么？"
    return Question("purposes", (turn,), (), tuple(p.purpose for p in group))


def overall_goal(asker: Asker) -> Question:
    unit, year, group = asker.group()
    ask = asker.chance.choice(("的总体绩效目标是什么", "总体目标怎么写的", "整体绩效目标是什么"))
    return Question("overall goal", (f"{asker.place(unit, year)}{ask}？",), (), (narrative(group)[0],))


def itemised_goal(asker: Asker) -> Question:
    unit, year, group = asker.group()
    items = narrative(group)[1]
    n = asker.chance.randrange(len(items))
    turn = f"{asker.place(unit, year)}第{'一二三四'[n]}{asker.chance.choice('条项')}分项绩效目标是什么？"
    return Question("itemised goal", (turn,), (), (items[n],))


def safeguard(asker: Asker) -> Question:
    unit, year, group = asker.group()
    items = narrative(group)[2]
    if asker.chance.random() < 0.5:
        turn = f"{asker.place(unit, year)}有几条{asker.chance.choice(('保障措施', '工作保障措施'))}？"
        return Question("count of safeguards", (turn,), (), (f"{len(items)} 条",))
    n = asker.chance.randrange(len(items))
    turn = f"{asker.place(unit, year)}第{'一二三'[n]}条保障措施是什么？"
    return Question("safeguard", (turn,), (), (items[n],))
