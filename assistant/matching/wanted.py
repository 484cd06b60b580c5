"""What kind of answer a question wants (a day, a number of these, somebody, a place, a reason), and whether a text has one.

A sentence may say all that a question is about and yet not what is asked: 县级河长每季度巡河一次 does not say who that is.
Questions and texts are in normal form. Pure.
"""

import re
from collections.abc import Callable

_NUMERAL = r"(?:\d[\d,.]*|[一二两三四五六七八九十百千]+)"
_SPAN = rf"{_NUMERAL}个?(?:工作日|月|天|日|年|小时|分钟|周|学期)"
_DAY = re.compile(r"周[一二三四五六日天]|\d+月(?:\d+日|\d+号|份|底|初|前)?|\d+日|\d+号|(?:19|20)\d\d年")
_CLOCK = re.compile(r"\d+(?:时|点|:\d\d)")
_TIME = re.compile(
    r"\d+[年月日]|周[一二三四五六日末]|[年月周]底?前|之日起|每[年月周日天]|季度|学期|期间|[日周]$|安全周|按[年月季]|\d[点时]|定期|前后|暑[期假]|寒假|假期|[春夏秋冬]季|汛期|夜间|周末|节假日|元旦|春节|国庆|清明|汛前|节前|开学|当年|次年|同步"
)
_OFTEN = re.compile(rf"每|按[年月季周]|定期|常态化|{_SPAN}|长期|永久|季度|月度")
_PEOPLE = re.compile("[人者户员女生民童警师长]|干部|专家|代表|对象|家庭|老年|职工|群众")
# Somebody is told as who does it, not only named: 由, 会同, …负责.
_AGENT = re.compile(
    "由|负责|会同|联合|牵头|承担|组织|委托|指派|邀请|报送?|经|向|对|与|和|跟|协调|配合|通过|成立|组成|担任|任|为|所|要求|协同|审|监督|开展|每"
)
_DUTY = re.compile("(?:^|[,。;、. )])(?:负责|承担|主管|组织实施)[^,。;]{2,}")
_BODY = re.compile(
    "[局委部处科站所厅院股队会中心馆社]|公安|机关|专人|政府|企业|小组|公司|单位|人员|领导|媒体|网站|银行|学校|办公室|第三方|长|大学|专家|书记|河长|部门"
)
_AT = r"(?:在|(?<![用少低高优关对等大小由属限])于|(?<![达得做受看收])到|至|设[在于]|覆盖|赴|地点|面向|沿)(?!\d|\d*个?工作日)"
_PLACE_NAMED = re.compile(
    rf"{_AT}[^,。;]{{0,24}}?(?:[县市区镇乡村馆校院所站街路楼室场园库厅堂家省国局]|网站|媒体|部门|单位|平台|中心|领域|一线|景区|岗位)"
    r"|区域|地点|地址|场所|沿线|主城区|[\u4e00-\u9fff]{2,}[馆院校站]$"
)
# Where a thing is put: what is covered is no place of it.
_ASKS_OF_A_THING = re.compile("[建设放存位开办]在|(?:建设|设置|存放|安装|坐落|备份)在")
_PLACE_OF_A_THING = re.compile(
    r"(?:在|(?<![用少低高优关对等大小由属限])于|地点|地址|选址|(?<![达得做受看收])到)(?!\d|\d*个?工作日)[^,。;]{0,24}[\u4e00-\u9fff]|[\u4e00-\u9fff]{2,}(?:馆|院|校|站|库)内"
)
_REASON = re.compile(
    "为了|为[^,。;]{2,}[,，]|因为?|由于|以便|以[^,。;]{2,}为|确保|从而|旨在|防止|避免|减轻|营造|助力|推动|引领|满足|解决|保障|提供|提升|提高|增强|促进|打通|便于|方便|根据"
)
_CAUSE = re.compile("因|由于|原因|造成|导致")
_RATE = re.compile(r"\d%|倍|百分之|[一二三四五六七八九十]成")
_MONEY = re.compile(r"\d[\d,.]*(?:万|亿)?元|[一二两三四五六七八九十百千万]+元|免费|免收|不收")

_ASKS_CLOCK = re.compile("几点")
_ASKS_DAY = re.compile("几月|几号|哪天|哪一天|哪年|哪一年|几日|什么日子")
_ASKS_TIME = re.compile("什么时候|何时|什么时间|啥时候")
_ASKS_OFTEN = re.compile("多久|多长时间|隔多长|频率|频次")
_ASKS_WHO = re.compile("谁|哪位|哪家|(?:哪个|哪些|哪几个|什么)(?:单位|部门|机构|科室|股室|大学|学校|院校)|哪所")
_ASKS_PEOPLE = re.compile("(?:哪些|什么|哪类)(?:人|对象|群体|人群)(?!员|才)")
_ASKS_WHERE = re.compile(
    "(?<!从)(?:哪里|哪儿|什么地方|(?:[在到去往于放]|^)哪[些个]地方)(?!提|写|说|规定|来)|在哪(?![个些种类家位一方所里儿])(?!提|写|说|规定)"
)
# What a question wants to be told by kind, besides what many passages speak of anyway.
_ASKS_WHICH = re.compile("(?:哪[个家所座间款种类]|用什么|采用什么|使用什么|买什么|购置什么)([\u4e00-\u9fff]{2})")
_ANY_KIND = frozenset(
    "方面 地方 领域 环节 阶段 文件 项目 年份 季度 月份 方法 办法 方式 措施 内容 时候 时间 技术 手段 单位 部门".split()
)
_ASKS_PLACE_KIND = re.compile(
    "哪(?:个|些|几个|座|几座|条|几条|所|家)(村|镇|乡|城市|县|省|街道|街|路|社区|仓库|水库|河道|河|景区|学校|医院|国家|小区)"
)
_ASKS_WHY = re.compile("为什么|为何|为啥|什么原因|何以|出于什么|目的是什么|图什么|为的是什么")
_ASKS_CAUSE = re.compile("原因")
_ASKS_COST = re.compile("多少钱|收费|什么价|花多少|(?:工资|薪酬)(?:是|有|为)?多少|薪水|月薪|奖金|门票|票价")
_SEVERAL_NAMED = re.compile('、|和|与|《|“|"|:')
_ASKS_FINE = re.compile("罚多少|多少罚款")
_ASKS_MANY = re.compile(
    "(?<!哪)(?:多少|几)(钱|[万亿]?(?:工作日|个方面|批次|人次|平方米|平方公里|平方|公里|公顷|分钟|小时|个月|"
    "个|名|位|人|家|次|期|所|项|条|亩|吨|度|例|起|篇|户|公|件|套|台|辆|场|天|日|年|岁|张|册|本|把|支|艘|架|盏|座|幢|栋|"
    "株|棵|头|只|口|眼|处|段|片|块|枚|袋|箱|升|斤|米|种|类|级|届|批|门|间|层|分|元|学时|课时|卷|页|面|字|部|盆|颗|"
    "成|倍))?"
)
_KINDS_COUNTED = frozenset(("种", "类", "级", "项", "个方面", "条", "个", "件"))
_COUNTABLE = frozenset("个 名 位 家 所 条 件 套 台 辆 把 支 座 幢 栋 株 棵 头 只 处 块 户 篇 册 张".split())
_ASKS_NAMES = re.compile("是哪[几些一二两三四五六七八九十]?[所个家座条位项种类级定点]*[?。]*$")
_A_LIST = re.compile("、|分为|包括|和")
_ALIKE = {
    "人": "[人名位]次?",
    "名": "[人名位]次?",
    "位": "[人名位]次?",
    "钱": "元",
    "家": "[家个户]",
    "个": "[个家名件项处所条座]",
    "公": "公里",
    "度": "(?:摄氏)?度|℃",
    "天": "个?(?:天|日|工作日|小时)",
    "日": "个?(?:天|日|工作日)",
    "工作日": "个?(?:天|日|工作日)",
    "年": "年|个月",
    "平方": "平方|㎡|亩",
    "户": "[户家]",
    "次": "[次场期]|批次",
    "场": "[场次期]",
    "岁": "周?岁",
}
MEASURES = {
    "面积": "万?(?:亩|公顷|平方米|平方公里|㎡)",
    "里程": "万?(?:公里|千米|米)",
    "长度": "万?(?:公里|千米|米)",
    "人数": "万?(?:人|名|人次)",
    "比例": "%|‰|百分之|成",
    "温度": "度|℃",
}
_ASKS_MEASURE = re.compile(
    f"(?:多少|多大|多长|多高)(?:的)?({'|'.join(MEASURES)})|({'|'.join(MEASURES)})(?:是|有|要|为|达到|控制在|不低于|不少于|不超过)*(?:多少|多大|多长|多高)(?![\u4e00-\u9fff])"
)

_PERSON = "(?:长|主任|书记|经理|责任人|负责人|联系人|联络员|调查员|组长|医生|教师|老师|专家|干部|人员|专员|讲解员|院士|主编|评委|起草人|设计师|员|师)"
_ASKS_NAME = re.compile("叫什么|什么名字|姓什么|姓名|叫啥|名称是")
_ASKS_PERSON = re.compile(f"{_PERSON}(?:的?(?:名字|姓名))?(?:是谁|叫什么|叫啥|姓什么|姓甚|都?有谁|是哪位|是哪些人)")
_NAMED = re.compile('[“《「"]')
_A_PERSON = re.compile("同志|先生|女士")
_OF_ROLE = re.compile(f"([\u4e00-\u9fff]{{0,4}}{_PERSON})(?:的?(?:名字|姓名))?(?:是谁|是哪位|由谁)")
_ROLE_HOLDER = "[\u4e00-\u9fff]{0,8}(?:局长|主任|书记|县长|市长|区长|镇长|乡长|馆长|校长|院长|站长|科长|股长|主管|领导|主要负责人|法定代表人|同志)"
_TITLE = re.compile(r"《[^》]*》|第[一二三四五六七八九十\d]+[条项]")
_CONTACT = re.compile(
    "(电话|传真|地址|邮箱|邮编|网址|密码|文号|身份证号|经纬度|手机号|门牌)(?=[^,。;]{0,4}(?:多少|什么|哪|几))"
)
_CONTACT_TOLD = {
    "电话": r"\d{3,}",
    "传真": r"\d{3,}",
    "手机号": r"\d{3,}",
    "邮箱": "@",
    "邮编": r"\d{6}",
    "网址": r"www|http|\.c",
}
# Roles that a text names or does not; a question for one of them is about nothing else.
_ROLE = re.compile(
    "组长|局长|主任|园长|队长|校长|书记|评委|主编|设计师|负责人|首席|起草人|联系人|院长|站长|科长|经理|馆长|股长|理事长|检察长"
)
_ANY_ROLE = re.compile("(?:院长|校长|馆长|局长|组长|主任|书记|站长)(?!是谁|叫|姓|由谁|的电话)")


def tells(question: str, near: str, whole: str) -> bool:
    """Whether the sentences `near` to a question tell what kind of thing it asks for; `whole` is all that is around them."""
    if any(
        not re.search(_CONTACT_TOLD.get(word, word), near) or word not in whole for word in _CONTACT.findall(question)
    ):
        return False
    if any(role not in whole for role in _ROLE.findall(question)) and not _ANY_ROLE.search(question):
        return False
    if _ASKS_NAME.search(question) or _ASKS_PERSON.search(question):
        return _tells_name(question, near)
    told = _TITLE.sub("", near)
    if not _tells_which(question, near):
        return False
    asked = [says(question, told) for asks, says in _KINDS if asks.search(question)]
    return any(asked) if asked and _SEVERAL.search(question) else all(asked)


# 谁来巡查，多久一次: two questions in one, of which a sentence may answer one.
_SEVERAL = re.compile("(?:谁|几|多少|多久|什么|哪)[^,。;]*[,;、 ][^,。;]*(?:谁|几|多少|多久|什么|哪)")


def wants_kind(question: str) -> bool:
    """Whether a question wants a day, a number, somebody, a place or a reason, which a sentence tells or does not."""
    return bool(_ASKS_NAME.search(question)) or any(asks.search(question) for asks, _ in _KINDS)


def _tells_name(question: str, near: str) -> bool:
    if not _ASKS_PERSON.search(question):
        return bool(_NAMED.search(near))
    if _A_PERSON.search(near):
        return True
    role = _OF_ROLE.search(question)
    return role is not None and tells_holder(role.group(1), near)


def tells_holder(role: str, near: str) -> bool:
    """Whether a text says who holds a role: 局长任组长, 馆长为第一责任人; not what the holder does."""
    for size in range(len(role), 1, -1):
        if (tail := role[-size:]) in near:
            return bool(
                re.search(rf"[\u4e00-\u9fff]{{2,}}?(?:任|担任|兼任|为|是|作为)[^,。;]{{0,12}}?{re.escape(tail)}", near)
                or re.search(rf"{re.escape(tail)}(?:由|为|是|:){_ROLE_HOLDER}", near)
            )
    return False


def _tells_who(_: str, near: str) -> bool:
    # In a list of duties who does it is the unit whose duties they are: 负责施工许可证核发.
    return bool(_DUTY.search(near) or (_BODY.search(near) and _AGENT.search(near)))


def _tells_which(question: str, near: str) -> bool:
    return all(kind in _ANY_KIND or kind in near for kind in _ASKS_WHICH.findall(question))


def _tells_place(question: str, near: str) -> bool:
    return bool((_PLACE_OF_A_THING if _ASKS_OF_A_THING.search(question) else _PLACE_NAMED).search(near))


def _tells_place_kind(question: str, near: str) -> bool:
    match = _ASKS_PLACE_KIND.search(question)
    kind = match.group(1)[-1] if match else ""
    if kind in "村镇乡街路":  # 乡镇污水处理站 names none
        return bool(re.search(f"{_AT}[^,。;]{{0,24}}{kind}", near))
    return kind in near


def _tells_reason(question: str, near: str) -> bool:
    return bool((_CAUSE if _ASKS_CAUSE.search(question) else _REASON).search(near))


def _tells_number(question: str, near: str) -> bool:
    if measured := _ASKS_MEASURE.search(question):
        return bool(
            re.search(f"{_NUMERAL}[万亿多余]?个?(?:摄氏)?(?:{MEASURES[measured.group(1) or measured.group(2)]})", near)
        )
    many = _ASKS_MANY.search(question)
    unit = (many.group(1) or "") if many else ""
    if unit in _KINDS_COUNTED and _A_LIST.search(near) and _ASKS_SORTS.search(question):
        return True
    if not unit and _RATE.search(near):
        return True
    return bool(number_of(unit).search(near))


_ASKS_SORTS = re.compile(
    "(?:分|有|包括|哪|设|列|涉及)[成为有了]?(?:多少|几)(?:种|类|级|个方面|项|个组|个部分|个小组|个层|个档)|(?:多少|几).*(?:都是|分别)"
)


def number_of(unit: str) -> re.Pattern[str]:
    """A number with this unit; any number where the question names none."""
    if not unit:
        return re.compile(r"\d|[一二两三四五六七八九十]成|百分之")
    scale, counted = (unit[0], unit[1:]) if unit[0] in "万亿" and len(unit) > 1 else ("[万亿多余]?", unit)
    return re.compile(f"{_NUMERAL}{scale}(?:{_ALIKE.get(counted, counted)})")


def counted_in(question: str) -> re.Pattern[str] | None:
    """The number of things that a question asks for, as a text has it; None where it asks for none with a measure word."""
    many = _ASKS_MANY.search(question)
    unit = many.group(1) if many else ""
    return number_of(unit) if unit in _COUNTABLE and not _ASKS_SORTS.search(question) else None


def _holds(pattern: re.Pattern[str]) -> Callable[[str, str], bool]:
    return lambda _, near: bool(pattern.search(near))


_KINDS: tuple[tuple[re.Pattern[str], Callable[[str, str], bool]], ...] = (
    (_ASKS_CLOCK, _holds(_CLOCK)),
    (_ASKS_DAY, _holds(_DAY)),
    (_ASKS_TIME, _holds(_TIME)),
    (_ASKS_OFTEN, _holds(_OFTEN)),
    (_ASKS_WHO, _tells_who),
    (_ASKS_PEOPLE, _holds(_PEOPLE)),
    (_ASKS_WHERE, _tells_place),
    (_ASKS_PLACE_KIND, _tells_place_kind),
    (_ASKS_WHY, _tells_reason),
    (_ASKS_NAMES, _holds(_SEVERAL_NAMED)),
    (_ASKS_COST, _holds(_MONEY)),
    (_ASKS_FINE, lambda _, near: bool(_MONEY.search(near) or _RATE.search(near))),
    (_ASKS_MANY, _tells_number),
)


def tells_kind(question: str, text: str) -> bool:
    """Whether a text tells the day or the number, with its unit, that a question asks for; both in normal form."""
    if _ASKS_DAY.search(question) or _ASKS_TIME.search(question):
        return bool(_DAY.search(text))
    if measured := _ASKS_MEASURE.search(question):
        return bool(re.search(f"{_NUMERAL}(?:{MEASURES[measured.group(1) or measured.group(2)]})", text))
    many = _ASKS_MANY.search(question)
    unit = many.group(1) if many else ""
    return bool(unit and unit != "钱" and "元" not in unit and number_of(unit).search(text))
