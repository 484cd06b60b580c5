"""The fields of a project that are words: read out, compared, and everything about a project on one card."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from difflib import SequenceMatcher

from assistant.lookup.measures import Measure, money
from assistant.lookup.page import Page, key_of
from assistant.lookup.wording import label, say
from assistant.types import Grid
from assistant.understanding.types import Filter, Understanding
from corpus.folding import squeeze
from corpus.numbers import chinese_number, format_amount, format_percent
from corpus.types import Cell, CellState, PlanPoint, ProjectRecord, Source

_NEAR = 0.8
_SHOWN = 50
_NEAR_TITLE = 8  # lines below the title in which the unit stands


def cells_of(record: ProjectRecord, field: str) -> tuple[Cell, ...]:
    """The cells behind a field of words; a unit stands in the record, not in a cell of its own."""
    if field == "goals":
        return record.goals
    if field == "unit_name":
        text = " ".join(filter(None, (record.unit_code, record.unit_name)))
        state = CellState.VALUE if text else CellState.BLANK
        return (Cell(state, text or None, _unit_source(record)),)
    cell: Cell = getattr(record, field)
    return (cell,)


def _unit_source(record: ProjectRecord) -> Source:
    return record.source


def text_of(page: Page, record: ProjectRecord, field: str) -> str:
    """A field as it is shown, blank and classified said in words."""
    cells = cells_of(record, field)
    if not cells or all(cell.state is CellState.BLANK for cell in cells):
        return say("blank", page.u.english, "missing", label=label(field, page.u.english))
    if all(cell.state is CellState.CLASSIFIED for cell in cells):
        return say("classified", page.u.english, "missing", label=label(field, page.u.english))
    return "；".join(cell.shown for cell in cells if cell.state is not CellState.BLANK)


_FORMER = re.compile(r"以前|原来|原先|之前|曾经?|原名|过去|去年|上年|改名前|更名前|旧名|used to|former|previous")


def _former_names(page: Page, record: ProjectRecord) -> bool:
    """What the project of this code is called in the documents of other years; whether it has another name there."""
    by_code = page.holdings.catalogue.by_code.get(squeeze(record.code.text or ""), ())
    others = [e.key for e in by_code if e.unit_name == record.unit_name and e.name and e.name != record.name.text]
    page.about = [key_of(record)] if others else page.about
    for other in page.holdings.projects(others):
        numbers = page.cite(other, [other.name, other.code]) + page.cite(record, [record.code])
        place, name = f" {other.year} 年的文件" if other.year else "另一份文件", other.name.shown
        page.lines.append(
            f"编码相同的项目在{place}里叫**{name}**，现在叫{record.name.shown}{page.mark(numbers)}（按编码判断是同一项目）。"
        )
    return bool(others)


def _places(page: Page, record: ProjectRecord, key: str) -> tuple[Cell, ...]:
    """The cells to cite: of the unit the line that names it, which stands near the table's title."""
    cells = cells_of(record, key)
    named = squeeze(record.unit_name or record.unit_code or "")
    if key != "unit_name" or record.source.line is None or not named:
        return cells
    near = page.holdings.lines(record.document_id, record.source.line, record.source.line + _NEAR_TITLE)
    line = next(((number, text.strip()) for number, text in near if named in squeeze(text)), None)
    return (Cell(CellState.VALUE, line[1], replace(record.source, line=line[0])),) if line else cells


def field(page: Page, records: tuple[ProjectRecord, ...], key: str) -> None:
    """A field of one project in a sentence, of several in a list."""
    rows = []
    if len(records) > 1 and (len(page.u.fields) > 1 or page.u.english):
        page.lines.append(
            f"The {label(key, True)} of the {len(records)} projects:" if page.u.english else f"{label(key, False)}："
        )
    for number, record in enumerate(records, 1):
        text = text_of(page, record, key)
        rows.append((page.name(record), text))
        if number > _SHOWN:
            continue
        if len(records) == 1 and key == "name" and _FORMER.search(page.u.message) and _former_names(page, record):
            return
        numbers = page.cite(record, _places(page, record, key))
        if len(records) == 1:
            page.about = [key_of(record)]
            if key in ("purpose", "goals", "name") and (claim := claimed(page.u)):
                page.add("yes" if squeeze(claim) in squeeze(text) else "no")
                page.u = replace(page.u, leftover="")
            shown = text if key == "goals" else f"**{text}**"
            page.add(
                "text_value",
                name=f"**{page.name(record)}**",
                label=label(key, page.u.english),
                value=f"{shown}",
                marks=page.mark(numbers),
            )
        else:
            page.lines.append(
                f"{number}. " + page.say("item", name=page.name(record), value=text, marks=page.mark(numbers))
            )
    if len(records) > 1 and page.grid is None:
        page.grid = Grid(("项目", label(key, False)), tuple(rows))


def claimed(u: Understanding) -> str:
    """The words a person believes to stand in a field: 绩效目标是净化网络信息吗."""
    return u.leftover if re.search(r"吗|对吧|对吗|是不是|对不对|是否", u.message) else ""


def plan(page: Page, records: tuple[ProjectRecord, ...]) -> None:
    """The whole spending plan: every date in percent, and in 万元 where both figures are there."""
    for number, record in enumerate(records, 1):
        name = page.name(record)
        if number > _SHOWN:
            break
        parts = [plan_point(page, record, point) for point in record.plan]
        joined = ("; " if page.u.english else "；").join(parts) or say(
            "blank", page.u.english, "missing", label=label("plan", page.u.english)
        )
        heading = label("plan", page.u.english)
        lead = (
            f"**{name}**{'的' if not page.u.english else ' — '}{heading}："
            if len(records) == 1
            else f"{number}. {name}："
        )
        page.lines.append(lead + joined + ("。" if len(records) == 1 and not page.u.english else ""))
        if len(records) == 1:
            page.about = [key_of(record)]
    page.grid = plan_grid(page, records)
    page.add("cumulative")


def plan_point(page: Page, record: ProjectRecord, point: PlanPoint) -> str:
    numbers = page.cite(record, [point.cell])
    if point.share is None:
        blank = "blank" if page.u.english else "空白（未填写）"
        value = {CellState.BLANK: blank, CellState.CLASSIFIED: "涉密"}.get(point.cell.state, f"“{point.cell.shown}”")
        return f"{point.month}月底 {value}{page.mark(numbers)}"
    page.figure(point.share, "%", "", numbers)
    text = f"{point.month}月底 {format_percent(point.share)}"
    total = record.total.value
    if total is not None:
        amount = total * point.share / 100
        formula = f"{format_amount(total)} 万元 × {format_percent(point.share)}"
        page.figure(amount, "万元", formula, (*page.cite(record, [record.total.cell]), *numbers))
        text += f"（{page.shown(amount, '万元')}）"
    return text + page.mark(numbers)


def plan_grid(page: Page, records: Iterable[ProjectRecord]) -> Grid:
    """Projects by plan date, the cells as printed."""
    records = tuple(records)
    months = tuple(sorted({p.month for r in records for p in r.plan}))
    rows = tuple(
        (page.name(r), *(next((_plan_text(p) for p in r.plan if p.month == m), "") for m in months)) for r in records
    )
    return Grid(("项目", *(f"{m}月底" for m in months)), rows)


def _plan_text(point: PlanPoint) -> str:
    if point.share is not None:
        return format_percent(point.share)
    return "涉密" if point.cell.state is CellState.CLASSIFIED else point.cell.text or "（空白）"


def _told_of(record: ProjectRecord, fields: set[str], months: set[int]) -> Iterator[tuple[str, Cell]]:
    """Label and cell of the fields asked for, of the plan at these months; of no other field anything is read."""
    wanted = {"total", "fiscal", "other", "code", "purpose", "plan", "goals"}
    wanted = wanted if "any" in fields else wanted & fields
    for key in ("total", "fiscal", "other"):
        if key in wanted:
            yield label(key, False), getattr(record, key).cell
    for key in ("code", "purpose"):
        if key in wanted:
            yield label(key, False), getattr(record, key)
    if "plan" in wanted:
        yield from ((f"{p.month}月底支出计划", p.cell) for p in record.plan if not months or p.month in months)
    if "goals" in wanted:
        yield from (("绩效目标", goal) for goal in record.goals)


def blanks(page: Page, records: tuple[ProjectRecord, ...], conditions: tuple[Filter, ...]) -> None:
    """Which cells are blank, by project: named one by one, each with its place."""
    fields = {condition.field for condition in conditions}
    months = {condition.span.end for condition in conditions if condition.span}
    rows = []
    for number, record in enumerate(records, 1):
        wanted = [(name, cell) for name, cell in _told_of(record, fields, months) if cell.state is CellState.BLANK]
        rows.append((page.name(record), "、".join(name for name, _ in wanted)))
        if number <= _SHOWN:
            marks = "、".join(f"{name}{page.mark(page.cite(record, [cell]))}" for name, cell in wanted)
            page.lines.append(f"- {page.name(record)}：{marks}空白（未填写）")
    if len(records) > _SHOWN:
        page.lines.append(f"……共 {len(records)} 个，全部见下表。")
    page.lines.insert(0, f"有空白（未填写）栏目的项目有 **{len(records)} 个**（空白不等于 0）：")
    page.grid = Grid(("项目", "空白的栏目"), tuple(rows))


def card(page: Page, record: ProjectRecord) -> None:
    """Everything public about a project."""
    page.about.append(key_of(record))
    page.lines.append(f"**{page.name(record)}**")
    for key in ("code", "unit_name"):
        numbers = page.cite(record, cells_of(record, key)) if key != "unit_name" else ()
        page.lines.append(f"- {label(key, page.u.english)}：{text_of(page, record, key)}{page.mark(numbers)}")
    for key in ("total", "fiscal", "other"):
        reading = money(key).read(record)
        numbers = page.cite(record, reading.cells)
        if reading.value is not None:
            page.figure(reading.value, "万元", "", numbers)
        shown = page.why(reading, short=True) if reading.value is None else page.shown(reading.value, "万元")
        page.lines.append(f"- {label(key, page.u.english)}：{shown}{page.mark(numbers)}")
    page.lines.append(
        f"- {label('purpose', page.u.english)}：{text_of(page, record, 'purpose')}{page.mark(page.cite(record, [record.purpose]))}"
    )
    parts = "；".join(plan_point(page, record, point) for point in record.plan)
    page.lines.append(f"- {label('plan', page.u.english)}：{parts or '空白（未填写）'}")
    page.lines.append(
        f"- {label('goals', page.u.english)}：{text_of(page, record, 'goals')}{page.mark(page.cite(record, record.goals))}"
    )
    page.lines.append(f"- {label('indicators', page.u.english)}：{_indicators(record)}")


def _indicators(record: ProjectRecord) -> str:
    closed = sum(row.classified for row in record.indicators)
    if not record.indicators:
        return "文件没有列指标"
    if closed == len(record.indicators):
        return f"共 {closed} 行，内容涉密，不予公开"
    if closed:
        return f"共 {len(record.indicators)} 行，其中 {closed} 行涉密"
    return f"共 {len(record.indicators)} 行"


# --- the same or not


def compare(page: Page, records: tuple[ProjectRecord, ...], fields: tuple[str, ...], measures: list[Measure]) -> None:
    """Whether a field is the same for all: groups of equal texts, and those that differ in a few characters only."""
    amounts = [key for key in fields if key in ("total", "fiscal", "other")]
    if len(amounts) > 1:
        _compare_amounts(page, records, amounts)
        return
    for key in fields:
        if key in ("total", "fiscal", "other"):
            measure = next((m for m in measures if m.key == key), money(key))
            texts = [
                page.why(x) if x.value is None else page.shown(x.value, "万元") for x in map(measure.read, records)
            ]
            cells = [measure.read(r).cells for r in records]
        elif key == "plan":
            texts = ["；".join(f"{p.month}月底{_plan_text(p)}" for p in r.plan) for r in records]
            cells = [tuple(p.cell for p in r.plan) for r in records]
        elif key in ("purpose", "goals", "code", "name", "unit_name"):
            texts = [text_of(page, r, key) for r in records]
            cells = [cells_of(r, key) for r in records]
        else:
            continue
        _compare(page, records, label(key, page.u.english), texts, cells, key in ("purpose", "goals"))


def _compare_amounts(page: Page, records: tuple[ProjectRecord, ...], keys: list[str]) -> None:
    """预算数和财政资金一样吗: project by project, the one amount against the other."""
    names = "与".join(label(key, page.u.english) for key in keys)
    equal = 0
    for record in records:
        readings = [money(key).read(record) for key in keys]
        marks = page.mark(page.cite(record, [cell for reading in readings for cell in reading.cells]))
        shown = "，".join(
            f"{label(key, page.u.english)} {page.why(r, short=True) if r.value is None else page.shown(r.value, '万元')}"
            for key, r in zip(keys, readings, strict=True)
        )
        same = len({r.value for r in readings}) == 1 and readings[0].value is not None
        equal += same
        page.lines.append(f"- {page.name(record)}：{shown}，{'相同' if same else '不相同'}{marks}")
    verdict = "都相同" if equal == len(records) else "都不相同" if not equal else f"有 {equal} 个相同"
    page.lines.insert(0, f"{_who(records)}的{names}**{verdict}**：")


def _who(records: tuple[ProjectRecord, ...]) -> str:
    """两个项目, or the one project of several years."""
    names, years = {r.name.shown for r in records}, sorted({r.year for r in records if r.year})
    if len(names) == 1 and len(years) == len(records) > 1:
        return f"**{records[0].name.shown}**{'、'.join(f'{year}年' for year in years)}"
    return f"{'两' if len(records) == 2 else chinese_number(len(records))}个项目"


def _compare(
    page: Page,
    records: tuple[ProjectRecord, ...],
    heading: str,
    texts: list[str],
    cells: list[tuple[Cell, ...]],
    heading_is_text: bool,
) -> None:
    groups: dict[str, list[int]] = {}
    for i, text in enumerate(texts):
        groups.setdefault(squeeze(text), []).append(i)
    who = f"the {len(records)} projects" if page.u.english else _who(records)
    key = "same_all" if len(groups) == 1 else "same_none" if len(groups) == len(records) else "same_some"
    marks = {i: page.mark(page.cite(records[i], cells[i])) for i in range(min(len(records), _SHOWN))}
    if len(groups) == 1:
        return page.add(key, who=who, label=heading, value=f"“{texts[0]}”", marks="".join(marks.values()))
    page.add(key, who=who, label=heading)
    only_same = page.u.lists and len(groups) < len(records)  # 哪些项目的预算数相同 asks only for those that are
    told = [members for members in groups.values() if len(members) > 1 or not only_same]
    for members in told[:_SHOWN]:
        names = "、".join(page.name(records[i]) for i in members[:_SHOWN])
        names += f"等 {len(members)} 个项目" if len(members) > _SHOWN else ""
        sentence = "same_group" if len(members) > 1 else "same_single"
        cited = "".join(marks.get(i, "") for i in members)
        page.lines.append("- " + page.say(sentence, names=names, value=f"“{texts[members[0]]}”", marks=cited))
    if len(told) > _SHOWN:
        page.lines.append(f"……共 {len(told)} 种，以上是前 {_SHOWN} 种；请加上单位或年份再问。")
    if page.u.lists and len(groups) < len(records):
        return None
    heads = [members[0] for members in groups.values()] if heading_is_text and len(groups) <= _SHOWN else []
    for x, i in enumerate(heads):
        for j in heads[x + 1 :]:
            if 1 > SequenceMatcher(None, texts[i], texts[j]).ratio() >= _NEAR:
                page.add("near", a=page.name(records[i]), b=page.name(records[j]))
    return None
