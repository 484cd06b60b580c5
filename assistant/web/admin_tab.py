"""The tab 管理, for administrators: the audit with its chain, and verdicts that become eval cases."""

from typing import Any

import gradio as gr

from assistant.types import Reply
from assistant.users import Right
from assistant.web.cases import BEHAVIOURS, proposed, wanted_of
from assistant.web.desk import Desk
from assistant.web.markdown import plain_html, table_html
from assistant.web.rendering import sortable_html
from assistant.workspace import AuditEntry, AuditState, Verdict

_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
_SHOWN_ENTRIES = 100
_CHECKED_AT_ONCE = 5_000  # entries; more are checked when it is asked for
_UNCHECKED = '<p class="jx-count">共 {} 条，这次打开还没有核对。</p>'
_COLUMNS = ("序号", "时间（UTC）", "使用者", "类别", "结果", "依据的文件版本")
_WORDS = {
    "records": "项目数据",
    "passages": "文字内容",
    "drafting": "起草",
    "findings": "检查",
    "policy": "不予公开",
    "help": "使用帮助",
    "documents": "文件",
    "session": "登录",
    "answer": "回答",
    "refusal": "拒绝",
    "clarification": "追问",
    "not_found": "未找到",
    "draft": "草稿",
    "added": "收录",
    "replaced": "替换",
    "unchanged": "未变",
    "rejected": "拒收",
    "forgotten": "删除",
    "signed_in": "登录",
}
_EXPORT = '<p><a class="jx-download" href="/download/cases.yaml" download>导出全部用例</a>（用 jixiao eval --import 收为待审核的评测用例）</p>'
_EXPORT_AUDIT = '<p><a class="jx-download" href="/download/audit.jsonl" download>导出全部审计记录</a>（每行一条 JSON，末尾附校验码）</p>'


def build_admin_tab(desk: Desk, tab: gr.Tab, page: gr.Blocks) -> None:
    with gr.Accordion("审计记录", open=True):
        with gr.Column(elem_id="audit"):
            state, audit = gr.Markdown(), gr.Markdown()
        with gr.Row():
            newer = gr.Button("最新", min_width=88, elem_id="audit-newest")
            older = gr.Button("更早", min_width=88, elem_id="audit-older")
            check = gr.Button("核对全部记录", min_width=120, elem_id="audit-check")
        gr.Markdown(_EXPORT_AUDIT)
        before = gr.State(None)
    with gr.Accordion("使用者评价", open=True):
        chosen = gr.Dropdown([], label="评价", elem_id="verdict")
        told = gr.Markdown(elem_id="verdict-told")
        behaviour = gr.Dropdown(list(BEHAVIOURS), value="应当回答", label="正确的做法", elem_id="case-behaviour")
        words = gr.Textbox(label="正确答案里必须出现的文字（一行一条）", lines=3, elem_id="case-words")
        keep = gr.Button("存为用例", variant="primary", elem_id="case-keep")
        gr.Markdown(_EXPORT)

    def opened(request: gr.Request) -> Any:
        return gr.update(visible=desk.person(request).may(Right.ADMINISTER))

    def listed(request: gr.Request) -> tuple[Any, ...]:
        desk.person(request, Right.ADMINISTER)
        choices = [(_label(one), _key(one)) for one in desk.workspace.verdicts()]
        entries = desk.workspace.audit_page(count=_SHOWN_ENTRIES)
        count = entries[0].number if entries else 0
        state = state_html(desk.workspace.audit_state()) if count <= _CHECKED_AT_ONCE else _UNCHECKED.format(count)
        return audit_html(entries), state, _before(entries), gr.update(choices=choices, value=None)

    def paged(last: int | None, request: gr.Request) -> tuple[Any, Any]:
        desk.person(request, Right.ADMINISTER)
        entries = desk.workspace.audit_page(last, _SHOWN_ENTRIES)
        return (audit_html(entries), _before(entries)) if entries else (gr.skip(), gr.skip())

    def newest(request: gr.Request) -> tuple[Any, Any]:
        return paged(None, request)

    def checked(request: gr.Request) -> str:
        desk.person(request, Right.ADMINISTER)
        return state_html(desk.workspace.audit_state())

    def told_of(key: str | None, request: gr.Request) -> tuple[str, str, str]:
        person = desk.person(request, Right.ADMINISTER)
        found = _found(desk, key)
        if found is None:
            return "", "应当回答", ""
        now = desk.answered_now(person, found.said)
        return verdict_html(found, now), *proposed(now)

    def kept(key: str | None, how: str, said: str, request: gr.Request) -> str:
        who = desk.person(request, Right.ADMINISTER).owner
        found, wanted = _found(desk, key), wanted_of(how, said)
        if found is None or wanted is None:
            raise gr.Error("请选择一条评价，并写明正确答案里必须出现的文字。", title="提示", print_exception=False)
        desk.workspace.keep_case(who, found.conversation, found.turn, wanted)
        return f'{verdict_html(found)}<p class="jx-done">已存为用例。</p>'

    page.load(opened, None, tab, **_QUIET)
    tab.select(listed, None, [audit, state, before, chosen], **_QUIET)
    older.click(paged, before, [audit, before], **_QUIET)
    newer.click(newest, None, [audit, before], **_QUIET)
    check.click(checked, None, state, **_QUIET)
    chosen.change(told_of, chosen, [told, behaviour, words], **_QUIET)
    keep.click(kept, [chosen, behaviour, words], told, **_QUIET)


def audit_html(entries: tuple[AuditEntry, ...]) -> str:
    """A page of entries, newest first."""
    rows = tuple(
        (
            str(entry.number),
            entry.at[:19].replace("T", " "),
            entry.who.removeprefix("user:"),
            _WORDS.get(entry.route, entry.route),
            _WORDS.get(entry.kind, entry.kind),
            "；".join(f"{name}（{sha256[:8]}）" for name, sha256 in entry.documents) or "—",
        )
        for entry in entries
    )
    shown = f"第 {entries[-1].number} 至 {entries[0].number} 条。" if entries else "还没有记录。"
    return f'<p class="jx-count">{shown}</p>{sortable_html(table_html(_COLUMNS, rows, frozenset({0})))}'


def state_html(state: AuditState) -> str:
    """Whether the chain of all entries holds."""
    if state.broken is not None:
        return f'<p class="jx-rejected">共 {state.count} 条。从第 {state.broken} 条起记录不完整，可能被改动，请立即核查。</p>'
    return f'<p class="jx-count">共 {state.count} 条，逐条核对过：记录完整，未被改动。末条校验码 {state.last_link[:16] or "—"}</p>'


def _before(entries: tuple[AuditEntry, ...]) -> int | None:
    return entries[-1].number if entries else None


def verdict_html(verdict: Verdict, now: Reply | None = None) -> str:
    """What was said up to the verdict, and what would be said `now`."""
    turns = "".join(
        f"<p><b>问：</b>{plain_html(turn.message)}</p><p><b>答：</b>{plain_html(turn.reply.text)}</p>"
        for turn in verdict.said.turns
    )
    return f'<div class="jx-verdict">{turns}</div>{_compared(verdict.reply, now) if now else ""}'


def _compared(then: Reply, now: Reply) -> str:
    if then.text == now.text:
        return '<p class="jx-count">现在的答复与当时相同。下面已按它填好，请改成正确的再存。</p>'
    return (
        '<p class="jx-count">现在的答复已经不同，下面已按它填好，核对后再存：</p>'
        f'<div class="jx-verdict"><p>{plain_html(now.text)}</p></div>'
    )


def _label(verdict: Verdict) -> str:
    word = "满意" if verdict.word == "up" else f"不满意：{verdict.reason}" if verdict.reason else "不满意"
    done = "（已存为用例）" if verdict.wanted else ""
    return f"{verdict.at[:10]} {word} · {verdict.said.turns[-1].message[:40]}{done}"


def _key(verdict: Verdict) -> str:
    return f"{verdict.conversation}/{verdict.turn}"


def _found(desk: Desk, key: str | None) -> Verdict | None:
    return next((one for one in desk.workspace.verdicts() if _key(one) == key), None)
