"""This year's words carried into next year: each edit is a Change with its reason, nothing is corrected in silence."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assistant.drafting.materials import blank, stages
from assistant.types import Change
from corpus.findings.rulebook import wording
from corpus.findings.typos import WordForms, find_typos
from corpus.findings.wording import DIRECTED, MIXED_ENUMERATION, glued_clauses, plan_spans

_HAN = "\u4e00-\u9fff"
_FULL_WIDTH = str.maketrans(",;:!?", "，；：！？")
_HALF = re.compile(rf"(?<=[{_HAN}”’》）)])[,;:!?](?=[{_HAN}“‘《（(])|(?<=[{_HAN}])[,;](?=$)")
# A year is not moved inside a title, a 文号 or a longer number.
_KEEP = re.compile(r"《[^》]*》|〔\d{4}〕|\[\d{4}\]")
# The reason of a change in the user's own words: they are a source then.
BY_REQUEST = "按要求替换"
_SUSPECT = "疑似笔误（字形或读音相近），请核对"


@dataclass(frozen=True, slots=True)
class Times:
    """From which budget year to which; either may be unknown."""

    base: int | None
    target: int | None

    @property
    def moves(self) -> bool:
        return self.target is not None and (self.base is None or self.target > self.base)


@dataclass(frozen=True, slots=True)
class Carrier:
    """What the edits need to know: the years, and the words of the whole document (for typos)."""

    times: Times
    words: WordForms

    def carry(self, text: str) -> tuple[str, tuple[Change, ...]]:
        """`text` for the target year, and what was changed in it and why."""
        changes: list[Change] = []
        for step in (
            self._typos,
            _punctuation,
            _brackets,
            _enumeration,
            _glued,
            _broken_start,
            _missing_words,
            _plans,
            _outdated,
            _stages,
            _years,
        ):
            for before, after, reason in step(text, self):
                if before in text:
                    text = text.replace(before, after, 1)
                    changes.append(Change(before, after, reason))
        return text, tuple(changes)

    def _typos(self, text: str, _: "Carrier") -> Iterator[tuple[str, str, str]]:
        for typo in find_typos(text, self.words):
            yield typo.wrong, typo.right, "更正错别字" if typo.certain else _SUSPECT


_Step = Callable[[str, Carrier], Iterator[tuple[str, str, str]]]


def _punctuation(text: str, _: Carrier) -> Iterator[tuple[str, str, str]]:
    if found := _HALF.findall(text):
        yield text, _HALF.sub(lambda m: m[0].translate(_FULL_WIDTH), text), f"半角标点改为全角（{len(found)}处）"


def _brackets(text: str, _: Carrier) -> Iterator[tuple[str, str, str]]:
    for match in re.finditer(rf"(?<=[{_HAN}])\(([^()（）]*)\)", text):
        yield match[0], f"（{match[1]}）", "半角括号改为全角"


def _enumeration(text: str, _: Carrier) -> Iterator[tuple[str, str, str]]:
    for match in MIXED_ENUMERATION.finditer(text):
        yield match[0], match[0].replace("，", "、").replace(",", "、"), "并列词语统一使用顿号"


def _glued(text: str, _: Carrier) -> Iterator[tuple[str, str, str]]:
    for before, after, clause in glued_clauses(text):
        yield f"{before}{after}", f"{before}，{after}", f"“{clause[:12]}…”中疑缺标点，请核对"


_SHI = re.compile(rf"^((?:[一二三四五六七八九十]+|\d+)[、.．])?是(?![否因非指由以此其])(?=[{_HAN}]{{2}})")


def _broken_start(text: str, _: Carrier) -> Iterator[tuple[str, str, str]]:
    if match := _SHI.match(text):
        before = match[0] + text[match.end() : match.end() + 4]
        yield before, before.replace("是", "", 1), "句首多余的“是”"


def _missing_words(text: str, _: Carrier) -> Iterator[tuple[str, str, str]]:
    for match in DIRECTED.finditer(text):
        yield match[0], f"{match[0].removesuffix(match[2])}的{match[2]}", "补“的”"


def _plans(text: str, carrier: Carrier) -> Iterator[tuple[str, str, str]]:
    target = carrier.times.target or carrier.times.base
    if target is None:
        return
    for row in stages()["plan"]:
        for match in re.finditer(row["from"], text):
            if row["first"] <= target <= row["last"] and not _successor_named(text, row["to"]):
                yield match[0], row["to"], f"{match[0]}已到期，改为接续的规划，请核对"
    for lapse in plan_spans(text):
        if lapse.last < target and lapse.quote.startswith("《"):
            yield lapse.quote, blank("现行有效的规划名称"), f"所引规划到{lapse.last}年为止，须改引现行规划或删去"


def _successor_named(text: str, name: str) -> bool:
    return name.strip("“”") in text


def _outdated(text: str, carrier: Carrier) -> Iterator[tuple[str, str, str]]:
    target = carrier.times.target or carrier.times.base
    for row in wording()["outdated"]:
        if row["replace"] and (target is None or target >= row["since"]):
            for match in re.finditer(row["pattern"], text):
                yield match[0], row["use"], f"较早的提法：{row['why']}"


def _stages(text: str, carrier: Carrier) -> Iterator[tuple[str, str, str]]:
    if not carrier.times.moves:
        return
    for row in stages()["stage"]:
        if row["from"] in text:
            yield row["from"], row["to"], "上年处于谋划、启动阶段的工作转入下一阶段"
    # 谋划建立…机制和推进…: the second verb belonged to 谋划 too, and 健全…和推进 would be no sentence.
    if match := re.search(r"(?:谋划|探索|筹备)建立[^，。；和]*(和(推进|实施|开展))(?=[^，。；]{2})", text):
        ahead = text[match.end() : match.end() + 4]
        yield match[1] + ahead, f"，持续{match[2]}{ahead}", "同上"


def _years(text: str, carrier: Carrier) -> Iterator[tuple[str, str, str]]:
    base, target = carrier.times.base, carrier.times.target
    if base is None or target is None or base == target:
        return
    kept = _KEEP.sub(lambda m: "\0" * len(m[0]), text)
    if re.search(rf"(?<!\d){base}(?=年)", kept):
        moved = "".join(part if whole is None else whole for part, whole in _moved(text, kept, base, target))
        yield text, moved, f"年度由{base}年改为{target}年"


def _moved(text: str, kept: str, base: int, target: int) -> Iterator[tuple[str, str | None]]:
    at = 0
    for match in re.finditer(rf"(?<!\d){base}(?=年)", kept):
        yield text[at : match.start()], None
        yield "", str(target)
        at = match.end()
    yield text[at:], None


def swap_words(text: str, pairs: tuple[tuple[str, str], ...]) -> tuple[str, tuple[Change, ...]]:
    """`text` with the words replaced that the user asked to replace."""
    changes: list[Change] = []
    for before, after in pairs:
        if counted := _other_figure(text, before, after):
            text = text.replace(*counted)
            changes.append(Change(*counted, BY_REQUEST))
        elif before in text and not (_COUNT.fullmatch(after) and not re.search(r"\d", before)):
            text = text.replace(before, after)
            changes.append(Change(before, after, BY_REQUEST))
    return text, tuple(changes)


_COUNT = re.compile(r"([≥≤]?\d[\d.,]*)\s*([\u4e00-\u9fff%％]{1,3})")


def _other_figure(text: str, before: str, after: str) -> tuple[str, str] | None:
    """风力灭火机改为80台 where 风力灭火机60台 stands: the figure is another one, the thing stays."""
    given = _COUNT.fullmatch(after)
    if given is None or re.search(r"\d", before):
        return None
    found = re.search(rf"{re.escape(before)}((?:不少于|不低于|达到|约)?)(\d[\d.,]*)\s*{re.escape(given[2])}", text)
    return (found[0], f"{before}{found[1]}{after}") if found else None


def apply_words(text: str, table: str, reason: str) -> tuple[str, tuple[Change, ...]]:
    """`text` with the words of a table of stages.toml (formal, shorter) replaced."""
    changes: list[Change] = []
    for row in stages()[table]:
        if row["from"] in text:
            text = text.replace(row["from"], row["to"])
            changes.append(Change(row["from"], row["to"], reason))
    return text, tuple(changes)
