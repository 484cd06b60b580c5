"""What a reply, a draft, the ledger and the list of documents look like as HTML."""

import re
from dataclasses import replace

from assistant.types import (
    Conversation,
    Draft,
    DraftCell,
    DraftParagraph,
    DraftTable,
    Grid,
    Kind,
    Origin,
    Reply,
    Route,
    Sentence,
)
from assistant.users import Right
from assistant.web.charts import plan_charts
from assistant.web.comparing import compared_html
from assistant.web.drafts import draft_html
from assistant.web.ledger import ledger_html, matching
from assistant.web.library import library_html
from assistant.web.rendering import chat_messages, partial_message, reply_html, reply_message
from corpus.types import Cell, CellState, Finding, Level, Source
from tests.page.scripted import ANSWER, DRAFT, EVIL, INFO, PROJECT


def test_marker_in_the_text_becomes_a_chip_with_the_quote_and_its_place() -> None:
    html = reply_html(ANSWER)
    assert "[1]" not in html
    assert 'class="jx-chip jx-at-d1-44"' in html
    assert "<q>35.00</q>" in html


def test_marker_without_a_citation_stays_text() -> None:
    assert "[7]" in reply_html(Reply(Kind.ANSWER, "见附件[7]", Route.PASSAGES))


def test_computed_figure_is_shown_with_its_formula_and_inputs() -> None:
    html = reply_html(ANSWER)
    assert "<b>17.50 万元</b> = 35.00 万元 × 50%" in html


def test_blank_cell_is_quoted_as_blank() -> None:
    blank = replace(ANSWER, citations=(replace(ANSWER.citations[0], quote=""),))
    assert "<q>（空白）</q>" in reply_html(blank)


def test_question_as_understood_is_under_the_reply() -> None:
    assert "所答问题：示例项目到6月底的支出计划是多少万元？" in reply_html(ANSWER)


def test_options_of_a_clarification_are_offered() -> None:
    message = reply_message(Reply(Kind.CLARIFICATION, "哪一个？", Route.RECORDS, options=("甲", "乙")))
    assert message["options"] == [{"value": "甲", "label": "甲"}, {"value": "乙", "label": "乙"}]


def test_text_of_documents_and_people_is_escaped_everywhere() -> None:
    evil = replace(ANSWER, question=EVIL, draft=replace(DRAFT, title=EVIL, text=EVIL, blanks=(EVIL,)), model=EVIL)
    said = chat_messages(Conversation().then(EVIL, evil), "c1")
    pages = [
        *(str(message["content"]) for message in said),
        library_html((INFO,)),
        ledger_html((replace(PROJECT, unit_name=EVIL, name=Cell(CellState.VALUE, EVIL, Source())),), (INFO,)),
    ]
    for html in pages:
        assert "<img" not in html and "<script" not in html
        assert "&lt;img" in html


def test_a_reply_on_its_way_shows_the_places_it_rests_on_so_far() -> None:
    html = str(partial_message("第一句。[1]", ANSWER.citations)["content"])
    assert 'class="jx-chip' in html and "[1]" not in html


def test_strong_text_cut_in_the_middle_is_closed() -> None:
    assert "**" not in str(partial_message("共 **70.00 万元。")["content"])


def test_draft_marks_blanks_and_tells_each_sentence_its_source() -> None:
    html = draft_html(DRAFT, "/download/draft/x")
    assert "<mark>【待填：2026年预算数（万元）】</mark>" in html
    assert 'title="沿用；第二部分 › 1.示例项目（第58行）"' in html
    assert 'href="/download/draft/x.docx"' in html and 'href="/download/draft/x.md"' in html


def test_draft_text_is_whole_though_a_sentence_is_not_found_in_it() -> None:
    draft = Draft("overall", "题", 2026, "甲。乙。", (Sentence("不在", Origin.NEW), Sentence("乙。", Origin.KEPT)), ())
    assert "甲。" in draft_html(draft, "") and "乙。" in draft_html(draft, "")


def test_draft_with_a_layout_shows_headings_and_its_form() -> None:
    table = DraftTable(
        "1.甲绩效目标表", "单位：万元", 2, ((DraftCell("预算数", header=True), DraftCell("【待填：数】")),)
    )
    blocks = (DraftParagraph(1, (Sentence("一、总体绩效目标", Origin.KEPT),)), table)
    html = re.sub(r' class="jx-place-[\d-]+"', "", draft_html(replace(DRAFT, blocks=blocks), ""))
    assert "<h4>" in html and "<th>预算数</th><td><mark>【待填：数】</mark></td>" in html


def test_finding_of_a_draft_leads_to_the_words_it_quotes() -> None:
    table = DraftTable("1.甲绩效目标表", "单位：万元", 2, ((DraftCell("预算数", header=True), DraftCell("10.00")),))
    blocks = (DraftParagraph(0, (Sentence("一、做好监测。", Origin.KEPT),)), table)

    def finding(quote: str, *path: str) -> Finding:
        return Finding("vague-verb", Level.WARNING, "不可衡量。", "写明数量。", Source(path), quote)

    found = (finding("做好监测"), finding("10.00", "甲"), finding("别处的话"), finding("", "1.甲绩效目标表"))
    html = draft_html(replace(DRAFT, blocks=blocks, findings=found), "")
    assert re.findall(r'class="jx-to-place (jx-place-[\d-]+)"', html) == [
        "jx-place-0",
        "jx-place-1-0-1",
        "jx-place-1-0-0",
    ]
    assert '<p class="jx-place-0">' in html and '<td class="jx-place-1-0-1">10.00' in html.replace("<p>", "")


def test_draft_without_a_place_has_no_links() -> None:
    assert "href" not in draft_html(DRAFT, "")


def test_ledger_tells_blank_classified_and_inferred_apart() -> None:
    secret = replace(PROJECT, code=Cell(CellState.CLASSIFIED, None, Source()))
    html = ledger_html((secret,), (INFO,))
    assert "（空白）" in html and ">涉密<" in html and ">推断</small>" in html
    assert "jx-at-d1-44" in html


def test_ledger_filter_matches_all_words_in_any_column() -> None:
    other = replace(PROJECT, name=Cell(CellState.VALUE, "另一项目", Source()), year=2024)
    assert matching((PROJECT, other), "示例单位 ２０２４") == (other,)
    assert matching((PROJECT, other), "13043425p") == (PROJECT, other)
    assert matching((PROJECT, other), "") == (PROJECT, other)
    assert "没有符合条件的项目" in ledger_html((PROJECT,), (INFO,), "找不到")


PLAN = Grid(("项目", "3月底", "6月底", "12月底"), (("甲项目", "（空白）", "50%", "100%"),))


def test_plan_is_a_chart_with_its_figures_in_words_and_no_bar_for_a_blank() -> None:
    html = plan_charts(PLAN)
    assert "<title>甲项目资金支出计划（累计）：3月底 （空白），6月底 50%，12月底 100%</title>" in html
    assert html.count('class="jx-bar"') == 2 and html.count('class="jx-no-bar"') == 1
    heights = [int(found) for found in re.findall(r'class="jx-bar"[^>]*height="(\d+)"', html)]
    assert heights[1] == 2 * heights[0] > 0


def test_list_that_is_no_plan_has_no_chart() -> None:
    assert plan_charts(Grid(("项目", "预算数"), (("甲", "10.00 万元"),))) == "" == plan_charts(None)


def test_list_the_reply_already_says_is_folded_away_but_can_be_sorted_and_saved() -> None:
    grid = Grid(("项目", "预算数"), (("甲", "10.00 万元"), ("乙", "15.00 万元")))
    said = reply_html(Reply(Kind.ANSWER, "1. 甲：10.00 万元\n2. 乙：15.00 万元", Route.RECORDS, grid=grid), "c1/2")
    assert '<details class="jx-list"><summary>' in said and said.count('class="jx-sort"') == 2
    assert 'href="/download/turn/c1/2.xlsx"' in said
    other = reply_html(Reply(Kind.ANSWER, "共 2 个项目，见表。", Route.RECORDS, grid=grid), "c1/2")
    assert '<details class="jx-list" open>' in other


def test_document_shows_findings_by_level_with_their_place_and_only_allowed_buttons() -> None:
    finding = Finding("plan", Level.ERROR, "支出计划下降", "请核对", Source(("第二部分",), line=54), f"50%{EVIL}")
    html = library_html((replace(INFO, findings=(finding,)),), frozenset({Right.INGEST}))
    assert "检查意见（1 条：错误 1）" in html and "<b>错误</b> 支出计划下降" in html
    assert 'class="jx-cell jx-at-d1-54"' in html and "<img" not in html
    assert "jx-replace" in html and "jx-forget" not in html


def test_blank_of_a_fillable_draft_is_a_button_and_of_another_is_not() -> None:
    assert draft_html(DRAFT, "", fillable=True).count('class="jx-fill"') == 1
    assert "jx-fill" not in draft_html(DRAFT, "")


def test_compared_drafts_mark_what_was_taken_out_and_put_in() -> None:
    after = replace(DRAFT, text=DRAFT.text.replace("开展监测", f"开展巡查{EVIL}"))
    html = compared_html(DRAFT, after, "第 1 版", "第 2 版")
    assert "共 1 处不同" in html and "<del>监测</del>" in html and "<ins>巡查&lt;img" in html
    assert "<img" not in html
