"""Opens what is tested: an Assistant over a fresh temporary data folder, never the user's."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from assistant.settings import Settings
from assistant.types import Conversation, Reply
from eval.errors import EvalError
from eval.types import SourceLines

DOCUMENTS = Path(__file__).parent / "documents"
_TEXT = (".txt", ".md")


class Replying(Protocol):
    """What the suite needs of an assistant."""

    def reply(self, conversation: Conversation, message: str) -> Reply: ...


@dataclass(frozen=True, slots=True)
class Subject:
    assistant: Replying
    lines: SourceLines  # of the documents it was given


@contextmanager
def open_subject(documents: tuple[str, ...]) -> Iterator[Subject]:
    """An assistant without a model over `documents` (of eval/documents, or shipped; none named: all that are shipped).

    Settings of the environment do not count. Raises EvalError when a document is missing or rejected.
    """
    from assistant.engine import Assistant

    with TemporaryDirectory(prefix="jixiao-eval-") as folder:
        settings = Settings(data=Path(folder))
        paths = document_paths(documents) if documents else shipped_paths(settings)
        lines = _ingest(settings, paths)
        assistant = Assistant.open(settings)
        try:
            yield Subject(assistant, lines)
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


def _ingest(settings: Settings, paths: Sequence[Path]) -> SourceLines:
    from corpus.ingest import Library

    lines: dict[str, tuple[str, ...]] = {}
    with Library.open(settings.data) as library:
        for result in library.ingest(paths):
            if result.status == "rejected":
                raise EvalError(f"用例所用的文件未能入库：{result.path}：{result.reason}")
        for info in library.knowledge.documents():
            lines[info.name] = tuple(text for _, text in library.knowledge.lines(info.id, 1, 10**6))
    # Where the file itself has lines, they are the truth that citations are held against, not our reading of it.
    return lines | {path.name: text_lines(path) for path in paths if path.suffix in _TEXT}


def text_lines(path: Path) -> tuple[str, ...]:
    """The lines of a UTF-8 text file as an editor numbers them."""
    return tuple(path.read_text("utf-8-sig").split("\n"))
