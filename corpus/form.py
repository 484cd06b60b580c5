"""The 绩效目标表 form: which cell of a grid is which field, found by labels and place, never by line numbers.

Works on sealed cells, so that nothing it decides can depend on a classified value. Every format comes here as grids.
"""

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from corpus.fields import FIELDS, INDICATOR_TREE
from corpus.folding import squeeze
from corpus.types import Cell, CellState, Source

LONGEST_LABEL = 40  # characters; a longer text is never a label, a title or a unit line
INDICATOR_KEYS = ("level1", "level2", "level3", "description", "target", "basis")
DATA_KEYS = ("level3", "description", "target", "basis")
SIDE_KEYS = ("operator", "measure")  # forms that print ≥ | 95 | % in three columns
AMOUNT_KEYS = ("total", "fiscal", "other")

_EXTRA_LABELS = {
    "预算规模及资金用途": "budget",
    "预算规模": "budget",
    "预算规模及": "budget",  # broken off by the end of a page
    "项目资金": "budget",
    "资金情况": "budget",
    "实施单位": "unit",
    "项目实施单位": "unit",
    "项目单位": "unit",
    "预算单位": "unit",
    "填报单位": "unit",
    "申报单位": "unit",
    "主管部门": "aside",
    "主管部门及代码": "aside",
    "项目负责人": "aside",
    "联系人": "aside",
    "联系电话": "aside",
    "项目属性": "aside",
    "项目类型": "aside",
    "项目类别": "aside",
    "项目期": "aside",
    "项目起止时间": "aside",
    "绩效指标": "grid",
    "指标性质": "operator",
    "指标方向": "operator",
    "运算符号": "operator",
    "运算符": "operator",
    "计量单位": "measure",
    "度量单位": "measure",
}
# Under a head 指标值 that spans three columns; these words alone are too common to be labels anywhere else.
_VALUE_HEADS = {
    **dict.fromkeys(("符号", "性质", "指标性质", "指标方向", "运算符号", "运算符", "关系符号"), "operator"),
    **dict.fromkeys(("值", "数值", "数", "指标值", "目标值"), "target"),
    **dict.fromkeys(("单位", "计量单位", "度量单位", "单位文字描述", "文字描述"), "measure"),
}
_MONTHS = {
    "一季度": 3,
    "第一季度": 3,
    "二季度": 6,
    "第二季度": 6,
    "上半年": 6,
    "三季度": 9,
    "第三季度": 9,
    "前三季度": 9,
    "四季度": 12,
    "第四季度": 12,
    "全年": 12,
    "年底": 12,
    "年末": 12,
}
_CHINESE_MONTHS = {
    n: i for i, n in enumerate(("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"), start=1)
}
_MONTH = re.compile(
    r"(?:截至|截止|至|到)?(\d{1,2}|十[一二]?|[一二三四五六七八九])月(?:底|末|份|\d{1,2}日)?(?:前|止|累计)?"
)
_PARENTHESES = re.compile(r"\([^()]*\)")
_LABEL_NOISE = re.compile(r"[():*%\[\]]")
_TITLE_END = re.compile(
    r"(?:支\s*出\s*)?绩\s*效\s*目\s*标\s*(?:申\s*报|批\s*复|公\s*开)?\s*表\s*(?P<continued>[（(]\s*续\s*[)）])?\s*$"
)
_TITLE_NUMBER = re.compile(r"^\s*(?:[（(]\s*\d{1,3}\s*[)）]|\d{1,3}\s*[.、．]|[一二三四五六七八九十]{1,3}、)\s*")
_GENERIC_NAMES = ("", "项目", "部门预算项目", "预算项目", "部门项目", "专项资金", "专项")
_YEAR_LINE = re.compile(r"^\(?20\d\d年(?:度)?\)?$")
_MONEY = r"(?:金额|货币|计量|计价)?单位\s*[:：]?\s*[（(]?(?:人民币)?(百万元|万元|元|亿元|千元|百元)(?:[（(]?人民币[)）]?)?(?:[、/,，和][^）)]{1,6})?"
_MONEY_UNIT = re.compile(rf"^(?:币种:人民币[,;]?)?{_MONEY}$")
_MONEY_TAIL = re.compile(rf"(?<=\S)(?:\s+[（(]?|[（(])\s*{_MONEY}\s*[)）]?\s*$")
_UNIT_LINE = re.compile(r"^(?P<code>\d{3,9})[-_:、]?(?P<name>[一-鿿][^|]{2,59})$")
_UNIT_NAMED = re.compile(
    r"^(?:(?:预算|填报|编制|项目|申报)?(?:单位|部门)(?:名称|全称)?|预算部门\(单位\)|单位\(部门\)名称):"
    r"(?P<code>\d{3,9})?[-_]?(?P<name>[一-鿿].{2,59})$"
)
_NOT_A_UNIT = re.compile(
    r"[。；;，,！？]|(?:万元|亿元|元)$|年度?.*预算|^\d+年"
    r"|(?:号|资金|经费|费用?|补助|补贴|奖补|款|支出|项目|任务|指标|目标|计划)(?:[(（].*[)）])?$"
    r"|[字发财教社农建行综预]{0,4}[〔\[(（]?(?:19|20)\d{2}[〕\])）]?\d{1,4}号"
)
# 7423万冀财社2021152号, 120人次: an amount or a count before its measure, where a unit has its code before its name.
_COUNTED = re.compile(
    r"^(?:[万亿多余]*(?:元|公里|千米|平方|立方|公顷|公斤|千克|课时"
    r"|[人名户家个项次场期份台套件辆处条篇页天日月年吨亩米岁周座口眼棵株头只艘批间栋幢盏块道根段班册卷部支张])|[万亿])"
)
_OFFICE = re.compile(
    r"(?:本级|机关|局|委|办|院|校|学|园|所|站|中心|馆|队|会|部|厅|处|科|政府|办事处|镇|乡|县|区|市|街道|社区|公司|集团|团|室|库|台|场|社|组|署|厂|店)"
    r"(?:[(（].*[)）])?$"
)


def label_text(text: str) -> str:
    """`text` as labels are compared: folded, without spaces, colons and parentheses."""
    return _LABEL_NOISE.sub("", squeeze(text))


_LABELS: dict[str, str] = {label_text(label): f.key for f in FIELDS for label in f.labels} | _EXTRA_LABELS
_LEVEL1 = frozenset(INDICATOR_TREE) | {"满意度"}
_LEVEL2 = frozenset(name for names in INDICATOR_TREE.values() for name in names) | {
    "满意度指标",
    "服务对象满意度",
    "社会公众满意度指标",
    "社会公众或服务对象满意度指标",
    "可持续影响",
    "可持续发展指标",
    "其他指标",
    "其他满意度指标",
}


@functools.lru_cache(maxsize=8192)
def label_key(text: str) -> str | None:
    """The field that `text` is the printed label of; None when it is no label."""
    if len(text) > LONGEST_LABEL:
        return None
    known = _LABELS.get(label_text(text))
    return known or _LABELS.get(label_text(_PARENTHESES.sub("", squeeze(text))))


def header_key(text: str) -> str | None:
    """The same of a head of the indicator grid, where 符号, 值 and 单位 beside each other are labels too."""
    return label_key(text) or _VALUE_HEADS.get(label_text(text))


def may_end_label(text: str) -> bool:
    """Whether `text` can be the broken off end of a label: 描述, 依据, （%）; a bare % is a cell of its own."""
    return squeeze(text) not in ("", "%")


@functools.lru_cache(maxsize=4096)
def month_of(text: str) -> int | None:
    """The month a plan column is as of: 6月底, 6月30日, 六月末, 上半年; None when `text` is no such label."""
    if len(text) > LONGEST_LABEL:
        return None
    plain = _PARENTHESES.sub("", squeeze(text))
    if plain in _MONTHS:
        return _MONTHS[plain]
    found = _MONTH.fullmatch(plain)
    if not found:
        return None
    month = int(found[1]) if found[1].isdigit() else _CHINESE_MONTHS.get(found[1], 0)
    return month if 1 <= month <= 12 else None


@functools.lru_cache(maxsize=4096)
def is_level1(text: str) -> bool:
    return len(text) <= LONGEST_LABEL and label_text(text) in _LEVEL1


@functools.lru_cache(maxsize=4096)
def level2_begun(text: str) -> str:
    """The one printed second level that begins with `text`, whose last line fell off a page; empty when none or several do."""
    known = [name for name in _LEVEL2 if len(text) > 3 and name.startswith(text)]
    return known[0] if len(known) == 1 else ""


def is_level2(text: str) -> bool:
    return len(text) <= LONGEST_LABEL and label_text(text) in _LEVEL2


def is_indicator_header(texts: Iterable[str]) -> bool:
    """Whether a row is the head of the indicator grid: at least three of its six labels."""
    return sum(label_key(text) in INDICATOR_KEYS for text in texts) >= 3


def value_heads(texts: Iterable[str]) -> dict[int, str]:
    """The places of 符号, 值 and 单位 in the second row of a head, by their field; empty when `texts` is no such row."""
    filled = {at: _VALUE_HEADS.get(label_text(text)) for at, text in enumerate(texts) if text.strip()}
    keys = [key for key in filled.values() if key]
    if len(keys) < 2 or len(keys) != len(filled) or len(set(keys)) != len(keys) or "target" not in keys:
        return {}
    return {at: key for at, key in filled.items() if key}


@dataclass(frozen=True, slots=True)
class Title:
    """The title line of a project table, e.g. `4.舆情监测能力建设资金绩效目标表`."""

    heading: str  # 4.舆情监测能力建设资金
    name: str  # 舆情监测能力建设资金; empty when the title names no project
    continued: bool  # （续） after a page break


@functools.lru_cache(maxsize=4096)
def title_of(text: str) -> Title | None:
    """The title in `text`, or None. A table of contents entry ends in its page number, so it is none."""
    if len(text) > 160:
        return None
    text = _MONEY_TAIL.sub("", text)
    end = _TITLE_END.search(text)
    if not end:
        return None
    heading = text[: end.start()].strip()
    name = _TITLE_NUMBER.sub("", heading).strip()
    generic = squeeze(name) in _GENERIC_NAMES
    return Title(text.strip() if generic else heading, "" if generic else name, end["continued"] is not None)


@functools.lru_cache(maxsize=4096)
def money_unit_of(text: str) -> str | None:
    """The unit of money a line such as `单位：万元` states; None when it states none."""
    if len(text) > LONGEST_LABEL:
        return None
    found = _MONEY_UNIT.match(squeeze(text).strip("()"))
    return found[1] if found else None


@functools.lru_cache(maxsize=4096)
def money_beside(text: str) -> str | None:
    """The unit of money behind a unit's name, a title or a year: `305001清河县文化馆本级    单位：万元`."""
    money = money_behind(text)
    rest = _MONEY_TAIL.sub("", text) if money else ""
    return money if money and (unit_of(rest) or title_of(rest) or is_year_line(rest)) else None


def money_behind(text: str) -> str | None:
    """The unit of money at the end of a line, whatever stands before it: `公开表8    单位：元`."""
    found = _MONEY_TAIL.search(text) if len(text) <= 160 and "单位" in text else None
    return found[1] if found else None


def is_year_line(text: str) -> bool:
    """`（2025年度）`, which stands under a title."""
    return len(text) <= 40 and "年" in text and bool(_YEAR_LINE.match(squeeze(_MONEY_TAIL.sub("", text))))


@dataclass(frozen=True, slots=True)
class Unit:
    code: str | None
    name: str | None


@functools.lru_cache(maxsize=4096)
def unit_of(text: str) -> Unit | None:
    """The budget unit a line names: `224001中共魏县…本级`, `预算单位：…`; None when it names none."""
    bare = text.strip() if len(text) > 160 else _MONEY_TAIL.sub("", text.strip())
    if not 4 <= len(bare) <= 80 or money_unit_of(bare):
        return None
    folded = re.sub(r"\s+", "", bare).replace("：", ":")
    found = _UNIT_LINE.match(folded) or _UNIT_NAMED.match(folded)
    if not found or _NOT_A_UNIT.search(found["name"]):
        return None
    if found["code"] and _COUNTED.match(found["name"]) and not _OFFICE.search(found["name"]):
        return None
    return Unit(found["code"], found["name"])


@dataclass(slots=True)
class IndicatorRow:
    """A row of the indicator grid: the cells it has by field; merged ones are taken from the row above."""

    cells: dict[str, Cell]
    stray: list[Cell] = field(default_factory=list)


@dataclass(slots=True)
class ProjectForm:
    """One project table, cell by cell; a field that the form does not print is absent from `cells`."""

    title: Title | None
    title_source: Source | None
    unit: Unit | None
    money_unit: str | None
    part: tuple[str, ...]  # heading path the table stands under
    cells: dict[str, Cell] = field(default_factory=dict)
    labels: dict[str, Cell] = field(default_factory=dict)  # the printed label of each field
    plan: list[tuple[int, Cell, Cell | None]] = field(default_factory=list)  # month, its label, its value
    goals: list[Cell] = field(default_factory=list)
    header: dict[int, str] = field(default_factory=dict)  # column -> indicator field
    header_cells: dict[str, Cell] = field(default_factory=dict)
    rows: list[IndicatorRow] = field(default_factory=list)
    stray: list[tuple[str, Cell]] = field(default_factory=list)  # field it stood near, what could not be placed
    stage: str = "budget"

    @property
    def heading(self) -> str:
        """What the project is called in a locator."""
        if self.title:
            return self.title.heading
        name = self.cells.get("name")
        return name.shown if name and name.shown else "项目绩效目标表"


def blank_beside(cell: Cell) -> Cell:
    """A blank cell at the place of `cell`, for a value the form has no position for."""
    return Cell(CellState.BLANK, None, cell.source)
