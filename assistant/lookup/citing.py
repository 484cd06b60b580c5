"""Numbered citations of one reply: the same place is cited once."""

from collections.abc import Iterable

from assistant.holdings import Holdings
from assistant.types import Citation
from corpus.types import Cell, CellState, Section, Source

_QUOTE_LENGTH = 200


class Citations:
    """Collects the places that a reply rests on; `mark` gives what stands in the text, e.g. [1]."""

    def __init__(self, holdings: Holdings) -> None:
        self._holdings = holdings
        self._numbers: dict[tuple[str, str, int | None], int] = {}
        self._list: list[Citation] = []

    def all(self) -> tuple[Citation, ...]:
        return tuple(self._list)

    def cell(self, document_id: str, cell: Cell) -> int:
        """The number for a cell; a classified cell is quoted as the 涉密 that stands there."""
        quote = "涉密" if cell.state is CellState.CLASSIFIED else cell.text or ""
        return self.place(document_id, cell.source, quote)

    def section(self, section: Section, quote: str | None = None, source: Source | None = None) -> int:
        return self.place(section.document_id, source or section.source, quote if quote is not None else section.text)

    def place(self, document_id: str, source: Source, quote: str) -> int:
        key = (document_id, source.locator, source.line)
        if key not in self._numbers:
            number = len(self._list) + 1
            self._numbers[key] = number
            name = self._holdings.document(document_id).name
            shown = quote if len(quote) <= _QUOTE_LENGTH else quote[:_QUOTE_LENGTH] + "…"
            self._list.append(Citation(number, name, source.locator, shown, source.line, document_id))
        return self._numbers[key]

    @staticmethod
    def mark(numbers: Iterable[int]) -> str:
        return "".join(f"[{number}]" for number in dict.fromkeys(numbers))
