"""The house's order: imports run downward, heavy libraries stay in their rooms, and no classified text gets in."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# Each file may import from those above it in its own package, in this order; a folder is one room.
CORPUS = """
    errors types folding fields numbers raw form tables outline identity marks classification paths refusal sealing readers
    extract findings locking files chunks embedding migrations schema rows database store lexical builds index ingest
""".split()
ASSISTANT = """
    errors types settings wordlist understanding holdings policy guard lookup joining retrieval narrate drafting
    docx export workspace workspace_file replies_json engine cli web
""".split()
ROOMS = {
    "chromadb": {"corpus/index.py"},
    "gradio": {"assistant/web"},
    "docx": {"assistant/docx.py", "assistant/docx", "corpus/readers"},
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
