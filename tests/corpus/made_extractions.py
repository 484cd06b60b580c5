"""Hand-made records for tests of what comes after reading: a complete project, to be broken one field at a time."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from corpus.numbers import parse_amount, parse_percent
from corpus.types import (
    Amount,
    Cell,
    CellState,
    Extraction,
    Indicator,
    PlanPoint,
    ProjectRecord,
    Section,
    SectionKind,
    Source,
)


def cell(text: str | None, line: int = 1) -> Cell:
    """A cell with `text`; "" is blank, None is classified."""
    state = CellState.CLASSIFIED if text is None else CellState.VALUE if text else CellState.BLANK
    return Cell(state, text or None, Source(("第二部分",), line=line))


def amount(text: str | None, line: int = 1) -> Amount:
    return Amount(cell(text, line), None if text is None else parse_amount(text))


def plan(**shares: str | None) -> tuple[PlanPoint, ...]:
    """plan(m3="", m6="50%", m12="100%")"""
    return tuple(
        PlanPoint(int(month[1:]), cell(text, 30 + int(month[1:])), None if text is None else parse_percent(text))
        for month, text in shares.items()
    )


def indicator(*texts: str | None) -> Indicator:
    return Indicator(*(cell(text, 60 + column) for column, text in enumerate(texts)))


INDICATORS = (
    indicator("产出指标", "数量指标", "护栏安装长度", "安装护栏的长度", "≥12公里", "合同"),
    indicator("产出指标", "时效指标", "护栏安装完成时间", "安装完成的时间", "10月底前", "合同"),
    indicator("效益指标", "社会效益指标", "交通事故下降率", "路口事故比上年下降的比率", "≥5%", "历史数据"),
    indicator("满意度指标", "服务对象满意度指标", "群众满意度", "对护栏的满意程度", "≥95%", "问卷"),
)


def project(ordinal: int = 1, **changes: Any) -> ProjectRecord:
    """A project that no rule of the form finds fault with."""
    base = ProjectRecord(
        document_id="d",
        ordinal=ordinal,
        code=cell(f"X{ordinal}", 10),
        name=cell(f"道路护栏安装经费{ordinal}", 11),
        unit_code="301001",
        unit_name="某某县交通运输局本级",
        year=2025,
        total=amount("12.00", 20),
        fiscal=amount("12.00", 21),
        other=amount("0.00", 22),
        purpose=cell(f"购买并安装第{ordinal}批路口护栏", 23),
        plan=plan(m3="10%", m6="50%", m12="100%"),
        goals=(
            cell(f"1.10月底前在{ordinal}号公路安装护栏12公里，交通事故下降5%", 40),
            cell(f"2.12月底前完成{ordinal}号公路护栏验收，群众满意度达到95%", 41),
        ),
        indicators=INDICATORS,
        source=Source(("第二部分", f"{ordinal}.道路护栏安装经费{ordinal}"), line=9),
    )
    return replace(base, **changes)


def section(text: str, kind: SectionKind = SectionKind.ITEMISED, ordinal: int | None = 1, line: int = 5) -> Section:
    heading = ("第一部分", kind.value, str(ordinal))
    return Section("d", kind, ordinal, text.split("。")[0] + "。", text, Source(heading, line=line))


def extraction(*records: ProjectRecord, sections: tuple[Section, ...] = ()) -> Extraction:
    return Extraction(records, sections)


def amounts(total: str | None, fiscal: str | None, other: str | None) -> dict[str, Amount]:
    return {"total": amount(total, 20), "fiscal": amount(fiscal, 21), "other": amount(other, 22)}


HALF = Decimal(50)
