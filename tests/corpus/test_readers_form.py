"""The form reads back to its truth from every text style, cell by cell."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.classification import Policy
from corpus.extract import extract
from corpus.readers import read
from corpus.types import Extraction, ProjectRecord
from tests.made_documents import (
    LOSSY_STYLES,
    STYLES,
    MadeDocument,
    MadeIndicator,
    MadeProject,
    made_document,
    made_project,
    render_text,
    without_blanks,
)


def extracted(text: str, name: str = "made.txt") -> Extraction:
    return extract(read(name, text.encode(), Policy()))


def as_printed(project: ProjectRecord) -> dict[str, object]:
    """A record back to the texts it was read from."""
    return {
        "unit": (project.unit_code, project.unit_name),
        "code": project.code.shown,
        "name": project.name.shown,
        "amounts": tuple(a.cell.shown for a in (project.total, project.fiscal, project.other)),
        "purpose": project.purpose.shown,
        "plan": tuple((point.month, point.cell.shown) for point in project.plan),
        "goals": tuple(goal.shown for goal in project.goals),
        "indicators": [
            tuple(c.shown for c in (i.level1, i.level2, i.level3, i.description, i.target, i.basis))
            for i in project.indicators
        ],
    }


def truth(project: MadeProject) -> dict[str, object]:
    return {
        "unit": (project.unit_code, project.unit_name),
        "code": project.code,
        "name": project.name,
        "amounts": (project.total, project.fiscal, project.other),
        "purpose": project.purpose,
        "plan": tuple((int(month.removesuffix("月底")), share) for month, share in project.plan),
        "goals": project.goals,
        "indicators": [(row.level1, row.level2, *row.data) for row in project.indicators],
    }


@pytest.mark.parametrize("style", STYLES)
def test_every_style_reads_back_cell_by_cell(style: str) -> None:
    document = made_document(projects=4)
    extraction = extracted(render_text(document, style))
    assert [as_printed(p) for p in extraction.projects] == [truth(p) for p in document.projects]
    assert extraction.findings == ()


_word = st.text(
    alphabet="开展组织检查培训宣传平台系统数据安全乡镇群众满意年度工作计划合同行业标准情况", min_size=2, max_size=14
)
_amount = st.decimals(min_value=0, max_value=99999, places=2).map(str)
_share = st.integers(min_value=0, max_value=100).map(lambda n: f"{n}%")
_blank = st.just("")
_months = st.sampled_from(
    [("3月底", "6月底", "10月底", "12月底"), ("3月底", "6月底", "9月底", "12月底"), ("6月底", "12月底"), ("12月底",)]
)
_levels = st.lists(
    st.sampled_from(
        [
            ("产出指标", "数量指标"),
            ("产出指标", "质量指标"),
            ("产出指标", "时效指标"),
            ("产出指标", "成本指标"),
            ("效益指标", "社会效益指标"),
            ("效益指标", "可持续影响指标"),
            ("满意度指标", "服务对象满意度指标"),
        ]
    ),
    min_size=1,
    max_size=7,
    unique=True,
)


@st.composite
def made_rows(draw: st.DrawFn) -> tuple[MadeIndicator, ...]:
    order = ["产出指标", "效益指标", "满意度指标"]
    levels = sorted(draw(_levels), key=lambda pair: order.index(pair[0]))
    rows = []
    for level1, level2 in levels:
        for _ in range(draw(st.integers(min_value=1, max_value=3))):
            target = draw(st.one_of(_blank, _share.map(lambda s: "≥" + s), st.just("100"), _word))
            row = MadeIndicator(level1, level2, draw(_word), draw(st.one_of(_blank, _word)), target, draw(_word))
            rows.append(row)
    return tuple(rows)


@st.composite
def made_projects(draw: st.DrawFn) -> MadeProject:
    number = draw(st.integers(min_value=1, max_value=9))
    goals = tuple(f"{i}.{text}" for i, text in enumerate(draw(st.lists(_word, min_size=1, max_size=4)), start=1))
    year = draw(st.sampled_from(["", "2024年", "关于2023年度7423万元冀财社〔2021〕152号", "（二期）"]))
    return made_project(
        number,
        name=year + draw(_word) + "经费",
        total=draw(_amount),
        fiscal=draw(st.one_of(_amount, _blank)),
        other=draw(st.one_of(_amount, _blank)),
        purpose="用于" + draw(_word),
        plan=tuple((month, draw(st.one_of(_share, _blank))) for month in draw(_months)),
        goals=goals,
        indicators=draw(made_rows()),
    )


@given(
    projects=st.lists(made_projects(), min_size=1, max_size=3, unique_by=lambda p: p.code),
    style=st.sampled_from(STYLES),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_generated_documents_read_back_to_equal_truth(projects: list[MadeProject], style: str) -> None:
    document = MadeDocument(projects=tuple(projects))
    if style in LOSSY_STYLES:
        document = without_blanks(document)
    extraction = extracted(render_text(document, style))
    assert [as_printed(p) for p in extraction.projects] == [truth(p) for p in document.projects]


@given(projects=st.lists(made_projects(), min_size=1, max_size=2), style=st.sampled_from(STYLES))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_lines_cited_hold_what_is_cited(projects: list[MadeProject], style: str) -> None:
    document = read("made.txt", render_text(MadeDocument(projects=tuple(projects)), style).encode(), Policy())
    for project in extract(document).projects:
        cells = [project.code, project.name, project.total.cell, project.purpose, *project.goals]
        cells += [point.cell for point in project.plan] + [i.target for i in project.indicators]
        for cell in cells:
            if cell.text:
                assert cell.source.line is not None
                assert cell.text in document.lines[cell.source.line - 1]


def test_blank_is_kept_apart_from_zero() -> None:
    project = made_project(1, fiscal="0.00", other="")
    [record] = extracted(render_text(MadeDocument((project,)))).projects
    assert (record.fiscal.value, record.fiscal.cell.state) == (0, "value")
    assert (record.other.value, record.other.cell.state) == (None, "blank")


@pytest.mark.parametrize("style", ["no_blank_lines", "exported", "untabbed", "bare"])
def test_missing_plan_value_is_reported_and_never_guessed(style: str) -> None:
    text = render_text(MadeDocument((made_project(1),)), style)
    short = text.replace("\t80%\n", "").replace("\n80%\n", "\n")
    extraction = extracted(short)
    [record] = extraction.projects
    assert [point.share for point in record.plan] == [None] * 4
    assert [point.cell.state for point in record.plan] == ["blank"] * 4
    unplaced = [finding for finding in extraction.findings if finding.rule == "unplaced"]
    assert [finding.quote for finding in unplaced] == ["25%", "50%", "100%"]
    assert all("资金支出计划" in f.source.locator or "支出计划" in f.source.locator for f in unplaced)


def test_missing_indicator_cell_is_reported_and_the_other_rows_stay_right() -> None:
    text = render_text(MadeDocument((made_project(1),)), "bare").replace("\n≥95%\n", "\n")
    extraction = extracted(text)
    [record] = extraction.projects
    targets = {i.level2.shown: i.target.shown for i in record.indicators}
    assert targets["质量指标"] == ""
    assert targets["时效指标"] == "12月底前"
    assert [f.quote for f in extraction.findings if f.rule == "unplaced"] == [
        "演出合格率",
        "合格场次占全部场次的比例",
        "行业标准",
    ]


def test_stray_blank_lines_inside_rows_do_not_move_cells() -> None:
    text = render_text(made_document(projects=2), "exported")
    lines = text.split("\n")
    start = lines.index("\t一级指标")
    for offset in (9, 14, 21):
        lines.insert(start + offset, "")
    document = made_document(projects=2)
    assert [as_printed(p) for p in extracted("\n".join(lines)).projects] == [truth(p) for p in document.projects]


def test_wrapped_goal_is_one_goal_with_its_first_line() -> None:
    project = made_project(1, goals=("1.全年组织演出不少于六十场，\n覆盖全部乡镇", "2.培训骨干"))
    text = render_text(MadeDocument((project,)), "exported")
    document = read("made.txt", text.encode(), Policy())
    [record] = extract(document).projects
    assert [g.text for g in record.goals] == ["1.全年组织演出不少于六十场，覆盖全部乡镇", "2.培训骨干"]
    assert document.lines[record.goals[1].source.line - 1] == "2.培训骨干"


def test_amounts_in_yuan_become_wanyuan_exactly_and_keep_their_text() -> None:
    project = made_project(1, total="1,234,567.89", fiscal="1,234,567.00", other="0.89")
    [record] = extracted(render_text(MadeDocument((project,), money_unit="元"))).projects
    assert str(record.total.value) == "123.456789"
    assert record.total.cell.text == "1,234,567.89"
    assert str(record.other.value) == "0.000089"


def test_labels_glued_to_their_values_read_as_well() -> None:
    text = render_text(MadeDocument((made_project(1),)), "untabbed")
    glued = text.replace("项目编码\n", "项目编码：").replace("项目名称\n", "项目名称：").replace("预算数\n", "预算数：")
    assert as_printed(extracted(glued).projects[0]) == truth(made_project(1))


def test_cover_and_contents_give_no_project_and_no_section() -> None:
    cover = ("清河县文化馆", "2026年部门预算绩效文本", "编制单位：清河县文化馆", "审核：张三")
    document = made_document(projects=2, cover=cover, contents=True)
    extraction = extracted(render_text(document))
    assert len(extraction.projects) == 2
    assert [(s.kind, s.ordinal) for s in extraction.sections] == [
        ("overall", None),
        ("itemised", 1),
        ("itemised", 2),
        ("itemised", 3),
        ("safeguard", 1),
        ("safeguard", 2),
    ]


def test_two_units_in_one_document_keep_their_projects_apart() -> None:
    other = made_project(2, unit_code="305002", unit_name="清河县图书馆")
    document = read("made.txt", render_text(MadeDocument((made_project(1), other))).encode(), Policy())
    records = extract(document).projects
    assert [(r.unit_code, r.unit_name) for r in records] == [("305001", "清河县文化馆本级"), ("305002", "清河县图书馆")]
    assert (document.unit_code, document.unit_name) == (None, None)


def test_text_after_the_tables_is_kept_as_a_section() -> None:
    document = made_document(projects=1, prose=("第三部分", "其他说明", "本文本由办公室负责解释，自印发之日起执行。"))
    extraction = extracted(render_text(document))
    assert as_printed(extraction.projects[0]) == truth(document.projects[0])
    assert extraction.sections[-1].kind == "other"
    assert "办公室负责解释" in extraction.sections[-1].text


def test_duplicate_codes_and_disagreeing_names_are_findings() -> None:
    first, second = made_project(1), made_project(2, code=made_project(1).code)
    text = render_text(MadeDocument((first, second))).replace("\n2." + second.name, "\n2.另一个项目名称")
    rules = sorted(f.rule for f in extracted(text).findings)
    assert rules == ["duplicate-code", "duplicate-code", "name-mismatch"]


def test_table_without_a_title_and_with_values_below_labels_reads() -> None:
    text = "\n".join(
        [
            "项目编码 | 项目名称 | 预算数 | 其中：财政资金 | 其他资金",
            "13053425P00301 | 演出经费 | 12.00 | 12.00 | ",
            "资金支出计划（%） | 6月底 | 12月底",
            " | 50% | 100%",
        ]
    )
    [record] = extracted(text).projects
    assert (record.code.text, record.name.text, str(record.total.value)) == ("13053425P00301", "演出经费", "12.00")
    assert record.other.cell.state == "blank"
    assert [str(p.share) for p in record.plan] == ["50", "100"]


def test_renamed_project_does_not_change_the_records_of_another() -> None:
    first = made_document(projects=3)
    changed = replace(first, projects=(replace(first.projects[0], name="改了名的项目"), *first.projects[1:]))
    before, after = extracted(render_text(first)).projects, extracted(render_text(changed)).projects
    assert [as_printed(p) for p in before[1:]] == [as_printed(p) for p in after[1:]]


@pytest.mark.parametrize("style", ["exported", "pipes", "bare"])
def test_text_between_title_and_first_field_is_reported_at_its_own_project(style: str) -> None:
    document = made_document(projects=2)
    text = render_text(document, style)
    head, tail = text.rsplit("绩效目标表\n", 1)
    extraction = extracted(head + "绩效目标表\n主管处室：教科文股\n" + tail)
    assert [as_printed(p) for p in extraction.projects] == [truth(p) for p in document.projects]
    [finding] = extraction.findings
    assert (finding.rule, finding.quote) == ("unplaced", "主管处室：教科文股")
    assert document.projects[1].name in finding.source.locator
