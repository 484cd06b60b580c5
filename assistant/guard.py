"""The second line: everything that goes out passes here once more and is held against what the library classifies.

The first line is that classified text was never kept. This one catches what could still be wrong behind it: a handler,
a draft or a model that says a value of a classified row. It knows such cells by their state and place alone.
"""

import re
import weakref
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from assistant.errors import DraftError
from assistant.holdings import Holdings
from assistant.policy import refuse_indicators, refuse_marked_message
from assistant.types import BY_USER, Draft, DraftTable, Kind, Reply, Route
from assistant.understanding.types import Understanding
from corpus.folding import fold
from corpus.ingest import Passage
from corpus.marks import is_marked_message
from corpus.types import Amount, Cell, CellState, Finding, ProjectRecord

SHOWN = "涉密"
_ROW_KEYS = ("level3", "description", "target", "basis")
# A line that gives a value of the indicator grid names a column or a category, and has a number.
_SPEAKS_OF_ROWS = re.compile(
    r"指标值|目标值|三级指标|指标描述|确定依据|(?:数量|质量|时效|成本|效益|影响|满意度)指标|target value|indicator"
)
_PART = re.compile(r"[\n;；。]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_BLANK_OF = re.compile(r"【待填：项目\d+ ")
# Numbers that are no value: counts of rows and cells, list numbers, citation marks, years and norms.
_NO_VALUE = re.compile(
    r"\[\d+\]|^\s*(?:[-*>]\s*)?\d+[.、．]|\d+\s*(?:行|格|栏|类|条|个|项|份|处|年|级|号)|〔\d+〕\s*\d*|第\s*\d+|[（(]\d+[)）]"
)
_GENERAL = (Route.HELP, Route.FINDINGS, Route.POLICY)  # rules and wording of our own: they speak of no project's rows
_HALTED = "草案中出现了涉密指标的内容，已停止输出。请重新起草，并把这一情况告诉管理员。"


def released(reply: Reply, holdings: Holdings, message: str) -> Reply:
    """`reply`, or the one refusal where it says more than it may. A refusal never echoes a figure that was guessed."""
    if reply.kind is Kind.REFUSAL and reply.route is Route.POLICY:
        return replace(
            reply, question=_NUMBER.sub("…", reply.question), figures=(), citations=(), grid=None, draft=None
        )
    if is_marked_message(reply.text):
        return refuse_marked_message()
    if _cites_closed(reply, holdings) or _says_closed(reply, holdings, message):
        return refuse_indicators(reply.focus if isinstance(reply.focus, Understanding) else Understanding(message))
    return reply


def released_draft(draft: Draft, holdings: Holdings, said: str) -> Draft:
    """`draft`, made from the library and what a person `said`. Raises DraftError where it says more than it may."""
    if is_marked_message(said) or is_marked_message(draft.text):
        raise DraftError(refuse_marked_message().text)
    known = [*_numbers(said), *_years(draft)]
    if not _all_known(_grid_texts(draft), holdings, [d.id for d in holdings.documents], known):
        raise DraftError(_HALTED)
    return draft


def released_records(records: Iterable[ProjectRecord], holdings: Holdings) -> tuple[ProjectRecord, ...]:
    """`records` with no figure beside a classified cell, for listings and exports."""
    return tuple(
        _without_figures(record) if holdings.holds_classified(record.document_id) else record for record in records
    )


def released_passages(passages: Iterable[Passage], holdings: Holdings) -> tuple[Passage, ...]:
    """Passages as they are stored; one of a project that says more of its rows than its record is withheld."""
    return tuple(_released_passage(passage, holdings) for passage in passages)


def _released_passage(passage: Passage, holdings: Holdings) -> Passage:
    chunk = passage.chunk
    if chunk.kind != "project" or _all_known([chunk.text], holdings, [chunk.document_id], ()):
        return passage
    return replace(passage, chunk=replace(chunk, text=SHOWN))


def released_lines(
    numbered: Iterable[tuple[int, str]], holdings: Holdings, document_id: str
) -> tuple[tuple[int, str], ...]:
    """Lines of a document; one on which a classified cell stands shows 涉密 there or is withheld."""
    closed = {line for _, line in _closed_places(holdings, document_id)}
    return tuple((number, SHOWN if number in closed and SHOWN not in text else text) for number, text in numbered)


def released_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings without quotations of a 密级 mark; a finding says nothing of a classified cell to begin with."""
    return tuple(replace(f, quote="") if is_marked_message(f.quote) else f for f in findings)


# --- what a reply rests on


def _cites_closed(reply: Reply, holdings: Holdings) -> bool:
    """Whether a citation quotes, or a figure is read off, a place that is classified."""
    if not reply.citations:
        return False
    closed = {c.number for c in reply.citations if (c.locator, c.line) in _closed_places(holdings, c.document_id)}
    quoting = any(c.number in closed and c.quote not in ("", SHOWN) for c in reply.citations)
    return quoting or any(set(f.inputs) and set(f.inputs) <= closed for f in reply.figures)


def _says_closed(reply: Reply, holdings: Holdings, message: str) -> bool:
    if reply.draft is not None:
        rounds = reply.focus.topic if isinstance(reply.focus, Understanding) else ""
        known = [*_numbers(message), *_numbers(rounds), *_years(reply.draft)]
        return not _all_known(_grid_texts(reply.draft), holdings, [d.id for d in holdings.documents], known)
    if reply.route in _GENERAL:
        return False
    texts = [reply.text, *(" ".join(row) for row in (reply.grid.rows if reply.grid else ()))]
    ids = {c.document_id for c in reply.citations} or {d.id for d in holdings.documents[:50]}
    cited = [f"{c.quote} {c.locator} {c.document} {c.line}" for c in reply.citations]
    # As they stand, and as they are left where what is no value has been taken out: 3 of “3.2024年城乡公交运营补贴”.
    quoted = (number for text in cited for number in _numbers(f"{text} {_NO_VALUE.sub(' ', fold(text))}"))
    given = [*_numbers(message), *quoted, *(format(f.value, "f") for f in reply.figures)]
    return not _all_known(texts, holdings, ids, given)


def _all_known(texts: Iterable[str], holdings: Holdings, document_ids: Iterable[str], known: Iterable[str]) -> bool:
    """Whether every number beside a word of the indicator grid is public: of open rows, the question or a count."""
    said = (fold(part) for text in texts for part in _PART.split(text))
    found = {n for part in said if _SPEAKS_OF_ROWS.search(part) for n in _numbers(_NO_VALUE.sub(" ", part))}
    found -= {_plain(number) for number in known}
    for document_id in document_ids:
        if not found:
            break
        found -= _public_numbers(holdings, document_id)
    return not found


def _grid_texts(draft: Draft | None) -> Iterator[str]:
    """The rows of the indicator grids of a draft, a line each, without the ordinals that blanks are named by.

    What the user gave, or is reckoned from it (提高2个百分点 of a public value), is no classified value: those rows take none.
    """
    for block in draft.blocks if draft else ():
        if isinstance(block, DraftTable):
            for row in block.rows[block.grid_from + 1 :]:
                yield "指标值 " + " ".join(_BLANK_OF.sub("【待填：", c.text) for c in row if BY_USER not in c.sources)


def _years(draft: Draft) -> list[str]:
    year = draft.year or 0
    return [str(year + step) for step in (-1, 0, 1)]


def _numbers(text: str) -> Iterator[str]:
    return map(_plain, _NUMBER.findall(fold(text)))


def _plain(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number


# --- what the library classifies, kept while its content is the same

_KEPT: "weakref.WeakKeyDictionary[Holdings, dict[tuple[str, str], Any]]" = weakref.WeakKeyDictionary()


def _of(holdings: Holdings, what: str, document_id: str, make: Any) -> Any:
    kept = _KEPT.setdefault(holdings, {})
    if (what, document_id) not in kept:
        kept[what, document_id] = make(holdings.projects_of([document_id]))
    return kept[what, document_id]


def _closed_places(holdings: Holdings, document_id: str) -> frozenset[tuple[str, int | None]]:
    if not holdings.holds_classified(document_id):
        return frozenset()
    found: frozenset[tuple[str, int | None]] = _of(holdings, "places", document_id, _places)
    return found


def _public_numbers(holdings: Holdings, document_id: str) -> frozenset[str]:
    found: frozenset[str] = _of(holdings, "numbers", document_id, _numbers_of)
    return found


def _places(records: tuple[ProjectRecord, ...]) -> frozenset[tuple[str, int | None]]:
    """Locator and line of every classified cell; a line that holds a public cell of the same place does not count."""
    cells = [cell for record in records for cell in _cells(record)]
    closed = {(c.source.locator, c.source.line) for c in cells if c.state is CellState.CLASSIFIED}
    return frozenset(closed - {(c.source.locator, c.source.line) for c in cells if c.state is CellState.VALUE})


def _numbers_of(records: tuple[ProjectRecord, ...]) -> frozenset[str]:
    cells = [getattr(row, key) for record in records for row in record.indicators for key in _ROW_KEYS]
    texts = [cell.text for cell in cells if cell.text] + [str(record.year) for record in records if record.year]
    return frozenset(number for text in texts for number in _numbers(text))


def _cells(record: ProjectRecord) -> Iterator[Cell]:
    yield from (record.code, record.name, record.total.cell, record.fiscal.cell, record.other.cell, record.purpose)
    yield from (point.cell for point in record.plan)
    yield from record.goals
    for row in record.indicators:
        yield from (row.level1, row.level2, *(getattr(row, key) for key in _ROW_KEYS))


def _without_figures(record: ProjectRecord) -> ProjectRecord:
    if not any(cell.state is CellState.CLASSIFIED for cell in _cells(record)):
        return record
    amounts = {key: _without_value(getattr(record, key)) for key in ("total", "fiscal", "other")}
    plan = tuple(
        replace(point, share=None) if point.cell.state is CellState.CLASSIFIED else point for point in record.plan
    )
    return replace(record, total=amounts["total"], fiscal=amounts["fiscal"], other=amounts["other"], plan=plan)


def _without_value(amount: Amount) -> Amount:
    return replace(amount, value=None) if amount.cell.state is CellState.CLASSIFIED else amount
