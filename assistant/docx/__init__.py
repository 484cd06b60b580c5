"""Drafts as Word files: in official layout, as a redline against last year, or in a unit's own template."""

from assistant.docx.layout import write_docx
from assistant.docx.redline import paired_lines, paragraphs_of, write_redline
from assistant.docx.template import write_from_template

__all__ = ["paired_lines", "paragraphs_of", "write_docx", "write_from_template", "write_redline"]
