"""How well a passage fits a question, from its tokens: BM25 over pairs and over characters, and where the words stand.

And what becomes of the order that the words give when there is one by meaning too. Measured on CMRC 2018, on generated
text and on paraphrases (docs/retrieval.md). Pure; frequencies come from whoever keeps them.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

# Of BM25: how soon repetition stops counting, and how much a long passage is held back.
_REPETITION, _LENGTH = 0.9, 0.5
_CHARACTERS = 0.4  # of single characters beside pairs: they bridge 军人 and 参军, names cut differently
_CHARACTER_REPETITION = 3.0  # a character stands in many words: only its repetition says what a passage is about
_CONTEXT = 0.35  # of a word in unit, year or heading beside one in the text
_LEAD = 0.3  # more for what stands in a passage's beginning, which says what it is about
_LEAD_LENGTH = 61  # characters of the joined tokens: twenty pairs

# One pair of a short question proves little, though it be half of what is asked for: every question is taken as if it
# asked for three more pairs, as rare as its own.
_UNASKED = 3
# Of 1: what a passage would get that holds all this once. CMRC's questions are above it almost always and then best
# left to the words; a paraphrase seldom is. Below it the words take over late, and never say as much as the meaning.
_SURE = 0.3
_MANY, _SURE_AMONG_MANY = 50_000, 0.2  # passages; among so many some vector is near to anything by chance
_LATE = 6
_BESIDE = 0.2


@dataclass(frozen=True, slots=True)
class Weighed:
    """What is looked for, each as it stands in a passage's tokens (blanks around), with its rarity."""

    terms: tuple[tuple[str, float], ...]
    characters: tuple[tuple[str, float], ...]


def rarity(passages_with_it: int, passages: int) -> float:
    """BM25's inverse document frequency; above zero however common a term is."""
    return math.log(1 + (passages - passages_with_it + 0.5) / (passages_with_it + 0.5))


def complete(asked: Weighed) -> float:
    """The score of a passage of usual length that holds once what is asked for, and `_UNASKED` pairs more."""
    terms, characters = (sum(weight for _, weight in part) for part in (asked.terms, asked.characters))
    return terms * (1 + _UNASKED / max(len(asked.terms), 1)) + _CHARACTERS * characters


def is_sure(by_words: Mapping[str, float], passages: int) -> bool:
    """Whether the best of so many passages holds so much of what is asked for that vectors could only spoil the order."""
    return max(by_words.values(), default=0.0) >= _limit(passages)


def _limit(passages: int) -> float:
    return _SURE if passages < _MANY else _SURE_AMONG_MANY


def fused(by_words: Mapping[str, float], by_meaning: Mapping[str, float], passages: int) -> list[tuple[str, float]]:
    """Of so many passages the found ones with their scores, best first, from their shares of `complete` and their cosines.

    Where the words are sure, theirs is the order and the others follow; else the meaning counts, the less the nearer
    the words are to being sure.
    """
    if is_sure(by_words, passages):
        floor = min(by_words.values()) / 2
        scores = {name: floor * max(cosine, 0.0) for name, cosine in by_meaning.items()} | dict(by_words)
    else:
        sure = (max(by_words.values(), default=0.0) / _limit(passages)) ** _LATE
        scores = {name: (1 - sure) * cosine for name, cosine in by_meaning.items()}
        for name, share in by_words.items():
            scores[name] = scores.get(name, 0.0) + _BESIDE * sure * share
    return sorted(scores.items(), key=lambda scored: (-scored[1], -by_words.get(scored[0], 0.0), scored[0]))


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
