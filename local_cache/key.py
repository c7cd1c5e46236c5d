"""Unlocking this computer's records: the machine's secret and the person's password together.

A wrong password is counted before it is checked. Where the server has not been met for longer
than the lease allows, or the clock has been set back, nothing opens.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import msgspec

from local_cache import wraps
from local_cache.machine import MachineSecret
from local_cache.wraps import KEY_BYTES, Cost, NotOurs, Standing, Wraps
from workstation.access.signing import Ed25519Signer
from workstation.domain.clock import Clock, to_millis
from workstation.domain.ids import HsaId
from workstation.domain.problem import Problem
from workstation.domain.texts import _, ngettext
from workstation.domain.values import local_text

FIRST_PAUSE_TRIES, FIRST_PAUSE_MS = 5, 60_000
SECOND_PAUSE_TRIES, SECOND_PAUSE_MS = 10, 15 * 60_000
MOST_TRIES = 20
CLOCK_MAY_STEP_BACK_MS = 5 * 60_000
_OWN, _SIGNING, _UNIT = "own", "signing", "unit:"
_SALT_BYTES = 16


class NotEnrolled(Problem):
    """This person cannot open anything on this computer without the server."""


class WrongPassword(Problem):
    """The password is not the one."""


class TriesPaused(Problem):
    """Too many wrong passwords: wait."""


class LeaseExpired(Problem):
    """The server has not been met for too long."""


class ClockSetBack(Problem):
    """The computer's clock is earlier than it has been."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Unlocked:
    """What a person may use now.

    Attributes:
        own_key: For the person's own file.
        signer: Signs what the person writes.
        units: The cache key of every care unit.
        not_after: When this ends without contact with the server, ms UTC.
    """

    own_key: bytes
    signer: Ed25519Signer
    units: Mapping[HsaId, bytes]
    not_after: int
    kek: bytes


class Keys:
    """One person's keys on this machine.

    Args:
        folder: Where the small files lie; their names say nothing of the person.
        person: HSA-id. ``machine_name``: this device's name.
    """

    def __init__(
        self,
        folder: Path,
        *,
        person: HsaId,
        machine_name: str,
        machine: MachineSecret,
        clock: Clock,
    ) -> None:
        self._who = f"{person}|{machine_name}"
        self._path = folder / f"{sha256(self._who.encode()).hexdigest()[:24]}.keys"
        self._machine = machine
        self._clock = clock

    def __repr__(self) -> str:
        return "<Keys>"

    @property
    def enrolled(self) -> bool:
        """Whether this person has keys here."""
        return self._path.exists()

    def enrol(
        self,
        password: str,
        units: Mapping[HsaId, bytes],
        *,
        not_after: int,
        cost: Cost | None = None,
    ) -> Unlocked:
        """Make this person's own keys here, with those of the units the server gave.

        What was there for this person is replaced: drafts under the old own key are lost, so
        only where none can be opened any more.

        Raises:
            OnlineOnly: The machine keeps no secrets.
        """
        own, seed = os.urandom(KEY_BYTES), os.urandom(KEY_BYTES)
        standing = Standing(not_after=not_after, highest=self._now())
        return self._wrap_all(password, own, seed, units, standing, cost or Cost())

    def unlock(self, password: str) -> Unlocked:
        """Open everything this person may use.

        Raises:
            NotEnrolled, WrongPassword, TriesPaused, LeaseExpired, ClockSetBack, OnlineOnly: As
                they say.
        """
        file = self._read()
        now = self._now()
        self._check_clock(file.standing, now)
        file = self._count(file, now)
        unlocked = self._open(file, password, now)
        standing = msgspec.structs.replace(
            file.standing, tries=0, locked_until=0, highest=max(now, file.standing.highest)
        )
        self._write(msgspec.structs.replace(file, standing=standing))
        if now > standing.not_after:
            raise LeaseExpired(
                _("Work without the server was allowed until {time}.").format(
                    time=local_text(standing.not_after)
                ),
                _("Connect to the network and log in. What you have written is kept."),
            )
        return unlocked

    def add_unit(self, unlocked: Unlocked, unit: HsaId, key: bytes) -> Unlocked:
        """Keep another unit's cache key, or a new one in place of the old."""
        file = self._read()
        wrapped = wraps.wrap(unlocked.kek, key, who=self._who, purpose=_UNIT + unit)
        self._write(msgspec.structs.replace(file, keys=file.keys | {_UNIT + unit: wrapped}))
        return _with_units(unlocked, {**unlocked.units, unit: key})

    def drop_unit(self, unlocked: Unlocked, unit: HsaId) -> Unlocked:
        """Forget a unit's key: its cache cannot be opened by this person any more."""
        file = self._read()
        kept = {purpose: each for purpose, each in file.keys.items() if purpose != _UNIT + unit}
        self._write(msgspec.structs.replace(file, keys=kept))
        return _with_units(unlocked, {u: k for u, k in unlocked.units.items() if u != unit})

    def change_password(self, old: str, new: str) -> Unlocked:
        """Put every key under a new password.

        Raises:
            As :meth:`unlock`.
        """
        unlocked = self.unlock(old)
        file = self._read()
        return self._wrap_all(
            new,
            unlocked.own_key,
            self._seed(file, unlocked.kek),
            unlocked.units,
            file.standing,
            file.cost,
        )

    def renew_lease(self, *, not_after: int) -> None:
        """The server was met: work without it may go on until ``not_after``, ms UTC."""
        file = self._read()
        highest = max(self._now(), file.standing.highest)
        standing = msgspec.structs.replace(file.standing, not_after=not_after, highest=highest)
        self._write(msgspec.structs.replace(file, standing=standing))

    def saw_time(self, millis: int) -> None:
        """Take note of a trusted time, as the server's; the clock may not go back behind it."""
        file = self._read()
        if millis > file.standing.highest:
            standing = msgspec.structs.replace(file.standing, highest=millis)
            self._write(msgspec.structs.replace(file, standing=standing))

    def destroy(self) -> None:
        """Destroy this person's wraps: nothing on this machine opens for them any more."""
        if self._path.exists():
            with self._path.open("r+b") as stream:
                stream.write(os.urandom(self._path.stat().st_size))
                stream.flush()
                os.fsync(stream.fileno())
            self._path.unlink()

    def _wrap_all(
        self,
        password: str,
        own: bytes,
        seed: bytes,
        units: Mapping[HsaId, bytes],
        standing: Standing,
        cost: Cost,
    ) -> Unlocked:
        salt = os.urandom(_SALT_BYTES)
        kek = self._kek(password, salt, cost)
        plain = {_OWN: own, _SIGNING: seed} | {_UNIT + unit: key for unit, key in units.items()}
        keys = {
            purpose: wraps.wrap(kek, key, who=self._who, purpose=purpose)
            for purpose, key in plain.items()
        }
        self._write(Wraps(salt=salt, cost=cost, keys=keys, standing=standing))
        return Unlocked(
            own_key=own,
            signer=Ed25519Signer(seed),
            units=dict(units),
            not_after=standing.not_after,
            kek=kek,
        )

    def _open(self, file: Wraps, password: str, now: int) -> Unlocked:
        kek = self._kek(password, file.salt, file.cost)
        try:
            own = wraps.unwrap(kek, file.keys[_OWN], who=self._who, purpose=_OWN)
        except NotOurs:
            raise self._wrong(file.standing, now) from None
        units = {
            HsaId(purpose.removeprefix(_UNIT)): wraps.unwrap(
                kek, each, who=self._who, purpose=purpose
            )
            for purpose, each in file.keys.items()
            if purpose.startswith(_UNIT)
        }
        return Unlocked(
            own_key=own,
            signer=Ed25519Signer(self._seed(file, kek)),
            units=units,
            not_after=file.standing.not_after,
            kek=kek,
        )

    def _seed(self, file: Wraps, kek: bytes) -> bytes:
        return wraps.unwrap(kek, file.keys[_SIGNING], who=self._who, purpose=_SIGNING)

    def _count(self, file: Wraps, now: int) -> Wraps:
        """Count the try before it is made, on disk: ending the program does not undo it."""
        standing = file.standing
        if now < standing.locked_until:
            raise _paused(standing.locked_until)
        tries = standing.tries + 1
        pause = 0
        if tries >= SECOND_PAUSE_TRIES:
            pause = SECOND_PAUSE_MS
        elif tries >= FIRST_PAUSE_TRIES:
            pause = FIRST_PAUSE_MS
        counted = msgspec.structs.replace(
            standing,
            tries=tries,
            locked_until=now + pause if pause else 0,
            highest=max(now, standing.highest),
        )
        file = msgspec.structs.replace(file, standing=counted)
        self._write(file)
        return file

    def _wrong(self, standing: Standing, now: int) -> Problem:
        if standing.tries >= MOST_TRIES:
            self.destroy()
            return _not_enrolled()
        if standing.locked_until > now:
            return _paused(standing.locked_until)
        left = FIRST_PAUSE_TRIES - standing.tries
        return WrongPassword(
            _("The password is wrong."),
            ngettext(
                "One more try before a pause.", "{left} more tries before a pause.", left
            ).format(left=left),
        )

    def _check_clock(self, standing: Standing, now: int) -> None:
        if now < standing.highest - CLOCK_MAY_STEP_BACK_MS:
            raise ClockSetBack(
                _("The computer's clock has been set back."),
                _("Set the right time, or connect to the network and log in."),
            )

    def _kek(self, password: str, salt: bytes, cost: Cost) -> bytes:
        return wraps.key_of(
            password, salt=salt, cost=cost, machine=self._machine.read(), who=self._who
        )

    def _read(self) -> Wraps:
        machine = self._machine.read()
        try:
            return wraps.read(self._path, machine, self._who)
        except (FileNotFoundError, NotOurs):
            raise _not_enrolled() from None

    def _write(self, file: Wraps) -> None:
        wraps.write(self._path, file, self._machine.read(), self._who)

    def _now(self) -> int:
        return to_millis(self._clock.now())


def calibrated(*, at_least_seconds: float = 0.25, most_memory_kib: int = 1024 * 1024) -> Cost:
    """Return a cost at which one guess takes at least so long on this machine; never a cheap one."""
    cost = Cost()
    while cost.memory_kib < most_memory_kib:
        begun = time.perf_counter()
        wraps.key_of("calibration", salt=bytes(16), cost=cost, machine=bytes(32), who="")
        if time.perf_counter() - begun >= at_least_seconds:
            break
        cost = Cost(memory_kib=cost.memory_kib * 2, time=cost.time, lanes=cost.lanes)
    return cost


def _with_units(unlocked: Unlocked, units: Mapping[HsaId, bytes]) -> Unlocked:
    return Unlocked(
        own_key=unlocked.own_key,
        signer=unlocked.signer,
        units=units,
        not_after=unlocked.not_after,
        kek=unlocked.kek,
    )


def _paused(until: int) -> TriesPaused:
    return TriesPaused(
        _("Too many wrong passwords."),
        _("Try again at {time}, or log in with a connection to the server.").format(
            time=local_text(until, seconds=True)
        ),
    )


def _not_enrolled() -> NotEnrolled:
    return NotEnrolled(
        _("You cannot log in on this computer without the server."),
        _("Connect to the network and log in; after that you can also work without it."),
    )
