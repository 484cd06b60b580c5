"""How texts and figures are compared, in one place: the rule of the example questions, and exact units."""

import unicodedata
from decimal import Decimal

# To 万元. Exact in Decimal; a figure is never rounded to compare.
_MONEY = {"元": Decimal("0.0001"), "千元": Decimal("0.1"), "万元": Decimal(1), "亿元": Decimal(10000)}
_COUNTS = frozenset("个项条行份处类家次格")


def folded(text: str) -> str:
    """NFKC, no white space, case folded. Nothing else: a reply in 繁體 is not one in 简体."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def holds(text: str, wanted: str) -> bool:
    return folded(wanted) in folded(text)


def standard(value: Decimal, unit: str) -> tuple[Decimal, str]:
    """A figure in the unit all its kin are compared in: money in 万元, percent in %, counts without a measure word."""
    plain = folded(unit)
    if plain in _MONEY:
        return (value * _MONEY[plain]).normalize(), "万元"
    if plain in _COUNTS:
        return value.normalize(), "count"
    return value.normalize(), plain
