"""The list of documents, what was read of each, what is to be looked at in it, and what may be done with it."""

from collections import Counter

from assistant.users import Right
from assistant.web.markdown import plain_html
from assistant.web.rendering import source_class
from corpus.types import DocumentInfo, Finding, Level, YearBasis

_BASES = {
    YearBasis.COVER: "",
    YearBasis.FILE_NAME: "（据文件名）",
    YearBasis.GIVEN: "（人工指定）",
    YearBasis.INFERRED: "（推断：由项目编码）",
    YearBasis.UNKNOWN: "",
}
LEVEL_WORDS = {Level.ERROR: "错误", Level.WARNING: "问题", Level.INFO: "提示"}
_SHOWN_FINDINGS = 200  # of one document; jixiao check lists all


def library_html(documents: tuple[DocumentInfo, ...], rights: frozenset[Right] = frozenset()) -> str:
    """Every document; buttons only for what `rights` allow."""
    if not documents:
        return '<p class="jx-empty">资料库里还没有文件。</p>'
    return f'<p class="jx-count">共 {len(documents)} 份文件</p>' + "".join(
        _document(info, rights) for info in documents
    )


def _document(info: DocumentInfo, rights: frozenset[Right]) -> str:
    year = f"{info.year} 年{_BASES[info.year_basis]}" if info.year else "年度未写明"
    counts = f"项目 {info.projects} 个 · 段落 {info.sections} 段 · 涉密单元格 {info.classified_cells} 个（内容未读入）"
    return (
        f'<section class="jx-document"><h3>{plain_html(info.title or info.name)}</h3>'
        f'<p><span class="jx-file">{plain_html(info.name)}</span> · {plain_html(info.unit_name or "单位未写明")} · {year}</p>'
        f"<p>{counts}</p>{_findings(info)}{_buttons(info, rights)}</section>"
    )


def _buttons(info: DocumentInfo, rights: frozenset[Right]) -> str:
    """Gradio's sanitizer drops data attributes, so a button carries its document as a class, as citations do."""
    at = source_class(info.id, None)
    replace = f'<button type="button" class="jx-replace {at}">替换为新版本</button>' if Right.INGEST in rights else ""
    forget = f'<button type="button" class="jx-forget {at}">删除</button>' if Right.FORGET in rights else ""
    return f'<p class="jx-document-actions">{replace}{forget}</p>' if replace or forget else ""


def _findings(info: DocumentInfo) -> str:
    if not info.findings:
        return '<p class="jx-no-findings">检查没有发现问题。</p>'
    counts = Counter(finding.level for finding in info.findings)
    words = "，".join(f"{LEVEL_WORDS[level]} {counts[level]}" for level in Level if counts[level])
    items = "".join(_finding(info.id, finding) for finding in info.findings[:_SHOWN_FINDINGS])
    more = len(info.findings) - _SHOWN_FINDINGS
    rest = f"<p>另有 {more} 条，可用 jixiao check 查看全部。</p>" if more > 0 else ""
    return (
        f"<details><summary>检查意见（{len(info.findings)} 条：{words}）</summary>"
        f'<ul class="jx-findings">{items}</ul>{rest}</details>'
    )


def _finding(document_id: str, finding: Finding) -> str:
    """What is wrong, the words concerned, what to do; a click on the place opens it."""
    quote = f"<q>{plain_html(finding.quote)}</q>" if finding.quote else ""
    place = plain_html(finding.source.locator)
    line = f"（第 {finding.source.line} 行）" if finding.source.line else ""
    at = source_class(document_id, finding.source.line)
    return (
        f'<li class="jx-{finding.level.value}"><b>{LEVEL_WORDS[finding.level]}</b> {plain_html(finding.message)}{quote}'
        f"<small>{plain_html(finding.suggestion)}</small>"
        f'<button type="button" class="jx-cell {at}"><span class="jx-where">{place}{line}</span></button></li>'
    )
