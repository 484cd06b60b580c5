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


# Above so many comparisons the next one alike is taken, not the best one.
_MOST_COMPARISONS = 40_000
_NUMBER = re.compile(r"^\s*(?:[一二三四五六七八九十百]+[、是]|\d+[.、．])\s*")


def paired_lines(old: list[str], new: list[str]) -> Iterator[tuple[str | None, str | None]]:
    """The paragraphs of both in order, an edited one beside what it was; None where there is none.

    Numbers and open blanks tell no paragraph from another: an item that moved up is the same item.
    """
    one, other = [_bare(text) for text in old], [_bare(text) for text in new]
    for tag, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from zip(old[a:b], new[c:d], strict=True)
            continue
        pairs = _best if (b - a) * (d - c) <= _MOST_COMPARISONS else _next_alike
        for i, k in pairs(one[a:b], other[c:d]):
            yield (old[a + i] if i is not None else None, new[c + k] if k is not None else None)


def _bare(text: str) -> str:
    return _NUMBER.sub("", re.sub(r"【待填：[^】]*】", "□", text))


_Places = Iterator[tuple[int | None, int | None]]


def _best(old: list[str], new: list[str]) -> _Places:
    """The pairs in order that are most alike together."""
    rows, columns = len(old), len(new)
    alike = [[score if (score := _like(x, y)) >= _SAME else 0.0 for y in new] for x in old]
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for k in range(columns - 1, -1, -1):
            paired = alike[i][k] + best[i + 1][k + 1] if alike[i][k] else 0.0
            best[i][k] = max(paired, best[i + 1][k], best[i][k + 1])
    i = k = 0
    while i < rows and k < columns:
        if alike[i][k] and best[i][k] == alike[i][k] + best[i + 1][k + 1]:
            yield i, k
            i, k = i + 1, k + 1
        elif best[i][k] == best[i + 1][k]:
            yield i, None
            i += 1
        else:
            yield None, k
            k += 1
    yield from ((place, None) for place in range(i, rows))
    yield from ((None, place) for place in range(k, columns))


def _next_alike(old: list[str], new: list[str]) -> _Places:
    """Each with the next one that is alike: for very long stretches."""
    k = 0
    for i, text in enumerate(old):
        near = next((place for place in range(k, len(new)) if _like(text, new[place]) >= _SAME), None)
        if near is None:
            yield i, None
            continue
        yield from ((None, place) for place in range(k, near))
        yield i, near
        k = near + 1
    yield from ((None, place) for place in range(k, len(new)))


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
