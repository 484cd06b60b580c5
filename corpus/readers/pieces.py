"""The cells a text file gives, before their rows are known."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from corpus.raw import Span


class Mark(Enum):
    TEXT = "text"
    BLANK = "blank"  # a line that holds a genuinely blank cell
    MERGED = "merged"  # the continuation of a vertically merged cell


@dataclass(frozen=True, slots=True)
class Piece:
    """A cell as a line of the file gives it."""

    text: str
    spans: tuple[Span, ...]
    mark: Mark = Mark.TEXT
    new_row: bool = False  # an empty line stands before it


@dataclass(frozen=True, slots=True)
class Placed:
    column: int  # 1-based
    piece: Piece


GridRow = list[Placed]


def in_columns(pieces: Sequence[Piece], first_column: int = 1) -> GridRow:
    """`pieces` side by side from `first_column` on."""
    return [Placed(column, piece) for column, piece in enumerate(pieces, start=first_column)]
