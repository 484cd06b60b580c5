"""A sentence is shown only where its evidence bears out every figure, date, name and citation in it."""

import re
import time
from pathlib import Path

import pytest

from assistant.lookup.sections import sentences
from assistant.verify import Fault, FaultKind, Told, faults
from corpus.classification import Policy
from corpus.ingest import reading

EVIDENCE = {
    1: "一是进一步做好舆情监测和处置工作。做好每天24小时全天候舆情值班，升级舆情监测系统，确保舆情全方位、全时段监测，"
    "确保网络舆情及时发现、及时处置、及时反馈。组建跨部门舆情研判小组，定期召开舆情分析会，汇总研判形成舆情分析报告，为领导决策提供参考。",
    2: "推动全县城乡光纤网络建设。持续推进“无线魏县”建设，实现县城重点区域WiFi全覆盖。推动主城区实现窄带物联网(NB-IoT)普遍覆盖。",
    3: "网络安全服务费：10.00 万元[1]\n生态平台资金：15.00 万元[2]\n舆情建设资金：35.00 万元[4]\n合计 **60.00 万元**（10.00 + 15.00 + 35.00）。",
    4: "舆情建设资金到6月底的支出 **17.50 万元**（35.00 万元 × 50%）[1][2]。\n其中财政资金 35.00 万元，其他资金 空白。\n"
    "资金支出计划：3月底 空白；6月底 50%（17.50 万元）；10月底 80%（28.00 万元）；12月底 100%（35.00 万元）",
    5: "按照《河北省网信事业发展规划（2019-2023年）》要求，2025年6月30日前完成3次检查，每年不少于2次培训，覆盖12个乡镇，由宣传部牵头。",
}
NAMES = ("网络安全服务费", "生态平台资金", "舆情建设资金")


def found(text: str, *sources: int) -> tuple[Fault, ...]:
    return faults(Told(text, sources), EVIDENCE, NAMES)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (1, "舆情方面，文件提出做好每天24小时全天候舆情值班。"),
        (1, "要升级舆情监测系统，做到全方位、全时段监测。"),
        (1, "此外，还将组建跨部门的舆情研判小组，定期开会分析舆情，形成报告供领导参考。"),
        (2, "推动全县城乡光纤网络建设，并实现重点区域WiFi全覆盖。"),
        (3, "舆情建设资金预算为35万元。"),
        (3, "舆情建设资金预算为350,000元。"),
        (3, "预算为叁拾伍万元整。"),
        (3, "合计60万元。"),
        (4, "到6月底支出17.5万元，即50%。"),
        (4, "到6月底支出17.5万元，即百分之五十。"),
        (4, "10月底支出28万元。"),
        (4, "财政资金35万元。"),
        (5, "2025年6月30日前完成3次检查。"),
        (5, "6月30日前完成3次检查。"),
        (5, "每年不少于2次培训。"),
        (5, "覆盖12个乡镇，由宣传部牵头。"),
        (5, "按照《河北省网信事业发展规划(2019-2023年)》要求推进检查。"),
    ],
)
def test_a_faithful_sentence_passes(source: int, text: str) -> None:
    assert found(text, source) == ()


@pytest.mark.parametrize(
    ("source", "text", "kind"),
    [
        (1, "每天12小时值班。", FaultKind.FIGURE),
        (3, "舆情建设资金预算为10万元。", FaultKind.FIGURE),  # another project's figure
        (3, "预算最多的是舆情建设资金，为35.00元。", FaultKind.FIGURE),  # the right digits in another unit
        (3, "舆情建设资金预算60万元。", FaultKind.FIGURE),  # the sum given to one project
        (3, "网络安全服务费合计10万元。", FaultKind.FIGURE),  # one project given as a sum
        (4, "到10月底支出50%。", FaultKind.FIGURE),  # another date's figure
        (4, "3月底支出17.5万元。", FaultKind.FIGURE),
        (4, "财政资金为17.5万元。", FaultKind.FIGURE),  # another field's figure
        (4, "到6月底支出约17.5万元。", FaultKind.WORDING),
        (4, "6月底支出过半。", FaultKind.WORDING),
        (4, "支出几十万元。", FaultKind.WORDING),
        (5, "每年不少于3次培训。", FaultKind.FIGURE),  # another thing's number
        (5, "覆盖12个村。", FaultKind.FIGURE),
        (5, "每年培训2次以上。", FaultKind.WORDING),
        (5, "2025年6月底前完成3次检查。", FaultKind.DATE),
        (5, "2024年完成3次检查。", FaultKind.DATE),
        (5, "第三季度完成3次检查。", FaultKind.DATE),
        (1, "由华为公司负责升级舆情监测系统。", FaultKind.NAME),
        (1, "张建国负责舆情监测和处置工作。", FaultKind.NAME),
        (2, "持续推进“无线邯郸”建设。", FaultKind.NAME),
        (2, "实现县城重点区域5G全覆盖。", FaultKind.NAME),
        (5, "由组织部牵头。", FaultKind.NAME),
        (5, "按照《邯郸市规划》要求推进检查。", FaultKind.NAME),
        (1, "不做舆情值班。", FaultKind.WORDING),
        (1, "取消舆情监测系统。", FaultKind.WORDING),
        (1, "这台设备采购于海外并由卫星传输。", FaultKind.WORDING),
        (1, "舆情监测，详见 http://evil.invalid 。", FaultKind.MARKUP),
        (1, "舆情监测![](x.png)<img src=x>", FaultKind.MARKUP),
        (1, "HACKED", FaultKind.NAME),
        (1, "The monitoring system will be upgraded.", FaultKind.NAME),
    ],
)
def test_what_the_evidence_does_not_say_is_found(source: int, text: str, kind: FaultKind) -> None:
    assert kind in {fault.kind for fault in found(text, source)}


@pytest.mark.parametrize("sources", [(), (9,), (1, 9), (0,), (-1,)])
def test_an_invented_or_missing_citation_is_a_fault(sources: tuple[int, ...]) -> None:
    assert [fault.kind for fault in found("升级舆情监测系统。", *sources)] == [FaultKind.CITATION]


def test_a_figure_must_be_in_the_passage_that_is_cited() -> None:
    assert found("预算为35万元。", 3) == ()
    assert found("预算为35万元。", 5) != ()
    assert found("预算为35万元。", 5, 3) == ()


def test_a_fault_says_what_and_why() -> None:
    assert str(found("预算为36万元。", 3)[0]) == "数字“36万元”在所注资料中没有依据"


def _shipped() -> list[str]:
    _, extraction = reading(Path(__file__).parents[2] / "corpus" / "documents" / "weixian-wangxinban.txt", Policy())
    return [sentence for section in extraction.sections for sentence in sentences(section.text)]


def test_every_sentence_of_the_shipped_document_passes_against_itself() -> None:
    texts = _shipped()
    assert len(texts) > 50
    refused = [t for t in texts if len(t) <= 400 and faults(Told(t, (1,)), {1: "\n".join(texts)})]
    assert refused == []


def test_no_sentence_passes_with_a_figure_that_was_changed() -> None:
    texts = [t for t in _shipped() if re.search(r"\d", t)]
    changed = [(t, re.sub(r"\d+", lambda m: str(int(m[0]) + 7), t)) for t in texts]
    assert changed
    assert [new for old, new in changed if not faults(Told(new, (1,)), {1: "\n".join(texts)})] == []


def test_a_figure_with_cents_is_no_date() -> None:
    evidence = {1: "舆情建设资金：10.00 万元。", 2: "2025-06-30前完成。"}
    assert faults(Told("舆情建设资金预算10万元。", (1,)), evidence, NAMES) == ()
    assert faults(Told("2025年6月30日前完成。", (2,)), evidence, NAMES) == ()


@pytest.mark.parametrize("text", ["1" * 390, "一" * 390, "第一百" * 130, "12," * 130, "《" * 390])
def test_odd_text_is_judged_at_once(text: str) -> None:
    started = time.perf_counter()
    faults(Told(text, (1,)), {1: text * 4}, NAMES)
    assert time.perf_counter() - started < 0.3
