"""What a person takes away: their drafts, lists and conversations, and the ledger. Each only its owner's."""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from assistant.export import grid_xlsx, records_xlsx
from assistant.types import Conversation, Draft, Turn
from assistant.users import Right
from assistant.web.cases import cases_yaml
from assistant.web.desk import Desk
from assistant.web.ledger import matching
from assistant.web.mishaps import or_words
from assistant.web.routes import PRIVATE, sentence

_KINDS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "yaml": "application/yaml",
    "md": "text/markdown; charset=utf-8",
}
_DRAFT_NAME, _LIST_NAME = "草稿", "列表"
_NO_DRAFT = "没有找到这份草稿，请重新生成。"


def download_routes(desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/download")

    @router.get("/draft/{name}")
    def draft(request: Request, name: str) -> Response:
        person, (identity, suffix) = desk.admitted(request, Right.DRAFT), _split(name)
        kept = desk.workspace.draft(person.owner, identity)
        return _draft_file(desk, kept.draft if kept else None, suffix)

    @router.get("/redline/{name}")
    def redline(request: Request, name: str) -> Response:
        person, (identity, suffix) = desk.admitted(request, Right.DRAFT), _split(name)
        kept = desk.workspace.draft(person.owner, identity)
        if kept is None or suffix != "docx":
            return sentence(404, _NO_DRAFT)
        return or_words(_redline, _failed)(desk, kept.subject, kept.draft)

    @router.get("/turn/{conversation}/{name}")
    def turn_file(request: Request, conversation: str, name: str) -> Response:
        person, (number, suffix) = desk.admitted(request), _split(name)
        turn = _turn(desk.workspace.conversation(person.owner, conversation), number)
        if suffix != "xlsx":
            desk.admitted(request, Right.DRAFT)
            return _draft_file(desk, turn.reply.draft if turn else None, suffix)
        if turn is None or turn.reply.grid is None:
            return sentence(404, "没有找到这张表，请重新提问。")
        grid = turn.reply.grid
        return _attached(grid_xlsx(grid.columns, grid.rows), _LIST_NAME, "xlsx")

    @router.get("/conversation/{name}")
    def conversation(request: Request, name: str) -> Response:
        person, (identity, suffix) = desk.admitted(request), _split(name)
        found = desk.workspace.conversation(person.owner, identity)
        if found is None or suffix != "md":
            return sentence(404, "没有找到这个对话。")
        return _attached(as_markdown(found).encode(), "对话", "md")

    @router.get("/cases.yaml")
    def cases(request: Request) -> Response:
        desk.admitted(request, Right.ADMINISTER)
        return _attached(cases_yaml(desk.workspace.verdicts()).encode(), "feedback", "yaml")

    @router.get("/audit.jsonl")
    def audit(request: Request) -> Response:
        desk.admitted(request, Right.ADMINISTER)
        lines = (json.dumps(entry.as_json(), ensure_ascii=False) + "\n" for entry in desk.workspace.audit_entries())
        headers = {**PRIVATE, "content-disposition": 'attachment; filename="audit.jsonl"'}
        return StreamingResponse(lines, media_type="application/x-ndjson", headers=headers)

    @router.get("/ledger.xlsx")
    def ledger(request: Request, words: str = "", unit: str = "", year: str = "") -> Response:
        desk.admitted(request)
        return or_words(_ledger, _failed)(desk, words, unit, year_of(year))

    return router


def year_of(given: str) -> int | None:
    """The year in a field; None for an empty one, and for none."""
    return int(given) if given.isascii() and given.isdecimal() and len(given) == 4 else None


def as_markdown(conversation: Conversation) -> str:
    """A conversation for reading elsewhere: questions, replies, sources."""
    lines = ["# 绩效目标助手：对话记录"]
    for turn in conversation.turns:
        lines += [f"## 问：{' '.join(turn.message.split())}", turn.reply.text]
        if turn.reply.citations:
            lines.append("来源：")
            lines.append("\n".join(f"- [{c.number}] {c.document} · {c.locator}" for c in turn.reply.citations))
    return "\n\n".join(lines) + "\n"


def _split(name: str) -> tuple[str, str]:
    stem, _, suffix = name.rpartition(".")
    return stem, suffix


def _turn(found: Conversation | None, number: str) -> Turn | None:
    turns = found.turns if found else ()
    place = int(number) if number.isascii() and number.isdecimal() and len(number) < 9 else 0
    return turns[place - 1] if 0 < place <= len(turns) else None


def _attached(content: bytes, title: str, suffix: str) -> Response:
    name = quote(f"{title}.{suffix}", safe="")
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{name}", **PRIVATE}
    return Response(content, media_type=_KINDS[suffix], headers=headers)


def _failed(words: str) -> Response:
    return sentence(500, f"没有写成文件：{words}")


def _draft_file(desk: Desk, draft: Draft | None, suffix: str) -> Response:
    """The draft as a Word or Markdown file."""
    if draft is None or suffix not in ("docx", "md"):
        return sentence(404, _NO_DRAFT)
    return or_words(_written_draft, _failed)(desk, draft, suffix)


def _written_draft(desk: Desk, draft: Draft, suffix: str) -> Response:
    from assistant.drafting.asking import write_draft

    return _written(desk, draft.title or _DRAFT_NAME, suffix, lambda path: write_draft(draft, path))


def _redline(desk: Desk, subject: str, draft: Draft) -> Response:
    from assistant.docx import write_redline

    before = this_years(desk, subject)
    if before is None:
        return sentence(404, "依据的文件已不在资料库里，无法对照。")
    return _written(desk, f"{draft.title}（对照稿）", "docx", lambda path: write_redline(before, draft, path))


def this_years(desk: Desk, subject: str) -> Draft | None:
    """This year's text behind a draft kept under `subject` (document/kind:project); None when the document is gone."""
    from assistant.drafting import this_year
    from assistant.drafting.asking import material_of, project_named

    document, _, wanted = subject.partition("/")
    info = next((info for info in desk.assistant.documents() if info.id == document), None)
    if info is None:
        return None
    kind, _, project = wanted.partition(":")
    holdings = desk.assistant.holdings
    record = project_named(holdings, project, document) if project else None
    return this_year(material_of(holdings, info), kind, record)


def _written(desk: Desk, title: str, suffix: str, write: Callable[[Path], None]) -> Response:
    with tempfile.TemporaryDirectory(prefix=".download-", dir=desk.data) as folder:
        path = Path(folder) / f"file.{suffix}"
        write(path)
        return _attached(path.read_bytes(), title, suffix)


def _ledger(desk: Desk, words: str, unit: str, year: int | None) -> Response:
    names = {info.id: info.name for info in desk.assistant.documents()}
    return _attached(records_xlsx(matching(desk.assistant.projects(), words, unit, year), names), "项目台账", "xlsx")
