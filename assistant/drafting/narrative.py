"""The narrative parts for next year: overall goal, itemised goals, safeguards; edited sentence by sentence."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from assistant.drafting.arranging import NOT_THERE, Item, about, arranged, to_full_stops
from assistant.drafting.asked import as_deed, left_open
from assistant.drafting.carrying import BY_REQUEST, Carrier, apply_words, swap_words
from assistant.drafting.indicator_words import recounted
from assistant.drafting.items import ItemEdit
from assistant.drafting.materials import BY_USER, Part, blank, measures, place, year_words
from assistant.drafting.wishes import Wishes
from assistant.types import Change, DraftParagraph, Origin, Sentence
from corpus.findings.goals import goal_parts
from corpus.findings.wording import has_figure, sentences
from corpus.folding import squeeze
from corpus.numbers import chinese_number
from corpus.types import Section, SectionKind

# How each part numbers its items in the form.
_MARKS = {SectionKind.ITEMISED: "{}、", SectionKind.SAFEGUARD: "{}是"}
_MARK = re.compile(
    r"^\s*(?:[（(](?:[一二三四五六七八九十百]+|\d+)[）)](?:[、.．]|是(?!否))?|(?:[一二三四五六七八九十百]+|\d+)(?:[、.．]\s*是?(?!否)|是|[、.．])|第[一二三四五六七八九十百\d]+[条项]?[、，是]?)\s*"
)
# A shorter item keeps this many sentences; asked for once more, one.
_SHORT = 2


def draft_part(kind: SectionKind, sections: tuple[Section, ...], carrier: Carrier, wishes: Wishes) -> Part:
    """A narrative part as paragraphs: one an item, numbered anew; nothing asked for is dropped in silence."""
    chosen = [section for section in sections if section.kind is kind]
    items = [_item(section, kind, carrier, wishes) for section in chosen]
    edits = [_in_words_of_the_draft(edit, items, carrier) for edit in wishes.items]
    done = arranged(items, edits, lambda words: _asked(words, kind), kind is SectionKind.OVERALL, wishes.round)
    items, changes = list(done.items), done.changes
    if kind is SectionKind.OVERALL:
        items, more = _without_repeats(_joined(items), sections, wishes)
        changes += more
    items, cut = _within_limits(items, kind, wishes)
    changes += cut
    blocks = []
    for number, item in enumerate(items, start=1):
        open_part = _measure(item, kind, number, carrier, wishes.quantify)
        mark = _MARKS.get(kind, "").format(chinese_number(number))
        blocks.append(DraftParagraph(0, _marked(mark, (*item.sentences, *open_part))))
    if not blocks:
        blocks = [DraftParagraph(0, (Sentence(blank(_EMPTY[kind]), Origin.BLANK),))]
    every = tuple(sentence for block in blocks for sentence in block.sentences)
    made = tuple(change for item in items for change in item.changes)
    return Part(
        tuple(blocks),
        every,
        (*made, *changes),
        (*done.unread, *_limits_unmet(items, cut, wishes), *_not_counted(chosen, wishes)),
    )


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
        carried, counted = recounted(carried, wishes.indicators)
        changes += (*made, *more, *counted)
        given = counted or any(change.reason == BY_REQUEST for change in more)
        sources = (where, BY_USER) if given else (where,)
        said.append(Sentence(carried, Origin.EDITED if carried != sentence else Origin.KEPT, sources))
    most = _SHORT if wishes.shorter == 1 else 1
    if wishes.shorter and kind in _MARKS and len(said) > most:
        changes.append(Change("".join(s.text for s in said[most:]), "", "按要求精简"))
        said = said[:most]
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


def _within_limits(items: list[Item], kind: SectionKind, wishes: Wishes) -> tuple[list[Item], tuple[Change, ...]]:
    """控制在300字以内: whole sentences are left out, none is rewritten. The first stays, then those with figures, then
    the short ones, which say more things in as many characters.

    A part that is to be shorter for the second time, and is one paragraph, loses a third.
    """
    if not items:
        return items, ()
    each = min((limit.characters for limit in wishes.limits if limit.each), default=None)
    whole = min((limit.characters for limit in wishes.limits if not limit.each), default=None)
    if kind is SectionKind.OVERALL:
        each = whole or each
        if wishes.shorter > 1 and each is None:
            each = _characters(items[0].sentences) * 2 ** (wishes.shorter - 1) // 3 ** (wishes.shorter - 1)
    elif whole is not None:
        each = min(each or whole, max(_LEAST_OF_ITEM, whole // len(items)))
    if each is None:
        return items, ()
    cut = [_cut(item, each) for item in items]
    return [item for item, _ in cut], tuple(change for _, change in cut if change)


def _limits_unmet(items: list[Item], cut: tuple[Change, ...], wishes: Wishes) -> Iterator[str]:
    """What of the last round's limits is still passed, or was kept before anything was cut."""
    for limit in (limit for limit in wishes.limits if limit.round == wishes.round):
        lengths = [_characters(item.sentences) for item in items]
        now = max(lengths, default=0) if limit.each else sum(lengths)
        how = "各条最长" if limit.each else "现有"
        if now > limit.characters:
            yield f"{limit.said}（{how}{now}字，再短就要删改整句，请指明合并或删去哪几条）"
        elif not cut:
            yield f"{limit.said}（{how}{now}字，已在这个字数以内，没有删减；待填处不计）"


def _not_counted(sections: list[Section], wishes: Wishes) -> Iterator[str]:
    """投诉办结率提高到99% where no item of the part says how many."""
    for wish in (wish for wish in wishes.indicators if wish.round == wishes.round):
        if not any(recounted(section.text, (wish,))[1] for section in sections):
            yield f"{wish.whole}{NOT_THERE}"


# An item is not cut below this many characters for the sake of the whole.
_LEAST_OF_ITEM = 30


def _cut(item: Item, most: int) -> tuple[Item, Change | None]:
    groups = to_full_stops(item.sentences)
    order = sorted(range(len(groups)), key=lambda n: (n != 0, not has_figure(_text(groups[n])), len(_text(groups[n]))))
    kept: set[int] = set()
    left = most
    for number in order:
        length = _characters(groups[number])
        if not kept or length <= left:
            kept.add(number)
            left -= length
    if len(kept) == len(groups):
        return item, None
    said = tuple(sentence for number in sorted(kept) for sentence in groups[number])
    gone = "".join(_text(group) for number, group in enumerate(groups) if number not in kept)
    return replace(item, sentences=said), Change(gone, "", f"按要求控制在{most}字左右，删去的句子可以说“恢复”")


def _text(said: Iterable[Sentence]) -> str:
    return "".join(sentence.text for sentence in said)


def _characters(said: Iterable[Sentence]) -> int:
    return len(re.sub(r"【待填：[^】]*】", "", _text(said)))


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
