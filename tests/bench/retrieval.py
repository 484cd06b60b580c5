"""`make bench-retrieval`: who finds the right passage first, how fast and with how much memory; rewrites the table in docs/retrieval.md.

    python -m tests.bench.retrieval [cmrc2018_dev.json] [--sample 800] [--distractors 10000 100000]

Each engine runs in a process of its own, so that its memory is its own.
"""

import argparse
import json
import os
import platform
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from corpus.embedding import load_embedder
from corpus.index import GRAPH
from corpus.ingest import Library
from corpus.lexical import Hit, LexicalIndex
from corpus.ranking import fused, is_sure
from corpus.tokens import tokens
from corpus.types import Chunk, Source
from tests.bench import fitting

DEFAULT = fitting.ROOT.parent / "shared" / "data" / "cmrc2018_dev.json"
PAGE = fitting.ROOT / "docs" / "retrieval.md"
MARK = "<!-- measured -->"
ENGINES = ("rank_bm25 + jieba", "bm25s, uni- and bigrams", "Chroma alone", "jixiao, words", "jixiao, words and vectors")
LARGE = (
    "bm25s, uni- and bigrams",
    "jixiao, words",
    "jixiao, words and vectors",
)  # what is run among distractors; the others take hours or much memory
_TOP = 10

Search = Callable[[str], Sequence[int]]
Scored = Callable[[str], dict[str, float]]


@dataclass(frozen=True, slots=True)
class Result:
    """One engine over one collection. Shares of 1, milliseconds, seconds, MiB of resident memory added."""

    engine: str
    passages: int
    first: float
    among_five: float
    reciprocal: float
    build_s: float
    p50_ms: float
    p95_ms: float
    memory_mib: float


def questions(path: Path) -> tuple[list[str], list[tuple[str, int]]]:
    """The paragraphs of a CMRC or SQuAD file, and each question with the number of its paragraph."""
    read = json.loads(path.read_text("utf-8"))
    entries = read["data"] if isinstance(read, dict) else read
    paragraphs = [paragraph for entry in entries for paragraph in entry["paragraphs"]]
    asked = [(qa["question"], number) for number, paragraph in enumerate(paragraphs) for qa in paragraph["qas"]]
    return [paragraph["context"] for paragraph in paragraphs], asked


def distractors(texts: Sequence[str], number: int, length: int = 300) -> list[str]:
    """Made-up passages: chains of characters that follow each other in `texts`, so that every pair is a real one."""
    import numpy as np

    uniq, code = np.unique(np.array(list("\n".join(texts))), return_inverse=True)
    following = code[1:][np.argsort(code[:-1], kind="stable")]
    counts = np.bincount(code[:-1], minlength=len(uniq))
    starts = np.concatenate(([0], np.cumsum(counts)[:-1]))
    chance = np.random.default_rng(7)
    state = code[chance.integers(0, len(code) - 1, number)]
    made = np.empty((number, length), dtype=np.int32)
    for place in range(length):
        made[:, place] = state
        step = (chance.random(number) * np.maximum(counts[state], 1)).astype(np.int64)
        state = following[np.minimum(starts[state] + step, len(following) - 1)]
    return ["".join(uniq[row]) for row in made]


def _jieba(texts: Sequence[str], _: Path) -> Search:
    import jieba
    from rank_bm25 import BM25Okapi

    index = BM25Okapi([jieba.lcut(text) for text in texts])
    return lambda asked: index.get_scores(jieba.lcut(asked)).argsort()[::-1][:_TOP].tolist()


def _bm25s(texts: Sequence[str], _: Path) -> Search:
    import bm25s

    def cut(text: str) -> list[str]:
        return [*tokens(text), *(one for one in text if one.isalnum())]

    index = bm25s.BM25()
    index.index([cut(text) for text in texts], show_progress=False)
    return lambda asked: index.retrieve([cut(asked)], k=_TOP, show_progress=False)[0][0].tolist()


def _chroma(texts: Sequence[str], folder: Path) -> Search:
    near = _meanings(texts, folder, _TOP)
    return lambda asked: [int(one) for one in near(asked)]


def _ours(texts: Sequence[str], folder: Path) -> Search:
    index = _words(texts, folder)
    return lambda asked: [int(hit.chunk_id) for hit in index.search(asked, _TOP)]


def _both(texts: Sequence[str], folder: Path) -> Search:
    """As `corpus.searching.SearchIndex` has it: vectors are asked where the words are unsure."""
    index, near = _words(texts, folder), _meanings(texts, folder, 50)

    def search(asked: str) -> list[int]:
        by_words = {hit.chunk_id: hit.score for hit in index.search(asked, _TOP)}
        if is_sure(by_words, len(texts)) and len(by_words) >= _TOP:
            return [int(one) for one in by_words]
        return [int(one) for one, _ in fused(by_words, near(asked), len(texts))[:_TOP]]

    return search


def _words(texts: Sequence[str], folder: Path) -> LexicalIndex:
    index = LexicalIndex.open(folder / "lexical.db")
    for start in range(0, len(texts), 500):
        part = enumerate(texts[start : start + 500], start)
        index.add_document(str(start), 0, [Chunk(str(n), str(start), "other", text, "", Source()) for n, text in part])
    return index


def _meanings(texts: Sequence[str], folder: Path, number: int) -> Scored:
    """So many passages by their vectors with the cosine of each."""
    import chromadb

    embedder = load_embedder("embedded", folder)
    settings = chromadb.Settings(anonymized_telemetry=False)
    client = chromadb.PersistentClient(str(folder / "chroma"), settings=settings)
    made = client.create_collection("texts", configuration={"hnsw": GRAPH}, embedding_function=None)
    for start in range(0, len(texts), 1000):
        rows = embedder.encode_documents(texts[start : start + 1000])
        made.add(ids=[str(start + n) for n in range(len(rows))], embeddings=list(rows))

    def search(asked: str) -> dict[str, float]:
        row = embedder.encode_query(asked)
        found = made.query(query_embeddings=[row], n_results=number, include=["distances"])
        return {one: 1 - far for one, far in zip(found["ids"][0], found["distances"][0], strict=True)}

    return search


_BUILDERS = dict(zip(ENGINES, (_jieba, _bm25s, _chroma, _ours, _both), strict=True))


def measure(engine: str, path: Path, sample: int, extra: int) -> Result:
    """Builds and asks one engine in this process. `extra` distractors stand beside the paragraphs."""
    texts, asked = questions(path)
    if sample:
        asked = random.Random(1).sample(asked, min(sample, len(asked)))
    if extra:
        texts = [*texts, *distractors(texts, extra)]
    with tempfile.TemporaryDirectory() as folder:
        before, started = _resident(), time.perf_counter()
        search = _BUILDERS[engine](texts, Path(folder))
        build = time.perf_counter() - started
        search(asked[0][0])
        ranks, times = [], []
        for question, right in asked:
            started = time.perf_counter()
            found = search(question)
            times.append((time.perf_counter() - started) * 1000)
            ranks.append(found.index(right) + 1 if right in found else 0)
    times.sort()
    total = len(ranks)
    return Result(
        engine,
        len(texts),
        sum(rank == 1 for rank in ranks) / total,
        sum(0 < rank <= 5 for rank in ranks) / total,
        sum(1 / rank for rank in ranks if rank) / total,
        build,
        times[total // 2],
        times[int(total * 0.95)],
        _resident() - before,
    )


def _resident() -> float:
    """MiB of this process now; the highest so far where the system does not tell."""
    status = Path("/proc/self/statm")
    if status.is_file():
        return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10


def _apart(engine: str, path: Path, sample: int, extra: int) -> Result:
    """`measure` in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.retrieval", str(path), "--sample", str(sample)]
    done = subprocess.run(
        [*command, "--one", engine, str(extra)], capture_output=True, text=True, check=True, cwd=fitting.ROOT
    )
    return Result(**json.loads(done.stdout.splitlines()[-1]))


def _row(r: Result) -> str:
    shares = " | ".join(f"{share:.2%}" for share in (r.first, r.among_five))
    return (
        f"| {r.engine} | {r.passages:,} | {shares} | {r.reciprocal:.4f} | {r.build_s:.1f} | {r.p50_ms:.1f} "
        f"| {r.p95_ms:.1f} | {r.memory_mib:.0f} |"
    )


def _own_sets() -> list[str]:
    """The paraphrases by words, by vectors and by both, and the questions with and without an answer."""
    rows = ["| paraphrases | R@1 | R@5 | MRR@10 |", "| --- | --- | --- | --- |"]
    for name, documents in fitting.PARAPHRASED.items():
        with fitting.library(documents, fitting.passages(name)) as opened:
            rows += _by_leg(opened, name)
    rows += ["", "| told apart | answered | declined |", "| --- | --- | --- |"]
    halves = (("calibrating half", slice(0, None, 2)), ("checking half", slice(1, None, 2)))
    with fitting.library() as opened:
        parts = [(name, fitting.told_apart(opened, part)) for name, part in halves]
    with fitting.library(fitting.ELSEWHERE) as opened:
        parts.append(("other documents", fitting.told_apart(opened, name="answerable_elsewhere.yaml")))
    return rows + [f"| {name} | {apart.answered:.1%} | {apart.declined:.1%} |" for name, apart in parts]


def _by_leg(opened: Library, name: str) -> list[str]:
    def texts(hits: Sequence[Hit]) -> list[str]:
        known = opened.knowledge.chunks([hit.chunk_id for hit in hits])
        return [known[hit.chunk_id].text for hit in hits]

    opened.index.catch_up(opened.knowledge)
    legs: tuple[tuple[str, Callable[[str], list[str]]], ...] = (
        ("words", lambda asked: texts(opened.index.lexical.search(asked, _TOP))),
        ("vectors", lambda asked: texts(opened.index.vectors.search(asked, _TOP))),
        ("words and vectors", lambda asked: texts(opened.index.search(asked, _TOP))),
    )
    rows = []
    for leg, search in legs:
        first, five, reciprocal = fitting.found_first(search, name)
        rows.append(f"| {name.removesuffix('.yaml')}: {leg} | {first:.1%} | {five:.1%} | {reciprocal:.3f} |")
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path, nargs="?", default=DEFAULT)
    parser.add_argument("--sample", type=int, default=0, help="so many questions; 0: all")
    parser.add_argument("--distractors", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--one", nargs=2, metavar=("ENGINE", "EXTRA"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if not given.path.is_file():
        print(f"找不到问题集 {given.path.name}：请在命令后给出 cmrc2018_dev.json 的位置。", file=sys.stderr)
        return 1
    if given.one:
        print(json.dumps(asdict(measure(given.one[0], given.path, given.sample, int(given.one[1])))))
        return 0
    runs = [(engine, 0, given.sample) for engine in ENGINES]
    runs += [(engine, extra, given.sample or 800) for extra in given.distractors for engine in LARGE]
    rows = []
    for engine, extra, sample in runs:
        rows.append(_row(_apart(engine, given.path, sample, extra)))
        print(rows[-1], flush=True)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"
    head = "| engine | passages | R@1 | R@5 | MRR@10 | build s | p50 ms | p95 ms | memory MiB |\n" + "| --- " * 9 + "|"
    table = "\n".join([f"{date.today()}, {machine}, load {os.getloadavg()[0]:.1f}", "", head, *rows, "", *_own_sets()])
    before = PAGE.read_text("utf-8").split(MARK)[0] if PAGE.is_file() else "# Finding the right passage\n\n"
    PAGE.write_text(f"{before}{MARK}\n\n{table}\n", "utf-8")
    print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
