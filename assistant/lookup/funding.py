"""Where a project's money comes from, held against its budget: 财政+其他=预算吗, 全部是财政资金吗."""

import re
from decimal import Decimal

from assistant.lookup.measures import money
from assistant.lookup.page import Page, key_of
from corpus.numbers import format_amount
from corpus.types import CellState, ProjectRecord

_SHOWN = 50
# 财政资金加其他资金等于预算数吗
BALANCE = re.compile(
    r"(?:财政|其他)(?:资金|拨款)?(?:再)?(?:加上?|和|与|\+|＋|、)(?:财政|其他)(?:资金|拨款)?[^,。?？]{0,6}(?:等于|是不是|=|对得上|是否|加起来|合计|之和)[^。?？]{0,12}(?:预算|吗|\?|？)"
    r"|(?:合计|总数|总额|加总|账|数字|金额|预算数?)(?:数)?(?:算得)?(?:对不对|对得上|有没有算错|算错了?[吗没]|平不平|平吗)|(?:合计|总数|分项|来源)[^,。?？]{0,8}(?:对得上|对不上|不符|相符)"
    r"|预算数?[^,。?？]{0,6}(?:等于|=|是不是|是否)[^,。?？]{0,4}财政(?:资金)?(?:加上?|和|与|\+)其他"
)
# 全部是财政的吗, 哪些项目全部是财政资金
ALL_FISCAL = re.compile(
    r"(?<![不非没有])(?:全部|全都|全额|全|都|完全)(?:是不是|是|为|由|用|靠|来自)(?:的)?(?:[^,。?？]{0,4})?财政(?!局|部|厅|所)"
)
# 其他资金是财政资金的百分之多少: one field of a project as a part, or as times, of another
PART_OF = re.compile(
    r"(?P<part>其他资金|自筹资金?|财政(?:资金|拨款)|预算数?|总额)[^,。?？占]{0,4}?(?:是|相当于|等于|为)(?:它|其|项目)?(?P<whole>其他资金|自筹资金?|财政(?:资金|拨款)|预算数?|总额)"
    r"的?(?:(?P<times>几倍|多少倍)|百分之(?:几|多少)|几成|多少成|几分之几|多大比例|多少比例)"
)
_FIELD_OF = {"其": "other", "自": "other", "财": "fiscal", "预": "total", "总": "total"}


def part_of(page: Page, records: tuple[ProjectRecord, ...], asked: re.Match[str]) -> None:
    """One field held against another, project by project; where either is blank, or the other is 0, that is said."""
    part, whole = (money(_FIELD_OF[asked[name][0]]) for name in ("part", "whole"))
    for record in records[:_SHOWN]:
        readings = part.read(record), whole.read(record)
        numbers = page.cite(record, [cell for reading in readings for cell in reading.cells])
        value, base = (reading.value for reading in readings)
        name = f"**{page.name(record)}**"
        if value is None or not base:
            why = "；".join(page.why(r) for r in readings if r.value is None) or f"{page.label(whole)}为 0"
            page.lines.append(f"- {name}：{why}，不能相除{page.mark(numbers)}。")
            continue
        unit, times = ("倍", Decimal(1)) if asked["times"] else ("%", Decimal(100))
        formula = f"{page.shown(value, '万元')} ÷ {page.shown(base, '万元')}"
        page.figure(value * times / base, unit, formula, numbers)
        told = page.shown(value * times / base, unit)
        page.lines.append(
            f"- {name}：{page.label(part)}是{page.label(whole)}的 **{told}**（{formula}）{page.mark(numbers)}"
        )
        page.about.append(key_of(record))


def balance(page: Page, records: tuple[ProjectRecord, ...]) -> None:
    """财政资金 + 其他资金 held against 预算数, project by project; a blank is said, not taken for 0."""
    for record in records[:_SHOWN]:
        readings = [money(key).read(record) for key in ("fiscal", "other", "total")]
        marks = page.mark(page.cite(record, [cell for reading in readings for cell in reading.cells]))
        fiscal, other, total = (r.value for r in readings)
        name = f"**{page.name(record)}**"
        if fiscal is None or other is None or total is None:
            why = "；".join(page.why(r) for r in readings if r.value is None)
            page.lines.append(f"- {name}：{why}，不能据此相加{marks}。")
            continue
        page.figure(fiscal + other, "万元", f"{format_amount(fiscal)} + {format_amount(other)}", ())
        gap = abs(total - fiscal - other)
        verdict = (
            f"**不等于**预算数 {format_amount(total)} 万元，相差 {format_amount(gap)} 万元" if gap else "**等于**预算数"
        )
        page.lines.append(
            f"- {name}：财政资金 {format_amount(fiscal)} 万元 + 其他资金 {format_amount(other)} 万元 = {format_amount(fiscal + other)} 万元，{verdict}{marks}。"
        )


def all_fiscal(page: Page, records: tuple[ProjectRecord, ...], lists: bool) -> None:
    """Whether 财政资金 is the whole of 预算数; of several only those of which it is so, where the question asks which."""
    told: list[str] = []
    for record in records[:_SHOWN]:
        readings = [money(key).read(record) for key in ("fiscal", "total")]
        fiscal, total = (r.value for r in readings)
        whole = fiscal is not None and fiscal == total
        if lists and not whole:
            continue
        page.about.append(key_of(record))
        marks = page.mark(page.cite(record, [cell for reading in readings for cell in reading.cells]))
        blank = "；其他资金是空白（未填写，不等于 0）" if record.other.cell.state is CellState.BLANK else ""
        told.append(f"{page.name(record)}：{_verdict(page, fiscal, total)}{blank}{marks}")
    if lists:
        page.lines.append(
            f"财政资金等于预算数的项目有 **{len(told)} 个**：" if told else "没有财政资金等于预算数的项目。"
        )
    page.lines += [f"- {line}" for line in told]


def _verdict(page: Page, fiscal: Decimal | None, total: Decimal | None) -> str:
    if fiscal is None or total is None:
        return "财政资金或预算数没有可比的数，无法判断"
    page.figure(fiscal, "万元", "", ())
    if fiscal == total:
        return f"**是**，财政资金 {format_amount(fiscal)} 万元，等于预算数"
    return f"**不是**，财政资金 {format_amount(fiscal)} 万元，预算数 {format_amount(total)} 万元"
