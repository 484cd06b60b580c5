"""Which part of a whole document each wish of an instruction is about: 保障措施第八条删掉，分项目标增加数据安全. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from assistant.drafting.instructions import clauses_of
from corpus.folding import simplify, squeeze, strip_invisible
from corpus.numbers import find_amounts, find_percents, parse_ordinal
from corpus.types import ProjectRecord

# A round in which nothing is said of this part; it keeps the rounds in step.
_NOTHING = "好"
_SAFEGUARD_WORDS = r"(?:工作)?保障措施|措施(?=第)"
_PARTS = (
    ("overall", re.compile(r"总体(?:绩效)?目标|总目标")),
    ("itemised", re.compile(r"分项(?:绩效)?目标|分目标|分项(?=第)")),
    ("safeguards", re.compile(rf"{_SAFEGUARD_WORDS}|(?:增加|补充|加上|新增).{{2,20}}(?:保障|措施)$")),
)
_LEAD = re.compile(
    rf"^(?:请|再|并|把|将|在|对)*(?:总体(?:绩效)?目标|总目标|分项(?:绩效)?目标|分目标|分项(?=第)|{_SAFEGUARD_WORDS})(?:部分)?(?:的|里面?|中|要|也)?[：:，]?"
)
_EVERY = re.compile(
    r"(?:各|所有|全部|每个|每一个|[两三四五六七八九十\d]+个|几个)(?:的)?(?:老|原有|现有)?(?:预算)?项目(?:的|都|要|均)?"
)
# 总额压减10%: each project by as much; a new sum for the whole would have to be shared out by the user.
_WHOLE_SUM = re.compile(
    r"(?:预算)?(?:总额|总预算|总盘子|总数|总的预算|总规模)(?=[^，。]{0,8}(?:%|％|成|百分之|一半|减半))"
)
_NUMBERED = re.compile(r"(?:项目([一二三四五六七八九十\d]+)|第([一二三四五六七八九十\d]+)个项目)(?:的)?")
_TAIL = re.compile(r"(?:专项)?(?:资金|经费|费用|费)$")
_ITEM = re.compile(r"第[一二三四五六七八九十\d]+[条项个点]|最后一[条项]")


@dataclass(frozen=True, slots=True)
class Scoped:
    """An instruction shared out: what is said of the whole, of its parts, of each project by ordinal, of every one."""

    common: str
    parts: dict[str, str] = field(default_factory=dict)
    projects: dict[int, str] = field(default_factory=dict)
    every_project: str = ""


def scoped(instruction: str, projects: Iterable[ProjectRecord]) -> Scoped:
    """`instruction`, a line a round, shared out; each share has as many rounds."""
    known = tuple(projects)
    rounds = [list(_shared(line, known)) for line in simplify(strip_invisible(instruction)).split("\n")]
    keys = dict.fromkeys(key for said in rounds for key, _ in said)

    def share(key: str | int) -> str:
        lines = ["，".join(words for one, words in said if one == key) or _NOTHING for said in rounds]
        return "\n".join(lines)

    return Scoped(
        share("") if "" in keys else "",
        {name: share(name) for name, _ in _PARTS if name in keys},
        {key: share(key) for key in keys if isinstance(key, int)},
        share("every") if "every" in keys else "",
    )


def _shared(line: str, projects: tuple[ProjectRecord, ...]) -> Iterator[tuple[str | int, str]]:
    """Each clause with what it is about; an item or a figure that names nothing belongs to what was named before it."""
    last: str | int = ""
    for clause in clauses_of(_before_names(line, projects)):
        about, words = _about(clause, projects)
        if about == "" and last != "" and _leans(clause, last):
            about = last
        last = about if about != "" else last
        yield about, words


def _before_names(line: str, projects: tuple[ProjectRecord, ...]) -> str:
    """`line` with a stop where a comma stands before a project's name: there another wish begins."""
    names = {
        words for p in projects for words in (p.name.text or "", _TAIL.sub("", p.name.text or "")) if len(words) >= 4
    }
    for name in names:
        line = re.sub(rf"[，,、]\s*(?={re.escape(name)})", "；", line)
    return line


def _leans(clause: str, last: str | int) -> bool:
    if last in ("overall", "itemised", "safeguards"):
        return bool(_ITEM.search(clause))
    return bool(find_percents(clause) or find_amounts(clause))


def _about(clause: str, projects: tuple[ProjectRecord, ...]) -> tuple[str | int, str]:
    for project in projects:
        if named := _named(clause, project):
            rest = clause.replace(named, "", 1)
            return project.ordinal, re.sub(r"^(?:请|把|将|的|项目)+", "", rest) or clause
    if match := _NUMBERED.search(clause):
        number = parse_ordinal(f"第{match[1] or match[2]}")
        if any(project.ordinal == number for project in projects):
            return number or "", clause.replace(match[0], "", 1)
    if match := _WHOLE_SUM.search(clause):
        return "every", clause.replace(match[0], "预算", 1)
    if match := _EVERY.search(clause):
        return "every", clause.replace(match[0], "", 1)
    for name, pattern in _PARTS:
        if pattern.search(clause):
            return name, _LEAD.sub("", clause) or clause
    return "", clause


def _named(clause: str, project: ProjectRecord) -> str:
    """The project's name as it stands in the clause, with or without its 资金 or 费; empty when it does not."""
    name = project.name.text or ""
    for words in (name, _TAIL.sub("", name)):
        if len(squeeze(words)) >= 4 and words in clause:
            return words
    return ""
