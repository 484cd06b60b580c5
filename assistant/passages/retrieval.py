"""A question about the text -> the passages that answer it, and an honest nothing when none does."""

import itertools
import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from assistant.lookup.sections import sentences
from assistant.matching.nearness import (
    Place,
    Term,
    anchored,
    content_words,
    cover,
    is_light,
    meanings,
    nearness,
    says_much,
    terms_of,
)
from assistant.matching.wanted import MEASURES, counted_in, tells
from assistant.understanding.lexicon import normal, words
from corpus.ingest import Library
from corpus.types import Chunk

_CANDIDATES = 12
PARTS = ("overall", "itemised", "safeguard", "duty", "other")
_NARRATIVE = (*PARTS, "goal")
_ASKING = re.compile(
    r"请问|告诉我|介绍|说说|讲讲|谈谈|方面|哪些|什么|怎么|怎样|如何|多少|几个|几条|是否|有没有|要求|规定|内容|措施|工作|文件|目标|任务|安排|情况|具体|主要|相关|有关|关于|提到|原句|原文|引用|第[一二三四五六七八九十\d]+[条项]"
)
_ASKS_MANY = re.compile(
    "(?:多少|几)(钱|[万亿]?(?:个|名|位|人|家|次|期|所|项|条|亩|吨|度|例|起|篇|户|公|件|套|台|辆|场|天|日|年|岁|张|册|本|把|支|艘|架|盏|座|幢|栋|"
    "株|棵|头|只|口|眼|处|段|片|块|枚|袋|箱|升|斤|米|平方|种|类|级|届|批|门|间|层|分|分钟|小时|元))?"
)

# How near a sentence must come to what is asked, where the question wants to be told what, how or how many, and where
# it only wants a yes: a detail that the text lacks is soonest asked for so.
_NEAR, _NEAR_TO_CONFIRM = 0.5, 0.62
_BEGUN, _NEARLY_ALL = 0.5, 0.7  # of what a question begins with, which tells 职业教育 from 义务教育
_DONE, _HINT, _HINT_HOW = 0.44, 0.2, 0.3
_WHOLE_WORD = 0.46  # more than a single character gives
_OWN_NOUN = 5  # characters before a number that say what it counts
_LITTLE = 0.67  # of what is asked
_SHORTENED = 6  # characters of a question that may be a name cut short
_ALONGSIDE = 0.8  # of the best passage: what comes near it answers too
_TO_CONFIRM = re.compile(r"吗[?。]*$|是否|有没有|能不能|会不会|要不要|可不可以|是不是|([\u4e00-\u9fff])不\1")
_DOER = re.compile(
    "(?:谁|哪位|哪家(?:公司|单位|企业|医院|学校)?|哪(?:个|些|几个)(?:单位|部门|机构|科室|股室))(?:来|去|负责|一起|共同|牵头|联合)?+(?!是)([\u4e00-\u9fff]{2})"
)
_ON_DAY = re.compile(
    "(?:什么时候|何时|什么时间|啥时候|几月几[号日]|几月份?|几[号点日]|哪一?[天年]|在哪[里儿]?(?![些个一几座条所])|什么地方|哪个城市)(?:之?前|以前|以内|内)?([\u4e00-\u9fff]{2})"
)
_MEASURED = re.compile(
    "([\u4e00-\u9fff]{2})(?:要|应|需|须)?(?:是|为|有|达到|控制在)(?:多少|多大|多高)(?![\u4e00-\u9fff])"
)
_ATTRIBUTE = re.compile("是什么(?!时候|时间|原因|意思|地方|样)([\u4e00-\u9fff]{2})")
_ANY_WAY = frozenset("保障 保证 管理 监管 治理 保护 改善 提升 提高 控制 防治 防范 规范 维护 应对 建设 建立".split())
_RATED = re.compile("([\u4e00-\u9fff][率费价额量金])(?:各?[是为有要达到约]*)(?:多少|多高)(?![\u4e00-\u9fff])")
_SIZE = re.compile(
    "(全长|总长|全程|宽度|深度|高度|海拔|库容|产量|人口|占地面积|建筑面积|总面积)(?=[是为有要达到约共]*(?:多少|多长|多大|多高|多深))"
)
_COUNTED = re.compile(
    "(?:多少|(?<!哪)几)(?:[个名位家所座条件户台套辆场起篇处批种棵颗盏])?+([\u4e00-\u9fff]{2,3})(?=[?。]|$)"
)
_HOW_DONE = re.compile("([\u4e00-\u9fff]{2})(?:应当?|要|该|都|是)?(?:怎么|如何|怎样|有哪些|是什么|指什么|有什么)")
_HOW_TO = re.compile("(?:怎么|如何|怎样)([\u4e00-\u9fff]{2})(?=[?。的]|$)")
# Places that are named in full or short; one that stands nowhere in a passage is not what the passage is about.
_PLACE = re.compile(
    "北京|天津|上海|重庆|石家庄|唐山|保定|雄安|深圳|广州|杭州|南京|武汉|成都|西安|济南|郑州|沈阳|长春|哈尔滨|大连|青岛|厦门|苏州|"
    "河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|内蒙古|广西|西藏|宁夏|"
    "新疆|香港|澳门|台湾|美国|英国|法国|德国|俄罗斯|日本|韩国|印度|欧盟|[\u4e00-\u9fff]{2}(?=[省市县]的|县的|市的)"
)

_LONGEST = 1000  # characters of a question that are looked at; more adds time, not sense
_FIRST_PLACE = 0xE000  # of the private characters that hold a word's place
_PLACE_OF_WORD = re.compile("[\ue000-\uf8ff]")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage with how near its best sentence comes to what is asked (0 to 1)."""

    chunk: Chunk
    document: str
    coverage: float


def retrieve(
    library: Library,
    question: str,
    documents: Collection[str] | None,
    kinds: tuple[str, ...] = _NARRATIVE,
    message: str = "",
) -> tuple[Evidence, ...]:
    """The passages that answer, best first; empty when the documents do not say.

    `message` is the question as it was put, where `question` is only what it is about.
    """
    put = normal(message or question)[:_LONGEST]
    terms = terms_of(normal(question)[:_LONGEST])
    if not any(len(term.run) > 1 and term.weight >= 1 for term in terms):
        return ()
    evidence = _found(library, content_of(question), documents, kinds, put, terms)
    if not evidence:  # 网办率, of which 办 says nothing elsewhere
        evidence = _found(library, " ".join(dict.fromkeys(t.run for t in terms)), documents, kinds, put, terms)
    if not any(e.coverage for e in evidence) and (meant := meanings(terms)):  # 罚来的钱: 罚没收入
        evidence = _found(library, meant, documents, kinds, put, terms)
    if not evidence and len(short := content_of(question).replace(" ", "")) <= _SHORTENED:  # 网安周: 网络安全周
        evidence = _found(library, " ".join(short), documents, kinds, put, terms)
    best = max((e.coverage for e in evidence), default=0.0)
    least = max(_NEAR_TO_CONFIRM if _TO_CONFIRM.search(put) else _NEAR, _ALONGSIDE * best)
    return tuple(sorted((e for e in evidence if e.coverage >= least), key=lambda e: -e.coverage))


def _found(
    library: Library,
    content: str,
    documents: Collection[str] | None,
    kinds: tuple[str, ...],
    put: str,
    terms: tuple[Term, ...],
) -> list[Evidence]:
    found = library.search(content, _CANDIDATES, documents, kinds)
    return [Evidence(p.chunk, p.document, said_in(put, terms, p.chunk)) for p in found]


def places_in(chunk: Chunk) -> list[Place]:
    """The sentences of a passage, each with what is around it."""
    parts = [normal(part) for part in sentences(chunk.text)]
    heading = parts[0] if parts and chunk.kind in ("itemised", "safeguard") else ""
    around = normal(f"{chunk.context} {chunk.text}")
    return [
        Place(part, before, heading if number else "", around)
        for number, (before, part) in enumerate(zip(["", *parts], parts, strict=False))
    ]


def said_in(question: str, terms: tuple[Term, ...], chunk: Chunk) -> float:
    """How near the best sentence of a passage comes to a question, 0 when none tells what kind of thing it asks for."""
    if nearness(terms, Place(normal(f"{chunk.context} {chunk.text}"), all_of_it=True)) < _NEAR:
        return 0.0  # no sentence can come nearer
    places = places_in(chunk)
    near = [nearness(terms, place) for place in places]
    best = max(near, default=0.0)
    if not best or not _is_about(question, terms, places[near.index(best)], best):
        return 0.0
    # The heading or the topic sentence speaks for all of them.
    least = 0.0 if near[0] >= 0.9 * best else 0.8 * best
    chosen = [place for place, one in zip(places, near, strict=True) if one >= least and _says_deed(question, place)]
    if (counted := counted_in(question)) and not any(_counts(counted, terms, place.sentence) for place in chosen):
        return 0.0
    said = "".join(place.sentence for place in chosen)
    return best if said and tells(question, said, places[0].around) else 0.0


def _is_about(question: str, terms: tuple[Term, ...], place: Place, near: float) -> bool:
    """Whether the text has what the question begins with, the places it names, and what it asks for of it."""
    if any(named not in place.around for named in _PLACE.findall(question)):
        return False
    if near < _NEARLY_ALL and (_begun(terms, place) < _BEGUN or _lacks_a_word(terms, place, near)):
        return False
    return all(
        anchored(word, place) >= least
        for how, least in ((_HOW_DONE, _HINT), (_HOW_TO, _HINT_HOW))
        for word in how.findall(question)
        if says_much(word) and not (how is _HOW_TO and word in _ANY_WAY)
    )


def _says_deed(question: str, place: Place) -> bool:
    """Whether a sentence says what is to be done by somebody or some day, or what is measured or counted."""
    alone, near_by = Place(place.sentence), replace(place, around="")
    return all(
        is_light(word) or word in MEASURES or anchored(word, where, by_meaning) >= _DONE
        for pattern, where, by_meaning in (
            (_DOER, alone, True),
            (_ON_DAY, alone, True),
            (_COUNTED, alone, False),
            (_SIZE, alone, False),
            (_ATTRIBUTE, near_by, False),
            (_RATED, near_by, False),
            (_MEASURED, near_by, False),  # 租金 is no 租赁补贴
        )
        for word in pattern.findall(question)
    )


def _counts(counted: re.Pattern[str], terms: tuple[Term, ...], sentence: str) -> bool:
    """Whether a number that is asked for is of what is asked about: 新建小区30个 in 新建小区30个，补装高清探头 counts no 探头."""
    for clause in re.split("[,;。]", sentence):
        for number in counted.finditer(clause):
            own = re.findall("[\u4e00-\u9fff]", clause[: number.start()])
            if len(own) < _OWN_NOUN or nearness(terms, Place(clause)) >= _HINT:
                return True
    return False


def _begun(terms: tuple[Term, ...], place: Place) -> float:
    """How well the first two characters of what is asked about are said, which tell 职业教育 from 义务教育."""
    for one, other in itertools.pairwise(terms):
        if one.weight >= 1 and one.run[0].isascii():
            return max(cover(one.run, place))
        if one.weight == other.weight == 1 and one.run is other.run:
            return sum(cover(one.run, place)[one.start : other.end]) / 2
    return 1.0


def _lacks_a_word(terms: tuple[Term, ...], place: Place, near: float) -> bool:
    """Whether two neighbouring characters of the question are no word of the text: 网络水军 where 网络 is all that is said.

    Both of them stand nowhere; where little else is said it is enough that one of them does not.
    """
    most = _WHOLE_WORD if near < _LITTLE else 0.01
    for one, other in itertools.pairwise(terms):
        if one.run is other.run and one.weight == other.weight == 1:
            said = cover(one.run, place)[one.start : other.end]
            if min(said) == 0.0 and max(said) < most:
                return True
    return False


def content_of(question: str) -> str:
    """The question without the words that only ask."""
    plain = _ASKING.sub(" ", words("narrative").sub(" ", _ASKS_MANY.sub(" ", normal(question))))
    kept, plain = _kept(re.sub(r"[^\w.%-]+", " ", plain))
    plain = words("stopwords").sub(" ", plain)
    return _PLACE_OF_WORD.sub(lambda place: kept[ord(place.group()) - _FIRST_PLACE], " ".join(plain.split())) or normal(
        question
    )


def _kept(text: str) -> tuple[list[str], str]:
    """The words of content_words.toml in a text, and the text with a private character in the place of each."""
    found: list[str] = []

    def place(match: re.Match[str]) -> str:
        found.append(match.group())
        return chr(_FIRST_PLACE + len(found) - 1)

    return found, content_words().sub(place, text[:_LONGEST])


def pairs(question: str) -> frozenset[str]:
    """Pairs of characters, and whole Latin words, of the question's content."""
    found: set[str] = set()
    for run in re.findall(r"[a-z0-9.%-]+|[^\sa-z0-9.%-]+", content_of(question)):
        if run[0].isascii():
            found.add(run)
        else:
            found.update(run[i : i + 2] for i in range(len(run) - 1))
    return frozenset(found)


def covered(asked: frozenset[str], text: str) -> float:
    plain = normal(text)
    return sum(pair in plain for pair in asked) / len(asked) if asked else 0.0
