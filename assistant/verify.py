"""Every figure, date, name and citation of a text against its evidence, sentence by sentence.

A text that a model wrote is shown only where it passes here. The rules are strict on purpose: a sentence refused in
error costs a paraphrase, one let through in error costs trust. What they cannot see is a change of meaning made of
the evidence's own words; so a sentence must also stay close to the words of the passages it cites.
"""

import functools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from corpus.fields import FIELDS
from corpus.folding import fold, squeeze
from corpus.numbers import find_amounts, find_percents, parse_number

_CN = "零〇一二两三四五六七八九十百千"
_NUMERAL = rf"(?:(?<![\d.])\d{{1,20}}(?:,\d{{3}})*(?:\.\d{{1,20}})?[万亿]?|[{_CN}]{{1,12}}[万亿]?)"
_DATE = re.compile(
    rf"(?:(?P<year>(?:19|20)\d\d|[一二][零〇一二三四五六七八九]{{3}})年度?)?"
    rf"(?:(?<=[年度])|(?<![\d.,]))(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月份?"
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
_WORDS_WITH_NUMBERS = re.compile(
    r"统一|同一|唯一|单一|万一|一些|一定|一致|一般|一体|一起|一系列|一批|一步|一同|一并|一直|一律|一旦|一切|一方面|一种|一类|一项|一个|一次性|一级|十分|千方百计|百分之"
    r"|(?:(?<=^)|(?<=[,，。;；:：、\s]))(?:[一二三四五六七八九十]+是|[一二三四五六七八九十]+、|\(?\d{1,2}[.、)](?!\d))"
)
_LATIN = re.compile(r"[a-z0-9][a-z0-9_\-+./]*[a-z][a-z0-9_\-+./]*|\d{8,}[a-z0-9]*")
_QUOTED = re.compile(r"[《“「『\"]([^《》“”「」『』\"]{1,80})[》”」』\"]")
_BODIES = (
    "办公室 委员会 领导小组 工作组 公司 集团 中心 医院 学院 大学 学校 银行 协会 局 厅 研究院 政府 法院 检察院 宣传部 组织部 支队 大队"
    " 网信办 党委 县委 市委 省委 基金会 项目 工程 经费 专项资金 服务费"
).split()
_BODY = re.compile(rf"(?P<front>[一-鿿]{{0,2}})(?P<body>{'|'.join(sorted(_BODIES, key=len, reverse=True))})")
_ANYONE = re.compile(r"(?:[该各本此其的由与和及在向对按将]|有关|相关|上述|全部|所有|财政|预算)$")
_NO_BODIES = frozenset("项目 经费 工程 专项资金 服务费".split())  # common nouns: only with a name before them
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
_ROLE = "同志|主任|局长|科长|处长|书记|县长|市长|镇长|股长|经理|会计|组长|负责|担任|签字|审批|审核"
_PERSON = re.compile(
    rf"(?:由|联系人|负责人|经办人|牵头人|姓名|责任人)[是为:：]?(?P<a>[{_SURNAMES}][一-鿿]{{1,2}}?)(?=[负担牵签审主,，。;；、\s同任]|$)"
    rf"|(?P<b>[{_SURNAMES}][一-鿿]{{1,2}})(?={_ROLE})"
)
# What changes a claim without a figure: each must stand in the evidence as it is.
_TURNING = re.compile(
    r"不得|不能|不会|不再|不予|不需|不用|没有|尚未|未|无需|无法|禁止|严禁|取消|停止|暂停|免除|不(?!断|仅|但|同|少于|低于|超过|断地)"
    r"|超过|不低于|不少于|至少|至多|不超过|以上|以下|以内|大于|小于|高于|低于|少于|多于|大约|约(?!束|定)|接近|近(?=\d)|左右|过半|大半|翻番|成倍|几乎"
    r"|[几数][十百千万亿]|[余多](?=[万亿元%个项人])|\d[余多]|首次|唯一|最(?!后|终|近)|全国|全省|国家级|省级|第一名|增加|增长|减少|下降|提前|推迟|优秀|超额|已完成|已经"
)
_AGGREGATES = {
    "合计": "sum", "共计": "sum", "总计": "sum", "总共": "sum", "总和": "sum", "一共": "sum", "平均": "mean", "人均": "mean",
    "相差": "gap", "差额": "gap", "相比": "gap", "占": "share", "占比": "share", "剩余": "rest", "还剩": "rest", "结余": "rest",
    "待支出": "rest",
}  # fmt: skip
_LABELS = {squeeze(said): field.key for field in FIELDS for said in field.labels if len(said) > 2} | {
    "预算": "total",
    "支出": "plan",
}
_MARKUP = re.compile(r"<<|>>|https?:|www\.|\]\(|<[a-z!/]|```|\||!\[|&#|javascript:", re.I)
_LINE = re.compile(r"[\n。！？!?]+")
_CLAUSE = re.compile(r"[,，;；。！？!?\n]+")
_HAN = re.compile(r"[一-鿿]+")
# Words that only join: they may stand in a sentence though the evidence does not have them.
_JOINING = re.compile(
    "|".join(
        sorted(
            (
                "文件 资料 提出 要求 明确 指出 规定 写明 载明 说明 提到 表示 其中 此外 另外 同时 并且 而且 以及 还要 还有 主要 包括 包含 具体 措施 做法 内容 方面"
                " 工作 如下 首先 其次 再次 最后 一是 二是 三是 四是 五是 六是 通过 围绕 针对 关于 对于 有关 相关 这些 这项 该项 上述 计划 安排 目标 任务 将 要 应 需 需要"
                " 从而 以便 用于 为了 因此 所以 由于 根据 按照 依据 分别 共 即 也 都 又 还 再 并 且 则 并要 方式 分为 几个 部分 项目 文中 本文件 该文件 之外 之一 例如 比如 等等 开展 做好 进行 实现 推进 加强"
                " 保证 确保 负责 属于 位于 作为 预算 金额 资金 数额 为 是 有 万元 元 年 月 日 底 到 至 截至 截止 支出 使用 占 比例 合计 共计 总计 总共 一共 平均 最多 最少 最高 最低 相差"
            ).split(),
            key=len,
            reverse=True,
        )
    )
)
_SMALL = frozenset(
    "的了和与及在是为等对将以也都并中从向由于其之到至把被让使给就而且或这那此各个时上下内外后前间者地得着过"
)
_LONGEST_STRANGE = 3  # Han characters in a row that the evidence does not have
_MOST_STRANGE = 0.34  # of a sentence's Han characters
_LONGEST_SENTENCE = 400


class FaultKind(StrEnum):
    FIGURE = "数字"
    DATE = "日期"
    NAME = "名称"
    CITATION = "出处"
    WORDING = "说法"
    MARKUP = "格式"


@dataclass(frozen=True, slots=True)
class Fault:
    """What of a sentence the evidence does not bear out."""

    kind: FaultKind
    text: str

    def __str__(self) -> str:
        return f"{self.kind.value}“{self.text}”在所注资料中没有依据"


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence as a model gave it, with the numbers of the passages it says it rests on."""

    text: str
    sources: tuple[int, ...]


def faults(
    told: Told,
    passages: Mapping[int, str],
    names: Collection[str] = (),
    most_strange: float = _MOST_STRANGE,
    longest_strange: int = _LONGEST_STRANGE,
) -> tuple[Fault, ...]:
    """Everything in a sentence that the passages it cites do not bear out; empty when it may be shown.

    `names` are the library's project and unit names: a figure of one of them must be that one's in the evidence.
    `most_strange` (a share) and `longest_strange` (in a row) bound the Han characters that the evidence does not have.
    """
    cited = [passages[n] for n in told.sources if n in passages]
    if not cited or len(cited) < len(told.sources):
        unknown = [str(n) for n in told.sources if n not in passages]
        return (Fault(FaultKind.CITATION, "、".join(unknown) or "未注明"),)
    if len(told.text) > _LONGEST_SENTENCE or _MARKUP.search(told.text):
        return (Fault(FaultKind.MARKUP, told.text[:20]),)
    sentence, evidence = _Text.of(told.text, names), [_Text.of(text, names) for text in cited]
    found = (
        *_figures(sentence, evidence),
        *_dates(sentence, evidence),
        *_names(sentence, evidence, names),
        *_wording(sentence, evidence, most_strange, longest_strange),
    )
    return tuple(dict.fromkeys(found))


def lost(before: str, after: str, names: Collection[str] = ()) -> tuple[Fault, ...]:
    """The figures, dates, names and turning words (不得, 以上) of a sentence that its other wording leaves out."""
    return faults(Told(before, (1,)), {1: after}, names, most_strange=1.0, longest_strange=_LONGEST_SENTENCE)


# --- what a text claims -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Claim:
    start: int
    text: str
    value: tuple[object, ...]  # what is compared: kind, value and unit


@dataclass(frozen=True, slots=True)
class _Text:
    plain: str  # folded, no white space but line ends
    claims: tuple[_Claim, ...]
    dates: tuple[_Claim, ...]
    anchors: Mapping[str, tuple[_Claim, ...]]  # family -> what figures belong to

    @classmethod
    def of(cls, text: str, names: Collection[str]) -> "_Text":
        plain = "\n".join(filter(None, (squeeze(line) for line in text.splitlines())))
        plain = _ALL_DIGITS.sub(r"\1年\2月\3日", plain)
        dates = tuple(_find_dates(plain))
        present = [folded for name in names if (folded := _folded(name)) in plain]
        named = tuple(_find(plain, dict(zip(present, present, strict=True))))
        masked = _masked(plain, [*dates, *(n for n in named if re.search(r"\d", n.text))])
        anchors = {
            "name": named,
            "label": tuple(_find(plain, _LABELS)),
            "aggregate": tuple(_find(plain, _AGGREGATES)),
            "date": dates,
        }
        return cls(plain, tuple(_find_figures(masked)), dates, anchors)


@functools.lru_cache(maxsize=50_000)
def _folded(name: str) -> str:
    return squeeze(name)


def figures_in(text: str) -> frozenset[tuple[str, Decimal]]:
    """The amounts (万元) and percentages (%) of a text."""
    amounts, percents = find_amounts(text), find_percents(text)
    return frozenset([*(("万元", m.value) for m in amounts), *(("%", m.value) for m in percents)])


def _masked(plain: str, taken: Iterable[_Claim]) -> str:
    for claim in taken:
        plain = plain[: claim.start] + "#" * len(claim.text) + plain[claim.start + len(claim.text) :]
    return plain


def _find(plain: str, words: Mapping[str, str]) -> Iterator[_Claim]:
    if not words:
        return
    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    for match in re.finditer(pattern, plain):
        yield _Claim(match.start(), match[0], (words[match[0]],))


def _find_figures(plain: str) -> Iterator[_Claim]:
    amounts, percents = find_amounts(plain), find_percents(plain)
    for unit, mentions in (("万元", amounts), ("%", percents)):
        for mention in mentions:
            yield _Claim(mention.start, mention.text, (unit, mention.value))
    rest = _masked(plain, [_Claim(m.start, m.text, ()) for m in (*amounts, *percents)])
    rest = _WORDS_WITH_NUMBERS.sub(lambda m: "#" * len(m[0]), rest)
    rest = _LATIN.sub(lambda m: "#" * len(m[0]), rest)
    for match in _COUNT.finditer(rest):
        value = parse_number(match["number"] or match["plain"])
        if value is not None:
            yield _Claim(match.start(), match[0], ("count", value, match["measure"] or ""))


def _find_dates(plain: str) -> Iterator[_Claim]:
    for match in _DATE.finditer(plain):
        if match["words"]:
            words = _SAME_TIME.get(match["words"].removeprefix("第"), match["words"].removeprefix("第"))
            yield _Claim(match.start(), match[0], (None, None, words))
        elif match["alone"]:
            yield _Claim(match.start(), match[0], (Decimal(match["alone"]), None, None))
        else:
            day = match["day"] or None
            part = {"末": "底"}.get(day or "", parse_number((day or "").rstrip("日号")) or day)
            yield _Claim(match.start(), match[0], (_year(match["year"]), parse_number(match["month"]), part))


def _year(written: str | None) -> Decimal | None:
    if not written:
        return None
    digits = written.translate(str.maketrans("零〇一二三四五六七八九", "00123456789"))
    return Decimal(digits)


# --- whether the evidence bears it out ----------------------------------------------------------------------------


def _figures(sentence: _Text, evidence: list[_Text]) -> Iterator[Fault]:
    for claim in sentence.claims:
        at = [(text, found) for text in evidence for found in text.claims if _same_figure(claim, found)]
        if not any(_belongs(sentence, claim, text, found) for text, found in at):
            yield Fault(FaultKind.FIGURE, claim.text)


def _same_figure(claim: _Claim, found: _Claim) -> bool:
    """The same value in the same unit; a bare number may lack the measure word that the other has."""
    if claim.value[:2] != found.value[:2]:
        return False
    if claim.value[0] != "count":
        return True
    return claim.value[2] == found.value[2] or not claim.value[2]


def _belongs(sentence: _Text, claim: _Claim, text: _Text, found: _Claim) -> bool:
    """Whether the figure is said of what it belongs to in the evidence: project, field, date, and kind of sum."""
    if claim.value[0] == "count":
        return _same_thing(sentence, claim, text, found)
    for family in ("name", "label", "date"):
        said = _near(sentence, claim, family)
        owner = _owner(text, found, family)
        if said and owner is not None and not any(_fits(s, owner) for s in said):
            return False
        if said and owner is None and not _may_be_unsaid(family, said, text):
            return False
    sums = {c.value for c in _near(sentence, claim, "aggregate")}
    owner = _owner(text, found, "aggregate", within_clause=True)
    return not sums if owner is None else owner.value in sums


def _may_be_unsaid(family: str, said: list[_Claim], text: _Text) -> bool:
    """Whether a figure that the evidence gives without an owner may be given the one said: a list of budgets need not say so."""
    if family == "name":
        return not text.anchors["name"] or any(s.value == n.value for s in said for n in text.anchors["name"])
    return family != "label" or any(s.value == ("total",) for s in said)


def _same_thing(sentence: _Text, claim: _Claim, text: _Text, found: _Claim) -> bool:
    """Whether a number counts what it counts in the evidence: the words after it (else before it) are the same."""
    after, before = _beside(sentence.plain, claim)
    start, end = _span(text.plain, found.start, _CLAUSE)
    if not after and not before:
        return True
    if (after, before)[not after] == _beside(text.plain, found)[not after]:
        return True
    alone = sum(start <= c.start < end and c.value[0] == "count" for c in text.claims) == 1
    return alone and (after or before) in text.plain[start:end]


def _beside(plain: str, claim: _Claim) -> tuple[str, str]:
    """Two Han characters (or fewer) after a figure and before it."""
    after = _HAN.match(plain, claim.start + len(claim.text))
    before = re.search(r"[一-鿿]{1,2}$", plain[max(0, claim.start - 2) : claim.start])
    return after[0][:2] if after else "", before[0] if before else ""


def _near(sentence: _Text, claim: _Claim, family: str) -> list[_Claim]:
    """The names (dates, fields) of the clause that the figure stands in, else the last ones before it."""
    start, end = _span(sentence.plain, claim.start, _CLAUSE)
    all_of = sentence.anchors[family]
    here = [a for a in all_of if start <= a.start < end]
    before = [a for a in all_of if a.start < claim.start]
    return here or ([] if family == "aggregate" else before[-1:])


def _owner(text: _Text, found: _Claim, family: str, within_clause: bool = False) -> _Claim | None:
    """What a figure of the evidence belongs to: the nearest before it in its line; a name or field may stand above it."""
    start = _span(text.plain, found.start, _CLAUSE if within_clause else _LINE)[0]
    anywhere = [a for a in text.anchors[family] if a.start < found.start]
    before = anywhere if family in ("name", "label") else [a for a in anywhere if a.start >= start]
    return before[-1] if before else None


def _span(plain: str, at: int, ends: re.Pattern[str]) -> tuple[int, int]:
    start = max((m.end() for m in ends.finditer(plain, 0, at)), default=0)
    end = ends.search(plain, at)
    return start, end.start() if end else len(plain)


def _fits(said: _Claim, owner: _Claim) -> bool:
    """A date said in part (6月底) fits one that says more (2025年6月底); all else must be equal."""
    if len(said.value) != 3:
        return said.value == owner.value
    return all(s is None or s == o for s, o in zip(said.value, owner.value, strict=True))


def _dates(sentence: _Text, evidence: list[_Text]) -> Iterator[Fault]:
    for claim in sentence.dates:
        if not any(_fits(claim, found) for text in evidence for found in text.dates):
            yield Fault(FaultKind.DATE, claim.text)


def _names(sentence: _Text, evidence: list[_Text], names: Collection[str]) -> Iterator[Fault]:
    everything = "\n".join(text.plain for text in evidence)
    for claim in sentence.anchors["name"]:
        if claim.text not in everything:
            yield Fault(FaultKind.NAME, claim.text)
    for pattern in (_QUOTED, _LATIN):
        for match in pattern.finditer(sentence.plain):
            said = match[1] if pattern is _QUOTED else match[0].rstrip("./-")
            if said not in everything:
                yield Fault(FaultKind.NAME, said)
    for match in _PERSON.finditer(sentence.plain):
        if (match["a"] or match["b"]) not in everything:
            yield Fault(FaultKind.NAME, match["a"] or match["b"])
    for match in _BODY.finditer(sentence.plain):
        front = match["front"]
        known = not front or match[0] in everything or _ANYONE.search(front)
        if not known or (match["body"] not in _NO_BODIES and match["body"] not in everything):
            yield Fault(FaultKind.NAME, match[0])


def _wording(sentence: _Text, evidence: list[_Text], most: float, longest: int) -> Iterator[Fault]:
    everything = "\n".join(text.plain for text in evidence)
    for match in _TURNING.finditer(sentence.plain):
        if match[0] not in everything:
            yield Fault(FaultKind.WORDING, match[0])
    strange = _strange(sentence, everything)
    total = sum(len(run[0]) for run in _HAN.finditer(sentence.plain))
    if total and sum(map(len, strange)) > most * total:
        yield Fault(FaultKind.WORDING, max(strange, key=len))
    for run in strange:
        if len(run) > longest:
            yield Fault(FaultKind.WORDING, run)
    if not total and not sentence.claims:
        yield Fault(FaultKind.WORDING, fold(sentence.plain)[:20])


def _strange(sentence: _Text, everything: str) -> list[str]:
    """Runs of Han characters no pair of which stands in the evidence, joining words and figures left out."""
    plain = _masked(sentence.plain, [*sentence.claims, *sentence.dates])
    runs: list[str] = []
    for part in _HAN.finditer(plain):
        text = part[0]
        known = [False] * len(text)
        for i in range(len(text) - 1):
            if text[i : i + 2] in everything:
                known[i] = known[i + 1] = True
        for joining in _JOINING.finditer(text):
            known[joining.start() : joining.end()] = [True] * len(joining[0])
        marked = "".join("#" if k or c in _SMALL else c for c, k in zip(text, known, strict=True))
        runs += [run for run in marked.split("#") if run]
    return runs
