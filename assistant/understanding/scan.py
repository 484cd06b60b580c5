"""A message being read: each rule takes the stretch it understands, and what is left shows what nobody understood."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from assistant.understanding.lexicon import Group, words
from assistant.understanding.wordlist import WordList

Pattern = re.Pattern[str] | WordList

_PUNCTUATION = re.compile(r"[^\w%]+|_+")


_BUT_HYPHENS = re.compile(r"[^\w%.\-]+|_+")  # NB-IoT is one word
_USED = "\x00"


class Scan:
    """The normal form of a message, in which every character that some rule has used is blotted out."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._open = text
        self._reserved: tuple[tuple[int, int], ...] = ()

    def reserve(self, spans: Iterable[tuple[int, int]]) -> None:
        """Stretches that name something: words of the lexicon inside them (配套 in 冷链建设配套) are not to be found."""
        self._reserved = tuple(spans)

    def _free_of_names(self, start: int, end: int) -> bool:
        return not any(a <= start and end <= b and end - start < b - a for a, b in self._reserved)

    def find(self, pattern: Pattern) -> Iterator[Any]:
        """Matches of `pattern` in what is still unused; positions are those of `text`."""
        found = (m for m in pattern.finditer(self._open) if m.end() > m.start())
        return found if not self._reserved else (m for m in found if self._free_of_names(*m.span()))

    def use(self, start: int, end: int) -> None:
        self._open = self._open[:start] + _USED * (end - start) + self._open[end:]

    def take(self, pattern: Pattern) -> list[Any]:
        """All matches in what is still unused; they are used now."""
        found = list(self.find(pattern))
        for match in found:
            self.use(*match.span())
        return found

    def take_keys(self, group: Group) -> tuple[str, ...]:
        """The keys of a group's words found, in order, each once; the words are used."""
        return tuple(dict.fromkeys(group.key(m.group()) for m in self.take(group.pattern)))

    def has(self, pattern: Pattern) -> bool:
        return next(self.find(pattern), None) is not None

    def free(self, position: int) -> bool:
        return self._open[position] != _USED

    def open_stretches(self) -> Iterator[tuple[int, str]]:
        """The unused stretches with their positions."""
        return ((m.start(), m.group()) for m in re.finditer(f"[^{_USED}]+", self._open))

    def phrase(self) -> str:
        """The longest unused stretch without question words at its ends, verbatim: what a person looks for."""
        pieces = [_trimmed(_BUT_HYPHENS.sub(" ", stretch).strip(" .-")) for _, stretch in self.open_stretches()]
        return max(pieces, key=len, default="")

    def leftover(self) -> str:
        """The content words that no rule used, a space between stretches; empty when everything was understood."""
        pieces: list[str] = []
        for _, stretch in self.open_stretches():
            plain = words("stopwords").sub(" ", _PUNCTUATION.sub(" ", stretch))
            pieces.extend(p for p in plain.split() if p)
        return " ".join(pieces)


def _trimmed(text: str) -> str:
    """`text` without stopwords at its ends; inside they may be part of a phrase (舆情快报)."""
    while found := words("stopwords").match(text):
        text = text[found.end() :].strip()
    for start in range(len(text)):
        if words("stopwords").fullmatch(text[start:]):
            return _trimmed(text[:start].strip())
    return text
