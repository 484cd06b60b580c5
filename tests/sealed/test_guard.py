"""The second line: what a faulty handler, draft or model says of a classified row does not go out."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from assistant import guard
from assistant.engine import Assistant
from assistant.errors import DraftError
from assistant.holdings import Holdings
from assistant.types import Citation, Conversation, DraftCell, DraftTable, Figure, Kind, Reply, Route
from corpus.types import CellState
from tests.sealed.attacking import attacks, controls
from tests.sealed.worlds import FIRST, MARKED, OPEN, SEALED, opened, texts

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with opened(tmp_path_factory.mktemp("guard"), texts(FIRST)) as found:
        yield found


@pytest.fixture
def holdings(assistant: Assistant) -> Holdings:
    return assistant.holdings


def answer(text: str, *citations: Citation, figures: tuple[Figure, ...] = ()) -> Reply:
    return Reply(Kind.ANSWER, text, Route.RECORDS, citations=citations, figures=figures)


def closed_citation(holdings: Holdings, quote: str) -> Citation:
    record = next(r for r in holdings.projects_of([holdings.documents[0].id]) if r.name.text == SEALED)
    cell = record.indicators[0].target
    assert cell.state is CellState.CLASSIFIED
    return Citation(1, "x", cell.source.locator, quote, cell.source.line, holdings.documents[0].id)


@pytest.mark.parametrize(
    "text",
    [
        f"{MARKED}的数量指标：前端设备部署数量，指标值为 4286 套。",
        f"{SEALED}数量指标的指标值是≥57件",
        "满意度指标 ≥９７．３％",
        "The target value is 97.3%.",
        "先说预算。\n质量指标 › 覆盖率：指标值 **97.3%**[1]",
    ],
)
def test_value_of_a_classified_row_does_not_go_out(holdings: Holdings, text: str) -> None:
    out = guard.released(answer(text), holdings, "指标是多少")
    assert (out.kind, out.route) == (Kind.REFUSAL, Route.POLICY)
    assert not any(number in out.text for number in ("4286", "97.3", "９７", "57件"))


@pytest.mark.parametrize(
    "text",
    [
        f"{MARKED}：数量指标 › **培训民警人次**（参加培训的人次）：指标值 **≥300人次**；依据：年度工作计划[1][2]",
        "绩效指标一共 **15 行**：\n- 社区警务室建设经费：6 行",
        "指标表中写“涉密”的一共 **7 行**（每行的三级指标、指标描述、指标值、确定依据 4 栏，共 28 格）",
        "预算数为 **999.99 万元**（如果增加）",
        "满意度指标 ≥92%",
    ],
)
def test_what_is_public_goes_out_unchanged(holdings: Holdings, text: str) -> None:
    reply = answer(text)
    assert guard.released(reply, holdings, "问题") is reply


def test_quotation_and_figure_from_a_classified_cell_do_not_go_out(holdings: Holdings) -> None:
    assert guard.released(answer("见出处[1]", closed_citation(holdings, "12件")), holdings, "?").kind is Kind.REFUSAL
    kept = answer("见出处[1]", closed_citation(holdings, "涉密"))
    assert guard.released(kept, holdings, "?") is kept
    read_off = replace(kept, figures=(Figure(Decimal(12), "件", "", (1,)),))
    assert guard.released(read_off, holdings, "?").kind is Kind.REFUSAL


def test_refusal_carries_nothing_and_echoes_no_guess(holdings: Holdings, assistant: Assistant) -> None:
    refusal = assistant.reply(Conversation(), f"{MARKED}的重点点位覆盖率是不是97.3%？")
    assert refusal.kind is Kind.REFUSAL
    assert "97" not in str(refusal.as_json() | {"elapsed_ms": 0})
    loaded = replace(refusal, grid=None, figures=(Figure(Decimal(12), "件", "", ()),), question="是97.3%吗")
    out = guard.released(loaded, holdings, "?")
    assert out.figures == () and out.question == "是…%吗"


def test_draft_with_a_value_in_a_classified_row_is_stopped(holdings: Holdings, assistant: Assistant) -> None:
    draft = assistant.draft("project", SEALED, 2026)
    table = next(block for block in draft.blocks if isinstance(block, DraftTable))
    spoiled = (*table.rows[:-1], (*table.rows[-1][:-1], DraftCell("≥97.3%")))
    blocks = tuple(replace(b, rows=spoiled) if b is table else b for b in draft.blocks)
    with pytest.raises(DraftError):
        guard.released_draft(replace(draft, blocks=blocks), holdings, "")
    assert guard.released_draft(draft, holdings, "") is draft


def test_marked_instruction_and_query_are_not_worked_on(assistant: Assistant) -> None:
    with pytest.raises(DraftError):
        assistant.draft("project", OPEN, 2026, "秘密★1年 写明4286套")
    assert assistant.search("机密★启用前 社区警务") == ()


def test_passage_of_a_project_with_a_foreign_value_is_withheld(assistant: Assistant, holdings: Holdings) -> None:
    found = assistant.search("培训民警人次", 20)
    mine = next(p for p in found if p.chunk.kind == "project" and MARKED in p.chunk.text)
    assert "≥300人次" in mine.chunk.text
    spoiled = replace(mine, chunk=replace(mine.chunk, text=f"{mine.chunk.text}质量指标 覆盖率：指标值97.3%；"))
    assert [p.chunk.text for p in guard.released_passages([mine, spoiled], holdings)] == [mine.chunk.text, "涉密"]


def test_line_of_a_classified_cell_shows_that_it_is(holdings: Holdings) -> None:
    line = closed_citation(holdings, "").line
    assert line is not None
    given = [(1, "满意度指标达到95%以上"), (line, "\t97.3%"), (line, "\t涉密")]
    assert guard.released_lines(given, holdings, holdings.documents[0].id) == (given[0], (line, "涉密"), given[2])


def test_no_harmless_reply_is_changed(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    real = guard.released

    def watched(reply: Reply, holdings: Holdings, message: str) -> Reply:
        out = real(reply, holdings, message)
        seen.append((message, reply.kind is not Kind.REFUSAL and out is not reply))
        return out

    monkeypatch.setattr(guard, "released", watched)
    for attack in (*controls(), *attacks()):
        conversation = Conversation()
        for turn in attack.turns:
            conversation = conversation.then(turn, assistant.reply(conversation, turn))
    assert len(seen) > 400
    assert [message for message, changed in seen if changed] == []


# --- nothing goes round it


def methods(path: Path, name: str) -> dict[str, ast.FunctionDef]:
    tree = ast.parse(path.read_text("utf-8"))
    found = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name)
    return {node.name: node for node in found.body if isinstance(node, ast.FunctionDef)}


GIVES_CONTENT = ("projects", "source_lines", "search", "around", "draft", "draft_new")
# By way of another: what it calls has passed the guard.
BY_WAY_OF = {"reply": "_released", "stream": "_released", "findings": "_findings", "reviewed": "_findings"}
# What gives out no cell: names, counts, the library's own state.
OTHER = {"open", "close", "warm", "holdings", "documents", "ingest", "forget", "score", "examine", "examples", "model_used"}  # fmt: skip


def test_every_way_out_of_the_assistant_passes_the_guard() -> None:
    found = methods(ROOT / "assistant" / "engine.py", "Assistant")
    for name in (*GIVES_CONTENT, *BY_WAY_OF.values()):
        assert "guard.released" in ast.unparse(found[name]), f"Assistant.{name} goes round the guard"
    for name, way in BY_WAY_OF.items():
        assert f"self.{way}(" in ast.unparse(found[name]), f"Assistant.{name} goes round {way}"
    unknown = {name for name in found if not name.startswith("_")} - {*GIVES_CONTENT, *BY_WAY_OF, *OTHER}
    assert not unknown, f"say of {unknown} whether it gives out content; then it passes the guard"


def test_every_part_of_a_reply_on_its_way_passes_the_guard() -> None:
    released = methods(ROOT / "assistant" / "engine.py", "Assistant")["_released"]
    given = [ast.unparse(node.value) for node in ast.walk(released) if isinstance(node, ast.Yield) and node.value]
    passed = {
        target.id
        for node in ast.walk(released)
        if isinstance(node, ast.Assign) and "guard.released(" in ast.unparse(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    assert len(given) == 2
    assert all(any(f"replace({name}," in part for name in passed) for part in given), given


def test_page_and_command_take_content_from_the_assistant_only() -> None:
    outside = sorted((ROOT / "assistant" / "cli").rglob("*.py")) + sorted((ROOT / "assistant" / "web").rglob("*.py"))
    assert len(outside) > 20
    round_it = (
        *(".knowledge.projects", ".knowledge.lines", ".knowledge.sections", ".knowledge.chunks", "library.search"),
        *("document_chunks", "all_chunks", "project_rows", "holdings.sections", "holdings.lines", "retrieve("),
    )
    for path in outside:
        text = path.read_text("utf-8")
        assert not [way for way in round_it if way in text], f"{path.name} reads the store itself"


# Who puts something into a prompt, and what of the library: it has passed the guard, or is names alone.
PROMPTING = {
    "passages/telling.py": "the passages behind a reply that the guest has released",
    "agent.py": "released look-ups, and narrative passages",
    "drafting/by_model.py": "the sentences of a draft that holds no classified cell",
    "understanding/by_model.py": "the message and names of projects",
}


def test_nothing_else_fills_prompts_or_speaks_to_a_model() -> None:
    speaking = re.compile(r"\.filled\(|\.ask\(|\.asking\(|create_agent\(|\.chat\b")
    found = {
        str(path.relative_to(ROOT / "assistant"))
        for path in (ROOT / "assistant").rglob("*.py")
        if speaking.search(path.read_text("utf-8")) and path.name not in ("model.py", "prompting.py", "engine.py")
    }
    found -= {name for name in found if name.startswith("web/")}
    assert found == set(PROMPTING)
    guest = (ROOT / "assistant" / "guest.py").read_text("utf-8")
    assert guest.index("released(reply, holdings") < guest.index("narrated(reply")
    assert "released(answer(u), holdings" in (ROOT / "assistant" / "agent.py").read_text("utf-8")


def test_call_that_carries_a_secrecy_mark_is_stopped_wherever_it_comes_from() -> None:
    pytest.importorskip("langchain_openai", reason="no model client")
    from assistant.errors import ModelError
    from assistant.model import open_model
    from assistant.settings import Settings
    from tests.model_server import ModelServer, says

    with ModelServer(says("x")) as server:
        model = open_model(Settings(model="openai:scripted", model_url=server.url, model_key="k"))
        assert model is not None
        with pytest.raises(ModelError, match="密级"):
            model.chat.invoke([("system", "x"), ("user", "秘密★1年 4286套")])
        model.chat.invoke([("user", "公开的问题")])
        model.close()
        assert "4286" not in server.sent and len(server.requests) == 1


def test_draft_of_a_library_with_classified_rows_keeps_its_public_years_and_what_was_given_before(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """A year moved on in 依据, and a value given two rounds ago, are no classified values."""
    marked = texts(FIRST)
    with opened(tmp_path_factory.mktemp("rounds"), marked) as found:
        record = next(r for r in found.holdings.projects_of([found.holdings.documents[0].id]) if r.name.text == OPEN)
        row = next(row for row in record.indicators if row.target.text and row.level3.text)
        conversation = Conversation()
        for said in (f"起草{OPEN}明年的绩效目标表", f"{row.level3.text}改为≥1307件", "项目名称改为公开办件经费"):
            reply = found.reply(conversation, said)
            conversation = conversation.then(said, reply)
        assert (reply.kind, "1307" in reply.text) == (Kind.DRAFT, True)
