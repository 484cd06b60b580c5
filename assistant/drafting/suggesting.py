"""Indicators that could fit a project, from the public ones of like projects. Classified rows give none. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.drafting.materials import place
from assistant.lookup.likeness import best_matches
from corpus.folding import squeeze
from corpus.types import CellState, Indicator, ProjectRecord

_MOST = 10
_MOST_A_KIND = 2  # of one level-2 category
_MOST_PROJECTS = 8
# How much of a project's pairs of characters the other one has to share (0-1) to be of its kind.
_LIKE = 0.25


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A public indicator of another project. `words` holds its value as that project's, `source` its place."""

    level1: str
    level2: str
    name: str
    words: str
    source: str
    record: ProjectRecord
    row: Indicator


def suggest(about: str, records: Sequence[ProjectRecord], documents: Mapping[str, str]) -> tuple[Suggestion, ...]:
    """Up to ten indicators of the projects most like `about` (name and purpose); `documents` names them by id."""
    public = [record for record in records if any(_public(row) for row in record.indicators)]
    if not about.strip() or not public:
        return ()
    near = best_matches(about, [f"{r.name.text or ''}{r.purpose.text or ''}" for r in public], _LIKE, near=0.6)
    found: list[Suggestion] = []
    kinds: Counter[str] = Counter()
    names: set[str] = set()
    for record, row in _rows(public[i] for i in near[:_MOST_PROJECTS]):
        key = squeeze(row.level3.text or "")
        if key in names or kinds[row.level2.text or ""] >= _MOST_A_KIND or len(found) == _MOST:
            continue
        names.add(key)
        kinds[row.level2.text or ""] += 1
        found.append(_suggestion(record, row, documents))
    return tuple(found)


def _rows(records: Iterator[ProjectRecord]) -> Iterator[tuple[ProjectRecord, Indicator]]:
    for record in records:
        for row in record.indicators:
            if _public(row):
                yield record, row


def _public(row: Indicator) -> bool:
    states = {cell.state for cell in (row.level1, row.level2, row.level3, row.description, row.target, row.basis)}
    return CellState.CLASSIFIED not in states and row.level3.text is not None


def _suggestion(record: ProjectRecord, row: Indicator, documents: Mapping[str, str]) -> Suggestion:
    level1, level2, name = (cell.text or "" for cell in (row.level1, row.level2, row.level3))
    described = f"（{row.description.text}）" if row.description.text and row.description.text != name else ""
    value = f"，该项目指标值 {row.target.text}" if row.target.text else ""
    basis = f"，依据：{row.basis.text}" if row.basis.text else ""
    year = f"{record.year}年" if record.year else ""
    owner = f"{record.unit_name or ''}{year}“{record.name.shown}”"
    words = f"{level1}—{level2}：{name}{described}{value}{basis}（建议，参考{owner}）。"
    source = f"{documents.get(record.document_id, '')}：{place(row.level3.source)}"
    return Suggestion(level1, level2, name, words, source, record, row)
