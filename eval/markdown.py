"""The report as Markdown: the same sections as the page, without its charts."""

from collections.abc import Iterator, Sequence

from eval.contenders import Contender
from eval.mutation import fault_table
from eval.report import Run, differences, times
from eval.screen import contender_line
from eval.summary import Row, label
from eval.types import Case, Result


def markdown(run: Run) -> str:
    taken = times(run.results)
    parts = [
        "# 回归评测报告",
        *([run.about] if run.about else []),
        f"{run.rows[-1].passed} / {run.rows[-1].total} 通过，用时 {run.seconds:.1f} 秒；"
        f"每轮 p50 {taken['p50']} ms，p95 {taken['p95']} ms，最慢 {taken['max']} ms。",
        _table(run.rows),
        "## 与基线相比",
        *[f"- {kind}（{len(ids)}）：{'、'.join(ids) or '无'}" for kind, ids in differences(run.comparison)],
        *_models(run),
        *_passages(run),
        *_families(run),
        *([fault_table(run.caught).replace("# ", "## ", 1)] if run.caught else []),
        *_twins(run),
        "## 各次对话",
        *[_conversation(result) for result in run.ordered],
    ]
    return "\n\n".join(parts) + "\n"


def _table(rows: Sequence[Row]) -> str:
    head = "| 类别 | 通过 | 总数 | 通过率 | 95% 区间 |\n|---|--:|--:|--:|---|"
    lines = [
        f"| {label(r.category)} | {r.passed} | {r.total} | {r.share:.0%} | {r.low:.0%}–{r.high:.0%} |" for r in rows
    ]
    return "\n".join([head, *lines])


def _models(run: Run) -> Iterator[str]:
    if not run.contenders:
        return
    yield "## 各种方式并列"
    yield "\n".join(f"- {contender_line(contender)}" for contender in run.contenders)
    yield _side_by_side(run.contenders, [row.category for row in run.rows[:-1]])
    for standing in run.standings:
        for kind, ids in (("变好", standing.better), ("变差", standing.worse), ("时好时坏", standing.unsteady)):
            yield f"- {standing.contender.name} {kind}（{len(ids)}）：{'、'.join(ids) or '无'}"


def _side_by_side(contenders: Sequence[Contender], categories: Sequence[str]) -> str:
    names = " | ".join(_cell(contender.name) for contender in contenders)
    head = f"| 类别 | {names} |\n|---|{'--:|' * len(contenders)}"
    lines = [
        f"| {label(category)} | " + " | ".join(f"{c.share(category):.0%}" for c in contenders) + " |"
        for category in categories
    ]
    return "\n".join([head, *lines])


def _passages(run: Run) -> Iterator[str]:
    if not run.passages:
        return
    yield "## 检索"
    rows = [
        f"| {leg.leg} | {len(leg.ranks)} | {leg.first:.1%} | {leg.among_five:.1%} | {leg.reciprocal:.3f} |"
        for leg in run.passages
    ]
    yield "\n".join(["| 方式 | 题数 | R@1 | R@5 | MRR |", "|---|--:|--:|--:|--:|", *rows])
    for fall in run.fallen:
        yield f"- 变差：{fall}"


def _families(run: Run) -> Iterator[str]:
    if not run.families:
        return
    yield "## 保密"
    rows = [
        f"| {label(f.name)}{'（对照）' if f.control else ''} | {f.asked} | {f.differing} | {f.leaking} | {f.refused} |"
        for f in run.families
    ]
    yield "\n".join(["| 攻击 | 题数 | 分辨出两库 | 泄露 | 拒答 |", "|---|--:|--:|--:|--:|", *rows])
    for family in run.families:
        for failure in family.failures:
            yield f"- {_inline(failure)}"


def _twins(run: Run) -> Iterator[str]:
    if run.told_apart is not None:
        yield "## 只改涉密值的两个库"
        yield f"答得不同的（{len(run.told_apart)}）：{'、'.join(run.told_apart) or '无'}"


def _conversation(result: Result) -> str:
    case = result.case
    said = [
        f"**问** {_inline(e.message)}\n\n**答**（{e.reply.kind.value}）\n\n{_quoted(e.reply.text)}"
        for e in result.transcript.exchanges
    ]
    if result.transcript.error:
        said.append(f"**问** {_inline(_broken_at(case, result))}\n\n**出错** {_inline(result.transcript.error)}")
    marks = [f"- {'✓' if s.passed else '✗'} {s.scorer}：{_inline(s.explanation)}" for s in result.scores]
    head = f"### {'✓' if result.passed else '✗'} {case.id}（{label(case.category)}）{_inline(case.why)}"
    return "\n\n".join([head, *said, "\n".join(marks)])


def _broken_at(case: Case, result: Result) -> str:
    return case.turns[len(result.transcript.exchanges)]


def _inline(text: str) -> str:
    return " ".join(text.split()).replace("<", "&lt;")


def _cell(text: str) -> str:
    return _inline(text).replace("|", "\\|")


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.replace("<", "&lt;").splitlines())
