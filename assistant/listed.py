"""Projects of a large library as its columns give them: figures at once, texts and places when they are looked at.

A question over a hundred thousand projects reckons with all of them and shows fifty. Decoding every cell of every one
takes half a minute and 4 GB; what a sum, an order or a condition reads is a state and a figure.
"""

import functools
from collections.abc import Callable
from typing import Any, Protocol

from corpus.store import PlanShare, ProjectRow
from corpus.types import Amount, Cell, CellState, PlanPoint, ProjectRecord, Source

_AMOUNTS = ("total", "fiscal", "other")
_LATER = ("purpose", "goals", "indicators", "source")


class Shelf(Protocol):
    """Where what a listed project does not hold itself is looked up."""

    def whole(self, document_id: str, ordinal: int) -> ProjectRecord | None:
        """The project with all its cells; None when it is gone by now."""

    def plan(self, document_id: str, ordinal: int) -> tuple[PlanShare, ...]:
        """Its plan columns, in order."""


class ListedProject(ProjectRecord):
    """A ProjectRecord in every respect; made by `listed`. A field that was not looked at yet is an empty slot."""

    __slots__ = ("_row", "_shelf")
    _row: ProjectRow
    _shelf: Shelf

    def __getattr__(self, name: str) -> Any:
        """Called for an empty slot alone."""
        if name in _LATER:  # not kept: a question that reads all texts would keep them all
            return getattr(_whole(self), name)
        if name in _AMOUNTS:
            state: CellState = getattr(self._row, f"{name}_state")
            found: Any = Amount(
                _placed_later(state, functools.partial(_amount_cell, self, name)), getattr(self._row, name)
            )
        elif name in ("code", "name"):
            found = _placed_later(getattr(self._row, f"{name}_state"), functools.partial(_own_cell, self, name))
            object.__setattr__(found, "text", getattr(self._row, name))
        elif name == "plan":
            found = _plan(self)
        else:
            raise AttributeError(name)
        object.__setattr__(self, name, found)
        return found

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ProjectRecord):
            return NotImplemented
        same = (self.document_id, self.ordinal) == (other.document_id, other.ordinal)
        return same and all(getattr(self, name) == getattr(other, name) for name in ProjectRecord.__slots__)

    __hash__ = ProjectRecord.__hash__


class _PlacedLater(Cell):
    """A cell whose state is known; its text and place are read when they are looked at."""

    __slots__ = ("_find",)
    _find: Callable[[], Cell]

    def __getattr__(self, name: str) -> Any:
        if name not in ("text", "source"):
            raise AttributeError(name)
        found = self._find()
        object.__setattr__(self, "text", found.text)
        object.__setattr__(self, "source", found.source)
        return getattr(found, name)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Cell):
            return NotImplemented
        return (self.state, self.text, self.source) == (other.state, other.text, other.source)

    __hash__ = Cell.__hash__


def listed(row: ProjectRow, shelf: Shelf) -> ListedProject:
    project = object.__new__(ListedProject)
    fill = object.__setattr__
    fill(project, "_row", row)
    fill(project, "_shelf", shelf)
    fill(project, "document_id", row.document_id)
    fill(project, "ordinal", row.ordinal)
    fill(project, "unit_code", row.unit_code)
    fill(project, "unit_name", row.unit_name)
    fill(project, "year", row.year)
    return project


def _placed_later(state: CellState, find: Callable[[], Cell]) -> Cell:
    cell = object.__new__(_PlacedLater)
    object.__setattr__(cell, "state", state)
    object.__setattr__(cell, "_find", find)
    return cell


def _plan(project: ListedProject) -> tuple[PlanPoint, ...]:
    columns = project._shelf.plan(project.document_id, project.ordinal)
    return tuple(
        PlanPoint(month, _placed_later(state, functools.partial(_plan_cell, project, place)), share)
        for place, (month, state, share) in enumerate(columns)
    )


def _amount_cell(project: ListedProject, key: str) -> Cell:
    amount: Amount = getattr(_whole(project), key)
    return amount.cell


def _own_cell(project: ListedProject, key: str) -> Cell:
    cell: Cell = getattr(_whole(project), key)
    return cell


def _plan_cell(project: ListedProject, place: int) -> Cell:
    plan = _whole(project).plan
    return plan[place].cell if place < len(plan) else _NOTHING


def _whole(project: ListedProject) -> ProjectRecord:
    return project._shelf.whole(project.document_id, project.ordinal) or _gone(project)


_NOTHING = Cell(CellState.BLANK, None, Source())


def _gone(project: ListedProject) -> ProjectRecord:
    """What is left of a project that was replaced or forgotten while a question was answered: no text, no place."""
    p, nothing = project, Amount(_NOTHING, None)
    return ProjectRecord(
        p.document_id, p.ordinal, _NOTHING, _NOTHING, p.unit_code, p.unit_name, p.year,
        nothing, nothing, nothing, _NOTHING, (), (), (), Source(),
    )  # fmt: skip
