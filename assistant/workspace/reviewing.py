"""What an administrator sees across owners: verdicts on replies, and the eval cases that were made of them."""

import json
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from assistant.types import Conversation, Reply, Turn
from assistant.workspace.forms import reply_from_json


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict with the conversation up to the turn it is on, which comes last."""

    conversation: str
    turn: int  # from 1
    word: str  # "up" | "down"
    reason: str
    at: str
    owner: str
    said: Conversation
    wanted: dict[str, Any] | None  # the expected answer an administrator filled in; None so far

    @property
    def reply(self) -> Reply:
        return self.said.turns[-1].reply


def verdicts(connection: sa.Connection, limit: int) -> tuple[Verdict, ...]:
    """The last verdicts of everybody, newest first; none that was taken back."""
    rows = connection.execute(
        sa.text(
            "SELECT f.conversation, f.turn, f.verdict, f.reason, f.at, c.owner, k.wanted FROM feedback f"
            " JOIN conversations c ON c.id = f.conversation"
            " LEFT JOIN cases k ON k.conversation = f.conversation AND k.turn = f.turn"
            " WHERE f.verdict IN ('up', 'down') ORDER BY f.at DESC LIMIT :limit"
        ),
        {"limit": limit},
    ).all()
    found = ((row, _until(connection, row.conversation, row.turn)) for row in rows)
    return tuple(
        Verdict(
            row.conversation,
            row.turn,
            row.verdict,
            row.reason,
            row.at,
            row.owner,
            said,
            json.loads(row.wanted) if row.wanted else None,
        )
        for row, said in found
        if said.turns
    )


def _until(connection: sa.Connection, conversation: str, turn: int) -> Conversation:
    rows = connection.execute(
        sa.text("SELECT message, reply FROM turns WHERE conversation = :id AND number <= :turn ORDER BY number"),
        {"id": conversation, "turn": turn},
    )
    return Conversation(tuple(Turn(row.message, reply_from_json(json.loads(row.reply))) for row in rows))
