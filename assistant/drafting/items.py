"""What an instruction says of the items of a draft: delete, rewrite, merge, move, exchange, add, emphasise."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from corpus.numbers import parse_ordinal


@dataclass(frozen=True, slots=True)
class ItemEdit:
    """One edit of the items of a part. Numbers count from 1, -1 is the last; `said` is how the user put it."""

    kind: str  # delete | delete_about | keep | rewrite | append | shorten | restore | merge | move | bring | exchange | add | emphasise | swap | sentence | restore_sentence
    numbers: tuple[int, ...] = ()
    about: str = ""  # 智慧城市那条: the item meant, where no number says it
    old: str = ""  # for swap: the words that `words` take the place of
    words: str = ""  # what to add, write or delete; for move: before | after
    said: str = ""
    round: int = 0


_NUM = "一二两三四五六七八九十百\\d"
_ONE = re.compile(
    rf"第([{_NUM}]+(?:[、，,和与跟及至到]+第?[{_NUM}]+)*)(?=[条项个点]|合并|对调|互换|交换|删|$)|(最后|末尾?|倒数第)一?[条项个]|前([{_NUM}]+)[条项个]|(?:最后|末尾|倒数)([二两三四五])[条项个]|[（(]([{_NUM}]+)[）)](?=$|删|去|不要|移|放|短|太)"
)
_UNSAID = r"(?:请|就|都)?不(?:要|再|用|必|能|该|得)*(?:再|有)?(?:提及|提到|提|出现|写到|写|说|涉及|包含|包括)"
_DELETE = re.compile(rf"删|去掉|不要|拿掉|取消|{_UNSAID}")
_MERGE = re.compile(r"合并|并成|合成|并为|并到一起|合到一起|整合")
_EXCHANGE = re.compile(r"对调|互换|交换|调换|[换调](?:一换|一?下|个)?(?:位置|顺序|次序)|位置(?:换|颠倒)|颠倒")
_MOVE = re.compile(r"(?:移动?|挪|放|调整?|提|排|写)(?:到|至|在)|提前|置前|后移|前移")
_TO_FRONT = re.compile(r"(?:最前|首位|开头|第一位|最上|前面$|第一个?$|首条)|提前|置前")
_TO_END = re.compile(r"最后面?$|末尾$|最末|结尾|最下|后面$")
_ADD = re.compile(
    r"^(?:请|再|并|另外|还要|要|最后|末尾|在(?:最后|末尾)|目标|措施|里面?|中)*(?:增加|补充|加上|加入|写入|添加|新增|写上|加(?=[一1][条项点个句]))"
    r"(?:[一1][条项点个句])?(?:目标|措施|任务|内容)?(?:关于|有关)?[：:“\"]?(.+?)[”\"]?(?:的?(?:相关)?(?:内容|任务|表述|方面|描述|目标|措施))?$"
)
_CLOSING = re.compile(
    r"^(?:请|再|最后|末尾)*加(?:上|一)?[个句段]?(?:结尾|结束语|收尾|总结句?)[：:，,]\s*[“\"]?(.{4,80}?)[”\"]?$"
)
_ADD_AFTER = re.compile(
    r"^(?:请|再|把|将|还要|要)*(.{2,40}?)(?:这一?块|这方面|这部分|的?内容|也|都)*(?:加上|加进去?|加进来|补上|补充进去|写进去?|写上|加入进去)(?:吧)?$"
)
_APPEND = re.compile(
    rf"^在?(第[{_NUM}]+[条项个点]|最后一[条项个])(?:目标|措施)?(?:里面?|中|后面?|末尾|之后)?(?:再|还|并)?(?:加上|增加|补充|写上|添加|加入|加)[：:“\"]?(.{{2,80}}?)[”\"]?$"
)
_EMPHASIS = re.compile(
    r"^(?:请|再|并|要)*(?:突出|强调|重点(?:写|突出|体现)?|着重(?:写)?|侧重|体现)(?:一下|出)?[：:“\"]?(.+?)[”\"]?(?:的?(?:内容|工作|方面))?$"
)
_SENTENCE = re.compile(
    rf"^(?:(?P<which>第[{_NUM}]+)|最后一)句话?(?:(?:改为|改成|改写[为成]|换成|写成)[：:“\"]?(?P<words>.{{2,120}}?)[”\"]?|(?:就|都)?(?:删除|删掉|删去|删|去掉|不要|拿掉)(?:了|吧)*)$"
)
_WHICH = rf"第[{_NUM}]+[条项个点]|(?:最后|末尾?|倒数第)一[条项个]"
_REWRITE = re.compile(
    rf"^({_WHICH})(?:目标|措施)?(?:改为|改成|改写为|改写成|换成|写成|[：: ])[：:“\"]?(.{{2,80}}?)[”\"]?$"
)
_KEEP = re.compile(r"^(?:只|仅|就|只需)(?:要|保留|留|写|用)")
_SHORTEN = re.compile(
    rf"^({_WHICH})(?:目标|措施)?[^，。]{{0,6}}(?:短一?[点些]|写短|改短|简洁|精简|压缩|缩短|太长|简短|啰嗦|删减)"
)
_BACK = re.compile(r"改回|恢复|还原|复原|找回|不删|别删|加回|放回")
# 第一条的1200批次改为1300批次: words of one item.
_SWAP_IN = re.compile(
    rf"^({_WHICH})(?:目标|措施)?(?:的|里面?的?|中的?)[“\"]?(.{{2,30}}?)[”\"]?(?:改为|改成|换成|替换为|增加到|提高到|减少到|降到)[：:]?[“\"]?(.{{1,40}}?)[”\"]?$"
)
# 删掉第二句, 去掉最后一句
_SENTENCE_GONE = re.compile(rf"^(?:删除|删掉|删去|删|去掉|不要|拿掉)(?:(第[{_NUM}]+)|最后一)句话?(?:吧|了)?$")
_SENTENCE_BACK = re.compile(rf"第([{_NUM}]+)句话?[^，。]{{0,4}}(?:改回|恢复|还原|复原)")
# 分项目标第三条改成…: the part is known where an item is edited.
_OF_PART = re.compile(r"^(?:总体|分项|工作)?(?:绩效)?(?:目标|保障措施|措施)(?:的|里面?的?|中的?)?(?=第|最后|倒数)")
# 智慧城市那条, 关于舆情值班的那一条
_THAT = re.compile(
    r"^(?:(?:删除|删掉|删去|删|去掉|拿掉|不要|恢复|还原|只要|只保留|保留)了?)?(?P<that>(?:关于|有关|讲到?|写到?|说到?|涉及)?(?P<about>[^，。第的]{2,14}?)的?[那这]一?[条项个点](?:目标|措施)?)"
)
_DELETE_WORDS = re.compile(
    rf"{_UNSAID}|删除|删掉|删去|删|去掉|不要|拿掉|取消|关于|有关|的?(?:内容|表述|部分|那条|这条|那句|字样|这个词|这几个字)|了$"
)


def item_edit(said: str, bare: str) -> ItemEdit | None:
    """The edit that a part of an instruction asks for; `bare` is the part without 请, 把, 将. None when it is none."""
    bare = _OF_PART.sub("", bare)
    numbers = tuple(_numbers(said))
    if not numbers and (that := _THAT.search(bare)) and "句" not in bare:
        edit = item_edit(*(words.replace(that["that"], "第一条", 1) for words in (said, bare)))
        return (
            replace(edit, numbers=(), about=plain(that["about"]), said=said) if edit and edit.numbers == (1,) else None
        )
    if match := _SWAP_IN.match(bare):
        return ItemEdit("swap", tuple(_numbers(match[1])), words=plain(match[3]), old=plain(match[2]), said=said)
    if match := _SENTENCE_BACK.search(said):
        return ItemEdit("restore_sentence", (parse_ordinal(f"第{match[1]}") or 0,), said=said)
    if numbers and _BACK.search(said):
        return ItemEdit("restore", numbers, said=said)
    if numbers and _KEEP.match(bare):
        return ItemEdit("keep", numbers, said=said)
    if numbers and _SHORTEN.match(bare):
        return ItemEdit("shorten", numbers, said=said)
    if match := _SENTENCE_GONE.match(bare):
        return ItemEdit("sentence", (parse_ordinal(match[1]) or 0 if match[1] else -1,), said=said)
    if match := _SENTENCE.match(bare):
        which = parse_ordinal(match["which"]) or 0 if match["which"] else -1
        return ItemEdit("sentence", (which,), words=plain(match["words"] or ""), said=said)
    if match := _REWRITE.match(bare):
        return ItemEdit("rewrite", tuple(_numbers(match[1])), words=plain(match[2]), said=said)
    if match := _APPEND.match(bare):
        return ItemEdit("append", tuple(_numbers(match[1])), words=plain(match[2]), said=said)
    if numbers and _EXCHANGE.search(said):
        return ItemEdit("exchange", numbers, said=said)
    if len(numbers) > 1 and _MERGE.search(said):
        return ItemEdit("merge", numbers, said=said)
    if numbers and _MOVE.search(said) and (edit := _move(said, numbers)):
        return edit
    if _DELETE.search(said) and not re.search(r"(?:删|去)(?:掉|除|去)?[一两二三四五六几\d]+[条项个](?:吧)?$", bare):
        if numbers:
            return ItemEdit("delete", numbers, said=said)
        words = _DELETE_WORDS.sub("", bare).strip('“”"的 ')
        return ItemEdit("delete_about", words=words[:40], said=said) if len(words) >= 2 else None
    return None


def item_addition(said: str) -> ItemEdit | None:
    """增加…, 突出…: what is to be written in the user's words."""
    if match := _CLOSING.match(said):
        return ItemEdit("append", (-1,), words=plain(match[1]), said=said)
    if match := _ADD.match(said):
        numbered = re.match(rf"第([{_NUM}]+)[条项][：:，,是]?\s*(?=.{{2}})", match[1])
        place = (parse_ordinal(f"第{numbered[1]}") or 0,) if numbered else ()
        words = match[1][numbered.end() :] if numbered else match[1]
        return ItemEdit("add", place, words=plain(words).removesuffix("的"), said=said)
    if match := _ADD_AFTER.match(said):
        return ItemEdit("add", words=plain(match[1]), said=said)
    if match := _EMPHASIS.match(said):
        return ItemEdit("emphasise", words=plain(match[1]), said=said)
    return None


_SEVERAL = re.compile(r"^(.+?)(?:这)?([两二三四五六])[条项](?:目标|措施|任务|内容)?$")


def each_apart(edit: ItemEdit) -> tuple[ItemEdit, ...]:
    """增加林下经济和古树名木保护两条: one edit for each of the two."""
    match = _SEVERAL.match(edit.words) if edit.kind == "add" else None
    parts = [part for part in re.split(r"[、，,]|以及|[和及与]", match[1]) if len(part) >= 2] if match else []
    many = parse_ordinal(f"第{match[2].replace('两', '二')}") if match else None
    return tuple(replace(edit, words=part) for part in parts) if parts and len(parts) == many else (edit,)


def _move(said: str, numbers: tuple[int, ...]) -> ItemEdit | None:
    """第五条移到第二条前面, 第五条放到最前面, 第五条移到第二: 第二条后面 alone means after it."""
    target = re.search(r"(?:到|至|在)(.*)$", said)
    if (
        len(numbers) > 1
        and target
        and not re.search("第", target[1])
        and (_TO_END.search(said) or _TO_FRONT.search(said))
    ):
        return ItemEdit("bring", numbers, words="after" if _TO_END.search(said) else "before", said=said)
    if len(numbers) > 1:
        after = bool(re.search(r"(?:后面?|之后|以后|下面)$", said))
        return ItemEdit("move", numbers[:2], words="after" if after else "before", said=said)
    target = re.search(rf"(?:到|至|在)第([{_NUM}]+)(?:位|个)?(?:前|之前)?$", said)
    if target and (number := parse_ordinal(f"第{target[1]}")) and number != numbers[0]:
        return ItemEdit("move", (numbers[0], number), words="before" if number < numbers[0] else "after", said=said)
    if _TO_END.search(said):
        return ItemEdit("move", numbers, words="after", said=said)
    return ItemEdit("move", numbers, words="before", said=said) if _TO_FRONT.search(said) else None


def _numbers(said: str) -> Iterator[int]:
    """Every item that is named: 第三条, 第二、五条, 第三至五条, 前两条, 最后一条."""
    for match in _ONE.finditer(said):
        if match[2]:
            yield -1
        elif match[3]:
            yield from range(1, min(parse_ordinal(f"第{match[3].replace('两', '二')}") or 0, 20) + 1)
        elif match[4]:
            yield from range(-(parse_ordinal(f"第{match[4].replace('两', '二')}") or 0), 0)
        else:
            yield from _listed(match[1] or match[5])


def _listed(words: str) -> Iterator[int]:
    parts = re.split(r"([至到])|[、，,和与跟及]+第?", words)
    before = 0
    through = False
    for part in (part.removeprefix("第") for part in parts if part):
        if part in "至到":
            through = True
            continue
        number = parse_ordinal(f"第{part}") or 0
        yield from range(before + 1, min(number, before + 20) + 1) if through else (number,)
        before, through = number, False


def plain(words: str) -> str:
    """A user's words as text: no brackets of a blank, no table bars, one line."""
    return re.sub(r"[【】|]", "", words).strip()[:80]
