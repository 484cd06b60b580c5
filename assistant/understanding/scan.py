"""A message being read: each rule takes the stretch it understands, and what is left shows what nobody understood."""

import re
from collections.abc import Iterator

from assistant.understanding.lexicon import Group, words

_PUNCTUATION = re.compile(r"[^\w%]+|_+")


class Scan:
    """The normal form of a message with a mark on every character that some rule has used."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._used = bytearray(len(text))

    def find(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Matches of `pattern` that touch no used character."""
        return (m for m in pattern.finditer(self.text) if m.end() > m.start() and not any(self._used[m.start() : m.end()]))

    def use(self, start: int, end: int) -> None:
        self._used[start:end] = b"\x01" * (end - start)

    def take(self, pattern: re.Pattern[str]) -> list[re.Match[str]]:
        """All untouched matches, now used."""
        found = []
        position = 0
        while match := pattern.search(self.text, position):
            # A match that begins in used text may hide one a character further on.
            if match.end() > match.start() and not any(self._used[match.start() : match.end()]):
                found.append(match)
                self.use(*match.span())
                position = match.end()
            else:
                position = match.start() + 1
        return found

    def take_keys(self, group: Group) -> tuple[str, ...]:
        """The keys of a group's words found, in order, each once; the words are used."""
        return tuple(dict.fromkeys(group.key(m.group()) for m in self.take(group.pattern)))

    def has(self, pattern: re.Pattern[str]) -> bool:
        return next(self.find(pattern), None) is not None

    def free(self, position: int) -> bool:
        return not self._used[position]

    def open_stretches(self) -> Iterator[tuple[int, str]]:
        """The unused stretches with their positions."""
        start = None
        for i in range(len(self.text) + 1):
            unused = i < len(self.text) and not self._used[i]
            if unused and start is None:
                start = i
            elif not unused and start is not None:
                yield start, self.text[start:i]
                start = None

    def leftover(self) -> str:
        """The content words that no rule used, a space between stretches; empty when everything was understood."""
        pieces = []
        for _, stretch in self.open_stretches():
            plain = words("stopwords").sub(" ", _PUNCTUATION.sub(" ", stretch))
            pieces.extend(p for p in plain.split() if p)
        return " ".join(pieces)
