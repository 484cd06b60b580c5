import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from assistant.docx import write_docx, write_redline
from assistant.drafting import DraftRequest, make_draft, this_year
from assistant.errors import DraftError
from assistant.types import Draft, DraftParagraph
from tests.assistant.test_drafting import PLATFORM, material
from tests.corpus.made_extractions import cell, indicator, project

PUBLIC = project(
    1,
    indicators=(
        indicator("产出指标", "数量指标", "巡查次数", "全年巡查的次数", "≥24次", "年度计划"),
        indicator("产出指标", "质量指标", "整改率", "问题整改的比例", "≥95%", "年度计划"),
    ),
)


@pytest.fixture(scope="module")
def draft() -> Draft:
    return make_draft(material(PLATFORM, project(2)), DraftRequest("document"))


@pytest.fixture(scope="module")
def file(draft: Draft, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("word") / "draft.docx"
    write_docx(draft, path)
    return path


def xml(path: Path, name: str = "word/document.xml") -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode("utf-8")


def test_page_follows_the_layout_of_official_documents(file: Path) -> None:
    section = docx.Document(str(file)).sections[0]
    sizes = (section.page_width, section.page_height, section.top_margin, section.left_margin)
    assert [round(size.mm) for size in sizes if size] == [210, 297, 37, 28]
    assert round(section.page_width.mm - section.left_margin.mm - section.right_margin.mm) == 156
    assert round(section.page_height.mm - section.top_margin.mm - section.bottom_margin.mm) == 225
    assert 'w:linePitch="579"' in xml(file)


def test_body_is_16_pt_fangsong_with_fixed_lines_and_two_characters_indent(file: Path) -> None:
    body = next(p for p in docx.Document(str(file)).paragraphs if p.text.startswith("一、进一步做好监测"))
    assert body.paragraph_format.line_spacing.pt == pytest.approx(28.95)
    assert body._p.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "200"
    runs = [run for run in body.runs if run.text]
    assert {run.font.size.pt for run in runs} == {16}
    assert {run._r.rPr.find(qn("w:rFonts")).get(qn("w:eastAsia")) for run in runs} == {"仿宋_GB2312"}


def test_title_and_headings_have_their_fonts(file: Path) -> None:
    paragraphs = docx.Document(str(file)).paragraphs
    title, heading = paragraphs[0].runs[0], next(p for p in paragraphs if p.text == "二、分项绩效目标").runs[0]
    assert title.font.size.pt == 22
    assert title._r.rPr.find(qn("w:rFonts")).get(qn("w:eastAsia")) == "方正小标宋简体"
    assert heading._r.rPr.find(qn("w:rFonts")).get(qn("w:eastAsia")) == "黑体"


def test_page_number_stands_between_dashes(file: Path) -> None:
    footer = docx.Document(str(file)).sections[0].footer.paragraphs[0]
    assert footer.text == "—  —"
    assert "PAGE" in footer._p.xml
    assert {run.font.size.pt for run in footer.runs} == {14}


def test_form_is_a_merged_table_whose_indicator_header_repeats(file: Path) -> None:
    form, grid = docx.Document(str(file)).tables[:2]
    assert form.cell(0, 0).text == "项目编码"
    assert form.cell(1, 0)._tc is form.cell(2, 0)._tc
    assert grid.cell(0, 0).text == "一级指标"
    assert grid.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert grid.cell(1, 0)._tc is grid.cell(2, 0)._tc
    assert grid.cell(1, 0).text == "产出指标"


def test_classified_cells_are_exported_as_they_are(file: Path) -> None:
    grid = docx.Document(str(file)).tables[1]
    assert {c.text for row in grid.rows[1:] for c in row.cells[3:]} == {"涉密"}


def test_open_blanks_are_highlighted_and_nothing_else(file: Path) -> None:
    document = docx.Document(str(file))
    cells = [c for table in document.tables for row in table.rows for c in row.cells]
    runs = [run for holder in (document, *cells) for p in holder.paragraphs for run in p.runs]
    assert all((run.font.highlight_color is not None) == run.text.startswith("【待填") for run in runs)
    assert any(run.font.highlight_color for run in runs)


def test_sources_are_comments(file: Path) -> None:
    texts = [comment.text for comment in docx.Document(str(file)).comments]
    assert any("第一部分 › itemised › 1（第5行）" in text for text in texts)
    assert all(text.startswith("来源") for text in texts)


def test_markup_and_control_characters_in_a_name_are_inert(tmp_path: Path) -> None:
    record = project(1, name=cell('=cmd|<w:t>x</w:t>&"\x01\x0b{ PAGE }'))
    path = tmp_path / "a.docx"
    write_docx(make_draft(material(record), DraftRequest("project", record)), path)
    assert any("=cmd|<w:t>x</w:t>&" in c.text for c in docx.Document(str(path)).tables[0].rows[0].cells)
    assert xml(path).count("instrText") == 0


def test_nothing_half_written_is_left(draft: Draft, tmp_path: Path) -> None:
    with pytest.raises(DraftError, match="写不了"):
        write_docx(draft, tmp_path / "missing" / "a.docx")
    (tmp_path / "folder.docx").mkdir()
    with pytest.raises(DraftError, match="写不了"):
        write_docx(draft, tmp_path / "folder.docx")
    assert [path.name for path in tmp_path.iterdir()] == ["folder.docx"]


def test_draft_without_layout_is_written_from_its_text(draft: Draft, tmp_path: Path) -> None:
    write_docx(replace(draft, blocks=()), tmp_path / "a.docx")
    assert any("分项绩效目标" in p.text for p in docx.Document(str(tmp_path / "a.docx")).paragraphs)


# --- redline


def resolved(path: Path, accept: bool) -> list[str]:
    """The paragraphs of a redline with all changes accepted, or all rejected."""
    gone, kept = (qn("w:del"), qn("w:ins")) if accept else (qn("w:ins"), qn("w:del"))
    lines = []
    for paragraph in docx.Document(str(path)).element.body.iter(qn("w:p")):
        row = next(paragraph.iterancestors(qn("w:tr")), None)
        if row is not None and row.find(f"{qn('w:trPr')}/{gone}") is not None:
            continue
        mark = paragraph.find(f"{qn('w:pPr')}/{qn('w:rPr')}")
        if mark is not None and mark.find(gone) is not None:
            continue
        lines.append("".join(_texts(paragraph, gone)))
    assert kept != gone
    return [line for line in lines if line]


def shown(draft: Draft) -> list[str]:
    """Title, paragraphs, and of each form its title, unit and cells: what stands in a Word file of the draft."""
    texts = [draft.title]
    for block in draft.blocks:
        if isinstance(block, DraftParagraph):
            texts.append(block.text)
        else:
            texts += [block.title, block.unit_line, *(cell.text for row in block.rows for cell in row)]
    return [line for text in texts for line in text.split("\n") if line.strip()]


def _texts(element: Any, gone: str) -> Any:
    for child in element:
        if child.tag == gone:
            continue
        if child.tag in (qn("w:t"), qn("w:delText")):
            yield child.text or ""
        else:
            yield from _texts(child, gone)


@pytest.mark.parametrize("kind", ["document", "project", "itemised", "overall", "safeguards"])
def test_redline_accepted_is_the_new_text_and_rejected_the_old(kind: str, tmp_path: Path) -> None:
    source = material(PLATFORM, project(2))
    record = source.projects[0] if kind == "project" else None
    before, after = this_year(source, kind, record), make_draft(source, DraftRequest(kind, record))
    path = tmp_path / "redline.docx"
    write_redline(before, after, path)
    assert resolved(path, accept=True) == shown(after)
    assert resolved(path, accept=False) == shown(before)
    assert before.sentences != after.sentences


def test_redline_of_a_form_is_a_form_and_rows_that_come_or_go_are_marked(tmp_path: Path) -> None:
    path = tmp_path / "redline.docx"
    wanted = DraftRequest("project", PUBLIC, instruction="增加数量指标：检查次数≥12次，质量指标改为≥97%")
    source = material(PUBLIC)
    before, after = this_year(source, "project", PUBLIC), make_draft(source, wanted)
    write_redline(before, after, path)
    assert resolved(path, accept=True) == shown(after)
    assert resolved(path, accept=False) == shown(before)
    assert {"检查次数", "≥12次", "≥97%"} <= set(shown(after))
    rows = docx.Document(str(path)).element.body.iter(qn("w:tr"))
    marks = {child.tag for row in rows for child in row.find(qn("w:trPr"))}
    assert {qn("w:ins"), qn("w:del")} <= marks


def test_redline_keeps_figures_and_blanks_whole(tmp_path: Path) -> None:
    source = material(PLATFORM)
    path = tmp_path / "redline.docx"
    after = make_draft(source, DraftRequest("project", PLATFORM, instruction="预算改为17.50万元"))
    write_redline(this_year(source, "project", PLATFORM), after, path)
    changed = re.findall(r"<w:del .*?<w:delText[^>]*>([^<]*)</w:delText>", xml(path), re.DOTALL)
    assert "15.00" in changed


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_word_file_opens_in_libreoffice(file: Path, tmp_path: Path) -> None:
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "txt:Text", "--outdir", str(tmp_path), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    text = (tmp_path / "draft.txt").read_text("utf-8-sig")
    assert "分项绩效目标" in text
    assert "【待填：项目1 2026年预算数（万元）】" in text
