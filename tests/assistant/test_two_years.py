"""Two years of a unit in the library: what changed, what was copied, the score sheet, and the unit's rules."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.engine import Assistant
from assistant.settings import Settings
from assistant.types import Conversation, Kind, Reply, Route
from corpus.findings import RuleError
from corpus.types import Level
from tests.made_documents import CLASSIFIED, MadeDocument, made_document, made_project, render_text

BEFORE = made_document(3)
# The same bytes under another name would be the same document.
COPIED = replace(BEFORE, safeguards=(BEFORE.safeguards[0], "加强队伍建设。开展培训。"))
NAME = "清河县文化馆{}年部门预算绩效目标.txt"


def _after() -> MadeDocument:
    first, second, _ = BEFORE.projects
    plan = (("3月底", "30%"), *first.plan[1:])
    changed = replace(
        first, total="12.50", fiscal="12.00", plan=plan, goals=("1.全年完成演出70场，观众满意度达到92%以上",)
    )
    projects = (changed, replace(second, name="公共文化服务补助经费"), made_project(4))
    items = ("开展送戏下乡。覆盖全县所有乡镇和社区。", "加强非遗保护。完成普查登记。", "推进数字文化馆建设。")
    return replace(BEFORE, projects=projects, itemised=items)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    opened = library(tmp_path_factory.mktemp("two"), {2024: BEFORE, 2025: _after()})
    yield opened
    opened.close()


def library(folder: Path, documents: dict[int, MadeDocument]) -> Assistant:
    files = folder / "files"
    files.mkdir()
    for year, document in documents.items():
        (files / NAME.format(year)).write_text(render_text(document), "utf-8")
    assistant = Assistant.open(Settings(data=folder / "data"))
    for shipped in assistant.documents():
        assistant.forget(shipped.name)
    assert all(result.status == "added" for result in assistant.ingest([files]))
    return assistant


def ask(assistant: Assistant, message: str) -> Reply:
    return assistant.reply(Conversation(), message)


def test_all_that_changed_is_told_in_words_and_as_a_table(assistant: Assistant) -> None:
    reply = ask(assistant, "2025年和2024年相比有什么变化？")
    for said in (
        "2025 年新增 **1 个**：馆舍维修改造经费",
        "不再有（2024 年有） **1 个**：非遗保护专项（二期）资金",
        "→ 公共文化服务补助经费",
        "项目预算合计：61.50 → 73.50 万元，增加 12.00 万元",
        "送戏下乡演出经费：10.50 → 12.50 万元，增加 2.00 万元",
        "送戏下乡演出经费：3月底 25% → 30%",
        "完成演出61场",
        "完成演出70场",
        "分项绩效目标第一条修改：增加“和社区”",
        "分项绩效目标第三条新增：“推进数字文化馆建设”",
    ):
        assert said in reply.text
    assert reply.grid is not None
    kept = next(row for row in reply.grid.rows if row[1] == "送戏下乡演出经费")
    assert kept == ("延续", "送戏下乡演出经费", "送戏下乡演出经费", "2.00", "3月底 25% → 30%", "2 条 → 1 条", "")


@pytest.mark.parametrize(
    ("message", "there", "missing"),
    [
        ("2025年和去年比支出计划有什么变化？", "3月底 25% → 30%", "分项绩效目标"),
        ("分项目标和去年相比有什么变化？", "增加“和社区”", "3月底"),
        ("送戏下乡演出经费跟去年比有什么变化？", "10.50 → 12.50", "馆舍维修"),
        ("2025年和2024年相比哪些项目改名了？", "→ 公共文化服务补助经费", "3月底 25%"),
    ],
)
def test_only_what_is_asked_is_compared(assistant: Assistant, message: str, there: str, missing: str) -> None:
    reply = ask(assistant, message)
    assert there in reply.text
    assert missing not in reply.text


def test_figures_of_the_comparison_are_cited(assistant: Assistant) -> None:
    reply = ask(assistant, "2025年和2024年相比有什么变化？")
    assert {"61.50", "73.50", "12.00", "2.00"} <= {str(figure.value) for figure in reply.figures}
    assert all(figure.inputs for figure in reply.figures)


def test_one_year_alone_cannot_be_compared(tmp_path: Path) -> None:
    alone = library(tmp_path, {2025: BEFORE})
    reply = ask(alone, "和去年相比有什么变化？")
    alone.close()
    assert reply.kind is Kind.NOT_FOUND


def test_comparison_does_not_depend_on_what_a_classified_cell_held(tmp_path: Path) -> None:
    replies = []
    for number, secret in enumerate(("61场（涉密）", "999999场（涉密）")):
        first = replace(BEFORE.projects[0], goals=(secret,), plan=(("3月底", CLASSIFIED), *BEFORE.projects[0].plan[1:]))
        folder = tmp_path / str(number)
        folder.mkdir()
        opened = library(folder, {2024: replace(BEFORE, projects=(first, *BEFORE.projects[1:])), 2025: _after()})
        replies.append(ask(opened, "2025年和2024年相比有什么变化？"))
        opened.close()
    assert replies[0].text == replies[1].text
    assert replies[0].grid == replies[1].grid
    assert "999999" not in replies[1].text


# --- against last year, in findings


def test_goals_copied_from_last_year_are_found_whatever_came_first(tmp_path: Path) -> None:
    opened = library(tmp_path, {2024: BEFORE, 2025: COPIED})
    newer, older = (next(d for d in opened.documents() if d.year == year) for year in (2025, 2024))
    rules = {finding.rule for finding in opened.findings(newer.id)}
    assert {"goal-as-last-year", "section-as-last-year"} <= rules
    assert "goal-as-last-year" not in {finding.rule for finding in opened.findings(older.id)}
    assert "与上年完全相同" in ask(opened, "2025年的文件有什么问题？").text
    opened.close()


def test_file_that_is_not_taken_in_is_held_against_last_year(tmp_path: Path, assistant: Assistant) -> None:
    path = tmp_path / NAME.format(2026)
    path.write_text(render_text(_after()), "utf-8")
    findings, sheet = assistant.examine(path)
    assert "goal-as-last-year" in {finding.rule for finding in findings}
    assert [row.aspect for row in sheet] == ["完整性", "相关性", "适当性", "可行性"]


# --- the score sheet and the rules of a unit


@pytest.mark.parametrize("message", ["给这份文件打分", "评分表", "按完整性、相关性、适当性、可行性给2025年的文件评分"])
def test_score_sheet_names_the_four_criteria(assistant: Assistant, message: str) -> None:
    reply = ask(assistant, message)
    assert (reply.kind, reply.route) == (Kind.ANSWER, Route.FINDINGS)
    assert reply.grid is not None
    assert [row[1] for row in reply.grid.rows][:4] == ["完整性", "相关性", "适当性", "可行性"]
    assert "以财政部门审核意见为准" in reply.text


def test_unit_rules_hold_for_findings_and_score(tmp_path: Path) -> None:
    opened = library(tmp_path, {2024: BEFORE, 2025: COPIED})
    document = next(d for d in opened.documents() if d.year == 2025)
    before = opened.score(document.id)
    text = '[[rule]]\nrule = "goal-as-last-year"\nlevel = "off"\nunit = "305001"\n[[rule]]\nrule = "section-as-last-year"\nlevel = "error"\n'
    (tmp_path / "data" / "rules.toml").write_text(text, "utf-8")
    opened.close()
    again = Assistant.open(Settings(data=tmp_path / "data"))
    found = again.findings(document.id)
    assert "goal-as-last-year" not in {finding.rule for finding in found}
    assert {f.level for f in found if f.rule == "section-as-last-year"} == {Level.ERROR}
    assert again.score(document.id) != before
    again.close()


def test_unreadable_rules_stop_with_a_sentence(tmp_path: Path) -> None:
    opened = library(tmp_path, {2025: BEFORE})
    opened.close()
    (tmp_path / "data" / "rules.toml").write_text('[[rule]]\nrule = "no-such"\nlevel = "off"\n', "utf-8")
    with pytest.raises(RuleError, match="no-such"):
        Assistant.open(Settings(data=tmp_path / "data"))
