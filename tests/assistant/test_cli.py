"""The command as scripts use it: JSON lines, exit codes, plain sentences."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.cli import app

SHIPPED = Path(__file__).parent.parent.parent / "corpus" / "documents" / "weixian-wangxinban.txt"
runner = CliRunner()


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("data")


def run(data, *arguments, given=None):
    return runner.invoke(app, ["--data", str(data), *arguments], input=given)


def lines(result):
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_first_question_takes_in_the_shipped_document(data):
    (reply,) = lines(run(data, "ask", "舆情监测能力建设资金到6月底要花多少钱？", "--json"))
    assert reply["kind"] == "answer"
    assert reply["figures"][0] == {"value": "17.50", "unit": "万元", "formula": "35.00 万元 × 50%", "inputs": [1, 2]}
    assert reply["citations"][1]["line"] == 351
    assert reply["citations"][1]["locator"] == "第二部分 › 4.舆情监测能力建设资金 › 资金支出计划（%） › 6月底"


def test_each_turn_gets_a_reply(data):
    replies = lines(run(data, "ask", "网络生态综合管理平台服务资金预算多少？", "那3月底呢？", "--json"))
    assert [reply["figures"][0]["value"] for reply in replies] == ["15.00", "7.50"]


def test_batch_reads_standard_input(data):
    given = '{"id": "a", "turns": ["四个项目预算合计多少？"]}\n\n{"id": "b", "turns": ["有几个项目？"]}\n'
    rows = lines(run(data, "ask", "--batch", "-", given=given))
    assert [row["id"] for row in rows] == ["a", "b"]
    assert "70.00" in rows[0]["replies"][0]["text"]


def test_bad_batch_line_is_named(data):
    result = run(data, "ask", "--batch", "-", given='{"id": "a", "turns": ["有几个项目？"]}\n{"id": 1}\n')
    assert result.exit_code == 1
    assert "第 2 行" in result.stderr


def test_records_keep_blank_apart_and_never_show_classified_cells(data):
    rows = lines(run(data, "records", "--json"))
    assert [row["total"] for row in rows] == ["10.00", "15.00", "10.00", "35.00"]
    assert rows[0]["plan"] == {"3": None, "6": "100", "10": "100", "12": "100"}
    assert rows[0]["other"] is None
    assert rows[0]["indicators"][0]["target"] == {"classified": True}
    assert sum(len(row["indicators"]) for row in rows) == 28


def test_csv_opens_as_a_table(data):
    result = run(data, "records", "--csv")
    assert result.stdout.startswith("\ufeff文件,单位代码")
    assert len(result.stdout.splitlines()) == 5


def test_search_gives_ranked_passages(data):
    rows = lines(run(data, "search", "燕赵净网", "--json", "--top", "3"))
    assert rows[0]["rank"] == 1
    assert rows[0]["document"] == SHIPPED.name
    assert rows[0]["line"] == 19


def test_json_may_stand_before_the_command_like_the_data_folder(data):
    before = runner.invoke(app, ["--data", str(data), "--json", "search", "清朗行动", "--top", "1"])
    assert lines(before) == lines(run(data, "search", "清朗行动", "--top", "1", "--json"))


def test_a_passage_without_headings_is_named_by_its_line(data, tmp_path):
    note = tmp_path / "说明.txt"
    note.write_text("会议室由办公室统一安排，使用前一天登记。", "utf-8")
    folder = tmp_path / "data"
    run(folder, "ingest", str(note))
    assert run(folder, "search", "会议室登记", "--top", "1").stdout.startswith("1. 说明.txt：第 1 行\n")


def test_check_gives_findings_of_a_file(data):
    rows = lines(run(data, "check", str(SHIPPED), "--json"))
    assert {"rule", "level", "message", "suggestion", "locator", "quote", "line"} == set(rows[0])
    assert any("信惠化" in row["quote"] for row in rows)
    assert len(rows) < 120


def test_ingesting_the_same_file_again_changes_nothing(data):
    run(data, "documents")
    (row,) = lines(run(data, "ingest", str(SHIPPED), "--json"))
    assert (row["status"], row["projects"], row["classified_cells"]) == ("unchanged", 4, 112)


def test_draft_is_written_as_word(data, tmp_path):
    out = tmp_path / "草稿.docx"
    result = run(data, "draft", "--part", "overall", "--out", str(out), "--json")
    (draft,) = lines(result)
    assert draft["kind"] == "overall"
    assert out.read_bytes()[:2] == b"PK"


def test_ambiguous_project_is_asked_back(data):
    result = subprocess.run(
        [sys.executable, "-m", "assistant", "--data", str(data), "draft", "--project", "舆情监测"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "网络舆情监测软件技术服务费" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "空.txt"), (b"\x00\x01\x02" * 100, "二进制.txt"), (b"PK\x03\x04abc", "改名.txt")],
    ids=["empty", "binary", "wrong-magic"],
)
def test_unreadable_file_costs_one_sentence(data, tmp_path, content, name):
    path = tmp_path / name
    path.write_bytes(content)
    before = lines(run(data, "documents", "--json"))
    result = run(data, "ingest", str(path), "--json")
    assert result.exit_code == 1
    row = json.loads(result.stdout)
    assert row["status"] == "rejected"
    assert row["reason"]
    assert lines(run(data, "documents", "--json")) == before


def test_wrong_usage_ends_with_2(data):
    assert run(data, "ask").exit_code == 2
    assert run(data, "draft", "--part", "nonsense").exit_code == 2


def test_two_data_folders_do_not_mix(tmp_path):
    other = tmp_path / "other.txt"
    text = SHIPPED.read_text("utf-8").replace("35.00", "36.00")
    other.write_text(text, "utf-8")
    one, two = tmp_path / "one", tmp_path / "two"
    assert run(two, "ingest", str(other)).exit_code == 0
    question = ("ask", "四个项目预算合计多少？", "--json")
    assert [lines(run(folder, *question))[0]["figures"][-1]["value"] for folder in (one, two)] == ["70.00", "71.00"]


def test_forgotten_document_no_longer_answers(tmp_path):
    run(tmp_path, "documents")
    assert run(tmp_path, "forget", SHIPPED.name).exit_code == 0
    (reply,) = lines(run(tmp_path, "ask", "四个项目预算合计多少？", "--json"))
    assert reply["kind"] == "not_found"
    assert run(tmp_path, "forget", "没有这个.txt").exit_code == 1
