"""One PDF page: its ruled tables as boxes of text, and the lines of text outside them, by the places of their signs."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

_NEAR = 3.0  # points: rulings nearer to each other are one
_MOST_OF_PAGE = 0.6
_SHORTEST_ROW = 150.0  # points: a ruling of a table's whole width
_THIN = 4.0  # points: a box between the two strokes of a double border
_SMALLEST_TABLE = 2  # boxes; a single one only frames its text
_SPACE = 0.25  # of the size of a sign: a wider gap between Latin words is a space
_OVERHANG = 0.15  # of the width of a sign: what lies this far outside its box may belong to the next one
_GAP = 1.2  # of the size of a sign: a wider gap stands in running text as two spaces


@dataclass(frozen=True, slots=True)
class Sign:
    """A printed character; y grows downward."""

    text: str
    x0: float
    x1: float
    y: float  # of its middle
    size: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text outside the tables."""

    text: str
    x0: float
    x1: float
    y: float
    size: float


@dataclass(slots=True)
class Box:
    """A cell of a ruled table."""

    x0: float
    top: float
    x1: float
    bottom: float
    signs: list[Sign] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in lines_of(self.signs))


@dataclass(slots=True)
class Table:
    boxes: list[Box]
    page: int
    crossing: int = 0  # signs printed across the side of their box: overflow, or a font with wrong widths

    @property
    def x0(self) -> float:
        return min(box.x0 for box in self.boxes)

    @property
    def x1(self) -> float:
        return max(box.x1 for box in self.boxes)

    @property
    def top(self) -> float:
        return min(box.top for box in self.boxes)

    @property
    def bottom(self) -> float:
        return max(box.bottom for box in self.boxes)


@dataclass(slots=True)
class Page:
    number: int
    width: float
    height: float
    tables: list[Table]
    lines: list[Line]
    slanted: str  # text that does not run horizontally: watermarks
    pictures: int
    covered: bool = False  # one picture lies under all its text and no table is ruled: a scan with a layer of text
    recognised: bool = False  # read from a picture by an OCR engine
    unsure: int = 0  # lines of print it could not make out

    @property
    def has_text(self) -> bool:
        return bool(self.lines or any(box.signs for table in self.tables for box in table.boxes))


def read_page(page: Any, number: int) -> Page:
    """A page of pdfplumber."""
    signs = [_sign(char) for char in page.chars if not _is_slanted(char)]
    slanted = "".join(char["text"] for char in page.chars if _is_slanted(char))
    tables = [table for found in _tables(page) if (table := table_of(found.cells, number)) is not None]
    rest = signs
    for table in tables:
        rest = _fill(table, rest)
    tables.sort(key=lambda table: (table.top, table.x0))
    size = (float(page.width), float(page.height))
    covered = bool(signs) and not tables and _is_covered(page)
    return Page(number, *size, tables, lines_of(rest), slanted, len(page.images), covered)


def _is_covered(page: Any) -> bool:
    areas = [(float(i["x1"]) - float(i["x0"])) * (float(i["bottom"]) - float(i["top"])) for i in page.images]
    return max(areas, default=0.0) > _MOST_OF_PAGE * float(page.width) * float(page.height)


def _tables(page: Any) -> list[Any]:
    """The ruled tables of a page, also those whose left and right sides are left open."""
    finder = page.debug_tablefinder()
    sides = missing_sides(finder.edges)
    return list(page.find_tables({"explicit_vertical_lines": sides}) if sides else finder.tables)


def missing_sides(edges: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The outer verticals of tables that print none: where rulings of one length end in the open, row by row.

    Between two such rulings an upright inside must reach from one to the other: the line under a running head and the
    one over a footer have none.
    """
    rows: dict[tuple[int, int], set[float]] = {}
    for edge in edges:
        if edge["orientation"] == "h" and edge["x1"] - edge["x0"] > _SHORTEST_ROW:
            rows.setdefault((round(edge["x0"]), round(edge["x1"])), set()).add(edge["top"])
    uprights = [edge for edge in edges if edge["orientation"] == "v"]
    sides: list[dict[str, Any]] = []
    for (x0, x1), tops in rows.items():
        for top, bottom in pairwise(sorted(tops)):
            through = [e["x0"] for e in uprights if e["top"] <= top + _NEAR and e["bottom"] >= bottom - _NEAR]
            if any(x0 + _NEAR < x < x1 - _NEAR for x in through):
                sides += [
                    _upright(x, top, bottom) for x in (x0, x1) if all(abs(x - other) > _NEAR for other in through)
                ]
    return sides


def _upright(x: float, top: float, bottom: float) -> dict[str, Any]:
    place = {"x0": x, "x1": x, "top": top, "bottom": bottom, "width": 0, "height": bottom - top}
    return {**place, "object_type": "line", "orientation": "v"}


def _is_slanted(char: dict[str, Any]) -> bool:
    """Whether a sign does not run from left to right (pdfminer's `upright` takes 45 degrees for upright)."""
    across, down = float(char["matrix"][0]), float(char["matrix"][1])
    return abs(down) > 0.05 * abs(across) or across < 0


def _sign(char: dict[str, Any]) -> Sign:
    top, bottom = float(char["top"]), float(char["bottom"])
    return Sign(str(char["text"]), float(char["x0"]), float(char["x1"]), (top + bottom) / 2, max(bottom - top, 1.0))


def table_of(cells: Sequence[tuple[float, float, float, float]], number: int) -> Table | None:
    """A table of these cells on page `number`; None when they only frame a text."""
    boxes = [Box(*cell) for cell in cells if cell[2] - cell[0] > _THIN and cell[3] - cell[1] > _THIN]
    return Table(boxes, number) if len(boxes) >= _SMALLEST_TABLE else None


def clusters(values: Iterable[float]) -> list[float]:
    """The distinct places among `values`, each the first of those that lie near to it."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _NEAR:
            found.append(value)
    return found


def nearest(places: Sequence[float], value: float) -> int:
    """Which of the `places` (by clusters) a value belongs to, from 0."""
    return max(bisect_right(places, value + 0.01) - 1, 0)


def _fill(table: Table, signs: Sequence[Sign]) -> list[Sign]:
    """Puts each sign into its box by its middle; gives the signs that are in none."""
    columns = clusters(x for box in table.boxes for x in (box.x0, box.x1))
    rows = clusters(y for box in table.boxes for y in (box.top, box.bottom))
    at = {
        (row, column): box
        for box in table.boxes
        for row in range(nearest(rows, box.top), nearest(rows, box.bottom))
        for column in range(nearest(columns, box.x0), nearest(columns, box.x1))
    }
    left: list[Sign] = []
    for sign in signs:
        middle = (sign.x0 + sign.x1) / 2
        inside = columns[0] <= middle <= columns[-1] and rows[0] <= sign.y <= rows[-1]
        box = at.get((nearest(rows, sign.y), nearest(columns, middle))) if inside else None
        (left if box is None else box.signs).append(sign)
        if (
            box is not None
            and sign.text.strip()
            and max(sign.x1 - box.x1, box.x0 - sign.x0) > _OVERHANG * (sign.x1 - sign.x0)
        ):
            table.crossing += 1
    return left


def lines_of(signs: Sequence[Sign]) -> list[Line]:
    """Signs as lines from top to bottom; empty ones are left out."""
    rows: list[list[Sign]] = []
    for sign in sorted(signs, key=lambda s: (s.y, s.x0)):
        if rows and abs(sign.y - rows[-1][0].y) < 0.5 * min(sign.size, rows[-1][0].size):
            rows[-1].append(sign)
        else:
            rows.append([sign])
    return [line for row in rows if (line := _line(row)).text]


def _line(signs: list[Sign]) -> Line:
    """A line of its signs from left to right; a sign printed twice to look bold is read once."""
    signs = sorted(signs, key=lambda s: s.x0)
    text = ""
    last: Sign | None = None
    for sign in signs:
        if last is not None:
            if sign.text == last.text and abs(sign.x0 - last.x0) < 0.3 * min(sign.size, 4):
                continue
            text += _between(last, sign)
        text += sign.text
        last = sign
    size = max(sign.size for sign in signs)
    return Line(re.sub(r"[ \t\r\n]+$|^[ \t\r\n]+", "", text), signs[0].x0, max(s.x1 for s in signs), signs[0].y, size)


def _between(left: Sign, right: Sign) -> str:
    gap = right.x0 - left.x1
    size = min(left.size, right.size)
    if gap > _GAP * size:
        return "  "
    latin = left.text.isascii() and right.text.isascii()
    return " " if latin and gap > _SPACE * size and left.text != " " and right.text != " " else ""
