"""Where the cells of project tables stand: by position, by field, and in the words of the form (locators)."""

from collections.abc import Iterator, Sequence

from corpus.fields import BY_KEY
from corpus.form import DATA_KEYS, SIDE_KEYS, IndicatorRow, ProjectForm, title_of
from corpus.types import Cell, Paragraph, Table

Position = tuple[int, int, int]  # table, row, column
Block = Paragraph | Table


def position_of(cell: Cell) -> Position:
    return (cell.source.table or 0, cell.source.row or 0, cell.source.column or 0)


def field_cells(project: ProjectForm, key: str) -> list[Cell]:
    """The value cells of a public field, or of one indicator column."""
    if key == "plan":
        return [value for _, _, value in project.plan if value is not None]
    if key == "goals":
        return list(project.goals)
    if key in project.cells:
        return [project.cells[key]]
    return [row.cells[key] for row in project.rows if key in row.cells]


def row_cells(row: IndicatorRow) -> Iterator[Cell]:
    yield from (row.cells[key] for key in (*DATA_KEYS, *SIDE_KEYS) if key in row.cells)
    yield from row.stray


def table_numbers(project: ProjectForm) -> set[int]:
    """The numbers of the tables a project stands in."""
    cells: list[Cell | None] = [*project.cells.values(), *project.labels.values(), *project.goals]
    cells += [cell for row in project.rows for cell in row.cells.values()] + list(project.header_cells.values())
    return {cell.source.table for cell in cells if cell is not None and cell.source.table}


def form_blocks(blocks: Sequence[Block], used: frozenset[int]) -> frozenset[int]:
    """The indices of the blocks that make project tables: the tables themselves and the titles right above them."""
    indices: set[int] = set()
    for index, block in enumerate(blocks):
        if isinstance(block, Table) and block.number in used:
            indices.add(index)
            if index and isinstance(before := blocks[index - 1], Paragraph) and title_of(before.text):
                indices.add(index - 1)
    return frozenset(indices)


def set_parts(projects: Sequence[ProjectForm], blocks: Sequence[Block], parts: Sequence[tuple[str, ...]]) -> None:
    """Gives each project the part its table stands in."""
    by_table = {block.number: part for block, part in zip(blocks, parts, strict=True) if isinstance(block, Table)}
    for project in projects:
        numbers = table_numbers(project)
        project.part = by_table.get(min(numbers), ()) if numbers else ()


def cell_paths(project: ProjectForm) -> Iterator[tuple[Position, tuple[str, ...]]]:
    """Where each cell of a project stands, in the words of the form."""
    base = (*project.part, project.heading)
    plan = project.labels.get("plan")
    plan_label = "".join((plan.text or "").split()) if plan else "资金支出计划（%）"
    for key, cell in project.cells.items():
        yield position_of(cell), (*base, BY_KEY[key].label)
    for goal in project.goals:
        yield position_of(goal), (*base, BY_KEY["goals"].label)
    for _, label, value in project.plan:
        if value is not None:
            yield position_of(value), (*base, plan_label, "".join((label.text or "").split()))
    for row in project.rows:
        levels = tuple(row.cells[key].shown for key in ("level1", "level2") if row.cells[key].shown)
        for depth, key in enumerate(("level1", "level2"), start=1):
            yield position_of(row.cells[key]), (*base, *levels[:depth])
        for key in DATA_KEYS:
            yield position_of(row.cells[key]), (*base, *levels, BY_KEY[key].label)
    for key, cell in project.stray:
        yield position_of(cell), (*base, BY_KEY[key].label)
