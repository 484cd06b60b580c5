"""The same calls as tools of the Model Context Protocol (MCP), for assistants of other makers: read-only but for drafts.

Each request is complete in itself: no session outlives it, and it is served with the rights of whoever signed this one.
The library is imported with the first request, so that nobody else waits for it.
"""

import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastapi import HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from assistant.web.api import person_of
from assistant.web.calls import CALLS, Call, CallError, Json
from assistant.web.desk import Desk, no_right
from assistant.web.doors import Person
from assistant.web.mishaps import in_words
from assistant.web.routes import sentence

if TYPE_CHECKING:
    from mcp.server import Server
    from mcp_types import CallToolResult, Tool

PATHS = ("/mcp", "/gradio_api/mcp", "/gradio_api/mcp/")
_LARGEST_BODY = 256 << 10  # bytes
_FEWER: Json = {"records": {"limit": 50}}  # of what a language model would drown in, unless it asks for more
_TOLD = (
    "绩效目标助手：部门预算绩效目标的查询、检查和起草。金额以本工具的答复为准，不要自行推算；"
    "标明“涉密”的内容不予提供，也不要猜测；答复里的出处请一并告诉使用者。"
)


def tool_routes(desk: Desk) -> list[Route]:
    return [Route(path, _ToolDoor(desk), methods=["GET", "POST", "DELETE"]) for path in PATHS]


@dataclass(frozen=True, slots=True)
class _ToolDoor:
    desk: Desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":  # there is no stream to listen to and no session to end
            await sentence(405, "请用 POST 提交。")(scope, receive, send)
            return
        try:
            person = await run_in_threadpool(person_of, self.desk, Request(scope, receive))
        except HTTPException as error:
            answer = sentence(error.status_code, str(error.detail))
            answer.headers.update(error.headers or {})
            await answer(scope, receive, send)
            return
        await _serve(_server(self.desk, person), scope, receive, send)


async def _serve(server: "Server[Any]", scope: Scope, receive: Receive, send: Send) -> None:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

    logging.getLogger("mcp").setLevel(logging.CRITICAL + 1)  # its warnings may quote what was sent
    # Whom we answer at all has been decided by the guard, by host and origin.
    manager = StreamableHTTPSessionManager(
        server, json_response=True, stateless=True, max_request_body_size=_LARGEST_BODY
    )
    async with manager.run():
        await manager.handle_request(scope, receive, send)


def _server(desk: Desk, person: Person) -> "Server[Any]":
    """A server for this person alone: it shows, and does, what they may."""
    import mcp_types as types
    from mcp.server.lowlevel import Server

    async def listed(_: Any, __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_tool(call) for call in CALLS.values() if person.may(call.right)])

    async def called(_: Any, wanted: types.CallToolRequestParams) -> types.CallToolResult:
        call = CALLS.get(wanted.name)
        if call is None or not person.may(call.right):
            return _result({"error": "没有这个工具。" if call is None else no_right(person)}, failed=True)
        return await run_in_threadpool(_called, desk, person, call, wanted.arguments or {})

    return Server("jixiao", title="绩效目标助手", instructions=_TOLD, on_list_tools=listed, on_call_tool=called)


def _tool(call: Call) -> "Tool":
    import mcp_types as types

    return types.Tool(
        name=call.name,
        title=call.title,
        description=call.told,
        input_schema=call.schema,
        annotations=types.ToolAnnotations(read_only_hint=True, destructive_hint=False, open_world_hint=False),
    )


def _called(desk: Desk, person: Person, call: Call, arguments: Json) -> "CallToolResult":
    try:
        return _result(call.run(desk, person, {**_FEWER.get(call.name, {}), **arguments}))
    except CallError as error:
        return _result({"error": str(error)}, failed=True)
    except Exception as error:  # noqa: BLE001
        return _result({"error": in_words(error)}, failed=True)


def _result(value: Json, failed: bool = False) -> "CallToolResult":
    import mcp_types as types

    said = types.TextContent(type="text", text=json.dumps(value, ensure_ascii=False))
    return types.CallToolResult(content=[said], structured_content=value, is_error=failed)
