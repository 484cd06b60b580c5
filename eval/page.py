"""The report as one HTML page: no script, no request, all text escaped."""

from collections.abc import Iterable, Sequence
from html import escape

from assistant.types import Reply
from eval.charts import bar, histogram
from eval.report import Run, differences, times
from eval.screen import contender_line
from eval.summary import Row, label, turn_times
from eval.types import Family, Result, Score

_LONGEST = 200  # characters of a score's value
_STYLE = """
:root{--ink:#1c2430;--soft:#5b6674;--paper:#fff;--box:#f5f7f9;--edge:#dde2e8;--good:#1d6b3a;--bad:#a3261c;--bar:#3f8f5f;--mark:#c7761a}
@media(prefers-color-scheme:dark){:root{--ink:#dfe5ec;--soft:#9aa6b4;--paper:#14181d;--box:#1e242b;--edge:#333c46;
--good:#7cc99a;--bad:#f0968d;--bar:#4fa373;--mark:#e39b4a;color-scheme:dark}}
body{font:15px/1.6 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Noto Serif CJK SC",sans-serif;
max-width:1120px;margin:2em auto;padding:0 1em;color:var(--ink);background:var(--paper)}
nav{margin:1em 0}h2{margin-top:2em;border-bottom:1px solid var(--edge)}nav a{margin-right:1.2em}a{color:inherit}
.wide{overflow-x:auto}table{border-collapse:collapse;margin:1em 0}
td,th{padding:.25em .8em;border-bottom:1px solid var(--edge);text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{white-space:nowrap}td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.cards{display:flex;flex-wrap:wrap;gap:.8em}.card{background:var(--box);border-radius:8px;padding:.6em 1.1em;min-width:7em}
.card b{display:block;font-size:22px}.card.bad b,.fault{color:var(--bad)}.card.good b{color:var(--good)}
details{border:1px solid var(--edge);border-radius:6px;margin:.5em 0;padding:.4em .9em}summary{cursor:pointer}
.bad>summary{color:var(--bad)}.good>summary{color:var(--good)}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--box);border-radius:6px;padding:.6em .9em;font:inherit;margin:.3em 0 .8em}
.beside{display:grid;gap:1em;grid-template-columns:repeat(auto-fit,minmax(300px,1fr))}.beside>*{min-width:0}
.who{font-weight:600}.small{color:var(--soft);font-size:13px;overflow-wrap:anywhere}
svg{max-width:100%;height:auto}.rest{fill:var(--edge)}.share{fill:var(--bar)}.interval{stroke:var(--mark);stroke-width:2}
.mark{fill:var(--soft);font-size:11px;text-anchor:middle}
@media print{details{break-inside:avoid}}
"""


def html_page(run: Run) -> str:
    sections = [
        ("difference", "与基线相比", f"<ul>{_differences(run)}</ul>"),
        ("category", "各类用例", _categories(run.rows)),
        ("time", "每轮用时（毫秒）", f'<div class="wide">{histogram(turn_times(run.results))}</div>'),
        ("model", "各种方式并列", _contenders(run)),
        ("retrieval", "检索", _passages(run)),
        ("sealed", "保密", _families(run.families) + _twins(run)),
        ("fault", "植入错误的检验", _faults(run)),
        ("conversation", "各次对话", _conversations(run)),
    ]
    there = [section for section in sections if section[2]]
    links = "".join(f'<a href="#{id}">{title}</a>' for id, title, _ in there)
    body = "".join(f'<h2 id="{id}">{title}</h2>{text}' for id, title, text in there)
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>回归评测报告</title><style>{_STYLE}</style></head><body><h1>回归评测报告</h1>"
        f'<p class="small">{escape(run.about)}</p>{_cards(run)}<nav>{links}</nav>{body}</body></html>\n'
    )


def _cards(run: Run) -> str:
    total, taken = run.rows[-1], times(run.results)
    cards = [
        _card("结论", "不通过" if run.regressed else "通过", bad=run.regressed),
        _card("通过", f"{total.passed} / {total.total}", bad=total.passed < total.total),
        _card("用时", f"{run.seconds:.1f} 秒"),
        _card("每轮 p50 / p95", f"{taken['p50']:.0f} / {taken['p95']:.0f} ms"),
    ]
    cards += [_card(f"检索（{leg.leg}）R@1", f"{leg.first:.0%}") for leg in run.passages]
    if run.families:
        asked, broken = sum(f.asked for f in run.families), sum(len(f.failures) for f in run.families)
        cards.append(_card(f"保密 {asked} 题", f"{broken} 处不符" if broken else "守住", bad=broken > 0))
    if run.caught:
        found = sum(c.case is not None for c in run.caught)
        cards.append(_card("植入错误发现", f"{found} / {len(run.caught)}", bad=found < len(run.caught)))
    return f'<div class="cards">{"".join(cards)}</div>'


def _card(name: str, value: str, bad: bool | None = None) -> str:
    state = "" if bad is None else (" bad" if bad else " good")
    return f'<div class="card{state}">{escape(name)}<b>{escape(value)}</b></div>'


def _categories(rows: Sequence[Row]) -> str:
    body = [
        (
            label(r.category),
            r.passed,
            r.total,
            _Markup(f"{bar(r.share, r.low, r.high)} {_interval(r)}"),
            f"{r.slowest_ms:.0f} ms",
        )
        for r in rows
    ]
    return _table(("类别", "通过", "总数", "通过率与 95% 区间", "最慢一轮"), body)


def _interval(row: Row) -> str:
    return f"{row.share:.0%}（{row.low:.0%}–{row.high:.0%}）"


def _differences(run: Run) -> str:
    found = [(kind, ids) for kind, ids in differences(run.comparison)]
    if run.unsteady:
        found.insert(0, ("内置方式时好时坏", run.unsteady))
    return "".join(f"<li>{kind}（{len(ids)}）：{'、'.join(map(_link, ids)) or '无'}</li>" for kind, ids in found)


def _link(case_id: str) -> str:
    return f'<a href="#case-{escape(case_id)}">{escape(case_id)}</a>'


def _contenders(run: Run) -> str:
    if not run.contenders:
        return ""
    lines = "".join(f"<li>{escape(contender_line(contender))}</li>" for contender in run.contenders)
    body = []
    for row in run.rows[:-1]:
        shares = [contender.share(row.category) for contender in run.contenders]
        body.append((label(row.category), *(_Markup(f"{bar(share)} {share:.0%}") for share in shares)))
    table = _table(("类别", *(contender.name for contender in run.contenders)), body)
    return f"<ul>{lines}</ul>{table}{''.join(_standing(run, number) for number in range(len(run.standings)))}"


def _standing(run: Run, number: int) -> str:
    standing = run.standings[number]
    name = escape(standing.contender.name)
    lists = (("变差", standing.worse), ("时好时坏", standing.unsteady), ("变好", standing.better))
    items = "".join(
        f"<li>{name} {kind}（{len(ids)}）：{'、'.join(map(_link, ids)) or '无'}</li>" for kind, ids in lists
    )
    changed = dict.fromkeys((*standing.worse, *standing.unsteady, *standing.better))
    return f"<ul>{items}</ul>" + "".join(_beside(run, id) for id in changed)


def _beside(run: Run, case_id: str) -> str:
    """One case as every contender answered it in its first attempt."""
    columns = ""
    for contender in run.contenders:
        result = next(r for r in contender.attempts[0].results if r.case.id == case_id)
        passed = f"{contender.passed(case_id)} / {len(contender.attempts)} 遍通过"
        failed = "；".join(f"{s.scorer}：{s.explanation}" for s in result.scores if not s.passed)
        columns += f'<div><p class="who">{escape(contender.name)}（{passed}）</p>{_said(result)}<p class="small fault">{escape(failed)}</p></div>'
    return f'<details><summary>{escape(case_id)}</summary><div class="beside">{columns}</div></details>'


def _passages(run: Run) -> str:
    if not run.passages:
        return ""
    body = [
        (
            leg.leg,
            len(leg.ranks),
            _Markup(f"{bar(leg.first)} {leg.first:.1%}"),
            f"{leg.among_five:.1%}",
            f"{leg.reciprocal:.3f}",
        )
        for leg in run.passages
    ]
    falls = "".join(f'<p class="fault">变差：{escape(fall)}</p>' for fall in run.fallen)
    missed = "".join(
        f"<details><summary>{escape(leg.leg)}：前十段里没有的（{len(leg.missed)}）</summary>"
        + "".join(
            f"<p>{escape(w.question)}<br><span class='small'>应为 {escape(w.document)}“{escape(w.has)}”</span></p>"
            for w in leg.missed
        )
        + "</details>"
        for leg in run.passages
        if leg.missed
    )
    return falls + _table(("方式", "题数", "R@1", "R@5", "MRR"), body) + missed


def _families(families: Sequence[Family]) -> str:
    if not families:
        return ""
    body = [
        (
            label(f.name) + ("（对照）" if f.control else ""),
            f.asked,
            f.differing,
            f.leaking,
            f.refused,
            "守住" if f.held else "未守住",
        )
        for f in families
    ]
    failures = "".join(f'<p class="fault">{escape(failure)}</p>' for f in families for failure in f.failures)
    return failures + _table(("攻击", "题数", "分辨出两库", "泄露", "拒答", "结果"), body)


def _twins(run: Run) -> str:
    if run.told_apart is None:
        return ""
    return (
        f"<p>只改涉密值的两个库，答得不同的（{len(run.told_apart)}）：{escape('、'.join(run.told_apart)) or '无'}</p>"
    )


def _faults(run: Run) -> str:
    if not run.caught:
        return ""
    body = [
        (c.fault.name, _Markup(_link(c.case.id)) if c.case else "没有发现", c.scorer)
        for c in sorted(run.caught, key=lambda c: c.case is not None)
    ]
    return _table(("植入的错误", "发现它的用例", "评分"), body)


def _conversations(run: Run) -> str:
    """Failures one by one and open, then what passed, by category and folded."""
    failed = [result for result in run.ordered if not result.passed]
    passed: dict[str, list[Result]] = {}
    for result in run.results:
        if result.passed:
            passed.setdefault(result.case.category, []).append(result)
    folded = "".join(
        f"<details><summary>{escape(label(category))}：通过的 {len(results)} 次对话</summary>"
        f"{''.join(map(_conversation, results))}</details>"
        for category, results in passed.items()
    )
    return "".join(map(_conversation, failed)) + folded


def _conversation(result: Result) -> str:
    case = result.case
    mark, kind, state = ("✓", "good", "") if result.passed else ("✗", "bad", " open")
    scores = _table(("评分", "结果", "期望", "说明"), map(_score, result.scores))
    return (
        f'<details class="{kind}" id="case-{escape(case.id)}"{state}><summary>{mark} <b>{escape(case.id)}</b> '
        f'{escape(label(case.category))}：{escape(case.why)}</summary><p class="small">{escape(case.file)}:{case.line} '
        f"{escape('、'.join(case.documents))}</p>{_said(result)}{scores}</details>"
    )


def _said(result: Result) -> str:
    said = "".join(_turn(exchange.message, exchange.reply) for exchange in result.transcript.exchanges)
    if result.transcript.error:
        asked = result.case.turns[len(result.transcript.exchanges)]
        said += f'<span class="who">问</span>{_pre(asked)}<span class="who">出错</span>{_pre(result.transcript.error)}'
    return said


def _turn(message: str, reply: Reply) -> str:
    cited = "；".join(f"[{c.number}] {c.locator} 第{c.line}行“{c.quote}”" for c in reply.citations)
    figures = "；".join(f"{f.value} {f.unit} {f.formula}" for f in reply.figures)
    parts = (reply.kind.value, reply.route.value, reply.model or "", reply.question, figures, cited)
    return (
        f'<span class="who">问</span>{_pre(message)}<span class="who">答</span>{_pre(reply.text)}'
        f'<p class="small">{escape(" · ".join(part for part in parts if part))}</p>'
    )


def _score(score: Score) -> tuple[str, ...]:
    value = score.value if len(score.value) <= _LONGEST else f"{score.value[:_LONGEST]}……"  # the reply stands above
    return f"{'✓' if score.passed else '✗'} {score.scorer}", value, score.expected, score.explanation


class _Markup(str):
    """Markup that is put into a cell as it is; any other text is escaped."""


def _table(heads: Sequence[str], rows: Iterable[Sequence[str | int]]) -> str:
    head = "".join(f"<th>{escape(name)}" for name in heads)
    body = "".join("<tr>" + "".join(map(_cell, row)) + "</tr>" for row in rows)
    return f'<div class="wide"><table><tr>{head}</tr>{body}</table></div>'


def _cell(value: str | int) -> str:
    if isinstance(value, _Markup):
        return f"<td>{value}"
    return f'<td class="n">{value}' if isinstance(value, int) else f"<td>{escape(value)}"


def _pre(text: str) -> str:
    return f"<pre>{escape(text)}</pre>"
