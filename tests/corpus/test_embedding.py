"""The embedders: built here without any download, meaningful, and nothing that could carry code is ever loaded."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from corpus.embedding import CHARACTERS, VERSION, build_table, check_folder, identity, load_embedder
from corpus.errors import IndexUnavailable

np = pytest.importorskip("numpy")


@pytest.fixture(scope="module")
def embedder(embedder_home):
    return load_embedder("embedded", embedder_home)


def likeness(embedder, one: str, other: str) -> float:
    return float(embedder.encode_query(one) @ embedder.encode_query(other))


def test_vectors_have_length_one_and_the_stated_dimension(embedder):
    rows = embedder.encode_documents(["舆情监测", "IPv6规模部署 2025", "网络安全" * 2000])
    assert rows.shape == (3, embedder.dimension) and rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("text", ["", "§§§", "\u200b", "😀"])
def test_a_text_of_unknown_characters_is_all_zeros_and_no_error(embedder, text):
    assert not embedder.encode_query(text).any()


def test_no_texts_give_no_rows(embedder):
    assert embedder.encode_documents([]).shape == (0, embedder.dimension)


@pytest.mark.parametrize(
    ("question", "fitting", "other"),
    [
        ("怎么应对网上的传言", "建立联合辟谣机制，开展网络谣言治理", "推动全县城乡光纤网络建设"),
        ("职工培训怎么安排", "开展业务素质提升工程，加强干部队伍培养", "与第三方签订服务协议，支付服务费用"),
        ("老百姓上网快不快", "推动全县城乡宽带网络建设，提升传输能力", "畅通舆情绿色通道，及时上报"),
        ("网上的舆论谁来盯", "做好舆情监测和处置工作", "推进下一代互联网规模部署"),
        ("违法网站怎么处罚", "进一步提高网络执法水平，严厉查处违法违规网站", "组建专家智库，加强业务人才储备"),
    ],
)
def test_a_paraphrase_is_nearer_than_another_passage(embedder, question, fitting, other):
    assert likeness(embedder, question, fitting) > likeness(embedder, question, other) + 0.03


def test_traditional_and_full_width_text_has_the_same_vector(embedder):
    assert likeness(embedder, "輿情監測與ＩＰｖ６", "舆情监测与IPv6") == pytest.approx(1, abs=1e-5)


def test_function_words_hardly_count(embedder):
    assert likeness(embedder, "请问舆情监测是什么呢", "舆情监测") > 0.9


def test_the_table_is_the_same_every_time_and_small(embedder, embedder_home):
    tokens, table = build_table()
    again_tokens, again = build_table()
    assert tokens == again_tokens and np.array_equal(table, again)
    assert len(tokens) == len(set(tokens)) == len(table)
    folder = embedder_home / f"embedder-{VERSION}"
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) < 30_000_000


def test_the_built_folder_passes_its_own_check_and_loads_as_a_local_one(embedder, embedder_home):
    folder = embedder_home / f"embedder-{VERSION}"
    check_folder(folder)
    local = load_embedder(str(folder), embedder_home)
    assert local.dimension == embedder.dimension and local.name != embedder.name
    assert float(local.encode_query("舆情监测") @ embedder.encode_query("舆情监测")) == pytest.approx(1, abs=1e-5)


def test_the_built_folder_is_an_ordinary_model_with_the_same_vectors(embedder, embedder_home):
    from sentence_transformers import SentenceTransformer

    texts = ["舆情监测和处置工作", "老百姓上网快不快", "IPv6", "2025年6月底前完成50%"]
    model = SentenceTransformer(
        str(embedder_home / f"embedder-{VERSION}"), device="cpu", local_files_only=True, trust_remote_code=False
    )
    assert np.allclose(embedder.encode_documents(texts), model.encode([text.lower() for text in texts]), atol=1e-5)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
@pytest.mark.parametrize("damage", [b"", b"garbage", None])
def test_a_damaged_table_is_built_anew(embedder, embedder_home, tmp_path, name, damage):
    folder = tmp_path / f"embedder-{VERSION}"
    shutil.copytree(embedder_home / folder.name, folder)
    (folder / name).unlink() if damage is None else (folder / name).write_bytes(damage)
    again = load_embedder("embedded", tmp_path)
    assert float(again.encode_query("舆情监测") @ embedder.encode_query("舆情监测")) == pytest.approx(1, abs=1e-5)


def test_latin_text_is_left_to_the_words(embedder):
    assert not embedder.encode_query("What is the budget of the county?").any()
    assert likeness(embedder, "舆情监测 public opinion monitoring", "舆情监测") == pytest.approx(1, abs=1e-5)


def test_the_table_of_an_older_version_goes_when_a_new_one_is_built(tmp_path):
    (tmp_path / "embedder-0").mkdir()
    load_embedder("embedded", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [f"embedder-{VERSION}"]


@pytest.mark.parametrize(
    ("one", "other", "unlike"),
    [
        ("看病贵不贵", "医疗费用报销", "道路施工工期"),
        ("娃娃念书", "义务教育学校", "畜牧养殖"),
        ("庄稼浇水", "农田灌溉", "殡葬服务"),
        ("治河里的脏东西", "水污染防治", "干部培训"),
    ],
)
def test_everyday_words_are_near_the_terms_of_the_field(embedder, one, other, unlike):
    assert likeness(embedder, one, other) > likeness(embedder, one, unlike) + 0.1


def test_groups_of_words_are_in_the_form_they_are_looked_up_in():
    groups = tomllib.loads((CHARACTERS.parent / "kindred.toml").read_text("utf-8"))["groups"]
    assert all(len(group.split()) >= 2 for group in groups)
    assert all(len(group.split()) == len(set(group.split())) for group in groups)


def model_folder(folder: Path, kind: str = "sentence_transformers.models.Normalize", path: str = "") -> Path:
    folder.mkdir()
    (folder / "modules.json").write_text(json.dumps([{"idx": 0, "name": "0", "path": path, "type": kind}]))
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0{}      ")
    return folder


@pytest.mark.parametrize("name", ["modeling.py", "pytorch_model.bin", "sub/weights.pkl", "x.PT", "native.so"])
def test_a_folder_that_could_carry_code_is_refused_before_it_is_loaded(tmp_path, name):
    folder = model_folder(tmp_path / "model")
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"raise SystemExit('ran')")
    with pytest.raises(IndexUnavailable, match="不允许的文件"):
        load_embedder(str(folder), tmp_path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "modeling.Evil"}, "不认识的模块"),
        ({"kind": "sentence_transformers.models.Normalize.x"}, "不认识的模块"),
        ({"kind": "os.system"}, "不认识的模块"),
        ({"path": "../elsewhere"}, "文件夹之外"),
        ({"path": "/etc"}, "文件夹之外"),
    ],
)
def test_unknown_modules_and_places_are_refused(tmp_path, change, said):
    with pytest.raises(IndexUnavailable, match=said):
        load_embedder(str(model_folder(tmp_path / "model", **change)), tmp_path)


def test_a_configuration_that_asks_for_its_own_code_is_refused(tmp_path):
    folder = model_folder(tmp_path / "model")
    (folder / "config.json").write_text('{"auto_map": {"AutoModel": "modeling.Evil"}}')
    with pytest.raises(IndexUnavailable, match="auto_map"):
        load_embedder(str(folder), tmp_path)


@pytest.mark.parametrize("text", ["", "[", '{"a": 1}', "[1]", '[{"type": "x"}]'])
def test_a_module_list_that_cannot_be_read_is_refused(tmp_path, text):
    folder = model_folder(tmp_path / "model")
    (folder / "modules.json").write_text(text)
    with pytest.raises(IndexUnavailable, match="读不出来"):
        load_embedder(str(folder), tmp_path)


def test_a_folder_without_weights_or_that_does_not_exist_is_refused(tmp_path):
    folder = model_folder(tmp_path / "model")
    (folder / "model.safetensors").unlink()
    with pytest.raises(IndexUnavailable, match="没有 safetensors"):
        load_embedder(str(folder), tmp_path)
    with pytest.raises(IndexUnavailable, match="不存在"):
        load_embedder(str(tmp_path / "none"), tmp_path)


def test_an_index_is_named_after_its_embedder_in_ascii(tmp_path):
    folder = model_folder(tmp_path / "模型 一号")
    names = {identity("embedded"), identity(str(folder)), identity("BAAI/bge-small-zh-v1.5")}
    assert len(names) == 3 and all(name.isascii() and len(name) < 80 for name in names)
    before = identity(str(folder))
    (folder / "model.safetensors").write_bytes(b"other weights")
    assert identity(str(folder)) != before


def test_importing_the_module_imports_neither_torch_nor_numpy():
    code = "import sys, corpus.ingest; print([m for m in ('torch', 'numpy', 'chromadb') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ}, check=True)
    assert done.stdout.strip() == "[]"
