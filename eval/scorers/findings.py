"""Does a reply about faults of a document name each one expected, at its level and its place, and none that is not there?

Read from the text, as a person does: `1. 【错误】…[1]` is a finding of level error at the place of citation 1. A draft
brings its findings along.
"""

import re
from collections.abc import Iterator

from assistant.types import Reply, finding_as_json
from corpus.types import Level
from eval.comparing import holds
from eval.types import Case, ExpectedFinding, FoundFinding, Score, SourceLines, Transcript

NAME = "findings"
_ITEM = re.compile(r"^\s*\d+\.\s*【(错误|问题|提示|error|warning|note)】(.*)$", re.M)
_LEVELS = {
    "错误": Level.ERROR,
    "error": Level.ERROR,
    "问题": Level.WARNING,
    "warning": Level.WARNING,
    "提示": Level.INFO,
    "note": Level.INFO,
}
_MARK = re.compile(r"\[(\d+)\]")


def score(case: Case, transcript: Transcript, lines: SourceLines) -> Score | None:
    reply, expect = transcript.last, case.expect
    if reply is None or not (expect.findings or expect.no_findings):
        return None
    named = tuple(found_in(reply))
    faults = [f"没有指出 {wanted}" for wanted in expect.findings if not any(_is(wanted, f) for f in named)]
    faults += [f"误报 {unwanted}" for unwanted in expect.no_findings if any(_is(unwanted, f) for f in named)]
    value = "；".join(f"{finding.level.value} 第{finding.line}行 {finding.text}" for finding in named) or "无"
    return Score(NAME, not faults, value, _wanted(case), "；".join(faults) or "问题相符")


def found_in(reply: Reply) -> Iterator[FoundFinding]:
    """The findings that the reply names, and those of its draft."""
    cited = {citation.number: citation for citation in reply.citations}
    for level, text in _ITEM.findall(reply.text):
        places = [cited[int(mark)] for mark in _MARK.findall(text) if int(mark) in cited]
        first = places[0] if places else None
        document, locator, line = (first.document, first.locator, first.line) if first else ("", "", None)
        yield FoundFinding(_LEVELS[level], text, document, locator, line)
    for finding in reply.draft.findings if reply.draft else ():
        body = finding_as_json(finding)
        yield FoundFinding(finding.level, finding.message, "", body["locator"], body["line"])


def _is(wanted: ExpectedFinding, found: FoundFinding) -> bool:
    place = wanted.place
    within = place.lines is None or (found.line is not None and place.lines[0] <= found.line <= place.lines[1])
    return (
        within
        and wanted.level in (None, found.level)
        and place.document in ("", found.document)
        and holds(found.locator, place.locator)
        and all(holds(found.text, part) for part in wanted.says)
    )


def _wanted(case: Case) -> str:
    parts = [str(finding) for finding in case.expect.findings]
    return "；".join([*parts, *(f"没有 {finding}" for finding in case.expect.no_findings)])
