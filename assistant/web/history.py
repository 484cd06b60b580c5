"""The kept conversations above the chat: searched, opened, renamed, exported and deleted."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import gradio as gr

from assistant.web.desk import Desk
from corpus.marks import is_marked_message

_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


@dataclass(frozen=True, slots=True)
class History:
    wanted: gr.Textbox
    kept: gr.Dropdown
    reopen: gr.Button
    delete: gr.Button
    title: gr.Textbox
    rename: gr.Button
    export: gr.Markdown
    resume: gr.Textbox  # the conversation to go on with, as the page's script says; nobody sees it


def build_history() -> History:
    with gr.Accordion("历史对话", open=False, elem_classes="jx-history"):
        with gr.Row():
            wanted = _box("搜索历史对话", "history-search", 2)
            kept = gr.Dropdown([], label="历史对话", show_label=False, container=False, scale=4, elem_id="history")
            reopen = gr.Button("打开", size="md", min_width=72, scale=0, elem_id="reopen")
            delete = gr.Button("删除", size="md", min_width=72, scale=0, elem_id="delete")
        with gr.Row():
            title = _box("新的名称", "history-title", 4)
            rename = gr.Button("改名", size="md", min_width=72, scale=0, elem_id="rename")
            export = gr.Markdown(elem_id="history-export")
    resume = gr.Textbox(label="接着谈的对话", elem_id="resume", elem_classes="jx-hidden-field")
    return History(wanted, kept, reopen, delete, title, rename, export, resume)


def _box(label: str, identity: str, scale: int) -> gr.Textbox:
    return gr.Textbox(
        label=label,
        show_label=False,
        container=False,
        placeholder=label,
        max_lines=1,
        max_length=100,
        scale=scale,
        elem_id=identity,
    )


def connect_history(desk: Desk, parts: History, page: gr.Blocks) -> None:
    def found(words: str | None, request: gr.Request) -> Any:
        return listed(desk, desk.person(request).owner, words or "")  # an empty box may come as None

    def chosen(identity: str | None, request: gr.Request) -> str:
        desk.person(request)
        if not identity:
            return ""
        at = quote(identity, safe="")
        return f'<a class="jx-download" href="/download/conversation/{at}.md" download>导出</a>'

    def renamed(identity: str | None, title: str, words: str, request: gr.Request) -> tuple[Any, Any]:
        who = desk.person(request).owner
        if not identity or not title.strip() or is_marked_message(title):
            raise gr.Error("请先选择一个历史对话，再写新的名称。", title="提示", print_exception=False)
        desk.workspace.rename(who, identity, title)
        return listed(desk, who, words, identity), ""

    gr.on([page.load, parts.kept.focus, parts.wanted.change], found, parts.wanted, parts.kept, **_QUIET)
    parts.kept.change(chosen, parts.kept, parts.export, **_QUIET)
    parts.rename.click(renamed, [parts.kept, parts.title, parts.wanted], [parts.kept, parts.title], **_QUIET)


def listed(desk: Desk, who: str, words: str = "", chosen: str | None = None) -> Any:
    """The dropdown of this owner's conversations that hold `words` in title or messages."""
    infos = desk.workspace.conversations(who, words)
    return gr.update(choices=[(f"{info.title}（{info.turns} 问）", info.id) for info in infos], value=chosen)
