"""The narrative of a document: parts, headings and numbered items, each with its kind and place."""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.folding import squeeze
from corpus.form import label_key, money_unit_of, title_of, unit_of
from corpus.types import Paragraph, SectionKind, Table

_CN = "一二三四五六七八九十百"
_PART = re.compile(rf"^第[{_CN}\d]+(?:部分|篇|编)")
_NUMBER = re.compile(
    rf"^\s*(?:[（(]\s*[{_CN}\d]+\s*[)）]|[{_CN}]+\s*[、.．]|\d{{1,3}}\s*[、.．](?!\d)|第[{_CN}\d]+[章节部分]+)\s*"
)
_KINDS: tuple[tuple[SectionKind, tuple[str, ...]], ...] = (
    (SectionKind.ITEMISED, ("分项绩效目标", "部门分项绩效目标", "分项目标", "年度分项绩效目标")),
    (
        SectionKind.OVERALL,
        (
            "总体绩效目标",
            "部门总体绩效目标",
            "年度总体绩效目标",
            "总体目标",
            "整体绩效目标",
            "年度总体目标",
            "总体绩效",
        ),
    ),
    (
        SectionKind.SAFEGUARD,
        ("工作保障措施", "保障措施", "实现年度发展规划目标的保障措施", "工作措施", "组织保障措施", "主要保障措施"),
    ),
    (
        SectionKind.DUTY,
        ("部门职责-工作活动", "部门职责及工作活动", "部门职责", "主要职责", "职责分工", "工作活动", "部门职能"),
    ),
)
_KNOWN = {name: kind for kind, names in _KINDS for name in names}
_BEGINNINGS = frozenset(name[:length] for name in _KNOWN for length in range(len(name) + 1))
_LONGEST_HEADING = 40
_OF_DEPARTMENT = re.compile("整[体體]")
_PROJECT_PART = re.compile(r"^(?:部门)?预算?项目(?:支出)?绩效目标$")
_TOC = re.compile(r"(?:[.…·．]{3,}|\t|\s{2,}|_{3,})\s*\d{1,4}\s*$")
_LINE_ENDS = tuple("。！？!?；;：:.）)")
_SENTENCE_END = re.compile(r"[。！？!?；;]")
_STYLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("是", re.compile(rf"^\s*第?[{_CN}]{{1,3}}\s*[是要](?![否不])")),
    ("、", re.compile(rf"^\s*[{_CN}]{{1,3}}\s*[、.．]")),
    ("（）", re.compile(rf"^\s*[（(]\s*[{_CN}]{{1,3}}\s*[)）]")),
    ("1.", re.compile(r"^\s*\d{1,3}\s*(?:[、．]|\.(?!\d))")),
    ("(1)", re.compile(r"^\s*[（(]\s*\d{1,3}\s*[)）]")),
    ("第", re.compile(rf"^\s*第[{_CN}\d]{{1,4}}[,，、:：]")),
)
_ARTICLE = re.compile(rf"^\s*第[{_CN}零〇\d]{{1,6}}条")
_CHAPTER = re.compile(rf"^\s*第[{_CN}零〇\d]{{1,5}}[章节]")
_INLINE = re.compile(rf"(?<=[。；;：:！!])\s*(?=[{_CN}]{{1,3}}是)")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading line. `rest` is the text glued to it on the same line; its offset is where it starts."""

    label: str  # as printed, e.g. 一、总体绩效目标
    kind: SectionKind
    rest_start: int | None


@dataclass(frozen=True, slots=True)
class Passage:
    """One section to be: paragraphs that belong together, by their index in the document's blocks."""

    kind: SectionKind
    ordinal: int | None
    path: tuple[str, ...]
    texts: tuple[str, ...]
    blocks: tuple[int, ...]
    heading: str


def is_contents_entry(text: str) -> bool:
    """A line of a table of contents: it ends in dots or a gap and a page number."""
    return len(text) < 200 and bool(_TOC.search(text.strip()))


@functools.lru_cache(maxsize=4096)
def part_of(text: str) -> str | None:
    """`第二部分` when `text` is the heading of a part."""
    if len(text) > 60 or is_contents_entry(text) or _SENTENCE_END.search(text):
        return None
    found = _PART.match(squeeze(text))
    return found[0] if found else None


@functools.lru_cache(maxsize=4096)
def heading_of(text: str) -> Heading | None:
    """The known heading `text` starts with (总体绩效目标 …), with or without text on the same line."""
    if is_contents_entry(text):
        return None
    number = _NUMBER.match(text)
    start = number.end() if number else 0
    end = _heading_end(text, start)
    if end is None:
        return None
    name, rest = text[start:end], text[end:]
    gap = re.match(r"[\s:：。—\-]*", rest)
    body = end + (gap.end() if gap else 0)
    kind = _KNOWN[_bare(name)]
    if body >= len(text):
        return Heading(text[:end].strip(), kind, None)
    separated = body > end
    if (separated and (number or ":" in squeeze(rest[:2]))) or (number and len(text) - body >= 15):
        return Heading(text[:end].strip(), kind, body)
    return None


def _bare(text: str) -> str:
    return re.sub(r"[—–－\-]+", "-", squeeze(text))


def _heading_end(text: str, start: int) -> int | None:
    """Where the longest known heading name at `start` ends; white space inside it does not matter."""
    best, bare = None, ""
    for end in range(start + 1, min(len(text), start + _LONGEST_HEADING) + 1):
        sign = _folded_sign(text[end - 1])
        bare += "" if sign == "-" == bare[-1:] else sign
        if bare not in _BEGINNINGS:
            break
        if sign and bare in _KNOWN:
            best = end
    return best


@functools.lru_cache(maxsize=4096)
def _folded_sign(sign: str) -> str:
    return _bare(sign)


def item_style(text: str) -> str | None:
    """The style of numbering `text` starts with, or None."""
    for style, pattern in _STYLES:
        if pattern.match(text):
            return style
    return None


def item_label(text: str) -> str:
    """The bare number of an item as printed: 六 for 六是… and 六、…, 3 for 3. and （3）."""
    found = re.match(rf"^\s*第?[（(]?\s*([{_CN}]{{1,3}}|\d{{1,3}})", text)
    return found[1] if found else ""


def without_number(text: str) -> str:
    """`text` without the numbering it starts with: 进一步… for 二、是进一步…."""
    style = item_style(text)
    if style is None:
        return text.strip()
    pattern = dict(_STYLES)[style]
    return (
        re.sub(r"^是", "", pattern.sub("", text, count=1).strip())
        if style != "是"
        else pattern.sub("", text, count=1).strip()
    )


def split_inline(text: str) -> list[str]:
    """A paragraph that holds 一是…。二是…。 as its items; one element when it does not."""
    pieces = _INLINE.split(text)
    if len(pieces) < 3 and not (len(pieces) == 2 and item_style(pieces[0]) == "是"):
        return [text]
    labels = [item_label(piece) for piece in pieces if item_style(piece) == "是"]
    return pieces if len(set(labels)) == len(labels) >= 2 else [text]


def first_sentence(text: str) -> str:
    """`text` up to its first full stop, at most 60 characters."""
    sentence = re.split(r"(?<=[。！？!?；;])", text.strip(), maxsplit=1)[0]
    return sentence if len(sentence) <= 60 else sentence[:60] + "…"


# --- walking a document -------------------------------------------------------------------------------------------

_PART_NAMES = re.compile(r"^(?:部门|单位|部门\(单位\)|部门预算)?(?:整体|预算项目|项目)(?:支出)?绩效目标(?:情况)?$")
_ITEM_KINDS = (SectionKind.ITEMISED, SectionKind.SAFEGUARD, SectionKind.DUTY)
_LONGEST_PASSAGE = 600  # characters; reference text without headings is cut at the next paragraph after that
_SHORT_LINE = 40


def passages(blocks: Sequence[Paragraph | Table], form_blocks: frozenset[int]) -> list[Passage]:
    """The sections of a document in order. `form_blocks` are the indices of the blocks that make project tables."""
    walker = _Walker(_has_structure(blocks, form_blocks))
    for index, block in enumerate(blocks):
        if index in form_blocks:
            walker.close()
        elif isinstance(block, Table):
            walker.table(index, block)
        else:
            walker.paragraph(index, block.text)
    walker.flush()
    return walker.done


def part_paths(blocks: Sequence[Paragraph | Table]) -> list[tuple[str, ...]]:
    """For each block the part it stands in, as a heading path of at most one step.

    A table after the part about the whole department stands in none: the heading of the projects' part is missing.
    """
    paths: list[tuple[str, ...]] = []
    path: tuple[str, ...] = ()
    numbered = of_department = False
    for block in blocks:
        if isinstance(block, Paragraph):
            part = part_of(block.text)
            if part or is_part_name(block.text):
                of_department = bool(_OF_DEPARTMENT.search(block.text))
            if part:
                path, numbered = (part,), True
            elif not numbered and is_part_name(block.text):
                path = (block.text.strip(),)
        paths.append(() if of_department and isinstance(block, Table) else path)
    return paths


def is_part_name(text: str) -> bool:
    """`部门整体绩效目标`, `二、预算项目绩效目标`: the name of a part, whether numbered or not."""
    if len(text) > _SHORT_LINE or not ("绩" in text or "績" in text):
        return False
    return bool(_PART_NAMES.match(squeeze(_NUMBER.sub("", text, count=1))))


def _has_structure(blocks: Sequence[Paragraph | Table], form_blocks: frozenset[int]) -> bool:
    return bool(form_blocks) or any(isinstance(b, Paragraph) and heading_of(b.text) for b in blocks)


class _Walker:
    def __init__(self, structured: bool) -> None:
        self.done: list[Passage] = []
        self.structured = structured
        self.started = not structured  # past the cover
        self.part: tuple[str, ...] = ()
        self.heading: Heading | None = None
        self.style: str | None = None
        self.count = 0
        self.ordinal: int | None = None
        self.path: tuple[str, ...] = ()
        self.texts: list[str] = []
        self.indices: list[int] = []
        self.levels: list[tuple[str, str]] = []  # style and text of the headings reference text stands under
        self.title: str | None = None

    @property
    def kind(self) -> SectionKind:
        return self.heading.kind if self.heading else SectionKind.OTHER

    def flush(self) -> None:
        if self.texts:
            label = self.heading.label if self.heading else (self.path[-1] if self.path else "")
            passage = Passage(self.kind, self.ordinal, self.path, tuple(self.texts), tuple(self.indices), label)
            self.done.append(passage)
        self.texts, self.indices, self.ordinal = [], [], None

    def close(self) -> None:
        """A project table begins or goes on: what was open ends."""
        self.flush()
        self.started = True
        self.heading, self.levels = None, []

    def table(self, index: int, table: Table) -> None:
        self.flush()
        self.path = self.path or self.part
        for row in table.rows:
            shown = " ｜ ".join(cell.shown for cell in row if cell.shown)
            if shown:
                self._append(index, shown)
        self.flush()

    def paragraph(self, index: int, text: str) -> None:
        if is_contents_entry(text) or not text.strip():
            return
        part = part_of(text)
        heading = None if part else heading_of(text)
        if part or (self.structured and is_part_name(text)):
            self._part(part or text.strip(), bool(part))
        elif heading:
            self._known_heading(index, text, heading)
        elif self.structured and self._is_furniture(text):
            return
        elif self.heading:
            self._body(index, text)
        else:
            self._reference(index, text)

    def _is_furniture(self, text: str) -> bool:
        """Cover lines, and the title, unit and unit of money lines of tables."""
        if title_of(text) or money_unit_of(text) or label_key(text):
            return True
        if unit_of(text) and not self.heading:
            return True
        return not self.started and len(text) <= _SHORT_LINE and not _SENTENCE_END.search(text)

    def _part(self, name: str, numbered: bool) -> None:
        self.flush()
        self.started = True
        self.heading, self.levels, self.path = None, [], ()
        if numbered or not (self.part and _PART.match(squeeze(self.part[0]))):
            self.part = (name,)

    def _known_heading(self, index: int, text: str, heading: Heading) -> None:
        self.flush()
        self.started = True
        same = self.heading is not None and self.heading.label == heading.label
        self.heading, self.style = heading, None
        self.count = self.count if same else 0
        self.path = (*self.part, heading.label)
        if heading.rest_start is not None:
            self._body(index, text[heading.rest_start :])

    def _body(self, index: int, text: str) -> None:
        assert self.heading is not None
        if self._leaves_heading(text):
            self.flush()
            self.heading = None
            self._reference(index, text)
        elif self.kind in _ITEM_KINDS:
            for piece in split_inline(text):
                self._item(index, piece)
        else:
            self._append(index, text)

    def _leaves_heading(self, text: str) -> bool:
        """A heading of the same style as the open one, not known, after text or items of another style."""
        assert self.heading is not None
        style = item_style(text)
        own = item_style(self.heading.label)
        if style is None or style != own or len(text) > _SHORT_LINE or _SENTENCE_END.search(text):
            return False
        return self.style not in (None, own) if self.kind in _ITEM_KINDS else bool(self.texts)

    def _item(self, index: int, text: str) -> None:
        style = item_style(text)
        self.style = self.style or style
        if style is not None and style == self.style:
            self.flush()
            self.count += 1
            self.ordinal = self.count
            assert self.heading is not None
            self.path = (*self.part, self.heading.label, item_label(text))
        self._append(index, text)

    def _reference(self, index: int, text: str) -> None:
        if self.title is None and not self.structured:
            self.title = text if len(text) <= 60 and not _SENTENCE_END.search(text) else ""
            if self.title:
                return
        article = _ARTICLE.match(text)
        if article or self._is_reference_heading(text):
            self.flush()
            style = "article" if article else ("chapter" if _CHAPTER.match(text) else item_style(text) or "")
            outer = [level for level in self.levels if level[0] == style]
            self.levels = self.levels[: self.levels.index(outer[0])] if outer else self.levels
            self.levels = [*self.levels, (style, article[0].strip() if article else text.strip())]
            if not article:
                self.path = self._reference_path()
                return
        if sum(map(len, self.texts)) > _LONGEST_PASSAGE:
            self.flush()
        self.path = self._reference_path()
        self._append(index, text)

    def _is_reference_heading(self, text: str) -> bool:
        if len(text) > _SHORT_LINE or _SENTENCE_END.search(text):
            return False
        return bool(_CHAPTER.match(text)) or item_style(text) in ("、", "（）")

    def _reference_path(self) -> tuple[str, ...]:
        path = (*self.part, *(text for _, text in self.levels))
        return path or ((self.title,) if self.title else ())

    def _append(self, index: int, text: str) -> None:
        if not self.path:
            self.path = self._reference_path()
        self.texts.append(text.strip())
        self.indices.append(index)


def joined(texts: Sequence[str]) -> str:
    """Paragraphs as one text: a line broken inside a sentence goes on, other paragraphs stand on lines of their own."""
    pieces: list[str] = []
    for text in filter(None, texts):
        if pieces and (pieces[-1].endswith(_LINE_ENDS) or item_style(text) is not None):
            pieces.append("\n")
        pieces.append(text)
    return "".join(pieces)
