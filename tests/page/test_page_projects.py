"""The ledger in a real browser: a project's card with its plan, filters by choice, budgets and years side by side."""

import pytest

from tests.page.browser import Desk

pytestmark = [pytest.mark.page, pytest.mark.timeout(180)]


@pytest.fixture
def ledger(desk: Desk) -> Desk:
    desk.tab("项目台账")
    desk.page.locator(".jx-ledger").wait_for()
    return desk


def test_card_shows_plan_goals_and_indicators_with_their_sources(ledger: Desk) -> None:
    row = ledger.page.locator(".jx-ledger tbody tr", has_text="舆情监测能力建设资金")
    row.get_by_text("详情").click()
    card = ledger.page.locator("#card .jx-card")
    card.wait_for()
    said = card.inner_text()
    assert "舆情监测能力建设资金" in said and "35.00" in said and "绩效目标" in said
    assert card.locator("svg.jx-plan .jx-bar").count() == 4
    card.get_by_text("绩效指标（").click()
    assert "涉密" in card.inner_text()
    card.get_by_role("button", name="35.00").first.click()
    ledger.page.locator("#jx-source .jx-cited", has_text="35.00").wait_for()
    ledger.page.keyboard.press("Escape")
    card.get_by_text("收起").click()
    card.wait_for(state="detached")


def test_filters_by_choice_and_views_change_the_table(ledger: Desk) -> None:
    ledger.page.locator("#ledger-year input").click()
    ledger.page.get_by_role("option", name="2025").click()
    ledger.page.wait_for_timeout(500)
    assert ledger.page.locator(".jx-ledger tbody tr").count() == 4
    ledger.page.get_by_text("预算比较").click()
    ledger.page.get_by_text("比较 4 个项目的预算").wait_for()
    widths = [bar.bounding_box()["width"] for bar in ledger.page.locator(".jx-ledger .jx-bar").all()]
    assert len(widths) == 4 and widths == sorted(widths, reverse=True) and widths[0] > 200
    ledger.page.get_by_text("逐年比较").click()
    ledger.page.get_by_text("没有可以比较的两个年度").wait_for()
