"""A PostgreSQL server of the tests' own: a fresh cluster in a temporary folder, on loopback only."""

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_INSTALLED = sorted(Path("/usr/lib/postgresql").glob("*/bin")) or [
    Path(p).parent for p in [shutil.which("initdb")] if p
]
MISSING = "" if _INSTALLED else "没有安装 PostgreSQL（Debian 的 postgresql 包）"


@contextmanager
def server() -> Iterator[str]:
    """The URL of an empty database; the server goes with the block."""
    programs = _INSTALLED[-1]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="jixiao-pg-") as folder:
        place = Path(folder)
        place.chmod(0o755)
        data = place / "cluster"
        data.mkdir()
        if os.geteuid() == 0:  # PostgreSQL does not run as root
            shutil.chown(data, "postgres")
        _run(programs / "initdb", "-D", data, "-U", "jixiao", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories='' -c fsync=off"
        _run(programs / "pg_ctl", "-D", data, "-w", "-t", "60", "-l", data / "log", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://jixiao@127.0.0.1:{port}/postgres"
        finally:
            _run(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")


def new_database(server_url: str) -> str:
    """The URL of a further, empty database of the server."""
    import sqlalchemy as sa

    place = sa.make_url(server_url)
    name = f"t{uuid.uuid4().hex}"
    engine = sa.create_engine(place, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return place.set(database=name).render_as_string(hide_password=False)


def _run(*command: object) -> None:
    user = {"user": "postgres"} if os.geteuid() == 0 else {}
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL, cwd="/", **user)  # type: ignore[call-overload]
