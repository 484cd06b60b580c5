"""A row of the indicator table asked for in other words than its own: 单兵装备花费上限 for 单兵装备成本.

The measure is that of the sentences (`assistant.matching.nearness`), so that a row and a sentence are found by the same words.
Only public rows are looked at, and only a row that is nearer than every other one is taken.
"""

import re

from assistant.lookup.measured_rows import ONE_EACH, Fits, Row, kind_asked
from assistant.matching.nearness import Place, Term, cover, nearness, terms_of
from assistant.understanding.lexicon import normal
from assistant.understanding.types import Understanding
from corpus.types import Indicator, ProjectRecord

_MOST_PROJECTS = 40  # in a larger scope such words fit too many rows
_NEAR = 0.55  # of what is asked is said by the row, its project and the project's purpose
_OF_ITS_OWN = 0.3  # by the row alone
_NEARER = 0.1  # than the next row of another name
_SAID = 0.3  # a character of a word that is not said at all is below this
# What only a row has an answer to, whatever the kind of its value.
_OF_ROWS = re.compile(r"依据|指标值?|目标值|上限|下限|不得?超过|不低于|不少于|不高于|控制|标准|要求|率(?:呢|[?？]|$)")
_ASKED = re.compile("多少|几|什么|谁|哪|怎么")  # twice: two questions, of which a row answers one at most
_HOW_MANY = re.compile("多少|几")
_COSTS = re.compile("花|费|钱|价|元|[出给投拨补奖付]了?多少|投资")
_MONEY = re.compile(r"\d[\d.,]*[万亿]?元")
_A_COUNT = re.compile(r"\d[\d.,]*[万亿千]?(?![\d.,万亿千元%‰年月日]|个月)")


def by_nearness(u: Understanding, records: tuple[ProjectRecord, ...]) -> list[Row]:
    """The rows of the one name that is nearest to the question, of each year that has it; none where two are as near."""
    question = ONE_EACH.sub("每", normal(u.message))
    fits = kind_asked(question) or _how_many(question)
    terms, words = terms_of(question), terms_of(_OF_ROWS.sub(" ", question))
    if not terms or len(records) > _MOST_PROJECTS or (fits is None and not _OF_ROWS.search(question)):
        return []
    of_the_budget = "total" in u.fields and "每" not in question  # 失能老人补贴多少钱
    if of_the_budget or len(_ASKED.findall(question)) > 1:
        return []
    scored = []
    for record in records:
        name, purpose = normal(record.name.text or ""), normal(record.purpose.text or "")
        for row in record.indicators:
            if row.classified or (fits is not None and not fits(row)):
                continue
            said = normal(f"{row.level3.text or ''} {row.description.text or ''}")
            place = Place(said, heading=name, around=purpose)
            if nearness(terms, Place(said)) >= _OF_ITS_OWN and _says_every_word(words, place):
                scored.append((nearness(terms, place), said, record, row))
    best = max(scored, key=lambda found: found[0], default=None)
    if best is None or best[0] < _NEAR:
        return []
    others = max((near for near, said, *_ in scored if said != best[1]), default=0.0)
    if best[0] - others < _NEARER:
        return []
    return [(record, row) for _, said, record, row in scored if said == best[1]]


def _says_every_word(terms: tuple[Term, ...], place: Place) -> bool:
    """Whether no word of the question is left out: 拆迁 of 拆迁补偿标准 stands in no row about another 补助标准."""
    before: Term | None = None
    for term in terms:
        left_out = term.weight >= 1 and max(cover(term.run, place)[term.start : term.end]) < _SAID
        if left_out and before is not None and (before.run, before.end) == (term.run, term.start):
            return False
        before = term if left_out else None
    return True


def _how_many(question: str) -> Fits | None:
    """检测多少货车 asks for a count whatever it is counted in, 处置要花多少 for money; None where neither is asked."""
    if not _HOW_MANY.search(question):
        return None
    value = _MONEY if "每" in question or _COSTS.search(question) else _A_COUNT

    def fits(row: Indicator) -> bool:
        return value.search(normal(row.target.text or "")) is not None

    return fits
