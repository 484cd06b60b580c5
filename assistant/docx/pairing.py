"""A draft as lines, and which line of one draft is which of another. Pure."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from assistant.docx.layout import clean, text_blocks
from assistant.types import Draft, DraftParagraph, DraftTable


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
    """The paragraphs of both in order, an edited one beside what it was; None where there is none."""
    for i, k in paired_places(old, new):
        yield (None if i is None else old[i], None if k is None else new[k])


def paired_places(old: list[str], new: list[str]) -> "_Places":
    """As `paired_lines`, by place.

    Numbers and open blanks tell no paragraph from another: an item that moved up is the same item.
    """
    one, other = [_bare(text) for text in old], [_bare(text) for text in new]
    for tag, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from zip(range(a, b), range(c, d), strict=True)
            continue
        pairs = _best if (b - a) * (d - c) <= _MOST_COMPARISONS else _next_alike
        for i, k in pairs(one[a:b], other[c:d]):
            yield (None if i is None else a + i, None if k is None else c + k)


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
