"""Files as other programs write them: Word, python-docx, LibreOffice, Excel, portals. One truth, cell by cell."""

import io
import re
import shutil
import subprocess
from dataclasses import replace
from html import escape
from pathlib import Path

import pytest

from corpus.classification import Policy
from corpus.extract import extract
from corpus.readers import read
from corpus.types import YearBasis
from tests.corpus.test_readers_form import as_printed, truth
from tests.made_documents import MadeDocument, made_document
from tests.made_files import RENDERERS, WIDTH, Box, Part, docx, docx_of, html_of, html_page, html_part, parts, word_part
from tests.made_variants import LAYOUTS, parts_of

COVER = ("清河县文化馆", "2026年部门预算绩效文本", "编制：李四", "审核：张三", "2026年1月")
MADE = made_document(2, cover=COVER, contents=True)
PARTS = tuple(parts(MADE))


def assert_reads_back(name: str, data: bytes, made: MadeDocument = MADE) -> None:
    document = read(name, data, Policy())
    extraction = extract(document)
    assert [as_printed(p) for p in extraction.projects] == [truth(p) for p in made.projects]
    assert extraction.findings == document.findings == ()
    assert (document.year, document.year_basis) == (2026, YearBasis.COVER)
    assert len(extraction.sections) >= 6


def test_file_made_with_python_docx_reads_back() -> None:
    from docx import Document

    word = Document()
    for part in PARTS:
        if isinstance(part, str):
            word.add_paragraph(part)
            continue
        table = word.add_table(rows=len(part), cols=WIDTH)
        for number, row in enumerate(part):
            for box in row:
                last = table.cell(number + box.down - 1, box.column + box.across - 2)
                table.cell(number, box.column - 1).merge(last).text = box.text
    stream = io.BytesIO()
    word.save(stream)
    assert_reads_back("a.docx", stream.getvalue())


_RUN, _CELL = r"<w:r>.*?</w:r>", r"<w:tc>.*?</w:tc>"
_SDT = "<w:sdt><w:sdtPr><w:alias w:val='a'/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
_FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGEREF x</w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r>{}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
_HEADLESS = r'<w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/><w:vMerge/></w:tcPr><w:p/></w:tc>'
QUIRKS: dict[str, tuple[str, str]] = {
    "rows that begin further right": (_HEADLESS, '<w:tr><w:trPr><w:gridBefore w:val="2"/></w:trPr>'),
    "vMerge with its value": (r"<w:vMerge/>", '<w:vMerge w:val="continue"/>'),
    "content controls around cells": (_CELL, _SDT),
    "content controls around runs": (_RUN, _SDT),
    "tracked insertions": (_RUN, '<w:ins w:id="1" w:author="a">{}</w:ins>'),
    "tracked deletions beside": (_RUN, '<w:del w:id="1"><w:r><w:delText>旧文</w:delText></w:r></w:del>{}'),
    "links": (_RUN, '<w:hyperlink w:anchor="a">{}</w:hyperlink>'),
    "fields": (_RUN, _FIELD),
    "bookmarks and spelling marks": (r"<w:p>", '<w:p><w:bookmarkStart w:id="0"/><w:proofErr w:type="spellStart"/>'),
    "smart tags": (_RUN, "<w:smartTag>{}</w:smartTag>"),
}


@pytest.mark.parametrize("quirk", QUIRKS)
def test_word_quirk_does_not_change_a_cell(quirk: str) -> None:
    pattern, shape = QUIRKS[quirk]
    plain = "".join(map(word_part, PARTS))
    body = re.sub(pattern, lambda found: shape.replace("{}", found[0]), plain, flags=re.DOTALL)
    assert body != plain
    assert_reads_back("a.docx", docx(body))


@pytest.mark.parametrize(("down", "right"), [(2, 1), (0, 3)])
def test_sheet_that_begins_further_down_and_right_reads_back(down: int, right: int) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    line = 1 + down
    for part in PARTS:
        for row in [[Box(part, 1, 1)]] if isinstance(part, str) else part:
            for box in row:
                column = box.column + right
                sheet.cell(line, column, box.text or None)
                sheet.merge_cells(
                    start_row=line, start_column=column, end_row=line + box.down - 1, end_column=column + box.across - 1
                )
            line += 1
    stream = io.BytesIO()
    book.save(stream)
    assert_reads_back("a.xlsx", stream.getvalue())


def word_html_part(part: Part) -> str:
    """A paragraph or table as Word saves it as a web page."""
    if isinstance(part, str):
        return f"<p class=MsoNormal align=center><span lang=EN-US style='font-size:16.0pt'>{escape(part)}<o:p></o:p></span></p>\n"
    rows = "".join(f" <tr style='mso-yfti-irow:0'>\n{''.join(map(word_html_cell, row))} </tr>\n" for row in part)
    sizes = "<![if !supportMisalignedColumns]><tr height=0><td width=64></td><td width=64></td></tr><![endif]>"
    return f"<div align=center><table class=MsoTableGrid border=1 cellspacing=0>\n{rows}{sizes}</table></div>\n"


def word_html_cell(box: Box) -> str:
    lines = "</span></p>\n<p class=MsoNormal><span>".join(escape(line) or "&nbsp;" for line in box.text.split("\n"))
    spans = (f" colspan={box.across}" if box.across > 1 else "") + (f" rowspan={box.down}" if box.down > 1 else "")
    return f"  <td width=64{spans} style='border:solid windowtext 1.0pt'>\n  <p class=MsoNormal><span\n  style='font-family:宋体'>{lines}<o:p></o:p></span></p>\n  </td>\n"


@pytest.mark.parametrize(("charset", "encoding"), [("gb2312", "gbk"), ("gb18030", "gb18030"), ("utf-8", "utf-8")])
def test_page_that_word_saved_reads_back(charset: str, encoding: str) -> None:
    head = f'<meta http-equiv=Content-Type content="text/html; charset={charset}"><meta name=Generator content="Microsoft Word 15">'
    body = "".join(map(word_html_part, PARTS))
    page = f'<html xmlns:o="urn:schemas-microsoft-com:office:office"><head>{head}</head><body lang=ZH-CN><div>{body}</div></body></html>'
    assert_reads_back("a.htm", page.encode(encoding))


def test_page_of_a_portal_reads_back_from_inside_its_layout() -> None:
    inner = "\n".join(map(html_part, PARTS))
    inner = inner.replace("<tbody><tr>", "<thead><tr>", 1).replace("</tr>", "</tr></thead><tbody>", 1)
    head = (
        "<ul><li><a href=#>首页</a></li><li><a href=#>政务公开</a></li></ul><h1>清河县文化馆2026年部门预算绩效目标</h1>"
    )
    foot = "<div class=footer>版权所有：清河县人民政府 冀ICP备05001234号</div>"
    page = html_page(f"{head}<div>发布时间：2026-02-03</div><table width=100%><tr><td>{inner}</td></tr></table>{foot}")
    assert_reads_back("a.html", page.encode())


def test_paragraphs_and_fonts_inside_cells_read_back() -> None:
    body = re.sub(
        r"(<td[^>]*>)(.*?)(</td>)", r"\1<div><p><font size=2>\2</font></p></div>\3", "".join(map(html_part, PARTS))
    )
    assert_reads_back("a.html", html_page(body).encode())


# --- through LibreOffice and back ---------------------------------------------------------------------------------

WAYS = (("docx", "docx:MS Word 2007 XML"), ("docx", "pdf"), ("docx", "html"), ("html", "docx:MS Word 2007 XML"))
ROUND_TRIPS = ("as shipped", "value head over three columns", "amounts under their labels", "a column for the grid")


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize(("source", "target"), WAYS)
def test_file_that_libreoffice_wrote_reads_back(source: str, target: str, tmp_path: Path) -> None:
    suffix = target.split(":")[0]
    first, second = MADE.projects
    made = replace(MADE, projects=(first, replace(second, other="", plan=(("3月底", ""), *second.plan[1:]))))
    for number, layout in enumerate(ROUND_TRIPS):
        data = RENDERERS[source](list(parts_of(made, LAYOUTS[layout])))
        (tmp_path / f"{number}.{source}").write_bytes(data)
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    command += ["--infilter=HTML (StarWriter)"] if source == "html" else []
    files = [str(tmp_path / f"{number}.{source}") for number in range(len(ROUND_TRIPS))]
    out = tmp_path / "out"
    subprocess.run([*command, "--convert-to", target, "--outdir", str(out), *files], check=True, capture_output=True)
    for number in range(len(ROUND_TRIPS)):
        assert_reads_back(f"a.{suffix}", (out / f"{number}.{suffix}").read_bytes(), made)


def test_renderers_of_these_tests_give_the_plain_truth() -> None:
    assert_reads_back("a.docx", docx_of(PARTS))
    assert_reads_back("a.html", html_of(PARTS))
