"""What a format reader hands over: unsealed text with its places, kept in memory only until it is sealed.

A `RawTable` is a sparse grid: a merged region is one cell at its upper left corner, and the positions it also covers
are simply absent. A position that is there with empty text is a genuinely blank cell.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """Where a text stands in the readable lines, so that sealing can take it out of them."""

    line: int  # 1-based, as Source.line
    start: int  # offsets within the line
    end: int


@dataclass(frozen=True, slots=True)
class RawCell:
    row: int  # 1-based
    column: int  # 1-based
    text: str  # empty: blank
    spans: tuple[Span, ...]
    page: int | None = None


@dataclass(frozen=True, slots=True)
class RawTable:
    cells: tuple[RawCell, ...]  # row by row, from left to right; one cell a position

    def __post_init__(self) -> None:
        if len({(cell.row, cell.column) for cell in self.cells}) != len(self.cells):
            raise ValueError("two cells of a table stand at one position")


@dataclass(frozen=True, slots=True)
class RawParagraph:
    text: str
    span: Span
    page: int | None = None


@dataclass(frozen=True, slots=True)
class RawDocument:
    name: str  # file name without folders
    lines: tuple[str, ...]  # readable text, one entry a source line
    blocks: tuple[RawParagraph | RawTable, ...]
    residues: tuple[int, ...] = ()  # lines an export residue such as `[bookmark: …]` was taken out of
    margins: tuple[
        str, ...
    ] = ()  # texts of headers, footers, metadata, hidden text: looked at for 密级 marks, never kept
    notes: tuple[str, ...] = ()  # sentences on what of the file was not read: hidden rows, pages that are pictures
    recognised: tuple[int, ...] = ()  # pages whose text was read from a picture (OCR)
    scanned: tuple[int, ...] = ()  # pages that are pictures and were not read, for want of an OCR engine
