"""Opening the database behind the knowledge: SQLite's pragmas, read-only disks, damage, and errors in plain words."""

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from corpus import migrations
from corpus.errors import StoreError

_CHECKED_BYTES = 8 << 20  # a database up to this size is checked whole when it is opened
_WITH_TEXT = ("documents", "line_blocks", "projects", "plan_points", "sections", "findings", "chunks")
_READERS_AT_ONCE = 80  # connections; a page with fifty users must not wait for one

_DAMAGED = "知识库文件已损坏。请把它移走后重新导入文件（原文件不受影响），或从备份恢复。"
_REASONS = (
    (("disk is full", "No space left"), "磁盘已满"),
    (("database is locked", "database table is locked"), "另一个程序正在写入，请稍后再试"),
    (("readonly", "read-only"), "文件或磁盘是只读的"),
    (("unable to open",), "文件无法打开（可能没有权限、磁盘已满或路径不对）"),
    (("disk I/O error",), "磁盘读写出错"),
    (("lock timeout",), "有其他程序正在读取，请稍后再试"),
)


@dataclass(frozen=True, slots=True)
class Database:
    """An open database with the present schema. Connections may be used from many threads."""

    engine: sa.Engine
    read_only: bool

    @contextlib.contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """One consistent view. Raises StoreError."""
        with plainly("读取"), self.engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self, action: str) -> Iterator[sa.Connection]:
        """One transaction: all of it or nothing. Raises StoreError saying that it could not `action`."""
        if self.read_only:
            raise StoreError("知识库是只读的：所在磁盘或文件不可写，无法更改内容。")
        with plainly(action), self.engine.connect() as connection:
            connection.execution_options(writes=True)
            with connection.begin():
                yield connection

    def scrub(self) -> None:
        """Clears away what deleted text leaves behind, waiting for readers for 5 s: in SQLite's write-ahead log, and in
        PostgreSQL's tables, which are written anew. That server's own log and backups are in its keeper's hands.
        """
        if self.engine.dialect.name == "sqlite":
            self.empty_log()
        elif self.engine.dialect.name == "postgresql":
            with plainly("清理"), self.engine.connect() as connection:
                plain = connection.execution_options(isolation_level="AUTOCOMMIT")
                plain.exec_driver_sql("SET lock_timeout = '5s'")
                plain.exec_driver_sql(f"VACUUM (FULL) {', '.join(_WITH_TEXT)}")
                plain.exec_driver_sql("RESET lock_timeout")

    def empty_log(self) -> None:
        """Empties SQLite's write-ahead log; waits out readers for 5 s. Nothing on another database."""
        if self.engine.dialect.name != "sqlite":
            return
        with plainly("清理"), self.engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            for _ in range(50):
                busy, _log, _moved = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                if not busy:
                    return
                time.sleep(0.1)
        raise StoreError("内容已从知识库删除，但有其他程序正在读取，磁盘上的残留暂时无法清除，请关闭其他程序后重试。")


def open_database(url: str, read_only: bool) -> Database:
    """Creates and migrates the database unless `read_only`; one that cannot be written is opened for reading.

    Raises StoreError when it cannot be opened, is damaged, or was made by a newer program.
    """
    place = sa.make_url(url)
    if place.get_backend_name() == "sqlite":
        return _open_sqlite(place, read_only)
    with plainly("打开"):
        return _made_current(Database(sa.create_engine(place, hide_parameters=True, pool_pre_ping=True), read_only))


def _open_sqlite(place: sa.URL, read_only: bool) -> Database:
    if not place.database or place.database == ":memory:":
        return _prepared(sa.create_engine("sqlite://", poolclass=sa.StaticPool, hide_parameters=True), False)
    path = Path(place.database).absolute()
    if not read_only and _made_ready(path):
        engine = sa.create_engine(
            sa.URL.create("sqlite", database=str(path)),
            hide_parameters=True,
            pool_size=_READERS_AT_ONCE // 4,
            max_overflow=_READERS_AT_ONCE - _READERS_AT_ONCE // 4,
        )
        return _prepared(engine, False)
    if not path.exists():
        raise StoreError(f"知识库 {path} 不存在，且无法建立（磁盘已满、只读或没有权限）。")
    return _open_for_reading(path)


def _made_ready(path: Path) -> bool:
    """Makes folder and file, for the owner only; False when the place cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        path.chmod(0o600)
    except OSError:
        return False
    return os.access(path.parent, os.W_OK)


def _open_for_reading(path: Path) -> Database:
    """A file that cannot be written: as it is, or as unchanging where SQLite cannot even keep its shared memory."""
    try:
        return _prepared(_reading_engine(path, "mode=ro"), True)
    except StoreError:
        return _prepared(_reading_engine(path, "mode=ro&immutable=1"), True)


def _reading_engine(path: Path, options: str) -> sa.Engine:
    def connect() -> Any:
        import sqlite3

        return sqlite3.connect(f"{path.as_uri()}?{options}", uri=True, check_same_thread=False)

    return sa.create_engine("sqlite://", creator=connect, poolclass=sa.QueuePool, hide_parameters=True, pool_size=20)


def _prepared(engine: sa.Engine, read_only: bool) -> Database:
    sa.event.listen(engine, "connect", _set_for_reading if read_only else _set_for_writing)
    sa.event.listen(engine, "begin", _begin)
    try:
        _check_whole(engine)
        return _made_current(Database(engine, read_only))
    except StoreError:
        engine.dispose()
        raise


def _made_current(database: Database) -> Database:
    """Migrates when that is needed and allowed."""
    with database.reading() as connection:
        found = migrations.applied(connection)
    migrations.refuse_newer(found)
    if found < len(migrations.MIGRATIONS):
        if database.read_only:
            raise StoreError("知识库的结构需要升级，但它是只读的，请在可写的位置打开一次。")
        with database.writing("升级") as connection:
            migrations.migrate(connection)
    return database


def _set_for_writing(driver: Any, _record: Any) -> None:
    driver.isolation_level = None  # the driver's own BEGIN would leave DDL outside the transaction
    for pragma in ("busy_timeout = 5000", "journal_mode = WAL", "secure_delete = ON", "foreign_keys = ON"):
        driver.execute(f"PRAGMA {pragma}")


def _set_for_reading(driver: Any, _record: Any) -> None:
    driver.isolation_level = None
    for pragma in ("busy_timeout = 5000", "query_only = ON"):
        driver.execute(f"PRAGMA {pragma}")


def _begin(connection: sa.Connection) -> None:
    """A writer takes its lock at once: one that reads first and writes later could only fail, not wait."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _check_whole(engine: sa.Engine) -> None:
    """SQLite's quick check of a small database; a large one is only opened. Raises StoreError when it is damaged."""
    with plainly("打开"), engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        size = pages * connection.exec_driver_sql("PRAGMA page_size").scalar_one()
        if size <= _CHECKED_BYTES and connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one() != "ok":
            raise StoreError(_DAMAGED)


@contextlib.contextmanager
def plainly(action: str) -> Iterator[None]:
    """Turns what the driver raises into StoreError: a reason a person can act on, and no content."""
    try:
        yield
    except SQLAlchemyError as error:
        cause = str(error.orig) if isinstance(error, DBAPIError) else type(error).__name__
        if "malformed" in cause or "not a database" in cause:
            raise StoreError(_DAMAGED) from None
        reason = next((said for signs, said in _REASONS if any(sign in cause for sign in signs)), None)
        raise StoreError(f"知识库无法{action}：{reason or '数据库报告 ' + type(error).__name__}。") from None
