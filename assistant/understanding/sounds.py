"""Names by their sound: slips of the input method (与情), and names typed in pinyin."""

import functools
import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Set

from assistant.understanding.catalogue import GENERIC, Catalogue, Entry
from assistant.understanding.lexicon import words
from assistant.understanding.scan import Scan
from assistant.understanding.types import Mention, ProjectKey

_OF_AMOUNTS = re.compile(r"[\d.,%]+(?:千万|[万亿元年月号]+)?")


def tells_something(fragment: str) -> bool:
    """Whether a fragment is more than words that stand in every name or question."""
    rest = _OF_AMOUNTS.sub("", fragment)  # 500万 may stand in a name (…7200万冀财建…) and names nothing
    for word in GENERIC:
        rest = rest.replace(word, "")
    # Whole stopwords only: 能力 is not the 能 of a question.
    return len(rest) >= 2 and words("stopwords").sub("", rest) != ""


def in_order_by_sound(text: str, name: str) -> bool:
    rest = iter(_syllables(name))
    return all(syllable in rest for syllable in _syllables(text))


def misspelt(scan: Scan, catalogue: Catalogue, within: Set[ProjectKey] | None) -> list[Mention]:
    """Mentions that sound like part of a name (与情, 鱼情): tried only where nothing else names a project."""
    found = []
    for start, stretch in scan.open_stretches():
        found += _in_pinyin(scan, start, stretch, catalogue, within)
        for match in re.finditer(r"[\u4e00-\u9fff]{2,}", stretch):
            hit = _sounds_like(match.group(), catalogue, within)
            if hit:
                offset, length, keys = hit
                begin = start + match.start() + offset
                scan.use(begin, begin + length)
                found.append(Mention(scan.text[begin : begin + length], keys))
    return found


def _in_pinyin(
    scan: Scan, start: int, stretch: str, catalogue: Catalogue, within: Set[ProjectKey] | None
) -> list[Mention]:
    """Names typed in pinyin: wangluo shengtai."""
    found = []
    for match in re.finditer(r"[a-z]{4,}(?: [a-z]{2,})*", stretch):
        typed = match.group().split()
        keys = tuple(
            k
            for name in catalogue.names
            if "".join(typed) in run_of(name) or (len(typed) > 1 and _words_in_order(typed, run_of(name)))
            for k in keys_of(catalogue.by_name[name])
            if within is None or k in within
        )
        if keys:
            scan.use(start + match.start(), start + match.end())
            found.append(Mention(match.group(), keys))
    return found


def _words_in_order(typed: list[str], run: str) -> bool:
    """wangluo pingtai: words of a name with others left out between them."""
    position = 0
    for word in typed:
        position = run.find(word, position)
        if position < 0:
            return False
        position += len(word)
    return True


def run_of(name: str) -> str:
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(name))


def _sounds_like(
    text: str, catalogue: Catalogue, within: Set[ProjectKey] | None
) -> tuple[int, int, tuple[ProjectKey, ...]] | None:
    """The longest stretch that tells something and sounds like part of a name: where, how long, and whose."""
    syllables, index = _syllables(text), _sounding(catalogue.names)
    stretches = []
    for i in range(len(text) - 1):
        names = index.get((syllables[i], syllables[i + 1]), ())
        length = max((_sounding_length(syllables, i, name) for name in names), default=0)
        if length:
            stretches.append((-length, i))
    for negative, i in sorted(stretches):
        length = -negative
        if not tells_something(text[i : i + length]):
            continue
        whole = [n for n in index[syllables[i], syllables[i + 1]] if _sounding_length(syllables, i, n) == length]
        keys = tuple(k for n in whole for k in keys_of(catalogue.by_name[n]) if within is None or k in within)
        if keys:
            return i, length, keys
    return None


def _sounding_length(syllables: list[str], i: int, name: str) -> int:
    """How many syllables from the i-th on sound like a part of the name."""
    sound, length = _sound(name), 2
    while i + length < len(syllables) and f" {' '.join(syllables[i : i + length + 1])} " in sound:
        length += 1
    return length


@functools.lru_cache(maxsize=4)
def _sounding(names: tuple[str, ...]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Each pair of neighbouring syllables -> the names that hold it."""
    found: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for name in names:
        for pair in itertools.pairwise(_syllables(name)):
            found[pair][name] = None
    return {pair: tuple(of) for pair, of in found.items()}


def _syllables(text: str) -> list[str]:
    return [_syllable(character) for character in text]


@functools.lru_cache(maxsize=20_000)
def _syllable(character: str) -> str:
    """A character's sound, by itself: reading whole names took seconds over a large library."""
    from pypinyin import lazy_pinyin

    # Sounds that many speakers do not tell apart.
    return "".join(re.sub(r"ng$", "n", re.sub(r"^(z|c|s)h", r"\1", s)) for s in lazy_pinyin(character))


@functools.lru_cache(maxsize=50_000)
def _sound(name: str) -> str:
    return " ".join(["", *_syllables(name), ""])


def keys_of(entries: Iterable[Entry]) -> tuple[ProjectKey, ...]:
    return tuple(dict.fromkeys(entry.key for entry in entries))
