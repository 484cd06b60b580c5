"""The policy file: what it says is applied, and what cannot be read stops the program with the line at fault."""

from pathlib import Path

import pytest

from corpus.classification import Entry, Place, Policy, load_policy
from corpus.errors import PolicyError

PLACE = Place("224001", "某办公室本级", 2025, "13043425P001", "某某服务费", "产出指标", "数量指标", "场次")


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "policy.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_no_file_is_the_empty_policy_that_refuses_internal_material() -> None:
    assert load_policy(None) == Policy(classified=(), public=(), internal="refuse")


def test_entries_read_with_their_defaults(tmp_path: Path) -> None:
    text = '[[classified]]\nunit = "224001"\nyear = 2025\nlevel2 = "数量指标"\n\n'
    text += '[[public]]\nproject = "*"\nfields = ["total"]\n'
    policy = load_policy(written(tmp_path, text))
    fields = ("level3", "description", "target", "basis")
    assert policy.classified == (Entry(unit="224001", year=2025, level2="数量指标", fields=fields),)
    assert policy.public == (Entry(project="*", fields=("total",)),)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (Entry(), True),
        (Entry(unit="224001"), True),
        (Entry(unit="某办公室本级"), True),
        (Entry(unit="２２４００１"), True),
        (Entry(unit="2240*"), True),
        (Entry(unit="224002"), False),
        (Entry(year=2025), True),
        (Entry(year=2024), False),
        (Entry(project="13043425p001"), True),
        (Entry(project="某某 服务费"), True),
        (Entry(project="*服务费"), True),
        (Entry(project="其他"), False),
        (Entry(level1="产出指标", level2="*", level3="场次"), True),
        (Entry(level3="人次"), False),
        (Entry(fields=("total",)), False),
    ],
)
def test_an_entry_classifies_what_matches_all_its_keys(entry: Entry, expected: bool) -> None:
    assert Policy(classified=(entry,)).classifies("target", PLACE) is expected


def test_what_is_unknown_of_a_place_matches() -> None:
    unknown = Place(None, None, None, None, None)
    assert Policy(classified=(Entry(unit="224001", year=2025),)).classifies("target", unknown)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[[classified]]\nunits = "1"\n', 2),
        ('\n[[classified]]\nunit = "1"\n[[classified]]\nunit = 5\n', 5),
        ('[[classified]]\nfields = ["targets"]\n', 2),
        ("[[classified]]\nfields = []\n", 2),
        ('[[classified]]\nyear = "二五"\n', 2),
        ('[[classified]]\nproject = ""\n', 2),
        ('[classified]\nunit = "1"\n', 1),
        ('a = 1\n[[classified]]\nunit = "1"\n', 1),
        ('[[classified]]\nunit = "1\n', 2),
        ('[[classified]]\nunit = "1"\n[[classified\n', 3),
        ('internal = "maybe"\n', 1),
    ],
)
def test_a_faulty_policy_names_the_line(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(PolicyError, match=f"第 {line} 行"):
        load_policy(written(tmp_path, text))


def test_a_missing_or_mis_encoded_policy_stops_the_program(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="读不到"):
        load_policy(tmp_path / "none.toml")
    (tmp_path / "gbk.toml").write_bytes('[[classified]]\nunit = "某办公室"\n'.encode("gbk"))
    with pytest.raises(PolicyError, match="UTF-8"):
        load_policy(tmp_path / "gbk.toml")


@pytest.mark.parametrize("year", ["20255", "25", "true", '"2025"', "[2024, 2025]", "2025.0"])
def test_year_that_is_none_stops_with_its_line(tmp_path: Path, year: str) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(f'[[classified]]\nproject = "某项目"\nyear = {year}\n', "utf-8")
    with pytest.raises(PolicyError, match="第 3 行有误：year"):
        load_policy(path)


def test_bytes_that_are_no_text_stop_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_bytes('[[classified]]\nproject = "某项目"\n'.encode() + "# 备注".encode("gb18030"))
    with pytest.raises(PolicyError, match="第 3 行不是 UTF-8"):
        load_policy(path)
