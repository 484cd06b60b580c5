"""A whole-document draft with twenty projects, and its Word files, without a model."""

import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median

from assistant.docx import write_docx, write_redline
from assistant.drafting import DraftRequest, Material, make_draft, this_year
from corpus.classification import load_policy
from corpus.extract import extract
from corpus.readers import read
from corpus.types import DocumentInfo
from tests.made_documents import made_document, made_project, render_text

PROJECTS = 20
_ROUNDS = 5


def rows() -> list[tuple[str, str, str]]:
    material = _material()
    draft = make_draft(material, DraftRequest("document"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "draft.docx"
        drafted = _median(lambda: make_draft(material, DraftRequest("document")))
        written = _median(lambda: write_docx(draft, path))
        marked = _median(lambda: write_redline(this_year(material, "document"), draft, path))
    return [
        (f"起草整份文件（{PROJECTS} 个项目）", f"{drafted:.2f} s", ""),
        (f"起草并写成 Word（{PROJECTS} 个项目）", f"{drafted + written:.2f} s", "目标 ≤ 2 s"),
        (f"修订稿（{PROJECTS} 个项目）", f"{marked:.2f} s", ""),
    ]


def _material() -> Material:
    projects = tuple(replace(made_project(number), name=f"文化活动经费{number}") for number in range(1, PROJECTS + 1))
    text = render_text(replace(made_document(), projects=projects))
    document = read("文化馆2025年绩效目标.txt", text.encode(), load_policy(None), 2025)
    found = extract(document)
    info = DocumentInfo(
        document.id, document.sha256, document.name, document.title, document.unit_code, document.unit_name,
        document.year, document.year_basis, len(found.projects), len(found.sections), 0, found.classified_cells,
    )  # fmt: skip
    assert len(found.projects) == PROJECTS
    return Material(info, found.projects, found.sections)


def _median(work: Callable[[], object]) -> float:
    """Seconds, the first run left out: it imports what is imported late."""
    times = []
    for _ in range(_ROUNDS + 1):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return median(times[1:])
