"""Numbers in Chinese official text, both ways: amounts, percentages, ordinals, 人民币大写. Exact, Decimal only.

Amounts are in 万元, percentages are percent numbers (50 means 50 %). None means: not wholly such a number, or not
certainly one. A doubtful figure is never guessed.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal

from corpus.folding import fold

# 80 digits hold every sum and shift below exactly; texts longer than that are no figures of a budget.
_EXACT = Context(prec=80, rounding=ROUND_HALF_EVEN)
_LONGEST = 60

_PLACES = {"十": 1, "百": 2, "千": 3, "万": 4, "亿": 8}
_UNIT_EXPONENT = {"元": -4, "万元": 0, "亿元": 4}  # to 万元
_SAME = {
    **dict(
        zip(
            "〇○壹贰貳叁参陆陸肆伍柒捌玖两兩拾佰仟萬億圆圓",
            "零零一二二三三六六四五七八九二二十百千万亿元元",
            strict=True,
        )
    ),
    "廿": "二十",
    "卅": "三十",
}
_TO_PLAIN = str.maketrans(_SAME)
_DIGITS = dict(zip("零一二三四五六七八九", "0123456789", strict=True))

_ARABIC = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_ARABIC_WHOLE = re.compile(rf"{_ARABIC}|\.\d+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Mention:
    """A figure in running text. `text` is text[start:end] as written."""

    start: int
    end: int
    text: str
    value: Decimal  # 万元 for an amount, percent for a percentage


# --- reading whole texts ------------------------------------------------------------------------------------------


def parse_number(text: str) -> Decimal | None:
    """The number `text` is: "1,234.5", "叁拾伍", "三点五", "3.5万" (35000); None when it is not wholly one."""
    return _number(_plain(text))


def _plain(text: str) -> str:
    """Folded, 大写 as plain numerals, without spaces that do not stand between two digits."""
    if len(text) > 4 * _LONGEST:
        return "?"
    return re.sub(r"(?<!\d) | (?!\d)", "", fold(text).translate(_TO_PLAIN))


def _number(plain: str) -> Decimal | None:
    if not plain or len(plain) > _LONGEST:
        return None
    if plain[0] in "-−负":
        value = _unsigned(plain[1:])
        return None if value is None else -_tidy(value)
    value = _unsigned(plain)
    return None if value is None else _tidy(value)


def _tidy(value: Decimal) -> Decimal:
    """`value` without an exponent above zero: 250, not 2.5E+2."""
    return value.quantize(Decimal(1), context=_EXACT) if value and value.as_tuple().exponent > 0 else value  # type: ignore[operator]


def _unsigned(plain: str) -> Decimal | None:
    """The value of `plain`, split at its highest place: 一亿二千万 is 一 × 10^8 and 二千万."""
    for place in ("亿", "万", "千", "百", "十"):
        if place in plain:
            head, tail = plain.rsplit(place, 1)
            return _at_place(head, place, tail)
    return _leaf(plain)


def _at_place(head: str, place: str, tail: str) -> Decimal | None:
    exponent = _PLACES[place]
    front = Decimal(1) if place == "十" and not head else _unsigned(head)
    if front is None or not _fits(front, head, place):
        return None
    rest = _tail(tail, exponent)
    if rest is None or (tail and front != front.to_integral_value()):
        return None
    return _EXACT.add(front.scaleb(exponent, _EXACT), rest)


def _fits(front: Decimal, head: str, place: str) -> bool:
    """Whether `front` can stand before `place`: 十千 and 2.5十 are not numbers, 35千 and 2.5百 are."""
    if place == "十" and front != front.to_integral_value():
        return False
    if _ARABIC_WHOLE.fullmatch(head):
        return True
    return front > 0 and (place == "亿" or front < (10_000 if place == "万" else 10))


def _tail(tail: str, exponent: int) -> Decimal | None:
    """What follows a place: nothing, a smaller number, or one digit of the next place (三万五 is 35000)."""
    if not tail:
        return Decimal(0)
    if tail[0] == "点":
        return _leaf("零" + tail)
    bare = tail.lstrip("零")
    value = _unsigned(bare)
    if value is None or value >= Decimal(1).scaleb(exponent):
        return None
    if exponent > 1 and len(tail) == 1:
        return value.scaleb(exponent - 1, _EXACT)
    return value


def _leaf(plain: str) -> Decimal | None:
    """Arabic numerals, one Chinese digit, digits read out (二〇二六), or either with 点."""
    if _ARABIC_WHOLE.fullmatch(plain):
        return Decimal(plain.replace(",", ""))
    whole, point, fraction = plain.partition("点")
    if not whole or bool(point) != bool(fraction):
        return None
    if not all(c in _DIGITS for c in whole + fraction):
        return None
    if len(whole) > 1 and (point or (len(whole) == 2 and "零" not in whole)):
        return None  # 三五 may be 3.5, 35 or "three to five"
    digits = "".join(_DIGITS[c] for c in whole + fraction)
    return Decimal(digits).scaleb(-len(fraction), _EXACT)


_MONEY_PREFIX = re.compile(r"^(?:人民币|rmb|cny|[¥￥])+:?")
_BRACKET_UNIT = re.compile(r"\((元|万元|亿元)\)$")
_YUAN = re.compile(
    r"(?P<yuan>.+?)(?:元|块)钱?(?:零?(?P<jiao>[\d一二三四五六七八九])角)?(?:零?(?P<fen>[\d一二三四五六七八九])分)?[整正]?"
)
_SMALL_CHANGE = re.compile(r"(?:(?P<jiao>[\d一二三四五六七八九])角)?(?:零?(?P<fen>[\d一二三四五六七八九])分)?[整正]?")


def parse_amount(text: str, unit: str = "万元") -> Decimal | None:
    """The amount `text` is, in 万元. A number that names no unit is in `unit` (元, 万元 or 亿元).

    "35", "35万", "三十五万元整", "350,000 元" and "0.35百万元" are all readable; "", "约10万", "—" are None, and so
    is "5千", which may be 5000 元 or 5000 of `unit`. Raises KeyError for another unit.
    """
    bare_exponent = _UNIT_EXPONENT[unit]
    plain = _MONEY_PREFIX.sub("", _plain(text))
    bracket = _BRACKET_UNIT.search(plain)
    if bracket:
        return _shift(_number(plain[: bracket.start()]), _UNIT_EXPONENT[bracket[1]])
    if (with_yuan := _yuan_value(plain)) is not None:
        return _shift(with_yuan, -4)
    plain = plain.rstrip("整正")
    if re.search(r"\d[十百千]+$", plain):
        return None
    return _shift(_number(plain), -4 if re.search("[万亿]", plain) else bare_exponent)


def _yuan_value(plain: str) -> Decimal | None:
    """The value in 元 of a text that says 元, 角 or 分; None for any other."""
    match = _YUAN.fullmatch(plain)
    if match:
        whole = _number(match["yuan"])
    else:
        match = _SMALL_CHANGE.fullmatch(plain)
        whole = Decimal(0)
        if not match or not (match["jiao"] or match["fen"]):
            return None
    if whole is None:
        return None
    change = sum(
        (
            Decimal(_DIGITS.get(match[part] or "零", match[part])).scaleb(exponent)
            for part, exponent in (("jiao", -1), ("fen", -2))
        ),
        Decimal(0),
    )
    return _EXACT.subtract(whole, change) if whole < 0 else _EXACT.add(whole, change)


def _shift(value: Decimal | None, exponent: int) -> Decimal | None:
    """`value` in another unit, without the zeros the shift would add: 350000 元 is 35 万元, not 35.0000."""
    if value is None or not exponent:
        return value
    return Decimal(_digits(value.scaleb(exponent, _EXACT)))


def parse_percent(text: str) -> Decimal | None:
    """The percent number `text` is: "50%", "百分之五十", "五成", "三成五", "一半", "5‰" (0.5); a bare "50" is 50."""
    plain = _plain(text)
    if plain in ("一半", "半数"):
        return Decimal(50)
    if plain.endswith("%"):
        return _number(plain[:-1])
    if plain.endswith("‰"):
        return _shift(_number(plain[:-1]), -1)
    if plain.startswith("百分之"):
        return Decimal(100) if plain == "百分之百" else _number(plain[3:])
    if tenths := re.fullmatch(r"(10|\d|[一二三四五六七八九十])成([\d一二三四五六七八九]?)", plain):
        whole, part = _number(tenths[1]), _number(tenths[2] or "零")
        return None if whole is None or part is None else whole * 10 + part
    return _number(plain)


_ORDINAL = re.compile(
    r"\(?(?P<nth>第?)(?P<number>\d{1,4}|[零一二三四五六七八九十百]{1,8})(?:是|条|项|个|点|款|类|章|节|名|部分|方面)?\)?[.、:,]?"
)


def parse_ordinal(text: str) -> int | None:
    """The place an item's mark or a question names: "第六", "六是", "（六）", "6.", "第十二条"; counts from 1."""
    match = _ORDINAL.fullmatch(_plain(text))
    value = _number(match["number"]) if match else None
    return int(value) if value else None


# --- finding figures in running text ------------------------------------------------------------------------------

_CN = "零一二三四五六七八九十百千万亿点"
_GAP = " {0,2}"
_CHINESE = f"(?<![{_CN}])[零一二三四五六七八九十百千][{_CN}]*"
# No figure starts inside a code, a decimal, a thousands group, an ordinal, or a vague 几十万/数百万 (but 预算数十万元).
_START = r"(?<![0-9A-Za-z.第几])(?<!\d,)(?!(?<=(?<!预算)(?<!总)数)[十百千])"
# 元 that is no money: 一元化, 二元结构, 三元素
_YUAN_SIGN = r"(?:元(?![化素旦月件首论宵次结构])|块钱|(?<=万)块)"
_DIGIT = r"零?[\d一二三四五六七八九]"
_JIAO_FEN = rf"(?:{_DIGIT}角(?![度色落]))?(?:{_DIGIT}分(?![之别钟类析配布为]))?(?:整(?![体个改合治理]))?"
# 35万 without 元 is money only where no counted thing follows (35万人, 7423万冀财社…).
_NO_NOUN = (
    r"(?=$|[\s,，.。;；:：、!！?？)）】」”\"'~\-—到至和与及或的以之左上吗呢吧不够行是给用为改换调加减比高低大小太算]"
    r"|预算|资金|经费|财政|其他(?!人)|其余|自筹)"
)
_AMOUNT = re.compile(
    rf"{_START}(?:¥{_GAP})?(?:{_ARABIC}{_GAP}(?:[{_CN}]|(?<=[千万亿]){_ARABIC})*|{_CHINESE}){_GAP}"
    rf"(?:{_YUAN_SIGN}{_JIAO_FEN}|(?<=[万亿])(?!元){_NO_NOUN})",
    re.ASCII,
)
# What a text must hold to hold an amount or a percentage, in any width or script.
_MONEY_SIGN = re.compile("[元圆圓万萬亿億块塊¥￥]")
_PERCENT_SIGN = re.compile("[%％﹪‰成半]|百分")
_YEN = re.compile(rf"¥{_GAP}(?P<number>{_ARABIC})(?!{_GAP}[\d十百千万亿元,.])", re.ASCII)
_RANGE_START = re.compile(
    rf"{_START}(?P<number>{_ARABIC}[十百千万亿]*|{_CHINESE}){_GAP}(?:-|~|—|–|到|至){{1,2}}{_GAP}$", re.ASCII
)
_PLACES_AND_UNIT = re.compile(r"(?P<places>[万亿]*) {0,2}(?:元|块钱|块)?整?$")
_PERCENT = re.compile(
    rf"(?<![0-9A-Za-z.])(?<!\d,)(?P<number>{_ARABIC}|{_CHINESE}){_GAP}[%‰]"
    rf"|百分之(?:{_ARABIC}|{_CHINESE})"
    r"|(?<![0-9A-Za-z.完])(?:\d|[一二三四五六七八九十])成(?=$|[\s,，.。;；、!！?？)）的左以])"
    r"|一半",
    re.ASCII,
)


def _levelled(text: str) -> tuple[str, list[int]]:
    """`text` with figures in one spelling, and for each of its characters the offset in `text`.

    A full-width comma stays one: between two figures it parts clauses, not thousands.
    """
    characters, offsets = [], []
    for offset, character in enumerate(text):
        if unicodedata.category(character) == "Cf":
            continue
        plain = character if character == "，" else unicodedata.normalize("NFKC", character)
        if len(plain) == 1:
            plain = _SAME.get(plain, plain)
        for c in plain:
            characters.append(c)
            offsets.append(offset)
    return "".join(characters), offsets


def find_amounts(text: str) -> tuple[Mention, ...]:
    """The amounts of `text` that name a money unit (元, 万, 万元, 亿, ¥), in order, values in 万元.

    Of a range (20到30万元) both ends are given. Vague amounts (几十万元, 30余万元) are none.
    """
    if not _MONEY_SIGN.search(text):  # levelling costs far more than looking, and most sentences hold neither sign
        return ()
    plain, offsets = _levelled(text)
    return tuple(sorted(_amounts(text, plain, offsets), key=lambda mention: mention.start))


def _amounts(text: str, plain: str, offsets: list[int]) -> Iterator[Mention]:
    for match in _AMOUNT.finditer(plain):
        value = parse_amount(match[0])
        if value is None:
            continue
        yield _mention(text, offsets, match.start(), match.end(), value)
        first = _RANGE_START.search(plain, max(0, match.start() - 2 * _LONGEST), match.start())
        if first and (low := _range_start(first["number"], match[0])) is not None:
            yield _mention(text, offsets, first.start("number"), first.end("number"), low)
    for match in _YEN.finditer(plain):
        value = parse_amount(match["number"], "元")
        if value is not None:
            yield _mention(text, offsets, match.start(), match.end(), value)


def _range_start(number: str, upper: str) -> Decimal | None:
    """20 of 20到30万元, in the unit of the upper end; None when the lower end has a place of its own."""
    if re.search("[万亿]", number):
        return None
    tail = _PLACES_AND_UNIT.search(upper)
    return parse_amount(f"{number}{tail['places'] if tail else ''}元")


def find_percents(text: str) -> tuple[Mention, ...]:
    """The percentages of `text` (50%, 百分之五十, 五成, 一半), in order; of 10-20% both ends."""
    if not _PERCENT_SIGN.search(text):
        return ()
    plain, offsets = _levelled(text)
    found = []
    for match in _PERCENT.finditer(plain):
        value = parse_percent(match[0])
        if value is None:
            continue
        first = _RANGE_START.search(plain, max(0, match.start() - 2 * _LONGEST), match.start())
        low = parse_percent(first["number"]) if first and match[0].endswith("%") else None
        if first and low is not None:
            found.append(_mention(text, offsets, first.start("number"), first.end("number"), low))
        found.append(_mention(text, offsets, match.start(), match.end(), value))
    return tuple(found)


def _mention(text: str, offsets: list[int], start: int, end: int, value: Decimal) -> Mention:
    first, last = offsets[start], offsets[end - 1] + 1
    return Mention(first, last, text[first:last], value)


# --- writing ------------------------------------------------------------------------------------------------------

_SMALL = "零一二三四五六七八九"
_FORMAL = "零壹贰叁肆伍陆柒捌玖"


def chinese_number(n: int) -> str:
    """8 as 八, 12 as 十二, 110 as 一百一十. Raises ValueError below 0 or from 10^16 on."""
    if not 0 <= n < 10**16:
        raise ValueError(f"no such ordinal: {n}")
    words = _words(n, _SMALL, "十百千")
    return words[1:] if words.startswith("一十") else words


def _words(n: int, digits: str, places: str) -> str:
    """`n` in words; 零 once for any run of empty places between two filled ones."""
    if n == 0:
        return digits[0]
    for exponent, word in ((8, "亿"), (4, "万"), (3, places[2]), (2, places[1]), (1, places[0])):
        head, tail = divmod(n, 10**exponent)
        if head:
            gap = digits[0] if 0 < tail < 10 ** (exponent - 1) else ""
            return _words(head, digits, places) + word + (gap + _words(tail, digits, places) if tail else "")
    return digits[n]


def to_daxie(value: Decimal) -> str:
    """人民币大写 of `value` 万元 by the rules for 票据: 70 is 柒拾万元整, 0.05 is 伍佰元整.

    Raises ValueError for what 分 cannot express, and from 10^16 元 on.
    """
    fen = value.scaleb(6, _EXACT)
    if fen != fen.to_integral_value() or abs(fen) >= 10**18:
        raise ValueError(f"not expressible in 元, 角 and 分: {value}")
    yuan, rest = divmod(abs(int(fen)), 100)
    jiao, fen_digit = divmod(rest, 10)
    words = _words(yuan, _FORMAL, "拾佰仟") + "元" if yuan or not rest else ""
    words += f"{_FORMAL[jiao]}角" if jiao else ""
    words += "零" if fen_digit and yuan and not jiao else ""
    words += f"{_FORMAL[fen_digit]}分" if fen_digit else "整"
    return ("负" if value < 0 else "") + words


def format_amount(value: Decimal, unit: str = "万元") -> str:
    """`value` 万元 as figures in `unit`, exact: "35.00", "3.125"; in 元 with separators: "350,000", "350,000.50".

    Raises KeyError for another unit.
    """
    shifted = value.scaleb(-_UNIT_EXPONENT[unit], _EXACT)
    whole, _, fraction = _digits(shifted).partition(".")
    if unit == "元":
        whole = f"{int(whole):,}" if whole.strip("-0") else whole
        return f"{whole}.{fraction.ljust(2, '0')}" if fraction else whole
    return f"{whole}.{fraction.ljust(2, '0')}"


def format_percent(value: Decimal) -> str:
    """ "50%", "33.3333%": exact, without trailing zeros."""
    return _digits(value) + "%"


def _digits(value: Decimal) -> str:
    """Plain digits without exponent, trailing zeros or minus zero."""
    if not value:
        return "0"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
