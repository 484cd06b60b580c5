"""Searching among the passages of a unit, a year, a part or a project, and the passages around one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.engine import Assistant
from assistant.errors import ScopeError
from assistant.settings import Settings
from assistant.within import Within
from tests.made_documents import made_document, render_text

EVAL = Path(__file__).parents[2] / "eval" / "documents"
YEARS = ("qingyun-minzheng-2024.txt", "qingyun-minzheng-2025.txt")
FILES = (*YEARS, "qingyun-jiaoyu-2025.txt")


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    assistant = Assistant.open(Settings(data=tmp_path_factory.mktemp("within") / "data"))
    assistant.forget("weixian-wangxinban.txt")
    assert {r.status for r in assistant.ingest([EVAL / name for name in FILES])} == {"added"}
    yield assistant
    assistant.close()


def _documents(county: Assistant, within: Within) -> set[str]:
    found = county.search("资金 补贴 项目 目标", 50, within)
    assert found
    return {passage.document for passage in found}


def test_a_unit_by_its_short_form(county: Assistant) -> None:
    assert _documents(county, Within(unit="教育局")) == {"qingyun-jiaoyu-2025.txt"}


def test_a_year(county: Assistant) -> None:
    assert _documents(county, Within(year=2024)) == {"qingyun-minzheng-2024.txt"}


def test_unit_and_year_together(county: Assistant) -> None:
    assert _documents(county, Within(unit="民政局", year=2025)) == {"qingyun-minzheng-2025.txt"}


@pytest.mark.parametrize("said", ["safeguard", "保障措施"])
def test_a_part_by_its_key_or_its_name(county: Assistant, said: str) -> None:
    found = county.search("加强 落实 资金", 50, Within(kind=said))
    assert found and {passage.chunk.kind for passage in found} == {"safeguard"}


def test_a_project_by_name_over_its_years_and_by_code(county: Assistant) -> None:
    name = "困难群众救助资金"
    by_name = county.search("绩效目标 预算", 50, Within(project=name))
    assert {passage.document for passage in by_name} == set(YEARS)
    assert all(name in passage.chunk.context for passage in by_name)
    code = next(r.code.text for r in county.projects() if r.name.text == name and r.year == 2024)
    assert {p.document for p in county.search("绩效目标 预算", 50, Within(project=code, year=2024))} == {YEARS[0]}


@pytest.mark.parametrize(
    ("within", "named"),
    [
        (Within(unit="气象局"), "气象局"),
        (Within(year=1999), "1999"),
        (Within(kind="附录"), "附录"),
        (Within(project="登月工程"), "登月工程"),
    ],
)
def test_what_the_library_does_not_have_is_named(county: Assistant, within: Within, named: str) -> None:
    with pytest.raises(ScopeError, match=named):
        county.search("资金", 10, within)


def test_the_passages_around_one_are_its_neighbours_in_the_document(county: Assistant) -> None:
    chunks = county.library.knowledge.document_chunks(county.documents()[0].id)
    wanted = chunks[3].text
    passage = next(p for p in county.search(wanted, 20) if p.chunk.id == chunks[3].id)
    before, behind = county.around(passage, 2)
    assert [p.chunk.id for p in before] == [c.id for c in chunks[1:3]]
    assert [p.chunk.id for p in behind] == [c.id for c in chunks[4:6]]


def test_the_first_passage_has_nothing_before_it(tmp_path: Path) -> None:
    path = tmp_path / "单位.txt"
    path.write_text(render_text(made_document(1)), "utf-8")
    assistant = Assistant.open(Settings(data=tmp_path / "data"))
    assistant.forget("weixian-wangxinban.txt")
    list(assistant.ingest([path]))
    first = assistant.library.knowledge.document_chunks(assistant.documents()[0].id)[0]
    passage = next(p for p in assistant.search(first.text, 20) if p.chunk.id == first.id)
    assert assistant.around(passage, 3)[0] == ()
    assistant.forget("单位.txt")
    assert assistant.around(passage, 3) == ((), ())
    assistant.close()
