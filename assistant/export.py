"""Records and lists for other programs: JSON as docs/interface.md fixes it, CSV and xlsx without formulas."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from corpus.rows import collector_at_rest
from corpus.types import Amount, Cell, CellState, PlanPoint, ProjectRecord

if TYPE_CHECKING:
    from corpus.ingest import Passage

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
_KEYS = "document unit_code unit_name year ordinal code name total fiscal other purpose".split()
_FIGURE = re.compile(r"(-?(?:0|[1-9][\d,]{0,14}))(\.\d{1,8})?\s?(%|万元|亿元|元|个)?")
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


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


def passage_as_json(rank: int, passage: "Passage") -> dict[str, Any]:
    """A passage found, as `search --json` and the interface give it."""
    return {
        "rank": rank,
        "document": passage.document,
        "locator": passage.chunk.source.locator,
        "line": passage.chunk.source.line,
        "text": passage.chunk.text,
        "score": round(passage.score, 4),
    }


def record_as_json(record: ProjectRecord, document: str, year_basis: str | None = None) -> dict[str, Any]:
    """A project by docs/interface.md; `year_basis` tells whether its year is stated or inferred."""
    return {
        "document": document,
        "unit_code": record.unit_code,
        "unit_name": record.unit_name,
        "year": record.year,
        "year_basis": year_basis,
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
    columns, rows = _table(tuple(records), names)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return "\ufeff" + out.getvalue()


def records_xlsx(records: Iterable[ProjectRecord], names: Mapping[str, str]) -> bytes:
    """The same table as a workbook: amounts in 万元 and shares in percent are numbers, all else is text."""
    columns, rows = _table(tuple(records), names)
    numbers = frozenset(place for place, column in enumerate(columns) if column.endswith(("（万元）", "（%）")))
    return _workbook("项目台账", columns, ([_exact(v) if i in numbers else v for i, v in enumerate(r)] for r in rows))


def grid_xlsx(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A list as a reply shows it, as a workbook; figures with a unit are numbers that show it."""
    return _workbook("列表", columns, ([_exact(value) for value in row] for row in rows))


def _table(records: tuple[ProjectRecord, ...], names: Mapping[str, str]) -> tuple[list[str], list[list[Any]]]:
    rows = []
    with collector_at_rest():
        months = sorted({point.month for record in records for point in record.plan})
        for record in records:
            row = record_as_json(record, names[record.document_id])
            plan = [row["plan"].get(str(month)) for month in months]
            goals = "；".join(safe_cell(goal) for goal in row["goals"])
            rows.append([*(row[key] for key in _KEYS), *plan, goals])
    return [*_COLUMNS, *(f"{month}月底支出计划（%）" for month in months), "绩效目标"], rows


def _exact(value: Any) -> Any:
    """A number with the format that shows it as printed; what is no figure stays as it is."""
    match = _FIGURE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return value
    decimals = len(match[2] or "") or 1
    shape = "0" + ("." + "0" * (decimals - 1) if match[2] else "")
    number = Decimal(match[1].replace(",", "") + (match[2] or ""))
    return number, shape + (f'"{match[3]}"' if match[3] else "")


def _workbook(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    assert sheet is not None  # a new workbook has one
    sheet.title = title
    sheet.freeze_panes = "A2"
    for place, column in enumerate(columns, start=1):
        sheet.cell(1, place, safe_cell(column)).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(place)].width = 24 if place == 1 else 16
    for line, row in enumerate(rows, start=2):
        for place, value in enumerate(row, start=1):
            if isinstance(value, tuple):
                sheet.cell(line, place, value[0]).number_format = value[1]
            else:
                sheet.cell(line, place, _NOT_IN_XML.sub("", safe_cell(value)))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def record_line(record: ProjectRecord) -> str:
    """A project in one line, for a terminal."""
    plan = "，".join(f"{p.month}月底 {p.cell.shown or '（空白）'}" for p in record.plan)
    year = f"{record.year}年 " if record.year else ""
    return (
        f"{year}{record.unit_name or ''} {record.ordinal}. {record.name.shown}（{record.code.shown or '无编码'}）"
        f"：预算数 {record.total.cell.shown or '（空白）'}，财政资金 {record.fiscal.cell.shown or '（空白）'}，其他资金 {record.other.cell.shown or '（空白）'}；{plan}"
    )
