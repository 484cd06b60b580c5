"""The score sheet of a document by the four review criteria, each row with the findings it lost points for."""

import re

from assistant.holdings import Holdings
from assistant.lookup.page import Page
from assistant.lookup.reviewed import score_of
from assistant.lookup.sections import documents_of
from assistant.types import Grid, Kind, Reply, Route
from assistant.understanding.lexicon import normal
from assistant.understanding.types import Understanding

ASKED = re.compile(r"打分|评分|打个分|打几分|几分|多少分|得分|评分表|自评表|优良中差|什么等[级次]|哪个等[级次]|score")
_MOST = 5


def wants_score(u: Understanding) -> bool:
    return bool(ASKED.search(normal(u.message)))


def answer_score(u: Understanding, holdings: Holdings) -> Reply:
    """Scores of the documents meant, at most five; what cannot be scored is said."""
    page = Page(u, holdings)
    rows: list[tuple[str, ...]] = []
    documents = [holdings.document(d) for d in documents_of(u, holdings)]
    sheets = [(document, sheet) for document in documents if (sheet := score_of(holdings, document.id))]
    if not sheets:
        page.lines.append("资料库里没有可以评分的绩效目标文件。")
        return page.reply(Kind.NOT_FOUND, Route.FINDINGS)
    for document, sheet in sheets[:_MOST]:
        page.lines.append(f"**{document.title or document.name}** 自查评分（每项满分 100）：")
        page.lines += [
            "",
            "| 审核内容 | 得分 | 等次 | 错误 | 问题 | 提示 | 主要扣分原因 |",
            "|---|---|---|---|---|---|---|",
        ]
        for row in sheet:
            reasons = "；".join(row.reasons[:2]).replace("|", "｜") or "没有发现问题"
            counts = (str(row.errors), str(row.warnings), str(row.infos))
            page.lines.append(f"| {' | '.join((row.aspect, str(row.score), row.grade, *counts, reasons))} |")
            rows.append((document.name, row.aspect, str(row.score), row.grade, *counts, "；".join(row.reasons)))
        page.lines.append("")
    if len(sheets) > _MOST:
        page.lines.append(f"另有 {len(sheets) - _MOST} 份文件，请指明要看哪一份。")
    page.lines.append(
        "评分由检查结果折算：每项从 100 分起，错误扣 20 分、问题扣 8 分、提示扣 2 分；90 分以上为优，80 分以上为良，"
        "60 分以上为中。涉密栏目不参与评分。只供送审前自查，结论以财政部门审核意见为准。"
    )
    page.grid = Grid(("文件", "审核内容", "得分", "等次", "错误", "问题", "提示", "扣分原因"), tuple(rows))
    return page.reply(Kind.ANSWER, Route.FINDINGS)
