"""`make bench`: measures everything in one run and writes docs/bench.md with the machine it ran on."""

import os
import platform
import sys
import tempfile
from datetime import date
from pathlib import Path

from assistant.engine import Assistant
from assistant.settings import Settings
from tests.bench import command, drafting, ingest, library_size, on_screen, page, reading, replies, scale, users

ROOT = Path(__file__).parent.parent.parent
HEAD = "| 测量 | 结果 | 比值或目标 |\n| --- | --- | --- |\n"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        Assistant.open(Settings(data=data)).close()
        found = [
            *command.rows(data),
            *replies.rows(data),
            *page.rows(data),
            *on_screen.rows(),
            *users.rows(),
            *drafting.rows(),
            *reading.rows(),
            *ingest.rows(),
            *library_size.rows(),
            *scale.rows(),
        ]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    machine = f"{platform.system()} {platform.machine()}，{os.cpu_count()} 核，{memory:.0f} GiB，Python {platform.python_version()}"
    table = HEAD + "".join(f"| {' | '.join(row)} |\n" for row in found)
    text = f"# 速度\n\n`make bench` 在同一次运行里测得；机器共用、有波动，看中位数和比值。\n\n{date.today()}，{machine}\n\n{table}"
    (ROOT / "docs" / "bench.md").write_text(text, "utf-8")
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
