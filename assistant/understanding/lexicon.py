"""Loads the word lists (lexicon.toml, topics.toml), each to be searched for its longest matches.

Words are written in the files in the form in which messages are matched (see `normal`); a test holds that.
"""

import functools
import re
import tomllib
from dataclasses import dataclass
from importlib import resources

from assistant.understanding.wordlist import WordList
from corpus.folding import fold

_PICTURES = re.compile("[\u2600-\u27bf\ufe0e\ufe0f\U0001f000-\U0001faff]+")  # 😀 says nothing here
_BETWEEN_WIDE = re.compile(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])")


def normal(text: str) -> str:
    """The form in which messages are matched: folded, spaces kept only between Latin words."""
    return _BETWEEN_WIDE.sub("", fold(_PICTURES.sub(" ", text)))


@dataclass(frozen=True, slots=True)
class Group:
    """Words of several lists, each leading back to its list's key."""

    pattern: WordList
    keys: dict[str, str]  # word -> key

    def key(self, word: str) -> str:
        return self.keys[word]


@dataclass(frozen=True, slots=True)
class Topic:
    key: str
    kind: str  # outside | remit | knowledge
    label: str
    answer: str
    pattern: WordList
    regex: re.Pattern[str] | None  # says the same where words cannot
    only_with: WordList | None  # must stand in the message too
    unless: re.Pattern[str] | None  # must not stand in it


def _toml(name: str) -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(resources.files(__package__).joinpath(name).read_text("utf-8"))


@functools.cache
def _lexicon() -> dict[str, dict[str, list[str]]]:
    return _toml("lexicon.toml")


def in_chinese_words(text: str) -> str:
    """An English question with the words that stand in project names put in Chinese, so that it can name a project."""
    for word, chinese in _lexicon()["english_names"].items():
        text = re.sub(rf"(?<![a-z]){word}(?![a-z])", str(chinese), text)
    return _BETWEEN_WIDE.sub("", text)


@functools.cache
def words(section: str, key: str = "words") -> WordList:
    """One list, e.g. words("sequence", "next")."""
    return WordList(_lexicon()[section][key])


@functools.cache
def group(section: str, sub: str = "") -> Group:
    """A whole section as one pattern, each word leading back to its key; earlier keys win for a word in two lists."""
    lists = _lexicon()[section]
    chosen: dict[str, list[str]] = lists[sub] if sub else lists  # type: ignore[assignment]
    keys: dict[str, str] = {}
    for key, entries in chosen.items():
        if isinstance(entries, list):
            for word in entries:
                keys.setdefault(word, key)
    return Group(WordList(keys), keys)


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
            pattern=WordList(entry["words"]),  # type: ignore[arg-type]
            regex=re.compile(str(entry["regex"])) if "regex" in entry else None,
            only_with=WordList(entry["only_with"]) if "only_with" in entry else None,  # type: ignore[arg-type]
            unless=re.compile(str(entry["unless"])) if "unless" in entry else None,
        )
        for entry in entries
    )
