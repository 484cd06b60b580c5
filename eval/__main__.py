"""`python -m eval` and `jixiao eval`: run the cases, compare with the baseline, write the report.

Exit 0: nothing got worse. 1: a regression, a missing case, no case at all, or a sentence says what is broken. 2: usage.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from assistant.errors import AssistantError
from assistant.settings import load_settings
from corpus.errors import CorpusError
from eval.baseline import compare, load_baseline, save_baseline
from eval.cases import load_cases
from eval.errors import EvalError
from eval.faults import FAULTS
from eval.mutation import try_faults, write_fault_table
from eval.noninterference import differing
from eval.report import DIFFERENCES, Run, differences, result_json, summary_json, write_report
from eval.run import OpenSubject, run_cases
from eval.subject import open_paths, open_subject
from eval.templates import made_cases, review
from eval.types import Case, Result

HERE = Path(__file__).parent


def run_suite(argv: Sequence[str], cases_folder: Path = HERE / "cases", opener: OpenSubject = open_subject) -> int:
    """The exit code. `cases_folder` and `opener` are for the suite's own tests."""
    options = _parser().parse_args(list(argv))
    try:
        return _run_on_own(options) if options.documents else _run(options, cases_folder, opener)
    except (EvalError, CorpusError, AssistantError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _run(options: argparse.Namespace, cases_folder: Path, opener: OpenSubject) -> int:
    every = load_cases(cases_folder)
    chosen = choose(every, options.only)
    if not chosen:
        raise EvalError("没有可以运行的用例。")
    known = [case.id for case in every]
    baseline = load_baseline(options.baseline)
    start = time.perf_counter()
    results = run_cases(chosen, opener, options.jobs, options.seed)
    run = Run(results, compare(results, baseline, known), time.perf_counter() - start)
    write_report(run, options.report)
    _show(run, options)
    missed = options.faults and not _all_caught(results, opener, options)
    leaky = options.twins and not _indistinguishable(every)
    if options.update_baseline:
        save_baseline(options.baseline, results, baseline, known)
        sys.stderr.write(f"基线已更新：{options.baseline}\n")
        return 0
    return 1 if run.comparison.regressed or missed or leaky else 0


def _all_caught(results: Sequence[Result], opener: OpenSubject, options: argparse.Namespace) -> bool:
    caught = try_faults(FAULTS, results, opener)
    path = write_fault_table(caught, options.report)
    missed = [c.fault.name for c in caught if c.case is None]
    sys.stderr.write(f"植入 {len(caught)} 处错误，没有发现的：{'、'.join(missed) or '无'}。详见 {path}\n")
    return not missed


def _indistinguishable(cases: Sequence[Case]) -> bool:
    found = differing(cases)
    sys.stderr.write(f"只改涉密值的两个库各问 {len(cases)} 题，答得不同的：{'、'.join(found) or '无'}\n")
    return not found


def _run_on_own(options: argparse.Namespace) -> int:
    """Cases made from the documents of a folder; there is no baseline for them, so every failure counts."""
    start = time.perf_counter()
    with open_paths([options.documents], load_settings().classification) as subject:
        cases = made_cases(subject.given.records, subject.given.names, options.seed, options.sample)
        if not cases:
            raise EvalError(f"{options.documents} 中没有读出可以提问的项目。")
        results = run_cases(cases, lambda _: nullcontext(subject), options.jobs, options.seed)
    run = Run(results, compare(results, {}, [case.id for case in cases]), time.perf_counter() - start)
    write_report(run, options.report)
    (options.report / "review.md").write_text(review(cases), "utf-8")
    _show(run, options)
    sys.stderr.write(f"请抽查题目与原文是否相符：{options.report / 'review.md'}\n")
    return 1 if run.comparison.regressed else 0


def choose(cases: Sequence[Case], only: Sequence[str]) -> tuple[Case, ...]:
    """The cases of these ids or categories; all when none is named. Raises EvalError for a name that fits nothing."""
    for name in only:
        if not any(name in (case.id, case.category) for case in cases):
            raise EvalError(f"没有编号或类别是“{name}”的用例。")
    return tuple(case for case in cases if not only or case.id in only or case.category in only)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="jixiao eval", description="固定问题的回归评测")
    parser.add_argument("--only", action="append", default=[], metavar="CATEGORY|ID", help="只跑这个类别或用例，可重复")
    parser.add_argument("--jobs", type=_positive, default=1, help="同时进行的对话数（默认 1）")
    parser.add_argument("--seed", type=int, default=0, help="运行次序的随机种子（默认 0）")
    parser.add_argument("--report", type=Path, default=HERE / "report", metavar="DIR", help="报告写到这个文件夹")
    parser.add_argument("--baseline", type=Path, default=HERE / "baseline.json", metavar="FILE", help="与之比较的基线")
    parser.add_argument("--update-baseline", action="store_true", help="把这次结果记为基线")
    parser.add_argument("--faults", action="store_true", help="再植入一批错误，看评测能否发现")
    parser.add_argument("--twins", action="store_true", help="再拿只改了涉密值的文件问一遍，看回复是否逐字节相同")
    parser.add_argument("--documents", type=Path, metavar="DIR", help="改用这个文件夹里的文件，由其台账自动出题")
    parser.add_argument("--sample", type=_positive, default=200, help="自动出题的题数上限（默认 200）")
    parser.add_argument("--json", action="store_true", help="标准输出每行一个 JSON 对象")
    return parser


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("至少为 1")
    return value


def _show(run: Run, options: argparse.Namespace) -> None:
    if options.json:
        for result in run.results:
            sys.stdout.write(json.dumps(result_json(result), ensure_ascii=False) + "\n")
        sys.stdout.write(json.dumps(summary_json(run), ensure_ascii=False) + "\n")
    else:
        _table(run)
    sys.stderr.write(f"报告：{options.report / 'report.html'}\n")


def _table(run: Run) -> None:
    from rich.console import Console
    from rich.table import Table

    console, table = Console(highlight=False, soft_wrap=True), Table()
    for heading in ("类别", "通过", "总数", "通过率", "95% 区间"):
        table.add_column(heading, justify="left" if heading == "类别" else "right")
    for row in run.rows:
        interval = f"{row.low:.0%}–{row.high:.0%}"
        table.add_row(row.category, str(row.passed), str(row.total), f"{row.share:.0%}", interval)
    console.print(table)
    for label, ids in differences(run.comparison):
        if ids and label != dict(DIFFERENCES)["new"]:  # good news, and on a first run hundreds of them
            console.print(f"{label}（{len(ids)}）：{'、'.join(ids)}", markup=False)


if __name__ == "__main__":
    sys.exit(run_suite(sys.argv[1:]))
