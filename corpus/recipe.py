"""By what a file was read and sealed: enough to tell whether it would be read otherwise now."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recipe:
    """By what a file was read; another recipe may read it otherwise. `year` is what the user said, or None."""

    reading: str  # program and policy
    facts: str
    year: int | None
    sealing: str = ""  # the policy that it was last sealed by, which may have come after the reading

    def __str__(self) -> str:
        return f"{self.reading} {self.facts} {self.year or 0} {self.sealing}"

    @classmethod
    def parse(cls, text: str) -> "Recipe":
        reading, facts, year, *sealing = text.split(" ")
        return cls(reading, facts, int(year) or None, *sealing)


def digest(text: str) -> str:
    """16 hexadecimal digits that stand for `text`."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
