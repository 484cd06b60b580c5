"""PDF files with text: ruled tables, also over page breaks, and the paragraphs between them.

Damage is refused rather than repaired: a repaired PDF lacks pages or text and nobody sees it.
"""

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

from corpus.errors import ReadError, ScannedError
from corpus.form import title_of
from corpus.outline import heading_of, item_style, part_of
from corpus.raw import RawDocument
from corpus.readers.flow import Contents, Grid, Text, laid_out
from corpus.readers.pdf_breaks import run_on, whole_grid
from corpus.readers.pdf_page import Line, Page, Table, read_page
from corpus.readers.recognition import Engine

_PAGE_NUMBER = re.compile(
    r"^(?:第\s*)?[-—–·\s]*\d{1,4}\s*(?:/\s*\d{1,4})?[-—–·\s]*(?:页(?:[,，\s]*共\s*\d{1,4}\s*页)?)?$"
)
_EDGE = 0.1  # of the page's height, at its top and bottom, where page numbers and running heads stand
_ARTICLE = re.compile(r"^第[一二三四五六七八九十百零〇\d]{1,6}[条章节]")
_TEXT_WIDTH = 0.75  # of the page's width: no right edge of running text lies further left
_SAME_PLACE = 5.0  # points: a table goes on over a page break where its sides stand at the same place
_MOST_PAGES = 1500
_MOST_CROSSING = 3  # signs across rulings; a healthy file has none
_TURNED = 60  # signs that run otherwise than from left to right: more than a watermark has
_UNREADABLE = re.compile(r"\(cid:\d+\)")


def read_pdf(name: str, data: bytes, engine: Engine | None = None) -> RawDocument:
    """A PDF as raw blocks. Raises ReadError for encrypted and damaged files.

    Pages that are pictures are read by `engine`. Without one a PDF of nothing else raises ScannedError, and in any
    other the document says which pages were not read.
    """
    _require_pdf(name, data)
    pages, margins = _pages(name, data)
    scanned = _scanned(pages)
    if scanned and engine is not None:
        pages = _recognised(name, data, pages, scanned, engine)
    if not any(page.has_text for page in pages):
        raise _nothing(name, scanned, engine)
    contents = Contents(margins=[*margins, *(page.slanted for page in pages if page.slanted)])
    _note_pictures(pages, scanned, contents)
    _require_placed(name, pages, contents)
    turned = [str(page.number) for page in pages if len(page.slanted) > _TURNED]
    if turned:
        contents.notes.append(f"第{'、'.join(turned)}页有竖排或倾斜的文字，没有读取。")
    contents.margins += _running_heads(pages)
    contents.items += _items(pages)
    _require_characters(name, contents)
    if not any(page.tables for page in pages) and _names_form(contents):
        contents.notes.append("文中的绩效目标表没有框线，栏目对不上，没有取值。请用 Word 或 Excel 原文件导入。")
    raw = laid_out(name, contents)
    read = tuple(page.number for page in pages if (page.recognised or page.covered) and page.has_text)
    return replace(raw, recognised=read, scanned=scanned if engine is None else ())


def _scanned(pages: Sequence[Page]) -> tuple[int, ...]:
    """The pages an engine is to read: pictures without text, and the form as a picture under a layer of text, whose
    rulings only an engine's reader sees. A layer of text without the form is good enough as it is."""
    form = not any(page.tables for page in pages) and any(title_of(line.text) for page in pages for line in page.lines)
    return tuple(p.number for p in pages if p.pictures and (not p.has_text or (form and p.covered)))


def _nothing(name: str, scanned: tuple[int, ...], engine: Engine | None) -> ReadError:
    """Why a PDF without any text cannot be read."""
    if not scanned:
        return ReadError(f"《{name}》里没有可读的文字。")
    if engine is not None:
        return ReadError(
            f"《{name}》是扫描件，文字识别（OCR）没有认出文字，没有读取。请换清晰的扫描件或有文字的原文件。"
        )
    return ScannedError(
        f"《{name}》是扫描件（整页都是图片，没有文字），无法读取。请用有文字的原文件，或先做文字识别（OCR）再导入。",
        len(scanned),
    )


def _note_pictures(pages: Sequence[Page], scanned: tuple[int, ...], contents: Contents) -> None:
    """Says which pages are pictures nobody read, and where print could not be made out."""
    unread = [str(page.number) for page in pages if page.number in scanned and not page.has_text]
    if unread:
        contents.notes.append(f"第{'、'.join(unread)}页是图片，没有文字，没有读取。")
    unsure = [f"第{page.number}页 {page.unsure} 处" for page in pages if page.unsure]
    if unsure:
        contents.notes.append(f"扫描件上有认不清的文字，没有取值：{'、'.join(unsure)}。")


def _recognised(name: str, data: bytes, pages: list[Page], scanned: tuple[int, ...], engine: Engine) -> list[Page]:
    """The pages, those that are pictures as the engine reads them."""
    import pypdfium2

    from corpus.readers.pdf_scan import read_scan, rendered

    try:
        pdf = pypdfium2.PdfDocument(data)
        read = {number: read_scan(*rendered(pdf[number - 1]), number, engine) for number in scanned}
    except pypdfium2.PdfiumError:
        raise _damaged(name) from None
    return [read.get(page.number, page) for page in pages]


def _require_pdf(name: str, data: bytes) -> None:
    if not data.strip(b"\x00 \r\n\t"):
        raise ReadError(f"《{name}》是空文件，没有可读的文字。")
    if b"%PDF-" not in data[:1024]:
        raise ReadError(f"《{name}》的扩展名是 pdf，内容却不是，没有读取。请换成正确的文件。")
    if b"%%EOF" not in data[-2048:]:
        raise _damaged(name)


def _damaged(name: str) -> ReadError:
    return ReadError(f"《{name}》已损坏或不完整，为免读错没有读取。请重新下载，或用原来的程序再导出一次。")


def _pages(name: str, data: bytes) -> tuple[list[Page], list[str]]:
    import pdfplumber
    from pdfminer import pdftypes
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
    from pdfminer.pdfexceptions import PDFException
    from pdfminer.psexceptions import PSException
    from pdfplumber.utils.exceptions import PdfminerException

    # Else a stream whose checksum fails is read as far as it goes, and what follows is missing without a word.
    vars(pdftypes)["settings"] = SimpleNamespace(STRICT=True)
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            _require_whole(name, pdf)
            return [_page(page, number) for number, page in enumerate(pdf.pages, start=1)], _metadata(pdf)
    except (PDFPasswordIncorrect, PDFEncryptionError):
        raise ReadError(f"《{name}》已加密，无法读取。请去掉密码后再试。") from None
    except PdfminerException as error:
        if any(isinstance(cause, (PDFPasswordIncorrect, PDFEncryptionError)) for cause in (error.args or ())):
            raise ReadError(f"《{name}》已加密，无法读取。请去掉密码后再试。") from None
        raise _damaged(name) from None
    except (PDFException, PSException):
        raise _damaged(name) from None


def _require_whole(name: str, pdf: Any) -> None:
    """Raises ReadError when the table of objects was broken, or pages are missing or stand there twice."""
    from pdfminer.pdfdocument import PDFXRefFallback
    from pdfminer.pdftypes import resolve1

    if any(isinstance(table, PDFXRefFallback) for table in pdf.doc.xrefs):
        raise _damaged(name)
    stated = resolve1(resolve1(pdf.doc.catalog["Pages"]).get("Count"))
    ids = [page.page_obj.pageid for page in pdf.pages]
    if stated != len(ids) or len(set(ids)) != len(ids):
        raise _damaged(name)
    if len(ids) > _MOST_PAGES:
        raise ReadError(f"《{name}》有 {len(ids)} 页，超过 {_MOST_PAGES} 页的上限，没有读取。")


def _page(page: Any, number: int) -> Page:
    read = read_page(page, number)
    page.close()
    return read


def _metadata(pdf: Any) -> list[str]:
    """Properties, notes and all else that stands on no page: looked at for 密级 marks."""
    from corpus.readers.pdf_beside import texts_beside

    texts = [str(value) for value in pdf.metadata.values()]
    return [*texts, *(str(note.get("contents") or "") for note in pdf.annots), *texts_beside(pdf.doc)]


def _require_placed(name: str, pages: Sequence[Page], contents: Contents) -> None:
    """Raises ReadError when text is printed across the rulings so often that nobody can say what stands in which cell."""
    crossed = {page.number: sum(table.crossing for table in page.tables) for page in pages}
    if sum(crossed.values()) >= _MOST_CROSSING:
        raise ReadError(f"《{name}》的文字压在表格线上，分不清属于哪一格，没有读取。请用 Word 或 Excel 原文件导入。")
    where = [str(number) for number, count in crossed.items() if count]
    if where:
        contents.notes.append(f"第{'、'.join(where)}页有文字压在表格线上，可能读错了格，请对照原文件核对。")


def _require_characters(name: str, contents: Contents) -> None:
    texts = [t.text if isinstance(t, Text) else "".join(c.text for c in t.cells) for t in contents.items]
    if len(_UNREADABLE.findall("".join(texts))) > 3:
        raise ReadError(f"《{name}》的字体没有带文字编码，读出来是乱码，没有读取。请用原文件重新导出 PDF。")


def _names_form(contents: Contents) -> bool:
    return any(isinstance(item, Text) and title_of(item.text) for item in contents.items)


# --- page numbers and running heads -------------------------------------------------------------------------------


def _running_heads(pages: Sequence[Page]) -> list[str]:
    """Takes page numbers and the lines that every page repeats at its edges out of the pages, and gives them."""
    seen = Counter(text for page in pages for text in {line.text for line in page.lines if _at_edge(page, line)})
    repeated = {text for text, count in seen.items() if count > 1 and count * 2 > len(pages)}
    taken: list[str] = []
    for page in pages:
        kept: list[Line] = []
        for line in page.lines:
            away = _at_edge(page, line) and (line.text in repeated or bool(_PAGE_NUMBER.match(line.text)))
            if away:
                taken.append(line.text)
            else:
                kept.append(line)
        page.lines = kept
    return taken


def _at_edge(page: Page, line: Line) -> bool:
    return not _EDGE * page.height < line.y < (1 - _EDGE) * page.height


# --- order of the document ----------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Joined:
    """A table, with its parts on the following pages."""

    parts: list[Table] = field(default_factory=list)


def _items(pages: Sequence[Page]) -> list[Text | Grid]:
    """Paragraphs and grids from the first page to the last."""
    stream: list[Line | _Joined] = []
    numbers: dict[int, int] = {}  # id of a line -> its page
    for page in pages:
        parts: list[Line | Table] = [*page.lines, *page.tables]
        parts.sort(key=lambda part: part.y if isinstance(part, Line) else part.top)
        for part in parts:
            last = stream[-1] if stream else None
            if isinstance(part, Line):
                numbers[id(part)] = page.number
                stream.append(part)
            elif isinstance(last, _Joined) and _goes_on(last.parts[-1], part):
                last.parts.append(part)
            else:
                stream.append(_Joined([part]))
    return list(_flow(stream, numbers, _margins(pages)))


def _goes_on(above: Table, below: Table) -> bool:
    same = abs(above.x0 - below.x0) < _SAME_PLACE and abs(above.x1 - below.x1) < _SAME_PLACE
    return above.page + 1 == below.page and same


def _margins(pages: Sequence[Page]) -> tuple[float, float]:
    """The left and right edge of running text; where all lines are short, the right one is a guess."""
    lines = [line for page in pages for line in page.lines]
    left = min((line.x0 for line in lines), default=0.0)
    right = max((line.x1 for line in lines), default=0.0)
    return left, max(right, _TEXT_WIDTH * pages[0].width)


def _flow(
    stream: Sequence[Line | _Joined], numbers: dict[int, int], margins: tuple[float, float]
) -> Iterator[Text | Grid]:
    paragraph: list[Line] = []
    for part in stream:
        if isinstance(part, Line) and paragraph and _continues(paragraph[-1], part, *margins):
            paragraph.append(part)
            continue
        if paragraph:
            yield _text(paragraph, numbers)
        paragraph = [part] if isinstance(part, Line) else []
        if isinstance(part, _Joined):
            yield whole_grid(part.parts)
    if paragraph:
        yield _text(paragraph, numbers)


def _continues(above: Line, below: Line, left: float, right: float) -> bool:
    """Whether a line goes on in the next: it is full, and the next one begins at the left edge as no new item."""
    full = above.x1 > right - 1.6 * above.size
    flush = below.x0 < left + 1.2 * below.size
    heading = title_of(below.text) or part_of(below.text) or heading_of(below.text) or title_of(above.text)
    ended = above.text.endswith(("。", "！", "？", "!", "?")) and (item_style(below.text) or _ARTICLE.match(below.text))
    return full and flush and not heading and not ended and abs(above.size - below.size) < 1


def _text(paragraph: Sequence[Line], numbers: dict[int, int]) -> Text:
    return Text(run_on([line.text for line in paragraph]), numbers[id(paragraph[0])])
