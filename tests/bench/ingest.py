"""Taking files into a library: by format against the bare library's reading, with embedding, and once more unchanged."""

import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median

from corpus.embedding import load_embedder
from corpus.ingest import IngestResult, Library
from tests.bench.reading import BARE, LIBRARIES, made_from_shipped, seconds
from tests.made_documents import MadeDocument, render_text
from tests.made_files import FORMATS, render

FILES = 8  # a format
EMBEDDED = 60  # documents that are taken in with their vectors
AGAIN = 80  # documents that are looked at again
BARS = {"whole": 2.0, "embedded": 10.0, "again": 5.0}  # times the bare library; documents a second; percent


def rows() -> list[tuple[str, str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        return [*_by_format(Path(folder)), _embedded(Path(folder)), *_again(Path(folder))]


def of_unit(number: int) -> MadeDocument:
    """The shipped document as another unit's: other codes, names and unit, the same size."""
    shipped = made_from_shipped()
    projects = tuple(
        replace(
            project, code=f"{project.code[:-4]}{number:04d}", name=f"{project.name}{number}",
            unit_code=f"{300_000 + number}", unit_name=f"第{number}{project.unit_name}",
        )
        for project in shipped.projects
    )  # fmt: skip
    return replace(shipped, projects=projects, overall=f"第{number}单位。{shipped.overall}")


def _by_format(folder: Path) -> Iterator[tuple[str, str, str]]:
    for suffix in ("txt", *FORMATS):
        inbox = folder / suffix
        inbox.mkdir()
        for number in range(FILES + 2):
            document = of_unit(number)
            data = render_text(document).encode() if suffix == "txt" else render(suffix, document)
            (inbox / f"{number:03}.{suffix}").write_bytes(data)
        with Library.open(folder / f"data-{suffix}") as library:
            pairs = list(_beside_bare(library, sorted(inbox.iterdir()), suffix))[2:]
        ours, ratio = median(a for a, _ in pairs), median(a / b for a, b in pairs)
        known = f"只用{LIBRARIES[suffix]}读单元格的 {ratio:.2f} 倍" if suffix in LIBRARIES else "只读文件分行：不可比"
        bar = f"（目标 ≤ {BARS['whole']:.0f}）" if suffix in LIBRARIES and suffix != "html" else ""
        yield f"收录一份（不含向量）：{suffix}", f"{1 / ours:.0f} 份/秒（{ours * 1000:.0f} ms）", known + bar


def _beside_bare(library: Library, paths: Iterable[Path], suffix: str) -> Iterator[tuple[float, float]]:
    """Seconds of taking a file in, and of the bare library's reading of the same file."""
    for path in paths:
        took = seconds(lambda p=path: _taken(library.ingest([p])))  # type: ignore[misc]
        data = path.read_bytes()
        bare = BARE.get(suffix, lambda d: len(d.decode().splitlines()))
        yield took, seconds(lambda d=data, b=bare: b(d))  # type: ignore[misc]


def _taken(results: Iterable[IngestResult], status: str = "added") -> int:
    statuses = [result.status for result in results]
    assert set(statuses) == {status}, statuses
    return len(statuses)


def _embedded(folder: Path) -> tuple[str, str, str]:
    inbox = folder / "embedded"
    inbox.mkdir()
    for number in range(EMBEDDED):
        (inbox / f"{number:03}.txt").write_text(render_text(of_unit(number)), "utf-8")
    load_embedder("embedded", folder / "data-embedded" / "index").encode_query("先热身")
    with Library.open(folder / "data-embedded") as library:
        took = seconds(lambda: _with_vectors(library, inbox))
    return (
        f"收录 {EMBEDDED} 份与随附文件同样大小的文件，连同向量和索引",
        f"{EMBEDDED / took:.1f} 份/秒",
        f"目标 ≥ {BARS['embedded']:.0f}",
    )


def _with_vectors(library: Library, inbox: Path) -> int:
    _taken(library.ingest([inbox]))
    library.index.catch_up(library.knowledge)
    return library.index.vectors.size


def _again(folder: Path) -> Iterator[tuple[str, str, str]]:
    """A folder whose files have not changed: such that nothing is sealed in, and such that something is."""
    for kind, said in (("没有涉密内容", "按计划"), ("有涉密内容", "涉密")):
        inbox = folder / kind
        inbox.mkdir()
        for number in range(AGAIN):
            (inbox / f"{number:03}.txt").write_text(render_text(of_unit(number)).replace("涉密", said), "utf-8")
        time.sleep(3)  # a file that was written this very moment is not known by its time
        first, again = _twice(folder / f"data-{kind}", inbox)
        yield (
            f"再收录 {AGAIN} 份没有变化、{kind}的文件",
            f"{again * 1000:.0f} ms",
            f"第一次的 {again / first * 100:.1f}%（目标 ≤ {BARS['again']:.0f}%）",
        )


def _twice(data: Path, inbox: Path) -> tuple[float, float]:
    with Library.open(data) as library:
        first = seconds(lambda: _taken(library.ingest([inbox])))
        return first, seconds(lambda: _taken(library.ingest([inbox]), "unchanged"))


if __name__ == "__main__":
    print(*map(" | ".join, rows()), sep="\n")
