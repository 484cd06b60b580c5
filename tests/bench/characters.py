"""Makes corpus/characters.safetensors anew: what single characters mean, learned from the words they stand in.

    python -m tests.bench.characters

The only source is the word list of jieba 0.42 (MIT licence, the package's dict.txt: a word, how often, its kind).
Characters that stand in words with the same characters get like directions: positive pointwise mutual information
over the words (Levy & Goldberg 2014), then its first singular vectors. Needs the bench extra.
"""

import math
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

import jieba
import numpy as np
from safetensors.numpy import save_file
from scipy.sparse import csr_array
from scipy.sparse.linalg import svds

from corpus.embedding import CHARACTERS
from corpus.folding import fold

DIMENSION = 200  # of 60, 100, 150, 200 and 256 the best on paraphrases
_COMMON = 3e-3  # a character's weight is halved where it is this part of running text (SIF, Arora et al. 2017)
_SMOOTHING = 0.75  # of how common a neighbour is
_NAMES = ("nr", "ns", "nt")  # of persons, places, bodies: their characters say nothing of meaning
_HAN = re.compile("[\u4e00-\u9fff]+")


def read_words() -> tuple[dict[str, int], Counter[str]]:
    """Words of two to six characters with their frequency, and how often each character is written."""
    listed: dict[str, int] = {}
    written: Counter[str] = Counter()
    for line in (Path(jieba.__file__).parent / "dict.txt").read_text("utf-8").splitlines():
        word, times, kind = line.split()
        word = fold(word)
        for character in word:
            written[character] += int(times)
        if 2 <= len(word) <= 6 and _HAN.fullmatch(word) and not kind.startswith(_NAMES):
            listed[word] = max(int(times), listed.get(word, 0))
    return listed, written


def neighbours(listed: dict[str, int], characters: list[str]) -> csr_array:
    """How much two characters share words, each word counted by the logarithm of its frequency."""
    number = {character: place for place, character in enumerate(characters)}
    shared: defaultdict[tuple[int, int], float] = defaultdict(float)
    for word, times in listed.items():
        for one in set(word):
            for other in set(word) - {one}:
                shared[number[one], number[other]] += math.log(2 + times)
    rows, columns = zip(*shared, strict=True)
    return csr_array((list(shared.values()), (rows, columns)), shape=(len(characters),) * 2)


def directions(shared: csr_array) -> np.ndarray:
    """A row of length 1 a character."""
    total = np.asarray(shared.sum(axis=1)).ravel()
    usual = total**_SMOOTHING / (total**_SMOOTHING).sum()
    pairs = shared.tocoo()
    surprise = np.maximum(np.log(pairs.data / (total[pairs.row] * usual[pairs.col])), 0)
    found, _, _ = svds(csr_array((surprise, (pairs.row, pairs.col)), shape=shared.shape), k=DIMENSION, random_state=0)
    return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)


def main() -> int:
    listed, written = read_words()
    characters = sorted({character for word in listed for character in word})
    rows = directions(neighbours(listed, characters))
    whole = sum(written.values())
    weights = np.array([_COMMON / (_COMMON + written[character] / whole) for character in characters], np.float32)
    scale = np.maximum(np.abs(rows).max(axis=1, keepdims=True), 1e-9)
    stored = np.ascontiguousarray(np.round(rows / scale * 127), np.int8)  # save_file writes the memory as it lies
    tensors = {"directions": stored, "weights": weights}
    save_file(tensors, CHARACTERS, {"characters": "".join(characters), "source": "words of jieba 0.42, MIT licence"})
    print(f"{len(characters)} characters, {CHARACTERS.stat().st_size / 2**20:.1f} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
