"""The vectors on a Chroma server (JIXIAO_CHROMA_URL): the same results, kept up to date, gone when forgotten."""

from pathlib import Path

import pytest

from corpus.errors import IndexUnavailable
from corpus.ingest import Library
from tests import chroma_server
from tests.made_documents import made_document, render_text

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(chroma_server.MISSING), reason=chroma_server.MISSING)]
QUERIES = ("老百姓看戏", "基层文艺骨干", "保障措施", "第二份文件")


@pytest.fixture(scope="module")
def chroma(tmp_path_factory):
    with chroma_server.server(tmp_path_factory.mktemp("chroma")) as url:
        yield url


@pytest.fixture
def inbox(tmp_path):
    (tmp_path / "inbox").mkdir()
    for number in range(4):
        write(tmp_path / "inbox", number)
    return tmp_path / "inbox"


def write(inbox: Path, number: int, more: str = "") -> Path:
    path = inbox / f"{number}.txt"
    path.write_text(render_text(made_document(safeguards=(f"第{number}份文件的保障措施。{more}",))), "utf-8")
    return path


def opened(data: Path, home: Path, url: str = "") -> Library:
    library = Library.open(data, chroma_url=url)
    library.index.vectors._home = home
    return library


def near(library: Library) -> list[tuple[str, float]]:
    hits = [hit for query in QUERIES for hit in library.index.vectors.search(query, 40)]
    return sorted((hit.chunk_id, round(hit.score, 4)) for hit in hits)


def collections(url: str) -> list[str]:
    import chromadb
    from chromadb.config import Settings

    host, port = url.removeprefix("http://").split(":")
    client = chromadb.HttpClient(host=host, port=int(port), settings=Settings(anonymized_telemetry=False))
    return sorted(collection.name for collection in client.list_collections())


def test_a_server_gives_the_results_of_the_embedded_one(tmp_path, inbox, chroma, embedder_home):
    found = []
    for data, url in (("far", chroma), ("here", "")):
        with opened(tmp_path / data, embedder_home, url) as library:
            list(library.ingest([inbox]))
            library.index.catch_up(library.knowledge)
            assert library.index.ready()
            found.append(near(library))
    assert found[0] == found[1] and found[0]
    assert not list((tmp_path / "far" / "index").glob("chroma-*"))


def test_changes_are_caught_up_and_the_forgotten_is_gone_from_the_server(tmp_path, inbox, chroma, embedder_home):
    before = collections(chroma)
    with opened(tmp_path / "data", embedder_home, chroma) as library:
        list(library.ingest([inbox]))
        library.index.catch_up(library.knowledge)
        (first,) = set(collections(chroma)) - set(before)
        write(inbox, 1, "新增的一句。")
        assert [result.status for result in library.ingest([inbox])].count("replaced") == 1
        assert not library.index.ready()
        library.forget("0.txt")
        library.index.catch_up(library.knowledge)
        ids = {info.id for info in library.knowledge.documents()}
        assert len(ids) == 3 and {name.rsplit("-", 1)[0] for name, _ in near(library)} == ids
        (second,) = set(collections(chroma)) - set(before)
        assert first != second
    with opened(tmp_path / "data", embedder_home, chroma) as again:
        again.index.catch_up(again.knowledge)
        assert set(collections(chroma)) - set(before) == {second}
        hits = near(again)
        again.index.rebuild(again.knowledge)
        assert near(again) == hits and second not in collections(chroma)


def test_a_large_index_on_a_server_is_copied_and_changed(tmp_path, inbox, chroma, embedder_home, monkeypatch):
    monkeypatch.setattr("corpus.index._SMALL", 0)
    with opened(tmp_path / "data", embedder_home, chroma) as library:
        list(library.ingest([inbox]))
        library.index.catch_up(library.knowledge)
        library.forget("0.txt")
        library.index.catch_up(library.knowledge)
        changed = near(library)
        library.index.rebuild(library.knowledge)
        assert near(library) == changed


def test_two_libraries_share_a_server_and_do_not_mix(tmp_path, inbox, chroma, embedder_home):
    with (
        opened(tmp_path / "one", embedder_home, chroma) as one,
        opened(tmp_path / "two", embedder_home, chroma) as two,
    ):
        list(one.ingest([inbox / "0.txt"]))
        list(two.ingest([inbox / "1.txt"]))
        for library in (one, two, one):
            library.index.catch_up(library.knowledge)
        for library in (one, two):
            (info,) = library.knowledge.documents()
            assert {name.rsplit("-", 1)[0] for name, _ in near(library)} == {info.id}


def test_words_answer_while_the_server_is_away_and_vectors_come_back_with_it(tmp_path, inbox, embedder_home):
    folder = tmp_path / "server"
    folder.mkdir()
    with chroma_server.server(folder) as url, opened(tmp_path / "data", embedder_home, url) as library:
        list(library.ingest([inbox]))
        library.index.catch_up(library.knowledge)
        before = near(library)
    with opened(tmp_path / "data", embedder_home, url) as library:
        assert library.search("保障措施", 3)
        with pytest.raises(IndexUnavailable, match="改用文字检索"):
            library.index.catch_up(library.knowledge)
        assert library.search("保障措施", 3) and not library.index.ready()
        with chroma_server.server(folder, int(url.rsplit(":", 1)[1])):
            library.index.catch_up(library.knowledge)
            assert library.index.ready() and near(library) == before


def test_a_server_that_lost_its_data_is_filled_again(tmp_path, inbox, embedder_home):
    for name in ("whole", "empty"):
        (tmp_path / name).mkdir()
    with chroma_server.server(tmp_path / "whole") as url, opened(tmp_path / "data", embedder_home, url) as library:
        list(library.ingest([inbox]))
        library.index.catch_up(library.knowledge)
        before = near(library)
    port = int(url.rsplit(":", 1)[1])
    with chroma_server.server(tmp_path / "empty", port), opened(tmp_path / "data", embedder_home, url) as library:
        library.index.catch_up(library.knowledge)
        assert library.index.ready() and near(library) == before
