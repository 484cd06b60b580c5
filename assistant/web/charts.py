"""A spending plan as a small chart: SVG of our own, without script, in the page's colours, with its figures in words."""

import re
from decimal import Decimal

from assistant.types import Grid
from assistant.web.markdown import plain_html

_MONTH = re.compile(r"(\d{1,2})月底")
_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)%")
_MOST_CHARTS = 6  # more projects at once are read in the table
_BAR, _GAP, _HEIGHT, _TOP, _FOOT = 44, 26, 84, 18, 20  # pixels


def plan_charts(grid: Grid | None) -> str:
    """A chart for each project of a plan table; nothing for a table of another kind, or of too many projects."""
    if grid is None or not _is_plan(grid) or len(grid.rows) > _MOST_CHARTS:
        return ""
    charts = "".join(plan_chart(row[0], grid.columns[1:], row[1:]) for row in grid.rows)
    return f'<div class="jx-charts">{charts}</div>'


def _is_plan(grid: Grid) -> bool:
    return len(grid.columns) > 1 and all(_MONTH.fullmatch(column) for column in grid.columns[1:])


def plan_chart(name: str, months: tuple[str, ...], shares: tuple[str, ...]) -> str:
    """Bars as high as their shares; a blank one is a dashed outline and says so, never a bar of height 0."""
    words = "，".join(f"{month} {share or '（空白）'}" for month, share in zip(months, shares, strict=False))
    bars = "".join(
        _bar(place, month, shares[place] if place < len(shares) else "") for place, month in enumerate(months)
    )
    width = len(months) * (_BAR + _GAP)
    baseline = _TOP + _HEIGHT
    return (
        f'<figure class="jx-chart"><svg class="jx-plan" width="{width}" height="{baseline + _FOOT}">'
        f"<title>{plain_html(f'{name}资金支出计划（累计）：{words}')}</title>"
        f'<line class="jx-base" x1="0" y1="{baseline}" x2="{width}" y2="{baseline}"></line>{bars}</svg>'
        f"<figcaption>{plain_html(name)}</figcaption></figure>"
    )


def _bar(place: int, month: str, share: str) -> str:
    found = _SHARE.fullmatch(share)
    left, middle = place * (_BAR + _GAP) + _GAP // 2, place * (_BAR + _GAP) + (_BAR + _GAP) // 2
    height = int(min(Decimal(found[1]), Decimal(100)) * _HEIGHT / 100) if found else _HEIGHT // 3
    top = _TOP + _HEIGHT - height
    kind = "jx-bar" if found else "jx-no-bar"
    label = share if found else "涉密" if share == "涉密" else "空白"
    return (
        f'<rect class="{kind}" x="{left}" y="{top}" width="{_BAR}" height="{height}"></rect>'
        f'<text x="{middle}" y="{top - 5}" text-anchor="middle">{plain_html(label)}</text>'
        f'<text class="jx-month" x="{middle}" y="{_TOP + _HEIGHT + 15}" text-anchor="middle">{plain_html(month)}</text>'
    )
