"""Every figure, date, name and citation of a text against its evidence, sentence by sentence.

A text that a model wrote is shown only where it passes here. The rules are strict on purpose: a sentence refused in
error costs a paraphrase, one let through in error costs trust. What they cannot see is a change of meaning made of
the evidence's own words; so a sentence must also stay close to the words of the passages it cites.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from assistant.verifying.claims import LATIN, Text, masked
from assistant.verifying.owners import CLAUSE, bound_spans, fits, span, unfounded_comparisons, unfounded_figures
from assistant.verifying.together import Words, misplaced
from corpus.folding import fold

_QUOTED = re.compile(r"[《“「『\"]([^《》“”「」『』\"]{1,80})[》”」』\"]")
_BODIES = (
    "主城区 城区 开发区 园区 街道 办公室 委员会 领导小组 工作组 公司 集团 中心 医院 学院 大学 学校 银行 协会 局 厅 研究院 政府 法院 检察院 宣传部 组织部 支队 大队"
    " 网信办 党委 县委 市委 省委 基金会 项目 工程 经费 专项资金 服务费"
).split()
_BODY = re.compile(rf"(?P<front>[一-鿿]{{0,2}})(?P<body>{'|'.join(sorted(_BODIES, key=len, reverse=True))})")
_OFFICE = re.compile(r"[一-鿿]{2}[股科室](?![一-鿿])")
_ANYONE = re.compile(r"(?:[该各本此其的由与和及在向对按将]|有关|相关|上述|全部|所有|财政|预算)$")
_NO_BODIES = frozenset("项目 经费 工程 专项资金 服务费".split())  # common nouns: only with a name before them
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
_ROLE = (
    "同志|主任|局长|科长|处长|书记|县长|市长|镇长|股长|经理|会计|组长|负责|担任|签字|审批|审核|任(?![务何职期命])|兼任|出任|挂帅"
    "|牵头|分管|主管|带队|同意|批示|表示|介绍|强调|指出"
)
_PERSON = re.compile(
    rf"(?:由|联系人|负责人|经办人|牵头人|姓名|责任人)[是为:：]?(?P<a>[{_SURNAMES}][一-鿿]{{1,2}}?)(?=[负担牵签审主,，。;；、\s同任]|$)"
    rf"|(?P<b>[{_SURNAMES}][一-鿿]{{1,2}})(?={_ROLE})"
)
# What changes a claim without a figure: each must stand in the evidence as it is.
_TURNING = re.compile(
    r"不得|不能|不会|不再|不予|不需|不用|没有|尚未|未|无需|无法|禁止|严禁|取消|停止|暂停|免除|不(?!断|仅|但|同|少于|低于|超过|断地)"
    r"|超过|不低于|不少于|至少|至多|不超过|以上|以下|以内|大于|小于|高于|低于|少于|多于|大约|约(?!束|定)|接近|近(?=\d)|左右|过半|大半|翻番|成倍|几乎"
    r"|放松|放宽|削弱|弱化|淡化|放弃|撤销|解散|拒绝|反对|阻止|允许|不必|免予|免于"
    r"|(?<=[一-鿿])了(?!解|结|然)"  # done is not planned
    r"|[卅廿卌]|半(?=[百千万亿])|翻[倍番]|倍增|加倍|减半|腰斩|(?<=[元%])[多余]"
    r"|[几数][十百千万亿]|[余多](?=[万亿元%个项人])|\d[余多]|首次|唯一|最(?!后|终|近)|全国|全省|国家级|省级|第一名|增加|增长|减少|下降|提前|推迟|优秀|超额|已(?!知)"
)
# What says how often and how far: each must be said of the same thing in the evidence.
_REACH = re.compile(
    r"每(?:个?工作日|[两二三半]?个?(?:天|日|周|星期|月|季度?|年|学期))|定期|随时|逐[日周月季年]"
    r"|全[县市省国乡镇区村校院]|全域|全部|所有|一律|各级|各类|县城|主城区|城区|农村"
)
# Whom a deed is done by, with or for: their first two characters must stand in the evidence.
_PARTNER = re.compile(r"(?:由|会同|联合|协同|委托|交由|聘请|邀请|报请|报送|上报)(?:县|市|省|乡|镇)?([一-鿿]{2})")
_MARKUP = re.compile(r"<<|>>|https?:|www\.|\]\(|<[a-z!/]|```|\||!\[|&#|javascript:", re.I)
_USUAL = re.compile(r"[ -~一-鿿　-〃《-】〔〕·–—‘’“”…‰℃×÷−≥≤！-～￥]")
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
_COUNTING = "均各排列比第共含少多是"  # may stand beside a figure though the evidence does not have them
_LONGEST_STRANGE = 3  # Han characters in a row that the evidence does not have
_MOST_STRANGE = 0.34  # of a sentence's Han characters
_LONGEST_SENTENCE = 400
_SAME_THING = 0.4  # of a clause's pairs of characters: two clauses speak of the same


_WORDS = Words(_JOINING, _BODY)


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
    anew: bool = False,
) -> tuple[Fault, ...]:
    """Everything in a sentence that the passages it cites do not bear out; empty when it may be shown.

    `names` are the library's project and unit names: a figure of one of them must be that one's in the evidence.
    `most_strange` (a share) and `longest_strange` (in a row) bound the Han characters that the evidence does not have; a
    text written `anew` may also join in one clause what stands apart in it.
    """
    cited = [passages[n] for n in told.sources if n in passages]
    if not cited or len(cited) < len(told.sources):
        unknown = [str(n) for n in told.sources if n not in passages]
        return (Fault(FaultKind.CITATION, "、".join(unknown) or "未注明"),)
    if len(told.text) > _LONGEST_SENTENCE or _MARKUP.search(told.text) or _foreign(told.text, cited):
        return (Fault(FaultKind.MARKUP, told.text[:20]),)
    sentence, evidence = Text.of(told.text, names), [Text.of(text, names) for text in cited]
    found = (
        *_figures(sentence, evidence),
        *_dates(sentence, evidence),
        *_names(sentence, evidence, names),
        *_wording(sentence, evidence, most_strange, longest_strange),
        *_reach(sentence, evidence),
        *_together(sentence, evidence, names, anew),
    )
    return tuple(dict.fromkeys(found))


def lost(before: str, after: str, names: Collection[str] = ()) -> tuple[Fault, ...]:
    """The figures, dates, names and turning words (不得, 以上) of a sentence that its other wording leaves out."""
    sentence, evidence = Text.of(before, names), [Text.of(after, names)]
    found = (
        *_figures(sentence, evidence),
        *_dates(sentence, evidence),
        *_names(sentence, evidence, names),
        *_wording(sentence, evidence, most=1.0, longest=_LONGEST_SENTENCE),
        *_reach(sentence, evidence),
    )
    return tuple(dict.fromkeys(found))


def _foreign(text: str, cited: Collection[str]) -> bool:
    """Whether it is written in signs that neither this kind of text nor the evidence has: invisible ones, other scripts, pictures."""
    return any(not _USUAL.match(c) and not any(c in passage for passage in cited) for c in text)


# --- whether the evidence bears it out ----------------------------------------------------------------------------


def _figures(sentence: Text, evidence: list[Text]) -> Iterator[Fault]:
    for claim in unfounded_figures(sentence, evidence):
        yield Fault(FaultKind.FIGURE, claim.text)


def _together(sentence: Text, evidence: list[Text], names: Collection[str], anew: bool) -> Iterator[Fault]:
    for kind, said in misplaced(sentence, evidence, _WORDS, names, anew):
        yield Fault(FaultKind[kind.upper()], said)
    for said in unfounded_comparisons(sentence, evidence):
        yield Fault(FaultKind.WORDING, said)


def _dates(sentence: Text, evidence: list[Text]) -> Iterator[Fault]:
    for claim in sentence.dates:
        if not any(fits(claim, found, sentence.plain) for text in evidence for found in text.dates):
            yield Fault(FaultKind.DATE, claim.text)


def _names(sentence: Text, evidence: list[Text], names: Collection[str]) -> Iterator[Fault]:
    everything = "\n".join(text.plain for text in evidence)
    for claim in sentence.anchors["name"]:
        if claim.text not in everything:
            yield Fault(FaultKind.NAME, claim.text)
    plain = masked(sentence.plain, [c for c in sentence.claims if c.value[0] in ("万元", "%")])  # 68400000元 is no code
    for pattern in (_QUOTED, LATIN):
        for match in pattern.finditer(sentence.plain if pattern is _QUOTED else plain):
            said = match[1] if pattern is _QUOTED else match[0].rstrip("./-")
            if said not in everything:
                yield Fault(FaultKind.NAME, said)
    for match in _PERSON.finditer(sentence.plain):
        if (match["a"] or match["b"]) not in everything:
            yield Fault(FaultKind.NAME, match["a"] or match["b"])
    for match in _PARTNER.finditer(sentence.plain):
        if match[1] not in everything:
            yield Fault(FaultKind.NAME, match[1])
    for match in _OFFICE.finditer(sentence.plain):
        if match[0] not in everything:
            yield Fault(FaultKind.NAME, match[0])
    for match in _BODY.finditer(masked(sentence.plain, sentence.claims)):
        front = match["front"]
        known = not front or match[0] in everything or _ANYONE.search(front)
        if not known or (match["body"] not in _NO_BODIES and match["body"] not in everything):
            yield Fault(FaultKind.NAME, match[0])


def _wording(sentence: Text, evidence: list[Text], most: float, longest: int) -> Iterator[Fault]:
    everything = "\n".join(text.plain for text in evidence)
    bounds = tuple(bound_spans(sentence))  # judged with their figures
    for match in _TURNING.finditer(sentence.plain):
        if match[0] not in everything and not any(start <= match.start() < end for start, end in bounds):
            yield Fault(FaultKind.WORDING, match[0])
    strange = _strange(sentence, everything)
    total = sum(len(run[0]) for run in _HAN.finditer(sentence.plain))
    if total and sum(map(len, strange)) > most * total:
        yield Fault(FaultKind.WORDING, max(strange, key=len))
    for run in strange:
        if len(run) > longest:
            yield Fault(FaultKind.WORDING, run)
    anew = longest > _LONGEST_STRANGE  # 切实完成 may be added there, 县道 may not become 国道
    for run in _strange(sentence, everything, beside_figures=True):
        if not (anew and len(run) > 1) and not all(char in everything or char in _COUNTING for char in run):
            yield Fault(FaultKind.WORDING, run)
    if not total and not sentence.claims:
        yield Fault(FaultKind.WORDING, fold(sentence.plain)[:20])


def _reach(sentence: Text, evidence: list[Text]) -> Iterator[Fault]:
    """每周, 全县: in some clause of the evidence that speaks of the same, not only somewhere."""
    clauses = [part for text in evidence for part in CLAUSE.split(text.plain)]
    for clause in CLAUSE.split(
        masked(sentence.plain, sentence.anchors["name"])
    ):  # 农村 of a project's name reaches nowhere
        for match in _REACH.finditer(clause):
            about = _pairs(clause.replace(match[0], " "))
            alike = (part for part in clauses if match[0] in part)
            if not any(len(about & _pairs(part)) >= _SAME_THING * len(about) for part in alike):
                yield Fault(FaultKind.WORDING, match[0])


def _pairs(text: str) -> frozenset[str]:
    return frozenset(run[0][i : i + 2] for run in _HAN.finditer(text) for i in range(len(run[0]) - 1))


def _strange(sentence: Text, everything: str, beside_figures: bool = False) -> list[str]:
    """Runs of Han characters no pair of which stands in the evidence, joining words and figures left out.

    `beside_figures`: only those of clauses with a figure: 国道120公里 is no paraphrase of 县道120公里.
    """
    plain = masked(sentence.plain, [*sentence.claims, *sentence.dates])
    if beside_figures:
        spans = {span(sentence.plain, claim.start, CLAUSE) for claim in sentence.claims}
        plain = "#".join(plain[start:end] for start, end in sorted(spans))
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
