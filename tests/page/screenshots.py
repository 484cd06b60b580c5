"""Takes the pictures that README and reviewers use, from the real page over the shipped document.

python -m tests.page.screenshots docs/screenshots
"""

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.page.browser import CHROMIUM_ARGUMENTS, Desk, RunningApp, desk_of, free_port, running

_PLAN = "舆情监测能力建设资金到6月底要花多少？"
_LARGE, _WIDE, _PHONE = (1440, 900), (1920, 1080), (390, 844)


def take(app: RunningApp, chromium: Any, folder: Path) -> None:
    with desk_of(app, chromium, *_LARGE) as desk:
        _picture(desk, folder, "welcome")
        _asked_with_source(desk)
        _picture(desk, folder, "ask-and-source")
        desk.page.keyboard.press("Escape")
        desk.ask("那10月底呢？")
        desk.ask("网络安全技术保障监管服务费的数量指标值是多少？")
        _picture(desk, folder, "refusal")
        desk.ask("舆情监测的预算是多少？")
        _picture(desk, folder, "clarification")
        desk.ask("各项目的预算分别是多少？")
        _picture(desk, folder, "list")
        desk.ask("各项目的支出计划是什么")
        _picture(desk, folder, "plan-chart")
        _other_tabs(desk, folder)
    with desk_of(app, chromium, *_LARGE) as desk:
        desk.page.emulate_media(color_scheme="dark")
        desk.reload()
        desk.page.wait_for_selector("#question textarea")
        _asked_with_source(desk)
        _picture(desk, folder, "dark")
    with desk_of(app, chromium, *_PHONE) as desk:
        _asked_with_source(desk)
        _picture(desk, folder, "phone-source")
        desk.page.keyboard.press("Escape")
        _picture(desk, folder, "phone")
        desk.tab("项目台账")
        _picture(desk, folder, "phone-ledger")
        desk.tab("起草")
        _picture(desk, folder, "phone-draft")
    with desk_of(app, chromium, *_WIDE) as desk:
        desk.page.locator(".jx-language").click()
        desk.page.wait_for_function("() => document.documentElement.lang === 'en'")
        desk.page.wait_for_selector("#question textarea")
        desk.ask("How much is the budget of 舆情监测能力建设资金?")
        _picture(desk, folder, "english")


def _asked_with_source(desk: Desk) -> None:
    desk.ask(_PLAN)
    desk.page.locator(".jx-text .jx-chip").last.click()
    desk.page.locator("#jx-source .jx-cited").wait_for()


def _other_tabs(desk: Desk, folder: Path) -> None:
    desk.tab("项目台账")
    desk.page.locator(".jx-ledger").wait_for()
    _picture(desk, folder, "ledger")
    desk.page.locator(".jx-card-open").last.click()
    desk.page.locator(".jx-card").wait_for()
    _picture(desk, folder, "project-card")
    desk.page.get_by_text("预算比较").click()
    desk.page.locator(".jx-card").wait_for(state="detached")
    _picture(desk, folder, "budgets")
    desk.tab("起草")
    desk.page.wait_for_function("() => document.querySelector('#draft-document input')?.value")
    desk.page.click("#draft-make")
    desk.page.locator("#draft-result .jx-paper").wait_for()
    _picture(desk, folder, "draft")
    desk.tab("文件")
    desk.page.locator("#documents .jx-document").first.wait_for()
    _picture(desk, folder, "documents")
    desk.tab("管理")
    desk.page.locator("#audit table").wait_for()
    _picture(desk, folder, "audit")


def _picture(desk: Desk, folder: Path, name: str) -> None:
    desk.page.mouse.move(5, 5)
    desk.page.wait_for_timeout(700)  # transitions of the page
    desk.page.screenshot(path=str(folder / f"{name}.png"))


def main(folder: Path) -> None:
    from playwright.sync_api import sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as place,
        running(Path(place) / "data", free_port()) as app,
        sync_playwright() as driver,
    ):
        chromium = driver.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_ARGUMENTS)
        take(app, chromium, folder)
        chromium.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
