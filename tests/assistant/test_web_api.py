"""The interface for other programs: the same answers and rights as the page."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.users import Role, with_user, write_users
from assistant.web import server
from assistant.web.doors import Doors
from assistant.workspace import Workspace
from tests.page.scripted import DRAFT, ScriptedAssistant

testclient = pytest.importorskip("starlette.testclient", reason="starlette 未安装")
PASSWORD = "口令-一二三四五六"


def _client(folder: Path, doors: Doors) -> Iterator[testclient.TestClient]:
    workspace = Workspace.open(folder)
    server.prepare_environment(folder)
    app = server.build_app(ScriptedAssistant(), workspace, folder, None, doors)  # type: ignore[arg-type]
    with testclient.TestClient(app, base_url="http://127.0.0.1:7860") as client:
        yield client
    workspace.close()


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[testclient.TestClient]:
    yield from _client(tmp_path_factory.mktemp("local"), Doors(None))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[testclient.TestClient]:
    folder = tmp_path_factory.mktemp("office")
    users = with_user(with_user((), "viewer", Role.VIEWER, PASSWORD), "drafter", Role.DRAFTER, PASSWORD)
    write_users(folder / "users.toml", users)
    yield from _client(folder, Doors(folder / "users.toml"))


def test_ask_replies_to_each_turn_in_the_form_of_the_command(local: testclient.TestClient) -> None:
    replies = local.post("/api/ask", json={"turns": ["预算多少？", "那10月底呢？"]}).json()["replies"]
    assert [reply["kind"] for reply in replies] == ["answer", "answer"]
    assert replies[0]["figures"][0]["value"] == "17.50" and replies[0]["citations"][0]["line"] == 44


def test_records_and_check_give_public_fields(local: testclient.TestClient) -> None:
    (record,) = local.post("/api/records", json={}).json()["records"]
    assert record["total"] == "35.00" and record["plan"] == {"3": None, "6": "50"}
    assert local.post("/api/check", json={"document": "示例.txt"}).json() == {"findings": []}
    assert local.post("/api/check", json={"document": "别的.txt"}).status_code == 404


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("ask", {}),
        ("ask", {"turns": []}),
        ("ask", {"turns": [1]}),
        ("ask", {"turns": ["问"] * 21}),
        ("search", {"query": ""}),
        ("search", {"query": "甲", "top": 0}),
        ("search", {"query": "甲", "top": True}),
        ("search", {"query": "机密★1年 甲"}),
        ("draft", {"part": "everything"}),
        ("draft", {"year": "2026"}),
        ("draft", {"project": 3}),
        ("draft", {"instruction": "秘密★1年"}),
    ],
)
def test_wrong_content_is_a_sentence(local: testclient.TestClient, name: str, body: dict[str, object]) -> None:
    answer = local.post(f"/api/{name}", json=body)
    assert answer.status_code == 400 and answer.json()["error"]


def test_what_is_no_json_object_is_refused(local: testclient.TestClient) -> None:
    json_type = {"content-type": "application/json"}
    assert local.post("/api/ask", content=b"turns=1").status_code == 415
    assert local.post("/api/ask", content=b"[" * 100_000, headers=json_type).status_code == 400
    assert local.post("/api/ask", content=b"[]", headers=json_type).status_code == 400
    assert local.post("/api/ask", content=bytes(300_000), headers=json_type).status_code == 413
    assert local.post("/api/forget", json={}).status_code == 404


def test_page_of_another_site_cannot_call(local: testclient.TestClient) -> None:
    answer = local.post("/api/records", json={}, headers={"origin": "http://evil.invalid"})
    assert answer.status_code == 403


@pytest.mark.parametrize("name", ["ask", "search", "records", "draft", "check"])
def test_program_without_a_password_gets_nothing(office: testclient.TestClient, name: str) -> None:
    for headers in ({}, {"authorization": "Basic !!"}, {"authorization": "Bearer x"}):
        answer = office.post(f"/api/{name}", json={"turns": ["预算"]}, headers=headers)
        assert answer.status_code == 401 and "35.00" not in answer.text


def test_drafts_are_for_drafters_by_draft_and_by_ask(office: testclient.TestClient) -> None:
    viewer, drafter = ("viewer", PASSWORD), ("drafter", PASSWORD)
    assert office.post("/api/draft", json={}, auth=drafter).json()["title"] == DRAFT.title
    assert office.post("/api/draft", json={}, auth=viewer).status_code == 403
    said = office.post("/api/ask", json={"turns": ["起草"]}, auth=viewer).json()["replies"][0]
    assert said["kind"] == "refusal" and "不能做这一步" in said["text"]


def test_every_call_is_in_the_description() -> None:
    text = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")
    assert all(f"`/api/{name}`" in text for name in ("ask", "search", "records", "draft", "check"))
