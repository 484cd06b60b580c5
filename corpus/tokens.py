"""Chinese text as tokens to search for: pairs of neighbouring characters, figures and Latin words whole."""

import re
from collections.abc import Iterator

from corpus.folding import fold

_LONGEST_QUERY = 400  # characters of a question that are searched for; the rest adds time, not sense
_MOST_TOKENS = 64

# Dates, amounts, codes and Latin words stay whole; every other run of Han characters is cut into pairs.
_TOKEN = re.compile(r"[a-z0-9]+(?:[.\-_/][a-z0-9]+)*%?|[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
# Pairs with these say little and match much (measured: with them the right paragraph is first less often).
_FUNCTION_CHARACTERS = frozenset("的了是在由被")
# What a question asks with, not about. Longest first; never part of a name of this field.
_QUESTION_WORDS = re.compile(
    "能给我介绍一下|给我介绍一下|介绍一下|请问一下|请问|请告诉我|告诉我|我想知道|想知道|帮我查一下|帮我查|帮我|麻烦你|麻烦|能不能|可不可以|是不是|有没有|"
    "是什么|什么样|什么时候|什么|多少钱|多少|怎么样|怎么办|怎么|怎样|如何|哪一些|哪些|哪一个|哪个|哪一|哪里|哪儿|几个|几条|几项|"
    "为什么|为何|谁|么|吗|呢|吧|啊|呀|的是|了吗|一下"
)


def tokens(text: str) -> list[str]:
    """The tokens of a text in order: pairs of Han characters, the last of a run alone too, and whole words."""
    found: list[str] = []
    for run, after in _runs(fold(text)):
        if run[0].isascii():
            found.append(run)
            found.extend(_counted(run, after))
        else:
            found.extend(map(str.__add__, run, run[1:]))
            found.append(run[-1])  # so that `字*` finds every place a character stands
    return found


def query_tokens(question: str) -> list[str]:
    """What to look for, as FTS5 terms without repetition: neither question words nor pairs with a function word.

    Where nothing else is left these count as well; a single character becomes a prefix (`"水" *`).
    """
    folded = fold(question[:_LONGEST_QUERY])
    found = _terms(_QUESTION_WORDS.sub(" ", folded), _FUNCTION_CHARACTERS)
    return list(dict.fromkeys(found or _terms(folded, frozenset())))[:_MOST_TOKENS]


def query_characters(question: str) -> list[str]:
    """The Han characters of what is asked about, each once."""
    plain = _QUESTION_WORDS.sub(" ", fold(question[:_LONGEST_QUERY]))
    return [one for one in dict.fromkeys(plain) if _HAN.match(one) and one not in _FUNCTION_CHARACTERS][:_MOST_TOKENS]


def is_uncommon(character: str) -> bool:
    """Whether a character is none of the 3,755 of everyday text (GB 2312, level 1)."""
    return not b"\xb0\xa1" <= character.encode("gb2312", "ignore") <= b"\xd7\xf9"


def _terms(text: str, without: frozenset[str]) -> list[str]:
    found: list[str] = []
    singles: list[str] = []
    for run, after in _runs(text):
        if run[0].isascii():
            found.extend(f'"{token}"' for token in (run, *_counted(run, after)))
        elif len(run) == 1:
            singles += [f'"{run}" *'] if run not in without else []
        else:
            pairs = map(str.__add__, run, run[1:])
            found.extend(f'"{pair}"' for pair in pairs if without.isdisjoint(pair))
    return found or singles


def _runs(text: str) -> Iterator[tuple[str, str]]:
    """Each run of one kind with the character right after it."""
    for match in _TOKEN.finditer(text):
        yield match.group(), text[match.end() : match.end() + 1]


def _counted(run: str, after: str) -> list[str]:
    """A number together with what it counts or names: 18号, 6月, 24小."""
    return [run + after] if run[-1].isdigit() and _HAN.match(after) else []
