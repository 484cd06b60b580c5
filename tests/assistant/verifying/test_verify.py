"""A sentence is shown only where its evidence bears out every figure, date, name and citation in it."""

import re
import time
from pathlib import Path

import pytest

from assistant.lookup.sections import sentences
from assistant.verifying.verify import Fault, FaultKind, Told, faults
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
        (4, "到6月底支出约17.5万元。", FaultKind.FIGURE),
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
    _, extraction = reading(Path(__file__).parents[3] / "corpus" / "documents" / "weixian-wangxinban.txt", Policy())
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


# --- over the eight measures of the shipped document, by number

_SHIPPED = Path(__file__).parents[3] / "corpus" / "documents" / "weixian-wangxinban.txt"
MEASURES = dict(
    enumerate((line for line in _SHIPPED.read_text("utf-8").splitlines() if re.match("[一二三四五六七八]是", line)), 1)
)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("每天12小时值班。", 1),
        ("每天24小时值班，每周召开舆情分析会。", 1),
        ("舆情分析会由县公安局召开。", 1),
        ("县城重点区域WiFi已经全覆盖。", 2),
        ("实现全县WiFi全覆盖。", 2),
        ("推动邯郸主城区实现窄带物联网普遍覆盖。", 2),
        ("对属地重点网站不开展常态化安全检测扫描。", 3),
        ("每月对属地关键信息基础设施进行检查。", 3),
        ("建立了网络安全事件监测预警机制。", 3),
        ("取消网站备案管理。", 4),
        ("放松电话用户实名登记管理。", 4),
        ("由公安处置违法违规信息。", 4),
        ("处置违法违规信息1000条。", 4),
        ("评选魏县十佳账号，奖励每个账号5万元。", 5),
        ("扶持10个正能量公号。", 5),
        ("选拔优秀专业型人才10名。", 6),
        ("专家智库由清华大学组建。", 6),
        ("2025年底前组建专家智库。", 6),
        ("协调公安、法院，建立网络举报受理处置一体化工作机制。", 7),
        ("网络安全周每季度举办一次。", 7),
        ("按照《智慧河北建设总体规划》推进智慧魏县建设。", 8),
        ("按照《智慧邯郸建设总体规划（2019-2025年）》推进智慧魏县建设。", 8),
        ("IPv6升级改造已完成。", 8),
        ("舆情监测由张伟负责。", 1),
        ("汇总研判形成舆情分析报告，向省委汇报。", 1),
        ("严禁规范网站备案。", 4),
        ("网民自律引导公安处置谣言。", 7),
        ("停止智慧魏县建设。", 8),
        ("畅通舆情绿色通道，禁止上报舆情。", 1),
    ],
)
def test_a_changed_meaning_is_noticed_though_its_words_are_the_documents_own(text: str, number: int) -> None:
    assert faults(Told(text, (number,)), MEASURES)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("每天24小时舆情值班，升级舆情监测系统。", 1),
        ("组建跨部门舆情研判小组，并定期召开舆情分析会，形成舆情分析报告，为领导决策提供参考。", 1),
        ("推动城乡光纤网络建设，提升骨干网的传输交换能力，并持续推进“无线魏县”建设。", 2),
        ("窄带物联网用于水、电、气表智能计量、公共停车管理、环保监测和文物保护等领域的试点示范。", 2),
        ("要对金融、能源、电力、通信、交通运输等重点领域开展网络安全检查，明确保护的范围和对象。", 3),
        ("深入开展“燕赵净网”专项行动，严厉处置违法违规信息、账号、应用和网站。", 4),
        ("组织“魏县十佳账号”评选活动，扶持一批正能量公号。", 5),
        ("通过招录、选聘等方式选拔具有专业技术特长的人才，充实到网信岗位。", 6),
        ("利用网络安全周等时机，开展线上线下网络主题活动，引领网络文明新风尚。", 7),
        ("按照《智慧邯郸建设总体规划（2019-2023年）》的要求推进智慧魏县建设，提升服务质量和水平。", 8),
        ("做好全天候舆情值班，并升级舆情监测系统，做到网络舆情及时发现、处置和反馈。", 1),
        ("通过舆情绿色通道和互联网舆情快报，及时准确地上报舆情。", 1),
        ("实施下一代广电网络升级工程，推进有线广播电视网络双向化、数字化、智能化改造。", 2),
        ("实现县城重点区域WiFi全覆盖。", 2),
        ("在魏县主城区普遍覆盖窄带物联网。", 2),
        ("定期对属地关键信息基础设施开展网络安全检查。", 3),
        ("对重点网站进行常态化安全检测扫描。", 3),
        ("建立网络安全事件的监测预警机制。", 3),
        ("规范网站备案、电话用户和上网场所的实名登记管理。", 4),
        ("完善社会监督，并引导网民自律。", 4),
        ("压实互联网企业的主体责任。", 4),
        ("加大对经济发展、乡村振兴、精准脱贫、污染防治等方面的网上宣传力度。", 5),
        ("统筹做好县委、县政府重大会议和活动的网上报道。", 5),
        ("支持新媒体创新发展。", 5),
        ("以增强“四力”教育实践为抓手，加强网信干部人才队伍建设。", 6),
        ("开展业务素质提升工程，提升网信系统干部的政治素养、业务能力和理论水平。", 6),
        ("组建专家智库，加强业务人才储备。", 6),
        ("协调公安和新闻网站，建立联合辟谣工作机制。", 7),
        ("开展网上谣言治理，营造良好的网络生态。", 7),
        ("在县级政府门户网站、新闻和广播电视媒体进行IPv6升级改造。", 8),
        ("提升服务的质量和水平。", 8),
    ],
)
def test_a_faithful_paraphrase_passes(text: str, number: int) -> None:
    assert faults(Told(text, (number,)), MEASURES) == ()
