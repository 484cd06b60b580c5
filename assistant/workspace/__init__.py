"""The workspace: conversations, drafts with versions, feedback and the audit. It cannot be rebuilt from files."""

from assistant.workspace.keeping import (
    AuditEntry,
    ConversationInfo,
    Feedback,
    KeptDraft,
    Workspace,
    first_broken_link,
    new_id,
)
from assistant.workspace.reviewing import Verdict

__all__ = [
    "AuditEntry",
    "ConversationInfo",
    "Feedback",
    "KeptDraft",
    "Verdict",
    "Workspace",
    "first_broken_link",
    "new_id",
]
