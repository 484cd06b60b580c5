"""Records and sections of the shipped document and of reference texts, and what is known about a document."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from corpus.classification import Policy
from corpus.extract import extract
from corpus.form import level2_begun, unit_of
from corpus.readers import read
from corpus.types import Document, Extraction, SectionKind, YearBasis
from tests.made_documents import MadeDocument, made_document, made_project, render_text

SHIPPED = Path(__file__).parents[2] / "corpus" / "documents" / "weixian-wangxinban.txt"
PART = "第二部分 › 4.舆情监测能力建设资金"


@pytest.fixture(scope="module")
def shipped() -> tuple[Document, Extraction]:
    document = read(SHIPPED.name, SHIPPED.read_bytes(), Policy())
    return document, extract(document)


def both(text: str, name: str = "made.txt", year: int | None = None) -> tuple[Document, Extraction]:
    document = read(name, text.encode(), Policy(), year)
    return document, extract(document)


def test_shipped_document_holds_four_projects_and_112_classified_cells(shipped: tuple[Document, Extraction]) -> None:
    _, extraction = shipped
    assert [(p.code.text, p.name.text, p.total.value, p.fiscal.value, p.other.value) for p in extraction.projects] == [
        ("13043425P00428910001N", "网络安全技术保障监管服务费", Decimal("10.00"), Decimal("10.00"), None),
        ("13043425P004283100028", "网络生态综合管理平台服务资金", Decimal("15.00"), Decimal("15.00"), None),
        ("13043425P00428310001L", "网络舆情监测软件技术服务费", Decimal("10.00"), Decimal("10.00"), None),
        ("13043425P00428310003U", "舆情监测能力建设资金", Decimal("35.00"), Decimal("35.00"), None),
    ]
    assert [[p.share for p in project.plan] for project in extraction.projects] == [
        [None, 100, 100, 100],
        [50, 100, 100, 100],
        [100, 100, 100, 100],
        [25, 50, 100, 100],
    ]
    assert [[g.text for g in p.goals] for p in extraction.projects] == [
        ["1.开展网络安全监测，避免发生网络安全事件"],
        ["1.净化网络信息，营造清朗网络空间"],
        ["1.净化网络信息，营造清朗网络空间"],
        ["1.净化网上信息，营造清朗网络空间"],
    ]
    assert extraction.classified_cells == 112
    assert [len(p.indicators) for p in extraction.projects] == [7, 7, 7, 7]
    assert extraction.findings == ()


def test_shipped_cells_cite_their_own_lines(shipped: tuple[Document, Extraction]) -> None:
    _, extraction = shipped
    first, fourth = extraction.projects[0], extraction.projects[3]
    cells = [
        fourth.plan[1].cell,
        fourth.total.cell,
        first.other.cell,
        first.goals[0],
        fourth.purpose,
        first.plan[0].cell,
    ]
    assert [c.source.line for c in cells] == [351, 334, 48, 66, 341, 60]
    assert [c.source.locator for c in cells[:2]] == [f"{PART} › 资金支出计划（%） › 6月底", f"{PART} › 预算数"]
    assert fourth.indicators[0].target.source.locator == f"{PART} › 产出指标 › 数量指标 › 指标值"
    assert [i.basis.source.line for i in first.indicators][:2] == [84, 91]


def test_shipped_sections_are_one_eight_and_eight(shipped: tuple[Document, Extraction]) -> None:
    _, extraction = shipped
    kinds = [section.kind for section in extraction.sections]
    assert kinds == [SectionKind.OVERALL] + [SectionKind.ITEMISED] * 8 + [SectionKind.SAFEGUARD] * 8
    itemised3 = extraction.sections[3]
    assert (itemised3.ordinal, itemised3.source.line) == (3, 9)
    assert itemised3.title == "进一步加强对关键信息基础设施安全防护。"
    assert extraction.sections[-3].source.locator == "第一部分 › 三、工作保障措施 › 六"
    assert extraction.sections[0].source.line == 5


def test_shipped_identity_and_inferred_year(shipped: tuple[Document, Extraction]) -> None:
    document, _ = shipped
    assert document.unit_code == "224001"
    assert document.unit_name == "中共魏县县委网络安全和信息化委员会办公室本级"
    assert (document.year, document.year_basis) == (2025, YearBasis.INFERRED)
    assert len(document.lines) == 417
    assert [f.rule for f in document.findings] == ["export-residue"]


@pytest.mark.parametrize(
    ("cover", "name", "given", "year", "basis"),
    [
        (("某局2026年部门预算绩效目标",), "a.txt", None, 2026, YearBasis.COVER),
        (("某局", "二〇二四年度部门预算公开"), "a.txt", None, 2024, YearBasis.COVER),
        (("某局 2026 年部门预算绩效文本",), "2023.txt", None, 2026, YearBasis.COVER),
        (("2026年1月15日",), "a.txt", None, 2025, YearBasis.INFERRED),
        (("某局部门预算（2019-2023年）",), "a.txt", None, 2025, YearBasis.INFERRED),
        ((), "某局2024年绩效目标.txt", None, 2024, YearBasis.FILE_NAME),
        ((), "a.txt", 2027, 2027, YearBasis.GIVEN),
    ],
)
def test_year_and_its_basis(cover: tuple[str, ...], name: str, given: int | None, year: int, basis: YearBasis) -> None:
    document, extraction = both(render_text(made_document(1, cover=cover)), name, given)
    assert (document.year, document.year_basis) == (year, basis)
    assert extraction.projects[0].year == year


def test_year_is_unknown_when_the_codes_disagree() -> None:
    projects = (made_project(1), made_project(2, code="13053424P00300210002"))
    document, _ = both(render_text(MadeDocument(projects)))
    assert (document.year, document.year_basis) == (None, YearBasis.UNKNOWN)


@pytest.mark.parametrize(
    ("line", "code", "name"),
    [
        ("224001中共某县委办公室本级", "224001", "中共某县委办公室本级"),
        ("305 清河县文化广电和旅游局", "305", "清河县文化广电和旅游局"),
        ("单位名称：清河县文化馆", None, "清河县文化馆"),
        ("预算单位：305002清河县图书馆", "305002", "清河县图书馆"),
    ],
)
def test_unit_lines(line: str, code: str | None, name: str) -> None:
    text = render_text(made_document(1)).replace("\t305001清河县文化馆本级", f"\t{line}")
    document, extraction = both(text)
    assert (document.unit_code, document.unit_name) == (code, name)
    assert extraction.projects[0].unit_name == name


@pytest.mark.parametrize(
    "text",
    [
        "7423万冀财社2021152号",
        "7423万元冀财社〔2021〕152号",
        "单位名称：7423万冀财社2021152号",
        "120人次参加培训",
        "210公里农村公路路基路面工程",
        "35座危桥改造",
        "402005双河县民政综合服务保障经费",
        "2021年度高龄补贴资金",
    ],
)
def test_amounts_and_project_names_are_no_unit_lines(text: str) -> None:
    assert unit_of(text) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("360001元氏县民政局本级", "元氏县民政局本级"),
        ("130729万全区水务局", "万全区水务局"),
        ("402003双河县社会福利院（儿童福利院）", "双河县社会福利院(儿童福利院)"),
    ],
)
def test_units_whose_names_begin_like_an_amount_are_units(text: str, name: str) -> None:
    unit = unit_of(text)
    assert unit is not None and (unit.name or "").replace("（", "(").replace("）", ")") == name


@pytest.mark.parametrize("purpose", ["210公里农村公路路面工程", "2000亩示范区", "120万立方米水库"])
def test_a_purpose_that_begins_like_a_units_line_is_the_purpose(purpose: str) -> None:
    made = made_document(1)
    document, extraction = both(render_text(made).replace(made.projects[0].purpose, purpose))
    assert extraction.projects[0].purpose.text == purpose
    assert document.unit_name == "清河县文化馆本级"


def test_a_table_after_the_departments_part_stands_in_no_part() -> None:
    text = render_text(made_document(1))
    _, extraction = both(text.replace("第二部分\n", "").replace("预算项目绩效目标\n", ""))
    assert extraction.projects[0].source.heading_path[0].startswith("1.")
    assert "部门整体绩效目标" in text


@pytest.mark.parametrize("basis", ["年度目标", "绩效目标", "预算数", "资金支出计划"])
def test_a_basis_that_reads_like_a_label_is_the_basis(basis: str) -> None:
    made = made_document(1)
    rows = made.projects[0].indicators
    changed = (replace(rows[0], basis=basis), *rows[1:])
    _, extraction = both(render_text(replace(made, projects=(replace(made.projects[0], indicators=changed),))))
    (project,) = extraction.projects
    assert [row.level3.text for row in project.indicators] == [row.level3 for row in rows]
    assert project.indicators[0].basis.text == basis
    assert [goal.text for goal in project.goals] == list(made.projects[0].goals)


@pytest.mark.parametrize(
    ("text", "name"), [("可持续影响指", "可持续影响指标"), ("可持续", ""), ("质量", ""), ("质控指标", "")]
)
def test_a_second_level_that_lost_its_end_between_pages_is_known_by_its_beginning(text: str, name: str) -> None:
    assert level2_begun(text) == name


def test_a_label_broken_off_at_the_end_of_a_page_is_no_stray_text() -> None:
    text = render_text(made_document(1))
    _, extraction = both(text.replace("预算规模及资金用途", "预算规模及", 1))
    assert extraction.findings == ()


NARRATIVE = {
    "parenthesised": (
        "（一）总体绩效目标",
        "总体的话。",
        "（二）分项绩效目标",
        "1.第一件事。",
        "2.第二件事。",
        "（三）工作保障措施",
        "一是第一条。",
        "二是第二条。",
    ),
    "same line": (
        "一、总体绩效目标：总体的话。",
        "二、分项绩效目标",
        "（一）第一件事。",
        "（二）第二件事。",
        "三、保障措施",
        "1、第一条。",
        "2、第二条。",
    ),
    "one paragraph": (
        "总体绩效目标",
        "总体的话。",
        "分项绩效目标",
        "一、第一件事。",
        "二、第二件事。",
        "工作保障措施",
        "一是第一条。二是第二条。",
    ),
    "wrapped": (
        "一、总体绩效目标",
        "总体",
        "的话。",
        "二、分项绩效目标",
        "一、第一",
        "件事。",
        "二、第二件事。",
        "三、工作保障措施",
        "一是第一条。",
        "二是第二",
        "条。",
    ),
}


@pytest.mark.parametrize("style", NARRATIVE)
def test_narrative_styles_give_the_same_items(style: str) -> None:
    _, extraction = both("\n".join(("第一部分", "部门整体绩效目标", *NARRATIVE[style])))
    assert [(s.kind.value, s.ordinal) for s in extraction.sections] == [
        ("overall", None),
        ("itemised", 1),
        ("itemised", 2),
        ("safeguard", 1),
        ("safeguard", 2),
    ]
    assert extraction.sections[0].text.replace("\n", "") == "总体的话。"
    assert [s.title for s in extraction.sections[1:]] == ["第一件事。", "第二件事。", "第一条。", "第二条。"]


def test_missing_overall_section_leaves_the_others() -> None:
    _, extraction = both(render_text(made_document(1, overall="")))
    assert [s.kind.value for s in extraction.sections] == ["itemised"] * 3 + ["safeguard"] * 2


def test_regulation_is_reference_text_by_article() -> None:
    text = "某县预算绩效管理办法\n第一章 总则\n第一条 为规范管理，制定本办法。\n"
    text += "第二条 适用于县级部门：\n（一）行政单位；\n（二）事业单位。\n"
    text += "第二章 附则\n第三条 自发布之日起施行。\n"
    document, extraction = both(text)
    assert extraction.projects == () and extraction.findings == ()
    assert {s.kind for s in extraction.sections} == {SectionKind.OTHER}
    assert [s.source.locator for s in extraction.sections] == [
        "第一章 总则 › 第一条",
        "第一章 总则 › 第二条",
        "第二章 附则 › 第三条",
    ]
    assert "（二）事业单位。" in extraction.sections[1].text
    assert document.title == "某县预算绩效管理办法"


@pytest.mark.parametrize(
    "text",
    [
        "import os\n\n\ndef main():\n    return os.getcwd()\n",
        "话说天下大势，分久必合，合久必分。\n周末七国分争，并入于秦。\n",
        "采购公告\n项目名称：办公用品采购\n项目编号：ZC2025001\n预算金额：35万元\n",
        "各部门：\n请于6月底前报送绩效目标表。\n联系人：张三\n",
        "| 姓名 | 年龄 |\n|---|---|\n| 张三 | 30 |\n",
    ],
)
def test_unrelated_text_gives_sections_and_never_a_record(text: str) -> None:
    _, extraction = both(text)
    assert extraction.projects == ()
    assert extraction.sections
    assert extraction.findings == ()


def test_goals_in_one_cell_are_split_at_their_numbers() -> None:
    _, extraction = both(render_text(made_document(1), "pipes"))
    assert [g.text for g in extraction.projects[0].goals] == list(made_project(1).goals)


def test_table_without_unit_of_money_among_different_ones_gives_no_amount() -> None:
    text = render_text(MadeDocument((made_project(1), made_project(2), made_project(3))))
    first, second, third = text.split("单位：万元")[0:3]
    mixed = "单位：元".join((first, second)) + "单位：万元" + third + text.split("单位：万元")[3].replace("单位", "")
    _, extraction = both(mixed)
    assert [str(p.total.value) for p in extraction.projects] == ["0.00105", "20.50", "None"]
    assert [f.rule for f in extraction.findings] == ["unit-missing"]


@pytest.mark.parametrize("heads", ["指标性质|指标值|计量单位", "符号|指标值|单位", "运算符号|目标值|度量单位"])
def test_operator_and_unit_in_columns_of_their_own_join_the_value(heads: str) -> None:
    text = "1.某项目绩效目标表\n项目编码|13053425P001|项目名称|某项目\n预算数|1.00\n绩效目标|1.做事\n"
    text += f"一级指标|二级指标|三级指标|{heads}\n产出指标|数量指标|场次|≥|60|场\n"
    _, extraction = both(text)
    assert extraction.projects[0].indicators[0].target.text == "≥60场"


@pytest.mark.parametrize("between", ["    ", ",", "、"])
def test_table_whose_cells_cannot_be_parted_gives_no_record_and_a_finding_that_names_it(between: str) -> None:
    rows = "项目编码 13053425P001 项目名称 某项目|预算数 35.00 其中：财政资金 35.00|一级指标 二级指标 三级指标 指标值|产出指标 数量指标 场次 ≥60场"
    lines = [between.join(row.split(" ")) for row in rows.split("|")]
    _, extraction = both("\n".join(("第二部分 预算项目绩效目标", "1.某项目绩效目标表", *lines)))
    assert extraction.projects == ()
    [finding] = extraction.findings
    assert (finding.rule, finding.level, finding.source.line) == ("table-not-read", "warning", 2)
    assert "1.某项目" in finding.message


def test_line_break_tags_in_markdown_cells_part_the_goals() -> None:
    text = "1.某项目绩效目标表\n|项目编码|13053425P001|项目名称|某项目|\n|---|---|---|---|\n|预算数|1.00|\n"
    text += (
        "|绩效目标|1.做第一件事<br>2.做第二件事|\n|一级指标|二级指标|三级指标|指标值|\n|产出指标|数量指标|场次|≥6场|\n"
    )
    _, extraction = both(text, "made.md")
    assert [g.text for g in extraction.projects[0].goals] == ["1.做第一件事", "2.做第二件事"]
