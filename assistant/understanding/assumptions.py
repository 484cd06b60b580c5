"""如果…: a figure changed for the sake of the question; what it changes, by how much, and for which projects."""

import re
from dataclasses import replace
from decimal import Decimal

from assistant.understanding.lexicon import normal, words
from assistant.understanding.scan import Scan
from assistant.understanding.subjects import number, take_places
from assistant.understanding.types import Aggregate, Assumption, Mention, Understanding
from corpus import numbers

_CLAUSE = re.compile(r"(?:如果|假如|假设|假定|要是|倘若|若是|若|万一)(.+?)(?:的话|[,，;；]|那么|则|呢|$)")
_BEFORE = re.compile(r"^([^,，。;；]{2,40}?)的话")  # 财政只给一半的话
_ENGLISH_CLAUSE = re.compile(r"(?:what if|suppose|if) (.+?)(?:,| then |$)")
_UP = re.compile(r"增加了?|提高了?|上调|追加|多给|多拨|上浮|增长|加(?=\d)|涨|increases? by|raised by|up by")
_DOWN = re.compile(
    r"减少了?|压减|压缩|砍掉?|削减|下调|核减|调减|扣掉?|扣减|少给|少拨|降低了?|下降|减(?=\d)|decreases? by|cut by|reduced by|down by"
)
_TO = re.compile(
    r"改成|改为|变成|变为|调整为|调整到|调到|调为|涨到|提高到|增加到|减少到|压到|压减到|降到|降为|核定为|是|只有|只给|只批|为|only|to"
)
_TO_MORE, _TO_LESS = re.compile(r"(?:增加|提高|涨)到"), re.compile(r"(?:减少|压减|降|压)到")
_ONLY = re.compile(r"只拨付?|只支?付|只花|只给|只批|只安排|只到位|只能拿到|只下达|only")
_DOUBLE = re.compile(r"翻一番|翻番|翻倍|加倍|翻一倍|double[sd]?")
_HALF = re.compile(r"减半|砍半|对半砍|打对折|腰斩|halved?")
_NONE = re.compile(r"取消|停掉|不做|不要|砍掉|去掉|撤销|撤掉|不批|不给")
_N = "[一二两三四五六七八九十]"
_PARTS = re.compile(rf"({_N}|\d+)分之({_N}|\d+)")
_DISCOUNT = re.compile(rf"打({_N}|\d)({_N}|\d)?折")
_DATED = re.compile(r"\d月|[一二三四五六七八九十]月|季度|年中|年底|半年")
_OTHER_FUNDS = re.compile("其他资金|其它资金|自筹")
_ZERO_BLANK = re.compile(r"(?:空白|没填|未填|没有填|空着)[^,，。]{0,6}(?:0|零)")
_BETWEEN = (Aggregate.DIFFERENCE, Aggregate.RATIO, Aggregate.SAME)
_OVER_MANY = (Aggregate.SUM, Aggregate.AVERAGE, Aggregate.MAX, Aggregate.MIN, Aggregate.RANK)


def assumption_clause(text: str) -> str:
    """The words of 如果…, or nothing."""
    match = _CLAUSE.search(text) or _ENGLISH_CLAUSE.search(text)
    if match:
        return match.group(1)
    before = _BEFORE.search(text)
    return before.group(1) if before and _changes(before.group(1)) else ""


def read_assumption(clause: str) -> Assumption | None:
    """What 如果… changes; None when it changes no figure.

    An assumption without value, factor and delta changes something, but what was not understood.
    """
    if not _changes(clause):
        return None
    base = Assumption("fiscal" if "财政" in clause or "fiscal" in clause else "total", words=clause)
    if _DATED.search(clause) or _OTHER_FUNDS.search(clause):
        return base
    amounts, share = numbers.find_amounts(clause), _share(clause)
    if _DOUBLE.search(clause):
        return replace(base, factor=Decimal(2))
    if _HALF.search(clause):
        return replace(base, factor=Decimal("0.5"))
    if share is not None:
        return _by_share(base, clause, *share)
    if amounts:
        value = amounts[-1].value
        if _TO.search(clause) and not (re.search("是|为", clause) and (_UP.search(clause) or _DOWN.search(clause))):
            return replace(base, value=value)
        return replace(base, delta=value if _UP.search(clause) else -value)
    counted = re.search(r"\d|分之|折|成|倍|半", clause)
    return replace(base, value=Decimal(0)) if _NONE.search(clause) and not counted else base


def _changes(clause: str) -> bool:
    """Whether a clause changes a figure; 如果预算超过20万 is a condition that projects meet or not."""
    moved = _UP.search(clause) or _DOWN.search(clause) or _ONLY.search(clause) or _DISCOUNT.search(clause)
    if moved or _DOUBLE.search(clause) or _HALF.search(clause) or _NONE.search(clause):
        return not _ZERO_BLANK.search(clause)
    figure = numbers.find_amounts(clause) or _share(clause)
    return bool(figure and (_TO.search(clause) or "拨" in clause) and not words_compare(clause))


def words_compare(clause: str) -> bool:
    return bool(re.search("超过|大于|高于|不低于|不到|低于|小于|不足|以上|以下|至少", clause))


def _share(clause: str) -> tuple[Decimal, Decimal] | None:
    """The last share of a clause as numerator and denominator: 三分之一 is 1 and 3, so that it stays exact."""
    if discount := _DISCOUNT.search(clause):
        tens, ones = number(discount.group(1)) or 0, number(discount.group(2) or "0") or 0
        return Decimal(10 * tens + ones), Decimal(100)
    if parts := _PARTS.search(clause):
        below, above = number(parts.group(1).replace("两", "二")), number(parts.group(2).replace("两", "二"))
        return (Decimal(above), Decimal(below)) if below and above else None
    percents = numbers.find_percents(clause)
    return (percents[-1].value, Decimal(100)) if percents else None


def _by_share(base: Assumption, clause: str, above: Decimal, below: Decimal) -> Assumption:
    if _DISCOUNT.search(clause):
        kept = above
    elif _UP.search(clause) and not _TO_MORE.search(clause):
        kept = below + above
    elif _DOWN.search(clause) and not _TO_LESS.search(clause):
        kept = below - above
    else:
        kept = above
    if kept * 100 % below == 0:
        return replace(base, factor=kept / below)
    return replace(base, factor=kept, divisor=below)


def use_assumption(scan: Scan, assumption: Assumption | None) -> None:
    """Takes the condition's words from the message; one that changes no figure stays, except 空白当作0, which is always told."""
    clause = assumption.words if assumption else assumption_clause(scan.text)
    if not clause or (assumption is None and not _ZERO_BLANK.search(clause)):
        return
    scan.take(words("assumption"))
    start = scan.text.find(clause)
    scan.use(start, start + len(clause))


def scoped(u: Understanding) -> Understanding:
    """The condition held to the projects it names: 如果A翻一番，四个项目合计 changes A and adds up all."""
    if u.assumption is None:
        return u
    inside = tuple(m for m in u.mentions if _named_in(m, u.assumption.words, u.message))
    if not inside or any(len(m.keys) != 1 or not m.certain for m in inside):
        return u
    changed = replace(u.assumption, keys=tuple(k for m in inside for k in m.keys))
    outside = tuple(m for m in u.mentions if m not in inside)
    if outside and not set(u.aggregates) & set(_BETWEEN):
        return replace(u, assumption=changed, mentions=outside)
    if not outside and (u.all_projects or set(u.aggregates) & set(_OVER_MANY)):
        return replace(u, assumption=changed, mentions=(), all_projects=True)
    return replace(u, assumption=changed)


def _named_in(mention: Mention, clause: str, message: str) -> bool:
    """Whether a mention stands in the condition, and nowhere else."""
    rest = normal(message).replace(clause, "")
    if mention.text and normal(mention.text) in rest:
        return False
    if mention.text and normal(mention.text) in clause:
        return True
    place = re.fullmatch(r"第(\d+)个项目", mention.text)
    return bool(place) and int(place.group(1)) in take_places(Scan(clause)).ordinals if place else False
