"""Indicators in a user's words: 数量指标：培训人次≥200人次 as a row of the grid; values put into the rows of a record."""

import re
from dataclasses import replace
from decimal import Decimal

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
    r"(?:不少于|不低于|不超过|达到|≥|≤)?\s*(?P<number>\d[\d.,]*)\s*(?P<unit>[\u4e00-\u9fff%％]{1,3}?)(?:以上|以内)?"
)
# 检测点位不少于50个: a thing that is counted, of which a goal or an indicator speaks.
_COUNTED = re.compile(
    r"^(?P<which>(?!第)[\u4e00-\u9fff]{2,12}?)(?P<said>(?:不少于|不低于|不超过|达到|≥|≤)\s*\d[\d.,]*\s*[\u4e00-\u9fff%％]{1,3}(?:以上|以内)?)$"
)


_FIGURE = r"\d[\d,.]*\s*(?!万元?(?:以上|以内)?$|元)(?:万|亿)?[\u4e00-\u9fff%％]{1,3}?"
# 抽检批次增加到1300批次, 检查260家改成280家: another count of what is counted now.
_RECOUNTED = re.compile(
    rf"^(?:把|将)?(?P<which>(?!第|[一二三四上下前]?[半季])[\u4e00-\u9fff]{{2,14}}?)(?:由|从)?(?P<old>{_FIGURE})?(?:的)?"
    r"(?:增加|提高|减少|降低?|压缩|扩大|调整|提升|上调|下调|改|定|变|增|减)(?:到|至|为|成)"
    rf"\s*(?P<said>(?:{_OPERATOR})?\s*{_FIGURE}(?:以上|以内)?)$"
)
# 隐患整改率提高2个百分点, 检查家数比今年增加20家
_BY = re.compile(
    r"^(?P<which>[\u4e00-\u9fff]{2,14}?)(?:比(?:今年|上年|去年|本年))?(?:再|要|都)?(?P<verb>增加|提高|提升|上升|上调|多|减少|降低|下降|下调|压减|少)(?:了)?"
    r"(?P<number>\d[\d.]*)\s*(?P<unit>个百分点|(?!万元?$|元|成|倍|[%％])[\u4e00-\u9fff]{1,3})$"
)
_LESS = ("减少", "降低", "下降", "下调", "压减", "少")


def indicator_wish(said: str, bare: str) -> IndicatorWish | None:
    """数量指标改成≥12次, 增加质量指标：合格率≥95%; None where nothing is said of an indicator's value."""
    if re.search(r"预算|支出|资金|语气|月底|季度|半年|年底|年末", bare):
        return None
    if (match := _RECOUNTED.match(bare)) and "指标" not in match["which"]:
        return IndicatorWish(match["which"], _text(match["said"]), said, old=(match["old"] or "").strip())
    if match := _BY.match(bare):
        delta = Decimal(match["number"]) * (-1 if match["verb"] in _LESS else 1)
        unit = "%" if match["unit"] == "个百分点" else match["unit"]
        return IndicatorWish(match["which"], f"{match['number']}{unit}", said, delta=delta)
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


def recount_of(given: str, said: str, project: ProjectRecord) -> IndicatorWish | None:
    """抽检1300批次 where the project counts 抽检 in 批次 now: another count of it."""
    match = re.match(rf"(?P<which>[\u4e00-\u9fff]{{2,16}}?)(?P<said>(?:{_OPERATOR})?{_FIGURE})$", given)
    if match is None:
        return None
    wish = IndicatorWish(match["which"], _text(match["said"]), said)
    return wish if counted_in(project, wish) else None


def counted_in(project: ProjectRecord, wish: IndicatorWish) -> bool:
    """Whether the wish is another count of what a public row or a goal of the project counts."""
    rows = [row for row in project.indicators if not row.classified]
    goals = any(recounted(goal.text or "", (wish,))[1] for goal in project.goals)
    return not wish.more and (goals or len(_meant(rows, wish)) == 1)


def reckoned(wish: IndicatorWish, text: str) -> IndicatorWish:
    """提高2个百分点 with the figure that stands in `text` now: 95% becomes 97%."""
    if wish.delta is None:
        return wish
    unit = re.sub(r"^[\d.]+", "", wish.said)
    now = re.search(rf"(\d+(?:\.\d+)?)\s*{re.escape(unit)}", text)
    return replace(wish, said=f"{Decimal(now[1]) + wish.delta:f}{unit}", delta=None) if now else wish


def with_indicators(
    project: ProjectRecord, wishes: tuple[IndicatorWish, ...], now: int = 0
) -> tuple[ProjectRecord, tuple[str, ...], dict[str, str]]:
    """The project with the values the user gave; what could not be done; and effects that fit an open blank.

    A classified row takes no value, and a project with one takes no further row: what is classified is not kept here.
    """
    undone: list[str] = []
    facts: dict[str, str] = {}
    for wish in wishes:
        project, words, more = _with_one(project, wish)
        facts |= more
        if words and wish.round == now:
            undone.append(words)
    return project, tuple(undone), facts


def _with_one(project: ProjectRecord, wish: IndicatorWish) -> tuple[ProjectRecord, str, dict[str, str]]:
    """The project with one wish done, or why it could not be."""
    sealed = any(row.classified for row in project.indicators)
    found = _meant([row for row in project.indicators if not row.classified], wish)
    in_goal = any(recounted(goal.text or "", (wish,))[1] for goal in project.goals)
    if sealed and (wish.more or not (found or in_goal)):
        return project, f"{wish.which}（{_SEALED}）", {}
    if wish.more:
        return _with_row(project, wish), "", {}
    if len(found) == 1:
        return _with_value(project, found[0], reckoned(wish, found[0].target.text or "").said), "", {}
    if in_goal:
        return project, "", {}  # the goal itself says how many
    if found:
        names = "、".join(row.level3.shown for row in found[:8] if row.level3.shown)
        which = f"有{len(found)}个这样的指标{f'：{names}' if names else ''}，请写明是哪一个"
        return project, f"{wish.whole}（{which}）", {}
    if wish.which.endswith(("率", "满意度", "次数")) and wish.delta is None:
        return project, "", {"可衡量的效果": _as_effect(wish)}
    return project, f"{wish.whole}（表中没有这个指标）", {}


def recounted(text: str, wishes: tuple[IndicatorWish, ...]) -> tuple[str, tuple[Change, ...]]:
    """A goal with the counts the user gave: 检测点位不少于50个 for 检测…不少于40个点位, by shared words and the same unit."""
    changes: list[Change] = []
    for wish in wishes:
        for clause in clauses(text):
            given = _COUNT.fullmatch(reckoned(wish, clause).said)
            if given is None or wish.more or (wish.delta is not None and reckoned(wish, clause).delta is not None):
                continue
            now = re.escape(wish.old) if wish.old else rf"\d[\d.,]*\s*{re.escape(given['unit'])}"
            new = re.sub(rf"(?<![\d.]){now}", f"{given['number']}{given['unit']}", clause, count=1)
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
    if (sign := re.match(r"[≥≤=＝><＞＜]", old.target.text or "")) and re.match(r"\d", target):
        target = f"{sign[0]}{target}"  # 提高到90% of ≥88%: no less than that
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
