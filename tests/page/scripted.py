"""A stand-in with the assistant's methods and prepared replies, for what the page does with them."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from assistant.types import Citation, Conversation, Draft, Figure, Grid, Kind, Origin, Reply, Route, Sentence
from corpus.types import Amount, Cell, CellState, DocumentInfo, PlanPoint, ProjectRecord, Source, YearBasis

EVIL = '<img src="http://evil.invalid/x.png" onerror="document.title=\'hit\'"><script>document.title="hit"</script>'
LINES = tuple((number, f"第{number}行的内容") for number in range(1, 61))


def _cell(text: str | None, line: int) -> Cell:
    state = CellState.VALUE if text is not None else CellState.BLANK
    return Cell(state, text, Source(("第二部分", "1.示例项目"), line=line))


PROJECT = ProjectRecord(
    document_id="d1",
    ordinal=1,
    code=_cell("13043425P00428910001N", 38),
    name=_cell("示例项目", 40),
    unit_code="224001",
    unit_name="示例单位",
    year=2025,
    total=Amount(_cell("35.00", 44), Decimal("35.00")),
    fiscal=Amount(_cell("35.00", 46), Decimal("35.00")),
    other=Amount(_cell(None, 48), None),
    purpose=_cell("支付服务费用", 51),
    plan=(PlanPoint(3, _cell(None, 53), None), PlanPoint(6, _cell("50%", 54), Decimal(50))),
    goals=(_cell("1.开展监测", 58),),
    indicators=(),
    source=Source(("第二部分", "1.示例项目"), line=36),
)
INFO = DocumentInfo(
    "d1", "ab" * 32, "示例.txt", f"示例{EVIL}", "224001", "示例单位", 2025, YearBasis.INFERRED, 1, 2, 3, 4
)
ANSWER = Reply(
    Kind.ANSWER,
    f"到6月底要花 **17.50 万元** [1][2]。\n\n原文：{EVIL} ![图](http://evil.invalid/y.png) [链](http://evil.invalid)",
    Route.RECORDS,
    question="示例项目到6月底的支出计划是多少万元？",
    figures=(Figure(Decimal("17.50"), "万元", "35.00 万元 × 50%", (1, 2)),),
    citations=(
        Citation(1, "示例.txt", "第二部分 › 1.示例项目 › 预算数", "35.00", 44, "d1"),
        Citation(2, "示例.txt", "第二部分 › 1.示例项目 › 6月底", f"50% {EVIL}", 54, "d1"),
    ),
    grid=Grid(("项目", "预算数（万元）"), (("示例项目", "35.00"), (EVIL, "35.00"))),
)
DRAFT = Draft(
    "project",
    "示例项目绩效目标（草稿）",
    2026,
    "一、绩效目标\n开展监测。预算为【待填：2026年预算数（万元）】。",
    (
        Sentence("开展监测。", Origin.KEPT, ("第二部分 › 1.示例项目（第58行）",)),
        Sentence("预算为【待填：2026年预算数（万元）】。", Origin.BLANK),
    ),
    ("2026年预算数（万元）",),
)


class ScriptedAssistant:
    def examples(self) -> tuple[str, ...]:
        return ("示例项目预算多少？", "有哪些项目？", "起草2026年绩效目标")

    def documents(self) -> tuple[DocumentInfo, ...]:
        return (INFO,)

    def reviewed(self) -> tuple[DocumentInfo, ...]:
        return self.documents()

    def projects(self) -> tuple[ProjectRecord, ...]:
        return (PROJECT,)

    def source_lines(self, document_id: str, line: int, around: int = 8) -> tuple[tuple[int, str], ...]:
        return tuple(pair for pair in LINES if abs(pair[0] - line) <= around)

    def reply(self, conversation: Conversation, message: str) -> Reply:
        if "慢" in message:
            time.sleep(3)
        if "坏" in message:
            raise RuntimeError("内部细节QZ")
        if "哪个" in message:
            return Reply(Kind.CLARIFICATION, "您指的是哪一个？", Route.RECORDS, options=("甲项目", "乙项目"))
        if "涉密" in message:
            return Reply(Kind.REFUSAL, "这一项属于涉密内容，不能提供。", Route.POLICY)
        if "起草" in message:
            return Reply(Kind.DRAFT, "已起草。", Route.DRAFTING, draft=DRAFT)
        return ANSWER

    def stream(self, conversation: Conversation, message: str) -> Iterator[Reply]:
        if "逐句" in message:
            said = "第一句已核对。[1]"
            yield replace(ANSWER, text=said, figures=(), grid=None, partial=True)
            time.sleep(1.5)
            yield replace(ANSWER, text=f"{said}\n第二句已核对。[2]", figures=(), grid=None, partial=True)
            time.sleep(1.5)
        yield self.reply(conversation, message)

    def draft(self, kind: str, **_: Any) -> Draft:
        return DRAFT

    def ingest(self, paths: Sequence[Path]) -> Iterator[Any]:
        for path in paths:
            result = {"path": str(path), "status": "rejected", "reason": "格式不支持", "size": path.stat().st_size}
            yield SimpleNamespace(as_json=lambda result=result: result)

    def forget(self, document: str) -> bool:
        return document == INFO.id

    def warm(self) -> None:
        return None

    def close(self) -> None:
        return None
