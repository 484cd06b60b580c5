"""The dependency exceptions of SECURITY.md stay out of reach."""

import re
import socket
from pathlib import Path

from tests.sealed.worlds import FIRST, opened, texts

ROOT = Path(__file__).parent.parent.parent
SOURCES = [path for room in ("corpus", "assistant", "eval") for path in sorted((ROOT / room).rglob("*.py"))]
LISTENING = "0A"  # the state in /proc/net/tcp


def listening() -> set[str]:
    """The sockets of this machine that listen, as the kernel lists them."""
    lines = [
        line.split() for table in ("tcp", "tcp6") for line in Path(f"/proc/self/net/{table}").read_text().splitlines()
    ]
    return {parts[9] for parts in lines if len(parts) > 9 and parts[3] == LISTENING}


def mine() -> set[str]:
    """The inodes of the sockets that this process holds."""
    found = set()
    for entry in Path("/proc/self/fd").iterdir():
        try:
            name = str(entry.readlink())
        except OSError:
            continue
        if match := re.fullmatch(r"socket:\[(\d+)\]", name):
            found.add(match[1])
    return found


def test_no_source_starts_chromas_server() -> None:
    starts = re.compile(r"chromadb\.(?:server|app|cli)|chroma run|uvicorn.*chroma")
    assert [path.name for path in SOURCES if starts.search(path.read_text("utf-8"))] == []


def test_nothing_listens_after_the_vectors_were_searched(tmp_path: Path) -> None:
    with opened(tmp_path, texts(FIRST)) as assistant:
        assistant.warm()
        assert assistant.search("社区警务")
        assert listening() & mine() == set()


def test_a_listening_socket_would_be_seen() -> None:
    with socket.create_server(("127.0.0.1", 0)):
        assert listening() & mine()


def test_no_source_trusts_remote_code_or_loads_pickles() -> None:
    loads = re.compile(
        r"trust_remote_code\s*=\s*True|^import pickle|pickle\.loads?\(|torch\.load\(|share\s*=\s*True", re.MULTILINE
    )
    assert [path.name for path in SOURCES if loads.search(path.read_text("utf-8"))] == []
