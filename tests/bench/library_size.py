"""How long a reply takes as the library grows: understanding and answering, from one document to two thousand."""

import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from statistics import median, quantiles

from assistant.engine import Assistant
from assistant.settings import Settings
from assistant.types import Conversation
from corpus.ingest import Library
from corpus.types import Amount, Cell, CellState, Document, Extraction, PlanPoint, ProjectRecord, Source, YearBasis

SIZES = (1, 100, 500, 2_000)
PROJECTS = 10  # a document
TARGETS = {1: 5.0, 2_000: 15.0}  # ms, median
_YEARS = (2023, 2024, 2025)
_PLACES = ("青云", "清河", "临泽", "宁安", "平川", "安远", "广平", "永年", "南和", "沙河", "武安", "涉阳")
_OFFICES = (
    "民政局",
    "教育局",
    "水利局",
    "农业农村局",
    "交通运输局",
    "卫生健康局",
    "档案馆",
    "文化馆",
    "司法局",
    "审计局",
)
_TOPICS = "舆情 河道 校园 档案 农田 道路 疫苗 饮水 桥梁 非遗 养老 低保 防汛 动物 图书 社区 消防 矿山 林地 湿地".split()
_DEEDS = "监测 清淤 安防 数字化 管护 养护 冷链 安全 检测 保护 救助 核查 储备 防疫 开放 治理 巡查 修复 培训 普查".split()
_SUFFIXES = ("经费", "专项资金", "补助资金", "项目经费")


@dataclass(frozen=True, slots=True)
class Point:
    """One size of the library; milliseconds of the replies, and of the first after opening."""

    documents: int
    projects: int
    median_ms: float
    p95_ms: float
    slowest: str  # the question with the highest median
    slowest_ms: float
    first_ms: float


def curve(sizes: tuple[int, ...] = SIZES, rounds: int = 5) -> list[Point]:
    """The same kinds of question at every size."""
    return [_point(size, rounds) for size in sizes]


def rows() -> list[tuple[str, str, str]]:
    """The curve as rows of the report: what, result, target."""
    return [
        (
            f"回答：{p.documents:,} 份文件、{p.projects:,} 个项目",
            f"中位数 {p.median_ms:.1f} ms，95% {p.p95_ms:.1f} ms，最慢“{p.slowest}”{p.slowest_ms:.1f} ms",
            f"目标 ≤ {TARGETS[p.documents]:.0f} ms" if p.documents in TARGETS else "",
        )
        for p in curve()
    ]


def _point(size: int, rounds: int) -> Point:
    with tempfile.TemporaryDirectory() as folder:
        assistant = made_library(Path(folder), size)
        first = assistant.reply(Conversation(), "有哪些文件？").elapsed_ms
        times = {asked: [_ask(assistant, asked) for _ in range(rounds + 1)][1:] for asked in _questions(assistant)}
        assistant.close()
    every = [ms for of_one in times.values() for ms in of_one]
    slowest = max(times, key=lambda asked: median(times[asked]))
    p95 = quantiles(every, n=20)[-1]
    return Point(size, size * PROJECTS, median(every), p95, slowest, median(times[slowest]), first)


def _ask(assistant: Assistant, question: str) -> float:
    started = time.perf_counter()
    assistant.reply(Conversation(), question)
    return (time.perf_counter() - started) * 1000


def _questions(assistant: Assistant) -> tuple[str, ...]:
    """What an office asks of one project, one unit, and everything."""
    entry = assistant.holdings.catalogue.entries[-3]
    place, name, part = f"{entry.unit_name}{entry.year}年", entry.name or "", (entry.name or "")[:4]
    return (
        f"{place}{name}预算是多少？",
        f"{place}{name}到6月底要花多少钱？",
        f"{place}{part}那个项目的资金用途是什么？",
        f"{entry.code}是哪个项目？",
        f"{entry.year}年{name}预算是多少？",
        f"{place}预算一共多少？",
        f"{place}有哪些项目？",
        f"{place}预算最多的是哪个项目？",
        f"{place}预算超过50万元的项目有哪些？",
        f"{place}到10月底一共要支出多少？",
        f"{entry.year}年全部单位预算合计多少？",
        f"{entry.year}年哪个单位的预算最多？",
        f"{entry.year}年全部单位到6月底计划支出合计多少？",
        f"{entry.year}年所有单位预算超过900万元的项目有哪些？",
        f"{place}的水族馆改造项目预算多少？",
    )


# --- a library of values, no files read --------------------------------------------------------------------------


def made_library(folder: Path, documents: int) -> Assistant:
    """An assistant over that many made-up documents, a unit and a year each."""
    library = Library.open(folder)
    for document, extraction in made_documents(documents):
        library.knowledge.save(document, extraction, (), (), None)
    return Assistant(library, Settings(data=folder))


def made_documents(number: int) -> Iterator[tuple[Document, Extraction]]:
    chance = random.Random(7)
    for i in range(number):
        unit, year = _unit(i // len(_YEARS)), _YEARS[i % len(_YEARS)]
        records = tuple(_record(chance, f"d{i}", unit, year, ordinal) for ordinal in range(1, PROJECTS + 1))
        code = f"{300 + i // len(_YEARS):06d}"
        title = f"{unit}{year}年部门预算绩效目标"
        name = f"{title}.txt"
        yield (
            Document(f"d{i}", f"sha{i}", name, title, code, unit, year, YearBasis.COVER, (), (title,)),
            Extraction(records, ()),
        )


def _unit(number: int) -> str:
    """Distinct for at least a thousand numbers."""
    place, office = _PLACES[number // len(_OFFICES) % len(_PLACES)], _OFFICES[number % len(_OFFICES)]
    district = number // (len(_OFFICES) * len(_PLACES))
    return f"{place}县{f'第{_DIGITS[district]}' if district else ''}{office}本级"


_DIGITS = "零一二三四五六七八九"


def _record(chance: random.Random, document_id: str, unit: str, year: int, ordinal: int) -> ProjectRecord:
    topic, deed, suffix = chance.choice(_TOPICS), chance.choice(_DEEDS), chance.choice(_SUFFIXES)
    name = f"{topic}{chance.choice(_TOPICS)}{deed}{ordinal}期{suffix}" if ordinal > 3 else f"{topic}{deed}{suffix}"
    title = f"{ordinal}.{name}绩效目标表"
    total = Decimal(chance.randint(100, 100_000)) / 100

    def cell(text: str, field: str) -> Cell:
        return Cell(CellState.VALUE, text, Source(("第二部分", title, field), line=ordinal * 40))

    blank = Cell(CellState.BLANK, None, Source(("第二部分", title, "其他资金"), line=ordinal * 40))
    plan = ((3, 25), (6, 50), (10, 80), (12, 100))
    return ProjectRecord(
        document_id=document_id,
        ordinal=ordinal,
        code=cell(f"130434{year % 100}P{document_id[1:]:0>6}{ordinal:02d}{chance.randint(1000, 9999)}", "项目编码"),
        name=cell(name, "项目名称"),
        unit_code="",
        unit_name=unit,
        year=year,
        total=Amount(cell(f"{total:.2f}", "预算数"), total),
        fiscal=Amount(cell(f"{total:.2f}", "财政资金"), total),
        other=Amount(blank, None),
        purpose=cell("用于支付第三方服务费用", "资金用途"),
        plan=tuple(PlanPoint(month, cell(f"{share}%", f"{month}月底"), Decimal(share)) for month, share in plan),
        goals=(cell(f"完成{name}的全部任务，合格率达到95%以上", "绩效目标"),),
        indicators=(),
        source=Source(("第二部分", title), line=ordinal * 40),
    )
