"""One project as a card: its figures, plan, goals and indicators, each with its source, and what it was in other years."""

from collections.abc import Iterator

from assistant.web.charts import plan_chart
from assistant.web.ledger import cell_html, unit_key
from assistant.web.markdown import plain_html
from corpus.findings.pairing import paired
from corpus.types import Cell, CellState, PlanPoint, ProjectRecord

_MONEY = ("预算数", "财政资金", "其他资金")
_GRID = ("一级指标", "二级指标", "三级指标", "绩效指标描述", "指标值", "指标值确定依据")


def card_html(project: ProjectRecord, projects: tuple[ProjectRecord, ...]) -> str:
    """`projects` are all of the library: those of the same unit in other years are looked through for this one."""
    year = f"{project.year} 年" if project.year else "年度未写明"
    unit = plain_html(project.unit_name or "单位未写明")
    return (
        f'<section class="jx-card"><h3>{plain_html(_words(project.name))}</h3>'
        f'<p class="jx-count">{unit} · {year} · {plain_html(_words(project.code))}</p>'
        f'<div class="jx-card-top">{_amounts(project)}{_plan(project)}</div>'
        f"{_texts(project)}{_over_years(project, projects)}{_indicators(project)}"
        '<p><button type="button" class="jx-plain jx-card-close">收起</button></p></section>'
    )


def over_years(project: ProjectRecord, projects: tuple[ProjectRecord, ...]) -> tuple[ProjectRecord, ...]:
    """This project in every year of its unit, oldest first; the same one by name, else by its code's own part."""
    unit = unit_key(project)
    years = sorted({other.year for other in projects if other.year and unit_key(other) == unit} - {project.year})
    found = [project]
    for year in years if unit and project.year else ():
        others = [other for other in projects if other.year == year and unit_key(other) == unit]
        found += [before for before, _ in paired(others, [project]).pairs]
    return tuple(sorted(found, key=lambda one: one.year or 0))


def _words(cell: Cell) -> str:
    return "涉密" if cell.state is CellState.CLASSIFIED else cell.text or "（空白）"


def _amounts(project: ProjectRecord) -> str:
    cells = (project.total.cell, project.fiscal.cell, project.other.cell)
    rows = "".join(
        f'<tr><th scope="row">{name}（万元）</th>{cell_html(project, cell, " jx-number")}</tr>'
        for name, cell in zip(_MONEY, cells, strict=True)
    )
    return _table("", rows)


def _plan(project: ProjectRecord) -> str:
    if not project.plan:
        return ""
    months = tuple(f"{point.month}月底" for point in project.plan)
    return plan_chart("资金支出计划（累计）", months, tuple(map(_share, project.plan)))


def _share(point: PlanPoint) -> str:
    return "涉密" if point.cell.state is CellState.CLASSIFIED else point.cell.text or ""


def _texts(project: ProjectRecord) -> str:
    rows = [("资金用途", project.purpose), *(("绩效目标", goal) for goal in project.goals)]
    return _table("", "".join(f'<tr><th scope="row">{name}</th>{cell_html(project, cell)}</tr>' for name, cell in rows))


def _over_years(project: ProjectRecord, projects: tuple[ProjectRecord, ...]) -> str:
    found = over_years(project, projects)
    if len(found) < 2:
        return ""
    months = sorted({point.month for one in found for point in one.plan})
    head = "".join(
        f'<th scope="col">{name}</th>' for name in ("年度", "项目名称", *_MONEY, *(f"{m}月底" for m in months))
    )
    return f"<h4>历年</h4>{_table(f'<tr>{head}</tr>', ''.join(_year_row(one, months) for one in found))}"


def _year_row(one: ProjectRecord, months: list[int]) -> str:
    shares = {point.month: point.cell for point in one.plan}
    cells = (
        cell_html(one, one.name, " jx-name"),
        *(cell_html(one, amount.cell, " jx-number") for amount in (one.total, one.fiscal, one.other)),
        *(cell_html(one, shares[m], " jx-number") if m in shares else "<td>—</td>" for m in months),
    )
    return f"<tr><td>{one.year}</td>{''.join(cells)}</tr>"


def _indicators(project: ProjectRecord) -> str:
    if not project.indicators:
        return ""
    head = "".join(f'<th scope="col">{name}</th>' for name in _GRID)
    rows = "".join(f"<tr>{''.join(_indicator_cells(project, place))}</tr>" for place in range(len(project.indicators)))
    count = len(project.indicators)
    return f"<details><summary>绩效指标（{count} 行）</summary>{_table(f'<tr>{head}</tr>', rows)}</details>"


def _indicator_cells(project: ProjectRecord, place: int) -> Iterator[str]:
    row = project.indicators[place]
    for cell in (row.level1, row.level2, row.level3, row.description, row.target, row.basis):
        yield cell_html(project, cell)


def _table(head: str, rows: str) -> str:
    top = f"<thead>{head}</thead>" if head else ""
    return f'<div class="jx-scroll" tabindex="0"><table>{top}<tbody>{rows}</tbody></table></div>'
