"""What is wrong with the documents, from the findings kept with them: all, or those about one part or field."""

import re
from collections.abc import Iterable

from assistant.holdings import Holdings
from assistant.lookup.page import Page
from assistant.lookup.reviewed import findings_of
from assistant.lookup.scoring import answer_score, wants_score
from assistant.lookup.sections import TITLES, documents_of
from assistant.lookup.select import false_premise
from assistant.types import Grid, Kind, Reply, Route
from assistant.understanding.lexicon import normal
from assistant.understanding.types import Understanding
from corpus.numbers import chinese_number
from corpus.types import Finding, Level

_LEVELS = {Level.ERROR: "错误", Level.WARNING: "问题", Level.INFO: "提示"}
_ENGLISH = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFO: "note"}
_MOST = 25
# What a question may be limited to -> the rules that are about it.
_ONLY = (
    (
        re.compile(
            r"倒退|回落|不增反降|越[往]?后越[少小低]|前高后低|(?:计划|进度|比例)[^,。?]{0,8}(?:下降|变小|降低|往回走|递减)"
        ),
        ("plan-falls",),
    ),
    (re.compile(r"错别字|错字|别字|笔误|typo"), ("typo",)),
    (re.compile(r"标点|符号"), ("mixed-punctuation", "missing-punctuation", "mixed-enumeration")),
    (re.compile(r"过时|过期|陈旧|不合时宜|outdated"), ("outdated", "lapsed", "deadline-outside")),
    (
        re.compile(r"重复|雷同|一样|相同"),
        ("sections-repeat", "goals-identical", "goals-similar", "purposes-identical", "goal-repeated"),
    ),
    (re.compile(r"量化|可衡量"), ("goal-unquantified", "section-unquantified", "vague-verb")),
    (re.compile(r"空白|没填|未填|漏填"), ("plan-blank", "funding-blank")),
)
_FIELD_WORDS = {
    "goals": "绩效目标",
    "plan": "支出计划",
    "total": "预算",
    "fiscal": "财政资金",
    "other": "其他资金",
    "purpose": "用途",
    "code": "编码",
}


def answer_findings(u: Understanding, holdings: Holdings) -> Reply:
    problem = false_premise(u, holdings)
    if problem:
        return problem
    if wants_score(u):
        return answer_score(u, holdings)
    page = Page(u, holdings)
    found = [(d, f) for d in documents_of(u, holdings) for f in findings_of(holdings, d)]
    kept = [(d, f) for d, f in found if _wanted(f, u, holdings)]
    what = _what(u)
    if not kept:
        page.lines.append(f"没有发现{what}方面的问题。（检查的是格式、数字、量化程度和用词，是否合格以审核意见为准。）")
        return page.reply(Kind.ANSWER, Route.FINDINGS)
    counts = "、".join(f"{_LEVELS[level]} {n} 条" for level in Level if (n := sum(f.level is level for _, f in kept)))
    page.lines.append(
        f"{what}检查出 **{len(kept)} 条**（{counts}）：" if not u.english else f"**{len(kept)}** findings ({counts}):"
    )
    rows = []
    for number, (document_id, finding) in enumerate(kept, 1):
        rows.append(
            (_LEVELS[finding.level], finding.source.locator, finding.message, finding.suggestion, finding.quote)
        )
        if number > _MOST:
            continue
        mark = page.mark([page.citations.place(document_id, finding.source, finding.quote)])
        level = (_ENGLISH if u.english else _LEVELS)[finding.level]
        suggestion = f" 建议：{finding.suggestion}" if finding.suggestion else ""
        quote = f" 原文：“{finding.quote}”。" if finding.quote and finding.quote not in finding.message else ""
        page.lines.append(f"{number}. 【{level}】{finding.message}{mark}{quote}{suggestion}")
    if len(kept) > _MOST:
        page.lines.append(f"……其余 {len(kept) - _MOST} 条见下表或“文件”页。")
    page.grid = Grid(("级别", "位置", "问题", "建议", "原文"), tuple(rows))
    return page.reply(Kind.ANSWER, Route.FINDINGS)


def _what(u: Understanding) -> str:
    if u.section is not None:
        return TITLES[u.section.kind]
    return "、".join(_FIELD_WORDS[f] for f in u.fields if f in _FIELD_WORDS) or "文件"


def _wanted(finding: Finding, u: Understanding, holdings: Holdings) -> bool:
    text = f"{finding.source.locator} {finding.message}"
    message = normal(u.message)
    limits = [rules for pattern, rules in _ONLY if pattern.search(message)]
    if limits and not any(finding.rule.startswith(rules) for rules in limits):
        return False
    if u.section is not None and not _about_section(u, finding, text):
        return False
    names = [holdings.catalogue.by_key[k].name or "" for m in u.mentions for k in m.keys]
    if names and not any(name and name in text for name in names):
        return False
    fields = [_FIELD_WORDS[f] for f in u.fields if f in _FIELD_WORDS]
    if not fields:
        return True
    if "绩效目标" in fields and u.section is None and "第一部分" in text:
        return False
    return _any_in(fields, text)


def _about_section(u: Understanding, finding: Finding, text: str) -> bool:
    """Whether a finding is about the narrative part, and the item of it, that the message names."""
    assert u.section is not None
    title = TITLES[u.section.kind]
    if title not in text and title.removeprefix("工作") not in text:
        return False
    numbers = [chinese_number(n) for n in u.section.ordinals if n > 0]
    return not numbers or any(re.search(rf"{title}第[^处共（）]*{n}|› {n}$|› {n} ", text) for n in numbers)


def _any_in(words: Iterable[str], text: str) -> bool:
    return any(word in text for word in words)
