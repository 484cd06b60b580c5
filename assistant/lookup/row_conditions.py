"""Which public rows of the indicator tables meet what a question says of them: a value, a basis, a blank, no number."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from assistant.lookup.select import compares
from assistant.understanding.conditions import comparison_at
from assistant.understanding.lexicon import normal
from assistant.understanding.scan import Scan
from assistant.understanding.types import Comparison, Filter, Understanding
from corpus.types import Cell, CellState, Indicator

_NUMBER = re.compile(r"(\d[\d,]*(?:\.\d+)?)(%|[\u4e00-\u9fff℃]{0,3})")
_WITHOUT_NUMBER = re.compile(
    r"(?:没有?|未|不(?:能|可)?)(?:被|能)?量化|定性|没有?(?:写|用)?(?:具体)?(?:数字|数值|数量标准)"
)
_WITH_NUMBER = re.compile(r"(?:已|能|可以?|有|是)量化|量化的|定量")
_BLANK = re.compile(r"没有?填写?|没有?写|未填写?|空白|空着|为空|是空的|缺失?|漏填|没有?(?=依据|描述|指标值|确定依据)")
_BASIS = re.compile(
    r"依据(?:都)?(?:是|为|写的是|写着|写|来自|来源于|[:：])+[“\"「]?(?!什么|啥|哪|了没|没|了吗|了么|过没|不写|完)([^”\"」,，。?？的]{2,20})"
    r"|(?:按照?|根据|依据)[“\"「]?(?!什么|啥|哪)([^”\"」,，。?？]{2,20}?)[”\"」]?(?:来)?(?:确定|定|设|设置|设定|制定)的"
)
_COLUMNS = (
    ("依据", "basis"),
    ("描述", "description"),
    ("说明", "description"),
    ("指标值", "target"),
    ("目标值", "target"),
)
# 哪些指标超过90% asks of all rows; 重点点位覆盖率大于90%吗 would be guessing at one.
_LISTS = re.compile(r"(?:哪些|哪几|哪个|哪一个|多少|有几|几个|几行|几条)|(?:指标|项目)有哪些|列出")

_DEMANDS = re.compile(r"(?:要求|必须|应当?|要)(?:达到|做到|是|为)?$")  # 指标值要求100%的有哪些

Test = Callable[[Indicator], bool]


@dataclass(frozen=True, slots=True)
class RowCondition:
    """What rows must meet, and how that is said."""

    words: str
    met_by: Test


def conditions(u: Understanding) -> tuple[RowCondition, ...]:
    """The conditions that a question sets for rows; empty when it sets none."""
    text = normal(u.message)
    found = [_blank(text), _basis(text), *(_values(text) if _LISTS.search(text) else [])]
    if not any(found):
        found.append(_quantified(text))
    return tuple(condition for condition in found if condition)


def _blank(text: str) -> RowCondition | None:
    column = next(((word, key) for word, key in _COLUMNS if word in text), None)
    if column is None or not _BLANK.search(text):
        return None
    word, key = column
    return RowCondition(f"{word}空白（未填写）", lambda row: _cell(row, key).state is CellState.BLANK)


def _cell(row: Indicator, key: str) -> Cell:
    cell: Cell = getattr(row, key)
    return cell


def _basis(text: str) -> RowCondition | None:
    match = _BASIS.search(text)
    if match is None:
        return None
    sought = re.sub(r"(?:吗|呢|有哪些|是哪些|有几个|的)+$", "", match.group(1) or match.group(2))
    return RowCondition(f"依据写有“{sought}”", lambda row: sought in normal(row.basis.text or "")) if sought else None


def _quantified(text: str) -> RowCondition | None:
    if _WITHOUT_NUMBER.search(text):
        return RowCondition("指标值没有数字", lambda row: bool(row.target.text) and number_of(row) is None)
    if _WITH_NUMBER.search(text):
        return RowCondition("指标值有数字", lambda row: number_of(row) is not None)
    return None


def _values(text: str) -> list[RowCondition]:
    """指标值超过90%的, 不少于50场的: compared with the values in the same unit."""
    found = []
    for match in _NUMBER.finditer(text):
        unit = _unit(match.group(2))
        end = match.end(1) + len(unit)
        comparison = comparison_at(Scan(text), match.start(), end)
        if comparison is None and _DEMANDS.search(text[: match.start()]):
            comparison = Comparison.EQUAL
        if not unit or comparison is None:
            continue
        limit = Filter("target", comparison, Decimal(match.group(1).replace(",", "")))
        found.append(RowCondition(f"指标值{comparison.value} {match.group(1)}{unit}", _compared(limit, unit)))
    return found


def _unit(word: str) -> str:
    """The unit of measure that a word begins with; empty for what is none (2025年, 3个项目)."""
    if word.startswith(("年", "月", "个项目", "条", "项", "行", "万元的项目")):
        return ""
    match = re.match(
        r"%|万?(?:人次|人|名|场次?|次|个|台|套|户|家|件|天|小时|公里|平方米|亩|元|所|处|期|篇|吨|辆|℃)", word
    )
    return match.group() if match else ""


def _compared(limit: Filter, unit: str) -> Test:
    def met(row: Indicator) -> bool:
        value = number_of(row)
        return value is not None and value[1] == unit and compares(value[0], limit)

    return met


def number_of(row: Indicator) -> tuple[Decimal, str] | None:
    """The figure of a row's value with its unit (≥12万人次: 12, 万人次); None where it has none."""
    match = _NUMBER.search(normal(row.target.text or ""))
    return (Decimal(match.group(1).replace(",", "")), _unit(match.group(2))) if match else None
