"""What can go wrong with a document or the library, in sentences a person can act on.

Every message is Chinese, names the file and place, and never repeats a classified value.
"""


class CorpusError(Exception):
    """The root of all errors below; str() of it is fit for a user."""


class ReadError(CorpusError):
    """A file cannot be read, or may not be (empty, binary, wrong format, over a limit)."""


class ScannedError(ReadError):
    """A PDF all of whose pages are pictures: to be read by OCR, or not at all."""

    def __init__(self, message: str, pages: int) -> None:
        super().__init__(message)
        self.pages = pages


class SecretMarkError(ReadError):
    """The file carries a 密级 mark (绝密, 机密, 秘密 with ★); nothing of it may be kept."""


class PolicyError(CorpusError):
    """The classification policy cannot be read; names the line at fault. Never ignored."""


class ExtractError(CorpusError):
    """A document was read, but its content contradicts itself so that no record can be trusted."""


class StoreError(CorpusError):
    """The knowledge database cannot be opened, read or written."""


class IndexUnavailable(CorpusError):
    """The vector index is missing or broken; lexical search goes on while it is rebuilt."""
