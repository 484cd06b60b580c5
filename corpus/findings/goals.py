"""Rules over goals and purposes: the four parts of a goal, repetition across projects and years (6, 12, 15)."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from corpus.findings.rulebook import Checked, Hit, Place, project_place, section_place, wording
from corpus.findings.wording import has_figure, sentences
from corpus.folding import squeeze
from corpus.types import Cell, CellState, ProjectRecord, SectionKind

# From this likeness on (0-100) two goals are the same goal in other words: 净化网络信息… / 净化网上信息… is 94.
_NEAR = 85
_FIGURES = re.compile(r"[\d.%一二三四五六七八九十百]+")
OPEN = re.compile(r"【待填[^】]*】")  # in a draft: what is open says nothing yet
_MARK = re.compile(r"^\s*(?:[（(]?(?:\d+|[一二三四五六七八九十]+)[）)]?[、.．]|第?[一二三四五六七八九十\d]+[是、])\s*")
# The years of a cited plan, 《…（2019-2023年）》, are no deadline of the goal's own.
_CITED = re.compile(
    r"《[^《》]*》|20\d\d\s*年?\s*[-－—–~～至到]+\s*20\d\d\s*年?(?=[\u4e00-\u9fff]{0,12}(?:规划|计划|方案|行动|纲要))"
)
_TIME = re.compile(
    r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})月(?:底|末|份|前|\d)|年底|年末|年内|年中|季度|上半年|下半年|全年|每年|每月|每日|每天|每周|每季|"
    r"20\d\d\s*年|期限|之前|日前|\d+\s*(?:小时|个?工作日|天)内"
)


@dataclass(frozen=True, slots=True)
class GoalParts:
    """Which of the four parts of a goal a text has: 做什么, 做多少, 何时, 达到什么效果."""

    deed: bool
    quantity: bool
    time: bool
    effect: bool

    @property
    def missing(self) -> tuple[str, ...]:
        pairs = (
            (self.deed, "做什么（具体事项）"),
            (self.quantity, "做多少（数量、标准）"),
            (self.time, "何时完成"),
            (self.effect, "达到什么效果"),
        )
        return tuple(name for there, name in pairs if not there)


def bare_goal(text: str) -> str:
    """A goal without its number: 净化网络信息，… of 1.净化网络信息，…."""
    return _MARK.sub("", text).strip().rstrip("。；;")


def goal_parts(text: str) -> GoalParts:
    words = wording()
    text = _CITED.sub("", text)
    return GoalParts(
        deed=any(deed in text for deed in words["deeds"]),
        quantity=has_figure(text),
        time=bool(_TIME.search(text)),
        effect=any(effect in text for effect in words["effects"]),
    )


def public_goals(project: ProjectRecord) -> list[Cell]:
    return [goal for goal in project.goals if goal.text is not None]


def quantified_goals(checked: Checked) -> Iterator[Hit]:
    """A project's goals together say what is done, how much, by when, to what effect."""
    for project in checked.projects:
        goals = public_goals(project)
        if not goals or len(goals) != len(project.goals):
            continue
        parts = goal_parts("\n".join(bare_goal(goal.text or "") for goal in goals))
        if parts.missing:
            measurable = "" if parts.quantity else "，没有可衡量的数值"
            yield Hit(
                "goal-unquantified",
                project_place(project, goals[0]),
                f"绩效目标没有写明{'、'.join(parts.missing)}{measurable}，未做到细化、量化。",
                "按“做什么、做多少、何时、达到什么效果”补写，例如写明服务次数、覆盖范围、完成月份和可衡量的效果指标。",
                goals[0].text or "",
            )
        if len(project.goals) == 1 and parts.missing:
            yield Hit(
                "single-goal",
                project_place(project, goals[0]),
                "只有一条绩效目标。",
                "预算支持多项工作的，宜按主要任务分条列出，使目标与指标、资金相对应。",
                goals[0].text or "",
            )


def quantified_sections(checked: Checked) -> Iterator[Hit]:
    for section in checked.sections:
        if section.kind not in (SectionKind.ITEMISED, SectionKind.OVERALL):
            continue
        parts = goal_parts(section.text)
        if parts.quantity or parts.time:
            continue
        if section.kind is SectionKind.OVERALL:
            what = "没有一处年度数量、标准或时限，多是职责和工作要求的表述，难以作为年度目标考核。"
            suggestion = "围绕本年度重点工作写要完成的任务、数量、时限和预期效果，并与分项目标、预算项目对应。"
            quote = next(iter(sentences(section.text)), "")
        else:
            what = "没有一处数量、标准或时限，未做到细化、量化。"
            suggestion = "补充可衡量的数量、标准和完成时限，并与项目绩效目标、指标对应。"
            quote = section.title
        yield Hit("section-unquantified", section_place(section), what, suggestion, quote)


# --- repetition ---------------------------------------------------------------------------------------------------


def repeated_goals(checked: Checked) -> Iterator[Hit]:
    def texts(project: ProjectRecord) -> list[Cell]:
        return public_goals(project)

    yield from _repetition(
        checked,
        texts,
        "goals-identical",
        "goals-similar",
        "绩效目标",
        "结合项目内容分别填写，使目标指向明确，能区分各项目要完成的事。",
    )


def repeated_purposes(checked: Checked) -> Iterator[Hit]:
    def texts(project: ProjectRecord) -> list[Cell]:
        return [project.purpose] if project.purpose.text is not None else []

    yield from _repetition(
        checked,
        texts,
        "purposes-identical",
        "purposes-similar",
        "资金用途",
        "写明各项目购买的服务内容、数量和标准，使用途与项目对应。",
    )


def _repetition(
    checked: Checked,
    texts: Callable[[ProjectRecord], list[Cell]],
    same_rule: str,
    near_rule: str,
    label: str,
    suggestion: str,
) -> Iterator[Hit]:
    groups: dict[str, list[tuple[ProjectRecord, Cell]]] = {}
    for project in checked.projects:
        for cell in texts(project):
            key = squeeze(bare_goal(OPEN.sub("", cell.text or "")))
            if len(key) >= 4:
                groups.setdefault(key, []).append((project, cell))
    for group in groups.values():
        owners = list(dict.fromkeys(project.ordinal for project, _ in group))
        if len(owners) > 1:
            yield _repeat_hit(same_rule, group, f"{_owners(group)}的{label}完全相同（雷同）", suggestion)
    yield from _near(groups, near_rule, label, suggestion)


def _owners(group: list[tuple[ProjectRecord, Cell]]) -> str:
    """The projects of a group, named in full when they are few."""
    places = list(dict.fromkeys(project_place(project) for project, _ in group))
    return "、".join(place.name if len(places) <= 5 else place.short for place in places)


def _repeat_hit(rule: str, group: list[tuple[ProjectRecord, Cell]], what: str, suggestion: str) -> Hit:
    lines = "、".join(str(cell.source.line) for _, cell in group if cell.source.line)
    at = f"（第{lines}行）" if lines else ""
    first = group[0][1]
    return Hit(rule, Place("", "", first.source), f"{what}{at}。", suggestion, first.text or "")


def _near(groups: dict[str, list[tuple[ProjectRecord, Cell]]], rule: str, label: str, suggestion: str) -> Iterator[Hit]:
    """Texts of different projects that are nearly the same: each bundle of them is one hit."""
    for keys in bundles(list(groups)):
        group = [owned for key in keys for owned in groups[key]]
        if len({project.ordinal for project, _ in group}) < 2:
            continue
        which = "只有" if len(keys) == 2 else "只有个别字词（如"
        end = "不同" if len(keys) == 2 else "）不同"
        what = f"{_owners(group)}的{label}近似雷同，{which}{differences(keys[0], keys[1])}{end}"
        yield _repeat_hit(rule, group, what, suggestion)


def bundles(texts: list[str]) -> list[list[str]]:
    """The texts that are nearly like another one, bundled; texts that differ in their figures only are told apart."""
    from rapidfuzz import fuzz, process

    bundle = {text: [text] for text in texts}
    for index, text in enumerate(texts):
        near = process.extract(text, texts[index + 1 :], scorer=fuzz.ratio, score_cutoff=_NEAR, limit=None)
        for other, _, _ in near:
            if bundle[text] is not bundle[other] and not _same_but_figures(text, other):
                bundle[text] += bundle[other]
                for moved in bundle[other]:
                    bundle[moved] = bundle[text]
    distinct = {id(members): members for members in bundle.values()}
    return [members for members in distinct.values() if len(members) > 1]


def _same_but_figures(one: str, other: str) -> bool:
    """Texts that differ only in their figures (第1批, 第2批) are told apart by them."""
    return _FIGURES.sub("", one) == _FIGURES.sub("", other)


def differences(one: str, other: str) -> str:
    """Where two near-identical texts differ, in words: “络”与“上”."""
    found = []
    for tag, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag != "equal":
            # A single character is shown with the one before it; 舆情监测软件 needs none.
            lead = 1 if min(a, c) > 0 and min(b - a, d - c) < 2 else 0
            found.append(f"“{one[a - lead : b]}”与“{other[c - lead : d]}”")
    return "、".join(dict.fromkeys(found[:3]))


def similar_names(checked: Checked) -> Iterator[Hit]:
    named = {squeeze(project.name.text): project for project in checked.projects if project.name.text is not None}
    for names in bundles(list(named)):
        first, *others = sorted((named[name] for name in names), key=lambda project: project.ordinal)
        shown = "、".join(f"项目{other.ordinal}“{other.name.text}”" for other in others[:5])
        more = f"等{len(others)}个项目" if len(others) > 5 else ""
        yield Hit(
            "names-similar",
            project_place(first, first.name),
            f"项目名称与{shown}{more}十分相近，容易混淆。",
            "核对是否重复申报；不是同一事项的，在名称中写明区别。",
            first.name.text or "",
        )


def repeated_sections(checked: Checked) -> Iterator[Hit]:
    """Sentences that stand word for word in more than one of the narrative parts."""
    where: dict[str, list[tuple[Place, str]]] = {}
    for section in checked.sections:
        if section.kind in (SectionKind.OVERALL, SectionKind.ITEMISED, SectionKind.SAFEGUARD):
            for sentence in sentences(section.text):
                key = squeeze(bare_goal(sentence))
                if len(key) >= 12:
                    where.setdefault(key, []).append((section_place(section), sentence))
    found: dict[tuple[str, ...], list[tuple[Place, str]]] = {}
    for places in where.values():
        parts = tuple(dict.fromkeys(re.sub(r"第[一二三四五六七八九十百]+条$", "", place.name) for place, _ in places))
        if len(places) > 1:
            found.setdefault(parts, []).append(places[0])
    for parts, repeats in found.items():
        quotes = "；".join(bare_goal(sentence)[:24] for _, sentence in repeats[:4])
        what = "之间" if len(parts) > 1 else "内部"
        yield Hit(
            "sections-repeat",
            Place("、".join(parts) + what, "、".join(parts) + what, repeats[0][0].source),
            f"有{len(repeats)}句文字完全相同（如：{quotes}），各部分内容重复。",
            "总体目标写方向，分项目标写任务和数值，保障措施写做法，避免整句照搬。",
            repeats[0][1],
        )


_DEADLINE = re.compile(
    r"(20\d\d)\s*年(?:\d{1,2}月)?(?:\d{1,2}日)?(?:底|末|内|前|之前|以前|年底)"
    r"|(?<![^\s.、．）)])(20\d\d)\s*年(?=(?:计划|拟|预计|全年|将)?(?:完成|组织|开展|举办|建成|实施|新建|改造|培训|发放|购置|维修))"
)


def deadlines(checked: Checked) -> Iterator[Hit]:
    """A deadline before the budget year, in a goal or a public target value."""
    for project in checked.projects:
        year = project.year or checked.year
        if year is None:
            continue
        cells = [*project.goals, *(row.target for row in project.indicators if not row.classified)]
        for cell in cells:
            for match in _DEADLINE.finditer(cell.text or "") if cell.state is CellState.VALUE else ():
                if int(match[1] or match[2]) < year:
                    yield Hit(
                        "deadline-outside",
                        project_place(project, cell),
                        f"{'完成时限' if match[1] else '目标所写的年度'}“{match[0]}”早于预算年度 {year} 年。",
                        f"改为 {year} 年内的时限。",
                        cell.text or "",
                    )
