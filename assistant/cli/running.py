"""The regression suite and the page."""

from typing import Annotated

import typer

from assistant.cli.terminal import Data, settings_of


def evaluate(ctx: typer.Context) -> None:
    """运行回归评测（同 python -m eval）。"""
    from importlib import import_module

    raise typer.Exit(import_module("eval.__main__").run_suite(ctx.args))


def serve(
    ctx: typer.Context,
    host: Annotated[str, typer.Option(help="监听地址")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口", min=1, max=65535)] = 7860,
    data: Data = None,
) -> None:
    """启动网页。"""
    from assistant.web import launch

    launch(settings_of(ctx, data), host, port)
