"""Logging in and out: staff in one assignment, patients to their own page, workstations as such."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, Table, select

from sync.protocol.login import Held, LoginReply, LoginRequest
from sync.protocol.messages import Message
from workstation.access.actor import Actor, Nobody, PatientSelf, Staff
from workstation.access.age import DirectAccess, direct_access
from workstation.access.policy import Action
from workstation.access.signing import PUBLIC_KEY_BYTES, key_id_of
from workstation.domain.directory import Assignment, Person, Provider, Unit, author_of
from workstation.domain.identity import IdentityProblem, parse_identity
from workstation.domain.ids import PatientId
from workstation.domain.values import local_date
from workstation.server import schema
from workstation.server.core import Core
from workstation.server.passwords import Passwords
from workstation.server.pushing import readmit
from workstation.server.store import directory, file_keys, sessions


class DeviceRequest(Message, frozen=True, kw_only=True):
    """Register a key for the person logged in. ``public_key``: base64, Ed25519, 32 bytes."""

    device: str
    public_key: bytes


class DeviceReply(Message, frozen=True, kw_only=True):
    """``key_id``: base64; ``token``: with which this workstation delivers when nobody is logged in."""

    key_id: bytes
    token: str


class WrongLogin(Exception):
    """Name or password is wrong; which of them is not said. ``locked``: too many wrong ones."""

    def __init__(self, *, locked: bool = False) -> None:
        super().__init__()
        self.locked = locked


class TooYoung(Exception):
    """The record of somebody of that age is not read here."""


class BadKey(Exception):
    """The public key is none, or somebody else's."""


@dataclass(kw_only=True)
class Logins:
    """Everything about sessions."""

    core: Core
    passwords: Passwords

    async def log_in(self, request: LoginRequest) -> LoginReply:
        """Begin a staff session, or say which assignments there are to choose from.

        Raises:
            WrongLogin: As the class says.
            BadKey: The key cannot be registered for this person.
        """
        now = self.core.now
        account = await self.core.database.read(lambda c: sessions.staff_account(c, request.user))
        await self._check(schema.account, account, request.password)
        assert account is not None
        held = await self.core.database.read(lambda c: choices_of(c, account.owner, now))
        chosen = choose(held, request.assignment)
        if chosen is None:
            return LoginReply(person=held[0].person, held=tuple(_held(each) for each in held))
        return await self.begin(held, chosen, device=request.device, public_key=request.public_key)

    async def begin(
        self, held: list[Choice], chosen: Choice, *, device: str, public_key: bytes
    ) -> LoginReply:
        """Begin a staff session for somebody who has proved who they are.

        Raises:
            BadKey: The key cannot be registered for this person.
        """
        token, now = self._token(), self.core.now
        cares = "care" in chosen.assignment.rights
        unit = chosen.unit.hsa_id
        fresh = {o: self.core.random(file_keys.KEY_BYTES) for o in (chosen.person.hsa_id, unit)}

        def begin(connection: Connection) -> dict[str, bytes]:
            _begin(connection, token, chosen, device=device, public_key=public_key, now=now)
            return {
                owner: file_keys.file_key(
                    connection, device=device, owner=owner, fresh=new, now=now
                )
                for owner, new in fresh.items()
            }

        keys = await self.core.database.write(begin)
        actor = _actor(chosen, device)
        await self.core.log(actor, "Inloggning", "staff")
        if public_key and cares:
            await readmit(self.core, actor, key_id_of(public_key))
        return LoginReply(
            person=chosen.person,
            held=tuple(_held(each) for each in held),
            token=token,
            author=author_of(chosen.person, chosen.assignment, chosen.unit, chosen.provider),
            units=(unit,) if cares else (),
            unit_key=keys[unit] if cares else b"",
            own_key=keys[chosen.person.hsa_id],
        )

    async def log_in_patient(self, identity: str, password: str) -> str:
        """Begin a patient's session and return its token.

        Raises:
            WrongLogin: As the class says.
            TooYoung: The person is under 16 (care rules section 8).
        """
        today = local_date(self.core.now)
        try:
            number = parse_identity(identity, as_of=today)
        except IdentityProblem:
            number = None
        account = None
        if number is not None:
            value = number.value
            account = await self.core.database.read(lambda c: sessions.patient_account(c, value))
        await self._check(schema.patient_account, account, password)
        assert account is not None
        patient = PatientId(UUID(account.owner))
        born = await self.core.database.read(lambda c: _birth_date(c, patient))
        if born is None or direct_access(born, today) is not DirectAccess.OWN:
            await self.core.log(PatientSelf(patient=patient), "Nekad", "age", patients=(patient,))
            raise TooYoung
        token, now = self._token(), self.core.now
        await self.core.database.write(
            lambda c: sessions.begin_session(c, token, now=now, kind="patient", patient=patient)
        )
        await self.core.log(
            PatientSelf(patient=patient), "Inloggning", "patient", patients=(patient,)
        )
        return token

    async def log_out(self, actor: Actor, token: str) -> None:
        """End the session; nothing happens when there is none."""
        now = self.core.now
        if isinstance(actor, Nobody):
            return
        await self.core.database.write(lambda c: sessions.end_session(c, token, now=now))
        await self.core.log(actor, "Utloggning", "session")

    async def register_device(self, actor: Actor, request: DeviceRequest) -> DeviceReply:
        """Register the person's signing key on this workstation, and let the workstation deliver.

        Raises:
            BadKey: As the class says.
        """
        await self.core.allowed(actor, Action.REGISTER_KEY)
        assert isinstance(actor, Staff)
        token, now = self._token(), self.core.now

        def register(connection: Connection) -> None:
            _register(connection, request.public_key, actor.person, request.device, now)
            sessions.begin_session(
                connection, token, now=now, kind="machine", device=request.device
            )

        await self.core.database.write(register)
        await self.core.log(actor, "Administration", "register_key")
        return DeviceReply(key_id=key_id_of(request.public_key), token=token)

    async def actor_of(self, token: str) -> Actor:
        """Return who a token stands for; nobody when it stands for nobody any more."""
        if not token:
            return Nobody()
        now = self.core.now
        found = await self.core.database.peek(lambda c: sessions.actor_of(c, token, now=now))
        if found.note_use:
            await self.core.database.write(lambda c: sessions.note_use(c, token, now=now))
        return found.actor

    async def _check(self, table: Table, account: sessions.Account | None, password: str) -> None:
        now = self.core.now
        locked = account is not None and account.locked_until > now
        right = await self.passwords.matches(account.password if account else None, password)
        if account is not None and not locked and (not right or account.failures):
            await self.core.database.write(
                lambda c: sessions.count_try(c, table, account, ok=right, now=now)
            )
        if not right or locked:
            await self.core.log(Nobody(), "Nekad", "login")
            raise WrongLogin(locked=locked and right)

    def _token(self) -> str:
        return urlsafe_b64encode(self.core.random(32)).decode().rstrip("=")


@dataclass(frozen=True, kw_only=True, repr=False)
class Choice:
    """An assignment that a person holds now."""

    person: Person
    assignment: Assignment
    unit: Unit
    provider: Provider


def choices_of(connection: Connection, person: str, now: int) -> list[Choice]:
    """Return the assignments somebody holds now."""
    who = directory.person(connection, person)
    units = {unit.hsa_id: unit for unit in directory.units(connection)}
    choices = []
    for assignment in directory.assignments_of(connection, person, now=now) if who else ():
        unit = units.get(assignment.unit)
        provider = directory.provider(connection, unit.provider) if unit else None
        if who and unit and provider:
            choices.append(Choice(person=who, assignment=assignment, unit=unit, provider=provider))
    return choices


def choose(choices: list[Choice], assignment: str) -> Choice | None:
    """The assignment asked for, or the only one there is. One asked for in vain is a wrong login."""
    if not choices:
        raise WrongLogin
    if not assignment:
        return choices[0] if len(choices) == 1 else None
    chosen = next((c for c in choices if c.assignment.hsa_id == assignment), None)
    if chosen is None:
        raise WrongLogin
    return chosen


def _held(choice: Choice) -> Held:
    return Held(assignment=choice.assignment, unit=choice.unit, provider=choice.provider)


def _actor(choice: Choice, device: str) -> Staff:
    return Staff(
        person=choice.person.hsa_id,
        assignment=choice.assignment.hsa_id,
        unit=choice.unit.hsa_id,
        provider=choice.provider.hsa_id,
        rights=frozenset(choice.assignment.rights),
        device=device,
    )


def _begin(
    connection: Connection, token: str, chosen: Choice, *, device: str, public_key: bytes, now: int
) -> None:
    if public_key:
        _register(connection, public_key, chosen.person.hsa_id, device, now)
    sessions.forget_old_sessions(connection, now=now)
    sessions.begin_session(
        connection,
        token,
        now=now,
        kind="staff",
        person=chosen.person.hsa_id,
        assignment=chosen.assignment.hsa_id,
        device=device,
    )


def _register(
    connection: Connection, public_key: bytes, person: str, device: str, now: int
) -> None:
    if len(public_key) != PUBLIC_KEY_BYTES or not sessions.register_key(
        connection, public_key, person=person, device=device, now=now
    ):
        raise BadKey


def _birth_date(connection: Connection, patient: UUID) -> date | None:
    table = schema.patient_card
    text = connection.execute(
        select(table.c.birth_date).where(table.c.patient_id == patient.bytes)
    ).scalar_one_or_none()
    return date.fromisoformat(text[:10]) if text and len(text) >= 10 else None
