"""The highest and the lowest, and the order of all."""

from collections import Counter
from decimal import Decimal

from assistant.lookup.measures import Measure
from assistant.lookup.page import Page, key_of
from assistant.lookup.sums import SHOWN, Pair, name_absent, one, read_all, total
from assistant.types import Grid
from corpus.types import ProjectRecord


def in_order(pairs: list[Pair], descending: bool) -> list[Pair]:
    there = [p for p in pairs if p[1].value is not None]
    return sorted(there, key=lambda p: p[1].value or Decimal(0), reverse=descending)


def extreme(
    page: Page,
    records: tuple[ProjectRecord, ...],
    measure: Measure,
    highest: bool,
    scope: tuple[ProjectRecord, ...] = (),
) -> None:
    """The highest or lowest; of one named project, whether it is that among the `scope`."""
    asked, scope = (records[0], scope) if len(records) == 1 and len(scope) > 1 else (None, records)
    pairs = read_all(scope, measure)
    ordered = in_order(pairs, highest)
    if not ordered:
        return total(page, records, measure, "")
    levels = list(dict.fromkeys(x.value for _, x in ordered))
    if page.u.nth > len(levels):
        return rank(page, records, measure)
    value = levels[page.u.nth - 1]
    winners = [(r, x) for r, x in ordered if x.value == value]
    numbers = [n for r, x in winners[:SHOWN] for n in page.cite(r, x.cells)]
    page.about = [key_of(r) for r, _ in winners]
    if asked is not None:
        page.add("yes" if any(r == asked for r, _ in winners) else "no")
        if not any(r == asked for r, _ in winners):
            one(page, asked, measure)
    assert value is not None
    page.figure(value, measure.unit, winners[0][1].formula, numbers)
    shown = page.shown(value, measure.unit)
    names = "、".join(f"**{page.name(r)}**" for r, _ in winners[:SHOWN]) + ("等" if len(winners) > SHOWN else "")
    marks = page.mark(numbers)
    if len(winners) > 1:
        word = ("highest" if highest else "lowest") if page.u.english else ("最高" if highest else "最低")
        word = word if page.u.nth == 1 else f"排第 {page.u.nth}"
        page.add(
            "tied", label=page.label(measure), extreme=word, count=len(winners), value=shown, names=names, marks=marks
        )
    elif page.u.nth > 1:
        page.add(
            "nth", label=page.label(measure), nth=page.u.nth, name=page.name(winners[0][0]), value=shown, marks=marks
        )
    else:
        page.add(
            "highest" if highest else "lowest",
            label=page.label(measure),
            name=page.name(winners[0][0]),
            value=shown,
            marks=marks,
        )
    return name_absent(page, [(r, x) for r, x in pairs if x.value is None], "not_compared")


def rank(page: Page, records: tuple[ProjectRecord, ...], measure: Measure) -> None:
    """Places with ties sharing one (competition ranking)."""
    pairs = read_all(records, measure)
    ordered = in_order(pairs, page.u.descending)
    times = Counter(x.value for _, x in ordered)
    order = (
        ("highest first" if page.u.descending else "lowest first")
        if page.u.english
        else ("从高到低" if page.u.descending else "从低到高")
    )
    page.add("rank", label=page.label(measure), order=order)
    rows = []
    place = 0
    for number, (record, reading) in enumerate(ordered, 1):
        if number == 1 or reading.value != ordered[number - 2][1].value:
            place = number
        if page.u.limit is not None and place > page.u.limit:
            break
        assert reading.value is not None
        tied = times[reading.value] > 1
        shown = page.shown(reading.value, measure.unit)
        rows.append((str(place), page.name(record), shown))
        if number <= SHOWN:
            numbers = page.cite(record, reading.cells)
            page.figure(reading.value, measure.unit, reading.formula, numbers)
            tie = ("(tied)" if page.u.english else "（并列）") if tied else ""
            page.lines.append(
                f"- {'' if page.u.english else '第 '}{place}{'.' if page.u.english else ' 名'}{tie} {page.name(record)}：{shown}{page.mark(numbers)}"
            )
    page.grid = Grid(("名次", "项目", page.label(measure)), tuple(rows))
    name_absent(page, [(r, x) for r, x in pairs if x.value is None], "not_compared")
