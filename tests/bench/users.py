"""Fifty people at once for two minutes, over the queue that the page itself uses."""

import tempfile
from pathlib import Path

from tests.page.browser import free_port, running
from tests.page.visitors import Day, simulate

_PEOPLE, _SECONDS = 50, 120.0
_PAUSE = (1.0, 5.0)  # seconds between two questions of one person: quicker than anybody reads


def rows() -> list[tuple[str, str, str]]:
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "data", free_port()) as app:
        simulate(app.url, 2, 2.0, (0.1, 0.2))  # the first question of a fresh process is nobody's measure
        day = simulate(app.url, _PEOPLE, _SECONDS, _PAUSE)
    name = f"{_PEOPLE} 人同时使用 {_SECONDS:.0f} 秒（每人隔 {_PAUSE[0]:.0f}–{_PAUSE[1]:.0f} 秒一问）"
    return [(name, _told(day), "目标 95% ≤ 2 s，出错和串话 0 次")]


def _told(day: Day) -> str:
    middle, slow, slowest = day.quantile(0.5), day.quantile(0.95), max(day.seconds)
    return (
        f"{len(day.seconds)} 个答复，中位数 {middle:.2f} s，95% {slow:.2f} s，最慢 {slowest:.2f} s；"
        f"出错和串话 {len(day.problems)} 次"
    )


if __name__ == "__main__":
    for row in rows():
        print(" | ".join(row))
