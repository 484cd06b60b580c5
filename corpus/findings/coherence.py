"""Rules that hold the parts of a document against each other: goals, names, purposes, overlaps, safeguards (6, 10, 15)."""

import re
from collections.abc import Iterator
from itertools import combinations

from corpus.findings.goals import bare_goal, goal_parts, public_goals
from corpus.findings.rulebook import Checked, Hit, Place, project_place, section_place, wording
from corpus.folding import squeeze
from corpus.types import ProjectRecord, SectionKind

# From this likeness on (0-100) goals and purposes of two projects say the same.
_ALIKE = 85
# Names that share this many characters in a row, generic words aside, are about one subject.
_SUBJECT = 4


def off_name_goals(checked: Checked) -> Iterator[Hit]:
    """A project whose goals speak of nothing its name does: neither a telling pair of characters nor a longer run."""
    for project in checked.projects:
        goals = public_goals(project)
        if not goals or len(goals) != len(project.goals) or project.name.text is None:
            continue
        if goal_parts("".join(goal.text or "" for goal in goals)).quantity:
            continue  # who counts says what of: 改造教学楼3栋 under 义务教育薄弱环节改善
        said = squeeze("".join(bare_goal(goal.text or "") for goal in goals))
        name = _telling(project.name.text)
        pairs = _pairs(name) - _pairs(project.unit_name or "")
        if len(pairs) >= 3 and not any(pair in said for pair in pairs) and _common_run(squeeze(name), said) < 3:
            yield Hit(
                "goal-off-name",
                project_place(project, goals[0]),
                "绩效目标没有写到项目名称所指的事项，看不出目标与项目的对应关系。",
                "围绕项目要买的服务、要办的事写目标，使目标、资金用途、指标一一对应。",
                goals[0].text or "",
            )


def vague_purposes(checked: Checked) -> Iterator[Hit]:
    """A purpose of which nothing is left without the words every purpose uses: 签订服务协议，支付服务费用."""
    for project in checked.projects:
        text = project.purpose.text
        if text is None or re.search(r"\d", text):
            continue
        if len(re.findall("[\u4e00-\u9fff]", _without(text, "purpose_words"))) < 2:
            yield Hit(
                "purpose-vague",
                project_place(project, project.purpose),
                "资金用途写得笼统，没有写明购买什么、数量多少、按什么标准，无法核对测算。",
                "写明服务或物品的内容、数量、单价或计费标准，并附测算依据。",
                text,
            )


def overlaps(checked: Checked) -> Iterator[Hit]:
    """Two projects of one subject with the same purpose and goal: possibly the same thing applied for twice."""
    from rapidfuzz import fuzz

    named = [p for p in checked.projects if p.name.text and p.purpose.text and public_goals(p)]
    words = {
        p.ordinal: (squeeze(p.purpose.text or ""), _goal_text(p), squeeze(_telling(p.name.text or ""))) for p in named
    }
    for one, other in combinations(named[:200], 2):
        (purpose, goal, name), (purpose2, goal2, name2) = words[one.ordinal], words[other.ordinal]
        if purpose != purpose2 or fuzz.ratio(goal, goal2) < _ALIKE:
            continue
        shared = _longest_common(name, name2)
        if len(shared) >= _SUBJECT:
            yield Hit(
                "projects-overlap",
                Place(f"{project_place(one).name}、{project_place(other).name}", "", one.name.source),
                f"名称都含“{shared}”，资金用途相同、绩效目标近似，内容可能交叉或重复申报。",
                "说明两个项目各自的服务内容和边界；属同一事项的，合并申报。",
                one.name.text or "",
            )


def _goal_text(project: ProjectRecord) -> str:
    return squeeze("".join(bare_goal(goal.text or "") for goal in public_goals(project)))


def thin_safeguards(checked: Checked) -> Iterator[Hit]:
    """Safeguards that only say the tasks again: at least two of organisation, money and supervision are not there."""
    sections = [section for section in checked.sections if section.kind is SectionKind.SAFEGUARD]
    if not sections:
        return
    text = "".join(section.text for section in sections)
    missing = [name for name, pattern in wording()["safeguards"].items() if not re.search(pattern, text)]
    if len(missing) >= 2:
        rest = "，写的多是工作任务，保障作用不明显" if len(missing) == len(wording()["safeguards"]) else ""
        yield Hit(
            "safeguards-thin",
            Place("工作保障措施", "工作保障措施", section_place(sections[0]).source),
            f"没有写{'、'.join(missing)}方面的措施{rest}。",
            "补充责任分工、资金管理、进度调度和绩效监控等保证目标实现的具体办法。",
            sections[0].title,
        )


# --- words --------------------------------------------------------------------------------------------------------


def _telling(name: str) -> str:
    """A project's name without years, amounts, 文号 and the words any name may have."""
    return _without(re.sub(r"[0-9A-Za-z〔〕\[\]（）()]+号?", "|", name), "name_words")


def _without(text: str, table: str) -> str:
    return re.sub("|".join(sorted(wording()[table], key=len, reverse=True)), "|", text)


def _pairs(text: str) -> frozenset[str]:
    runs = re.findall("[\u4e00-\u9fff]+", squeeze(text))
    return frozenset(run[i : i + 2] for run in runs for i in range(len(run) - 1))


def _common_run(one: str, other: str) -> int:
    return len(_longest_common(one, other))


def _longest_common(one: str, other: str) -> str:
    """The longest run of Chinese characters that stands in both."""
    from difflib import SequenceMatcher

    match = SequenceMatcher(None, one, other, autojunk=False).find_longest_match()
    runs = re.findall("[\u4e00-\u9fff]+", one[match.a : match.a + match.size])
    return max(runs, key=len, default="")
