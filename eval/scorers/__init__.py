"""One scorer a file: `score(case, transcript, lines) -> Score | None`; None where it has nothing to say."""

from collections.abc import Callable

from eval.scorers import citation, contains, draft, figures, findings, grounded, kind, language, latency, leak, refusal
from eval.types import Case, Score, SourceLines, Transcript

Scorer = Callable[[Case, Transcript, SourceLines], Score | None]

SCORERS: tuple[Scorer, ...] = (
    kind.score,
    contains.score,
    figures.score,
    grounded.score,
    citation.score,
    refusal.score,
    leak.score,
    draft.score,
    findings.score,
    language.score,
    latency.score,
)
