"""Runs the real app with every way off this machine closed; an attempt is written down and fails.

python -m tests.page.sealed_app ATTEMPTS_FILE APP_ARGUMENT...
"""

import sys
from ipaddress import ip_address
from pathlib import Path
from typing import Any

_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1", "", None, b"localhost", b"127.0.0.1"})


def _is_local(host: Any) -> bool:
    if host in _LOCAL_NAMES:
        return True
    try:
        return ip_address(host.decode() if isinstance(host, bytes) else host).is_loopback
    except ValueError:
        return False


def seal(attempts: Path) -> None:
    def check(event: str, arguments: tuple[Any, ...]) -> None:
        if event in ("socket.connect", "socket.sendto"):
            address = arguments[1]
            host = address[0] if isinstance(address, tuple) else None
        elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
            host = arguments[0]
        else:
            return
        if not _is_local(host):
            with attempts.open("a") as file:
                file.write(f"{event} {host!r}\n")
            raise PermissionError(f"sealed: {event} {host!r}")

    sys.addaudithook(check)


if __name__ == "__main__":
    seal(Path(sys.argv[1]))
    import app

    sys.exit(app.main(sys.argv[2:]))
