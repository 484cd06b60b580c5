"""What is asked of the knowledge database: the queries of corpus/store.py, and how a scope limits them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from corpus.schema import (
    chunk_table,
    document_table,
    finding_table,
    plan_table,
    project_table,
    section_table,
    state_table,
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which part of the library a query is about; None sets no limit, an empty tuple lets nothing through.

    Of sections, `unit_codes` and `years` limit the document, `ordinals` the section's own number, and `codes` nothing.
    """

    document_ids: tuple[str, ...] | None = None
    unit_codes: tuple[str, ...] | None = None
    years: tuple[int, ...] | None = None
    codes: tuple[str, ...] | None = None
    ordinals: tuple[int, ...] | None = None


EVERYTHING = Scope()


GENERATION = sa.select(state_table.c.generation)
DOCUMENTS = sa.select(document_table).order_by(document_table.c.place)
STORED = sa.select(
    document_table.c.id,
    document_table.c.sha256,
    document_table.c.name,
    document_table.c.recipe,
    document_table.c.revision,
    document_table.c.fingerprint,
).order_by(document_table.c.place)
FINDINGS = sa.select(finding_table).order_by(finding_table.c.document_id, finding_table.c.position)
CHUNKS = sa.select(chunk_table)
_ROW_COLUMNS = (
    *("document_id", "ordinal", "code", "name", "unit_code", "unit_name", "year", "total", "fiscal", "other"),
    *("code_state", "name_state", "total_state", "fiscal_state", "other_state"),
)
_IN_ORDER = (document_table.c.place, project_table.c.ordinal)
PROJECTS = sa.select(
    *(project_table.c[name] for name in (*_ROW_COLUMNS[:10], "cells")),
).join_from(project_table, document_table).order_by(*_IN_ORDER)  # fmt: skip
PROJECT_ROWS = sa.select(*(project_table.c[name] for name in _ROW_COLUMNS)).join_from(
    project_table, document_table
).order_by(*_IN_ORDER)  # fmt: skip
NAMED_PROJECTS = sa.select(
    *(project_table.c[name] for name in ("document_id", "ordinal", "name", "code", "unit_code", "unit_name", "year", "total"))
).join_from(project_table, document_table).order_by(*_IN_ORDER)  # fmt: skip
PLANS = sa.select(
    *(plan_table.c[name] for name in ("document_id", "ordinal", "month", "state", "share"))
).order_by(plan_table.c.document_id, plan_table.c.ordinal, plan_table.c.position)  # fmt: skip
SECTIONS = sa.select(section_table).join_from(section_table, document_table).order_by(
    document_table.c.place, section_table.c.position
)  # fmt: skip


def projects_of(query: sa.Select[Any], scope: Scope) -> sa.Select[Any]:
    limits = (
        (project_table.c.document_id, scope.document_ids),
        (project_table.c.unit_code, scope.unit_codes),
        (project_table.c.year, scope.years),
        (project_table.c.code, scope.codes),
        (project_table.c.ordinal, scope.ordinals),
    )
    for column, allowed in limits:
        if allowed is not None:
            query = query.where(column.in_(allowed))
    return query


def plans_of(document_ids: Collection[str] | None) -> sa.Select[Any]:
    return PLANS if document_ids is None else PLANS.where(plan_table.c.document_id.in_(document_ids))


def sections_of(scope: Scope) -> sa.Select[Any]:
    query = SECTIONS
    if scope.document_ids is not None:
        query = query.where(section_table.c.document_id.in_(scope.document_ids))
    if scope.ordinals is not None:
        query = query.where(section_table.c.ordinal.in_(scope.ordinals))
    if scope.years is not None:
        query = query.where(document_table.c.year.in_(scope.years))
    if scope.unit_codes is not None:
        of_units = sa.select(project_table.c.document_id).where(project_table.c.unit_code.in_(scope.unit_codes))
        query = query.where(
            document_table.c.unit_code.in_(scope.unit_codes) | section_table.c.document_id.in_(of_units)
        )
    return query


def year_before(year: int, unit_code: str | None, unit_name: str | None) -> sa.Select[Any]:
    """The latest document of the unit from before `year` that can be compared with; the first of several."""
    table = document_table.c
    by_code = table.unit_code == unit_code if unit_code else sa.false()
    without_code = sa.or_(table.unit_code.is_(None), table.unit_code == "") if unit_code else sa.true()
    by_name = sa.and_(table.unit_name == unit_name, without_code) if unit_name else sa.false()
    return (
        sa.select(table.id)
        .where(table.year < year, sa.or_(by_code, by_name), sa.or_(table.project_count > 0, table.section_count > 0))
        .order_by(table.year.desc(), table.place)
        .limit(1)
    )
