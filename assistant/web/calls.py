"""What other programs may call: ask, search, records, draft and check, with the rights of the page.

Each call takes and gives JSON, in the forms of the jixiao command. `api.py` offers them over HTTP, `mcp.py` as tools of
the Model Context Protocol. Nothing is kept of a call but its audit entry.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from assistant.errors import DraftError, ScopeError
from assistant.export import passage_as_json, record_as_json
from assistant.types import Conversation, Kind, Route, finding_as_json
from assistant.users import Right
from assistant.web.desk import Desk
from assistant.web.doors import Person
from assistant.web.ledger import matching
from assistant.within import Within
from corpus.marks import is_marked_message

_MOST_TURNS, _MOST_PASSAGES, _MOST_RECORDS = 20, 200, 100_000
_KINDS = ("document", "overall", "itemised", "safeguards")
_MARKED = "内容带有密级标志，没有处理，也没有保留。"

Json = dict[str, Any]


class CallError(Exception):
    """A call that cannot be done as asked; `status` is that of HTTP."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


@dataclass(frozen=True, slots=True)
class Call:
    """`told` says to a program, or to a language model, what the call is for; `fields` are JSON schemas."""

    name: str
    title: str
    told: str
    run: Callable[[Desk, Person, Json], Json]
    fields: Json = field(default_factory=dict)
    required: tuple[str, ...] = ()
    right: Right = Right.ASK

    @property
    def schema(self) -> Json:
        return {"type": "object", "properties": self.fields, "required": list(self.required)}


def ask(desk: Desk, person: Person, body: Json) -> Json:
    """A whole conversation at once, as `jixiao ask` takes it, with the reply to each message."""
    turns = body.get("turns")
    if not isinstance(turns, list) or not turns or not all(isinstance(turn, str) for turn in turns):
        raise CallError(400, "请给出 turns：一段对话的各条消息。")
    if len(turns) > _MOST_TURNS:
        raise CallError(400, f"一次最多 {_MOST_TURNS} 条消息。")
    said = Conversation()
    for turn in turns:
        reply = desk.answered(person, said, turn)
        desk.note(person.owner, reply)
        said = said.then(turn, reply)
    return {"replies": [turn.reply.as_json() for turn in said.turns]}


def search(desk: Desk, person: Person, body: Json) -> Json:
    query, top = body.get("query"), _count("top", body.get("top", 10), _MOST_PASSAGES)
    if not isinstance(query, str) or not query.strip():
        raise CallError(400, "请给出 query：要找的内容。")
    if is_marked_message(query):
        raise CallError(400, _MARKED)
    try:
        passages = desk.assistant.search(query, top, _within(body))
    except ScopeError as error:
        raise CallError(400, str(error)) from error
    found = [passage_as_json(rank, passage) for rank, passage in enumerate(passages, 1)]
    desk.workspace.note(person.owner, Route.PASSAGES.value, Kind.ANSWER.value)
    return {"passages": found}


def _within(body: Json) -> Within:
    unit, kind, project, year = (body.get(name) for name in ("unit", "kind", "project", "year"))
    if not all(value is None or isinstance(value, str) for value in (unit, kind, project)):
        raise CallError(400, "unit、kind、project 应是文字。")
    if year is not None and (isinstance(year, bool) or not isinstance(year, int)):
        raise CallError(400, "year 应是年份，例如 2025。")
    return Within(unit, year, kind, project)


def records(desk: Desk, person: Person, body: Json) -> Json:
    """The public fields of the projects that hold all the words; `total` counts those that `limit` left off too."""
    words, limit = body.get("words", ""), body.get("limit")
    if not isinstance(words, str):
        raise CallError(400, "words 应是文字。")
    most = _MOST_RECORDS if limit is None else _count("limit", limit, _MOST_RECORDS)
    names = {info.id: info.name for info in desk.assistant.documents()}
    found = [record for record in matching(desk.assistant.projects(), words) if record.document_id in names]
    desk.workspace.note(person.owner, Route.RECORDS.value, Kind.ANSWER.value)
    return {
        "records": [record_as_json(record, names[record.document_id]) for record in found[:most]],
        "total": len(found),
    }


def draft(desk: Desk, person: Person, body: Json) -> Json:
    project, part = body.get("project"), body.get("part", "document")
    year, instruction = body.get("year"), body.get("instruction", "")
    if not isinstance(instruction, str) or not isinstance(project, str | None) or part not in _KINDS:
        raise CallError(400, f"project、instruction 应是文字，part 应是 {'、'.join(_KINDS)} 之一。")
    if year is not None and (type(year) is not int or not 1990 <= year <= 2100):
        raise CallError(400, "year 应是四位年份。")
    if is_marked_message(instruction) or is_marked_message(project or ""):
        raise CallError(400, _MARKED)
    try:
        made = desk.assistant.draft("project" if project else part, project=project, year=year, instruction=instruction)
    except DraftError as error:
        raise CallError(422, str(error)) from None
    desk.workspace.note(person.owner, Route.DRAFTING.value, Kind.DRAFT.value)
    return made.as_json()


def check(desk: Desk, person: Person, body: Json) -> Json:
    """The findings of one document, by name or id, or of all."""
    name = body.get("document")
    chosen = [info for info in desk.assistant.reviewed() if name in (None, info.name, info.id)]
    if name is not None and not chosen:
        raise CallError(404, "资料库里没有这份文件。")
    found = [finding_as_json(finding) | {"document": info.name} for info in chosen for finding in info.findings]
    desk.workspace.note(person.owner, Route.FINDINGS.value, Kind.ANSWER.value)
    return {"findings": found}


def _count(name: str, given: object, most: int) -> int:
    if type(given) is not int or not 1 <= given <= most:
        raise CallError(400, f"{name} 应是 1 到 {most} 的整数。")
    return given


def _text(told: str) -> Json:
    return {"type": "string", "description": told}


CALLS = {
    call.name: call
    for call in (
        Call(
            "ask",
            "提问",
            "用平常的中文就部门预算绩效目标提问，得到准确的答复：金额、支出计划、绩效目标、指标、措施等。"
            "金额由程序从原文计算，带算式和出处；涉密内容不予提供，请原样转告。",
            ask,
            {
                "turns": {
                    "type": "array",
                    "items": {"type": "string"},
                    "minItems": 1,
                    "maxItems": _MOST_TURNS,
                    "description": "一段对话里用户的各条消息，按先后；每条都有一个答复。单独一问就只给一条。",
                }
            },
            ("turns",),
        ),
        Call(
            "search",
            "查找原文",
            "在资料库里查找与 query 有关的原文段落，按相关程度排列，带文件名、位置和行号。数字问题请用 ask。",
            search,
            {
                "query": _text("要找的内容"),
                "top": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": _MOST_PASSAGES,
                    "description": "最多几段，不写为 10",
                },
                "unit": _text("只找这个单位的：名称、简称或编码"),
                "year": {"type": "integer", "description": "只找这一年的"},
                "kind": _text("只找这一部分：总体绩效目标、分项绩效目标、保障措施、项目等"),
                "project": _text("只找这个项目的：名称或编码"),
            },
            ("query",),
        ),
        Call(
            "records",
            "项目记录",
            '项目的公开字段：编码、名称、预算（万元）、支出计划（累计百分比）、目标、指标。空白为 null，涉密为 {"classified": true}。',
            records,
            {
                "words": _text("按单位、年度、编码或名称筛选，多个词以空格分开；不写为全部"),
                "limit": {"type": "integer", "minimum": 1, "maximum": _MOST_RECORDS, "description": "最多几个项目"},
            },
        ),
        Call(
            "check",
            "检查意见",
            "已收录文件的检查意见：缺项、合计不符、计划下降、未量化、重复、过期规划、疑似错字等。",
            check,
            {"document": _text("文件名；不写为全部文件")},
        ),
        Call(
            "draft",
            "起草",
            "依据今年的文字起草下一年度的绩效目标。没有依据的数字留为【待填：…】，请勿代填。",
            draft,
            {
                "project": _text("项目名称或编码；写了就起草这个项目的绩效目标表"),
                "part": {"enum": list(_KINDS), "description": "没有写 project 时：全文、总体、分项或保障措施"},
                "year": {"type": "integer", "minimum": 1990, "maximum": 2100, "description": "预算年度"},
                "instruction": _text("要求，例如：更简洁；预算改为20万元"),
            },
            right=Right.DRAFT,
        ),
    )
}
