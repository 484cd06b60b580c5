"""为什么3月底是空的: a figure is no reason. The reason where the text gives one, else that none is given, with the figure."""

import re
from collections.abc import Callable
from dataclasses import replace

from assistant.holdings import Holdings
from assistant.lookup.select import project_name
from assistant.types import Kind, Reply, Route
from assistant.understanding.lexicon import normal
from assistant.understanding.types import Intent, Understanding

_WHY = re.compile(r"为什么|为何|为啥|什么原因|啥原因|原因是|原因呢|因为什么|怎么会|怎么就|怎么这么|凭什么")
# A question about the assistant, or one of reckoning: these have answers of their own.
_OF_OTHER_THINGS = re.compile(r"涉密|保密|公开|告诉|算|超过100|加起来|合计|不一致|不等|对不上|矛盾|你")
_GIVES_REASON = re.compile(r"因为|由于|原因|鉴于|考虑到|因[^此而素]|为了|所以|致使|受[^,。]{1,12}影响")
_SAID = 0.6
_INTENTS = (Intent.RECORDS, Intent.TOPIC, Intent.UNCLEAR, Intent.OUTSIDE)


def asks_why(u: Understanding) -> bool:
    """Whether the reason of something in a project's table is asked for."""
    text = normal(u.message)
    if not _WHY.search(text) or _OF_OTHER_THINGS.search(text) or u.intent not in _INTENTS or u.section or u.english:
        return False
    return bool(u.subject) or any(m.certain for m in u.mentions)


def answer_why(u: Understanding, holdings: Holdings, ask: Callable[[Understanding], Reply]) -> Reply:
    """The sentence that gives the reason; else 文件没有说明, beside what the table says of what was named."""
    text = ask(replace(u, intent=Intent.TOPIC, topic=u.message, mentions=(), fields=(), subject=()))
    if text.kind is Kind.ANSWER and _gives_reason(u, text):
        return text
    named = [k for m in u.mentions if m.certain for k in m.keys] or list(u.subject)
    whose = "、".join(dict.fromkeys(f"**{project_name(holdings, key)}**" for key in named[:3]))
    line = f"文件没有说明{whose}这样安排的原因，查不到。"
    said = any(m.text and m.certain for m in u.mentions) and (u.fields or u.spans)
    focus = replace(u, filters=(), lists=False, result=tuple(dict.fromkeys(named)))
    fact = ask(replace(u, message=_WHY.sub("", u.message), lists=False)) if said else None
    if fact is None or fact.kind is not Kind.ANSWER:
        return Reply(Kind.NOT_FOUND, line, Route.RECORDS, focus=focus)
    return replace(fact, kind=Kind.NOT_FOUND, text=f"{line}\n文件里写的是：\n{fact.text}", focus=focus)


def _gives_reason(u: Understanding, reply: Reply) -> bool:
    """Whether what is quoted says why, and of what is asked."""
    from assistant.matching.nearness import Place, nearness, terms_of

    quoted = " ".join(c.quote for c in reply.citations)
    asked = terms_of(normal(_WHY.sub("", u.message)))
    return bool(_GIVES_REASON.search(quoted)) and bool(asked) and nearness(asked, Place(normal(quoted))) >= _SAID
