"""RECORDS questions: any field × any filter × any aggregate × any date."""

import re
from dataclasses import replace
from decimal import Decimal

from assistant.holdings import Holdings
from assistant.lookup import aggregates, extremes, funding, groups, rows_over_years, sums, texts
from assistant.lookup.closed import refuse_closed, say_left_out
from assistant.lookup.indicators import answer_maybe_indicator, may_mean_indicator
from assistant.lookup.measured_rows import asks_of_one, counts
from assistant.lookup.measures import (
    Measure,
    money,
    part_of_budget,
    plan_amount,
    plan_share,
    point_of,
    remaining,
    telling_date,
)
from assistant.lookup.named_rows import answer_named_row
from assistant.lookup.own_words import named_by_its_words, told_of_a_level
from assistant.lookup.page import Page, key_of
from assistant.lookup.select import Selection, averages, filtered, select, shortened, unknown_subject
from assistant.lookup.wording import say
from assistant.types import Kind, Reply, Route
from assistant.understanding.conditions import amounts_of
from assistant.understanding.lexicon import normal
from assistant.understanding.types import Aggregate, Comparison, Span, Understanding
from corpus.numbers import find_percents, format_amount
from corpus.types import CellState, ProjectRecord

_CLAIMS = re.compile(r"吗|对吧|对吗|对不对|是不是|是吧|没错吧|right\?|is it")
_MOST_CITED = 10
# 一共接种多少剂次, 平均办多少天: beside a number of something they need not add up projects.
_NOT_OVER_PROJECTS = {Aggregate.COUNT, Aggregate.AVERAGE, Aggregate.SUM}
_MONEY_SAID = re.compile(r"预算|经费|资金|拨款|花|支出|财政|万元|总额|规模|投入(?!使用|运行|运营|生产)")
_FINISHED = re.compile(r"付清|结清|花完|用完|付完|支付完|花光|支完|全部支出|全部支付")
_MONEY = ("total", "fiscal", "other")
_TEXT = ("code", "name", "purpose", "goals", "unit_name")
_OWN_FIELDS = {"total", "fiscal", "other", "code", "name", "purpose", "plan", "unit_name", "everything"}
_NUMERIC = (
    Aggregate.SUM,
    Aggregate.AVERAGE,
    Aggregate.MAX,
    Aggregate.MIN,
    Aggregate.RANK,
    Aggregate.DIFFERENCE,
    Aggregate.SHARE,
    Aggregate.RATIO,
)


def answer_records(u: Understanding, holdings: Holdings) -> Reply:
    if (converted := conversion(u, holdings)) is not None:
        return converted
    if reply := told_of_a_level(u, holdings) or _named_row(u, holdings):
        return reply
    u, by_words = named_by_its_words(u, holdings)
    u = _defaults(u)
    if may_mean_indicator(u, holdings) and not (set(u.fields) - {"total"} or u.spans):
        return answer_maybe_indicator(u, holdings)
    if u.assumption and not u.assumption.understood:
        text = say("assumption_unread", u.english, words=u.assumption.words)
        return Reply(Kind.CLARIFICATION, text, Route.RECORDS, focus=replace(u, assumption=None))
    selection = unknown_subject(u, holdings) or select(u, holdings)
    if isinstance(selection, Reply):
        return selection
    if refused := refuse_closed(u, selection):
        return refused
    page = Page(u, holdings)
    page.about = [key_of(r) for r in selection.chosen] if selection.named or u.filters else []
    _answer(page, selection)
    page.lines += [by_words] if by_words else []
    say_left_out(page, selection)
    _notes(page, selection)
    return page.reply(_kind(page, selection))


_PROJECTS_COUNTED = re.compile(r"项目的?(?:总数|数量|个数|数目)|(?:多少|几)个?(?:预算)?项目(?!指标)")


def _named_row(u: Understanding, holdings: Holdings) -> Reply | None:
    """The indicator rows that the question means, though nothing calls them indicators.

    Where it names a field of the form or adds up, only a row whose whole name stands in it: 单场演出成本多少钱.
    """
    if _PROJECTS_COUNTED.search(u.message) and not u.mentions:
        return None  # 项目数量是多少: not the row 任务数量
    if u.leftover and u.all_projects:
        return answer_named_row(u, holdings)
    if Aggregate.COUNT in u.aggregates and not (u.leftover or u.mentions):
        return None  # 项目数量是多少
    field = set(u.fields) & _OWN_FIELDS
    if set(u.aggregates) == {Aggregate.DIFFERENCE} and u.leftover and rows_over_years.asked(u.message):
        return answer_named_row(u, holdings, by_name_only=True)  # 新增蓄水能力比2024年多多少
    if (
        set(u.fields) - {"total"} & _OWN_FIELDS
        or set(u.aggregates) - _NOT_OVER_PROJECTS
        or u.all_projects
        or (Aggregate.SUM in u.aggregates and not counts(u.message))
    ):
        return None
    unsaid = not _MONEY_SAID.search(u.message) or asks_of_one(u.message)
    return answer_named_row(u, holdings, by_name_only=bool(field) and not unsaid)


def conversion(u: Understanding, holdings: Holdings) -> Reply | None:
    """70万是多少元: an amount that is only to be put in another unit; no document is asked."""
    bare = u.filters and all(f.comparison is Comparison.EQUAL and not f.percent and not f.values for f in u.filters)
    about = u.fields or u.mentions or u.aggregates or u.spans or u.lists or u.all_projects or u.group_by
    amount = u.filters[0].value if bare and len(u.filters) == 1 else None
    if not u.unit or amount is None or about or re.search("项目|那|哪|project", u.message):
        return None
    page = Page(u, holdings)
    page.figure(amount, "万元", f"{format_amount(amount)} 万元换算", ())
    page.lines.append(f"{format_amount(amount)} 万元即 **{page.shown(amount, '万元')}**。这只是换算，不是文件中的数。")
    return page.reply(Kind.ANSWER)


def _defaults(u: Understanding) -> Understanding:
    """A sum or a rank without a field is about 预算数; the sum of the plan at no date is the budget."""
    fields = u.fields
    if "funding" in fields:
        fields = tuple(
            dict.fromkeys(f for field in fields for f in (("fiscal", "other") if field == "funding" else (field,)))
        )
    if not fields and not u.spans and (set(u.aggregates) & set(_NUMERIC) or u.unit or u.assumption):
        fields = (u.assumption.field,) if u.assumption and not u.aggregates else ("total",)
    if u.remaining and u.assumption and not u.spans:
        u = replace(u, remaining=False)  # 砍掉三分之一还剩多少: the budget that is left
    if not fields and not u.spans and u.group_by and u.filters and u.filters[0].field in _MONEY:
        fields = (u.filters[0].field,)
    return replace(u, fields=fields)


def _answer(page: Page, selection: Selection) -> None:
    u = page.u
    if u.when and (u.filters or u.spans == ()) and selection.chosen and _when(page, selection):
        return None
    if funding.BALANCE.search(u.message):
        return funding.balance(page, selection.chosen)
    if part := funding.PART_OF.search(u.message):
        return funding.part_of(page, selection.chosen, part)
    if funding.ALL_FISCAL.search(u.message):
        of_which = not selection.named and (Aggregate.COUNT in u.aggregates or "的项目" in u.message)
        return funding.all_fiscal(page, selection.chosen, u.lists or of_which)
    if _asks_whether_code_fits(u, selection):
        return _code_fits(page, selection)
    if (claim := _claim(u)) and set(u.aggregates) & set(_NUMERIC):
        return _check_claim(
            page,
            replace(selection, chosen=selection.chosen if selection.named else selection.scope, condition=""),
            claim,
        )
    if groups.asked(u, selection) and (wholes := measures_of(page)):
        return groups.answer(page, selection, wholes)
    if u.filters and selection.named:
        return _check_filters(page, selection)
    if u.filters and not selection.chosen:
        return _matching(page, selection)
    counts_goals = selection.named and u.fields == ("goals",)
    if (
        Aggregate.COUNT in u.aggregates
        and not counts_goals
        and not set(u.aggregates)
        & {
            Aggregate.SHARE,
            Aggregate.DIFFERENCE,
            Aggregate.SAME,
        }
    ):
        return _count(page, selection)
    shares = any(f.of_budget for f in u.filters)
    if u.filters and not set(u.aggregates) & set(_NUMERIC) - ({Aggregate.SHARE} if shares else set()):
        return _matching(page, selection)
    measures = measures_of(page)
    if Aggregate.SAME in u.aggregates and (len(selection.chosen) > 1 or len(measures) > 1):
        return texts.compare(page, selection.chosen, u.fields or ("total",), measures)
    wanted = [a for a in u.aggregates if a in _NUMERIC]
    if wanted and (measures or "plan" in u.fields):
        measures = measures or [telling_date(selection.chosen, lowest=Aggregate.MIN in wanted)]
        return aggregates.answer(page, selection, measures, tuple(wanted))
    return _plain(page, selection, measures)


def _when(page: Page, selection: Selection) -> bool:
    """什么时候能花到一半, 达到17.5万元: the first plan date at which it is so."""
    wanted = [f for f in page.u.filters if f.value is not None and f.field in ("plan", "total")]
    percents = [m.value for m in find_percents(page.u.message)]
    if not wanted and not percents and not _FINISHED.search(page.u.message):
        return False
    for record in selection.chosen if selection.named else selection.scope:
        amount = next((f.value for f in wanted if not f.percent), None)
        share = next((f.value for f in wanted if f.percent), percents[0] if percents else Decimal(100))
        for point in sorted(record.plan, key=lambda p: p.month):
            reading = plan_amount(Span(point.month)).read(record)
            enough = (reading.value or 0) >= amount if amount is not None else (point.share or 0) >= (share or 0)
            if reading.value is not None and enough:
                page.lines.append(f"按支出计划，最早在 **{point.month}月底**：")
                sums.one(page, record, plan_amount(Span(point.month)))
                break
        else:
            page.lines.append(f"按支出计划，**{page.name(record)}**在各个时点都达不到。")
            texts.plan(page, (record,))
    return True


def _claim(u: Understanding) -> Decimal | None:
    """四个项目一共80万元，对吧: the figure a person believes, in 万元 or percent."""
    if not _CLAIMS.search(u.message) or u.lists:
        return None
    equal = [f.value for f in u.filters if f.comparison is Comparison.EQUAL and f.value is not None]
    percents = [m.value for m in find_percents(u.message)]
    return equal[0] if equal else percents[0] if percents and Aggregate.SHARE in u.aggregates else None


def _check_claim(page: Page, selection: Selection, claim: Decimal) -> None:
    wanted = tuple(a for a in page.u.aggregates if a in _NUMERIC)
    page.u = replace(page.u, filters=())
    aggregates.answer(page, selection, measures_of(page) or [money("total")], wanted)
    right = any(figure.value == claim for figure in page.figures)
    page.lines.insert(0, page.say("yes" if right else "no"))


def _asks_whether_code_fits(u: Understanding, selection: Selection) -> bool:
    coded = [m for m in u.mentions if m.text.isascii()]
    return len(u.mentions) == 2 and len(coded) == 1 and "code" in u.fields and selection.named


def _code_fits(page: Page, selection: Selection) -> None:
    """X是Y的编码吗."""
    page.add("yes" if len(selection.chosen) == 1 else "no")
    return texts.field(page, selection.chosen, "code")


def measures_of(page: Page) -> list[Measure]:
    """The figures asked for, in the order they were named."""
    u = page.u
    found: list[Measure] = []
    if u.remaining:
        # 下半年还要花多少 is what the half-year adds; 6月底还剩多少 is what is left then.
        found += [
            plan_amount(s, u.assumption) if s and s.start else remaining(s, u.assumption) for s in u.spans or (None,)
        ]
    for field in u.fields:
        if field in _MONEY and not (u.remaining and field == "total"):
            found.append(money(field, u.assumption))
    if u.spans and not u.remaining:
        make = plan_share if u.as_percent and not u.as_amount else None
        found += [make(span) if make else plan_amount(span, u.assumption) for span in u.spans]
    return found


def _plain(page: Page, selection: Selection, measures: list[Measure]) -> None:
    """Fields of one project in sentences, of several as a list with its total."""
    u = page.u
    records = selection.chosen
    if not (measures or u.fields) or "everything" in u.fields:
        if len(records) == 1 or selection.named:
            for record in records:
                texts.card(page, record)
        else:
            _overview(page, records)
        return
    for measure in measures:
        if len(records) == 1:
            sums.one(page, records[0], measure)
        elif measure.key == "plan" and sums.without_column(records, measure):
            sums.near_columns(page, records)
        else:
            sums.listing(page, records, measure, with_total=measure.unit == "万元")
            if measure.unit == "%" and len(u.spans) == 1:
                sums.whole_share(page, records, u.spans[0])
    for field in u.fields:
        if field in _TEXT:
            texts.field(page, records, field)
        elif field == "plan" and not u.spans:
            texts.plan(page, records)
    page.about = [key_of(r) for r in records] if selection.named else page.about


def _overview(page: Page, records: tuple[ProjectRecord, ...]) -> None:
    page.add("count", count=len(records))
    sums.listing(page, records, money("total", page.u.assumption), with_total=True, heading=False)


def _count(page: Page, selection: Selection) -> None:
    records = selection.chosen
    if page.u.filters:
        return _matching(page, selection)
    if len({r.unit_name for r in records}) > 1 and page.u.group_by == "unit":
        return groups.listing(page, groups.grouped(page, records, money("total")), money("total"))
    page.add("count", count=len(records))
    sums.listing(page, records, money("total"), with_total=True, heading=False)
    return None


def _matching(page: Page, selection: Selection) -> None:
    records = selection.chosen
    if not records:
        page.add("none_matching", condition=selection.condition)
        measure = money(page.u.filters[0].field) if page.u.filters[0].field in _MONEY else None
        if measure and any(measure.read(record).value is not None for record in selection.scope):
            extremes.extreme(page, selection.scope, measure, highest=True)
        return _blanks_left_out(page, selection)
    if page.u.filters[0].comparison is Comparison.BLANK:
        return texts.blanks(page, records, page.u.filters)
    for threshold in averages(selection.scope, page.u.filters):
        page.figure(threshold, "万元", "全部项目的平均数", ())
    for condition in page.u.filters:  # 上千万: told in figures, though the question has none
        told = condition.percent or condition.value in {m.value for m in amounts_of(normal(page.u.message))}
        if not told and condition.value:
            page.figure(condition.value, "万元", "问题中的条件", ())
    page.add("count_matching", condition=selection.condition, count=len(records))
    measures = [m for m in measures_of(page) if m.key != "total"] or [_filter_measure(page)]
    if page.u.filters[0].of_budget:
        measures = [_filter_measure(page)]
    sums.listing(page, records, measures[0], with_total=False, heading=False)
    for field in page.u.fields:
        if field in _TEXT and field != "name":
            texts.field(page, records, field)
    if Aggregate.SUM in page.u.aggregates:
        sums.total(page, records, measures[0], "")
    return _blanks_left_out(page, selection)


def _blanks_left_out(page: Page, selection: Selection) -> None:
    """A blank meets no comparison and is not zero: how many projects were not counted for that."""
    condition = page.u.filters[0]
    if condition.field == "plan" and condition.span:
        month = condition.span.end
        cells = [(r, p.cell) for r in selection.scope for p in r.plan if p.month == month]
        label = f"{month}月底支出计划"
    elif condition.than:
        cells = [(r, getattr(r, key).cell) for r in selection.scope for key in (condition.field, condition.than)]
        label = "财政资金或其他资金"
    elif condition.field in _MONEY and len({f.field for f in page.u.filters}) == 1:
        cells = [(record, getattr(record, condition.field).cell) for record in selection.scope]
        label = page.label(money(condition.field))
    else:
        return
    blank = [(record, cell) for record, cell in cells if cell.state is CellState.BLANK]
    if blank:
        marks = page.mark(n for record, cell in blank[:_MOST_CITED] for n in page.cite(record, [cell]))
        page.add("blanks_left_out", count=len(blank), label=label, marks=marks)


def _filter_measure(page: Page) -> Measure:
    condition = page.u.filters[0]
    if condition.of_budget:
        return part_of_budget(condition.field)
    if condition.field == "plan" and condition.span is not None:
        return plan_share(condition.span)
    return money(condition.field if condition.field in _MONEY else "total", page.u.assumption)


def _check_filters(page: Page, selection: Selection) -> None:
    """舆情监测能力建设资金超过30万吗: yes or no, with what the document says."""
    meeting, condition = filtered(selection.chosen, page.u.filters)
    if len(selection.chosen) == 1:
        page.add("yes" if meeting else "no")
        measure = _filter_measure(page)
        return sums.one(page, selection.chosen[0], measure)
    return _matching(page, replace(selection, chosen=meeting, condition=condition))


def _notes(page: Page, selection: Selection) -> None:
    u = page.u
    if u.spans and not u.as_percent and any(point_of(r, s.end) for r in selection.chosen for s in u.spans):
        page.lines.append("")
    if u.assumption:
        page.add("assumed" if _assumption_counts(page) else "assumption_unused", words=u.assumption.words)
    if unused := _content(u.leftover):
        page.add("leftover", words=shortened(unused))
    documents = {r.document_id for r in selection.chosen}
    if len(documents) > 1 and not selection.named:
        page.add("library_counted", documents=len(documents), projects=len(selection.chosen))


def _content(leftover: str) -> str:
    """The words of a note: a single character is what is left of a word with a stopword in it, and tells nobody anything."""
    return " ".join(piece for piece in leftover.split() if not re.fullmatch(r"[\u3400-\u9fff]|[a-z]", piece))


def _assumption_counts(page: Page) -> bool:
    """Whether what is assumed has a part in any figure asked for."""
    keys = {m.key for m in measures_of(page) if m.unit == "万元"} or {"total"}
    assumption = page.u.assumption
    return bool(keys & {"total", "plan", "remaining"}) or (assumption is not None and assumption.field in keys)


def _kind(page: Page, selection: Selection) -> Kind:
    """没有 is an answer when a condition was asked; a missing column is told as not found."""
    del selection
    if page.figures or page.u.filters:
        return Kind.ANSWER
    only_missing = bool(page.u.spans) and not page.citations.all()
    return Kind.NOT_FOUND if only_missing else Kind.ANSWER
