"""The figures of an instruction: amounts and shares as given, or counted from this year's. Contradictions are asked back."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from assistant.drafting.wishes import MONEY_FIELDS, Money, NoBaseError, TwoFiguresError, Wishes
from assistant.errors import DraftError
from corpus.numbers import find_amounts, find_percents, format_amount, format_percent, parse_ordinal
from corpus.types import ProjectRecord

_TOTAL = re.compile(r"预算(?:数|金额|总额)?|总?金额|资金(?:总额|规模)?|总额|经费")
AS_LAST = re.compile(
    r"(?:参照|按照?|照|沿用|依照|仿照|参考|和|与|跟)(?:去年|上年|上一年|今年|本年|往年|原来|现有)|保持(?:一致|不变)|不变"
)
_SAME_MONEY = re.compile(
    r"(?:预算|资金|金额)[^，。]{0,6}(?:不变|持平|同去年|[与和跟同](?:去年|上年|今年)(?:一样|相同|一致|持平)|参照去年)"
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
    "四季度": 12,
    "年底": 12,
    "年末": 12,
    "全年": 12,
}
_MONTH = re.compile(r"(1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])\s*月(?:底|末|份)?|" + "|".join(_MONTHS))
_MORE = "增加|提高|上调|追加|上浮|调增|增|多|加"
_LESS = "减少|压减|压缩|下调|降低|核减|削减|下浮|调减|砍掉?|减|少"
# 增加5万元, 比今年多安排5万元: the word stands right before the amount; 增加到, 提高至 give the amount itself.
_CHANGE = re.compile(rf"(?:(?P<more>{_MORE})|(?P<less>{_LESS}))(?:了|给|安排|投入|拨付?|掉|去|出)?\s*约?$")
_BY_SHARE = re.compile(
    rf"(?:(?P<more>{_MORE})|(?P<less>{_LESS}))(?!到|至|为)(?:了|掉)?约?\s*(?:[\d.]+\s*[%％]|百分之|[一二两三四五六七八九十]+成|一半)"
)
_ONLY_CHANGE = re.compile(
    rf"^(?:请|再|要|拟|统一|都|全部|各|在(?:今年|去年|上年|本年)(?:的?基础上)?|比(?:今年|去年|上年|本年)|一律)*(?:{_MORE}|{_LESS})(?:了|掉)?约?\s*[\d.百分之一二两三四五六七八九十]+\s*(?:[%％]|成)?(?:左右)?$"
)
_DOUBLE = re.compile(r"翻一?(?:番|倍)|增加一倍|加倍")
_HALVE = re.compile(r"减半|砍半|减少?一半|砍掉?一半|压减一半")
_ALL_SPENT = re.compile(
    r"(?:全部|全额|都|要)?(?:支付?完|支出完毕?|花完|用完|支付完毕|执行完毕|全部支[付出]|付清|结清|付完|支清)"
)
_NONE_SPENT = re.compile(r"(?:不|没有?|暂不|无)(?:支出|支付|安排|花钱|用款)|零支出")
_HALF_SPENT = re.compile(r"(?:支[出付]|花|付|到)?(?<!另)一半(?!以)")
_ALL_FISCAL = re.compile(
    r"(?:全部|全额|都|均|全)(?:为|是|由|来自|用|使用)?(?:县级?|本级|市级?|省级?|中央)?财政(?:资金|拨款|预算|安排|保障|出)?|没有其他资金|无其他资金|不用自筹"
)
_RANGE = re.compile(r"\d\s*(?:万元?|元)?\s*(?:到|至|[-—－~～])\s*$")
_EITHER = re.compile(r"^\s*(?:左右)?\s*(?:[,，]?\s*或者?(?:是|说)?|还是|/|、|到|至|[-—－~～])\s*$")
_SPENDING = re.compile(r"支出|支付|进度|花|用款|执行")


@dataclass(frozen=True, slots=True)
class _Amounts:
    money: Money | None
    counted: frozenset[str]


def read_figures(said: str, wishes: Wishes, project: ProjectRecord | None) -> Wishes | None:
    """The wishes with the figures of `said`; None when it gives none.

    Raises DraftError, asking back, for two figures for one thing.
    """
    if "指标" in said and not re.search(r"预算|支出|计划|资金", said):
        return None
    shares = _shares_in_order(said, project) or _shares(said)
    amounts = _amounts(said, project)
    year = re.search(r"(?<!\d)(20\d\d)\s*年", said)
    if _ALL_FISCAL.search(said):
        return _all_fiscal(said, replace(wishes, money=_merged(wishes.money, amounts.money)))
    same_money = bool(_SAME_MONEY.search(said))
    as_last = bool(AS_LAST.search(_SAME_MONEY.sub("", said)))
    if not (shares or amounts.money or year or same_money or as_last):
        return None
    return replace(
        wishes,
        money=_merged(wishes.money, amounts.money),
        counted=wishes.counted | amounts.counted,
        plan=_with_shares(wishes.plan, shares),
        year=int(year[1]) if year else wishes.year,
        same_money=wishes.same_money or same_money,
        same_plan=wishes.same_plan or as_last,
        unread=(*wishes.unread, *_months_without_share(said, shares)),
    )


def _all_fiscal(said: str, wishes: Wishes) -> Wishes:
    """全部为财政资金: there is no other money."""
    total = wishes.money.total
    if total is None:
        return replace(wishes, unread=(*wishes.unread, f"{said[:80]}（还没有给出预算数）"))
    return replace(wishes, money=_merged(wishes.money, Money(fiscal=total, other=Decimal(0))))


# --- shares -------------------------------------------------------------------------------------------------------


def _with_shares(plan: dict[int, Decimal], shares: list[tuple[int, Decimal]]) -> dict[int, Decimal]:
    plan = dict(plan)
    for month, share in shares:
        if plan.get(month, share) != share:
            raise TwoFiguresError(
                f"{month}月底支出",
                f"{month}月底的支出比例给了两个数：{format_percent(plan[month])} 和 {format_percent(share)}，"
                "请确认用哪一个。",
            )
        plan[month] = share
    return plan


def _shares(said: str) -> list[tuple[int, Decimal]]:
    """Each share with the date that stands before it: 3月底30%、6月底60%; 年底全部支完 is all of it."""
    months = [(match.start(), _month(match[0])) for match in _MONTH.finditer(said)]
    given = [(mention.start, mention.value) for mention in find_percents(said)]
    given += [(match.start(), Decimal(0)) for match in _NONE_SPENT.finditer(said)]
    given += [(match.start(), Decimal(50)) for match in _HALF_SPENT.finditer(said)]
    given += [(match.start(), Decimal(100)) for match in _ALL_SPENT.finditer(said) if not _share_after(match, given)]
    found = []
    for at, share in sorted(given):
        before = [month for start, month in months if start < at]
        if before and before[-1]:
            found.append((before[-1], share))
    return found


def _share_after(match: re.Match[str], given: list[tuple[int, Decimal]]) -> bool:
    """6月底要支完60%: a share follows at once."""
    return any(0 <= start - match.end() <= 2 for start, _ in given)


def _shares_in_order(said: str, project: ProjectRecord | None) -> list[tuple[int, Decimal]]:
    """支出计划按25%、50%、75%、100%: as many shares as the form has dates, in their order."""
    shares = [mention.value for mention in find_percents(said)]
    months = [point.month for point in project.plan] if project else []
    dated = [match[0] for match in _MONTH.finditer(said) if match[0] != "全年"]
    if dated or not _SPENDING.search(said) or len(shares) < 2 or len(shares) != len(months):
        return []
    return list(zip(months, shares, strict=True))


def _months_without_share(said: str, shares: list[tuple[int, Decimal]]) -> list[str]:
    """上半年过半 beside 一季度三成: a date for which no figure can be read is named, not dropped."""
    if not shares or "全年" in said:
        return []
    dated = {month for month, _ in shares}
    parts = [part.strip() for part in re.split(r"[，,、；;]", said)]
    return [p for p in parts if (m := _MONTH.search(p)) and _month(m[0]) not in dated and not re.search(r"\d\s*年", p)]


def _month(words: str) -> int:
    return _MONTHS.get(words) or parse_ordinal(re.split("月", words)[0].strip()) or 0


# --- amounts ------------------------------------------------------------------------------------------------------


def _amounts(said: str, project: ProjectRecord | None) -> _Amounts:
    """The amounts of `said` by the field named last before each; 增加5万元 counts from this year's."""
    found = _counted_by_share(said, project)
    counted = set(found)
    at, last = 0, ""
    for mention in find_amounts(said):
        before = said[at : mention.start]
        at = mention.end
        if re.search(r"(?:由|从)(?:今年|去年|本年|上年)?的?\s*$", before):
            continue  # 由35万元调整到40万元
        key = _field(before)
        if not key and last and _EITHER.match(before):
            raise _two_amounts(last, found[last], mention.value)
        if not key:
            continue
        if _RANGE.search(before):
            raise TwoFiguresError(
                MONEY_FIELDS[key],
                f"{MONEY_FIELDS[key]}给的是一个范围（{before[-6:].lstrip()}{mention.text}），请确认用哪一个数。",
            )
        value, from_this_year = _from_this_year(mention.value, before, key, project)
        if found.get(key, value) != value:
            raise _two_amounts(key, found[key], value)
        found[key] = value
        last = key
        counted |= {key} if from_this_year else set()
    return _Amounts(Money(**found) if found else None, frozenset(counted))


def _field(before: str) -> str:
    """Which amount the words before a figure name; empty when none."""
    if "财政" in before:
        return "fiscal"
    if "其他" in before or "自筹" in before:
        return "other"
    return (
        "total"
        if _TOTAL.search(before)
        or re.search(r"改|调|定|为|到|想要|需要?|申请|安排|要$", before)
        or _CHANGE.search(before)
        else ""
    )


def _counted_by_share(said: str, project: ProjectRecord | None) -> dict[str, Decimal]:
    """预算压减10%, 翻一番, 增加两成: counted from this year's budget."""
    counting = _factor(said)
    about_money = bool(_TOTAL.search(said)) or bool(_ONLY_CHANGE.match(said)) or _is_only_factor(said)
    if counting is None or not about_money or _MONTH.search(said) or _SPENDING.search(said):
        return {}
    base = project.total.value if project else None
    if base is None:
        raise NoBaseError("没有可以参照的本年预算数，请直接给出调整后的金额。")
    value = counting(base)
    if value < 0:
        raise DraftError("预算数减少后小于 0，请核对比例。")
    return {"total": value}


def _factor(said: str) -> Callable[[Decimal], Decimal] | None:
    if _DOUBLE.search(said):
        return lambda base: base * 2
    if _HALVE.search(said):
        return lambda base: base / 2
    match = _BY_SHARE.search(said)
    shares = [mention for mention in find_percents(said) if match and mention.end >= match.end() - 2]
    share = shares[0].value if shares else _tenths(match[0]) if match else None
    if match is None or share is None:
        return None
    sign = 1 if match["more"] else -1
    return lambda base: base + sign * base * share / 100


def _tenths(words: str) -> Decimal | None:
    """两成, which is not among the percentages that documents write."""
    match = re.search(r"([一二两三四五六七八九])成", words)
    return Decimal("一二三四五六七八九".index(match[1].replace("两", "二")) + 1) * 10 if match else None


def _is_only_factor(said: str) -> bool:
    return bool(re.fullmatch(rf"(?:请|再|要)*(?:{_DOUBLE.pattern}|{_HALVE.pattern})", said))


def _two_amounts(key: str, one: Decimal, two: Decimal) -> TwoFiguresError:
    return TwoFiguresError(
        MONEY_FIELDS[key],
        f"{MONEY_FIELDS[key]}给了两个数：{format_amount(one)} 万元和 {format_amount(two)} 万元，请确认用哪一个。",
    )


def _from_this_year(value: Decimal, before: str, key: str, project: ProjectRecord | None) -> tuple[Decimal, bool]:
    """The amount meant, and whether it counts from this year's."""
    change = _CHANGE.search(before)
    if not change:
        return value, False
    base = getattr(project, key).value if project else None
    if base is None:
        raise NoBaseError(f"没有可以参照的本年{MONEY_FIELDS[key]}，请直接给出调整后的金额。")
    result: Decimal = base + value if change["more"] else base - value
    if result < 0:
        raise DraftError(f"{MONEY_FIELDS[key]}减少后小于 0，请核对金额。")
    return result, True


def _merged(before: Money, said: Money | None) -> Money:
    if said is None:
        return before
    for key in MONEY_FIELDS:
        one, two = getattr(before, key), getattr(said, key)
        if one is not None and two is not None and one != two:
            raise _two_amounts(key, one, two)
    return Money(
        **{key: new if (new := getattr(said, key)) is not None else getattr(before, key) for key in MONEY_FIELDS}
    )


# --- what cannot be ----------------------------------------------------------------------------------------------


def check_figures(wishes: Wishes, project: ProjectRecord | None) -> None:
    """Raises DraftError, asking back, where the figures contradict each other or those of this year that stand."""
    _check_money(_effective_money(wishes, project))
    _check_plan(_effective_plan(wishes, project))


def _effective_money(wishes: Wishes, project: ProjectRecord | None) -> Money:
    """What the amounts will be: the user's, and this year's where the user keeps those."""
    if not (wishes.same_money and project):
        return wishes.money
    kept = Money(*(getattr(project, key).value for key in MONEY_FIELDS))
    return Money(
        *(one if (one := getattr(wishes.money, key)) is not None else getattr(kept, key) for key in MONEY_FIELDS)
    )


def _effective_plan(wishes: Wishes, project: ProjectRecord | None) -> dict[int, Decimal]:
    if not (wishes.same_plan and project):
        return wishes.plan
    return {point.month: point.share for point in project.plan if point.share is not None} | wishes.plan


def _check_money(money: Money) -> None:
    parts = [part for part in (money.fiscal, money.other) if part is not None]
    if money.total is None or not parts:
        return
    together = sum(parts, Decimal(0))
    if together > money.total or (len(parts) == 2 and together != money.total):
        said = "与".join(
            f"{MONEY_FIELDS[key]} {format_amount(value)} 万元"
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
