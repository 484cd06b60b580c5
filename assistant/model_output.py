"""What a chat model wrote, read: the JSON object of a response, whole or on its way. Pure; knows no library of models."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

LONGEST_TEXT = 24_000  # characters: several times what the tokens asked for come to, thoughts included
# The thoughts of a model that shows them. Many chat templates leave the opening tag out of what the model writes.
_THOUGHT = re.compile(
    r"<(think|thinking|thought|reasoning)>.*?(?:</\1>|\Z)|\A.*</(?:think|thinking|thought|reasoning)>", re.S | re.I
)
_AFTER_COMMA = re.compile(r"[\s,]*")

_FULL_WIDTH = str.maketrans("０１２３４５６７８９．％", "0123456789.%")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shape(Generic[T]):
    """What a model must return: a JSON schema, and how its object is read. `read` raises ValueError when it does not fit."""

    name: str
    schema: Mapping[str, Any]
    read: Callable[[Mapping[str, Any]], T]


def object_of(message: Any) -> Mapping[str, Any]:
    """The JSON object of a response: the arguments of its call, or found in its words. Raises ValueError when there is none."""
    if getattr(message, "tool_call_chunks", ()):  # streamed: its `tool_calls` would take a cut object for a whole one
        return json_object(written(message))
    for call in getattr(message, "tool_calls", ()):
        return _writable(dict(call["args"]))
    return json_object(getattr(message, "content", ""))


def _writable(found: Mapping[str, Any]) -> Mapping[str, Any]:
    """`found`; raises ValueError when it holds half a character, which nothing here could write or keep."""
    json.dumps(found, ensure_ascii=False).encode()
    return found


def _words(content: Any) -> str:
    """The words of a message's content, its thoughts left out."""
    if isinstance(content, list):  # parts
        content = "".join(part.get("text", "") for part in content if isinstance(part, Mapping))
    return _THOUGHT.sub("", str(content))


def json_object(content: Any) -> Mapping[str, Any]:
    """The first JSON object in what a model wrote, thoughts and code fences around it or not. Raises ValueError."""
    text = _words(content)
    start = text.find("{")
    if start < 0 or len(text) > LONGEST_TEXT:
        raise ValueError("no JSON object")
    try:
        found, _ = json.JSONDecoder().raw_decode(text, start)
    except RecursionError:
        raise ValueError("nested too deep") from None
    if not isinstance(found, Mapping):
        raise ValueError("not an object")
    return _writable(found)


def sentences_in(found: Mapping[str, Any]) -> list[Any]:
    """What an object lists under "sentences", each still to be read. Raises ValueError when it lists nothing."""
    listed = found.get("sentences")
    if not isinstance(listed, list):
        raise ValueError("sentences")
    return listed


def one_line(text: str) -> str:
    """A sentence of a model on one line, its figures as they are written here."""
    return " ".join(text.translate(_FULL_WIDTH).split())


def _past_commas(text: str, at: int) -> int:
    between = _AFTER_COMMA.match(text, at)
    return between.end() if between else at


def items_so_far(text: str) -> tuple[Any, ...]:
    """The complete objects of the first list in a JSON object that is still being written."""
    at = text.find("[", text.find("{") + 1) + 1
    found: list[Any] = []
    while at and (at := _past_commas(text, at)) < len(text):
        try:
            item, at = json.JSONDecoder().raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        found.append(item)
    return tuple(found)


def written(message: Any) -> str:
    """What a message on its way says so far: the arguments of its call, or its words."""
    for call in getattr(message, "tool_call_chunks", ()):
        return str(call["args"] or "")
    return _words(getattr(message, "content", ""))
