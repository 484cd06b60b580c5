"""Words and meanings together: the sure ones lead, the unsure ones are helped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.ranking import Weighed, complete, fused, is_sure, relevance

SHARES = st.dictionaries(st.sampled_from("abcdef"), st.floats(0, 2), max_size=6)
COSINES = st.dictionaries(st.sampled_from("abcdef"), st.floats(-1, 1), max_size=6)


@given(SHARES, COSINES)
def test_where_words_are_sure_their_order_stands_whatever_the_vectors_say(by_words, by_meaning):
    by_words = {name: score + 0.01 for name, score in by_words.items()} | {"sure": 0.7}
    expected = sorted(by_words, key=lambda name: (-by_words[name], name))
    assert [name for name, _ in fused(by_words, by_meaning, 100)][: len(by_words)] == expected


@given(SHARES, COSINES)
def test_scores_fall_and_each_passage_stands_once(by_words, by_meaning):
    together = fused(by_words, by_meaning, 100)
    scores = [score for _, score in together]
    assert scores == sorted(scores, reverse=True)
    assert sorted(name for name, _ in together) == sorted({*by_words, *by_meaning})


def test_half_of_a_short_question_is_weaker_evidence_than_half_of_a_long_one():
    short, long = (Weighed(tuple((f" {n} ", 4.0) for n in range(pairs)), ()) for pairs in (2, 20))
    half_of_short = is_sure({"passage": 4.0 / complete(short)}, 100)
    half_of_long = is_sure({"passage": 40.0 / complete(long)}, 100)
    assert (half_of_short, half_of_long) == (False, True)


def test_a_pair_shared_by_chance_does_not_outweigh_the_meaning():
    assert not is_sure({"chance": 0.15}, 100)
    assert [name for name, _ in fused({"chance": 0.15}, {"chance": 0.1, "meant": 0.5}, 100)] == ["meant", "chance"]


def test_of_two_that_mean_the_same_the_one_with_the_words_is_first():
    assert [name for name, _ in fused({"worded": 0.4}, {"worded": 0.5, "other": 0.5}, 100)] == ["worded", "other"]


def test_among_very_many_passages_less_is_enough_for_the_words_to_lead():
    assert [is_sure({"passage": 0.25}, passages) for passages in (10_000, 100_000)] == [False, True]
    assert fused({"worded": 0.25}, {"near": 0.6}, 100_000)[0][0] == "worded"
    assert fused({"worded": 0.25}, {"near": 0.6}, 10_000)[0][0] == "near"


def test_vectors_alone_give_the_order_where_no_word_stands_anywhere():
    assert [name for name, _ in fused({}, {"far": 0.1, "near": 0.7}, 100)] == ["near", "far"]


@pytest.mark.parametrize(("body", "expected"), [("水利 利局", 2 / 5), ("别的 什么", 0.0)])
def test_a_passage_of_usual_length_with_both_pairs_asked_for_has_these_beside_three_that_nobody_asked_for(
    body, expected
):
    asked = Weighed(((" 水利 ", 2.0), (" 利局 ", 2.0)), ())
    far_down = " ".join(["另外"] * 30)  # past the beginning, which counts more
    share = relevance(asked, f"{far_down} {body}", "", usual_length=len(f"{far_down} {body}".split())) / complete(asked)
    assert share == pytest.approx(expected, abs=0.05)
