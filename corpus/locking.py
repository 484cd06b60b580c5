"""One writer at a time, between threads and between programs, by a lock of the operating system on a file.

The lock goes with the process that holds it: one that is killed leaves nothing to clean up.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from corpus.errors import StoreError

PATIENCE_S = 5.0


@contextlib.contextmanager
def held(path: Path, what: str, patience_s: float = PATIENCE_S) -> Iterator[None]:
    """Holds the lock at `path` meanwhile. Raises StoreError naming `what` when another keeps it for `patience_s`."""
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        raise StoreError(f"{what}无法写入：磁盘已满、只读或没有权限。") from None
    try:
        _wait(file, what, time.monotonic() + patience_s)
        yield
    finally:
        os.close(file)


def _wait(file: int, what: str, until: float) -> None:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise StoreError(f"{what}正由另一个程序写入，请等它完成后再试。") from None
            time.sleep(0.02)
        else:
            return
