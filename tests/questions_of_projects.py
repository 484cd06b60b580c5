"""Questions about one project."""

from decimal import Decimal

from tests.asker import Asker, Question
from tests.made_units import MONTHS, Truth

_TOTAL_ASKED = (
    "预算是多少",
    "安排了多少钱",
    "预算多少",
    "要花多少钱",
    "的预算数是多少万元",
    "批了多少钱",
    "有多少经费",
)


def total(asker: Asker) -> Question:
    p = asker.project()
    return Question(
        "total", (f"{asker.named(p)}{asker.chance.choice(_TOTAL_ASKED)}？",), ((p.total, "万元"),), (p.name,)
    )


def fiscal(asker: Asker) -> Question:
    p = asker.project()
    ask = asker.chance.choice(("的财政资金是多少", "财政拨款有多少", "财政出了多少钱", "其中财政资金多少"))
    return Question("fiscal", (f"{asker.named(p)}{ask}？",), ((p.fiscal, "万元"),))


def other(asker: Asker) -> Question:
    p = asker.project()
    turn = f"{asker.named(p)}{asker.chance.choice(('的其他资金是多少', '有多少其他资金', '其他资金多少'))}？"
    if p.other is None:
        return Question("other", (turn,), (), ("空白",))
    return Question("other", (turn,), ((p.other, "万元"),), never=("空白",))


def several_fields(asker: Asker) -> Question:
    p = asker.project()
    return Question(
        "several fields",
        (f"{asker.named(p)}的预算数、财政资金和资金用途分别是什么？",),
        ((p.total, "万元"), (p.fiscal, "万元")),
        (p.purpose,),
    )


def words_of(asker: Asker) -> Question:
    p = asker.project()
    field, ask = asker.chance.choice(
        (
            (p.code, "的项目编码是什么"),
            (p.code, "编码是多少"),
            (p.purpose, "的资金用途是什么"),
            (p.purpose, "的钱用来干什么"),
            (p.goal, "的绩效目标是什么"),
        )
    )
    named = asker.named(p)
    return Question(
        "words",
        (f"{named}{ask}？",),
        (),
        (field,) if p.code not in named else (p.name,) if field == p.code else (field,),
    )


def by_code(asker: Asker) -> Question:
    p = asker.project()
    code = asker.chance.choice(
        (p.code, p.code.lower(), f"{p.code[:8]} {p.code[8:]}", "".join(chr(ord(c) + 0xFEE0) for c in p.code))
    )
    return Question(
        "code",
        (asker.chance.choice((f"{code}是哪个项目？", f"项目编码{code}对应什么项目", f"查一下{code}")),),
        (),
        (p.name,),
    )


def by_amount(asker: Asker) -> Question:
    unit, year, group = asker.group()
    p = asker.chance.choice(group)
    same = tuple(q for q in group if q.total == p.total)
    ask = asker.chance.choice(
        (
            f"预算{p.total}万元的是哪个项目",
            f"哪个项目的预算正好是{p.total}万元",
            f"预算为{p.total * 10000:.2f}元的是哪个项目",
        )
    )
    if "元的是" in ask and p.total * 10000 != (p.total * 10000).quantize(Decimal("0.01")):
        ask = f"预算{p.total}万元的是哪个项目"
    return Question("by amount", (f"{asker.place(unit, year)}{ask}？",), (), tuple(q.name for q in same))


def spent(asker: Asker) -> Question:
    p, month = asker.project(), asker.chance.choice(MONTHS)
    ask = asker.chance.choice(
        ("到{}要花多少钱", "{}计划支出多少万元", "{}要支出多少", "截至{}应支付多少钱", "{}前要拨付多少资金")
    )
    return _dated(asker, "spent", p, month, ask, p.spent(month), "万元")


def share(asker: Asker) -> Question:
    p, month = asker.project(), asker.chance.choice(MONTHS)
    ask = asker.chance.choice(
        ("{}支出进度是百分之几", "{}的支出比例是多少", "到{}支出百分之多少", "{}计划支出百分之多少")
    )
    return _dated(asker, "share", p, month, ask, p.plan[month], "%")


def _dated(asker: Asker, family: str, p: Truth, month: int, ask: str, value: Decimal | None, unit: str) -> Question:
    turn = f"{asker.named(p)}{ask.format(asker.by(month))}？"
    if value is None:
        return Question(family, (turn,), (), ("空白",), kinds=("answer", "not_found"))
    return Question(family, (turn,), ((value, unit),))


def left(asker: Asker) -> Question:
    p, month = asker.project(), asker.chance.choice((3, 6, 10))
    share = p.plan[month]
    ask = asker.chance.choice(("{}后还剩多少没花", "到{}还剩多少钱没支付", "{}还有多少没花", "{}以后还要支付多少"))
    turn = f"{asker.named(p)}{ask.format(asker.chance.choice((f'{month}月底', asker.by(month) if month != 6 else '6月30日')))}？"
    if share is None:
        return Question("left", (turn,), (), ("空白",))
    return Question("left", (turn,), ((p.total * (100 - share) / 100, "万元"),))


def increment(asker: Asker) -> Question:
    p = asker.project()
    start, end, words = asker.chance.choice(
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
    turn = f"{asker.named(p)}{words}？"
    if low is None or high is None:
        return Question("increment", (turn,), (), ("空白",))
    return Question("increment", (turn,), ((p.total * (high - low) / 100, "万元"),))


def no_column(asker: Asker) -> Question:
    p = asker.project()
    words = asker.chance.choice(("9月底", "前三季度", "5月底", "8月底"))
    return Question(
        "no column", (f"{asker.named(p)}{words}要花多少钱？",), (), ("10月底",), kinds=("answer", "not_found")
    )


def whole_plan(asker: Asker) -> Question:
    p = asker.project()
    shares = tuple(f"{share.normalize():f}%" for share in p.plan.values() if share is not None)
    return Question("plan", (f"{asker.named(p)}的资金支出计划是怎样的？",), (), shares)


def in_unit(asker: Asker) -> Question:
    p = asker.project()
    words, unit, value = asker.chance.choice((("多少元", "元", p.total * 10000), ("多少亿元", "亿元", p.total / 10000)))
    return Question("unit of money", (f"{asker.named(p)}的预算是{words}？",), ((value, unit),))


def indicator(asker: Asker) -> Question:
    p = asker.project()
    ask, value = asker.chance.choice(
        (
            ("的数量指标是多少", p.target),
            ("满意度指标值是多少", "≥92%"),
            ("的数量指标的指标值是什么", p.target),
            ("的时效指标值是多少", "12月底前"),
        )
    )
    return Question("indicator", (f"{asker.named(p)}{ask}？",), (), (value,))


def claim(asker: Asker) -> Question:
    p = asker.project()
    right = asker.chance.random() < 0.5
    said = p.total if right else p.total + asker.chance.choice((1, 5, 10))
    turn = f"{asker.named(p)}的预算是{said}万元吗？"
    return Question("claim", (turn,), ((p.total, "万元"),), ("是的",) if right else ("不是",))


def over_a_limit(asker: Asker) -> Question:
    p = asker.project()
    limit = asker.chance.choice((10, 50, 100, 200))
    says = "是的" if p.total > limit else "不是"
    return Question("over?", (f"{asker.named(p)}的预算超过{limit}万元吗？",), ((p.total, "万元"),), (says,))


def in_any_year(asker: Asker) -> Question:
    """No year is said: every year's figure is given, or the year is asked for."""
    p = asker.project()
    same = [q for q in asker.county.of(p.unit) if q.name == p.name]
    turn = f"{asker.unit(p.unit)}{p.name}的预算是多少？"
    return Question(
        "any year", (turn,), tuple((q.total, "万元") for q in same), tuple(str(q.year) for q in same if len(same) > 1)
    )


def absent_in_year(asker: Asker) -> Question:
    """A project that the unit has in another year only is not answered with that year's figure."""
    gone = [
        (p, year)
        for p in asker.county.projects
        for year in asker.years
        if not any(p.short in q.name for q in asker.county.of(p.unit, year))
    ]
    if not gone:
        return total(asker)
    p, year = asker.chance.choice(gone)
    turn = f"{asker.place(p.unit, year)}{p.name}{asker.chance.choice(('预算是多少', '到6月底要花多少钱', '的资金用途是什么'))}？"
    return Question("absent in year", (turn,), (), (str(p.year),), kinds=("not_found",))


def absent_in_unit(asker: Asker) -> Question:
    """A project of another unit is not answered as this unit's."""
    p = asker.project()
    without = [u for u in asker.county.units if not any(p.name in q.name for q in asker.county.of(u))]
    if not without:
        return total(asker)
    unit = asker.chance.choice(without)
    turn = f"{asker.place(unit, p.year)}{p.name}预算是多少？"
    return Question("absent in unit", (turn,), (), (p.unit,), kinds=("not_found", "clarification"))


def two_dates(asker: Asker) -> Question:
    p = asker.project()
    first, last = p.spent(6), p.spent(10)
    assert first is not None and last is not None
    turn = f"{asker.named(p)}6月底和10月底分别要花多少钱？"
    return Question("two dates", (turn,), ((first, "万元"), (last, "万元")))


def two_questions(asker: Asker) -> Question:
    p = asker.project()
    turn = f"{asker.named(p)}的预算是多少？资金用途是什么？"
    return Question("two questions", (turn,), ((p.total, "万元"),), (p.purpose,))


def politely(asker: Asker) -> Question:
    p = asker.project()
    place = f"{asker.unit(p.unit)}{asker.year(p.year)}"
    turn = asker.chance.choice(
        (
            f"你好，请问{place}的{p.name}，预算数是多少？",
            f"麻烦帮我查一下{place}{p.name}安排了多少资金，谢谢",
            f"我想了解{place}“{p.name}”这个项目今年给了多少钱"
            if p.year == max(asker.years)
            else f"我想了解{place}“{p.name}”给了多少钱",
            f"{p.name}（{place}）预算金额？",
            f"{place}，{p.name}，多少钱？",
            f"{place} {p.name} 预算",
        )
    )
    return Question("politely", (turn,), ((p.total, "万元"),))


def in_english(asker: Asker) -> Question:
    p = asker.project()
    unit = p.unit.removesuffix("本级")
    turn = asker.chance.choice(
        (
            f"What is the {p.year} budget of {p.name} of {unit}?",
            f"How much is budgeted for {p.name} ({unit}) in {p.year}?",
        )
    )
    return Question("English", (turn,), ((p.total, "万元"),))


def date_of_share(asker: Asker) -> Question:
    p = asker.project()
    turn = f"{asker.named(p)}什么时候能花到一半？"
    month = next(m for m, share in p.plan.items() if share is not None and share >= 50)
    return Question("when", (turn,), (), (f"{month}月底",))


def part_of_budget(asker: Asker) -> Question:
    p = asker.project()
    turn = f"{asker.named(p)}的财政资金占预算的百分之几？"
    return Question("part of budget", (turn,), ((p.fiscal / p.total * 100, "%"),))
