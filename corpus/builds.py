"""Builds of the vector index in a folder: one folder a build, never changed once published, and a pointer to the one in
force. The pointer says what the build holds and how its files hashed, so that a stale, cut or altered build is noticed.
"""

import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from corpus.errors import IndexUnavailable

LAYOUT = 1  # of builds; one of another layout is built anew
_POINTER = "vectors.json"
_PREFIX = "chroma-"


@dataclass(frozen=True, slots=True)
class Build:
    """One build of the vectors. `generation` is the knowledge's when it was current."""

    layout: int
    library: str
    embedder: str
    number: int
    generation: int
    chunks: int
    documents: dict[str, int]  # id -> revision
    files: dict[str, str]  # path in the folder -> size and hash; empty on a Chroma server

    @property
    def collection(self) -> str:
        return f"jixiao-{self.library}-{self.embedder}-{self.number}"


def place(folder: Path, number: int) -> Path:
    return folder / f"{_PREFIX}{number}"


def in_force(folder: Path) -> Build | None:
    """The build the pointer names; None when there is none or the pointer cannot be read."""
    try:
        found = json.loads((folder / _POINTER).read_text("utf-8"))
        build = Build(**found)
    except (OSError, ValueError, TypeError):
        return None
    return build if _well_formed(build) else None


def _well_formed(build: Build) -> bool:
    kinds: dict[str, Any] = {field.name: type(getattr(build, field.name)) for field in fields(build)}
    numbers = ("layout", "number", "generation", "chunks")
    return (
        build.layout == LAYOUT
        and all(kinds[name] is int for name in numbers)
        and all(kinds[name] is str for name in ("library", "embedder"))
        and all(kinds[name] is dict for name in ("documents", "files"))
    )


def publish(folder: Path, build: Build) -> None:
    """Makes `build` the one in force, at once and for good. Raises IndexUnavailable when the disk does not take it."""
    aside = folder / f".{_POINTER}.{os.getpid()}"
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(asdict(build), file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(folder / _POINTER)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise IndexUnavailable("向量索引无法写入：磁盘已满、只读或没有权限。") from error


def next_number(folder: Path) -> int:
    """A number no build has had, published or cut short."""
    suffixes = (path.name.removeprefix(_PREFIX) for path in folder.glob(f"{_PREFIX}*"))
    present = in_force(folder)
    return 1 + max((int(s) for s in suffixes if s.isdigit()), default=present.number if present else 0)


def remove_others(folder: Path, number: int) -> None:
    """Removes every build but `number`. A program that still reads an old one keeps its open files."""
    for path in folder.glob(f"{_PREFIX}*"):
        if path.name != f"{_PREFIX}{number}":
            shutil.rmtree(path, ignore_errors=True)


def hashes(folder: Path) -> dict[str, str]:
    """Size and hash of every file of a build; empty for a folder that is not there."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.endswith("-shm"):  # shared memory of SQLite, worth nothing on disk
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16))
            found[str(path.relative_to(folder))] = f"{path.stat().st_size} {digest.hexdigest()}"
    return found
