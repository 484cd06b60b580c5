"""The sign-in page and its two routes; plain HTML, so that it needs no script."""

from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from assistant.web.doors import SESSION_COOKIE, Doors, SignInError
from assistant.web.routes import PRIVATE, sentence
from assistant.workspace import Workspace

_LONGEST_FIELD = 200
_PAGE = (
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>登录 · 绩效目标助手</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/page/style.css">'
    '</head><body class="jx-sign-in"><main><h1>绩效目标助手</h1><form method="post" action="/login">'
    '<p role="alert">{words}</p>'
    '<label>用户名<input name="name" autocomplete="username" required autofocus></label>'
    '<label>口令<input name="password" type="password" autocomplete="current-password" required></label>'
    '<button type="submit">登录</button></form></main></body></html>'
)


def sign_in_routes(doors: Doors, workspace: Workspace) -> APIRouter:
    router = APIRouter()

    @router.get("/login")
    def form(request: Request) -> Response:
        if not doors.closed or doors.person(request.cookies):
            return RedirectResponse("/", 303)
        return _page("", 200)

    @router.post("/login")
    async def sign_in(request: Request) -> Response:
        fields: Any = await request.form(max_files=0, max_fields=4)
        name, password = (str(fields.get(key, ""))[:_LONGEST_FIELD] for key in ("name", "password"))
        try:
            token = await run_in_threadpool(doors.sign_in, name, password)
        except SignInError as error:
            return sentence(401, str(error)) if _in_place(request) else _page(str(error), 401)
        workspace.note(f"user:{name}", "session", "signed_in")
        answer: Response = RedirectResponse("/", 303, headers=PRIVATE)
        if _in_place(request):
            answer = JSONResponse({"name": name}, headers=PRIVATE)
        secure = request.url.scheme == "https"
        answer.set_cookie(SESSION_COOKIE, token, httponly=True, samesite="strict", secure=secure)
        return answer

    @router.post("/logout")
    def sign_out(request: Request) -> Response:
        doors.sign_out(request.cookies.get(SESSION_COOKIE, ""))
        answer = Response(status_code=204, headers=PRIVATE)
        answer.delete_cookie(SESSION_COOKIE)
        return answer

    return router


def _in_place(request: Request) -> bool:
    """Whether an open page asks, whose session has ended."""
    return "application/json" in request.headers.get("accept", "")


def _page(words: str, status: int) -> Response:
    return HTMLResponse(_PAGE.format(words=escape(words)), status, headers=PRIVATE)
