"""A message and its conversation become a typed Understanding, by rules and lexicons alone."""

from assistant.understanding.catalogue import Catalogue, Entry
from assistant.understanding.clauses import clauses
from assistant.understanding.types import Intent, Mention, ProjectKey, Understanding
from assistant.understanding.understand import continues_draft, understand

__all__ = [
    "Catalogue",
    "Entry",
    "Intent",
    "Mention",
    "ProjectKey",
    "Understanding",
    "clauses",
    "continues_draft",
    "understand",
]
