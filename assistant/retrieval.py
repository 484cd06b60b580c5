"""A question about the text -> the passages that answer it, and an honest nothing when none does."""

import re
from collections.abc import Collection
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage with the part of the question's pairs of characters that stands in it (0 to 1)."""

    chunk: Chunk
    document: str
    coverage: float


def retrieve(
    library: Library, question: str, documents: Collection[str] | None, kinds: tuple[str, ...] = _NARRATIVE
) -> tuple[Evidence, ...]:
    """The passages that answer, best first; empty when the documents do not say."""
    asked = pairs(question)
    if not asked:
        return ()
    content = content_of(question)
    found = library.search(content, _CANDIDATES, documents, kinds)
    evidence = [Evidence(p.chunk, p.document, covered(asked, f"{p.chunk.context}{p.chunk.text}")) for p in found]
    answering = [e for e in evidence if _answers(e.coverage, len(asked))]
    best = max((e.coverage for e in answering), default=0.0)
    return tuple(sorted((e for e in answering if e.coverage >= 0.8 * best), key=lambda e: -e.coverage))


def _answers(coverage: float, asked: int) -> bool:
    hits = round(coverage * asked)
    return (coverage >= _LEAST_COVERAGE and hits >= min(_LEAST_PAIRS, asked)) or (
        coverage >= _LESS_COVERAGE and hits >= _MORE_PAIRS
    )


def content_of(question: str) -> str:
    """The question without the words that only ask."""
    plain = _ASKING.sub(" ", words("narrative").sub(" ", normal(question)))
    plain = words("stopwords").sub(" ", re.sub(r"[^\w.%-]+", " ", plain))
    return " ".join(plain.split()) or normal(question)


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
