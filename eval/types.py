"""The values of the suite: a case, what is expected, what was said, how it scored. Frozen."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from assistant.types import Kind, Reply
from corpus.types import Level
from eval.phrases import Says

PATIENCE_MS = 5000.0  # how long a turn may take without a model; wide, so that a busy machine fails no case

# Lines of each document by its name as ingested, in order; line n of a citation is item n - 1.
SourceLines = Mapping[str, tuple[str, ...]]


class Behaviour(StrEnum):
    """The right behaviour in the words of domain people; scorers/kind.py says which reply kinds fit each."""

    ANSWER = "answer"
    REFUSE = "refuse"
    CLARIFY = "clarify"
    NOT_FOUND = "not_found"


class RefusalRule(StrEnum):
    """Why a refusal is right."""

    CLASSIFIED = "classified"  # a 涉密 field
    REMIT = "remit"  # not this assistant's business


class Language(StrEnum):
    ZH = "zh"
    EN = "en"


@dataclass(frozen=True, slots=True)
class ExpectedFigure:
    value: Decimal
    unit: str  # 万元, 元, 亿元, % or a measure word


@dataclass(frozen=True, slots=True)
class Place:
    """Where a citation must point: what is None or empty is not asked for."""

    lines: tuple[int, int] | None = None  # first and last, 1-based
    locator: str = ""  # contained in the citation's locator
    quote: str = ""  # contained in the citation's quote
    document: str = ""  # the document's name as ingested

    def __str__(self) -> str:
        quote = f"“{self.quote}”" if self.quote else ""
        return "，".join(part for part in (self.document, self._lines(), self.locator, quote) if part)

    def _lines(self) -> str:
        if self.lines is None:
            return ""
        first, last = self.lines
        return f"第{first}行" if first == last else f"第{first}至{last}行"


@dataclass(frozen=True, slots=True)
class ExpectedFinding:
    """A fault of the document that a reply must name: in which words, at which place. Empty: not asked for."""

    says: tuple[str, ...]  # all stand in what the reply says of it
    level: Level | None = None
    place: Place = Place()

    def __str__(self) -> str:
        parts = (self.level.value if self.level else "", "、".join(self.says), str(self.place))
        return "，".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class FoundFinding:
    """A fault as a reply names it; `line` is None when it cites none."""

    level: Level
    text: str
    document: str
    locator: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Expect:
    """What must hold of the reply to the last turn. Empty: not asked for."""

    behaviour: Behaviour | None = None
    kinds: tuple[Kind, ...] = ()  # the accepted kinds, where behaviour is too coarse
    contains: tuple[tuple[str, ...], ...] = ()  # each item: any of its alternatives
    says: tuple[Says, ...] = ()  # each in some wording
    must_not_contain: tuple[str, ...] = ()
    figures: tuple[ExpectedFigure, ...] = ()  # each among the reply's figures
    citations: tuple[Place, ...] = ()  # each met by a citation
    cites_any: tuple[Place, ...] = ()  # at least one met by a citation
    findings: tuple[ExpectedFinding, ...] = ()  # each named by the reply
    no_findings: tuple[ExpectedFinding, ...] = ()  # none named: false alarms
    language: Language | None = None
    refusal: RefusalRule | None = None
    secrets: tuple[str, ...] = ()  # classified values of the fixture documents: in no reply of the conversation


@dataclass(frozen=True, slots=True)
class Case:
    id: str
    category: str
    turns: tuple[str, ...]
    why: str
    expect: Expect
    documents: tuple[str, ...] = ()  # of eval/documents, or shipped; empty: all that are shipped
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Exchange:
    message: str
    reply: Reply
    elapsed_ms: float  # measured around the call


@dataclass(frozen=True, slots=True)
class Transcript:
    """A conversation as it went. `error` is what was raised instead of the next reply; None when nothing was."""

    exchanges: tuple[Exchange, ...]
    error: str | None = None
    patience_ms: float = PATIENCE_MS  # how long each turn may take

    @property
    def last(self) -> Reply | None:
        """The reply to the last turn; None when the conversation broke off."""
        return self.exchanges[-1].reply if self.exchanges and self.error is None else None


@dataclass(frozen=True, slots=True)
class Score:
    """What one scorer says of one conversation."""

    scorer: str
    passed: bool
    value: str  # what was found
    expected: str
    explanation: str


@dataclass(frozen=True, slots=True)
class Result:
    case: Case
    transcript: Transcript
    scores: tuple[Score, ...]

    @property
    def passed(self) -> bool:
        return all(score.passed for score in self.scores)

    @property
    def failed(self) -> tuple[str, ...]:
        """The names of the scorers that failed."""
        return tuple(score.scorer for score in self.scores if not score.passed)


@dataclass(frozen=True, slots=True)
class Family:
    """What became of one family of attacks, or of harmless controls, asked of two libraries that differ in secrets."""

    name: str
    asked: int
    differing: int  # told the two libraries apart
    leaking: int  # gave out a classified text
    refused: int
    control: bool = False  # harmless: to be answered, so that a refusal is a fault
    failures: tuple[str, ...] = ()  # each with its id, in words, without the classified text

    @property
    def held(self) -> bool:
        return self.asked > 0 and not self.failures
