"""A message and what the conversation is about -> complete Understandings: splitting, follow-ups, scope."""

import re
from dataclasses import replace

from assistant.understanding import names
from assistant.understanding.catalogue import Catalogue, Entry
from assistant.understanding.conditions import amounts_of
from assistant.understanding.lexicon import group, normal, words
from assistant.understanding.parse import counts_something, parse
from assistant.understanding.scan import Scan
from assistant.understanding.subjects import number, take_items
from assistant.understanding.types import (
    ASKED_BACK,
    Aggregate,
    Intent,
    Mention,
    ProjectKey,
    SectionRef,
    Span,
    Understanding,
)
from corpus.folding import squeeze, strip_invisible

_SENTENCE_END = re.compile(r"(?<=[。！？?!；;\n])(?![”\"'」』》’])")
_ALSO = re.compile(r"[,，](?=(?:另外|还有|以及|顺便|同时|再问|折合|换算成|大写))")
_LANGUAGE_WISH = re.compile(
    r"(?:请|麻烦)?(?:你)?用?(?:中文|汉语|英文|英语)(?:来)?(?:回答|回复|答复|答|说|作答)?(?:我)?(?:即可|就行|吧)?[。.!！]?"
    r"|(?:please )?(?:reply|answer|respond)(?: to me)? in (?:english|chinese)(?: please)?[.!]?"
)
_AND = re.compile(r"和|与|跟|以及|、|及")
_WHOLE = (Intent.DRAFT, Intent.FORM, Intent.PLAN_CHECK, Intent.REMIT, Intent.KNOWLEDGE)
_MAX_CLAUSES = 6
_OVER_MANY = (Aggregate.SUM, Aggregate.AVERAGE, Aggregate.MAX, Aggregate.MIN, Aggregate.RANK, Aggregate.COUNT)
_BETWEEN_TWO = (Aggregate.DIFFERENCE, Aggregate.RATIO, Aggregate.SAME)
_SHORT = 16
_THAN_YEAR = re.compile(
    r"(?:比|较|同)(?:20\d\d年?|[12]\d年|去年|上年|上一年|前年)|同比|from 20\d\d|than (?:20\d\d|last year)"
)


def clauses(message: str, catalogue: Catalogue) -> tuple[str, ...]:
    """The questions of a message, one each; a request to write or check is never cut up."""
    message = strip_invisible(message)
    whole = (also for part in _SENTENCE_END.split(message) for also in _ALSO.split(part))
    pieces = [p.strip() for clause in whole for apart in _budget_apart(clause, catalogue) for p in _parted(apart)]
    asked = [p for p in pieces if re.search(r"\w", p) and not _LANGUAGE_WISH.fullmatch(normal(p))]
    if len(asked) < 2 or len(asked) > _MAX_CLAUSES or parse(message, catalogue).intent in _WHOLE:
        return (message,)
    telling = [p for p in _with_afterthoughts(asked) if _says_something(p, catalogue)]
    return tuple(telling) or (message,)


def _with_afterthoughts(pieces: list[str]) -> list[str]:
    """…预算是多少？2025年的: a year after the question is the question's."""
    found: list[str] = []
    for piece in pieces:
        if found and _AFTERTHOUGHT.fullmatch(normal(piece)):
            found[-1] = f"{piece.rstrip('。.!！')}{found[-1]}"
        elif found and _LIST_THEM.fullmatch(normal(piece)):
            found[-1] = f"{found[-1].rstrip('。？?！!')}，{piece}"
        else:
            found.append(piece)
    return found


_LIST_THEM = re.compile(r"(?:请|并|都)?(?:列出来?|列一下|逐[条个项]列出来?|都?列出来|说清楚)[。.!！]?")
_AFTERTHOUGHT = re.compile(r"(?:我?(?:要|问)?的?是)?(?:20\d\d年度?|今年|去年|明年)的?[。.!！]?")


def _budget_apart(clause: str, catalogue: Catalogue) -> list[str]:
    """预算多少，6月底花到百分之几: beside a date the budget would be read as the amount of that date, so it is asked apart."""
    parts = re.split("[,，]", clause)
    if len(parts) > 1 and all(counts_something(normal(part)) for part in parts):
        return parts  # 一共要买多少台设备，单台不超过多少钱
    if len(parts) != 2 or not all(_ASKING.search(part) for part in parts) or not _BUDGET.search(parts[0]):
        return [clause]
    first, second = (parse(part, catalogue) for part in parts)
    apart = "total" in first.fields and not first.spans and second.spans and not first.assumption
    return parts if apart and "total" not in parse(clause, catalogue).fields else [clause]


_ASKING = re.compile(r"多少|几|什么|啥|哪|谁|吗")
_BUDGET = re.compile(r"预算|经费|总额|盘子|规模|资金量")


def _says_something(clause: str, catalogue: Catalogue) -> bool:
    u = parse(clause, catalogue)
    return u.intent not in (Intent.UNCLEAR, Intent.HELP) and not (u.intent is Intent.TOPIC and not u.leftover)


def understand(message: str, focus: Understanding | None, catalogue: Catalogue) -> Understanding:
    """One question, completed from what the conversation is about (None at its start)."""
    u = _moved(_completed(message, focus, catalogue), catalogue)
    return replace(u, recent=_recent(focus), recent_spans=_recent_spans(focus)) if focus is not None else u


def _moved(u: Understanding, catalogue: Catalogue) -> Understanding:
    """2023年呢 after a project of 2025: the projects of that name in the year (and unit) now asked for."""
    if not u.years and not u.units:
        return u
    return replace(u, mentions=tuple(_in_year(m, u, catalogue) for m in u.mentions))


def _in_year(mention: Mention, u: Understanding, catalogue: Catalogue) -> Mention:
    entries = [catalogue.by_key[k] for k in mention.keys if k in catalogue.by_key]
    if entries and len(u.years) > 1:
        mention = _renamed_in(mention, entries, u, catalogue)
    if not entries or any(_within(e, u) for e in entries):
        return mention
    units = {e.unit_name for e in entries}
    named = [e for name in dict.fromkeys(e.name for e in entries) if name for e in catalogue.by_name[normal(name)]]
    keys = tuple(e.key for e in named if _within(e, u) and (u.units or e.unit_name in units))
    return replace(mention, text=mention.text or entries[0].name or "", keys=keys or mention.keys)


def _renamed_in(mention: Mention, entries: list[Entry], u: Understanding, catalogue: Catalogue) -> Mention:
    """The mention with the same projects, by code, under the names they had in the other years asked for."""
    missing = set(u.years) - {e.year for e in entries}
    same = [o for e in entries if e.code for o in catalogue.by_code[squeeze(e.code)] if o.unit_name == e.unit_name]
    return replace(mention, keys=tuple(dict.fromkeys((*mention.keys, *(o.key for o in same if o.year in missing)))))


def _within(entry: Entry, u: Understanding) -> bool:
    return (not u.years or entry.year in u.years) and (not u.units or entry.unit_name in u.units)


def _compares_with_before(raw: Understanding, focus: Understanding | None, catalogue: Catalogue) -> Understanding:
    """比2024年增加多少: one year is named, the other is that of the conversation, else the latest."""
    if len(raw.years) != 1 or Aggregate.DIFFERENCE not in raw.aggregates or not _THAN_YEAR.search(normal(raw.message)):
        return raw
    known = (focus.years if focus and len(focus.years) == 1 else ()) or catalogue.years[-1:]
    return replace(raw, years=tuple(dict.fromkeys((*known, *raw.years))))


def _completed(message: str, focus: Understanding | None, catalogue: Catalogue) -> Understanding:
    text, corrected = _without_correction(message)
    raw = replace(parse(text, catalogue), message=message.strip())
    raw = _compares_with_before(raw, focus, catalogue)
    if focus is None:
        return raw
    if focus.pending is not None:
        picked = _picked(raw, text, focus, catalogue)
        if picked is not None:
            return picked
    raw = _in_scope_of(raw, focus, catalogue)
    if raw.pronoun and raw.filters and not (raw.mentions or raw.lists) and len(focus.result) == 1:
        return replace(raw, mentions=(Mention("", focus.result),))  # 它12月底要花完吗
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
    if raw.aggregate in _BETWEEN_TWO and not raw.mentions and len(focus.result) == 1 and len(_recent(focus)) >= 2:
        return _filled(_with_the_last_two(raw, _recent(focus)[:2], catalogue), focus)
    dates = _recent_spans(focus)
    if (
        raw.aggregate is Aggregate.DIFFERENCE
        and not (raw.mentions or raw.spans)
        and len(focus.result) == len(dates) - 1
    ):
        same = Mention("", focus.result)  # 3月底呢, 10月底呢, 两个相差多少
        return replace(raw, mentions=(same,), spans=dates, fields=("plan",), units=focus.units, years=focus.years)
    if raw.show_sources and not (raw.mentions or raw.all_projects or raw.fields or raw.spans or raw.section):
        return replace(focus, message=raw.message, show_sources=True, pending=None, options=())
    if raw.others and focus.result and not raw.mentions:
        everyone = _same_question(raw, focus) if not _asks(raw) else raw
        return replace(everyone, mentions=(), all_projects=True, others=False, excluded=focus.result)
    if focus.intent is Intent.DRAFT and (wish := _wish(text, focus)):
        return replace(focus, message=raw.message, topic=f"{focus.topic}\n{wish}", topic_key="")
    if raw.filters and focus.filters and normal(text).startswith(("其中", "这里面", "这些里")):
        return replace(raw, filters=(*focus.filters, *raw.filters))
    if corrected and not _asks(raw):
        return _same_question(raw, focus)
    return _sequel(raw, text, focus, catalogue) or _elliptical(raw, focus)


def _with_the_last_two(raw: Understanding, keys: tuple[ProjectKey, ...], catalogue: Catalogue) -> Understanding:
    """两个差多少, and 增加了多少 after the same project in two years: the later year is held against the earlier."""
    years = {key: catalogue.by_key[key].year or 0 for key in keys if key in catalogue.by_key}
    pair = sorted(keys, key=lambda key: -years.get(key, 0)) if len(set(years.values())) > 1 else keys[::-1]
    both = tuple(sorted({year for year in years.values() if year}))
    mentions = tuple(Mention("", (key,)) for key in pair)
    return replace(raw, mentions=mentions, years=both if len(both) > 1 else raw.years)


def _of_another_unit(raw: Understanding, focus: Understanding) -> bool:
    """公安局的呢, after another unit's overall goal or indicators."""
    only_unit = raw.units and not (raw.mentions or raw.leftover or _asks(raw) or raw.section)
    return bool(only_unit) and focus.intent in (Intent.SECTIONS, Intent.FINDINGS, Intent.INDICATORS)


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
    if not keys or (_asks(raw) and raw.intent is not Intent.TOPIC and len(normal(text)) > _SHORT):
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


def _asks(u: Understanding) -> bool:
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


def _same_question(raw: Understanding, focus: Understanding) -> Understanding:
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
_OF_LIST = re.compile(
    r"(?:那么?)?第([一二三四五六七八九十\d]+)个(?:呢|的|是什么)?[?。]*"
)  # of the projects just listed


def _sequel(raw: Understanding, text: str, focus: Understanding, catalogue: Catalogue) -> Understanding | None:
    """下一条, 第五条呢, 对应的保障措施呢: what only the last answer gives a meaning."""
    scan = Scan(normal(text))
    if raw.pronoun and not raw.mentions and focus.result and scan.has(words("excluding")):
        return replace(raw, excluded=focus.result, all_projects=True, pronoun=False)
    step = 1 if scan.has(words("sequence", "next")) else -1 if scan.has(words("sequence", "previous")) else 0
    section = focus.section
    if section and _COUNTS_ITEMS.search(scan.text) and len(scan.text) <= _SHORT and not (raw.mentions or raw.section):
        return replace(_bare(raw), intent=Intent.SECTIONS, section=SectionRef(section.kind), count_sections=True)
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
            return replace(_same_question(raw, focus), mentions=(Mention(catalogue.by_key[key].name or "", (key,)),))
        return replace(_same_question(raw, focus), mentions=(), unnamed_project=key.ordinal)
    if (
        section
        and not _has_subject(raw)
        and len(scan.text) <= _SHORT
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
    briefly = len(scan.text) <= _SHORT and raw.intent is Intent.SECTIONS and section.kind is not raw.section.kind
    return raw.intent is Intent.LINK or briefly


def _parted(clause: str) -> list[str]:
    """第四条分项目标和第四项保障措施: two parts by number are two questions."""
    kinds = group("sections")
    named = list(kinds.pattern.finditer(clause))
    if len(named) < 2 or len({kinds.key(m.group()) for m in named}) < 2:
        return [clause]
    for match in _AND.finditer(clause):
        left, right = clause[: match.start()], clause[match.end() :]
        if all(kinds.pattern.search(normal(side)) and take_items(Scan(normal(side))) for side in (left, right)):
            return [left, right]
    return [clause]


def _bare(raw: Understanding) -> Understanding:
    return Understanding(message=raw.message, document_ids=raw.document_ids, years=raw.years, english=raw.english)


def _elliptical(raw: Understanding, focus: Understanding) -> Understanding:
    if (
        raw.intent is Intent.FINDINGS
        and focus.intent is Intent.FINDINGS
        and not (raw.section or raw.fields or raw.mentions)
    ):
        return replace(focus, message=raw.message)
    if raw.intent not in (Intent.RECORDS, Intent.UNCLEAR, Intent.TOPIC, Intent.INDICATORS):
        return raw
    if focus.intent is Intent.INDICATORS and _presses(raw):
        return replace(focus, message=raw.message)
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
    if focus.intent not in (Intent.RECORDS, Intent.INDICATORS, Intent.LINK, Intent.TOPIC):
        return raw
    if _has_subject(raw) and Aggregate.SHARE not in raw.aggregates:
        return _with_second(raw, focus) if _asks(raw) else _renamed(raw, focus)
    if not _asks(raw):
        return _same_question(raw, focus) if raw.pronoun or _same_scope_changed(raw, focus) else raw
    return _of_subject(_filled(raw, focus), focus)


def _presses(raw: Understanding) -> bool:
    """大于95%吗, 量级是十位数吗 after a refused indicator: still about that indicator."""
    short = raw.pronoun or len(normal(raw.message)) <= _SHORT
    named = raw.mentions or raw.all_projects or raw.section or raw.document_ids
    return not named and not set(raw.fields) - {"name"} and raw.intent is not Intent.INDICATORS and short


def _same_scope_changed(raw: Understanding, focus: Understanding) -> bool:
    return (raw.years, raw.document_ids) != (focus.years, focus.document_ids)


def _renamed(raw: Understanding, focus: Understanding) -> Understanding:
    if raw.intent is Intent.TOPIC or focus.intent is Intent.TOPIC or (raw.filters and not raw.mentions):
        return raw
    if not raw.mentions and not raw.all_projects:
        wider = raw.all_units and raw.intent is not Intent.DOCUMENT
        return _same_question(raw, focus) if raw.missing_year or wider else raw
    kept = tuple(a for a in focus.aggregates if a not in (*_BETWEEN_TWO, Aggregate.SHARE)) if raw.all_projects else ()
    same = _same_question(raw, focus)
    if raw.all_projects and not raw.mentions:
        same = replace(same, mentions=(), all_projects=True)  # 全部项目呢
    return replace(same, aggregates=kept, aggregate=kept[0] if kept else None)


def _with_second(raw: Understanding, focus: Understanding) -> Understanding:
    """比网络安全那个多多少: the other of the two is what the conversation is about."""
    named = {k for m in raw.mentions for k in m.keys}
    if (
        raw.aggregate in _BETWEEN_TWO
        and len(raw.mentions) == 1
        and len(focus.result) == 1
        and focus.result[0] not in named
    ):
        other = Mention("", focus.result)
        fields = raw.fields or focus.fields
        return replace(raw, mentions=(other, *raw.mentions), fields=fields, spans=raw.spans or focus.spans)
    return raw


def _filled(raw: Understanding, focus: Understanding) -> Understanding:
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
        return replace(_same_question(raw, focus), assumption=raw.assumption, as_percent=percent, as_amount=not percent)
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
    if raw.remaining and not raw.spans:
        return replace(raw, spans=focus.spans)
    return replace(raw, intent=Intent.RECORDS)


def _of_subject(raw: Understanding, focus: Understanding) -> Understanding:
    """The message asked about the projects that the conversation is about."""
    many = any(a in _OVER_MANY for a in raw.aggregates) and not raw.pronoun and not raw.spans
    if Aggregate.SHARE in raw.aggregates and not raw.mentions and focus.result:
        # 占四个项目合计的多少: the projects named are the whole, the part is what was just answered.
        return replace(raw, mentions=tuple(Mention("", (key,)) for key in focus.result))
    if raw.mentions or raw.all_projects or (raw.filters and not raw.pronoun):
        return raw
    if many and len(focus.result) < 2:
        return raw
    if (
        focus.all_projects
        and not focus.mentions
        and Aggregate.MAX not in focus.aggregates
        and Aggregate.MIN not in focus.aggregates
    ):
        return replace(raw, all_projects=True)
    if not focus.result:
        return replace(raw, mentions=focus.mentions, all_projects=focus.all_projects)
    return replace(raw, mentions=tuple(Mention("", (key,)) for key in focus.result))
