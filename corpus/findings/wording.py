"""Rules over wording: vague verbs, lapsed plans, outdated wording, punctuation, numbering, residue (rules 7, 17-20).

They read public text only, of documents and drafts alike.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from corpus.findings.rulebook import Checked, Hit, Passage, Place, section_place, wording
from corpus.numbers import chinese_number, find_amounts, find_percents
from corpus.types import Section, SectionKind

_HAN = "\u4e00-\u9fff"
_NARRATIVE = tuple(kind.value for kind in (SectionKind.OVERALL, SectionKind.ITEMISED, SectionKind.SAFEGUARD))
_SENTENCE = re.compile(r"[^。！？；;\n]+[。！？；;]?")


def clauses(text: str) -> list[str]:
    """The clauses of `text`, at any comma or stop, without empty ones."""
    return [clause for part in re.split(r"[，,。；;！？!?\n]", text) if (clause := part.strip())]


def sentences(text: str) -> list[str]:
    """The sentences of `text` with their closing mark."""
    return [sentence for match in _SENTENCE.finditer(text) if (sentence := match[0].strip())]


def vague_verbs(checked: Checked) -> Iterator[Hit]:
    """Verbs that promise without a value, one hit a part of the document; a clause with a figure is not vague."""
    for kind in (*_NARRATIVE, "goal", *((SectionKind.OTHER.value,) if checked.draft else ())):
        found: Counter[str] = Counter()
        first: Passage | None = None
        for passage in checked.passages():
            if passage.kind != kind:
                continue
            words = vague_words(passage.text)
            first = first or (passage if words else None)
            found.update(words)
        if first:
            yield _vague_hit(kind, found, first)


def _vague_hit(kind: str, found: Counter[str], first: Passage) -> Hit:
    words = "、".join(f"“{word}”{count}次" if count > 1 else f"“{word}”" for word, count in found.most_common(8))
    name = re.sub(r"第[一二三四五六七八九十百]+条$", "", first.place.name) if kind in _NARRATIVE else first.place.name
    quote = next(clause for clause in clauses(first.text) if vague_words(clause))
    return Hit(
        "vague-verb",
        Place(name, name, first.place.source),
        f"使用了不可衡量的表述：{words}，没有数量、标准或时限，事后难以评价。",
        "写明做什么、做多少、何时完成、达到什么标准，例如改为“全年……【数量】次，【月份】前完成，……率达到【数值】%”。",
        quote,
    )


def vague_words(text: str) -> list[str]:
    """The vague verbs of `text`, those in clauses with a figure left out."""
    found: list[str] = []
    for clause in clauses(text):
        if not has_figure(clause):
            found += _vague_pattern().findall(clause)
    return found


def _vague_pattern() -> re.Pattern[str]:
    return re.compile("|".join(sorted(wording()["vague"], key=len, reverse=True)))


_COUNTED = re.compile(
    r"(?<![A-Za-z0-9—\-v])(?:\d+(?:\.\d+)?|(?!一(?:批|个|些|项|条|种|次|家))(?<![一二三四五六七八九十百千两])[一二三四五六七八九十百千两]{1,9})\s?(?:余|多)?(?:个|次|项|场|份|篇|条|人|名|户|家|所|处|套|台|件|批|期|座|"
    r"公里|千米|平方米|亩|吨|万|元|米|小时|天|日|例|起|辆|本|册|幅|块|栋|间|座|村|乡镇|社区|点位|路|GB|TB|人次|课时)(?!化|体|流)"
)


# Measures that in words stand in set phrases (一部分, 一类) and count only behind figures.
_MEASURED = re.compile(
    r"(?<![A-Za-z0-9—\-v第])\d[\d,]*(?:\.\d+)?\s?(?:余|多)?(?:架次|班次|车次|频次|户次|家次|亩次|批次|卷|页|张|公顷|立方米|方|株|棵|头|只|羽|尾|箱|袋|瓶|根|段|道|盏|种|类|部|支|队|组|枚|面|扇|"
    r"艘|架|列|公斤|千克|升|学时|节|门|款|宗|笔|单|标段|分钟|户籍|字|封|幢|孔|眼|口|床|张床位|床位|千瓦|兆瓦|平方公里)(?!化|体|流|号)"
)
_NUMERAL = re.compile(r"[\d０-９零〇一二两三四五六七八九十百千万亿半成倍壹贰叁肆伍陆柒捌玖拾佰仟]")


def has_figure(text: str) -> bool:
    """Whether `text` says how much: a percentage, an amount, or a counted thing."""
    if not _NUMERAL.search(text):  # most clauses; the three below cost fifty times as much
        return False
    return bool(_COUNTED.search(text) or _MEASURED.search(text) or find_percents(text) or find_amounts(text))


@dataclass(frozen=True, slots=True)
class Lapse:
    """A reference to a plan by the years it covers."""

    quote: str
    last: int


_TITLED_SPAN = re.compile(r"《[^《》]{0,60}?(20\d\d)\s*年?\s*[-－—–~～至到]+\s*(20\d\d)\s*年?[^《》]{0,20}》")
_SPAN = re.compile(
    rf"[{_HAN}]{{0,12}}(?:规划|计划|方案|行动|纲要)[（(]?(20\d\d)\s*年?\s*[-－—–~～至到]+\s*(20\d\d)\s*年?[）)]?"
    rf"|(20\d\d)\s*年?\s*[-－—–~～至到]+\s*(20\d\d)\s*年?(?:[{_HAN}]{{0,12}})(?:规划|计划|方案|行动|纲要)"
)


def plan_spans(text: str) -> list[Lapse]:
    """The plans `text` cites with their years (《…（2019-2023年）》, “十三五”规划), in order."""
    found = [(m.start(), Lapse(m[0], int(m[2]))) for m in _TITLED_SPAN.finditer(text)]
    titled = [(m.start(), m.end()) for m in _TITLED_SPAN.finditer(text)]
    for match in _SPAN.finditer(text):
        if not any(start < match.end() and match.start() < end for start, end in titled):
            found.append((match.start(), Lapse(match[0], int(match[2] or match[4]))))
    for row in wording()["plan"]:
        found += [(m.start(), Lapse(m[0], row["last"])) for m in re.finditer(row["pattern"], text)]
    return [lapse for _, lapse in sorted(found, key=lambda item: item[0])]


def lapsed_plans(checked: Checked) -> Iterator[Hit]:
    year = checked.year
    for passage in checked.passages():
        if passage.kind == "name":
            continue
        for lapse in plan_spans(passage.text):
            if year is not None and lapse.last >= year:
                continue
            against = f"，早于预算年度 {year} 年" if year else "，请对照预算年度"
            yield Hit(
                "lapsed-plan",
                passage.place,
                f"引用的规划或计划到 {lapse.last} 年为止{against}，可能已经到期。",
                "核对是否有接续的规划；有的改引新规划，没有的删去或改为现行依据。",
                lapse.quote,
            )


def outdated(checked: Checked) -> Iterator[Hit]:
    year = checked.year
    for passage in checked.passages():
        for row in wording()["outdated"]:
            if year is not None and year < row["since"]:
                continue
            match = re.search(row["pattern"], passage.text)
            if match:
                yield Hit(
                    "outdated",
                    passage.place,
                    f"“{match[0]}”是较早的提法：{row['why']}。",
                    f"核对后改为“{row['use']}”等现行表述。",
                    match[0],
                )


# --- punctuation --------------------------------------------------------------------------------------------------

_HALF = re.compile(rf"(?<=[{_HAN}”’》）)])[,;:!?](?=[{_HAN}“‘《（(])")
_FULL = re.compile(r"[，；：！？]")
_HALF_BRACKET = re.compile(rf"(?<=[{_HAN}])\([^()]*\)")
_FULL_BRACKET = re.compile(r"（[^（）]*）")
MIXED_ENUMERATION = re.compile(
    rf"[{_HAN}]{{1,6}}、[{_HAN}]{{1,4}}[,，][{_HAN}]{{1,4}}[,，][{_HAN}]{{1,6}}、[{_HAN}]{{1,6}}"
)


def punctuation(checked: Checked) -> Iterator[Hit]:
    for passage in checked.passages():
        if passage.kind == "name":
            continue
        text = passage.text
        half = list(_HALF.finditer(text))
        if half:
            yield _half_width(passage, len(half), len(_FULL.findall(text)), half[0].start())
        bracket = _HALF_BRACKET.search(text)
        if bracket and (_FULL_BRACKET.search(text) or _FULL.search(text) or half):
            yield Hit(
                "mixed-punctuation",
                passage.place,
                "半角括号 () 与全角标点混用。",
                "中文正文统一使用全角括号（）。",
                bracket[0],
            )
        if enumeration := MIXED_ENUMERATION.search(text):
            yield Hit(
                "mixed-enumeration",
                passage.place,
                "并列词语之间顿号、逗号混用。",
                "同一层次的并列词语统一使用顿号。",
                enumeration[0],
            )
        yield from _pairs(passage)


def _half_width(passage: Passage, half: int, full: int, at: int) -> Hit:
    mixed = f"，同时有全角标点{full}处，全角、半角混用" if full else ""
    return Hit(
        "mixed-punctuation",
        passage.place,
        f"中文正文中使用了半角标点{half}处{mixed}。",
        "统一改为全角标点（，；：）。",
        passage.text[max(0, at - 12) : at + 13],
    )


_PAIRS = (("（", "）"), ("《", "》"), ("“", "”"), ("(", ")"), ("【", "】"))


def _pairs(passage: Passage) -> Iterator[Hit]:
    # A half-width bracket may close a full-width one; what counts is that it is closed at all.
    text = passage.text.translate(str.maketrans("()", "（）"))
    for opening, closing in _PAIRS:
        if opening != "(" and text.count(opening) != text.count(closing):
            message = f"“{opening}”与“{closing}”不成对。"
            at = text.find(opening) if opening in text else text.find(closing)
            yield Hit("unpaired-mark", passage.place, message, "补全成对的标点。", passage.text[at : at + 20])


_DOUBLED_MARK = re.compile(r"[，。；、,]{2,}|(?<=[。，；])\s*[，。；、](?!\.)")
# Words that are doubled on purpose (人人, 天天, 常常) are single characters; a doubled word of two or more is a slip.
_DOUBLED_WORD = re.compile(rf"([{_HAN}]{{2,8}})\1")
_DOUBLED_FINE = frozenset(("研究", "讨论", "考虑", "商量", "学习", "了解", "实实在在", "许许多多"))


def doubled_text(checked: Checked) -> Iterator[Hit]:
    for passage in checked.passages():
        for pattern in (_DOUBLED_MARK, _DOUBLED_WORD):
            match = pattern.search(passage.text)
            if match and match[0] != "……" and match[0][: len(match[0]) // 2] not in _DOUBLED_FINE:
                yield Hit(
                    "doubled-text",
                    passage.place,
                    f"“{match[0]}”重复。",
                    "删去重复的文字或标点。",
                    _around(passage.text, match),
                )


def _around(text: str, match: re.Match[str]) -> str:
    return text[max(0, match.start() - 8) : match.end() + 8]


# --- broken sentences, numbering, residue -------------------------------------------------------------------------

_LEFT_SHI = re.compile(rf"(?:(?<=[。；;！？])|(?<=\n))\s*是(?![否因非指由以此其])[{_HAN}]{{2,40}}")
_ITEM_SHI = re.compile(rf"^\s*(?:[一二三四五六七八九十]+|\d+)\s*[、.．]\s*是[{_HAN}]{{2,20}}")
_BARE_SHI = re.compile(
    rf"^\s*是(?=进一步|谋划|加强|推进|推动|持续|做好|抓好|强化|完善|健全|全面|深入|大力)[{_HAN}]{{2,20}}"
)


def sentence_starts(checked: Checked) -> Iterator[Hit]:
    for passage in checked.passages():
        for match in _LEFT_SHI.finditer(passage.text):
            yield Hit(
                "sentence-start",
                passage.place,
                "句子以“是”开头，前面缺少序号（如“一是”）或主语，句子不完整。",
                "删去“是”，或补上序号使并列各句一致。",
                match[0].strip(),
            )
        for pattern in (_ITEM_SHI, _BARE_SHI):
            if opening := pattern.match(passage.text):
                yield Hit(
                    "numbering-mark",
                    passage.place,
                    "序号写法混用：“×、”与“×是”重叠，序号之后又以“是”开头。",
                    "与其他各条统一，删去“是”。",
                    opening[0].strip(),
                )
                break


def missing_punctuation(checked: Checked) -> Iterator[Hit]:
    """A clause in which a second one opens without a comma: 推动…信息化|做好…."""
    for passage in checked.passages():
        for before, after, clause in glued_clauses(passage.text):
            yield Hit(
                "missing-punctuation",
                passage.place,
                f"“{before}”与“{after}”之间疑缺标点，两个分句连在一起。",
                f"在“{before}”后补逗号或分号，并核对句意。",
                clause,
            )


def glued_clauses(text: str) -> Iterator[tuple[str, str, str]]:
    """Where a clause opens inside another: the words before and after the missing mark, and the whole."""
    for clause in re.split(r"[，,。；;、！？\n]", text):
        match = _glued_pattern().search(clause)
        if match and clause.startswith(tuple(wording()["clause_verbs"])):
            yield match[1], match[2], clause.strip()


def _glued_pattern() -> re.Pattern[str]:
    ends, openers = "|".join(wording()["clause_ends"]), "|".join(wording()["clause_openers"])
    return re.compile(rf"(?<=[{_HAN}]{{4}})([{_HAN}]{{0,4}}(?:{ends}))((?:{openers}))(?=[{_HAN}]{{4}})")


DIRECTED = re.compile(
    r"(?:加强|强化|加大|做好)对([^，。；、：的《“]{4,16}?)(安全防护|防护|监管|监督|管理|保护|检查|治理|整治|管控|扶持|排查)(?=[，。；]|$)"
)


def missing_words(checked: Checked) -> Iterator[Hit]:
    """加强对关键信息基础设施安全防护: 加强 governs 防护, whose object stands before it without 的."""
    for passage in checked.passages():
        if match := DIRECTED.search(passage.text):
            yield Hit(
                "missing-word",
                passage.place,
                f"“{match[0]}”中“{match[1]}”与“{match[2]}”之间缺“的”。",
                f"改为“{match[0].removesuffix(match[2])}的{match[2]}”。",
                match[0],
            )


def numbering(checked: Checked) -> Iterator[Hit]:
    """Gaps and repeats in the ordinals of a part."""
    for kind in (SectionKind.ITEMISED, SectionKind.SAFEGUARD):
        numbered = [section for section in checked.sections if section.kind is kind and section.ordinal is not None]
        for before, after in pairwise(numbered):
            if before.source.heading_path[:-1] == after.source.heading_path[:-1]:
                yield from _step(before, after)


def _step(before: Section, after: Section) -> Iterator[Hit]:
    first, second = before.ordinal or 0, after.ordinal or 0
    if second in (first + 1, 1):
        return
    expected = chinese_number(first + 1)
    yield Hit(
        "numbering",
        section_place(after),
        f"序号不连续：第{chinese_number(first)}条之后是第{chinese_number(second)}条，缺第{expected}条或序号有误。",
        "核对是否漏条，并重新编号。",
        after.title,
    )


_RESIDUE = re.compile(
    r"\[bookmark:[^\]]*\]|_Toc[\d_]+|\{\s*(?:PAGE|TOC|HYPERLINK|REF)\b[^}]*\}|错误[！!]未(?:定义书签|找到引用源)。?"
    r"|Error! (?:Bookmark|Reference)[^。\n]*|\ufffd+|[□■]{2,}"
    r"|&(?:nbsp|amp|lt|gt|quot);|</?(?:p|br|span|div|td|tr)\b[^>]*>"
)
_STRAY = re.compile(rf"(?<=[{_HAN}])[ \t\u3000]+(?=[{_HAN}])")


def residue(checked: Checked) -> Iterator[Hit]:
    for passage in checked.passages():
        if match := _RESIDUE.search(passage.text):
            yield Hit("residue", passage.place, f"有导出残留：{match[0]}。", "删去这类残留字符。", match[0])
        stray = _STRAY.findall(passage.text) if passage.kind != "name" else []
        if stray:
            match = _STRAY.search(passage.text)
            assert match is not None
            yield Hit(
                "residue", passage.place, "正文文字之间有多余空格。", "删去多余空格。", _around(passage.text, match)
            )


_FILL_IN = re.compile(r"[×xX]{2,}(?=[年月日县市局个次项万元%])|[_＿]{3,}|\(填写[^)]*\)|（填写[^）]*）")


def template_residue(checked: Checked) -> Iterator[Hit]:
    for passage in checked.passages():
        match = _FILL_IN.search(passage.text) or re.search(
            "|".join(map(re.escape, wording()["template"])), passage.text
        )
        if not match and not checked.draft:
            match = re.search(r"【待填[^】]*】", passage.text)
        if match:
            yield Hit("template-residue", passage.place, f"有未填写的模板文字“{match[0]}”。", "填写或删去。", match[0])
