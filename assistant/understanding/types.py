"""What a message asks, as frozen values. Standard library only."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from corpus.types import SectionKind


class Intent(StrEnum):
    RECORDS = "records"  # fields, figures and lists of projects
    INDICATORS = "indicators"  # the indicator grid, whose rows may be classified
    SECTIONS = "sections"  # narrative by number
    SUGGEST = "suggest"  # indicators that would fit
    PHRASE = "phrase"  # where a phrase stands
    TOPIC = "topic"  # narrative by topic: retrieval
    DOCUMENT = "document"  # about a document itself
    YEARS = "years"  # what changed between two years
    LINK = "link"  # which project, goal and safeguard belong together
    FINDINGS = "findings"
    DRAFT = "draft"
    FORM = "form"  # a blank form
    PLAN_CHECK = "plan_check"  # would these plan figures do?
    HELP = "help"
    KNOWLEDGE = "knowledge"  # a term of the field
    OUTSIDE = "outside"  # what no document of this kind says
    REMIT = "remit"  # what the assistant does not do
    UNCLEAR = "unclear"


class Aggregate(StrEnum):
    SUM = "sum"
    AVERAGE = "average"
    MAX = "max"
    MIN = "min"
    RANK = "rank"
    COUNT = "count"
    DIFFERENCE = "difference"
    SHARE = "share"
    RATIO = "ratio"
    SAME = "same"  # are they the same?


class Comparison(StrEnum):
    """How a filter compares; the values are shown to people."""

    OVER = "超过"
    AT_LEAST = "不低于"
    UNDER = "低于"
    AT_MOST = "不超过"
    EQUAL = "等于"
    NOT_EQUAL = "不等于"
    BLANK = "未填写"
    FILLED = "已填写"


# The topic_key of a draft whose contradicting figures were asked back, before the label of the field.
ASKED_BACK = "asked-back:"


@dataclass(frozen=True, slots=True)
class Span:
    """The time of a figure: from the end of month `start` (0: from the beginning) to the end of month `end`.

    `start` None is an as-of date. Months may be ones for which the form has no column.
    """

    end: int
    start: int | None = None
    words: str = ""  # as the person put it


@dataclass(frozen=True, slots=True)
class Filter:
    """Keeps the projects whose `field` (at `span`, for the plan) compares so with `value`."""

    field: str
    comparison: Comparison
    value: Decimal | None = None  # 万元, or percent for a share
    percent: bool = False
    values: tuple[Decimal, ...] = ()  # 10万和15万的: further values, any of which will do
    of_sum: bool = False  # `value` is the percent of the sum over all projects
    of_budget: bool = False  # `value` is the percent that `field` is of the project's own budget
    than: str = ""  # the field of the same project whose figure `value` stands for
    average: bool = False  # compares with the average of all projects instead of `value`
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class ProjectKey:
    document_id: str
    ordinal: int


@dataclass(frozen=True, slots=True)
class RowKey:
    """A public row of a project's indicator table: `place` counts all its rows from 0."""

    project: ProjectKey
    place: int


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of the message that names one project, or fits several (then it is ambiguous)."""

    text: str
    keys: tuple[ProjectKey, ...]
    certain: bool = True  # False: part of it fits nothing that is known


@dataclass(frozen=True, slots=True)
class SectionRef:
    """A narrative part: all of a kind, or its items by number (-1: the last)."""

    kind: SectionKind
    ordinals: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Assumption:
    """如果…: a figure changed for the sake of the question.

    At most one of value, factor and delta is given; none: something is changed, but it was not understood how.
    """

    field: str  # total or fiscal
    value: Decimal | None = None  # 万元
    factor: Decimal | None = None  # times what the document says, divided by `divisor`
    delta: Decimal | None = None  # 万元 more (or less) than the document says
    words: str = ""
    divisor: Decimal = Decimal(1)  # 三分之二 is 2 divided by 3, which no decimal can say
    keys: tuple[ProjectKey, ...] = ()  # the projects it changes; empty: all

    @property
    def understood(self) -> bool:
        return self.value is not None or self.factor is not None or self.delta is not None


@dataclass(frozen=True, slots=True)
class Understanding:
    """A message with its conversation, typed. Empty means unsaid."""

    message: str
    intent: Intent = Intent.UNCLEAR
    mentions: tuple[Mention, ...] = ()
    all_projects: bool = False  # 四个项目, 各项目
    unnamed_project: int | None = None  # an ordinal for which there is no project (第五个 of four)
    missing_count: int | None = None  # a wrong number of projects (五个项目 of four)
    said_count: int | None = None  # 四个项目, 两个
    document_ids: tuple[str, ...] = ()
    units: tuple[str, ...] = ()  # names of the units asked for
    excluded: tuple[ProjectKey, ...] = ()  # 除了…
    lists: bool = False  # 哪些, 列出: several are wanted
    others: bool = False  # 其他三个: all but what the conversation is about
    when: bool = False  # 什么时候能花到一半: the date is wanted
    show_sources: bool = False  # 出处在哪里
    unit_words: str = ""  # a unit asked for that the library does not have
    all_units: bool = False
    years: tuple[int, ...] = ()
    missing_year: str = ""  # a year asked for that the library does not have, as it was put
    fields: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()
    as_percent: bool = False
    as_amount: bool = False
    remaining: bool = False  # 还剩多少没花
    filters: tuple[Filter, ...] = ()
    aggregate: Aggregate | None = None
    aggregates: tuple[Aggregate, ...] = ()
    nth: int = 1  # 第二多: 2
    limit: int | None = None  # 前三名: 3
    descending: bool = True
    group_by: str = ""  # unit | year
    unit: str = ""  # 元 | 万元 | 亿元 | 大写
    section: SectionRef | None = None
    count_sections: bool = False
    phrase: str = ""
    topic: str = ""
    verbatim: bool = False
    assumption: Assumption | None = None
    given_plan: tuple[tuple[int, Decimal], ...] = ()
    topic_key: str = ""  # which knowledge, outside or remit entry
    categories: tuple[str, ...] = ()  # level1 and level2 indicator names asked for
    english: bool = False
    pronoun: bool = False
    leftover: str = ""  # content words that no rule used
    listed: tuple[ProjectKey, ...] = ()  # the projects last listed together, in the order shown
    recent_spans: tuple[Span, ...] = ()  # the dates of the turns before, latest first
    recent: tuple[ProjectKey, ...] = ()  # what the turns before were about, latest first
    result: tuple[ProjectKey, ...] = ()  # filled in by the answer: what it was about
    subject: tuple[
        ProjectKey, ...
    ] = ()  # what the last answers were about: a message that names no project may mean it
    rows: tuple[RowKey, ...] = ()  # the indicator rows of the last answer
    before: str = ""  # what the text was asked last
    pending: "Understanding | None" = field(default=None, repr=False)  # what a clarification waits for
    options: tuple[ProjectKey, ...] = ()
