"""Among which passages is searched: those of a unit, of a year, of a part of the document, of a project."""

from dataclasses import dataclass

from assistant.errors import ScopeError
from assistant.understanding.catalogue import Catalogue
from assistant.understanding.codes import take_codes
from assistant.understanding.lexicon import group, normal
from assistant.understanding.names import take_names, take_partial_names
from assistant.understanding.scan import Scan
from assistant.understanding.subjects import take_units
from assistant.understanding.types import ProjectKey
from corpus.types import Chunk, SectionKind

_KINDS = {**{kind.value: kind.value for kind in SectionKind}, "project": "project", "goal": "goal"}
_LABELS = {"项目": "project", "项目绩效目标": "goal", "绩效目标": "goal", "其他": "other"}


@dataclass(frozen=True, slots=True)
class Within:
    """As a person or a program names it; None sets no limit."""

    unit: str | None = None  # name, short form or code
    year: int | None = None
    kind: str | None = None  # overall | itemised | safeguard | duty | other | project | goal, or the part's name
    project: str | None = None  # name, part of it, or code


EVERYWHERE = Within()


@dataclass(frozen=True, slots=True)
class Limits:
    """The same as the index takes it; None sets no limit."""

    documents: tuple[str, ...] | None
    kinds: tuple[str, ...] | None
    projects: frozenset[ProjectKey] | None
    of_projects_only: bool

    def hold(self, chunk: Chunk) -> bool:
        """Whether a passage of these documents and kinds is one of these projects; a narrative part is of none."""
        if self.projects is None:
            return True
        if chunk.project_ordinal is None:
            return not self.of_projects_only
        return ProjectKey(chunk.document_id, chunk.project_ordinal) in self.projects


def limits(within: Within, catalogue: Catalogue) -> Limits:
    """Raises ScopeError for a unit, year, part or project that the library does not have."""
    units = _units(within.unit, catalogue) if within.unit else ()
    years = (within.year,) if within.year else ()
    of_units = {i for unit in units for i in catalogue.documents_of_unit.get(unit, ())}
    documents = tuple(
        d.id
        for d in catalogue.documents
        if (not units or d.id in of_units) and (within.year is None or d.year in (within.year, None))
    )
    if within.year and not any(d.year == within.year for d in catalogue.documents):
        raise ScopeError(f"资料库里没有 {within.year} 年的文件。")
    named = _projects(within.project, catalogue) if within.project else None
    inside = frozenset(catalogue.scope(documents, years, units)) if units or years else None
    projects = inside if named is None else named if inside is None else named & inside
    if named is not None:
        documents = tuple(d for d in documents if d in {key.document_id for key in projects or ()})
    kinds = (_kind(within.kind),) if within.kind else None
    return Limits(documents, kinds, projects, of_projects_only=named is not None)


def _units(said: str, catalogue: Catalogue) -> tuple[str, ...]:
    found, _ = take_units(Scan(normal(said)), catalogue)
    if not found:
        raise ScopeError(f"资料库里没有“{said}”的文件。")
    return found


def _projects(said: str, catalogue: Catalogue) -> frozenset[ProjectKey]:
    scan = Scan(normal(said))
    mentions = take_names(scan, catalogue) or take_codes(scan, catalogue) or take_partial_names(scan, catalogue, None)
    keys = frozenset(key for mention in mentions if mention.certain for key in mention.keys)
    if not keys:
        raise ScopeError(f"资料库里没有“{said}”这个项目。")
    return keys


def _kind(said: str) -> str:
    sections = group("sections").keys
    kind = _KINDS.get(said) or _LABELS.get(said) or sections.get(normal(said))
    if kind is None:
        raise ScopeError(f"没有“{said}”这一部分；可以是 {'、'.join(_KINDS)}。")
    return kind
