"""The real encrypted cache in the simulated clinic: the same stories, slower."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from local_cache.cache import FORMAT, Cache, create_cache
from local_cache.engine import open_file
from local_cache.scope import DOUBTED
from sync.protocol.messages import Head
from tests.simulation.loop import AtOnce
from tests.simulation.records import EPOCH_MS
from workstation.domain.clock import from_millis

KEY = bytes(range(32))


class VirtualClock:
    """The time of the story, as a wall clock."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now

    def now(self) -> datetime:
        return from_millis(EPOCH_MS + int(self._now() * 1000))


class CacheStore(Cache):
    """A cache whose work is done at once, and which can be looked into."""

    def __init__(self, path: Path, *, now: Callable[[], float]) -> None:
        super().__init__(open_file(path, KEY, FORMAT), VirtualClock(now))
        self._writer = self._reader = AtOnce()
        self.rejoined = 0

    async def rejoin(self, unit: str, differing: Sequence[Head], *, pos: int) -> int:
        self.rejoined += 1
        return await super().rejoin(unit, differing, pos=pos)

    @property
    def epoch(self) -> str:
        found = self._rows("SELECT value FROM meta WHERE name = 'epoch'")
        return str(found[0][0]) if found else ""

    @property
    def cursors(self) -> Mapping[str, int]:
        return dict(self._rows("SELECT unit, pos FROM cursor"))

    def shown(self, patient: UUID) -> Mapping[UUID, bytes]:
        rows = self._rows(
            "SELECT entry.id, raw FROM entry JOIN patient ON patient.key = entry.patient"
            " WHERE patient.id = ? AND raw IS NOT NULL",
            patient.bytes,
        )
        return {UUID(bytes=record): raw for record, raw in rows}

    def followed(self) -> set[UUID]:
        rows = self._rows(
            "SELECT id FROM unit_patient JOIN patient ON key = patient"
            f" WHERE rev > 0 OR taken = {DOUBTED}"
        )
        return {UUID(bytes=row[0]) for row in rows}

    def members_of(self, unit: str) -> set[UUID]:
        rows = self._rows(
            "SELECT id FROM unit_patient JOIN patient ON key = patient WHERE rev > 0 AND unit = ?",
            unit,
        )
        return {UUID(bytes=row[0]) for row in rows}

    def copy_of(self, patient: UUID) -> tuple[int, Mapping[int, bytes]]:
        key, head_rev = self._rows("SELECT key, head_rev FROM patient WHERE id = ?", patient.bytes)[
            0
        ]
        rows = self._rows("SELECT rev, raw FROM entry WHERE patient = ? AND rev IS NOT NULL", key)
        return head_rev, {rev: raw or b"" for rev, raw in rows}

    def kept(self) -> set[UUID]:
        rows = self._rows(
            "SELECT DISTINCT patient.id FROM entry JOIN patient ON patient.key = entry.patient"
        )
        return {UUID(bytes=row[0]) for row in rows}

    def stay_of(self, patient: UUID) -> int:
        return int(self._rows("SELECT key FROM patient WHERE id = ?", patient.bytes)[0][0])

    def waiting(self) -> list[str]:
        sent = ["" for _ in self._rows("SELECT n FROM outbox")]
        return sent + [str(row[0]) for row in self._rows("SELECT why FROM quarantine")]

    def received(self, record: UUID) -> bool:
        return bool(self._rows("SELECT 1 FROM sent WHERE id = ?", record.bytes))

    def sent_bodies(self, patient: UUID) -> Mapping[int, bytes]:
        rows = self._rows("SELECT rev, raw FROM sent WHERE patient = ?", patient.bytes)
        return {rev: raw for rev, raw in rows if raw}

    def let_go(self) -> None:
        self._file.close()

    def _rows(self, query: str, *values: object) -> list[Any]:
        with self._file.reader.begin() as connection:
            return list(connection.exec_driver_sql(query, values).all())


def caches_in(folder: Path) -> Callable[..., CacheStore]:
    """Return what makes each workstation a cache in ``folder``."""

    def make(device: str, *, now: Callable[[], float]) -> CacheStore:
        path = folder / f"{device}.db"
        create_cache(path, KEY, device=device, incarnation=1)
        return CacheStore(path, now=now)

    return make
