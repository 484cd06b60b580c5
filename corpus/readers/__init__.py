"""Files in, sealed documents out: one reader a format, found by the suffix of the file's name."""

from dataclasses import replace
from pathlib import PurePath

from corpus.classification import Policy
from corpus.errors import ReadError, ScannedError
from corpus.raw import RawDocument
from corpus.readers.child import read_in_child, recognised_in_child
from corpus.readers.doc import converted
from corpus.readers.formats import READERS
from corpus.readers.recognition import is_installed
from corpus.readers.text import read_text
from corpus.refusal import refuse_marked_name
from corpus.sealing import seal
from corpus.types import Document, Finding, Level, Source

LARGEST_FILE = 20 * 1024 * 1024  # bytes
_OURSELVES = 2 * 1024 * 1024  # bytes of text that are read in this process, which is quicker than asking another


def read(name: str, data: bytes, policy: Policy, given_year: int | None = None) -> Document:
    """The sealed document in a file. Raises ReadError or SecretMarkError with a sentence that names the reason."""
    base = PurePath(name.replace("\\", "/")).name
    refuse_marked_name(base)
    suffix = PurePath(base).suffix.lower()
    if suffix not in (*READERS, ".doc"):
        raise _unknown(base, suffix)
    if len(data) > LARGEST_FILE:
        raise ReadError(
            f"《{base}》有 {len(data) / 1048576:.0f} MB，超过 {LARGEST_FILE // 1048576} MB 的上限，没有读取。"
        )
    raw = _raw(base, suffix, data)
    document = seal(raw, policy, given_year)
    return replace(document, findings=(*document.findings, *_from_pictures(raw)))


def _raw(name: str, suffix: str, data: bytes) -> RawDocument:
    if suffix == ".doc":
        return read_in_child(name, ".docx", converted(name, data))
    if READERS[suffix] is read_text and len(data) <= _OURSELVES:
        return read_text(name, data)
    try:
        raw = read_in_child(name, suffix, data)
    except ScannedError as error:
        if not is_installed():
            raise
        return recognised_in_child(name, data, error.pages)
    return recognised_in_child(name, data, len(raw.scanned)) if raw.scanned and is_installed() else raw


def _from_pictures(raw: RawDocument) -> list[Finding]:
    """That figures come from OCR: no engine is so sure that an amount need not be compared with the paper."""
    if not raw.recognised:
        return []
    pages = "、".join(map(str, raw.recognised))
    return [
        Finding(
            "read-by-ocr",
            Level.WARNING,
            f"第{pages}页是扫描图片，文字和数字来自文字识别（OCR），可能有误，如“≥92%”读成“292%”。",
            "请把金额、比例和指标值与纸质原件逐一核对；有 Word 或 Excel 原文件的，请改用原文件。",
            Source(page=raw.recognised[0]),
        )
    ]


def _unknown(name: str, suffix: str) -> ReadError:
    if suffix in (".docm", ".xlsm", ".dotm", ".xlsb"):
        return ReadError(f"《{name}》是带宏的格式，为安全起见没有读取。请另存为 docx 或 xlsx 后再试。")
    known = "、".join(sorted(suffix.lstrip(".") for suffix in (*READERS, ".doc")))
    return ReadError(f"《{name}》的格式不支持，没有读取。目前能读取的格式：{known}。")
