"""Both indexes beside the knowledge: current, separate, repaired without being asked, and free of text."""

import fcntl
import os
import shutil
import threading
import time
from pathlib import Path

import pytest

from corpus import builds
from corpus.chunks import chunks
from corpus.embedding import VERSION
from corpus.errors import IndexUnavailable, StoreError
from corpus.index import VectorIndex
from corpus.lexical import LexicalIndex
from corpus.locking import held
from corpus.searching import SearchIndex
from corpus.store import Knowledge
from tests import made_library as made

RUMOUR, FIBRE = "建立联合辟谣机制，治理网络谣言。", "推动全县城乡光纤网络建设。"


class Desk:
    """A library's stores on disk, opened and closed at will."""

    def __init__(self, folder: Path, home: Path, embedder: str = "embedded") -> None:
        self.folder, self.home, self.embedder = folder, home, embedder
        self.open()

    def open(self) -> "Desk":
        self.knowledge = Knowledge.open(f"sqlite:///{self.folder / 'knowledge.db'}")
        words = LexicalIndex.open(self.folder / "index" / "lexical.db")
        self.index = SearchIndex(words, VectorIndex(self.folder / "index", self.embedder, home=self.home))
        self.index.catch_up_words(self.knowledge)
        return self

    def close(self) -> None:
        self.index.close()
        self.knowledge.close()

    def save(self, document_id: str, *texts: str, replaces: str | None = None, name: str | None = None) -> None:
        document, extraction = made.document(document_id, *texts, name=name, projects=())
        passages = chunks(document, extraction)
        self.knowledge.save(document, extraction, passages, (), replaces)
        self.index.put(passages, document_id, [replaces] if replaces else [], self.knowledge)

    def catch_up(self) -> "Desk":
        self.index.catch_up(self.knowledge)
        return self

    def near(self, query: str) -> list[str]:
        return [hit.chunk_id for hit in self.index.vectors.search(query, 2)]

    def worded(self, query: str) -> list[str]:
        return [hit.chunk_id for hit in self.index.lexical.search(query, 2)]

    @property
    def build(self) -> Path:
        (folder,) = (self.folder / "index").glob("chroma-*")
        return folder


@pytest.fixture
def desk(tmp_path, embedder_home):
    opened = Desk(tmp_path / "data", embedder_home)
    opened.save("d1", RUMOUR, FIBRE)
    yield opened
    opened.close()


def test_words_answer_before_there_are_vectors(desk):
    assert not desk.index.ready()
    assert [hit.chunk_id for hit in desk.index.search("光纤", 3)] == ["d1-00002"]
    assert desk.near("光纤") == []


def test_vectors_find_what_shares_no_words(desk):
    desk.catch_up()
    assert desk.index.ready()
    assert desk.worded("老百姓的传言") == []
    assert [hit.chunk_id for hit in desk.index.search("老百姓的传言", 2)] == ["d1-00001", "d1-00002"]


def test_what_the_words_find_stays_in_front(desk):
    words = [hit.chunk_id for hit in desk.index.search("光纤建设", 5)]
    desk.catch_up()
    together = desk.index.search("光纤建设", 5)
    assert [hit.chunk_id for hit in together][: len(words)] == words
    assert [hit.score for hit in together] == sorted((hit.score for hit in together), reverse=True)


def test_catching_up_adds_what_is_new_and_drops_what_is_gone(desk):
    desk.catch_up().save("d2", "开展学校食堂安全检查。")
    assert not desk.index.ready()
    assert desk.near("校园的食堂")[0] != "d2-00001"
    assert desk.catch_up().near("校园的食堂")[0] == "d2-00001"
    desk.knowledge.forget("d1")
    desk.index.remove("d1", desk.knowledge)
    desk.catch_up()
    assert desk.near("网络谣言") == ["d2-00001"] and desk.worded("谣言") == []


def test_a_replaced_document_never_answers_again(desk):
    desk.catch_up().save("d9", "修建农村公路。", replaces="d1", name="d1.txt")
    assert desk.worded("谣言") == []
    desk.catch_up()
    assert set(desk.near("谣言")) == {"d9-00001"}


def test_a_large_index_is_deleted_from_and_added_to_as_a_copy(desk, monkeypatch):
    monkeypatch.setattr("corpus.index._SMALL", 0)
    desk.catch_up().save("d2", "开展学校食堂安全检查。")
    desk.knowledge.forget("d1")
    desk.index.remove("d1", desk.knowledge)
    assert desk.catch_up().near("食堂检查") == ["d2-00001"]
    desk.close()
    assert desk.open().catch_up().near("食堂检查") == ["d2-00001"]


def test_catching_up_twice_builds_once(desk):
    desk.catch_up()
    first = desk.build
    desk.catch_up()
    desk.close()
    desk.open().catch_up()
    assert desk.build == first and desk.index.ready()


def test_results_are_limited_to_documents_and_kinds(desk):
    desk.save("d2", "网络谣言的另一份文件。")
    desk.catch_up()
    assert {hit.chunk_id for hit in desk.index.vectors.search("谣言", 5, within={"d2"})} == {"d2-00001"}
    assert desk.index.vectors.search("谣言", 5, kinds={"project"}) == ()
    assert len(desk.index.vectors.search("谣言", 1)) == 1


def test_of_one_document_the_nearest_are_found_whatever_many_others_say(desk):
    desk.save("other", *(f"第{n}次整治网络谣言。" for n in range(80)))
    desk.save("one", FIBRE, RUMOUR)
    desk.catch_up()
    within = desk.index.vectors.search("清理不实传言", 2, within=["one"])
    assert [desk.knowledge.chunks([hit.chunk_id])[hit.chunk_id].text for hit in within] == [RUMOUR, FIBRE]
    alone = Desk(desk.folder.parent / "alone", desk.home)
    alone.save("one", FIBRE, RUMOUR)
    by_graph = alone.catch_up().index.vectors.search("清理不实传言", 2)
    assert [hit.score for hit in within] == pytest.approx([hit.score for hit in by_graph], abs=1e-5)
    alone.close()


def test_an_empty_library_is_ready_and_finds_nothing(tmp_path, embedder_home):
    desk = Desk(tmp_path / "empty", embedder_home).catch_up()
    assert desk.index.ready() and desk.index.search("谣言", 3) == ()
    desk.close()


@pytest.mark.parametrize("query", ["", "§", "\u200b", "鑫" * 100_000])
def test_a_query_the_vectors_do_not_know_is_no_error(desk, query):
    desk.catch_up()
    assert isinstance(desk.index.search(query, 3), tuple)


def damage(build: Path, how: str) -> None:
    files = sorted(path for path in build.rglob("*") if path.is_file() and path.stat().st_size)
    if how == "deleted":
        shutil.rmtree(build)
    elif how == "pointer":
        (build.parent / "vectors.json").write_text('{"layout": 1, "files": ')
    elif how == "pointer gone":
        (build.parent / "vectors.json").unlink()
    for path in files:
        whole = path.read_bytes() if path.exists() else b""
        if how == "truncated":
            path.write_bytes(whole[: len(whole) // 2])
        elif how == "bits flipped":
            middle = len(whole) // 2
            path.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
        elif how == "one file gone" and path == files[-1]:
            path.unlink()


@pytest.mark.parametrize("how", ["deleted", "truncated", "bits flipped", "one file gone", "pointer", "pointer gone"])
def test_a_broken_index_is_noticed_and_rebuilt_with_the_same_results(desk, how):
    before = desk.catch_up().near("网上的传言")
    desk.close()
    damage(desk.build, how)
    desk.open()
    assert desk.worded("谣言") == ["d1-00001"]
    assert desk.catch_up().near("网上的传言") == before == ["d1-00001", "d1-00002"]
    assert desk.build.name != "chroma-1"


def test_a_build_that_was_cut_short_is_cleared_away(desk):
    desk.catch_up()
    stale = desk.folder / "index" / "chroma-99"
    stale.mkdir()
    (stale / "chroma.sqlite3").write_bytes(b"half")
    desk.save("d2", "新的一条。")
    assert desk.catch_up().build.name == "chroma-100"


def test_an_index_of_another_library_is_not_believed(desk, tmp_path, embedder_home):
    desk.catch_up()
    other = Desk(tmp_path / "other", embedder_home)
    other.save("d1", "修建农村公路。")
    other.close()
    shutil.rmtree(tmp_path / "other" / "index")
    shutil.copytree(tmp_path / "data" / "index", tmp_path / "other" / "index")
    other.open()
    assert other.worded("谣言") == [] and other.worded("公路") == ["d1-00001"]
    assert other.catch_up().near("网络谣言") == ["d1-00001"]
    other.close()


def test_two_libraries_at_once_do_not_mix(desk, tmp_path, embedder_home):
    other = Desk(tmp_path / "other", embedder_home)
    other.save("x1", "修建农村公路。")
    other.catch_up()
    desk.catch_up()
    assert set(desk.near("公路")) == {"d1-00001", "d1-00002"} and other.near("公路") == ["x1-00001"]
    other.close()


def test_another_embedder_means_another_build(desk, embedder_home):
    desk.catch_up()
    desk.close()
    desk.embedder = str(embedder_home / f"embedder-{VERSION}")
    assert desk.open().catch_up().near("网上的传言") == ["d1-00001", "d1-00002"]
    assert desk.build.name != "chroma-1"


def test_an_unsafe_embedder_leaves_the_words_answering(desk, tmp_path):
    desk.close()
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "modeling.py").write_text("raise SystemExit")
    desk.embedder = str(tmp_path / "model")
    desk.open()
    with pytest.raises(IndexUnavailable, match="不允许的文件"):
        desk.catch_up()
    assert [hit.chunk_id for hit in desk.index.search("谣言", 3)] == ["d1-00001"]


def test_chroma_failing_while_it_answers_leaves_the_words_answering(desk):
    desk.catch_up()
    loaded = desk.index.vectors._loaded
    loaded.client.delete_collection(loaded.build.collection)
    assert [hit.chunk_id for hit in desk.index.search("谣言机制", 3)] == ["d1-00001"]
    assert not desk.index.ready()
    assert desk.catch_up().near("谣言")[0] == "d1-00001"


def test_no_text_of_a_document_is_in_the_vector_index(desk):
    desk.save("d2", "金丝雀一号不得出现在向量库。")
    desk.catch_up()
    everything = b"".join(path.read_bytes() for path in desk.build.rglob("*") if path.is_file())
    assert "金丝雀".encode() not in everything and "辟谣".encode() not in everything


def test_a_second_builder_is_told_to_wait_within_five_seconds(desk):
    with (desk.folder / "index" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        started = time.monotonic()
        with pytest.raises(StoreError, match="另一个程序"):
            desk.catch_up()
        assert time.monotonic() - started < 30
    assert desk.catch_up().index.ready()


def test_a_lock_lets_one_through_at_a_time(tmp_path):
    inside, most = 0, 0

    def enter() -> None:
        nonlocal inside, most
        with held(tmp_path / ".lock", "资料库"):
            inside += 1
            most = max(most, inside)
            time.sleep(0.01)
            inside -= 1

    threads = [threading.Thread(target=enter) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_a_lock_that_is_kept_is_given_up_on_in_plain_words(tmp_path):
    with held(tmp_path / ".lock", "资料库"), pytest.raises(StoreError, match="资料库正由另一个程序写入"):  # noqa: SIM117
        with held(tmp_path / ".lock", "资料库", patience_s=0.05):
            pass


def test_searching_goes_on_while_the_vectors_are_replaced(desk):
    desk.catch_up()
    faults: list[object] = []
    done = threading.Event()

    def search() -> None:
        while not done.is_set():
            if not (hits := desk.index.search("网络谣言", 2)) or not hits[0].chunk_id.startswith("d1"):
                faults.append(hits)

    thread = threading.Thread(target=search)
    thread.start()
    for number in range(5):
        desk.save(f"n{number}", f"第{number}份别的文件。")
        desk.catch_up()
    done.set()
    thread.join()
    assert not faults


def test_a_pointer_that_cannot_be_written_is_a_plain_error(tmp_path):
    build = builds.Build(builds.LAYOUT, "l", "e", 1, 1, 0, {}, {})
    with pytest.raises(IndexUnavailable, match="无法写入"):
        builds.publish(tmp_path / "none", build)
    assert not os.listdir(tmp_path)  # noqa: PTH208
