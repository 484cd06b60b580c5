"""Values as rows of the knowledge database, and back: exact, and with every cell's state and source.

A record's cells are JSON text. A cell is [state, text, path, line, page, table, row, column]; `path` points into a
list of heading paths, which repeat.
Amounts and shares are decimal strings, never JSON numbers.
"""

import contextlib
import gc
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from corpus.fingerprints import kin_keys
from corpus.types import (
    Amount,
    Cell,
    CellState,
    Chunk,
    Document,
    DocumentInfo,
    Extraction,
    Finding,
    Indicator,
    Level,
    PlanPoint,
    ProjectRecord,
    Section,
    SectionKind,
    Source,
    YearBasis,
)

LINES_A_BLOCK = 200

_LETTERS = {CellState.VALUE: "v", CellState.BLANK: "b", CellState.CLASSIFIED: "c"}
_STATES = {letter: state for state, letter in _LETTERS.items()}
_TABLE_KEY, _SOURCE_KEY = ',"indicators":', ',"source":'
_INDICATOR_CELLS = ("level1", "level2", "level3", "description", "target", "basis")


def dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def source_to_json(source: Source) -> str:
    return dumps([source.heading_path, source.line, source.page, source.table, source.row, source.column])


def source_from_json(text: str) -> Source:
    path, *place = json.loads(text)
    return Source(tuple(path), *place)


def decimal_text(value: Decimal | None) -> str | None:
    """`value` in plain digits with all its decimals (10.00 stays 10.00); None when there is none."""
    return None if value is None else format(value, "f")


def scaled(value: Decimal | None, places: int) -> int | None:
    """`value` · 10^places when that is a whole number that fits a BIGINT, else None: a column is exact or empty."""
    if value is None or not value.is_finite() or value.adjusted() + places > 17:
        return None
    sign, digits, exponent = value.as_tuple()
    digits_up = int(exponent) + places
    whole, rest = divmod(int("".join(map(str, digits))) * 10 ** max(digits_up, 0), 10 ** max(-digits_up, 0))
    if rest:
        return None
    return int(-whole if sign else whole)


class _Paths:
    """The heading paths of one record, each kept once."""

    def __init__(self) -> None:
        self.numbers: dict[tuple[str, ...], int] = {}

    def source(self, source: Source) -> list[Any]:
        number = self.numbers.setdefault(source.heading_path, len(self.numbers))
        return [number, source.line, source.page, source.table, source.row, source.column]

    def cell(self, cell: Cell) -> list[Any]:
        return [_LETTERS[cell.state], cell.text, *self.source(cell.source)]

    def cells(self, cells: Iterable[Cell]) -> list[list[Any]]:
        return [self.cell(cell) for cell in cells]


def project_to_json(project: ProjectRecord) -> str:
    """The cells of a record; unit, year and the exact amounts stand in columns of their own."""
    paths = _Paths()
    body = {
        "code": paths.cell(project.code),
        "name": paths.cell(project.name),
        "total": paths.cell(project.total.cell),
        "fiscal": paths.cell(project.fiscal.cell),
        "other": paths.cell(project.other.cell),
        "purpose": paths.cell(project.purpose),
        "plan": [[point.month, decimal_text(point.share), paths.cell(point.cell)] for point in project.plan],
        "goals": paths.cells(project.goals),
        "indicators": [paths.cells(getattr(row, name) for name in _INDICATOR_CELLS) for row in project.indicators],
        "source": paths.source(project.source),
    }
    return dumps({"paths": list(paths.numbers), **body})


def projects_from_rows(found: Iterable[Any]) -> tuple[ProjectRecord, ...]:
    with collector_at_rest():
        return tuple(map(project_from_row, found))


@contextlib.contextmanager
def collector_at_rest() -> Iterator[None]:
    """For making many small values at once, none of them in a ring: looking for rings among them takes half the time."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class _StoredProject(ProjectRecord):
    """A record whose indicator table, three quarters of its cells, is decoded when it is looked at."""

    __slots__ = ("_table",)
    _table: tuple[str, list[tuple[str, ...]]]  # the rows as JSON, and the heading paths they point into

    def __getattr__(self, name: str) -> Any:
        """Called for an empty slot alone."""
        if name != "indicators":
            raise AttributeError(name)
        text, paths = self._table
        found = tuple(Indicator(*(_cell(raw, paths) for raw in raws)) for raws in json.loads(text))
        object.__setattr__(self, "indicators", found)
        return found

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ProjectRecord):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in ProjectRecord.__slots__)

    __hash__ = ProjectRecord.__hash__


def _cell(raw: list[Any], paths: list[tuple[str, ...]]) -> Cell:
    state, text, path, line, page, table, number, column = raw
    return Cell(_STATES[state], text, Source(paths[path], line, page, table, number, column))


def project_from_row(row: Any) -> ProjectRecord:
    """A record from a row of the projects table."""
    # No string of JSON holds a bare quotation mark: these two keys stand where project_to_json put them.
    start, end = row.cells.index(_TABLE_KEY), row.cells.rindex(_SOURCE_KEY)
    body = json.loads(row.cells[:start] + row.cells[end:])
    paths = [tuple(map(sys.intern, path)) for path in body["paths"]]  # the same few headings in every project

    def cell(raw: list[Any]) -> Cell:
        return _cell(raw, paths)

    project = object.__new__(_StoredProject)
    object.__setattr__(project, "_table", (row.cells[start + len(_TABLE_KEY) : end], paths))
    fields = {
        "document_id": row.document_id,
        "ordinal": row.ordinal,
        "code": cell(body["code"]),
        "name": cell(body["name"]),
        "unit_code": row.unit_code,
        "unit_name": row.unit_name,
        "year": row.year,
        "total": Amount(cell(body["total"]), decimal_of(row.total)),
        "fiscal": Amount(cell(body["fiscal"]), decimal_of(row.fiscal)),
        "other": Amount(cell(body["other"]), decimal_of(row.other)),
        "purpose": cell(body["purpose"]),
        "plan": tuple(PlanPoint(month, cell(raw), decimal_of(share)) for month, share, raw in body["plan"]),
        "goals": tuple(cell(raw) for raw in body["goals"]),
        "source": Source(paths[body["source"][0]], *body["source"][1:]),
    }
    for name, value in fields.items():
        object.__setattr__(project, name, value)
    return project


def decimal_of(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def document_values(document: Document, extraction: Extraction, chunks: int, **own: Any) -> dict[str, Any]:
    return {
        "id": document.id,
        "sha256": document.sha256,
        "name": document.name,
        "title": document.title,
        "unit_code": document.unit_code,
        "unit_name": document.unit_name,
        "year": document.year,
        "year_basis": document.year_basis.value,
        "project_count": len(extraction.projects),
        "section_count": len(extraction.sections),
        "chunk_count": chunks,
        "classified_cells": extraction.classified_cells,
        "ingested_at": now(),
        **own,
    }


def document_info(row: Any, findings: Sequence[Finding]) -> DocumentInfo:
    return DocumentInfo(
        row.id, row.sha256, row.name, row.title, row.unit_code, row.unit_name, row.year, YearBasis(row.year_basis),
        row.project_count, row.section_count, row.chunk_count, row.classified_cells, findings,
    )  # fmt: skip


def line_values(document: Document) -> list[dict[str, Any]]:
    return [
        {
            "document_id": document.id,
            "first": start + 1,
            "texts": dumps(document.lines[start : start + LINES_A_BLOCK]),
        }
        for start in range(0, len(document.lines), LINES_A_BLOCK)
    ]


def project_values(project: ProjectRecord) -> dict[str, Any]:
    values: dict[str, Any] = {
        "document_id": project.document_id,
        "ordinal": project.ordinal,
        "code": project.code.text,
        "code_state": project.code.state.value,
        "name": project.name.text,
        "name_state": project.name.state.value,
        "unit_code": project.unit_code,
        "unit_name": project.unit_name,
        "year": project.year,
        "cells": project_to_json(project),
    }
    for key, amount in (("total", project.total), ("fiscal", project.fiscal), ("other", project.other)):
        values[key] = decimal_text(amount.value)
        values[f"{key}_fen"] = scaled(amount.value, places=6)
        values[f"{key}_state"] = amount.cell.state.value
    return values


def kin_values(projects: Iterable[ProjectRecord]) -> list[dict[str, Any]]:
    keys = {
        (project.document_id, key)
        for project in projects
        for key in kin_keys(project.code.text, project.name.text, project.unit_code, project.unit_name)
    }
    return [{"document_id": document_id, "kin_key": key} for document_id, key in sorted(keys)]


def plan_values(project: ProjectRecord) -> list[dict[str, Any]]:
    return [
        {
            "document_id": project.document_id,
            "ordinal": project.ordinal,
            "position": position,
            "month": point.month,
            "state": point.cell.state.value,
            "share": decimal_text(point.share),
            "share_millionths": scaled(point.share, places=6),
        }
        for position, point in enumerate(project.plan, start=1)
    ]


def section_values(sections: Sequence[Section]) -> list[dict[str, Any]]:
    return [
        {
            "document_id": section.document_id,
            "position": position,
            "kind": section.kind.value,
            "ordinal": section.ordinal,
            "title": section.title,
            "body": section.text,
            "source": source_to_json(section.source),
        }
        for position, section in enumerate(sections, start=1)
    ]


def section_from_row(row: Any) -> Section:
    source = source_from_json(row.source)
    return Section(row.document_id, SectionKind(row.kind), row.ordinal, row.title, row.body, source)


def finding_values(document_id: str, findings: Sequence[Finding]) -> list[dict[str, Any]]:
    return [
        {
            "document_id": document_id,
            "position": position,
            "rule": finding.rule,
            "level": finding.level.value,
            "message": finding.message,
            "suggestion": finding.suggestion,
            "quote": finding.quote,
            "basis": finding.basis,
            "source": source_to_json(finding.source),
        }
        for position, finding in enumerate(findings, start=1)
    ]


def finding_from_row(row: Any) -> Finding:
    source = source_from_json(row.source)
    return Finding(row.rule, Level(row.level), row.message, row.suggestion, source, row.quote, row.basis)


def chunk_values(chunks: Sequence[Chunk]) -> list[dict[str, Any]]:
    return [
        {
            "id": chunk.id,
            "document_id": chunk.document_id,
            "position": position,
            "kind": chunk.kind,
            "body": chunk.text,
            "context": chunk.context,
            "project_ordinal": chunk.project_ordinal,
            "source": source_to_json(chunk.source),
        }
        for position, chunk in enumerate(chunks, start=1)
    ]


def chunk_from_row(row: Any) -> Chunk:
    source = source_from_json(row.source)
    return Chunk(row.id, row.document_id, row.kind, row.body, row.context, source, row.project_ordinal)


def lines_of(texts: str) -> list[str]:
    """The lines of one block."""
    return list(json.loads(texts))
