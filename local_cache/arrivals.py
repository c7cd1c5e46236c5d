"""A record on its way in: what is known of it before it is stored."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Protocol
from uuid import UUID

import msgspec

from local_cache.readmodel import Owner
from workstation.domain.kinds import Malformed, open_record
from workstation.domain.record import Record, Sealed


class Arrival(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A record on its way in.

    ``record`` is None where the bytes are no record of this patient, ``rev`` while unsent.
    ``raw`` is empty where the body was erased; ``hash`` is then all there is.
    ``unread``: the bytes have not been looked into; ``record`` is None until they are.
    """

    id: bytes
    hash: bytes
    raw: bytes
    signature: bytes
    signer: bytes
    rev: int | None
    record: Record | None = None
    unread: bool = False

    def __repr__(self) -> str:
        return f"<Arrival {self.rev}>"


class _OnlyId(msgspec.Struct, gc=False):
    id: UUID


_only_id = msgspec.json.Decoder(_OnlyId)


def arrival(sealed: Sealed, *, patient: UUID, rev: int | None) -> Arrival:
    """Open a record for storing. Bytes that are no record of this patient are kept as they are."""
    record: Record | None = None
    hash_now = sealed.hash
    try:
        opened = open_record(sealed)
        identity = opened.id.bytes
        record = opened if opened.patient == patient else None
    except Malformed:
        identity = _id_of(sealed.raw, hash_now)
    return Arrival(
        id=identity,
        hash=hash_now,
        raw=sealed.raw,
        signature=sealed.signature,
        signer=sealed.signer,
        rev=rev,
        record=record,
    )


def unread_arrival(raw: bytes, signature: bytes, signer: bytes, rev: int) -> Arrival:
    """Take a record for storing without looking further into it than for its id."""
    hash_now = sha256(raw).digest()
    try:
        identity = _only_id.decode(raw).id.bytes
    except (msgspec.DecodeError, UnicodeDecodeError):
        identity = hash_now[:16]
    return Arrival(
        id=identity,
        hash=hash_now,
        raw=raw,
        signature=signature,
        signer=signer,
        rev=rev,
        unread=True,
    )


def erased(record_hash: bytes, *, rev: int) -> Arrival:
    """Return what is left of a record whose body was erased before it came here."""
    return Arrival(
        id=record_hash[:16], hash=record_hash, raw=b"", signature=b"", signer=b"", rev=rev
    )


def _id_of(raw: bytes, record_hash: bytes) -> bytes:
    try:
        return _only_id.decode(raw).id.bytes
    except (msgspec.DecodeError, UnicodeDecodeError):
        return record_hash[:16]


class Coming(Protocol):
    """Records of one patient on their way in."""

    @property
    def owner(self) -> Owner: ...

    @property
    def arrivals(self) -> Sequence[Arrival]: ...
