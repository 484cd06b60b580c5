"""`make audit` and, softly, `make check`: asks pip-audit about what is pinned, where a network is there.

Known and accepted are the exceptions of SECURITY.md, each with its reachability test. Anything else is told; it fails
`make audit` (`--strict`) but not `make check`, which must not turn red by a notice about code that did not change.
"""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
PINNED = ROOT / "requirements.lock"
STAMP = ROOT / ".venv" / ".audited"
ACCEPTED = {"chromadb": "只用进程内客户端，见 SECURITY.md"}  # package -> why its advisories do not reach us
_SECONDS = 90  # at most
_FRESH = 24 * 3600  # seconds for which an answer about the same pins counts

SKIPPED = "依赖安全公告：连不上网络或没有 pip-audit，这次略过。\n"


@dataclass(frozen=True, slots=True)
class Advisory:
    package: str
    version: str
    ids: tuple[str, ...]


def read(output: str) -> tuple[Advisory, ...] | None:
    """What pip-audit's JSON tells; None when there is none, as without a network."""
    try:
        found = json.loads(output)
        packages = found["dependencies"]
    except (ValueError, KeyError, TypeError):
        return None
    return tuple(
        Advisory(package["name"], package.get("version", "?"), tuple(one["id"] for one in package["vulns"]))
        for package in packages
        if package.get("vulns")
    )


def told(advisories: Sequence[Advisory]) -> str:
    new = [one for one in advisories if one.package not in ACCEPTED]
    lines = [f"  {one.package} {one.version}：{'、'.join(one.ids)}" for one in new]
    accepted = [one.package for one in advisories if one.package in ACCEPTED]
    known = f"（另有列为例外的：{'、'.join(accepted)}）" if accepted else ""
    head = f"依赖安全公告：{len(new)} 个锁定的包有公告{known}。" if new else f"依赖安全公告：没有新的{known}。"
    return "\n".join([head, *lines]) + "\n"


def main(options: Sequence[str]) -> int:
    strict = "--strict" in options
    if not strict and _is_fresh():
        return 0
    advisories = read(_asked())
    if advisories is None:
        sys.stderr.write(SKIPPED)
        return 0
    STAMP.touch()
    sys.stderr.write(told(advisories))
    return 1 if strict and any(one.package not in ACCEPTED for one in advisories) else 0


def _is_fresh() -> bool:
    if not STAMP.exists():
        return False
    asked = STAMP.stat().st_mtime
    return asked > PINNED.stat().st_mtime and time.time() - asked < _FRESH


def _asked() -> str:
    command = [str(Path(sys.executable).parent / "pip-audit"), "--requirement", str(PINNED), "--no-deps"]
    command += ["--disable-pip", "--format", "json", "--progress-spinner", "off", "--timeout", "5"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
