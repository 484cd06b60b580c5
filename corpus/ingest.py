"""Files into the library: read, seal, extract, store, index; one document one transaction.

A document is known by its file name. The same content again changes nothing; a new version takes the old one's place
in one step. Ingesting needs no embedder: vectors are brought up to date afterwards by `SearchIndex.catch_up`.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus import classification
from corpus.errors import ExtractError, IndexUnavailable, ReadError, SecretMarkError, StoreError
from corpus.files import Facts, content, facts_beside, files, place_and_time, readable
from corpus.fingerprints import text_hash
from corpus.index import VectorIndex
from corpus.lexical import Hit, LexicalIndex
from corpus.locking import held
from corpus.recipe import Recipe, digest
from corpus.searching import SearchIndex
from corpus.store import Knowledge, Stored
from corpus.types import Chunk, Document, DocumentInfo, Extraction, Finding

if TYPE_CHECKING:
    from corpus.prepared import Prepared
    from corpus.sticky import Kin

# Counts up when reading, extraction, findings or chunking give other results, so that files are read anew.
READING_VERSION = 3
# Counts up when sealing by the policy gives other results, so that stored documents are sealed anew.
SEALING_VERSION = 1
_ATTEMPTS = 5  # of a search in a library that is being written

Progress = Callable[[int, int, Path], None]  # number of the file, of how many, which


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What became of one file. Counts are 0 for a rejected one, `reason` is empty for any other."""

    path: str
    status: str  # added | replaced | unchanged | rejected
    reason: str = ""
    document: str | None = None  # the name it is known by
    title: str | None = None
    unit: str | None = None
    year: int | None = None
    projects: int = 0
    sections: int = 0
    chunks: int = 0
    classified_cells: int = 0
    findings: int = 0
    elapsed_ms: float = field(default=0.0, compare=False)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk that was found, with the name of its document; a higher score is better within one search."""

    chunk: Chunk
    document: str
    score: float


class Library:
    """A data folder: the knowledge database and the indexes that follow it."""

    def __init__(self, folder: Path, knowledge: Knowledge, index: SearchIndex, policy: classification.Policy) -> None:
        self.folder = folder
        self.knowledge = knowledge
        self.index = index
        self.policy = policy
        self._sealing = digest(f"{SEALING_VERSION} {policy!r}")
        self._kin: Kin | None = None

    @classmethod
    def open(
        cls,
        data: Path,
        *,
        database_url: str = "",
        chroma_url: str = "",
        embedder: str = "embedded",
        policy: Path | None = None,
    ) -> "Library":
        """Opens or makes the library in `data`; loads neither the embedder nor Chroma.

        What a policy classifies that came after the reading is sealed now. Raises PolicyError for a policy that cannot
        be read, StoreError for a database that cannot be opened, or not be sealed because it is read-only.
        """
        rules = classification.load_policy(policy)
        knowledge = Knowledge.open(database_url or f"sqlite:///{(data / 'knowledge.db').absolute()}")
        words = LexicalIndex.open(data / "index" / "lexical.db")
        library = cls(data, knowledge, SearchIndex(words, VectorIndex(data / "index", embedder, chroma_url)), rules)
        library._seal_by_policy()
        with suppress(IndexUnavailable, StoreError):  # then a search will say so; everything else goes on
            library.index.catch_up_words(knowledge)
        return library

    def close(self) -> None:
        self.index.close()
        self.knowledge.close()

    def __enter__(self) -> "Library":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- in and out

    def ingest(
        self, paths: Iterable[Path], year: int | None = None, progress: Progress | None = None
    ) -> Iterator[IngestResult]:
        """Reads files, and folders in sorted order; yields a result a file once it is stored. Lazy: iterate it.

        A file that cannot be read is one rejected result and the rest goes on. Raises StoreError when the library
        cannot be written.
        """
        found = list(files(paths))
        taken: dict[str, str] = {}  # name -> hash of the sealed text, of this call
        replaced = False
        try:
            for number, path in enumerate(found, start=1):
                if progress is not None:
                    progress(number, len(found), path)
                started = time.perf_counter()
                result = self._ingest_one(path, year, taken)
                result = replace(result, elapsed_ms=round((time.perf_counter() - started) * 1000, 1))
                replaced = replaced or result.status == "replaced"
                yield result
        finally:  # also when the caller stops half-way
            if replaced:
                self.knowledge.scrub()
                self.index.scrub()

    def forget(self, document: str) -> bool:
        """Removes a document, by name or id, and every trace of it; False when there is none of that name."""
        with self._changing():
            known = [stored for stored in self.knowledge.stored() if document in (stored.name, stored.id)]
            for stored in known:
                self.knowledge.forget(stored.id)
                self.index.remove(stored.id, self.knowledge)
        return bool(known)

    def rebuild(self) -> None:
        """Builds both indexes anew from the knowledge database."""
        self.index.rebuild(self.knowledge)

    def around(self, passage: Passage, each: int) -> tuple[tuple[Passage, ...], tuple[Passage, ...]]:
        """Up to `each` passages before one and behind it in its document; none when it is no longer there."""
        chunks = self.knowledge.document_chunks(passage.chunk.document_id)
        place = next((i for i, chunk in enumerate(chunks) if chunk.id == passage.chunk.id), None)
        if place is None:
            return (), ()
        near = (chunks[max(0, place - each) : place], chunks[place + 1 : place + 1 + each])
        before, behind = (tuple(Passage(chunk, passage.document, 0.0) for chunk in part) for part in near)
        return before, behind

    def search(
        self,
        query: str,
        top: int = 10,
        documents: Collection[str] | None = None,
        kinds: Collection[str] | None = None,
    ) -> tuple[Passage, ...]:
        """The best passages that exist now, of these documents (ids) and kinds when given; best first.

        An index that is damaged, or names chunks that the database does not know, is built anew on the way. That they
        were replaced or forgotten while it was asked is no fault of it: then it is asked again.
        """
        for _ in range(_ATTEMPTS):
            before = self.knowledge.generation()
            try:
                with suppress(StoreError):  # another program brings it up to date: what it holds so far answers
                    self.index.catch_up_words(self.knowledge)
                hits = self.index.search(query, top, documents, kinds)
            except IndexUnavailable:
                break
            passages = self._passages(hits)
            if len(passages) == len(hits):
                return passages
            if before == self.knowledge.generation() == self.index.lexical.stamp()[1]:
                break
        else:
            return passages
        with suppress(StoreError):
            self.index.rebuild_words(self.knowledge)
        return self._passages(self.index.search(query, top, documents, kinds))

    def _passages(self, hits: tuple[Hit, ...]) -> tuple[Passage, ...]:
        chunks = self.knowledge.chunks([hit.chunk_id for hit in hits])
        names = self.knowledge.names({chunk.document_id for chunk in chunks.values()})
        found = ((chunks[hit.chunk_id], hit.score) for hit in hits if hit.chunk_id in chunks)
        return tuple(Passage(c, names[c.document_id], score) for c, score in found if c.document_id in names)

    # --- one file

    def _ingest_one(self, path: Path, year: int | None, taken: dict[str, str]) -> IngestResult:
        shown = readable(str(path))
        try:
            standing = place_and_time(path)  # before the bytes: what changes meanwhile is seen next time
            name, data, facts = readable(path.name), content(path), facts_beside(path)
            fingerprint = self.knowledge.fingerprint
            file = _File(shown, name, data, fingerprint(data), standing and fingerprint(standing.encode()), facts)
            return self._take_in(file, year, taken)
        except SecretMarkError as error:
            self.knowledge.note_refusal(file.fingerprint, "密级标志")
            return IngestResult(shown, "rejected", str(error))
        except (ReadError, ExtractError) as error:
            return IngestResult(shown, "rejected", str(error))

    def _recipe(self, file: "_File", known: Sequence[Stored], year: int | None) -> Recipe:
        """How `file` is to be read now; a year given at an earlier ingest still counts until another is given."""
        earlier = (Recipe.parse(stored.recipe).year for stored in known if stored.name == file.name)
        reading = digest(f"{READING_VERSION} {self.policy!r}")
        return Recipe(reading, digest(repr(file.facts)), year or next(earlier, None), self._sealing)

    def _take_in(self, file: "_File", year: int | None, taken: dict[str, str]) -> IngestResult:
        """A file is the same when its bytes are or, where anything of it is sealed, when its sealed text is.

        Nothing else may tell: that a file with a guessed value in it counts as unchanged would confirm the guess. That
        the file itself stands there untouched says nothing of a value, and saves the reading.
        """
        known = self.knowledge.seen(file.name, file.fingerprint)
        recipe = self._recipe(file, known, year)
        marks = (file.fingerprint, file.standing or file.fingerprint)
        same = next((s for s in known if len(known) == 1 and s.fingerprint in marks), None)
        if same is not None and _read_alike(file, same, recipe):
            _note_taken(taken, file.name, same.sha256)
            return _result(file.path, "unchanged", self._info(same.id))
        reading = self._read(file, recipe)
        _note_taken(taken, file.name, reading.document.sha256)
        with self._changing():
            sealed, known = self._sealed_by_kin(reading)
            mark = _mark(file, sealed, by_itself=sealed is reading)
            same = next((s for s in known if len(known) == 1 and s.sha256 == sealed.document.sha256), None)
            if same is None or not _read_alike(file, same, recipe) or _read_otherwise(file, same, sealed):
                return self._store(file.path, sealed, tuple(stored.id for stored in known), recipe, mark)
            if mark and same.name == file.name and mark != same.fingerprint:
                self.knowledge.note_fingerprint(same.id, mark)
        return _result(file.path, "unchanged", self._info(same.id))

    def _sealed_by_kin(self, reading: "Prepared") -> "tuple[Prepared, tuple[Stored, ...]]":
        """`reading` with what stored documents classify in it sealed too, and the documents that it is to replace."""
        from corpus.sticky import Kin

        self._kin = self._kin or Kin(self.knowledge, self.policy)
        known = self.knowledge.known(reading.document.name, reading.document.sha256)
        sealed = self._kin.sealed(reading, [stored.id for stored in known])
        return sealed, self.knowledge.known(sealed.document.name, sealed.document.sha256)

    def _read(self, file: "_File", recipe: Recipe) -> "Prepared":
        # Here, because answering a question needs none of them and should not wait for their import.
        from corpus import extract, readers
        from corpus.prepared import prepared

        read = readers.read(file.name, file.data, self.policy, recipe.year or file.facts.year)
        document = _with_facts(read, file.facts)
        return prepared(document, extract.extract(document))

    def _store(self, path: str, reading: "Prepared", old: tuple[str, ...], recipe: Recipe, mark: str) -> IngestResult:
        """Saves a document; first what it classifies in stored ones is sealed there, so that a kill leaves no gap."""
        assert self._kin is not None
        others = list(self._kin.to_be_sealed(reading, old))
        recipes = {stored.id: stored.recipe for stored in self.knowledge.stored()} if others else {}
        for name, other in others:
            self._save(other, (name,), recipes[name])
        if others:
            self.index.scrub()
        saved = self._save(reading, old, str(recipe), mark)
        return _result(path, "replaced" if old else "added", self._info(saved))

    def _save(self, reading: "Prepared", old: tuple[str, ...], recipe: str, fingerprint: str = "") -> str:
        """Saves in place of `old` (ids); the id. What sealing made equal to another document is told from it by name."""
        document = reading.document
        equal = self.knowledge.known(document.name, document.sha256)
        if any(stored.name != document.name and stored.id not in old for stored in equal):
            document = replace(document, sha256=text_hash([document.name, document.sha256]))
        self.knowledge.save(document, reading.extraction, reading.chunks, reading.findings, old, recipe, fingerprint)
        self.index.put(reading.chunks, document.id, old, self.knowledge)
        return document.id

    def _seal_by_policy(self) -> None:
        """Seals what the policy in force classifies in documents that were read, or last sealed, by another one."""
        if not self.knowledge.sealed_otherwise(self._sealing):
            return
        from corpus.prepared import further_sealed
        from corpus.resealing import Rules
        from corpus.sticky import stored_as

        if self.knowledge.read_only:
            if self.policy.classified:
                raise StoreError(
                    "涉密策略变了，而资料库是只读的，不能按新的策略封存；请在可写的位置打开一次。程序已停止。"
                )
            return
        with self._changing():
            stale = self.knowledge.sealed_otherwise(self._sealing)
            recipes = {s.id: str(replace(Recipe.parse(s.recipe), sealing=self._sealing)) for s in stale}
            for name in list(recipes) if self.policy.classified else []:
                found = stored_as(self.knowledge, name)
                sealed = further_sealed(found, Rules(self.policy)) if found else None
                if sealed is not None:
                    self._save(sealed, (name,), recipes.pop(name))
                    self.index.scrub()
            self.knowledge.note_recipes(recipes)

    def _info(self, document_id: str) -> DocumentInfo:
        info = self.knowledge.document(document_id)
        if info is None:
            raise StoreError("文件导入后又被另一个程序删除，请重新导入。")
        return info

    def _changing(self) -> AbstractContextManager[None]:
        return held(self.folder / ".lock", "资料库")


@dataclass(frozen=True, slots=True)
class _File:
    path: str  # as shown
    name: str
    data: bytes
    fingerprint: str  # of its bytes
    standing: str  # of its place and times; empty when they do not tell
    facts: Facts


def reading(path: Path, policy: classification.Policy) -> tuple[Document, Extraction]:
    """What a file says that is not taken into the library. Raises ReadError when it cannot be read."""
    from corpus import extract, readers

    facts = facts_beside(path)
    document = _with_facts(readers.read(readable(path.name), content(path), policy, facts.year), facts)
    return document, extract.extract(document)


def examine(path: Path, policy: classification.Policy) -> tuple[Finding, ...]:
    """What is wrong with a file that is not taken into the library. Raises ReadError when it cannot be read."""
    from corpus.findings import check

    document, extraction = reading(path, policy)
    return check(extraction, extra=document.findings)


def _read_alike(file: _File, known: Stored, recipe: Recipe) -> bool:
    """Whether a document of the same content was read as `file` would be read now.

    Under another name the same content counts as the same document, whatever is written beside it.
    """
    earlier = Recipe.parse(known.recipe)
    return earlier == recipe if known.name == file.name else earlier.reading == recipe.reading


def _mark(file: _File, sealed: "Prepared", by_itself: bool) -> str:
    """By what the file will be known to be unchanged; by nothing where another document classifies something in it.

    That other document may be forgotten: then the same file says more.
    """
    if not sealed.holds_sealed:
        return file.fingerprint
    return file.standing if by_itself else ""


def _read_otherwise(file: _File, known: Stored, reading: "Prepared") -> bool:
    """Whether other bytes of the same name, with nothing sealed in them, may stand otherwise in tables."""
    return known.name == file.name and not reading.holds_sealed and known.fingerprint != file.fingerprint


def _note_taken(taken: dict[str, str], name: str, sha256: str) -> None:
    """Raises ReadError for a second file of one name in one call that says something else."""
    if taken.setdefault(name, sha256) != sha256:
        raise ReadError(f"本次导入的文件中有两个都叫“{name}”而内容不同，请改名后再导入。")


def _with_facts(document: Document, facts: Facts) -> Document:
    """What a person wrote down wins over what was read; the year was given to the reader."""
    return replace(
        document,
        title=facts.title or document.title,
        unit_code=facts.unit_code or document.unit_code,
        unit_name=facts.unit or document.unit_name,
    )


def _result(path: str, status: str, known: DocumentInfo) -> IngestResult:
    return IngestResult(
        path=path,
        status=status,
        document=known.name,
        title=known.title,
        unit=known.unit_name,
        year=known.year,
        projects=known.projects,
        sections=known.sections,
        chunks=known.chunks,
        classified_cells=known.classified_cells,
        findings=len(known.findings),
    )
