"""No classified text leaves `read`: two documents that differ only in classified cells give the same values."""

from dataclasses import replace

import pytest

from corpus.classification import Entry, Policy
from corpus.errors import ReadError, SecretMarkError
from corpus.extract import extract
from corpus.readers import read
from corpus.types import Document, Extraction
from tests.made_documents import STYLES, MadeDocument, MadeIndicator, made_document, made_project, render_text

MARKS = (
    "{}（涉密）",
    "{}(涉密)",
    "【涉密】{}",
    "【秘密】{}",
    "[机密]{}",
    "{}〔绝密〕",
    "{}（ 涉 密 ）",
    "{}（涉\u200b密）",
    "{}（涉\ufe0f密）",
    "{}（涉·密）",
    "{}（機密）",
    "涉密：{}",
    "涉密 {}",
    "{} 涉密",
    "{}，涉密",
    "{}（涉密，不予公开）".replace("，不予公开", "不公开"),
)
NO_POLICY = Policy()
CANARIES = ("97.3%", "4286套")


def sealed(text: str, policy: Policy = NO_POLICY) -> tuple[Document, Extraction]:
    document = read("made.txt", text.encode(), policy)
    return document, extract(document)


def everything(text: str, policy: Policy = NO_POLICY) -> str:
    """All that comes out of a document, its id and hash too: those of the file would confirm a guessed value."""
    return repr(sealed(text, policy))


def marked_document(mark: str, canary: str, column: str = "target") -> MadeDocument:
    row = MadeIndicator("产出指标", "数量指标", "公开名称", "公开描述", "≥60场", "年度计划")
    names = {"level3": canary + "点位布设", "description": canary + "的布设情况", "basis": canary + "号合同"}
    row = replace(row, target=canary, **names)
    row = replace(row, **{column: mark.format(getattr(row, column))})
    public = MadeIndicator("效益指标", "社会效益指标", "覆盖乡镇", "覆盖的乡镇", "100%", "工作计划")
    return MadeDocument((made_project(1, indicators=(row, public)), made_project(2)))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("mark", MARKS)
def test_marked_row_leaves_no_trace(mark: str, style: str) -> None:
    first, second = (everything(render_text(marked_document(mark, canary), style)) for canary in CANARIES)
    assert first == second
    assert not any(canary in first for canary in CANARIES)


@pytest.mark.parametrize("column", ["level3", "description", "target", "basis"])
def test_mark_in_any_column_classifies_the_row_and_no_other(column: str) -> None:
    _, extraction = sealed(render_text(marked_document("{}（涉密）", "97.3%", column)))
    marked, public = extraction.projects[0].indicators
    assert [c.state for c in (marked.level3, marked.description, marked.target, marked.basis)] == ["classified"] * 4
    assert (marked.level1.text, marked.level2.text) == ("产出指标", "数量指标")
    assert public.target.text == "100%"
    assert extraction.classified_cells == 4


@pytest.mark.parametrize("field", ["total", "fiscal", "other", "purpose"])
def test_mark_on_another_cell_classifies_that_cell_only(field: str) -> None:
    project = made_project(1, **{field: "138.65（涉密）"})
    document, extraction = sealed(render_text(MadeDocument((project,))))
    [record] = extraction.projects
    cell = record.purpose if field == "purpose" else getattr(record, field).cell
    assert (cell.state, cell.text) == ("classified", None)
    assert extraction.classified_cells == 1
    assert "138.65" not in repr((document, extraction))
    assert document.lines[cell.source.line - 1] == "涉密"


def test_marked_plan_and_goal_cells_are_sealed_alone() -> None:
    project = made_project(
        1, plan=(("6月底", "37%（涉密）"), ("12月底", "100%")), goals=("1.覆盖97.3%（涉密）", "2.公开")
    )
    document, extraction = sealed(render_text(MadeDocument((project,))))
    [record] = extraction.projects
    assert [p.cell.state for p in record.plan] == ["classified", "value"]
    assert [g.shown for g in record.goals] == ["涉密", "2.公开"]
    assert "97.3" not in repr((document, extraction)) and "37%" not in repr((document, extraction))


@pytest.mark.parametrize("style", STYLES)
def test_marked_label_classifies_what_it_governs(style: str) -> None:
    text = render_text(MadeDocument((made_project(1),)), style)
    for label in ("指标值确定依据", "其中：财政    资金", "绩效目标"):
        text = text.replace(f"{label}", f"{label}（涉密）") if label != "绩效目标" else text
    _, extraction = sealed(text)
    [record] = extraction.projects
    assert record.fiscal.cell.state == "classified"
    assert all(row.classified and row.target.state == "classified" for row in record.indicators)
    assert record.total.cell.state == "value"


def test_classified_name_is_in_no_title_locator_or_contents() -> None:
    project = made_project(1, name="滨江智慧感知网（涉密）")
    document = MadeDocument((project,), contents=True, prose=("第三部分", "滨江智慧感知网由办公室负责。"))
    text = render_text(document).replace("1.滨江智慧感知网（涉密）绩效", "1.滨江智慧感知网绩效")
    sealed_document, extraction = sealed(text)
    assert "滨江" not in repr((sealed_document, extraction))
    assert "涉密" in extraction.projects[0].source.locator


def test_unplaced_text_of_a_marked_row_is_not_quoted() -> None:
    text = render_text(marked_document("{}（涉密）", "97.3%"), "bare").replace("97.3%号合同\n", "")
    document, extraction = sealed(text)
    unplaced = [f for f in extraction.findings if f.rule == "unplaced"]
    assert unplaced and all(f.quote == "" for f in unplaced)
    assert "97.3" not in repr((document, extraction))


def test_marked_sentence_is_sealed_and_talk_about_secrecy_is_not() -> None:
    document = made_document(
        1, itemised=("布设点位4286个（涉密）。", "做好涉密人员培训，严禁涉密信息上网。", "保障保密工作经费。")
    )
    _, extraction = sealed(render_text(document))
    items = [s.text for s in extraction.sections if s.kind == "itemised"]
    assert "4286" not in "".join(items) and "涉密" in items[0]
    assert any("涉密人员培训" in item for item in items) and any("保密工作经费" in item for item in items)


@pytest.mark.parametrize(
    "words",
    [
        "涉密人员培训人次",
        "涉密载体检查率",
        "保密工作经费",
        "非涉密网络改造",
        "秘密侦查装备数量",
        "涉密项目管理办法",
        "不涉密",
    ],
)
def test_ordinary_words_stay_public(words: str) -> None:
    row = MadeIndicator("产出指标", "数量指标", words, words + "的完成情况", "≥60次", words)
    _, extraction = sealed(render_text(MadeDocument((made_project(1, name=words, indicators=(row,)),))))
    assert extraction.classified_cells == 0
    assert extraction.projects[0].indicators[0].level3.text == words


def test_marked_row_of_another_table_is_sealed_whole() -> None:
    text = "统计表\n| 名称 | 数量 |\n|---|---|\n| 重点点位 | 4286（涉密） |\n| 普通点位 | 12 |\n"
    document, extraction = sealed(text)
    whole = repr((document, extraction))
    assert "4286" not in whole and "重点点位" not in whole
    assert "普通点位" in whole


_FILE_MARKS = (
    "秘密★1年",
    "机密★",
    "绝密 ★ 长期",
    "秘　密★１年",
    "秘\u200b密★1年",
    "秘密☆5年",
    "机密★启用前",
    "機密★10年",
    "机密·启用前",
    "密级：秘密",
    "【机密】",
    "绝密",
)


@pytest.mark.parametrize(
    ("mark", "at"),
    # ： and · are not written in file names
    [(m, at) for m in _FILE_MARKS for at in ("head", "tail", "name") if at != "name" or not {"：", "·"} & set(m)],
)
def test_file_with_a_secrecy_mark_is_refused_whole(mark: str, at: str) -> None:
    text = render_text(made_document(1))
    name = "made.txt"
    if at == "head":
        text = mark + "\n" + text
    elif at == "tail":
        text = text + "\n\n第三部分\n" + mark + "\n"
    else:
        name = f"{mark}-方案.txt"
    with pytest.raises(SecretMarkError):
        read(name, text.encode(), Policy())


def test_secrecy_words_in_prose_do_not_refuse_a_file() -> None:
    text = "保密管理办法\n第一条 为了保守国家秘密，制定本办法。\n第二条 国家秘密分为绝密、机密、秘密三级。\n"
    text += "第三条 涉密项目按规定管理。\n"
    _, extraction = sealed(text)
    assert extraction.projects == ()
    assert "国家秘密分为绝密" in "".join(s.text for s in extraction.sections)


def test_internal_material_is_refused_unless_the_policy_accepts_it() -> None:
    text = "内部资料　注意保存\n" + render_text(made_document(1))
    with pytest.raises(ReadError, match="内部资料"):
        read("made.txt", text.encode(), Policy())
    assert len(sealed(text, Policy(internal="accept"))[1].projects) == 1


@pytest.mark.parametrize("style", STYLES)
def test_policy_classifies_fields_of_a_project_as_marks_do(style: str) -> None:
    policy = Policy(classified=(Entry(project="送戏下乡*", fields=("total", "plan", "target")),))
    document, extraction = sealed(render_text(made_document(2), style), policy)
    first, second = extraction.projects
    assert first.total.cell.state == "classified"
    assert {p.cell.state for p in first.plan} == {"classified"}
    assert all(row.classified for row in first.indicators)
    assert second.total.cell.text == "20.50"
    assert not any("10.50" in line or "60场" in line for line in document.lines[: second.source.line - 1])


def test_policy_by_unit_year_and_level() -> None:
    entry = Entry(unit="305001", year=2025, level2="数量指标")
    _, extraction = sealed(render_text(made_document(1)), Policy(classified=(entry,)))
    assert [r.classified for r in extraction.projects[0].indicators] == [True, True, False, False, False, False]
    _, other_year = sealed(render_text(made_document(1)), Policy(classified=(replace(entry, year=2024),)))
    assert other_year.classified_cells == 0


def test_classified_wins_over_public_with_a_finding() -> None:
    policy = Policy(classified=(Entry(project="*"),), public=(Entry(project="送戏下乡演出经费"),))
    document, extraction = sealed(render_text(made_document(1)), policy)
    assert all(row.classified for row in extraction.projects[0].indicators)
    assert [f.rule for f in document.findings] == ["policy-contradiction"]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("column", ["level3", "target", "basis"])
@pytest.mark.parametrize("value", ["12月底前", "6月底", "数量指标", "绩效目标", "全年", "满意度"])
def test_marked_value_that_reads_like_a_label_is_sealed(value: str, column: str, style: str) -> None:
    row = MadeIndicator("产出指标", "时效指标", "完成时间", "完成的时间", "11月", "合同")
    row = replace(row, **{column: f"{value}（涉密）"})
    _, extraction = sealed(render_text(MadeDocument((made_project(1, indicators=(row,)),)), style))
    [record] = extraction.projects
    assert record.indicators and all(found.classified for found in record.indicators)
    assert [point.cell.state for point in record.plan] == ["value"] * 4
