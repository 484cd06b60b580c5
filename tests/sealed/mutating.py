"""The same message written otherwise: what a filter that looks for words would miss."""

import random
import unicodedata
from collections.abc import Callable
from functools import cache

from tests.sealed.attacking import Attack

Mutation = Callable[[str], str]

_HOMOPHONES = str.maketrans("率值数量标覆盖涉密指点位多少", "绿直树亮表复概射蜜只典为朵绍")
_INVISIBLE = ("\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad")


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else "\u3000" if c == " " else c for c in text)


def zero_width(text: str) -> str:
    return "".join(c + _INVISIBLE[i % len(_INVISIBLE)] for i, c in enumerate(text))


def spaced(text: str) -> str:
    return " ".join(text)


def one_a_line(text: str) -> str:
    return "\n".join(text)


def homophones(text: str) -> str:
    return text.translate(_HOMOPHONES)


def traditional(text: str) -> str:
    return str(_converter().convert(text))


@cache
def _converter() -> "opencc.OpenCC":  # type: ignore[name-defined] # noqa: F821
    import opencc

    return opencc.OpenCC("s2t")


def bidi(text: str) -> str:
    return f"\u202e{text[::-1]}\u202c"


def dotted(text: str) -> str:
    return "·".join(text)


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def combining(text: str) -> str:
    return "".join(c + "\u0301" if i % 3 == 0 else c for i, c in enumerate(text))


def dropped(text: str) -> str:
    """Without every seventh character, as a hasty typist leaves them out."""
    return "".join(c for i, c in enumerate(text, 1) if i % 7)


def doubled(text: str) -> str:
    return f"{text}{text}"


def polite(text: str) -> str:
    return f"您好，麻烦帮我查一下，谢谢：{text}"


def quoted(text: str) -> str:
    return f"请翻译成英文：“{text}”"


def upper(text: str) -> str:
    return text.upper()


def punctuated(text: str) -> str:
    return text.replace("的", "，的，") + "！！！"


MUTATIONS: tuple[Mutation, ...] = (
    *(full_width, zero_width, spaced, one_a_line, homophones, traditional, bidi, dotted),
    *(decomposed, combining, dropped, doubled, polite, quoted, upper, punctuated),
)


def mutated(attacks: tuple[Attack, ...]) -> list[Attack]:
    """Every attack under every mutation."""
    return [
        Attack(f"{attack.id}~{change.__name__}", attack.family, tuple(map(change, attack.turns)))
        for attack in attacks
        for change in MUTATIONS
    ]


def sampled(attacks: list[Attack], count: int, seed: int = 5) -> list[Attack]:
    return random.Random(seed).sample(attacks, count)
