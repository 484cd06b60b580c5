"""Which project of one year is which of another: for the findings against last year, and for year over year."""

from collections.abc import Iterable
from dataclasses import dataclass

from corpus.fields import code_over_years
from corpus.folding import squeeze
from corpus.types import ProjectRecord, Section, SectionKind

# Items of a narrative part that are at least this much alike (0-100) are the same item, edited.
_SAME_ITEM = 55


@dataclass(frozen=True, slots=True)
class Paired:
    """The projects of two years: the same ones in pairs (earlier, later), the dropped and the added ones."""

    pairs: tuple[tuple[ProjectRecord, ProjectRecord], ...]
    dropped: tuple[ProjectRecord, ...]
    added: tuple[ProjectRecord, ...]

    @property
    def renamed(self) -> tuple[tuple[ProjectRecord, ProjectRecord], ...]:
        """Pairs known by their code whose name is another one."""
        return tuple(pair for pair in self.pairs if not same_name(*pair))


def paired(before: Iterable[ProjectRecord], after: Iterable[ProjectRecord]) -> Paired:
    """By name first, then by the code, then by its own part; a classified name or code pairs with nothing."""
    gone, new = list(before), list(after)
    pairs: list[tuple[ProjectRecord, ProjectRecord]] = []
    for key in (_name_key, _whole_code, _code_key):
        later: dict[str, list[ProjectRecord]] = {}
        for project in new:
            later.setdefault(key(project), []).append(project)
        for old in list(gone):
            same = later.get(key(old)) if key(old) else None
            if same:
                now = same.pop(0)
                pairs.append((old, now))
                gone.remove(old)
                new.remove(now)
    order = {id(project): place for place, project in enumerate(after)} if isinstance(after, tuple | list) else {}
    pairs.sort(key=lambda pair: order.get(id(pair[1]), pair[1].ordinal))
    return Paired(tuple(pairs), tuple(gone), tuple(new))


def _name_key(project: ProjectRecord) -> str:
    return squeeze(project.name.text or "")


def _whole_code(project: ProjectRecord) -> str:
    return squeeze(project.code.text or "")


def _code_key(project: ProjectRecord) -> str:
    return code_over_years(squeeze(project.code.text or ""))


def same_name(one: ProjectRecord, other: ProjectRecord) -> bool:
    return bool(_name_key(one)) and _name_key(one) == _name_key(other)


def paired_sections(
    before: Iterable[Section], after: Iterable[Section], kind: SectionKind
) -> tuple[tuple[Section | None, Section | None], ...]:
    """The items of a narrative part of two years, an edited one beside what it was; None where there is none."""
    from rapidfuzz import fuzz

    old = [section for section in before if section.kind is kind]
    new = [section for section in after if section.kind is kind]
    ranked = sorted(
        ((fuzz.ratio(squeeze(a.text), squeeze(b.text)), i, k) for i, a in enumerate(old) for k, b in enumerate(new)),
        key=lambda found: (-found[0], found[1], found[2]),
    )
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for likeness, i, k in ranked:
        if likeness >= _SAME_ITEM and i not in partner and k not in taken:
            partner[i] = k
            taken.add(k)
    back = {k: i for i, k in partner.items()}
    dropped = [(section, None) for i, section in enumerate(old) if i not in partner]
    return (*((old[back[k]] if k in back else None, section) for k, section in enumerate(new)), *dropped)
