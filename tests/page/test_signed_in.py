"""The page behind sign-in: who is greeted, what a role sees, and a session that ends while somebody writes."""

import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPMessage
from typing import Any
from urllib.parse import urlencode

import pytest

from assistant.users import Role, with_user, write_users
from tests.page.browser import Desk, RunningApp, free_port, running

pytestmark = [pytest.mark.page, pytest.mark.timeout(180)]

PASSWORD = "口令-一二三四五六"
PLAN = "舆情监测能力建设资金到6月底要花多少？"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    data = tmp_path_factory.mktemp("office") / "data"
    data.mkdir()
    users = ()
    for name, role in (("看", Role.VIEWER), ("写", Role.DRAFTER), ("管", Role.ADMIN)):
        users = with_user(users, name, role, PASSWORD)
    write_users(data / "users.toml", users)
    (data / "jixiao.toml").write_text(f'users = "{data / "users.toml"}"\n', "utf-8")
    with running(data, free_port()) as app:
        yield app


@contextmanager
def _signed_in(app: RunningApp, chromium: Any, name: str) -> Iterator[Desk]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    page = context.new_page()
    page.goto(app.url)
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#question textarea", timeout=30_000)
    yield Desk(page, app.url, [])
    context.close()


def test_session_that_ends_is_renewed_in_place_and_nothing_written_is_lost(office: RunningApp, chromium: Any) -> None:
    with _signed_in(office, chromium, "看") as desk:
        desk.ask(PLAN)
        desk.page.context.clear_cookies(name="jixiao_session")
        desk.page.fill("#question textarea", "那10月底呢？")
        desk.page.keyboard.press("Enter")
        dialog = desk.page.locator("dialog")
        dialog.get_by_text("登录已过期").wait_for()
        assert dialog.locator("input").first.input_value() == "看"
        dialog.locator("input[type=password]").fill("错误的口令一二三")
        desk.page.keyboard.press("Enter")
        dialog.get_by_text("用户名或口令不正确").wait_for()
        dialog.locator("input[type=password]").fill(PASSWORD)
        desk.page.keyboard.press("Enter")
        dialog.wait_for(state="detached")
        assert "17.50 万元" in desk.last_reply.inner_text()
        assert desk.page.input_value("#question textarea") == "那10月底呢？"
        desk.page.locator("#question textarea").focus()
        desk.page.keyboard.press("Enter")
        assert "35.00 万元" in desk.reply_after(1)


@pytest.mark.parametrize(("name", "admin", "buttons"), [("看", 0, 0), ("写", 0, 1), ("管", 1, 2)])
def test_each_role_sees_what_it_may_do(office: RunningApp, chromium: Any, name: str, admin: int, buttons: int) -> None:
    with _signed_in(office, chromium, name) as desk:
        assert desk.page.locator(".jx-person-name").inner_text() == name
        desk.page.wait_for_timeout(500)
        assert desk.page.get_by_role("tab", name="管理").count() == admin
        desk.tab("文件")
        desk.page.locator(".jx-document").first.wait_for()
        assert desk.page.locator(".jx-document-actions button").count() == buttons


def test_signing_out_leaves_nothing_to_go_back_to(office: RunningApp, chromium: Any) -> None:
    with _signed_in(office, chromium, "看") as desk:
        desk.ask(PLAN)
        desk.page.locator(".jx-logout").click()
        desk.page.wait_for_selector("input[name=password]")
        desk.page.go_back()
        desk.page.wait_for_timeout(500)
        assert "17.50" not in desk.page.locator("body").inner_text()


@pytest.mark.parametrize(("scheme", "secure"), [("https", True), ("http", False)])
def test_cookies_behind_a_tls_proxy_of_this_machine_travel_by_tls_only(
    office: RunningApp, scheme: str, secure: bool
) -> None:
    for path, fields in (("/", None), ("/login", {"name": "看", "password": PASSWORD})):
        for cookie in _cookies(office, path, fields, scheme):
            assert ("secure" in cookie.lower()) is secure and "httponly" in cookie.lower()


def test_page_answers_to_the_name_of_the_proxy_before_it(office: RunningApp) -> None:
    body = urlencode({"name": "看", "password": PASSWORD}).encode()
    headers = {"host": "jixiao.office.example", "origin": "https://jixiao.office.example", "x-forwarded-proto": "https"}
    request = urllib.request.Request(f"{office.url}/login", body, {**headers, "accept": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 200 and "Secure" in answer.headers["set-cookie"]


def _cookies(app: RunningApp, path: str, fields: dict[str, str] | None, scheme: str) -> list[str]:
    class Here(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    body = urlencode(fields).encode() if fields else None
    request = urllib.request.Request(f"{app.url}{path}", body, {"x-forwarded-proto": scheme})
    try:
        headers: HTTPMessage = urllib.request.build_opener(Here).open(request, timeout=30).headers
    except urllib.error.HTTPError as error:
        headers = error.headers
    return headers.get_all("set-cookie") or []
