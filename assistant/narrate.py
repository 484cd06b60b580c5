"""Evidence -> Answer: the sentences that answer, verbatim, grouped by their place, each cited; or told by a model.

What a model tells is shown sentence by sentence, each verified against the passages it cites.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace

from assistant.errors import ModelError
from assistant.holdings import Holdings
from assistant.joining import joined
from assistant.lookup.gloss import gist
from assistant.lookup.page import Page, key_of
from assistant.lookup.sections import TITLES, documents_of, sections_of, sentences
from assistant.lookup.select import false_premise, not_found, scope_keys
from assistant.model import ChatModel, Shape
from assistant.prompting import fenced, load
from assistant.retrieval import Evidence, covered, pairs, retrieve
from assistant.types import Citation, Kind, Reply, Route
from assistant.understanding.lexicon import group, normal
from assistant.understanding.types import SectionRef, Understanding
from assistant.verify import Fault, FaultKind, Told, faults
from corpus.ingest import Library
from corpus.numbers import chinese_number
from corpus.types import Finding, Section, SectionKind

_MOST_PLACES = 4
_MOST_SENTENCES = 4
_SHORT_ITEM = 400
_MOST_PROJECTS = 2_000
_NEARLY_ALL = 0.7


def answer_topic(u: Understanding, holdings: Holdings, library: Library) -> Reply:
    problem = false_premise(replace(u, unnamed_project=None, missing_count=None), holdings)
    if problem:
        return problem
    documents = documents_of(u, holdings)
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
    evidence = retrieve(library, asked, documents, message=u.message)
    if not evidence:
        return (_in_projects(u, holdings, pairs(asked)) if u.lists else None) or nothing_said(u, holdings)
    return _say(u, holdings, evidence, pairs(asked))


def _kinds_named(u: Understanding) -> list[SectionKind]:
    """The narrative parts that the message names, in order."""
    kinds = group("sections")
    return list(dict.fromkeys(SectionKind(kinds.key(m.group())) for m in kinds.pattern.finditer(normal(u.message))))


def _in_projects(u: Understanding, holdings: Holdings, asked: frozenset[str]) -> Reply | None:
    """哪个项目签服务协议: the projects whose purpose or goal holds nearly all that is asked."""
    page = Page(u, holdings)
    for record in holdings.projects(scope_keys(u, holdings)[:_MOST_PROJECTS]):
        for name, cell in (("资金用途", record.purpose), *(("绩效目标", goal) for goal in record.goals)):
            if cell.text and len(asked) >= 2 and covered(asked, cell.text) >= _NEARLY_ALL:
                page.lines.append(f"- {page.name(record)}的{name}：“{cell.text}”{page.mark(page.cite(record, [cell]))}")
                page.about.append(key_of(record))
    return page.reply(Kind.ANSWER) if page.lines else None


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
    projects = len(holdings.catalogue.entries)
    offers = "、".join(
        filter(None, (has, f"{projects} 个项目的编码、预算、资金来源和用途、支出计划、绩效目标" if projects else ""))
    )
    text = f"文件没有提到这方面的内容，查不到。\n\n文件里有的是：{offers or '（资料库是空的）'}。"
    if u.english:
        text = "The documents do not say (文件没有提到). They hold: overall and itemised goals, safeguard measures, and for each project its code, budget, funding, purpose, spending plan and goals."
    return not_found(text, u, Route.PASSAGES)


def _within_kind(u: Understanding, holdings: Holdings, kind: SectionKind) -> Reply | None:
    """The item of a narrative part that the topic fits best: read out whole, or by its best sentence."""
    asked = pairs(u.leftover or u.topic)
    sections = sections_of(u, holdings, kind)
    ranked = sorted(
        ((covered(asked, s.text), -i, s) for i, s in enumerate(sections)), key=lambda t: t[:2], reverse=True
    )
    if not ranked or ranked[0][0] < 0.5:
        return None
    best = [s for score, _, s in ranked if score >= 0.9 * ranked[0][0]]
    if u.count_sections:
        best = best[:_MOST_PLACES]
    page = Page(u, holdings)
    for section in best[:2]:
        _quote_section(page, section, asked, whole=section.ordinal is not None and not u.verbatim)
    page.u = replace(u, section=SectionRef(kind, (best[0].ordinal,) if best[0].ordinal else ()))
    return page.reply(Kind.ANSWER, Route.PASSAGES)


def _quote_section(page: Page, section: Section, asked: frozenset[str], whole: bool) -> None:
    chosen = [section.text] if whole else _or_whole(section.text, asked, section.ordinal is not None, page.u.verbatim)
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


def slips(findings: tuple[Finding, ...], quoted: str) -> list[Finding]:
    """The findings about typos that stand in a quotation."""
    return [f for f in findings if f.rule.startswith("typo") and f.quote and f.quote in quoted]


def best_sentences(text: str, asked: frozenset[str], least: float = 0.7) -> list[str]:
    """The sentences that hold most of what is asked (at least `least` of what the best one holds), in the text's order."""
    parts = sentences(text)
    scores = [covered(asked, part) for part in parts]
    top = max(scores, default=0.0)
    wanted = [part for part, score in zip(parts, scores, strict=True) if score > 0 and score >= least * top]
    return wanted[:_MOST_SENTENCES] or parts[:1]


def _answering(item: Evidence, asked: frozenset[str], verbatim: bool) -> list[str]:
    """The sentences of a passage that answer; a short item whose own heading answers is told whole."""
    if item.chunk.kind == "goal":  # the passage leads with the project's name, the cell does not
        return [item.chunk.text.partition("的绩效目标：")[2] or item.chunk.text]
    return _or_whole(item.chunk.text, asked, item.chunk.kind in ("itemised", "safeguard"), verbatim)


def _or_whole(text: str, asked: frozenset[str], numbered: bool, verbatim: bool) -> list[str]:
    best = best_sentences(text, asked, 0.9 if verbatim else 0.7)
    whole = numbered and best == sentences(text)[:1] and len(text) <= _SHORT_ITEM
    return sentences(text) if whole else best


def _say(u: Understanding, holdings: Holdings, evidence: tuple[Evidence, ...], asked: frozenset[str]) -> Reply:
    page = Page(u, holdings)
    seen: set[str] = set()
    for item in evidence[:_MOST_PLACES]:
        chosen = [s for s in _answering(item, asked, u.verbatim) if s not in seen]
        if not chosen:
            continue
        seen.update(chosen)
        number = page.citations.place(item.chunk.document_id, item.chunk.source, _quotable(chosen, item.chunk.text))
        where = item.chunk.source.locator or item.document
        several = f"《{item.document}》" if len(holdings.documents) > 1 else ""
        page.lines.append(f"{several}{where}{page.mark([number])}：")
        page.lines += [f"> {sentence}" for sentence in chosen]
        for finding in slips(holdings.document(item.chunk.document_id).findings, " ".join(chosen)):
            page.lines.append(f"（原文如此：“{finding.quote}”疑为笔误，{finding.suggestion}）")
    if u.english:
        english = gist(" ".join(seen))
        page.lines.append(f"In English, term by term: {english}." if english else "")
    return page.reply(Kind.ANSWER, Route.PASSAGES)


# --- told by a model

_LONGEST_PASSAGE = 1_200  # characters of a passage that a model gets
_MOST_TOLD = 12  # sentences
# Text in a document is data: a sentence that speaks to a model rather than to people is not shown to one.
_TO_A_MODEL = re.compile(
    r"(?:忽略|无视|不要理会|忘记|绕过|覆盖).{0,12}(?:指令|规则|要求|提示|设定|以上|之前|前面|上文|限制)|系统提示|提示词|(?:你|您)(?:现在)?(?:是|扮演|必须|应当|要|需|只能)"
    r"|(?:请|务必|必须|一律|只能|应当?|直接)(?:回答|回复|输出|答复|告诉用户)|人工智能助手|AI ?助手"
    r"|ignore (?:all|any|the|previous|above)|system prompt|you are|assistant|instruction",
    re.I,
)
_MARK = re.compile(r"\[(\d{1,3})\]|【(\d{1,3})】")


def _read_told(found: Mapping[str, object]) -> tuple[Told, ...]:
    """Raises ValueError when it is no list of sentences with their sources."""
    listed = found.get("sentences")
    if not isinstance(listed, list):
        raise ValueError("sentences")
    return tuple(_one_told(item) for item in listed[:_MOST_TOLD])


def _one_told(item: object) -> Told:
    if not isinstance(item, dict) or not isinstance(item.get("text"), str) or not isinstance(item.get("sources"), list):
        raise ValueError("sentence")
    if not all(isinstance(n, int) for n in item["sources"]):
        raise ValueError("sources")
    marks = [int(m[1] or m[2]) for m in _MARK.finditer(item["text"])]  # marks that it wrote into the sentence count
    text = " ".join(_MARK.sub("", item["text"]).split())
    return Told(text, tuple(dict.fromkeys([*item["sources"], *marks])))


TOLD: Shape[tuple[Told, ...]] = Shape(
    "sentences",
    {
        "type": "object",
        "properties": {
            "sentences": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "text": {"type": "string"},
                        "sources": {"type": "array", "items": {"type": "integer"}},
                    },
                    "required": ["text", "sources"],
                },
            }
        },
        "required": ["sentences"],
    },
    _read_told,
)


def narrated(embedded: Reply, question: str, holdings: Holdings, model: ChatModel, until: float) -> Reply:
    """The embedded answer told by a model from the passages it cites; what does not verify is left out, and that is said.

    Raises ModelError when the model gives nothing usable in time.
    """
    passages = {c.number: text for c in embedded.citations if (text := _passage(c, holdings))}
    if not passages:
        return embedded
    names = names_of(holdings)
    messages = load("narrate").filled(question=fenced([("问题", question)]), evidence=_fenced(passages))
    told = model.ask(messages, TOLD, until)
    kept, dropped = verified(told, passages, question, names, model, until)
    if not kept:
        return replace(embedded, text=f"{embedded.text}\n\n（模型的表述没有通过核对，以上是内置回答。）")
    lines = [f"{t.text}{''.join(f'[{n}]' for n in t.sources)}" for t in kept]
    lines += _slips_told(kept, embedded.citations, holdings)
    used = {n for t in kept for n in t.sources}
    if dropped:
        lines += ["", f"（模型另有 {dropped} 句没有通过核对，没有采用。原文如下。）", "", embedded.text]
        used |= {c.number for c in embedded.citations}
    citations = tuple(c for c in embedded.citations if c.number in used)
    return replace(embedded, text="\n".join(lines), citations=citations, figures=(), model=model.name)


def verified(
    told: tuple[Told, ...],
    passages: Mapping[int, str],
    question: str,
    names: Collection[str],
    model: ChatModel,
    until: float,
) -> tuple[tuple[Told, ...], int]:
    """The sentences that the passages bear out, those that failed repaired once; and how many were left out."""
    checked = [(sentence, _checked(sentence, passages, names)) for sentence in told if sentence.text]
    failed = [(sentence, found) for sentence, found in checked if found]
    repaired = iter(_repaired(failed, passages, question, model, until))
    final = [sentence if not found else next(repaired, None) for sentence, found in checked]
    kept = [t for t in final if t is not None and t.text and not _checked(t, passages, names)]
    return tuple(dict.fromkeys(kept)), len(checked) - len(kept)


def _checked(sentence: Told, passages: Mapping[int, str], names: Collection[str]) -> tuple[Fault, ...]:
    if _TO_A_MODEL.search(sentence.text):
        return (Fault(FaultKind.WORDING, sentence.text[:20]),)
    return faults(sentence, passages, names)


def _repaired(
    failed: list[tuple[Told, tuple[Fault, ...]]],
    passages: Mapping[int, str],
    question: str,
    model: ChatModel,
    until: float,
) -> tuple[Told, ...]:
    """The failed sentences as the model mends them, in their order; none when it cannot."""
    if not failed:
        return ()
    listed = "\n".join(f"{i}. {t.text}（{'；'.join(map(str, found))}）" for i, (t, found) in enumerate(failed, start=1))
    messages = load("repair").filled(
        question=fenced([("问题", question)]), evidence=_fenced(passages), failed=fenced([("句子", listed)])
    )
    try:
        mended = model.ask(messages, TOLD, until)
    except ModelError:  # what passed is still good
        return ()
    return mended if len(mended) == len(failed) else ()


def names_of(holdings: Holdings) -> tuple[str, ...]:
    """The library's project and unit names: a figure of one is never another's."""
    entries = holdings.catalogue.entries
    return tuple(dict.fromkeys(n for e in entries for n in (e.name, e.unit_name) if n))


def _fenced(passages: Mapping[int, str]) -> str:
    return fenced((str(number), text) for number, text in passages.items())


def _passage(citation: Citation, holdings: Holdings) -> str:
    """The text that a citation stands in, without what speaks to a model; empty when nothing is left."""
    whole = citation.quote.removesuffix("…")
    for section in holdings.sections((citation.document_id,)):
        if section.source.locator == citation.locator and whole[:20] in section.text:
            whole = _around(section.text, whole)
            break
    kept = plain_text(whole)
    return f"（{citation.locator}）\n{kept}" if kept else ""


def plain_text(text: str) -> str:
    """A text without the sentences that speak to a model."""
    lines = ("".join(s for s in sentences(line) if not _TO_A_MODEL.search(s)) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _around(text: str, quote: str) -> str:
    start = max(0, text.find(quote[:20]) - _LONGEST_PASSAGE // 4)
    return text if len(text) <= _LONGEST_PASSAGE else text[start : start + _LONGEST_PASSAGE]


def _slips_told(told: tuple[Told, ...], citations: tuple[Citation, ...], holdings: Holdings) -> list[str]:
    """Likely slips of the pen that a sentence took over from its source."""
    documents = {c.document_id for c in citations for t in told if c.number in t.sources}
    words = " ".join(t.text for t in told)
    found = [f for d in sorted(documents) for f in slips(holdings.document(d).findings, words)]
    return [f"（原文如此：“{f.quote}”疑为笔误，{f.suggestion}）" for f in found]
