"""A made-up county: several units over several years with known figures, as values and as the files they would be.

county = made_county(seed=1)      # 24 documents: eight units, three years
county.projects                   # the truth, in exact 万元
write(county, folder)             # the files, some in 元 and some in 万元, in many text forms
"""

import random
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from tests.made_documents import MadeDocument, MadeIndicator, MadeProject, render_text

YEARS = (2023, 2024, 2025)
MONTHS = (3, 6, 10, 12)
# Styles that print blanks; `bare` and `no_blank_lines` need filled cells.
_STYLES = ("exported", "trimmed", "untabbed", "pipes", "tabs")

# Unit -> what its projects are about. Names of projects are made of these; some stand in several units.
_UNITS = {
    "民政局": (
        "孤儿基本生活费",
        "高龄老人津贴",
        "流浪乞讨人员救助",
        "殡葬惠民",
        "福利院维修改造",
        "困难残疾人生活补贴",
    ),
    "教育局": ("校园安防设施采购", "薄弱学校改造", "教师培训", "营养餐", "中考考务", "学前教育资助"),
    "农业农村局": ("高标准农田管护", "动物防疫", "秸秆综合利用", "农机购置", "土壤普查", "病虫害防治"),
    "水利局": ("河道清淤", "水库除险加固", "农村饮水安全维护", "防汛物资储备", "水资源监测"),
    "文化广电和旅游局": ("送戏下乡", "图书馆免费开放", "非遗保护", "文物修缮", "广播电视运行维护"),
    "交通运输局": ("农村公路养护", "公交运营补助", "治超站运行", "桥梁检测", "客运站改造"),
    "卫生健康局": ("基本公共卫生服务", "村医补助", "疫苗冷链建设", "妇幼保健", "急救车辆购置"),
    "档案馆": ("档案数字化", "馆藏档案抢救", "库房恒温恒湿改造", "年鉴编纂"),
}
_SUFFIXES = ("经费", "资金", "项目经费", "专项资金", "补助资金", "项目资金", "费")
_SHARED = ("办公设备购置经费", "劳务派遣人员经费", "信息化运行维护费")
_PURPOSES = (
    "用于设备采购和日常维护",
    "用于支付第三方服务费用",
    "用于人员工资及社保缴费",
    "用于发放补助和组织培训",
    "用于工程施工及监理",
)


@dataclass(frozen=True, slots=True)
class Truth:
    """A project as the county knows it. Amounts in 万元, shares in percent; None is a blank cell."""

    unit: str
    year: int
    ordinal: int
    code: str
    name: str
    short: str  # what tells it apart within its unit
    total: Decimal
    fiscal: Decimal
    other: Decimal | None
    purpose: str
    plan: dict[int, Decimal | None]
    goal: str
    target: str  # of its one 数量指标

    def money(self, field: str) -> Decimal | None:
        return {"total": self.total, "fiscal": self.fiscal, "other": self.other}[field]

    def spent(self, month: int) -> Decimal | None:
        share = self.plan[month]
        return None if share is None else self.total * share / 100


@dataclass(frozen=True, slots=True)
class County:
    name: str
    projects: tuple[Truth, ...]

    @property
    def units(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(p.unit for p in self.projects))

    def of(self, unit: str | None = None, year: int | None = None) -> tuple[Truth, ...]:
        return tuple(p for p in self.projects if unit in (None, p.unit) and year in (None, p.year))


def made_county(seed: int, years: tuple[int, ...] = YEARS, units: int = 8) -> County:
    chance = random.Random(seed)
    name = chance.choice(("青云县", "清河县", "临泽县", "宁安县", "平川县"))
    chosen = chance.sample(sorted(_UNITS), units)
    projects: list[Truth] = []
    for number, unit in enumerate(chosen, start=1):
        topics = list(_UNITS[unit])
        chance.shuffle(topics)
        names = [(topic, topic + chance.choice(_SUFFIXES)) for topic in topics[: chance.randint(3, len(topics))]]
        names += [(shared, shared) for shared in chance.sample(_SHARED, chance.randint(0, 2))]
        if chance.random() < 0.5:  # near-identical: a name within a name
            topic = names[0][0]
            names.append((topic + "配套", topic + "配套" + names[0][1].removeprefix(topic)))
        for year in years:
            kept = names if chance.random() < 0.5 or len(names) < 4 else names[:-1]
            for ordinal, (short, full) in enumerate(kept, start=1):
                projects.append(_project(chance, f"{name}{unit}本级", number, year, ordinal, short, full))
    return County(name, tuple(projects))


def _project(chance: random.Random, unit: str, number: int, year: int, ordinal: int, short: str, name: str) -> Truth:
    total = _amount(chance)
    other = chance.choice((None, None, Decimal("0.00"), (total * chance.randint(1, 6) / 10).quantize(Decimal("0.01"))))
    first, second, third = sorted(chance.sample(range(0, 100, 5), 3))
    plan: dict[int, Decimal | None] = {3: Decimal(first), 6: Decimal(second), 10: Decimal(third), 12: Decimal(100)}
    if chance.random() < 0.25:
        plan[3] = None
    target = chance.randint(2, 400)
    return Truth(
        unit=unit,
        year=year,
        ordinal=ordinal,
        code=f"130434{year % 100}P{number:03d}{ordinal:02d}{chance.randint(1000000, 9999999)}",
        name=name,
        short=short,
        total=total,
        fiscal=total - (other or 0),
        other=other,
        purpose=chance.choice(_PURPOSES),
        plan=plan,
        goal=f"全年完成{short}任务{target}项，验收合格率达到{chance.randint(90, 99)}%以上",
        target=f"≥{target}项",
    )


def _amount(chance: random.Random) -> Decimal:
    """Round, odd, large, tied and six-decimal amounts."""
    kind = chance.randint(0, 9)
    if kind < 4:
        return Decimal(chance.randint(1, 40) * 5).quantize(Decimal("0.01"))
    if kind < 8:
        return Decimal(chance.randint(100, 90000)) / 100
    return Decimal(chance.randint(10000, 9000000)) / 10000 if kind == 8 else Decimal(chance.randint(1000, 5000))


# --- files --------------------------------------------------------------------------------------------------------


def write(county: County, folder: Path, seed: int = 0) -> tuple[Path, ...]:
    """A file for each unit and year; about a third of them in 元, some of those with thousands separators."""
    chance = random.Random(seed)
    paths = []
    for unit in county.units:
        for year in dict.fromkeys(p.year for p in county.of(unit)):
            path = folder / f"{unit}{year}年部门预算绩效目标.txt"
            document = as_document(county.of(unit, year), chance.choice(("万元", "万元", "元")), chance.random() < 0.5)
            path.write_text(render_text(document, chance.choice(_STYLES)), "utf-8")
            paths.append(path)
    return tuple(paths)


def narrative(projects: tuple[Truth, ...]) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """总体绩效目标, 分项绩效目标 and 工作保障措施 of a unit's document, told apart by unit and year."""
    unit, year = projects[0].unit.removesuffix("本级"), projects[0].year
    itemised = tuple(f"做好{p.short}工作。{year}年按计划推进，完成{p.target}。" for p in projects[:4])
    safeguards = (
        f"健全{unit}工作机制。明确责任分工。",
        f"加强{year}年资金管理。做到专款专用。",
        "强化监督检查。按月通报进度。",
    )
    return f"{unit}{year}年全面完成各项任务，保障机构正常运转。", itemised, safeguards[: 2 + len(projects) % 2]


def as_document(projects: tuple[Truth, ...], money_unit: str, separators: bool) -> MadeDocument:
    unit, year = projects[0].unit, projects[0].year
    overall, itemised, safeguards = narrative(projects)
    return MadeDocument(
        projects=tuple(_as_project(p, money_unit, separators) for p in projects),
        overall=overall,
        itemised=itemised,
        safeguards=safeguards,
        cover=(f"{unit.removesuffix('本级')}{year}年部门预算绩效目标", ""),
        money_unit=money_unit,
    )


def _as_project(p: Truth, money_unit: str, separators: bool) -> MadeProject:
    def printed(value: Decimal | None) -> str:
        if value is None:
            return ""
        scaled = value * 10000 if money_unit == "元" else value
        places = max(2, -int(scaled.normalize().as_tuple().exponent))
        return f"{scaled:,.{places}f}" if separators else f"{scaled:.{places}f}"

    return replace(
        MadeProject(
            p.code, p.name, printed(p.total), printed(p.fiscal), printed(p.other), p.purpose, (), (p.goal,), ()
        ),
        plan=tuple((f"{m}月底", "" if share is None else f"{share}%") for m, share in p.plan.items()),
        indicators=(
            MadeIndicator("产出指标", "数量指标", "任务数量", "完成任务的数量", p.target, "年度工作计划"),
            MadeIndicator("产出指标", "时效指标", "完成时间", "任务完成的时间", "12月底前", "年度工作计划"),
            MadeIndicator("满意度指标", "服务对象满意度指标", "群众满意度", "群众的满意比例", "≥92%", "问卷调查"),
        ),
        unit_code=p.code[9:12].rjust(3, "0") + "001",
        unit_name=p.unit,
    )
