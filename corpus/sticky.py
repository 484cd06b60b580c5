"""What other documents classify: a project classified in one is so in the others, until the policy says otherwise.

A project is the same by its code, or by its name within its unit. Where all its rows are classified, all of them are
elsewhere too; where only some are, those of the same category that no public row of it names.
"""

import glob
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from corpus.classification import Entry, Policy
from corpus.fingerprints import tells_anywhere
from corpus.folding import squeeze
from corpus.prepared import Prepared, further_sealed
from corpus.resealing import Rules
from corpus.store import Knowledge, Scope
from corpus.types import CellState, Document, Extraction, Indicator, ProjectRecord

_ALL_LINES = 10**9
_KEPT = 1_000  # versions of documents whose part in stickiness is remembered


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
        anywhere = tells_anywhere(record.code.text)
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
        self._told: dict[tuple[str, int], _Told] = {}  # (document, revision): what is told of a version stays true

    def sealed(self, found: Prepared, replaced: Collection[str]) -> Prepared:
        """`found` with what other documents than those it replaces classify in its projects sealed too."""
        records = found.extraction.projects
        if not _told(records).has_open_rows:
            return found
        kin = [one for one in self._knowledge.kin(records, classifying=True) if one[0] not in replaced]
        entries = {entry for one in kin for entry in self._of(one).entries}
        return further_sealed(found, Rules(self._policy, tuple(entries))) or found

    def to_be_sealed(self, found: Prepared, replaced: Collection[str]) -> Iterator[tuple[str, Prepared]]:
        """The ids of the stored documents in which `found` classifies more, and the documents sealed so."""
        entries = entries_of(found.extraction.projects)
        if not entries:
            return
        for one in self._knowledge.kin(found.extraction.projects):
            if one[0] in replaced or not self._of(one).has_open_rows:
                continue
            stored = stored_as(self._knowledge, one[0])
            closed = further_sealed(stored, Rules(self._policy, entries)) if stored else None
            if closed is not None:
                yield one[0], closed

    def _of(self, kin: tuple[str, int]) -> _Told:
        if kin not in self._told:
            if len(self._told) >= _KEPT:
                self._told.clear()
            self._told[kin] = _told(self._knowledge.projects(Scope(document_ids=(kin[0],))))
        return self._told[kin]


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
        findings=tuple(info.findings),
    )
    extraction = Extraction(knowledge.projects(scope), knowledge.sections(scope))
    return Prepared(document, extraction, knowledge.document_chunks(document_id), document.findings)
