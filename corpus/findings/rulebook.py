"""The rule book: what is known of each rule, and what a unit has changed of it."""

import functools
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus.errors import CorpusError
from corpus.numbers import chinese_number
from corpus.types import Cell, CellState, Extraction, Finding, Level, ProjectRecord, Section, SectionKind, Source

_FOLDER = Path(__file__).parent
# Texts in quotes longer than this are cut in a finding; the place leads to the whole.
_QUOTE = 60
# Up to this many places are named in full, more of them by their numbers.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Rule:
    key: str
    level: Level
    aspect: str  # 完整性, 相关性, 适当性, 可行性 (财预〔2015〕88号), or 规范性
    basis: str  # the norm it rests on; empty when it is common sense


class RuleError(CorpusError):
    """A unit's rule settings cannot be read; names the entry at fault."""


@functools.cache
def rules() -> Mapping[str, Rule]:
    """All rules by key, from rules.toml."""
    found = tomllib.loads((_FOLDER / "rules.toml").read_text("utf-8"))
    return {
        key: Rule(key, Level(entry["level"]), entry["aspect"], entry.get("basis", "")) for key, entry in found.items()
    }


@functools.cache
def wording() -> Mapping[str, Any]:
    """The word lists of wording.toml."""
    return tomllib.loads((_FOLDER / "wording.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """What a unit changes: rules it turns off, levels it changes, and the kinds of project that need a cost first."""

    off: frozenset[str] = frozenset()
    levels: Mapping[str, Level] = field(default_factory=dict)
    cost_first: tuple[str, ...] = ("基建", "建设工程", "工程建设", "修缮", "维修改造", "购置", "采购设备", "装修")
    year: int | None = None  # the budget year, when the records do not carry it


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One [[rule]] entry: for one unit (code or name), or for all."""

    rule: str
    level: Level | None  # None: off
    unit: str | None

    def holds_for(self, *unit: str | None) -> bool:
        return self.unit in (None, "*") or self.unit in unit


@dataclass(frozen=True, slots=True)
class UnitRules:
    """What the office changed of the rules, unit by unit."""

    changes: tuple[RuleChange, ...] = ()

    def of(self, *unit: str | None) -> RuleSettings:
        """The settings for a unit, given by its code and name; a later entry wins over an earlier one."""
        off: set[str] = set()
        levels: dict[str, Level] = {}
        for change in self.changes:
            if not change.holds_for(*unit):
                continue
            off.discard(change.rule)
            levels.pop(change.rule, None)
            if change.level is None:
                off.add(change.rule)
            else:
                levels[change.rule] = change.level
        return RuleSettings(frozenset(off), levels)


def read_unit_rules(path: Path) -> UnitRules:
    """A TOML file of [[rule]] entries: rule, level (or "off"), unit (code or name; without it: all).

    Raises RuleError for what is not known; such a file is never ignored.
    """
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RuleError(f"检查规则文件 {path.name} 无法读取：{error}") from error
    entries = found.get("rule", [])
    if not isinstance(entries, list) or set(found) - {"rule"}:
        raise RuleError(f"检查规则文件 {path.name}：应写成 [[rule]] 条目。")
    changes = []
    for number, entry in enumerate(entries, start=1):
        key, level = _checked_entry(path.name, number, entry)
        changes.append(RuleChange(key, None if level == "off" else Level(level), entry.get("unit")))
    return UnitRules(tuple(changes))


def load_rule_settings(path: Path, unit: str | None) -> RuleSettings:
    """The settings for one unit (code or name) from a file as `read_unit_rules` takes it."""
    return read_unit_rules(path).of(unit)


def _checked_entry(file: str, number: int, entry: Any) -> tuple[str, str]:
    where = f"检查规则文件 {file} 第{number}条"
    if not isinstance(entry, dict) or not set(entry) <= {"rule", "level", "unit"}:
        raise RuleError(f"{where}：只能有 rule、level、unit 三项。")
    key, level = entry.get("rule"), entry.get("level")
    if key not in rules():
        raise RuleError(f"{where}：没有名为“{key}”的规则。")
    if level not in ("off", *(item.value for item in Level)):
        raise RuleError(f"{where}：level 应为 error、warning、info 或 off。")
    if not isinstance(entry.get("unit"), str | None):
        raise RuleError(f"{where}：unit 应是单位代码或名称（加引号）。")
    return str(key), str(level)


@dataclass(frozen=True, slots=True)
class Place:
    """What a finding is about, as a reviewer names it: in full, and short for a list of many."""

    name: str
    short: str
    source: Source


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule met at a place. Hits of a rule with the same message and suggestion become one finding."""

    rule: str
    place: Place
    message: str
    suggestion: str
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A public text to read for wording: a section, or a field of a project."""

    kind: str  # a SectionKind value, or "goal", "purpose", "name", "text"
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Checked:
    """What the rules see. No rule asks more of a classified cell than its state."""

    projects: tuple[ProjectRecord, ...]
    sections: tuple[Section, ...]
    previous: Extraction | None
    settings: RuleSettings
    draft: bool = False  # blanks 【待填：…】 are expected in a draft

    @property
    def year(self) -> int | None:
        """The budget year; of several the latest; None when nothing says it."""
        years = [project.year for project in self.projects if project.year is not None]
        return self.settings.year or max(years, default=None)

    def passages(self) -> Iterator[Passage]:
        """Every public text, in the order of the document."""
        for section in self.sections:
            yield Passage(section.kind.value, section.text, section_place(section))
        for project in self.projects:
            cells = [("name", project.name), ("purpose", project.purpose), *(("goal", cell) for cell in project.goals)]
            for kind, cell in cells:
                if cell.text is not None:
                    yield Passage(kind, cell.text, project_place(project, cell))


_SECTION_NAMES = {
    SectionKind.OVERALL: "总体绩效目标",
    SectionKind.ITEMISED: "分项绩效目标",
    SectionKind.SAFEGUARD: "工作保障措施",
    SectionKind.DUTY: "部门职责",
    SectionKind.OTHER: "正文",
}


def section_place(section: Section) -> Place:
    name = _SECTION_NAMES[section.kind]
    if section.kind is SectionKind.OTHER and section.source.heading_path:
        name = section.source.heading_path[-1][:30]
    if section.ordinal is not None:
        name += f"第{chinese_number(section.ordinal)}条"
    return Place(name, name, section.source)


def project_place(project: ProjectRecord, cell: Cell | None = None) -> Place:
    """A project, or a cell of it. A classified name is shown as 涉密."""
    short = f"项目{project.ordinal}"
    name = f"{short}“{project.name.shown}”" if project.name.shown else short
    return Place(name, short, cell.source if cell else project.source)


def blank(cell: Cell) -> bool:
    return cell.state is CellState.BLANK


def classified(*cells: Cell) -> bool:
    return any(cell.state is CellState.CLASSIFIED for cell in cells)


def settle(hits: Iterable[Hit], settings: RuleSettings) -> tuple[Finding, ...]:
    """The hits as findings: switched-off rules left out, equal ones as one that names all its places."""
    grouped: dict[tuple[str, str, str], list[Hit]] = {}
    for hit in hits:
        if hit.rule not in settings.off:
            grouped.setdefault((hit.rule, hit.message, hit.suggestion), []).append(hit)
    return tuple(_finding(group, settings) for group in grouped.values())


def _finding(hits: list[Hit], settings: RuleSettings) -> Finding:
    first = hits[0]
    rule = rules()[first.rule]
    return Finding(
        rule=rule.key,
        level=settings.levels.get(rule.key, rule.level),
        message=f"{_places(hits)}{first.message}",
        suggestion=first.suggestion,
        source=first.place.source,
        quote=first.quote[:_QUOTE],
        basis=rule.basis,
    )


def _places(hits: list[Hit]) -> str:
    places = list(dict.fromkeys(hit.place.name for hit in hits))
    if len(places) > _NAMED:
        places = list(dict.fromkeys(hit.place.short for hit in hits))
    lines = list(dict.fromkeys(hit.place.source.line for hit in hits if hit.place.source.line))
    at = f"（第{'、'.join(str(line) for line in lines)}行）" if len(lines) > 1 else ""
    if len(places) == 1:
        return f"{places[0]}{at}：" if places[0] else ""
    return f"{_together(places)}共{len(places)}处{at}："


def _together(places: list[str]) -> str:
    """工作保障措施第二条, 工作保障措施第八条 as 工作保障措施第二、八条; 项目1, 项目2 as they are."""
    items: dict[str, list[str]] = {}
    for place in places:
        match = re.fullmatch(r"(.+)第([一二三四五六七八九十百]+)条", place)
        items.setdefault(match[1] if match else place, []).extend([match[2]] if match else [])
    return "、".join(f"{part}第{'、'.join(numbers)}条" if numbers else part for part, numbers in items.items())
