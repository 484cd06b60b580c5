"""Which reader takes which file, by the suffix of its name."""

from collections.abc import Callable

from corpus.raw import RawDocument
from corpus.readers.docx import read_docx
from corpus.readers.text import read_text

Reader = Callable[[str, bytes], RawDocument]
READERS: dict[str, Reader] = {
    ".txt": read_text,
    ".text": read_text,
    ".md": read_text,
    ".docx": read_docx,
}
