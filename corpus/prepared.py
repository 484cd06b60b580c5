"""A document as it is stored: what was read, its records, passages and findings; all of it sealed."""

from dataclasses import dataclass

from corpus.chunks import chunks
from corpus.covering import SHOWN
from corpus.findings import check, rules
from corpus.resealing import Rules, resealed
from corpus.types import Chunk, Document, Extraction, Finding


@dataclass(frozen=True, slots=True)
class Prepared:
    document: Document
    extraction: Extraction
    chunks: tuple[Chunk, ...]
    findings: tuple[Finding, ...]

    @property
    def holds_sealed(self) -> bool:
        """Whether anything of the document may be sealed; the word 涉密 in running text counts too."""
        return self.extraction.classified_cells > 0 or any(SHOWN in line for line in self.document.lines)


def prepared(document: Document, extraction: Extraction) -> Prepared:
    """Passages and findings of a document; its own findings are the reader's, and whatever the rules say comes anew."""
    extra = tuple(finding for finding in document.findings if finding.rule not in rules())
    return Prepared(document, extraction, chunks(document, extraction), check(extraction, extra=extra))


def further_sealed(found: Prepared, by: Rules) -> Prepared | None:
    """`found` with what `by` classifies sealed too, passages and findings included; None when that is nothing new."""
    sealed = resealed(found.document, found.extraction, by)
    return prepared(*sealed) if sealed else None
