"""Is an encrypted cache what it should be? Pages, database, and read model against the records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection

from local_cache import charts
from local_cache.cache import FORMAT
from local_cache.engine import CacheFile, open_file
from local_cache.pages import damaged_pages
from local_cache.problems import Damaged, told
from local_cache.ranges import Held
from workstation.domain.problem import Problem
from workstation.domain.record import chain


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What is wrong; all empty for a sound cache. Holds counts and places, never content.

    Attributes:
        unreadable: Why it could not even be opened.
        pages: Damaged pages, by number.
        database: What SQLite's own check says.
        chains: Stretches of records that do not hash to what the server vouched for.
        derived: Read-model rows that differ from those made anew.
        entries, patients, waiting: How much is in it, and not yet received by the server.
    """

    unreadable: Problem | None = None
    pages: tuple[int, ...] = ()
    database: tuple[str, ...] = ()
    chains: int = 0
    derived: int = 0
    entries: int = 0
    patients: int = 0
    waiting: int = 0

    @property
    def sound(self) -> bool:
        """Nothing is wrong."""
        return self.unreadable is None and not (
            self.pages or self.database or self.chains or self.derived
        )


def check(path: Path, key: bytes) -> Findings:
    """Check a cache that nobody has open; nothing in it is changed.

    A damaged page is named even when the file opens.
    """
    try:
        file = open_file(path, key, FORMAT)
    except Problem as problem:
        pages = damaged_pages(path, key) if isinstance(problem, Damaged) else []
        return Findings(unreadable=problem, pages=tuple(pages))
    try:
        _empty_wal(file)
        pages = damaged_pages(path, key)
        with told():
            return _look_inside(file, tuple(pages))
    except Damaged as problem:
        return Findings(unreadable=problem, pages=tuple(damaged_pages(path, key)))
    finally:
        file.close()


def _empty_wal(file: CacheFile) -> None:
    with told():
        raw = file.writer.raw_connection()
        try:
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            raw.close()


def _look_inside(file: CacheFile, pages: tuple[int, ...]) -> Findings:
    with file.writer.connect() as connection:
        transaction = connection.begin()
        try:
            said = connection.exec_driver_sql("PRAGMA quick_check").scalars().all()
            count = _counter(connection)
            return Findings(
                pages=pages,
                database=tuple(line for line in said if line != "ok"),
                chains=_broken_chains(connection),
                derived=_wrongly_derived(connection),
                entries=count("SELECT count(*) FROM entry"),
                patients=count("SELECT count(*) FROM patient"),
                waiting=count("SELECT count(*) FROM outbox"),
            )
        finally:
            transaction.rollback()


def _counter(connection: Connection) -> Callable[[str], int]:
    return lambda statement: int(connection.exec_driver_sql(statement).scalar_one())


def _broken_chains(connection: Connection) -> int:
    stretches = connection.exec_driver_sql(
        "SELECT patient, low, high, before, after FROM held ORDER BY patient, low"
    ).all()
    return sum(
        not _joins(connection, row[0], Held(low=row[1], high=row[2], before=row[3], after=row[4]))
        for row in stretches
    )


def _joins(connection: Connection, patient: int, held: Held) -> bool:
    rows = connection.exec_driver_sql(
        "SELECT raw, erased FROM entry WHERE patient = ? AND rev BETWEEN ? AND ? ORDER BY rev",
        (patient, held.low, held.high),
    )
    hash_now, count = held.before, 0
    for raw, erased in rows:
        hash_now = chain(hash_now, erased if raw is None else sha256(raw).digest())
        count += 1
    return hash_now == held.after and count == held.high - held.low + 1


_DERIVED = (
    "SELECT * FROM entity ORDER BY key",
    "SELECT * FROM work ORDER BY entity, reason, unit, person",
    "SELECT * FROM stay ORDER BY entity",
    "SELECT * FROM visit ORDER BY entity",
    "SELECT word, patient FROM patient_key ORDER BY patient, word",
    "SELECT key, family, given, sort, birth_date, sex, identity, identity_system, protected,"
    " deceased, place FROM patient ORDER BY key",
    "SELECT rowid, owner, text FROM search ORDER BY rowid",
)


def derived_rows(connection: Connection) -> tuple[tuple[object, ...], ...]:
    """Return every row of the read model, in an order of its own."""
    return tuple(
        (place, *row)
        for place, statement in enumerate(_DERIVED)
        for row in connection.exec_driver_sql(statement)
    )


def _wrongly_derived(connection: Connection) -> int:
    """Rebuild inside the transaction and compare; the caller undoes it."""
    charts.read_everything(connection)
    before = set(derived_rows(connection))
    charts.rebuild_all(connection)
    return len(before ^ set(derived_rows(connection)))
