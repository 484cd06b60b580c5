"""What is refused, and in which words. One wording a rule, whatever the value behind it (SAFETY.md 4)."""

from dataclasses import replace

from assistant.types import Kind, Reply, Route
from assistant.understanding.types import Intent, Understanding

_INDICATORS = {
    False: (
        "**涉密，不予公开。** 您问的是绩效指标（三级指标、指标描述、指标值或确定依据），在文件中标为“涉密”，系统里没有保存它的内容，"
        "因此不能提供，也不能推算、比较或确认任何说法。\n\n"
        "可以公开的有：指标的类别和行数、预算数、资金来源和用途、支出计划、绩效目标。需要指标内容的，请联系本单位保密或财务负责人。"
    ),
    True: (
        "**Classified (涉密): not disclosed.** The indicator fields you ask about are marked as classified in the document; their content is not "
        "kept in this system, so it cannot be given, estimated, compared or confirmed (涉密，不予公开).\n\n"
        "Public are the categories and number of rows, budget, funding, purpose, spending plan and goals. Please ask your secrecy or finance officer."
    ),
}
_FIELD = {
    False: "**涉密，不予公开。** 您问的“{label}”涉密，系统里没有保存它的内容，因此不能提供，也不能推算、比较或确认任何说法。\n\n"
    "其他公开字段可以查询；需要了解的，请联系本单位保密或财务负责人。",
    True: "**Classified (涉密): not disclosed.** “{label}” is classified; its content is not kept in this system, so it cannot be given, "
    "estimated, compared or confirmed (涉密，不予公开).\n\nOther public fields can be asked; please ask your secrecy or finance officer.",
}
_MARKED_MESSAGE = "您的消息带有密级标志，不能在本系统中处理：内容没有保存，也没有发送给任何模型。请删去带密级标志的内容后再问；涉密文件请按保密规定办理。"
_REMIT = {
    False: "这件事不在本助手的职责范围内，不能提供（{label}）。我可以查询部门预算绩效目标文件中的预算、资金、支出计划、目标和措施，起草下一年度的绩效目标，检查文件中的问题。",
    True: "I cannot do that ({label}): it is outside this assistant's remit (不能提供). I answer questions about the performance-goal documents, draft next year's goals and check documents.",
}


def refuse_marked_message() -> Reply:
    return Reply(Kind.REFUSAL, _MARKED_MESSAGE, Route.POLICY)


def refuse_indicators(u: Understanding) -> Reply:
    """The one refusal of indicator fields; what follows in the conversation stays about them until it asks otherwise."""
    focus = replace(
        u, intent=Intent.INDICATORS, aggregate=None, aggregates=(), fields=(), filters=(), leftover=u.leftover or "指标"
    )
    return Reply(Kind.REFUSAL, _INDICATORS[u.english], Route.POLICY, focus=focus)


def refuse_field(u: Understanding, label: str) -> Reply:
    return Reply(Kind.REFUSAL, _FIELD[u.english].format(label=label), Route.POLICY, focus=u)


def refuse_remit(u: Understanding, label: str) -> Reply:
    return Reply(Kind.REFUSAL, _REMIT[u.english].format(label=label), Route.POLICY, focus=u)
