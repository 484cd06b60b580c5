"""A 绩效目标表 for a project that no document has: filled from what the user gives, open where nothing was given. Pure."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import zip_longest

from assistant.drafting.carrying import Carrier, Times
from assistant.drafting.filling import fill
from assistant.drafting.forms import FormCells, form_table, inert, markdown
from assistant.drafting.indicator_words import HERE, LEVEL2, level1_of, row_of, value
from assistant.drafting.instructions import read_wishes
from assistant.drafting.items import plain
from assistant.drafting.making import paragraphs
from assistant.drafting.materials import Part, blank, blank_names, measures, year_words
from assistant.drafting.projects import draft_form, draft_goals
from assistant.drafting.reviewing import unread_finding
from assistant.drafting.suggesting import Suggestion
from assistant.drafting.wishes import Wishes
from assistant.errors import DraftError
from assistant.types import Draft, DraftParagraph, Origin, Sentence
from corpus.findings import check
from corpus.findings.typos import word_forms
from corpus.folding import simplify, strip_invisible
from corpus.types import Amount, Cell, CellState, Extraction, Finding, Indicator, PlanPoint, ProjectRecord

NEW = re.compile(
    r"新项目|(?:新增|新建|新设|增设|新申报|申报|设立|新立|新上|增加|加)(?:一个|一项|个)?(?:新的?)?(?:预算)?项目(?!有|是|的?(?:预算|金额|名称|资金|支出|绩效|内容))"
)
_BLANK = Cell(CellState.BLANK, None, HERE)
# The categories that 101号 asks for, where the unit has no form to take them from.
_CATEGORIES = (
    ("产出指标", "数量指标"),
    ("产出指标", "质量指标"),
    ("产出指标", "时效指标"),
    ("成本指标", "经济成本指标"),
    ("效益指标", "社会效益指标"),
    ("满意度指标", "服务对象满意度指标"),
)
_MONTHS = (3, 6, 10, 12)


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a new project belongs: its unit, its year, the plan dates and indicator categories of the unit's form."""

    unit_code: str | None = None
    unit_name: str | None = None
    year: int | None = None
    months: tuple[int, ...] = _MONTHS
    categories: tuple[tuple[str, str], ...] = _CATEGORIES
    ordinal: int = 1


@dataclass(frozen=True, slots=True)
class Given:
    """What the user said of the project; `rest` is what the rules for figures read."""

    name: str = ""
    purpose: str = ""
    goals: tuple[str, ...] = ()
    indicators: tuple[tuple[str, str], ...] = ()  # level-2 name, what was said of it
    rest: str = ""


def frame_of(projects: tuple[ProjectRecord, ...], year: int | None) -> Frame:
    """The frame that the unit's own projects give."""
    if not projects:
        return Frame(year=year)
    first = projects[0]
    months = max((tuple(point.month for point in p.plan) for p in projects), key=len, default=()) or _MONTHS
    pairs = [(row.level1.text or "", row.level2.text or "") for p in projects for row in p.indicators]
    categories = [pair for pair in dict.fromkeys(pairs) if all(pair)]
    order = list(dict.fromkeys(level1 for level1, _ in categories))
    categories.sort(key=lambda pair: order.index(pair[0]))
    ordinal = max(p.ordinal for p in projects) + 1
    return Frame(first.unit_code, first.unit_name, year, months, tuple(categories) or _CATEGORIES, ordinal)


# --- what the user gives ------------------------------------------------------------------------------------------

_LABEL = re.compile(
    rf"(?:^|[，,。；;\n、：:]|\s)\s*(?:另?加一[条个]|增加|再加一?[条个]?|还有)?(?:(?P<name>(?:项目)?名称|项目名|名字)(?:是|为|叫|[：:])"
    r"|(?P<purpose>(?:资金)?用途(?:是|为|[：:])|(?:资金)?(?:主要)?用于)"
    r"|(?P<goal>(?:项目|年度)?(?:绩效)?目标\d?(?:是|为|[：:]))"
    rf"|(?P<indicator>{LEVEL2})指标(?:是|为|[：:])?"
    r"|(?P<figures>预算|财政|其他资金|自筹|资金支出|支出计划|资金计划|\d{1,2}月底(?!之?前|以前)|总额|金额|资金(?=\d)))"
)
_NAMED = re.compile(
    r"(?:新项目|(?:新增|新建|新设|增设|新申报|申报|设立|新立|新上|增加|加)(?:一个|一项|个)?(?:新的?)?(?:预算)?项目)(?:叫做?|名为|名叫|是)?\s*[：:，,]?\s*(?:项目)?(?:名称)?(?:叫做?|名为|名叫|为|是)?[：:]?\s*"
    r"[“\"「《]?([^，,。；;：:“”\"\n「」《》]{2,40}?)[”\"」》]?(?:的?(?:项目)?(?:绩效目标申报表|绩效目标表|绩效目标|目标表|申报表))?(?=[，,。；;\n]|$)"
)
# 应急广播维护费，大概25万，用于…: the one amount that no word names is the budget.
_BARE_AMOUNT = re.compile(
    r"(?<=[，,。；;])\s*(?:金额|大概|大约|约|预计|需要?|申请|共|一共|总共|要|花)*\s*(\d[\d.,]*\s*万元?)(?:左右|上下)?(?=[，,。；;]|$)"
)
_ASKING = re.compile(r"填|表|帮|请|起草|写|做|编")
_NO_NAME = re.compile(
    r"^(?:要|想|需|已|还|准备|打算|没有|在|给|的|绩效|目标|预算|财政|用于|资金|空白|表|一份|请|帮|怎么|如何|草案)|^\d"
)


def read_given(text: str) -> Given:
    """What a message says of a new project, a line a round; a later name or purpose replaces the earlier one."""
    given = Given()
    rest = []
    for line in simplify(strip_invisible(text)).split("\n"):
        line = _BARE_AMOUNT.sub(r"预算\1", line.strip())
        marks = list(_LABEL.finditer(line))
        head = line[: marks[0].start()] if marks else line
        if not given.name and (match := _NAMED.search(head)) and not _NO_NAME.match(match[1]):
            given = replace(given, name=plain(match[1]))
            head = head[match.end() :]
        figures = [part for part in re.split(r"[，,。；;]", head) if not NEW.search(part) and not _ASKING.search(part)]
        for mark, after in zip_longest(marks, marks[1:]):
            end = after.start() if after else len(line)
            said = line[mark.end() : end].strip(" ，,。；;、")
            given = _with(given, mark, said, figures, line[mark.start() : end])
        rest.append("，".join(part.strip(" ，,。；;、") for part in figures if part.strip(" ，,。；;、")))
    return replace(given, rest="\n".join(rest))


def _with(given: Given, mark: re.Match[str], said: str, figures: list[str], whole: str) -> Given:
    if mark["figures"]:
        figures.append(whole)
    elif not said:
        return given
    elif mark["name"]:
        return replace(given, name=plain(said))
    elif mark["purpose"]:
        lead = "用于" if "用于" in mark["purpose"] else ""
        return replace(given, purpose=_text(f"{lead}{said}"))
    elif mark["goal"]:
        return replace(
            given, goals=(*given.goals, *(_text(goal) for goal in re.split(r"[；;]|\s\d+[.、．]", said) if goal))
        )
    elif mark["indicator"]:
        return replace(given, indicators=(*given.indicators, (f"{mark['indicator']}指标", _text(said))))
    return given


def _text(words: str) -> str:
    """A user's words as the text of a cell: no brackets of a blank, no table bars, one line."""
    return " ".join(re.sub(r"[【】|]", "", words).split())[:300]


# --- the draft ----------------------------------------------------------------------------------------------------


def new_project_draft(said: str, frame: Frame, suggestions: tuple[Suggestion, ...] = ()) -> Draft:
    """The form of a new project. Raises DraftError, asking back, for contradicting figures.

    Everything given is 由用户提供 and checked as in a document; suggestions stand apart, each with its source.
    """
    given = read_given(said)
    blank_record = _record(given, frame, Wishes())
    wishes = read_wishes(given.rest, blank_record)
    if wishes.same_money or wishes.same_plan:
        raise DraftError("新项目没有上年可以参照，请直接给出预算数和各时点的支出比例。")
    year = wishes.year or frame.year
    record = _record(given, replace(frame, year=year), wishes)
    carrier = Carrier(Times(year, year), word_forms(()))
    goals = draft_goals(record, carrier, wishes)
    cells, sentences, _ = draft_form(record, carrier, wishes, goals)
    name = given.name or blank("项目名称")
    table = form_table(f"{frame.ordinal}.{name}绩效目标表", _unit_line(frame), _hinted(cells, given))
    title = f"{name}{year_words(year)}绩效目标表（新项目草案）"
    advice = _advice(suggestions)
    part = Part(
        (*goals.blocks, table, *advice), (*goals.sentences, *sentences, *(s for b in advice for s in b.sentences))
    )
    text = "\n\n".join(
        (
            f"## {inert(title)}",
            "### 绩效目标",
            paragraphs(goals),
            "### 绩效目标表",
            markdown(table.title, table.unit_line, _hinted(cells, given)),
            *(inert(block.text) if not block.level else f"### {inert(block.text)}" for block in advice),
        )
    )
    draft = Draft("project", title, year, text, part.sentences, (), blocks=part.blocks)
    draft = fill(draft, wishes.facts) if wishes.facts else draft
    findings = (*_checked(record), *(unread_finding(words, title) for words in (*wishes.unread, *goals.unread)))
    return replace(draft, blanks=tuple(dict.fromkeys(blank_names(draft.text))), findings=findings)


def _unit_line(frame: Frame) -> str:
    unit = f"{frame.unit_code or ''}{frame.unit_name or ''}" or blank("预算单位")
    return f"{unit}　单位：万元"


def _record(given: Given, frame: Frame, wishes: Wishes) -> ProjectRecord:
    """The project as a record, so that the same rules fill and check it."""

    def amount(given: Decimal | None) -> Amount:
        return Amount(value(f"{given:f}" if given is not None else ""), given)

    def point(month: int) -> PlanPoint:
        share = wishes.plan.get(month)
        return PlanPoint(month, value(f"{share:f}%" if share is not None else ""), share)

    months = frame.months if set(wishes.plan) <= set(frame.months) else tuple(sorted({*wishes.plan, 12}))[:12]
    return ProjectRecord(
        document_id="",
        ordinal=frame.ordinal,
        code=_BLANK,
        name=value(given.name),
        unit_code=frame.unit_code,
        unit_name=frame.unit_name,
        year=frame.year,
        total=amount(wishes.money.total),
        fiscal=amount(wishes.money.fiscal),
        other=amount(wishes.money.other),
        purpose=value(given.purpose),
        plan=tuple(point(month) for month in months),
        goals=tuple(value(goal) for goal in given.goals),
        indicators=_rows(given, frame),
        source=HERE,
    )


def _rows(given: Given, frame: Frame) -> tuple[Indicator, ...]:
    """A row for each indicator given, under its category, and an empty one for each category without one."""
    left = list(given.indicators)
    rows = []
    for level1, level2 in frame.categories:
        mine = [pair for pair in left if pair[0] == level2 or pair[0].removesuffix("指标") in level2]
        left = [pair for pair in left if pair not in mine]
        rows += [row_of(level1, level2, said) for _, said in mine] or [row_of(level1, level2, "")]
    return (*rows, *(row_of(level1_of(level2), level2, said) for level2, said in left))


def _hinted(cells: FormCells, given: Given) -> FormCells:
    """Open cells of the grid with what could be counted by the words of the project, never with a figure."""
    amount, effect = measures(given.name, given.purpose, *given.goals)
    rows = []
    for row in cells.indicators:
        hint = amount if row[1].text == "数量指标" else effect if row[0].text == "效益指标" else ""
        open_name = row[2].text == blank("三级指标")
        rows.append((*row[:2], replace(row[2], text=blank(f"三级指标{hint}")), *row[3:]) if hint and open_name else row)
    return replace(cells, indicators=tuple(rows))


def _advice(suggestions: tuple[Suggestion, ...]) -> tuple[DraftParagraph, ...]:
    """Public indicators of like projects, marked as suggestions, each with its source."""
    if not suggestions:
        return ()
    heading = DraftParagraph(
        2, (Sentence("指标建议（取自资料库中同类项目的公开指标，仅供参考，不是本项目的指标）", Origin.NEW),)
    )
    lines = [
        DraftParagraph(0, (Sentence(f"{number}.{one.words}", Origin.NEW, (one.source,)),))
        for number, one in enumerate(suggestions, start=1)
    ]
    return (heading, *lines)


def _checked(record: ProjectRecord) -> tuple[Finding, ...]:
    """What is wrong with what was given; what was not given is an open blank, not a finding."""
    return check(Extraction((record,), ()), draft=True)
