"""The tab 项目台账: all projects with filters, a project's card, budgets and years held against each other."""

from typing import Any

import gradio as gr

from assistant.web.cards import card_html
from assistant.web.desk import Desk
from assistant.web.ledger import ledger_html, matching, project_key, unit_key
from assistant.web.yearly import budgets_html, years_html

_LIST, _BUDGETS, _YEARS = "list", "budgets", "years"
_VIEWS = (("列表", _LIST), ("预算比较", _BUDGETS), ("逐年比较", _YEARS))
_ALL = ""
_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def build_projects_tab(desk: Desk, tab: gr.Tab, page: gr.Blocks) -> None:
    with gr.Row(elem_classes="jx-form"):
        view = gr.Radio(list(_VIEWS), value=_LIST, label="看什么", scale=3, elem_id="ledger-view")
        unit = gr.Dropdown([("全部单位", _ALL)], value=_ALL, label="单位", scale=3, elem_id="ledger-unit")
        year = gr.Dropdown([("全部年度", _ALL)], value=_ALL, label="年度", scale=1, elem_id="ledger-year")
        words = gr.Textbox(label="筛选", placeholder="按单位、年度、编码或名称筛选", scale=3, elem_id="filter")
    wanted = gr.Textbox(label="看哪个项目", elem_id="card-wanted", elem_classes="jx-hidden-field")
    card, table = gr.Markdown(elem_id="card"), gr.Markdown(elem_id="ledger")

    def listed(how: str, whose: str | None, when: str | None, said: str | None, request: gr.Request) -> str:
        desk.person(request)
        projects, chosen = desk.assistant.projects(), int(when) if when else None
        if how == _YEARS:
            return years_html(matching(projects, said or "", whose or ""), chosen)
        if how == _BUDGETS:
            return budgets_html(matching(projects, said or "", whose or "", chosen))
        return ledger_html(projects, desk.assistant.documents(), said or "", whose or "", chosen)

    def offered(whose: str | None, when: str | None, request: gr.Request) -> tuple[Any, Any]:
        desk.person(request)
        projects = desk.assistant.projects()
        units = {unit_key(one): one.unit_name or unit_key(one) for one in projects if unit_key(one)}
        years = [str(found) for found in sorted({one.year for one in projects if one.year}, reverse=True)]
        return (
            _choices(("全部单位", _ALL), [(name, key) for key, name in units.items()], whose),
            _choices(("全部年度", _ALL), [(found, found) for found in years], when),
        )

    def shown(which: str, request: gr.Request) -> str:
        desk.person(request)
        projects = desk.assistant.projects()
        found = next((one for one in projects if project_key(one) == which.partition("/")[0]), None)
        return card_html(found, projects) if found else ""

    # Typing while the table is on its way must not be dropped, as a lone change event would not be either.
    changes = [page.load, tab.select, view.input, unit.input, year.input, words.change]
    gr.on(changes, listed, [view, unit, year, words], table, trigger_mode="always_last", **_QUIET)
    gr.on([page.load, tab.select], offered, [unit, year], [unit, year], **_QUIET)
    wanted.change(shown, wanted, card, **_QUIET)
    # A card left open would stand before what was asked for.
    gr.on([view.input, unit.input, year.input], lambda: "", None, card, **_QUIET)


def _choices(first: tuple[str, str], others: list[tuple[str, str]], now: str | None) -> Any:
    """The choices of today, with what is chosen kept where it is still there."""
    kept = now if any(now == value for _, value in others) else first[1]
    return gr.update(choices=[first, *others], value=kept)
