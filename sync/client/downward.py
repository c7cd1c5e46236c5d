"""The way down: hello, then one step after another as the protocol plans them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from math import inf
from uuid import UUID

from sync.client.comparing import compare
from sync.client.core import Core, Device, within
from sync.client.loading import Loader, take_list
from sync.protocol.compare import Suspicion
from sync.protocol.contact import PROBE_SECONDS, Line, clock_skew, wait_before_retry
from sync.protocol.messages import (
    PROTOCOL,
    HelloReply,
    HelloRequest,
    Position,
    PullLine,
    PullRequest,
)
from sync.protocol.plan import (
    HELLO_SECONDS,
    POLL_SECONDS,
    SECOND_LOOK_SECONDS,
    Adopt,
    Compare,
    Fetch,
    Leave,
    Pull,
    Rest,
    Situation,
    Step,
    TakeList,
    next_step,
)
from sync.protocol.ports import NoContact, Refusal, not_compared
from sync.protocol.pull import Hole, patients_in, told
from sync.protocol.violation import ProtocolViolation
from workstation.domain.clock import from_text
from workstation.domain.problem import Problem

HELLO_DEADLINE_SECONDS = 10.0
PULL_DEADLINE_SECONDS = 120.0
_A_MOMENT_SECONDS = 0.01
_NOT_TWICE_SECONDS = 10.0
"""Where comparing did not help at once it is not repeated at once."""


class Downward:
    """Keeps the store as the server is, for the units chosen."""

    def __init__(self, core: Core, device: Device, units: Sequence[str]) -> None:
        self._core = core
        self._device = device
        self._units = tuple(units)
        self._left: set[str] = set()
        self._loader = Loader(core)
        self._hello: HelloReply | None = None
        self._hello_at = 0.0
        self._pulled_at = 0.0
        self._pull_due = True
        self._cursors: dict[str, int] = {}
        self._compared: set[str] = set()
        self._compared_at: dict[str, float] = {}
        self._doubtful: set[str] = set()
        self._suspicion = Suspicion()
        self._behind: frozenset[str] = frozenset()
        self._failures = 0

    def follow(self, units: Sequence[str]) -> None:
        """Follow these units from now on, and no others."""
        self._left = (self._left | set(self._units)) - set(units)
        self._units = tuple(units)
        self._core.ask_for_hello()

    def open_chart(self, patient: UUID) -> None:
        """Fetch this patient's whole record before anything else."""
        self._loader.open_chart(patient)
        self._core.work.ring()

    def notice(self, position: Position) -> None:
        """Take a wake-up; one for what is already here changes nothing."""
        if position.pos != self._cursors.get(position.u):
            self._pull_due = True
            self._core.work.ring()

    async def run(self) -> None:
        while True:
            at_least = 0.0
            try:
                await self._work_while_there_is_contact()
                continue
            except NoContact:
                self._core.lost()
            except Refusal as refusal:
                at_least = refusal.after
                self._refused(refusal.code)
            except ProtocolViolation:
                self._core.refused("protocol")
            except Problem as problem:
                self._core.trouble(problem.message)
            self._failures += 1
            await self._pause(at_least)

    def _refused(self, code: str) -> None:
        if code == "wrong_epoch":
            self._core.hello_due = True
        elif code != "busy":
            self._core.refused(code)

    async def _pause(self, at_least: float) -> None:
        """Wait before the next attempt; opening a chart or a wake-up does not shorten it."""
        random = self._core.timing.random()
        wait = wait_before_retry(self._failures, random=random, at_least=at_least)
        await self._core.again.wait(wait)

    async def _work_while_there_is_contact(self) -> None:
        """Say hello, then take steps until another hello is due."""
        await self._say_hello()
        while not self._hello_is_due():
            step = next_step(await self._situation())
            await self._take(step)
            if not isinstance(step, Rest):
                self._failures = 0
                self._core.trouble("")

    def _hello_is_due(self) -> bool:
        core = self._core
        old = self._core.now() - self._hello_at >= HELLO_SECONDS
        return core.hello_due or old or core.contact.line is not Line.CONNECTED

    async def _say_hello(self) -> None:
        core = self._core
        standing = await core.store.standing()
        quick = core.contact.line is Line.CONNECTED
        asked = core.timing.wall()
        hello = await within(
            PROBE_SECONDS if quick else HELLO_DEADLINE_SECONDS,
            self._ask_hello(standing.epoch),
        )
        skew = clock_skew(
            asked=asked, answered=core.timing.wall(), server_now=_millis_of(hello.now)
        )
        if self._hello is not None and self._hello.epoch != hello.epoch:
            self._compared.clear()
        self._hello, self._hello_at = hello, self._core.now()
        core.hello_due = False
        core.welcomed(
            hello, denied=tuple(unit for unit in self._units if unit not in hello.units), skew=skew
        )
        core.reached()
        self._pull_due = True

    async def probe(self) -> None:
        """Ask the server whether it is there; the store, which may be busy, is not asked first."""
        epoch = self._hello.epoch if self._hello is not None else ""
        await within(PROBE_SECONDS, self._ask_hello(epoch))
        self._core.heard()

    async def _ask_hello(self, epoch: str) -> HelloReply:
        return await self._core.server.hello(
            HelloRequest(
                device=self._device.name,
                incarnation=self._device.incarnation,
                program=self._device.program,
                protocols=(PROTOCOL,),
                epoch=epoch,
            )
        )

    async def _situation(self) -> Situation:
        assert self._hello is not None
        standing = await self._core.store.standing()
        self._cursors = dict(standing.cursors)
        if self._core.now() - self._pulled_at >= self._poll_seconds:
            self._pull_due = True
        return Situation(
            server_epoch=self._hello.epoch,
            epoch=standing.epoch,
            cursors=standing.cursors,
            chosen=self._units,
            allowed=frozenset(self._hello.units),
            left=frozenset(self._left),
            compared=frozenset(self._compared),
            doubtful=frozenset(self._doubtful) | not_compared(standing),
            pull_due=self._pull_due,
            opened=self._loader.opened,
            wanted=() if self._pull_due else await self._loader.wanted(),
            portion=self._loader.portion,
        )

    @property
    def _poll_seconds(self) -> float:
        return SECOND_LOOK_SECONDS if self._suspicion.seen else POLL_SECONDS

    async def _take(self, step: Step) -> None:
        core = self._core
        match step:
            case Adopt(epoch=epoch, compared=compared):
                await core.store.adopt_epoch(epoch, compared=compared)
                core.saved.ring()
            case Leave(unit=unit):
                await core.store.leave_unit(unit)
                self._left.discard(unit)
            case Compare(unit=unit):
                await self._compare(unit)
            case TakeList(unit=unit):
                await take_list(core, unit, epoch=self._server_epoch)
                self._loader.look_again()
            case Pull(cursors=cursors):
                await self._pull(dict(cursors))
            case Fetch() as fetch:
                await self._loader.fetch(fetch, epoch=self._server_epoch)
            case Rest():
                await self._rest()

    @property
    def _server_epoch(self) -> str:
        assert self._hello is not None
        return self._hello.epoch

    async def _rest(self) -> None:
        now = self._core.now()
        next_poll = self._pulled_at + self._poll_seconds - now
        next_hello = self._hello_at + HELLO_SECONDS - now
        await self._core.work.wait(max(_A_MOMENT_SECONDS, min(next_poll, next_hello)))

    async def _compare(self, unit: str) -> None:
        if self._core.now() - self._compared_at.get(unit, -inf) < _NOT_TWICE_SECONDS:
            await self._core.again.wait(_NOT_TWICE_SECONDS)
        self._compared_at[unit] = self._core.now()
        again = await compare(
            self._core, unit, followed=tuple(self._cursors), epoch=self._server_epoch
        )
        self._compared.add(unit)
        self._doubtful.discard(unit)
        self._suspicion = Suspicion()
        self._pull_due = True
        self._loader.look_again()
        if again:
            self._core.saved.ring()

    async def _pull(self, cursors: dict[str, int]) -> None:
        """Ask for a page and store it. A reply that is cut short is stored as far as it came."""
        self._pull_due = False
        self._pulled_at = self._core.now()
        lines: list[PullLine] = []
        try:
            async with asyncio.timeout(PULL_DEADLINE_SECONDS):
                request = PullRequest(epoch=self._server_epoch, cursors=cursors)
                async with aclosing(self._core.server.pull(request)) as coming:
                    async for line in coming:
                        self._core.heard()
                        lines.append(line)
        except (NoContact, TimeoutError):
            self._pull_due = True
            await self._store_page(lines, cursors)
            raise NoContact from None
        self._core.reached()
        await self._store_page(lines, cursors)
        if not told(lines, cursors=cursors).whole:
            raise ProtocolViolation("a reply without an end for every unit asked for")

    async def _store_page(self, lines: list[PullLine], cursors: dict[str, int]) -> None:
        said = told(lines, cursors=cursors)
        # Behind us once may be a late reply; behind us twice it was restored.
        self._doubtful |= said.too_old | (said.behind & self._behind)
        self._behind = said.behind
        self._pull_due |= bool(said.behind)
        try:
            await self._core.store.apply_page(lines)
        except Hole as hole:
            self._doubtful.add(hole.unit)
            return
        if said.more:
            self._pull_due = True
        if patients := patients_in(lines):
            self._loader.look_again()
            self._core.arrived(patients)
        await self._look_at_digests(said.digests)

    async def _look_at_digests(self, theirs: Mapping[str, str]) -> None:
        """Compare copies where the digest differs twice while nothing moved."""
        if not theirs:
            return
        standing = await self._core.store.standing()
        before = self._suspicion
        self._suspicion = before.after(
            positions=standing.cursors, ours=standing.digests, theirs=theirs
        )
        self._doubtful |= self._suspicion.confirmed(before)


def _millis_of(text: str) -> int:
    try:
        return from_text(text)
    except ValueError:
        raise ProtocolViolation("the server's time is of another form") from None
