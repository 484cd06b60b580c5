"""How alike two Chinese texts are by their pairs of characters: for links that no document states."""

import math
from collections import Counter
from collections.abc import Sequence

from corpus.folding import squeeze

_FILLER = frozenset(
    "进一步 工作 加强 强化 推进 推动 做好 开展 建设 提高 提升 积极 组织 有关 县委 县政府 全县 我县".split()
)


def pairs(text: str) -> frozenset[str]:
    plain = squeeze(text)
    for word in _FILLER:
        plain = plain.replace(word, " ")
    return frozenset(plain[i : i + 2] for i in range(len(plain) - 1) if plain[i : i + 2].isalnum())


def best_matches(text: str, others: Sequence[str], least: float, near: float = 0.75) -> list[int]:
    """The positions of the texts most like `text`, best first: all at least `least` alike (0 to 1) and `near` the best.

    Pairs that many of the others hold weigh little.
    """
    sought = pairs(text)
    found = [pairs(other) for other in others]
    spread = Counter(pair for pairs_of in found for pair in pairs_of)
    weight = {pair: math.log(1 + len(others) / n) for pair, n in spread.items()}
    scores = [_score(sought, other, weight) for other in found]
    top = max(scores, default=0.0)
    return [i for i in sorted(range(len(scores)), key=lambda i: -scores[i]) if scores[i] >= max(least, near * top)]


def _score(sought: frozenset[str], other: frozenset[str], weight: dict[str, float]) -> float:
    whole = sum(weight[pair] for pair in other)
    return sum(weight[pair] for pair in sought & other) / whole if whole else 0.0
