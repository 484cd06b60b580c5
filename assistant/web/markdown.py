"""The small Markdown of replies as HTML. Everything is escaped first; there are no links, images or raw HTML in it.

A reply quotes documents and users, so a full Markdown renderer would let their text become links, images or markup.
The result is one line: a blank line would end the HTML block it is later placed in.
"""

import re
from html import escape
from itertools import groupby

_STRONG = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_HEADING = re.compile(r"^(#{1,6})\s+(.*)$")
_BULLET = re.compile(r"^\s*[-*•]\s+(.*)$")
_NUMBERED = re.compile(r"^\s*(\d{1,3})[.)]\s+(.*)$")
_QUOTE = re.compile(r"^\s*>\s?(.*)$")
_ROW = re.compile(r"^\s*\|(.*)\|\s*$")
_RULE_CELL = re.compile(r"^\s*:?-{2,}:?\s*$")
_BAR = re.compile(r"(?<!\\)\|")
_BLANK = re.compile(r"【待填[^】]*】")
_BACKSLASH = re.compile(r"\\(&(?:lt|gt|amp|quot);|[\\`*_{}\[\]()#+\-.!|~])")
_FIRST, _SECOND = r"\1", r"\2"


def plain_html(text: str) -> str:
    """`text` as it is, on one line of HTML: markup characters escaped, line ends as <br>."""
    return "<br>".join(escape(line) for line in text.splitlines())


def markdown_html(text: str) -> str:
    """`text` as one line of HTML: paragraphs, headings, lists, quotes, tables, strong text and open blanks."""
    lines = [(_kind(line), line) for line in text.splitlines()]
    return "".join(_block(kind, [line for _, line in group]) for kind, group in groupby(lines, key=lambda x: x[0]))


def inline_html(text: str) -> str:
    """A run of text: strong parts and open blanks marked, backslash escapes undone, all else escaped."""
    strong = _STRONG.sub(r"<strong>\1</strong>", escape(text))
    return _BLANK.sub(r"<mark>\g<0></mark>", _BACKSLASH.sub(r"\1", strong))


def table_html(columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...], numbers: frozenset[int]) -> str:
    """A table of plain texts; the columns in `numbers` stand to the right."""

    def cell(tag: str, place: int, text: str) -> str:
        side = ' class="jx-number"' if place in numbers else ""
        scope = ' scope="col"' if tag == "th" else ""
        return f"<{tag}{scope}{side}>{inline_html(text)}</{tag}>"

    head = "".join(cell("th", place, text) for place, text in enumerate(columns))
    body = "".join(f"<tr>{''.join(cell('td', i, text) for i, text in enumerate(row))}</tr>" for row in rows)
    return (
        f'<div class="jx-scroll" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _kind(line: str) -> str:
    for kind, pattern in (
        ("heading", _HEADING),
        ("row", _ROW),
        ("bullet", _BULLET),
        ("numbered", _NUMBERED),
        ("quote", _QUOTE),
    ):
        if pattern.match(line):
            return kind
    return "text" if line.strip() else "space"


def _block(kind: str, lines: list[str]) -> str:
    if kind == "heading":
        return "".join(f"<h4>{inline_html(_HEADING.sub(_SECOND, line))}</h4>" for line in lines)
    if kind == "row":
        return _table(lines)
    if kind == "bullet":
        return "<ul>" + "".join(f"<li>{inline_html(_BULLET.sub(_FIRST, line))}</li>" for line in lines) + "</ul>"
    if kind == "numbered":
        return f"<ol>{''.join(_numbered_item(line) for line in lines)}</ol>"
    if kind == "quote":
        return f"<blockquote>{'<br>'.join(inline_html(_QUOTE.sub(_FIRST, line)) for line in lines)}</blockquote>"
    return f"<p>{'<br>'.join(inline_html(line) for line in lines)}</p>" if kind == "text" else ""


def _numbered_item(line: str) -> str:
    number, text = _NUMBERED.findall(line)[0]
    return f'<li value="{number}">{inline_html(text)}</li>'


def _table(lines: list[str]) -> str:
    rows = [tuple(part.strip().replace("\\|", "|") for part in _BAR.split(_ROW.sub(r"\1", line))) for line in lines]
    rows = [row for row in rows if not all(_RULE_CELL.match(cell) for cell in row)]
    if not rows:
        return ""
    return table_html(rows[0], tuple(rows[1:]), frozenset())
