"""What is wrong with a document or a draft, in words a reviewer uses. Pure; silent on classified cells."""

from corpus.findings.checking import (
    ASPECTS,
    AspectScore,
    adjusted,
    check,
    check_against_last_year,
    check_plan_points,
    check_text,
    score,
)
from corpus.findings.pairing import Paired, paired, paired_sections, same_name
from corpus.findings.rulebook import (
    Rule,
    RuleError,
    RuleSettings,
    UnitRules,
    load_rule_settings,
    read_unit_rules,
    rules,
)

__all__ = [
    "ASPECTS",
    "AspectScore",
    "Paired",
    "Rule",
    "RuleError",
    "RuleSettings",
    "UnitRules",
    "adjusted",
    "check",
    "check_against_last_year",
    "check_plan_points",
    "check_text",
    "load_rule_settings",
    "paired",
    "paired_sections",
    "read_unit_rules",
    "rules",
    "same_name",
    "score",
]
