"""Which project or unit changed most between two years."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from assistant.lookup.measures import HUNDRED, money
from assistant.lookup.page import Page, key_of
from assistant.types import Grid
from assistant.understanding.changes import MOVED
from assistant.understanding.types import ProjectKey
from corpus.findings.pairing import paired
from corpus.numbers import format_amount
from corpus.types import ProjectRecord

_MOST = re.compile(
    r"(增加|增长|增幅|多|涨|减少|下降|压减|降幅|降低|降|变化|变动|调整)(?:得|的|了|幅度|金额|数额)*最(多|大|快|高|少|明显)"
)
_DOWN = ("减", "缩水", "减少", "下降", "压减", "降幅", "降低", "降")
_EITHER = ("变化", "变动", "调整")
_SHOWN = 5
_MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Change:
    """A project's, or a unit's, budget in two years, in 万元."""

    name: str
    before: Decimal
    after: Decimal
    pair: tuple[ProjectRecord, ProjectRecord] | None = None  # the project in the earlier and the later year

    @property
    def key(self) -> ProjectKey | None:
        return key_of(self.pair[1]) if self.pair else None

    @property
    def amount(self) -> Decimal:
        return self.after - self.before

    @property
    def percent(self) -> Decimal | None:
        return self.amount / self.before * HUNDRED if self.before else None


_WHICH = re.compile(
    r"(?:哪些|哪几个|哪个|什么)(?:项目|单位)[^,。?？]{0,14}?(增加|增长|上涨|多|涨|提高|减少|下降|压减|降低|少|降)"
)


def asked(message: str) -> bool:
    return bool(_MOST.search(message) or _WHICH.search(message) or MOVED.search(message))


def answer(page: Page, records: tuple[ProjectRecord, ...], first: int, last: int) -> None:
    """The largest change first, with the next ones behind it; in percent when the question is of speed."""
    match = _MOST.search(page.u.message)
    if match is None:
        _all_of_them(page, records, first, last)
        return
    word, relative = match.group(1), match.group(2) == "快" or "幅" in match.group()
    sign = -1 if word in _DOWN else 1

    def size(change: Change) -> Decimal:
        value = change.percent if relative and change.percent is not None else change.amount
        return abs(value) if word in _EITHER else sign * value

    changes = list(
        _of_units(records, first, last) if page.u.group_by == "unit" else _of_projects(page, records, first, last)
    )
    ordered = sorted((c for c in changes if not relative or c.percent is not None), key=size, reverse=True)
    told = [c for c in ordered if size(c) > 0]
    what = "单位" if page.u.group_by == "unit" else "项目"
    if not told:
        page.lines.append(f"{last} 年与 {first} 年相比，没有预算{'减少' if sign < 0 else '增加'}的{what}。")
        return
    best = [c for c in told if size(c) == size(told[0])]
    names = "、".join(f"**{c.name}**" for c in best)
    page.lines.append(f"{last} 年与 {first} 年相比，预算{word}最{match.group(2)}的{what}是{names}：")
    page.about = [c.key for c in best if c.key is not None]
    for change in told[: max(_SHOWN, len(best))]:
        _line(page, change)
    page.grid = Grid((what, f"{first}年", f"{last}年", "变化（万元）"), tuple(_row(c) for c in ordered))


def _all_of_them(page: Page, records: tuple[ProjectRecord, ...], first: int, last: int) -> None:
    """哪些项目预算比上年增加了: every one whose budget rose (or fell), the largest change first; new ones are no rise."""
    match = _WHICH.search(page.u.message) or MOVED.search(page.u.message)
    assert match is not None
    word = next(found for found in match.groups() if found)
    fell, still = word in (*_DOWN, "少"), word.startswith(("没", "不", "未", "持平"))
    of_units = "单位" in match.group()
    changes = _of_units(records, first, last) if of_units else _of_projects(page, records, first, last)
    sign = 0 if still else -1 if fell else 1
    told = sorted((c for c in changes if _sign(c.amount) == sign), key=lambda c: -abs(c.amount))
    what, way = "单位" if of_units else "项目", "不变" if still else "减少" if fell else "增加"
    page.lines.append(
        f"{last} 年与 {first} 年相比，预算{way}的{what}有 **{len(told)} 个**："
        if told
        else f"{last} 年与 {first} 年相比，没有预算{way}的{what}。"
    )
    for change in told[:_MOST_SHOWN]:
        _line(page, change)
    page.about = [c.key for c in told if c.key is not None]
    page.grid = Grid((what, f"{first}年", f"{last}年", "变化（万元）"), tuple(_row(c) for c in told))


def _row(change: Change) -> tuple[str, ...]:
    return change.name, format_amount(change.before), format_amount(change.after), format_amount(change.amount)


def _sign(amount: Decimal) -> int:
    return (amount > 0) - (amount < 0)


def _line(page: Page, change: Change) -> None:
    word = "增加" if change.amount > 0 else "减少"
    inputs = tuple(n for r in reversed(change.pair or ()) for n in page.cite(r, [r.total.cell]))
    if not change.amount:
        page.figure(change.after, "万元", "", inputs)
        page.lines.append(f"- {change.name}：都是 {page.shown(change.after, '万元')}{page.mark(inputs)}")
        return
    shown = page.shown(abs(change.amount), "万元")
    formula = f"{page.shown(change.after, '万元')} − {page.shown(change.before, '万元')}"
    page.figure(abs(change.amount), "万元", formula, inputs)
    share = f"，{page.shown(abs(change.percent), '%')}" if change.percent is not None else ""
    if change.percent is not None:
        page.figure(abs(change.percent), "%", "", inputs)
    page.lines.append(f"- {change.name}：{word} {shown}{share}（{formula}）{page.mark(inputs)}")


def _of_projects(page: Page, records: tuple[ProjectRecord, ...], first: int, last: int) -> Iterator[Change]:
    budget = money("total")
    of: dict[str | None, tuple[list[ProjectRecord], list[ProjectRecord]]] = {}
    for record in records:
        if record.year in (first, last):
            of.setdefault(record.unit_name, ([], []))[record.year == last].append(record)
    for before, after in of.values():
        for old, now in paired(before, after).pairs:
            a, b = budget.read(old).value, budget.read(now).value
            if a is not None and b is not None:
                yield Change(page.name(now), a, b, (old, now))


def _of_units(records: tuple[ProjectRecord, ...], first: int, last: int) -> Iterator[Change]:
    sums: dict[str, dict[int, Decimal]] = {}
    for record in records:
        if record.year in (first, last) and record.total.value is not None:
            years = sums.setdefault(record.unit_name or "（单位未写明）", {})
            years[record.year] = years.get(record.year, Decimal(0)) + record.total.value
    for unit, years in sums.items():
        if first in years and last in years:
            yield Change(unit, years[first], years[last])
