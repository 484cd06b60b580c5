"""Figures over one or several projects: one, list, sum, average, extremes, rank, difference, share, ratio, groups."""

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from assistant.lookup import groups
from assistant.lookup.measures import HUNDRED, Measure, Reading, money, plan_amount
from assistant.lookup.page import Page, key_of
from assistant.lookup.select import Selection
from assistant.lookup.wording import say
from assistant.types import Grid
from assistant.understanding.types import Aggregate, Span
from corpus.numbers import chinese_number, format_percent
from corpus.types import ProjectRecord

_SHOWN = 50
_OF_ALL = re.compile(r"合计|总额|总数|总和|全部项目|所有|(?<!第)[几两三四五六七八九十]个项目|各项目|全[县市区]|一共的")
Pair = tuple[ProjectRecord, Reading]


def answer(page: Page, selection: Selection, measures: list[Measure], wanted: tuple[Aggregate, ...]) -> None:
    for measure in measures:
        chosen = _first_few(page, selection, measure, wanted)
        for aggregate in _without_doubles(wanted):
            _one_aggregate(
                page, chosen if aggregate in (Aggregate.SUM, Aggregate.AVERAGE) else selection, measure, aggregate
            )


def _first_few(page: Page, selection: Selection, measure: Measure, wanted: tuple[Aggregate, ...]) -> Selection:
    """预算最多的两个项目合计: the sum is over those two."""
    if page.u.limit is None or not set(wanted) & {Aggregate.RANK, Aggregate.MAX, Aggregate.MIN}:
        return selection
    ordered = _ordered(read_all(selection.chosen, measure), page.u.descending)[: page.u.limit]
    return replace(selection, chosen=tuple(record for record, _ in ordered))


def _without_doubles(wanted: tuple[Aggregate, ...]) -> tuple[Aggregate, ...]:
    """最多…占合计的多少 is an extreme and a share, not a sum as well; two named projects with 差 are no sum either."""
    if Aggregate.DIFFERENCE in wanted and Aggregate.AVERAGE in wanted:
        return (Aggregate.DIFFERENCE,)
    if Aggregate.SHARE in wanted or Aggregate.DIFFERENCE in wanted or Aggregate.RATIO in wanted:
        return tuple(a for a in wanted if a not in (Aggregate.SUM, Aggregate.RANK)) or wanted
    if len(wanted) > 1 and Aggregate.RANK in wanted:
        return (Aggregate.RANK, *(a for a in wanted if a in (Aggregate.SUM, Aggregate.AVERAGE)))
    return wanted


def _one_aggregate(page: Page, selection: Selection, measure: Measure, aggregate: Aggregate) -> None:
    records = selection.chosen
    if aggregate is Aggregate.SUM:
        if page.u.group_by or _mixed(page, records):
            return groups.listing(page, groups.grouped(page, records, measure), measure)
        return total(page, records, measure, who(page, selection))
    if aggregate is Aggregate.AVERAGE:
        return average(page, records, measure, who(page, selection))
    if aggregate in (Aggregate.MAX, Aggregate.MIN):
        return extreme(page, records, measure, aggregate is Aggregate.MAX, selection.scope if selection.named else ())
    if aggregate is Aggregate.RANK:
        return rank(page, records, measure)
    if aggregate is Aggregate.SHARE:
        return share(page, selection, measure)
    return _between_two(page, selection, measure, aggregate)


def _mixed(page: Page, records: tuple[ProjectRecord, ...]) -> bool:
    """Several years, or several units that nobody asked to add up: one sum would mean nothing."""
    years, units = {r.year for r in records}, {r.unit_name for r in records}
    if len({r.document_id for r in records}) == 1:
        return False
    return len(years) > 1 or (len(units) > 1 and not page.u.all_units and not page.u.mentions)


def read_all(records: Iterable[ProjectRecord], measure: Measure) -> list[Pair]:
    return [(record, measure.read(record)) for record in records]


def who(page: Page, selection: Selection) -> str:
    """What a sum is over, in words."""
    records = selection.chosen
    if len(records) == 1:
        return page.name(records[0])
    if selection.named and len(records) <= 3:
        return ("and " if page.u.english else "与").join(page.name(r) for r in records)
    if page.u.english:
        return f"the {len(records)} projects"
    if selection.condition:
        return f"{selection.condition}的{chinese_number(len(records))}个项目"
    return f"{'两' if len(records) == 2 else chinese_number(len(records))}个项目"


# --- one project


def one(page: Page, record: ProjectRecord, measure: Measure) -> None:
    reading = measure.read(record)
    numbers = page.cite(record, reading.cells)
    name = f"**{page.name(record)}**"
    page.about = [key_of(record)]
    if reading.value is None:
        page.add("missing_value", name=name, why=page.why(reading), marks=page.mark(numbers))
        _near_columns(page, record, measure, reading)
        if reading.if_zero is not None and measure.key in ("plan", "remaining"):
            page.figure(reading.if_zero, measure.unit, "把空白当作 0", numbers)
            page.add("if_zero", value=page.shown(reading.if_zero, measure.unit))
        return
    page.figure(reading.value, measure.unit, reading.formula, numbers)
    key = "value_formula" if reading.formula else "value"
    shown = page.shown(reading.value, measure.unit)
    page.add(key, name=name, label=page.label(measure), value=shown, formula=reading.formula, marks=page.mark(numbers))


def _near_columns(page: Page, record: ProjectRecord, measure: Measure, reading: Reading) -> None:
    """For a date without a column, what the columns before and after it say."""
    if measure.key != "plan" or not any(w.kind == "no_column" for w in reading.missing):
        return
    for span in page.u.spans:
        for near in near_spans(span, sorted(p.month for p in record.plan))[1]:
            one(page, record, plan_amount(near))


def near_spans(span: Span, months: list[int]) -> tuple[int, tuple[Span, ...]]:
    """The month of `span` for which there is no column, and the spans to the columns before and after it."""
    missing = span.end if span.end not in months else span.start or 0
    near = [*[m for m in months if m < missing][-1:], *[m for m in months if m > missing][:1]]
    if missing == span.end:
        return missing, tuple(Span(m, span.start) for m in near if m > (span.start or 0))
    return missing, tuple(Span(span.end, m) for m in near if m < span.end)


# --- several projects


def without_column(records: tuple[ProjectRecord, ...], measure: Measure) -> bool:
    """Whether none of the plans has the column that is asked for."""
    return all(any(w.kind == "no_column" for w in measure.read(r).missing) for r in records)


def near_columns(page: Page, records: tuple[ProjectRecord, ...]) -> None:
    """前三季度 of several projects: which columns there are, and the lists at the dates before and after."""
    months = sorted({p.month for r in records for p in r.plan})
    for span in page.u.spans:
        columns = "、".join(f"{m}月底" for m in months)
        missing, near = near_spans(span, months)
        reason = say("no_column", page.u.english, "missing", label=f"{missing}月底", detail=columns)
        page.lines.append(f"{reason}{'.' if page.u.english else '。按前后的时点算是：'}")
        for other in near:
            listing(page, records, plan_amount(other), with_total=True)


def listing(
    page: Page, records: Iterable[ProjectRecord], measure: Measure, *, with_total: bool, heading: bool = True
) -> None:
    pairs = read_all(records, measure)
    if heading:
        page.lines.append(f"{page.label(measure)}：" if not page.u.english else f"{page.label(measure)}:")
    _lines(page, pairs, measure)
    complete = [p for p in pairs if p[1].value is not None]
    if with_total and len(complete) > 1 and not _mixed(page, tuple(r for r, _ in pairs)):
        total(page, tuple(r for r, _ in pairs), measure, "")


def _lines(page: Page, pairs: list[Pair], measure: Measure, numbered: bool = True) -> None:
    rows = []
    for number, (record, reading) in enumerate(pairs, 1):
        value = (
            page.why(reading, short=measure.key != "plan")
            if reading.value is None
            else page.shown(reading.value, measure.unit)
        )
        if reading.value is not None and reading.formula:
            value = f"{value}（{reading.formula}）"
        rows.append((page.name(record), value))
        if number <= _SHOWN:
            numbers = page.cite(record, reading.cells)
            if reading.value is not None:
                page.figure(reading.value, measure.unit, reading.formula, numbers)
            line = page.say("item", name=page.name(record), value=value, marks=page.mark(numbers))
            page.lines.append(f"{number}. {line}" if numbered else f"- {line}")
    if len(pairs) > _SHOWN:
        page.lines.append(f"……共 {len(pairs)} 个，全部见下表。")
    page.grid = Grid(("项目", page.label(measure)), tuple(rows))


def total(page: Page, records: tuple[ProjectRecord, ...], measure: Measure, whose: str) -> None:
    """The sum of what is there; what is missing is named beside it, never taken for zero."""
    pairs = read_all(records, measure)
    there = [(r, x) for r, x in pairs if x.value is not None]
    absent = [(r, x) for r, x in pairs if x.value is None]
    if not there:
        numbers = [n for r, x in absent for n in page.cite(r, x.cells)]
        reasons = "；".join(dict.fromkeys(page.why(x) for _, x in absent))
        page.add("sum_none", why=reasons, marks=page.mark(numbers))
        return
    value = sum((x.value for _, x in there if x.value is not None), Decimal(0))
    numbers = [n for r, x in there[:_SHOWN] for n in page.cite(r, x.cells)]
    formula = _added(page, there, measure)
    page.figure(value, measure.unit, formula, numbers)
    shown = page.shown(value, measure.unit)
    if whose:
        page.add(
            "sum",
            who=_of_whom(page, whose, len(absent), len(there), measure),
            label=page.label(measure),
            value=shown,
            formula=formula,
            marks=page.mark(numbers),
        )
    else:
        page.add("total_line", value=shown, formula=formula)
    _say_absent(page, absent, value, measure)


def _of_whom(page: Page, whose: str, absent: int, there: int, measure: Measure) -> str:
    """Whose sum it is, ready to stand before the figure's name."""
    if page.u.english:
        return f"{there} of {whose}" if absent else whose
    joint = "" if measure.label.startswith("到") else "的"
    return f"{whose}中已填写的{chinese_number(there)}个{joint}" if absent else f"{whose}{joint}"


def _added(page: Page, there: list[Pair], measure: Measure) -> str:
    if len(there) > 12:
        return f"{len(there)} 个项目相加"
    return " + ".join(
        page.shown(x.value, measure.unit).split(" ")[0].split("（")[0] for _, x in there if x.value is not None
    )


def _say_absent(page: Page, absent: list[Pair], value: Decimal, measure: Measure) -> None:
    if not absent:
        return
    names = "、".join(page.name(r) for r, _ in absent[:12])
    numbers = [n for r, x in absent[:_SHOWN] for n in page.cite(r, x.cells)]
    reasons = "；".join(dict.fromkeys(page.why(x) for _, x in absent))
    page.add("sum_without", names=names, why=f"：{reasons}{page.mark(numbers)}")
    zeros = [x.if_zero for _, x in absent]
    if all(z is not None for z in zeros) and not any(x.classified for _, x in absent):
        with_zero = value + sum((z for z in zeros if z is not None), Decimal(0))
        page.figure(with_zero, measure.unit, "把空白当作 0", numbers)
        page.add("sum_if_zero", value=page.shown(with_zero, measure.unit))


def whole_share(page: Page, records: tuple[ProjectRecord, ...], span: Span) -> None:
    """What part of all the budgets together the plan has spent at a date."""
    pairs = [(r, plan_amount(span).read(r)) for r in records]
    there = [(r, x.value) for r, x in pairs if x.value is not None]
    budget = sum((r.total.value for r, _ in there if r.total.value is not None), Decimal(0))
    if not budget:
        return
    spent = sum((value for _, value in there), Decimal(0))
    formula = f"{page.shown(spent, '万元')} ÷ {page.shown(budget, '万元')}"
    page.figure(spent / budget * HUNDRED, "%", formula, ())
    page.figure(spent, "万元", "", ())
    page.lines.append(f"合起来占预算数的 **{page.shown(spent / budget * HUNDRED, '%')}**（{formula}）。")


def average(page: Page, records: tuple[ProjectRecord, ...], measure: Measure, whose: str) -> None:
    pairs = read_all(records, measure)
    there = [(r, x) for r, x in pairs if x.value is not None]
    absent = [(r, x) for r, x in pairs if x.value is None]
    if not there:
        return total(page, records, measure, whose)
    value = sum((x.value for _, x in there if x.value is not None), Decimal(0)) / len(there)
    numbers = [n for r, x in there[:_SHOWN] for n in page.cite(r, x.cells)]
    formula = f"（{_added(page, there, measure)}）÷ {len(there)}"
    page.figure(value, measure.unit, formula, numbers)
    shown = page.shown(value, measure.unit)
    page.add(
        "average",
        who=_of_whom(page, whose, len(absent), len(there), measure),
        label=page.label(measure),
        value=shown,
        formula=formula,
        marks=page.mark(numbers),
    )
    return _name_absent(page, absent)


def _name_absent(page: Page, absent: list[Pair], sentence: str = "sum_without") -> None:
    if absent:
        names = "、".join(page.name(r) for r, _ in absent[:12])
        numbers = [n for r, x in absent[:12] for n in page.cite(r, x.cells)]
        reasons = "；".join(dict.fromkeys(page.why(x) for _, x in absent))
        page.add(sentence, names=names, why=f"：{reasons}{page.mark(numbers)}")


def _ordered(pairs: list[Pair], descending: bool) -> list[Pair]:
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
    ordered = _ordered(pairs, highest)
    if not ordered:
        return total(page, records, measure, "")
    levels = list(dict.fromkeys(x.value for _, x in ordered))
    if page.u.nth > len(levels):
        return rank(page, records, measure)
    value = levels[page.u.nth - 1]
    winners = [(r, x) for r, x in ordered if x.value == value]
    numbers = [n for r, x in winners for n in page.cite(r, x.cells)]
    page.about = [key_of(r) for r, _ in winners]
    if asked is not None:
        page.add("yes" if any(r == asked for r, _ in winners) else "no")
        if not any(r == asked for r, _ in winners):
            one(page, asked, measure)
    assert value is not None
    page.figure(value, measure.unit, winners[0][1].formula, numbers)
    shown = page.shown(value, measure.unit)
    names = "、".join(f"**{page.name(r)}**" for r, _ in winners)
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
    return _name_absent(page, [(r, x) for r, x in pairs if x.value is None], "not_compared")


def rank(page: Page, records: tuple[ProjectRecord, ...], measure: Measure) -> None:
    """Places with ties sharing one (competition ranking)."""
    pairs = read_all(records, measure)
    ordered = _ordered(pairs, page.u.descending)
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
        tied = sum(x.value == reading.value for _, x in ordered) > 1
        shown = page.shown(reading.value, measure.unit)
        rows.append((str(place), page.name(record), shown))
        if number <= _SHOWN:
            numbers = page.cite(record, reading.cells)
            page.figure(reading.value, measure.unit, reading.formula, numbers)
            tie = ("(tied)" if page.u.english else "（并列）") if tied else ""
            page.lines.append(
                f"- {'' if page.u.english else '第 '}{place}{'.' if page.u.english else ' 名'}{tie} {page.name(record)}：{shown}{page.mark(numbers)}"
            )
    page.grid = Grid(("名次", "项目", page.label(measure)), tuple(rows))
    _name_absent(page, [(r, x) for r, x in pairs if x.value is None], "not_compared")


def share(page: Page, selection: Selection, measure: Measure) -> None:
    """What part of the whole a project, or several together, are."""
    whole = read_all(selection.scope, measure)
    absent = [(r, x) for r, x in whole if x.value is None]
    sum_whole = sum((x.value for _, x in whole if x.value is not None), Decimal(0))
    chosen = selection.chosen
    if not selection.named and page.about:
        about = set(page.about)
        chosen = tuple(r for r in selection.scope if key_of(r) in about)
    if not sum_whole:
        return total(page, selection.scope, measure, "")
    if not selection.named and {"total", measure.key} <= set(page.u.fields) and measure.key in ("fiscal", "other"):
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
        numbers = [*page.cite(record, reading.cells), *(n for r, x in whole[:_SHOWN] for n in page.cite(r, x.cells))]
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
    return _name_absent(page, absent)


def _part_of_sum(page: Page, selection: Selection, measure: Measure) -> None:
    """What part of the budgets together is 财政资金 or 其他资金; a project that lacks either counts in neither."""
    pairs = [(r, measure.read(r).value, money("total").read(r).value) for r in selection.chosen]
    there = [(part, budget) for _, part, budget in pairs if part is not None and budget is not None]
    whole = sum((budget for _, budget in there), Decimal(0))
    if not whole:
        return total(page, selection.chosen, measure, "")
    part = sum((part for part, _ in there), Decimal(0))
    formula = f"{page.shown(part, '万元')} ÷ {page.shown(whole, '万元')}"
    page.figure(part / whole * HUNDRED, "%", formula, ())
    page.figure(part, "万元", "", ())
    page.lines.append(
        f"{len(there)} 个项目的{page.label(measure)}合计占预算数合计的 **{page.shown(part / whole * HUNDRED, '%')}**（{formula}）。"
    )
    return _name_absent(page, [(r, measure.read(r)) for r, part, budget in pairs if part is None or budget is None])


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


def _between_two(page: Page, selection: Selection, measure: Measure, aggregate: Aggregate) -> None:
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
        ordered = _ordered(there, True)
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
    if record_a.code.text and record_a.code.text == record_b.code.text and record_a.name.text != record_b.name.text:
        page.add("renamed", code=record_a.code.text)
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


def _between_dates(page: Page, record: ProjectRecord) -> None:
    first, last = sorted(span.end for span in page.u.spans)
    one(page, record, plan_amount(Span(last, first)))


__all__ = ["answer", "format_percent", "listing", "one", "total"]
