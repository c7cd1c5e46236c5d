"""Accounts, sessions and keys. Passwords as Argon2id, tokens as their SHA-256: neither can be read back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    Connection,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    insert,
    or_,
    select,
    update,
)

from workstation.access.actor import Actor, Machine, Nobody, PatientSelf, Staff
from workstation.access.signing import key_id_of
from workstation.domain.ids import HsaId, PatientId
from workstation.server import schema
from workstation.server.store import directory, emergency
from workstation.server.store.sql import storable, upsert
from workstation.server.store.statement import Among, Statement, among

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


_LASTING = ("machine", "system")


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
    """Remove sessions that ended long ago; enrolled workstations and systems stay."""
    table = schema.session
    old = table.c.created_at < now - 2 * ABSOLUTE_MS
    connection.execute(delete(table).where(table.c.kind.not_in(_LASTING), old))


@dataclass(frozen=True, kw_only=True, repr=False)
class Found:
    """The actor behind a token. ``note_use``: its last use should be written down again."""

    actor: Actor
    note_use: bool = False


def actor_of(connection: Connection, token: str, *, now: int) -> Found:
    """Return who a token stands for; nobody when the session is over in any way."""
    row = _SESSION.row(connection, token=token_hash(token), now=now)
    if row is None:
        return Found(actor=Nobody())
    found = _Session(*row)
    if found.kind == "machine":
        return Found(actor=Machine(device=found.device))
    if found.kind == "system":  # as long as its assignment lasts
        return Found(actor=_staff(found))
    if now - found.used_at > IDLE_MS or now - found.created_at > ABSOLUTE_MS:
        return Found(actor=Nobody())
    note = now - found.used_at > _NOTED_EVERY_MS
    if found.kind == "patient":
        patient = PatientId(UUID(bytes=found.patient))
        return Found(actor=PatientSelf(patient=patient), note_use=note)
    actor = _staff(found)
    if found.opened and isinstance(actor, Staff):
        opened = emergency.opened_by(
            connection, person=actor.person, assignment=actor.assignment, now=now
        )
        actor = replace(actor, opened=opened)
    return Found(actor=actor, note_use=note)


class _Session(NamedTuple):
    """A session with the assignment it is in, where that holds now."""

    kind: str
    person: str
    assignment: str | None
    patient: bytes
    device: str
    created_at: int
    used_at: int
    unit: str
    rights: str
    provider: str | None
    opened: int


def _staff(found: _Session) -> Actor:
    """An assignment that has ended gives no more access."""
    if found.assignment is None:
        return Nobody()
    return Staff(
        person=HsaId(found.person),
        assignment=HsaId(found.assignment),
        unit=HsaId(found.unit),
        provider=HsaId(found.provider or ""),
        rights=frozenset(directory.rights_in(found.rights)),
        device=found.device,
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
    found = _KEYS.rows(connection, sorted(key_ids))
    return {
        key_id: (person, public_key)
        for key_id, person, public_key, revoked_at in found
        if revoked_at is None or revoked_at > now
    }


@dataclass(frozen=True, kw_only=True)
class Device:
    """A workstation as it names itself."""

    name: str
    incarnation: int
    program: str


def knows_device(connection: Connection, device: Device, *, now: int) -> bool:
    """Whether this very workstation called within the last minute."""
    row = _DEVICE.row(connection, name=storable(device.name))
    if row is None:
        return False
    incarnation, program, last_seen = row
    same = (incarnation, program) == (device.incarnation, storable(device.program))
    return same and 0 <= now - last_seen < _NOTED_EVERY_MS


def see_device(connection: Connection, device: Device, *, now: int) -> None:
    """Remember a workstation's last call."""
    row = {
        "device": storable(device.name),
        "incarnation": device.incarnation,
        "program": storable(device.program),
        "last_seen": now,
    }
    connection.execute(upsert(connection, schema.device, key=("device",)), row)


_device = schema.device
_DEVICE = Statement(
    select(_device.c.incarnation, _device.c.program, _device.c.last_seen).where(
        _device.c.device == bindparam("name")
    )
)
_session, _held, _unit, _opened, _key = (
    schema.session,
    schema.assignment,
    schema.unit,
    schema.emergency,
    schema.signing_key,
)
_SESSION = Statement(
    select(
        _session.c.kind,
        _session.c.person,
        _held.c.hsa_id,
        _session.c.patient_id,
        _session.c.device,
        _session.c.created_at,
        _session.c.used_at,
        _held.c.unit,
        _held.c.rights,
        _unit.c.provider,
        exists()
        .where(
            _opened.c.person == _session.c.person,
            _opened.c.assignment == _session.c.assignment,
            _opened.c.until_at > bindparam("now"),
        )
        .label("opened"),
    )
    .select_from(_session)
    .outerjoin(
        _held,
        and_(
            _held.c.hsa_id == _session.c.assignment,
            _held.c.person == _session.c.person,
            _held.c.since <= bindparam("now"),
            or_(_held.c.until.is_(None), _held.c.until > bindparam("now")),
        ),
    )
    .outerjoin(_unit, _unit.c.hsa_id == _held.c.unit)
    .where(_session.c.token == bindparam("token"), _session.c.ended_at.is_(None))
)
_KEYS = Among(
    select(_key.c.key_id, _key.c.person, _key.c.public_key, _key.c.revoked_at).where(
        among(_key.c.key_id)
    )
)
