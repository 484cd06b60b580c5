"""The page in English once somebody switches: its own words, never those of documents; Chinese for all others."""

import re
from typing import Any

import pytest

from tests.page.browser import Desk, RunningApp, desk_of

pytestmark = [pytest.mark.page, pytest.mark.timeout(180)]

PLAN = "舆情监测能力建设资金到6月底要花多少？"
# What is the page's own: buttons, labels, tabs, heads of tables and forms; not what documents say.
_OWN = """
() => [...document.querySelectorAll("button, label, th, summary, [role=tab], [placeholder], .jx-caption, .jx-count, .jx-empty, .jx-legend")]
  .filter((part) => part.offsetParent && !part.closest(".jx-text, .jx-tip, .jx-paper, .jx-findings, .jx-language, .example, .jx-ledger tbody, .jx-document h3"))
  .flatMap((part) => [part.placeholder || "", part.getAttribute("aria-label") || "", part.matches("label, .jx-count") ? "" : part.innerText])
  .map((words) => words.replace("万元", "").trim())
  .filter((words) => /[\\u4e00-\\u9fff]/.test(words))
"""


@pytest.fixture
def english(app: RunningApp, chromium: Any) -> Any:
    with desk_of(app, chromium) as desk:
        _switch(desk, "en")
        desk.page.get_by_role("button", name="Send").wait_for()
        yield desk


def _switch(desk: Desk, language: str) -> None:
    """Loads the page anew. A stream that Gradio holds open is then cut: no fault of the page."""
    kept = len(desk.complaints)
    desk.page.locator(".jx-language").click()
    desk.page.wait_for_function("to => document.documentElement.lang === to", arg=language)
    desk.page.wait_for_selector("#question textarea")
    del desk.complaints[kept:]


def test_every_tab_speaks_english_and_documents_stay_as_they_are(english: Desk) -> None:
    english.ask(PLAN)
    assert "17.50 万元" in english.last_reply.inner_text()
    assert f"Question answered: {PLAN}" in english.last_reply.inner_text()
    found = {"Ask": english.page.evaluate(_OWN)}
    for name, ready in (
        ("Projects", ".jx-ledger"),
        ("Draft", "#draft-make"),
        ("Documents", ".jx-document"),
        ("Administration", "#audit table"),
    ):
        english.tab(name)
        english.page.locator(ready).first.wait_for()
        english.page.wait_for_timeout(400)
        found[name] = english.page.evaluate(_OWN)
    assert {name: words for name, words in found.items() if words} == {}
    english.tab("Projects")
    assert "舆情监测能力建设资金" in english.page.locator(".jx-ledger").inner_text()


def test_conversation_and_a_question_not_yet_sent_come_along_on_the_way_back(english: Desk) -> None:
    english.ask("网络生态综合管理平台服务资金的预算是多少？")
    english.page.fill("#question textarea", PLAN)
    assert english.page.locator(".jx-language").inner_text() == "中文"
    _switch(english, "zh-CN")
    english.page.wait_for_function("said => document.querySelector('#question textarea')?.value === said", arg=PLAN)
    assert re.search("发送", english.page.locator("#send").inner_text())
    english.page.locator(".jx-reply", has_text="15.00").wait_for()
    assert "17.50 万元" in english.ask(PLAN)
    assert english.page.locator(".jx-said").count() == 2
