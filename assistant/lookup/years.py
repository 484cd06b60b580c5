"""Year over year: which projects a unit added, dropped, renamed or changed, by code and by name."""

from collections.abc import Iterable
from decimal import Decimal

from assistant.holdings import Holdings
from assistant.lookup.page import Page, key_of
from assistant.lookup.select import false_premise
from assistant.types import Grid, Kind, Reply, Route
from assistant.understanding.types import Understanding
from corpus.folding import squeeze
from corpus.numbers import format_amount
from corpus.types import ProjectRecord

# The year and check characters of a code differ from year to year; what identifies a project stands between them.
_DIVISION, _SERIAL = slice(0, 6), slice(8, 20)


def answer_years(u: Understanding, holdings: Holdings) -> Reply:
    problem = false_premise(u, holdings)
    if problem:
        return problem
    keys = [e.key for e in holdings.catalogue.entries if not u.document_ids or e.key.document_id in u.document_ids]
    records = holdings.projects(keys)
    years = sorted({r.year for r in records if r.year})
    if len(u.years) >= 2:
        first, last = min(u.years), max(u.years)
    elif len(u.years) == 1 and len(years) > 1:
        first, last = max((y for y in years if y < u.years[0]), default=years[0]), u.years[0]
    elif len(years) > 1:
        first, last = years[-2], years[-1]
    else:
        text = "资料库里只有一个年度的文件，没有上一年的数据，无法比较。"
        return Reply(Kind.NOT_FOUND, text, Route.RECORDS, focus=u)
    page = Page(u, holdings)
    units = dict.fromkeys(r.unit_name for r in records if r.year in (first, last))
    rows: list[tuple[str, ...]] = []
    for unit in units:
        before = [r for r in records if r.year == first and r.unit_name == unit]
        after = [r for r in records if r.year == last and r.unit_name == unit]
        if not before or not after:
            missing = first if not before else last
            page.lines.append(f"{unit or '（单位未写明）'}：没有 {missing} 年的文件，无法比较。")
            continue
        rows += _unit(page, unit or "", before, after, first, last)
    page.grid = Grid(("变化", f"{first}年", f"{last}年", "预算变化（万元）"), tuple(rows))
    return page.reply()


def matched(
    before: Iterable[ProjectRecord], after: Iterable[ProjectRecord]
) -> tuple[list[tuple[ProjectRecord, ProjectRecord]], list[ProjectRecord], list[ProjectRecord]]:
    """Pairs of the same project, the dropped and the added ones: by name first, then by the code's own part."""
    gone, new = list(before), list(after)
    pairs: list[tuple[ProjectRecord, ProjectRecord]] = []
    for same in (_same_name, _same_code):
        for old in list(gone):
            found = next((r for r in new if same(old, r)), None)
            if found is not None:
                pairs.append((old, found))
                gone.remove(old)
                new.remove(found)
    return pairs, gone, new


def _same_name(a: ProjectRecord, b: ProjectRecord) -> bool:
    return a.name.text is not None and squeeze(a.name.shown) == squeeze(b.name.shown)


def _same_code(a: ProjectRecord, b: ProjectRecord) -> bool:
    x, y = squeeze(a.code.text or ""), squeeze(b.code.text or "")
    return len(x) == 21 == len(y) and (x[_DIVISION], x[_SERIAL]) == (y[_DIVISION], y[_SERIAL])


def _unit(
    page: Page, unit: str, before: list[ProjectRecord], after: list[ProjectRecord], first: int, last: int
) -> list[tuple[str, ...]]:
    pairs, gone, new = matched(before, after)
    renamed = [(a, b) for a, b in pairs if not _same_name(a, b)]
    heading = f"**{unit}** {last} 年与 {first} 年相比" if unit else f"{last} 年与 {first} 年相比"
    page.lines.append(f"{heading}：{first} 年 {len(before)} 个项目，{last} 年 {len(after)} 个项目。")
    rows = _listed(page, f"{last} 年新增", new) + _listed(page, f"{last} 年不再有（{first} 年有）", gone)
    for old, now in renamed:
        marks = page.mark((*page.cite(old, [old.name]), *page.cite(now, [now.name])))
        page.lines.append(f"- 改名（编码相同部分一致，按编码推断）：{old.name.shown} → {now.name.shown}{marks}")
        rows.append(("改名", old.name.shown, now.name.shown, ""))
    asked = page.u.message
    if "改名" not in asked and "新增" not in asked and "取消" not in asked and "没有" not in asked:
        rows += [_changed(page, old, now) for old, now in pairs]
    page.about += [key_of(r) for r in (*new, *gone)]
    return rows


def _listed(page: Page, heading: str, records: list[ProjectRecord]) -> list[tuple[str, ...]]:
    if not records:
        page.lines.append(f"- {heading}：没有")
        return []
    names = []
    for record in records:
        numbers = page.cite(record, [record.name, record.total.cell])
        amount = f"（预算数 {format_amount(record.total.value)} 万元）" if record.total.value is not None else ""
        names.append(f"{record.name.shown}{amount}{page.mark(numbers)}")
    page.lines.append(f"- {heading} **{len(records)} 个**：" + "；".join(names))
    return [(heading, "", r.name.shown, "") for r in records]


def _changed(page: Page, old: ProjectRecord, now: ProjectRecord) -> tuple[str, ...]:
    a, b = old.total.value, now.total.value
    if a is None or b is None:
        return ("延续", old.name.shown, now.name.shown, "")
    numbers = (*page.cite(old, [old.total.cell]), *page.cite(now, [now.total.cell]))
    change = b - a
    word = "增加" if change > 0 else "减少" if change < 0 else "不变"
    shown = f"{word} {format_amount(abs(change))} 万元" if change else "不变"
    page.figure(abs(change), "万元", f"{format_amount(b)} 万元 − {format_amount(a)} 万元", numbers)
    page.lines.append(f"- {now.name.shown}：{format_amount(a)} → {format_amount(b)} 万元，{shown}{page.mark(numbers)}")
    return ("延续", old.name.shown, now.name.shown, format_amount(change) if change else str(Decimal(0)))
