"""Worlds for these tests: made once, small enough to read through."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from workstation.domain.kinds import open_strictly
from workstation.domain.record import Record
from workstation.generator import PatientBatch, Region, generate

AS_OF = datetime(2026, 11, 22, 12, tzinfo=UTC)


class TestKey:
    """A signing key that is the same in every run."""

    __test__ = False

    def __init__(self) -> None:
        self.private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))

    @property
    def key_id(self) -> bytes:
        return bytes(16)

    def sign(self, message: bytes) -> bytes:
        return self.private.sign(message)


@cache
def world(patients: int = 59, seed: int = 7) -> tuple[Region, tuple[PatientBatch, ...]]:
    """Return a region and its patients; the default has one of each kind of life and number."""
    made = generate(patients=patients, seed=seed, as_of=AS_OF, signer=TestKey())
    return made.region, tuple(made.patients)


@cache
def records_of(place: int) -> tuple[Record, ...]:
    """Return the opened records of one patient of the default world."""
    return tuple(open_strictly(sealed) for sealed in world()[1][place].records)


@cache
def everything() -> tuple[tuple[Record, ...], ...]:
    """Return every patient's opened records."""
    return tuple(records_of(place) for place in range(len(world()[1])))


def by_entity(records: Sequence[Record]) -> dict[UUID, list[Record]]:
    """Return records by the entity they are about."""
    entities: dict[UUID, list[Record]] = defaultdict(list)
    for record in records:
        entities[record.entity].append(record)
    return entities
