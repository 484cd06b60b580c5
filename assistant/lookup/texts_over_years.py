"""What changed of the wording between two years: a project's goals, and the items of the narrative parts."""

import re
from collections.abc import Iterable, Iterator, Sequence

from assistant.lookup.edits import cut, edits
from assistant.lookup.page import Page
from assistant.lookup.sections import TITLES
from assistant.understanding.lexicon import normal
from corpus.findings.goals import bare_goal
from corpus.findings.pairing import paired_sections
from corpus.folding import squeeze
from corpus.numbers import chinese_number
from corpus.types import Cell, CellState, ProjectRecord, Section, SectionKind, Source

_PARTS = (SectionKind.OVERALL, SectionKind.ITEMISED, SectionKind.SAFEGUARD)
# Where the question names one of the parts, only that is told.
_SAID = {
    SectionKind.OVERALL: re.compile("总体|整体"),
    SectionKind.ITEMISED: re.compile("分项"),
    SectionKind.SAFEGUARD: re.compile("措施"),
}
_MOST = 6


def goals_changed(page: Page, pair: tuple[ProjectRecord, ProjectRecord]) -> str:
    """A project's goals of both years beside each other, where they differ; empty where they do not."""
    old, now = pair
    if not text_changed(old.goals, now.goals):
        return ""
    before, after = (_shown(record.goals) for record in pair)
    numbers = (*page.cite(old, old.goals), *page.cite(now, now.goals))
    return f"{now.name.shown}：“{before}” → “{after}”{page.mark(numbers)}"


def _shown(goals: Sequence[Cell]) -> str:
    text = "；".join(bare_goal(goal.text or "") for goal in goals)
    return text if len(text) <= 120 else text[:120] + "…"


def text_changed(before: Sequence[Cell], after: Sequence[Cell]) -> str:
    """What changed between two years' texts in a few words; empty when nothing did or a part is classified."""
    if any(cell.state is CellState.CLASSIFIED for cell in (*before, *after)):
        return ""
    old, new = ([bare_goal(cell.text or "") for cell in cells if cell.text] for cells in (before, after))
    if [squeeze(text) for text in old] == [squeeze(text) for text in new]:
        return ""
    if len(old) != len(new):
        return f"{len(old)} 条 → {len(new)} 条"
    return "；".join(edits(a, b) for a, b in zip(old, new, strict=True) if squeeze(a) != squeeze(b))


def narrative_lines(page: Page, earlier: str, later: str) -> list[str]:
    """For each narrative part of two documents: how many items stand, changed, came and went, and which."""
    before, after = (page.holdings.sections((document,), _PARTS) for document in (earlier, later))
    lines = []
    asked = tuple(kind for kind, words in _SAID.items() if words.search(page.u.message))
    for kind in asked or _PARTS:
        pairs = paired_sections(before, after, kind)
        changed = [(a, b) for a, b in pairs if a is None or b is None or _bare(a) != _bare(b)]
        if pairs:
            lines.append(f"- {TITLES[kind]}：{_counts(pairs, changed)}")
        lines += [_item(page, kind, a, b) for a, b in changed[:_MOST]]
        if len(changed) > _MOST:
            lines.append(f"- {TITLES[kind]}另有 {len(changed) - _MOST} 条变化。")
    return lines


# --- one matter


_SENTENCE = re.compile(r"[^。；;！!？?\n]+")
_SHORTEST = 3  # characters: the shortest stretch of what is asked that a sentence must hold
_MOST_DOCUMENTS = 40
_MOST_SENTENCES = 12


def sentences_over_years(page: Page, matter: str, document_ids: Sequence[str]) -> list[str]:
    """The sentences of a unit's years that hold the longest stretch of the matter that two years of it have in common."""
    if len(document_ids) > _MOST_DOCUMENTS:
        return []
    said = [(document_id, *sentence) for document_id in document_ids for sentence in _sentences(page, document_id)]
    for length in range(len(matter), _SHORTEST - 1, -1):
        for start in range(len(matter) - length + 1):
            stretch = matter[start : start + length]
            found = [(i, text, number) for i, text, number in said if stretch in normal(text)]
            if units := _of_two_years(page, (document_id for document_id, *_ in found)):
                return _told(page, [one for one in found if page.holdings.document(one[0]).unit_name in units])
    return []


def _sentences(page: Page, document_id: str) -> Iterator[tuple[str, tuple[Source, str]]]:
    """A document's public sentences: of its narrative parts and its projects' purposes and goals."""
    for section in page.holdings.sections((document_id,), _PARTS):
        yield from ((part.strip(), (section.source, section.text)) for part in _SENTENCE.findall(section.text))
    for record in page.holdings.projects_of([document_id]):
        for cell in (record.purpose, *record.goals):
            yield from ((part.strip(), (cell.source, cell.text or "")) for part in _SENTENCE.findall(cell.text or ""))


def _of_two_years(page: Page, document_ids: Iterable[str]) -> set[str | None]:
    years: dict[str | None, set[int]] = {}
    for document in map(page.holdings.document, document_ids):
        if document.year is not None:
            years.setdefault(document.unit_name, set()).add(document.year)
    return {unit for unit, of in years.items() if len(of) > 1}


def _told(page: Page, found: Sequence[tuple[str, str, tuple[Source, str]]]) -> list[str]:
    lines: dict[tuple[str, str], str] = {}
    for document_id, text, (source, quote) in sorted(found, key=lambda one: page.holdings.document(one[0]).year or 0):
        document = page.holdings.document(document_id)
        number = page.citations.place(document_id, source, quote)
        lines.setdefault(
            (document_id, text), f"- {document.unit_name or ''} {document.year} 年：“{text}”{page.mark([number])}"
        )
    return list(lines.values())[:_MOST_SENTENCES]


_Pair = tuple[Section | None, Section | None]


def _counts(pairs: Sequence[_Pair], changed: Sequence[_Pair]) -> str:
    if len(pairs) == 1:
        return "有变化" if changed else "没有变化"
    added = sum(a is None for a, _ in changed)
    dropped = sum(b is None for _, b in changed)
    counts = (("修改", len(changed) - added - dropped), ("新增", added), ("删去", dropped))
    said = [f"{name} {count} 条" for name, count in counts if count]
    return "、".join([*said, f"{len(pairs) - len(changed)} 条没有变化"])


def _bare(section: Section) -> str:
    return bare_goal(section.text)


def _item(page: Page, kind: SectionKind, before: Section | None, after: Section | None) -> str:
    section = after or before
    assert section is not None
    number = f"第{chinese_number(section.ordinal)}条" if section.ordinal else ""
    what = (
        "修改"
        if before and after
        else "新增"
        if after
        else f"（{page.holdings.document(section.document_id).year}年）删去"
    )
    numbers = [page.citations.section(one, one.title) for one in (before, after) if one]
    said = edits(_bare(before), _bare(after)) if before and after else f"“{cut(_bare(section))}”"
    return f"- {TITLES[kind]}{number}{what}：{said}{page.mark(numbers)}"
