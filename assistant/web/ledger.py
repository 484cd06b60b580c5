"""The table of all projects (项目台账) as HTML: every filled cell opens its source, blank and 涉密 are said as such."""

from urllib.parse import quote

from assistant.web.markdown import plain_html
from assistant.web.rendering import sortable_html, source_class
from corpus.folding import squeeze
from corpus.types import Cell, CellState, DocumentInfo, ProjectRecord, YearBasis

_CAPTION = "金额单位：万元；支出计划为截至各月底的累计比例（按理解，文件未写明“累计”）。点一格可看原文。"
SHOWN_ROWS = 300  # more make the page slow; the filter narrows them


def matching(projects: tuple[ProjectRecord, ...], wanted: str) -> tuple[ProjectRecord, ...]:
    """The projects that hold every word of `wanted` in unit, year, code or name; all of them for no words."""
    words = [squeeze(word) for word in wanted.split()]
    return tuple(project for project in projects if all(word in _searched(project) for word in words))


def _searched(project: ProjectRecord) -> str:
    parts = (project.unit_code, project.unit_name, project.year, project.code.shown, project.name.shown)
    return squeeze(" ".join(str(part) for part in parts if part is not None))


def ledger_html(projects: tuple[ProjectRecord, ...], documents: tuple[DocumentInfo, ...], wanted: str = "") -> str:
    found = matching(projects, wanted)
    if not found:
        return f'<p class="jx-empty">{"没有符合条件的项目。" if projects else "资料库里还没有项目。"}</p>'
    bases = {info.id: info.year_basis for info in documents}
    months = sorted({point.month for project in found for point in project.plan})
    body = "".join(_row(project, months, bases.get(project.document_id)) for project in found[:SHOWN_ROWS])
    table = f"<table><thead>{_head(months)}</thead><tbody>{body}</tbody></table>"
    save = f"/download/ledger.xlsx?words={quote(wanted, safe='')}"
    return (
        f'<p class="jx-count">{_count(len(found), len(projects))} '
        f'<a class="jx-download" href="{save}" download>存为 Excel</a></p>'
        f'<div class="jx-scroll jx-ledger" tabindex="0">{sortable_html(table)}</div><p class="jx-caption">{_CAPTION}</p>'
    )


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
        _cell(project, project.code),
        _cell(project, project.name, " jx-name"),
        *(_cell(project, amount.cell, " jx-number") for amount in (project.total, project.fiscal, project.other)),
        *(_cell(project, shares[m], " jx-number") if m in shares else "<td>—</td>" for m in months),
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


def _cell(project: ProjectRecord, cell: Cell, side: str = "") -> str:
    if cell.state is CellState.CLASSIFIED:
        return f'<td class="jx-classified{side}">涉密</td>'
    text = plain_html(cell.text or "") or '<span class="jx-blank">（空白）</span>'
    at = source_class(project.document_id, cell.source.line)
    where = f'<span class="jx-tip jx-where">{plain_html(cell.source.locator)}</span>'
    return f'<td class="{side.strip()}"><button type="button" class="jx-cell {at}">{text}{where}</button></td>'
