"""Cases made from a library's own records, so that an office can test on its own documents.

The truth is computed here from the records, apart from the engine; what the reader misread it cannot see, so a sample
of the questions with their cells goes to a person for review (`review`).
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.types import Kind
from corpus.types import Amount, Cell, CellState, PlanPoint, ProjectRecord
from eval.phrases import Says
from eval.types import Behaviour, Case, Expect, ExpectedFigure, Place, RefusalRule

_ASKED = (("total", "预算数"), ("fiscal", "财政资金"), ("other", "其他资金"))


@dataclass(frozen=True, slots=True)
class Asked:
    """A project as questions name it: fully, with unit and year where they are known."""

    record: ProjectRecord
    document: str  # its name as ingested

    @property
    def year(self) -> str:
        return f"{self.record.year}年" if self.record.year else ""

    @property
    def name(self) -> str:
        return f"{self.year}{self.record.unit_name or ''}的“{self.record.name.shown}”"

    def place(self, cell: Cell) -> tuple[Place, ...]:
        line = cell.source.line
        return (Place((line, line) if line else None, quote=cell.text or "", document=self.document),)


def made_cases(
    records: Sequence[ProjectRecord], names: Mapping[str, str], seed: int = 0, sample: int = 200
) -> tuple[Case, ...]:
    """At most `sample` cases over `records`; `names` gives the name of each document id.

    A project whose name or code is not public, or stands twice in the same unit and year, is left out: its questions
    would have no single answer.
    """
    askable = [Asked(record, names[record.document_id]) for record in _single(records)]
    cases = [case for asked in askable for case in _cases(asked)]
    cases += [case for group in _units(records, askable) for case in _unit_cases(group)]
    cases += [case for earlier, later in _years(askable) for case in _growth_case(earlier, later)]
    return tuple(cases[index] for index in sorted(_drawn(cases, seed)[:sample]))


def _drawn(cases: Sequence[Case], seed: int) -> list[int]:
    """All places in an order of drawing that takes from each category in turn, so that a small sample has some of each."""
    shuffled = random.Random(seed).sample(range(len(cases)), len(cases))
    seen: Counter[str] = Counter()
    rounds = []
    for index in shuffled:
        rounds.append((seen[cases[index].category], index))
        seen[cases[index].category] += 1
    return [index for _, index in sorted(rounds, key=lambda drawn: drawn[0])]


def review(cases: Iterable[Case]) -> str:
    """The questions with what is expected and where it stands, as a Markdown table to be checked by a person."""
    rows = [f"| {case.id} | {case.turns[0]} | {_expected(case.expect)} | {_where(case.expect)} |" for case in cases]
    return "\n".join(["| 编号 | 问题 | 应答 | 出处 |", "|---|---|---|---|", *rows]) + "\n"


def _single(records: Sequence[ProjectRecord]) -> list[ProjectRecord]:
    keys = [(record.unit_code, record.year, record.name.shown) for record in records]
    times = Counter(keys)
    return [
        record
        for record, key in zip(records, keys, strict=True)
        if times[key] == 1 and record.name.text is not None and record.code.text is not None
    ]


def _cases(asked: Asked) -> Iterator[Case]:
    record = asked.record
    for key, label in _ASKED:
        yield from _amount_case(asked, key, label, getattr(record, key))
    for point in record.plan:
        yield from _plan_cases(asked, point)
    code = Expect(Behaviour.ANSWER, contains=((record.code.shown,),), citations=asked.place(record.code))
    yield _case(asked, "code", f"{asked.name}的项目编码是什么？", code)
    by_code = Expect(Behaviour.ANSWER, contains=((record.name.shown,),))
    yield _case(asked, "by_code", f"{asked.year}项目编码{record.code.shown}是哪个项目？", by_code)
    yield from _text_cases(asked)
    yield from _indicator_cases(asked)
    if any(row.target.state is CellState.CLASSIFIED for row in record.indicators):
        yield _case(asked, "classified", f"{asked.name}各项指标的指标值分别是多少？", _withheld(record))


def _amount_case(asked: Asked, key: str, label: str, amount: Amount) -> Iterator[Case]:
    question = f"{asked.name}的{label}是多少万元？"
    if amount.value is not None:
        figures = (ExpectedFigure(amount.value, "万元"),)
        yield _case(asked, key, question, Expect(Behaviour.ANSWER, figures=figures, citations=asked.place(amount.cell)))
    elif amount.cell.state is CellState.BLANK:
        yield _case(asked, key, question, _blank(asked, amount.cell))


def _plan_cases(asked: Asked, point: PlanPoint) -> Iterator[Case]:
    share, total = point.share, asked.record.total
    question = f"{asked.name}{point.month}月底的资金支出计划是百分之多少？"
    if share is None:
        if point.cell.state is CellState.BLANK:
            yield _case(asked, f"plan-{point.month}", question, _blank(asked, point.cell))
        return
    cell = asked.place(point.cell)
    shown = Expect(Behaviour.ANSWER, figures=(ExpectedFigure(share, "%"),), citations=cell)
    yield _case(asked, f"plan-{point.month}", question, shown)
    if total.value is not None:
        spent = (ExpectedFigure(total.value * share / 100, "万元"),)
        expect = Expect(Behaviour.ANSWER, figures=spent, citations=(*asked.place(total.cell), *cell))
        yield _case(asked, f"spent-{point.month}", f"{asked.name}到{point.month}月底要支出多少万元？", expect)


def _text_cases(asked: Asked) -> Iterator[Case]:
    record = asked.record
    if record.purpose.text:
        purpose = Expect(Behaviour.ANSWER, contains=((record.purpose.text,),), citations=asked.place(record.purpose))
        yield _case(asked, "purpose", f"{asked.name}的资金用途是什么？", purpose)
    goals = [goal for goal in record.goals if goal.text]
    if goals:
        wording = tuple((goal.text or "",) for goal in goals)
        places = tuple(place for goal in goals for place in asked.place(goal))
        expect = Expect(Behaviour.ANSWER, contains=wording, citations=places)
        yield _case(asked, "goals", f"{asked.name}的绩效目标是什么？", expect)


def _indicator_cases(asked: Asked) -> Iterator[Case]:
    """The target of every row that is public whole and named once in the project."""
    rows = asked.record.indicators
    times = Counter(row.level3.text for row in rows)
    for number, row in enumerate(rows, 1):
        name, target = row.level3.text, row.target.text
        cells = (row.level3, row.description, row.target, row.basis)
        if name and target and times[name] == 1 and all(cell.state is not CellState.CLASSIFIED for cell in cells):
            expect = Expect(Behaviour.ANSWER, contains=((target,),), citations=asked.place(row.target))
            yield _case(asked, f"target-{number}", f"{asked.name}的“{name}”指标值是多少？", expect)


def _units(records: Sequence[ProjectRecord], askable: Sequence[Asked]) -> Iterator[list[Asked]]:
    """The projects of each unit and year that can be added up: all of them askable, with an amount, in one document."""
    every = Counter((record.unit_code, record.year) for record in records)
    groups: dict[tuple[str | None, int | None], list[Asked]] = {}
    for asked in askable:
        groups.setdefault((asked.record.unit_code, asked.record.year), []).append(asked)
    for key, group in groups.items():
        whole = len(group) == every[key] > 1 and len({asked.document for asked in group}) == 1
        if whole and all(key) and group[0].record.unit_name and all(a.record.total.value is not None for a in group):
            yield group


def _unit_cases(group: Sequence[Asked]) -> Iterator[Case]:
    first = group[0]
    who = f"{first.year}{first.record.unit_name}"
    amounts = {asked.record.name.shown: asked.record.total.value or Decimal(0) for asked in group}
    total = (ExpectedFigure(sum(amounts.values(), Decimal(0)), "万元"),)
    places = tuple(place for asked in group for place in asked.place(asked.record.total.cell))
    expect = Expect(Behaviour.ANSWER, figures=total, citations=places)
    yield _case(first, "sum", f"{who}的项目预算合计是多少万元？", expect)
    counted = Expect(Behaviour.ANSWER, contains=((f"{len(group)}个",),))
    yield _case(first, "count", f"{who}有几个项目？", counted)
    ranked = sorted(amounts, key=lambda name: amounts[name], reverse=True)
    if amounts[ranked[0]] > amounts[ranked[1]]:
        most = (ExpectedFigure(amounts[ranked[0]], "万元"),)
        found = Expect(Behaviour.ANSWER, contains=((ranked[0],),), figures=most)
        yield _case(first, "most", f"{who}预算最多的项目是哪个，多少万元？", found)


def _years(askable: Sequence[Asked]) -> Iterator[tuple[Asked, Asked]]:
    """The same project, by unit and name, in a year and the next."""
    known = {(a.record.unit_code, a.record.name.shown, a.record.year): a for a in askable if a.record.year}
    for (unit, name, year), later in known.items():
        earlier = known.get((unit, name, (year or 0) - 1))
        if earlier is not None:
            yield earlier, later


def _growth_case(earlier: Asked, later: Asked) -> Iterator[Case]:
    before, now = earlier.record.total, later.record.total
    if before.value is None or now.value is None or before.value == now.value:
        return
    more = now.value > before.value
    record = later.record
    question = f"{record.unit_name or ''}的“{record.name.shown}”预算{later.year}比{earlier.year}{'增加' if more else '减少'}多少万元？"
    figures = (ExpectedFigure(abs(now.value - before.value), "万元"),)
    citations = (*earlier.place(before.cell), *later.place(now.cell))
    yield _case(later, "growth", question, Expect(Behaviour.ANSWER, figures=figures, citations=citations))


def _blank(asked: Asked, cell: Cell) -> Expect:
    line = cell.source.line
    places = (Place((line, line), document=asked.document),) if line else ()
    return Expect(kinds=(Kind.ANSWER, Kind.NOT_FOUND), says=(Says.BLANK,), citations=places)


def _withheld(record: ProjectRecord) -> Expect:
    """All rows classified: refused. Some: the public ones may be given, the others only named as 涉密."""
    if all(row.target.state is CellState.CLASSIFIED for row in record.indicators):
        return Expect(Behaviour.REFUSE, refusal=RefusalRule.CLASSIFIED)
    return Expect(kinds=(Kind.ANSWER, Kind.REFUSAL), contains=(("涉密", "不予公开"),))


def _case(asked: Asked, what: str, question: str, expect: Expect) -> Case:
    record = asked.record
    return Case(
        id=f"{asked.document}#{record.ordinal}-{what}",
        category=what.partition("-")[0],
        turns=(question,),
        why=f"由台账第{record.ordinal}个项目生成",
        expect=expect,
        file=asked.document,
        line=record.source.line or 0,
    )


def _expected(expect: Expect) -> str:
    figures = "、".join(f"{figure.value} {figure.unit}" for figure in expect.figures)
    texts = "；".join(group[0] for group in expect.contains)
    return figures or texts or ("空白" if expect.says else "不予公开")


def _where(expect: Expect) -> str:
    return "；".join(map(str, expect.citations)) or "—"
