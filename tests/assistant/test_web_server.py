"""The address the page is opened at, the guard before it, and its own routes."""

import io
import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest

from assistant.settings import Settings
from assistant.types import Conversation, Grid, Kind, Reply, Route
from assistant.web import LaunchError, server
from assistant.web.guard import COOKIE, cookies_of, owner_of, page_html
from assistant.web.runs import Runs
from assistant.web.server import allowed_hosts, listen
from assistant.workspace import Workspace
from corpus.readers import LARGEST_FILE
from tests.page.scripted import DRAFT, ScriptedAssistant

testclient = pytest.importorskip("starlette.testclient", reason="starlette 未安装")
SECRET = "a" * 43
OTHER = "b" * 43


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def workspace(folder: Path) -> Iterator[Workspace]:
    opened = Workspace.open(folder)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def browser(folder: Path, workspace: Workspace) -> Iterator[testclient.TestClient]:
    server.prepare_environment(folder)
    app = server.build_app(ScriptedAssistant(), workspace, folder, frozenset({"127.0.0.1"}))  # type: ignore[arg-type]
    with testclient.TestClient(app, base_url="http://127.0.0.1:7860") as client:
        yield client


def _as(secret: str) -> dict[str, str]:
    return {"cookie": f"{COOKIE}={secret}"}


# Where it is opened


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.invalid"])
def test_address_other_machines_can_reach_is_refused_without_sign_in(host: str) -> None:
    with pytest.raises(LaunchError, match="没有登录保护"):
        allowed_hosts(host, Settings())


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_loopback_address_is_allowed(host: str) -> None:
    assert host in (allowed_hosts(host, Settings()) or ())


@pytest.mark.parametrize("host", ["0.0.0.0", "127.0.0.1"])
def test_any_name_is_answered_to_behind_sign_in_as_a_proxy_needs_it(host: str) -> None:
    assert allowed_hosts(host, Settings(users=Path("users.toml"))) is None


def test_busy_port_is_named_in_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(LaunchError, match=f"端口 {port} 已被占用"):
            listen("127.0.0.1", port)


def test_impossible_port_is_named_in_a_sentence() -> None:
    with pytest.raises(LaunchError, match="端口 70000 不存在"):
        listen("127.0.0.1", 70000)


# The guard


def test_page_carries_a_strict_policy_and_nothing_from_elsewhere(browser: testclient.TestClient) -> None:
    answer = browser.get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe-eval" not in policy
    assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]
    assert 'lang="zh-CN"' in answer.text
    head = answer.text.partition("window.gradio_config")[0]
    assert "http://" not in head and "https://" not in head


def test_page_is_english_only_for_who_switched(browser: testclient.TestClient) -> None:
    switched = browser.get("/", headers={"cookie": "jixiao_language=en", "accept-language": "en"})
    assert 'lang="en"' in switched.text and 'lang="zh-CN"' not in switched.text
    for cookie in ("", 'jixiao_language=fr"><script>', "jixiao_language=zh"):
        answer = browser.get("/", headers={"cookie": cookie, "accept-language": "en"})
        assert 'lang="zh-CN"' in answer.text and "fr" not in answer.text.partition(">")[0]


def test_outside_addresses_are_cut_from_the_index_page() -> None:
    html = page_html(
        '<html lang="en"><head><link rel="preconnect" href="https://fonts.example"><meta property="og:url" content="x">'
        '<script src="https://cdn.example/a.js"></script><script>own()</script></head>',
        "N",
    )
    assert "example" not in html and "og:url" not in html
    assert '<script nonce="N">own()' in html


def test_browser_gets_a_cookie_that_scripts_and_other_sites_cannot_use(browser: testclient.TestClient) -> None:
    browser.cookies.clear()
    cookie = browser.get("/").headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
    assert owner_of(cookies_of(cookie.partition(";")[0])[COOKIE])


def test_owner_is_not_the_secret_and_bad_secrets_own_nothing() -> None:
    owner = owner_of(SECRET)
    assert owner and SECRET not in owner and owner != owner_of(OTHER)
    assert [owner_of(bad) for bad in (None, "", "short", "a" * 200, "a b" * 20)] == [None] * 5


def test_other_host_name_is_refused(browser: testclient.TestClient) -> None:
    assert browser.get("/", headers={"host": "evil.invalid"}).status_code == 421


def test_request_from_another_site_is_refused(browser: testclient.TestClient) -> None:
    assert browser.post("/upload?name=a.txt", headers={"origin": "http://evil.invalid"}).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file/etc/passwd",
        "/gradio_api/proxy=http://evil.invalid",
        "/gradio_api/runs",
        "/gradio_api/mcp/sse",
        "/monitoring",
        "/docs",
        "/openapi.json",
        "/page/../server.py",
        "/page/server.py",
    ],
)
def test_routes_the_page_does_not_need_are_closed(browser: testclient.TestClient, path: str) -> None:
    assert browser.get(path).status_code == 404
    assert browser.post(path, content=b"x").status_code in (404, 405)


def test_every_file_of_the_page_is_there(browser: testclient.TestClient) -> None:
    named = re.findall(r'(?:src|href)="(/page/[^"]+)"', browser.get("/").text)
    assert {"/page/icon.svg", "/page/style.css", "/page/page.js"} <= set(named)
    assert [name for name in named if browser.get(name).status_code != 200] == []


# Sources, downloads, uploads


def test_source_gives_the_lines_around_a_citation(browser: testclient.TestClient) -> None:
    said = browser.get("/source?document=d1&line=44", headers=_as(SECRET)).json()
    assert said["document"] == "示例.txt"
    assert [44, "第44行的内容"] in said["lines"] and len(said["lines"]) == 17


@pytest.mark.parametrize("query", ["document=nothing&line=1", "document=d1&line=100000"])
def test_unknown_source_is_a_sentence(browser: testclient.TestClient, query: str) -> None:
    answer = browser.get(f"/source?{query}", headers=_as(SECRET))
    assert answer.status_code == 404 and "没有找到" in answer.json()["error"]


def test_draft_is_downloaded_by_its_owner_only(browser: testclient.TestClient, workspace: Workspace) -> None:
    kept = workspace.keep_draft(str(owner_of(SECRET)), "d1/project:1", DRAFT)
    mine = browser.get(f"/download/draft/{kept.id}.md", headers=_as(SECRET))
    assert mine.text.startswith(DRAFT.text)
    assert DRAFT.title in unquote(mine.headers["content-disposition"])
    assert browser.get(f"/download/draft/{kept.id}.md", headers=_as(OTHER)).status_code == 404
    browser.cookies.clear()
    assert browser.get(f"/download/draft/{kept.id}.md").status_code == 403


def test_downloads_leave_no_file_behind(browser: testclient.TestClient, workspace: Workspace, folder: Path) -> None:
    kept = workspace.keep_draft(str(owner_of(SECRET)), "d1/overall", DRAFT)
    word = browser.get(f"/download/draft/{kept.id}.docx", headers=_as(SECRET))
    assert word.content.startswith(b"PK")
    assert not list(folder.glob(".download-*"))


def test_draft_of_a_turn_is_downloaded_by_its_owner_only(browser: testclient.TestClient, workspace: Workspace) -> None:
    reply = Reply(Kind.DRAFT, "已起草。", Route.DRAFTING, draft=DRAFT)
    workspace.keep_turn(str(owner_of(SECRET)), "c1", "起草", reply)
    assert browser.get("/download/turn/c1/1.md", headers=_as(SECRET)).text.startswith(DRAFT.text)
    assert browser.get("/download/turn/c1/1.md", headers=_as(OTHER)).status_code == 404
    for missing in ("c1/2.md", "c1/0.md", "c1/x.md", "c1/1.exe", "c2/1.md"):
        assert browser.get(f"/download/turn/{missing}", headers=_as(SECRET)).status_code == 404
    assert workspace.conversation(str(owner_of(SECRET)), "c1") == Conversation().then("起草", reply)


@pytest.mark.parametrize("name", ["a.xyz", "../../a.xyz", "..\\a.xyz"])
def test_upload_leaves_nothing_behind(browser: testclient.TestClient, folder: Path, name: str) -> None:
    before = sorted(folder.rglob("*"))
    answer = browser.post(f"/upload?name={name}", content="机密内容QZQZ".encode(), headers=_as(SECRET))
    assert answer.json() == [{"path": "a.xyz", "status": "rejected", "reason": "格式不支持", "size": 16}]
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize(
    "name", ["长" * 200 + ".xyz", "甲\n乙.xyz", "\u202efdp.xyz", "甲\x07乙.xyz", " .xyz", "a.xyz\0.txt"]
)
def test_upload_with_a_broken_name_is_read_or_refused_in_a_sentence_and_leaves_nothing(
    browser: testclient.TestClient, folder: Path, name: str
) -> None:
    before = sorted(folder.rglob("*"))
    answer = browser.post("/upload", params={"name": name}, content=b"x", headers=_as(SECRET))
    said = answer.json()
    words = said["error"] if isinstance(said, dict) else said[0]["reason"]
    assert re.search("[\u4e00-\u9fff]", words) and not re.search(r"[A-Za-z]{5,}", words)
    assert sorted(folder.rglob("*")) == before


def test_upload_without_a_name_or_too_large_is_a_sentence(browser: testclient.TestClient) -> None:
    assert "没有名字" in browser.post("/upload?name=..", content=b"x", headers=_as(SECRET)).json()["error"]
    answer = browser.post("/upload?name=a.txt", content=bytes(LARGEST_FILE + 1), headers=_as(SECRET))
    assert answer.status_code == 413 and "超过 20 MB" in answer.json()["error"]


@pytest.mark.parametrize("path", ["/forget?document=nothing", "/replace?name=a.txt&document=nothing"])
def test_what_is_done_to_an_unknown_document_is_a_sentence(browser: testclient.TestClient, path: str) -> None:
    answer = browser.post(path, content=b"x", headers=_as(SECRET))
    assert answer.status_code == 404 and "没有找到这份文件" in answer.json()["error"]


def test_forgetting_is_noted_in_the_audit(browser: testclient.TestClient, workspace: Workspace) -> None:
    assert browser.post("/forget?document=d1", headers=_as(SECRET)).json() == {"forgotten": "示例.txt"}
    last = workspace.audit()[-1]
    assert (last.who, last.route, last.kind) == (owner_of(SECRET), "documents", "forgotten")
    assert last.documents == (("示例.txt", "ab" * 32),)


def test_audit_is_exported_whole_with_its_links(browser: testclient.TestClient, workspace: Workspace) -> None:
    workspace.note("甲", "records", "answer")
    rows = browser.get("/download/audit.jsonl", headers=_as(SECRET)).text.splitlines()
    assert [json.loads(row)["link"] for row in rows] == [entry.link for entry in workspace.audit()]


def test_list_of_a_turn_and_the_ledger_are_workbooks_without_formulas(
    browser: testclient.TestClient, workspace: Workspace
) -> None:
    grid = Grid(("项目", "预算数"), (('=HYPERLINK("http://evil.invalid")', "1,035.00 万元"), ("乙", "（空白）")))
    workspace.keep_turn(str(owner_of(SECRET)), "c9", "问", Reply(Kind.ANSWER, "见表", Route.RECORDS, grid=grid))
    sheet = _sheet(browser.get("/download/turn/c9/1.xlsx", headers=_as(SECRET)).content)
    assert [cell.value for cell in sheet[2]] == ['\'=HYPERLINK("http://evil.invalid")', 1035]
    assert sheet["A2"].data_type == "s" and sheet["B2"].number_format == '0.00"万元"'
    assert sheet["B3"].value == "（空白）"
    assert browser.get("/download/turn/c9/1.xlsx", headers=_as(OTHER)).status_code == 404
    ledger = _sheet(browser.get("/download/ledger.xlsx?words=示例", headers=_as(SECRET)).content)
    assert [cell.value for cell in ledger[2]][6:9] == ["示例项目", 35, 35]


def _sheet(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content)).active


# One question at a time


def test_page_answers_one_question_at_a_time_and_another_page_at_once() -> None:
    runs = Runs()
    first = runs.begin("甲")
    assert first is not None and runs.begin("甲") is None and runs.begin("乙") is not None
    runs.end("甲", first)
    assert runs.begin("甲") is not None


def test_stopped_question_is_no_longer_waited_for_and_cannot_end_the_next() -> None:
    runs = Runs()
    stopped = runs.begin("甲")
    runs.end("甲")
    following = runs.begin("甲")
    assert stopped is not None and following is not None
    runs.end("甲", stopped)
    assert not runs.going("甲", stopped) and runs.going("甲", following)


def test_edit_counts_once_for_each_page() -> None:
    runs = Runs()
    assert runs.first("甲", "1/100") and not runs.first("甲", "1/100")
    assert runs.first("乙", "1/100") and runs.first("甲", "1/200")
