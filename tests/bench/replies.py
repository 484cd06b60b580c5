"""Replies in a running process: record questions and passages, over the shipped document."""

import time
from pathlib import Path
from statistics import median, quantiles

from assistant import guard
from assistant.engine import Assistant
from assistant.settings import Settings
from assistant.types import Conversation, Route

RECORDS = (
    "舆情监测能力建设资金到6月底要花多少钱？",
    "网络生态综合管理平台服务资金安排了多少钱？",
    "四个项目预算合计多少？",
    "哪个项目预算最多？占合计的多少？",
    "预算超过10万元的项目有哪些？",
    "4月到6月四个项目新增支出多少？",
    "生态平台编码",
    "舆情监测软件和能力建设的预算差多少？",
    "四个项目的资金用途有区别吗？",
    "如果舆情监测能力建设资金只拨一半，6月底要花多少？",
)
PASSAGES = (
    "怎样加强网信工作队伍建设？",
    "网络谣言怎么治理？",
    "无线魏县建设到什么程度？",
    "正面宣传围绕什么主题？",
    "舆情值班有什么要求？",
)


def rows(data: Path, rounds: int = 30) -> list[tuple[str, str, str]]:
    assistant = Assistant.open(Settings(data=data))
    try:
        found = []
        for label, questions, route, goal in (
            ("记录问题", RECORDS, Route.RECORDS, "目标 p50 ≤ 5 ms，p95 ≤ 20 ms"),
            ("文字问题", PASSAGES, Route.PASSAGES, "目标 p50 ≤ 30 ms"),
        ):
            times = []
            for _ in range(rounds):
                for question in questions:
                    reply = assistant.reply(Conversation(), question)
                    assert reply.route is route, (question, reply.route)
                    times.append(reply.elapsed_ms)
            times = times[len(questions) :]  # the first round loads what is loaded late
            found.append(
                (f"{label}（进程内）", f"p50 {median(times):.1f} ms，p95 {quantiles(times, n=20)[-1]:.1f} ms", goal)
            )
        return [*found, _guard_row(assistant, rounds)]
    finally:
        assistant.close()


def _guard_row(assistant: Assistant, rounds: int) -> tuple[str, str, str]:
    """What the guard adds to a reply: a reply is held against the library once more, as every one is."""
    holdings = assistant.holdings
    replies = [(assistant.reply(Conversation(), question), question) for question in (*RECORDS, *PASSAGES)]
    times = []
    for _ in range(rounds):
        for reply, question in replies:
            started = time.perf_counter()
            guard.released(reply, holdings, question)
            times.append((time.perf_counter() - started) * 1000)
    times = times[len(replies) :]
    told = f"p50 {median(times):.3f} ms，p95 {quantiles(times, n=20)[-1]:.3f} ms"
    return "守卫（每个回复）", told, "目标 ≤ 1 ms"
