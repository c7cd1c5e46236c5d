"""Real records for the simulation, made fast: sealed notes and orders of simulated people."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from random import Random
from uuid import UUID

import msgspec

from workstation.domain.clock import HybridTime
from workstation.domain.ids import EntityId, HsaId, PatientId, RecordId, uuid7
from workstation.domain.note import Note, Section
from workstation.domain.record import Author, Record, Sealed, seal

EPOCH_MS = 1_790_000_000_000
"""When every simulated story begins, ms UTC."""


class NoSigner:
    """Signs with 64 zero bytes: the models do not verify, and real signatures cost time."""

    key_id = bytes(16)

    def sign(self, message: bytes) -> bytes:
        return bytes(64)


class Name(msgspec.Struct, frozen=True):
    """What the models read of a record's bytes."""

    id: UUID
    patient: UUID
    entity: UUID
    bases: tuple[UUID, ...] = ()
    author: dict[str, str] = {}


_names = msgspec.json.Decoder(Name)


def name_of(raw: bytes | msgspec.Raw) -> Name:
    """Return what a record calls itself; read once, for it never changes."""
    return _read(bytes(raw))


@lru_cache(maxsize=4_096)
def _read(raw: bytes) -> Name:
    return _names.decode(raw)


def unit_of(raw: bytes) -> str:
    """Return the author's unit: whose list the patient comes on because of the record."""
    return name_of(raw).author["unit"]


@dataclass(kw_only=True)
class Writer:
    """Writes records on one device."""

    device: str
    random: Random
    written: int = 0

    def note(
        self,
        *,
        now: int,
        patient: UUID,
        unit: str,
        entity: UUID | None = None,
        bases: tuple[UUID, ...] = (),
    ) -> Sealed:
        """Return a sealed note: a new one, or a version of ``entity`` that builds on ``bases``."""
        self.written += 1
        record_id = uuid7(now, self.random.randbytes)
        record = Record(
            id=RecordId(record_id),
            patient=PatientId(patient),
            kind="note",
            kind_version=1,
            entity=EntityId(entity or record_id),
            bases=tuple(RecordId(base) for base in bases),
            author=Author(
                hsa_id=HsaId(f"SE-{self.device}"),
                name=self.device,
                unit=HsaId(unit),
                provider=HsaId("SE-provider"),
            ),
            device=self.device,
            written_at=HybridTime(now, self.written),
            body=Note(type="bes", sections=(Section(text=f"{self.device} {self.written}"),)),
        )
        return seal(record, NoSigner())
