"""Many people at the page at once, each with a browser's cookies and Gradio's own protocol but without a browser.

Each says who they are, asks about one project, follows up, and looks at every reply: the figure computed from the
records, the project's name, and nobody else's words. What is wrong is written down as a sentence.
"""

import asyncio
import json
import random
import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx

_TAG = re.compile(r"我是(\d+)号")
_SLOWEST = 60.0  # seconds that are waited for a reply
_SEND = "send"


@dataclass(frozen=True, slots=True)
class Known:
    """A project and what is to be paid of it by the end of each month, in 万元; months that are blank are left out."""

    name: str
    total: Decimal
    due: dict[int, Decimal]


@dataclass(slots=True)
class Day:
    """What came of it."""

    seconds: list[float] = field(default_factory=list)  # from Enter to the whole reply, record questions only
    problems: list[str] = field(default_factory=list)

    def quantile(self, share: float) -> float:
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def simulate(url: str, people: int, seconds: float, pause: tuple[float, float], fewest: int = 1) -> Day:
    """`people` visitors for `seconds`, or until each has asked the `fewest` questions; between two of them each waits as
    long as `pause` says, at random."""
    # In a thread of its own: Playwright keeps a loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, _simulated(url, people, seconds, pause, fewest)).result()


async def _simulated(url: str, people: int, seconds: float, pause: tuple[float, float], fewest: int) -> Day:
    day = Day()
    async with _client(url) as first:
        known = _known((await first.post("/api/records", json={})).json()["records"])
    until = time.monotonic() + seconds
    visits = (
        _visit(url, number, known[number % len(known)], known, until, pause, fewest, day) for number in range(people)
    )
    await asyncio.gather(*visits)
    return day


def _client(url: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, timeout=_SLOWEST, trust_env=False)


def _known(records: list[dict[str, Any]]) -> list[Known]:
    return [
        Known(
            record["name"],
            Decimal(record["total"]),
            {
                int(month): Decimal(record["total"]) * Decimal(share) / 100
                for month, share in record["plan"].items()
                if share
            },
        )
        for record in records
        if record["total"]
    ]


async def _visit(
    url: str,
    number: int,
    mine: Known,
    known: list[Known],
    until: float,
    pause: tuple[float, float],
    fewest: int,
    day: Day,
) -> None:
    chance = random.Random(number)
    others = [other.name for other in known if other.name != mine.name and other.name not in mine.name]
    async with _client(url) as client:
        try:
            visitor = await Visitor.come_in(client)
            await asyncio.sleep(chance.uniform(*pause))
            await visitor.ask(f"你好，我是{number}号")
            named = False
            while visitor.asked <= fewest or time.monotonic() < until:
                await asyncio.sleep(chance.uniform(*pause))
                question, expected = _next(mine, named, chance)
                started = time.monotonic()
                chat = await visitor.ask(question)
                day.seconds.append(time.monotonic() - started)
                day.problems += _wrong(chat, visitor.asked, number, mine, others, expected)
                named = True
        except (httpx.HTTPError, ValueError, KeyError) as error:
            day.problems.append(f"{number}号：{type(error).__name__} {error}")


def _next(mine: Known, named: bool, chance: random.Random) -> tuple[str, Decimal]:
    """A question by name, or a follow-up that only the conversation makes complete."""
    months = sorted(mine.due)
    if months and named and chance.random() < 0.5:
        month = chance.choice(months)
        return f"那到{month}月底要花多少万元呢？", mine.due[month]
    if months and chance.random() < 0.5:
        month = chance.choice(months)
        return f"{mine.name}到{month}月底要花多少万元？", mine.due[month]
    return f"{mine.name}的预算是多少？", mine.total


def _wrong(chat: list[str], asked: int, number: int, mine: Known, others: list[str], expected: Decimal) -> list[str]:
    last, said = chat[-1], " ".join(chat)
    found = []
    if f"{expected:.2f}" not in last:
        found.append(f"{number}号：答复里没有 {expected:.2f}")
    if mine.name not in last:
        found.append(f"{number}号：答复里没有“{mine.name}”")
    if {int(tag) for tag in _TAG.findall(said)} - {number}:
        found.append(f"{number}号：看到别人的话")
    if any(other in last for other in others):
        found.append(f"{number}号：看到别人的项目")
    if len(chat) != 2 * asked:
        found.append(f"{number}号：{asked} 问之后有 {len(chat)} 条消息")
    return found


@dataclass(slots=True)
class Visitor:
    """One open page."""

    client: httpx.AsyncClient
    session: str
    event: int
    trigger: int
    asked: int = 0

    @classmethod
    async def come_in(cls, client: httpx.AsyncClient) -> "Visitor":
        (await client.get("/")).raise_for_status()
        config = (await client.get("/config")).raise_for_status().json()
        send = next(part["id"] for part in config["components"] if part["props"].get("elem_id") == _SEND)
        event = next(one["id"] for one in config["dependencies"] if [send, "click"] in one["targets"])
        return cls(client, uuid4().hex[:12], event, send)

    async def ask(self, question: str) -> list[str]:
        """The texts of the whole chat once the reply is there. Raises ValueError for an error of the page."""
        self.asked += 1
        call = {
            "data": [question, None, None, ""],
            "event_data": None,
            "fn_index": self.event,
            "session_hash": self.session,
            "trigger_id": self.trigger,
        }
        (await self.client.post("/gradio_api/queue/join", json=call)).raise_for_status()
        address = f"/gradio_api/queue/data?session_hash={self.session}"
        async with self.client.stream("GET", address) as stream:
            async for line in stream.aiter_lines():
                said = json.loads(line[5:]) if line.startswith("data:") else {}
                if said.get("msg") == "process_completed":
                    return _texts(said)
        raise ValueError("连接中断")


def _texts(said: dict[str, Any]) -> list[str]:
    if not said["success"]:
        raise ValueError(f"没有完成：{said['output'].get('error')}")
    return ["".join(part["text"] for part in message["content"]) for message in said["output"]["data"][0]]
