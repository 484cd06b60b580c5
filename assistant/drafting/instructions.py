"""What the user asks of a draft, in words: figures, deletions, additions, style. What is not read is named."""

import re
from dataclasses import replace

from assistant.drafting.carrying import Times
from assistant.drafting.figures import AS_LAST, check_figures, read_figures
from assistant.drafting.indicator_words import indicator_wish, recount_of
from assistant.drafting.items import each_apart, item_addition, item_edit, plain
from assistant.drafting.wishes import MONEY_FIELDS, NO_PROJECT, Limit, Money, NoBaseError, Wishes
from assistant.errors import DraftError
from corpus.folding import simplify, strip_invisible
from corpus.numbers import chinese_number, parse_ordinal
from corpus.types import ProjectRecord

_LONGEST = 4000

_PARTS = re.compile(
    r"[。；;\n！!]|(?<=[万元%％])[，,](?=\s*[^，,。；;]{1,20}(?:不少于|不低于|不超过|≥|≤)\s*\d)|[，,、](?=\s*(?:请|并|把|将|增加|补充|加上|突出|强调|删|去掉|第|更|语气|语言|用词|再|预算|财政|其他|参照|新增|另|最后|恢复|撤销|总额|金额|只要|只保留|字数|控制在|不超过|每条|其余|\d+月|年底|上半年|不要|不再|加一|资金用途|项目名称|完成时限|压减|核减"
    r"|[^，,。；;、]{1,20}(?:改为|改成|换成|调整为|定为|增加到|提高到|减少到|降低?到|压减到|[增减]至|(?:提高|增加|上升|提升|降低|减少|下降)了?(?=\d))|总体(?:绩效)?目标|[各所每]有?个?项目|项目[一二三四五六七八九十\d]|分项(?:绩效)?目标|(?:工作)?保障措施|(?:数量|质量|时效|成本|效益|满意度|可持续影响)指标|满意度))"
)
# Behind a closing quotation mark another wish begins: 把“组建”改成“建立”，新增一条…
_AFTER_QUOTE = re.compile(r"(?<=”)[，,](?=\s*(?:新增|增加|再|把|将|第|删|去掉|最后|并|同时|语气|预算))")
# 要求：一是语气正式；二是删去最后一条: numbers of the wishes, no text of the draft.
_NUMBERED = re.compile(
    r"(?:^|(?<=[；;。，,：:\s]))\s*(?:[一二三四五六七八九]是|(?:\d|[一二三四五六七八九])[、.．](?!\d)|[（(][一二三四五六七八九\d][)）])\s*"
)
_ANNOUNCED = re.compile(r"(?:要求|意见|如下|几点|修改)[^：:，,；;]{0,6}[：:]\s*")
# 第三条改一下，改成：… says 改成 once.
_SAID_TWICE = re.compile(r"(?:修改|调整|改|换)(?:一改|一?下|掉)[，,：:]?\s*(?=(?:改|换|写|调整)(?:成|为))")
# 改一下分项目标第五条，加上…: what is to be changed and how are one wish.
_THEN = re.compile(
    r"(?:改|修改|调整|完善)(?:一改|一?下)(?:今年|明年|20\d\d年)?的?(?:(?:分项|总体|工作)?(?:绩效)?(?:目标|保障措施|措施)的?)?(第[一二三四五六七八九十\d]+[条项]|最后一条)[，,]\s*(?=加上|增加|补充|改成|改为|删|去掉|写)"
)
# 第一条、第三条删掉 is one wish.
_LISTED = re.compile(
    r"(第[一二三四五六七八九十百\d]+[条项个点]?)[、，,](?=第[一二三四五六七八九十百\d]+[条项个点]?(?:[、，,和与]|删|合并|对调|互换|交换|都|去掉|不要))"
)
_SHORTER = re.compile(
    r"太长|过长|嫌长|长了|字数?太多|太啰|写短|改短|弄短|简洁|精简|简短|压缩(?!了)|短一?[点些]|简练|缩短|精炼|简明|字以内|不超过\d+字|控制在[^，]{0,6}字|啰嗦|冗长"
)
_FORMAL = re.compile(r"正式|规范一?[点些]|书面|官方|庄重|公文")
_POLITE = re.compile(
    r"^(?:请|麻烦|帮我|给我|把|将|再|并且?|同时|另外|然后|要|希望|能不能|可以|这次|这一版|改得|写得|写|改|调整?|一下|明年的?)*"
)
_FILLER = re.compile(
    r"^(?:那)?(?:明年|来年)的?(?:该|应该)?(?:怎么|如何|咋)写[？?]?$|^(?:帮我|请|给我|替我)?把?.{0,16}表格?.{0,6}(?:填|做|写|弄|编)(?:上|好|出来?|完|一下)了?$|^(?:日期|时间|年份|年度|时限|所有日期)?(?:都|全部|统一|整体)?(?:顺延|往后推|后移|推后|延后)一?年$|(?:过时|过期|陈旧|老旧)的?(?:话|提法|说法|表述|内容|规划)?(?:都|全部)?(?:改掉|更新|换掉|去掉|改一?下|换一?下)|^(?:起草|草拟|拟|编|写|生成|做)?.{0,30}(?:草案|草稿|初稿|绩效目标|目标表|保障措施|分项目标|总体目标|的目标|文本)$|^(?:好|谢谢|可以)$"
)


def read_wishes(instruction: str, project: ProjectRecord | None) -> Wishes:
    """The wishes of `instruction`, a line a round: what a later round says of a figure replaces the earlier.

    Raises DraftError, asking back, where the figures of the last round contradict each other or those that stand.
    """
    lines = [line for line in simplify(strip_invisible(instruction))[:_LONGEST].split("\n") if line.strip()] or [""]
    wishes = Wishes()
    for number, line in enumerate(lines):
        said = _read_round(line, project, last=number == len(lines) - 1)
        wishes = _followed_by(wishes, _of_the_item_at_hand(said, wishes), number)
    check_figures(wishes, project)
    return wishes


def _read_round(line: str, project: ProjectRecord | None, last: bool) -> Wishes:
    """One round. A contradiction in an earlier one was asked back then; what answered it stands in a later line."""
    wishes = Wishes()
    for said in clauses_of(line):
        try:
            wishes = _read_part(said, wishes, project)
        except DraftError as error:
            if isinstance(error, NoBaseError) and project is None:
                wishes = replace(wishes, unread=(*wishes.unread, f"{said[:80]}{NO_PROJECT}"))
            elif last:
                raise
    return wishes


def clauses_of(line: str) -> list[str]:
    """The wishes of one round, apart: 预算改为20万元，第三条删掉 is two, 第一条、第三条删掉 one."""
    line = said_once(" ".join(line.split()))
    if announced := _ANNOUNCED.search(line[:30]):
        line = f"{line[: announced.start()]}；{_NUMBERED.sub('；', line[announced.end() :])}"
    parts = _PARTS.split(_AFTER_QUOTE.sub("；", _LISTED.sub(r"\1和", line)))
    return [said for part in parts if (said := part.strip(" ，,、：:"))]


def said_once(line: str) -> str:
    """第三条改一下，改成：… with one verb, so that the item and its words stay one wish."""
    return _THEN.sub(r"\1", _SAID_TWICE.sub("", line))


def together(one: Wishes, other: Wishes) -> Wishes:
    """What is wished of a whole and of a part of it; the part's own word wins."""
    both = _followed_by(one, other, 0)
    rounds = max(one.round, other.round)
    swap_now, unread = (*one.swap_now, *other.swap_now), (*one.unread, *other.unread)
    return replace(both, items=(*one.items, *other.items), round=rounds, swap_now=swap_now, unread=unread)


def _followed_by(before: Wishes, said: Wishes, number: int) -> Wishes:
    """The wishes of all rounds so far with the next one's."""
    money = Money(
        *(new if (new := getattr(said.money, k)) is not None else getattr(before.money, k) for k in MONEY_FIELDS)
    )
    return Wishes(
        money=money,
        counted=(before.counted - _given(said.money)) | said.counted,
        same_money=before.same_money or said.same_money,
        plan={**before.plan, **said.plan},
        same_plan=before.same_plan or said.same_plan,
        year=said.year or before.year,
        items=(*before.items, *(replace(edit, round=number) for edit in said.items)),
        quantify=before.quantify or said.quantify,
        swap=(*before.swap, *said.swap),
        swap_now=said.swap,
        shorter=before.shorter + said.shorter,
        only=said.only or before.only,
        limits=(*before.limits, *(replace(limit, round=number) for limit in said.limits)),
        formal=before.formal or said.formal,
        facts={**before.facts, **said.facts},
        fields={**before.fields, **said.fields},
        indicators=(*before.indicators, *(replace(wish, round=number) for wish in said.indicators)),
        round=number,
        unread=said.unread,
    )


_OF_ITEM = re.compile(r"第[一二三四五六七八九十百]+条")


def _of_the_item_at_hand(said: Wishes, before: Wishes) -> Wishes:
    """工作数量填50期 after 第一条的完成时限填6月底: of the first item too."""
    item = next((m[0] for name in reversed(before.facts) if (m := _OF_ITEM.match(name))), "")
    if not item:
        return said
    own = {
        name if _OF_ITEM.match(name) else f"{item}{_ITEM_BLANKS.get(name, name)}": v for name, v in said.facts.items()
    }
    return replace(said, facts=own)


def _given(money: Money) -> frozenset[str]:
    return frozenset(key for key in MONEY_FIELDS if getattr(money, key) is not None)


def _read_part(said: str, wishes: Wishes, project: ProjectRecord | None) -> Wishes:
    for read in (
        _parts_wanted,
        _limited,
        _fact,
        _field,
        _indicator,
        _quantified,
        _fuller,
        _items,
        read_figures,
        _rewrites,
        _additions,
        _style,
    ):
        understood = read(said, wishes, project)
        if understood is None:
            continue
        pieces = [piece.strip() for piece in re.split("[，,]", said) if piece.strip()]
        apart = read in _OF_ONE_PIECE or (read is _rewrites and _each_reads(pieces[1:], project))
        return _read_pieces(pieces, wishes, project) if apart and len(pieces) > 1 else understood
    if project is not None and (fact := _COUNT_GIVEN.match(_POLITE.sub("", said))):
        if wish := recount_of(fact[1], said, project):
            return replace(wishes, indicators=(*wishes.indicators, wish))
        return replace(wishes, facts={**wishes.facts, "服务内容及数量": fact[1]})
    return wishes if _FILLER.search(said) else replace(wishes, unread=(*wishes.unread, said[:80]))


def _read_pieces(pieces: list[str], wishes: Wishes, project: ProjectRecord | None) -> Wishes:
    """预算90万，抽检批次增加到1300批次: what reads the one reads nothing of the other, which must not be lost."""
    for piece in pieces:
        read = _read_part(piece, wishes, project)
        wishes = wishes if read.unread != wishes.unread and len(piece) < _TELLING else read
    return wishes


def _each_reads(pieces: list[str], project: ProjectRecord | None) -> bool:
    """Whether what stands behind a replacement are wishes, and no part of the words to be written."""
    return all(not _read_part(piece, Wishes(), project).unread for piece in pieces)


# Words between two commas that are shorter say nothing of their own: 其中, 明年.
_TELLING = 4
# 全年监测报告52期, said of a project: what is done and how much.
_COUNT_GIVEN = re.compile(
    r"^(?:全年|年内|每年|共|计划)*(?:完成|提供)?((?:[\u4e00-\u9fff]{2,16}?)(?:不少于|不低于|≥|约)?\d[\d,.]*\s*(?:万)?(?:期|次|份|条|篇|场|人次|人|个|家|台|套|批次|批|户|页|卷|件|公里|平方米|亩))$"
)


# --- what fills a field or a blank --------------------------------------------------------------------------------

_FACT = re.compile(
    r"^(?P<name>服务内容及数量|服务内容|数量|工作内容及数量|工作数量|完成时限|时限|完成时间|效果|可衡量的效果|年度)\s*(?:改为|改成|定为|定在|填(?:为|成|上|写)?|就?写(?:成|上)?|为|是|：|:)\s*(?P<value>.{1,60})$"
)
_ITEM_FACT = re.compile(
    r"^(?P<item>第[一二三四五六七八九十\d]+)[条项个点]的?(?P<name>完成时限|时限|完成时间|工作数量|数量|效果)(?:改为|改成|定为|定在|填(?:为|成|上|写)?|就?写(?:成|上)?|为|是|：|:)\s*(?P<value>.{1,60})$"
)
# 完成时限11月底
_DATED_FACT = re.compile(
    r"^(?:完成)?(?:时限|时间)\s*[：:]?\s*((?:20\d\d年)?(?:\d{1,2}|[一二三四五六七八九十]+)月(?:底|末|中旬|\d{1,2}日)?|年底|年末|上半年)(?:之?前)?$"
)
_ITEM_BLANKS = {"时限": "完成时限", "完成时间": "完成时限", "数量": "工作数量"}
_DEADLINE = re.compile(
    r"^(?:要|须|应|必须|需要?)*(?:在|于)?(?P<when>(?:20\d\d年)?(?:(?:1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月(?:底|末|中旬|上旬|下旬|\d{1,2}日)?|年底|年末|上半年|第?[一二三四]季度))"
    r"(?:之?前|以前)?(?:要|须|应)?(?:全部|全面)?(?:完成|验收|结束|交付)(?:年度)?(?:服务|验收|任务|工作|目标)*$"
)


def _fact(said: str, wishes: Wishes, _: ProjectRecord | None) -> Wishes | None:
    bare = _POLITE.sub("", said)
    if match := _DATED_FACT.match(bare):
        return replace(wishes, facts={**wishes.facts, "完成时限": match[1]})
    if match := _ITEM_FACT.match(bare):
        number = chinese_number(parse_ordinal(match["item"]) or 0)
        name = f"第{number}条{_ITEM_BLANKS.get(match['name'], match['name'])}"
    elif match := _DEADLINE.match(bare):
        return replace(wishes, facts={**wishes.facts, "完成时限": match["when"]})
    elif (match := _FACT.match(bare)) and not (match["name"] == "年度" and re.search(r"20\d\d", match["value"])):
        name = match["name"]
    else:
        return None
    return replace(wishes, facts={**wishes.facts, name: match["value"]})


_FIELD = re.compile(
    r"^(?:项目的?|资金的?)?(?P<key>名称|用途)(?:改为|改成|换成|写成|写明|调整为|更名为|为|是|[：:])\s*[“\"]?(?P<value>.{2,120}?)[”\"]?$"
)
_FIELD_KEYS = {"名称": "name", "用途": "purpose"}


_ONLY = re.compile(r"(?:只|仅)(?:要|写|保留|起草|出|留)第([一二])部分|第([一二])部分(?:先)?(?:不要|不写|不用|去掉|删)")
_BOTH = re.compile(r"第[一二]部分(?:也|都|还)(?:要|写|加|保留)|两(?:个)?部分都|(?:还是)?(?:整份|全部)都要")


def _parts_wanted(said: str, wishes: Wishes, _: ProjectRecord | None) -> Wishes | None:
    """只要第一部分, 第二部分也要: of a whole document."""
    if _BOTH.search(said):
        return replace(wishes, only="both")
    match = _ONLY.search(said)
    first = match is not None and (match[1] == "一" or match[2] == "二")
    return replace(wishes, only="first" if first else "second") if match else None


def _field(said: str, wishes: Wishes, _: ProjectRecord | None) -> Wishes | None:
    match = _FIELD.match(_POLITE.sub("", said))
    if not match or not re.match(r"(?:项目|资金|名称|用途)", _POLITE.sub("", said)):
        return None
    words = " ".join(re.sub(r"[【】|]", "", match["value"]).split())
    return replace(wishes, fields={**wishes.fields, _FIELD_KEYS[match["key"]]: words})


def _indicator(said: str, wishes: Wishes, _: ProjectRecord | None) -> Wishes | None:
    if "指标" in said and AS_LAST.search(said) and not re.search(r"预算|支出|资金", said):
        return wishes  # public values stand as they are in any case, classified ones stay 涉密
    wish = indicator_wish(said, _POLITE.sub("", said))
    return replace(wishes, indicators=(*wishes.indicators, wish)) if wish else None


# --- words --------------------------------------------------------------------------------------------------------


def _items(said: str, wishes: Wishes, _: ProjectRecord | None) -> Wishes | None:
    edit = item_edit(said, _POLITE.sub("", said))
    return replace(wishes, items=(*wishes.items, edit)) if edit else None


_SWAP = re.compile(
    r"^(?:请|再)?[把将]?[“\"]?(?!最后|末)(.{1,20}?)[”\"]?(?:都|全部|统一)?(?:改为|改成|换成|替换为|替换成)[“\"]?(.{1,40}?)[”\"]?$"
)


def _rewrites(said: str, wishes: Wishes, _: ProjectRecord | None) -> Wishes | None:
    match = _SWAP.match(said)
    if not match or re.search(r"第.{1,3}[条项]|预算|月底|年度|语气|指标|名称$|用途$", match[1]):
        return None
    return replace(wishes, swap=(*wishes.swap, (plain(match[1]), plain(match[2]))))


def _additions(said: str, wishes: Wishes, _: ProjectRecord | None) -> Wishes | None:
    edit = item_addition(said)
    return replace(wishes, items=(*wishes.items, *each_apart(edit))) if edit else None


_CHARACTERS = re.compile(
    r"(?P<each>[每各][个条项])?[^，。]{0,6}?(?:(?:不(?:要|得|能)?|别|勿)超过|不多于|最多|控制在|限|压(?:缩)?到|缩(?:短|减)?到|精简到|少于|[≤<])?\s*(?:字数[^，。\d]{0,6}(?P<m>\d{2,5})|(?P<n>[\d一二三四五六七八九十百]{2,5}|[三四五六七八九]?百)\s*个?字)(?:以内|之内|左右|内|以下)?"
)


def _limited(said: str, wishes: Wishes, _: ProjectRecord | None) -> Wishes | None:
    """控制在300字以内, 每条不超过100字; 一句话 and 三条 are other limits."""
    match = _CHARACTERS.search(said)
    if match is None or not re.search(r"以内|之内|超过|不多于|最多|控制|限|左右|字内|以下|压|缩|精简|少于|[≤<]", said):
        return None
    words = match["m"] or match["n"]
    number = int(words) if words.isdigit() else parse_ordinal(f"第{words}") or 0
    if number < _LEAST:
        return None
    rest = replace(wishes, limits=(*wishes.limits, Limit(number, bool(match["each"]), said[:80])))
    return replace(rest, formal=rest.formal or bool(_FORMAL.search(said)))


# Fewer characters hold no sentence of a goal.
_LEAST = 15
_QUANTIFY = re.compile(
    r"[每各][个条项][^，。]{0,8}(?:数字|数据|数量|数值|量化|可衡量)|都(?:要|得|应|需)?(?:有|写|带|加|能)?[^，。]{0,4}(?:数字|数据|数值|量化|可衡量)"
    r"|(?:加上?|补上?|增加|要有|写上|写明|补充)(?:一些|具体的?|可衡量的?|量化的?)*(?:数字|数据|数值|量化指标|具体数)$"
    r"|细化量化|^量化(?:一?[下点些])?$|更(?:具体|量化)"
)


def _quantified(said: str, wishes: Wishes, _: ProjectRecord | None) -> Wishes | None:
    """每个目标都要有数字: what has none gets an open blank; a figure is never made up."""
    return replace(wishes, quantify=True) if _QUANTIFY.search(said) else None


_FULLER = re.compile(
    r"太短|太简单|太空|太笼统|详细|详尽|丰富|展开|充实|扩写|细致|(?:写|改)长|(?:更|再|写得?|改得?)具体|具体一?[点些]"
)
_NO_MORE = "资料里没有更多依据，不凭空扩写；缺少的数量、时限和效果已留作待填，请补充"


def _fuller(said: str, wishes: Wishes, _: ProjectRecord | None) -> Wishes | None:
    """写得详细点: nothing may be made up, so what is missing is opened, and the user is told."""
    if not _FULLER.search(said):
        return None
    return replace(wishes, quantify=True, unread=(*wishes.unread, f"{said[:80]}（{_NO_MORE}）"))


_LIMIT = re.compile(r"[\d一二三四五六七八九十百]+\s*(?:个)?[条项段]")
_WHICH = "要到这个篇幅还须删去有内容的文字，请指明合并或删去哪几条"


def _style(said: str, wishes: Wishes, _: ProjectRecord | None) -> Wishes | None:
    shorter, formal = bool(_SHORTER.search(said)), bool(_FORMAL.search(said))
    if not (shorter or formal):
        return None
    limit = (f"{said[:80]}（已精简；{_WHICH}）",) if _LIMIT.search(said) else ()
    once = max(wishes.shorter, int(shorter), 2 * bool(re.search("一句话?", said)))
    return replace(wishes, shorter=once, formal=wishes.formal or formal, unread=(*wishes.unread, *limit))


_OF_ONE_PIECE = (read_figures, _style, _fuller, _quantified, _limited)


def target_times(base: int | None, asked: int | None, wishes: Wishes) -> Times:
    """The years of a draft: asked for, said in the instruction, or the year after the document's."""
    said = wishes.year if wishes.year and (base is None or wishes.year > base) else None
    return Times(base, asked or said or (base + 1 if base else None))
