"""The texts of a PDF that stand on no page: properties, XMP, notes, form values, bookmarks, attachments.

They are looked at for 密级 marks and dropped.
"""

from collections.abc import Iterator
from typing import Any

_LONGEST = 100_000  # characters of a text that are looked at
_DEEPEST = 20


def texts_beside(doc: Any) -> list[str]:
    """The texts, each once, that are not plain ASCII, of every object of a pdfminer document."""
    return list(dict.fromkeys(text[:_LONGEST] for found in _objects(doc) for text in _texts(found, 0)))


def _objects(doc: Any) -> Iterator[Any]:
    from pdfminer.pdfexceptions import PDFException
    from pdfminer.psexceptions import PSException

    yield from doc.info
    for number in dict.fromkeys(number for table in doc.xrefs for number in table.get_objids()):
        try:
            yield doc.getobj(number)
        except (PDFException, PSException):  # what no viewer can open shows no text either
            continue


def _texts(found: Any, depth: int) -> Iterator[str]:
    from pdfminer.pdftypes import PDFStream
    from pdfminer.utils import decode_text

    if depth > _DEEPEST:
        return
    if isinstance(found, bytes | str):
        text = decode_text(found) if isinstance(found, bytes) else found
        if not text.isascii():
            yield text
    elif isinstance(found, PDFStream):
        yield from _texts(found.attrs, depth + 1)
        if str(found.get("Subtype")) == "/'XML'":
            yield from _packet(found.get_data())
    elif isinstance(found, dict | list):
        for part in found.values() if isinstance(found, dict) else found:
            yield from _texts(part, depth + 1)


def _packet(data: bytes) -> Iterator[str]:
    """The texts of an XMP packet; of one that is no XML, all of it as it stands."""
    from corpus.errors import ReadError
    from corpus.readers.archive import parsed

    try:
        root = parsed("", data)
    except ReadError:
        yield data.decode("utf-8", "replace")
        return
    yield from (str(text) for text in root.itertext() if text.strip())
    yield from (str(value) for element in root.iter() for value in element.attrib.values())
