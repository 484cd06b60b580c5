"""The command as a whole process, against the bare imports it cannot do without."""

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

QUESTION = "舆情监测能力建设资金到6月底要花多少钱？"
BARE = (sys.executable, "-c", "import sqlalchemy, typer")


def seconds(command: Sequence[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, capture_output=True, check=True)
    return time.perf_counter() - started


def rows(data: Path, runs: int = 15) -> list[tuple[str, str, str]]:
    """Medians of alternating runs, and their ratio."""
    ask = (sys.executable, "-m", "assistant", "--data", str(data), "ask", QUESTION)
    pairs = [(seconds(ask), seconds(BARE)) for _ in range(runs + 1)][1:]
    ours, bare = median(a for a, _ in pairs), median(b for _, b in pairs)
    ratio = median(a / b for a, b in pairs)
    return [
        ("`jixiao ask` 记录问题（整个进程）", f"{ours * 1000:.0f} ms", f"{ratio:.2f} 倍（目标 ≤ 2）"),
        ('`python -c "import sqlalchemy, typer"`', f"{bare * 1000:.0f} ms", "1"),
    ]
