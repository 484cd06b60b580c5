"""The page: its tabs over one assistant. Nothing of it is callable from outside the page, and nothing is shared."""

from typing import Any

import gradio as gr

from assistant.users import ROLE_WORDS, Right
from assistant.web.admin_tab import build_admin_tab
from assistant.web.ask_tab import build_ask_tab
from assistant.web.desk import Desk
from assistant.web.draft_tab import build_draft_tab
from assistant.web.library import library_html
from assistant.web.markdown import plain_html
from assistant.web.projects_tab import build_projects_tab
from corpus.readers import LARGEST_FILE

_SYSTEM_FONTS = ("system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", "sans-serif")
_MOST = LARGEST_FILE >> 20
_UPLOAD = (
    f'<div id="jx-upload" class="jx-most-{_MOST}"><p>上传绩效目标文件或参考资料：docx、doc、pdf、xlsx、html、txt，每个不超过 {_MOST} MB。'
    "带密级标志的文件会被拒绝，不留任何内容。</p></div>"
)


def build_page(desk: Desk) -> gr.Blocks:
    page: gr.Blocks
    with gr.Blocks(title="绩效目标助手", analytics_enabled=False, fill_height=True) as page:
        gr.Markdown(
            '<header class="jx-header"><h1>绩效目标助手</h1><p>部门预算绩效目标 · 问答、台账、起草</p>'
            '<button type="button" class="jx-language">English</button></header>'
        )
        _greeted(desk, page)
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab("问答", id="ask"):
                build_ask_tab(desk, page)
            with gr.Tab("项目台账", id="projects") as projects:
                build_projects_tab(desk, projects, page)
            with gr.Tab("起草", id="draft") as draft:
                build_draft_tab(desk, draft, page)
            with gr.Tab("文件", id="documents") as documents:
                _build_documents_tab(desk, documents, page)
            with gr.Tab("管理", id="admin", visible=False) as admin:
                build_admin_tab(desk, admin, page)
    page.queue(default_concurrency_limit=16, api_open=False)
    return page


def theme() -> gr.themes.Base:
    """A quiet theme on system fonts: a font by name from the web would be a request."""
    fonts = [gr.themes.Font(name) for name in _SYSTEM_FONTS]
    mono = [gr.themes.Font(name) for name in ("ui-monospace", "Consolas", "Noto Sans Mono CJK SC", "monospace")]
    base = gr.themes.Base(primary_hue="blue", neutral_hue="slate", radius_size="sm", font=fonts, font_mono=mono)
    # The theme's own blue is too light under white text to be read by all (WCAG AA: 4.5 to 1).
    deep, deeper = "#1d4f91", "#163d70"
    return base.set(
        button_primary_background_fill=deep,
        button_primary_background_fill_hover=deeper,
        button_primary_background_fill_dark=deep,
        button_primary_background_fill_hover_dark=deeper,
        button_primary_text_color="white",
    )


def _build_documents_tab(desk: Desk, tab: gr.Tab, page: gr.Blocks) -> None:
    gr.Markdown(_UPLOAD)
    with gr.Row():
        refresh = gr.Button("刷新列表", size="sm", scale=0, min_width=120, elem_id="documents-refresh")
    listing = gr.Markdown(elem_id="documents")

    def listed(request: gr.Request) -> str:
        person = desk.person(request)
        actions = [right for right in (Right.INGEST, Right.FORGET) if person.may(right)]
        return library_html(desk.assistant.reviewed(), frozenset(actions))

    options: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    gr.on([page.load, tab.select, refresh.click], listed, None, listing, **options)


def _greeted(desk: Desk, page: gr.Blocks) -> None:
    """Who has signed in, with the way out; nothing for the local user."""
    greeting = gr.Markdown(elem_id="person")

    def named(request: gr.Request) -> str:
        person = desk.person(request)
        if not person.name:
            return ""
        leave = '<button type="button" class="jx-logout">退出登录</button>'
        return f'<p class="jx-person"><span><span class="jx-person-name">{plain_html(person.name)}</span>（{ROLE_WORDS[person.role]}）</span>{leave}</p>'

    page.load(named, None, greeting, show_progress="hidden", api_visibility="private")
