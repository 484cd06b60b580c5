"""A reply being put together: lines of text, figures and citations, in the language and money unit of the question."""

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from assistant.holdings import Holdings
from assistant.lookup.citing import Citations
from assistant.lookup.measures import Measure, Reading
from assistant.lookup.select import project_name
from assistant.lookup.wording import label, say
from assistant.types import Figure, Grid, Kind, Reply, Route
from assistant.understanding.types import ProjectKey, RowKey, Understanding
from corpus.numbers import format_amount, format_percent, to_daxie
from corpus.types import Cell, CellState, ProjectRecord

_MOST_TOLD = 8
_AMOUNTS = ("total", "fiscal", "other")
_MOST_DIGITS = 20  # a quotient with more does not end
_PLACES, _PERCENT_PLACES = Decimal("0.0001"), Decimal("0.01")
_SECOND = re.compile(r"2\. |- 第 2 名")  # a line of a list that shows places


class Page:
    """Collects what a reply will say. `u` gives language, unit of money and what the reply will be about."""

    def __init__(self, u: Understanding, holdings: Holdings) -> None:
        self.u = u
        self.holdings = holdings
        self.citations = Citations(holdings)
        self.lines: list[str] = []
        self.figures: list[Figure] = []
        self.about: list[ProjectKey] = []
        self.rows: list[RowKey] = []  # the indicator rows it tells
        self.grid: Grid | None = None
        self._cited: dict[ProjectKey, None] = {}

    # --- words

    def say(self, key: str, **values: str | int) -> str:
        return say(key, self.u.english, **values)

    def add(self, key: str, **values: str | int) -> None:
        self.lines.append(self.say(key, **values))

    def name(self, record: ProjectRecord) -> str:
        return project_name(self.holdings, key_of(record))

    def label(self, measure: Measure) -> str:
        return (
            label(measure.key, True) + f" {measure.label}"
            if self.u.english and measure.key == "plan"
            else (
                label(measure.key, True)
                if self.u.english and measure.key in ("total", "fiscal", "other")
                else measure.label
            )
        )

    def why(self, reading: Reading, short: bool = False) -> str:
        """Why a figure is missing; `short` where the field's name stands beside it."""
        words = "short" if short else "missing"
        reasons = [say(w.kind, self.u.english, words, label=w.label, detail=w.detail) for w in reading.missing]
        return ("; " if self.u.english else "；").join(dict.fromkeys(reasons))

    def shown(self, value: Decimal, unit: str) -> str:
        """A figure as it is printed, exact where it ends, else rounded and marked 约: percents to two places, others to four."""
        rounded = _rounded(value, _PERCENT_PLACES if unit == "%" else _PLACES)
        about = "" if rounded == value else "≈" if self.u.english else "约 "
        if unit == "%":
            return f"{about}{rounded:f}%" if about else format_percent(value)
        value = rounded
        if unit != "万元":
            return f"{about}{value.normalize():f} {unit}"
        if self.u.unit == "元":
            return f"{about}{format_amount(value, '元')} 元"
        if self.u.unit == "亿元":
            return f"{about}{format_amount(value, '亿元')} 亿元"
        if self.u.unit == "大写":
            return f"{to_daxie(value)}（{format_amount(value)} 万元）"
        return f"{about}{format_amount(value)} 万元"

    # --- figures and places

    def cite(self, record: ProjectRecord, cells: Iterable[Cell]) -> tuple[int, ...]:
        self._cited.setdefault(key_of(record))
        return tuple(self.citations.cell(record.document_id, cell) for cell in cells)

    def mark(self, numbers: Iterable[int]) -> str:
        return self.citations.mark(numbers)

    def figure(self, value: Decimal, unit: str, formula: str, inputs: Iterable[int]) -> None:
        if unit == "万元":
            self.figures.append(self._money(value, formula, tuple(inputs)))
        else:
            about = _rounded(value, _PERCENT_PLACES) if unit == "%" else value
            shown = formula if about == value else f"{formula} ≈ {about:f}%".strip()
            self.figures.append(Figure(plain(value), unit, shown, tuple(inputs)))

    def _money(self, value: Decimal, formula: str, inputs: tuple[int, ...]) -> Figure:
        unit = self.u.unit if self.u.unit in ("元", "亿元") else "万元"
        value = plain(value)
        return Figure(Decimal(format_amount(value, unit).replace(",", "")), unit, formula, inputs)

    # --- the end

    def _tell_earlier(self) -> None:
        """Where an earlier document lists a project with other amounts, which one was gone by and what the other says."""
        shown = [k for k in self._cited if k in self.holdings.catalogue.earlier][:_MOST_TOLD]
        for record in self.holdings.projects(shown):
            for before in self.holdings.projects(self.holdings.catalogue.earlier[key_of(record)]):
                if other := _differing(before, record):
                    was, now = (self.holdings.document(r.document_id).name for r in (before, record))
                    what = "、".join(f"{field}“{cell.shown or '空白'}”" for field, cell in other)
                    marks = self.mark(self.cite(before, [cell for _, cell in other]))
                    self.add("earlier", name=record.name.shown, before=was, now=now, what=what + marks)

    def reply(self, kind: Kind = Kind.ANSWER, route: Route = Route.RECORDS) -> Reply:
        if route is Route.RECORDS:
            self._tell_earlier()
        return Reply(
            kind,
            "\n".join(line for line in self.lines if line),
            route,
            figures=tuple(self.figures),
            citations=self.citations.all(),
            grid=self.grid,
            focus=self._handed_on(kind),
        )

    def _handed_on(self, kind: Kind) -> Understanding:
        """What the conversation is about after this reply; what was not found leaves the last answer's subject."""
        listed = tuple(self._cited) if len(self._cited) > 1 and any(_SECOND.match(line) for line in self.lines) else ()
        if self.u.mentions and set(listed) < set(self.u.listed):
            listed = ()  # 前两个, of a list to which 后两个 will go back
        return replace(
            self.u,
            result=tuple(dict.fromkeys(self.about)),
            subject=() if kind is Kind.ANSWER else self.u.subject,
            listed=listed or self.u.listed,
            rows=tuple(self.rows) if kind is Kind.ANSWER else self.u.rows,
            pending=None,
            options=(),
        )


def _differing(before: ProjectRecord, now: ProjectRecord) -> list[tuple[str, Cell]]:
    """The public amounts and plan cells of `before` that read otherwise in `now`, with their labels."""
    pairs = [(label(key, False), getattr(before, key).cell, getattr(now, key).cell) for key in _AMOUNTS]
    later = {point.month: point.cell for point in now.plan}
    pairs += [(f"{p.month}月底", p.cell, later[p.month]) for p in before.plan if p.month in later]
    return [(name, was) for name, was, after in pairs if was.shown != after.shown and _public(was) and _public(after)]


def _public(cell: Cell) -> bool:
    return cell.state is not CellState.CLASSIFIED


def key_of(record: ProjectRecord) -> ProjectKey:
    return ProjectKey(record.document_id, record.ordinal)


def plain(value: Decimal) -> Decimal:
    """A figure without trailing zeros or exponent, rounded to four places where it does not end."""
    return Decimal(f"{_rounded(value, _PLACES).normalize():f}")


def _rounded(value: Decimal, places: Decimal) -> Decimal:
    """A figure that does not end, to that many places; any other as it is."""
    return value.quantize(places, ROUND_HALF_UP) if len(value.as_tuple().digits) > _MOST_DIGITS else value
