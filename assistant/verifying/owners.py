"""Whose a figure is: the project, field, date and kind of sum it is said of, in a sentence and in its evidence.

The right figure of the wrong project, month or unit is a wrong figure. So is one whose bound (不少于) or direction
(增加) was dropped or turned.
"""

import itertools
import re
from collections.abc import Iterator

from assistant.verifying.claims import Claim, Text

CLAUSE = re.compile(r"[,，;；。！？!?\n]+")
LINE = re.compile(r"[\n。！？!?]+")
_HAN = re.compile(r"[一-鿿]+")
_BOUNDS = {
    "≥": (r"≥|>=|不少于|不低于|不小于|至少|大于等于|大于或等于", r"及?以上|或以上"),
    ">": (r"(?<!不)(?:>|超过|大于|高于|多于|突破|超)", r"[多余]"),
    "≤": (r"≤|<=|不(?:得|能)?超过|不高于|不大于|不多于|至多|控制在|小于等于|小于或等于", r"及?以下|以内|之内"),
    "<": (r"(?<!不)(?:<|低于|少于|小于|不足|不到|接近|近)", r"不到"),
    "≈": (r"大?约|大概|将近", r"左右|上下"),
    "+": (r"增加|增长|提高|提升|上升|上涨|增幅|涨幅|(?<![最至])[高多]出?", r"的?(?:增长|增幅|涨幅)"),
    "-": (r"减少|下降|降低|节约|节省|压减|压缩|缩减|降幅|(?<![最至不])[低少]", r"的?(?:降幅|下降)"),
}
_BEFORE = {kind: re.compile(rf"(?:{before})(?:了|达到|达|为|在)?$") for kind, (before, _) in _BOUNDS.items()}
_AFTER = {kind: re.compile(after) for kind, (_, after) in _BOUNDS.items()}
_LONGEST_BOUND = 7  # characters before a figure
_LISTED = ("合计", "共计", "总计", "总共", "一共", "总和", "平均", "相差", "差额", "之和")
_COMPARED = re.compile(r"比(?!例|重|率|如|较|值|分)|高于|低于|多于|少于|大于|小于|超过|不如")
_DIRECTION = re.compile(r"[多高大超]|[少低小不]")
_SUM = re.compile(r"\((\d[\d.,]*(?:\+\d[\d.,]*)+)\)")
_STRETCH = re.compile(r"[到至~—-]+")
_UNTIL = ("到", "至", "截至", "截止")


def unfounded_figures(sentence: Text, evidence: list[Text]) -> Iterator[Claim]:
    """The figures of a sentence that the evidence does not give, or gives of something else."""
    given: dict[tuple[object, ...], list[tuple[Text, Claim]]] = {}
    for text in evidence:
        for found in text.claims:
            given.setdefault((found.value[:2], qualifiers(text, found)), []).append((text, found))
    for claim in sentence.claims:
        bounds, compared = qualifiers(sentence, claim), _compared(sentence, claim)
        at = [place for place in given.get((claim.value[:2], bounds), ()) if _same_measure(claim, place[1])]
        of_all = all(
            any(_belongs(sentence, claim, name, *place) for place in at) for name in _names_of(sentence, claim)
        )
        if claim.value[0] == "count" and _counts_projects(sentence, claim, evidence):
            continue
        if (
            not of_all
            or _astride(sentence, claim, evidence)
            or (compared and not any(_says_the_same(compared, text) for text in evidence))
        ):
            yield claim


def _counts_projects(sentence: Text, claim: Claim, evidence: list[Text]) -> bool:
    """三个项目合计: as many as a sum of the evidence has terms."""
    listed = any(word in _clause(sentence, claim) for word in _LISTED)
    if not listed or not sentence.plain.startswith("项目", claim.start + len(claim.text)):
        return False
    sums = (formula.split("+") for text in evidence for formula in _SUM.findall(text.plain))
    return any(len(terms) == claim.value[1] for terms in sums)


def _astride(sentence: Text, claim: Claim, evidence: list[Text]) -> bool:
    """3月底至6月底支出45%: a stretch of time that the evidence does not say so."""
    start, end = span(sentence.plain, claim.start, CLAUSE)
    dates = [d for d in sentence.dates if start <= d.start < end]
    for one, other in itertools.pairwise(dates):
        between = sentence.plain[one.start + len(one.text) : other.start]
        stretch = sentence.plain[one.start : other.start + len(other.text)]
        if _STRETCH.fullmatch(between) and not any(stretch in text.plain for text in evidence):
            return True
    return False


def qualifiers(text: Text, claim: Claim) -> frozenset[str]:
    """What bounds a figure or makes it a change: 不少于20次, 20次以上 and ≥20次 are one; 增长20% is not 20%."""
    before = text.plain[max(0, claim.start - _LONGEST_BOUND) : claim.start]
    after = text.plain[claim.start + len(claim.text) :][:_LONGEST_BOUND]
    found = {k for k in _BOUNDS if _BEFORE[k].search(before) or _AFTER[k].match(after)}
    if re.search(r"(?:提高|提升|降低|减少|增加|增长|下降)(?:到|至)$", before):
        found -= {"+", "-"}
    return frozenset(found)


def bound_spans(text: Text) -> Iterator[tuple[int, int]]:
    """Where the words stand that bound a figure: they are judged with it."""
    for claim in text.claims:
        start = max(0, claim.start - _LONGEST_BOUND)
        end = claim.start + len(claim.text)
        for kind in _BOUNDS:
            if before := _BEFORE[kind].search(text.plain[start : claim.start]):
                yield start + before.start(), claim.start
            if after := _AFTER[kind].match(text.plain, end):
                yield end, after.end()


def _same_measure(claim: Claim, found: Claim) -> bool:
    """A bare number may lack the measure word that the other has."""
    return claim.value[0] != "count" or claim.value[2] == found.value[2] or not claim.value[2]


def _names_of(sentence: Text, claim: Claim) -> list[Claim | None]:
    """The names that a figure must each be of: 均为10万元 is said of all before it, 分别 of one each. None: of nobody named."""
    said = _near(sentence, claim, "name")
    compared, listed = _compared(sentence, claim), any(word in _clause(sentence, claim) for word in _LISTED)
    if not said or compared:
        return [None]
    if len(said) > 1 and listed:
        return [said[-1]] if not _in_order(sentence, claim, said) else [None]
    return list(_in_order(sentence, claim, said) or said)


def _in_order(sentence: Text, claim: Claim, said: list[Claim]) -> list[Claim]:
    """Of several names (dates) beside as many figures of a unit: the one in the figure's place; else the nearest before."""
    start, end = span(sentence.plain, claim.start, CLAUSE)
    alike = [c for c in sentence.claims if start <= c.start < end and c.value[0] == claim.value[0]]
    if len(said) < 2 or len(alike) < 2:
        return []
    if len(alike) == len(said):
        return [said[alike.index(claim)]]
    return [a for a in said if a.start < claim.start][-1:]


def _belongs(sentence: Text, claim: Claim, name: Claim | None, text: Text, found: Claim) -> bool:
    """Whether the figure is said of what it belongs to in the evidence: project, field, date, and kind of sum."""
    if claim.value[0] == "rank":
        start, end = span(text.plain, found.start, LINE)
        return name is None or name.text in text.plain[start:end]
    if claim.value[0] == "count":
        return _same_thing(sentence, claim, text, found)
    for family in ("name", "label", "date"):
        said = ([name] if name else []) if family == "name" else _near(sentence, claim, family)
        said = _in_order(sentence, claim, said) or said
        owner = _owner(text, found, family)
        owners = _named_with(text, owner) if owner and family == "name" else [owner] if owner else []
        if said and owners and not any(fits(s, one, sentence.plain) for s in said for one in owners):
            return False
        if said and not owners and not _may_be_unsaid(family, said, text):
            return False
    sums = {c.value for c in _near(sentence, claim, "aggregate")}
    owner = _owner(text, found, "aggregate", within_clause=True)
    return not sums if owner is None else owner.value in sums


def _may_be_unsaid(family: str, said: list[Claim], text: Text) -> bool:
    """Whether a figure that the evidence gives without an owner may be given the one said: a list of budgets need not say so."""
    if family == "name":
        return not text.anchors["name"] or any(s.value == n.value for s in said for n in text.anchors["name"])
    if family == "date":  # a year may be the whole document's
        return all(s.value[1] is None for s in said)
    return any(s.value == ("total",) for s in said)


def _same_thing(sentence: Text, claim: Claim, text: Text, found: Claim) -> bool:
    """Whether a number counts what it counts in the evidence: the words after it (else before it) are the same."""
    after, before = _beside(sentence.plain, claim)
    start, end = span(text.plain, found.start, CLAUSE)
    if not after and not before:
        return True
    if (after, before)[not after] == _beside(text.plain, found)[not after]:
        return True
    alone = sum(start <= c.start < end and c.value[0] == "count" for c in text.claims) == 1
    return alone and (after or before) in text.plain[start:end]


def _beside(plain: str, claim: Claim) -> tuple[str, str]:
    """Two Han characters (or fewer) after a figure and before it, the words that bound it left out."""
    end = claim.start + len(claim.text)
    skipped = next((m.end() for k in _BOUNDS if (m := _AFTER[k].match(plain, end))), end)
    after = _HAN.match(plain, skipped)
    ahead = plain[max(0, claim.start - _LONGEST_BOUND) : claim.start]
    ahead = next((ahead[: m.start()] for k in _BOUNDS if (m := _BEFORE[k].search(ahead))), ahead)
    before = re.search(r"[一-鿿]{1,2}$", ahead)
    return after[0][:2] if after else "", before[0] if before else ""


def _near(sentence: Text, claim: Claim, family: str) -> list[Claim]:
    """The names (dates, fields) of the clause that the figure stands in, else the last ones before it."""
    start, end = span(sentence.plain, claim.start, CLAUSE)
    all_of = sentence.anchors[family]
    here = [a for a in all_of if start <= a.start < end]
    before = [a for a in all_of if a.start < claim.start]
    return here or ([] if family == "aggregate" else before[-1:])


def _owner(text: Text, found: Claim, family: str, within_clause: bool = False) -> Claim | None:
    """What a figure of the evidence belongs to: the nearest before it in its line; a name or field may stand above it."""
    start = span(text.plain, found.start, CLAUSE if within_clause else LINE)[0]
    anywhere = [a for a in text.anchors[family] if a.start < found.start]
    before = anywhere if family in ("name", "label") else [a for a in anywhere if a.start >= start]
    return before[-1] if before else None


def _named_with(text: Text, owner: Claim) -> list[Claim]:
    """A name and those beside it, no figure between: 办案业务费（县检察院本级，2023年）：156.80 万元 is of both."""
    start = span(text.plain, owner.start, LINE)[0]
    since = max((c.start for c in text.claims if start <= c.start < owner.start), default=start)
    return [n for n in text.anchors["name"] if since <= n.start <= owner.start]


def span(plain: str, at: int, ends: re.Pattern[str]) -> tuple[int, int]:
    """Where the clause (line) of a place begins and ends."""
    start = at
    while start and not ends.match(plain, start - 1):
        start -= 1
    end = ends.search(plain, at)
    return start, end.start() if end else len(plain)


def fits(said: Claim, owner: Claim, plain: str = "") -> bool:
    """A date said in part (6月底) fits one that says more (2025年6月底); all else must be equal.

    6月 is 6月底 only where `plain`, the sentence, says 到6月: what is spent in June is not what is spent by its end.
    """
    if len(said.value) != 3:
        return said.value == owner.value
    if said.value[2] is None and owner.value[2] == "底" and not plain[: said.start].endswith(_UNTIL):
        return False
    return all(s is None or s == o for s, o in zip(said.value, owner.value, strict=True))


# --- more than, less than


def _clause(sentence: Text, claim: Claim) -> str:
    start, end = span(sentence.plain, claim.start, CLAUSE)
    return sentence.plain[start:end]


def _compared(sentence: Text, claim: Claim) -> tuple[str, str, bool] | None:
    """甲比乙多25万元: the two names in their order, and whether the first is more; None where nothing is compared."""
    return comparison(_clause(sentence, claim), [n.text for n in sentence.anchors["name"]])


def comparison(clause: str, names: list[str]) -> tuple[str, str, bool] | None:
    """Which of two names a clause says to be more; None when it compares no two of `names`."""
    said = sorted({(clause.find(name), name) for name in names if name in clause})
    without = clause
    for _, name in said:
        without = without.replace(name, "#")
    match = _COMPARED.search(without)
    if len(said) < 2 or not match:
        return None
    directions = _DIRECTION.findall(without[match.start() :])
    return said[0][1], said[1][1], bool(directions) and directions[0] in "多高大超"


def _says_the_same(compared: tuple[str, str, bool], text: Text) -> bool:
    names = [n.text for n in text.anchors["name"]]
    return any(comparison(clause, names) == compared for clause in CLAUSE.split(text.plain))


def unfounded_comparisons(sentence: Text, evidence: list[Text]) -> Iterator[str]:
    """甲比乙多, said without a figure: some clause of the evidence must say the same."""
    names = [n.text for n in sentence.anchors["name"]]
    for clause in CLAUSE.split(sentence.plain):
        said = comparison(clause, names)
        if said and not any(_says_the_same(said, text) for text in evidence):
            match = _COMPARED.search(clause)
            yield match[0] if match else clause[:10]
