"""The interface for other programs: ask, search, records, draft and check, with the rights of the page.

docs/api.md describes it. JSON in, JSON out, in the forms of the jixiao command; nothing is kept of a call but its audit
entry. Programs sign in with each call (HTTP Basic); on a page without sign-in, which only this machine reaches, not.
"""

import base64
import binascii
import json
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response

from assistant.errors import DraftError
from assistant.export import record_as_json
from assistant.policy import has_secret_mark
from assistant.types import Conversation, Kind, Route, finding_as_json
from assistant.users import Right, Role
from assistant.web.desk import Desk, no_right
from assistant.web.doors import Person, SignInError
from assistant.web.mishaps import or_words
from assistant.web.routes import PRIVATE, sentence

_LARGEST_BODY = 256 << 10  # bytes
_MOST_TURNS, _MOST_PASSAGES = 20, 200
_KINDS = ("overall", "itemised", "safeguards", "document")


def api_routes(desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/api")
    handlers = {"ask": _ask, "search": _search, "records": _records, "draft": _draft, "check": _check}
    rights = {"draft": Right.DRAFT}

    @router.post("/{name}")
    async def call(request: Request, name: str) -> Response:
        if name not in handlers:
            return sentence(404, f"没有这个接口。可用：{'、'.join(handlers)}。")
        body = await _body(request)
        person = await run_in_threadpool(_person, desk, request, rights.get(name, Right.ASK))
        return await run_in_threadpool(or_words(handlers[name], _failed), desk, person, body)

    return router


async def _body(request: Request) -> dict[str, Any]:
    """The JSON object of a call. Asking for its type keeps out the forms of other sites' pages."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise HTTPException(415, "请用 application/json 提交。")
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > _LARGEST_BODY:
            raise HTTPException(413, f"内容超过 {_LARGEST_BODY >> 10} KB。")
    try:
        found = json.loads(content or b"{}")
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise HTTPException(400, "内容应是一个 JSON 对象。")
    return found


def _person(desk: Desk, request: Request, right: Right) -> Person:
    """Whom the program acts for. Raises HTTPException."""
    person = desk.doors.person(request.cookies) or _by_password(desk, request.headers.get("authorization", ""))
    if not person.may(right):
        raise HTTPException(403, no_right(person))
    return person


def _by_password(desk: Desk, header: str) -> Person:
    if not desk.doors.closed:
        return Person("program", Role.ADMIN)
    kind, _, told = header.partition(" ")
    try:
        name, _, password = base64.b64decode(told, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        kind = ""
    if kind.lower() != "basic":
        raise HTTPException(401, "请用 HTTP Basic 提供用户名和口令。")
    try:
        return desk.doors.program(name, password)
    except SignInError as error:
        raise HTTPException(401, str(error)) from None


def _failed(words: str) -> Response:
    return sentence(500, words)


def _said(value: Any) -> Response:
    return JSONResponse(value, headers=PRIVATE)


def _ask(desk: Desk, person: Person, body: dict[str, Any]) -> Response:
    """{"turns": [..]} -> {"replies": [Reply, ..]}: a whole conversation at once, as `jixiao ask` takes it."""
    turns = body.get("turns")
    if not isinstance(turns, list) or not turns or not all(isinstance(turn, str) for turn in turns):
        return sentence(400, "请给出 turns：一段对话的各条消息。")
    if len(turns) > _MOST_TURNS:
        return sentence(400, f"一次最多 {_MOST_TURNS} 条消息。")
    said = Conversation()
    for turn in turns:
        reply = desk.reply(person, said, turn)
        desk.note(person.owner, reply)
        said = said.then(turn, reply)
    return _said({"replies": [turn.reply.as_json() for turn in said.turns]})


def _search(desk: Desk, _: Person, body: dict[str, Any]) -> Response:
    """{"query", "top"} -> {"passages": [..]}."""
    query, top = body.get("query"), body.get("top", 10)
    if not isinstance(query, str) or not query.strip():
        return sentence(400, "请给出 query：要找的内容。")
    if type(top) is not int or not 1 <= top <= _MOST_PASSAGES:
        return sentence(400, f"top 应是 1 到 {_MOST_PASSAGES} 的整数。")
    if has_secret_mark(query):
        return sentence(400, "内容带有密级标志，没有处理。")
    found = [
        {
            "rank": rank,
            "document": passage.document,
            "locator": passage.chunk.source.locator,
            "line": passage.chunk.source.line,
            "text": passage.chunk.text,
            "score": round(passage.score, 4),
        }
        for rank, passage in enumerate(desk.assistant.search(query, top), 1)
    ]
    return _said({"passages": found})


def _records(desk: Desk, _: Person, __: dict[str, Any]) -> Response:
    """{} -> {"records": [..]}: the public fields of every project."""
    names = {info.id: info.name for info in desk.assistant.documents()}
    projects = [record for record in desk.assistant.projects() if record.document_id in names]
    return _said({"records": [record_as_json(record, names[record.document_id]) for record in projects]})


def _draft(desk: Desk, person: Person, body: dict[str, Any]) -> Response:
    """{"project" or "part", "year", "instruction"} -> a draft."""
    project, part = body.get("project"), body.get("part", "document")
    year, instruction = body.get("year"), body.get("instruction", "")
    if not isinstance(instruction, str) or not isinstance(project, str | None) or part not in _KINDS:
        return sentence(400, f"project、instruction 应是文字，part 应是 {'、'.join(_KINDS)} 之一。")
    if year is not None and (type(year) is not int or not 1990 <= year <= 2100):
        return sentence(400, "year 应是四位年份。")
    if has_secret_mark(instruction) or has_secret_mark(project or ""):
        return sentence(400, "内容带有密级标志，没有处理。")
    try:
        made = desk.assistant.draft("project" if project else part, project=project, year=year, instruction=instruction)
    except DraftError as error:
        return sentence(422, str(error))
    desk.workspace.note(person.owner, Route.DRAFTING.value, Kind.DRAFT.value)
    return _said(made.as_json())


def _check(desk: Desk, _: Person, body: dict[str, Any]) -> Response:
    """{"document"} -> {"findings": [..]}: of one document by name or id, or of all."""
    name = body.get("document")
    chosen = [info for info in desk.assistant.documents() if name in (None, info.name, info.id)]
    if name is not None and not chosen:
        return sentence(404, "资料库里没有这份文件。")
    found = [finding_as_json(finding) | {"document": info.name} for info in chosen for finding in info.findings]
    return _said({"findings": found})
