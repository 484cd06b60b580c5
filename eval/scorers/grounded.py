"""Does every amount and percentage that an answer states stand in what it rests on?

What it rests on: its figures and their formulas, the quotes and lines of its citations, and what the user typed
(二十万 as well as 20万). A number that is in none of them came from nowhere, however right it looks.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from assistant.types import Kind, Reply
from corpus.numbers import find_amounts, find_percents
from eval.comparing import folded, standard
from eval.types import Case, Score, SourceLines, Transcript

NAME = "grounded"
_STATED = re.compile(r"(\d[\d,]*(?:\.\d+)?)(亿元|万元|元|%)")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
# "A blank is not 0.00 万元" states no amount, and "低于 100%" only says that a plan is not yet complete.
_SAID_FREELY = {(Decimal(0), "万元"), (Decimal(0), "%"), standard(Decimal(100), "%")}


def score(case: Case, transcript: Transcript, lines: SourceLines) -> Score | None:
    reply = transcript.last
    if reply is None or reply.kind is not Kind.ANSWER:
        return None
    stated = set(_amounts(reply.text)) - _SAID_FREELY
    if not stated:
        return None
    known = _known(case, reply, lines)
    loose = sorted(f"{value:f} {unit}" for value, unit in stated if (value, unit) not in known and value not in known)
    return Score(
        NAME,
        not loose,
        "；".join(loose) or "无",
        "每个数都有依据",
        f"没有依据：{'、'.join(loose)}" if loose else "有据",
    )


def _amounts(text: str) -> Iterator[tuple[Decimal, str]]:
    for number, unit in _STATED.findall(folded(text)):
        yield standard(Decimal(number.replace(",", "")), unit)


def _known(case: Case, reply: Reply, lines: SourceLines) -> set[Decimal | tuple[Decimal, str]]:
    """Figures in their units; the bare numbers of sources, whose unit is elsewhere in the form."""
    known: set[Decimal | tuple[Decimal, str]] = {standard(figure.value, figure.unit) for figure in reply.figures}
    sources = [citation.quote for citation in reply.citations]
    sources += [_line(lines.get(c.document, ()), c.line) for c in reply.citations]
    sources += [figure.formula for figure in reply.figures]
    typed = [find(turn) for turn in case.turns for find in (find_amounts, find_percents)]
    known |= {mention.value.normalize() for mentions in typed for mention in mentions}
    for text in (*sources, *case.turns):
        known |= set(_amounts(text))
        bare = {Decimal(number.replace(",", "")) for number in _NUMBER.findall(folded(text))}
        # A cell of a form in 元 rests an amount in 万元.
        known |= {number.normalize() for number in bare} | {standard(number, "元") for number in bare}
    return known


def _line(lines: tuple[str, ...], number: int | None) -> str:
    return lines[number - 1] if number is not None and number <= len(lines) else ""
