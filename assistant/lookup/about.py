"""About documents and the library themselves, general knowledge of the field, and what no document says."""

import re
from dataclasses import replace

from assistant.holdings import Holdings
from assistant.lookup import texts
from assistant.lookup.page import Page
from assistant.lookup.sections import TITLES, documents_of
from assistant.lookup.select import false_premise, not_found, project_list, scope_keys, select, units_in_words
from assistant.policy import refuse_remit
from assistant.types import Kind, Reply, Route
from assistant.understanding.lexicon import Topic, topics
from assistant.understanding.types import Understanding
from corpus.folding import squeeze
from corpus.types import DocumentInfo, ProjectRecord, SectionKind, YearBasis

_MOST = 30
_UNIT_LINE = re.compile(r"单位:?((?:万|亿)?元)")

_BASIS = {
    YearBasis.COVER: "标题或封面写明",
    YearBasis.FILE_NAME: "见于文件名",
    YearBasis.GIVEN: "收录时由用户指定",
    YearBasis.INFERRED: "文件没有写明年份，按项目编码推断",
    YearBasis.UNKNOWN: "文件没有写明年份",
}


def topic_of(u: Understanding) -> Topic:
    return next(topic for topic in topics() if topic.key == u.topic_key)


def answer_document(u: Understanding, holdings: Holdings) -> Reply:
    problem = false_premise(u, holdings)
    if problem:
        return problem
    documents = [holdings.document(d) for d in documents_of(u, holdings)]
    handlers = {"year": _year, "unit": _unit, "structure": _structure, "money_unit": _money_unit, "library": _library}
    return handlers[u.topic_key](u, holdings, documents)


def _year(u: Understanding, holdings: Holdings, documents: list[DocumentInfo]) -> Reply:
    stated = [d for d in documents if d.year_basis not in (YearBasis.INFERRED, YearBasis.UNKNOWN)]
    if len(documents) == 1 and not stated:
        document = documents[0]
        text = "文件**没有写明**是哪一年的预算：标题、正文和表格里都没有年份或日期。"
        if document.year:
            text += f"\n\n可以参考的是：项目编码第 7、8 位是“{document.year % 100:02d}”，据此**推断**为 {document.year} 年；这只是推断，不是文件的说法。"
        if u.english:
            text = f"The document does not state its year (文件没有写明). The project codes contain “{(document.year or 0) % 100:02d}”, from which {document.year} may be inferred; this is an inference only."
        return not_found(text, u)
    lines = [
        f"- {d.title or d.name}：{f'{d.year} 年' if d.year else '年份不明'}（{_BASIS[d.year_basis]}）"
        for d in documents[:_MOST]
    ]
    return Reply(Kind.ANSWER, "\n".join(lines), Route.RECORDS, focus=u)


def _unit(u: Understanding, holdings: Holdings, documents: list[DocumentInfo]) -> Reply:
    page = Page(u, holdings)
    if not any(d.unit_name for d in documents):
        return not_found("文件没有写明是哪个单位的。", u)
    for document in documents[:_MOST]:
        records = holdings.projects_of([document.id])
        mark = (
            _table_head(page, records[0], re.compile(re.escape(squeeze(document.unit_name or "")))) if records else ""
        )
        code = f"（单位代码 {document.unit_code}）" if document.unit_code else ""
        page.lines.append(f"{document.title or document.name}：单位为**{document.unit_name}**{code}{mark}。")
    return page.reply()


def _table_head(page: Page, record: ProjectRecord, pattern: re.Pattern[str]) -> str:
    """The mark of the line above a project's table that fits `pattern`; nothing when none does."""
    first = record.source.line or 1
    for number, line in page.holdings.lines(record.document_id, first, first + 6):
        if pattern.search(squeeze(line)):
            return page.mark(
                [page.citations.place(record.document_id, replace(record.source, line=number), line.strip())]
            )
    return ""


def _structure(u: Understanding, holdings: Holdings, documents: list[DocumentInfo]) -> Reply:
    page = Page(u, holdings)
    for document in documents[:_MOST]:
        sections = holdings.sections((document.id,))
        records = holdings.projects_of([document.id])
        parts = []
        for kind in SectionKind:
            found = [s for s in sections if s.kind is kind]
            if found and kind is not SectionKind.OTHER:
                count = f"（{len(found)} 条）" if found[0].ordinal else ""
                parts.append(f"{TITLES[kind]}{count}{page.mark([page.citations.section(found[0])])}")
        name = document.title or document.name
        if u.english:
            page.lines.append(f"**{name}**: {'; '.join(parts)}; {len(records)} project tables (预算项目绩效目标).")
            continue
        page.lines.append(f"**{name}**的内容：")
        if parts:
            page.lines.append(f"- 部门整体绩效目标：{'、'.join(parts)}")
        if records:
            page.lines.append(
                f"- 预算项目绩效目标：{len(records)} 个项目，每个项目一张绩效目标表（编码、预算、资金用途、支出计划、绩效目标、绩效指标）"
            )
            page.lines += [
                f"  {i}. {page.name(r)}{page.mark(page.cite(r, [r.name]))}" for i, r in enumerate(records[:_MOST], 1)
            ]
        if not parts and not records:
            page.lines.append(f"- 参考文件，共 {len(sections)} 段文字，没有项目表。")
    return page.reply()


def _money_unit(u: Understanding, holdings: Holdings, documents: list[DocumentInfo]) -> Reply:
    page = Page(u, holdings)
    for document in documents[:_MOST]:
        for record in holdings.projects_of([document.id])[:_MOST]:
            if mark := _table_head(page, record, _UNIT_LINE):
                page.lines.append(f"- {page.name(record)}的表头写明了单位{mark}")
    page.lines.append("本助手的金额一律换算成**万元**显示，需要时可以说“换算成元”。")
    return page.reply()


def _library(u: Understanding, holdings: Holdings, documents: list[DocumentInfo]) -> Reply:
    ids = {d.id for d in documents}
    units = [unit for unit, of_unit in holdings.catalogue.documents_of_unit.items() if ids & set(of_unit)]
    lines = [f"资料库里有 **{len(documents)} 份文件**，来自 {len(units)} 个单位："]
    for document in documents[:_MOST]:
        year = (
            f"{document.year} 年" + ("（推断）" if document.year_basis is YearBasis.INFERRED else "")
            if document.year
            else "年份未写明"
        )
        lines.append(
            f"- {document.title or document.name}（{document.unit_name or '单位未写明'}，{year}，{document.projects} 个项目）"
        )
    years = [d.year for d in documents if d.year]
    if years and _LATEST.search(u.message):
        newest = [d for d in documents if d.year == max(years)]
        names = "、".join(f"{d.title or d.name}" for d in newest[:_SHOWN_NEWEST])
        lines.insert(0, f"年度最新的是 **{max(years)} 年**的：{names}。")
    if _WHEN_TAKEN_IN.search(u.message):
        last = documents[-1]
        lines.append(f"以上按收录的先后排列，最近收录的是《{last.title or last.name}》；收录的日期没有列出。")
    return Reply(Kind.ANSWER, "\n".join(lines), Route.RECORDS, focus=u)


_SHOWN_NEWEST = 5
_LATEST = re.compile("最新|最近的年|最近一年")
_WHEN_TAKEN_IN = re.compile("什么时候|哪天|时间|日期|最近(?:更新|收录|入库)|更新了")


def answer_outside(u: Understanding, holdings: Holdings) -> Reply:
    """What documents of this kind do not say: said plainly, with what is there."""
    topic = topic_of(u)
    if topic.key == "code_meaning":
        return _code_meaning(u, holdings)
    if topic.key == "total_department":
        return _department_total(u, holdings)
    lines = [f"文件没有写{topic.label}，查不到。"]
    if u.english:
        lines = [f"The documents do not say ({topic.label}：文件没有写)."]
    if u.mentions:
        selection = select(replace(u, fields=()), holdings)
        if not isinstance(selection, Reply):
            page = Page(u, holdings)
            page.lines = [*lines, "", "文件里关于这个项目有的是："]
            for record in selection.chosen[:3]:
                texts.card(page, record)
            return page.reply(Kind.NOT_FOUND)
    lines.append(f"文件里有的是：{offers(u, holdings)}。")
    return not_found("\n\n".join(lines), u)


def offers(u: Understanding, holdings: Holdings) -> str:
    count = len(scope_keys(u, holdings))
    return f"总体和分项绩效目标、工作保障措施，以及 {count} 个项目的编码、预算、资金来源、用途、支出计划和绩效目标"


def _code_meaning(u: Understanding, holdings: Holdings) -> Reply:
    page = Page(u, holdings)
    records = holdings.projects(scope_keys(u, holdings)[:4])
    marks = "".join(page.mark(page.cite(r, [r.code])) for r in records)
    page.lines.append(f"文件只列出项目编码，**没有说明**编码各段代表什么{marks}。")
    page.lines.append(
        "可以参考的是：开头 6 位（如 130434）与县级行政区划代码的写法一致，第 7、8 位（如 25）可能是预算年度；这些是**推断**，不是文件的说法。"
    )
    return page.reply(Kind.NOT_FOUND)


def _department_total(u: Understanding, holdings: Holdings) -> Reply:
    from assistant.lookup.measures import money
    from assistant.lookup.sums import total

    page = Page(u, holdings)
    records = holdings.projects(scope_keys(u, holdings))
    page.lines.append("文件没有写明部门的预算总额（含基本支出等），查不到。")
    if records and len({(r.unit_name, r.year) for r in records}) == 1:
        page.lines.append(f"文件里能加总的只有所列的 {len(records)} 个项目：")
        total(page, records, money("total"), f"{len(records)}个项目")
    return page.reply(Kind.NOT_FOUND)


def answer_knowledge(u: Understanding, holdings: Holdings) -> Reply:
    """General knowledge of the field; about the plan's reading, with the cells."""
    topic = topic_of(u)
    if topic.key == "cumulative":
        page = Page(u, holdings)
        records = holdings.projects(dict.fromkeys(k for m in u.mentions for k in m.keys) or scope_keys(u, holdings)[:8])
        page.add("cumulative")
        texts.plan(page, records)
        page.lines.pop()
        return page.reply()
    if topic.key == "codes_general":
        page = Page(u, holdings)
        records = holdings.projects(scope_keys(u, holdings)[:8])
        lengths = sorted({len(r.code.text) for r in records if r.code.text})
        page.lines.append(
            f"文件里的项目编码是 {'、'.join(map(str, lengths)) or '（没有列）'} 位{''.join(page.mark(page.cite(r, [r.code])) for r in records)}。"
        )
        return page.reply()
    return Reply(Kind.ANSWER, topic.answer, Route.HELP, focus=u)


def answer_remit(u: Understanding, holdings: Holdings) -> Reply:
    """What the assistant does not do."""
    del holdings
    return refuse_remit(u, topic_of(u).label)


def answer_help(u: Understanding, holdings: Holdings) -> Reply:
    if u.topic_key == "thanks":
        return Reply(
            Kind.ANSWER, "不客气。还可以继续问预算、支出计划、目标和措施，或让我起草、检查。", Route.HELP, focus=u
        )
    first = next((e.name for e in holdings.catalogue.entries if e.name), None)
    example = f"例如：“{first}到6月底要花多少钱？”" if first else ""
    if u.english:
        text = (
            "I answer questions about the departmental performance-goal documents (部门预算绩效目标): budgets, funding, purposes, spending plans, goals and measures, "
            "each figure with its formula and the cell it came from. I draft next year's goals, and check a document for errors. Classified indicator fields are not disclosed."
        )
        return Reply(Kind.ANSWER, text, Route.HELP, focus=u)
    text = (
        "我是绩效目标助手，可以：\n"
        f"- **查数**：预算数、资金来源、用途、支出计划（百分比和金额）、合计、比较、排名，每个数都注明算式和出处。{example}\n"
        "- **查文字**：总体目标、分项目标、保障措施，按条号、按话题或按原句。例如：“第三条保障措施是什么？”\n"
        "- **起草**：按今年的文本起草下一年度的绩效目标，不知道的数留空。例如：“起草明年的总体绩效目标”\n"
        "- **检查**：找出空格、合计不符、目标未量化、错别字等问题。例如：“检查一下这份文件有什么问题”\n\n"
        f"目前收录：{units_in_words(holdings)}，共 {len(holdings.documents)} 份文件、{len(holdings.catalogue.scope((), (), ()))} 个项目。涉密的指标内容不予公开。"
    )
    return Reply(Kind.ANSWER, text, Route.HELP, focus=u)


def _numbered_kinds(u: Understanding, holdings: Holdings) -> tuple[SectionKind, ...]:
    """The narrative parts that have numbered items."""
    return tuple(
        dict.fromkeys(s.kind for s in holdings.sections(documents_of(u, holdings)) if s.ordinal and s.kind in TITLES)
    )


def answer_unclear(u: Understanding, holdings: Holdings) -> Reply:
    problem = false_premise(u, holdings)
    if problem:
        return problem
    if u.topic_key == "item" and (kinds := _numbered_kinds(u, holdings)):
        options = tuple(f"{TITLES[kind]}：{u.message}" for kind in kinds)
        text = f"您问的是哪一部分？请说明是{'还是'.join(TITLES[kind] for kind in kinds)}。"
        return Reply(Kind.CLARIFICATION, text, Route.HELP, options=options, focus=u)
    text = "没有听懂您的问题，请换个说法。可以问某个项目的预算、资金用途、支出计划，也可以问目标和措施。"
    if u.english:
        text = "I did not understand the question; please rephrase. You can ask about a project's budget, purpose or spending plan, or about goals and measures."
    listing = project_list(u, holdings)
    return Reply(Kind.CLARIFICATION, f"{text}\n\n文件里的项目：\n{listing}" if listing else text, Route.HELP, focus=u)


def examples(holdings: Holdings) -> tuple[str, ...]:
    """Questions that the library can answer, made from what it holds."""
    records = holdings.projects(entry.key for entry in holdings.catalogue.entries[:50])
    named = [r for r in records if r.name.text and r.total.value is not None and r.plan]
    found = []
    if named:
        largest = max(named, key=lambda r: r.total.value or 0)
        found += [f"{largest.name.text}到6月底要花多少钱？", "哪个项目预算最多？占合计的多少？"]
        found.append(f"{named[0].name.text}的资金用途是什么？")
    if any(document.sections for document in holdings.documents):
        found += ["第三条保障措施是什么？", "起草明年的总体绩效目标", "这份文件有什么问题？"]
    return tuple(found) or ("你能做什么？",)
