"""Drafts on the page in a real browser: from a finding to its place, versions named, held against each other, restored."""

import re

import pytest

from tests.page.browser import Desk

pytestmark = [pytest.mark.page, pytest.mark.timeout(180)]


def _drafted(desk: Desk) -> None:
    desk.tab("起草")
    desk.page.wait_for_function("() => document.querySelector('#draft-document input')?.value")
    desk.page.click("#draft-make")
    desk.page.locator("#draft-result .jx-paper").wait_for()


def _version(desk: Desk) -> str:
    return str(desk.page.input_value("#draft-version input"))


def _choose(desk: Desk, field: str, words: str) -> None:
    desk.page.locator(f"#{field} input").click()
    desk.page.get_by_role("option", name=re.compile(words)).first.click()


def test_click_on_a_finding_shows_the_words_it_is_about(desk: Desk) -> None:
    _drafted(desk)
    result = desk.page.locator("#draft-result")
    result.locator("summary", has_text="检查意见").click()
    result.locator(".jx-to-place").first.click()
    shown = result.locator(".jx-paper .jx-shown")
    shown.wait_for()
    box, room = shown.bounding_box(), desk.page.viewport_size
    assert box["y"] + box["height"] > 0 and box["y"] < room["height"]
    assert shown.inner_text().strip()


def test_version_is_named_and_an_earlier_one_restored_as_the_newest(desk: Desk) -> None:
    _drafted(desk)
    desk.page.locator("#draft-name textarea, #draft-name input").fill("送审稿")
    desk.page.click("#draft-keep-name")
    desk.page.wait_for_function("() => document.querySelector('#draft-version input').value.includes('送审稿')")
    first = _version(desk)
    desk.page.locator("textarea[placeholder^='例如：更简洁']").fill("预算改为20万元")
    desk.page.click("#draft-make")
    desk.page.wait_for_function("() => !document.querySelector('#draft-version input').value.includes('送审稿')")
    second = _version(desk)
    _choose(desk, "draft-beside", "送审稿")
    desk.page.locator("#draft-result ins", has_text="20.00").first.wait_for()
    _choose(desk, "draft-version", "送审稿")
    desk.page.click("#draft-restore")
    desk.page.wait_for_function("(was) => document.querySelector('#draft-version input').value !== was", arg=first)
    numbers = [int(re.search(r"第 (\d+) 版", words)[1]) for words in (first, second, _version(desk))]  # type: ignore[index]
    assert numbers[2] > numbers[1] > numbers[0]
    paper = desk.page.locator("#draft-result .jx-paper")
    paper.get_by_text("2026年预算数").first.wait_for()
    assert "20.00" not in paper.inner_text()
