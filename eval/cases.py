"""Reads eval/cases/*.yaml. A key that is not in the schema is an error with file and line, never ignored.

A case file is a list of cases. Scalars are taken as they are written (17.50 stays 17.50, no becomes no boolean).
"""

from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import yaml

from assistant.types import Kind
from corpus.types import Level
from eval.errors import CaseError
from eval.phrases import Says
from eval.types import Behaviour, Case, Expect, ExpectedFigure, ExpectedFinding, Language, Place, RefusalRule

CASE_KEYS = ("id", "category", "turns", "why", "documents", "expect")
EXPECT_KEYS = (
    "behaviour",
    "kind",
    "contains",
    "says",
    "must_not_contain",
    "figures",
    "citations",
    "cites_any",
    "findings",
    "no_findings",
    "language",
    "refusal",
    "secrets",
)
FIGURE_KEYS = ("value", "unit")
FINDING_KEYS = ("says", "level", "line", "lines", "locator", "document")
PLACE_KEYS = ("line", "lines", "locator", "quote", "document")

_T = TypeVar("_T")
_E = TypeVar("_E", bound=StrEnum)
_Fields = dict[str, yaml.Node]


def load_cases(folder: Path) -> tuple[Case, ...]:
    """All cases, in order of file name and place. Raises CaseError for a broken file or a doubled id."""
    cases = tuple(case for path in sorted(folder.glob("*.yaml")) for case in read_cases(path))
    first: dict[str, Case] = {}
    for case in cases:
        if case.id in first:
            other = first[case.id]
            raise CaseError(f"{case.file}:{case.line}：用例编号“{case.id}”重复，已见于 {other.file}:{other.line}。")
        first[case.id] = case
    return cases


def read_cases(path: Path) -> tuple[Case, ...]:
    """The cases of one file."""
    try:
        root = yaml.compose(path.read_text("utf-8"), Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise CaseError(f"{path.name}：无法读取：{error}") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise CaseError(f"{path.name}:{line}：不是正确的 YAML：{error.problem}") from error
    if root is None:
        return ()
    reader = _Reader(path.name)
    return reader.listed(root, reader.case)


class _Reader:
    """Turns the nodes of one file into values; knows the file's name for its errors."""

    def __init__(self, file: str) -> None:
        self.file = file

    def case(self, node: yaml.Node) -> Case:
        fields = self.mapping(node, CASE_KEYS, required=("id", "category", "turns", "why", "expect"))
        turns = self.strings(fields["turns"])
        if not turns:
            raise self.error(fields["turns"], "turns 至少要有一轮")
        return Case(
            id=self.text(fields["id"]),
            category=self.text(fields["category"]),
            turns=turns,
            why=self.text(fields["why"]),
            expect=self.expect(fields["expect"]),
            documents=self.optional(fields, "documents", self.strings, ()),
            file=self.file,
            line=_line(node),
        )

    def expect(self, node: yaml.Node) -> Expect:
        fields = self.mapping(node, EXPECT_KEYS)
        if ("behaviour" in fields) == ("kind" in fields):
            raise self.error(node, "expect 要写 behaviour 或 kind，二者取一")
        found = Expect(
            behaviour=self.optional(fields, "behaviour", self.member(Behaviour), None),
            kinds=self.optional(fields, "kind", lambda n: self.listed(n, self.member(Kind)), ()),
            contains=self.optional(fields, "contains", lambda n: self.listed(n, self.alternatives), ()),
            says=self.optional(fields, "says", lambda n: self.listed(n, self.member(Says)), ()),
            must_not_contain=self.optional(fields, "must_not_contain", self.strings, ()),
            figures=self.optional(fields, "figures", lambda n: self.listed(n, self.figure), ()),
            citations=self.optional(fields, "citations", lambda n: self.listed(n, self.place), ()),
            cites_any=self.optional(fields, "cites_any", lambda n: self.listed(n, self.place), ()),
            findings=self.optional(fields, "findings", lambda n: self.listed(n, self.finding), ()),
            no_findings=self.optional(fields, "no_findings", lambda n: self.listed(n, self.finding), ()),
            language=self.optional(fields, "language", self.member(Language), None),
            refusal=self.optional(fields, "refusal", self.member(RefusalRule), None),
            secrets=self.optional(fields, "secrets", self.strings, ()),
        )
        if (found.behaviour is Behaviour.REFUSE) != (found.refusal is not None):
            raise self.error(node, "behaviour: refuse 与 refusal 要一起写")
        return found

    def figure(self, node: yaml.Node) -> ExpectedFigure:
        fields = self.mapping(node, FIGURE_KEYS, required=FIGURE_KEYS)
        written = self.text(fields["value"])
        try:
            return ExpectedFigure(Decimal(written), self.text(fields["unit"]))
        except InvalidOperation as error:
            raise self.error(fields["value"], f"“{written}”不是数") from error

    def finding(self, node: yaml.Node) -> ExpectedFinding:
        fields = self.mapping(node, FINDING_KEYS, required=("says",))
        level = self.optional(fields, "level", self.member(Level), None)
        return ExpectedFinding(self.alternatives(fields["says"]), level, self.where(node, fields))

    def place(self, node: yaml.Node) -> Place:
        fields = self.mapping(node, PLACE_KEYS)
        if not fields:
            raise self.error(node, "引用要写 line、lines 或 locator、quote")
        return self.where(node, fields)

    def where(self, node: yaml.Node, fields: _Fields) -> Place:
        if "line" in fields and "lines" in fields:
            raise self.error(node, "line 和 lines 二者取一")
        return Place(
            self.lines(fields),
            self.optional(fields, "locator", self.text, ""),
            self.optional(fields, "quote", self.text, ""),
            self.optional(fields, "document", self.text, ""),
        )

    def lines(self, fields: _Fields) -> tuple[int, int] | None:
        if "line" in fields:
            line = self.number(fields["line"])
            return line, line
        if "lines" not in fields:
            return None
        ends = self.listed(fields["lines"], self.number)
        if len(ends) != 2 or ends[0] > ends[1]:
            raise self.error(fields["lines"], "lines 要写成 [起始行, 终止行]")
        return ends[0], ends[1]

    def number(self, node: yaml.Node) -> int:
        written = self.text(node)
        if not written.isdecimal() or int(written) < 1:
            raise self.error(node, f"“{written}”不是行号")
        return int(written)

    def alternatives(self, node: yaml.Node) -> tuple[str, ...]:
        found = self.strings(node) if isinstance(node, yaml.SequenceNode) else (self.text(node),)
        if not found:
            raise self.error(node, "没有写任何可选说法")
        return found

    def member(self, kinds: type[_E]) -> Callable[[yaml.Node], _E]:
        def read(node: yaml.Node) -> _E:
            written = self.text(node)
            if written not in [kind.value for kind in kinds]:
                raise self.error(node, f"“{written}”不在 {'、'.join(kind.value for kind in kinds)} 之中")
            return kinds(written)

        return read

    def strings(self, node: yaml.Node) -> tuple[str, ...]:
        return self.listed(node, self.text)

    def text(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            raise self.error(node, "这里要写一段文字")
        return str(node.value)

    def listed(self, node: yaml.Node, read: Callable[[yaml.Node], _T]) -> tuple[_T, ...]:
        if not isinstance(node, yaml.SequenceNode):
            raise self.error(node, "这里要写一个列表")
        return tuple(read(item) for item in node.value)

    def mapping(self, node: yaml.Node, allowed: Iterable[str], required: Iterable[str] = ()) -> _Fields:
        if not isinstance(node, yaml.MappingNode):
            raise self.error(node, "这里要写键和值")
        fields: _Fields = {}
        for key, value in node.value:
            if key.value not in allowed:
                raise self.error(key, f"不认识的键“{key.value}”，可用：{'、'.join(allowed)}")
            if key.value in fields:
                raise self.error(key, f"键“{key.value}”写了两次")
            fields[key.value] = value
        for name in required:
            if name not in fields:
                raise self.error(node, f"缺少键“{name}”")
        return fields

    def optional(self, fields: _Fields, key: str, read: Callable[[yaml.Node], _T], absent: _T) -> _T:
        return read(fields[key]) if key in fields else absent

    def error(self, node: yaml.Node, what: str) -> CaseError:
        return CaseError(f"{self.file}:{_line(node)}：{what}。")


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
