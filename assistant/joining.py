"""Several replies as one: texts in order, citations numbered through, the same place cited once."""

import re
from dataclasses import replace

from assistant.types import Citation, Figure, Kind, Reply

_NUMBER_MARK = re.compile(r"\[(\d+)\]")


def joined(replies: list[Reply]) -> Reply:
    """Several questions of one message as one reply, its citations numbered through."""
    if len(replies) == 1:
        return replies[0]
    citations: list[Citation] = []
    figures: list[Figure] = []
    texts = []
    for reply in replies:
        numbers: dict[int, int] = {}
        for citation in reply.citations:
            same = next((c for c in citations if _same_place(c, citation)), None)
            if same is None:
                same = replace(citation, number=len(citations) + 1)
                citations.append(same)
            numbers[citation.number] = same.number
        texts.append(_NUMBER_MARK.sub(lambda m, n=numbers: f"[{n.get(int(m.group(1)), int(m.group(1)))}]", reply.text))  # type: ignore[misc]
        figures += [replace(f, inputs=tuple(numbers.get(i, i) for i in f.inputs)) for f in reply.figures]
    kinds = [reply.kind for reply in replies]
    order = (Kind.REFUSAL, Kind.CLARIFICATION, Kind.DRAFT, Kind.ANSWER, Kind.NOT_FOUND)
    first = min(replies, key=lambda r: order.index(r.kind))
    return replace(
        replies[-1],
        kind=first.kind if first.kind in (Kind.REFUSAL, Kind.CLARIFICATION) or len(set(kinds)) > 1 else kinds[0],
        route=first.route,
        text="\n\n".join(dict.fromkeys(texts)),
        question=" ".join(dict.fromkeys(reply.question for reply in replies)),
        figures=tuple(figures),
        citations=tuple(citations),
        options=tuple(option for reply in replies for option in reply.options),
        grid=next((reply.grid for reply in replies if reply.grid), None),
        model=next((reply.model for reply in replies if reply.model), None),
    )


def _same_place(a: Citation, b: Citation) -> bool:
    return (a.document_id, a.locator, a.line) == (b.document_id, b.locator, b.line)
