"""Files in, sealed documents out: one reader a format, found by the suffix of the file's name."""

from collections.abc import Callable
from pathlib import PurePath

from corpus.classification import Policy
from corpus.errors import ReadError
from corpus.raw import RawDocument
from corpus.readers.text import read_text
from corpus.refusal import refuse_marked_name
from corpus.sealing import seal
from corpus.types import Document

Reader = Callable[[str, bytes], RawDocument]
READERS: dict[str, Reader] = {".txt": read_text, ".text": read_text, ".md": read_text}
LARGEST_FILE = 20 * 1024 * 1024  # bytes


def read(name: str, data: bytes, policy: Policy, given_year: int | None = None) -> Document:
    """The sealed document in a file. Raises ReadError or SecretMarkError with a sentence that names the reason."""
    base = PurePath(name.replace("\\", "/")).name
    refuse_marked_name(base)
    reader = READERS.get(PurePath(base).suffix.lower())
    if reader is None:
        known = "、".join(sorted(suffix.lstrip(".") for suffix in READERS))
        raise ReadError(f"《{base}》的格式不支持，没有读取。目前能读取的格式：{known}。")
    if len(data) > LARGEST_FILE:
        raise ReadError(
            f"《{base}》有 {len(data) / 1048576:.0f} MB，超过 {LARGEST_FILE // 1048576} MB 的上限，没有读取。"
        )
    return seal(reader(base, data), data, policy, given_year)
