"""The page's own routes: the source of a citation, downloads of one's own drafts, uploads, and whether it is up."""

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, JSONResponse, Response

from assistant.types import Draft
from assistant.web.guard import COOKIE, owner_of
from assistant.web.mishaps import or_words
from assistant.workspace import Workspace

if TYPE_CHECKING:
    from assistant.engine import Assistant

_FOLDER = Path(__file__).parent
_PAGE_FILES = {"page.js": "text/javascript", "style.css": "text/css", "icon.svg": "image/svg+xml"}
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LARGEST_UPLOAD = 50 << 20  # bytes; what the readers take at most
_PRIVATE = {"cache-control": "no-store"}
DRAFT_NAME = "草稿"


def page_routes(assistant: "Assistant", workspace: Workspace, data: Path) -> APIRouter:
    """`data` is the data folder; uploads pass through a private folder in it and are gone after ingest."""
    router = APIRouter()

    @router.get("/healthz")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/page/{name}")
    def page_file(name: str) -> Response:
        if name not in _PAGE_FILES:
            return _sentence(404, "没有这个文件。")
        return FileResponse(_FOLDER / name, media_type=_PAGE_FILES[name], headers={"cache-control": "no-cache"})

    @router.get("/source")
    def source(request: Request, document: str, line: int) -> Response:
        if _owner(request) is None:
            return _no_session()
        return _source(assistant, document, line)

    @router.get("/download/draft/{name}")
    def draft(request: Request, name: str) -> Response:
        owner, (identity, suffix) = _owner(request), _split(name)
        if owner is None:
            return _no_session()
        kept = workspace.draft(owner, identity)
        return _file(kept.draft if kept else None, suffix, data)

    @router.get("/download/turn/{conversation}/{name}")
    def turn_draft(request: Request, conversation: str, name: str) -> Response:
        owner, (number, suffix) = _owner(request), _split(name)
        if owner is None:
            return _no_session()
        found = workspace.conversation(owner, conversation)
        turns = found.turns if found else ()
        place = int(number) if number.isdecimal() else 0
        return _file(turns[place - 1].reply.draft if 0 < place <= len(turns) else None, suffix, data)

    @router.post("/upload")
    async def upload(request: Request, name: str) -> Response:
        if _owner(request) is None:
            return _no_session()
        content = await _content(request)
        if content is None:
            return _sentence(413, f"文件超过 {LARGEST_UPLOAD >> 20} MB，没有读入。")
        return await run_in_threadpool(_ingest, assistant, data, name, content)

    return router


def _owner(request: Request) -> str | None:
    return owner_of(request.cookies.get(COOKIE))


def _no_session() -> Response:
    return _sentence(403, "会话已过期，请刷新页面。")


def _sentence(status: int, sentence: str) -> Response:
    return JSONResponse({"error": sentence}, status, headers=_PRIVATE)


def _source(assistant: "Assistant", document: str, line: int) -> Response:
    known = {info.id: info for info in assistant.documents()}.get(document)
    lines = assistant.source_lines(document, line, around=8) if known else ()
    if known is None or not lines:
        return _sentence(404, "没有找到这处来源，文件可能已被替换或删除。")
    return JSONResponse({"document": known.name, "line": line, "lines": lines}, headers=_PRIVATE)


def _split(name: str) -> tuple[str, str]:
    stem, _, suffix = name.rpartition(".")
    return stem, suffix


def _file(draft: Draft | None, suffix: str, data: Path) -> Response:
    """The draft as a Word or Markdown file."""
    if draft is None or suffix not in ("docx", "md"):
        return _sentence(404, "没有找到这份草稿，请重新生成。")
    kind = "text/markdown; charset=utf-8" if suffix == "md" else _WORD
    name = quote(f"{draft.title or DRAFT_NAME}.{suffix}", safe="")
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{name}", **_PRIVATE}
    return or_words(_written, _failed_file)(draft, suffix, data, kind, headers)


def _failed_file(words: str) -> Response:
    return _sentence(500, f"没有写成文件：{words}")


def _written(draft: Draft, suffix: str, data: Path, kind: str, headers: dict[str, str]) -> Response:
    from assistant.drafting.asking import write_draft

    with tempfile.TemporaryDirectory(prefix=".download-", dir=data) as folder:
        path = Path(folder) / f"draft.{suffix}"
        write_draft(draft, path)
        return Response(path.read_bytes(), media_type=kind, headers=headers)


async def _content(request: Request) -> bytes | None:
    """The body; None when it is longer than allowed, of which no more than that is ever held."""
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > LARGEST_UPLOAD:
            return None
    return bytes(content)


def _ingest(assistant: "Assistant", data: Path, name: str, content: bytes) -> Response:
    base = Path(name.replace("\\", "/")).name.replace("\0", "")
    if not base or base in (".", ".."):
        return _sentence(400, "文件没有名字，没有读入。")

    def failed(words: str) -> Response:
        return _sentence(400, f"没有读入：{words}")

    return or_words(_ingested, failed)(assistant, data, base, content)


def _ingested(assistant: "Assistant", data: Path, base: str, content: bytes) -> Response:
    with _private_copy(data, base, content) as path:
        results: list[dict[str, Any]] = [result.as_json() for result in assistant.ingest([path])]
    return JSONResponse([{**result, "path": base} for result in results], headers=_PRIVATE)


@contextmanager
def _private_copy(data: Path, base: str, content: bytes) -> Iterator[Path]:
    """The upload as a file under its own name, for as long as ingest takes; overwritten before it is removed."""
    folder = data / f".upload-{secrets.token_hex(8)}"
    folder.mkdir(mode=0o700, parents=True)
    path = folder / base
    try:
        path.touch(mode=0o600)
        path.write_bytes(content)
        yield path
    finally:
        if path.exists():
            path.write_bytes(bytes(len(content)))
        shutil.rmtree(folder)
