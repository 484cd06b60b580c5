"""The committed documents say what their script says, so that the truth of the cases can be read in one place."""

from pathlib import Path

import pytest

from corpus.classification import Policy
from corpus.ingest import reading
from eval.cases import load_cases
from eval.fixtures.contents import CONTENTS
from eval.fixtures.forms import Content, form
from eval.fixtures.writers import write
from eval.options import HERE
from eval.subject import DOCUMENTS

SHORT = [name for name in CONTENTS if not name.endswith(".pdf")]  # writing PDF needs LibreOffice


@pytest.mark.parametrize("name", SHORT)
def test_committed_document_reads_as_what_the_script_writes(name: str, tmp_path: Path) -> None:
    write(CONTENTS[name], tmp_path / name)
    written, committed = (reading(folder / name, Policy())[1] for folder in (tmp_path, DOCUMENTS))
    assert [(p.name.text, p.code.text) for p in written.projects] == [
        (p.name.text, p.code.text) for p in committed.projects
    ]
    assert [s.text for s in written.sections] == [s.text for s in committed.sections]


@pytest.mark.parametrize("name", [name for name in CONTENTS if CONTENTS[name].projects])
def test_every_project_of_the_script_is_in_the_committed_document(name: str) -> None:
    _, extraction = reading(DOCUMENTS / name, Policy())
    assert [(p.code.text, p.name.text) for p in extraction.projects] == [
        (p.code, p.name) for p in CONTENTS[name].projects
    ]


def test_fixtures_cover_the_formats_that_offices_hand_in() -> None:
    suffixes = {path.suffix for path in DOCUMENTS.iterdir()}
    assert suffixes >= {".txt", ".md", ".docx", ".html", ".xlsx", ".pdf"}
    assert len(list(DOCUMENTS.iterdir())) >= 15


def _texts(content: Content) -> set[str]:
    cells = {box.text for project in content.projects for row in form(project) for box in row}
    return cells | set(content.paragraphs) | set(content.cover)


def test_places_that_cases_expect_stand_in_the_contents() -> None:
    """The truth of a case is written from the document, so what it wants cited stands there word for word."""
    missing = []
    for case in load_cases(HERE / "cases"):
        made = [name for name in case.documents if name in CONTENTS]
        texts = "\n".join(text for name in made for text in _texts(CONTENTS[name]))
        places = (*case.expect.citations, *case.expect.cites_any) if len(made) == len(case.documents) > 0 else ()
        missing += [f"{case.id}: {place.quote}" for place in places if place.quote not in texts]
    assert not missing
