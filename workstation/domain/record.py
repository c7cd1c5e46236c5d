"""The record: immutable, the same bytes everywhere, for ever.

A record's bytes are the canonical JSON of its envelope with the body inside. They are made
once, where it is written; from then on they are stored, hashed, signed and passed on raw.
``Record`` is the decoded view of them, ``Sealed`` the bytes with the author's signature.
The envelope never changes; a body changes by a new ``kind_version``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from typing import Any, Literal, Protocol
from uuid import UUID

import msgspec

from workstation.domain import clock
from workstation.domain.canonical import canonical
from workstation.domain.clock import HybridTime
from workstation.domain.ids import EntityId, HsaId, PatientId, RecordId

GREATEST_RECORD = 4 * 1024 * 1024
"""Bytes. A note of 100 kB is ordinary; attachments travel beside the record, not in it."""


class Silent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A value that says nothing of itself in a log or a traceback."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class Author(Silent, frozen=True, kw_only=True):
    """Who wrote a record, in which capacity, as it was at the time.

    ``hsa_id``: person (or system). ``title``: befattning. ``assignment``: HSA-id of the
    medarbetaruppdrag. ``unit`` and ``provider``: HSA-ids of care unit and care provider.
    """

    hsa_id: HsaId
    name: str
    title: str = ""
    assignment: HsaId = HsaId("")
    unit: HsaId
    unit_name: str = ""
    provider: HsaId
    provider_name: str = ""


class Origin(Silent, frozen=True, kw_only=True):
    """Where an imported record came from, and its exact words there.

    ``raw`` is the source's own text, byte for byte, so that nothing is lost to our mapping; but
    whereabouts of a patient with protected identity are never in it. ``signed``: the source says
    that the text was signed there; ``signed_by``: whom it names.
    """

    format: str
    source: str
    reference: str
    raw: str = ""
    signed: bool = False
    signed_by: str = ""


class Body(Silent, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a record says. One subclass per kind and version; fields at their default are left out."""

    origin: Origin | None = None


class UnknownBody(Body, frozen=True, kw_only=True):
    """A body this program is too old to read; kept, passed on, shown as needing a newer one."""


class Role(Enum):
    """What writing such a record means when somebody else wrote at the same time."""

    FACT = "fact"
    """Happened; always applied, conflicts with nothing."""
    INTENT = "intent"
    """Decides from the version it saw; two on one base are a fork."""


class Envelope(Silent, frozen=True, kw_only=True):
    """The frozen frame around every body. Times are RFC 3339 UTC with milliseconds."""

    v: Literal[1]
    id: UUID
    patient: UUID
    kind: str
    kind_version: int
    entity: UUID
    bases: tuple[UUID, ...] = ()
    author: Author
    device: str
    written_at: str
    tick: int = 0
    approved_for_patient: bool
    body: msgspec.Raw


@dataclass(frozen=True, kw_only=True, repr=False)
class Record:
    """A record, decoded.

    Attributes:
        entity: The note, order or referral it is about; its first record often names itself.
        bases: The records it builds on, as its author saw them.
        written_at: Hybrid time on the author's device.
        approved_for_patient: Whether the patient may read it directly.
        body: Its content; ``UnknownBody`` when kind or version is newer than this program.
    """

    id: RecordId
    patient: PatientId
    kind: str
    kind_version: int
    entity: EntityId
    bases: tuple[RecordId, ...] = ()
    author: Author
    device: str
    written_at: HybridTime
    approved_for_patient: bool = True
    body: Body

    def __repr__(self) -> str:
        return f"<Record {self.kind} {self.id}>"

    @property
    def order(self) -> tuple[HybridTime, bytes]:
        """A total order for display, the same on every replica."""
        return (self.written_at, self.id.bytes)


@dataclass(frozen=True, repr=False, slots=True)
class Sealed:
    """A record as it travels and rests: its bytes, its author's signature, the key's name.

    ``signature`` is Ed25519 over ``raw`` (64 bytes); ``signer`` the SHA-256 of the public key's
    first 16 bytes of hash. Both are empty only for what the server itself imported.
    """

    raw: bytes
    signature: bytes = b""
    signer: bytes = b""

    @property
    def hash(self) -> bytes:
        """SHA-256 of the record's bytes."""
        return sha256(self.raw).digest()


class Signer(Protocol):
    """Signs with the author's private key."""

    @property
    def key_id(self) -> bytes:
        """16 bytes that name the public key."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature of ``message``."""
        ...


def seal(record: Record, signer: Signer) -> Sealed:
    """Return the record's final bytes, signed.

    Raises:
        NotCanonical: A text in it cannot be written as UTF-8.
    """
    raw = canonical(envelope_of(record))
    return Sealed(raw, signer.sign(raw), signer.key_id)


def envelope_of(record: Record) -> Envelope:
    """Return the envelope that the record's bytes are made from."""
    return Envelope(
        v=1,
        id=record.id,
        patient=record.patient,
        kind=record.kind,
        kind_version=record.kind_version,
        entity=record.entity,
        bases=record.bases,
        author=record.author,
        device=record.device,
        written_at=clock.to_text(record.written_at.millis),
        tick=record.written_at.tick,
        approved_for_patient=record.approved_for_patient,
        body=msgspec.Raw(canonical(record.body)),
    )


_envelopes = msgspec.json.Decoder(Envelope)


def read_envelope(raw: bytes) -> Envelope:
    """Return the envelope in a record's bytes; the body is left as it is.

    Raises:
        msgspec.ValidationError: A field is missing or of the wrong type; says which.
        msgspec.DecodeError: The bytes are no JSON.
    """
    return _envelopes.decode(raw)


def record_from(envelope: Envelope, body: Body) -> Record:
    """Return the record with its body decoded elsewhere."""
    return Record(
        id=RecordId(envelope.id),
        patient=PatientId(envelope.patient),
        kind=envelope.kind,
        kind_version=envelope.kind_version,
        entity=EntityId(envelope.entity),
        bases=tuple(RecordId(base) for base in envelope.bases),
        author=envelope.author,
        device=envelope.device,
        written_at=HybridTime(clock.from_text(envelope.written_at), envelope.tick),
        approved_for_patient=envelope.approved_for_patient,
        body=body,
    )


def chain(previous: bytes, entry_hash: bytes) -> bytes:
    """Return a patient's head hash after one more record: SHA-256 of both."""
    return sha256(previous + entry_hash).digest()


GENESIS = bytes(32)
"""The head hash of a patient without records."""


def fields_of(body: Body) -> dict[str, Any]:
    """Return a body as plain JSON values, defaults left out: for export and search, not storage."""
    plain: dict[str, Any] = msgspec.to_builtins(body)
    return plain
