"""Which projects a question is about, or the reply that says why that cannot be told."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.holdings import Holdings
from assistant.lookup.measures import Measure, money, part_of_budget, plan_share
from assistant.types import Kind, Reply, Route
from assistant.understanding.lexicon import normal
from assistant.understanding.types import (
    Aggregate,
    Comparison,
    Filter,
    Mention,
    ProjectKey,
    Span,
    Understanding,
)
from corpus.numbers import format_amount, format_percent
from corpus.types import Cell, CellState, ProjectRecord, YearBasis

_TAKE_ALL = (
    Aggregate.SUM,
    Aggregate.COUNT,
    Aggregate.RANK,
    Aggregate.MAX,
    Aggregate.MIN,
    Aggregate.AVERAGE,
    Aggregate.SAME,
)
_SHOWN = 12
_REPEATED = 40  # characters


@dataclass(frozen=True, slots=True)
class Selection:
    """The projects asked about, and the keys of all those of the units and years in question."""

    chosen: tuple[ProjectRecord, ...]
    keys: tuple[ProjectKey, ...]
    holdings: Holdings
    named: bool  # the message named the chosen ones
    condition: str = ""  # the filters in words

    @property
    def scope(self) -> tuple[ProjectRecord, ...]:
        """Every project of the units and years in question, for shares and extremes: loaded only when it is needed."""
        return self.holdings.projects(self.keys)


def not_found(text: str, u: Understanding, route: Route = Route.RECORDS) -> Reply:
    return Reply(Kind.NOT_FOUND, text, route, focus=replace(u, result=()))


def scope_keys(u: Understanding, holdings: Holdings) -> tuple[ProjectKey, ...]:
    """Every project of the units and years in question."""
    keys = holdings.catalogue.scope(u.document_ids, u.years, u.units)
    return tuple(keys) if not u.excluded else tuple(k for k in keys if k not in u.excluded)


def select(u: Understanding, holdings: Holdings) -> Selection | Reply:
    problem = false_premise(u, holdings)
    if problem:
        return problem
    keys = scope_keys(u, holdings)
    if not u.mentions:
        chosen, condition = filtered(holdings.projects(keys), u.filters)
        return Selection(chosen, keys, holdings, named=False, condition=condition)
    found: list[ProjectKey] = []
    within = set(keys)
    for mention in u.mentions:
        candidates = tuple(k for k in mention.keys if k in within)
        if mention.keys and not candidates and not set(mention.keys) <= set(u.excluded):
            return elsewhere(mention, u, holdings)
        if not mention.certain or not candidates:
            return unknown_name(mention, u, holdings)
        if len(_distinct(candidates, holdings)) > 1 and not _all_wanted(u, candidates):
            return which(replace(mention, keys=candidates), u, holdings)
        found += candidates
    chosen = holdings.projects(dict.fromkeys(found))
    return Selection(chosen, keys, holdings, named=True)


def _distinct(keys: Iterable[ProjectKey], holdings: Holdings) -> set[tuple[str | None, str | None]]:
    """Names with their units: the same project of several years is one, by its code also under another name."""
    entries = [holdings.catalogue.by_key[key] for key in keys]
    first: dict[tuple[str | None, str | None], str | None] = {}
    for entry in entries:
        first.setdefault((entry.code, entry.unit_name), entry.name)
    return {(first[entry.code, entry.unit_name] if entry.code else entry.name, entry.unit_name) for entry in entries}


def _all_wanted(u: Understanding, candidates: tuple[ProjectKey, ...]) -> bool:
    return u.all_projects or u.lists or u.said_count == len(candidates) or any(a in _TAKE_ALL for a in u.aggregates)


def false_premise(u: Understanding, holdings: Holdings) -> Reply | None:
    """A unit, a year, a place or a number of projects that the library does not have."""
    if not holdings.catalogue.entries and not holdings.documents:
        return not_found("资料库里还没有文件。请先上传或用 `jixiao ingest` 收录部门预算绩效目标文件。", u)
    if re.match("咱|我|本|俺", u.unit_words):
        units = "、".join(name for _, name in holdings.catalogue.units[:_SHOWN])
        text = f"资料库里有 {len(holdings.catalogue.units)} 个单位的文件，请说明是哪个单位：{units}。"
        return Reply(Kind.CLARIFICATION, text, Route.RECORDS, focus=replace(u, unit_words="", result=()))
    if u.unit_words:
        return not_found(f"资料库里没有“{u.unit_words}”的文件。现有：{units_in_words(holdings)}。", u)
    if u.missing_year:
        return not_found(_no_such_year(u, holdings), u)
    if u.units and u.years and (missing := _not_of_that_year(u, holdings)):
        return not_found(missing, u)
    total = len(scope_keys(u, holdings))
    if u.missing_count is not None:
        return not_found(
            f"文件里一共 **{total} 个项目**，不是 {u.missing_count} 个：\n{project_list(u, holdings, amounts=True)}", u
        )
    if _fewer_than_there_are(u, total):
        text = f"文件里一共 **{total} 个项目**，不是 {u.said_count} 个，请说明是哪 {u.said_count} 个：\n{project_list(u, holdings)}"
        return Reply(Kind.CLARIFICATION, text, Route.RECORDS, focus=replace(u, result=()))
    if u.unnamed_project is not None and not u.mentions:
        return not_found(
            f"文件里一共 **{total} 个项目**，没有第 {u.unnamed_project} 个。分别是：\n{project_list(u, holdings)}", u
        )
    return None


def _not_of_that_year(u: Understanding, holdings: Holdings) -> str:
    """水务局2025年, where only 2026 is there: which years of the unit there are; empty when the year is there."""
    years = {
        holdings.document(i).year for unit in u.units for i in holdings.catalogue.documents_of_unit.get(unit, ())
    } | {e.year for e in holdings.catalogue.entries if e.unit_name in u.units}
    known = {year for year in years if year is not None}
    if not known or len(known) < len(years) or known & set(u.years):
        return ""
    asked, there = ("、".join(f"{year}年" for year in sorted(found)) for found in (u.years, known))
    return f"资料库里没有{'、'.join(u.units)}{asked}的文件，现有的是 {there}的。"


def _fewer_than_there_are(u: Understanding, total: int) -> bool:
    """三个项目一共多少钱, where there are four and nothing says which three."""
    told = u.mentions or u.filters or u.excluded or u.limit or u.lists or u.others or u.result
    compares = set(u.aggregates) & {Aggregate.SAME, Aggregate.MAX, Aggregate.MIN, Aggregate.RANK, Aggregate.DIFFERENCE}
    return u.said_count is not None and 1 < u.said_count < total and not told and not compares


def _no_such_year(u: Understanding, holdings: Holdings) -> str:
    years = holdings.catalogue.years
    inferred = any(d.year_basis is YearBasis.INFERRED for d in holdings.documents)
    if not years:
        return f"没有“{u.missing_year}”的数据：文件没有写明年份。"
    known = "、".join(f"{year}年" for year in years)
    basis = "（文件没有写明年份，这是按项目编码推断的）" if inferred else ""
    english = f" (No data for “{u.missing_year}”; the library holds {', '.join(map(str, years))}.)" if u.english else ""
    return f"资料库里没有“{u.missing_year}”的文件，查不到这一年的数据。现有的是 {known}{basis}的文件：{units_in_words(holdings)}。{english}"


def units_in_words(holdings: Holdings) -> str:
    names = [name for _, name in holdings.catalogue.units]
    more = f"等 {len(names)} 个单位" if len(names) > _SHOWN else ""
    return "、".join(names[:_SHOWN]) + more or "（文件没有写明单位）"


def project_list(u: Understanding, holdings: Holdings, amounts: bool = False) -> str:
    """The projects in question, a line each; with their 预算数 and its sum where `amounts` says so."""
    keys = scope_keys(u, holdings)
    records = holdings.projects(keys)
    lines = []
    for i, (key, record) in enumerate(zip(keys[:_SHOWN], records, strict=False), 1):
        lines.append(f"{i}. {project_name(holdings, key)}" + (f"：{amount_shown(record)}" if amounts else ""))
    if len(keys) > _SHOWN:
        lines.append(f"……共 {len(keys)} 个")
    there = [r.total.value for r in records if r.total.value is not None]
    if amounts and there and len({(r.unit_name, r.year) for r in records}) == 1:
        lines.append(f"这 {len(there)} 个项目的预算数合计 {format_amount(sum(there, Decimal(0)))} 万元。")
    return "\n".join(lines)


def project_name(holdings: Holdings, key: ProjectKey) -> str:
    """A project's name, with unit and year where the library has several."""
    entry = holdings.catalogue.by_key[key]
    place = []
    if len(holdings.catalogue.units) > 1 and entry.unit_name:
        place.append(entry.unit_name)
    if len(holdings.catalogue.years) > 1 and entry.year:
        place.append(f"{entry.year}年")
    return (entry.name or "（名称涉密或空白）") + (f"（{'，'.join(place)}）" if place else "")


def elsewhere(mention: Mention, u: Understanding, holdings: Holdings) -> Reply:
    """The project is there, but not in the unit or the year asked for: said, never answered with another's figure."""
    names = dict.fromkeys(holdings.catalogue.by_key[k].name or "" for k in mention.keys)
    asked = "".join([*u.units, *(f"{year}年" for year in u.years)]) or "所问的范围"
    name = "、".join(f"“{name}”" for name in list(names)[:3])
    held = "\n".join(f"- {project_name(holdings, k)}" for k in mention.keys[:_SHOWN])
    return not_found(f"{asked}的文件里没有{name}这个项目。资料库里有的是：\n{held}", u)


def unknown_name(mention: Mention, u: Understanding, holdings: Holdings) -> Reply:
    """The message names something that is no project; what comes near is offered, not assumed."""
    if not mention.keys:
        text = f"没有找到“{shortened(mention.text)}”对应的项目。文件里的项目有：\n{project_list(u, holdings)}"
        return not_found(text, u)
    said = shortened(_as_put(mention.text, u.message))
    if said != mention.text and _core(mention.text, normal(u.message)) < _LEAST_OF_A_NAME * len(said):
        return not_found(f"没有找到“{said}”对应的项目。文件里的项目有：\n{project_list(u, holdings)}", u)
    pending = replace(u, mentions=tuple(m for m in u.mentions if m is not mention))
    text = f"没有名称完全对应“{said}”的项目，您问的是不是："
    if u.english:
        text = f"No project is named quite “{said}”; did you mean:"
    return _ask(text, mention.keys, pending, u, holdings)


def beside_the_project(u: Understanding) -> str:
    """The message in normal form, without the names of the projects in it."""
    text = normal(u.message)
    for mention in u.mentions:
        text = text.replace(normal(mention.text), " ") if mention.certain and mention.text else text
    return text


_LEAST_OF_A_NAME = 0.4


def _core(words: str, message: str) -> int:
    """How many characters at the beginning of `words` stand together in the message."""
    return next((n for n in range(len(words), 0, -1) if words[:n] in message), 0)


def _as_put(words: str, message: str) -> str:
    """The stretch of the message from which the words of a mention were taken; cut words are no name to ask back with."""
    text = normal(message)
    places: list[tuple[int, int]] = []
    rest = normal(words)
    while rest and (length := _core(rest, text)):
        start = text.index(rest[:length])
        places.append((start, start + length))
        rest = rest[length:]
    return text[min(a for a, _ in places) : max(b for _, b in places)] if places and not rest else words


def shortened(words: str) -> str:
    """What a person typed, as much of it as a sentence can repeat."""
    return words if len(words) <= _REPEATED else words[:_REPEATED] + "…"


def unknown_subject(u: Understanding, holdings: Holdings) -> Reply | None:
    """视频会议系统建设费多少钱: what it asks about is nothing that is known, so the figures of all projects are no answer."""
    whose = (
        u.mentions or u.all_projects or u.filters or u.lists or u.aggregates or u.group_by or u.pronoun or u.said_count
    )
    pieces = [p for p in u.leftover.split() if re.fullmatch(r"[\u3400-\u9fff]{2,}", p)]
    if whose or not pieces or not u.fields or u.all_units:
        return None
    plain = normal(u.message)
    start, end = plain.find(u.leftover.split()[0]), plain.rfind(u.leftover.split()[-1]) + len(u.leftover.split()[-1])
    asked = plain[start:end] if 0 <= start < end else u.leftover
    return not_found(
        f"没有找到“{shortened(asked)}”：没有这个名称的项目，也没有这一栏。文件里的项目有：\n{project_list(u, holdings)}",
        u,
    )


def which(mention: Mention, u: Understanding, holdings: Holdings) -> Reply:
    """Two projects fit: ask, with what tells them apart."""
    pending = replace(
        u, mentions=tuple(m for m in u.mentions if set(m.keys) != set(mention.keys) and m.text != mention.text)
    )
    words = f"“{shortened(mention.text)}”" if mention.text else "您说的"
    text = f"{words}可能指 {len(mention.keys)} 个项目，请问是哪一个？"
    if u.english:
        text = f"“{shortened(mention.text)}” fits {len(mention.keys)} projects; which one do you mean?"
    return _ask(text, mention.keys, pending, u, holdings)


def _ask(
    text: str, keys: tuple[ProjectKey, ...], pending: Understanding, u: Understanding, holdings: Holdings
) -> Reply:
    shown = keys[:_SHOWN]
    records = {(r.document_id, r.ordinal): r for r in holdings.projects(shown)}
    lines, options = [], []
    for number, key in enumerate(shown, 1):
        record = records[key.document_id, key.ordinal]
        name = project_name(holdings, key)
        code = f"，编码 {record.code.shown}" if record.code.state is CellState.VALUE else ""
        if u.english:
            lines.append(f"{number}. **{name}** (budget {amount_shown(record)})")
        else:
            lines.append(f"{number}. **{name}**（预算数 {amount_shown(record)}{code}）")
        options.append(name)
    if len(keys) > len(shown):
        lines.append(f"……共 {len(keys)} 个，请说得更具体些，例如加上单位、年份或编码。")
    focus = replace(u, pending=pending, options=tuple(shown), result=())
    return Reply(
        Kind.CLARIFICATION, f"{text}\n\n" + "\n".join(lines), Route.RECORDS, options=tuple(options), focus=focus
    )


def amount_shown(record: ProjectRecord) -> str:
    if record.total.value is not None:
        return f"{format_amount(record.total.value)} 万元"
    return "涉密" if record.total.cell.state is CellState.CLASSIFIED else "未填写"


# --- filters


def filtered(records: tuple[ProjectRecord, ...], filters: tuple[Filter, ...]) -> tuple[tuple[ProjectRecord, ...], str]:
    """The records that meet every filter, and the condition in words. A missing figure meets no comparison."""
    settled = [_settled(condition, records) for condition in filters]
    for condition in settled:
        records = tuple(r for r in records if meets(r, condition))
    return records, "且".join(condition_words(f) for f in settled)


def averages(records: tuple[ProjectRecord, ...], filters: tuple[Filter, ...]) -> list[Decimal]:
    """The averages that filters compare with, in 万元."""
    settled = (_settled(f, records) for f in filters if f.average and not f.percent)
    return [f.value for f in settled if f.value is not None]


def _settled(condition: Filter, records: tuple[ProjectRecord, ...]) -> Filter:
    """A comparison with the average gets its figure."""
    if condition.of_sum and condition.value is not None:
        return replace(condition, value=condition.value * _sum(condition, records) / 100, percent=False, of_sum=False)
    if not condition.average:
        return condition
    readings = [_measure(condition, r).read(r).value for r in records]
    there = [value for value in readings if value is not None]
    return replace(condition, value=sum(there, Decimal(0)) / len(there) if there else None)


def _sum(condition: Filter, records: tuple[ProjectRecord, ...]) -> Decimal:
    readings = (money(condition.field).read(r).value for r in records)
    return sum((value for value in readings if value is not None), Decimal(0))


def meets(record: ProjectRecord, condition: Filter) -> bool:
    if condition.field == "sealed":
        return any(row.classified for row in record.indicators)
    if condition.than:
        limit = money(condition.than).read(record).value
        value = money(condition.field).read(record).value
        return value is not None and limit is not None and compares(value, replace(condition, value=limit))
    if condition.comparison in (Comparison.BLANK, Comparison.FILLED):
        blank = any(cell.state is CellState.BLANK for cell in _cells(record, condition))
        return blank == (condition.comparison is Comparison.BLANK)
    value = _measure(condition, record).read(record).value
    return value is not None and compares(value, condition)


def compares(value: Decimal, condition: Filter) -> bool:
    """Whether a figure meets a comparison (not one of blank or filled)."""
    limit = condition.value
    if limit is None:
        return False
    return {
        Comparison.OVER: value > limit,
        Comparison.AT_LEAST: value >= limit,
        Comparison.UNDER: value < limit,
        Comparison.AT_MOST: value <= limit,
        Comparison.EQUAL: value == limit or value in condition.values,
        Comparison.NOT_EQUAL: value != limit and value not in condition.values,
    }[condition.comparison]


def _measure(condition: Filter, record: ProjectRecord) -> Measure:
    if condition.of_budget:
        return part_of_budget(condition.field)
    if condition.field == "plan":
        last = max((point.month for point in record.plan), default=12)
        return plan_share(condition.span or Span(last))
    return money(condition.field)


def _cells(record: ProjectRecord, condition: Filter) -> list[Cell]:
    if condition.field == "plan":
        return [p.cell for p in record.plan if condition.span is None or p.month == condition.span.end]
    if condition.field in ("total", "fiscal", "other"):
        return [getattr(record, condition.field).cell]
    if condition.field in ("purpose", "code"):
        return [getattr(record, condition.field)]
    if condition.field == "goals":
        return list(record.goals)
    amounts = [record.total.cell, record.fiscal.cell, record.other.cell, record.purpose]
    return [*amounts, *(p.cell for p in record.plan), *record.goals]


_FIELD_WORDS = {
    "total": "预算数",
    "fiscal": "财政资金",
    "other": "其他资金",
    "purpose": "资金用途",
    "code": "项目编码",
    "goals": "绩效目标",
    "any": "有栏目",
}


def condition_words(condition: Filter) -> str:
    """A filter as a person would put it: 预算数超过 50.00 万元."""
    field = _FIELD_WORDS.get(condition.field, "")
    if condition.field == "plan":
        field = f"{condition.span.end}月底支出计划" if condition.span else "支出计划"
    if condition.field == "sealed":
        return "有涉密指标"
    if condition.than:
        return f"{field}{condition.comparison.value}{_FIELD_WORDS[condition.than]}"
    if condition.comparison in (Comparison.BLANK, Comparison.FILLED):
        return f"{field}{'空白（未填写）' if condition.comparison is Comparison.BLANK else '已填写'}"
    value = condition.value if condition.value is not None else Decimal(0)
    shown = "或 ".join(
        format_percent(v) if condition.percent else f"{format_amount(v)} 万元" for v in (value, *condition.values)
    )
    if condition.of_budget:
        field = f"{field}占预算数的比例"
    average = "平均数 " if condition.average else ""
    return f"{field}{condition.comparison.value}{average or ' '}{shown}"
