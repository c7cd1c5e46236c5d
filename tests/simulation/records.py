"""Real records for the simulation, made fast: sealed notes and orders of simulated people."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from random import Random
from typing import Literal
from uuid import UUID

import msgspec

from workstation.access.signing import Ed25519Signer
from workstation.domain.canonical import canonical
from workstation.domain.clock import HybridTime
from workstation.domain.ids import EntityId, HsaId, PatientId, RecordId, uuid7
from workstation.domain.marks import Resolution
from workstation.domain.medication import Dosage, DosageStep, Drug, MedicationOrder
from workstation.domain.note import Note, Section
from workstation.domain.record import Author, Body, Record, Sealed, Signer, seal

Action = Literal["prescribe", "change", "pause", "resume", "stop"]
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

    def __hash__(self) -> int:
        return hash(self.id)


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


@lru_cache
def pen_of(person: str) -> Ed25519Signer:
    """Return somebody's key: the same in every story."""
    return Ed25519Signer(sha256(person.encode()).digest())


def person_of(device: str) -> HsaId:
    """Return who works at a device; their assignment is named after them."""
    return HsaId(f"SE-{device}")


_DRUG = Drug(name="metoprolol", form="tablett", strength="50 mg")


@dataclass(kw_only=True)
class Writer:
    """Writes records on one device. ``signer``: None where nobody looks at signatures."""

    device: str
    random: Random
    signer: Signer | None = None
    written: int = 0

    def note(self, about: About) -> Sealed:
        """Return a sealed note: a new one, or a version of an entity."""
        text = f"{self.device} {self.written + 1}"
        return self._sealed(about, "note", Note(type="bes", sections=(Section(text=text),)))

    def order(self, about: About, action: Action, amount: int = 1) -> Sealed:
        """Return a step of a medication order; ``amount``: tablets a day, where it says any."""
        whole = action in ("prescribe", "change")
        step = DosageStep(amounts=(str(amount), "0", "0", "0"), unit="tablett")
        body = MedicationOrder(
            action=action,
            drug=_DRUG if whole else None,
            dosage=Dosage(steps=(step,)) if whole else None,
        )
        return self._sealed(about, "medication_order", body)

    def decision(self, about: About, chosen: UUID) -> Sealed:
        """Return the decision that one of an entity's sides holds."""
        return self._sealed(about, "resolution", Resolution(chosen=chosen))

    def from_a_newer_program(self, about: About) -> Sealed:
        """Return what this program cannot read: a kind, or a version of one, that is yet to come."""
        sealed = self.note(about)
        plain = msgspec.json.decode(sealed.raw)
        if self.random.random() < 0.5:
            plain |= {"kind": "gene_report", "body": {"genes": ["åäö"], "reads": 7}}
        else:
            plain |= {"kind_version": 2, "body": plain["body"] | {"spoken_by": "någon"}}
        raw = canonical(plain)
        signer = self.signer or NoSigner()
        return Sealed(raw, signer.sign(raw), signer.key_id)

    def _sealed(self, about: About, kind: str, body: Body) -> Sealed:
        self.written += 1
        record_id = uuid7(about.now, self.random.randbytes)
        person = person_of(self.device)
        record = Record(
            id=RecordId(record_id),
            patient=PatientId(about.patient),
            kind=kind,
            kind_version=1,
            entity=EntityId(about.entity or record_id),
            bases=tuple(RecordId(base) for base in about.bases),
            author=Author(
                hsa_id=person,
                name=self.device,
                assignment=HsaId(f"{person}-m"),
                unit=HsaId(about.unit),
                provider=HsaId("SE-provider"),
            ),
            device=self.device,
            written_at=HybridTime(about.now, self.written),
            body=body,
        )
        return seal(record, self.signer or NoSigner())


@dataclass(frozen=True, kw_only=True)
class About:
    """What is written about, where and when (ms UTC); an entity that is new has none."""

    now: int
    patient: UUID
    unit: str
    entity: UUID | None = None
    bases: tuple[UUID, ...] = ()
