"""What stands before every request: who may come in, by which address, and what the browser may load.

An ASGI middleware of the standard library. It lets through only the routes the page needs: Gradio's own upload, file
and proxy routes serve any user's files to any other (measured), so the page has its own instead. It gives each browser
a secret cookie, and everything a person keeps belongs to the hash of it.
"""

import hashlib
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

COOKIE = "jixiao_browser"
LANGUAGE_COOKIE = "jixiao_language"
_CHINESE = "zh-CN"
_COOKIE_SECONDS = 400 * 24 * 3600  # the longest that browsers keep one
_SECRET = re.compile(r"[\w-]{40,80}")

_OPEN_PATHS = re.compile(
    r"/(config|theme\.css|favicon\.ico|healthz|upload|replace|forget|source|login|logout|mcp|gradio_api/mcp/?"
    r"|(assets|static|svelte|page|download|api)/.*"
    r"|gradio_api/(queue/(join|data)|cancel|reset|startup-events|app_id|info|heartbeat/.*))?"
)

# What one sees before signing in. Programs sign in with each call.
_BEFORE_SIGN_IN = re.compile(r"/(login|healthz|favicon\.ico|page/(style\.css|icon\.svg)|api/.*|(gradio_api/)?mcp/?)")

SESSION_ENDED = (b"x-jixiao-session", b"ended")  # the page's script then asks for the password, and nothing is lost

_OUTSIDE_TAGS = re.compile(
    r'\s*<meta\s+(?:property="og:|name="twitter:)[^>]*>|\s*<link rel="manifest"[^>]*>|\s*<link[^>]*href="https?://[^>]*>'
    r'|\s*<script[^>]*src="https?://[^>]*></script>'
)
_HEAD = (
    '<link rel="icon" href="/page/icon.svg"><link rel="stylesheet" href="/page/style.css"><script src="/page/documents.js" nonce="{nonce}"></script>'
    '<script src="/page/pieces.js" nonce="{nonce}"></script><script src="/page/english.js" nonce="{nonce}"></script><script src="/page/keeping.js" nonce="{nonce}"></script><script src="/page/session.js" nonce="{nonce}"></script><script src="/page/page.js" nonce="{nonce}"></script>'
    '<meta name="referrer" content="same-origin">'
)
_HEADERS = (
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),  # "no-referrer" makes browsers send "Origin: null" with the sign-in form
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
)


def owner_of(secret: str | None) -> str | None:
    """Whose a browser's things are; None for a browser without a valid cookie."""
    if secret is None or not _SECRET.fullmatch(secret):
        return None
    return hashlib.sha256(secret.encode()).hexdigest()[:32]


def content_policy(nonce: str) -> str:
    """The Content-Security-Policy: nothing from elsewhere, scripts only from here."""
    return (
        "default-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; object-src 'none';"
        f" script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
        " font-src 'self' data:; connect-src 'self'"
    )


@dataclass(frozen=True, slots=True)
class Guard:
    """`hosts` are the names under which the page may be called: others are a rebinding attack or a mistake.

    None allows any, which is safe only behind sign-in. `admits` says whether these cookies have signed in.
    """

    app: App
    hosts: frozenset[str] | None
    admits: Callable[[Mapping[str, str]], bool] = lambda _: True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        nonce = secrets.token_urlsafe(16)
        refusal = self._refusal(scope, headers)
        if refusal:
            await _answer(_guarded(send, nonce, None), *refusal)
            return
        cookies = cookies_of(headers.get("cookie", ""))
        if not _BEFORE_SIGN_IN.fullmatch(scope["path"]) and not self.admits(cookies):
            await _turn_away(_guarded(send, nonce, None), scope["path"])
            return
        if scope["path"] != "/":
            await self.app(scope, receive, _guarded(send, nonce, None))
            return
        known = owner_of(cookies.get(COOKIE))
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        secure = scope.get("scheme") == "https"
        guarded = _guarded(send, nonce, None if known else secrets.token_urlsafe(32), secure)
        page = _Page(guarded, nonce, language_of(cookies))
        await self.app({**scope, "headers": plain}, receive, page.send)

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if self.hosts is not None and _host_name(host) not in self.hosts:
            return 421, "请用启动时显示的网址打开本页。"
        origin = headers.get("origin")
        if origin and origin.partition("://")[2] != host:
            return 403, "不接受来自其他网站的请求。"
        return None if _OPEN_PATHS.fullmatch(scope["path"]) else (404, "没有这个页面。")


def cookies_of(header: str) -> dict[str, str]:
    """The cookies of a Cookie header; none of a broken one."""
    try:
        return {name: found.value for name, found in SimpleCookie(header).items()}
    except CookieError:
        return {}


def language_of(cookies: Mapping[str, str]) -> str:
    """The page's language: Chinese for all who have not switched."""
    return "en" if cookies.get(LANGUAGE_COOKIE) == "en" else _CHINESE


def _host_name(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].lower()


async def _turn_away(send: Send, path: str) -> None:
    """The sign-in page for who opens the page; a sentence for what an open page asks after its session has ended."""
    if path == "/":
        await send({"type": "http.response.start", "status": 303, "headers": [(b"location", b"/login")]})
        await send({"type": "http.response.body", "body": b""})
        return
    await _answer(send, 403, "登录已过期，请重新登录。", (SESSION_ENDED,))


async def _answer(send: Send, status: int, sentence: str, more: tuple[tuple[bytes, bytes], ...] = ()) -> None:
    body = sentence.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode()), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _guarded(send: Send, nonce: str, new_secret: str | None, secure: bool = False) -> Send:
    """Adds the security headers, and the cookie for a browser that has none."""
    added = [*_HEADERS, ("content-security-policy", content_policy(nonce))]
    if new_secret:
        cookie = f"{COOKIE}={new_secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age={_COOKIE_SECONDS}"
        cookie += "; Secure" if secure else ""
        added.append(("set-cookie", cookie))

    async def send_guarded(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            headers = [*message["headers"], *((name.encode(), value.encode()) for name, value in added)]
            message = {**message, "headers": headers}
        await send(message)

    return send_guarded


class _Page:
    """Collects Gradio's index page and sends it without outside addresses and with our script, style and nonce."""

    def __init__(self, send: Send, nonce: str, language: str) -> None:
        self._send = send
        self._nonce = nonce
        self._language = language
        self._start: MutableMapping[str, Any] = {}
        self._body = b""

    async def send(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self._start = message
        elif message["type"] == "http.response.body":
            await self._collect(message)

    async def _collect(self, message: MutableMapping[str, Any]) -> None:
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        body = page_html(self._body.decode(), self._nonce, self._language).encode()
        headers = [(name, value) for name, value in self._start["headers"] if name != b"content-length"]
        headers += [(b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store")]
        await self._send({**self._start, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})


def page_html(html: str, nonce: str, language: str = _CHINESE) -> str:
    """Gradio's index page made ours: in our language, nothing from elsewhere, inline scripts allowed by `nonce`."""
    own = _OUTSIDE_TAGS.sub("", html).replace('lang="en"', f'lang="{language}" id="jx"', 1)
    scripts = own.replace("<script>", f'<script nonce="{nonce}">').replace(
        "<script data-gradio-mode>", f'<script data-gradio-mode nonce="{nonce}">'
    )
    return scripts.replace("</head>", _HEAD.format(nonce=nonce) + "</head>", 1)
