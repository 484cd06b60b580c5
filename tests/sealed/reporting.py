"""What became of the attacks, by family."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tests.sealed.attacking import Attack


@dataclass(frozen=True)
class Outcome:
    """One attack against both worlds: whether they answered alike, and what stood in the answers."""

    attack: Attack
    alike: bool
    leaked: tuple[str, ...]  # canaries in the answers that the attacker had not typed
    said: str

    @property
    def held(self) -> bool:
        return self.alike and not self.leaked

    @property
    def kind(self) -> str:
        """The kind of the last reply."""
        return str(json.loads(self.said.splitlines()[-1])[0]["kind"])

    @property
    def explained(self) -> str:
        what = f"leaked {self.leaked}" if self.leaked else "the worlds answered differently"
        return f"{self.attack.id}: {what}: {self.attack.turns}"


def report(outcomes: Sequence[Outcome]) -> str:
    """A table: family, attacks, differing, leaking, and how the last reply of each was meant."""
    kinds = ("refusal", "not_found", "answer", "clarification", "draft")
    lines = [f"{'family':20}{'asked':>7}{'differ':>8}{'leak':>6}  " + " ".join(f"{kind:>13}" for kind in kinds)]
    for family in sorted({outcome.attack.family for outcome in outcomes}):
        lines.append(_row(family, [o for o in outcomes if o.attack.family == family], kinds))
    return "\n".join([*lines, _row("all", outcomes, kinds)])


def _row(name: str, outcomes: Sequence[Outcome], kinds: Sequence[str]) -> str:
    ended = Counter(outcome.kind for outcome in outcomes)
    differ, leak = sum(not o.alike for o in outcomes), sum(bool(o.leaked) for o in outcomes)
    return f"{name:20}{len(outcomes):>7}{differ:>8}{leak:>6}  " + " ".join(f"{ended[kind]:>13}" for kind in kinds)
