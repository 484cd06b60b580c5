"""The interface for other programs over HTTP: JSON in, JSON out; docs/api.md describes it.

Programs sign in with each call (HTTP Basic); on a page without sign-in, which only this machine reaches, not.
"""

import base64
import binascii
import json
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response

from assistant.users import Right, Role
from assistant.web.calls import CALLS, Call, CallError
from assistant.web.desk import Desk, no_right
from assistant.web.doors import Person, SignInError
from assistant.web.mishaps import or_words
from assistant.web.pace import Deed, TooFast
from assistant.web.routes import PRIVATE, sentence

_LARGEST_BODY = 256 << 10  # bytes


def api_routes(desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/api")

    @router.post("/{name}")
    async def call(request: Request, name: str) -> Response:
        wanted = CALLS.get(name)
        if wanted is None:
            return sentence(404, f"没有这个接口。可用：{'、'.join(CALLS)}。")
        body = await _body(request)
        person = await run_in_threadpool(person_of, desk, request, wanted.right)
        return await run_in_threadpool(or_words(_answered, _failed), desk, person, wanted, body)

    return router


def person_of(desk: Desk, request: Request, right: Right = Right.ASK) -> Person:
    """Whom the program acts for, within their pace. Raises HTTPException."""
    person = desk.doors.person(request.cookies) or _by_password(desk, request.headers.get("authorization", ""))
    if not person.may(right):
        raise HTTPException(403, no_right(person))
    try:
        desk.hold(person, Deed.CALL)
    except TooFast as error:
        raise HTTPException(429, str(error), {"retry-after": str(error.seconds)}) from None
    return person


def _answered(desk: Desk, person: Person, call: Call, body: dict[str, Any]) -> Response:
    try:
        return JSONResponse(call.run(desk, person, body), headers=PRIVATE)
    except CallError as error:
        return sentence(error.status, str(error))


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


def _by_password(desk: Desk, header: str) -> Person:
    if not desk.doors.closed:
        return Person("program", Role.ADMIN)
    kind, _, told = header.partition(" ")
    try:
        name, _, password = base64.b64decode(told, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        kind = ""
    if kind.lower() != "basic":
        raise HTTPException(401, "请用 HTTP Basic 提供用户名和口令。", {"www-authenticate": "Basic"})
    try:
        return desk.doors.program(name, password)
    except SignInError as error:
        raise HTTPException(401, str(error)) from None


def _failed(words: str) -> Response:
    return sentence(500, words)
