"""The cells of a form (DraftTable) by what they are: what its layout spreads over rows and columns."""

from assistant.types import DraftCell, DraftTable

GRID = ("一级指标", "二级指标", "三级指标", "绩效指标描述", "指标值", "指标值确定依据")
_PURPOSE, _MONTHS, _SHARES = 2, 3, 4  # rows of the form


def labelled_cells(table: DraftTable) -> dict[str, DraftCell]:
    """Every cell that stands right of its label, by the label; and 资金用途, which has none."""
    found: dict[str, DraftCell] = {}
    top = table.rows[: table.grid_from]
    for row in top:
        label = ""
        for cell in row:
            if cell.header:
                label = cell.text
            elif label:
                found[label] = cell
    return found | {"资金用途": top[_PURPOSE][0]}


def plan_cells(table: DraftTable) -> list[tuple[str, DraftCell]]:
    """The spending plan: 3月底 and its cell."""
    months = [cell.text for cell in table.rows[_MONTHS] if cell.text.endswith("月底")]
    return list(zip(months, table.rows[_SHARES], strict=True))


def indicator_cells(table: DraftTable) -> list[tuple[DraftCell, ...]]:
    """The rows of the grid, six cells each: a merged 一级指标 stands on every row it spans."""
    rows: list[tuple[DraftCell, ...]] = []
    level1 = DraftCell("")
    for row in table.rows[table.grid_from + 1 :]:
        if len(row) == len(GRID):
            level1, *rest = row
        else:
            rest = list(row)
        rows.append((level1, *rest))
    return rows
