"""A redline of two drafts as tracked changes: accepted it is the new text, rejected the old."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.docx.layout import AUTHOR, body_run, clean, exact_lines, new_document, save, text_blocks, xml_element
from assistant.types import Draft, DraftParagraph, DraftTable

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph


def write_redline(before: Draft, after: Draft, path: Path) -> None:
    """What changes from `before` to `after` as tracked changes: accepted it is the new text, rejected the old.

    Forms are given as lines, a label and its cell each. Raises DraftError when the file cannot be written.
    """
    document = new_document(after.title)
    numbers = count(1)
    for old, new in paired_lines(paragraphs_of(before), paragraphs_of(after)):
        paragraph = document.add_paragraph()
        exact_lines(paragraph)
        _track(paragraph, old, new, numbers)
    save(document, path)


def paragraphs_of(draft: Draft) -> list[str]:
    """The draft as plain lines: title, paragraphs, and each filled cell of a form with its label before it."""
    lines = [draft.title]
    for block in draft.blocks or text_blocks(draft.text):
        if isinstance(block, DraftParagraph):
            lines.append(block.text)
        else:
            lines += [block.title, *_form_lines(block)]
    return [clean(line) for text in lines for line in text.split("\n") if line.strip()]


def _form_lines(table: DraftTable) -> Iterator[str]:
    top = table.rows[: table.grid_from]
    months = [cell.text for row in top for cell in row if cell.header and cell.text.endswith("月底")]
    for row in top:
        label = ""
        values = [cell for cell in row if not cell.header]
        for cell in row:
            if cell.header:
                label = cell.text
            elif len(values) == len(months) and row[0] is values[0] and len(values) > 1:
                yield f"{months[values.index(cell)]}：{cell.text}"
            else:
                yield f"{label or '资金用途'}：{cell.text}"
    for row in table.rows[table.grid_from + 1 :]:
        yield " ｜ ".join(cell.text for cell in row)


# Below this likeness (0-1) a paragraph is another one, not an edit.
_SAME = 0.45


def paired_lines(old: list[str], new: list[str]) -> Iterator[tuple[str | None, str | None]]:
    """The paragraphs of both in order, an edited one beside what it was; None where there is none."""
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from zip(old[a:b], new[c:d], strict=True)
            continue
        while a < b and c < d:
            near = next((k for k in range(c, d) if _like(old[a], new[k]) >= _SAME), None)
            if near is None:
                yield old[a], None
                a += 1
                continue
            yield from ((None, text) for text in new[c:near])
            yield old[a], new[near]
            a, c = a + 1, near + 1
        yield from ((text, None) for text in old[a:b])
        yield from ((None, text) for text in new[c:d])


def _like(one: str, other: str) -> float:
    from rapidfuzz import fuzz

    return fuzz.ratio(one, other) / 100


def _track(paragraph: "Paragraph", old: str | None, new: str | None, numbers: Iterator[int]) -> None:
    if old is None or new is None:
        kind = "w:ins" if old is None else "w:del"
        mark = xml_element("w:rPr")
        mark.append(_change(kind, numbers))
        paragraph._p.get_or_add_pPr().append(mark)
        _tracked_run(paragraph, kind, new if old is None else old, numbers)
        return
    one, other = _tokens(old), _tokens(new)
    for tag, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "equal":
            body_run(paragraph, "".join(one[a:b]))
            continue
        _tracked_run(paragraph, "w:del", "".join(one[a:b]), numbers)
        _tracked_run(paragraph, "w:ins", "".join(other[c:d]), numbers)


def _tokens(text: str) -> list[str]:
    """Single characters, but figures, Latin words and open blanks whole: 15.00 does not become 1~5~20.00."""
    return re.findall(r"【待填：[^】]*】|[A-Za-z]+|\d+(?:[.,]\d+)*%?|.", text, re.DOTALL)


def _change(tag: str, numbers: Iterator[int]) -> Any:
    return xml_element(tag, id=str(next(numbers)), author=AUTHOR)


def _tracked_run(paragraph: "Paragraph", tag: str, text: str | None, numbers: Iterator[int]) -> None:
    """A run inside w:ins or w:del; deleted text stands in w:delText."""
    from docx.oxml.ns import qn

    if not text:
        return
    run = body_run(paragraph, text)._r
    paragraph._p.remove(run)
    if tag == "w:del":
        for element in run.findall(qn("w:t")):
            element.tag = qn("w:delText")
            element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    wrapper = _change(tag, numbers)
    wrapper.append(run)
    paragraph._p.append(wrapper)
