"""One app and one browser for all page tests; a desk of its own for each."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from tests.page.browser import CHROMIUM_ARGUMENTS, Desk, RunningApp, desk_of, free_port, running


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    with running(tmp_path_factory.mktemp("page") / "data", free_port()) as found:
        yield found


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("没有安装 chromium，无法打开网页")
    playwright = pytest.importorskip("playwright.sync_api", reason="没有安装 playwright")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def desk(app: RunningApp, chromium: Any) -> Iterator[Desk]:
    with desk_of(app, chromium) as opened:
        yield opened
