"""What the chat model may do for a reply: tell a narrative answer, read a message the rules do not, explore in steps.

Whatever goes wrong with it, the embedded reply stands, and says that the model gave nothing.
"""

import threading
from collections.abc import Callable, Generator
from dataclasses import replace

from assistant.errors import AssistantError, ModelError
from assistant.guard import released
from assistant.holdings import Holdings
from assistant.model import ChatModel, Usage, check_settings, open_model, seconds
from assistant.passages.summary import wants_summary
from assistant.passages.telling import names_of, narrated
from assistant.prompting import check_prompts
from assistant.settings import Settings
from assistant.types import Draft, Kind, Reply
from assistant.understanding.types import Intent, Understanding
from assistant.verifying.verify import Told, faults
from corpus.ingest import Library

_ANSWERED = (Kind.ANSWER, Kind.REFUSAL, Kind.CLARIFICATION)


class Guest:
    """The model of the settings, opened when it is first wanted. Safe for many threads."""

    def __init__(self, settings: Settings) -> None:
        """Raises SettingsError or PromptError for what cannot work. Imports no library of models and calls nothing yet."""
        check_settings(settings)
        check_prompts()
        self.seconds = seconds(settings)
        self._settings = settings
        self._model: ChatModel | None = None
        self._lock = threading.Lock()

    def bettered(
        self,
        u: Understanding,
        reply: Reply,
        before: str,
        answer: Callable[[Understanding], Reply],
        holdings: Holdings,
        library: Library,
        until: float,
        live: bool = False,
    ) -> Generator[Reply, None, Reply]:
        """`reply` (the embedded one), or what the model made of it or of the message; marked when the model failed.

        `before` is the question before this one, `answer` the embedded way from an Understanding to a Reply. When
        `live`, gives what is verified so far.
        """
        if reply.draft is not None:
            if live:
                yield reply
            return self._redrafted(reply, reply.draft, u, holdings, until)
        tells, unsure = _narrative(u, reply), _unsure(u, reply)
        if u.english or not (tells or unsure):
            return reply
        if released(reply, holdings, u.message).kind is Kind.REFUSAL:
            return reply
        try:
            model = self._opened()
            if tells:
                return (yield from narrated(reply, u.message, holdings, model, until, live))
            return (yield from _read_anew(u, reply, before, answer, holdings, library, model, until))
        except AssistantError as error:
            return replace(reply, text=f"{reply.text}\n\n（{error}，以上是内置回答。）")

    def redrafted(self, draft: Draft, instruction: str, holdings: Holdings, until: float) -> Draft:
        """`draft` in other words where the instruction asks for them; a finding says where the model gave nothing."""
        from assistant.drafting.by_model import as_it_is, asks_for_words, reworded

        if not asks_for_words(draft, instruction):
            return draft
        try:
            return reworded(draft, instruction, names_of(holdings), self._opened(), until)
        except AssistantError as error:
            return as_it_is(draft, str(error))

    def _redrafted(self, reply: Reply, draft: Draft, u: Understanding, holdings: Holdings, until: float) -> Reply:
        from assistant.drafting.asking import as_markdown, instruction_of

        made = self.redrafted(draft, instruction_of(u.topic or u.message), holdings, until)
        text = reply.text.replace(as_markdown(draft), as_markdown(made), 1)
        by_model = self._settings.model if made.text != draft.text else None
        return replace(reply, draft=made, text=text, model=by_model)

    @property
    def used(self) -> Usage:
        """What was asked of the model so far."""
        return self._model.meter.used if self._model else Usage()

    def close(self) -> None:
        if self._model is not None:
            self._model.close()

    def _opened(self) -> ChatModel:
        with self._lock:
            if self._model is None:
                self._model = open_model(self._settings)
            if self._model is None:
                raise ModelError("没有设置模型")
            return self._model


def _narrative(u: Understanding, reply: Reply) -> bool:
    """Whether the reply is a text that a model may tell; 原文 is never retold."""
    told = u.intent is Intent.TOPIC or wants_summary(u)
    return reply.kind is Kind.ANSWER and not u.verbatim and bool(reply.citations) and told


def _unsure(u: Understanding, reply: Reply) -> bool:
    return u.intent is Intent.UNCLEAR or (u.intent is Intent.TOPIC and reply.kind is Kind.NOT_FOUND)


def _read_anew(
    u: Understanding,
    reply: Reply,
    before: str,
    answer: Callable[[Understanding], Reply],
    holdings: Holdings,
    library: Library,
    model: ChatModel,
    until: float,
) -> Generator[Reply, None, Reply]:
    """The reply to the message as the model reads it, computed by the rules; or an agent's; else the embedded one."""
    from assistant.understanding.by_model import SEVERAL, spelt, understood

    read = understood(u, before, holdings.catalogue, model, until)
    if read == SEVERAL:
        from assistant.agent import explored

        told = yield from explored(u, answer, library, holdings, model, until)
        return told or replace(reply, text=f"{reply.text}\n\n（模型没有得出通过核对的回答，以上是内置回答。）")
    # Where the rules found that the documents do not say, another topic would be another question.
    if not isinstance(read, Understanding) or (read.intent is Intent.TOPIC and u.intent is Intent.TOPIC):
        return reply
    found = answer(read)
    if found.kind not in _ANSWERED:
        return reply
    said = spelt(read, holdings.catalogue)
    if read.intent is Intent.TOPIC and faults(Told(said, (1,)), {1: f"{u.message}\n{found.text}"}):
        said = "文件里的文字内容"  # a topic is in the model's own words
    return replace(found, question=f"{u.message}（由模型理解为：{said}）")
