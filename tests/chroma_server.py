"""A Chroma server of the tests' own: the program that comes with the package, on loopback only, in a folder of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

_PROGRAM = Path(sys.executable).with_name("chroma")
MISSING = "" if _PROGRAM.is_file() else "chromadb 没有带 chroma 程序"
_START_S = 60


@contextmanager
def server(folder: Path, port: int = 0) -> Iterator[str]:
    """The URL of a server over `folder`; it goes with the block. Raises RuntimeError when it does not answer."""
    port = port or _free_port()
    process = subprocess.Popen(
        [str(_PROGRAM), "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder,
        env={**os.environ, "ANONYMIZED_TELEMETRY": "False"},
    )  # fmt: skip
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(url, process)
        yield url
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _START_S
    opener = build_opener(ProxyHandler({}))
    while time.monotonic() < until and process.poll() is None:
        try:
            with opener.open(f"{url}/api/v2/heartbeat", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"the Chroma server does not answer (exit {process.poll()})")
