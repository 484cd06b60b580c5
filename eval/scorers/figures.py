"""Are the expected figures among the reply's figures, exactly?

35万元 is 350,000 元; 17.5 万元 is not 17.49999 万元 and not 17.5 %. Digits in the text do not count:
"25" ends with "5".
"""

from assistant.types import Figure
from eval.comparing import standard
from eval.types import Case, ExpectedFigure, Score, SourceLines, Transcript

NAME = "figures"


def score(case: Case, transcript: Transcript, lines: SourceLines) -> Score | None:
    reply = transcript.last
    if reply is None or not case.expect.figures:
        return None
    given = {standard(figure.value, figure.unit) for figure in reply.figures}
    absent = [figure for figure in case.expect.figures if standard(figure.value, figure.unit) not in given]
    why = f"缺少 {_shown(absent)}" if absent else "数值相符"
    return Score(NAME, not absent, _shown(reply.figures) or "无", _shown(case.expect.figures), why)


def _shown(figures: tuple[Figure, ...] | tuple[ExpectedFigure, ...] | list[ExpectedFigure]) -> str:
    return "、".join(f"{figure.value} {figure.unit}" for figure in figures)
