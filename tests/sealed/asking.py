"""All that can be got out of an assistant, as text that two worlds can be compared by: only times left out.

Ids and hashes of documents stay in: one that depends on a classified value confirms a guess of it.
"""

import csv
import io
import json
import re
import zipfile
from pathlib import Path

from assistant import export
from assistant.drafting.asking import as_markdown, write_draft
from assistant.engine import Assistant
from assistant.errors import DraftError
from assistant.types import Conversation, Draft, Reply, finding_as_json

_DRAFTS = (("document", None), ("overall", None), ("itemised", None), ("safeguards", None))


def said(reply: Reply) -> str:
    """A reply with everything that a page, a command or an export can show of it."""
    body = {key: value for key, value in reply.as_json().items() if key != "elapsed_ms"}
    draft = drafted(reply.draft) if reply.draft else None
    grid = [reply.grid.columns, reply.grid.rows] if reply.grid else None
    return json.dumps([body, draft, grid], ensure_ascii=False)


def drafted(draft: Draft) -> str:
    return json.dumps(draft.as_json(), ensure_ascii=False) + as_markdown(draft) + repr(draft.blocks)


def converse(assistant: Assistant, turns: tuple[str, ...]) -> tuple[Reply, ...]:
    conversation = Conversation()
    for turn in turns:
        conversation = conversation.then(turn, assistant.reply(conversation, turn))
    return tuple(turn.reply for turn in conversation.turns)


def transcript(assistant: Assistant, turns: tuple[str, ...]) -> str:
    return "\n".join(said(reply) for reply in converse(assistant, turns))


def listings(assistant: Assistant) -> str:
    """documents, records as JSON and CSV, findings, lines, examples."""
    names = {d.id: d.name for d in assistant.documents()}
    records = assistant.projects()
    parts: list[object] = [repr(d) for d in assistant.documents()]
    parts += [export.record_as_json(r, names[r.document_id]) for r in records]
    parts += [list(csv.reader(io.StringIO(export.records_csv(records, names))))]
    parts += [finding_as_json(f) for d in assistant.documents() for f in assistant.findings(d.id)]
    parts += [assistant.source_lines(d.id, 1, around=100_000) for d in assistant.documents()]
    parts += [assistant.examples()]
    return json.dumps(parts, ensure_ascii=False)


def searches(assistant: Assistant, queries: tuple[str, ...]) -> str:
    found = [[query, *(repr(p) for p in assistant.search(query, 50))] for query in queries]
    return json.dumps(found, ensure_ascii=False)


def drafts(assistant: Assistant, folder: Path, instruction: str = "") -> str:
    """Every draft that can be made, and what stands in its Word file, part by part."""
    folder.mkdir(parents=True, exist_ok=True)
    named = [("project", r.name.text) for r in assistant.projects() if r.name.text]
    parts = []
    for kind, project in (*_DRAFTS, *named):
        try:
            draft = assistant.draft(kind, project, 2026, instruction)
        except DraftError as error:
            parts.append(str(error))
            continue
        parts.append(drafted(draft))
        for suffix in (".docx", ".md"):
            path = folder / f"draft{suffix}"
            write_draft(draft, path)
            parts.append(file_text(path))
    return "\n".join(parts)


def file_text(path: Path) -> str:
    """A written file as text: every part of a .docx, without the times it was written at."""
    if path.suffix != ".docx":
        return path.read_text("utf-8")
    with zipfile.ZipFile(path) as archive:
        parts = [f"{name}\n{archive.read(name).decode('utf-8', 'replace')}" for name in sorted(archive.namelist())]
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z?", "TIME", "\n".join(parts))
