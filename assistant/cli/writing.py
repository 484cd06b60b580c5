"""Next year's text and what is wrong with a text: draft and check."""

from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.cli.terminal import AsJson, Data, fail, opened, print_json, print_line, settings_of, tell
from assistant.types import finding_as_json


def draft(
    ctx: typer.Context,
    project: Annotated[str | None, typer.Option(help="项目名称或编码")] = None,
    part: Annotated[str | None, typer.Option(help="overall | itemised | safeguards | document")] = None,
    new: Annotated[str | None, typer.Option(help="新项目的名称；其余内容写在 --instruction 里")] = None,
    year: Annotated[int | None, typer.Option(help="起草哪一年的（默认下一年度）", min=1990, max=2100)] = None,
    instruction: Annotated[str, typer.Option(help="怎么改，例如：更简洁")] = "",
    out: Annotated[Path | None, typer.Option(help="写到 .docx、.md 或 .txt 文件")] = None,
    template: Annotated[Path | None, typer.Option(help="本单位的 Word 模板（.docx），与 --out 合用")] = None,
    redline: Annotated[Path | None, typer.Option(help="另写一份与上年对照的修订稿（.docx）")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """起草下一年度的绩效目标，或新项目的绩效目标表。"""
    from assistant.drafting.asking import write_draft, write_redline_of

    _check_draft_options(project, part, new, out, template, redline)
    assistant = opened(ctx, data)
    if new:
        made = assistant.draft_new(new, instruction, year)
    else:
        made = assistant.draft("project" if project else part or "document", project, year, instruction)
    if out is not None:
        write_draft(made, out, template)
        tell(f"已写入 {out}")
    if redline is not None:
        write_redline_of(assistant.holdings, made, redline, project)
        tell(f"已写入 {redline}")
    if as_json:
        print_json(made.as_json())
    elif out is None and redline is None:
        print_line(made.text)
    if made.blanks and not as_json:
        more = f"……等，共 {len(made.blanks)} 处" if len(made.blanks) > _SHOWN_BLANKS else ""
        tell(f"\n还有 {len(made.blanks)} 处待填：" + "；".join(made.blanks[:_SHOWN_BLANKS]) + more)


_SHOWN_BLANKS = 20


def _check_draft_options(
    project: str | None,
    part: str | None,
    new: str | None,
    out: Path | None,
    template: Path | None,
    redline: Path | None,
) -> None:
    if sum(option is not None for option in (project, part, new)) > 1:
        raise typer.BadParameter("--project、--part 和 --new 只能用一个。")
    if part not in (None, "overall", "itemised", "safeguards", "document"):
        raise typer.BadParameter("--part 可以是 overall、itemised、safeguards 或 document。")
    if out is not None and out.suffix.lower() not in (".docx", ".md", ".txt"):
        raise typer.BadParameter("--out 的文件名应以 .docx、.md 或 .txt 结尾。")
    if template is not None and (out is None or out.suffix.lower() != ".docx"):
        raise typer.BadParameter("--template 要和 --out 文件.docx 合用。")
    if redline is not None and redline.suffix.lower() != ".docx":
        raise typer.BadParameter("--redline 的文件名应以 .docx 结尾。")
    if redline is not None and new:
        raise typer.BadParameter("新项目没有上年的文字，不能用 --redline。")


def check(
    ctx: typer.Context,
    target: Annotated[str | None, typer.Argument(help="文件路径，或资料库里的文件名；不写则检查全部")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """检查文件：空格、合计、量化程度、用词等。"""
    reviews = (
        _check_path(ctx, Path(target), data) if target and Path(target).is_file() else _check_known(ctx, target, data)
    )
    found = [finding for _, findings, _ in reviews for finding in findings]
    for finding in found:
        if as_json:
            print_json(finding_as_json(finding))
        else:
            level = {"error": "错误", "warning": "问题", "info": "提示"}[finding.level.value]
            line = f"（第 {finding.source.line} 行）" if finding.source.line else ""
            print_line(f"【{level}】{finding.source.locator}{line}：{finding.message} 建议：{finding.suggestion}")
    tell(f"共 {len(found)} 条。")
    for name, _, sheet in reviews:
        if sheet:
            marks = "，".join(f"{row.aspect} {row.score} 分（{row.grade}）" for row in sheet)
            tell(f"{name} 自查评分：{marks}。仅供参考，以财政部门审核为准。")


_Review = tuple[str, Any, Any]  # a document's name, its findings and its score sheet


def _check_path(ctx: typer.Context, path: Path, data: Path | None) -> list[_Review]:
    from assistant.lookup.reviewed import examined_alone
    from corpus.classification import load_policy

    settings = settings_of(ctx, data)
    if settings.database_url or (settings.data / "knowledge.db").is_file():
        return [(path.name, *opened(ctx, data).examine(path))]
    return [(path.name, *examined_alone(path, load_policy(settings.classification), settings.rules_file))]


def _check_known(ctx: typer.Context, name: str | None, data: Path | None) -> list[_Review]:
    assistant = opened(ctx, data)
    chosen = [d for d in assistant.documents() if name in (None, d.name, d.id)]
    if name and not chosen:
        fail(f"没有文件“{name}”，资料库里也没有这个名字。用 jixiao documents 查看有哪些文件。")
    return [(d.name, assistant.findings(d.id), assistant.score(d.id)) for d in chosen]
