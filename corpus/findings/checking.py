"""All rules over a document, the wording rules over a draft, and the score sheet. Pure."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from corpus.findings import coherence, form, goals, indicators, last_year, typos, wording
from corpus.findings.rulebook import Checked, Hit, Place, RuleSettings, rules, settle
from corpus.types import Extraction, Finding, Level, PlanPoint, Section, SectionKind, Source

_Rule = Callable[[Checked], Iterator[Hit]]

_FORM: tuple[_Rule, ...] = (
    form.required_fields,
    form.budget,
    form.plans,
    indicators.kinds,
    indicators.vocabulary,
    indicators.mixed_trees,
    indicators.targets,
    indicators.uneven_rows,
    indicators.bases,
    indicators.inputs,
    indicators.costs,
    indicators.matching,
    goals.quantified_goals,
    goals.quantified_sections,
    goals.repeated_goals,
    goals.repeated_purposes,
    goals.similar_names,
    goals.repeated_sections,
    goals.deadlines,
    coherence.off_name_goals,
    coherence.vague_purposes,
    coherence.overlaps,
    coherence.thin_safeguards,
    form.codes,
)
_WORDING: tuple[_Rule, ...] = (
    wording.template_residue,
    wording.lapsed_plans,
    wording.vague_verbs,
    wording.outdated,
    typos.typo_hits,
    wording.punctuation,
    wording.doubled_text,
    wording.sentence_starts,
    wording.missing_punctuation,
    wording.missing_words,
    wording.numbering,
    wording.residue,
)

_LAST_YEAR: tuple[_Rule, ...] = (last_year.copied_goals, last_year.copied_sections)

_ORDER = {Level.ERROR: 0, Level.WARNING: 1, Level.INFO: 2}


def check(
    extraction: Extraction,
    *,
    settings: RuleSettings | None = None,
    previous: Extraction | None = None,
    extra: tuple[Finding, ...] = (),
    draft: bool = False,
) -> tuple[Finding, ...]:
    """What is wrong with a document, graver first, then by place; `extra` and the extraction's own are passed on.

    Of a `draft`, open blanks are expected: what is only not filled in yet is no finding.

    Nothing is said of a classified cell, and nothing said depends on what it held. A document without projects and goal
    sections (a notice, a regulation) is reference text: only its reader's findings are given.
    """
    chosen = settings or RuleSettings()
    kept = tuple(f for f in dict.fromkeys((*extra, *extraction.findings)) if f.rule not in chosen.off)
    if not _is_form(extraction):
        return _sorted(kept)
    checked = Checked(extraction.projects, extraction.sections, previous, chosen, draft)
    hits = [hit for rule in (*_FORM, *_LAST_YEAR, *_WORDING) for hit in rule(checked)]
    found = settle((hit for hit in hits if not (draft and hit.rule.endswith(_OPEN))), chosen)
    return _sorted((*kept, *found))


# Rules that only say what is open: the blanks of a draft say so already.
_OPEN = ("-missing", "-blank", "single-goal", "code-check", "goal-unquantified", "section-unquantified")


def check_text(text: str, source: Source, settings: RuleSettings | None = None) -> tuple[Finding, ...]:
    """What is wrong with the wording of a draft. Open blanks 【待填：…】 are expected and no finding."""
    chosen = settings or RuleSettings()
    section = Section("", SectionKind.OTHER, None, "", text, Source(line=source.line, page=source.page))
    checked = Checked((), (section,), None, chosen, draft=True)
    hits = [hit for rule in _WORDING for hit in rule(checked)]
    named = [Hit(hit.rule, Place("", "", source), hit.message, hit.suggestion, hit.quote) for hit in hits]
    return _sorted(settle(named, chosen))


def check_against_last_year(
    extraction: Extraction, previous: Extraction, settings: RuleSettings | None = None
) -> tuple[Finding, ...]:
    """Only what the comparison with the year before finds: for documents whose other findings are kept."""
    chosen = settings or RuleSettings()
    checked = Checked(extraction.projects, extraction.sections, previous, chosen)
    return _sorted(settle((hit for rule in _LAST_YEAR for hit in rule(checked)), chosen))


def adjusted(findings: Iterable[Finding], settings: RuleSettings) -> tuple[Finding, ...]:
    """Kept findings as a unit wants them: its rules off left out, its levels put in."""
    kept = (f for f in findings if f.rule not in settings.off)
    return _sorted(tuple(replace(f, level=settings.levels.get(f.rule, f.level)) for f in kept))


def check_plan_points(plan: tuple[PlanPoint, ...], settings: RuleSettings | None = None) -> tuple[Finding, ...]:
    """What is wrong with a spending plan that belongs to no document."""
    return settle(form.plan_hits(plan), settings or RuleSettings())


def _is_form(extraction: Extraction) -> bool:
    return bool(extraction.projects) or any(section.kind is not SectionKind.OTHER for section in extraction.sections)


def _sorted(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: (_ORDER[finding.level], finding.source.line or 0)))


# --- the score sheet ----------------------------------------------------------------------------------------------

ASPECTS = ("完整性", "相关性", "适当性", "可行性")
_COST = {Level.ERROR: 20, Level.WARNING: 8, Level.INFO: 2}


@dataclass(frozen=True, slots=True)
class AspectScore:
    """One row of the score sheet. 100 is faultless; only an aid, the review itself is the finance bureau's."""

    aspect: str
    score: int
    errors: int
    warnings: int
    infos: int
    reasons: tuple[str, ...]  # the gravest findings, as messages

    @property
    def grade(self) -> str:
        """优 良 中 差, by the thresholds of 90, 80 and 60."""
        return next((grade for floor, grade in ((90, "优"), (80, "良"), (60, "中")) if self.score >= floor), "差")


def score(findings: tuple[Finding, ...], extraction: Extraction) -> tuple[AspectScore, ...]:
    """The four review criteria of 财预〔2015〕88号, each with a score from its findings; empty without a form."""
    if not _is_form(extraction):
        return ()
    return tuple(_aspect(aspect, [f for f in findings if _aspect_of(f) == aspect]) for aspect in ASPECTS)


def _aspect_of(finding: Finding) -> str:
    rule = rules().get(finding.rule)
    return rule.aspect if rule else "规范性"


def _aspect(aspect: str, findings: list[Finding]) -> AspectScore:
    counts = {level: sum(finding.level is level for finding in findings) for level in Level}
    lost = sum(_COST[level] * count for level, count in counts.items())
    reasons = tuple(finding.message for finding in sorted(findings, key=lambda f: _ORDER[f.level])[:5])
    return AspectScore(
        aspect, max(0, 100 - lost), counts[Level.ERROR], counts[Level.WARNING], counts[Level.INFO], reasons
    )
