from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import corpus
from corpus.classification import load_policy
from corpus.extract import extract
from corpus.findings import RuleError, RuleSettings, check, check_text, load_rule_settings, rules, score
from corpus.findings.form import check_character
from corpus.findings.typos import find_typos
from corpus.readers import read
from corpus.types import Extraction, Finding, Level, SectionKind, Source
from tests.corpus.made_extractions import (
    INDICATORS,
    amounts,
    cell,
    extraction,
    indicator,
    plan,
    project,
    section,
)


def keys(found: tuple[Finding, ...]) -> set[str]:
    return {finding.rule for finding in found}


def one(found: tuple[Finding, ...], rule: str) -> Finding:
    (finding,) = [finding for finding in found if finding.rule == rule]
    return finding


def test_sound_document_has_no_findings() -> None:
    assert check(extraction(project(1), project(2))) == ()


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("code-missing", {"code": cell("")}),
        ("name-missing", {"name": cell("")}),
        ("unit-missing", {"unit_code": None, "unit_name": None}),
        ("budget-missing", amounts("", "12.00", "0.00")),
        ("goal-missing", {"goals": ()}),
        ("purpose-missing", {"purpose": cell("")}),
        ("budget-sum", amounts("12.00", "10.00", "0.00")),
        ("budget-sum", amounts("12.00", "10.00", "")),
        ("budget-negative", amounts("-2.00", "-2.00", "0.00")),
        ("funding-blank", amounts("12.00", "12.00", "")),
        ("plan-missing", {"plan": ()}),
        ("plan-missing", {"plan": plan(m3="", m12="")}),
        ("plan-range", {"plan": plan(m3="10%", m12="120%")}),
        ("plan-falls", {"plan": plan(m3="40%", m6="30%", m12="100%")}),
        ("plan-end", {"plan": plan(m3="40%", m12="90%")}),
        ("plan-blank", {"plan": plan(m3="", m12="100%")}),
        ("plan-early", {"plan": plan(m3="100%", m12="100%")}),
        ("plan-early", {"plan": plan(m3="", m6="100%", m12="100%")}),
        ("code-check", {"code": cell("13043425P00428910002N")}),
        ("indicators-missing", {"indicators": ()}),
        ("level1-missing", {"indicators": INDICATORS[:2]}),
        ("cost-first", {"name": cell("业务用房修缮经费")}),
        ("goal-unquantified", {"goals": (cell("1.净化网络信息，营造清朗网络空间"), cell("2.做好服务"))}),
        ("single-goal", {"goals": (cell("1.安装护栏12公里，事故下降5%"),)}),
        ("goal-off-name", {"name": cell("舆情监测能力建设资金"), "goals": (cell("1.净化环境，营造良好氛围"),)}),
        ("purpose-vague", {"purpose": cell("与第三方签订服务协议，支付服务费用")}),
        ("purpose-vague", {"purpose": cell("用于保障单位日常运转的相关支出")}),
        ("missing-word", {"goals": (cell("1.加强对公路护栏安全防护，10月底前检查12次，事故下降5%"),)}),
        ("vague-verb", {"goals": (cell("1.进一步加强安装护栏工作"), cell("2.12月底前安装护栏9公里，事故下降5%"))}),
        ("lapsed-plan", {"purpose": cell("落实《全县护栏规划（2019-2023年）》，安装护栏")}),
        ("lapsed-plan", {"purpose": cell("按“十三五”规划安装护栏")}),
        ("outdated", {"purpose": cell("支持精准脱贫，安装护栏")}),
        ("typo", {"purpose": cell("安装护栏并做好维护布署工作")}),
        ("typo-suspect", {"purpose": cell("安装护栏，优化营商环竟")}),
        ("mixed-punctuation", {"purpose": cell("安装护栏,更换标牌；清理路障，做好验收")}),
        ("mixed-enumeration", {"purpose": cell("用于政治、经济,文化,社会、生态等领域护栏安装")}),
        ("doubled-text", {"purpose": cell("用于安装护栏护栏")}),
        ("unpaired-mark", {"purpose": cell("用于安装护栏（一期")}),
        ("residue", {"purpose": cell("[bookmark: _Toc1]用于安装护栏")}),
        ("template-residue", {"purpose": cell("用于安装护栏，XX公里……此处填写")}),
        ("deadline-outside", {"goals": (cell("1.2022年组织安装护栏12公里，事故下降5%"), cell("2.满意度达到95%"))}),
        ("deadline-outside", {"goals": (cell("1.2023年底前安装护栏12公里，事故下降5%"), cell("2.群众满意度达到95%"))}),
    ],
)
def test_each_fault_of_the_form_is_named(rule: str, changes: dict[str, Any]) -> None:
    found = check(extraction(project(1, **changes)))
    assert rule in keys(found)
    assert all(finding.message and finding.suggestion for finding in found)


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("single-goal", {"goals": (cell("1.10月底前安装护栏12公里，事故下降5%"),)}),
        ("goal-off-name", {"name": cell("义务教育薄弱环节改善资金"), "goals": (cell("1.改造教学楼3栋"),)}),
        ("goal-off-name", {"name": cell("公路护栏经费"), "goals": (cell("1.加强公路管护"),)}),
        ("goal-off-name", {"name": cell("日常公用经费"), "goals": (cell("1.机关工作有序开展"),)}),
        ("purpose-vague", {"purpose": cell("用于采购护栏并支付服务费用")}),
        ("purpose-vague", {"purpose": cell("支付服务费12万元")}),
        ("missing-word", {"goals": (cell("1.加强对公路护栏的安全防护，加强对下指导"),)}),
    ],
)
def test_what_says_enough_is_not_named(rule: str, changes: dict[str, Any]) -> None:
    assert rule not in keys(check(extraction(project(1, **changes))))


def test_years_of_a_cited_plan_are_no_time_limit_of_the_goal() -> None:
    text = "统筹城乡规划，按照《全县护栏规划（2019-2030年）》要求，推进护栏建设。"
    found = check(Extraction((), (section(text, SectionKind.OVERALL, None),)))
    assert "section-unquantified" in keys(found)
    assert one(found, "section-unquantified").quote in text


def test_two_projects_of_one_subject_purpose_and_goal_may_overlap() -> None:
    shared = {"purpose": cell("支付服务费"), "goals": (cell("1.净化网络信息，营造清朗网络空间"),)}
    one_of = project(1, name=cell("网络舆情监测软件服务费"), **shared)
    other = project(2, name=cell("舆情监测能力建设资金"), **shared)
    apart = project(3, name=cell("公路护栏安装经费"), **shared)
    (overlap,) = [f for f in check(extraction(one_of, other, apart)) if f.rule == "projects-overlap"]
    assert "舆情监测" in overlap.message and "护栏" not in overlap.message


@pytest.mark.parametrize(
    ("text", "thin"),
    [
        ("一是安装护栏。推动护栏建设。", True),
        ("一是加强组织领导，明确责任分工。二是严格资金管理。", False),
        ("一是严格资金管理，专款专用。二是定期开展督查考核。", False),
    ],
)
def test_safeguards_without_organisation_money_and_supervision_are_named(text: str, thin: bool) -> None:
    found = check(Extraction((), (section(text, SectionKind.SAFEGUARD, 1),)))
    assert ("safeguards-thin" in keys(found)) is thin


@pytest.mark.parametrize(
    ("rule", "row"),
    [
        ("target-form", ("产出指标", "数量指标", "护栏安装长度", "安装护栏长度", "若干", "合同")),
        ("target-unit", ("产出指标", "数量指标", "护栏安装长度", "安装护栏长度", "≥12", "合同")),
        ("target-operator", ("成本指标", "经济成本指标", "护栏安装总成本", "护栏安装成本", "≥12万元", "合同")),
        ("target-percent", ("产出指标", "质量指标", "护栏安装合格率", "护栏合格比率", "292%", "合同")),
        ("target-blank", ("产出指标", "数量指标", "护栏安装长度", "安装护栏长度", "", "合同")),
        ("satisfaction-low", ("满意度指标", "服务对象满意度指标", "满意率", "对护栏的满意程度", "≥70%", "问卷")),
        ("basis-blank", ("产出指标", "数量指标", "护栏安装长度", "安装护栏长度", "≥12公里", "")),
        ("input-as-output", ("产出指标", "数量指标", "护栏资金到位率", "资金到位", "100%", "合同")),
        ("cost-over-budget", ("成本指标", "经济成本指标", "护栏安装总成本", "护栏安装成本", "≤13万元", "合同")),
        ("level2-place", ("产出指标", "成本指标", "护栏安装总成本", "护栏安装成本", "≤12万元", "合同")),
        ("level2-unknown", ("产出指标", "影响指标", "护栏安装长度", "安装护栏长度", "≥12公里", "合同")),
        ("indicator-without-goal", ("产出指标", "数量指标", "苗木栽植株数", "苗木栽植株数合计", "≥500株", "合同")),
    ],
)
def test_each_fault_of_an_indicator_is_named(rule: str, row: tuple[str, ...]) -> None:
    assert rule in keys(check(extraction(project(1, indicators=(*INDICATORS, indicator(*row))))))


def test_deed_without_indicator_is_named() -> None:
    goals = (cell("1.10月底前安装护栏12公里，交通事故下降5%"), cell("2.12月底前栽植行道苗木500株，群众满意度达到95%"))
    found = one(check(extraction(project(1, goals=goals))), "goal-without-indicator")
    assert "栽植行道苗木" in found.message


def test_misread_operator_is_suggested() -> None:
    row = indicator("产出指标", "质量指标", "护栏合格率", "护栏合格比率", "292%", "合同")
    found = one(check(extraction(project(1, indicators=(*INDICATORS, row)))), "target-percent")
    assert "≥92%" in found.suggestion


def test_blank_funding_is_not_taken_for_zero_but_the_sum_may_hold() -> None:
    found = check(extraction(project(1, **amounts("12.00", "12.00", ""))))
    assert keys(found) == {"funding-blank"}
    assert "空白不等于 0" in found[0].message


def test_repeated_finding_is_one_that_names_all_places() -> None:
    blanks = [project(n, **amounts("12.00", "12.00", "")) for n in (1, 2, 3)]
    found = one(check(extraction(*blanks)), "funding-blank")
    assert "项目1“道路护栏安装经费1”、项目2“道路护栏安装经费2”、项目3“道路护栏安装经费3”共3处" in found.message


def test_identical_and_near_identical_goals_are_named_across_projects() -> None:
    def with_goal(n: int, text: str) -> Any:
        return project(n, goals=(cell(text, 40 + n), cell(f"2.{n}月底前完成护栏验收{n}处")))

    found = check(
        extraction(
            with_goal(1, "1.净化网络信息，营造清朗网络空间"),
            with_goal(2, "1.净化网络信息，营造清朗网络空间"),
            with_goal(3, "1.净化网上信息，营造清朗网络空间"),
        )
    )
    assert "、项目2“道路护栏安装经费2”的绩效目标完全相同" in one(found, "goals-identical").message
    near = one(found, "goals-similar")
    assert all(f"项目{n}" in near.message for n in (1, 2, 3))
    assert "“网络”与“网上”" in near.message


def test_goals_that_differ_in_figures_only_are_not_repetition() -> None:
    assert not {"goals-similar", "goals-identical"} & keys(check(extraction(project(1), project(2))))


def test_goal_copied_from_last_year_is_named() -> None:
    found = check(extraction(project(1)), previous=extraction(project(1)))
    assert "goal-as-last-year" in keys(found)


def test_narrative_faults_of_a_real_kind_are_found() -> None:
    overall = (
        "协调推进信息化发展,指导全县信息化建设;统筹信息化项目，推进信息化应用。保障重点行业信惠化工作。"
        "是进一步加强网信基础设施建设。推动全县公共服务和社会治理信息化做好全县互联网信息内容管理。"
    )
    sections = (
        section(overall, SectionKind.OVERALL, None, 3),
        section("一、进一步做好监测工作。畅通舆情绿色通道，及时准确上报。", ordinal=1, line=5),
        section("二、是进一步加强基础设施建设。助力公共服务能力提升。", ordinal=2, line=6),
        section("四、进一步提高执法水平。", ordinal=4, line=7),
        section("一是进一步做好监测工作。畅通舆情绿色通道，及时准确上报。", SectionKind.SAFEGUARD, 1, 9),
    )
    found = check(extraction(sections=sections))
    assert one(found, "typo-suspect").quote == "信惠化"
    assert one(found, "sentence-start").quote.startswith("是进一步加强")
    assert "信息化做好" in one(found, "missing-punctuation").quote
    assert one(found, "numbering-mark").source.line == 6
    assert "缺第三条" in one(found, "numbering").message
    assert "半角" in one(found, "mixed-punctuation").message
    assert "sections-repeat" in keys(found)
    vague = "".join(f.message for f in found if f.rule == "vague-verb")
    assert all(part in vague for part in ("总体绩效目标", "分项绩效目标", "工作保障措施", "进一步"))


def test_reference_text_gets_no_findings_of_the_form() -> None:
    notice = section("第一条 进一步加强管理,落实精准脱贫。", SectionKind.OTHER, None)
    assert check(extraction(sections=(notice,))) == ()


def test_findings_of_the_reader_are_passed_on() -> None:
    residue = Finding("export-residue", Level.INFO, "有书签残留", "删去", Source(line=4))
    assert residue in check(extraction(project(1)), extra=(residue,))


SEALED = {
    "goals": (cell(None),),
    "purpose": cell(None),
    "plan": plan(m3=None, m6="50%", m12=None),
    **amounts(None, "10.00", ""),
}


def test_nothing_is_said_of_classified_cells() -> None:
    rows = tuple(indicator(row.level1.text, row.level2.text, None, None, None, None) for row in INDICATORS)
    found = check(extraction(project(1, indicators=rows, **SEALED), project(2, **SEALED)))
    said = keys(found) - {"code-check"}
    assert said == set()


@given(st.sampled_from(["name", "purpose", "code"]))
def test_classified_field_gives_no_more_findings(name: str) -> None:
    sealed = replace(project(1), **{name: cell(None)})
    assert keys(check(extraction(sealed))) <= keys(check(extraction(project(1))))


def test_draft_text_is_checked_for_wording_and_blanks_are_welcome() -> None:
    text = "1.2026年签订服务协议，完成【待填：服务数量】；推动信息化布署。"
    assert keys(check_text(text, Source())) == {"typo"}


@pytest.mark.parametrize(
    "text",
    [
        "严格执行政府采购制度。",
        "幼儿园满意度达到95%。",
        "及时上报消防隐患。",
        "确保漳河行洪安全。",
        "建设帮扶平台1个。",
        "续签定点医院协议。",
    ],
)
def test_right_words_that_meet_are_no_typo_and_stand_in_a_draft_as_they_are(text: str) -> None:
    assert not [typo for typo in find_typos(text) if typo.certain]


@pytest.mark.parametrize("text", ["购制设备20台。", "园满完成年度任务。", "加强工作布署。", "报消培训费用。"])
def test_wrong_spelling_is_still_told(text: str) -> None:
    assert [typo for typo in find_typos(text) if typo.certain]


def test_row_without_the_sign_or_description_that_the_others_have_is_named() -> None:
    rows = (*INDICATORS, indicator("产出指标", "数量指标", "检查点位数", "", "260个", "计划"))
    found = check(extraction(project(1, indicators=rows)))
    assert {one(found, "target-sign").quote, one(found, "description-blank").quote} == {"260个", "检查点位数"}
    none_signed = tuple(replace(row, target=cell("12公里"), description=cell("")) for row in INDICATORS)
    assert not keys(check(extraction(project(1, indicators=none_signed)))) & {"target-sign", "description-blank"}


def test_rate_in_a_goal_has_its_indicator_under_a_longer_name() -> None:
    rows = (indicator("产出指标", "质量指标", "数字化成品合格率", "验收合格页数占比", "≥99%", "合同"),)
    goal = cell("1.完成档案数字化60万页，合格率不低于99%")
    assert "合格率不低于99%" not in [
        f.quote
        for f in check(extraction(project(1, goals=(goal,), indicators=rows)))
        if f.rule == "goal-without-indicator"
    ]


def test_rule_can_be_off_or_have_another_level() -> None:
    faulty = extraction(project(1, **amounts("12.00", "10.00", "")))
    assert "funding-blank" not in keys(check(faulty, settings=RuleSettings(off=frozenset({"funding-blank"}))))
    changed = check(faulty, settings=RuleSettings(levels={"funding-blank": Level.ERROR}))
    assert one(changed, "funding-blank").level is Level.ERROR


def test_rule_settings_hold_for_their_unit(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text('[[rule]]\nunit = "224001"\nrule = "plan-early"\nlevel = "off"\n', "utf-8")
    assert load_rule_settings(file, "224001").off == {"plan-early"}
    assert load_rule_settings(file, "301001").off == frozenset()


@pytest.mark.parametrize(
    "text", ['[[rule]]\nrule = "no-such"\nlevel = "off"', '[[rule]]\nrule = "typo"\nlevel = "x"', "["]
)
def test_unreadable_rule_settings_are_refused_with_the_entry(tmp_path: Path, text: str) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(RuleError, match=r"rules\.toml"):
        load_rule_settings(file, None)


def test_project_codes_seen_in_practice_fit_the_check_character() -> None:
    for code in ("13043425P00428910001N", "13043425P004283100028", "13043425P00428310001L", "13043425P00428310003U"):
        assert check_character(code[:-1]) == code[-1]


def test_score_sheet_has_the_four_criteria_and_falls_with_faults() -> None:
    sound, faulty = extraction(project(1)), extraction(project(1, plan=plan(m3="40%", m6="30%", m12="100%")))
    before, after = (score(check(e), e) for e in (sound, faulty))
    assert [row.aspect for row in before] == ["完整性", "相关性", "适当性", "可行性"]
    assert {row.score for row in before} == {100}
    assert after[3].score < 100
    assert score((), Extraction((), ())) == ()


def test_amounts_are_compared_exactly() -> None:
    within = check(extraction(project(1, **amounts("12.1", "12.00", "0.00"))))
    beyond = check(extraction(project(1, **amounts("12.1001", "12.00", "0.00"))))
    assert "budget-sum" not in keys(within)
    assert "budget-sum" in keys(beyond)
    assert Decimal("0.1001") == Decimal("12.1001") - Decimal(12)


def test_every_rule_of_the_book_has_a_level_and_an_aspect() -> None:
    assert len(rules()) > 40
    assert {rule.aspect for rule in rules().values()} == {"完整性", "相关性", "适当性", "可行性", "规范性"}


# --- the shipped document


@pytest.fixture(scope="module")
def shipped() -> tuple[Finding, ...]:
    path = Path(corpus.__file__).parent / "documents" / "weixian-wangxinban.txt"
    document = read(path.name, path.read_bytes(), load_policy(None))
    return check(extract(document), extra=document.findings)


@pytest.mark.parametrize(
    ("rule", "words", "line"),
    [
        ("typo-suspect", "“信惠化”疑为“信息化”", 5),
        ("typo-suspect", "“信患化”疑为“信息化”", 5),
        ("mixed-punctuation", "全角、半角混用", 5),
        ("mixed-enumeration", "顿号、逗号混用", 5),
        ("lapsed-plan", "（第5、23行）", 5),
        ("outdated", "精准脱贫", 5),
        ("export-residue", "导出残留", 4),
        ("sentence-start", "以“是”开头", 5),
        ("numbering-mark", "序号", 8),
        ("missing-punctuation", "“治理信息化”与“做好”之间", 5),
        ("goals-identical", "项目3“网络舆情监测软件技术服务费”的绩效目标完全相同", 164),
        ("goals-similar", "“网络”与“网上”", 164),
        ("purposes-identical", "项目4“舆情监测能力建设资金”的资金用途完全相同", 51),
        ("goal-unquantified", "没有写明", 66),
        ("goal-unquantified", "项目4“舆情监测能力建设资金”", 164),
        ("vague-verb", "不可衡量", 7),
        ("funding-blank", "其他资金未填写", 48),
        ("plan-blank", "3月底未填写", 60),
        ("plan-early", "3月底即计划支出 100%", 254),
        ("single-goal", "只有一条绩效目标", 66),
        ("sections-repeat", "文字完全相同", 5),
        ("level2-place", "成本指标设在产出指标之下", 101),
    ],
)
def test_known_defect_of_the_shipped_document_is_found_in_its_place(
    shipped: tuple[Finding, ...], rule: str, words: str, line: int
) -> None:
    assert [f for f in shipped if f.rule == rule and words in f.message and f.source.line == line]


def test_shipped_document_gives_no_flood_and_no_false_alarm(shipped: tuple[Finding, ...]) -> None:
    assert len(shipped) < 60
    assert not keys(shipped) & {
        "code-check",
        "budget-sum",
        "plan-falls",
        "plan-end",
        "basis-blank",
        "target-blank",
        "typo",
    }


def test_quotes_stand_in_the_document(shipped: tuple[Finding, ...]) -> None:
    path = Path(corpus.__file__).parent / "documents" / "weixian-wangxinban.txt"
    lines = path.read_text("utf-8").splitlines()
    for finding in shipped:
        if finding.quote and finding.rule != "export-residue":
            assert finding.quote in lines[(finding.source.line or 1) - 1], finding


@given(
    st.text(alphabet="信息惠化一二是、，,。；（）()《》【】“”2019-年规划推进做好建设工作的\n 项目%万元", max_size=120)
)
def test_any_text_is_checked_without_error_and_quotes_are_verbatim(text: str) -> None:
    for finding in check_text(text, Source()):
        assert finding.quote in text
