"""The ways a reply may say a thing, taken from the example questions: a case names the thing, not each wording."""

from enum import StrEnum

from eval.comparing import holds


class Says(StrEnum):
    ABSENT = "absent"  # the documents do not state it
    BLANK = "blank"  # the cell is there and empty, which is not zero
    INFERRED = "inferred"  # a link that the documents do not state, shown as our reading


_ABSENT = "不存在 没有 未写明 未载明 未注明 未提供 未提及 未说明 未涉及 未列 未包含 不包含 查不到 未找到 找不到 无相关"
_BLANK = "未填 空白 为空 没有填 未列 空着 留空 空缺"
_INFERRED = "推断 未明确 没有明确 未直接 没有直接 按名称 从名称 按内容"

PHRASES: dict[Says, tuple[str, ...]] = {
    Says.ABSENT: (*_ABSENT.split(), "not stated", "does not"),
    Says.BLANK: (*_BLANK.split(), "blank", "left empty"),
    Says.INFERRED: (*_INFERRED.split(), "inferred", "inference"),
}

LABELS = {Says.ABSENT: "文件没有写", Says.BLANK: "是空白", Says.INFERRED: "是推断"}


def says(text: str, thing: Says) -> bool:
    return any(holds(text, phrase) for phrase in PHRASES[thing])
