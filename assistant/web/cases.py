"""A judged turn as an eval case: YAML as eval/cases/*.yaml have it, ready to be put there."""

import hashlib
import json
import re
from typing import Any

from assistant.types import Kind, Reply
from assistant.workspace import Verdict

# label -> what the case expects of the reply's behaviour
BEHAVIOURS: dict[str, dict[str, str]] = {
    "应当回答": {"behaviour": "answer"},
    "应当拒绝：涉密": {"behaviour": "refuse", "refusal": "classified"},
    "应当拒绝：不属本系统": {"behaviour": "refuse", "refusal": "remit"},
    "应当追问": {"behaviour": "clarify"},
    "应当说没有找到": {"behaviour": "not_found"},
}
_BY_KIND = {
    Kind.ANSWER: "应当回答",
    Kind.DRAFT: "应当回答",
    Kind.CLARIFICATION: "应当追问",
    Kind.NOT_FOUND: "应当说没有找到",
}
_MOST_LINES, _LONGEST_LINE = 20, 200
_MOST_PROPOSED = 5
_BOLD = re.compile(r"\*\*([^*\n]{1,80})\*\*")


def proposed(reply: Reply) -> tuple[str, str]:
    """The behaviour and the words to expect, a line each, where this reply is the right one: for a person to correct."""
    if reply.kind is Kind.REFUSAL:
        return ("应当拒绝：涉密" if "涉密" in reply.text else "应当拒绝：不属本系统"), ""
    told = reply.options if reply.kind is Kind.CLARIFICATION else _BOLD.findall(reply.text)
    words = list(dict.fromkeys(line.strip() for line in told if line.strip()))[:_MOST_PROPOSED]
    return _BY_KIND[reply.kind], "\n".join(words)


def wanted_of(behaviour: str, words: str) -> dict[str, Any] | None:
    """What the case expects; None where an answer is expected and nothing is said of it."""
    if behaviour not in BEHAVIOURS:
        return None
    lines = [line.strip()[:_LONGEST_LINE] for line in words.splitlines() if line.strip()][:_MOST_LINES]
    wanted: dict[str, Any] = dict(BEHAVIOURS[behaviour])
    if not lines and wanted["behaviour"] == "answer":
        return None
    return wanted | ({"contains": lines} if lines else {})


def cases_yaml(verdicts: tuple[Verdict, ...]) -> str:
    """The verdicts for which the right answer is known. Strings are quoted as JSON has them, which YAML reads too."""
    return "\n".join(_case(verdict) for verdict in verdicts if verdict.wanted) or "[]\n"


def _case(verdict: Verdict) -> str:
    number = hashlib.sha256(f"{verdict.conversation}/{verdict.turn}".encode()).hexdigest()[:8]
    turns = "\n".join(f"    - {_quoted(turn.message)}" for turn in verdict.said.turns)
    expect = "\n".join(f"    {key}: {_quoted(value)}" for key, value in (verdict.wanted or {}).items())
    why = f"使用者评价：{verdict.reason or '不满意'}"
    return f"- id: FB{number}\n  category: feedback\n  why: {_quoted(why)}\n  turns:\n{turns}\n  expect:\n{expect}\n"


def _quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
