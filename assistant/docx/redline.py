"""A redline of two drafts as tracked changes: accepted it is the new text, rejected the old, in the layout of both."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.docx.grid import form_grid
from assistant.docx.layout import (
    BODY_PT,
    CELL_PT,
    FANGSONG,
    HEITI,
    KAITI,
    TITLE_PT,
    UNIT_PT,
    XIAOBIAOSONG,
    centre,
    clean,
    exact_lines,
    indent,
    new_document,
    save,
    text_blocks,
    tight_lines,
    to_the_right,
)
from assistant.docx.pairing import paired_places
from assistant.docx.tracking import change, track
from assistant.types import Draft, DraftCell, DraftParagraph, DraftTable

if TYPE_CHECKING:
    from docx.document import Document

# Stand before a form, or the title, among the lines to be paired: each is paired with its like only.
_FORM, _TITLE = "\0" * 60, "\1" * 60


_SHORT = 24  # characters of a cell that is centred


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    level: int  # 0: body, 1 and more: a heading; -1: the title


_Item = _Line | DraftTable


def write_redline(before: Draft, after: Draft, path: Path) -> None:
    """What changes from `before` to `after` as tracked changes: accepted it is the new text, rejected the old.

    Raises DraftError when the file cannot be written; nothing half-written is left.
    """
    document = new_document(after.title)
    numbers = count(1)
    old, new = list(_items(before)), list(_items(after))
    for i, k in paired_places([_shown(item) for item in old], [_shown(item) for item in new]):
        was, is_now = (None if i is None else old[i]), (None if k is None else new[k])
        if isinstance(was, DraftTable) or isinstance(is_now, DraftTable):
            _track_form(
                document,
                was if isinstance(was, DraftTable) else None,
                is_now if isinstance(is_now, DraftTable) else None,
                numbers,
            )
        else:
            _track_line(document, was, is_now, numbers)
    save(document, path)


def _items(draft: Draft) -> Iterator[_Item]:
    yield _Line(clean(draft.title), -1)
    for block in draft.blocks or text_blocks(draft.text):
        if isinstance(block, DraftParagraph):
            yield from (_Line(clean(line), block.level) for line in block.text.split("\n") if line.strip())
        else:
            yield block


def _shown(item: _Item) -> str:
    if isinstance(item, DraftTable):
        return f"{_FORM}{item.title}"
    return f"{_TITLE}{item.text}" if item.level == -1 else item.text


def _track_line(document: "Document", was: _Line | None, is_now: _Line | None, numbers: Iterator[int]) -> None:
    level = (is_now or was or _Line("", 0)).level
    paragraph = document.add_paragraph()
    exact_lines(paragraph)
    text = (is_now or was or _Line("", 0)).text
    font, size = {-1: (XIAOBIAOSONG, TITLE_PT), 0: (FANGSONG, BODY_PT), 3: (KAITI, BODY_PT)}.get(
        level, (HEITI, BODY_PT)
    )
    if level == -1 or (level and text.startswith("第")):
        centre(paragraph)
    else:
        indent(paragraph)
    track(paragraph, was.text if was else None, is_now.text if is_now else None, numbers, font, size)


# --- forms --------------------------------------------------------------------------------------------------------


def _track_form(
    document: "Document", was: DraftTable | None, is_now: DraftTable | None, numbers: Iterator[int]
) -> None:
    """A form with its cells as they change; where its rows are not the same, the old ones go and the new ones come."""
    titles = [(HEITI, BODY_PT, "title"), (FANGSONG, UNIT_PT, "unit_line")]
    for font, size, field in titles:
        paragraph = document.add_paragraph()
        exact_lines(paragraph)
        paragraph.paragraph_format.keep_with_next = True
        (centre if field == "title" else to_the_right)(paragraph)
        old, new = (clean(getattr(one, field)) if one else None for one in (was, is_now))
        track(paragraph, old, new, numbers, font, size)
    for grid in (False, True):
        _track_rows(document, _part(was, grid), _part(is_now, grid), _width(is_now or was), numbers)
        tight_lines(document.add_paragraph(), 1)


_Rows = Sequence[Sequence[DraftCell]]


def _width(table: DraftTable | None) -> int:
    return table.width if table else 0


def _part(table: DraftTable | None, grid: bool) -> _Rows | None:
    """The fields of a form, or its grid of indicators."""
    if table is None:
        return None
    return table.rows[table.grid_from :] if grid else table.rows[: table.grid_from]


def _track_rows(document: "Document", old: _Rows | None, new: _Rows | None, width: int, numbers: Iterator[int]) -> None:
    if old and new and _shape(old) == _shape(new):
        before = iter([cell for row in old for cell in row])

        def fill(target: Any, cell: DraftCell) -> None:
            _track_cell(target, next(before), cell, numbers)

        form_grid(document, new, width, fill)
        return
    for rows, tag in ((old, "w:del"), (new, "w:ins")):
        if rows:
            _whole(document, rows, max(width, _columns(rows)), tag, numbers)


def _columns(rows: _Rows) -> int:
    return sum(cell.columns for cell in rows[0])


def _shape(rows: _Rows) -> list[list[tuple[int, int]]]:
    return [[(cell.columns, cell.rows) for cell in row] for row in rows]


def _whole(document: "Document", rows: _Rows, width: int, tag: str, numbers: Iterator[int]) -> None:
    """Rows that go or come as a whole: the row is marked, and so is its text."""

    def fill(target: Any, cell: DraftCell) -> None:
        old, new = (cell, None) if tag == "w:del" else (None, cell)
        _track_cell(target, old, new, numbers)

    grid = form_grid(document, rows, _columns(rows) or width, fill)
    for row in grid.rows:
        row._tr.get_or_add_trPr().append(change(tag, numbers))


def _track_cell(target: Any, old: DraftCell | None, new: DraftCell | None, numbers: Iterator[int]) -> None:
    """A cell's text, line by line: lines that only one side has are paragraphs that come or go."""
    lines = [(cell.text if cell else "").split("\n") for cell in (old, new)]
    pairs = (
        paired_places(*lines) if len(lines[0]) != len(lines[1]) else zip(*(range(len(x)) for x in lines), strict=True)
    )
    for number, (i, k) in enumerate(_first_whole(pairs)):
        paragraph = target.paragraphs[0] if number == 0 else target.add_paragraph()
        tight_lines(paragraph)
        if max(map(len, (*lines[0], *lines[1]))) <= _SHORT:
            centre(paragraph)
        was, is_now = (None if i is None else clean(lines[0][i])), (None if k is None else clean(lines[1][k]))
        if number == 0:  # a cell keeps its first paragraph whatever becomes of the text
            was, is_now = was or "", is_now or ""
        track(paragraph, was, is_now, numbers, size=CELL_PT)


def _first_whole(pairs: Iterable[tuple[int | None, int | None]]) -> list[tuple[int | None, int | None]]:
    """The pairs, of which the first two are one where they are a line that goes and a line that comes."""
    found = list(pairs)
    if len(found) > 1 and None in found[0] and None in found[1]:
        (a, b), (c, d) = found[:2]
        return [(a if a is not None else c, b if b is not None else d), *found[2:]]
    return found


__all__ = ["write_redline"]
