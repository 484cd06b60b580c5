"""What changed between two texts, in words."""

import re
from difflib import SequenceMatcher

_MOST = 6
_SHORT = 40
_ALIKE = 0.5  # below this (0-1) a text was rewritten, not edited
# Figures keep their unit, Latin words stay whole: 60场 becomes 70场, not 6 becomes 7.
_TOKEN = re.compile(r"【待填：[^】]*】|[A-Za-z]+|\d[\d.,]*%?[\u4e00-\u9fff]?|.", re.DOTALL)


def edits(before: str, after: str) -> str:
    """改“60场”为“70场”，增加“…”，删去“…”; 重写 for very different texts; empty for equal ones."""
    one, other = _TOKEN.findall(before), _TOKEN.findall(after)
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return f"改写为“{cut(after)}”" if before else f"增加“{cut(after)}”"
    said = []
    for tag, a, b, c, d in matcher.get_opcodes():
        gone, come = cut("".join(one[a:b])), cut("".join(other[c:d]))
        if tag == "replace":
            said.append(f"改“{gone}”为“{come}”")
        elif tag == "insert":
            said.append(f"增加“{come}”")
        elif tag == "delete":
            said.append(f"删去“{gone}”")
    return "，".join(said[:_MOST]) + ("等" if len(said) > _MOST else "")


def cut(text: str, length: int = _SHORT) -> str:
    return text if len(text) <= length else text[:length] + "…"
