"""What can go wrong on the way from a question to a reply, in sentences a person can act on."""


class AssistantError(Exception):
    """The root of all errors below; str() of it is fit for a user."""


class SettingsError(AssistantError):
    """A setting is unknown or has a value that cannot be used; names the setting."""


class PromptError(AssistantError):
    """A prompt file lacks a variable, names an unknown one, or cannot be read."""


class ModelError(AssistantError):
    """The chat model did not answer usably; the embedded answer is given instead."""


class ScopeError(AssistantError):
    """Passages are to be searched among what the library does not have."""


class DraftError(AssistantError):
    """A draft cannot be made or written as asked."""


class WorkspaceError(AssistantError):
    """A conversation, draft or audit entry cannot be kept or found."""
