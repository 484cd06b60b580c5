"""Narrative by number and by phrase: items read out verbatim, counted, found, and linked by likeness."""

import re
from dataclasses import replace

from assistant.holdings import Holdings
from assistant.lookup import sums
from assistant.lookup.gloss import gist
from assistant.lookup.likeness import best_matches
from assistant.lookup.measures import money
from assistant.lookup.page import Page, key_of
from assistant.lookup.records import answer_records
from assistant.lookup.select import false_premise, not_found, scope_keys, select, shortened
from assistant.types import Kind, Reply, Route
from assistant.understanding.lexicon import group, normal
from assistant.understanding.types import Mention, SectionRef, Understanding
from corpus.folding import squeeze
from corpus.numbers import chinese_number
from corpus.types import CellState, ProjectRecord, Section, SectionKind

TITLES = {
    SectionKind.OVERALL: "总体绩效目标",
    SectionKind.ITEMISED: "分项绩效目标",
    SectionKind.SAFEGUARD: "工作保障措施",
    SectionKind.DUTY: "部门职责",
    SectionKind.OTHER: "其他内容",
}
_ENGLISH = {
    SectionKind.OVERALL: "overall goal",
    SectionKind.ITEMISED: "itemised goal",
    SectionKind.SAFEGUARD: "safeguard measure",
    SectionKind.DUTY: "duty",
    SectionKind.OTHER: "text",
}
_SENTENCE = re.compile(r"[^。！？；;!?\n]+[。！？；;!?]?")
_MOST_PLACES = 12
_SHORT = 1200  # characters of a part that is told whole rather than by its headings
_ALL_OF_IT = re.compile(r"全部|全文|完整|所有|逐条|一字不")
_INFERENCE = "文件没有直接写明对应关系，以下是按内容和名称相近**推断**的："


def documents_of(u: Understanding, holdings: Holdings) -> tuple[str, ...]:
    """The documents of the units and years in question, those without projects too; the later of two versions."""
    by_projects = {key.document_id for key in scope_keys(u, holdings)}
    found = [
        d.id
        for d in holdings.documents
        if d.id in by_projects
        or ((not u.document_ids or d.id in u.document_ids) and (not u.years or d.year in u.years))
    ]
    older, there = holdings.catalogue.older_documents, set(found)
    return tuple(i for i in found if older.get(i) not in there)


def sections_of(u: Understanding, holdings: Holdings, kind: SectionKind | None) -> tuple[Section, ...]:
    return holdings.sections(documents_of(u, holdings), (kind,) if kind else None)


# --- by number


def answer_sections(u: Understanding, holdings: Holdings) -> Reply:
    assert u.section is not None
    problem = false_premise(replace(u, unnamed_project=None, missing_count=None), holdings)
    if problem:
        return problem
    kind = u.section.kind
    sections = sections_of(u, holdings, kind)
    if not sections:
        return not_found(f"文件里没有“{TITLES[kind]}”这一部分。", u, Route.PASSAGES)
    by_document: dict[str, list[Section]] = {}
    for section in sections:
        by_document.setdefault(section.document_id, []).append(section)
    if len(by_document) > 1 and not u.document_ids:
        return _which_document(u, holdings, kind, by_document)
    page = Page(u, holdings)
    for found in by_document.values():
        if len(by_document) > 1:
            page.lines.append(f"**{_document_name(holdings, found[0].document_id)}**")
        _read_out(page, found, u)
    missing = bool(u.section.ordinals) and not page.citations.all()
    return page.reply(Kind.NOT_FOUND if missing else Kind.ANSWER, Route.PASSAGES)


def _which_document(
    u: Understanding, holdings: Holdings, kind: SectionKind, by_document: dict[str, list[Section]]
) -> Reply:
    names = [_document_name(holdings, document_id) for document_id in by_document]
    lines = [
        f"{i}. {name}（{len(found)} 条）"
        for i, (name, found) in enumerate(zip(names[:20], by_document.values(), strict=False), 1)
    ]
    text = f"资料库里有 {len(names)} 份文件都有“{TITLES[kind]}”，请说明是哪个单位、哪一年的：\n\n" + "\n".join(lines)
    return Reply(Kind.CLARIFICATION, text, Route.PASSAGES, options=tuple(names[:20]), focus=u)


def _document_name(holdings: Holdings, document_id: str) -> str:
    document = holdings.document(document_id)
    year = f"{document.year}年" if document.year else ""
    return f"{document.unit_name or document.title or document.name}{year}"


def _read_out(page: Page, sections: list[Section], u: Understanding) -> None:
    assert u.section is not None
    title, count = TITLES[u.section.kind], len(sections)
    if not u.section.ordinals:
        return _whole(page, sections, title, u)
    numbered = {section.ordinal: section for section in sections}
    last = max((n for n in numbered if n is not None), default=0)
    for said in u.section.ordinals:
        ordinal = last + 1 + said if said < 0 else said
        section = numbered.get(ordinal) or (sections[0] if count == 1 and ordinal == 1 else None)
        if section is None:
            words = f"{title}一共 **{count} 条**（共{chinese_number(count)}条），没有第 {ordinal} 条。"
            page.lines.append(words + (f" (There are only {count}.)" if page.u.english else ""))
            continue
        _verbatim(page, section, title)
    counted = [n if n > 0 else last + 1 + n for n in u.section.ordinals]
    found = tuple(n for n in counted if n in numbered)
    page.u = replace(u, section=SectionRef(u.section.kind, found or u.section.ordinals))
    return None


def _verbatim(page: Page, section: Section, title: str) -> None:
    mark = page.mark([page.citations.section(section)])
    if page.u.english:
        number = f" No. {section.ordinal}" if section.ordinal else ""
        page.lines.append(
            f"{_ENGLISH[section.kind].capitalize()}{number} ({title}{f'第{section.ordinal}条' if section.ordinal else ''}), original text{mark}:"
        )
        page.lines.append(f"> {section.text}")
        english = gist(section.text)
        page.lines.append(
            f"In English, term by term: {english}."
            if english
            else "No English gloss is available without a language model."
        )
        return
    number = f"第{chinese_number(section.ordinal)}条" if section.ordinal else ""
    page.lines.append(f"{title}{number}原文{mark}：")
    page.lines.append(f"> {section.text}")


def _whole(page: Page, sections: list[Section], title: str, u: Understanding) -> None:
    count = len(sections)
    if count == 1 and sections[0].ordinal is None:
        if u.count_sections:
            page.lines.append(f"{title}是一段完整的文字，没有分条。")
        return _verbatim(page, sections[0], title)
    whole = u.verbatim or _ALL_OF_IT.search(u.message) or sum(len(s.text) for s in sections) <= _SHORT
    if page.u.english:
        page.lines.append(f"There are **{count}** items under {title} ({_ENGLISH[sections[0].kind]}s):")
    else:
        page.lines.append(f"{title}一共 **{count} 条**：")
    for section in sections:
        text = section.text if whole and not u.count_sections else section.title
        mark = page.mark([page.citations.section(section)])
        english = f" — {gist(text)}" if page.u.english and gist(text) else ""
        page.lines.append(f"{section.ordinal or '-'}. {text}{english}{mark}")
    return None


# --- by phrase


def answer_phrase(u: Understanding, holdings: Holdings) -> Reply | None:
    """Every place where the phrase stands, or None when it stands nowhere as it was put."""
    page = Page(u, holdings)
    wanted = normal(u.phrase)
    places: list[str] = []
    kind = u.section.kind if u.section else None
    for section in sections_of(u, holdings, kind):
        if wanted in normal(section.text):
            places.append(_place(page, section, wanted))
    for key in scope_keys(u, holdings) if kind is None else ():
        for record in holdings.projects([key]):
            places += _in_record(page, record, wanted)
        if len(places) > _MOST_PLACES:
            break
    if not places:
        return None
    shown = places[:_MOST_PLACES]
    more = f"\n……以上是前 {_MOST_PLACES} 处。" if len(places) > _MOST_PLACES else ""
    page.lines.append(
        f"“{u.phrase}”在文件中出现在 **{len(places)} 处**：" if len(places) > 1 else f"“{u.phrase}”出现在 **1 处**："
    )
    page.lines += [f"- {place}" for place in shown]
    slips = {
        f.quote: f
        for d in documents_of(u, holdings)
        for f in holdings.document(d).findings
        if f.rule.startswith("typo")
    }
    page.lines += [
        f"（“{q}”疑为笔误：{f.suggestion}）" for q, f in slips.items() if q and (q in u.phrase or u.phrase in q)
    ]
    page.lines.append(more.strip())
    return page.reply(Kind.ANSWER, Route.PASSAGES)


def _place(page: Page, section: Section, wanted: str) -> str:
    sentence = next((s for s in sentences(section.text) if wanted in normal(s)), section.title)
    mark = page.mark([page.citations.section(section, sentence)])
    number = f"第{chinese_number(section.ordinal)}条（{section.title.rstrip('。')}）" if section.ordinal else ""
    line = f"，第 {section.source.line} 行" if section.source.line else ""
    return f"{TITLES[section.kind]}{number}{line}：“{sentence.strip()}”{mark}"


def _in_record(page: Page, record: ProjectRecord, wanted: str) -> list[str]:
    cells = [("项目名称", record.name), ("资金用途", record.purpose), *(("绩效目标", goal) for goal in record.goals)]
    found = []
    for label, cell in cells:
        if cell.state is CellState.VALUE and wanted in normal(cell.text or ""):
            mark = page.mark(page.cite(record, [cell]))
            line = f"，第 {cell.source.line} 行" if cell.source.line else ""
            found.append(f"{page.name(record)}的{label}{line}：“{cell.text}”{mark}")
    return found


def sentences(text: str) -> list[str]:
    """The sentences of a text, verbatim; half-width semicolons part sentences in these documents."""
    return [m.group().strip() for m in _SENTENCE.finditer(text) if m.group().strip()]


# --- links that no document states


def answer_link(u: Understanding, holdings: Holdings) -> Reply:
    assert u.section is not None
    target = _target(u)
    if u.phrase and not u.section.ordinals:
        said = _item_saying(u.phrase, sections_of(u, holdings, u.section.kind))
        if said is None:
            return not_found(f"{TITLES[u.section.kind]}里没有“{shortened(u.phrase)}”这样的一条。", u, Route.PASSAGES)
        return _to_projects(u, holdings, said)
    if u.section.ordinals:
        sections = sections_of(u, holdings, u.section.kind)
        source = next((s for s in sections if s.ordinal == u.section.ordinals[0]), None)
        if source is None:
            return answer_sections(u, holdings)
        return _to_sections(u, holdings, source, target) if target else _to_projects(u, holdings, source)
    selection = select(u, holdings)
    if isinstance(selection, Reply):
        return selection
    return _from_projects(u, holdings, selection.chosen, target or u.section.kind)


def _item_saying(words: str, sections: tuple[Section, ...]) -> Section | None:
    return next((s for s in sections if s.ordinal and squeeze(words) in squeeze(s.text)), None)


def _target(u: Understanding) -> SectionKind | None:
    """The narrative part asked for, when it is another than the one named first."""
    assert u.section is not None
    if u.topic_key:
        return SectionKind(u.topic_key)
    kinds = group("sections")
    named = [SectionKind(kinds.key(m.group())) for m in kinds.pattern.finditer(normal(u.message))]
    return next((kind for kind in named if kind is not u.section.kind), None)


def _to_sections(u: Understanding, holdings: Holdings, source: Section, target: SectionKind) -> Reply:
    others = [s for s in sections_of(u, holdings, target) if s.document_id == source.document_id]
    # Titles first: the parts of one document repeat them nearly word by word.
    best = best_matches(source.title, [s.title for s in others], 0.5) or best_matches(
        source.text, [s.text for s in others], 0.2
    )
    page = Page(u, holdings)
    if not best:
        return not_found(
            f"没有找到与“{source.title}”内容相近的{TITLES[target]}；文件也没有写明对应关系。", u, Route.PASSAGES
        )
    chosen = others[best[0]]
    page.lines.append(_INFERENCE)
    _verbatim(page, chosen, TITLES[target])
    page.u = replace(u, section=SectionRef(target, (chosen.ordinal,) if chosen.ordinal else ()))
    return page.reply(Kind.ANSWER, Route.PASSAGES)


def _about(record: ProjectRecord) -> str:
    return "，".join([record.name.shown, *(goal.shown for goal in record.goals)])


def _to_projects(u: Understanding, holdings: Holdings, source: Section) -> Reply:
    records = holdings.projects(k for k in scope_keys(u, holdings) if k.document_id == source.document_id)
    # By name first: goals repeat each other, names tell projects apart.
    best = best_matches(source.text, [r.name.shown for r in records], 0.2, near=0.4) or best_matches(
        source.text, [_about(r) for r in records], 0.25
    )
    page = Page(u, holdings)
    mark = page.mark([page.citations.section(source)])
    title = f"{TITLES[source.kind]}第{chinese_number(source.ordinal or 1)}条“{source.title.rstrip('。')}”{mark}"
    if not best:
        text = f"{title}：文件没有写明它对应哪个项目，从名称和内容上也看不出明显对应的项目。"
        page.lines.append(text)
        return page.reply(Kind.NOT_FOUND, Route.PASSAGES)
    page.lines.append(f"{title}：{_INFERENCE}")
    chosen = [records[i] for i in best[:3]]
    fields = [f for f in u.fields if f in ("total", "fiscal", "other")] or ["total"]
    for record in chosen:
        for field in fields:
            sums.one(page, record, money(field))
    for field in u.fields:
        if field in ("code", "plan"):
            inner = answer_records(
                replace(u, mentions=tuple(Mention("", (key_of(r),)) for r in chosen), fields=(field,)), holdings
            )
            page.lines.append(inner.text)
    page.about = [key_of(record) for record in chosen]
    return page.reply()


def _from_projects(
    u: Understanding, holdings: Holdings, records: tuple[ProjectRecord, ...], target: SectionKind
) -> Reply:
    page = Page(u, holdings)
    for record in records[:10]:
        sections = holdings.sections((record.document_id,), (target,))
        best = best_matches(_about(record), [s.text for s in sections], 0.02)
        if not best:
            page.lines.append(f"**{page.name(record)}**：没有找到内容相近的{TITLES[target]}。")
            continue
        page.lines.append(f"**{page.name(record)}**：{_INFERENCE}")
        _verbatim(page, sections[best[0]], TITLES[target])
    page.about = [key_of(record) for record in records]
    kind = Kind.ANSWER if page.citations.all() else Kind.NOT_FOUND
    return page.reply(kind, Route.PASSAGES)
