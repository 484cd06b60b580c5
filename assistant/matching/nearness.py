"""How near a sentence comes to what a question is about: pairs of characters, words of one meaning, single characters.

People ask in words that the text does not have (老百姓查档案 for 群众凭身份证即可查阅民生档案): a pair that stands in the
sentence counts whole, a word of the same group of `corpus/kindred.toml` nearly so, a single character less; what only the
item's heading or the passage around says counts less again. Pure but for the table of words, which is read once.
"""

import functools
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from assistant.understanding.lexicon import normal

# What a question asks with. Everything else of it is looked for, function characters hardly weighing.
ASKING = re.compile(
    r"请问一下|请问|请告诉我|告诉我|(?:我)?想知道|(?:帮我)?(?:查|看)一下|介绍一下|说一说|说说|讲讲|谈谈|(?:都|主要|具体)?(?:有|是|包括|分为|分成|分|需要)?"
    r"(?:哪|几)(?:[一二两三四五六七八九十]?(?:个方面|方面|[些个家种类条件项点位名款间座块份批层级档]))|(?:是|都是)?(?:什么|啥)意思|要?(?:干|做|搞)(?:什么|啥)(?:的|用)?|都是(?:什么|啥)|什么时候|什么时间|啥时候|何时|什么地方|哪里|哪儿|为什么|为何|为啥"
    r"|是?什么样?|啥|怎么办|怎么样?|怎样|如何|咋样?|多少钱|多少(?:[个名位人家次期所项条亩吨度例起篇户件套台辆场天日年岁张册座株棵头只口处段片块枚袋箱升斤米种类级届批门间层元页卷])?|几月几[号日]|哪一?[天年日月周]|几[号月日点年天]|多久|多长时间|多长|多大|是否|有没有|是不是|能不能|会不会|要不要|可不可以"
    r"|(?:在|从|按)?(?:文件|材料|文档|资料)(?:里|中|上)?|原文|(?:做|干|有)?(?:什么|啥)用(?:处|途)?|说的是?|提到|写的|写着|到底|究竟|分别|一共|总共|大概|其中|这个|那个|(?:本|我|全)[县区市]|我们|方面|情况|的话|谁|哪|吗|呢|吧|啊|呀|\?|？"
)
_OR_NOT = re.compile(r"([\u4e00-\u9fff])[不没](?=\1)")  # 受不受理 asks about 受理
_PARTED = re.compile("[、“”\"'《》()]")  # 水、电、气表 are the 水电气表 that is asked for
_FUNCTION = frozenset(
    "的了是在由被把对给和与跟同及让使都也还就才只有为从到向于以会要能可得着过来去用这那该其或并而且个所地之里中上下内时后前当应将"
)
_LIGHT_WORDS = (
    "手段 途径 渠道 专业 容易 最容易 很容易 一般 通常 往往 上班 最晚 最早 最迟 涉及 涉及到 提到 提及 写到 写在 文件 材料 自己 最多 最少 至少 至多 最高 最低 处理 解决 开展 进行 实施 组织 安排 落实 推进 加强 做好 完成 采取 要求 内容 措施 工作 办法 问题 东西 手续 单位 部门 公司 地方 时候 平时 平常 一时 老是 总是 "
    "必须 打算 准备 主要 具体 怎么 一起 共同 负责 担任 达到 不少于 不低于 不超过 开始 按照 根据 依据 针对 关于 有关 相关 规定 方式 方法 方面 做到 保证 确保 通过 "
    "可以 应该 应当 需要 受到 属于 发现 哪些 目标 任务 情形 条件 人员 一次 每年 全年 一年 今年 现在 目前 必要 出来 起来 下来 名字 时间"
).split()
_LIGHT = re.compile("|".join(sorted(_LIGHT_WORDS, key=len, reverse=True)))
_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+(?:[.\-_/][a-z0-9]+)*%?")
_FUNCTION_WEIGHT, _LIGHT_WEIGHT, _LATIN_WEIGHT = 0.1, 0.3, 3.0
_KINDRED = 0.85  # of what stands there literally
_SINGLE = 0.45
_BEFORE, _HEADING, _AROUND = 0.75, 0.85, 0.5  # the sentence before, the item's heading, the rest of the passage

_CHANCE = 100  # characters of a text in which a single one seldom stands by chance
_CHANCE_OF_WORDS = 80  # the same for a word of the meaning
_MOST_MEANINGS = 6  # words for one of the question's

Weigh = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Term:
    """A character of a question, or a Latin word or figure of it: what it weighs, and the run it stands in."""

    run: str
    start: int
    end: int
    weight: float


@dataclass(frozen=True)
class Place:
    """A sentence with what is around it; all in normal form."""

    sentence: str
    before: str = ""
    heading: str = ""
    around: str = ""
    all_of_it: bool = False  # stands for each of its sentences: then length is no reason to count less

    @functools.cached_property
    def shares(self) -> tuple[tuple[str, float], ...]:
        """Each text that there is, without the marks that part a list, and what a word of it counts."""
        texts = (self.sentence, 1.0), (self.heading, _HEADING), (self.before, _BEFORE), (self.around, _AROUND)
        return tuple((_PARTED.sub("", text), share) for text, share in texts if text)


def terms_of(question: str) -> tuple[Term, ...]:
    """What a question (in normal form) is about."""
    found: list[Term] = []
    question = _OR_NOT.sub("", question)
    for match in _RUN.finditer(ASKING.sub(" ", question)):
        run = match.group()
        if run[0].isascii():
            found.append(Term(run, 0, len(run), 1.0 if run.isdigit() else _LATIN_WEIGHT))
            continue
        kept = {i for word in content_words().finditer(run) for i in range(*word.span())}
        light = {i for word in _LIGHT.finditer(run) for i in range(*word.span())}
        found += [
            Term(
                run,
                i,
                i + 1,
                _FUNCTION_WEIGHT if one in _FUNCTION and i not in kept else _LIGHT_WEIGHT if i in light else 1.0,
            )
            for i, one in enumerate(run)
        ]
    return tuple(found)


def nearness(terms: tuple[Term, ...], place: Place, weigh: Weigh | None = None) -> float:
    """How much of what is asked about a sentence says, 0 to 1. `weigh` gives a pair of characters more or less."""
    said = whole = 0.0
    for run in dict.fromkeys(term.run for term in terms):
        covered = cover(run, place)
        for term in (t for t in terms if t.run == run):
            weight = term.weight * (_pair_weight(term, weigh) if weigh else 1.0)
            whole += weight
            said += weight * max(covered[term.start : term.end])
    return said / whole if whole else 0.0


def _pair_weight(term: Term, weigh: Weigh) -> float:
    run, i = term.run, term.start
    pairs = [run[j : j + 2] for j in (i - 1, i) if j >= 0 and len(run[j : j + 2]) == 2] or [run]
    return max(weigh(pair) for pair in pairs)


def cover(run: str, place: Place, by_meaning: bool = True) -> list[float]:
    """For each character of a run of a question how well it is said, 0 to 1; without `by_meaning` in its own characters."""
    covered = [0.0] * len(run)
    for text, share in place.shares:
        _literally(run, text, share, covered, 1 if place.all_of_it else len(text))
    if not by_meaning:
        return covered
    for start in range(len(run) - 2):
        _shortened(run, start, place, covered)
    for start, end, others in _kindred_in(run):
        if min(covered[start:end]) >= _KINDRED:
            continue
        # 登记 that is asked for too is no sign of 婚姻
        beside = f"{run[:start]} {run[end:]}"
        said = (t_s for t_s in place.shares if any(w in t_s[0] and w not in beside for w in others))
        share = max(
            (_KINDRED * s * (1.0 if place.all_of_it else min(1.0, _CHANCE_OF_WORDS / len(text))) for text, s in said),
            default=0.0,
        )
        for i in range(start, end):
            covered[i] = max(covered[i], share)
    return covered


def _shortened(run: str, start: int, place: Place, covered: list[float]) -> None:
    """网安周 of 网络安全周: three characters that are no words of the text, in their order close together in it."""
    short = run[start : start + 3]
    if (
        max(covered[start : start + 3]) > _SINGLE
        or not _FUNCTION.isdisjoint(short)
        or min(covered[start : start + 3]) == 0
    ):
        return
    full = re.compile(".{0,2}".join(map(re.escape, short)))
    share = next((_KINDRED * s for text, s in place.shares if full.search(text)), 0.0)
    for i in range(start, start + 3):
        covered[i] = max(covered[i], share)


def _literally(run: str, text: str, share: float, covered: list[float], length: int) -> None:
    if run[0].isascii():
        if run in text:
            covered[:] = [max(one, share) for one in covered]
        return
    single = _SINGLE * share * min(1.0, _CHANCE / length)
    for i, one in enumerate(run):
        if one in text:
            covered[i] = max(covered[i], single)
        if run[i : i + 2] in text and i + 1 < len(run):
            covered[i], covered[i + 1] = max(covered[i], share), max(covered[i + 1], share)


def meanings(terms: tuple[Term, ...]) -> str:
    """The words that a text may have for what is asked about, to search for where the question's own find nothing."""
    found: dict[str, None] = {}
    for run in dict.fromkeys(term.run for term in terms):
        for start, end, others in _kindred_in(run):
            if any(t.run == run and start <= t.start < end and t.weight == 1 for t in terms):
                found.update(dict.fromkeys(others[:_MOST_MEANINGS]))
    return " ".join(list(found)[: 4 * _MOST_MEANINGS])


def anchored(word: str, place: Place, by_meaning: bool = True) -> float:
    """How well one word of a question is said, 0 to 1."""
    covered = cover(normal(word), place, by_meaning)
    return sum(covered) / len(covered) if covered else 1.0


def is_light(word: str) -> bool:
    """Whether a word says hardly anything of what a question is about (处理, 开展)."""
    return all(one in _FUNCTION for one in word) or bool(_LIGHT.search(word))


def says_much(word: str) -> bool:
    """Whether no character of a word is a function character, nor the word a light one."""
    return not is_light(word) and (_FUNCTION.isdisjoint(word) or bool(content_words().fullmatch(word)))


@functools.cache
def content_words() -> re.Pattern[str]:
    """The words of content_words.toml: a function character inside one is none."""
    listed = _listed("assistant.matching", "content_words.toml")["words"].split()
    return re.compile("|".join(sorted(listed, key=len, reverse=True)))


@functools.lru_cache(maxsize=512)
def _kindred_in(run: str) -> tuple[tuple[int, int, tuple[str, ...]], ...]:
    """Where in a run words of the groups stand, with the other words of their groups."""
    table, longest = _groups()
    return tuple(
        (i, j, table[run[i:j]])
        for i in range(len(run))
        for j in range(i + 1, min(len(run), i + longest) + 1)
        if run[i:j] in table
    )


@functools.cache
def _groups() -> tuple[dict[str, tuple[str, ...]], int]:
    """What may stand in a text for each word of a question, and the longest of these words' length."""
    others: dict[str, dict[str, None]] = {}
    for line in _listed("assistant.matching", "everyday.toml")["words"].strip().splitlines():
        word, _, formal = line.partition(":")
        others.setdefault(normal(word), {}).update(dict.fromkeys(map(normal, formal.split())))
    for group in _listed("corpus", "kindred.toml")["groups"]:
        said = [normal(word) for word in group.split() if len(word) >= 2]
        for word in said:
            others.setdefault(word, {}).update(dict.fromkeys(w for w in said if w != word))
    return {word: tuple(found) for word, found in others.items()}, max(map(len, others))


def _listed(package: str, name: str) -> dict[str, Any]:
    return tomllib.loads((files(package) / name).read_text("utf-8"))
