"""Two drafts side by side as HTML, with what was taken out and what was put in marked, also for those who see no colour."""

import difflib
import re
from collections.abc import Iterator
from html import escape

from assistant.docx import paragraphs_of
from assistant.types import Draft

# A blank and a figure are taken out and put in whole: no 20 is common to 2026年 and 20.00.
_WHOLE = re.compile(r"【待填：[^】]*】|\d+(?:\.\d+)?%?|.", re.DOTALL)
_LONGEST = 3000  # characters of a paragraph that are compared one by one; longer ones are shown whole


def compared_html(before: Draft, after: Draft, before_name: str, after_name: str) -> str:
    rows = list(_pairs(paragraphs_of(before), paragraphs_of(after)))
    changed = sum(old != new for old, new in rows)
    body = "".join(_row(old, new) for old, new in rows)
    return (
        f'<section class="jx-compared"><p class="jx-legend">共 {changed} 处不同。<del>删去</del><ins>新增</ins></p>'
        f'<div class="jx-scroll" tabindex="0"><table><thead><tr><th scope="col">{escape(before_name)}</th>'
        f'<th scope="col">{escape(after_name)}</th></tr></thead><tbody>{body}</tbody></table></div></section>'
    )


def _pairs(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """Paragraphs that belong together, in order; an empty text where there is none on that side."""
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from zip(old[i1:i2], new[j1:j2], strict=True)
            continue
        for place in range(max(i2 - i1, j2 - j1)):
            yield (old[i1 + place] if i1 + place < i2 else "", new[j1 + place] if j1 + place < j2 else "")


def _row(old: str, new: str) -> str:
    left, right = (escape(old), escape(new)) if old == new else _marked(old, new)
    kind = "" if old == new else ' class="jx-differs"'
    return f"<tr{kind}><td>{left}</td><td>{right}</td></tr>"


def _marked(old: str, new: str) -> tuple[str, str]:
    if not old or not new or max(len(old), len(new)) > _LONGEST:
        return _tagged("del", old), _tagged("ins", new)
    left, right = [], []
    before, after = _WHOLE.findall(old), _WHOLE.findall(new)
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        taken, put = "".join(before[i1:i2]), "".join(after[j1:j2])
        same = tag == "equal"
        left.append(escape(taken) if same else _tagged("del", taken))
        right.append(escape(put) if same else _tagged("ins", put))
    return "".join(left), "".join(right)


def _tagged(tag: str, text: str) -> str:
    return f"<{tag}>{escape(text)}</{tag}>" if text else ""
