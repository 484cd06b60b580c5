"""What a message that names no project of its own means of the one that the last answers were about: its rows, its cells.

什么时候装完, 开放天数的依据, 百岁老人呢: each stands in the table of the project that was just told of, and in none of the
words by which a question is known to be about a table.
"""

import re
from dataclasses import replace

from assistant.holdings import Holdings
from assistant.lookup.indicators import may_mean_indicator, say_rows
from assistant.lookup.named_rows import Row, answer_named_row
from assistant.lookup.page import Page, key_of
from assistant.lookup.select import project_name, scope_keys, which
from assistant.policy import refuse_indicators
from assistant.types import Kind, Reply, Route
from assistant.understanding.lexicon import group, normal
from assistant.understanding.names import in_order
from assistant.understanding.types import Aggregate, Intent, Mention, ProjectKey, SectionRef, Understanding
from corpus.types import CellState, Indicator, ProjectRecord

_OF_ROWS = re.compile(r"依据|根据|描述|指标值|目标值|怎么定|从哪[里儿]?来")
_EACH = re.compile(r"每[一-龥](?:每[一-龥])?(?:多少|几|补|发|给|是|要|的?标准|呢|$)")
_YEAR_SAID = re.compile(r"20\d\d年?度?|[12]\d年|[今去前本上]一?年度?")
_THIS_ROW = re.compile("[这那该]个?指标")
# 超过95%吗, after a row was told
_COMPARES = re.compile(
    r"(?:那么?|它)?(?:是不是|是否|会不会)?(?:要|得|会)?(?:大于|超过|高于|低于|小于|不足|不到|达到|等于|是)\d[\d.]*\S{0,3}?(?:[吗么]|对吧|对吗|对不对|[?？]|$)"
)
# What a question says of a row beside its name.
_BESIDE = re.compile(
    r"(?:几|多少)(?:人次|架次|公里|平方米|工作日|小时|[个人天年名处家所户台套件场次辆座亩页卷期张册份间种例])|(?:指标值)?(?:确定)?依据|指标值|目标值|标准|要求|达到的?|总?(?:能|可以|可)(?:告诉我|公开|说)(?:吧|吗|了吧)?|多少|怎么定|是不是|对吧|对吗|对不对"
    r"|[这那该]个?指标|[填写]了?(?:没有?|吗)|分别|都|那么?|它的?|这个|该|项目|今年|全年|一共|总共|呢|吗|吧|的|是|要|得|什么"
)
_ASKS_DAY = re.compile(r"几[号日]|哪一?天|几月|哪个月|什么时候|啥时候|何时|什么时间|多久")
_MONEY = re.compile(r"[钱万元花付款拨]|预算|经费|资金|支出|支付|到位")
_KNOWN = r"人次|架次|公里|平方米|工作日|小时|[人天年名处家所户台套件场次辆座亩页卷期张册份间种例]"
_ANY = r"(?![钱块元万月号日点条行项位个])[\u3400-\u9fff](?=$|[?？]|[要得呢吗啊])"
_COUNTS = re.compile(
    rf"(?:几|多少)(?:个)?(?=$|[?？要得]|[^\u3400-\u9fff])|(?:几|多少)({_KNOWN}|{_ANY})|(人次|[人天家户台套件场次辆册份])(?=数(?![据额字量]))"
)
_DAY = re.compile(r"\d月|\d日|\d号|季度|年底")
_LEAST = 2  # characters of content
_FEW = 3
_BRIEF = 4  # characters
_SAID = 0.6  # of what is asked stands in the row or the cell
_MOST_BEFORE = 120  # characters
_MOST_PROJECTS = 400  # of more, nobody looks for the one that a passage is about
_INTENTS = (Intent.TOPIC, Intent.UNCLEAR, Intent.RECORDS, Intent.INDICATORS, Intent.OUTSIDE)


def answer_of_subject(u: Understanding, holdings: Holdings) -> Reply | None:
    """The row or the cell of the conversation's one project that the message means; None where it means none."""
    if not _may_mean_it(u):
        return None
    if told := _of_last_rows(u, holdings):
        return told
    records = holdings.projects(u.subject)
    if not records or len({(r.unit_name, r.name.text) for r in records}) != 1:
        return None
    about = replace(u, mentions=(Mention("", u.subject),), aggregates=(), aggregate=None, leftover="", filters=())
    named = None if _asks_of_rows_only(u) else answer_named_row(about, holdings)
    found = named or _told_in(about, records, holdings)
    return found or _counted(about, records, holdings) or _dated(about, records, holdings)


def _may_mean_it(u: Understanding) -> bool:
    elsewhere = u.section or u.units or u.unit_words or u.missing_year or u.spans or u.all_projects or u.group_by
    if not (u.subject or u.rows) or u.intent not in _INTENTS or elsewhere or u.english or u.assumption:
        return False
    if any(m.certain and not set(m.keys) & set(u.subject) for m in u.mentions):
        return False
    if u.intent is Intent.INDICATORS:
        return not re.search("指标|涉密", u.message) or bool(u.rows and _THIS_ROW.search(u.message))
    if _ASKS_DAY.search(u.message) and not _MONEY.search(u.message):
        return True
    return u.intent is not Intent.RECORDS or (not _asks_for_a_field(u) and _says_something(u))


def _asks_for_a_field(u: Understanding) -> bool:
    """Whether the message names one itself: u.fields may be those of the question before. 每人每月 is a measure, no plan."""
    named = group("fields").pattern.search(normal(u.message))
    asks = named or u.remaining or u.unit or u.when or set(u.aggregates) - {Aggregate.COUNT, Aggregate.SUM}
    return bool(asks) and not _EACH.match(u.message)


def _says_something(u: Understanding) -> bool:
    return bool(u.leftover or u.aggregates or (u.rows and _COMPARES.search(normal(u.message))))


def _asks_of_rows_only(u: Understanding) -> bool:
    """依据呢, 是怎么定的 and nothing else."""
    if u.rows and _COMPARES.search(normal(u.message)):
        return True
    return bool(_OF_ROWS.search(u.message)) and len(_content(u.message)) < _LEAST


def _content(message: str) -> str:
    return re.sub(r"[^\w%]+", "", _BESIDE.sub("", _OF_ROWS.sub("", normal(message))))


def _of_last_rows(u: Understanding, holdings: Holdings) -> Reply | None:
    """依据是什么 after some rows were told: theirs."""
    if u.rows and u.years and len(_content(_YEAR_SAID.sub("", normal(u.message)))) < _LEAST:
        return _rows(u, _in_those_years(u, holdings), holdings)
    if not (u.rows and _asks_of_rows_only(u)):
        return None
    records = {key_of(r): r for r in holdings.projects(dict.fromkeys(row.project for row in u.rows))}
    found = [
        (records[row.project], records[row.project].indicators[row.place])
        for row in u.rows
        if row.project in records and row.place < len(records[row.project].indicators)
    ]
    return _rows(u, [(record, row) for record, row in found if not row.classified], holdings)


def _in_those_years(u: Understanding, holdings: Holdings) -> list[Row]:
    """去年是多少 after a row was told: the rows of its name that the same projects have in the years asked for."""
    catalogue = holdings.catalogue
    told = [catalogue.by_key[row.project] for row in u.rows if row.project in catalogue.by_key]
    same = dict.fromkeys(other.key for entry in told for other in (entry, *catalogue.over_years(entry)))
    names = {r.indicators[row.place].level3.text for row in u.rows for r in holdings.projects((row.project,))}
    records = [r for r in holdings.projects(same) if r.year in u.years]
    return [(r, row) for r in records for row in r.indicators if not row.classified and row.level3.text in names]


def _rows(u: Understanding, rows: list[Row], holdings: Holdings) -> Reply | None:
    if not rows:
        return None
    page = Page(u, holdings)
    say_rows(page, rows)
    page.about = list(dict.fromkeys(key_of(record) for record, _ in rows))
    return page.reply()


def _counted(u: Understanding, records: tuple[ProjectRecord, ...], holdings: Holdings) -> Reply | None:
    """册数呢, 建几个 and nothing else: the public rows counted so, or those of 数量指标 where they are few."""
    unit = _unit_counted(u.message)
    if not unit or len(_content(u.message)) > _LEAST or "项目" in u.message:
        return None
    public = [(r, row) for r in records for row in r.indicators if not row.classified]
    rows = [(r, row) for r, row in public if unit != "个" and re.search(rf"\d万?{unit}", row.target.shown)]
    rows = rows or [(r, row) for r, row in public if row.level2.text == "数量指标"]
    return _rows(u, rows if len(rows) <= _FEW else [], holdings)


def _unit_counted(message: str) -> str:
    """页 of 加工多少页, 个 where nothing is said; empty where nothing is counted."""
    asked = _COUNTS.search(message)
    return (asked.group(1) or asked.group(2) or "个") if asked else ""


def _dated(u: Understanding, records: tuple[ProjectRecord, ...], holdings: Holdings) -> Reply | None:
    """哪天前装好: the only public row that gives a day, where it shares a character with what is asked (安装完成时间)."""
    asked = _ASKS_DAY.sub("", _content(u.message))
    if not _ASKS_DAY.search(u.message) or _MONEY.search(u.message) or len(asked) > _BRIEF:
        return None
    public = [(r, row) for r in records for row in r.indicators if not row.classified and _DAY.search(row.target.shown)]
    alike = len({row.level3.text for _, row in public}) == 1
    near = [(r, row) for r, row in public if set(asked) & set(row.level3.shown + row.description.shown)]
    return _rows(u, near if alike else [], holdings)


def _told_in(u: Understanding, records: tuple[ProjectRecord, ...], holdings: Holdings) -> Reply | None:
    """The rows whose name and description say what is asked, else the purpose or the goal that does."""
    asked = _content(u.message)
    if len(asked) < _LEAST:
        return None
    counted = _unit_counted(u.message)
    rows = [
        (_nearness(asked, row), r, row)
        for r in records
        for row in r.indicators
        if not row.classified and (counted in ("", "个") or re.search(rf"\d万?{counted}", row.target.shown))
    ]
    best = max((score for score, _, _ in rows), default=0.0)
    if best >= _SAID:
        return _rows(u, [(r, row) for score, r, row in rows if score == best], holdings)
    return _cells(u, records, holdings, asked)


def _nearness(asked: str, row: Indicator) -> float:
    name = normal(row.level3.text or "")
    if in_order(asked, name):
        return 1.0
    return _near(asked, name, normal(row.description.text or ""))


def _near(asked: str, text: str, heading: str = "") -> float:
    from assistant.matching.nearness import Place, nearness, terms_of

    return nearness(terms_of(asked), Place(text, heading=heading))


def _cells(u: Understanding, records: tuple[ProjectRecord, ...], holdings: Holdings, asked: str) -> Reply | None:
    page = Page(u, holdings)
    for record in records:
        cells = (("资金用途", record.purpose), *(("绩效目标", goal) for goal in record.goals))
        for label, cell in cells:
            if cell.state is CellState.VALUE and _near(asked, normal(cell.shown)) >= _SAID:
                marks = page.mark(page.cite(record, [cell]))
                page.lines.append(f"**{page.name(record)}**的{label}：“{cell.shown}”{marks}")
                page.about = [key_of(r) for r in records]
    return page.reply() if page.lines else None


def refused(u: Understanding, reply: Reply, holdings: Holdings) -> Reply:
    """免疫密度要多少, asked on of a project with classified rows: as it is where the project is named, it may be one of them."""
    asked = u.intent in (Intent.TOPIC, Intent.UNCLEAR, Intent.RECORDS) and not (u.mentions or u.units or u.missing_year)
    if u.subject and reply.kind is Kind.NOT_FOUND and asked:
        named = replace(u, mentions=(Mention("", u.subject),))
        return refuse_indicators(replace(u, result=u.subject)) if may_mean_indicator(named, holdings) else reply
    return reply


# --- what a passage was about


def with_subject(u: Understanding, reply: Reply, holdings: Holdings) -> Reply:
    """望江楼要做什么, answered from the text: the conversation is about the one project whose table tells of 望江楼."""
    focus = reply.focus
    if not isinstance(focus, Understanding):
        return reply
    if reply.kind is Kind.REFUSAL:  # what is asked on is asked of what was refused
        return replace(reply, focus=replace(focus, intent=Intent.INDICATORS, rows=(), before=""))
    if reply.kind is not Kind.ANSWER:
        if reply.kind is Kind.NOT_FOUND and not focus.result and focus.intent is Intent.TOPIC and u.mentions:
            focus = replace(focus, result=_project_of(replace(u, leftover=""), holdings))
        missed = (u.topic or u.message) if u.intent is Intent.TOPIC else ""
        return replace(reply, focus=replace(focus, before=u.before or missed))
    told = reply.route is Route.PASSAGES
    quoted = (
        reply.citations[0].quote[:_MOST_BEFORE] if u.intent is Intent.SECTIONS and len(reply.citations) == 1 else ""
    )
    focus = replace(focus, before=(quoted or u.topic or u.message) if told else "")
    if not told or focus.result:
        return replace(reply, focus=focus)
    return replace(reply, focus=replace(_with_item(focus, reply, holdings), result=_project_of(u, holdings)))


def _with_item(focus: Understanding, reply: Reply, holdings: Holdings) -> Understanding:
    """The numbered item that was quoted first: 哪个项目在管这个 is asked of it, and 下一条 where it is of the only document."""
    first = next(iter(reply.citations), None)
    if focus.section is not None or first is None or not first.quote:
        return focus
    items = holdings.sections((first.document_id,)) if first.document_id else ()
    item = next((s for s in items if s.ordinal and s.source.locator == first.locator and first.quote in s.text), None)
    if item is None:
        return focus
    alone = len(holdings.documents) == 1 and item.ordinal is not None
    section = SectionRef(item.kind, (item.ordinal,) if alone and item.ordinal else ())
    return replace(focus, section=section, phrase=first.quote)


def goes_on(u: Understanding, said: Reply) -> bool:
    """Whether the sentences told for a message and the one before it say what the message itself adds."""
    from assistant.matching.wanted import tells_kind, wants_kind

    asked = _content(u.message)
    quoted = normal(" ".join(c.quote for c in said.citations))
    told = len(asked) >= _LEAST and _near(asked, quoted) >= _SAID
    return told or (wants_kind(normal(u.message)) and tells_kind(normal(u.message), quoted))


def _project_of(u: Understanding, holdings: Holdings) -> tuple[ProjectKey, ...]:
    """The one project (of several years) that the message names or that alone holds its words; empty for none or several."""
    within = scope_keys(u, holdings)
    named = {k for m in u.mentions if m.certain for k in m.keys}
    if named:
        return _of_one(list(holdings.projects(k for k in within if k in named)))
    from assistant.matching.nearness import ASKING

    words = re.findall(r"[\u3400-\u9fff]{2,}", u.leftover or ASKING.sub(" ", _BESIDE.sub(" ", normal(u.message))))
    if not words or len(within) > _MOST_PROJECTS:
        return ()
    return _of_one([r for r in holdings.projects(within) if all(word in _public_text(r) for word in words)])


def _of_one(records: list[ProjectRecord]) -> tuple[ProjectKey, ...]:
    one = len({(r.unit_name, r.name.text) for r in records}) == 1
    return tuple(key_of(r) for r in records) if one else ()


def _public_text(record: ProjectRecord) -> str:
    rows = (f"{row.level3.shown} {row.description.shown}" for row in record.indicators if not row.classified)
    return normal(" ".join([record.name.shown, record.purpose.shown, *(goal.shown for goal in record.goals), *rows]))


def of_other_projects(u: Understanding, reply: Reply, holdings: Holdings) -> Reply:
    """合格率呢, of which the conversation's one project has no row: said, before the rows of other projects are read out."""
    focus = reply.focus
    if not u.subject or u.english or reply.kind is not Kind.ANSWER or not isinstance(focus, Understanding):
        return reply
    elsewhere = focus.rows and not {row.project for row in focus.rows} & set(u.subject)
    if not elsewhere or any(m.certain for m in u.mentions) or u.units or u.all_projects or u.filters or u.lists:
        return reply
    names = dict.fromkeys(project_name(holdings, key) for key in u.subject)
    if len(names) > 1:
        return reply
    line = f"**{next(iter(names))}**的公开指标里没有这一项，别的项目里有："
    return replace(reply, text=f"{line}\n{reply.text}", focus=replace(focus, result=u.subject))


# --- what lacks a subject


# Words that make a question one about all projects, or about none.
_OF_ALL = re.compile(
    r"项目|单位|部门|[局委办院校]|总|合计|一共|共计|全部|所有|各|都|哪|整个|全[县市区年]|我们|你们|文件"
)


def lacks_subject(u: Understanding) -> bool:
    """花多少钱 after a passage of no project: the figures of all projects are no answer to it."""
    between = set(u.aggregates) <= {Aggregate.SAME, Aggregate.DIFFERENCE, Aggregate.RATIO}
    asks_all = u.mentions or u.all_projects or u.filters or u.lists or not between or u.group_by or u.unit_words
    place = u.units or u.unnamed_project is not None or u.said_count or u.others or u.excluded or u.missing_year
    asks = u.intent is Intent.RECORDS and (u.fields or u.spans or u.remaining or u.aggregates) and not u.leftover
    return bool(u.before and asks and not (asks_all or place)) and not _OF_ALL.search(u.message) and not u.english


def ask_whose(u: Understanding, holdings: Holdings) -> Reply:
    """Which project is meant."""
    return which(Mention("", scope_keys(u, holdings)), u, holdings)
