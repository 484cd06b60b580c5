"""The page's own routes: its files, the source of a citation, uploads, forgetting, and whether it is up."""

import secrets
import shutil
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, JSONResponse, Response

from assistant.users import Right
from assistant.web.desk import Desk
from assistant.web.doors import Person
from assistant.web.mishaps import or_words
from corpus.readers import LARGEST_FILE
from corpus.types import DocumentInfo

if TYPE_CHECKING:
    from assistant.engine import Assistant

_FOLDER = Path(__file__).parent
_PAGE_FILES = {
    "page.js": "text/javascript",
    "session.js": "text/javascript",
    "english.js": "text/javascript",
    "keeping.js": "text/javascript",
    "documents.js": "text/javascript",
    "pieces.js": "text/javascript",
    "style.css": "text/css",
    "icon.svg": "image/svg+xml",
}
_LONGEST_NAME = 200  # bytes; a file system takes 255
PRIVATE = {"cache-control": "no-store"}
_GONE = "没有找到这份文件，可能已被替换或删除，请刷新列表。"


def page_routes(desk: Desk) -> APIRouter:
    router = APIRouter()

    @router.get("/healthz")
    def health() -> Response:
        return or_words(_health, _ill)(desk)

    @router.get("/page/{name}")
    def page_file(name: str) -> Response:
        if name not in _PAGE_FILES:
            return sentence(404, "没有这个文件。")
        return FileResponse(_FOLDER / name, media_type=_PAGE_FILES[name], headers={"cache-control": "no-cache"})

    @router.get("/source")
    def source(request: Request, document: str, line: int) -> Response:
        desk.admitted(request)
        return _source(desk.assistant, document, line)

    @router.post("/upload")
    async def upload(request: Request, name: str) -> Response:
        person = desk.admitted(request, Right.INGEST)
        return await run_in_threadpool(_ingest, desk, person, name, await _content(request), None)

    @router.post("/replace")
    async def replace(request: Request, name: str, document: str) -> Response:
        person = desk.admitted(request, Right.INGEST)
        known = _known(desk, document)
        # A new version is known by the same name; another format, which reads otherwise, takes its own.
        same = Path(name).suffix.lower() == Path(known.name).suffix.lower()
        content = await _content(request)
        return await run_in_threadpool(_ingest, desk, person, known.name if same else name, content, known)

    @router.post("/forget")
    def forget(request: Request, document: str) -> Response:
        person = desk.admitted(request, Right.FORGET)
        return or_words(_forgotten, _not_forgotten)(desk, person, _known(desk, document))

    return router


def sentence(status: int, words: str) -> Response:
    return JSONResponse({"error": words}, status, headers=PRIVATE)


def _health(desk: Desk) -> Response:
    """Whether both databases answer; counts only, since anybody may ask."""
    documents = len(desk.assistant.documents())
    desk.workspace.check()
    return JSONResponse({"status": "ok", "documents": documents}, headers=PRIVATE)


def _ill(words: str) -> Response:
    return JSONResponse({"status": "failing", "error": words}, 503, headers=PRIVATE)


def _source(assistant: "Assistant", document: str, line: int) -> Response:
    known = {info.id: info for info in assistant.documents()}.get(document)
    lines = assistant.source_lines(document, line, around=8) if known else ()
    if known is None or not lines:
        return sentence(404, "没有找到这处来源，文件可能已被替换或删除。")
    return JSONResponse({"document": known.name, "line": line, "lines": lines}, headers=PRIVATE)


def _known(desk: Desk, document: str) -> DocumentInfo:
    found = next((info for info in desk.assistant.documents() if info.id == document), None)
    if found is None:
        raise HTTPException(404, _GONE)
    return found


def _forgotten(desk: Desk, person: Person, info: DocumentInfo) -> Response:
    if not desk.assistant.forget(info.id):
        return sentence(404, _GONE)
    desk.workspace.note(person.owner, "documents", "forgotten", ((info.name, info.sha256),))
    return JSONResponse({"forgotten": info.name}, headers=PRIVATE)


def _not_forgotten(words: str) -> Response:
    return sentence(500, f"没有删除：{words}")


async def _content(request: Request) -> bytes:
    """The body. Raises HTTPException when it is longer than allowed, of which no more than that is ever held."""
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > LARGEST_FILE:
            raise HTTPException(
                413, f"文件超过 {LARGEST_FILE >> 20} MB 的上限，没有读入。请拆分或压缩其中的图片后再试。"
            )
    return bytes(content)


def _ingest(desk: Desk, person: Person, name: str, content: bytes, old: DocumentInfo | None) -> Response:
    base = file_name(name)
    if not base or base in (".", ".."):
        return sentence(400, "文件没有名字，没有读入。")

    def failed(words: str) -> Response:
        return sentence(400, f"没有读入：{words}")

    return or_words(_ingested, failed)(desk, person, base, content, old)


def file_name(given: str) -> str:
    """The file's own name, without folders and invisible characters, short enough for every disk; may be empty."""
    base = Path(given.replace("\\", "/").replace("\0", "")).name
    shown = "".join(character for character in base if unicodedata.category(character)[0] != "C").strip()
    stem, suffix = Path(shown).stem, Path(shown).suffix
    if len(shown.encode()) <= _LONGEST_NAME or len(suffix) > 10:
        return shown.encode()[:_LONGEST_NAME].decode(errors="ignore")
    return stem.encode()[: _LONGEST_NAME - len(suffix.encode())].decode(errors="ignore") + suffix


def _ingested(desk: Desk, person: Person, base: str, content: bytes, old: DocumentInfo | None) -> Response:
    """Takes the file in; where it replaces one of another name, that one goes once the new one is there."""
    with _private_copy(desk.data, base, content) as path:
        results: list[dict[str, Any]] = [result.as_json() for result in desk.assistant.ingest([path])]
    for result in results:
        desk.workspace.note(person.owner, "documents", str(result["status"]))
    if old is not None and base != old.name and results and results[0]["status"] != "rejected":
        _forgotten(desk, person, old)
    return JSONResponse([{**result, "path": base} for result in results], headers=PRIVATE)


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
