"""Search through the whole library: other embedders, limits to documents and kinds, and queries of any shape."""

from pathlib import Path

import pytest

from corpus.errors import IndexUnavailable
from corpus.ingest import Library

FOOD = "开展学校食堂安全检查，每学期一次。"
RUMOUR = "建立联合辟谣机制，治理网络谣言。"


def small_model(folder: Path, dimension: int) -> str:
    """An ordinary static embedder of a few characters, made on the spot."""
    import numpy as np
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Normalize
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers

    characters = sorted(set(FOOD + RUMOUR))
    tokenizer = Tokenizer(models.WordLevel({c: n for n, c in enumerate(["[UNK]", *characters])}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    rows = np.random.default_rng(0).standard_normal((len(characters) + 1, dimension)).astype(np.float32)
    modules = [StaticEmbedding(tokenizer, embedding_weights=rows), Normalize()]
    SentenceTransformer(modules=modules, device="cpu").save(str(folder), create_model_card=False)
    return str(folder)


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "inbox"
    folder.mkdir()
    for name, unit, text in (("jiaoyu.txt", "教育局", FOOD), ("wangxin.txt", "网信办", RUMOUR)):
        (folder / name).write_text(
            f"某县{unit}2025年部门预算绩效目标\n第一部分 部门整体绩效目标\n一、总体绩效目标\n做好{unit}工作。\n"
            f"二、分项绩效目标\n一、重点工作。{text}\n三、工作保障措施\n一是加强领导。{text}\n",
            "utf-8",
        )
    return folder


def opened(tmp_path: Path, embedder: str) -> Library:
    return Library.open(tmp_path / "data", embedder=embedder)


def first(library: Library, query: str) -> str:
    return library.search(query)[0].chunk.text


def test_embedders_of_other_dimensions_follow_each_other_and_each_answers(tmp_path, inbox):
    wide, narrow = small_model(tmp_path / "wide", 48), small_model(tmp_path / "narrow", 12)
    with opened(tmp_path, wide) as library:
        list(library.ingest([inbox]))
    for embedder in (wide, narrow, "embedded", narrow):
        with opened(tmp_path, embedder) as library:
            library.index.catch_up(library.knowledge)
            assert library.index.ready()
            assert "食堂" in first(library, "学校食堂")
            assert library.index.vectors.search("谣言", 3)


@pytest.mark.parametrize("bad", ["modeling.py", "pytorch_model.bin", "weights.pkl"])
def test_a_model_with_foreign_code_or_pickled_weights_is_a_sentence_and_words_answer(tmp_path, inbox, bad):
    model = Path(small_model(tmp_path / "model", 12))
    (model / bad).write_bytes(b"raise SystemExit('ran')")
    with opened(tmp_path, str(model)) as library:
        list(library.ingest([inbox]))
        with pytest.raises(IndexUnavailable, match="只接受 safetensors"):
            library.index.catch_up(library.knowledge)
        assert not library.index.ready()
        assert "谣言" in first(library, "谣言怎么治理")


@pytest.fixture
def library(tmp_path, inbox):
    with opened(tmp_path, "embedded") as made:
        list(made.ingest([inbox]))
        yield made


@pytest.mark.parametrize("with_vectors", [False, True])
@pytest.mark.parametrize(
    "query",
    ["", " ", "？", "食", "鑫", "\x00", "😀", "a", "𠮷", "\ud800", "' OR 1=1 --", "食堂" * 50_000, "qwerty " * 9_000],
)
def test_a_query_of_any_shape_gives_passages_or_none(library, query, with_vectors):
    if with_vectors:
        library.index.catch_up(library.knowledge)
    found = library.search(query)
    assert len(found) <= 10 and all(passage.chunk.text for passage in found)
    if "食" in query:
        assert "食堂" in found[0].chunk.text


@pytest.mark.parametrize("with_vectors", [False, True])
def test_results_keep_to_the_unit_the_year_and_the_kinds_asked_for(library, with_vectors):
    if with_vectors:
        library.index.catch_up(library.knowledge)
    (school,) = [stored.id for stored in library.knowledge.documents() if stored.name == "jiaoyu.txt"]
    for query in ("谣言怎么治理", "食堂检查"):
        of_unit = library.search(query, documents=[school])
        assert all(passage.document == "jiaoyu.txt" for passage in of_unit)
        measures = library.search(query, kinds=["safeguard"])
        assert measures and all(passage.chunk.kind == "safeguard" for passage in measures)
    assert library.search("食堂", documents=[]) == () == library.search("食堂", kinds=[])


def test_every_passage_that_is_found_says_unit_year_and_section(library):
    for passage in library.search("重点工作 食堂 谣言 领导"):
        assert "2025年" in passage.chunk.context and "第一部分" in passage.chunk.context
        assert "教育局" in passage.chunk.context or "网信办" in passage.chunk.context
