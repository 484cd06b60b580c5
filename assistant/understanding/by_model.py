"""A message the rules do not understand, mapped by a chat model into the same Understanding; the rules then answer it.

The model only selects: from the library's names, the catalogue's fields and a few kinds of question. What it selects
is checked, and no figure of it is used but months, ordinals and counts.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from assistant.model import ChatModel
from assistant.model_output import Shape
from assistant.prompting import fenced, load
from assistant.understanding.catalogue import Catalogue
from assistant.understanding.lexicon import normal
from assistant.understanding.render import render
from assistant.understanding.types import Aggregate, Intent, Mention, SectionRef, Span, Understanding
from corpus.fields import BY_KEY, PUBLIC_FIELDS
from corpus.types import SectionKind

SEVERAL = "several"  # takes more than one look-up: for an agent
_INTENTS = ("records", "sections", "topic", "findings", "indicators", "help")
_AGGREGATES = ("sum", "average", "max", "min", "rank", "count", "difference", "share", "ratio")
_PARTS = ("overall", "itemised", "safeguard")
_MOST_NAMES = 60

Selection = Mapping[str, Any]
SELECTING: dict[str, Any] = {
    "projects": {"type": "array", "items": {"type": "string"}, "description": "项目名称，从名单原样选取；空：所有项目"},
    "fields": {"type": "array", "items": {"type": "string", "enum": list(PUBLIC_FIELDS)}},
    "month": {"type": ["integer", "null"], "description": "支出计划到几月底；没有问就是 null"},
    "aggregate": {"type": ["string", "null"], "enum": [*_AGGREGATES, None]},
}
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "intent": {"type": "string", "enum": [*_INTENTS, SEVERAL, "unclear"]},
        **SELECTING,
        "part": {"type": ["string", "null"], "enum": [*_PARTS, None]},
        "ordinals": {"type": "array", "items": {"type": "integer"}},
        "topic": {"type": "string"},
    },
    "required": ["intent"],
}


def read_selection(found: Selection) -> dict[str, Any]:
    """The selection with every value of its kind; raises ValueError when one is not."""
    month, aggregate, fields = found.get("month"), found.get("aggregate"), found.get("fields") or []
    projects = found.get("projects") or []
    if isinstance(month, str) and re.fullmatch(r"\d{1,2}", month):  # small models write it as a text
        month = int(month)
    if month is not None and not (type(month) is int and 1 <= month <= 12):
        raise ValueError("month")
    if aggregate is not None and aggregate not in _AGGREGATES:
        raise ValueError("aggregate")
    if not isinstance(fields, list) or set(map(str, fields)) - set(PUBLIC_FIELDS):
        raise ValueError("fields")
    if not isinstance(projects, list) or not all(isinstance(name, str) for name in projects):
        raise ValueError("projects")
    return {"projects": projects, "fields": fields, "month": month, "aggregate": aggregate}


def _read(found: Selection) -> dict[str, Any]:
    intent, part, ordinals, topic = (found.get(key) for key in ("intent", "part", "ordinals", "topic"))
    if intent not in (*_INTENTS, SEVERAL, "unclear"):
        raise ValueError("intent")
    if part is not None and part not in _PARTS:
        raise ValueError("part")
    ordinals = ordinals or []
    if not isinstance(ordinals, list) or not all(type(n) is int and -1 <= n <= 99 for n in ordinals):
        raise ValueError("ordinals")
    topic = topic if isinstance(topic, str) else ""
    return {**read_selection(found), "intent": intent, "part": part, "ordinals": tuple(ordinals), "topic": topic[:60]}


SHAPE: Shape[dict[str, Any]] = Shape("understanding", _SCHEMA, _read)


def understood(
    u: Understanding, before: str, catalogue: Catalogue, model: ChatModel, until: float
) -> Understanding | str | None:
    """What a model makes of the message of `u`; SEVERAL when it takes several look-ups, None when it cannot tell either.

    `before` is the question before this one as understood. Raises ModelError.
    """
    messages = load("understand").filled(
        projects=fenced([("项目名单", "\n".join(offered(u.message, catalogue)))]),
        question_before=fenced([("上一个问题", before or "（没有）")]),
        message=fenced([("要归类的话", u.message)]),
    )
    chosen = model.ask(messages, SHAPE, until)
    if chosen["intent"] == SEVERAL:
        return SEVERAL
    return None if chosen["intent"] == "unclear" else _typed(u, chosen, catalogue)


def offered(message: str, catalogue: Catalogue) -> tuple[str, ...]:
    """The project names a model may choose from: those that share most with the message first."""
    said = normal(message)
    names = list(dict.fromkeys(entry.name for entry in catalogue.entries if entry.name))
    if len(names) > _MOST_NAMES:
        names.sort(key=lambda name: -len(set(normal(name)) & set(said)))
    return tuple(names[:_MOST_NAMES])


def _typed(u: Understanding, chosen: dict[str, Any], catalogue: Catalogue) -> Understanding | None:
    intent = Intent(chosen["intent"])
    base = replace(u, intent=intent, topic="", leftover="", phrase="", pending=None, options=())
    if intent is Intent.RECORDS:
        return selected(base, chosen, catalogue)
    if intent is Intent.SECTIONS:
        return (
            replace(base, section=SectionRef(SectionKind(chosen["part"]), chosen["ordinals"]))
            if chosen["part"]
            else None
        )
    if intent is Intent.TOPIC:
        return replace(base, topic=chosen["topic"], leftover=chosen["topic"]) if chosen["topic"].strip() else None
    return base


def selected(u: Understanding, chosen: Selection, catalogue: Catalogue) -> Understanding | None:
    """The look-up that was chosen, in the scope of `u`; None when it names a project the library does not have."""
    mentions = _mentions(chosen["projects"], u.document_ids, catalogue)
    if mentions is None:
        return None
    aggregate = Aggregate(chosen["aggregate"]) if chosen["aggregate"] else None
    month = chosen["month"]
    fields = tuple(dict.fromkeys(f for f in chosen["fields"] if not (f == "plan" and month)))
    return replace(
        u,
        intent=Intent.RECORDS,
        mentions=mentions,
        all_projects=not mentions,
        fields=fields,
        spans=(Span(month, words=f"{month}月底"),) if month else (),
        as_amount=bool(month),
        aggregate=aggregate,
        aggregates=(aggregate,) if aggregate else (),
        descending=aggregate is not Aggregate.MIN,
    )


def _mentions(names: Sequence[str], documents: tuple[str, ...], catalogue: Catalogue) -> tuple[Mention, ...] | None:
    found = []
    for name in names:
        entries = catalogue.by_name.get(normal(name), ())
        keys = tuple(e.key for e in entries if not documents or e.key.document_id in documents)
        if not keys:
            return None
        found.append(Mention(name, keys))
    return tuple(found)


def spelt(u: Understanding, catalogue: Catalogue) -> str:
    """What a message was taken to mean, for the person to check."""
    if u.intent is Intent.RECORDS:
        said = re.search(r"（理解为：(.*)）$", render(replace(u, message=""), catalogue))
        return said[1] if said else "、".join(BY_KEY[f].label for f in u.fields if f in BY_KEY)
    if u.intent is Intent.SECTIONS and u.section:
        return {"overall": "总体绩效目标", "itemised": "分项绩效目标", "safeguard": "工作保障措施"}[
            u.section.kind.value
        ]
    words = {
        Intent.TOPIC: u.topic,
        Intent.FINDINGS: "文件中的问题",
        Intent.INDICATORS: "绩效指标",
        Intent.HELP: "能做什么",
    }
    return words.get(u.intent, "")
