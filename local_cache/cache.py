"""The cache as the rest of the program sees it: every call is one transaction, off the event loop.

One writer thread, one reader thread beside it. Implements ``workstation.operations.ports.Records``
and ``sync.protocol.ports.Store``. Once submitted, a write is carried out even when whoever
waits for it is cancelled; what was acknowledged is on disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Connection

from local_cache import (
    charts,
    marks,
    patients,
    reading,
    saving,
    unread,
)
from local_cache.engine import CacheFile, Format, create_file, open_file
from local_cache.journal_pages import JournalPages
from local_cache.migrations import MIGRATIONS
from local_cache.problems import told
from local_cache.remembered import CHART, Question, Remembered
from local_cache.sync_pages import SyncPages
from local_cache.waiting_pages import WaitingPages
from workstation.domain.clock import Clock, HybridTime, to_millis
from workstation.domain.ids import EntityId, HsaId, PatientId, RecordId
from workstation.domain.problem import Problem
from workstation.domain.record import Sealed
from workstation.operations.ports import Listed, PatientLine, TextHit, Visit

Answer = TypeVar("Answer")
Default = TypeVar("Default")
FORMAT = Format(application_id=0x526E4361, migrations=MIGRATIONS)  # "RnCa"
_CHART_CHUNK, _QUIET_CHUNK, _OPENING_SECONDS = 200, 40, 0.3
_QUIET_SECONDS, _SELDOM_SECONDS, _BREATH_SECONDS = 1.5, 2.0, 0.02
"""What can wait is done seldom while anybody writes or looks, and after it with a breath between."""


@dataclass(frozen=True, kw_only=True)
class Changed:
    """What a commit changed. ``latest``: the latest believable time of a stored record."""

    patients: frozenset[PatientId] = frozenset()
    units: frozenset[HsaId] = frozenset()
    latest: HybridTime = HybridTime(0)


OnChange = Callable[[Changed], None]


def create_cache(path: Path, key: bytes, *, device: str, incarnation: int) -> None:
    """Make a new, empty cache.

    Args:
        key: The unit's key, 32 bytes.
        incarnation: How often this device's store has been made anew, this time counted.

    Raises:
        local_cache.problems.AlreadyThere: There is one; it is left alone.
    """

    def first(connection: Connection) -> None:
        marks.put(connection, marks.DEVICE, device)
        marks.put(connection, marks.INCARNATION, str(incarnation))
        charts.renew_for_kinds(connection)

    create_file(path, key, FORMAT, first=first)


class Cache(WaitingPages, JournalPages, SyncPages):
    """An open cache. Make it with :meth:`open`; end it with :meth:`close`.

    ``busy_at``: when anybody last looked or wrote here, in seconds of the event loop.
    """

    def __init__(self, file: CacheFile, clock: Clock) -> None:
        self._file = file
        self._clock = clock
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="cache-write")
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="cache-read")
        self._remembered = Remembered()
        self._listeners: list[OnChange] = []
        self._prepared: set[PatientId] = set()
        self._preparing: set[asyncio.Future[None]] = set()
        self._reading_on = False
        self.busy_at = self._opened_at = -_QUIET_SECONDS

    @classmethod
    async def open(cls, path: Path, key: bytes, *, clock: Clock) -> Cache:
        """Open an existing cache.

        Raises:
            local_cache.problems: One class for each thing that can be wrong with the file.
        """
        cache = cls(await asyncio.to_thread(_open, path, key), clock)
        cache._read_on_soon()
        return cache

    async def close(self) -> None:
        """Finish what was submitted, then let go of the file."""
        for waiting in tuple(self._preparing):
            waiting.cancel()
        self._remembered.end()
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._reader.shutdown()
        self._writer.shutdown()
        self._file.close()

    def on_change(self, listener: OnChange) -> Callable[[], None]:
        """Have ``listener`` called on the event loop after each commit; returns how to stop it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def subscribe(self, changed: Callable[[frozenset[PatientId]], None]) -> Callable[[], None]:
        """Have ``changed`` called with the patients concerned; returns how to stop it."""
        return self.on_change(lambda news: changed(news.patients))

    # Reading

    async def patient(self, patient: PatientId) -> PatientLine | None:
        return await self._read(lambda c: patients.line(c, patient), question=("patient", patient))

    async def patients_of(
        self, unit: HsaId, *, limit: int, offset: int = 0
    ) -> tuple[PatientLine, ...]:
        return await self._read(
            lambda c: patients.lines_of_unit(c, unit, limit=limit, offset=offset)
        )

    async def find_patients(self, text: str, *, limit: int) -> tuple[PatientLine, ...]:
        return await self._read(lambda c: patients.find(c, text, limit=limit))

    async def listed(
        self,
        patient: PatientId,
        family: str,
        *,
        group: str | None = None,
        code: str | None = None,
        before: int | None = None,
        limit: int | None = None,
    ) -> tuple[Listed, ...]:
        def ask(connection: Connection, key: int) -> tuple[Listed, ...]:
            return reading.listed(
                connection, key, family, group=group, code=code, before=before, limit=limit
            )

        question = ("listed", family, group, code, before, limit)
        return await self._read_chart(patient, ask, (), question=question)

    async def newest_by_code(
        self, patient: PatientId, family: str, *, each: int, codes: int = -1, titled: str = ""
    ) -> tuple[Listed, ...]:
        def ask(c: Connection, key: int) -> tuple[Listed, ...]:
            return reading.newest_by_code(c, key, family, each=each, codes=codes, titled=titled)

        question = ("newest", family, each, codes, titled)
        return await self._read_chart(patient, ask, (), question=question)

    async def counts(self, patient: PatientId) -> Mapping[str, int]:
        nothing: Mapping[str, int] = {}
        return await self._read_chart(patient, reading.counts, nothing)

    async def entity(self, patient: PatientId, entity: EntityId) -> Listed | None:
        question = ("entity", entity)
        return await self._read_chart(
            patient, lambda c, key: reading.one_entity(c, key, entity), None, question=question
        )

    async def entities(
        self, patient: PatientId, wanted: Sequence[EntityId]
    ) -> Mapping[EntityId, Listed]:
        none: Mapping[EntityId, Listed] = {}
        return await self._read_chart(patient, lambda c, k: reading.entities(c, k, wanted), none)

    async def sealed(self, patient: PatientId, record: RecordId) -> Sealed | None:
        return await self._read_chart(patient, lambda c, key: reading.sealed(c, key, record), None)

    async def search_text(
        self, patient: PatientId, text: str, *, limit: int
    ) -> tuple[TextHit, ...]:
        if not await self._read(lambda c: charts.is_indexed(c, patient)):
            await self.prepare(patient)
        return await self._read_chart(
            patient, lambda c, key: reading.search_text(c, key, text, limit=limit), ()
        )

    async def visits(self, *, unit: HsaId, since: int, until: int) -> tuple[Visit, ...]:
        await self.read_on()
        return await self._read(lambda c: reading.visits(c, unit, since=since, until=until))

    async def is_complete(self, patient: PatientId) -> bool:
        line = await self.patient(patient)
        return line is not None and line.complete and not line.withheld

    async def latest_time(self) -> HybridTime:
        """Return the latest believable time of a stored record: where the clock goes on from."""
        return await self._read(marks.latest)

    # Writing

    async def save(self, records: Sequence[Sealed]) -> None:
        written = tuple(records)

        def work(connection: Connection, now: int) -> None:
            touched.update(saving.save(connection, written, now=now))

        touched: dict[UUID, set[str]] = {}
        await self._write(work, patients_changed=touched, families=touched)

    async def prepare(self, patient: PatientId) -> None:
        """Index a chart for text search, in steps that let a save pass between them."""
        whole = False
        while not whole:
            whole = await self._write(
                lambda c, _now: charts.index_more(c, patient, most=_CHART_CHUNK)
            )

    async def wish_for(self, patient: PatientId) -> None:
        """Fetch what is missing of this patient before anybody else's."""
        await self._write(lambda c, _now: charts.wish_for(c, patient))

    async def rebuild(self) -> None:
        """Make every read model again from the records."""
        await self._write(lambda c, _now: charts.rebuild_all(c))

    # How

    def stir(self) -> None:
        """Somebody is at work, though not here: whatever can wait waits."""
        self.busy_at = asyncio.get_running_loop().time()

    def _now(self) -> int:
        return to_millis(self._clock.now())

    async def _read(
        self, ask: Callable[[Connection], Answer], *, question: Question | None = None
    ) -> Answer:
        """Ask the file; a ``question`` not again before something has been written."""
        if question is not None and self._remembered.get(question) is not None:
            await asyncio.sleep(0)  # others take their turn, as they do while the file is asked
            if (known := self._remembered.get(question)) is not None:
                answer: Answer = known[0]
                return answer

        def run() -> Answer:
            standing = self._remembered.standing()
            with told(), self._file.reader.begin() as connection:
                answer = ask(connection)
            if question is not None:
                self._remembered.keep(question, answer, standing)
            return answer

        return await asyncio.wrap_future(self._reader.submit(run))

    async def _read_chart(
        self,
        patient: PatientId,
        ask: Callable[[Connection, int], Answer],
        otherwise: Default,
        *,
        question: Question | None = None,
    ) -> Answer | Default:
        self.busy_at = self._opened_at = asyncio.get_running_loop().time()

        def run(connection: Connection) -> tuple[Answer | Default] | None:
            key = patients.key_of(connection, patient)
            if key is None:
                return (otherwise,)
            return None if unread.has(connection, key) else (ask(connection, key),)

        whole = None if question is None else (CHART, patient, *question)
        while (found := await self._read(run, question=whole)) is None:
            await self._write(lambda c, _now: unread.read_of(c, patient))
        return found[0]

    async def _write(
        self,
        work: Callable[[Connection, int], Answer],
        *,
        patients_changed: Iterable[UUID] = (),
        units_changed: Iterable[str] = (),
        families: Mapping[UUID, Container[str]] | None = None,
        idle: bool = False,
    ) -> Answer:
        """Run ``work`` in one transaction; what it adds to the sets it was given has changed.

        ``families``: of these patients only these have, None for anything.
        """
        loop = asyncio.get_running_loop()
        if not idle:
            self.busy_at = loop.time()

        def run() -> Answer:
            now = self._now()
            with told(), self._remembered.writing() as written:
                with self._file.writer.begin() as connection:
                    answer = work(connection, now)
                    latest = marks.latest(connection)
                written.families = families
            changed = Changed(
                patients=frozenset(PatientId(patient) for patient in patients_changed),
                units=frozenset(HsaId(unit) for unit in units_changed),
                latest=latest,
            )
            if (changed.patients or changed.units) and not loop.is_closed():
                loop.call_soon_threadsafe(self._announce, changed)
            return answer

        # Shielded: abandoning the wait must not take a save back out of the queue.
        return await asyncio.shield(asyncio.wrap_future(self._writer.submit(run)))

    def _announce(self, changed: Changed) -> None:
        for listener in tuple(self._listeners):
            listener(changed)

    def _prepare_soon(self, patient: PatientId) -> None:
        if patient in self._prepared:  # a hint only: a search asks the file itself
            return
        self._prepared.add(patient)
        task = asyncio.ensure_future(self._prepare_quietly(patient))
        self._preparing.add(task)
        task.add_done_callback(self._prepared_or_not)

    async def _prepare_quietly(self, patient: PatientId) -> None:
        await self._breathe()
        while not await self._write(
            lambda c, _now: charts.index_more(c, patient, most=_QUIET_CHUNK), idle=True
        ):
            await self._breathe()

    def _read_on_soon(self) -> None:
        if not self._reading_on:
            self._reading_on = True
            task = asyncio.ensure_future(self._read_on())
            self._preparing.add(task)
            task.add_done_callback(self._prepared_or_not)

    async def read_on(self) -> None:
        """Read now what a load has put off, not in idle time; a chart being opened goes first."""
        while await self._read(unread.any_left):
            if asyncio.get_running_loop().time() - self._opened_at < _OPENING_SECONDS:
                await asyncio.sleep(_OPENING_SECONDS)
            await self._read_some(unread.AT_ONCE)

    async def _read_on(self) -> None:
        """Read what a load has put off, stretch by stretch, letting everything else pass."""
        try:
            while await self._read(unread.any_left):
                await self._breathe()
                await self._read_some(unread.IN_PASSING)
        finally:
            self._reading_on = False

    async def _breathe(self) -> None:
        busy = asyncio.get_running_loop().time() - self.busy_at < _QUIET_SECONDS
        await asyncio.sleep(_SELDOM_SECONDS if busy else _BREATH_SECONDS)

    async def _read_some(self, most: int) -> None:
        touched: set[UUID] = set()

        def work(connection: Connection, _now: int) -> None:
            touched.update(unread.read_some(connection, most=most))

        await self._write(work, patients_changed=touched, idle=True)

    def _prepared_or_not(self, task: asyncio.Future[None]) -> None:
        self._preparing.discard(task)
        # A full disk is told to whoever searches; indexing ahead of that is only a convenience.
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, Problem):
            raise error


def _open(path: Path, key: bytes) -> CacheFile:
    file = open_file(path, key, FORMAT)
    try:
        with told(), file.writer.begin() as connection:
            charts.renew_for_kinds(connection)
    except BaseException:
        file.close()
        raise
    return file
