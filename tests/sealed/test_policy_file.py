"""What the policy file classifies is sealed at the door, in what is stored already, and beyond subtraction."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.engine import Assistant
from assistant.settings import Settings
from corpus.ingest import Library
from corpus.types import CellState, ProjectRecord
from tests.made_documents import MadeDocument, MadeIndicator, made_document, made_project, render_text
from tests.sealed.asking import listings, transcript
from tests.sealed.worlds import bytes_on_disk, found_canaries

NAME = "送戏下乡演出经费"
MONEY = {"total": "10.50", "fiscal": "10.00", "other": "0.50"}
OTHER_MONEY = {"total": "97.31", "fiscal": "96.81", "other": "0.50"}

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(text: str) -> Path:
        path = tmp_path / "policy.toml"
        path.write_text(text, "utf-8")
        return path

    return written


def classify(*fields: str, project: str = NAME) -> str:
    return f'[[classified]]\nproject = "{project}"\nfields = {list(fields)}\n'.replace("'", '"')


def put(folder: Path, name: str, document: MadeDocument, style: str = "exported") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(render_text(document, style), "utf-8")
    return path


def library(tmp_path: Path, policy: Path | None = None) -> Library:
    return Library.open(tmp_path / "data", policy=policy)


def take_in(opened: Library, *paths: Path) -> None:
    assert [r.reason for r in opened.ingest(paths) if r.status == "rejected"] == []


def states(record: ProjectRecord) -> dict[str, CellState]:
    return {key: getattr(record, key).cell.state for key in ("total", "fiscal", "other")}


def records_of(opened: Library, name: str) -> list[ProjectRecord]:
    info = next(d for d in opened.knowledge.documents() if d.name == name)
    return [r for r in opened.knowledge.projects() if r.document_id == info.id]


# --- subtraction


def bounds(record: ProjectRecord, key: str) -> tuple[float, float]:
    """What 预算数 = 财政资金 + 其他资金, all of them at least 0, tells of one figure; a blank part counts as 0."""
    known = {k: 0.0 if getattr(record, k).cell.state is CellState.BLANK else getattr(record, k).value for k in MONEY}
    low, high = dict.fromkeys(MONEY, 0.0), {k: float("inf") for k in MONEY}
    for k, value in known.items():
        if value is not None:
            low[k] = high[k] = float(value)
    for _ in range(4):
        low["total"] = max(low["total"], low["fiscal"] + low["other"])
        high["total"] = min(high["total"], high["fiscal"] + high["other"])
        for part, rest in (("fiscal", "other"), ("other", "fiscal")):
            low[part] = max(low[part], low["total"] - high[rest])
            high[part] = min(high[part], high["total"] - low[rest])
    return low[key], high[key]


@pytest.mark.parametrize("fields", [("total",), ("fiscal",), ("other",), ("total", "other"), ("fiscal", "other")])
@pytest.mark.parametrize("other", ["0.50", ""])
def test_no_classified_figure_follows_from_the_public_ones(
    tmp_path: Path, write: Write, fields: tuple[str, ...], other: str
) -> None:
    money = MONEY if other else MONEY | {"other": "", "fiscal": "10.50"}
    document = MadeDocument((made_project(1, **money), made_project(2)))
    with library(tmp_path, write(classify(*fields))) as opened:
        take_in(opened, put(tmp_path / "in", "a-2025.txt", document))
        closed, open_ = opened.knowledge.projects()
    assert set(states(open_).values()) == {CellState.VALUE}
    for field in fields:
        assert getattr(closed, field).cell.state is CellState.CLASSIFIED
        low, high = bounds(closed, field)
        assert high == float("inf") or high - low >= 10


@pytest.mark.parametrize("fields", [("total",), ("fiscal",)])
def test_worlds_that_differ_in_figures_the_policy_classifies_answer_alike(
    tmp_path: Path, write: Write, fields: tuple[str, ...]
) -> None:
    policy = write(classify(*fields))
    questions = [
        f"{NAME}的预算是多少？",
        f"{NAME}的财政资金是多少？",
        f"{NAME}到6月底要花多少？",
        "各项目预算合计多少？",
        "哪个项目预算最多？",
        "预算超过50万元的项目有哪些？",
        f"{NAME}的预算大于50万元吗？",
        f"{NAME}的预算是不是97.31万元？",
        f"{NAME}占总预算的多少？",
        f"{NAME}比非遗保护专项（二期）资金多多少？",
        "平均每个项目预算多少？",
        f"{NAME}的财政资金和其他资金加起来多少？",
        f"如果{NAME}的预算增加10万元是多少？",
        "按预算从高到低排序",
        f"起草{NAME}明年的绩效目标表",
        f"{NAME}还剩多少没花？",
        "把有预算的项目按财政资金排名",
        "总预算减去其他项目的预算是多少？",
    ]
    seen = []
    for world, money in (("1", MONEY), ("2", OTHER_MONEY)):
        document = MadeDocument((made_project(1, **money), made_project(2), made_project(3)))
        folder = tmp_path / world
        with Library.open(folder / "data", policy=policy) as opened:
            take_in(opened, put(folder / "in", "a-2025.txt", document))
        assistant = Assistant.open(Settings(data=folder / "data", classification=policy))
        seen.append((listings(assistant), [transcript(assistant, (q,)) for q in questions]))
        assistant.close()
        stored = b"".join(data for _, data in bytes_on_disk(folder / "data"))
        assert found_canaries(stored, ["97.31", "96.81"]) == []
    assert seen[0][0] == seen[1][0]
    assert [a for a, b in zip(seen[0][1], seen[1][1], strict=True) if a != b] == []


# --- a policy that comes later


@pytest.mark.parametrize("style", ["exported", "pipes", "tabs", "untabbed"])
def test_a_new_policy_seals_what_is_stored_at_the_next_open(tmp_path: Path, write: Write, style: str) -> None:
    document = MadeDocument((made_project(1, goals=("1.慰问演出4286场", "2.另一目标")), made_project(2)))
    path = put(tmp_path / "in", "a-2025.txt", document, style)
    with library(tmp_path) as opened:
        take_in(opened, path)
        assert opened.search("慰问演出4286场")
    policy = write(classify("total", "goals", "plan", "purpose") + classify("target", project="2024年公共*"))
    with library(tmp_path, policy) as opened:
        first, second = opened.knowledge.projects()
        lines = [text for _, text in opened.knowledge.lines(first.document_id, 1, 10**6)]
        passages = repr(opened.search("慰问演出4286场", 50)) + repr(opened.knowledge.documents())
    assert set(states(first).values()) == {CellState.CLASSIFIED}
    assert {goal.state for goal in first.goals} == {point.cell.state for point in first.plan} == {CellState.CLASSIFIED}
    assert all(row.classified for row in second.indicators) and not any(row.classified for row in first.indicators)
    assert second.total.cell.text == "20.50"
    assert "4286" not in "".join(lines) + passages
    stored = b"".join(data for _, data in bytes_on_disk(tmp_path / "data"))
    assert found_canaries(stored, ["慰问演出4286场", "另一目标"]) == []


@pytest.mark.parametrize("style", ["exported", "pipes", "tabs"])
def test_sealing_what_is_stored_gives_what_reading_gives(tmp_path: Path, write: Write, style: str) -> None:
    document = made_document(3)
    policy = write(classify("fiscal", "purpose", "target") + classify("goals", "plan", project="非遗*"))
    sealed = []
    for folder, first_policy in ((tmp_path / "later", None), (tmp_path / "at-once", policy)):
        path = put(folder / "in", "a-2025.txt", document, style)
        with Library.open(folder / "data", policy=first_policy) as opened:
            take_in(opened, path)
        with Library.open(folder / "data", policy=policy) as opened:
            info = opened.knowledge.documents()[0]
            chunks = opened.knowledge.document_chunks(info.id)
            lines = opened.knowledge.lines(info.id, 1, 10**6)
            sealed.append((opened.knowledge.projects(), chunks, lines, info.findings))
    assert sealed[0] == sealed[1]


def test_a_classified_name_is_sealed_in_what_is_stored(tmp_path: Path, write: Write) -> None:
    document = made_document(2, overall=f"全面做好{NAME}的使用。推进公共文化服务。", contents=True)
    with library(tmp_path) as opened:
        take_in(opened, put(tmp_path / "in", "a-2025.txt", document))
    with library(tmp_path, write(classify("name"))) as opened:
        known = repr((opened.knowledge.documents(), opened.knowledge.projects(), opened.knowledge.sections()))
        info = opened.knowledge.documents()[0]
        known += repr((opened.knowledge.lines(info.id, 1, 10**6), opened.search(NAME, 50)))
    assert NAME not in known
    stored = b"".join(data for _, data in bytes_on_disk(tmp_path / "data"))
    assert found_canaries(stored, [NAME]) == []


def test_a_lifted_policy_gives_back_what_is_read_again(tmp_path: Path, write: Write) -> None:
    path = put(tmp_path / "in", "a-2025.txt", made_document(1))
    with library(tmp_path, write(classify("total"))) as opened:
        take_in(opened, path)
    with library(tmp_path) as opened:
        assert opened.knowledge.projects()[0].total.cell.state is CellState.CLASSIFIED
        assert [r.status for r in opened.ingest([path])] == ["replaced"]
        assert opened.knowledge.projects()[0].total.cell.text == "10.50"


def test_opening_twice_under_one_policy_changes_nothing(tmp_path: Path, write: Write) -> None:
    path = put(tmp_path / "in", "a-2025.txt", made_document(1))
    policy = write(classify("total"))
    with library(tmp_path) as opened:
        take_in(opened, path)
    with library(tmp_path, policy) as opened:
        generation = opened.knowledge.generation()
    with library(tmp_path, policy) as opened:
        assert opened.knowledge.generation() == generation


# --- stickiness


def marked(project_number: int = 1, rows: int = 6) -> MadeDocument:
    """A document whose project has its first `rows` indicator rows marked."""
    project = made_project(project_number)
    found = tuple(
        replace(row, target=f"{row.target}（涉密）") if number < rows else row
        for number, row in enumerate(project.indicators)
    )
    return MadeDocument((replace(project, indicators=found),))


@pytest.mark.parametrize("order", [("old", "new"), ("new", "old")])
def test_project_classified_in_one_document_is_so_in_the_others(tmp_path: Path, order: tuple[str, str]) -> None:
    paths = {
        "old": put(tmp_path / "in", "wenhua-2024.txt", made_document(2)),
        "new": put(tmp_path / "in", "wenhua-2025.txt", marked()),
    }
    with library(tmp_path) as opened:
        for name in order:
            take_in(opened, paths[name])
        first, second = records_of(opened, "wenhua-2024.txt")
        rules = [finding.rule for info in opened.knowledge.documents() for finding in info.findings]
        found = repr(opened.search("演出场次", 50))
    assert all(row.classified for row in first.indicators)
    assert not any(row.classified for row in second.indicators)
    assert first.total.cell.text == "10.50"
    assert "classified-elsewhere" in rules
    assert f"{NAME}" in found
    stored = b"".join(data for _, data in bytes_on_disk(tmp_path / "data"))
    assert stored.count("演出场次".encode()) == 0 or any(r.level3.text == "演出场次" for r in second.indicators)


def test_only_rows_of_the_classified_category_that_no_public_row_names_are_sticky(tmp_path: Path) -> None:
    new = put(tmp_path / "in", "wenhua-2025.txt", marked(rows=1))  # 演出场次 marked, 培训人次 beside it public
    old = put(tmp_path / "in", "wenhua-2024.txt", made_document(1))
    with library(tmp_path) as opened:
        take_in(opened, old, new)
        [record] = records_of(opened, "wenhua-2024.txt")
    assert [row.classified for row in record.indicators] == [True, False, False, False, False, False]


def test_public_entry_ends_stickiness_but_no_mark(tmp_path: Path, write: Write) -> None:
    policy = write(f'[[public]]\nproject = "{NAME}"\n')
    old = put(tmp_path / "in", "wenhua-2024.txt", made_document(1))
    new = put(tmp_path / "in", "wenhua-2025.txt", marked())
    with library(tmp_path, policy) as opened:
        take_in(opened, old, new)
        assert not any(row.classified for row in records_of(opened, "wenhua-2024.txt")[0].indicators)
        assert all(row.classified for row in records_of(opened, "wenhua-2025.txt")[0].indicators)


def test_public_entry_gives_back_what_is_read_again(tmp_path: Path, write: Write) -> None:
    old = put(tmp_path / "in", "wenhua-2024.txt", made_document(1))
    new = put(tmp_path / "in", "wenhua-2025.txt", marked())
    with library(tmp_path) as opened:
        take_in(opened, old, new)
    with library(tmp_path, write(f'[[public]]\nproject = "{NAME}"\n')) as opened:
        take_in(opened, old)
        assert not any(row.classified for row in records_of(opened, "wenhua-2024.txt")[0].indicators)


def test_the_same_name_in_another_unit_is_another_project(tmp_path: Path) -> None:
    other = replace(made_project(1), code="99999999P0099999999Q", unit_code="777001", unit_name="别县图书馆本级")
    paths = [
        put(tmp_path / "in", "wenhua-2025.txt", marked()),
        put(tmp_path / "in", "tushu-2025.txt", MadeDocument((other,))),
    ]
    with library(tmp_path) as opened:
        take_in(opened, *paths)
        assert not any(row.classified for row in records_of(opened, "tushu-2025.txt")[0].indicators)


def test_the_same_code_under_another_name_is_the_same_project(tmp_path: Path) -> None:
    renamed = MadeDocument((made_project(1, name="文化惠民演出资金"),))
    paths = [put(tmp_path / "in", "w-2025.txt", marked()), put(tmp_path / "in", "w-2024.txt", renamed)]
    with library(tmp_path) as opened:
        take_in(opened, *paths)
        assert all(row.classified for row in records_of(opened, "w-2024.txt")[0].indicators)


def test_a_corrected_version_of_the_same_document_stands_for_itself(tmp_path: Path) -> None:
    with library(tmp_path) as opened:
        take_in(opened, put(tmp_path / "in", "w-2025.txt", marked()))
        take_in(opened, put(tmp_path / "in", "w-2025.txt", made_document(1)))
        assert not any(row.classified for row in opened.knowledge.projects()[0].indicators)


def test_worlds_that_differ_in_what_is_sticky_answer_alike(tmp_path: Path) -> None:
    seen = []
    for world, value in (("1", "4286场"), ("2", "7场")):
        row = MadeIndicator("产出指标", "数量指标", f"慰问演出{value}", value, value, value)
        folder = tmp_path / world
        put(folder / "in", "w-2024.txt", MadeDocument((made_project(1, indicators=(row,)),)))
        put(folder / "in", "w-2025.txt", MadeDocument((made_project(1, indicators=(replace(row, basis="涉密"),)),)))
        with Library.open(folder / "data") as opened:
            take_in(opened, folder / "in")
        assistant = Assistant.open(Settings(data=folder / "data"))
        questions = (f"{NAME}2024年的数量指标是多少", f"{NAME}2024年和2025年的指标有什么变化", "慰问演出多少场")
        seen.append((listings(assistant), [transcript(assistant, (q,)) for q in questions]))
        assistant.close()
    assert seen[0] == seen[1]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("fields", [["total"], ["target"]])
def test_contradicting_entries_classify_and_leave_a_finding_whenever_they_come(
    tmp_path: Path, write: Write, when: str, fields: list[str]
) -> None:
    public = classify(*fields).replace("[[classified]]", "[[public]]")
    policy = write(classify(*fields) + public)
    path = put(tmp_path / "in", "a-2025.txt", made_document(2))
    if when == "after":
        with library(tmp_path) as opened:
            take_in(opened, path)
    with library(tmp_path, policy) as opened:
        take_in(opened, path) if when == "before" else None
        record = opened.knowledge.projects()[0]
        rules = [finding.rule for finding in opened.knowledge.documents()[0].findings]
    state = record.total.cell.state if fields == ["total"] else record.indicators[0].target.state
    assert state is CellState.CLASSIFIED
    assert rules.count("policy-contradiction") == 1
