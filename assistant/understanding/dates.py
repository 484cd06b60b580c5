"""Months, spans and years in a question.

The plan's columns are as-of dates, so a month becomes the end of that month; two dates become a span between them.
"""

import re
from decimal import Decimal

from assistant.understanding.scan import Scan
from assistant.understanding.types import Span
from corpus.numbers import parse_number

_N = r"(?<!\d)(?:1[0-2]|0?[1-9]|(?<!十)十[一二]?|(?<![十百])[一二三四五六七八九])"
_DAY = r"(?:[0-3]?\d|[一二三]?十?[一二三四五六七八九]?)(?:日|号)"
_END = r"(?:份)?(?:底之前|底以前|底前|末之前|末前|底为止|底止|底|末|之前|以前|前|为止|止)?"
_DATED = rf"({_N})月(?:{_DAY}(?:之前|以前|前|为止|止)?|{_END})"

_TWO = re.compile(
    rf"(?:从|自)?({_N})月?(?:{_DAY}|份)?(底|末)?(?:到|至|-|—|~|～|和(?=[^,。]{{0,9}}间))({_N})月(?:{_DAY}|份)?(底|末)?(?:期间|之间)?"
)
_PAIR = re.compile(rf"({_N})月?(?:份)?(?:、|和|,)?({_N})月(?:份)?(?!底|末)")
_ONE = re.compile(_DATED)
_NO_MONTH = re.compile(r"(?<!\d)(1[3-9]|[2-9]\d)月(?:份)?(?:底|末)?")  # told as a column that is not there
_MID = re.compile(rf"({_N})月(?:([0-3]?\d)(?:日|号)|(初|中旬|上旬|中))")
_QUARTER = re.compile(r"(?:第)?([一二三四1-4])(?:个)?季度(末|底)?")
_QUARTERS = re.compile(r"前([一二三四两1-4])(?:个)?季度")
_MONTHS = re.compile(r"[前头](?:头)?(十[一二]?|[一二三四五六七八九]|1[0-2]|[1-9])个月")
_HALF = re.compile(r"(上半年|下半年|年中|半年底|半年)(末|底)?")
_YEAR_END = re.compile(r"年底前|年底|年末|全年底|岁末|年终|全年")
_ENGLISH = re.compile(
    r"(?<![a-z])(?:by |at |as of |until )?(?:the )?(?:end of |end-)?(january|february|march|april|may|june|july|august|september|october|november|december)(?: 3[01]| 2[89])?(?![a-z])"
)
_ENGLISH_MONTHS = "january february march april may june july august september october november december".split()
_ENGLISH_SPANS = {
    "mid-year": Span(6, words="6月底"),
    "midyear": Span(6, words="6月底"),
    "first half": Span(6, words="上半年"),
    "second half": Span(12, 6, "下半年"),
    "year-end": Span(12, words="12月底"),
    "year end": Span(12, words="12月底"),
    "end of the year": Span(12, words="12月底"),
}
_ENGLISH_SPAN = re.compile("|".join(_ENGLISH_SPANS))

_YEAR = re.compile(
    r"(?<!\d)((?:20|19)\d\d)(?:年度|年|(?![\d.]|\s*[万亿元块%个项名人条千百]))|(?<!\d)([12]\d)年(?:度)?(?!前|来|底|末)"
)
_HAN_DIGITS = dict(zip("〇○零一二三四五六七八九", "000123456789", strict=True))
_HAN_YEAR = re.compile("((?:二[〇○零]|一九)[〇○零一二三四五六七八九]{2})年")
_RELATIVE_YEAR = re.compile(
    r"今年|本年度|本年|去年|上年度|上年(?!结转|度结转|结余)|上一年度|上一年|前年|明年|下一年度|下一年|下年度|this year|last year|next year"
)
_IN_A_ROW = re.compile("(?:连续|前后)(?=[两二三四五几]个?年)")  # 连续两年各多少: no part of a name
_OFFSETS = {"前年": -2, "去年": -1, "上": -1, "last": -1, "明年": 1, "下": 1, "next": 1}


def _month(text: str) -> int:
    value = parse_number(text)
    return int(value) if value is not None else 0


def take_spans(scan: Scan, increment: bool) -> tuple[Span, ...]:
    """The dates of a question in order; `increment` says that it asks for what is added in a single month or quarter."""
    found: list[tuple[int, Span]] = []
    for match in scan.take(_TWO):
        first, first_end, last, last_end = match.groups()
        # 3月底到6月底 begins at the end of March; 4月到6月 begins with April, that is at the end of March.
        begin = _month(first) if first_end else _month(first) - 1
        together = _month(last) == _month(first) + 1 and not (first_end or last_end)
        if "和" in match.group() and not (increment or together or match.group().endswith("间")):
            # 3月底和6月底分别: two dates; 3月底和6月底之间 and 11月和12月 are spans.
            found += [
                (match.start(), Span(_month(first), None, f"{first}月底")),
                (match.start() + 1, Span(_month(last), None, f"{last}月底")),
            ]
        elif _month(last) > begin:
            found.append((match.start(), Span(_month(last), begin, match.group())))
    for match in scan.take(_QUARTERS):
        found.append((match.start(), Span(3 * _month(match.group(1).replace("两", "二")), None, match.group())))
    for match in scan.take(_MONTHS):
        found.append((match.start(), Span(_month(match.group(1)), None, match.group())))
    for match in scan.take(_QUARTER):
        quarter = _month(match.group(1))
        start = None if match.group(2) or quarter == 1 else 3 * (quarter - 1)
        found.append((match.start(), Span(3 * quarter, start, match.group())))
    for match in scan.take(_HALF):
        second = match.group(1) == "下半年"
        found.append((match.start(), Span(12 if second else 6, 6 if second else None, match.group())))
    for match in scan.take(_PAIR):
        first, last = _month(match.group(1)), _month(match.group(2))
        if last == first + 1:
            found.append((match.start(), Span(last, first - 1, match.group())))
        else:
            found += [
                (match.start(), Span(first, None, f"{first}月底")),
                (match.start() + 1, Span(last, None, f"{last}月底")),
            ]
    found += _single_months(scan, increment)
    for match in scan.take(_NO_MONTH):
        found.append((match.start(), Span(int(match.group(1)), None, match.group())))
    for match in scan.take(_YEAR_END):
        found.append((match.start(), Span(12, None, match.group())))
    for match in scan.take(_ENGLISH):
        month = _ENGLISH_MONTHS.index(match.group(1)) + 1
        found.append((match.start(), Span(month, None, f"{month}月底")))
    for match in scan.take(_ENGLISH_SPAN):
        found.append((match.start(), _ENGLISH_SPANS[match.group()]))
    return tuple(dict.fromkeys(span for _, span in sorted(found, key=lambda item: item[0])))


def _single_months(scan: Scan, increment: bool) -> list[tuple[int, Span]]:
    found = []
    for match in scan.take(_ONE):
        month = _month(match.group(1))
        middle = _MID.fullmatch(match.group()) or _MID.match(scan.text, match.start())
        day = middle.group(2) if middle else None
        if middle and (middle.group(3) or (day and int(day) < 28)):
            # Inside a month: the last as-of date that can be in the form is the month before.
            scan.use(match.start(), max(match.end(), middle.end()))
            found.append((match.start(), Span(month, None, f"{middle.group()}")))
        elif increment and not re.search(r"底|末|前|止|日|号", match.group()):
            found.append((match.start(), Span(month, month - 1, match.group())))
        else:
            found.append((match.start(), Span(month, None, match.group())))
    return found


def says_relative_year(text: str) -> bool:
    return _RELATIVE_YEAR.search(text) is not None


def take_years(scan: Scan, known: tuple[int, ...], latest: int | None = None) -> tuple[tuple[int, ...], str]:
    """The budget years asked for that are known, and the words of one that is not.

    Relative years count from the `latest` year of what is asked about, else the latest known one: an office in autumn
    asks about the year of its document.
    """
    scan.take(_IN_A_ROW)
    years: list[int] = []
    missing = ""
    for match in scan.take(_HAN_YEAR):
        year = int("".join(_HAN_DIGITS[c] for c in match.group(1)))
        years, missing = _sort_year(year, match.group(), known, years, missing)
    for match in scan.take(_YEAR):
        year = int(match.group(1)) if match.group(1) else 2000 + int(match.group(2))
        years, missing = _sort_year(year, match.group(), known, years, missing)
    for match in scan.take(_RELATIVE_YEAR):
        offset = next((n for word, n in _OFFSETS.items() if match.group().startswith(word)), 0)
        if known:
            years, missing = _sort_year((latest or max(known)) + offset, match.group(), known, years, missing)
        elif offset:
            missing = match.group()
    return tuple(dict.fromkeys(years)), missing


def _sort_year(year: int, words: str, known: tuple[int, ...], years: list[int], missing: str) -> tuple[list[int], str]:
    if year in known:
        return [*years, year], missing
    return years, missing or words


def given_plan(text: str) -> tuple[tuple[int, Decimal], ...]:
    """Shares a person proposes: 3月底40%、6月底30% gives (3, 40), (6, 30)."""
    pairs = re.findall(
        rf"({_N})月(?:份)?(?:底|末)?(?:填|为|是|到|达到|写|:)?(\d+(?:\.\d+)?|百分之[一二三四五六七八九十百零]+)(%)?",
        text,
    )
    return tuple((_month(month), share) for month, words, sign in pairs if (share := _share(words, sign)) is not None)


def _share(words: str, sign: str) -> Decimal | None:
    if words.startswith("百分之"):
        return parse_number(words.removeprefix("百分之"))
    return Decimal(words) if sign else None
