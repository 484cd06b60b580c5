"""Which files count, under which names, and what stands beside them; a strange folder never stops the rest."""

import os
from pathlib import Path

import pytest

import corpus
from corpus.errors import ReadError
from corpus.files import Facts, content, facts_beside, files, readable


def names(*paths):
    return [path.name for path in files(paths)]


def test_a_folder_is_read_in_order_without_clutter(tmp_path):
    for name in (
        "乙.txt",
        "甲.txt",
        ".hidden",
        "~$甲.docx",
        ".~lock.甲.odt#",
        "甲.toml",
        "x.lock",
        "Thumbs.db",
        "b/丙.txt",
        ".git/x.txt",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert names(tmp_path) == [*sorted(["乙.txt", "甲.txt"]), "丙.txt"]


def test_a_path_given_twice_or_also_by_its_folder_counts_once(tmp_path):
    (tmp_path / "a.txt").write_text("x")
    assert names(tmp_path, tmp_path / "a.txt", tmp_path) == ["a.txt"]


def test_a_loop_of_links_ends(tmp_path):
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "self").symlink_to(tmp_path / "self")
    assert names(tmp_path) == ["a.txt", "self"]
    with pytest.raises(ReadError):
        content(tmp_path / "self")


def test_what_is_no_regular_file_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(ReadError, match="不是普通文件"):
        content(tmp_path / "pipe.txt")


@pytest.mark.parametrize("name", ["没有.txt", "x" * 300 + ".txt"])
def test_a_file_that_cannot_be_had_is_named_with_the_reason(tmp_path, name):
    with pytest.raises(ReadError, match=name[:20]):
        content(tmp_path / name)


def test_a_name_in_the_old_chinese_encoding_is_read_as_such(tmp_path):
    raw = os.fsencode(tmp_path) + b"/" + "绩效目标.txt".encode("gb18030")
    Path(os.fsdecode(raw)).write_text("内容", "utf-8")
    (path,) = files([tmp_path])
    assert readable(path.name) == "绩效目标.txt"
    assert content(path) == "内容".encode()


@pytest.mark.parametrize("name", ["a\nb.txt", "a\x00b", "\ud800.txt", "\u202etxt.exe"])
def test_a_readable_name_can_be_stored_and_shown(name):
    shown = readable(name)
    assert shown.isprintable() and shown.encode("utf-8")


def test_facts_are_found_beside_a_document(tmp_path):
    (tmp_path / "a.txt").write_text("x")
    assert facts_beside(tmp_path / "a.txt") == Facts()
    (tmp_path / "a.toml").write_text('title = "标题"\nunit = "某局"\nunit_code = "301"\nyear = 2024\nsource = "网站"')
    assert facts_beside(tmp_path / "a.txt") == Facts("标题", "某局", "301", 2024, "网站")
    (tmp_path / "a.txt.toml").write_text('title = "更近的"')
    assert facts_beside(tmp_path / "a.txt") == Facts(title="更近的")


@pytest.mark.parametrize("text", ["[[[", 'titel = "x"', 'year = "2024"', "year = true", "title = 3", b"\xff\xfe"])
def test_facts_that_cannot_be_understood_are_an_error_that_names_the_file(tmp_path, text):
    (tmp_path / "a.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ReadError, match=r"a\.toml"):
        facts_beside(tmp_path / "a.txt")


def test_the_shipped_facts_state_no_year():
    facts = facts_beside(Path(corpus.__file__).parent / "documents" / "weixian-wangxinban.txt")
    assert facts.unit_code == "224001" and facts.year is None
