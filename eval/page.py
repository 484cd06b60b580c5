"""The report as one HTML page: no script, no request, all text escaped."""

from html import escape

from assistant.types import Reply
from eval.report import Run, differences
from eval.summary import Row, label
from eval.types import Result, Score

_STYLE = """
body{font:15px/1.6 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;max-width:1080px;
margin:2em auto;padding:0 1em;color:#1c2430;background:#fff}
table{border-collapse:collapse;margin:1em 0}td,th{padding:.25em .8em;border-bottom:1px solid #dde2e8;text-align:left}
td.n{text-align:right;font-variant-numeric:tabular-nums}
details{border:1px solid #dde2e8;border-radius:6px;margin:.5em 0;padding:.4em .9em}summary{cursor:pointer}
.bad>summary{color:#a3261c}.good>summary{color:#1d6b3a}
pre{white-space:pre-wrap;word-break:break-word;background:#f5f7f9;border-radius:6px;padding:.6em .9em;
font:inherit;margin:.3em 0 .8em}
.who{font-weight:600}.small{color:#5b6674;font-size:13px}
@media(prefers-color-scheme:dark){body{color:#dfe5ec;background:#14181d}pre{background:#1e242b}td,th,details{border-color:#333c46}
.bad>summary{color:#ff8a7d}.good>summary{color:#7fd39a}.small{color:#9aa6b4}}
"""


def html_page(run: Run) -> str:
    total = run.rows[-1]
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>回归评测报告</title><style>{_STYLE}</style></head><body><h1>回归评测报告</h1>"
        f"<p>{total.passed} / {total.total} 通过，用时 {run.seconds:.1f} 秒。</p>"
        f"{_table(run)}<h2>与基线相比</h2><ul>{_differences(run)}</ul><h2>各次对话</h2>"
        f"{''.join(_conversation(result) for result in run.ordered)}</body></html>\n"
    )


def _table(run: Run) -> str:
    body = "".join(_row(row) for row in run.rows)
    return f"<table><tr><th>类别<th>通过<th>总数<th>通过率与 95% 区间<th>最慢一轮</tr>{body}</table>"


def _row(row: Row) -> str:
    return (
        f'<tr><td>{escape(label(row.category))}<td class="n">{row.passed}<td class="n">{row.total}'
        f'<td>{_bar(row)} {row.share:.0%}（{row.low:.0%}–{row.high:.0%}）<td class="n">{row.slowest_ms:.0f} ms</tr>'
    )


def _bar(row: Row) -> str:
    """The pass rate as a bar with its interval as a line, 200 units wide."""
    return (
        '<svg width="200" height="14" role="img" aria-hidden="true">'
        '<rect width="200" height="14" rx="3" fill="#8884" />'
        f'<rect width="{row.share * 200:.0f}" height="14" rx="3" fill="#3f8f5f" />'
        f'<line x1="{row.low * 200:.0f}" x2="{row.high * 200:.0f}" y1="7" y2="7" stroke="#c7761a" stroke-width="2" />'
        "</svg>"
    )


def _differences(run: Run) -> str:
    return "".join(
        f"<li>{kind}（{len(ids)}）：{escape('、'.join(ids)) or '无'}</li>" for kind, ids in differences(run.comparison)
    )


def _conversation(result: Result) -> str:
    case = result.case
    mark, kind, state = ("✓", "good", "") if result.passed else ("✗", "bad", " open")
    said = "".join(_said(exchange.message, exchange.reply) for exchange in result.transcript.exchanges)
    if result.transcript.error:
        asked = case.turns[len(result.transcript.exchanges)]
        said += f'<span class="who">问</span>{_pre(asked)}<span class="who">出错</span>{_pre(result.transcript.error)}'
    return (
        f'<details class="{kind}"{state}><summary>{mark} <b>{escape(case.id)}</b> {escape(label(case.category))}：'
        f'{escape(case.why)}</summary><p class="small">{escape(case.file)}:{case.line}</p>{said}'
        f"<table><tr><th>评分<th>结果<th>期望<th>说明</tr>{''.join(map(_score, result.scores))}</table></details>"
    )


def _said(message: str, reply: Reply) -> str:
    cited = "；".join(f"[{c.number}] {c.locator} 第{c.line}行“{c.quote}”" for c in reply.citations)
    figures = "；".join(f"{f.value} {f.unit} {f.formula}" for f in reply.figures)
    notes = " · ".join(part for part in (reply.kind.value, reply.route.value, reply.question, figures, cited) if part)
    return (
        f'<span class="who">问</span>{_pre(message)}<span class="who">答</span>{_pre(reply.text)}'
        f'<p class="small">{escape(notes)}</p>'
    )


def _score(score: Score) -> str:
    mark = "✓" if score.passed else "✗"
    cells = (f"{mark} {score.scorer}", score.value, score.expected, score.explanation)
    return "<tr>" + "".join(f"<td>{escape(cell)}" for cell in cells) + "</tr>"


def _pre(text: str) -> str:
    return f"<pre>{escape(text)}</pre>"
