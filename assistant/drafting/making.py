"""A draft from this year's document: chosen parts put together, blanks filled as given, and checked. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from assistant.drafting.arranging import NOT_THERE
from assistant.drafting.carrying import Carrier, Times
from assistant.drafting.filling import fill, open_blanks, unfilled
from assistant.drafting.forms import empty_form, inert, markdown, table_of
from assistant.drafting.indicator_words import counted_in, recounted
from assistant.drafting.instructions import read_wishes, target_times, together
from assistant.drafting.materials import KINDS, PARTS, DraftRequest, Material, Part, heading, place, year_words
from assistant.drafting.narrative import draft_part
from assistant.drafting.original import this_year
from assistant.drafting.projects import as_wished, draft_form, draft_goals
from assistant.drafting.reviewing import findings_of_draft
from assistant.drafting.scopes import Scoped, scoped
from assistant.drafting.wishes import NO_PROJECT, IndicatorWish, Money, Wishes
from assistant.errors import DraftError
from assistant.types import Draft, DraftParagraph, DraftTable, Origin, Sentence
from corpus.findings import check_plan_points
from corpus.findings.typos import WordForms, word_forms
from corpus.types import Cell, CellState, Finding, PlanPoint, ProjectRecord, SectionKind, Source


def make_draft(material: Material, request: DraftRequest) -> Draft:
    """Next year's text, edited from this year's.

    Raises DraftError, in a sentence that asks back, for contradicting figures or a part that cannot be made.
    """
    if request.kind not in KINDS:
        raise DraftError(
            f"不能起草“{request.kind}”。可以起草：项目绩效目标、总体绩效目标、分项绩效目标、工作保障措施、整个文件。"
        )
    project = _project(material, request)
    shares = (
        scoped(request.instruction, material.projects) if request.kind == "document" else Scoped(request.instruction)
    )
    wishes = read_wishes(shares.common, project)
    carrier = Carrier(target_times(material.document.year, request.year, wishes), _words(material))
    if request.kind == "project":
        assert project is not None
        title, part, text = _project_draft(material, project, carrier, wishes)
    elif request.kind == "document":
        title, part, text = _document_draft(material, project, carrier, wishes, shares)
    else:
        title, part, text = _narrative_draft(material, request.kind, carrier, wishes)
    draft = Draft(
        request.kind, title, carrier.times.target, text, part.sentences, (), changes=part.changes, blocks=part.blocks
    )
    given = {**wishes.facts, **part.facts, **request.given}
    undone = (*wishes.unread, *part.unread, *(f"{name}（没有这一待填处）" for name in unfilled(given, draft.text)))
    draft = fill(draft, given) if given else draft
    if not undone and _without_effect(material, request, draft, wishes):
        undone = (f"{_last_round(request.instruction)}（文字没有因此变动，文中没有可以这样修改的地方）",)
    found = findings_of_draft(draft, material, project, replace(wishes, unread=tuple(dict.fromkeys(undone))))
    return replace(draft, blanks=open_blanks(draft.text), findings=found)


def _without_effect(material: Material, request: DraftRequest, draft: Draft, wishes: Wishes) -> bool:
    """Whether the last round was understood and still changed nothing: 语气更正式 where nothing is informal."""
    if request.given or wishes.swap_now or wishes.same_plan or wishes.same_money or wishes.year or not wishes.of_words:
        return False
    before = "\n".join(request.instruction.strip().split("\n")[:-1])
    plain = make_draft(material, replace(request, instruction=before))
    return (plain.text, plain.sentences) == (draft.text, draft.sentences)


def _last_round(instruction: str) -> str:
    return instruction.strip().split("\n")[-1][:80]


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


def _words(material: Material) -> WordForms:
    texts = [section.text for section in material.sections]
    for project in material.projects:
        texts += [cell.text for cell in (project.name, project.purpose, *project.goals) if cell.text]
    return word_forms(texts)


# --- the kinds of draft -------------------------------------------------------------------------------------------


def _project_draft(
    material: Material, project: ProjectRecord, carrier: Carrier, wishes: Wishes
) -> tuple[str, Part, str]:
    project, undone, facts = as_wished(project, wishes)
    goals = draft_goals(project, carrier, wishes)
    name = project.name.shown or f"项目{project.ordinal}"
    cells, sentences, changes = draft_form(project, carrier, wishes, goals)
    table = table_of(project, cells, project.ordinal)
    title = f"{name}{year_words(carrier.times.target)}绩效目标表（草案）"
    heading = DraftParagraph(1, (Sentence("绩效目标", Origin.KEPT, (place(project.source),)),))
    part = Part(
        (heading, *goals.blocks, table),
        (*goals.sentences, *sentences),
        (*goals.changes, *changes),
        (*undone, *goals.unread),
        facts,
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


def _narrative_draft(material: Material, kind: str, carrier: Carrier, wishes: Wishes) -> tuple[str, Part, str]:
    section_kind, heading = PARTS[kind]
    part = draft_part(section_kind, material.sections, carrier, wishes)
    title = f"{year_words(carrier.times.target)}{heading.split('、')[1]}（草案）"
    return title, part, f"## {title}\n\n{paragraphs(part)}"


def _document_draft(
    material: Material, project: ProjectRecord | None, carrier: Carrier, wishes: Wishes, shares: Scoped
) -> tuple[str, Part, str]:
    """The whole document. Figures in the instruction need a project to belong to; words go to the narrative."""
    loose = [wish for wish in wishes.indicators if not _counted_somewhere(wish, material)]
    of_one = (
        wishes.plan
        or wishes.money != Money()
        or wishes.fields
        or loose
        or any(words.endswith(NO_PROJECT) for words in wishes.unread)
    )
    if of_one and project is None and len(material.projects) != 1:
        raise DraftError("这份文件有多个项目，请说明金额、支出比例或指标是哪个项目的，或先单独起草该项目。")
    unit = material.document.unit_name or ""
    title = f"{unit}{year_words(carrier.times.target)}部门预算绩效目标（草案）"
    parts, texts = [], [f"# {inert(title)}"]
    if wishes.only != "second":
        parts.append(heading(1, "第一部分　部门整体绩效目标"))
        texts.append("## 第一部分　部门整体绩效目标")
    for name, (kind, words) in PARTS.items() if wishes.only != "second" else ():
        mine = together(_for_part(wishes, kind), read_wishes(shares.parts.get(name, ""), None))
        part = draft_part(kind, material.sections, carrier, mine)
        parts += [heading(2, words), part, _unread_of(shares.parts.get(name), mine)]
        texts += [f"### {words}", paragraphs(part)]
    if wishes.only == "first":
        return title, _joined(parts), "\n\n".join(texts)
    parts.append(heading(1, "第二部分　预算项目绩效目标"))
    texts.append("## 第二部分　预算项目绩效目标")
    for number, record in enumerate(material.projects, start=1):
        mine = _for_project(wishes, record, record == project or len(material.projects) == 1)
        own = read_wishes(_own_share(shares, record), record)
        part, text = _project_in_document(number, record, carrier, together(mine, own))
        parts += [part, _unread_of(_own_share(shares, record), own)]
        texts.append(text)
    return title, _joined(parts), "\n\n".join(texts)


def _own_share(shares: Scoped, record: ProjectRecord) -> str:
    return "\n".join(filter(None, (shares.every_project, shares.projects.get(record.ordinal, ""))))


def _unread_of(share: str | None, wishes: Wishes) -> Part:
    """What of a part's own share could not be read, as that part says it."""
    return Part((), (), (), wishes.unread if share else ())


def _joined(parts: list[Part]) -> Part:
    """The parts as one. What the whole document was to lose counts as not found where no part held it."""
    unread = Counter(words for part in parts for words in dict.fromkeys(part.unread))
    asked = sum(any(isinstance(block, DraftTable) or not block.level for block in part.blocks) for part in parts)
    left = tuple(words for words, times in unread.items() if not words.endswith(NOT_THERE) or times >= asked)
    return Part(
        tuple(block for part in parts for block in part.blocks),
        tuple(sentence for part in parts for sentence in part.sentences),
        tuple(change for part in parts for change in part.changes),
        left,
        {name: value for part in parts for name, value in part.facts.items()},
    )


def _project_in_document(number: int, record: ProjectRecord, carrier: Carrier, wishes: Wishes) -> tuple[Part, str]:
    """A project's table; its blanks carry its number, so that one name is one blank."""

    def own(text: str) -> str:
        return text.replace("【待填：", f"【待填：项目{number} ")

    record, undone, facts = as_wished(record, wishes)
    goals = draft_goals(record, carrier, wishes)
    cells, sentences, changes = draft_form(record, carrier, wishes, goals)
    table = table_of(record, cells, number)
    text = own(markdown(table.title, table.unit_line, cells))
    rows = tuple(tuple(replace(cell, text=own(cell.text)) for cell in row) for row in table.rows)
    said = tuple(replace(sentence, text=own(sentence.text)) for sentence in (*goals.sentences, *sentences))
    given = {f"项目{number} {name}": value for name, value in {**wishes.facts, **facts}.items()}
    unread = (*undone, *goals.unread)
    return Part((replace(table, rows=rows),), said, (*goals.changes, *changes), unread, given), text


def _counted_somewhere(wish: IndicatorWish, material: Material) -> bool:
    """检查260家改成280家: whose figure that is tells the text itself."""
    in_text = any(recounted(section.text, (wish,))[1] for section in material.sections)
    return not wish.more and (in_text or any(counted_in(record, wish) for record in material.projects))


def _for_project(wishes: Wishes, record: ProjectRecord, mine: bool) -> Wishes:
    """Of a whole document's wishes, what a project's table heeds: style always, figures when they are its own."""
    everywhere = tuple(edit for edit in wishes.items if edit.kind == "delete_about")
    words = replace(wishes, items=everywhere, facts={}, unread=())
    if mine:
        return words
    return replace(
        words,
        money=Money(),
        plan={},
        fields={},
        indicators=tuple(wish for wish in wishes.indicators if counted_in(record, wish)),
    )


def _for_part(wishes: Wishes, kind: SectionKind) -> Wishes:
    """Of a whole document, what is added and deleted by number belongs to the itemised goals."""
    rest = replace(wishes, unread=(), indicators=tuple(replace(wish, round=-1) for wish in wishes.indicators))
    if kind is SectionKind.ITEMISED:
        return rest
    return replace(rest, items=tuple(edit for edit in wishes.items if edit.kind == "delete_about"))


def paragraphs(part: Part) -> str:
    return "\n\n".join(inert(block.text) for block in part.blocks if isinstance(block, DraftParagraph))


# --- apart from any document ---------------------------------------------------------------------------------------


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
