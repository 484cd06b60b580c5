"""What every tab works with: the assistant, the workspace, and whose request it is."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import gradio as gr
from fastapi import HTTPException, Request

from assistant.types import Conversation, Kind, Reply, Route
from assistant.users import ROLE_WORDS, Right
from assistant.web.doors import Doors, Person
from assistant.web.pace import Deed, Pace, TooFast
from assistant.web.runs import Runs
from assistant.workspace import Workspace

if TYPE_CHECKING:
    from assistant.engine import Assistant

_NO_SESSION = "会话已过期，请刷新页面。"


@dataclass(frozen=True, slots=True)
class Desk:
    """`data` is the data folder: uploads and downloads pass through private folders in it."""

    assistant: "Assistant"
    workspace: Workspace
    data: Path
    doors: Doors
    runs: Runs = field(default_factory=Runs)
    pace: Pace = field(default_factory=Pace)

    def person(self, request: gr.Request, right: Right = Right.ASK) -> Person:
        """Whose event it is. Raises gr.Error for one whose session has ended, or who may not do this."""
        found = self.doors.person(request.cookies)
        if found is None or not found.may(right):
            raise gr.Error(_NO_SESSION if found is None else no_right(found), title="提示", print_exception=False)
        if right is Right.DRAFT:
            try:
                self.hold(found, Deed.DRAFT)
            except TooFast as error:
                raise gr.Error(str(error), title="提示", print_exception=False) from None
        return found

    def admitted(self, request: Request, right: Right = Right.ASK) -> Person:
        """Whose request to our own routes it is. Raises HTTPException with a sentence."""
        found = self.doors.person(request.cookies)
        if found is None or not found.may(right):
            raise HTTPException(403, _NO_SESSION if found is None else no_right(found))
        if right is Right.INGEST:
            try:
                self.hold(found, Deed.UPLOAD)
            except TooFast as error:
                raise HTTPException(429, str(error), {"retry-after": str(error.seconds)}) from None
        return found

    def hold(self, person: Person, deed: Deed) -> None:
        """Counts a deed of theirs. Raises TooFast. Programs on a page without sign-in are this machine's own."""
        if deed is not Deed.CALL or person.name:
            self.pace.take(person.owner, deed)

    def reply(self, person: Person, said: Conversation, message: str) -> Reply:
        """The reply to somebody at the page. Raises TooFast."""
        self.hold(person, Deed.ASK)
        return self.answered(person, said, message)

    def answered(self, person: Person, said: Conversation, message: str) -> Reply:
        """The assistant's reply, as far as this person may have it."""
        return _allowed(person, self.assistant.reply(said, message))

    def stream(self, person: Person, said: Conversation, message: str) -> Iterator[Reply]:
        """The same as it grows; the last part is the whole."""
        for part in self.assistant.stream(said, message):
            yield _allowed(person, part)

    def answered_now(self, person: Person, said: Conversation) -> Reply:
        """What the last message of a conversation, which need not be theirs, would be answered today; nothing is kept."""
        return self.answered(person, Conversation(said.turns[:-1]), said.turns[-1].message)

    def note(self, owner: str, reply: Reply) -> None:
        """Records in the audit that a reply was given, and over which document versions; not what was said."""
        cited = {citation.document_id for citation in reply.citations}
        versions = tuple((info.name, info.sha256) for info in self.assistant.documents() if info.id in cited)
        self.workspace.note(owner, reply.route.value, reply.kind.value, versions)


def _allowed(person: Person, reply: Reply) -> Reply:
    if reply.draft and not person.may(Right.DRAFT):
        return Reply(Kind.REFUSAL, no_right(person), Route.POLICY)
    return reply


def no_right(person: Person) -> str:
    return f"您的账号是“{ROLE_WORDS[person.role]}”角色，不能做这一步。如有需要，请联系管理员。"
