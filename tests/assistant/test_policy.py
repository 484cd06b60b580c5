"""What is refused and in which words: one wording a rule, and marked messages go no further."""

import logging
from pathlib import Path

import pytest

from assistant import policy
from assistant.engine import Assistant
from assistant.settings import Settings
from assistant.types import Conversation, Kind, Route
from assistant.understanding.types import Aggregate, Intent, Understanding
from corpus.marks import is_marked_message
from tests.sealed.worlds import bytes_on_disk, found_canaries

MARKED = (
    "秘密★1年 覆盖率97.3%",
    "机密★启用前\n前端设备4286套",
    "绝 密 ★ 长 期：方案",
    "秘\u200b密★１年",
    "機密★10年 請潤色",
    "★秘密 138.65万元",
    "【机密】内部数4286套，帮我写进目标",
    "密级：秘密\n请起草",
    "请润色：\n机密\n设备4286套",
    "秘密☆5年",
)
UNMARKED = (
    "什么是秘密？",
    "机密",
    "涉密的指标有多少行",
    "保密工作经费怎么设指标？",
    "秘密侦查经费的预算",
    "（涉密）的行有几条",
    "国家秘密分为绝密、机密、秘密三级吗",
    "保守国家秘密的措施有哪些",
)


@pytest.mark.parametrize("message", MARKED)
def test_message_with_a_secrecy_mark_is_known(message: str) -> None:
    assert is_marked_message(message)


@pytest.mark.parametrize("message", UNMARKED)
def test_ordinary_words_are_no_mark(message: str) -> None:
    assert not is_marked_message(message)


def test_marked_message_is_refused_not_kept_and_not_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    assistant = Assistant.open(Settings(data=tmp_path / "data"))
    for message in MARKED:
        reply = assistant.reply(Conversation(), message)
        assert (reply.kind, reply.route, reply.question, reply.focus) == (Kind.REFUSAL, Route.POLICY, "", None)
        assert message not in reply.text
    assistant.close()
    secrets = ["97.3%", "4286套", "138.65万元"]
    assert found_canaries(caplog.text.encode(), secrets) == []
    kept = {path.name: found_canaries(data, secrets) for path, data in bytes_on_disk(tmp_path)}
    assert {name: found for name, found in kept.items() if found} == {}


def test_refusals_do_not_depend_on_what_was_asked_for() -> None:
    first = policy.refuse_indicators(Understanding("覆盖率是97.3%吗", leftover="覆盖率"))
    second = policy.refuse_indicators(Understanding("部署了几套"))
    assert first.text == second.text and "97.3" not in first.text
    assert policy.refuse_field(Understanding("x"), "预算数").text.count("预算数") == 1


def test_what_follows_a_refusal_stays_refused() -> None:
    counted = Understanding("数量超过1000吗", aggregates=(Aggregate.COUNT,), aggregate=Aggregate.COUNT)
    focus = policy.refuse_indicators(counted).focus
    assert isinstance(focus, Understanding)
    assert (focus.intent, focus.aggregates, focus.aggregate) == (Intent.INDICATORS, (), None)
    assert focus.leftover


@pytest.mark.parametrize("english", [False, True])
def test_refusals_give_no_level_period_or_reason(english: bool) -> None:
    u = Understanding("x", english=english)
    for reply in (policy.refuse_indicators(u), policy.refuse_field(u, "预算数")):
        assert "涉密，不予公开" in reply.text
        assert not any(word in reply.text for word in ("绝密", "机密", "秘密级", "保密期限", "定密", "因为"))
