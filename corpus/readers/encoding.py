"""Bytes of a text file to text: the encoding found by proof or by plausibility, never guessed in silence."""

import codecs
import re
import unicodedata

from corpus.errors import ReadError

# The most frequent characters of modern Chinese and of this field, simplified and traditional: a text decoded with
# the wrong one of two encodings hardly holds any of them.
_FREQUENT = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所"
    "民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四"
    "日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立"
    "代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论"
    "运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什"
    "认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整"
    "空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省"
    "列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状"
    "绩预算项资金财编码称度计划底月满意依据数量指标网络县"
    "為個國這時來們對會發動過說產種後學經進現實體機當點業開還與關線數義條沒結問題無軍員黨總設長資統級組見計運農強決則據處隊導濟"
    "術極聯認權證單務達積議報離華確張馬節話況傳許廣記類際劃標寫績預項財編碼滿網縣續專帶車書機構"
)
_MAGIC = (
    (b"PK\x03\x04", "压缩文件（docx、xlsx、zip 等）"),
    (b"PK\x05\x06", "压缩文件（zip）"),
    (b"%PDF", "PDF 文件"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版 Office 文件（doc、xls 等）"),
    (b"{\\rtf", "RTF 文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"BM\x00", "图片"),
    (b"\x1f\x8b", "压缩文件（gz）"),
    (b"7z\xbc\xaf", "压缩文件（7z）"),
    (b"Rar!", "压缩文件（rar）"),
    (b"\x7fELF", "程序文件"),
    (b"MZ\x90", "程序文件"),
    (b"SQLite format 3", "数据库文件"),
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MISREADINGS = (
    ("gb18030", "utf-8"),
    ("cp1252", "utf-8"),
    ("latin-1", "utf-8"),
    ("latin-1", "gb18030"),
    ("latin-1", "big5"),
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_SAMPLE = 200_000  # characters looked at when plausibility is judged


def decode(name: str, data: bytes) -> str:
    """The text of a file. Raises ReadError, with the reason, for what is not certainly readable text."""
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            raise ReadError(
                f"《{name}》的扩展名是文本，内容却是{kind}，没有读取。请改回正确的扩展名，或另存为文本后再试。"
            )
    text = _decoded(name, data)
    if not text.strip():
        raise ReadError(f"《{name}》是空文件，没有可读的文字。")
    require_readable(name, text)
    return text


def _decoded(name: str, data: bytes) -> str:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _strict(name, data[len(bom) :], encoding)
    if not data.strip(b"\x00 \t\r\n"):
        raise ReadError(f"《{name}》是空文件，没有可读的文字。")
    if b"\x00" in data:
        return _wide(name, data)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _wide_or_legacy(name, data, error.start)


def _strict(name: str, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _broken(name, data, error.start, encoding.upper()) from error


def _broken(name: str, data: bytes, offset: int, encoding: str) -> ReadError:
    line = data.count(b"\n", 0, offset) + 1
    return ReadError(f"《{name}》按 {encoding} 读取时，第 {line} 行有无法识别的字节，文件可能已损坏，没有读取。")


def _plausibility(text: str) -> float:
    """The share of frequent characters among the Chinese ones; 0 when there are none."""
    han = _HAN.findall(text[:_SAMPLE])
    return sum(c in _FREQUENT for c in han) / len(han) if han else 0.0


def _wide(name: str, data: bytes) -> str:
    """UTF-16 without a byte order mark: the order in which the text is plausible."""
    best = max((_candidate(data, e) for e in ("utf-16-le", "utf-16-be")), key=lambda c: c[0])
    if best[0] < 0.1 or "\x00" in best[1]:
        raise ReadError(f"《{name}》是二进制文件，不是文本，没有读取。")
    return best[1]


def _candidate(data: bytes, encoding: str) -> tuple[float, str]:
    """How plausible `data` is in `encoding`: plain ASCII counts as plausible, private and unassigned signs do not."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return 0.0, ""
    sample = text[:_SAMPLE]
    if not sample or _unreadable_share(sample) > 0.01:
        return 0.0, text
    han = len(_HAN.findall(sample))
    if han:
        odd = sum(ord(c) > 0x7F and not _expected(c) for c in sample) / len(sample)
        return max(_plausibility(sample) - odd, 0.0), text
    return (0.5 if all(ord(c) < 0x80 for c in sample) else 0.0), text


def _expected(c: str) -> bool:
    """Chinese characters and the signs that stand between them."""
    return (
        bool(_HAN.match(c))
        or "\u2010" <= c <= "\u27ff"
        or "\u3000" <= c <= "\u303f"
        or "\uff00" <= c <= "\uffef"
        or c == "\xa0"
    )


def _wide_or_legacy(name: str, data: bytes, offset: int) -> str:
    candidates = [(*_candidate(data, encoding), encoding) for encoding in ("gb18030", "big5", "big5hkscs")]
    if len(data) % 2 == 0:
        candidates += [(*_candidate(data, encoding), encoding) for encoding in ("utf-16-le", "utf-16-be")]
    score, text, _ = max(candidates, key=lambda candidate: candidate[0])
    if score < 0.25:
        mostly = data.decode("utf-8", errors="replace")
        if mostly.count("\ufffd") * 50 < len(mostly) and _plausibility(mostly) > 0.25:
            raise _broken(name, data, offset, "UTF-8")
        raise ReadError(
            f"《{name}》的文字编码无法确定（不是 UTF-8、UTF-16、GB18030 或 Big5），没有读取。请另存为 UTF-8。"
        )
    return text


def _unreadable_share(text: str) -> float:
    bad = sum(text.count(c) for c in set(text) if _is_unreadable(c))
    return bad / max(len(text), 1)


def _is_unreadable(c: str) -> bool:
    return c == "\ufffd" or (c not in "\t\n\r\f\v\x85" and unicodedata.category(c) in ("Cc", "Co", "Cn", "Cs"))


def require_readable(name: str, text: str) -> None:
    """Raises ReadError for text that is binary or was saved in a wrong encoding."""
    sample = text[:_SAMPLE]
    if _unreadable_share(sample) > 0.01:
        raise ReadError(f"《{name}》里有大量无法识别的字符，像是二进制内容或乱码，没有读取。")
    if _is_mojibake(sample):
        raise ReadError(f"《{name}》的文字是乱码（像是用错误的编码另存过），没有读取。请从原文件重新导出。")


def _is_mojibake(text: str) -> bool:
    """Whether `text` is UTF-8 that was read as GBK or Latin-1 and saved again."""
    odd = "".join(c for c in text[:4000] if ord(c) > 0x7F)
    if len(odd) < 12 or _plausibility(odd) > 0.25:
        return False
    return any(_rereads_as_chinese(odd, wrong, right) for wrong, right in _MISREADINGS)


def _rereads_as_chinese(odd: str, wrong: str, right: str) -> bool:
    again = odd.encode(wrong, errors="ignore").decode(right, errors="ignore")
    return len(_HAN.findall(again)) * 4 > len(odd) and _plausibility(again) > 0.25
