"""Which projects a message names: by code, whole name, part of a name, place in the list, or a misspelling.

Two names that fit are two candidates: the caller asks, it never guesses.
"""

import functools
import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, replace

from assistant.understanding.catalogue import GENERIC, Catalogue, Entry
from assistant.understanding.lexicon import group, normal, words
from assistant.understanding.scan import Scan
from assistant.understanding.sounds import in_order_by_sound, keys_of, run_of, tells_something
from assistant.understanding.types import Mention, ProjectKey
from assistant.understanding.wordlist import WordList
from corpus.folding import squeeze

# What may stand inside one mention without ending it.
_GLUE = re.compile(r"(?:的|之|那个|这个|那|这|类|方面|项目|资金|服务|工作|用)*")


@dataclass(frozen=True, slots=True)
class _Fragment:
    """A longest stretch of the message that stands in some project name."""

    start: int
    end: int
    names: frozenset[int]
    tells: bool  # more than words that stand in every name


def take_names(scan: Scan, catalogue: Catalogue) -> list[Mention]:
    """Mentions by whole names, the longest first, so that a name inside another is not taken for itself."""
    found: list[tuple[int, Mention]] = []
    present = {name: name for name in _possible(scan.text, catalogue) if name in scan.text}
    present |= {bare: name for bare, name in catalogue.unbracketed.items() if bare in scan.text}
    for said in sorted(present, key=len, reverse=True):
        for match in scan.take(re.compile(re.escape(said))):
            found.append((match.start(), Mention(said, keys_of(catalogue.by_name[present[said]]))))
    return [mention for _, mention in sorted(found, key=lambda item: item[0])]


def _possible(text: str, catalogue: Catalogue) -> Iterator[str]:
    """Names whose first pair of characters stands in the text: a cheap sieve before the search."""
    pairs = {text[i : i + 2] for i in range(len(text) - 1)}
    numbers = (n for pair in pairs for n in catalogue.beginnings.get(pair, ()))
    return (catalogue.names[n] for n in numbers if len(catalogue.names[n]) > 2)


def take_partial_names(scan: Scan, catalogue: Catalogue, within: Set[ProjectKey] | None) -> list[Mention]:
    """Mentions by parts of names; `within` limits the candidates to the units and years asked for."""
    mentions: list[Mention] = []
    for cluster in _clusters(scan, list(_fragments(scan, catalogue)), catalogue):
        names = frozenset.intersection(*(f.names for f in cluster))
        start, end = cluster[0].start, cluster[-1].end
        text = scan.text[start:end]
        keys = tuple(k for k in keys_of(_bearers(names, catalogue)) if within is None or k in within)
        if not keys:
            continue
        scan.use(start, end)
        foreign = _foreign(scan, start, end, names, catalogue)
        if foreign or any(f.names != names for f in cluster) or scan.text[start:end] != text:
            keys, rest = _by_sound(scan, start, end, foreign, keys, catalogue)
            if foreign and not rest:
                _use_beside(scan, start, end, foreign)
            foreign = rest
        mentions.append(Mention(text + foreign, keys, certain=not foreign))
    return mentions


_LONG = 4


def parts_of_names(scan: Scan, catalogue: Catalogue) -> Iterator[tuple[int, int]]:
    """Long stretches that stand in a project name, up to where only generic words (资金, 服务) follow."""
    for fragment in _fragments(scan, catalogue):
        end = fragment.end
        while generic := next((w for w in GENERIC if scan.text[fragment.start : end].endswith(w)), ""):
            end -= len(generic)
        if end - fragment.start >= _LONG and fragment.tells:
            yield fragment.start, end


def _fragments(scan: Scan, catalogue: Catalogue) -> Iterator[_Fragment]:
    for start, stretch in scan.open_stretches():
        i = 0
        while i < len(stretch) - 1:
            fragment = _longest(stretch, i, catalogue)
            if fragment is None:
                i += 1
                continue
            length, names = fragment
            yield _Fragment(start + i, start + i + length, names, tells_something(stretch[i : i + length]))
            i += length


def _longest(stretch: str, i: int, catalogue: Catalogue) -> tuple[int, frozenset[int]] | None:
    names = catalogue.pairs.get(stretch[i : i + 2])
    if names is None:
        return None
    length = 2
    while i + length < len(stretch):
        pair = catalogue.pairs.get(stretch[i + length - 1 : i + length + 1])
        if pair is None:
            break
        piece = stretch[i : i + length + 1]
        longer = frozenset(n for n in names & pair if piece in catalogue.names[n])
        if not longer:
            break
        names, length = longer, length + 1
    return length, names


def _clusters(scan: Scan, fragments: list[_Fragment], catalogue: Catalogue) -> Iterator[list[_Fragment]]:
    """Neighbouring fragments that some one name holds together make one mention, if any of them tells something."""
    cluster: list[_Fragment] = []
    for fragment in [*fragments, None]:
        if fragment is not None and cluster and _joined(scan, cluster, fragment, catalogue):
            cluster.append(fragment)
            continue
        if any(f.tells for f in cluster):
            yield cluster
        cluster = [fragment] if fragment is not None else []


def _joined(scan: Scan, cluster: list[_Fragment], fragment: _Fragment, catalogue: Catalogue) -> bool:
    gap = scan.text[cluster[-1].end : fragment.start]
    common = frozenset.intersection(fragment.names, *(f.names for f in cluster))
    if not common or len(gap) > 4:
        return False
    if len(gap) <= 1 or _GLUE.fullmatch(gap):
        return True
    if not _unknown(gap):
        return False  # 疫苗冷链建设的其他资金: words of the question, no slip
    # A word too many in a name that is otherwise nearly whole.
    said = sum(f.end - f.start for f in (*cluster, fragment))
    return len(gap) <= 2 and said >= 0.6 * min(len(catalogue.names[n]) for n in common)


def _bearers(names: Iterable[int], catalogue: Catalogue) -> list[Entry]:
    return [e for n in sorted(names) for e in catalogue.by_name[catalogue.names[n]]]


def _foreign(scan: Scan, start: int, end: int, names: frozenset[int], catalogue: Catalogue) -> str:
    """Content beside a mention that stands in none of its names: the person may mean something else."""
    before = next((s for p, s in scan.open_stretches() if p + len(s) == start), "")
    after = next((s for p, s in scan.open_stretches() if p == end), "")
    if len(re.findall("[a-z]", scan.text)) > len(scan.text) / 2:
        return ""  # an English question: its own words stand beside the name
    head, tail = _unknown(_BOUNDARY.split(before)[-1]), _unknown(_BOUNDARY.split(after)[0])
    whole = head + scan.text[start:end] + tail
    if any(in_order(whole, catalogue.names[n]) for n in names):
        _use_beside(scan, start, end, head)  # 网安监管费: an abbreviation
        _use_beside(scan, start, end, tail)
        return ""
    return "".join(rest for rest in (head, tail) if len(rest) >= 2 and not _spelt(rest, names, catalogue))


_BOUNDARY = re.compile(r"[,，。?？!！;；:：、的和与跟及比]")


def _use_beside(scan: Scan, start: int, end: int, foreign: str) -> None:
    """The slip beside a mention is understood with it: 声态 of 网络声态平台."""
    if not foreign:
        return
    for position, stretch in list(scan.open_stretches()):
        if (position == end or position + len(stretch) == start) and foreign in stretch:
            begin = position + stretch.index(foreign)
            scan.use(begin, begin + len(foreign))


def _by_sound(
    scan: Scan, start: int, end: int, foreign: str, keys: tuple[ProjectKey, ...], catalogue: Catalogue
) -> tuple[tuple[ProjectKey, ...], str]:
    """网络声态平台: a mention with a slip in it, when it sounds in order like just one of the names.

    A slip may also be a word too many in a name that is otherwise nearly whole.
    """
    if not foreign:
        return keys, foreign
    stretch = re.search(re.escape(scan.text[start:end]) + r"[\u4e00-\u9fff]*", scan.text[start:])
    said = _unknown(_BOUNDARY.split(stretch.group())[0]) if stretch else ""
    whole = scan.text[start:end] + foreign if said in ("", foreign) else said
    if foreign not in whole:
        whole = foreign + scan.text[start:end]  # 国庆节前能力建设: what stands before the name is no part of it
    sounding = [k for k in keys if in_order_by_sound(whole, normal(catalogue.by_key[k].name or ""))]
    if sounding and len({catalogue.by_key[k].name for k in sounding}) == 1:
        return tuple(sounding), ""
    names = {catalogue.by_key[k].name or "" for k in keys}
    if len(names) == 1 and len(foreign) <= 2 and (end - start) >= 0.6 * len(next(iter(names))):
        return keys, ""
    return keys, foreign


def in_order(word: str, name: str) -> bool:
    """Whether all characters of `word` stand in `name` in that order."""
    rest = iter(name)
    return all(character in rest for character in word)


def _spelt(word: str, names: frozenset[int], catalogue: Catalogue) -> bool:
    """Whether a Latin word is the pinyin of a part of the names."""
    return word.isascii() and any(word.replace(" ", "") in run_of(catalogue.names[n]) for n in names)


@functools.cache
def _known_patterns() -> tuple[WordList, ...]:
    return (
        group("fields").pattern,
        group("aggregates").pattern,
        group("comparisons").pattern,
        group("intents").pattern,
        group("blank").pattern,
        group("units").pattern,
        group("sections").pattern,
        group("document").pattern,
        words("spend"),
        words("spend", "remaining"),
        words("spend", "increment"),
        words("spend", "percent"),
        words("spend", "amount"),
        words("spend", "cumulative"),
        words("narrative"),
        words("whole_section"),
        words("excluding"),
        words("others"),
        words("pronouns"),
        words("pronouns", "topic"),
        words("all_projects"),
        words("linking"),
        words("where"),
        words("quote"),
        words("indicators", "fields"),
        words("indicators", "categories"),
        words("indicators", "classified"),
        words("assumption"),
    )


# 如果平台项目砍掉5万: what is done to a project is no part of its name
_CHANGES = re.compile(
    "全靠|只靠|仅靠|光靠|不靠|全用|全是|都靠|不用|没用|没花|砍掉|砍去|砍|压减|压缩|削减|核减|核增|调增|调减|追加|翻一番|翻番|翻倍|打[一二三四五六七八九]折"
)


# 听说X是300万, X连续两年: how a thing is known or told of is no part of its name.
_TOLD = re.compile(
    "听说|据说|听人说|有人说|有人讲|网上说|都说|我记得|记得|印象中|印象里|好像|似乎|貌似|据我所知|据了解|同事说|领导说|说是|传闻"
    "|连续|公开|告知|示下|函复|惠示|知悉|烦请|敬请|恳请|之"
)


def _unknown(piece: str) -> str:
    """What is left of the words beside a name when the words of questions are taken away."""
    rest = _TOLD.sub("", _CHANGES.sub("", re.sub(r"[\d%.]+", "", piece)))
    for pattern in _known_patterns():
        rest = pattern.sub("", rest)
    return words("stopwords").sub("", rest).strip()


def narrowed(mention: Mention, within: Set[ProjectKey] | None) -> Mention:
    """A mention with only the candidates of the units and years asked for, if any is left."""
    if within is None:
        return mention
    keys = tuple(key for key in mention.keys if key in within)
    return replace(mention, keys=keys) if keys else mention


def pick_from(scan: Scan, options: tuple[ProjectKey, ...], catalogue: Catalogue) -> tuple[ProjectKey, ...]:
    """The options of an open clarification that the message fits: 软件那个, 第二个 is handled by the caller."""
    text = squeeze(scan.text)
    scored = []
    for key in options:
        entry = catalogue.by_key.get(key)
        if entry is None:
            continue
        label = squeeze(f"{entry.unit_name or ''}{entry.year or ''}{entry.name or ''}{entry.code or ''}")
        scored.append((_overlap(text, label), key))
    best = max((score for score, _ in scored), default=0)
    return tuple(key for score, key in scored if score == best and best >= 2)


def _overlap(text: str, label: str) -> int:
    """The length of the longest stretch of the text that stands in the label."""
    best = 0
    for i in range(len(text)):
        while i + best < len(text) and text[i : i + best + 1] in label:
            best += 1
    return best
