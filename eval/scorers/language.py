"""Is the reply in the language of the question?

Names, units and quotations stay Chinese in an English reply, so English words are weighed against the small words that
only Chinese sentences have ("预算数为 35.00 万元" has one, "Total: 70.00 万元" has none).
"""

import re

from eval.types import Case, Language, Score, SourceLines, Transcript

NAME = "language"
_CHINESE_SENTENCE = re.compile(r"[的为是了在有和这请您不到没]")
_ENGLISH_WORD = re.compile(r"[A-Za-z]{2,}")


def score(case: Case, transcript: Transcript, lines: SourceLines) -> Score | None:
    reply = transcript.last
    if reply is None or case.expect.language is None:
        return None
    found = language_of(reply.text)
    passed = found is case.expect.language
    return Score(NAME, passed, found.value, case.expect.language.value, "语言相符" if passed else "语言不符")


def language_of(text: str) -> Language:
    chinese, english = len(_CHINESE_SENTENCE.findall(text)), len(_ENGLISH_WORD.findall(text))
    return Language.EN if english > chinese else Language.ZH
