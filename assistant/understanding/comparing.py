"""Which of two or more is more: projects, units or years beside each other."""

import re
from dataclasses import replace

from assistant.understanding.scan import Scan
from assistant.understanding.types import Aggregate, Mention, Understanding

_WHICH_WHOLE = re.compile(r"(?:哪一?年|哪个年度|哪个单位|哪家单位|哪个部门)[^,。?最]{0,8}(多|高|大|少|低|小)(?!少)")
_SETTLED = {Aggregate.MAX, Aggregate.MIN, Aggregate.DIFFERENCE, Aggregate.RANK}
_WHICH_MORE = re.compile(
    r"(?:哪个|谁|哪一个|哪边|哪项)[^,。?]{0,6}(多|高|大|贵|少|低|小)(?!少)|which (?:one )?is (?:more|larger|bigger|higher)"
)
# 文旅局和水利局哪个项目多: the number of projects.
_MORE_PROJECTS = re.compile(
    r"(?:哪个|谁|哪家|哪边|哪个单位|哪个部门)的?项目(?:数量?|个数)?(?:更|比较|要)?([多少])(?![多少])|项目(?:数量?|个数)(?:谁|哪个|哪家)(?:更|比较)?([多少])"
)
_PROJECTS_MORE_BY = re.compile(
    r"比[^,。?]{2,16}[多少](?:几|多少)个?项目|项目(?:数量?|个数)?比[^,。?]{2,16}[多少](?:几|多少)个|项目(?:数量?|个数)[^,。?]{0,16}(?:差|相差)"
)
_SET_AGAINST = re.compile(
    r"比一比|比一下|比较一下|比较下|比比看|做个?比较|做个?对比|相比(?:怎么样|如何|$|[?？])|对比一下|对比(?:$|[?？。])|比较(?:$|[?？。])"
)


def compared(
    scan: Scan, u: Understanding, mentions: list[Mention], several_units: bool, several_years: bool
) -> Understanding:
    """A和B哪个多: a difference between two; with nobody named, an extreme."""
    whole = _WHICH_WHOLE.search(scan.text)
    units = (
        re.search(r"(?:哪个|谁|哪一个|哪家|哪边)(?!项目)[^,。?]{0,6}(多|高|大|少|低|小)", scan.text)
        if several_units
        else None
    )
    if (which := whole or units) and not (mentions or u.filters) and not set(u.aggregates) & _SETTLED:
        least = which.group(1) in ("少", "低", "小")
        aggregate = Aggregate.MIN if least else Aggregate.MAX
        return replace(u, aggregates=(*u.aggregates, aggregate), descending=not least, group_by=u.group_by or "unit")
    if several_units and not mentions and not u.filters and (more := _MORE_PROJECTS.search(scan.text)):
        least = (more.group(1) or more.group(2)) == "少"
        aggregates = tuple(a for a in u.aggregates if a is not Aggregate.COUNT)
        aggregates = (*aggregates, Aggregate.MIN if least else Aggregate.MAX)
        return replace(u, aggregates=aggregates, descending=not least, group_by="unit", fields=("total",))
    set_against = _SET_AGAINST.search(scan.text) and not (set(u.aggregates) & _SETTLED or u.filters)
    if set_against and (len(mentions) == 2 or several_years or (several_units and not mentions)):
        return replace(u, aggregates=(*u.aggregates, Aggregate.DIFFERENCE))
    if several_units and not mentions and _PROJECTS_MORE_BY.search(scan.text):
        aggregates = tuple(a for a in u.aggregates if a is not Aggregate.COUNT)
        return replace(u, aggregates=(*aggregates, Aggregate.DIFFERENCE), fields=("total",))
    if whole and mentions and "年" in whole.group() and not set(u.aggregates) & _SETTLED:
        return replace(u, aggregates=(*u.aggregates, Aggregate.DIFFERENCE))
    match = _WHICH_MORE.search(scan.text)
    if (
        not match
        or set(u.aggregates) & {Aggregate.MAX, Aggregate.MIN, Aggregate.DIFFERENCE, Aggregate.RANK}
        or u.filters
    ):
        return u
    if len(mentions) >= 2:
        return replace(u, aggregates=(*u.aggregates, Aggregate.DIFFERENCE))
    if mentions and u.pronoun:
        return replace(u, aggregates=(*u.aggregates, Aggregate.DIFFERENCE))  # 它和平台比哪个多
    if mentions:
        return u
    least = match.group(1) in ("少", "低", "小")
    return replace(u, aggregates=(*u.aggregates, Aggregate.MIN if least else Aggregate.MAX), descending=not least)
