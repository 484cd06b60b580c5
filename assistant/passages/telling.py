"""An answer told by a model: sentence by sentence, each verified against the passages it cites before anyone sees it."""

import re
from collections.abc import Collection, Generator, Iterator, Mapping
from dataclasses import replace

from assistant.errors import ModelError
from assistant.holdings import Holdings
from assistant.lookup.sections import sentences
from assistant.model import ChatModel
from assistant.model_output import Shape, one_line, sentences_in
from assistant.passages.narrate import slips
from assistant.prompting import fenced, load
from assistant.types import Citation, Reply
from assistant.verifying.verify import Fault, FaultKind, Told, faults

_LONGEST_PASSAGE = 1_200  # characters of a passage that a model gets
_MOST_TOLD = 12  # sentences
# Text in a document is data: a sentence that speaks to a model rather than to people is not shown to one.
_TO_A_MODEL = re.compile(
    r"(?:忽略|无视|不要理会|忘记|绕过|覆盖).{0,12}(?:指令|规则|要求|提示|设定|以上|之前|前面|上文|限制)|系统提示|提示词|(?:你|您)(?:现在)?(?:是|扮演|必须|应当|要|需|只能)"
    r"|(?:请|务必|必须|一律|只能|应当?|直接)(?:回答|回复|输出|答复|告诉用户)|人工智能助手|AI ?助手"
    r"|ignore (?:all|any|the|previous|above)|system prompt|you are|assistant|instruction",
    re.I,
)
_LISTED = re.compile(r"^\d{1,2}[.、)）](?!\d)\s*")  # a model's own numbering
_MARK = re.compile(r"\[(\d{1,3})\]|【(\d{1,3})】")


def _read_told(found: Mapping[str, object]) -> tuple[Told, ...]:
    """Raises ValueError when it is no list of sentences with their sources."""
    return tuple(_one_told(item) for item in sentences_in(found)[:_MOST_TOLD])


def _one_told(item: object) -> Told:
    if not isinstance(item, dict) or not isinstance(item.get("text"), str) or not isinstance(item.get("sources"), list):
        raise ValueError("sentence")
    sources = [_number(n) for n in item["sources"]]
    marks = [int(m[1] or m[2]) for m in _MARK.finditer(item["text"])]  # marks that it wrote into the sentence count
    text = _LISTED.sub("", one_line(_MARK.sub("", item["text"])))
    return Told(text, tuple(dict.fromkeys([*sources, *marks])))


def _number(source: object) -> int:
    """The number of a passage; small models write it as a text. Raises ValueError."""
    if type(source) is int:
        return source
    if isinstance(source, str) and re.fullmatch(r"[ \[【]*\d{1,3}[ \]】]*", source):
        return int(source.strip(" []【】"))
    raise ValueError("sources")


TOLD: Shape[tuple[Told, ...]] = Shape(
    "sentences",
    {
        "type": "object",
        "properties": {
            "sentences": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "text": {"type": "string"},
                        "sources": {"type": "array", "items": {"type": "integer"}},
                    },
                    "required": ["text", "sources"],
                },
            }
        },
        "required": ["sentences"],
    },
    _read_told,
)


def narrated(
    embedded: Reply, question: str, holdings: Holdings, model: ChatModel, until: float, live: bool = False
) -> Generator[Reply, None, Reply]:
    """The embedded answer told by a model from the passages it cites; what does not verify is left out, and that is said.

    When `live`, gives the answer as far as it is told and verified, a sentence at a time. Raises ModelError when the
    model gives nothing usable in time.
    """
    passages = {c.number: text for c in embedded.citations if (text := _passage(c, holdings))}
    if not passages:
        return embedded
    names = names_of(holdings)
    messages = load("narrate").filled(question=fenced([("问题", question)]), evidence=_fenced(passages))
    growing = model.asking(messages, TOLD, until, live)
    told = yield from _as_they_pass(growing, embedded, passages, names, model.name)
    kept, dropped = verified(told, passages, question, names, model, until)
    if not kept:
        return replace(embedded, text=f"{embedded.text}\n\n（模型的表述没有通过核对，以上是内置回答。）")
    reply = _told_reply(embedded, kept, model.name)
    lines = _slips_told(kept, embedded.citations, holdings)
    if dropped:
        lines += ["", f"（模型另有 {dropped} 句没有通过核对，没有采用。原文如下。）", "", embedded.text]
        reply = replace(reply, citations=embedded.citations)
    return replace(reply, text="\n".join((reply.text, *lines)))


def _as_they_pass(
    growing: Generator[tuple[object, ...], None, tuple[Told, ...]],
    embedded: Reply,
    passages: Mapping[int, str],
    names: Collection[str],
    model: str,
) -> Generator[Reply, None, tuple[Told, ...]]:
    """The sentences that pass, as soon as each is whole and looked at; what does not pass is not shown for a moment."""
    passed: dict[Told, bool] = {}
    while True:
        try:
            items = next(growing)
        except StopIteration as stop:
            told: tuple[Told, ...] = stop.value
            return told
        for sentence in _readable(items):
            if sentence not in passed:
                passed[sentence] = bool(sentence.text) and not _checked(sentence, passages, names)
        kept = tuple(sentence for sentence in dict.fromkeys(_readable(items)) if passed[sentence])
        if kept:
            yield _told_reply(embedded, kept, model)


def _readable(items: tuple[object, ...]) -> Iterator[Told]:
    for item in items[:_MOST_TOLD]:
        try:
            yield _one_told(item)
        except ValueError:
            continue


def _told_reply(embedded: Reply, told: tuple[Told, ...], model: str) -> Reply:
    lines = [f"{t.text}{''.join(f'[{n}]' for n in t.sources)}" for t in told]
    used = {n for t in told for n in t.sources}
    citations = tuple(c for c in embedded.citations if c.number in used)
    return replace(embedded, text="\n".join(lines), citations=citations, figures=(), model=model)


def verified(
    told: tuple[Told, ...],
    passages: Mapping[int, str],
    question: str,
    names: Collection[str],
    model: ChatModel,
    until: float,
) -> tuple[tuple[Told, ...], int]:
    """The sentences that the passages bear out, those that failed repaired once; and how many were left out."""
    checked = [(sentence, _checked(sentence, passages, names)) for sentence in told if sentence.text]
    failed = [(sentence, found) for sentence, found in checked if found]
    mended = iter(repaired(failed, passages, question, model, until))
    final = [sentence if not found else next(mended, None) for sentence, found in checked]
    kept = [t for t in final if t is not None and t.text and not _checked(t, passages, names)]
    return tuple(dict.fromkeys(kept)), len(checked) - len(kept)


def _checked(sentence: Told, passages: Mapping[int, str], names: Collection[str]) -> tuple[Fault, ...]:
    if speaks_to_a_model(sentence.text):
        return (Fault(FaultKind.WORDING, sentence.text[:20]),)
    return faults(sentence, passages, names)


def repaired(
    failed: list[tuple[Told, tuple[Fault, ...]]],
    passages: Mapping[int, str],
    question: str,
    model: ChatModel,
    until: float,
) -> tuple[Told, ...]:
    """The failed sentences as the model mends them, in their order; none when it cannot."""
    if not failed:
        return ()
    listed = "\n".join(f"{i}. {t.text}（{'；'.join(map(str, found))}）" for i, (t, found) in enumerate(failed, start=1))
    messages = load("repair").filled(
        question=fenced([("问题", question)]), evidence=_fenced(passages), failed=fenced([("句子", listed)])
    )
    try:
        mended = model.ask(messages, TOLD, until)
    except ModelError:  # what passed is still good
        return ()
    return mended if len(mended) == len(failed) else ()


def names_of(holdings: Holdings) -> tuple[str, ...]:
    """The library's project and unit names: a figure of one is never another's."""
    entries = holdings.catalogue.entries
    return tuple(dict.fromkeys(n for e in entries for n in (e.name, e.unit_name) if n))


def _fenced(passages: Mapping[int, str]) -> str:
    return fenced((str(number), text) for number, text in passages.items())


def _passage(citation: Citation, holdings: Holdings) -> str:
    """The text that a citation stands in, without what speaks to a model; empty when nothing is left."""
    whole = citation.quote.removesuffix("…")
    for section in holdings.sections((citation.document_id,)):
        if section.source.locator == citation.locator and whole[:20] in section.text:
            whole = _around(section.text, whole)
            break
    kept = plain_text(whole)
    return f"（{citation.locator}）\n{kept}" if kept else ""


def speaks_to_a_model(text: str) -> bool:
    return bool(_TO_A_MODEL.search(text))


def plain_text(text: str) -> str:
    """A text without the sentences that speak to a model."""
    lines = ("".join(s for s in sentences(line) if not speaks_to_a_model(s)) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _around(text: str, quote: str) -> str:
    start = max(0, text.find(quote[:20]) - _LONGEST_PASSAGE // 4)
    return text if len(text) <= _LONGEST_PASSAGE else text[start : start + _LONGEST_PASSAGE]


def _slips_told(told: tuple[Told, ...], citations: tuple[Citation, ...], holdings: Holdings) -> list[str]:
    """Likely slips of the pen that a sentence took over from its source."""
    documents = {c.document_id for c in citations for t in told if c.number in t.sources}
    words = " ".join(t.text for t in told)
    found = [f for d in sorted(documents) for f in slips(holdings.document(d).findings, words)]
    return [f"（原文如此：“{f.quote}”疑为笔误，{f.suggestion}）" for f in found]
