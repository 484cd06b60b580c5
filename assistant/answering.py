"""One question, understood -> its reply: the handler of its intent, and the text where that has the answer after all."""

import functools
import re
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module

from assistant import policy
from assistant.holdings import Holdings
from assistant.types import Kind, Reply, Route
from assistant.understanding import Intent, Understanding
from corpus.errors import IndexUnavailable
from corpus.ingest import Library

_OF_MONEY = re.compile(r"预算|经费|资金|钱|花|支出|拨|费用|万元|编码")
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
    if u.section is not None and (short := _summary(u, holdings)):
        return short
    if u.intent is Intent.TOPIC:
        return _topic(u, holdings, library)
    if u.intent is Intent.PHRASE:
        return _phrase(u, holdings, library)
    reply = handler(u.intent)(u, holdings)
    return _in_the_text(u, holdings, library) or reply if _may_stand_in_the_text(u, reply, holdings) else reply


def _in_the_text(u: Understanding, holdings: Holdings, library: Library) -> Reply | None:
    """What the documents say where it was no question about a table or the field after all; None when nothing."""
    from assistant.understanding.lexicon import normal, topics

    mentions = tuple(m for m in u.mentions if m.certain)
    said = _topic(replace(u, intent=Intent.TOPIC, topic=u.message, mentions=mentions, fields=()), holdings, library)
    if said.kind is not Kind.ANSWER or u.intent is Intent.INDICATORS:
        return said if said.kind is Kind.ANSWER else None
    if u.intent is Intent.OUTSIDE or (u.mentions and said.route is Route.PASSAGES):
        from assistant.narrate import says_what_is_asked

        return said if says_what_is_asked(replace(u, leftover=u.message), said) else None
    if u.intent is Intent.RECORDS:
        return said
    trigger = next(topic for topic in topics() if topic.key == u.topic_key).pattern
    quoted = normal(" ".join(c.quote for c in said.citations))
    return said if any(m.group() in quoted for m in trigger.finditer(normal(u.message))) else None


def _topic(u: Understanding, holdings: Holdings, library: Library) -> Reply:
    from assistant import narrate
    from assistant.lookup.indicators import may_mean_indicator
    from assistant.lookup.named_rows import answer_named_row

    if row := answer_named_row(u, holdings):
        return row
    try:
        reply = narrate.answer_topic(u, holdings, library)
        said = reply.kind is not Kind.NOT_FOUND and (not u.mentions or narrate.says_what_is_asked(u, reply))
        closed = not said and may_mean_indicator(u, holdings)
        return policy.refuse_indicators(u) if closed else reply
    except IndexUnavailable as error:
        return Reply(Kind.NOT_FOUND, f"暂时查不了文字内容：{error}", Route.PASSAGES, focus=u)


def _summary(u: Understanding, holdings: Holdings) -> Reply | None:
    from assistant import summary

    if not summary.wants_summary(u):
        return None
    whole = replace(u, intent=Intent.SECTIONS)  # of several documents: which one is asked back
    return summary.summarised(u, holdings) or handler(Intent.SECTIONS)(whole, holdings)


def _phrase(u: Understanding, holdings: Holdings, library: Library) -> Reply:
    from assistant.lookup import sections

    found = sections.answer_phrase(u, holdings)
    return found or _topic(replace(u, intent=Intent.TOPIC, topic=u.phrase, leftover=u.phrase), holdings, library)


def _may_stand_in_the_text(u: Understanding, reply: Reply, holdings: Holdings) -> bool:
    """满意度指标占多少分 of a library of rules without tables; 旅游推介会办几场 is no small talk where 旅游 stands in a document."""
    if u.intent is Intent.RECORDS and not holdings.catalogue.entries:
        return reply.kind is not Kind.ANSWER
    doubtful = (
        u.intent is Intent.RECORDS and reply.kind is Kind.CLARIFICATION and not all(m.certain for m in u.mentions)
    )
    if doubtful and not _OF_MONEY.search(u.message):
        return True
    no_table = u.intent is Intent.INDICATORS and reply.kind is Kind.NOT_FOUND and not u.mentions
    told_elsewhere = (
        u.intent is Intent.OUTSIDE and u.topic_key in ("people", "execution", "supplier") and not u.mentions
    )
    return no_table or told_elsewhere or (u.intent is Intent.REMIT and u.topic_key == "weather")


@functools.cache
def handler(intent: Intent) -> Callable[[Understanding, Holdings], Reply]:
    """The one function that answers an intent, imported when it is first wanted: a question about records starts fast."""
    module, _, name = _HANDLERS[intent].partition(":")
    found: Callable[[Understanding, Holdings], Reply] = getattr(import_module(module), name)
    return found
