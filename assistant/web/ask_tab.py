"""The tab 问答: a conversation, shown sentence by sentence, kept on this machine and reopened from a list."""

import time
from collections.abc import Iterator
from typing import Any

import gradio as gr

from assistant.errors import AssistantError
from assistant.policy import has_secret_mark, refuse_marked_message
from assistant.types import Conversation, Kind, Reply, Route
from assistant.web.desk import Desk, owner
from assistant.web.rendering import Message, chat_messages, partial_message, reply_message, steps, user_message
from assistant.workspace import Feedback, new_id
from corpus.errors import CorpusError

_STEP_SECONDS = 0.03  # between two steps of revealing; six of them stay well under the time a person notices
_NOT_KEPT = "（这条消息带有密级标志，未保留）"
_REASONS = ("数字不对", "来源不对", "没答到点上", "该答的没答")
_WELCOME = (
    '<div class="jx-welcome"><h2>绩效目标助手</h2><p>用平常的话提问：预算、支出计划、绩效目标、工作措施，或起草、检查。'
    "每个数字都标明出处，点编号即可核对原文。</p></div>"
)


def build_ask_tab(desk: Desk, page: gr.Blocks) -> None:
    """Lays out the tab in the open Blocks context and connects it."""
    conversation = gr.State(Conversation())
    identity = gr.State("")
    with gr.Accordion("历史对话", open=False, elem_classes="jx-history"), gr.Row():
        kept = gr.Dropdown([], label="历史对话", show_label=False, container=False, scale=4, elem_id="history")
        reopen = gr.Button("打开", size="md", min_width=72, scale=0, elem_id="reopen")
        delete = gr.Button("删除", size="md", min_width=72, scale=0, elem_id="delete")
    chat = gr.Chatbot(
        label="对话",
        show_label=False,
        elem_id="chat",
        height="calc(100vh - 272px)",
        min_height=300,
        buttons=[],
        latex_delimiters=[],
        allow_tags=False,
        layout="bubble",
        placeholder=_WELCOME,
        examples=[{"text": example} for example in desk.assistant.examples()],
        feedback_options=("Like", "Dislike", *_REASONS),
        allow_file_downloads=False,
        group_consecutive_messages=False,
    )
    with gr.Row(elem_classes="jx-ask"):
        box = gr.Textbox(
            label="问题",
            show_label=False,
            container=False,
            lines=1,
            max_lines=6,
            scale=8,
            autofocus=True,
            elem_id="question",
            placeholder="请输入问题，回车发送（Shift+回车换行）",
        )
        send = gr.Button("发送", variant="primary", min_width=88, scale=0, elem_id="send")
        fresh = gr.Button("新对话", min_width=88, scale=0, elem_id="fresh")
        stop = gr.Button("停止", min_width=88, scale=0, visible=False, elem_id="stop")

    def answer(message: str, said: Conversation, place: str, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        yield from _answer(desk, owner(request), place or new_id(), said, message)

    def picked(said: Conversation, place: str, choice: gr.SelectData, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        yield from answer(_text_of(choice.value), said, place, request)

    def again(said: Conversation, place: str, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        if not said.turns or said.turns[-1].message == _NOT_KEPT:
            return
        desk.workspace.drop_turns_from(owner(request), place, len(said.turns))
        earlier = Conversation(said.turns[:-1])
        yield from answer(said.turns[-1].message, earlier, place, request)

    outputs = [chat, conversation, identity, box, send, stop]
    shared: dict[str, Any] = {
        "outputs": outputs,
        "concurrency_limit": 24,
        "concurrency_id": "ask",
        "show_progress": "hidden",
    }
    options: dict[str, Any] = {**shared, "api_visibility": "private"}
    running = [
        gr.on([send.click, box.submit], answer, [box, conversation, identity], trigger_mode="once", **options),
        chat.example_select(picked, [conversation, identity], **options),
        chat.option_select(picked, [conversation, identity], **options),
        chat.retry(again, [conversation, identity], **options),
    ]

    def stopped(said: Conversation, place: str) -> tuple[Any, ...]:
        return chat_messages(said, place), gr.update(visible=True), gr.update(visible=False)

    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    stop.click(stopped, [conversation, identity], [chat, send, stop], cancels=running, **quiet)

    def listed(request: gr.Request) -> Any:
        infos = desk.workspace.conversations(owner(request))
        return gr.update(choices=[(f"{info.title}（{info.turns} 问）", info.id) for info in infos], value=None)

    def opened(chosen: str | None, request: gr.Request) -> tuple[Any, ...]:
        found = desk.workspace.conversation(owner(request), chosen) if chosen else None
        if chosen is None or found is None:
            raise gr.Error("请先在左边选择一个历史对话。", title="提示", print_exception=False)
        return chat_messages(found, chosen), found, chosen

    def deleted(chosen: str | None, place: str, said: Conversation, request: gr.Request) -> tuple[Any, ...]:
        if chosen:
            desk.workspace.delete_conversation(owner(request), chosen)
        if chosen == place:
            return [], Conversation(), "", listed(request)
        return chat_messages(said, place), said, place, listed(request)

    def started() -> tuple[Any, ...]:
        return [], Conversation(), "", ""

    def judged(place: str, said: Conversation, verdict: gr.LikeData, request: gr.Request) -> None:
        turn = _index(verdict.index) // 2 + 1
        if place and turn <= len(said.turns):
            liked = verdict.liked
            reason = liked if isinstance(liked, str) and liked in _REASONS else ""
            word = "up" if liked is True or liked == "Like" else "down" if liked else ""
            desk.workspace.keep_feedback(owner(request), Feedback(place, turn, word, reason))

    page.load(listed, None, kept, **quiet)
    kept.focus(listed, None, kept, **quiet)
    reopen.click(opened, kept, [chat, conversation, identity], **quiet)
    delete.click(deleted, [kept, identity, conversation], [chat, conversation, identity, kept], **quiet)
    gr.on([fresh.click, chat.clear], started, None, [chat, conversation, identity, box], **quiet)
    chat.like(judged, [identity, conversation], None, **quiet)


def _answer(desk: Desk, who: str, place: str, said: Conversation, message: str) -> Iterator[tuple[Any, ...]]:
    """The steps of a turn: the question, then the reply sentence by sentence; kept before it is shown."""
    if not message.strip():
        yield chat_messages(said, place), said, place, "", gr.update(visible=True), gr.update(visible=False)
        return
    before = chat_messages(said, place)
    busy = (gr.update(visible=False), gr.update(visible=True))
    yield [*before, user_message(message), partial_message("正在查找…")], said, place, "", *busy
    reply = _reply(desk, said, message)
    shown = _NOT_KEPT if _marked(message, reply) else message
    after = said.then(shown, reply)
    _keep(desk, who, place, shown, reply)
    for step in steps(reply.text):
        yield [*before, user_message(shown), partial_message(step)], after, place, gr.skip(), *busy
        time.sleep(_STEP_SECONDS)
    whole: list[Message] = [*before, user_message(shown), reply_message(reply, f"{place}/{len(after.turns)}")]
    yield whole, after, place, gr.skip(), gr.update(visible=True), gr.update(visible=False)


def _marked(message: str, reply: Reply) -> bool:
    """Whether the message carried a 密级 mark, by our own look or by the assistant's."""
    return has_secret_mark(message) or reply.text == refuse_marked_message().text


def _reply(desk: Desk, said: Conversation, message: str) -> Reply:
    try:
        return desk.assistant.reply(said, message)
    except (AssistantError, CorpusError) as error:
        return Reply(Kind.NOT_FOUND, f"这次没有完成：{error}", Route.HELP)


def _keep(desk: Desk, who: str, place: str, message: str, reply: Reply) -> None:
    """Keeps turn and audit entry; where the disk refuses, the reply is shown all the same, with a warning."""
    try:
        desk.workspace.keep_turn(who, place, message, reply)
        desk.note(who, reply)
    except AssistantError as error:
        gr.Warning(f"这次问答没有保存：{error}", title="提示")


def _text_of(value: Any) -> str:
    """The message behind an example or option, which Gradio hands over as text or as a dict."""
    if isinstance(value, dict):
        return str(value.get("text") or value.get("value") or "")
    return str(value)


def _index(index: Any) -> int:
    return int(index[0] if isinstance(index, list | tuple) else index)
