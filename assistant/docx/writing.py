"""A draft as a Word file in official layout."""

from pathlib import Path

from assistant.docx.grid import form
from assistant.docx.layout import body, heading, new_document, save, text_blocks, title
from assistant.types import Draft, DraftTable


def write_docx(draft: Draft, path: Path) -> None:
    """`draft` as a Word file: sources as comments, open blanks highlighted, project tables as merged grids.

    Raises DraftError when the file cannot be written; nothing half-written is left.
    """
    document = new_document(draft.title)
    title(document, draft.title)
    forms = 0
    for block in draft.blocks or text_blocks(draft.text):
        if isinstance(block, DraftTable):
            form(document, block, new_page=forms > 0)
            forms += 1
        elif block.level:
            heading(document, block)
        else:
            body(document, block.sentences)
    save(document, path)
