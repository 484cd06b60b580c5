"""One figure in a sentence, several in a list, their sum and average; what is blank is named and never counted as 0."""

from collections.abc import Iterable
from decimal import Decimal

from assistant.lookup.measures import HUNDRED, Measure, Reading, plan_amount
from assistant.lookup.page import Page, key_of
from assistant.lookup.select import Selection
from assistant.lookup.wording import say
from assistant.types import Grid
from assistant.understanding.types import Span
from corpus.numbers import chinese_number
from corpus.types import ProjectRecord

SHOWN = 50


Pair = tuple[ProjectRecord, Reading]


def mixed(page: Page, records: tuple[ProjectRecord, ...]) -> bool:
    """Several years, or several units that nobody asked to add up: one sum would mean nothing."""
    years, units = {r.year for r in records}, {r.unit_name for r in records}
    if len({r.document_id for r in records}) == 1:
        return False
    return len(years) > 1 or (len(units) > 1 and not page.u.all_units and not page.u.mentions)


# --- one project


# --- several projects


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


def one(page: Page, record: ProjectRecord, measure: Measure) -> None:
    reading = measure.read(record)
    numbers = page.cite(record, reading.cells)
    name = f"**{page.name(record)}**"
    page.about = [key_of(record)]
    if reading.value is None:
        if _said_month_first(page, record, measure, reading):
            return
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


def _said_month_first(page: Page, record: ProjectRecord, measure: Measure, reading: Reading) -> bool:
    """6月到10月 with columns 6月底 and 10月底: what is added between them, and the other reading behind it."""
    months = sorted(p.month for p in record.plan)
    spans = [s for s in page.u.spans if s.start and s.start not in months and {s.end, s.start + 1} <= {*months}]
    if measure.key != "plan" or len(page.u.spans) != 1 or not spans:
        return False
    first, *others = near_spans(spans[0], months)[1]
    one(page, record, plan_amount(first))
    if others:
        page.lines.append(f"如果从{first.start}月初算起：{page.why(reading)}；按前一个时点算：")
        one(page, record, plan_amount(others[0]))
    return True


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
    # 6月到10月 beside the column 6月底: from the end of the month that was said comes first.
    near = sorted(near, key=lambda m: (m != missing + 1, m))
    return missing, tuple(Span(span.end, m) for m in near if m < span.end)


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
    if with_total and len(complete) > 1 and not mixed(page, tuple(r for r, _ in pairs)):
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
        if number <= SHOWN:
            numbers = page.cite(record, reading.cells)
            if reading.value is not None:
                page.figure(reading.value, measure.unit, reading.formula, numbers)
            line = page.say("item", name=page.name(record), value=value, marks=page.mark(numbers))
            page.lines.append(f"{number}. {line}" if numbered else f"- {line}")
    if len(pairs) > SHOWN:
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
    numbers = [n for r, x in there[:SHOWN] for n in page.cite(r, x.cells)]
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
    numbers = [n for r, x in absent[:SHOWN] for n in page.cite(r, x.cells)]
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
    numbers = [n for r, x in there[:SHOWN] for n in page.cite(r, x.cells)]
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
    return name_absent(page, absent)


def name_absent(page: Page, absent: list[Pair], sentence: str = "sum_without") -> None:
    if absent:
        names = "、".join(page.name(r) for r, _ in absent[:12])
        numbers = [n for r, x in absent[:12] for n in page.cite(r, x.cells)]
        reasons = "；".join(dict.fromkeys(page.why(x) for _, x in absent))
        page.add(sentence, names=names, why=f"：{reasons}{page.mark(numbers)}")
