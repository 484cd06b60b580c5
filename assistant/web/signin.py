"""The sign-in page and its two routes; plain HTML, so that it needs no script."""

from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from assistant.web.doors import SESSION_COOKIE, Doors, SignInError
from assistant.web.guard import LANGUAGE_COOKIE, language_of
from assistant.web.routes import PRIVATE, sentence
from assistant.workspace import Workspace

_LONGEST_FIELD = 200
_LANGUAGE_SECONDS = 365 * 24 * 3600
_PAGE = (
    '<!doctype html><html id="jx" lang="{language}"><head><meta charset="utf-8"><title>{sign_in} · {product}</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/page/style.css">'
    '</head><body class="jx-sign-in"><main><h1>{product}</h1><form method="post" action="/login">'
    '<p role="alert">{words}</p>'
    '<label>{name}<input name="name" autocomplete="username" required autofocus></label>'
    '<label>{password}<input name="password" type="password" autocomplete="current-password" required></label>'
    '<button type="submit">{sign_in}</button></form><p><a href="/login?language={other}">{other_name}</a></p></main></body></html>'
)


_CHINESE = {
    "language": "zh-CN",
    "product": "绩效目标助手",
    "sign_in": "登录",
    "name": "用户名",
    "password": "口令",
    "other": "en",
    "other_name": "English",
}
_ENGLISH = {
    "language": "en",
    "product": "Performance Goals Assistant",
    "sign_in": "Sign in",
    "name": "User name",
    "password": "Password",
    "other": "zh",
    "other_name": "中文",
}


def sign_in_routes(doors: Doors, workspace: Workspace) -> APIRouter:
    router = APIRouter()

    @router.get("/login")
    def form(request: Request, language: str = "") -> Response:
        if not doors.closed or doors.person(request.cookies):
            return RedirectResponse("/", 303)
        if language not in ("en", "zh"):
            return _page(request, "", 200)
        answer: Response = RedirectResponse("/login", 303)
        answer.set_cookie(LANGUAGE_COOKIE, language, max_age=_LANGUAGE_SECONDS, samesite="strict")
        return answer

    @router.post("/login")
    async def sign_in(request: Request) -> Response:
        fields: Any = await request.form(max_files=0, max_fields=4)
        name, password = (str(fields.get(key, ""))[:_LONGEST_FIELD] for key in ("name", "password"))
        try:
            token = await run_in_threadpool(doors.sign_in, name, password)
        except SignInError as error:
            return sentence(401, str(error)) if _in_place(request) else _page(request, str(error), 401)
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


def _page(request: Request, words: str, status: int) -> Response:
    said = _ENGLISH if language_of(request.cookies) == "en" else _CHINESE
    if words and said is _ENGLISH:
        words = (
            "Too many failed attempts, please try again in 5 minutes."
            if "过多" in words
            else "Wrong user name or password."
        )
    return HTMLResponse(_PAGE.format(words=escape(words), **said), status, headers=PRIVATE)
