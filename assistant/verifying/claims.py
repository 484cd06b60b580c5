"""What a text claims: its figures, dates, and what they are said of (names, fields, kinds of sum). Pure."""

import functools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from corpus.fields import FIELDS
from corpus.folding import squeeze
from corpus.numbers import find_amounts, find_percents, parse_number

_CN = "零〇一二两三四五六七八九十百千"
_NUMERAL = rf"(?:(?<![\d.])\d{{1,20}}(?:,\d{{3}})*(?:\.\d{{1,20}})?[万亿]?|[{_CN}]{{1,12}}[万亿]?)"
_DATE = re.compile(
    rf"(?:(?P<year>(?:19|20)\d\d|[一二][零〇一二三四五六七八九]{{3}})年度?)?"
    rf"(?:(?<=[年度])|(?<![\d.])(?<!\d,))(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月份?"
    rf"(?P<day>底|末|初|中旬|上旬|下旬|(?:[0-3]?\d|[{_CN}]{{1,3}})[日号])?"
    r"|(?P<alone>(?:19|20)\d\d)年?(?![\d.%万元亿个项条次人])"
    r"|(?P<words>第?[一二三四1234]季度末?|[上下]半年|年底|年末|年初|年中|全年|去年|上年|明年|今年|本年|次年|后年|前年)"
)
_ALL_DIGITS = re.compile(r"(?<!\d)((?:19|20)\d\d)[-./](\d{1,2})[-./](\d{1,2})(?!\d)")
_SAME_TIME = {"年末": "年底", "上年": "去年", "本年": "今年", "12月底": "年底", "6月底": "年中"}
_MEASURES = (
    "小时|分钟|人次|公里|平方米|方面|个月|工作日|季度|"
    "[个项条次人家天日月年名份场期台套类种处起件篇户米级倍度吨岁款章节部所座辆批支轮遍周届线点分秒亩字元块]"
)
_COUNT = re.compile(
    rf"(?P<number>{_NUMERAL})(?P<measure>{_MEASURES})|(?P<plain>(?<![\d.])\d{{1,20}}(?:,\d{{3}})*(?:\.\d{{1,20}})?[万亿]?)"
)
_RANK = re.compile(rf"第(?P<number>{_NUMERAL})(?P<by>名|位(?!数)|[高低大小多少](?=的|[,，。]|$))")
_FORMULA = re.compile(r"\([^()]{0,400}[×÷+−][^()]{0,400}\)")
_WORDS_WITH_NUMBERS = re.compile(
    r"统一|同一|唯一|单一|万一|一些|一定|一致|一般|一体|一起|一系列|一批|一步|一同|一并|一直|一律|一旦|一切|一方面|一种|一类|一项|一个|一次性|一级|十分|千方百计|百分之"
    r"|(?:(?<=^)|(?<=[,，。;；:：、\s]))(?:[一二三四五六七八九十]+是|[一二三四五六七八九十]+、|\(?\d{1,2}[.、)](?!\d))"
)
LATIN = re.compile(r"[a-z0-9][a-z0-9_\-+./]*[a-z][a-z0-9_\-+./]*|\d{8,}[a-z0-9]*")
_AGGREGATES = {
    "合计": "sum", "共计": "sum", "总计": "sum", "总共": "sum", "总和": "sum", "一共": "sum", "平均": "mean", "人均": "mean",
    "相差": "gap", "差额": "gap", "相比": "gap", "占": "share", "占比": "share", "剩余": "rest", "还剩": "rest", "结余": "rest",
    "待支出": "rest",
}  # fmt: skip
_LABELS = {squeeze(said): field.key for field in FIELDS for said in field.labels if len(said) > 2} | {
    "预算": "total",
    "支出": "plan",
}


@dataclass(frozen=True, slots=True)
class Claim:
    start: int
    text: str
    value: tuple[object, ...]  # what is compared: kind, value and unit


@dataclass(frozen=True, slots=True)
class Text:
    plain: str  # folded, no white space but line ends
    claims: tuple[Claim, ...]
    dates: tuple[Claim, ...]
    anchors: Mapping[str, tuple[Claim, ...]]  # family -> what figures belong to

    @classmethod
    def of(cls, text: str, names: Collection[str]) -> "Text":
        plain = "\n".join(filter(None, (squeeze(line) for line in text.splitlines())))
        plain = _ALL_DIGITS.sub(r"\1年\2月\3日", plain)
        present = [folded for name in names if (folded := _folded(name)) in plain]
        named = tuple(_find(plain, dict(zip(present, present, strict=True))))
        dates = tuple(_find_dates(masked(plain, named)))  # a year in a project's name is no date
        rest = masked(plain, [*dates, *_formulas(plain), *(n for n in named if re.search(r"\d", n.text))])
        anchors = {
            "name": named,
            "label": tuple(_find(plain, _LABELS)),
            "aggregate": tuple(_find(plain, _AGGREGATES)),
            "date": dates,
        }
        return cls(plain, tuple(_find_figures(rest)), dates, anchors)


@functools.lru_cache(maxsize=50_000)
def _folded(name: str) -> str:
    return squeeze(name)


def figures_in(text: str) -> frozenset[tuple[str, Decimal]]:
    """The amounts (万元) and percentages (%) of a text."""
    amounts, percents = find_amounts(text), find_percents(text)
    return frozenset([*(("万元", m.value) for m in amounts), *(("%", m.value) for m in percents)])


def masked(plain: str, taken: Iterable[Claim]) -> str:
    for claim in taken:
        plain = plain[: claim.start] + "#" * len(claim.text) + plain[claim.start + len(claim.text) :]
    return plain


def _find(plain: str, words: Mapping[str, str]) -> Iterator[Claim]:
    if not words:
        return
    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    for match in re.finditer(pattern, plain):
        yield Claim(match.start(), match[0], (words[match[0]],))


def _formulas(plain: str) -> Iterator[Claim]:
    """The amounts that stand in a formula: what is reckoned with is not what is said of the date and project before it."""
    for formula in _FORMULA.finditer(plain):
        for amount in find_amounts(formula[0]):
            yield Claim(formula.start() + amount.start, amount.text, ())


def _ranks(plain: str) -> Iterator[Claim]:
    for match in _RANK.finditer(plain):
        value = parse_number(match["number"])
        if value is not None:
            yield Claim(match.start(), match[0], ("rank", value))


def _find_figures(plain: str) -> Iterator[Claim]:
    amounts, percents = find_amounts(plain), find_percents(plain)
    for unit, mentions in (("万元", amounts), ("%", percents)):
        for mention in mentions:
            yield Claim(mention.start, mention.text, (unit, mention.value))
    rest = masked(plain, [Claim(m.start, m.text, ()) for m in (*amounts, *percents)])
    ranks = tuple(_ranks(rest))
    yield from ranks
    rest = masked(rest, ranks)
    rest = _WORDS_WITH_NUMBERS.sub(lambda m: "#" * len(m[0]), rest)
    rest = LATIN.sub(lambda m: "#" * len(m[0]), rest)
    for match in _COUNT.finditer(rest):
        value = parse_number(match["number"] or match["plain"])
        if value is not None:
            yield Claim(match.start(), match[0], ("count", value, match["measure"] or ""))


def _find_dates(plain: str) -> Iterator[Claim]:
    for match in _DATE.finditer(plain):
        if match["words"]:
            words = _SAME_TIME.get(match["words"].removeprefix("第"), match["words"].removeprefix("第"))
            year_end = (None, Decimal(12), "底")
            yield Claim(match.start(), match[0], year_end if words == "年底" else (None, None, words))
        elif match["alone"]:
            yield Claim(match.start(), match[0], (Decimal(match["alone"]), None, None))
        else:
            day = match["day"] or None
            part = {"末": "底"}.get(day or "", parse_number((day or "").rstrip("日号")) or day)
            yield Claim(match.start(), match[0], (_year(match["year"]), parse_number(match["month"]), part))


def _year(written: str | None) -> Decimal | None:
    if not written:
        return None
    digits = written.translate(str.maketrans("零〇一二三四五六七八九", "00123456789"))
    return Decimal(digits)
