"""Paraphrases and questions without an answer, over the shipped and the fixture documents: what is found, and when nothing is."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from assistant.passages.retrieval import retrieve
from corpus.ingest import Library

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
# Those that the question sets were written about: what others say cannot make an unanswerable question answerable.
DOCUMENTS = (
    ROOT / "corpus/documents/weixian-wangxinban.txt",
    *sorted((ROOT / "eval/documents").glob("qingyun-*")),
    ROOT / "tests/documents/jixiao-guanli-banfa.txt",
)
ELSEWHERE = tuple(sorted((ROOT / "eval/documents").glob("luming-*")))
PARAPHRASED = {"paraphrased.yaml": DOCUMENTS, "paraphrased_elsewhere.yaml": DOCUMENTS}


@dataclass(frozen=True, slots=True)
class Apart:
    """How far retrieval tells questions with an answer from those without one; the mistakes on both sides."""

    answerable: int
    unanswerable: int
    silent: tuple[str, ...]  # answerable, nothing was found
    eager: tuple[str, ...]  # unanswerable, something was found

    @property
    def answered(self) -> float:
        return 1 - len(self.silent) / self.answerable

    @property
    def declined(self) -> float:
        return 1 - len(self.eager) / self.unanswerable


def sets(name: str) -> Any:
    return yaml.safe_load((HERE / name).read_text("utf-8"))


@contextmanager
def library(documents: Sequence[Path] = DOCUMENTS, further: Sequence[str] = ()) -> Iterator[Library]:
    """The documents that a question set is about, and a text file of each of `further`, in a folder that goes away."""
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder) / "data") as opened:
        made = [Path(folder) / f"{number}.txt" for number in range(len(further))]
        for path, text in zip(made, further, strict=True):
            path.write_text(text, "utf-8")
        list(opened.ingest([*documents, *made]))
        yield opened


def passages(name: str) -> list[str]:
    """The passages that a set of paraphrases brings along itself."""
    return [group["text"] for group in sets(name) if "text" in group]


def told_apart(opened: Library, part: slice = slice(None), name: str = "answerable.yaml") -> Apart:
    """`part` picks from each list: slice(0, None, 2) is the half that calibrates."""
    questions = sets(name)
    yes, no = questions["answerable"][part], questions["unanswerable"][part]
    silent = tuple(asked for asked in yes if not retrieve(opened, asked, None))
    eager = tuple(asked for asked in no if retrieve(opened, asked, None))
    return Apart(len(yes), len(no), silent, eager)


def paraphrases(name: str = "paraphrased.yaml") -> list[tuple[str, str]]:
    """Each question with what its passage holds."""
    return [(asked, group.get("has") or group["text"]) for group in sets(name) for asked in group["asked"]]


def found_first(texts: Callable[[str], Sequence[str]], name: str = "paraphrased.yaml") -> tuple[float, float, float]:
    """R@1, R@5 and MRR@10 on the paraphrases; `texts` gives the passages for a question, best first."""
    ranks = [
        next((i for i, text in enumerate(texts(asked)[:10], 1) if has in text), 0) for asked, has in paraphrases(name)
    ]
    return (
        sum(rank == 1 for rank in ranks) / len(ranks),
        sum(0 < rank <= 5 for rank in ranks) / len(ranks),
        sum(1 / rank for rank in ranks if rank) / len(ranks),
    )
