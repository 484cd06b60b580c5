"""A made-up document's classified text reaches nothing: no file of the data folder, no reply, no draft, no log, no prompt."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import export
from assistant.drafting.asking import as_markdown
from assistant.engine import Assistant
from assistant.settings import Settings
from assistant.types import Conversation
from tests.made_documents import MadeIndicator, made_document, made_project, render_text

CANARIES = ("机要点位巡检", "覆盖机要点位比例", "97.31%", "保密台账三十一号")
ROWS = (
    MadeIndicator("产出指标", "数量指标", CANARIES[0], CANARIES[1], f"{CANARIES[2]}（涉密）", CANARIES[3]),
    MadeIndicator("产出指标", "质量指标", "演出合格率", "合格场次的比例", "≥95%", "行业标准"),
)
QUESTIONS = (
    "数量指标的指标值是多少？",
    "机要点位巡检的目标值是多少？",
    "送戏下乡演出经费的机要点位巡检大于90%吗？",
    "介绍一下送戏下乡演出经费",
    "哪些指标是涉密的？一共多少行？",
    "机要点位",
    "起草明年的送戏下乡演出经费绩效目标表",
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sealed")
    document = replace(made_document(1), projects=(replace(made_project(1), indicators=ROWS),))
    path = folder / "文化馆2025.txt"
    path.write_text(render_text(document), "utf-8")
    data = folder / "data"
    assistant = Assistant.open(Settings(data=data, classification=None))
    assistant.forget("weixian-wangxinban.txt")
    assert [r.status for r in assistant.ingest([path])] == ["added"]
    assistant.warm()
    assistant.close()
    return data


def test_no_file_of_the_data_folder_holds_it(data: Path) -> None:
    files = [path for path in data.rglob("*") if path.is_file()]
    assert files
    for path in files:
        content = path.read_bytes()
        for canary in CANARIES:
            for encoding in ("utf-8", "utf-16-le", "gb18030"):
                assert canary.encode(encoding) not in content, path


def test_no_reply_draft_record_or_log_holds_it(data: Path, caplog: pytest.LogCaptureFixture) -> None:
    said: list[str] = []
    with caplog.at_level(logging.DEBUG):
        assistant = Assistant.open(Settings(data=data))
        conversation = Conversation()
        for question in QUESTIONS:
            reply = assistant.reply(conversation, question)
            conversation = conversation.then(question, reply)
            # What the person typed may come back as the question; what the document says may not.
            said.append(str({**reply.as_json(), "question": ""}))
        names = {d.id: d.name for d in assistant.documents()}
        said += [str(export.record_as_json(r, names[r.document_id])) for r in assistant.projects()]
        said.append(export.records_csv(assistant.projects(), names))
        said.append(as_markdown(assistant.draft("document")))
        said += [str(f) for d in assistant.documents() for f in assistant.findings(d.id)]
        said += [p.chunk.text + p.chunk.context for p in assistant.search("指标值 巡检 点位", 20)]
        assistant.close()
    said.append(caplog.text)
    for text in said:
        for canary in CANARIES[1:]:
            assert canary not in text


def test_public_row_of_the_same_project_is_answered(data: Path) -> None:
    assistant = Assistant.open(Settings(data=data))
    reply = assistant.reply(Conversation(), "质量指标的指标值是多少？")
    assert "≥95%" in reply.text
    assistant.close()
