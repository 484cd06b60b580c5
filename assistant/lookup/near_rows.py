"""A row of the indicator table asked for in other words than its own: 单兵装备花费上限 for 单兵装备成本.

The measure is that of the sentences (`assistant.nearness`), so that a row and a sentence are found by the same words.
Only public rows are looked at, and only a row that is nearer than every other one is taken.
"""

import re

from assistant.lookup.measured_rows import ONE_EACH, Row, kind_asked
from assistant.nearness import Place, nearness, terms_of
from assistant.understanding.lexicon import normal
from assistant.understanding.types import Understanding
from corpus.types import ProjectRecord

_MOST_PROJECTS = 40  # in a larger scope such words fit too many rows
_NEAR = 0.55  # of what is asked is said by the row, its project and the project's purpose
_OF_ITS_OWN = 0.3  # by the row alone
_NEARER = 0.1  # than the next row of another name
# What only a row has an answer to, whatever the kind of its value.
_OF_ROWS = re.compile(r"依据|指标值?|目标值|上限|下限|不得?超过|不低于|不少于|不高于|控制|标准|要求|率(?:呢|[?？]|$)")


def by_nearness(u: Understanding, records: tuple[ProjectRecord, ...]) -> list[Row]:
    """The rows of the one name that is nearest to the question, of each year that has it; none where two are as near."""
    question = ONE_EACH.sub("每", normal(u.message))
    fits = kind_asked(question)
    terms = terms_of(question)
    if not terms or len(records) > _MOST_PROJECTS or (fits is None and not _OF_ROWS.search(question)):
        return []
    scored = []
    for record in records:
        name, purpose = normal(record.name.text or ""), normal(record.purpose.text or "")
        for row in record.indicators:
            if row.classified or (fits is not None and not fits(row)):
                continue
            said = normal(f"{row.level3.text or ''} {row.description.text or ''}")
            if nearness(terms, Place(said)) >= _OF_ITS_OWN:
                near = nearness(terms, Place(said, heading=name, around=purpose))
                scored.append((near, said, record, row))
    best = max(scored, key=lambda found: found[0], default=None)
    if best is None or best[0] < _NEAR:
        return []
    others = max((near for near, said, *_ in scored if said != best[1]), default=0.0)
    if best[0] - others < _NEARER:
        return []
    return [(record, row) for _, said, record, row in scored if said == best[1]]
