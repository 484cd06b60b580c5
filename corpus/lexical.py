"""The lexical index: pairs of neighbouring characters, words and figures of our own, in an SQLite FTS5 file.

Rebuildable from the knowledge database at any time. It holds no text, only the tokens of it; a deleted document's
tokens are removed from the file itself. Works at once and without any model, whatever the vector index does.
"""

import contextlib
import functools
import hashlib
import os
import re
import sqlite3
import threading
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import IndexUnavailable
from corpus.folding import fold
from corpus.types import Chunk

VERSION = 2  # of tokens and layout; an index of another version is built anew
_TEXT_WEIGHT, _CONTEXT_WEIGHT = 1.0, 0.35
_LONGEST_QUERY = 400  # characters of a question that are searched for; the rest adds time, not sense
_MOST_TOKENS = 64
_HASHED_BYTES = 16 << 20  # a file up to this size is hashed on every opening and after every document

# Dates, amounts, codes and Latin words stay whole; every other run of Han characters is cut into pairs.
_TOKEN = re.compile(r"[a-z0-9]+(?:[.\-_/][a-z0-9]+)*%?|[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
# Pairs with these say little and match much (measured: with them the right paragraph is first less often).
_FUNCTION_CHARACTERS = frozenset("的了是在由被")
# What a question asks with, not about. Longest first; never part of a name of this field.
_QUESTION_WORDS = re.compile(
    "请问一下|请问|请告诉我|告诉我|我想知道|想知道|帮我查一下|帮我查|帮我|麻烦你|麻烦|能不能|可不可以|是不是|有没有|"
    "是什么|什么样|什么时候|什么|多少钱|多少|怎么样|怎么办|怎么|怎样|如何|哪一些|哪些|哪一个|哪个|哪一|哪里|哪儿|几个|几条|几项|"
    "为什么|为何|谁|吗|呢|吧|啊|呀|的是|了吗|一下"
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that was found; a higher score is better, and only comparable within one search."""

    chunk_id: str
    score: float


def tokens(text: str) -> list[str]:
    """The tokens of a text in order: pairs of Han characters, the last of a run alone too, and whole words."""
    found: list[str] = []
    for run, after in _runs(fold(text)):
        if run[0].isascii():
            found.append(run)
            found.extend(_counted(run, after))
        else:
            found.extend(map(str.__add__, run, run[1:]))
            found.append(run[-1])  # so that `字*` finds every place a character stands
    return found


def query_tokens(question: str) -> list[str]:
    """What to look for, as FTS5 terms without repetition: neither question words nor pairs with a function word.

    Where nothing else is left these count as well; a single character becomes a prefix (`"水" *`).
    """
    folded = fold(question[:_LONGEST_QUERY])
    found = _terms(_QUESTION_WORDS.sub(" ", folded), _FUNCTION_CHARACTERS)
    return list(dict.fromkeys(found or _terms(folded, frozenset())))[:_MOST_TOKENS]


def _terms(text: str, without: frozenset[str]) -> list[str]:
    found: list[str] = []
    singles: list[str] = []
    for run, after in _runs(text):
        if run[0].isascii():
            found.extend(f'"{token}"' for token in (run, *_counted(run, after)))
        elif len(run) == 1:
            singles += [f'"{run}" *'] if run not in without else []
        else:
            pairs = map(str.__add__, run, run[1:])
            found.extend(f'"{pair}"' for pair in pairs if without.isdisjoint(pair))
    return found or singles


def _runs(text: str) -> Iterator[tuple[str, str]]:
    """Each run of one kind with the character right after it."""
    for match in _TOKEN.finditer(text):
        yield match.group(), text[match.end() : match.end() + 1]


def _counted(run: str, after: str) -> list[str]:
    """A number together with what it counts or names: 18号, 6月, 24小."""
    return [run + after] if run[-1].isdigit() and _HAN.match(after) else []


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
                row = connection.execute(
                    "INSERT INTO passages (chunk_id, document_id, kind) VALUES (?, ?, ?)",
                    (chunk.id, chunk.document_id, chunk.kind),
                ).lastrowid
                connection.execute(
                    "INSERT INTO words (rowid, body, context) VALUES (?, ?, ?)",
                    (row, " ".join(tokens(chunk.text)), " ".join(tokens(chunk.context))),
                )

    def delete(self, document_id: str) -> None:
        """Takes a document out of the results at once; `scrub` takes its tokens out of the file."""
        with self._writing() as connection:
            _delete(connection, document_id)

    def scrub(self) -> None:
        """Rewrites the index without what was deleted: FTS5 keeps deleted tokens until its segments are merged."""
        with self._writing() as connection:
            connection.execute("INSERT INTO words (words) VALUES ('optimize')")

    def clear(self) -> None:
        """Starts over with an empty index, whatever state the file is in."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            for stale in (self._path, self._path.with_name(self._path.name + "-journal"), self._sum):
                stale.unlink(missing_ok=True)
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError:
            raise IndexUnavailable(f"检索索引 {self._path.name} 无法重建：磁盘已满、只读或没有权限。") from None
        with self._writing() as connection:
            for statement in _LAYOUT:
                connection.execute(statement)

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
        conditions, values = _limits(within, kinds)
        statement = f"""
            SELECT passages.chunk_id, -bm25(words, {_TEXT_WEIGHT}, {_CONTEXT_WEIGHT}) AS score
            FROM words JOIN passages ON passages.rowid = words.rowid
            WHERE words MATCH ? {conditions} ORDER BY score DESC, passages.chunk_id LIMIT ?"""
        with self._reading() as connection:
            found = connection.execute(statement, (" OR ".join(wanted), *values, top)).fetchall()
        return tuple(Hit(chunk_id, score) for chunk_id, score in found)

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
            return _hash(self._path).split()[-1] == sealed.split()[-1] or (
                now.st_size > _HASHED_BYTES and self._sound()
            )
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
    "CREATE TABLE passages (rowid INTEGER PRIMARY KEY, chunk_id TEXT, document_id TEXT, kind TEXT)",
    "CREATE INDEX passages_by_document ON passages (document_id)",
    """CREATE VIRTUAL TABLE words USING fts5 (body, context, tokenize = "ascii tokenchars '.-_/%'")""",
    f"PRAGMA user_version = {VERSION}",
)


def _delete(connection: sqlite3.Connection, document_id: str) -> bool:
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
