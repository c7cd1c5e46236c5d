"""The access log: who did what to whose record, chained so that no line can be changed unseen.

An event holds identifiers and no content. Activities and purposes are those of the Swedish
log contract (RIV informationsecurity:auditing:log 2.0). Appended before the answer goes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy import Connection, select

from workstation.access.actor import Actor, Machine, Nobody, PatientSelf, Staff
from workstation.domain.canonical import canonical
from workstation.server import schema
from workstation.server.store.inserting import inserting, together, upserting
from workstation.server.store.sql import storable
from workstation.server.store.statement import Statement

Activity = Literal[
    "Läsa",
    "Skriva",
    "Utskrift",
    "Sökning",
    "Inloggning",
    "Utloggning",
    "Nekad",
    "Radera",
    "Nödöppning",
    "Administration",
]
Purpose = Literal["Vård och behandling", "Kvalitetssäkring", "Administration"]


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the log. ``at``: RFC 3339; ``patients``: whose record it touched.

    ``basis``: the ground the policy allowed it on; ``reason``: what the person said.
    """

    at: str
    activity: Activity
    purpose: str = ""
    what: str
    basis: str = ""
    reason: str = ""
    person: str = ""
    assignment: str = ""
    unit: str = ""
    provider: str = ""
    device: str = ""
    patient_self: str = ""
    patients: tuple[UUID, ...] = ()

    def __repr__(self) -> str:
        return "<Event>"


def event_of(
    actor: Actor,
    activity: Activity,
    what: str,
    *,
    at: str,
    basis: str = "",
    patients: Iterable[UUID] = (),
    purpose: Purpose | None = None,
    reason: str = "",
) -> Event:
    """Return the event for what an actor does; unless said, care staff act for care and treatment."""
    touched = tuple(patients)
    match actor:
        case Staff():
            return Event(
                at=at,
                activity=activity,
                purpose=purpose or _purpose_of(actor),
                what=what,
                basis=basis,
                reason=reason,
                person=actor.person,
                assignment=actor.assignment,
                unit=actor.unit,
                provider=actor.provider,
                device=storable(actor.device),
                patients=touched,
            )
        case PatientSelf():
            own = str(actor.patient)
            return Event(
                at=at, activity=activity, what=what, basis=basis, patient_self=own, patients=touched
            )
        case Machine():
            device = storable(actor.device)
            return Event(at=at, activity=activity, what=what, device=device, patients=touched)
        case Nobody():
            return Event(at=at, activity=activity, what=what, patients=touched)


def _purpose_of(actor: Staff) -> Purpose:
    return "Vård och behandling" if "care" in actor.rights else "Administration"


def append_events(connection: Connection, events: Sequence[Event], *, now: int) -> int:
    """Append the events in order; return the last one's number."""
    row = _HEAD.row(connection)
    assert row is not None
    seq, previous = row
    lines: list[tuple[int, int, bytes, bytes]] = []
    touched: list[tuple[bytes, int]] = []
    found: list[tuple[int, int, str, str, str, str]] = []
    for event in events:
        seq += 1
        raw = canonical(event)
        previous = _link(previous, seq, raw)
        lines.append((seq, now, raw, previous))
        found.append((seq, now, event.provider, event.person, event.unit, event.activity))
        touched += [(patient.bytes, seq) for patient in dict.fromkeys(event.patients)]
    head = [(_HEAD_ID, seq, previous)]
    together(connection, (_LINES, lines), (_TOUCHED, touched), (_FOUND, found), (_NEW_HEAD, head))
    return int(seq)


def _link(previous: bytes, seq: int, raw: bytes) -> bytes:
    return sha256(previous + seq.to_bytes(8, "big") + raw).digest()


def first_fault(connection: Connection) -> int | None:
    """Return the number of the first line that is not what was written, or None when all are.

    A log whose newest lines were cut off is found by comparing with its head.
    """
    previous, expected = bytes(32), 1
    table = schema.audit
    rows = connection.execute(
        select(table.c.seq, table.c.event, table.c.hash).order_by(table.c.seq)
    )
    for row in rows:
        if row.seq != expected or row.hash != _link(previous, row.seq, row.event):
            return expected
        previous, expected = row.hash, expected + 1
    head = connection.execute(select(schema.audit_head.c.seq, schema.audit_head.c.hash)).one()
    return None if (head.seq, head.hash) == (expected - 1, previous) else expected


def events_of(connection: Connection, patient: UUID) -> Iterator[Event]:
    """Yield the events that touched a patient's record, oldest first."""
    index, table = schema.audit_patient, schema.audit
    for raw in connection.scalars(
        select(table.c.event)
        .join(index, index.c.seq == table.c.seq)
        .where(index.c.patient_id == patient.bytes)
        .order_by(table.c.seq)
    ):
        yield msgspec.json.decode(raw, type=Event)


def last_seq(connection: Connection) -> int:
    """Return how many events there are: grows with everything the server does."""
    seq: int = connection.execute(select(schema.audit_head.c.seq)).scalar_one()
    return seq


_head = schema.audit_head
_HEAD_ID = 1
_HEAD = Statement(select(_head.c.seq, _head.c.hash).where(_head.c.id == _HEAD_ID).with_for_update())
_NEW_HEAD = upserting(_head, key=("id",))
_LINES = inserting(schema.audit)
_TOUCHED = inserting(schema.audit_patient)
_FOUND = inserting(schema.audit_line)
