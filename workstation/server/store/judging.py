"""What may come into the record: every pushed record is opened, checked and judged by itself."""

from __future__ import annotations

import re
from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sync.protocol.messages import Group, Pushed
from workstation.access.signing import verifies
from workstation.domain.kinds import Malformed, open_strictly
from workstation.domain.record import GREATEST_RECORD, Record, Sealed
from workstation.server.store.streams import Incoming

_ID = re.compile(rb'"id":"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"')
_UNIT = re.compile(rb'"unit":"(SE[0-9]{10}-[A-Za-z0-9]{1,18})"')
_PLACE = re.compile(r"at `([^`]*)`")


@dataclass(frozen=True, kw_only=True, repr=False)
class Opened:
    """One pushed record. ``why`` empty: nothing wrong so far. ``id`` as far as it can be read."""

    id: str
    patient: UUID
    sealed: Sealed
    record: Record | None = None
    why: str = ""
    place: str = ""

    def faulty(self, why: str, place: str = "") -> Opened:
        """Return it with what is wrong."""
        return replace(self, why=why, place=place)

    def unit(self) -> str:
        """Return the unit that must settle it: its author's, as far as that can be read."""
        if self.record is not None:
            return self.record.author.unit
        found = _UNIT.search(self.sealed.raw)
        return found[1].decode() if found else ""


@dataclass(frozen=True)
class Claim:
    """Who a record says wrote it, in which capacity."""

    person: str
    assignment: str
    unit: str
    provider: str


@dataclass(frozen=True, kw_only=True, repr=False)
class Authority:
    """What the server knows of keys and rights. ``rights``: claim and time, ms; ``keys`` by key id.

    ``blocked``: those of the patients who have a block.
    """

    keys: Mapping[bytes, tuple[str, bytes]]
    rights: frozenset[tuple[Claim, int]]
    blocked: frozenset[UUID] = frozenset()


def open_group(group: Group) -> list[Opened]:
    """Open every record of a group; what cannot be opened says why and where."""
    return [_open(group.p, pushed) for pushed in group.ops]


def _open(patient: UUID, pushed: Pushed) -> Opened:
    raw = bytes(pushed.raw)
    try:
        sealed = Sealed(
            raw,
            a2b_base64(pushed.sig, strict_mode=True),
            a2b_base64(pushed.by, strict_mode=True),
        )
    except (Base64Error, ValueError):
        return _unread(patient, Sealed(raw), "bad_signature")
    if len(raw) > GREATEST_RECORD:
        return _unread(patient, sealed, "too_large")
    try:
        record = open_strictly(sealed)
    except RecursionError:
        return _unread(patient, sealed, "malformed", "nested too deep")
    except Malformed as error:
        return _unread(patient, sealed, "malformed", _place(str(error)))
    opened = Opened(id=str(record.id), patient=patient, sealed=sealed, record=record)
    if record.patient != patient:
        return opened.faulty("another_patient", "$.patient")
    return opened


def _unread(patient: UUID, sealed: Sealed, why: str, place: str = "") -> Opened:
    found = _ID.search(sealed.raw)
    name = found[1].decode() if found else ""
    return Opened(id=name, patient=patient, sealed=sealed, why=why, place=place)


def _place(text: str) -> str:
    """Keep where it is wrong. The message may quote a field's value; the place never does."""
    found = _PLACE.search(text)
    return found[1] if found else text.rpartition("wrong value at ")[2][:80]


def claim_of(record: Record, *, now: int) -> tuple[Claim, int]:
    """Return who wrote it and when, as the record says; nobody wrote in the future."""
    author = record.author
    claim = Claim(author.hsa_id, author.assignment, author.unit, author.provider)
    return claim, min(record.written_at.millis, now)


def judge(opened: Opened, authority: Authority, *, now: int) -> Opened:
    """Check the signature and the author's right at the time of writing."""
    record = opened.record
    if record is None or opened.why:
        return opened
    person, public_key = authority.keys.get(opened.sealed.signer, ("", b""))
    if not public_key or person != record.author.hsa_id:
        return opened.faulty("bad_signature", "by")
    if not verifies(opened.sealed, public_key):
        return opened.faulty("bad_signature", "sig")
    if claim_of(record, now=now) not in authority.rights:
        return opened.faulty("not_allowed", "$.author")
    return opened


def incoming(opened: Opened, *, now: int, furthest_ahead: int) -> Incoming:
    """Return a sound record as it may be stored: a time too far ahead is not believed.

    Args:
        furthest_ahead: ms that a clock may be ahead of ours.
    """
    record = opened.record
    assert record is not None
    believed = min(record.written_at.millis, now + furthest_ahead)
    skew = record.written_at.millis - now if believed != record.written_at.millis else 0
    return Incoming(sealed=opened.sealed, record=record, at=believed, skew=skew)


def group_fault(group: Sequence[Opened]) -> Opened | None:
    """Return the first record of a group with something wrong in it."""
    return next((opened for opened in group if opened.why), None)


__all__ = [
    "Authority",
    "Claim",
    "Opened",
    "claim_of",
    "group_fault",
    "incoming",
    "judge",
    "open_group",
]
