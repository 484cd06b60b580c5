"""Items of a draft deleted, rewritten, merged, moved and added as asked, round by round. Pure."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.drafting.items import ItemEdit
from assistant.drafting.materials import BY_USER, stages
from assistant.types import Change, Origin, Sentence
from corpus.folding import squeeze


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """An item on its way: its sentences without the number, and whether the user asked for it. Known by identity."""

    sentences: tuple[Sentence, ...]
    changes: tuple[Change, ...]
    text: str
    asked: bool = False  # by the user, in their words


@dataclass(frozen=True, slots=True)
class Arranged:
    """`unread` are edits that name an item which is not there."""

    items: tuple[Item, ...]
    changes: tuple[Change, ...]
    unread: tuple[str, ...]


NewItem = Callable[[str], Item]


def arranged(
    items: Sequence[Item], edits: Sequence[ItemEdit], new_item: NewItem, alone: bool = False, now: int = 0
) -> Arranged:
    """`items` with the edits made. Numbers mean the items as they stood when the round began: as the user saw them.

    `alone`: the part is one undivided paragraph, of which nothing is moved. `now` is the last round: only of that one
    is it said what could not be done, the earlier ones have been answered.
    """
    state = _State(list(items), new_item, alone)
    wanted = _without_taken_back(edits)
    for round_number in sorted({edit.round for edit in wanted}):
        state.begin_round()
        for edit in (edit for edit in wanted if edit.round == round_number):
            state.apply(edit)
    return Arranged(tuple(state.items), tuple(state.changes), tuple(state.unread) if state.round == now else ())


def _without_taken_back(edits: Sequence[ItemEdit]) -> list[ItemEdit]:
    """第三句改回去: what was asked of that sentence before counts no more. What was never asked stays, to be named."""
    kept: list[ItemEdit] = []
    for edit in edits:
        before = [one for one in kept if one.kind == "sentence" and one.numbers == edit.numbers]
        if edit.kind == "restore_sentence" and before:
            kept.remove(before[-1])
        else:
            kept.append(edit)
    return kept


class _State:
    """The list while it is edited; `numbered` is what the user saw at the beginning of the round."""

    def __init__(self, items: list[Item], new_item: NewItem, alone: bool) -> None:
        self.items = items
        self.changes: list[Change] = []
        self.unread: list[str] = []
        self._new = new_item
        self._alone = alone
        self._numbered: list[Item] = []
        self._first = tuple(items)  # as this year's document has them
        self._of: dict[int, Item] = {}  # id of a changed item -> the item it was; `_made` keeps them alive
        self._made: list[Item] = []
        self.round = 0

    def begin_round(self) -> None:
        self._numbered = list(self.items)
        self.unread = []

    def apply(self, edit: ItemEdit) -> None:
        self.round = edit.round
        if edit.kind in ("sentence", "add", "restore"):
            getattr(self, f"_{edit.kind}")(edit, [])
            return
        if edit.kind == "restore_sentence":
            self.unread.append(f"{edit.said}（这一句没有改过）")
            return
        if edit.about and not (edit := self._numbered_by_words(edit)).numbers:
            return
        if edit.kind == "rewrite" and edit.numbers == (len(self.items) + 1,):
            self._add(replace(edit, numbers=()), [])  # 第九条：… of eight: one more
            return
        chosen = [item for number in edit.numbers if (item := self._at(number)) is not None]
        gone = [item for item in chosen if item not in self.items]
        if edit.kind == "delete" and gone:
            return  # said twice
        if len(chosen) < len(edit.numbers) or gone:
            self.unread.append(f"{edit.said}（没有这一条）")
            return
        getattr(self, f"_{edit.kind}")(edit, chosen)

    def _at(self, number: int) -> Item | None:
        place = len(self._numbered) + number if number < 0 else number - 1
        return self._numbered[place] if 0 <= place < len(self._numbered) else None

    def _numbered_by_words(self, edit: ItemEdit) -> ItemEdit:
        """The edit of the one item that the words are about, told by its first sentence, else by all of it."""
        heads = [n for n, item in enumerate(self._numbered, 1) if about(item.sentences[0].text, edit.about)]
        found = heads or [n for n, item in enumerate(self._numbered, 1) if about(item.text, edit.about)]
        if len(found) == 1:
            return replace(edit, numbers=(found[0], *edit.numbers))
        which = "、".join(f"第{number}条" for number in found)
        self.unread.append(f"{edit.said}（{which}都讲到，请说明是第几条）" if found else f"{edit.said}{NOT_THERE}")
        return replace(edit, numbers=())

    def _swap_in(self, old: Item, new: Item) -> None:
        self.items[self.items.index(old)] = new
        if old in self._numbered:
            self._numbered[self._numbered.index(old)] = new
        self._of[id(new)] = self._of.get(id(old), old)
        self._made.append(new)

    def _keep(self, edit: ItemEdit, chosen: list[Item]) -> None:
        for item in [item for item in self.items if item not in chosen]:
            self.items.remove(item)
            self.changes.append(Change(item.text[:60], "", "按要求只保留指定的各条"))

    def _shorten(self, edit: ItemEdit, chosen: list[Item]) -> None:
        """第一条短一点: the first half of its sentences, as they stand."""
        for item in chosen:
            groups = to_full_stops(item.sentences)
            kept = groups[: (len(groups) + 1) // 2]
            if len(kept) == len(groups):
                self.unread.append(f"{edit.said}（只有一句，请说明改成什么）")
                continue
            gone = "".join(sentence.text for group in groups[len(kept) :] for sentence in group)
            left = tuple(sentence for group in kept for sentence in group)
            self._swap_in(item, replace(item, sentences=left))
            self.changes.append(Change(gone, "", "按要求精简"))

    def _restore(self, edit: ItemEdit, _: list[Item]) -> None:
        """第二条改回去: the item that now stands there as it was, else the one that stood there and was deleted."""
        for number in edit.numbers:
            now = self._at(number)
            if now is not None and id(now) in self._of and now in self.items:
                was = self._of[id(now)]
                self.items[self.items.index(now)] = was
            elif 0 < number <= len(self._first) and (was := self._first[number - 1]) not in self._roots():
                later = [item for item in self._first[number:] if item in self._roots()]
                place = self._roots().index(later[0]) if later else len(self.items)
                self.items.insert(place, was)
            else:
                self.unread.append(f"{edit.said}（这一条没有改过）")
                continue
            self.changes.append(Change("", was.text[:60], "按要求恢复原来的文字"))

    def _roots(self) -> list[Item]:
        return [self._of.get(id(item), item) for item in self.items]

    def _delete(self, edit: ItemEdit, chosen: list[Item]) -> None:
        if len(set(map(id, chosen))) == len(self.items):
            self.unread.append(f"{edit.said}（删去后就没有内容了，没有删）")
            return
        for item in chosen:
            if item in self.items:
                self.items.remove(item)
                self.changes.append(Change(item.text[:60], "", "按要求删除"))

    def _delete_about(self, edit: ItemEdit, _: list[Item]) -> None:
        """What speaks of the words is left out: of a list the one word, of a sentence the clause, else the sentence."""
        found = False
        for item in list(self.items):
            kept = tuple(left for one in item.sentences if (left := _without(one, edit.words)) is not None)
            if kept == item.sentences:
                continue
            found = True
            self.changes.append(Change(edit.words, "", "按要求删除有关内容"))
            if any(sentence.sources for sentence in kept):
                self._swap_in(item, replace(item, sentences=kept))
            else:
                self.items.remove(item)
        if not found:
            self.unread.append(f"{edit.said}{NOT_THERE}")

    def _sentence(self, edit: ItemEdit, _: list[Item]) -> None:
        """第二句改成…: of a part that is one paragraph; its sentences as a reader counts them, to the full stop."""
        groups = to_full_stops(self.items[0].sentences) if len(self.items) == 1 else []
        number = edit.numbers[0]
        place = len(groups) + number if number < 0 else number - 1
        if not 0 <= place < len(groups):
            which = "没有这一句" if self._alone else "请说明是第几条的哪一句"
            self.unread.append(f"{edit.said}（{which}）")
            return
        old = "".join(sentence.text for sentence in groups[place])
        groups[place] = [Sentence(f"{edit.words.rstrip('。')}。", Origin.NEW, (BY_USER,))] if edit.words else []
        left = tuple(sentence for group in groups for sentence in group)
        if not left:
            self.unread.append(f"{edit.said}（删去后就没有内容了，没有删）")
            return
        self._swap_in(self.items[0], replace(self.items[0], sentences=left))
        self.changes.append(Change(old[:60].rstrip("。"), edit.words, "按要求改写" if edit.words else "按要求删除"))

    def _append(self, edit: ItemEdit, chosen: list[Item]) -> None:
        item = chosen[0]
        added = Sentence(f"{edit.words.rstrip('。')}。", Origin.NEW, (BY_USER,))
        self._swap_in(item, replace(item, sentences=(*item.sentences, added), text=f"{item.text}{added.text}"))
        self.changes.append(Change("", added.text, "按要求增加"))

    def _swap(self, edit: ItemEdit, chosen: list[Item]) -> None:
        """第一条的1200批次改为1300批次: in that item alone."""
        item = chosen[0]
        said = tuple(
            replace(s, text=s.text.replace(edit.old, edit.words), origin=Origin.EDITED, sources=(*s.sources, BY_USER))
            if edit.old in s.text
            else s
            for s in item.sentences
        )
        if said == item.sentences:
            self.unread.append(f"{edit.said}{NOT_THERE}")
            return
        self._swap_in(item, replace(item, sentences=said))
        self.changes.append(Change(edit.old, edit.words, "按要求替换"))

    def _rewrite(self, edit: ItemEdit, chosen: list[Item]) -> None:
        self.changes.append(Change(chosen[0].text[:60], edit.words, "按要求改写"))
        self._swap_in(chosen[0], self._new(edit.words))

    def _merge(self, edit: ItemEdit, chosen: list[Item]) -> None:
        first, *rest = dict.fromkeys(chosen)
        if not rest:
            self.unread.append(edit.said)
            return
        every = tuple(sentence for item in (first, *rest) for sentence in item.sentences)
        changes = tuple(change for item in (first, *rest) for change in item.changes)
        text = "".join(item.text for item in (first, *rest))
        self._swap_in(first, Item(every, changes, text, all(item.asked for item in chosen)))
        for item in rest:
            self.items.remove(item)
        self.changes.append(Change("；".join(item.text[:20] for item in (first, *rest)), text[:60], "按要求合并"))

    def _move(self, edit: ItemEdit, chosen: list[Item]) -> None:
        """The first item before (or after) the second; without a second one to the front or the end."""
        item, *target = chosen
        self.items.remove(item)
        if target and target[0] is not item:
            place = self.items.index(target[0]) + (edit.words == "after")
        else:
            place = len(self.items) if edit.words == "after" else 0
        self.items.insert(place, item)
        self.changes.append(Change("", item.text[:30], f"按要求移到第{place + 1}条"))

    def _bring(self, edit: ItemEdit, chosen: list[Item]) -> None:
        """第九条和第十条放到最前面: in the order they were named."""
        rest = [item for item in self.items if item not in chosen]
        self.items = [*rest, *chosen] if edit.words == "after" else [*chosen, *rest]
        self.changes.append(Change("", "；".join(item.text[:20] for item in chosen), "按要求移动"))

    def _exchange(self, edit: ItemEdit, chosen: list[Item]) -> None:
        if len(set(chosen)) != 2:
            self.unread.append(edit.said)
            return
        a, b = (self.items.index(item) for item in chosen)
        self.items[a], self.items[b] = self.items[b], self.items[a]
        self.changes.append(Change("", "；".join(item.text[:20] for item in chosen), "按要求对调"))

    def _emphasise(self, edit: ItemEdit, _: list[Item]) -> None:
        found = [item for item in self.items if about(item.text, edit.words)]
        if not found:
            self.items.append(self._new(edit.words))
            self.changes.append(Change("", edit.words, "按要求突出"))
            return
        if self._alone:
            moved = [replace(item, sentences=_first_about(item.sentences, edit.words)) for item in self.items]
        else:
            moved = found + [item for item in self.items if item not in found]
        if moved == self.items or [i.sentences for i in moved] == [i.sentences for i in self.items]:
            self.unread.append(f"{edit.said}（有关内容已在最前面，没有调整；可以说明要补充什么）")
            return
        self.items = moved
        self.changes.append(Change("", edit.words, "按要求突出，移到前面"))

    def _add(self, edit: ItemEdit, _: list[Item]) -> None:
        """To the end, or to the place that was named: 加上第四条：…"""
        place = edit.numbers[0] - 1 if edit.numbers else len(self.items)
        self.items.insert(max(0, place), self._new(edit.words))
        self.changes.append(Change("", edit.words, "按要求增加"))


NOT_THERE = "（文中没有这一内容）"
_HAN = "\u4e00-\u9fff"
# A clause that leans on the one before it cannot stand first.
_LEANING = re.compile(r"^(?:并|且|以|从而|进而|确保|使|为|其中|同时)")


def _without(sentence: Sentence, words: str) -> Sentence | None:
    """`sentence` without what speaks of `words`; None when nothing is left. Open blanks are left alone."""
    if sentence.origin is Origin.BLANK or not about(sentence.text, words):
        return sentence
    if words in {row["from"] for row in stages()["shorter"]}:  # 进一步, 切实: the sentence stands without it
        return replace(sentence, text=sentence.text.replace(words, ""), origin=Origin.EDITED)
    left = _without_member(sentence.text, words) or _without_clause(sentence.text, words)
    return replace(sentence, text=left, origin=Origin.EDITED) if left else None


def _without_member(text: str, words: str) -> str:
    """Of 经济发展、乡村振兴、污染防治等 without 乡村振兴: the others; empty when it is no member of a list."""
    word = re.escape(words)
    left = re.sub(rf"、{word}(?=[、，。；及和与等])|(?<=[对为在是：、]){word}、|(?<=[{_HAN}]、){word}(?=等)", "", text)
    return left if left != text and not about(left, words) else ""


def _without_clause(text: str, words: str) -> str:
    """The clauses of `text` that speak of something else; empty when they cannot stand alone."""
    end = text[-1] if text[-1:] in "。；！？，" else ""
    parts = re.split(r"(?<=[，；])", text.removesuffix(end))
    kept = [part for part in parts if not about(part, words)]
    left = "".join(kept).rstrip("，；")
    unfinished = kept and (_LEANING.match(kept[0]) or (len(parts) > 1 and kept[-1] != parts[-1] and len(left) < 6))
    return f"{left}{end}" if left and not unfinished else ""


def to_full_stops(sentences: tuple[Sentence, ...]) -> list[list[Sentence]]:
    groups: list[list[Sentence]] = [[]]
    for sentence in sentences:
        groups[-1].append(sentence)
        if sentence.text.endswith(("。", "！", "？")):
            groups.append([])
    return [group for group in groups if group]


def _first_about(sentences: tuple[Sentence, ...], words: str) -> tuple[Sentence, ...]:
    mine = tuple(sentence for sentence in sentences if about(sentence.text, words))
    return (*mine, *(sentence for sentence in sentences if sentence not in mine))


def about(text: str, words: str) -> bool:
    """Whether `text` speaks of `words`: all of it, or most of its pairs of characters."""
    said, asked = squeeze(re.sub(r"【待填：[^】]*】", "", text)), squeeze(words)
    pairs = [asked[i : i + 2] for i in range(len(asked) - 1)]
    return asked in said or (len(pairs) > 2 and sum(pair in said for pair in pairs) >= 0.8 * len(pairs))
