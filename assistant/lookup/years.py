"""Year over year: which projects a unit added, dropped, renamed or changed, and what of their amounts, plans, goals."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.holdings import Holdings
from assistant.lookup import growth
from assistant.lookup.named_rows import answer_named_row
from assistant.lookup.page import Page, key_of
from assistant.lookup.sections import documents_of
from assistant.lookup.select import false_premise
from assistant.lookup.texts_over_years import goals_changed, narrative_lines, sentences_over_years, text_changed
from assistant.types import Grid, Kind, Reply, Route
from assistant.understanding.changes import kinds_of_change
from assistant.understanding.dates import says_relative_year
from assistant.understanding.types import Understanding
from corpus.findings.pairing import Paired, paired, same_name
from corpus.numbers import format_amount, format_percent
from corpus.types import CellState, PlanPoint, ProjectRecord

Pair = tuple[ProjectRecord, ProjectRecord]
_MOST = 15  # lines of one kind; the table has them all
_MOST_UNITS = 50
# What a question may be limited to; none of these means everything.
_ASKED = {
    "listed": re.compile(r"改名|更名|换了?名|新增|取消|没有|停止|保留|延续|new projects"),
    "money": re.compile(r"金额|预算|资金(?!支出)|经费|钱|amount|budget"),
    "plan": re.compile(r"支出|计划|进度|月底|plan"),
    "goals": re.compile(r"(?<!分项)(?<!分项绩效)(?<!总体)(?<!总体绩效)(?<!整体)目标|goal"),
    "text": re.compile(r"措施|分项|总体|整体|正文|文字"),
}


@dataclass(frozen=True, slots=True)
class _Unit:
    """What a unit's two years hold."""

    name: str
    first: int
    last: int
    before: tuple[ProjectRecord, ...]
    after: tuple[ProjectRecord, ...]


def answer_years(u: Understanding, holdings: Holdings) -> Reply:
    problem = false_premise(u, holdings)
    if problem:
        return problem
    if _only_text(u):
        u = replace(u, mentions=())  # 保障 of 保障措施 is no project
    records = _of_projects(u, holdings.projects(holdings.catalogue.scope(u.document_ids, (), ())))
    if len({r.year for r in records if r.year}) < 2:
        text = "资料库里只有一个年度的文件，没有上一年的数据，无法比较。"
        return Reply(Kind.NOT_FOUND, text, Route.RECORDS, focus=u)
    if u.leftover and not any(m.certain for m in u.mentions) and (told := _matter(u, holdings)):
        return told
    page = Page(u, holdings)
    kinds = kinds_of_change(u.message)
    if growth.asked(u.message) and not u.mentions and not kinds:
        pairs = [(unit.first, unit.last) for unit in _units(u, records) if unit.before and unit.after]
        latest = max(pairs, key=lambda pair: pair[::-1], default=None)
        growth.answer(page, records, *(latest or _two_years(u, sorted({r.year for r in records if r.year}))))
        return page.reply()
    rows: list[tuple[str, ...]] = []
    units = _units(u, records)
    compared = [unit for unit in units if unit.before and unit.after]
    for unit in compared[:_MOST_UNITS]:
        rows += _only(page, unit, kinds) if kinds and not _more_asked(u) else _unit(page, unit)
    _say_alone(page, [unit for unit in units if not (unit.before and unit.after)], bool(compared))
    if len(compared) > _MOST_UNITS:
        page.lines.append(f"……共 {len(compared)} 个单位，以上是前 {_MOST_UNITS} 个；其余的请加上单位名称再问。")
    first, last = (f"{compared[0].first}年", f"{compared[0].last}年") if _same_years(compared) else ("前一年", "后一年")
    columns = ("变化", first, last, "预算变化（万元）", "支出计划变化", "绩效目标变化", "资金用途变化")
    page.grid = Grid(columns, tuple(rows))
    return page.reply()


def _matter(u: Understanding, holdings: Holdings) -> Reply | None:
    """超限率两年有什么变化: its indicator row in both years, else the sentences of both that hold it; None where there are none."""
    if row := answer_named_row(replace(u, mentions=()), holdings):
        return row
    page = Page(u, holdings)
    page.lines += sentences_over_years(page, u.leftover, documents_of(replace(u, years=()), holdings))
    return page.reply(Kind.ANSWER, Route.PASSAGES) if page.lines else None


def _units(u: Understanding, records: Iterable[ProjectRecord]) -> list[_Unit]:
    """The projects of each unit in the two years held against each other, its own latest two where none are named."""
    of: dict[str | None, list[ProjectRecord]] = {}
    for record in records:
        if record.year is not None:
            of.setdefault(record.unit_name, []).append(record)
    return [_two_of(u, name or "", found) for name, found in of.items()]


def _two_of(u: Understanding, name: str, records: Sequence[ProjectRecord]) -> _Unit:
    there = sorted({r.year for r in records if r.year})
    relative = says_relative_year(u.message) and not set(u.years) <= set(there)  # 今年 of a unit is its own latest
    first, last = _two_years(replace(u, years=()) if relative else u, there)
    before, after = (tuple(r for r in records if r.year == year) for year in (first, last))
    return _Unit(name, first, last, before, after if first != last else ())


def _same_years(units: Sequence[_Unit]) -> bool:
    return len({(unit.first, unit.last) for unit in units}) == 1


def _say_alone(page: Page, units: Sequence[_Unit], beside_others: bool) -> None:
    """The units without a second year: a line each where nothing else can be told, all in one line beside the others."""
    if beside_others and units:
        names = "、".join(unit.name or "（单位未写明）" for unit in units[:_MOST])
        more = f"等 {len(units)} 个单位" if len(units) > _MOST else ""
        page.lines.append(f"没有可比的另一年文件：{names}{more}。")
        return
    for unit in units[:_MOST_UNITS]:
        missing = unit.first if not unit.before else unit.last
        year = f" {missing} 年" if unit.first != unit.last else "另一年"
        page.lines.append(f"{unit.name or '（单位未写明）'}：没有{year}的文件，无法比较。")


_BEFORE = re.compile(r"[和与跟同比较]\s*(?:去年|上年|上一年|前一年|20\d\d年?)(?:相?比|对比|有)")


def _two_years(u: Understanding, years: list[int]) -> tuple[int, int]:
    """The two years held against each other: those named, or the one named and its neighbour, or the latest two."""
    if len(u.years) >= 2:
        return min(u.years), max(u.years)
    if len(u.years) == 1:
        later = [year for year in years if year > u.years[0]]
        earlier = [year for year in years if year < u.years[0]]
        if later and (not earlier or _BEFORE.search(u.message)):
            return u.years[0], later[0]
        if earlier:
            return earlier[-1], u.years[0]
    return years[-2:][0], years[-1]


def _of_projects(u: Understanding, records: tuple[ProjectRecord, ...]) -> tuple[ProjectRecord, ...]:
    """Where the question names projects: those, with what they were called in the other years."""
    named = {key for mention in u.mentions for key in mention.keys}
    if not named:
        return records
    chosen = [record for record in records if key_of(record) in named]
    others = [record for record in records if key_of(record) not in named]
    same = {id(now) for _, now in paired(chosen, others).pairs}
    return tuple(record for record in records if record in chosen or id(record) in same)


def _wanted(page: Page, part: str) -> bool:
    """Whether the question asks for this part: for what it names, or for everything when it names nothing."""
    asked = {key for key, pattern in _ASKED.items() if pattern.search(page.u.message)}
    return part in asked or not asked


def _only_text(u: Understanding) -> bool:
    return [key for key, pattern in _ASKED.items() if pattern.search(u.message)] == ["text"]


def _more_asked(u: Understanding) -> bool:
    """Whether plans or wording are asked for beside which projects came and went, whose amounts are told anyway."""
    return any(pattern.search(u.message) for key, pattern in _ASKED.items() if key not in ("listed", "money"))


def _only(page: Page, unit: _Unit, kinds: frozenset[str]) -> list[tuple[str, ...]]:
    """The projects that were added, dropped, kept or renamed: those kinds that the question asks for."""
    found = paired(unit.before, unit.after)
    page.lines.append(_heading(unit))
    rows: list[tuple[str, ...]] = []
    if "added" in kinds:
        rows += _listed(page, f"{unit.last} 年新增", found.added)
        page.about += [key_of(r) for r in found.added]
    if "dropped" in kinds:
        rows += _listed(page, f"{unit.last} 年不再有（{unit.first} 年有）", found.dropped)
        page.about += [key_of(r) for r in found.dropped]
    if "kept" in kinds:
        rows += _kept(page, found)
    if "renamed" in kinds:
        if not found.renamed:
            page.lines.append("- 没有改名的项目（按编码和名称比对）")
        page.about += [key_of(now) for _, now in found.renamed]
    return rows + (_renamed(page, found) if kinds & {"renamed", "added", "dropped"} else [])


def _kept(page: Page, found: Paired) -> list[tuple[str, ...]]:
    """The projects of both years, with both names where they were renamed."""
    page.lines.append(f"- 两年都有 **{len(found.pairs)} 个**：" if found.pairs else "- 两年都有：没有")
    for old, now in found.pairs:
        name = now.name.shown if same_name(old, now) else f"{old.name.shown} → {now.name.shown}（编码一致，改了名称）"
        numbers = (*page.cite(old, [old.name, old.total.cell]), *page.cite(now, [now.name, now.total.cell]))
        a, b = old.total.value, now.total.value
        shown = f"：预算数 {format_amount(a)} → {format_amount(b)} 万元" if a is not None and b is not None else ""
        page.lines.append(f"  - {name}{shown}{page.mark(numbers)}")
    page.about += [key_of(now) for _, now in found.pairs]
    return [_row(pair) for pair in found.pairs]


def _heading(unit: _Unit) -> str:
    heading = (
        f"**{unit.name}** {unit.last} 年与 {unit.first} 年相比"
        if unit.name
        else f"{unit.last} 年与 {unit.first} 年相比"
    )
    return f"{heading}：{unit.first} 年 {len(unit.before)} 个项目，{unit.last} 年 {len(unit.after)} 个项目。"


def _unit(page: Page, unit: _Unit) -> list[tuple[str, ...]]:
    found = paired(unit.before, unit.after)
    last, first = unit.last, unit.first
    page.lines.append(_heading(unit))
    rows: list[tuple[str, ...]] = []
    if not _only_text(page.u):
        rows += _listed(page, f"{last} 年新增", found.added)
        rows += _listed(page, f"{last} 年不再有（{first} 年有）", found.dropped)
        rows += _renamed(page, found)
    if _wanted(page, "money"):
        _together(page, unit)
    parts: tuple[tuple[str, str, Callable[[Page, Pair], str]], ...] = (
        ("money", "", _money_line),
        ("plan", "支出计划有变化", _plan_line),
        ("goals", "绩效目标有变化", goals_changed),
    )
    for part, title, line in parts:
        if _wanted(page, part):
            _lines(page, title, [said for pair in found.pairs if (said := line(page, pair))])
    if _wanted(page, "plan") and _wanted(page, "goals"):
        _unchanged(page, found)
    if _wanted(page, "text") or _wanted(page, "goals"):
        page.lines += narrative_lines(page, unit.before[0].document_id, unit.after[0].document_id)
    page.about += [key_of(r) for r in (*found.added, *found.dropped)]
    return rows + [_row(pair) for pair in found.pairs if same_name(*pair)]


def _lines(page: Page, title: str, said: Sequence[str]) -> None:
    """Up to fifteen lines of a kind, under a title where they need one."""
    if title and said:
        page.lines.append(f"{title}的 **{len(said)} 个**：")
    page.lines += [f"- {line}" for line in said[:_MOST]]
    if len(said) > _MOST:
        page.lines.append(f"- ……其余 {len(said) - _MOST} 个见下表。")


def _listed(page: Page, heading: str, records: Sequence[ProjectRecord]) -> list[tuple[str, ...]]:
    if not records:
        page.lines.append(f"- {heading}：没有")
        return []
    names = []
    for record in records:
        numbers = page.cite(record, [record.name, record.total.cell])
        amount = f"（预算数 {format_amount(record.total.value)} 万元）" if record.total.value is not None else ""
        names.append(f"{record.name.shown}{amount}{page.mark(numbers)}")
    page.lines.append(f"- {heading} **{len(records)} 个**：" + "；".join(names) + _sum_of(page, records))
    return [(heading, "", r.name.shown, "", "", "", "") for r in records]


def _sum_of(page: Page, records: Sequence[ProjectRecord]) -> str:
    values = [r.total.value for r in records if r.total.value is not None]
    if len(values) < 2 or len(values) < len(records):
        return ""
    page.figure(sum(values, Decimal(0)), "万元", f"{len(values)} 个项目相加", ())
    return f"；合计 {format_amount(sum(values, Decimal(0)))} 万元"


def _renamed(page: Page, found: Paired) -> list[tuple[str, ...]]:
    rows = []
    for old, now in found.renamed:
        marks = page.mark((*page.cite(old, [old.name]), *page.cite(now, [now.name])))
        page.lines.append(f"- 改名（编码相同部分一致，按编码推断）：{old.name.shown} → {now.name.shown}{marks}")
        rows.append(("改名", *_row((old, now))[1:]))
    return rows


# --- amounts and plans


def _together(page: Page, unit: _Unit) -> None:
    """The projects' sums of both years, where every amount is there to be added."""
    sums, cited = [], []
    for records in (unit.before, unit.after):
        values = [record.total.value for record in records]
        if any(value is None for value in values):
            return
        sums.append(sum((value for value in values if value is not None), Decimal(0)))
        cited.append(tuple(n for record in records for n in page.cite(record, [record.total.cell])))
    before, after = sums
    marks = (*cited[0], *cited[1])
    page.figure(before, "万元", f"{unit.first} 年各项目预算数之和", cited[0])
    page.figure(after, "万元", f"{unit.last} 年各项目预算数之和", cited[1])
    if after != before:
        page.figure(abs(after - before), "万元", f"{format_amount(after)} 万元 − {format_amount(before)} 万元", marks)
    page.lines.append(
        f"- 项目预算合计：{format_amount(before)} → {format_amount(after)} 万元，{_by_how_much(after - before)}"
    )


def _by_how_much(change: Decimal) -> str:
    return f"{'增加' if change > 0 else '减少'} {format_amount(abs(change))} 万元" if change else "不变"


def _money_line(page: Page, pair: Pair) -> str:
    old, now = pair
    a, b = old.total.value, now.total.value
    if a is None or b is None:
        return ""
    numbers = (*page.cite(old, [old.total.cell]), *page.cite(now, [now.total.cell]))
    page.figure(abs(b - a), "万元", f"{format_amount(b)} 万元 − {format_amount(a)} 万元", numbers)
    shown = f"{format_amount(a)} → {format_amount(b)} 万元，{_by_how_much(b - a)}"
    return f"{now.name.shown}：{shown}{page.mark(numbers)}"


def _plan_line(page: Page, pair: Pair) -> str:
    """3月底 25% → 30%: the dates whose share changed; a classified plan is not compared."""
    changed = _plan_changes(pair)
    if not changed:
        return ""
    old, now = pair
    cells = [(old, p.cell) for p, _ in changed if p] + [(now, p.cell) for _, p in changed if p]
    numbers = [n for record, cell in cells for n in page.cite(record, [cell])]
    for point in (p for pair_of in changed for p in pair_of if p and p.share is not None):
        owner = old if point in old.plan else now
        page.figure(point.share or Decimal(0), "%", "", page.cite(owner, [point.cell]))
    return f"{now.name.shown}：{_plan_words(changed)}{page.mark(numbers)}"


def _plan_changes(pair: Pair) -> list[tuple[PlanPoint | None, PlanPoint | None]]:
    before, after = ({point.month: point for point in record.plan} for record in pair)
    points = [(before.get(month), after.get(month)) for month in sorted({*before, *after})]
    if any(p and p.cell.state is CellState.CLASSIFIED for both in points for p in both):
        return []
    return [(a, b) for a, b in points if (a.share if a else None) != (b.share if b else None)]


def _plan_words(changed: Sequence[tuple[PlanPoint | None, PlanPoint | None]]) -> str:
    return "，".join(f"{(a or b).month}月底 {_share(a)} → {_share(b)}" for a, b in changed if a or b)  # type: ignore[union-attr]


def _share(point: PlanPoint | None) -> str:
    if point is None:
        return "（无此时点）"
    return format_percent(point.share) if point.share is not None else "（空白）"


# --- the table


def _row(pair: Pair) -> tuple[str, ...]:
    old, now = pair
    a, b = old.total.value, now.total.value
    money = "" if a is None or b is None else format_amount(b - a) if b != a else "0"
    goals, purpose = text_changed(old.goals, now.goals), text_changed((old.purpose,), (now.purpose,))
    return ("延续", old.name.shown, now.name.shown, money, _plan_words(_plan_changes(pair)), goals, purpose)


def _unchanged(page: Page, found: Paired) -> None:
    same = [now for old, now in found.pairs if set(_row((old, now))[3:]) <= {"", "0"}]
    if same and len(same) == len(found.pairs):
        page.lines.append("- 延续的项目在金额、支出计划、绩效目标和用途上都没有变化。")
    elif same:
        page.lines.append(f"- 没有变化的 **{len(same)} 个**：" + "、".join(r.name.shown for r in same[:_MOST]))
