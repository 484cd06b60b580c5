"""The tables of the knowledge database for SQLAlchemy. corpus/migrations.py makes them; a test compares the two."""

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData, Table, Text

metadata = MetaData()


def _texts(*names: str) -> list[Column[str]]:
    return [Column(name, Text) for name in names]


def _numbers(*names: str) -> list[Column[int]]:
    return [Column(name, Integer) for name in names]


state_table = Table(
    "library_state", metadata, *_numbers("id"), Column("generation", BigInteger), *_texts("library", "key")
)

document_table = Table(
    "documents",
    metadata,
    Column("id", Text, primary_key=True),
    Column("place", BigInteger),  # order of first ingestion; a new version keeps it
    *_texts("sha256", "name", "title", "unit_code", "unit_name"),
    *_numbers("year"),
    *_texts("year_basis"),
    *_numbers("project_count", "section_count", "chunk_count", "classified_cells"),
    Column("revision", BigInteger),  # the generation at which this version was stored
    *_texts("recipe", "ingested_at", "fingerprint"),
)


def _document_id() -> Column[str]:
    return Column("document_id", Text, ForeignKey("documents.id"), primary_key=True)


line_table = Table(
    "line_blocks", metadata, _document_id(), Column("first", Integer, primary_key=True), *_texts("texts")
)


def _amount(key: str) -> list[Column[Any]]:
    """The exact decimal in 万元; whole 分, None where the amount is finer than that; the cell's state."""
    return [*_texts(key), Column(f"{key}_fen", BigInteger), *_texts(f"{key}_state")]


project_table = Table(
    "projects",
    metadata,
    _document_id(),
    Column("ordinal", Integer, primary_key=True),
    *_texts("code", "code_state", "name", "name_state", "unit_code", "unit_name"),
    *_numbers("year"),
    *_amount("total"),
    *_amount("fiscal"),
    *_amount("other"),
    *_texts("cells"),
)

plan_table = Table(
    "plan_points",
    metadata,
    Column("document_id", Text, primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("position", Integer, primary_key=True),
    *_numbers("month"),
    *_texts("state", "share"),
    Column("share_millionths", BigInteger),  # of a percent
)

section_table = Table(
    "sections",
    metadata,
    _document_id(),
    Column("position", Integer, primary_key=True),
    *_texts("kind"),
    *_numbers("ordinal"),
    *_texts("title", "body", "source"),
)

finding_table = Table(
    "findings",
    metadata,
    _document_id(),
    Column("position", Integer, primary_key=True),
    *_texts("rule", "level", "message", "suggestion", "quote", "basis", "source"),
)

chunk_table = Table(
    "chunks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("document_id", Text, ForeignKey("documents.id")),
    *_numbers("position"),
    *_texts("kind", "body", "context"),
    *_numbers("project_ordinal"),
    *_texts("source"),
)

refusal_table = Table("refusals", metadata, Column("sha256", Text, primary_key=True), *_texts("reason", "refused_at"))

# Projects that may be the same one share a key (corpus/fingerprints.py).
kin_table = Table("kin_keys", metadata, Column("kin_key", BigInteger, primary_key=True), _document_id())
