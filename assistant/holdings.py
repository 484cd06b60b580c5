"""What the library holds, kept in memory until its content changes: the catalogue, and the records asked for lately."""

import functools
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.listed import ListedProject, listed
from assistant.understanding.catalogue import Catalogue, Entry
from assistant.understanding.types import ProjectKey
from corpus.rows import collector_at_rest
from corpus.store import Knowledge, PlanShare, Scope
from corpus.types import DocumentInfo, ProjectRecord, Section, SectionKind

if TYPE_CHECKING:
    from corpus.findings import UnitRules

_KEPT_DOCUMENTS = 2_500
_FEW_DOCUMENTS = 50
_A_QUERY = 500  # documents


class Holdings:
    """One generation of the knowledge database. Make a new one when `generation` no longer fits (see `current`)."""

    def __init__(
        self,
        knowledge: Knowledge,
        generation: int,
        rules_file: Path | None = None,
        kept: int = _KEPT_DOCUMENTS,
        few: int = _FEW_DOCUMENTS,
    ) -> None:
        self.generation = generation
        self._kept = kept  # documents whose records stay in memory
        self._few = few  # documents; of more at once records are listed (assistant/listed.py), not read whole
        self._rules_file = rules_file
        self._knowledge = knowledge
        self._loaded: OrderedDict[str, tuple[ProjectKey, ...]] = OrderedDict()  # document -> its projects
        self._records: dict[ProjectKey, ProjectRecord] = {}
        self._listed: dict[ProjectKey, ListedProject] = {}
        self._plans: dict[tuple[str, int], tuple[PlanShare, ...]] = {}
        self._listed_of: set[str] = set()  # documents whose projects are listed; whose plans are known too
        self._planned_of: set[str] = set()
        self._looked_into = ""  # the document of which one project was read last
        self._lock = threading.Lock()
        with collector_at_rest():
            entries = tuple(Entry(ProjectKey(row[0], row[1]), *row[2:]) for row in knowledge.named_projects())
        self.catalogue = Catalogue(documents=knowledge.documents(), entries=entries)
        self._documents = {document.id: document for document in self.catalogue.documents}

    @property
    def documents(self) -> tuple[DocumentInfo, ...]:
        return self.catalogue.documents

    @functools.cached_property
    def rules(self) -> "UnitRules":
        """What the office changed of the rules. Raises RuleError for a file that cannot be read."""
        from corpus.findings import UnitRules, read_unit_rules

        return read_unit_rules(self._rules_file) if self._rules_file else UnitRules()

    def document(self, document_id: str) -> DocumentInfo:
        return self._documents[document_id]

    def holds_classified(self, document_id: str) -> bool:
        """Whether any cell of its project tables is classified; False for a document that is not there."""
        document = self._documents.get(document_id)
        return document is not None and document.classified_cells > 0

    def projects(self, keys: Iterable[ProjectKey]) -> tuple[ProjectRecord, ...]:
        """The records of `keys`, in that order; a project that is gone is left out.

        Of many documents each record gives its figures at once and reads its texts when they are looked at.
        """
        wanted = tuple(keys)
        documents = {key.document_id for key in wanted}
        if len(documents) > self._few:
            self._list(documents)
            return tuple(found for found in map(self._listed.get, wanted) if found is not None)
        with self._lock:  # until they are read: what another thread asks for may put them out of memory
            self._load(list(dict.fromkeys(key.document_id for key in wanted)))
            return tuple(self._records[key] for key in wanted if key in self._records)

    def projects_of(self, document_ids: Iterable[str]) -> tuple[ProjectRecord, ...]:
        """The records of these documents, in the order of the library."""
        wanted, held = set(document_ids), self.catalogue.of_document
        there = wanted & held.keys()
        ordered = sorted(there, key=self._places.__getitem__) if len(there) > 1 else there
        return self.projects(entry.key for document_id in ordered for entry in held[document_id])

    def whole(self, document_id: str, ordinal: int) -> ProjectRecord | None:
        """One project with all its cells; None when it is gone."""
        key = ProjectKey(document_id, ordinal)
        with self._lock:
            if document_id not in self._loaded and document_id != self._looked_into:
                self._looked_into = document_id
                found = self._knowledge.projects(Scope(document_ids=(document_id,), ordinals=(ordinal,)))
                return found[0] if found else None
            self._load([document_id])  # who looks at a second project of a document will look at the others
            return self._records.get(key)

    def plan(self, document_id: str, ordinal: int) -> tuple[PlanShare, ...]:
        """The plan columns of a project; those of all that are listed are read at once."""
        if document_id not in self._planned_of:
            with self._lock, collector_at_rest():
                missing = self._listed_of - self._planned_of
                for batch in self._batches(missing):
                    self._plans |= self._knowledge.plans(batch)
                self._planned_of |= missing
        return self._plans.get((document_id, ordinal), ())

    def _list(self, document_ids: set[str]) -> None:
        """Reads the columns of those of the documents whose projects are not listed yet."""
        with self._lock, collector_at_rest():
            missing = document_ids - self._listed_of
            for batch in self._batches(missing):
                for row in self._knowledge.project_rows(Scope(document_ids=batch)):
                    self._listed[ProjectKey(row.document_id, row.ordinal)] = listed(row, self)
            self._listed_of |= missing

    def _batches(self, document_ids: set[str]) -> Iterator[tuple[str, ...] | None]:
        """The documents in batches for one query each; None, for all, where they are most of the library."""
        if len(document_ids) > max(_A_QUERY, len(self._documents) // 2):
            yield None
            return
        names = sorted(document_ids)
        for start in range(0, len(names), _A_QUERY):
            yield tuple(names[start : start + _A_QUERY])

    @functools.cached_property
    def _places(self) -> dict[str, int]:
        return {document.id: place for place, document in enumerate(self.catalogue.documents)}

    def sections(
        self, document_ids: tuple[str, ...], kinds: tuple[SectionKind, ...] | None = None
    ) -> tuple[Section, ...]:
        return self._knowledge.sections(Scope(document_ids=document_ids), kinds)

    def lines(self, document_id: str, first: int, last: int) -> tuple[tuple[int, str], ...]:
        return self._knowledge.lines(document_id, first, last)

    def _load(self, document_ids: list[str]) -> None:
        """Reads those of the documents that are not in memory; under the lock. What was asked for last stays longest."""
        missing = [name for name in document_ids if name not in self._loaded]
        for name in document_ids:
            if name in self._loaded:
                self._loaded.move_to_end(name)
        for start in range(0, len(missing), _A_QUERY):
            batch = missing[start : start + _A_QUERY]
            found: dict[str, list[ProjectKey]] = {name: [] for name in batch}
            for record in self._knowledge.projects(Scope(document_ids=tuple(batch))):
                key = ProjectKey(record.document_id, record.ordinal)
                self._records[key] = record
                found[record.document_id].append(key)
            self._loaded |= {name: tuple(keys) for name, keys in found.items()}
        while len(self._loaded) > max(self._kept, len(document_ids)):
            for key in self._loaded.popitem(last=False)[1]:
                del self._records[key]


def current(knowledge: Knowledge, held: Holdings | None, rules_file: Path | None = None) -> Holdings:
    """`held` while the library is as it was, else what it holds now."""
    generation = knowledge.generation()
    return held if held is not None and held.generation == generation else Holdings(knowledge, generation, rules_file)
