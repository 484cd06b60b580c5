"""Hashes that confirm no guess: of sealed text, or keyed where they are of a file that may hold classified text."""

import hashlib
from collections.abc import Sequence

from corpus.folding import squeeze

_TELLING_CODE = 10  # characters; a shorter code (1, 001, 无) tells projects apart only within a unit


def fingerprint(data: bytes, key: bytes) -> str:
    """64 hexadecimal digits: BLAKE2b of a file under the random key of one library (at most 64 bytes)."""
    return hashlib.blake2b(data, key=key, digest_size=32).hexdigest()


def text_hash(lines: Sequence[str]) -> str:
    """SHA-256 of the sealed readable lines of a document; its name, unit and year do not count."""
    return hashlib.sha256("\n".join(lines).encode("utf-8", "replace")).hexdigest()


def document_id(name: str, sha256: str) -> str:
    """16 hexadecimal digits for a document of this name and `text_hash`."""
    return hashlib.sha256(f"{name}\0{sha256}".encode("utf-8", "replace")).hexdigest()[:16]


def tells_anywhere(code: str) -> bool:
    """Whether a project code is long enough to mean one project whatever the unit."""
    return len(squeeze(code)) >= _TELLING_CODE


def kin_keys(code: str | None, name: str | None, unit_code: str | None, unit_name: str | None) -> tuple[int, ...]:
    """Numbers (64 bits, signed) that two projects share when they may be the same one: by code, or by name and unit.

    Made of public text alone: a classified code or name is None.
    """
    units = [squeeze(unit) for unit in (unit_code, unit_name) if unit] or [""]
    keys = [f"{squeeze(name)}\0{unit}" for unit in units] if name else []
    if code:
        keys += [f"{squeeze(code)}\0{unit}" for unit in ([""] if tells_anywhere(code) else units)]
    return tuple(
        int.from_bytes(hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=8).digest(), "big", signed=True)
        for key in keys
    )
