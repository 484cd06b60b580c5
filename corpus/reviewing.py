"""The findings on a stored document as its unit sees them: by the unit's own rules, last year's document beside it."""

from corpus.findings import UnitRules, adjusted, check_against_last_year
from corpus.store import Knowledge, Scope
from corpus.types import DocumentInfo, Extraction, Finding


def reviewed(knowledge: Knowledge, document: DocumentInfo, rules: UnitRules) -> tuple[Finding, ...]:
    """What `check` lists of the document, for a list that only counts and must not load the whole library."""
    settings = rules.of(document.unit_code, document.unit_name)
    previous = knowledge.year_before(document)
    if previous is None:
        return adjusted(document.findings, settings)
    against = check_against_last_year(_extraction(knowledge, document.id), _extraction(knowledge, previous))
    return adjusted(dict.fromkeys((*document.findings, *against)), settings)


def _extraction(knowledge: Knowledge, document_id: str) -> Extraction:
    scope = Scope(document_ids=(document_id,))
    return Extraction(knowledge.projects(scope), knowledge.sections(scope))
