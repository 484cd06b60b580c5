"""Wrong usage in the user's words."""

import re

import click


def wrong_usage(error: click.UsageError) -> str:
    """What is wrong with a command line, in Chinese, and where to read how it is done."""
    command = error.ctx.command_path if error.ctx else "jixiao"
    return f"{_usage_fault(error)}\n用法见：{command} --help"


def _usage_fault(error: click.UsageError) -> str:
    if isinstance(error, click.NoSuchOption):
        near = f"。是不是 {'、'.join(error.possibilities)}？" if error.possibilities else "。"
        return f"没有“{error.option_name}”这个选项{near}"
    if isinstance(error, click.MissingParameter):
        name = error.param.make_metavar(error.ctx) if error.param and error.ctx else error.param_hint
        return f"缺少参数 {name}。"
    if isinstance(error, click.BadParameter):
        if error.param is None:
            return error.message
        return f"{error.param.opts[0]} 的值不对：{error.message}"
    if unknown := _NO_COMMAND.match(error.message):
        return f"没有“{unknown.group(1)}”这个命令。"
    return f"命令写得不对：{error.message}"


_NO_COMMAND = re.compile(r"No such command '(.*)'")
