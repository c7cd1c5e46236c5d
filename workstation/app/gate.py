"""Letting people in, with the server or without it. Implements ``workstation.operations.session.Gate``.

Who has been here before is let in by this computer alone: the password with the machine's secret
opens their keys, and a session at the server is begun beside it by signing a challenge. Who has
not, or whose keys do not open, logs in at the server. See decision 004.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from local_cache.key import Keys, LeaseExpired, NotEnrolled, Unlocked, WrongPassword
from local_cache.machine import MachineSecret, OnlineOnly
from local_cache.wraps import Cost
from sync.client.connection import Connection
from sync.protocol.login import Held, LoginReply
from sync.protocol.ports import NoContact
from workstation.access.signing import Ed25519Signer
from workstation.app.device import Device
from workstation.app.door import Door
from workstation.app.log_review import log_review
from workstation.app.press import Press
from workstation.app.profile import Profile, keep_profile, kept_profile
from workstation.content.statements import Signer
from workstation.domain.clock import Clock, to_millis
from workstation.domain.directory import Person, author_of
from workstation.domain.ids import HsaId
from workstation.domain.problem import Problem
from workstation.domain.texts import _
from workstation.operations.about import About
from workstation.operations.session import (
    Admitted,
    Choice,
    Files,
    NotAdmitted,
    Paper,
    Practice,
    RegionSearch,
    Session,
)

if TYPE_CHECKING:
    from workstation.app.damaged import SetAside
    from workstation.app.open_session import Opened

LEASE = timedelta(hours=72)
_OWN = HsaId("own")


@dataclass(frozen=True, kw_only=True, repr=False)
class _LetIn(Admitted):
    """An admitted person with what is needed to enter. Lives until ``enter``."""

    user: str
    password: str
    held: Sequence[Held]
    unlocked: Unlocked | None


@dataclass(kw_only=True)
class AppGate:
    """The way in of this installation.

    Attributes:
        connect: Makes a connection to the server, given who tells the token.
        machine: Where the machine's secret is; without a store for it there is no offline work.
        paper, region, files: What a session prints with, searches the region with, and picks
            files with.
        content_signers: Whose signatures count on clinical content; of nobody else it is used.
        about: What the place about the program shows.
        cost: Says what a guess at a password costs here, for whoever is new on this computer.
    """

    device: Device
    clock: Clock
    machine: MachineSecret
    connect: Callable[[Callable[[], str]], Connection]
    paper: Callable[[Press], Paper] | None = None
    region: Callable[[Connection], RegionSearch] | None = None
    files: Files | None = None
    content_signers: Sequence[Signer] = ()
    practice: Practice | None = None
    about: Callable[[], About] | None = None
    cost: Callable[[], Cost] = Cost
    opened: Opened | None = None

    async def admit(self, user: str, password: str) -> Admitted:
        name = user.strip().casefold()
        unlocked, why = await self._unlock(name, password)
        if unlocked is not None:
            profile = await self._profile(name, unlocked)
            if profile is not None:
                return _let_in(profile.person, profile.held, name, password, unlocked)
        reply = await self._log_in(name, password, why)
        if unlocked is None:
            unlocked = await self._enrol(name, password)
        return _let_in(reply.person, reply.held, name, password, unlocked)

    async def enter(self, admitted: Admitted, choice: Choice) -> Session:
        assert isinstance(admitted, _LetIn)
        held = next(h for h in admitted.held if h.assignment.hsa_id == choice.assignment.hsa_id)
        before = self.opened
        if before is not None:
            if (before.session.desk.author.hsa_id, before.assignment) == (
                admitted.person.hsa_id,
                held.assignment.hsa_id,
            ):
                return before.session
            await self._close(before)
        self.opened = await self._open(admitted, held)
        return self.opened.session

    async def leave(self, session: Session) -> None:
        if self.opened is not None and self.opened.session is session:
            await self._close(self.opened)

    async def _close(self, opened: Opened) -> None:
        self.opened = None
        await opened.close()

    # At this computer

    def _keys(self, user: str) -> Keys:
        return Keys(
            self.device.places.root,
            person=HsaId(user),
            machine_name=self.device.read().name,
            machine=self.machine,
            clock=self.clock,
        )

    async def _unlock(self, user: str, password: str) -> tuple[Unlocked | None, Problem | None]:
        """Return the person's keys, or why only the server can let them in.

        Raises:
            TriesPaused, ClockSetBack: Nobody gets in before that is over.
        """
        keys = self._keys(user)
        try:
            return await asyncio.to_thread(keys.unlock, password), None
        except NotEnrolled:
            return None, None
        except (WrongPassword, LeaseExpired, OnlineOnly) as problem:
            return None, problem

    async def _enrol(self, user: str, password: str) -> Unlocked | None:
        """Make the person's keys here; None where this computer keeps no secrets."""
        until = to_millis(self.clock.now() + LEASE)
        keys = self._keys(user)

        def enrol() -> Unlocked:
            return keys.enrol(password, {}, not_after=until, cost=self.cost())

        try:
            return await asyncio.to_thread(enrol)
        except OnlineOnly:
            return None

    async def _profile(self, user: str, unlocked: Unlocked) -> Profile | None:
        """Return who the person is, with the assignments whose records are on this computer."""
        own_key = unlocked.units.get(_OWN)
        if own_key is None:
            return None
        path = self.device.places.profile_of(user)
        return await asyncio.to_thread(kept_profile, path, own_key)

    async def _keep(self, let_in: _LetIn, reply: LoginReply) -> None:
        """Keep what the server gave, for work without it."""
        if let_in.unlocked is None:
            return
        keys, unit = self._keys(let_in.user), reply.author.unit if reply.author else HsaId("")
        until = to_millis(self.clock.now() + LEASE)
        profile = Profile(person=reply.person, held=reply.held)
        path = self.device.places.profile_of(let_in.user)

        def keep() -> None:
            unlocked = let_in.unlocked
            assert unlocked is not None
            if unit and reply.unit_key and unlocked.units.get(unit) != reply.unit_key:
                unlocked = keys.add_unit(unlocked, unit, reply.unit_key)
            if unlocked.units.get(_OWN) != reply.own_key:
                keys.add_unit(unlocked, _OWN, reply.own_key)
            keys.renew_lease(not_after=until)
            keep_profile(path, reply.own_key, profile)

        await asyncio.to_thread(keep)

    async def _forget(self, user: str) -> None:
        """The server lets the person in no more: nothing on this computer opens for them either."""
        await asyncio.to_thread(self._keys(user).destroy)

    # With the server

    async def _log_in(self, user: str, password: str, why: Problem | None) -> LoginReply:
        """Log in at the server. ``why``: what kept this computer from doing it alone.

        Raises:
            NotAdmitted: The server said no; or there is no contact, and ``why`` it takes one.
        """
        door, connection = self._door()
        try:
            return await door.log_in(user, password)
        except NoContact:
            raise _no_contact(why) from None
        finally:
            await connection.close()

    def _door(self) -> tuple[Door, Connection]:
        doors: list[Door] = []
        connection = self.connect(lambda: doors[0].token if doors else "")
        doors.append(Door(connection, device=self.device.read().name))
        return doors[0], connection

    async def _open(self, let_in: _LetIn, held: Held) -> Opened:
        """Open the session, with the keys kept here or with those the server gives now."""
        # Nobody has to wait for the database's library before there is a login field.
        from workstation.app.open_session import open_session
        from workstation.app.opening import Opening

        door, connection = self._door()
        signer = let_in.unlocked.signer if let_in.unlocked else Ed25519Signer(os.urandom(32))
        kept = let_in.unlocked.units if let_in.unlocked else {}
        unit_key, own_key = kept.get(held.unit.hsa_id, b""), kept.get(_OWN, b"")
        try:
            if not unit_key or not own_key:
                reply = await self._begin(door, let_in, held, signer)
                unit_key, own_key = reply.unit_key, reply.own_key
            return await open_session(
                Opening(
                    device=self.device,
                    clock=self.clock,
                    author=author_of(let_in.person, held.assignment, held.unit, held.provider),
                    person=let_in.person,
                    signer=signer,
                    unit_key=unit_key,
                    own_key=own_key,
                    own_path=self.device.places.person_file(let_in.person.hsa_id),
                    met=lambda reply: self._keep(let_in, reply),
                    denied=lambda: self._forget(let_in.user),
                    door=door,
                    connection=connection,
                    paper=self.paper,
                    region=self.region,
                    log_review=log_review if "log_review" in held.assignment.rights else None,
                    files=self.files,
                    content_signers=self.content_signers,
                    rights=frozenset(held.assignment.rights),
                    practice=self.practice,
                    about=self.about() if self.about is not None else None,
                    online_only=let_in.unlocked is None,
                    anew=lambda aside: self._with_contact(let_in, aside),
                )
            )
        except BaseException:
            await connection.close()
            raise

    def _with_contact(self, let_in: _LetIn, aside: SetAside) -> SetAside:
        """Return ``aside`` for the unit's records: only where they can be fetched anew."""

        async def set_aside(path: Path) -> None:
            door, connection = self._door()
            try:
                await door.log_in(let_in.user, let_in.password)
            except NoContact:
                raise _cannot_fetch() from None
            finally:
                await connection.close()
            await aside(path)

        return set_aside

    async def _begin(
        self, door: Door, let_in: _LetIn, held: Held, signer: Ed25519Signer
    ) -> LoginReply:
        try:
            reply = await door.log_in(
                let_in.user,
                let_in.password,
                assignment=held.assignment.hsa_id,
                public_key=signer.public_key,
            )
        except NoContact:
            raise _no_contact() from None
        if not reply.unit_key:
            raise NotAdmitted(
                _("This assignment is not for work with patients."),
                _("Choose another, or ask your unit's administrator."),
            )
        await self._keep(let_in, reply)
        return reply


def _let_in(
    person: Person,
    held: Sequence[Held],
    user: str,
    password: str,
    unlocked: Unlocked | None,
) -> _LetIn:
    return _LetIn(
        person=person,
        choices=tuple(Choice(assignment=h.assignment, unit=h.unit) for h in held),
        user=user,
        password=password,
        held=tuple(held),
        unlocked=unlocked,
    )


def _cannot_fetch() -> NotAdmitted:
    return NotAdmitted(
        _("There is no contact with the server, so the records cannot be fetched anew now."),
        _(
            "Nothing was changed. Try again when there is contact; use another computer, or the"
            " unit's routine for interruptions, until then."
        ),
    )


def _no_contact(why: Problem | None = None) -> NotAdmitted:
    if why is not None:
        return NotAdmitted(why.message, why.advice)
    return NotAdmitted(
        _("There is no contact with the server."),
        _("On this computer you can log in without it after having logged in with it."),
    )
