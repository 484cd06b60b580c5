"""Faults planted on purpose, to see that the suite would notice them.

A fault of reading changes what the library holds, a fault of replying what the assistant says; each is one that has
happened to somebody: a wrong column, a swapped project, a blank read as zero, a sum in floats, a leaked cell.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.types import Conversation, Figure, Kind, Reply, Route
from corpus.types import (
    Amount,
    Cell,
    CellState,
    Extraction,
    Indicator,
    PlanPoint,
    ProjectRecord,
    Section,
    SectionKind,
    Source,
)
from eval.phrases import PHRASES, Says

_Project = Callable[[ProjectRecord], ProjectRecord]


@dataclass(frozen=True, slots=True)
class ReadingFault:
    name: str
    change: Callable[[Extraction], Extraction]


@dataclass(frozen=True, slots=True)
class ReplyingFault:
    """`change` gets the conversation, the message and the right reply."""

    name: str
    change: Callable[[Conversation, str, Reply], Reply]


Fault = ReadingFault | ReplyingFault


# --- reading


def _each(change: _Project) -> Callable[[Extraction], Extraction]:
    return lambda extraction: replace(extraction, projects=tuple(change(project) for project in extraction.projects))


def _sections(change: Callable[[tuple[Section, ...]], Iterable[Section]]) -> Callable[[Extraction], Extraction]:
    return lambda extraction: replace(extraction, sections=tuple(change(extraction.sections)))


def _amounts(change: Callable[[Amount], Amount]) -> _Project:
    def changed(project: ProjectRecord) -> ProjectRecord:
        return replace(project, total=change(project.total), fiscal=change(project.fiscal), other=change(project.other))

    return changed


def _swap_total_and_fiscal(project: ProjectRecord) -> ProjectRecord:
    return replace(project, total=project.fiscal, fiscal=project.total)


def _shift_plan(project: ProjectRecord) -> ProjectRecord:
    moved = (*project.plan[1:], *project.plan[-1:])
    plan = tuple(replace(new, month=old.month) for old, new in zip(project.plan, moved, strict=True))
    return replace(project, plan=plan)


def _reverse(take: str) -> Callable[[Extraction], Extraction]:
    """Each project gets the field of the one at the other end of the document."""

    def changed(extraction: Extraction) -> Extraction:
        others = reversed(extraction.projects)
        pairs = zip(extraction.projects, others, strict=True)
        return replace(extraction, projects=tuple(replace(own, **{take: getattr(o, take)}) for own, o in pairs))

    return changed


def _blank_as_zero(amount: Amount) -> Amount:
    if amount.cell.state is not CellState.BLANK:
        return amount
    return Amount(replace(amount.cell, state=CellState.VALUE, text="0.00"), Decimal(0))


def _blank_share_as_zero(point: PlanPoint) -> PlanPoint:
    if point.cell.state is not CellState.BLANK:
        return point
    return replace(point, cell=replace(point.cell, state=CellState.VALUE, text="0%"), share=Decimal(0))


def _scaled(factor: str) -> Callable[[Amount], Amount]:
    return lambda amount: replace(amount, value=None if amount.value is None else amount.value * Decimal(factor))


def _rounded(amount: Amount) -> Amount:
    return replace(amount, value=None if amount.value is None else amount.value.quantize(Decimal("0.01")))


def _leaked(row: Indicator) -> Indicator:
    def shown(cell: Cell) -> Cell:
        return Cell(CellState.VALUE, "97.3%", cell.source) if cell.state is CellState.CLASSIFIED else cell

    return replace(
        row,
        level3=shown(row.level3),
        description=shown(row.description),
        target=shown(row.target),
        basis=shown(row.basis),
    )


def _closed(row: Indicator) -> Indicator:
    sealed = Cell(CellState.CLASSIFIED, None, row.target.source)
    return replace(row, level3=sealed, description=sealed, target=sealed, basis=sealed)


def _indicators(change: Callable[[Indicator], Indicator]) -> _Project:
    return lambda project: replace(project, indicators=tuple(change(row) for row in project.indicators))


def _line_below(source: Source) -> Source:
    return source if source.line is None else replace(source, line=source.line + 1)


def _total_a_line_below(project: ProjectRecord) -> ProjectRecord:
    cell = project.total.cell
    return replace(project, total=replace(project.total, cell=replace(cell, source=_line_below(cell.source))))


def _renumbered(sections: tuple[Section, ...]) -> Iterable[Section]:
    return (replace(s, ordinal=None if s.ordinal is None else s.ordinal + 1) for s in sections)


def _aged(sections: tuple[Section, ...]) -> Iterable[Section]:
    """An older version's words, as a stale index still has them; the source points at today's line."""
    older = str.maketrans("0123456789", "9012345678")
    return (replace(s, text=s.text.translate(older).replace("加强", "做好")) for s in sections)


def _unmerged(project: ProjectRecord) -> ProjectRecord:
    """A merged level is read only in its first row."""
    seen: set[str] = set()
    rows = []
    for row in project.indicators:
        name = row.level2.text or ""
        rows.append(replace(row, level2=replace(row.level2, state=CellState.BLANK, text=None)) if name in seen else row)
        seen.add(name)
    return replace(project, indicators=tuple(rows))


def _exchange_description_and_target(row: Indicator) -> Indicator:
    return replace(row, description=row.target, target=row.description)


def _one_unit(extraction: Extraction) -> Extraction:
    """Every project is booked on the first one's unit."""
    if not extraction.projects:
        return extraction
    first = extraction.projects[0]
    projects = (replace(p, unit_code=first.unit_code, unit_name=first.unit_name) for p in extraction.projects)
    return replace(extraction, projects=tuple(projects))


def _from_the_name(project: ProjectRecord) -> ProjectRecord:
    """The amount in a project's name is taken for its budget."""
    found = re.search(r"(\d+)万", project.name.text or "")
    return replace(project, total=replace(project.total, value=Decimal(found[1]))) if found else project


def _exchanged(sections: tuple[Section, ...]) -> Iterable[Section]:
    other = {SectionKind.ITEMISED: SectionKind.SAFEGUARD, SectionKind.SAFEGUARD: SectionKind.ITEMISED}
    return (replace(s, kind=other.get(s.kind, s.kind)) for s in sections)


READING: tuple[ReadingFault, ...] = (
    ReadingFault("预算数与财政资金两格对调", _each(_swap_total_and_fiscal)),
    ReadingFault("其他资金读成预算数", _each(lambda p: replace(p, other=p.total))),
    ReadingFault("支出计划错后一列", _each(_shift_plan)),
    ReadingFault("支出计划少最后一列", _each(lambda p: replace(p, plan=p.plan[:-1]))),
    ReadingFault("项目名称张冠李戴", _reverse("name")),
    ReadingFault("项目编码张冠李戴", _reverse("code")),
    ReadingFault("绩效目标张冠李戴", _reverse("goals")),
    ReadingFault("预算数张冠李戴", _reverse("total")),
    ReadingFault("空白金额当作零", _each(_amounts(_blank_as_zero))),
    ReadingFault(
        "空白比例当作零", _each(lambda p: replace(p, plan=tuple(_blank_share_as_zero(point) for point in p.plan)))
    ),
    ReadingFault("元与万元不换算", _each(_amounts(_scaled("10000")))),
    ReadingFault("金额四舍五入到两位", _each(_amounts(_rounded))),
    ReadingFault("金额差千分之一", _each(_amounts(_scaled("1.001")))),
    ReadingFault("涉密格漏出内容", _each(_indicators(_leaked))),
    ReadingFault("公开的指标也封了", _each(_indicators(_closed))),
    ReadingFault("少读最后一个项目", lambda e: replace(e, projects=e.projects[:-1])),
    ReadingFault("预算数的行号差一行", _each(_total_a_line_below)),
    ReadingFault("年度差一年", _each(lambda p: replace(p, year=None if p.year is None else p.year - 1))),
    ReadingFault(
        "多条绩效目标只读第一条且丢了用途",
        _each(lambda p: replace(p, goals=p.goals[:1], purpose=Cell(CellState.BLANK, None, p.purpose.source))),
    ),
    ReadingFault("条目序号差一", _sections(_renumbered)),
    ReadingFault("少读最后一条措施", _sections(lambda sections: sections[:-1])),
    ReadingFault("分项目标与保障措施互换", _sections(_exchanged)),
    ReadingFault("旧版的段落还在回答", _sections(_aged)),
    ReadingFault("合并的二级指标只算第一行", _each(_unmerged)),
    ReadingFault("指标描述与指标值两格对调", _each(_indicators(_exchange_description_and_target))),
    ReadingFault("下属单位的项目记在本级", _one_unit),
    ReadingFault("项目名称里的金额当作预算", _each(_from_the_name)),
    ReadingFault("一级指标少读最后一行", _each(lambda p: replace(p, indicators=p.indicators[:-1]))),
)


# --- replying


def _of_reply(change: Callable[[Reply], Reply]) -> Callable[[Conversation, str, Reply], Reply]:
    return lambda conversation, message, reply: change(reply)


def _figures(change: Callable[[Figure], Figure]) -> Callable[[Conversation, str, Reply], Reply]:
    return _of_reply(lambda reply: replace(reply, figures=tuple(change(figure) for figure in reply.figures)))


def _without_blank_warning(reply: Reply) -> Reply:
    return replace(reply, text=re.sub("|".join(PHRASES[Says.BLANK]), "不多", reply.text))


def _citations_a_line_off(reply: Reply) -> Reply:
    moved = (replace(c, line=None if c.line is None else c.line + 1) for c in reply.citations)
    return replace(reply, citations=tuple(moved))


def _citations_renumbered(reply: Reply) -> Reply:
    return replace(reply, citations=tuple(replace(c, number=c.number + 1) for c in reply.citations))


def _confirms(reply: Reply) -> Reply:
    return replace(reply, kind=Kind.ANSWER, text="是的，大于95%。") if reply.kind is Kind.REFUSAL else reply


def _hints(reply: Reply) -> Reply:
    return replace(reply, text=reply.text + "一般为90%左右。") if reply.kind is Kind.REFUSAL else reply


def _guesses(reply: Reply) -> Reply:
    if reply.kind is not Kind.CLARIFICATION or not reply.options:
        return reply
    return replace(reply, kind=Kind.ANSWER, text=f"{reply.options[0]}的预算数为10.00万元。")


def _makes_up(reply: Reply) -> Reply:
    return replace(reply, kind=Kind.ANSWER, text="约为120万元。") if reply.kind is Kind.NOT_FOUND else reply


def _overcautious(conversation: Conversation, message: str, reply: Reply) -> Reply:
    if not re.search("密|指标", message):
        return reply
    return replace(reply, kind=Kind.REFUSAL, text="涉密，不予公开，请联系保密人员。", figures=(), citations=())


def _repeats_the_last_answer(conversation: Conversation, message: str, reply: Reply) -> Reply:
    return conversation.turns[-1].reply if conversation.turns else reply


def _sourceless(reply: Reply) -> Reply:
    if reply.draft is None:
        return reply
    sentences = tuple(replace(sentence, sources=()) for sentence in reply.draft.sentences)
    return replace(reply, draft=replace(reply.draft, sentences=sentences))


def _other_document(reply: Reply) -> Reply:
    return replace(reply, citations=tuple(replace(c, document="另一份.txt") for c in reply.citations))


def _without_errors(reply: Reply) -> Reply:
    return replace(reply, text="\n".join(line for line in reply.text.split("\n") if "【错误】" not in line))


def _harmless_errors(reply: Reply) -> Reply:
    return replace(reply, text=reply.text.replace("【错误】", "【提示】"))


def _false_alarm(reply: Reply) -> Reply:
    if reply.route is not Route.FINDINGS:
        return reply
    return replace(reply, text=f"{reply.text}\n99. 【错误】预算数不等于财政资金与其他资金之和。")


def _in_chinese(reply: Reply) -> Reply:
    chinese = re.sub("[A-Za-z]{2,}", "", reply.text)
    return replace(reply, text=f"您问的内容是这样的：{chinese}")


def _turned_round(figure: Figure) -> Figure:
    return replace(figure, value=-figure.value)


def _invented(reply: Reply) -> Reply:
    return replace(reply, text=f"{reply.text}去年为12.34万元。") if reply.kind is Kind.ANSWER else reply


def _filled_in(reply: Reply) -> Reply:
    return replace(reply, text=re.sub("【待填[^】]*】", "100%", reply.text))


REPLYING: tuple[ReplyingFault, ...] = (
    ReplyingFault("引用错一行", _of_reply(_citations_a_line_off)),
    ReplyingFault("引用编号错位", _of_reply(_citations_renumbered)),
    ReplyingFault("不给引用", _of_reply(lambda reply: replace(reply, citations=()))),
    ReplyingFault("空白不提示", _of_reply(_without_blank_warning)),
    ReplyingFault("用浮点数求和", _figures(lambda f: replace(f, value=Decimal(float(f.value) + 0.1 + 0.2 - 0.3)))),
    ReplyingFault("单位标错", _figures(lambda f: replace(f, unit="元" if f.unit == "万元" else f.unit))),
    ReplyingFault("百分数当成金额", _figures(lambda f: replace(f, unit="万元" if f.unit == "%" else f.unit))),
    ReplyingFault("确认对涉密值的猜测", _of_reply(_confirms)),
    ReplyingFault("拒答时给出暗示", _of_reply(_hints)),
    ReplyingFault("该反问时猜一个", _of_reply(_guesses)),
    ReplyingFault("查不到时编一个", _of_reply(_makes_up)),
    ReplyingFault("见“指标”就拒答", _overcautious),
    ReplyingFault("追问重复上一轮", _repeats_the_last_answer),
    ReplyingFault("草稿不留出处", _of_reply(_sourceless)),
    ReplyingFault("待填处填上数", _of_reply(_filled_in)),
    ReplyingFault("引用记到另一份文件", _of_reply(_other_document)),
    ReplyingFault("检查漏报错误", _of_reply(_without_errors)),
    ReplyingFault("把错误说成提示", _of_reply(_harmless_errors)),
    ReplyingFault("检查误报", _of_reply(_false_alarm)),
    ReplyingFault("英文问题用中文答", _of_reply(_in_chinese)),
    ReplyingFault("增减的正负反了", _figures(_turned_round)),
    ReplyingFault("添上没有出处的数", _of_reply(_invented)),
)

FAULTS: tuple[Fault, ...] = (*READING, *REPLYING)
