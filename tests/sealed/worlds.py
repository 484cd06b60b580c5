"""Two worlds that differ only in classified values: the same made-up unit, with other secrets in the same places.

Whatever can be asked of one must be answered the same, to the byte, in the other; and no secret of either may be in
anything that comes out or stays on disk.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant.engine import Assistant
from assistant.settings import Settings
from corpus.ingest import Library
from tests.made_documents import MadeDocument, MadeIndicator, MadeProject, made_project, render_text

MARKED = "滨江新区智慧安防感知网建设项目"  # public rows beside marked ones
SEALED = "反恐处突装备购置经费"  # every row reads 涉密
OPEN = "社区警务室建设经费"  # nothing classified
UNIT = "滨江新区公安分局本级"


@dataclass(frozen=True)
class Secrets:
    """What the marked cells of a world hold. `canaries` are found nowhere else."""

    coverage_name: str
    coverage: str
    coverage_basis: str
    devices_name: str
    devices: str
    devices_note: str
    line_cost: str
    sentence: str

    @property
    def canaries(self) -> tuple[str, ...]:
        numbers = (self.coverage.strip("≥≤%"), self.devices.strip("≥套台"), self.line_cost.removesuffix("万元"))
        return (*numbers, self.coverage_basis, self.devices_note, self.sentence)

    @property
    def on_disk(self) -> tuple[str, ...]:
        """What is looked for among raw bytes: longer, since four digits stand in any hash."""
        whole = (self.coverage.strip("≥≤"), self.devices.strip("≥"), self.line_cost)
        return (*whole, self.coverage_basis, self.devices_name, self.sentence)


FIRST = Secrets(
    coverage_name="重点点位覆盖率",
    coverage="≥97.3%",
    coverage_basis="沪滨公科〔2031〕88号方案",
    devices_name="前端设备部署数量",
    devices="4286套",
    devices_note="含匝道卡口与水岸微波",
    line_cost="138.65万元",
    sentence="在七号泵站加装热成像探头",
)
SECOND = Secrets(
    coverage_name="高空抛物识别比例与其他内容",
    coverage="≥12.6%",
    coverage_basis="某局另一份更长更长的内部批复文件之三",
    devices_name="无线电测向车",
    devices="7731台",
    devices_note="两字",
    line_cost="9072.04万元",
    sentence="夜间加派便衣",
)

# How the publisher marked the rows: each form classifies the whole row.
MARK_FORMS = ("{}（涉密）", "【秘密】{}", "涉密：{}", "{}（ 涉 密 ）", "[机密]{}", "{}（涉\u200b密）")
STYLES = ("exported", "pipes", "tabs", "untabbed")


def document(secrets: Secrets, mark: str = MARK_FORMS[0], **changes: object) -> MadeDocument:
    """The unit's document of one world."""
    return MadeDocument(
        projects=(_marked(secrets, mark), _sealed(), _open()),
        overall="全面推进平安滨江建设，全年组织社区警务活动不少于120场。加强科技信息化建设，提升服务群众水平。",
        itemised=(
            "推进智慧安防建设。完善感知网络。",
            f"{secrets.sentence}（涉密）。",
            "做好社区警务。覆盖全部社区。",
        ),
        safeguards=("健全工作机制。明确责任分工。", "加强保密管理。做好涉密人员培训，严禁涉密信息上网。"),
        **changes,  # type: ignore[arg-type]
    )


def _marked(secrets: Secrets, mark: str) -> MadeProject:
    rows = (
        MadeIndicator("产出指标", "数量指标", "培训民警人次", "参加培训的人次", "≥300人次", "年度工作计划"),
        MadeIndicator(
            "产出指标", "数量指标", secrets.devices_name, secrets.devices_note, mark.format(secrets.devices), "建设方案"
        ),
        MadeIndicator(
            "产出指标",
            "质量指标",
            mark.format(secrets.coverage_name),
            "覆盖的比例",
            secrets.coverage,
            secrets.coverage_basis,
        ),
        MadeIndicator("产出指标", "成本指标", "专线保障经费", "专线租用的费用", secrets.line_cost, mark.format("合同")),
        MadeIndicator("满意度指标", "服务对象满意度指标", "群众满意度", "受访群众的满意比例", "≥92%", "问卷调查"),
    )
    return made_project(
        1, code="31011525P00300110001X", name=MARKED, total="860.00", fiscal="860.00", other="",
        purpose="用于感知网前端建设和运行维护", unit_code="305001", unit_name=UNIT,
        goals=("1.完成智慧安防感知网年度建设任务", "2.提升群众安全感"), indicators=rows,
    )  # fmt: skip


def _sealed() -> MadeProject:
    pairs = (
        ("产出指标", "数量指标"),
        ("产出指标", "时效指标"),
        ("效益指标", "社会效益指标"),
        ("满意度指标", "服务对象满意度指标"),
    )
    rows = tuple(MadeIndicator(first, second, *("涉密",) * 4) for first, second in pairs)
    return made_project(
        2, code="31011525P00300210002Y", name=SEALED, total="45.00", fiscal="40.00", other="5.00",
        purpose="用于购置处突装备", unit_code="305001", unit_name=UNIT, goals=("1.保障处突需要",), indicators=rows,
    )  # fmt: skip


def _open() -> MadeProject:
    return made_project(
        3, code="31011525P00300310003Z", name=OPEN, total="32.50", fiscal="32.50", other="",
        purpose="用于社区警务室改造", unit_code="305001", unit_name=UNIT, goals=("1.改造社区警务室12个",),
    )  # fmt: skip


def texts(secrets: Secrets) -> dict[str, str]:
    """The files of a world by name."""
    return {"binjiang-2025.txt": render_text(document(secrets, cover=(f"{UNIT}2025年部门预算绩效目标",)))}


@contextmanager
def opened(folder: Path, files: dict[str, str], policy: Path | None = None) -> Iterator[Assistant]:
    """An assistant over these files in a fresh data folder under `folder`."""
    sources = folder / "in"
    sources.mkdir(parents=True)
    for name, text in files.items():
        (sources / name).write_text(text, "utf-8")
    settings = Settings(data=folder / "data", classification=policy)
    with Library.open(settings.data, policy=policy) as library:
        rejected = [r for r in library.ingest([sources]) if r.status == "rejected"]
        assert not rejected, rejected
    assistant = Assistant.open(settings)
    try:
        yield assistant
    finally:
        assistant.close()


def bytes_on_disk(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file under `folder`, with its bytes."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path, path.read_bytes()


def found_canaries(data: bytes, canaries: Sequence[str]) -> list[str]:
    """The canaries that stand in `data`, in the encodings that stores and Python use."""
    forms = {c: (c.encode(), c.encode("utf-16-le"), c.encode("gb18030"), c.encode("unicode_escape")) for c in canaries}
    return [canary for canary, encoded in forms.items() if any(form in data for form in encoded)]
