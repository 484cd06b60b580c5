"""The tools for other makers' assistants, called by the protocol's own client over a real connection."""

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from assistant.users import Role, with_user, write_users
from assistant.web import server
from assistant.web.doors import Doors
from assistant.workspace import Workspace
from tests.page.scripted import DRAFT, ScriptedAssistant

mcp = pytest.importorskip("mcp", reason="mcp 未安装")
httpx2 = pytest.importorskip("httpx2")
ROOT = Path(__file__).parents[2]
PASSWORD = "password-0123"


@contextmanager
def _served(folder: Path, doors: Doors) -> Iterator[tuple[str, Workspace]]:
    import uvicorn

    workspace = Workspace.open(folder)
    server.prepare_environment(folder)
    listening = server.listen("127.0.0.1", 0)
    app = server.build_app(ScriptedAssistant(), workspace, folder, frozenset({"127.0.0.1"}), doors)  # type: ignore[arg-type]
    running = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}", workspace
    running.should_exit = True
    thread.join(20)
    listening.close()
    workspace.close()


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Workspace]]:
    with _served(tmp_path_factory.mktemp("local"), Doors(None)) as found:
        yield found


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Workspace]]:
    folder = tmp_path_factory.mktemp("office")
    users = with_user(with_user((), "viewer", Role.VIEWER, PASSWORD), "drafter", Role.DRAFTER, PASSWORD)
    write_users(folder / "users.toml", users)
    with _served(folder, Doors(folder / "users.toml")) as found:
        yield found


def _with(url: str, work: Any, name: str = "", mode: str = "auto") -> Any:
    """What `work` gives, done with a client that signs in as `name`."""
    from mcp.client import Client
    from mcp.client.streamable_http import streamable_http_client

    async def connected() -> Any:
        auth = httpx2.BasicAuth(name, PASSWORD) if name else None
        async with (
            httpx2.AsyncClient(auth=auth, timeout=30, trust_env=False) as http,
            Client(streamable_http_client(url, http_client=http), mode=mode) as client,
        ):
            return await work(client)

    with ThreadPoolExecutor(1) as pool:  # Playwright, where other tests opened it, keeps a loop running in this thread
        return pool.submit(asyncio.run, connected()).result()


def _names(url: str, name: str = "") -> list[str]:
    async def listed(client: Any) -> list[str]:
        return [tool.name for tool in (await client.list_tools()).tools]

    return list(_with(f"{url}/mcp", listed, name))


def _call(url: str, tool: str, arguments: dict[str, Any], name: str = "", mode: str = "auto") -> Any:
    async def called(client: Any) -> Any:
        return await client.call_tool(tool, arguments)

    return _with(url, called, name, mode)


@pytest.mark.parametrize("path", ["/mcp", "/gradio_api/mcp/"])
@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_client_of_old_and_new_protocol_gets_figures_with_their_source(
    local: tuple[str, Workspace], path: str, mode: str
) -> None:
    said = _call(f"{local[0]}{path}", "ask", {"turns": ["预算多少？", "那10月底呢？"]}, mode=mode)
    assert not said.is_error
    first = said.structured_content["replies"][0]
    assert first["figures"][0]["value"] == "17.50" and first["citations"][0]["line"] == 44
    assert json.loads(said.content[0].text) == said.structured_content


def test_all_tools_are_offered_and_none_changes_anything(local: tuple[str, Workspace]) -> None:
    async def listed(client: Any) -> Any:
        return (await client.list_tools()).tools

    tools = _with(f"{local[0]}/mcp", listed)
    assert [tool.name for tool in tools] == ["ask", "search", "records", "check", "draft"]
    assert all(tool.annotations.read_only_hint and tool.description and tool.title for tool in tools)


def test_records_and_findings_have_the_form_of_the_command(local: tuple[str, Workspace]) -> None:
    found = _call(f"{local[0]}/mcp", "records", {"words": "示例"}).structured_content
    assert found["total"] == 1 and found["records"][0]["plan"] == {"3": None, "6": "50"}
    assert _call(f"{local[0]}/mcp", "check", {}).structured_content == {"findings": []}


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("ask", {"turns": []}, "请给出 turns"),
        ("search", {"query": "机密★1年 甲"}, "密级标志"),
        ("check", {"document": "别的.txt"}, "没有这份文件"),
        ("forget", {}, "没有这个工具"),
        ("ask", {"turns": ["坏"]}, "内部错误，编号"),
    ],
)
def test_what_cannot_be_done_is_a_sentence_for_the_model(
    local: tuple[str, Workspace], tool: str, arguments: dict[str, Any], words: str
) -> None:
    said = _call(f"{local[0]}/mcp", tool, arguments)
    assert said.is_error and words in said.content[0].text and "QZ" not in said.content[0].text


def test_viewer_neither_sees_nor_can_call_the_draft_tool(office: tuple[str, Workspace]) -> None:
    url, workspace = office
    assert "draft" not in _names(url, "viewer") and "draft" in _names(url, "drafter")
    refused = _call(f"{url}/mcp", "draft", {}, "viewer")
    assert refused.is_error and "不能做这一步" in refused.content[0].text
    assert _call(f"{url}/mcp", "draft", {}, "drafter").structured_content["title"] == DRAFT.title
    assert [(entry.who, entry.route) for entry in workspace.audit()] == [("user:drafter", "drafting")]


@pytest.mark.parametrize("headers", [{}, {"authorization": "Basic !!"}, {"authorization": "Bearer x"}])
def test_without_a_password_nothing_is_told(office: tuple[str, Workspace], headers: dict[str, str]) -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    accept = {"accept": "application/json, text/event-stream"}
    answer = httpx2.post(f"{office[0]}/mcp", json=body, headers=accept | headers, trust_env=False)
    assert answer.status_code == 401 and "用户名和口令" in answer.text and "tools" not in answer.text


def test_there_is_no_stream_and_no_entry_for_pages_of_other_sites(local: tuple[str, Workspace]) -> None:
    assert httpx2.get(f"{local[0]}/mcp", trust_env=False).status_code == 405
    answer = httpx2.post(f"{local[0]}/mcp", json={}, headers={"origin": "http://evil.invalid"}, trust_env=False)
    assert answer.status_code == 403


def test_start_does_not_wait_for_the_library_and_the_first_request_finds_it(tmp_path: Path) -> None:
    script = """
import sys
from pathlib import Path
from assistant.web import server
from assistant.workspace import Workspace
from starlette.testclient import TestClient
from tests.page.scripted import ScriptedAssistant
folder = Path(sys.argv[1])
server.prepare_environment(folder)
app = server.build_app(ScriptedAssistant(), Workspace.open(folder), folder, None)
print("mcp" in sys.modules)
headers = {"accept": "application/json, text/event-stream"}
with TestClient(app, base_url="http://127.0.0.1:7860") as client:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    print(len(client.post("/mcp", json=body, headers=headers).json()["result"]["tools"]))
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "5"]
