"""Reads a file in another process, under limits of memory and time, so that a hostile one costs a sentence.

The processes wait for the next file, since starting one takes longer than reading most documents.
"""

import atexit
import json
import math
import os
import select
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any

from corpus.errors import ReadError, ScannedError
from corpus.raw import RawDocument
from corpus.readers.wire import from_wire

SECONDS = 60  # a file may take at most
MEMORY = 1536 << 20  # bytes of address space
AT_ONCE = 2  # reading processes
FILES_EACH = 500  # before a process is replaced, so that what a parser leaks is given back
SECONDS_A_SCAN = 90  # more for each page that is read by OCR, which takes about 12 seconds of one core
SCAN_MEMORY = 3072 << 20  # the models take half of it
MOST_SCANS = 150  # pages of a scanned file
_HEAD = 9  # bytes: the length of the answer, and what it is
_LONGEST = 1 << 30


def read_in_child(name: str, suffix: str, data: bytes, seconds: float = SECONDS) -> RawDocument:
    """The raw document of a file. Raises ReadError, saying so when it took too long or ended the process."""
    return _asked(_readers, {"name": name, "suffix": suffix, "recognise": False}, data, seconds)


def recognised_in_child(name: str, data: bytes, pages: int) -> RawDocument:
    """The raw document of a PDF of which that many pages are pictures, read by OCR. Raises as read_in_child."""
    if pages > MOST_SCANS:
        raise ReadError(f"《{name}》有 {pages} 页扫描图片，超过 {MOST_SCANS} 页的上限，没有读取。请拆分后再试。")
    request = {"name": name, "suffix": ".pdf", "recognise": True}
    return _asked(_scanners, request, data, SECONDS + SECONDS_A_SCAN * pages)


def _asked(pool: "_Pool", request: dict[str, Any], data: bytes, seconds: float) -> RawDocument:
    name = request["name"]
    with pool.slots:
        worker = pool.take()
        kind, body = worker.ask(request, data, seconds)
        if kind in (b"D", b"E", b"S") and worker.files < FILES_EACH:
            pool.idle.append(worker)
        else:
            worker.stop()
    if kind == b"D":
        return from_wire(body)
    if kind == b"S":
        found = json.loads(body)
        raise ScannedError(found["message"], found["pages"])
    if kind == b"T":
        raise ReadError(f"《{name}》读取超过 {seconds:g} 秒仍未完成，已放弃。文件可能过于庞大或已损坏。")
    raise ReadError(body.decode() or f"《{name}》在读取中使读取程序退出，文件可能已损坏或占用内存过大，没有读取。")


class _Worker:
    """One reading process."""

    def __init__(self, memory: int) -> None:
        self.files = 0
        root = str(Path(__file__).parents[2])
        kept = {key: value for key, value in os.environ.items() if key in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "corpus.readers.worker", str(memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a parser's complaint may quote the file
            env={**kept, "PYTHONPATH": root, "PYTHONUTF8": "1"},
        )

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: dict[str, Any], data: bytes, seconds: float) -> tuple[bytes, bytes]:
        """What became of a file: D document, E or M reason, S scan, T out of time; nothing when the process ended."""
        self.files += 1
        head = json.dumps({**request, "size": len(data), "seconds": math.ceil(seconds) + 1}).encode() + b"\n"
        deadline = time.monotonic() + seconds
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            self._process.stdin.write(head + data)
            self._process.stdin.flush()
        except OSError:
            return b"", b""
        answer = _receive(self._process.stdout, _HEAD, deadline)
        if answer is None or len(answer) < _HEAD:
            return b"T" if answer is None else b"", b""
        size, kind = int.from_bytes(answer[:-1], "big"), answer[-1:]
        body = _receive(self._process.stdout, min(size, _LONGEST), deadline)
        if body is None or len(body) < size:
            return b"T" if body is None else b"", b""
        return kind, body

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                _close(stream)


def _close(stream: IO[bytes]) -> None:
    try:
        stream.close()
    except OSError:
        return  # what was still to be written went with the process


def _receive(stream: IO[bytes], size: int, deadline: float) -> bytes | None:
    """`size` bytes; fewer when the process ended, None when time ran out."""
    parts: list[bytes] = []
    missing = size
    while missing:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([stream], [], [], left)[0]:
            return None
        part = os.read(stream.fileno(), min(missing, 1 << 20))
        if not part:
            break
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


class _Pool:
    """Processes of one kind that wait for the next file."""

    def __init__(self, at_once: int, memory: int) -> None:
        self.idle: list[_Worker] = []
        self.slots = threading.BoundedSemaphore(at_once)
        self._memory = memory

    def take(self) -> _Worker:
        """A process that waits for a file, or a new one. Raises ReadError when none can be started."""
        while self.idle:
            worker = self.idle.pop()
            if worker.is_alive:
                return worker
            worker.stop()
        try:
            return _Worker(self._memory)
        except OSError:
            raise ReadError("读取程序无法启动（内存或进程数不足），请稍后再试。") from None


_readers = _Pool(AT_ONCE, MEMORY)
_scanners = _Pool(1, SCAN_MEMORY)


@atexit.register
def _stop_all() -> None:
    for pool in (_readers, _scanners):
        while pool.idle:
            pool.idle.pop().stop()
