"""What kind of answer a question wants, and whether a sentence has one."""

import pytest

from assistant.matching.wanted import tells, wants_kind
from assistant.understanding.lexicon import normal


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("企业开办要几天？", "企业开办时间压缩到1个工作日以内。"),
        ("个体工商户分成哪几类？", "分为生存型、成长型和发展型。"),
        ("消防站哪天开放？", "每周六接待参观。"),
        ("组长由谁担任？", "成立由局长任组长的领导小组。"),
        ("第一责任人是谁？", "馆长为档案安全第一责任人。"),
        ("许可证由哪个部门核发？", "负责施工许可证核发。"),
        ("档案备份在什么地方？", "备份地点为南川市档案馆。"),
        ("IPv6在哪些地方升级？", "推动IPv6在县级政府门户网站升级改造。"),
        ("高标准农田在哪几个镇？", "在杨庄、双井两镇实施高标准农田建设。"),
        ("为什么建零工市场？", "为解决企业用工难，建设零工市场3处。"),
        ("骗低保的罚多少？", "处骗取金额一倍以上三倍以下罚款。"),
        ("室内有多少度？", "室内温度不低于20摄氏度。"),
        ("库房谁来巡查，多久一次？", "库房每周巡查一次。"),
        ("依据哪个规划？", "以《云河县水安全保障规划》为统领。"),
        ("举报电话是多少？", "设立“12350”举报电话。"),
        ("保护水质有哪些措施？", "对巡河发现的问题建立台账。"),
    ],
)
def test_a_sentence_that_tells_the_kind_asked_for_is_taken(question: str, sentence: str) -> None:
    assert tells(normal(question), normal(sentence), normal(sentence))


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("县级河长是谁？", "县级河长每季度巡河不少于一次。"),
        ("馆长是谁？", "馆长为档案安全第一责任人。"),
        ("巡查责任人叫什么名字？", "建立水库“三个责任人”制度，即行政责任人和巡查责任人。"),
        ("举报信箱设在哪里？", "设立举报信箱，公布举报渠道。"),
        ("污水处理站建在哪些乡镇？", "建设乡镇污水处理站9座，出水水质执行一级A标准。"),
        ("消防主题公园建在哪里？", "建设消防主题公园1座，向公众免费开放。"),
        ("随访包花了多少钱？", "为村卫生室配备智慧随访包3000个。"),
        ("预约电话是多少？", "市民可电话预约参观。"),
        ("水土流失是什么原因造成的？", "治理水土流失面积12平方公里。"),
        ("图书馆几点开门？", "每周免费开放时间不少于56小时。"),
        ("河道全长多少公里？", "完成清河治理。"),
        ("由哪家公司施工？", "费用由施工单位承担。"),
    ],
)
def test_a_sentence_about_the_same_thing_that_does_not_tell_it_is_not(question: str, sentence: str) -> None:
    assert not tells(normal(question), normal(sentence), normal(sentence))


@pytest.mark.parametrize(("question", "wants"), [("多久巡一次？", True), ("由谁负责？", True), ("有哪些措施？", False)])
def test_a_day_somebody_or_a_number_is_a_kind_of_answer(question: str, wants: bool) -> None:
    assert wants_kind(question) is wants
