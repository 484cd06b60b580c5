"""The jixiao command: every capability from the terminal, in Chinese, with --json for programs.

Exit 0: done; 1: it could not be done, and a sentence says why; 2: wrong usage.
"""

import logging
import os
import sys
import uuid

import click
import typer

from assistant.cli import asking, housekeeping, library, running, writing
from assistant.cli.terminal import AsJson, Before, Data, tell
from assistant.cli.usage import wrong_usage
from assistant.errors import AssistantError
from corpus.errors import CorpusError

app = typer.Typer(
    name="jixiao",
    help="绩效目标助手：部门预算绩效目标文件的问答、起草与检查。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _common(ctx: typer.Context, data: Data = None, as_json: AsJson = False) -> None:
    ctx.obj = Before(data, as_json)


for command in (
    library.ingest,
    library.documents,
    library.forget,
    library.records,
    asking.ask,
    asking.search,
    writing.draft,
    writing.check,
    library.rebuild,
    running.serve,
    housekeeping.audit,
    housekeeping.backup,
    housekeeping.restore,
):
    app.command()(command)
app.command(
    name="eval", context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
)(running.evaluate)
app.add_typer(housekeeping.users, name="user")


def main() -> None:
    """The console script: errors become one plain sentence, never a traceback."""
    logging.getLogger().addHandler(logging.NullHandler())
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except click.UsageError as error:
        tell(wrong_usage(error))
        sys.exit(2)
    except click.Abort:
        tell("已停止。")
        sys.exit(130)
    except (CorpusError, AssistantError) as error:
        tell(str(error))
        sys.exit(1)
    except KeyboardInterrupt:
        tell("已停止。")
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:
        number = uuid.uuid4().hex[:8]
        tell(f"程序出错了（编号 {number}，{type(error).__name__}）。请把编号和操作步骤告诉维护人员。")
        if _debugging():
            raise
        sys.exit(1)


def _debugging() -> bool:
    return bool(os.environ.get("JIXIAO_DEBUG"))
