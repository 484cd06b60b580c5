"""Replies and drafts as JSON and back, whole: what the workspace keeps. The outside form is `Reply.as_json`."""

from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any

from assistant.types import (
    Change,
    Citation,
    Draft,
    DraftCell,
    DraftParagraph,
    DraftTable,
    Figure,
    Grid,
    Kind,
    Origin,
    Reply,
    Route,
    Sentence,
)
from assistant.workspace.focus import focus_from_json, focus_to_json
from corpus.types import Finding, Level, Source


def reply_to_json(reply: Reply) -> dict[str, Any]:
    """Everything, with what the conversation is about, so that a follow-up to a reopened one is understood."""
    return reply.as_json() | {
        "focus": focus_to_json(reply.focus),
        "citations": [c.as_json() | {"document_id": c.document_id} for c in reply.citations],
        "grid": {"columns": reply.grid.columns, "rows": reply.grid.rows} if reply.grid else None,
        "draft": draft_to_json(reply.draft) if reply.draft else None,
    }


def reply_from_json(kept: dict[str, Any]) -> Reply:
    grid, draft = kept["grid"], kept["draft"]
    return Reply(
        kind=Kind(kept["kind"]),
        text=kept["text"],
        route=Route(kept["route"]),
        question=kept["question"],
        figures=tuple(
            Figure(Decimal(f["value"]), f["unit"], f["formula"], tuple(f["inputs"])) for f in kept["figures"]
        ),
        citations=tuple(Citation(**citation) for citation in kept["citations"]),
        options=tuple(kept["options"]),
        grid=Grid(tuple(grid["columns"]), tuple(tuple(row) for row in grid["rows"])) if grid else None,
        draft=draft_from_json(draft) if draft else None,
        model=kept["model"],
        elapsed_ms=kept["elapsed_ms"],
        focus=focus_from_json(kept.get("focus")),
    )


def draft_to_json(draft: Draft) -> dict[str, Any]:
    return draft.as_json() | {
        "findings": [_finding_to_json(finding) for finding in draft.findings],
        "blocks": [_block_to_json(block) for block in draft.blocks],
    }


def draft_from_json(kept: dict[str, Any]) -> Draft:
    draft = Draft(
        kind=kept["kind"],
        title=kept["title"],
        year=kept["year"],
        text=kept["text"],
        sentences=_sentences(kept["sentences"]),
        blanks=tuple(kept["blanks"]),
    )
    return replace(
        draft,
        findings=tuple(_finding_from_json(finding) for finding in kept["findings"]),
        changes=tuple(Change(c["before"], c["after"], c["reason"]) for c in kept["changes"]),
        blocks=tuple(_block_from_json(block) for block in kept["blocks"]),
    )


def _sentences(kept: list[dict[str, Any]]) -> tuple[Sentence, ...]:
    return tuple(Sentence(s["text"], Origin(s["origin"]), tuple(s["sources"])) for s in kept)


def _block_to_json(block: DraftParagraph | DraftTable) -> dict[str, Any]:
    if isinstance(block, DraftParagraph):
        return {"level": block.level, "sentences": [sentence.as_json() for sentence in block.sentences]}
    return asdict(block)


def _block_from_json(kept: dict[str, Any]) -> DraftParagraph | DraftTable:
    if "level" in kept:
        return DraftParagraph(kept["level"], _sentences(kept["sentences"]))
    rows = tuple(
        tuple(DraftCell(**{**cell, "sources": tuple(cell["sources"])}) for cell in row) for row in kept["rows"]
    )
    return DraftTable(**{**kept, "rows": rows})


def _finding_to_json(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "level": finding.level.value,
        "message": finding.message,
        "suggestion": finding.suggestion,
        "quote": finding.quote,
        "basis": finding.basis,
        "heading_path": finding.source.heading_path,
        "line": finding.source.line,
    }


def _finding_from_json(kept: dict[str, Any]) -> Finding:
    return Finding(
        kept["rule"],
        Level(kept["level"]),
        kept["message"],
        kept["suggestion"],
        Source(heading_path=tuple(kept["heading_path"]), line=kept["line"]),
        kept["quote"],
        kept["basis"],
    )
