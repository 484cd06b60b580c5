"""What goes wrong at the page, in a sentence: files it cannot take, a connection that breaks while an answer is on its way."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.page.browser import Desk, RunningApp, desk_of

pytestmark = [pytest.mark.page, pytest.mark.timeout(180)]

PLAN = "舆情监测能力建设资金到6月底要花多少？"


def test_each_file_that_cannot_be_taken_says_why_and_the_good_one_is_read(
    app: RunningApp, chromium: Any, tmp_path: Path
) -> None:
    good, huge, picture, fake = (tmp_path / name for name in ("办法.txt", "大.pdf", "图.png", "假.docx"))
    good.write_text("绩效管理暂行办法\n第一条 为规范绩效管理，制定本办法。\n", "utf-8")
    with huge.open("wb") as file:
        file.truncate(21 << 20)
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    fake.write_text("这不是 Word 文件", "utf-8")
    with desk_of(app, chromium) as desk:
        desk.tab("文件")
        desk.page.set_input_files("#jx-upload input[type=file]", [huge, picture, fake, good])
        desk.page.wait_for_function("() => document.querySelectorAll('.jx-done, .jx-rejected').length === 4")
        said = desk.page.locator(".jx-uploads li").all_inner_texts()
    assert "超过 20 MB 的上限" in said[0]
    assert all("未读入" in words and re.search("[\u4e00-\u9fff]{6}", words) for words in said[1:3])
    assert "已读入" in said[3]
    assert not list(app.data.glob(".upload-*"))


def test_connection_that_breaks_is_told_and_the_question_can_be_asked_again(desk: Desk) -> None:
    desk.ask(PLAN)
    kept = len(desk.complaints)
    desk.page.context.set_offline(True)
    desk.page.fill("#question textarea", "那10月底呢？")
    desk.page.keyboard.press("Enter")
    desk.page.get_by_text(re.compile("连接中断|没有完成")).first.wait_for()
    assert "17.50 万元" in desk.page.locator("#chat").inner_text()
    assert desk.page.input_value("#question textarea") == "那10月底呢？"
    desk.page.context.set_offline(False)
    # Gradio now starts anew in the open page.
    desk.page.wait_for_function("() => document.querySelector('#chat') && !document.querySelector('.jx-said')")
    desk.page.locator(".jx-reply", has_text="17.50 万元").wait_for()
    desk.page.wait_for_function("() => document.querySelector('#question textarea').value === '那10月底呢？'")
    desk.page.locator("#question textarea").focus()
    desk.page.keyboard.press("Enter")
    assert "35.00 万元" in desk.reply_after(1)
    del desk.complaints[kept:]  # the browser's own words on being offline
