"""A folder of many files through the command itself: past bad files, on after an interruption, nothing done twice.

`make test` takes 60 files; `JIXIAO_FOLDER=1000 pytest tests/corpus/test_folder.py` takes a thousand.
"""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.ingest import Library
from tests.made_documents import made_document, made_project, render_text

ROOT = Path(__file__).parents[2]
FILES = int(os.environ.get("JIXIAO_FOLDER", "60"))
BAD = {3: b"", 11: b"PK\x03\x04 no archive", 20: os.urandom(3000)}  # number -> what stands in it

# No vectors, which take longer than all else here and have tests of their own.
ENVIRONMENT = {**os.environ, "JIXIAO_EMBEDDER": "/nowhere", "COLUMNS": "100", "TERM": "xterm"}

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "inbox"
    for number in range(FILES):
        path = folder / f"科室{number % 7}" / f"{number:04}.{'docx' if number == 11 else 'txt'}"
        path.parent.mkdir(parents=True, exist_ok=True)
        made = replace(
            made_document(overall=f"第{number}份。"), projects=(made_project(1, name=f"项目{number}号经费"),)
        )
        path.write_bytes(BAD.get(number, render_text(made).encode()))
    return folder


def ingesting(data: Path, inbox: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "assistant", "--data", str(data), "ingest", "--json", str(inbox)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=ENVIRONMENT,
    )  # fmt: skip


def results(data: Path, inbox: Path) -> dict[str, dict[str, object]]:
    out, errors = ingesting(data, inbox).communicate(timeout=1500)
    assert "Traceback" not in errors
    rows = [json.loads(line) for line in out.splitlines()]
    assert len(rows) == FILES
    return {Path(row["path"]).name: row for row in rows}


def test_an_interrupted_folder_goes_on_where_it_was_and_past_bad_files(tmp_path, inbox):
    program = ingesting(tmp_path / "data", inbox)
    assert program.stdout is not None
    told = [json.loads(program.stdout.readline()) for _ in range(FILES // 2)]
    os.kill(program.pid, signal.SIGKILL)
    told += [json.loads(line) for line in program.stdout if line.endswith("\n")]
    program.communicate()
    done = {Path(row["path"]).name: row["status"] for row in told}
    assert set(done.values()) <= {"added", "rejected"} and len(done) < FILES

    after = results(tmp_path / "data", inbox)
    rejected = {name for name, row in after.items() if row["status"] == "rejected"}
    assert rejected == {f"{n:04}.{'docx' if n == 11 else 'txt'}" for n in BAD if n < FILES}
    assert all(after[name]["reason"] for name in rejected)
    kept = {name for name, status in done.items() if status == "added"}
    assert {after[name]["status"] for name in kept} == {"unchanged"}
    assert {row["status"] for name, row in after.items() if name not in kept | rejected} <= {"added", "unchanged"}

    again = results(tmp_path / "data", inbox)
    assert {row["status"] for row in again.values()} == {"unchanged", "rejected"}
    with Library.open(tmp_path / "data") as library:
        documents = library.knowledge.documents()
        assert len(documents) == FILES - len(rejected)
        assert library.index.lexical.size == sum(info.chunks for info in documents)
        assert library.search(f"项目{FILES - 1}号经费", 1)[0].document == f"{FILES - 1:04}.txt"


def test_a_terminal_sees_how_far_it_is(tmp_path, inbox):
    """On a terminal a bar is drawn: the number of files and the one being read."""
    import pty

    ours, theirs = pty.openpty()
    program = subprocess.Popen(
        [sys.executable, "-m", "assistant", "--data", str(tmp_path / "data"), "ingest", str(inbox)],
        stdout=subprocess.DEVNULL, stderr=theirs, cwd=ROOT, env=ENVIRONMENT,
    )  # fmt: skip
    os.close(theirs)
    seen = b""
    while part := _read(ours):
        seen += part
    assert program.wait(timeout=60) == 0
    shown = seen.decode("utf-8", "replace")
    assert "收录" in shown and "%" in shown and shown.count("\r") > 3


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # the other end was closed
        return b""
