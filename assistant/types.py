"""The values of the assistant: frozen, standard library only. Their JSON forms are fixed by docs/interface.md."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from corpus.types import Finding


class Kind(StrEnum):
    ANSWER = "answer"
    REFUSAL = "refusal"
    CLARIFICATION = "clarification"
    NOT_FOUND = "not_found"
    DRAFT = "draft"


class Route(StrEnum):
    RECORDS = "records"
    PASSAGES = "passages"
    DRAFTING = "drafting"
    FINDINGS = "findings"
    POLICY = "policy"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in a document that a reply rests on. `quote` is verbatim; empty for a blank cell."""

    number: int
    document: str  # the document's name as ingested
    locator: str
    quote: str
    line: int | None
    document_id: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "document": self.document,
            "locator": self.locator,
            "quote": self.quote,
            "line": self.line,
        }


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a reply. `value` keeps the decimals it is shown with; `inputs` are citation numbers."""

    value: Decimal
    unit: str
    formula: str  # how it was computed, or empty when it is read off one cell
    inputs: tuple[int, ...]

    def as_json(self) -> dict[str, Any]:
        return {"value": str(self.value), "unit": self.unit, "formula": self.formula, "inputs": list(self.inputs)}


@dataclass(frozen=True, slots=True)
class Grid:
    """A list or chart behind a reply, for the page and for export; every value is text as shown."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Origin(StrEnum):
    """Where a sentence of a draft comes from."""

    KEPT = "kept"
    EDITED = "edited"
    NEW = "new"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence or clause of a draft. `sources` are locators with line, or 由用户提供."""

    text: str
    origin: Origin
    sources: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {"text": self.text, "origin": self.origin.value, "sources": list(self.sources)}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between last year's text and the draft, and why."""

    before: str
    after: str
    reason: str

    def as_json(self) -> dict[str, Any]:
        return {"before": self.before, "after": self.after, "reason": self.reason}


# The source of what a person gave for a draft, in their words or reckoned from them.
BY_USER = "由用户提供"


@dataclass(frozen=True, slots=True)
class DraftParagraph:
    """A heading (level 1 to 3) or a paragraph (level 0) of a draft; numbers are part of the text."""

    level: int
    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        return "".join(sentence.text for sentence in self.sentences)


@dataclass(frozen=True, slots=True)
class DraftCell:
    """A cell of a form; `columns` and `rows` are what it spans. A cell in a row stands right of the one before it."""

    text: str
    columns: int = 1
    rows: int = 1
    header: bool = False
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftTable:
    """A project's 绩效目标表, as the unit's form prints it."""

    title: str
    unit_line: str  # printed above the table: unit and 单位：万元
    width: int  # columns of the underlying grid
    rows: tuple[tuple[DraftCell, ...], ...]
    grid_from: int = 0  # the first row of the indicator grid, which is its header


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft for `year`, edited from a document of the library. Every figure has a source or is a blank 【待填：…】."""

    kind: str  # project | overall | itemised | safeguards | document
    title: str
    year: int | None
    text: str
    sentences: tuple[Sentence, ...]
    blanks: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    changes: tuple[Change, ...] = ()
    blocks: tuple[DraftParagraph | DraftTable, ...] = ()  # the same text with its layout, for Word; not in the JSON

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "title": self.title,
            "year": self.year,
            "text": self.text,
            "sentences": [sentence.as_json() for sentence in self.sentences],
            "blanks": list(self.blanks),
            "findings": [finding_as_json(finding) for finding in self.findings],
            "changes": [change.as_json() for change in self.changes],
        }


@dataclass(frozen=True, slots=True)
class Reply:
    """What a person gets for a message.

    `focus` is what the conversation is now about (an Understanding); it is kept with the turn and never printed.
    """

    kind: Kind
    text: str  # Markdown
    route: Route
    question: str = ""  # the question as understood, follow-ups filled in
    figures: tuple[Figure, ...] = ()
    citations: tuple[Citation, ...] = ()
    options: tuple[str, ...] = ()  # of a clarification: each is a message that picks it
    grid: Grid | None = None
    draft: Draft | None = None
    model: str | None = None
    elapsed_ms: float = 0.0
    partial: bool = field(default=False, compare=False)  # more is coming: what stands here is verified already
    focus: Any = field(default=None, compare=False, repr=False)

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind.value,
            "text": self.text,
            "question": self.question,
            "route": self.route.value,
            "figures": [figure.as_json() for figure in self.figures],
            "citations": [citation.as_json() for citation in self.citations],
            "options": list(self.options),
            "model": self.model,
            "elapsed_ms": round(self.elapsed_ms, 1),
        }


@dataclass(frozen=True, slots=True)
class Turn:
    message: str
    reply: Reply


@dataclass(frozen=True, slots=True)
class Conversation:
    """The turns so far. A value: `then` gives the longer one."""

    turns: tuple[Turn, ...] = ()

    def then(self, message: str, reply: Reply) -> "Conversation":
        return replace(self, turns=(*self.turns, Turn(message, reply)))


def finding_as_json(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "level": finding.level.value,
        "message": finding.message,
        "suggestion": finding.suggestion,
        "locator": finding.source.locator,
        "quote": finding.quote,
        "line": finding.source.line,
    }
