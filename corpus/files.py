"""Files to ingest: which of a folder count, what they are called, their bytes, and the facts written beside them."""

import os
import stat
import time
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import ReadError

LARGEST = 200 << 20  # bytes of a file that are read at all; each reader has a lower limit of its own

_FACTS = ".toml"
_KINDS = {"title": str, "unit": str, "unit_code": str, "year": int, "source": str}
_MOMENTS_S = 2.5  # file systems keep times to as little as two seconds
_LOCKS = ("~$", ".~lock")
_CLUTTER = ("thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a person wrote down about a document, in `<name>.toml` beside it; None where nothing was."""

    title: str | None = None
    unit: str | None = None
    unit_code: str | None = None
    year: int | None = None
    source: str | None = None  # where the document comes from, for people; not stored


def files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files among `paths` and in the folders among them, each folder in sorted order, each path once.

    Hidden files, facts, lock files and system clutter of folders are left out; links to folders are not followed.
    A path that does not exist is given too: reading it says so.
    """
    seen: set[Path] = set()
    for path in paths:
        for found in _walk(path) if path.is_dir() else (path,):
            if found not in seen:
                seen.add(found)
                yield found


def _walk(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(place, name) for name in sorted(names) if _counts(name))


def _counts(name: str) -> bool:
    lower = name.lower()
    return not (lower.startswith((".", *_LOCKS)) or lower.endswith((_FACTS, ".lock")) or lower in _CLUTTER)


def readable(name: str) -> str:
    """A file name or path fit to be stored and shown: names that are no UTF-8 are taken for GB 18030."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        try:
            name = os.fsencode(name).decode("gb18030")
        except UnicodeError:
            name = name.encode("utf-8", "replace").decode("utf-8")
    return "".join(character if character.isprintable() else "�" for character in name)


def content(path: Path) -> bytes:
    """The bytes of a regular file. Raises ReadError saying why there are none to be had."""
    name = readable(path.name)
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise ReadError(f"“{name}”不是普通文件，无法导入。")
        if about.st_size > LARGEST:
            raise ReadError(f"“{name}”有 {about.st_size >> 20} MB，超过 {LARGEST >> 20} MB 的上限。")
        return path.read_bytes()
    except FileNotFoundError:
        raise ReadError(f"“{name}”不存在（或是失效的链接）。") from None
    except PermissionError:
        raise ReadError(f"“{name}”没有读取权限。") from None
    except (OSError, ValueError):  # a loop of links, a name too long, a disk that fails
        raise ReadError(f"“{name}”读不出来：路径无效，或磁盘读取出错。") from None


def place_and_time(path: Path) -> str:
    """What changes whenever a file's bytes do, and says nothing of them: its place on the disk and its times.

    Empty for a file that was changed in the last moments, whose time may not tell the next change from this one, and
    for one that is not there.
    """
    try:
        about = path.stat()
    except (OSError, ValueError):
        return ""
    if time.time() - max(about.st_ctime, about.st_mtime) < _MOMENTS_S:
        return ""
    return f"{about.st_dev} {about.st_ino} {about.st_mtime_ns} {about.st_ctime_ns}"


def facts_beside(path: Path) -> Facts:
    """The facts in `<name>.toml`, with or without the document's suffix; none when there is no such file.

    Raises ReadError when the file says something else than facts, naming what is wrong.
    """
    for beside in (path.with_name(path.name + _FACTS), path.with_suffix(_FACTS)):
        if beside != path and beside.is_file():
            return _facts(beside)
    return Facts()


def _facts(path: Path) -> Facts:
    name = readable(path.name)
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ReadError(f"说明文件“{name}”读不出来：{error}") from None
    for key, value in found.items():
        if key not in _KINDS:
            raise ReadError(f"说明文件“{name}”中有不认识的“{key}”，可写的有：{'、'.join(_KINDS)}。")
        if not isinstance(value, _KINDS[key]) or isinstance(value, bool):
            raise ReadError(f"说明文件“{name}”中的“{key}”应是{'年份数字' if _KINDS[key] is int else '文字'}。")
    return Facts(**found)
