from decimal import Decimal
from pathlib import Path

import pytest

from assistant.types import Kind
from corpus.types import Level
from eval.__main__ import HERE
from eval.cases import load_cases, read_cases
from eval.errors import CaseError
from eval.phrases import Says
from eval.subject import document_paths
from eval.types import Behaviour, ExpectedFigure, ExpectedFinding, Place, RefusalRule

GOOD = """
- id: A1
  category: made
  why: 测试
  turns: [问一, 问二]
  expect:
    behaviour: answer
    contains: [甲, [乙, 丙]]
    figures: [{value: 17.50, unit: 万元}]
    citations: [{line: 3}, {lines: [4, 6], quote: 35.00}]
    says: [blank]
    findings: [{level: error, says: [之和], line: 7}]
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "made.yaml"
    path.write_text(text, "utf-8")
    return path


def test_case_is_read_with_its_place_and_exact_figures(tmp_path: Path) -> None:
    (case,) = read_cases(written(tmp_path, GOOD))
    assert (case.id, case.turns, case.file, case.line) == ("A1", ("问一", "问二"), "made.yaml", 2)
    assert case.expect.contains == (("甲",), ("乙", "丙"))
    assert case.expect.figures == (ExpectedFigure(Decimal("17.50"), "万元"),)
    assert case.expect.citations == (Place((3, 3)), Place((4, 6), quote="35.00"))
    assert case.expect.says == (Says.BLANK,)
    assert case.expect.findings == (ExpectedFinding(("之和",), Level.ERROR, Place((7, 7))),)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("why: 测试", "why: 测试\n  tags: []", "made.yaml:5：不认识的键“tags”"),
        ("contains:", "contain:", "made.yaml:8：不认识的键“contain”"),
        ("unit: 万元", "units: 万元", "made.yaml:9：不认识的键“units”"),
        ("line: 3", "row: 3", "made.yaml:10：不认识的键“row”"),
        ("value: 17.50", "value: 十七", "made.yaml:9：“十七”不是数"),
        ("[4, 6]", "[6, 4]", "made.yaml:10：lines 要写成"),
        ("line: 3", "line: 0", "made.yaml:10：“0”不是行号"),
        ("behaviour: answer", "behaviour: reply", "made.yaml:7：“reply”不在"),
        ("behaviour: answer", "language: zh", "made.yaml:7：expect 要写 behaviour 或 kind"),
        ("behaviour: answer", "behaviour: refuse", "made.yaml:7：behaviour: refuse 与 refusal"),
        ("turns: [问一, 问二]", "turns: []", "made.yaml:5：turns 至少要有一轮"),
        ("  why: 测试\n", "", "made.yaml:2：缺少键“why”"),
        ("id: A1", "id: A1\n  id: A2", "made.yaml:3：键“id”写了两次"),
        ("[乙, 丙]", "[]", "made.yaml:8：没有写任何可选说法"),
        ("level: error", "level: bad", "made.yaml:12：“bad”不在"),
        ("says: [之和]", "rule: sum", "made.yaml:12：不认识的键“rule”"),
        ("line: 7", "line: 7, lines: [7, 8]", "made.yaml:12：line 和 lines 二者取一"),
        ("- id: A1", "- id: [A1", "made.yaml:"),
    ],
)
def test_broken_case_is_refused_with_file_and_line(tmp_path: Path, before: str, after: str, message: str) -> None:
    assert before in GOOD
    with pytest.raises(CaseError) as raised:
        read_cases(written(tmp_path, GOOD.replace(before, after, 1)))
    assert message in str(raised.value)


def test_kinds_and_refusal_are_read(tmp_path: Path) -> None:
    text = GOOD.replace("behaviour: answer", "kind: [answer, not_found]")
    assert read_cases(written(tmp_path, text))[0].expect.kinds == (Kind.ANSWER, Kind.NOT_FOUND)
    text = GOOD.replace("behaviour: answer", "behaviour: refuse\n    refusal: classified")
    expect = read_cases(written(tmp_path, text))[0].expect
    assert (expect.behaviour, expect.refusal) == (Behaviour.REFUSE, RefusalRule.CLASSIFIED)


def test_doubled_id_is_refused_naming_both_places(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    (tmp_path / "other.yaml").write_text(GOOD, "utf-8")
    with pytest.raises(CaseError, match=r"other\.yaml:2：.*made\.yaml:2"):
        load_cases(tmp_path)


def test_the_committed_cases_are_whole() -> None:
    cases = load_cases(HERE / "cases")
    assert len(cases) >= 660
    assert len({name for case in cases for name in case.documents}) >= 16
    for case in cases:
        assert (HERE / "cases" / case.file).stem == case.category, f"{case.id} 放错了文件"
        assert len(document_paths(case.documents)) == len(case.documents)
