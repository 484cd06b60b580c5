"""The question as understood, in one line: what a person checks before trusting the figure."""

from assistant.understanding.catalogue import Catalogue
from assistant.understanding.lexicon import normal
from assistant.understanding.types import Aggregate, Intent, Understanding
from corpus.fields import BY_KEY

_AGGREGATES = {
    Aggregate.SUM: "合计",
    Aggregate.AVERAGE: "平均",
    Aggregate.MAX: "最高的",
    Aggregate.MIN: "最低的",
    Aggregate.RANK: "排名",
    Aggregate.COUNT: "个数",
    Aggregate.DIFFERENCE: "相差多少",
    Aggregate.SHARE: "占比",
    Aggregate.RATIO: "倍数",
    Aggregate.SAME: "是否相同",
}
_FIELDS = {"funding": "资金来源", "everything": "全部公开信息", "unit_name": "所属单位"}


def render(u: Understanding, catalogue: Catalogue) -> str:
    """The message itself where it says everything, else its parts spelt out."""
    if u.intent is not Intent.RECORDS:
        return u.message
    names = [catalogue.by_key[k].name or "" for m in u.mentions for k in m.keys[:3] if k in catalogue.by_key]
    said = normal(u.message)
    if all(normal(name) in said for name in names) and names:
        return u.message
    parts = ["、".join(dict.fromkeys(names)) or ("所有项目" if u.all_projects or not u.mentions else "")]
    parts += [span.words or f"{span.end}月底" for span in u.spans]
    labels = [BY_KEY[f].label if f in BY_KEY else _FIELDS.get(f, "") for f in u.fields]
    parts.append("、".join(label for label in labels if label))
    parts.append("、".join(_AGGREGATES[a] for a in u.aggregates))
    parts += ["剩余待支出"] if u.remaining else []
    parts += [f"（换算成{u.unit}）"] if u.unit else []
    spelt = " ".join(part for part in parts if part)
    return f"{u.message}（理解为：{spelt}）" if spelt else u.message
