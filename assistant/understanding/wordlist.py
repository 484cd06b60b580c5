"""Longest-match search for a list of words: what a regular expression of a thousand alternatives does, without compiling it.

Compiling the lexicon as regular expressions took longer than starting the program.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """A word in a text; speaks as re.Match does."""

    word: str
    position: int

    def start(self) -> int:
        return self.position

    def end(self) -> int:
        return self.position + len(self.word)

    def span(self) -> tuple[int, int]:
        return self.position, self.position + len(self.word)

    def group(self) -> str:
        return self.word


class WordList:
    """The words of one list, in normal form. Latin words are found only as whole words."""

    def __init__(self, words: Iterable[str]) -> None:
        by_first: dict[str, list[str]] = defaultdict(list)
        for word in sorted(set(words), key=lambda w: (-len(w), w)):
            by_first[word[0]].append(word)
        self._by_first = dict(by_first)

    def match(self, text: str, position: int = 0) -> Found | None:
        """The longest word that begins at `position`."""
        if position >= len(text):
            return None
        for word in self._by_first.get(text[position], ()):
            if text.startswith(word, position) and _whole(word, text, position):
                return Found(word, position)
        return None

    def finditer(self, text: str, position: int = 0, end: int | None = None) -> Iterator[Found]:
        """Every word from the left, none overlapping another, none reaching beyond `end`."""
        limit = len(text) if end is None else end
        text = text[:limit]
        while position < limit:
            found = self.match(text, position)
            if found is None:
                position += 1
                continue
            yield found
            position = found.end()

    def search(self, text: str) -> Found | None:
        return next(self.finditer(text), None)

    def fullmatch(self, text: str) -> Found | None:
        found = self.match(text)
        return found if found is not None and found.end() == len(text) else None

    def sub(self, replacement: str, text: str) -> str:
        """`text` with every word replaced."""
        pieces, position = [], 0
        for found in self.finditer(text):
            pieces += [text[position : found.start()], replacement]
            position = found.end()
        return "".join([*pieces, text[position:]])


def _whole(word: str, text: str, position: int) -> bool:
    """Whether a Latin word is not part of a longer one; any other word always is whole."""
    if not (word[0].isascii() and word[0].isalpha()):
        return True
    before = text[position - 1 : position] if position else ""
    after = text[position + len(word) : position + len(word) + 1]
    return not any(c.isascii() and c.isalpha() for c in (before, after))
