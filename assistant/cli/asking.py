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
from assistant.export import passage_as_json
from assistant.types import Conversation, Reply
from assistant.within import Within


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
    unit: Annotated[str | None, typer.Option(help="只找这个单位的：名称、简称或编码")] = None,
    year: Annotated[int | None, typer.Option(help="只找这一年的", min=1990, max=2100)] = None,
    kind: Annotated[str | None, typer.Option(help="只找这一部分：总体绩效目标、分项绩效目标、保障措施、项目等")] = None,
    project: Annotated[str | None, typer.Option(help="只找这个项目的：名称或编码")] = None,
    around: Annotated[int, typer.Option(min=0, max=20, help="每条连同前后各几段")] = 0,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """查找段落，按相关程度排列。"""
    if (query is None) == (batch is None):
        raise typer.BadParameter("请给出要找的内容，或用 --batch 给出文件（二者选一）。")
    assistant = opened(ctx, data)
    _warmed(assistant)
    within = Within(unit, year, kind, project)
    if batch:
        for row in _batch(batch, "query"):
            found = _passages(assistant, str(row["query"]), top, within, around)
            print_json({"id": row.get("id"), "passages": found})
        return
    found = _passages(assistant, query or "", top, within, around)
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


def _passages(assistant: Assistant, query: str, top: int, within: Within, around: int) -> list[dict[str, Any]]:
    found = []
    for rank, passage in enumerate(assistant.search(query, top, within), 1):
        row = passage_as_json(rank, passage)
        if around:
            before, behind = assistant.around(passage, around)
            row |= {"before": [p.chunk.text for p in before], "behind": [p.chunk.text for p in behind]}
        found.append(row)
    return found


def _passage_line(passage: dict[str, Any]) -> str:
    place = "，".join(filter(None, [passage["locator"], f"第 {passage['line']} 行" if passage["line"] else ""]))
    texts = [*passage.get("before", ()), passage["text"], *passage.get("behind", ())]
    shown = "\n".join(f"   {text}" for text in texts)
    return f"{passage['rank']}. {passage['document']}{'：' if place else ''}{place}\n{shown}"
