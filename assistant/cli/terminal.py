"""What every command shares: its common options, and how it speaks.

Standard output carries results only; messages go to standard error.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from assistant.engine import Assistant
from assistant.settings import Settings, load_settings


@dataclass(frozen=True, slots=True)
class Before:
    """What was given before the command's name; it holds for the command that follows."""

    data: Path | None
    as_json: bool


def _or_before(ctx: typer.Context, as_json: bool) -> bool:
    before: Before | None = ctx.find_root().obj
    return as_json or (before is not None and before.as_json)


Data = Annotated[Path | None, typer.Option("--data", help="数据文件夹（也可用 JIXIAO_DATA；默认 ./data）")]
AsJson = Annotated[bool, typer.Option("--json", help="每行输出一个 JSON 对象", callback=_or_before)]


def settings_of(ctx: typer.Context, data: Path | None) -> Settings:
    """The settings by what was given to the command itself or, failing that, before its name."""
    return load_settings(data or ctx.find_root().obj.data)


def opened(ctx: typer.Context, data: Path | None) -> Assistant:
    return Assistant.open(settings_of(ctx, data))


def print_line(value: str) -> None:
    sys.stdout.write(value + "\n")
    sys.stdout.flush()


def print_json(value: Any) -> None:
    print_line(json.dumps(value, ensure_ascii=False))


def tell(message: str) -> None:
    sys.stderr.write(message + "\n")


def fail(message: str) -> NoReturn:
    tell(message)
    raise typer.Exit(1)
