"""Both indexes as one: words that are always current and answer, vectors that help when they are ready."""

import contextlib
import itertools
from collections.abc import Collection, Sequence

from corpus.errors import IndexUnavailable, StoreError
from corpus.index import Progress, VectorIndex
from corpus.lexical import Hit, LexicalIndex
from corpus.locking import held
from corpus.ranking import fused, is_sure
from corpus.store import Knowledge
from corpus.types import Chunk

_NEAR = 50  # vectors looked at, so that most passages with the words have a cosine too


class SearchIndex:
    """Both indexes. The words are always current and answer; the vectors help where words are unsure, when ready."""

    def __init__(self, lexical: LexicalIndex, vectors: VectorIndex) -> None:
        self.lexical = lexical
        self.vectors = vectors

    def ready(self) -> bool:
        """Whether vectors are loaded and show the same content as the words do."""
        return self.vectors.generation is not None and self.vectors.generation == self.lexical.stamp()[1]

    def search(
        self, query: str, top: int, within: Collection[str] | None = None, kinds: Collection[str] | None = None
    ) -> tuple[Hit, ...]:
        """The best chunks by words and by meaning (`corpus.ranking.fused`); scores fall all the way.

        Raises IndexUnavailable when the words cannot be searched; that the vectors fail is no reason to.
        """
        found = self.lexical.search(query, top, within, kinds)
        by_words = {hit.chunk_id: hit.score for hit in found}
        if (len(found) >= top and is_sure(by_words, self.vectors.size)) or not self.ready():
            return found
        try:
            near = self.vectors.search(query, max(top, _NEAR), within, kinds)
        except IndexUnavailable:
            return found
        by_meaning = {hit.chunk_id: hit.score for hit in near}
        return tuple(itertools.starmap(Hit, fused(by_words, by_meaning, self.vectors.size)[:top]))

    def catch_up(self, knowledge: Knowledge, progress: Progress | None = None) -> None:
        """Brings both indexes to the knowledge's content. Idempotent; does only what is missing."""
        self.catch_up_words(knowledge)
        self.vectors.catch_up(knowledge, progress=progress)

    def catch_up_words(self, knowledge: Knowledge) -> None:
        """Brings the words to the knowledge's content; needs neither embedder nor Chroma.

        Raises IndexUnavailable, and StoreError when another program changes them for longer than a moment.
        """
        if self.lexical.stamp() != (knowledge.library(), knowledge.generation()):
            with self._changing_words():
                self._follow(knowledge)
        self.lexical.seal()

    def _follow(self, knowledge: Knowledge) -> None:
        while self.lexical.stamp() != (library := knowledge.library(), generation := knowledge.generation()):
            if self.lexical.stamp()[0] != library:
                self.lexical.clear()
            wanted = {stored.id: stored.revision for stored in knowledge.stored()}
            have = self.lexical.documents()
            for name in have.keys() - wanted.keys():
                self.lexical.delete(name)
            for name, revision in wanted.items():
                if have.get(name) != revision:
                    self.lexical.add_document(name, revision, knowledge.document_chunks(name))
            if have.keys() - wanted.keys():  # whoever forgot or replaced them was killed before clearing them away
                self.lexical.scrub()
            self.lexical.mark(library, generation)

    def _changing_words(self) -> contextlib.AbstractContextManager[None]:
        """One at a time, between threads and programs: who reads what is wanted must be the one who changes it."""
        return held(self.lexical.lock, "文字索引")

    def rebuild_words(self, knowledge: Knowledge) -> None:
        with self._changing_words():
            self.lexical.clear()
            self._follow(knowledge)
        self.lexical.seal()

    def rebuild(self, knowledge: Knowledge, progress: Progress | None = None) -> None:
        """Makes both indexes anew."""
        self.rebuild_words(knowledge)
        self.vectors.catch_up(knowledge, anew=True, progress=progress)

    def put(self, chunks: Sequence[Chunk], document_id: str, replaced: Collection[str], knowledge: Knowledge) -> None:
        """Takes a document that was just saved into the words. What fails here, `catch_up_words` makes good later."""
        with contextlib.suppress(IndexUnavailable, StoreError), self._changing_words():
            library, generation = self.lexical.stamp()
            for name in replaced:
                self.lexical.delete(name)
            self.lexical.add_document(document_id, knowledge.generation(), chunks)
            if (library, generation + 1) == (knowledge.library(), knowledge.generation()):  # nothing else was missing
                self.lexical.mark(library, generation + 1)
            else:
                self._follow(knowledge)
            self.lexical.seal(only_small=True)

    def remove(self, document_id: str, knowledge: Knowledge) -> None:
        """Takes a document that was just forgotten out of the words and of their file."""
        with contextlib.suppress(IndexUnavailable, StoreError), self._changing_words():
            self.lexical.delete(document_id)
            self._follow(knowledge)
        self.scrub()

    def scrub(self) -> None:
        """Takes what was replaced or forgotten out of the words' file."""
        with contextlib.suppress(IndexUnavailable):
            self.lexical.scrub()
            self.lexical.seal()

    def close(self) -> None:
        self.lexical.close()
        self.vectors.close()
