"""Conditions on figures that projects must meet: 超过50万元, 3月底达到50%, 没有填."""

import re
from decimal import Decimal

from assistant.understanding.lexicon import group, words
from assistant.understanding.scan import Scan
from assistant.understanding.types import Comparison, Filter, Span
from corpus import numbers

_BETWEEN_WORDS = re.compile(r"^\s*(?:到|至|和|与|-|—|~|～|and|to)\s*$")
_BETWEEN = re.compile(r"(?:元|块)?(?:之间|中间|以内|范围)")
_OF_SUM = re.compile(r"占比?|总额|合计|总数|总量|总预算|比重")
# 其他资金占比超过一半: of the project's own budget, where the part of it is named right before.
_OF_BUDGET = re.compile(
    r"(?:的)?(?:占比|比重|比例|份额|占(?:了|到|其|本|该|自身|各自)*(?:项目)?(?:的)?(?:总?预算数?|总额|全部|总数|比重?)?(?:的)?(?:比例)?)"
    r"(?:要|都|能|已)*(?=超过|大于|高于|多于|不低于|不少于|达到|达|低于|小于|少于|不到|不足|不超过|过|在|为|是|\d|百分|[一二三四五六七八九]成|一半|半)"
)
_ENDING = re.compile(
    r"[那这]|(?<=[万亿元])(?:[对还了里]|往上|往下|朝上|朝下|向上|向下|开外|出头|打不住)"
)  # 35万那个, 80万对吧
_THAN_AN_AMOUNT = re.compile(r"(?<=[比较])([\d.]+[万亿])[多少大小高低贵还要](?!少)")
_ENGLISH_YUAN = re.compile(r"(?<=\d) (?:yuan|rmb)")
_NOTHING = re.compile(
    r"(?:一分钱?|一毛钱?|分文)(?:都|也)?(?:不|没|未)(?:花|支|动|用|安排)(?:出|付)?|零支出|(?:支出)?(?:为|是)(?:零|0%)"
    r"|(?:没有?|无|未)(?:任何)?(?:支出|花钱|花费|付款|用钱)(?!计划|的?(?:原因|依据))|支出(?:为|是|等于)?0(?![\d.%])"
)
_OUT_OF = re.compile("里头|里面|当中|之中")  # 35万里头到10月底花多少
_FINISHED = re.compile(
    r"(?:全部|能|就|可以|已)*(?:花完|用完|付完|付清|结清|支付完|支付完毕|全部支出|全部支付|全部花掉|花光|用光|支完|拨完|100%支出)"
    r"|(?:花|用|付|支付|拨|支)不(?:完|光|了)"
)
_NOT_YET = re.compile(r"(?:还没有?|没有?|未能?|不能|尚未|没法)(?:全部|能)?$|^(?:没|未|不)")
_OF_FIELD = r"(?P<field>其他资金|其它资金|自筹资金|自筹|非财政资金|财政以外的资金|财政性资金|财政资金|财政拨款|财政的钱|财政(?!局|部|厅|所|以外))"
# 全靠其他资金, 不全是财政资金
_WHOLLY = re.compile(
    rf"(?P<none>不|并非|没有?)?(?:完全|全部|全都|全额|全|都|只|仅|光|单)(?:是不是|都|由)?(?:是|为|由|用|靠|来自|依靠|花){_OF_FIELD}"
)
# 不用财政资金, 没花财政的钱, 有自筹: whether there is any of it; the words of not having come first.
_NONE = r"(?:没有?|无需|不需要?|不必|不|未|无|毫无|零)(?:再)?(?:使用|动用|安排|包含|含有?|涉及|占用|依靠|依赖|要|用到?|靠|花|有|拿|吃)?"
_SOME = re.compile(
    rf"(?P<none>{_NONE})?(?(none)|(?:有|含有?|包含|用到了?|用了?|使用了?|动用了?|安排了?|涉及|花了?|靠))(?:了|过|一分|任何|到)?"
    rf"{_OF_FIELD}"
    r"(?!空|没|的?空|未|是|为|有|填|缺|以外)(?:\(?不为零\)?|\(?不为0\)?|\(?大于0\)?)?"
)
_AVERAGE = re.compile(r"平均(?:预算|水平|数|值|线|金额)?|(?:the )?average")


def take_filters(scan: Scan, spans: tuple[Span, ...], lists: bool) -> tuple[Filter, ...]:
    """The conditions that projects must meet.

    `lists` says that the message asks which projects: then a bare amount (15万的是哪个) is one too.
    """
    found = (
        _round_filters(scan)
        + (_field_filters(scan) if lists else [])
        + _amount_filters(scan, lists)
        + _percent_filters(scan, spans, lists)
        + _average_filters(scan)
    )
    found += _wholly_filters(scan) or (_some_filters(scan) if lists else [])
    if spans and lists and scan.take(_NOTHING):
        found.append(Filter("plan", Comparison.EQUAL, Decimal(0), percent=True, span=spans[-1]))
    for match in scan.take(_FINISHED) if spans and lists else ():
        unfinished = (
            _NOT_YET.search(scan.text[: match.start()]) or _NOT_YET.match(match.group()) or "不" in match.group()
        )
        comparison = Comparison.UNDER if unfinished else Comparison.AT_LEAST
        found.append(Filter("plan", comparison, Decimal(100), percent=True, span=spans[-1]))
    return tuple(dict.fromkeys(found))


# 上千万的项目, 百万元以上, 过亿: a round amount without a number before it.
_ROUND = re.compile(
    r"(?<![\d零一二两三四五六七八九十几多好数])(?:(上|够|达到?)|(超过|大于|过|超)|(不到|不足|低于|少于|不满))?(百万|千万|亿)(?:元)?(?:(以上|往上|及以上)|(以下|以内|之内))?(?![一二三四五六七八九\d])"
)
_ROUND_VALUES = {"百万": Decimal(100), "千万": Decimal(1000), "亿": Decimal(10000)}


def _round_filters(scan: Scan) -> list[Filter]:
    for match in list(scan.find(_ROUND)):
        at_least, over, under, amount, above, below = match.groups()
        if not (at_least or over or under or above or below):
            continue
        scan.use(*match.span())
        comparison = (
            Comparison.OVER
            if over
            else Comparison.UNDER
            if under
            else Comparison.AT_MOST
            if below
            else Comparison.AT_LEAST
        )
        return [Filter(_field(scan, match.start()), comparison, _ROUND_VALUES[amount])]
    return []


# 其他资金比财政资金多的, 财政资金大于其他资金的: one field of a project against another.
_MONEY_FIELD = r"(其他资金|其它资金|自筹资金|自筹|财政资金|财政拨款|财政)"
_THAN_FIELD = re.compile(
    rf"{_MONEY_FIELD}(?:比|较){_MONEY_FIELD}(?:还|要|更)?(?:(多|大|高)|(少|小|低))(?!多少|几)|{_MONEY_FIELD}(?:(大于|多于|超过|高于)|(小于|少于|低于|不到|不及)){_MONEY_FIELD}"
)


def _field_filters(scan: Scan) -> list[Filter]:
    keys = group("fields").keys
    for match in list(scan.find(_THAN_FIELD)):
        a, b, more, _, c, over, _, d = match.groups()
        left, right = keys[a or c], keys[b or d]
        if left != right:
            scan.use(*match.span())
            return [Filter(left, Comparison.OVER if more or over else Comparison.UNDER, than=right)]
    return []


def _wholly_filters(scan: Scan) -> list[Filter]:
    """全靠其他资金: the whole of the budget. Of 财政资金 that is told beside the blanks of 其他资金, not as a filter."""
    fields = group("fields")
    for match in list(scan.find(_WHOLLY)):
        key = fields.keys.get(match["field"].removesuffix("的钱"), "")
        scan.use(match.start(), match.start("field"))
        if key == "other" or match["none"]:
            scan.use(*match.span("field"))
            comparison = Comparison.UNDER if match["none"] else Comparison.EQUAL
            return [Filter(key, comparison, Decimal(100), percent=True, of_budget=True)]
    return []


def _some_filters(scan: Scan) -> list[Filter]:
    """哪些项目有其他资金: an amount above 0; a blank is not one."""
    fields = group("fields")
    for match in list(scan.find(_SOME)):
        key = fields.keys.get(match["field"].removesuffix("的钱"), "")
        if key in ("fiscal", "other"):
            scan.use(*match.span())
            return [Filter(key, Comparison.EQUAL if match["none"] else Comparison.OVER, Decimal(0))]
    return []


def _average_filters(scan: Scan) -> list[Filter]:
    """超过平均数的项目."""
    found = []
    for match in list(scan.find(_AVERAGE)):
        comparison = comparison_at(scan, match.start(), match.end())
        if comparison is not None and comparison is not Comparison.EQUAL:
            scan.use(*match.span())
            found.append(Filter(_field(scan, match.start()), comparison, average=True))
    return found


def _amount_filters(scan: Scan, lists: bool) -> list[Filter]:
    mentions = [m for m in amounts_of(scan.text) if scan.free(m.start) and scan.free(m.end - 1)]
    found: list[Filter] = []
    if len(mentions) == 2 and _BETWEEN_WORDS.match(scan.text[mentions[0].end : mentions[1].start]):
        if scan.text[mentions[0].end] in "和与" and not _BETWEEN.match(scan.text, mentions[1].end):
            scan.use(mentions[0].start, mentions[1].end)
            values = tuple(m.value for m in mentions)
            return [Filter(_field(scan, mentions[0].start), Comparison.EQUAL, values[0], values=values[1:])]
        low, high = sorted(m.value for m in mentions)
        scan.use(mentions[0].start, mentions[1].end)
        return [
            Filter(_field(scan, mentions[0].start), c, v)
            for c, v in ((Comparison.AT_LEAST, low), (Comparison.AT_MOST, high))
        ]
    for mention in mentions:
        comparison = _more_than(scan, mention) or comparison_at(scan, mention.start, mention.end)
        if comparison is None and (lists or _OUT_OF.match(scan.text, mention.end)):
            comparison = Comparison.EQUAL
        if comparison is not None:
            found.append(Filter(_field(scan, mention.start), comparison, mention.value))
            scan.use(mention.start, mention.end)
    return found


# 比10万多的, 10万块多的不算: more or less than an amount; 比10万多多少 asks for a difference.
_MORE_BEHIND = re.compile(r"(?:块钱?|元)?(?:还|要|更)?(?:(多|大|高|贵)|(少|小|低|便宜))(?![多少几点])(?:些|一些)?")


def _more_than(scan: Scan, mention: numbers.Mention) -> Comparison | None:
    before = scan.text[max(0, mention.start - 1) : mention.start]
    behind = _MORE_BEHIND.match(scan.text, mention.end)
    if before not in ("比", "较") or behind is None:
        return None
    scan.use(mention.start - 1, mention.start)
    scan.use(*behind.span())
    return Comparison.OVER if behind.group(1) else Comparison.UNDER


def amounts_of(text: str) -> tuple[numbers.Mention, ...]:
    """The amounts of a message; 35万那个 ends the amount as 35万的 does."""
    text = _THAN_AN_AMOUNT.sub(r"\1的", _ENGLISH_YUAN.sub(_as_yuan, text))
    return numbers.find_amounts(_ENDING.sub(lambda match: "的" * len(match.group()), text))


def _as_yuan(match: re.Match[str]) -> str:
    """120000 yuan as 120000元, as long as it was, so that positions stay."""
    return "元".ljust(len(match.group()))


def _percent_filters(scan: Scan, spans: tuple[Span, ...], lists: bool) -> list[Filter]:
    found = []
    for mention in numbers.find_percents(scan.text):
        if not scan.free(mention.start):
            continue
        whole = re.search(f"(?:{_OF_SUM.pattern})的?$", scan.text[: mention.start])  # 超过总额三成
        comparison = comparison_at(scan, whole.start() if whole else mention.start, mention.end)
        if comparison is None and lists:
            comparison = Comparison.EQUAL
        part = _part_of_budget(scan, mention.start) if comparison is not None and not spans and lists else ""
        if comparison is not None and part:
            found.append(Filter(part, comparison, mention.value, percent=True, of_budget=True))
            scan.use(mention.start, mention.end)
        elif comparison is not None and not spans and _OF_SUM.search(scan.text):
            found.append(Filter("total", comparison, mention.value, percent=True, of_sum=True))
            scan.use(mention.start, mention.end)
        elif comparison is not None and (spans or lists):
            span = spans[0] if spans else None
            found.append(Filter("plan", comparison, mention.value, percent=True, span=span))
            scan.use(mention.start, mention.end)
    return found


def _part_of_budget(scan: Scan, end: int) -> str:
    """fiscal or other, where the words before a percentage ask what part of the budget it is; empty where they do not."""
    near = _OF_BUDGET.finditer(scan.text, max(0, end - 16))
    share = next((m for m in near if m.end() <= end), None)
    if share is None:
        return ""
    fields = group("fields")
    before = [m for m in fields.pattern.finditer(scan.text, 0, share.start()) if m.end() == share.start()]
    key = fields.key(before[-1].group()) if before else ""
    if key not in ("fiscal", "other"):
        return ""
    scan.use(*share.span())
    return key


def comparison_at(scan: Scan, start: int, end: int) -> Comparison | None:
    """The comparison written just before a figure, or just behind it; the one behind is the stronger (10万元以上)."""
    after = group("comparisons_after")
    match = after.pattern.match(scan.text, end)
    if match and Comparison(after.key(match.group())) is not Comparison.EQUAL:
        scan.use(*match.span())
        return Comparison(after.key(match.group()))
    before = group("comparisons")
    start -= scan.text[start - 1 : start] == " "  # over 120000 yuan
    best = next((m for m in before.pattern.finditer(scan.text, max(0, start - 8), start) if m.end() == start), None)
    if best and scan.free(best.start()):
        scan.use(*best.span())
        comparison = Comparison(before.key(best.group()))
        return _OPPOSITE.get(comparison, comparison) if _NEGATED.search(scan.text, 0, best.start()) else comparison
    return None


# 没超过30万; 有没有超过 and 超没超过 ask whether
_NEGATED = re.compile(r"(?<![有超过])(?:没有?|未|尚未|并未)$")
_OPPOSITE = {
    Comparison.OVER: Comparison.AT_MOST,
    Comparison.AT_LEAST: Comparison.UNDER,
    Comparison.UNDER: Comparison.AT_LEAST,
    Comparison.AT_MOST: Comparison.OVER,
}


def _field(scan: Scan, position: int) -> str:
    """The money field that a condition is about: the last one named before the figure, else 预算数."""
    fields = group("fields")
    named = [fields.key(m.group()) for m in fields.pattern.finditer(scan.text, max(0, position - 14), position)]
    money = [key for key in named if key in ("total", "fiscal", "other")]
    return money[-1] if money else "total"


def take_blank_filter(scan: Scan, fields: tuple[str, ...], spans: tuple[Span, ...]) -> tuple[Filter, ...]:
    """哪些项目没填其他资金, 哪个项目3月底是空的."""
    if not scan.take(words("blank", "blank")):
        return ()
    if spans:
        return (Filter("plan", Comparison.BLANK, span=spans[0]),)
    named = [f for f in fields if f in ("total", "fiscal", "other", "purpose", "goals", "code", "plan")]
    return tuple(Filter(f, Comparison.BLANK) for f in named or ("any",))
