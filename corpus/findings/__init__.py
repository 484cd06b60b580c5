"""What is wrong with a document or a draft, in words a reviewer uses. Pure; silent on classified cells."""

from corpus.findings.checking import ASPECTS, AspectScore, check, check_plan_points, check_text, score
from corpus.findings.rulebook import Rule, RuleError, RuleSettings, load_rule_settings, rules

__all__ = [
    "ASPECTS",
    "AspectScore",
    "Rule",
    "RuleError",
    "RuleSettings",
    "check",
    "check_plan_points",
    "check_text",
    "load_rule_settings",
    "rules",
    "score",
]
