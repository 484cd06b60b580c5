"""A project's goal and 绩效目标表 for next year, edited from this year's."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from assistant.drafting.arranging import Item, arranged
from assistant.drafting.asked import as_deed, left_open
from assistant.drafting.carrying import Carrier, apply_words, swap_words
from assistant.drafting.forms import MOST_DATES, FormCells
from assistant.drafting.indicator_words import recounted, value, with_indicators
from assistant.drafting.materials import BY_USER, Part, blank, measures, place, year_words
from assistant.drafting.wishes import Wishes
from assistant.types import Change, DraftCell, DraftParagraph, Origin, Sentence
from corpus.findings.goals import GoalParts, bare_goal, goal_parts
from corpus.numbers import find_amounts, format_amount, format_percent
from corpus.types import Amount, Cell, CellState, Indicator, PlanPoint, ProjectRecord

SEALED = "涉密"
# What a project's name ends in that is no part of what is bought.
_NAME_TAIL = re.compile(r"(?:专项)?(?:资金|经费|费用|款项|款|费)$|项目$")
_AGREEMENT = re.compile(r"签订(?:技术|购买)?(?:服务)?(协议|合同)")
_PAY = re.compile(r"[，,；;]?\s*(?:并)?(?:按[^，。；]{0,8})?支付[^，。；]*$")
_VERB_FIRST = re.compile(
    r"^(?:用于|主要用于|保障|开展|购买|采购|购置|支付|与|为|对|建设|租赁|聘用|开发|运行|维护|升级|印刷|培训|宣传|实施|组织|完成|安装|更新|维修|修缮|发放|补助|资助|印制|委托|聘请|举办|租用|兑现|改造|修建|新建|减免|落实|配备|补贴|救助|修复|处置|支持|编制|制作|奖励)"
)


_WORK = re.compile(  # 监督检查和宣传培训: work by its name, that is carried out
    r"(?:检查|培训|宣传|监测|维护|检测|抽检|整治|执法|办案|改造|演练|活动|普查|监管|治理|巡查|评选|救助|运维|调查|审查|巡护|防治|清理|修缮|保养)$"
)


def subject(name: str) -> str:
    """What a project is about: 网络生态综合管理平台 of 网络生态综合管理平台服务资金."""
    before = ""
    text = re.sub(r"^20\d\d\s*年(?:度)?", "", re.sub(r"[（(][^（）()]*[）)]$", "", name.strip()))
    while text != before:
        before, text = text, _NAME_TAIL.sub("", text)
    return text or name


def as_wished(project: ProjectRecord, wishes: Wishes) -> tuple[ProjectRecord, tuple[str, ...], dict[str, str]]:
    """The project with the name, purpose and indicator values the user gave; what could not be done; further facts."""
    undone = []
    for key, words in wishes.fields.items():
        old = project.name if key == "name" else project.purpose
        if old.state is CellState.CLASSIFIED:
            undone.append(f"{words}（该内容涉密，保持“涉密”）")
        elif key == "name":
            project = replace(project, name=value(words))
        else:
            project = replace(project, purpose=value(words))
    project, more, facts = with_indicators(project, wishes.indicators, wishes.round)
    return project, (*undone, *more), facts


# --- goals --------------------------------------------------------------------------------------------------------


def draft_goals(project: ProjectRecord, carrier: Carrier, wishes: Wishes) -> Part:
    """The goals in the four-part form (what, how much, by when, to what effect); nothing that no source says."""
    if any(goal.state is CellState.CLASSIFIED for goal in project.goals):
        sentence = Sentence(SEALED, Origin.KEPT, (place(project.source),))
        return Part((DraftParagraph(0, (sentence,)),), (sentence,))
    goals = [goal for goal in project.goals if goal.text]
    parts = [_goal(n, goal, project, carrier, wishes) for n, goal in enumerate(goals, 1)] or [
        _new_goal(project, carrier)
    ]
    done = arranged(parts, wishes.items, _asked_goal, now=wishes.round)
    blocks = [DraftParagraph(0, _numbered(number, item)) for number, item in enumerate(done.items, start=1)]
    sentences = tuple(sentence for block in blocks for sentence in block.sentences)
    changes = tuple(change for item in done.items for change in item.changes)
    return Part(tuple(blocks), sentences, (*changes, *done.changes), done.unread)


def _numbered(number: int, item: Item) -> tuple[Sentence, ...]:
    first, *rest = item.sentences
    return (Sentence(f"{number}.{first.text}", first.origin, first.sources), *rest)


def _item(sentences: list[Sentence], changes: tuple[Change, ...] = (), asked: bool = False) -> Item:
    return Item(tuple(sentences), changes, "".join(sentence.text for sentence in sentences), asked)


def _goal(number: int, goal: Cell, project: ProjectRecord, carrier: Carrier, wishes: Wishes) -> Item:
    """One goal: the deed (for the first from the purpose), amount, time and effect; blanks for what is open."""
    source: tuple[str, ...] = (place(goal.source),)
    text, changes = carrier.carry(bare_goal(goal.text or ""))
    text, more = swap_words(text, wishes.swap)
    changes += more
    text, counted = recounted(text, wishes.indicators)
    changes += counted
    source = (*source, BY_USER) if more or counted else source
    if wishes.formal:
        text, more = apply_words(text, "formal", "按要求使用更正式的表述")
        changes += more
    text, more = _open_amounts(text, carrier)
    changes += more
    parts = goal_parts(text)
    origin = Origin.EDITED if changes else Origin.KEPT
    if not parts.missing:
        return _item([Sentence(f"{text}。", origin, source)], changes)
    deed = _deed(project, carrier) if number == 1 and not parts.quantity and not wishes.shorter else None
    opening = (f"{deed[0]}，", deed[1]) if deed else (year_words(carrier.times.target), source)
    opened = _open_parts(text, parts, project, deed[0] if deed else "", wishes)
    dated = not deed and re.search(r"20\d\d年|【待填：年度】", text)
    sentences = (
        _dated(text, opened, origin, source)
        if dated
        else [
            Sentence(opening[0], Origin.EDITED, opening[1]),
            *(Sentence(words, Origin.BLANK, source) for words in opened[:-1]),
            Sentence(f"{text}，" if opened[-1] else f"{text}。", origin, source),
            *([Sentence(f"{opened[-1]}。", Origin.BLANK, source)] if opened[-1] else []),
        ]
    )
    whole = "".join(sentence.text for sentence in sentences)
    reason = "按“做什么、做多少、何时、达到什么效果”补全，缺少的内容留空待填"
    return _item(sentences, (*changes, Change(goal.text or "", f"{number}.{whole}", reason)))


def _dated(text: str, opened: list[str], origin: Origin, source: tuple[str, ...]) -> list[Sentence]:
    """A goal that says its year stands first as it is, and what is open comes after it."""
    rest = "，".join(part.rstrip("，；") for part in opened if part)
    said = [Sentence(f"{text}，" if rest else f"{text}。", origin, source)]
    return [*said, Sentence(f"{rest}。", Origin.BLANK, source)] if rest else said


def _open_parts(text: str, parts: GoalParts, project: ProjectRecord, deed: str, wishes: Wishes) -> list[str]:
    """What a goal leaves open, as blanks: amount and time where missing, and last the effect, "" when it is given."""
    amount, effect = measures(text, project.name.text or "")
    opened = []
    if not parts.quantity:
        opened.append(f"完成{blank('服务内容及数量')}；" if deed else f"完成{blank(f'数量{amount}')}，")
    if not parts.time:
        opened.append(f"{blank('完成时限')}{_by_then(text, parts, deed)}")
    if parts.quantity and parts.effect:
        return [*opened, ""]
    return [*opened, blank("可衡量的效果" if wishes.shorter else f"可衡量的效果{effect}")]


def _by_then(text: str, parts: GoalParts, deed: str) -> str:
    """What is done by the open date: the goal itself where it says how much, else the year's service or task."""
    if deed:
        return f"前完成年度{'服务' if '服务' in deed or '协议' in deed else '任务'}并通过验收；"
    if parts.quantity:
        return "前" if text.startswith("完成") else "前，"
    return "前完成；"


def _new_goal(project: ProjectRecord, carrier: Carrier) -> Item:
    """A goal where this year's document has none."""
    deed = _deed(project, carrier)
    first = (
        Sentence(f"{deed[0]}，", Origin.EDITED, deed[1])
        if deed
        else Sentence(f"{year_words(carrier.times.target)}{blank('做什么')}，", Origin.BLANK)
    )
    _, effect = measures(project.name.text or "")
    rest = [
        Sentence(f"完成{blank('服务内容及数量')}；", Origin.BLANK),
        Sentence(f"{blank('完成时限')}前完成；", Origin.BLANK),
        Sentence(f"{blank(f'可衡量的效果{effect}')}。", Origin.BLANK),
    ]
    return _item([first, *rest])


def _asked_goal(words: str) -> Item:
    """A goal the user asked for, in their words; what they did not say stays open."""
    rest = left_open(words, "数量")
    said = Sentence(f"{as_deed(words)}{'，' if rest else '。'}", Origin.NEW, (BY_USER,))
    return _item([said, *([Sentence(f"{rest}。", Origin.BLANK)] if rest else [])], asked=True)


def _deed(project: ProjectRecord, carrier: Carrier) -> tuple[str, tuple[str, ...]] | None:
    """What the money is for, as a deed of the year, with the project's subject put in: 与第三方签订…服务协议."""
    purpose, name = project.purpose.text, project.name.text
    if not purpose or not name:
        return None
    said, _ = carrier.carry(purpose.strip().rstrip("。；;"))
    about = carrier.carry(subject(name))[0]
    year = year_words(carrier.times.target)
    if year in said:
        year = ""
    sources = (place(project.purpose.source), place(project.name.source))
    if (match := _AGREEMENT.search(said)) and about not in said:
        core = re.sub(r"服务$", "", about)
        named = f"{said[: match.start()]}签订{core}服务{match[1]}{said[match.end() :]}"
        return f"{year}{_PAY.sub('', named) or named}", sources
    if _VERB_FIRST.match(said):
        bare = re.sub("^(?:主要)?用于", "", said)
        done = re.sub("(?:支出|费用|经费)$", "", bare)
        if bare != said and not _VERB_FIRST.match(bare) and _WORK.search(done):
            return f"{year}开展{done}", sources
        if about in said or bare == said or _VERB_FIRST.match(bare):
            return f"{year}{bare if _VERB_FIRST.match(bare) else f'实施{bare}'}", sources
        return f"{year}{about}：{bare}", sources
    if about in said or _alike(about, said):
        lead = "开展" if _WORK.search(said) else "做好" if said.endswith(("保障", "服务", "管理", "管护")) else ""
        return f"{year}{lead}{said}{'工作' if lead == '做好' else ''}", sources
    return f"{year}实施{about}（{said}）", sources


def _alike(about: str, said: str) -> bool:
    """应急指挥平台软硬件运行维护 says what 应急指挥平台运行维护 does."""
    pairs = {about[i : i + 2] for i in range(len(about) - 1)}
    return sum(pair in said for pair in pairs) * 3 >= len(pairs) * 2


def _open_amounts(text: str, carrier: Carrier) -> tuple[str, tuple[Change, ...]]:
    """Amounts of this year are not next year's: they become blanks."""
    changes: list[Change] = []
    if not carrier.times.moves:
        return text, ()
    for mention in reversed(find_amounts(text)):
        after = blank(f"{year_words(carrier.times.target)}金额" if carrier.times.target else "金额")
        text = text[: mention.start] + after + text[mention.end :]
        changes.append(Change(mention.text, after, "本年金额不沿用到下一年度"))
    return text, tuple(changes)


# --- the form -----------------------------------------------------------------------------------------------------


def draft_form(
    project: ProjectRecord, carrier: Carrier, wishes: Wishes, goals: Part
) -> tuple[FormCells, list[Sentence], list[Change]]:
    """The whole 绩效目标表: known fields kept, the year's own figures open, classified cells as they are."""
    year = year_words(carrier.times.target)
    changes: list[Change] = []

    def kept(cell: Cell, hint: str) -> DraftCell:
        return _carried(cell, blank(hint), carrier, changes)

    months = tuple(point.month for point in project.plan)[:MOST_DATES] or (3, 6, 10, 12)
    plan = [_plan_cell(point, wishes) for point in project.plan[:MOST_DATES]] or [
        DraftCell(blank(f"{month}月底累计支出比例（%）"), sources=(place(project.source),)) for month in months
    ]
    changes += _given_changes(project, wishes)
    text = "\n".join(block.text for block in goals.blocks if isinstance(block, DraftParagraph))
    sources = tuple(dict.fromkeys(source for sentence in goals.sentences for source in sentence.sources))
    cells = FormCells(
        code=DraftCell(
            SEALED if project.code.state is CellState.CLASSIFIED else blank(f"{year}项目编码"),
            sources=(place(project.code.source),),
        ),
        name=kept(project.name, "项目名称"),
        total=_money_cell(project, "total", "预算数", wishes, year),
        fiscal=_money_cell(project, "fiscal", "财政资金", wishes, year),
        other=_money_cell(project, "other", "其他资金", wishes, year),
        purpose=kept(project.purpose, "资金用途"),
        months=months,
        plan=tuple(plan),
        goals=DraftCell(text, sources=sources),
        indicators=tuple(_indicator(row, carrier, changes, wishes) for row in project.indicators) or (_EMPTY_ROW,) * 3,
    )
    return cells, _cell_sentences(cells, project), changes


def _given_changes(project: ProjectRecord, wishes: Wishes) -> list[Change]:
    """The user's figures against this year's public ones."""
    found = []
    for key, label in (("total", "预算数"), ("fiscal", "财政资金"), ("other", "其他资金")):
        given, now = getattr(wishes.money, key), getattr(project, key)
        if given is not None and now.cell.state is not CellState.CLASSIFIED:
            before = f"{label} {now.cell.text}" if now.cell.text else ""
            how = f"{BY_USER}，按本年 {now.cell.text} 万元推算" if key in wishes.counted else BY_USER
            found.append(Change(before, f"{label} {format_amount(given)}", how))
    for point in project.plan:
        if point.month in wishes.plan and point.cell.state is not CellState.CLASSIFIED:
            before = f"{point.month}月底 {point.cell.text}" if point.cell.text else ""
            found.append(Change(before, f"{point.month}月底 {format_percent(wishes.plan[point.month])}", BY_USER))
    return found


def _carried(cell: Cell, when_blank: str, carrier: Carrier, changes: list[Change]) -> DraftCell:
    """A cell for the target year. A classified one stays 涉密; amounts of money in words become open."""
    if cell.state is CellState.CLASSIFIED:
        return DraftCell(SEALED, sources=(place(cell.source),))
    if not cell.text:
        return DraftCell(when_blank, sources=(place(cell.source),))
    if cell.source.heading_path == (BY_USER,):
        return DraftCell(cell.text, sources=(BY_USER,))  # for the year that is drafted: nothing moves on
    text, made = carrier.carry(" ".join(cell.text.split()))
    text, opened = _open_amounts(text, carrier)
    changes.extend((*made, *opened))
    return DraftCell(text, sources=(place(cell.source),))


def _money_cell(project: ProjectRecord, key: str, label: str, wishes: Wishes, year: str) -> DraftCell:
    amount: Amount = getattr(project, key)
    if amount.cell.state is CellState.CLASSIFIED:
        return DraftCell(SEALED, sources=(place(amount.cell.source),))
    given = getattr(wishes.money, key)
    if given is None:
        given = _implied(wishes, key)
    if given is not None:
        counted = (place(amount.cell.source),) if key in wishes.counted else ()
        return DraftCell(format_amount(given), sources=(*counted, BY_USER))
    if wishes.same_money and amount.value is not None:
        return DraftCell(format_amount(amount.value), sources=(place(amount.cell.source), BY_USER))
    return DraftCell(blank(f"{year}{label}（万元）"), sources=(place(amount.cell.source),))


def _implied(wishes: Wishes, key: str) -> Decimal | None:
    """The third amount where the user gave the two others."""
    money = wishes.money
    if key == "total" and money.fiscal is not None and money.other is not None:
        return money.fiscal + money.other
    if key == "fiscal" and money.total is not None and money.other is not None:
        return money.total - money.other
    if key == "other" and money.total is not None and money.fiscal is not None:
        return money.total - money.fiscal
    return None


def _plan_cell(point: PlanPoint, wishes: Wishes) -> DraftCell:
    if point.cell.state is CellState.CLASSIFIED:
        return DraftCell(SEALED, sources=(place(point.cell.source),))
    if point.month in wishes.plan:
        return DraftCell(format_percent(wishes.plan[point.month]), sources=(BY_USER,))
    if wishes.same_plan and point.share is not None:
        return DraftCell(format_percent(point.share), sources=(place(point.cell.source),))
    return DraftCell(blank(f"{point.month}月底累计支出比例（%）"), sources=(place(point.cell.source),))


def _indicator(row: Indicator, carrier: Carrier, changes: list[Change], wishes: Wishes) -> tuple[DraftCell, ...]:
    """A row of the grid: category names and public values stand with their source, what is empty is open."""
    figures = tuple(pair for pair in wishes.swap if re.search(r"\d", pair[0]))  # 60万页改为80万页

    def cell_of(cell: Cell, label: str) -> DraftCell:
        carried = _carried(cell, blank(label), carrier, changes)
        text, made = swap_words(carried.text, figures) if cell.state is CellState.VALUE else (carried.text, ())
        changes.extend(made)
        return replace(carried, text=text, sources=(*carried.sources, BY_USER)) if made else carried

    return (
        _carried(row.level1, "", carrier, changes),
        _carried(row.level2, "", carrier, changes),
        *(
            cell_of(cell, label)
            for label, cell in zip(_ROW_LABELS, (row.level3, row.description, row.target, row.basis), strict=True)
        ),
    )


_EMPTY_ROW = tuple(
    DraftCell(blank(label)) for label in ("一级指标", "二级指标", "三级指标", "指标描述", "指标值", "指标值确定依据")
)


def _cell_sentences(cells: FormCells, project: ProjectRecord) -> list[Sentence]:
    """The cells of the form that say something, as sentences with their origin."""
    named = [
        ("项目编码", cells.code),
        ("项目名称", cells.name),
        ("预算数（万元）", cells.total),
        ("财政资金（万元）", cells.fiscal),
        ("其他资金（万元）", cells.other),
        ("资金用途", cells.purpose),
        *((f"{month}月底累计支出", cell) for month, cell in zip(cells.months, cells.plan, strict=True)),
    ]
    for row in cells.indicators:
        name = " › ".join(filter(None, (row[0].text, row[1].text)))
        if all(cell.text == SEALED for cell in row[2:]):
            named.append((name, row[2]))
        else:
            named += [(f"{name} › {label}", cell) for label, cell in zip(_ROW_LABELS, row[2:], strict=True)]
    this_year = {" ".join(text.split()) for text in _public_texts(project)}
    return [
        Sentence(f"{label}：{cell.text}", _origin(cell, this_year), cell.sources) for label, cell in named if cell.text
    ]


def _public_texts(project: ProjectRecord) -> Iterator[str]:
    """What this year's form says, as its cells would be written again."""
    rows = [cell for row in project.indicators for cell in (row.level3, row.description, row.target, row.basis)]
    for cell in (project.name, project.purpose, *rows):
        yield cell.text or ""
    for point in project.plan:
        if point.share is not None:
            yield format_percent(point.share)
    for amount in (project.total, project.fiscal, project.other):
        if amount.value is not None:
            yield format_amount(amount.value)


_ROW_LABELS = ("三级指标", "指标描述", "指标值", "指标值确定依据")


def _origin(cell: DraftCell, this_year: set[str]) -> Origin:
    if re.fullmatch(r"(?:【待填：[^】]*】)+", cell.text):
        return Origin.BLANK
    if cell.sources == (BY_USER,):
        return Origin.NEW
    if cell.text == SEALED or cell.text in this_year:
        return Origin.KEPT
    return Origin.NEW if BY_USER in cell.sources else Origin.EDITED
