"""Is it the right kind of reply: answered, refused, asked back, or said to be absent?"""

from assistant.types import Kind, Reply
from eval.phrases import Says, says
from eval.scorers.contains import missing
from eval.types import Behaviour, Case, RefusalRule, Score, SourceLines, Transcript

NAME = "kind"


def score(case: Case, transcript: Transcript, lines: SourceLines) -> Score | None:
    reply = transcript.last
    if reply is None:
        return Score(NAME, False, "出错", _wanted(case), transcript.error or "没有回复")
    passed = reply.kind in case.expect.kinds or (
        case.expect.behaviour is not None and _fits(case.expect.behaviour, case, reply)
    )
    why = "类型相符" if passed else f"回复的类型是 {reply.kind.value}，不合“{_wanted(case)}”"
    return Score(NAME, passed, reply.kind.value, _wanted(case), why)


def _wanted(case: Case) -> str:
    behaviour = case.expect.behaviour
    return behaviour.value if behaviour else " 或 ".join(kind.value for kind in case.expect.kinds)


def _fits(behaviour: Behaviour, case: Case, reply: Reply) -> bool:
    match behaviour:
        case Behaviour.ANSWER:
            return reply.kind in (Kind.ANSWER, Kind.DRAFT)
        case Behaviour.REFUSE:
            absent = case.expect.refusal is RefusalRule.REMIT and reply.kind is Kind.NOT_FOUND
            return reply.kind is Kind.REFUSAL or absent
        case Behaviour.CLARIFY:
            return reply.kind is Kind.CLARIFICATION or (reply.kind is Kind.ANSWER and not missing(case, reply))
        case Behaviour.NOT_FOUND:
            return reply.kind is Kind.NOT_FOUND or (reply.kind is Kind.ANSWER and says(reply.text, Says.ABSENT))
