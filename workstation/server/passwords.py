"""Passwords: Argon2id, off the event loop, two at a time, as slow for a wrong name as for a right one."""

from __future__ import annotations

import asyncio
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

# OWASP's floor for a server: 19 MiB, two passes. The key of a workstation's cache is derived
# with far more: there the attacker has the disk, here five tries a minute.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_AT_ONCE = 2


class Passwords:
    """Hashes and checks."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def hash(self, password: str) -> str:
        """Return what may be kept of a password."""
        async with self._turns:
            return await asyncio.to_thread(_HASHER.hash, password)

    async def matches(self, kept: str | None, password: str) -> bool:
        """Whether it is the right one. Without a kept one the answer is no, and takes as long."""
        async with self._turns:
            return await asyncio.to_thread(_verify, kept or self._decoy, password) and bool(kept)

    @cached_property
    def _decoy(self) -> str:
        return _HASHER.hash("nobody has this password")


def hash_now(password: str) -> str:
    """Return what may be kept of a password, for scripts that load many."""
    return _HASHER.hash(password)


def _verify(kept: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False
