"""What is asked of the records: fields, dates, filters, aggregates, order, units; composed, never matched as a sentence."""

import re
from dataclasses import dataclass, field, replace

from assistant.understanding import names
from assistant.understanding.assumptions import use_assumption
from assistant.understanding.catalogue import Catalogue
from assistant.understanding.changes import MOVED, kinds_of_change
from assistant.understanding.comparing import compared
from assistant.understanding.conditions import take_blank_filter, take_filters
from assistant.understanding.lexicon import group, normal, words
from assistant.understanding.scan import Scan
from assistant.understanding.sounds import misspelt
from assistant.understanding.subjects import Places
from assistant.understanding.types import Aggregate, Assumption, Intent, Mention, Span, Understanding
from corpus.numbers import parse_number

_NTH = re.compile(
    r"(?<=第)([二三四五六七八九十2-9])(?=多|高|大|少|低|小|贵)|(?<=排第|名第|在第)([二三四五六七八九十2-9])(?:名|位)?(?!条)"
)
# 预算最多的单位是哪个, 超过1000万元的单位有哪些; not 我们单位有哪些项目.
_THE_UNITS = re.compile(
    r"(?:(?<=[多高大少低小过上下内元万三五十]的)|(?<=前[二三四五六七八九十][个家]))(?:单位|部门)(?:有|是)?(?:哪些|哪几个|哪个|哪家|谁|几个|多少)"
)
_NTH_LEAST = re.compile(r"第[二三四五六七八九十2-9](?:少|低|小)|倒数第[二三四五六七八九十2-9](?:多|高|大)?$")
_RANKED = re.compile(
    r"(?:前|最(?:多|高|大|少|低|小|贵)的?前?|排名前|top ?)([一二两三四五六七八九十\d]+)(?:名|个|位|项)?(?!个?月|个?季|年)"
)
_FEWEST = re.compile(r"最(?:少|低|小|便宜)的?前?[一二两三四五六七八九十\d]|倒数前")
_HAN_PAIR = re.compile(r"[\u3400-\u9fff]{2}")
_CHANGED = re.compile(
    r"新增了?(?:哪些|哪几个|几个|什么|的项目|项目)|(?:增加|多|添)了?(?:哪些|哪几个|几个)项目|(?:取消|砍|减少|少|去掉|停)了?(?:哪些|哪几个|几个)(?:项目)?"
    r"|(?:取消|新增|新设|停止|保留)了?的项目|有(?:而|但)?.{0,8}没有的|没有了的项目|(?:改了?名|更名|换了?名|名称变)|延续|what changed|new projects"
)
# 哪些项目预算比上年增加了
_WHICH_CHANGED = re.compile(
    r"(?:哪些|哪几个|哪个|什么)(?:项目|单位)[^,。?]{0,6}(?:比|较|相比)(?:去年|上年|上一年|前年|20\d\d年?)[^,。?]{0,6}(?:增|多|涨|提高|减|降|少|压)"
)
_CHANGED_MOST = re.compile(
    r"(?:增加|增长|增幅|涨|减少|下降|压减|降幅|降低|变化|变动|调整)(?:得|的|了|幅度|金额|数额)*最"
)


@dataclass
class Words:
    """What the rules found in one question, before it is put together."""

    mentions: list[Mention]
    places: Places
    units: tuple[str, ...]
    documents: tuple[str, ...]  # ids of those named
    unit_words: str
    years: tuple[int, ...]
    missing_year: str
    spans: tuple[Span, ...]
    quoted: str
    assumption: Assumption | None
    of_region: bool = False  # the units are all those of a place that was named
    excluded: list[Mention] = field(default_factory=list)


def about_records(
    scan: Scan, base: Understanding, found: Words, catalogue: Catalogue
) -> tuple[Understanding, list[Mention], list[Mention]]:
    """The record question, with the projects it is about and those it leaves out."""
    which = scan.has(words("intents", "which"))
    lists = which or scan.has(words("intents", "list")) or "的项目" in scan.text
    changed = bool(_CHANGED.search(scan.text)) and bool(found.years or scan.has(re.compile("年|去年|今年")))
    changed |= len(catalogue.years) > 1 and bool(_WHICH_CHANGED.search(scan.text))
    changed |= len(catalogue.years) > 1 and bool(_CHANGED_MOST.search(scan.text))
    changed |= (bool(kinds_of_change(base.message)) and len(found.units) < 2) or (
        len(catalogue.years) > 1 and bool(MOVED.search(scan.text))
    )
    fewest = bool(_FEWEST.search(scan.text))
    nth, limit = _take_rank(scan)
    # Beside a whole name, a part of another counts only where the two are put side by side.
    alone = bool(found.mentions) and not _SIDE_BY_SIDE.search(scan.text)
    mentions = found.mentions + ([] if alone else names.take_partial_names(scan, catalogue, None))
    use_assumption(scan, found.assumption)
    mentions, excluded = _without_excluded(scan, mentions)
    when = bool(_WHEN.search(scan.text) and _SPENDING.search(scan.text))
    claimed = bool(_CLAIM.search(scan.text)) and bool(mentions)
    filters = take_filters(scan, found.spans, lists or not mentions or when or claimed)
    u = replace(
        _asked(scan, base, found, catalogue.region), filters=filters, nth=nth, limit=limit, assumption=found.assumption
    )
    bare = not (u.fields or u.aggregates or u.remaining or u.unit or filters)
    if mentions and bare and (measured := _MEASURED_NOUN.search(scan.text)):
        said = scan.leftover() or measured.group()
        return replace(u, intent=Intent.TOPIC, topic=u.message, leftover=said), mentions, excluded
    if mentions and bare and _HOW_MUCH.search(scan.text) and not _HAN_PAIR.search(scan.leftover()):
        u = replace(u, fields=("total",))  # 监测软件服务费多少
    if mentions and u.group_by == "unit" and not (u.aggregates or filters):
        u = replace(u, fields=(*u.fields, "unit_name"), group_by="", all_units=False)  # X是哪个单位的
    if excluded:
        u = replace(u, remaining=False)  # 除了X，剩下的合计多少: projects, not money that is left
    others = bool(scan.take(words("others"))) or u.others
    if nth > 1 and not set(u.aggregates) & {Aggregate.MAX, Aggregate.MIN}:
        least = bool(_NTH_LEAST.search(scan.text))
        u = replace(u, aggregates=(*u.aggregates, Aggregate.MIN if least else Aggregate.MAX), descending=not least)
    if u.limit and Aggregate.RANK not in u.aggregates:
        u = replace(u, aggregates=(*u.aggregates, Aggregate.RANK), descending=u.descending and not fewest)
    if scan.has(words("blank", "blank")) and (lists or not mentions):
        u = replace(u, filters=(*filters, *take_blank_filter(scan, u.fields, found.spans)))
    u = replace(
        u,
        all_projects=(bool(scan.take(words("all_projects"))) and not _WHOLLY.search(scan.text)) or bool(excluded),
        pronoun=bool(scan.take(words("pronouns"))) or bool(_AGAINST.match(scan.text)),
        others=others and not excluded,
        show_sources=base.show_sources or bool(scan.take(words("source"))),
    )
    narrative = bool(scan.take(words("narrative")))
    if (not _names_something(u, mentions, found) and _HAN_PAIR.search(scan.leftover())) or _latin_left(
        scan, u, mentions
    ):
        mentions = mentions + misspelt(scan, catalogue, None)
    _use_plain_words(scan)
    u = compared(scan, replace(u, lists=which, when=when), mentions, len(found.units) > 1, len(found.years) > 1)
    u = replace(u, leftover=scan.leftover(), aggregate=u.aggregates[0] if u.aggregates else None)
    if u.english and u.aggregates == (Aggregate.COUNT,) and not u.fields and len(u.leftover.split()) > 1:
        return replace(u, intent=Intent.TOPIC, topic=u.message), mentions, excluded  # how many cameras are connected
    if changed and not mentions:
        return replace(u, intent=Intent.YEARS), mentions, excluded
    return _or_topic(u, mentions, found, narrative, lists), mentions, excluded


def _asked(scan: Scan, base: Understanding, found: Words, region: str) -> Understanding:
    """Fields, aggregates, units and the way a figure is wanted."""
    rest = bool(scan.take(_THE_REST))  # 剩下三个 are projects, not money that is left
    others_pay = bool(scan.take(_OTHERS_PAY))
    remaining = bool(scan.take(words("spend", "remaining")))
    as_percent, as_amount = scan.has(words("spend", "percent")), scan.has(words("spend", "amount"))
    apart = [Aggregate.DIFFERENCE] if _takes_difference(scan) else []  # 少多少钱 holds 多少钱
    units = scan.take_keys(group("units"))
    unit = next((key for key in units if key != "万元"), next(iter(units), ""))
    by_unit = bool(scan.take(words("all_units", "by_unit"))) | _takes_the_units(scan)
    by_unit |= len(found.units) > 1 and not found.mentions and bool(_EACH.search(scan.text))
    by_year = bool(scan.take(words("all_units", "by_year"))) | bool(_TWO_YEARS.search(scan.text))
    all_units = bool(scan.take(words("all_units"))) | _takes_region(scan, found, region) | found.of_region or by_unit
    ascending = bool(scan.take(words("aggregates", "ascending")))
    fields = (*_taken_fields(scan), "other") if others_pay else _taken_fields(scan)
    whose = bool(_ALL_ARE_WHAT.search(scan.text))
    order = [
        *apart,
        *(a for a in take_aggregates(scan) if not (whose and a is Aggregate.SAME)),
        *([Aggregate.RANK] if ascending else []),
    ]
    if (all_units or len(found.units) > 1) and _OVER_ALL.search(scan.text) and Aggregate.SUM not in order:
        order.append(Aggregate.SUM)  # 所有单位的资金总额: one sum, though 资金总额 names a field
    spending = bool(scan.take(words("spend"))) or bool(found.spans)
    scan.take(words("spend", "percent"))
    scan.take(words("spend", "amount"))
    if found.spans and order and _PACE.search(scan.text):
        as_percent = True  # 6月底进度最慢的 is the lowest share, not the lowest amount
    if found.spans and as_percent:
        order = [a for a in order if a is not Aggregate.SHARE]
    return replace(
        base,
        intent=Intent.RECORDS,
        fields=_settled_fields(fields, found, spending),
        spans=found.spans,
        as_percent=as_percent and not as_amount and not found.assumption,
        as_amount=as_amount,
        remaining=remaining,
        aggregates=tuple(dict.fromkeys(order)),
        descending=not ascending and Aggregate.MIN not in order,
        group_by="unit" if by_unit else "year" if by_year else "",
        unit=unit,
        all_units=all_units,
        others=rest,
    )


_OVER_ALL = re.compile("总额|总数|总量|总盘子|总规模")
_ALL_ARE_WHAT = re.compile(
    r"都是(?:从)?(?:哪|谁|什么|啥|多少|怎么|干|做|几|由|用)"
)  # asks what they are, not whether the same


def _takes_difference(scan: Scan) -> bool:
    """多多少, 相差; not the 低多少 of 最低多少."""
    found = [m for m in scan.find(words("aggregates", "difference")) if scan.text[m.start() - 1 : m.start()] != "最"]
    for match in found:
        scan.use(*match.span())
    return bool(found)


def _takes_region(scan: Scan, found: Words, region: str) -> bool:
    """清河县2025年预算合计: the place that all units' names begin with stands for all of them."""
    return bool(region and not found.units and scan.take(re.compile(re.escape(region))))


# 场馆数是多少, 覆盖率要达到多少: measured, and no money.
_MEASURED_NOUN = re.compile(
    r"[\u4e00-\u9fff](?<!钱)(?<!额)(?<!预算)(?<!总)(?<!金)(?:数量?|数目|率|人次|面积|里程|时长|天数|频次|长度|吨位)"
    r"(?:目标|要求|标准)?(?:是|为|要|应|需|达到|有|共|定|计划|不低于|不少于)*(?:多少|几)"
)
_WHOLLY = re.compile(r"(?:全部|全都|都)(?:是不是|是|为|由|用|靠|来自)[^,。?]{0,4}财政")  # the whole of the money
_TWO_YEARS = re.compile(r"[两三]个?年度?[^,。?]{0,8}(?:分别|各)")
_BUT = re.compile(r"除(?=[^,。?去了开]{2,30}(?:以|之)?外)")
_AGAINST = re.compile(r"(?:那|它)?(?:和|跟|与|同)[^,。?]{2,24}(?:相)?比(?!例|重|率)")  # 和有害生物防治比哪个多
_DOING = re.compile(r"(?:怎么|如何|怎样)(?:做|开展|推进|落实|加强|管|抓|搞|监管|管理)")
_EACH = re.compile(r"各(?:有|是|自|多少|安排)|分别")  # 本级和服务中心各有多少
_HOW_MUCH = re.compile(r"多少(?=$|[?呢啊呀,。])|(?:^|[^有])几多|how much")
_PACE = re.compile(r"最快|最慢|进度|执行率|支出率|支付率")
# 谁担任预算绩效管理领导小组组长: of a person, a place, a way; 预算 only stands in a name.
_ASKS_NO_FIGURE = re.compile(
    r"^(?!.*(?:多少|几|钱|哪个项目|哪些项目|谁出|谁给|谁拿|谁掏|谁的项目)).*(?:谁|什么时候|何时|哪里|哪儿|怎么办|如何|怎样|按什么|为什么|为何)"
)
_FIGURE_WORDS = re.compile(
    r"多少|几|钱|预算|经费|资金|费|金额|投入|拨|批|万|总额|规模|budget|cost|much|amount|fund|allocat"
)


def _takes_the_units(scan: Scan) -> bool:
    match = _THE_UNITS.search(scan.text)
    if match:
        scan.use(*match.span())
    return match is not None


_WHEN = re.compile(r"什么时候|什么时点|哪个时点|哪个时间点|何时|几月|哪个月|多久|when ")
_CLAIM = re.compile(
    r"是?真的[吗么假]|是这样吗|有这回事|有没有这回事|准确吗|对不对|对吗|对吧|对么|没错吧|是吧|正确吗|属实"
)
# 财政多少, 剩下的谁出: what is not 财政资金.
_OTHERS_PAY = re.compile(
    r"(?:剩下|其余|剩余|余下|缺口|不足|差额)(?:的|那)?(?:部分|一?块|些)?(?:钱|资金)?(?:是|由|让|靠|从)?(?:谁|哪[里儿]?|怎么|哪个单位)(?:来)?(?:出|承担|解决|付|来|补|掏|筹)(?:的|呢)?"
)
_THE_REST = re.compile(r"剩下的?(?=[一二两三四五六七八九几\d]个|项目)|其余的?(?=[一二两三四五六七八九几\d]个|项目)")
_SIDE_BY_SIDE = re.compile(r"[和与跟比及、,，]|还有|以及|除| and |than|versus|vs")
_SPENDING = re.compile(r"花|支出|支付|付|用完|拨|到位|执行|进度|达到|spen|paid")
_SAID_TO_BE_ONE = re.compile(r"项目|那个|这个|那笔|这笔|资金|经费|费$")
_OF_PROJECTS = re.compile(r"项目|projects?")


def _taken_fields(scan: Scan) -> tuple[str, ...]:
    """The fields named. 钱 and 资金 beside another field only say whose it is: 这笔钱是干什么用的."""
    fields = group("fields")
    scan.take(_NO_MONEY)
    found = scan.take(fields.pattern)
    keys = tuple(dict.fromkeys(fields.key(m.group()) for m in found))
    if keys == ("total",) and _HOW_ARRANGED.search(scan.text) and all(m.group() == "安排" for m in found):
        return ()  # 舆情值班是怎么安排的
    if _PACE.search(scan.text) and set(keys) <= {"total", "plan"}:
        return ("plan",)  # 花钱最快
    if len(keys) > 1 and all("情况" in m.group() for m in found if fields.key(m.group()) == "everything"):
        keys = tuple(key for key in keys if key != "everything")  # 资金来源情况
    weak = all(words("weak_money").fullmatch(m.group()) for m in found if fields.key(m.group()) == "total")
    return tuple(k for k in keys if k != "total") if weak and set(keys) & _OF_ANOTHER_KIND else keys


_NO_MONEY = re.compile(r"投入(?:使用|运行|运营|生产|试用)")
_PACE = re.compile(r"最快|最慢|更快|更慢|快慢|[花付用支]得?(?:更|比较)?[快慢]|fastest|slowest")
_HOW_ARRANGED = re.compile(r"(?:怎么|如何|怎样|有什么|有何|有哪些|做了什么|做了哪些)(?:进行|来|去)?安排")
_OF_ANOTHER_KIND = {"purpose", "code", "name", "unit_name", "goals", "funding", "fiscal", "other"}


def _names_something(u: Understanding, mentions: list[Mention], found: Words) -> bool:
    return bool(mentions or u.all_projects or u.filters or found.places.ordinals or found.places.count or u.pronoun)


def _latin_left(scan: Scan, u: Understanding, mentions: list[Mention]) -> bool:
    """A Chinese question with Latin words left over may hold a name in pinyin."""
    return not u.english and not mentions and bool(re.search(r"[a-z]{4,}", scan.leftover()))


def _use_plain_words(scan: Scan) -> None:
    for section, keys in (("intents", ("list", "which", "yes_no", "summary")), ("spend", ("increment", "cumulative"))):
        for key in keys:
            scan.take(words(section, key))
    scan.take(words("blank", "blank"))
    scan.take(words("blank", "filled"))
    scan.take(words("pronouns", "topic"))


def _without_excluded(scan: Scan, mentions: list[Mention]) -> tuple[list[Mention], list[Mention]]:
    """除了舆情监测能力建设资金，…: the projects named right after the word are left out."""
    match = next(scan.find(words("excluding")), None) or _BUT.search(scan.text)
    if match is None:
        return mentions, []
    after = scan.text[match.end() : match.end() + 60]
    clause = re.split(r"[,，;；]|其他|其余|之外|以外|的总|的合|一共|总共|合计", after)[0]
    excluded = [m for m in mentions if normal(m.text) in clause]
    if not excluded:
        return mentions, []
    scan.take(words("excluding"))
    return [m for m in mentions if m not in excluded], excluded


def take_aggregates(scan: Scan) -> tuple[Aggregate, ...]:
    values = {aggregate.value for aggregate in Aggregate}
    return tuple(Aggregate(key) for key in scan.take_keys(group("aggregates")) if key in values)


def _or_topic(u: Understanding, mentions: list[Mention], found: Words, narrative: bool, lists: bool) -> Understanding:
    """A question that names no field and no figure is about the text, unless it only names a project."""
    anything = (
        u.fields
        or u.aggregates
        or u.spans
        or u.filters
        or u.remaining
        or u.unit
        or u.assumption
        or u.as_percent
        or u.show_sources
        or u.when
    )
    if (
        not mentions
        and not _subject_said(u, found)
        and set(u.fields)
        and set(u.fields) <= _IN_WORDS
        and len(u.leftover.replace(" ", "")) >= 2
    ):
        return replace(u, intent=Intent.TOPIC, topic=u.message)  # NB-IoT是做什么用的
    unnamed = not mentions and not _subject_said(u, found) and len(u.leftover.replace(" ", "")) >= 2
    if (
        unnamed
        and u.fields == ("total",)
        and not (u.aggregates or u.spans)
        and (not _FIGURE_WORDS.search(normal(u.message)) or _ASKS_NO_FIGURE.search(normal(u.message)))
    ):
        return replace(u, intent=Intent.TOPIC, topic=u.message, fields=())  # 净网行动有什么安排
    weak = u.fields == ("total",) and narrative and words("weak_money").search(normal(u.message))
    if unnamed and weak and not (u.aggregates or u.spans) and _DOING.search(normal(u.message)):
        return replace(u, intent=Intent.TOPIC, topic=u.message, fields=())  # 资金监管怎么做
    if anything:
        return u
    subject = bool(mentions or found.places.ordinals or found.places.count or u.all_projects or u.others)
    content = len(u.leftover.replace(" ", "")) >= 2
    if lists and (u.all_projects or _OF_PROJECTS.search(normal(u.message))) and not content:
        return replace(u, all_projects=True)
    # A part of a name may stand in a topic (网络安全周干什么); a whole name, or 那个项目, names a project.
    named = bool(found.mentions) or bool(_SAID_TO_BE_ONE.search(normal(u.message)))
    whole = named and any(m.certain and len(m.keys) == 1 for m in mentions)
    if subject and not content and (whole or not narrative):
        return u
    if content or narrative:
        return replace(u, intent=Intent.TOPIC, topic=u.message)
    return u if subject or u.pronoun else replace(u, intent=Intent.UNCLEAR)


_IN_WORDS = {"purpose", "goals", "name", "everything"}


def _subject_said(u: Understanding, found: Words) -> bool:
    return bool(u.all_projects or u.filters or u.pronoun or u.others or found.places.ordinals or found.places.count)


def _settled_fields(fields: tuple[str, ...], found: Words, spending: bool) -> tuple[str, ...]:
    """With a date, 预算 or 钱 beside the spending plan only say that an amount is wanted."""
    if found.spans and spending:
        return ("plan", *(f for f in fields if f not in ("total", "plan")))
    return fields


def _take_rank(scan: Scan) -> tuple[int, int | None]:
    nth = 1
    for match in list(scan.find(_NTH)):
        nth = int(parse_number(match.group(1) or match.group(2)) or 1)
        scan.use(match.start() - 1, match.end())
    limit = None
    for match in scan.take(_RANKED):
        limit = int(parse_number(match.group(1).replace("两", "二")) or 0) or None
    return nth, limit
