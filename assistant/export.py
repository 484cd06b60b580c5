"""Records for other programs: JSON as docs/interface.md fixes it, CSV that no spreadsheet takes for formulas."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from typing import Any

from corpus.types import Amount, Cell, CellState, PlanPoint, ProjectRecord

_CLASSIFIED = {"classified": True}
# = + - @ TAB CR start a formula in spreadsheets, in their full-width forms too.
_FORMULA = re.compile(r"^[\s\u200b-\u200f\ufeff]*[=+\-@\t\r＝＋－＠]")
_COLUMNS = (
    "文件",
    "单位代码",
    "单位",
    "年度",
    "序号",
    "项目编码",
    "项目名称",
    "预算数（万元）",
    "财政资金（万元）",
    "其他资金（万元）",
    "资金用途",
)


def text_value(cell: Cell) -> Any:
    """A cell's text; None when blank, {"classified": true} when classified."""
    return _CLASSIFIED if cell.state is CellState.CLASSIFIED else cell.text


def amount_value(amount: Amount) -> Any:
    """An amount as a string in 万元; as a text cell otherwise."""
    if amount.cell.state is not CellState.VALUE:
        return text_value(amount.cell)
    return format(amount.value, "f") if amount.value is not None else amount.cell.text


def share_value(point: PlanPoint) -> Any:
    if point.cell.state is not CellState.VALUE:
        return text_value(point.cell)
    return f"{point.share.normalize():f}" if point.share is not None else point.cell.text


def record_as_json(record: ProjectRecord, document: str) -> dict[str, Any]:
    return {
        "document": document,
        "unit_code": record.unit_code,
        "unit_name": record.unit_name,
        "year": record.year,
        "ordinal": record.ordinal,
        "code": text_value(record.code),
        "name": text_value(record.name),
        "total": amount_value(record.total),
        "fiscal": amount_value(record.fiscal),
        "other": amount_value(record.other),
        "purpose": text_value(record.purpose),
        "plan": {str(point.month): share_value(point) for point in record.plan},
        "goals": [text_value(goal) for goal in record.goals],
        "indicators": [
            {
                name: text_value(getattr(row, name))
                for name in ("level1", "level2", "level3", "description", "target", "basis")
            }
            for row in record.indicators
        ],
    }


def safe_cell(value: Any) -> str:
    """Text for a spreadsheet cell: what would be a formula is marked as text."""
    text = "" if value is None else "涉密" if value == _CLASSIFIED else str(value)
    return f"'{text}" if _FORMULA.match(text) else text


def records_csv(records: Iterable[ProjectRecord], names: Mapping[str, str]) -> str:
    """The public fields with a line a project; plan columns as the documents have them; opens in Excel as UTF-8."""
    records = tuple(records)
    months = sorted({point.month for record in records for point in record.plan})
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*_COLUMNS, *(f"{month}月底支出计划（%）" for month in months), "绩效目标"])
    for record in records:
        row = record_as_json(record, names[record.document_id])
        fixed = [
            row[k]
            for k in (
                "document",
                "unit_code",
                "unit_name",
                "year",
                "ordinal",
                "code",
                "name",
                "total",
                "fiscal",
                "other",
                "purpose",
            )
        ]
        plan = [row["plan"].get(str(month)) for month in months]
        goals = "；".join(safe_cell(goal) for goal in row["goals"])
        writer.writerow([safe_cell(value) for value in (*fixed, *plan, goals)])
    return "\ufeff" + out.getvalue()


def record_line(record: ProjectRecord) -> str:
    """A project in one line, for a terminal."""
    plan = "，".join(f"{p.month}月底 {p.cell.shown or '（空白）'}" for p in record.plan)
    year = f"{record.year}年 " if record.year else ""
    return (
        f"{year}{record.unit_name or ''} {record.ordinal}. {record.name.shown}（{record.code.shown or '无编码'}）"
        f"：预算数 {record.total.cell.shown or '（空白）'}，财政资金 {record.fiscal.cell.shown or '（空白）'}，其他资金 {record.other.cell.shown or '（空白）'}；{plan}"
    )
