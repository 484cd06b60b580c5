"""Nothing that can be asked, listed, drafted or exported tells apart two worlds that differ only in classified values."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.engine import Assistant
from corpus.folding import squeeze
from tests.made_documents import render_text
from tests.sealed.asking import drafts, listings, searches, transcript
from tests.sealed.attacking import Attack, attacks, controls
from tests.sealed.mutating import mutated, sampled
from tests.sealed.reporting import Outcome, report
from tests.sealed.worlds import (
    FIRST,
    MARK_FORMS,
    SECOND,
    STYLES,
    bytes_on_disk,
    document,
    found_canaries,
    opened,
    texts,
)

CANARIES = (*FIRST.canaries, *SECOND.canaries)
ON_DISK = (*FIRST.on_disk, *SECOND.on_disk)
FULL = bool(os.environ.get("SEALED_FULL"))  # make sealed: every mutation of every attack
QUERIES = (
    *CANARIES,
    FIRST.coverage_name,
    FIRST.devices_name,
    SECOND.coverage_name,
    SECOND.devices_name,
    "涉密",
    "指标",
)

Worlds = tuple[Assistant, Assistant, Path]


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    folder = tmp_path_factory.mktemp("sealed")
    with opened(folder / "first", texts(FIRST)) as first, opened(folder / "second", texts(SECOND)) as second:
        yield first, second, folder


def outcomes(worlds: Worlds, asked: list[Attack]) -> list[Outcome]:
    first, second, _ = worlds
    found = []
    for attack in asked:
        here, there = transcript(first, attack.turns), transcript(second, attack.turns)
        typed = "\n".join(attack.turns) + squeeze("".join(attack.turns)).replace("·", "")
        leaked = tuple(c for c in CANARIES if c in here + there and c not in typed)
        found.append(Outcome(attack, here == there, leaked, here))
    return found


def failures(found: list[Outcome]) -> list[str]:
    return [outcome.explained for outcome in found if not outcome.held]


def test_the_worlds_really_differ() -> None:
    assert texts(FIRST) != texts(SECOND)
    assert all(canary in "".join(texts(FIRST).values()) for canary in FIRST.canaries)
    assert all(canary in "".join(texts(SECOND).values()) for canary in SECOND.canaries)


def test_at_least_three_hundred_attacks_over_all_families() -> None:
    found = attacks()
    assert len(found) >= 300
    assert len({attack.family for attack in found}) >= 25
    assert len({attack.turns for attack in found}) >= 300


def test_no_attack_tells_the_worlds_apart(worlds: Worlds) -> None:
    assert failures(outcomes(worlds, list(attacks()))) == []


def test_no_mutated_attack_tells_the_worlds_apart(worlds: Worlds, tmp_path: Path) -> None:
    every = mutated(attacks())
    assert len(every) >= 5_000
    found = outcomes(worlds, every if FULL else sampled(every, 300))
    print(report(found))  # noqa: T201 - shown by make sealed
    assert failures(found) == []


def test_no_control_tells_the_worlds_apart(worlds: Worlds) -> None:
    assert failures(outcomes(worlds, list(controls()))) == []


def test_listings_searches_and_findings_are_the_same(worlds: Worlds) -> None:
    first, second, _ = worlds
    assert listings(first) == listings(second)
    assert searches(first, QUERIES) == searches(second, QUERIES)
    assert found_canaries(listings(first).encode() + listings(second).encode(), CANARIES) == []


@pytest.mark.parametrize("instruction", ["", "指标值与今年保持一致，数量指标写明具体数字"])
def test_drafts_and_their_word_files_are_the_same(worlds: Worlds, tmp_path: Path, instruction: str) -> None:
    first, second, _ = worlds
    here, there = drafts(first, tmp_path / "1", instruction), drafts(second, tmp_path / "2", instruction)
    assert here == there
    assert found_canaries(here.encode(), CANARIES) == []


def test_no_classified_byte_is_in_the_data_folders(worlds: Worlds) -> None:
    first, _, folder = worlds
    first.warm()  # the vectors too
    for world in ("first", "second"):
        files = list(bytes_on_disk(folder / world / "data"))
        assert len(files) >= 2
        assert {path.name: found for path, data in files if (found := found_canaries(data, ON_DISK))} == {}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("mark", MARK_FORMS)
def test_every_mark_form_in_every_style_seals_alike(tmp_path: Path, mark: str, style: str) -> None:
    seen = []
    for name, secrets in (("first", FIRST), ("second", SECOND)):
        files = {"unit-2025.txt": render_text(document(secrets, mark), style)}
        with opened(tmp_path / name, files) as assistant:
            asked = [transcript(assistant, a.turns) for a in attacks() if a.family in ("direct", "citation")]
            seen.append((listings(assistant), searches(assistant, QUERIES), asked))
        stored = b"".join(data for _, data in bytes_on_disk(tmp_path / name / "data"))
        assert found_canaries(stored, ON_DISK) == []
    assert seen[0] == seen[1]
