"""The real app in a process of its own over a temporary data folder, and headless Chromium before it."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
CHROMIUM_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class RunningApp:
    url: str
    data: Path
    attempts: Path  # what the sealed process tried to reach outside, a line each
    process: subprocess.Popen[bytes] | None = None
    log: Path | None = None
    outside_requests: list[str] = field(default_factory=list)  # what the pages tried to load from elsewhere
    complaints: list[str] = field(default_factory=list)  # errors on the browser's console


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def running(data: Path, port: int) -> Iterator[RunningApp]:
    """The app with its ways off this machine closed, until the block ends."""
    attempts = data.parent / f"attempts-{port}.txt"
    command = [sys.executable, "-m", "tests.page.sealed_app", str(attempts)]
    with (data.parent / f"app-{port}.log").open("w") as log:
        process = subprocess.Popen(
            [*command, "--port", str(port), "--data", str(data)],
            cwd=ROOT,
            env={name: value for name, value in os.environ.items() if not name.startswith("JIXIAO_")},
            stdout=log,
            stderr=log,
        )
        try:
            _wait_until_up(f"http://127.0.0.1:{port}", process, Path(log.name))
            yield RunningApp(f"http://127.0.0.1:{port}", data, attempts, process, Path(log.name))
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_until_up(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the app did not come up:\n{log.read_text()}")


@dataclass
class Desk:
    """One person's browser on the page, in the words of the tests."""

    page: Any
    url: str
    complaints: list[str]  # errors on its console while somebody is at it

    def reload(self) -> None:
        """Leaves the page and comes back. A stream that Gradio holds open is then cut by the leaving: no fault of the page."""
        with self._leaving():
            self.page.reload()

    @contextmanager
    def _leaving(self) -> Iterator[None]:
        """What the console says meanwhile is not kept."""
        kept = len(self.complaints)
        yield
        del self.complaints[kept:]

    def close(self) -> None:
        with self._leaving():
            self.page.context.close()

    def ask(self, question: str) -> str:
        """Types a question, waits for the whole reply and gives its text."""
        before = self.page.locator(".jx-actions").count()
        self.page.fill("#question textarea", question)
        self.page.keyboard.press("Enter")
        return self.reply_after(before)

    def reply_after(self, before: int) -> str:
        self.page.wait_for_function(
            "n => document.querySelectorAll('.jx-actions').length > n", arg=before, timeout=20_000
        )
        self.page.wait_for_selector("#send", state="visible")
        return str(self.last_reply.inner_text())

    @property
    def last_reply(self) -> Any:
        return self.page.locator(".jx-reply").last

    def tab(self, name: str) -> None:
        self.page.get_by_role("tab", name=name).click()


@contextmanager
def desk_of(
    app: RunningApp, chromium: Any, width: int = 1440, height: int = 900, scheme: str = "light"
) -> Iterator[Desk]:
    """A browser of its own: new cookies, English as its language, every request written down."""
    context = chromium.new_context(
        viewport={"width": width, "height": height}, locale="en-US", accept_downloads=True, color_scheme=scheme
    )
    page = context.new_page()
    page.on("request", lambda request: _note_outside(app, request.url))
    page.on("console", lambda said: app.complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: app.complaints.append(str(error)))
    page.goto(app.url)
    page.wait_for_selector("#question textarea", timeout=30_000)
    desk = Desk(page, app.url, app.complaints)
    yield desk
    desk.close()


def _note_outside(app: RunningApp, url: str) -> None:
    if not url.startswith((app.url, "data:", "blob:")):
        app.outside_requests.append(url)
