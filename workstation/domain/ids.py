"""Identifiers made where the record is written, sortable by time, without a coordinator."""

from __future__ import annotations

from collections.abc import Callable
from typing import NewType
from uuid import UUID

PatientId = NewType("PatientId", UUID)
EntityId = NewType("EntityId", UUID)
RecordId = NewType("RecordId", UUID)
HsaId = NewType("HsaId", str)

RandomBytes = Callable[[int], bytes]
"""Give that many random bytes: ``os.urandom`` in the product, seeded in tests."""


def uuid7(millis: int, random: RandomBytes) -> UUID:
    """Return a UUID version 7 for ``millis`` since 1970 with 74 random bits.

    Source: RFC 9562, section 5.7.
    """
    tail = int.from_bytes(random(10), "big")
    value = (millis & 0xFFFF_FFFF_FFFF) << 80
    value |= 0x7 << 76
    value |= ((tail >> 62) & 0xFFF) << 64
    value |= 0b10 << 62
    value |= tail & 0x3FFF_FFFF_FFFF_FFFF
    return UUID(int=value)
