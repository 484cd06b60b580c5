"""The table of all projects (项目台账) as HTML: every filled cell opens its source, blank and 涉密 are said as such."""

from html import escape
from urllib.parse import urlencode

from assistant.web.markdown import plain_html
from assistant.web.rendering import sortable_html, source_class
from corpus.folding import squeeze
from corpus.types import Cell, CellState, DocumentInfo, ProjectRecord, YearBasis

_CAPTION = "金额单位：万元；支出计划为截至各月底的累计比例（按理解，文件未写明“累计”）。点一格可看原文。"
SHOWN_ROWS = 300  # more make the page slow; the filter narrows them


def matching(
    projects: tuple[ProjectRecord, ...], wanted: str = "", unit: str = "", year: int | None = None
) -> tuple[ProjectRecord, ...]:
    """The projects of this unit (code or name) and year that hold every word of `wanted` in unit, year, code or name;
    what is empty or None limits nothing."""
    words = [squeeze(word) for word in wanted.split()]
    return tuple(
        project
        for project in projects
        if (not unit or unit_key(project) == unit)
        and year in (None, project.year)
        and all(word in _searched(project) for word in words)
    )


def unit_key(project: ProjectRecord) -> str:
    """What a unit is known by over the years: its code, else its name; empty when neither is stated."""
    return project.unit_code or project.unit_name or ""


def project_key(project: ProjectRecord) -> str:
    """One project of one document, fit for a class name."""
    return f"{project.document_id}-{project.ordinal}"


def _searched(project: ProjectRecord) -> str:
    parts = (project.unit_code, project.unit_name, project.year, project.code.shown, project.name.shown)
    return squeeze(" ".join(str(part) for part in parts if part is not None))


def ledger_html(
    projects: tuple[ProjectRecord, ...],
    documents: tuple[DocumentInfo, ...],
    wanted: str = "",
    unit: str = "",
    year: int | None = None,
) -> str:
    found = matching(projects, wanted, unit, year)
    if not found:
        return nothing_html(projects)
    bases = {info.id: info.year_basis for info in documents}
    months = sorted({point.month for project in found for point in project.plan})
    body = "".join(_row(project, months, bases.get(project.document_id)) for project in found[:SHOWN_ROWS])
    table = f"<table><thead>{_head(months)}</thead><tbody>{body}</tbody></table>"
    save = f"/download/ledger.xlsx?{urlencode({'words': wanted, 'unit': unit, 'year': year or ''})}"
    return (
        f'<p class="jx-count">{_count(len(found), len(projects))} '
        f'<a class="jx-download" href="{escape(save)}" download>存为 Excel</a></p>'
        f'<div class="jx-scroll jx-ledger" tabindex="0">{sortable_html(table)}</div><p class="jx-caption">{_CAPTION}</p>'
    )


def nothing_html(projects: tuple[ProjectRecord, ...]) -> str:
    return f'<p class="jx-empty">{"没有符合条件的项目。" if projects else "资料库里还没有项目。"}</p>'


def _count(found: int, total: int) -> str:
    words = f"共 {found} 个项目" if found == total else f"符合条件的有 {found} 个项目（共 {total} 个）"
    return words + (f"，显示前 {SHOWN_ROWS} 个，请缩小范围" if found > SHOWN_ROWS else "")


def _head(months: list[int]) -> str:
    names = [
        "单位",
        "年度",
        "项目编码",
        "项目名称",
        "预算数",
        "财政资金",
        "其他资金",
        *(f"{month}月底" for month in months),
    ]
    return "<tr>" + "".join(f'<th scope="col">{name}</th>' for name in names) + "</tr>"


def _row(project: ProjectRecord, months: list[int], basis: YearBasis | None) -> str:
    shares = {point.month: point.cell for point in project.plan}
    cells = [
        f"<td>{_unit(project)}</td>",
        f"<td>{_year(project.year, basis)}</td>",
        cell_html(project, project.code),
        _named(project),
        *(cell_html(project, amount.cell, " jx-number") for amount in (project.total, project.fiscal, project.other)),
        *(cell_html(project, shares[m], " jx-number") if m in shares else "<td>—</td>" for m in months),
    ]
    return f"<tr>{''.join(cells)}</tr>"


def _unit(project: ProjectRecord) -> str:
    name = plain_html(project.unit_name or "（未写明）")
    return f"{name}<small>{plain_html(project.unit_code)}</small>" if project.unit_code else name


def _year(year: int | None, basis: YearBasis | None) -> str:
    if year is None:
        return '<span class="jx-blank">（未写明）</span>'
    inferred = '<small class="jx-inferred" title="由项目编码推断，文件未写明年度">推断</small>'
    return f"{year}{inferred if basis is YearBasis.INFERRED else ''}"


def _named(project: ProjectRecord) -> str:
    card = f'<button type="button" class="jx-card-open jx-project-{project_key(project)}">详情</button>'
    return cell_html(project, project.name, " jx-name").removesuffix("</td>") + f" {card}</td>"


def cell_html(project: ProjectRecord, cell: Cell, side: str = "") -> str:
    """A cell of a table whose click opens the source."""
    if cell.state is CellState.CLASSIFIED:
        return f'<td class="jx-classified{side}">涉密</td>'
    text = plain_html(cell.text or "") or '<span class="jx-blank">（空白）</span>'
    at = source_class(project.document_id, cell.source.line)
    where = f'<span class="jx-tip jx-where">{plain_html(cell.source.locator)}</span>'
    return f'<td class="{side.strip()}"><button type="button" class="jx-cell {at}">{text}{where}</button></td>'
