"""Cases that come of what people marked as wrong: imported from the page's export, reviewed, then promoted or dropped.

A pending case is not run. `--promote` moves it to eval/cases/feedback.yaml, where it counts from then on.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.marks import is_marked_message
from eval.cases import read_cases
from eval.comparing import folded
from eval.errors import CaseError
from eval.types import Behaviour, Case
from eval.writing import cases_text

CATEGORY = "feedback"
_PENDING_HEADING = (
    "待审核的反馈用例，不参加评测。改正期望后运行 python -m eval --promote 编号；不要的运行 --discard 编号。"
)
_HEADING = "由使用者的反馈而来、已经审核的用例。"


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of the cases of an export, by id."""

    added: tuple[str, ...]
    known: tuple[str, ...]  # the same case is there already, pending or in the suite
    refused: tuple[str, ...]  # carry a 密级 mark; nothing of them is kept


def pending_file(cases_folder: Path) -> Path:
    """Below the folder of cases, where no run looks."""
    return cases_folder / "pending" / "feedback.yaml"


def promoted_file(cases_folder: Path) -> Path:
    return cases_folder / f"{CATEGORY}.yaml"


def pending(cases_folder: Path) -> tuple[Case, ...]:
    path = pending_file(cases_folder)
    return read_cases(path) if path.is_file() else ()


def import_cases(export: Path, cases_folder: Path, known: Sequence[Case]) -> Imported:
    """Adds the export's cases to the pending ones. Raises CaseError when the export does not fit the schema."""
    waiting = pending(cases_folder)
    ids = {case.id for case in (*known, *waiting)}
    asked = {_asked(case) for case in (*known, *waiting)}
    added: list[Case] = []
    doubled, refused = [], []
    for case in read_cases(export):
        if _classified(case):
            refused.append(case.id)
        elif case.id in ids or _asked(case) in asked:
            doubled.append(case.id)
        else:
            added.append(replace(case, category=CATEGORY))
            ids.add(case.id)
            asked.add(_asked(case))
    if added:
        _write(pending_file(cases_folder), (*waiting, *added), _PENDING_HEADING)
    return Imported(tuple(case.id for case in added), tuple(doubled), tuple(refused))


def promote(ids: Collection[str], cases_folder: Path) -> tuple[Case, ...]:
    """Moves pending cases into the suite. Raises CaseError for an id that is not pending or expects nothing to be checked."""
    chosen, rest = _split(ids, pending(cases_folder))
    for case in chosen:
        if case.expect.behaviour is Behaviour.ANSWER and not _checks_content(case):
            raise CaseError(
                f"{case.id} 没有写正确的回答应包含什么，先在 {pending_file(cases_folder)} 中补写 contains 或 figures。"
            )
    path = promoted_file(cases_folder)
    have = read_cases(path) if path.is_file() else ()
    _write(path, (*have, *chosen), _HEADING)
    _write(pending_file(cases_folder), rest, _PENDING_HEADING)
    return chosen


def discard(ids: Collection[str], cases_folder: Path) -> tuple[Case, ...]:
    """Drops pending cases. Raises CaseError for an id that is not pending."""
    chosen, rest = _split(ids, pending(cases_folder))
    _write(pending_file(cases_folder), rest, _PENDING_HEADING)
    return chosen


def _split(ids: Collection[str], waiting: Sequence[Case]) -> tuple[tuple[Case, ...], tuple[Case, ...]]:
    for id in ids:
        if id not in [case.id for case in waiting]:
            raise CaseError(f"待审核的用例中没有“{id}”。")
    return tuple(case for case in waiting if case.id in ids), tuple(case for case in waiting if case.id not in ids)


def _checks_content(case: Case) -> bool:
    expect = case.expect
    return bool(
        expect.contains or expect.figures or expect.citations or expect.cites_any or expect.says or expect.findings
    )


def _classified(case: Case) -> bool:
    """Whether any text of it carries a 密级 mark, or what must come out looks like a classified cell."""
    texts = (*case.turns, case.why, *(text for group in case.expect.contains for text in group))
    return bool(case.expect.secrets) or any(is_marked_message(text) for text in texts)


def _asked(case: Case) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The same conversation over the same documents is the same case, however its white space is."""
    return tuple(map(folded, case.turns)), case.documents


def _write(path: Path, cases: Sequence[Case], heading: str) -> None:
    """Aside first: a kill in the middle loses no case."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".new")
    aside.write_text(cases_text(cases, heading), "utf-8")
    aside.replace(path)
