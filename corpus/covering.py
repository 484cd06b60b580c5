"""The readable lines with classified text covered, so that a line says neither how long it was nor whether it was blank.

A run of covered and blank cells on one line becomes one cover: how many of them held text is not said.
"""

import re
from collections.abc import Iterable, Sequence

from corpus.raw import Span

SHOWN = "涉密"
_SEPARATORS = r"[ \u3000\t|]"
_RUN = re.compile(
    rf"(?P<before>^|{_SEPARATORS}+){SHOWN}(?:{_SEPARATORS}*{SHOWN})*(?P<after>{_SEPARATORS}*$|{_SEPARATORS}+)"
)


def covered(lines: Sequence[str], spans: Iterable[Span]) -> tuple[str, ...]:
    """`lines` with these spans covered; an empty span is a blank cell, covered where it stands."""
    shown = list(lines)
    touched = set()
    # The longer of two that start together first: the empty one would shift what the other is to cover.
    for span in sorted(set(spans), key=lambda s: (s.line, -_start(s, lines), -s.end)):
        start = _start(span, lines)
        line = shown[span.line - 1]
        left_out = "\t" if start > span.end and "\t" in line else ""
        shown[span.line - 1] = line[:start] + left_out + SHOWN + line[max(start, span.end) :]
        touched.add(span.line - 1)
    for index in touched:
        shown[index] = one_cover(shown[index])
    return tuple(shown)


def _start(span: Span, lines: Sequence[str]) -> int:
    """Where to cover. A blank cell at the head of a filled line is one that the line left out at its end."""
    line = lines[span.line - 1]
    return len(line) if span.start == span.end == 0 and line.strip() else span.start


def one_cover(line: str) -> str:
    """`line` with each run of covered and blank cells as one cover; running text is left as it is."""
    separator = "|" if "|" in line else "\t" if "\t" in line.strip() else None
    if separator is None:
        return line.replace(SHOWN * 2, SHOWN)
    between = f" {separator} " if separator == "|" else separator
    outer = line.lstrip().startswith("|")

    def cover(found: re.Match[str]) -> str:
        before = between if found.start() else "| " if outer else ""
        after = between if found.end() < len(line) else " |" if outer else ""
        return f"{before}{SHOWN}{after}"

    return _RUN.sub(cover, line)
