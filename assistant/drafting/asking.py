"""What to draft and from what, as asked in the chat, by the command or on the page; and the drafts' way to a file."""

import os
import re
from dataclasses import replace
from pathlib import Path

from assistant.drafting.instructions import said_once
from assistant.drafting.making import blank_form, check_plan, make_draft, this_year
from assistant.drafting.materials import DraftRequest, Material
from assistant.drafting.new_project import NEW, frame_of, new_project_draft, read_given
from assistant.drafting.suggesting import suggest
from assistant.drafting.wishes import TwoFiguresError
from assistant.errors import DraftError
from assistant.holdings import Holdings
from assistant.lookup.page import Page
from assistant.lookup.sections import documents_of
from assistant.lookup.select import project_name, select
from assistant.policy import refuse_indicators, refuse_remit
from assistant.types import Change, Draft, Kind, Reply, Route
from assistant.understanding.lexicon import normal, words
from assistant.understanding.names import take_partial_names
from assistant.understanding.scan import Scan
from assistant.understanding.types import ASKED_BACK, ProjectKey, Understanding
from corpus.folding import simplify, squeeze
from corpus.numbers import format_percent
from corpus.types import DocumentInfo, Level, ProjectRecord, SectionKind

_KINDS = {SectionKind.OVERALL: "overall", SectionKind.ITEMISED: "itemised", SectionKind.SAFEGUARD: "safeguards"}
_WHOLE = re.compile(
    r"整份|整个文件|全文|全套|整套|完整|整体绩效目标|全部绩效目标|整个部门|文件|文本|whole document|full document"
)
_DRAFTABLE = re.compile(
    r"目标|措施|文件|文本|绩效|预算表|(?<!图)表(?!扬|彰|决|态|白)|草案|草稿|初稿|稿子|整份|全套|全文|goal|objective|safeguard|measure|document|table"
)
# 起草一个, 给我写个明年的稿子: what is to be written is not said; a poem or a letter is.
_NOTHING_SAID = re.compile(
    r"请|麻烦|帮我|帮忙|给我?|我们?|你|想|要|再|来|一?[个份版篇段下]|起草|草拟|拟写|撰写|编写|编制|写|拟|弄|做|出|生成|(?:20\d\d年|今年|明年|下一?年|来年)度?|新|的|吧|稿子?|材料|东西|[,，。!！\s]"
)
_OTHER_KIND = re.compile(r"自评|总结报告|汇报|述职|新闻稿|讲话|通知|函|请示|决算|评价报告|report|speech")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?:年|\b)")
_INDICATORS = re.compile(r"指标值|目标值|完成值|偏差|具体指标|三级指标|指标数值|每个指标|各项指标|覆盖率|数量是|达到了")
_MOST_UNITS = 20


def material_of(holdings: Holdings, document: DocumentInfo) -> Material:
    rules = holdings.rules.of(document.unit_code, document.unit_name)
    return Material(document, holdings.projects_of([document.id]), holdings.sections((document.id,)), rules)


# --- in the chat


def answer_draft(u: Understanding, holdings: Holdings) -> Reply:
    """A draft for what the message names; a question back where that is not clear; drafts only of what belongs here."""
    plain = normal(u.topic or u.message)
    new = bool(NEW.search(u.topic or u.message)) and not _OTHER_KIND.search(plain)
    if not new and (refused := _not_ours(u, plain, holdings)):
        return refused
    if new:
        return _answer_new(u, holdings)
    latest = _latest(holdings, documents_of(replace(u, years=()), holdings) or tuple(d.id for d in holdings.documents))
    if len(latest) > 1 and not u.mentions:
        names = [f"{d.unit_name or d.name}" for d in latest[:_MOST_UNITS]]
        text = "资料库里有多个单位，请说明起草哪个单位的：\n\n" + "\n".join(f"{i}. {n}" for i, n in enumerate(names, 1))
        return Reply(Kind.CLARIFICATION, text, Route.DRAFTING, options=tuple(names), focus=u)
    if not latest:
        return Reply(Kind.NOT_FOUND, "资料库里还没有可以参照的文件，请先收录今年的文件。", Route.DRAFTING, focus=u)
    if not u.mentions and u.section is None and (asked_back := _which_project(u, plain, latest[0], holdings)):
        return asked_back
    project: ProjectRecord | None = None
    if u.mentions and u.section is None:
        selection = select(replace(u, filters=(), years=(), missing_year=""), holdings)
        if isinstance(selection, Reply):
            return _or_a_new_one(replace(selection, route=Route.DRAFTING))
        project = max(selection.chosen, key=lambda r: r.year or 0)
    kind = _KINDS[u.section.kind] if u.section and u.section.kind in _KINDS else "project" if project else "document"
    document = holdings.document(project.document_id) if project else latest[0]
    request = DraftRequest(kind, project, _year(u, document), instruction_of(u.topic or u.message))
    return _reply(u, holdings, document, request)


def _or_a_new_one(reply: Reply) -> Reply:
    """Where no project of that name is found, it may be one that no document has yet."""
    if reply.kind not in (Kind.CLARIFICATION, Kind.NOT_FOUND) or "没有" not in reply.text:
        return reply
    return replace(
        reply, text=f"{reply.text}\n\n如果是还没有的项目，请说“新增一个项目：名称，预算多少万元，用于什么”。"
    )


def _answer_new(u: Understanding, holdings: Holdings) -> Reply:
    """The form of a new project from what the conversation gave of it so far."""
    year = next((int(y) for y in reversed(_YEAR.findall(normal(u.topic or u.message)))), None)
    try:
        draft = new_project_of(holdings, u.topic or u.message, year, documents_of(replace(u, years=()), holdings))
    except DraftError as error:
        return _asked_back(u, error)
    text = as_markdown(draft)
    if draft.blanks:
        text += "\n\n可以接着告诉我：项目名称、预算数、资金用途、各时点支出比例、绩效目标、各类指标，例如“数量指标：培训人次≥200人次”。"
    return Reply(Kind.DRAFT, text, Route.DRAFTING, draft=draft, focus=replace(u, mentions=(), topic_key="", result=()))


def new_project_of(holdings: Holdings, said: str, year: int | None = None, document_ids: tuple[str, ...] = ()) -> Draft:
    """The form of a new project of the unit that `document_ids` belong to (None of them: of the only unit there is).

    `said` is what the user gives, a line a round. Raises DraftError, asking back, for contradicting figures.
    """
    latest = _latest(holdings, document_ids or tuple(d.id for d in holdings.documents))
    unit = latest[0] if len(latest) == 1 else None
    after = unit.year + 1 if unit and unit.year else None
    frame = frame_of(holdings.projects_of([unit.id]) if unit else (), year or after)
    given = read_given(said)
    everyone = holdings.projects(entry.key for entry in holdings.catalogue.entries)
    names = {document.id: document.name for document in holdings.documents}
    suggestions = suggest(f"{given.name}{given.purpose}{''.join(given.goals)}", everyone, names)
    return new_project_draft(said, frame, suggestions)


def _not_ours(u: Understanding, plain: str, holdings: Holdings) -> Reply | None:
    records = holdings.projects(k for m in u.mentions for k in m.keys)
    closed = any(row.classified for record in records for row in record.indicators)
    wants_rows = bool(_INDICATORS.search(plain) or u.categories)
    if closed and (wants_rows or not _DRAFTABLE.search(plain) or ("一致" in plain and "指标" in plain)):
        return refuse_indicators(u)
    if not records and wants_rows and any(d.classified_cells for d in holdings.documents):
        return refuse_indicators(u)
    if _OTHER_KIND.search(plain):
        return refuse_remit(u, _REMIT)
    if _DRAFTABLE.search(plain) or u.mentions or u.section:
        return None
    return _what_to_draft(u) if not _NOTHING_SAID.sub("", plain) else refuse_remit(u, _REMIT)


_REMIT = "只起草绩效目标、保障措施和绩效目标表"


def _what_to_draft(u: Understanding) -> Reply:
    text = (
        "请说明起草什么：\n\n1. 总体绩效目标\n2. 分项绩效目标\n3. 工作保障措施\n4. 某个项目的绩效目标表（请写项目名称）\n5. 整份文件\n\n"
        "例如：“起草明年的分项绩效目标”。新项目请说“新增一个项目：名称，预算多少万元，用于什么”。"
    )
    options = ("起草总体绩效目标", "起草分项绩效目标", "起草工作保障措施", "起草整份文件")
    return Reply(Kind.CLARIFICATION, text, Route.DRAFTING, options=options, focus=u)


# 绩效指标 stand in a project's form, so it must be said whose.
_ROWS_ALONE = re.compile(r"指标(?!表)")


def _which_project(u: Understanding, plain: str, document: DocumentInfo, holdings: Holdings) -> Reply | None:
    """起草明年的绩效指标: of which project, where there are several; None when the message says what to draft."""
    records = holdings.projects_of([document.id])
    if not _ROWS_ALONE.search(plain) or re.search(r"目标|措施|整份|全套|各|所有|全部", plain) or len(records) < 2:
        return None
    names = [record.name.shown for record in records[:_MOST_UNITS]]
    text = "绩效指标写在各项目的绩效目标表里，请说明起草哪个项目的：\n\n" + "\n".join(
        f"{i}. {name}" for i, name in enumerate(names, 1)
    )
    keys = tuple(ProjectKey(r.document_id, r.ordinal) for r in records[:_MOST_UNITS])
    focus = replace(u, pending=replace(u, message=u.topic or u.message), options=keys, result=())
    return Reply(
        Kind.CLARIFICATION, f"{text}\n\n也可以说“起草整份文件”。", Route.DRAFTING, options=tuple(names), focus=focus
    )


def _reply(u: Understanding, holdings: Holdings, document: DocumentInfo, request: DraftRequest) -> Reply:
    try:
        draft = make_draft(material_of(holdings, document), request)
    except DraftError as error:
        return _asked_back(u, error)
    return Reply(Kind.DRAFT, as_markdown(draft), Route.DRAFTING, draft=draft, focus=_focus_of(u, request))


def _asked_back(u: Understanding, error: DraftError) -> Reply:
    """The contradiction as a question; a bare figure in the next message answers it."""
    about = f"{ASKED_BACK}{error.about}" if isinstance(error, TwoFiguresError) else ASKED_BACK
    return Reply(Kind.CLARIFICATION, str(error), Route.DRAFTING, focus=replace(u, topic_key=about))


def _focus_of(u: Understanding, request: DraftRequest) -> Understanding:
    project = request.project
    return replace(u, topic_key="", result=(ProjectKey(project.document_id, project.ordinal),) if project else ())


def as_markdown(draft: Draft) -> str:
    """The draft with what is still open and what was noticed, for the chat and for .md files."""
    lines = [draft.text]
    if draft.blanks:
        lines.append(f"**待填 {len(draft.blanks)} 处**（文件里没有依据，请补充）：" + "；".join(draft.blanks))
    if draft.changes:
        lines.append(
            "**改动**：\n"
            + "\n".join(f"- “{c.before}” → “{c.after or '（删去）'}”：{c.reason}" for c in draft.changes[:15])
        )
    warnings = [f for f in draft.findings if f.level is not Level.INFO]
    if warnings:
        lines.append("**提示**：\n" + "\n".join(f"- {f.message}" for f in warnings[:8]))
    return "\n\n".join(lines)


def _change(change: Change) -> str:
    if not change.after:
        return f"删去“{change.before[:10]}…”：{change.reason}"
    return f"“{change.before}” → “{change.after}”：{change.reason}"


def _year(u: Understanding, document: DocumentInfo) -> int | None:
    """The year a draft is for: one that is named and lies after the base document's; None lets it be the next."""
    named = [int(y) for y in _YEAR.findall(normal(u.topic or u.message))]
    later = [y for y in named if document.year is None or y > document.year]
    return later[-1] if later else None


def instruction_of(message: str) -> str:
    """What the message says beyond what is to be drafted; each further line is a round of its own.

    What stands before the request says why it is made (我要报明年的预算), unless it is a wish itself.
    """
    first, *rounds = said_once(simplify(message)).split("\n")
    pieces = re.split(r"(?<=[，,。；;])", first)
    asked = [n for n, piece in enumerate(pieces) if words("intents", "draft").search(normal(piece))]
    kept = [
        piece
        for n, piece in enumerate(pieces)
        if piece.strip() and (_WISH.search(piece) or (n not in asked and (not asked or n > asked[0])))
    ]
    said = "".join(kept).strip(" ，,。；;")
    return "\n".join((said, *rounds)) if rounds else said


_WISH = re.compile(
    r"改为|改成|改得|\d+(?:\.\d+)?\s*(?:万|%)|增加|删|突出|简洁|正式|合并|移到|放到|对调|互换|量化|数字(?!化)|数据(?!库|化|中心)|参照(?:去年|上年|今年)|沿用"
    r"|字以内|不超过\d+字|短一?[点些]|具体一?[点些]|更具体|改短|改具体|缩短|精简|压缩"
)


def _latest(holdings: Holdings, document_ids: tuple[str, ...]) -> list[DocumentInfo]:
    """The latest document of each unit, of those that can be edited: with projects or goals."""
    found: dict[str | None, DocumentInfo] = {}
    for document in (holdings.document(d) for d in document_ids):
        known = found.get(document.unit_name)
        if (document.projects or document.sections) and (known is None or (document.year or 0) >= (known.year or 0)):
            found[document.unit_name] = document
    with_projects = [d for d in found.values() if d.projects]
    return with_projects or list(found.values())


def answer_form(u: Understanding, holdings: Holdings) -> Reply:
    """An empty form in the layout of the unit's document."""
    latest = _latest(holdings, documents_of(u, holdings))
    if not latest:
        return Reply(Kind.NOT_FOUND, "资料库里还没有绩效目标表，无从照做。", Route.DRAFTING, focus=u)
    material = material_of(holdings, latest[0])
    page = Page(u, holdings)
    page.lines.append(blank_form(material))
    if material.projects:
        first = material.projects[0]
        mark = page.mark(page.cite(first, [first.purpose]))
        page.lines.append(f"\n表样参照《{latest[0].title or latest[0].name}》中的绩效目标表{mark}。")
    return page.reply(Kind.ANSWER, Route.DRAFTING)


def answer_plan_check(u: Understanding, _: Holdings) -> Reply:
    """Whether the shares a person means to fill in will do."""
    given = "、".join(f"{month}月底 {format_percent(share)}" for month, share in u.given_plan)
    findings = check_plan(dict(u.given_plan))
    if not findings:
        text = f"可以。按**累计**口径，{given}：逐期不减，没有超过 100%。" + (
            "" if u.given_plan[-1][1] == 100 else "请注意 12月底应为 100%。"
        )
        return Reply(Kind.ANSWER, text, Route.DRAFTING, focus=u)
    lines = [f"支出计划按**累计**口径填写，后一时点不能低于前一时点，12月底应为 100%。您给的是：{given}。", ""]
    lines += [f"- {f.message}" + (f" {f.suggestion}" if f.suggestion else "") for f in findings]
    lines.append("\n请确认：是想填各时点的**累计**比例，还是把当期数当成了累计数？")
    return Reply(Kind.CLARIFICATION, "\n".join(lines), Route.DRAFTING, focus=u)


# --- by the command and the page


def draft_of(
    holdings: Holdings,
    kind: str,
    project: str | None = None,
    year: int | None = None,
    instruction: str = "",
    document_id: str | None = None,
) -> Draft:
    """Raises DraftError where project or unit is not clear, or nothing is there to be edited."""
    document, record = _base(holdings, project, document_id)
    return make_draft(material_of(holdings, document), DraftRequest(kind, record, year, instruction))


def _base(
    holdings: Holdings, project: str | None, document_id: str | None
) -> tuple[DocumentInfo, ProjectRecord | None]:
    """The document that is edited, and the project in it when one is named. Raises DraftError where it is not clear."""
    if project:
        record = project_named(holdings, project, document_id)
        return holdings.document(record.document_id), record
    latest = _latest(holdings, (document_id,) if document_id else tuple(d.id for d in holdings.documents))
    if not latest:
        raise DraftError("资料库里没有可以参照的文件，请先用 jixiao ingest 收录今年的文件。")
    if len(latest) > 1:
        names = "、".join(d.name for d in latest[:_MOST_UNITS])
        raise DraftError(f"资料库里有多个单位的文件，请用 --project 指明项目，或在页面上选择文件：{names}。")
    return latest[0], None


def project_named(holdings: Holdings, words_given: str, document_id: str | None = None) -> ProjectRecord:
    """The one project of that name, code or part of a name; of several years the latest."""
    catalogue = holdings.catalogue
    wanted = squeeze(words_given)
    entries = catalogue.by_code.get(wanted) or catalogue.by_name.get(normal(words_given)) or ()
    keys = [e.key for e in entries] or [
        k for m in take_partial_names(Scan(normal(words_given)), catalogue, None) for k in m.keys
    ]
    keys = [k for k in keys if document_id in (None, k.document_id)]
    records = holdings.projects(dict.fromkeys(keys))
    coded = bool(catalogue.by_code.get(wanted))  # a renamed project keeps its code: the latest year's is meant
    distinct = {("" if coded else r.name.shown, r.unit_name) for r in records}
    if not records:
        raise DraftError(f"没有找到项目“{words_given}”。用 jixiao records 查看有哪些项目。")
    if len(distinct) > 1:
        names = "、".join(project_name(holdings, ProjectKey(r.document_id, r.ordinal)) for r in records[:10])
        raise DraftError(f"“{words_given}”对应 {len(distinct)} 个项目，请写全名称或编码：{names}。")
    return max(records, key=lambda r: r.year or 0)


def write_draft(draft: Draft, path: Path, template: Path | None = None) -> None:
    """The draft as .docx (in the unit's own `template` when given), .md or .txt; nothing half-written is left."""
    if path.suffix.lower() == ".docx":
        from assistant.docx import write_docx, write_from_template

        if template is not None:
            write_from_template(draft, template, path)
        else:
            write_docx(draft, path)
        return
    plain = path.suffix.lower() == ".txt"
    aside = path.with_name(f".{path.name[:40]}-{os.getpid()}.part")
    try:
        aside.write_text((as_plain_text(draft) if plain else as_markdown(draft)) + "\n", "utf-8")
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise DraftError(f"写不了 {path}：{error.strerror}。") from error


def as_plain_text(draft: Draft) -> str:
    """The draft as lines: paragraphs, and each cell of a form after its label; then the open blanks."""
    from assistant.docx import paragraphs_of

    blanks = [f"待填 {len(draft.blanks)} 处：", *draft.blanks] if draft.blanks else []
    return "\n".join((*paragraphs_of(draft), *([""] if blanks else []), *blanks))


def write_redline_of(
    holdings: Holdings, draft: Draft, path: Path, project: str | None = None, document_id: str | None = None
) -> None:
    """The draft against this year's text as tracked changes."""
    from assistant.docx import write_redline

    document, record = _base(holdings, project, document_id)
    write_redline(this_year(material_of(holdings, document), draft.kind, record), draft, path)
