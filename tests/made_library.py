"""Made-up documents as values, for tests of the store and the indexes: no reader, no extraction needed."""

import hashlib
from decimal import Decimal

from corpus.types import (
    Amount,
    Cell,
    CellState,
    Document,
    Extraction,
    Finding,
    Indicator,
    Level,
    PlanPoint,
    ProjectRecord,
    Section,
    SectionKind,
    Source,
    YearBasis,
)


def place(*path: str, line: int | None = None) -> Source:
    return Source(("第二部分", *path), line, table=1, row=2, column=3)


def value(text: str, *path: str, line: int | None = None) -> Cell:
    return Cell(CellState.VALUE, text, place(*path, line=line))


def blank(*path: str, line: int | None = None) -> Cell:
    return Cell(CellState.BLANK, None, place(*path, line=line))


def classified(*path: str, line: int | None = None) -> Cell:
    return Cell(CellState.CLASSIFIED, None, place(*path, line=line))


def amount(text: str | None, *path: str) -> Amount:
    return Amount(blank(*path), None) if text is None else Amount(value(text, *path), Decimal(text))


def project(
    document_id: str, ordinal: int = 1, name: str = "水质监测服务费", total: str | None = "10.00"
) -> ProjectRecord:
    title = f"{ordinal}.{name}绩效目标表"
    row = Indicator(
        value("产出指标", title), value("数量指标", title), *(classified(title, line=60 + n) for n in range(4))
    )
    public = Indicator(
        *(value(text, title) for text in ("效益指标", "社会效益指标", "群众知晓率", "抽样", "≥90%")), blank(title)
    )
    return ProjectRecord(
        document_id=document_id,
        ordinal=ordinal,
        code=value(f"13043425P0042891000{ordinal}N", title),
        name=value(name, title, line=41),
        unit_code="224001",
        unit_name="某县生态环境局本级",
        year=2025,
        total=amount(total, title, "预算数"),
        fiscal=amount(total, title, "财政资金"),
        other=amount(None, title, "其他资金"),
        purpose=value("与第三方签订服务协议", title),
        plan=(
            PlanPoint(3, blank(title, "3月底"), None),
            PlanPoint(6, value("50%", title, "6月底"), Decimal(50)),
            PlanPoint(12, value("100%", title, "12月底"), Decimal(100)),
        ),
        goals=(value(f"1.完成{name}的全部断面", title, line=66), classified(title)),
        indicators=(row, public),
        source=place(title, line=37),
    )


def section(document_id: str, ordinal: int, text: str) -> Section:
    source = Source(("第一部分", "二、分项绩效目标"), line=ordinal + 5)
    return Section(document_id, SectionKind.ITEMISED, ordinal, text.split("。")[0], text, source)


def finding(message: str = "其他资金没有填") -> Finding:
    return Finding("blank-cell", Level.WARNING, message, "请补填", place("1.项目"), "", "")


def document(
    document_id: str = "d1",
    *texts: str,
    name: str | None = None,
    projects: tuple[ProjectRecord, ...] | None = None,
    unit_code: str = "224001",
    year: int | None = 2025,
) -> tuple[Document, Extraction]:
    """A document of the given narrative items with one project, or with `projects`."""
    items = texts or ("一、加强水质监测。按月公布结果。", "二、做好信访接待工作。")
    made = Document(
        id=document_id,
        sha256=hashlib.sha256((f"sha-{document_id}-{'|'.join(items)}").encode()).hexdigest(),
        name=name or f"{document_id}.txt",
        title="部门预算绩效目标",
        unit_code=unit_code,
        unit_name="某县生态环境局本级",
        year=year,
        year_basis=YearBasis.COVER if year else YearBasis.UNKNOWN,
        blocks=(),
        lines=tuple(f"第{number}行" for number in range(1, 8)) + items,
    )
    sections = tuple(section(document_id, number, text) for number, text in enumerate(items, start=1))
    records = (project(document_id),) if projects is None else projects
    return made, Extraction(records, sections, (finding(),))
