"""The findings on a document of the library as its unit wants to see them, last year's document beside it."""

from pathlib import Path

from assistant.holdings import Holdings
from corpus.classification import Policy
from corpus.findings import (
    AspectScore,
    UnitRules,
    adjusted,
    check,
    check_against_last_year,
    read_unit_rules,
    score,
)
from corpus.ingest import reading
from corpus.types import Document, DocumentInfo, Extraction, Finding


def previous_of(holdings: Holdings, document: DocumentInfo) -> DocumentInfo | None:
    """The unit's document of the year before; of the years before it the latest; None when there is none."""
    return previous_year(holdings, document.unit_code, document.unit_name, document.year)


def previous_year(
    holdings: Holdings, unit_code: str | None, unit_name: str | None, year: int | None
) -> DocumentInfo | None:
    if year is None or not (unit_code or unit_name):
        return None
    earlier = [
        d
        for d in holdings.documents
        if d.year is not None and d.year < year and _same_unit(d, unit_code, unit_name) and (d.projects or d.sections)
    ]
    return max(earlier, key=lambda d: d.year or 0, default=None)


def _same_unit(document: DocumentInfo, code: str | None, name: str | None) -> bool:
    """By code where both have one: units are renamed more often than they change their code."""
    if code and document.unit_code:
        return code == document.unit_code
    return bool(name) and name == document.unit_name


def extraction_of(holdings: Holdings, document_id: str) -> Extraction:
    return Extraction(holdings.projects_of([document_id]), holdings.sections((document_id,)))


def findings_of(holdings: Holdings, document_id: str) -> tuple[Finding, ...]:
    """The findings kept with a document and those against last year, by the rules its unit chose."""
    document = holdings.document(document_id)
    settings = holdings.rules.of(document.unit_code, document.unit_name)
    previous = previous_of(holdings, document)
    if previous is None:
        return adjusted(document.findings, settings)
    now, before = extraction_of(holdings, document_id), extraction_of(holdings, previous.id)
    return adjusted(dict.fromkeys((*document.findings, *check_against_last_year(now, before))), settings)


def score_of(holdings: Holdings, document_id: str) -> tuple[AspectScore, ...]:
    """The score sheet of a document; empty when it is no form of 绩效目标."""
    return score(findings_of(holdings, document_id), extraction_of(holdings, document_id))


Review = tuple[tuple[Finding, ...], tuple[AspectScore, ...]]


def examined(document: Document, extraction: Extraction, rules: UnitRules, holdings: Holdings | None = None) -> Review:
    """Findings and score sheet of a document that is not in the library, against the library's of the year before."""
    previous = (
        previous_year(holdings, document.unit_code, document.unit_name, document.year) if holdings is not None else None
    )
    found = check(
        extraction,
        settings=rules.of(document.unit_code, document.unit_name),
        previous=extraction_of(holdings, previous.id) if holdings is not None and previous else None,
        extra=document.findings,
    )
    return found, score(found, extraction)


def examined_alone(path: Path, policy: Policy, rules_file: Path | None) -> Review:
    """As `examined`, where there is no library. Raises ReadError, RuleError."""
    rules = read_unit_rules(rules_file) if rules_file else UnitRules()
    return examined(*reading(path, policy), rules)
