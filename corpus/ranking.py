"""How well a passage fits a question, from its tokens: BM25 over pairs and over characters, and where the words stand.

Measured on CMRC 2018 and on generated text (docs/retrieval.md). Pure; frequencies come from whoever keeps them.
"""

import math
from dataclasses import dataclass

# Of BM25: how soon repetition stops counting, and how much a long passage is held back.
_REPETITION, _LENGTH = 0.9, 0.5
_CHARACTERS = 0.4  # of single characters beside pairs: they bridge 军人 and 参军, names cut differently
_CHARACTER_REPETITION = 3.0  # a character stands in many words: only its repetition says what a passage is about
_CONTEXT = 0.35  # of a word in unit, year or heading beside one in the text
_LEAD = 0.3  # more for what stands in a passage's beginning, which says what it is about
_LEAD_LENGTH = 61  # characters of the joined tokens: twenty pairs


@dataclass(frozen=True, slots=True)
class Weighed:
    """What is looked for, each as it stands in a passage's tokens (blanks around), with its rarity."""

    terms: tuple[tuple[str, float], ...]
    characters: tuple[tuple[str, float], ...]


def rarity(passages_with_it: int, passages: int) -> float:
    """BM25's inverse document frequency; above zero however common a term is."""
    return math.log(1 + (passages - passages_with_it + 0.5) / (passages_with_it + 0.5))


def relevance(asked: Weighed, body: str, context: str, usual_length: float) -> float:
    """The score of a passage given its tokens joined by blanks; zero when nothing of what is asked stands in it.

    `usual_length` is the average number of tokens of a passage.
    """
    body, context = f" {body} ", f" {context} "
    held_back = 1 - _LENGTH + _LENGTH * body.count(" ") / (usual_length + 1)
    damping, character_damping = _REPETITION * held_back, _CHARACTER_REPETITION * held_back
    lead = body[:_LEAD_LENGTH]
    score = 0.0
    for needle, weight in asked.terms:
        if times := body.count(needle) + _CONTEXT * context.count(needle):
            score += weight * (times * (_REPETITION + 1) / (times + damping) + (_LEAD if needle in lead else 0.0))
    for needle, weight in asked.characters:
        if times := body.count(needle) + _CONTEXT * context.count(needle):
            score += _CHARACTERS * weight * times * (_CHARACTER_REPETITION + 1) / (times + character_damping)
    return score
