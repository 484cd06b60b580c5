"""The search index beside the knowledge database: words at once, vectors when they are ready. Only Chroma's user.

A build of the vectors is never changed once it is published: an update is built aside and switched to, as
corpus/builds.py tells. A killed build, a missing or a damaged one is noticed and made anew. Chroma keeps no text, only
ids and vectors.
"""

import contextlib
import itertools
import shutil
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from corpus import builds
from corpus.builds import Build
from corpus.embedding import Embedder, identity, load_embedder
from corpus.errors import IndexUnavailable
from corpus.lexical import Hit
from corpus.locking import held
from corpus.store import Knowledge
from corpus.types import Chunk

_BATCH = 1000
_SMALL = 20_000  # chunks; a build up to this size is made anew when documents are gone, so that nothing of them stays

# Departments repeat each other word for word, and a graph with Chroma's defaults loses its way among equal vectors.
GRAPH = {"space": "cosine", "ef_construction": 200, "ef_search": 400, "max_neighbors": 32}

_OVER = 20  # times as many passages are asked for where not every one will do
_FEW = 20  # documents; the vectors of so few are all looked at in a library that is larger than what is asked for

Progress = Callable[[int], None]  # chunks done so far


@dataclass(frozen=True, slots=True)
class _Loaded:
    build: Build
    client: Any
    collection: Any
    embedder: Embedder


class VectorIndex:
    """The vectors of one library in Chroma. Loads Chroma and the embedder only in `catch_up`."""

    def __init__(self, folder: Path, embedder: str, chroma_url: str = "", home: Path | None = None) -> None:
        self._folder = folder
        self._setting = embedder
        self._url = chroma_url
        self._home = home or folder  # where the embedded embedder is built
        self._embedder: Embedder | None = None
        self._loaded: _Loaded | None = None
        self._lock = threading.Lock()

    @property
    def generation(self) -> int | None:
        """The generation of the knowledge that the loaded vectors show; None when none are loaded."""
        loaded = self._loaded
        return loaded.build.generation if loaded else None

    @property
    def size(self) -> int:
        """How many vectors are loaded."""
        loaded = self._loaded
        return loaded.build.chunks if loaded else 0

    def search(
        self, query: str, top: int, within: Collection[str] | None = None, kinds: Collection[str] | None = None
    ) -> tuple[Hit, ...]:
        """The `top` chunks nearest in meaning; the score is the cosine. Nothing while no vectors are loaded.

        Raises IndexUnavailable when Chroma fails; the vectors are then out of use until they are caught up again.
        """
        loaded = self._loaded
        if loaded is None or not loaded.build.chunks or top < 1:
            return ()
        row = loaded.embedder.encode_query(query)
        if not row.any():
            return ()
        if within is not None and len(within) <= _FEW and loaded.build.chunks > _OVER * top:
            nearest = _nearest_of
        else:
            nearest = _nearest
        try:
            with _chroma_errors():
                found = nearest(loaded, row, top, within, kinds)
        except IndexUnavailable:
            if self._loaded is loaded:
                self._loaded = None
            raise
        return tuple(
            Hit(chunk_id, cosine)
            for chunk_id, cosine, about in found
            if (within is None or about["document"] in within) and (kinds is None or about["kind"] in kinds)
        )[:top]

    def catch_up(self, knowledge: Knowledge, anew: bool = False, progress: Progress | None = None) -> None:
        """Brings the vectors to the knowledge's content and loads them; at once done when they are there already.

        Raises IndexUnavailable when embedder or Chroma cannot be used, StoreError when another program is building.
        """
        if not anew and self.generation == knowledge.generation():
            return
        with self._lock:
            if self._embedder is None:
                self._embedder = load_embedder(self._setting, self._home)
            _private_folder(self._folder)
            with held(self._folder / ".lock", "向量索引"):
                self._follow(knowledge, self._embedder, anew, progress)

    def up_to_date(self, knowledge: Knowledge) -> bool:
        """Whether a sound build on disk shows the knowledge's content; loads neither Chroma nor the embedder."""
        build = self._sound_build(knowledge.library())
        return build is not None and build.documents == {stored.id: stored.revision for stored in knowledge.stored()}

    def close(self) -> None:
        with self._lock:
            loaded, self._loaded = self._loaded, None
            if loaded is not None:
                _close(loaded.client)

    # --- under the lock

    def _follow(self, knowledge: Knowledge, embedder: Embedder, anew: bool, progress: Progress | None) -> None:
        generation = knowledge.generation()
        wanted = {stored.id: stored.revision for stored in knowledge.stored()}
        base = None if anew else self._sound_build(knowledge.library())
        if base is not None and base.documents == wanted:
            try:
                self._load(replace(base, generation=generation), embedder)
            except IndexUnavailable:  # whole, yet Chroma does not take it: perhaps of another version
                base = None
            else:
                return
        number, name = builds.next_number(self._folder), identity(self._setting)
        build = Build(builds.LAYOUT, knowledge.library(), name, number, generation, 0, wanted, {})
        self._load(self._made(build, base, knowledge, embedder, progress), embedder)

    def _sound_build(self, library: str) -> Build | None:
        """The build in force, when it is of this library and embedder and whole."""
        build = builds.in_force(self._folder)
        if build is None or (build.library, build.embedder) != (library, identity(self._setting)):
            return None
        loaded = self._loaded
        if self._url or (loaded is not None and loaded.build.number == build.number):
            return build  # on a server, or open here already: Chroma may touch its files
        return build if builds.hashes(builds.place(self._folder, build.number)) == build.files else None

    def _made(
        self, build: Build, base: Build | None, knowledge: Knowledge, embedder: Embedder, progress: Progress | None
    ) -> Build:
        """Makes `build` aside, from `base` where that saves work, and publishes it."""
        gone = (
            [name for name, revision in base.documents.items() if build.documents.get(name) != revision] if base else []
        )
        if gone and base is not None and base.chunks <= _SMALL:
            base, gone = None, []
        have = base.documents if base is not None else {}
        missing = [name for name, revision in build.documents.items() if have.get(name) != revision]
        with _chroma_errors():
            client, collection = self._new_collection(build, base)
            for name in gone:
                collection.delete(where={"document": name})
            self._add(client, collection, embedder, _chunks(knowledge, missing), progress)
            build = replace(build, chunks=collection.count())
            _close(client)
        if not self._url:
            build = replace(build, files=builds.hashes(builds.place(self._folder, build.number)))
        builds.publish(self._folder, build)
        return build

    def _new_collection(self, build: Build, base: Build | None) -> tuple[Any, Any]:
        """Client and collection of a new build, holding what `base` holds."""
        place = builds.place(self._folder, build.number)
        if base is not None and not self._url:
            shutil.copytree(builds.place(self._folder, base.number), place)
            client = self._client(build.number)
            collection = client.get_collection(base.collection, embedding_function=None)
            collection.modify(name=build.collection)
            return client, collection
        if not self._url:
            _private_folder(place)
        client = self._client(build.number)
        collection = client.create_collection(build.collection, configuration={"hnsw": GRAPH}, embedding_function=None)
        if base is not None:
            _copy(client.get_collection(base.collection, embedding_function=None), collection)
        return client, collection

    def _add(
        self, client: Any, collection: Any, embedder: Embedder, chunks: Iterator[Chunk], progress: Progress | None
    ) -> None:
        size = min(_BATCH, client.get_max_batch_size())
        done = 0
        for batch in _batches(chunks, size):
            rows = embedder.encode_documents([f"{chunk.context}\n{chunk.text}" for chunk in batch])
            known = [(chunk, row) for chunk, row in zip(batch, rows, strict=True) if row.any()]
            if known:
                collection.add(
                    ids=[chunk.id for chunk, _ in known],
                    embeddings=[row for _, row in known],
                    metadatas=[{"document": chunk.document_id, "kind": chunk.kind} for chunk, _ in known],
                )
            done += len(batch)
            if progress is not None:
                progress(done)

    def _load(self, build: Build, embedder: Embedder) -> None:
        """Opens a build for searching and removes the others. Chroma touches files on opening: they are hashed anew."""
        old = self._loaded
        if old is not None and old.build.number == build.number:
            self._loaded = replace(old, build=build)
            return builds.publish(self._folder, build)
        with _chroma_errors():
            client = self._client(build.number)
            collection = client.get_collection(build.collection, embedding_function=None)
            if collection.count() != build.chunks:
                raise IndexUnavailable("向量索引不完整，需要重建。")
            if build.chunks:
                collection.query(query_embeddings=[[1.0] * embedder.dimension], n_results=1, include=["distances"])
        if not self._url:
            build = replace(build, files=builds.hashes(builds.place(self._folder, build.number)))
        builds.publish(self._folder, build)
        self._loaded = _Loaded(build, client, collection, embedder)
        if old is not None:
            _close(old.client)
        self._remove_others(client, build)
        return None

    def _remove_others(self, client: Any, build: Build) -> None:
        if not self._url:
            return builds.remove_others(self._folder, build.number)
        with _chroma_errors():
            for collection in client.list_collections():
                if collection.name.startswith(f"jixiao-{build.library}-") and collection.name != build.collection:
                    client.delete_collection(collection.name)
        return None

    def _client(self, number: int) -> Any:
        import chromadb
        from chromadb.config import Settings

        settings = Settings(anonymized_telemetry=False)
        if not self._url:
            return chromadb.PersistentClient(str(builds.place(self._folder, number)), settings=settings)
        server = urlsplit(self._url if "//" in self._url else f"http://{self._url}")
        return chromadb.HttpClient(
            host=server.hostname or "localhost",
            port=server.port or (443 if server.scheme == "https" else 8000),
            ssl=server.scheme == "https",
            settings=settings,
        )


def _nearest(
    loaded: _Loaded, row: Any, top: int, within: Collection[str] | None, kinds: Collection[str] | None
) -> list[tuple[str, float, Any]]:
    """Ids, cosines and metadata by Chroma's graph, more than wanted where some will not do: its own filters are slow."""
    filtered = within is not None or kinds is not None
    wanted = min(loaded.build.chunks, _OVER * top if filtered else top)
    parts = ["distances", "metadatas"]
    found = loaded.collection.query(query_embeddings=[row], n_results=wanted, include=parts)
    return [
        (chunk_id, 1 - float(distance), about)
        for chunk_id, distance, about in zip(found["ids"][0], found["distances"][0], found["metadatas"][0], strict=True)
    ]


def _nearest_of(
    loaded: _Loaded, row: Any, top: int, within: Collection[str] | None, kinds: Collection[str] | None
) -> list[tuple[str, float, Any]]:
    """The same of a few documents, exactly: among many others the graph would not come upon theirs."""
    import numpy as np

    parts = ["embeddings", "metadatas"]
    found = loaded.collection.get(where={"document": {"$in": sorted(within or ())}}, include=parts)
    if not found["ids"]:
        return []
    vectors = np.asarray(found["embeddings"])
    cosines = vectors @ row / (np.linalg.norm(vectors, axis=1) * np.linalg.norm(row))
    order = np.argsort(-cosines, kind="stable")
    return [(found["ids"][n], float(cosines[n]), found["metadatas"][n]) for n in order]


def _private_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        raise IndexUnavailable(f"索引文件夹“{path.name}”无法建立：磁盘已满、只读或没有权限。") from None


def _chunks(knowledge: Knowledge, document_ids: Sequence[str]) -> Iterator[Chunk]:
    for document_id in document_ids:
        yield from knowledge.document_chunks(document_id)


def _batches(chunks: Iterator[Chunk], size: int) -> Iterator[list[Chunk]]:
    while batch := list(itertools.islice(chunks, size)):
        yield batch


def _copy(source: Any, target: Any) -> None:
    """All ids, vectors and metadata from one collection of a server to another."""
    for offset in range(0, source.count(), _BATCH):
        page = source.get(limit=_BATCH, offset=offset, include=["embeddings", "metadatas"])
        target.add(ids=page["ids"], embeddings=page["embeddings"], metadatas=page["metadatas"])


def _close(client: Any) -> None:
    with contextlib.suppress(IndexUnavailable), _chroma_errors():
        client.close()


@contextlib.contextmanager
def _chroma_errors() -> Iterator[None]:
    """Whatever Chroma and its Rust core raise, as IndexUnavailable; its panics are no Exception."""
    import sqlite3

    import chromadb.errors

    try:
        yield
    except (
        chromadb.errors.ChromaError,
        ValueError,
        RuntimeError,
        OSError,
        TypeError,
        KeyError,
        sqlite3.Error,
    ) as error:
        raise IndexUnavailable(
            f"向量索引不能用（{type(error).__name__}），正在改用文字检索，索引会自动重建。"
        ) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise IndexUnavailable("向量索引已损坏，正在改用文字检索，索引会自动重建。") from error
