"""The knowledge database: documents, records, sections and chunks; the truth that every index follows.

SQLAlchemy Core, SQLite by default; what is SQLite's own stands in corpus/database.py. Money is kept as an exact decimal
text and, for sums in SQL, as whole 分 (10^-6 万元); plan shares as text and as millionths of a percent. Nothing
classified is ever stored.
"""

import functools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, overload

import sqlalchemy as sa

from corpus import queries, rows
from corpus.database import Database, open_database
from corpus.fingerprints import fingerprint
from corpus.queries import EVERYTHING as EVERYTHING
from corpus.queries import Scope as Scope
from corpus.schema import (
    chunk_table,
    document_table,
    finding_table,
    kin_table,
    line_table,
    plan_table,
    project_table,
    refusal_table,
    section_table,
    state_table,
)
from corpus.types import (
    CellState,
    Chunk,
    Document,
    DocumentInfo,
    Extraction,
    Finding,
    ProjectRecord,
    Section,
    SectionKind,
)

# Document, ordinal, name, code, code and name of the unit, year, 预算数 in 万元.
NamedProject = tuple[str, int, str | None, str | None, str | None, str | None, int | None, Decimal | None]
PlanShare = tuple[int, CellState, Decimal | None]  # month, state of the cell, percent

_IDS_A_QUERY = 500
_STATES = {state.value: state for state in CellState}


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project without its cells. An amount is None when blank, classified or unreadable: the state says which."""

    document_id: str
    ordinal: int
    code: str | None
    name: str | None
    unit_code: str | None
    unit_name: str | None
    year: int | None
    total: Decimal | None  # 万元
    fiscal: Decimal | None
    other: Decimal | None
    code_state: CellState
    name_state: CellState
    total_state: CellState
    fiscal_state: CellState
    other_state: CellState


@dataclass(frozen=True, slots=True)
class Stored:
    """What tells whether a file needs reading again: its content and the recipe it was read by."""

    id: str
    sha256: str  # of the sealed text
    name: str
    recipe: str
    revision: int
    fingerprint: str  # keyed: of the file's bytes or, where anything is sealed, of its place and times; may be empty


class _Findings(Sequence[Finding]):
    """A document's findings, read once, when they are first looked at; none when the document is gone by then."""

    def __init__(self, knowledge: "Knowledge", document_id: str) -> None:
        self._knowledge = knowledge
        self._document_id = document_id

    @functools.cached_property
    def _read(self) -> tuple[Finding, ...]:
        return self._knowledge.findings(self._document_id)

    @overload
    def __getitem__(self, place: int) -> Finding: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Finding, ...]: ...
    def __getitem__(self, place: int | slice) -> Finding | tuple[Finding, ...]:
        return self._read[place]

    def __len__(self) -> int:
        return len(self._read)

    def __eq__(self, other: object) -> bool:
        return self._read == (other._read if isinstance(other, _Findings) else other)

    def __repr__(self) -> str:
        return repr(self._read)


class Knowledge:
    """One knowledge database. Safe for many threads; a second writing process waits up to five seconds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, url: str, read_only: bool = False) -> "Knowledge":
        """Opens the database, creating and migrating it unless `read_only`.

        A database that cannot be written is opened for reading. Raises StoreError when it cannot be opened,
        is damaged, or was made by a newer program.
        """
        return cls(open_database(url, read_only))

    @property
    def read_only(self) -> bool:
        return self._database.read_only

    def close(self) -> None:
        self._database.engine.dispose()

    # --- reading

    def generation(self) -> int:
        """Grows with every change of content: a key for whatever is kept in memory."""
        with self._database.reading() as connection:
            return int(connection.execute(queries.GENERATION).scalar_one())

    def library(self) -> str:
        """The random name this library got when it was made; an index of another library does not carry it."""
        with self._database.reading() as connection:
            return str(connection.execute(sa.select(state_table.c.library)).scalar_one())

    def fingerprint(self, data: bytes) -> str:
        """A hash of `data` that only this library can make: whoever guesses a file cannot confirm it by its hash."""
        return fingerprint(data, self._key)

    @functools.cached_property
    def _key(self) -> bytes:
        with self._database.reading() as connection:
            return bytes.fromhex(connection.execute(sa.select(state_table.c.key)).scalar_one())

    def documents(self) -> tuple[DocumentInfo, ...]:
        """Every document, in the order of first ingestion; findings, which are most of a library, when they are read."""
        with self._database.reading() as connection:
            found = connection.execute(queries.DOCUMENTS).all()
        return tuple(rows.document_info(row, _Findings(self, row.id)) for row in found)

    def stored(self) -> tuple[Stored, ...]:
        """Identity and recipe of every document: enough to tell what a file on disk is to the library."""
        with self._database.reading() as connection:
            return tuple(Stored(*row) for row in connection.execute(queries.STORED))

    def known(self, name: str, sha256: str) -> tuple[Stored, ...]:
        """The documents of this name or of this sealed text: none, one, or two when the text has another name."""
        return self._stored_where((document_table.c.name == name) | (document_table.c.sha256 == sha256))

    def seen(self, name: str, fingerprint: str) -> tuple[Stored, ...]:
        """As `known`, by the file's own bytes, before it is read; what holds anything sealed is known by name alone."""
        return self._stored_where((document_table.c.name == name) | (document_table.c.fingerprint == fingerprint))

    def _stored_where(self, condition: sa.ColumnElement[bool]) -> tuple[Stored, ...]:
        query = queries.STORED.where(condition)
        with self._database.reading() as connection:
            return tuple(Stored(*row) for row in connection.execute(query))

    def kin(self, records: Collection[ProjectRecord], classifying: bool = False) -> tuple[tuple[str, int], ...]:
        """(id, revision) of the documents that may hold a project of `records` too; of those alone that hold anything
        classified when `classifying`."""
        keys = [values["kin_key"] for values in rows.kin_values(records)]
        query = (
            sa.select(document_table.c.id, document_table.c.revision).join_from(kin_table, document_table).distinct()
        )
        if classifying:
            query = query.where(document_table.c.classified_cells > 0)
        found: set[tuple[str, int]] = set()
        with self._database.reading() as connection:
            for start in range(0, len(keys), _IDS_A_QUERY):
                some = query.where(kin_table.c.kin_key.in_(keys[start : start + _IDS_A_QUERY]))
                found |= {(row.id, row.revision) for row in connection.execute(some)}
        return tuple(sorted(found))

    def sealed_otherwise(self, sealing: str) -> tuple[Stored, ...]:
        """The documents whose recipe does not end in `sealing`, the policy in force (see corpus/ingest.py)."""
        with self._database.reading() as connection:
            found = connection.execute(queries.STORED.where(document_table.c.recipe.notlike(f"% {sealing}")))
            return tuple(Stored(*row) for row in found)

    def document(self, document_id: str) -> DocumentInfo | None:
        """One document with its findings; None when it is not, or no longer, there."""
        with self._database.reading() as connection:
            row = connection.execute(queries.DOCUMENTS.where(document_table.c.id == document_id)).first()
        return rows.document_info(row, self.findings(document_id)) if row else None

    def year_before(self, document: DocumentInfo) -> str | None:
        """The id of the unit's latest document of an earlier year that has projects or goals; None when there is none.

        A unit is known by its code where both have one: units are renamed more often than they change it.
        """
        if document.year is None or not (document.unit_code or document.unit_name):
            return None
        with self._database.reading() as connection:
            row = connection.execute(queries.year_before(document.year, document.unit_code, document.unit_name)).first()
        return str(row.id) if row else None

    def names(self, document_ids: Collection[str]) -> dict[str, str]:
        """The names of those of the documents that exist."""
        query = sa.select(document_table.c.id, document_table.c.name).where(document_table.c.id.in_(document_ids))
        with self._database.reading() as connection:
            return {row.id: row.name for row in connection.execute(query)}

    def projects(self, scope: Scope = EVERYTHING) -> tuple[ProjectRecord, ...]:
        """Full records, by document then ordinal."""
        query = queries.projects_of(queries.PROJECTS, scope)
        with self._database.reading() as connection:
            return rows.projects_from_rows(connection.execute(query))

    def named_projects(self) -> tuple[NamedProject, ...]:
        """Every project by what it is named by, in the order of the library."""
        with self._database.reading() as connection, rows.collector_at_rest():
            found = connection.execute(queries.NAMED_PROJECTS).all()
            return tuple((*row[:-1], rows.decimal_of(row[-1])) for row in found)

    def project_rows(self, scope: Scope = EVERYTHING) -> tuple[ProjectRow, ...]:
        """The projects without their cells, for holding a whole library in memory."""
        with self._database.reading() as connection, rows.collector_at_rest():
            return tuple(map(_project_row, connection.execute(queries.projects_of(queries.PROJECT_ROWS, scope))))

    def plans(self, document_ids: Collection[str] | None = None) -> dict[tuple[str, int], tuple[PlanShare, ...]]:
        """The plan columns of the documents' projects (None: of all), by document and ordinal, without texts and places."""
        found: dict[tuple[str, int], tuple[PlanShare, ...]] = {}
        shares: dict[str | None, Decimal | None] = {None: None}  # a few hundred different ones in any library
        with self._database.reading() as connection, rows.collector_at_rest():
            for document_id, ordinal, month, state, share in connection.execute(queries.plans_of(document_ids)):
                if share not in shares:
                    shares[share] = Decimal(share)
                key = document_id, ordinal
                found[key] = (*found.get(key, ()), (month, _STATES[state], shares[share]))
        return found

    def sections(self, scope: Scope = EVERYTHING, kinds: Collection[SectionKind] | None = None) -> tuple[Section, ...]:
        """Narrative items, by document then place."""
        query = queries.sections_of(scope)
        if kinds is not None:
            query = query.where(section_table.c.kind.in_([kind.value for kind in kinds]))
        with self._database.reading() as connection:
            return tuple(map(rows.section_from_row, connection.execute(query)))

    def lines(self, document_id: str, first: int, last: int) -> tuple[tuple[int, str], ...]:
        """The sealed readable lines `first` to `last` (1-based, both included) with their numbers."""
        query = (
            sa.select(line_table.c.first, line_table.c.texts)
            .where(line_table.c.document_id == document_id)
            .where(line_table.c.first.between(first - rows.LINES_A_BLOCK + 1, last))
            .order_by(line_table.c.first)
        )
        with self._database.reading() as connection:
            blocks = connection.execute(query).all()
        numbered = (pair for start, texts in blocks for pair in enumerate(rows.lines_of(texts), start=start))
        return tuple((number, text) for number, text in numbered if first <= number <= last)

    def findings(self, document_id: str) -> tuple[Finding, ...]:
        with self._database.reading() as connection:
            found = connection.execute(queries.FINDINGS.where(finding_table.c.document_id == document_id))
            return tuple(map(rows.finding_from_row, found))

    def chunks(self, ids: Sequence[str]) -> dict[str, Chunk]:
        """The chunks that exist among `ids`; one that was replaced or forgotten is simply not there."""
        found: dict[str, Chunk] = {}
        with self._database.reading() as connection:
            for start in range(0, len(ids), _IDS_A_QUERY):
                query = queries.CHUNKS.where(chunk_table.c.id.in_(ids[start : start + _IDS_A_QUERY]))
                found |= {row.id: rows.chunk_from_row(row) for row in connection.execute(query)}
        return {name: found[name] for name in ids if name in found}

    def document_chunks(self, document_id: str) -> tuple[Chunk, ...]:
        query = queries.CHUNKS.where(chunk_table.c.document_id == document_id).order_by(chunk_table.c.position)
        with self._database.reading() as connection:
            return tuple(map(rows.chunk_from_row, connection.execute(query)))

    def all_chunks(self) -> Iterator[Chunk]:
        """Every chunk, document by document in the order of ingestion; never all in memory."""
        for document in self.stored():
            yield from self.document_chunks(document.id)

    # --- writing

    def save(
        self,
        document: Document,
        extraction: Extraction,
        chunks: Sequence[Chunk],
        findings: Sequence[Finding],
        replaces: str | tuple[str, ...] | None,
        recipe: str = "",
        fingerprint: str = "",
    ) -> None:
        """Stores all of a document in one transaction; `replaces` names the versions (ids) that go in the same step.

        `recipe` names how the file was read (program, policy, given facts) and `fingerprint` its bytes; see `stored`.
        Raises StoreError and changes nothing when it cannot.
        """
        old = (replaces,) if isinstance(replaces, str) else replaces or ()
        with self._database.writing("写入") as connection:
            revision = _next_generation(connection)
            place = _free_place(connection, old)
            connection.execute(document_table.delete().where(document_table.c.id.in_(old)))
            connection.execute(
                document_table.insert(),
                rows.document_values(
                    document,
                    extraction,
                    len(chunks),
                    place=place,
                    revision=revision,
                    recipe=recipe,
                    fingerprint=fingerprint,
                ),
            )
            _insert(connection, line_table, rows.line_values(document))
            _insert(connection, project_table, [rows.project_values(project) for project in extraction.projects])
            _insert(connection, kin_table, rows.kin_values(extraction.projects))
            _insert(connection, plan_table, [r for project in extraction.projects for r in rows.plan_values(project)])
            _insert(connection, section_table, rows.section_values(extraction.sections))
            _insert(connection, finding_table, rows.finding_values(document.id, findings))
            _insert(connection, chunk_table, rows.chunk_values(chunks))
        if old:
            self._database.empty_log()

    def note_recipes(self, recipes: Mapping[str, str]) -> None:
        """Notes by what documents (ids) were read and sealed; their content stays as it is."""
        if not recipes:
            return
        changed = document_table.update().where(document_table.c.id == sa.bindparam("document"))
        with self._database.writing("写入") as connection:
            connection.execute(
                changed.values(recipe=sa.bindparam("made_by")),
                [{"document": name, "made_by": recipe} for name, recipe in recipes.items()],
            )

    def note_fingerprint(self, document_id: str, fingerprint: str) -> None:
        """Notes by what a document's file is known to be unchanged (see `Stored`); its content stays as it is."""
        changed = document_table.update().where(document_table.c.id == document_id)
        with self._database.writing("写入") as connection:
            connection.execute(changed.values(fingerprint=fingerprint))

    def forget(self, document_id: str) -> None:
        """Removes a document and every trace of it from the database's files. An unknown id changes nothing."""
        with self._database.writing("删除") as connection:
            gone = connection.execute(document_table.delete().where(document_table.c.id == document_id))
            if gone.rowcount:
                _next_generation(connection)
        self._database.scrub()

    def scrub(self) -> None:
        """Clears away what replaced versions left in the database's files; `forget` does so by itself."""
        self._database.scrub()

    def note_refusal(self, sha256: str, reason: str) -> None:
        """Keeps that a file was refused for its 密级 mark: keyed hash, reason and time, nothing else of it."""
        values = {"reason": reason, "refused_at": rows.now()}
        with self._database.writing("写入") as connection:
            known = connection.execute(refusal_table.update().where(refusal_table.c.sha256 == sha256).values(values))
            if not known.rowcount:
                connection.execute(refusal_table.insert(), {"sha256": sha256, **values})

    def refusals(self) -> tuple[tuple[str, str, str], ...]:
        """(keyed hash, reason, time in UTC) of each refused file, oldest first."""
        columns = refusal_table.c
        query = sa.select(columns.sha256, columns.reason, columns.refused_at).order_by(columns.refused_at)
        with self._database.reading() as connection:
            return tuple((row.sha256, row.reason, row.refused_at) for row in connection.execute(query))


# --- writing


def _next_generation(connection: sa.Connection) -> int:
    """Counts up first of all: on PostgreSQL the row's lock puts writers in line."""
    connection.execute(state_table.update().values(generation=state_table.c.generation + 1))
    return int(connection.execute(queries.GENERATION).scalar_one())


def _free_place(connection: sa.Connection, old: tuple[str, ...]) -> int:
    """A new version keeps the place of the old one in the library's order."""
    column = document_table.c.place
    place = connection.execute(sa.select(sa.func.min(column)).where(document_table.c.id.in_(old))).scalar_one()
    if place is None:
        place = connection.execute(sa.select(sa.func.coalesce(sa.func.max(column), 0) + 1)).scalar_one()
    return int(place)


def _insert(connection: sa.Connection, table: sa.Table, values: list[dict[str, Any]]) -> None:
    if values:
        connection.execute(table.insert(), values)


def _project_row(row: Any) -> ProjectRow:
    document_id, ordinal, code, name, unit_code, unit_name, year, *amounts_and_states = row
    total, fiscal, other = map(rows.decimal_of, amounts_and_states[:3])
    states = tuple(map(_STATES.__getitem__, amounts_and_states[3:]))
    return ProjectRow(document_id, ordinal, code, name, unit_code, unit_name, year, total, fiscal, other, *states)
