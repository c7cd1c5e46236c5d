"""One simulated clinic from one seed: workstations, units, patients, a server, and bad days."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, cast
from uuid import UUID

from sync.client.core import Device, Timing
from sync.client.synchroniser import Synchroniser
from sync.protocol.ports import Store
from tests.simulation.disk import Disk
from tests.simulation.front import answered
from tests.simulation.model_server import ModelServer
from tests.simulation.model_store import ModelStore
from tests.simulation.network import CALM, Link, Weather
from tests.simulation.orders import Look, Reader, entities
from tests.simulation.records import EPOCH_MS, About, Action, Writer, name_of, person_of
from tests.simulation.shelf import Shelf
from tests.simulation.wire import Wire
from workstation.domain.ids import uuid7
from workstation.domain.record import Sealed, Signer

UNITS = ("unit-a", "unit-b", "unit-c")
TURMOIL_SECONDS = 600.0
QUIET_LOOKS = 90
"""Ten seconds each."""


@dataclass(frozen=True, kw_only=True)
class Kit:
    """What the world is built of: the real thing, or a mutant of it."""

    server: Callable[..., Any] = ModelServer
    store: Callable[..., Shelf] = ModelStore
    reader: Reader = Reader()
    erases: bool = True
    moves: bool = True
    """Whether people change units: a real cache belongs to one care unit."""
    turns: bool = False
    """Whether people take turns at a workstation, some of whom may not follow all of its units."""
    forgets: bool = True
    """Whether the server drops old feed rows."""
    most_units: int = 2
    """How many units somebody may follow at once."""
    pens: Callable[[str], Signer | None] = lambda _person: None
    newer: frozenset[str] = frozenset()
    """Which programs are a version ahead: ``server``, or workstations by name."""

    def wire(self, device: str) -> Wire:
        """Return what lies between a workstation and the server."""
        ahead, server = device in self.newer, "server" in self.newer
        return Wire(newer_client=ahead and not server, newer_server=server and not ahead)


@dataclass(kw_only=True)
class Saved:
    """A record somebody saved, and where: what must never be lost."""

    record: UUID
    patient: UUID
    raw: bytes
    by: str


class Workstation:
    """One workstation through all its lives."""

    def __init__(self, world: World, name: str, units: tuple[str, ...]) -> None:
        self.world = world
        self.name = name
        self.units = units
        self.random = Random(f"{world.seed} {name}")
        self._people = Random(f"{world.seed} {name} people")
        self.store = world.kit.store(name, now=world.now)
        pen = world.kit.pens(person_of(name))
        self.writer = Writer(device=name, random=self.random, signer=pen)
        self.link = Link(
            world.server.front(name, units),
            self.random,
            weather=world.weather,
            wire=world.kit.wire(name),
        )
        self.engine: Synchroniser | None = None
        self.looks: dict[tuple[UUID, int], dict[UUID, Look]] = {}
        """By patient, which stay of theirs, and entity: what was seen of it at the last look."""
        self.seen: dict[str, tuple[tuple[str, int], int]] = {}
        """By unit: what the cursor was at the last look, and in which era."""
        self._disk: Disk | None = None

    def start(self) -> None:
        """Begin a life: the store as it was left, everything else new."""
        after_each = lambda: self.world.check_always(self)  # noqa: E731
        self._disk = Disk(self.store, self.random, after_each=after_each)
        self.engine = Synchroniser(
            store=cast(Store, self._disk),
            server=self.link,
            timing=Timing(wall=self.world.wall, random=self.random.random),
            device=Device(name=self.name, incarnation=1, program="1.0"),
            units=self.units,
        )
        self.engine.start()

    async def crash(self) -> None:
        """Die at whatever await this falls on, more often than not in the middle of work."""
        if self._disk is not None and self.engine is not None and self.random.random() < 0.6:
            await self._disk.fail_at_work()
        self.world.tell(f"{self.name} dies")
        await self.switch_off()

    async def switch_off(self) -> None:
        """End this life."""
        if self._disk is not None and self.engine is not None:
            self._disk.on = False
            await self.engine.stop()
            self.engine = None

    def follow(self, units: tuple[str, ...]) -> None:
        self.world.tell(f"{self.name} follows {', '.join(units)}")
        self.units = units
        if self.engine is not None:
            self.engine.follow(units)

    async def write(self, patient: UUID) -> None:
        """Save a note or a step of an order, new or built on one that is shown here."""
        sealed = self._next_step(patient)
        await self.store.save([sealed])
        self.world.remember(sealed, self.name)
        if self.engine is not None:
            self.engine.wake()

    def _next_step(self, patient: UUID) -> Sealed:
        about = About(now=self.world.wall(), patient=patient, unit=self.units[0])
        shown = entities(self.store.shown(patient).values())
        if self.random.random() < 0.5 and shown:
            chosen = shown[self.random.choice(sorted(shown, key=lambda i: i.bytes))]
            look = self.world.kit.reader.look(chosen)
            heads = tuple(sorted(look.heads, key=lambda i: i.bytes))
            about = replace(about, entity=chosen[0].entity, bases=heads)
            if look.rank is not None:
                return self._next_of_order(about, undecided=look.undecided)
        if self.name in self.world.kit.newer and self.random.random() < 0.4:
            return self.writer.from_a_newer_program(about)
        if about.entity is None and self.random.random() < 0.4:
            return self.writer.order(about, "prescribe", self.random.randint(1, 4))
        return self.writer.note(about)

    def _next_of_order(self, about: About, *, undecided: bool) -> Sealed:
        if undecided:
            return self.writer.decision(about, self.random.choice(about.bases))
        steps: tuple[Action, ...] = ("change", "change", "pause", "resume", "stop")
        return self.writer.order(about, self.random.choice(steps), self.random.randint(1, 4))

    async def have_a_bad_day(self) -> None:
        """Do what workstations do, and suffer what they suffer, until the turmoil ends."""
        self.start()
        while self.world.now() < TURMOIL_SECONDS:
            await asyncio.sleep(self.random.expovariate(1 / 25))
            await self._one_thing()
            if self.world.kit.turns and self._people.random() < 0.2:
                await self._next_person(UNITS)

    async def _next_person(self, units: Sequence[str]) -> None:
        """Somebody else logs in, who may follow every unit but some of these."""
        await self.switch_off()
        denied = self._people.sample(units, self._people.randint(0, len(units)))
        self.link.denied = frozenset(denied)
        self.world.tell(f"{self.name}: somebody who may not follow {', '.join(sorted(denied))}")
        self.start()

    async def in_the_end(self) -> None:
        """Whoever stays until everything has calmed down may follow most things, or everything."""
        if self.world.kit.turns:
            await self._next_person(self._people.choice(((), UNITS[:1])))

    async def _one_thing(self) -> None:
        match self.random.choices(range(6), weights=(50, 10, 10, 6, 6, 6))[0]:
            case 0 if patients := sorted(self._in_sight(), key=lambda p: p.bytes):
                await self.write(self.random.choice(patients))
            case 1:
                self.link.set_up(False)
            case 2:
                self.link.set_up(True)
            case 3:
                await self.crash()
                await asyncio.sleep(self.random.uniform(0, 40))
                self.start()
            case 4 if self.world.kit.moves and not self.world.erases:
                count = self.random.randint(1, 2)
                self.follow(tuple(self.random.sample(UNITS, count)))
            case 5 if self.engine is not None and (kept := self.store.kept()):
                kept_in_order = sorted(kept, key=lambda patient: patient.bytes)
                self.engine.prioritise(self.random.choice(kept_in_order))

    def _in_sight(self) -> set[UUID]:
        return self.store.followed() or set(self.world.patients[:1])


class World:
    """All of it. ``story`` runs the turmoil, then the quiet; invariants are checked throughout."""

    def __init__(self, seed: int, kit: Kit, *, tell: Callable[[str], None]) -> None:
        self.seed = seed
        self._telling = tell
        self.kit = kit
        self.random = Random(seed)
        self.weather = Weather(
            lost=self.random.choice((0.0, 0.05, 0.2)),
            twice=self.random.choice((0.0, 0.1)),
            cut=self.random.choice((0.0, 0.2)),
            stale=self.random.choice((0.0, 0.0, 0.05)),
            slowest=self.random.choice((0.05, 2.0)),
        )
        self.server = kit.server(UNITS)
        self.server.moved, self.server.wall = self._tell, self.wall
        self.saved: dict[UUID, Saved] = {}
        self.patients = [uuid7(EPOCH_MS + i, self.random.randbytes) for i in range(4)]
        self.restores = 0
        self.restores_left = self.random.choice((0, 0, 1, 2))
        # An erasure that only a feed row tells of is missed by who changes units meanwhile, and
        # by whose feed was dropped: README, "What is open".
        self.erases = self.restores_left == 0 and self.random.random() < 0.5 and kit.erases
        self.forgot = 0
        self.erased: dict[UUID, bytes] = {}
        self.broken: list[str] = []
        self.workstations = [
            Workstation(
                self,
                f"ws-{number}",
                tuple(self.random.sample(UNITS, min(number % 2 + 1, kit.most_units))),
            )
            for number in range(3)
        ]

    async def _begin(self) -> None:
        await self.server.begin()
        for patient in self.patients:
            about = About(now=EPOCH_MS, patient=patient, unit=self.random.choice(UNITS))
            registry = Writer(device=f"registry-{about.unit}", random=self.random)
            await answered(self.server.take_in(registry.note(about)))

    def tell(self, what: str) -> None:
        """Say what happens, for who looks at one story."""
        self._telling(f"{self.now():8.2f} {what}")

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    def wall(self) -> int:
        return EPOCH_MS + int(self.now() * 1000)

    def _tell(self, unit: str, pos: int) -> None:
        for workstation in self.workstations:
            workstation.link.moved(unit, pos)

    def remember(self, sealed: Sealed, by: str) -> None:
        name = name_of(sealed.raw)
        self.tell(f"{by} saves {str(name.id)[-6:]} of patient {str(name.patient)[-4:]}")
        self.saved[name.id] = Saved(record=name.id, patient=name.patient, raw=sealed.raw, by=by)

    def check_always(self, workstation: Workstation) -> None:
        """Check what must hold at every instant."""
        from tests.simulation.invariants import always

        for broken in always(self, workstation):
            self.tell(broken)
            self.broken.append(broken)

    async def story(self) -> list[str]:
        """Live through it; return what was broken."""
        from tests.simulation.invariants import after_quiet

        await self._begin()
        days = [asyncio.create_task(w.have_a_bad_day()) for w in self.workstations]
        days.append(asyncio.create_task(self._fate()))
        await asyncio.gather(*days)
        for workstation in self.workstations:
            await workstation.in_the_end()
        self.make_quiet()
        for _ in range(QUIET_LOOKS):
            await asyncio.sleep(10)
            if not (broken := after_quiet(self)):
                await self._idle()
                break
        self.broken += broken
        for workstation in self.workstations:
            await workstation.switch_off()
        await self.server.close()
        return self.broken

    def let_go(self) -> None:
        """Close the stores."""
        for workstation in self.workstations:
            workstation.store.let_go()

    def make_quiet(self) -> None:
        """End every fault."""
        self.tell("all is quiet")
        for workstation in self.workstations:
            workstation.link.weather = CALM
            workstation.link.set_up(True)

    async def _idle(self) -> None:
        """A minute in which nothing happens costs each workstation one request, maybe two."""
        await asyncio.sleep(70)  # whoever still looks twice at a digest is done by then
        before = [workstation.link.requests for workstation in self.workstations]
        await asyncio.sleep(120)
        for workstation, count in zip(self.workstations, before, strict=True):
            if (cost := workstation.link.requests - count) > 3:
                self.broken.append(f"I10 {workstation.name} asked {cost} times in two idle minutes")

    async def _fate(self) -> None:
        """What happens at the server and in the wards."""
        backup: Any = None
        while self.now() < TURMOIL_SECONDS:
            await asyncio.sleep(self.random.expovariate(1 / 30))
            patient, unit = self.random.choice(self.patients), self.random.choice(UNITS)
            match self.random.choices(range(7), weights=(10, 10, 10, 6, 6, 2, 2))[0]:
                case 0:
                    await answered(self.server.enter(unit, patient))
                case 1:
                    await answered(self.server.leave(unit, patient))
                case 2:
                    backup = backup or await answered(self.server.snapshot())
                case 3 if backup is not None and self.restores_left:
                    self.restores_left -= 1
                    self.restores += 1
                    self.tell("the server is restored from a backup")
                    await answered(self.server.restored(backup, epoch=f"epoch-{self.restores + 1}"))
                    backup = None
                case 4:
                    self.tell("the server dies and rises")
                    await answered(self.server.crash())
                case 5 if self.kit.forgets and not self.erases:
                    self.server.forget_feed(unit)
                    self.forgot += 1
                case 6 if self.erases and self.server.state.streams.get(patient):
                    self._erase(patient)

    def _erase(self, patient: UUID) -> None:
        """Erase by decision; not in stories with a restore: that is the erasure ledger's story."""
        stream = self.server.state.streams[patient]
        rev = self.random.randint(1, len(stream))
        entry = stream[rev - 1]
        if entry.raw and entry.id in self.saved:
            self.erased[entry.id] = entry.raw
            self.server.erase(patient, rev)
