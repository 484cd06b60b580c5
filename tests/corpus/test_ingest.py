"""Files into the library: each whole or not at all, once, and gone without a trace when forgotten."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import FrameType

import pytest

import corpus
from corpus.errors import PolicyError, ReadError, StoreError
from corpus.ingest import IngestResult, Library, examine
from corpus.store import Knowledge
from tests.made_documents import made_document, made_project, render_text

SHIPPED = Path(corpus.__file__).parent / "documents"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def library(tmp_path):
    with Library.open(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def inbox(tmp_path):
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


def write(folder: Path, name: str, *projects: str) -> Path:
    """A made-up document with projects of these names."""
    made = tuple(made_project(number, name=project) for number, project in enumerate(projects, start=1))
    path = folder / name
    path.write_text(render_text(replace(made_document(), projects=made)), "utf-8")
    return path


def take(library: Library, *paths: Path, year: int | None = None) -> list[IngestResult]:
    return list(library.ingest(paths, year=year))


def statuses(library: Library, *paths: Path) -> list[str]:
    return [result.status for result in take(library, *paths)]


def names(library: Library) -> list[str]:
    return [info.name for info in library.knowledge.documents()]


def every_byte(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@contextlib.contextmanager
def calls_of(name: str) -> Iterator[list[str]]:
    """The calls of functions of that name in corpus/ingest.py meanwhile."""
    seen: list[str] = []

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_name == name and frame.f_code.co_filename.endswith("ingest.py"):
            seen.append(name)

    sys.setprofile(note)
    try:
        yield seen
    finally:
        sys.setprofile(None)


def test_the_shipped_document_is_taken_in_whole(library):
    (result,) = take(library, SHIPPED)
    assert (result.status, result.document) == ("added", "weixian-wangxinban.txt")
    assert (result.projects, result.sections, result.classified_cells) == (4, 17, 112)
    assert result.unit == "中共魏县县委网络安全和信息化委员会办公室本级"
    assert sum(row.total for row in library.knowledge.project_rows()) == 70
    told = json.loads(json.dumps(result.as_json()))
    assert told["path"].endswith("weixian-wangxinban.txt") and told["elapsed_ms"] > 0


def test_what_was_taken_in_is_found(library):
    take(library, SHIPPED)
    passage = library.search("舆情监测系统升级", 1)[0]
    assert (passage.document, passage.chunk.kind, passage.chunk.source.line) == (
        "weixian-wangxinban.txt",
        "safeguard",
        16,
    )
    assert library.search("舆情", 5, documents=["nowhere"]) == ()
    assert {p.chunk.kind for p in library.search("舆情", 5, kinds=["project"])} == {"project"}


def test_the_same_content_again_changes_nothing(library, inbox):
    path = write(inbox, "a.txt", "甲项目")
    assert statuses(library, path) == ["added"]
    before = library.knowledge.generation()
    assert statuses(library, path, inbox) == ["unchanged"]
    shutil.copy(path, inbox / "copy.txt")
    (result,) = take(library, inbox / "copy.txt")
    assert (result.status, result.document, result.projects) == ("unchanged", "a.txt", 1)
    assert library.knowledge.generation() == before


def test_a_new_version_replaces_the_old_which_never_answers_again(library, inbox):
    take(library, write(inbox, "a.txt", "甲旧项目"), write(inbox, "b.txt", "乙项目"))
    (result,) = take(library, write(inbox, "a.txt", "甲新项目"))
    assert result.status == "replaced"
    assert names(library) == ["a.txt", "b.txt"]
    assert [row.name for row in library.knowledge.project_rows()] == ["甲新项目", "乙项目"]
    assert all("甲旧项目" not in passage.chunk.text for passage in library.search("甲旧项目", 10))
    assert "甲旧项目".encode() not in every_byte(library.folder)


def test_a_renamed_copy_of_another_document_takes_over_in_one_step(library, inbox):
    take(library, write(inbox, "a.txt", "甲项目"), write(inbox, "b.txt", "乙项目"))
    shutil.copy(inbox / "a.txt", inbox / "b.txt")
    assert statuses(library, inbox / "b.txt") == ["replaced"]
    assert [row.name for row in library.knowledge.project_rows()] == ["甲项目"]
    assert statuses(library, inbox) == ["unchanged", "unchanged"]


def test_two_files_of_one_name_and_other_content_are_not_mixed_up(library, inbox):
    for year in ("2024", "2025"):
        (inbox / year).mkdir()
        write(inbox / year, "绩效目标.txt", f"{year}年项目")
    first, second = take(library, inbox)
    assert first.status == "added" and second.status == "rejected" and "改名" in second.reason
    assert [row.name for row in library.knowledge.project_rows()] == ["2024年项目"]


def test_a_bad_file_is_one_rejected_result_and_the_rest_goes_on(library, inbox):
    write(inbox, "5.txt", "戊项目")
    (inbox / "1.txt").write_bytes(b"")
    (inbox / "2.txt").write_bytes(os.urandom(4000))
    (inbox / "3.exe").write_bytes(b"MZ")
    (inbox / "4.txt").symlink_to(inbox / "missing.txt")
    (inbox / "9.txt").write_text("正文", "utf-8")
    (inbox / "9.toml").write_text("titel = 3")
    results = take(library, inbox, inbox / "absent.txt")
    assert [result.status for result in results] == ["rejected"] * 4 + ["added", "rejected", "rejected"]
    assert all(result.reason and "Traceback" not in result.reason for result in results if result.status == "rejected")
    assert names(library) == ["5.txt"]


def test_a_file_with_a_secret_mark_leaves_its_hash_and_nothing_else(library, inbox):
    canary = "绝密计划的内容金丝雀"
    (inbox / "a.txt").write_text(f"机密★1年\n{canary}\n" * 30, "utf-8")
    (result,) = take(library, inbox)
    assert result.status == "rejected" and canary not in result.reason
    ((sha256, reason, _),) = library.knowledge.refusals()
    assert len(sha256) == 64 and reason == "密级标志"
    assert canary.encode() not in every_byte(library.folder) and b"a.txt" not in every_byte(library.folder)


def test_no_classified_text_reaches_any_file_of_the_library(library, inbox, embedder_home):
    text = render_text(made_document(projects=2))
    canaries = ("金丝雀甲九七三", "金丝雀乙二四六")
    text = text.replace("≥60场", f"{canaries[0]}（涉密）").replace("≥92%", f"【秘密】{canaries[1]}")
    assert all(canary in text for canary in canaries)
    (inbox / "a.txt").write_text(text, "utf-8")
    (result,) = take(library, inbox)
    assert result.status == "added" and result.classified_cells > 0
    library.index.vectors._home = embedder_home
    library.index.catch_up(library.knowledge)
    (inbox / "a.txt").write_text(text.replace("演出", "展览"), "utf-8")
    assert statuses(library, inbox) == ["replaced"]
    library.forget("a.txt")
    for canary in canaries:
        assert canary.encode() not in every_byte(library.folder)
        assert canary not in repr(result)


@pytest.mark.parametrize("with_vectors", [False, True])
def test_forgetting_leaves_no_byte_and_nothing_to_find(library, inbox, embedder_home, with_vectors):
    take(library, write(inbox, "罕见名.txt", "罕见项目名称甲"), write(inbox, "b.txt", "乙项目"))
    library.index.vectors._home = embedder_home
    if with_vectors:
        library.index.catch_up(library.knowledge)
    assert library.forget("罕见名.txt") and not library.forget("罕见名.txt")
    if with_vectors:
        library.index.catch_up(library.knowledge)
    assert names(library) == ["b.txt"]
    for trace in ("罕见项目名称甲", "罕见名.txt", "罕见", "见项"):
        assert trace.encode() not in every_byte(library.folder)
    assert library.search("罕见项目名称甲", 5, documents=None)[0].document == "b.txt"


def test_a_year_given_once_counts_until_another_is_given(library, inbox):
    path = write(inbox, "a.txt", "甲项目")
    assert take(library, path, year=2023)[0].year == 2023
    assert [(r.status, r.year) for r in take(library, path)] == [("unchanged", 2023)]
    assert [(r.status, r.year) for r in take(library, path, year=2024)] == [("replaced", 2024)]
    assert {row.year for row in library.knowledge.project_rows()} == {2024}


def test_facts_beside_a_document_are_known_of_it_and_read_anew_when_they_change(library, inbox):
    path = write(inbox, "a.txt", "甲项目")
    (inbox / "a.toml").write_text('title = "某年的目标"\nunit = "某某局"\nyear = 2022', "utf-8")
    (result,) = take(library, path)
    assert (result.title, result.unit, result.year) == ("某年的目标", "某某局", 2022)
    (inbox / "a.toml").write_text('title = "改过的标题"', "utf-8")
    assert [(r.status, r.title) for r in take(library, path)] == [("replaced", "改过的标题")]


def test_another_policy_means_the_file_is_read_anew(tmp_path, inbox):
    path = write(inbox, "a.txt", "甲项目")
    with Library.open(tmp_path / "data") as before:
        (first,) = take(before, path)
    policy = tmp_path / "policy.toml"
    policy.write_text('[[classified]]\nproject = "甲项目"\nfields = ["purpose"]\n', "utf-8")
    with Library.open(tmp_path / "data", policy=policy) as after:
        (second,) = take(after, path)
        assert second.status == "replaced"
        assert second.classified_cells > first.classified_cells
        assert after.knowledge.projects()[0].purpose.shown == "涉密"


def test_an_unreadable_policy_opens_nothing(tmp_path):
    (tmp_path / "policy.toml").write_text("[[classified]\n")
    with pytest.raises(PolicyError):
        Library.open(tmp_path / "data", policy=tmp_path / "policy.toml")
    assert not (tmp_path / "data").exists()


def test_progress_is_told_before_each_file(library, inbox):
    for name in "abc":
        write(inbox, f"{name}.txt", f"{name}项目")
    told: list[tuple[int, int, str]] = []
    list(library.ingest([inbox], progress=lambda number, of, path: told.append((number, of, path.name))))
    assert told == [(1, 3, "a.txt"), (2, 3, "b.txt"), (3, 3, "c.txt")]


@pytest.mark.parametrize(
    "name", ["绩效 目标（终稿）.txt", "'; DROP TABLE documents; --.txt", "a\nb.txt", "%s{0}$x.txt", "-rf.txt"]
)
def test_odd_file_names_are_taken_in_and_forgotten_by_the_name_shown(library, inbox, name):
    write(inbox, name, "甲项目")
    (result,) = take(library, inbox)
    assert result.status == "added" and result.document is not None and result.document.isprintable()
    assert library.forget(result.document) and names(library) == []


def test_a_name_in_the_old_chinese_encoding_is_taken_in(library, inbox):
    raw = os.fsencode(inbox) + b"/" + "绩效.txt".encode("gb18030")
    shutil.copy(write(inbox, "a.txt", "甲项目"), os.fsdecode(raw))
    (inbox / "a.txt").unlink()
    (result,) = take(library, inbox)
    assert (result.status, result.document) == ("added", "绩效.txt") and json.dumps(result.as_json()).isascii()


def test_two_data_folders_do_not_mix(tmp_path, inbox):
    with Library.open(tmp_path / "one") as one, Library.open(tmp_path / "two") as two:
        take(one, write(inbox, "a.txt", "甲项目"))
        take(two, write(inbox, "b.txt", "乙项目"))
        assert (names(one), names(two)) == (["a.txt"], ["b.txt"])
        assert {p.document for p in one.search("项目", 9)} == {"a.txt"}
        assert {p.document for p in two.search("项目", 9)} == {"b.txt"}


@pytest.mark.parametrize("damage", ["deleted", "truncated", "bits flipped", "emptied"])
def test_a_damaged_word_index_is_rebuilt_unattended_with_the_same_results(tmp_path, damage):
    path = tmp_path / "data" / "index" / "lexical.db"
    with Library.open(tmp_path / "data") as library:
        take(library, SHIPPED)
        before = library.search("网络谣言治理", 5)
    whole = path.read_bytes()
    if damage == "deleted":
        shutil.rmtree(path.parent)
    elif damage == "bits flipped":
        path.write_bytes(bytes(byte ^ 4 if place % 997 == 0 else byte for place, byte in enumerate(whole)))
    else:
        path.write_bytes(whole[: len(whole) // 2] if damage == "truncated" else b"")
    with Library.open(tmp_path / "data") as library:
        assert library.search("网络谣言治理", 5) == before


@pytest.mark.parametrize("damage", ["unlink", "truncate", "stale"])
def test_a_word_index_that_breaks_while_it_is_open_is_rebuilt_by_the_next_search(library, damage):
    take(library, SHIPPED)
    before = library.search("网络谣言治理", 5)
    path = library.folder / "index" / "lexical.db"
    if damage == "unlink":
        path.unlink()
    elif damage == "truncate":
        os.truncate(path, 3000)
    else:
        library.index.lexical.clear()
    assert library.search("网络谣言治理", 5) == before


def test_what_another_program_took_in_is_found_at_once(tmp_path, inbox):
    with Library.open(tmp_path / "data") as serving, Library.open(tmp_path / "data") as other:
        take(other, write(inbox, "a.txt", "甲项目"))
        assert serving.search("甲项目", 1)[0].document == "a.txt"
        other.forget("a.txt")
        assert serving.search("甲项目", 1) == ()


def test_fifty_at_once_take_in_one_document(tmp_path, inbox):
    path = write(inbox, "a.txt", "甲项目")
    results: list[str] = []
    with Library.open(tmp_path / "data") as library:

        def ingest() -> None:
            results.extend(result.status for result in library.ingest([path]))

        threads = [threading.Thread(target=ingest) for _ in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(results) == ["added"] + ["unchanged"] * 49
        assert names(library) == ["a.txt"]
        assert library.index.lexical.size == library.knowledge.documents()[0].chunks


_INGESTING = """
import sys
from pathlib import Path
from corpus.ingest import Library
with Library.open(Path(sys.argv[1])) as library:
    for result in library.ingest([Path(sys.argv[2])]):
        print(result.document, flush=True)
"""


def start_ingesting(data: Path, inbox: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _INGESTING, str(data), str(inbox)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip


@pytest.mark.slow
def test_two_programs_taking_in_lose_and_double_nothing(tmp_path):
    for part in ("one", "two"):
        (tmp_path / part).mkdir()
        for number in range(15):
            write(tmp_path / part, f"{part}{number}.txt", f"{part}项目{number}")
    programs = [start_ingesting(tmp_path / "data", tmp_path / part) for part in ("one", "two")]
    for program in programs:
        _, errors = program.communicate(timeout=120)
        assert program.returncode == 0, errors
    with Library.open(tmp_path / "data") as library:
        assert len(names(library)) == 30
        assert library.index.lexical.size == sum(info.chunks for info in library.knowledge.documents())


@pytest.mark.slow
def test_a_killed_ingest_leaves_whole_documents_and_equal_indexes(tmp_path, inbox):
    for number in range(60):
        write(inbox, f"{number:02}.txt", f"项目{number}甲", f"项目{number}乙")
    acknowledged: set[str] = set()
    for round_ in range(8):
        program = start_ingesting(tmp_path / "data", inbox)
        assert program.stdout is not None
        acknowledged.add(program.stdout.readline().strip())
        time.sleep(0.017 * round_)
        os.kill(program.pid, signal.SIGKILL)
        acknowledged |= {line.strip() for line in program.stdout if line.endswith("\n")}
        program.communicate()
    with Library.open(tmp_path / "data") as library:
        documents = library.knowledge.documents()
        assert acknowledged <= {info.name for info in documents}
        assert all(
            info.projects == 2 and len(library.knowledge.document_chunks(info.id)) == info.chunks for info in documents
        )
        assert library.index.lexical.size == sum(info.chunks for info in documents)
        take(library, inbox)
        found = [[p.chunk.text for p in library.search(f"项目{n}甲", 3)] for n in range(60)]
    with Library.open(tmp_path / "clean") as clean:
        take(clean, inbox)
        assert [[p.chunk.text for p in clean.search(f"项目{n}甲", 3)] for n in range(60)] == found


def test_a_library_that_is_being_written_refuses_another_writer_in_plain_words(library, inbox):
    import fcntl

    path = write(inbox, "a.txt", "甲项目")
    with (library.folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        started = time.monotonic()
        with pytest.raises(StoreError, match="另一个程序"):
            take(library, path)
        assert 4 < time.monotonic() - started < 7
        assert library.search("甲项目", 1) == ()
    assert statuses(library, path) == ["added"]


def test_a_library_on_a_read_only_disk_is_served(tmp_path, inbox):
    with Library.open(tmp_path / "data") as library:
        take(library, write(inbox, "a.txt", "甲项目"))
    reading = Knowledge.open(f"sqlite:///{tmp_path / 'data' / 'knowledge.db'}", read_only=True)
    assert [row.name for row in reading.project_rows()] == ["甲项目"]
    reading.close()


def test_nothing_of_the_library_is_open_to_others(library, inbox):
    take(library, write(inbox, "a.txt", "甲项目"))
    library.index.lexical.seal()
    for path in (library.folder, *library.folder.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path


def test_unchanged_files_are_passed_over_unread(library, inbox):
    for number in range(30):
        write(inbox, f"{number:03}.txt", f"项目{number}")
    take(library, inbox)
    with calls_of("_read") as read:
        assert statuses(library, inbox) == ["unchanged"] * 30
    assert read == []


def test_what_is_wrong_with_a_document_is_found_as_it_is_taken_in(library, inbox):
    (result,) = take(library, SHIPPED)
    (info,) = library.knowledge.documents()
    assert result.findings == len(info.findings) > 10
    assert examine(SHIPPED / "weixian-wangxinban.txt", library.policy) == info.findings
    with pytest.raises(ReadError, match="不存在"):
        examine(inbox / "none.txt", library.policy)


def wait_a_moment() -> None:
    """Until the times of files that were just written tell them from later changes."""
    time.sleep(2.6)


def test_an_untouched_file_with_sealed_cells_is_not_read_again(library, inbox):
    marked = render_text(made_document()).replace("≥60场", "≥60场（涉密）")
    (inbox / "a.txt").write_text(marked, "utf-8")
    wait_a_moment()
    assert statuses(library, inbox) == ["added"]
    (stored,) = library.knowledge.stored()
    assert stored.fingerprint and stored.fingerprint != library.knowledge.fingerprint(marked.encode())
    with calls_of("_read") as read:
        assert statuses(library, inbox) == ["unchanged"]
    assert read == []


def test_another_value_in_a_sealed_cell_is_unchanged_like_the_true_one_and_known_by_no_hash(library, inbox):
    marked = render_text(made_document()).replace("≥60场", "≥60场（涉密）")
    (inbox / "a.txt").write_text(marked, "utf-8")
    wait_a_moment()
    take(library, inbox)
    (before,) = library.knowledge.stored()
    (inbox / "a.txt").write_text(marked.replace("≥60场", "≥70场"), "utf-8")
    assert statuses(library, inbox) == ["unchanged"]
    (inbox / "a.txt").write_text(marked.replace("≥60场", "≥70场").replace("演出组织", "展览组织"), "utf-8")
    assert statuses(library, inbox) == ["replaced"]
    (after,) = library.knowledge.stored()
    assert before.fingerprint and not after.fingerprint


def test_a_file_that_only_another_document_seals_is_read_again_when_that_one_is_gone(library, inbox):
    open_text = render_text(made_document())
    (inbox / "a.txt").write_text(open_text, "utf-8")
    (inbox / "b.txt").write_text(open_text.replace("≥60场", "≥60场（涉密）").replace("全面推进", "继续推进"), "utf-8")
    wait_a_moment()
    take(library, inbox)
    assert all(info.classified_cells for info in library.knowledge.documents())
    library.forget("b.txt")
    assert statuses(library, inbox / "a.txt") == ["replaced"]
    assert [info.classified_cells for info in library.knowledge.documents()] == [0]
