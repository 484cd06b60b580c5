"""Drafts of the shipped document, read by a person when they were taken.

After a wanted change: delete the file, run the test once (it writes the file and fails), and read what it wrote.
"""

from pathlib import Path

import pytest

import corpus
from assistant.drafting import DraftRequest, Material, make_draft
from assistant.types import Draft
from corpus.classification import load_policy
from corpus.extract import extract
from corpus.readers import read
from corpus.types import DocumentInfo

_GOLDEN = Path(__file__).parent.parent / "golden"


@pytest.fixture(scope="module")
def shipped() -> Material:
    path = Path(corpus.__file__).parent / "documents" / "weixian-wangxinban.txt"
    document = read(path.name, path.read_bytes(), load_policy(None))
    found = extract(document)
    info = DocumentInfo(
        document.id,
        document.sha256,
        document.name,
        document.title,
        document.unit_code,
        document.unit_name,
        document.year,
        document.year_basis,
        len(found.projects),
        len(found.sections),
        0,
        found.classified_cells,
    )
    return Material(info, found.projects, found.sections)


def _as_text(draft: Draft) -> str:
    lines = [draft.text, "", "## 待填", *draft.blanks, "", "## 改动"]
    lines += [f"{change.before} → {change.after}（{change.reason}）" for change in draft.changes]
    lines += ["", "## 来源", *(f"[{s.origin}] {s.text} ← {'；'.join(s.sources)}" for s in draft.sentences)]
    lines += ["", "## 提示", *(f"{f.rule}：{f.message}" for f in draft.findings)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("name", "kind", "ordinal", "instruction"),
    [
        ("overall", "overall", 0, ""),
        ("itemised", "itemised", 0, ""),
        ("safeguards", "safeguards", 0, ""),
        ("project-1", "project", 1, ""),
        ("project-2", "project", 2, "预算改为20万元，3月底30%"),
        ("project-4", "project", 4, "参照去年，语气更正式"),
        ("itemised-edited", "itemised", 0, "更简洁，第三条删掉，增加青少年上网保护内容，突出IPv6"),
    ],
)
def test_draft_of_the_shipped_document_reads_as_it_was_read(
    shipped: Material, name: str, kind: str, ordinal: int, instruction: str
) -> None:
    project = shipped.projects[ordinal - 1] if ordinal else None
    text = _as_text(make_draft(shipped, DraftRequest(kind, project, instruction=instruction)))
    golden = _GOLDEN / f"draft-{name}.md"
    if not golden.exists():
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, "utf-8")
        pytest.fail(f"{golden.name} was written; read it, then keep it")
    assert text == golden.read_text("utf-8")
