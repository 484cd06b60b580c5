"""Raw documents over the pipe between the reading process and ours: JSON, since unpickling would run what it is sent."""

import json
from typing import Any

from corpus.raw import RawCell, RawDocument, RawParagraph, RawTable, Span


def to_wire(raw: RawDocument) -> bytes:
    body = {
        "name": raw.name,
        "lines": raw.lines,
        "blocks": [_block(block) for block in raw.blocks],
        "residues": raw.residues,
        "margins": raw.margins,
        "notes": raw.notes,
        "recognised": raw.recognised,
        "scanned": raw.scanned,
    }
    return json.dumps(body, ensure_ascii=True, separators=(",", ":")).encode()


def from_wire(data: bytes) -> RawDocument:
    """The document that `to_wire` wrote. Raises ValueError, KeyError or TypeError for anything else."""
    body = json.loads(data)
    blocks = tuple(_table(b) if isinstance(b, list) else _paragraph(b) for b in body["blocks"])
    return RawDocument(
        name=str(body["name"]),
        lines=_strings(body["lines"]),
        blocks=blocks,
        residues=_numbers(body["residues"]),
        margins=_strings(body["margins"]),
        notes=_strings(body["notes"]),
        recognised=_numbers(body["recognised"]),
        scanned=_numbers(body["scanned"]),
    )


def _strings(values: list[Any]) -> tuple[str, ...]:
    return tuple(map(str, values))


def _numbers(values: list[Any]) -> tuple[int, ...]:
    return tuple(map(int, values))


def _block(block: RawParagraph | RawTable) -> Any:
    if isinstance(block, RawParagraph):
        return {"text": block.text, "span": _span(block.span), "page": block.page}
    return [[c.row, c.column, c.text, [_span(span) for span in c.spans], c.page] for c in block.cells]


def _span(span: Span) -> list[int]:
    return [span.line, span.start, span.end]


def _paragraph(body: dict[str, Any]) -> RawParagraph:
    return RawParagraph(body["text"], Span(*body["span"]), body["page"])


def _table(cells: list[Any]) -> RawTable:
    return RawTable(
        tuple(
            RawCell(row, column, text, tuple(Span(*s) for s in spans), page) for row, column, text, spans, page in cells
        )
    )
