"""The values of the corpus: frozen, standard library only.

Amounts are `Decimal` in 万元, plan shares `Decimal` in percent (50 means 50 %). Absent is None, blank is a state.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class CellState(StrEnum):
    """What a cell holds. A classified cell keeps no text: what was never kept cannot leak."""

    VALUE = "value"
    BLANK = "blank"
    CLASSIFIED = "classified"


class SectionKind(StrEnum):
    """The narrative parts of a 部门整体绩效目标."""

    OVERALL = "overall"  # 总体绩效目标
    ITEMISED = "itemised"  # 分项绩效目标
    SAFEGUARD = "safeguard"  # 工作保障措施
    DUTY = "duty"  # 部门职责, 工作活动
    OTHER = "other"  # reference text, or what fits none of the above


class YearBasis(StrEnum):
    """How the budget year of a document is known."""

    COVER = "cover"  # stated in the title or on the cover
    FILE_NAME = "file_name"
    GIVEN = "given"  # by the user (ingest --year)
    INFERRED = "inferred"  # from the project codes; must be shown as an inference
    UNKNOWN = "unknown"


class Level(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a text stands in its document: enough to show the place to a person."""

    heading_path: tuple[str, ...] = ()
    line: int | None = None  # 1-based line of the document's readable text (Document.lines)
    page: int | None = None  # 1-based; only for paged formats
    table: int | None = None  # 1-based number of the table in the document
    row: int | None = None  # 1-based within the table
    column: int | None = None  # 1-based within the table

    @property
    def locator(self) -> str:
        return " › ".join(self.heading_path)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell, or any single text of a form. `text` is None unless the state is VALUE."""

    state: CellState
    text: str | None
    source: Source

    def __post_init__(self) -> None:
        if (self.state is CellState.VALUE) != (self.text is not None):
            raise ValueError("a cell has text exactly when its state is VALUE")

    @property
    def shown(self) -> str:
        """The text as a person may see it: 涉密 for a classified cell, nothing for a blank one."""
        return "涉密" if self.state is CellState.CLASSIFIED else self.text or ""


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount cell. `value` is None when blank, classified or not readable as an amount."""

    cell: Cell
    value: Decimal | None  # 万元, exact


@dataclass(frozen=True, slots=True)
class PlanPoint:
    """One as-of column of 资金支出计划. Shares are cumulative by reading (no document says so)."""

    month: int  # the share is as of the end of this month
    cell: Cell
    share: Decimal | None  # percent; None when blank, classified or unreadable


@dataclass(frozen=True, slots=True)
class Indicator:
    """A row of the indicator grid; level1 is repeated on every row it spans."""

    level1: Cell
    level2: Cell
    level3: Cell
    description: Cell
    target: Cell
    basis: Cell

    @property
    def classified(self) -> bool:
        return CellState.CLASSIFIED in (
            self.level3.state,
            self.description.state,
            self.target.state,
            self.basis.state,
        )


@dataclass(frozen=True, slots=True)
class ProjectRecord:
    """One project table. `ordinal` is its place in the document, from 1."""

    document_id: str
    ordinal: int
    code: Cell
    name: Cell
    unit_code: str | None
    unit_name: str | None
    year: int | None
    total: Amount
    fiscal: Amount
    other: Amount
    purpose: Cell
    plan: tuple[PlanPoint, ...]
    goals: tuple[Cell, ...]
    indicators: tuple[Indicator, ...]
    source: Source  # the title line of the table


@dataclass(frozen=True, slots=True)
class Section:
    """A narrative text: one numbered item, or an undivided part."""

    document_id: str
    kind: SectionKind
    ordinal: int | None  # 第几条 within its kind, from 1; None for an undivided part
    title: str  # the item's first sentence, or the heading of an undivided part
    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class Table:
    """A grid as the reader saw it: one Cell a merged region, at its upper left corner."""

    number: int
    rows: tuple[tuple[Cell, ...], ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a document or a draft, or what a reader could not place."""

    rule: str  # stable key, e.g. "plan-falls"
    level: Level
    message: str
    suggestion: str
    source: Source
    quote: str = ""
    basis: str = ""  # the norm behind the rule; empty when it is common sense


@dataclass(frozen=True, slots=True)
class Document:
    """A file after reading and sealing, before extraction. No classified text is in any part of it."""

    id: str
    sha256: str
    name: str  # the file name as ingested, without folders
    title: str
    unit_code: str | None
    unit_name: str | None
    year: int | None  # budget year; None when unstated
    year_basis: YearBasis
    blocks: tuple[Paragraph | Table, ...]
    lines: tuple[str, ...]  # the readable text, line by line, sealed; Source.line points into it
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Extraction:
    """What a document says, as records and sections."""

    projects: tuple[ProjectRecord, ...]
    sections: tuple[Section, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def classified_cells(self) -> int:
        """How many cells of the project tables are classified."""
        cells = [
            cell
            for project in self.projects
            for cell in (
                project.code,
                project.name,
                project.total.cell,
                project.fiscal.cell,
                project.other.cell,
                project.purpose,
                *(point.cell for point in project.plan),
                *project.goals,
                *(
                    c
                    for row in project.indicators
                    for c in (row.level1, row.level2, row.level3, row.description, row.target, row.basis)
                ),
            )
        ]
        return sum(cell.state is CellState.CLASSIFIED for cell in cells)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage to search for: its text, and the context that the index also sees."""

    id: str
    document_id: str
    kind: str  # a SectionKind value, or "project"
    text: str
    context: str  # unit, year, section, project
    source: Source
    project_ordinal: int | None = None


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """A document as the library lists it."""

    id: str
    sha256: str
    name: str
    title: str
    unit_code: str | None
    unit_name: str | None
    year: int | None
    year_basis: YearBasis
    projects: int
    sections: int
    chunks: int
    classified_cells: int
    findings: Sequence[Finding] = field(default=(), hash=False)  # of a listing, read when they are first looked at
