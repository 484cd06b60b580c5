"""One question, understood -> its reply: the handler of its intent, and the text where that has the answer after all."""

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module

from assistant import policy
from assistant.holdings import Holdings
from assistant.types import Kind, Reply, Route
from assistant.understanding import Intent, Understanding
from assistant.understanding.lexicon import normal
from corpus.errors import IndexUnavailable
from corpus.ingest import Library

_BRIEF = 16  # characters: a longer question says itself what it is about
_OF_MONEY = re.compile(r"预算|经费|资金|钱|花|支出|拨|费用|万元|编码")
_OF_RECORDS = re.compile("项目|预算|资金|经费|支出|拨|财政|指标|绩效|单位|编码|钱|花|万元|计划|比例|占|执行|进度|工程")
_OF_A_PLACE = re.compile(
    "在哪(?:几|些|个|家|所)?个?(?:医院|镇|乡|村|县|城市|街道|社区|学校|领域|方面|行业)|[开办设建放存](?:在|到)(?:哪里|哪儿|什么地方|哪些地方)"
    "|在(?:哪里|哪儿|什么地方|哪些地方)(?:[开办设建放存]|举行|召开|升级|实施|试点|举办)"
)
_HANDLERS = {
    Intent.RECORDS: "assistant.lookup.records:answer_records",
    Intent.INDICATORS: "assistant.lookup.indicators:answer_indicators",
    Intent.SECTIONS: "assistant.lookup.sections:answer_sections",
    Intent.LINK: "assistant.lookup.sections:answer_link",
    Intent.YEARS: "assistant.lookup.years:answer_years",
    Intent.DOCUMENT: "assistant.lookup.about:answer_document",
    Intent.KNOWLEDGE: "assistant.lookup.about:answer_knowledge",
    Intent.OUTSIDE: "assistant.lookup.about:answer_outside",
    Intent.REMIT: "assistant.lookup.about:answer_remit",
    Intent.HELP: "assistant.lookup.about:answer_help",
    Intent.UNCLEAR: "assistant.lookup.about:answer_unclear",
    Intent.FINDINGS: "assistant.lookup.faults:answer_findings",
    Intent.DRAFT: "assistant.drafting.asking:answer_draft",
    Intent.SUGGEST: "assistant.drafting.advice:answer_suggestions",
    Intent.FORM: "assistant.drafting.asking:answer_form",
    Intent.PLAN_CHECK: "assistant.drafting.asking:answer_plan_check",
}


def answer(u: Understanding, holdings: Holdings, library: Library) -> Reply:
    from assistant import carried
    from assistant.passages import reasons

    if reasons.asks_why(u):
        return reasons.answer_why(u, holdings, lambda asked: _answer(asked, holdings, library))
    if carried.lacks_subject(u) and len(holdings.catalogue.entries) > 1:
        return carried.ask_whose(u, holdings)
    reply = carried.answer_of_subject(u, holdings) if u.subject or u.rows else None
    if u.before and not (reply and reply.focus.rows):
        reply = _of_the_passage_before(u, holdings, library) or reply
    if reply is None:
        reply = carried.of_other_projects(u, _answer(u, holdings, library), holdings)
    return carried.with_subject(u, carried.refused(u, reply, holdings), holdings)


def _of_the_passage_before(u: Understanding, holdings: Holdings, library: Library) -> Reply | None:
    """能挪用吗 after 生均公用经费: asked together with what the text was asked before, where the answer has words of both."""
    from assistant.carried import goes_on

    brief = len(u.message) <= _BRIEF and not any(m.certain for m in u.mentions)
    if u.intent not in (Intent.TOPIC, Intent.UNCLEAR, Intent.OUTSIDE) or u.english or not brief:
        return None
    both = f"{u.before} {u.message}"
    said = _topic(replace(u, intent=Intent.TOPIC, topic=both, mentions=(), fields=()), holdings, library)
    return said if said.kind is Kind.ANSWER and goes_on(u, said) else None


def _answer(u: Understanding, holdings: Holdings, library: Library) -> Reply:
    if u.section is not None and (short := _summary(u, holdings)):
        return short
    if u.intent is Intent.TOPIC:
        said = _topic(u, holdings, library)
        return _plainly_told(u, said, holdings, library) or said if u.unit_words else said
    if u.intent is Intent.PHRASE:
        return _phrase(u, holdings, library)
    if u.intent is Intent.INDICATORS and (rows := _row_over_years(u, holdings)):
        return rows
    if u.intent is Intent.RECORDS and (whose := _whose_words(u, holdings)):
        return whose
    reply = handler(u.intent)(u, holdings)
    if row := _a_row(u, reply, holdings):
        return row
    told = _in_the_text(u, reply, holdings, library) or _plainly_told(u, reply, holdings, library)
    return told or _of_nothing_there(u, reply, holdings) or reply


def _whose_words(u: Understanding, holdings: Holdings) -> Reply | None:
    from assistant.lookup.own_words import whose_words

    return whose_words(u, holdings)


def _a_row(u: Understanding, reply: Reply, holdings: Holdings) -> Reply | None:
    """The indicator row that 救援响应时间的依据 means, where no project has that name."""
    from assistant.lookup.named_rows import answer_named_row

    certain = tuple(m for m in u.mentions if m.certain)
    doubtful = reply.kind is Kind.CLARIFICATION and len(certain) < len(u.mentions)
    of_tables = u.intent in (Intent.RECORDS, Intent.INDICATORS, Intent.UNCLEAR)
    if not of_tables or not (doubtful or reply.kind is Kind.NOT_FOUND or _asks_of_a_project(u)):
        return None
    return answer_named_row(replace(u, mentions=certain, aggregate=None, aggregates=()), holdings)


def _asks_of_a_project(u: Understanding) -> bool:
    """排污口整治啥时候收工: a project and no field of it, yet a day, a number or somebody is wanted."""
    wanted = (u.fields, u.spans, u.filters, u.aggregates, u.group_by, u.remaining, u.when, u.all_projects, u.years)
    named = u.intent is Intent.RECORDS and bool(u.mentions) and all(m.certain for m in u.mentions)
    if not named or any(wanted):
        return False
    from assistant.matching.wanted import wants_kind

    return wants_kind(normal(u.message))


def _row_over_years(u: Understanding, holdings: Holdings) -> Reply | None:
    """救助对象满意度比2024年提高了几个百分点: the row so called, where its name holds words of several projects."""
    from assistant.lookup.named_rows import answer_named_row
    from assistant.lookup.rows_over_years import asked

    doubtful = any(len(m.keys) > 1 or not m.certain for m in u.mentions)
    if not doubtful or not asked(u.message):
        return None
    return answer_named_row(replace(u, mentions=()), holdings, by_name_only=True)


def _topic(u: Understanding, holdings: Holdings, library: Library) -> Reply:
    from assistant.lookup.indicators import may_mean_indicator
    from assistant.lookup.named_rows import answer_named_row
    from assistant.lookup.own_words import told_by_project
    from assistant.passages import narrate

    if row := answer_named_row(u, holdings):
        return row
    try:
        reply = narrate.answer_topic(u, holdings, library)
        said = reply.kind is not Kind.NOT_FOUND and (not u.mentions or narrate.says_what_is_asked(u, reply))
        if reply.kind is Kind.NOT_FOUND and (own := told_by_project(u, holdings)):
            return own
        if said or not may_mean_indicator(u, holdings):
            return reply
        return narrate.plainly_told(replace(u, mentions=()), holdings, library, True) or policy.refuse_indicators(u)
    except IndexUnavailable as error:
        return Reply(Kind.NOT_FOUND, f"暂时查不了文字内容：{error}", Route.PASSAGES, focus=u)


def _summary(u: Understanding, holdings: Holdings) -> Reply | None:
    from assistant.passages import summary

    if not summary.wants_summary(u):
        return None
    whole = replace(u, intent=Intent.SECTIONS)  # of several documents: which one is asked back
    return summary.summarised(u, holdings) or handler(Intent.SECTIONS)(whole, holdings)


def _phrase(u: Understanding, holdings: Holdings, library: Library) -> Reply:
    from assistant.lookup import sections

    if _OF_A_PLACE.search(u.message):  # 高标准农田在哪几个镇: where the thing is, not where its name stands
        return _topic(replace(u, intent=Intent.TOPIC, topic=u.message, leftover=u.message), holdings, library)
    found = sections.answer_phrase(u, holdings)
    return found or _topic(replace(u, intent=Intent.TOPIC, topic=u.phrase, leftover=u.phrase), holdings, library)


@functools.cache
def handler(intent: Intent) -> Callable[[Understanding, Holdings], Reply]:
    """The one function that answers an intent, imported when it is first wanted: a question about records starts fast."""
    module, _, name = _HANDLERS[intent].partition(":")
    found: Callable[[Understanding, Holdings], Reply] = getattr(import_module(module), name)
    return found


# --- what the documents say where it was no question about a table or the field after all


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    """Of an intent: whether a reply may give way to the text, and whether what the text says is what was asked."""

    may: Callable[[Understanding, Reply, Holdings], bool]
    told: Callable[[Understanding, Reply], bool]


def _in_the_text(u: Understanding, reply: Reply, holdings: Holdings, library: Library) -> Reply | None:
    """The text's answer, where the handler's may give way to it; None when it stands."""
    rule = _ELSEWHERE.get(u.intent)
    if rule is None or not rule.may(u, reply, holdings):
        return None
    certain = tuple(m for m in u.mentions if m.certain)
    said = _topic(replace(u, intent=Intent.TOPIC, topic=u.message, mentions=certain, fields=()), holdings, library)
    return said if said.kind is Kind.ANSWER and rule.told(u, said) else None


def _of_nothing_there(u: Understanding, reply: Reply, holdings: Holdings) -> Reply | None:
    """消火栓一共有多少个 counts no projects: nothing is said of them."""
    from assistant.matching.nearness import says_much

    of_records = _OF_RECORDS.search(u.message) or u.mentions or u.all_projects or u.units or u.english
    if reply.kind is not Kind.ANSWER or u.intent is not Intent.RECORDS or not u.aggregates or of_records:
        return None
    if not any(len(piece) >= 2 and says_much(piece) for piece in u.leftover.split()):
        return None
    from assistant.passages.narrate import nothing_said

    return nothing_said(u, holdings)


_OF_TABLES_OR_NONE = (Intent.RECORDS, Intent.OUTSIDE, Intent.UNCLEAR)
_PART_OF_A_NAME = 4  # characters: 小区改 of 老旧小区改造工程 need not mean the project


def _plainly_told(u: Understanding, reply: Reply, holdings: Holdings, library: Library) -> Reply | None:
    """What a sentence says of 资金拨付要谁签字 where the tables have nothing of it, or only of a word of it."""
    if u.spans or u.filters or u.missing_year or u.english or u.section or u.pronoun:
        return None
    if u.all_projects and not u.unit_words:
        return None
    if u.unnamed_project is not None or (isinstance(reply.focus, Understanding) and reply.focus.rows):
        return None
    named = any(m.certain and len(m.text) > _PART_OF_A_NAME for m in u.mentions)
    of_a_table = u.intent is Intent.RECORDS or (u.intent is Intent.INDICATORS and "指标" not in u.message)
    unused = any(len(word) > 1 for word in u.leftover.split()) or not all(m.certain for m in u.mentions)
    in_part = (reply.kind is Kind.ANSWER and of_a_table and unused) or (
        bool(u.mentions)
        and not all(m.certain for m in u.mentions)
        and (reply.kind is Kind.CLARIFICATION or u.intent is Intent.FINDINGS)
    )
    in_part |= reply.kind is Kind.REFUSAL and u.intent is Intent.RECORDS and not u.mentions
    nothing = reply.kind is Kind.NOT_FOUND and (u.unit_words or u.intent in _OF_TABLES_OR_NONE)
    if named or not (nothing or in_part or u.intent in (Intent.REMIT, Intent.HELP)):
        return None
    from assistant.passages.narrate import plainly_told

    try:
        return plainly_told(u, holdings, library, not nothing)
    except IndexUnavailable:
        return None


def _has_no_figure(u: Understanding, reply: Reply, holdings: Holdings) -> bool:
    """满意度指标占多少分 of a library of rules without tables; a name that fits no project, and no word of money."""
    if not holdings.catalogue.entries:
        return reply.kind is not Kind.ANSWER
    if _asks_of_a_project(u):
        return True
    doubtful = reply.kind is Kind.CLARIFICATION and not all(m.certain for m in u.mentions)
    return doubtful and not _OF_MONEY.search(u.message)


def _told_of_what_is_named(u: Understanding, said: Reply) -> bool:
    return not (u.mentions and said.route is Route.PASSAGES) or _told(u, said)


def _a_row_or_told(u: Understanding, said: Reply) -> bool:
    """护林员一年工资多少: a row of the table says it, whoever is paid."""
    row = isinstance(said.focus, Understanding) and bool(said.focus.rows)
    return row or (not u.mentions and _told(u, said))


def _told(u: Understanding, said: Reply) -> bool:
    from assistant.passages.narrate import says_what_is_asked

    return says_what_is_asked(replace(u, leftover=u.message), said)


def _holds_its_word(u: Understanding, said: Reply) -> bool:
    """旅游推介会办几场 is no small talk where 旅游 stands in a document."""
    from assistant.understanding.lexicon import normal, topics

    trigger = next(topic for topic in topics() if topic.key == u.topic_key).pattern
    quoted = normal(" ".join(c.quote for c in said.citations))
    return any(m.group() in quoted for m in trigger.finditer(normal(u.message)))


_ELSEWHERE = {
    Intent.RECORDS: _Elsewhere(_has_no_figure, _told_of_what_is_named),
    Intent.INDICATORS: _Elsewhere(
        lambda u, reply, _: reply.kind is Kind.NOT_FOUND and not u.mentions, lambda u, said: True
    ),
    Intent.OUTSIDE: _Elsewhere(
        lambda u, *_: u.topic_key == "people" or (u.topic_key in ("execution", "supplier") and not u.mentions),
        _a_row_or_told,
    ),
    # 地理标志新增几个 is of what one document says
    Intent.YEARS: _Elsewhere(lambda u, reply, _: reply.kind is Kind.NOT_FOUND and bool(u.leftover), _told),
    Intent.REMIT: _Elsewhere(lambda u, *_: u.topic_key == "weather", _holds_its_word),
}
