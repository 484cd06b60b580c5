"""The narrative parts for next year: overall goal, itemised goals, safeguards; edited sentence by sentence."""

import re
from collections.abc import Iterable
from dataclasses import replace

from assistant.drafting.arranging import Item, about, arranged
from assistant.drafting.asked import as_deed, left_open
from assistant.drafting.carrying import BY_REQUEST, Carrier, apply_words, swap_words
from assistant.drafting.items import ItemEdit
from assistant.drafting.materials import BY_USER, Part, blank, measures, place, year_words
from assistant.drafting.wishes import Wishes
from assistant.types import Change, DraftParagraph, Origin, Sentence
from corpus.findings.goals import goal_parts
from corpus.findings.wording import sentences
from corpus.folding import squeeze
from corpus.numbers import chinese_number
from corpus.types import Section, SectionKind

# How each part numbers its items in the form.
_MARKS = {SectionKind.ITEMISED: "{}、", SectionKind.SAFEGUARD: "{}是"}
_MARK = re.compile(
    r"^\s*(?:[（(]?(?:[一二三四五六七八九十百]+|\d+)[）)]?(?:[、.．]\s*是?(?!否)|是|[、.．])|第[一二三四五六七八九十百\d]+[条项]?[、，是]?)\s*"
)
# A shorter item keeps this many sentences.
_SHORT = 2


def draft_part(kind: SectionKind, sections: tuple[Section, ...], carrier: Carrier, wishes: Wishes) -> Part:
    """A narrative part as paragraphs: one an item, numbered anew; nothing asked for is dropped in silence."""
    chosen = [section for section in sections if section.kind is kind]
    items = [_item(section, kind, carrier, wishes) for section in chosen]
    edits = [_in_words_of_the_draft(edit, items, carrier) for edit in wishes.items]
    done = arranged(items, edits, lambda words: _asked(words, kind), alone=kind is SectionKind.OVERALL)
    items, changes = list(done.items), done.changes
    if kind is SectionKind.OVERALL:
        items, more = _without_repeats(_joined(items), sections, wishes)
        changes += more
    blocks = []
    for number, item in enumerate(items, start=1):
        open_part = _measure(item, kind, number, carrier, wishes.quantify)
        mark = _MARKS.get(kind, "").format(chinese_number(number))
        blocks.append(DraftParagraph(0, _marked(mark, (*item.sentences, *open_part))))
    if not blocks:
        blocks = [DraftParagraph(0, (Sentence(blank(_EMPTY[kind]), Origin.BLANK),))]
    every = tuple(sentence for block in blocks for sentence in block.sentences)
    made = tuple(change for item in items for change in item.changes)
    return Part(tuple(blocks), every, (*made, *changes), done.unread)


def _in_words_of_the_draft(edit: ItemEdit, items: list[Item], carrier: Carrier) -> ItemEdit:
    """不要提精准脱贫 where the draft already writes 巩固拓展脱贫攻坚成果 for it."""
    if edit.kind != "delete_about":
        return edit
    carried, _ = carrier.carry(edit.words)
    text = "".join(sentence.text for item in items for sentence in item.sentences)
    return replace(edit, words=carried) if edit.words not in text and carried in text else edit


_EMPTY = {
    SectionKind.OVERALL: "总体绩效目标",
    SectionKind.ITEMISED: "分项绩效目标",
    SectionKind.SAFEGUARD: "工作保障措施",
}


def _marked(mark: str, said: tuple[Sentence, ...]) -> tuple[Sentence, ...]:
    first = said[0]
    return (Sentence(mark + first.text, first.origin, first.sources), *said[1:]) if mark else said


def _item(section: Section, kind: SectionKind, carrier: Carrier, wishes: Wishes) -> Item:
    where = place(section.source)
    text = _MARK.sub("", section.text) if kind in _MARKS else section.text
    said: list[Sentence] = []
    changes: list[Change] = []
    if kind in _MARKS and _slip(section.text):
        changes.append(Change(section.text[:8], section.text[:8].replace("是", "", 1), "统一各条的序号写法"))
    for sentence in sentences(text):
        carried, made = carrier.carry(sentence)
        carried, more = _styled(carried, wishes)
        changes += (*made, *more)
        sources = (where, BY_USER) if any(change.reason == BY_REQUEST for change in more) else (where,)
        said.append(Sentence(carried, Origin.EDITED if carried != sentence else Origin.KEPT, sources))
    if wishes.shorter and kind in _MARKS and len(said) > _SHORT:
        changes.append(Change("".join(s.text for s in said[_SHORT:]), "", "按要求精简"))
        said = said[:_SHORT]
    return Item(tuple(said), tuple(changes), text)


def _slip(text: str) -> bool:
    """二、是…: a number of one kind followed by the 是 of another."""
    return bool(re.match(r"^\s*(?:[一二三四五六七八九十]+|\d+)[、.．]\s*是(?!否)", text))


def _styled(text: str, wishes: Wishes) -> tuple[str, tuple[Change, ...]]:
    text, changes = swap_words(text, wishes.swap)
    if wishes.formal:
        text, more = apply_words(text, "formal", "按要求使用更正式的表述")
        changes += more
    if wishes.shorter:
        text, more = apply_words(text, "shorter", "按要求精简")
        changes += more
    return text, changes


def _measure(item: Item, kind: SectionKind, number: int, carrier: Carrier, quantify: bool) -> tuple[Sentence, ...]:
    """The open part of a goal that gives no figure: how much, by when, to what effect.

    Safeguards have one only where the user wants figures in every item (`quantify`).
    """
    parts = goal_parts(item.text)
    # An item of a year's goals that counts is the year's: 火灾受害率控制在0.9‰以内 needs no further time.
    if parts.quantity or item.asked or (kind is SectionKind.SAFEGUARD and not quantify):
        return ()
    year = year_words(carrier.times.target)
    if kind is SectionKind.OVERALL:
        words = f"{year}{blank('完成时限')}前，完成{blank('主要工作及数量')}，达到{blank('主要效果及数值')}。"
    else:
        amount, effect = measures(item.text)
        which = f"第{chinese_number(number)}条"
        words = (
            f"{year}{blank(f'{which}完成时限')}前，完成{blank(f'{which}工作数量{amount}')}，"
            f"达到{blank(f'{which}效果{effect}')}。"
        )
    return (Sentence(words, Origin.BLANK, item.sentences[0].sources),)


def _asked(words: str, kind: SectionKind) -> Item:
    """An item the user asked for, in their words; what they did not say stays open."""
    detail = blank("具体措施、责任股室和时间安排") if kind is SectionKind.SAFEGUARD else left_open(words)
    mark = "，" if detail.startswith(("达到", "完成")) else "。"
    said = [Sentence(f"{as_deed(words)}{mark}", Origin.NEW, (BY_USER,))]
    if detail:
        said.append(Sentence(f"{detail}。", Origin.BLANK))
    return Item(tuple(said), (), words, asked=True)


def _joined(items: list[Item]) -> list[Item]:
    """The overall goal is one paragraph, whatever was added."""
    if len(items) < 2:
        return items
    every = tuple(sentence for item in items for sentence in item.sentences)
    changes = tuple(change for item in items for change in item.changes)
    return [Item(every, changes, "".join(item.text for item in items))]


def _without_repeats(
    items: list[Item], sections: Iterable[Section], wishes: Wishes
) -> tuple[list[Item], tuple[Change, ...]]:
    """“更简洁”: the overall goal loses the sentences that the other parts repeat word for word."""
    if not wishes.shorter or not items:
        return items, ()
    others = (section for section in sections if section.kind in _MARKS)
    elsewhere = {squeeze(_MARK.sub("", sentence)) for section in others for sentence in sentences(section.text)}
    original = [sentence for sentence in sentences(items[0].text) if squeeze(sentence) in elsewhere]
    kept = [s for s in items[0].sentences if not any(about(s.text, repeated.rstrip("。")) for repeated in original)]
    if len(kept) == len(items[0].sentences) or not kept:
        return items, ()
    removed = Change("".join(original), "", "按要求精简：与分项目标、保障措施重复的句子不再写")
    return [replace(items[0], sentences=tuple(kept)), *items[1:]], (removed,)
