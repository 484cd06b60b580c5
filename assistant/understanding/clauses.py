"""The questions of a message, one each."""

import re

from assistant.understanding.catalogue import Catalogue
from assistant.understanding.lexicon import group, normal
from assistant.understanding.parse import parse
from assistant.understanding.quantities import counts_something
from assistant.understanding.scan import Scan
from assistant.understanding.subjects import take_items
from assistant.understanding.types import (
    Intent,
)
from corpus.folding import strip_invisible

_SENTENCE_END = re.compile(r"(?<=[。！？?!；;\n])(?![”\"'」』》’])")


_ALSO = re.compile(r"[,，](?=(?:另外|还有|以及|顺便|同时|再问|折合|换算成|大写))")


_LANGUAGE_WISH = re.compile(
    r"(?:请|麻烦)?(?:你)?用?(?:中文|汉语|英文|英语)(?:来)?(?:回答|回复|答复|答|说|作答)?(?:我)?(?:即可|就行|吧)?[。.!！]?"
    r"|(?:please )?(?:reply|answer|respond)(?: to me)? in (?:english|chinese)(?: please)?[.!]?"
)


_AND = re.compile(r"和|与|跟|以及|、|及")


_WHOLE = (Intent.DRAFT, Intent.FORM, Intent.PLAN_CHECK, Intent.REMIT, Intent.KNOWLEDGE)


_MAX_CLAUSES = 6


def clauses(message: str, catalogue: Catalogue) -> tuple[str, ...]:
    """The questions of a message, one each; a request to write or check is never cut up."""
    message = strip_invisible(message)
    whole = (also for part in _SENTENCE_END.split(message) for also in _ALSO.split(part))
    pieces = [p.strip() for clause in whole for apart in _budget_apart(clause, catalogue) for p in _parted(apart)]
    asked = [p for p in pieces if re.search(r"\w", p) and not _LANGUAGE_WISH.fullmatch(normal(p))]
    if len(asked) < 2 or len(asked) > _MAX_CLAUSES or parse(message, catalogue).intent in _WHOLE:
        return (message,)
    telling = [p for p in _with_afterthoughts(asked) if _says_something(p, catalogue)]
    return tuple(telling) or (message,)


def _with_afterthoughts(pieces: list[str]) -> list[str]:
    """…预算是多少？2025年的: a year after the question is the question's."""
    found: list[str] = []
    for piece in pieces:
        if found and _AFTERTHOUGHT.fullmatch(normal(piece)):
            found[-1] = f"{piece.rstrip('。.!！')}{found[-1]}"
        elif found and _UNIT_WISH.fullmatch(normal(piece)):
            found[-1] = f"{piece.rstrip('。.!！')}，{found[-1]}"
        elif found and _LIST_THEM.fullmatch(normal(piece)):
            found[-1] = f"{found[-1].rstrip('。？?！!')}，{piece}"
        else:
            found.append(piece)
    return found


_LIST_THEM = re.compile(r"(?:请|并|都)?(?:列出来?|列一下|逐[条个项]列出来?|都?列出来|说清楚)[。.!！]?")


# 预算总共多少？请用元回答
_UNIT_WISH = re.compile(
    r"(?:请|麻烦)?(?:你)?(?:都|统一)?(?:用|以|按|换算成|折算成|换成)(?:人民币)?(?:万元|亿元|元|大写)(?:为单位)?(?:来)?(?:回答|回复|表示|作答|列出|显示|给出|计算|答|说)?(?:我)?(?:一?下|吧|即可|就行)?[。.!！]?"
)
_AFTERTHOUGHT = re.compile(r"(?:我?(?:要|问)?的?是)?(?:20\d\d年度?|今年|去年|明年)的?[。.!！]?")


def _budget_apart(clause: str, catalogue: Catalogue) -> list[str]:
    """预算多少，6月底花到百分之几: beside a date the budget would be read as the amount of that date, so it is asked apart."""
    parts = re.split("[,，]", clause)
    if len(parts) > 1 and all(counts_something(normal(part)) for part in parts):
        return parts  # 一共要买多少台设备，单台不超过多少钱
    if len(parts) != 2 or not all(_ASKING.search(part) for part in parts) or not _BUDGET.search(parts[0]):
        return [clause]
    first, second = (parse(part, catalogue) for part in parts)
    of_the_grid = second.intent is Intent.INDICATORS and first.intent is Intent.RECORDS
    apart = "total" in first.fields and not first.spans and (second.spans or of_the_grid) and not first.assumption
    return parts if apart and "total" not in parse(clause, catalogue).fields else [clause]


_ASKING = re.compile(r"多少|几|什么|啥|哪|谁|吗")


_BUDGET = re.compile(r"预算|经费|总额|盘子|规模|资金量")


def _says_something(clause: str, catalogue: Catalogue) -> bool:
    u = parse(clause, catalogue)
    return u.intent not in (Intent.UNCLEAR, Intent.HELP) and not (u.intent is Intent.TOPIC and not u.leftover)


def _parted(clause: str) -> list[str]:
    """第四条分项目标和第四项保障措施: two parts by number are two questions."""
    kinds = group("sections")
    named = list(kinds.pattern.finditer(clause))
    if len(named) < 2 or len({kinds.key(m.group()) for m in named}) < 2:
        return [clause]
    for match in _AND.finditer(clause):
        left, right = clause[: match.start()], clause[match.end() :]
        if all(kinds.pattern.search(normal(side)) and take_items(Scan(normal(side))) for side in (left, right)):
            return [left, right]
    return [clause]
