"""Old Word files (.doc): turned into docx by LibreOffice when it is there; else a sentence says how to save as docx."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from corpus.errors import ReadError

SECONDS = 60
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MEMORY_DISK = Path("/dev/shm")  # what is written there never reaches a disk
_NAMES = ("soffice", "libreoffice")
# A fresh profile: no macros, no links followed, nothing fetched.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse">
<value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse">
<value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableActiveContent" oor:op="fuse">
<value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks"
 oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetProxyType" oor:op="fuse"><value>2</value></prop>
</item>
</oor:items>
"""


def converted(name: str, data: bytes) -> bytes:
    """The docx of an old Word file. Raises ReadError for another format, macros, and where LibreOffice is missing."""
    _require_old_word(name, data)
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        raise ReadError(
            f"《{name}》是旧版 Word 格式（doc），本机没有 LibreOffice，无法读取。"
            "请用 Word 或 WPS 打开它，选“另存为”，类型选 Word 文档（*.docx），再导入存好的文件。"
        )
    place = _MEMORY_DISK if _MEMORY_DISK.is_dir() and os.access(_MEMORY_DISK, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=place) as folder:
        return _convert(name, data, program, Path(folder))


def _require_old_word(name: str, data: bytes) -> None:
    if not data.strip(b"\x00 \r\n\t"):
        raise ReadError(f"《{name}》是空文件，没有可读的文字。")
    if not data.startswith(_OLE):
        what = (
            "docx（压缩文件）"
            if data.startswith(b"PK\x03\x04")
            else "RTF"
            if data.startswith(b"{\\rtf")
            else "别的格式"
        )
        raise ReadError(f"《{name}》的扩展名是 doc，内容却是{what}，没有读取。请用 Word 或 WPS 打开后另存为 docx。")
    if "_VBA_PROJECT".encode("utf-16-le") in data:
        raise ReadError(f"《{name}》带有宏，为安全起见没有读取。请另存为 docx 后再试。")
    if "WordDocument".encode("utf-16-le") not in data:
        raise ReadError(f"《{name}》的扩展名是 doc，内容却不是 Word 文档，没有读取。请打开后另存为 docx。")


def _convert(name: str, data: bytes, program: str, folder: Path) -> bytes:
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, "utf-8")
    source = folder / "source.doc"
    source.write_bytes(data)
    command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nolockcheck"]
    command += ["--convert-to", "docx:MS Word 2007 XML", "--outdir", str(folder), str(source)]
    if not _run(command, folder):
        raise ReadError(f"《{name}》转换超过 {SECONDS} 秒仍未完成，已放弃。请用 Word 或 WPS 另存为 docx 后再试。")
    made = folder / "source.docx"
    if not made.is_file():
        raise ReadError(f"《{name}》无法转换，可能已加密或损坏。请用 Word 或 WPS 打开后另存为 docx 再试。")
    return made.read_bytes()


def _run(command: list[str], folder: Path) -> bool:
    """Runs LibreOffice to its end; False, with all its processes ended, when it took too long."""
    environment = {key: value for key, value in os.environ.items() if key in ("PATH", "LANG", "SYSTEMROOT")}
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**environment, "HOME": str(folder)},
        start_new_session=True,
    )
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return False
    return True
