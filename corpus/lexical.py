"""The lexical index: pairs of neighbouring characters, words and figures of our own, in an SQLite FTS5 file.

Rebuildable from the knowledge database at any time. It holds no text, only the tokens of it; a deleted document's
tokens are removed from the file itself. Works at once and without any model, whatever the vector index does.
"""

import contextlib
import functools
import hashlib
import os
import sqlite3
import threading
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import IndexUnavailable
from corpus.ranking import Weighed, complete, rarity, relevance
from corpus.tokens import is_uncommon, query_characters, query_tokens, tokens
from corpus.types import Chunk

VERSION = 3  # of tokens and layout; an index of another version is built anew
_CANDIDATES = 80  # passages that FTS5 brings and that are then ranked here
_MOST_POSTINGS = 5_000  # places that FTS5 is asked to look at: the rarest terms, as many as fit, and two at least
_RARE = 20  # passages; an uncommon character that no more of them hold is searched for by itself too
_SMALL_SCOPE = 200  # passages; so few are all ranked, whatever is rare or common elsewhere
_HASHED_BYTES = 16 << 20  # a file up to this size is hashed on every opening and after every document


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that was found; a higher score is better. By words it is a share of `ranking.complete`."""

    chunk_id: str
    score: float


class LexicalIndex:
    """One index file. Any thread may search; additions are one transaction each."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._sum = path.with_suffix(".sum")
        self._changed = False

    @classmethod
    def open(cls, path: Path) -> "LexicalIndex":
        """Opens or makes the index; one that is damaged or of another version is emptied, to be filled again.

        Never fails: where the file can be neither read nor made, searching it will say so.
        """
        index = cls(path)
        with contextlib.suppress(IndexUnavailable):
            if not path.is_file() or not index._usable() or not index._unaltered():
                index.clear()
        return index

    def seal(self, only_small: bool = False) -> None:
        """Notes the file's hash after this index's own changes, so that any other change is noticed on opening."""
        if self._changed and not (only_small and self._path.stat().st_size > _HASHED_BYTES):
            with contextlib.suppress(OSError):
                self._sum.write_text(_hash(self._path), "ascii")
                self._sum.chmod(0o600)
                self._changed = False

    def close(self) -> None:
        self.seal()
        for connection in self._connections:
            connection.close()
        self._connections.clear()
        self._local = threading.local()

    @property
    def size(self) -> int:
        """How many chunks it holds."""
        with self._reading() as connection:
            return int(connection.execute("SELECT COUNT(*) FROM passages").fetchone()[0])

    def documents(self) -> dict[str, int]:
        """The revision of each document it holds."""
        with self._reading() as connection:
            return dict(connection.execute("SELECT document_id, revision FROM documents"))

    def stamp(self) -> tuple[str, int]:
        """The library and the generation that it was last brought up to; ("", 0) when never."""
        with self._reading() as connection:
            row = connection.execute("SELECT library, generation FROM stamp").fetchone()
        return (str(row[0]), int(row[1])) if row else ("", 0)

    def mark(self, library: str, generation: int) -> None:
        """Notes what it has been brought up to."""
        with self._writing() as connection:
            connection.execute("DELETE FROM stamp")
            connection.execute("INSERT INTO stamp VALUES (?, ?)", (library, generation))

    def add(self, chunks: Sequence[Chunk]) -> None:
        """Indexes the chunks of whole documents, in place of what it held of them."""
        of_document: dict[str, list[Chunk]] = {}
        for chunk in chunks:
            of_document.setdefault(chunk.document_id, []).append(chunk)
        for document_id, its_chunks in of_document.items():
            self.add_document(document_id, 0, its_chunks)

    def add_document(self, document_id: str, revision: int, chunks: Sequence[Chunk]) -> None:
        """Indexes one document, in place of any other revision of it; one transaction."""
        with self._writing() as connection:
            _delete(connection, document_id)
            connection.execute("INSERT INTO documents VALUES (?, ?)", (document_id, revision))
            for chunk in chunks:
                body = tokens(chunk.text)
                row = connection.execute(
                    "INSERT INTO passages (chunk_id, document_id, kind, length) VALUES (?, ?, ?, ?)",
                    (chunk.id, chunk.document_id, chunk.kind, len(body)),
                ).lastrowid
                connection.execute(
                    "INSERT INTO words (rowid, body, context) VALUES (?, ?, ?)",
                    (row, " ".join(body), " ".join(tokens(chunk.context))),
                )
            _count_characters(connection, document_id, +1)

    def delete(self, document_id: str) -> None:
        """Takes a document out of the results at once; `scrub` takes its tokens out of the file."""
        with self._writing() as connection:
            _delete(connection, document_id)

    def scrub(self) -> None:
        """Rewrites the index without what was deleted: FTS5 keeps deleted tokens until its segments are merged."""
        with self._writing() as connection:
            connection.execute("INSERT INTO words (words) VALUES ('optimize')")

    @property
    def lock(self) -> Path:
        """The file that whoever changes the index locks meanwhile."""
        return self._path.with_name(".words.lock")

    def clear(self) -> None:
        """Starts over with an empty index, whatever state the file is in; one that is being searched stays readable."""
        made = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            made.unlink(missing_ok=True)
            os.close(os.open(made, os.O_RDWR | os.O_CREAT, 0o600))
            with contextlib.closing(sqlite3.connect(made, isolation_level=None)) as connection:
                for statement in ("PRAGMA synchronous = OFF", *_LAYOUT):
                    connection.execute(statement)
            for stale in (self._path.with_name(self._path.name + "-journal"), self._sum):
                stale.unlink(missing_ok=True)
            made.replace(self._path)
        except (OSError, sqlite3.Error):
            with contextlib.suppress(OSError):
                made.unlink(missing_ok=True)
            raise IndexUnavailable(f"检索索引 {self._path.name} 无法重建：磁盘已满、只读或没有权限。") from None
        self._changed = True

    def search(
        self,
        query: str,
        top: int,
        within: Collection[str] | None = None,
        kinds: Collection[str] | None = None,
    ) -> tuple[Hit, ...]:
        """The best `top` chunks, of the documents `within` and of these kinds when given; nothing when nothing fits.

        Raises IndexUnavailable when the file is damaged.
        """
        wanted = query_tokens(query)
        if not wanted or top < 1 or within == () or kinds == ():
            return ()
        with self._reading() as connection:
            frequencies = self._frequencies(connection)
            characters = query_characters(query)
            sought = frequencies.rarest([*wanted, *frequencies.rare(characters)])
            found = _candidates(connection, sought, max(_CANDIDATES, top), within, kinds)
            asked = frequencies.weighed(wanted, characters)
            usual, whole = frequencies.usual_length, complete(asked)
            ranked = ((relevance(asked, body, context, usual) / whole, name) for name, body, context in found)
            best = sorted((hit for hit in ranked if hit[0] > 0), key=lambda hit: (-hit[0], hit[1]))
        return tuple(Hit(name, score) for score, name in best[:top])

    def _frequencies(self, connection: sqlite3.Connection) -> "_Frequencies":
        """How common terms are now: kept by each thread until anyone changes the file."""
        seen = (connection.execute("PRAGMA data_version").fetchone()[0], connection.total_changes)
        kept: _Frequencies | None = getattr(self._local, "frequencies", None)
        if kept is None or kept.connection is not connection or kept.seen != seen:
            kept = self._local.frequencies = _Frequencies(connection, seen)
        return kept

    def _usable(self) -> bool:
        try:
            with self._reading() as connection:
                version = connection.execute("PRAGMA user_version").fetchone()[0]
                connection.execute("SELECT 1 FROM stamp, documents, passages, words LIMIT 1").fetchone()
        except IndexUnavailable:
            return False
        return bool(version == VERSION)

    def _unaltered(self) -> bool:
        """Whether the file is as it was sealed. One that was not (a killed writer) passes SQLite's own checks or fails.

        A large file is hashed only when its time or size is not the sealed one either.
        """
        try:
            sealed, now = self._sum.read_text("ascii"), self._path.stat()
            if now.st_size > _HASHED_BYTES and sealed.startswith(_about(now)):
                return True
            found = _hash(self._path)
            if found.split()[-1] != sealed.split()[-1]:
                return now.st_size > _HASHED_BYTES and self._sound()
            with contextlib.suppress(OSError):  # of a copied file only the time is another: not to be hashed again
                self._sum.write_text(found, "ascii")
            return True
        except (OSError, UnicodeDecodeError, IndexError):
            return self._sound()

    def _sound(self) -> bool:
        """Whether SQLite finds file and index consistent; reads everything."""
        try:
            with self._reading() as connection:
                if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                    return False
                connection.execute("INSERT INTO words (words) VALUES ('integrity-check')")
        except IndexUnavailable:
            return False
        return True

    def _connection(self) -> sqlite3.Connection:
        """This thread's connection, to the file that is there now: another program may have put a new one there."""
        held: tuple[sqlite3.Connection, int] | None = getattr(self._local, "held", None)
        try:
            file = self._path.stat().st_ino
        except OSError:
            raise IndexUnavailable(f"检索索引 {self._path.name} 不在了，需要重建。") from None
        if held is None or held[1] != file:
            held = (sqlite3.connect(self._path, timeout=5, isolation_level=None, check_same_thread=False), file)
            held[0].execute("PRAGMA secure_delete = ON")
            held[0].execute("PRAGMA synchronous = OFF")  # what a power cut spoils is noticed and built anew
            self._local.held = held
            self._connections.append(held[0])
        return held[0]

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        try:
            yield self._connection()
        except sqlite3.Error as error:
            raise IndexUnavailable(f"检索索引 {self._path.name} 读不出来，需要重建。") from error

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction; rolled back whole when anything in it fails."""
        with self._reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            self._changed = True
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")


def _about(file: os.stat_result) -> str:
    return f"{file.st_size} {file.st_mtime_ns} "


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
        return _about(os.fstat(file.fileno())) + digest


_LAYOUT = (
    "CREATE TABLE stamp (library TEXT NOT NULL, generation INTEGER NOT NULL)",
    "CREATE TABLE documents (document_id TEXT PRIMARY KEY, revision INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE passages (rowid INTEGER PRIMARY KEY, chunk_id TEXT, document_id TEXT, kind TEXT, length INTEGER)",
    "CREATE INDEX passages_by_document ON passages (document_id)",
    """CREATE VIRTUAL TABLE words USING fts5 (body, context, tokenize = "ascii tokenchars '.-_/%'")""",
    "INSERT INTO words (words, rank) VALUES ('rank', 'bm25(1.0, 0.35)')",
    "CREATE VIRTUAL TABLE vocabulary USING fts5vocab(words, row)",
    "CREATE TABLE characters (character TEXT PRIMARY KEY, passages INTEGER NOT NULL) WITHOUT ROWID",
    f"PRAGMA user_version = {VERSION}",
)


class _Frequencies:
    """In how many passages a term or a character stands, asked once each while the file stays as it is."""

    def __init__(self, connection: sqlite3.Connection, seen: tuple[int, int]) -> None:
        self.connection = connection
        self.seen = seen
        row = connection.execute("SELECT COUNT(*), AVG(length) FROM passages").fetchone()
        self.passages, self.usual_length = int(row[0]), float(row[1] or 1)
        self._known: dict[str, int] = {}

    def rarest(self, wanted: Sequence[str]) -> list[str]:
        """The rarest of these FTS5 terms that stand anywhere: few enough to look at all their places, or two."""
        chosen: list[str] = []
        postings = 0
        for number, term in sorted((number, term) for term in wanted if (number := self._of(term))):
            postings += number
            if len(chosen) >= 2 and postings > _MOST_POSTINGS:
                break
            chosen.append(term)
        return chosen

    def rare(self, characters: Iterable[str]) -> list[str]:
        """FTS5 terms for uncommon characters of few passages, which name something by themselves (䲟, 麐)."""
        return [term for one in characters if is_uncommon(one) and 0 < self._of(term := f'"{one}" *') <= _RARE]

    def weighed(self, wanted: Iterable[str], characters: Iterable[str]) -> Weighed:
        return Weighed(
            tuple((_needle(term), rarity(self._of(term), self.passages)) for term in wanted),
            tuple((f" {one}", rarity(self._of(f'"{one}" *'), self.passages)) for one in characters),
        )

    def _of(self, term: str) -> int:
        if term not in self._known:
            prefix, plain = term.endswith("*"), term.strip('" *')
            table, key, number = ("characters", "character", "passages") if prefix else ("vocabulary", "term", "doc")
            row = self.connection.execute(f"SELECT {number} FROM {table} WHERE {key} = ?", (plain,)).fetchone()
            self._known[term] = int(row[0]) if row else 0
        return self._known[term]


def _needle(term: str) -> str:
    """How an FTS5 term stands in tokens that are joined by blanks."""
    plain = term.strip('" *')
    return f" {plain}" if term.endswith("*") else f" {plain} "


def _candidates(
    connection: sqlite3.Connection,
    terms: Sequence[str],
    most: int,
    within: Collection[str] | None,
    kinds: Collection[str] | None,
) -> list[tuple[str, str, str]]:
    """Name, body and context of the passages worth ranking."""
    if not terms:
        return []
    conditions, values = _limits(within, kinds)
    if within is not None and (rows := _rows_of_few(connection, conditions, values)) is not None:
        return _contents(connection, rows)
    statement = f"""
        SELECT words.rowid FROM words {"JOIN passages ON passages.rowid = words.rowid" if conditions else ""}
        WHERE words MATCH ? {conditions} ORDER BY rank LIMIT ?"""
    found = connection.execute(statement, (" OR ".join(terms), *values, most)).fetchall()
    return _contents(connection, [row for (row,) in found])


def _rows_of_few(connection: sqlite3.Connection, conditions: str, values: Sequence[str]) -> list[int] | None:
    """The rows within these limits, or None when they are many."""
    statement = f"SELECT rowid FROM passages WHERE TRUE {conditions} LIMIT {_SMALL_SCOPE + 1}"
    rows = [row for (row,) in connection.execute(statement, values)]
    return rows if len(rows) <= _SMALL_SCOPE else None


def _contents(connection: sqlite3.Connection, rows: Sequence[int]) -> list[tuple[str, str, str]]:
    import json

    statement = """
        SELECT passages.chunk_id, words.body, words.context FROM json_each(?) AS wanted
        JOIN passages ON passages.rowid = wanted.value JOIN words ON words.rowid = wanted.value"""
    return connection.execute(statement, (json.dumps(rows),)).fetchall()


def _count_characters(connection: sqlite3.Connection, document_id: str, sign: int) -> None:
    """Adds a document's passages to the counts of characters, or takes them out again (`sign` is 1 or -1)."""
    counts: Counter[str] = Counter()
    statement = """
        SELECT words.body, words.context FROM passages JOIN words ON words.rowid = passages.rowid
        WHERE passages.document_id = ?"""
    for body, context in connection.execute(statement, (document_id,)):
        counts.update({token[0] for token in f"{body} {context}".split() if not token[0].isascii()})
    connection.executemany(
        """INSERT INTO characters VALUES (?, ?)
        ON CONFLICT (character) DO UPDATE SET passages = passages + excluded.passages""",
        ((character, sign * number) for character, number in counts.items()),
    )
    connection.execute("DELETE FROM characters WHERE passages <= 0")


def _delete(connection: sqlite3.Connection, document_id: str) -> bool:
    _count_characters(connection, document_id, -1)
    connection.execute(
        "DELETE FROM words WHERE rowid IN (SELECT rowid FROM passages WHERE document_id = ?)", (document_id,)
    )
    connection.execute("DELETE FROM passages WHERE document_id = ?", (document_id,))
    return connection.execute("DELETE FROM documents WHERE document_id = ?", (document_id,)).rowcount > 0


def _limits(within: Collection[str] | None, kinds: Collection[str] | None) -> tuple[str, list[str]]:
    conditions, values = "", []
    for column, allowed in (("document_id", within), ("kind", kinds)):
        if allowed is not None:
            conditions += f" AND passages.{column} IN (SELECT value FROM json_each(?))"
            values.append(_json_list(tuple(allowed)))
    return conditions, values


@functools.lru_cache(maxsize=64)
def _json_list(names: tuple[str, ...]) -> str:
    import json

    return json.dumps(names)
