"""How much one person may ask for in a minute, so that a script of theirs does not keep everybody else waiting."""

import math
import threading
import time
from collections.abc import Callable
from enum import Enum

from assistant.errors import AssistantError

_MINUTE = 60.0
_MOST_KNOWN = 10_000  # persons and deeds remembered at once


class Deed(Enum):
    """What is counted: its word in sentences, and how many a minute are far more than a person does by hand."""

    ASK = ("提问", 240)
    DRAFT = ("起草", 120)
    UPLOAD = ("上传", 600)
    CALL = ("调用接口", 1200)

    def __init__(self, word: str, a_minute: int) -> None:
        self.word = word
        self.a_minute = a_minute


class TooFast(AssistantError):
    """Somebody asks for more than their share; the sentence says how long to wait."""

    def __init__(self, deed: Deed, seconds: int) -> None:
        super().__init__(f"{deed.word}太频繁，请过 {seconds} 秒再试；已有的内容不受影响。")
        self.seconds = seconds


class Pace:
    """An allowance by person and deed that refills evenly. Safe for many threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._left: dict[tuple[str, Deed], tuple[float, float]] = {}  # how many are left, as of when

    def take(self, owner: str, deed: Deed) -> None:
        """Counts one. Raises TooFast when none is left."""
        with self._lock:
            now = self._clock()
            left = self._now(self._left.get((owner, deed)), deed, now)
            if left < 1:
                raise TooFast(deed, max(1, math.ceil((1 - left) * _MINUTE / deed.a_minute)))
            if len(self._left) >= _MOST_KNOWN:
                self._left = {key: kept for key, kept in self._left.items() if now - kept[1] < _MINUTE}
            self._left[owner, deed] = (left - 1, now)

    @staticmethod
    def _now(kept: tuple[float, float] | None, deed: Deed, now: float) -> float:
        if kept is None:
            return float(deed.a_minute)
        return min(float(deed.a_minute), kept[0] + (now - kept[1]) * deed.a_minute / _MINUTE)
