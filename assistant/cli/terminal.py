"""What every command shares: its common options, and how it speaks.

Standard output carries results only; messages go to standard error.
"""

import json
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from assistant.engine import Assistant
from assistant.settings import Settings, load_settings

Data = Annotated[Path | None, typer.Option("--data", help="数据文件夹（也可用 JIXIAO_DATA；默认 ./data）")]
AsJson = Annotated[bool, typer.Option("--json", help="每行输出一个 JSON 对象")]


def settings_of(ctx: typer.Context, data: Path | None) -> Settings:
    """The settings by what was given to the command itself or, failing that, before its name."""
    return load_settings(data or ctx.find_root().obj)


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
