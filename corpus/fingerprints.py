"""Hashes that confirm no guess: of sealed text, or keyed where they are of a file that may hold classified text."""

import hashlib
from collections.abc import Sequence


def fingerprint(data: bytes, key: bytes) -> str:
    """64 hexadecimal digits: BLAKE2b of a file under the random key of one library (at most 64 bytes)."""
    return hashlib.blake2b(data, key=key, digest_size=32).hexdigest()


def text_hash(lines: Sequence[str]) -> str:
    """SHA-256 of the sealed readable lines of a document; its name, unit and year do not count."""
    return hashlib.sha256("\n".join(lines).encode("utf-8", "replace")).hexdigest()


def document_id(name: str, sha256: str) -> str:
    """16 hexadecimal digits for a document of this name and `text_hash`."""
    return hashlib.sha256(f"{name}\0{sha256}".encode("utf-8", "replace")).hexdigest()[:16]
