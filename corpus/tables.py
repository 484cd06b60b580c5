"""Walks the blocks of a document and gives each cell of its project tables its field.

A state machine over rows, whatever tables they stand in: one table may hold several projects, and one project may
run over several tables and pages.
"""

from collections.abc import Sequence

from corpus.fields import INDICATOR_TREE
from corpus.form import (
    AMOUNT_KEYS,
    DATA_KEYS,
    INDICATOR_KEYS,
    IndicatorRow,
    ProjectForm,
    Title,
    Unit,
    blank_beside,
    header_key,
    is_indicator_header,
    is_year_line,
    label_key,
    money_behind,
    money_beside,
    money_unit_of,
    month_of,
    title_of,
    unit_of,
    value_heads,
)
from corpus.numbers import parse_amount
from corpus.types import Cell, CellState, Paragraph, Source, Table

Row = Sequence[Cell]
_BESIDE = ("unit", "aside")  # what forms print about a project that is no field of its record
_PAIRED = ("code", "name", *AMOUNT_KEYS, "purpose", *_BESIDE)
_STARTS = ("code", "name")


def read_tables(blocks: Sequence[Paragraph | Table]) -> list[ProjectForm]:
    """The project tables of a document, in order. A document without the form gives none."""
    reader = _Reader()
    for block in blocks:
        if isinstance(block, Paragraph):
            reader.paragraph(block)
        else:
            for row in block.rows:
                reader.row(row)
    return [form for form in reader.projects if _is_the_form(form)]


def _is_the_form(form: ProjectForm) -> bool:
    """Whether a table is a 绩效目标表, and not, say, a procurement notice that also has 项目名称 and 预算金额."""
    labels = set(form.labels)
    return bool(form.title or form.header or labels & {"plan", "goals"} or {"total", "fiscal"} <= labels)


def _text(cell: Cell) -> str:
    return cell.text or ""


def _filled(row: Row) -> list[Cell]:
    return [cell for cell in row if cell.state is not CellState.BLANK]


def _stand_above(row: Row, labels: Row) -> bool:
    """Whether the values of a row of labels stand in the next row: no value is among them, nor room for one between."""
    if len(labels) < 2 or any(label_key(_text(cell)) is None for cell in _filled(row)):
        return False
    places = [row.index(label) for label in labels]
    return len(row) == len(_filled(row)) or (len(labels) > 2 and places[-1] - places[0] == len(labels) - 1)


def _named_unit(text: str) -> Unit | None:
    """The unit in a cell beside its label: with its code, or its name alone."""
    return unit_of(text) or unit_of(f"单位名称：{text}")


def _may_stand_under(row: dict[str, Cell], level1: Cell) -> bool:
    """Whether the row's second level may belong to the first level above it: 社会效益指标 is never under 产出指标."""
    level2 = _text(row["level2"]) if "level2" in row else ""
    own = [parent for parent, children in INDICATOR_TREE.items() if level2 in children]
    return not own or _text(level1) not in INDICATOR_TREE or _text(level1) in own


class _Reader:
    def __init__(self) -> None:
        self.projects: list[ProjectForm] = []
        self.current: ProjectForm | None = None
        self.title: tuple[Title, Source] | None = None
        self.unit: Unit | None = None
        self.latest: Unit | None = None  # named last, above a run of tables or in one of them
        self.money: str | None = None
        self.below: list[tuple[int, str, Cell]] = []  # columns whose values stand in the next row
        self.months: list[tuple[int, int, Cell]] = []  # column, month, label: values in the next row
        self.loose: list[Cell] = []  # texts between a title and the first field of its table

    def paragraph(self, block: Paragraph) -> None:
        cell = Cell(CellState.VALUE, block.text, block.source)
        self._heading(cell)

    def _heading(self, cell: Cell) -> bool:
        """Takes a title, a unit or a unit of money; says whether `cell` was one."""
        text = _text(cell)
        money = money_unit_of(text) or money_beside(text)
        title, unit = title_of(text), unit_of(text)
        if title and not (title.continued and self.current):
            self.title, self.loose = (title, cell.source), []
            self._between()
        self.money = money or (money_behind(text) if self.title else None) or self.money
        if unit and not title:
            self.unit = self.latest = unit
        if title or money or unit:
            return True
        return is_year_line(text)

    def _between(self) -> None:
        """A new title was seen: unit and unit of money are to be stated anew, or taken over by the caller."""
        self.unit = self.money = None

    def row(self, row: Row) -> None:
        filled = _filled(row)
        if len(filled) == 1 and self._can_only_be_purpose(filled[0]):
            self._unlabelled(filled[0])
            return
        if len(filled) == 1 and len(row) <= 2 and self._heading(filled[0]):
            return
        keys = {None if self._inside_grid(filled) else label_key(_text(cell)) for cell in row}
        if keys.isdisjoint(_STARTS) and all(self._money_only(cell) for cell in filled) and filled:
            return
        if "unit" in keys and keys <= {"unit", None} and self._unit_row(filled):
            return
        if self._starts(keys):
            self._start(row[0].source)
        elif self.title is not None:
            self.loose += filled
            return
        if self.current is None:
            return
        if is_indicator_header(_text(cell) for cell in row):
            self._header(row)
        elif self.current.stage == "indicators" and (heads := value_heads(map(_text, row))):
            self._value_heads({row[at].source.column or 0: key for at, key in heads.items()})
        elif self.current.stage == "indicators" and not (keys & {"code", "total", "goals", "plan"}):
            self._indicator(row)
        else:
            self._upper(row, keys)

    def _inside_grid(self, filled: Row) -> bool:
        """Whether a row is one of the grid's: 年度目标 as the basis of a value is no label, which would stand first."""
        in_grid = self.current is not None and self.current.stage == "indicators" and self.title is None
        return in_grid and bool(filled) and label_key(_text(filled[0])) is None

    def _can_only_be_purpose(self, cell: Cell) -> bool:
        """2000亩示范区 alone right below the amounts names no unit, though it begins like one."""
        form = self.current
        if form is None or self.title or self.below or form.stage != "budget" or "total" not in form.cells:
            return False
        text = _text(cell)
        return self._wants_purpose(form) and bool(unit_of(text)) and not (title_of(text) or label_key(text))

    def _unit_row(self, cells: Row) -> bool:
        """`预算单位 | 305002清河县图书馆 | 单位：万元` above the first field of a table."""
        if self.current is not None and self.title is None and self.current.stage == "budget":
            return False
        label, *rest = cells
        if label_key(_text(label)) != "unit" or not rest or not all(self._money_only(cell) for cell in rest[1:]):
            return False
        self.unit = self.latest = _named_unit(_text(rest[0])) or self.unit
        self.money = money_beside(f"单位名称：{_text(rest[0])}") or self.money
        return True

    def _money_only(self, cell: Cell) -> bool:
        text = _text(cell)
        return bool(money_unit_of(text) or unit_of(text) or title_of(text)) and self._heading(cell)

    def _starts(self, keys: set[str | None]) -> bool:
        if keys.isdisjoint(_STARTS):
            return False
        if self.current is None or self.title is not None:
            return True
        seen = self.current.labels
        if any(key in seen for key in _STARTS if key in keys):
            return True
        return self.current.stage == "indicators" and "code" in keys

    def _start(self, source: Source) -> None:
        title, title_source = self.title or (None, None)
        unit = self.unit or self.latest
        self.current = ProjectForm(title, title_source or source, unit, self.money, ())
        self.projects.append(self.current)
        self.current.stray += [("name", cell) for cell in self.loose]
        self.title = None
        self.below, self.months, self.loose = [], [], []

    # --- the upper part: pairs of label and value, the plan, the goals -------------------------------------------

    def _upper(self, row: Row, keys: set[str | None]) -> None:
        assert self.current is not None
        months = [cell for cell in row if month_of(_text(cell))]
        if "goals" in keys:
            self._goals(row)
        elif "plan" in keys or len(months) >= 2:
            self._plan_head(row, months)
        elif self.months and not any(keys & set(_PAIRED)):
            self._plan_values(row)
        elif self.current.stage == "goals" and not (keys & set(_PAIRED)):
            self.current.goals += [cell for cell in _filled(row) if label_key(_text(cell)) != "grid"]
        else:
            self._pairs(row, keys)

    def _pairs(self, row: Row, keys: set[str | None]) -> None:
        form = self.current
        assert form is not None
        below, self.below = self.below, []
        if below and not (keys & set(_PAIRED)):
            self._values_below(row, below)
            return
        labels = [cell for cell in row if label_key(_text(cell)) in _PAIRED]
        if _stand_above(row, labels):
            self.below = [(cell.source.column or 0, label_key(_text(cell)) or "", cell) for cell in labels]
            for _, key, cell in self.below:
                if key not in _BESIDE:
                    form.labels[key] = cell
                    form.cells[key] = blank_beside(cell)
            return
        self._alternating(row)

    def _values_below(self, row: Row, below: list[tuple[int, str, Cell]]) -> None:
        form = self.current
        assert form is not None
        columns = {cell.source.column: cell for cell in row}
        if all(column in columns for column, _, _ in below):
            pairs = [(key, columns.pop(column)) for column, key, _ in below]
            rest = list(columns.values())
        elif len(row) == len(below):
            pairs, rest = [(key, cell) for (_, key, _), cell in zip(below, row, strict=True)], []
        else:
            pairs, rest = [], list(row)
        for key, cell in pairs:
            self._take(key, cell)
        form.stray += [("name", cell) for cell in _filled(rest)]

    def _alternating(self, row: Row) -> None:
        """`label value label value`; text without a label is the purpose once the amounts have been read."""
        form = self.current
        assert form is not None
        label: Cell | None = None
        for cell in row:
            key = label_key(_text(cell))
            if key in _PAIRED:
                label = cell
                if key not in _BESIDE:
                    form.labels.setdefault(key, cell)
                    form.cells.setdefault(key, blank_beside(cell))
            elif key in ("budget", "grid"):
                label = None
                form.labels.setdefault(key, cell)
            elif label is not None:
                self._take(label_key(_text(label)) or "", cell)
                label = None
            else:
                self._unlabelled(cell)

    def _take(self, key: str, cell: Cell) -> None:
        """Gives a cell its field; the unit that a form names beside its project is the project's."""
        form = self.current
        assert form is not None
        if key not in _BESIDE:
            form.cells[key] = cell
        elif key == "unit" and self.unit is None:
            form.unit = self.latest = _named_unit(_text(cell)) or form.unit
            form.money_unit = form.money_unit or money_beside(f"单位名称：{_text(cell)}")

    def _wants_purpose(self, form: ProjectForm) -> bool:
        purpose = form.cells.get("purpose")
        return "total" in form.cells and (purpose is None or purpose.state is CellState.BLANK)

    def _unlabelled(self, cell: Cell) -> None:
        form = self.current
        assert form is not None
        if self._wants_purpose(form) and parse_amount(_text(cell)) is None:
            form.cells["purpose"] = cell
        elif cell.state is not CellState.BLANK:
            form.stray.append(("purpose" if "total" in form.cells else "name", cell))

    def _plan_head(self, row: Row, months: list[Cell]) -> None:
        form = self.current
        assert form is not None
        form.stage = "plan"
        rest = []
        for cell in row:
            if label_key(_text(cell)) == "plan":
                form.labels["plan"] = cell
            else:
                rest.append(cell)
        if not months:
            form.stray += [("plan", cell) for cell in _filled(rest)]
            return
        rest = rest[rest.index(months[0]) :]
        if any(cell not in months and cell.state is not CellState.BLANK for cell in rest):
            self._plan_alternating(rest)
            return
        self.months = [(cell.source.column or 0, month_of(_text(cell)) or 0, cell) for cell in months]
        form.plan = [(month, cell, None) for _, month, cell in self.months]

    def _plan_alternating(self, cells: Row) -> None:
        form = self.current
        assert form is not None
        for cell in cells:
            month = month_of(_text(cell))
            if month:
                form.plan.append((month, cell, None))
            elif form.plan and form.plan[-1][2] is None:
                last_month, label, _ = form.plan[-1]
                form.plan[-1] = (last_month, label, cell)
            elif cell.state is not CellState.BLANK:
                form.stray.append(("plan", cell))

    def _plan_values(self, row: Row) -> None:
        """Values under the months: by column, else one for each; anything else is left unplaced, never guessed."""
        form = self.current
        assert form is not None
        columns = {cell.source.column: cell for cell in row}
        values: list[Cell] = []
        if all(column in columns for column, _, _ in self.months):
            values = [columns.pop(column) for column, _, _ in self.months]
            if _filled(list(columns.values())):
                values = []
        elif len(row) == len(self.months):
            values = list(row)
        if values:
            form.plan = [(month, label, cell) for (_, month, label), cell in zip(self.months, values, strict=True)]
        else:
            form.stray += [("plan", cell) for cell in _filled(row)]
        self.months = []

    def _goals(self, row: Row) -> None:
        form = self.current
        assert form is not None
        form.stage = "goals"
        self.months = []
        for cell in row:
            if label_key(_text(cell)) == "goals":
                form.labels.setdefault("goals", cell)
            elif cell.state is not CellState.BLANK and label_key(_text(cell)) != "grid":
                form.goals.append(cell)

    # --- the indicator grid ---------------------------------------------------------------------------------------

    def _header(self, row: Row) -> None:
        form = self.current
        assert form is not None
        form.stage = "indicators"
        self.months = []
        form.header = {}
        for cell in row:
            key = header_key(_text(cell)) or ""
            if key in (*INDICATOR_KEYS, "operator", "measure"):
                form.header[cell.source.column or 0] = key
                form.header_cells.setdefault(key, cell)

    def _value_heads(self, keys: dict[int, str]) -> None:
        """The second row of a head: 符号, 值 and 单位 under 指标值, whose own column is one of theirs."""
        form = self.current
        assert form is not None
        form.header = {column: key for column, key in form.header.items() if key != "target"} | keys

    def _indicator(self, row: Row) -> None:
        form = self.current
        assert form is not None
        known = {form.header[c.source.column or 0]: c for c in row if (c.source.column or 0) in form.header}
        stray = [c for c in _filled(row) if (c.source.column or 0) not in form.header]
        if not stray and all(cell.state is CellState.BLANK for cell in known.values()):
            return
        if not known:
            form.stray += [("basis", cell) for cell in stray]
            return
        form.rows.append(IndicatorRow(self._completed(known, bool(stray), row[0]), stray))

    def _completed(self, known: dict[str, Cell], uncertain: bool, first: Cell) -> dict[str, Cell]:
        """`known` with the cells of the row above where a merged cell reaches into this row."""
        form = self.current
        assert form is not None
        above = form.rows[-1].cells if form.rows else {}
        cells = dict(known)
        for key in ("level1", "level2"):
            if key not in cells or cells[key].state is CellState.BLANK:
                new_group = key == "level2" and "level1" in known and known["level1"].state is not CellState.BLANK
                if key in above and not new_group and (key == "level2" or _may_stand_under(known, above["level1"])):
                    cells[key] = above[key]
        for key in DATA_KEYS:
            if key not in cells and key in above and key in form.header.values() and not uncertain:
                cells[key] = above[key]
        for key in INDICATOR_KEYS:
            cells.setdefault(key, blank_beside(first))
        return cells
