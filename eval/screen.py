"""What a run shows on the terminal; with --json one object a line on standard output and nothing else there."""

import json
import sys
from typing import TYPE_CHECKING

from eval.contenders import Contender
from eval.report import DIFFERENCES, Run, differences, result_json, summary_json
from eval.summary import label

if TYPE_CHECKING:
    from rich.console import Console


def show_json(run: Run) -> None:
    for result in run.results:
        sys.stdout.write(json.dumps(result_json(result), ensure_ascii=False) + "\n")
    sys.stdout.write(json.dumps(summary_json(run), ensure_ascii=False) + "\n")


def show(run: Run) -> None:
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True)
    _categories(run, console)
    for kind, ids in differences(run.comparison):
        if ids and kind != dict(DIFFERENCES)["new"]:  # good news, and on a first run hundreds of them
            console.print(f"{kind}（{len(ids)}）：{'、'.join(ids)}", markup=False)
    _models(run, console)
    for leg in run.passages:
        shares = "，".join(f"{name} {value:.1%}" for name, value in leg.measures.items())
        console.print(f"检索（{leg.leg}，{len(leg.ranks)} 题）：{shares}", markup=False)
    for fall in run.fallen:
        console.print(f"检索变差：{fall}", markup=False)
    for family in run.families:
        for failure in family.failures:
            console.print(f"保密未守住（{family.name}）：{failure}", markup=False)
    if run.families:
        console.print(f"保密：{len(run.families)} 类 {sum(f.asked for f in run.families)} 题", markup=False)
    if run.caught:
        missed = [caught.fault.name for caught in run.caught if caught.case is None]
        console.print(f"植入 {len(run.caught)} 处错误，没有发现的：{'、'.join(missed) or '无'}", markup=False)
    if run.told_apart is not None:
        console.print(f"只改涉密值的两个库，答得不同的：{'、'.join(run.told_apart) or '无'}", markup=False)


def _categories(run: Run, console: "Console") -> None:
    from rich.table import Table

    table = Table()
    for heading in ("类别", "通过", "总数", "通过率", "95% 区间"):
        table.add_column(heading, justify="left" if heading == "类别" else "right")
    for row in run.rows:
        interval = f"{row.low:.0%}–{row.high:.0%}"
        table.add_row(_named(row.category), str(row.passed), str(row.total), f"{row.share:.0%}", interval)
    console.print(table)


def _named(category: str) -> str:
    """As --only takes it, with its name in the field's words."""
    return category if label(category) == category else f"{category} {label(category)}"


def _models(run: Run, console: "Console") -> None:
    for contender in run.contenders:
        console.print(contender_line(contender), markup=False)
    for standing in run.standings:
        for kind, ids in (("变好", standing.better), ("变差", standing.worse), ("时好时坏", standing.unsteady)):
            if ids:
                console.print(f"  {standing.contender.name} {kind}（{len(ids)}）：{'、'.join(ids)}", markup=False)


def contender_line(contender: Contender) -> str:
    middle, late = contender.turn_ms
    used = contender.usage
    return (
        f"{contender.name}：通过率 {contender.pass_rate:.1%}（{len(contender.attempts)} 遍，标准差 {contender.spread:.1%}），"
        f"模型参与 {contender.answered} 轮，每轮 p50 {middle:.0f} ms、p95 {late:.0f} ms，"
        f"调用 {used.calls} 次，输入 {used.input_tokens}、输出 {used.output_tokens} token"
    )
