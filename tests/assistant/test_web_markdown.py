"""Replies become HTML in which nothing but our own markup is markup."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.web.markdown import markdown_html, plain_html, table_html

_TAGS = re.compile(r"<[^>]*>")
_OURS = re.compile(
    r"</?(p|br|ul|ol|li|h4|strong|mark|blockquote|table|thead|tbody|tr|th|td|div)"
    r'( (class|scope|tabindex|value)="[\w -]*")*>'
)


def test_paragraphs_lists_and_strong_text_become_html() -> None:
    assert markdown_html("**17.50 万元**\n\n- 甲\n- 乙\n\n3. 丙") == (
        '<p><strong>17.50 万元</strong></p><ul><li>甲</li><li>乙</li></ul><ol><li value="3">丙</li></ol>'
    )


def test_table_rows_become_a_table_without_the_rule_line() -> None:
    html = markdown_html("| 项目 | 预算 |\n|---|--:|\n| 甲\\|乙 | 35.00 |")
    assert html.count("<tr>") == 2
    assert '<th scope="col">项目</th>' in html
    assert "<td>甲|乙</td><td>35.00</td>" in html


def test_open_blank_is_marked() -> None:
    assert markdown_html("预算【待填：2026年预算数】") == "<p>预算<mark>【待填：2026年预算数】</mark></p>"


def test_escaped_markdown_is_shown_as_the_character() -> None:
    assert markdown_html(r"甲\*乙\<b\>") == "<p>甲*乙&lt;b&gt;</p>"


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](http://evil.invalid/a.png)",
        "[x](javascript:alert(1))",
        "<http://evil.invalid>",
        "- <svg onload=alert(1)>",
        "| <iframe src=x> | b |\n|--|--|",
        '# "><script>',
        "> <b>",
        "**<i>**",
    ],
)
def test_markup_in_text_stays_text(attack: str) -> None:
    for html in (markdown_html(attack), plain_html(attack)):
        assert all(_OURS.fullmatch(tag) for tag in _TAGS.findall(html))
        assert "<a" not in html and "<img" not in html


@given(st.text(alphabet=st.sampled_from(list("<>&\"'`*_[]()!|#-1. \n\t\\：甲a/=")), max_size=80))
def test_any_text_yields_one_line_of_our_tags_only(text: str) -> None:
    html = markdown_html(text)
    assert "\n" not in html
    assert all(_OURS.fullmatch(tag) for tag in _TAGS.findall(html))


def test_number_columns_stand_to_the_right() -> None:
    html = table_html(("项目", "预算"), (("甲", "35.00"),), frozenset({1}))
    assert '<td class="jx-number">35.00</td>' in html
