"""The house's order: imports run downward, heavy libraries stay in their rooms, and no classified text gets in."""

import ast
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import export
from assistant.drafting.asking import as_markdown
from assistant.engine import Assistant
from assistant.settings import Settings
from assistant.types import Conversation
from tests.made_documents import MadeIndicator, made_document, made_project, render_text

ROOT = Path(__file__).parent.parent
# Each file may import from those above it in its own package, in this order; a folder is one room.
CORPUS = """
    errors types folding fingerprints fields numbers raw form tables outline identity marks classification paths covering refusal remarks sealing resealing readers
    extract findings locking files chunks prepared embedding migrations schema queries rows database store reviewing sticky tokens ranking lexical builds index searching recipe ingest
""".split()
ASSISTANT = """
    errors types settings users prompting model_output endpoint model understanding within listed holdings policy guard matching lookup joining carried verifying passages docx drafting answering
    agent guest export replies_json workspace_file workspace engine web cli
""".split()
ROOMS = {
    "chromadb": {"corpus/index.py"},
    "gradio": {"assistant/web"},
    "docx": {"assistant/docx.py", "assistant/docx", "corpus/readers"},
    "langchain": {"assistant/model.py", "assistant/agent.py"},
    "langchain_core": {"assistant/model.py", "assistant/agent.py"},
    "langchain_openai": set(),
}


def sources(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize("path", sources("corpus"), ids=lambda p: str(p.relative_to(ROOT)))
def test_corpus_knows_nothing_of_questions(path: Path) -> None:
    assert not {name for name in imported(path) if name.split(".")[0] in ("assistant", "eval", "app", "tests")}


@pytest.mark.parametrize("path", sources("assistant"), ids=lambda p: str(p.relative_to(ROOT)))
def test_assistant_imports_neither_eval_nor_app(path: Path) -> None:
    assert not {name for name in imported(path) if name.split(".")[0] in ("eval", "app", "tests")}


@pytest.mark.parametrize("path", sources("corpus") + sources("assistant"), ids=lambda p: str(p.relative_to(ROOT)))
def test_heavy_libraries_stay_in_their_rooms(path: Path) -> None:
    place = path.relative_to(ROOT).as_posix()
    for library, rooms in ROOMS.items():
        if library in {name.split(".")[0] for name in imported(path)}:
            assert any(place == room or place.startswith(f"{room}/") for room in rooms), f"{place} imports {library}"


def _room(path: Path, package: str) -> str:
    return path.relative_to(ROOT / package).parts[0].removesuffix(".py")


@pytest.mark.parametrize(("package", "order"), [("corpus", CORPUS), ("assistant", ASSISTANT)])
def test_imports_run_downward_within_a_package(package: str, order: list[str]) -> None:
    upward = []
    for path in sources(package):
        room = _room(path, package)
        if room in ("__init__", "__main__"):
            continue
        assert room in order, f"{path.relative_to(ROOT)} has no place in the order of {package}"
        for name in imported(path):
            parts = name.split(".")
            if parts[0] == package and len(parts) > 1 and order.index(parts[1]) > order.index(room):
                upward.append(f"{path.relative_to(ROOT)} imports {name}")
    assert not upward


def test_word_lists_are_written_in_normal_form() -> None:
    import tomllib

    from assistant.understanding.lexicon import normal

    folder = ROOT / "assistant" / "understanding"
    lexicon = tomllib.loads((folder / "lexicon.toml").read_text("utf-8"))
    lists = [words for section in lexicon.values() for words in _lists(section)]
    lists += [topic["words"] for topic in tomllib.loads((folder / "topics.toml").read_text("utf-8"))["topic"]]
    assert [word for words in lists for word in words if word != normal(word)] == []


def _lists(section: dict[str, object]) -> list[list[str]]:
    found: list[list[str]] = []
    for value in section.values():
        if isinstance(value, list):
            found.append(value)
        elif isinstance(value, dict):
            found += _lists(value)
    return found


# --- sealed at the door: classified text of a made-up document reaches no file, reply, draft, record or log

CANARIES = ("机要点位巡检", "覆盖机要点位比例", "97.31%", "保密台账三十一号")
ROWS = (
    MadeIndicator("产出指标", "数量指标", CANARIES[0], CANARIES[1], f"{CANARIES[2]}（涉密）", CANARIES[3]),
    MadeIndicator("产出指标", "质量指标", "演出合格率", "合格场次的比例", "≥95%", "行业标准"),
)
QUESTIONS = (
    "数量指标的指标值是多少？",
    "机要点位巡检的目标值是多少？",
    "送戏下乡演出经费的机要点位巡检大于90%吗？",
    "介绍一下送戏下乡演出经费",
    "哪些指标是涉密的？一共多少行？",
    "机要点位",
    "起草明年的送戏下乡演出经费绩效目标表",
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sealed")
    document = replace(made_document(1), projects=(replace(made_project(1), indicators=ROWS),))
    path = folder / "文化馆2025.txt"
    path.write_text(render_text(document), "utf-8")
    data = folder / "data"
    assistant = Assistant.open(Settings(data=data, classification=None))
    assistant.forget("weixian-wangxinban.txt")
    assert [r.status for r in assistant.ingest([path])] == ["added"]
    assistant.warm()
    assistant.close()
    return data


def test_no_file_of_the_data_folder_holds_it(data: Path) -> None:
    files = [path for path in data.rglob("*") if path.is_file()]
    assert files
    for path in files:
        content = path.read_bytes()
        for canary in CANARIES:
            for encoding in ("utf-8", "utf-16-le", "gb18030"):
                assert canary.encode(encoding) not in content, path


def test_no_reply_draft_record_or_log_holds_it(data: Path, caplog: pytest.LogCaptureFixture) -> None:
    said: list[str] = []
    with caplog.at_level(logging.DEBUG):
        assistant = Assistant.open(Settings(data=data))
        conversation = Conversation()
        for question in QUESTIONS:
            reply = assistant.reply(conversation, question)
            conversation = conversation.then(question, reply)
            # What the person typed may come back as the question; what the document says may not.
            said.append(str({**reply.as_json(), "question": ""}))
        names = {d.id: d.name for d in assistant.documents()}
        said += [str(export.record_as_json(r, names[r.document_id])) for r in assistant.projects()]
        said.append(export.records_csv(assistant.projects(), names))
        said.append(as_markdown(assistant.draft("document")))
        said += [str(f) for d in assistant.documents() for f in assistant.findings(d.id)]
        said += [p.chunk.text + p.chunk.context for p in assistant.search("指标值 巡检 点位", 20)]
        assistant.close()
    said.append(caplog.text)
    for text in said:
        for canary in CANARIES[1:]:
            assert canary not in text


def test_public_row_of_the_same_project_is_answered(data: Path) -> None:
    assistant = Assistant.open(Settings(data=data))
    reply = assistant.reply(Conversation(), "质量指标的指标值是多少？")
    assert "≥95%" in reply.text
    assistant.close()
