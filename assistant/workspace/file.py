"""The file behind the workspace: its schema in numbered migrations, its pragmas, and its errors in plain words."""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from assistant.errors import WorkspaceError

WORKSPACE_FILE = "workspace.sqlite"

_FIRST = (
    """CREATE TABLE conversations (
        id TEXT PRIMARY KEY,
        owner TEXT NOT NULL,
        title TEXT NOT NULL,
        created TEXT NOT NULL,
        changed TEXT NOT NULL)""",
    "CREATE INDEX conversations_by_owner ON conversations (owner, changed)",
    """CREATE TABLE turns (
        conversation TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        at TEXT NOT NULL,
        message TEXT NOT NULL,
        reply TEXT NOT NULL,
        PRIMARY KEY (conversation, number))""",
    """CREATE TABLE drafts (
        id TEXT PRIMARY KEY,
        owner TEXT NOT NULL,
        subject TEXT NOT NULL,
        version INTEGER NOT NULL,
        created TEXT NOT NULL,
        draft TEXT NOT NULL,
        UNIQUE (owner, subject, version))""",
    """CREATE TABLE feedback (
        conversation TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
        turn INTEGER NOT NULL,
        verdict TEXT NOT NULL,
        reason TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (conversation, turn))""",
    """CREATE TABLE audit (
        number INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        who TEXT NOT NULL,
        route TEXT NOT NULL,
        kind TEXT NOT NULL,
        documents TEXT NOT NULL,
        message TEXT,
        link TEXT NOT NULL)""",
    "CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'append only'); END",
    "CREATE TRIGGER audit_is_never_cut BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'append only'); END",
)


def _first(connection: sa.Connection) -> None:
    for statement in _FIRST:
        connection.exec_driver_sql(statement)


_SECOND = """CREATE TABLE cases (
    conversation TEXT NOT NULL,
    turn INTEGER NOT NULL,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    wanted TEXT NOT NULL,
    FOREIGN KEY (conversation, turn) REFERENCES feedback(conversation, turn) ON DELETE CASCADE,
    PRIMARY KEY (conversation, turn))"""


def _second(connection: sa.Connection) -> None:
    connection.exec_driver_sql(_SECOND)


def _third(connection: sa.Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE drafts ADD COLUMN name TEXT NOT NULL DEFAULT ''")


# Numbered from 1 by place; a released one is never edited, another is added at the end.
MIGRATIONS: tuple[Callable[[sa.Connection], None], ...] = (_first, _second, _third)


def make_private(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        path.chmod(0o600)
    except OSError as error:
        raise WorkspaceError(f"工作区文件 {path} 无法建立或写入（{error.strerror}）。") from None


def set_pragmas(driver: Any, _record: Any) -> None:
    driver.isolation_level = None  # the driver's own BEGIN would leave DDL outside the transaction
    for pragma in ("busy_timeout = 5000", "journal_mode = WAL", "secure_delete = ON", "foreign_keys = ON"):
        driver.execute(f"PRAGMA {pragma}")


def begin(connection: sa.Connection) -> None:
    """A writer takes its lock at once: one that reads first and writes later could only fail, not wait."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def migrate(connection: sa.Connection) -> None:
    done = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
    if done > len(MIGRATIONS):
        raise WorkspaceError("工作区由更新版本的程序建立，请用新版本打开。")
    for migration in MIGRATIONS[done:]:
        migration(connection)
    connection.exec_driver_sql(f"PRAGMA user_version = {len(MIGRATIONS)}")


@contextlib.contextmanager
def plainly(action: str) -> Iterator[None]:
    """Turns what the driver raises into WorkspaceError, without any content."""
    try:
        yield
    except SQLAlchemyError as error:
        cause = str(error.orig) if isinstance(error, DBAPIError) else type(error).__name__
        reason = "文件已损坏" if "malformed" in cause or "not a database" in cause else cause
        raise WorkspaceError(f"工作区无法{action}：{reason}。") from None
