"""Drafts as Word files: in official layout, as a redline against last year, or in a unit's own template."""

from assistant.docx.pairing import paired_lines, paragraphs_of
from assistant.docx.redline import write_redline
from assistant.docx.template import write_from_template
from assistant.docx.writing import write_docx

__all__ = ["paired_lines", "paragraphs_of", "write_docx", "write_from_template", "write_redline"]
