"""A sealed document to project records and sections; pure, and sure of every value it gives."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.fields import FIELDS
from corpus.folding import squeeze
from corpus.form import ProjectForm, blank_beside, money_beside, money_unit_of, title_of
from corpus.numbers import parse_amount, parse_percent
from corpus.outline import Passage, first_sentence, joined, part_paths, passages, without_number
from corpus.paths import form_blocks, set_parts, table_numbers
from corpus.tables import read_tables
from corpus.types import (
    Amount,
    Cell,
    CellState,
    Document,
    Extraction,
    Finding,
    Indicator,
    Level,
    Paragraph,
    PlanPoint,
    ProjectRecord,
    Section,
    SectionKind,
    Source,
    Table,
)

_GOAL_START = re.compile(r"(?:(?<=[\s。；;，,])|^)(?=\d{1,2}(?:[、．]|\.(?!\d))|[（(]\d{1,2}[)）]|[①-⑳]|目标\d+[:：])")
_DEFAULT_UNIT = "万元"
_MULTIPLES = {"百元": ("元", 100), "千元": ("元", 1000), "百万元": ("万元", 100)}  # units no amount is written with
_ROWS_BELOW = 40  # paragraphs below a title that are looked at for the labels of its table
_LABELS_OF_A_FORM = 5


def extract(document: Document) -> Extraction:
    """The records and sections of a document, with findings on what could not be placed."""
    blocks = document.blocks
    forms = read_tables(blocks)
    set_parts(forms, blocks, part_paths(blocks))
    units = _money_units(forms, blocks)
    projects = tuple(
        _record(document, ordinal, form, unit) for ordinal, (form, unit) in enumerate(zip(forms, units, strict=True), 1)
    )
    used = frozenset(number for form in forms for number in table_numbers(form))
    found = passages(blocks, form_blocks(blocks, used))
    sections = tuple(_section(document, passage) for passage in found)
    findings = (*_findings(forms, projects), *_unknown_units(forms, units), *_unread_tables(document, forms))
    return Extraction(projects, sections, findings)


# --- records ------------------------------------------------------------------------------------------------------


def _money_units(forms: Sequence[ProjectForm], blocks: Sequence[Paragraph | Table]) -> list[str | None]:
    """The unit of money of each table: its own, else the document's; None where tables differ and one says nothing."""
    stated = [form.money_unit or _label_unit(form) for form in forms]
    own = {unit for unit in stated if unit}
    if len(own) > 1:
        return stated
    general = own.pop() if own else _general_unit(blocks)
    return [unit or general for unit in stated]


def _label_unit(form: ProjectForm) -> str | None:
    """The unit in a label such as `预算数（元）`."""
    label = form.labels.get("total")
    found = re.search(r"\((百万元|万元|元|亿元|千元|百元)\)", squeeze(label.text)) if label and label.text else None
    return found[1] if found else None


def _general_unit(blocks: Sequence[Paragraph | Table]) -> str | None:
    """The unit the running text states; 万元 where it states none, None where it states several."""
    texts = [block.text for block in blocks if isinstance(block, Paragraph)]
    found = {unit for text in texts if (unit := money_unit_of(text) or money_beside(text))}
    if len(found) > 1:
        return None
    return found.pop() if found else _DEFAULT_UNIT


def _amount(cell: Cell, unit: str | None) -> Amount:
    """The value in 万元; None without text, without a certain unit, or when the text is no amount."""
    if cell.text is None or unit is None:
        return Amount(cell, None)
    if unit in _MULTIPLES:
        base, times = _MULTIPLES[unit]
        value = parse_amount(cell.text, base)
        bare = value is not None and re.fullmatch(r"[\d,.\s]+", squeeze(cell.text)) is not None
        return Amount(cell, value * times if bare and value is not None else value)
    return Amount(cell, parse_amount(cell.text, unit))


def _record(document: Document, ordinal: int, form: ProjectForm, unit: str | None) -> ProjectRecord:
    base = Source((*form.part, form.heading), form.title_source.line if form.title_source else None)
    cells = {key: form.cells.get(key) or Cell(CellState.BLANK, None, base) for key in _FIELDS}
    name = cells["name"]
    if name.state is CellState.BLANK and form.title and form.title.name:
        name = Cell(CellState.VALUE, form.title.name, base)
    return ProjectRecord(
        document_id=document.id,
        ordinal=ordinal,
        code=_code(cells["code"]),
        name=name,
        unit_code=form.unit.code if form.unit else document.unit_code,
        unit_name=form.unit.name if form.unit else document.unit_name,
        year=document.year,
        total=_amount(cells["total"], unit),
        fiscal=_amount(cells["fiscal"], unit),
        other=_amount(cells["other"], unit),
        purpose=cells["purpose"],
        plan=tuple(_plan_point(month, label, value) for month, label, value in form.plan),
        goals=tuple(goal for cell in form.goals for goal in split_goals(cell)),
        indicators=tuple(_indicator(row.cells) for row in form.rows),
        source=base,
    )


_FIELDS = ("code", "name", "total", "fiscal", "other", "purpose")


def _code(cell: Cell) -> Cell:
    """The code without the white space an export put into it."""
    return replace(cell, text="".join(cell.text.split())) if cell.text else cell


def _plan_point(month: int, label: Cell, value: Cell | None) -> PlanPoint:
    cell = value or blank_beside(label)
    return PlanPoint(month, cell, parse_percent(cell.text) if cell.text else None)


def split_goals(cell: Cell) -> list[Cell]:
    """The numbered goals in one cell, each verbatim; the cell itself when it holds a single one."""
    if not cell.text:
        return [cell]
    pieces = [piece.strip() for piece in _GOAL_START.split(cell.text) if piece.strip()]
    return [replace(cell, text=piece) for piece in pieces]


def _indicator(cells: dict[str, Cell]) -> Indicator:
    return Indicator(
        level1=cells["level1"],
        level2=cells["level2"],
        level3=cells["level3"],
        description=cells["description"],
        target=_target(cells),
        basis=cells["basis"],
    )


def _target(cells: dict[str, Cell]) -> Cell:
    """The indicator's value; operator and unit that stand in columns of their own are put before and after it."""
    target = cells["target"]
    parts = [cells[key].text for key in ("operator", "target", "measure") if key in cells]
    if target.text is None or len(parts) == 1:
        return target
    operator = cells["operator"].text if "operator" in cells else None
    measure = cells["measure"].text if "measure" in cells else None
    text = target.text
    if operator and not text.startswith(operator):
        text = operator + text
    if measure and not text.endswith(measure):
        text += measure
    return replace(target, text=text)


# --- sections -----------------------------------------------------------------------------------------------------


def _section(document: Document, passage: Passage) -> Section:
    first = document.blocks[passage.blocks[0]].source
    source = replace(first, heading_path=passage.path)
    text = joined(passage.texts)
    undivided = passage.ordinal is None and passage.kind is not SectionKind.OTHER
    title = passage.heading if undivided else first_sentence(without_number(text))
    return Section(document.id, passage.kind, passage.ordinal, title, text, source)


# --- findings -----------------------------------------------------------------------------------------------------


def _findings(forms: Sequence[ProjectForm], projects: Sequence[ProjectRecord]) -> Iterator[Finding]:
    for form in forms:
        yield from _unplaced(form)
        yield from _plan_columns(form)
        yield from _name_mismatch(form)
    yield from _duplicate_codes(projects)


def _unplaced(form: ProjectForm) -> Iterator[Finding]:
    strays = [cell for _, cell in form.stray] + [cell for row in form.rows for cell in row.stray]
    base = (*form.part, form.heading)
    for cell in strays:
        yield Finding(
            "unplaced",
            Level.WARNING,
            "表格里的这段文字对不上确定的栏目，相应的栏目没有取值。",
            "请对照原表核对，补齐空白单元格的标记后重新导入。",
            replace(cell.source, heading_path=cell.source.heading_path or base),
            cell.text or "",
        )


def _plan_columns(form: ProjectForm) -> Iterator[Finding]:
    months = [month for month, _, _ in form.plan]
    if months == sorted(set(months)):
        return
    yield Finding(
        "plan-columns",
        Level.WARNING,
        f"资金支出计划的时间列为{'、'.join(f'{m}月' for m in months)}，有重复或先后颠倒。",
        "请核对资金支出计划的时间列。",
        Source((*form.part, form.heading), form.plan[0][1].source.line),
    )


def _name_mismatch(form: ProjectForm) -> Iterator[Finding]:
    name = form.cells.get("name")
    if not (form.title and form.title.name and name and name.text):
        return
    title, stated = squeeze(form.title.name), squeeze(name.text)
    if (
        title in (stated, stated.removesuffix("项目"))
        or title.removesuffix("项目") == stated
        or "涉密" in form.title.name
    ):
        return
    yield Finding(
        "name-mismatch",
        Level.WARNING,
        f"表题中的项目名称“{form.title.name}”与表内的“{name.text}”不一致。",
        "请核对项目名称，使表题与表内一致。",
        name.source,
        name.text,
    )


def _duplicate_codes(projects: Sequence[ProjectRecord]) -> Iterator[Finding]:
    counts = Counter(squeeze(p.code.text).upper() for p in projects if p.code.text)
    for project in projects:
        code = project.code.text
        if code and counts[squeeze(code).upper()] > 1:
            yield Finding(
                "duplicate-code",
                Level.ERROR,
                f"项目编码 {code} 在本文件中出现 {counts[squeeze(code).upper()]} 次。",
                "项目编码应当唯一，请核对。",
                project.code.source,
                code,
            )


def _unknown_units(forms: Sequence[ProjectForm], units: Sequence[str | None]) -> Iterator[Finding]:
    for form, unit in zip(forms, units, strict=True):
        if unit is None:
            yield Finding(
                "unit-missing",
                Level.WARNING,
                "本文件各表的金额单位不一致，而这张表没有写明单位，金额没有取值。",
                "请在表上补写“单位：万元”或“单位：元”后重新导入。",
                form.title_source or Source(),
            )


def _unread_tables(document: Document, forms: Sequence[ProjectForm]) -> Iterator[Finding]:
    """Titles of the form with its labels below them as running text, which no reader could part into cells."""
    if any(finding.rule == "not-read" and "绩效目标表" in finding.message for finding in document.findings):
        return
    known = {form.title_source.line for form in forms if form.title_source}
    blocks = document.blocks
    for index, block in enumerate(blocks):
        title = title_of(block.text) if isinstance(block, Paragraph) else None
        if title is None or title.continued or block.source.line in known:
            continue
        if len(_labels_below(blocks[index + 1 : index + 1 + _ROWS_BELOW])) >= _LABELS_OF_A_FORM:
            yield Finding(
                "table-not-read",
                Level.WARNING,
                f"“{title.heading}”下面的表格分不出栏目，没有取值，文字作为资料保留。",
                "请用 Word、Excel 原文件，或单元格之间有分隔符（制表符或“|”）的文本重新导入。",
                block.source,
            )


def _labels_below(blocks: Sequence[Paragraph | Table]) -> set[str]:
    """The fields whose labels stand in the running text up to the next title or table."""
    found: set[str] = set()
    for block in blocks:
        if isinstance(block, Table) or title_of(block.text):
            break
        text = squeeze(block.text)
        found |= {f.key for f in FIELDS if any(squeeze(label) in text for label in f.labels if len(label) > 2)}
    return found
