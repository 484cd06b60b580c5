"""Which of a unit's projects over two years a message asks for: the added, the dropped, those of both years, the renamed."""

import re
from collections.abc import Iterable

from assistant.understanding.lexicon import group, normal, words
from assistant.understanding.scan import Pattern, Scan

# 哪些项目, 哪几个 at the end of a clause; 新增多少册书 counts something else.
_WHICH = r"(?:的)?(?:有|是)?(?:哪些|哪几个|哪个|几个|什么|哪一个|多少个)(?:(?:预算)?项目|(?=$|[,，。?？、和]|呢|啊|没))"
_PROJECTS = r"(?:哪些|哪几个|哪个|什么|有没有|几个|多少个?)(?:预算)?项目[^,。?]{0,10}?"
_NO_MONEY = r"(?<!最)(?<!更)(?<!预算)(?<!资金)(?<!经费)(?<!金额)(?<!支出)(?<!预算数)(?<![多减])"
# 比10万多的项目 compares with an amount: 多 and 少 alone ask which ones only beside 哪些.
_ADDED = re.compile(
    rf"{_NO_MONEY}(?:新增加?|新设|新立|新上|新安排|增加|添|新加|增设)了?(?:{_WHICH}|的(?:预算)?项目(?!资金|经费)|项目(?:有|是|都|的预算|一共|合计|总共|$|[?？]))"
    rf"|{_NO_MONEY}多(?:出|了|出了)?(?!的){_WHICH}|(?<=新)[增设上](?:安排)?的(?:$|[?？呢])|{_PROJECTS}是?新(?:增|设|立|上|加|安排)的?"
    r"|多出来?的(?:预算)?项目|(?:上年|去年|20\d\d年|往年)没有?[^,。?没]{1,10}(?<!没)有的|new projects"
)
_DROPPED = re.compile(
    rf"{_NO_MONEY}(?:取消|砍掉?|减少|去掉|停掉?|停止|撤销|撤掉?|不再安排|不安排|终止)了?(?:{_WHICH}|的(?:预算)?项目(?!资金|经费))"
    rf"|{_NO_MONEY}少了?(?!的){_WHICH}|{_PROJECTS}(?:被?取消|不再|没有?了|砍了|停了|撤了|不见了|消失|终止)|不再(?:安排|有|保留|设立|列入)的"
    r"|(?:去年|上年|20\d\d年)有[,，]?而?但?[^,。?]{0,8}没有的|没有了的项目"
)
_KEPT = re.compile(
    r"(?:两|二|这两|前后两)个?年度?[^,。?]{0,4}(?:都|均|全)(?:有|在|列|安排|存在)|两年(?:的)?(?:共有|共同)的|(?:保留|继续安排|继续保留|连续安排|连续列入)(?:了|下来)?的|延续"
    r"|连续两年(?:都|均)?(?:有|安排)的|(?:去年|上年|20\d\d年)(?:也|都|就)有的|保留了(?:哪些|哪几个|哪个|几个)"
)
_RENAMED = re.compile(
    r"改[了过]?名|更[了过]?名|换[了过]?名|改过名|改叫|(?:现在|如今|今年)(?:改)?叫(?:什么|啥)|(?:名称|名字)(?:有|发生)?(?:过)?了?(?:变|改)|改了?(?:名称|名字)"
)
# 预算减少的项目有哪些: which budgets rose or fell from one year to the other.
MOVED = re.compile(
    r"(?:预算|资金|经费|金额)(?:数|额)?(?:有|是|比(?:去年|上年|20\d\d年))?所?(增加|增长|上涨|提高|减少|下降|压减|降低|没有?变化?|不变|未变|持平)了?的(?:项目|单位)"
    r"|(?:哪些|哪几个|哪个|有没有)(?:项目|单位)的?(?:预算|资金|经费|金额)(?:数|额)?(?:是|两年|前后)?(?:都|均)?(没有?变化?|不变|未变|持平|增加|上涨|提高|增长|增|涨|减少|下降|压减|降低|减|降|缩水)(?:了|过)?(?=$|[?？。呢吗的,，])"
)
_PATTERNS = {"added": _ADDED, "dropped": _DROPPED, "kept": _KEPT, "renamed": _RENAMED}


def kinds_of_change(message: str) -> frozenset[str]:
    """added, dropped, kept, renamed: those that the message asks for; empty for a question of another kind."""
    text = normal(message)
    return frozenset(kind for kind, pattern in _PATTERNS.items() if pattern.search(text))


def matter_of(scan: Scan, beside: Iterable[Pattern]) -> str:
    """超限率控制 of 超限率控制目标两年有什么变化: what is asked about, where it is no field and no part of the document.

    `beside` are the words that ask what changed.
    """
    probe = Scan("".join(stretch for _, stretch in scan.open_stretches()))
    for pattern in (*beside, _YEARS_TOGETHER):
        probe.take(pattern)
    for name in _OF_DOCUMENTS:
        probe.take(group(name).pattern)
    for section in ("document", "narrative", "whole_section", "all_projects"):
        probe.take(words(section))
    rest = max(probe.leftover().split(), key=len, default="")
    return rest if len(rest) >= _SHORTEST_MATTER else ""


_OF_DOCUMENTS = ("sections", "fields", "aggregates", "units")
_YEARS_TOGETHER = re.compile(
    r"[两二三这几前后近各]+个?年度?|今年|去年|20\d\d年?|[12]\d年|比一下|相比|对比|比较|项目|文件|部门|单位|单独|具体"
)
_SHORTEST_MATTER = 3  # characters
