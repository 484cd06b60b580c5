"""Vectors for passages and questions: an embedder that is built here without any download, or another one by setting.

The embedded one is an ordinary SentenceTransformer (StaticEmbedding + Normalize, safetensors). Its table holds seeded
random directions for characters and two-character words, so that texts sharing characters or words lie close; rarer
characters weigh more (as in SIF, Arora et al. 2017), function and question words little, and near-synonyms
(corpus/kindred.toml) share a direction. Importing sentence_transformers takes seconds: only inside functions here.
"""

import functools
import hashlib
import json
import math
import os
import re
import shutil
import tomllib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.errors import IndexUnavailable
from corpus.folding import fold

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

EMBEDDED = "embedded"
VERSION = 1  # of the table below; vectors of another version are not compared with these

_DIMENSION = 256
_WORD_SHARE = 1.0  # of a word's own direction beside those of its characters
_KINDRED_SHARE = 2.0  # of the direction a word shares with its near-synonyms
_FUNCTION_WEIGHT, _QUESTION_WEIGHT, _LATIN_WEIGHT = 0.15, 0.05, 0.6
_FUNCTION = set(
    "的了是在和与及或等为于由其之而对被把将有也都就着过以并此该各个这那他她它们我你您又再则即如若但因所得地能会可"
)
_QUESTION = set("什么多少怎哪谁几吗呢吧啊请问何")
_LATIN = "abcdefghijklmnopqrstuvwxyz0123456789"
_COMMON_CHARACTERS = 3755  # GB 2312 level 1, its first part

_MODULES = re.compile(
    r"sentence_transformers(\.models|\.base\.modules|\.sentence_transformer\.modules)?(\.[a-z_]+)?"
    r"\.(Transformer|Pooling|Normalize|Dense|StaticEmbedding)"
)
_UNSAFE = (".py", ".pyc", ".so", ".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".h5", ".msgpack", ".npy", ".npz")


class Embedder:
    """A loaded sentence-transformers model. `name` tells its vectors from those of any other."""

    def __init__(self, model: Any, name: str, folds: bool) -> None:
        self._model = model
        self._folds = folds  # the embedded table knows folded text only
        self.name = name
        self.dimension = int(model.get_embedding_dimension())

    def encode_documents(self, texts: Sequence[str]) -> "Vectors":
        """A float32 row of length 1 a text; a row of zeros for a text of which the model knows nothing."""
        return self._encoded(self._model.encode_document, texts)

    def encode_query(self, text: str) -> "Vectors":
        """One row, as in `encode_documents`."""
        row: Vectors = self._encoded(self._model.encode_query, [text])[0]
        return row

    def _encoded(self, encode: Any, texts: Sequence[str]) -> "Vectors":
        import numpy as np

        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        known = [fold(text) for text in texts] if self._folds else list(texts)
        rows = encode(known, convert_to_numpy=True, normalize_embeddings=True, show_progress_bar=False)
        return np.nan_to_num(np.asarray(rows, dtype=np.float32))


def load_embedder(name: str, home: Path) -> Embedder:
    """The embedder of this setting: "embedded" (built into `home` on first use), a local folder, or a hub name.

    Raises IndexUnavailable with the reason when there is none to be had, or its folder is not safe to load.
    """
    if name == EMBEDDED:
        return Embedder(_loaded(str(_built(home)), offline=True), identity(name), folds=True)
    folder = Path(name).expanduser()
    if folder.is_dir():
        check_folder(folder)
        return Embedder(_loaded(str(folder), offline=True), identity(name), folds=False)
    if folder.is_absolute() or name.startswith((".", "~")):
        raise IndexUnavailable(f"向量模型文件夹“{name}”不存在。")
    return Embedder(_loaded(name, offline=False), identity(name), folds=False)


def identity(name: str) -> str:
    """What an index made with this setting is called, without loading anything; ASCII."""
    if name == EMBEDDED:
        return f"{EMBEDDED}-{VERSION}"
    folder = Path(name).expanduser()
    basis = name if not folder.is_dir() else f"{folder.resolve()}{_weights_seen(folder)}"
    readable = re.sub(r"[^A-Za-z0-9]+", "-", folder.name).strip("-")[:40] or "model"
    return f"{readable}-{hashlib.sha256(basis.encode()).hexdigest()[:12]}"


def _weights_seen(folder: Path) -> list[tuple[str, int, int]]:
    """Name, size and time of each weight file: another model in the same folder is another embedder."""
    found = sorted(folder.rglob("*.safetensors"))
    return [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in found]


def check_folder(folder: Path) -> None:
    """Raises IndexUnavailable unless the folder holds only weights, settings and modules known to be harmless."""
    for path in folder.rglob("*"):
        if path.suffix.lower() in _UNSAFE:
            raise IndexUnavailable(
                f"向量模型文件夹中有不允许的文件“{path.name}”：只接受 safetensors 权重，不接受代码。"
            )
    if not any(folder.rglob("*.safetensors")):
        raise IndexUnavailable(f"向量模型文件夹“{folder.name}”中没有 safetensors 权重。")
    try:
        modules = json.loads((folder / "modules.json").read_text("utf-8"))
        kinds = [str(module["type"]) for module in modules]
        places = [str(module["path"]) for module in modules]
        settings = [json.loads(path.read_text("utf-8")) for path in folder.rglob("config.json")]
    except (OSError, ValueError, TypeError, KeyError):
        raise IndexUnavailable(f"向量模型文件夹“{folder.name}”的 modules.json 或 config.json 读不出来。") from None
    for kind in kinds:
        if not _MODULES.fullmatch(kind):
            raise IndexUnavailable(f"向量模型含有不认识的模块“{kind[:80]}”，为安全起见不加载。")
    if any(".." in Path(place).parts or Path(place).is_absolute() for place in places):
        raise IndexUnavailable("向量模型的模块指向文件夹之外，为安全起见不加载。")
    if any(isinstance(one, dict) and "auto_map" in one for one in settings):
        raise IndexUnavailable("向量模型要求运行自带代码（auto_map），为安全起见不加载。")


def _loaded(place: str, offline: bool) -> Any:
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    if offline:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(place, device="cpu", local_files_only=offline, trust_remote_code=False)
    except (OSError, ValueError, RuntimeError, ImportError, KeyError, TypeError, AttributeError) as error:
        raise IndexUnavailable(f"向量模型“{Path(place).name}”无法加载：{type(error).__name__}。") from error


# --- the embedded table


def _built(home: Path) -> Path:
    """The folder of the embedded model, built when it is missing or incomplete; appears whole or not at all."""
    folder = home / f"embedder-{VERSION}"
    if (folder / "modules.json").is_file() and any(folder.rglob("*.safetensors")):
        return folder
    aside = home / f".embedder-{VERSION}.{os.getpid()}"
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.rmtree(aside, ignore_errors=True)
        _save_model(aside)
        shutil.rmtree(folder, ignore_errors=True)
        aside.replace(folder)
    except OSError as error:
        if not (folder / "modules.json").is_file():  # another process was quicker
            raise IndexUnavailable("内置向量模型无法建立：磁盘已满、只读或没有权限。") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return folder


def _save_model(folder: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Normalize
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    tokens, table = build_table()
    embedding = StaticEmbedding(_tokenizer(tokens), embedding_weights=table)
    SentenceTransformer(modules=[embedding, Normalize()], device="cpu").save(str(folder), create_model_card=False)


def _tokenizer(tokens: Sequence[str]) -> Any:
    """Characters, and the two-character words of the table: joined by BPE, the first in the table first."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    vocabulary = {token: number for number, token in enumerate(tokens)}
    merges = [(token[0], token[1]) for token in tokens if len(token) == 2]
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges, unk_token="[UNK]", fuse_unk=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"[a-z]+|[0-9]|[\u3400-\u9fff]+"), "removed", invert=True)
    return tokenizer


def build_table() -> tuple[list[str], "Vectors"]:
    """The tokens of the embedded model and a row of float32 for each. The same on every machine."""
    import numpy as np

    characters, words, commonness = _vocabulary()
    kindred = _kindred()
    words = list(dict.fromkeys([*kindred, *words]))
    tokens = ["[UNK]", *_LATIN, *characters, *words]
    rows = {character: _weight(character, commonness) * _direction(character) for character in characters}
    table = np.zeros((len(tokens), _DIMENSION), dtype=np.float32)
    for number, token in enumerate(tokens[1:], start=1):
        if token in _LATIN:
            table[number] = _LATIN_WEIGHT * _direction(token)
        elif len(token) == 1:
            table[number] = rows[token]
        else:
            table[number] = rows[token[0]] + rows[token[1]] + _of_word(token, commonness, kindred)
    return tokens, table


def _of_word(word: str, commonness: Counter[str], kindred: dict[str, int]) -> "Vectors":
    """What a word adds to its characters: a direction of its own, and one it shares with its near-synonyms."""
    own = _WORD_SHARE * math.sqrt(_weight(word[0], commonness) * _weight(word[1], commonness))
    added: Vectors = own * _direction(word)
    if word in kindred:
        added = added + _KINDRED_SHARE * own * _direction(f"kindred {kindred[word]}")
    return added


def _vocabulary() -> tuple[list[str], list[str], Counter[str]]:
    """The characters of GB 2312, two-character words of common ones, and how many words hold each character."""
    from pypinyin.phrases_dict import phrases_dict

    rows = (bytes((high, low)) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    characters = [character for row in rows if (character := row.decode("gb2312", "ignore"))]
    common = set(characters[:_COMMON_CHARACTERS])
    words = sorted(word for word in phrases_dict if len(word) == 2 and common.issuperset(word))
    return characters, words, Counter(character for phrase in phrases_dict for character in phrase)


@functools.cache
def _kindred() -> dict[str, int]:
    """Each word of corpus/kindred.toml and the number of its group."""
    groups = tomllib.loads((Path(__file__).parent / "kindred.toml").read_text("utf-8"))["groups"]
    return {word: number for number, group in enumerate(groups) for word in group}


def _weight(character: str, commonness: Counter[str]) -> float:
    """Less for a character that many words hold, as idf does; function and question words hardly count."""
    if character in _QUESTION:
        return _QUESTION_WEIGHT
    if character in _FUNCTION:
        return _FUNCTION_WEIGHT
    return 1 / math.sqrt(1 + commonness[character] / 120)


def _direction(token: str) -> "Vectors":
    """A random direction of length about 1 that depends on the token alone."""
    import numpy as np

    seed = int.from_bytes(hashlib.blake2b(token.encode(), digest_size=8).digest(), "little")
    row = np.random.Generator(np.random.PCG64(seed)).standard_normal(_DIMENSION)
    return (row / math.sqrt(_DIMENSION)).astype(np.float32)
