"""Office files as archives of XML: looked at before anything is unpacked or parsed (limits, macros, entities)."""

import io
import re
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

from corpus.errors import ReadError

if TYPE_CHECKING:
    from lxml import etree

MOST_ENTRIES = 2000
MOST_UNPACKED = 200 << 20  # bytes
HIGHEST_RATIO = 100  # unpacked to packed, of the whole and of each entry that is larger than _SMALL
MOST_ELEMENTS = 2_000_000  # tags of one XML part; a document of 100 pages has about 100,000
_SMALL = 1 << 20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_MACROS = ("vbaproject", "vbadata", "macrosheets/")
BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    ValueError,
    KeyError,
)


class Archive:
    """An Office file whose limits were checked. Parts are read by name, each once at most in memory."""

    def __init__(self, name: str, data: bytes, kind: str) -> None:
        """Raises ReadError for what is no such archive, is encrypted, carries macros or exceeds a limit."""
        self.name = name
        _require_zip(name, data, kind)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            entries = self._zip.infolist()
        except BROKEN_ZIP:
            raise self.broken() from None
        _require_limits(name, entries, len(data))
        self.parts = [entry.filename for entry in entries if not entry.is_dir()]
        if len(set(self.parts)) != len(self.parts):
            raise ReadError(f"《{name}》里有重名的部件，文件不正常，没有读取。")
        if any(word in part.lower() for part in self.parts for word in _MACROS) or b"macroEnabled" in self._types():
            raise ReadError(f"《{name}》带有宏，为安全起见没有读取。请另存为不带宏的格式后再试。")

    def broken(self) -> ReadError:
        return ReadError(f"《{self.name}》已损坏或不完整，无法读取。请用 Office 或 WPS 打开后另存一份再试。")

    def _types(self) -> bytes:
        return self.read("[Content_Types].xml") if "[Content_Types].xml" in self.parts else b""

    def read(self, part: str) -> bytes:
        try:
            return self._zip.read(part)
        except RuntimeError:  # how zipfile says that an entry is encrypted
            raise ReadError(f"《{self.name}》已加密，无法读取。请去掉密码后再试。") from None
        except BROKEN_ZIP:
            raise self.broken() from None

    def xml(self, part: str) -> "etree._Element":
        """The root of an XML part. Raises ReadError for broken XML, and for any DTD or entity."""
        return parsed(self.name, self.read(part))


def parsed(name: str, data: bytes) -> "etree._Element":
    """XML parsed with nothing fetched and nothing expanded."""
    from lxml import etree

    if _DOCTYPE.search(data.replace(b"\x00", b"") if b"\x00" in data[:200] else data):
        raise _forbidden(name)
    if data.count(b"<") > MOST_ELEMENTS * 2:
        raise ReadError(f"《{name}》的内容过于庞大（超过 {MOST_ELEMENTS // 10000} 万个元素），没有读取。")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise ReadError(f"《{name}》已损坏：内部的 XML 无法解析，没有读取。") from None
    if root.getroottree().docinfo.internalDTD is not None:  # written in an encoding the pattern does not see
        raise _forbidden(name)
    return root


def _forbidden(name: str) -> ReadError:
    return ReadError(f"《{name}》的 XML 里有文档类型或实体声明，正常的 Office 文件没有，为安全起见没有读取。")


def _require_zip(name: str, data: bytes, kind: str) -> None:
    if data.startswith(_ZIP):
        return
    if not data.strip(b"\x00 \r\n\t"):
        raise ReadError(f"《{name}》是空文件，没有可读的文字。")
    if data.startswith(_OLE):
        if b"E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e" in data:
            raise ReadError(f"《{name}》已加密，无法读取。请去掉密码后再试。")
        raise ReadError(f"《{name}》的扩展名是 {kind}，内容却是旧版 Office 格式，没有读取。请另存为 {kind} 后再试。")
    raise ReadError(f"《{name}》的扩展名是 {kind}，内容却不是，没有读取。请用 Office 或 WPS 打开后另存为 {kind}。")


def _require_limits(name: str, entries: list[zipfile.ZipInfo], size: int) -> None:
    if len(entries) > MOST_ENTRIES:
        raise ReadError(f"《{name}》里有 {len(entries)} 个部件，超过 {MOST_ENTRIES} 个的上限，没有读取。")
    unpacked = sum(entry.file_size for entry in entries)
    bomb = unpacked > HIGHEST_RATIO * max(size, 1) or any(
        entry.file_size > _SMALL and entry.file_size > HIGHEST_RATIO * max(entry.compress_size, 1) for entry in entries
    )
    if unpacked > MOST_UNPACKED or bomb:
        raise ReadError(f"《{name}》解压后过大或压缩比异常（{unpacked >> 20} MB），像是压缩炸弹，没有读取。")
