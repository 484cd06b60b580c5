"""A plain document of each format with one more text somewhere in it: every place that a file can carry text in."""

import io
import zipfile
from collections.abc import Callable
from html import escape

from tests.made_documents import made_document, render_text
from tests.made_files import docx, html_part, parts, pdf_file, render, word_part, zlib_stream

Place = Callable[[str], tuple[str, bytes]]  # the text -> file name and bytes

_DOCUMENT = made_document(2)
_BODY = "".join(word_part(part) for part in parts(_DOCUMENT))
_WORD = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
_CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><{0}>{1}</{0}></cp:coreProperties>'
)
_CUSTOM = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"'
    ' xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
    '<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="2" name="备注"><vt:lpwstr>{}</vt:lpwstr></property>'
    "</Properties>"
)


def _word(body: Callable[[str], str] = lambda text: "", **parts_: Callable[[str], str]) -> Place:
    """`body` goes behind the document's own; the keywords are other parts."""
    return lambda text: (
        "a-2025.docx",
        docx(_BODY + body(escape(text)), **{name: made(escape(text)) for name, made in parts_.items()}),
    )


def _notes(kind: str) -> Callable[[str], str]:
    return lambda text: f'<w:root><w:{kind} w:id="2">{_WORD.format(text)}</w:{kind}></w:root>'


def _run(properties: str) -> Callable[[str], str]:
    return lambda text: f"<w:p><w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


def _within(opening: str, closing: str) -> Callable[[str], str]:
    return lambda text: f"{opening}{text}{closing}"


_BOX = _within(
    "<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'><wps:wsp><wps:txbx><w:txbxContent><w:p><w:r><w:t>",
    "</w:t></w:r></w:p></w:txbxContent></wps:txbx></wps:wsp></mc:Choice></mc:AlternateContent></w:r></w:p>",
)
_WATERMARK = _within('<w:p><w:r><w:pict><v:shape><v:textpath string="', '"/></v:shape></w:pict></w:r></w:p>')
_CONTROL = _within("<w:sdt><w:sdtPr/><w:sdtContent><w:p><w:r><w:t>", "</w:t></w:r></w:p></w:sdtContent></w:sdt>")
_CONTROL_NAME = _within('<w:sdt><w:sdtPr><w:alias w:val="', '"/></w:sdtPr><w:sdtContent><w:p/></w:sdtContent></w:sdt>')
_PICTURE = _within(
    '<w:p><w:r><w:drawing><wp:docPr xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' id="1" name="x" descr="',
    '"/></w:drawing></w:r></w:p>',
)
_TABLE = _within("<w:tbl><w:tblGrid><w:gridCol/></w:tblGrid><w:tr><w:tc><w:p><w:r><w:t>", "</w:t></w:r></w:p></w:tc></w:tr></w:tbl>")  # fmt: skip

WORD: dict[str, Place] = {
    "cell": _word(_TABLE),
    "paragraph": _word(_WORD.format),
    "header": _word(header1=lambda text: f"<w:root>{_WORD.format(text)}</w:root>"),
    "footer": _word(footer2=lambda text: f"<w:root>{_WORD.format(text)}</w:root>"),
    "header cut in runs": _word(
        header1=lambda t: f"<w:root><w:p>{''.join(f'<w:r><w:t>{c}</w:t></w:r>' for c in t)}</w:p></w:root>"
    ),
    "footnote": _word(footnotes=_notes("footnote")),
    "endnote": _word(endnotes=_notes("endnote")),
    "comment": _word(comments=_notes("comment")),
    "text box": _word(_BOX),
    "watermark": _word(header1=lambda text: f"<w:root>{_WATERMARK(text)}</w:root>"),
    "hidden run": _word(_run("<w:vanish/>")),
    "white run": _word(_run('<w:color w:val="FFFFFF"/><w:sz w:val="2"/>')),
    "deletion": _word(_within('<w:p><w:del w:id="1"><w:r><w:delText>', "</w:delText></w:r></w:del></w:p>")),
    "insertion": _word(_within('<w:p><w:ins w:id="1"><w:r><w:t>', "</w:t></w:r></w:ins></w:p>")),
    "moved away": _word(_within('<w:p><w:moveFrom w:id="1"><w:r><w:t>', "</w:t></w:r></w:moveFrom></w:p>")),
    "content control": _word(_CONTROL),
    "name of a content control": _word(_CONTROL_NAME),
    "alt text": _word(_PICTURE),
    "field result": _word(
        _within('<w:p><w:fldSimple w:instr="DOCPROPERTY x"><w:r><w:t>', "</w:t></w:r></w:fldSimple></w:p>")
    ),
    "title property": _word(**{"docProps/core.xml": lambda text: _CORE.format("dc:title", text)}),
    "subject property": _word(**{"docProps/core.xml": lambda text: _CORE.format("dc:subject", text)}),
    "keywords property": _word(**{"docProps/core.xml": lambda text: _CORE.format("cp:keywords", text)}),
    "remarks property": _word(**{"docProps/core.xml": lambda text: _CORE.format("dc:description", text)}),
    "own property": _word(**{"docProps/custom.xml": _CUSTOM.format}),
    "own data": _word(**{"customXml/item1.xml": lambda text: f"<x>{text}</x>"}),
    "chart": _word(**{"word/charts/chart1.xml": lambda text: f"<c><t>{text}</t></c>"}),
    "file name": lambda text: (f"{text}.docx", docx(_BODY)),
}


def _page(head: str = "", body: str = "") -> Place:
    inner = "\n".join(html_part(part) for part in parts(_DOCUMENT))
    page = f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body>{inner}{body}</body></html>"
    return lambda text: ("a-2025.html", page.replace("TEXT", escape(text)).encode())


WEB: dict[str, Place] = {
    "cell": _page(body="<table><tr><td>TEXT</td></tr></table>"),
    "paragraph": _page(body="<p>TEXT</p>"),
    "paragraph cut in elements": _page(body="<p><b>TEXT</b></p>"),
    "title": _page("<title>TEXT</title>"),
    "description": _page('<meta name="description" content="TEXT">'),
    "comment": _page(body="<!-- TEXT -->"),
    "hidden element": _page(body='<div style="display:none">TEXT</div>'),
    "hidden attribute": _page(body="<p hidden>TEXT</p>"),
    "alt text": _page(body='<img alt="TEXT">'),
    "tip": _page(body='<p title="TEXT">x</p>'),
    "footer": _page(body="<footer>TEXT</footer>"),
    "form value": _page(body='<input type="hidden" value="TEXT">'),
    "caption": _page(body="<table><caption>TEXT</caption><tr><td>x</td></tr></table>"),
    "no script": _page(body="<noscript>TEXT</noscript>"),
    "template": _page(body="<template><p>TEXT</p></template>"),
    "file name": lambda text: (f"{text}.html", render("html", _DOCUMENT)),
}


def _book(change: Callable[..., None]) -> Place:
    def made(text: str) -> tuple[str, bytes]:
        import openpyxl

        book = openpyxl.load_workbook(io.BytesIO(render("xlsx", _DOCUMENT)))
        change(book, text)
        stream = io.BytesIO()
        book.save(stream)
        return "a-2025.xlsx", stream.getvalue()

    return made


def _in_cell(book: "openpyxl.Workbook", text: str) -> None:  # type: ignore[name-defined] # noqa: F821
    book.worksheets[0].cell(40, 1, text)


def _in_hidden_row(book: "openpyxl.Workbook", text: str) -> None:  # type: ignore[name-defined] # noqa: F821
    book.worksheets[0].cell(40, 1, text)
    book.worksheets[0].row_dimensions[40].hidden = True


def _in_hidden_column(book: "openpyxl.Workbook", text: str) -> None:  # type: ignore[name-defined] # noqa: F821
    book.worksheets[0].cell(1, 30, text)
    book.worksheets[0].column_dimensions["AD"].hidden = True


def _in_hidden_sheet(book: "openpyxl.Workbook", text: str) -> None:  # type: ignore[name-defined] # noqa: F821
    sheet = book.create_sheet("附")
    sheet.cell(1, 1, text)
    sheet.sheet_state = "veryHidden"


def _as_sheet_name(book: "openpyxl.Workbook", text: str) -> None:  # type: ignore[name-defined] # noqa: F821
    book.worksheets[0].title = text.replace("[", "【").replace("]", "】").replace(":", "：").replace("*", "★")[:31]


def _as_comment(book: "openpyxl.Workbook", text: str) -> None:  # type: ignore[name-defined] # noqa: F821
    from openpyxl.comments import Comment

    book.worksheets[0].cell(40, 1, "见批注").comment = Comment(text, "x")


def _as_header(book: "openpyxl.Workbook", text: str) -> None:  # type: ignore[name-defined] # noqa: F821
    book.worksheets[0].oddHeader.center.text = text


def _as_property(name: str) -> Callable[..., None]:
    return lambda book, text: setattr(book.properties, name, text)


def _as_prompt(book: "openpyxl.Workbook", text: str) -> None:  # type: ignore[name-defined] # noqa: F821
    from openpyxl.worksheet.datavalidation import DataValidation

    rule = DataValidation("whole", prompt=text, promptTitle="x", showInputMessage=True)
    book.worksheets[0].add_data_validation(rule)
    rule.add("B50")


def _drawing(text: str) -> tuple[str, bytes]:
    name, data = SHEET["cell"]("x")
    stream = io.BytesIO(data)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/drawings/drawing1.xml", f"<d><sp><txBody><t>{escape(text)}</t></txBody></sp></d>")
    return name, stream.getvalue()


SHEET: dict[str, Place] = {
    "cell": _book(_in_cell),
    "hidden row": _book(_in_hidden_row),
    "hidden column": _book(_in_hidden_column),
    "hidden sheet": _book(_in_hidden_sheet),
    "sheet name": _book(_as_sheet_name),
    "comment": _book(_as_comment),
    "header": _book(_as_header),
    "prompt": _book(_as_prompt),
    "text box": _drawing,
    "title property": _book(_as_property("title")),
    "subject property": _book(_as_property("subject")),
    "keywords property": _book(_as_property("keywords")),
    "remarks property": _book(_as_property("description")),
    "file name": lambda text: (f"{text}.xlsx", render("xlsx", _DOCUMENT)),
}

_UTF16 = "<feff{}>"


def _hex(text: str) -> str:
    return _UTF16.format(text.encode("utf-16-be").hex())


def _pdf(page: str = "", catalog: str = "", trailer: str = "", content: str = "", more: str = "") -> Place:
    """A page of the form's first lines; HEX stands for the text as a PDF string, CODES for its codes in the font."""

    def made(text: str) -> tuple[str, bytes]:
        lines = ["第一部分", "部门整体绩效目标", "一、总体绩效目标", "全面推进平安建设，全年组织活动不少于120场。"]
        shown = [
            f"BT /F1 12 Tf 50 {780 - 20 * n} Td <{x.encode('utf-16-be').hex()}> Tj ET" for n, x in enumerate(lines)
        ]
        codes = text.encode("utf-16-be").hex()
        body = "\n".join([*shown, content.replace("CODES", codes)]).encode()
        packed = zlib_stream(body)

        def filled(part: str) -> bytes:
            return part.replace("HEX", _hex(text)).encode()

        objects = [
            filled(f"<</Type/Catalog/Pages 2 0 R{catalog}>>"),
            b"<</Type/Pages/Kids[4 0 R]/Count 1>>",
            b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[<</Type/Font"
            b"/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000"
            b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>>>]>>",
            filled(
                f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R/Resources<</Font<</F1 3 0 R>>>>{page}>>"
            ),
            b"<</Length %d/Filter/FlateDecode>>\nstream\n%s\nendstream" % (len(packed), packed),
            _xmp(text) if more == "xmp" else filled(more or "<<>>"),
        ]
        return "a-2025.pdf", pdf_file(objects).replace(b"/Root 1 0 R", b"/Root 1 0 R" + filled(trailer))

    return made


def _xmp(text: str) -> bytes:
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><rdf:Description><dc:title>'
        f"{escape(text)}</dc:title></rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()
    return b"<</Type/Metadata/Subtype/XML/Length %d>>\nstream\n%s\nendstream" % (len(packet), packet)


PAPER: dict[str, Place] = {
    "text": _pdf(content="BT /F1 12 Tf 50 600 Td <CODES> Tj ET"),
    "top of the page": _pdf(content="BT /F1 9 Tf 50 825 Td <CODES> Tj ET"),
    "bottom of the page": _pdf(content="BT /F1 9 Tf 50 20 Td <CODES> Tj ET"),
    "invisible text": _pdf(content="BT 3 Tr /F1 12 Tf 50 600 Td <CODES> Tj ET"),
    "white text": _pdf(content="BT 1 g /F1 12 Tf 50 600 Td <CODES> Tj ET"),
    "slanted watermark": _pdf(content="BT /F1 40 Tf 0.7 0.7 -0.7 0.7 150 300 Tm <CODES> Tj ET"),
    "outside the page": _pdf(content="BT /F1 12 Tf 50 -200 Td <CODES> Tj ET"),
    "title": _pdf(trailer="/Info<</Title HEX>>"),
    "subject": _pdf(trailer="/Info<</Subject HEX>>"),
    "keywords": _pdf(trailer="/Info<</Keywords HEX>>"),
    "own property": _pdf(trailer="/Info<</Remark HEX>>"),
    "XMP": _pdf(catalog="/Metadata 6 0 R", more="xmp"),
    "note": _pdf(page="/Annots[<</Type/Annot/Subtype/Text/Rect[10 10 30 30]/Contents HEX>>]"),
    "popup title": _pdf(page="/Annots[<</Type/Annot/Subtype/Text/Rect[10 10 30 30]/T HEX>>]"),
    "form field": _pdf(
        page="/Annots[6 0 R]",
        catalog="/AcroForm<</Fields[6 0 R]>>",
        more="<</Type/Annot/Subtype/Widget/FT/Tx/Rect[10 10 90 30]/T(a)/V HEX>>",
    ),
    "bookmark": _pdf(catalog="/Outlines 6 0 R", more="<</First<</Title HEX/Parent 6 0 R>>/Count 1>>"),
    "attachment": _pdf(
        catalog="/Names<</EmbeddedFiles<</Names[(a) 6 0 R]>>>>", more="<</Type/Filespec/F(a)/UF HEX/Desc HEX>>"
    ),
    "file name": lambda text: (f"{text}.pdf", render("pdf", _DOCUMENT)),
}


def _plain(name: str, made: Callable[[str, str], str]) -> Place:
    return lambda text: (name, made(render_text(_DOCUMENT, "exported"), text).encode())


PLAIN: dict[str, Place] = {
    "first line": _plain("a-2025.txt", lambda body, text: f"{text}\n{body}"),
    "last line": _plain("a-2025.txt", lambda body, text: f"{body}\n{text}\n"),
    "middle": _plain("a-2025.txt", lambda body, text: body.replace("第二部分", f"{text}\n第二部分", 1)),
    "comment of Markdown": _plain("a-2025.md", lambda body, text: f"{body}\n<!-- {text} -->\n"),
    "head of Markdown": _plain("a-2025.md", lambda body, text: f"---\ntitle: {text}\n---\n{body}"),
    "file name": lambda text: (f"{text}.txt", render_text(_DOCUMENT, "exported").encode()),
}

PLACES: dict[str, Place] = {
    f"{kind}: {place}": made
    for kind, found in (("docx", WORD), ("html", WEB), ("xlsx", SHEET), ("pdf", PAPER), ("text", PLAIN))
    for place, made in found.items()
}
