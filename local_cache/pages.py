"""SQLCipher's pages seen from outside: does this key belong to them, and which are damaged?

SQLCipher answers a wrong key and a damaged first page with the same error. Each page ends in
an HMAC under a key derived from ours, so any page that verifies proves the key.

Source: SQLCipher 4 design, "Page structure" (zetetic.net/sqlcipher/design).
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from hashlib import pbkdf2_hmac, sha256
from pathlib import Path

PAGE = 4096
SALT = 16
_MAC = 64
_FAST_ITERATIONS = 2
_SALT_MASK = 0x3A
_SAMPLE = 64


def salt_for(key: bytes) -> bytes:
    """Return the salt we open a file with, so that none needs to be read from a damaged one."""
    return sha256(b"ronden local cache salt\x00" + key).digest()[:SALT]


def key_belongs(path: Path, key: bytes) -> bool:
    """Return whether any of the first pages was written with this key."""
    mac_key = _mac_key(key)
    return any(
        _verifies(page, number, mac_key) for number, page in _pages(path) if number <= _SAMPLE
    )


def damaged_pages(path: Path, key: bytes) -> list[int]:
    """Return the numbers (from 1) of pages that are not as they were written.

    A last page cut short counts. Meant for a file nobody has open.
    """
    mac_key = _mac_key(key)
    return [n for n, page in _pages(path) if not _verifies(page, n, mac_key)]


def _mac_key(key: bytes) -> bytes:
    salt = bytes(byte ^ _SALT_MASK for byte in salt_for(key))
    return pbkdf2_hmac("sha512", key, salt, _FAST_ITERATIONS, 32)


def _pages(path: Path) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as stream:
        number = 1
        while page := stream.read(PAGE):
            yield number, page
            number += 1


def _verifies(page: bytes, number: int, mac_key: bytes) -> bool:
    if len(page) != PAGE:
        return False
    if not any(page):  # allocated and never written: SQLCipher leaves such a page as zeros
        return True
    body = page[SALT if number == 1 else 0 : PAGE - _MAC]
    seen = hmac.digest(mac_key, body + number.to_bytes(4, "little"), "sha512")
    return hmac.compare_digest(seen, page[PAGE - _MAC :])
