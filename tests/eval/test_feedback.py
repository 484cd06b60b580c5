"""From a thumbs-down to a case of the suite: import, review, promotion; what is not taken in."""

from pathlib import Path

import pytest

from assistant.types import Conversation, Turn
from assistant.web.cases import cases_yaml, wanted_of
from assistant.workspace import Verdict
from eval.__main__ import run_suite
from eval.cases import read_cases
from eval.errors import CaseError
from eval.feedback import discard, import_cases, pending, pending_file, promote, promoted_file
from eval.subject import DOCUMENTS
from tests.eval.made_conversations import ANSWER, ScriptedAssistant, opener_for

GOOD = """
- id: FB1
  category: feedback
  why: 使用者评价：答错
  turns: [预算多少？]
  expect: {behaviour: answer, contains: ["35.00"]}
- id: FB2
  category: feedback
  why: 使用者评价：答错
  turns: [还有呢？]
  expect: {behaviour: not_found}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "cases"
    made.mkdir()
    return made


def exported(folder: Path, text: str = GOOD) -> Path:
    path = folder.parent / "export.yaml"
    path.write_text(text, "utf-8")
    return path


def test_imported_case_waits_and_is_not_run(folder: Path) -> None:
    found = import_cases(exported(folder), folder, ())
    assert (found.added, found.known, found.refused) == (("FB1", "FB2"), (), ())
    assert [case.id for case in pending(folder)] == ["FB1", "FB2"]
    assert list(folder.glob("*.yaml")) == []


def test_same_export_twice_adds_nothing(folder: Path) -> None:
    import_cases(exported(folder), folder, ())
    again = import_cases(exported(folder), folder, ())
    assert (again.added, again.known) == ((), ("FB1", "FB2"))


def test_same_question_under_another_id_is_a_duplicate(folder: Path) -> None:
    import_cases(exported(folder), folder, ())
    other = GOOD.replace("FB1", "FB8").replace("预算多少？", " 预算 多少？").replace("FB2", "FB9")
    assert import_cases(exported(folder, other), folder, ()).known == ("FB8", "FB9")


def test_question_that_the_suite_asks_already_is_a_duplicate(folder: Path) -> None:
    import_cases(exported(folder), folder, ())
    promote(["FB1"], folder)
    known = read_cases(promoted_file(folder))
    fresh = folder.parent / "fresh"
    fresh.mkdir()
    assert import_cases(exported(folder), fresh, known).known == ("FB1",)


@pytest.mark.parametrize("where", ["预算多少？", "使用者评价：答错", "35.00"])
def test_case_with_a_secrecy_mark_is_not_kept(folder: Path, where: str) -> None:
    found = import_cases(exported(folder, GOOD.replace(where, "机密★1年 某事", 1)), folder, ())
    assert found.refused == ("FB1",)
    assert "某事" not in pending_file(folder).read_text("utf-8")


def test_unknown_key_of_an_export_is_refused_with_its_line(folder: Path) -> None:
    with pytest.raises(CaseError, match=r"export\.yaml:5：不认识的键“stars”"):
        import_cases(exported(folder, GOOD.replace("  turns: [预", "  stars: 1\n  turns: [预", 1)), folder, ())
    assert pending(folder) == ()


def test_promoted_case_leaves_the_pending_ones_and_joins_the_suite(folder: Path) -> None:
    import_cases(exported(folder), folder, ())
    promote(["FB1"], folder)
    assert [case.id for case in pending(folder)] == ["FB2"]
    (case,) = read_cases(promoted_file(folder))
    assert (case.id, case.category, case.expect.contains) == ("FB1", "feedback", (("35.00",),))
    promote(["FB2"], folder)
    assert [case.id for case in read_cases(promoted_file(folder))] == ["FB1", "FB2"]
    assert pending(folder) == ()


def test_case_that_checks_nothing_is_not_promoted(folder: Path) -> None:
    import_cases(exported(folder, GOOD.replace(', contains: ["35.00"]', "")), folder, ())
    with pytest.raises(CaseError, match="没有写正确的回答应包含什么"):
        promote(["FB1"], folder)
    assert [case.id for case in pending(folder)] == ["FB1", "FB2"]


def test_discarded_case_is_gone_and_an_unknown_one_is_named(folder: Path) -> None:
    import_cases(exported(folder), folder, ())
    discard(["FB2"], folder)
    assert [case.id for case in pending(folder)] == ["FB1"]
    with pytest.raises(CaseError, match="没有“FB2”"):
        discard(["FB2"], folder)


def test_the_command_imports_tries_and_promotes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assistant = ScriptedAssistant({"预算多少？": ANSWER, "还有呢？": ANSWER})
    paths = ["--report", str(folder.parent / "r"), "--baseline", str(folder.parent / "b.json")]

    def run(*argv: str) -> int:
        return run_suite([*paths, *argv], folder, opener_for(assistant))

    assert run("--import", str(exported(folder))) == 0
    assert "新收 2 个待审核（FB1、FB2）" in capsys.readouterr().err
    assert run() == 1 and "没有可以运行的用例" in capsys.readouterr().err
    assert run("--review") == 1
    assert "新用例未通过（2）：FB1、FB2" in capsys.readouterr().out
    assert run("--promote", "FB1", "--discard", "FB2") == 0
    assert run("--only", "FB1") == 1
    assert run("--promote", "FB7") == 1 and "FB7" in capsys.readouterr().err


def test_what_the_page_exports_is_what_is_imported(folder: Path) -> None:
    verdict = Verdict(
        conversation="c1", turn=1, word="down", reason="答错了", at="", owner="u", wanted=wanted_of("应当回答", "35.00\n万元"),
        said=Conversation((Turn("舆情监测能力建设资金的预算是多少？：#", ANSWER),)),
    )  # fmt: skip
    found = import_cases(exported(folder, cases_yaml((verdict,))), folder, ())
    assert len(found.added) == 1
    (case,) = pending(folder)
    assert case.turns == ("舆情监测能力建设资金的预算是多少？：#",)
    assert case.expect.contains == (("35.00",), ("万元",))


def test_feedback_on_own_documents_is_kept_and_run_apart(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "luming-wenlv.txt").write_bytes((DOCUMENTS / "luming-wenlv.txt").read_bytes())
    right = """
- id: FB9
  category: feedback
  why: 使用者评价：答错
  turns: [旅游宣传推广的预算是多少？]
  expect: {behaviour: answer, contains: ["110.00"]}
"""
    own, report = str(tmp_path / "mine"), ["--report", str(tmp_path / "r")]
    assert run_suite(["--import", str(exported(folder, right)), "--cases", own]) == 0
    assert run_suite(["--documents", str(documents), "--cases", own, "--review", *report]) == 0
    assert run_suite(["--promote", "FB9", "--cases", own]) == 0
    assert run_suite(["--documents", str(documents), "--cases", own, *report]) == 0
    assert "feedback" in capsys.readouterr().out
