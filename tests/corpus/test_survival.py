"""What must survive: kill -9 while vectors are built, a full disk, a disk that turns read-only."""

import contextlib
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from corpus.errors import IndexUnavailable, StoreError
from corpus.ingest import Library
from corpus.types import SectionKind
from tests.made_documents import made_document, render_text

ROOT = Path(__file__).parents[2]

# Forks, so that the slow imports are paid once; each child builds vectors until it is killed.
_BUILDING = """
import os, random, signal, sys, time
from pathlib import Path
from corpus.embedding import load_embedder
from corpus.ingest import Library
data, home, rounds = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
import chromadb
embedder = load_embedder("embedded", home)
embedder.encode_query("先热身")
chance = random.Random(7)
for number in range(rounds):
    child = os.fork()
    if not child:
        with Library.open(data) as library:
            library.index.vectors._embedder = embedder
            library.index.vectors.catch_up(library.knowledge, anew=number % 2 == 0)
        os._exit(0)
    time.sleep(chance.random() * 0.25)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
with Library.open(data) as library:
    library.index.vectors._embedder = embedder
    library.index.catch_up(library.knowledge)
    assert library.index.ready() and library.index.vectors.size == library.index.lexical.size
    queries = ("基层文艺骨干", "保障措施", "演出场次和群众满意度", "第七份")
    print(library.index.vectors.size, end=" ")
    print([round(hit.score, 4) for query in queries for hit in library.index.vectors.search(query, 50)])
"""


def texts(folder: Path, number: int) -> list[Path]:
    """`number` files that differ in their safeguards."""
    folder.mkdir()
    paths = [folder / f"{n:03}.txt" for n in range(number)]
    for n, path in enumerate(paths):
        path.write_text(render_text(made_document(safeguards=(f"第{n}份文件的保障措施。" * 20,))), "utf-8")
    return paths


@pytest.mark.slow
def test_killed_builders_leave_an_index_equal_to_a_clean_build(tmp_path, embedder_home):
    paths = texts(tmp_path / "inbox", 20)
    for data in ("killed", "clean"):
        with Library.open(tmp_path / data) as library:
            list(library.ingest(paths))
    outputs = []
    for data, rounds in (("killed", 25), ("clean", 0)):
        done = subprocess.run(
            [sys.executable, "-c", _BUILDING, str(tmp_path / data), str(embedder_home), str(rounds)],
            capture_output=True, text=True, cwd=ROOT, timeout=240, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        outputs.append(done.stdout)
    assert outputs[0] == outputs[1] and outputs[0].count(",") == 199


_FILLING = """
import resource, sys
from pathlib import Path
from corpus.errors import StoreError
from corpus.ingest import Library
with Library.open(Path(sys.argv[1])) as library:
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
    taken = []
    try:
        for result in library.ingest([Path(sys.argv[2])]):
            taken.append(result.document)
    except StoreError as error:
        print(len(taken), error)
    assert [info.name for info in library.knowledge.documents()] == taken
    assert library.search("保障措施", 3)
"""


def test_a_disk_that_fills_up_is_a_plain_error_and_leaves_whole_documents(tmp_path):
    texts(tmp_path / "inbox", 60)
    done = subprocess.run(
        [sys.executable, "-c", _FILLING, str(tmp_path / "data"), str(tmp_path / "inbox")],
        capture_output=True, text=True, cwd=ROOT, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    taken, said = done.stdout.split(" ", 1)
    assert 0 < int(taken) < 60 and "知识库无法写入" in said
    with Library.open(tmp_path / "data") as library:
        documents = library.knowledge.documents()
        assert len(documents) == int(taken)
        assert all(len(library.knowledge.document_chunks(info.id)) == info.chunks for info in documents)
        assert {result.status for result in library.ingest([tmp_path / "inbox"])} == {"added", "unchanged"}


@pytest.fixture
def disk(tmp_path):
    """A small disk of its own; only root may make one."""
    (tmp_path / "disk").mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", tmp_path / "disk"], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("a disk can only be mounted by root")
    yield tmp_path / "disk"
    subprocess.run(["umount", tmp_path / "disk"], check=True)


def test_a_disk_that_turns_read_only_is_still_served(disk, tmp_path):
    paths = texts(tmp_path / "inbox", 2)
    with Library.open(disk / "data") as library:
        list(library.ingest(paths[:1]))
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    with Library.open(disk / "data") as library:
        assert library.knowledge.read_only
        assert [info.name for info in library.knowledge.documents()] == ["000.txt"]
        assert library.search("保障措施", 1)
        with pytest.raises(StoreError, match="只读"):
            list(library.ingest(paths[1:]))
        with pytest.raises(StoreError, match="只读"):
            library.forget("000.txt")
        with pytest.raises(IndexUnavailable, match="只读"):
            library.index.catch_up(library.knowledge)


def test_a_disk_without_a_byte_left_is_a_plain_error_and_is_still_served(disk, tmp_path):
    paths = texts(tmp_path / "inbox", 6)
    with Library.open(disk / "data") as library:
        list(library.ingest(paths[:1]))
        with (disk / "filler").open("wb", buffering=0) as filler, contextlib.suppress(OSError):
            while True:
                filler.write(b"x" * 4096)
        with pytest.raises(StoreError, match="无法写入"):
            list(library.ingest(paths[1:]))
        assert library.search("保障措施", 1)
    with Library.open(disk / "data") as library:
        kept = [info.name for info in library.knowledge.documents()]
        assert kept[0] == "000.txt" and library.search("保障措施", 1)
        assert all(len(library.knowledge.document_chunks(d.id)) == d.chunks for d in library.knowledge.documents())
    (disk / "filler").unlink()
    with Library.open(disk / "data") as library:
        assert [result.status for result in library.ingest(paths)][len(kept) :] == ["added"] * (6 - len(kept))
        assert library.index.lexical.size == sum(info.chunks for info in library.knowledge.documents())


def test_readers_see_the_old_or_the_new_version_and_never_both_or_none(tmp_path):
    (path,) = texts(tmp_path / "inbox", 1)
    with Library.open(tmp_path / "data") as library:
        list(library.ingest([path]))
        seen: list[tuple[str, ...]] = []
        stop = threading.Event()

        def watch() -> None:
            while not stop.is_set():
                listed = [info.name for info in library.knowledge.documents()]
                kept = library.knowledge.sections(kinds=[SectionKind.SAFEGUARD])
                found = {p.chunk.text[:4] for p in library.search("份文件的保障措施", 9, kinds=["safeguard"])}
                seen.append((*listed, *(section.text[:8] for section in kept), f"{len(found)}"))

        watcher = threading.Thread(target=watch)
        watcher.start()
        for version in range(1, 16):
            path.write_text(render_text(made_document(safeguards=(f"第{version:02}份文件的保障措施。" * 20,))), "utf-8")
            assert [result.status for result in library.ingest([path])] == ["replaced"]
        stop.set()
        watcher.join()
    assert len(seen) > 3
    assert all(len(one) == 3 and one[0] == "000.txt" and one[2] in "01" for one in seen), seen
    versions = [int(re.findall(r"\d+", one[1])[0]) for one in seen]
    assert versions == sorted(versions)


def test_every_old_passage_is_silent_once_the_new_version_is_there(tmp_path, embedder_home):
    (path,) = texts(tmp_path / "inbox", 1)
    with Library.open(tmp_path / "data") as library:
        library.index.vectors._home = embedder_home
        for version in range(5):
            words = f"独有词语{'甲乙丙丁戊'[version]}"
            path.write_text(render_text(made_document(safeguards=(f"{words}的保障措施。",))), "utf-8")
            list(library.ingest([path]))
            if version % 2:
                library.index.catch_up(library.knowledge)
            (info,) = library.knowledge.documents()
            found = library.search("独有词语的保障措施", 50)
            assert {p.chunk.document_id for p in found} == {info.id}
            assert sum("独有词语" in p.chunk.text for p in found) == 1 and words in "".join(p.chunk.text for p in found)
