"""What a message is about: projects by place or number, units, and narrative parts by number."""

import re
from dataclasses import dataclass

from assistant.understanding.catalogue import Catalogue
from assistant.understanding.lexicon import group, normal, words
from assistant.understanding.scan import Scan
from assistant.understanding.types import SectionRef
from corpus.numbers import parse_number
from corpus.types import SectionKind

_NUM = r"[零一二三四五六七八九十百两\d]+"
_PROJECT_PLACE = re.compile(
    rf"(?<!倒数)(?<!排)(?<!排名)(?<!排在)第({_NUM})(?:个|项|号|张|笔)?(?:预算项目|项目|表|的项目|绩效目标表|个)(?!标|季|月)|(?:项目)({_NUM})(?!个|年|月|季|万|元|共|样|直|起|般|定|次|下|并|旦|律|点|些)(?![\d%])|({_NUM})号项目"
    r"|(?:最后)(?:一)?个(?:预算)?项目|(?:budget )?project (?:no\.? ?|number |#)?(\d+)|(?:the )?(first|second|third|fourth|fifth|sixth) (?:budget )?project"
)
_PROJECT_FROM_THE_END = re.compile(
    rf"倒数第({_NUM})(?:个|项)(?:预算)?项目|(?:the )?(second) to last project|最后一(?:个|项)(?:预算)?项目"
)
_COUNT_PROJECTS = re.compile(
    rf"(?<!第)(?<!最后)(?<!最[多高大少低小贵]的)(?<!最[多高大少低小贵])(?<!前)({_NUM})(?:个|项|笔)(?:预算)?(?:项目|资金项目)|(?:the )?(two|three|four|five|six|\d+) (?:budget )?projects"
)
_ENGLISH_NUMBERS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
}
_LAST_PROJECT = re.compile(r"最后(?:一)?个")
_ITEM = re.compile(
    rf"第({_NUM})(?:条|项|个|点|款|则|部分|大)?|(?<![\d.])({_NUM})(?:条|是)(?![万元])|(?:no\.? ?|number |#|item )(\d+)|(最后一|末)(?:条|项|个)?|(?:the )?(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|last)\b"
)
_ITEMS = re.compile(rf"第({_NUM})(?:条|项|个)?(?:、|,|和|与|到|至|-)第?({_NUM})(?:条|项|个)")
_MANY_ITEMS = re.compile(rf"第({_NUM})(?:条|项|个)?((?:(?:、|,|和|与|及)第?{_NUM}(?:条|项|个)?){{2,}})")
_FROM_THE_END = re.compile(rf"倒数第({_NUM})(?:条|项|个)?")
_NUMBER_BESIDE = re.compile(r"s? ?(?:no\.?|number|#)? ?(\d{1,2})(?![\d.%年月个条项万元])")
_FIRST_ITEMS = re.compile(rf"前({_NUM})(?:条|项|个)(?!月|季|项目)")
_ENGLISH_ITEMS = {**_ENGLISH_NUMBERS, "seventh": 7, "eighth": 8, "ninth": 9, "last": -1}
_UNIT_TAIL = "局|联合社|供销社|信用社|合作社|总社|街道|园区|开发区|管理处|服务处|协会|总队|委员会|办公室|检察院|法院|纪委|党校|管委会|联合会|工会|妇联|残联|中心|医院|学校|大队|支队|政府|办事处|乡|镇|委|办|厅|署|院|馆|所|站"
_FOREIGN_UNIT = re.compile(
    rf"(?:^|(?<=20\d\d年)|(?<=年度)|(?<=[今去明]年))(?:请问|我想知道|查一下|那么|那|的)?(?![我你您他这那哪各所全的度])([\u4e00-\u9fff]{{1,12}}?(?:{_UNIT_TAIL}))"
    r"(?=的|20\d\d|预算|一共|总共|有几|有多少|有哪|有什么|都有|项目|合计|今年|去年|安排|财政|资金|呢|$|[?？]|\x00)"
)


def number(text: str) -> int | None:
    value = parse_number(text)
    return int(value) if value is not None and value == int(value) else None


@dataclass(frozen=True, slots=True)
class Places:
    """Projects by place: ordinals (-1: the last, -2: the one before it), or a number of projects (四个项目)."""

    ordinals: tuple[int, ...] = ()
    count: int | None = None


_PLACES = re.compile(rf"第({_NUM})个?(?:项目)?(到|至|-|~|—)第?({_NUM})个?(?:预算)?项目")
_FIRST_PLACES = re.compile(rf"(?<!排名)(?<!名)(?<!的)(?:(前)|最?后)({_NUM})个(?:预算)?项目")
_ORDERED = re.compile(r"最(?!后)|排|名次|从[高大多低小少]|top")


def _several_places(scan: Scan) -> list[int]:
    """第一到第三个项目, 前三个项目 (in the order of the document, unless an order by figures is asked for), 后两个项目."""
    for match in scan.take(_PLACES):
        first, last = number(match.group(1)) or 0, number(match.group(3)) or 0
        return list(range(first, min(last, first + _MOST_ITEMS) + 1))
    if _ORDERED.search(scan.text):
        return []
    for match in scan.take(_FIRST_PLACES):
        count = min(number(match.group(2).replace("两", "二")) or 0, _MOST_ITEMS)
        return list(range(1, count + 1)) if match.group(1) else list(range(-count, 0))
    return []


def take_places(scan: Scan) -> Places:
    ordinals = _several_places(scan)
    count = None
    for match in scan.take(_COUNT_PROJECTS):
        found = match.group(1) or match.group(2)
        count = _ENGLISH_NUMBERS.get(found) or number(found)
    ordinals += [-(number(m.group(1) or "") or (2 if m.group(2) else 1)) for m in scan.take(_PROJECT_FROM_THE_END)]
    for match in scan.take(_PROJECT_PLACE):
        if _LAST_PROJECT.match(match.group()):
            ordinals.append(-1)
            continue
        words_found = next(g for g in match.groups() if g)
        value = _ENGLISH_NUMBERS.get(words_found) or number(words_found)
        if value is not None:
            ordinals.append(value)
    return Places(tuple(dict.fromkeys(ordinals)), count)


_MOST_ITEMS = 200  # 第2021号 is no item, and nobody wants a list of a million


def take_section(scan: Scan) -> SectionRef | None:
    """A narrative part named by kind, with the numbers of its items where they are given beside it."""
    kinds = group("sections")
    matches = scan.take(kinds.pattern)
    if not matches:
        return None
    kind = SectionKind(kinds.key(matches[0].group()))
    beside = _NUMBER_BESIDE.match(scan.text, matches[0].end())
    if beside and scan.free(beside.start(1)):
        scan.use(*beside.span())
        return SectionRef(kind, (int(beside.group(1)),))
    return SectionRef(kind, take_items(scan))


def take_items(scan: Scan) -> tuple[int, ...]:
    """Item numbers: 第六项, 六是, 第三和第五条, 前三条, No. 6; negative ones count from the end."""
    for match in scan.take(_FROM_THE_END):
        return (-(number(match.group(1)) or 1),)
    for match in scan.take(_FIRST_ITEMS):
        return tuple(range(1, min(number(match.group(1)) or 0, _MOST_ITEMS) + 1))
    for match in scan.take(_MANY_ITEMS):
        several = [match.group(1), *re.findall(_NUM, match.group(2))]
        return tuple(value for text in several if (value := number(text)) is not None)
    for match in scan.take(_ITEMS):
        first, last = number(match.group(1)) or 0, number(match.group(2)) or 0
        through = re.search(r"到|至|-", match.group()) is not None
        return tuple(range(first, min(last, first + _MOST_ITEMS) + 1)) if through else (first, last)
    found = []
    for match in scan.take(_ITEM):
        a, b, c, last, english = match.groups()
        if last:
            found.append(-1)
        elif english:
            found.append(_ENGLISH_ITEMS[english])
        else:
            value = number(a or b or c)
            if value is not None and (
                value <= _MOST_ITEMS or (re.search("[条项点款]", match.group()) and value < 10**6)
            ):
                found.append(value)
    return tuple(dict.fromkeys(found))


def take_documents(scan: Scan, catalogue: Catalogue) -> tuple[str, ...]:
    """The documents that a message names by file name or, between quotation marks, by title; empty when it names none."""
    found = (catalogue.document_spellings[match.group()] for match in scan.take(catalogue.document_words))
    return tuple(dict.fromkeys(document_id for ids in found for document_id in ids))


def take_references(scan: Scan, catalogue: Catalogue) -> tuple[str, ...]:
    """The documents without projects that a message names by part of their title: 绩效评价管理办法规定….

    The part ends as the title does (办法, 细则, 通知), and stands before what the document is asked about.
    """
    for match in list(scan.find(_REFERENCE)) if catalogue.references else ():
        for start in range(match.start(), match.end(1) - 1):
            part = scan.text[start : match.end(1)]
            ids = tuple(i for title, i in catalogue.references if part in title)
            if ids and len(part) >= 2:
                scan.use(start, match.end(1))
                return ids
    return ()


_REFERENCE = re.compile(
    r"([\u4e00-\u9fff]{0,20}(?:办法|细则|规定|通知|方案|制度|意见|规程|指南))(?=规定|要求|里|中|适用|怎么|如何|对|说|第|是|的|由|什么|从|自|有|谁|[,，。?？]|$)"
)


# 本级的项目, 下属单位的预算: a department's own unit, and those under it.
_OWN_LEVEL = re.compile(r"(?:机关|部门|单位)?本级(?!政府|财政|人大|部门)")
_UNDER_IT = re.compile(
    r"(?:下属|直属|二级|基层|下级|所属(?=[^,。?]{0,4}单位的|[^,。?]{0,4}单位(?:一共|合计|总)))(?:的)?(?:各个?|所有|全部|预算|事业)?单位"
)
_OWN_NAME = ("本级", "(本级)", "机关")


def take_units(scan: Scan, catalogue: Catalogue) -> tuple[tuple[str, ...], str]:
    """The names of the known units that a message names, and the words of a unit the library does not have.

    本级 and 下属单位 tell the units of a document apart; where there are none under it, that is said.
    """
    under = scan.take(_UNDER_IT) if len(catalogue.units) else []
    names, foreign = _take_named_units(scan, catalogue)
    if under:
        below = _below(names, catalogue)
        if below and (beside := scan.take(_OWN_LEVEL)):  # 下属单位和本级差多少
            level = tuple(n for n in _own_names(catalogue) if not names or n in names)
            return (*level, *below) if beside[0].start() < under[0].start() else (*below, *level), ""
        return below, "" if below else under[0].group()
    own = _own_names(catalogue)
    if own and not (names or foreign) and len(own) < len(catalogue.units) and scan.take(_OWN_LEVEL):
        return own, ""
    apart = own and names and not set(names) & set(own)
    if apart and (beside := scan.take(_OWN_LEVEL)):  # 本级有几个项目，疾控中心有几个
        first = beside[0].start() < len(scan.text) // 2
        return (*own, *names) if first else (*names, *own), ""
    return names, foreign


def _own_names(catalogue: Catalogue) -> tuple[str, ...]:
    return tuple(name for _, name in catalogue.units if normal(name).endswith(_OWN_NAME))


def _below(names: tuple[str, ...], catalogue: Catalogue) -> tuple[str, ...]:
    """The units under those named, or under any, where a document has projects of several."""
    found: dict[str, None] = {}
    for entries in catalogue.of_document.values():
        units = {e.unit_name for e in entries if e.unit_name}
        if len(units) > 1 and (not names or units & set(names)):
            found |= {u: None for u in sorted(units) if not normal(u).endswith(_OWN_NAME)}
    return tuple(found)


def _take_named_units(scan: Scan, catalogue: Catalogue) -> tuple[tuple[str, ...], str]:
    found: list[str] = []
    places: dict[str, int] = {}
    for match in scan.take(catalogue.unit_words):
        found += [name for name in catalogue.unit_spellings[match.group()] if name not in found]
        places |= {name: match.start() for name in found if name not in places}
    if found:
        for start, name in _short_forms(scan, catalogue):
            places.setdefault(name, start)
        return tuple(sorted(places, key=lambda name: places[name])), ""
    short = _abbreviated(scan, catalogue)
    if short:
        return short, ""
    match = next(scan.find(_FOREIGN_UNIT), None)
    if match and _ASKS_WITHIN.search(match.group(1)):
        match = None  # 卫生院要建几所, 评价为差的项目怎么办: no unit is named
    if match and match.end(1) == len(scan.text) and _FACILITY.search(match.group(1)):
        match = None  # 社区服务中心 alone: what is built or run, as likely as a unit
    if match and _DONE.match(match.group(1)) and scan.text.startswith("的项目", match.end(1)):
        match = None  # 建卫生院的项目
    if match and not _generic_unit(match.group(1)) and not any(match.group(1) in name for name in catalogue.names):
        scan.use(*match.span(1))
        return (), match.group(1)
    return (), ""


def take_region(scan: Scan, catalogue: Catalogue) -> tuple[str, ...]:
    """The units of a county or city that the message names, where the library holds those of several."""
    for match in list(scan.find(_REGION)):
        for start in range(match.start(), match.end() - 2):
            place = scan.text[start : match.end()]
            names = tuple(name for plain, name in catalogue.plain_units if place in plain)
            if names and len(names) < len(catalogue.units):
                scan.use(start, match.end())
                return names
    return ()


_ASKS_WITHIN = re.compile("几|多少|要[建办做]|什么|啥|怎么|怎样|如何|时候|何时|哪|谁|为什么|的项目")
_FACILITY = re.compile("(?:中心|站|馆|所|院|学校|协会)$")
_DONE = re.compile("建|修|买|管|办|盖|改造|新建|维修")
_REGION = re.compile(r"[\u4e00-\u9fff]{2,4}(?:县|市|区|旗)(?!委|政府|局|直|本级|级|里|内|中|域|别)")
_EXCLUDED = re.compile(r"(?:除了?|除去|除开|不含|不包括|不算|扣除|去掉|剔除)(?:了)?$")


def without_excluded_units(text: str, units: tuple[str, ...], catalogue: Catalogue) -> tuple[str, ...]:
    """除了民政局，其他单位…: all the other units, when the ones named are those to be left out."""
    if not units:
        return units
    positions = [m.start() for m in catalogue.unit_words.finditer(text)]
    if not positions or not _EXCLUDED.search(text[: positions[0]]):
        return units
    others = tuple(name for _, name in catalogue.units if name not in units)
    return tuple(dict.fromkeys(others)) or units


def _abbreviated(scan: Scan, catalogue: Catalogue) -> tuple[str, ...]:
    """Units by a short form whose characters stand in the name in order: 网信办, 县民政局, 市监局, 团委."""
    if short := _by_short_form(scan, catalogue):
        return short
    for match in scan.find(_BRANCH) if len(catalogue.units) > 1 else ():
        names = tuple(name for plain, name in catalogue.plain_units if match.group(1) in plain)
        if len(names) == 1:
            scan.use(*match.span())
            return names
    for match in scan.find(re.compile(r"[\u4e00-\u9fff]{1,8}?(?:局|委|办|院|会|中心|校|厅|所|站|馆|队)")):
        for start in range(match.start(), match.end() - 1):
            word = scan.text[start : match.end()]
            if len(word) < 3:
                break
            names = tuple(name for plain, name in catalogue.plain_units if _stands_in_order(word, plain))
            if names:
                scan.use(start, match.end())
                return names
    return ()


def _by_short_form(scan: Scan, catalogue: Catalogue) -> tuple[str, ...]:
    """The units that the message names by their usual short forms."""
    return tuple(dict.fromkeys(name for _, name in _short_forms(scan, catalogue)))


def _short_forms(scan: Scan, catalogue: Catalogue) -> list[tuple[int, str]]:
    """(position, name) of the units named by a short form."""
    found: list[tuple[int, str]] = []
    for match in list(scan.find(words("unit_short"))):
        if names := _of_short(match.group(), catalogue):
            scan.use(*match.span())
            found += [(match.start(), name) for name in names]
    return found


# 交通部门的总体目标: the unit whose name holds the word, where there is only one
_BRANCH = re.compile(
    r"(?:(?<=^)|(?<=年)|(?<=度))(?:我们?县|本县|县|市)?([\u4e00-\u9fff]{2,4}?)(?:主管)?部门(?=的|预算|今年|20|总体|分项|保障|有|一共)"
)


def _of_short(word: str, catalogue: Catalogue) -> tuple[str, ...]:
    """The units that a short form may stand for; 卫健委 and 卫健局 are one, by the years of reform."""
    spellings = [word] + [word[:-1] + other for other in "局委" if word[-1] in "局委" and other != word[-1]]
    found = (tuple(n for plain, n in catalogue.plain_units if _stands_in_order(s, plain)) for s in spellings)
    return next((names for names in found if names), ())


def _stands_in_order(word: str, name: str) -> bool:
    """Whether every character of the short form stands in the name in order, its first one at a word's likely start."""
    position = -1
    for character in word.removeprefix("县").removeprefix("市").removeprefix("区"):
        position = name.find(character, position + 1)
        if position < 0:
            return False
    tail = name.removesuffix("本级")
    return word[-1] in tail[-6:]


def _generic_unit(text: str) -> bool:
    return (
        bool(words("stopwords").fullmatch(text))
        or text in ("我们单位", "本单位", "该单位", "这个单位")
        or text.endswith(("项目所", "哪个办"))
    )
