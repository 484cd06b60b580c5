"""The library for LangChain: a retriever, the exact look-ups as tools, and an agent for questions that take several steps.

With `model.py` the only file that imports langchain. The agent is bounded in steps, time and tokens; it sees what its
tools return, which is what the embedded answers show, and every sentence it ends with is verified against that.
"""

import re
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from assistant.errors import ModelError
from assistant.guard import released
from assistant.holdings import Holdings
from assistant.model import ChatModel, Give, passes
from assistant.model_output import json_object
from assistant.passages.retrieval import retrieve
from assistant.passages.telling import TOLD, names_of, plain_text, speaks_to_a_model, verified
from assistant.prompting import fenced, load
from assistant.types import Citation, Figure, Kind, Reply, Route
from assistant.understanding.by_model import SELECTING, offered, read_selection, selected
from assistant.understanding.types import Understanding
from assistant.verifying.claims import figures_in
from assistant.verifying.verify import Told, faults
from corpus.fields import BY_KEY
from corpus.folding import squeeze
from corpus.ingest import Library

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage
    from langchain_core.retrievers import BaseRetriever
    from langchain_core.tools import BaseTool

MOST_LOOK_UPS = 6
_MOST_CALLS = 5  # of the model
_LONGEST_RESULT = 1_500  # characters
_PASSAGES = 3
_MOST_MARKS = 3
_LONGEST_QUERY = 200  # characters
_MARK = re.compile(r"\[\d{1,3}\]")
_LONGEST_SAID = 40  # characters of a query that are shown
_AGAIN_IN = 0.4  # seconds until the second attempt at a call

Answer = Callable[[Understanding], Reply]


@dataclass(frozen=True, slots=True)
class Step:
    """One look-up of an agent: what it asked, the text it got, and what that rests on."""

    said: str
    text: str
    citations: tuple[Citation, ...]
    figures: tuple[Figure, ...] = ()
    passages: tuple[str, ...] = ()  # of a search: the text of each citation


@dataclass
class Ledger:
    """The steps of one run, numbered from 1; the numbers are what sentences cite."""

    until: float  # on time.monotonic()
    most: int = MOST_LOOK_UPS
    steps: list[Step] = field(default_factory=list)
    give: Callable[["Step"], bool] = lambda _: True  # told of each step as it is made

    def add(self, step: Step) -> str:
        """The result as the model sees it. Raises ModelError when time is up."""
        if time.monotonic() >= self.until:
            raise ModelError("模型没有在时限内回答")
        if len(self.steps) >= self.most:
            return "查询次数用完了，请根据已有结果回答。"
        self.steps.append(step)
        self.give(step)
        return fenced([(f"结果 {len(self.steps)}", step.text)])


# --- for users of LangChain


def library_retriever(library: Library, top: int = 5) -> "BaseRetriever":
    """The library as a LangChain retriever: passages that answer, none when the documents do not say."""
    from langchain_core.callbacks import CallbackManagerForRetrieverRun
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever

    class LibraryRetriever(BaseRetriever):
        def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
            found = retrieve(library, query, None)[:top]
            return [
                Document(
                    page_content=item.chunk.text,
                    id=item.chunk.id,
                    metadata={
                        "document": item.document,
                        "locator": item.chunk.source.locator,
                        "line": item.chunk.source.line,
                        "context": item.chunk.context,
                    },
                )
                for item in found
            ]

    return LibraryRetriever()


def library_tools(
    answer: Answer, library: Library, holdings: Holdings, scope: Understanding, ledger: Ledger | None = None
) -> "list[BaseTool]":
    """The exact look-ups as LangChain tools. `answer` is the embedded way from an Understanding to a Reply.

    `scope` gives documents, units and years; the steps are written into `ledger`.
    """
    from langchain_core.tools import StructuredTool

    told = ledger.add if ledger else lambda step: step.text  # without a ledger nothing is kept

    def look_up(**chosen: Any) -> str:
        try:
            selection = read_selection(chosen)
        except ValueError as error:
            return f"参数不合要求：{error}"
        u = selected(scope, selection, holdings.catalogue)
        if u is None:
            return "没有这个名称的项目；请从项目名单原样选取。"
        reply = released(answer(u), holdings, scope.message)
        text = _MARK.sub("", plain_text(reply.text))  # its marks would be taken for the numbers of results
        return told(Step(_said(selection), _cut(text), reply.citations, reply.figures))

    def search_passages(query: str) -> str:
        found = _passages(query, library, holdings, scope)
        return told(found) if found else "文件没有提到这方面的内容。"

    schema = {"title": "look_up", "type": "object", "properties": SELECTING, "required": []}
    return [
        StructuredTool.from_function(
            look_up,
            name="look_up",
            description="查项目的数：预算数、财政资金、支出计划等，可求和、平均、最大、最小、排名、占比；结果是精确的，带算式。",
            args_schema=schema,
            infer_schema=False,
        ),
        StructuredTool.from_function(
            search_passages,
            name="search_passages",
            description="查文字：总体目标、分项目标、保障措施、绩效目标里与 query 有关的原文。",
        ),
    ]


def _said(selection: dict[str, Any]) -> str:
    labels = [BY_KEY[f].label for f in selection["fields"] if f in BY_KEY]
    words = {"sum": "合计", "average": "平均", "max": "最高", "min": "最低", "rank": "排名", "count": "个数"}
    words |= {"difference": "相差", "share": "占比", "ratio": "倍数"}
    parts = [
        "、".join(selection["projects"]) or "所有项目",
        f"到{selection['month']}月底" if selection["month"] else "",
    ]
    parts += ["、".join(labels), words.get(selection["aggregate"] or "", "")]
    return "查数：" + " ".join(part for part in parts if part)


def _passages(query: str, library: Library, holdings: Holdings, scope: Understanding) -> Step | None:
    query = query[:_LONGEST_QUERY]
    found = retrieve(library, query, scope.document_ids or None)[:_PASSAGES]
    if not found:
        return None
    citations = tuple(
        Citation(
            i,
            e.document,
            e.chunk.source.locator,
            e.chunk.text[:200],
            e.chunk.source.line,
            document_id=e.chunk.document_id,
        )
        for i, e in enumerate(found, start=1)
    )
    passages = tuple(plain_text(e.chunk.text) for e in found)
    return Step(_sought(query, scope.message, passages), _cut("\n".join(passages)), citations, passages=passages)


def _sought(query: str, message: str, passages: tuple[str, ...]) -> str:
    """The step in the model's words where the question or what was found has them: they are shown to people too."""
    borne_out = {1: "\n".join((message, *passages))}
    known = not faults(Told(query, (1,)), borne_out, longest_strange=1) and not speaks_to_a_model(query)
    return f"查文字：{query}" if known and len(query) <= _LONGEST_SAID else "查文字"


def _cut(text: str) -> str:
    """A result as long as a model is given; what is left out is said, and no line is cut in two."""
    if len(text) <= _LONGEST_RESULT:
        return text
    return text[:_LONGEST_RESULT].rpartition("\n")[0] + "\n（以下略）"


# --- the agent


def explored(
    u: Understanding, answer: Answer, library: Library, holdings: Holdings, model: ChatModel, until: float
) -> Generator[Reply, None, Reply | None]:
    """The answer to a question that takes several look-ups, with its steps; None when nothing of it could be verified.

    Gives the steps as they are made. Raises ModelError when the model fails or time is up.
    """
    ledger = Ledger(until)
    tools = library_tools(answer, library, holdings, u, ledger)
    names = filter(plain_text, offered(u.message, holdings.catalogue))
    messages = load("agent").filled(
        question=fenced([("问题", u.message)]),
        projects=fenced([("项目名单", "\n".join(names))]),
        limit=str(MOST_LOOK_UPS),
    )

    def run(give: Give) -> Any:
        ledger.give = give
        return _run(model, tools, messages.system, messages.user)

    content = yield from _told_of(model.run(run, until), u, ledger)
    try:
        told = TOLD.read(json_object(content))
    except ValueError:
        raise ModelError("模型返回的内容不合格式") from None
    passages = {n: step.text for n, step in enumerate(ledger.steps, start=1)}
    kept, dropped = verified(told, passages, u.message, names_of(holdings), model, until)
    return _reply(u, kept, dropped, ledger.steps, model.name) if kept else None


def _told_of(growing: Generator[Step, None, Any], u: Understanding, ledger: Ledger) -> Generator[Reply, None, Any]:
    """The steps so far as a reply, whenever there is one more; what the run returns."""
    while True:
        try:
            next(growing)
        except StopIteration as stop:
            return stop.value
        yield Reply(Kind.ANSWER, "\n".join(_steps_said(ledger.steps)), Route.PASSAGES, focus=u)


def _steps_said(steps: list[Step]) -> list[str]:
    return ["查询步骤：", *(f"{n}. {step.said}" for n, step in enumerate(steps, start=1))]


def _run(model: ChatModel, tools: "list[BaseTool]", system: str, user: str) -> Any:
    """The content of the agent's last message."""
    from langchain.agents import create_agent
    from langchain.agents.middleware import ModelCallLimitMiddleware, ModelRetryMiddleware, ToolCallLimitMiddleware

    limits: Any = (
        ModelRetryMiddleware(max_retries=1, retry_on=passes, on_failure="error", initial_delay=_AGAIN_IN, jitter=False),
        ModelCallLimitMiddleware(run_limit=_MOST_CALLS, exit_behavior="error"),
        ToolCallLimitMiddleware(run_limit=MOST_LOOK_UPS, exit_behavior="continue"),
    )
    agent = create_agent(model.chat, tools, system_prompt=system, middleware=limits)
    state = agent.invoke({"messages": [{"role": "user", "content": user}]}, {"recursion_limit": 4 * _MOST_CALLS})
    last: BaseMessage = state["messages"][-1]
    return last.content


def _reply(u: Understanding, kept: tuple[Told, ...], dropped: int, steps: list[Step], model: str) -> Reply:
    citations: list[Citation] = []
    figures: list[Figure] = []
    lines = []
    for told in kept:
        numbers: list[int] = []
        for n in told.sources:
            numbers += _marks(told, steps[n - 1], citations)
            figures += _figures(told, steps[n - 1], citations)
        lines.append(told.text + "".join(f"[{n}]" for n in dict.fromkeys(numbers)))
    if dropped:
        lines.append(f"（模型另有 {dropped} 句没有通过核对，没有采用。）")
    lines += ["", *_steps_said(steps)]
    route = Route.RECORDS if figures else Route.PASSAGES
    return Reply(
        Kind.ANSWER,
        "\n".join(lines),
        route,
        figures=tuple(dict.fromkeys(figures)),
        citations=tuple(citations),
        model=model,
        focus=replace(u, pending=None, options=()),
    )


def _marks(told: Told, step: Step, citations: list[Citation]) -> list[int]:
    """The numbers of the places that a sentence rests on: those that bear it out or whose words it uses, else the step's first."""
    if step.passages:
        pairs = zip(step.citations, step.passages, strict=True)
        used = [c for c, text in pairs if not faults(Told(told.text, (1,)), {1: text})]
    else:
        said = squeeze(told.text)
        used = [c for c in step.citations if c.quote and squeeze(c.quote) in said]
    return [_number(c, citations) for c in (used or step.citations)[:_MOST_MARKS]]


def _figures(told: Told, step: Step, citations: list[Citation]) -> list[Figure]:
    """The step's figures that a sentence states, their inputs numbered anew."""
    said = figures_in(told.text)
    by_number = {c.number: c for c in step.citations}
    stated = [f for f in step.figures if figures_in(f"{f.value}{f.unit}") & said]
    return [
        replace(f, inputs=tuple(_number(by_number[n], citations) for n in f.inputs if n in by_number)) for f in stated
    ]


def _number(citation: Citation, citations: list[Citation]) -> int:
    """The number of a place in the reply, added when it is new."""
    for known in citations:
        if (known.document_id, known.locator, known.line) == (citation.document_id, citation.locator, citation.line):
            return known.number
    citations.append(replace(citation, number=len(citations) + 1))
    return len(citations)
