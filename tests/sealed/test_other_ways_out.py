"""The two worlds by every other way out: the command, the interface, the page's events, files, audit, model and disk."""

import json
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assistant.engine import Assistant
from assistant.settings import Settings
from assistant.types import Conversation
from assistant.workspace import Workspace
from tests.model_server import ModelServer, echoes, replies
from tests.sealed.attacking import Attack, attacks
from tests.sealed.worlds import FIRST, MARKED, OPEN, SEALED, SECOND, bytes_on_disk, found_canaries, opened, texts

CANARIES = (*FIRST.canaries, *SECOND.canaries)
ON_DISK = (*FIRST.on_disk, *SECOND.on_disk)
OWNER = "tester"
# What differs from run to run, and nothing else: times, durations, random ids.
_UNSTEADY = (
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d[\d:.]*(?:Z|\+00:00)?"), "TIME"),
    (re.compile(r'"elapsed_ms": ?[\d.e-]+'), "ELAPSED"),
    (re.compile(r"data-[\w-]*(?:id|key)=\"[\w-]{16,}\""), "ID"),
)


_UNSTEADY_EVENT = re.compile(
    r'"event_id": ?"\w+"|"(?:duration|average_duration|cache_duration|avg_time|time_limit|rank_eta|eta)": ?[\d.e-]+'
    r"|[\w-]{22}(?=[\"/#\\])|[\w-]{22}$"
)


def steady(text: str, *folders: Path) -> str:
    for folder in folders:
        text = text.replace(str(folder), "FOLDER")
    for pattern, name in _UNSTEADY:
        text = pattern.sub(name, text)
    return text


def one_of_each_family() -> list[Attack]:
    """Two attacks of each family: every kind of question, quickly."""
    found: dict[str, list[Attack]] = {}
    for attack in attacks():
        found.setdefault(attack.family, []).append(attack)
    return [attack for of_family in found.values() for attack in of_family[:2]]


def differing(here: list[str], there: list[str]) -> list[str]:
    assert len(here) == len(there)
    return [_first_difference(a, b) for a, b in zip(here, there, strict=True) if a != b]


def _first_difference(here: str, there: str) -> str:
    at = next((n for n, (a, b) in enumerate(zip(here, there, strict=False)) if a != b), min(len(here), len(there)))
    return f"...{here[max(0, at - 80) : at + 80]}... <> ...{there[max(0, at - 80) : at + 80]}..."


def leaks(said: list[str], typed: str) -> list[str]:
    return [canary for canary in found_canaries("\n".join(said).encode(), CANARIES) if canary not in typed]


# --- the command


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    return [
        _commanded(tmp_path_factory.mktemp(name), texts(secrets)) for name, secrets in (("1", FIRST), ("2", SECOND))
    ]


def _commanded(folder: Path, files: dict[str, str]) -> list[str]:
    from assistant.cli import app

    runner = CliRunner()
    (folder / "in").mkdir()
    for name, text in files.items():
        (folder / "in" / name).write_text(text, "utf-8")
    name = next(iter(files))
    ways = [
        ["ingest", str(folder / "in"), "--json"],
        ["ingest", str(folder / "in"), "--json"],
        ["ingest", str(folder / "in")],
        ["documents", "--json"],
        ["documents"],
        ["records", "--json"],
        ["records", "--csv"],
        ["records"],
        ["check", "--json"],
        ["check", name, "--json"],
        ["check", str(folder / "in" / name), "--json"],
        ["check", str(folder / "in" / name)],
        ["search", "重点点位覆盖率", "--top", "50", "--json"],
        ["search", "前端设备", "--top", "50"],
        ["rebuild"],
        *(["draft", "--project", project, "--json"] for project in (MARKED, SEALED, OPEN)),
        *(["draft", "--part", part, "--json"] for part in ("overall", "itemised", "safeguards", "document")),
        ["draft", "--project", MARKED, "--out", str(folder / "a.docx")],
        ["draft", "--part", "document", "--out", str(folder / "b.md")],
        ["ask", f"{MARKED}的重点点位覆盖率是多少？", "大于95%吗？", "列出它的指标", "--json"],
        ["forget", name, "--json"],
        ["documents", "--json"],
    ]
    said = []
    for way in ways:
        result = runner.invoke(app, ["--data", str(folder / "data"), *way])
        said.append(steady(f"{way[0]} {result.exit_code}\n{result.stdout}\n{result.stderr}", folder))
    with zipfile.ZipFile(folder / "a.docx") as archive:
        said += [steady(archive.read(part).decode("utf-8", "replace")) for part in sorted(archive.namelist())]
    return [*said, (folder / "b.md").read_text("utf-8")]


def test_command_says_the_same_in_both_worlds(commands: list[list[str]]) -> None:
    here, there = commands
    assert differing(here, there) == []
    assert leaks([*here, *there], "") == []
    assert "已" in here[0] or "added" in here[0]


# --- interface, page and files over HTTP


@dataclass
class Served:
    client: Any
    folder: Path
    workspace: Workspace
    assistant: Assistant


@contextmanager
def served(folder: Path, files: dict[str, str]) -> Iterator[Served]:
    testclient = pytest.importorskip("starlette.testclient", reason="no test client")
    from assistant.web import server

    with opened(folder, files) as assistant:
        data = folder / "data"
        server.prepare_environment(data)
        workspace = Workspace.open(data)
        app = server.build_app(assistant, workspace, data, frozenset({"127.0.0.1"}))
        cookie = {"cookie": f"jixiao_browser={'a' * 43}"}
        with testclient.TestClient(app, base_url="http://127.0.0.1:7860", headers=cookie) as client:
            yield Served(client, folder, workspace, assistant)
        workspace.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Served]]:
    folder = tmp_path_factory.mktemp("served")
    with served(folder / "1", texts(FIRST)) as first, served(folder / "2", texts(SECOND)) as second:
        yield first, second


def _called(world: Served) -> list[str]:
    """The interface for programs, files and lines; every answer with its status."""
    client = world.client
    [info] = world.assistant.documents()
    asked = [client.post("/api/ask", json={"turns": list(a.turns)}) for a in one_of_each_family()]
    asked += [client.post("/api/search", json={"query": query, "top": 50}) for query in ("指标值", *ON_DISK)]
    asked += [client.post(f"/api/{name}", json={}) for name in ("records", "check", "draft")]
    asked += [
        client.post("/api/draft", json={"project": name, "instruction": "指标与今年一致"}) for name in (MARKED, SEALED)
    ]
    asked += [client.get("/source", params={"document": info.id, "line": line}) for line in range(1, 220, 8)]
    said = [f"{r.status_code} {r.text}" for r in asked]
    book = zipfile.ZipFile(BytesIO(client.get("/download/ledger.xlsx").content))
    said += [book.read(part).decode() for part in sorted(book.namelist()) if part.endswith(".xml")]
    return [steady(text, world.folder) for text in said]


def test_interface_files_and_lines_are_the_same_in_both_worlds(pages: tuple[Served, Served]) -> None:
    here, there = map(_called, pages)
    assert differing(here, there) == []
    typed = "\n".join([*ON_DISK, *(turn for a in one_of_each_family() for turn in a.turns)])
    assert leaks([*here, *there], typed) == []


def _configured(world: Served) -> list[str]:
    """What stands on the page before anything is asked; the numbers of its pieces go on from page to page."""
    config = world.client.get("/config").json()
    pieces = [json.dumps([c["type"], c["props"]], ensure_ascii=False) for c in config["components"]]
    html = re.sub(
        r"window\.gradio_config.*?</script>|nonce=\"[\w-]+\"", "", world.client.get("/").text, flags=re.DOTALL
    )
    return [steady(piece, world.folder) for piece in (*pieces, html)]


def test_page_as_it_opens_is_the_same_in_both_worlds(pages: tuple[Served, Served]) -> None:
    here, there = map(_configured, pages)
    assert len(here) > 50
    assert differing(here, there) == []
    assert leaks([*here, *there], "") == []


def _event(world: Served, target: str, data: list[Any]) -> str:
    """What the page is sent for one event, as a browser would ask for it; any event can be asked for by its number."""
    client = world.client
    config = client.get("/config").json()
    ids = {c["props"].get("elem_id"): c["id"] for c in config["components"] if c["props"].get("elem_id")}
    number = next(d["id"] for d in config["dependencies"] for t in d["targets"] if t[0] == ids[target])
    session = "sealedsession"
    client.post("/gradio_api/queue/join", json={"data": data, "fn_index": number, "session_hash": session})
    with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as answer:
        return "\n".join(answer.iter_lines())


def _asked_at_the_page(world: Served) -> list[str]:
    questions = (f"{MARKED}的指标", f"{SEALED}的指标值是多少", "列出全部指标", "哪些行涉密", "预算合计多少")
    said = []
    for question in questions:
        said.append(steady(_UNSTEADY_EVENT.sub("", _event(world, "send", [question, None, None, ""])), world.folder))
    return said


def test_events_of_the_page_are_the_same_in_both_worlds(pages: tuple[Served, Served]) -> None:
    here, there = map(_asked_at_the_page, pages)
    assert all("process_completed" in said and "涉密" in "".join(here) for said in here)
    assert differing(here, there) == []
    assert leaks([*here, *there], "") == []


# What is typed with a mark: at the page, in the interface, as a search, a draft, a name of a file.
TYPED = "灯塔九九一七"


@pytest.mark.parametrize("mark", ["秘密★1年", "機密★啟用前", "【机密】", "密级：绝密", "秘\u200b密☆3年"])
def test_what_is_typed_with_a_mark_is_kept_nowhere(pages: tuple[Served, Served], mark: str) -> None:
    said = f"{mark}\n{TYPED}的指标值是多少"
    for world in pages:  # both: what they keep is compared further on
        shown, answers = _event(world, "send", [said, None, None, ""]), _sent_everywhere(world, mark, said)
        assert "process_completed" in shown
        assert TYPED not in "".join(answer.text for answer in answers[:3])
        assert "拒绝" in answers[3].text or "rejected" in answers[3].text
        for path, data in bytes_on_disk(world.folder / "data"):
            assert found_canaries(data, [TYPED]) == [], path.name


def _sent_everywhere(world: Served, mark: str, said: str) -> list[Any]:
    client = world.client
    return [
        client.post("/api/ask", json={"turns": ["预算合计多少", said, "刚才我说了什么"]}),
        client.post("/api/search", json={"query": said}),
        client.post("/api/draft", json={"project": OPEN, "instruction": said}),
        client.post("/upload", params={"name": f"{TYPED}.txt"}, content=f"{mark}\n\n{said}".encode()),
    ]


# --- what is kept


def _kept(world: Served) -> list[str]:
    """The audit, its export, and every row of the workspace; times, ids and links aside."""
    rows = []
    for attack in one_of_each_family():
        said = Conversation()
        for turn in attack.turns:
            reply = world.assistant.reply(said, turn)
            said = said.then(turn, reply)
            world.workspace.keep_turn(OWNER, f"c-{attack.id}", turn, reply)
            world.workspace.note(OWNER, reply.route.value, reply.kind.value)
    database = sqlite3.connect(world.folder / "data" / "workspace.sqlite")
    for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall():
        names = [column[1] for column in database.execute(f"PRAGMA table_info({table})")]
        shown = [name for name in names if name not in ("at", "created", "changed", "link", "id", "conversation")]
        rows += [steady(f"{table} {row}") for row in database.execute(f"SELECT {','.join(shown)} FROM {table}")]
    database.close()
    return rows


def test_workspace_and_audit_are_the_same_in_both_worlds(pages: tuple[Served, Served]) -> None:
    here, there = map(_kept, pages)
    assert len(here) > 100
    assert differing(here, there) == []
    typed = "\n".join([*ON_DISK, *(turn for a in one_of_each_family() for turn in a.turns)])
    assert leaks([*here, *there], typed) == []


def test_nothing_on_disk_holds_a_classified_byte_after_all_of_it(pages: tuple[Served, Served]) -> None:
    typed = "\n".join(turn for a in one_of_each_family() for turn in a.turns)
    wanted = [canary for canary in ON_DISK if canary not in typed]
    for world in pages:
        world.assistant.warm()
        names = {path.name for path, _ in bytes_on_disk(world.folder / "data")}
        assert {"knowledge.db", "workspace.sqlite"} <= names and any("chroma" in name for name in names)
        found = {
            p.name: hit for p, data in bytes_on_disk(world.folder / "data") if (hit := found_canaries(data, wanted))
        }
        assert found == {}


# --- a model


def _told_a_model(folder: Path, files: dict[str, str]) -> tuple[list[str], str]:
    """The replies with a model that repeats its whole prompt, and all that was ever sent to it."""
    pytest.importorskip("langchain_openai", reason="no model client")
    with opened(folder, files):
        pass
    given = []
    asked = [
        *one_of_each_family(),
        Attack("t", "t", ("总结一下保障措施",)),
        Attack("t", "t", ("智慧安防建设怎么推进？",)),
    ]
    for act in (echoes(), replies(lambda _: {"intent": "records", "projects": [MARKED], "fields": ["total"]})):
        with ModelServer(act) as server:
            settings = Settings(
                data=folder / "data", model="openai:scripted", model_url=server.url, model_key="k", model_seconds="3"
            )
            assistant = Assistant.open(settings)
            for attack in asked:
                said = Conversation()
                for turn in attack.turns[:2]:
                    reply = assistant.reply(said, turn)
                    said = said.then(turn, reply)
                    given.append(steady(json.dumps(reply.as_json(), ensure_ascii=False)))
            assistant.close()
            assert server.requests
            given.append(steady(server.sent))
    return given, "\n".join(turn for attack in asked for turn in attack.turns)


def test_model_is_sent_the_same_in_both_worlds_and_echoing_it_gives_nothing(tmp_path: Path) -> None:
    (here, typed), (there, _) = (
        _told_a_model(tmp_path / name, texts(secrets)) for name, secrets in (("1", FIRST), ("2", SECOND))
    )
    assert differing(here, there) == []
    assert leaks([*here, *there], typed) == []
