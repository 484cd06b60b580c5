"""The numbered schema migrations of the knowledge database, in plain DDL that SQLite and PostgreSQL both take.

A migration is never edited once released: add another at the end. Each runs with its record in one transaction.
"""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Connection, inspect, text

from corpus.errors import StoreError
from corpus.fingerprints import fingerprint, kin_keys

_FIRST = (
    """CREATE TABLE library_state (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        generation BIGINT NOT NULL,
        library TEXT NOT NULL)""",
    """CREATE TABLE documents (
        id TEXT PRIMARY KEY,
        place BIGINT NOT NULL UNIQUE,
        sha256 TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL UNIQUE,
        title TEXT NOT NULL,
        unit_code TEXT,
        unit_name TEXT,
        year INTEGER,
        year_basis TEXT NOT NULL,
        project_count INTEGER NOT NULL,
        section_count INTEGER NOT NULL,
        chunk_count INTEGER NOT NULL,
        classified_cells INTEGER NOT NULL,
        revision BIGINT NOT NULL,
        recipe TEXT NOT NULL,
        ingested_at TEXT NOT NULL)""",
    """CREATE TABLE line_blocks (
        document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
        first INTEGER NOT NULL,
        texts TEXT NOT NULL,
        PRIMARY KEY (document_id, first))""",
    """CREATE TABLE projects (
        document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
        ordinal INTEGER NOT NULL,
        code TEXT,
        code_state TEXT NOT NULL,
        name TEXT,
        name_state TEXT NOT NULL,
        unit_code TEXT,
        unit_name TEXT,
        year INTEGER,
        total TEXT,
        total_fen BIGINT,
        total_state TEXT NOT NULL,
        fiscal TEXT,
        fiscal_fen BIGINT,
        fiscal_state TEXT NOT NULL,
        other TEXT,
        other_fen BIGINT,
        other_state TEXT NOT NULL,
        cells TEXT NOT NULL,
        PRIMARY KEY (document_id, ordinal))""",
    "CREATE INDEX projects_by_code ON projects (code)",
    "CREATE INDEX projects_by_unit ON projects (unit_code, year)",
    """CREATE TABLE plan_points (
        document_id TEXT NOT NULL,
        ordinal INTEGER NOT NULL,
        position INTEGER NOT NULL,
        month INTEGER NOT NULL,
        state TEXT NOT NULL,
        share TEXT,
        share_millionths BIGINT,
        PRIMARY KEY (document_id, ordinal, position),
        FOREIGN KEY (document_id, ordinal) REFERENCES projects(document_id, ordinal) ON DELETE CASCADE)""",
    """CREATE TABLE sections (
        document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        kind TEXT NOT NULL,
        ordinal INTEGER,
        title TEXT NOT NULL,
        body TEXT NOT NULL,
        source TEXT NOT NULL,
        PRIMARY KEY (document_id, position))""",
    """CREATE TABLE findings (
        document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        rule TEXT NOT NULL,
        level TEXT NOT NULL,
        message TEXT NOT NULL,
        suggestion TEXT NOT NULL,
        quote TEXT NOT NULL,
        basis TEXT NOT NULL,
        source TEXT NOT NULL,
        PRIMARY KEY (document_id, position))""",
    """CREATE TABLE chunks (
        id TEXT PRIMARY KEY,
        document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        kind TEXT NOT NULL,
        body TEXT NOT NULL,
        context TEXT NOT NULL,
        project_ordinal INTEGER,
        source TEXT NOT NULL)""",
    "CREATE INDEX chunks_by_document ON chunks (document_id, position)",
    """CREATE TABLE refusals (
        sha256 TEXT PRIMARY KEY,
        reason TEXT NOT NULL,
        refused_at TEXT NOT NULL)""",
)


def _create(connection: Connection) -> None:
    for statement in _FIRST:
        connection.execute(text(statement))
    # The library's own name tells an index of this library from one that was copied in from another.
    connection.execute(
        text("INSERT INTO library_state (id, generation, library) VALUES (1, 0, :library)"),
        {"library": secrets.token_hex(8)},
    )


def _key_fingerprints(connection: Connection) -> None:
    """Hashes of whole files confirm a guessed value: from here on they are keyed, or of sealed text alone."""
    connection.execute(text("ALTER TABLE library_state ADD COLUMN key TEXT NOT NULL DEFAULT ''"))
    connection.execute(text("ALTER TABLE documents ADD COLUMN fingerprint TEXT NOT NULL DEFAULT ''"))
    key = secrets.token_bytes(32)
    connection.execute(text("UPDATE library_state SET key = :key"), {"key": key.hex()})
    for table in ("documents", "refusals"):
        for (plain,) in connection.execute(text(f"SELECT sha256 FROM {table}")).all():
            keyed = fingerprint(plain.encode(), key)
            connection.execute(
                text(f"UPDATE {table} SET sha256 = :keyed WHERE sha256 = :plain"), {"keyed": keyed, "plain": plain}
            )


def _find_kin(connection: Connection) -> None:
    """Which documents hold the same project is asked of an index, not of every project in memory."""
    connection.execute(
        text(
            """CREATE TABLE kin_keys (
                kin_key BIGINT NOT NULL,
                document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
                PRIMARY KEY (kin_key, document_id))"""
        )
    )
    connection.execute(text("CREATE INDEX kin_keys_by_document ON kin_keys (document_id)"))
    found = connection.execute(text("SELECT document_id, code, name, unit_code, unit_name FROM projects")).all()
    values = {(key, document_id) for document_id, *told in found for key in kin_keys(*told)}
    if values:
        connection.execute(
            text("INSERT INTO kin_keys (kin_key, document_id) VALUES (:key, :document)"),
            [{"key": key, "document": document_id} for key, document_id in sorted(values)],
        )


def _list_narrowly(connection: Connection) -> None:
    """In SQLite a project stands in the page with all its cells: to list a library would be to read its whole file.

    PostgreSQL keeps long texts elsewhere, and takes no index entry as long as a name may be.
    """
    if connection.dialect.name == "sqlite":
        connection.execute(
            text(
                """CREATE INDEX projects_listed ON projects (
                    document_id, ordinal, code, name, unit_code, unit_name, year, total, fiscal, other,
                    code_state, name_state, total_state, fiscal_state, other_state)"""
            )
        )


MIGRATIONS: tuple[Callable[[Connection], None], ...] = (_create, _key_fingerprints, _find_kin, _list_narrowly)


def applied(connection: Connection) -> int:
    """The number of the last migration that this database has had; 0 for a new one."""
    if not inspect(connection).has_table("schema_migrations"):
        return 0
    return int(connection.execute(text("SELECT COALESCE(MAX(number), 0) FROM schema_migrations")).scalar_one())


def refuse_newer(found: int) -> None:
    """Raises StoreError when the database was made by a newer program than this one."""
    if found > len(MIGRATIONS):
        raise StoreError(
            f"知识库由更新版本的程序建立（结构第 {found} 版，本程序到第 {len(MIGRATIONS)} 版），请升级程序后再打开。"
        )


def migrate(connection: Connection) -> None:
    """Brings the database to this program's schema; the caller's transaction holds all of it or nothing."""
    found = applied(connection)
    refuse_newer(found)
    if found == 0:
        connection.execute(
            text(
                "CREATE TABLE schema_migrations"
                " (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL)"
            )
        )
    for number, migration in enumerate(MIGRATIONS[found:], start=found + 1):
        migration(connection)
        connection.execute(
            text("INSERT INTO schema_migrations (number, name, applied_at) VALUES (:number, :name, :applied_at)"),
            {
                "number": number,
                "name": migration.__name__.lstrip("_"),
                "applied_at": datetime.now(UTC).isoformat(timespec="seconds"),
            },
        )
