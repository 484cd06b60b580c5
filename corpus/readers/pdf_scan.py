"""A page that is a picture: its rulings from runs of dark pixels, its words from an OCR engine, as any other page.

Stages, each to be looked at by itself: straighten, rulings, boxes, words without the rulings, words into boxes.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING, Any

from corpus.readers.pdf_page import Box, Line, Page, Sign, Table, lines_of, missing_sides, table_of
from corpus.readers.recognition import Engine, Words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from corpus.readers.recognition import Picture

UNSURE = 0.6  # what was recognised with less sureness is not given: a wrong figure is worse than none
UNREADABLE = "（认不清）"
_DOTS_PER_INCH = 170
_LONGEST_SIDE = 2600  # pixels, whatever size a page says it has
_SHORTEST_ACROSS, _SHORTEST_DOWN = 24.0, 13.0  # points: rulings; strokes of characters are shorter
_GAP = 4  # pixels: a break of that length in a ruling comes from the scanner
_MOST_SKEW = 4.0  # degrees a sheet lies askew in a scanner
_LEAST_SKEW = 0.12
_OPERATORS = "≥≤<>=＜＞＝±"
_SPACES = re.compile(r"(?<=[^\x00-\x7f])[ \u3000]+|[ \u3000]+(?=[^\x00-\x7f])")
Span = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Run:
    """Dark pixels side by side in one row (or column) of a picture."""

    at: int
    start: int
    end: int


def rendered(page: Any) -> tuple["Picture", float]:
    """A page of pypdfium2 as grey pixels, and how many points a pixel is wide."""
    import numpy as np

    scale = min(_DOTS_PER_INCH / 72, _LONGEST_SIDE / max(page.get_width(), page.get_height(), 1.0))
    picture = np.asarray(page.render(scale=scale, grayscale=True).to_numpy(), dtype=np.uint8)
    return picture.reshape(picture.shape[0], picture.shape[1], -1)[:, :, 0], 1 / scale


def read_scan(picture: "Picture", points: float, number: int, engine: Engine) -> Page:
    """The page in a picture, whichever way up it lies; `points` is the width of a pixel."""
    import numpy as np

    best: tuple[float, Page] | None = None
    for quarter in (0, 1, 3, 2):
        words, page = _read_turned(np.rot90(picture, quarter), points, number, engine)
        good = _is_upright(words)
        if not words or good > 0.7:
            return page if best is None or words else best[1]
        best = (good, page) if best is None or good > best[0] else best
    assert best is not None
    return best[1]


def _is_upright(words: Sequence[Words]) -> float:
    """How much of what was read lies flat and was read surely: 0 to 1."""
    signs = sum(len(w.text) for w in words)
    flat = sum(len(w.text) for w in words if w.sureness > 0.7 and (len(w.text) < 2 or w.x1 - w.x0 > w.bottom - w.top))
    return flat / signs if signs else 0.0


def _read_turned(picture: "Picture", points: float, number: int, engine: Engine) -> tuple[list[Words], Page]:
    picture = straightened(picture)
    tables = [table for cells in boxes_of(picture, points) if (table := table_of(cells, number)) is not None]
    clean = _without_rulings(picture, tables, points)
    words = engine.page(clean)
    rest: list[Sign] = []
    unsure = 0
    for found in words:
        for part, box in _placed(found, tables, clean, points, engine):
            sign = _sign(part, points)
            unsure += sign.text == UNREADABLE
            (rest if box is None else box.signs).append(sign)
    tables.sort(key=lambda table: (table.top, table.x0))
    height, width = picture.shape
    page = Page(number, width * points, height * points, tables, _even(lines_of(rest)), "", 1, False, True, unsure)
    return words, page


# --- the picture --------------------------------------------------------------------------------------------------


def straightened(picture: "Picture") -> "Picture":
    """The picture turned so that its lines lie flat."""
    import numpy as np
    from PIL import Image

    angle = skew(picture)
    if abs(angle) < _LEAST_SKEW:
        return picture
    turned = Image.fromarray(picture).rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)
    return np.asarray(turned, dtype=np.uint8)


def skew(picture: "Picture") -> float:
    """By how many degrees the lines fall to the right: the angle at which rows of pixels differ most."""
    import numpy as np

    step = max(picture.shape[1] // 800, 1)
    dark = (picture[::step, ::step] < threshold(picture)).astype(np.float64)
    width = max(dark.shape[1] // 40, 1)
    strips = [dark[:, x : x + width].sum(axis=1) for x in range(0, dark.shape[1], width)]

    def sharpness(angle: float) -> float:
        fall = np.tan(np.radians(angle)) * width
        profile = sum(np.roll(strip, -round(number * fall)) for number, strip in enumerate(strips))
        return float(np.square(np.diff(profile)).sum())

    rough = max(np.arange(-_MOST_SKEW, _MOST_SKEW + 0.1, 0.25), key=sharpness)
    fine = max(np.arange(rough - 0.25, rough + 0.26, 0.05), key=sharpness)
    return float(fine) if sharpness(float(fine)) > 1.1 * sharpness(0.0) else 0.0


def threshold(picture: "Picture") -> int:
    """The grey between ink and paper (Otsu): the cut that leaves the least spread on both sides."""
    import numpy as np

    counts = np.bincount(picture.ravel(), minlength=256).astype(np.float64)
    weight = np.cumsum(counts)
    total = np.cumsum(counts * np.arange(256))
    below, above = weight, weight[-1] - weight
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * (total / below - (total[-1] - total) / above) ** 2
    return int(np.clip(np.nanargmax(np.where(np.isfinite(between), between, -1)), 90, 215))


# --- rulings and boxes --------------------------------------------------------------------------------------------


def boxes_of(picture: "Picture", points: float) -> list[list[Span]]:
    """The cells of each ruled table, in points, found as pdfplumber finds them from lines that were drawn."""
    from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

    dark = picture < threshold(picture)
    edges = [_edge(run, "h", points) for run in runs(dark, _SHORTEST_ACROSS / points)]
    edges += [_edge(run, "v", points) for run in runs(dark.T, _SHORTEST_DOWN / points)]
    if not edges:
        return []
    merged = merge_edges(edges, 3, 3, 3, 3)
    crossings = edges_to_intersections([*merged, *missing_sides(merged)], 4, 4)
    return [list(cells) for cells in cells_to_tables(intersections_to_cells(crossings))]


def runs(dark: "NDArray[np.bool_]", shortest: float) -> Iterator[Run]:
    """The runs of at least that many dark pixels in each row; a slightly slanting or broken one counts as a whole."""
    import numpy as np

    thick = dark.copy()
    thick[1:] |= dark[:-1]
    steps = np.diff(np.pad(thick.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    rows, starts = np.nonzero(steps == 1)
    _, ends = np.nonzero(steps == -1)
    last: Run | None = None
    for row, start, end in zip(rows.tolist(), starts.tolist(), ends.tolist(), strict=True):
        if last is not None and last.at == row and start - last.end <= _GAP and last.end - last.start > _GAP:
            last = replace(last, end=end)
            continue
        if last is not None and last.end - last.start >= shortest:
            yield last
        last = Run(row, start, end)
    if last is not None and last.end - last.start >= shortest:
        yield last


def _edge(run: Run, orientation: str, points: float) -> dict[str, Any]:
    at, start, end = run.at * points, run.start * points, run.end * points
    x0, x1, top, bottom = (start, end, at, at) if orientation == "h" else (at, at, start, end)
    size = {"width": x1 - x0, "height": bottom - top}
    return {"x0": x0, "x1": x1, "top": top, "bottom": bottom, "orientation": orientation, "object_type": "line", **size}


def _without_rulings(picture: "Picture", tables: Sequence[Table], points: float) -> "Picture":
    """The picture with its rulings painted over, which would be read as l, 1 or 一."""
    clean = picture.copy()
    reach = max(round(1.5 / points), 2)

    def pixel(value: float) -> int:
        return round(value / points)

    for box in (box for table in tables for box in table.boxes):
        left, right, top, bottom = pixel(box.x0), pixel(box.x1), pixel(box.top), pixel(box.bottom)
        for x in (left, right):
            clean[max(top - reach, 0) : bottom + reach, max(x - reach, 0) : x + reach] = 255
        for y in (top, bottom):
            clean[max(y - reach, 0) : y + reach, max(left - reach, 0) : right + reach] = 255
    return clean


# --- words --------------------------------------------------------------------------------------------------------


def _placed(
    words: Words, tables: Sequence[Table], picture: "Picture", points: float, engine: Engine
) -> Iterator[tuple[Words, Box | None]]:
    """A line of words with the box it stands in; one that runs over several boxes is read anew for each of them."""
    boxes = _boxes_under(words, tables, points)
    if len(boxes) < 2:
        yield words, boxes[0] if boxes else None
        return
    room = 0.3 * (words.bottom - words.top)  # a sign at the very edge is misread
    for box in boxes:
        x0, x1 = max(words.x0 - room, box.x0 / points + 2), min(words.x1 + room, box.x1 / points - 2)
        part = picture[max(int(words.top), 0) : int(words.bottom) + 1, max(int(x0), 0) : int(x1) + 1]
        if not part.size or (part < threshold(picture)).sum() < 4:
            continue
        found = engine.line(part)
        if found is not None:
            yield replace(words, text=found.text, x0=x0, x1=x1, sureness=found.sureness), box


def _boxes_under(words: Words, tables: Sequence[Table], points: float) -> list[Box]:
    """The boxes a line of words reaches into by more than half a sign."""
    middle = (words.top + words.bottom) / 2 * points
    half = (words.bottom - words.top) * points * 0.5
    x0, x1 = words.x0 * points, words.x1 * points
    near = [box for table in tables for box in table.boxes if box.top <= middle <= box.bottom]
    found = [box for box in near if min(x1, box.x1) - max(x0, box.x0) > min(half, (x1 - x0) / 2)]
    return sorted(found, key=lambda box: box.x0)


def _sign(words: Words, points: float) -> Sign:
    says = any(sign.isalnum() or sign in _OPERATORS for sign in words.text)  # a bracket that a cell wrapped does not
    text = UNREADABLE if says and words.sureness < UNSURE else _SPACES.sub("", words.text.strip())
    height = (words.bottom - words.top) * points
    return Sign(text, words.x0 * points, words.x1 * points, (words.top + words.bottom) / 2 * points, height)


def _even(lines: Sequence[Line]) -> list[Line]:
    """Lines of nearly one size with exactly that size: the boxes of print differ by what letters stand in them."""
    usual = median(line.size for line in lines) if lines else 0.0
    return [replace(line, size=usual) if abs(line.size - usual) < 0.3 * usual else line for line in lines]
