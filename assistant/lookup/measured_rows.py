"""Rows of the indicator table asked for by what is measured: 培训多少人, 一座补多少钱, 什么时候完工.

The value must be of the kind that is asked for (a number of something, money, a date, a duration, a percentage), and
the words beside it must stand in the row, or in its project's name. Only public rows are looked at.
"""

import re
from collections.abc import Callable, Iterable

from assistant.lookup.select import beside_the_project
from assistant.understanding.lexicon import normal
from assistant.understanding.names import in_order
from assistant.understanding.types import Understanding
from corpus.types import Indicator, ProjectRecord

Row = tuple[ProjectRecord, Indicator]
Fits = Callable[[Indicator], bool]
_MOST_OF_IT = 0.6  # of what is asked stands in the row
_OF_MONEY = re.compile(r"预算|经费|资金|拨款|花|支出|财政")
# 一座补多少, 一个月发几块: what one of something costs.
ONE_EACH = re.compile(
    r"(?:每|一)一?个?(?=[\u4e00-\u9fff](?:多少钱|几块|要?多少|[补奖发卖收])"
    r"|人|月|天|日|年|次|座|亩|户|台|套|辆|公里|平方米|米|页|册|场|名|位|学生|学员|老人|盏)"
)
# Words of the question that are no content: whole ones, and characters that may also be part of a word of a row.
_ASKING = re.compile(
    r"多长时间|多少|几月份?|几|什么时候|啥时候|啥|什么|哪天|何时|多大|多高|多长|多久|请问|要求|需要|应当|应该|不得|不能|不许|不超过"
    r"|超过|低于|不低于|高于|至少|至多|最多|最少|上限|下限|哪个月|交付|惠及|受益|覆盖|服务|控制在|达到|做到|完成|分别|安排|计划|打算"
    r"|预计|目标|标准|一共|总共|全年|今年|明年|去年|年底|购买|采购|购置|发放|补贴|补助|一个|两年|连续|[^\u3400-\u9fffa-z]"
)
_LIGHT = frozenset("吗呢啊呀吧的了是为有要得能会到在把给又也就将买搞好完发补做办建定设个钱块元交")

# The kind of value that is asked for -> what a value of the kind reads like.
_MONEY = (
    re.compile(
        r"多少钱|多少[\u4e00-\u9fff]{0,2}费|多少租金|几块|多少元|几元|造价|成本|单价|价格|费用|(?:工资|报酬|薪酬)(?:是|有)?多少"
        r"|每[^,。?]{0,8}[补奖发给收花投付][^,。?]{0,4}[多几]|[每一][套座户亩人台辆盏间平米][^,。?]{0,8}(?:不得?能?超过|控制|最多|上限)"
    ),
    re.compile(r"\d[\d.,]*(?:元|万元)"),
)
_MONEY_NOUN = re.compile(r"单价|价格|工资|报酬|薪酬")
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
    r"(?:多少|几)(万?(?:人次|人|名|位|台|套|件|场|次|条|公里|册|辆|眼|座|亩|天|页|卷|户|家|所|处|个|项|批|期|平方米|吨|棵|株|头|路"
    r"|起|种|间|例|架次|份))(?!项目|单位|部门|指标|文件|目标|措施|月|季|方面|部分|百分点)"
)
# 检测多少货车, 接种多少剂次: a number of whatever the row is of.
_SOME_NUMBER = re.compile(r"多少(?!钱|万|元|亿|预算|资金|经费|个?项目|是|呢|才|算|能|可)[\u4e00-\u9fff]{2}")
_A_FIGURE = re.compile(r"\d")
_PEOPLE = re.compile(
    r"(?:多少|几)(?:名|个|位)?(?:学生|老人|儿童|教师|群众|妇女|人员|职工|农户|居民|学员|干部|党员|医生|村民|游客|残疾人)"
)
_ALIKE = (
    frozenset({"人", "名", "位", "人次"}),
    frozenset({"个", "处", "家", "所", "座", "项"}),
    frozenset({"场", "次", "期"}),
)


def by_measure(u: Understanding, records: tuple[ProjectRecord, ...]) -> list[Row]:
    """The rows whose value is of the kind asked for (几台, 多少钱, 什么时候) and that hold what is measured."""
    text = ONE_EACH.sub(" 每", beside_the_project(u))
    fits = kind_asked(ONE_EACH.sub("每", normal(u.message)))
    if (_OF_MONEY.search(text) and "每" not in text) or fits is None:
        return []
    public = [(r, row) for r in records for row in r.indicators if not row.classified]
    rows = [(r, row) for r, row in public if fits(row)]
    content = [run for run in _content(text, public) if len(run) > 1 or not u.mentions]
    if content:
        alike = [(share, r, row) for r, row in rows if (share := _likeness(content, r, row)) >= _MOST_OF_IT]
        return best(alike) or _only_one_of(content, rows)
    named = bool(u.mentions) and all(m.certain for m in u.mentions)
    of_budget = _MONEY[0].search(text) and "每" not in text  # X多少钱 asks for its budget
    alone = len({(row.level3.text, r.name.text) for r, row in rows}) == 1
    return rows if named and alone and not of_budget else []


def asks_of_one(message: str) -> bool:
    """Whether what one of something costs is asked: 每例处置要花多少."""
    return re.search(r"每(?!个?项目|个?单位|年|个?月|季)", ONE_EACH.sub("每", normal(message))) is not None


def counts(message: str) -> bool:
    """Whether a number of something is asked that is no project and no money."""
    text = normal(message)
    return any(pattern.search(text) for pattern in (_UNIT, _PEOPLE, _SOME_NUMBER))


def best(scored: list[tuple[float, ProjectRecord, Indicator]]) -> list[Row]:
    """The rows of the highest score, all of them where several have it."""
    highest = max((share for share, _, _ in scored), default=0)
    return [(record, row) for share, record, row in scored if share == highest]


def _content(text: str, rows: Iterable[Row]) -> list[str]:
    """What is asked, without the words of asking; a light character stays where a row has it in a word (建成, 设备)."""
    known = " ".join(normal(f"{r.name.text} {row.level3.text} {row.description.text}") for r, row in rows)
    plain = _ASKING.sub(" ", _MONEY_NOUN.sub(" ", _UNIT.sub(" ", text)))
    kept = [
        " "
        if c in _LIGHT
        and not any(len(pair) == 2 and pair in known for pair in (plain[i - 1 : i + 1], plain[i : i + 2]))
        else c
        for i, c in enumerate(plain)
    ]
    return "".join(kept).split()


def _only_one_of(content: list[str], rows: list[Row]) -> list[Row]:
    """你点我检几场: nothing but a project's name, and of its rows one that is of the kind asked for."""
    said = [run for run in content if len(run) > 1]
    of_it = [(r, row) for r, row in rows if said and all(in_order(run, normal(r.name.text or "")) for run in said)]
    return of_it if len({(row.level3.text, r.name.text) for r, row in of_it}) == 1 else []


def kind_asked(text: str) -> Fits | None:
    """Whether a row's value is of the kind asked for; None when the message does not tell the kind."""
    if unit := _PEOPLE.search(text) or _UNIT.search(text):
        said = "人" if unit.re is _PEOPLE else unit.group(1).removeprefix("万")
        same = next((alike for alike in _ALIKE if said in alike), {said})
        units = "|".join(map(re.escape, sorted(same, key=len, reverse=True)))
        wanted = re.compile(rf"\d[万千亿]*(?:{units})")
        return lambda row: _reads(row, wanted) or (_is_bare(row) and _names(row, said))
    kinds = (_DURATION, _DATE, _MONEY, _PERCENT)
    reads = next((reads for asked, reads in kinds if asked.search(text)), None)
    reads = reads or (_A_FIGURE if _SOME_NUMBER.search(text) else None)
    return (lambda row: _reads(row, reads)) if reads else None


def _reads(row: Indicator, pattern: re.Pattern[str]) -> bool:
    return pattern.search(normal(row.target.text or "")) is not None


def _is_bare(row: Indicator) -> bool:
    """A value of a form that has a column of its own for the unit."""
    return re.fullmatch(r"[<>=≥≤]*[\d.,]+", normal(row.target.text or "")) is not None


def _names(row: Indicator, unit: str) -> bool:
    return unit in f"{row.level3.text or ''}{row.description.text or ''}"


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
        elif not any(of_row) and not any(pair in project for pair in pairs) and not in_order(run, project):
            return 0.0  # 培训乡村医生 is not 补助乡村医生
        inside += sum(of_row)
        beside += sum(pair in project for pair, there in zip(pairs, of_row, strict=True) if not there)
    return (inside + beside) / total if inside else 0.0
