"""The same findings wherever they are shown or counted: check, chat, list of documents, ingest."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.cli import app
from assistant.engine import Assistant
from assistant.settings import load_settings
from corpus.findings import read_unit_rules
from corpus.reviewing import reviewed
from tests.made_documents import made_document, render_text

_RULES = '[[rule]]\nrule = "single-goal"\nlevel = "off"\n[[rule]]\nrule = "funding-blank"\nlevel = "error"\nunit = "305001"\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two years of one unit whose goals were only copied, and the unit's own rules."""
    folder = tmp_path_factory.mktemp("years")
    made = made_document(projects=2)
    made = replace(made, projects=tuple(replace(p, other="", goals=(p.goals[0],)) for p in made.projects))
    for year in (2024, 2025):
        dated = replace(made, safeguards=(f"加强{year}年资金管理。",))
        (folder / f"清河县文化馆{year}年绩效目标.txt").write_text(render_text(dated), "utf-8")
        (folder / f"清河县文化馆{year}年绩效目标.toml").write_text(f"year = {year}\n", "utf-8")
    (folder / "data").mkdir()
    (folder / "data" / "rules.toml").write_text(_RULES, "utf-8")
    return folder


@pytest.fixture(scope="module")
def counts(folder: Path) -> dict[str, int]:
    """What `ingest --json` says of each document."""
    files = sorted(str(path) for path in folder.glob("*.txt"))
    done = CliRunner().invoke(app, ["--data", str(folder / "data"), "ingest", *files, "--json"])
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return {row["document"]: row["findings"] for row in rows}


@pytest.fixture(scope="module")
def assistant(folder: Path, counts: dict[str, int]) -> Iterator[Assistant]:
    opened = Assistant.open(load_settings(folder / "data"))
    yield opened
    opened.close()


def test_list_check_and_ingest_count_the_same_findings(assistant: Assistant, counts: dict[str, int]) -> None:
    listed = {info.name: info.findings for info in assistant.reviewed()}
    checked = {info.name: assistant.findings(info.id) for info in assistant.documents()}
    assert listed == checked
    assert counts == {name: len(found) for name, found in checked.items()}


def test_copied_goals_count_in_the_later_year_only(assistant: Assistant) -> None:
    by_year = {info.year: {finding.rule for finding in info.findings} for info in assistant.reviewed()}
    assert "goal-as-last-year" in by_year[2025] and "goal-as-last-year" not in by_year[2024]


def test_rules_and_levels_of_the_unit_hold_in_the_list(assistant: Assistant) -> None:
    found = [finding for info in assistant.reviewed() for finding in info.findings]
    assert not [finding for finding in found if finding.rule == "single-goal"]
    assert {finding.level.value for finding in found if finding.rule == "funding-blank"} == {"error"}


def test_store_and_memory_find_the_same_year_before(assistant: Assistant, folder: Path) -> None:
    rules = read_unit_rules(folder / "data" / "rules.toml")
    for info in assistant.documents():
        assert reviewed(assistant.library.knowledge, info, rules) == assistant.findings(info.id)
