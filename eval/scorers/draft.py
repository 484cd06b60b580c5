"""Does every sentence of a draft know where it comes from, and is every unknown figure an open blank?"""

import re

from assistant.types import Draft, Origin, Sentence
from eval.comparing import holds
from eval.types import Case, Score, SourceLines, Transcript

NAME = "draft"
_COLUMN = re.compile(r"^\d{1,2}月底[^：]*：")
_BLANK = re.compile(r"【待填[:：][^】]*】")
# A number that says how much or when; a list number (1. 一、) says neither.
_FIGURE = re.compile(r"\d+(?:\.\d+)?\s*(?:万元|亿元|元|%|％|年|月|个|次|条|项|家|人|天|小时)")


def score(case: Case, transcript: Transcript, lines: SourceLines) -> Score | None:
    reply = transcript.last
    if reply is None or reply.draft is None:
        return None
    faults = unsourced(reply.draft)
    faults += [f"回复中没有待填“{blank}”" for blank in reply.draft.blanks if not holds(reply.text, _open(blank))]
    value = f"{len(reply.draft.sentences)} 句，{len(reply.draft.blanks)} 处待填"
    return Score(NAME, not faults, value, "每句有来历，每个数有出处或待填", "；".join(faults) or "出处齐全")


def unsourced(draft: Draft) -> list[str]:
    """The sentences that do not say where they come from, and sentences and blanks that are not in the text."""
    if not draft.sentences:
        return ["草稿没有分句"]
    faults = [f"没有出处：{sentence.text}" for sentence in draft.sentences if _needs_source(sentence, draft.year)]
    faults += [f"正文中没有：{sentence.text}" for sentence in draft.sentences if not _stands_in(sentence, draft.text)]
    return faults + [f"草稿正文中没有待填“{blank}”" for blank in draft.blanks if not holds(draft.text, _open(blank))]


def _needs_source(sentence: Sentence, year: int | None) -> bool:
    if sentence.sources:
        return False
    if sentence.origin in (Origin.KEPT, Origin.EDITED):
        return True
    # The year of the draft was asked for, and the dates of the form's columns are no statements.
    said = _COLUMN.sub("", _BLANK.sub("", sentence.text)).replace(f"{year}年", "")
    return bool(_FIGURE.search(said))


def _open(blank: str) -> str:
    """The blank as it stands open in the text; a list of what is to be filled in may name it alone."""
    return blank if blank.startswith("【") else f"【待填：{blank}】"


def _stands_in(sentence: Sentence, text: str) -> bool:
    """A cell of the form, said as 标签：值, stands in a table of the text: there only its value is looked for."""
    _, _, value = sentence.text.partition("：")
    return holds(text, sentence.text) or (bool(value) and holds(text, value))
