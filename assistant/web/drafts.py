"""Drafts as HTML: the text in its layout, each sentence with its origin, the open blanks, changes and findings."""

import re
from html import escape

from assistant.types import Draft, DraftCell, DraftParagraph, DraftTable, Origin, Sentence
from assistant.web.draft_places import DraftPlace, cell_mark, paragraph_mark, place_of, places
from assistant.web.markdown import inline_html, plain_html, table_html
from corpus.types import Finding

ORIGINS = {Origin.KEPT: "沿用", Origin.EDITED: "修改", Origin.NEW: "新写", Origin.BLANK: "待填"}
_OPEN = re.compile(r"<mark>【待填：[^】]*】</mark>")
_LEGEND = (
    '<p class="jx-legend"><span class="jx-sentence jx-edited">修改</span><span class="jx-sentence jx-new">新写</span>'
    "<mark>待填</mark>其余沿用原文；停在句子上可看依据。</p>"
)


def draft_html(draft: Draft, download: str, redline: str = "", *, fillable: bool = False) -> str:
    """The draft with its blanks marked, each sentence's origin and sources, and links to its files.

    `download` is the address of its files without suffix, `redline` that of the tracked changes; empty for none.
    With `fillable` a blank is a button that the page's script turns into a field.
    """
    paper = _paper(draft)
    if fillable:
        paper = _OPEN.sub(r'<button type="button" class="jx-fill">\g<0></button>', paper)
    return (
        f'<article class="jx-draft"><h3>{plain_html(draft.title)}</h3>{_links(download, redline)}'
        f'{_LEGEND}<div class="jx-paper">{paper}</div>{_blanks(draft)}{_changes(draft)}{_findings(draft)}'
        f"{_origins(draft.sentences)}</article>"
    )


def _links(download: str, redline: str) -> str:
    files = [(f"{download}.docx", "下载 Word"), (f"{download}.md", "下载 Markdown")] if download else []
    files += [(redline, "下载对照稿（修订标记）")] if redline else []
    links = "".join(f'<a class="jx-download" href="{escape(at)}" download>{word}</a>' for at, word in files)
    return f'<p class="jx-downloads">{links}</p>' if links else ""


def _paper(draft: Draft) -> str:
    """The draft in its layout where that is known, as running text where it is not."""
    return "".join(_block(number, block) for number, block in enumerate(draft.blocks)) or _marked_text(draft)


def _block(number: int, block: DraftParagraph | DraftTable) -> str:
    if isinstance(block, DraftTable):
        return _form(number, block)
    text = "".join(_span(sentence) for sentence in block.sentences)
    tag = f"h{block.level + 3}" if block.level else "p"
    return f'<{tag} class="{paragraph_mark(number)}">{text}</{tag}>'


def _form(number: int, table: DraftTable) -> str:
    rows = "".join(
        f"<tr>{''.join(_form_cell(cell, cell_mark(number, r, c)) for c, cell in enumerate(row))}</tr>"
        for r, row in enumerate(table.rows)
    )
    return (
        f"<h5>{inline_html(table.title)}</h5><p>{inline_html(table.unit_line)}</p>"
        f'<div class="jx-scroll" tabindex="0"><table class="jx-form-table"><tbody>{rows}</tbody></table></div>'
    )


def _form_cell(cell: DraftCell, mark: str) -> str:
    tag = "th" if cell.header else "td"
    span = (f' colspan="{cell.columns}"' if cell.columns > 1 else "") + (
        f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    )
    tip = f' title="{escape("；".join(cell.sources))}"' if cell.sources else ""
    return f'<{tag} class="{mark}"{span}{tip}>{_paragraphs(cell.text)}</{tag}>'


def _marked_text(draft: Draft) -> str:
    """The draft's text in paragraphs; each sentence is a span that says where it comes from."""
    parts: list[str] = []
    place = 0
    for sentence in draft.sentences:
        found = draft.text.find(sentence.text, place) if sentence.text else -1
        if found < 0:
            continue
        parts += [_paragraphs(draft.text[place:found]), _span(sentence)]
        place = found + len(sentence.text)
    parts.append(_paragraphs(draft.text[place:]))
    return "<p>" + "".join(parts) + "</p>"


def _paragraphs(text: str) -> str:
    return re.sub(r"(<br>\s*)+", "</p><p>", "<br>".join(inline_html(line) for line in text.split("\n")))


def _span(sentence: Sentence) -> str:
    tip = "；".join((ORIGINS[sentence.origin], *sentence.sources))
    kind = f"jx-sentence jx-{sentence.origin.value}"
    return f'<span class="{kind}" title="{escape(tip)}">{_paragraphs(sentence.text)}</span>'


def _blanks(draft: Draft) -> str:
    if not draft.blanks:
        return ""
    items = "".join(f"<li>{inline_html(blank)}</li>" for blank in draft.blanks)
    return f"<details open><summary>待填（{len(draft.blanks)} 处）</summary><ul>{items}</ul></details>"


def _changes(draft: Draft) -> str:
    if not draft.changes:
        return ""
    rows = tuple((change.before, change.after, change.reason) for change in draft.changes)
    table = table_html(("原文", "改为", "理由"), rows, frozenset())
    return f"<details><summary>与原文的差别（{len(draft.changes)} 处）</summary>{table}</details>"


def _findings(draft: Draft) -> str:
    if not draft.findings:
        return ""
    where = tuple(places(draft))
    items = "".join(_finding(finding, place_of(finding, where)) for finding in draft.findings)
    return f"<details><summary>检查意见（{len(draft.findings)} 条）</summary><ul>{items}</ul></details>"


def _finding(finding: Finding, place: DraftPlace | None) -> str:
    """What is to be looked at; a click leads to the place in the draft. A class names it: data attributes are dropped."""
    to = f'<button type="button" class="jx-to-place {place.mark}">看这一处</button>' if place else ""
    return f"<li>{plain_html(finding.message)}<small>{plain_html(finding.suggestion)}</small>{to}</li>"


def _origins(sentences: tuple[Sentence, ...]) -> str:
    if not sentences:
        return ""
    rows = tuple((s.text, ORIGINS[s.origin], "；".join(s.sources) or "—") for s in sentences)
    return f"<details><summary>每句依据</summary>{table_html(('句子', '来历', '依据'), rows, frozenset())}</details>"
