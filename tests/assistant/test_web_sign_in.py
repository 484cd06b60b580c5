"""Signing in, what each role is let do by the routes, and what those outside see."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.users import Role, read_users, with_user, without_user, write_users
from assistant.web import server
from assistant.web.doors import SESSION_COOKIE, Doors, SignInError
from assistant.workspace import Workspace
from tests.page.scripted import DRAFT, ScriptedAssistant

testclient = pytest.importorskip("starlette.testclient", reason="starlette 未安装")
PASSWORD = "口令-一二三四五六"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    users = with_user((), "看", Role.VIEWER, PASSWORD)
    users = with_user(with_user(users, "写", Role.DRAFTER, PASSWORD), "管", Role.ADMIN, PASSWORD)
    write_users(folder / "users.toml", users)
    return folder


@pytest.fixture(scope="module")
def workspace(folder: Path) -> Iterator[Workspace]:
    opened = Workspace.open(folder)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def outside(folder: Path, workspace: Workspace) -> Iterator[testclient.TestClient]:
    server.prepare_environment(folder)
    doors = Doors(folder / "users.toml")
    app = server.build_app(ScriptedAssistant(), workspace, folder, None, doors)  # type: ignore[arg-type]
    with testclient.TestClient(app, base_url="http://office.example:7860", follow_redirects=False) as client:
        yield client


def _session(client: testclient.TestClient, name: str) -> dict[str, str]:
    client.cookies.clear()
    answer = client.post("/login", data={"name": name, "password": PASSWORD})
    assert answer.status_code == 303
    token = answer.cookies[SESSION_COOKIE]
    client.cookies.clear()
    return {"cookie": f"{SESSION_COOKIE}={token}"}


def test_page_leads_to_the_sign_in_form(outside: testclient.TestClient) -> None:
    outside.cookies.clear()
    answer = outside.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert "用户名" in outside.get("/login").text


@pytest.mark.parametrize(
    "path",
    ["/config", "/source?document=d1&line=44", "/download/ledger.xlsx", "/gradio_api/info", "/gradio_api/queue/data"],
)
def test_nothing_is_given_before_signing_in(outside: testclient.TestClient, path: str) -> None:
    outside.cookies.clear()
    answer = outside.get(path, headers={"cookie": f"jixiao_browser={'a' * 43}"})
    assert answer.status_code == 403 and "示例" not in answer.text


def test_wrong_password_and_unknown_name_get_the_same_words(outside: testclient.TestClient) -> None:
    said = [outside.post("/login", data={"name": name, "password": "错错错错错错错错"}) for name in ("看", "无此人")]
    assert [answer.status_code for answer in said] == [401, 401]
    assert said[0].text == said[1].text and "用户名或口令不正确" in said[0].text


def test_sign_in_page_is_english_for_who_switched(outside: testclient.TestClient) -> None:
    outside.cookies.clear()
    assert outside.get("/login?language=en").headers["location"] == "/login"
    assert "Password" in outside.get("/login").text and "用户名" not in outside.get("/login").text
    wrong = outside.post("/login", data={"name": "无此人", "password": "错错错错错错错错"})
    assert "Wrong user name or password" in wrong.text
    outside.cookies.clear()


def test_session_cookie_is_out_of_reach_of_scripts_and_other_sites(outside: testclient.TestClient) -> None:
    cookie = outside.post("/login", data={"name": "看", "password": PASSWORD}).headers["set-cookie"]
    assert "HttpOnly" in cookie and "samesite=strict" in cookie.lower()


def test_signing_out_ends_the_session(outside: testclient.TestClient) -> None:
    session = _session(outside, "看")
    assert outside.get("/source?document=d1&line=44", headers=session).status_code == 200
    assert outside.post("/logout", headers=session).status_code == 204
    assert outside.get("/source?document=d1&line=44", headers=session).status_code == 403


@pytest.mark.parametrize(
    ("name", "allowed"),
    [("看", set()), ("写", {"upload", "draft"}), ("管", {"upload", "draft", "forget"})],
)
def test_routes_hold_to_the_role(
    outside: testclient.TestClient, workspace: Workspace, name: str, allowed: set[str]
) -> None:
    session = _session(outside, name)
    kept = workspace.keep_draft(f"user:{name}", "d1/overall", DRAFT)
    answers = {
        "upload": outside.post("/upload?name=a.xyz", content=b"x", headers=session),
        "draft": outside.get(f"/download/draft/{kept.id}.md", headers=session),
        "forget": outside.post("/forget?document=d1", headers=session),
    }
    assert {what for what, answer in answers.items() if answer.status_code == 200} == allowed
    for what in set(answers) - allowed:
        assert answers[what].status_code == 403 and "不能做这一步" in answers[what].json()["error"]


def test_one_users_draft_is_not_anothers(outside: testclient.TestClient, workspace: Workspace) -> None:
    kept = workspace.keep_draft("user:写", "d1/overall", DRAFT)
    assert outside.get(f"/download/draft/{kept.id}.md", headers=_session(outside, "管")).status_code == 404


# The doors themselves


def test_many_failures_make_a_name_wait_and_the_right_password_too(folder: Path) -> None:
    now = [0.0]
    doors = Doors(folder / "users.toml", clock=lambda: now[0])
    for _ in range(5):
        with pytest.raises(SignInError, match="不正确"):
            doors.sign_in("看", "错错错错错错错错")
    with pytest.raises(SignInError, match="次数过多"):
        doors.sign_in("看", PASSWORD)
    assert doors.sign_in("写", PASSWORD)
    now[0] = 301
    assert doors.sign_in("看", PASSWORD)


def test_session_ends_after_a_working_day(folder: Path) -> None:
    now = [0.0]
    doors = Doors(folder / "users.toml", clock=lambda: now[0])
    cookies = {SESSION_COOKIE: doors.sign_in("看", PASSWORD)}
    assert doors.person(cookies) is not None
    now[0] = 12 * 3600 + 1
    assert doors.person(cookies) is None


def test_removed_user_is_out_at_once(tmp_path: Path) -> None:
    path = tmp_path / "users.toml"
    write_users(path, with_user(with_user((), "甲", Role.VIEWER, PASSWORD), "乙", Role.VIEWER, PASSWORD))
    doors = Doors(path)
    cookies = {SESSION_COOKIE: doors.sign_in("甲", PASSWORD)}
    write_users(path, without_user(read_users(path), "甲"))
    assert doors.person(cookies) is None
