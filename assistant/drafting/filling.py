"""Blanks of a draft filled by name with what the user gave, wherever they stand. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from assistant.drafting.materials import BY_USER, blank, blank_names
from assistant.types import Draft, DraftCell, DraftParagraph, DraftTable, Origin, Sentence


def fill(draft: Draft, given: Mapping[str, str]) -> Draft:
    """The draft with blanks filled by name; what was filled is 由用户提供. A name fits a blank that begins with it."""

    def filled(text: str) -> str:
        for name, value in given.items():
            for open_name in blank_names(text):
                if _names(name, open_name):
                    text = text.replace(blank(open_name), _plain(value))
        return text

    def sentence(said: Sentence) -> Sentence:
        text = filled(said.text)
        if text == said.text:
            return said
        origin = said.origin if blank_names(text) or said.origin is not Origin.BLANK else Origin.NEW
        return Sentence(text, origin, tuple(dict.fromkeys((*said.sources, BY_USER))))

    def cell(one: DraftCell) -> DraftCell:
        text = filled(one.text)
        return one if text == one.text else replace(one, text=text, sources=(*one.sources, BY_USER))

    def block(one: DraftParagraph | DraftTable) -> DraftParagraph | DraftTable:
        if isinstance(one, DraftParagraph):
            return DraftParagraph(one.level, tuple(sentence(said) for said in one.sentences))
        return replace(one, rows=tuple(tuple(cell(c) for c in row) for row in one.rows))

    text = filled(draft.text)
    return replace(
        draft,
        text=text,
        sentences=tuple(sentence(said) for said in draft.sentences),
        blocks=tuple(block(one) for one in draft.blocks),
        blanks=open_blanks(text),
    )


def _names(name: str, open_name: str) -> bool:
    """Whether the user's `name` means this blank: 时限 means 完成时限, 数量 means 服务内容及数量."""
    head = open_name.split("，")[0]
    return name in (open_name, head) or (len(name) > 1 and head.endswith(name) and not head.startswith("第"))


def _plain(value: str) -> str:
    return " ".join(value.translate(str.maketrans("", "", "【】|<>`")).split())[:200]


def open_blanks(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(blank_names(text)))


def unfilled(given: Iterable[str], text: str) -> tuple[str, ...]:
    """The names given that no open blank of `text` answers to."""
    names = blank_names(text)
    return tuple(name for name in given if not any(_names(name, one) for one in names))
