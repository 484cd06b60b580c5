"""Vectors for passages and questions: an embedder that is built here without any download, or another one by setting.

The embedded one is an ordinary SentenceTransformer (StaticEmbedding + Normalize, safetensors). Its table holds a row
a character, whose direction was learned from the words that it stands in (tests/bench/characters.py, from a word list
under the MIT licence) and whose length falls with how common it is (SIF, Arora et al. 2017); and a row a word of
corpus/kindred.toml: its characters', and what it shares with the words of its groups. Latin letters and digits are not
in it: words find these exactly. Importing sentence_transformers takes seconds: only inside functions here.
"""

import hashlib
import json
import math
import os
import re
import shutil
import tomllib
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
VERSION = 2  # of the table below; vectors of another version are not compared with these
CHARACTERS = Path(__file__).parent / "characters.safetensors"

_DIMENSION = 256  # of the table: the characters' own, and some more to tell groups of words apart
_FUNCTION_WEIGHT, _QUESTION_WEIGHT = 0.15, 0.05
_FUNCTION = set(
    "的了是在和与及或等为于由其之而对被把将有也都就着过以并此该各个这那他她它们我你您又再则即如若但因所得地能会可"
)
_QUESTION = set("什么多少怎哪谁几吗呢吧啊请问何")
_WORD_COST, _CHARACTER_COST = -1.0, -1.1  # of cutting a text into the fewest pieces, words of the table preferred

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
        return Embedder(_read_table(home), identity(name), folds=True)
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


class _Table:
    """The embedded model read without sentence_transformers, whose import takes seconds; its vectors are the same."""

    def __init__(self, folder: Path) -> None:
        from safetensors import safe_open
        from tokenizers import Tokenizer

        written = (folder / "tokenizer.json").read_text("utf-8")
        json.loads(written)  # what is no JSON is a ValueError here, and an Exception of no kind in tokenizers
        self._tokenizer = Tokenizer.from_str(written)
        with safe_open(folder / "model.safetensors", framework="numpy") as file:
            self._rows = file.get_tensor("embedding.weight")

    def get_embedding_dimension(self) -> int:
        return int(self._rows.shape[1])

    def encode_document(self, texts: Sequence[str], **_: object) -> "Vectors":
        import numpy as np

        cut = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        sums: Vectors = np.stack([self._rows[one.ids].sum(axis=0) for one in cut])
        sums /= np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12)
        return sums

    encode_query = encode_document


def _read_table(home: Path) -> _Table:
    """The embedded model; built anew once when what is there cannot be read."""
    from safetensors import SafetensorError

    folder = _built(home)
    try:
        return _Table(folder)
    except (OSError, ValueError, SafetensorError):
        shutil.rmtree(folder, ignore_errors=True)
    try:
        return _Table(_built(home))
    except (OSError, ValueError, SafetensorError) as error:
        raise IndexUnavailable("内置向量模型读不出来：磁盘有问题或没有权限。") from error


def _built(home: Path) -> Path:
    """The folder of the embedded model, built when it is missing or incomplete; appears whole or not at all."""
    folder = home / f"embedder-{VERSION}"
    if (folder / "modules.json").is_file() and any(folder.rglob("*.safetensors")):
        return folder
    for outdated in home.glob("embedder-*"):
        shutil.rmtree(outdated, ignore_errors=True)
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
    """Cuts a text into the fewest words of the table and single characters."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    costs = [(token, _WORD_COST if len(token) > 1 else _CHARACTER_COST) for token in tokens]
    tokenizer = Tokenizer(models.Unigram(costs, unk_id=0, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"[a-z0-9.]+|[\u3400-\u9fff]+"), "removed", invert=True)
    return tokenizer


def build_table() -> tuple[list[str], "Vectors"]:
    """The tokens of the embedded model and a row of float32 for each. The same on every machine."""
    import numpy as np

    characters = _character_rows()
    groups = _kindred()
    of_word: dict[str, Vectors] = {}
    for number, group in enumerate(groups):
        shared = _direction(f"kindred {number}") + _middle([_summed(word, characters) for word in group])
        for word in group:
            of_word[word] = of_word.get(word, np.zeros(_DIMENSION, np.float32)) + shared
    standing_in = {word: sum(word in group for group in groups) for word in of_word}
    for word, added in of_word.items():
        own = _summed(word, characters)
        length = float(np.linalg.norm(own)) or 1.0
        of_word[word] = own + added * (length / math.sqrt(standing_in[word]))
    rows = {**characters, **of_word}
    table = np.vstack([np.zeros(_DIMENSION, np.float32), *rows.values()]).astype(np.float32)
    return ["[UNK]", *rows], table


def _summed(word: str, characters: dict[str, "Vectors"]) -> "Vectors":
    """The sum of a word's characters; zeros for a word of none that are known."""
    import numpy as np

    return sum((characters[one] for one in word if one in characters), np.zeros(_DIMENSION, np.float32))


def _middle(rows: Sequence["Vectors"]) -> "Vectors":
    """The mean direction of rows, of length 1 where there is one."""
    import numpy as np

    whole: Vectors = np.sum(rows, axis=0)
    return whole / (float(np.linalg.norm(whole)) or 1.0)


def _character_rows() -> dict[str, "Vectors"]:
    """The row of each character: its direction, as long as it weighs. Function and question words hardly count."""
    import numpy as np
    from safetensors import safe_open

    with safe_open(CHARACTERS, framework="numpy") as file:
        characters = file.metadata()["characters"]
        directions = file.get_tensor("directions").astype(np.float32)
        weights = file.get_tensor("weights")
    rows = np.zeros((len(characters), _DIMENSION), np.float32)
    lengths = np.maximum(np.linalg.norm(directions, axis=1, keepdims=True), 1.0)  # zero: stands in no shared word
    rows[:, : directions.shape[1]] = directions / lengths
    for number, character in enumerate(characters):
        rows[number] *= _weight(character, float(weights[number]))
    return dict(zip(characters, rows, strict=True))


def _kindred() -> list[list[str]]:
    """The groups of corpus/kindred.toml."""
    groups = tomllib.loads((Path(__file__).parent / "kindred.toml").read_text("utf-8"))["groups"]
    return [list(dict.fromkeys(fold(word) for word in group.split())) for group in groups]


def _weight(character: str, weight: float) -> float:
    if character in _QUESTION:
        return _QUESTION_WEIGHT
    return min(weight, _FUNCTION_WEIGHT) if character in _FUNCTION else weight


def _direction(token: str) -> "Vectors":
    """A random direction of length about 1 that depends on the token alone."""
    import numpy as np

    seed = int.from_bytes(hashlib.blake2b(token.encode(), digest_size=8).digest(), "little")
    row = np.random.Generator(np.random.PCG64(seed)).standard_normal(_DIMENSION)
    return (row / math.sqrt(_DIMENSION)).astype(np.float32)
