"""The numbers Word prints before paragraphs of a list (一、 1. （1）): they are not in the text but in numbering.xml."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "零一二三四五六七八九"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def chinese_count(number: int) -> str:
    """一 … 十 十一 … 九十九; digits beyond."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones else "")


def _letters(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _roman(number: int) -> str:
    pairs = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
    text = ""
    for value, sign in (*pairs, (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")):
        while number >= value and len(text) < 40:
            text, number = text + sign, number - value
    return text


def _one_of(signs: str) -> Callable[[int], str]:
    return lambda number: signs[number - 1] if 0 < number <= len(signs) else str(number)


_FORMATS: dict[str, Callable[[int], str]] = {
    "chineseCounting": chinese_count,
    "chineseCountingThousand": chinese_count,
    "chineseLegalSimplified": chinese_count,
    "japaneseCounting": chinese_count,
    "taiwaneseCounting": chinese_count,
    "taiwaneseCountingThousand": chinese_count,
    "ideographDigital": chinese_count,
    "ideographTraditional": _one_of(_STEMS),
    "decimalEnclosedCircle": _one_of(_CIRCLED),
    "decimalEnclosedCircleChinese": _one_of(_CIRCLED),
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "decimalZero": lambda number: f"{number:02d}",
    "none": lambda number: "",
}


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    kind: str  # w:numFmt
    pattern: str  # w:lvlText, e.g. %1、 or %1.%2


class Numbering:
    """Counts the lists of a document while its paragraphs are read in order."""

    def __init__(self, numbering: "etree._Element | None", styles: "etree._Element | None") -> None:
        self._lists: dict[str, str] = {}  # numId -> abstractNumId
        self._levels: dict[str, dict[int, _Level]] = {}
        self._counts: dict[tuple[str, int], int] = {}
        self._styles: dict[str, tuple[str, int]] = {}  # paragraph style -> numId, level
        if numbering is not None:
            self._read(numbering)
        for style in styles.iter(f"{W}style") if styles is not None else ():
            found = _reference(style.find(f"{W}pPr/{W}numPr"))
            if found:
                self._styles[style.get(f"{W}styleId", "")] = found

    def _read(self, root: "etree._Element") -> None:
        for abstract in root.iter(f"{W}abstractNum"):
            levels = {_number(level, "ilvl"): _level(level) for level in abstract.iter(f"{W}lvl")}
            self._levels[abstract.get(f"{W}abstractNumId", "")] = levels
        for item in root.iter(f"{W}num"):
            target = item.find(f"{W}abstractNumId")
            if target is not None:
                self._lists[item.get(f"{W}numId", "")] = target.get(f"{W}val", "")
            for override in item.iter(f"{W}startOverride"):
                parent = override.getparent()
                level = _number(parent, "ilvl") if parent is not None else 0
                self._counts[item.get(f"{W}numId", ""), level] = _number(override, "val") - 1

    def label(self, properties: "etree._Element | None") -> str:
        """The number of the next paragraph with these properties (w:pPr); empty when it has none."""
        if properties is None:
            return ""
        style = properties.find(f"{W}pStyle")
        found = _reference(properties.find(f"{W}numPr"))
        if found is None and style is not None:
            found = self._styles.get(style.get(f"{W}val", ""))
        if found is None or found[0] not in self._lists:
            return ""
        return self._next(*found)

    def _next(self, list_id: str, depth: int) -> str:
        abstract = self._lists[list_id]
        levels = self._levels.get(abstract, {})
        level = levels.get(depth)
        if level is None or level.kind == "bullet":
            return ""
        key = list_id if (list_id, depth) in self._counts else abstract
        self._counts[key, depth] = self._counts.get((key, depth), level.start - 1) + 1
        for deeper in [k for k in self._counts if k[0] == key and k[1] > depth]:
            del self._counts[deeper]
        text = level.pattern
        for upper, other in levels.items():
            count = self._counts.get((key, upper), other.start)
            kind = other.kind if upper == depth or not level.kind.startswith("decimal") else "decimal"
            text = text.replace(f"%{upper + 1}", _FORMATS.get(kind, str)(count))
        return text


def _reference(properties: "etree._Element | None") -> tuple[str, int] | None:
    if properties is None:
        return None
    list_id, level = properties.find(f"{W}numId"), properties.find(f"{W}ilvl")
    if list_id is None:
        return None
    return list_id.get(f"{W}val", ""), _number(level, "val") if level is not None else 0


def _level(element: "etree._Element") -> _Level:
    start, kind, pattern = (element.find(f"{W}{tag}") for tag in ("start", "numFmt", "lvlText"))
    return _Level(
        _number(start, "val") if start is not None else 1,
        kind.get(f"{W}val", "decimal") if kind is not None else "decimal",
        pattern.get(f"{W}val", "") if pattern is not None else "",
    )


def _number(element: "etree._Element", attribute: str) -> int:
    text = element.get(f"{W}{attribute}", "0")
    return int(text) if text.isdigit() and len(text) < 7 else 0
