"""What a message that leaves things unsaid means after the last turn: 下一条, 那6月底呢, 它呢."""

import re
from dataclasses import replace

from assistant.understanding.catalogue import Catalogue
from assistant.understanding.lexicon import normal, words
from assistant.understanding.scan import Scan
from assistant.understanding.subjects import number, take_items
from assistant.understanding.types import (
    Aggregate,
    Intent,
    Mention,
    ProjectKey,
    SectionRef,
    Understanding,
)

_OVER_MANY = (Aggregate.SUM, Aggregate.AVERAGE, Aggregate.MAX, Aggregate.MIN, Aggregate.RANK, Aggregate.COUNT)


_ABOUT_PROJECTS = (Intent.RECORDS, Intent.INDICATORS, Intent.LINK, Intent.TOPIC)
# 谢谢, 什么是绩效目标: what is said in passing leaves the conversation about what it was about.
_ASIDE = (Intent.UNCLEAR, Intent.OUTSIDE, Intent.HELP, Intent.REMIT, Intent.KNOWLEDGE, Intent.DOCUMENT, Intent.PHRASE)
BETWEEN_TWO = (Aggregate.DIFFERENCE, Aggregate.RATIO, Aggregate.SAME)


SHORT = 16


def asks(u: Understanding) -> bool:
    """Whether the message itself says what it wants to know."""
    return bool(
        u.fields or u.aggregates or u.spans or u.remaining or u.unit or u.assumption or u.filters or u.as_percent
    ) or u.intent not in (Intent.RECORDS, Intent.UNCLEAR, Intent.TOPIC)


def _has_subject(u: Understanding) -> bool:
    return bool(
        u.mentions
        or u.all_projects
        or u.filters
        or u.unnamed_project is not None
        or u.missing_count is not None
        or u.unit_words
        or u.all_units
        or u.missing_year
        or u.group_by
    )


def same_question(raw: Understanding, focus: Understanding) -> Understanding:
    """The question of the conversation, asked about what the message names."""
    return replace(
        focus,
        message=raw.message,
        mentions=raw.mentions or focus.mentions,
        all_projects=raw.all_projects if raw.mentions else focus.all_projects or raw.all_projects,
        document_ids=raw.document_ids,
        units=raw.units,
        years=raw.years,
        missing_year=raw.missing_year,
        unit_words=raw.unit_words,
        all_units=raw.all_units or (focus.all_units and not raw.units),
        group_by=raw.group_by or focus.group_by,
        unnamed_project=raw.unnamed_project,
        filters=() if raw.mentions else focus.filters,
        leftover=raw.leftover,
        pending=None,
        options=(),
        result=(),
    )


_COUNTS_ITEMS = re.compile(r"(?<![下上前后末第])[几\d一二三四五六七八九十]条(?!保|分)|多少条|[几]项")


_OF_YEARS = re.compile("[上下前后]一?个?年")  # 上一个年度 is no step
# 目标里写了多少名, after rows were refused: goals are public.
_OF_GOALS = re.compile(
    r"(?:绩效|项目)?目标(?:里|中|上)(?:面)?[^,。?]{0,4}(?:写|说|提|要求|定)|(?:那么?)?(?:它的?)?(?:绩效|项目)目标(?:呢|是什么)"
)
# 这是哪个项目的, after rows were told
_WHOSE = re.compile(
    r"(?:那么?)?(?:(?:这|那|它)(?:个|些|几个)?(?:指标|数)?)?(?:分别)?(?:是|属于)(?:哪个|哪些|哪几个|什么)(?:预算)?项目(?:里|中)?的?(?:指标)?[?。]*"
)
# 哪个项目在管这个, after an item was quoted
_ITS_PROJECT = re.compile(
    r"(?:哪个|哪些|哪几个|什么|有没有)(?:预算)?项目[^,。?]{0,6}(?:管|支持|支撑|负责|落实|对应|保障|涉及|有关|相关|做|承担|体现|完成|实现)[^,。?]{0,4}(?:这|它|此|该|那|的?[?。]*$)"
    r"|(?:这|它|此|该)[^,。?]{0,6}(?:对应|由|靠|是)(?:的是)?(?:哪个|哪些|哪几个|什么)(?:预算)?项目"
)
# 那总可以说有几条吧, after rows were refused: how many there are is public.
_COUNTS_ROWS = re.compile(r"(?:几|多少)(?:[条行]|[个项]指标)")
_OF_LIST = re.compile(
    r"(?:那么?)?第([一二三四五六七八九十\d]+)个(?:呢|的|是什么)?[?。]*"
)  # of the projects just listed


def sequel(raw: Understanding, text: str, focus: Understanding, catalogue: Catalogue) -> Understanding | None:
    """下一条, 第五条呢, 对应的保障措施呢: what only the last answer gives a meaning."""
    scan = Scan(normal(text))
    if raw.pronoun and not raw.mentions and focus.result and scan.has(words("excluding")):
        return replace(raw, excluded=focus.result, all_projects=True, pronoun=False)
    if _OF_YEARS.search(scan.text):
        return None
    step = 1 if scan.has(words("sequence", "next")) else -1 if scan.has(words("sequence", "previous")) else 0
    section = focus.section
    if section and _COUNTS_ITEMS.search(scan.text) and len(scan.text) <= SHORT and not (raw.mentions or raw.section):
        return replace(_bare(raw), intent=Intent.SECTIONS, section=SectionRef(section.kind), count_sections=True)
    if section and not (raw.mentions or raw.section) and _ITS_PROJECT.search(scan.text):
        return replace(_bare(raw), intent=Intent.LINK, section=section, phrase=focus.phrase)
    if section and raw.aggregates == (Aggregate.COUNT,) and not _has_subject(raw) and "项目" not in scan.text:
        return replace(raw, intent=Intent.TOPIC, topic=raw.message, aggregates=(), aggregate=None)  # 里面提到几个方面
    listed = _OF_LIST.fullmatch(scan.text)
    place = number(listed.group(1)) if listed and focus.filters else None
    if place and len(focus.result) > 1 and place <= len(focus.result):
        return replace(raw, mentions=(Mention("", (focus.result[place - 1],)),), unnamed_project=None)
    if step and section and section.ordinals:
        return replace(
            _bare(raw), intent=Intent.SECTIONS, section=SectionRef(section.kind, (section.ordinals[-1] + step,))
        )
    if step and len(focus.result) == 1:
        key = ProjectKey(focus.result[0].document_id, focus.result[0].ordinal + step)
        if key in catalogue.by_key:
            return replace(same_question(raw, focus), mentions=(Mention(catalogue.by_key[key].name or "", (key,)),))
        return replace(same_question(raw, focus), mentions=(), unnamed_project=key.ordinal)
    if (
        section
        and not _has_subject(raw)
        and len(scan.text) <= SHORT
        and raw.section is None
        and raw.intent is not Intent.INDICATORS
    ):
        items = take_items(scan)
        if items and not raw.fields:
            return replace(_bare(raw), intent=Intent.SECTIONS, section=SectionRef(section.kind, items))
        if raw.verbatim or scan.has(words("whole_section")):
            return replace(focus, message=raw.message, verbatim=True)
    if raw.section and section and section.ordinals and _turns_to_other_part(raw, section, scan):
        return replace(_bare(raw), intent=Intent.LINK, section=section, topic_key=raw.section.kind.value)
    if raw.intent is Intent.LINK and raw.section and not raw.section.ordinals and not raw.mentions and focus.result:
        mentions = tuple(Mention(catalogue.by_key[k].name or "", (k,)) for k in focus.result if k in catalogue.by_key)
        return replace(raw, mentions=mentions, topic_key=raw.section.kind.value)
    return None


def _turns_to_other_part(raw: Understanding, section: SectionRef, scan: Scan) -> bool:
    """对应的保障措施呢, after an itemised goal: the other part's item that goes with it."""
    assert raw.section is not None
    if raw.section.ordinals or raw.mentions or raw.count_sections:
        return False
    briefly = len(scan.text) <= SHORT and raw.intent is Intent.SECTIONS and section.kind is not raw.section.kind
    return raw.intent is Intent.LINK or briefly


def _bare(raw: Understanding) -> Understanding:
    return Understanding(message=raw.message, document_ids=raw.document_ids, years=raw.years, english=raw.english)


def elliptical(raw: Understanding, focus: Understanding) -> Understanding:
    if (
        raw.intent is Intent.FINDINGS
        and focus.intent is Intent.FINDINGS
        and not (raw.section or raw.fields or raw.mentions)
    ):
        return replace(focus, message=raw.message)
    if focus.result and not raw.mentions and _WHOSE.fullmatch(normal(raw.message)):
        return replace(_bare(raw), intent=Intent.RECORDS, fields=("name",), mentions=_each(focus.result))
    if raw.intent is Intent.DOCUMENT and raw.topic_key == "unit" and focus.result and not (raw.units or raw.leftover):
        return replace(raw, intent=Intent.RECORDS, fields=("unit_name",), topic_key="", mentions=_each(focus.result))
    if raw.intent not in (Intent.RECORDS, Intent.UNCLEAR, Intent.TOPIC, Intent.INDICATORS):
        return raw
    if (
        focus.intent is Intent.INDICATORS
        and focus.result
        and not raw.mentions
        and _OF_GOALS.search(normal(raw.message))
    ):
        return replace(_bare(raw), intent=Intent.RECORDS, fields=("goals",), mentions=_each(focus.result))
    if focus.intent is Intent.INDICATORS and _presses(raw) and not (focus.rows and raw.leftover):
        ends = tuple(a for a in raw.aggregates if a in (Aggregate.MAX, Aggregate.MIN))
        counted = (Aggregate.COUNT,) if _COUNTS_ROWS.search(normal(raw.message)) else ends or focus.aggregates
        return replace(focus, message=raw.message, aggregates=counted, aggregate=next(iter(counted), None))
    if (
        raw.intent is Intent.UNCLEAR
        and focus.intent is Intent.RECORDS
        and words("intents", "list").search(normal(raw.message))
    ):
        return replace(focus, message=raw.message, aggregates=(), aggregate=None)  # 分别是多少
    if raw.intent is Intent.TOPIC and (raw.leftover or raw.section):
        return raw
    if raw.intent is Intent.INDICATORS:
        return raw if raw.mentions or raw.all_projects else _of_subject(raw, focus)
    if focus.intent not in _ABOUT_PROJECTS and not (focus.intent in _ASIDE and focus.result):
        return raw
    if _has_subject(raw) and Aggregate.SHARE not in raw.aggregates:
        return _with_second(raw, focus) if asks(raw) else _renamed(raw, focus)
    if not asks(raw):
        if raw.pronoun and len(focus.result) == 1 and set(focus.aggregates) & {Aggregate.MAX, Aggregate.MIN}:
            return replace(
                of_one(same_question(raw, focus)), mentions=_each(focus.result)
            )  # 去年它多少, after the largest
        return same_question(raw, focus) if raw.pronoun or _same_scope_changed(raw, focus) else raw
    return _of_subject(filled(raw, focus), focus)


def _each(keys: tuple[ProjectKey, ...]) -> tuple[Mention, ...]:
    return tuple(Mention("", (key,)) for key in keys)


def of_one(u: Understanding) -> Understanding:
    """The question about what was found, no longer which of them it is."""
    kept = tuple(a for a in u.aggregates if a not in _OVER_MANY)
    return replace(u, aggregates=kept, aggregate=next(iter(kept), None), all_projects=False, lists=False, filters=())


def _presses(raw: Understanding) -> bool:
    """大于95%吗, 量级是十位数吗 after a refused indicator: still about that indicator."""
    short = raw.pronoun or len(normal(raw.message)) <= SHORT
    named = raw.mentions or raw.all_projects or raw.section or raw.document_ids
    return not named and not set(raw.fields) - {"name"} and raw.intent is not Intent.INDICATORS and short


def _same_scope_changed(raw: Understanding, focus: Understanding) -> bool:
    return (raw.years, raw.document_ids) != (focus.years, focus.document_ids)


def _renamed(raw: Understanding, focus: Understanding) -> Understanding:
    if raw.intent is Intent.TOPIC or focus.intent is Intent.TOPIC or (raw.filters and not raw.mentions):
        return raw
    if not raw.mentions and not raw.all_projects:
        wider = raw.all_units and raw.intent is not Intent.DOCUMENT
        return same_question(raw, focus) if raw.missing_year or wider else raw
    kept = tuple(a for a in focus.aggregates if a not in (*BETWEEN_TWO, Aggregate.SHARE)) if raw.all_projects else ()
    same = same_question(raw, focus)
    if raw.all_projects and not raw.mentions:
        same = replace(same, mentions=(), all_projects=True)  # 全部项目呢
    return replace(same, aggregates=kept, aggregate=kept[0] if kept else None)


def _with_second(raw: Understanding, focus: Understanding) -> Understanding:
    """比网络安全那个多多少: the other of the two is what the conversation is about."""
    named = {k for m in raw.mentions for k in m.keys}
    if (
        raw.aggregate in BETWEEN_TWO
        and len(raw.mentions) == 1
        and len(focus.result) == 1
        and focus.result[0] not in named
    ):
        other = Mention("", focus.result)
        fields = raw.fields or focus.fields
        return replace(raw, mentions=(other, *raw.mentions), fields=fields, spans=raw.spans or focus.spans)
    return raw


# 财政出多少, 那剩下的呢: the rest of the money that there is, not of what is spent.
_THE_REST = re.compile(
    r"(?:那么?)?(?:剩下|其余|剩余|余下|另外)的?(?:部分|钱|资金)?(?:呢|是?多少钱?|有多少|是什么钱)?[?。]*"
)


def filled(raw: Understanding, focus: Understanding) -> Understanding:
    """What a short follow-up leaves unsaid about the question: 那6月底呢 keeps the field, 换算成元 keeps everything."""
    if focus.intent is not Intent.RECORDS:
        return replace(raw, intent=Intent.RECORDS)
    if (
        focus.spans
        and not raw.spans
        and not raw.aggregates
        and (raw.assumption or raw.as_percent)
        and not set(raw.fields) - {"total"}
    ):
        # 如果预算减半呢, 换成百分比: the same dates, counted otherwise.
        percent = raw.as_percent and not raw.assumption
        return replace(same_question(raw, focus), assumption=raw.assumption, as_percent=percent, as_amount=not percent)
    if Aggregate.SHARE in raw.aggregates and focus.spans and raw.pronoun:
        # 占它预算的百分之几: the plan's share at that date, not its part of all projects.
        return replace(raw, aggregates=(), aggregate=None, fields=("plan",), spans=focus.spans, as_percent=True)
    if raw.unit and not (raw.fields or raw.spans or raw.aggregates or raw.remaining):
        return replace(focus, message=raw.message, unit=raw.unit, pending=None, options=())
    if raw.spans and not raw.aggregates and not raw.assumption:
        one = raw.pronoun and len(focus.result) == 1  # 其中最大的…, 这个项目到10月底花多少
        kept = () if one else tuple(a for a in focus.aggregates if a in _OVER_MANY or a is Aggregate.DIFFERENCE)
        return replace(
            raw,
            aggregates=kept,
            aggregate=kept[0] if kept else None,
            remaining=raw.remaining or focus.remaining,
            unit=raw.unit or focus.unit,
        )
    if raw.aggregates and not raw.fields and not raw.spans:
        return replace(
            raw, fields=tuple(f for f in focus.fields if f in ("total", "fiscal", "other", "plan")), spans=focus.spans
        )
    if raw.remaining and not raw.spans and focus.fields == ("fiscal",) and _THE_REST.fullmatch(normal(raw.message)):
        return replace(raw, remaining=False, fields=("other",))
    if raw.remaining and not raw.spans:
        return replace(raw, spans=focus.spans)
    return replace(raw, intent=Intent.RECORDS)


def _of_subject(raw: Understanding, focus: Understanding) -> Understanding:
    """The message asked about the projects that the conversation is about."""
    over_many = any(a in _OVER_MANY for a in raw.aggregates) and raw.intent is not Intent.INDICATORS
    many = over_many and not raw.pronoun and not raw.spans
    if Aggregate.SHARE in raw.aggregates and not raw.mentions and focus.result:
        # 占四个项目合计的多少: the projects named are the whole, the part is what was just answered.
        return replace(raw, mentions=tuple(Mention("", (key,)) for key in focus.result))
    if raw.mentions or raw.all_projects or (raw.filters and not raw.pronoun):
        return raw
    if many and len(focus.result) < 2:
        return raw
    if raw.nth > 1 and not raw.pronoun:
        return replace(raw, all_projects=True)  # 那第二大的呢
    if (
        focus.all_projects
        and not focus.mentions
        and Aggregate.MAX not in focus.aggregates
        and Aggregate.MIN not in focus.aggregates
    ):
        return replace(raw, all_projects=True)
    if not focus.result:
        return replace(raw, mentions=tuple(m for m in focus.mentions if m.certain), all_projects=focus.all_projects)
    return replace(raw, mentions=tuple(Mention("", (key,)) for key in focus.result))
