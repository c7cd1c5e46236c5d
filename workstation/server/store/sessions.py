"""Accounts, sessions and keys. Passwords as Argon2id, tokens as their SHA-256: neither can be read back."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, delete, insert, or_, select, update

from workstation.access.actor import Actor, Machine, Nobody, PatientSelf, Staff
from workstation.access.signing import key_id_of
from workstation.domain.ids import HsaId, PatientId
from workstation.server import schema
from workstation.server.store import directory
from workstation.server.store.sql import storable, upsert

IDLE_MS = 30 * 60_000
ABSOLUTE_MS = 12 * 3_600_000
_NOTED_EVERY_MS = 60_000
_TRIES = 5
_LOCKED_MS = 60_000


@dataclass(frozen=True, kw_only=True, repr=False)
class Account:
    """What a login is checked against. ``owner``: a person's HSA-id or a patient's id."""

    key: str
    owner: str
    password: str
    failures: int
    locked_until: int


def staff_account(connection: Connection, name: str) -> Account | None:
    """Return the account with that name, if it may be used."""
    table = schema.account
    row = connection.execute(
        select(table).where(table.c.name == name, table.c.active == 1)
    ).one_or_none()
    if row is None:
        return None
    return Account(
        key=row.name,
        owner=row.person,
        password=row.password,
        failures=row.failures,
        locked_until=row.locked_until,
    )


def may_log_in(connection: Connection, person: str) -> bool:
    """Whether a person has an account that is not closed."""
    table = schema.account
    found = connection.execute(
        select(table.c.name).where(table.c.person == person, table.c.active == 1).limit(1)
    )
    return found.first() is not None


def patient_account(connection: Connection, identity: str) -> Account | None:
    """Return the patient's account by identity number in storage form."""
    table = schema.patient_account
    row = connection.execute(select(table).where(table.c.identity == identity)).one_or_none()
    if row is None:
        return None
    return Account(
        key=row.identity,
        owner=str(UUID(bytes=row.patient_id)),
        password=row.password,
        failures=row.failures,
        locked_until=row.locked_until,
    )


def count_try(
    connection: Connection, table: Table, account: Account, *, ok: bool, now: int
) -> None:
    """Count a wrong password, or forget the wrong ones after a right one."""
    failures = 0 if ok else account.failures + 1
    locked = now + _LOCKED_MS * (failures // _TRIES) if failures and failures % _TRIES == 0 else 0
    key = table.c.name if table is schema.account else table.c.identity
    connection.execute(
        update(table)
        .where(key == account.key)
        .values(failures=failures, locked_until=max(locked, 0 if ok else account.locked_until))
    )


def put_account(connection: Connection, name: str, person: str, password: str) -> None:
    """Add an account for staff, or give it another password."""
    row = {
        "name": name,
        "person": person,
        "password": password,
        "failures": 0,
        "locked_until": 0,
        "active": 1,
    }
    connection.execute(upsert(connection, schema.account, key=("name",)), row)


def put_patient_account(
    connection: Connection, patient: UUID, identity: str, password: str
) -> None:
    """Add a patient's account, or give it another password."""
    row = {
        "patient_id": patient.bytes,
        "identity": identity,
        "password": password,
        "failures": 0,
        "locked_until": 0,
        "hide_recent": 0,
    }
    connection.execute(upsert(connection, schema.patient_account, key=("patient_id",)), row)


def hide_recent(connection: Connection, patient: UUID) -> bool:
    """Whether the patient chose not to see the last two weeks at first."""
    table = schema.patient_account
    found = connection.execute(
        select(table.c.hide_recent).where(table.c.patient_id == patient.bytes)
    ).scalar_one_or_none()
    return bool(found)


def choose_hide_recent(connection: Connection, patient: UUID, *, hide: bool) -> None:
    """Keep the patient's choice."""
    table = schema.patient_account
    connection.execute(
        update(table).where(table.c.patient_id == patient.bytes).values(hide_recent=int(hide))
    )


def begin_session(
    connection: Connection,
    token: str,
    *,
    now: int,
    kind: str,
    person: str = "",
    assignment: str = "",
    patient: UUID | None = None,
    device: str = "",
) -> None:
    """Remember a session by its token's hash."""
    row: dict[str, Any] = {
        "token": token_hash(token),
        "kind": kind,
        "person": person,
        "assignment": assignment,
        "patient_id": patient.bytes if patient else None,
        "device": storable(device),
        "created_at": now,
        "used_at": now,
        "ended_at": None,
    }
    connection.execute(insert(schema.session), row)


def end_session(connection: Connection, token: str, *, now: int) -> None:
    """End a session at once."""
    table = schema.session
    connection.execute(
        update(table)
        .where(table.c.token == token_hash(token), table.c.ended_at.is_(None))
        .values(ended_at=now)
    )


def forget_old_sessions(connection: Connection, *, now: int) -> None:
    """Remove sessions that ended long ago; enrolled workstations stay."""
    table = schema.session
    connection.execute(
        delete(table).where(table.c.kind != "machine", table.c.created_at < now - 2 * ABSOLUTE_MS)
    )


@dataclass(frozen=True, kw_only=True, repr=False)
class Found:
    """The actor behind a token. ``note_use``: its last use should be written down again."""

    actor: Actor
    note_use: bool = False


def actor_of(connection: Connection, token: str, *, now: int) -> Found:
    """Return who a token stands for; nobody when the session is over in any way."""
    table = schema.session
    row = connection.execute(
        select(table).where(table.c.token == token_hash(token), table.c.ended_at.is_(None))
    ).one_or_none()
    if row is None:
        return Found(actor=Nobody())
    if row.kind == "machine":
        return Found(actor=Machine(device=row.device))
    if now - row.used_at > IDLE_MS or now - row.created_at > ABSOLUTE_MS:
        return Found(actor=Nobody())
    note = now - row.used_at > _NOTED_EVERY_MS
    if row.kind == "patient":
        return Found(
            actor=PatientSelf(patient=PatientId(UUID(bytes=row.patient_id))), note_use=note
        )
    return Found(actor=_staff(connection, row, now), note_use=note)


def _staff(connection: Connection, row: Any, now: int) -> Actor:
    """The assignment is looked up each time: one that has ended gives no more access."""
    held = directory.assignments_of(connection, row.person, now=now)
    assignment = next((a for a in held if a.hsa_id == row.assignment), None)
    if assignment is None:
        return Nobody()
    provider = connection.execute(
        select(schema.unit.c.provider).where(schema.unit.c.hsa_id == assignment.unit)
    ).scalar_one_or_none()
    return Staff(
        person=HsaId(row.person),
        assignment=assignment.hsa_id,
        unit=assignment.unit,
        provider=HsaId(provider or ""),
        rights=frozenset(assignment.rights),
        device=row.device,
    )


def note_use(connection: Connection, token: str, *, now: int) -> None:
    """Write down that a session is in use."""
    table = schema.session
    connection.execute(update(table).where(table.c.token == token_hash(token)).values(used_at=now))


def token_hash(token: str) -> bytes:
    """Return what is kept of a token."""
    return sha256(token.encode()).digest()


def register_key(
    connection: Connection, public_key: bytes, *, person: str, device: str, now: int
) -> bool:
    """Register a person's signing key; False when somebody else has it already."""
    table, key_id = schema.signing_key, key_id_of(public_key)
    owner = connection.execute(
        select(table.c.person).where(table.c.key_id == key_id)
    ).scalar_one_or_none()
    if owner is not None:
        return bool(owner == person)
    row = {
        "key_id": key_id,
        "person": person,
        "device": storable(device),
        "public_key": public_key,
        "registered_at": now,
        "revoked_at": None,
    }
    connection.execute(insert(table), row)
    return True


def keys(
    connection: Connection, key_ids: set[bytes], *, now: int
) -> dict[bytes, tuple[str, bytes]]:
    """Return person and public key of those of the keys that are registered and not revoked."""
    table = schema.signing_key
    found = connection.execute(
        select(table.c.key_id, table.c.person, table.c.public_key).where(
            table.c.key_id.in_(sorted(key_ids)),
            or_(table.c.revoked_at.is_(None), table.c.revoked_at > now),
        )
    )
    return {row.key_id: (row.person, row.public_key) for row in found}


def see_device(
    connection: Connection, device: str, *, incarnation: int, program: str, now: int
) -> None:
    """Remember a workstation's last call."""
    row = {
        "device": storable(device),
        "incarnation": incarnation,
        "program": storable(program),
        "last_seen": now,
    }
    connection.execute(upsert(connection, schema.device, key=("device",)), row)
