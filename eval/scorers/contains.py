"""Does the text say what it must, and nothing it must not?"""

from assistant.types import Reply
from eval.comparing import holds
from eval.phrases import LABELS, says
from eval.types import Case, Score, SourceLines, Transcript

NAME = "contains"


def score(case: Case, transcript: Transcript, lines: SourceLines) -> Score | None:
    expect, reply = case.expect, transcript.last
    if reply is None or not (expect.contains or expect.must_not_contain or expect.says):
        return None
    absent = missing(case, reply)
    unwanted = [text for text in expect.must_not_contain if holds(reply.text, text)]
    absent += [LABELS[thing] for thing in expect.says if not says(reply.text, thing)]
    said = [f"没有说“{item}”" for item in absent] + [f"不该说“{item}”" for item in unwanted]
    wanted = "；".join(
        [
            *map(" / ".join, expect.contains),
            *(LABELS[thing] for thing in expect.says),
            *(f"不含 {t}" for t in expect.must_not_contain),
        ]
    )
    return Score(NAME, not said, reply.text, wanted, "；".join(said) or "内容相符")


def missing(case: Case, reply: Reply) -> list[str]:
    """The items of `contains` of which no alternative is in the reply."""
    return [" / ".join(group) for group in case.expect.contains if not any(holds(reply.text, text) for text in group)]
