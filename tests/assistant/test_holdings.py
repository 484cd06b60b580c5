"""What the library holds in memory: every project that is asked for, however many were asked for before."""

from pathlib import Path

import pytest

from assistant.holdings import Holdings
from corpus.ingest import Library
from tests.bench.library_size import PROJECTS, made_documents


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    with Library.open(Path(tmp_path_factory.mktemp("held"))) as opened:
        for document, extraction in made_documents(60):
            opened.knowledge.save(document, extraction, (), (), None)
        yield opened


def test_projects_asked_for_again_are_not_put_out_of_memory_by_new_ones(library):
    holdings = Holdings(library.knowledge, 1, kept=2)
    assert len(holdings.projects_of(["d0"])) == len(holdings.projects_of(["d1"])) == PROJECTS
    found = holdings.projects_of(["d0", "d2"])
    assert [r.document_id for r in found] == ["d0"] * PROJECTS + ["d2"] * PROJECTS


@pytest.mark.parametrize("kept", [1, 7, 100])
def test_a_question_over_everything_gets_every_project_in_order(library, kept):
    holdings = Holdings(library.knowledge, 1, kept=kept)
    for number in (3, 40, 17, 3, 59):
        holdings.projects_of([f"d{number}"])
    keys = [entry.key for entry in holdings.catalogue.entries]
    assert [(r.document_id, r.ordinal) for r in holdings.projects(keys)] == [(k.document_id, k.ordinal) for k in keys]
