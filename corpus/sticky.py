"""What other documents classify: a project classified in one is so in the others, until the policy says otherwise.

A project is the same by its code, or by its name within its unit. Where all its rows are classified, all of them are
elsewhere too; where only some are, those of the same category that no public row of it names.
"""

import glob
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from corpus.classification import Entry, Policy
from corpus.folding import squeeze
from corpus.prepared import Prepared, further_sealed
from corpus.resealing import Rules
from corpus.store import Knowledge, ProjectRow, Scope
from corpus.types import CellState, Document, Extraction, Indicator, ProjectRecord

_TELLING_CODE = 10  # characters; a shorter code (1, 001, 无) tells projects apart only within a unit

_ALL_LINES = 10**9
_Name = tuple[str, str]  # a code or a name, and the unit it counts in; "" is any unit


def entries_of(records: Iterable[ProjectRecord]) -> tuple[Entry, ...]:
    """The entries that these records make sticky for other documents."""
    return tuple(
        replace(what, unit=who.unit, project=who.project)
        for record in records
        if any(row.classified for row in record.indicators)
        for who in _whose(record)
        for what in _what(record.indicators)
    )


def _whose(record: ProjectRecord) -> list[Entry]:
    found: list[Entry] = []
    units: list[str | None] = [glob.escape(unit) for unit in (record.unit_code, record.unit_name) if unit]
    units = units or [None]
    if record.code.text:
        anywhere = len(squeeze(record.code.text)) >= _TELLING_CODE
        found += [Entry(unit=u, project=glob.escape(record.code.text)) for u in ([None] if anywhere else units)]
    if record.name.text:
        found += [Entry(unit=unit, project=glob.escape(record.name.text)) for unit in units]
    return found


def _what(rows: tuple[Indicator, ...]) -> list[Entry]:
    closed = [row for row in rows if row.classified]
    if len(closed) == len(rows):
        return [Entry()]
    categories = dict.fromkeys((row.level1.text, row.level2.text) for row in closed)
    return [
        Entry(level1=_exactly(first), level2=_exactly(second), besides=_public_names(rows, first, second))
        for first, second in categories
    ]


def _exactly(text: str | None) -> str | None:
    return glob.escape(text) if text else None


def _public_names(rows: tuple[Indicator, ...], level1: str | None, level2: str | None) -> frozenset[str]:
    open_rows = [row for row in rows if row.level3.state is CellState.VALUE and not row.classified]
    return frozenset(
        squeeze(row.level3.text or "")
        for row in open_rows
        if level1 in (None, row.level1.text) and level2 in (None, row.level2.text)
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """What a document has to do with stickiness: what it classifies for others, and whether it has rows to close."""

    entries: tuple[Entry, ...]
    has_open_rows: bool


def _told(records: Iterable[ProjectRecord]) -> _Told:
    records = tuple(records)
    return _Told(entries_of(records), any(not row.classified for record in records for row in record.indicators))


class Kin:
    """Which documents hold the same projects, and what they classify for each other. Follows one library."""

    def __init__(self, knowledge: Knowledge, policy: Policy) -> None:
        self._knowledge = knowledge
        self._policy = policy
        self._generation = -1
        self._documents: dict[_Name, set[str]] = defaultdict(set)
        self._told: dict[str, _Told] = {}

    def sealed(self, found: Prepared, replaced: Collection[str]) -> Prepared:
        """`found` with what other documents than those it replaces classify in its projects sealed too."""
        records = found.extraction.projects
        if not _told(records).has_open_rows:
            return found
        entries = {entry for name in self._kin(records, replaced) for entry in self._of(name).entries}
        return further_sealed(found, Rules(self._policy, tuple(entries))) or found

    def to_be_sealed(self, found: Prepared, replaced: Collection[str]) -> Iterator[tuple[str, Prepared]]:
        """The ids of the stored documents in which `found` classifies more, and the documents sealed so."""
        entries = entries_of(found.extraction.projects)
        if not entries:
            return
        for name in self._kin(found.extraction.projects, replaced):
            if self._of(name).has_open_rows and (stored := stored_as(self._knowledge, name)):
                closed = further_sealed(stored, Rules(self._policy, entries))
                if closed is not None:
                    yield name, closed

    def note(self, found: Prepared, replaced: Collection[str]) -> None:
        """Takes in a document that was just saved in place of others (ids)."""
        for name in replaced:
            self._told.pop(name, None)
        self._told[found.document.id] = _told(found.extraction.projects)
        if self._generation + 1 == self._knowledge.generation():
            self._add(found.extraction.projects)
            self._generation += 1

    def _kin(self, records: Iterable[ProjectRecord], besides: Collection[str]) -> tuple[str, ...]:
        """The documents, but for `besides`, that hold a project of `records` too."""
        generation = self._knowledge.generation()
        if generation != self._generation:
            self._documents.clear()
            self._told.clear()
            self._add(self._knowledge.project_rows())
            self._generation = generation
        found = {document for record in records for name in _names(record) for document in self._documents[name]}
        return tuple(sorted(found - set(besides)))

    def _add(self, rows: Iterable[ProjectRow | ProjectRecord]) -> None:
        for row in rows:
            for name in _names(row):
                self._documents[name].add(row.document_id)

    def _of(self, document_id: str) -> _Told:
        if document_id not in self._told:
            self._told[document_id] = _told(self._knowledge.projects(Scope(document_ids=(document_id,))))
        return self._told[document_id]


def stored_as(knowledge: Knowledge, document_id: str) -> Prepared | None:
    """A stored document as it was prepared, without its blocks; None when it is gone."""
    info = knowledge.document(document_id)
    if info is None:
        return None
    scope = Scope(document_ids=(document_id,))
    document = Document(
        id=info.id,
        sha256=info.sha256,
        name=info.name,
        title=info.title,
        unit_code=info.unit_code,
        unit_name=info.unit_name,
        year=info.year,
        year_basis=info.year_basis,
        blocks=(),
        lines=tuple(text for _, text in knowledge.lines(document_id, 1, _ALL_LINES)),
        findings=info.findings,
    )
    extraction = Extraction(knowledge.projects(scope), knowledge.sections(scope))
    return Prepared(document, extraction, knowledge.document_chunks(document_id), info.findings)


def _names(row: ProjectRow | ProjectRecord) -> list[_Name]:
    code = row.code.text if isinstance(row, ProjectRecord) else row.code
    name = row.name.text if isinstance(row, ProjectRecord) else row.name
    units = [squeeze(unit) for unit in (row.unit_code, row.unit_name) if unit] or [""]
    found = [(squeeze(name), unit) for unit in units] if name else []
    if code:
        plain = squeeze(code)
        found += [(plain, "")] if len(plain) >= _TELLING_CODE else [(plain, unit) for unit in units]
    return found
