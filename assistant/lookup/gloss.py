"""The English gist of a Chinese text, term by term: no sentence is made up."""

import functools
import re
import tomllib
from importlib import resources


@functools.cache
def _terms() -> dict[str, str]:
    return tomllib.loads(resources.files(__package__).joinpath("glossary.toml").read_text("utf-8"))


@functools.cache
def _pattern() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(term) for term in sorted(_terms(), key=len, reverse=True)))


def gist(text: str) -> str:
    """The known terms of `text` in English, in order, each once; empty when none is known."""
    return "; ".join(dict.fromkeys(_terms()[m.group()] for m in _pattern().finditer(text)))
