"""The draft that a conversation is at, and what is asked of it: what is open, wrong, counted, summed, changed. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.docx.cells import labelled_cells, plan_cells
from assistant.drafting.projects import SEALED
from assistant.drafting.versions import answer_versions
from assistant.lookup.edits import cut
from assistant.types import Conversation, Draft, DraftParagraph, DraftTable, Figure, Kind, Reply, Route, Turn
from corpus.folding import simplify
from corpus.numbers import format_amount, format_percent, parse_amount, parse_percent
from corpus.types import Level

# So many turns back a draft is still the one that is worked on.
_NEAR = 8
NAMED = re.compile(r"草稿|草案|初稿|稿子|起草的|写的(?:那|这)|(?:这|上|刚才那?)一?[版稿份]|(?:继续|接着)(?:改|写|起草)")


@dataclass(frozen=True, slots=True)
class AtHand:
    """The draft last made, and how many turns ago (0: the last turn)."""

    turn: Turn
    draft: Draft
    ago: int


_ORDINALS = {
    "first": "第一条",
    "second": "第二条",
    "third": "第三条",
    "fourth": "第四条",
    "fifth": "第五条",
    "last": "最后一条",
}
_ENGLISH = (
    (r"(?:make it )?(?:a (?:bit|little) )?(?:shorter|more concise)|(?:it is |it's )?(?:still )?too long", "短一点"),
    (r"(?:make it )?more formal", "语气更正式"),
    (
        rf"(?:delete|remove|drop) (?:the )?(?P<which>{'|'.join(_ORDINALS)}) (?:item|one|point|goal|measure)",
        "删掉{which}",
    ),
    (r"undo(?: that)?", "撤销"),
    (r"what(?: is|'s| are)? (?:still )?(?:blank|open|missing|left to fill(?: in)?|not filled(?: in)?)", "还有哪些没填"),
    (r"(?:export|download)(?: it)?(?: (?:to|as))?(?: a)?(?: word)?(?: file| document)?", "导出Word"),
    (r"check (?:the |this )?draft", "检查一下草稿有没有问题"),
)


def in_simple_chinese(message: str) -> str:
    """`message` in simplified characters; what is usually asked of a draft in English in the words that are read."""
    plain = re.sub(r"\bplease\b|[.?!,]", "", message.lower()).strip()
    for pattern, words in _ENGLISH if plain.isascii() else ():
        if match := re.fullmatch(pattern, plain):
            return words.format(which=_ORDINALS[match["which"]]) if "{" in words else words
    return simplify(message)


def answer_at_hand(conversation: Conversation, message: str) -> Reply | None:
    """What only the draft at hand or its versions answer; None when the message is about something else."""
    at_hand, message = draft_at_hand(conversation), in_simple_chinese(message)
    if at_hand is None:
        return None
    if compared := _against_this_year(at_hand, message):
        return compared
    return answer_versions(conversation, message) or _about_it(at_hand, message)


def draft_at_hand(conversation: Conversation) -> AtHand | None:
    for ago, turn in enumerate(reversed(conversation.turns[-_NEAR:])):
        if turn.reply.draft is not None:
            return AtHand(turn, turn.reply.draft, ago - _still(conversation, ago))
    return None


def _still(conversation: Conversation, ago: int) -> int:
    """How many of the turns since were about the draft too: where to find its file, how its versions differ."""
    since = conversation.turns[len(conversation.turns) - ago :] if ago else ()
    return sum(turn.reply.route is Route.DRAFTING for turn in since)


# --- questions ----------------------------------------------------------------------------------------------------

_OPEN = re.compile(
    r"(?:哪|还|什么|多少|几|那些)[^，。]{0,10}(?:没填|没有填|未填|待填|要填|空着|没写|要补|需要补|缺|没完成)|(?:还)?(?:差|缺)(?:什么|哪|多少|几)|待填(?:的?有)?(?:哪些|多少|几|清单|列表)"
)
_CHECKED = re.compile(
    r"检查|有没有问题|有问题|(?:什么|哪些|啥)问题|有没有(?:毛病|错)|审(?:核|查|一下|一审)|校对|挑(?:毛病|错)|能过(?:审|关)|质量怎么样|写得(?:怎么样|好不好|行不行)|(?:行|可以|好|能交|能报)了?吗|可以交|能交吗|能报吗"
)
_COUNTED = re.compile(r"(?:一共|总共|现在|共|有)[^，。]{0,6}(?:几|多少)[条项段句]|(?:几|多少)[条项]了?[？?]?$")
_LENGTH = re.compile(r"(?:多少|几)个?字|字数")
_SUMMED = re.compile(
    r"(?:总额|总预算|合计|预算(?:数|总数|总额)?|加起来|总共|一共)[^，。]{0,8}(?:是|有|要|变成|为)?(?:多少|几)|(?:现在|改完|改后)[^，。]{0,6}(?:多少钱|多少万)"
)
_NOW = re.compile(r"现在|改完|改后|这样|草稿|草案|初稿|这[一]?[版稿]|稿子")
_THIS_YEAR = re.compile(
    r"(?:[与和跟同比](?:今年|本年|上年|去年|原文|原来|原稿|旧的)[^，。]{0,6}|(?:对照|对比)(?:今年|上年|去年|原文)[^，。]{0,6})(?:比|变|改|不同|区别|差别|不一样|差异|多了|少了)|(?:比起?|相比)(?:今年|上年|去年|原文)[^，。]{0,8}(?:变|改|不同|区别|多|少)"
)


_DONE = re.compile(
    r"(?:嗯|好的?|行|可以|没问题|不错|满意|ok|OK)?[了，,。!！\s]*(?:就这样|就这么定了?|先这样|定稿|就用这一?版|不改了|没问题|可以了|行了|好了|满意)(?:吧|了)?[。!！]?"
)


def _about_it(at_hand: AtHand, message: str) -> Reply | None:
    """Questions of what is open, wrong, counted and summed in the draft; of the library's documents they say so."""
    said = message.strip()
    named = bool(NAMED.search(said))
    if (
        not (named or at_hand.ago == 0)
        or re.search(r"文件|资料库|原文|今年的|本年的|去年的|上年的", said)
        or len(said) > 40
    ):
        return None
    if _OPEN.search(said):
        return _reply(at_hand, _open_places(at_hand.draft))
    if _CHECKED.search(said) and not re.search(r"怎么|如何", said):
        return _reply(at_hand, _what_is_wrong(at_hand.draft))
    if _DONE.fullmatch(said):
        return _reply(at_hand, _as_it_stands(at_hand.draft))
    if _LENGTH.search(said):
        return _reply(at_hand, _length(at_hand.draft))
    if _COUNTED.search(said) and "项目" not in said and (counted := _items(at_hand.draft)):
        return _reply(at_hand, counted)
    if spent := _spent_by(at_hand, said):
        return spent
    if _SUMMED.search(said) and (named or _NOW.search(said)):
        return _sum(at_hand)
    return None


def _against_this_year(at_hand: AtHand, message: str) -> Reply | None:
    """和今年的比有什么变化: the changes of the draft, each with its reason."""
    if not _THIS_YEAR.search(message) or not (at_hand.ago == 0 or NAMED.search(message)):
        return None
    changes = at_hand.draft.changes
    if not changes:
        return _reply(at_hand, f"《{at_hand.draft.title}》与本年原文相比，文字没有改动。")
    lines = [
        f"{n}. “{cut(c.before, 40)}” → “{cut(c.after, 60) or '（删去）'}”：{c.reason}"
        if c.before
        else f"{n}. “{cut(c.after, 60)}”：{c.reason}"
        for n, c in enumerate(changes, 1)
    ]
    text = f"《{at_hand.draft.title}》与本年原文相比，有 **{len(changes)} 处**改动：\n" + "\n".join(lines)
    return _reply(at_hand, f"{text}\n\n逐字的对照见“起草”页的修订稿（Word 修订标记）。")


def _reply(at_hand: AtHand, text: str) -> Reply:
    return Reply(Kind.ANSWER, text, Route.DRAFTING, focus=at_hand.turn.reply.focus)


def _open_places(draft: Draft) -> str:
    if not draft.blanks:
        return f"《{draft.title}》没有待填的地方了。"
    lines = "\n".join(f"{number}. {name}" for number, name in enumerate(draft.blanks, 1))
    example = draft.blanks[0].split("，")[0]
    return f"《{draft.title}》还有 **{len(draft.blanks)} 处**待填：\n{lines}\n\n可以直接告诉我，例如“{example}：……”，也可以在“起草”页点待填处填写。"


def _what_is_wrong(draft: Draft) -> str:
    found = [finding for finding in draft.findings if finding.level is not Level.INFO] or list(draft.findings)
    opened = f"另有 {len(draft.blanks)} 处待填。" if draft.blanks else "没有待填的地方。"
    if not found:
        return f"《{draft.title}》没有检查出问题。{opened}"
    lines = [f"{n}. {f.message}" + (f" 建议：{f.suggestion}" if f.suggestion else "") for n, f in enumerate(found, 1)]
    return f"《{draft.title}》检查出 **{len(found)} 条**：\n" + "\n".join(lines) + f"\n\n{opened}"


def _as_it_stands(draft: Draft) -> str:
    opened = f"还有 {len(draft.blanks)} 处待填" if draft.blanks else "没有待填的地方了"
    return f"好的，《{draft.title}》就按现在这一版，{opened}。要文件时说“导出Word”；要再改，接着说就行。"


def _length(draft: Draft) -> str:
    text = "".join(block.text for block in draft.blocks if isinstance(block, DraftParagraph) and not block.level)
    written = re.sub(r"【待填：[^】]*】|\s", "", text)
    return f"《{draft.title}》的正文有 **{len(written)} 个字**（不算待填处和表格）。"


def _items(draft: Draft) -> str:
    kept = [block.text for block in draft.blocks if isinstance(block, DraftParagraph) and not block.level]
    if draft.kind not in ("itemised", "safeguards", "project") or not kept:
        return ""
    lines = "\n".join(f"- {cut(text.split('。')[0], 40)}" for text in kept)
    return f"《{draft.title}》现在有 **{len(kept)} 条**：\n{lines}"


def _sum(at_hand: AtHand) -> Reply | None:
    """The budgets in the draft's forms, with what is still open named; None where it has no form."""
    draft = at_hand.draft
    amounts = [(name, parse_amount(text)) for name, text in _budgets(draft)]
    known = [(name, value) for name, value in amounts if value is not None]
    if not amounts:
        return None
    if not known:
        return _reply(at_hand, f"《{draft.title}》里各项目的预算数都还没有填。")
    sealed = [name for name, text in _budgets(draft) if text == SEALED]
    missing = "、".join(name for name, value in amounts if value is None and name not in sealed)
    total = sum((value for _, value in known), Decimal(0))
    shown = " + ".join(format_amount(value) for _, value in known)
    what, formula = ("合计", shown) if len(known) > 1 else ("为", known[0][0])
    text = f"《{draft.title}》里的预算数{what} **{format_amount(total)} 万元**（{formula}）。" + (
        f"{missing}的预算数还没有填。" if missing else ""
    )
    text += f"{'、'.join(sealed)}的预算数涉密，没有计入。" if sealed else ""
    given = [Figure(value, "万元", name, ()) for name, value in known]
    return replace(_reply(at_hand, text), figures=(Figure(total, "万元", shown, ()), *given))


_BY_MONTH = re.compile(r"(?:到|截至|截止)?(\d{1,2})月底(?:累计)?[^，。\d]{0,8}多少(?:钱|万|元)?")


def _spent_by(at_hand: AtHand, said: str) -> Reply | None:
    """到6月底是多少钱 of a project's draft: its budget times its share, where both are filled in."""
    match = _BY_MONTH.search(said)
    table = next((block for block in at_hand.draft.blocks if isinstance(block, DraftTable)), None)
    if match is None or table is None or at_hand.draft.kind != "project":
        return None
    total = parse_amount(labelled_cells(table)["预算数"].text)
    share = next((parse_percent(cell.text) for month, cell in plan_cells(table) if month == f"{match[1]}月底"), None)
    if total is None or share is None:
        return None
    spent, formula = total * share / 100, f"{format_amount(total)} 万元 × {format_percent(share)}"
    text = f"按《{at_hand.draft.title}》，到{match[1]}月底累计支出 **{format_amount(spent)} 万元**（{formula}）。"
    return replace(_reply(at_hand, text), figures=(Figure(spent, "万元", formula, ()),))


def _budgets(draft: Draft) -> Iterator[tuple[str, str]]:
    for table in draft.blocks:
        if isinstance(table, DraftTable):
            yield re.sub(r"^\d+\.|绩效目标表$", "", table.title), labelled_cells(table)["预算数"].text
