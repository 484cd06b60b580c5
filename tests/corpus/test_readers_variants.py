"""What departments print differently reads the same, in every format, cell by cell, and is sealed the same."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from corpus.classification import Policy
from corpus.extract import extract
from corpus.readers import read
from corpus.types import Document, Extraction, SectionKind
from tests.corpus.test_readers_form import as_printed, made_projects, truth
from tests.made_documents import SAMPLE_INDICATORS, MadeDocument, MadeProject, made_document, made_project
from tests.made_files import RENDERERS, Box, Part, Rows
from tests.made_variants import LAYOUTS, SUFFIXES, as_shipped, parts_of, render_layout, render_parts


def opened(suffix: str, document: MadeDocument, layout: str = "as shipped") -> tuple[Document, Extraction]:
    sealed = read(f"made.{suffix}", render_layout(suffix, document, LAYOUTS[layout]), Policy())
    return sealed, extract(sealed)


def with_gaps() -> MadeDocument:
    """A blank amount, a blank share and a blank description among the rest."""
    first, second = made_document(2).projects
    rows = (*second.indicators[:2], replace(second.indicators[2], description=""), *second.indicators[3:])
    plan = (("3月底", ""), *second.plan[1:])
    return replace(made_document(2), projects=(first, replace(second, other="", plan=plan, indicators=rows)))


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_layout_reads_back_cell_by_cell_without_a_finding(layout: str, suffix: str) -> None:
    made = with_gaps()
    document, extraction = opened(suffix, made, layout)
    assert [as_printed(p) for p in extraction.projects] == [truth(p) for p in made.projects]
    assert extraction.findings == document.findings == ()


@given(
    projects=st.lists(made_projects(), min_size=1, max_size=2, unique_by=lambda p: p.code),
    layout=st.sampled_from(sorted(LAYOUTS)),
    suffix=st.sampled_from([s for s in SUFFIXES if s != "cells.txt"]),
)
@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # making a failing file smaller takes many minutes
)
def test_generated_documents_read_back_from_every_layout(projects: list[MadeProject], layout: str, suffix: str) -> None:
    _, extraction = opened(suffix, MadeDocument(tuple(projects)), layout)
    assert [as_printed(p) for p in extraction.projects] == [truth(p) for p in projects]


@pytest.mark.parametrize(("suffix", "at"), [*((s, "target") for s in SUFFIXES), ("html", "level3"), ("html", "basis")])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_marked_row_is_sealed_in_every_layout(layout: str, suffix: str, at: str) -> None:
    marked = {"target": "≥7319%（涉密）", "level3": "甲七三一九（涉密）", "basis": "乙7319文件【秘密】"}[at]
    rows = (replace(SAMPLE_INDICATORS[0], **{at: marked}), *SAMPLE_INDICATORS[1:])
    made = MadeDocument((made_project(1, indicators=rows), made_project(2)))
    document, extraction = opened(suffix, made, layout)
    text = repr((document, extraction))
    assert "7319" not in text and "七三一九" not in text
    first, second = extraction.projects
    assert first.indicators[0].classified
    assert not any(row.classified for row in (*first.indicators[1:], *second.indicators))


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    ("unit", "printed", "wanyuan"),
    [
        ("元", "1,234,567.89", "123.456789"),
        ("元", "1234567", "123.4567"),
        ("元", "0.01", "0.000001"),
        ("元", "74,230,000.00", "7423"),
        ("万元", "1,234.567891", "1234.567891"),
        ("万元", "12,345.6", "12345.6"),
        ("万元", "0.0035", "0.0035"),
    ],
)
def test_amounts_are_exact_in_wanyuan_and_kept_as_printed(suffix: str, unit: str, printed: str, wanyuan: str) -> None:
    project = made_project(1, total=printed, fiscal=printed, other="")
    _, extraction = opened(suffix, MadeDocument((project,), money_unit=unit))
    [record] = extraction.projects
    assert (record.total.value, record.total.cell.text) == (Decimal(wanyuan), printed)
    assert (record.fiscal.value, record.other.value) == (Decimal(wanyuan), None)


NAMES = (
    "2023年中央财政困难群众救助补助资金7423万元",
    "2021年困难群众救助7423万冀财社2021152号",
    "冀财社〔2024〕152号提前下达2025年困难群众救助补助资金（省级）",
    "高龄失能老人服务补贴",
    "高龄失能老人养老服务补贴",
    "高龄失能老人养老服务补贴（二期）",
)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_names_with_years_amounts_and_numbers_are_names_and_nothing_else(suffix: str) -> None:
    projects = tuple(
        made_project(i, name=name, code=f"13053425P0030{i:03d}1000{i}", total=f"{i}.10", fiscal=f"{i}.00")
        for i, name in enumerate(NAMES, start=1)
    )
    document, extraction = opened(suffix, MadeDocument(projects))
    assert [as_printed(p) for p in extraction.projects] == [truth(p) for p in projects]
    assert {p.unit_code for p in extraction.projects} == {"305001"}
    assert extraction.findings == document.findings == ()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_purpose_that_names_an_amount_and_a_document_is_no_unit(suffix: str) -> None:
    projects = (made_project(1, purpose="7423万冀财社2021152号"), made_project(2, purpose="120人次培训"))
    _, extraction = opened(suffix, MadeDocument(projects))
    assert [as_printed(p) for p in extraction.projects] == [truth(p) for p in projects]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_units_of_one_file_keep_their_projects_apart(suffix: str) -> None:
    units = (("402001", "双河县民政局本级"), ("402002", "双河县殡仪馆"), ("402003", "双河县社会福利院（儿童福利院）"))
    projects = tuple(
        made_project(i, unit_code=code, unit_name=name, code=f"13053425P0030{i:03d}1000{i}")
        for i, (code, name) in enumerate([u for u in units for _ in range(2)], start=1)
    )
    document, extraction = opened(suffix, MadeDocument(projects))
    assert [(p.unit_code, (p.unit_name or "").replace("(", "（").replace(")", "）")) for p in extraction.projects] == [
        u for u in units for _ in range(2)
    ]
    assert document.unit_name is None


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("shape", ["{}{}", "预算单位：{}{}", "单位名称：{}{}"])
def test_unit_above_a_run_of_tables_is_the_unit_of_each(shape: str, suffix: str) -> None:
    units = {1: ("402001", "双河县民政局本级"), 3: ("402002", "双河县殡仪馆")}
    made, number = made_document(4), 0
    out: list[Part] = []
    for part in parts_of(made, as_shipped):
        if isinstance(part, str):
            number += part.endswith("绩效目标表")
            if part.endswith("绩效目标表") and number in units:
                out.append(shape.format(*units[number]))
            out.append(part)
        else:
            out.append([row for row in part if not row[0].text.startswith("305001")])
    projects = extract(read(f"made.{suffix}", render_parts(suffix, out), Policy())).projects
    assert [(p.unit_code, p.unit_name) for p in projects] == [units[1], units[1], units[3], units[3]]


SAID = (
    *("单位：人民币元", "（单位：元）", "金额单位:元", "计量单位：元", "货币单位：元", "单位：元、%", "单位（元）"),
    *("单位：元（人民币）", "币种：人民币  单位：元", "公开表8    单位：元"),
)


@pytest.mark.parametrize("suffix", ("cells.txt", "rows.txt", "docx", "html", "xlsx", "pdf"))
@pytest.mark.parametrize("said", SAID)
def test_unit_of_money_counts_however_it_is_said(said: str, suffix: str) -> None:
    out: list[Part] = []
    for part in parts_of(made_document(1), as_shipped):
        rows = (
            part
            if isinstance(part, str)
            else [[replace(b, text=b.text.replace("单位：万元", said)) for b in r] for r in part]
        )
        out.append(rows)
    [record] = extract(read(f"made.{suffix}", render_parts(suffix, out), Policy())).projects
    assert record.total.value == Decimal("0.00105")


def test_different_units_of_money_in_the_running_text_give_no_amount() -> None:
    out: list[Part] = []
    for part in parts_of(made_document(2), as_shipped):
        if isinstance(part, str):
            out += ["单位：元" if "1." in part else "单位：万元", part] if part.endswith("绩效目标表") else [part]
        else:
            out.append([row for row in part if not row[0].text.startswith("单位：")])
    extraction = extract(read("made.docx", render_parts("docx", out), Policy()))
    assert [p.total.value for p in extraction.projects] == [None, None]
    assert {f.rule for f in extraction.findings} == {"unit-missing"}


BESIDE = ("{}        {}", "{}　　　　{}", "单位名称：{} {}", "预算单位：{}    {}", "{}（{}）")


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("shape", BESIDE)
@pytest.mark.parametrize("inside", [True, False])
def test_unit_of_money_behind_the_units_name_counts(shape: str, suffix: str, inside: bool) -> None:
    made = replace(made_document(2), money_unit="元")
    out: list[Part] = []
    for part in parts_of(made, as_shipped):
        if isinstance(part, str):
            out.append(part)
            continue
        line = shape.format(part[0][0].text, part[1][0].text)
        out += [[[Box(line, 1, 12)], *part[2:]]] if inside else [line, part[2:]]
    projects = extract(read(f"made.{suffix}", render_parts(suffix, out), Policy())).projects
    assert [(p.unit_code, p.unit_name, p.total.value) for p in projects] == [
        ("305001", "清河县文化馆本级", Decimal("0.00105")),
        ("305001", "清河县文化馆本级", Decimal("0.00205")),
    ]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    "title", ["{}绩效目标表    单位：元", "{}绩效目标表（单位：人民币元）", "{}绩效目标表（金额单位：元）"]
)
def test_unit_of_money_behind_a_title_counts(title: str, suffix: str) -> None:
    made = made_document(2)
    out: list[Part] = []
    for part in parts_of(made, as_shipped):
        if isinstance(part, str):
            out.append(title.format(part.removesuffix("绩效目标表")) if part.endswith("绩效目标表") else part)
        else:
            out.append([row for row in part if not row[0].text.startswith("单位：")])
    extraction = extract(read(f"made.{suffix}", render_parts(suffix, out), Policy()))
    assert [(p.name.text, p.total.value) for p in extraction.projects] == [
        (made.projects[0].name, Decimal("0.00105")),
        (made.projects[1].name, Decimal("0.00205")),
    ]
    assert extraction.findings == ()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_line_breaks_inside_values_do_not_change_them(suffix: str) -> None:
    made = made_project(1)
    rows = (
        replace(SAMPLE_INDICATORS[0], description="全年演出\n的场次", basis="年度工作\n计划"),
        *SAMPLE_INDICATORS[1:],
    )
    broken = replace(made, purpose="用于演出组织、\n场地租赁及设备维护", indicators=rows)
    if suffix == "cells.txt":
        broken = replace(broken, indicators=made.indicators)  # there a line of its own is a cell of its own
    _, extraction = opened(suffix, MadeDocument((broken,)))
    [record] = extraction.projects
    if suffix == "rows.txt":
        assert record.purpose.text == broken.purpose.replace("\n", " ")
    else:
        assert as_printed(record) == truth(made)


DUTIES: tuple[Part, ...] = (
    "双河县民政局2025年部门预算绩效文本",
    "第一部分 部门整体绩效目标",
    "一、总体绩效目标",
    "保障困难群众基本生活。",
    "二、分项绩效目标",
    "（一）社会救助",
    "绩效目标：应保尽保。",
    "三、工作保障措施",
    "（一）完善制度建设。健全管理制度。",
    "四、部门职责-工作活动",
    "（一）拟订全县民政事业发展规划。",
    "（二）组织实施社会救助。",
)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_duties_and_activities_are_sections_of_their_own(suffix: str) -> None:
    extraction = extract(read(f"made.{suffix}", render_parts(suffix, DUTIES), Policy()))
    assert extraction.projects == ()
    duties = [s.text for s in extraction.sections if s.kind is SectionKind.DUTY]
    assert duties == ["（一）拟订全县民政事业发展规划。", "（二）组织实施社会救助。"]
    assert extraction.sections[0].kind is SectionKind.OVERALL


def table(*rows: tuple[str, ...]) -> list[list[Box]]:
    return [[Box(text, 1 + 3 * i, 3) for i, text in enumerate(row)] for row in rows]


REFERENCE: dict[str, tuple[Part, ...]] = {
    "办法": (
        "双河县县级部门预算绩效目标管理办法",
        "第一章 总则",
        "第一条 为规范预算绩效管理，根据《中华人民共和国预算法》，制定本办法。",
        "第二条 绩效目标表包括项目名称、预算数、绩效指标和指标值。",
        "第二章 附则",
        "第三条 本办法自发布之日起施行。",
    ),
    "通知": (
        "关于报送2026年部门预算绩效目标的通知",
        "各预算单位：",
        "请于10月底前报送项目绩效目标表。",
        table(("序号", "材料", "时间"), ("1", "绩效目标表", "9月底"), ("2", "申报说明", "10月底")),
        "联系人：张三",
    ),
    "采购公告": (
        "办公设备采购公告",
        table(("项目名称", "办公设备采购"), ("项目编号", "ZC2025001"), ("预算金额", "35万元"), ("采购方式", "询价")),
        "有意参加的供应商请于6月底前报名。",
    ),
    "评分表": (
        "项目绩效评价打分表",
        table(("一级指标", "分值", "得分"), ("决策", "20", "18"), ("过程", "20", "19"), ("产出", "30", "28")),
        "评价等级为良。",
    ),
}


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("kind", REFERENCE)
def test_documents_without_the_form_are_sections_and_never_a_record(kind: str, suffix: str) -> None:
    document = read(f"made.{suffix}", render_parts(suffix, REFERENCE[kind]), Policy())
    extraction = extract(document)
    assert extraction.projects == ()
    assert extraction.findings == ()
    assert {s.kind for s in extraction.sections} == {SectionKind.OTHER}
    said = "".join(s.text for s in extraction.sections)
    last = REFERENCE[kind][-1]
    assert isinstance(last, str) and last.split(" ")[-1] in said
    assert document.title == REFERENCE[kind][0]


def boxes(*rows: str) -> Rows:
    """Rows of `text*across/down`, side by side; `.` is a column that a cell above covers."""
    out: Rows = []
    for row in rows:
        column, cells = 1, []
        for part in row.split("|"):
            found = re.fullmatch(r"(.*?)(?:\*(\d))?(?:/(\d))?", part, re.DOTALL)
            assert found is not None
            across = int(found[2] or 1)
            if found[1] != ".":
                cells.append(Box(found[1], column, across, int(found[3] or 1)))
            column += across
        out.append(cells)
    return out


# The form of 财预〔2021〕101号, which provinces without a form of their own use.
NATIONAL: tuple[Part, ...] = (
    "项目支出绩效目标表",
    "（2025年度）",
    boxes(
        "项目名称*2|城乡居民医疗保险补助*5",
        "主管部门及代码*2|双河县医疗保障局 403*2|实施单位|双河县医疗保障局本级*2",
        "项目资金\n（万元）*2/3|年度资金总额：*2|1,250.50*3",
        ".*2|其中：财政拨款*2|1,200.00*3",
        ".*2|其他资金*2|50.50*3",
        "总体目标|目标1：参保率稳定在95%以上；\n目标2：待遇按时足额发放。*6",
        "绩效指标/4|一级指标|二级指标|三级指标*2|指标值*2",
        ".|产出指标/2|数量指标|参保人数*2|≥30万人*2",
        ".|.|时效指标|发放及时率*2|100%*2",
        ".|满意度指标|服务对象满意度指标|参保人员满意度*2|≥90%*2",
    ),
)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_national_form_reads_with_its_unit_and_year(suffix: str) -> None:
    document = read(f"made.{suffix}", render_parts(suffix, NATIONAL), Policy())
    extraction = extract(document)
    [record] = extraction.projects
    assert (document.year, record.unit_name, record.name.text) == (2025, "双河县医疗保障局本级", "城乡居民医疗保险补助")
    assert [str(a.value) for a in (record.total, record.fiscal, record.other)] == ["1250.50", "1200.00", "50.50"]
    assert [g.text for g in record.goals] == ["目标1：参保率稳定在95%以上；", "目标2：待遇按时足额发放。"]
    assert [(i.level1.text, i.level2.text, i.level3.text, i.target.text) for i in record.indicators] == [
        ("产出指标", "数量指标", "参保人数", "≥30万人"),
        ("产出指标", "时效指标", "发放及时率", "100%"),
        ("满意度指标", "服务对象满意度指标", "参保人员满意度", "≥90%"),
    ]
    assert extraction.findings == document.findings == ()


def test_every_format_has_a_renderer() -> None:
    assert set(RENDERERS) == {"docx", "html", "xlsx", "pdf"}
    assert LAYOUTS["as shipped"] is as_shipped
