"""Made-up documents as files, and documents with faults: a value is right, or it is not there."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.classification import Policy
from corpus.errors import ReadError
from corpus.extract import extract
from corpus.readers import read
from corpus.types import Document, Extraction, SectionKind, YearBasis
from tests.made_documents import SAMPLE_INDICATORS, STYLES, MadeDocument, made_project, render_text

DOCUMENTS = Path(__file__).parents[1] / "documents"


def opened(name: str) -> tuple[Document, Extraction]:
    document = read(name, (DOCUMENTS / name).read_bytes(), Policy())
    return document, extract(document)


def test_two_units_in_yuan_with_cover_and_contents() -> None:
    document, extraction = opened("liang-ge-danwei-2024.txt")
    assert (document.year, document.year_basis, document.unit_code) == (2024, YearBasis.COVER, None)
    assert document.title == "双河县民政局2024年部门预算绩效文本"
    assert [(p.unit_code, p.name.text, p.total.value) for p in extraction.projects] == [
        ("402001", "高龄失能老人服务补贴", Decimal("10.5")),
        ("402002", "高龄失能老人养老服务补贴7423万冀财社2021152号", Decimal("7423")),
    ]
    assert [p.month for p in extraction.projects[0].plan] == [3, 6, 9, 12]
    assert [p.share for p in extraction.projects[1].plan] == [None, 50, 80, 100]
    assert [s.ordinal for s in extraction.sections] == [None, 1, 2, 1, 2]
    assert document.findings == extraction.findings == ()


def test_gbk_table_of_separated_cells_with_a_classified_row() -> None:
    document, extraction = opened("wenhuaguan-biaoge.md")
    assert (document.year, document.unit_name) == (2026, "清河县文化馆本级")
    assert extraction.classified_cells == 4
    assert extraction.projects[0].indicators[1].target.text == "≥95%"


def test_regulation_has_articles_and_no_records() -> None:
    document, extraction = opened("jixiao-guanli-banfa.txt")
    assert extraction.projects == ()
    assert [s.source.heading_path[-1] for s in extraction.sections] == [f"第{n}条" for n in "一二三四五"]
    assert {s.kind for s in extraction.sections} == {SectionKind.OTHER}
    assert (document.title, document.year_basis) == ("双河县县级部门预算绩效目标管理办法", YearBasis.UNKNOWN)


# Every value of this project stands in it once, so that a value in a wrong place shows.
ROWS = tuple(
    replace(row, level3=f"名称{i}", description=f"描述{i}", target=f"≥{60 + i}", basis=f"依据{i}")
    for i, row in enumerate(SAMPLE_INDICATORS)
)
DISTINCT = made_project(
    1,
    total="11.00",
    fiscal="12.00",
    other="13.00",
    plan=(("3月底", "21%"), ("6月底", "42%"), ("10月底", "83%"), ("12月底", "99%")),
    indicators=ROWS,
)


def assert_nothing_wrong(extraction: Extraction) -> None:
    shares = {int(month.removesuffix("月底")): share for month, share in DISTINCT.plan}
    rows = {row.level3: row for row in ROWS}
    for record in extraction.projects:
        for key in ("total", "fiscal", "other"):
            assert getattr(record, key).cell.text in (None, getattr(DISTINCT, key))
        for point in record.plan:
            assert point.cell.text in (None, shares[point.month])
        for indicator in record.indicators:
            row = rows.get(indicator.level3.text or "")
            for key in ("description", "target", "basis"):
                text = getattr(indicator, key).text
                assert text is None or (row is not None and text == getattr(row, key))


@pytest.mark.parametrize("style", STYLES)
def test_a_lost_line_never_moves_a_value_to_another_place(style: str) -> None:
    lines = render_text(MadeDocument((DISTINCT,)), style).split("\n")
    for i in range(len(lines)):
        document = read("made.txt", "\n".join(lines[:i] + lines[i + 1 :]).encode(), Policy())
        assert_nothing_wrong(extract(document))


_LABELS = (
    "项目编码",
    "项目名称",
    "预算数",
    "绩效目标",
    "一级指标",
    "二级指标",
    "产出指标",
    "3月底",
    "",
    "\t",
    "\t ",
    "|",
    "涉密",
)


@given(data=st.data(), style=st.sampled_from(STYLES))
@settings(max_examples=150, deadline=None)
def test_broken_documents_are_read_or_refused_in_a_sentence(data: st.DataObject, style: str) -> None:
    lines = render_text(MadeDocument((DISTINCT, made_project(2))), style).split("\n")
    for _ in range(data.draw(st.integers(min_value=1, max_value=6))):
        at = data.draw(st.integers(min_value=0, max_value=len(lines) - 1))
        match data.draw(st.sampled_from(["cut", "insert", "repeat", "end"])):
            case "cut":
                lines[at] = lines[at][: len(lines[at]) // 2]
            case "insert":
                lines.insert(at, data.draw(st.sampled_from(_LABELS)))
            case "repeat":
                lines[at:at] = lines[at : at + 12]
            case _:
                lines = lines[: max(at, 3)]
    try:
        extract(read("made.txt", "\n".join(lines).encode(), Policy()))
    except ReadError as error:
        assert "made.txt" in str(error)
