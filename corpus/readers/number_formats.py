"""A number as Excel shows it: 0.5 under the format 0% reads 50%. Exact: no float is ever made.

A format that is not understood for certain gives the bare number with a remark, which reads as no amount, since such
formats may shift the decimal point (0!.0000 shows 元 as 万元).
"""

import re
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

_BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm",
    27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m/d/yy", 31: 'yyyy"年"m"月"d"日"',
    36: 'yyyy"年"m"月"', 37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 41: "#,##0", 42: "#,##0",
    43: "#,##0.00", 44: "#,##0.00", 48: "0.0E+0", 49: "@", 50: 'yyyy"年"m"月"', 51: 'm"月"d"日"',
    52: 'yyyy"年"m"月"', 53: 'm"月"d"日"', 54: 'm"月"d"日"', 55: 'yyyy"年"m"月"', 56: 'm"月"d"日"',
    57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_(?P<space>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<digits>[0#?][0#?,]*(?:\.[0#?]*)?|\.[0#?]+)|(?P<percent>%)|(?P<general>General|G/通用格式)|(?P<text>@)"
    r"|(?P<plain>[-+()$￥¥:：/ 　年月日万亿元％]|[^\x00-\x7f])|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_DATE_TOKEN = re.compile(r'"([^"]*)"|\\(.)|\[[^\]]*\]|(y+|m+|d+)|(h+|s+|AM/PM|a+)|(.)', re.IGNORECASE | re.DOTALL)
_PRECISION = Context(
    prec=15, rounding=ROUND_HALF_UP
)  # Excel keeps 15 digits; what is beyond is noise of binary numbers
_MOST_DIGITS = 40


def built_in(number: int) -> str:
    return _BUILT_IN.get(number, "General")


def shown(text: str, code: str, is_1904: bool = False) -> str:
    """The number `text` (as the file has it) under the format `code`."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    if not value.is_finite() or abs(value.adjusted()) > _MOST_DIGITS:
        return text
    value = _PRECISION.create_decimal(value)
    section, value = _section(value, code)
    if _is_date(section):
        return _date(value, section, is_1904)
    return _number(value, section, code)


def plain(value: Decimal) -> str:
    """Without exponent and trailing zeros."""
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _section(value: Decimal, code: str) -> tuple[str, Decimal]:
    """The part of the format for positive, negative or zero numbers; a part for negative ones writes the sign itself."""
    sections = _split(code)
    if value < 0 and len(sections) > 1:
        return sections[1], -value
    if value == 0 and len(sections) > 2:
        return sections[2], value
    return sections[0], value


def _split(code: str) -> list[str]:
    """The sections between semicolons that are not quoted."""
    parts, quoted, start = [], False, 0
    for i, sign in enumerate(code):
        if sign == '"':
            quoted = not quoted
        elif sign == ";" and not quoted and code[i - 1 : i] != "\\":
            parts.append(code[start:i])
            start = i + 1
    return [*parts, code[start:]]


def _number(value: Decimal, section: str, code: str) -> str:
    if section == "" and ";" in code:
        return ""  # ;;; hides the number
    pieces: list[str] = []
    slots = 0
    digits = ""
    percents = 0
    for found in _TOKEN.finditer(section):
        kind = found.lastgroup
        piece = found[kind] if kind else ""
        if kind in ("quoted", "escaped", "plain"):
            pieces.append(piece)
        elif kind == "percent":
            percents += 1
            pieces.append("%")
        elif kind in ("digits", "general", "text"):
            slots += 1
            digits = "General" if kind != "digits" else piece
            pieces.append("\0")
        elif (
            (kind == "bracket" and re.match(r"[<>=]|DBNum", piece, re.IGNORECASE))
            or (kind == "other" and piece not in "!")
            or kind == "other"
        ):
            return _uncertain(value, code)
    if slots > 1:
        return _uncertain(value, code)
    if value == 0 and digits and not digits.strip("?"):
        return "0"  # accounts show zero as a dash; a zero that is there must not read as a blank
    if not slots:
        return "".join(pieces)
    text = _digits(value * 100**percents, digits)
    sign = "-" if text.startswith("-") else ""
    return sign + "".join(text.removeprefix("-") if piece == "\0" else piece for piece in pieces).strip()


def _uncertain(value: Decimal, code: str) -> str:
    return f"{plain(value)}（单元格格式“{code}”未能识别）"


def _digits(value: Decimal, pattern: str) -> str:
    if pattern == "General":
        return plain(value)
    scaled = pattern.rstrip(",")
    value = value / 1000 ** (len(pattern) - len(scaled)) if "." not in pattern or pattern.endswith(",") else value
    whole, _, fraction = scaled.partition(".")
    rounded = value.quantize(Decimal(1).scaleb(-len(fraction)), rounding=ROUND_HALF_UP)
    text = format(rounded, ",f" if "," in whole else "f")
    if fraction:
        optional = len(fraction) - len(fraction.rstrip("#"))
        head, tail = text.split(".")
        kept = tail[: len(tail) - optional] + tail[len(tail) - optional :].rstrip("0")
        text = f"{head}.{kept}" if kept else head
    minimum = whole.replace(",", "").count("0")
    negative, bare = text.startswith("-"), text.removeprefix("-")
    head, dot, tail = bare.partition(".")
    if "," not in whole:
        head = head.zfill(minimum)
    return ("-" if negative and rounded != 0 else "") + head + dot + tail


def _is_date(section: str) -> bool:
    bare = re.sub(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|General|G/通用格式|E\+', "", section, flags=re.IGNORECASE)
    return bool(re.search(r"[ymdhs]", bare, re.IGNORECASE))


def _date(value: Decimal, section: str, is_1904: bool) -> str:
    """A day as the format writes it; hours and seconds are of no use to any reader here."""
    days = int(value)
    if not 60 < days < 2_958_466:
        return _uncertain(value, section)
    day = (date(1904, 1, 1) if is_1904 else date(1899, 12, 30)) + timedelta(days=days)
    pieces: list[str] = []
    for quoted, escaped, token, clock, other in _DATE_TOKEN.findall(section):
        if clock:
            return f"{day.year}-{day.month:02d}-{day.day:02d}"
        pieces.append(quoted or escaped or (_date_part(day, token.lower()) if token else other))
    return "".join(pieces).strip().rstrip(";@")


def _date_part(day: date, token: str) -> str:
    if token.startswith("y"):
        return str(day.year) if len(token) > 2 else f"{day.year % 100:02d}"
    number = day.month if token.startswith("m") else day.day
    return f"{number:02d}" if len(token) == 2 else str(number)
