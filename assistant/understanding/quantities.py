"""Questions for a number of something, or for what one of it costs: neither money of a project nor a number of projects."""

import re

# 救助多少名儿童, 办几场: what is counted is no money and no project, so the text or a row of the table says it.
_QUANTITY = re.compile(
    r"(?:多少|几)(?:面积|里程|人数|长度|比例|名|人次|个百分点|万亩|人(?!民币|员|均)|场次?|户|台|套|公里|平方米|亩|吨|辆|头|只|株|棵|座|栋|间|所(?!有)|期|批次?|起|篇|册|路|小时|天"
    r"|个(?!项目|单位|部门|指标|文件|目标|措施|月|亿|方面|部分|百分点|点|预算|时)[\u4e00-\u9fff])"
)


# 每间成本多少钱, 人均救助多少: what one costs is no budget.
_PER_ONE = re.compile(
    r"(?:每(?:个?人|间|公里|户|台|套|次|亩|件|名|场|平方米|吨|辆|米|处|所)|单(?:价|台|间|位成本|位造价)|人均|户均)[^,。?]{0,12}(?:多少|几|是|控制|不超过)"
    r"|(?:多少|几)(?:钱|元|块钱?)?(?:一|每)个?(?:月|天|人|次|亩|户|座|台|套|盏|辆|公里|平方米|场|页)(?![\u4e00-\u9fff])"
    r"|一个?(?:月|天|次|亩|户|座|台|套|盏|辆|公里|平方米|场|页)(?:能|要|可以)?(?:发|补|奖|给|收)?(?:多少|几块)(?!个?项目)"
)


_MONEY = re.compile(r"钱|万元|预算|经费|资金|花|支出|付|费用|拨|平均|人均|百分|占")


def counts_something(text: str) -> bool:
    """Whether a message in normal form asks for a number of something, or what one of it costs."""
    return bool((_QUANTITY.search(text) and not _MONEY.search(text)) or _PER_ONE.search(text))
