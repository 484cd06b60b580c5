"""What `make check` makes of pip-audit's answer; nothing here asks the network."""

import json
import subprocess
from pathlib import Path

import pytest

from tests import advisories
from tests.advisories import ACCEPTED, ROOT, Advisory, read, told

FOUND = {
    "dependencies": [
        {"name": "fine", "version": "1.0", "vulns": []},
        {"name": "chromadb", "version": "1.5.9", "vulns": [{"id": "CVE-2026-45829"}]},
        {"name": "broken", "version": "2.0", "vulns": [{"id": "A-1"}, {"id": "A-2"}]},
        {"name": "skipped", "skip_reason": "not found"},
    ]
}


def test_advisories_are_read_and_accepted_ones_told_apart() -> None:
    found = read(json.dumps(FOUND))
    assert found == (Advisory("chromadb", "1.5.9", ("CVE-2026-45829",)), Advisory("broken", "2.0", ("A-1", "A-2")))
    assert "1 个锁定的包" in told(found) and "broken 2.0：A-1、A-2" in told(found) and "chromadb）" in told(found)
    assert "没有新的" in told(found[:1])


@pytest.mark.parametrize("output", ["", "ERROR: no network", "[]", "null", "{}"])
def test_no_answer_is_no_finding(output: str) -> None:
    assert read(output) is None


def test_every_accepted_package_is_an_exception_that_the_security_page_explains() -> None:
    page = (ROOT / "SECURITY.md").read_text("utf-8")
    assert all(f"| {package} " in page for package in ACCEPTED)


@pytest.mark.parametrize(("output", "strict", "code"), [("", 0, 0), (json.dumps(FOUND), 0, 1), ("x", 0, 0)])
def test_check_never_fails_and_audit_fails_for_what_is_new(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    output: str,
    strict: int,
    code: int,
) -> None:
    tool = tmp_path / "pip-audit"
    tool.write_text(f"#!/bin/sh\ncat <<'END'\n{output}\nEND\nexit 1\n")
    tool.chmod(0o755)
    monkeypatch.setattr(advisories.sys, "executable", str(tmp_path / "python"))
    monkeypatch.setattr(advisories, "STAMP", tmp_path / "stamp")
    assert advisories.main([]) == strict
    assert advisories.main(["--strict"]) == code
    assert capsys.readouterr().err
    assert subprocess.run([tool], capture_output=True, check=False).returncode == 1
