"""`python -m eval` and `jixiao eval`: run the cases, compare with the baseline, write the report.

Exit 0: nothing got worse. 1: a regression, a missing case, no case at all, or a sentence says what is broken. 2: usage.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from assistant.errors import AssistantError
from assistant.settings import load_settings
from corpus.errors import CorpusError
from eval import feedback
from eval.baseline import Baseline, compare, load_baseline, load_measures, save_baseline, save_measures
from eval.cases import load_cases
from eval.contenders import EMBEDDED, run_attempts, run_model
from eval.errors import EvalError
from eval.faults import FAULTS
from eval.mutation import Caught, try_faults, write_fault_table
from eval.noninterference import differing
from eval.options import HERE, parser
from eval.passages import Ranked, fallen, rank_passages, read_wanted
from eval.report import Run, write_report
from eval.run import OpenSubject
from eval.screen import show, show_json
from eval.sealed import families
from eval.subject import Endpoint, Subject, open_paths, open_subject
from eval.templates import made_cases, review
from eval.types import Case, Family, Result
from eval.writing import cases_text

OWN = HERE / "cases"


def run_suite(argv: Sequence[str], cases_folder: Path = OWN, opener: OpenSubject = open_subject) -> int:
    """The exit code. `cases_folder` and `opener` are for the suite's own tests."""
    options = parser().parse_args(list(argv))
    folder = options.cases or cases_folder
    try:
        if options.imported or options.promote or options.discard:
            return _sort_feedback(options, folder)
        if options.documents:
            return _run_on_own(options, folder)
        return _run(options, folder, opener)
    except (EvalError, CorpusError, AssistantError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _run(options: argparse.Namespace, folder: Path, opener: OpenSubject) -> int:
    every = feedback.pending(folder) if options.review else load_cases(folder)
    baseline = {} if options.review else load_baseline(options.baseline)
    whole = folder == OWN and not (options.only or options.review)
    if whole and not baseline and not options.update_baseline:
        raise EvalError(f"没有基线 {options.baseline}，看不出变好还是变差；确认无误后用 --update-baseline 建立。")
    run = _finished(options, every, baseline, opener, whole)
    _tell(run, options)
    if options.update_baseline:
        save_baseline(options.baseline, run.results, baseline, [case.id for case in every])
        save_measures(options.baseline, run.passages)
        sys.stderr.write(f"基线已更新：{options.baseline}\n")
        return 0
    return 1 if run.regressed else 0


def _run_on_own(options: argparse.Namespace, folder: Path) -> int:
    """Cases over the documents of a folder: made from their records, or read with --cases. There is no baseline for
    them, so every failure counts."""
    with _own_subject(options.documents) as subject:
        given = subject.given
        if options.review:
            cases = feedback.pending(folder)
        elif options.cases:
            cases = load_cases(folder)
        else:
            cases = made_cases(given.records, given.names, options.seed, options.sample)
            if not cases:
                raise EvalError(f"{options.documents} 中没有读出可以提问的项目。")
        run = _finished(options, cases, {}, lambda _: nullcontext(subject), whole=False)
        _tell(run, options)
    if not options.review and not options.cases:
        _write_own(cases, options.report)
    return 1 if run.regressed else 0


@contextmanager
def _own_subject(documents: Path) -> Iterator[Subject]:
    with open_paths([documents], load_settings().classification) as subject:
        yield subject


def _write_own(cases: Sequence[Case], report: Path) -> None:
    """The made cases as files to be looked through, changed and run again."""
    (report / "review.md").write_text(review(cases), "utf-8")
    own = report / "cases"
    own.mkdir(exist_ok=True)
    heading = "由台账自动出的题。请对照原文抽查，改正期望后用 --documents 文件夹 --cases 本文件夹 再跑。"
    (own / "own.yaml").write_text(cases_text(cases, heading), "utf-8")
    sys.stderr.write(f"请抽查题目与原文是否相符：{report / 'review.md'}；可改的用例：{own}\n")


def _finished(
    options: argparse.Namespace, every: Sequence[Case], baseline: Baseline, opener: OpenSubject, whole: bool
) -> Run:
    """Runs what the options ask for; `whole` adds the samples of the other suites."""
    chosen = choose(every, options.only)
    if not chosen:
        raise EvalError("没有可以运行的用例。")
    endpoints = [Endpoint.parse(text) for text in options.model]
    start = time.perf_counter()
    embedded = run_attempts(EMBEDDED, chosen, opener, options.jobs, options.seed, options.repeats)
    results = embedded.attempts[0].results
    models = [run_model(endpoint, chosen, options.jobs, options.seed, options.repeats) for endpoint in endpoints]
    passages = _ranked(options, whole)
    return Run(
        results,
        compare(results, baseline, [case.id for case in every]),
        time.perf_counter() - start,
        contenders=(embedded, *models) if models or options.repeats > 1 else (),
        passages=passages,
        fallen=fallen(passages, load_measures(options.baseline)),
        families=_sealed(options, whole),
        caught=_caught(results, opener, options),
        told_apart=differing(every) if options.twins else None,
        about=_about(options),
    )


def _about(options: argparse.Namespace) -> str:
    parts = [
        f"{datetime.now():%Y-%m-%d %H:%M}",
        f"jixiao {version('jixiao')}",
        f"种子 {options.seed}",
        f"并行 {options.jobs}",
    ]
    if options.documents:
        parts.append(f"自己的文件：{options.documents.name}")
    return "，".join(parts)


def _ranked(options: argparse.Namespace, whole: bool) -> tuple[Ranked, ...]:
    return rank_passages(read_wanted(), every_leg=options.retrieval) if options.retrieval or whole else ()


def _sealed(options: argparse.Namespace, whole: bool) -> tuple[Family, ...]:
    return families(full=options.sealed) if options.sealed or whole else ()


def _caught(results: Sequence[Result], opener: OpenSubject, options: argparse.Namespace) -> tuple[Caught, ...]:
    if not options.faults:
        return ()
    caught = try_faults(FAULTS, results, opener)
    write_fault_table(caught, options.report)
    return caught


def _tell(run: Run, options: argparse.Namespace) -> None:
    write_report(run, options.report)
    (show_json if options.json else show)(run)
    sys.stderr.write(f"报告：{options.report / 'report.html'}\n")


def _sort_feedback(options: argparse.Namespace, folder: Path) -> int:
    """Import, promotion and dropping of feedback cases; each ends with a sentence on standard error."""
    if options.imported:
        found = feedback.import_cases(options.imported, folder, load_cases(folder))
        sys.stderr.write(
            f"新收 {len(found.added)} 个待审核（{'、'.join(found.added) or '无'}），已有 {len(found.known)} 个，"
            f"带密级标志不收 {len(found.refused)} 个。在 {feedback.pending_file(folder)} 中审核。\n"
        )
    if options.promote:
        taken = feedback.promote(options.promote, folder)
        sys.stderr.write(f"已收入评测：{'、'.join(case.id for case in taken)}（{feedback.promoted_file(folder)}）\n")
    if options.discard:
        dropped = feedback.discard(options.discard, folder)
        sys.stderr.write(f"已去掉：{'、'.join(case.id for case in dropped)}\n")
    return 0


def choose(cases: Sequence[Case], only: Sequence[str]) -> tuple[Case, ...]:
    """The cases of these ids or categories; all when none is named. Raises EvalError for a name that fits nothing."""
    for name in only:
        if not any(name in (case.id, case.category) for case in cases):
            raise EvalError(f"没有编号或类别是“{name}”的用例。")
    return tuple(case for case in cases if not only or case.id in only or case.category in only)


if __name__ == "__main__":
    sys.exit(run_suite(sys.argv[1:]))
