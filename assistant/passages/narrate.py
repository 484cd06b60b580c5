"""Evidence -> Answer: the sentences that answer, verbatim, grouped by their place, each cited."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.holdings import Holdings
from assistant.joining import joined
from assistant.lookup.gloss import gist
from assistant.lookup.page import Page, key_of
from assistant.lookup.sections import TITLES, documents_of, sections_of, sentences
from assistant.lookup.select import false_premise, not_found, scope_keys
from assistant.matching.nearness import ASKING, Place, Term, anchored, is_light, nearness, terms_of
from assistant.matching.wanted import tells, tells_kind, wants_kind
from assistant.passages.retrieval import PARTS, Evidence, content_of, covered, pairs, retrieve
from assistant.types import Kind, Reply, Route
from assistant.understanding.lexicon import group, normal
from assistant.understanding.types import ProjectKey, SectionRef, Understanding
from corpus.folding import squeeze
from corpus.ingest import Library
from corpus.numbers import chinese_number, parse_ordinal
from corpus.types import Finding, Section, SectionKind

_MOST_PLACES = 4
_ARTICLE = re.compile(r"第[一二三四五六七八九十百\d]+条")
_BARE = re.compile("[^，,;；：:]{1,26}")  # a heading that says nothing but what its item is about
_MOST_SENTENCES = 4
_SHORT_ITEM = 400
_MOST_PROJECTS = 2_000
_NEARLY_ALL = 0.7
_PLAINLY, _RATHER, _HALF = 0.68, 0.55, 0.44  # of what is asked, told in a sentence; of a word
_HOW = re.compile(r"怎么样?|如何|怎样|咋样?")
_NEAR_BY = 0.5  # of what the best sentence says: the next may tell the day or the number
_WORD_FOR_WORD = 0.97
_OF_SUBJECT = 0.5  # of what a pair tells that says only what the question is about
_FAR_BEHIND = 0.55  # of what the best sentence of all places holds


def answer_topic(u: Understanding, holdings: Holdings, library: Library) -> Reply:
    problem = false_premise(replace(u, unnamed_project=None, missing_count=None), holdings)
    if problem:
        return problem
    documents = documents_of(u, holdings)
    if u.section is None and (article := _article(u, holdings)):
        return article
    if u.section is not None:
        replies = [r for kind in _kinds_named(u) if (r := _within_kind(u, holdings, kind)) is not None]
        if len(replies) == 1:
            return replies[0]
        if replies:
            return joined(replies)
    # A project that is named says where to look, not what for.
    named = [holdings.catalogue.by_key[k].name for m in u.mentions for k in m.keys[:1]]
    whole = bool(named) and all(name and normal(name) in normal(u.message) for name in named)
    asked = u.leftover if whole and u.leftover else u.topic or u.message
    evidence = _not_of_others(u, retrieve(library, asked, documents, message=u.message))
    if not evidence:
        return (
            _in_goals_of_named(u, holdings)
            or (_in_projects(u, holdings, pairs(asked)) if u.lists else None)
            or _in_purposes(u, holdings, library, documents)
            or nothing_said(u, holdings)
        )
    return _say(u, holdings, evidence, asked)


def plainly_told(u: Understanding, holdings: Holdings, library: Library, beside_an_answer: bool) -> Reply | None:
    """What the text says of a question that was no question to the text by its words; None when it is not plainly told.

    Where there is another answer (`beside_an_answer`), the text must have what that one left unused.
    """
    documents = documents_of(u, holdings)
    evidence = retrieve(library, u.message, documents, PARTS)
    if not evidence or evidence[0].coverage < (_PLAINLY if beside_an_answer else _RATHER):
        return None
    reply = _say(u, holdings, evidence, u.message)
    said = Place(normal(" ".join(c.quote for c in reply.citations)))
    if u.unit_words and not ASKING.search(u.unit_words) and normal(u.unit_words) not in said.sentence:
        return None  # a unit that the library does not have
    unused = (
        [piece for piece in u.leftover.split() if len(piece) >= 2 and not is_light(piece)] if beside_an_answer else []
    )
    return reply if all(anchored(piece, said) >= _HALF for piece in unused) else None


def _not_of_others(u: Understanding, evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """Without the goals of projects other than those that are named."""
    named = {(k.document_id, k.ordinal) for m in u.mentions if m.certain for k in m.keys}
    return tuple(
        e
        for e in evidence
        if not named or e.chunk.kind != "goal" or (e.chunk.document_id, e.chunk.project_ordinal) in named
    )


def _article(u: Understanding, holdings: Holdings) -> Reply | None:
    """第五条说了什么 of a document of rules: the article itself, where just one document has it."""
    match = _ARTICLE.search(normal(u.message))
    ordinal = parse_ordinal(match.group()) if match else None
    if ordinal is None:
        return None
    begins = f"第{chinese_number(ordinal)}条"
    sections = [s for s in sections_of(u, holdings, SectionKind.OTHER) if squeeze(s.text).startswith(begins)]
    if not sections or len({s.document_id for s in sections}) > 1:
        return None
    page = Page(u, holdings)
    for section in sections[:_MOST_PLACES]:
        place = f"《{holdings.document(section.document_id).title}》{section.source.locator}"
        page.lines.append(f"{place}{page.mark([page.citations.section(section)])}：")
        page.lines.append(f"> {section.text}")
    return page.reply(Kind.ANSWER, Route.PASSAGES)


def _kinds_named(u: Understanding) -> list[SectionKind]:
    """The narrative parts that the message names, in order."""
    kinds = group("sections")
    return list(dict.fromkeys(SectionKind(kinds.key(m.group())) for m in kinds.pattern.finditer(normal(u.message))))


def _in_goals_of_named(u: Understanding, holdings: Holdings) -> Reply | None:
    """听证室改造几月份完工: the goals of the project named that tell a day, or a number of these, in whatever words."""
    keys = [k for m in u.mentions if m.certain for k in m.keys]
    if not keys or len({holdings.catalogue.by_key[k].name for k in keys}) > 1:
        return None
    page = Page(u, holdings)
    for record in holdings.projects(keys):
        for goal in record.goals:
            if goal.text and tells_kind(normal(u.message), normal(goal.text)):
                page.lines.append(f"{page.name(record)}的绩效目标：“{goal.text}”{page.mark(page.cite(record, [goal]))}")
                page.about.append(key_of(record))
    return page.reply(Kind.ANSWER) if page.lines else None


def _in_projects(u: Understanding, holdings: Holdings, asked: frozenset[str]) -> Reply | None:
    """哪个项目签服务协议: the projects whose purpose or goal holds nearly all that is asked."""
    page = Page(u, holdings)
    for record in holdings.projects(scope_keys(u, holdings)[:_MOST_PROJECTS]):
        for name, cell in (("资金用途", record.purpose), *(("绩效目标", goal) for goal in record.goals)):
            if cell.text and len(asked) >= 2 and covered(asked, cell.text) >= _NEARLY_ALL:
                page.lines.append(f"- {page.name(record)}的{name}：“{cell.text}”{page.mark(page.cite(record, [cell]))}")
                page.about.append(key_of(record))
    return page.reply(Kind.ANSWER) if page.lines else None


def _in_purposes(u: Understanding, holdings: Holdings, library: Library, documents: tuple[str, ...]) -> Reply | None:
    """高龄津贴90岁老人一个月发多少: what a project's money is for may tell it, where no text does."""
    page, put = Page(u, holdings), normal(u.message)
    terms = terms_of(put)
    found = library.search(content_of(u.message), _MOST_PLACES, documents, ("project",))
    keys = {ProjectKey(p.chunk.document_id, p.chunk.project_ordinal) for p in found if p.chunk.project_ordinal}
    for record in holdings.projects(sorted(keys & set(scope_keys(u, holdings)), key=str)):
        said = normal(record.purpose.text or "")
        if said and wants_kind(put) and nearness(terms, Place(said)) >= _PLAINLY and tells(put, said, said):
            cell = record.purpose
            page.lines.append(f"{page.name(record)}的资金用途：“{cell.text}”{page.mark(page.cite(record, [cell]))}")
            page.about.append(key_of(record))
    return page.reply(Kind.ANSWER) if page.lines else None


def says_what_is_asked(u: Understanding, reply: Reply) -> bool:
    """Whether nearly all that is asked of a named project stands in the quotations, not only the project's name."""
    asked = pairs(u.leftover)
    return not asked or covered(asked, " ".join(c.quote for c in reply.citations)) >= _NEARLY_ALL


def nothing_said(u: Understanding, holdings: Holdings) -> Reply:
    """The document does not say; what it does say is offered."""
    parts = sorted(
        {
            s.kind.value: s.kind
            for s in holdings.sections(documents_of(u, holdings))
            if s.kind is not SectionKind.OTHER
        }.items()
    )
    has = "、".join(TITLES[kind] for _, kind in parts)
    projects = len(holdings.catalogue.scope((), (), ()))
    offers = "、".join(
        filter(None, (has, f"{projects} 个项目的编码、预算、资金来源和用途、支出计划、绩效目标" if projects else ""))
    )
    titles = "、".join(f"《{d.title}》" for d in holdings.documents[:_MOST_PLACES])
    text = f"文件没有提到这方面的内容，查不到。\n\n文件里有的是：{offers or titles or '（资料库是空的）'}。"
    if u.english:
        text = "The documents do not say (文件没有提到). They hold: overall and itemised goals, safeguard measures, and for each project its code, budget, funding, purpose, spending plan and goals."
    return not_found(text, u, Route.PASSAGES)


def _within_kind(u: Understanding, holdings: Holdings, kind: SectionKind) -> Reply | None:
    """The item of a narrative part that the topic fits best: read out whole, or by its best sentence."""
    asked = pairs(u.leftover or u.topic)
    sections = sections_of(u, holdings, kind)
    # What an item is about stands in its heading.
    ranked = sorted(
        ((covered(asked, s.text) + covered(asked, s.title) / 2, -i, s) for i, s in enumerate(sections)),
        key=lambda t: t[:2],
        reverse=True,
    )
    if not ranked or covered(asked, ranked[0][2].text) < 0.5:
        return None
    best = [s for score, _, s in ranked if score >= 0.9 * ranked[0][0]]
    if u.count_sections:
        best = best[:_MOST_PLACES]
    page = Page(u, holdings)
    for section in best[:2]:
        _quote_section(page, section, u.leftover or u.topic, whole=section.ordinal is not None and not u.verbatim)
    page.u = replace(u, section=SectionRef(kind, (best[0].ordinal,) if best[0].ordinal else ()))
    return page.reply(Kind.ANSWER, Route.PASSAGES)


def _quote_section(page: Page, section: Section, question: str, whole: bool) -> None:
    numbered, asked = section.ordinal is not None, asked_of(question, sentences(section.text))
    chosen = [section.text] if whole else _or_whole(section.text, asked, numbered, page.u.verbatim)
    chosen = chosen or sentences(section.text)[:1]
    mark = page.mark([page.citations.section(section, _quotable(chosen, section.text))])
    number = f"第{chinese_number(section.ordinal)}条" if section.ordinal else ""
    line = f"（第 {section.source.line} 行）" if section.source.line else ""
    page.lines.append(f"{TITLES[section.kind]}{number}{line}{mark}：")
    page.lines += [f"> {sentence}" for sentence in chosen]
    _flag_slips(page, section, " ".join(chosen))


def _quotable(chosen: list[str], text: str) -> str:
    """The chosen sentences as they stand together in the text, or the first of them: a quote is verbatim."""
    together = "".join(chosen)
    return together if together in text else chosen[0]


def _flag_slips(page: Page, section: Section, quoted: str) -> None:
    """A quotation is verbatim; a likely slip of the pen in it is pointed out beside it."""
    for finding in slips(page.holdings.document(section.document_id).findings, quoted):
        page.lines.append(f"（原文如此：“{finding.quote}”疑为笔误，{finding.suggestion}）")
    if page.u.english and gist(quoted):
        page.lines.append(f"In English, term by term: {gist(quoted)}.")


def slips(findings: Sequence[Finding], quoted: str) -> list[Finding]:
    """The findings about typos that stand in a quotation."""
    return [f for f in findings if f.rule.startswith("typo") and f.quote and f.quote in quoted]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, with what each pair of its characters tells among the sentences at hand."""

    question: str  # in normal form
    terms: tuple[Term, ...]
    tells: Mapping[str, float]

    def weighed(self, text: str) -> float:
        """How much of what is asked a text says, 0 to 1."""
        return nearness(self.terms, Place(normal(text)), lambda pair: self.tells.get(pair, 1.0))

    def is_told(self, text: str) -> bool:
        """Whether a sentence tells what kind of thing is asked for: a day, somebody, a number of these."""
        return tells(self.question, normal(text), normal(text))


def asked_of(question: str, parts: Sequence[str], message: str = "") -> Asked:
    """A pair that stands in few of the sentences at hand tells more of which one is meant than one that stands in most:
    of 网信干部怎么选拔 in a document about 网信, 选拔 does. What is asked to be done (after 怎么 in `message`) tells most.
    """
    plain, put = [normal(part) for part in parts], normal(message or question)
    terms, deed = terms_of(normal(question)), _deed(message)
    every = {run[i : i + 2] for run in {t.run for t in terms} for i in range(len(run) - 1)}
    rare = {pair: math.log(1 + (len(parts) + 1) / (0.5 + sum(pair in one for one in plain))) for pair in every}
    begun = _begun(terms)
    return Asked(put, terms, {p: w * (3 if p in deed else _OF_SUBJECT if p in begun else 1) for p, w in rare.items()})


def _begun(terms: tuple[Term, ...]) -> frozenset[str]:
    """The pair that a question begins with: what it is about, not what it asks of it; none where there is nothing else."""
    said = [t for t in terms if t.weight >= 1]
    if len(said) < 4 or said[0].run is not said[1].run:
        return frozenset()
    return frozenset({said[0].run[said[0].start : said[0].start + 2]})


def _deed(message: str) -> frozenset[str]:
    """What follows 怎么: how that is done is what is asked."""
    match = _HOW.search(message)
    return pairs(message[match.end() :]) if match and match.end() < len(message) else frozenset()


def best_sentences(text: str, asked: Asked, least: float = 0.7, at_least: float = 0.0) -> list[str]:
    """The sentences that say most of what is asked (at least `least` of what the best one does, and `at_least`), in the
    text's order; where some of those near tell the day, the number or whom that is asked for, these only.
    """
    parts = sentences(text)
    scores = [asked.weighed(part) for part in parts]
    best = max(scores, default=0.0)
    near = [(part, score) for part, score in zip(parts, scores, strict=True) if score >= max(_NEAR_BY * best, 1e-9)]
    told = [(part, score) for part, score in near if asked.is_told(part)]
    bar = max(least * max((score for _, score in told or near), default=0.0), at_least if not told else 0.0)
    return [part for part, score in told or near if score >= bar][:_MOST_SENTENCES]


def _answering(item: Evidence, asked: Asked, verbatim: bool, at_least: float) -> list[str]:
    """The sentences of a passage that answer; a short item whose own heading answers is told whole."""
    if item.chunk.kind == "goal":  # the passage leads with the project's name, the cell does not
        return [_text_of(item)]
    return _or_whole(item.chunk.text, asked, item.chunk.kind in ("itemised", "safeguard"), verbatim, at_least)


def _or_whole(text: str, asked: Asked, numbered: bool, verbatim: bool, at_least: float = 0.0) -> list[str]:
    parts, best = sentences(text), best_sentences(text, asked, 0.9 if verbatim else 0.7, at_least)
    heading = asked.weighed(parts[0]) if parts else 0.0
    about = heading >= _NEARLY_ALL and heading == max(asked.weighed(part) for part in parts)
    bare = numbered and bool(parts) and bool(_BARE.fullmatch(parts[0]))
    if bare and len(best) > 1 and best[0] == parts[0] and max(map(asked.weighed, best[1:])) >= heading:
        return best[1:]
    if wants_kind(asked.question) and best and best != parts[:1]:
        return best
    if bare and best == parts[:1] and heading < _NEARLY_ALL and (rest := _below_heading(text, parts, asked, heading)):
        return rest
    whole = numbered and (best == parts[:1] or (about and not verbatim)) and len(text) <= _SHORT_ITEM
    return parts if whole else best


def _below_heading(text: str, parts: list[str], asked: Asked, heading: float) -> list[str]:
    """The sentences under a heading that say part of what is asked too, where the heading says but part of it."""
    rest = text.strip().removeprefix(parts[0])
    best = max((asked.weighed(part) for part in parts[1:]), default=0.0)
    return best_sentences(rest, asked) if best >= _NEAR_BY * heading else []


def _say(u: Understanding, holdings: Holdings, evidence: tuple[Evidence, ...], asked: str) -> Reply:
    page = Page(u, holdings)
    for found in _by_place(evidence[:_MOST_PLACES], asked, u):
        item = found.items[0]
        quote = _quotable(list(found.sentences), item.chunk.text)
        number = page.citations.place(item.chunk.document_id, item.chunk.source, quote)
        where = item.chunk.source.locator
        several = f"《{item.document}》" if len(holdings.documents) > 1 or not where else ""
        page.lines.append(f"{several}{where}{page.mark([number])}：")
        page.lines += [f"> {sentence}" for sentence in found.sentences]
        for finding in slips(holdings.document(item.chunk.document_id).findings, " ".join(found.sentences)):
            page.lines.append(f"（原文如此：“{finding.quote}”疑为笔误，{finding.suggestion}）")
        if u.english and (english := gist(" ".join(found.sentences))):
            page.lines.append(f"In English, term by term: {english}.")
    return page.reply(Kind.ANSWER, Route.PASSAGES)


@dataclass(frozen=True, slots=True)
class Found:
    """What answers in one place of a document: a long paragraph is several passages of one place."""

    items: tuple[Evidence, ...]
    sentences: tuple[str, ...]


def _by_place(evidence: Sequence[Evidence], question: str, u: Understanding) -> list[Found]:
    """The sentences that answer, by place, the best place first; none twice, and none far behind the best of all."""
    every = [s for item in evidence for s in sentences(_text_of(item))]
    asked = asked_of(question, every, u.message)
    best = max((asked.weighed(s) for s in every), default=0.0)
    at_least = _FAR_BEHIND * best
    places: dict[tuple[str, str, int | None], list[Evidence]] = {}
    for item in evidence:
        source = item.chunk.source
        places.setdefault((item.chunk.document_id, source.locator, source.line), []).append(item)
    found: list[Found] = []
    seen: set[str] = set()
    for items in sorted(places.values(), key=lambda items: _rank(items, asked)):
        chosen = [s for item in items for s in _answering(item, asked, u.verbatim, at_least)]
        goal = items[0].chunk.kind == "goal"  # several projects may have the same one
        if goal and best >= _WORD_FOR_WORD > _best(items, asked):
            continue
        fresh = [s for s in dict.fromkeys(chosen) if goal or s not in seen]
        if fresh and not (found and _only_heading(fresh, items[0])):
            found.append(Found(tuple(items), tuple(fresh)))
            seen.update(fresh)
    return found or [Found((item,), tuple(sentences(item.chunk.text)[:1])) for item in evidence[:1]]


def _rank(items: Sequence[Evidence], asked: Asked) -> tuple[float, int]:
    """The place that says most first; of two that say as much the one with the shorter sentence, which is about it."""
    best = _best(items, asked)
    said = [s for item in items for s in sentences(_text_of(item)) if asked.weighed(s) >= best]
    return -round(best, 2), min(map(len, said), default=0)


def _best(items: Sequence[Evidence], asked: Asked) -> float:
    """How much of what is asked the best sentence of a place holds."""
    return max((asked.weighed(s) for item in items for s in sentences(_text_of(item))), default=0.0)


def _text_of(item: Evidence) -> str:
    """A passage's text; of a goal the cell, without the project's name that the passage leads with."""
    return (item.chunk.kind == "goal" and item.chunk.text.partition("的绩效目标：")[2]) or item.chunk.text


def _only_heading(chosen: list[str], item: Evidence) -> bool:
    """Whether all that is new of an item is its heading: another place said the rest."""
    parts = sentences(item.chunk.text)
    return item.chunk.kind in ("itemised", "safeguard") and len(parts) > 1 and chosen == parts[:1]
