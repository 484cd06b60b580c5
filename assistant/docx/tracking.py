"""Tracked changes in a paragraph: what was taken out, what was put in."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from assistant.docx.layout import AUTHOR, BODY_PT, FANGSONG, body_run, xml_element

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph


def track(
    paragraph: "Paragraph",
    old: str | None,
    new: str | None,
    numbers: Iterator[int],
    font: str = FANGSONG,
    size: float = BODY_PT,
) -> None:
    """`old` becoming `new` in an empty paragraph. None: there was, or will be, no such paragraph."""
    if old is None or new is None:
        kind = "w:ins" if old is None else "w:del"
        mark = xml_element("w:rPr")
        mark.append(change(kind, numbers))
        paragraph._p.get_or_add_pPr().append(mark)
        _tracked_run(paragraph, kind, new if old is None else old, numbers, font, size)
        return
    one, other = _tokens(old), _tokens(new)
    for tag, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "equal":
            body_run(paragraph, "".join(one[a:b]), font, size)
            continue
        _tracked_run(paragraph, "w:del", "".join(one[a:b]), numbers, font, size)
        _tracked_run(paragraph, "w:ins", "".join(other[c:d]), numbers, font, size)


def _tokens(text: str) -> list[str]:
    """Single characters, but figures, Latin words and open blanks whole: 15.00 does not become 1~5~20.00."""
    return re.findall(r"【待填：[^】]*】|[A-Za-z]+|\d+(?:[.,]\d+)*%?|.", text, re.DOTALL)


def change(tag: str, numbers: Iterator[int]) -> Any:
    return xml_element(tag, id=str(next(numbers)), author=AUTHOR)


def _tracked_run(
    paragraph: "Paragraph", tag: str, text: str | None, numbers: Iterator[int], font: str, size: float
) -> None:
    """A run inside w:ins or w:del; deleted text stands in w:delText."""
    from docx.oxml.ns import qn

    if not text:
        return
    run = body_run(paragraph, text, font, size)._r
    paragraph._p.remove(run)
    if tag == "w:del":
        for element in run.findall(qn("w:t")):
            element.tag = qn("w:delText")
            element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    wrapper = change(tag, numbers)
    wrapper.append(run)
    paragraph._p.append(wrapper)
