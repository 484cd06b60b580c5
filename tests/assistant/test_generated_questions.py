"""Questions generated over made-up counties, answered from their files; the truth is computed apart from the program.

Each county is 24 files: eight units over three years, in 元 and in 万元, in several text forms.
"""

import random
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from assistant.engine import Assistant
from assistant.settings import Settings
from assistant.types import Conversation, Reply
from corpus.ingest import Library
from tests.asker import Question
from tests.made_units import County, made_county, write
from tests.questions import FAMILIES, OF_ONE_DOCUMENT, questions

SEEDS = (11, 12, 13, 14)
ALONE = (21, 22, 23)  # seeds of counties of one unit and one year: a single document
ROUNDS = 8  # of every family, for each county
_EXACT = Decimal("0.0001")


@contextmanager
def assistant_over(county: County, folder: Path, seed: int) -> Iterator[Assistant]:
    files = folder / "files"
    files.mkdir()
    write(county, files, seed)
    with Library.open(folder / "data") as library:
        assert {result.status for result in library.ingest([files])} == {"added"}
        yield Assistant(library, Settings(data=folder / "data"))


def asked(assistant: Assistant, question: Question) -> Reply:
    conversation = Conversation()
    for turn in question.turns:
        reply = assistant.reply(conversation, turn)
        conversation = conversation.then(turn, reply)
    return reply


def faults(question: Question, reply: Reply) -> list[str]:
    """What is wrong with the reply; empty when it is right."""
    figures = {(figure.value.quantize(_EXACT), figure.unit) for figure in reply.figures}
    text = _plain(reply.text)
    return [
        *([f"kind {reply.kind.value}"] if reply.kind.value not in question.kinds else []),
        *(f"no {value} {unit}" for value, unit in question.figures if (value.quantize(_EXACT), unit) not in figures),
        *(f"does not say {words}" for words in question.says if _plain(words) not in text),
        *(f"says {words}" for words in question.never if _plain(words) in text),
    ]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace(" ", "").replace(",", "")


def test_a_run_asks_at_least_two_thousand_questions() -> None:
    assert ROUNDS * (len(FAMILIES) * len(SEEDS) + len(OF_ONE_DOCUMENT) * len(ALONE)) >= 2_000


@pytest.mark.parametrize("seed", (*SEEDS, *ALONE))
def test_generated_questions_are_answered_with_the_exact_truth(seed: int, tmp_path: Path) -> None:
    county = made_county(seed, years=(2025,), units=1) if seed in ALONE else made_county(seed)
    wrong = []
    with assistant_over(county, tmp_path, seed) as assistant:
        for question in questions(county, random.Random(seed), ROUNDS):
            reply = asked(assistant, question)
            if found := faults(question, reply):
                wrong.append(
                    f"{question.family}: {' / '.join(question.turns)} -> {'; '.join(found)}: {reply.text[:200]}"
                )
    assert not wrong, f"{len(wrong)} wrong\n" + "\n".join(wrong)


def test_a_wrong_figure_is_noticed(tmp_path: Path) -> None:
    """The comparison can fail: the truth of another project is not found in a right reply."""
    county = made_county(1, years=(2025,), units=1)
    first = county.projects[0]
    truth = Question("total", (f"{first.name}预算是多少？",), ((first.total, "万元"),))
    false = Question("total", truth.turns, ((first.total + 1, "万元"),))
    with assistant_over(county, tmp_path, 1) as assistant:
        reply = asked(assistant, truth)
    assert not faults(truth, reply)
    assert faults(false, reply)
