"""The workspace: conversations, drafts with versions, feedback and the audit. It cannot be rebuilt from files."""

from assistant.workspace.auditing import AuditEntry, AuditState, first_broken_link
from assistant.workspace.keeping import (
    ConversationInfo,
    Feedback,
    KeptDraft,
    Workspace,
    new_id,
)
from assistant.workspace.reviewing import Verdict

__all__ = [
    "AuditEntry",
    "AuditState",
    "ConversationInfo",
    "Feedback",
    "KeptDraft",
    "Verdict",
    "Workspace",
    "first_broken_link",
    "new_id",
]
