"""A question about the text -> the passages that answer it, and an honest nothing when none does."""

import functools
import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from assistant.understanding.lexicon import normal, words
from corpus.ingest import Library
from corpus.types import Chunk

_CANDIDATES = 12
_NARRATIVE = ("overall", "itemised", "safeguard", "duty", "other", "goal")
_ASKING = re.compile(
    r"请问|告诉我|介绍|说说|讲讲|谈谈|方面|哪些|什么|怎么|怎样|如何|多少|几个|几条|是否|有没有|要求|规定|内容|措施|工作|文件|目标|任务|安排|情况|具体|主要|相关|有关|关于|提到|原句|原文|引用|第[一二三四五六七八九十\d]+[条项]"
)
# A passage answers when this part of the question's pairs of characters stands in it, or less with more of them.
_LEAST_COVERAGE, _LEAST_PAIRS = 0.5, 2
_LESS_COVERAGE, _MORE_PAIRS = 0.34, 4

_OTHERWISE = 0.7  # of the pairs, where what the question begins with does not stand in the passage

# What an answer of the kind that is asked for looks like. A title in 《》 is no answer: its years are not the deed's.
_NUMERAL = r"(?:\d[\d,.]*|[一二两三四五六七八九十百千]+)"
_DAY = re.compile(r"\d+月(?:\d+日|\d+号|份|底|初|前)?|\d+日|\d+号|(?:19|20)\d\d年")
_TIME = re.compile(
    r"\d+[年月日]|[年月周]底?前|之日起|每[年月周日天]|季度|学期|期间|[日周]$|安全周|按[年月季]|\d点|定期"
)
_OFTEN = re.compile(rf"每|按[年月季周]|定期|常态化|{_NUMERAL}(?:个?月|天|日|年|小时|分钟)")
_BODY = re.compile(
    "[局委部处科站所厅院]|公安|机关|专人|政府|企业|小组|公司|单位|人员|领导|媒体|网站|银行|学校|办公室|第三方"
)
_ASKS_DAY = re.compile("几月|几号|哪天|哪一天|哪年|哪一年|几点|几日")
_ASKS_TIME = re.compile("什么时候|何时|什么时间|啥时候")
_ASKS_OFTEN = re.compile("多久|多长时间")
_ASKS_WHO = re.compile("谁|哪位|哪家|哪个(?:单位|部门|机构)")
_ASKS_MANY = re.compile(
    "(?:多少|几)(钱|[万亿]?(?:个|名|位|人|家|次|期|所|项|条|亩|吨|度|例|起|篇|户|公|件|套|台|辆|场|天|日|年|岁|张|册|本|把|支|艘|架|盏|座|幢|栋|"
    "株|棵|头|只|口|眼|处|段|片|块|枚|袋|箱|升|斤|米|平方|种|类|级|届|批|门|间|层|分|分钟|小时|元))?"
)
# What a question wants to be told by name or kind, besides what many passages speak of anyway.
_ASKS_WHICH = re.compile("(?:哪[个家所座间款种类]|用什么|采用什么|使用什么|买什么|购置什么)([\u4e00-\u9fff]{2})")
_ANY_KIND = frozenset(
    "方面 地方 领域 环节 阶段 文件 项目 年份 季度 月份 方法 办法 方式 措施 内容 时候 时间 技术 手段 单位 部门".split()
)
_ASKS_NAME = re.compile("叫什么|什么名字")
_NAMED = re.compile('[“《「"]|同志|先生|女士')
_MEASURES = {
    "面积": "万?(?:亩|公顷|平方米|平方公里|㎡)",
    "里程": "万?(?:公里|千米|米)",
    "长度": "万?(?:公里|千米|米)",
    "人数": "万?(?:人|名|人次)",
    "比例": "%|‰",
}
_ASKS_MEASURE = re.compile(f"(?:多少|多大)(?:的)?({'|'.join(_MEASURES)})")
_ALIKE = {
    "人": "[人名位]",
    "名": "[人名位]",
    "位": "[人名位]",
    "钱": "元",
    "家": "[家个]",
    "个": "[个家名]",
    "公": "公里",
}
_TITLE = re.compile(r"《[^》]*》|第[一二三四五六七八九十\d]+[条项]")
_ROLE = re.compile("组长|局长|主任|园长|队长|校长|书记|评委|主编|设计师|负责人|首席|起草人|联系人|院长|站长|科长|经理")
_CONTACT = re.compile("电话|传真|地址|邮箱|邮编|网址|密码|文号|身份证号|经纬度")
_LEADING = re.compile(
    rf"(?:{_ASKING.pattern}|谁来?|由|为了?|在|对|把|从|向|按照?|根据|文件|本县|全县|我们|一下|里|中|这个|那个|该|本|一共|总共|全年|今年|全[院局校办系馆站所]|什么时候|何时|是|有|会|不少于|要|的|[“”‘’\"《》（）()，,、：:\\s])*"
)
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
    """A passage with the part of the question's pairs of characters that stands in it (0 to 1)."""

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
    asked = pairs(question)
    if not asked:
        return ()
    content = content_of(question)
    found = library.search(content, _CANDIDATES, documents, kinds)
    evidence = [Evidence(p.chunk, p.document, covered(asked, f"{p.chunk.context}{p.chunk.text}")) for p in found]
    put = normal(message or question)
    answering = [e for e in evidence if _answers(e.coverage, len(asked)) and says(put, asked, e.chunk)]
    best = max((e.coverage for e in answering), default=0.0)
    return tuple(sorted((e for e in answering if e.coverage >= 0.8 * best), key=lambda e: -e.coverage))


def _answers(coverage: float, asked: int) -> bool:
    hits = round(coverage * asked)
    return (coverage >= _LEAST_COVERAGE and hits >= min(_LEAST_PAIRS, asked)) or (
        coverage >= _LESS_COVERAGE and hits >= _MORE_PAIRS
    )


def says(question: str, asked: frozenset[str], chunk: Chunk) -> bool:
    """Whether a passage holds an answer of the kind asked for: a day, a number of these, somebody; and the place."""
    whole = normal(f"{chunk.context}{chunk.text}")
    if _subject(question) not in whole and (len(asked) < 3 or covered(asked, whole) < _OTHERWISE):
        return False
    if any(place not in whole for place in _PLACE.findall(question)):
        return False
    if any(named not in whole for named in (*_ROLE.findall(question), *_CONTACT.findall(question))):
        return False
    nearest = _nearest(asked, chunk.text)
    if _ASKS_NAME.search(question) and not _NAMED.search(nearest):
        return False
    if any(kind not in _ANY_KIND and kind not in whole for kind in _ASKS_WHICH.findall(question)):
        return False
    near = _TITLE.sub("", nearest)
    if _ASKS_DAY.search(question):
        return bool(_DAY.search(near))
    if _ASKS_TIME.search(question):
        return bool(_TIME.search(near))
    if _ASKS_OFTEN.search(question):
        return bool(_OFTEN.search(near))
    if _ASKS_WHO.search(question):
        return bool(_BODY.search(near)) and _deed(question) in near
    many = _ASKS_MANY.search(question)
    return many is None or bool(_number_of(many.group(1) or "").search(near))


def tells_kind(question: str, text: str) -> bool:
    """Whether a text tells the day or the number, with its unit, that a question asks for; both in normal form."""
    if _ASKS_DAY.search(question) or _ASKS_TIME.search(question):
        return bool(_DAY.search(text))
    if measured := _ASKS_MEASURE.search(question):
        return bool(re.search(f"{_NUMERAL}(?:{_MEASURES[measured.group(1)]})", text))
    many = _ASKS_MANY.search(question)
    unit = many.group(1) if many else ""
    return bool(unit and unit != "钱" and "元" not in unit and _number_of(unit).search(text))


def _subject(question: str) -> str:
    """The first two characters of what is asked about, which tell 职业教育 from 义务教育; empty when it starts otherwise."""
    match = _LEADING.match(question)
    start = question[match.end() if match else 0 :][:2]
    if start[1:] in ("多", "几", "哪", "什"):
        return ""  # 买多少台设备: a verb before the question word
    return start if len(start) == 2 and all("\u4e00" <= one <= "\u9fff" for one in start) else ""


def _nearest(asked: frozenset[str], text: str) -> str:
    """The sentences of a text that hold most of what is asked; all of them when the heading does."""
    parts = [part for part in re.split(r"(?<=[。！？；;\n])", normal(text)) if part.strip()]
    scores = [covered(asked, part) for part in parts]
    best = max(scores, default=0.0)
    if scores and scores[0] >= 0.9 * best:
        return "".join(parts)
    return "".join(part for part, score in zip(parts, scores, strict=True) if score >= 0.7 * best)


def _number_of(unit: str) -> re.Pattern[str]:
    """A number with this unit; any number where the question names none."""
    if not unit:
        return re.compile(r"\d")
    scale, counted = (unit[0], unit[1:]) if unit[0] in "万亿" and len(unit) > 1 else ("[万亿多余]?", unit)
    return re.compile(f"{_NUMERAL}{scale}{_ALIKE.get(counted, counted)}")


def _deed(question: str) -> str:
    """The two characters that say what somebody does (由谁承建: 承建); empty when they cannot be told."""
    match = re.search("(?:谁|哪位|哪家公司|哪家)(?:来|去|负责)?([\u4e00-\u9fff]{2})", question)
    return match.group(1) if match and not _ASKING.fullmatch(match.group(1)) else ""


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

    return found, _content_words().sub(place, text[:_LONGEST])


@functools.cache
def _content_words() -> re.Pattern[str]:
    listed = tomllib.loads((Path(__file__).parent / "content_words.toml").read_text("utf-8"))["words"].split()
    return re.compile("|".join(sorted(listed, key=len, reverse=True)))


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
