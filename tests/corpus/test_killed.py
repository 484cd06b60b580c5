"""What kill -9 leaves behind, wherever it strikes: whole documents, nothing acknowledged lost, sound indexes.

`make test` kills a sample; `JIXIAO_KILLS=200 pytest tests/corpus/test_killed.py` kills that often, at random and at steps.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.ingest import Library
from tests.made_documents import made_document, made_project, render_text

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("JIXIAO_KILLS", "12"))
FILES = 12

# Forks, so that the slow imports are paid once. Each child takes in and forgets until it is killed, and tells what is
# done as it is done; the parent rewrites some files in between and notes what was told.
_AT_RANDOM = """
import json, os, random, signal, sys, time
from pathlib import Path
import corpus.prepared, corpus.readers, corpus.sticky
from corpus.ingest import Library
data, inbox, kills = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
chance = random.Random(5)
texts = {path.name: path.read_text("utf-8") for path in sorted(inbox.iterdir())}
may_be = {name: {None} for name in texts}  # the versions that a name may have now; None is not there
for version in range(1, kills + 1):
    for name in chance.sample(sorted(texts), 4):
        (inbox / name).write_text(texts[name].replace("第零版", f"第{version}版"), "utf-8")
        may_be[name].add(version)
    forgotten = chance.choice(sorted(texts))
    may_be[forgotten].add(None)
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        with Library.open(data) as library:
            library.forget(forgotten)
            os.write(theirs, f"forgotten {forgotten}\\n".encode())
            for result in library.ingest([inbox]):
                os.write(theirs, f"{result.status} {result.document}\\n".encode())
            os._exit(0)
    os.close(theirs)
    time.sleep(chance.random() * 0.4)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(ours) as told:
        for line in told:
            status, name = line.split()
            stands = (inbox / name).read_text("utf-8")
            now = 0 if stands == texts[name] else int(stands.split("版")[0].rsplit("第", 1)[1])
            may_be[name] = {None} if status == "forgotten" else {now}
    for name in texts:  # what was being done when it was killed
        if (inbox / name).exists():
            stands = (inbox / name).read_text("utf-8")
            may_be[name].add(0 if stands == texts[name] else int(stands.split("版")[0].rsplit("第", 1)[1]))
    print(json.dumps({name: sorted(-1 if v is None else v for v in may) for name, may in may_be.items()}), flush=True)
"""

# Kills itself at one function's entry or exit in the files that store; `at` 0 only counts how many there are.
_AT_A_STEP = """
import os, shutil, signal, sys
from pathlib import Path
import corpus.prepared, corpus.readers, corpus.sticky
from corpus.ingest import Library
before, work, changed, most = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
FILES = ("ingest", "store", "database", "index", "lexical", "locking", "sticky", "builds", "files")
WANTED = {str(Path(corpus.prepared.__file__).with_name(f"{name}.py")) for name in FILES}

def run(data, at):
    seen = 0
    def step(frame, event, _):
        nonlocal seen
        if event in ("call", "return") and frame.f_code.co_filename in WANTED:
            seen += 1
            if seen == at:
                os.kill(os.getpid(), signal.SIGKILL)
    with Library.open(data) as library:
        sys.setprofile(step)
        list(library.ingest([changed]))
        library.forget("b.txt")
        sys.setprofile(None)
    return seen

shutil.copytree(before, work / "0")
ours, theirs = os.pipe()
if not os.fork():
    os.write(theirs, str(run(work / "0", 0)).encode())
    os._exit(0)
os.wait()
steps = int(os.read(ours, 20))
for at in range(1, steps + 1, max(1, steps // most)):
    shutil.copytree(before, work / str(at))
    child = os.fork()
    if not child:
        run(work / str(at), at)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    print(at, os.WTERMSIG(status), flush=True)
"""


def killing(script: str, *arguments: object) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        capture_output=True, text=True, cwd=ROOT, timeout=1500, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()


def text(version: str, *projects: str) -> str:
    """A document of this version with projects of these names."""
    made = tuple(made_project(number, name=name) for number, name in enumerate(projects, start=1))
    whole = made_document(overall=f"{version}的总体目标。", itemised=(f"{version}分项。",))
    return render_text(replace(whole, projects=made))


def assert_sound(data: Path) -> dict[str, str]:
    """The database file holds whole documents only; name -> its 总体目标."""
    with sqlite3.connect(data / "knowledge.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        counted = connection.execute(
            """SELECT name, project_count, section_count, chunk_count,
                (SELECT COUNT(*) FROM projects WHERE document_id = documents.id),
                (SELECT COUNT(*) FROM sections WHERE document_id = documents.id),
                (SELECT COUNT(*) FROM chunks WHERE document_id = documents.id),
                (SELECT COUNT(*) FROM line_blocks WHERE document_id = documents.id),
                (SELECT body FROM sections WHERE document_id = documents.id AND kind = 'overall')
            FROM documents"""
        ).fetchall()
    connection.close()
    for name, *numbers, _ in counted:
        assert numbers[:3] == numbers[3:6] and numbers[6] > 0 and numbers[0] == 2, name
    return {row[0]: row[-1] for row in counted}


def found_in(data: Path) -> tuple[list[str], list[object]]:
    """What an opened library shows: its names, and its passages with their scores for some questions."""
    with Library.open(data) as library:
        names = sorted(info.name for info in library.knowledge.documents())
        assert library.index.lexical.size == sum(info.chunks for info in library.knowledge.documents())
        queries = ("演出场次", "总体目标", "甲项目经费", "资金管理")
        hits = [sorted((h.document, h.chunk.text, round(h.score, 6)) for h in library.search(q, 500)) for q in queries]
    return names, list(hits)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_killed_at_random_it_loses_and_halves_nothing(tmp_path):
    inbox, data = tmp_path / "inbox", tmp_path / "data"
    inbox.mkdir()
    for number in range(FILES):
        (inbox / f"{number:02}.txt").write_text(text("第零版", f"甲项目经费{number}", f"乙项目经费{number}"), "utf-8")
    lines = killing(_AT_RANDOM, data, inbox, KILLS)
    assert len(lines) == KILLS
    may_be = json.loads(lines[-1])
    there = assert_sound(data)
    for name, versions in may_be.items():
        shown = there.get(name, "第-1版").split("第")[1].split("版")[0].replace("零", "0")
        assert int(shown) in versions, (name, shown, versions)
    after = found_in(data)
    with Library.open(data) as library:
        assert {result.status for result in library.ingest([inbox])} <= {"unchanged", "added", "replaced"}
    with Library.open(tmp_path / "clean") as clean:
        list(clean.ingest([inbox]))
    assert found_in(data) == found_in(tmp_path / "clean")
    assert after[0] == sorted(there)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_killed_at_any_step_the_old_or_the_new_version_is_there_whole(tmp_path):
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "a.txt").write_text(text("第一版", "甲项目经费", "乙项目经费"), "utf-8")
    (inbox / "b.txt").write_text(text("第一版", "丙项目经费", "丁项目经费"), "utf-8")
    with Library.open(tmp_path / "before") as library:
        list(library.ingest([inbox]))
    changed = tmp_path / "changed" / "a.txt"
    changed.parent.mkdir()
    changed.write_text(text("第二版", "甲项目经费", "戊项目经费"), "utf-8")
    (tmp_path / "work").mkdir()
    killed = killing(_AT_A_STEP, tmp_path / "before", tmp_path / "work", changed, KILLS)
    assert len(killed) >= KILLS and all(line.endswith(" 9") for line in killed)
    worlds = []
    for line in killed:
        data = tmp_path / "work" / line.split()[0]
        there = assert_sound(data)
        world = (there["a.txt"][:3], "b.txt" in there)
        worlds.append(world)
        names, hits = found_in(data)
        assert names == sorted(there)
        assert ("第一版" in repr([h for q in hits for h in q if h[0] == "a.txt"])) == (world[0] == "第一版")
        shutil.rmtree(data)
    assert worlds == sorted(worlds, key=[("第一版", True), ("第二版", True), ("第二版", False)].index)
    assert len(set(worlds)) == 3
