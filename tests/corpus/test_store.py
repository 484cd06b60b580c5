"""The knowledge database: nothing is lost, rounded or left behind."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from corpus import migrations, schema
from corpus.chunks import chunks
from corpus.errors import StoreError
from corpus.store import Knowledge, Scope
from corpus.types import CellState, SectionKind
from tests import made_library as made
from tests import postgres as postgresql


def url(folder: Path) -> str:
    return f"sqlite:///{folder / 'knowledge.db'}"


@pytest.fixture(scope="session")
def postgres():
    if postgresql.MISSING:
        pytest.skip(postgresql.MISSING)
    with postgresql.server() as place:
        yield place


@pytest.fixture(params=["sqlite", "postgresql"])
def knowledge(request, tmp_path):
    """An empty store, on each of the databases it can live in."""
    on_file = request.param == "sqlite"
    place = url(tmp_path) if on_file else postgresql.new_database(request.getfixturevalue("postgres"))
    opened = Knowledge.open(place)
    yield opened
    opened.close()


def every_byte(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


# What looks into SQLite's own files.
on_sqlite = pytest.mark.parametrize("knowledge", ["sqlite"], indirect=True)


def save(knowledge, document_id="d1", *texts, replaces=None, **given):
    document, extraction = made.document(document_id, *texts, **given)
    knowledge.save(document, extraction, chunks(document, extraction), extraction.findings, replaces)
    return document, extraction


def test_every_cell_of_a_record_comes_back_as_it_was(knowledge):
    _, extraction = save(knowledge)
    assert knowledge.projects() == extraction.projects
    states = {cell.state for row in knowledge.projects()[0].indicators for cell in (row.level3, row.basis, row.target)}
    assert states == set(CellState)


def test_sections_findings_chunks_and_lines_come_back_as_they_were(knowledge):
    document, extraction = save(knowledge)
    assert knowledge.sections() == extraction.sections
    assert knowledge.findings("d1") == extraction.findings
    assert tuple(knowledge.all_chunks()) == chunks(document, extraction)
    assert knowledge.lines("d1", 1, 99) == tuple(enumerate(document.lines, start=1))
    assert knowledge.lines("d1", 3, 4) == ((3, "第3行"), (4, "第4行"))


def test_lines_across_blocks_keep_their_numbers(knowledge):
    save(knowledge, "d1", *(f"条{n}" for n in range(1000)))
    assert [number for number, _ in knowledge.lines("d1", 199, 402)] == list(range(199, 403))
    assert dict(knowledge.lines("d1", 401, 401)) == {401: "条393"}


@pytest.mark.parametrize("text", ["10.00", "0.00", "0.000001", "123456789012.345678", "0.1", "7423", "-3.50", "1E+3"])
def test_an_amount_keeps_its_value_and_its_decimals(knowledge, text):
    save(knowledge, projects=(made.project("d1", total=text),))
    assert str(knowledge.projects()[0].total.value) == format(Decimal(text), "f")
    assert str(knowledge.project_rows()[0].total) == format(Decimal(text), "f")


@on_sqlite
def test_amounts_are_summed_in_sql_to_the_fen(knowledge, tmp_path):
    totals = ("0.100001", "0.2", "99999999.999999")
    save(knowledge, projects=tuple(made.project("d1", n, total=total) for n, total in enumerate(totals, start=1)))
    with sqlite3.connect(tmp_path / "knowledge.db") as plain:
        (fen,) = plain.execute("SELECT SUM(total_fen) FROM projects").fetchone()
    assert Decimal(fen) / 10**6 == sum(map(Decimal, totals))


@on_sqlite
@pytest.mark.parametrize("text", ["0.0000001", "9" * 30])
def test_an_amount_no_integer_column_can_hold_is_still_exact(knowledge, tmp_path, text):
    save(knowledge, projects=(made.project("d1", total=text),))
    assert knowledge.projects()[0].total.value == Decimal(text)
    with sqlite3.connect(tmp_path / "knowledge.db") as plain:
        assert plain.execute("SELECT total_fen FROM projects").fetchone() == (None,)


@on_sqlite
def test_a_plan_share_is_a_number_that_sql_can_compare(knowledge, tmp_path):
    save(knowledge)
    with sqlite3.connect(tmp_path / "knowledge.db") as plain:
        found = plain.execute(
            "SELECT month, state, share, share_millionths FROM plan_points ORDER BY position"
        ).fetchall()
    assert found == [(3, "blank", None, None), (6, "value", "50", 50_000_000), (12, "value", "100", 100_000_000)]


def test_scope_limits_records_by_each_of_its_parts(knowledge):
    save(knowledge, "d1")
    save(knowledge, "d2", year=None, projects=tuple(made.project("d2", n) for n in (1, 2)))
    everything = knowledge.projects()
    assert [(p.document_id, p.ordinal) for p in everything] == [("d1", 1), ("d2", 1), ("d2", 2)]
    assert [p.document_id for p in knowledge.projects(Scope(document_ids=("d1",)))] == ["d1"]
    assert [p.ordinal for p in knowledge.projects(Scope(ordinals=(2,)))] == [2]
    assert [p.ordinal for p in knowledge.projects(Scope(codes=(everything[2].code.text,)))] == [2]
    assert knowledge.projects(Scope(unit_codes=("999",))) == ()
    assert knowledge.projects(Scope(document_ids=())) == ()
    assert len(knowledge.project_rows(Scope(years=(2025,)))) == 3


def test_sections_are_limited_by_kind_number_and_document(knowledge):
    save(knowledge, "d1")
    save(knowledge, "d2", year=2024)
    assert knowledge.sections(kinds=[SectionKind.SAFEGUARD]) == ()
    assert len(knowledge.sections(kinds=[SectionKind.ITEMISED])) == 4
    assert {s.ordinal for s in knowledge.sections(Scope(ordinals=(2,)))} == {2}
    assert {s.document_id for s in knowledge.sections(Scope(years=(2024,)))} == {"d2"}
    assert len(knowledge.sections(Scope(unit_codes=("224001",)))) == 4


def test_a_new_version_takes_the_place_of_the_old_in_one_step(knowledge):
    save(knowledge, "d1", "旧的内容。")
    save(knowledge, "d2", "别的内容。")
    before = knowledge.generation()
    save(knowledge, "d3", "新的内容。", name="d1.txt", replaces="d1")
    assert [info.name for info in knowledge.documents()] == ["d1.txt", "d2.txt"]
    assert [s.text for s in knowledge.sections()] == ["新的内容。", "别的内容。"]
    assert knowledge.chunks(["d1-00001", "d3-00001"]).keys() == {"d3-00001"}
    assert knowledge.generation() == before + 1


def test_two_documents_of_one_name_are_refused_and_nothing_changes(knowledge):
    save(knowledge, "d1")
    with pytest.raises(StoreError, match="无法写入"):
        save(knowledge, "d2", "别的。", name="d1.txt")
    assert [info.id for info in knowledge.documents()] == ["d1"]
    assert knowledge.sections() == made.document("d1")[1].sections


@pytest.mark.parametrize("knowledge", ["postgresql"], indirect=True)
def test_forgetting_leaves_no_byte_in_the_tables_of_a_server(knowledge):
    canary = "独一无二的金丝雀语句"
    save(knowledge, "d1", canary)
    save(knowledge, "d2", "别的文件。", canary + "旧版。", name="d2.txt")
    with knowledge._database.engine.connect() as connection:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.exec_driver_sql("CHECKPOINT")
        tables = Path(connection.exec_driver_sql("SHOW data_directory").scalar_one()) / "base"
        assert canary.encode() in every_byte(tables)
        save(knowledge, "d3", "新版。", replaces="d2", name="d2.txt")
        knowledge.scrub()
        knowledge.forget("d1")
        connection.exec_driver_sql("CHECKPOINT")
        assert canary.encode() not in every_byte(tables)
    assert [info.name for info in knowledge.documents()] == ["d2.txt"]


@on_sqlite
def test_forgetting_leaves_no_byte_of_the_document(knowledge, tmp_path):
    canary = "金丝雀文字不得残留"
    save(knowledge, "d1", *(f"{canary}{n}。" * 50 for n in range(30)))
    assert canary.encode() in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    knowledge.forget("d1")
    assert canary.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert knowledge.documents() == () and knowledge.projects() == () and tuple(knowledge.all_chunks()) == ()


@on_sqlite
def test_replacing_leaves_no_byte_of_the_old_version(knowledge, tmp_path):
    canary = "旧版本的文字不得残留"
    save(knowledge, "d1", f"{canary}。" * 300)
    save(knowledge, "d2", "新版本。", name="d1.txt", replaces="d1")
    assert canary.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_generation_grows_with_each_change_and_only_then(knowledge):
    start = knowledge.generation()
    save(knowledge, "d1")
    knowledge.projects()
    knowledge.forget("unknown")
    assert knowledge.generation() == start + 1
    knowledge.forget("d1")
    assert knowledge.generation() == start + 2


def test_a_refusal_keeps_hash_reason_and_time_only(knowledge):
    knowledge.note_refusal("abc", "密级标志")
    knowledge.note_refusal("abc", "密级标志")
    ((sha256, reason, at),) = knowledge.refusals()
    assert (sha256, reason) == ("abc", "密级标志") and at.startswith("20")


def test_files_belong_to_their_owner_only(tmp_path):
    folder = tmp_path / "new" / "data"
    Knowledge.open(url(folder)).close()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


@on_sqlite
def test_the_tables_are_the_ones_the_migrations_make(knowledge, tmp_path):
    engine = sa.create_engine(url(tmp_path))
    found = {
        name: [c["name"] for c in sa.inspect(engine).get_columns(name)] for name in sa.inspect(engine).get_table_names()
    }
    known = {table.name: {column.name for column in table.columns} for table in schema.metadata.tables.values()}
    assert found.pop("schema_migrations") == ["number", "name", "applied_at"]
    assert {name: set(columns) for name, columns in found.items()} == known


def test_opening_again_migrates_nothing(tmp_path):
    Knowledge.open(url(tmp_path)).close()
    Knowledge.open(url(tmp_path)).close()
    with sqlite3.connect(tmp_path / "knowledge.db") as plain:
        rows = plain.execute("SELECT number, name FROM schema_migrations").fetchall()
    assert rows == [(number, step.__name__.lstrip("_")) for number, step in enumerate(migrations.MIGRATIONS, start=1)]


def test_a_migration_that_fails_leaves_the_database_as_it_was(tmp_path, monkeypatch):
    Knowledge.open(url(tmp_path)).close()

    def half(connection):
        connection.execute(sa.text("CREATE TABLE half_made (id INTEGER)"))
        connection.execute(sa.text("INSERT INTO no_such_table VALUES (1)"))

    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, half))
    with pytest.raises(StoreError, match="无法升级"):
        Knowledge.open(url(tmp_path))
    with sqlite3.connect(tmp_path / "knowledge.db") as plain:
        assert not plain.execute("SELECT name FROM sqlite_master WHERE name = 'half_made'").fetchall()
        assert plain.execute("SELECT MAX(number) FROM schema_migrations").fetchone() == (
            len(migrations.MIGRATIONS) - 1,
        )


def test_a_database_of_a_newer_program_is_refused_in_plain_words(tmp_path):
    Knowledge.open(url(tmp_path)).close()
    with sqlite3.connect(tmp_path / "knowledge.db") as plain:
        plain.execute("INSERT INTO schema_migrations VALUES (999, 'future', '')")
    with pytest.raises(StoreError, match="更新版本的程序"):
        Knowledge.open(url(tmp_path))


@pytest.mark.parametrize("damage", [b"", b"not a database at all, just some text" * 100])
def test_a_file_that_is_no_database_is_named_as_damaged_or_made_new(tmp_path, damage):
    (tmp_path / "knowledge.db").write_bytes(damage)
    if not damage:
        assert Knowledge.open(url(tmp_path)).documents() == ()
    else:
        with pytest.raises(StoreError, match="损坏"):
            Knowledge.open(url(tmp_path))
        assert (tmp_path / "knowledge.db").read_bytes() == damage


def test_a_truncated_database_is_noticed_on_opening(tmp_path):
    knowledge = Knowledge.open(url(tmp_path))
    save(knowledge, "d1", *(f"条目{n}。" * 30 for n in range(200)))
    knowledge.close()
    whole = (tmp_path / "knowledge.db").read_bytes()
    (tmp_path / "knowledge.db").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StoreError, match="损坏"):
        Knowledge.open(url(tmp_path))


def test_a_read_only_store_serves_and_says_why_it_takes_nothing(tmp_path):
    knowledge = Knowledge.open(url(tmp_path))
    _, extraction = save(knowledge)
    knowledge.close()
    reading = Knowledge.open(url(tmp_path), read_only=True)
    assert reading.projects() == extraction.projects
    with pytest.raises(StoreError, match="只读"):
        save(reading, "d2")
    reading.close()


def test_a_missing_database_cannot_be_opened_for_reading(tmp_path):
    with pytest.raises(StoreError, match="不存在"):
        Knowledge.open(url(tmp_path / "none"), read_only=True)


def test_an_error_repeats_nothing_of_the_content(knowledge):
    save(knowledge, "d1")
    with pytest.raises(StoreError) as caught:
        save(knowledge, "d2", "绝不外泄的一句话。", name="d1.txt")
    assert "绝不外泄" not in f"{caught.value!r}{caught.value.__cause__!r}"


def test_many_threads_read_while_one_writes(knowledge):
    save(knowledge, "d0")
    faults: list[str] = []

    def read() -> None:
        for _ in range(30):
            projects = knowledge.projects()
            if len(projects) != len({p.document_id for p in projects}):
                faults.append("a document was seen twice or in half")

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for number in range(1, 15):
        save(knowledge, f"d{number}", f"内容{number}。")
    for thread in threads:
        thread.join()
    assert not faults and len(knowledge.projects()) == 15


_SAVING = """
import sys
from tests import made_library as made
from tests import postgres as postgresql
from corpus.chunks import chunks
from corpus.store import Knowledge
knowledge = Knowledge.open(sys.argv[1])
for number in range(int(sys.argv[2]), 100000):
    document, extraction = made.document(f"d{number}", *(f"文件{number}的第{n}条。" * 20 for n in range(40)))
    knowledge.save(document, extraction, chunks(document, extraction), extraction.findings, None)
    print(f"d{number}", flush=True)
"""


@pytest.mark.slow
def test_a_killed_writer_loses_nothing_it_acknowledged_and_leaves_nothing_half(tmp_path):
    root = Path(__file__).parents[2]
    acknowledged: list[str] = []
    for round_ in range(6):
        with subprocess.Popen(
            [sys.executable, "-c", _SAVING, url(tmp_path), str(round_ * 1000)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=root,
        ) as writer:
            assert writer.stdout is not None
            acknowledged.append(writer.stdout.readline().strip())
            time.sleep(0.013 * round_)
            os.kill(writer.pid, signal.SIGKILL)
            acknowledged += [line for line in writer.stdout.read().splitlines(keepends=False) if line]
    knowledge = Knowledge.open(url(tmp_path))
    stored = {info.id: info for info in knowledge.documents()}
    assert set(filter(None, acknowledged)) <= stored.keys() and len(stored) >= 6
    for info in stored.values():
        assert len(knowledge.document_chunks(info.id)) == info.chunks
        assert len(knowledge.sections(Scope(document_ids=(info.id,)))) == info.sections == 40
    with sqlite3.connect(tmp_path / "knowledge.db") as plain:
        assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@on_sqlite
def test_a_second_writer_is_told_to_wait_in_plain_words(knowledge, tmp_path):
    with sqlite3.connect(tmp_path / "knowledge.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        with pytest.raises(StoreError, match="另一个程序正在写入"):
            save(knowledge)
        assert time.monotonic() - started < 7
        other.execute("ROLLBACK")
    save(knowledge)


def test_20000_projects_are_loaded_as_rows_within_seconds(knowledge):
    for number in range(20):
        records = tuple(made.project(f"d{number}", n, name=f"项目{n}") for n in range(1, 101))
        save(knowledge, f"d{number}", f"内容{number}。", projects=records)
    started = time.perf_counter()
    assert len(knowledge.project_rows()) == 2000
    assert time.perf_counter() - started < 1.0


def test_texts_that_look_like_the_keys_of_a_record_come_back_as_they_were(knowledge):
    odd = '合同,"indicators":[["v"]],"source":[0,1]},\\"indicators\\":'
    texts = {"purpose": made.value(odd), "goals": (made.value(odd), made.value('"source":['))}
    project = replace(made.project("d1"), **texts)
    save(knowledge, "d1", projects=(project,))
    (found,) = knowledge.projects()
    assert (found.purpose, found.goals, found.indicators) == (project.purpose, project.goals, project.indicators)
    assert found == project and project == found and hash(found) == hash(project)
