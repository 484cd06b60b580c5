import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.drafting import BY_USER, DraftRequest, Material, blank_form, check_plan, fill, make_draft, this_year
from assistant.errors import DraftError
from assistant.types import Draft, DraftTable, Origin
from corpus.types import DocumentInfo, ProjectRecord, Section, SectionKind, YearBasis
from tests.corpus.made_extractions import amount, amounts, cell, indicator, plan, project, section

SEALED_ROWS = tuple(
    indicator(level1, level2, None, None, None, None)
    for level1, level2 in (("产出指标", "数量指标"), ("产出指标", "质量指标"), ("满意度指标", "服务对象满意度指标"))
)
PLATFORM = project(
    1,
    name=cell("网络生态综合管理平台服务资金", 11),
    purpose=cell("与第三方签订服务协议，支付服务费用", 23),
    goals=(cell("1.净化网络信息，营造清朗网络空间", 40),),
    plan=plan(m3="50%", m6="100%", m12="100%"),
    indicators=SEALED_ROWS,
    **amounts("15.00", "15.00", ""),
)
SECTIONS = (
    section(
        "协调推进信息化发展,指导信息化建设;推动信息化应用，统筹信息化项目。保障信惠化工作。",
        SectionKind.OVERALL,
        None,
        3,
    ),
    section("一、进一步做好监测工作。用好快报，及时上报。", ordinal=1, line=5),
    section("二、是加强基础设施建设。按照《智慧城市规划（2019-2023年）》要求，推进建设。", ordinal=2, line=6),
    section("三、谋划建立联合辟谣工作机制。支持精准脱贫宣传。", ordinal=3, line=7),
    section("一是谋划推进平台建设。2025年召开会议。", SectionKind.SAFEGUARD, 1, 9),
)


def material(*records: ProjectRecord, sections: tuple[Section, ...] = SECTIONS, year: int | None = 2025) -> Material:
    info = DocumentInfo(
        "d", "s", "某单位.txt", "绩效目标", "301001", "某某县某局本级", year, YearBasis.GIVEN, len(records), 5, 9, 0
    )
    return Material(info, records, sections)


def draft(kind: str, instruction: str = "", record: ProjectRecord = PLATFORM, **more: Any) -> Draft:
    request = DraftRequest(kind, record if kind == "project" else None, instruction=instruction, **more)
    return make_draft(material(record), request)


def said(found: Draft) -> str:
    return "".join(sentence.text for sentence in found.sentences)


# --- a project


def test_vague_goal_becomes_deed_amount_time_and_effect() -> None:
    goal = draft("project").text.split("\n\n")[2]
    assert goal == (
        "1.2026年与第三方签订网络生态综合管理平台服务协议，完成【待填：服务内容及数量】；【待填：完成时限】前完成年度服务并通过验收；"
        "净化网络信息，营造清朗网络空间，【待填：可衡量的效果，如有害信息处置及时率】。"
    )


def test_each_clause_has_its_origin_and_source() -> None:
    found = draft("project")
    origins = [(s.origin, bool(s.sources)) for s in found.sentences[:5]]
    assert origins == [
        (Origin.EDITED, True),
        (Origin.BLANK, True),
        (Origin.BLANK, True),
        (Origin.KEPT, True),
        (Origin.BLANK, True),
    ]
    assert found.sentences[0].sources == ("第二部分（第23行）", "第二部分（第11行）")


def test_unknown_figures_are_named_blanks() -> None:
    found = draft("project")
    assert {"2026年预算数（万元）", "2026年财政资金（万元）", "3月底累计支出比例（%）"} <= set(found.blanks)
    assert "15.00" not in found.text


def test_classified_rows_stay_as_they_are() -> None:
    found = draft("project", "指标值写成97%，与今年保持一致")
    table = next(block for block in found.blocks if isinstance(block, DraftTable))
    rows = table.rows[table.grid_from + 1 :]
    assert [[c.text for c in row][-4:] for row in rows] == [["涉密"] * 4] * 3
    assert "97" not in said(found)


def test_classified_goal_purpose_and_name_give_nothing_away() -> None:
    sealed = project(1, name=cell(None), purpose=cell(None), goals=(cell(None),), total=amount(None), code=cell(None))
    found = draft("project", record=sealed)
    assert "涉密" in found.text
    assert found.sentences[0].text == "涉密"


def test_goal_with_all_four_parts_is_kept() -> None:
    found = draft("project", record=project(1))
    assert "10月底前在1号公路安装护栏12公里，交通事故下降5%。" in found.text
    assert found.sentences[0].origin is Origin.KEPT


def test_amount_of_this_year_in_a_goal_is_opened() -> None:
    found = draft("project", record=project(1, goals=(cell("1.10月底前投入12万元安装护栏3公里，事故下降5%"),)))
    assert "12万元" not in found.text
    assert "【待填：2026年金额】" in found.text


# --- what the user gives


def test_given_figures_are_filled_and_marked_as_the_users() -> None:
    found = draft("project", "预算改为20万元，3月底30%、6月底60%")
    given = {s.text: s.sources for s in found.sentences if BY_USER in s.sources}
    assert set(given) == {"预算数（万元）：20.00", "3月底累计支出：30%", "6月底累计支出：60%"}
    assert any(c.before == "预算数 15.00" and c.after == "预算数 20.00" for c in found.changes)


def test_third_amount_follows_from_two() -> None:
    found = draft("project", "预算数20万元，财政资金15万元")
    assert "其他资金（万元）：5.00" in {s.text for s in found.sentences}


@pytest.mark.parametrize(
    ("instruction", "asked"),
    [
        ("预算20万元，财政资金15万元，其他资金10万元", "预算数应等于财政资金与其他资金之和"),
        ("预算20万元，财政资金25万元", "请确认"),
        ("3月底40%、6月底30%", "累计"),
        ("3月底30%；3月底40%", "两个数"),
        ("预算改为20万元；预算改为30万元", "两个数"),
        ("3月底130%", "0% 至 100%"),
        ("预算减少50万元", "小于 0"),
        ("支出计划参照去年，3月底改为60%，6月底55%", "累计"),
        ("参照去年，12月底改为60%", "累计"),
        ("预算不变，财政资金20万元", "请确认"),
    ],
)
def test_contradicting_figures_are_asked_back(instruction: str, asked: str) -> None:
    with pytest.raises(DraftError, match=re.escape(asked)):
        draft("project", instruction)


def test_increase_counts_from_this_year() -> None:
    assert "预算数（万元）：20.00" in {s.text for s in draft("project", "预算增加5万元").sentences}
    assert "预算数（万元）：20.00" in {s.text for s in draft("project", "预算增加到20万元").sentences}


def test_change_by_a_share_is_exact() -> None:
    assert "预算数（万元）：13.50" in {s.text for s in draft("project", "预算压减10%").sentences}


def test_shares_without_dates_go_to_the_dates_of_the_form() -> None:
    found = {s.text for s in draft("project", "支出计划按25%、50%、100%").sentences}
    assert {"3月底累计支出：25%", "6月底累计支出：50%", "12月底累计支出：100%"} <= found


def test_share_for_a_date_the_form_lacks_is_named() -> None:
    found = draft("project", "三季度75%")
    assert "9月底" in next(f.quote for f in found.findings if f.rule == "instruction-unread")


def test_words_are_replaced_and_items_rewritten_as_asked() -> None:
    found = draft("itemised", "把联合辟谣改为协同辟谣，第一条改成加强值班值守")
    assert "健全协同辟谣工作机制" in found.text
    assert "一、加强值班值守。" in found.text
    assert not [f for f in found.findings if f.rule == "instruction-unread"]
    missing = draft("itemised", "把火星改为月球")
    assert [f for f in missing.findings if f.rule == "instruction-unread"]


def test_year_named_as_an_example_is_not_the_target() -> None:
    assert draft("overall", "参照2024年").year == 2026


def test_as_last_year_keeps_the_plan_but_not_the_budget() -> None:
    found = draft("project", "参照去年")
    kept = {s.text for s in found.sentences if s.origin is Origin.KEPT}
    assert {"3月底累计支出：50%", "6月底累计支出：100%"} <= kept
    assert "2026年预算数（万元）" in found.blanks


def test_blanks_are_filled_by_name_and_sourced() -> None:
    found = fill(draft("project"), {"服务内容及数量": "监测365次", "完成时限": "11月底"})
    assert "完成监测365次；11月底前完成年度服务" in found.text
    assert "服务内容及数量" not in found.blanks
    filled = next(s for s in found.sentences if s.text == "完成监测365次；")
    assert BY_USER in filled.sources
    assert filled.origin is Origin.NEW


def test_filled_value_cannot_open_a_blank_or_a_table() -> None:
    found = fill(draft("project"), {"服务内容及数量": "【待填：x】|<b>"})
    assert "<b>" not in found.text
    assert "x" not in found.blanks


def test_what_is_not_understood_is_said() -> None:
    found = draft("project", "用七言绝句写")
    assert [f.quote for f in found.findings if f.rule == "instruction-unread"] == ["用七言绝句写"]


def test_project_must_be_named_among_several() -> None:
    with pytest.raises(DraftError, match="哪个项目"):
        make_draft(material(project(1), project(2)), DraftRequest("project"))


# --- narrative


def test_years_stages_plans_typos_and_wording_move_on_with_reasons() -> None:
    itemised, safeguards, overall = draft("itemised"), draft("safeguards"), draft("overall")
    assert "三、健全联合辟谣工作机制。支持巩固拓展脱贫攻坚成果宣传。" in itemised.text
    assert "二、加强基础设施建设。按照【待填：现行有效的规划名称】要求" in itemised.text
    assert "一是持续推进平台建设。2026年召开会议。" in safeguards.text
    assert "协调推进信息化发展，指导信息化建设；" in overall.text
    assert "保障信息化工作。" in overall.text
    for found in (itemised, safeguards, overall):
        assert all(change.reason for change in found.changes)
    assert any("2023" in change.reason for change in itemised.changes)


def test_sentence_that_did_not_change_is_kept_verbatim_with_its_line() -> None:
    kept = [s for s in draft("itemised").sentences if s.origin is Origin.KEPT]
    assert kept[0].text == "一、进一步做好监测工作。"
    assert kept[0].sources == ("第一部分 › itemised › 1（第5行）",)


def test_vague_items_get_open_amount_time_and_effect() -> None:
    found = draft("itemised")
    assert "第一条完成时限" in found.blanks
    assert any(name.startswith("第一条工作数量") for name in found.blanks)
    assert not draft("safeguards").blanks


def test_items_are_deleted_added_moved_and_renumbered() -> None:
    found = draft("itemised", "第二条删掉，增加基层培训内容，突出联合辟谣")
    items = [line[:12] for line in found.text.split("\n\n")[1:]]
    assert items[0].startswith("一、健全联合辟谣")
    assert items[1].startswith("二、进一步做好监测")
    assert items[2].startswith("三、加强基层培训")
    assert len(items) == 3
    assert {"按要求删除", "按要求增加", "按要求突出，移到前面"} <= {c.reason for c in found.changes}


def test_sentences_about_a_subject_are_deleted() -> None:
    assert "脱贫" not in draft("itemised", "删除关于脱贫的内容").text


def test_shorter_and_more_formal_text() -> None:
    assert "一、做好监测工作。运用快报" in draft("itemised", "更简洁，语气更正式").text


def test_style_words_never_add_a_figure() -> None:
    for instruction in ("更简洁", "语气更正式", "参照去年", "突出网络安全"):
        assert not re.search(r"\d{3,}", said(draft("itemised", instruction)).replace("2026", ""))


def test_without_a_year_the_year_is_open() -> None:
    found = make_draft(material(PLATFORM, year=None), DraftRequest("project", PLATFORM))
    assert found.year is None
    assert "【待填：年度】" in found.text


def test_asked_year_wins() -> None:
    assert make_draft(material(PLATFORM), DraftRequest("overall", year=2028)).year == 2028


def test_empty_part_is_an_open_blank() -> None:
    found = make_draft(material(PLATFORM, sections=()), DraftRequest("safeguards"))
    assert found.blanks == ("工作保障措施",)


def test_whole_document_has_every_part_and_each_blank_once() -> None:
    found = make_draft(material(PLATFORM, project(2)), DraftRequest("document"))
    for heading in (
        "一、总体绩效目标",
        "二、分项绩效目标",
        "三、工作保障措施",
        "1.网络生态综合管理平台服务资金绩效目标表",
    ):
        assert heading in found.text
    opened = re.findall(r"【待填：([^】]*预算数[^】]*)】", found.text)
    assert opened == ["项目1 2026年预算数（万元）", "项目2 2026年预算数（万元）"]


def test_figures_for_a_document_of_several_projects_are_asked_back() -> None:
    with pytest.raises(DraftError, match="哪个项目"):
        make_draft(material(project(1), project(2)), DraftRequest("document", instruction="预算改为20万元"))


# --- forms and plans


def test_blank_form_has_every_label_and_nothing_of_a_project() -> None:
    form = blank_form(material(PLATFORM))
    fields = (
        "项目编码 项目名称 预算规模及资金用途 预算数 财政资金 其他资金 资金支出计划（%） 3月底 6月底 12月底 绩效目标"
    )
    grid = "一级指标 二级指标 三级指标 绩效指标描述 指标值 指标值确定依据"
    assert all(label in form for label in f"{fields} {grid}".split())
    assert not any(text in form for text in ("X1", "15.00", "50%", "网络生态", "涉密"))


def test_falling_plan_is_named_and_sound_plan_is_not() -> None:
    (finding,) = check_plan({3: Decimal(40), 6: Decimal(30), 10: Decimal(80), 12: Decimal(100)})
    assert finding.rule == "plan-falls"
    assert "不能低于" in finding.message
    assert check_plan({3: Decimal(25), 6: Decimal(50), 12: Decimal(100)}) == ()


def test_this_year_is_shown_as_it_is() -> None:
    now = this_year(material(PLATFORM), "document")
    assert all(s.origin is Origin.KEPT for s in now.sentences)
    assert "保障信惠化工作。" in now.text


def test_markup_in_a_name_stays_text() -> None:
    found = draft("project", record=project(1, name=cell("=HYPERLINK(1)<img src=x>|[a](b)")))
    assert "<img" not in found.text
    assert "[a](b)" not in found.text


_FIGURE = re.compile(r"\d+(?:\.\d+)?")


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.integers(1, 99999).map(lambda n: f"{n / 100:.2f}"), min_size=1, max_size=3),
    st.sampled_from(["", "更简洁", "预算改为77.77万元", "参照去年", "3月底11%、6月底22%"]),
    st.sampled_from(["project", "document", "itemised"]),
)
def test_every_figure_of_a_draft_has_a_source_or_is_the_year(totals: list[str], instruction: str, kind: str) -> None:
    records = tuple(
        project(n, **amounts(total, total, ""), goals=(cell(f"1.服务{n}类对象"),)) for n, total in enumerate(totals, 1)
    )
    try:
        found = make_draft(
            material(*records), DraftRequest(kind, records[0] if kind == "project" else None, None, instruction)
        )
    except DraftError as error:
        assert "哪个项目" in str(error)
        return
    for sentence in found.sentences:
        open_text = re.sub(r"【待填：[^】]*】", "", sentence.text)
        assert not _FIGURE.search(open_text) or sentence.sources, sentence
        assert not {"77.77", "11%", "22%"} & set(re.findall(r"[\d.]+%?", open_text)) or BY_USER in sentence.sources


@settings(max_examples=300, deadline=None)
@given(
    st.text(
        alphabet="把第三条删掉改为增加突出预算财政资金其他20万元%月底，。；：【】|<更简洁正式参照去年 一二10",
        max_size=40,
    )
)
def test_any_instruction_gives_a_draft_or_a_question(instruction: str) -> None:
    try:
        found = draft("project", instruction)
    except DraftError as error:
        assert str(error).endswith(("。", "：")) or "请" in str(error)
        return
    assert found.sentences
    assert "<" not in "".join(found.blanks)
