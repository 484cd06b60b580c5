"""Conversations: what a follow-up leaves unsaid."""

from tests.asker import Asker, Question, added


def then_month(asker: Asker) -> Question:
    p = asker.project()
    first, month = asker.chance.sample((6, 10, 12), 2)
    value = p.spent(month)
    assert value is not None
    turns = (
        f"{asker.named(p)}到{first}月底要花多少钱？",
        asker.chance.choice((f"那{month}月底呢？", f"{month}月底呢", f"到{month}月底呢？")),
    )
    return Question("then month", turns, ((value, "万元"),))


def then_yuan(asker: Asker) -> Question:
    p = asker.project()
    turns = (f"{asker.named(p)}预算是多少？", asker.chance.choice(("换算成元", "换算成元是多少？", "那是多少元？")))
    return Question("then yuan", turns, ((p.total * 10000, "元"),))


def then_field(asker: Asker) -> Question:
    p = asker.project()
    turns = (
        f"{asker.named(p)}预算是多少？",
        asker.chance.choice(("它的财政资金呢？", "财政资金呢", "其中财政资金是多少？", "这个项目财政资金多少？")),
    )
    return Question("then field", turns, ((p.fiscal, "万元"),))


def then_year(asker: Asker) -> Question:
    unit, year, _ = asker.group()
    other = asker.chance.choice([y for y in asker.years if y != year])
    value = added(p.total for p in asker.county.of(unit, other))
    turns = (
        f"{asker.place(unit, year)}预算合计多少？",
        asker.chance.choice((f"{other}年呢？", f"那{other}年呢", f"{other}年的呢？")),
    )
    return Question("then year", turns, ((value, "万元"),))


def then_year_of_project(asker: Asker) -> Question:
    p = asker.project()
    others = [q for q in asker.county.of(p.unit) if q.name == p.name and q.year != p.year]
    if not others:
        return then_year(asker)
    q = asker.chance.choice(others)
    turns = (
        f"{asker.place(p.unit, p.year)}{p.name}预算是多少？",
        asker.chance.choice((f"{q.year}年呢？", f"那{q.year}年是多少？")),
    )
    return Question("then year of project", turns, ((q.total, "万元"),))


def then_unit(asker: Asker) -> Question:
    unit, year, _ = asker.group()
    other = asker.chance.choice([u for u in asker.county.units if u != unit])
    value = added(p.total for p in asker.county.of(other, year))
    turns = (
        f"{asker.place(unit, year)}预算合计多少？",
        asker.chance.choice((f"{asker.unit(other)}呢？", f"那{asker.unit(other)}呢")),
    )
    return Question("then unit", turns, ((value, "万元"),))


def then_project(asker: Asker) -> Question:
    unit, year, group = asker.group()
    p, q = asker.chance.sample(group, 2)
    turns = (f"{asker.place(unit, year)}{p.name}预算是多少？", f"{q.name}呢？")
    return Question("then project", turns, ((q.total, "万元"),))


def then_most(asker: Asker) -> Question:
    unit, year, group = asker.group()
    value = max(p.total for p in group)
    turns = (
        f"{asker.place(unit, year)}有哪些项目？",
        asker.chance.choice(("哪个预算最多？", "其中哪个最多？", "预算最高的是哪个？")),
    )
    return Question("then most", turns, ((value, "万元"),), tuple(p.name for p in group if p.total == value))


def then_picked(asker: Asker) -> Question:
    pairs = [
        (p, q)
        for p in asker.county.projects
        for q in asker.county.of(p.unit, p.year)
        if p is not q and p.short in q.name
    ]
    if not pairs:
        return then_project(asker)
    _, q = asker.chance.choice(pairs)
    turns = (f"{asker.place(q.unit, q.year)}{q.short[:-2]}那个项目预算多少？", q.name)
    return Question("then picked", turns, ((q.total, "万元"),))


def then_two_more(asker: Asker) -> Question:
    unit, year, group = asker.group()
    least = min(p.total for p in group)
    turns = (
        f"{asker.place(unit, year)}有几个项目？",
        "哪个预算最多？",
        asker.chance.choice(("最少的呢？", "那最少的呢", "预算最少的呢？")),
    )
    return Question("then least", turns, ((least, "万元"),))


def then_corrected(asker: Asker) -> Question:
    unit, year, _ = asker.group()
    other = asker.chance.choice([y for y in asker.years if y != year])
    turns = (
        f"{asker.place(unit, year)}预算合计多少？",
        asker.chance.choice((f"不是，我是说{other}年", f"说错了，{other}年的")),
    )
    return Question("then corrected", turns, ((added(p.total for p in asker.county.of(unit, other)), "万元"),))


def then_compared(asker: Asker) -> Question:
    unit, year, _ = asker.group()
    other = asker.chance.choice([y for y in asker.years if y != year])
    a, b = (added(p.total for p in asker.county.of(unit, y)) for y in (year, other))
    turns = (
        f"{asker.place(unit, year)}预算合计多少？",
        asker.chance.choice((f"比{other}年增加多少？", f"比{other}年多多少？")),
    )
    return Question("then compared", turns, ((abs(a - b), "万元"),))


def then_code(asker: Asker) -> Question:
    p = asker.project()
    turns = (
        f"{asker.place(p.unit, p.year)}{p.name}预算是多少？",
        asker.chance.choice(("编码呢？", "它的项目编码是什么？", "项目编码是多少？")),
    )
    return Question("then code", turns, (), (p.code,))


def then_spent(asker: Asker) -> Question:
    p, month = asker.project(), asker.chance.choice((6, 10, 12))
    spent = p.spent(month)
    assert spent is not None
    turns = (
        f"{asker.place(p.unit, p.year)}{p.name}预算是多少？",
        asker.chance.choice((f"到{month}月底花多少？", f"它{month}月底要支出多少？")),
    )
    return Question("then spent", turns, ((spent, "万元"),))


def then_share(asker: Asker) -> Question:
    p = asker.project()
    group = asker.county.of(p.unit, p.year)
    value = p.total / added(q.total for q in group) * 100
    turns = (
        f"{asker.place(p.unit, p.year)}{p.name}预算是多少？",
        asker.chance.choice(("占全部项目的百分之几？", "占合计的多少？")),
    )
    return Question("then share", turns, ((value, "%"),))


def then_everyone(asker: Asker) -> Question:
    unit, year, _ = asker.group()
    value = added(p.total for p in asker.county.of(None, year))
    turns = (f"{asker.place(unit, year)}预算合计多少？", asker.chance.choice((f"全县{year}年呢？", "那全县呢？")))
    return Question("then everyone", turns, ((value, "万元"),))


def then_another_topic(asker: Asker) -> Question:
    p, q = asker.project(), asker.project()
    turns = (
        f"{asker.place(p.unit, p.year)}{p.name}到6月底要花多少钱？",
        f"{asker.place(q.unit, q.year)}{q.name}的预算是多少？",
    )
    return Question("another topic", turns, ((q.total, "万元"),))
