"""Word, HTML, Excel and PDF give the records that text gives, cell by cell, and seal what text seals."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.classification import Entry, Policy
from corpus.errors import ReadError, SecretMarkError
from corpus.extract import extract
from corpus.readers import read
from corpus.types import Document, Extraction
from tests.corpus.test_readers_form import as_printed, made_projects, truth
from tests.corpus.test_sealing import CANARIES, MARKS, marked_document
from tests.made_documents import MadeDocument, MadeProject, made_document, made_project, render_text
from tests.made_files import FORMATS, render


def opened(suffix: str, document: MadeDocument, policy: Policy = Policy()) -> tuple[Document, Extraction]:  # noqa: B008
    read_in = read(f"made.{suffix}", render(suffix, document), policy)
    return read_in, extract(read_in)


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_reads_back_cell_by_cell_with_its_sections(suffix: str) -> None:
    document = made_document(projects=4)
    _, extraction = opened(suffix, document)
    assert [as_printed(p) for p in extraction.projects] == [truth(p) for p in document.projects]
    assert extraction.findings == ()
    text = extract(read("made.txt", render_text(document).encode(), Policy()))
    assert [(s.kind, s.ordinal, s.text) for s in extraction.sections] == [
        (s.kind, s.ordinal, s.text) for s in text.sections
    ]


@given(
    projects=st.lists(made_projects(), min_size=1, max_size=3, unique_by=lambda p: p.code),
    suffix=st.sampled_from(FORMATS),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_generated_documents_read_back_to_equal_truth(projects: list[MadeProject], suffix: str) -> None:
    document = MadeDocument(projects=tuple(projects))
    _, extraction = opened(suffix, document)
    assert [as_printed(p) for p in extraction.projects] == [truth(p) for p in document.projects]


@given(projects=st.lists(made_projects(), min_size=1, max_size=2), suffix=st.sampled_from(FORMATS))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_lines_cited_hold_what_is_cited(projects: list[MadeProject], suffix: str) -> None:
    document, extraction = opened(suffix, MadeDocument(projects=tuple(projects)))
    for project in extraction.projects:
        cells = [project.code, project.name, project.total.cell, project.purpose, *project.goals]
        cells += [point.cell for point in project.plan] + [i.target for i in project.indicators]
        for cell in cells:
            if cell.text:
                assert cell.source.line is not None
                assert cell.text in document.lines[cell.source.line - 1]
            assert (cell.source.page is not None) == (suffix == "pdf")


@pytest.mark.parametrize("suffix", FORMATS)
def test_blank_is_kept_apart_from_zero(suffix: str) -> None:
    project = made_project(1, fiscal="0.00", other="")
    _, extraction = opened(suffix, MadeDocument((project,)))
    [record] = extraction.projects
    assert (record.fiscal.value, record.fiscal.cell.state) == (0, "value")
    assert (record.other.value, record.other.cell.state) == (None, "blank")


@pytest.mark.parametrize("suffix", FORMATS)
def test_cover_contents_units_and_trailing_text(suffix: str) -> None:
    cover = ("清河县文化馆", "2026年部门预算绩效文本", "编制单位：清河县文化馆", "审核：张三")
    other = made_project(2, unit_code="305002", unit_name="清河县图书馆")
    made = made_document(2, cover=cover, contents=True, prose=("第三部分", "其他说明", "本文本由办公室负责解释。"))
    made = replace(made, projects=(made.projects[0], other))
    document, extraction = opened(suffix, made)
    assert (document.year, document.year_basis) == (2026, "cover")
    assert [(r.unit_code, r.unit_name) for r in extraction.projects] == [
        ("305001", "清河县文化馆本级"),
        ("305002", "清河县图书馆"),
    ]
    assert "办公室负责解释" in extraction.sections[-1].text


# The font of the made PDF has no zero-width sign.
_WRITABLE = [(m, s) for m in MARKS for s in FORMATS if s != "pdf" or not {"\u200b", "\ufe0f"} & set(m)]


@pytest.mark.parametrize(("mark", "suffix"), _WRITABLE)
def test_marked_row_leaves_no_trace(mark: str, suffix: str) -> None:
    seen = []
    for canary in CANARIES:
        document, extraction = opened(suffix, marked_document(mark, canary))
        assert extraction.classified_cells == 4
        seen.append(repr((document, extraction)).replace(document.id, "ID").replace(document.sha256, "SHA"))
    assert seen[0] == seen[1]
    assert not any(canary in seen[0] for canary in CANARIES)


@pytest.mark.parametrize("suffix", FORMATS)
def test_policy_classifies_fields_of_a_project(suffix: str) -> None:
    policy = Policy(classified=(Entry(project="送戏下乡*", fields=("total", "plan", "target")),))
    document, extraction = opened(suffix, made_document(2), policy)
    first, second = extraction.projects
    assert first.total.cell.state == "classified"
    assert {p.cell.state for p in first.plan} == {"classified"}
    assert all(row.classified for row in first.indicators)
    assert second.total.cell.text == "20.50"
    assert not any("10.50" in line or "60场" in line for line in document.lines[: (second.source.line or 0) - 1])


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("mark", ["秘密★1年", "机密★", "密级：秘密", "【机密】", "绝密"])
@pytest.mark.parametrize("at", ["head", "tail"])
def test_file_with_a_secrecy_mark_is_refused_whole(mark: str, suffix: str, at: str) -> None:
    made = made_document(1, cover=(mark,)) if at == "head" else made_document(1, prose=("第三部分", mark))
    with pytest.raises(SecretMarkError):
        opened(suffix, made)


@pytest.mark.parametrize("suffix", FORMATS)
def test_internal_material_is_refused(suffix: str) -> None:
    with pytest.raises(ReadError, match="内部资料"):
        opened(suffix, made_document(1, cover=("内部资料　注意保存",)))


@pytest.mark.parametrize("suffix", FORMATS)
def test_regulation_has_articles_and_no_records(suffix: str) -> None:
    lines = (
        "双河县县级部门预算绩效目标管理办法",
        "第一条 为规范预算绩效管理，制定本办法。",
        "第二条 本办法适用于县级各部门。",
    )
    _, extraction = opened(suffix, MadeDocument((), prose=lines))
    assert extraction.projects == ()
    assert [s.source.heading_path[-1] for s in extraction.sections if "第" in s.source.heading_path[-1]][-2:] == [
        "第一条",
        "第二条",
    ]
