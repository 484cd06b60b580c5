"""One folded form of text for comparing: what two spellings of the same words have in common.

Full-width and compatibility forms, invisible characters, traditional characters and letter case are folded away,
so that a mark, a name or a question is recognised however it was typed. Never shown to a person.
"""

import functools
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import opencc

_SPACES = re.compile(r"\s+")


def strip_invisible(text: str) -> str:
    """`text` without format and control characters (zero-width, bidi, soft hyphen) and lone surrogates; tabs and newlines stay."""
    if text.isprintable():  # then there are none; most texts are, and this is asked of every cell many times
        return text
    return "".join(
        c for c in text if c.isprintable() or c in "\t\n\r" or unicodedata.category(c) not in ("Cf", "Cc", "Cs")
    )


@functools.cache
def _to_simplified() -> "opencc.OpenCC":
    import opencc

    return opencc.OpenCC("t2s")


def simplify(text: str) -> str:
    """Traditional characters as simplified ones; text without any is returned as it is, and fast."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return str(_to_simplified().convert(text))
    return text


def fold(text: str) -> str:
    """NFKC, no invisible characters, simplified, case folded; single spaces where there was white space."""
    plain = unicodedata.normalize("NFKC", strip_invisible(text))
    return _SPACES.sub(" ", simplify(plain).casefold()).strip()


def squeeze(text: str) -> str:
    """`fold` without any white space: how names, codes and marks are compared."""
    return fold(text).replace(" ", "")
