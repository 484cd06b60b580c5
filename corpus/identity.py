"""What a document is: its title, its unit, and its budget year with the basis on which that is known."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.folding import fold, squeeze
from corpus.form import ProjectForm, Unit, money_unit_of, unit_of
from corpus.outline import heading_of, is_contents_entry, is_part_name, part_of
from corpus.types import Paragraph, Table, YearBasis

_CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)年(?!\d{1,2}月)(?!\d{1,2}日)")
_CHINESE_YEAR = re.compile(r"二[〇○零][一二三四五六七八九〇○零]{2}年")
_RANGE = re.compile(r"20\d\d年?[-—–~至到]+20\d\d年?")
_ABOUT_BUDGET = re.compile(r"预算|绩效|部门|单位|年度|项目")
_NAME_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")
_CODE_YEAR = re.compile(r"^\d{6}(\d{2})")
_TITLE_WORDS = re.compile(r"绩效目标|绩效文本|部门预算|单位预算|预算公开|办法|通知|细则|规定|方案|报告|意见")
_COVER_LINES = 25
_LONGEST_COVER_LINE = 60


@dataclass(frozen=True, slots=True)
class Identity:
    title: str
    unit: Unit
    year: int | None
    year_basis: YearBasis
    stated_year: int | None  # by the cover, whatever was given


def identify(
    name: str, blocks: Sequence[Paragraph | Table], projects: Sequence[ProjectForm], given_year: int | None
) -> Identity:
    """Who and what a sealed document is. `given_year` is what the user said; it wins over every other basis."""
    cover = _cover(blocks)
    unit = _common_unit(projects) if projects else _stated_unit(cover)
    stated = _cover_year(cover)
    year, basis = _year(name, stated, projects, given_year)
    return Identity(_title(name, cover, unit, bool(projects)), unit, year, basis, stated)


def _cover(blocks: Sequence[Paragraph | Table]) -> list[str]:
    """The short lines before the first heading, table or sentence."""
    lines: list[str] = []
    for block in blocks[:_COVER_LINES]:
        if isinstance(block, Table) or heading_of(block.text) or len(block.text) > _LONGEST_COVER_LINE:
            break
        if part_of(block.text) and lines:
            break
        if not is_contents_entry(block.text):
            lines.append(block.text.strip())
    return lines


def _common_unit(projects: Sequence[ProjectForm]) -> Unit:
    """The unit of all projects; nothing where they differ."""
    units = [project.unit for project in projects if project.unit]
    keys = {unit.code or squeeze(unit.name or "") for unit in units}
    if len(keys) != 1:
        return Unit(None, None)
    return units[0]


def _stated_unit(cover: Sequence[str]) -> Unit:
    for line in cover:
        unit = unit_of(line)
        if unit and re.match(r"\d|.{0,8}[:：]", line.strip()):
            return unit
    return Unit(None, None)


def _cover_year(cover: Sequence[str]) -> int | None:
    """The year the cover states for the budget: in a line about it, not a date and not a range of years."""
    for line in cover:
        if not _ABOUT_BUDGET.search(line):
            continue
        plain = _RANGE.sub("", re.sub(r"\s+", "", fold(line)))
        found = _YEAR.findall(plain) or [_chinese_year(year) for year in _CHINESE_YEAR.findall(plain)]
        if len(set(found)) == 1:
            return int(found[0])
    return None


def _chinese_year(text: str) -> str:
    return text.rstrip("年").translate(_CHINESE_DIGITS)


def _year(
    name: str, stated: int | None, projects: Sequence[ProjectForm], given: int | None
) -> tuple[int | None, YearBasis]:
    if given is not None:
        return given, YearBasis.GIVEN
    if stated is not None:
        return stated, YearBasis.COVER
    in_name = set(_NAME_YEAR.findall(fold(_RANGE.sub("", name))))
    if len(in_name) == 1:
        return int(in_name.pop()), YearBasis.FILE_NAME
    inferred = _code_year(projects)
    return (inferred, YearBasis.INFERRED) if inferred else (None, YearBasis.UNKNOWN)


def _code_year(projects: Sequence[ProjectForm]) -> int | None:
    """The year all project codes agree on: two digits after the six of the division code. An inference only."""
    years = set()
    for project in projects:
        code = project.cells.get("code")
        found = _CODE_YEAR.match(squeeze(code.text).upper()) if code and code.text else None
        years.add(int(found[1]) if found else None)
    year = years.pop() if len(years) == 1 else None
    return 2000 + year if year is not None and 15 <= year <= 49 else None


def _title(name: str, cover: Sequence[str], unit: Unit, has_form: bool) -> str:
    """The title on the cover; without one the unit's name and what the file is, or the file's own name."""
    lines = [line for line in cover if not (part_of(line) or is_part_name(line) or money_unit_of(line))]
    titled = [i for i, line in enumerate(lines) if _TITLE_WORDS.search(line)]
    if titled:
        first = titled[0]
        before = lines[first - 1] if first and _goes_on(lines[first - 1], lines[first]) else ""
        return (before + lines[first]).strip()
    if not has_form and lines:
        return lines[0]
    if unit.name and has_form:
        return f"{unit.name}绩效目标"
    return name.rsplit(".", 1)[0]


def _goes_on(line: str, title: str) -> bool:
    """Whether `line` is the first half of a title broken in two: a unit's name above 2025年部门预算绩效目标."""
    return title.startswith(("20", "二〇", "二○", "部门预算")) and not unit_of(line) and len(line) <= 30
