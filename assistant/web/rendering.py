"""Replies and conversations as HTML. Everything that came from a document or a person is escaped.

Each result is one line of HTML, so that Gradio's Markdown places it as it is. Gradio's sanitizer drops data and aria
attributes, so a citation is a button that carries document id and line as a class; the page's script shows the source.
"""

import re
from collections.abc import Iterable

from assistant.types import Citation, Conversation, Figure, Grid, Reply
from assistant.web.charts import plan_charts
from assistant.web.drafts import draft_html
from assistant.web.markdown import inline_html, markdown_html, plain_html, table_html

_MARKER = re.compile(r"\[(\d{1,3})\]")
_AMOUNT = re.compile(r"^[-−]?[\d,]+(\.\d+)?\s*(%|万元|亿元|元|个)?$")
_COLUMN = re.compile(r"(<th\b[^>]*>)(.*?)</th>")
_NO_ID = re.compile(r"[^\w]")

Message = dict[str, object]  # as gr.Chatbot takes it


def chat_messages(conversation: Conversation, place: str = "") -> list[Message]:
    """The whole conversation; `place` is its id when its drafts can be downloaded from the workspace."""
    said: list[Message] = []
    for number, turn in enumerate(conversation.turns, start=1):
        said.append(user_message(turn.message, number))
        said.append(reply_message(turn.reply, f"{place}/{number}" if place else ""))
    return said


def user_message(text: str, number: int = 0) -> Message:
    """`number` is its turn, from 1, once it can be asked anew in other words."""
    edit = f'<button type="button" class="jx-edit jx-turn-{number}">修改</button>' if number else ""
    return {
        "role": "user",
        "content": f'<div class="jx-said-whole"><div class="jx-said">{plain_html(text)}</div>{edit}</div>',
    }


def reply_message(reply: Reply, place: str = "") -> Message:
    """`place` is conversation/turn, where a draft is downloaded from; empty for none."""
    message: Message = {"role": "assistant", "content": reply_html(reply, place)}
    if reply.options:
        message["options"] = [{"value": option, "label": option} for option in reply.options]
    return message


def partial_message(text: str, citations: Iterable[Citation] = ()) -> Message:
    """A reply on its way, with the places that it rests on so far."""
    closed = text + "**" if text.count("**") % 2 else text
    said = _with_chips(markdown_html(closed), {citation.number: citation for citation in citations})
    return {"role": "assistant", "content": f'<div class="jx-reply"><div class="jx-text">{said}</div></div>'}


def reply_html(reply: Reply, place: str = "") -> str:
    cited = {citation.number: citation for citation in reply.citations}
    if reply.draft:  # its text is the draft again, in Markdown
        said = f'<div class="jx-text">{draft_html(reply.draft, f"/download/turn/{place}" if place else "")}</div>'
    else:
        said = f'<div class="jx-text">{_with_chips(markdown_html(reply.text), cited)}</div>'
    parts = [
        said,
        _figures(reply.figures, cited),
        plan_charts(reply.grid),
        _list(reply.grid, reply.text, place) if reply.grid else "",
        _sources(reply.citations),
        f'<p class="jx-understood">所答问题：{plain_html(reply.question)}</p>' if reply.question else "",
        _note(reply),
    ]
    kept = f" jx-place-{plain_html(place.partition('/')[0])}" if place else ""
    return f'<div class="jx-reply jx-{reply.kind.value}{kept}">{"".join(parts)}</div>'


def _note(reply: Reply) -> str:
    by = f'<span class="jx-model">由模型 {plain_html(reply.model)} 撰写，已核对</span>' if reply.model else ""
    return f'<p class="jx-actions"><button type="button" class="jx-copy">复制</button>{by}</p>'


def _list(grid: Grid, text: str, place: str) -> str:
    """The list as a table to be sorted and saved; folded away where the text already says it."""
    save = f'<a class="jx-download" href="/download/turn/{place}.xlsx" download>存为 Excel</a>' if place else ""
    table = sortable_html(table_html(grid.columns, grid.rows, _number_columns(grid.rows)))
    opened = "" if _says(text, grid) else " open"
    return (
        f'<details class="jx-list"{opened}><summary>表格（{len(grid.rows)} 行，可排序）</summary>{table}'
        f'<p class="jx-downloads">{save}</p></details>'
    )


def sortable_html(table: str) -> str:
    """A table of ours whose column heads are buttons; the page's script sorts by them."""
    head, mark, rest = table.partition("</thead>")
    heads = _COLUMN.sub(r'\1<button type="button" class="jx-sort">\2</button></th>', head)
    return heads.replace("<table", '<table class="jx-sortable"', 1) + mark + rest


def _says(text: str, grid: Grid) -> bool:
    """Whether every cell of the list stands in the reply's own words."""
    plain = text.replace("**", "").replace("\\", "")
    return all(cell.strip("（）") in plain for row in grid.rows for cell in row)


def _with_chips(html: str, cited: dict[int, Citation]) -> str:
    def chip_or_text(match: re.Match[str]) -> str:
        citation = cited.get(int(match[1]))
        return chip(citation) if citation else match[0]

    return _MARKER.sub(chip_or_text, html)


def chip(citation: Citation) -> str:
    """A numbered button; hover or focus shows the quote, a click the source."""
    quote = plain_html(citation.quote) if citation.quote else "（空白）"
    where = f"{plain_html(citation.locator)}{_line_words(citation.line)}"
    return (
        f'<button type="button" class="jx-chip {source_class(citation.document_id, citation.line)}">'
        f'<span class="jx-unseen">来源</span>{citation.number}'
        f'<span class="jx-tip" role="tooltip"><q>{quote}</q><small class="jx-where">{where}</small></span></button>'
    )


def source_class(document_id: str, line: int | None) -> str:
    """The class by which the page's script finds a source: jx-at-DOCUMENT-LINE."""
    return f"jx-at-{_NO_ID.sub('', document_id)}-{line or 0}"


def _line_words(line: int | None) -> str:
    return f"（第 {line} 行）" if line else ""


def _figures(figures: Iterable[Figure], cited: dict[int, Citation]) -> str:
    """The figures that were computed, each with its formula; those read off one cell are in the text already."""
    items = "".join(
        f"<li><b>{plain_html(f'{figure.value} {figure.unit}'.strip())}</b> = {inline_html(figure.formula)} "
        f"{''.join(chip(cited[number]) for number in figure.inputs if number in cited)}</li>"
        for figure in figures
        if figure.formula
    )
    return f'<ul class="jx-figures" aria-label="算式">{items}</ul>' if items else ""


def _sources(citations: tuple[Citation, ...]) -> str:
    if not citations:
        return ""
    items = "".join(
        f"<li>{chip(citation)}<span>{plain_html(citation.document)} · {plain_html(citation.locator)}</span></li>"
        for citation in citations
    )
    word = f"来源（{len(citations)}）"
    opened = " open" if len(citations) <= 3 else ""
    return f'<details class="jx-sources"{opened}><summary>{word}</summary><ol>{items}</ol></details>'


def _number_columns(rows: tuple[tuple[str, ...], ...]) -> frozenset[int]:
    """The columns in which every filled cell is a number."""
    places = range(max(map(len, rows), default=0))
    filled = {place: [row[place] for row in rows if place < len(row) and row[place].strip()] for place in places}
    return frozenset(
        place for place, texts in filled.items() if texts and all(_AMOUNT.match(text.strip()) for text in texts)
    )
