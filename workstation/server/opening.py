"""Open the store: database, migrations, epoch, and the small work that runs beside requests."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy.exc import ArgumentError

from workstation.domain.clock import Clock
from workstation.domain.ids import uuid7
from workstation.domain.texts import _
from workstation.server import erasing
from workstation.server.backup.history import history_file
from workstation.server.core import Core
from workstation.server.database import Busy, CannotOpen, Database
from workstation.server.embedded import EmbeddedDatabase
from workstation.server.epoch_file import read_mark, write_mark
from workstation.server.hub import Hub
from workstation.server.key import database_key
from workstation.server.migrations import migrate
from workstation.server.store import blocking, epoch, feed, index, own

_log = logging.getLogger(__name__)
_DRAIN_EVERY_SECONDS = 1.0
_MARK_EVERY_SECONDS = 2.0
_LIFTS_EVERY_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the record is kept.

    ``database``: a path for the embedded one, or ``postgresql://…``. ``key_file``: the embedded
    one's key; without it the keyring. ``mark_file``: unless named, beside the embedded
    database, and for PostgreSQL among this machine's program state. ``keyed_as``: the database
    whose key in the keyring opens it; itself unless named.
    """

    database: str
    key_file: Path | None = None
    mark_file: Path | None = None
    keyed_as: Path | None = None

    @property
    def on_postgres(self) -> bool:
        """Whether it is PostgreSQL."""
        return self.database.startswith(("postgresql", "postgres:"))

    @property
    def mark(self) -> Path:
        """Where the mark is."""
        if self.mark_file is not None:
            return self.mark_file
        if not self.on_postgres:
            return Path(self.database + ".mark")
        address = urlsplit(self.database)
        name = sha256(f"{address.hostname}:{address.port}{address.path}".encode()).hexdigest()
        return _state_folder() / f"{name[:32]}.mark"

    @property
    def ledger(self) -> Path:
        """Where the erasure ledger is: beside the mark."""
        return self.mark.with_suffix(".erasures")


def _state_folder() -> Path:
    if os.name == "nt":
        return Path(os.environ["LOCALAPPDATA"]) / "Ronden"
    state = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(state) / "ronden"


async def open_store(place: Place, *, clock: Clock, random: Callable[[int], bytes]) -> Store:
    """Open the database, bring it up to date and begin.

    Raises:
        CannotOpen: It was left as it is.
    """
    hub = Hub()
    database = _database(place, hub)
    try:
        await _bring_up_to_date(database)
        beside = read_mark(place.mark)
        now = int(clock.now().timestamp() * 1000)
        fresh = uuid7(now, random).hex
        begun = await database.write(lambda c: epoch.begin(c, beside, fresh_epoch=fresh))
        core = Core(
            database=database,
            clock=clock,
            random=random,
            hub=hub,
            epoch=begun.epoch,
            backups=None if place.on_postgres else history_file(place.mark),
        )
        await erasing.replay(core, place.ledger)
        await core.settle_feeds()
        await _fill(core)
        store = Store(core=core, mark_file=place.mark)
        await store.write_mark()
    except BaseException:
        await database.close()
        raise
    return store


async def _bring_up_to_date(database: Database) -> None:
    try:
        await database.write(migrate)
    except Busy:
        raise CannotOpen(
            _("The database does not answer."),
            _("See that it is running, and that its address is right."),
        ) from None


async def _fill(core: Core) -> None:
    """Make what an older program did not know of: the rows of what waits, once."""
    last, now = b"", core.now
    while found := await core.database.write(
        lambda c, last=last: index.fill_waiting(c, after=last, now=now)  # type: ignore[misc]
    ):
        last = found


def _on_postgres(address: str) -> Database:
    # A fifth of what a server loads at its start, which the embedded database does without.
    from workstation.server.postgres import PostgresDatabase

    try:
        return PostgresDatabase(address)
    except (ArgumentError, ValueError):
        raise CannotOpen(
            _("This is not the address of a PostgreSQL database."),
            _("It is written postgresql://user:password@host:port/database."),
        ) from None


def _database(place: Place, hub: Hub) -> Database:
    if place.on_postgres:
        return _on_postgres(place.database)
    path = Path(place.database)
    loop = asyncio.get_running_loop()

    def tell(moved: dict[str, int]) -> None:
        loop.call_soon_threadsafe(hub.publish, moved)

    key = database_key(place.keyed_as or path, place.key_file)
    return EmbeddedDatabase(path, key, before_commit=feed.drain_all, after_commit=tell)


async def end_lifts(core: Core) -> None:
    """Take back what lifts of blocks have opened that have ended, and have the units told."""
    now = core.now
    due = await core.database.read(lambda c: blocking.some_due(c, now=now))
    if due:
        await core.database.write(lambda c: blocking.end_lifts(c, due, now=now))
        core.wake_drainer.set()


@dataclass(kw_only=True)
class Store:
    """The open store, with the work beside requests. ``close`` ends all of it in order."""

    core: Core
    mark_file: Path
    _beside: list[asyncio.Task[None]] = field(default_factory=list)
    _newest: epoch.Mark | None = None
    _written: epoch.Mark | None = None
    _writing: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> None:
        """Begin the work beside requests: the mark, and on PostgreSQL the drainer."""
        self._beside = [
            asyncio.create_task(self._keep_mark(), name="mark"),
            asyncio.create_task(self._end_lifts(), name="lifts"),
        ]
        if not self.core.database.drains_in_transaction:
            self._beside.append(asyncio.create_task(self._drain(), name="drain"))

    async def close(self) -> None:
        """End the waits, finish what is under way, write the mark, close the database."""
        self.core.hub.close()
        for task in self._beside:
            task.cancel()
        await asyncio.gather(*self._beside, return_exceptions=True)
        try:
            await self.core.settle_feeds()
            await self.write_mark()
        except Busy:
            _log.warning("the database went away before the server did")
        await self.core.database.close()

    async def write_mark(self) -> None:
        """Write beside the database how far it has come; follow a new epoch that another began."""
        mark = await self.core.database.read(epoch.mark)
        if mark is not None and mark != self._written:
            self.core.epoch = mark.epoch
            self._newest = mark
            await asyncio.to_thread(self._write_newest)

    def _write_newest(self) -> None:
        """Write in a thread, one at a time: a wait that was broken off leaves its thread writing."""
        with self._writing:
            mark = self._newest
            if mark is not None and mark != self._written:
                write_mark(self.mark_file, mark)
                self._written = mark

    async def _keep_mark(self) -> None:
        while True:
            await asyncio.sleep(_MARK_EVERY_SECONDS)
            try:
                await self.write_mark()
            except (Busy, OSError) as error:
                _log.warning("the mark was not written", extra={"error": type(error).__name__})

    async def _end_lifts(self) -> None:
        """Tell units what is withheld again; reading withholds it at the very moment."""
        while True:
            try:
                await end_lifts(self.core)
            except Busy:
                _log.warning("the end of lifts waits for the database")
            await asyncio.sleep(_LIFTS_EVERY_SECONDS)

    async def _drain(self) -> None:
        """Drain after every push, and now and then for what another process left."""
        while True:
            try:
                async with asyncio.timeout(_DRAIN_EVERY_SECONDS):
                    await self.core.wake_drainer.wait()
            except TimeoutError:
                pass
            self.core.wake_drainer.clear()
            try:
                await self.core.settle_feeds()
                await self._tell_of_others()
            except Busy:
                _log.warning("the drainer waits for the database")

    async def _tell_of_others(self) -> None:
        """Wake who follows what another process has moved."""
        topics = self.core.hub.topics
        units = [topic for topic in topics if isinstance(topic, str)]
        patients = [topic for topic in topics if isinstance(topic, UUID)]
        if not topics:
            return
        moved, grown = await self.core.database.read(
            lambda c: (feed.positions(c, units), {p: own.head_rev(c, p) for p in patients})
        )
        self.core.hub.publish(moved)
        self.core.hub.publish(grown)
