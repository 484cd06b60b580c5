"""The examples for whoever runs the service: the unit is one that systemd takes, and what the container copies is enough."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UNIT = (ROOT / "docs" / "jixiao.service").read_text("utf-8")
DOCKERFILE = (ROOT / "docs" / "Dockerfile").read_text("utf-8")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="没有安装 systemd-analyze")
def test_unit_is_taken_by_systemd_without_a_word(tmp_path: Path) -> None:
    unit = tmp_path / "jixiao.service"
    unit.write_text(re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", UNIT), "utf-8")
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.replace("\n", "")) == (0, "")


def test_unit_gives_a_stop_more_time_than_the_page_takes_and_lets_nothing_out() -> None:
    assert int(re.findall(r"TimeoutStopSec=(\d+)", UNIT)[0]) >= 10
    assert "IPAddressDeny=any" in UNIT and "NoNewPrivileges=yes" in UNIT and "UMask=0077" in UNIT


def test_container_installs_the_pinned_torch_and_does_not_run_as_root() -> None:
    pinned = next(one for one in _dependencies() if one.startswith("torch"))
    assert pinned in DOCKERFILE and "--constraint requirements.lock" in DOCKERFILE
    assert DOCKERFILE.index("USER jixiao") < DOCKERFILE.index("ENTRYPOINT")


def test_container_leaves_out_what_is_not_the_program_and_nothing_that_is() -> None:
    left_out = (ROOT / "docs" / "Dockerfile.dockerignore").read_text("utf-8").split()
    assert {".git", ".venv", "data"} <= set(left_out)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packed = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert not {*packed, "README.md", "LICENSE", "requirements.lock", "pyproject.toml"} & set(left_out)


def _dependencies() -> list[str]:
    return list(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"])
