"""The classification policy: what an operator classifies beyond the marks in the documents (INTERFACE.md)."""

import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from corpus.errors import PolicyError
from corpus.fields import INDICATOR_FIELDS
from corpus.folding import squeeze

RECORD_KEYS = ("total", "fiscal", "other", "purpose", "plan", "goals", "name")
POLICY_FIELDS = (*INDICATOR_FIELDS, *RECORD_KEYS)
_KEYS = ("unit", "year", "project", "level1", "level2", "level3", "fields")
_INTERNAL = ("refuse", "accept")
_YEARS = range(1990, 2101)  # another number is a slip that would classify nothing


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of where a cell stands; None where it is unknown or does not apply."""

    unit_code: str | None
    unit_name: str | None
    year: int | None
    code: str | None
    name: str | None
    level1: str | None = None
    level2: str | None = None
    level3: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One [[classified]] or [[public]] entry. None and `*` match anything.

    `besides` are 三级指标 (squeezed) that an entry made sticky by another document leaves public; no file sets it.
    """

    unit: str | None = None
    year: int | None = None
    project: str | None = None
    level1: str | None = None
    level2: str | None = None
    level3: str | None = None
    fields: tuple[str, ...] = INDICATOR_FIELDS
    besides: frozenset[str] = frozenset()

    def matches(self, field: str, place: Place) -> bool:
        """Whether the entry speaks about `field` at `place`; what is unknown of the place matches (errs closed)."""
        if field not in self.fields or (place.level3 and squeeze(place.level3) in self.besides):
            return False
        if self.year is not None and place.year is not None and self.year != place.year:
            return False
        return (
            _fits(self.unit, place.unit_code, place.unit_name)
            and _fits(self.project, place.code, place.name)
            and _fits(self.level1, place.level1)
            and _fits(self.level2, place.level2)
            and _fits(self.level3, place.level3)
        )


def _fits(wanted: str | None, *actual: str | None) -> bool:
    """Whether a pattern fits any of the known names; with none known it does."""
    if wanted is None or wanted == "*":
        return True
    known = [squeeze(name) for name in actual if name]
    pattern = squeeze(wanted)
    return not known or any(name == pattern or fnmatchcase(name, pattern) for name in known)


@dataclass(frozen=True, slots=True)
class Policy:
    """What is classified beyond the marks. `internal` says whether 内部资料 is refused or accepted."""

    classified: tuple[Entry, ...] = ()
    public: tuple[Entry, ...] = ()
    internal: str = "refuse"

    def classifies(self, field: str, place: Place) -> bool:
        """Whether the policy classifies `field` at `place`. A public entry never ends an entry of this file."""
        return any(entry.matches(field, place) for entry in self.classified)

    def publishes(self, field: str, place: Place) -> bool:
        """Whether a [[public]] entry ends, for `field` at `place`, what stickiness over documents would keep."""
        return any(entry.matches(field, place) for entry in self.public)

    def contradicts(self, field: str, place: Place) -> bool:
        return self.classifies(field, place) and self.publishes(field, place)

    def extended(self, entries: Iterable[Entry]) -> "Policy":
        """This policy with more classified entries, e.g. those that other documents make sticky."""
        return replace(self, classified=(*self.classified, *entries))


def with_complements(keys: Collection[str]) -> frozenset[str]:
    """`keys` with the budget figures from which a classified one follows by 预算数 = 财政资金 + 其他资金.

    A total goes with both its parts: were one shown, a blank other part would give it away. A part takes the total with
    it, so that the other part may stay public.
    """
    found = frozenset(keys)
    if "total" in found:
        return found | {"fiscal", "other"}
    return found | {"total"} if found & {"fiscal", "other"} else found


def load_policy(path: Path | None) -> Policy:
    """The policy in a TOML file; the empty one for None. Raises PolicyError naming the line at fault."""
    if path is None:
        return Policy()
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise PolicyError(
            f"读不到涉密策略文件 {path}：{error.strerror or '无法打开'}。程序已停止，不会在没有策略的情况下运行。"
        ) from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PolicyError(f"涉密策略文件 {path} 第 {line} 行不是 UTF-8 文本。程序已停止，请另存为 UTF-8。") from error
    try:
        return parse_policy(text)
    except _Fault as fault:
        raise PolicyError(
            f"涉密策略文件 {path} 第 {fault.line} 行有误：{fault.reason}。程序已停止，请改正后再运行。"
        ) from fault


class _Fault(Exception):
    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


def parse_policy(text: str) -> Policy:
    """The policy in TOML text. Raises _Fault, which `load_policy` turns into a sentence."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _Fault(_toml_line(text, str(error)), f"不是合法的 TOML（{error}）") from error
    for key in data:
        if key not in ("classified", "public", "internal"):
            raise _Fault(_line_of(text, key), f"不认识的键 {key}，只能是 classified、public、internal")
    internal = data.get("internal", "refuse")
    if internal not in _INTERNAL:
        raise _Fault(_line_of(text, "internal"), 'internal 只能是 "refuse" 或 "accept"')
    return Policy(_entries(text, data, "classified"), _entries(text, data, "public"), internal)


def _toml_line(text: str, message: str) -> int:
    number = message.partition("(at line ")[2].split(",")[0]
    return int(number) if number.isdigit() else text.count("\n") + 1


def _entries(text: str, data: dict[str, Any], table: str) -> tuple[Entry, ...]:
    tables = data.get(table, [])
    if not isinstance(tables, list) or not all(isinstance(entry, dict) for entry in tables):
        raise _Fault(_line_of(text, table), f"{table} 要写成 [[{table}]]（两层方括号）")
    return tuple(_entry(text, entry, table, number) for number, entry in enumerate(tables))


def _entry(text: str, entry: dict[str, Any], table: str, number: int) -> Entry:
    start = _table_line(text, table, number)
    for key, value in entry.items():
        line = _line_of(text, key, start)
        if key not in _KEYS:
            raise _Fault(line, f"不认识的键 {key}，可用的键是 {'、'.join(_KEYS)}")
        if key == "fields":
            _check_fields(value, line)
        elif key == "year":
            if value != "*" and (type(value) is not int or value not in _YEARS):
                raise _Fault(line, "year 要写成四位数字，如 2025")
        elif not isinstance(value, str) or not value.strip():
            raise _Fault(line, f"{key} 要写成带引号的文字")
    known = {key: value for key, value in entry.items() if key not in ("fields", "year")}
    year = entry.get("year")
    return Entry(
        **known,
        year=year if isinstance(year, int) else None,
        fields=tuple(entry.get("fields", INDICATOR_FIELDS)),
    )


def _check_fields(value: object, line: int) -> None:
    if not isinstance(value, list) or not value:
        raise _Fault(line, 'fields 要写成列表，如 ["target", "basis"]')
    for name in value:
        if name not in POLICY_FIELDS:
            raise _Fault(line, f"fields 里不认识 {name!r}，可用的是 {'、'.join(POLICY_FIELDS)}")


def _table_line(text: str, table: str, number: int) -> int:
    """The 1-based line of the `number`-th [[table]]."""
    heads = [i for i, line in enumerate(text.splitlines(), start=1) if line.replace(" ", "").startswith(f"[[{table}]]")]
    return heads[number] if number < len(heads) else 1


def _line_of(text: str, key: str, start: int = 1) -> int:
    """The first line from `start` on that sets `key`."""
    for i, line in enumerate(text.splitlines()[start - 1 :], start=start):
        bare = line.strip().lstrip("[").strip()
        if bare.split("=")[0].strip().strip("\"'") == key or bare.split("]")[0].strip() == key:
            return i
    return start
