"""A public row of the indicator table asked for by its name or by what it measures, without the word 指标.

单台设备成本不能超过多少 names the row; 培训多少人 and 什么时候完工 name what is measured, and in what it is measured.
Only public rows are looked at: a classified one has no name here, so it can neither be found nor missed.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from assistant.holdings import Holdings
from assistant.lookup.indicators import say_rows
from assistant.lookup.page import Page, key_of
from assistant.lookup.rows_over_years import lacks_a_year
from assistant.lookup.select import scope_keys
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
_MOST_OF_IT = 0.6  # where the row's value is also of the kind that is asked for

_ASKING = re.compile(
    r"(?:的)?(?:目标值?|指标值?|标准|要求)?(?:是|要|应当?|需要?|得|能|会|定|设|计划|打算|不能|不得|不)*"
    r"(?:控制|压|保持)?(?:在|到)?(?:超过|低于|高于|少于|多于|达到|完成|做到|做|办|开展|定|为|有|到)?(?:了|的)?(?:目标值?|指标值?|标准|要求)?(?:是|为|有|定)?"
    r"(?:多少|几|什么|多大|多高|多长|怎么定|[?？]|$)"
)
_LEADING = re.compile(r"^(?:项目|的|里|中|今年|全年|当年|本年|年底前?|要求?|需要?|计划|一共|总共|共|得|应当?)+")
_COUNTED = re.compile(
    r"(?:多少|几)(?:个|名|处|家|所|户|台|套|件|场|次|条|人次|公里|册|辆|眼|座|亩|天|页|卷)([\u3400-\u9fff]{1,6})"
)  # 多少个站点
# 一座补多少, 一个月发几块: what one of something costs.
_ONE_EACH = re.compile(
    r"(?:每|一)一?个?(?=[\u4e00-\u9fff](?:多少钱|几块|要?多少|[补奖发卖收])|人|月|天|日|年|次|座|亩|户|台|套|辆|公里|平方米|米|页|册|场|名|位|学生|学员|老人|盏)"
)
_LIGHT = re.compile(
    r"多长时间|多少|几月份?|几|什么时候|啥时候|啥|什么|哪天|何时|多大|多高|多长|多久|请问|要求|需要|应当|应该|不得|不能|不许|不超过|超过|低于|不低于|高于|至少|至多|最多|最少|上限|下限"
    r"|哪个月|交付|交|惠及|受益|覆盖|服务|控制在|达到|做到|完成|分别|安排|计划|打算|预计|目标|标准|一共|总共|全年|今年|明年|去年|年底|钱|块|元|[吗呢啊呀吧的了是为有要得能会到在把给又也就将]"
    r"|购买|采购|购置|买|搞|好|完|发放|发|补贴|补助|补|做|办|建|搞|定|设|个|两年|连续|[^\u3400-\u9fffa-z]"
)
Row = tuple[ProjectRecord, Indicator]

# The kind of value that is asked for -> what a value of the kind reads like.
_MONEY = (
    re.compile(
        r"多少钱|多少[\u4e00-\u9fff]{0,2}费|多少租金|几块|多少元|几元|造价|成本|单价|价格|费用|每[^,。?]{0,8}[补奖发给收花投付][^,。?]{0,4}[多几]"
    ),
    re.compile(r"\d[\d.,]*(?:元|万元)"),
)
_DATE = (
    re.compile(r"什么时候|啥时候|何时|几月|几号|哪天|哪一天|哪个月|什么时间|截止|期限|时限"),
    re.compile(r"\d+月|\d+日前|\d+号|季度|年底|个工作日"),
)
_DURATION = (
    re.compile(r"多长时间|多久|几分钟|几小时|几个小时|几个工作日"),
    re.compile(r"\d+(?:分钟|小时|天|日|个?工作日|个月|年)(?!前|底)"),
)
_PERCENT = (
    re.compile(r"百分之几|百分之多少|百分比|[率例](?=要|得|应|是|达|不|能|多|有|呢|[?？]|$)"),
    re.compile(r"\d%"),
)
_UNIT = re.compile(
    r"(?:多少|几)(万?(?:人次|人|名|位|台|套|件|场|次|条|公里|册|辆|眼|座|亩|天|页|卷|户|家|所|处|个|项|批|期|平方米|吨|棵|株|头|路|起|种|间|例|架次|份))"
)
_PEOPLE = re.compile(
    r"(?:多少|几)(?:名|个|位)?(?:学生|老人|儿童|教师|群众|妇女|人员|职工|农户|居民|学员|干部|党员|医生|村民|游客|残疾人)"
)
_ALIKE = (
    frozenset({"人", "名", "位", "人次"}),
    frozenset({"个", "处", "家", "所", "座", "项"}),
    frozenset({"场", "次", "期"}),
)


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
    if found or by_name_only or not _ASKS.search(u.message):
        return found
    if certain:
        found = _of_one_project(_by_part(u, records), u)
    return found or _of_one_project(_by_measure(u, records), u)


def _records(u: Understanding, holdings: Holdings) -> tuple[ProjectRecord, ...]:
    keys = scope_keys(u, holdings)
    if u.mentions:
        within = set(keys)
        keys = tuple(dict.fromkeys(k for m in u.mentions for k in m.keys if k in within))
    return holdings.projects(keys) if len(keys) <= _MOST_PROJECTS else ()


def _beside_the_project(u: Understanding) -> str:
    """The message in normal form, without the names of the projects in it."""
    text = normal(u.message)
    for mention in u.mentions:
        text = text.replace(normal(mention.text), " ") if mention.certain and mention.text else text
    return text


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
    text = _beside_the_project(u)
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
    return _best(scored)


def _best(scored: list[tuple[float, ProjectRecord, Indicator]]) -> list[Row]:
    best = max((share for share, _, _ in scored), default=0)
    return [(record, row) for share, record, row in scored if share == best]


# --- by what is measured


def _by_measure(u: Understanding, records: tuple[ProjectRecord, ...]) -> list[Row]:
    """The rows whose value is of the kind asked for (几台, 多少钱, 什么时候) and that hold what is measured."""
    text = _ONE_EACH.sub(" 每", _beside_the_project(u))
    fits = _kind_asked(_ONE_EACH.sub("每", normal(u.message)))
    if (_OF_MONEY.search(text) and "每" not in text) or fits is None:
        return []
    content = [run for run in _LIGHT.sub(" ", _UNIT.sub(" ", text)).split() if len(run) > 1 or u.mentions == ()]
    named = bool(u.mentions) and all(m.certain for m in u.mentions)
    rows = [(r, row) for r in records for row in r.indicators if not row.classified and fits(row)]
    if not content and _MONEY[0].search(text):
        return []  # X多少钱 asks for its budget
    if not content:
        return rows if named and len({(row.level3.text, r.name.text) for r, row in rows}) == 1 else []
    alike = [(share, r, row) for r, row in rows if (share := _likeness(content, r, row)) >= _MOST_OF_IT]
    return _best(alike) or _only_one_of(content, rows)


def _only_one_of(content: list[str], rows: list[Row]) -> list[Row]:
    """你点我检几场: nothing but a project's name, and of its rows one that is of the kind asked for."""
    pairs = [run[i : i + 2] for run in content for i in range(len(run) - 1)]
    of_it = [(r, row) for r, row in rows if len(pairs) > 1 and all(pair in normal(r.name.text or "") for pair in pairs)]
    return of_it if len(of_it) == 1 else []


def _kind_asked(text: str) -> Callable[[Indicator], bool] | None:
    """Whether a row's value is of the kind asked for; None when the message does not tell the kind."""
    if unit := _UNIT.search(text) or _PEOPLE.search(text):
        said = "人" if unit.re is _PEOPLE else unit.group(1).removeprefix("万")
        same = next((alike for alike in _ALIKE if said in alike), {said})
        units = "|".join(map(re.escape, sorted(same, key=len, reverse=True)))
        wanted, named = re.compile(rf"\d[万千亿]*(?:{units})"), re.compile(units)
        return lambda row: _reads(row, wanted) or (_is_bare(row) and _names(row, named))
    kinds = (_DURATION, _DATE, _MONEY, _PERCENT)
    reads = next((reads for asked, reads in kinds if asked.search(text)), None)
    return (lambda row: _reads(row, reads)) if reads else None


def _reads(row: Indicator, pattern: re.Pattern[str]) -> bool:
    return pattern.search(normal(row.target.text or "")) is not None


def _is_bare(row: Indicator) -> bool:
    """A value of a form that has a column of its own for the unit."""
    return re.fullmatch(r"[<>=≥≤]*[\d.,]+", normal(row.target.text or "")) is not None


def _names(row: Indicator, units: re.Pattern[str]) -> bool:
    return units.search(f"{row.level3.text or ''}{row.description.text or ''}") is not None


def _likeness(content: Iterable[str], record: ProjectRecord, row: Indicator) -> float:
    """What part of the words asked stands in the row, or in its project's name beside some of the row.

    0 when none stands in the row, or one of the words in neither.
    """
    name = normal(row.level3.text or "")
    text, project = f"{name} {normal(row.description.text or '')}", normal(record.name.text or "")
    total = inside = beside = 0
    for run in content:
        pairs = [run[i : i + 2] for i in range(len(run) - 1)] or [run]
        total += len(pairs)
        if in_order(run, name):
            inside += len(pairs)
            continue
        of_row = [pair in text for pair in pairs]
        if len(run) == 1 and not of_row[0]:
            total -= 1  # 前, 等: a character alone says too little to be missed
        elif not any(of_row) and not any(pair in project for pair in pairs):
            return 0.0  # 培训乡村医生 is not 补助乡村医生
        inside += sum(of_row)
        beside += sum(pair in project for pair, there in zip(pairs, of_row, strict=True) if not there)
    return (inside + beside) / total if inside else 0.0
