"""Projects named by their code: whole, in part, or by how it begins or ends."""

import re

from assistant.understanding.catalogue import Catalogue, Entry
from assistant.understanding.scan import Scan
from assistant.understanding.sounds import keys_of
from assistant.understanding.types import Mention

# A code may be typed in groups; a group of several letters without a digit is a word.
_GROUP = r"(?:[a-z]{0,3}\d[0-9a-z]*|[a-z](?![a-z]))"


_CODE = re.compile(rf"(?<![0-9a-z.]){_GROUP}(?:[ \-]?{_GROUP})*(?![0-9a-z]|\.\d)")


_HAS_DIGIT = re.compile(r"\d")


# 2023年, 1000万元, 350000元: digits that count something are no part of a code, though a code may hold them.
_COUNTED = re.compile(r"\s*(?:年|万|亿|元|千|百|块|%|个|月|项|条|名|人|日|号)")


_A_YEAR = re.compile(r"20[0-4]\d")


_OF_CODES = re.compile(r"编码|代码|编号|code")


# 编码13…的项目: the word only says what the digits are; after 的 it is the field that is asked for.
_LABEL = re.compile(r"(?<!的)(?:项目)?(?:编码|代码|编号)(?:为|:)?$")


_SHORT_CODE = 15


def take_codes(scan: Scan, catalogue: Catalogue) -> list[Mention]:
    """Mentions by project code, whole or in part; spaces and width do not matter."""
    found = []
    for match in list(scan.find(_LAST_LETTERS)):
        ending = match.group(1) or match.group(2)
        keys = keys_of(
            e for code, entries in catalogue.by_code.items() if code.lower().endswith(ending) for e in entries
        )
        if keys:
            scan.use(*match.span())
            found.append(Mention(ending.upper(), keys))
    for match in list(scan.find(_CODE)):
        digits = match.group().replace(" ", "").replace("-", "")
        if (len(digits) < 4 and not _CODE_PLACE.search(scan.text)) or len(digits) < 2 or not _HAS_DIGIT.search(digits):
            continue
        if digits.isdigit() and len(digits) < _SHORT_CODE and _COUNTED.match(scan.text, match.end()):
            continue
        if _A_YEAR.fullmatch(digits) and not _OF_CODES.search(scan.text):
            continue
        entries = _by_place(digits, scan.text, catalogue) or _with_code(digits, catalogue)
        if entries or len(digits) >= _SHORT_CODE:
            label = _LABEL.search(scan.text, 0, match.start())
            scan.use(label.start() if label else match.start(), match.end())
            found.append(Mention(digits.upper(), keys_of(entries), certain=bool(entries)))
    return found


_LAST_LETTERS = re.compile(
    r"(?:编码|代码|编号)(?:的)?(?:结尾|末尾|尾号|尾数|最后|末位)(?:一?位|一?个?字母)?(?:是|为)?([a-z])(?![0-9a-z])(?:的)?"
    r"|(?<=以)([a-z])(?=结尾|收尾)"
)


_CODE_PLACE = re.compile(
    r"(?:编码|代码|编号)[^,。?]{0,8}?(?:(结尾|末尾|尾号|最后|末位)|(开头|打头|起头))|(?:以|是)[0-9a-z ]+(?:(结尾|收尾)|(开头|打头))"
)


def _by_place(digits: str, text: str, catalogue: Catalogue) -> list[Entry]:
    """Projects whose code begins or ends so: 编码以03U结尾的."""
    match = _CODE_PLACE.search(text)
    if not match:
        return []
    at_end = bool(match.group(1) or match.group(3))
    fits = str.endswith if at_end else str.startswith
    return [e for code, entries in catalogue.by_code.items() if fits(code, digits) for e in entries]


def _with_code(digits: str, catalogue: Catalogue) -> list[Entry]:
    exact = catalogue.by_code.get(digits)
    if exact:
        return list(exact)
    if len(digits) < 4:
        return []
    partial = [e for code, entries in catalogue.by_code.items() if digits in code for e in entries]
    # A part that every code shares (the division code) names no project.
    everyone = len(partial) == len(catalogue.by_code) and len(partial) > 1
    return [] if everyone else partial
