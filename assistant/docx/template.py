"""A draft in a unit's own Word template: {{ 标题 }}, {% for 项目 in 项目列表 %} … as docxtpl takes them.

The fields, which docs/templates.md explains: 标题 年度 单位 总体绩效目标 分项绩效目标 工作保障措施 待填 项目列表; of a
项目: 序号 编码 名称 预算数 财政资金 其他资金 资金用途 支出计划 绩效目标 指标; of a 支出计划: 时点 比例; of an 指标:
一级指标 二级指标 三级指标 绩效指标描述 指标值 指标值确定依据.
"""

import zipfile
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

from assistant.docx.cells import GRID, indicator_cells, labelled_cells, plan_cells
from assistant.docx.layout import BLANK, clean, save, xml_element
from assistant.errors import DraftError
from assistant.types import Draft, DraftParagraph, DraftTable

_LARGEST = 20 << 20  # bytes
_MOST_UNPACKED = 200 << 20  # bytes
_PARTS = {"overall": "总体绩效目标", "itemised": "分项绩效目标", "safeguards": "工作保障措施"}
FIELDS = ("标题", "年度", "单位", *_PARTS.values(), "待填", "项目列表")


def write_from_template(draft: Draft, template: Path, path: Path) -> None:
    """`draft` put into `template`, open blanks highlighted.

    Raises DraftError for a file that is no Word template, for fields that the draft does not have (it names them
    all), and when the result cannot be written; nothing half-written is left.
    """
    _check(template)
    document = _rendered(template, template_fields(draft))
    for element in [
        document.element.body,
        *(part for s in document.sections for part in (s.header._element, s.footer._element)),
    ]:
        _highlight_blanks(element)
    save(document, path)


def _check(template: Path) -> None:
    try:
        if template.stat().st_size > _LARGEST:
            raise DraftError(f"模板 {template.name} 超过 {_LARGEST >> 20} MB。")
        with zipfile.ZipFile(template) as packed:
            names = packed.namelist()
            unpacked = sum(entry.file_size for entry in packed.infolist())
    except OSError as error:
        raise DraftError(f"模板 {template.name} 读不出来：{error.strerror}。") from error
    except zipfile.BadZipFile as error:
        raise DraftError(f"模板 {template.name} 不是 .docx 文件。") from error
    if "word/document.xml" not in names or unpacked > _MOST_UNPACKED or "word/vbaProject.bin" in names:
        raise DraftError(f"模板 {template.name} 不是可用的 .docx 文件（不接受带宏的文件）。")


def _rendered(template: Path, fields: dict[str, Any]) -> Any:
    import docxtpl
    import jinja2
    from jinja2.sandbox import SandboxedEnvironment

    unknown: list[str] = []
    environment = SandboxedEnvironment(undefined=_noting(unknown), autoescape=True)
    try:
        document = docxtpl.DocxTemplate(str(template))
        document.render(fields, environment, autoescape=True)
    except jinja2.TemplateSyntaxError as error:
        raise DraftError(f"模板 {template.name} 中的标记写得不对：{error.message}。") from error
    except (jinja2.TemplateError, ValueError, KeyError, TypeError) as error:
        raise DraftError(f"模板 {template.name} 不能填写：{error}。") from error
    if unknown:
        names = "、".join(f"“{name}”" for name in dict.fromkeys(unknown))
        raise DraftError(f"模板 {template.name} 中有不认识的栏目：{names}。可用的栏目：{'、'.join(FIELDS)}。")
    return document.docx


def _noting(unknown: list[str]) -> type[Any]:
    """An Undefined that notes its name and lets the rest be rendered, so that all unknown fields are named at once."""
    import jinja2

    class Noted(jinja2.ChainableUndefined):
        def __init__(
            self, hint: Any = None, obj: Any = jinja2.utils.missing, name: Any = None, exc: Any = None
        ) -> None:
            super().__init__(hint=hint, obj=obj, name=name, exc=exc or jinja2.UndefinedError)
            unknown.append(str(name))

    return Noted


# --- the fields of a draft ----------------------------------------------------------------------------------------


def template_fields(draft: Draft) -> dict[str, Any]:
    """The draft as the fields of a template; texts of the parts are lists of paragraphs."""
    parts: dict[str, list[str]] = {name: [] for name in _PARTS.values()}
    current = _PARTS.get(draft.kind, "")
    for block in draft.blocks:
        if isinstance(block, DraftParagraph) and block.level:
            current = next((name for name in parts if name in block.text), "")
        elif isinstance(block, DraftParagraph) and current:
            parts[current].append(clean(block.text))
    tables = [block for block in draft.blocks if isinstance(block, DraftTable)]
    return {
        "标题": clean(draft.title),
        "年度": str(draft.year or ""),
        "单位": clean(tables[0].unit_line.split("　")[0]) if tables else "",
        **parts,
        "待填": [clean(name) for name in draft.blanks],
        "项目列表": [_project(number, table) for number, table in enumerate(tables, start=1)],
    }


def _project(number: int, table: DraftTable) -> dict[str, Any]:
    found = {label: clean(cell.text) for label, cell in labelled_cells(table).items()}
    return {
        "序号": number,
        "编码": found["项目编码"],
        "名称": found["项目名称"],
        "预算数": found["预算数"],
        "财政资金": found["其中：财政资金"],
        "其他资金": found["其他资金"],
        "资金用途": found["资金用途"],
        "支出计划": [{"时点": month, "比例": clean(cell.text)} for month, cell in plan_cells(table)],
        "绩效目标": found["绩效目标"].split("\n"),
        "指标": [dict(zip(GRID, (clean(cell.text) for cell in row), strict=True)) for row in indicator_cells(table)],
    }


# --- open blanks --------------------------------------------------------------------------------------------------


def _highlight_blanks(body: Any) -> None:
    """Splits runs so that each open blank is a run of its own, marked yellow."""
    from docx.oxml.ns import qn

    for run in list(body.iter(qn("w:r"))):
        texts = run.findall(qn("w:t"))
        if len(texts) != 1 or not BLANK.search(texts[0].text or ""):
            continue
        for part in filter(None, BLANK.split(texts[0].text)):
            run.addprevious(_run_like(run, part, qn))
        run.getparent().remove(run)


def _run_like(run: Any, text: str, qn: Callable[[str], str]) -> Any:
    piece = deepcopy(run)
    said = piece.find(qn("w:t"))
    said.text = text
    said.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    if BLANK.fullmatch(text):
        layout = piece.find(qn("w:rPr"))
        if layout is None:
            layout = xml_element("w:rPr")
            piece.insert(0, layout)
        for old in layout.findall(qn("w:highlight")):
            layout.remove(old)
        layout.append(xml_element("w:highlight", val="yellow"))
    return piece
