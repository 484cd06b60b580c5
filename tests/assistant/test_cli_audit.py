"""`jixiao audit`: the chain checked, exported, and told by the exit code."""

import json
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.cli import app
from assistant.workspace import Workspace

runner = CliRunner()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    workspace = Workspace.open(tmp_path)
    for kind in ("answer", "refusal", "draft"):
        workspace.note("user:甲", "records", kind, (("a.txt", "0" * 64),))
    workspace.close()
    return tmp_path


def audit(data: Path, *options: str) -> tuple[int, str, str]:
    result = runner.invoke(app, ["--data", str(data), "audit", *options])
    return result.exit_code, result.stdout, result.stderr


def test_whole_audit_is_said_to_be_whole_and_its_last_link_shown(data: Path) -> None:
    code, out, _ = audit(data, "--json")
    state = json.loads(out)
    assert (code, state["entries"], state["broken"], len(state["last_link"])) == (0, 3, None, 64)


def test_export_holds_every_entry_with_its_link(data: Path) -> None:
    code, _, _ = audit(data, "--export", str(data / "out.jsonl"))
    rows = [json.loads(line) for line in (data / "out.jsonl").read_text("utf-8").splitlines()]
    assert code == 0 and [row["kind"] for row in rows] == ["answer", "refusal", "draft"]
    assert all(len(row["link"]) == 64 for row in rows)


def test_rewritten_audit_ends_with_exit_code_one_and_the_entry(data: Path) -> None:
    database = sqlite3.connect(data / "workspace.sqlite")
    database.executescript("DROP TRIGGER audit_is_never_changed; UPDATE audit SET kind = 'answer' WHERE number = 2;")
    database.close()
    code, _, told = audit(data)
    assert code == 1 and "第 2 条" in told


def test_without_a_workspace_it_says_so(tmp_path: Path) -> None:
    code, _, told = audit(tmp_path)
    assert code == 1 and "还没有工作区" in told
    assert list(tmp_path.iterdir()) == []
