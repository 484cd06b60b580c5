"""Loads the word lists (lexicon.toml, topics.toml) and compiles each into one longest-match pattern."""

import functools
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources

from corpus.folding import fold

_BETWEEN_WIDE = re.compile(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])")


def normal(text: str) -> str:
    """The form in which messages are matched: folded, spaces kept only between Latin words."""
    return _BETWEEN_WIDE.sub("", fold(text))


def alternation(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern for any of `words`, the longest first; Latin words only as whole words."""
    parts = []
    for word in sorted({normal(w) for w in words}, key=lambda w: (-len(w), w)):
        escaped = re.escape(word)
        if word[0].isascii() and word[0].isalpha():
            escaped = rf"(?<![a-z]){escaped}(?![a-z])"
        parts.append(escaped)
    return re.compile("|".join(parts))


@dataclass(frozen=True, slots=True)
class Group:
    """Words of one category, each standing for a key."""

    pattern: re.Pattern[str]
    keys: dict[str, str]  # word -> key

    def key(self, word: str) -> str:
        return self.keys[word]


@dataclass(frozen=True, slots=True)
class Topic:
    key: str
    kind: str  # outside | remit | knowledge
    label: str
    answer: str
    pattern: re.Pattern[str]
    only_with: re.Pattern[str] | None  # must stand in the message too
    unless: re.Pattern[str] | None  # must not stand in it


def _toml(name: str) -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(resources.files(__package__).joinpath(name).read_text("utf-8"))


@functools.cache
def _lexicon() -> dict[str, dict[str, list[str]]]:
    return _toml("lexicon.toml")


@functools.cache
def words(section: str, key: str = "words") -> re.Pattern[str]:
    """The pattern of one list, e.g. words("sequence", "next")."""
    return alternation(_lexicon()[section][key])


@functools.cache
def group(section: str, sub: str = "") -> Group:
    """A whole section as one pattern, each word leading back to its key; earlier keys win for a word in two lists."""
    lists = _lexicon()[section]
    chosen: dict[str, list[str]] = lists[sub] if sub else lists  # type: ignore[assignment]
    keys: dict[str, str] = {}
    for key, entries in chosen.items():
        if isinstance(entries, list):
            for word in entries:
                keys.setdefault(normal(word), key)
    return Group(alternation(keys), keys)


@functools.cache
def topics() -> tuple[Topic, ...]:
    """The entries of topics.toml in file order; the first that matches wins."""
    entries: list[dict[str, object]] = _toml("topics.toml")["topic"]  # type: ignore[assignment]
    return tuple(
        Topic(
            key=str(entry["key"]),
            kind=str(entry["kind"]),
            label=str(entry.get("label", "")),
            answer=str(entry.get("answer", "")),
            pattern=_either(alternation(entry["words"]), entry.get("regex")),  # type: ignore[arg-type]
            only_with=alternation(entry["only_with"]) if "only_with" in entry else None,  # type: ignore[arg-type]
            unless=re.compile(str(entry["unless"])) if "unless" in entry else None,
        )
        for entry in entries
    )


def _either(pattern: re.Pattern[str], regex: object) -> re.Pattern[str]:
    return re.compile(f"{pattern.pattern}|{regex}") if regex else pattern
