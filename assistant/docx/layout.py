"""A draft as a Word file in the layout of GB/T 9704-2012.

Text goes in as text: no field, formula or markup comes of a name. A file is written aside and moved when it is whole.
"""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.docx.comments import add_comment
from assistant.errors import DraftError
from assistant.types import DraftParagraph, Origin, Sentence

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

AUTHOR = "绩效目标助手"
# Names as Chinese office machines know them, each with the one that stands in for it elsewhere.
FANGSONG, KAITI, HEITI, SONGTI, XIAOBIAOSONG = "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体", "方正小标宋简体"
_STAND_INS = {FANGSONG: "FangSong", KAITI: "KaiTi", HEITI: "SimHei", SONGTI: "SimSun", XIAOBIAOSONG: "SimSun"}
_LINE_PT = 28.95  # 22 lines on 225 mm
BODY_PT, TITLE_PT, _NUMBER_PT, CELL_PT, UNIT_PT = 16, 22, 14, 10.5, 12
_CELL_LINE_PT = 16
WIDTH_MM, _TOP_MM, _LEFT_MM, _RIGHT_MM, _BOTTOM_MM = 156, 37, 28, 26, 35
# 28 characters of 16 pt on 156 mm (442 pt) stand a little closer, in 1/20 pt. A character grid (linesAndChars) would
# say the same, but LibreOffice gives a character of 16 pt two cells of 15.8 pt.
_CLOSER = -5
BLANK = re.compile(r"(【待填：[^】]*】)")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def text_blocks(text: str) -> tuple[DraftParagraph, ...]:
    """Paragraphs of a draft that kept no layout."""
    lines = (line.strip() for line in text.splitlines())
    return tuple(DraftParagraph(0, (Sentence(line, Origin.KEPT),)) for line in lines if line)


def save(document: "Document", path: Path) -> None:
    aside = path.with_name(f".{path.stem[:40]}-{os.getpid()}.part")
    try:
        document.save(str(aside))
        aside.replace(path)
    except OSError as error:
        raise DraftError(f"写不了 {path.name}：{error.strerror}。") from error
    finally:
        aside.unlink(missing_ok=True)


# --- the page -----------------------------------------------------------------------------------------------------


def new_document(title: str) -> "Document":
    import docx
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(_TOP_MM), Mm(_BOTTOM_MM)
    section.left_margin, section.right_margin = Mm(_LEFT_MM), Mm(_RIGHT_MM)
    section.footer_distance = Mm(_BOTTOM_MM - 7 - 5)  # the number's foot: 7 mm and its own height under the text
    _grid(section)
    normal = document.styles["Normal"]
    normal.font.size = Pt(BODY_PT)
    _style_font(normal, FANGSONG)
    normal.element.rPr.find(qn("w:sz")).addprevious(xml_element("w:spacing", val=str(_CLOSER)))
    _headings(document)
    _page_numbers(document)
    _font_table(document)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = clean(title), AUTHOR, ""
    return document


def _grid(section: Any) -> None:
    from docx.oxml.ns import qn

    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = xml_element("w:docGrid")
        section._sectPr.append(grid)
    for name, value in (("type", "lines"), ("linePitch", "579")):
        grid.set(qn(f"w:{name}"), value)


def xml_element(tag: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def _style_font(style: Any, font: str) -> None:
    style.font.name = font
    _east_asian(style.element.get_or_add_rPr(), font)


def _east_asian(properties: Any, font: str) -> None:
    """Chinese text takes its font from w:eastAsia; theme fonts would win over it."""
    from docx.oxml.ns import qn

    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = xml_element("w:rFonts")
        properties.insert(0, fonts)
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    for name in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{name}"), font)


def _headings(document: "Document") -> None:
    from docx.shared import Pt, RGBColor

    for level, font in ((1, HEITI), (2, HEITI), (3, KAITI)):
        style = document.styles[f"Heading {level}"]
        _style_font(style, font)
        style.font.size, style.font.bold, style.font.italic = Pt(BODY_PT), False, False
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
        style.paragraph_format.line_spacing = Pt(_LINE_PT)


def _page_numbers(document: "Document") -> None:
    """— 1 — at the outer side, one character in: right on odd pages, left on even ones."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Pt

    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if side == "right" else WD_ALIGN_PARAGRAPH.LEFT
        setattr(paragraph.paragraph_format, f"{side}_indent", Pt(_NUMBER_PT))
        paragraph._p.pPr.ind.set(qn(f"w:{side}Chars"), "100")
        for part in ("— ", "PAGE", " —"):
            _page_number_run(paragraph, part)


def _page_number_run(paragraph: "Paragraph", part: str) -> None:
    run = body_run(paragraph, "" if part == "PAGE" else part, SONGTI, _NUMBER_PT)
    if part == "PAGE":
        instruction = xml_element("w:instrText")
        instruction.text = "PAGE"
        for element in (
            xml_element("w:fldChar", fldCharType="begin"),
            instruction,
            xml_element("w:fldChar", fldCharType="end"),
        ):
            run._r.append(element)


def _font_table(document: "Document") -> None:
    """Machines without our fonts are told which of theirs stands in."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import parse_xml
    from docx.oxml.ns import qn
    from lxml import etree

    for relation in document.part.rels.values():
        if relation.reltype == RELATIONSHIP_TYPE.FONT_TABLE:
            table = parse_xml(relation.target_part.blob)
            for name, stand_in in _STAND_INS.items():
                font = xml_element("w:font", name=name)
                font.append(xml_element("w:altName", val=stand_in))
                table.append(font)
            known = {font.get(qn("w:name")) for font in table}
            assert set(_STAND_INS) <= known
            relation.target_part._blob = etree.tostring(table, xml_declaration=True, encoding="UTF-8", standalone=True)


# --- text ---------------------------------------------------------------------------------------------------------


def clean(text: str) -> str:
    """`text` without what XML cannot hold."""
    return _NOT_XML.sub("", text)


def body_run(paragraph: "Paragraph", text: str, font: str = FANGSONG, size: float = BODY_PT) -> "Run":
    from docx.shared import Pt

    run = paragraph.add_run(clean(text))
    run.font.size = Pt(size)
    run.font.name = font
    _east_asian(run._r.get_or_add_rPr(), font)
    return run


def marked_runs(paragraph: "Paragraph", text: str, size: float = BODY_PT) -> list["Run"]:
    """`text` as runs, open blanks highlighted."""
    from docx.enum.text import WD_COLOR_INDEX

    runs = []
    for part in BLANK.split(text):
        if part:
            run = body_run(paragraph, part, size=size)
            if BLANK.fullmatch(part):
                run.font.highlight_color = WD_COLOR_INDEX.YELLOW
            runs.append(run)
    return runs


def title(document: "Document", title: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    body_run(paragraph, title, XIAOBIAOSONG, TITLE_PT)
    exact_lines(paragraph, _LINE_PT + 6)
    exact_lines(document.add_paragraph())


def exact_lines(paragraph: "Paragraph", points: float = _LINE_PT) -> None:
    from docx.enum.text import WD_LINE_SPACING
    from docx.shared import Pt

    layout = paragraph.paragraph_format
    layout.space_before = layout.space_after = Pt(0)
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(points)


def indent(paragraph: "Paragraph") -> None:
    """Two characters, whatever the size: Word reads firstLineChars, others firstLine."""
    from docx.oxml.ns import qn
    from docx.shared import Pt

    paragraph.paragraph_format.first_line_indent = Pt(2 * BODY_PT)
    layout: Any = paragraph._p.pPr
    layout.ind.set(qn("w:firstLineChars"), "200")


def centre(paragraph: "Paragraph") -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def to_the_right(paragraph: "Paragraph") -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def tight_lines(paragraph: "Paragraph", points: float = _CELL_LINE_PT) -> None:
    """Lines of a cell: off the document grid, which would space them as body text."""
    exact_lines(paragraph, points)
    spacing: Any = paragraph._p.get_or_add_pPr().find(_named("w:spacing"))
    spacing.addprevious(xml_element("w:snapToGrid", val="0"))


def _named(tag: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(tag))


def heading(document: "Document", block: DraftParagraph) -> None:
    paragraph = document.add_paragraph(style=f"Heading {min(block.level, 3)}")
    body_run(paragraph, block.text, KAITI if block.level == 3 else HEITI)
    exact_lines(paragraph)
    if block.text.startswith("第"):
        centre(paragraph)
        paragraph.paragraph_format.page_break_before = block.text.startswith("第二部分")
    else:
        indent(paragraph)


def body(document: "Document", sentences: Sequence[Sentence]) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    exact_lines(paragraph)
    indent(paragraph)
    for sources, group in _by_sources(sentences):
        runs = [run for sentence in group for run in marked_runs(paragraph, sentence.text)]
        if sources and runs and group[0].origin is not Origin.BLANK:
            edited = "（有改动）" if any(sentence.origin is Origin.EDITED for sentence in group) else ""
            comment(document, runs, f"来源{edited}：{'；'.join(sources)}")


def _by_sources(sentences: Sequence[Sentence]) -> Iterator[tuple[tuple[str, ...], list[Sentence]]]:
    """Neighbouring sentences with the same sources and origin share a comment."""
    group: list[Sentence] = []
    for sentence in sentences:
        if group and (sentence.sources, sentence.origin) != (group[-1].sources, group[-1].origin):
            yield group[-1].sources, group
            group = []
        group.append(sentence)
    if group:
        yield group[-1].sources, group


def comment(document: "Document", runs: list["Run"], text: str) -> None:
    add_comment(document, runs, clean(text), AUTHOR, "绩效")
