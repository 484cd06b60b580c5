"""The lexical index alone: it finds Chinese by words, figures and single characters, and forgets."""

import sqlite3
import threading

import pytest

from corpus.errors import IndexUnavailable
from corpus.lexical import LexicalIndex
from corpus.tokens import query_tokens, tokens
from corpus.types import Chunk, Source

TEXTS = {
    "a-1": "做好舆情监测和处置工作，畅通舆情绿色通道。",
    "a-2": "推动全县城乡光纤网络建设，2025年6月底前完成50%。",
    "b-1": "项目编码：13043425P00428910001N；预算数：10.00万元。",
    "b-2": "推进IPv6规模部署和智慧城市建设。",
}


def chunk(name: str, text: str, context: str = "", kind: str = "itemised") -> Chunk:
    return Chunk(name, name.split("-")[0], kind, text, context, Source())


@pytest.fixture
def index(tmp_path):
    opened = LexicalIndex.open(tmp_path / "index" / "lexical.db")
    opened.add([chunk(name, text) for name, text in TEXTS.items()])
    yield opened
    opened.close()


def first(index, query, **limits):
    hits = index.search(query, 5, **limits)
    return hits[0].chunk_id if hits else None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("舆情怎么监测？", "a-1"),
        ("請問輿情監測工作", "a-1"),
        ("光纤", "a-2"),
        ("13043425P00428910001N", "b-1"),
        ("１３０４３４２５ｐ００４２８９１０００１ｎ", "b-1"),
        ("10.00万元", "b-1"),
        ("ipv6", "b-2"),
        ("智", "b-2"),
        ("道", "a-1"),
        ("设", "b-2"),
        ("5​0%", "a-2"),
    ],
)
def test_the_passage_with_the_words_comes_first(index, query, expected):
    assert first(index, query) == expected


@pytest.mark.parametrize(
    "query", ["", "？？？", "什么", "鑫鑫", " ​", "xyz", "\x00", '"', "* OR", "NEAR(", "-", "a" * 100_000]
)
def test_a_query_without_a_fit_finds_nothing(index, query):
    assert index.search(query, 5) == ()


def test_a_query_of_100_kb_is_answered(index):
    assert first(index, "舆情监测" * 25_000) == "a-1"


def test_results_are_limited_to_documents_and_kinds(index):
    index.add([chunk("c-1", "舆情监测工程。", kind="project")])
    assert first(index, "舆情监测", within={"c"}) == "c-1"
    assert first(index, "舆情监测", kinds={"itemised"}) == "a-1"
    assert index.search("舆情监测", 5, within=()) == ()
    assert index.search("舆情监测", 5, within={"nowhere"}) == ()
    assert len(index.search("建设", 1)) == 1


def test_the_context_helps_but_the_text_counts_more(index):
    index.add([chunk("d-1", "按月公布结果。", context="水利局"), chunk("e-1", "水利局按月公布。", context="某局")])
    assert [hit.chunk_id for hit in index.search("水利局", 5)] == ["e-1", "d-1"]


def test_adding_a_document_again_replaces_it(index):
    size = index.size
    index.add([chunk("a-1", "完全不同的内容"), chunk("a-2", "也是")])
    assert index.size == size
    assert index.search("舆情", 5) == ()


def test_a_deleted_document_is_found_no_more_and_its_words_leave_the_file(index, tmp_path):
    assert b"13043425p00428910001n" in (tmp_path / "index" / "lexical.db").read_bytes()
    index.delete("b")
    assert index.search("13043425P00428910001N", 5) == ()
    index.scrub()
    left = b"".join(path.read_bytes() for path in (tmp_path / "index").iterdir())
    assert b"13043425p00428910001n" not in left
    assert first(index, "舆情") == "a-1"


def test_question_words_and_function_words_are_not_searched_for():
    assert query_tokens("请问舆情监测的预算是多少？") == ['"舆情"', '"情监"', '"监测"', '"预算"']


@pytest.mark.parametrize("question", ["什么", "是的", "在"])
def test_a_question_of_nothing_else_is_searched_for_as_it_is(question):
    assert query_tokens(question)


def test_figures_dates_and_codes_stay_whole_and_keep_what_they_count():
    assert tokens("2025-06-30 花了 35.00 万元，50%") == ["2025-06-30", "花了", "了", "35.00", "万元", "元", "50%"]
    assert tokens("6月底24小时") == ["6", "6月", "月底", "底", "24", "24小", "小时", "时"]


@pytest.mark.parametrize("damage", [b"", b"garbage" * 2000])
def test_a_damaged_file_is_emptied_on_opening(index, tmp_path, damage):
    index.close()
    (tmp_path / "index" / "lexical.db").write_bytes(damage)
    again = LexicalIndex.open(tmp_path / "index" / "lexical.db")
    assert again.size == 0
    again.add([chunk("a-1", TEXTS["a-1"])])
    assert first(again, "舆情") == "a-1"
    again.close()


def test_altered_bytes_are_noticed_wherever_they_are(index, tmp_path):
    path = tmp_path / "index" / "lexical.db"
    index.close()
    whole, sealed = path.read_bytes(), path.with_suffix(".sum").read_text()
    for place in range(0, len(whole), len(whole) // 40):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        path.with_suffix(".sum").write_text(sealed)
        again = LexicalIndex.open(path)
        assert again.size == 0, f"byte {place}"
        again.close()


def test_an_index_that_was_not_sealed_is_kept_when_it_is_consistent(index, tmp_path):
    again = LexicalIndex.open(tmp_path / "index" / "lexical.db")  # as after kill -9: no close, no seal
    assert again.size == len(TEXTS)
    again.close()


def test_an_intact_file_is_opened_as_it_is(index, tmp_path):
    index.close()
    again = LexicalIndex.open(tmp_path / "index" / "lexical.db")
    assert again.size == len(TEXTS)
    again.close()


def test_a_file_that_goes_away_is_an_error_and_can_be_made_again(index, tmp_path):
    (tmp_path / "index" / "lexical.db").unlink()
    with pytest.raises(IndexUnavailable):
        index.search("舆情", 5)
    index.clear()
    assert index.search("舆情", 5) == ()


def test_a_file_put_there_by_another_program_is_the_one_that_is_read(index, tmp_path):
    other = LexicalIndex.open(tmp_path / "index" / "lexical.db")
    other.clear()
    other.add([chunk("z-1", "舆情的新文件")])
    assert first(index, "舆情") == "z-1"
    other.close()


def test_threads_search_while_one_adds(index):
    faults: list[str] = []

    def search() -> None:
        for _ in range(100):
            if first(index, "光纤") != "a-2":
                faults.append("lost")

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(20):
        index.add([chunk(f"x{number}-1", f"第{number}次添加")])
    for thread in threads:
        thread.join()
    assert not faults


def test_the_index_keeps_tokens_and_no_sentences(index, tmp_path):
    with sqlite3.connect(tmp_path / "index" / "lexical.db") as plain:
        dump = "\n".join(plain.iterdump())
    assert "畅通舆情绿色通道" not in dump


def test_what_a_passage_begins_with_is_what_it_is_about(index):
    index.add([chunk("m-1", "档案馆升级库房。库房恒温恒湿。"), chunk("n-1", "库房恒温恒湿，升级以后由档案馆验收。")])
    assert [hit.chunk_id for hit in index.search("档案馆", 2)] == ["m-1", "n-1"]


def test_names_that_are_cut_differently_meet_in_their_characters(index):
    index.add([chunk("p-1", "修缮烈士的陵墓和园区。"), chunk("q-1", "修缮水渠和园区道路。")])
    assert first(index, "烈士陵园修缮") == "p-1"


def test_common_words_cost_no_passage_of_a_named_document(index):
    for number in range(30):
        index.add([chunk(f"w{number}-1", f"第{number}项资金支出计划。" * 200)])
    assert first(index, "资金支出计划", within={"w7"}) == "w7-1"


def test_counts_follow_additions_and_deletions(index, tmp_path):
    counts = "SELECT * FROM characters ORDER BY character"
    with sqlite3.connect(tmp_path / "index" / "lexical.db") as plain:
        before = plain.execute(counts).fetchall()
        index.add([chunk("r-1", "舆情的新内容")])
        assert plain.execute(counts).fetchall() != before
        index.delete("r")
        assert plain.execute(counts).fetchall() == before
