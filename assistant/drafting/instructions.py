"""What the user asks of a draft, in words: figures, deletions, additions, style. What is not read is named."""

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise

from assistant.drafting.carrying import Times
from assistant.drafting.items import ItemEdit, item_addition, item_edit, plain
from assistant.errors import DraftError
from corpus.folding import strip_invisible
from corpus.numbers import find_amounts, find_percents, format_amount, format_percent, parse_ordinal
from corpus.types import ProjectRecord

_LONGEST = 4000
_FIELDS = {"total": "预算数", "fiscal": "财政资金", "other": "其他资金"}


@dataclass(frozen=True, slots=True)
class Money:
    """What the user says of the three amounts, in 万元; None where nothing was said."""

    total: Decimal | None = None
    fiscal: Decimal | None = None
    other: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Wishes:
    """An instruction as understood. `unread` are the parts that no rule could read."""

    money: Money = Money()
    same_money: bool = False  # 预算不变: this year's amounts stand
    plan: dict[int, Decimal] = field(default_factory=dict)
    same_plan: bool = False  # 参照去年: this year's shares stand
    year: int | None = None
    items: tuple[ItemEdit, ...] = ()  # 第三条删掉, 增加…, in the order they were said
    quantify: bool = False  # 每个目标都要有数字
    swap: tuple[tuple[str, str], ...] = ()  # 把A改为B
    shorter: bool = False
    formal: bool = False
    facts: dict[str, str] = field(default_factory=dict)  # blank -> what the user gave for it
    unread: tuple[str, ...] = ()


_PARTS = re.compile(
    r"[。；;\n！!]|[，,、](?=\s*(?:请|并|把|将|增加|补充|加上|突出|强调|删|去掉|第|更|语气|再|预算|财政|其他|参照|\d+月|年底|上半年))"
)
# 第一条、第三条删掉 is one wish.
_LISTED = re.compile(
    r"(第[一二三四五六七八九十百\d]+[条项个点]?)[、，,](?=第[一二三四五六七八九十百\d]+[条项个点]?(?:[、，,和与]|删|合并|对调|互换|交换|都|去掉|不要))"
)
_TOTAL = re.compile(r"预算(?:数|金额|总额)?|总金额|资金(?:总额|规模)?|总额|经费")
_SHORTER = re.compile(r"简洁|精简|简短|压缩|短一?[点些]|简练|缩短|精炼")
_FORMAL = re.compile(r"正式|规范一?[点些]|书面|官方|庄重|公文")
_AS_LAST = re.compile(
    r"(?:参照|按照?|照|沿用|依照|仿照|参考|和|与|跟)(?:去年|上年|上一年|今年|本年|往年|原来|现有)|保持(?:一致|不变)|不变"
)
_SAME_MONEY = re.compile(
    r"(?:预算|资金|金额)[^，。]{0,6}(?:不变|持平|同去年|[与和跟同](?:去年|上年|今年)(?:一样|相同|一致|持平)|参照去年)"
)
_FACT = re.compile(
    r"^(?P<name>服务内容及数量|服务内容|数量|工作内容及数量|完成时限|时限|完成时间|效果|可衡量的效果|年度)\s*(?:为|是|：|:|定为|写)\s*(?P<value>.{1,60})$"
)
_MONTHS = {
    "一季度": 3,
    "第一季度": 3,
    "上半年": 6,
    "二季度": 6,
    "半年": 6,
    "年中": 6,
    "三季度": 9,
    "前三季度": 9,
    "年底": 12,
    "年末": 12,
    "全年": 12,
}
_MONTH = re.compile(r"(1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])\s*月(?:底|末|份)?|" + "|".join(_MONTHS))
_CHANGE = re.compile(r"(增加|提高|上调|追加|减少|压减|下调|降低|核减|砍掉?)(?!到|至|为|的)")
_POLITE = re.compile(
    r"^(?:请|麻烦|帮我|给我|把|将|再|并且?|同时|另外|然后|要|希望|能不能|可以|这次|这一版|改得|写得|写|改|调整?|一下|明年的?)*"
)
_FILLER = re.compile(
    r"^(?:起草|草拟|拟|编|写|生成|做)?.{0,30}(?:草案|草稿|初稿|绩效目标|目标表|保障措施|分项目标|总体目标|文本)$|^(?:好|谢谢|可以)$"
)


class TwoFiguresError(DraftError):
    """Two figures were given for one field; `about` is its label, so that a bare figure can answer."""

    def __init__(self, about: str, message: str) -> None:
        super().__init__(message)
        self.about = about


def read_wishes(instruction: str, project: ProjectRecord | None) -> Wishes:
    """The wishes of `instruction`, a line a round: what a later round says of a figure replaces the earlier.

    Raises DraftError, asking back, where the figures of the last round contradict each other or those that stand.
    """
    lines = [line for line in strip_invisible(instruction)[:_LONGEST].split("\n") if line.strip()] or [""]
    wishes = Wishes()
    for number, line in enumerate(lines):
        said = _read_round(line, project, last=number == len(lines) - 1)
        wishes = _followed_by(wishes, said, number)
    _check_money(_effective_money(wishes, project))
    _check_plan(_effective_plan(wishes, project))
    return wishes


def _read_round(line: str, project: ProjectRecord | None, last: bool) -> Wishes:
    """One round. A contradiction in an earlier one was asked back then; what answered it stands in a later line."""
    wishes = Wishes()
    for part in _PARTS.split(_LISTED.sub(r"\1和", " ".join(line.split()))):
        if said := part.strip(" ，,、：:"):
            try:
                wishes = _read_part(said, wishes, project)
            except DraftError:
                if last:
                    raise
    return wishes


def _followed_by(before: Wishes, said: Wishes, number: int) -> Wishes:
    """The wishes of all rounds so far with the next one's."""
    money = Money(*(new if (new := getattr(said.money, k)) is not None else getattr(before.money, k) for k in _FIELDS))
    return Wishes(
        money=money,
        same_money=before.same_money or said.same_money,
        plan={**before.plan, **said.plan},
        same_plan=before.same_plan or said.same_plan,
        year=said.year or before.year,
        items=(*before.items, *(replace(edit, round=number) for edit in said.items)),
        quantify=before.quantify or said.quantify,
        swap=(*before.swap, *said.swap),
        shorter=before.shorter or said.shorter,
        formal=before.formal or said.formal,
        facts={**before.facts, **said.facts},
        unread=(*before.unread, *said.unread),
    )


def _effective_money(wishes: Wishes, project: ProjectRecord | None) -> Money:
    """What the amounts will be: the user's, and this year's where the user keeps those."""
    if not (wishes.same_money and project):
        return wishes.money
    kept = Money(*(getattr(project, key).value for key in _FIELDS))
    return Money(*(one if (one := getattr(wishes.money, key)) is not None else getattr(kept, key) for key in _FIELDS))


def _effective_plan(wishes: Wishes, project: ProjectRecord | None) -> dict[int, Decimal]:
    if not (wishes.same_plan and project):
        return wishes.plan
    return {point.month: point.share for point in project.plan if point.share is not None} | wishes.plan


def _read_part(said: str, wishes: Wishes, project: ProjectRecord | None) -> Wishes:
    for read in (_fact, _quantified, _items, _figures, _rewrites, _additions, _style):
        understood = read(said, wishes, project)
        if understood is not None:
            return understood
    return wishes if _FILLER.match(said) else replace(wishes, unread=(*wishes.unread, said[:80]))


def _fact(said: str, wishes: Wishes, _: ProjectRecord | None) -> Wishes | None:
    match = _FACT.match(_POLITE.sub("", said))
    return replace(wishes, facts={**wishes.facts, match["name"]: match["value"]}) if match else None


# --- figures ------------------------------------------------------------------------------------------------------


def _figures(said: str, wishes: Wishes, project: ProjectRecord | None) -> Wishes | None:
    shares = _shares(said) or _shares_in_order(said, project)
    money = _money(said, project)
    year = re.search(r"(?<!\d)(20\d\d)\s*年", said)
    same_money = bool(_SAME_MONEY.search(said))
    as_last = bool(_AS_LAST.search(_SAME_MONEY.sub("", said)))
    if not (shares or money or year or same_money or as_last):
        return None
    plan = dict(wishes.plan)
    for month, share in shares:
        if plan.get(month, share) != share:
            raise TwoFiguresError(
                f"{month}月底支出",
                f"{month}月底的支出比例给了两个数：{format_percent(plan[month])} 和 {format_percent(share)}，"
                "请确认用哪一个。",
            )
        plan[month] = share
    return replace(
        wishes,
        money=_merged(wishes.money, money),
        plan=plan,
        year=int(year[1]) if year else wishes.year,
        same_money=wishes.same_money or same_money,
        same_plan=wishes.same_plan or as_last,
    )


def _shares(said: str) -> list[tuple[int, Decimal]]:
    """Each share with the date that stands before it: 3月底30%、6月底60%."""
    months = [(match.start(), _month(match[0])) for match in _MONTH.finditer(said)]
    found = []
    for mention in find_percents(said):
        before = [month for start, month in months if start < mention.start]
        if before and before[-1]:
            found.append((before[-1], mention.value))
    return found


def _shares_in_order(said: str, project: ProjectRecord | None) -> list[tuple[int, Decimal]]:
    """支出计划按25%、50%、75%、100%: as many shares as the form has dates, in their order."""
    shares = [mention.value for mention in find_percents(said)]
    months = [point.month for point in project.plan] if project else []
    if "支出" not in said or len(shares) < 2 or len(shares) != len(months):
        return []
    return list(zip(months, shares, strict=True))


def _month(words: str) -> int:
    return _MONTHS.get(words) or parse_ordinal(re.split("月", words)[0].strip()) or 0


def _money(said: str, project: ProjectRecord | None) -> Money | None:
    """The amounts of `said` by the field named last before each; 增加5万元 counts from this year's."""
    amounts = find_amounts(said)
    found: dict[str, Decimal] = _changed_by_share(said, project)
    at = 0
    for mention in amounts:
        before = said[at : mention.start]
        at = mention.end
        key = "fiscal" if "财政" in before else "other" if "其他" in before or "自筹" in before else "total"
        if key == "total" and not _TOTAL.search(before) and not re.search(r"改|调|定|为|到", before):
            continue
        value = _from_this_year(mention.value, before, key, project)
        if found.get(key, value) != value:
            raise _two_amounts(key, found[key], value)
        found[key] = value
    return Money(**found) if found else None


def _changed_by_share(said: str, project: ProjectRecord | None) -> dict[str, Decimal]:
    """预算压减10%: counted from this year's budget."""
    match = re.search(
        r"(?:预算|资金|经费)(?:总额|数)?(?:再|要|拟)?(增加|提高|上调|减少|压减|下调|降低|核减)(?!到|至)", said
    )
    shares = [mention for mention in find_percents(said) if match and mention.start >= match.end()]
    if not match or not shares or _MONTH.search(said):
        return {}
    base = project.total.value if project else None
    if base is None:
        raise DraftError("没有可以参照的本年预算数，请直接给出调整后的金额。")
    change = base * shares[0].value / 100
    return {"total": base + change if match[1] in ("增加", "提高", "上调") else base - change}


def _two_amounts(key: str, one: Decimal, two: Decimal) -> DraftError:
    return TwoFiguresError(
        _FIELDS[key],
        f"{_FIELDS[key]}给了两个数：{format_amount(one)} 万元和 {format_amount(two)} 万元，请确认用哪一个。",
    )


def _from_this_year(value: Decimal, before: str, key: str, project: ProjectRecord | None) -> Decimal:
    change = _CHANGE.search(before)
    if not change or re.search(r"(?:到|至|为)\s*$", before):
        return value
    base = getattr(project, key).value if project else None
    if base is None:
        raise DraftError(f"没有可以参照的本年{_FIELDS[key]}，请直接给出调整后的金额。")
    up = change[1] in ("增加", "提高", "上调", "追加")
    result: Decimal = base + value if up else base - value
    if result < 0:
        raise DraftError(f"{_FIELDS[key]}减少后小于 0，请核对金额。")
    return result


def _merged(before: Money, said: Money | None) -> Money:
    if said is None:
        return before
    for key in _FIELDS:
        one, two = getattr(before, key), getattr(said, key)
        if one is not None and two is not None and one != two:
            raise _two_amounts(key, one, two)
    return Money(**{key: new if (new := getattr(said, key)) is not None else getattr(before, key) for key in _FIELDS})


def _check_money(money: Money) -> None:
    parts = [part for part in (money.fiscal, money.other) if part is not None]
    if money.total is None or not parts:
        return
    together = sum(parts, Decimal(0))
    if together > money.total or (len(parts) == 2 and together != money.total):
        said = "与".join(
            f"{_FIELDS[key]} {format_amount(value)} 万元"
            for key in ("fiscal", "other")
            if (value := getattr(money, key)) is not None
        )
        raise DraftError(
            f"预算数 {format_amount(money.total)} 万元与{said}对不上"
            "（预算数应等于财政资金与其他资金之和），请确认哪个数要改。"
        )


def _check_plan(plan: dict[int, Decimal]) -> None:
    for month, share in plan.items():
        if not 0 <= share <= 100:
            raise DraftError(f"{month}月底的支出比例 {format_percent(share)} 不在 0% 至 100% 之间，请确认。")
    for (first, low), (second, high) in pairwise(sorted(plan.items())):
        if high < low:
            raise DraftError(
                f"支出计划按累计口径填写，{second}月底（{format_percent(high)}）不能低于{first}月底（{format_percent(low)}），请确认。"
            )


# --- words --------------------------------------------------------------------------------------------------------


def _items(said: str, wishes: Wishes, _: ProjectRecord | None) -> Wishes | None:
    edit = item_edit(said, _POLITE.sub("", said))
    return replace(wishes, items=(*wishes.items, edit)) if edit else None


_SWAP = re.compile(
    r"^(?:请|再)?[把将]?[“\"]?(.{1,20}?)[”\"]?(?:都|全部|统一)?(?:改为|改成|换成|替换为|替换成)[“\"]?(.{1,40}?)[”\"]?$"
)


def _rewrites(said: str, wishes: Wishes, _: ProjectRecord | None) -> Wishes | None:
    match = _SWAP.match(said)
    if not match or re.search(r"第.{1,3}[条项]|预算|月底|年度|语气|指标值", match[1]):
        return None
    return replace(wishes, swap=(*wishes.swap, (plain(match[1]), plain(match[2]))))


def _additions(said: str, wishes: Wishes, _: ProjectRecord | None) -> Wishes | None:
    edit = item_addition(said)
    return replace(wishes, items=(*wishes.items, edit)) if edit else None


_QUANTIFY = re.compile(
    r"[每各][个条项][^，。]{0,8}(?:数字|数据|数量|数值|量化|可衡量)|都(?:要|得|应|需)?(?:有|写|带|加|能)?[^，。]{0,4}(?:数字|数据|数值|量化|可衡量)"
    r"|(?:加上?|补上?|增加|要有|写上|写明|补充)(?:一些|具体的?|可衡量的?|量化的?)*(?:数字|数据|数值|量化指标|具体数)$"
    r"|细化量化|^量化(?:一?[下点些])?$|更(?:具体|量化)"
)


def _quantified(said: str, wishes: Wishes, _: ProjectRecord | None) -> Wishes | None:
    """每个目标都要有数字: what has none gets an open blank; a figure is never made up."""
    return replace(wishes, quantify=True) if _QUANTIFY.search(said) else None


def _style(said: str, wishes: Wishes, _: ProjectRecord | None) -> Wishes | None:
    shorter, formal = bool(_SHORTER.search(said)), bool(_FORMAL.search(said))
    if not (shorter or formal):
        return None
    return replace(wishes, shorter=wishes.shorter or shorter, formal=wishes.formal or formal)


def target_times(base: int | None, asked: int | None, wishes: Wishes) -> Times:
    """The years of a draft: asked for, said in the instruction, or the year after the document's."""
    said = wishes.year if wishes.year and (base is None or wishes.year > base) else None
    return Times(base, asked or said or (base + 1 if base else None))
