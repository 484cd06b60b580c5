"""A unit's own Word template, and Word files as LibreOffice opens them."""

import shutil
import subprocess
from pathlib import Path

import docx
import pytest

from assistant.docx import write_docx, write_from_template, write_redline
from assistant.drafting import DraftRequest, make_draft, this_year
from assistant.errors import DraftError
from assistant.types import Draft
from tests.assistant.test_drafting import PLATFORM, material, project


@pytest.fixture(scope="module")
def draft() -> Draft:
    return make_draft(material(PLATFORM, project(2)), DraftRequest("document"))


def template(path: Path, *lines: str) -> Path:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    document.save(str(path))
    return path


def written(draft: Draft, folder: Path, *lines: str) -> list[str]:
    out = folder / "out.docx"
    write_from_template(draft, template(folder / "own.docx", *lines), out)
    return [paragraph.text for paragraph in docx.Document(str(out)).paragraphs]


def test_template_is_filled_with_the_fields_of_the_draft(draft: Draft, tmp_path: Path) -> None:
    found = written(
        draft,
        tmp_path,
        "{{ 标题 }}（{{ 年度 }}）",
        "{%p for 段 in 分项绩效目标 %}",
        "{{ 段 }}",
        "{%p endfor %}",
        "{%p for 项 in 项目列表 %}",
        "{{ 项.序号 }}-{{ 项.名称 }}-{{ 项.支出计划[0].时点 }}-{{ 项.指标[0].三级指标 }}",
        "{%p endfor %}",
    )
    assert found[0] == f"{draft.title}（2026）"
    assert found[1].startswith("一、进一步做好监测工作。")
    assert "1-网络生态综合管理平台服务资金-3月底-涉密" in found


def test_open_blanks_of_a_template_are_highlighted(draft: Draft, tmp_path: Path) -> None:
    written(draft, tmp_path, "预算：{{ 项目列表[0].预算数 }}万元")
    runs = docx.Document(str(tmp_path / "out.docx")).paragraphs[0].runs
    assert [(r.text, r.font.highlight_color is not None) for r in runs] == [
        ("预算：", False),
        ("【待填：项目1 2026年预算数（万元）】", True),
        ("万元", False),
    ]


def test_unknown_fields_are_all_named_and_nothing_is_left(draft: Draft, tmp_path: Path) -> None:
    own = template(tmp_path / "own.docx", "{{ 领导签字 }}", "{% for 项 in 项目列表 %}{{ 项.科室 }}{% endfor %}")
    with pytest.raises(DraftError) as raised:
        write_from_template(draft, own, tmp_path / "out.docx")
    assert "“领导签字”、“科室”" in str(raised.value)
    assert "总体绩效目标" in str(raised.value)
    assert [path.name for path in tmp_path.iterdir()] == ["own.docx"]


@pytest.mark.parametrize(
    "line",
    ["{{ 标题", "{% for %}", "{{ ''.__class__.__mro__ }}", "{{ 标题.__init__.__globals__ }}", "{% include '/etc/x' %}"],
)
def test_broken_or_hostile_template_is_refused_in_a_sentence(draft: Draft, tmp_path: Path, line: str) -> None:
    own = template(tmp_path / "own.docx", line)
    try:
        write_from_template(draft, own, tmp_path / "out.docx")
    except DraftError as error:
        assert "own.docx" in str(error)
        assert not (tmp_path / "out.docx").exists()
    else:
        text = "".join(p.text for p in docx.Document(str(tmp_path / "out.docx")).paragraphs)
        assert "object" not in text
        assert "builtins" not in text


def test_file_that_is_no_template_is_named(draft: Draft, tmp_path: Path) -> None:
    (tmp_path / "x.docx").write_text("hello", "utf-8")
    with pytest.raises(DraftError, match=r"x\.docx 不是"):
        write_from_template(draft, tmp_path / "x.docx", tmp_path / "out.docx")
    with pytest.raises(DraftError, match=r"none\.docx"):
        write_from_template(draft, tmp_path / "none.docx", tmp_path / "out.docx")


def test_markup_in_a_value_stays_text(tmp_path: Path) -> None:
    odd = make_draft(material(PLATFORM), DraftRequest("itemised", instruction="增加<w:p/>{{ 标题 }}&内容"))
    found = written(odd, tmp_path, "{%p for 段 in 分项绩效目标 %}", "{{ 段 }}", "{%p endfor %}")
    assert any("<w:p/>{{ 标题 }}&" in text for text in found)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_draft_redline_and_template_are_printed_by_libreoffice(draft: Draft, tmp_path: Path) -> None:
    own = template(tmp_path / "own.docx", "{{ 标题 }}")
    files = [tmp_path / name for name in ("draft.docx", "redline.docx", "filled.docx")]
    write_docx(draft, files[0])
    write_redline(this_year(material(PLATFORM, project(2)), "document"), draft, files[1])
    write_from_template(draft, own, files[2])
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *map(str, files)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    for file in files:
        assert file.with_suffix(".pdf").read_bytes().startswith(b"%PDF")
        assert file.with_suffix(".pdf").stat().st_size > 5_000
