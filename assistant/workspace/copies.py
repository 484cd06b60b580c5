"""A copy of the workspace in one file, and the way back. Both go through SQLite, so an open page does not disturb them."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from assistant.errors import WorkspaceError
from assistant.workspace.file import MIGRATIONS, WORKSPACE_FILE, make_private

_TABLES = {"conversations", "turns", "drafts", "feedback", "audit"}


def backup(data: Path, path: Path) -> None:
    """Writes the workspace of the data folder `data` to `path`, for its owner only, all of one moment.

    Raises WorkspaceError where there is nothing to copy, or `path` is there already or cannot be written.
    """
    source = data / WORKSPACE_FILE
    if not source.is_file():
        raise WorkspaceError(f"数据文件夹 {data} 里还没有工作区，没有可备份的内容。")
    if path.exists():
        raise WorkspaceError(f"{path} 已经存在，为避免覆盖旧备份，没有写入。请换一个文件名。")
    aside = path.with_name(f".{path.name}.part")
    try:
        aside.unlink(missing_ok=True)
        make_private(aside)
        with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(aside)) as two:
            one.backup(two)
            two.execute("PRAGMA journal_mode = DELETE")
        aside.replace(path)
    except (OSError, sqlite3.Error) as error:
        aside.unlink(missing_ok=True)
        raise WorkspaceError(f"备份没有完成：{_reason(error)}。") from None


def restore(path: Path, data: Path) -> None:
    """Puts a backup in the place of the workspace of `data`, whole or not at all. Raises WorkspaceError."""
    check(path)
    target = data / WORKSPACE_FILE
    make_private(target)
    try:
        with closing(_read_only(path)) as one, closing(sqlite3.connect(target, timeout=5)) as two:
            two.execute("PRAGMA secure_delete = ON")
            one.backup(two)
            two.execute("PRAGMA journal_mode = WAL")
            two.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except (OSError, sqlite3.Error) as error:
        raise WorkspaceError(f"恢复没有完成，原有工作区未改动：{_reason(error)}。") from None


def check(path: Path) -> None:
    """Raises WorkspaceError unless `path` is a sound backup that this version can read."""
    if not path.is_file():
        raise WorkspaceError(f"找不到备份文件 {path}。")
    try:
        with closing(_read_only(path)) as kept:
            sound = kept.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            tables = {name for (name,) in kept.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            version = int(kept.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.Error:
        raise WorkspaceError(f"{path} 不是工作区备份，或已经损坏。") from None
    if not sound or not tables >= _TABLES:
        raise WorkspaceError(f"{path} 不是工作区备份，或已经损坏。")
    if version > len(MIGRATIONS):
        raise WorkspaceError(f"{path} 由更新版本的程序备份，请用新版本恢复。")


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def _reason(error: OSError | sqlite3.Error) -> str:
    return os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
