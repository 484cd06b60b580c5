"""The page in a real browser, over the real app and the shipped document."""

import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from eval.cases import read_cases
from tests.page.browser import Desk, RunningApp, desk_of

pytestmark = [pytest.mark.page, pytest.mark.timeout(180)]

PLAN = "舆情监测能力建设资金到6月底要花多少？"
EVIL = (
    '<img src="http://evil.invalid/x.png" onerror="document.title=1"> ![x](http://evil.invalid/y.png) <b>粗</b> $$x$$'
)
SHIPPED = Path(__file__).parents[2] / "corpus" / "documents" / "weixian-wangxinban.txt"


# 问答


def test_answer_shows_figure_formula_and_question_as_understood(desk: Desk) -> None:
    said = desk.ask(PLAN)
    assert "17.50 万元" in said
    assert "35.00 万元 × 50%" in desk.page.locator(".jx-figures").inner_text()
    assert "所答问题" in said


def test_click_on_a_citation_opens_the_source_at_the_cited_line(desk: Desk) -> None:
    desk.ask(PLAN)
    desk.page.locator(".jx-text .jx-chip").last.click()
    cited = desk.page.locator("#jx-source .jx-cited")
    cited.wait_for()
    assert cited.inner_text().split() == ["351", "50%"]
    box, room = cited.bounding_box(), desk.page.viewport_size
    assert box["x"] > room["width"] / 2 and box["y"] >= 0 and box["y"] + box["height"] <= room["height"]
    chat = desk.page.locator("#chat").bounding_box()
    assert chat["x"] + chat["width"] <= desk.page.locator("#jx-source").bounding_box()["x"]
    desk.page.keyboard.press("Escape")
    assert desk.page.locator("#jx-source").is_hidden()


def test_hover_over_a_citation_shows_its_quote(desk: Desk) -> None:
    desk.ask(PLAN)
    chip = desk.page.locator(".jx-text .jx-chip").first
    assert chip.locator(".jx-tip").is_hidden()
    chip.hover()
    assert "35.00" in chip.locator(".jx-tip").inner_text()


def test_follow_up_is_understood_from_the_turn_before(desk: Desk) -> None:
    desk.ask(PLAN)
    assert "35.00 万元" in desk.ask("那10月底呢？")


def test_example_question_is_answered_on_a_click(desk: Desk) -> None:
    desk.page.locator("#chat button.example, #chat .example").first.click()
    assert "万元" in desk.reply_after(0)


def test_classified_indicator_is_refused_calmly_without_citation(desk: Desk) -> None:
    said = desk.ask("网络安全技术保障监管服务费的数量指标值是多少？")
    assert "涉密" in said and "不予公开" in said
    assert desk.page.locator(".jx-refusal .jx-chip").count() == 0


def test_clarification_is_answered_by_a_button(desk: Desk) -> None:
    desk.ask("舆情监测的预算是多少？")
    desk.page.get_by_role("button", name="舆情监测能力建设资金", exact=True).click()
    assert "35.00" in desk.reply_after(1)


def test_retry_asks_the_last_question_anew(desk: Desk) -> None:
    desk.ask(PLAN)
    desk.page.locator(
        "#chat button[aria-label*='etry'], #chat button[title*='etry'], #chat button[aria-label='重试']"
    ).first.click()
    desk.page.wait_for_timeout(1500)
    assert desk.page.locator(".jx-said").count() == 1
    assert "17.50 万元" in desk.last_reply.inner_text()


def test_edited_question_takes_the_place_of_the_old_one_and_what_followed(desk: Desk) -> None:
    desk.ask(PLAN)
    desk.ask("那10月底呢？")
    desk.page.locator(".jx-edit").first.click()
    assert desk.page.input_value("#question textarea") == PLAN
    assert desk.page.get_by_text("正在修改之前的问题").is_visible()
    desk.page.fill("#question textarea", "网络生态综合管理平台服务资金的预算是多少？")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_function("() => document.querySelectorAll('.jx-said').length === 1")
    desk.reply_after(0)
    assert "15.00" in desk.last_reply.inner_text()
    assert desk.page.get_by_text("正在修改之前的问题").is_hidden()
    assert "7.50" in desk.ask("那3月底呢？")
    assert desk.page.locator(".jx-said").count() == 2


def test_what_people_type_stays_text(desk: Desk) -> None:
    title = desk.page.title()
    desk.ask(EVIL)
    said = desk.page.locator(".jx-said").last
    assert said.inner_text() == EVIL
    assert desk.page.locator("#chat .message img, #chat .message script, #chat .message b").count() == 0
    assert desk.page.title() == title


def test_message_with_a_secret_mark_is_neither_shown_nor_kept(desk: Desk, app: RunningApp) -> None:
    desk.ask("秘密★1年 QZ独一无二的内容")
    assert "QZ独一无二" not in desk.page.locator("#chat").inner_text()
    kept = b"".join(path.read_bytes() for path in app.data.rglob("*") if path.is_file())
    assert "QZ独一无二".encode() not in kept


def test_kept_conversation_is_reopened_continued_and_deleted(desk: Desk) -> None:
    desk.ask(PLAN)
    desk.reload()
    _choose_history(desk, "舆情监测能力建设资金到6月底")
    desk.page.click("#reopen")
    desk.page.locator(".jx-figures").wait_for()
    assert "17.50 万元" in desk.last_reply.inner_text()
    assert "35.00 万元" in desk.ask("那10月底呢？")
    _choose_history(desk, "舆情监测能力建设资金到6月底")
    desk.page.click("#delete")
    desk.page.locator(".jx-said").first.wait_for(state="detached")
    desk.reload()
    desk.page.wait_for_selector("#question textarea")
    desk.page.get_by_text("历史对话", exact=True).first.click()
    desk.page.locator("#history input").click()
    assert desk.page.locator("[role=option]").count() == 0


def _choose_history(desk: Desk, title: str) -> None:
    desk.page.wait_for_selector("#question textarea")
    if not desk.page.locator("#history input").is_visible():
        desk.page.get_by_text("历史对话", exact=True).first.click()
    desk.page.locator("#history input").click()
    desk.page.get_by_role("option", name=re.compile(title)).first.click()


def test_conversation_is_found_renamed_and_exported(desk: Desk, tmp_path: Path) -> None:
    desk.ask(PLAN)
    desk.page.click("#fresh")
    desk.page.locator(".jx-said").first.wait_for(state="detached")
    desk.ask("有哪些项目？")
    desk.page.get_by_text("历史对话", exact=True).first.click()
    desk.page.fill("#history-search textarea, #history-search input", "舆情监测能力")
    _choose_history(desk, "舆情监测能力建设资金到6月底")
    assert desk.page.get_by_role("option", name=re.compile("有哪些项目")).count() == 0
    desk.page.fill("#history-title textarea, #history-title input", "上半年支出")
    desk.page.click("#rename")
    desk.page.wait_for_function("() => document.querySelector('#history input').value.startsWith('上半年支出')")
    with desk.page.expect_download() as waiting:
        desk.page.locator("#history-export a").click()
    waiting.value.save_as(tmp_path / "said.md")
    said = (tmp_path / "said.md").read_text("utf-8")
    assert f"问：{PLAN}" in said and "17.50 万元" in said and "第二部分" in said


def test_new_conversation_forgets_what_was_talked_about(desk: Desk) -> None:
    desk.ask(PLAN)
    desk.page.click("#fresh")
    desk.page.locator(".jx-said").first.wait_for(state="detached")
    assert "网络生态综合管理平台服务资金" in desk.ask("那10月底呢？")


def test_two_people_at_once_see_only_their_own(app: RunningApp, chromium: Any) -> None:
    with desk_of(app, chromium) as one, desk_of(app, chromium) as two:
        one.ask(PLAN)
        two.ask("网络生态综合管理平台服务资金的预算是多少？")
        assert "35.00 万元" in one.ask("那10月底呢？")
        assert "15.00" in two.ask("那10月底呢？")
        assert "舆情监测能力" not in two.page.locator("#chat").inner_text()
        assert "网络生态综合" not in one.page.locator("#chat").inner_text()
        two.page.get_by_text("历史对话", exact=True).first.click()
        two.page.locator("#history input").click()
        assert "舆情监测能力" not in " ".join(two.page.locator("[role=option]").all_inner_texts())


def test_spending_plan_is_shown_as_a_chart_that_screen_readers_can_read(desk: Desk) -> None:
    desk.ask("舆情监测能力建设资金的支出计划")
    chart = desk.page.locator("svg.jx-plan[role=img]")
    chart.wait_for()
    assert "3月底 25%，6月底 50%" in chart.get_attribute("aria-label")
    heights = [bar.bounding_box()["height"] for bar in chart.locator(".jx-bar").all()]
    assert len(heights) == 4 and heights[0] < heights[1] < heights[2] == heights[3]


def test_list_is_said_once_sorted_on_a_click_and_saved_for_excel(desk: Desk, tmp_path: Path) -> None:
    desk.ask("各项目的预算分别是多少？")
    table = desk.last_reply.locator(".jx-list table")
    assert table.is_hidden()  # the reply says the same
    desk.last_reply.locator(".jx-list summary").click()
    for _ in range(2):
        table.get_by_role("button", name="预算数").click()
    amounts = table.locator("tbody td:nth-child(2)").all_inner_texts()
    assert amounts[:2] == ["35.00 万元", "15.00 万元"]
    assert table.locator("th[aria-sort=descending]").inner_text().startswith("预算数")
    with desk.page.expect_download() as waiting:
        desk.last_reply.get_by_text("存为 Excel").click()
    waiting.value.save_as(tmp_path / "list.xlsx")
    assert len(list(openpyxl.load_workbook(tmp_path / "list.xlsx").active.rows)) == 5


# 项目台账


def test_ledger_lists_every_project_tells_blanks_and_opens_sources(desk: Desk) -> None:
    desk.tab("项目台账")
    table = desk.page.locator(".jx-ledger")
    table.wait_for()
    assert table.locator("tbody tr").count() == 4
    first = table.locator("tbody tr").first.inner_text()
    assert "10.00" in first and "（空白）" in first and "推断" in first
    table.get_by_role("button", name="35.00").first.click()
    desk.page.locator("#jx-source .jx-cited").wait_for()
    assert "35.00" in desk.page.locator("#jx-source .jx-cited").inner_text()


def test_ledger_filter_narrows_the_table(desk: Desk) -> None:
    desk.tab("项目台账")
    desk.page.fill("#filter textarea, #filter input", "生态")
    desk.page.wait_for_function("() => document.querySelectorAll('.jx-ledger tbody tr').length === 1")
    assert "网络生态综合管理平台服务资金" in desk.page.locator(".jx-ledger").inner_text()


# 起草


def test_draft_is_made_and_downloaded_as_word_and_markdown(desk: Desk, tmp_path: Path) -> None:
    desk.tab("起草")
    desk.page.wait_for_function("() => document.querySelector('#draft-document input')?.value")
    desk.page.click("#draft-make")
    paper = desk.page.locator("#draft-result .jx-paper")
    paper.wait_for()
    assert paper.locator("mark").count() > 0
    files = {}
    for name in ("下载 Word", "下载 Markdown"):
        with desk.page.expect_download() as waiting:
            desk.page.locator("#draft-result").get_by_text(name).click()
        files[name] = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(files[name])
    assert "【待填：" in files["下载 Markdown"].read_text("utf-8")
    assert "word/document.xml" in zipfile.ZipFile(files["下载 Word"]).namelist()


def test_blank_is_filled_where_it_stands_as_a_new_version_held_against_this_year(desk: Desk, tmp_path: Path) -> None:
    desk.tab("起草")
    desk.page.wait_for_function("() => document.querySelector('#draft-document input')?.value")
    desk.page.click("#draft-make")
    result = desk.page.locator("#draft-result")
    blank = result.locator(".jx-fill").first
    blank.wait_for()
    words = blank.inner_text()
    blank.focus()
    desk.page.keyboard.press("Enter")
    desk.page.locator(".jx-filling input").fill("QZ9")
    desk.page.keyboard.press("Enter")
    result.get_by_text("QZ9").first.wait_for()
    assert words not in result.locator(".jx-paper").inner_text()
    assert desk.page.input_value("#draft-version input").startswith("第 2 版")
    with desk.page.expect_download() as waiting:
        result.get_by_text("下载对照稿").click()
    waiting.value.save_as(tmp_path / "redline.docx")
    tracked = zipfile.ZipFile(tmp_path / "redline.docx").read("word/document.xml").decode()
    assert "w:ins " in tracked and "QZ9" in tracked
    for other, marked in (("今年原文", "QZ9"), ("第 1 版", "QZ9")):
        desk.page.locator("#draft-beside input").click()
        desk.page.get_by_role("option", name=re.compile(other)).click()
        result.locator("th", has_text=other).wait_for()
        result.locator("ins", has_text=marked).first.wait_for()


def test_year_that_is_no_year_is_asked_back(desk: Desk) -> None:
    desk.tab("起草")
    desk.page.wait_for_function("() => document.querySelector('#draft-document input')?.value")
    desk.page.fill("#draft-year textarea, #draft-year input", "明年")
    desk.page.click("#draft-make")
    desk.page.get_by_text("预算年度请写四位数字").wait_for()


def test_draft_asked_for_in_the_chat_can_be_downloaded(desk: Desk) -> None:
    desk.ask("起草明年舆情监测能力建设资金的绩效目标")
    with desk.page.expect_download() as waiting:
        desk.last_reply.get_by_text("下载 Markdown").click()
    assert waiting.value.suggested_filename.endswith(".md")


# 文件


def test_documents_tab_tells_what_was_read(desk: Desk) -> None:
    desk.tab("文件")
    listing = desk.page.locator("#documents .jx-document").first
    listing.wait_for()
    assert "项目 4 个" in listing.inner_text() and "涉密单元格 112 个" in listing.inner_text()


def test_uploads_tell_each_result_and_keep_nothing_of_a_refused_file(
    app: RunningApp, chromium: Any, tmp_path: Path
) -> None:
    good, empty, secret = tmp_path / "管理办法.txt", tmp_path / "空.txt", tmp_path / "件.txt"
    good.write_text("绩效管理办法\n第一条 为规范绩效管理，制定本办法。\n第二条 本办法自发布之日起施行。\n", "utf-8")
    empty.write_text("", "utf-8")
    secret.write_text("秘密★1年\n关于QZ甲乙丙事项的通知\n", "utf-8")
    with desk_of(app, chromium) as desk:
        desk.tab("文件")
        desk.page.set_input_files("#jx-upload input[type=file]", [good, empty, secret])
        desk.page.wait_for_function("() => document.querySelectorAll('.jx-done, .jx-rejected').length === 3")
        said = desk.page.locator(".jx-uploads li").all_inner_texts()
    assert "已读入" in said[0] and "未读入" in said[1] and "未读入" in said[2]
    kept = b"".join(path.read_bytes() for path in app.data.rglob("*") if path.is_file())
    assert "QZ甲乙丙".encode() not in kept
    assert not list(app.data.glob(".upload-*"))


def test_document_is_replaced_and_forgotten_after_a_question(app: RunningApp, chromium: Any, tmp_path: Path) -> None:
    first, second = tmp_path / "临时办法.txt", tmp_path / "临时办法二稿.txt"
    first.write_text("临时管理办法\n第一条 QZ原有条文，为规范管理，制定本办法。\n", "utf-8")
    second.write_text("临时管理办法\n第一条 QZ修订条文，为规范管理，制定本办法。\n", "utf-8")
    with desk_of(app, chromium) as desk:
        desk.tab("文件")
        desk.page.set_input_files("#jx-upload input[type=file]", first)
        entry = desk.page.locator(".jx-document", has_text="临时办法.txt")
        entry.wait_for()
        with desk.page.expect_file_chooser() as chosen:
            entry.locator(".jx-replace").click()
        chosen.value.set_files(second)
        desk.page.locator("dialog").get_by_text("替换", exact=True).click()
        desk.page.get_by_text("已替换原有版本").wait_for()
        assert entry.count() == 1
        entry.locator(".jx-forget").click()
        desk.page.keyboard.press("Enter")  # the way back has the focus
        desk.page.locator("dialog").wait_for(state="detached")
        entry.locator(".jx-forget").click()
        desk.page.locator("dialog").get_by_text("删除", exact=True).click()
        desk.page.get_by_text("已删除：临时办法.txt").wait_for()
        entry.wait_for(state="detached")
    kept = b"".join(path.read_bytes() for path in app.data.rglob("*") if path.is_file())
    assert "QZ原有条文".encode() not in kept and "QZ修订条文".encode() not in kept


# 管理


def test_audit_is_whole_and_a_thumb_down_becomes_an_eval_case(desk: Desk, tmp_path: Path) -> None:
    desk.ask(PLAN)
    desk.page.locator("#chat button[aria-label*='islike'], #chat [aria-label*='踩']").first.click()
    desk.page.wait_for_timeout(500)
    desk.tab("管理")
    desk.page.locator("#audit").get_by_text("记录完整").wait_for()
    assert "项目数据" in desk.page.locator("#audit").inner_text()
    desk.page.locator("#verdict input").click()
    desk.page.get_by_role("option", name=re.compile("不满意")).first.click()
    desk.page.locator("#verdict-told").get_by_text("17.50 万元").first.wait_for()
    desk.page.wait_for_function("() => document.querySelector('#case-words textarea').value.includes('17.50 万元')")
    desk.page.click("#case-keep")
    desk.page.get_by_text("已存为用例。").wait_for()
    with desk.page.expect_download() as waiting:
        desk.page.get_by_text("导出全部用例").click()
    waiting.value.save_as(tmp_path / "feedback.yaml")
    (case,) = read_cases(tmp_path / "feedback.yaml")
    assert case.turns == (PLAN,) and ("17.50 万元",) in case.expect.contains


# The whole


def test_phone_shows_the_page_without_sideways_scrolling(app: RunningApp, chromium: Any) -> None:
    with desk_of(app, chromium, 390, 844) as desk:
        desk.ask(PLAN)
        assert desk.page.evaluate("document.documentElement.scrollWidth") <= 390
        desk.page.locator(".jx-text .jx-chip").last.click()
        cited = desk.page.locator("#jx-source .jx-cited")
        cited.wait_for()
        assert cited.bounding_box()["y"] > 300


def test_page_is_chinese_for_a_browser_in_english(desk: Desk) -> None:
    assert desk.page.evaluate("document.documentElement.lang") == "zh-CN"
    shown = desk.page.locator("body").inner_text()
    assert not re.search(r"\b(Loading|Submit|Error|Built with|Settings)\b", shown)


def test_nothing_left_this_machine_and_the_browser_had_no_complaint(app: RunningApp, desk: Desk) -> None:
    """Last in this file: it judges what all tests above made page and server do."""
    desk.ask(PLAN)
    assert app.outside_requests == []
    assert not app.attempts.exists(), app.attempts.read_text()
    assert [said for said in app.complaints if "evil.invalid" not in said] == []
