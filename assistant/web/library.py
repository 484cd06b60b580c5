"""The list of documents and what was read of each, as HTML."""

from assistant.web.markdown import plain_html
from corpus.types import DocumentInfo, YearBasis

_BASES = {
    YearBasis.COVER: "",
    YearBasis.FILE_NAME: "（据文件名）",
    YearBasis.GIVEN: "（人工指定）",
    YearBasis.INFERRED: "（推断：由项目编码）",
    YearBasis.UNKNOWN: "",
}


def library_html(documents: tuple[DocumentInfo, ...]) -> str:
    if not documents:
        return '<p class="jx-empty">资料库里还没有文件。</p>'
    return f'<p class="jx-count">共 {len(documents)} 份文件</p>' + "".join(_document(info) for info in documents)


def _document(info: DocumentInfo) -> str:
    year = f"{info.year} 年{_BASES[info.year_basis]}" if info.year else "年度未写明"
    counts = f"项目 {info.projects} 个 · 段落 {info.sections} 段 · 涉密单元格 {info.classified_cells} 个（内容未读入）"
    return (
        f'<section class="jx-document"><h3>{plain_html(info.title or info.name)}</h3>'
        f"<p>{plain_html(info.name)} · {plain_html(info.unit_name or '单位未写明')} · {year}</p><p>{counts}</p>"
        f"{_findings(info)}</section>"
    )


def _findings(info: DocumentInfo) -> str:
    if not info.findings:
        return ""
    items = "".join(
        f"<li>{plain_html(finding.message)}<small>{plain_html(finding.source.locator)}</small></li>"
        for finding in info.findings
    )
    return f"<details><summary>检查意见（{len(info.findings)} 条）</summary><ul>{items}</ul></details>"
