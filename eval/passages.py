"""Is the passage that answers found, and how high? Our own documents, each way of searching by itself and both together.

`eval/passages.yaml` names question, document and a text of the passage. R@1 and R@5 are the parts of the questions whose
passage is first, or among the first five; MRR is the mean of 1/rank among the first ten.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import yaml

from assistant.settings import Settings
from eval.errors import CaseError, EvalError
from eval.subject import DOCUMENTS, shipped_paths

if TYPE_CHECKING:
    from corpus.ingest import Library

HERE = Path(__file__).parent
QUESTIONS = HERE / "passages.yaml"
WORDS, MEANING, TOGETHER = "词", "向量", "合用"
TOLERANCE = 0.02  # how far a share may fall below the baseline before that counts: one question in fifty
_TOP = 10
_REQUIRED, _KEYS = {"has", "asked"}, {"document", "has", "asked"}

Find = Callable[[str], Sequence[str]]  # a question -> chunk ids, best first


@dataclass(frozen=True, slots=True)
class Wanted:
    question: str
    document: str  # its name as ingested; empty: whichever has the text
    has: str  # stands in the passage that answers


@dataclass(frozen=True, slots=True)
class Ranked:
    """Where each question's passage came; None when it was not among the first ten."""

    leg: str
    ranks: tuple[tuple[Wanted, int | None], ...]

    @property
    def first(self) -> float:
        return self._within(1)

    @property
    def among_five(self) -> float:
        return self._within(5)

    @property
    def reciprocal(self) -> float:
        return sum(1 / rank for _, rank in self.ranks if rank) / len(self.ranks)

    @property
    def missed(self) -> tuple[Wanted, ...]:
        return tuple(wanted for wanted, rank in self.ranks if rank is None)

    @property
    def measures(self) -> dict[str, float]:
        """The shares as the baseline keeps them (0 to 1)."""
        found = {"R@1": self.first, "R@5": self.among_five, "MRR": self.reciprocal}
        return {name: round(value, 4) for name, value in found.items()}

    def _within(self, place: int) -> float:
        return sum(rank is not None and rank <= place for _, rank in self.ranks) / len(self.ranks)


def read_wanted(path: Path = QUESTIONS) -> tuple[Wanted, ...]:
    """Raises CaseError for a file that does not fit its form, EvalError when it holds no question."""
    try:
        groups = yaml.safe_load(path.read_text("utf-8")) or []
    except (OSError, yaml.YAMLError) as error:
        raise CaseError(f"{path.name} 无法读取：{error}") from error
    for number, group in enumerate(groups, 1):
        if not isinstance(group, dict) or not _REQUIRED <= set(group) <= _KEYS or not isinstance(group["asked"], list):
            raise CaseError(f"{path.name} 第{number}组要写 has 和 asked（列表），可写 document，不能有别的键。")
    found = tuple(Wanted(str(asked), g.get("document", ""), g["has"]) for g in groups for asked in g["asked"])
    if not found:
        raise EvalError("没有可以检索的题目。")
    return found


def rank_passages(wanted: Sequence[Wanted], every_leg: bool) -> tuple[Ranked, ...]:
    """The words alone; with `every_leg` also the vectors alone and both together, which loads the embedder.

    Raises EvalError for a text that stands in no passage of its document: the question could never be found.
    """
    from corpus.ingest import Library

    with TemporaryDirectory(prefix="jixiao-eval-") as folder, Library.open(Path(folder)) as library:
        list(library.ingest([*shipped_paths(Settings()), DOCUMENTS]))
        answers = _answers(wanted, library)
        index = library.index
        if every_leg:
            index.catch_up(library.knowledge)
        legs: dict[str, Find] = {WORDS: lambda asked: [hit.chunk_id for hit in index.lexical.search(asked, _TOP)]}
        if every_leg:
            legs[MEANING] = lambda asked: [hit.chunk_id for hit in index.vectors.search(asked, _TOP)]
            legs[TOGETHER] = lambda asked: [passage.chunk.id for passage in library.search(asked, _TOP)]
        return tuple(
            Ranked(leg, tuple((w, _rank(find(w.question), answers[w])) for w in wanted)) for leg, find in legs.items()
        )


def fallen(ranked: Sequence[Ranked], before: dict[str, dict[str, float]]) -> tuple[str, ...]:
    """What is lower than the baseline by more than TOLERANCE, in words; a leg that the baseline lacks is not compared."""
    return tuple(
        f"{leg.leg} {name} {now:.1%}（基线 {before[leg.leg][name]:.1%}）"
        for leg in ranked
        for name, now in leg.measures.items()
        if now < before.get(leg.leg, {}).get(name, 0.0) - TOLERANCE
    )


def _answers(wanted: Sequence[Wanted], library: "Library") -> dict[Wanted, frozenset[str]]:
    knowledge = library.knowledge
    chunks = [(info.name, chunk) for info in knowledge.documents() for chunk in knowledge.document_chunks(info.id)]
    found = {
        w: frozenset(chunk.id for name, chunk in chunks if w.document in ("", name) and w.has in chunk.text)
        for w in wanted
    }
    for question, ids in found.items():
        if not ids:
            raise EvalError(f"“{question.has}”不在 {question.document or '任何文件'} 的任何一段里。")
    return found


def _rank(ids: Sequence[str], answers: frozenset[str]) -> int | None:
    return next((place for place, id in enumerate(ids, 1) if id in answers), None)
