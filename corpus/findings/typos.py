"""Likely typos, by three means: a table of wrong spellings, the document's own words, and words any department uses.

A form is suspect when one of its characters looks or sounds like another that would make it a well-known word. It is
always quoted with the suggestion, never corrected in silence (rule 18).
"""

import functools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.findings.rulebook import Checked, Hit, wording

_FOLDER = Path(__file__).parent
_CHINESE_RUN = re.compile(r"[\u4e00-\u9fff]{3,}")
# How often a word form must occur before a single deviation from it is suspect.
_OFTEN = 3
# Characters that stand beside any word: a difference in one of them is grammar, not a typo.
_GRAMMAR = frozenset(
    "的地得了着过在再和与及或以已有又为未是不对从向由被把将等各该其每这那之于所而且并也就都上下中内外前后里一二三四五六七八九十个年月日时"
)


_GAP = "\0"
_NOBODY: frozenset[str] = frozenset()
Gaps = dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Typo:
    start: int
    wrong: str
    right: str
    certain: bool  # from the table of wrong spellings


def typo_hits(checked: Checked) -> Iterator[Hit]:
    passages = list(checked.passages())
    common = word_forms(passage.text for passage in passages)
    for passage in passages:
        for typo in find_typos(passage.text, common):
            if typo.certain:
                message, suggestion = f"“{typo.wrong}”疑为“{typo.right}”之误。", f"改为“{typo.right}”。"
                yield Hit("typo", passage.place, message, suggestion, typo.wrong)
            else:
                message = f"“{typo.wrong}”疑为“{typo.right}”之误（字形或读音相近）。"
                yield Hit("typo-suspect", passage.place, message, f"请核对，如属笔误改为“{typo.right}”。", typo.wrong)


@dataclass(frozen=True, slots=True)
class WordForms:
    """What a document's words are: how often each run of two to four characters stands in it."""

    counts: Counter[str]
    often: Gaps  # of the runs that stand there often


def word_forms(texts: Iterable[str]) -> WordForms:
    """The words of `texts`. A sentence repeated word for word counts once: a typo is copied along with it."""
    distinct = {sentence.strip() for text in texts for sentence in re.split(r"[，,。；;！？\n]", text)}
    counts = Counter(part[i : i + n] for part in distinct for n in (2, 3, 4) for i in range(len(part) - n + 1))
    return WordForms(counts, _gaps(form for form, count in counts.items() if count >= _OFTEN))


def find_typos(text: str, common: WordForms | None = None) -> tuple[Typo, ...]:
    """The likely typos of `text`, in order; `common` is `word_forms` of the whole document."""
    forms = word_forms([text]) if common is None else common
    found = {typo.start: typo for typo in _suspects(text, forms)}
    found |= {typo.start: typo for typo in _listed(text)}
    return tuple(_apart(sorted(found.values(), key=lambda typo: (typo.start, not typo.certain))))


def _apart(typos: list[Typo]) -> Iterator[Typo]:
    end = 0
    for typo in typos:
        if typo.start >= end:
            yield typo
            end = typo.start + len(typo.wrong)


@functools.cache
def _table() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, wording()["typos"]), key=len, reverse=True)))


@functools.cache
def _by_chance() -> re.Pattern[str]:
    return re.compile(f"(?=({'|'.join(map(re.escape, wording()['typos_by_chance']['words']))}))")


def _listed(text: str) -> Iterator[Typo]:
    right = [match.span(1) for match in _by_chance().finditer(text)]
    for match in _table().finditer(text):
        if any(start <= match.start() and match.end() <= end for start, end in right):
            continue  # 采购制度 is no 购置度
        yield Typo(match.start(), match[0], wording()["typos"][match[0]], certain=True)


def _suspects(text: str, forms: WordForms) -> Iterator[Typo]:
    for run in _CHINESE_RUN.finditer(text):
        for at in range(run.start(), run.end()):
            if text[at] not in _GRAMMAR and _odd(text, at, run.start(), run.end(), forms.counts):
                typo = _suspect_at(text, at, run.start(), run.end(), forms.often)
                if typo:
                    yield typo


def _suspect_at(text: str, at: int, low: int, high: int, often: Gaps) -> Typo | None:
    """The word that text[at] is one look-alike or homophone away from: one of the document's, or a common term.

    Three characters tell a word only by their middle (网络升 is 网络|升级, not 网络生态); four tell it by any.
    """
    for length, position in _WINDOWS:
        first = at - position
        if first < low or first + length > high:
            continue
        form = text[first : first + length]
        gap = form[:position] + _GAP + form[position + 1 :]
        meant = _term_gaps().get(gap, _NOBODY) | often.get(gap, _NOBODY)
        if meant and (other := min(meant & (_confusable(text[at]) - _GRAMMAR), default="")):
            return Typo(first, form, gap.replace(_GAP, other), certain=False)
    return None


_WINDOWS = ((3, 1), (4, 0), (4, 3), (4, 1), (4, 2))


def _gaps(forms: Iterable[str]) -> Gaps:
    """Each form with one character left out -> the characters that stand there: looked up once for all look-alikes."""
    found: dict[str, set[str]] = defaultdict(set)
    for form in forms:
        for length, position in _WINDOWS:
            if len(form) == length:
                found[form[:position] + _GAP + form[position + 1 :]].add(form[position])
    return {gap: frozenset(characters) for gap, characters in found.items()}


@functools.cache
def _term_gaps() -> Gaps:
    return _gaps(_term_forms())


def _odd(text: str, at: int, low: int, high: int, counts: Counter[str]) -> bool:
    """Whether no pair or triple around text[at] occurs twice in the document, nor belongs to a common term."""
    for length in (2, 3):
        for first in range(max(low, at - length + 1), min(at, high - length) + 1):
            form = text[first : first + length]
            if counts[form] > 1 or form in _term_forms():
                return False
    return True


@functools.cache
def _term_forms() -> frozenset[str]:
    terms = wording()["terms"]["words"]
    return frozenset(term[i : i + n] for term in terms for n in (2, 3, 4) for i in range(len(term) - n + 1))


def _confusable(character: str) -> frozenset[str]:
    return _tables().get(character, frozenset())


@functools.cache
def _tables() -> dict[str, frozenset[str]]:
    """Each common character with those that look like it (either way) or sound like it."""
    alike: dict[str, set[str]] = {}
    for line in _lines("lookalikes.txt"):
        for other in line[1:]:
            alike.setdefault(line[0], set()).add(other)
            alike.setdefault(other, set()).add(line[0])
    for line in _lines("homophones.txt"):
        for character in line:
            alike.setdefault(character, set()).update(set(line) - {character})
    return {character: frozenset(others) for character, others in alike.items()}


def _lines(name: str) -> list[str]:
    text = (_FOLDER / name).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
