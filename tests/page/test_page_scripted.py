"""The page before prepared replies: hostile text from documents, slow and failing replies, a stop."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from assistant.web import server
from assistant.workspace import Workspace
from tests.page.browser import Desk, RunningApp, desk_of, free_port, running
from tests.page.scripted import EVIL, ScriptedAssistant

pytestmark = [pytest.mark.page, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def scripted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """The web application in a thread of this process, over the scripted assistant."""
    import uvicorn

    data = tmp_path_factory.mktemp("scripted")
    server.prepare_environment(data)
    workspace = Workspace.open(data)
    listening = server.listen("127.0.0.1", 0)
    app = server.build_app(ScriptedAssistant(), workspace, data, frozenset({"127.0.0.1"}))  # type: ignore[arg-type]
    running = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield RunningApp(f"http://127.0.0.1:{listening.getsockname()[1]}", data, data / "attempts.txt")
    running.should_exit = True
    thread.join(20)
    listening.close()
    workspace.close()


@pytest.fixture
def stage(scripted: RunningApp, chromium: Any) -> Iterator[Desk]:
    with desk_of(scripted, chromium) as opened:
        yield opened


def test_markup_in_documents_stays_text_in_every_tab(stage: Desk, scripted: RunningApp) -> None:
    stage.ask("示例项目预算多少？")
    assert EVIL in stage.last_reply.inner_text()
    stage.page.locator(".jx-text .jx-chip").last.hover()
    assert EVIL.split(">")[0] in stage.page.locator(".jx-text .jx-tip").last.inner_text()
    for name in ("项目台账", "起草", "文件"):
        stage.tab(name)
        stage.page.wait_for_timeout(500)
    assert EVIL.split(">")[0] in stage.page.locator("#documents").inner_text()
    assert (
        stage.page.locator(
            "#chat .message img, .prose img, .prose script, #chat .message a:not([href^='/download/'])"
        ).count()
        == 0
    )
    assert stage.page.title() == "绩效目标助手"
    assert scripted.outside_requests == []


def test_failing_reply_becomes_a_sentence_with_an_id_and_no_detail(stage: Desk) -> None:
    said = stage.ask("坏")
    assert "内部错误，编号" in said
    assert "QZ" not in stage.page.locator("body").inner_text()
    assert "17.50 万元" in stage.ask("示例项目预算多少？")


def test_stop_ends_the_wait_and_the_next_question_is_answered(stage: Desk) -> None:
    stage.page.fill("#question textarea", "慢一点")
    stage.page.keyboard.press("Enter")
    stage.page.click("#stop")
    stage.page.wait_for_selector("#send", state="visible")
    assert "正在查找" not in stage.page.locator("#chat").inner_text()
    assert "17.50 万元" in stage.ask("示例项目预算多少？")


def test_sentences_appear_as_they_are_verified(stage: Desk) -> None:
    stage.page.fill("#question textarea", "逐句说")
    stage.page.keyboard.press("Enter")
    stage.page.get_by_text("第一句已核对").wait_for()
    assert "第二句" not in stage.page.locator("#chat").inner_text()
    stage.page.get_by_text("第二句已核对").wait_for()
    assert stage.page.locator("#stop").is_visible()
    stage.page.locator("#chat").get_by_text("17.50 万元").first.wait_for()
    stage.page.wait_for_selector("#send", state="visible")
    assert "第一句" not in stage.last_reply.inner_text()  # the whole stands for its parts


def test_copy_takes_the_reply_without_its_quotes(stage: Desk) -> None:
    stage.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    stage.ask("示例项目预算多少？")
    stage.page.locator(".jx-copy").last.click()
    stage.page.get_by_text("已复制").wait_for()
    copied = stage.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("到6月底要花 17.50 万元") and "第 44 行" not in copied


def test_refused_upload_is_told_with_its_reason(stage: Desk, tmp_path: Path) -> None:
    file = tmp_path / "a.xyz"
    file.write_bytes(b"x")
    stage.tab("文件")
    stage.page.set_input_files("#jx-upload input[type=file]", file)
    stage.page.get_by_text("a.xyz：未读入：格式不支持").wait_for()


def test_thumb_down_is_kept(stage: Desk, scripted: RunningApp) -> None:
    stage.ask("示例项目预算多少？")
    stage.page.locator(
        "#chat button[aria-label*='islike'], #chat button[title*='islike'], #chat [aria-label*='踩']"
    ).first.click()
    stage.page.wait_for_timeout(800)
    engine = sa.create_engine(f"sqlite:///{scripted.data}/workspace.sqlite")
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT turn, verdict FROM feedback").fetchall()
    engine.dispose()
    assert [tuple(row) for row in rows] == [(1, "down")]


def test_second_question_while_one_is_answered_waits_in_the_box_and_loses_nothing(stage: Desk) -> None:
    stage.page.fill("#question textarea", "慢一点")
    stage.page.keyboard.press("Enter")
    stage.page.wait_for_selector("#stop", state="visible")
    stage.page.fill("#question textarea", "示例项目预算多少？")
    stage.page.keyboard.press("Enter")
    stage.reply_after(0)
    assert stage.page.locator(".jx-said").all_inner_texts() == ["慢一点"]
    assert stage.page.input_value("#question textarea") == "示例项目预算多少？"


def test_stopped_question_is_not_kept(stage: Desk, scripted: RunningApp) -> None:
    stage.page.fill("#question textarea", "慢QZ停")
    stage.page.keyboard.press("Enter")
    stage.page.click("#stop")
    stage.page.wait_for_selector("#send", state="visible")
    stage.page.wait_for_timeout(4000)
    assert "慢QZ停".encode() not in b"".join(path.read_bytes() for path in scripted.data.rglob("*.sqlite*"))


def test_server_that_went_away_is_told_in_chinese(tmp_path: Path, chromium: Any) -> None:
    with running(tmp_path / "data", free_port()) as app, desk_of(app, chromium) as desk:
        assert app.process is not None
        app.process.terminate()
        app.process.wait(90)  # on a busy machine what it still imports takes its time
        desk.page.fill("#question textarea", "预算多少？")
        desk.page.keyboard.press("Enter")
        desk.page.get_by_text("连接中断").first.wait_for()
        assert "Connection" not in desk.page.locator("body").inner_text()
