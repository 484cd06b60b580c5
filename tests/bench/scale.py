"""One machine, many documents: `python -m tests.bench.scale FOLDER [--documents 10000] [--vectors N]`.

Ingests a made-up province as real files and says how fast, in how much memory and on how much disk; then how long
questions, passages and a start take. It runs for hours and is no part of `make bench`. A second run over the same
folder goes on where the first was ended; nothing in FOLDER is shipped anywhere.

`rows` is what `make bench` tells of it: questions over a whole library against reading all its records.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from typing import TypeVar

from assistant.engine import Assistant
from assistant.settings import Settings
from assistant.types import Conversation
from corpus.embedding import load_embedder
from corpus.ingest import Library
from corpus.types import Cell, CellState, Indicator, ProjectRecord, Source
from tests.bench.library_size import made_documents
from tests.made_documents import MadeDocument, MadeIndicator, MadeProject, render_text

T = TypeVar("T")

PROJECTS = 10  # a document
YEARS = (2021, 2022, 2023, 2024, 2025)
_TOLD_EVERY = 50  # documents

_PLACES = ("青云", "清河", "临泽", "宁安", "平川", "安远", "广平", "永年", "南和", "沙河", "武安", "涉阳")
_OFFICES = (
    *("民政局", "教育局", "水利局", "农业农村局", "交通运输局", "卫生健康局", "档案馆", "文化馆", "司法局", "审计局"),
    *("统计局", "气象局", "林业局", "住房和城乡建设局", "市场监督管理局", "应急管理局", "退役军人事务局"),
)
_TOPICS = "舆情 河道 校园 档案 农田 道路 疫苗 饮水 桥梁 非遗 养老 低保 防汛 动物 图书 社区 消防 矿山 林地 湿地".split()
_DEEDS = "监测 清淤 安防 数字化 管护 养护 冷链 安全 检测 保护 救助 核查 储备 防疫 开放 治理 巡查 修复 培训 普查".split()
_SUFFIXES = ("经费", "专项资金", "补助资金", "项目经费", "资金")
_PURPOSES = "用于设备采购和日常维护 用于支付第三方服务费用 用于人员工资及社保缴费 用于发放补助和组织培训 用于工程施工及监理".split()
_MEANS = "按月通报进度 实行清单管理 强化部门协同 引入第三方评估 建立台账 开展业务培训 落实专人负责 加强督导检查 严格资金审批 及时公开信息".split()
_ENDS = "保障群众基本需求 提高服务水平 降低运行成本 消除安全隐患 完善基础设施 提升管理效能 促进均衡发展 巩固整治成果".split()


def documents(number: int) -> Iterator[tuple[str, str]]:
    """File name and text of each; a unit and a year a document, the same ones whatever the number."""
    for i in range(number):
        unit, year = _unit(i // len(YEARS)), YEARS[i % len(YEARS)]
        yield f"{unit}{year}年部门预算绩效目标.txt", render_text(_document(random.Random(i), i, unit, year))


def _unit(number: int) -> str:
    rest, place = divmod(number, len(_PLACES))
    district, office = divmod(rest, len(_OFFICES))
    return f"{_PLACES[place]}县{f'第{district}' if district else ''}{_OFFICES[office]}"


def _document(chance: random.Random, i: int, unit: str, year: int) -> MadeDocument:
    topics = [f"{topic}{deed}" for topic in chance.sample(_TOPICS, PROJECTS) for deed in chance.sample(_DEEDS, 1)]
    return MadeDocument(
        projects=tuple(_project(chance, i, unit, year, n, topic) for n, topic in enumerate(topics, start=1)),
        overall=f"{unit}{year}年{_sentence(chance)}{_sentence(chance)}{_sentence(chance)}",
        itemised=tuple(f"做好{topic}工作。{_sentence(chance)}{_sentence(chance)}" for topic in topics),
        safeguards=tuple(f"{means}。{_sentence(chance)}" for means in chance.sample(_MEANS, 4)),
        cover=(f"{unit}{year}年部门预算绩效目标", ""),
    )


def _sentence(chance: random.Random) -> str:
    what = f"{chance.choice(_TOPICS)}{chance.choice(_DEEDS)}"
    return f"围绕{what}{chance.choice(_MEANS)}，完成{what}任务{chance.randint(2, 900)}项，{chance.choice(_ENDS)}。"


def _project(chance: random.Random, i: int, unit: str, year: int, ordinal: int, topic: str) -> MadeProject:
    cents = chance.randint(100, 100_000)
    first, second, third = sorted(chance.sample(range(5, 100, 5), 3))
    return MadeProject(
        code=f"130434{year % 100}P{i:05d}{ordinal:02d}{chance.randint(10_000, 99_999)}",
        name=f"{topic}{chance.choice(_SUFFIXES)}",
        total=f"{cents / 100:.2f}",
        fiscal=f"{cents / 100:.2f}",
        other="",
        purpose=chance.choice(_PURPOSES),
        plan=tuple(
            (f"{m}月底", f"{share}%") for m, share in zip((3, 6, 10, 12), (first, second, third, 100), strict=True)
        ),
        goals=tuple(f"{n}.{_sentence(chance)}" for n in (1, 2)),
        indicators=tuple(_indicators(chance, topic)),
        unit_code=f"{300 + i // len(YEARS):06d}",
        unit_name=f"{unit}本级",
    )


def _indicators(chance: random.Random, topic: str) -> Iterator[MadeIndicator]:
    for level1, level2 in (
        *(("产出指标", "数量指标"), ("产出指标", "质量指标"), ("产出指标", "时效指标"), ("产出指标", "成本指标")),
        *(("效益指标", "社会效益指标"), ("满意度指标", "服务对象满意度指标")),
    ):
        what = f"{chance.choice(_TOPICS)}{chance.choice(_DEEDS)}"
        description = f"反映{topic}中{what}的完成情况，{chance.choice(_ENDS)}"
        yield MadeIndicator(level1, level2, f"{what}完成率", description, f"≥{chance.randint(60, 99)}%", "年度工作计划")


# --- ratios, in seconds -----------------------------------------------------------------------------------------------

_RATIO_DOCUMENTS = 600
_OVER_ALL = (
    ("合计", "2024年全部单位预算合计多少？"),
    ("支出计划合计", "2024年全部单位到6月底计划支出合计多少？"),
    ("排序", "2024年全部单位预算从高到低排列"),
    ("最值", "2024年预算最多的5个项目是哪些？"),
    ("筛选", "2024年所有单位预算超过900万元的项目有几个？"),
    ("单位排名", "2024年各单位预算排名"),
    ("空白", "2024年其他资金没有填写的项目有几个？"),
    ("两年相比", "2024年预算增长最快的项目是哪个？"),
)


def rows() -> list[tuple[str, str, str]]:
    """Questions over a third of a library, each the first of its kind since it was opened, against reading that third whole."""
    with tempfile.TemporaryDirectory() as folder:
        library = Library.open(Path(folder))
        for document, extraction in made_documents(_RATIO_DOCUMENTS):
            whole = replace(extraction, projects=tuple(map(_with_indicators, extraction.projects)))
            library.knowledge.save(document, whole, (), (), None)
        reading = median(_cpu(library.knowledge.projects) for _ in range(3)) / 3
        told = [
            _against(
                "打开后的第一问", [_cpu(lambda: _ask_anew(library, "有哪些单位？")) for _ in range(3)], reading, 0.5
            )
        ]
        for name, question in _OVER_ALL:
            times = []
            for _ in range(3):
                assistant = Assistant(library, Settings(data=Path(folder)))
                assistant.reply(Conversation(), "有哪些单位？")
                times.append(_cpu(lambda a=assistant, q=question: a.reply(Conversation(), q)))  # type: ignore[misc]
            told.append(_against(f"一年全部单位：{name}", times, reading, 0.5))
        library.close()
    return told


def _ask_anew(library: Library, question: str) -> None:
    Assistant(library, Settings(data=library.folder)).reply(Conversation(), question)


def _against(what: str, times: list[float], reading: float, most: float) -> tuple[str, str, str]:
    ms = median(times)
    return (
        f"{what}（{_RATIO_DOCUMENTS * PROJECTS:,} 个项目的库）",
        f"{ms:.0f} ms",
        f"读一年记录的 {ms / reading:.2f} 倍（目标 ≤ {most}）",
    )


def _with_indicators(project: ProjectRecord) -> ProjectRecord:
    """With a table as long as real ones: most of a record is that."""

    def cell(text: str, row: int) -> Cell:
        return Cell(CellState.VALUE, text, Source((*project.source.heading_path, "产出指标", text), line=row))

    table = tuple(
        Indicator(
            *(cell(text, row) for text in ("产出指标", "数量指标", f"完成率{row}", "完成情况", "≥95%", "工作计划"))
        )
        for row in range(6)
    )
    return replace(project, indicators=table)


def _cpu(work: Callable[[], object]) -> float:
    """Milliseconds of this process's own time: others work on the machine too."""
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1000


# --- measuring ----------------------------------------------------------------------------------------------------


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--vectors", type=int, default=0, help="chunks to make vectors for; -1: all")
    asked = parser.parse_args()
    inbox, data = asked.folder / "inbox", asked.folder / "data"
    _write(inbox, asked.documents)
    _take_in(inbox, data)
    _take_in(inbox, data)
    _open_and_ask(data)
    if asked.vectors:
        _vectors(data, asked.vectors)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _write(inbox: Path, number: int) -> None:
    inbox.mkdir(parents=True, exist_ok=True)
    for name, text in documents(number):
        if not (inbox / name).exists():
            (inbox / name).write_text(text, "utf-8")


def _take_in(inbox: Path, data: Path) -> None:
    started = mark = time.perf_counter()
    seen: dict[str, int] = {}
    chunks = 0
    with Library.open(data) as library:
        for number, result in enumerate(library.ingest([inbox]), start=1):
            seen[result.status] = seen.get(result.status, 0) + 1
            chunks += result.chunks
            if number % _TOLD_EVERY == 0:
                now = time.perf_counter()
                _say(
                    f"{number} 份：{_TOLD_EVERY / (now - mark):.1f} 份/秒，{chunks} 段，{_resident()} MB，盘上 {_disk(data)}"
                )
                mark = now
    _say(f"收录一遍：{time.perf_counter() - started:.1f} 秒，{seen}")


def _open_and_ask(data: Path) -> None:
    opened = _timed(lambda: Assistant.open(Settings(data=data)))
    assistant = opened[1]
    _say(f"打开 {opened[0]:.0f} ms，{_resident()} MB")
    entries, taken = _timed(lambda: assistant.holdings.catalogue.entries)[::-1]
    _say(f"目录 {taken:.0f} ms，{len(entries)} 个项目，{_resident()} MB")
    chance = random.Random(11)
    picked = chance.sample(entries, 40)
    kinds = {
        "记录": [f"{e.unit_name}{e.year}年{e.name}预算是多少？" for e in picked]
        + [f"{e.unit_name}{e.year}年预算一共多少？" for e in picked]
        + [f"{e.code}到6月底要花多少钱？" for e in picked],
        "一年全部单位合计": [f"{year}年全部单位预算合计多少？" for year in YEARS],
        "一年全部单位到6月底": [f"{year}年全部单位到6月底计划支出合计多少？" for year in YEARS],
        "全库分年度合计": ["全部单位所有年度预算合计多少？"] * 3,
        "一年最多的": [f"{year}年预算最多的5个项目是哪些？" for year in YEARS],
    }
    for kind, questions in kinds.items():
        _tell(kind, [_timed(lambda q=q: assistant.reply(Conversation(), q))[0] for q in questions])  # type: ignore[misc]
    queries = [f"{e.unit_name}怎样做好{(e.name or '')[:4]}工作" for e in picked] + [_sentence(chance) for _ in picked]
    _tell("找段落", [_timed(lambda q=q: assistant.library.search(q, 10))[0] for q in queries])  # type: ignore[misc]
    _say(f"问过之后 {_resident()} MB")
    assistant.close()
    command = (sys.executable, "-m", "assistant", "--data", str(data), "ask", f"{picked[0].code}的预算是多少？")
    times = [_timed(lambda: subprocess.run(command, capture_output=True, check=True))[0] for _ in range(3)]
    _tell("`jixiao ask` 整个进程", times)


def _vectors(data: Path, number: int) -> None:
    """Vectors for so many chunks in a build of their own; for all of them, as the product makes them."""
    with Library.open(data) as library:
        if number < 0:
            taken, _ = _timed(lambda: library.index.vectors.catch_up(library.knowledge, progress=_told()))
            _say(f"向量：{library.index.vectors.size} 段，{taken / 1000:.0f} 秒，{_resident()} MB，盘上 {_disk(data)}")
            return
        embedder = load_embedder("embedded", data / "index")
        texts = [f"{chunk.context}\n{chunk.text}" for chunk in islice(library.knowledge.all_chunks(), number)]
        taken, _ = _timed(lambda: embedder.encode_documents(texts))
        _say(f"编码 {len(texts)} 段：{taken / 1000:.1f} 秒")


def _told() -> Callable[[int], None]:
    started = time.perf_counter()

    def told(done: int) -> None:
        if done % 10_000 < 1_000:
            _say(f"向量 {done}：{done / (time.perf_counter() - started):.0f} 段/秒，{_resident()} MB")

    return told


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    """Milliseconds, and what came of it."""
    started = time.perf_counter()
    found = work()
    return (time.perf_counter() - started) * 1000, found


def _tell(what: str, times: list[float]) -> None:
    p95 = quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
    _say(f"{what}：p50 {median(times):.1f} ms，p95 {p95:.1f} ms，最慢 {max(times):.1f} ms（{len(times)} 次）")


def _resident() -> int:
    """MB of memory in use by this process (Linux; elsewhere 0)."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") >> 20


def _disk(data: Path) -> str:
    sizes = {path.name: path.stat().st_size >> 20 for path in data.rglob("*") if path.is_file()}
    return "，".join(f"{name} {size} MB" for name, size in sorted(sizes.items()) if size)


if __name__ == "__main__":
    main()
