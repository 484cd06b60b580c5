"""Does every citation hold, and is the right cell cited?

Holds: the cited line of the document has the quote, the numbers are unique, and every figure and every [n] of the
text rests on a citation that is there. This is asked of every reply of every case, whether or not the
case expects a certain place.
"""

import re

from assistant.types import Citation, Reply, Route
from eval.comparing import folded
from eval.types import Case, Place, Score, SourceLines, Transcript

NAME = "citation"
_CELLS = re.compile(r"[|｜\t]")
_MARK = re.compile(r"\[(\d+)\]")
_OMISSION = re.compile(r"…+|\.{3,}")


def score(case: Case, transcript: Transcript, lines: SourceLines) -> Score | None:
    faults = [fault for exchange in transcript.exchanges for fault in unsound(exchange.reply, lines)]
    reply = transcript.last
    if reply is not None:
        faults += _misplaced(case, reply)
    cited = any(exchange.reply.citations for exchange in transcript.exchanges)
    if not (cited or faults or case.expect.citations or case.expect.cites_any):
        return None
    value = "；".join(_shown(citation) for citation in reply.citations) if reply and reply.citations else "无引用"
    return Score(NAME, not faults, value, _wanted(case), "；".join(faults) or "引用相符")


def unsound(reply: Reply, lines: SourceLines) -> list[str]:
    """What is wrong with the citations of a reply in themselves."""
    numbers = [citation.number for citation in reply.citations]
    faults = [] if len(set(numbers)) == len(numbers) else [f"引用编号重复：{numbers}"]
    faults += [
        f"数值 {figure.value} {figure.unit} 所据的引用 {number} 不存在"
        for figure in reply.figures
        for number in figure.inputs
        if number not in numbers
    ]
    marked = {int(mark) for mark in _MARK.findall(reply.text)}
    faults += [f"正文标了 [{number}]，没有这条引用" for number in sorted(marked - set(numbers))]
    # A finding may be of what is missing in a row, and then it quotes nothing of it.
    quoting = [c for c in reply.citations if c.quote.strip() or reply.route is not Route.FINDINGS]
    return faults + [fault for citation in quoting if (fault := _unheld(citation, lines))]


def _unheld(citation: Citation, lines: SourceLines) -> str | None:
    text = lines.get(citation.document)
    if text is None:
        return f"引用 [{citation.number}] 的文件“{citation.document}”不在库中"
    if citation.line is None:
        return None
    if not 1 <= citation.line <= len(text):
        return f"引用 [{citation.number}] 的第{citation.line}行超出文件"
    line = text[citation.line - 1]
    return None if holds_quote(line, citation.quote) else f"第{citation.line}行没有“{citation.quote}”"


def holds_quote(line: str, quote: str) -> bool:
    """Whether the quote stands in the line; an empty quote is a blank cell, so the line is blank or has one."""
    if not quote.strip():
        return any(not cell.strip() for cell in _CELLS.split(line))
    plain, at = folded(line), 0
    for part in _OMISSION.split(quote):
        found = plain.find(folded(part), at)
        if found < 0:
            return False
        at = found + len(folded(part))
    return True


def _misplaced(case: Case, reply: Reply) -> list[str]:
    faults = [f"没有引用{place}" for place in case.expect.citations if not _met(place, reply)]
    wanted = case.expect.cites_any
    if wanted and not any(_met(place, reply) for place in wanted):
        faults.append(f"没有引用以下任何一处：{'；'.join(map(str, wanted))}")
    return faults


def _met(place: Place, reply: Reply) -> bool:
    return any(_at(place, citation) for citation in reply.citations)


def _at(place: Place, citation: Citation) -> bool:
    return (
        _within(place.lines, citation.line)
        and folded(place.locator) in folded(citation.locator)
        and folded(place.quote) in folded(citation.quote)
        and place.document in ("", citation.document)
    )


def _within(lines: tuple[int, int] | None, line: int | None) -> bool:
    return lines is None or (line is not None and lines[0] <= line <= lines[1])


def _shown(citation: Citation) -> str:
    return f"[{citation.number}] {citation.locator} 第{citation.line}行“{citation.quote}”"


def _wanted(case: Case) -> str:
    parts = [str(place) for place in case.expect.citations]
    if case.expect.cites_any:
        parts.append("任一：" + "、".join(map(str, case.expect.cites_any)))
    return "；".join(parts) or "引用处有引文"
