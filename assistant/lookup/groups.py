"""Figures over units and years: one sum each, and what compares, ranks, filters or adds up these sums."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from assistant.lookup.measures import HUNDRED, Measure, Reading
from assistant.lookup.page import Page
from assistant.lookup.select import Selection, compares, condition_words
from assistant.lookup.sums import SHOWN
from assistant.types import Grid
from assistant.understanding.types import Aggregate, Comparison, Understanding
from corpus.types import ProjectRecord

_CITED = 4
_EXTREMES = (Aggregate.MAX, Aggregate.MIN)
# 哪些单位有预算超过50万元的项目 filters the projects; 预算超过50万元的单位 the units.
_OF_PROJECTS = re.compile(
    r"元的?项目|以[上下]的?项目|单个项目|单项|(?:哪个|哪些|哪几个|几个|多少个|最[多高大少低小]的)项目"
)


_COUNTS = re.compile(
    r"项目(?:数量?|个数)?最[多少]|(?:哪个|谁|哪家|哪边|哪个单位|哪个部门)的?项目(?:数量?|个数)?(?:更|比较|要)?[多少](?![多少])|项目(?:数量?|个数)(?:谁|哪个|哪家)(?:更|比较)?[多少]"
    r"|比[^,。?]{2,16}[多少](?:几|多少)个?项目|项目(?:数量?|个数)?比[^,。?]{2,16}[多少](?:几|多少)个|项目(?:数量?|个数)[^,。?]{0,16}(?:差|相差)"
)
_COUNT = Measure("count", "项目数", "个", lambda project: Reading(Decimal(1), "个", "", (project.name,)))


@dataclass(frozen=True, slots=True)
class Group:
    """The projects of a unit, a year, or a unit in a year. `value` adds up the figures there are; None: there is none."""

    label: str
    unit: str
    year: int | None
    records: tuple[ProjectRecord, ...]
    value: Decimal | None
    absent: int  # projects whose figure is blank, classified or unreadable


def asked(u: Understanding, selection: Selection) -> bool:
    """Whether the question is about units or years as wholes, not about their projects."""
    if not u.mentions and len(u.units) > 1 and _COUNTS.search(u.message):
        return True
    if (
        u.mentions
        or _OF_PROJECTS.search(u.message)
        or (Aggregate.COUNT in u.aggregates and not (u.filters and u.group_by))
    ):
        return False
    if _share_of_all(u) or _place_of_one(u):
        return True
    wanted, several = set(u.aggregates), len(u.years) > 1 or len(u.units) > 1
    compared = several and bool(wanted & {Aggregate.DIFFERENCE, Aggregate.RATIO})
    added = Aggregate.SUM in wanted and len(u.units) > 1
    if Aggregate.SAME in wanted or not (u.group_by or compared or added):
        return False
    return len({(r.unit_name, r.year) for r in selection.scope}) > 1


# 疾控中心占全部预算的百分之几: of all units, not each of its projects of its own sum.
_OF_THE_WHOLE = re.compile(r"占(?:了|到)?(?:全部|全|总|所有|整个|合计|部门|文件)")


def _share_of_all(u: Understanding) -> bool:
    """民政局占全县预算的百分之几."""
    return (
        Aggregate.SHARE in u.aggregates
        and bool(u.units)
        and (u.all_units or _OF_THE_WHOLE.search(u.message) is not None)
    )


def answer(page: Page, selection: Selection, measures: Iterable[Measure]) -> None:
    if _COUNTS.search(page.u.message):
        return _answer(page, grouped(page, selection.scope, _COUNT), _COUNT)
    for measure in measures:
        if _share_of_all(page.u):
            _share(page, selection, measure)
            continue
        _answer(page, grouped(page, _compared_with(page, selection), measure), measure)
    return None


def _place_of_one(u: Understanding) -> bool:
    return Aggregate.RANK in u.aggregates and u.group_by == "unit" and len(u.units) == 1


def _compared_with(page: Page, selection: Selection) -> tuple[ProjectRecord, ...]:
    """民政局在各单位中排第几: the place of one unit is a place among all of them."""
    u = page.u
    if _place_of_one(u):
        return page.holdings.projects(page.holdings.catalogue.scope((), u.years, ()))
    return selection.scope


def _answer(page: Page, groups: list[Group], measure: Measure) -> None:
    u = page.u
    wanted = set(u.aggregates)
    if u.filters:
        return _meeting(page, groups, measure)
    if wanted & {Aggregate.DIFFERENCE, Aggregate.RATIO, *_EXTREMES}:
        groups = _side_by_side(page, groups)
    if wanted & {Aggregate.DIFFERENCE, Aggregate.RATIO} and len(groups) > 1:
        return _between(page, groups, measure, Aggregate.RATIO in wanted)
    if Aggregate.RANK in wanted:
        return _ranked(page, groups, measure)
    if wanted & set(_EXTREMES):
        return _extreme(page, groups, measure, Aggregate.MIN not in wanted)
    if Aggregate.AVERAGE in wanted:
        return _average(page, groups, measure)
    listing(page, groups, measure)
    if Aggregate.SHARE in wanted:
        _shares_of_sum(page, groups, measure)
    return None


def grouped(page: Page, records: Iterable[ProjectRecord], measure: Measure) -> list[Group]:
    """One group a unit and year, by year then unit; only by year, or only by unit, where that is what is asked."""
    u = page.u
    records = tuple(records)
    years, units = {r.year for r in records}, {r.unit_name for r in records}
    over_years = u.group_by == "year" or (not u.group_by and len(years) > 1 and (u.all_units or _compares_years(u)))
    members: dict[tuple[str, int | None], list[ProjectRecord]] = {}
    for record in records:
        members.setdefault(("" if over_years else record.unit_name or "", record.year), []).append(record)
    ordered = sorted(members.items(), key=lambda g: (g[0][1] or 0, g[0][0]))
    whole = "" if len(units) > 1 else next(iter(units)) or ""
    return [_group(unit or whole, year, tuple(of), measure) for (unit, year), of in ordered]


def _compares_years(u: Understanding) -> bool:
    return len(u.years) > 1 and bool(set(u.aggregates) & {Aggregate.DIFFERENCE, Aggregate.RATIO})


def _group(unit: str, year: int | None, records: tuple[ProjectRecord, ...], measure: Measure) -> Group:
    label = "，".join(filter(None, (unit, f"{year}年" if year else "年份未写明")))
    there = [value for r in records if (value := measure.read(r).value) is not None]
    return Group(label, unit, year, records, sum(there, Decimal(0)) if there else None, len(records) - len(there))


# --- lines


def listing(page: Page, groups: list[Group], measure: Measure, *, with_total: bool = True) -> None:
    by_year = len({g.label for g in groups}) == len({g.year for g in groups})
    page.lines.append(f"{page.label(measure)}合计（分{'年度' if by_year else '单位、年度'}）：")
    _lines(page, groups, measure)
    if with_total and len(groups) > 1 and len({g.year for g in groups}) == 1:
        _whole(page, groups, measure)


def _lines(page: Page, groups: list[Group], measure: Measure) -> None:
    rows = []
    for number, group in enumerate(groups, 1):
        shown = _shown(page, group, measure)
        rows.append((group.label, str(len(group.records)), shown))
        if number > SHOWN:
            continue
        if measure is _COUNT:
            page.lines.append(f"- {group.label}：**{len(group.records)} 个**项目{_marks(page, group, measure)}")
            page.figure(Decimal(len(group.records)), measure.unit, "", ())
            rows.append((group.label, str(len(group.records)), shown))
            continue
        page.lines.append(
            f"- {group.label}：{len(group.records)} 个项目，合计 **{shown}**{_without(group)}{_marks(page, group, measure)}"
        )
        if group.value is not None:
            page.figure(group.value, measure.unit, f"{len(group.records) - group.absent} 个项目相加", ())
    if len(groups) > SHOWN:
        page.lines.append(f"……共 {len(groups)} 个，全部见下表。")
    page.grid = Grid(("单位和年度", "项目数", page.label(measure)), tuple(rows))


def _shown(page: Page, group: Group, measure: Measure) -> str:
    return page.shown(group.value, measure.unit) if group.value is not None else "没有可以相加的数"


def _without(group: Group) -> str:
    return f"，另有 {group.absent} 个项目未填写或涉密，没有计入" if group.absent else ""


def _marks(page: Page, group: Group, measure: Measure) -> str:
    readings: list[tuple[ProjectRecord, Reading]] = [(r, measure.read(r)) for r in group.records[:_CITED]]
    return page.mark(n for r, reading in readings for n in page.cite(r, reading.cells))


def _whole(page: Page, groups: list[Group], measure: Measure) -> None:
    there = [g for g in groups if g.value is not None]
    if not there:
        return
    value = sum((g.value for g in there if g.value is not None), Decimal(0))
    projects, absent = sum(len(g.records) for g in groups), sum(g.absent for g in groups)
    page.figure(value, measure.unit, f"{projects - absent} 个项目相加", ())
    without = f"（{absent} 个项目未填写或涉密，没有计入）" if absent else ""
    page.lines.append(f"{len(groups)} 个单位的 {projects} 个项目合计 **{page.shown(value, measure.unit)}**{without}。")


# --- comparisons


def _shares_of_sum(page: Page, groups: list[Group], measure: Measure) -> None:
    """各单位预算占比: each unit's part of the sum of its year."""
    for group in groups:
        of = [g.value for g in groups if g.year == group.year and g.value is not None]
        if group.value is None or not sum(of, Decimal(0)):
            continue
        whole = sum(of, Decimal(0))
        percent, formula = (
            group.value / whole * HUNDRED,
            f"{page.shown(group.value, measure.unit)} ÷ {page.shown(whole, measure.unit)}",
        )
        page.figure(percent, "%", formula, ())
        page.lines.append(f"- {group.label}占 **{page.shown(percent, '%')}**（{formula}）")


def _share(page: Page, selection: Selection, measure: Measure) -> None:
    """What part of all units' sum a unit is, year by year."""
    everyone = page.holdings.projects(page.holdings.catalogue.scope((), page.u.years, ()))
    whole = {
        year: _group("", year, tuple(r for r in everyone if r.year == year), measure)
        for year in {r.year for r in everyone}
    }
    for group in grouped(page, selection.scope, measure):
        of = whole.get(group.year)
        if group.value is None or of is None or not of.value:
            page.lines.append(f"{group.label}：没有可以相加的数，占比算不出来。")
            continue
        percent = group.value / of.value * HUNDRED
        formula = f"{page.shown(group.value, measure.unit)} ÷ {page.shown(of.value, measure.unit)}"
        page.figure(percent, "%", formula, ())
        page.figure(group.value, measure.unit, "", ())
        page.lines.append(
            f"{group.label}的{page.label(measure)}合计占全部单位的 **{page.shown(percent, '%')}**（{formula}）。"
        )


def _ordered(page: Page, groups: list[Group], descending: bool) -> list[Group]:
    return sorted((g for g in groups if g.value is not None), key=lambda g: g.value or Decimal(0), reverse=descending)


def _extreme(page: Page, groups: list[Group], measure: Measure, highest: bool) -> None:
    """The unit or year with the highest or lowest sum (the n-th of them), of each year when there are several."""
    apart = page.u.group_by == "unit" and len({(g.unit, g.year) for g in groups}) > len({g.unit for g in groups})
    for year in sorted({g.year or 0 for g in groups}) if apart else [None]:
        ordered = _ordered(page, [g for g in groups if year is None or (g.year or 0) == year], highest)
        levels = list(dict.fromkeys(g.value for g in ordered))
        if page.u.nth > len(levels):
            continue
        winners = [g for g in ordered if g.value == levels[page.u.nth - 1]]
        word = ("最高" if highest else "最低") if page.u.nth == 1 else f"排第 {page.u.nth}"
        names = "、".join(f"**{g.label}**" for g in winners[:SHOWN]) + ("等" if len(winners) > SHOWN else "")
        tied = "并列" if len(winners) > 1 else ""
        page.lines.append(
            f"{page.label(measure)}{'' if measure is _COUNT else '合计'}{word}的{tied}是{names}，为 **{_shown(page, winners[0], measure)}**。"
        )
    page.lines.append("")
    _lines(page, groups, measure)


def _ranked(page: Page, groups: list[Group], measure: Measure) -> None:
    ordered = _ordered(page, groups, page.u.descending)[: page.u.limit]
    for group in ordered if len(page.u.units) == 1 else ():
        if group.unit == page.u.units[0]:
            place = 1 + sum(g.year == group.year and (g.value or 0) > (group.value or 0) for g in ordered)
            page.lines.append(f"{group.label}的{page.label(measure)}合计从高到低排第 **{place}**。")
    page.lines.append(f"按{page.label(measure)}合计{'从高到低' if page.u.descending else '从低到高'}排列：")
    _lines(page, ordered, measure)
    _name_absent(page, [g for g in groups if g.value is None])


def _average(page: Page, groups: list[Group], measure: Measure) -> None:
    there = [g.value for g in groups if g.value is not None]
    if there:
        whole = sum(there, Decimal(0))
        formula = f"{page.shown(whole, measure.unit)} ÷ {len(there)}"
        page.figure(whole / len(there), measure.unit, formula, ())
        what = "个年度" if page.u.group_by == "year" else "个单位"
        page.lines.append(
            f"平均每{what}的{page.label(measure)}为 **{page.shown(whole / len(there), measure.unit)}**（{formula}）。"
        )
    _lines(page, groups, measure)


def _meeting(page: Page, groups: list[Group], measure: Measure) -> None:
    """The units (or years) whose sum meets every condition."""
    conditions = [f for f in page.u.filters if f.comparison not in (Comparison.BLANK, Comparison.FILLED)]
    found = [g for g in groups if g.value is not None and all(compares(g.value, f) for f in conditions)]
    what = "年度" if page.u.group_by == "year" else "单位"
    words = "且".join(condition_words(f) for f in conditions)
    if not found:
        page.lines.append(f"没有项目合计{words}的{what}。")
        return
    page.lines.append(f"项目合计{words}的{what}有 **{len(found)} 个**：")
    _lines(page, found, measure)
    _name_absent(page, [g for g in groups if g.value is None])


def _name_absent(page: Page, groups: list[Group]) -> None:
    if groups:
        names = "、".join(g.label for g in groups)
        page.lines.append(f"注意：{names}没有可以相加的数，没有计入。")


def _side_by_side(page: Page, groups: list[Group]) -> list[Group]:
    """Units without a year named: of the latest year that all have, else each of its own latest, which is said."""
    units = {g.unit for g in groups}
    years = {unit: {g.year for g in groups if g.unit == unit} for unit in units}
    if len(units) < 2 or page.u.years or len({frozenset(of) for of in years.values()}) == 1:
        return groups
    common = set.intersection(*years.values())
    latest = {unit: max(common or of, key=lambda year: year or 0) for unit, of in years.items()}
    kept = [g for g in groups if g.year == latest[g.unit]]
    if not common:
        page.lines.append("各单位文件的年度不同，以下是各自最近一年的数，不是同一年的比较：")
    return kept


def _between(page: Page, groups: list[Group], measure: Measure, ratio: bool) -> None:
    """The later year against the earlier one, or the first unit against the second; of several, the highest and the lowest."""
    a, b = _two(page, groups)
    _lines(page, groups, measure)
    if a.value is None or b.value is None:
        return
    if ratio and b.value:
        formula = f"{page.shown(a.value, measure.unit)} ÷ {page.shown(b.value, measure.unit)}"
        page.figure(a.value / b.value, "倍", formula, ())
        page.lines.append(f"{a.label}是{b.label}的 **{page.shown(a.value / b.value, '倍')}**（{formula}）。")
        return
    change = a.value - b.value
    page.figure(
        abs(change), measure.unit, f"{page.shown(a.value, measure.unit)} − {page.shown(b.value, measure.unit)}", ()
    )
    if not change:
        page.lines.append(f"{a.label}与{b.label}的{page.label(measure)}合计相同，相差 0。")
        return
    over_time = a.year != b.year and a.unit == b.unit
    word = ("增加" if change > 0 else "减少") if over_time else ("多" if change > 0 else "少")
    growth = ""
    if over_time and b.value:
        page.figure(abs(change) / b.value * HUNDRED, "%", "", ())
        growth = f"，{'增长' if change > 0 else '下降'}{page.shown(abs(change) / b.value * HUNDRED, '%')}"
    page.lines.append(f"{a.label}比{b.label}{word} **{page.shown(abs(change), measure.unit)}**{growth}。")


def _two(page: Page, groups: list[Group]) -> tuple[Group, Group]:
    if len(groups) == 2 and groups[0].unit != groups[1].unit:
        first = next((unit for unit in page.u.units if unit in (groups[0].unit, groups[1].unit)), "")
        return (groups[1], groups[0]) if groups[1].unit == first else (groups[0], groups[1])
    if len({g.year for g in groups}) == len(groups):
        return groups[-1], groups[0]
    ordered = _ordered(page, groups, True) or groups
    return ordered[0], ordered[-1]
