"""The page for people who do not see it or use no mouse: axe-core finds no serious fault, the keyboard reaches all."""

from pathlib import Path
from typing import Any

import pytest

from tests.page.browser import Desk, RunningApp, desk_of

pytestmark = [pytest.mark.page, pytest.mark.timeout(180)]

AXE = (Path(__file__).parent / "vendored" / "axe.min.js").read_text("utf-8")
PLAN = "舆情监测能力建设资金的支出计划"
_OURS = """
async () => (await axe.run(document, {
  runOnly: ["wcag2a", "wcag2aa"],
})).violations.filter((fault) => ["serious", "critical"].includes(fault.impact))
   .flatMap((fault) => fault.nodes.map((node) => `${fault.id}: ${node.html.slice(0, 160)}`))
"""


def _faults(desk: Desk) -> list[str]:
    desk.page.evaluate(AXE)
    return [str(fault) for fault in desk.page.evaluate(_OURS)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_fault_in_any_tab(app: RunningApp, chromium: Any, scheme: str) -> None:
    with desk_of(app, chromium, scheme=scheme) as desk:
        desk.ask(PLAN)
        desk.page.locator(".jx-chip").first.click()
        desk.page.locator("#jx-source .jx-cited").wait_for()
        faults = {"问答": _faults(desk)}
        for name, ready in (
            ("项目台账", ".jx-ledger"),
            ("起草", "#draft-make"),
            ("文件", ".jx-document"),
            ("管理", "#audit"),
        ):
            desk.tab(name)
            desk.page.locator(ready).first.wait_for()
            faults[name] = _faults(desk)
    assert {name: found for name, found in faults.items() if found} == {}


def test_question_source_and_way_back_by_keyboard_alone(desk: Desk) -> None:
    desk.page.locator("#question textarea").focus()
    desk.page.keyboard.type(PLAN)
    desk.page.keyboard.press("Enter")
    desk.reply_after(0)
    chip = desk.page.locator(".jx-text .jx-chip").first
    _tab_to(desk, ".jx-chip")
    desk.page.keyboard.press("Enter")
    desk.page.locator("#jx-source .jx-cited").wait_for()
    desk.page.keyboard.press("Escape")
    assert desk.page.locator("#jx-source").is_hidden()
    assert desk.page.evaluate("document.activeElement.classList.contains('jx-chip')") and chip.is_visible()


def test_ledger_is_sorted_by_keyboard(desk: Desk) -> None:
    desk.tab("项目台账")
    desk.page.locator(".jx-ledger").wait_for()
    desk.page.get_by_role("button", name="预算数").focus()
    desk.page.keyboard.press("Enter")
    desk.page.keyboard.press("Enter")
    assert "35.00" in desk.page.locator(".jx-ledger tbody tr").first.inner_text()


def _tab_to(desk: Desk, selector: str) -> None:
    """Presses Shift+Tab until something of this kind has the focus."""
    for _ in range(40):
        desk.page.keyboard.press("Shift+Tab")
        if desk.page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{selector} is out of the keyboard's reach")
