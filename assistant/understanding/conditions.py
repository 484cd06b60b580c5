"""Conditions on figures: filters (超过50万元, 3月底达到50%, 没有填), and assumptions (如果只拨一半…)."""

import re
from dataclasses import replace
from decimal import Decimal

from assistant.understanding.lexicon import group, words
from assistant.understanding.scan import Scan
from assistant.understanding.types import Assumption, Comparison, Filter, Span
from corpus import numbers

_BETWEEN_WORDS = re.compile(r"^\s*(?:到|至|和|与|-|—|~|～|and|to)\s*$")
_FINISHED = re.compile(
    r"(?:全部|能|就|可以|已)*(?:花完|用完|付完|支付完|支付完毕|全部支出|全部支付|全部花掉|花光|用光|支完|拨完|100%支出)"
)
_NOT_YET = re.compile(r"(?:还没有?|没有?|未能?|不能|尚未|没法)(?:全部|能)?$|^(?:没|未|不)")
_AVERAGE = re.compile(r"平均(?:预算|水平|数|值|线|金额)?|(?:the )?average")
_CLAUSE = re.compile(r"(?:如果|假如|假设|要是|倘若|若是|若|万一)(.+?)(?:的话|[,，;；]|那么|则|呢|$)")
_ENGLISH_CLAUSE = re.compile(r"(?:what if|suppose|if) (.+?)(?:,| then |$)")
_UP = re.compile(r"增加了?|提高了?|上调|追加|多给|多拨|上浮|增长|increases? by|raised by|up by")
_DOWN = re.compile(
    r"减少了?|压减|压缩|砍掉?|削减|下调|核减|调减|扣掉?|少给|少拨|降低了?|下降|decreases? by|cut by|reduced by|down by"
)
_TO = re.compile(
    r"改成|改为|变成|变为|调整为|调整到|调到|调为|涨到|提高到|增加到|减少到|压到|压减到|降到|降为|核定为|是|只有|只给|只批|为|only|to"
)
_ONLY = re.compile(r"只拨付?|只给|只批|只安排|只到位|只能拿到|只下达|only")
_DOUBLE = re.compile(r"翻一番|翻番|翻倍|加倍|double[sd]?")


def take_filters(scan: Scan, spans: tuple[Span, ...], lists: bool) -> tuple[Filter, ...]:
    """The conditions that projects must meet.

    `lists` says that the message asks which projects: then a bare amount (15万的是哪个) is one too.
    """
    found = _amount_filters(scan, lists) + _percent_filters(scan, spans, lists) + _average_filters(scan)
    for match in scan.take(_FINISHED) if spans and lists else ():
        unfinished = _NOT_YET.search(scan.text[: match.start()]) or _NOT_YET.match(match.group())
        comparison = Comparison.UNDER if unfinished else Comparison.AT_LEAST
        found.append(Filter("plan", comparison, Decimal(100), percent=True, span=spans[-1]))
    return tuple(found)


def _average_filters(scan: Scan) -> list[Filter]:
    """超过平均数的项目."""
    found = []
    for match in list(scan.find(_AVERAGE)):
        comparison = _comparison(scan, match.start(), match.end())
        if comparison is not None and comparison is not Comparison.EQUAL:
            scan.use(*match.span())
            found.append(Filter(_field(scan, match.start()), comparison, average=True))
    return found


def _amount_filters(scan: Scan, lists: bool) -> list[Filter]:
    mentions = [m for m in amounts_of(scan.text) if scan.free(m.start) and scan.free(m.end - 1)]
    found: list[Filter] = []
    if len(mentions) == 2 and _BETWEEN_WORDS.match(scan.text[mentions[0].end : mentions[1].start]):
        low, high = sorted(m.value for m in mentions)
        scan.use(mentions[0].start, mentions[1].end)
        return [
            Filter(_field(scan, mentions[0].start), c, v)
            for c, v in ((Comparison.AT_LEAST, low), (Comparison.AT_MOST, high))
        ]
    for mention in mentions:
        comparison = _comparison(scan, mention.start, mention.end)
        if comparison is None and lists:
            comparison = Comparison.EQUAL
        if comparison is not None:
            found.append(Filter(_field(scan, mention.start), comparison, mention.value))
            scan.use(mention.start, mention.end)
    return found


def amounts_of(text: str) -> tuple[numbers.Mention, ...]:
    """The amounts of a message; 35万那个 ends the amount as 35万的 does."""
    return numbers.find_amounts(text.replace("那", "的").replace("这", "的"))


def _percent_filters(scan: Scan, spans: tuple[Span, ...], lists: bool) -> list[Filter]:
    found = []
    for mention in numbers.find_percents(scan.text):
        if not scan.free(mention.start):
            continue
        comparison = _comparison(scan, mention.start, mention.end)
        if comparison is None and lists:
            comparison = Comparison.EQUAL
        if comparison is not None and (spans or lists):
            span = spans[0] if spans else None
            found.append(Filter("plan", comparison, mention.value, percent=True, span=span))
            scan.use(mention.start, mention.end)
    return found


def _comparison(scan: Scan, start: int, end: int) -> Comparison | None:
    """The comparison written just before a figure, or just behind it; the one behind is the stronger (10万元以上)."""
    after = group("comparisons_after")
    match = after.pattern.match(scan.text, end)
    if match and Comparison(after.key(match.group())) is not Comparison.EQUAL:
        scan.use(*match.span())
        return Comparison(after.key(match.group()))
    before = group("comparisons")
    best = next((m for m in before.pattern.finditer(scan.text, max(0, start - 8), start) if m.end() == start), None)
    if best and scan.free(best.start()):
        scan.use(*best.span())
        return Comparison(before.key(best.group()))
    return None


def _field(scan: Scan, position: int) -> str:
    """The money field that a condition is about: the last one named before the figure, else 预算数."""
    fields = group("fields")
    named = [fields.key(m.group()) for m in fields.pattern.finditer(scan.text, max(0, position - 14), position)]
    money = [key for key in named if key in ("total", "fiscal", "other")]
    return money[-1] if money else "total"


def take_blank_filter(scan: Scan, fields: tuple[str, ...], spans: tuple[Span, ...]) -> tuple[Filter, ...]:
    """哪些项目没填其他资金, 哪个项目3月底是空的."""
    if not scan.take(words("blank", "blank")):
        return ()
    if spans:
        return (Filter("plan", Comparison.BLANK, span=spans[0]),)
    named = [f for f in fields if f in ("total", "fiscal", "other", "purpose", "goals", "code", "plan")]
    return tuple(Filter(f, Comparison.BLANK) for f in named or ("any",))


def assumption_clause(text: str) -> str:
    """The words of 如果…, or nothing."""
    match = _CLAUSE.search(text) or _ENGLISH_CLAUSE.search(text)
    return match.group(1) if match else ""


def read_assumption(clause: str) -> Assumption | None:
    """What 如果… changes; None when it changes no figure that is known."""
    field = "fiscal" if "财政" in clause or "fiscal" in clause else "total"
    base = Assumption(field=field, words=clause)
    amounts, percents = numbers.find_amounts(clause), numbers.find_percents(clause)
    if _DOUBLE.search(clause):
        return replace(base, factor=Decimal(2))
    if percents:
        share = percents[-1].value / 100
        if _UP.search(clause) and not re.search(r"(?:增加|提高)到", clause):
            return replace(base, factor=1 + share)
        if _DOWN.search(clause) and not re.search(r"(?:减少|压减|降|压)到", clause):
            return replace(base, factor=1 - share)
        return replace(base, factor=share) if _ONLY.search(clause) or _TO.search(clause) or "拨" in clause else None
    if amounts:
        value = amounts[-1].value
        if _TO.search(clause):
            return replace(base, value=value)
        if _UP.search(clause) or _DOWN.search(clause):
            return replace(base, delta=value if _UP.search(clause) else -value)
    return None
