"""One question -> Understanding: every rule takes its words from the message, then the intent follows from what was found."""

import re
from dataclasses import dataclass, replace

from assistant.understanding import dates, names
from assistant.understanding.catalogue import Catalogue
from assistant.understanding.conditions import assumption_clause, read_assumption, take_blank_filter, take_filters
from assistant.understanding.lexicon import Topic, group, normal, topics, words
from assistant.understanding.scan import Scan
from assistant.understanding.subjects import Places, take_items, take_places, take_section, take_units
from assistant.understanding.types import (
    Aggregate,
    Assumption,
    Intent,
    Mention,
    ProjectKey,
    SectionRef,
    Span,
    Understanding,
)
from corpus.numbers import parse_number
from corpus.types import SectionKind

_QUOTED = re.compile(r"[“\"'「『《‘](.{1,60}?)[”\"'」』》’]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_W_FOR_WAN = re.compile(r"(?<=\d)w(?![a-z])")
_NTH = re.compile(r"第([二三四五六七八九十2-9])(?:多|高|大|少|低|小|贵)")
_RANKED = re.compile(r"(?:前|最(?:多|高|大|少|低|小|贵)的?前?|排名前|top ?)([一二两三四五六七八九十\d]+)(?:名|个|位|项)?(?!个?月|个?季|年)")
_ORDINAL_QUESTION = re.compile(r"第几条|第几项|第几个|哪一条|哪条|哪一项|哪项")


@dataclass
class Words:
    """What the rules found in one question, before it is put together."""

    mentions: list[Mention]
    places: Places
    units: tuple[str, ...]
    unit_words: str
    years: tuple[int, ...]
    missing_year: str
    spans: tuple[Span, ...]
    quoted: str
    assumption: Assumption | None


def parse(message: str, catalogue: Catalogue, options: tuple[ProjectKey, ...] = ()) -> Understanding:
    """`message` read on its own; what only the conversation can tell is left unsaid.

    `options` are the projects of an open clarification, so that a bare 第二个 is known to pick one.
    """
    scan = Scan(_W_FOR_WAN.sub("万", normal(message)))
    base = Understanding(message=message.strip(), english=not _HAN.search(message) and bool(re.search("[a-z]{2}", scan.text)))
    quoted = _quoted(message, catalogue)
    found = _take_subjects(scan, catalogue, quoted)
    early = _by_topic(scan, base, found) or _by_task(scan, base, found, message)
    if early:
        return _with_subjects(early, found, scan, catalogue)
    del options
    return _with_subjects(_by_content(scan, base, found, catalogue), found, scan, catalogue)


def _quoted(message: str, catalogue: Catalogue) -> str:
    """The phrase a person put between quotation marks, unless it names a project."""
    match = _QUOTED.search(message)
    if not match or normal(match.group(1)) in catalogue.by_name:
        return ""
    return match.group(1)


def _take_subjects(scan: Scan, catalogue: Catalogue, quoted: str) -> Words:
    mentions = names.take_names(scan, catalogue) + names.take_codes(scan, catalogue)
    units, unit_words = take_units(scan, catalogue)
    clause = assumption_clause(scan.text)
    years, missing_year = dates.take_years(scan, catalogue.years)
    places = take_places(scan)
    if quoted and normal(quoted) in scan.text:
        position = scan.text.index(normal(quoted))
        scan.use(position, position + len(normal(quoted)))
    increment = scan.has(words("spend", "increment"))
    spans = dates.take_spans(scan, increment)
    return Words(
        mentions=mentions,
        places=places,
        units=units,
        unit_words=unit_words,
        years=years,
        missing_year=missing_year,
        spans=spans,
        quoted=quoted,
        assumption=read_assumption(clause) if clause else None,
    )


def _by_topic(scan: Scan, base: Understanding, found: Words) -> Understanding | None:
    """Entries of topics.toml: what the field knows, no document says, or the assistant does not do."""
    for topic in topics():
        if not scan.has(topic.pattern) or (topic.only_with and not topic.only_with.search(scan.text)):
            continue
        if topic.kind == "knowledge" and _asks_of_a_project(topic, found):
            continue
        intent = {"knowledge": Intent.KNOWLEDGE, "outside": Intent.OUTSIDE, "remit": Intent.REMIT}[topic.kind]
        scan.take(topic.pattern)
        return replace(base, intent=intent, topic_key=topic.key, section=take_section(scan) if intent is Intent.OUTSIDE else None)
    return None


def _asks_of_a_project(topic: Topic, found: Words) -> bool:
    """General knowledge about indicators is free; asked of a named project it is a question about its fields."""
    return bool(found.mentions) and topic.key not in ("cumulative", "classified_meaning")


def _by_task(scan: Scan, base: Understanding, found: Words, message: str) -> Understanding | None:
    """Requests to write, check or explain, which are told by their verbs."""
    given = dates.given_plan(scan.text)
    if len(given) >= 2 and scan.has(words("intents", "plan_check")):
        return replace(base, intent=Intent.PLAN_CHECK, given_plan=given)
    if scan.has(words("intents", "form")):
        return replace(base, intent=Intent.FORM)
    if scan.has(words("intents", "draft")) and not scan.has(words("where")):
        section = take_section(scan)
        return replace(base, intent=Intent.DRAFT, section=section, topic=message, categories=_categories(scan))
    if scan.has(words("intents", "help")) and not found.mentions:
        scan.take(words("intents", "help"))
        return replace(base, intent=Intent.HELP)
    if scan.has(words("intents", "findings")) and not scan.has(words("indicators", "classified")):
        scan.take(words("intents", "findings"))
        section = take_section(scan)
        fields = scan.take_keys(group("fields"))
        return replace(base, intent=Intent.FINDINGS, section=section, fields=fields)
    return None


def _categories(scan: Scan) -> tuple[str, ...]:
    return scan.take_keys(group("indicators", "aliases"))


def _by_content(scan: Scan, base: Understanding, found: Words, catalogue: Catalogue) -> Understanding:
    """Questions told by the fields, sections and figures they name."""
    categories = _categories(scan)
    classified = bool(scan.take(words("indicators", "classified")))
    grid_words = bool(scan.take(words("indicators", "fields"))) or bool(categories)
    if grid_words or classified or scan.has(words("indicators", "categories")):
        asks_categories = bool(scan.take(words("indicators", "categories")))
        return _indicators(scan, base, categories, classified, asks_categories)
    where, quote = bool(scan.take(words("where"))), bool(scan.take(words("quote")))
    section = take_section(scan)
    linked = bool(scan.take(words("linking")))
    if section is not None:
        return _about_sections(scan, replace(base, section=section), found, linked, where, quote)
    if where and (found.quoted or not (found.mentions or found.places.ordinals)):
        phrase = found.quoted or scan.leftover().replace(" ", "")
        if phrase:
            return replace(base, intent=Intent.PHRASE, phrase=phrase)
    if found.quoted and not found.mentions:
        return replace(base, intent=Intent.PHRASE, phrase=found.quoted)
    if linked and found.mentions and scan.has(re.compile("保障|目标|措施")):
        return replace(base, intent=Intent.LINK, section=SectionRef(SectionKind.ITEMISED))
    document = _about_document(scan, base, found)
    return document or _about_records(scan, base, found, quote, catalogue)


def _indicators(
    scan: Scan, base: Understanding, categories: tuple[str, ...], classified: bool, asks_categories: bool
) -> Understanding:
    aggregates = tuple(Aggregate(key) for key in scan.take_keys(group("aggregates")) if key in Aggregate)
    counting = Aggregate.COUNT in aggregates
    listing = scan.has(words("intents", "which")) or scan.has(words("intents", "yes_no"))
    return replace(
        base,
        intent=Intent.INDICATORS,
        categories=categories,
        fields=("categories",) if asks_categories and not classified else ("classified",) if classified else (),
        aggregate=Aggregate.COUNT if counting else None,
        aggregates=aggregates,
        verbatim=listing,
        leftover=scan.leftover(),
    )


def _about_sections(
    scan: Scan, base: Understanding, found: Words, linked: bool, where: bool, quote: bool
) -> Understanding:
    section = base.section
    assert section is not None
    counting = scan.has(words("count_sections")) and not _ORDINAL_QUESTION.search(scan.text)
    record_fields = tuple(f for f in group_keys(scan, "fields") if f in ("total", "fiscal", "other", "code", "plan", "name"))
    if linked and (section.ordinals or found.mentions) and not found.quoted:
        return replace(base, intent=Intent.LINK, fields=record_fields)
    scan.take(words("whole_section"))
    scan.take(words("intents", "summary"))
    if where and found.quoted:
        return replace(base, intent=Intent.PHRASE, phrase=found.quoted)
    if section.ordinals:
        return replace(base, intent=Intent.LINK if linked else Intent.SECTIONS, verbatim=quote)
    if _ORDINAL_QUESTION.search(scan.text):
        scan.take(_ORDINAL_QUESTION)
        phrase = found.quoted or scan.leftover().replace(" ", "")
        return replace(base, intent=Intent.PHRASE, phrase=phrase) if phrase else replace(base, intent=Intent.SECTIONS)
    scan.take(words("narrative"))
    if counting:
        scan.take(words("count_sections"))
    topic = (found.quoted + scan.leftover()).strip()
    topic = "" if _about_nothing(topic) else topic
    if topic or found.mentions:
        return replace(base, intent=Intent.TOPIC, topic=base.message, verbatim=quote, leftover=topic, count_sections=counting)
    return replace(base, intent=Intent.SECTIONS, count_sections=counting, verbatim=quote)


def _about_nothing(topic: str) -> bool:
    return len(re.sub(r"\s|文件|文档|材料|部门|单位|英文|english|summar\w*|中文|translate", "", topic)) < 2


def group_keys(scan: Scan, section: str) -> tuple[str, ...]:
    return scan.take_keys(group(section))


def _about_document(scan: Scan, base: Understanding, found: Words) -> Understanding | None:
    """Year, unit, structure and money unit of a document; the library's list."""
    about = scan.has(words("document", "words"))
    if found.mentions or found.places.ordinals or found.spans:
        return None
    for key in ("library", "money_unit", "year", "unit", "structure"):
        if not scan.has(words("document", key)):
            continue
        if key in ("structure", "unit", "year") and not about and _other_content(scan, key):
            continue
        scan.take(words("document", key))
        scan.take(words("document", "words"))
        return replace(base, intent=Intent.DOCUMENT, topic_key=key, leftover=scan.leftover())
    if about and scan.has(words("intents", "summary")):
        return replace(base, intent=Intent.DOCUMENT, topic_key="structure")
    return None


def _other_content(scan: Scan, key: str) -> bool:
    """Whether the message has content beside these words, so that it asks of something else than the document."""
    probe = Scan(scan.text)
    probe.take(words("document", key))
    return bool(probe.leftover())


def _about_records(scan: Scan, base: Understanding, found: Words, quote: bool, catalogue: Catalogue) -> Understanding:
    lists = scan.has(words("intents", "which")) or scan.has(words("intents", "list")) or "的项目" in scan.text
    nth, limit = _take_rank(scan)
    partial = names.take_partial_names(scan, catalogue, None)
    mentions = found.mentions + partial
    if found.assumption:
        _use_assumption(scan)
    filters = take_filters(scan, found.spans, lists or not mentions)
    given_filters = bool(filters)
    remaining = bool(scan.take(words("spend", "remaining")))
    as_percent, as_amount = bool(scan.take(words("spend", "percent"))), bool(scan.take(words("spend", "amount")))
    unit = next(iter(scan.take_keys(group("units"))), "")
    by_unit, by_year = bool(scan.take(words("all_units", "by_unit"))), bool(scan.take(words("all_units", "by_year")))
    all_units = bool(scan.take(words("all_units"))) or by_unit
    ascending = bool(scan.take(words("aggregates", "ascending")))
    blanks_wanted = scan.has(words("blank", "blank"))
    order = [Aggregate(k) for k in group_keys(scan, "aggregates") if k in {a.value for a in Aggregate}]
    order += [Aggregate.RANK] if ascending or limit else []
    fields = group_keys(scan, "fields")
    filters += take_blank_filter(scan, fields, found.spans) if blanks_wanted and (lists or not mentions) else ()
    spending = bool(scan.take(words("spend"))) or bool(found.spans)
    all_projects = bool(scan.take(words("all_projects")))
    pronoun = bool(scan.take(words("pronouns")))
    narrative = scan.has(words("narrative"))
    if not mentions and not fields and not order and not found.spans and not filters and not found.places.ordinals:
        mentions = names.misspelt(scan, catalogue, None)
    elif not mentions and not all_projects and not filters and not found.places.ordinals and not found.places.count and not pronoun:
        mentions = names.misspelt(scan, catalogue, None)
    found.mentions = mentions
    for taken in ("intents", "spend"):
        for key in ("list", "which", "yes_no", "summary") if taken == "intents" else ("increment", "cumulative"):
            scan.take(words(taken, key))
    scan.take(words("blank", "blank"))
    scan.take(words("pronouns", "topic"))
    leftover = scan.leftover()
    understanding = replace(
        base,
        intent=Intent.RECORDS,
        fields=_settled_fields(fields, found, spending),
        spans=found.spans,
        as_percent=as_percent and not as_amount,
        as_amount=as_amount,
        remaining=remaining,
        filters=filters,
        aggregate=order[0] if order else None,
        aggregates=tuple(dict.fromkeys(order)),
        nth=nth,
        limit=limit,
        descending=not ascending and Aggregate.MIN not in order,
        group_by="unit" if by_unit else "year" if by_year else "",
        unit=unit,
        all_projects=all_projects,
        all_units=all_units,
        assumption=found.assumption,
        pronoun=pronoun,
        verbatim=quote,
        leftover=leftover,
    )
    anything = fields or order or found.spans or given_filters or filters or remaining or unit or found.assumption or as_percent
    return _or_topic(understanding, found, bool(anything), narrative, leftover, lists)


def _or_topic(
    understanding: Understanding, found: Words, anything: bool, narrative: bool, leftover: str, lists: bool
) -> Understanding:
    """A question that names no field and no figure is about the text, unless it only names a project."""
    whole = any(m.text == normal(m.text) and m.certain for m in found.mentions)
    subject = bool(found.mentions or found.places.ordinals or found.places.count or understanding.all_projects)
    content = len(leftover.replace(" ", "")) >= 2
    if anything:
        return understanding
    if lists and understanding.all_projects:
        return understanding
    if subject and not content and not (narrative and not whole):
        return understanding
    if content or narrative:
        return replace(understanding, intent=Intent.TOPIC, topic=understanding.message)
    return understanding if subject or understanding.pronoun else replace(understanding, intent=Intent.UNCLEAR)


def _settled_fields(fields: tuple[str, ...], found: Words, spending: bool) -> tuple[str, ...]:
    """With a date, 预算 or 钱 beside the spending plan only say that an amount is wanted."""
    if found.spans and spending:
        others = tuple(f for f in fields if f not in ("total", "plan"))
        return ("plan", *others) if "total" not in fields or "plan" not in fields else ("plan", *others)
    return fields


def _take_rank(scan: Scan) -> tuple[int, int | None]:
    nth = 1
    for match in scan.find(_NTH):
        nth = int(parse_number(match.group(1)) or 1)
        scan.use(match.start(), match.start() + 1 + len(match.group(1)))
    limit = None
    for match in scan.take(_RANKED):
        limit = int(parse_number(match.group(1).replace("两", "二")) or 0) or None
    return nth, limit


def _use_assumption(scan: Scan) -> None:
    for match in scan.take(words("assumption")):
        clause = assumption_clause(scan.text)
        start = scan.text.find(clause, match.start()) if clause else -1
        if start >= 0:
            scan.use(start, start + len(clause))


def _with_subjects(understanding: Understanding, found: Words, scan: Scan, catalogue: Catalogue) -> Understanding:
    """The understanding with units, years, projects by place, and the limits these set on the candidates."""
    if understanding.intent not in (Intent.RECORDS, Intent.TOPIC, Intent.PHRASE) and not found.mentions:
        found.mentions = names.take_partial_names(scan, catalogue, None)
    ids = _documents(found, catalogue)
    within = _within(found, ids, catalogue)
    mentions = [names.narrowed(m, within) for m in found.mentions]
    by_place, unnamed = _by_place(found.places, within, catalogue)
    count = found.places.count
    known = len(within) if within is not None else len(catalogue.entries)
    return replace(
        understanding,
        mentions=tuple(mentions + by_place),
        unnamed_project=unnamed,
        missing_count=count if count is not None and count > known else None,
        said_count=count,
        all_projects=understanding.all_projects or (count is not None and count == known),
        pronoun=understanding.pronoun or (count is not None and count < known),
        document_ids=ids,
        unit_words=found.unit_words,
        years=found.years,
        missing_year=found.missing_year,
    )


def _documents(found: Words, catalogue: Catalogue) -> tuple[str, ...]:
    """The documents of the units named; empty when none is."""
    if not found.units:
        return ()
    of_entries = [e.key.document_id for e in catalogue.entries if e.unit_name in found.units]
    of_documents = [d.id for d in catalogue.documents if d.unit_name in found.units]
    return tuple(dict.fromkeys(of_documents + of_entries))


def _within(found: Words, ids: tuple[str, ...], catalogue: Catalogue) -> frozenset[ProjectKey] | None:
    if not found.units and not found.years:
        return None
    return frozenset(
        e.key
        for e in catalogue.entries
        if (not found.units or e.unit_name in found.units or (e.unit_name is None and e.key.document_id in ids))
        and (not found.years or e.year in found.years)
    )


def _by_place(
    places: Places, within: frozenset[ProjectKey] | None, catalogue: Catalogue
) -> tuple[list[Mention], int | None]:
    mentions, unnamed = [], None
    keys = [e.key for e in catalogue.entries if within is None or e.key in within]
    for ordinal in places.ordinals:
        wanted = tuple(k for k in keys if k.ordinal == ordinal)
        if ordinal == -1:
            last: dict[str, ProjectKey] = {k.document_id: k for k in keys}
            wanted = tuple(last.values())
        if wanted:
            mentions.append(Mention("最后一个项目" if ordinal == -1 else f"第{ordinal}个项目", wanted))
        else:
            unnamed = ordinal
    return mentions, unnamed


__all__ = ["parse", "take_items"]
