"""Several rounds on one draft in the chat: what each changes, what is asked back, and the versions they leave."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.drafting import DraftRequest, make_draft
from assistant.drafting.versions import compare_drafts, versions_of
from assistant.engine import Assistant
from assistant.settings import Settings
from assistant.types import Conversation, Draft, DraftParagraph, Kind
from tests.assistant.test_drafting import draft, material, project
from tests.corpus.made_extractions import amounts, section


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    opened = Assistant.open(Settings(data=tmp_path_factory.mktemp("data")))
    yield opened
    opened.close()


def talk(assistant: Assistant, *messages: str) -> Conversation:
    conversation = Conversation()
    for message in messages:
        conversation = conversation.then(message, assistant.reply(conversation, message))
    return conversation


def items(found: Draft | None) -> list[str]:
    """The first clause of each item, without its number."""
    assert found is not None
    blocks = [block for block in found.blocks if isinstance(block, DraftParagraph) and not block.level]
    return [
        re.split("[。，]", re.sub(r"^(?:[一二三四五六七八九十]+[、是]|\d+\.)", "", block.text))[0] for block in blocks
    ]


SIX = tuple(section(f"{n}、{word}。", ordinal=i, line=i) for i, (n, word) in enumerate(zip("一二三四五六", "甲乙丙丁戊己", strict=True), 1))  # fmt: skip


@pytest.mark.parametrize(
    ("instruction", "left"),
    [
        ("第二条和第三条合并", "甲 乙 丁 戊 己"),
        ("把第一、三条删掉", "乙 丁 戊 己"),
        ("第一条、第三条删掉", "乙 丁 戊 己"),
        ("删除第二至四条", "甲 戊 己"),
        ("前两条删掉", "丙 丁 戊 己"),
        ("最后一条删掉", "甲 乙 丙 丁 戊"),
        ("第五条移到第二条前面", "甲 戊 乙 丙 丁 己"),
        ("第一条移到第三条后面", "乙 丙 甲 丁 戊 己"),
        ("第六条放到最前面", "己 甲 乙 丙 丁 戊"),
        ("把第一条放到最后", "乙 丙 丁 戊 己 甲"),
        ("第一条和第六条对调", "己 乙 丙 丁 戊 甲"),
        ("第二条改成开展网上巡查", "甲 开展网上巡查 丙 丁 戊 己"),
        ("第一条删掉\n第一条删掉", "丙 丁 戊 己"),
        ("第一条删掉，第一条删掉", "乙 丙 丁 戊 己"),
        ("增加庚\n第七条移到最前面", "庚 甲 乙 丙 丁 戊 己"),
    ],
)
def test_items_are_arranged_as_the_user_sees_them(instruction: str, left: str) -> None:
    found = make_draft(material(sections=SIX), DraftRequest("itemised", instruction=instruction))
    assert items(found) == left.split()
    assert not [f for f in found.findings if f.rule == "instruction-unread"]


@pytest.mark.parametrize("instruction", ["第九条删掉", "第九条和第一条合并", "第八条移到最前面"])
def test_item_that_is_not_there_is_said(instruction: str) -> None:
    found = make_draft(material(sections=SIX), DraftRequest("itemised", instruction=instruction))
    assert items(found) == list("甲乙丙丁戊己")
    assert [f.quote for f in found.findings if f.rule == "instruction-unread"] == [f"{instruction}（没有这一条）"]


def test_merged_items_keep_every_sentence_and_source() -> None:
    found = make_draft(material(sections=SIX), DraftRequest("itemised", instruction="第二条和第三条合并"))
    sources = {source for sentence in found.sentences for source in sentence.sources}
    assert "乙。丙。" in "".join(sentence.text for sentence in found.sentences)
    assert len(sources) == 6


def test_figures_wanted_everywhere_open_blanks_and_make_none_up() -> None:
    one = make_draft(material(), DraftRequest("safeguards"))
    all_of_them = make_draft(material(), DraftRequest("safeguards", instruction="每条都要有数字"))
    assert not one.blanks
    assert all_of_them.blanks
    assert not re.search(r"\d", re.sub(r"【待填：[^】]*】|20\d\d", "", "".join(s.text for s in all_of_them.sentences)))


def test_words_about_data_are_content_not_a_wish_for_figures() -> None:
    found = make_draft(material(), DraftRequest("itemised", instruction="增加网络数据安全内容，突出各部门数据共享"))
    assert "网络数据安全" in "".join(items(found))
    assert "各部门数据共享" in "".join(items(found))


def test_later_round_replaces_a_figure() -> None:
    found = draft("project", "预算改为20万元\n预算改为25万元，3月底30%\n3月底改为20%")
    text = found.text
    assert "预算数 | 25.00" in text
    assert "3月底 | 20%" in text


def test_contradiction_of_an_earlier_round_is_settled_by_a_later_one() -> None:
    found = draft("project", "预算改为20万元，预算改为30万元\n预算数改为30万元")
    assert "预算数 | 30.00" in found.text


# --- in the chat


def test_bare_figure_answers_what_was_asked_back(assistant: Assistant) -> None:
    name = "起草舆情监测能力建设资金明年的绩效目标"
    done = talk(assistant, f"{name}，财政资金30万，财政资金40万", "40万元", "6月底60%，3月底70%", "6月底改为80%")
    kinds = [turn.reply.kind for turn in done.turns]
    assert kinds == [Kind.CLARIFICATION, Kind.DRAFT, Kind.CLARIFICATION, Kind.DRAFT]
    assert "其中：财政资金 | 40.00" in done.turns[1].reply.text
    assert "3月底 | 70%" in done.turns[3].reply.text


def test_versions_are_named_compared_and_restored(assistant: Assistant) -> None:
    done = talk(
        assistant,
        "起草明年的分项绩效目标",
        "第二条删掉",
        "把这一版命名为送审稿",
        "增加青少年上网保护内容",
        "和上一版相比改了哪些？",
        "比较第一版和送审稿",
        "恢复送审稿",
        "第一条删掉",
        "有哪些版本？",
    )
    replies = [turn.reply for turn in done.turns]
    assert "命名为“送审稿”" in replies[2].text
    assert "第3版与第2版（送审稿）相比，有 **1 处**不同" in replies[4].text
    assert "青少年上网保护" in replies[4].text
    assert "有 **1 处**不同" in replies[5].text
    assert "删去“进一步加强网信基础设施建设" in replies[5].text
    assert items(replies[6].draft) == items(replies[1].draft)
    assert items(replies[7].draft) == items(replies[1].draft)[1:]
    assert "有 5 版" in replies[8].text
    assert len(versions_of(done)) == 5


def test_undo_takes_back_the_last_change_and_an_unknown_version_is_asked_back(assistant: Assistant) -> None:
    done = talk(assistant, "起草明年的工作保障措施", "更简洁", "撤销", "恢复第九版")
    first, _, undone, unknown = (turn.reply for turn in done.turns)
    assert undone.draft is not None
    assert first.draft is not None
    assert undone.draft.sentences == first.draft.sentences
    assert unknown.kind is Kind.CLARIFICATION
    assert "没有这一版" in unknown.text


def test_questions_with_the_same_words_are_no_versions(assistant: Assistant) -> None:
    done = talk(assistant, "起草明年的工作保障措施", "四个项目的资金用途有什么区别？")
    assert done.turns[-1].reply.kind is Kind.ANSWER
    assert "第1版" not in done.turns[-1].reply.text


def test_renumbered_item_is_no_difference() -> None:
    one = make_draft(material(sections=SIX), DraftRequest("itemised"))
    two = make_draft(material(sections=SIX), DraftRequest("itemised", instruction="第一条删掉"))
    assert not [found for found in compare_drafts(one, two) if found[0] and found[1] and "条" not in found[2]]


def test_draft_of_the_users_figures_is_checked_like_a_document() -> None:
    found = draft("project", "支出计划：3月底100%，6月底100%，12月底100%", project(1, **amounts("5.00", "5.00", "")))
    assert "plan-early" in {f.rule for f in found.findings}


def test_no_part_is_written_half(tmp_path: Path, assistant: Assistant) -> None:
    from assistant.drafting.asking import write_draft
    from assistant.errors import DraftError

    found = assistant.draft("itemised")
    with pytest.raises(DraftError, match="写不了"):
        write_draft(found, tmp_path / "no" / "x.txt")
    assert not list(tmp_path.rglob("*"))
