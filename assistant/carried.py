"""What a message that names no project of its own means of the one that the last answers were about: its rows, its cells.

什么时候装完, 开放天数的依据, 百岁老人呢: each stands in the table of the project that was just told of, and in none of the
words by which a question is known to be about a table.
"""

import re
from dataclasses import replace

from assistant.holdings import Holdings
from assistant.lookup.indicators import say_rows
from assistant.lookup.named_rows import Row, answer_named_row
from assistant.lookup.page import Page, key_of
from assistant.lookup.select import scope_keys
from assistant.nearness import Place, nearness, terms_of
from assistant.types import Kind, Reply, Route
from assistant.understanding.lexicon import normal
from assistant.understanding.names import in_order
from assistant.understanding.types import Aggregate, Intent, Mention, ProjectKey, Understanding
from corpus.types import CellState, Indicator, ProjectRecord

_OF_ROWS = re.compile(r"依据|根据|描述|指标值|目标值|怎么定|从哪[里儿]?来")
# What a question says of a row beside its name.
_BESIDE = re.compile(
    r"(?:指标值)?(?:确定)?依据|指标值|目标值|标准|要求|达到的?|总?(?:能|可以|可)(?:告诉我|公开|说)(?:吧|吗|了吧)?|多少|怎么定|是不是|对吧|对吗|对不对"
    r"|(?:几|多少)(?:[个名处家所户台套件场次条辆座亩页卷期张]|公里)|那么?|它的?|这个|该|项目|今年|全年|一共|总共|呢|吗|吧|的|是|要|得|什么"
)
_ASKS_DAY = re.compile(r"几[号日]|哪一?天|几月|哪个月|什么时候|啥时候|何时|什么时间|多久")
_MONEY = re.compile(r"[钱万元花付款拨]|预算|经费|资金|支出|支付|到位")
_COUNTS = re.compile(r"(?:几|多少)(?:[个名处家所户台套件场次条辆座亩页卷期张]|公里)")
_LEAST = 2  # characters of content
_FEW = 3
_SAID = 0.6  # of what is asked stands in the row or the cell
_MOST_PROJECTS = 400  # of more, nobody looks for the one that a passage is about
_INTENTS = (Intent.TOPIC, Intent.UNCLEAR, Intent.RECORDS, Intent.INDICATORS, Intent.OUTSIDE)


def answer_of_subject(u: Understanding, holdings: Holdings) -> Reply | None:
    """The row or the cell of the conversation's one project that the message means; None where it means none."""
    if not _may_mean_it(u):
        return None
    records = holdings.projects(u.subject)
    if len({(r.unit_name, r.name.text) for r in records}) != 1:
        return None
    about = replace(u, mentions=(Mention("", u.subject),), aggregates=(), aggregate=None, leftover="", filters=())
    named = None if _asks_of_rows_only(u) else answer_named_row(about, holdings)
    found = named or _of_last_rows(about, holdings) or _told_in(about, records, holdings)
    return found or _counted(about, records, holdings)


def _may_mean_it(u: Understanding) -> bool:
    elsewhere = u.section or u.units or u.unit_words or u.missing_year or u.spans or u.all_projects or u.group_by
    if not u.subject or u.intent not in _INTENTS or elsewhere or u.english or u.assumption:
        return False
    if any(m.certain and not set(m.keys) & set(u.subject) for m in u.mentions):
        return False
    if u.intent is Intent.INDICATORS:
        return not re.search("指标|涉密", u.message)
    if _ASKS_DAY.search(u.message) and not _MONEY.search(u.message):
        return True
    asks_field = u.fields or u.remaining or u.unit or u.when or set(u.aggregates) - {Aggregate.COUNT, Aggregate.SUM}
    return u.intent is not Intent.RECORDS or (not asks_field and bool(u.leftover or u.aggregates))


def _asks_of_rows_only(u: Understanding) -> bool:
    """依据呢, 是怎么定的 and nothing else."""
    return bool(_OF_ROWS.search(u.message)) and len(_content(u.message)) < _LEAST


def _content(message: str) -> str:
    return re.sub(r"[^\w%]+", "", _BESIDE.sub("", _OF_ROWS.sub("", normal(message))))


def _of_last_rows(u: Understanding, holdings: Holdings) -> Reply | None:
    """依据是什么 after some rows were told: theirs."""
    if not (u.rows and _asks_of_rows_only(u)):
        return None
    records = {key_of(r): r for r in holdings.projects(dict.fromkeys(row.project for row in u.rows))}
    found = [
        (records[row.project], records[row.project].indicators[row.place])
        for row in u.rows
        if row.project in records and row.place < len(records[row.project].indicators)
    ]
    return _rows(u, [(record, row) for record, row in found if not row.classified], holdings)


def _rows(u: Understanding, rows: list[Row], holdings: Holdings) -> Reply | None:
    if not rows:
        return None
    page = Page(u, holdings)
    say_rows(page, rows)
    page.about = list(dict.fromkeys(key_of(record) for record, _ in rows))
    return page.reply()


def _counted(u: Understanding, records: tuple[ProjectRecord, ...], holdings: Holdings) -> Reply | None:
    """建几个 and nothing else: the public rows of 数量指标, where they are few."""
    if not _COUNTS.search(u.message) or len(_content(u.message)) >= _LEAST or "项目" in u.message:
        return None
    rows = [(r, row) for r in records for row in r.indicators if row.level2.text == "数量指标" and not row.classified]
    return _rows(u, rows if len(rows) <= _FEW else [], holdings)


def _told_in(u: Understanding, records: tuple[ProjectRecord, ...], holdings: Holdings) -> Reply | None:
    """The rows whose name and description say what is asked, else the purpose or the goal that does."""
    asked = _content(u.message)
    if len(asked) < _LEAST:
        return None
    rows = [(_nearness(asked, row), r, row) for r in records for row in r.indicators if not row.classified]
    best = max((score for score, _, _ in rows), default=0.0)
    if best >= _SAID:
        return _rows(u, [(r, row) for score, r, row in rows if score == best], holdings)
    return _cells(u, records, holdings, asked)


def _nearness(asked: str, row: Indicator) -> float:
    name = normal(row.level3.text or "")
    if in_order(asked, name):
        return 1.0
    return nearness(terms_of(asked), Place(name, heading=normal(row.description.text or "")))


def _cells(u: Understanding, records: tuple[ProjectRecord, ...], holdings: Holdings, asked: str) -> Reply | None:
    page = Page(u, holdings)
    for record in records:
        cells = (("资金用途", record.purpose), *(("绩效目标", goal) for goal in record.goals))
        for label, cell in cells:
            if cell.state is CellState.VALUE and nearness(terms_of(asked), Place(normal(cell.shown))) >= _SAID:
                marks = page.mark(page.cite(record, [cell]))
                page.lines.append(f"**{page.name(record)}**的{label}：“{cell.shown}”{marks}")
                page.about = [key_of(r) for r in records]
    return page.reply() if page.lines else None


# --- what a passage was about


def with_subject(u: Understanding, reply: Reply, holdings: Holdings) -> Reply:
    """望江楼要做什么, answered from the text: the conversation is about the one project whose table tells of 望江楼."""
    told = reply.kind is Kind.ANSWER and reply.route is Route.PASSAGES and isinstance(reply.focus, Understanding)
    if not told or reply.focus.result:
        return reply
    return replace(reply, focus=replace(reply.focus, result=_project_of(u, holdings)))


def goes_on(u: Understanding, said: Reply) -> bool:
    """Whether the sentences told for a message and the one before it say what the message itself adds."""
    asked = _content(u.message)
    quoted = Place(normal(" ".join(c.quote for c in said.citations)))
    return len(asked) >= _LEAST and nearness(terms_of(asked), quoted) >= _SAID


def _project_of(u: Understanding, holdings: Holdings) -> tuple[ProjectKey, ...]:
    """The one project (of several years) that the message names or that alone holds its words; empty for none or several."""
    within = scope_keys(u, holdings)
    named = {k for m in u.mentions if m.certain for k in m.keys}
    if named:
        return _of_one(list(holdings.projects(k for k in within if k in named)))
    words = re.findall(r"[\u3400-\u9fff]{2,}", u.leftover)
    if not words or len(within) > _MOST_PROJECTS:
        return ()
    return _of_one([r for r in holdings.projects(within) if all(word in _public_text(r) for word in words)])


def _of_one(records: list[ProjectRecord]) -> tuple[ProjectKey, ...]:
    one = len({(r.unit_name, r.name.text) for r in records}) == 1
    return tuple(key_of(r) for r in records) if one else ()


def _public_text(record: ProjectRecord) -> str:
    rows = (f"{row.level3.shown} {row.description.shown}" for row in record.indicators if not row.classified)
    return normal(" ".join([record.name.shown, record.purpose.shown, *(goal.shown for goal in record.goals), *rows]))
