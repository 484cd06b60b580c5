"""Questions: ask and search, one at a time or a file of them."""

import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.cli.terminal import AsJson, Data, fail, opened, print_json, print_line, tell
from assistant.engine import Assistant
from assistant.types import Conversation, Reply


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
    assistant = opened(ctx, data)
    if batch:
        for row in _batch(batch, "turns"):
            replies = [r.as_json() for r in _converse(assistant, [str(t) for t in row["turns"]])]
            print_json({"id": row.get("id"), "replies": replies})
        return
    for reply in _converse(assistant, turns or []):
        if as_json:
            print_json(reply.as_json())
        else:
            print_line(_readable(reply))


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
        fail(f"读不了 {name}：{error}")
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            row[key]
        except (ValueError, KeyError, TypeError):
            fail(f"{name} 第 {number} 行不是含“{key}”的 JSON 对象。")
        yield row


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
    assistant = opened(ctx, data)
    _warmed(assistant)
    if batch:
        for row in _batch(batch, "query"):
            print_json({"id": row.get("id"), "passages": _passages(assistant, str(row["query"]), top)})
        return
    found = _passages(assistant, query or "", top)
    for passage in found:
        print_json(passage) if as_json else print_line(_passage_line(passage))
    if not found:
        tell("没有找到相关的段落。")


def _warmed(assistant: Assistant) -> None:
    """Loads the vectors when they are there and current: seconds are saved by not building them for one search."""
    from corpus.errors import IndexUnavailable, StoreError

    vectors = assistant.library.index.vectors
    with suppress(IndexUnavailable, StoreError):  # then the words answer alone
        if vectors.up_to_date(assistant.library.knowledge):
            assistant.warm()


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
