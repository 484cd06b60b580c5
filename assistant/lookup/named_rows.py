"""A public row of the indicator table asked for by its name or by what it measures, without the word 指标.

单台设备成本不能超过多少 names the row; 培训多少人 and 什么时候完工 name what is measured, and in what it is measured.
Only public rows are looked at: a classified one has no name here, so it can neither be found nor missed.
"""

import re
from dataclasses import replace

from assistant.holdings import Holdings
from assistant.lookup.indicators import say_rows
from assistant.lookup.measured_rows import best, by_measure
from assistant.lookup.page import Page, key_of
from assistant.lookup.rows_over_years import lacks_a_year
from assistant.lookup.select import beside_the_project, scope_keys
from assistant.types import Reply
from assistant.understanding.lexicon import group, normal
from assistant.understanding.names import in_order
from assistant.understanding.types import Mention, Understanding
from corpus.types import Indicator, ProjectRecord

_ASKS = re.compile(r"多少|几|什么|啥|哪|何时|多大|多高|多长|要求|标准|目标|吗|是否|是不是|有没有|达到|怎么定|how|what")
_OF_MONEY = re.compile(r"预算|经费|资金|拨款|花|支出|财政")
_SHORTEST = 3  # characters: 数量 and 质量 name no row
_MOST_PROJECTS = 400  # without a project named, a larger scope would need all its tables read
_NEARLY_ALL = 0.8  # of what is asked stands in the row

_ASKING = re.compile(
    r"(?:的)?(?:目标值?|指标值?|标准|要求)?(?:是|要|应当?|需要?|得|能|会|定|设|计划|打算|不能|不得|不)*"
    r"(?:控制|压|保持)?(?:在|到)?(?:超过|低于|高于|少于|多于|达到|完成|做到|做|办|开展|定|为|有|到)?(?:了|的)?(?:目标值?|指标值?|标准|要求)?(?:是|为|有|定)?"
    r"(?:多少|几|什么|多大|多高|多长|怎么定|[?？]|$)"
)
_LEADING = re.compile(r"^(?:项目|的|里|中|今年|全年|当年|本年|年底前?|要求?|需要?|计划|一共|总共|共|得|应当?)+")
_COUNTED = re.compile(
    r"(?:多少|几)(?:个|名|处|家|所|户|台|套|件|场|次|条|人次|公里|册|辆|眼|座|亩|天|页|卷)([\u3400-\u9fff]{1,6})"
)  # 多少个站点
Row = tuple[ProjectRecord, Indicator]


def answer_named_row(u: Understanding, holdings: Holdings, *, by_name_only: bool = False) -> Reply | None:
    """The rows that the message names; None when it names none, or asks for something else."""
    if u.spans or u.filters:
        return None
    named = _named(u, holdings, by_name_only)
    if not named:
        return None
    page = Page(u, holdings)
    if not u.mentions and lacks_a_year(page, named):
        return None
    say_rows(page, named)
    page.about = list(dict.fromkeys(key_of(record) for record, _ in named))
    return page.reply()


def _named(u: Understanding, holdings: Holdings, by_name_only: bool) -> list[Row]:
    if not (u.mentions or u.all_projects) and u.recent:
        of_the_last = replace(u, mentions=(Mention("", u.recent[:1]),), recent=())
        if found := _named(of_the_last, holdings, by_name_only):
            return found
    records = _records(u, holdings)
    certain = all(m.certain for m in u.mentions)
    found = _of_one_unit(_by_whole_name(u, records), u)
    if found or by_name_only:
        return found
    if _ASKS.search(u.message):
        found = _of_one_project(_by_part(u, records), u) if certain else []
        found = found or _of_one_project(by_measure(u, records), u)
    if not found:
        from assistant.lookup.near_rows import by_nearness

        found = by_nearness(u, records)
    return [row for row in found if _has_its_letters(u, *row)]


def _has_its_letters(u: Understanding, record: ProjectRecord, row: Indicator) -> bool:
    """D级补助标准 is no answer about C级: letters that are asked for stand in the row, or in its project where it has none."""
    asked = [] if u.english else re.findall(r"[a-z]+", normal(u.message))
    own = normal(f"{row.level3.text or ''} {row.description.text or ''}")
    said = (
        own if re.search(r"[a-z]", own) else normal(f"{own} {row.target.text} {record.name.text} {record.purpose.text}")
    )
    return all(letters in said for letters in asked)


def _records(u: Understanding, holdings: Holdings) -> tuple[ProjectRecord, ...]:
    keys = scope_keys(u, holdings)
    if u.mentions:
        within = set(keys)
        keys = tuple(dict.fromkeys(k for m in u.mentions for k in m.keys if k in within))
    return holdings.projects(keys) if len(keys) <= _MOST_PROJECTS else ()


def _by_whole_name(u: Understanding, records: tuple[ProjectRecord, ...]) -> list[Row]:
    """The rows whose 三级指标 stands in the message and in no project's name; the longest names win."""
    text = normal(u.message)
    fields = group("fields").keys
    found = [
        (record, row, name)
        for record in records
        for row in record.indicators
        if (name := normal(row.level3.text or "")) in text
        and len(name) >= _SHORTEST
        and name not in fields
        and name not in normal(record.name.text or "")
    ]
    kept = [
        (record, row, name) for record, row, name in found if not any(name in other != name for _, _, other in found)
    ]
    for _, _, name in kept:
        text = text.replace(name, " ")
    for mention in u.mentions:
        text = text.replace(normal(mention.text), " ") if mention.certain and mention.text else text
    return [] if _OF_MONEY.search(text) and "指标" not in text else [(record, row) for record, row, _ in kept]


def _of_one_unit(rows: list[Row], u: Understanding) -> list[Row]:
    """群众满意度 stands in many units' tables: without a unit or project named that names nothing."""
    return (
        rows
        if u.mentions or u.all_projects or u.units or u.document_ids or len({r.unit_name for r, _ in rows}) == 1
        else []
    )


def _of_one_project(rows: list[Row], u: Understanding) -> list[Row]:
    """Part of a name is a guess: without a project named, only where no other project has such a row."""
    return rows if any(m.certain for m in u.mentions) or len({(r.unit_name, r.name.text) for r, _ in rows}) == 1 else []


def _asked_for(u: Understanding) -> str:
    """What is asked for, in the words of the message: 发放人数 of 乡村医生补助发放人数要达到多少; empty when it cannot be told."""
    text = beside_the_project(u)
    before = _ASKING.split(text, maxsplit=1)[0]
    runs = re.findall(r"[\u3400-\u9fff]+", before)
    counted = _COUNTED.search(text)
    return (_LEADING.sub("", runs[-1]) if runs else "") + (counted.group(1) if counted else "")


def _by_part(u: Understanding, records: tuple[ProjectRecord, ...]) -> list[Row]:
    """The rows of the project named whose name or description holds what else is asked: 发放人数 in 补助发放人数."""
    asked = _asked_for(u)
    wanted = {asked[i : i + 2] for i in range(len(asked) - 1)}
    if (len(asked) < _SHORTEST and not asked.startswith(("单", "每"))) or not wanted or _OF_MONEY.search(asked):
        return []
    scored = []
    for record in records:
        for row in record.indicators:
            text = normal(f"{row.level3.text or ''} {row.description.text or ''}")
            share = sum(pair in text for pair in wanted) / len(wanted)
            if in_order(asked, normal(row.level3.text or "")):  # 每间成本 for 每间改造成本
                share = 1.0
            if share >= _NEARLY_ALL:
                scored.append((share, record, row))
    return best(scored)
