"""The sentences of exact answers, from wording.toml, in the language of the question."""

import functools
import tomllib
from importlib import resources


@functools.cache
def _wording() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(resources.files(__package__).joinpath("wording.toml").read_text("utf-8"))


def say(key: str, english: bool, section: str = "sentences", /, **values: str | int) -> str:
    """The sentence of `key` with its values. Raises KeyError for an unknown key or a value that was forgotten."""
    return _wording()[section][key]["en" if english else "zh"].format(**values)


def label(key: str, english: bool) -> str:
    """A field's name as it is shown."""
    return say(key, english, "labels")
