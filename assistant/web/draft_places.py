"""Where in a draft a finding points: the paragraph or cell that holds what it quotes, else the part it names."""

from collections.abc import Iterator
from dataclasses import dataclass

from assistant.types import Draft, DraftParagraph, DraftTable
from corpus.folding import squeeze
from corpus.types import Finding

_QUOTED = 24  # characters of a quote that must be found: longer ones may run over a blank


@dataclass(frozen=True, slots=True)
class DraftPlace:
    """A paragraph or a cell; `mark` is the class it carries on the page, `part` the heading or table it stands under."""

    mark: str
    text: str
    part: str


def paragraph_mark(block: int) -> str:
    return f"jx-place-{block}"


def cell_mark(block: int, row: int, column: int) -> str:
    return f"jx-place-{block}-{row}-{column}"


def places(draft: Draft) -> Iterator[DraftPlace]:
    part = ""
    for number, block in enumerate(draft.blocks):
        if isinstance(block, DraftParagraph):
            part = block.text if block.level else part
            yield DraftPlace(paragraph_mark(number), block.text, part)
        else:
            yield from _cells(number, block)


def _cells(number: int, table: DraftTable) -> Iterator[DraftPlace]:
    for row, cells in enumerate(table.rows):
        for column, cell in enumerate(cells):
            if cell.text.strip():
                yield DraftPlace(cell_mark(number, row, column), cell.text, table.title)


def place_of(finding: Finding, draft_places: tuple[DraftPlace, ...]) -> DraftPlace | None:
    """None where the finding is of the draft as a whole, or of words that are not in it."""
    quote = squeeze(finding.quote)[:_QUOTED]
    named = [p for p in draft_places if any(name and name in p.part for name in finding.source.heading_path)]
    if quote:
        for candidates in (named, draft_places):
            for candidate in candidates:
                if quote in squeeze(candidate.text):
                    return candidate
        return None
    return named[0] if named else None
