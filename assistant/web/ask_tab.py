"""The tab 问答: a conversation, a model's sentences shown as they are verified, kept on this machine and reopened from a list."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from assistant.errors import AssistantError
from assistant.policy import refuse_marked_message
from assistant.types import Conversation, Kind, Reply, Route
from assistant.web.desk import Desk
from assistant.web.doors import Person
from assistant.web.history import History, build_history, connect_history, listed
from assistant.web.mishaps import or_words
from assistant.web.rendering import Message, chat_messages, partial_message, reply_message, user_message
from assistant.workspace import Feedback, new_id
from corpus.marks import is_marked_message

_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
_RESUMED_TURNS = 6  # how far back a follow-up may refer
_NOT_KEPT = "（这条消息带有密级标志，未保留）"
_REASONS = ("数字不对", "来源不对", "没答到点上", "该答的没答")
_WELCOME = (
    '<div class="jx-welcome"><h2>绩效目标助手</h2><p>用平常的话提问：预算、支出计划、绩效目标、工作措施，或起草、检查。'
    "每个数字都标明出处，点编号即可核对原文。</p></div>"
)


@dataclass(frozen=True, slots=True)
class _Parts:
    """The tab's components, and what a session remembers: its conversation and the id it is kept under."""

    conversation: gr.State
    identity: gr.State
    history: History
    chat: gr.Chatbot
    box: gr.Textbox
    send: gr.Button
    fresh: gr.Button
    stop: gr.Button
    editing: gr.Textbox  # the turn that is asked anew, as the page's script says; nobody sees it


def build_ask_tab(desk: Desk, page: gr.Blocks) -> None:
    """Lays out the tab in the open Blocks context and connects it."""
    parts = _laid_out(desk)
    _connect_asking(desk, parts)
    _connect_history(desk, parts, page)
    _connect_verdicts(desk, parts)


def _laid_out(desk: Desk) -> _Parts:
    conversation, identity = gr.State(Conversation()), gr.State("")
    history = build_history()
    chat = gr.Chatbot(
        label="对话",
        show_label=False,
        elem_id="chat",
        height="calc(100vh - 300px)",
        min_height=300,
        buttons=[],
        latex_delimiters=[],
        allow_tags=False,
        layout="bubble",
        placeholder=_WELCOME,
        examples=_examples(desk),
        feedback_options=("Like", "Dislike", *_REASONS),
        allow_file_downloads=False,
        group_consecutive_messages=False,
    )
    gr.Markdown(
        '<p class="jx-editing-note">正在修改之前的问题：发送后，那一问及其后的内容由新的问答取代。按 Esc 放弃。</p>'
    )
    editing = gr.Textbox(label="修改第几问", elem_id="editing", elem_classes="jx-hidden-field")
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
        stop = gr.Button("停止", min_width=88, scale=0, visible=False, elem_id="stop")
        fresh = gr.Button("新对话", min_width=88, scale=0, elem_id="fresh")
    return _Parts(conversation, identity, history, chat, box, send, fresh, stop, editing)


def _examples(desk: Desk) -> list[Any]:
    """Questions that fit what the library holds now."""
    return [{"text": example} for example in desk.assistant.examples()]


def _connect_asking(desk: Desk, parts: _Parts) -> None:
    def answer(message: str, said: Conversation, place: str, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        yield from _answer(desk, desk.person(request), str(request.session_hash), place or new_id(), said, message)

    def asked(
        message: str, said: Conversation, place: str, edited: str, request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        session = str(request.session_hash)
        waits = not message.strip() or desk.runs.busy(session)
        turn = 0 if waits or not edited or not desk.runs.first(session, edited) else _turn_number(edited, said)
        if turn:
            desk.workspace.drop_turns_from(desk.person(request).owner, place, turn)
            said = Conversation(said.turns[: turn - 1])
        yield from answer(message, said, place, request)

    def picked(said: Conversation, place: str, choice: gr.SelectData, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        yield from answer(_text_of(choice.value), said, place, request)

    def again(said: Conversation, place: str, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        if not said.turns or said.turns[-1].message == _NOT_KEPT:
            yield (gr.skip(),) * 6
            return
        desk.workspace.drop_turns_from(desk.person(request).owner, place, len(said.turns))
        yield from answer(said.turns[-1].message, Conversation(said.turns[:-1]), place, request)

    def stopped(said: Conversation, place: str, request: gr.Request) -> tuple[Any, ...]:
        desk.runs.end(str(request.session_hash))
        return chat_messages(said, place), *_buttons(asking=False)

    chat, box, state = parts.chat, parts.box, [parts.conversation, parts.identity]
    options: dict[str, Any] = {
        "outputs": [chat, *state, box, parts.send, parts.stop],
        "concurrency_limit": 24,
        "concurrency_id": "ask",
        **_QUIET,
    }
    running = [
        # "once" would drop a question asked right after a stop; desk.runs lets one through at a time.
        gr.on([parts.send.click, box.submit], asked, [box, *state, parts.editing], trigger_mode="multiple", **options),
        chat.example_select(picked, state, **options),
        chat.option_select(picked, state, **options),
        chat.retry(again, state, **options),
    ]
    parts.stop.click(stopped, state, [chat, parts.send, parts.stop], cancels=running, **_QUIET)


def _connect_history(desk: Desk, parts: _Parts, page: gr.Blocks) -> None:
    def opened(chosen: str | None, request: gr.Request) -> tuple[Any, ...]:
        found = desk.workspace.conversation(desk.person(request).owner, chosen) if chosen else None
        if chosen is None or found is None:
            raise gr.Error("请先选择一个历史对话。", title="提示", print_exception=False)
        return chat_messages(found, chosen), _resumed(desk, found), chosen

    def resumed(given: str, request: gr.Request) -> tuple[Any, ...]:
        """What the page showed before its connection broke or its language was switched."""
        chosen = given.partition("/")[0]
        found = desk.workspace.conversation(desk.person(request).owner, chosen) if chosen else None
        if found is None:
            return (gr.skip(),) * 3
        return chat_messages(found, chosen), _resumed(desk, found), chosen

    def deleted(chosen: str | None, place: str, said: Conversation, request: gr.Request) -> tuple[Any, ...]:
        who = desk.person(request).owner
        if chosen:
            desk.workspace.delete_conversation(who, chosen)
        if chosen == place:
            return [], Conversation(), "", listed(desk, who)
        return chat_messages(said, place), said, place, listed(desk, who)

    def fitted() -> Any:
        return gr.update(examples=_examples(desk))

    def started() -> tuple[Any, ...]:
        return [], Conversation(), "", ""

    chat, history, state = parts.chat, parts.history, [parts.conversation, parts.identity]
    connect_history(desk, history, page)
    page.load(fitted, None, chat, **_QUIET)
    history.reopen.click(opened, history.kept, [chat, *state], **_QUIET)
    history.resume.change(resumed, history.resume, [chat, *state], **_QUIET)
    history.delete.click(
        deleted, [history.kept, parts.identity, parts.conversation], [chat, *state, history.kept], **_QUIET
    )
    gr.on([parts.fresh.click, chat.clear], started, None, [chat, *state, parts.box], **_QUIET)


def _connect_verdicts(desk: Desk, parts: _Parts) -> None:
    def judged(place: str, said: Conversation, verdict: gr.LikeData, request: gr.Request) -> None:
        turn = _index(verdict.index) // 2 + 1
        if place and turn <= len(said.turns):
            word, reason = _verdict(verdict.liked)
            desk.workspace.keep_feedback(desk.person(request).owner, Feedback(place, turn, word, reason))

    parts.chat.like(judged, [parts.identity, parts.conversation], None, **_QUIET)


def _answer(
    desk: Desk, person: Person, session: str, place: str, said: Conversation, message: str
) -> Iterator[tuple[Any, ...]]:
    """The steps of a turn; nothing while the last one of this session is under way."""
    token = desk.runs.begin(session) if message.strip() else None
    if token is None:
        yield (gr.skip(),) * 6
        return
    try:
        for step in _turn(desk, person, place, said, message):
            if not desk.runs.going(session, token):
                return
            yield step
    finally:
        desk.runs.end(session, token)


def _turn(desk: Desk, person: Person, place: str, said: Conversation, message: str) -> Iterator[tuple[Any, ...]]:
    """The question, then the reply as it grows; kept once it is known that someone still waits for it.

    Without a model, and for what the rules settle, the reply is there at once.
    """
    before = chat_messages(said, place)
    busy, free = _buttons(asking=True), _buttons(asking=False)
    grown = partial_message("正在查找…")
    yield [*before, user_message(message), grown], said, place, "", *busy
    reply = _failed("没有得到回答")
    for reply in _growing(desk, person, said, message):
        if reply.partial:
            grown = partial_message(reply.text, reply.citations)
            yield [*before, user_message(message), grown], said, place, gr.skip(), *busy
    shown = _NOT_KEPT if _marked(message, reply) else message
    after = said.then(shown, reply)
    yield [*before, user_message(shown), grown], said, place, gr.skip(), *busy
    _keep(desk, person.owner, place, shown, reply)
    whole: list[Message] = [
        *before,
        user_message(shown, len(after.turns)),
        reply_message(reply, f"{place}/{len(after.turns)}"),
    ]
    yield whole, after, place, gr.skip(), *free


def _growing(desk: Desk, person: Person, said: Conversation, message: str) -> Iterator[Reply]:
    """The parts of a reply; where it fails, the last says so."""
    parts = desk.stream(person, said, message)
    step: Callable[[], Reply | None] = or_words(lambda: next(parts, None), _failed)
    while (part := step()) is not None:
        yield part


def _turn_number(edited: str, said: Conversation) -> int:
    """Which turn is asked anew, from 1, in what the page's script says (turn/time); 0 for none of this conversation."""
    digits = edited.partition("/")[0]
    number = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 9 else 0
    return number if number <= len(said.turns) else 0


def _buttons(asking: bool) -> tuple[Any, Any]:
    """Send and stop: one of them is shown."""
    return gr.update(visible=not asking), gr.update(visible=asking)


def _marked(message: str, reply: Reply) -> bool:
    """Whether the message carried a 密级 mark, by our own look or by the assistant's."""
    return is_marked_message(message) or reply.text == refuse_marked_message().text


def _failed(sentence: str) -> Reply:
    return Reply(Kind.NOT_FOUND, f"这次没有完成：{sentence}", Route.HELP)


def _resumed(desk: Desk, kept: Conversation) -> Conversation:
    """A kept conversation that can go on. Turns of an older version, without what they were about, are read anew."""
    if not kept.turns or kept.turns[-1].reply.focus is not None:
        return kept
    again = Conversation(kept.turns[:-_RESUMED_TURNS])
    for turn in kept.turns[-_RESUMED_TURNS:]:
        focus = turn.reply.focus or or_words(desk.assistant.reply, _failed)(again, turn.message).focus
        again = again.then(turn.message, replace(turn.reply, focus=focus))
    return again


def _keep(desk: Desk, who: str, place: str, message: str, reply: Reply) -> None:
    """Keeps turn and audit entry; where the disk refuses, the reply is shown all the same, with a warning."""
    try:
        desk.workspace.keep_turn(who, place, message, reply)
        desk.note(who, reply)
    except AssistantError as error:
        gr.Warning(f"这次问答没有保存：{error}", title="提示")


def _verdict(liked: Any) -> tuple[str, str]:
    """Verdict and reason; Gradio gives True, False, the word clicked, or nothing when it is taken back."""
    if liked in (True, "Like"):
        return "up", ""
    if liked is False or liked == "Dislike":
        return "down", ""
    return ("down", str(liked)) if liked in _REASONS else ("none", "")


def _text_of(value: Any) -> str:
    """The message behind an example or option, which Gradio hands over as text or as a dict."""
    if isinstance(value, dict):
        return str(value.get("text") or value.get("value") or "")
    return str(value)


def _index(index: Any) -> int:
    return int(index[0] if isinstance(index, list | tuple) else index)
