"""The one-cell-a-line form of a project table back into a grid.

A row of the form ends with an empty line, but not reliably: rows are cut in two by stray empty lines, or no empty line
is left at all. So rows are built from the labels and the vocabulary of the form, and the empty lines only help where
those leave a choice. A run of cells that fits no row is put beside the grid (after its last column), where the form
reader reports it instead of guessing.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from corpus.form import AMOUNT_KEYS, INDICATOR_KEYS, label_key, month_of
from corpus.numbers import parse_amount
from corpus.raw import Span
from corpus.readers.grid_lines import grid_rows
from corpus.readers.pieces import GridRow, Mark, Piece, Placed, in_columns

_PAIRED = ("code", "name", *AMOUNT_KEYS, "purpose")
_NUMBERED = re.compile(
    r"^\s*(?:[（(]\s*\d{1,2}\s*[)）]|\d{1,2}\s*(?:[、．]|\.(?!\d))|[一二三四五六七八九十]{1,3}\s*[、是]|[①-⑳]|目标\s*[\d一二三四五六七八九十]+\s*[:：.、])"
)


def starts_goal(text: str) -> bool:
    """Whether `text` begins with the number of a goal: 1. 2、（3）一、 ①."""
    return bool(_NUMBERED.match(text))


def join(pieces: Sequence[Piece]) -> Piece:
    """One cell over several lines; Chinese text goes on without a space, Latin words with one."""
    text = ""
    for piece in pieces:
        gap = (
            " " if text and piece.text and text[-1].isascii() and piece.text[0].isascii() and text[-1].isalnum() else ""
        )
        text += gap + piece.text
    return replace(pieces[0], text=text, spans=tuple(span for piece in pieces for span in piece.spans))


def assemble(pieces: Sequence[Piece]) -> list[GridRow]:
    """The rows of one project table."""
    plan = _first(pieces, lambda p: label_key(p.text) == "plan")
    header = _header_at(pieces)
    goals = _first(pieces[:header], lambda p: label_key(p.text) == "goals")
    stages = sorted(
        (at, name)
        for at, name in ((plan, "plan"), (goals, "goals"), (header, "grid"))
        if at < len(pieces) and (name != "goals" or at < header)
    )
    rows = _upper_rows(pieces[: stages[0][0] if stages else len(pieces)])
    if not stages:
        return rows
    builders = {"plan": _plan_rows, "goals": _goal_rows, "grid": grid_rows}
    ends = [at for at, _ in stages[1:]] + [len(pieces)]
    for (at, name), end in zip(stages, ends, strict=True):
        rows += builders[name](pieces[at:end])
    return rows


def _first(pieces: Sequence[Piece], wanted: Callable[[Piece], bool]) -> int:
    return next((i for i, piece in enumerate(pieces) if piece.mark is Mark.TEXT and wanted(piece)), len(pieces))


def _header_at(pieces: Sequence[Piece]) -> int:
    for i, piece in enumerate(pieces):
        if label_key(piece.text) in ("level1", "level2", "level3"):
            near = {label_key(p.text) for p in pieces[i : i + 8]}
            if len(near & set(INDICATOR_KEYS)) >= 3:
                return i
    return len(pieces)


# --- code, name, amounts, purpose ---------------------------------------------------------------------------------


def _upper_rows(pieces: Sequence[Piece]) -> list[GridRow]:
    start = _first(pieces, lambda p: label_key(p.text) is not None)
    rows = [[Placed(1, piece)] for piece in pieces[:start] if piece.mark is Mark.TEXT]
    runs = _runs(pieces[start:])
    i = 0
    while i < len(runs):
        group = _headed_group(runs, i)
        if group:
            rows += _headed_rows(runs[i : i + group])
            i += group
            continue
        last_amount = not any(label_key(run[0].text) in AMOUNT_KEYS for run in runs[i + 1 :])
        first, *more = _pair_rows(runs[i], last_amount)
        if rows and not runs[i][0].new_row and len(rows[-1]) > 1 and rows[-1][0].column == 1:
            rows[-1] += in_columns([placed.piece for placed in first], first_column=rows[-1][-1].column + 1)
        else:
            rows.append(first)
        rows += more
        i += 1
    return rows


def _runs(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Each label with what follows it up to the next label."""
    runs: list[list[Piece]] = []
    for piece in pieces:
        if label_key(piece.text) or not runs:
            runs.append([piece])
        else:
            runs[-1].append(piece)
    return runs


def _headed_group(runs: Sequence[list[Piece]], at: int) -> int:
    """How many labels in a row from `at` stand above their values (label label label value value value); 0: none."""
    count = 0
    while at + count < len(runs) and label_key(runs[at + count][0].text) in _PAIRED:
        count += 1
        if len(runs[at + count - 1]) > 1:
            break
    keys = [label_key(run[0].text) for run in runs[at : at + count]]
    if count < 2 or keys[0] in ("fiscal", "other") or len(runs[at + count - 1]) == 1:
        return 0
    if keys[0] == "total":
        amounts = sum(key in AMOUNT_KEYS for key in keys)
        return count if amounts == 3 and (count == 3 or keys[3:] == ["purpose"]) else 0
    values = runs[at + count - 1][1 : count + 1]
    return count if len(values) == count and all(value.mark is Mark.TEXT for value in values) else 0


def _is_amount(text: str) -> bool:
    short = text.strip()
    return (
        parse_amount(short) is not None
        or short in ("/", "-", "—", "——", "无")
        or ((len(short) <= 16 and bool(re.search(r"\d", short))) or "涉密" in short)
    )


def _headed_rows(runs: Sequence[list[Piece]]) -> list[GridRow]:
    """Labels, their values below, what follows. Amounts fewer or more than their labels are left beside them."""
    labels = [run[0] for run in runs]
    below = runs[-1][1:]
    count = len(labels)
    if len(below) > count and below[0].mark is Mark.MERGED:
        below = below[1:]  # the rest of 预算规模及资金用途, which runs down beside them
    if label_key(labels[0].text) == "total":
        count = next((i for i, p in enumerate(below) if p.mark is Mark.TEXT and not _is_amount(p.text)), len(below))
        count += len(labels) - 3  # the purpose
    values = [replace(p, mark=Mark.BLANK) if p.mark is Mark.MERGED else p for p in below[:count]]
    values = values or [replace(label, text="", mark=Mark.BLANK) for label in labels]
    first_column = 1 if len(values) == len(labels) else len(labels) + 1
    rest = [piece for piece in below[count:] if piece.mark is Mark.TEXT]
    rows = [in_columns(labels), in_columns(values, first_column)]
    return rows + ([[Placed(2, join(rest))]] if rest else [])


def _pair_rows(run: Sequence[Piece], last_amount: bool) -> list[GridRow]:
    """The rows of one label: label and value, then (after the last amount) the purpose."""
    label, rest = run[0], list(run[1:])
    key = label_key(label.text)
    if key is None or key == "budget":
        return [in_columns(run)]
    if key in AMOUNT_KEYS:
        value, rest = _amount_value(rest, last_amount)
        row = [in_columns([label, *(value or [_blank_after(label)])])]
        texts = [piece for piece in rest if piece.mark is Mark.TEXT]
        blanks = [piece for piece in rest if piece.mark is Mark.BLANK]
        if texts and last_amount:
            row.append([Placed(2, join(texts))])
        elif texts:
            row.append(in_columns(texts, first_column=2))
        elif blanks and last_amount:
            row.append([Placed(2, blanks[-1])])
        return row
    texts = [piece for piece in rest if piece.mark is Mark.TEXT]
    if not texts:
        return [in_columns([label, *(replace(piece, mark=Mark.BLANK) for piece in rest[:1])])]
    if key in ("code", "unit", "aside") and len(texts) > 1:
        return [in_columns([label, texts[0]]), *([Placed(2, piece)] for piece in texts[1:])]
    return [in_columns([label, join(texts)])]


def _blank_after(label: Piece) -> Piece:
    """A blank cell where the form prints nothing after a label."""
    last = label.spans[-1]
    return Piece("", (Span(last.line, last.end, last.end),), Mark.BLANK)


def _amount_value(rest: list[Piece], last: bool) -> tuple[list[Piece], list[Piece]]:
    """The amount right after its label, and what is left. No value at all stays no value."""
    if not rest:
        return [], []
    first = rest[0]
    if first.mark is not Mark.TEXT:
        return ([], rest) if first.new_row and last else ([replace(first, mark=Mark.BLANK)], rest[1:])
    if _is_amount(first.text) or not last:
        return [first], rest[1:]
    odd_value = not first.new_row and len(rest) > 1 and rest[1].new_row
    return ([first], rest[1:]) if odd_value else ([], rest)


# --- plan and goals -----------------------------------------------------------------------------------------------


def _plan_rows(pieces: Sequence[Piece]) -> list[GridRow]:
    months = [i for i, piece in enumerate(pieces) if month_of(piece.text)]
    if not months:
        return [in_columns(pieces)]
    first, last = months[0], months[-1]
    if any(i not in months for i in range(first, last + 1)):
        return [in_columns([p for p in pieces if p.mark is not Mark.MERGED])]
    head = in_columns([piece for piece in pieces[: last + 1] if piece.mark is Mark.TEXT])
    values = list(pieces[last + 1 :])
    if not values:
        return [head]
    count = len(months)
    if values[0].mark is Mark.MERGED and len(values) in (count, count + 1):
        values = values[1:]
    return [head, in_columns(values, first_column=head[-count].column if len(values) == count else len(head) + 1)]


def _goal_rows(pieces: Sequence[Piece]) -> list[GridRow]:
    goals: list[list[Piece]] = []
    numbered = any(starts_goal(piece.text) for piece in pieces[1:])
    for piece in pieces[1:]:
        if piece.mark is not Mark.TEXT or label_key(piece.text) == "grid":
            continue
        if not goals or (numbered and starts_goal(piece.text)):
            goals.append([piece])
        else:
            goals[-1].append(piece)
    rows = [[Placed(2, join(goal))] for goal in goals] or [[]]
    rows[0].insert(0, Placed(1, pieces[0]))
    return rows
