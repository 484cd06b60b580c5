"""Which reader takes which file, by the suffix of its name."""

from collections.abc import Callable

from corpus.raw import RawDocument
from corpus.readers.docx import read_docx
from corpus.readers.html import read_html
from corpus.readers.pdf import read_pdf
from corpus.readers.text import read_text
from corpus.readers.xlsx import read_xlsx

Reader = Callable[[str, bytes], RawDocument]
READERS: dict[str, Reader] = {
    ".txt": read_text,
    ".text": read_text,
    ".md": read_text,
    ".docx": read_docx,
    ".html": read_html,
    ".htm": read_html,
    ".xlsx": read_xlsx,
    ".pdf": read_pdf,
}
