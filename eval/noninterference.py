"""Two libraries that differ only in classified values must say the same, to the byte, to every question.

This catches what no search for a value does: a yes or no, a range, a rank, a sum, a length. A twin is a document of
eval/documents with other values, of other lengths, in its classified cells.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from eval.run import converse
from eval.subject import DOCUMENTS, open_paths
from eval.types import Case, Transcript

TWINS = Path(__file__).parent / "twins"


def differing(cases: Sequence[Case], twins: Path = TWINS) -> tuple[str, ...]:
    """The ids of the cases whose replies tell the two libraries apart; every case is asked of each twin's library."""
    paths = sorted(path for path in twins.iterdir() if path.suffix == ".txt")
    return tuple(f"{path.name}#{id}" for path in paths for id in _differing(cases, path))


def _differing(cases: Sequence[Case], twin: Path) -> list[str]:
    one, other = (_said(cases, path) for path in (DOCUMENTS / twin.name, twin))
    return [case.id for case, here, there in zip(cases, one, other, strict=True) if here != there]


def _said(cases: Sequence[Case], path: Path) -> list[str]:
    with open_paths([path]) as subject:
        return [given_out(converse(case.turns, subject.assistant)) for case in cases]


def given_out(transcript: Transcript) -> str:
    """All that a conversation gave out, without its times."""
    parts: list[object] = [transcript.error]
    for exchange in transcript.exchanges:
        reply = exchange.reply
        parts.append({key: value for key, value in reply.as_json().items() if key != "elapsed_ms"})
        parts += [reply.draft.as_json() if reply.draft else None, reply.grid and [reply.grid.columns, reply.grid.rows]]
    return json.dumps(parts, ensure_ascii=False)
