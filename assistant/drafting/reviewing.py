"""What is to be looked at in a draft: the rules for documents, wishes that were not done, figures carried over. Pure."""

import re

from assistant.drafting.materials import BY_USER, PARTS, Material
from assistant.drafting.rereading import extraction_of_draft
from assistant.drafting.wishes import Wishes
from assistant.types import Draft, Origin
from corpus.findings import check
from corpus.findings.wording import has_figure
from corpus.types import Extraction, Finding, Level, ProjectRecord, Source


def findings_of_draft(
    draft: Draft, material: Material, project: ProjectRecord | None, wishes: Wishes
) -> tuple[Finding, ...]:
    """The rules for documents over the draft, this year's document beside it; and what of the wishes was not done."""
    before = Extraction(material.projects, material.sections)
    found = list(check(extraction_of_draft(draft), settings=material.rules, previous=before, draft=True))
    unread = [*wishes.unread, *_not_in_form(project, wishes), *_not_in_text(draft, wishes)]
    if draft.kind in PARTS and (wishes.has_figures or wishes.fields or any(wish.more for wish in wishes.indicators)):
        unread.append("金额、支出比例、用途和指标（这一部分不写，请在项目绩效目标表中调整）")
    found += [unread_finding(words, draft.title) for words in unread]
    found += _carried_figures(draft)
    return tuple(dict.fromkeys(found))


def _not_in_form(project: ProjectRecord | None, wishes: Wishes) -> list[str]:
    """Shares for dates that the project's form does not have: they are named, not dropped."""
    months = [point.month for point in project.plan] if project else []
    columns = "、".join(f"{month}月底" for month in months)
    return [f"{month}月底的支出比例（表中只有{columns}）" for month in wishes.plan if months and month not in months]


def _not_in_text(draft: Draft, wishes: Wishes) -> list[str]:
    """Words to be replaced or left out that this year's text does not hold."""
    done = {change.before for change in draft.changes}
    return [
        f"把“{before}”改为“{after}”（文中没有这个词）"
        for before, after in wishes.swap_now
        if not any(one.startswith(before) for one in done)
    ]


def _carried_figures(draft: Draft) -> list[Finding]:
    """Figures that stand as they stood this year: they have a source, but next year's may differ."""
    carried = [s for s in draft.sentences if s.origin in (Origin.KEPT, Origin.EDITED) and BY_USER not in s.sources]
    texts = [s.text for s in carried if has_figure(re.sub(r"【待填：[^】]*】", "", s.text))]
    if not texts:
        return []
    shown = "；".join(text[:40] for text in texts[:4])
    message = f"有{len(texts)}处沿用了本年的数值（如：{shown}），请按新一年的安排核对。"
    return [
        Finding(
            "carried-figure", Level.INFO, message, "数值有变化的，直接修改。", Source((draft.title,)), texts[0][:60]
        )
    ]


def unread_finding(words: str, title: str) -> Finding:
    return Finding(
        "instruction-unread",
        Level.WARNING,
        f"这部分要求没有自动处理：“{words}”。",
        "请换一种说法，或在草案中直接修改。",
        Source((title,)),
        words,
    )
