"""The commands of whoever looks after the machine: users, backup and restore."""

import getpass
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.terminal import AsJson, Data, fail, print_json, settings_of, tell
from assistant.settings import Settings
from assistant.users import ROLE_WORDS, Role, User, read_users, with_user, without_user, write_users

if TYPE_CHECKING:
    from assistant.workspace import Workspace

_USERS_FILE = "users.toml"

users = typer.Typer(help="管理可以登录网页的用户。", no_args_is_help=True)


def _file(settings: Settings) -> Path:
    return settings.users or settings.data / _USERS_FILE


def _known(path: Path) -> tuple[User, ...]:
    return read_users(path) if path.exists() else ()


def _password(piped: bool) -> str:
    """The password, asked for twice, or a line of standard input: never an argument, which other programs could see."""
    if piped:
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("口令：")
    if first != getpass.getpass("再输一次："):
        tell("两次输入的口令不一样，没有改动。")
        raise typer.Exit(1)
    return first


@users.command("add")
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="用户名")],
    role: Annotated[Role, typer.Option(help="viewer 查看、drafter 起草、admin 管理")] = Role.VIEWER,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="从标准输入读口令")] = False,
    data: Data = None,
) -> None:
    """添加用户；已有的用户换成新的角色和口令。"""
    settings = settings_of(ctx, data)
    path = _file(settings)
    known = _known(path)
    write_users(path, with_user(known, name, role, _password(password_stdin)))
    tell(f"已保存用户“{name}”（{ROLE_WORDS[role]}）。")
    if settings.users is None:
        tell(f"要让网页按用户登录，请设置 JIXIAO_USERS={path}，再重新启动。")


@users.command("remove")
def remove(ctx: typer.Context, name: Annotated[str, typer.Argument(help="用户名")], data: Data = None) -> None:
    """删除用户，立即不能再用；其对话和草稿仍保留。"""
    path = _file(settings_of(ctx, data))
    known = _known(path)
    left = without_user(known, name)
    if len(left) == len(known):
        tell(f"没有用户“{name}”。")
        raise typer.Exit(1)
    write_users(path, left)
    tell(f"已删除用户“{name}”。")


@users.command("list")
def list_users(ctx: typer.Context, data: Data = None) -> None:
    """列出用户和角色。"""
    for user in _known(_file(settings_of(ctx, data))):
        sys.stdout.write(f"{user.name}\t{user.role}\n")


def audit(
    ctx: typer.Context,
    export: Annotated[Path | None, typer.Option(help="把全部记录写到这个文件，每行一条 JSON")] = None,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """逐条核对审计记录的校验链；记录不完整时以 1 退出。"""
    from assistant.workspace import Workspace
    from assistant.workspace.file import WORKSPACE_FILE

    folder = settings_of(ctx, data).data
    if not (folder / WORKSPACE_FILE).is_file():
        fail("还没有工作区，也就没有审计记录：网页还没有用过。")
    workspace = Workspace.open(folder)
    try:
        if export is not None:
            _export_audit(workspace, export)
        state = workspace.audit_state()
    finally:
        workspace.close()
    if as_json:
        print_json({"entries": state.count, "last_link": state.last_link, "broken": state.broken})
    elif state.broken is None:
        tell(f"共 {state.count} 条，记录完整，未被改动。末条校验码：{state.last_link or '—'}")
    if state.broken is not None:
        fail(f"共 {state.count} 条。从第 {state.broken} 条起记录不完整，可能被改动，请立即核查。")


def _export_audit(workspace: "Workspace", path: Path) -> None:
    try:
        with path.open("w", encoding="utf-8") as file:
            for entry in workspace.audit_entries():
                file.write(json.dumps(entry.as_json(), ensure_ascii=False) + "\n")
    except OSError as error:
        fail(f"写不了 {path}：{error.strerror}。")
    tell(f"已导出到 {path}。")


def backup(
    ctx: typer.Context, path: Annotated[Path, typer.Argument(help="备份到这个文件（不能已存在）")], data: Data = None
) -> None:
    """备份工作区：对话、草稿、评价、审计。资料库可由原文件重建，不在其中。"""
    from assistant.workspace.copies import backup as copy

    copy(settings_of(ctx, data).data, path)
    tell(f"已备份到 {path}。其中有全部用户的对话和草稿，请妥善保管。")


def restore(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(help="备份文件")],
    yes: Annotated[bool, typer.Option("--yes", help="不再询问")] = False,
    data: Data = None,
) -> None:
    """用备份替换现有工作区。"""
    from assistant.workspace.copies import check
    from assistant.workspace.copies import restore as put_back

    check(path)
    if not yes and not typer.confirm("现有的对话、草稿、评价和审计都会被备份里的取代。继续吗？", err=True):
        raise typer.Exit(1)
    put_back(path, settings_of(ctx, data).data)
    tell(f"已从 {path} 恢复工作区。")
