"""What a draft is made from and what is asked for; and the words that move on from year to year."""

import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.types import BY_USER as BY_USER
from assistant.types import Change, DraftParagraph, DraftTable, Origin, Sentence
from corpus.findings import RuleSettings
from corpus.types import DocumentInfo, ProjectRecord, Section, SectionKind, Source

KINDS = ("project", "overall", "itemised", "safeguards", "document")
# The parts of a document: kind, what the form calls it.
PARTS = {
    "overall": (SectionKind.OVERALL, "一、总体绩效目标"),
    "itemised": (SectionKind.ITEMISED, "二、分项绩效目标"),
    "safeguards": (SectionKind.SAFEGUARD, "三、工作保障措施"),
}
_BLANK = re.compile(r"【待填：([^】]*)】")


@dataclass(frozen=True, slots=True)
class Material:
    """This year's document as records and sections; drafts are edits of it."""

    document: DocumentInfo
    projects: tuple[ProjectRecord, ...]
    sections: tuple[Section, ...]
    rules: RuleSettings = field(default_factory=RuleSettings)  # what the unit changed of the rules


@dataclass(frozen=True, slots=True)
class DraftRequest:
    """What to draft. `year` None: the one after the document's. `given` fills blanks by name, in the user's words."""

    kind: str  # project | overall | itemised | safeguards | document
    project: ProjectRecord | None = None
    year: int | None = None
    instruction: str = ""
    given: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a draft on its way: layout, changes, and what of the instruction could not be done."""

    blocks: tuple[DraftParagraph | DraftTable, ...]
    sentences: tuple[Sentence, ...]
    changes: tuple[Change, ...] = ()
    unread: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)  # blank -> what the user gave for it


def heading(level: int, text: str) -> Part:
    return Part((DraftParagraph(level, (Sentence(text, Origin.KEPT),)),), ())


@functools.cache
def stages() -> Mapping[str, Any]:
    """The tables of stages.toml."""
    return tomllib.loads((Path(__file__).parent.parent / "stages.toml").read_text("utf-8"))


def blank(name: str) -> str:
    """An open blank. A name never holds a bracket of its own."""
    return f"【待填：{re.sub('[【】]', '', name)}】"


def blank_names(text: str) -> list[str]:
    return _BLANK.findall(text)


def year_words(year: int | None) -> str:
    """2026年, or a blank where no year is known."""
    return f"{year}年" if year else blank("年度")


def place(source: Source) -> str:
    """A source as a sentence of a draft names it: locator and line."""
    line = f"（第{source.line}行）" if source.line else ""
    return f"{source.locator}{line}"


def measures(*texts: str) -> tuple[str, str]:
    """What could be counted and what effect measured, by the words of `texts`: (amount, effect), as hints in a blank.

    Each begins with ，如 or is empty where no word tells.
    """
    for text in texts:
        best = max(stages()["measure"], key=lambda row: sum(word in text for word in row["words"]))
        if any(word in text for word in best["words"]):
            return f"，如{best['amount']}", f"，如{best['effect']}"
    return "", ""
