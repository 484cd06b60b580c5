"""A grammar of questions over a made-up county, each with its truth computed from the county, never by the program.

for question in questions(made_county(1), random.Random(1), rounds=1): ...
"""

import random
from collections.abc import Callable, Iterator
from types import ModuleType

from tests import questions_in_turn, questions_of_many, questions_of_projects, questions_of_units
from tests.asker import Asker, Question
from tests.made_units import County


def _families(module: ModuleType) -> tuple[Callable[[Asker], Question], ...]:
    """The rules of a module: its public functions that make a question."""
    return tuple(
        rule
        for name, rule in vars(module).items()
        if not name.startswith("_") and getattr(rule, "__annotations__", {}).get("return") is Question
    )


OF_ONE_DOCUMENT = (*_families(questions_of_projects), *_families(questions_of_units))
FAMILIES = (
    *OF_ONE_DOCUMENT,
    *_families(questions_of_many),
    *_families(questions_in_turn),
)


def questions(county: County, chance: random.Random, rounds: int) -> Iterator[Question]:
    """`rounds` questions of every family; over a single document those that need no other."""
    asker = Asker(county, chance)
    for _ in range(rounds):
        for family in OF_ONE_DOCUMENT if asker.alone else FAMILIES:
            yield family(asker)
