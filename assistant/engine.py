"""Assistant.reply: understand, policy, one handler, one reply. The only way from a question to an answer."""

import functools
import re
import threading
import time
from collections.abc import Generator, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import guard, policy
from assistant.answering import answer
from assistant.errors import DraftError
from assistant.holdings import Holdings, current
from assistant.joining import joined
from assistant.settings import Settings
from assistant.types import Conversation, Draft, Kind, Reply, Route
from assistant.understanding import Understanding, clauses, continues_draft, understand
from assistant.within import EVERYWHERE, Within, limits
from corpus.ingest import IngestResult, Library, Passage
from corpus.marks import is_marked_message
from corpus.rows import collector_at_rest
from corpus.types import DocumentInfo, Finding, ProjectRecord

if TYPE_CHECKING:
    from assistant.guest import Guest
    from assistant.model import Usage
    from corpus.findings import AspectScore

_MOST_OF_PROJECTS = 200  # passages looked at for those of one project: more than a document has of them
_LONGEST_MESSAGE = 5_000


class Assistant:
    """One library and everything that can be asked of it. Safe for many threads."""

    def __init__(self, library: Library, settings: Settings) -> None:
        self.library = library
        self.settings = settings
        self._holdings: Holdings | None = None
        self._reviewed: tuple[Holdings | None, dict[str, tuple[Finding, ...]]] = (None, {})
        self._guest = _guest_of(settings)
        self._lock = threading.Lock()

    @classmethod
    def open(cls, settings: Settings) -> "Assistant":
        """Opens the library of `settings.data`; an empty one first takes in the shipped documents.

        Raises CorpusError or AssistantError, each a sentence for the user.
        """
        _guest_of(settings)  # settings that cannot work are told before anything is opened
        if settings.rules_file is not None:
            from corpus.findings import read_unit_rules

            read_unit_rules(settings.rules_file)
        library = Library.open(
            settings.data,
            database_url=settings.database_url,
            chroma_url=settings.chroma_url,
            embedder=settings.embedder,
            policy=settings.classification,
        )
        if library.knowledge.generation() == 0:
            for _ in library.ingest([settings.shipped_documents]):
                pass
        return cls(library, settings)

    def close(self) -> None:
        if self._guest:
            self._guest.close()
        self.library.close()

    def warm(self) -> None:
        """Loads the embedder and brings the vectors up to date; a question never waits for it."""
        self.library.index.catch_up(self.library.knowledge)

    # --- the library

    @property
    def holdings(self) -> Holdings:
        with self._lock:
            self._holdings = current(self.library.knowledge, self._holdings, self.settings.rules_file)
            return self._holdings

    def documents(self) -> tuple[DocumentInfo, ...]:
        return self.holdings.documents

    def projects(self) -> tuple[ProjectRecord, ...]:
        holdings = self.holdings
        return guard.released_records(holdings.projects(entry.key for entry in holdings.catalogue.entries), holdings)

    def source_lines(self, document_id: str, line: int, around: int = 8) -> tuple[tuple[int, str], ...]:
        """The sealed lines around a citation, with their numbers."""
        numbered = self.library.knowledge.lines(document_id, max(1, line - around), line + around)
        return guard.released_lines(numbered, self.holdings, document_id)

    def ingest(self, paths: Iterable[Path], year: int | None = None) -> Iterator[IngestResult]:
        return self.library.ingest(paths, year)

    def forget(self, document: str) -> bool:
        return self.library.forget(document)

    def search(self, query: str, top: int = 10, within: Within = EVERYWHERE) -> tuple[Passage, ...]:
        """The best passages, of a unit, year, part or project where `within` says so. Raises ScopeError for an unknown one."""
        if is_marked_message(query):
            return ()
        if within == EVERYWHERE:
            return guard.released_passages(self.library.search(query, top), self.holdings)
        only = limits(within, self.holdings.catalogue)
        most = _MOST_OF_PROJECTS if only.projects is not None else top
        found = self.library.search(query, most, only.documents, only.kinds)
        return guard.released_passages([p for p in found if only.hold(p.chunk)][:top], self.holdings)

    def around(self, passage: Passage, each: int) -> tuple[tuple[Passage, ...], tuple[Passage, ...]]:
        """Up to `each` passages before a passage and behind it, in the order of the document."""
        before, behind = self.library.around(passage, each)
        return guard.released_passages(before, self.holdings), guard.released_passages(behind, self.holdings)

    def findings(self, document_id: str) -> tuple[Finding, ...]:
        """What is wrong with a document, also against last year's of its unit, by the rules its unit chose."""
        return self._findings(self.holdings, document_id)

    def reviewed(self) -> tuple[DocumentInfo, ...]:
        """The documents with the findings that `findings` gives of each, for lists that show or count them."""
        holdings = self.holdings
        return tuple(replace(info, findings=self._findings(holdings, info.id)) for info in holdings.documents)

    def _findings(self, holdings: Holdings, document_id: str) -> tuple[Finding, ...]:
        """Kept until the library changes: a list of documents is looked at often."""
        from assistant.lookup.reviewed import findings_of

        of, found = self._reviewed
        if of is not holdings:
            found = {}
            self._reviewed = (holdings, found)
        if document_id not in found:
            found[document_id] = guard.released_findings(findings_of(holdings, document_id))
        return found[document_id]

    def score(self, document_id: str) -> "tuple[AspectScore, ...]":
        """The score sheet of a document by 完整性, 相关性, 适当性, 可行性."""
        from assistant.lookup.reviewed import score_of

        return score_of(self.holdings, document_id)

    def examine(self, path: Path) -> "tuple[tuple[Finding, ...], tuple[AspectScore, ...]]":
        """Findings and score sheet of a file that is not taken in, last year's of its unit beside it when it is there.

        Raises ReadError when the file cannot be read.
        """
        from assistant.lookup.reviewed import examined
        from corpus.ingest import reading

        holdings = self.holdings
        return examined(*reading(path, self.library.policy), holdings.rules, holdings)

    def examples(self) -> tuple[str, ...]:
        """Questions that the library can answer, made from what it holds."""
        from assistant.lookup.about import examples

        return examples(self.holdings)

    # --- answering

    def reply(self, conversation: Conversation, message: str) -> Reply:
        """The reply to `message`, given the turns before it. Never raises for what a person types."""
        *_, reply = self._released(conversation, message, live=False)
        return reply

    def stream(self, conversation: Conversation, message: str) -> Iterator[Reply]:
        """The reply as it grows; the last one is the whole, as `reply` gives it, and stands for those before it.

        Each part says only what is verified already. Without a model there is one part: the answer is there at once.
        """
        yield from self._released(conversation, message, live=True)

    def _released(self, conversation: Conversation, message: str, live: bool) -> Iterator[Reply]:
        """The parts and the whole of a reply, each past the guard: what it refuses of a part is not shown."""
        started = time.perf_counter()
        growing = self._growing(conversation, message, live)
        while True:
            try:
                part = next(growing)
            except StopIteration as whole:
                reply = guard.released(whole.value, self._holdings or self.holdings, message)
                yield replace(reply, elapsed_ms=(time.perf_counter() - started) * 1000)
                return
            shown = guard.released(part, self._holdings or self.holdings, message)
            if live and shown.kind is part.kind:
                yield replace(shown, partial=True)

    def _growing(self, conversation: Conversation, message: str, live: bool) -> Generator[Reply, None, Reply]:
        started = time.monotonic()
        if is_marked_message(message):
            return policy.refuse_marked_message()
        if not re.search(r"\w", message):
            return Reply(Kind.CLARIFICATION, "请输入您的问题，例如：“有哪些项目？”", Route.HELP)
        if len(message) > _LONGEST_MESSAGE:
            return Reply(
                Kind.CLARIFICATION,
                f"这条消息有 {len(message):,} 个字，超过了 {_LONGEST_MESSAGE:,} 字的上限。请把问题说得简短些，或把文件交给“文件”页收录。",
                Route.HELP,
            )
        holdings = self.holdings
        focus = _focus(conversation)
        if about_draft := _about_draft(conversation, message):
            return about_draft
        replies: list[Reply] = []
        until = started + self._guest.seconds if self._guest else 0.0
        wished = _wish(conversation, message, holdings)
        whole = wished is not None or continues_draft(message, focus)
        for clause in (message,) if whole else clauses(message, holdings.catalogue):
            u = wished or understand(clause, focus, holdings.catalogue)
            with collector_at_rest():  # over a whole library: a million small values
                reply = answer(u, holdings, self.library)
            if self._guest:
                before = conversation.turns[-1].reply.question if conversation.turns else ""
                ask = functools.partial(answer, holdings=holdings, library=self.library)
                growing = self._guest.bettered(u, reply, before, ask, holdings, self.library, until, live)
                reply = yield from _after(replies, growing)
            reply = with_sources(reply) if u.show_sources else reply
            focus = reply.focus if isinstance(reply.focus, Understanding) else u
            replies.append(replace(reply, question=reply.question or as_understood(focus, u, holdings), focus=focus))
        return joined(replies)

    @property
    def model_used(self) -> "Usage | None":
        """Calls and tokens of the model so far; None without a model."""
        return self._guest.used if self._guest else None

    def draft(
        self,
        kind: str,
        project: str | None = None,
        year: int | None = None,
        instruction: str = "",
        document_id: str | None = None,
    ) -> Draft:
        """A draft as the command and the page ask for it. Raises DraftError when it is not clear of what."""
        from assistant.drafting.asking import draft_of

        if is_marked_message(f"{project or ''}\n{instruction}"):
            raise DraftError(policy.refuse_marked_message().text)
        made = draft_of(self.holdings, kind, project, year, instruction, document_id)
        if self._guest:
            until = time.monotonic() + self._guest.seconds
            made = self._guest.redrafted(made, instruction, self.holdings, until)
        return guard.released_draft(made, self.holdings, instruction)

    def draft_new(self, name: str, said: str = "", year: int | None = None, document_id: str | None = None) -> Draft:
        """The 绩效目标表 of a project no document has. Raises DraftError, asking back, for contradicting figures."""
        from assistant.drafting.asking import new_project_of

        text = f"新增一个项目：{name}\n{said}"
        if is_marked_message(text):
            raise DraftError(policy.refuse_marked_message().text)
        made = new_project_of(self.holdings, text, year, (document_id,) if document_id else ())
        return guard.released_draft(made, self.holdings, text)


def _after(replies: list[Reply], growing: Generator[Reply, None, Reply]) -> Generator[Reply, None, Reply]:
    """The parts of a clause's reply behind the whole replies to those before it; what the clause's reply is."""
    while True:
        try:
            part = next(growing)
        except StopIteration as stop:
            whole: Reply = stop.value
            return whole
        yield joined([*replies, part]) if replies else part


def _guest_of(settings: Settings) -> "Guest | None":
    """The chat model of the settings, unopened; None without one. Raises SettingsError for settings that cannot work."""
    if not settings.model:
        return None
    from assistant.guest import Guest

    return Guest(settings)


def _focus(conversation: Conversation) -> Understanding | None:
    for turn in reversed(conversation.turns):
        if isinstance(turn.reply.focus, Understanding):
            return turn.reply.focus
    return None


def _about_draft(conversation: Conversation, message: str) -> Reply | None:
    """和上一版比改了哪些, 恢复第一版, 还有哪些没填: what only the drafts of this conversation answer."""
    if not any(turn.reply.draft for turn in conversation.turns):
        return None
    from assistant.drafting.at_hand import answer_at_hand

    return answer_at_hand(conversation, message)


def _wish(conversation: Conversation, message: str, holdings: Holdings) -> Understanding | None:
    """太长了, 第二条改回去: a further round of the draft at hand; 档案馆的 where it was asked whose draft is meant."""
    begins = conversation.turns and re.search(r"起草|基础上|[写拟编改弄做]", message)
    if not (begins or any(turn.reply.route is Route.DRAFTING for turn in conversation.turns)):
        return None
    from assistant.drafting.going_on import wish_at_hand

    return wish_at_hand(conversation, message, holdings.catalogue)


def as_understood(focus: Understanding, u: Understanding, holdings: Holdings) -> str:
    """The question with its follow-ups filled in, in the words of the message where nothing was left out."""
    from assistant.understanding.render import render

    return render(replace(u, result=focus.result), holdings.catalogue)


def with_sources(reply: Reply) -> Reply:
    """出处在哪里: the places behind the figures, spelt out."""
    places = [
        f"[{c.number}] 《{c.document}》{c.locator}"
        + (f"，第 {c.line} 行" if c.line else "")
        + (f"：“{c.quote}”" if c.quote else "（空白）")
        for c in reply.citations
    ]
    return replace(reply, text="\n".join([reply.text, "", "出处：", *places])) if places else reply
