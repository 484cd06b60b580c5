"""The commands of whoever looks after the machine: users, backup and restore."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from assistant.cli import app
from assistant.errors import AssistantError
from assistant.types import Kind, Reply, Route
from assistant.users import Role, read_users, verified
from assistant.workspace import Workspace

_REPLY = Reply(Kind.ANSWER, "17.50 万元", Route.RECORDS)
runner = CliRunner()


def _run(data: Path, *arguments: str, given: str = "") -> Result:
    return runner.invoke(app, ["--data", str(data), *arguments], input=given)


def _keep(data: Path, *messages: str) -> None:
    workspace = Workspace.open(data)
    for message in messages:
        workspace.keep_turn("甲", message, message, _REPLY)
    workspace.close()


def _titles(data: Path) -> list[str]:
    workspace = Workspace.open(data)
    found = sorted(info.title for info in workspace.conversations("甲"))
    workspace.close()
    return found


def test_user_is_added_listed_and_removed(tmp_path: Path) -> None:
    said = _run(tmp_path, "user", "add", "王敏", "--role", "drafter", "--password-stdin", given="口令-一二三四五\n")
    assert said.exit_code == 0 and "JIXIAO_USERS" in said.stderr
    found = verified(read_users(tmp_path / "users.toml"), "王敏", "口令-一二三四五")
    assert found is not None and found.role is Role.DRAFTER
    assert _run(tmp_path, "user", "list").stdout == "王敏\tdrafter\n"
    assert _run(tmp_path, "user", "remove", "王敏").exit_code == 0
    assert _run(tmp_path, "user", "remove", "王敏").exit_code == 1
    assert read_users(tmp_path / "users.toml") == ()


def test_restored_backup_is_the_workspace_of_that_moment(tmp_path: Path) -> None:
    data, copy = tmp_path / "data", tmp_path / "copy.sqlite"
    _keep(data, "前")
    assert _run(data, "backup", str(copy)).exit_code == 0
    _keep(data, "后")
    assert len(_titles(data)) == 2
    assert _run(data, "restore", str(copy), "--yes").exit_code == 0
    assert _titles(data) == ["前"]


def test_backup_of_an_open_workspace_has_what_was_acknowledged(tmp_path: Path) -> None:
    data, copy = tmp_path / "data", tmp_path / "copy.sqlite"
    workspace = Workspace.open(data)
    workspace.keep_turn("甲", "c", "问", _REPLY)
    assert _run(data, "backup", str(copy)).exit_code == 0
    workspace.close()
    assert _run(tmp_path / "new", "restore", str(copy), "--yes").exit_code == 0
    assert _titles(tmp_path / "new") == ["问"]


def test_backup_never_overwrites(tmp_path: Path) -> None:
    data, copy = tmp_path / "data", tmp_path / "copy.sqlite"
    _keep(data, "前")
    copy.write_text("另一份")
    error = _run(data, "backup", str(copy)).exception
    assert isinstance(error, AssistantError) and "已经存在" in str(error)
    assert copy.read_text() == "另一份"


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\0" + bytes(200)])
def test_what_is_no_backup_changes_nothing(tmp_path: Path, content: bytes) -> None:
    data, copy = tmp_path / "data", tmp_path / "copy.sqlite"
    _keep(data, "前")
    copy.write_bytes(content)
    error = _run(data, "restore", str(copy), "--yes").exception
    assert isinstance(error, AssistantError) and "不是工作区备份" in str(error)
    assert _titles(data) == ["前"]


def test_restore_asks_before_it_replaces(tmp_path: Path) -> None:
    data, copy = tmp_path / "data", tmp_path / "copy.sqlite"
    _keep(data, "前")
    assert _run(data, "backup", str(copy)).exit_code == 0
    _keep(data, "后")
    assert _run(data, "restore", str(copy), given="n\n").exit_code == 1
    assert len(_titles(data)) == 2
