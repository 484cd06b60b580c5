"""What is in the library: ingest, documents, forget, records, rebuild."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.cli.terminal import AsJson, Data, fail, opened, print_json, print_line, settings_of, tell


def ingest(
    ctx: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="文件或文件夹")],
    year: Annotated[int | None, typer.Option(help="预算年度，文件没有写明时用", min=1990, max=2100)] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """收录文件：读取、抽取、入库。"""
    from corpus.findings import UnitRules, read_unit_rules
    from corpus.ingest import Library

    settings = settings_of(ctx, data)
    missing = [path for path in paths if not path.exists()]
    if missing:
        fail(f"找不到文件或文件夹：{'、'.join(map(str, missing))}")
    rules = read_unit_rules(settings.rules_file) if settings.rules_file else UnitRules()
    rejected = count = 0
    with Library.open(
        settings.data,
        database_url=settings.database_url,
        chroma_url=settings.chroma_url,
        embedder=settings.embedder,
        policy=settings.classification,
    ) as library:
        with _progress(sys.stderr.isatty() and not as_json) as advance:
            for result in library.ingest(paths, year, advance):
                count += 1
                rejected += result.status == "rejected"
                result = _as_checked(result, library.knowledge, rules)
                if as_json:
                    print_json(result.as_json())
                else:
                    print_line(_ingested(result))
        if not count:
            fail("没有找到可以收录的文件。")
        _catch_up(library)
    if rejected == count:
        raise typer.Exit(1)


def _as_checked(result: Any, knowledge: Any, rules: Any) -> Any:
    """The result with as many findings as `jixiao check` lists: last year's document and the unit's rules counted in."""
    from corpus.reviewing import reviewed

    if result.status == "rejected":
        return result
    known = knowledge.known(result.document, "")
    info = knowledge.document(known[0].id) if len(known) == 1 else None
    return replace(result, findings=len(reviewed(knowledge, info, rules))) if info else result


def _ingested(result: Any) -> str:
    words = {"added": "已收录", "replaced": "已替换为新版本", "unchanged": "内容没有变化", "rejected": "未收录"}
    line = f"{words[result.status]}：{result.path}"
    if result.status == "rejected":
        return f"{line}：{result.reason}"
    unit = f"，{result.unit}" if result.unit else ""
    year = f"，{result.year} 年" if result.year else ""
    return f"{line}（{result.projects} 个项目，{result.sections} 段文字，涉密 {result.classified_cells} 格，{result.findings} 条检查结果{unit}{year}）"


class _progress:
    """A progress bar on a terminal, silence elsewhere."""

    def __init__(self, shown: bool) -> None:
        self._shown = shown
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Callable[[int, int, Path], None]:
        if self._shown:
            from rich.console import Console
            from rich.progress import Progress

            self._bar = Progress(console=Console(stderr=True), transient=True)
            self._bar.start()
            self._task = self._bar.add_task("收录", total=None)
        return self._advance

    def _advance(self, number: int, total: int, path: Path) -> None:
        if self._bar is not None:
            self._bar.update(self._task, completed=number - 1, total=total, description=path.name)

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()


def _catch_up(library: Any) -> None:
    """Brings the vectors up to date; without them search goes on by words."""
    from corpus.errors import IndexUnavailable

    if library.index.vectors.up_to_date(library.knowledge):
        return
    try:
        library.index.catch_up(library.knowledge)
    except IndexUnavailable as error:
        tell(f"提示：{error}")


def documents(ctx: typer.Context, data: Data = None, as_json: AsJson = False) -> None:
    """列出资料库里的文件。"""
    assistant = opened(ctx, data)
    for d in assistant.reviewed() if as_json else assistant.documents():
        if as_json:
            print_json(
                {
                    "document": d.name,
                    "id": d.id,
                    "title": d.title,
                    "unit_code": d.unit_code,
                    "unit": d.unit_name,
                    "year": d.year,
                    "year_basis": d.year_basis.value,
                    "projects": d.projects,
                    "sections": d.sections,
                    "chunks": d.chunks,
                    "classified_cells": d.classified_cells,
                    "findings": len(d.findings),
                }
            )
        else:
            year = f"{d.year}年" + ("（推断）" if d.year_basis.value == "inferred" else "") if d.year else "年份未写明"
            print_line(
                f"{d.name}  {d.unit_name or '单位未写明'}  {year}  {d.projects} 个项目  {d.sections} 段  涉密 {d.classified_cells} 格"
            )


def forget(
    ctx: typer.Context, document: Annotated[str, typer.Argument(help="文件名或编号")], data: Data = None
) -> None:
    """从资料库删除一份文件，不留痕迹。"""
    assistant = opened(ctx, data)
    if not assistant.forget(document):
        fail(f"资料库里没有“{document}”。用 jixiao documents 查看有哪些文件。")
    _catch_up(assistant.library)
    tell(f"已删除：{document}")


def records(
    ctx: typer.Context,
    data: Data = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="输出 CSV")] = False,
) -> None:
    """列出项目记录（公开字段）。"""
    from assistant import export

    assistant = opened(ctx, data)
    documents = {d.id: d for d in assistant.documents()}
    names = {d.id: d.name for d in documents.values()}
    found = assistant.projects()
    if as_csv:
        sys.stdout.write(export.records_csv(found, names))
        return
    for record in found:
        document = documents[record.document_id]
        row = export.record_as_json(record, document.name, document.year_basis.value)
        print_json(row) if as_json else print_line(export.record_line(record))


def rebuild(ctx: typer.Context, data: Data = None) -> None:
    """从数据库重建检索索引。"""
    assistant = opened(ctx, data)
    assistant.library.rebuild()
    tell("索引已重建。")
