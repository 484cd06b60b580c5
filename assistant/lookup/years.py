"""Year over year: which projects a unit added, dropped, renamed or changed, and what of their amounts, plans, goals."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.holdings import Holdings
from assistant.lookup import growth
from assistant.lookup.page import Page, key_of
from assistant.lookup.select import false_premise
from assistant.lookup.texts_over_years import goals_changed, narrative_lines, text_changed
from assistant.types import Grid, Kind, Reply, Route
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
    "plan": re.compile(r"支出计划|计划|进度|plan"),
    "goals": re.compile(r"目标|goal"),
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
    records = _of_projects(u, holdings.projects(holdings.catalogue.scope(u.document_ids, (), ())))
    years = sorted({r.year for r in records if r.year})
    if len(years) > 1:
        first, last = _two_years(u, years)
    else:
        text = "资料库里只有一个年度的文件，没有上一年的数据，无法比较。"
        return Reply(Kind.NOT_FOUND, text, Route.RECORDS, focus=u)
    page = Page(u, holdings)
    if growth.asked(u.message) and not u.mentions:
        growth.answer(page, records, first, last)
        return page.reply()
    rows: list[tuple[str, ...]] = []
    of = _by_unit(records, first, last)
    for name, (before, after) in list(of.items())[:_MOST_UNITS]:
        if not before or not after:
            missing = first if not before else last
            page.lines.append(f"{name or '（单位未写明）'}：没有 {missing} 年的文件，无法比较。")
            continue
        rows += _unit(page, _Unit(name or "", first, last, before, after))
    if len(of) > _MOST_UNITS:
        page.lines.append(f"……共 {len(of)} 个单位，以上是前 {_MOST_UNITS} 个；其余的请加上单位名称再问。")
    columns = ("变化", f"{first}年", f"{last}年", "预算变化（万元）", "支出计划变化", "绩效目标变化", "资金用途变化")
    page.grid = Grid(columns, tuple(rows))
    return page.reply()


def _by_unit(
    records: Iterable[ProjectRecord], first: int, last: int
) -> dict[str | None, tuple[tuple[ProjectRecord, ...], tuple[ProjectRecord, ...]]]:
    """The projects of each unit in the earlier and in the later year; units in the order of the library."""
    of: dict[str | None, tuple[list[ProjectRecord], list[ProjectRecord]]] = {}
    for record in records:
        if record.year in (first, last):
            of.setdefault(record.unit_name, ([], []))[record.year == last].append(record)
    return {name: (tuple(before), tuple(after)) for name, (before, after) in of.items()}


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
    return years[-2], years[-1]


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


def _unit(page: Page, unit: _Unit) -> list[tuple[str, ...]]:
    found = paired(unit.before, unit.after)
    last, first = unit.last, unit.first
    heading = f"**{unit.name}** {last} 年与 {first} 年相比" if unit.name else f"{last} 年与 {first} 年相比"
    page.lines.append(f"{heading}：{first} 年 {len(unit.before)} 个项目，{last} 年 {len(unit.after)} 个项目。")
    rows = _listed(page, f"{last} 年新增", found.added) + _listed(
        page, f"{last} 年不再有（{first} 年有）", found.dropped
    )
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
    page.lines.append(f"- {heading} **{len(records)} 个**：" + "；".join(names))
    return [(heading, "", r.name.shown, "", "", "", "") for r in records]


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
