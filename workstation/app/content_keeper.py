"""Keeps the clinical content of this workstation: fetched ahead of time, switched by the clock.

Statements (withdrawals among them) are taken over and obeyed before any package is fetched.
What cannot be fetched, read or trusted changes nothing: the last good package stays. A switch is
one assignment between two evaluations; reading and compiling are done on another thread.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import msgspec

from sync.client import content as line
from sync.client.connection import Connection
from sync.protocol.content import Offered, StateReply
from sync.protocol.ports import NoContact, Refusal
from sync.protocol.violation import ProtocolViolation
from workstation.app.content_shelf import Shelf
from workstation.content import shipped
from workstation.content.dose_times import standards_of
from workstation.content.library import engine_of
from workstation.content.lifecycle import Choice, Standing, State, choose, last_signed
from workstation.content.norms import norms_of
from workstation.content.source import Content, ContentProblem
from workstation.content.statements import Signed, Signer, from_lines, roster, to_line
from workstation.content.trusted_time import TrustedTime
from workstation.decision_support.engine import Engine
from workstation.domain.clock import Clock, from_millis, to_millis
from workstation.domain.norms import STANDARD, Norms
from workstation.operations.support import InForce

_SETTING = "content"
_LONGEST_WAIT_SECONDS = 60.0
_AFTER_FAILURE_SECONDS = 5.0


class Settings(Protocol):
    """Keeps small texts in an encrypted file."""

    async def settings(self) -> Mapping[str, str]: ...

    async def set(self, name: str, value: str) -> None: ...


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What must not be forgotten: the highest version used, the latest time known, statements."""

    newest_used: int = 0
    last_known: int = 0
    lines: tuple[bytes, ...] = ()


@dataclass(kw_only=True)
class ContentKeeper:
    """One session's content. ``changed`` is called on the event loop with what holds now."""

    shelf: Shelf
    connection: Connection
    settings: Settings
    time: TrustedTime
    changed: Callable[[InForce], None]
    in_force: InForce = field(default_factory=lambda: bundled())
    content: Content = field(default_factory=shipped.in_use)
    shadow: Engine | None = None
    problem: str = ""
    _kept: _Kept = field(default_factory=_Kept)
    _statements: dict[str, Signed] = field(default_factory=dict)
    _revision: int = 0
    _known_at: int | None = None
    _begun: dict[str, bytearray] = field(default_factory=dict)
    _refused: set[str] = field(default_factory=set)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _due: bool = True
    _shadowed: str = ""
    _task: asyncio.Task[None] | None = None
    beside: Callable[[], Awaitable[None]] | None = None
    switched: Callable[[], None] | None = None

    async def open(self) -> None:
        """Take what is kept here and put the right package in force, with or without a network."""
        text = (await self.settings.settings()).get(_SETTING)
        if text:
            self._kept = msgspec.json.decode(text, type=_Kept)
            self.time.last_known = max(self.time.last_known, self._kept.last_known)
        own = from_lines(b"\n".join(self._kept.lines))
        self._take((*own, *await asyncio.to_thread(self.shelf.statements)))
        await self._settle()

    def begin(self) -> None:
        """Begin on the running event loop."""
        self._task = asyncio.create_task(self._run(), name="content")

    def statements(self) -> tuple[Signed, ...]:
        """Return every statement that is known here."""
        return tuple(self._statements.values())

    async def ask(self) -> None:
        """Take over what has been said of packages by now; what holds is settled at once after it.

        Raises:
            NoContact, Refusal, ProtocolViolation: As the connection says.
        """
        reply = await line.state(self.connection, known=0)
        self.time.met(reply.now)
        if self._take([each for told in reply.statements for each in _read(told)]):
            await asyncio.to_thread(self.shelf.keep_statements, tuple(self._statements.values()))
            await self._keep()
            self._due = True
            self._wake.set()

    async def stop(self) -> None:
        """End it."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def heard(self, revision: int) -> None:
        """The server told where its content is; once more each time the line comes back."""
        if revision != self._revision:
            self._due = True
            self._wake.set()

    async def _run(self) -> None:
        while True:
            fine = True
            if self._due:
                fine = await self._fetch()
            await self._settle()
            if self.beside is not None and fine:
                await self.beside()
            wait = self._seconds_to_wait() if fine else _AFTER_FAILURE_SECONDS
            with suppress(TimeoutError):
                async with asyncio.timeout(0.0 if self._due and fine else wait):
                    await self._wake.wait()
            self._wake.clear()

    def _seconds_to_wait(self) -> float:
        times = [at for _version, at in self.in_force.pending]
        if not times:
            return _LONGEST_WAIT_SECONDS
        left = (min(times) - self.time.now().millis) / 1000
        return min(max(left, 0.01), _LONGEST_WAIT_SECONDS)

    async def _fetch(self) -> bool:
        """Take over what is new; return whether there was contact and all of it came."""
        self._due = False  # what is told from here on is asked for again
        try:
            reply = await line.state(self.connection, known=self._revision)
            self.time.met(reply.now)
            self._known_at = reply.now
            if reply.revision != self._revision:
                await self._take_over(reply)
            self._revision = reply.revision
            await self._keep()
            return True
        except (NoContact, Refusal, ProtocolViolation):
            self._due = True
            return False

    async def _take_over(self, reply: StateReply) -> None:
        lines = [each for line in reply.statements for each in _read(line)]
        if self._take(lines):
            whole = tuple(self._statements.values())
            await asyncio.to_thread(self.shelf.keep_statements, whole)
            await self._keep()
            await self._settle()  # a withdrawal does not wait for a download
        here = {offer.digest for offer in await asyncio.to_thread(self.shelf.offers)}
        for offered in reply.packages:
            if offered.digest not in here | self._refused:
                await self._fetch_one(offered)

    async def _fetch_one(self, offered: Offered) -> None:
        begun = self._begun.setdefault(offered.digest, bytearray())
        await line.rest_of(self.connection, offered.digest, begun)
        raw = bytes(self._begun.pop(offered.digest))
        try:
            await asyncio.to_thread(self.shelf.take, offered.digest, raw)
        except ContentProblem as problem:
            self._refused.add(offered.digest)
            self.problem = problem.message
            self.changed(self.in_force)

    def _take(self, statements: tuple[Signed, ...] | list[Signed]) -> bool:
        before = len(self._statements)
        for signed in statements:
            if signed.key in self.shelf.trusted:
                self._statements.setdefault(signed.signature, signed)
        return len(self._statements) > before

    async def _settle(self) -> None:
        """Put in force what the statements and the time say."""
        choice = await asyncio.to_thread(self._choose)
        self._tell(choice)
        await self._cast_shadow(choice)
        current = choice.current
        digest = current.offer.digest if current is not None else ""
        off = current.rules_off if current is not None else frozenset[str]()
        if digest == self.in_force.digest and off == self.in_force.off:
            return
        try:
            content, engine, norms = await asyncio.to_thread(self._compiled, current)
        except ContentProblem as problem:
            self.problem = problem.message
            self.changed(self.in_force)
            return
        known = self.in_force
        self.content = content
        if current is None:
            self.in_force = replace(
                bundled(), pending=known.pending, wrong_clock=known.wrong_clock, lost=known.lost
            )
        else:
            published = _published(current, content, engine)
            self.in_force = replace(published, norms=norms, pending=known.pending)
        self._tell(choice)
        newest = max(self._kept.newest_used, self.in_force.version if digest else 0)
        self._kept = msgspec.structs.replace(self._kept, newest_used=newest)
        await self._keep()
        self.changed(self.in_force)
        if self.switched is not None:
            self.switched()  # what the rules say of every patient may be another

    async def _cast_shadow(self, choice: Choice) -> None:
        """Let the package that comes next, or is being judged, run unseen beside the one in force."""
        coming = choice.tried
        digest = coming.offer.digest if coming is not None else ""
        if digest == self._shadowed:
            return
        self._shadowed = digest
        try:
            self.shadow = (await asyncio.to_thread(self._compiled, coming))[1] if coming else None
        except ContentProblem:
            self.shadow = None  # it will be refused when its time comes, and say so then

    @property
    def tried(self) -> str:
        """The digest of the package that runs unseen, empty where none does."""
        return self._shadowed if self.shadow is not None else ""

    def _choose(self) -> Choice:
        said = tuple(self._statements.values())
        now = from_millis(self.time.now().millis)
        signed = last_signed(said, trusted=self.shelf.trusted)
        return choose(
            self.shelf.offers(),
            said,
            trusted=self.shelf.trusted,
            now=now,
            last_seen=signed if signed is not None and signed <= now else None,
            newest_used=self._kept.newest_used,
        )

    def _compiled(self, current: Standing | None) -> tuple[Content, Engine, Norms]:
        if current is None:
            return shipped.in_use(), shipped.engine(), STANDARD
        content = self.shelf.content(current.offer.digest)
        return content, engine_of(content).without(current.rules_off), norms_of(content)

    def _tell(self, choice: Choice) -> None:
        """Say what is to come, how old what is known is, and whether the clock is believed."""
        before = self.in_force
        current = choice.current
        pending = tuple(
            (one.offer.version, to_millis(one.effective_from))
            for one in choice.pending
            if one.effective_from is not None
        )
        self.in_force = replace(
            before,
            pending=pending,
            known_at=self._known_at or before.known_at,
            wrong_clock=self.time.now().wrong,
            lost=current is None and self._kept.newest_used > 0 and not self._all_withdrawn(),
            review_overdue=current is not None and current.state is State.REVIEW_OVERDUE,
        )
        if self.in_force != before:
            self.changed(self.in_force)

    def _all_withdrawn(self) -> bool:
        """Whether the version used last was taken away on purpose."""
        return any(
            signed.statement.version == self._kept.newest_used
            and signed.statement.act == "withdraw"
            and not signed.statement.rules
            for signed in self._statements.values()
        )

    async def _keep(self) -> None:
        self._kept = msgspec.structs.replace(
            self._kept,
            last_known=max(self._kept.last_known, self.time.last_known),
            lines=tuple(to_line(signed) for signed in self._statements.values()),
        )
        await self.settings.set(_SETTING, msgspec.json.encode(self._kept).decode())


def _read(line: bytes) -> tuple[Signed, ...]:
    try:
        return from_lines(line)
    except ContentProblem:
        return ()  # of a newer program, or garbage: it counts for nothing here


def bundled() -> InForce:
    """Return the content that comes with the program: demonstration content, and marked so."""
    manifest = shipped.in_use().manifest
    return InForce(
        engine=shipped.engine(),
        name=manifest.name,
        version=manifest.version,
        title=manifest.title,
        mark=manifest.status,
        since=_day(manifest.effective_from),
        bundled=True,
        dose_times=standards_of(shipped.in_use()),
    )


def _published(standing: Standing, content: Content, engine: Engine) -> InForce:
    manifest = content.manifest
    start = standing.effective_from
    return InForce(
        engine=engine,
        name=manifest.name,
        version=manifest.version,
        title=manifest.title,
        mark=manifest.status,
        digest=standing.offer.digest,
        since=to_millis(start) if start is not None else None,
        off=standing.rules_off,
        dose_times=standards_of(content),
    )


def _day(text: str) -> int | None:
    return to_millis(datetime.fromisoformat(text).replace(tzinfo=UTC)) if text else None


async def open_content(
    *,
    folder: Path,
    signers: Sequence[Signer],
    clock: Clock,
    connection: Connection,
    settings: Settings,
    changed: Callable[[InForce], None],
) -> ContentKeeper:
    """Return the content of a session, the right package in force. Nothing here waits for a network."""
    await asyncio.to_thread(shipped.engine)  # read and compiled once, and not on the event loop
    keeper = ContentKeeper(
        shelf=Shelf(folder, roster(signers)),
        connection=connection,
        settings=settings,
        time=TrustedTime(wall=lambda: to_millis(clock.now()), passed=_passed),
        changed=changed,
    )
    await keeper.open()
    return keeper


def _passed() -> float:
    """Return seconds that nobody can set, counting while the machine sleeps where that can be had."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()
