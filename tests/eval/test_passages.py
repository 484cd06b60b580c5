import json
from pathlib import Path

import pytest

from eval.baseline import load_measures, save_measures
from eval.errors import BaselineError, CaseError, EvalError
from eval.options import HERE
from eval.passages import MEANING, TOGETHER, WORDS, Ranked, Wanted, fallen, rank_passages, read_wanted

ASKED = Wanted("问", "a.txt", "某段")


def ranked(*ranks: int | None, leg: str = WORDS) -> Ranked:
    return Ranked(leg, tuple((Wanted(f"问{n}", "a.txt", "某段"), rank) for n, rank in enumerate(ranks)))


def test_measures_of_ranks() -> None:
    found = ranked(1, 4, None, 10)
    assert (found.first, found.among_five) == (0.25, 0.5)
    assert found.reciprocal == pytest.approx((1 + 0.25 + 0.1) / 4)
    assert [wanted.question for wanted in found.missed] == ["问2"]


def test_a_fall_counts_beyond_the_tolerance_and_only_where_there_is_a_baseline() -> None:
    before = {WORDS: {"R@1": 0.5, "R@5": 0.51, "MRR": 0.9}}
    assert fallen([ranked(1, None)], before) == ("词 MRR 50.0%（基线 90.0%）",)
    assert fallen([ranked(None, leg=MEANING)], before) == ()


def test_measures_of_legs_that_were_not_run_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    assert load_measures(path) == {}
    save_measures(path, [ranked(1), ranked(2, leg=MEANING)])
    save_measures(path, [ranked(None)])
    found = load_measures(path)
    assert found[WORDS]["R@1"] == 0 and found[MEANING]["MRR"] == 0.5
    (tmp_path / "baseline-passages.json").write_text("[1]")
    with pytest.raises(BaselineError):
        load_measures(path)


@pytest.mark.parametrize(
    "text", ["- {has: 甲}", "- {has: 甲, asked: 问}", "- {has: 甲, asked: [问], why: 无}", "- 甲", "{"]
)
def test_broken_question_file_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "q.yaml").write_text(text, "utf-8")
    with pytest.raises(CaseError):
        read_wanted(tmp_path / "q.yaml")


def test_no_question_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "q.yaml").write_text("", "utf-8")
    with pytest.raises(EvalError, match="没有可以检索的题目"):
        read_wanted(tmp_path / "q.yaml")


def test_text_that_stands_nowhere_is_an_error() -> None:
    with pytest.raises(EvalError, match="不在 luming-wenlv"):
        rank_passages([Wanted("问", "luming-wenlv.txt", "没有的一段")], every_leg=False)


def test_words_find_what_they_found_before() -> None:
    (words,) = rank_passages(read_wanted(), every_leg=False)
    assert len(words.ranks) >= 50
    assert fallen([words], load_measures(HERE / "baseline.json")) == ()


@pytest.mark.slow
def test_every_leg_is_measured_and_committed() -> None:
    legs = rank_passages(read_wanted(), every_leg=True)
    assert [leg.leg for leg in legs] == [WORDS, MEANING, TOGETHER]
    assert fallen(legs, load_measures(HERE / "baseline.json")) == ()
    assert set(json.loads((HERE / "baseline-passages.json").read_text("utf-8"))) == {WORDS, MEANING, TOGETHER}
