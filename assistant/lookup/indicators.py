"""The indicator grid: categories and counts are public; rows are read out unless they are classified."""

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from assistant.holdings import Holdings
from assistant.lookup.page import Page, key_of
from assistant.lookup.row_conditions import RowCondition, conditions, number_of
from assistant.lookup.rows_over_years import say_changes, with_other_years
from assistant.lookup.select import Selection, false_premise, scope_keys, select
from assistant.policy import refuse_indicators
from assistant.types import Grid, Kind, Reply
from assistant.understanding.lexicon import normal
from assistant.understanding.types import Aggregate, Intent, RowKey, Understanding
from corpus.fields import INDICATOR_TREE
from corpus.types import CellState, Indicator, ProjectRecord

_SHOWN = 60
_MOST_ROWS = re.compile(r"指标(?:的)?(?:数量|个数|条数|行数|数目)?(?:设得|列得|定得)?最[多少]")
# 那个涉密的指标是不是超过10台: to be confirmed, not counted.
_GUESSES_A_FIGURE = re.compile(
    r"\d|超过|大于|高于|小于|低于|多于|少于|不到|是不是[^有没]{0,3}[一二三四五六七八九十百千]"
)
_LACKING = re.compile(
    r"(?:没有?|未|缺少?|不)(?:设置?|列|安排|有)?[^,。?有没]{0,6}指标的(?:有|是)?(?:哪些|哪几个|哪个)?(?:预算)?项目|(?:哪些|哪几个|哪个)项目(?:没有?|未|缺少?)(?:设置?|列|安排)?[^,。?有没]{0,8}指标"
)
_LIST_THEM = re.compile(r"列出|列一下|列个|分别是|都是什么|都有哪些|有哪些|是哪些")
_BESIDE_NAMES = re.compile(
    r"公开|非涉密|不涉密|其他|其余|其它|全部|所有|列|比较|对比|还有|两年|除了?|以外|外|啥|两|一样|设|同"
)


def answer_indicators(u: Understanding, holdings: Holdings) -> Reply:
    """Counts and categories for everyone; contents only of public rows; anything else is refused in one wording."""
    problem = false_premise(u, holdings)
    if problem:
        return problem
    selection = select(replace(u, filters=()), holdings)
    if isinstance(selection, Reply):
        # Which project is meant makes no difference where every candidate's rows are classified.
        candidates = holdings.projects(k for m in u.mentions for k in m.keys)
        if candidates and all(_closed(r) for r in candidates) and not _public_question(u):
            return refuse_indicators(u)
        return selection
    records = tuple(r for r in selection.chosen if r.indicators)
    page = Page(u, holdings)
    page.about = [key_of(r) for r in selection.chosen] if selection.named else []
    if not records:
        page.lines.append("文件没有列出绩效指标表。")
        return page.reply(Kind.NOT_FOUND)
    if _counts_classified(u):
        return _classified_rows(page, records)
    if "categories" in u.fields:
        return _categories(page, records, u.categories)
    if most := _MOST_ROWS.search(u.message):
        return _most_rows(page, records, least=most.group().endswith("少"))
    if u.categories and _LACKING.search(normal(u.message)):
        return _lacking(page, records, u.categories)
    if Aggregate.COUNT in u.aggregates and not conditions(u):
        return _count(page, records, u.categories)
    if "having" in u.fields:
        return _having(page, records, u.categories)
    if "classified" in u.fields and u.verbatim and not _GUESSES_A_FIGURE.search(normal(u.message)):
        return _classified_rows(page, records)
    if "classified" in u.fields and any(row.classified for r in records for row in r.indicators):
        return refuse_indicators(replace(u, result=tuple(key_of(r) for r in selection.chosen)))
    return _rows(page, selection, records)


def _closed(record: ProjectRecord) -> bool:
    return bool(record.indicators) and all(row.classified for row in record.indicators)


def _public_question(u: Understanding) -> bool:
    return "categories" in u.fields or "having" in u.fields or _counts_classified(u)


def _counts_classified(u: Understanding) -> bool:
    return "classified" in u.fields and bool({Aggregate.COUNT, Aggregate.SHARE} & set(u.aggregates))


def _classified_rows(page: Page, records: tuple[ProjectRecord, ...]) -> Reply:
    """How many rows are classified, by project and category: names of categories and counts are public."""
    counts = [(r, sum(row.classified for row in r.indicators)) for r in records]
    total = sum(n for _, n in counts)
    cells = 4 * total
    if page.u.english:
        page.lines.append(f"**{total} rows** of the indicator tables are classified (涉密).")
    else:
        page.lines.append(
            f"指标表中写“涉密”的一共 **{total} 行**（每行的三级指标、指标描述、指标值、确定依据 4 栏，共 {cells} 格）："
        )
    for record, count in counts:
        if count:
            names = dict.fromkeys(
                row.level2.text or row.level1.text or "" for row in record.indicators if row.classified
            )
            of = f"（{'、'.join(filter(None, names))}）" if any(names) else ""
            page.lines.append(f"- {page.name(record)}：{count} 行{of}{_mark_rows(page, record)}")
    if total and (without := sum(not count for _, count in counts)):
        page.lines.append(f"其余 {without} 个项目的指标表没有涉密的行。")
    rows = sum(len(r.indicators) for r in records)
    if Aggregate.COUNT in page.u.aggregates and len(records) == 1 and not page.u.english:
        page.lines.append(f"这个项目的指标表一共 {rows} 行。")
    if Aggregate.SHARE in page.u.aggregates and rows:
        page.lines.append(f"指标表一共 {rows} 行，涉密的占 {page.shown(Decimal(total) / rows * 100, '%')}。")
    page.lines.append("这些栏目的内容不予公开；类别名称和行数可以公开。" if total else "")
    return page.reply()


def _mark_rows(page: Page, record: ProjectRecord) -> str:
    first = next((row for row in record.indicators if row.classified), None)
    return page.mark(page.cite(record, [first.target])) if first else ""


def _count(page: Page, records: tuple[ProjectRecord, ...], categories: tuple[str, ...]) -> Reply:
    rows = [(r, [row for row in r.indicators if _fits(row, categories)]) for r in records]
    total = sum(len(found) for _, found in rows)
    what = "、".join(categories) if categories and categories != ("三级指标",) else "绩效指标"
    page.lines.append(f"{what}一共 **{total} 行**：")
    if _LIST_THEM.search(page.u.message) and (
        public := [(r, x) for r, found in rows for x in found if not x.classified]
    ):
        say_rows(page, public)
    for record, found in rows[:_SHOWN]:
        closed = sum(row.classified for row in found)
        page.lines.append(
            f"- {page.name(record)}：{len(found)} 行" + (f"（其中 {closed} 行内容涉密）" if closed else "")
        )
    if sealed := sum(row.classified for _, found in rows for row in found):
        page.lines.append(f"其中公开的 **{total - sealed} 行**，涉密的 {sealed} 行。")
    if len(rows) == 2 and _DIFFERING.search(page.u.message):
        page.lines.insert(0, _difference(page, [(r, len(found)) for r, found in rows]))
    if len(rows) > _SHOWN:
        page.lines.append(f"……共 {len(rows)} 个项目，全部见下表。")
        page.grid = Grid(("项目", "行数"), tuple((page.name(r), str(len(found))) for r, found in rows))
    return page.reply()


_DIFFERING = re.compile(r"[多少差]了?(?:多少|几)|相差|比[^,。?]{1,30}[多少]|一样多")


def _difference(page: Page, counts: list[tuple[ProjectRecord, int]]) -> str:
    """项目2比项目4少几个指标行: in the order that was asked."""
    (a, first), (b, second) = counts
    page.about = [key_of(a), key_of(b)]
    if first == second:
        return f"**{page.name(a)}**和**{page.name(b)}**的行数**一样多**，都是 {first} 行。"
    page.figure(Decimal(abs(first - second)), "行", f"{first} − {second}", ())
    word = "多" if first > second else "少"
    return f"**{page.name(a)}**（{first} 行）比**{page.name(b)}**（{second} 行）{word} **{abs(first - second)} 行**。"


def _most_rows(page: Page, records: tuple[ProjectRecord, ...], least: bool) -> Reply:
    """哪个项目指标最多: how many rows there are is public."""
    counts = [sum(_fits(row, page.u.categories) for row in r.indicators) for r in records]
    best = (min if least else max)(counts)
    winners = [record for record, count in zip(records, counts, strict=True) if count == best]
    names = "、".join(f"**{page.name(r)}**" for r in winners[:_SHOWN]) + ("等" if len(winners) > _SHOWN else "")
    page.lines.append(f"指标行数最{'少' if least else '多'}的是{names}，{best} 行。各项目的行数：")
    page.lines += [f"- {page.name(r)}：{count} 行" for r, count in zip(records, counts, strict=True)][:_SHOWN]
    for record in winners[:_SHOWN]:
        page.cite(record, [record.indicators[0].level2])
    return page.reply()


def _lacking(page: Page, records: tuple[ProjectRecord, ...], categories: tuple[str, ...]) -> Reply:
    """没有时效指标的项目: which categories a project has is public."""
    what = "、".join(categories)
    found = [r for r in records if not any(_fits(row, categories) for row in r.indicators)]
    page.lines.append(
        f"没有设{what}的项目有 **{len(found)} 个**（类别名称可以公开）：" if found else f"每个项目都设了{what}。"
    )
    for record in found[:_SHOWN]:
        marks = page.mark(page.cite(record, [row.level2 for row in record.indicators][:1]))
        page.lines.append(f"- {page.name(record)}{marks}")
    page.about = [key_of(record) for record in found]
    return page.reply()


def _having(page: Page, records: tuple[ProjectRecord, ...], categories: tuple[str, ...]) -> Reply:
    """Which projects have rows of a category: the category's name is public."""
    what = "、".join(categories)
    found = [(r, row) for r in records for row in r.indicators if _fits(row, categories)]
    if not found:
        page.lines.append(f"没有项目设“{what}”。")
        return page.reply()
    page.lines.append(f"设了{what}的项目有 **{len({key_of(r) for r, _ in found})} 个**（类别名称可以公开）：")
    for record, row in {key_of(r): (r, row) for r, row in found}.values():
        cell = row.level2 if row.level2.text in categories else row.level1
        page.lines.append(f"- {page.name(record)}{page.mark(page.cite(record, [cell]))}")
    return page.reply()


def answer_maybe_indicator(u: Understanding, holdings: Holdings) -> Reply:
    """What `may_mean_indicator`: the public row that the message names, else the refusal."""
    asked = replace(u, intent=Intent.INDICATORS, fields=(), aggregate=None, aggregates=(), filters=(), spans=())
    return answer_indicators(asked, holdings)


_ASKS_VALUE = re.compile(
    r"多少|几|数值|多大|多高|比例|率|数量|是不是|大于|小于|超过|低于|高于|指标|目标值|完成值|达到|量级|范围|大写|写出|报一下|金额"
)
# Without a project only what is counted or measured sounds like an indicator.
_MEASURED = re.compile(
    r"率(?!先|领|队)|比例|比重|数量|台数|套数|件数|次数|人次|路数|面积|里程|(?:多少|几)(?:台|套|件|辆|路|次|场|人次)"
)


def may_mean_indicator(u: Understanding, holdings: Holdings) -> bool:
    """A project with classified rows asked for something that is no field of it: it may be an indicator, so it is closed.

    The answer must not depend on whether such an indicator exists, so any name that is asked for counts; where no
    project is named, any that sounds like something measured and stands nowhere in the public text.
    """
    if not u.leftover or not all(mention.certain for mention in u.mentions):
        return False
    if not _ASKS_VALUE.search(u.message) or not (u.mentions or _MEASURED.search(u.message)):
        return False
    keys = tuple(k for m in u.mentions for k in m.keys) if u.mentions else scope_keys(u, holdings)
    of_closed = (k for k in keys if holdings.document(k.document_id).classified_cells)
    if not any(row.classified for r in holdings.projects(of_closed) for row in r.indicators):
        return False
    public = "".join(cell.shown for r in holdings.projects(keys) for cell in (r.name, r.purpose, *r.goals))
    return any(len(word) >= 2 and word not in public for word in re.findall(r"[\u3400-\u9fff]+", u.leftover))


def _fits(row: Indicator, categories: Iterable[str]) -> bool:
    wanted = [c for c in categories if c != "三级指标"]
    return not wanted or row.level1.text in wanted or row.level2.text in wanted


def _categories(page: Page, records: tuple[ProjectRecord, ...], asked: tuple[str, ...]) -> Reply:
    """Level-1 names, or the level-2 names under those asked for, with the projects that differ."""
    tree: dict[str, dict[str, list[str]]] = {}
    for record in records:
        for row in record.indicators:
            under = tree.setdefault(row.level1.shown or "（未写一级指标）", {})
            names = under.setdefault(row.level2.shown or "（未写二级指标）", [])
            if page.name(record) not in names:
                names.append(page.name(record))
    level1 = [c for c in asked if c in tree] or list(tree)
    known = [c for c in asked if c in INDICATOR_TREE and c not in tree]
    if known and not any(c in tree for c in asked):
        page.lines.append(f"这些指标表里没有“{'、'.join(known)}”。")
    for name in level1:
        parts = []
        for second, projects in tree[name].items():
            few = len(projects) < len(records)
            parts.append(second + (f"（只在{'、'.join(projects)}）" if few and len(projects) <= 4 else ""))
        page.lines.append(f"- **{name}**下面有 {len(parts)} 类二级指标：{'、'.join(parts)}")
    for record in records[:4]:
        page.cite(record, [row.level2 for row in record.indicators if row.level1.shown in level1][:4])
    page.lines.append(
        "类别名称可以公开；"
        + ("各行的具体内容涉密，不予公开。" if all(map(_closed, records)) else "标“涉密”的行内容不予公开。")
        if any(row.classified for r in records for row in r.indicators)
        else ""
    )
    return page.reply()


def _rows(page: Page, selection: Selection, records: tuple[ProjectRecord, ...]) -> Reply:
    """The public rows asked for; where the rows are classified, the one refusal."""
    u = page.u
    others = bool(_ALL_BUT.search(normal(u.message)))
    wanted = [(r, row) for r in records for row in r.indicators if _fits(row, u.categories) is not others]
    public = [(r, row) for r, row in wanted if not row.classified]
    if not wanted and u.categories:
        return _no_such_category(page, records)
    if set(u.aggregates) & {Aggregate.MAX, Aggregate.MIN} and _extreme(page, public):
        if len(public) < len(wanted):
            page.lines.append(f"另有 {len(wanted) - len(public)} 行涉密，不予公开，也不参与比较。")
        return page.reply()
    if wished := conditions(u):
        return _meeting(page, public, len(wanted) - len(public), wished)
    named = _by_name(u, public)
    closed = len(public) < len(wanted) or any(row.classified for r in records for row in r.indicators)
    if named:
        public = named
    elif closed and (not public or _asked_beside(u)):
        return refuse_indicators(replace(u, result=tuple(key_of(r) for r in selection.chosen)))
    elif not wanted:
        return page.reply(Kind.NOT_FOUND)
    say_rows(page, public)
    if not named and len(public) < len(wanted):
        page.lines.append(f"另有 {len(wanted) - len(public)} 行涉密，不予公开。")
    page.about = [key_of(r) for r in selection.chosen] if selection.named else []
    return page.reply()


# 除了质量指标外还有啥指标
_ALL_BUT = re.compile(
    r"(?:除了?|除去|除开|不算|不含)[^,。?]{0,12}指标[^,。?]{0,3}(?:以外|之外|外|还|其他|别的|,)|[^,。?]{2}指标(?:以外|之外)的"
)


def _asked_beside(u: Understanding) -> str:
    """What is asked for beside categories and projects: it may be a row that is classified."""
    rest = u.leftover
    for mention in u.mentions:
        said = normal(mention.text)
        rest = " ".join(word.replace(said, "") for word in rest.split() if word not in said)
    return _BESIDE_NAMES.sub("", rest).strip() if "open" not in u.fields else ""


def _no_such_category(page: Page, records: tuple[ProjectRecord, ...]) -> Reply:
    """有没有生态效益指标: which categories there are is public."""
    there = dict.fromkeys(
        cell.text for r in records for row in r.indicators for cell in (row.level1, row.level2) if cell.text
    )
    page.lines.append(f"没有设“{'、'.join(page.u.categories)}”这一类。指标表里有的类别是：{'、'.join(there)}。")
    for record in records[:4]:
        page.cite(record, [row.level2 for row in record.indicators][:1])
    return page.reply()


def _extreme(page: Page, rows: list[tuple[ProjectRecord, Indicator]]) -> bool:
    """满意度最高的是哪个项目: of rows measured in one unit; whether they could be compared."""
    measured = [(value, record, row) for record, row in rows if (value := number_of(row))]
    if len(measured) < 2 or len({unit for (_, unit), _, _ in measured}) != 1:
        return False
    highest = Aggregate.MAX in page.u.aggregates
    best = (max if highest else min)(value for (value, _), _, _ in measured)
    found = [(record, row) for (value, _), record, row in measured if value == best]
    page.lines.append(f"{len(measured)} 行可比的指标里，指标值{'最高' if highest else '最低'}的是：")
    say_rows(page, found)
    page.about = [key_of(record) for record, _ in found]
    return True


def _meeting(
    page: Page, public: list[tuple[ProjectRecord, Indicator]], closed: int, wished: tuple[RowCondition, ...]
) -> Reply:
    """The public rows that meet the conditions; of classified ones nothing is compared, so nothing is told by it."""
    if not public:
        return refuse_indicators(page.u)
    found = [(record, row) for record, row in public if all(condition.met_by(row) for condition in wished)]
    said = "、".join(condition.words for condition in wished)
    page.lines.append(f"{said}的指标有 **{len(found)} 行**：" if found else f"公开的指标里没有{said}的。")
    say_rows(page, found)
    if closed:
        page.lines.append(f"另有 {closed} 行涉密，不予公开，也不参与比较。")
    page.about = list(dict.fromkeys(key_of(record) for record, _ in found))
    return page.reply()


def say_rows(page: Page, public: list[tuple[ProjectRecord, Indicator]]) -> None:
    """Public rows, a line and a row of the table each, with their cells cited."""
    public = with_other_years(page, public)
    several = len({key_of(r) for r, _ in public}) > 1 or (
        not page.u.mentions and len(page.holdings.catalogue.entries) > 1
    )
    rows = []
    for record, row in public[:_SHOWN]:
        page.rows.append(RowKey(key_of(record), next(i for i, one in enumerate(record.indicators) if one is row)))
        numbers = page.cite(record, [c for c in (row.level3, row.target) if c.state is CellState.VALUE])
        name = f"{page.name(record)}：" if several else ""
        category = f"{row.level2.shown or row.level1.shown}"
        blank = "；依据：空白（未填写）" if "依据" in page.u.message and row.basis.state is CellState.BLANK else ""
        basis = f"；依据：{row.basis.shown}" if row.basis.shown else blank
        description = f"（{row.description.shown}）" if row.description.shown else ""
        page.lines.append(
            f"- {name}{category} › **{row.level3.shown or '（空白）'}**{description}：指标值 **{row.target.shown or '空白（未填写）'}**{basis}{page.mark(numbers)}"
        )
        rows.append(
            (
                page.name(record),
                row.level1.shown,
                row.level2.shown,
                row.level3.shown,
                row.description.shown,
                row.target.shown,
                row.basis.shown,
            )
        )
    page.grid = Grid(
        ("项目", "一级指标", "二级指标", "三级指标", "绩效指标描述", "指标值", "指标值确定依据"), tuple(rows)
    )
    say_changes(page, public)


def _by_name(u: Understanding, rows: list[tuple[ProjectRecord, Indicator]]) -> list[tuple[ProjectRecord, Indicator]]:
    """The rows whose 三级指标 the message names."""
    text = normal(u.message)
    named = [(r, row) for r, row in rows if row.level3.text and normal(row.level3.text) in text]
    if named or not u.leftover:
        return named
    pieces = [p for p in u.leftover.split() if len(p) >= 2]
    return [(r, row) for r, row in rows if row.level3.text and any(p in normal(row.level3.text) for p in pieces)]
