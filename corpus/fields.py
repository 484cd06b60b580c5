"""The field catalogue: the one place for the Chinese names of the form's fields.

`labels` are what documents print, compared with `folding.squeeze`, parentheses and colons ignored. What people say for
a field in a question is in assistant/understanding/lexicon.toml.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    key: str
    label: str  # the standard term, shown to people
    labels: tuple[str, ...]  # as printed in documents
    unit: str | None  # 万元, % or None


FIELDS: tuple[Field, ...] = (
    Field("code", "项目编码", ("项目编码", "项目代码", "项目编号"), None),
    Field("name", "项目名称", ("项目名称",), None),
    Field(
        "total",
        "预算数",
        ("预算数", "预算金额", "项目总金额", "年度资金总额"),
        "万元",
    ),
    Field("fiscal", "财政资金", ("其中:财政资金", "财政资金", "其中:财政拨款", "财政拨款", "其中财政资金"), "万元"),
    Field("other", "其他资金", ("其他资金", "其他"), "万元"),
    Field("purpose", "资金用途", ("资金用途", "用途"), None),
    Field("plan", "资金支出计划", ("资金支出计划", "资金支出计划%", "支出计划"), "%"),
    Field("goals", "绩效目标", ("绩效目标", "项目绩效目标", "年度目标", "总体目标"), None),
    Field("level1", "一级指标", ("一级指标",), None),
    Field("level2", "二级指标", ("二级指标",), None),
    Field("level3", "三级指标", ("三级指标",), None),
    Field("description", "绩效指标描述", ("绩效指标描述", "指标描述", "绩效指标说明", "指标说明"), None),
    Field("target", "指标值", ("指标值", "目标值", "年度指标值"), None),
    Field("basis", "指标值确定依据", ("指标值确定依据", "指标确定依据", "确定依据"), None),
)

BY_KEY: dict[str, Field] = {field.key: field for field in FIELDS}

# Everything a policy may classify; the indicator fields are the policy's default (INTERFACE.md).
INDICATOR_FIELDS = ("level3", "description", "target", "basis")
PUBLIC_FIELDS = ("code", "name", "total", "fiscal", "other", "purpose", "plan", "goals")

# level1 -> the level2 indicators under it (DOMAIN.md, findings 4 and 5); older forms put 成本 under 产出.
INDICATOR_TREE: dict[str, tuple[str, ...]] = {
    "成本指标": ("经济成本指标", "社会成本指标", "生态环境成本指标"),
    "产出指标": ("数量指标", "质量指标", "时效指标", "成本指标"),
    "效益指标": ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标"),
    "满意度指标": ("服务对象满意度指标",),
}

# The year and the check character of a code differ from year to year; what identifies a project stands between them.
_CODE_LENGTH = 21
_DIVISION, _SERIAL = slice(0, 6), slice(8, 20)


def code_over_years(code: str) -> str:
    """The part of a squeezed project code that stays over the years; empty for one of another form."""
    return code[_DIVISION] + code[_SERIAL] if len(code) == _CODE_LENGTH else ""
