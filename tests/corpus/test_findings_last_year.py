"""Two years of a unit held against each other, and what a unit changes of the rules."""

from dataclasses import replace
from pathlib import Path

import pytest

from corpus.findings import (
    RuleError,
    RuleSettings,
    UnitRules,
    adjusted,
    check,
    check_against_last_year,
    paired,
    paired_sections,
    read_unit_rules,
)
from corpus.types import Extraction, Level, ProjectRecord, SectionKind
from tests.corpus.made_extractions import cell, project, section


def coded(number: int, name: str, code: str) -> ProjectRecord:
    return replace(project(number), name=cell(name), code=cell(code))


def test_projects_are_paired_by_name_then_by_the_codes_own_part() -> None:
    before = [coded(1, "演出经费", "13043425P004289100018"), coded(2, "培训经费", "13043425P00428910002N")]
    after = [
        coded(1, "培训经费", "13043426P00999910002N"),
        coded(2, "文化活动经费", "13043426P004289100019"),
        coded(3, "新项目经费", "13043426P00428919999A"),
    ]
    found = paired(before, after)
    assert [(old.name.text, now.name.text) for old, now in found.pairs] == [
        ("培训经费", "培训经费"),
        ("演出经费", "文化活动经费"),
    ]
    assert [now.name.text for _, now in found.renamed] == ["文化活动经费"]
    assert [project.name.text for project in found.added] == ["新项目经费"]
    assert not found.dropped


def test_classified_names_and_codes_pair_with_nothing() -> None:
    sealed = replace(project(1), name=cell(None), code=cell(None))
    found = paired([sealed], [sealed])
    assert not found.pairs
    assert (len(found.dropped), len(found.added)) == (1, 1)


def test_goal_of_another_project_is_not_last_years() -> None:
    one, other = coded(1, "演出经费", ""), coded(1, "培训经费", "")
    found = check_against_last_year(Extraction((one,), ()), Extraction((other,), ()))
    assert not [f for f in found if f.rule == "goal-as-last-year"]


def test_goal_copied_with_the_year_moved_on_is_a_copy() -> None:
    before = replace(project(1), goals=(cell("1.2025年完成演出60场，观众满意"),))
    after = replace(project(1), goals=(cell("1.2026年完成演出60场，观众满意"),))
    more = replace(project(1), goals=(cell("1.2026年完成演出75场，观众满意"),))
    old = Extraction((before,), ())
    assert [f.rule for f in check_against_last_year(Extraction((after,), ()), old)] == ["goal-as-last-year"]
    assert not check_against_last_year(Extraction((more,), ()), old)


def test_items_as_last_year_are_one_finding_a_part() -> None:
    items = tuple(section(f"{n}、做好第{n}项监测工作，{n * 7}日内上报。", ordinal=n, line=n) for n in (1, 2, 3))
    changed = (*items[:2], section("三、新建数字平台并全面运行。", ordinal=3, line=3))
    found = check_against_last_year(Extraction((), changed), Extraction((), items))
    assert [f.rule for f in found] == ["section-as-last-year"]
    assert "有2条（共3条）与上年完全相同" in found[0].message


def test_edited_items_are_paired_with_what_they_were() -> None:
    before = (
        section("一、推进光纤网络建设。", ordinal=1, line=1),
        section("二、做好举报受理工作。", ordinal=2, line=2),
    )
    after = (
        section("一、做好网上举报受理工作。", ordinal=1, line=1),
        section("二、组织专家论证会议。", ordinal=2, line=2),
    )
    pairs = paired_sections(before, after, SectionKind.ITEMISED)
    assert [(a.ordinal if a else None, b.ordinal if b else None) for a, b in pairs] == [(2, 1), (None, 2), (1, None)]


# --- a unit's own rules


def rules(tmp_path: Path, text: str) -> UnitRules:
    path = tmp_path / "rules.toml"
    path.write_text(text, "utf-8")
    return read_unit_rules(path)


def test_unit_turns_a_rule_off_and_changes_a_level(tmp_path: Path) -> None:
    found = rules(
        tmp_path,
        '[[rule]]\nrule = "single-goal"\nlevel = "off"\n[[rule]]\nrule = "typo"\nlevel = "error"\nunit = "224001"\n'
        '[[rule]]\nrule = "single-goal"\nlevel = "warning"\nunit = "某局"\n',
    )
    assert found.of("224001", "某办") == RuleSettings(frozenset({"single-goal"}), {"typo": Level.ERROR})
    assert found.of("999999", "某局") == RuleSettings(frozenset(), {"single-goal": Level.WARNING})


def test_kept_findings_follow_the_rules_a_unit_chose() -> None:
    found = check(Extraction((replace(project(1), goals=(cell("1.做好工作"),)),), ()))
    assert {"single-goal", "goal-unquantified"} <= {f.rule for f in found}
    wanted = adjusted(found, RuleSettings(frozenset({"single-goal"}), {"goal-unquantified": Level.ERROR}))
    assert "single-goal" not in {f.rule for f in wanted}
    assert wanted[0].level is Level.ERROR


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[rule]]\nrule = "no-such"\nlevel = "off"', "没有名为“no-such”的规则"),
        ('[[rule]]\nrule = "typo"\nlevel = "loud"', "level 应为"),
        ('[[rule]]\nrule = "typo"\nlevel = "off"\nwhy = "x"', "只能有"),
        ('[[rule]]\nrule = "typo"\nlevel = "off"\nunit = 3', "unit 应是"),
        ('[[rules]]\nrule = "typo"', "[[rule]]"),
        ("[[rule", "无法读取"),
    ],
)
def test_unreadable_rules_are_never_ignored(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(RuleError, match=r"rules\.toml") as raised:
        rules(tmp_path, text)
    assert said in str(raised.value)
