"""The audit: who asked what kind of thing when, and of which document versions; never what was said.

Entries are only ever appended, and each is chained by hash to the one before it, so that a change, a move or a gap is
noticed. A cut at the end is noticed by whoever keeps the last link elsewhere (`jixiao audit` shows it).
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

_FIRST_LINK = "0" * 64  # what the first entry is chained to
_AT_ONCE = 1_000  # rows


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """`documents` are (name, sha256 of the sealed text) pairs; `message` is None unless the office chose to keep it."""

    number: int
    at: str
    who: str
    route: str
    kind: str
    documents: tuple[tuple[str, str], ...]
    message: str | None
    link: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class AuditState:
    """How many entries there are, the last one's link, and the number of the first that does not fit; None when all do."""

    count: int
    last_link: str
    broken: int | None


def appended(
    connection: sa.Connection,
    who: str,
    route: str,
    kind: str,
    documents: tuple[tuple[str, str], ...],
    message: str | None,
) -> None:
    """Appends an entry, chained to the last one; the caller's transaction holds both."""
    last = connection.execute(sa.text("SELECT number, link FROM audit ORDER BY number DESC LIMIT 1")).first()
    at = datetime.now(UTC).isoformat(timespec="microseconds")
    entry = AuditEntry((last.number if last else 0) + 1, at, who, route, kind, documents, message, "")
    connection.execute(
        sa.text("INSERT INTO audit VALUES (:number, :at, :who, :route, :kind, :documents, :message, :link)"),
        {
            "number": entry.number,
            "at": entry.at,
            "who": who,
            "route": route,
            "kind": kind,
            "documents": _dump(documents),
            "message": message,
            "link": _link(last.link if last else _FIRST_LINK, entry),
        },
    )


def every_entry(connection: sa.Connection) -> Iterator[AuditEntry]:
    """Every entry, oldest first; never all in memory."""
    rows = connection.execution_options(yield_per=_AT_ONCE).execute(sa.text("SELECT * FROM audit ORDER BY number"))
    return map(_entry, rows)


def page_of(connection: sa.Connection, before: int | None, count: int) -> tuple[AuditEntry, ...]:
    """The newest `count` entries with a number under `before` (None: of all), newest first."""
    rows = connection.execute(
        sa.text("SELECT * FROM audit WHERE :before IS NULL OR number < :before ORDER BY number DESC LIMIT :count"),
        {"before": before, "count": count},
    )
    return tuple(map(_entry, rows))


def checked(entries: Iterable[AuditEntry]) -> AuditState:
    """Whether the chain of `entries`, all of them from the first on, holds."""
    link, count, broken = _FIRST_LINK, 0, None
    for count, entry in enumerate(entries, start=1):
        link = _link(link, entry)
        if broken is None and (entry.number != count or entry.link != link):
            broken = entry.number
    return AuditState(count, link if count else "", broken)


def first_broken_link(entries: tuple[AuditEntry, ...]) -> int | None:
    """The number of the first entry that was changed, moved or follows a cut; None when the chain holds."""
    return checked(entries).broken


def _entry(row: Any) -> AuditEntry:
    documents = tuple((name, sha256) for name, sha256 in json.loads(row.documents))
    return AuditEntry(row.number, row.at, row.who, row.route, row.kind, documents, row.message, row.link)


def _link(before: str, entry: AuditEntry) -> str:
    said = [entry.number, entry.at, entry.who, entry.route, entry.kind, entry.documents, entry.message]
    return hashlib.sha256(f"{before}{_dump(said)}".encode()).hexdigest()


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
