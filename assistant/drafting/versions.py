"""The versions of a draft in one conversation: listed, named, compared and restored. Pure; nothing is kept here.

Every draft of a conversation with the same kind and title is a version of one text, counted from 1.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from assistant.docx import paired_lines, paragraphs_of
from assistant.drafting.asking import as_markdown
from assistant.lookup.edits import cut, edits
from assistant.types import Conversation, Draft, Grid, Kind, Reply, Route, Turn
from corpus.findings.goals import bare_goal
from corpus.numbers import parse_ordinal

_MOST = 20
_NUM = "一二三四五六七八九十\\d"
_NAME = r"[“\"「]?([^，,。；;“”\"「」\s]{1,20}?)[”\"」]?"
_VERSION = rf"(?:第[{_NUM}]+[版稿]|[{_NUM}]+[版稿]|上上?一?个?[版稿](?:本)?|前一?个?[版稿]|刚才那?一?[版稿]|初稿|原稿|(?:最初|最开始|当初|开始|开头|原来|刚开始)(?:那|的)?一?(?:[版稿]|样子)?|原样|原状|(?:全部?|都)(?=改回|还原|恢复|不改)|这一?[版稿]|当前[版稿]?(?:本)?|现在(?:这一?)?[版稿]|最新[版稿]?|最后一[版稿])"
_NAMING = re.compile(
    rf"(?:把|将)?(?P<which>{_VERSION})?(?:的?草稿)?(?:命名|取名|起名|存|保存|标记|记)(?:为|叫做?|成)\s*{_NAME}(?:吧)?[。！]?$"
    rf"|(?:把|将)?(?P<other>{_VERSION})叫做?\s*[“\"「]?([^，,。；;“”\"「」\s]{{1,20}}?)[”\"」]?(?:吧)?[。！]?$"
)
_LIST = re.compile(
    r"(?:有|列出|看看?|显示|一共|共)[^，。]{0,6}(?:哪些|几个|多少个?|所有|全部|历史)?[^，。]{0,4}(?:版本|几[版稿])|版本(?:列表|历史|清单)|历史版本"
)
_RESTORE = re.compile(
    r"恢复|还原|退回|回退|回到|撤销|撤回|取消(?:上一步|刚才的?修改)|用回|改回(?:到|去)?(?=第|上|初|原)|(?:全部?|都)(?:改回|不改了)"
)
_COMPARE = re.compile(
    r"比较|对比|比对|对照|改了(?:什么|哪|啥)|改动(?:了)?(?:什么|哪)|变了(?:什么|哪)|有(?:什么|哪些|啥)(?:不同|区别|变化|改动)|差别|区别"
)
_EXPORT = re.compile(
    r"^(?:好的?了?|行了?|可以了?|没问题|就这样)?[，,。]?(?:请|帮我|给我|那就?|现在|可以)*(?:把)?(?:这一?[版份稿](?:草稿|草案)?|它|草稿|草案|文件)?(?:再)?(?:导出|下载|输出|生成|存|保存|另存|转换?|打印)(?:为|成|到|一份|个|一个|出)*"
    r"\s*(?:一[份个])?(?:word|docx?|wps|markdown|md|txt|文本|文档|文件|电子版)?\s*(?:版|文档|文件|格式)*(?:吧|一下|给我)?[。！]?$",
    re.IGNORECASE,
)
_WHERE_FILES = (
    "草稿可以存为文件：在页面上，草稿标题下面有“下载 Word”“下载 Markdown”；“起草”页还有与今年原文对照的修订稿（Word 修订标记）。"
    "用命令时加 --out 草案.docx（或 .md、.txt），对照稿加 --redline 对照稿.docx。Word 文件按公文格式排版，待填处标黄，依据写在批注里。"
)
_UNDO = re.compile(r"撤销|撤回|取消(?:上一步|刚才)|退回上一步")


@dataclass(frozen=True, slots=True)
class Version:
    """A draft of the conversation; `name` is what the user called it, or empty."""

    number: int
    turn: Turn
    draft: Draft
    name: str = ""

    @property
    def label(self) -> str:
        return f"第{self.number}版" + (f"（{self.name}）" if self.name else "")


def versions_of(conversation: Conversation) -> tuple[Version, ...]:
    """The versions of the draft last worked on, with the names they were given since."""
    last = next((turn.reply.draft for turn in reversed(conversation.turns) if turn.reply.draft), None)
    found: list[Version] = []
    for turn in conversation.turns:
        draft = turn.reply.draft
        if draft is not None and last is not None and (draft.kind, draft.title) == (last.kind, last.title):
            found.append(Version(len(found) + 1, turn, draft))
        elif named := _named(turn.message, found):
            version, name = named
            found[version.number - 1] = replace(version, name=name)
    return tuple(found)


def answer_versions(conversation: Conversation, message: str) -> Reply | None:
    """The reply to a message about versions; None when it is about something else."""
    text = message.strip()
    versions = versions_of(conversation)
    about_versions = r"[版稿]|撤销|撤回|上一步|改了|改动|修改|(?:恢复|还原|回到|退回|改回)[^条句项]{0,6}(?:原样|原状|样子|开始|开头|最初|当初)|(?:全部?|都)(?:改回去?|还原|恢复|不改了)"
    if not versions or not (re.search(about_versions, text) or _EXPORT.search(text) or _by_name(text, versions)):
        return None
    if named := _named(text, versions):
        version, name = named
        return _answer(
            f"已把第{version.number}版命名为“{name}”。以后可以说“恢复{name}”或“比较{name}和这一版”。", versions
        )
    if _EXPORT.search(text) and not re.search(r"吗|怎么|如何|[？?]|检查|格式要求", text):
        return _answer(_WHERE_FILES, versions)
    if _RESTORE.search(text) and not re.search(r"吗|[？?]", text):
        return _restored(text, versions)
    if _COMPARE.search(text):
        return _compared(text, versions)
    return _answer(_listing(versions), versions) if _LIST.search(text) else None


def _named(message: str, versions: "tuple[Version, ...] | list[Version]") -> tuple[Version, str] | None:
    match = _NAMING.search(message.strip())
    if not match or not versions:
        return None
    which, name = match["which"] or match["other"], match[2] or match[4]
    chosen = next(iter(_referred(which, tuple(versions))), None) if which else versions[-1]
    return (chosen, name) if chosen and name else None


def _referred(text: str, versions: tuple[Version, ...]) -> Iterator[Version]:
    """The versions that `text` names, in its order."""
    names = "|".join(re.escape(v.name) for v in versions if v.name)
    for match in re.finditer(f"{_VERSION}{'|' + names if names else ''}", text):
        number = _number(match[0], versions)
        if 0 < number <= len(versions):
            yield versions[number - 1]


def _number(word: str, versions: tuple[Version, ...]) -> int:
    """The number of the version meant; 0 when there is none such."""
    for version in versions:
        if version.name and version.name == word:
            return version.number
    last = len(versions)
    if match := re.fullmatch(rf"第?([{_NUM}]+)[版稿]", word):
        return parse_ordinal(f"第{match[1]}") or 0
    if word.startswith(("上上",)):
        return last - 2
    if word.startswith(("上", "前", "刚才")) and not word.startswith("刚开"):
        return last - 1
    return 1 if word.startswith(("初", "原", "最初", "最开始", "当初", "开", "刚开始", "全", "都")) else last


def _by_name(text: str, versions: tuple[Version, ...]) -> bool:
    return any(version.name and version.name in text for version in versions)


def _answer(text: str, versions: tuple[Version, ...], grid: Grid | None = None) -> Reply:
    return Reply(Kind.ANSWER, text, Route.DRAFTING, grid=grid, focus=versions[-1].turn.reply.focus)


def _restored(text: str, versions: tuple[Version, ...]) -> Reply | None:
    chosen = next(_referred(text, versions), None)
    if chosen is None and not _UNDO.search(text):
        if not re.search(r"[版稿]", text):
            return None
        return Reply(
            Kind.CLARIFICATION, f"没有这一版。{_listing(versions)}", Route.DRAFTING, focus=versions[-1].turn.reply.focus
        )
    if chosen is None:
        chosen = _before_the_last(versions)
        if chosen is None:
            return _answer(
                "没有可以撤销的修改了。" if len(versions) > 1 else "目前只有一版，没有可以撤销的修改。", versions
            )
    words = f"已恢复{chosen.label}，现为第{len(versions) + 1}版；其间各版仍然保留。\n\n{as_markdown(chosen.draft)}"
    return Reply(Kind.DRAFT, words, Route.DRAFTING, draft=chosen.draft, focus=chosen.turn.reply.focus)


def _before_the_last(versions: tuple[Version, ...]) -> Version | None:
    """The version before the one that stands: 撤销 twice goes two steps back, not there and back again."""
    standing: list[Version] = []
    for version in versions:
        undone = standing and version.draft is not standing[-1].draft and _UNDO.search(version.turn.message)
        if undone and (back := [n for n, one in enumerate(standing) if one.draft == version.draft]):
            del standing[back[-1] + 1 :]
        else:
            standing.append(version)
    return standing[-2] if len(standing) > 1 else None


def _listing(versions: tuple[Version, ...]) -> str:
    lines = [f"《{versions[-1].draft.title}》有 {len(versions)} 版："]
    lines += [
        f"- {version.label}：“{cut(version.turn.message.strip(), 30)}”，待填 {len(version.draft.blanks)} 处"
        for version in versions
    ]
    return "\n".join(lines)


# --- comparing ----------------------------------------------------------------------------------------------------


def _compared(text: str, versions: tuple[Version, ...]) -> Reply | None:
    chosen = list(dict.fromkeys(version.number for version in _referred(text, versions)))
    if not chosen and not re.search(r"[版稿]|改了|改动|修改", text):
        return None
    if len(versions) < 2:
        return _answer("目前只有一版，没有可以比较的。与本年文字的差别见“改动”。", versions)
    if len(chosen) < 2:
        other = chosen[0] if chosen and chosen[0] != len(versions) else len(versions) - 1
        chosen = [other, len(versions)]
    before, after = (versions[number - 1] for number in sorted(chosen[:2]))
    found = compare_drafts(before.draft, after.draft)
    heading = f"{after.label}与{before.label}相比"
    if not found:
        return _answer(f"{heading}，文字没有不同。", versions)
    lines = [f"{heading}，有 **{len(found)} 处**不同：", *(f"- {words}" for _, _, words in found[:_MOST])]
    lines += [f"- ……其余 {len(found) - _MOST} 处见下表。"] if len(found) > _MOST else []
    grid = Grid((before.label, after.label, "不同"), tuple(found))
    return _answer("\n".join(lines), versions, grid)


def compare_drafts(before: Draft, after: Draft) -> tuple[tuple[str, str, str], ...]:
    """Where two drafts differ: the paragraph or cell before and after (empty where there is none), and how, in words."""
    found = []
    for old, new in paired_lines(paragraphs_of(before), paragraphs_of(after)):
        if old and new and _bare(old) == _bare(new):
            continue  # the same item under another number
        if old and new:
            words = f"“{cut(bare_goal(old), 16)}”：{edits(_bare(old), _bare(new))}"
        else:
            words = f"增加“{cut(bare_goal(new))}”" if new else f"删去“{cut(bare_goal(old or ''))}”"
        found.append((old or "", new or "", words))
    return tuple(found)


def _bare(text: str) -> str:
    """A line without its number; the blank of an item is named after its number too."""
    return re.sub(r"【待填：第[一二三四五六七八九十百]+条", "【待填：", bare_goal(text))
