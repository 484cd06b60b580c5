"""Marks that classify: 涉密 and its forms in a cell or sentence, 密级 marks (秘密★1年) on a file.

Ordinary words are no marks: 保密工作经费, 涉密人员培训, 涉密项目管理, 非涉密, 秘密侦查.
"""

import re
import unicodedata
from collections.abc import Sequence

from corpus.folding import simplify

_LOOK_ALIKES = str.maketrans({"渉": "涉", "宻": "密", "袐": "秘", "祕": "秘", "絶": "绝", "機": "机", "絕": "绝"})
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u180e")
_STARS = "★☆✩✪✫✬✭✮✯✰⭐🌟⋆⭑⭒✦✧٭﹡"
_TO_STAR = str.maketrans(dict.fromkeys(_STARS, "★"))

_OPEN, _CLOSE = r"[(\[{<【〔〖〈《「『⦅⟨❲⟮]", r"[)\]}>】〕〗〉》」』⦆⟩❳⟯]"
_GAP = r"[·・.\-_*/\\|,、~…]{0,3}"
_WORD = rf"(?:涉{_GAP}密|绝{_GAP}密|机{_GAP}密|秘{_GAP}密)"
_BEFORE = r"(?:注:?|内部|敏感|[、,])*(?:[本此该这各]?(?:项|行|条|处|栏|格|数|值|个)?(?:指标值?|内容|数据|信息|部分)?)(?:因|属于?|为|系|已|均|含|涉)*"
_AFTER = r"(?:级|件|指标|事项|信息|内容|数据|项目|不(?:予|宜|便)?公开|依法|按规定|已?(?:略|隐去|脱敏|删除)|处理|[-,、;:/]|绝密|机密|秘密|★.{0,12})*"
_QUOTE = r"[\"'“”‘’]?"
_BRACKETED = re.compile(rf"{_OPEN}{_QUOTE}{_GAP}{_BEFORE}{_WORD}{_AFTER}{_GAP}{_QUOTE}{_CLOSE}")
# In a cell, where nobody writes them for another reason; in running text they may be words of the sentence.
_ALSO = r"(?:密|保密|(?:涉及?)?(?:国家|工作|商业)秘密|top\s?secret|secret|confidential|classified)"
_ALSO_BRACKETED = re.compile(rf"{_OPEN}{_ALSO}(?:级|件|事项|信息|内容|数据|不(?:予|宜|便)?公开|[,、;])*{_CLOSE}")
_SIGNS = "㊙🈲"
_NOT_HAN = r"[^一-鿿a-z]"
_ALONE = re.compile(
    rf"^(?:因|属于?|该|此|本|这|注|行|栏|格|处|项|条|数|值|指标|为|系|已|内容|数据|信息|均)*{_WORD}(?:级|件|指标|事项|信息|内容|数据|项目|资料)?"
    r"(?:,|;|:|、)?(?:故|依法|按规定|暂|已)*(?:不予?|不宜|不便|未|略去|免于|免)?(?:公开|公示|披露|填报|填列|填写|列示|显示|隐去|隐藏|脱敏|删除|屏蔽|遮盖)?(?:略|处理)?$"
)
_CLAUSES = re.compile(r"[,;。!?\n]")
_NAMED = re.compile(rf"(?<![不非否])(?:为|属于?|系){_WORD}(?:级|件|指标|事项|信息|内容|数据)?$")
_DENIED = re.compile(rf"{_WORD}(?:指标|事项|信息|内容|数据)?[:?]*(?:否|无|没有|不是|0(?![\d.]))")
_CLOSING = re.compile(rf"(?:{_CLOSE}|[\"'“”‘’#*★。.])+$")
_OPENING = re.compile(rf"^(?:{_OPEN}|[\"'“”‘’#*★])+")
_LEADING = re.compile(rf"^{_WORD}(?:{_NOT_HAN})")
_TRAILING = re.compile(rf"(?:{_NOT_HAN}|[0-9][^,。;、]{{1,4}}){_WORD}$")
_DECORATION = re.compile(r"[\s*#_~`=+\-—–|/\\.,;:!?·・。、…()\[\]{}<>【】〔〕〖〗「」『』〈〉《》\"'“”‘’]+")
_LEVEL = r"(?:绝密|机密|秘密)"
_STARRED = re.compile(rf"{_LEVEL}(?:级|件)?{_CLOSE}?{_OPEN}?★|★{_LEVEL}(?:$|\d)|商密{_CLOSE}?[★▲●]")
_PERIOD = r"(?:启用前|长期|解密前|\d{1,3}(?:年|个?月|日|天)|[一二三四五六七八九十]{1,3}年)"
_DOTTED = re.compile(rf"^{_LEVEL}(?:级|件)?[*·・\-—_:.]{{0,3}}{_PERIOD}$|{_LEVEL}[*·・▲●■◆]{_PERIOD}")
_STATED = re.compile(rf"^(?:密级|保密级别|秘密等级|涉密等级|定密)(?:标识|标志)?:?{_LEVEL}(?![和与或及是的])")
_KEEP = rf"(?:保密期限?为?{_PERIOD}|注意保[存密]|妥善保管|(?:请勿|不得|严禁)(?:外传|复制|翻印|公开))*"
_THIS = r"(?:本|此)(?:件|文件|材料|资料)|全文"
_STANDING = re.compile(
    rf"^(?:{_THIS}|内部)?(?:为|系|属于?)?{_LEVEL}(?:级|件|文件|材料|资料)*{_KEEP}$"
    rf"|^(?:{_THIS})?(?:为|系|属于?)?涉密(?:文件|材料|件|资料){_KEEP}$|^(?:{_THIS})(?:为|系|属于?)?涉密{_KEEP}$"
)
_LED = re.compile(rf"^{_OPEN}{_LEVEL}(?:级|件|文件)?{_CLOSE}")
_STAR_FIRST = re.compile(rf"★{_LEVEL}")
_INTERNAL = re.compile(
    r"^(?:内部(?:资料|文件|材料|使用|参考|传阅)|注意保存|注意保密|妥善保管|请勿外传|不得外传|严禁外传|工作秘密|仅供内部(?:使用|参考))"
    r"(?:(?:内部(?:资料|文件|材料|使用|参考)|注意保存|注意保密|妥善保管|请勿外传|不得外传|严禁外传|不得公开|不予公开|严禁翻印))*$"
)
_LONGEST_MARKED = 400  # characters of a cell in which an unbracketed mark is looked for
_HEAD_LINES = 15  # filled lines at either end of a file where a bare mark stands for the whole file


def mark_form(text: str) -> str:
    """`text` as marks are compared: folded, without white space, invisible or combining characters, stars unified."""
    plain = unicodedata.normalize("NFKC", text)
    kept = "".join(
        c
        for c in plain
        if not c.isspace() and c not in _FILLERS and unicodedata.category(c) not in ("Cf", "Cc", "Mn", "Me")
    )
    return simplify(kept).casefold().translate(_LOOK_ALIKES).translate(_TO_STAR)


def _may_hold_mark(text: str) -> bool:
    return "密" in text or "宻" in text


def _may_hold_other_mark(text: str) -> bool:
    folded = text.casefold()
    return any(sign in text for sign in _SIGNS) or any(word in folded for word in ("secret", "confidential", "classif"))


def is_marked(text: str) -> bool:
    """Whether a cell (or a paragraph) carries a mark, so that all of it is classified."""
    if text == "涉密":  # what nearly every marked cell reads
        return True
    if _may_hold_other_mark(text) and (any(sign in text for sign in _SIGNS) or _ALSO_BRACKETED.search(mark_form(text))):
        return True
    if not _may_hold_mark(text):
        return False
    plain = mark_form(text)
    if _BRACKETED.search(plain) or _ALSO_BRACKETED.search(plain):
        return True
    if len(plain) > _LONGEST_MARKED:
        return bool(_ALONE.match(_DECORATION.sub("", plain)))
    return not _DENIED.search(plain) and _says_so(plain)


def _says_so(plain: str) -> bool:
    """Whether a clause of a cell is nothing but a mark, or the cell begins or ends with one."""
    clauses = (_DECORATION.sub("", clause) for clause in (plain, *_CLAUSES.split(plain)))
    if any(_ALONE.match(clause) or _NAMED.search(clause) for clause in clauses):
        return True
    stripped = _OPENING.sub("", _CLOSING.sub("", plain))
    return any(_LEADING.match(form) or _TRAILING.search(form) for form in (plain, stripped))


def is_marked_prose(text: str) -> bool:
    """As `is_marked` for running text, where only a bracketed mark or nothing but a mark counts."""
    if not _may_hold_mark(text):
        return False
    plain = mark_form(text)
    return bool(_BRACKETED.search(plain) or _ALONE.match(_DECORATION.sub("", plain)))


def without_mark(text: str) -> str:
    """`text` without its bracketed marks: the label under `绩效目标（涉密）`; folded when there was one."""
    return _ALSO_BRACKETED.sub("", _BRACKETED.sub("", mark_form(text))) if is_marked(text) else text


def carries_secret_mark(text: str) -> bool:
    """Whether running text carries a 密级 mark with its star, wherever it stands (秘密★1年, 机密·启用前)."""
    if not _may_hold_mark(text):
        return False
    plain = mark_form(text)
    return bool(_STARRED.search(plain) or _DOTTED.search(plain))


def is_marked_message(text: str) -> bool:
    """Whether what a person typed carries a 密级 mark: with its star, stated (密级：机密), leading a line in brackets
    (【机密】…), or alone on a line of several (a question may be about the bare word)."""
    if not _may_hold_mark(text):
        return False
    if carries_secret_mark(text):
        return True
    lines = [line for line in text.splitlines() if line.strip()]
    forms = [mark_form(line) for line in lines]
    leads = any(
        _STATED.match(form) or _STATED.match(_DECORATION.sub("", form)) or _LED.match(form) or _STAR_FIRST.search(form)
        for form in forms
    )
    return leads or (len(lines) > 1 and any(map(is_secret_line, lines)))


def is_secret_line(line: str) -> bool:
    """Whether a line standing alone at either end of a file is a 密级 mark: 机密, 【秘密】, 密级：秘密."""
    if len(line) > 60 or not _may_hold_mark(line):
        return False
    plain = mark_form(line)
    bare = _DECORATION.sub("", plain)
    return bool(_STATED.match(bare) or _STANDING.match(bare) or _DOTTED.match(plain) or _DOTTED.match(bare))


def is_internal_line(line: str) -> bool:
    """Whether a line marks internal material that is not to be released: 内部资料 注意保存."""
    return len(line) <= 60 and bool(_INTERNAL.match(_DECORATION.sub("", mark_form(line))))


def is_secret_name(stem: str) -> bool:
    """Whether a file name carries a 密级 mark: 【机密】方案, 秘密★1年-方案, 绝密_方案 (but not 秘密侦查经费)."""
    plain = mark_form(stem)
    return carries_secret_mark(stem) or bool(
        _BRACKETED.search(plain) or re.match(rf"^{_LEVEL}(?:级|件)?(?:$|[^一-鿿])", plain)
    )


def edges(lines: Sequence[str]) -> list[str]:
    """The filled lines at either end of a file, where marks for the whole of it stand."""
    filled = [line for line in lines if line.strip()]
    tail = filled[_HEAD_LINES:]
    return filled[:_HEAD_LINES] + tail[-_HEAD_LINES:]
