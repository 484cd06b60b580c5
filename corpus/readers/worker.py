"""The reading process: takes files on standard input, gives raw documents on standard output, writes nothing else.

Started by `child.py`, never by hand. It has a limit of memory and kills itself when a file takes too long; its parent
does the same from outside. A parser that fails over a broken file is answered with a reason; anything else ends it.
"""

import json
import signal
import struct
import sys
import zlib

from corpus.errors import ReadError, ScannedError
from corpus.raw import RawDocument
from corpus.readers.formats import READERS
from corpus.readers.pdf import read_pdf
from corpus.readers.recognition import engine
from corpus.readers.wire import to_wire

LENGTH = struct.Struct(">Q")
# What parsers raise over broken files, measured on mutated ones; deliberately not Exception.
_BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    struct.error,
    SyntaxError,
    TypeError,
    ValueError,
    zlib.error,
)


def main(memory: int) -> None:
    """Answers requests until standard input ends; `memory` is the limit of address space in bytes."""
    _limit_memory(memory)
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while head := source.readline():
        request = json.loads(head)
        data = source.read(request["size"])
        signal.alarm(request["seconds"])
        kind, body = _answer(request["name"], request["suffix"], data, request["recognise"])
        signal.alarm(0)
        sink.write(LENGTH.pack(len(body)) + kind + body)
        sink.flush()
        if kind == b"M":
            return  # a process that was short of memory is not used again


def _answer(name: str, suffix: str, data: bytes, recognise: bool) -> tuple[bytes, bytes]:
    try:
        return b"D", to_wire(_read(name, suffix, data, recognise))
    except ScannedError as error:
        return b"S", json.dumps({"message": str(error), "pages": error.pages}).encode()
    except ReadError as error:
        return b"E", str(error).encode()
    except (MemoryError, RecursionError):
        return b"M", f"《{name}》展开后占用的内存过大，没有读取。".encode()
    except _BROKEN:
        return b"E", f"《{name}》已损坏或不完整，无法读取。请用原来的程序打开后另存一份再试。".encode()


def _read(name: str, suffix: str, data: bytes, recognise: bool) -> RawDocument:
    return read_pdf(name, data, engine()) if recognise else READERS[suffix](name, data)


def _limit_memory(memory: int) -> None:
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main(int(sys.argv[1]))
