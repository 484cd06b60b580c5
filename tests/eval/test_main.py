import json
from dataclasses import replace
from pathlib import Path

import pytest

from eval.__main__ import run_suite
from eval.subject import DOCUMENTS
from tests.eval.made_conversations import ANSWER, REFUSED, ScriptedAssistant, opener_for

CASE = """
- id: {id}
  category: {category}
  why: 测试
  turns: [{turn}]
  expect: {{behaviour: answer}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    cases = tmp_path / "cases"
    cases.mkdir()
    (cases / "made.yaml").write_text(
        CASE.format(id="A1", category="made", turn="好") + CASE.format(id="A2", category="other", turn="也好"), "utf-8"
    )
    return tmp_path


def run(folder: Path, *argv: str, good: bool = True) -> int:
    assistant = ScriptedAssistant({"好": ANSWER if good else REFUSED, "也好": replace(ANSWER, text="也好")})
    options = ["--report", str(folder / "report"), "--baseline", str(folder / "baseline.json"), *argv]
    return run_suite(options, folder / "cases", opener_for(assistant))


def test_first_run_passes_and_writes_the_report(folder: Path) -> None:
    assert run(folder) == 0
    assert sorted(path.name for path in (folder / "report").iterdir()) == ["report.html", "report.json", "report.md"]
    assert not (folder / "baseline.json").exists()


def test_regression_exits_1_until_it_is_recorded_as_known_failing(folder: Path) -> None:
    assert run(folder, "--update-baseline") == 0
    assert run(folder, good=False) == 1
    assert run(folder, "--update-baseline", good=False) == 0
    assert run(folder, good=False) == 0
    assert json.loads((folder / "baseline.json").read_text())["cases"] == {"A1": ["kind"], "A2": []}


def test_new_failing_case_exits_1(folder: Path) -> None:
    assert run(folder, good=False) == 1


def test_missing_case_exits_1(folder: Path) -> None:
    run(folder, "--update-baseline")
    (folder / "cases" / "made.yaml").write_text(CASE.format(id="A1", category="made", turn="好"), "utf-8")
    assert run(folder) == 1


def test_no_case_exits_1_with_a_sentence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "cases" / "made.yaml").write_text("", "utf-8")
    assert run(folder) == 1
    assert capsys.readouterr().err == "没有可以运行的用例。\n"


def test_only_takes_an_id_or_a_category_and_names_what_fits_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, "--only", "A1", "--json") == 0
    assert [json.loads(line).get("id") for line in capsys.readouterr().out.splitlines()] == ["A1", None]
    assert run(folder, "--only", "other", "--json") == 0
    assert [json.loads(line).get("id") for line in capsys.readouterr().out.splitlines()] == ["A2", None]
    assert run(folder, "--only", "没有的") == 1
    assert "没有的" in capsys.readouterr().err


def test_json_keeps_standard_output_to_one_object_a_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(folder, "--json")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line.get("passed") for line in lines] == [True, True, 2]


def test_table_names_every_category_and_the_differences(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(folder, good=False)
    shown = capsys.readouterr().out
    assert "made" in shown and "other" in shown and "合计" in shown and "新用例未通过（1）：A1" in shown


def test_broken_case_file_exits_1_and_says_where(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "cases" / "made.yaml").write_text("- {id: A1, colour: red}", "utf-8")
    assert run(folder) == 1
    assert "made.yaml:1" in capsys.readouterr().err


def test_wrong_usage_exits_2(folder: Path) -> None:
    with pytest.raises(SystemExit) as raised:
        run(folder, "--jobs", "0")
    assert raised.value.code == 2


def test_made_cases_can_be_changed_and_run_again_over_the_same_documents(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    for name in ("luming-wenlv.txt", "luming-weijian-2025.html"):
        (documents / name).write_bytes((DOCUMENTS / name).read_bytes())
    over = ["--documents", str(documents), "--report", str(tmp_path / "r")]
    assert run_suite([*over, "--sample", "20"]) == 0, capsys.readouterr().out
    own = tmp_path / "r" / "cases" / "own.yaml"
    assert "luming-wenlv.txt" in own.read_text("utf-8") and "luming-weijian-2025.html" in own.read_text("utf-8")
    assert run_suite([*over, "--cases", str(own.parent)]) == 0
    own.write_text(own.read_text("utf-8").replace("value: ", "value: 9"), "utf-8")
    capsys.readouterr()
    assert run_suite([*over, "--cases", str(own.parent), "--json"]) == 1
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["passed"] < told["total"] == 20


def test_folder_without_a_form_has_nothing_to_ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "办法.txt").write_text("管理办法\n第一条 为规范管理，制定本办法。\n", "utf-8")
    assert run_suite(["--documents", str(tmp_path), "--report", str(tmp_path / "r")]) == 1
    assert "没有读出可以提问的项目" in capsys.readouterr().err


def test_product_is_not_judged_without_its_baseline(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_suite(["--baseline", str(tmp_path / "none.json"), "--report", str(tmp_path)]) == 1
    assert "没有基线" in capsys.readouterr().err
