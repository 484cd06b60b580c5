"""Starts the page on one address of this machine, and nothing else."""

import contextlib
import gc
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import AssistantError
from assistant.settings import Settings
from assistant.web.doors import Doors
from assistant.web.pace import Pace

if TYPE_CHECKING:
    from fastapi import FastAPI

    from assistant.engine import Assistant
    from assistant.workspace import Workspace

# Set before gradio is imported: it reads some of them once.
_QUIET_GRADIO = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_SHARE": "False",
    "GRADIO_RUN_HISTORY": "False",
    "GRADIO_SSR_MODE": "False",
    "GRADIO_MCP_SERVER": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
}

_WARM_AFTER_SECONDS = 3.0  # importing torch takes ten seconds of the processor, which the first page must not share


class LaunchError(AssistantError):
    """The page cannot be started at this address."""


def launch(settings: Settings, host: str = "127.0.0.1", port: int = 7860) -> None:
    """Serves the page until it is told to stop. Raises LaunchError, SettingsError, StoreError or WorkspaceError."""
    names = allowed_hosts(host, settings)
    doors = Doors(settings.users)
    listening = listen(host, port)
    with listening:
        prepare_environment(settings.data)
        from assistant.engine import Assistant
        from assistant.workspace import Workspace

        workspace = Workspace.open(settings.data)
        assistant = Assistant.open(settings)
        try:
            gc.disable()  # what importing the web libraries makes stays; counting it meanwhile costs a tenth of the start
            app = build_app(assistant, workspace, settings.data, names, doors)
            gc.freeze()
            gc.enable()
            _serve(app, assistant, listening, host)
        finally:
            assistant.close()
            workspace.close()


def allowed_hosts(host: str, settings: Settings) -> frozenset[str] | None:
    """The host names the page answers to; None for any, where one has to sign in: a proxy before it has its own name.

    Raises LaunchError for an address that other machines reach, without a users file.
    """
    if settings.users is not None:
        return None
    try:
        loopback = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if loopback:
        return frozenset({"localhost", "127.0.0.1", "::1", host})
    raise LaunchError(
        f"没有登录保护时只能在本机使用：地址 {host} 会让其他机器也能打开。请用 --host 127.0.0.1，"
        "或先用 jixiao user add 建立用户文件并设置 JIXIAO_USERS。"
    )


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens at the address. Raises LaunchError when it is taken or not allowed."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(256)
    except (OSError, OverflowError) as error:
        listening.close()
        raise LaunchError(_busy(host, port, error)) from None
    return listening


def _busy(host: str, port: int, error: OSError | OverflowError) -> str:
    if isinstance(error, OverflowError):
        return f"端口 {port} 不存在，请用 1 到 65535 之间的数。"
    if isinstance(error, PermissionError):
        return f"没有权限使用端口 {port}，请换一个大于 1024 的端口，例如 --port 7861。"
    return f"地址 {host} 的端口 {port} 已被占用（也许页面已经打开），请先关闭它，或换一个端口，例如 --port {port + 1}。"


def prepare_environment(data: Path) -> None:
    """Switches off what Gradio would send or share, and gives it a private folder for temporary files."""
    temporary = data / "gradio"
    temporary.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ.update(_QUIET_GRADIO, GRADIO_TEMP_DIR=str(temporary))


def build_app(
    assistant: "Assistant",
    workspace: "Workspace",
    data: Path,
    hosts: frozenset[str] | None,
    doors: Doors | None = None,
    pace: Pace | None = None,
) -> "FastAPI":
    """The whole web application: our routes, Gradio's page under /, and the guard before both.

    `doors` None: one local user, without sign-in. `pace` None: a fresh one.
    """
    with _without_mcp():
        import gradio as gr
    from fastapi import FastAPI, HTTPException, Request
    from fastapi.responses import Response
    from starlette.middleware import Middleware

    from assistant.web.api import api_routes
    from assistant.web.desk import Desk
    from assistant.web.downloads import download_routes
    from assistant.web.guard import Guard
    from assistant.web.page import build_page, theme
    from assistant.web.routes import page_routes, sentence
    from assistant.web.signin import sign_in_routes
    from assistant.web.tools import tool_routes

    doors = doors or Doors(None)
    desk = Desk(assistant, workspace, data, doors, pace=pace or Pace())
    guard = Middleware(Guard, hosts=hosts, admits=lambda cookies: not doors.closed or bool(doors.person(cookies)))
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, middleware=[guard])
    for router in (page_routes(desk), download_routes(desk), api_routes(desk), sign_in_routes(doors, workspace)):
        app.include_router(router)
    app.router.routes.extend(tool_routes(desk))

    @app.exception_handler(HTTPException)
    def refused(_: Request, error: HTTPException) -> Response:
        answer = sentence(error.status_code, str(error.detail))
        answer.headers.update(error.headers or {})
        return answer

    mounted: FastAPI = gr.mount_gradio_app(
        app,
        build_page(desk),
        path="/",
        footer_links=[],
        run_history=False,
        allowed_paths=[],
        blocked_paths=[str(data.absolute())],
        show_error=False,
        max_file_size="1kb",
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=theme(),
    )
    return mounted


@contextlib.contextmanager
def _without_mcp() -> Iterator[None]:
    """Gradio imports the library with itself, a fifth of every start, for a server of its own that we do not use."""
    if "mcp" in sys.modules:
        yield
        return
    sys.modules["mcp"] = None  # type: ignore[assignment]  # what importlib takes for “not installed”
    try:
        yield
    finally:
        del sys.modules["mcp"]


def _serve(app: "FastAPI", assistant: "Assistant", listening: socket.socket, host: str) -> None:
    import uvicorn

    # Open pages hold a connection for ever, and uvicorn would print a traceback for each when it cuts them off.
    config = uvicorn.Config(
        app, log_level="critical", access_log=False, server_header=False, timeout_graceful_shutdown=1
    )
    name = f"[{host}]" if ":" in host else host
    sys.stderr.write(f"绩效目标助手已启动：http://{name}:{listening.getsockname()[1]} （按 Ctrl+C 停止）\n")
    later = threading.Timer(_WARM_AFTER_SECONDS, _warm, [assistant])
    later.daemon = True
    later.start()
    # uvicorn stops in order, then raises the signal once more: that must not end us before all is closed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listening])
    later.cancel()


def _warm(assistant: "Assistant") -> None:
    """Loads the embedder; until then, and where that fails, the lexical index answers."""
    from assistant.web.mishaps import or_words

    or_words(assistant.warm, lambda words: logging.getLogger("jixiao.web").warning("%s", words))()
