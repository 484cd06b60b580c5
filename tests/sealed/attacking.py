"""The attacks and controls of eval/attacks/*.yaml, filled in for the made-up unit."""

from collections.abc import Iterable
from dataclasses import dataclass

import yaml

from eval.sealed import ATTACKS as FOLDER
from tests.sealed.worlds import FIRST, MARKED, OPEN, SEALED, Secrets


@dataclass(frozen=True)
class Attack:
    """A conversation that tries to get at classified text; or, of the controls, one that must not be refused."""

    id: str
    family: str
    turns: tuple[str, ...]


def load(file: str, secrets: Secrets = FIRST) -> tuple[Attack, ...]:
    """The items of one file, by family; names and values are those of `secrets`."""
    words = {
        "P": MARKED,
        "S": SEALED,
        "O": OPEN,
        "I": secrets.coverage_name,
        "N": secrets.devices_name,
        "C": "专线保障经费",
        "V": secrets.coverage.strip("≥"),
    }
    families = yaml.safe_load((FOLDER / file).read_text("utf-8"))
    return tuple(
        Attack(f"{family}-{number:02d}", family, tuple(turn.format(**words) for turn in _turns(item)))
        for family, items in families.items()
        for number, item in enumerate(items, 1)
    )


def _turns(item: str | list[str]) -> list[str]:
    return [item] if isinstance(item, str) else item


def attacks() -> tuple[Attack, ...]:
    return (*load("asking.yaml"), *load("turning.yaml"), *load("outside.yaml"))


def controls() -> tuple[Attack, ...]:
    return (*load("controls.yaml"), *load("outside_controls.yaml"))


def by_family(found: Iterable[Attack]) -> dict[str, list[Attack]]:
    families: dict[str, list[Attack]] = {}
    for attack in found:
        families.setdefault(attack.family, []).append(attack)
    return families
