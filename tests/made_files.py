"""Made-up documents as Word, HTML, Excel and PDF files: the same truth as `made_documents`, with merged cells.

data = render("docx", made_document(2))
"""

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from tests.made_documents import MadeDocument, MadeProject, grid, narrative

FORMATS = ("docx", "html", "xlsx", "pdf")
WIDTH = 12  # columns of the grid that every row of the form is laid on


@dataclass(frozen=True)
class Box:
    """A cell of the form with the columns and rows it covers."""

    text: str
    column: int  # 1-based
    across: int
    down: int = 1


Rows = list[list[Box]]
Part = str | Rows  # a paragraph or a table


def parts(document: MadeDocument) -> Iterator[Part]:
    """The paragraphs and tables of a document in order."""
    yield from (line for line in narrative(document) if line)
    for number, project in enumerate(document.projects, start=1):
        yield f"{number}.{project.name}绩效目标表"
        yield form(document, project)
    yield from document.prose


def form(document: MadeDocument, project: MadeProject) -> Rows:
    """A project table with its merged cells, on a grid of WIDTH columns."""
    rows = grid(document, project)
    boxes = [[(text, *place) for text, place in zip(row, _places(row), strict=True)] for row in rows]
    return [
        [
            Box(text, column, across, 1 + _continued(boxes[number + 1 :], column))
            for text, column, across in row
            if text is not None
        ]
        for number, row in enumerate(boxes)
    ]


def _places(row: Sequence[str | None]) -> list[tuple[int, int]]:
    """Column and width of each cell of a row."""
    count = len(row)
    if count == 1:
        widths = [WIDTH]
    elif count == 4 and row[0] == "项目编码":
        widths = [2, 4, 2, 4]
    else:
        rest, cells = WIDTH - 2, count - 1
        widths = [2, *(rest // cells + (1 if i < rest % cells else 0) for i in range(cells))]
    starts = [1 + sum(widths[:i]) for i in range(count)]
    return list(zip(starts, widths, strict=True))


def _continued(rows: Sequence[Sequence[tuple[str | None, int, int]]], column: int) -> int:
    count = 0
    for row in rows:
        if not any(text is None and start == column for text, start, _ in row):
            break
        count += 1
    return count


def render(suffix: str, document: MadeDocument) -> bytes:
    """`document` as a file of that format, plainly made."""
    return RENDERERS[suffix](list(parts(document)))


# --- Word ---------------------------------------------------------------------------------------------------------

_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="word/document.xml" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
)


_EDGES = ("top", "left", "bottom", "right", "insideH", "insideV")


def render_docx(document: MadeDocument) -> bytes:
    return docx_of(list(parts(document)))


def docx_of(items: Sequence[Part]) -> bytes:
    return docx("".join(map(word_part, items)))


def docx(body: str, **more: str) -> bytes:
    """A Word file with that body; `more` are other parts by their name (`header1` is word/header1.xml)."""
    files = {"[Content_Types].xml": _TYPES, "_rels/.rels": _RELATIONS}
    files["word/document.xml"] = f"<w:document {_NAMESPACES}><w:body>{body}<w:p/><w:sectPr/></w:body></w:document>"
    for name, text in more.items():
        files[name if "/" in name else f"word/{name}.xml"] = text.replace("<w:root", f"<w:root {_NAMESPACES}")
    return zipped(files)


def zipped(files: dict[str, str | bytes], level: int = 6) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def word_part(part: Part) -> str:
    return paragraphs(part) if isinstance(part, str) else word_table(part)


def paragraphs(text: str) -> str:
    return "".join(f"<w:p>{run(line)}</w:p>" for line in text.split("\n"))


def run(text: str) -> str:
    """A run, cut in two as Word likes to do."""
    half = len(text) // 2
    texts = (text[:half], text[half:])
    return "".join(f'<w:r><w:t xml:space="preserve">{escape(t, quote=False)}</w:t></w:r>' for t in texts if t)


def word_table(rows: Rows, widths: Sequence[int] = (800,) * WIDTH) -> str:
    """A table on grid columns of these widths (twips)."""
    covered: dict[tuple[int, int], Box] = {}
    lines = []
    for number, row in enumerate(rows):
        at = {box.column: box for box in row}
        for box in row:
            covered |= {(number + i, box.column): box for i in range(1, box.down)}
        column, cells = 1, []
        while column <= len(widths):
            box = at.get(column) or covered.get((number, column))
            if box is None:
                break
            merge = "" if box.down == 1 else '<w:vMerge w:val="restart"/>' if column in at else "<w:vMerge/>"
            text = paragraphs(box.text) if column in at else "<w:p/>"
            cells.append(f'<w:tc><w:tcPr><w:gridSpan w:val="{box.across}"/>{merge}</w:tcPr>{text}</w:tc>')
            column += box.across
        lines.append(f"<w:tr>{''.join(cells)}</w:tr>")
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    edges = "".join(f'<w:{edge} w:val="single" w:sz="4"/>' for edge in _EDGES)
    properties = f"<w:tblPr><w:tblBorders>{edges}</w:tblBorders></w:tblPr>"
    return f"<w:tbl>{properties}<w:tblGrid>{columns}</w:tblGrid>{''.join(lines)}</w:tbl>"


# --- HTML ---------------------------------------------------------------------------------------------------------


def render_html(document: MadeDocument) -> bytes:
    return html_of(list(parts(document)))


def html_of(items: Sequence[Part]) -> bytes:
    return html_page("\n".join(map(html_part, items))).encode()


def html_page(body: str, charset: str = "utf-8") -> str:
    style = "<style>p{color:red}</style><script>var 秘密='★1年';</script>"
    return f'<!DOCTYPE html>\n<html><head><meta charset="{charset}">{style}</head>\n<body>{body}</body></html>'


def html_part(part: Part) -> str:
    if isinstance(part, str):
        return f"<p>{escape(part)}</p>"
    rows = "".join(f"<tr>{''.join(map(_html_cell, row))}</tr>\n" for row in part)
    return f"<table border=1><tbody>{rows}</tbody></table>"


def _html_cell(box: Box) -> str:
    text = "<br>".join(escape(line) for line in box.text.split("\n"))
    return f'<td colspan="{box.across}" rowspan={box.down}>{text or "&nbsp;"}</td>'


# --- Excel --------------------------------------------------------------------------------------------------------


def render_xlsx(document: MadeDocument) -> bytes:
    return xlsx_of(list(parts(document)))


def xlsx_of(items: Sequence[Part]) -> bytes:
    """One sheet for the narrative, one for each project; texts as texts."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    row = 1
    for part in items:
        if isinstance(part, str):
            if part.endswith("绩效目标表") and "\t" not in part:
                sheet, row = book.create_sheet(f"项目{len(book.sheetnames)}"), 1
            sheet.cell(row, 1, part)
            row += 1
            continue
        for boxes in part:
            for box in boxes:
                sheet.cell(row, box.column, box.text or None)
                if box.across > 1 or box.down > 1:
                    last = (row + box.down - 1, box.column + box.across - 1)
                    sheet.merge_cells(start_row=row, start_column=box.column, end_row=last[0], end_column=last[1])
            row += 1
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


# --- PDF ----------------------------------------------------------------------------------------------------------

_SIZE = 9.0  # points
_LINE = 12.0
_LEFT, _TOP, _BOTTOM = 50.0, 790.0, 50.0
_COLUMN = 41.0


def render_pdf(document: MadeDocument, footer: str = "- {} -") -> bytes:
    return pdf_of(list(parts(document)), footer)


def pdf_of(items: Sequence[Part], footer: str = "- {} -") -> bytes:
    """Ruled tables and wrapped text, broken over pages where they are full; every page has its number."""
    pages = Pages(footer)
    for part in items:
        if isinstance(part, str):
            pages.paragraph(part)
        else:
            pages.table(part)
    return pages.file()


class Pages:
    """A PDF page by page. `repeat` begins the row that is printed again at the top of each page of its table."""

    def __init__(self, footer: str = "", header: str = "", repeat: str = "") -> None:
        self.footer, self.header, self.repeat = footer, header, repeat
        self.pages: list[list[str]] = []
        self.waiting: dict[int, list[str]] = {}  # lines of merged cells that a page break cut, by their box
        self.y = 0.0
        self.turn()

    def turn(self) -> None:
        self.pages.append([])
        self.y = _TOP
        if self.footer:
            self.text(280, 25, self.footer.format(len(self.pages)))
        if self.header:
            self.text(_LEFT, 815, self.header)

    def text(self, x: float, y: float, text: str) -> None:
        if text:
            code = text.encode("utf-16-be").hex()
            self.pages[-1].append(f"BT /F1 {_SIZE} Tf {x:.2f} {y:.2f} Td <{code}> Tj ET")

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.pages[-1].append(f"0.5 w {x0:.2f} {y0:.2f} m {x1:.2f} {y1:.2f} l S")

    def paragraph(self, text: str) -> None:
        for line in wrapped(text, _COLUMN * WIDTH):
            if self.y - _LINE < _BOTTOM:
                self.turn()
            self.y -= _LINE
            self.text(_LEFT, self.y + 3, line)
        self.y -= 4

    def table(self, rows: Rows) -> None:
        """Rows that are merged downward stay whole as far as a page has room; else the merged cell is cut in two."""
        heights = [max([_height(box) for box in row if box.down == 1] or [_LINE + 4]) for row in rows]
        first = 0
        while first < len(rows):
            last = first
            while last < len(rows) and self.y - sum(heights[first : last + 1]) > _BOTTOM:
                last += 1
            if last > first:
                self._page_of_table(rows, heights, first, last)
            if last < len(rows):
                assert last > first or self.y == _TOP or sum(heights[first : first + 1]) < _TOP - _BOTTOM
                self.turn()
                self._again(rows[:last])
            first = last
        self.y -= 8

    def _again(self, rows: Rows) -> None:
        head = next((row for row in rows if self.repeat and row[0].text == self.repeat), None)
        if head is not None:
            self._page_of_table([head], [max(map(_height, head))], 0, 1)

    def _page_of_table(self, rows: Rows, heights: list[float], first: int, last: int) -> None:
        tops = [self.y]
        for height in heights[first:last]:
            tops.append(tops[-1] - height)
        for number, row in enumerate(rows[:last]):
            for box in row:
                begin, end = max(number, first), min(number + box.down, last)
                if end <= begin:
                    continue
                x0, x1 = _LEFT + (box.column - 1) * _COLUMN, _LEFT + (box.column - 1 + box.across) * _COLUMN
                y1, y0 = tops[begin - first], tops[end - first]
                for edge in ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)):
                    self.line(*edge)
                waiting = _cell_lines(box) if number >= first else self.waiting.pop(id(box), [])
                fit = len(waiting) if number + box.down <= last else int((y1 - y0 - 2) / _LINE)
                self.waiting[id(box)] = waiting[fit:]
                for i, line in enumerate(waiting[:fit]):
                    self.text(x0 + 3, y1 - _LINE * (i + 1) + 1, line)
        self.y = tops[-1]

    def file(self) -> bytes:
        objects = [b"<</Type/Catalog/Pages 2 0 R>>"]
        kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(self.pages)))
        objects.append(f"<</Type/Pages/Kids[{kids}]/Count {len(self.pages)}>>".encode())
        objects.append(
            b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[<</Type/Font"
            b"/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000/W[1 95 500 814 939 500]"
            b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>"
            b"/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]"
            b"/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>>>]>>"
        )
        for i, page in enumerate(self.pages):
            content = zlib_stream("\n".join(page).encode())
            objects.append(
                f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {5 + 2 * i} 0 R"
                "/Resources<</Font<</F1 3 0 R>>>>>>".encode()
            )
            objects.append(
                f"<</Length {len(content)}/Filter/FlateDecode>>\nstream\n".encode() + content + b"\nendstream"
            )
        return pdf_file(objects)


def zlib_stream(data: bytes) -> bytes:
    import zlib

    return zlib.compress(data)


def pdf_file(objects: Sequence[bytes]) -> bytes:
    """A PDF of these objects; the first is its catalog."""
    out = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    out += f"trailer\n<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def _height(box: Box) -> float:
    return len(_cell_lines(box)) * _LINE + 4


def _cell_lines(box: Box) -> list[str]:
    return wrapped(box.text, box.across * _COLUMN - 6)


def wrapped(text: str, width: float) -> list[str]:
    """The lines of `text` in that many points; a Latin sign is half as wide as a Chinese one."""
    lines = []
    for part in text.split("\n"):
        line, used = "", 0.0
        for sign in part:
            advance = _SIZE * (0.5 if sign.isascii() else 1)
            if used + advance > width:
                lines.append(line)
                line, used = "", 0.0
            line, used = line + sign, used + advance
        lines.append(line)
    return lines


def scanned(pdf: bytes, quarters: int = 0, skew: float = 0.0, dots_per_inch: int = 150) -> bytes:
    """The pages of a PDF as a scanner gives them: pictures with grain, turned by quarters, askew by degrees."""
    import numpy as np
    import pypdfium2
    from PIL import Image

    chance = np.random.default_rng(7)
    pages = []
    for page in pypdfium2.PdfDocument(pdf):
        grey = page.render(scale=dots_per_inch / 72, grayscale=True).to_pil().convert("L")
        grey = grey.rotate(-skew, Image.Resampling.BICUBIC, fillcolor=255)
        grain = np.asarray(grey, dtype=np.int16) + chance.normal(0, 6, (grey.height, grey.width)).astype(np.int16)
        pages.append(np.rot90(np.clip(grain, 0, 255).astype(np.uint8), quarters))
    return picture_pdf([(page.shape[1], page.shape[0], page.tobytes()) for page in pages], 72 / dots_per_inch)


def picture_pdf(pictures: Sequence[tuple[int, int, bytes]], points: float) -> bytes:
    """A PDF with a grey picture (width, height, pixels) on each page; `points` is the width of a pixel."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b""]
    kids = []
    for width, height, pixels in pictures:
        at = len(objects) + 1
        kids.append(f"{at} 0 R")
        x, y = width * points, height * points
        image, content = zlib_stream(pixels), f"q {x} 0 0 {y} 0 0 cm /I Do Q".encode()
        objects += [
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {x} {y}]/Contents {at + 1} 0 R"
            f"/Resources<</XObject<</I {at + 2} 0 R>>>>>>".encode(),
            f"<</Length {len(content)}>>\nstream\n".encode() + content + b"\nendstream",
            f"<</Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/DeviceGray/BitsPerComponent 8"
            f"/Length {len(image)}/Filter/FlateDecode>>\nstream\n".encode()
            + image
            + b"\nendstream",
        ]
    objects[1] = f"<</Type/Pages/Kids[{' '.join(kids)}]/Count {len(kids)}>>".encode()
    return pdf_file(objects)


RENDERERS: dict[str, Callable[[Sequence[Part]], bytes]] = {
    "docx": docx_of,
    "html": html_of,
    "xlsx": xlsx_of,
    "pdf": pdf_of,
}
