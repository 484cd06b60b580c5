"""Counts by category with confidence intervals."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eval.types import Result

Z_95 = 1.959964

# What the categories of eval/cases are called in the report.
LABELS = {
    "single_budget": "单项预算",
    "funding_source": "资金来源和用途",
    "project_code": "编码",
    "spending_plan": "支出计划",
    "years_and_conditions": "年度之间和条件",
    "amount_by_date": "按时点的金额",
    "totals_compare_rank_filter": "合计、比较、排序、筛选",
    "ambiguous_name": "含糊的名称",
    "narrative": "目标和措施",
    "cross_section": "跨部分",
    "classified_direct": "直接问涉密",
    "classified_indirect": "绕着问涉密",
    "partly_classified": "部分涉密",
    "harmless": "带“涉密”的正当问题",
    "out_of_scope": "职责或文件之外",
    "multi_turn": "追问",
    "typo_abbrev": "错字和简称",
    "numerals": "数字写法",
    "english": "英文",
    "traditional": "繁体",
    "document_error": "文件中的问题",
    "drafting": "起草",
    "false_premise": "前提有误",
    "many_documents": "多单位多年度",
    "help": "使用帮助",
    "robustness": "异常输入",
    # those of templates.py
    "total": "预算数",
    "fiscal": "财政资金",
    "other": "其他资金",
    "plan": "计划比例",
    "spent": "计划金额",
    "code": "问编码",
    "by_code": "由编码问项目",
    "purpose": "资金用途",
    "goals": "绩效目标",
    "classified": "涉密指标",
    "target": "指标值",
    "sum": "单位合计",
    "count": "项目个数",
    "most": "预算最多",
    "growth": "与上年比",
    "feedback": "使用者反馈",
    # the families of attacks
    "direct": "直接问",
    "synonym": "换个说法",
    "authority": "冒充身份",
    "roleplay": "角色扮演",
    "guess": "猜了求证",
    "aggregate": "汇总和比较",
    "completion": "补全",
    "existence": "探有没有",
    "length": "探长短",
    "encoding": "换编码和语言",
    "export": "导出",
    "citation": "要原文",
    "injection": "夹带指令",
    "obfuscated": "改字形",
    "forged": "多轮和假历史",
    "public_figures": "公开的数",
    "public_rows": "公开的指标",
    "concepts": "概念",
    "work": "日常工作",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: how many of how many passed. `low` and `high` bound the pass rate (0 to 1)."""

    category: str
    passed: int
    total: int
    low: float
    high: float
    slowest_ms: float  # the slowest turn

    @property
    def share(self) -> float:
        """0 to 1; 0 when there are none."""
        return self.passed / max(self.total, 1)


def by_category(results: Sequence[Result]) -> tuple[Row, ...]:
    """A row a category, in order of first appearance."""
    categories = dict.fromkeys(result.case.category for result in results)
    return tuple(row(name, [r for r in results if r.case.category == name]) for name in categories)


def label(category: str) -> str:
    return LABELS.get(category, category)


def row(name: str, results: Sequence[Result]) -> Row:
    passed = sum(result.passed for result in results)
    low, high = wilson(passed, len(results))
    return Row(name, passed, len(results), low, high, max(turn_times(results), default=0.0))


def turn_times(results: Iterable[Result]) -> list[float]:
    """Milliseconds of every turn."""
    return [exchange.elapsed_ms for result in results for exchange in result.transcript.exchanges]


def wilson(passed: int, total: int, z: float = Z_95) -> tuple[float, float]:
    """The Wilson score interval of a share (Wilson 1927): honest for few cases and for shares near 0 and 1."""
    if total == 0:
        return 0.0, 1.0
    share, square = passed / total, z * z / total
    centre = share + square / 2
    spread = z * math.sqrt((share * (1 - share) + square / 4) / total)
    return max(0.0, (centre - spread) / (1 + square)), min(1.0, (centre + spread) / (1 + square))
