"""The jixiao command: every capability from the terminal, in Chinese, with --json for programs.

Standard output carries results only; messages go to standard error. Exit 0: done; 1: it could not be done, and a
sentence says why; 2: wrong usage.
"""

import json
import logging
import re
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, NoReturn

import click
import typer

from assistant import housekeeping
from assistant.engine import Assistant
from assistant.errors import AssistantError
from assistant.settings import Settings, load_settings
from assistant.types import Conversation, Reply, finding_as_json
from corpus.errors import CorpusError

app = typer.Typer(
    name="jixiao",
    help="绩效目标助手：部门预算绩效目标文件的问答、起草与检查。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

housekeeping.take_in(app)

Data = Annotated[Path | None, typer.Option("--data", help="数据文件夹（也可用 JIXIAO_DATA；默认 ./data）")]
AsJson = Annotated[bool, typer.Option("--json", help="每行输出一个 JSON 对象")]


@app.callback()
def _common(ctx: typer.Context, data: Data = None) -> None:
    ctx.obj = data


def _settings(ctx: typer.Context, data: Path | None) -> Settings:
    return load_settings(data or ctx.obj)


def _open(ctx: typer.Context, data: Path | None) -> Assistant:
    return Assistant.open(_settings(ctx, data))


def _print(value: str) -> None:
    sys.stdout.write(value + "\n")
    sys.stdout.flush()


def _print_json(value: Any) -> None:
    _print(json.dumps(value, ensure_ascii=False))


def _tell(message: str) -> None:
    sys.stderr.write(message + "\n")


def _fail(message: str) -> NoReturn:
    _tell(message)
    raise typer.Exit(1)


# --- the library


@app.command()
def ingest(
    ctx: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="文件或文件夹")],
    year: Annotated[int | None, typer.Option(help="预算年度，文件没有写明时用", min=1990, max=2100)] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """收录文件：读取、抽取、入库。"""
    from corpus.ingest import Library

    settings = _settings(ctx, data)
    missing = [path for path in paths if not path.exists()]
    if missing:
        _fail(f"找不到文件或文件夹：{'、'.join(map(str, missing))}")
    rejected = count = 0
    with Library.open(
        settings.data,
        database_url=settings.database_url,
        chroma_url=settings.chroma_url,
        embedder=settings.embedder,
        policy=settings.classification,
    ) as library:
        with _progress(sys.stderr.isatty() and not as_json) as advance:
            for result in library.ingest(paths, year, advance):
                count += 1
                rejected += result.status == "rejected"
                if as_json:
                    _print_json(result.as_json())
                else:
                    _print(_ingested(result))
        if not count:
            _fail("没有找到可以收录的文件。")
        _catch_up(library)
    if rejected == count:
        raise typer.Exit(1)


def _ingested(result: Any) -> str:
    words = {"added": "已收录", "replaced": "已替换为新版本", "unchanged": "内容没有变化", "rejected": "未收录"}
    line = f"{words[result.status]}：{result.path}"
    if result.status == "rejected":
        return f"{line}：{result.reason}"
    unit = f"，{result.unit}" if result.unit else ""
    year = f"，{result.year} 年" if result.year else ""
    return f"{line}（{result.projects} 个项目，{result.sections} 段文字，涉密 {result.classified_cells} 格，{result.findings} 条检查结果{unit}{year}）"


class _progress:
    """A progress bar on a terminal, silence elsewhere."""

    def __init__(self, shown: bool) -> None:
        self._shown = shown
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Callable[[int, int, Path], None]:
        if self._shown:
            from rich.console import Console
            from rich.progress import Progress

            self._bar = Progress(console=Console(stderr=True), transient=True)
            self._bar.start()
            self._task = self._bar.add_task("收录", total=None)
        return self._advance

    def _advance(self, number: int, total: int, path: Path) -> None:
        if self._bar is not None:
            self._bar.update(self._task, completed=number - 1, total=total, description=path.name)

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()


def _catch_up(library: Any) -> None:
    """Brings the vectors up to date; without them search goes on by words."""
    from corpus.errors import IndexUnavailable

    if library.index.vectors.up_to_date(library.knowledge):
        return
    try:
        library.index.catch_up(library.knowledge)
    except IndexUnavailable as error:
        _tell(f"提示：{error}")


@app.command()
def documents(ctx: typer.Context, data: Data = None, as_json: AsJson = False) -> None:
    """列出资料库里的文件。"""
    assistant = _open(ctx, data)
    for d in assistant.documents():
        if as_json:
            _print_json(
                {
                    "document": d.name,
                    "id": d.id,
                    "title": d.title,
                    "unit_code": d.unit_code,
                    "unit": d.unit_name,
                    "year": d.year,
                    "year_basis": d.year_basis.value,
                    "projects": d.projects,
                    "sections": d.sections,
                    "chunks": d.chunks,
                    "classified_cells": d.classified_cells,
                    "findings": len(d.findings),
                }
            )
        else:
            year = f"{d.year}年" + ("（推断）" if d.year_basis.value == "inferred" else "") if d.year else "年份未写明"
            _print(
                f"{d.name}  {d.unit_name or '单位未写明'}  {year}  {d.projects} 个项目  {d.sections} 段  涉密 {d.classified_cells} 格"
            )


@app.command()
def forget(
    ctx: typer.Context, document: Annotated[str, typer.Argument(help="文件名或编号")], data: Data = None
) -> None:
    """从资料库删除一份文件，不留痕迹。"""
    assistant = _open(ctx, data)
    if not assistant.forget(document):
        _fail(f"资料库里没有“{document}”。用 jixiao documents 查看有哪些文件。")
    _catch_up(assistant.library)
    _tell(f"已删除：{document}")


@app.command()
def records(
    ctx: typer.Context,
    data: Data = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="输出 CSV")] = False,
) -> None:
    """列出项目记录（公开字段）。"""
    from assistant import export

    assistant = _open(ctx, data)
    documents = {d.id: d for d in assistant.documents()}
    names = {d.id: d.name for d in documents.values()}
    found = assistant.projects()
    if as_csv:
        sys.stdout.write(export.records_csv(found, names))
        return
    for record in found:
        document = documents[record.document_id]
        row = export.record_as_json(record, document.name, document.year_basis.value)
        _print_json(row) if as_json else _print(export.record_line(record))


# --- asking


@app.command()
def ask(
    ctx: typer.Context,
    turns: Annotated[list[str] | None, typer.Argument(help="一段对话的各条消息")] = None,
    batch: Annotated[str | None, typer.Option(help="JSON Lines 文件；- 为标准输入")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """提问：每个参数是同一段对话的下一条消息。"""
    if bool(turns) == bool(batch):
        raise typer.BadParameter("请给出要问的话，或用 --batch 给出文件（二者选一）。")
    assistant = _open(ctx, data)
    if batch:
        for row in _batch(batch, "turns"):
            replies = [r.as_json() for r in _converse(assistant, [str(t) for t in row["turns"]])]
            _print_json({"id": row.get("id"), "replies": replies})
        return
    for reply in _converse(assistant, turns or []):
        if as_json:
            _print_json(reply.as_json())
        else:
            _print(_readable(reply))


def _converse(assistant: Assistant, turns: list[str]) -> Iterator[Reply]:
    conversation = Conversation()
    for turn in turns:
        reply = assistant.reply(conversation, turn)
        conversation = conversation.then(turn, reply)
        yield reply


def _readable(reply: Reply) -> str:
    lines = [reply.text.replace("**", "")]
    if reply.citations:
        lines.append("\n出处：")
        for c in reply.citations:
            line = f"，第 {c.line} 行" if c.line else ""
            lines.append(
                f"[{c.number}] {c.document}：{c.locator}{line}" + (f"：“{c.quote}”" if c.quote else "（空白）")
            )
    return "\n".join(lines) + "\n"


def _batch(name: str, key: str) -> Iterator[dict[str, Any]]:
    """The rows of a JSON Lines file; a bad line ends the command with its number."""
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        _fail(f"读不了 {name}：{error}")
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            row[key]
        except (ValueError, KeyError, TypeError):
            _fail(f"{name} 第 {number} 行不是含“{key}”的 JSON 对象。")
        yield row


@app.command()
def search(
    ctx: typer.Context,
    query: Annotated[str | None, typer.Argument(help="要找的内容")] = None,
    top: Annotated[int, typer.Option(min=1, max=200, help="最多几条")] = 10,
    batch: Annotated[str | None, typer.Option(help="JSON Lines 文件；- 为标准输入")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """查找段落，按相关程度排列。"""
    if (query is None) == (batch is None):
        raise typer.BadParameter("请给出要找的内容，或用 --batch 给出文件（二者选一）。")
    assistant = _open(ctx, data)
    if batch:
        for row in _batch(batch, "query"):
            _print_json({"id": row.get("id"), "passages": _passages(assistant, str(row["query"]), top)})
        return
    found = _passages(assistant, query or "", top)
    for passage in found:
        _print_json(passage) if as_json else _print(_passage_line(passage))
    if not found:
        _tell("没有找到相关的段落。")


def _passages(assistant: Assistant, query: str, top: int) -> list[dict[str, Any]]:
    return [
        {
            "rank": rank,
            "document": p.document,
            "locator": p.chunk.source.locator,
            "line": p.chunk.source.line,
            "text": p.chunk.text,
            "score": round(p.score, 4),
        }
        for rank, p in enumerate(assistant.search(query, top), 1)
    ]


def _passage_line(passage: dict[str, Any]) -> str:
    line = f"，第 {passage['line']} 行" if passage["line"] else ""
    return f"{passage['rank']}. {passage['document']}：{passage['locator']}{line}\n   {passage['text']}"


# --- drafting and checking


@app.command()
def draft(
    ctx: typer.Context,
    project: Annotated[str | None, typer.Option(help="项目名称或编码")] = None,
    part: Annotated[str | None, typer.Option(help="overall | itemised | safeguards | document")] = None,
    new: Annotated[str | None, typer.Option(help="新项目的名称；其余内容写在 --instruction 里")] = None,
    year: Annotated[int | None, typer.Option(help="起草哪一年的（默认下一年度）", min=1990, max=2100)] = None,
    instruction: Annotated[str, typer.Option(help="怎么改，例如：更简洁")] = "",
    out: Annotated[Path | None, typer.Option(help="写到 .docx、.md 或 .txt 文件")] = None,
    template: Annotated[Path | None, typer.Option(help="本单位的 Word 模板（.docx），与 --out 合用")] = None,
    redline: Annotated[Path | None, typer.Option(help="另写一份与上年对照的修订稿（.docx）")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """起草下一年度的绩效目标，或新项目的绩效目标表。"""
    from assistant.drafting.asking import write_draft, write_redline_of

    _check_draft_options(project, part, new, out, template, redline)
    assistant = _open(ctx, data)
    if new:
        made = assistant.draft_new(new, instruction, year)
    else:
        made = assistant.draft("project" if project else part or "document", project, year, instruction)
    if out is not None:
        write_draft(made, out, template)
        _tell(f"已写入 {out}")
    if redline is not None:
        write_redline_of(assistant.holdings, made, redline, project)
        _tell(f"已写入 {redline}")
    if as_json:
        _print_json(made.as_json())
    elif out is None and redline is None:
        _print(made.text)
    if made.blanks and not as_json:
        more = f"……等，共 {len(made.blanks)} 处" if len(made.blanks) > _SHOWN_BLANKS else ""
        _tell(f"\n还有 {len(made.blanks)} 处待填：" + "；".join(made.blanks[:_SHOWN_BLANKS]) + more)


_SHOWN_BLANKS = 20


def _check_draft_options(
    project: str | None,
    part: str | None,
    new: str | None,
    out: Path | None,
    template: Path | None,
    redline: Path | None,
) -> None:
    if sum(option is not None for option in (project, part, new)) > 1:
        raise typer.BadParameter("--project、--part 和 --new 只能用一个。")
    if part not in (None, "overall", "itemised", "safeguards", "document"):
        raise typer.BadParameter("--part 可以是 overall、itemised、safeguards 或 document。")
    if out is not None and out.suffix.lower() not in (".docx", ".md", ".txt"):
        raise typer.BadParameter("--out 的文件名应以 .docx、.md 或 .txt 结尾。")
    if template is not None and (out is None or out.suffix.lower() != ".docx"):
        raise typer.BadParameter("--template 要和 --out 文件.docx 合用。")
    if redline is not None and redline.suffix.lower() != ".docx":
        raise typer.BadParameter("--redline 的文件名应以 .docx 结尾。")
    if redline is not None and new:
        raise typer.BadParameter("新项目没有上年的文字，不能用 --redline。")


@app.command()
def check(
    ctx: typer.Context,
    target: Annotated[str | None, typer.Argument(help="文件路径，或资料库里的文件名；不写则检查全部")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """检查文件：空格、合计、量化程度、用词等。"""
    reviews = (
        _check_path(ctx, Path(target), data) if target and Path(target).is_file() else _check_known(ctx, target, data)
    )
    found = [finding for _, findings, _ in reviews for finding in findings]
    for finding in found:
        if as_json:
            _print_json(finding_as_json(finding))
        else:
            level = {"error": "错误", "warning": "问题", "info": "提示"}[finding.level.value]
            line = f"（第 {finding.source.line} 行）" if finding.source.line else ""
            _print(f"【{level}】{finding.source.locator}{line}：{finding.message} 建议：{finding.suggestion}")
    _tell(f"共 {len(found)} 条。")
    for name, _, sheet in reviews:
        if sheet:
            marks = "，".join(f"{row.aspect} {row.score} 分（{row.grade}）" for row in sheet)
            _tell(f"{name} 自查评分：{marks}。仅供参考，以财政部门审核为准。")


_Review = tuple[str, Any, Any]  # a document's name, its findings and its score sheet


def _check_path(ctx: typer.Context, path: Path, data: Path | None) -> list[_Review]:
    from assistant.lookup.reviewed import examined_alone
    from corpus.classification import load_policy

    settings = _settings(ctx, data)
    if settings.database_url or (settings.data / "knowledge.db").is_file():
        return [(path.name, *_open(ctx, data).examine(path))]
    return [(path.name, *examined_alone(path, load_policy(settings.classification), settings.rules_file))]


def _check_known(ctx: typer.Context, name: str | None, data: Path | None) -> list[_Review]:
    assistant = _open(ctx, data)
    chosen = [d for d in assistant.documents() if name in (None, d.name, d.id)]
    if name and not chosen:
        _fail(f"没有文件“{name}”，资料库里也没有这个名字。用 jixiao documents 查看有哪些文件。")
    return [(d.name, assistant.findings(d.id), assistant.score(d.id)) for d in chosen]


# --- keeping it running


@app.command()
def rebuild(ctx: typer.Context, data: Data = None) -> None:
    """从数据库重建检索索引。"""
    assistant = _open(ctx, data)
    assistant.library.rebuild()
    _tell("索引已重建。")


@app.command(
    name="eval", context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
)
def evaluate(ctx: typer.Context) -> None:
    """运行回归评测（同 python -m eval）。"""
    from importlib import import_module

    raise typer.Exit(import_module("eval.__main__").run_suite(ctx.args))


@app.command()
def serve(
    ctx: typer.Context,
    host: Annotated[str, typer.Option(help="监听地址")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口", min=1, max=65535)] = 7860,
    data: Data = None,
) -> None:
    """启动网页。"""
    from assistant.web import launch

    launch(_settings(ctx, data), host, port)


def main() -> None:
    """The console script: errors become one plain sentence, never a traceback."""
    logging.getLogger().addHandler(logging.NullHandler())
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except click.UsageError as error:
        _tell(wrong_usage(error))
        sys.exit(2)
    except click.Abort:
        _tell("已停止。")
        sys.exit(130)
    except (CorpusError, AssistantError) as error:
        _tell(str(error))
        sys.exit(1)
    except KeyboardInterrupt:
        _tell("已停止。")
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:
        number = uuid.uuid4().hex[:8]
        _tell(f"程序出错了（编号 {number}，{type(error).__name__}）。请把编号和操作步骤告诉维护人员。")
        if _debugging():
            raise
        sys.exit(1)


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


def _debugging() -> bool:
    import os

    return bool(os.environ.get("JIXIAO_DEBUG"))


if __name__ == "__main__":
    main()
