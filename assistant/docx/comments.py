"""Sources as Word comments. python-docx looks through all comments for the next id: a second a whole document."""

from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.run import Run

_COMMENT = (
    '<w:comment {names} w:id="{number}" w:author={author} w:initials={initials}><w:p><w:pPr><w:pStyle w:val="CommentText"/></w:pPr>'
    '<w:r><w:rPr><w:rStyle w:val="CommentReference"/></w:rPr><w:annotationRef/></w:r>'
    '<w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p></w:comment>'
)


def add_comment(document: "Document", runs: list["Run"], text: str, author: str, initials: str) -> None:
    """A comment of one paragraph on `runs`; `text` holds nothing that XML cannot."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    comments: Any = document.comments
    kept = comments._comments_elm
    number = len(kept)
    kept.append(
        parse_xml(
            _COMMENT.format(
                names=nsdecls("w"),
                number=number,
                author=quoteattr(author),
                initials=quoteattr(initials),
                text=escape(text),
            )
        )
    )
    runs[0].mark_comment_range(runs[-1], number)
