"""What an instruction asks of a draft, as values; read by instructions.py, heeded by making.py."""

from dataclasses import dataclass, field
from decimal import Decimal

from assistant.drafting.items import ItemEdit
from assistant.errors import DraftError

MONEY_FIELDS = {"total": "预算数", "fiscal": "财政资金", "other": "其他资金"}


@dataclass(frozen=True, slots=True)
class Money:
    """What the user says of the three amounts, in 万元; None where nothing was said."""

    total: Decimal | None = None
    fiscal: Decimal | None = None
    other: Decimal | None = None


@dataclass(frozen=True, slots=True)
class IndicatorWish:
    """A value for an indicator, or one more of them, in the user's words: 满意度 and ≥95%, 数量指标 and 舆情报告≥50份."""

    which: str  # a second-level category or an indicator's own name
    said: str  # name and value, or only the value
    whole: str  # how the user put it
    more: bool = False  # one more row, not a change of one
    old: str = ""  # the figure it takes the place of: 260家
    delta: Decimal | None = None  # 提高2个百分点: `said` is this much more (or less) than now
    round: int = 0


@dataclass(frozen=True, slots=True)
class Limit:
    """300字以内: how many characters a part, or each of its items, may have; open blanks do not count."""

    characters: int
    each: bool = False
    said: str = ""
    round: int = 0


@dataclass(frozen=True, slots=True)
class Wishes:
    """An instruction as understood. `unread` are the parts that no rule could read."""

    money: Money = Money()
    counted: frozenset[str] = frozenset()  # the amounts that count from this year's: 压减10%
    same_money: bool = False  # 预算不变: this year's amounts stand
    plan: dict[int, Decimal] = field(default_factory=dict)
    same_plan: bool = False  # 参照去年: this year's shares stand
    year: int | None = None
    items: tuple[ItemEdit, ...] = ()  # 第三条删掉, 增加…, in the order they were said
    quantify: bool = False  # 每个目标都要有数字
    swap: tuple[tuple[str, str], ...] = ()  # 把A改为B
    swap_now: tuple[tuple[str, str], ...] = ()  # of these, the last round's
    shorter: int = 0  # in how many rounds it was asked for
    only: str = ""  # of a whole document: first | second part, or both again
    limits: tuple["Limit", ...] = ()
    formal: bool = False
    facts: dict[str, str] = field(default_factory=dict)  # blank -> what the user gave for it
    fields: dict[str, str] = field(default_factory=dict)  # name or purpose of the project -> the user's words
    indicators: tuple[IndicatorWish, ...] = ()
    round: int = 0  # the last one
    unread: tuple[str, ...] = ()  # of the last round

    @property
    def has_figures(self) -> bool:
        return bool(self.plan or self.same_money or self.money != Money())

    @property
    def of_words(self) -> bool:
        """Whether something is said of the wording or the items."""
        return bool(self.items or self.quantify or self.swap or self.shorter or self.formal)

    @property
    def of_form(self) -> bool:
        """Whether something is said of a project's form."""
        return bool(self.has_figures or self.fields or self.indicators)


NO_PROJECT = "（没有说明是哪个项目，没有本年的数可以推算）"


class NoBaseError(DraftError):
    """A figure is to count from this year's, and there is none."""


class TwoFiguresError(DraftError):
    """Two figures were given for one field; `about` is its label, so that a bare figure can answer."""

    def __init__(self, about: str, message: str) -> None:
        super().__init__(message)
        self.about = about
