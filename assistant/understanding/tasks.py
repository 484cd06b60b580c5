"""Messages told by their topic or their verb: what the field knows, what is not done here, requests to write or check."""

import re
from dataclasses import replace

from assistant.understanding import dates, names
from assistant.understanding.asked import Words
from assistant.understanding.catalogue import Catalogue
from assistant.understanding.lexicon import Topic, group, topics, words
from assistant.understanding.scan import Scan
from assistant.understanding.subjects import (
    take_section,
)
from assistant.understanding.types import Intent, Understanding

_VALUES = re.compile(r"指标值|目标值|完成值")


# A project that no document has yet, to be written: 新增一个项目：…; 2026年新增哪些项目 asks for those that are there.
# 培训类项目一般设哪些指标, 给几条指标建议
_SUGGEST = re.compile(
    r"(?:建议|推荐|参考)[^,。?涉密]{0,8}指标|指标(?:的)?(?:建议|推荐|参考)|(?:类|同类|类似)(?:的)?项目[^,。?]{0,6}(?:设|定|写|用|有)(?:置|立|计)?(?:哪些|什么|啥)[^,。?]{0,6}指标"
)
_NEW_PROJECT = re.compile(
    r"新项目(?!有|是)|(?:新增|新建|新设|增设|新?申报|设立|新立|新上|增加|加)(?:一个|一项|个)(?:新的?)?(?:预算)?项目|(?:新增|新建|新设|申报)(?:预算)?项目(?:[:： ]|(?=[^,。?]{2,30}[,。]))"
)


# 给X写2026年绩效目标, 帮我弄一下明年的保障措施, 出个明年的初稿
_WRITE = re.compile(
    r"(?:写|编(?![号码])|拟|做|准备|弄|整(?!体)|搞|起草|出(?=[个份一]))(?:出|好|一下|一?[个份版稿])?(?:20\d\d年|[12]\d年|明年|下一?年|来年|新一?年)?度?(?:的)?[^,。?]{0,24}"
    r"(?:绩效目标|目标表|指标表|绩效指标|保障措施|总体目标|分项目标|整份|全套|全文|文本|稿子?|材料|部门预算绩效文件|(?<=年的)表|(?<=年度的)表)"
)
# 明年想要40万，帮我把表填上; 把四个项目明年的表都做出来
_FILL = re.compile(
    r"把[^,。?]{0,16}表(?:格)?[^,。?]{0,6}(?:填|做|写|弄|编)(?:上|好|出来?|完|一下)|(?:帮我|请|替我)填[^,。?]{0,10}表|在(?:这个?|此|今年|上年)的?基础上(?:写|起草|拟|编|改|做)"
)
# 把X的目标改得具体一些, 帮我改一下总体目标，写短点
_REVISE = re.compile(
    r"(?:目标|措施|[条句段])(?:表)?[^,。?]{0,16}(?:改得|改短|改长|改具体|改细|改一改|改一?下|改掉|改好|写得?短|写得?长|写得?具体|写细|缩短|精简|压缩|润色|完善一?下|细化一?下|优化一?下)"
    r"|(?:明年|来年|下一?年|20\d\d年)度?的?[^。?]{0,20}[,，]?(?:把|将)[^,。?]{1,16}(?:提高|增加|减少|降低?|改|调整?|压减|定)(?:到|至|为|成)|(?:改|完善|细化|优化|调整|精简|压缩|缩短)(?:一改|一?下)(?:今年|明年|20\d\d年)?的?[^,。?]{0,16}(?:目标|措施)"
)


# 能帮我写一下明年的总体目标吗
_POLITE = re.compile(r"(?:你|您)?(?:能不能|能否|能|可不可以|可以|可否)(?:请?你?)?(?:帮|给|替|为)")
_ASKS = re.compile(r"哪|吗|什么|多少|几个|有没有|是不是|是否|如果|假如|[?？]")


def by_topic(scan: Scan, base: Understanding, found: Words, catalogue: Catalogue) -> Understanding | None:
    """Entries of topics.toml: what the field knows, no document says, or the assistant does not do."""
    for topic in topics():
        if not _is_about(scan, topic) or (
            topic.kind == "knowledge" and _asks_of_a_project(topic, found, scan.text, catalogue)
        ):
            continue
        if topic.kind == "outside" and scan.has(words("indicators", "fields")):
            continue
        by_regex = topic.regex is not None and scan.has(topic.regex)
        named = (catalogue.stands_in_a_name(m.group()) for m in scan.find(topic.pattern))
        if (topic.kind == "outside" or topic.key == "weather") and not by_regex and all(named):
            continue  # 上年结转 and 旅游 of a project's name
        intent = {"knowledge": Intent.KNOWLEDGE, "outside": Intent.OUTSIDE, "remit": Intent.REMIT}[topic.kind]
        scan.take(topic.pattern)
        return replace(
            base, intent=intent, topic_key=topic.key, section=take_section(scan) if intent is Intent.OUTSIDE else None
        )
    return None


def _is_about(scan: Scan, topic: Topic) -> bool:
    said = scan.has(topic.pattern) or (topic.regex is not None and scan.has(topic.regex))
    beside = topic.only_with is None or topic.only_with.search(scan.text) is not None
    return said and beside and not (topic.unless and topic.unless.search(scan.text))


def _asks_of_a_project(topic: Topic, found: Words, text: str, catalogue: Catalogue) -> bool:
    """General knowledge about indicators is free; asked of a named project it is a question about its fields."""
    if topic.key == "public_fields" and "指标" in text:  # X有哪些公开的指标 asks for the rows
        return bool(found.mentions or [m for m in names.take_partial_names(Scan(text), catalogue, None) if m.certain])
    return bool(found.mentions) and topic.key not in (
        "cumulative",
        "classified_meaning",
        "public_fields",
        "grid_columns",
    )


def by_task(scan: Scan, base: Understanding, found: Words, message: str, catalogue: Catalogue) -> Understanding | None:
    """Requests to write, check or explain, which are told by their verbs."""
    given = dates.given_plan(scan.text)
    if len(given) >= 2 and scan.has(words("intents", "plan_check")):
        return replace(base, intent=Intent.PLAN_CHECK, given_plan=given)
    if _SUGGEST.search(scan.text) and not _NEW_PROJECT.search(scan.text):
        found.mentions = found.mentions or [m for m in names.take_partial_names(scan, catalogue, None) if m.certain][:1]
        return replace(base, intent=Intent.SUGGEST)
    if scan.has(words("intents", "form")) and not _NEW_PROJECT.search(scan.text):
        return replace(base, intent=Intent.FORM)
    if _NEW_PROJECT.search(scan.text) and not _ASKS.search(scan.text):
        return replace(base, intent=Intent.DRAFT, topic=message)
    asks = bool(_ASKS.search(scan.text)) and not _POLITE.match(scan.text)
    writing = any(pattern.search(scan.text) for pattern in (_WRITE, _REVISE, _FILL)) and not asks
    if (_wants_draft(scan, found) or writing) and not scan.has(words("where")):
        section = take_section(scan)
        return replace(base, intent=Intent.DRAFT, section=section, topic=message, categories=categories_in(scan))
    if scan.has(words("intents", "help")) and not found.mentions:
        scan.take(words("intents", "help"))
        return replace(base, intent=Intent.HELP)
    if scan.has(words("intents", "greeting")) and not _other_than(scan, "greeting") and not found.mentions:
        return replace(base, intent=Intent.HELP)
    if scan.has(words("intents", "thanks")) and not _other_than(scan, "thanks") and not found.mentions:
        return replace(base, intent=Intent.HELP, topic_key="thanks")
    if _wants_findings(scan) and not _about_an_indicator(scan):
        scan.take(words("intents", "findings"))
        section = take_section(scan)
        fields = () if "目标表" in scan.text else scan.take_keys(group("fields"))
        if fields == ("goals",) and not found.mentions and _WHOLE_TEXT.search(scan.text):
            fields = ()  # 市场监管局2025年的绩效目标有没有毛病: that is what the document is called
        return replace(base, intent=Intent.FINDINGS, section=section, fields=fields)
    return None


# 合格率, 合格证: part of what is measured, and no fault looked for.
_OF_A_MEASURE = re.compile(r"率|证|比例|占比|面积|里程|人数|品|标准|数")


# 支出计划有没有倒退的
_PLAN_FALLS = re.compile(
    r"(?:支出计划|用款计划|支出进度|计划|进度)[^,。?]{0,8}(?:倒退|回落|不增反降|往回走|越来越[少小低]|前高后低)|倒退"
)
_WHOLE_TEXT = re.compile(
    r"(?<!项目)(?<!总体)(?<!整体)(?<!分项)绩效目标(?:文件|文本|材料|公开)?(?!表|值|内容|栏|描述)[^,。?]{0,6}(?:毛病|问题|错|检查|审|合规|规范|不妥|过审|改)"
)


def _wants_findings(scan: Scan) -> bool:
    if _PLAN_FALLS.search(scan.text):
        return True
    found = (m for m in scan.find(words("intents", "findings")) if not _OF_A_MEASURE.match(scan.text, m.end()))
    return next(found, None) is not None


def _wants_draft(scan: Scan, found: Words) -> bool:
    """Whether a word for drafting stands outside the condition: 如果预算改成20万 asks for nothing to be written."""
    clause = found.assumption.words if found.assumption else ""
    start = scan.text.find(clause) if clause else -1
    return any(start < 0 or not start <= m.start() < start + len(clause) for m in scan.find(words("intents", "draft")))


def _other_than(scan: Scan, key: str) -> bool:
    """Whether the message says anything beside these words."""
    probe = Scan(scan.text)
    probe.take(words("intents", key))
    return bool(probe.leftover())


def _about_an_indicator(scan: Scan) -> bool:
    """满意度要达到多少才算合格 asks for a value, not for faults."""
    named = scan.has(group("indicators", "aliases").pattern) or scan.has(words("indicators", "classified"))
    named = named or scan.has(_VALUES)
    return named and not re.search(r"毛病|问题|错|检查", scan.text)


def categories_in(scan: Scan) -> tuple[str, ...]:
    return scan.take_keys(group("indicators", "aliases"))
