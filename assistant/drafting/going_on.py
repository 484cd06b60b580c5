"""A message that goes on with a draft or begins one from what was just shown: a further wish, a pick of what was asked back.

A wish is told by its reader: what can be read of it as a wish is one, no matter in which words. Pure.
"""

import re
from dataclasses import replace

from assistant.drafting.at_hand import NAMED, AtHand, draft_at_hand, in_simple_chinese
from assistant.drafting.instructions import read_wishes
from assistant.drafting.materials import PARTS
from assistant.drafting.rereading import extraction_of_draft
from assistant.drafting.wishes import MONEY_FIELDS, NO_PROJECT, Wishes
from assistant.errors import DraftError
from assistant.types import Conversation, Draft, Kind, Route
from assistant.understanding.catalogue import Catalogue
from assistant.understanding.lexicon import normal
from assistant.understanding.parse import parse
from assistant.understanding.types import ASKED_BACK, Intent, Mention, Understanding
from corpus.numbers import parse_ordinal
from corpus.types import ProjectRecord

_LEAD = re.compile(
    r"^(?:好的?|嗯|那|请|我想)?[，,]?(?:(?:继续|接着|再)(?:改|修改|写|起草)(?:一下)?(?:刚才的?|这份|那份)?|回到)(?:草稿|草案|初稿|稿子)?[，,：:]?\s*"
)
_STARTS_ANEW = re.compile(
    r"^(?:请|帮我|再|另外|那|给我|重新)*(?:起草|草拟|拟写|撰写|写一份|拟一份|生成|编制)|新增一?个?(?:预算)?项目"
)
_ASKS = re.compile(
    r"多少|什么|哪|啥|谁|怎|几|对不对|是不是|是否|有没有|对吗|对吧|吗[？?。]?$|[？?]$|列出|列一?下|查|统计|合计|汇总|总共|一共|平均|最[大小高低多少]|排名|(?<!不)(?<!不要)超过|以上的|(?<!不)大于|(?<!不)小于|为何"
)
# What is asked of the tone, whether or not it can be done.
_TONE = re.compile(
    r"^(?:把|将|请|再|整体|全文|这[一]?[段篇版]?)*(?:语气|措辞|文风|口吻|用词|语言|表述|文字)(?:要|得|再|更|改|写|上|太)*\S{1,16}$"
)


def wish_at_hand(conversation: Conversation, message: str, catalogue: Catalogue) -> Understanding | None:
    """The draft as the message wishes it: with a further round, or with what was asked back before."""
    message = in_simple_chinese(message)
    for begin in (_picked, _whose_figure, _from_what_was_shown):
        if begun := begin(conversation, message, catalogue):
            return begun
    at_hand = draft_at_hand(conversation)
    if at_hand is None or _STARTS_ANEW.search(message) or _waits_for_a_figure(conversation):
        return None
    said = _LEAD.sub("", message.strip()) or message.strip()
    if other := _other_project(at_hand, said, catalogue):
        return other
    said = _corrected(said, at_hand) or said
    named = said != message.strip() or bool(NAMED.search(message))
    if not said or (_ASKS.search(_as_a_wish(said)) and not _quoted_only(_as_a_wish(said))):
        return None
    if not (_is_wish(said, at_hand, named) or _asks_for_a_change(said, at_hand, catalogue)):
        return None
    focus = at_hand.turn.reply.focus
    if not isinstance(focus, Understanding) or focus.intent is not Intent.DRAFT:
        return None
    return replace(focus, message=message.strip(), topic=f"{focus.topic}\n{said.replace(chr(10), '；')}", topic_key="")


def _as_a_wish(said: str) -> str:
    """能不能分成几段 without what only sounds like a question."""
    plain = re.sub(
        r"^(?:能不能|能否|可不可以|可否|能|可以)(?:再|帮我|给我)?|(?:行吗|好吗|可以吗|吗)?[？?。]?$", "", said
    )
    return re.sub(r"分成?几|[删去减加]几", "", plain)


_CHANGES = re.compile(
    r"改|删|加|写|换(?!算)|调整|分成|分段|缩|扩|补|填|移|放|重新|标题|编号|格式|排版|字体|软|硬|空洞|通顺|啰嗦|不好|不行|不对"
)


def _asks_for_a_change(said: str, at_hand: AtHand, catalogue: Catalogue) -> bool:
    """每条前面加个小标题: it cannot be done, but it is of the draft, and that is said rather than searched for."""
    if at_hand.ago > 0 or len(said) > 60 or not _CHANGES.search(said):
        return False
    u = parse(said, catalogue)
    about_records = u.mentions or u.fields or u.spans or u.aggregates or u.units or u.unit or u.filters
    return u.intent in (Intent.UNCLEAR, Intent.TOPIC, Intent.DRAFT, Intent.RECORDS) and not about_records


_OTHER = re.compile(r"^(?:换成?|改成?|改为|换为|那|再来)(?:一?[个份]|写|起草)?.{4,40}?(?:的|呢|项目|那个)?[。！]?$")


def _other_project(at_hand: AtHand, said: str, catalogue: Catalogue) -> Understanding | None:
    """换成网络舆情监测软件技术服务费的: the same request for another project."""
    focus = at_hand.turn.reply.focus
    if at_hand.ago or at_hand.draft.kind != "project" or not _OTHER.match(said) or not isinstance(focus, Understanding):
        return None
    raw = parse(said, catalogue)
    named = [mention for mention in raw.mentions if mention.certain]
    if len(named) != 1 or set(named[0].keys) & set(focus.result) or re.search(r"\d", said):
        return None
    return replace(focus, message=said, mentions=raw.mentions, units=raw.units or focus.units, result=())


_NO_BUT = re.compile(
    r"^(?:不对|不是|错了|说错了|写错了|搞错了|更正)(?:一下)?[，,。]?\s*(?:应该?是|应为|是|改成|改为|要)?\s*(\d[\d.,]*\s*(?:万元?|元|%|％))(?:才对)?[。！]?$"
)


def _corrected(said: str, at_hand: AtHand) -> str:
    """不对，是13万 after 预算12万: that field with the other figure; empty where the last round gave no single one."""
    match = _NO_BUT.match(said)
    focus = at_hand.turn.reply.focus
    if match is None or not isinstance(focus, Understanding):
        return ""
    try:
        last = read_wishes(focus.topic.split("\n")[-1], _project_of(at_hand.draft))
    except DraftError:
        return ""
    money = [label for key, label in MONEY_FIELDS.items() if getattr(last.money, key) is not None]
    fields = money if not re.search("[%％]", match[1]) else [f"{month}月底" for month in last.plan]
    return f"{fields[-1]}改为{match[1]}" if len(fields) == 1 else ""


def _waits_for_a_figure(conversation: Conversation) -> bool:
    """Whether the last turn asked a contradiction back: its answer stands for a figure of that round."""
    focus = conversation.turns[-1].reply.focus
    return isinstance(focus, Understanding) and focus.topic_key.startswith(ASKED_BACK)


def _quoted_only(said: str) -> bool:
    """Whether only quoted words or what is to be written ask: 第二条改成“…是否…”."""
    rest = re.sub(r"[“\"][^”\"]*[”\"]|(?:改为|改成|写成|加上|增加|[：:]).*$", "", said)
    return not _ASKS.search(rest)


def _is_wish(said: str, at_hand: AtHand, named: bool) -> bool:
    try:
        wishes = read_wishes(said, _project_of(at_hand.draft))
    except DraftError:
        return at_hand.ago == 0 or named  # a contradiction, to be asked back
    of_draft = bool(
        wishes.of_words or wishes.limits or wishes.only or wishes.facts or wishes.fields or wishes.indicators
    )
    near = at_hand.ago == 0 or named
    if of_draft:
        return near or not _unread(wishes)
    return near and (_gives_figures(wishes) or bool(_TONE.match(said)))


def _project_of(draft: Draft) -> ProjectRecord | None:
    """The project a draft is of, as the draft has it."""
    return extraction_of_draft(draft).projects[0] if draft.kind == "project" else None


def _unread(wishes: Wishes) -> list[str]:
    return [words for words in wishes.unread if not words.endswith((NO_PROJECT, "）"))]


def _gives_figures(wishes: Wishes) -> bool:
    return bool(wishes.of_form or wishes.same_plan or wishes.year) or any(w.endswith(NO_PROJECT) for w in wishes.unread)


# --- what was asked back ------------------------------------------------------------------------------------------

_NUMBER = re.compile(
    r"(?:选|就|要|是)?(?:第)?([一二三四五六七八九十\d]{1,2})(?:个|家|项|号|[.、])?(?:单位|的)?(?:吧|呢)?[。！]?"
)


def _picked(conversation: Conversation, message: str, catalogue: Catalogue) -> Understanding | None:
    """档案馆的, 第二个 where it was asked whose or what is to be drafted."""
    last = conversation.turns[-1].reply if conversation.turns else None
    focus = last.focus if last else None
    asked = last is not None and last.kind is Kind.CLARIFICATION and last.route is Route.DRAFTING and last.options
    if not asked or last is None or not isinstance(focus, Understanding) or focus.pending is not None:
        return None
    said = normal(message).strip()
    match = _NUMBER.fullmatch(said)
    place = (parse_ordinal(f"第{match[1]}") or 0) if match else 0
    if 0 < place <= len(last.options):
        return _with_option(last.options[place - 1], focus, message, catalogue)
    units = parse(message, catalogue).units if len(said) <= 40 else ()
    if len(units) == 1:
        return _with_option(units[0], focus, message, catalogue)
    short = re.sub(r"^(?:就|要|是|选)|(?:的|那个|吧|的吧)$", "", said)
    chosen = [option for option in last.options if short and short in normal(option)]
    return _with_option(chosen[0], focus, message, catalogue) if len(chosen) == 1 else None


def _with_option(option: str, focus: Understanding, message: str, catalogue: Catalogue) -> Understanding | None:
    ids = tuple(catalogue.documents_of_unit.get(option, ()))
    if ids:
        return replace(focus, message=message.strip(), units=(option,), document_ids=ids, mentions=())
    said = parse(option, catalogue)
    if said.document_ids:  # a document of several units goes by its own name
        return replace(focus, message=message.strip(), document_ids=said.document_ids, mentions=())
    return said if said.intent is Intent.DRAFT else None


def _whose_figure(conversation: Conversation, message: str, catalogue: Catalogue) -> Understanding | None:
    """第四个项目的 where it was asked of which project of the document a figure is."""
    last = conversation.turns[-1].reply if conversation.turns else None
    focus = last.focus if last and last.kind is Kind.CLARIFICATION and last.route is Route.DRAFTING else None
    if not isinstance(focus, Understanding) or focus.topic_key != ASKED_BACK or len(message) > 40:
        return None
    mentions = parse(message, catalogue).mentions
    keys = [key for mention in mentions for key in mention.keys]
    names = {catalogue.by_key[key].name for key in keys if key in catalogue.by_key}
    if len(names) != 1 or re.search(r"\d+(?:\.\d+)?\s*(?:万|%|％)", message):
        return None
    *before, asked = focus.topic.split("\n")
    return replace(focus, message=message.strip(), topic="\n".join((*before, f"{names.pop()}{asked}")), topic_key="")


_FROM_THIS = re.compile(
    r"(?:在|以)?(?:这个?|此|它|上面的?|刚才的?|今年的?)(?:的)?(?:基础上|为基础|底稿).{0,6}(?:写|起草|拟|编|改|做|弄)|(?:照|按|参照)着?(?:这个?|上面的?|它).{0,4}(?:写|起草|拟|编|做|弄)"
)


def _from_what_was_shown(conversation: Conversation, message: str, catalogue: Catalogue) -> Understanding | None:
    """在这个基础上写明年的, after a part or a project was shown: that part or project for next year."""
    focus = conversation.turns[-1].reply.focus if conversation.turns else None
    if not isinstance(focus, Understanding) or focus.intent is Intent.DRAFT:
        return None
    if not (_FROM_THIS.search(message) or _leaves_unsaid_what(message, catalogue)):
        return None
    names = [catalogue.by_key[key].name for key in focus.result if key in catalogue.by_key]
    title = (
        {kind: heading.split("、")[1] for kind, heading in PARTS.values()}.get(focus.section.kind)
        if focus.section
        else None
    )
    what = title or (f"{names[0]}明年的绩效目标表" if len(names) == 1 and names[0] else "")
    if not what:
        return None
    begun = parse(f"起草{what}，{message.strip()}", catalogue)
    section = parse(f"起草{what}", catalogue).section
    mentions = () if section else tuple(Mention("", (key,)) for key in focus.result)
    return replace(
        begun,
        message=message.strip(),
        section=section,
        mentions=mentions,
        units=focus.units,
        document_ids=focus.document_ids,
    )


_UNSAID = re.compile(r"它|(?:这|那|该|此)个?项目|这笔|那笔|上面那个|明年的?(?:该|应该)?(?:怎么|如何|咋)写|[这那]一?条")
_SAID = re.compile(r"目标|措施|文件|整份|全文|稿|指标|表")


def _leaves_unsaid_what(message: str, catalogue: Catalogue) -> bool:
    """帮我起草它明年的绩效目标表, 明年打算压减到28万，起草一下: what is meant was just spoken of."""
    u = parse(message, catalogue)
    if u.mentions or u.section or u.units or u.all_projects:
        return False
    if re.search(r"明年的?(?:该|应该)?(?:怎么|如何|咋)写[？?]?$", message):
        return True
    return u.intent is Intent.DRAFT and bool(_UNSAID.search(message) or not _SAID.search(message))
