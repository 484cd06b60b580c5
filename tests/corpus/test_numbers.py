from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.numbers import (
    chinese_number,
    find_amounts,
    find_percents,
    format_amount,
    format_percent,
    parse_amount,
    parse_number,
    parse_ordinal,
    parse_percent,
    to_daxie,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10.00", "10.00"), ("1,234.5", "1234.5"), ("１，２３４", "1234"), ("三十五", "35"), ("叁拾伍", "35"),
        ("三点五", "3.5"), ("3.5万", "35000"), ("两百", "200"), ("十", "10"), ("廿五", "25"), ("一千零二十", "1020"),
        ("二百五", "250"), ("三万五", "35000"), ("一亿二千万", "120000000"), ("1亿2000万", "120000000"),
        ("二〇二六", "2026"), ("三十点五", "30.5"), ("一百十五", "115"), ("-3", "-3"), ("貳拾", "20"),
    ],
)  # fmt: skip
def test_number_is_read_however_it_is_written(text: str, value: str) -> None:
    assert parse_number(text) == D(value)


@pytest.mark.parametrize("text", ["", "abc", "万", "三五", "12 34", "1,23", "3.5.2", "十千", "约10", "1e5", "9" * 100])
def test_what_is_not_certainly_one_number_is_none(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("35", "35"), ("35万", "35"), ("35万元", "35"), ("三十五万", "35"), ("叁拾伍万元整", "35"), ("350000元", "35"),
        ("350,000 元", "35"), ("0.35亿元", "3500"), ("5千元", "0.5"), ("壹佰贰拾万叁仟元", "120.3"),
        ("￥10.00", "10"), ("10.00（万元）", "10"), ("0.00", "0"), ("三元五角", "0.00035"), ("2千万", "2000"),
        ("人民币叁拾伍万元整", "35"), ("壹万陆仟肆佰零玖元零贰分", "1.640902"), ("35 万 元", "35"),
    ],
)  # fmt: skip
def test_amount_is_exact_in_wanyuan(text: str, value: str) -> None:
    assert parse_amount(text) == D(value)


@pytest.mark.parametrize("text", ["", "—", "约10万", "无", "元", "万元", "5千", "10.00、20.00", "涉密"])
def test_what_is_no_certain_amount_is_none(text: str) -> None:
    assert parse_amount(text) is None


def test_bare_number_is_in_the_unit_of_the_form() -> None:
    assert parse_amount("350000", "元") == D(35)
    assert parse_amount("0.35", "亿元") == D(3500)
    assert parse_amount("35万元", "元") == D(35)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("50%", "50"), ("５０％", "50"), ("50.0%", "50"), ("百分之五十", "50"), ("五成", "50"), ("一半", "50"),
        ("50", "50"), ("三成五", "35"), ("百分之百", "100"), ("5‰", "0.5"), ("33.3333%", "33.3333"),
    ],
)  # fmt: skip
def test_percent_is_a_percent_number(text: str, value: str) -> None:
    assert parse_percent(text) == D(value)


@pytest.mark.parametrize("text", ["", "约50%", "%", "5成立"])
def test_what_is_no_percent_is_none(text: str) -> None:
    assert parse_percent(text) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("预算35万元，其中财政资金三十万元", [("35万元", "35"), ("三十万元", "30")]),
        ("预算数20万元，总数十万元", [("20万元", "20"), ("十万元", "10")]),
        ("大于20万的项目", [("20万", "20")]),
        ("20到30万元之间", [("20", "20"), ("30万元", "30")]),
        ("20万-30万", [("20万", "20"), ("30万", "30")]),
        ("3千到5千元", [("3千", "0.3"), ("5千元", "0.5")]),
        ("1亿2000万元", [("1亿2000万元", "12000")]),
        ("350,000元和￥1,000.00", [("350,000元", "35"), ("￥1,000.00", "0.1")]),
        ("共3个，20万元", [("20万元", "20")]),
        ("第3条10万元", [("10万元", "10")]),
        ("５０万元", [("５０万元", "50")]),
        ("貳拾萬圓整", [("貳拾萬圓整", "20")]),
        ("2025年35万元", [("35万元", "35")]),
    ],
)
def test_amounts_are_found_with_their_place(text: str, found: list[tuple[str, str]]) -> None:
    mentions = find_amounts(text)
    assert [(m.text, m.value) for m in mentions] == [(words, D(value)) for words, value in found]
    assert all(text[m.start : m.end] == m.text for m in mentions)


@pytest.mark.parametrize(
    "text",
    [
        "冀财社〔2021〕152号", "7423万冀财社2021152号", "13043425T0009NT100R5N 35.00", "2025年3月", "35万人参加",
        "一元化领导和多元共治", "几十万元、30余万元、数十万元", "第三十万元", "百万元项目",
    ],
)  # fmt: skip
def test_codes_years_and_vague_amounts_are_not_amounts(text: str) -> None:
    assert find_amounts(text) == ()


def test_percents_are_found_in_every_spelling() -> None:
    found = find_percents("3月底40%、6月底百分之五十，花10-20％，完成一半")
    assert [m.value for m in found] == [40, 50, 10, 20, 50]


@pytest.mark.parametrize("text", ["第六", "第6", "六", "六是", "（六）", "6.", "六、", "第六条", "第 6 个", "⑥"])
def test_ordinal_is_read_however_it_is_written(text: str) -> None:
    assert parse_ordinal(text) == 6


@pytest.mark.parametrize("text", ["", "0", "3.5", "20万", "倒数第二", "六月"])
def test_what_is_no_ordinal_is_none(text: str) -> None:
    assert parse_ordinal(text) is None


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("70", "柒拾万元整"), ("17.5", "壹拾柒万伍仟元整"), ("0.05", "伍佰元整"), ("0", "零元整"),
        ("0.600714", "陆仟零柒元壹角肆分"), ("1.640902", "壹万陆仟肆佰零玖元零贰分"), ("0.00001", "壹角整"),
        ("10.700053", "壹拾万柒仟元伍角叁分"), ("1000", "壹仟万元整"), ("10000.0001", "壹亿零壹元整"),
    ],
)  # fmt: skip
def test_daxie_follows_the_rules_for_bills(value: str, words: str) -> None:
    assert to_daxie(D(value)) == words


def test_daxie_refuses_what_fen_cannot_express() -> None:
    with pytest.raises(ValueError, match="not expressible"):
        to_daxie(D("0.0000001"))


def test_amount_is_shown_with_two_decimals_or_all_it_needs() -> None:
    assert [format_amount(D(v)) for v in ("35", "17.5", "3.125", "1E+2", "-0.5")] == [
        "35.00", "17.50", "3.125", "100.00", "-0.50",
    ]  # fmt: skip
    assert format_amount(D(35), "元") == "350,000"
    assert format_amount(D("35.00005"), "元") == "350,000.50"
    assert format_amount(D("0.35"), "亿元") == "0.000035"


def test_percent_is_shown_without_trailing_zeros() -> None:
    assert [format_percent(D(v)) for v in ("50.00", "33.3333", "1E+2", "0.0")] == ["50%", "33.3333%", "100%", "0%"]


def test_chinese_number_is_the_usual_one() -> None:
    assert [chinese_number(n) for n in (0, 8, 12, 20, 110, 1020)] == [
        "零",
        "八",
        "十二",
        "二十",
        "一百一十",
        "一千零二十",
    ]


_fen = st.integers(min_value=0, max_value=10**17 - 1)


@given(_fen)
def test_daxie_reads_back_as_the_same_amount(fen: int) -> None:
    value = D(fen).scaleb(-6)
    assert parse_amount(to_daxie(value)) == value


@given(_fen, st.sampled_from(["万元", "元", "亿元"]))
def test_formatted_amount_reads_back_as_the_same_amount(fen: int, unit: str) -> None:
    value = D(fen).scaleb(-6)
    assert parse_amount(format_amount(value, unit), unit) == value
    assert parse_amount(format_amount(value, unit) + unit) == value


@given(st.integers(min_value=0, max_value=10**15))
def test_chinese_number_reads_back_as_the_same_number(n: int) -> None:
    assert parse_number(chinese_number(n)) == n


@given(st.text(alphabet="零一二三五十百千万亿点元角分0123.,，%％成半第条（）整 ¥", max_size=30))
def test_any_text_is_read_without_error_and_spans_fit(text: str) -> None:
    for parse in (parse_number, parse_amount, parse_percent, parse_ordinal):
        parse(text)
    for mention in (*find_amounts(text), *find_percents(text)):
        assert text[mention.start : mention.end] == mention.text
