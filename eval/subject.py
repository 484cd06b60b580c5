"""Opens what is tested: an Assistant over a fresh temporary data folder, never the user's."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from assistant.settings import Settings
from assistant.types import Conversation, Reply
from corpus.types import ProjectRecord
from eval.errors import EvalError
from eval.types import SourceLines

DOCUMENTS = Path(__file__).parent / "documents"
_TEXT = (".txt", ".md")


class Replying(Protocol):
    """What the suite needs of an assistant."""

    def reply(self, conversation: Conversation, message: str) -> Reply: ...


@dataclass(frozen=True, slots=True)
class Given:
    """The documents behind an assistant."""

    lines: SourceLines
    records: tuple[ProjectRecord, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)  # document id -> name as ingested


@dataclass(frozen=True, slots=True)
class Subject:
    assistant: Replying
    given: Given


@contextmanager
def open_subject(documents: tuple[str, ...]) -> Iterator[Subject]:
    """An assistant over `documents` (of eval/documents, or shipped; none named: all that are shipped)."""
    with open_paths(document_paths(documents) if documents else shipped_paths(Settings())) as subject:
        yield subject


@contextmanager
def open_paths(paths: Sequence[Path], policy: Path | None = None) -> Iterator[Subject]:
    """An assistant without a model over these files and folders; the environment's settings do not count.

    Raises EvalError when a file is rejected.
    """
    from assistant.engine import Assistant

    with TemporaryDirectory(prefix="jixiao-eval-") as folder:
        settings = Settings(data=Path(folder), classification=policy)
        given = _ingested(settings, paths)
        assistant = Assistant.open(settings)
        try:
            yield Subject(assistant, given)
        finally:
            assistant.close()


def shipped_paths(settings: Settings) -> tuple[Path, ...]:
    """The shipped documents, without what is kept beside them."""
    return tuple(path for path in sorted(settings.shipped_documents.iterdir()) if path.suffix not in (".toml", ".md"))


def document_paths(names: Sequence[str]) -> tuple[Path, ...]:
    """The documents of these names, fixtures or shipped. Raises EvalError for one that is not there."""
    return tuple(_document_path(name) for name in names)


def _document_path(name: str) -> Path:
    for folder in (DOCUMENTS, Settings().shipped_documents):
        if (folder / name).is_file():
            return folder / name
    raise EvalError(f"用例所用的文件“{name}”不在 eval/documents 中。")


def _ingested(settings: Settings, paths: Sequence[Path]) -> Given:
    from corpus.ingest import Library

    with Library.open(settings.data, policy=settings.classification) as library:
        results = list(library.ingest(paths))
        rejected = [f"{result.path}：{result.reason}" for result in results if result.status == "rejected"]
        if rejected:
            raise EvalError("所用的文件未能入库：" + "；".join(rejected))
        knowledge = library.knowledge
        names = {info.id: info.name for info in knowledge.documents()}
        read = {name: tuple(text for _, text in knowledge.lines(id, 1, 10**6)) for id, name in names.items()}
        records = tuple(knowledge.projects())
    # Where the file itself has lines, they are the truth that citations are held against, not our reading of it.
    texts = [Path(result.path) for result in results if Path(result.path).suffix in _TEXT]
    return Given(read | {path.name: lines for path in texts if (lines := text_lines(path))}, records, names)


def text_lines(path: Path) -> tuple[str, ...]:
    """The lines of a text file as an editor numbers them; none when it is not UTF-8."""
    try:
        return tuple(path.read_text("utf-8-sig").split("\n"))
    except UnicodeDecodeError:
        return ()
