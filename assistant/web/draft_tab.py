"""The tab 起草: document, part, year and what should change; the draft with its sources, blanks, versions and files."""

import json
from dataclasses import dataclass
from typing import Any

import gradio as gr

from assistant.types import Kind, Route
from assistant.users import Right
from assistant.web.comparing import compared_html
from assistant.web.desk import Desk
from assistant.web.downloads import this_years
from assistant.web.drafts import draft_html
from assistant.web.markdown import plain_html
from assistant.web.mishaps import or_words
from assistant.workspace import KeptDraft
from corpus.marks import is_marked_message

_PARTS = (
    ("全文", "document"),
    ("总体绩效目标", "overall"),
    ("分项绩效目标", "itemised"),
    ("工作保障措施", "safeguards"),
)
_EMPTY = '<p class="jx-empty">选好范围后点“生成草稿”。没有依据的数字会留空并标出，点一处即可填写。</p>'
_MARKED = "内容带有密级标志，没有采用，也没有保留。请勿在本系统填写涉密内容。"
_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
_ALONE, _THIS_YEAR = "alone", "this_year"
_LONGEST_NAME = 30
_LONGEST_FILL = 2_000  # characters of what the page's script sends


@dataclass(frozen=True, slots=True)
class _Parts:
    document: gr.Dropdown
    part: gr.Dropdown
    year: gr.Textbox
    instruction: gr.Textbox
    make: gr.Button
    version: gr.Dropdown
    beside: gr.Dropdown
    name: gr.Textbox
    keep_name: gr.Button
    restore: gr.Button
    fill: gr.Textbox  # what the page's script fills into a blank; nobody sees it
    result: gr.Markdown


def build_draft_tab(desk: Desk, tab: gr.Tab, page: gr.Blocks) -> None:
    parts = _laid_out()
    _connect_choices(desk, parts, tab, page)
    _connect_drafts(desk, parts)


def _laid_out() -> _Parts:
    with gr.Row(elem_classes="jx-form"):
        document = gr.Dropdown([], label="依据的文件", scale=3, elem_id="draft-document")
        part = gr.Dropdown(list(_PARTS), label="起草内容", scale=3, elem_id="draft-part")
        year = gr.Textbox(label="预算年度（可不填）", max_lines=1, max_length=8, scale=1, elem_id="draft-year")
    instruction = gr.Textbox(
        label="要求（可不填）", lines=2, max_lines=6, placeholder="例如：更简洁；预算改为20万元，3月底30%"
    )
    make = gr.Button("生成草稿", variant="primary", elem_id="draft-make")
    with gr.Row(elem_classes="jx-form"):
        version = gr.Dropdown([], label="版本", elem_id="draft-version")
        beside = gr.Dropdown([("不对照", _ALONE)], value=_ALONE, label="左右对照", elem_id="draft-beside")
    with gr.Row(elem_classes="jx-form"):
        name = gr.Textbox(label="给这一版起名", max_lines=1, max_length=_LONGEST_NAME, elem_id="draft-name", scale=3)
        keep_name = gr.Button("保存名称", size="sm", elem_id="draft-keep-name", scale=1)
        restore = gr.Button("恢复为最新版", size="sm", elem_id="draft-restore", scale=1)
    fill = gr.Textbox(label="填入待填处", elem_id="draft-fill", elem_classes="jx-hidden-field")
    result = gr.Markdown(_EMPTY, elem_id="draft-result")
    return _Parts(document, part, year, instruction, make, version, beside, name, keep_name, restore, fill, result)


def _connect_choices(desk: Desk, parts: _Parts, tab: gr.Tab, page: gr.Blocks) -> None:
    def offered(request: gr.Request) -> tuple[Any, Any]:
        desk.person(request)
        infos = desk.assistant.documents()
        first = infos[0].id if infos else None
        return gr.update(choices=[(info.title or info.name, info.id) for info in infos], value=first), _parts_of(first)

    def _parts_of(chosen: str | None) -> Any:
        projects = [project for project in desk.assistant.projects() if project.document_id == chosen]
        named = [(f"项目 {p.ordinal}. {p.name.shown}", f"project:{p.code.text or p.name.text}") for p in projects]
        return gr.update(choices=[*named, *_PARTS], value=(named or list(_PARTS))[0][1])

    def chosen(document: str | None, request: gr.Request) -> Any:
        desk.person(request)
        return _parts_of(document)

    gr.on([page.load, tab.select], offered, None, [parts.document, parts.part], **_QUIET)
    parts.document.input(chosen, parts.document, parts.part, **_QUIET)


def _connect_drafts(desk: Desk, parts: _Parts) -> None:
    def drafted(document: str | None, wanted: str, year: str, said: str, request: gr.Request) -> tuple[Any, ...]:
        who = desk.person(request, Right.DRAFT).owner
        digits = "".join(character for character in year if character.isdecimal())
        if not document or not wanted:
            return _said("请先选择文件和起草内容。")
        if year.strip() and len(digits) != 4:
            return _said("预算年度请写四位数字，例如 2026。")
        if is_marked_message(said):
            return _said(_MARKED)
        kind, _, project = wanted.partition(":")
        asked = (kind, project or None, int(digits) if digits else None, said, document)
        return or_words(_drafted, _said)(desk, who, f"{document}/{wanted}", asked)

    def filled(given: str, version: str | None, request: gr.Request) -> tuple[Any, ...]:
        who = desk.person(request, Right.DRAFT).owner
        read = _filling(given)
        kept = desk.workspace.draft(who, version) if version and read else None
        if kept is None or read is None:
            return (gr.skip(),) * 3
        if is_marked_message(read[1]):
            gr.Warning(_MARKED, title="提示")
            return _shown(desk, who, kept)
        return or_words(_filled, _said)(desk, who, kept, read)

    def shown(version: str | None, beside: str, request: gr.Request) -> str:
        who = desk.person(request, Right.DRAFT).owner
        kept = desk.workspace.draft(who, version) if version else None
        return or_words(_beside, _sentence)(desk, who, kept, beside) if kept else _EMPTY

    def named(version: str | None, name: str, request: gr.Request) -> tuple[Any, ...]:
        who = desk.person(request, Right.DRAFT).owner
        kept = desk.workspace.draft(who, version) if version else None
        if kept is None or is_marked_message(name):
            gr.Warning(_MARKED if kept else "请先选一个版本。", title="提示")
            return (gr.skip(),) * 3
        desk.workspace.name_draft(who, kept.id, " ".join(name.split())[:_LONGEST_NAME])
        return _shown(desk, who, desk.workspace.draft(who, kept.id) or kept)

    def restored(version: str | None, request: gr.Request) -> tuple[Any, ...]:
        """A copy of the chosen version as the newest one; nothing in between is lost."""
        who = desk.person(request, Right.DRAFT).owner
        kept = desk.workspace.draft(who, version) if version else None
        if kept is None:
            gr.Warning("请先选一个版本。", title="提示")
            return (gr.skip(),) * 3
        if kept.version == desk.workspace.draft_versions(who, kept.subject)[0].version:
            gr.Info("这一版就是最新版。", title="提示")
            return (gr.skip(),) * 3
        return _shown(desk, who, desk.workspace.keep_draft(who, kept.subject, kept.draft))

    outputs = [parts.result, parts.version, parts.beside]
    form = [parts.document, parts.part, parts.year, parts.instruction]
    parts.make.click(drafted, form, outputs, concurrency_limit=4, api_visibility="private")
    parts.fill.change(filled, [parts.fill, parts.version], outputs, **_QUIET)
    parts.keep_name.click(named, [parts.version, parts.name], outputs, **_QUIET)
    parts.restore.click(restored, parts.version, outputs, **_QUIET)
    gr.on([parts.version.input, parts.beside.input], shown, [parts.version, parts.beside], parts.result, **_QUIET)


def _drafted(
    desk: Desk, who: str, subject: str, wanted: tuple[str, str | None, int | None, str, str]
) -> tuple[Any, ...]:
    """Makes, keeps and shows a draft; `wanted` is kind, project, year, instruction and document."""
    kind, project, year, instruction, document = wanted
    draft = desk.assistant.draft(kind, project, year, instruction.strip(), document_id=document)
    kept = desk.workspace.keep_draft(who, subject, draft)
    desk.workspace.note(who, Route.DRAFTING.value, Kind.DRAFT.value)
    return _shown(desk, who, kept)


def _filled(desk: Desk, who: str, kept: KeptDraft, given: tuple[str, str]) -> tuple[Any, ...]:
    """The draft with this blank filled, as the next version."""
    from assistant.drafting import fill

    return _shown(desk, who, desk.workspace.keep_draft(who, kept.subject, fill(kept.draft, dict([given]))))


def _filling(given: str) -> tuple[str, str] | None:
    """The blank's name and what is to stand there; None for nothing usable."""
    try:
        found = json.loads(given) if len(given) <= _LONGEST_FILL else None
    except ValueError:
        return None
    if not isinstance(found, dict):
        return None
    name, value = found.get("name"), found.get("value")
    return (name, value) if isinstance(name, str) and isinstance(value, str) and name and value else None


def _shown(desk: Desk, who: str, kept: KeptDraft) -> tuple[Any, ...]:
    """The draft, its versions, and what it can be held against."""
    versions = [(_named(one), one.id) for one in desk.workspace.draft_versions(who, kept.subject)]
    others = [pair for pair in versions if pair[1] != kept.id]
    beside = [("不对照", _ALONE), ("今年原文", _THIS_YEAR), *others]
    return (
        _alone(kept),
        gr.update(choices=versions, value=kept.id),
        gr.update(choices=beside, value=_ALONE),
    )


def _named(kept: KeptDraft) -> str:
    name = f"“{kept.name}”" if kept.name else ""
    return f"第 {kept.version} 版{name}（{kept.created[:10]}，待填 {len(kept.draft.blanks)} 处）"


def _alone(kept: KeptDraft) -> str:
    return draft_html(kept.draft, f"/download/draft/{kept.id}", f"/download/redline/{kept.id}.docx", fillable=True)


def _beside(desk: Desk, who: str, kept: KeptDraft, beside: str) -> str:
    if beside == _ALONE or beside == kept.id:
        return _alone(kept)
    other = None if beside == _THIS_YEAR else desk.workspace.draft(who, beside)
    before = this_years(desk, kept.subject) if beside == _THIS_YEAR else other.draft if other else None
    if before is None:
        return _sentence("没有可以对照的文字：依据的文件或那一版已不在。")
    name = "今年原文" if other is None else _named(other)
    return compared_html(before, kept.draft, name, _named(kept))


def _sentence(words: str) -> str:
    return f'<p class="jx-empty">{plain_html(words)}</p>'


def _said(words: str) -> tuple[Any, ...]:
    return _sentence(words), gr.skip(), gr.skip()
