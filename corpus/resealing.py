"""Classifies more of a document that was read before: by a policy that came later, or by what other documents classify.

Pure, over records and lines alone, so that a stored document can be sealed further without its file. It only ever
seals; what was sealed once comes back only by reading the file again.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from corpus.classification import RECORD_KEYS, Entry, Place, Policy, with_complements
from corpus.covering import SHOWN, one_cover
from corpus.fingerprints import document_id, text_hash
from corpus.folding import squeeze
from corpus.remarks import contradiction
from corpus.types import (
    Amount,
    Cell,
    CellState,
    Document,
    Extraction,
    Finding,
    Indicator,
    Level,
    PlanPoint,
    ProjectRecord,
    Section,
    Source,
)

_DATA_KEYS = ("level3", "description", "target", "basis")
_REPEATED = re.compile(rf"{SHOWN}(?:[ \u3000]*{SHOWN})+")
_LONGEST_CELL = 400  # lines that one cell may run over


@dataclass(frozen=True, slots=True)
class Rules:
    """What classifies: the policy file, and the entries that other documents make sticky until it says otherwise."""

    policy: Policy
    sticky: tuple[Entry, ...] = ()

    def classify(self, field: str, place: Place) -> bool:
        if self.policy.classifies(field, place):
            return True
        return any(entry.matches(field, place) for entry in self.sticky) and not self.policy.publishes(field, place)


def resealed(document: Document, extraction: Extraction, rules: Rules) -> tuple[Document, Extraction] | None:
    """The document with what `rules` classify sealed too; None when that is nothing new.

    A sticky classification leaves a finding with the document, so that a person knows why.
    """
    if not (rules.policy.classified or rules.sticky):
        return None
    lines = list(document.lines)
    projects, findings, hidden = [], [], set()
    for project in extraction.projects:
        sealing = _Sealing(project, rules)
        projects.append(sealing.record)
        for cell in sorted(sealing.covered, key=lambda cell: cell.state is CellState.BLANK):
            _cover(lines, cell)
        findings += _noted(project) if sealing.by_others else []
        findings += [contradiction(replace(project.source, heading_path=()))] if sealing.contradicted else []
        if project.name.text and sealing.record.name.text is None:
            hidden.add(squeeze(project.name.text))
    if tuple(projects) == extraction.projects:
        return None
    sealed = replace(extraction, projects=tuple(projects), findings=_quiet(extraction.findings, lines))
    lines = [one_cover(now) if now != before else before for now, before in zip(lines, document.lines, strict=True)]
    known = replace(document, lines=tuple(lines), findings=(*_quiet(document.findings, lines), *findings))
    return _known_anew(*(_without_names(known, sealed, hidden) if hidden else (known, sealed)))


def _known_anew(document: Document, extraction: Extraction) -> tuple[Document, Extraction]:
    """Under the id and hash of what is left: those of the text before would confirm a guess."""
    sha256 = text_hash(document.lines)
    name = document_id(document.name, sha256)
    projects = tuple(replace(project, document_id=name) for project in extraction.projects)
    sections = tuple(replace(section, document_id=name) for section in extraction.sections)
    return replace(document, id=name, sha256=sha256), replace(extraction, projects=projects, sections=sections)


class _Sealing:
    """One record, sealed by `rules`; what was covered on the way."""

    def __init__(self, project: ProjectRecord, rules: Rules) -> None:
        self.covered: list[Cell] = []
        self.by_others = False
        self.contradicted = False
        self._rules = rules
        self._place = Place(
            project.unit_code, project.unit_name, project.year, project.code.text, project.name.text
        )  # fmt: skip
        self.contradicted = any(rules.policy.contradicts(key, self._place) for key in RECORD_KEYS)
        self._keys = with_complements([key for key in RECORD_KEYS if rules.classify(key, self._place)])
        self.record = replace(
            project,
            name=self._field("name", project.name),
            purpose=self._field("purpose", project.purpose),
            total=self._amount("total", project.total),
            fiscal=self._amount("fiscal", project.fiscal),
            other=self._amount("other", project.other),
            goals=self._goals(project.goals),
            plan=tuple(map(self._point, project.plan)),
            indicators=tuple(map(self._row, project.indicators)),
        )

    def _field(self, key: str, cell: Cell) -> Cell:
        return self._cell(cell) if key in self._keys else cell

    def _amount(self, key: str, amount: Amount) -> Amount:
        return Amount(self._cell(amount.cell), None) if key in self._keys else amount

    def _goals(self, goals: tuple[Cell, ...]) -> tuple[Cell, ...]:
        """One for each cell of the table: how many goals a classified cell held is not said."""
        if "goals" not in self._keys:
            return goals
        places = {(goal.source.table, goal.source.row, goal.source.column): goal for goal in reversed(goals)}
        first = [goal for goal in goals if goal in places.values()]
        sealed = {id(goal): self._cell(goal) for goal in goals}
        return tuple(sealed[id(goal)] for goal in first)

    def _point(self, point: PlanPoint) -> PlanPoint:
        return replace(point, cell=self._cell(point.cell), share=None) if "plan" in self._keys else point

    def _row(self, row: Indicator) -> Indicator:
        spot = replace(self._place, level1=row.level1.text, level2=row.level2.text, level3=row.level3.text)
        if not any(self._rules.classify(key, spot) for key in _DATA_KEYS):
            return row
        self.contradicted |= any(self._rules.policy.contradicts(key, spot) for key in _DATA_KEYS)
        cells = {key: self._cell(getattr(row, key)) for key in _DATA_KEYS}
        sealed = replace(row, **cells)
        self.by_others |= sealed != row and not any(self._rules.policy.classifies(key, spot) for key in _DATA_KEYS)
        return sealed

    def _cell(self, cell: Cell) -> Cell:
        if cell.state is not CellState.CLASSIFIED:
            self.covered.append(cell)
        return Cell(CellState.CLASSIFIED, None, cell.source)


# --- the readable lines -------------------------------------------------------------------------------------------


def _cover(lines: list[str], cell: Cell) -> None:
    """Covers a cell's text where it stands; where it cannot be made out in its line, the whole line."""
    text = cell.text or ""
    if cell.state is CellState.BLANK:
        _cover_blank(lines, cell)
        return
    if cell.source.line is None:
        lines[:] = [SHOWN if squeeze(text) in squeeze(line) else line for line in lines]
        return
    left = squeeze(text)
    for index in range(cell.source.line - 1, min(len(lines), cell.source.line - 1 + _LONGEST_CELL)):
        here = squeeze(lines[index])
        if left in here:
            lines[index] = _without(lines[index], text)
            return
        if here and not left.startswith(here):
            break
        if here:
            lines[index] = _whole(lines[index])
            left = left[len(here) :]
    if left == squeeze(text) and cell.source.line <= len(lines):
        lines[cell.source.line - 1] = _whole(lines[cell.source.line - 1])


def _cover_blank(lines: list[str], cell: Cell) -> None:
    """Covers a blank cell where it stands in its line: that it is blank may not show either."""
    number = cell.source.line
    if number is None or number > len(lines):
        return
    line = lines[number - 1]
    mark = "|" if "|" in line else "\t"
    cells = line.split(mark)
    index = (cell.source.column or 0) - (0 if line.lstrip().startswith("|") else 1)
    if not line.strip():
        lines[number - 1] = line + SHOWN
    elif len(cells) == 1:
        lines[number - 1] = line if SHOWN in line else line + SHOWN
    elif 0 <= index < len(cells) and not cells[index].strip():
        lines[number - 1] = mark.join([*cells[:index], f" {SHOWN} " if mark == "|" else SHOWN, *cells[index + 1 :]])
    elif SHOWN not in line:
        lines[number - 1] = f"{line}{mark}{SHOWN}"


def _without(line: str, text: str) -> str:
    """`line` with the cells that hold `text` covered, else the words, else all of it."""
    for mark in ("|", "\t"):
        cells = line.split(mark)
        if len(cells) > 1 and any(cell.strip() == text.strip() for cell in cells):
            return mark.join(
                cell.replace(text.strip(), SHOWN) if cell.strip() == text.strip() else cell for cell in cells
            )
    return _REPEATED.sub(SHOWN, line.replace(text, SHOWN)) if text in line else _whole(line)


def _whole(line: str) -> str:
    return line[: len(line) - len(line.lstrip())] + SHOWN


def _quiet(findings: Iterable[Finding], lines: Sequence[str]) -> tuple[Finding, ...]:
    """Findings without quotations that no longer stand in their line."""
    return tuple(f if _stands(f, lines) else replace(f, quote="", message=_bare(f)) for f in findings)


def _stands(finding: Finding, lines: Sequence[str]) -> bool:
    line = finding.source.line
    return not finding.quote or line is None or line > len(lines) or SHOWN not in lines[line - 1]


def _bare(finding: Finding) -> str:
    return finding.message.replace(finding.quote, SHOWN) if finding.quote else finding.message


def _noted(project: ProjectRecord) -> list[Finding]:
    return [
        Finding(
            "classified-elsewhere",
            Level.INFO,
            "这个项目的绩效指标在资料库的另一份文件中涉密，本文件中相应的指标同样按涉密处理。",
            "确可公开的，请管理员在涉密策略文件中用 [[public]] 写明。",
            Source(project.source.heading_path, project.source.line),
        )
    ]


# --- classified names ---------------------------------------------------------------------------------------------


def _without_names(document: Document, extraction: Extraction, hidden: set[str]) -> tuple[Document, Extraction]:
    """A classified name stands in titles, locators and running text too: all that holds it is covered."""

    def has(text: str) -> bool:
        return any(len(name) >= 4 and name in squeeze(text) for name in hidden)

    def path(source: Source) -> Source:
        return replace(source, heading_path=tuple(SHOWN if has(part) else part for part in source.heading_path))

    def cell(found: Cell) -> Cell:
        if found.text is not None and has(found.text):
            return Cell(CellState.CLASSIFIED, None, path(found.source))
        return replace(found, source=path(found.source))

    def amount(found: Amount) -> Amount:
        return replace(found, cell=cell(found.cell))

    def row(found: Indicator) -> Indicator:
        names = ("level1", "level2", "level3", "description", "target", "basis")
        cells = {name: cell(getattr(found, name)) for name in names}
        if CellState.CLASSIFIED in [cells[key].state for key in _DATA_KEYS]:
            cells |= {key: Cell(CellState.CLASSIFIED, None, cells[key].source) for key in _DATA_KEYS}
        return Indicator(**cells)

    def record(found: ProjectRecord) -> ProjectRecord:
        return replace(
            found,
            code=cell(found.code), name=cell(found.name), purpose=cell(found.purpose), total=amount(found.total),
            fiscal=amount(found.fiscal), other=amount(found.other), source=path(found.source),
            plan=tuple(replace(point, cell=cell(point.cell)) for point in found.plan),
            goals=tuple(map(cell, found.goals)), indicators=tuple(map(row, found.indicators)),
        )  # fmt: skip

    def section(found: Section) -> Section:
        if has(found.text) or has(found.title):
            return replace(found, title=SHOWN, text=SHOWN, source=path(found.source))
        return replace(found, source=path(found.source))

    def finding(found: Finding) -> Finding:
        quiet = has(found.quote) or has(found.message) or has(found.suggestion)
        message = "（涉及涉密名称，内容略）" if quiet else found.message
        kept = replace(found, message=message, quote="", suggestion="") if quiet else found
        return replace(kept, source=path(found.source))

    sealed = Extraction(
        tuple(map(record, extraction.projects)),
        tuple(map(section, extraction.sections)),
        tuple(map(finding, extraction.findings)),
    )
    known = replace(
        document,
        title=SHOWN if has(document.title) else document.title,
        lines=tuple(_whole(line) if has(line) else line for line in document.lines),
        findings=tuple(map(finding, document.findings)),
    )
    return known, sealed
