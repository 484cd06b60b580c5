"""The workspace database: conversations, drafts with versions, feedback and the audit. It cannot be rebuilt from files.

Everything but the audit belongs to an owner, and every query names the owner, so that nobody reads another's by
guessing an id. The audit says who asked what kind of thing when, and of which document versions; never what was said.
"""

import contextlib
import json
import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from assistant.errors import WorkspaceError
from assistant.types import Conversation, Draft, Reply, Turn
from assistant.workspace import auditing
from assistant.workspace.auditing import AuditEntry, AuditState
from assistant.workspace.file import WORKSPACE_FILE, begin, make_private, migrate, plainly, set_pragmas
from assistant.workspace.forms import draft_from_json, draft_to_json, reply_from_json, reply_to_json
from assistant.workspace.reviewing import Verdict, verdicts

_TITLE_CHARACTERS = 40


@dataclass(frozen=True, slots=True)
class ConversationInfo:
    """A conversation as a list shows it; times are UTC in ISO form."""

    id: str
    title: str
    created: str
    changed: str
    turns: int


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A version of a draft. `subject` names what it is a draft of; versions count from 1 within it.

    `name` is what its owner called it; empty for none.
    """

    id: str
    subject: str
    version: int
    created: str
    draft: Draft
    name: str = ""


@dataclass(frozen=True, slots=True)
class Feedback:
    conversation: str
    turn: int  # from 1
    verdict: str  # "up" | "down" | "none", when it was taken back
    reason: str


class Workspace:
    """The open workspace. May be used from many threads, whose writers take turns; one of another process is waited for
    up to five seconds."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._turn = threading.Lock()  # SQLite's own waiting lets one of fifty writers starve until it gives up

    @classmethod
    def open(cls, folder: Path) -> "Workspace":
        """Creates the file (for its owner only) and brings its schema up to date. Raises WorkspaceError."""
        path = folder / WORKSPACE_FILE
        make_private(path)
        engine = sa.create_engine(sa.URL.create("sqlite", database=str(path)), hide_parameters=True, pool_size=20)
        sa.event.listen(engine, "connect", set_pragmas)
        sa.event.listen(engine, "begin", begin)
        workspace = cls(engine)
        with workspace._writing("打开") as connection:
            migrate(connection)
        return workspace

    def close(self) -> None:
        self._engine.dispose()

    def check(self) -> None:
        """Raises WorkspaceError where the file cannot be read."""
        with self._reading() as connection:
            connection.execute(sa.text("SELECT count(*) FROM conversations")).scalar_one()

    # Conversations

    def keep_turn(self, owner: str, conversation: str, message: str, reply: Reply) -> int:
        """Appends a turn, starting the conversation with it when it is new; the turn's number, from 1.

        Raises WorkspaceError when the conversation is another owner's.
        """
        now = _now()
        with self._writing("保存对话") as connection:
            holder = connection.scalar(sa.text("SELECT owner FROM conversations WHERE id = :id"), {"id": conversation})
            if holder is None:
                connection.execute(
                    sa.text("INSERT INTO conversations VALUES (:id, :owner, :title, :now, :now)"),
                    {"id": conversation, "owner": owner, "title": _title(message), "now": now},
                )
            elif holder != owner:
                raise WorkspaceError("没有找到这个对话。")
            connection.execute(
                sa.text("UPDATE conversations SET changed = :now WHERE id = :id"), {"now": now, "id": conversation}
            )
            number = _count_turns(connection, conversation) + 1
            connection.execute(
                sa.text("INSERT INTO turns VALUES (:id, :number, :now, :message, :reply)"),
                {
                    "id": conversation,
                    "number": number,
                    "now": now,
                    "message": message,
                    "reply": _dump(reply_to_json(reply)),
                },
            )
            return number

    def drop_turns_from(self, owner: str, conversation: str, number: int) -> None:
        """Forgets the turns from `number` on, as when the last question is asked anew."""
        with self._writing("更改对话") as connection:
            connection.execute(
                sa.text(
                    "DELETE FROM turns WHERE number >= :number AND conversation IN"
                    " (SELECT id FROM conversations WHERE id = :id AND owner = :owner)"
                ),
                {"number": number, "id": conversation, "owner": owner},
            )

    def conversations(self, owner: str, containing: str = "", limit: int = 200) -> tuple[ConversationInfo, ...]:
        """The owner's conversations, the last changed first; `containing` searches titles and messages."""
        with self._reading() as connection:
            rows = connection.execute(
                sa.text(
                    "SELECT id, title, created, changed,"
                    " (SELECT count(*) FROM turns WHERE conversation = id) FROM conversations"
                    " WHERE owner = :owner AND (:part = '' OR instr(title, :part) > 0 OR EXISTS"
                    " (SELECT 1 FROM turns WHERE conversation = id AND instr(message, :part) > 0))"
                    " ORDER BY changed DESC, rowid DESC LIMIT :limit"
                ),
                {"owner": owner, "part": containing.strip(), "limit": limit},
            )
            return tuple(ConversationInfo(*row) for row in rows)

    def conversation(self, owner: str, conversation: str) -> Conversation | None:
        """The conversation with its turns; None when there is none of this id that is the owner's."""
        with self._reading() as connection:
            if not _owns(connection, owner, conversation):
                return None
            rows = connection.execute(
                sa.text("SELECT message, reply FROM turns WHERE conversation = :id ORDER BY number"),
                {"id": conversation},
            )
            return Conversation(tuple(Turn(row.message, reply_from_json(json.loads(row.reply))) for row in rows))

    def rename(self, owner: str, conversation: str, title: str) -> bool:
        """False when there is none of this id that is the owner's."""
        with self._writing("更改对话") as connection:
            done = connection.execute(
                sa.text("UPDATE conversations SET title = :title WHERE id = :id AND owner = :owner"),
                {"title": _title(title), "id": conversation, "owner": owner},
            )
            return done.rowcount > 0

    def delete_conversation(self, owner: str, conversation: str) -> bool:
        """Deletes it with its turns and feedback, and their bytes. False when there is none that is the owner's."""
        with self._writing("删除对话") as connection:
            done = connection.execute(
                sa.text("DELETE FROM conversations WHERE id = :id AND owner = :owner"),
                {"id": conversation, "owner": owner},
            )
        self._scrub()
        return done.rowcount > 0

    # Drafts

    def keep_draft(self, owner: str, subject: str, draft: Draft) -> KeptDraft:
        """Keeps `draft` as the next version of the owner's `subject`."""
        identity, now = new_id(), _now()
        with self._writing("保存草稿") as connection:
            version = (
                1
                + connection.execute(
                    sa.text("SELECT coalesce(max(version), 0) FROM drafts WHERE owner = :owner AND subject = :subject"),
                    {"owner": owner, "subject": subject},
                ).scalar_one()
            )
            connection.execute(
                sa.text("INSERT INTO drafts VALUES (:id, :owner, :subject, :version, :now, :draft, '')"),
                {
                    "id": identity,
                    "owner": owner,
                    "subject": subject,
                    "version": version,
                    "now": now,
                    "draft": _dump(draft_to_json(draft)),
                },
            )
        return KeptDraft(identity, subject, version, now, draft)

    def name_draft(self, owner: str, draft: str, name: str) -> None:
        """Gives the owner's version a name; an empty one takes it away."""
        with self._writing("命名草稿") as connection:
            connection.execute(
                sa.text("UPDATE drafts SET name = :name WHERE id = :id AND owner = :owner"),
                {"name": name, "id": draft, "owner": owner},
            )

    def draft(self, owner: str, draft: str) -> KeptDraft | None:
        """None when there is none of this id that is the owner's."""
        found = self._drafts("owner = :owner AND id = :value", owner, draft)
        return found[0] if found else None

    def draft_versions(self, owner: str, subject: str) -> tuple[KeptDraft, ...]:
        """The versions of a subject, the newest first."""
        return self._drafts("owner = :owner AND subject = :value ORDER BY version DESC", owner, subject)

    def _drafts(self, condition: str, owner: str, value: str) -> tuple[KeptDraft, ...]:
        with self._reading() as connection:
            rows = connection.execute(
                sa.text(f"SELECT id, subject, version, created, draft, name FROM drafts WHERE {condition}"),
                {"owner": owner, "value": value},
            )
            return tuple(
                KeptDraft(
                    row.id, row.subject, row.version, row.created, draft_from_json(json.loads(row.draft)), row.name
                )
                for row in rows
            )

    # Feedback

    def keep_feedback(self, owner: str, feedback: Feedback) -> None:
        """Keeps the owner's verdict on a turn, in place of an earlier one. Raises WorkspaceError for no such turn."""
        with self._writing("保存评价") as connection:
            if not _owns(connection, owner, feedback.conversation):
                raise WorkspaceError("没有找到这个对话。")
            connection.execute(
                sa.text(
                    "INSERT INTO feedback VALUES (:conversation, :turn, :verdict, :reason, :now)"
                    " ON CONFLICT DO UPDATE SET verdict = :verdict, reason = :reason, at = :now"
                ),
                {
                    "conversation": feedback.conversation,
                    "turn": feedback.turn,
                    "verdict": feedback.verdict,
                    "reason": feedback.reason,
                    "now": _now(),
                },
            )

    def feedback(self, owner: str) -> tuple[Feedback, ...]:
        with self._reading() as connection:
            rows = connection.execute(
                sa.text(
                    "SELECT conversation, turn, verdict, reason FROM feedback JOIN conversations ON id = conversation"
                    " WHERE owner = :owner ORDER BY at"
                ),
                {"owner": owner},
            )
            return tuple(Feedback(*row) for row in rows)

    def verdicts(self, limit: int = 200) -> tuple[Verdict, ...]:
        """Everybody's verdicts, newest first: for administrators only, which the caller checks."""
        with self._reading() as connection:
            return verdicts(connection, limit)

    def keep_case(self, who: str, conversation: str, turn: int, wanted: dict[str, Any]) -> None:
        """Keeps what the right answer to a judged turn is. Raises WorkspaceError for a turn without a verdict."""
        with self._writing("保存用例") as connection:
            connection.execute(
                sa.text("INSERT OR REPLACE INTO cases VALUES (:conversation, :turn, :now, :who, :wanted)"),
                {"conversation": conversation, "turn": turn, "now": _now(), "who": who, "wanted": _dump(wanted)},
            )

    # Audit

    def note(
        self,
        who: str,
        route: str,
        kind: str,
        documents: tuple[tuple[str, str], ...] = (),
        message: str | None = None,
    ) -> None:
        """Appends an audit entry, chained by hash to the one before it."""
        with self._writing("记录审计") as connection:
            auditing.appended(connection, who, route, kind, documents, message)

    def audit(self) -> tuple[AuditEntry, ...]:
        """Every entry, oldest first."""
        with self._reading() as connection:
            return tuple(auditing.every_entry(connection))

    def audit_page(self, before: int | None = None, count: int = 100) -> tuple[AuditEntry, ...]:
        """The newest `count` entries with a number under `before`, newest first."""
        with self._reading() as connection:
            return auditing.page_of(connection, before, count)

    def audit_entries(self) -> Iterator[AuditEntry]:
        """Every entry, oldest first, one by one: for an export of any length."""
        with self._reading() as connection:
            yield from auditing.every_entry(connection)

    def audit_state(self) -> AuditState:
        """Whether the chain of all entries holds; reads every entry."""
        return auditing.checked(self.audit_entries())

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with plainly("读取"), self._engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def _writing(self, action: str) -> Iterator[sa.Connection]:
        with self._turn, plainly(action), self._engine.connect() as connection:
            connection.execution_options(writes=True)
            with connection.begin():
                yield connection

    def _scrub(self) -> None:
        """Empties the write-ahead log, where deleted text would stay; a busy reader only puts it off."""
        with plainly("清理"), self._engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def new_id() -> str:
    """An id that nobody can guess."""
    return secrets.token_urlsafe(16)


def _owns(connection: sa.Connection, owner: str, conversation: str) -> bool:
    found = connection.execute(
        sa.text("SELECT 1 FROM conversations WHERE id = :id AND owner = :owner"), {"id": conversation, "owner": owner}
    )
    return found.first() is not None


def _count_turns(connection: sa.Connection, conversation: str) -> int:
    counted = connection.execute(
        sa.text("SELECT coalesce(max(number), 0) FROM turns WHERE conversation = :id"), {"id": conversation}
    )
    return int(counted.scalar_one())


def _title(message: str) -> str:
    words = " ".join(message.split())
    return words if len(words) <= _TITLE_CHARACTERS else words[:_TITLE_CHARACTERS] + "…"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
