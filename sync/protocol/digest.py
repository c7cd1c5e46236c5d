"""The unit digest: proof in 16 bytes that two copies of a unit's patients are the same."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

MODULUS = 2**128


def patient_digest(patient: UUID, rev: int, head_hash: bytes) -> int:
    """Return one patient's share: the first 128 bits of H(patient, rev, head hash)."""
    if rev == 0:
        return 0
    return int.from_bytes(
        sha256(patient.bytes + rev.to_bytes(8, "big") + head_hash).digest()[:16], "big"
    )


def moved(digest: int, *, before: int, after: int) -> int:
    """Return a unit's digest after one patient's share went from ``before`` to ``after``."""
    return (digest - before + after) % MODULUS


def to_hex(digest: int) -> str:
    """Return the digest as on the wire: 32 hex digits."""
    return f"{digest:032x}"
