"""Web pages: merged cells, `|` text, a cell a line, and what a browser does not show."""

import re

import pytest

from corpus.classification import Policy
from corpus.errors import ReadError, SecretMarkError
from corpus.extract import extract
from corpus.readers import read
from corpus.types import Document, Extraction
from tests.corpus.test_readers_form import as_printed, truth
from tests.made_documents import MadeDocument, made_document, made_project, render_text
from tests.made_files import html_page, html_part, parts, render_html

PROJECT = made_project(1)
PLAIN = render_html(MadeDocument((PROJECT,))).decode()


def opened(page: str, encoding: str = "utf-8") -> tuple[Document, Extraction]:
    document = read("made.html", page.encode(encoding), Policy())
    return document, extract(document)


@pytest.mark.parametrize("style", ["pipes", "open_pipes"])
@pytest.mark.parametrize("wrap", ["<pre>{}</pre>", "<div>{}</div>", "{}"])
def test_rows_of_piped_text_read_as_in_a_text_file(style: str, wrap: str) -> None:
    made = made_document(3)
    text = render_text(made, style)
    body = wrap.format(text) if "pre" in wrap else wrap.format(text.replace("\n", "<br>\n"))
    _, extraction = opened(html_page(body))
    assert [as_printed(p) for p in extraction.projects] == [truth(p) for p in made.projects]


def test_a_cell_a_paragraph_reads_as_in_a_text_file() -> None:
    made = made_document(3)
    lines = render_text(made, "bare").split("\n")
    _, extraction = opened(html_page("\n".join(f"<p>&nbsp;{line}</p>" for line in lines)))
    assert [as_printed(p) for p in extraction.projects] == [truth(p) for p in made.projects]


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "gb18030", "utf-16"])
def test_pages_in_any_encoding_read_alike(encoding: str) -> None:
    _, extraction = opened(PLAIN.replace("utf-8", encoding), encoding)
    assert as_printed(extraction.projects[0]) == truth(PROJECT)


def test_script_style_comment_and_hidden_text_are_not_read() -> None:
    hidden = (
        "<script>x='甲甲'</script><style>.乙乙{}</style><!--丙丙--><p hidden>丁丁</p><p style='display: none'>戊戊</p>"
    )
    document, extraction = opened(PLAIN.replace("<body>", "<body>" + hidden))
    assert as_printed(extraction.projects[0]) == truth(PROJECT)
    assert not any(word in repr(document) for word in ("甲甲", "乙乙", "丙丙", "丁丁", "戊戊"))


@pytest.mark.parametrize(
    "cell",
    [
        "97.3%<span hidden>（涉密）</span>",
        "97.3%<span style='display:none'>（涉密）</span>",
        "97.3%<!--（涉密）-->",
        "<span title='涉密'>97.3%</span>",
        "97.3%<b>（涉</b><i>密）</i>",
        "97.3%<br>（涉密）",
        "97.3%<p>（涉密）</p>",
        "97.3%&#xff08;&#x6d89;&#x5bc6;&#xff09;",
        "97.3%（涉&zwnj;密）",
    ],
)
def test_mark_wherever_it_hides_in_a_cell_seals_the_row(cell: str) -> None:
    document, extraction = opened(PLAIN.replace("≥95%", cell))
    assert extraction.projects[0].indicators[2].target.state == "classified"
    assert extraction.classified_cells == 4
    assert "97.3" not in repr((document, extraction))


@pytest.mark.parametrize(
    "mark",
    [
        "<!-- 秘密★1年 -->",
        "<p hidden>秘密★1年</p>",
        "<p>秘<b>密</b>★1年</p>",
        "<img alt='秘密★1年'>",
        "<div style='visibility:hidden'>机密★</div>",
        "<table><tr><td>密级</td><td>秘密</td></tr><tr><td>编号</td><td>1</td></tr></table>",
    ],
)
def test_secrecy_mark_anywhere_refuses_the_page(mark: str) -> None:
    with pytest.raises(SecretMarkError):
        opened(PLAIN.replace("<body>", "<body>" + mark))


def test_secrecy_mark_in_the_title_refuses_the_page() -> None:
    with pytest.raises(SecretMarkError):
        opened(PLAIN.replace("<head>", "<head><title>秘密★1年</title>"))


def test_table_that_lays_out_the_page_is_looked_through() -> None:
    made = made_document(2)
    inner = "".join(map(html_part, parts(made)))
    _, extraction = opened(html_page(f"<table><tr><td><div>{inner}</div></td></tr></table>"))
    assert [as_printed(p) for p in extraction.projects] == [truth(p) for p in made.projects]


def test_rowspan_zero_reaches_to_the_end_and_missing_end_tags_do_no_harm() -> None:
    loose = re.sub(r"</t[dr]>", "", PLAIN).replace("rowspan=1", "")
    assert as_printed(opened(loose)[1].projects[0]) == truth(PROJECT)
    table = "<table><tr><td rowspan=0>甲<td>1<tr><td>2<tr><td>3</table>"
    document, _ = opened(html_page(table))
    assert list(document.lines) == ["甲 | 1", "2", "3"]


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("<!DOCTYPE html [<!ENTITY a 'x'>]><html><body>&a;</body></html>", "实体"),
        ("只是文字，没有标签。", "网页"),
        ("<html><body></body></html>", "没有可读的文字"),
        ("<html><body><p> </p><script>1</script></body></html>", "没有可读的文字"),
    ],
)
def test_page_that_is_none_is_refused_with_the_reason(page: str, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        opened(page)


@pytest.mark.parametrize("tag", ["div", "table><tr><td", "b", "ul><li", "span"])
def test_deep_nesting_is_read_or_refused(tag: str) -> None:
    page = html_page(f"<{tag}>" * 20_000 + "深处" + PLAIN)
    try:
        opened(page)
    except ReadError as error:
        assert "made.html" in str(error)
