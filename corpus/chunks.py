"""Sections and records -> passages to search for. Pure; no table is cut from its heading, unit, year and project."""

import re
from collections.abc import Iterator
from dataclasses import replace

from corpus.numbers import format_amount
from corpus.types import Amount, Cell, CellState, Chunk, Document, Extraction, Indicator, ProjectRecord, Section

LONGEST = 500  # characters of a chunk's text

_PARAGRAPHS = re.compile(r"(?<=[。！？!?；;”』」）)]\n)")  # a line that ends otherwise may be a wrapped one
_SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?\n]+[”』」）)]*|[^。！？!?\n]+")
_CLAUSE = re.compile(r"[^，；;,、]*[，；;,、]+|[^，；;,、]+")


def chunks(document: Document, extraction: Extraction) -> tuple[Chunk, ...]:
    """One chunk a narrative item (long ones cut between sentences), one or more a project, one a goal, in order."""
    drafts = [
        *(chunk for section in extraction.sections for chunk in _of_section(document, section)),
        *(chunk for project in extraction.projects for chunk in _of_project(document, project)),
    ]
    return tuple(replace(chunk, id=f"{document.id}-{number:05d}") for number, chunk in enumerate(drafts, start=1))


def _of_section(document: Document, section: Section) -> Iterator[Chunk]:
    whose = document.unit_name or document.title  # of 办法 and the like, which speak of themselves as 本办法
    context = _context(whose, document.year, section.source.heading_path, section.title)
    line = section.source.line
    for piece in split(section.text):
        line = _line_of(document, piece, line)
        yield Chunk("", document.id, section.kind.value, piece, context, replace(section.source, line=line))


def _of_project(document: Document, project: ProjectRecord) -> Iterator[Chunk]:
    context = _context(
        project.unit_name or document.unit_name,
        project.year or document.year,
        project.source.heading_path,
        f"项目：{project.name.shown}",
    )
    for text in _packed([*_facts(project), *map(_indicator, project.indicators)]):
        yield Chunk("", document.id, "project", text, context, project.source, project.ordinal)
    for goal in project.goals:
        if goal.state is CellState.VALUE:
            for text in split(f"{project.name.shown}的绩效目标：{goal.shown}"):
                yield Chunk("", document.id, "goal", text, context, goal.source, project.ordinal)


def _context(unit: str | None, year: int | None, path: tuple[str, ...], last: str) -> str:
    parts = [unit or "", f"{year}年" if year else "", *path, last]
    return " ".join(dict.fromkeys(part.strip() for part in parts if part.strip()))[:LONGEST]


def _facts(project: ProjectRecord) -> list[str]:
    plan = "，".join(f"{point.month}月底{_said(point.cell)}" for point in project.plan)
    return [
        f"项目名称：{_said(project.name)}；",
        f"项目编码：{_said(project.code)}；",
        f"预算数：{_money(project.total)}；",
        f"其中财政资金：{_money(project.fiscal)}；",
        f"其他资金：{_money(project.other)}；",
        f"资金用途：{_said(project.purpose)}；",
        *([f"资金支出计划：{plan}；"] if plan else []),
        *(f"绩效目标：{_said(goal)}；" for goal in project.goals),
    ]


def _indicator(row: Indicator) -> str:
    if all(cell.state is CellState.CLASSIFIED for cell in (row.level3, row.description, row.target, row.basis)):
        return f"{row.level1.shown} {row.level2.shown}：涉密；"
    names = " ".join(cell.shown for cell in (row.level1, row.level2, row.level3) if cell.shown)
    return f"{names}：描述{_said(row.description)}，指标值{_said(row.target)}，依据{_said(row.basis)}；"


def _said(cell: Cell) -> str:
    return "未填" if cell.state is CellState.BLANK else cell.shown


def _money(amount: Amount) -> str:
    """In 万元 whatever the form's unit; the words of the cell when it is no readable amount."""
    if amount.value is None:
        return _said(amount.cell)
    return f"{format_amount(amount.value)}万元"


def _packed(parts: list[str]) -> Iterator[str]:
    """`parts` joined into texts of at most LONGEST characters, no part cut unless it is longer by itself."""
    held = ""
    for part in (piece for whole in parts for piece in split(whole)):
        if held and len(held) + len(part) > LONGEST:
            yield held
            held = ""
        held += part
    if held:
        yield held


def split(text: str, longest: int = LONGEST) -> tuple[str, ...]:
    """`text` in pieces of at most `longest` characters, cut between paragraphs, else sentences, clauses or anywhere.

    A text that is short enough is one piece, stripped; an empty one gives none.
    """
    text = text.strip()
    if len(text) <= longest:
        return (text,) if text else ()
    pieces = [""]
    for paragraph in _PARAGRAPHS.split(text):
        apart = len(pieces[-1]) + len(paragraph.rstrip()) > longest
        for part in _parts(paragraph, longest):
            if apart or len(pieces[-1]) + len(part) > longest:
                pieces.append("")
            pieces[-1] += part
            apart = False
    return tuple(piece.strip() for piece in pieces if piece.strip())


def _parts(text: str, longest: int) -> Iterator[str]:
    for sentence in _SENTENCE.findall(text):
        if len(sentence) <= longest:
            yield sentence
            continue
        for clause in _CLAUSE.findall(sentence):
            yield from (clause[start : start + longest] for start in range(0, len(clause), longest))


def _line_of(document: Document, piece: str, line: int | None) -> int | None:
    """The line on which `piece` begins: at or after `line`, which it falls back to."""
    if line is None:
        return None
    start = piece.splitlines()[0].strip()[:40]
    for number, text in enumerate(document.lines[line - 1 : line + 400], start=line):
        if start in text:
            return number
    return line
