"""An indicator row beside the same row of the project's other years: 每公里造价两年分别是多少, 满意度提高了几个百分点."""

import itertools
import re
from decimal import Decimal

from assistant.lookup.page import Page, key_of
from assistant.lookup.row_conditions import number_of
from assistant.understanding.lexicon import normal
from assistant.understanding.types import ProjectKey
from corpus.numbers import format_amount
from corpus.types import Indicator, ProjectRecord

Row = tuple[ProjectRecord, Indicator]
_MOST = 6  # rows: more than these are a list, not a comparison
_OVER_YEARS = re.compile(
    r"(?:两|三|各|每|历|逐|这几)年|年度间|(?:比|较|和|跟|与|同)(?:去年|上年|上一年|前年|20\d\d年?|[12]\d年)|同比"
    r"|(?:提高|提升|上升|下降|降低|增加|减少|变化|变动|涨|降)了?(?:多少|几|什么|没有?|吗)|(?:有没有|有无|是否)(?:提高|提升|下降|降低|变化|改变|调整)|有(?:什么|何|没有)?变化"
)


def asked(message: str) -> bool:
    """Whether a question holds years together."""
    return _OVER_YEARS.search(message) is not None


def lacks_a_year(page: Page, rows: list[Row]) -> bool:
    """Whether years are held together, and the rows are of one year only: the text may tell of the others."""
    several = len(page.holdings.catalogue.years) > 1 and asked(page.u.message)
    return several and len({record.year for record, _ in with_other_years(page, rows)}) < 2


def with_other_years(page: Page, rows: list[Row]) -> list[Row]:
    """The rows, each beside those of its name in the same project's other years, where the question holds years together."""
    if len(page.holdings.catalogue.years) < 2 or not 0 < len(rows) <= _MOST or not asked(page.u.message):
        return rows
    found: dict[tuple[ProjectKey, str], Row] = {}
    for record, row in rows:
        for other in sorted(_over_years(page, record), key=lambda r: r.year or 0):
            for same in other.indicators:
                if _name(same) and _name(same) == _name(row):
                    found.setdefault((key_of(other), _name(row)), (other, same))
    return list(found.values()) or rows


def _over_years(page: Page, record: ProjectRecord) -> tuple[ProjectRecord, ...]:
    catalogue = page.holdings.catalogue
    wanted = page.u.years if len(page.u.years) > 1 else ()
    same = catalogue.over_years(catalogue.by_key[key_of(record)])
    return page.holdings.projects(e.key for e in same if not wanted or e.year in wanted)


def _name(row: Indicator) -> str:
    """The name of a public row; a classified one has none here."""
    return "" if row.classified else normal(row.level3.text or "")


def say_changes(page: Page, rows: list[Row]) -> None:
    """By how much the values of one row differ from year to year, where they are told in one unit and one way."""
    if not asked(page.u.message):
        return
    for (old, before), (now, after) in itertools.pairwise(rows):
        if old.year is None or now.year is None or old.year == now.year or _name(before) != _name(after):
            continue
        if now.unit_name == old.unit_name and _told_alike(before, after):
            _say_change(page, (old, before), (now, after))


def _told_alike(one: Indicator, other: Indicator) -> bool:
    a, b = number_of(one), number_of(other)
    shape = [re.sub(r"[\d.,]+", "#", normal(row.target.text or "")) for row in (one, other)]
    return a is not None and b is not None and a[1] == b[1] and shape[0] == shape[1]


def _say_change(page: Page, before: Row, now: Row) -> None:
    first, last = number_of(before[1]), number_of(now[1])
    assert first is not None and last is not None
    behind = re.split(r"\d[\d.,]*", normal(now[1].target.text or ""), maxsplit=1)[-1]
    change, unit = last[0] - first[0], "个百分点" if last[1] == "%" else last[1] or behind
    numbers = (*page.cite(now[0], [now[1].target]), *page.cite(before[0], [before[1].target]))
    name = f"**{now[1].level3.shown}**：{before[0].year} 年 {before[1].target.shown} → {now[0].year} 年 {now[1].target.shown}"
    if not change:
        page.lines.append(f"{name}，没有变化{page.mark(numbers)}。")
        return
    amount = format_amount(abs(change)) if unit.endswith("元") else f"{abs(change).normalize():f}"
    page.figure(Decimal(amount.replace(",", "")), unit, f"{last[0]:f} − {first[0]:f}", numbers)
    word = "提高" if change > 0 else "降低"
    page.lines.append(f"{name}，{word} **{amount} {unit}**{page.mark(numbers)}。")
