"""Questions over several units and years, and what the library cannot tell."""

from decimal import Decimal

from tests.asker import Asker, Question, added
from tests.made_units import MONTHS


def everyone(asker: Asker) -> Question:
    year = asker.chance.choice(asker.years)
    group = asker.county.of(None, year)
    who = asker.chance.choice(("全县", "所有单位", "各单位", f"{asker.county.name}", "全部单位"))
    field, label = asker.field()
    y = asker.year(year)
    ask = asker.chance.choice(
        (f"{label}一共多少", f"{label}合计是多少", f"的项目{label}总共多少万元", f"所有项目{label}加起来多少")
    )
    turn = asker.chance.choice((f"{y}{who}{ask}？", f"{who}{y}{ask}？"))
    return Question("all units", (turn,), ((added(p.money(field) for p in group), "万元"),))


def everyone_spent(asker: Asker) -> Question:
    year, month = asker.chance.choice(asker.years), asker.chance.choice(MONTHS)
    group = asker.county.of(None, year)
    value = added(spent for p in group if (spent := p.spent(month)) is not None)
    turn = f"{asker.year(year)}全县所有项目到{asker.by(month)}计划支出合计多少万元？"
    return Question("all units spent", (turn,), ((value, "万元"),))


def count_everyone(asker: Asker) -> Question:
    year = asker.chance.choice(asker.years)
    n = len(asker.county.of(None, year))
    who = asker.chance.choice(("全县", "所有单位"))
    return Question("count all", (f"{asker.year(year)}{who}一共有多少个项目？",), (), (f"{n} 个项目",))


def which_unit(asker: Asker) -> Question:
    year = asker.chance.choice(asker.years)
    sums = {u: added(p.total for p in asker.county.of(u, year)) for u in asker.county.units}
    most = asker.chance.random() < 0.6
    value = (max if most else min)(sums.values())
    ask = asker.chance.choice(
        ("哪个单位的预算最多", "哪家单位项目预算合计最高", "预算合计最大的是哪个单位")
        if most
        else ("哪个单位的预算最少", "哪家单位项目预算合计最低")
    )
    return Question(
        "which unit", (f"{asker.year(year)}{ask}？",), ((value, "万元"),), tuple(u for u in sums if sums[u] == value)
    )


def by_unit(asker: Asker) -> Question:
    year = asker.chance.choice(asker.years)
    sums = {u: added(p.total for p in asker.county.of(u, year)) for u in asker.county.units}
    ask = asker.chance.choice(("各单位的预算分别是多少", "按单位汇总一下预算", "每个单位的项目预算合计各是多少"))
    return Question("by unit", (f"{asker.year(year)}{ask}？",), tuple((v, "万元") for v in sums.values()), tuple(sums))


def unitsover(asker: Asker) -> Question:
    year = asker.chance.choice(asker.years)
    sums = {u: added(p.total for p in asker.county.of(u, year)) for u in asker.county.units}
    limit = asker.chance.choice((500, 1000, 2000))
    found = tuple(u for u, v in sums.items() if v > limit)
    never = tuple(u for u in sums if u not in found)
    ask = asker.chance.choice(
        (
            f"哪些单位的项目预算合计超过{limit}万元",
            f"预算总额超过{limit}万元的单位有哪些",
            f"哪些单位预算超过{limit}万元",
        )
    )
    turn = f"{asker.year(year)}{ask}？"
    if not found:
        return Question("units over", (turn,), (), ("没有",))
    return Question("units over", (turn,), tuple((sums[u], "万元") for u in found), found, never)


def units_with(asker: Asker) -> Question:
    year = asker.chance.choice(asker.years)
    p = asker.chance.choice(asker.county.of(None, year))
    units = tuple(dict.fromkeys(q.unit for q in asker.county.of(None, year) if p.name in q.name))
    ask = asker.chance.choice((f"哪些单位有{p.name}", f"哪些单位安排了{p.name}"))
    return Question("units with", (f"{asker.year(year)}{ask}？",), (), units)


def two_units(asker: Asker) -> Question:
    year = asker.chance.choice(asker.years)
    a, b = asker.chance.sample(asker.county.units, 2)
    x, y = (added(p.total for p in asker.county.of(u, year)) for u in (a, b))
    ask = asker.chance.choice(("{}和{}的项目预算相差多少", "{}的预算合计比{}多多少"))
    return Question(
        "two units", (f"{asker.year(year)}{ask.format(asker.unit(a), asker.unit(b))}？",), ((abs(x - y), "万元"),)
    )


def two_units_sum(asker: Asker) -> Question:
    year = asker.chance.choice(asker.years)
    a, b = asker.chance.sample(asker.county.units, 2)
    value = added(p.total for u in (a, b) for p in asker.county.of(u, year))
    return Question(
        "two units sum", (f"{asker.year(year)}{asker.unit(a)}和{asker.unit(b)}的预算一共多少？",), ((value, "万元"),)
    )


def change(asker: Asker) -> Question:
    unit = asker.chance.choice(asker.county.units)
    first, last = sorted(asker.chance.sample(asker.years, 2))
    a, b = (added(p.total for p in asker.county.of(unit, y)) for y in (first, last))
    ask = asker.chance.choice(
        (
            "{u}{b}年比{a}年预算增加多少",
            "{u}的项目预算合计{b}年比{a}年增加了多少",
            "{b}年{u}预算比{a}年增减多少",
            "{u}{b}年和{a}年的预算相差多少",
        )
    )
    turn = ask.format(u=asker.unit(unit), a=first, b=last)
    return Question("change of unit", (f"{turn}？",), ((abs(b - a), "万元"),))


def change_of_project(asker: Asker) -> Question:
    p = asker.project()
    others = [q for q in asker.county.of(p.unit) if q.name == p.name and q.year != p.year]
    if not others:
        return change(asker)
    q = asker.chance.choice(others)
    old, new = sorted((p, q), key=lambda r: r.year)
    ask = asker.chance.choice(
        (
            "{u}{n}{b}年比{a}年增加多少",
            "{u}{n}的预算{b}年比{a}年增加了多少",
            "{u}{n}{a}年和{b}年的预算相差多少",
            "{b}年{u}{n}比{a}年多多少",
        )
    )
    turn = ask.format(u=asker.unit(p.unit), n=p.name, a=old.year, b=new.year)
    return Question("change of project", (f"{turn}？",), ((abs(new.total - old.total), "万元"),))


def change_of_everyone(asker: Asker) -> Question:
    first, last = sorted(asker.chance.sample(asker.years, 2))
    a, b = (added(p.total for p in asker.county.of(None, y)) for y in (first, last))
    turn = asker.chance.choice(
        (f"全县{last}年预算比{first}年增加多少？", f"{last}年所有单位的预算合计比{first}年增加了多少？")
    )
    return Question("change of all", (turn,), ((abs(b - a), "万元"),))


def over_years(asker: Asker) -> Question:
    unit = asker.chance.choice(asker.county.units)
    sums = tuple((added(p.total for p in asker.county.of(unit, y)), "万元") for y in asker.years)
    ask = asker.chance.choice(("历年预算分别是多少", "各年度的预算合计是多少", "这几年的预算各是多少"))
    return Question("over years", (f"{asker.unit(unit)}{ask}？",), sums)


def changed_projects(asker: Asker) -> Question:
    unit = asker.chance.choice(asker.county.units)
    first, last = sorted(asker.chance.sample(asker.years, 2))
    old, new = ({p.name for p in asker.county.of(unit, y)} for y in (first, last))
    added = asker.chance.random() < 0.5
    ask = f"{last}年比{first}年新增了哪些项目" if added else f"{first}年有而{last}年没有的项目有哪些"
    names = tuple(sorted(new - old if added else old - new))
    return Question("changed projects", (f"{asker.unit(unit)}{ask}？",), (), names or ("没有",))


def no_year(asker: Asker) -> Question:
    p = asker.project()
    year = asker.chance.choice((2019, 2020, 2021, 2027))
    turn = asker.chance.choice(
        (
            f"{asker.unit(p.unit)}{year}年{p.name}预算是多少？",
            f"{asker.unit(p.unit)}{year}年预算一共多少？",
            f"{year}年全县预算合计多少？",
        )
    )
    return Question("no such year", (turn,), (), (str(year),), kinds=("not_found",))


def no_unit(asker: Asker) -> Question:
    year = asker.chance.choice(asker.years)
    absent = asker.chance.choice(
        [
            u
            for u in ("自然资源局", "气象局", "审计局", "司法局", "供销合作社联合社", "林业局", "信访局")
            if not any(u in unit for unit in asker.county.units)
        ]
    )
    who = asker.chance.choice((f"{asker.county.name}{absent}", absent))
    turn = asker.chance.choice(
        (
            f"{who}{year}年的预算是多少？",
            f"{year}年{who}有哪些项目？",
            f"{who}{year}年办公设备购置经费是多少？",
            f"{year}年{who}预算合计多少？",
        )
    )
    return Question("no such unit", (turn,), (), (absent,), kinds=("not_found",))


def two_fit(asker: Asker) -> Question:
    """A part of a name that fits two projects of a unit: both are named, or both answered."""
    pairs = [
        (p, q)
        for p in asker.county.projects
        for q in asker.county.of(p.unit, p.year)
        if p is not q and p.short in q.name
    ]
    if not pairs:
        return no_year(asker)
    p, q = asker.chance.choice(pairs)
    turn = f"{asker.place(p.unit, p.year)}{p.short[:-1] if len(p.short) > 4 else p.short}那个项目预算多少？"
    return Question("two fit", (turn,), (), (p.name, q.name), kinds=("clarification", "answer"))


def same_name(asker: Asker) -> Question:
    """A name that several units have: all are named, or all answered."""
    year = asker.chance.choice(asker.years)
    p = asker.chance.choice(asker.county.of(None, year))
    fits = tuple(q for q in asker.county.of(None, year) if q.name == p.name)
    turn = f"{asker.year(year)}{p.name}预算是多少？"
    if len(fits) == 1:
        return Question("name alone", (turn,), ((p.total, "万元"),))
    return Question("same name", (turn,), (), tuple(q.unit for q in fits), kinds=("clarification", "answer"))


def no_such_place(asker: Asker) -> Question:
    unit, year, group = asker.group()
    n = "二三四五六七八九十"[len(group) - 1]
    return Question(
        "no such place",
        (f"{asker.place(unit, year)}第{n}个项目预算是多少？",),
        (),
        (f"{len(group)} 个项目",),
        kinds=("not_found",),
    )


def _sums(asker: Asker, year: int) -> dict[str, Decimal]:
    return {u: added(p.total for p in asker.county.of(u, year)) for u in asker.county.units}


def unit_of_county(asker: Asker) -> Question:
    year = asker.chance.choice(asker.years)
    sums = _sums(asker, year)
    unit = asker.chance.choice(asker.county.units)
    ask = asker.chance.choice(
        ("{}的预算占全县的百分之几", "{}预算占全县预算的比重是多少", "{}占所有单位预算合计的百分之多少")
    )
    turn = f"{asker.year(year)}{ask.format(asker.unit(unit))}？"
    return Question("unit of county", (turn,), ((sums[unit] / added(sums.values()) * 100, "%"),))


def ranked_units(asker: Asker) -> Question:
    year = asker.chance.choice(asker.years)
    sums = sorted(_sums(asker, year).items(), key=lambda item: item[1], reverse=True)
    if asker.chance.random() < 0.5:
        ask, sums = asker.chance.choice(("预算最多的前三个单位是哪些", "预算排前三的单位有哪些")), sums[:3]
    else:
        ask = asker.chance.choice(("各单位预算从高到低排一下", "按预算给各单位排个名"))
    turn = f"{asker.year(year)}{ask}？"
    return Question("ranked units", (turn,), tuple((v, "万元") for _, v in sums), tuple(u for u, _ in sums))


def average_of_units(asker: Asker) -> Question:
    year = asker.chance.choice(asker.years)
    sums = _sums(asker, year)
    turn = f"{asker.year(year)}平均每个单位的项目预算是多少？"
    return Question("average of units", (turn,), ((added(sums.values()) / len(sums), "万元"),))


def growth(asker: Asker) -> Question:
    unit = asker.chance.choice(asker.county.units)
    first, last = sorted(asker.chance.sample(asker.years, 2))
    a, b = (added(p.total for p in asker.county.of(unit, y)) for y in (first, last))
    turn = f"{asker.unit(unit)}{last}年预算比{first}年增长百分之几？"
    return Question("growth", (turn,), ((abs(b - a) / a * 100, "%"),))


def filtered_everywhere(asker: Asker) -> Question:
    year = asker.chance.choice(asker.years)
    limit = asker.chance.choice((300, 500, 1000))
    found = tuple(p for p in asker.county.of(None, year) if p.total > limit)
    turn = f"{asker.year(year)}全县预算超过{limit}万元的项目有几个？"
    if not found:
        return Question("filter everywhere", (turn,), (), ("没有",))
    return Question("filter everywhere", (turn,), (), (f"{len(found)} 个", *(p.name for p in found)))


def largest_everywhere(asker: Asker) -> Question:
    year = asker.chance.choice(asker.years)
    group = asker.county.of(None, year)
    value = max(p.total for p in group)
    turn = f"{asker.year(year)}{asker.chance.choice(('全县预算最多的项目是哪个', '所有单位里预算最高的项目是哪个', '全县哪个项目预算最大'))}？"
    return Question("largest everywhere", (turn,), ((value, "万元"),), tuple(p.name for p in group if p.total == value))


def unit_in_any_year(asker: Asker) -> Question:
    """No year is said: the sums of each year, never one over the years."""
    unit = asker.chance.choice(asker.county.units)
    sums = tuple((added(p.total for p in asker.county.of(unit, y)), "万元") for y in asker.years)
    return Question("unit in any year", (f"{asker.unit(unit)}预算合计是多少？",), sums)


def grown_most(asker: Asker) -> Question:
    unit = asker.chance.choice(asker.county.units)
    first, last = sorted(asker.chance.sample(asker.years, 2))
    old, new = ({p.name: p.total for p in asker.county.of(unit, y)} for y in (first, last))
    changes = {name: new[name] - old[name] for name in old.keys() & new.keys()}
    value = max(changes.values())
    if value <= 0:
        return change(asker)
    turn = f"{asker.unit(unit)}{last}年比{first}年哪个项目增加最多？"
    return Question("grown most", (turn,), ((value, "万元"),), tuple(n for n, v in changes.items() if v == value))


def last_year(asker: Asker) -> Question:
    unit = asker.chance.choice(asker.county.units)
    a, b = (added(p.total for p in asker.county.of(unit, y)) for y in sorted(asker.years)[-2:])
    ask = asker.chance.choice(("今年预算比去年增加多少", "预算比去年增加了多少", "今年的预算合计和去年相差多少"))
    return Question("last year", (f"{asker.unit(unit)}{ask}？",), ((abs(b - a), "万元"),))


def years_held(asker: Asker) -> Question:
    unit = asker.chance.choice(asker.county.units)
    turn = f"{asker.unit(unit)}{asker.chance.choice(('有哪几年的文件', '有哪些年份的绩效目标文件', '收录了哪几年的文件'))}？"
    return Question("years held", (turn,), (), tuple(str(y) for y in asker.years))


def units_held(asker: Asker) -> Question:
    year = asker.chance.choice(asker.years)
    ask = asker.chance.choice(("收录了哪些单位的文件", "资料库里有哪些单位的文件", "有哪些单位的绩效目标文件"))
    return Question("units held", (f"{asker.year(year)}{ask}？",), (), asker.county.units)


def how_many_units(asker: Asker) -> Question:
    year = asker.chance.choice(asker.years)
    turn = f"{asker.year(year)}{asker.chance.choice(('一共有几个单位', '有多少个单位', '涉及多少个单位'))}？"
    return Question("how many units", (turn,), (), (f"{len(asker.county.units)} 个单位",))


def all_but_one(asker: Asker) -> Question:
    year = asker.chance.choice(asker.years)
    unit = asker.chance.choice(asker.county.units)
    value = added(p.total for p in asker.county.of(None, year) if p.unit != unit)
    ask = asker.chance.choice(("除了{}，其他单位预算合计多少", "除{}外其他单位的预算一共多少"))
    return Question("all but one", (f"{asker.year(year)}{ask.format(asker.unit(unit))}？",), ((value, "万元"),))


def place_of_unit(asker: Asker) -> Question:
    year = asker.chance.choice(asker.years)
    sums = _sums(asker, year)
    unit = asker.chance.choice(asker.county.units)
    place = 1 + sum(value > sums[unit] for value in sums.values())
    turn = f"{asker.year(year)}{asker.unit(unit)}的预算在各单位中排第几？"
    return Question("place of unit", (turn,), ((sums[unit], "万元"),), (f"第 **{place}**",))


def which_of_two_units(asker: Asker) -> Question:
    year = asker.chance.choice(asker.years)
    sums = _sums(asker, year)
    a, b = asker.chance.sample(asker.county.units, 2)
    more = a if sums[a] >= sums[b] else b
    turn = f"{asker.year(year)}{asker.unit(a)}和{asker.unit(b)}哪个预算多？"
    return Question("which of two units", (turn,), ((sums[more], "万元"),), (f"最高的是**{more}",))


def which_year(asker: Asker) -> Question:
    unit = asker.chance.choice(asker.county.units)
    sums = {y: added(p.total for p in asker.county.of(unit, y)) for y in asker.years}
    most = max(sums, key=lambda y: sums[y])
    ask = asker.chance.choice(("哪年预算最多", "哪一年的预算最高", "哪年的预算合计最大"))
    turn = f"{asker.unit(unit)}{ask}？"
    return Question("which year", (turn,), ((sums[most], "万元"),), (f"{most}年",))


def most_projects(asker: Asker) -> Question:
    year = asker.chance.choice(asker.years)
    counts = {u: len(asker.county.of(u, year)) for u in asker.county.units}
    most = tuple(u for u in counts if counts[u] == max(counts.values()))
    turn = f"{asker.year(year)}哪个单位项目最多？"
    return Question("most projects", (turn,), ((Decimal(max(counts.values())), "个"),), most)


def part_of_sum(asker: Asker) -> Question:
    year = asker.chance.choice(asker.years)
    group = asker.county.of(None, year)
    value = added(p.fiscal for p in group) / added(p.total for p in group) * 100
    turn = f"{asker.year(year)}全县财政资金占预算的比例是多少？"
    return Question("part of sum", (turn,), ((value, "%"),))


def filtered_sum_everywhere(asker: Asker) -> Question:
    year = asker.chance.choice(asker.years)
    limit = asker.chance.choice((50, 100, 200))
    value = added(p.total for p in asker.county.of(None, year) if p.total > limit)
    turn = f"{asker.year(year)}全县预算超过{limit}万元的项目合计多少？"
    return Question("filter and sum everywhere", (turn,), ((value, "万元"),))
