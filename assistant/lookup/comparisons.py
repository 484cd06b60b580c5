"""What part one figure is of another, how many times it is, and by how much two differ."""

import re
from dataclasses import replace
from decimal import Decimal

from assistant.lookup.extremes import in_order
from assistant.lookup.measures import HUNDRED, Measure, money, plan_amount
from assistant.lookup.page import Page, key_of
from assistant.lookup.select import Selection
from assistant.lookup.sums import SHOWN, Pair, average, name_absent, one, read_all, total, who, whole_share
from assistant.understanding.types import Aggregate, Span
from corpus.fields import code_over_years
from corpus.folding import squeeze
from corpus.numbers import chinese_number
from corpus.types import ProjectRecord

_OF_ALL = re.compile(r"合计|总额|总数|总和|全部项目|所有|(?<!第)[几两三四五六七八九十]个项目|各项目|全[县市区]|一共的")


_OF_EACH = re.compile(r"每个|每一个|各个?|分别|各自|逐个")


def share(page: Page, selection: Selection, measure: Measure) -> None:
    """What part of the whole a project, or several together, are."""
    whole = read_all(selection.scope, measure)
    absent = [(r, x) for r, x in whole if x.value is None]
    sum_whole = sum((x.value for _, x in whole if x.value is not None), Decimal(0))
    chosen = selection.chosen
    if not selection.named and page.about:
        about = set(page.about)
        chosen = tuple(r for r in selection.scope if key_of(r) in about)
    if measure.key == "plan" and not selection.named and len(page.u.spans) == 1:
        total(page, selection.chosen, measure, who(page, selection))
        return whole_share(page, selection.chosen, page.u.spans[0])
    if not sum_whole:
        return total(page, selection.scope, measure, "")
    of_all = not selection.named and not page.about and measure.key in ("fiscal", "other")
    if of_all and _OF_EACH.search(page.u.message):
        for record in chosen[:SHOWN]:
            _part_of_budget(page, record, measure)
        return None
    if of_all and not set(page.u.aggregates) & {Aggregate.MAX, Aggregate.MIN, Aggregate.RANK}:
        return _part_of_sum(page, selection, measure)
    if not selection.named and measure.key == "total" and set(page.u.fields) & {"fiscal", "other"}:
        return None
    if len(chosen) == 1 and measure.key in ("fiscal", "other") and not _OF_ALL.search(page.u.message):
        return _part_of_budget(page, chosen[0], measure)
    if len(chosen) == 1 and measure.key == "total" and set(page.u.fields) & {"fiscal", "other"}:
        return None
    for record, reading in read_all(chosen, measure):
        if reading.value is None:
            one(page, record, measure)
            continue
        percent = reading.value / sum_whole * HUNDRED
        numbers = [*page.cite(record, reading.cells), *(n for r, x in whole[:SHOWN] for n in page.cite(r, x.cells))]
        formula = f"{page.shown(reading.value, measure.unit)} ÷ {page.shown(sum_whole, measure.unit)}"
        page.figure(percent, "%", formula, numbers)
        scope = f"the {len(whole)} projects" if page.u.english else f"{chinese_number(len(whole))}个项目"
        page.add(
            "share",
            name=f"**{page.name(record)}**（{page.shown(reading.value, measure.unit)}）",
            whole=scope,
            label=page.label(measure),
            value=page.shown(percent, "%"),
            formula=formula,
            marks=page.mark(numbers),
        )
    if len(chosen) > 1 and len(chosen) < len(selection.scope):
        together = sum((x.value for _, x in read_all(chosen, measure) if x.value is not None), Decimal(0))
        formula = f"{page.shown(together, measure.unit)} ÷ {page.shown(sum_whole, measure.unit)}"
        page.figure(together / sum_whole * HUNDRED, "%", formula, ())
        page.lines.append(f"合起来占 **{page.shown(together / sum_whole * HUNDRED, '%')}**（{formula}）。")
    return name_absent(page, absent)


def extreme_share(page: Page, records: tuple[ProjectRecord, ...], measure: Measure, highest: bool) -> None:
    """财政资金占比最低的项目: by what part of its own budget the measure is; one that lacks either does not count."""
    if page.u.group_by == "unit" or _OF_UNITS.search(page.u.message):
        return _extreme_share_of_units(page, records, measure, highest)
    read = [(r, measure.read(r), money("total").read(r)) for r in records]
    shares = [
        (part.value / budget.value * HUNDRED, r, part, budget)
        for r, part, budget in read
        if part.value is not None and budget.value
    ]
    if not shares:
        return total(page, records, measure, "")
    best = (max if highest else min)(share for share, *_ in shares)
    word = "最高" if highest else "最低"
    for value, record, part, budget in shares:
        if value != best or part.value is None or budget.value is None:
            continue
        numbers = page.cite(record, (*part.cells, *budget.cells))
        formula = f"{page.shown(part.value, '万元')} ÷ {page.shown(budget.value, '万元')}"
        page.figure(value, "%", formula, numbers)
        page.about.append(key_of(record))
        page.lines.append(
            f"{page.label(measure)}占预算数的比例{word}的是**{page.name(record)}**，为 **{page.shown(value, '%')}**（{formula}）{page.mark(numbers)}。"
        )
    return name_absent(page, [(r, part) for r, part, budget in read if part.value is None or not budget.value])


_OF_UNITS = re.compile(r"(?:哪个|哪家|哪些)(?:单位|部门)|(?:的|是)(?:单位|部门)(?:$|[?？是])")


def _extreme_share_of_units(page: Page, records: tuple[ProjectRecord, ...], measure: Measure, highest: bool) -> None:
    """财政资金占比最高的单位: of each unit's sums in a year; a project that lacks either figure counts in neither."""
    sums: dict[tuple[str, int | None], tuple[Decimal, Decimal]] = {}
    for record in records:
        part, budget = measure.read(record).value, money("total").read(record).value
        if part is not None and budget is not None:
            a, b = sums.get((record.unit_name or "", record.year), (Decimal(0), Decimal(0)))
            sums[record.unit_name or "", record.year] = (a + part, b + budget)
    shares = [(a / b * HUNDRED, unit, year, a, b) for (unit, year), (a, b) in sums.items() if b]
    shares.sort(key=lambda share: share[0], reverse=highest)
    word = "最高" if highest else "最低"
    for place, (share, unit, year, a, b) in enumerate(shares):
        formula = f"{page.shown(a, '万元')} ÷ {page.shown(b, '万元')}"
        page.figure(share, "%", formula, ())
        name = f"**{unit}{f'，{year}年' if year else ''}**"
        head = f"{page.label(measure)}占预算数的比例{word}的是" if share == shares[0][0] else "- "
        page.lines.append(f"{head}{name}，为 **{page.shown(share, '%')}**（{formula}）。" if place < SHOWN else "")


def _part_of_sum(page: Page, selection: Selection, measure: Measure) -> None:
    """What part of the budgets together is 财政资金 or 其他资金; a project that lacks either counts in neither."""
    pairs = [(r, measure.read(r).value, money("total").read(r).value) for r in selection.chosen]
    there = [(part, budget) for _, part, budget in pairs if part is not None and budget is not None]
    whole = sum((budget for _, budget in there), Decimal(0))
    if not whole:
        return total(page, selection.chosen, measure, "")
    part = sum((part for part, _ in there), Decimal(0))
    formula = f"{page.shown(part, '万元')} ÷ {page.shown(whole, '万元')}"
    cells = [(r, (*measure.read(r).cells, *money("total").read(r).cells)) for r, p, b in pairs if p and b]
    numbers = [n for record, of in cells[:SHOWN] for n in page.cite(record, of)]
    page.figure(part / whole * HUNDRED, "%", formula, numbers)
    page.figure(part, "万元", "", numbers)
    page.figure(whole, "万元", "", numbers)
    page.lines.append(
        f"{len(there)} 个项目的{page.label(measure)}合计 {page.shown(part, '万元')}，占预算数合计 {page.shown(whole, '万元')}的"
        f" **{page.shown(part / whole * HUNDRED, '%')}**（{formula}）{page.mark(numbers)}。"
    )
    return name_absent(page, [(r, measure.read(r)) for r, part, budget in pairs if part is None or budget is None])


def _part_of_budget(page: Page, record: ProjectRecord, measure: Measure) -> None:
    """What part of a project's budget is 财政资金 or 其他资金."""
    part, budget = measure.read(record), money("total").read(record)
    if part.value is None or not budget.value:
        return one(page, record, measure)
    numbers = page.cite(record, (*part.cells, *budget.cells))
    formula = f"{page.shown(part.value, '万元')} ÷ {page.shown(budget.value, '万元')}"
    percent = part.value / budget.value * HUNDRED
    page.figure(percent, "%", formula, numbers)
    page.lines.append(
        f"**{page.name(record)}**的{page.label(measure)}占预算数的 **{page.shown(percent, '%')}**（{formula}）{page.mark(numbers)}。"
    )
    return None


def _from_average(page: Page, selection: Selection, measure: Measure, asked: Pair) -> None:
    """比平均水平高多少: one project against the average of all."""
    record, reading = asked
    whole = replace(selection, chosen=selection.scope, named=False)
    average(page, selection.scope, measure, who(page, whole))
    mean = page.figures[-1].value
    assert reading.value is not None
    numbers, apart = page.cite(record, reading.cells), reading.value - mean
    formula = f"{page.shown(reading.value, measure.unit)} − {page.shown(mean, measure.unit)}"
    page.figure(abs(apart), measure.unit, formula, numbers)
    more = "高" if apart >= 0 else "低"
    page.lines.append(
        f"**{page.name(record)}**比平均{more} **{page.shown(abs(apart), measure.unit)}**（{formula}）{page.mark(numbers)}。"
    )


def between_two(page: Page, selection: Selection, measure: Measure, aggregate: Aggregate) -> None:
    """The difference or ratio of two projects; of several, between the highest and the lowest."""
    pairs = read_all(selection.chosen, measure)
    if len(pairs) == 1 and len(page.u.spans) == 2 and page.figures:
        return None  # said already, for the first of the two dates
    if len(pairs) == 1 and len(page.u.spans) == 2:
        return _between_dates(page, selection.chosen[0])
    there = [(r, x) for r, x in pairs if x.value is not None]
    if len(there) == 1 and Aggregate.AVERAGE in page.u.aggregates and len(selection.scope) > 1:
        return _from_average(page, selection, measure, there[0])
    if len(there) < 2:
        for record, _ in pairs:
            one(page, record, measure)
        return None
    if len(there) > 2:
        ordered = in_order(there, True)
        there = [ordered[0], ordered[-1]]
    (record_a, a), (record_b, b) = there
    assert a.value is not None and b.value is not None
    numbers = [*page.cite(record_a, a.cells), *page.cite(record_b, b.cells)]
    page.about = [key_of(record_a), key_of(record_b)]
    names = {
        "a": f"**{page.name(record_a)}**（{page.shown(a.value, measure.unit)}）",
        "b": f"**{page.name(record_b)}**（{page.shown(b.value, measure.unit)}）",
    }
    if aggregate is Aggregate.RATIO and b.value:
        times = a.value / b.value
        formula = f"{page.shown(a.value, measure.unit)} ÷ {page.shown(b.value, measure.unit)}"
        page.figure(times, "倍", formula, numbers)
        return page.add(
            "ratio",
            **names,
            label=page.label(measure),
            value=page.shown(times, "倍").removesuffix(" 倍"),
            formula=formula,
            marks=page.mark(numbers),
        )
    if a.value == b.value:
        page.figure(Decimal(0), measure.unit, "", numbers)
        return page.add(
            "equal",
            a=f"**{page.name(record_a)}**",
            b=f"**{page.name(record_b)}**",
            label=page.label(measure),
            value=page.shown(a.value, measure.unit),
            marks=page.mark(numbers),
        )
    _say_renamed(page, record_a, record_b)
    if not page.u.english and _of_two_years(page, record_a, record_b):
        before, now = sorted(((record_a, a), (record_b, b)), key=lambda pair: pair[0].year or 0)
        return _over_time(page, before, now, measure)
    difference = abs(a.value - b.value)
    high, low = max(a.value, b.value), min(a.value, b.value)
    formula = f"{page.shown(high, measure.unit)} − {page.shown(low, measure.unit)}"
    page.figure(difference, measure.unit, formula, numbers)
    more = ("more" if a.value > b.value else "less") if page.u.english else ("多" if a.value > b.value else "少")
    return page.add(
        "difference",
        **names,
        more=more,
        value=page.shown(difference, measure.unit),
        formula=formula,
        marks=page.mark(numbers),
    )


def _say_renamed(page: Page, one: ProjectRecord, other: ProjectRecord) -> None:
    codes = [squeeze(record.code.text or "") for record in (one, other)]
    if not all(codes) or one.name.text == other.name.text:
        return
    if codes[0] == codes[1]:
        page.add("renamed", code=codes[0])
    elif code_over_years(codes[0]) and code_over_years(codes[0]) == code_over_years(codes[1]):
        page.lines.append("这两个名称的项目编码除年份和校验位以外相同，按同一个项目改了名称计算。")


def _of_two_years(page: Page, one: ProjectRecord, other: ProjectRecord) -> bool:
    """Whether the two are one project in two years."""
    same = page.holdings.catalogue.over_years(page.holdings.catalogue.by_key[key_of(one)])
    return one.year != other.year and key_of(other) in (entry.key for entry in same)


def _over_time(page: Page, before: Pair, now: Pair, measure: Measure) -> None:
    """By how much a project's figure rose or fell from one year to the other, and by what part of the earlier one."""
    (old, was), (record, reading) = before, now
    assert was.value is not None and reading.value is not None
    numbers = [*page.cite(record, reading.cells), *page.cite(old, was.cells)]
    change = reading.value - was.value
    formula = f"{page.shown(reading.value, measure.unit)} − {page.shown(was.value, measure.unit)}"
    page.figure(abs(change), measure.unit, formula, numbers)
    word, way = ("增加", "增长") if change > 0 else ("减少", "下降")
    growth = ""
    if was.value and measure.unit != "%":
        percent = abs(change) / was.value * HUNDRED
        page.figure(
            percent, "%", f"{page.shown(abs(change), measure.unit)} ÷ {page.shown(was.value, measure.unit)}", ()
        )
        growth = f"，{way} **{page.shown(percent, '%')}**"
    page.lines.append(
        f"**{page.name(record)}**的{page.label(measure)}为 {page.shown(reading.value, measure.unit)}，"
        f"比 {old.year} 年的 {page.shown(was.value, measure.unit)}{word} **{page.shown(abs(change), measure.unit)}**"
        f"{growth}（{formula}）{page.mark(numbers)}。"
    )


def _between_dates(page: Page, record: ProjectRecord) -> None:
    first, last = sorted(span.end for span in page.u.spans)
    one(page, record, plan_amount(Span(last, first)))
