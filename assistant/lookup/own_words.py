"""What a project's own words tell: its purpose and goals, and the project that they are asked of without its name."""

import re
from dataclasses import replace

from assistant.holdings import Holdings
from assistant.lookup.measures import money
from assistant.lookup.page import Page, key_of
from assistant.lookup.select import scope_keys
from assistant.lookup.sums import one
from assistant.lookup.wording import label
from assistant.types import Kind, Reply
from assistant.understanding.lexicon import normal, words
from assistant.understanding.types import Aggregate, Mention, Understanding
from corpus.types import Cell, CellState, ProjectRecord

_MOST_PROJECTS = 400  # in a larger scope nothing is looked for in every purpose
_MOST_CELLS = 3
_ASKS_FIGURE = re.compile(r"多少|几|百分|多大|多高|多长|比例")
_MEASURES = re.compile(r"人均|户均|亩均|单价|成本|造价|率|占比|满意度|面积|里程")  # what a cell must name to tell it
_OTHER_FUNDS_ARE = re.compile(r"其他资金(?:为|是|来自|来源为|：|:)([^，。；]+)")  # 上级补助多少 asks for 其他资金
_WHOSE = re.compile(
    r"^(.{6,}?)[,，]?(?:这[个条句]话?)?(?:是|属于|写在|出自)(?:哪个|哪些|哪几个|哪一个)项目的?(?:绩效)?(?:目标|用途)"
)
_NO_MARKS = re.compile(r"\W")
_EACH = re.compile(r"一个?(?=月|年|天|人|次|户|亩|座|台|套|辆)")


def told_by_project(u: Understanding, holdings: Holdings) -> Reply | None:
    """The purpose or goals of the one project named that hold what is asked of it; None where they hold nothing of it.

    高龄津贴90岁老人一个月发多少: no field of its own says it, the sentence of the purpose does.
    """
    within = set(scope_keys(u, holdings))
    keys = dict.fromkeys(k for m in u.mentions for k in m.keys if k in within)
    records = holdings.projects(keys)
    if not records or len({normal(r.name.text or "") for r in records}) != 1:
        return None
    name = normal(records[0].name.text or "")
    asked = {pair for pair in _pairs_asked(u) if pair not in name}
    measured = set(_MEASURES.findall(u.message))
    cells = [(r, what, cell) for r in records for what, cell in _cells(r)]
    cells = [found for found in cells if all(measure in found[2].shown for measure in measured)]
    best = max((_shared(asked, cell) for _, _, cell in cells), default=0)
    figures = bool(_ASKS_FIGURE.search(u.message))
    told = [c for c in cells if best and _shared(asked, c[2]) == best]
    told = [c for c in told if not figures or best > 1 or re.search(r"\d", c[2].shown)]
    if not told:
        return None
    page = Page(u, holdings)
    for record, what, cell in told[:_MOST_CELLS]:
        page.about.append(key_of(record))
        marks = page.mark(page.cite(record, [cell]))
        page.lines.append(f"**{page.name(record)}**的{label(what, False)}写的是：“{cell.shown}”{marks}")
        said = _OTHER_FUNDS_ARE.search(cell.shown)
        if figures and said and any(pair in normal(said.group(1)) for pair in asked):
            one(page, record, money("other"))
    return page.reply()


def whose_words(u: Understanding, holdings: Holdings) -> Reply | None:
    """净化网络信息营造清朗网络空间是哪些项目的目标: every project whose purpose or goals hold these words, marks aside."""
    asked = _WHOSE.search(u.message.strip())
    keys = scope_keys(replace(u, mentions=()), holdings)
    if asked is None or len(keys) > _MOST_PROJECTS:
        return None
    said = _NO_MARKS.sub("", normal(asked.group(1)))
    cells = ((r, what, cell) for r in holdings.projects(keys) for what, cell in _cells(r))
    found = [(r, what, cell) for r, what, cell in cells if said in _NO_MARKS.sub("", normal(cell.shown))]
    if not found:
        return None
    page = Page(u, holdings)
    page.about = list(dict.fromkeys(key_of(r) for r, *_ in found))
    page.lines.append(f"写有这句话的项目有 **{len(page.about)} 个**：")
    for record, what, cell in found:
        marks = page.mark(page.cite(record, [cell]))
        page.lines.append(f"- **{page.name(record)}**的{label(what, False)}：“{cell.shown}”{marks}")
    return page.reply()


def named_by_its_words(u: Understanding, holdings: Holdings) -> tuple[Understanding, str]:
    """The question asked of the one project whose purpose or goals hold all words left over, and a line that says so.

    那个扑杀补偿的项目叫什么; 空调和灭火系统一共花多少钱. The question as it was, and no line, where it names a project
    already, is about several, or the words stand with none or with many.
    """
    wanted = [w for w in u.leftover.split() if re.fullmatch(r"[\u3400-\u9fff]{2,}", w)]
    if not wanted or not _lacks_subject(u):
        return u, ""
    keys = scope_keys(u, holdings)
    if len(keys) > _MOST_PROJECTS:
        return u, ""
    found = [r for r in holdings.projects(keys) if all(w in _own_text(r) for w in wanted)]
    if not found or len({(r.unit_name, normal(r.name.text or "")) for r in found}) != 1:
        return u, ""
    mention = Mention(found[0].name.text or "", tuple(key_of(r) for r in found))
    said = "、".join(wanted)
    line = f"（“{said}”写在**{found[0].name.shown}**的用途或目标里，按这个项目回答。）"
    aggregates = tuple(a for a in u.aggregates if a is not Aggregate.SUM)
    first = aggregates[0] if aggregates else None
    fields = u.fields or ("total",)
    return replace(u, mentions=(mention,), fields=fields, aggregates=aggregates, aggregate=first, leftover=""), line


_FROM_ABOVE = re.compile(
    r"(中央|国家|省|市|上级|县|区)(?:里|级|财政|里头|那边)*(?:给|配套|补助|拨|出|拿|承担|补)(?!局)"
)


_HIGHER = ("中央", "国家", "省", "上级")  # what a county's 财政资金 need not come from


def told_of_a_level(u: Understanding, holdings: Holdings) -> Reply | None:
    """省里给多少, of one project named: 其他资金, where its purpose says that these are the province's."""
    level = _FROM_ABOVE.search(normal(u.message))
    within = set(scope_keys(u, holdings))
    records = holdings.projects(dict.fromkeys(k for m in u.mentions if m.certain for k in m.keys if k in within))
    if not level or len(records) != 1 or records[0].purpose.state is not CellState.VALUE:
        return None
    said = _OTHER_FUNDS_ARE.search(records[0].purpose.shown)
    page = Page(u, holdings)
    if not said or level.group(1) not in said.group(1):
        if level.group(1) not in _HIGHER or level.group(1) in _own_text(records[0]):
            return None
        page.lines.append(f"文件没有写{level.group(1)}一级给多少，只写了财政资金和其他资金：")
        for key in ("fiscal", "other"):
            one(page, records[0], money(key))
        return page.reply(Kind.NOT_FOUND)
    marks = page.mark(page.cite(records[0], [records[0].purpose]))
    page.lines.append(f"**{page.name(records[0])}**的资金用途写的是：“{records[0].purpose.shown}”{marks}")
    one(page, records[0], money("other"))
    return page.reply()


def _lacks_subject(u: Understanding) -> bool:
    whole = u.mentions or u.all_projects or u.filters or u.all_units or u.group_by or u.said_count or u.excluded
    over_many = set(u.aggregates) - {Aggregate.SUM}
    return not (whole or over_many or (u.remaining and not u.fields)) and bool(u.fields or u.spans)


def _own_text(record: ProjectRecord) -> str:
    return " ".join(normal(cell.text or "") for _, cell in _cells(record))


def _cells(record: ProjectRecord) -> list[tuple[str, Cell]]:
    cells = [("purpose", record.purpose), *(("goals", goal) for goal in record.goals)]
    return [(what, cell) for what, cell in cells if cell.state is CellState.VALUE]


def _pairs_asked(u: Understanding) -> set[str]:
    """Neighbouring characters of what is asked beside the project's name."""
    text = _EACH.sub("每", normal(u.message))
    for mention in u.mentions:
        text = text.replace(normal(mention.text), " ") if mention.text else text
    text = re.sub(r"多少|几|什么时候|[^\u3400-\u9fff]", " ", text)
    runs = words("stopwords").sub(" ", text).split()
    return {run[i : i + 2] for run in [*runs, *text.split()] for i in range(len(run) - 1)}


def _shared(asked: set[str], cell: Cell) -> int:
    text = normal(cell.text or "")
    return sum(pair in text for pair in asked)
