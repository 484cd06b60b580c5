"""A draft from this year's document: chosen parts put together, blanks filled as given, and checked. Pure."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from assistant.drafting.carrying import Carrier, Times
from assistant.drafting.forms import MOST_DATES, FormCells, empty_form, form_table, inert, markdown
from assistant.drafting.instructions import Money, Wishes, read_wishes, target_times
from assistant.drafting.materials import (
    BY_USER,
    KINDS,
    DraftRequest,
    Material,
    Part,
    blank,
    blank_names,
    place,
    year_words,
)
from assistant.drafting.narrative import draft_part
from assistant.drafting.projects import draft_form, draft_goals
from assistant.drafting.rereading import extraction_of_draft
from assistant.errors import DraftError
from assistant.types import Draft, DraftCell, DraftParagraph, DraftTable, Origin, Sentence
from corpus.findings import check, check_plan_points
from corpus.findings.typos import word_forms
from corpus.findings.wording import has_figure
from corpus.types import (
    Cell,
    CellState,
    Extraction,
    Finding,
    Level,
    PlanPoint,
    ProjectRecord,
    Section,
    SectionKind,
    Source,
)

_PARTS = {
    "overall": (SectionKind.OVERALL, "一、总体绩效目标"),
    "itemised": (SectionKind.ITEMISED, "二、分项绩效目标"),
    "safeguards": (SectionKind.SAFEGUARD, "三、工作保障措施"),
}


def make_draft(material: Material, request: DraftRequest) -> Draft:
    """Next year's text, edited from this year's.

    Raises DraftError, in a sentence that asks back, for contradicting figures or a part that cannot be made.
    """
    if request.kind not in KINDS:
        raise DraftError(
            f"不能起草“{request.kind}”。可以起草：项目绩效目标、总体绩效目标、分项绩效目标、工作保障措施、整个文件。"
        )
    project = _project(material, request)
    wishes = read_wishes(request.instruction, project)
    carrier = Carrier(target_times(material.document.year, request.year, wishes), _words(material))
    if request.kind == "project":
        assert project is not None
        title, part, text = _project_draft(material, project, carrier, wishes)
    elif request.kind == "document":
        title, part, text = _document_draft(material, project, carrier, wishes)
    else:
        title, part, text = _narrative_draft(material, request.kind, carrier, wishes)
    given = {**wishes.facts, **request.given}
    draft = Draft(
        request.kind, title, carrier.times.target, text, part.sentences, (), changes=part.changes, blocks=part.blocks
    )
    draft = fill(draft, given) if given else draft
    wishes = replace(wishes, unread=(*wishes.unread, *part.unread))
    return replace(draft, blanks=_blanks(draft.text), findings=_findings(draft, material, project, wishes))


def _project(material: Material, request: DraftRequest) -> ProjectRecord | None:
    if request.project is not None:
        return request.project
    if request.kind != "project":
        return None
    if len(material.projects) == 1:
        return material.projects[0]
    if not material.projects:
        raise DraftError("文件中没有预算项目，无法起草项目绩效目标。")
    names = "、".join(f"{project.ordinal}.{project.name.shown}" for project in material.projects[:20])
    raise DraftError(f"请说明要起草哪个项目的绩效目标：{names}。")


def _words(material: Material) -> Counter[str]:
    texts = [section.text for section in material.sections]
    for project in material.projects:
        texts += [cell.text for cell in (project.name, project.purpose, *project.goals) if cell.text]
    return word_forms(texts)


# --- the kinds of draft -------------------------------------------------------------------------------------------


def _project_draft(
    material: Material, project: ProjectRecord, carrier: Carrier, wishes: Wishes
) -> tuple[str, Part, str]:
    goals = draft_goals(project, carrier, wishes)
    name = project.name.shown or f"项目{project.ordinal}"
    cells, sentences, changes = draft_form(project, carrier, wishes, goals)
    table = _table(project, cells, project.ordinal)
    title = f"{name}{year_words(carrier.times.target)}绩效目标表（草案）"
    heading = DraftParagraph(1, (Sentence("绩效目标", Origin.KEPT, (place(project.source),)),))
    part = Part(
        (heading, *goals.blocks, table), (*goals.sentences, *sentences), (*goals.changes, *changes), goals.unread
    )
    text = "\n\n".join(
        (
            f"## {inert(title)}",
            "### 绩效目标",
            paragraphs(goals),
            "### 绩效目标表",
            markdown(table.title, table.unit_line, cells),
        )
    )
    return title, part, text


def _table(project: ProjectRecord, cells: FormCells, number: int) -> DraftTable:
    unit = f"{project.unit_code or ''}{project.unit_name or ''}"
    return form_table(f"{number}.{cells.name.text}绩效目标表", f"{unit}　单位：万元".strip("　"), cells)


def _narrative_draft(material: Material, kind: str, carrier: Carrier, wishes: Wishes) -> tuple[str, Part, str]:
    section_kind, heading = _PARTS[kind]
    part = draft_part(section_kind, material.sections, carrier, wishes)
    title = f"{year_words(carrier.times.target)}{heading.split('、')[1]}（草案）"
    return title, part, f"## {title}\n\n{paragraphs(part)}"


def _document_draft(
    material: Material, project: ProjectRecord | None, carrier: Carrier, wishes: Wishes
) -> tuple[str, Part, str]:
    """The whole document. Figures in the instruction need a project to belong to; words go to the narrative."""
    if _has_figures(wishes) and project is None and len(material.projects) != 1:
        raise DraftError("这份文件有多个项目，请说明金额和支出比例是哪个项目的，或先单独起草该项目。")
    unit = material.document.unit_name or ""
    title = f"{unit}{year_words(carrier.times.target)}部门预算绩效目标（草案）"
    parts, texts = [_heading(1, "第一部分　部门整体绩效目标")], [f"# {inert(title)}", "## 第一部分　部门整体绩效目标"]
    for kind, heading in _PARTS.values():
        part = draft_part(kind, material.sections, carrier, _for_part(wishes, kind))
        parts += [_heading(2, heading), part]
        texts += [f"### {heading}", paragraphs(part)]
    parts.append(_heading(1, "第二部分　预算项目绩效目标"))
    texts.append("## 第二部分　预算项目绩效目标")
    for number, record in enumerate(material.projects, start=1):
        mine = record == project or len(material.projects) == 1
        part, text = _project_in_document(number, record, carrier, _for_project(wishes, mine))
        parts.append(part)
        texts.append(text)
    whole = Part(
        tuple(block for part in parts for block in part.blocks),
        tuple(sentence for part in parts for sentence in part.sentences),
        tuple(change for part in parts for change in part.changes),
        tuple(dict.fromkeys(words for part in parts for words in part.unread)),
    )
    return title, whole, "\n\n".join(texts)


def _project_in_document(number: int, record: ProjectRecord, carrier: Carrier, wishes: Wishes) -> tuple[Part, str]:
    """A project's table; its blanks carry its number, so that one name is one blank."""

    def own(text: str) -> str:
        return text.replace("【待填：", f"【待填：项目{number} ")

    goals = draft_goals(record, carrier, wishes)
    cells, sentences, changes = draft_form(record, carrier, wishes, goals)
    table = _table(record, cells, number)
    text = own(markdown(table.title, table.unit_line, cells))
    rows = tuple(tuple(replace(cell, text=own(cell.text)) for cell in row) for row in table.rows)
    said = tuple(replace(sentence, text=own(sentence.text)) for sentence in (*goals.sentences, *sentences))
    return Part((replace(table, rows=rows),), said, (*goals.changes, *changes)), text


def _for_project(wishes: Wishes, mine: bool) -> Wishes:
    """Of a whole document's wishes, what a project's table heeds: style always, figures when they are its own."""
    words = replace(wishes, items=())
    return words if mine else replace(words, money=Money(), plan={}, same_money=False)


def _for_part(wishes: Wishes, kind: SectionKind) -> Wishes:
    """Of a whole document, what is added and deleted by number belongs to the itemised goals."""
    if kind is SectionKind.ITEMISED:
        return wishes
    return replace(wishes, items=tuple(edit for edit in wishes.items if edit.kind == "delete_about"))


def _has_figures(wishes: Wishes) -> bool:
    return bool(wishes.plan or wishes.same_money or wishes.money != Money())


def _heading(level: int, text: str) -> Part:
    return Part((DraftParagraph(level, (Sentence(text, Origin.KEPT),)),), ())


def paragraphs(part: Part) -> str:
    return "\n\n".join(inert(block.text) for block in part.blocks if isinstance(block, DraftParagraph))


# --- this year's text ----------------------------------------------------------------------------------------------


def this_year(material: Material, kind: str, project: ProjectRecord | None = None) -> Draft:
    """This year's text in the form of a draft: what a redline compares with. Classified cells read 涉密."""
    title = f"{year_words(material.document.year) if material.document.year else '本年度'}绩效目标"
    parts: list[Part] = []
    if kind in _PARTS or kind == "document":
        for name, (section_kind, heading) in _PARTS.items():
            if kind in (name, "document"):
                parts += [_heading(2, heading)] if kind == "document" else []
                parts += [_as_it_is(s) for s in material.sections if s.kind is section_kind]
    records = material.projects if kind == "document" else (project,) if kind == "project" and project else ()
    parts += [_form_as_it_is(record, number) for number, record in enumerate(records, start=1)]
    blocks = tuple(block for part in parts for block in part.blocks)
    sentences = tuple(sentence for part in parts for sentence in part.sentences)
    text = "\n\n".join(block.text for block in blocks if isinstance(block, DraftParagraph))
    return Draft(kind, title, material.document.year, text, sentences, (), blocks=blocks)


def _as_it_is(section: Section) -> Part:
    sentence = Sentence(section.text, Origin.KEPT, (place(section.source),))
    return Part((DraftParagraph(0, (sentence,)),), (sentence,))


def _form_as_it_is(record: ProjectRecord, number: int) -> Part:
    def shown(cell: Cell) -> DraftCell:
        return DraftCell(cell.shown, sources=(place(cell.source),))

    cells = FormCells(
        code=shown(record.code),
        name=shown(record.name),
        total=shown(record.total.cell),
        fiscal=shown(record.fiscal.cell),
        other=shown(record.other.cell),
        purpose=shown(record.purpose),
        months=tuple(point.month for point in record.plan[:MOST_DATES]) or (12,),
        plan=tuple(shown(point.cell) for point in record.plan[:MOST_DATES]) or (DraftCell(""),),
        goals=DraftCell("\n".join(goal.shown for goal in record.goals)),
        indicators=tuple(
            tuple(shown(c) for c in (row.level1, row.level2, row.level3, row.description, row.target, row.basis))
            for row in record.indicators
        ),
    )
    return Part((_table(record, cells, number),), ())


# --- blanks -------------------------------------------------------------------------------------------------------


def fill(draft: Draft, given: Mapping[str, str]) -> Draft:
    """The draft with blanks filled by name; what was filled is 由用户提供. A name fits a blank that begins with it."""

    def filled(text: str) -> str:
        for name, value in given.items():
            for open_name in blank_names(text):
                if _names(name, open_name):
                    text = text.replace(blank(open_name), _plain(value))
        return text

    def sentence(said: Sentence) -> Sentence:
        text = filled(said.text)
        if text == said.text:
            return said
        origin = said.origin if blank_names(text) or said.origin is not Origin.BLANK else Origin.NEW
        return Sentence(text, origin, tuple(dict.fromkeys((*said.sources, BY_USER))))

    def cell(one: DraftCell) -> DraftCell:
        text = filled(one.text)
        return one if text == one.text else replace(one, text=text, sources=(*one.sources, BY_USER))

    def block(one: DraftParagraph | DraftTable) -> DraftParagraph | DraftTable:
        if isinstance(one, DraftParagraph):
            return DraftParagraph(one.level, tuple(sentence(said) for said in one.sentences))
        return replace(one, rows=tuple(tuple(cell(c) for c in row) for row in one.rows))

    text = filled(draft.text)
    return replace(
        draft,
        text=text,
        sentences=tuple(sentence(said) for said in draft.sentences),
        blocks=tuple(block(one) for one in draft.blocks),
        blanks=_blanks(text),
    )


def _names(name: str, open_name: str) -> bool:
    """Whether the user's `name` means this blank: 时限 means 完成时限, 数量 means 服务内容及数量."""
    head = open_name.split("，")[0]
    return name in (open_name, head) or (len(name) > 1 and head.endswith(name) and not head.startswith("第"))


def _plain(value: str) -> str:
    return " ".join(value.translate(str.maketrans("", "", "【】|<>`")).split())[:200]


def _blanks(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(blank_names(text)))


# --- checks -------------------------------------------------------------------------------------------------------


def _findings(draft: Draft, material: Material, project: ProjectRecord | None, wishes: Wishes) -> tuple[Finding, ...]:
    """The rules for documents over the draft, this year's document beside it; and what of the wishes was not done."""
    before = Extraction(material.projects, material.sections)
    found = list(check(extraction_of_draft(draft), settings=material.rules, previous=before, draft=True))
    unread = [*wishes.unread, *_not_in_form(project, wishes), *_not_in_text(draft, wishes)]
    if draft.kind in _PARTS and _has_figures(wishes):
        unread.append("金额和支出比例（这一部分不写预算数，请在项目绩效目标表中调整）")
    found += [unread_finding(words, draft.title) for words in unread]
    found += _carried_figures(draft)
    return tuple(dict.fromkeys(found))


def _not_in_form(project: ProjectRecord | None, wishes: Wishes) -> list[str]:
    """Shares for dates that the project's form does not have: they are named, not dropped."""
    months = [point.month for point in project.plan] if project else []
    columns = "、".join(f"{month}月底" for month in months)
    return [f"{month}月底的支出比例（表中只有{columns}）" for month in wishes.plan if months and month not in months]


def _not_in_text(draft: Draft, wishes: Wishes) -> list[str]:
    """Words to be replaced or left out that this year's text does not hold."""
    done = {change.before for change in draft.changes}
    return [f"把“{before}”改为“{after}”（文中没有这个词）" for before, after in wishes.swap if before not in done]


def _carried_figures(draft: Draft) -> list[Finding]:
    """Figures that stand as they stood this year: they have a source, but next year's may differ."""
    carried = [s for s in draft.sentences if s.origin in (Origin.KEPT, Origin.EDITED) and BY_USER not in s.sources]
    texts = [s.text for s in carried if has_figure(re.sub(r"【待填：[^】]*】", "", s.text))]
    if not texts:
        return []
    shown = "；".join(text[:40] for text in texts[:4])
    message = f"有{len(texts)}处沿用了本年的数值（如：{shown}），请按新一年的安排核对。"
    return [
        Finding(
            "carried-figure", Level.INFO, message, "数值有变化的，直接修改。", Source((draft.title,)), texts[0][:60]
        )
    ]


def unread_finding(words: str, title: str) -> Finding:
    return Finding(
        "instruction-unread",
        Level.WARNING,
        f"这部分要求没有自动处理：“{words}”。",
        "请换一种说法，或在草案中直接修改。",
        Source((title,)),
        words,
    )


def check_plan(shares: Mapping[int, Decimal]) -> tuple[Finding, ...]:
    """What is wrong with a plan given as month -> cumulative percent; empty when nothing is."""
    points = tuple(
        PlanPoint(month, Cell(CellState.VALUE, f"{share}%", Source((f"{month}月底",))), share)
        for month, share in sorted(shares.items())
    )
    return check_plan_points(points)


def blank_form(material: Material) -> str:
    """An empty 绩效目标表 in the unit's form, as Markdown: every label, no code and no figure of a real project."""
    return markdown("绩效目标表（空白表样）", "单位：万元", empty_form(material.projects))


__all__ = ["Times", "blank_form", "check_plan", "fill", "make_draft", "this_year"]
