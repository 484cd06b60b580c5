"""Inline SVG for the report page. Colours are the page's own variables, so that they follow light and dark."""

from collections.abc import Sequence
from html import escape

_BOUNDS_MS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
_WIDTH, _HEIGHT, _BASE = 720, 130, 100


def bar(share: float, low: float | None = None, high: float | None = None) -> str:
    """A share (0 to 1) as a bar, with its interval as a line, 200 units wide."""
    line = ""
    if low is not None and high is not None:
        line = f'<line x1="{low * 200:.0f}" x2="{high * 200:.0f}" y1="7" y2="7" class="interval" />'
    return (
        '<svg width="200" height="14" viewBox="0 0 200 14" role="img" aria-hidden="true">'
        '<rect width="200" height="14" rx="3" class="rest" />'
        f'<rect width="{share * 200:.0f}" height="14" rx="3" class="share" />{line}</svg>'
    )


def histogram(times_ms: Sequence[float]) -> str:
    """How many turns took how long, in steps of 1, 2 and 5."""
    edges = (0.0, *_BOUNDS_MS)
    labels = [f"≤{_shown(bound)}" for bound in _BOUNDS_MS] + [f">{_shown(_BOUNDS_MS[-1])}"]
    counts = [sum(low < t <= high for t in times_ms) for low, high in zip(edges, _BOUNDS_MS, strict=False)]
    counts.append(sum(t > _BOUNDS_MS[-1] for t in times_ms))
    most, step = max(max(counts), 1), _WIDTH / len(counts)
    bars = "".join(_column(i * step, step, count, count / most, labels[i]) for i, count in enumerate(counts))
    return f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" role="img" aria-label="每轮用时的分布">{bars}</svg>'


def _column(left: float, step: float, count: int, share: float, name: str) -> str:
    height, middle = share * (_BASE - 18), left + step / 2
    number = f'<text x="{middle:.1f}" y="{_BASE - height - 4:.1f}" class="mark">{count}</text>' if count else ""
    return (
        f'<rect x="{left + 3:.1f}" y="{_BASE - height:.1f}" width="{step - 6:.1f}" height="{height:.1f}" class="share" />'
        f'{number}<text x="{middle:.1f}" y="{_BASE + 16}" class="mark">{escape(name)}</text>'
    )


def _shown(ms: float) -> str:
    return f"{ms:.0f}" if ms < 1000 else f"{ms / 1000:.0f}s"
