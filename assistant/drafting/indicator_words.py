"""Indicators in a user's words: 数量指标：培训人次≥200人次 as a row of the grid; values put into the rows of a record."""

import re
from dataclasses import replace

from assistant.drafting.materials import BY_USER
from assistant.drafting.wishes import IndicatorWish
from assistant.types import Change
from corpus.findings.wording import clauses
from corpus.folding import squeeze
from corpus.types import Cell, CellState, Indicator, ProjectRecord, Source

HERE = Source((BY_USER,))
LEVEL2 = (
    "数量|质量|时效|经济成本|社会成本|生态环境成本|成本|经济效益|社会效益|生态效益|可持续影响|服务对象满意度|满意度"
)
_TARGET = re.compile(
    r"^(?P<name>.*?)[，,：: ]*(?P<target>(?:(?:大于|小于|不低于|不少于|不高于|不超过|达到|等于)(?:等于)?|[≥≤=＝><＞＜])?\s*\d[\d.,]*\s*(?:%|％|[\u4e00-\u9fff]{1,4})?(?:以上|以内|以下|前)?)(?:[（(]依据[：:]?(?P<basis>[^）)]+)[）)])?$"
)
_SIGNS = (
    (r"^(?:大于等于|不低于|不少于)", "≥"),
    (r"^(?:小于等于|不高于|不超过)", "≤"),
    (r"^(?:等于|达到|＝)", "="),
    (r"^(?:大于|＞)", ">"),
    (r"^(?:小于|＜)", "<"),
)
_SEALED = "该项目的指标涉密，保持“涉密”；如需调整请联系本单位保密或财务人员"


def value(text: str) -> Cell:
    """What the user gave, as a cell; blank where they gave nothing."""
    return Cell(CellState.VALUE, text, HERE) if text else Cell(CellState.BLANK, None, HERE)


def row_of(level1: str, level2: str, said: str) -> Indicator:
    """培训人次≥200人次: the name before the value, the value with its sign."""
    name, target, basis = _parts(said)
    return Indicator(*(value(text) for text in (level1, level2, name, "", target, basis)))


def _parts(said: str) -> tuple[str, str, str]:
    match = _TARGET.match(said)
    name, target, basis = (match["name"], match["target"], match["basis"] or "") if match else (said, "", "")
    for pattern, sign in _SIGNS:
        target = re.sub(pattern, sign, target)
    target = re.sub(r"^(\d.*)以上$", r"≥\1", target)
    target = re.sub(r"^(\d.*)(?:以内|以下)$", r"≤\1", target)
    return name.strip(), target.strip(), basis.strip()


def level1_of(level2: str) -> str:
    for level1, names in (("成本指标", ("成本",)), ("效益指标", ("效益", "可持续影响")), ("满意度指标", ("满意度",))):
        if any(word in level2 for word in names):
            return level1
    return "产出指标"


_MORE = re.compile(
    rf"^(?:再|另)?(?:增加|新增|补充|加上?)(?:[一1][个条项])?(?P<which>(?:{LEVEL2})指标)[：:，,为是]?\s*(?P<said>.+)$"
)
_OPERATOR = r"[≥≤=＝><＞＜]|不低于|不少于|不高于|不超过|大于|小于|达到"
_CHANGED = re.compile(
    rf"^(?P<which>(?:{LEVEL2})(?:指标)?|[^，。：:≥≤=]{{2,20}}?(?:指标|率|满意度|次数|人次|数量))(?:的?(?:指标值|目标值|数值|值))?"
    rf"(?:改为|改成|改到|定为|定在|设为|调整?(?:为|到|至|成)|提高(?:到|至)|降低?(?:到|至)|写成?|填|为|是|[：:]|(?={_OPERATOR}))\s*(?P<said>.+)$"
)


_COUNT = re.compile(
    r"(?:不少于|不低于|不超过|达到|≥|≤)?\s*(?P<number>\d[\d.,]*)\s*(?P<unit>[\u4e00-\u9fff%％]{1,3})(?:以上|以内)?"
)
# 检测点位不少于50个: a thing that is counted, of which a goal or an indicator speaks.
_COUNTED = re.compile(
    r"^(?P<which>(?!第)[\u4e00-\u9fff]{2,12}?)(?P<said>(?:不少于|不低于|不超过|达到|≥|≤)\s*\d[\d.,]*\s*[\u4e00-\u9fff%％]{1,3}(?:以上|以内)?)$"
)


def indicator_wish(said: str, bare: str) -> IndicatorWish | None:
    """数量指标改成≥12次, 增加质量指标：合格率≥95%; None where nothing is said of an indicator's value."""
    if re.search(r"预算|支出|资金|语气|月底", bare):
        return None
    if match := _MORE.match(bare):
        return IndicatorWish(match["which"], _text(match["said"]), said, more=True)
    match = _CHANGED.match(bare)
    if match is None and (counted := _COUNTED.match(bare)):
        return IndicatorWish(counted["which"], _text(counted["said"]), said)
    if match is None or not (re.search(r"\d", match["said"]) or "指标" in match["which"]):
        return None
    if "指标" not in match["which"] and not re.search(rf"^(?:{_OPERATOR})|\d\s*[%％]", match["said"]):
        return None
    return IndicatorWish(match["which"], _text(match["said"]), said)


def _text(words: str) -> str:
    return " ".join(re.sub(r"[【】|]", "", words).split()).rstrip("。")[:100]


def with_indicators(
    project: ProjectRecord, wishes: tuple[IndicatorWish, ...]
) -> tuple[ProjectRecord, tuple[str, ...], dict[str, str]]:
    """The project with the values the user gave; what could not be done; and effects that fit an open blank.

    A classified row takes no value, and a project with one takes no further row: what is classified is not kept here.
    """
    undone: list[str] = []
    facts: dict[str, str] = {}
    for wish in wishes:
        sealed = any(row.classified for row in project.indicators)
        rows = [row for row in project.indicators if not row.classified]
        found = _meant(rows, wish)
        if sealed and (wish.more or not found):
            undone.append(f"{wish.which}（{_SEALED}）")
        elif wish.more:
            project = _with_row(project, wish)
        elif len(found) == 1:
            project = _with_value(project, found[0], wish.said)
        elif found:
            names = "、".join(row.level3.shown for row in found[:8] if row.level3.shown)
            undone.append(f"{wish.whole}（有{len(found)}个这样的指标{f'：{names}' if names else ''}，请写明是哪一个）")
        elif any(recounted(goal.text or "", (wish,))[1] for goal in project.goals):
            continue  # the goal itself says how many
        elif wish.which.endswith(("率", "满意度", "次数")):
            facts["可衡量的效果"] = _as_effect(wish)
        else:
            undone.append(f"{wish.whole}（表中没有这个指标）")
    return project, tuple(undone), facts


def recounted(text: str, wishes: tuple[IndicatorWish, ...]) -> tuple[str, tuple[Change, ...]]:
    """A goal with the counts the user gave: 检测点位不少于50个 for 检测…不少于40个点位, by shared words and the same unit."""
    changes: list[Change] = []
    for wish in wishes:
        given = _COUNT.fullmatch(wish.said)
        if given is None or wish.more:
            continue
        figure = re.compile(rf"(?<![\d.])\d[\d.,]*(?=\s*{re.escape(given['unit'])})")
        for clause in clauses(text):
            new = figure.sub(given["number"], clause, count=1)
            if new != clause and _speaks_of(clause, wish.which):
                text = text.replace(clause, new, 1)
                changes.append(Change(clause, new, BY_USER))
                break
    return text, tuple(changes)


def _speaks_of(text: str, words: str) -> bool:
    """Whether half of the pairs of characters of `words` stand in `text`."""
    pairs = [words[i : i + 2] for i in range(len(words) - 1)]
    return sum(pair in text for pair in pairs) * 2 >= len(pairs) > 0


def _as_effect(wish: IndicatorWish) -> str:
    joined = "" if re.match(_OPERATOR, wish.said) else "达到"
    return f"{wish.which}{joined}{wish.said}"


def _meant(rows: list[Indicator], wish: IndicatorWish) -> list[Indicator]:
    """The rows of that name, else those of that category, else those that count that thing in that unit."""
    wanted = squeeze(wish.which)
    count = _COUNT.fullmatch(wish.said)
    named = [row for row in rows if row.level3.text and squeeze(row.level3.text) == wanted]
    core = wanted.removesuffix("指标")
    return (
        named
        or [row for row in rows if row.level2.text and squeeze(row.level2.text).removesuffix("指标") == core]
        or [row for row in rows if row.level2.text and core in ("满意度", "成本") and core in squeeze(row.level2.text)]
        or [row for row in rows if count and "指标" not in wanted and _counts(row, wanted, count["unit"])]
    )


def _counts(row: Indicator, what: str, unit: str) -> bool:
    return unit in (row.target.text or "") and _speaks_of(f"{row.level3.text or ''}{row.description.text or ''}", what)


def _with_value(project: ProjectRecord, old: Indicator, said: str) -> ProjectRecord:
    name, target, basis = _parts(said)
    new = replace(old, target=value(target or name))
    new = replace(new, level3=value(name)) if name and target else new
    new = replace(new, basis=value(basis)) if basis else new
    rows = tuple(new if row is old else row for row in project.indicators)
    return replace(project, indicators=rows)


def _with_row(project: ProjectRecord, wish: IndicatorWish) -> ProjectRecord:
    """One more row, behind the last of its category, else of its first level, else at the end."""
    same = [n for n, row in enumerate(project.indicators) if squeeze(row.level2.text or "") == wish.which]
    level1 = project.indicators[same[-1]].level1.text if same else level1_of(wish.which)
    alike = same or [n for n, row in enumerate(project.indicators) if squeeze(row.level1.text or "") == level1]
    at = alike[-1] + 1 if alike else len(project.indicators)
    rows = list(project.indicators)
    rows.insert(at, row_of(level1 or "", wish.which, wish.said))
    return replace(project, indicators=tuple(rows))
