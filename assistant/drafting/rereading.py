"""A draft read back as records and sections, so that the rules for documents check drafts alike. Pure."""

import re

from assistant.docx.cells import GRID, indicator_cells, labelled_cells, plan_cells
from assistant.drafting.projects import SEALED
from assistant.types import Draft, DraftCell, DraftParagraph, DraftTable
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

_PARTS = (
    ("overall", "总体绩效目标", SectionKind.OVERALL),
    ("itemised", "分项绩效目标", SectionKind.ITEMISED),
    ("safeguards", "工作保障措施", SectionKind.SAFEGUARD),
)
_ONLY_BLANK = re.compile(r"(?:【待填：[^】]*】\s*)+")


def extraction_of_draft(draft: Draft) -> Extraction:
    """The draft's tables as records and its parts as sections. An open blank is a blank cell, 涉密 a classified one."""
    tables = [block for block in draft.blocks if isinstance(block, DraftTable)]
    return Extraction(tuple(_record(n, table, draft) for n, table in enumerate(tables, 1)), _sections(draft))


def _sections(draft: Draft) -> tuple[Section, ...]:
    kind = next((kind for key, _, kind in _PARTS if key == draft.kind), None)
    found: list[Section] = []
    for block in draft.blocks:
        if not isinstance(block, DraftParagraph):
            continue
        if block.level:
            kind = next((kind for _, name, kind in _PARTS if name in block.text), None)
        elif kind is not None and draft.kind != "project":
            number = 1 + sum(section.kind is kind for section in found)
            ordinal = None if kind is SectionKind.OVERALL else number
            name = next(name for _, name, one in _PARTS if one is kind)
            found.append(Section("", kind, ordinal, block.text[:30], block.text, Source((draft.title, name))))
    return tuple(found)


def _record(number: int, table: DraftTable, draft: Draft) -> ProjectRecord:
    printed = re.match(r"(\d+)\.", table.title)
    name = re.sub(r"^\d+\.|绩效目标表$", "", table.title)
    found = labelled_cells(table)

    def read(label: str, shown: str = "") -> Cell:
        return _cell(found[label], name, shown or label)

    goals = found["绩效目标"].text.split("\n")
    return ProjectRecord(
        document_id="",
        ordinal=int(printed[1]) if printed else number,
        code=read("项目编码"),
        name=read("项目名称"),
        unit_code=None,
        unit_name=table.unit_line.split("　")[0],
        year=draft.year,
        total=_amount(read("预算数")),
        fiscal=_amount(read("其中：财政资金", "财政资金")),
        other=_amount(read("其他资金")),
        purpose=read("资金用途"),
        plan=tuple(_point(month, _cell(cell, name, "资金支出计划（%）", month)) for month, cell in plan_cells(table)),
        goals=tuple(_cell(DraftCell(goal), name, "绩效目标") for goal in goals),
        indicators=tuple(_indicator(row, name) for row in indicator_cells(table)),
        source=Source((name,)),
    )


def _cell(one: DraftCell, *place: str) -> Cell:
    source, text = Source(place), one.text.strip()
    if text == SEALED:
        return Cell(CellState.CLASSIFIED, None, source)
    open_cell = not text or _ONLY_BLANK.fullmatch(text)
    return Cell(CellState.BLANK, None, source) if open_cell else Cell(CellState.VALUE, text, source)


def _amount(cell: Cell) -> Amount:
    return Amount(cell, parse_amount(cell.text) if cell.text else None)


def _point(month: str, cell: Cell) -> PlanPoint:
    return PlanPoint(int(month.removesuffix("月底")), cell, parse_percent(cell.text) if cell.text else None)


def _indicator(row: tuple[DraftCell, ...], name: str) -> Indicator:
    level1, level2 = row[0].text, row[1].text
    return Indicator(*(_cell(one, name, level1, level2, label) for label, one in zip(GRID, row, strict=True)))
