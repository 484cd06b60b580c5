"""A message and what the conversation is about -> a complete Understanding: follow-ups, scope, open questions."""

import re
from dataclasses import replace

from assistant.understanding import names
from assistant.understanding.catalogue import Catalogue, Entry
from assistant.understanding.conditions import amounts_of
from assistant.understanding.lexicon import normal, words
from assistant.understanding.parse import parse
from assistant.understanding.scan import Scan
from assistant.understanding.sequels import BETWEEN_TWO, SHORT, asks, elliptical, filled, of_one, same_question, sequel
from assistant.understanding.subjects import number, take_items
from assistant.understanding.types import (
    ASKED_BACK,
    Aggregate,
    Intent,
    Mention,
    ProjectKey,
    Span,
    Understanding,
)

_THAN_YEAR = re.compile(
    r"(?:比|较|同)(?:20\d\d年?|[12]\d年|去年|上年|上一年|前年)|同比|from 20\d\d|than (?:20\d\d|last year)"
)


# 和2024年比呢, after a project of 2025
_AGAINST_YEAR = re.compile(
    r"(?:那么?)?(?:和|跟|与|同|比|较)(?:20\d\d年?度?|[12]\d年|去年|上年|上一年|前年)(?:相?比较?|相比)?(?:怎么样|如何|怎样|呢)?[?。]*"
)


def understand(message: str, focus: Understanding | None, catalogue: Catalogue) -> Understanding:
    """One question, completed from what the conversation is about (None at its start)."""
    if focus is None:
        return _moved(_completed(message, focus, catalogue), catalogue)
    focus = _with_subject(focus)
    return replace(
        _moved(_completed(message, focus, catalogue), catalogue),
        recent=_recent(focus),
        recent_spans=_recent_spans(focus),
        listed=focus.listed or focus.result,
        subject=focus.result,
        rows=focus.rows,
        before=focus.before,
    )


def _with_subject(focus: Understanding) -> Understanding:
    """After a reply that was about no project (not found, thanks) the conversation is about what it was about before."""
    moved_on = focus.mentions or focus.all_projects or focus.filters or focus.unit_words or focus.missing_year
    if focus.pending is not None and len(focus.options) == 1 and not focus.result:
        return replace(focus, result=focus.options)  # 您问的是不是…, and the person asks on
    if focus.result or moved_on or focus.unnamed_project is not None or focus.intent is Intent.DRAFT:
        return focus
    return replace(focus, result=focus.subject)


def _moved(u: Understanding, catalogue: Catalogue) -> Understanding:
    """2023年呢 after a project of 2025: the same project in the year now asked for, or one of its name in another unit."""
    if not u.years and not u.units and u.group_by != "year" and not _EVERY_YEAR.search(normal(u.message)):
        return u
    if len(u.years) < 2 and u.mentions and (u.group_by == "year" or _EVERY_YEAR.search(normal(u.message))):
        return replace(u, mentions=tuple(_of_all_years(m, catalogue) for m in u.mentions), years=())
    return replace(u, mentions=tuple(_in_year(m, u, catalogue) for m in u.mentions))


_EVERY_YEAR = re.compile(r"每一?年(?!度?(?:的)?(?:培训|更新|完成|组织|开展|检查|一次))|历年|逐年|各年|两年|三年|这几年")


def _of_all_years(mention: Mention, catalogue: Catalogue) -> Mention:
    """河长制经费每年多少: the project in all its years, under whatever name."""
    entries = [catalogue.by_key[key] for key in mention.keys if key in catalogue.by_key]
    keys = tuple(dict.fromkeys((*mention.keys, *(o.key for e in entries for o in catalogue.over_years(e)))))
    ordered = sorted(keys, key=lambda key: catalogue.by_key[key].year or 0)
    return replace(mention, keys=tuple(ordered))


def _in_year(mention: Mention, u: Understanding, catalogue: Catalogue) -> Mention:
    entries = [catalogue.by_key[k] for k in mention.keys if k in catalogue.by_key]
    if entries and len(u.years) > 1:
        mention = _renamed_in(mention, entries, u, catalogue)
    if not entries or any(_within(e, u) for e in entries):
        return mention
    units = {e.unit_name for e in entries}
    named = [e for name in dict.fromkeys(e.name for e in entries) if name for e in catalogue.by_name[normal(name)]]
    same = named if u.units and not units & set(u.units) else [o for e in entries for o in catalogue.over_years(e)]
    keys = tuple(dict.fromkeys(e.key for e in same if _within(e, u)))
    return replace(mention, text=mention.text or entries[0].name or "", keys=keys or mention.keys)


def _renamed_in(mention: Mention, entries: list[Entry], u: Understanding, catalogue: Catalogue) -> Mention:
    """The mention with the same projects under the names and codes they had in the other years asked for."""
    missing = set(u.years) - {e.year for e in entries}
    same = [o for e in entries for o in catalogue.over_years(e)]
    return replace(mention, keys=tuple(dict.fromkeys((*mention.keys, *(o.key for o in same if o.year in missing)))))


def _within(entry: Entry, u: Understanding) -> bool:
    return (not u.years or entry.year in u.years) and (not u.units or entry.unit_name in u.units)


_GROWN = re.compile(r"(?:上涨|涨|增加|增长|提高|减少|下降|降低|降|压减)了?(?:多少|几|百分)")


def _grown(raw: Understanding, catalogue: Catalogue) -> Understanding:
    """X2025年涨了多少: of one project, against the year before it that there is."""
    entries = [catalogue.by_key[k] for m in raw.mentions for k in m.keys if k in catalogue.by_key]
    asks = Aggregate.DIFFERENCE in raw.aggregates and _GROWN.search(normal(raw.message))
    if len(raw.years) != 1 or len(raw.mentions) != 1 or not entries or not asks:
        return raw
    earlier = {o.year for e in entries for o in catalogue.over_years(e) if o.year and o.year < raw.years[0]}
    return replace(raw, years=(*raw.years, max(earlier))) if earlier else raw


def _compares_with_before(raw: Understanding, focus: Understanding | None, catalogue: Catalogue) -> Understanding:
    """比2024年增加多少: one year is named, the other is that of the conversation, else the latest."""
    if _AGAINST_YEAR.fullmatch(normal(raw.message)) and len(raw.years) == 1 and focus is not None and focus.result:
        raw = replace(raw, intent=Intent.RECORDS, aggregates=(Aggregate.DIFFERENCE,), aggregate=Aggregate.DIFFERENCE)
        raw = replace(raw, fields=tuple(f for f in focus.fields if f in ("total", "fiscal", "other")) or ("total",))
    if (
        len(raw.years) != 1
        or Aggregate.DIFFERENCE not in raw.aggregates
        or not (_THAN_YEAR.search(normal(raw.message)) or _AGAINST_YEAR.fullmatch(normal(raw.message)))
    ):
        return _grown(raw, catalogue)
    named = {catalogue.by_key[k].unit_name for m in raw.mentions for k in m.keys}
    latest = catalogue.latest_year(raw.units or named or _units_of(focus, catalogue))
    known = (focus.years if focus and len(focus.years) == 1 else ()) or ((latest,) if latest else catalogue.years[-1:])
    return replace(raw, years=tuple(dict.fromkeys((*known, *raw.years))))


def _units_of(focus: Understanding | None, catalogue: Catalogue) -> tuple[str, ...]:
    """The units the conversation is about: those named, or those of the projects last answered about."""
    if focus is None:
        return ()
    of_projects = (catalogue.by_key[k].unit_name for k in focus.result if k in catalogue.by_key)
    return focus.units or tuple(dict.fromkeys(unit for unit in of_projects if unit))


def _completed(message: str, focus: Understanding | None, catalogue: Catalogue) -> Understanding:
    text, corrected = _without_correction(message)
    raw = replace(parse(text, catalogue, _units_of(focus, catalogue)), message=message.strip())
    if _AS_ZERO.search(normal(text)) and (raw.fields or raw.spans):
        raw = replace(raw, filters=(), leftover="")  # 财政资金为空是0的意思吗 gets no 是的
    raw = _compares_with_before(raw, focus, catalogue)
    if focus is None:
        return raw
    if focus.pending is not None:
        picked = _picked(raw, text, focus, catalogue)
        if picked is not None:
            return picked
    raw = _in_scope_of(raw, focus, catalogue)
    if chosen := _of_the_listed(text, focus):
        named = tuple(Mention(catalogue.by_key[key].name or "", (key,)) for key in chosen if key in catalogue.by_key)
        raw = replace(raw, mentions=named, unnamed_project=None, limit=None, missing_count=None)
        raw = of_one(raw) if Aggregate.RANK in raw.aggregates else raw  # 前两个 are two of the list, and no ranking
        return raw if asks(raw) else of_one(same_question(raw, focus))
    if focus.result and not raw.mentions and _AS_ZERO.search(normal(text)):
        return replace(
            focus, message=raw.message, pending=None, options=()
        )  # 没填的话按0算吗: what is blank is told anew
    two = tuple(f for f in focus.fields if f in ("total", "fiscal", "other"))
    if len(two) > 1 and len(focus.result) == 1 and not raw.mentions and _WHICH_OF_TWO.fullmatch(normal(text)):
        apart = (Aggregate.DIFFERENCE,)
        whose = (Mention("", focus.result),)
        return replace(raw, fields=two, aggregates=apart, aggregate=apart[0], mentions=whose, lists=False)
    of_table = raw.spans or (focus.intent is not Intent.INDICATORS and not focus.rows)
    of_it = raw.pronoun or (of_table and _YES_OR_NO.search(normal(text)) and not _OF_MANY.search(normal(text)))
    if of_it and raw.filters and not (raw.mentions or raw.lists or raw.all_projects) and len(focus.result) == 1:
        return replace(raw, mentions=(Mention("", focus.result),))  # 它12月底要花完吗, 超过500万吗
    if Aggregate.DIFFERENCE in focus.aggregates and not raw.mentions and _GROWTH.search(normal(text)):
        return replace(focus, message=raw.message, pending=None, options=())  # 差多少, 涨了百分之几
    if focus.intent is Intent.YEARS and len(normal(text)) <= SHORT and _STILL_COMPARING.search(normal(text)):
        mentions = raw.mentions or focus.mentions
        return replace(focus, message=raw.message, mentions=mentions, pending=None, options=())
    if _of_another_unit(raw, focus):
        return replace(
            focus,
            message=raw.message,
            units=raw.units,
            document_ids=raw.document_ids,
            years=raw.years or focus.years,
            topic=f"{focus.topic} {raw.message}" if focus.topic else "",
            mentions=(),
            pending=None,
            options=(),
        )
    if raw.aggregate in BETWEEN_TWO and not raw.mentions and len(focus.result) == 1 and len(_recent(focus)) >= 2:
        return filled(_with_the_last_two(raw, _recent(focus)[:2], catalogue), focus)
    if raw.aggregates == (Aggregate.SUM,) and not (raw.mentions or raw.all_projects or _OF_MANY.search(normal(text))):
        if focus.rows and len(focus.result) == 1:  # 每公里多少钱, 总共多少钱
            whole = replace(raw, aggregates=(), aggregate=None, fields=raw.fields or ("total",))
            return replace(whole, mentions=(Mention("", focus.result),))
        if len(focus.result) == 1 and len(_recent(focus)) >= 2 and _TOGETHER.search(normal(text)):
            return filled(replace(raw, mentions=tuple(Mention("", (key,)) for key in _recent(focus)[::-1])), focus)
    dates = _recent_spans(focus)
    if (
        raw.aggregate is Aggregate.DIFFERENCE
        and not (raw.mentions or raw.spans)
        and len(focus.result) == len(dates) - 1
    ):
        same = Mention("", focus.result)  # 3月底呢, 10月底呢, 两个相差多少
        return replace(raw, mentions=(same,), spans=dates, fields=("plan",), units=focus.units, years=focus.years)
    if raw.show_sources and focus.rows and "依据" in text and not raw.mentions:
        return replace(raw, intent=Intent.UNCLEAR, show_sources=False)  # of the rows, not of the answer
    if raw.show_sources and not (raw.mentions or raw.all_projects or raw.fields or raw.spans or raw.section):
        return replace(focus, show_sources=True, pending=None, options=())
    if raw.others and focus.result and not raw.mentions:
        everyone = same_question(raw, focus) if not asks(raw) else raw
        return replace(everyone, mentions=(), all_projects=True, others=False, excluded=focus.result)
    if focus.intent is Intent.DRAFT and (wish := _wish(text, focus)):
        return replace(focus, message=raw.message, topic=f"{focus.topic}\n{wish}", topic_key="")
    if raw.filters and focus.filters and normal(text).startswith(("其中", "这里面", "这些里")):
        return replace(raw, filters=(*focus.filters, *raw.filters))
    if corrected and not asks(raw):
        return same_question(raw, focus)
    return sequel(raw, text, focus, catalogue) or elliptical(raw, focus)


def _with_the_last_two(raw: Understanding, keys: tuple[ProjectKey, ...], catalogue: Catalogue) -> Understanding:
    """两个差多少, and 增加了多少 after the same project in two years: the later year is held against the earlier."""
    years = {key: catalogue.by_key[key].year or 0 for key in keys if key in catalogue.by_key}
    pair = sorted(keys, key=lambda key: -years.get(key, 0)) if len(set(years.values())) > 1 else keys[::-1]
    both = tuple(sorted({year for year in years.values() if year}))
    mentions = tuple(Mention("", (key,)) for key in pair)
    return replace(raw, mentions=mentions, years=both if len(both) > 1 else raw.years)


def _of_another_unit(raw: Understanding, focus: Understanding) -> bool:
    """公安局的呢, after another unit's overall goal or indicators."""
    only_unit = (
        raw.units and raw.units != focus.units and not (raw.mentions or raw.leftover or asks(raw) or raw.section)
    )
    return bool(only_unit) and focus.intent in (Intent.SECTIONS, Intent.FINDINGS, Intent.INDICATORS)


def _of_the_listed(text: str, focus: Understanding) -> tuple[ProjectKey, ...]:
    """第一个的预算 after some projects were listed: the first of those in the order shown, not of the document."""
    match = _NTH_LISTED.match(normal(text))
    listed = focus.listed or focus.result
    if not match or len(listed) < 2:
        return ()
    nth, ends, several, last = match.groups()
    if last:
        return listed[-1:]
    if ends:
        count = min(number(several.replace("两", "二")) or 0, len(listed))
        return listed[:count] if ends == "前" else listed[-count:]
    place = number(nth) or 0
    return (listed[place - 1],) if 0 < place <= len(listed) else ()


_AS_ZERO = re.compile(
    r"(?:空白?|空着|没填|未填|不填|没写|这样|那)[^,。?]{0,6}(?:按|当|(?<!预)算|看|作|就|等于|是|为|即)[^,。?]{0,3}(?:(?<!\d)0(?!\d|\.)|零)"
)
_WHICH_OF_TWO = re.compile(
    r"(?:那么?)?(?:两[个者项])?(?:哪个|哪一?[个项]|哪边|谁)(?:更|比较)?(?:多|大|高|少|小|低)(?:一些|一点)?[?。]*"
)
_TOGETHER = re.compile(r"加起来|加一起|加在一起|合起来|一起|两个|相加")
_YES_OR_NO = re.compile(r"[吗么没]|是不是|是否|能不能|有没有|够不够|[?？]$")
_OF_MANY = re.compile(r"项目|哪|几个|多少个|谁|所有|全部|各|都")
_GROWTH = re.compile(
    r"(?:增|涨|升|降|减|多|少|提高)[了长加幅少低]{0,2}(?:的)?(?:百分之|几个?百分|%|几成)|[增涨降]幅|增长率|下降率"
)
# 金额变了多少, 改名的呢, after two years were held against each other
_STILL_COMPARING = re.compile(
    r"变了|变化|改[了动名]|更名|新增|取消|不再|没了|增减|增加了?哪|减少了?哪|差异|支出计划呢|目标呢|金额呢"
)
_NTH_LISTED = re.compile(
    r"(?:那么?|其中|它们中)?(?:的)?(?:第([一二三四五六七八九十\d]+)个|(前|后)([二两三四五六七八九])个|(最后(?:那|一|这)?个))(?!预算?项目|项目|标|月|季)"
)


def _recent_spans(focus: Understanding) -> tuple[Span, ...]:
    return tuple(dict.fromkeys((*focus.spans[:1], *focus.recent_spans)))[:2]


def _recent(focus: Understanding) -> tuple[ProjectKey, ...]:
    """The projects of the last turns, one each, latest first."""
    return tuple(dict.fromkeys((*focus.result[:1], *focus.recent)))[:4]


def continues_draft(message: str, focus: Understanding | None) -> bool:
    """Whether the whole message is a further wish for the draft at hand, which no stop in it may cut up."""
    return focus is not None and focus.intent is Intent.DRAFT and bool(_wish(message, focus))


def _without_correction(message: str) -> tuple[str, bool]:
    """不是，我是说… : the words after the correction, and that there was one."""
    pattern = words("pronouns", "correction")
    plain = normal(message)
    match = pattern.match(plain)
    if not match:
        return message, False
    rest = plain[match.end() :].lstrip(",，。:：;； ")
    again = pattern.match(rest)
    return (rest[again.end() :] if again else rest).lstrip(",，。:：;； ") or message, True


def _picked(raw: Understanding, text: str, focus: Understanding, catalogue: Catalogue) -> Understanding | None:
    """The pending question with the candidate that the message picks; None when it is a new question."""
    pending = focus.pending
    assert pending is not None
    keys = _choice(raw, text, focus.options, catalogue)
    if not keys or (asks(raw) and raw.intent is not Intent.TOPIC and len(normal(text)) > SHORT):
        return None
    kept = tuple(m for m in pending.mentions if not set(m.keys) & set(focus.options) or len(m.keys) == 1)
    chosen = tuple(Mention(catalogue.by_key[key].name or "", (key,)) for key in keys)
    more = raw.fields or raw.spans or raw.aggregates or raw.remaining or raw.unit
    base = raw if raw.intent is Intent.RECORDS and more else pending
    return replace(base, message=raw.message, mentions=(*kept, *chosen), document_ids=(), pending=None, options=())


def _choice(
    raw: Understanding, text: str, options: tuple[ProjectKey, ...], catalogue: Catalogue
) -> tuple[ProjectKey, ...]:
    plain = normal(text)
    if re.search(r"前者", plain):
        return options[:1]
    if re.search(r"后者", plain):
        return options[-1:]
    if "不是" in plain:
        return ()
    if re.search(r"都要|都说|都查|两个都|全都|都给|全部|都看|都是|both|all", plain):
        return options
    amounts = {mention.value for mention in amounts_of(plain)}
    priced = tuple(k for k in options if catalogue.by_key[k].total in amounts) if amounts else ()
    if priced:
        return priced
    items = take_items(Scan(plain))
    if items and all(-1 <= i <= len(options) and i != 0 for i in items):
        return tuple(options[i - 1 if i > 0 else -1] for i in items)
    named = tuple(k for m in raw.mentions for k in m.keys if k in options)
    if named and len(set(named)) < len(options):
        return tuple(dict.fromkeys(named))
    picked = names.pick_from(Scan(plain), options, catalogue)
    return picked if len(picked) < len(options) else ()


_BARE_FIGURE = re.compile(
    r"(?:就|那)?(?:用|按|以|选|要|是|改为|改成)?\s*\d[\d.,]*\s*(?:万元?|元|%|％)?(?:吧|为准|的)?[。！]?"
)
_MORE_FIGURES = re.compile(
    r"(?:预算|财政资金|其他资金|自筹)[^，。？?]{0,8}\d|\d+\s*月底[^，。？?]{0,6}\d+(?:\.\d+)?\s*[%％]|[每各][个条项][^，。？?]{0,8}(?:数字|数据|量化)"
    r"|(?:名称|用途|目标|指标)\d?(?:是|为|叫|[:：])\s*\S|^(?:主要)?用于\S"
    r"|(?:[一二三四1-4]季度|[上下]半年|年底|年末|\d+月底?)[^，。？?]{0,6}(?:\d+(?:\.\d+)?\s*[%％]|[一二三四五六七八九十]成|一半|百分之)"
    r"|^(?:财政|其他|自筹)(?:资金)?[^，。？?]{0,4}\d|(?:改回|改到|增加到|减少到|提高到|降到|增至|减至|压减|压到)[^，。？?]{0,4}\d"
    r"|(?:满意度|数量|质量|时效|成本|效益)?指标[^，。？?]{0,20}(?:[≥≤>=:：]|改[成为]|定为|设为|不低于|不少于|不高于|不超过)\s*\S*\d"
    r"|(?:第[一二三四五六七八九十\d]+|最后一|末|头一)[条项个][^，。？?]{0,4}(?:删|去掉|去了|不要|拿掉|不写)"
)


def _wish(text: str, focus: Understanding) -> str:
    """更简洁一点, 第三条删掉: a further wish for the draft at hand, empty for a question.

    Where two figures for a field were asked back, a figure alone is that field's.
    """
    if focus.topic_key.startswith(ASKED_BACK) and _BARE_FIGURE.fullmatch(normal(text)):
        figure = re.sub(r"^[^\d]*|(?:吧|为准|的|。|！)+$", "", normal(text))
        return f"{focus.topic_key.removeprefix(ASKED_BACK)}改为{figure}"
    said = normal(text)
    if re.search(r"多少|什么|哪|啥|谁|怎|对不对|是不是|吗[？?]?$|[？?]$", text):
        return ""
    return text.replace("\n", "；") if words("draft_wishes").search(said) or _MORE_FIGURES.search(said) else ""


def _in_scope_of(raw: Understanding, focus: Understanding, catalogue: Catalogue) -> Understanding:
    """Unit and year are those of the conversation until the message names others."""
    if raw.document_ids or raw.unit_words:
        return raw
    years = raw.years or (focus.years if not raw.missing_year and raw.group_by != "year" else ())
    if raw.all_units or not _among(raw, focus, catalogue):
        return replace(raw, years=years if raw.all_units else raw.years)
    return replace(raw, document_ids=focus.document_ids, units=focus.units, years=years)


def _among(raw: Understanding, focus: Understanding, catalogue: Catalogue) -> bool:
    """Whether the units of the conversation have the projects that the message names; if not, it has moved on."""
    named = [k for m in raw.mentions for k in m.keys if k in catalogue.by_key]
    return not named or not focus.units or any(catalogue.by_key[k].unit_name in focus.units for k in named)
