"""The tab 起草: document, part, year and what should change; the draft with its sources, blanks and files."""

from typing import Any

import gradio as gr

from assistant.types import Kind, Route
from assistant.users import Right
from assistant.web.desk import Desk
from assistant.web.drafts import draft_html
from assistant.web.markdown import plain_html
from assistant.web.mishaps import or_words

_PARTS = (
    ("全文", "document"),
    ("总体绩效目标", "overall"),
    ("分项绩效目标", "itemised"),
    ("工作保障措施", "safeguards"),
)
_EMPTY = '<p class="jx-empty">选好范围后点“生成草稿”。没有依据的数字会留空并标出，由您填写。</p>'


def build_draft_tab(desk: Desk, tab: gr.Tab, page: gr.Blocks) -> None:
    with gr.Row(elem_classes="jx-form"):
        document = gr.Dropdown([], label="依据的文件", scale=3, elem_id="draft-document")
        part = gr.Dropdown(list(_PARTS), label="起草内容", scale=3, elem_id="draft-part")
        year = gr.Textbox(label="预算年度（可不填）", max_lines=1, max_length=8, scale=1, elem_id="draft-year")
    instruction = gr.Textbox(
        label="要求（可不填）", lines=2, max_lines=6, placeholder="例如：更简洁；预算改为20万元，3月底30%"
    )
    make = gr.Button("生成草稿", variant="primary", elem_id="draft-make")
    result = gr.Markdown(_EMPTY, elem_id="draft-result")

    def offered() -> tuple[Any, Any]:
        infos = desk.assistant.documents()
        first = infos[0].id if infos else None
        return gr.update(choices=[(info.title or info.name, info.id) for info in infos], value=first), parts(first)

    def parts(chosen: str | None) -> Any:
        projects = [project for project in desk.assistant.projects() if project.document_id == chosen]
        named = [(f"项目 {p.ordinal}. {p.name.shown}", f"project:{p.code.text or p.name.text}") for p in projects]
        return gr.update(choices=[*named, *_PARTS], value=(named or list(_PARTS))[0][1])

    def drafted(chosen: str | None, wanted: str, for_year: str, said: str, request: gr.Request) -> str:
        who = desk.person(request, Right.DRAFT).owner
        digits = "".join(character for character in for_year if character.isdecimal())
        if not chosen or not wanted:
            return _sentence("请先选择文件和起草内容。")
        if for_year.strip() and len(digits) != 4:
            return _sentence("预算年度请写四位数字，例如 2026。")
        kind, _, project = wanted.partition(":")
        return or_words(_drafted, _sentence)(
            desk, who, f"{chosen}/{wanted}", (kind, project or None, int(digits) if digits else None, said, chosen)
        )

    quiet: dict[str, Any] = {"api_visibility": "private"}
    gr.on([page.load, tab.select], offered, None, [document, part], show_progress="hidden", **quiet)
    document.input(parts, document, part, show_progress="hidden", **quiet)
    make.click(drafted, [document, part, year, instruction], result, concurrency_limit=4, **quiet)


def _drafted(desk: Desk, who: str, subject: str, wanted: tuple[str, str | None, int | None, str, str]) -> str:
    """Makes, keeps and shows a draft; `wanted` is kind, project, year, instruction and document."""
    kind, project, year, instruction, document = wanted
    draft = desk.assistant.draft(kind, project, year, instruction.strip(), document_id=document)
    kept = desk.workspace.keep_draft(who, subject, draft)
    desk.workspace.note(who, Route.DRAFTING.value, Kind.DRAFT.value)
    return draft_html(draft, f"/download/draft/{kept.id}")


def _sentence(words: str) -> str:
    return f'<p class="jx-empty">{plain_html(words)}</p>'
