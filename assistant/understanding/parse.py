"""One question -> Understanding: every rule takes its words from the message, then the intent follows from what was found."""

import re
from collections.abc import Set
from dataclasses import replace

from assistant.understanding import dates, names
from assistant.understanding.asked import Words, about_records, take_aggregates
from assistant.understanding.assumptions import assumption_clause, read_assumption, scoped
from assistant.understanding.catalogue import Catalogue
from assistant.understanding.changes import matter_of
from assistant.understanding.codes import take_codes
from assistant.understanding.documents import about_document
from assistant.understanding.lexicon import group, in_chinese_words, normal, words
from assistant.understanding.quantities import counts_something
from assistant.understanding.scan import Scan
from assistant.understanding.subjects import (
    Places,
    take_documents,
    take_places,
    take_references,
    take_region,
    take_section,
    take_units,
    without_excluded_units,
)
from assistant.understanding.tasks import by_task, by_topic, categories_in
from assistant.understanding.types import (
    Aggregate,
    Comparison,
    Filter,
    Intent,
    Mention,
    ProjectKey,
    SectionRef,
    Understanding,
)
from corpus.types import SectionKind

_QUOTED = re.compile(r"[“\"'「『《‘](.{1,60}?)[”\"'」』》’]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_W_FOR_WAN = re.compile(r"(?<=\d)w(?![a-z])")
# 有几行, 多少个指标 ask for rows; 一般会定多少条 asks for the value itself.
_BESIDE_THE_POINT = re.compile(r"[,，](?:和|与|跟)[^,，。]{1,8}(?:没关系|没有关系|无关|不相干)")
_COUNTS_ROWS = re.compile(
    r"(?:有|共|列了?|设了?|写了?|填了?|含|包括|一共)[^,。?]{0,8}(?:多少|几)(?:个|项|条|行|类|种|格|处)(?!字|位|数字|数位)|(?:多少|几)(?:个|项|条|行|类|种|格|处)(?!字|位|数字|数位)[^,。?]{0,8}指标|how many"
)
_HAVING = re.compile(
    r"(?:哪个|哪些|哪几个|谁|有没有|是否|都)[^,。?]{0,10}(?:设了|设有|设置了|列了|列有|有|包含|含有|填了)(?:[^,。?多少几]{0,4})(?:指标|效益|满意度)"
)
_ANY = re.compile(
    r"(?:有没有|有无|是否(?:有|设)|设没设|有没有设|设不设|设了没有?)[^,。?]{0,10}(?:指标|效益|满意度)(?:吗|呢|[?？。]|$)"
)
_GUESSES = re.compile(r"一般|大概|大约|推算|反推|推测|估计|估算|猜|应该|可能|差不多|会定|会设|通常|左右|按理")
_WHICH_ITEM_SAYS = re.compile(
    r"(?:是|在)?哪(?:一)?(?:条|项|段|部分)(?:分项目标|分项|目标|保障措施|措施)?(?:里)?(?:中)?(?:提到|写到|说到|讲到|提及|写了|说了)的?"
)
_NAME_HOLDS = re.compile(
    r"(?:名称|名字|项目名|编码|代码|编号)(?:里|中|当中)?(?:面)?(?:带有?|含有?|包含|有)[“\"'「]?([^”\"'」的,，。?？]{1,12})[”\"'」]?(?:字样|两个字|二字)?的"
)
_ALL_ITEMS = re.compile(r"(?<!第)[一二三四五六七八九十\d]+(?:项|条|个|大)|标题|题目|各条|各项")
# 第四条说的是什么, 一共八条吗: of which part, only the conversation can tell.
_ITEM_ALONE = re.compile(
    r"(?:那么?|请问)?(?:第[一二三四五六七八九十\d]+条|(?:一?共|总共)?(?:有)?[几一二三四五六七八九十\d]+条)(?:说的?|讲的?|写的?)?(?:是)?(?:什么|啥|哪些|吗|呢|内容)?[?。]*"
)
# 哪个项目是落实“…”这条分项目标的
_CARRIES = re.compile(
    r"(?:哪个|哪些|哪几个|什么)(?:预算)?项目[^,。?“]{0,8}(?:落实|支撑|支持|承担|体现|服务于|保障|实现|完成|对应)"
)
_IS_RELATED = re.compile(r"有关(?:系|联)?(?=$|[?吗呢。])")  # not 有关部门
_ORDINAL_QUESTION = re.compile(r"第几条|第几项|第几个|哪一条|哪条|哪一项|哪项")

_WHAT_CHANGED = re.compile(
    r"有了?(?:什么|哪些|啥|何)(?:变化|变动|调整|不同|区别|差别|增减)|(?:变化|变动|调整)(?:情况|了?什么|了?哪些|在哪)|怎么变|比(?:去年|上年|上一年|20\d\d年?)[多少]了?[几哪][几]?[条项]|(?:哪里|哪些地方|哪儿|哪些|什么地方)(?:有)?(?:改|变|动|调整)了?(?=$|[?？。呢的])|改了?(?:哪里|哪些|什么|哪几)|改动|哪些变了"
    r"|(?:年度|逐年|两年|跨年)的?(?:对比|比较|变化|差异|不同|区别)|对比|比对|变化表|year over year|what changed"
)
# 怎么落实保密责任: work that the text tells of, and no classified cell.
_SECRECY_WORK = re.compile(
    r"保密(?:责任|工作|制度|教育|纪律|意识|宣传|培训|检查|审查|管理|协议|规定)|涉密(?:人员|载体|文件|设备|计算机|岗位|会议)"
    r"|涉密信息(?:能不能|能否|可以|可不可以|怎么|如何|上网|管理)|(?:做好|加强|落实|搞好)[^,。?]{0,8}保密"
)
# 涉密项目的预算是多少: of the projects with classified rows, what is public.
_SEALED_PROJECTS = re.compile(
    r"(?:有)?涉密(?:指标)?的?项目(?=的?(?:预算|资金|经费|财政|其他资金|支出计划|用途|编码|一共多少钱|多少钱|花多少|合计))"
)
# 除了涉密的还有几条指标, 哪些指标没涉密: the public rows.
_OPEN_ROWS = re.compile(
    r"(?:除了?|除去|除开|不算|不含|扣除|去掉|刨去|抛开)涉密的?(?:指标|行|内容|部分)?(?:以外|之外|外)?|(?:不|没有?|非|未|无)(?:属于)?(?:涉密|保密|密级)的?"
    r"|(?<!不)(?<!没)(?<!没有)(?<!未)(?<!不予)(?<!不能)(?<!可以)(?:能够?|可以?|是|都|已)?公开的(?:那些|部分)?"
)
_MAIN_WORK = re.compile(
    r"(?:重点|主要|核心|中心)(?:的)?(?:工作|任务)(?:任务|内容)?|工作重点|(?:主要|重点)?(?:要)?(?:做|干)(?:的|些|了)?(?:哪些|什么|啥)(?:事情?|工作)|用?[一两几]段话|这个?部门|这家?单位"
)
# 咱们局今年预算多少: of several units the library cannot know which is meant.
_OURS = re.compile(
    r"(?:咱们?|我们?|本|俺们?)(?:这?个)?(?:局|委|办|院|中心|校|厅|单位|部门)(?!长)|(?:咱们?|我们?|俺们?)这(?:里|儿|边|个单位)?(?=今|的|有|20|预)"
)
_IN_WHICH_CASE = re.compile(
    r"怎么办|咋办|(?:什么|哪些|哪种|何种)(?:情况|情形|条件)(?:下|之下)?(?:会|要|可以|可|能|应当?|需要?|不能?|才)"
)
_LAST_YEAR = re.compile(r"去年|上年|上一年|前一年|往年|两年|逐年|年度间|跨年|last year|year over year")
_A_FIGURE = re.compile(r"多少|总额|合计|总预算|哪一?年|百分|起草|写")


def parse(message: str, catalogue: Catalogue, units: tuple[str, ...] = ()) -> Understanding:
    """`message` read on its own; what only the conversation can tell is left unsaid.

    `units` are those the conversation is about: 去年 is the year before their latest, where the message names none.
    """
    scan = Scan(_BESIDE_THE_POINT.sub("", _W_FOR_WAN.sub("万", normal(message))))
    if not _HAN.search(scan.text):
        scan = Scan(in_chinese_words(scan.text))
    base = Understanding(
        message=message.strip(), english=not _HAN.search(message) and bool(re.search("[a-z]{2}", scan.text))
    )
    quoted = _quoted(message, catalogue)
    found = _take_subjects(scan, catalogue, quoted, units)
    if not (found.mentions or found.documents) and (references := take_references(scan, catalogue)):
        found.documents = references
        return _with_subjects(replace(base, intent=Intent.TOPIC, topic=message), found, scan, catalogue)
    early = by_topic(scan, base, found, catalogue) or by_task(scan, base, found, message, catalogue)
    if early:
        return _with_subjects(early, found, scan, catalogue)
    return _with_subjects(_by_content(scan, base, found, catalogue), found, scan, catalogue)


def _quoted(message: str, catalogue: Catalogue) -> str:
    """The phrase a person put between quotation marks, unless it names a project."""
    match = _QUOTED.search(message)
    if (
        not match
        or normal(match.group(1)) in catalogue.by_name
        or words("indicators", "classified").search(match.group(1))
    ):
        return ""
    return match.group(1)


def _take_subjects(scan: Scan, catalogue: Catalogue, quoted: str, units_before: tuple[str, ...]) -> Words:
    documents = take_documents(scan, catalogue)
    mentions = names.take_names(scan, catalogue) + take_codes(scan, catalogue)
    ours = scan.take(_OURS) if len(catalogue.units) > 1 else []
    units, unit_words = take_units(scan, catalogue)
    unit_words = unit_words or (ours[0].group() if ours and not units else "")
    if regions := catalogue.places:
        scan.take(re.compile("|".join(map(re.escape, regions))))
    units = without_excluded_units(scan.text, units, catalogue)
    region = take_region(scan, catalogue) if not (units or mentions) else ()
    clause = assumption_clause(scan.text)
    latest = _latest_year(scan, catalogue, mentions, units or region, documents) or catalogue.latest_year(units_before)
    years, missing_year = dates.take_years(scan, catalogue.years, latest)
    places = take_places(scan)
    if quoted and normal(quoted) in scan.text:
        position = scan.text.index(normal(quoted))
        scan.use(position, position + len(normal(quoted)))
    increment = scan.has(words("spend", "increment"))
    scan.reserve(names.parts_of_names(scan, catalogue))
    spans = dates.take_spans(scan, increment)
    return Words(
        mentions=mentions,
        places=places,
        documents=documents,
        units=units or region,
        of_region=bool(region),
        unit_words="" if region else unit_words,
        years=years,
        missing_year=missing_year,
        spans=spans,
        quoted=quoted,
        assumption=read_assumption(clause) if clause else None,
    )


def _latest_year(
    scan: Scan, catalogue: Catalogue, mentions: list[Mention], units: tuple[str, ...], documents: tuple[str, ...]
) -> int | None:
    """The year from which 去年 counts: the latest of the units, documents or projects that the message names."""
    if len(catalogue.years) < 2 or not dates.says_relative_year(scan.text):
        return None
    if documents:
        return max((d.year for d in catalogue.documents if d.id in documents and d.year), default=None)
    named = mentions or ([] if units else names.take_partial_names(Scan(scan.text), catalogue, None))
    return catalogue.latest_year(units or {catalogue.by_key[k].unit_name for m in named if m.certain for k in m.keys})


def _by_content(scan: Scan, base: Understanding, found: Words, catalogue: Catalogue) -> Understanding:
    """Questions told by the fields, sections and figures they name."""
    beside = _SEALED_PROJECTS.sub("", scan.text)
    if beside != scan.text and not (words("indicators", "fields").search(beside) or found.mentions):
        scan.take(_SEALED_PROJECTS)
        u = about_records_only(scan, base, found, catalogue)
        return replace(u, intent=Intent.RECORDS, filters=(*u.filters, Filter("sealed", Comparison.FILLED)))
    asks_categories = bool(scan.take(words("indicators", "categories")))
    categories = categories_in(scan)
    # 哪里提到了涉密信息: of the text, not of the grid
    asks_where = scan.has(words("where")) or bool(_ORDINAL_QUESTION.search(scan.text))
    asks_where = asks_where or bool(_SECRECY_WORK.search(scan.text))
    of_text = asks_where and not (scan.has(words("indicators", "fields")) or found.mentions)
    opened = bool(scan.take(_OPEN_ROWS)) and "指标" in scan.text
    classified = not (of_text or opened) and bool(scan.take(words("indicators", "classified")))
    grid_words = bool(scan.take(words("indicators", "fields"))) or bool(categories)
    in_text = scan.has(group("sections").pattern) and not grid_words  # 保障措施里怎么说保密责任的
    in_plan = (
        bool(found.spans) and scan.has(re.compile("支出计划|支出进度|用款计划")) and not (categories or classified)
    )
    if in_plan:
        return about_records_only(scan, base, found, catalogue)
    if (grid_words or classified or asks_categories) and not in_text:
        u = _indicators(scan, base, categories, classified, asks_categories)
        return replace(u, fields=u.fields or ("open",)) if opened else u
    if _asks_what_changed(scan, found):
        matter = "" if found.mentions else matter_of(scan, (_WHAT_CHANGED, _LAST_YEAR))
        return replace(base, intent=Intent.YEARS, leftover=matter)
    base = replace(base, show_sources=scan.has(words("source")))
    where = bool(scan.take(_WHICH_ITEM_SAYS)) | bool(scan.take(words("where")))
    quote = bool(scan.take(words("quote")))
    if (named := _NAME_HOLDS.search(base.message)) and (held := _names_holding(named.group(1), catalogue)):
        scan.take(re.compile(re.escape(normal(named.group()).removesuffix("的"))))
        found.mentions, found.quoted = [held], ""
    section = take_section(scan)
    carries = bool(_CARRIES.search(scan.text))
    linked = bool(scan.take(words("linking"))) | bool(_IS_RELATED.search(scan.text)) | carries
    if section is not None and carries and found.quoted:
        return replace(base, intent=Intent.LINK, section=section, phrase=found.quoted)
    if section is not None:
        return _about_sections(scan, replace(base, section=section), found, linked, where, quote)
    if where and (found.quoted or not (found.mentions or found.places.ordinals)):
        phrase = found.quoted or scan.phrase()
        if phrase:
            return replace(base, intent=Intent.PHRASE, phrase=phrase)
    if found.quoted and not found.mentions:
        return replace(base, intent=Intent.PHRASE, phrase=found.quoted)
    if linked and found.mentions and scan.has(re.compile("保障|目标|措施")):
        return replace(base, intent=Intent.LINK, section=SectionRef(SectionKind.ITEMISED))
    if not (found.mentions or found.places.ordinals or found.quoted) and _ITEM_ALONE.fullmatch(scan.text):
        return replace(base, intent=Intent.UNCLEAR, topic_key="item")
    if main := _main_work(scan, base, found):
        return main
    document = about_document(scan, base, found)
    if document:
        return document
    if _IN_WHICH_CASE.search(scan.text) and not found.mentions:
        return replace(base, intent=Intent.TOPIC, topic=base.message, leftover=scan.leftover())
    if counts_something("".join(stretch for _, stretch in scan.open_stretches())) and not scan.has(
        words("aggregates", "average")
    ):
        alone = [] if found.mentions else names.take_partial_names(scan, catalogue, None)
        found.mentions += [mention for mention in alone if mention.certain]
        return replace(base, intent=Intent.TOPIC, topic=base.message, leftover=scan.leftover())
    return about_records_only(scan, replace(base, verbatim=quote), found, catalogue)


def _main_work(scan: Scan, base: Understanding, found: Words) -> Understanding | None:
    """团委今年主要做哪些事 and nothing else: the overall goal says it."""
    if found.mentions or found.spans or not _MAIN_WORK.search(scan.text):
        return None
    rest = Scan(_MAIN_WORK.sub("", "".join(stretch for _, stretch in scan.open_stretches())))
    for key in ("summary", "list"):
        rest.take(words("intents", key))
    rest.take(group("fields").pattern)
    if rest.leftover():
        return None
    return replace(base, intent=Intent.SECTIONS, section=SectionRef(SectionKind.OVERALL))


def _asks_what_changed(scan: Scan, found: Words) -> bool:
    """和去年相比有什么变化: two years held against each other, and no single figure asked for."""
    two_years = len(found.years) + bool(found.missing_year) > 1 or _LAST_YEAR.search(scan.text)
    return bool(two_years and _WHAT_CHANGED.search(scan.text)) and not _A_FIGURE.search(scan.text)


def _names_holding(words_given: str, catalogue: Catalogue) -> Mention | None:
    """All projects whose name holds the words."""
    sought = normal(words_given)
    held = catalogue.by_code if sought.isascii() else catalogue.by_name
    keys = tuple(e.key for name, entries in held.items() if sought in name for e in entries)
    return Mention(words_given, keys) if keys else None


def about_records_only(scan: Scan, base: Understanding, found: Words, catalogue: Catalogue) -> Understanding:
    understanding, found.mentions, found.excluded = about_records(scan, base, found, catalogue)
    return understanding


def _indicators(
    scan: Scan, base: Understanding, categories: tuple[str, ...], classified: bool, asks_categories: bool
) -> Understanding:
    guessing = bool(_GUESSES.search(scan.text))
    asks_any = _HAVING.search(scan.text) or _ANY.search(scan.text)
    having = bool(asks_any) and bool(categories) and not guessing
    counting = bool(_COUNTS_ROWS.search(scan.text)) and not (guessing or having or (asks_categories and not classified))
    aggregates = take_aggregates(scan)
    listing = scan.has(words("intents", "which")) or scan.has(words("intents", "yes_no"))
    return replace(
        base,
        intent=Intent.INDICATORS,
        categories=categories,
        fields=("categories",)
        if asks_categories and not classified
        else ("classified",)
        if classified
        else ("having",)
        if having
        else (),
        aggregate=Aggregate.COUNT if counting else None,
        aggregates=(Aggregate.COUNT,) if counting else tuple(a for a in aggregates if a is not Aggregate.COUNT),
        verbatim=listing,
        leftover=scan.leftover(),
    )


def _about_sections(
    scan: Scan, base: Understanding, found: Words, linked: bool, where: bool, quote: bool
) -> Understanding:
    section = base.section
    assert section is not None
    counting = scan.has(words("count_sections")) and not _ORDINAL_QUESTION.search(scan.text)
    record_fields = tuple(
        f for f in group_keys(scan, "fields") if f in ("total", "fiscal", "other", "code", "plan", "name")
    )
    if linked and (section.ordinals or found.mentions) and not found.quoted:
        return replace(base, intent=Intent.LINK, fields=record_fields)
    scan.take(words("whole_section"))
    scan.take(words("intents", "summary"))
    scan.take(words("all_projects"))
    scan.take(words("intents", "list"))
    scan.take(_ALL_ITEMS)
    if where and found.quoted:
        return replace(base, intent=Intent.PHRASE, phrase=found.quoted)
    if section.ordinals:
        return replace(base, intent=Intent.LINK if linked else Intent.SECTIONS, verbatim=quote)
    if _ORDINAL_QUESTION.search(scan.text):
        scan.take(_ORDINAL_QUESTION)
        phrase = found.quoted or scan.phrase()
        return replace(base, intent=Intent.PHRASE, phrase=phrase) if phrase else replace(base, intent=Intent.SECTIONS)
    scan.take(words("narrative"))
    if counting:
        scan.take(words("count_sections"))
    if scan.take(words("aggregates", "same")) and not scan.leftover():
        return replace(base, intent=Intent.FINDINGS, section=section if _one_kind(scan.text) else None)
    topic = (found.quoted + scan.leftover()).strip()
    topic = "" if _about_nothing(topic) else topic
    if topic or found.mentions:
        return replace(
            base, intent=Intent.TOPIC, topic=base.message, verbatim=quote, leftover=topic, count_sections=counting
        )
    return replace(base, intent=Intent.SECTIONS, count_sections=counting, verbatim=quote)


def _one_kind(text: str) -> bool:
    kinds = group("sections")
    return len({kinds.key(m.group()) for m in kinds.pattern.finditer(text)}) == 1


def _about_nothing(topic: str) -> bool:
    return len(re.sub(r"\s|文件|文档|材料|部门|单位|英文|english|summar\w*|中文|translate", "", topic)) < 2


def group_keys(scan: Scan, section: str) -> tuple[str, ...]:
    return scan.take_keys(group(section))


def _with_subjects(understanding: Understanding, found: Words, scan: Scan, catalogue: Catalogue) -> Understanding:
    """The understanding with units, years, projects by place, and the limits these set on the candidates."""
    if understanding.intent not in (Intent.RECORDS, Intent.TOPIC, Intent.PHRASE) and not found.mentions:
        found.mentions = names.take_partial_names(scan, catalogue, None)
    ids = found.documents or _documents(found, catalogue)
    whole_document = bool(found.units) and bool(words("document", "words").search(scan.text))
    if whole_document:
        found.units = ()
    limited = bool(found.units or found.years or ids or catalogue.later)
    within = catalogue.scope(ids, found.years, found.units).keys() if limited else None
    mentions = [names.narrowed(m, within) for m in found.mentions]
    by_place, unnamed = _by_place(found.places, within, catalogue)
    count = found.places.count
    known = len(within) if within is not None else len(catalogue.entries)
    complete = replace(
        understanding,
        mentions=tuple(mentions + by_place),
        unnamed_project=unnamed,
        missing_count=count if count is not None and count > known else None,
        said_count=count,
        all_projects=understanding.all_projects or (count is not None and count == known),
        pronoun=understanding.pronoun or (count is not None and count < known),
        document_ids=ids,
        units=found.units,
        excluded=tuple(k for m in found.excluded for k in m.keys),
        english=understanding.english or _english_but_for_names(scan, understanding.message),
        unit_words=found.unit_words,
        years=found.years,
        missing_year=found.missing_year,
    )
    return scoped(complete)


def _english_but_for_names(scan: Scan, message: str) -> bool:
    """An English question may hold a Chinese name."""
    rest = "".join(stretch for _, stretch in scan.open_stretches())
    return not _HAN.search(rest) and len(re.findall(r"[a-zA-Z]{2,}", message)) >= 3


def _documents(found: Words, catalogue: Catalogue) -> tuple[str, ...]:
    """The documents of the units named; empty when none is."""
    if not found.units:
        return ()
    return tuple(dict.fromkeys(i for unit in found.units for i in catalogue.documents_of_unit.get(unit, ())))


def _by_place(places: Places, within: Set[ProjectKey] | None, catalogue: Catalogue) -> tuple[list[Mention], int | None]:
    mentions, unnamed = [], None
    keys = [e.key for e in catalogue.entries if within is None or e.key in within] if places.ordinals else []
    for ordinal in places.ordinals:
        wanted = tuple(k for k in keys if k.ordinal == ordinal)
        if ordinal < 0:
            by_document: dict[str, list[ProjectKey]] = {}
            for key in keys:
                by_document.setdefault(key.document_id, []).append(key)
            wanted = tuple(of_one[ordinal] for of_one in by_document.values() if len(of_one) >= -ordinal)
        if wanted:
            place = (
                f"第{ordinal}个项目" if ordinal > 0 else "最后一个项目" if ordinal == -1 else f"倒数第{-ordinal}个项目"
            )
            mentions.append(Mention(place, wanted))
        else:
            unnamed = ordinal
    return mentions, unnamed
