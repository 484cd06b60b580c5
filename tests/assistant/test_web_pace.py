"""How much one person may ask for in a minute: their own share, refilled evenly, and told in a sentence."""

from pathlib import Path

import pytest

from assistant.types import Conversation
from assistant.users import Role, with_user, write_users
from assistant.web import server
from assistant.web.desk import Desk
from assistant.web.doors import Doors, Person
from assistant.web.pace import Deed, Pace, TooFast
from assistant.workspace import Workspace
from tests.page.scripted import ScriptedAssistant

testclient = pytest.importorskip("starlette.testclient", reason="starlette 未安装")
PASSWORD = "口令-一二三四五六"


def test_allowance_is_used_up_and_refills_evenly() -> None:
    now = [0.0]
    pace = Pace(clock=lambda: now[0])
    for _ in range(Deed.ASK.a_minute):
        pace.take("甲", Deed.ASK)
    with pytest.raises(TooFast, match="提问太频繁，请过 1 秒再试"):
        pace.take("甲", Deed.ASK)
    now[0] = 1.0
    for _ in range(Deed.ASK.a_minute // 60):
        pace.take("甲", Deed.ASK)
    with pytest.raises(TooFast):
        pace.take("甲", Deed.ASK)


def test_one_persons_haste_leaves_others_and_other_deeds_alone() -> None:
    pace = Pace(clock=lambda: 0.0)
    for _ in range(Deed.DRAFT.a_minute):
        pace.take("甲", Deed.DRAFT)
    pace.take("乙", Deed.DRAFT)
    pace.take("甲", Deed.ASK)


def test_question_too_many_is_a_sentence_and_programs_of_this_machine_are_not_counted(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path)
    desk = Desk(ScriptedAssistant(), workspace, tmp_path, Doors(None), pace=Pace(clock=lambda: 0.0))  # type: ignore[arg-type]
    person = Person("甲", Role.ADMIN)
    for _ in range(Deed.ASK.a_minute):
        desk.reply(person, Conversation(), "预算")
    with pytest.raises(TooFast, match="已有的内容不受影响"):
        desk.reply(person, Conversation(), "预算")
    for _ in range(Deed.CALL.a_minute + 1):
        desk.hold(Person("program", Role.ADMIN), Deed.CALL)
    workspace.close()


@pytest.mark.parametrize(
    ("deed", "path"), [(Deed.CALL, "/api/records"), (Deed.CALL, "/mcp"), (Deed.UPLOAD, "/upload?name=a.xyz")]
)
def test_calls_and_uploads_too_many_are_told_with_the_time_to_wait(tmp_path: Path, deed: Deed, path: str) -> None:
    write_users(tmp_path / "users.toml", with_user((), "写", Role.DRAFTER, PASSWORD))
    workspace, pace = Workspace.open(tmp_path), Pace(clock=lambda: 0.0)
    server.prepare_environment(tmp_path)
    doors = Doors(tmp_path / "users.toml")
    app = server.build_app(ScriptedAssistant(), workspace, tmp_path, None, doors, pace)  # type: ignore[arg-type]
    with testclient.TestClient(app, base_url="http://127.0.0.1:7860", follow_redirects=False) as client:
        client.post("/login", data={"name": "写", "password": PASSWORD})
        for _ in range(deed.a_minute):
            pace.take("user:写", deed)
        answer = client.post(path, json={})
    workspace.close()
    assert answer.status_code == 429 and "太频繁" in answer.json()["error"] and answer.headers["retry-after"] == "1"
