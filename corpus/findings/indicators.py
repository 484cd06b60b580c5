"""Rules over the indicator grid (rules 4, 5, 8-11, 13, 14, 16). A row with a classified cell is passed over whole."""

import re
from collections.abc import Iterator
from decimal import Decimal

from corpus.fields import INDICATOR_TREE
from corpus.findings.goals import OPEN, bare_goal, public_goals
from corpus.findings.rulebook import Checked, Hit, blank, classified, project_place, wording
from corpus.findings.wording import clauses
from corpus.folding import squeeze
from corpus.numbers import find_amounts, find_percents, format_amount, format_percent, parse_number
from corpus.types import Cell, Indicator, ProjectRecord

_REQUIRED = ("产出指标", "效益指标", "满意度指标")
_OLDER = {"成本指标", "可持续影响指标"}


def _public_rows(project: ProjectRecord) -> list[Indicator]:
    return [row for row in project.indicators if not row.classified and not classified(row.level1, row.level2)]


def _all_public(project: ProjectRecord) -> bool:
    return len(_public_rows(project)) == len(project.indicators)


def kinds(checked: Checked) -> Iterator[Hit]:
    """产出, 效益 and 满意度 are there; the category names are public unless the policy classifies them."""
    for project in checked.projects:
        if not project.indicators:
            yield Hit(
                "indicators-missing",
                project_place(project),
                "没有绩效指标。",
                "按产出、效益、满意度等设置可衡量的绩效指标。",
            )
            continue
        if classified(*(row.level1 for row in project.indicators)):
            continue
        level1 = {squeeze(row.level1.text or "") for row in project.indicators}
        missing = [name for name in _REQUIRED if not any(name in text or name[:-2] in text for text in level1)]
        if missing:
            yield Hit(
                "level1-missing",
                project_place(project, project.indicators[0].level1),
                f"没有设置{'、'.join(missing)}。",
                "补充缺少的指标；确不适用的，说明理由。",
            )
        name = project.name.text or ""
        wants_cost = next((word for word in checked.settings.cost_first if word in name), None)
        if wants_cost and "成本指标" not in level1:
            yield Hit(
                "cost-first",
                project_place(project, project.indicators[0].level1),
                f"项目属于“{wants_cost}”类，一级指标中没有单列成本指标。",
                "在一级指标中单列成本指标，并写明单位成本或总成本控制数。",
            )


def vocabulary(checked: Checked) -> Iterator[Hit]:
    known = {name for names in INDICATOR_TREE.values() for name in names}
    for project in checked.projects:
        for row in project.indicators:
            if row.level1.text is None or row.level2.text is None:
                continue
            level1, level2 = squeeze(row.level1.text), squeeze(row.level2.text)
            place = project_place(project, row.level2)
            if level2 == "成本指标" and level1 == "产出指标":
                yield Hit(
                    "level2-place",
                    place,
                    "成本指标设在产出指标之下，是较早的指标体系。",
                    "现行体系中成本指标为一级指标，下设经济成本、社会成本、生态环境成本指标；按财政部门当年表样调整。",
                    row.level2.text,
                )
            elif level2 == "可持续影响指标":
                yield Hit(
                    "level2-place",
                    place,
                    "使用了可持续影响指标，是较早的指标体系。",
                    "现行体系的效益指标为经济效益、社会效益、生态效益；按财政部门当年表样调整。",
                    row.level2.text,
                )
            elif level2 not in known and level1 in INDICATOR_TREE:
                yield Hit(
                    "level2-unknown",
                    place,
                    f"二级指标“{row.level2.text}”不是通用的指标名称。",
                    f"{row.level1.text}下一般设{'、'.join(INDICATOR_TREE[level1])}。",
                    row.level2.text,
                )
            elif level1 in INDICATOR_TREE and level2 not in INDICATOR_TREE[level1]:
                right = next(name for name, names in INDICATOR_TREE.items() if level2 in names)
                yield Hit(
                    "level2-unknown",
                    place,
                    f"{row.level2.text}设在{row.level1.text}之下，与指标体系不符。",
                    f"应设在{right}之下。",
                    row.level2.text,
                )


def mixed_trees(checked: Checked) -> Iterator[Hit]:
    """Projects of one document that set different second-level indicators under 效益."""
    sets: dict[tuple[str, ...], list[ProjectRecord]] = {}
    for project in checked.projects:
        rows = project.indicators
        if not rows or classified(*(cell for row in rows for cell in (row.level1, row.level2))):
            continue
        names = dict.fromkeys(squeeze(row.level2.text or "") for row in rows if "效益" in (row.level1.text or ""))
        if names:
            sets.setdefault(tuple(sorted(names)), []).append(project)
    if not 1 < len(sets) <= 4:
        return
    parts = [f"{'、'.join(f'项目{p.ordinal}' for p in group)}设{'、'.join(names)}" for names, group in sets.items()]
    fewest = min(sets.values(), key=len)[0]
    row = next(row for row in fewest.indicators if "效益" in (row.level1.text or ""))
    yield Hit(
        "level2-mixed",
        project_place(fewest, row.level2),
        f"各项目效益指标的设置不一致：{'；'.join(parts)}。",
        "同类项目的指标设置宜一致；确有不同的，结合项目内容说明。",
        row.level2.text or "",
    )


# --- values -------------------------------------------------------------------------------------------------------

_OPERATORS = (
    "≥",
    "≤",
    "＝",
    "=",
    ">",
    "<",
    "＞",
    "＜",
    "不低于",
    "不少于",
    "不高于",
    "不超过",
    "大于",
    "小于",
    "等于",
    "定性",
)
_OPERATOR = re.compile("^(?:" + "|".join(_OPERATORS) + ")+")
_GRADED = re.compile(
    r"优|良|合格|达标|及时|完成|有效|显著|明显|三档|分档|定性|好坏|高中低|是|否|无|\d+\s*[-—~～至]\s*\d+|年|月|日"
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_MAY_EXCEED = ("增长", "倍", "超额", "提高", "增幅", "比上年", "投入产出")


def targets(checked: Checked) -> Iterator[Hit]:
    for project in checked.projects:
        for row in _public_rows(project):
            yield from _target(project, row)


def _target(project: ProjectRecord, row: Indicator) -> Iterator[Hit]:
    place = project_place(project, row.target)
    name = row.level3.text or "指标"
    if blank(row.target):
        if not blank(row.level3):
            yield Hit("target-blank", place, "有三级指标没有填写指标值。", "按“符号＋数值＋单位”填写指标值。", name)
        return
    text = squeeze(row.target.text or "")
    bare = _OPERATOR.sub("", text)
    if not _NUMBER.search(bare) and not _GRADED.search(bare):
        yield Hit(
            "target-form",
            place,
            f"“{name}”的指标值“{row.target.text}”既没有数值也没有分档，无法衡量。",
            "定量指标写“符号＋数值＋单位”；定性指标写明分档标准。",
            row.target.text or "",
        )
    if parse_number(bare) is not None and not _unit_elsewhere(row):
        yield Hit(
            "target-unit",
            place,
            f"“{name}”的指标值“{row.target.text}”没有计量单位。",
            "在数值后写明单位（次、份、%、万元等）。",
            row.target.text or "",
        )
    yield from _operator(project, row, text)
    yield from _percent(project, row, text)


def _unit_elsewhere(row: Indicator) -> bool:
    """Whether the indicator's name or description says the unit: 培训人数（人）, 单位：次."""
    said = f"{row.level3.text or ''}{row.description.text or ''}"
    return bool(
        re.search(
            r"[（(](?:%|％|个|次|人|名|户|家|项|份|件|台|套|场|篇|条|公里|米|亩|吨|天|小时|元|万元)[）)]|单位[:：]",
            said,
        )
    )


def _cost(row: Indicator) -> bool:
    return "成本" in squeeze((row.level1.text or "") + (row.level2.text or ""))


def _operator(project: ProjectRecord, row: Indicator, text: str) -> Iterator[Hit]:
    if _cost(row) and text.startswith(("≥", ">", "不低于", "不少于", "大于")):
        yield Hit(
            "target-operator",
            project_place(project, row.target),
            f"成本指标“{row.level3.shown}”使用了“{text[:1]}”，成本应是上限或定值。",
            "成本指标的符号用“≤”或“=”。",
            row.target.text or "",
        )


def _percent(project: ProjectRecord, row: Indicator, text: str) -> Iterator[Hit]:
    percents = [mention.value for mention in find_percents(text)]
    over = [value for value in percents if value > 100]
    said = f"{row.level3.text or ''}{row.description.text or ''}"
    place = project_place(project, row.target)
    if over and not any(word in said for word in _MAY_EXCEED):
        hint = "；如系“≥”误识为“2”，应为" + f"≥{format_percent(over[0] - 200)}" if 200 < over[0] <= 300 else ""
        yield Hit(
            "target-percent",
            place,
            f"“{row.level3.shown}”的指标值 {format_percent(over[0])} 超过 100%。",
            f"核对数值{hint}。",
            row.target.text or "",
        )
    satisfied = "满意" in squeeze((row.level1.text or "") + (row.level2.text or "") + said)
    if satisfied and percents and max(percents) < 90:
        yield Hit(
            "satisfaction-low",
            place,
            f"满意度指标值 {format_percent(max(percents))} 低于 90%，比较少见。",
            "核对是否偏低；确有原因的，在指标值确定依据中说明。",
            row.target.text or "",
        )


def uneven_rows(checked: Checked) -> Iterator[Hit]:
    """Rows without what most rows of the document have: a sign before the value, a description. Forms that have
    neither, or a column of their own for the sign, are as they are."""
    rows = [(project, row) for project in checked.projects for row in _public_rows(project) if not blank(row.level3)]
    counted = [(p, r) for p, r in rows if _COUNTS.match(squeeze(r.target.text or ""))]
    signed = sum(bool(_OPERATOR.match(squeeze(row.target.text or ""))) for _, row in rows)
    if signed > 2 * len(counted):
        for project, row in counted:
            yield Hit(
                "target-sign",
                project_place(project, row.target),
                f"“{row.level3.shown}”的指标值“{row.target.text}”没有写符号，本文件多数指标值写了。",
                "按“符号＋数值＋单位”补上“≥”“≤”或“＝”。",
                row.target.text or "",
            )
    empty = [(project, row) for project, row in rows if blank(row.description)]
    if len(rows) > 3 * len(empty):
        for project, row in empty:
            yield Hit(
                "description-blank",
                project_place(project, row.description),
                "有指标没有填写绩效指标描述。",
                "写明指标的含义或计算方法。",
                row.level3.text or "",
            )


# A count without a sign: 260家; dates and graded values are none, and 100% says what it must be.
_COUNTS = re.compile(r"(?!100[%％])\d[\d.,]*(?:[%％]|(?![年月日\-—~～至])[\u4e00-\u9fff]{1,3})$")


def bases(checked: Checked) -> Iterator[Hit]:
    for project in checked.projects:
        for row in _public_rows(project):
            if blank(row.basis) and not blank(row.level3):
                yield Hit(
                    "basis-blank",
                    project_place(project, row.basis),
                    "有指标没有填写指标值确定依据。",
                    "写明依据，如工作计划、合同、行业标准、历史数据。",
                    row.level3.text or "",
                )


def inputs(checked: Checked) -> Iterator[Hit]:
    for project in checked.projects:
        for row in _public_rows(project):
            said = f"{row.level3.text or ''}{row.description.text or ''}"
            word = next((word for word in wording()["inputs"] if word in said), None)
            if word and "产出" in (row.level1.text or "") and not _cost(row):
                yield Hit(
                    "input-as-output",
                    project_place(project, row.level3),
                    f"“{row.level3.shown}”反映的是投入（{word}），不是产出。",
                    "产出指标写项目提供的产品或服务的数量、质量、时效。",
                    row.level3.text or "",
                )


def costs(checked: Checked) -> Iterator[Hit]:
    """The cost rows of a project, each and together, stay within its budget."""
    for project in checked.projects:
        total = project.total.value
        if total is None or not _all_public(project):
            continue
        amounts = [(row.target, amount) for row in project.indicators if _cost(row) for amount in _amounts(row.target)]
        over = [(cell, amount) for cell, amount in amounts if amount > total]
        together = sum((amount for _, amount in amounts), Decimal(0))
        if over:
            what, cell = f"成本指标值 {format_amount(over[0][1])} 万元", over[0][0]
        elif len(amounts) > 1 and together > total:
            what, cell = f"各项成本指标值合计 {format_amount(together)} 万元", amounts[0][0]
        else:
            continue
        yield Hit(
            "cost-over-budget",
            project_place(project, cell),
            f"{what}，超过预算数 {format_amount(total)} 万元。",
            "核对成本指标值与预算数。",
            cell.text or "",
        )


def _amounts(cell: Cell) -> list[Decimal]:
    """The amounts of a target that are totals; unit prices (元/人) are none."""
    text = cell.text or ""
    return [m.value for m in find_amounts(text) if not text[m.end :].lstrip().startswith(("/", "每"))]


# --- goals and indicators -----------------------------------------------------------------------------------------


# 合格率 of 合格率不低于99%: common words, and yet the row 数字化成品合格率 is its indicator.
_RATE = re.compile(r"[\u4e00-\u9fff]{2}(?:率|度(?=[达不为≥≤]))")
_NOT_YET = "\0"  # stands for an open blank: a clause with one cannot be compared yet


def matching(checked: Checked) -> Iterator[Hit]:
    """Each deed of a goal has an indicator, each output indicator a deed; told by shared words, so only a hint."""
    for project in checked.projects:
        goals = public_goals(project)
        if not goals or len(goals) != len(project.goals) or not project.indicators or not _all_public(project):
            continue
        said = [f"{row.level3.text or ''}{row.description.text or ''}" for row in project.indicators]
        grid = _words("".join(said))
        for goal in goals:
            for clause in clauses(bare_goal(OPEN.sub(_NOT_YET, goal.text or ""))):
                words = _words(clause)
                if _NOT_YET in clause:
                    continue
                if (
                    len(words) >= 3
                    and not words & grid
                    and not any(rate in "".join(said) for rate in _RATE.findall(clause))
                ):
                    yield Hit(
                        "goal-without-indicator",
                        project_place(project, goal),
                        f"目标中的“{clause}”没有对应的绩效指标。",
                        "为该项任务设置产出或效益指标，或调整目标表述。",
                        clause,
                    )
        told = _words(
            "".join(goal.text or "" for goal in goals) + (project.purpose.text or "") + (project.name.text or "")
        )
        for row, text in zip(project.indicators, said, strict=True):
            words = _words(text)
            counts = "数量" in (row.level2.text or "")  # 合格率 and the like belong to a deed without being one
            if "产出" in (row.level1.text or "") and counts and len(words) >= 3 and not words & told:
                yield Hit(
                    "indicator-without-goal",
                    project_place(project, row.level3),
                    f"产出指标“{row.level3.text}”在绩效目标中没有对应的任务。",
                    "在绩效目标中补充该项任务，或删去无关指标。",
                    row.level3.text or "",
                )


def _words(text: str) -> frozenset[str]:
    """The pairs of characters of `text` that tell something; common words are left out."""
    kept = re.sub("|".join(wording()["common_words"]), "|", squeeze(text))
    runs = re.findall(r"[\u4e00-\u9fff]+", kept)
    return frozenset(run[i : i + 2] for run in runs for i in range(len(run) - 1))
