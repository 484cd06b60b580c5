"""Raw blocks to a sealed `Document`: classified text is dropped here, before anything is kept.

First each cell that carries a mark, then what sticks to it by the form (rows, columns under a marked label), then the
policy. From the first step on only sealed cells are looked at, so the result cannot depend on a classified value.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from corpus.classification import RECORD_KEYS, Place, Policy, with_complements
from corpus.covering import SHOWN, covered
from corpus.fields import PUBLIC_FIELDS
from corpus.fingerprints import document_id, text_hash
from corpus.folding import squeeze
from corpus.form import (
    DATA_KEYS,
    SIDE_KEYS,
    IndicatorRow,
    ProjectForm,
    is_level1,
    is_level2,
    label_key,
    month_of,
    title_of,
)
from corpus.identity import Identity, identify
from corpus.marks import (
    is_marked,
    is_marked_prose,
    without_mark,
)
from corpus.outline import heading_of, part_paths, passages
from corpus.paths import (
    Block,
    Position,
    cell_paths,
    field_cells,
    form_blocks,
    position_of,
    row_cells,
    set_parts,
    table_numbers,
)
from corpus.raw import RawCell, RawDocument, RawParagraph, RawTable, Span
from corpus.refusal import refuse_marked_file
from corpus.remarks import contradiction, residue, unread, year_conflict
from corpus.tables import read_tables
from corpus.types import Cell, CellState, Document, Finding, Paragraph, Source, Table

_ITEM = re.compile(r"[一二三四五六七八九十]{1,3}(?:、|是(?=[^是]))")


def seal(raw: RawDocument, policy: Policy, given_year: int | None) -> Document:
    """The sealed document. Raises SecretMarkError for a 密级 mark, ReadError for internal material (see Policy).

    Its hash and id are made of what is left, never of the file: a hash of the file would confirm a guessed value.
    """
    refuse_marked_file(raw, policy)
    state = _Sealing(raw)
    projects = read_tables(state.blocks)
    identity = identify(raw.name, state.blocks, projects, given_year)
    contradictions = _seal_projects(state, projects, identity, policy)
    _seal_names(state, projects)
    _seal_other_tables(state, projects)
    blocks = _with_paths(state)
    lines = state.lines()
    sha256 = text_hash(lines)
    return Document(
        id=document_id(raw.name, sha256),
        sha256=sha256,
        name=raw.name,
        title=identity.title,
        unit_code=identity.unit.code,
        unit_name=identity.unit.name,
        year=identity.year,
        year_basis=identity.year_basis,
        blocks=tuple(blocks),
        lines=lines,
        findings=(*residue(raw), *unread(raw), *year_conflict(identity), *contradictions),
    )


@dataclass(slots=True)
class _Sealing:
    """A document while it is sealed: its blocks, and which spans of its lines are to be covered."""

    raw: RawDocument
    blocks: list[Block] = field(default_factory=list)
    cells: dict[Position, RawCell] = field(default_factory=dict)
    sealed: set[Position] = field(default_factory=set)
    marked_labels: set[Position] = field(default_factory=set)
    marked_titles: set[int | None] = field(default_factory=set)  # lines of titles that carry a mark
    covered: list[Span] = field(default_factory=list)
    paths: dict[Position, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        number = 0
        for block in self.raw.blocks:
            if isinstance(block, RawTable):
                number += 1
                self.blocks.append(self._table(number, block))
            else:
                self.blocks.append(self._paragraph(block))
        self._seal_wrapped_prose()
        self._seal_under_marked_headings()

    def _paragraph(self, block: RawParagraph) -> Paragraph:
        text = block.text
        if is_marked_prose(text):
            bare = without_mark(text)
            heading = heading_of(bare)
            if (title_of(bare) and not title_of(text)) or (heading and heading.rest_start is None):
                self.marked_titles.add(block.span.line)
                text = bare
            else:
                number = _numeral(text) if self._stands_at(block.span, text) else ""
                self.covered.append(replace(block.span, start=block.span.start + len(number)))
                text = number + SHOWN
        return Paragraph(text, Source(line=block.span.line, page=block.page))

    def _stands_at(self, span: Span, text: str) -> bool:
        return self.raw.lines[span.line - 1].startswith(text, span.start)

    def _table(self, number: int, table: RawTable) -> Table:
        rows: dict[int, list[Cell]] = {}
        months = Counter(raw.row for raw in table.cells if month_of(without_mark(raw.text)))
        for raw in table.cells:
            rows.setdefault(raw.row, []).append(self._cell(number, raw, months[raw.row] > 1))
        first = table.cells[0].spans[0].line if table.cells and table.cells[0].spans else None
        return Table(number, tuple(tuple(row) for row in rows.values()), Source(line=first, table=number))

    def _cell(self, table: int, raw: RawCell, in_plan_head: bool) -> Cell:
        """A cell by its own mark. 3月底（涉密） is a marked label among months, a classified value anywhere else."""
        position = (table, raw.row, raw.column)
        self.cells[position] = raw
        line = raw.spans[0].line if raw.spans else None
        source = Source((), line, raw.page, table, raw.row, raw.column)
        if not raw.text:
            return Cell(CellState.BLANK, None, source)
        if not is_marked(raw.text):
            return Cell(CellState.VALUE, raw.text, source)
        bare = without_mark(raw.text)
        if bare != raw.text and _is_form_word(bare) and (in_plan_head or not month_of(bare)):
            self.marked_labels.add(position)
            return Cell(CellState.VALUE, bare, source)
        self.sealed.add(position)
        return Cell(CellState.CLASSIFIED, None, source)

    def _seal_wrapped_prose(self) -> None:
        """The lines before a marked one that belong to the same sentence: broken lines of one paragraph."""
        for i in range(len(self.blocks) - 1, 0, -1):
            block, before = self.blocks[i], self.blocks[i - 1]
            if not (isinstance(block, Paragraph) and isinstance(before, Paragraph) and _is_covered(block)):
                continue
            raw = self.raw.blocks[i - 1]
            assert isinstance(raw, RawParagraph)
            follows = (before.source.line or 0) + 1 == block.source.line
            ended = before.text.rstrip().endswith(tuple("。！？；!?;：:"))
            if (
                follows
                and not ended
                and not heading_of(before.text)
                and len(before.text) > 20
                and not _is_covered(before)
            ):
                self._cover_paragraph(i - 1)

    def _cover_paragraph(self, index: int) -> None:
        raw = self.raw.blocks[index]
        block = self.blocks[index]
        if isinstance(raw, RawParagraph) and isinstance(block, Paragraph) and block.text != SHOWN:
            self.covered.append(raw.span)
            self.blocks[index] = replace(block, text=SHOWN)

    def _seal_under_marked_headings(self) -> None:
        """A narrative heading that carries a mark classifies what stands under it."""
        under = False
        for index, block in enumerate(self.blocks):
            if not isinstance(block, Paragraph):
                under = False
            elif heading_of(block.text):
                under = block.source.line in self.marked_titles
            elif under:
                self._cover_paragraph(index)

    def seal_cells(self, cells: Iterable[Cell | None]) -> bool:
        """Seals `cells` by their positions, blank ones too; says whether any was new."""
        new = {position_of(cell) for cell in cells if cell is not None} & set(self.cells) - self.sealed
        self.sealed |= new
        return bool(new)

    def is_sealed(self, cell: Cell | None) -> bool:
        return cell is not None and position_of(cell) in self.sealed

    def lines(self) -> tuple[str, ...]:
        """The readable lines with every sealed span covered."""
        cells = (span for position in self.sealed for span in self.cells[position].spans)
        return covered(self.raw.lines, (*self.covered, *cells))


def _is_covered(block: Paragraph) -> bool:
    return block.text.removeprefix(_numeral(block.text)) == SHOWN


def _numeral(text: str) -> str:
    """The number of a marked item (二、 or 二是): the items after it keep theirs."""
    found = _ITEM.match(text)
    return found.group() if found else ""


def _is_form_word(text: str) -> bool:
    return bool(label_key(text) or is_level1(text) or is_level2(text) or month_of(text) or title_of(text))


# --- project tables -----------------------------------------------------------------------------------------------


def _seal_projects(
    state: _Sealing, projects: Sequence[ProjectForm], identity: Identity, policy: Policy
) -> list[Finding]:
    contradicting: list[Finding] = []
    _seal_values_like_labels(state, projects)
    for project in projects:
        _seal_under_labels(state, project)
        if _seal_by_policy(state, project, identity, policy):
            contradicting.append(contradiction(project.title_source or Source()))
        while any(_seal_row(state, project, row) for row in project.rows):
            pass
        _seal_strays(state, project)
    return contradicting


def _seal_values_like_labels(state: _Sealing, projects: Sequence[ProjectForm]) -> None:
    """A marked word of the form that no table uses as its label is a value: 数量指标（涉密） as a 三级指标."""
    labels = [cell for project in projects for cell in (*project.labels.values(), *project.header_cells.values())]
    labels += [label for project in projects for _, label, _ in project.plan]
    labels += [row.cells[key] for project in projects for row in project.rows for key in ("level1", "level2")]
    state.sealed |= state.marked_labels - {position_of(cell) for cell in labels}


def _seal_under_labels(state: _Sealing, project: ProjectForm) -> None:
    """What a marked label, a marked column head or a marked title governs."""
    marked = {key for key, cell in project.labels.items() if position_of(cell) in state.marked_labels}
    columns = {key for key, cell in project.header_cells.items() if position_of(cell) in state.marked_labels}
    title = project.title_source
    if title and (title.line in state.marked_titles):
        marked |= {"total", "fiscal", "other", "purpose", "plan", "goals"}
        columns |= set(DATA_KEYS)
    if "budget" in marked:
        marked |= {"total", "fiscal", "other", "purpose"}
    state.seal_cells(cell for key in marked for cell in field_cells(project, key))
    state.seal_cells(value for _, label, value in project.plan if position_of(label) in state.marked_labels)
    for row in project.rows:
        levels = [row.cells[key] for key in ("level1", "level2")]
        if columns or any(position_of(cell) in state.marked_labels | state.sealed for cell in levels):
            state.seal_cells(row_cells(row))


def _seal_row(state: _Sealing, project: ProjectForm, row: IndicatorRow) -> bool:
    """A row in which any cell is classified is so whole; says whether that sealed anything new."""
    cells = list(row_cells(row))
    return any(map(state.is_sealed, cells)) and state.seal_cells(cells)


def _seal_strays(state: _Sealing, project: ProjectForm) -> None:
    """Text that could not be placed near a field with a classified cell may be that cell's."""
    for key in {key for key, _ in project.stray}:
        cells = [cell for near, cell in project.stray if near == key]
        beside = field_cells(project, key) if key in (*PUBLIC_FIELDS, *DATA_KEYS) else []
        if any(map(state.is_sealed, [*cells, *beside])):
            state.seal_cells(cells)


def _seal_by_policy(state: _Sealing, project: ProjectForm, identity: Identity, policy: Policy) -> bool:
    """Seals what the policy classifies; says whether a [[public]] entry contradicts it."""
    if not policy.classified:
        return False
    place = _place(project, identity)
    classified = [key for key in RECORD_KEYS if policy.classifies(key, place)]
    contradicted = any(policy.publishes(key, place) for key in classified)
    for key in with_complements(classified):
        state.seal_cells(field_cells(project, key))
    for row in project.rows:
        level1, level2, level3 = (row.cells[key].text for key in ("level1", "level2", "level3"))
        spot = replace(place, level1=level1, level2=level2, level3=level3)
        keys = [key for key in DATA_KEYS if policy.classifies(key, spot)]
        if keys:
            state.seal_cells(row.cells[key] for key in keys)
            state.seal_cells(row.cells[key] for key in SIDE_KEYS if "target" in keys and key in row.cells)
            contradicted |= any(policy.publishes(key, spot) for key in keys)
    return contradicted


def _place(project: ProjectForm, identity: Identity) -> Place:
    unit = project.unit or identity.unit
    code, name = project.cells.get("code"), project.cells.get("name")
    title = project.title.name if project.title else None
    return Place(
        unit.code, unit.name, identity.year, code.text if code else None, (name.text if name else None) or title or None
    )


def _seal_names(state: _Sealing, projects: Sequence[ProjectForm]) -> None:
    """A classified name is covered in its title, and wherever else in the document it stands."""
    hidden: set[str] = set()
    for project in projects:
        name = project.cells.get("name")
        if name is None or not state.is_sealed(name):
            continue
        raw = squeeze(without_mark(state.cells[position_of(name)].text))
        hidden |= {text for text in (raw, squeeze(project.title.name) if project.title else "") if len(text) >= 4}
        title_line = project.title_source.line if project.title_source else None
        _cover_title(state, title_line)
    if not hidden:
        return
    for index, block in enumerate(state.blocks):
        if isinstance(block, Paragraph) and any(name in squeeze(block.text) for name in hidden):
            state._cover_paragraph(index)
    for position, cell in state.cells.items():
        if any(name in squeeze(cell.text) for name in hidden):
            state.sealed.add(position)


def _cover_title(state: _Sealing, line: int | None) -> None:
    for index, block in enumerate(state.blocks):
        if isinstance(block, Paragraph) and block.source.line == line and title_of(block.text):
            raw = state.raw.blocks[index]
            assert isinstance(raw, RawParagraph)
            state.covered.append(raw.span)
            number = block.text[: len(block.text) - len(block.text.lstrip("0123456789.、．（()） "))]
            state.blocks[index] = replace(block, text=f"{number}{SHOWN}绩效目标表")


def _seal_other_tables(state: _Sealing, projects: Sequence[ProjectForm]) -> None:
    """In a table that is not the form nobody knows what a cell belongs to: a marked cell classifies its row."""
    used = {number for project in projects for number in table_numbers(project)}
    for block in state.blocks:
        if isinstance(block, Table) and block.number not in used:
            for row in block.rows:
                if any(map(state.is_sealed, row)):
                    state.seal_cells(cell for cell in row if not (cell.text and _is_form_word(cell.text)))


# --- the sealed result --------------------------------------------------------------------------------------------


def _with_paths(state: _Sealing) -> list[Block]:
    """The blocks with their final states and heading paths, computed from sealed text only."""
    blocks = [_resealed(state, block) if isinstance(block, Table) else block for block in state.blocks]
    parts = part_paths(blocks)
    projects = read_tables(blocks)
    set_parts(projects, blocks, parts)
    paths = {position: path for project in projects for position, path in cell_paths(project)}
    used = frozenset(number for project in projects for number in table_numbers(project))
    for passage in passages(blocks, form_blocks(blocks, used)):
        for index in passage.blocks:
            parts[index] = passage.path
    return [_placed(block, path, paths) for block, path in zip(blocks, parts, strict=True)]


def _resealed(state: _Sealing, table: Table) -> Table:
    rows = tuple(
        tuple(Cell(CellState.CLASSIFIED, None, c.source) if state.is_sealed(c) else c for c in row)
        for row in table.rows
    )
    return replace(table, rows=rows)


def _placed(block: Block, path: tuple[str, ...], paths: dict[Position, tuple[str, ...]]) -> Block:
    source = replace(block.source, heading_path=path)
    if isinstance(block, Paragraph):
        return replace(block, source=source)
    rows = tuple(
        tuple(
            replace(cell, source=replace(cell.source, heading_path=paths.get(position_of(cell), path))) for cell in row
        )
        for row in block.rows
    )
    return replace(block, rows=rows, source=source)
