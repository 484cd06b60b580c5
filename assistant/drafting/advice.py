"""Indicators suggested for a kind of project, asked for in the chat: from public ones of like projects, each cited."""

import re
from dataclasses import replace

from assistant.drafting.suggesting import suggest
from assistant.holdings import Holdings
from assistant.lookup.page import Page
from assistant.types import Kind, Reply, Route
from assistant.understanding.types import Understanding
from corpus.types import CellState

_ASKING = re.compile(
    r"请|帮我|帮忙|给我?|给点|写|设置?|列|推荐|建议|参考|几条|几个|一些|一下|哪些|什么|一般|通常|可以|应该|应当|比较|合适|的?项目|类|绩效|数量|质量|时效|成本|效益|满意度|指标|一个|[?？,，。]"
)


def answer_suggestions(u: Understanding, holdings: Holdings) -> Reply:
    """培训类项目一般设哪些指标: what like projects of the library set, marked as suggestions; no classified row gives one."""
    named = holdings.projects(k for m in u.mentions for k in m.keys[:1])
    about = "".join(f"{r.name.text or ''}{r.purpose.text or ''}" for r in named) or _ASKING.sub("", u.message)
    everyone = holdings.projects(entry.key for entry in holdings.catalogue.entries)
    own = {(r.document_id, r.ordinal) for r in named}
    others = [r for r in everyone if (r.document_id, r.ordinal) not in own]
    found = suggest(about, others, {d.id: d.name for d in holdings.documents})
    page = Page(replace(u, mentions=()), holdings)
    if not found:
        page.lines.append(
            "资料库里没有同类项目公开的绩效指标可以参考。一般做法：产出指标写数量、质量、时效，成本指标写控制标准，"
            "效益指标写社会、经济、生态等效果，并设服务对象满意度，每项写明指标值和确定依据（财预〔2021〕101号）。"
        )
        return page.reply(Kind.ANSWER, Route.HELP)
    page.lines.append("可以参考资料库里同类项目公开的指标（**建议**，指标值是那个项目的，不能照搬）：")
    for number, suggestion in enumerate(found, 1):
        row = suggestion.row
        cells = [c for c in (row.level3, row.target) if c.state is CellState.VALUE]
        page.lines.append(f"{number}. {suggestion.words}{page.mark(page.cite(suggestion.record, cells))}")
    return page.reply()
