"""The page's edge: what nobody foresaw becomes a sentence with an id, and a log line without content.

Only here and in app.py and the command is every exception caught: a page that waits for ever tells a person nothing.
"""

import functools
import logging
import secrets
import traceback
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from assistant.errors import AssistantError
from corpus.errors import CorpusError

_LOG = logging.getLogger("jixiao.web")
P = ParamSpec("P")
T = TypeVar("T")


def in_words(error: Exception) -> str:
    """What to tell a person. What was not foreseen is logged by type and place: its message may hold content."""
    if isinstance(error, AssistantError | CorpusError):
        return str(error)
    if isinstance(error, OSError):
        return f"无法读写磁盘（{error.strerror or type(error).__name__}）。"
    identity = secrets.token_hex(4)
    place = traceback.extract_tb(error.__traceback__)[-1]
    _LOG.error("%s: %s in %s, line %s", identity, type(error).__name__, place.filename, place.lineno)
    return f"出现内部错误，编号 {identity}，请把编号告诉维护人员。"


def or_words(work: Callable[P, T], worded: Callable[[str], T]) -> Callable[P, T]:
    """`work`, giving `worded(sentence)` where it raises."""

    @functools.wraps(work)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return work(*args, **kwargs)
        except Exception as error:  # noqa: BLE001
            return worded(in_words(error))

    return guarded
