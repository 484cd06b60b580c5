"""A file with a guessed value in it tells nothing: not by its status, its id, its hash, or what is kept of it."""

import hashlib
from pathlib import Path

import pytest

from corpus.classification import Policy
from corpus.extract import extract
from corpus.ingest import IngestResult, Library
from corpus.readers import read
from tests.made_files import FORMATS, render
from tests.sealed.worlds import FIRST, MARK_FORMS, SECOND, bytes_on_disk, document, texts

[(NAME, TRUE)] = texts(FIRST).items()
GUESSED = texts(SECOND)[NAME]


def put(folder: Path, text: str, name: str = NAME) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, "utf-8")
    return folder / name


def taken_in(library: Library, path: Path) -> IngestResult:
    [result] = library.ingest([path])
    return result


@pytest.mark.parametrize("name", [NAME, "another-name.txt"])
def test_file_with_the_right_guess_and_with_a_wrong_one_are_told_alike(tmp_path: Path, name: str) -> None:
    with Library.open(tmp_path / "data") as library:
        assert taken_in(library, put(tmp_path / "in", TRUE)).status == "added"
        before = library.knowledge.generation()
        right = taken_in(library, put(tmp_path / "right", TRUE, name))
        wrong = taken_in(library, put(tmp_path / "wrong", GUESSED, name))
        assert (right.status, wrong.status) == ("unchanged", "unchanged")
        assert library.knowledge.generation() == before


def test_two_files_of_one_name_that_differ_in_classified_values_are_told_as_equal_ones(tmp_path: Path) -> None:
    statuses = []
    for folder, other in (("equal", TRUE), ("differing", GUESSED)):
        paths = [put(tmp_path / folder / "1", TRUE), put(tmp_path / folder / "2", other)]
        with Library.open(tmp_path / folder / "data") as library:
            statuses.append([(r.status, r.reason) for r in library.ingest(paths)])
    assert statuses[0] == statuses[1] == [("added", ""), ("unchanged", "")]


def test_ids_and_hashes_are_the_same_in_both_worlds(tmp_path: Path) -> None:
    infos = []
    for folder, text in (("1", TRUE), ("2", GUESSED)):
        with Library.open(tmp_path / folder / "data") as library:
            taken_in(library, put(tmp_path / folder, text))
            infos.append(library.knowledge.documents())
    assert infos[0] == infos[1]


def test_no_hash_of_a_file_is_kept_that_others_can_make(tmp_path: Path) -> None:
    secret = f"秘密★1年\n{TRUE}"
    with Library.open(tmp_path / "data") as library:
        taken_in(library, put(tmp_path / "in", TRUE))
        assert taken_in(library, put(tmp_path / "in", secret, "b.txt")).status == "rejected"
        [(kept, _, _)] = library.knowledge.refusals()
        assert len(kept) == 64
        library.knowledge.close()
    stored = b"".join(data for _, data in bytes_on_disk(tmp_path / "data"))
    for text in (TRUE, secret):
        for made in (hashlib.sha256, hashlib.sha1, hashlib.md5, hashlib.blake2b):
            assert made(text.encode()).hexdigest()[:16].encode() not in stored
            assert made(text.encode()).digest()[:12] not in stored


def test_a_hash_is_another_in_another_library(tmp_path: Path) -> None:
    kept = []
    for folder in ("1", "2"):
        with Library.open(tmp_path / folder) as library:
            kept.append(library.knowledge.fingerprint(TRUE.encode()))
            assert library.knowledge.fingerprint(TRUE.encode()) == kept[-1]
    assert kept[0] != kept[1]


def test_policy_or_another_document_that_seals_later_leaves_no_id_of_the_text_before(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('[[classified]]\nproject = "社区警务室建设经费"\nfields = ["total", "purpose"]\n', "utf-8")
    other = TRUE.replace("社区警务室改造", "购置巡逻艇两艘")
    ids = []
    for folder, text in (("1", TRUE), ("2", other)):
        with Library.open(tmp_path / folder / "data") as library:
            taken_in(library, put(tmp_path / folder, text))
        with Library.open(tmp_path / folder / "data", policy=policy) as library:
            ids.append([(d.id, d.sha256) for d in library.knowledge.documents()])
            assert taken_in(library, tmp_path / folder / NAME).status in ("unchanged", "replaced")
            assert taken_in(library, tmp_path / folder / NAME).status == "unchanged"
            assert [(d.id, d.sha256) for d in library.knowledge.documents()] == ids[-1]
    assert ids[0] == ids[1]


def test_open_file_with_other_bytes_of_the_same_text_is_read_anew(tmp_path: Path) -> None:
    text = "一、总体绩效目标\n全面推进平安建设，全年组织社区警务活动不少于120场。\n"
    with Library.open(tmp_path / "data") as library:
        path = put(tmp_path / "in", text)
        assert [taken_in(library, path).status for _ in range(2)] == ["added", "unchanged"]
        path.write_bytes(text.encode("gb18030"))
        assert [taken_in(library, path).status for _ in range(2)] == ["replaced", "unchanged"]


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("mark", MARK_FORMS[:3])
def test_files_of_every_format_that_differ_in_classified_values_are_the_same_document(suffix: str, mark: str) -> None:
    """Values of other lengths too: they are wrapped otherwise, and on paper move what stands below."""
    first, second = (
        read(f"a-2025.{suffix}", render(suffix, document(secrets, mark)), Policy()) for secrets in (FIRST, SECOND)
    )
    assert first == second and extract(first) == extract(second)
