"""The text of Word paragraphs as it is printed, and beside it what a deletion, hidden text or a comment still says.

Tracked changes are read as accepted and hidden text is left out; but a 涉密 mark in any of them still counts for the
text it stands in, which then carries the mark, so that sealing drops it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from corpus.marks import is_marked, is_marked_prose
from corpus.readers.docx_numbering import Numbering, W

if TYPE_CHECKING:
    from lxml import etree

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_BREAKS = {f"{W}br": "\n", f"{W}cr": "\n", f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}noBreakHyphen": "-"}
_DELETED = (f"{W}del", f"{W}moveFrom")
_SKIPPED = (f"{W}pPr", f"{W}rPr", f"{W}instrText", f"{W}delInstrText", f"{W}rt", f"{W}tblPr", f"{W}sdtPr", f"{W}sectPr")
_OFF = ("0", "false", "off")
_MARK = "（涉密）"


@dataclass(frozen=True, slots=True)
class Notes:
    """Texts that stand outside the body: comments and footnotes by id."""

    comments: dict[str, str]
    footnotes: dict[str, str]


@dataclass(slots=True)
class Printed:
    """The text of one paragraph. `beside` is what was deleted, hidden or remarked in it."""

    text: str = ""
    beside: list[str] = field(default_factory=list)
    boxes: list["etree._Element"] = field(default_factory=list)  # text boxes anchored in it
    whole: str = ""  # the text with deletions and hidden text where they stood
    goes_on: bool = False  # the paragraph's end was deleted: the next one continues it

    def marked(self, in_cell: bool) -> str:
        """The text, with a mark when what stands beside it classifies it."""
        judge = is_marked if in_cell else is_marked_prose
        if not self.beside or judge(self.text):
            return self.text
        return self.text + _MARK if judge(self.whole) or any(map(is_marked, self.beside)) else self.text


class ParagraphReader:
    """Reads paragraphs in the order of the document (lists are counted on the way)."""

    def __init__(self, numbering: Numbering, hidden_styles: frozenset[str], notes: Notes) -> None:
        self._numbering = numbering
        self._hidden_styles = hidden_styles
        self._notes = notes

    def read(self, paragraph: "etree._Element") -> Printed:
        properties = paragraph.find(f"{W}pPr")
        printed = Printed()
        hidden = properties is not None and self._is_hidden_style(properties.find(f"{W}pStyle"))
        self._walk(paragraph, printed, hidden)
        if printed.text.strip():
            label = self._numbering.label(properties)
            printed.text, printed.whole = label + printed.text, label + printed.whole
        printed.goes_on = properties is not None and properties.find(f"{W}rPr/{W}del") is not None
        return printed

    def _is_hidden_style(self, style: "etree._Element | None") -> bool:
        return style is not None and style.get(f"{W}val") in self._hidden_styles

    def _is_hidden(self, run: "etree._Element") -> bool:
        properties = run.find(f"{W}rPr")
        if properties is None:
            return False
        vanish = properties.find(f"{W}vanish")
        if vanish is not None:
            return vanish.get(f"{W}val") not in _OFF
        return self._is_hidden_style(properties.find(f"{W}rStyle"))

    def _walk(self, element: "etree._Element", printed: Printed, unseen: bool) -> None:
        for child in _shown_children(element):
            tag = child.tag
            if tag in (f"{W}t", f"{M}t"):
                self._put(printed, child.text or "", unseen)
            elif tag == f"{W}delText":
                self._put(printed, child.text or "", True)
            elif tag in _BREAKS:
                self._put(printed, _BREAKS[tag], unseen)
            elif tag == f"{W}txbxContent":
                printed.boxes.append(child)
            elif tag in (f"{W}commentReference", f"{W}footnoteReference", f"{W}endnoteReference"):
                known = self._notes.comments if tag == f"{W}commentReference" else self._notes.footnotes
                printed.beside.append(known.get(child.get(f"{W}id", ""), ""))
            else:
                inner = unseen or tag in _DELETED or (tag == f"{W}r" and self._is_hidden(child))
                self._walk(child, printed, inner)

    @staticmethod
    def _put(printed: Printed, text: str, unseen: bool) -> None:
        printed.whole += text
        if unseen:
            printed.beside.append(text)
        else:
            printed.text += text


def _shown_children(element: "etree._Element") -> Iterator["etree._Element"]:
    """Children that may hold printed text; of alternatives only the first, or the text would stand there twice."""
    for child in element:
        if not isinstance(child.tag, str) or child.tag in _SKIPPED:
            continue
        if child.tag == f"{MC}AlternateContent":
            choices = [choice for choice in child if choice.tag in (f"{MC}Choice", f"{MC}Fallback")]
            with_text = [
                choice for choice in choices if next(choice.iter(f"{W}t", f"{W}txbxContent"), None) is not None
            ]
            yield from with_text[:1]
        else:
            yield child


def hidden_styles(styles: "etree._Element | None") -> frozenset[str]:
    """The ids of styles whose text is hidden, also by the style they are based on."""
    based: dict[str, str] = {}
    hidden: set[str] = set()
    for style in styles.iter(f"{W}style") if styles is not None else ():
        identity = style.get(f"{W}styleId", "")
        vanish, base = style.find(f"{W}rPr/{W}vanish"), style.find(f"{W}basedOn")
        if base is not None:
            based[identity] = base.get(f"{W}val", "")
        if vanish is not None and vanish.get(f"{W}val") not in _OFF:
            hidden.add(identity)
    for _ in range(20):  # a chain of styles is never longer; a circle ends here
        hidden |= {identity for identity, base in based.items() if base in hidden}
    return frozenset(hidden)


def all_text(element: "etree._Element") -> str:
    """Every text in `element`, deleted and hidden too."""
    return "".join(t.text or "" for t in element.iter(f"{W}t", f"{W}delText", f"{M}t"))
