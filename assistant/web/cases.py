"""A judged turn as an eval case: YAML as eval/cases/*.yaml have it, ready to be put there."""

import hashlib
import json
from typing import Any

from assistant.workspace import Verdict

# label -> what the case expects of the reply's behaviour
BEHAVIOURS: dict[str, dict[str, str]] = {
    "应当回答": {"behaviour": "answer"},
    "应当拒绝：涉密": {"behaviour": "refuse", "refusal": "classified"},
    "应当拒绝：不属本系统": {"behaviour": "refuse", "refusal": "remit"},
    "应当追问": {"behaviour": "clarify"},
    "应当说没有找到": {"behaviour": "not_found"},
}
_MOST_LINES, _LONGEST_LINE = 20, 200


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
