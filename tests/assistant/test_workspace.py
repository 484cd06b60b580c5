"""The workspace keeps what people wrote, for them alone, across restarts; its audit cannot be rewritten unnoticed."""

import sqlite3
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from assistant.errors import WorkspaceError
from assistant.types import (
    Change,
    Citation,
    Draft,
    DraftCell,
    DraftParagraph,
    DraftTable,
    Figure,
    Grid,
    Kind,
    Origin,
    Reply,
    Route,
    Sentence,
)
from assistant.understanding.types import (
    Aggregate,
    Comparison,
    Filter,
    Intent,
    Mention,
    ProjectKey,
    SectionRef,
    Span,
    Understanding,
)
from assistant.workspace import Feedback, Workspace, first_broken_link
from assistant.workspace.file import MIGRATIONS
from assistant.workspace.focus import focus_from_json
from corpus.types import Finding, Level, SectionKind, Source

DRAFT = Draft(
    kind="project",
    title="舆情监测绩效目标",
    year=2026,
    text="开展监测。预算【待填：2026年预算数（万元）】。",
    sentences=(Sentence("开展监测。", Origin.KEPT, ("第二部分 › 4（第362行）",)), Sentence("预算", Origin.BLANK)),
    blanks=("2026年预算数（万元）",),
    findings=(Finding("vague", Level.WARNING, "笼统", "写明数量", Source(("第二部分",), line=362), "开展"),),
    changes=(Change("2025年", "2026年", "年度更新"),),
    blocks=(
        DraftParagraph(1, (Sentence("一、目标", Origin.NEW, ("由用户提供",)),)),
        DraftTable("表", "单位：万元", 2, ((DraftCell("预算数", 1, 2, True, ("第44行",)), DraftCell("")),), 1),
    ),
)
REPLY = Reply(
    kind=Kind.ANSWER,
    text="**17.50 万元** [1]",
    route=Route.RECORDS,
    question="到6月底要花多少？",
    figures=(Figure(Decimal("17.50"), "万元", "35.00 万元 × 50%", (1,)),),
    citations=(Citation(1, "示例.txt", "第二部分 › 6月底", "50%", 351, "abc"),),
    grid=Grid(("项目", "预算数"), (("甲", "35.00"),)),
    draft=DRAFT,
)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    opened = Workspace.open(tmp_path)
    yield opened
    opened.close()


def test_conversation_is_there_after_reopening_with_every_part_of_its_replies(tmp_path: Path) -> None:
    first = Workspace.open(tmp_path)
    first.keep_turn("甲", "c1", "到6月底？", REPLY)
    first.close()
    again = Workspace.open(tmp_path)
    found = again.conversation("甲", "c1")
    again.close()
    assert found is not None
    assert [(turn.message, turn.reply) for turn in found.turns] == [("到6月底？", REPLY)]


def test_other_owner_sees_changes_and_deletes_nothing(workspace: Workspace) -> None:
    workspace.keep_turn("甲", "c1", "问", REPLY)
    kept = workspace.keep_draft("甲", "项目4", DRAFT)
    assert workspace.conversation("乙", "c1") is None
    assert workspace.conversations("乙") == ()
    assert workspace.draft("乙", kept.id) is None
    assert workspace.draft_versions("乙", "项目4") == ()
    assert not workspace.rename("乙", "c1", "改名")
    assert not workspace.delete_conversation("乙", "c1")
    workspace.drop_turns_from("乙", "c1", 1)
    with pytest.raises(WorkspaceError):
        workspace.keep_turn("乙", "c1", "插话", REPLY)
    with pytest.raises(WorkspaceError):
        workspace.keep_feedback("乙", Feedback("c1", 1, "down", ""))
    found = workspace.conversation("甲", "c1")
    assert found is not None and len(found.turns) == 1


def test_deleted_conversation_leaves_no_byte_on_disk(workspace: Workspace, tmp_path: Path) -> None:
    workspace.keep_turn("甲", "c1", "一句独特的话QZ", REPLY)
    assert workspace.delete_conversation("甲", "c1")
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert "独特的话QZ".encode() not in kept


def test_conversations_list_the_last_changed_first_and_can_be_searched(workspace: Workspace) -> None:
    workspace.keep_turn("甲", "c1", "预算数是多少", REPLY)
    workspace.keep_turn("甲", "c2", "有哪些项目", REPLY)
    workspace.keep_turn("甲", "c1", "那6月底呢", REPLY)
    assert [(info.id, info.turns) for info in workspace.conversations("甲")] == [("c1", 2), ("c2", 1)]
    assert [info.id for info in workspace.conversations("甲", "哪些")] == ["c2"]
    assert [info.id for info in workspace.conversations("甲", "6月底")] == ["c1"]
    assert [info.id for info in workspace.conversations("甲", "%")] == []


def test_turns_dropped_for_a_retry_are_numbered_anew(workspace: Workspace) -> None:
    workspace.keep_turn("甲", "c1", "一", REPLY)
    workspace.keep_turn("甲", "c1", "二", REPLY)
    workspace.drop_turns_from("甲", "c1", 2)
    assert workspace.keep_turn("甲", "c1", "三", REPLY) == 2


def test_draft_versions_count_by_subject_and_keep_their_content(workspace: Workspace) -> None:
    workspace.keep_draft("甲", "项目4", DRAFT)
    second = workspace.keep_draft("甲", "项目4", replace(DRAFT, title="改"))
    other = workspace.keep_draft("甲", "总体", DRAFT)
    assert [(kept.version, kept.draft.title) for kept in workspace.draft_versions("甲", "项目4")] == [
        (2, "改"),
        (1, DRAFT.title),
    ]
    assert (second.version, other.version) == (2, 1)
    assert workspace.draft("甲", other.id) == other


def test_feedback_on_a_turn_replaces_the_earlier_one(workspace: Workspace) -> None:
    workspace.keep_turn("甲", "c1", "一", REPLY)
    workspace.keep_feedback("甲", Feedback("c1", 1, "up", ""))
    workspace.keep_feedback("甲", Feedback("c1", 1, "down", "数字不对"))
    assert workspace.feedback("甲") == (Feedback("c1", 1, "down", "数字不对"),)


def test_audit_keeps_no_message_unless_given_and_its_chain_holds(workspace: Workspace) -> None:
    workspace.note("甲", "records", "answer", (("示例.txt", "ab"),))
    workspace.note("甲", "policy", "refusal")
    entries = workspace.audit()
    assert [(e.route, e.kind, e.documents, e.message) for e in entries] == [
        ("records", "answer", (("示例.txt", "ab"),), None),
        ("policy", "refusal", (), None),
    ]
    assert first_broken_link(entries) is None


@pytest.mark.parametrize("spoil", ["changed", "cut", "moved"])
def test_audit_that_was_tampered_with_is_noticed(workspace: Workspace, spoil: str) -> None:
    for kind in ("answer", "refusal", "draft"):
        workspace.note("甲", "records", kind)
    one, two, three = workspace.audit()
    spoilt = {
        "changed": (one, replace(two, kind="answer"), three),
        "cut": (one, three),
        "moved": (two, one, three),
    }[spoil]
    assert first_broken_link(spoilt) is not None


def test_audit_entries_cannot_be_changed_or_deleted_through_sql(workspace: Workspace, tmp_path: Path) -> None:
    workspace.note("甲", "records", "answer")
    engine = sa.create_engine(f"sqlite:///{tmp_path}/workspace.sqlite")
    for statement in ("DELETE FROM audit", "UPDATE audit SET who = '乙'"):
        with pytest.raises(sa.exc.DBAPIError), engine.begin() as connection:
            connection.exec_driver_sql(statement)
    engine.dispose()
    assert [entry.who for entry in workspace.audit()] == ["甲"]


def test_file_is_for_its_owner_only(workspace: Workspace, tmp_path: Path) -> None:
    assert stat.S_IMODE((tmp_path / "workspace.sqlite").stat().st_mode) == 0o600


def test_many_writers_at_once_lose_nothing(workspace: Workspace) -> None:
    def ask(number: int) -> None:
        workspace.keep_turn("甲", f"c{number % 4}", f"问{number}", REPLY)
        workspace.note("甲", "records", "answer")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(40)))
    assert sum(info.turns for info in workspace.conversations("甲")) == 40
    assert len(workspace.audit()) == 40
    assert first_broken_link(workspace.audit()) is None


def test_newer_workspace_is_refused_in_plain_words(tmp_path: Path) -> None:
    Workspace.open(tmp_path).close()
    engine = sa.create_engine(f"sqlite:///{tmp_path}/workspace.sqlite")
    with engine.begin() as connection:
        connection.exec_driver_sql(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    engine.dispose()
    with pytest.raises(WorkspaceError, match="新版本"):
        Workspace.open(tmp_path)


def test_damaged_file_is_reported_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "workspace.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(WorkspaceError, match="损坏"):
        Workspace.open(tmp_path)


def test_what_a_conversation_is_about_is_kept_with_it(workspace: Workspace) -> None:
    focus = Understanding(
        "那10月底呢？",
        Intent.RECORDS,
        mentions=(Mention("舆情监测", (ProjectKey("d1", 4),)),),
        spans=(Span(10, words="10月底"),),
        filters=(Filter("total", Comparison.OVER, Decimal("10.50")),),
        section=SectionRef(SectionKind.SAFEGUARD, (3,)),
        aggregate=Aggregate.SUM,
        given_plan=((6, Decimal("50")),),
        pending=Understanding("哪一个？", options=(ProjectKey("d1", 1),)),
    )
    workspace.keep_turn("甲", "c1", "问", replace(REPLY, focus=focus))
    found = workspace.conversation("甲", "c1")
    assert found is not None and found.turns[0].reply.focus == focus


@pytest.mark.parametrize("kept", [None, {"message": 3}, {"message": "问", "no_such_key": 1}, {"intent": "x"}, []])
def test_focus_of_another_version_is_left_out(kept: object) -> None:
    assert focus_from_json(kept) is None


def test_fifty_writers_at_once_all_get_their_turn(tmp_path: Path) -> None:
    opened = Workspace.open(tmp_path)

    def write(number: int) -> None:
        for _ in range(20):
            opened.note(f"甲{number}", "records", "answer")

    with ThreadPoolExecutor(50) as pool:
        list(pool.map(write, range(50)))
    entries = opened.audit()
    opened.close()
    assert len(entries) == 1000 and first_broken_link(entries) is None


def test_audit_is_read_a_page_at_a_time_and_checked_one_by_one(workspace: Workspace) -> None:
    for number in range(25):
        workspace.note("甲", "records", f"k{number}")
    first = workspace.audit_page(count=10)
    assert [entry.number for entry in first] == list(range(25, 15, -1))
    second = workspace.audit_page(first[-1].number, 10)
    assert [entry.number for entry in second] == list(range(15, 5, -1))
    assert [entry.number for entry in workspace.audit_page(6, 10)] == [5, 4, 3, 2, 1]
    state = workspace.audit_state()
    assert (state.count, state.broken, state.last_link) == (25, None, first[0].link)


def test_state_names_the_first_entry_that_was_rewritten(workspace: Workspace, tmp_path: Path) -> None:
    for _ in range(5):
        workspace.note("甲", "records", "answer")
    database = sqlite3.connect(tmp_path / "workspace.sqlite")
    database.executescript("DROP TRIGGER audit_is_never_changed; UPDATE audit SET who = '乙' WHERE number = 3;")
    database.close()
    assert workspace.audit_state().broken == 3
