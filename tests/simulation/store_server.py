"""The real record server in the simulated clinic: its store on SQLCipher, its checks, its epochs.

Only HTTP and threads are left out. A crash ends every request where it stands and opens the
database again; a restore puts an old file back, and the server must notice by itself.
"""

from __future__ import annotations

import shutil
from base64 import b64encode
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import select

from sync.protocol.messages import (
    Group,
    HeadsReply,
    HeadsRequest,
    HelloReply,
    HelloRequest,
    ManifestReply,
    ManifestRequest,
    PullLine,
    PullRequest,
    Pushed,
    PushReply,
    PushRequest,
    StreamLine,
    StreamRequest,
)
from sync.protocol.ports import NoContact, Refusal
from tests.simulation.cache_store import VirtualClock
from tests.simulation.model_server import Entry, State, Unit
from tests.simulation.records import EPOCH_MS, About, Writer, name_of, pen_of, person_of
from workstation.access.actor import Staff
from workstation.domain import directory as told
from workstation.domain.ids import HsaId
from workstation.domain.record import Sealed
from workstation.server import pushing, schema, syncing
from workstation.server.core import Core, WrongEpoch
from workstation.server.database import Work
from workstation.server.embedded import EmbeddedDatabase, _Job
from workstation.server.epoch_file import read_mark
from workstation.server.hub import Hub
from workstation.server.loading import Accounts, bootstrap, end_memberships, ingest
from workstation.server.migrations import migrate
from workstation.server.opening import Store
from workstation.server.store import epoch, feed

T = TypeVar("T")
_KEY = bytes(range(32)).hex()
_PROVIDER = HsaId("SE-provider")


class _AtOnceDatabase(EmbeddedDatabase):
    """The embedded database without its thread, and dead after a crash."""

    dead = False

    def _write_all(self) -> None:
        """Nobody writes beside: work is done where it is handed in."""

    async def read(self, work: Work[T]) -> T:
        self._alive()
        return self._read(work)

    async def write(self, work: Work[T]) -> T:
        self._alive()
        job = _Job(work)
        with self._writer.connect() as connection:
            self._commit(connection, [job])
        result: T = job.done.result()
        return result

    def _alive(self) -> None:
        if self.dead:
            raise NoContact


class StoreServer:
    """The server as the story handles it; ``front`` is what a workstation meets."""

    def __init__(self, units: tuple[str, ...], *, folder: Path) -> None:
        self.moved: Callable[[str, int], None] = lambda unit, pos: None
        self.wall: Callable[[], int] = lambda: 0
        self._units = units
        self._people = {f"registry-{unit}": unit for unit in units}
        self._file = folder / "record.db"
        self._random = Random(str(units))
        self._store: Store | None = None
        self._epoch = ""
        self._positions = dict.fromkeys(units, 0)
        self._state: State | None = None

    def front(self, device: str, units: tuple[str, ...]) -> _Front:
        """Let somebody work at a device, in the first of the units."""
        self._people[device] = units[0]
        return _Front(self, device, HsaId(units[0]))

    async def begin(self) -> None:
        """Open an empty database and take over who works where."""
        await self._open()
        people = [person_of(device) for device in self._people]
        directory = told.Directory(
            providers=(told.Provider(hsa_id=_PROVIDER, name="Vårdgivaren"),),
            units=tuple(
                told.Unit(hsa_id=HsaId(u), name=u, provider=_PROVIDER, type="ward")
                for u in self._units
            ),
            people=tuple(
                told.Person(hsa_id=p, name=p, profession="physician", title="Läkare")
                for p in people
            ),
            assignments=tuple(
                told.Assignment(hsa_id=HsaId(f"{p}-m"), person=p, unit=HsaId(unit))
                for p, unit in zip(people, self._people.values(), strict=True)
            ),
        )
        keys = {pen_of(person).public_key: person for person in people}
        await bootstrap(self.core, directory, Accounts(keys=keys))

    async def _open(self) -> None:
        hub = Hub()
        database = _AtOnceDatabase(
            self._file, _KEY, before_commit=self._drained, after_commit=self._committed
        )
        with database._writer.connect() as connection:  # noqa: SLF001  a test's disk is never lost
            connection.exec_driver_sql("PRAGMA synchronous = OFF")
        await database.write(migrate)
        mark_file, fresh = self.mark_file, self.fresh_epoch()
        begun = await database.write(
            lambda c: epoch.begin(c, read_mark(mark_file), fresh_epoch=fresh)
        )
        clock = VirtualClock(lambda: (self.wall() - EPOCH_MS) / 1000)
        core = Core(
            database=database,
            clock=clock,
            random=self._random.randbytes,
            hub=hub,
            epoch=begun.epoch,
        )
        self._store, self._epoch = Store(core=core, mark_file=mark_file), begun.epoch
        self._positions |= await database.read(lambda c: feed.positions(c, self._units))
        await self._store.write_mark()
        self._store.start()
        for unit, pos in self._positions.items():
            self.moved(unit, pos)

    def _drained(self, connection: Any) -> dict[str, int]:
        self._state = None
        return feed.drain_all(connection)

    def _committed(self, moved: dict[str, int]) -> None:
        self._positions |= moved
        for unit, pos in moved.items():
            self.moved(unit, pos)

    @property
    def core(self) -> Core:
        """The server's core; there is none while it is down."""
        if self._store is None:
            raise NoContact
        return self._store.core

    @property
    def mark_file(self) -> Path:
        """What lies beside the database, and by which it notices that it is an older one."""
        return self._file.with_suffix(".mark")

    def fresh_epoch(self) -> str:
        """Return the name of the epoch that begins if the database went back."""
        return self._random.randbytes(16).hex()

    # ---- what the story does

    async def take_in(self, sealed: Sealed) -> None:
        """Load a record that the server itself vouches for."""
        await ingest(self.core, [(name_of(sealed.raw).patient, [signed(sealed)])])

    async def enter(self, unit: str, patient: UUID) -> None:
        """Take the patient on the unit's list: somebody there writes about it."""
        about = About(now=self.wall(), patient=patient, unit=unit)
        writer = Writer(device=f"registry-{unit}", random=self._random)
        if patient not in self.state.units[unit].members:
            await self.take_in(writer.note(about))

    async def leave(self, unit: str, patient: UUID) -> None:
        await end_memberships(self.core, [(patient, unit)])

    async def snapshot(self) -> Path:
        """Copy the file as a backup does."""
        database = self.core.database
        assert isinstance(database, _AtOnceDatabase)
        with database._writer.connect() as connection:  # noqa: SLF001
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return Path(shutil.copy(self._file, self._file.with_suffix(".backup")))

    async def restored(self, backup: Path, *, epoch: str) -> None:
        """Put the old file back; the epoch is the server's own affair."""
        await self._die()
        for leftover in self._file.parent.glob("record.db-*"):
            leftover.unlink()
        shutil.copy(backup, self._file)
        await self._open()

    async def crash(self) -> None:
        await self._die()
        await self._open()

    async def close(self) -> None:
        await self._die()

    async def _die(self) -> None:
        if self._store is None:
            return
        store, self._store, self._state = self._store, None, None
        for task in store._beside:  # noqa: SLF001  a crash asks nobody
            task.cancel()
        database = store.core.database
        assert isinstance(database, _AtOnceDatabase)
        database.dead = True
        await database.close()

    # ---- what the invariants look at

    @property
    def epoch(self) -> str:
        return self._epoch

    def positions(self) -> dict[str, int]:
        return dict(self._positions)

    @property
    def state(self) -> State:
        """What is in the database, read anew after each write."""
        if self._state is None:
            database = self.core.database
            assert isinstance(database, _AtOnceDatabase)
            self._state = database._read(self._read_state)  # noqa: SLF001
        return self._state

    def _read_state(self, connection: Any) -> State:
        entry, kept, member = schema.entry, schema.quarantine, schema.membership
        streams: dict[UUID, list[Entry]] = defaultdict(list)
        for row in connection.execute(select(entry).order_by(entry.c.patient_id, entry.c.rev)):
            streams[UUID(bytes=row.patient_id)].append(
                Entry(id=UUID(bytes=row.op_id), raw=row.raw, hash=b"", head_hash=row.chain)
            )
        units = {u: Unit(dropped=pos) for u, pos in self._positions.items()}
        here = select(member.c.unit, member.c.patient_id).where(member.c.until_at.is_(None))
        for unit, patient in connection.execute(here):
            units[unit].members.add(UUID(bytes=patient))
        rows = connection.execute(
            select(kept.c.op_id, kept.c.raw).where(kept.c.released_at.is_(None))
        )
        quarantine = {UUID(bytes=op_id): raw for op_id, raw in rows}
        return State(epoch=self._epoch, streams=dict(streams), units=units, quarantine=quarantine)


class _Front:
    """The server as one person at one device meets it."""

    def __init__(self, server: StoreServer, device: str, unit: HsaId) -> None:
        self._server = server
        self.units: tuple[str, ...] = (unit,)
        person = person_of(device)
        self._actor = Staff(
            person=person,
            assignment=HsaId(f"{person}-m"),
            unit=unit,
            provider=_PROVIDER,
            rights=frozenset({"care"}),
            device=device,
        )

    def positions(self) -> dict[str, int]:
        return self._server.positions()

    async def hello(self, request: HelloRequest) -> HelloReply:
        return await syncing.hello(self._server.core, self._actor, request)

    async def push(self, request: PushRequest) -> PushReply:
        groups = tuple(
            Group(p=group.p, ops=tuple(_signed_op(op) for op in group.ops))
            for group in request.groups
        )
        asked = PushRequest(epoch=request.epoch, groups=groups)
        return await pushing.push(self._server.core, self._actor, asked)

    async def manifest(self, request: ManifestRequest) -> ManifestReply:
        return await syncing.manifest(self._server.core, self._actor, request)

    async def heads(self, request: HeadsRequest) -> HeadsReply:
        return await syncing.heads(self._server.core, self._actor, request)

    async def pull(self, request: PullRequest) -> Sequence[PullLine]:
        try:
            lines = await syncing.pull(self._server.core, self._actor, request)
        except WrongEpoch:
            raise Refusal("wrong_epoch") from None
        return [msgspec.json.decode(line, type=PullLine) for line in lines.splitlines()]

    async def stream(self, request: StreamRequest) -> Sequence[StreamLine]:
        try:
            whole, others = await syncing.stream(self._server.core, self._actor, request)
            if others is not None:
                whole += b"".join([page async for page in others])
        except WrongEpoch:
            raise Refusal("wrong_epoch") from None
        return [msgspec.json.decode(line, type=StreamLine) for line in whole.splitlines()]


def signed(sealed: Sealed) -> Sealed:
    """Return a record under its author's signature."""
    pen = pen_of(name_of(sealed.raw).author["hsa_id"])
    return Sealed(sealed.raw, pen.sign(sealed.raw), pen.key_id)


def _signed_op(op: Pushed) -> Pushed:
    """Give back the signature that the model of a store does not keep; a cache keeps it itself."""
    if op.sig:
        return op
    sealed = signed(Sealed(bytes(op.raw)))
    return Pushed(
        raw=op.raw,
        sig=b64encode(sealed.signature).decode(),
        by=b64encode(sealed.signer).decode(),
    )
