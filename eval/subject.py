"""Opens what is tested: an Assistant over a fresh temporary data folder, never the user's."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Protocol

from assistant.settings import Settings
from assistant.types import Conversation, Reply
from corpus.types import ProjectRecord
from eval.errors import EvalError
from eval.types import PATIENCE_MS, SourceLines

if TYPE_CHECKING:
    from assistant.model import Usage

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
    used: "Callable[[], Usage | None]" = lambda: None  # what was asked of its model so far
    patience_ms: float = PATIENCE_MS  # how long a turn may take


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A model to be tried, as JIXIAO_MODEL and JIXIAO_MODEL_URL name it."""

    model: str
    url: str

    def __str__(self) -> str:
        return self.model

    @classmethod
    def parse(cls, text: str) -> "Endpoint":
        """Of MODEL@URL; without a URL that of JIXIAO_MODEL_URL. Raises EvalError when there is none."""
        model, _, url = text.partition("@")
        url = url or os.environ.get("JIXIAO_MODEL_URL", "")
        if not model or not url:
            raise EvalError(f"“{text}”应写成 模型名@地址，例如 qwen2.5:7b@http://127.0.0.1:11434/v1。")
        return cls(model, url)


@contextmanager
def open_subject(documents: tuple[str, ...], endpoint: Endpoint | None = None) -> Iterator[Subject]:
    """An assistant over `documents` (of eval/documents, or shipped; none named: all that are shipped)."""
    paths = document_paths(documents) if documents else shipped_paths(Settings())
    with open_paths(paths, endpoint=endpoint) as subject:
        yield subject


@contextmanager
def open_paths(
    paths: Sequence[Path], policy: Path | None = None, endpoint: Endpoint | None = None
) -> Iterator[Subject]:
    """An assistant over these files and folders; of the environment's settings only a model's key and time count.

    Raises EvalError when a file is rejected.
    """
    from assistant.engine import Assistant

    with TemporaryDirectory(prefix="jixiao-eval-") as folder:
        settings = _settings(Path(folder), policy, endpoint)
        given = _ingested(settings, paths)
        assistant = Assistant.open(settings)
        patience = PATIENCE_MS + float(settings.model_seconds) * 1000 if endpoint else PATIENCE_MS
        try:
            yield Subject(assistant, given, lambda: assistant.model_used, patience)
        finally:
            assistant.close()


def _settings(folder: Path, policy: Path | None, endpoint: Endpoint | None) -> Settings:
    plain = Settings(data=folder, classification=policy)
    if endpoint is None:
        return plain
    key, seconds = os.environ.get("JIXIAO_MODEL_KEY", ""), os.environ.get("JIXIAO_MODEL_SECONDS")
    with_model = replace(plain, model=endpoint.model, model_url=endpoint.url, model_key=key)
    return replace(with_model, model_seconds=seconds) if seconds else with_model


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
