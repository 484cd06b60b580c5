"""The suite itself over the real assistant: the gate that `make test` holds too."""

from pathlib import Path

import pytest

from eval.__main__ import run_suite


def test_no_case_is_worse_than_the_baseline(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = run_suite(["--report", str(tmp_path)])
    assert code == 0, capsys.readouterr().out


@pytest.mark.slow
def test_every_planted_fault_is_noticed(tmp_path: Path) -> None:
    run_suite(["--report", str(tmp_path), "--faults"])
    table = (tmp_path / "faults.md").read_text("utf-8")
    assert "没有发现" not in table, table


def test_cases_made_from_own_documents_pass(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    documents = Path(__file__).parents[2] / "eval" / "documents"
    code = run_suite(["--report", str(tmp_path), "--documents", str(documents), "--sample", "60"])
    assert code == 0, capsys.readouterr().out
    assert (tmp_path / "review.md").is_file()
