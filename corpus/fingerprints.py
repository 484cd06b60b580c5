"""The hash of a file that may hold classified text: keyed, so that a guessed file cannot be confirmed by its hash."""

import hashlib


def fingerprint(data: bytes, key: bytes) -> str:
    """64 hexadecimal digits: BLAKE2b of `data` under the random key of one library (at most 64 bytes)."""
    return hashlib.blake2b(data, key=key, digest_size=32).hexdigest()
