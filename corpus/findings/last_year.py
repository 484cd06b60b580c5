"""Rules that hold a document against the unit's one of the year before (rule 15): text that was only copied."""

import re
from collections.abc import Iterator

from corpus.findings.goals import bare_goal, differences, public_goals
from corpus.findings.pairing import paired, paired_sections
from corpus.findings.rulebook import Checked, Hit, Place, project_place, section_place
from corpus.folding import squeeze
from corpus.types import Cell, ProjectRecord, Section, SectionKind

_PARTS = {
    SectionKind.OVERALL: "总体绩效目标",
    SectionKind.ITEMISED: "分项绩效目标",
    SectionKind.SAFEGUARD: "工作保障措施",
}
# From this likeness on (0-100) a goal is last year's in other words.
_NEAR = 90
_YEAR = re.compile(r"20\d\d年?")


def copied_goals(checked: Checked) -> Iterator[Hit]:
    """A project's goal word for word, or nearly, as the same project's of the year before."""
    if checked.previous is None:
        return
    for old, now in paired(checked.previous.projects, checked.projects).pairs:
        for goal in public_goals(now):
            yield from _copied(old, now, goal)


def _copied(old: ProjectRecord, now: ProjectRecord, goal: Cell) -> Iterator[Hit]:
    from rapidfuzz import fuzz

    said = _key(goal.text or "")
    before = [(_key(cell.text or ""), cell) for cell in public_goals(old)]
    place = project_place(now, goal)
    if any(said == text for text, _ in before):
        message, suggestion = "绩效目标与上年完全相同。", "根据本年度工作安排更新数量、时限和效果。"
        yield Hit("goal-as-last-year", place, message, suggestion, goal.text or "")
        return
    near = max(before, key=lambda pair: fuzz.ratio(said, pair[0]), default=None)
    if near and fuzz.ratio(said, near[0]) >= _NEAR and not _figures_changed(said, near[0]):
        message = f"绩效目标与上年只有{differences(near[0], said)}不同，没有体现本年度的任务变化。"
        suggestion = "根据本年度工作安排更新数量、时限和效果。"
        yield Hit("goal-near-last-year", place, message, suggestion, goal.text or "")


def _key(text: str) -> str:
    """A text without its number and the year it is for: 2025年完成… copied as 2026年完成… is a copy."""
    return squeeze(_YEAR.sub("", bare_goal(text)))


def _figures_changed(one: str, other: str) -> bool:
    return re.findall(r"\d+", one) != re.findall(r"\d+", other)


def copied_sections(checked: Checked) -> Iterator[Hit]:
    """Items of a narrative part that stand word for word as the year before: one hit a part."""
    if checked.previous is None:
        return
    for kind, name in _PARTS.items():
        pairs = paired_sections(checked.previous.sections, checked.sections, kind)
        both = [(old, now) for old, now in pairs if old is not None and now is not None]
        same = [now for old, now in both if _key(old.text) == _key(now.text)]
        if same:
            yield _section_hit(name, same, sum(now is not None for _, now in pairs))


def _section_hit(name: str, same: list[Section], total: int) -> Hit:
    first = same[0]
    what = f"有{len(same)}条（共{total}条）与上年完全相同" if total > 1 else "与上年完全相同"
    place = section_place(first)
    return Hit(
        "section-as-last-year",
        Place(name, name, place.source),
        f"{what}，没有体现本年度的新任务。" if len(same) == total else f"{what}。",
        "结合本年度重点工作更新任务、数量和时限；确需沿用的，核对其中的规划、提法是否仍然有效。",
        first.text,
    )
