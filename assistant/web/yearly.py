"""Budgets held against each other: between the projects that are listed, and between two years of a unit."""

from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal

from assistant.web.ledger import cell_html, nothing_html, unit_key
from assistant.web.markdown import plain_html
from assistant.web.rendering import sortable_html
from corpus.findings.pairing import paired, same_name
from corpus.numbers import format_amount, format_percent
from corpus.types import ProjectRecord

_MOST_BARS = 40
_HUNDREDTH = Decimal("0.01")
_WIDEST = 240  # pixels of the largest bar
_CAPTION = (
    "金额单位：万元。同一项目按名称或编码认定；空白和涉密的不计算变化；比例四舍五入到百分之零点零一。点一格可看原文。"
)


def budgets_html(projects: tuple[ProjectRecord, ...]) -> str:
    """A bar for each budget, the largest first; those without an amount are counted, never drawn as 0."""
    if not projects:
        return nothing_html(projects)
    known = sorted(_with_totals(projects), key=lambda pair: -pair[1])
    most = max((total for _, total in known), default=Decimal(0))
    rows = "".join(_bar_row(project, total, most) for project, total in known[:_MOST_BARS])
    head = "".join(f'<th scope="col">{name}</th>' for name in ("单位", "年度", "项目名称", "预算数", "与最大的相比"))
    return (
        f'<p class="jx-count">{_told(len(projects), len(known))}</p><div class="jx-scroll jx-ledger" tabindex="0">'
        f"{sortable_html(f'<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>')}</div>"
        f'<p class="jx-caption">{_CAPTION}</p>'
    )


def _with_totals(projects: Iterable[ProjectRecord]) -> Iterator[tuple[ProjectRecord, Decimal]]:
    for project in projects:
        if project.total.value is not None:
            yield project, project.total.value


def _told(all_of_them: int, known: int) -> str:
    left = f"，{all_of_them - known} 个的预算空白或涉密，未列入" if known < all_of_them else ""
    shown = f"，显示最大的 {_MOST_BARS} 个" if known > _MOST_BARS else ""
    return f"比较 {known} 个项目的预算{left}{shown}"


def _bar_row(project: ProjectRecord, total: Decimal, most: Decimal) -> str:
    width = int(total * _WIDEST / most) if most > 0 and total > 0 else 0
    bar = (
        f'<svg class="jx-plan" width="{_WIDEST}" height="12"><title>{_percent(total, most)}</title>'
        f'<rect class="jx-bar" x="0" y="1" width="{width}" height="10"></rect></svg>'
    )
    return (
        f"<tr><td>{plain_html(project.unit_name or '（未写明）')}</td><td>{project.year or '（未写明）'}</td>"
        f"{cell_html(project, project.name, ' jx-name')}{cell_html(project, project.total.cell, ' jx-number')}<td>{bar}</td></tr>"
    )


def _percent(part: Decimal, whole: Decimal) -> str:
    """A share for reading, to a hundredth of a percent."""
    return format_percent((part / whole * 100).quantize(_HUNDREDTH, ROUND_HALF_UP)) if whole else "—"


def years_html(projects: tuple[ProjectRecord, ...], year: int | None = None) -> str:
    """Each unit's projects of `year`, or of its last one, beside those of its year before that."""
    if not projects:
        return nothing_html(projects)
    units = dict.fromkeys(unit_key(project) for project in projects if unit_key(project))
    tables = [_unit([project for project in projects if unit_key(project) == unit], year) for unit in units]
    said = "".join(table for table in tables if table)
    return f'{said}<p class="jx-caption">{_CAPTION}</p>' if said else _ONE_YEAR


_ONE_YEAR = '<p class="jx-empty">没有可以比较的两个年度：同一单位要有两年的文件。</p>'


def _unit(projects: list[ProjectRecord], year: int | None) -> str:
    years = sorted({project.year for project in projects if project.year and (year is None or project.year <= year)})
    if len(years) < 2 or (year is not None and years[-1] != year):
        return ""
    first, last = years[-2:]
    found = paired(
        [project for project in projects if project.year == first],
        [project for project in projects if project.year == last],
    )
    rows = [_pair_row(before, after) for before, after in found.pairs]
    rows += [_lone_row(project, "新增", added=True) for project in found.added]
    rows += [_lone_row(project, "不再安排", added=False) for project in found.dropped]
    names = ("项目名称", f"{first} 年", f"{last} 年", "增减", "增减比例", "说明")
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    table = sortable_html(f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>")
    title = plain_html(projects[0].unit_name or projects[0].unit_code or "")
    return f'<h4>{title}</h4><div class="jx-scroll jx-ledger jx-years" tabindex="0">{table}</div>'


def _pair_row(before: ProjectRecord, after: ProjectRecord) -> str:
    old, new = before.total.value, after.total.value
    change = new - old if old is not None and new is not None else None
    share = ("+" if change > 0 else "") + _percent(change, old) if change is not None and old else "—"
    return (
        f"<tr>{cell_html(after, after.name, ' jx-name')}{cell_html(before, before.total.cell, ' jx-number')}"
        f"{cell_html(after, after.total.cell, ' jx-number')}"
        f'<td class="jx-number">{"—" if change is None else _signed(change)}</td><td class="jx-number">{share}</td>'
        f"<td>{_remark(before, after)}</td></tr>"
    )


def _lone_row(project: ProjectRecord, word: str, *, added: bool) -> str:
    amount = cell_html(project, project.total.cell, " jx-number")
    sides = f"<td>—</td>{amount}" if added else f"{amount}<td>—</td>"
    return f"<tr>{cell_html(project, project.name, ' jx-name')}{sides}<td>—</td><td>—</td><td>{word}</td></tr>"


def _remark(before: ProjectRecord, after: ProjectRecord) -> str:
    said = [] if same_name(before, after) else [f"原名：{plain_html(before.name.shown)}"]
    plans = [{p.month: p.share for p in one.plan if p.share is not None} for one in (before, after)]
    both = plans[0].keys() & plans[1].keys()
    if any(plans[0][month] != plans[1][month] for month in both):
        said.append("支出计划有变化")
    return "；".join(said) or "—"


def _signed(value: Decimal) -> str:
    words = format_amount(value)
    return f"+{words}" if value > 0 else words
