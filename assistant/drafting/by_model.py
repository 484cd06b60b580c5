"""A draft's sentences put in other words by a chat model, as the user asks; each verified, otherwise the sentence stays.

The rules made the draft: figures, dates, names and open blanks are theirs. A model only rewords, and only where the
instruction asks for wording that the rules do not have.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from assistant.drafting.forms import inert
from assistant.drafting.materials import BY_USER, blank_names
from assistant.drafting.projects import SEALED
from assistant.drafting.rereading import extraction_of_draft
from assistant.model import ChatModel
from assistant.model_output import Shape, one_line, sentences_in
from assistant.passages.telling import plain_text, repaired, speaks_to_a_model
from assistant.prompting import fenced, load
from assistant.types import Change, Draft, DraftCell, DraftParagraph, DraftTable, Origin, Sentence
from assistant.verifying.verify import Fault, FaultKind, Told, faults, lost
from corpus.findings import check
from corpus.types import Finding, Level, Source

UNREAD = "instruction-unread"
_BY_MODEL = "model-wording"
_INSTRUCTION = 0  # the number under which the user's own words are evidence
_MOST_SENTENCES = 60
_STRANGE = 0.6  # of a sentence's Han characters: a draft is written anew, its facts are not
_LONGEST_RUN = 8
_ENDINGS = "。；，、;,."
_WORDING = re.compile(
    r"正式|规范|书面|官方|语气|口吻|用词|措辞|用语|表述|通顺|流畅|顺畅|润色|文采|简洁|精炼|详细|详尽|具体|充实|丰富|展开|改写|重写|换[个种]?(?:说法|写法)|突出|强调|口语"
)
_MARK = re.compile(
    r"^\s*(?:[（(]?(?:[一二三四五六七八九十百]+|\d+)[）)]?[、.．]|[（(](?:[一二三四五六七八九十百]+|\d+)[）)]|[一二三四五六七八九十百]+是)\s*"
)


@dataclass(frozen=True, slots=True)
class Reworded:
    """A sentence as a model gave it, and which one it stands for."""

    number: int
    told: Told


def _read(found: Mapping[str, object]) -> tuple[Reworded, ...]:
    """Raises ValueError when it is no list of numbered sentences."""
    return tuple(_one(item) for item in sentences_in(found)[:_MOST_SENTENCES])


def _one(item: object) -> Reworded:
    if not isinstance(item, dict) or type(item.get("number")) is not int or not isinstance(item.get("text"), str):
        raise ValueError("sentence")
    sources = item.get("sources") or []
    if not isinstance(sources, list) or not all(type(n) is int for n in sources):
        raise ValueError("sources")
    return Reworded(item["number"], Told(one_line(item["text"]), tuple(sources)))


REWORDED: Shape[tuple[Reworded, ...]] = Shape(
    "rewording",
    {
        "type": "object",
        "properties": {
            "sentences": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "number": {"type": "integer", "description": "原句的编号"},
                        "text": {"type": "string"},
                        "sources": {"type": "array", "items": {"type": "integer"}},
                    },
                    "required": ["number", "text", "sources"],
                },
            }
        },
        "required": ["sentences"],
    },
    _read,
)


def asks_for_words(draft: Draft, instruction: str) -> bool:
    """Whether there is something for a model to do: wording, or what of the instruction the rules could not read."""
    return bool(instruction.strip()) and (
        bool(_WORDING.search(instruction)) or any(finding.rule == UNREAD for finding in draft.findings)
    )


def reworded(draft: Draft, instruction: str, names: Collection[str], model: ChatModel, until: float) -> Draft:
    """`draft` with the sentences that a model reworded and that verify; the others stand, and a finding names them.

    `names` are the library's project and unit names. Raises ModelError when the model gives nothing usable in time.
    """
    offered = _offered(draft)
    if not offered:
        return draft
    passages = {_INSTRUCTION: instruction} | {n: _bare(s.text) for n, s in offered.items()}
    messages = load("draft").filled(
        instruction=fenced([("改写要求", instruction)]),
        sentences=fenced((str(n), passages[n]) for n in offered),
    )
    given = [one for one in model.ask(messages, REWORDED, until) if one.told.text]
    passed, failed = _verified(given, passages, instruction, names, model, until)
    made = _with_sentences(
        draft, {offered[n].text: _sentence(n, told, offered, passages) for n, told in passed.items()}
    )
    changes = [
        Change(_bare(offered[n].text), told.text, f"由模型 {model.name} 按要求改写，已核对")
        for n, told in passed.items()
    ]
    found = [_stays(offered[n], kinds, draft.title) for n, kinds in failed.items() if n in offered]
    return replace(made, changes=(*changes, *draft.changes), findings=(*found, *_findings(draft, made, len(passed))))


def as_it_is(draft: Draft, why: str) -> Draft:
    """`draft` with the finding that the model gave nothing."""
    message = f"{why}，这是内置草案。"
    return replace(
        draft, findings=(*draft.findings, Finding(_BY_MODEL, Level.WARNING, message, "", Source((draft.title,)), ""))
    )


def _offered(draft: Draft) -> dict[int, Sentence]:
    """The sentences of the draft's paragraphs that may be put in other words, numbered from 1."""
    said = [
        sentence
        for block in draft.blocks
        if isinstance(block, DraftParagraph) and not block.level
        for sentence in block.sentences
        if sentence.origin is not Origin.BLANK and sentence.text != SEALED
    ]
    kept = [s for s in dict.fromkeys(said) if len(_bare(s.text)) > 4 and plain_text(_bare(s.text)) == _bare(s.text)]
    return dict(enumerate(kept[:_MOST_SENTENCES], start=1))


def _bare(text: str) -> str:
    return _MARK.sub("", text)


# --- whether it may stand


def _verified(
    given: list[Reworded],
    passages: Mapping[int, str],
    instruction: str,
    names: Collection[str],
    model: ChatModel,
    until: float,
) -> tuple[dict[int, Told], dict[int, frozenset[FaultKind]]]:
    """By number: the sentences that pass, those that failed repaired once; and why the others do not."""
    ended = {one.number: _ended_like(passages.get(one.number, ""), one.told) for one in given}
    checked = {n: (told, _faults(n, told, passages, names)) for n, told in ended.items()}
    failing = [(n, told, found) for n, (told, found) in checked.items() if found]
    needed = {n for number, told, _ in failing for n in (_INSTRUCTION, number, *told.sources)}
    evidence = {n: text for n, text in passages.items() if n in needed}
    mended = repaired([(told, found) for _, told, found in failing], evidence, instruction, model, until)
    passed = {n: told for n, (told, found) in checked.items() if not found and told.text != passages.get(n)}
    failed = {n: frozenset(fault.kind for fault in found) for n, _, found in failing}
    for (n, _, _), again in zip(failing, mended, strict=False):
        told = _ended_like(passages.get(n, ""), again)
        if again.text and not _faults(n, told, passages, names):
            passed[n] = told
            del failed[n]
    return passed, failed


def _ended_like(before: str, told: Told) -> Told:
    """The sentence with the closing mark of its original: a clause stays a clause of its paragraph."""
    ending = before[-1:] if before[-1:] in _ENDINGS else ""
    return replace(told, text=told.text.rstrip(_ENDINGS) + ending) if told.text and ending else told


def _faults(number: int, told: Told, passages: Mapping[int, str], names: Collection[str]) -> tuple[Fault, ...]:
    """What the sentence says that neither its original, nor what it cites, nor the user says; and what it leaves out."""
    if number == _INSTRUCTION or number not in passages:
        return (Fault(FaultKind.CITATION, str(number)),)
    before = passages[number]
    if speaks_to_a_model(told.text) or _MARK.match(told.text) or len(told.text) > 3 * len(before) + 60:
        return (Fault(FaultKind.WORDING, told.text[:20]),)
    if sorted(blank_names(told.text)) != sorted(blank_names(before)):
        return (Fault(FaultKind.FIGURE, "待填"),)
    rests_on = Told(told.text, tuple(dict.fromkeys((number, _INSTRUCTION, *told.sources))))
    return (
        *faults(rests_on, passages, names, most_strange=_STRANGE, longest_strange=_LONGEST_RUN, anew=True),
        *lost(before, told.text, names),
    )


def _stays(sentence: Sentence, kinds: frozenset[FaultKind], title: str) -> Finding:
    """Says of which kind the fault was; never what the model wrote."""
    what = "、".join(sorted(kind.value for kind in kinds))
    message = f"模型对这一句的改写没有通过核对（{what}没有依据或有遗漏），保留原句：“{_bare(sentence.text)[:40]}”。"
    return Finding(_BY_MODEL, Level.WARNING, message, "需要改的，直接在草案中修改。", Source((title,)), sentence.text)


# --- the draft with them


def _sentence(number: int, told: Told, offered: Mapping[int, Sentence], passages: Mapping[int, str]) -> Sentence:
    """The new sentence with its number mark; it rests on what its original and the cited ones rest on."""
    before = offered[number]
    mark = before.text[: len(before.text) - len(_bare(before.text))]
    cited = [source for n in told.sources if n in offered for source in offered[n].sources]
    own = Told(told.text, tuple(dict.fromkeys((number, *told.sources))))
    with_users = Told(told.text, (*own.sources, _INSTRUCTION))
    by_user = [BY_USER] if set(faults(own, passages)) - set(faults(with_users, passages)) else []
    return Sentence(mark + told.text, Origin.EDITED, tuple(dict.fromkeys((*before.sources, *cited, *by_user))))


def _with_sentences(draft: Draft, new: Mapping[str, Sentence]) -> Draft:
    """`draft` with sentences replaced by their text, in its paragraphs, its cells and its words alike."""
    text, blocks = draft.text, list(draft.blocks)
    paragraphs: list[tuple[str, str]] = []
    for i, block in enumerate(blocks):
        if isinstance(block, DraftParagraph) and any(s.text in new for s in block.sentences):
            after = DraftParagraph(block.level, tuple(new.get(s.text, s) for s in block.sentences))
            paragraphs.append((block.text, after.text))
            blocks[i] = after
    for before, now in paragraphs:
        text = text.replace(inert(before), inert(now))
    blocks = [_with_paragraphs(block, paragraphs) for block in blocks]
    sentences = tuple(new.get(sentence.text, sentence) for sentence in draft.sentences)
    return replace(draft, text=text, blocks=tuple(blocks), sentences=sentences)


def _with_paragraphs(
    block: DraftParagraph | DraftTable, paragraphs: list[tuple[str, str]]
) -> DraftParagraph | DraftTable:
    """A form whose 绩效目标 cell says the paragraphs again."""

    def cell(one: DraftCell) -> DraftCell:
        text = one.text
        for before, now in paragraphs:
            text = text.replace(before, now)
        return one if text == one.text else replace(one, text=text)

    if isinstance(block, DraftParagraph):
        return block
    return replace(block, rows=tuple(tuple(cell(one) for one in row) for row in block.rows))


def _findings(before: Draft, after: Draft, reworded_count: int) -> tuple[Finding, ...]:
    """The findings of the reworded draft; what the rules could not read of the instruction is now the model's."""
    known, now = (check(extraction_of_draft(draft), draft=True) for draft in (before, after))
    gone, new = set(known) - set(now), [finding for finding in now if finding not in set(known)]
    kept = [finding for finding in before.findings if finding not in gone]
    if reworded_count:
        kept = [_handed_over(finding, reworded_count) if finding.rule == UNREAD else finding for finding in kept]
    return tuple(dict.fromkeys((*kept, *new)))


def _handed_over(finding: Finding, count: int) -> Finding:
    message = f"这部分要求由模型处理，改写了 {count} 句，请核对是否合意：“{finding.quote}”。"
    return replace(finding, message=message, suggestion="不合意的，直接在草案中修改。")
