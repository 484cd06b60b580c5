"""A narrative part in short, without a model: its items by their headings, or the sentences that carry most of it.

Every sentence stands as it stands in the document, in its order, and is cited. What carries most is told by words: a
sentence whose pairs of characters the rest of the document's goals and measures say again stands for them.
"""

import re
from collections import Counter
from dataclasses import replace

from assistant.holdings import Holdings
from assistant.lookup.page import Page
from assistant.lookup.sections import TITLES, sections_of, sentences
from assistant.passages.narrate import slips
from assistant.types import Kind, Reply, Route
from assistant.understanding.lexicon import normal
from assistant.understanding.types import Intent, SectionRef, Understanding
from corpus.numbers import chinese_number, parse_number
from corpus.types import Section, SectionKind

_ASKED = re.compile(
    r"总结|概括|归纳|概述|简述|提炼|摘要|简单(?:说|讲|介绍)|简要|要点|大意|(?:用|以)?[一二两三四五六七八九十\d]{1,2}句话|一段话"
)
_AS_IT_STANDS = re.compile(r"原文|原话|原句|全文|逐字|一字不")
_COUNT = re.compile(r"(?<!每条)(?<!各)([一二两三四五六七八九十\d]{1,2})(?:句话?|[个条点]要点)")
_HOW_MUCH = re.compile(r"[一二两三四五六七八九十\d]*(?:句话?|段话?|[个条点])|每条|要点|[用以简个成\s]")
_OF_ALL = re.compile(r"第\s*[一二三四五六七八九十\d]|最后一|倒数")
_NUMBERED = re.compile(
    r"^\s*(?:[（(]?(?:[一二三四五六七八九十百]+|\d+)[）)]?(?:[、.．]\s*是?(?!否)|是)|第[一二三四五六七八九十百\d]+[条项]?[、，]?)\s*"
)
_HAN = re.compile("[一-鿿]+")
_FEW = 5  # sentences of a part told in short, where nobody says how many
_MOST = 12
_AGAIN = 0.6  # of a sentence's pairs: what says so much again is left out
_TOPIC = 2  # characters of a question beside its part and how it is to be told
_SHORTEST = 8  # characters of a sentence that says something


def wants_summary(u: Understanding) -> bool:
    """Whether a whole part is asked for in short; not what it says of some topic (概括保障措施里关于网络执法的内容)."""
    message = normal(u.message)
    return (
        u.section is not None
        and u.section.kind in (SectionKind.OVERALL, SectionKind.ITEMISED, SectionKind.SAFEGUARD)
        and u.intent in (Intent.SECTIONS, Intent.TOPIC)
        and not (u.verbatim or u.english or u.lists or u.mentions)
        and not _AS_IT_STANDS.search(message)
        and bool(_ASKED.search(message))
        and len(_HOW_MUCH.sub("", _ASKED.sub("", u.leftover)).strip()) < _TOPIC
    )


def summarised(u: Understanding, holdings: Holdings) -> Reply | None:
    """The part in short; None where another answer is due: no such part, several documents.

    Item numbers count where they were named as such: 八条 is how many there are.
    """
    assert u.section is not None
    ordinals = u.section.ordinals if _OF_ALL.search(normal(u.message)) else ()
    whole = sections_of(u, holdings, u.section.kind)
    if not whole or len({section.document_id for section in whole}) > 1:
        return None
    last = max((s.ordinal or 0 for s in whole), default=0)
    wanted = {n if n > 0 else last + 1 + n for n in ordinals}
    chosen = [s for s in whole if not wanted or s.ordinal in wanted]
    if not chosen or len(wanted) > len(chosen):
        return None
    page = Page(replace(u, section=SectionRef(u.section.kind, tuple(sorted(wanted)))), holdings)
    title = TITLES[u.section.kind]
    if len(chosen) > 1:
        _headings(page, title, chosen)
    else:
        _key_sentences(page, title, chosen[0], _heard_around(u, holdings))
    return page.reply(Kind.ANSWER, Route.PASSAGES)


def _headings(page: Page, title: str, chosen: list[Section]) -> None:
    page.lines.append(f"{title}共 **{len(chosen)} 条**，各条的主题是：")
    for section in chosen:
        first = sentences(section.text)[:1] or [section.text]
        mark = page.mark([page.citations.section(section, first[0])])
        page.lines.append(f"{section.ordinal or '-'}. {_NUMBERED.sub('', first[0])}{mark}")


def _key_sentences(page: Page, title: str, section: Section, around: Counter[str]) -> None:
    every = sentences(section.text)
    said = _COUNT.search(normal(page.u.message))
    asked = parse_number(said[1]) if said else None
    kept = key_sentences(every, around, int(asked) if asked else min(_FEW, max(1, len(every) // 2)))
    number = f"第{chinese_number(section.ordinal)}条" if section.ordinal else ""
    mark = page.mark([page.citations.section(section, kept[0])])
    page.lines.append(f"{title}{number}共 {len(every)} 句，摘出要点 **{len(kept)} 句**（均为原文）{mark}：")
    page.lines += [f"> {sentence}" for sentence in kept]
    for finding in slips(page.holdings.document(section.document_id).findings, " ".join(kept)):
        page.lines.append(f"（原文如此：“{finding.quote}”疑为笔误，{finding.suggestion}）")


def _heard_around(u: Understanding, holdings: Holdings) -> Counter[str]:
    """In how many sentences of the document's goals and measures each pair of characters stands."""
    found: Counter[str] = Counter()
    for section in sections_of(u, holdings, None):
        for sentence in sentences(section.text):
            found.update(_pairs(sentence))
    return found


def key_sentences(every: list[str], around: Counter[str], most: int) -> list[str]:
    """Up to `most` of the sentences, in their order: those whose words are heard most, none that says another again."""
    said = {i: _pairs(_NUMBERED.sub("", sentence)) for i, sentence in enumerate(every)}
    weight = {i: sum(around[p] - 1 for p in pairs) / (len(pairs) + 6) for i, pairs in said.items()}
    kept: list[int] = []
    heard: set[str] = set()
    for i in sorted(said, key=lambda i: (-weight[i], i)):
        if len(kept) == min(most, _MOST):
            break
        again = len(said[i] & heard) / len(said[i]) if said[i] else 1.0
        if again < _AGAIN and len(every[i]) >= _SHORTEST:
            kept.append(i)
            heard |= said[i]
    return [every[i] for i in sorted(kept)] or every[:1]


def _pairs(text: str) -> frozenset[str]:
    return frozenset(run[0][i : i + 2] for run in _HAN.finditer(normal(text)) for i in range(len(run[0]) - 1))
