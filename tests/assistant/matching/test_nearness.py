"""How near a sentence comes to a question: literally, by words of one meaning, by a name cut short."""

import pytest

from assistant.matching.nearness import Place, anchored, cover, is_light, meanings, nearness, says_much, terms_of
from assistant.understanding.lexicon import normal


def near(question: str, sentence: str, **around: str) -> float:
    return nearness(terms_of(normal(question)), Place(normal(sentence), **around))


def test_all_of_a_question_said_is_one_and_nothing_of_it_is_nought() -> None:
    assert near("巡河发现的问题怎么处理？", "对巡河发现的问题及时处理。") == pytest.approx(1.0, abs=0.02)
    assert near("巡河", "举办广场舞大赛。") == 0.0
    assert near("？？？", "举办广场舞大赛。") == 0.0


@pytest.mark.parametrize(
    ("question", "sentence", "other"),
    [
        ("走不动的老人怎么查档案？", "对行动不便的老年人提供上门送档服务。", "征集到的实物档案颁发收藏证书。"),
        ("出差按什么规定？", "差旅费按照管理办法执行。", "罚没收入全部上缴国库。"),
        ("网安周搞什么活动？", "利用网络安全周等，组织开展网络主题活动。", "规范网站备案和上网登记。"),
        ("水电气表用什么计量？", "在水、电、气表智能计量领域试点。", "在公共停车管理领域试点。"),
    ],
)
def test_a_sentence_in_other_words_is_nearer_than_one_with_a_word_in_common(
    question: str, sentence: str, other: str
) -> None:
    assert near(question, sentence) > near(question, other)


def test_a_word_that_is_asked_for_itself_is_no_sign_of_its_kindred() -> None:
    place = Place(normal("规范电话用户实名登记管理。"))
    assert cover("婚姻登记", place) == [0.0, 0.0, 1.0, 1.0]
    assert anchored("婚姻", place) > 0.8


def test_a_heading_counts_less_than_the_sentence_and_the_rest_of_the_passage_less_again() -> None:
    said = [
        near("档案安全", "档案安全。"),
        near("档案安全", "每月检查一次。", heading="档案安全"),
        near("档案安全", "每月检查一次。", around="档案安全"),
    ]
    assert said == sorted(said, reverse=True) and len(set(said)) == 3


def test_a_single_character_in_a_long_text_is_chance() -> None:
    assert near("鑫", "鑫" + "，其他内容" * 40) < near("鑫", "鑫，其他内容")


def test_words_that_say_hardly_anything_are_light() -> None:
    assert is_light("处理") and is_light("的了") and not is_light("巡河")
    assert says_much("巡河") and not says_much("包里") and says_much("社会")


def test_where_its_own_words_find_nothing_their_meanings_are_searched_for() -> None:
    assert "罚没" in meanings(terms_of("罚来的钱"))
    assert meanings(terms_of("鑫")) == ""
