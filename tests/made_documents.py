"""Made-up units with known truth, rendered in every text form that departments use. For the tests of all stages.

document = made_document(projects=2)             # fixed and readable
text = render_text(document, style="pipes")
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

CLASSIFIED = "涉密"
STYLES = ("exported", "trimmed", "no_blank_lines", "untabbed", "bare", "pipes", "open_pipes", "tabs")
LOSSY_STYLES = ("bare",)  # print no mark for a blank cell: render documents with `without_blanks` in these


@dataclass(frozen=True)
class MadeIndicator:
    """A row of the indicator grid as printed; an empty string is a blank cell."""

    level1: str
    level2: str
    level3: str
    description: str
    target: str
    basis: str

    @property
    def data(self) -> tuple[str, str, str, str]:
        return (self.level3, self.description, self.target, self.basis)


@dataclass(frozen=True)
class MadeProject:
    """A project table as printed. Amounts are texts in the document's `money_unit`."""

    code: str
    name: str
    total: str
    fiscal: str
    other: str
    purpose: str
    plan: tuple[tuple[str, str], ...]  # 3月底 -> 25%
    goals: tuple[str, ...]
    indicators: tuple[MadeIndicator, ...]
    unit_code: str = "305001"
    unit_name: str = "清河县文化馆本级"


@dataclass(frozen=True)
class MadeDocument:
    """A unit's 部门预算绩效目标."""

    projects: tuple[MadeProject, ...]
    overall: str = ""
    itemised: tuple[str, ...] = ()  # without their numbers
    safeguards: tuple[str, ...] = ()
    cover: tuple[str, ...] = ()
    money_unit: str = "万元"
    contents: bool = False
    prose: tuple[str, ...] = field(default=())  # lines after the tables


SAMPLE_INDICATORS = (
    MadeIndicator("产出指标", "数量指标", "演出场次", "全年演出的场次", "≥60场", "年度工作计划"),
    MadeIndicator("产出指标", "数量指标", "培训人次", "参加培训的人次", "≥1200人次", "年度工作计划"),
    MadeIndicator("产出指标", "质量指标", "演出合格率", "合格场次占全部场次的比例", "≥95%", "行业标准"),
    MadeIndicator("产出指标", "时效指标", "完成时间", "全部演出完成的时间", "12月底前", "合同约定"),
    MadeIndicator("效益指标", "社会效益指标", "覆盖乡镇比例", "演出覆盖的乡镇比例", "100%", "年度工作计划"),
    MadeIndicator("满意度指标", "服务对象满意度指标", "群众满意度", "受访群众的满意比例", "≥92%", "问卷调查"),
)
SAMPLE_PLAN = (("3月底", "25%"), ("6月底", "50%"), ("10月底", "80%"), ("12月底", "100%"))
_NAMES = (
    "送戏下乡演出经费",
    "2024年公共文化服务补助7423万冀财社2021152号",
    "非遗保护专项（二期）资金",
    "馆舍维修改造经费",
)


def made_project(number: int = 1, **changes: object) -> MadeProject:
    """The `number`-th sample project, with any field changed."""
    project = MadeProject(
        code=f"13053425P0030{number:03d}1000{number}",
        name=_NAMES[(number - 1) % len(_NAMES)],
        total=f"{10 * number}.50",
        fiscal=f"{10 * number}.00",
        other="0.50",
        purpose="用于演出组织、场地租赁及设备维护",
        plan=SAMPLE_PLAN,
        goals=(f"1.全年完成演出{60 + number}场，观众满意度达到92%以上", "2.培训基层文艺骨干1200人次，于12月底前完成"),
        indicators=SAMPLE_INDICATORS,
    )
    return replace(project, **changes)  # type: ignore[arg-type]


def made_document(projects: int = 2, **changes: object) -> MadeDocument:
    """A sample document with that many projects, with any field changed."""
    document = MadeDocument(
        projects=tuple(made_project(number) for number in range(1, projects + 1)),
        overall="全面推进公共文化服务，全年组织演出不少于120场。加强文艺人才队伍建设，提升服务水平。",
        itemised=("开展送戏下乡。覆盖全县所有乡镇。", "加强非遗保护。完成普查登记。", "做好馆舍维修。保证安全开放。"),
        safeguards=("健全工作机制。明确责任分工。", "加强经费管理。做到专款专用。"),
    )
    return replace(document, **changes)  # type: ignore[arg-type]


def without_blanks(document: MadeDocument) -> MadeDocument:
    """`document` with every blank plan and indicator cell filled, for styles that cannot print a blank."""
    return replace(document, projects=tuple(_filled(project) for project in document.projects))


def _filled(project: MadeProject) -> MadeProject:
    plan = tuple((month, share or "100%") for month, share in project.plan)
    rows = tuple(
        MadeIndicator(row.level1, row.level2, *(text or "按计划" for text in row.data)) for row in project.indicators
    )
    return replace(project, plan=plan, indicators=rows, fiscal=project.fiscal or "1.00", total=project.total or "1.00")


# --- rendering ----------------------------------------------------------------------------------------------------

_NUMERALS = "一二三四五六七八九十"


def render_text(document: MadeDocument, style: str = "exported", newline: str = "\n") -> str:
    """`document` as the text file it would be; `style` is one of STYLES."""
    lines = [*narrative(document)]
    for number, project in enumerate(document.projects, start=1):
        lines += ["", f"{number}.{project.name}绩效目标表", *_table_lines(document, project, style)]
    lines += ["", *document.prose] if document.prose else []
    return newline.join(lines) + newline


def narrative(document: MadeDocument) -> Iterator[str]:
    """The lines before the project tables."""
    yield from document.cover
    if document.contents:
        yield "目　　录"
        yield "一、总体绩效目标........................1"
        for number, project in enumerate(document.projects, start=1):
            yield f"{number}.{project.name}绩效目标表\t{number + 1}"
    yield from ("第一部分", "部门整体绩效目标", "")
    if document.overall:
        yield from ("一、总体绩效目标", document.overall)
    if document.itemised:
        yield "二、分项绩效目标"
        yield from (f"{_NUMERALS[i]}、{text}" for i, text in enumerate(document.itemised))
    if document.safeguards:
        yield "三、工作保障措施"
        yield from (f"{_NUMERALS[i]}是{text}" for i, text in enumerate(document.safeguards))
    yield from ("", "第二部分", "预算项目绩效目标")


def grid(document: MadeDocument, project: MadeProject) -> list[list[str | None]]:
    """The rows of a project table; None is the continuation of a vertically merged cell, "" a blank cell."""
    rows: list[list[str | None]] = [
        [f"{project.unit_code}{project.unit_name}"],
        [f"单位：{document.money_unit}"],
        ["项目编码", project.code, "项目名称", project.name],
        [
            "预算规模及资金用途",
            *("预算数", project.total),
            *("其中：财政    资金", project.fiscal),
            *("其他资金", project.other),
        ],
        [None, project.purpose],
        ["资金支出计划（%）", *(month for month, _ in project.plan)],
        [None, *(share for _, share in project.plan)],
        ["绩效目标", "\n".join(project.goals)],
        ["一级指标", "二级指标", "三级指标", "绩效指标描述", "指标值", "指标值确定依据"],
    ]
    return rows + _indicator_rows(project)


def _indicator_rows(project: MadeProject) -> list[list[str | None]]:
    rows: list[list[str | None]] = []
    before: MadeIndicator | None = None
    for row in project.indicators:
        same1 = before is not None and before.level1 == row.level1
        same2 = same1 and before is not None and before.level2 == row.level2
        rows.append([None if same1 else row.level1, None if same2 else row.level2, *row.data])
        before = row
    return rows


def _table_lines(document: MadeDocument, project: MadeProject, style: str) -> Iterator[str]:
    rows = grid(document, project)
    if style in ("pipes", "open_pipes", "tabs"):
        for row in rows:
            yield _row_line([cell or "" for cell in row], style)
        return
    unit_rows = 2
    for i, row in enumerate(rows):
        for cell in row:
            yield from _cell_lines(cell, style)
        if style in ("exported", "trimmed", "untabbed") and i >= unit_rows - 1:
            yield ""


def _row_line(cells: list[str], style: str) -> str:
    cells = [cell.replace("\n", " ") for cell in cells]
    if style == "pipes":
        return "| " + " | ".join(cells) + " |"
    return ("|" if style == "open_pipes" else "\t").join(cells)


def _cell_lines(cell: str | None, style: str) -> Iterator[str]:
    """A cell in a one-cell-a-line style: a tab alone continues a merged cell, a tab and a space is a blank one."""
    tab = "" if style in ("untabbed", "bare") else "\t"
    if cell is None:
        if tab:
            yield tab
    elif cell == "":
        if tab:
            yield tab if style == "trimmed" else tab + " "
        elif style == "untabbed":
            yield " "
    else:
        yield from (tab + line for line in cell.split("\n"))
