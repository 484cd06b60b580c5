"""Does every sentence of a draft know where it comes from, and is every unknown figure an open blank?"""

import re

from assistant.types import Draft, Origin, Sentence
from eval.comparing import folded, holds
from eval.types import Case, Score, SourceLines, Transcript

NAME = "draft"
_BLANK = re.compile(r"【待填[:：][^】]*】")
# A number that says how much or when; a list number (1. 一、) says neither.
_FIGURE = re.compile(r"\d+(?:\.\d+)?\s*(?:万元|亿元|元|%|％|年|月|个|次|条|项|家|人|天|小时)")


def score(case: Case, transcript: Transcript, lines: SourceLines) -> Score | None:
    reply = transcript.last
    if reply is None or reply.draft is None:
        return None
    faults = unsourced(reply.draft)
    faults += [f"回复中没有待填“{blank}”" for blank in reply.draft.blanks if not holds(reply.text, blank)]
    value = f"{len(reply.draft.sentences)} 句，{len(reply.draft.blanks)} 处待填"
    return Score(NAME, not faults, value, "每句有来历，每个数有出处或待填", "；".join(faults) or "出处齐全")


def unsourced(draft: Draft) -> list[str]:
    """The sentences that do not say where they come from, and blanks that are not in the text."""
    if not draft.sentences:
        return ["草稿没有分句"]
    faults = [f"没有出处：{sentence.text}" for sentence in draft.sentences if _needs_source(sentence)]
    faults += [f"正文中没有：{s.text}" for s in draft.sentences if folded(s.text) not in folded(draft.text)]
    return faults + [f"正文中没有待填“{blank}”" for blank in draft.blanks if not holds(draft.text, blank)]


def _needs_source(sentence: Sentence) -> bool:
    if sentence.sources:
        return False
    if sentence.origin in (Origin.KEPT, Origin.EDITED):
        return True
    return bool(_FIGURE.search(_BLANK.sub("", sentence.text)))
