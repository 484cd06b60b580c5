"""Whether what a sentence says together stands together in its evidence: who does what, when, and whether not.

Every word of a false sentence can stand in the evidence: the deed of one office given to another, one project's purpose
to another, a date to another step, a 不得 before another verb. So each clause is held against those clauses of the
evidence that speak of the same, and only what they say may be said with it.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from assistant.verifying.claims import Claim, Text, masked
from assistant.verifying.owners import CLAUSE, bound_spans, fits

_SENTENCE = re.compile(r"[。！？!?\n]+")
_HAN = re.compile(r"[一-鿿]+")
_BREAKS = re.compile(r"[的了和与及等将应要须是为对把被由在]")
_ALIKE = 0.8  # of what the best clause of the evidence holds: these speak of the same
_LEAST = 0.3  # of a clause's pairs of characters: less is no sign that the same is spoken of
_SAME = 0.4
_WHOLE = 0.9  # of a clause's pairs that the evidence has at all: so much stands in one place of it
_FEW = 3
_MANY = 300  # figures in one text
_NOT = re.compile(
    r"不得|不能|不会|不准|不许|不再|不予|不需|不用|没有|尚未|未|无需|无法|禁止|严禁|切勿|取消|停止|暂停|免除|放松|放宽|削弱|弱化|淡化|放弃|撤销|解散|拒绝|反对|阻止"
    r"|不必|免予|免于|不(?!断|仅|但|同|少|低|超|足|大|小|高)"
)
_FORBIDDEN = re.compile(r"(?:不得|不能|不准|不许|不予|不再|严禁|禁止|切勿|没有|无需|未)(?P<deed>[一-鿿]{2})")
_AVERTED = re.compile(rf"{_NOT.pattern}|防止|避免|杜绝|严防|防范|制止")
_MOST = re.compile(r"最[多高大]|居首|首位|排(?:名)?第一(?!方)|榜首")
_FEWEST = re.compile(r"最[少低小]|末位|垫底")
_PASSIVE = re.compile(r"[由被受经和与、]|会同|联合|协同")


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause with what it speaks of, and whose and when it is: said in it, else before it."""

    plain: str
    content: frozenset[str]  # pairs of characters, without names, figures, dates and words that only join
    names: tuple[str, ...]
    about_names: tuple[str, ...]
    bodies: tuple[str, ...]
    about_bodies: tuple[str, ...]
    dates: tuple[Claim, ...]
    about_dates: tuple[Claim, ...]
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """The words that tell clauses apart: what only joins, and what names a body (局, 中心)."""

    joining: re.Pattern[str]
    body: re.Pattern[str]


def clauses_of(text: Text, words: Words) -> list[Clause]:
    found: list[Clause] = []
    names: tuple[str, ...] = ()
    header = tuple(
        n.text for n in text.anchors["name"] if text.plain.startswith("(") and n.start < text.plain.find("\n")
    )
    bodies: tuple[str, ...] = ()
    dates: tuple[Claim, ...] = ()
    bounds = tuple(bound_spans(text)) if len(text.claims) < _MANY else ()
    ended = 0
    for start, end in _spans(text.plain):
        if _SENTENCE.search(text.plain, ended, start):
            bodies, dates = (), ()
        ended = end
        inside = [a for a in text.anchors["name"] if start <= a.start < end]
        own_dates = tuple(d for d in text.dates if start <= d.start < end)
        claims = tuple(c for c in text.claims if start <= c.start < end)
        taken = [Claim(a.start - start, a.text, ()) for a in (*inside, *own_dates, *claims)]
        taken += [Claim(at - start, text.plain[at:to], ()) for at, to in bounds if start <= at < end]
        plain = masked(text.plain[start:end], taken)
        own_bodies = tuple(m[0] for m in words.body.finditer(plain))
        names = tuple(n.text for n in inside) or names
        bodies, dates = own_bodies or bodies, own_dates or dates
        found.append(
            Clause(
                text.plain[start:end],
                _content(plain, words),
                tuple(n.text for n in inside),
                tuple(dict.fromkeys((*names, *header))),
                own_bodies,
                bodies,
                own_dates,
                dates,
                claims,
            )
        )
    return found


def _spans(plain: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in CLAUSE.finditer(plain):
        if match.start() > start:
            yield start, match.start()
        start = match.end()
    if start < len(plain):
        yield start, len(plain)


def _content(plain: str, words: Words) -> frozenset[str]:
    for pattern in (words.body, _NOT, words.joining, _BREAKS):
        plain = pattern.sub(lambda m: "#" * len(m[0]), plain)
    return frozenset(run[0][i : i + 2] for run in _HAN.finditer(plain) for i in range(len(run[0]) - 1))


def _of_the_same(clause: Clause, evidence: list[Clause]) -> list[Clause]:
    """The clauses of the evidence that speak of what this one does; none where nothing is much like it."""
    if not clause.content:
        return []
    scores = [len(clause.content & other.content) / len(clause.content) for other in evidence]
    most = max(scores, default=0.0)
    return [e for e, s in zip(evidence, scores, strict=True) if s >= max(_LEAST, _ALIKE * most)]


# --- what does not stand together


def misplaced(
    sentence: Text, evidence: list[Text], words: Words, own: Collection[str], anew: bool = False
) -> Iterator[tuple[str, str]]:
    """What a clause says with others that speaks of something else in the evidence: (what kind, the words).

    A body that `own`, the names of the library, hold (the office whose document it is) need not be said each time. A text written
    `anew` may join in one clause what stands apart.
    """
    texts = [clauses_of(text, words) for text in evidence]
    held = [clause for clauses in texts for clause in clauses]
    # A clause may be made of two that stand beside each other.
    beside = [
        one.content | other.content
        for clauses in texts
        for one, other in zip(clauses, [*clauses[1:], clauses[-1]], strict=True)
    ]
    before: Clause | None = None
    for clause in clauses_of(sentence, words):
        alike = _of_the_same(clause, held)
        if alike:
            yield from _of_whom(clause, alike, own)
            yield from _when(clause, before, alike)
        if alike and not anew:
            yield from _how_much(clause, alike, held)
        if not anew:
            yield from _woven(clause, beside)
        yield from _whether(clause, alike, held)
        yield from _extremes(clause, evidence)
        before = clause


def _woven(clause: Clause, beside: list[frozenset[str]]) -> Iterator[tuple[str, str]]:
    """A clause whose words come from far apart: 舆情监测系统用于停车管理, of a text that speaks of both."""
    known = clause.content & frozenset().union(*beside)
    if len(known) >= _FEW and max(len(known & other) for other in beside) < _WHOLE * len(known):
        yield "wording", clause.plain[:20]


def _of_whom(clause: Clause, alike: list[Clause], own: Collection[str]) -> Iterator[tuple[str, str]]:
    said = clause.names or clause.about_names[-1:]
    for name in said:
        if not any(name in other.about_names or not other.about_names for other in alike):
            yield "name", name
    for body in clause.bodies:
        if any(body in name for name in own) or len(body) < 3:
            continue
        if not any(body in other.plain or body in other.about_bodies for other in alike):
            yield "name", body
    if _turned_round(clause, alike):
        yield "name", clause.bodies[0]


def _turned_round(clause: Clause, alike: list[Clause]) -> bool:
    """Whether two bodies stand in the other order than wherever the evidence has both."""
    if len(clause.bodies) < 2 or _PASSIVE.search(clause.plain):
        return False
    first, second = clause.bodies[:2]
    both = [other.plain for other in alike if first in other.plain and second in other.plain]
    return bool(both) and all(p.find(second) < p.find(first) and not _PASSIVE.search(p) for p in both)


def _when(clause: Clause, before: Clause | None, alike: list[Clause]) -> Iterator[tuple[str, str]]:
    said = clause.dates or (before.dates if before and not before.content and not before.claims else ())
    if any(c.value[0] in ("万元", "%") for c in clause.claims):
        return  # a figure's date is judged with the figure
    for date in said:
        if date.value[1] is None and date.value[2] is None:  # a year may be the whole document's
            continue
        if not any(fits(date, other, clause.plain) for one in alike for other in one.about_dates):
            yield "date", date.text


def _how_much(clause: Clause, alike: list[Clause], held: list[Clause]) -> Iterator[tuple[str, str]]:
    for claim in clause.claims:
        places = [other for other in held if any(c.value[:2] == claim.value[:2] for c in other.claims)]
        if places and not any(not other.content or other in alike for other in places):
            yield "figure", claim.text
    said = {claim.value[:2] for claim in clause.claims}
    if len(said) > 1 and clause.content and not any(said <= {c.value[:2] for c in other.claims} for other in held):
        yield "figure", clause.claims[-1].text


def _whether(clause: Clause, alike: list[Clause], held: list[Clause]) -> Iterator[tuple[str, str]]:
    """不得 must stand before what it stands before in the evidence, and may not be left out there."""
    for match in _NOT.finditer(clause.plain):
        deed = clause.plain[match.end() : match.end() + 2] or clause.plain[max(0, match.start() - 2) : match.start()]
        about = clause.content
        there = (o for o in held if match[0] in o.plain and _follows(match[0], deed, o.plain))
        if not any(not about or len(about & o.content) >= _SAME * len(about) for o in there):
            yield "wording", match[0]
    if _AVERTED.search(clause.plain):
        return
    for other in alike:
        for match in _FORBIDDEN.finditer(other.plain):
            said = match["deed"] in clause.plain
            if said and not any(match["deed"] in o.plain and not _AVERTED.search(o.plain) for o in held):
                yield "wording", match["deed"]


def _follows(word: str, deed: str, plain: str) -> bool:
    at = plain.find(word)
    return deed in plain[at:] or plain[:at].endswith(deed)


def _extremes(clause: Clause, evidence: list[Text]) -> Iterator[tuple[str, str]]:
    """最高 of one must be said of that one."""
    lines = [line for text in evidence for line in _SENTENCE.split(text.plain)]
    for pattern in (_MOST, _FEWEST):
        match = pattern.search(clause.plain)
        if not match:
            continue
        there = [line for line in lines if pattern.search(line)]
        if not there or not all(any(name in line for line in there) for name in clause.names[:1]):
            yield "wording", match[0]
