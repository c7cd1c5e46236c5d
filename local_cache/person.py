"""A person's own encrypted file: drafts, settings, what was last seen, own reports.

Drafts are private and no records. Implements ``workstation.operations.session.Drafts``; each
call is durable when it returns.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Connection

from local_cache import person_incidents, person_schema
from local_cache.engine import CacheFile, Format, create_file, open_file
from local_cache.problems import told
from workstation.domain.ids import PatientId
from workstation.operations.ports import Delivery
from workstation.operations.report_incident import KeptReport
from workstation.operations.session import KeptDraft

Answer = TypeVar("Answer")
FORMAT = Format(application_id=0x526E5065, migrations=(person_schema, person_incidents))  # "RnPe"
MOST_RECENTS = 50


class PersonFile:
    """An open person's file. Make it with :meth:`open`; end it with :meth:`close`."""

    def __init__(self, file: CacheFile) -> None:
        self._file = file
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="person")

    @classmethod
    async def open(cls, path: Path, key: bytes) -> PersonFile:
        """Open the file; the first time it is made.

        Args:
            key: The person's own key, 32 bytes.

        Raises:
            local_cache.problems: As for a cache. A file that cannot be opened is left as it is.
        """

        def work() -> CacheFile:
            if not path.exists():
                create_file(path, key, FORMAT)
            return open_file(path, key, FORMAT)

        return cls(await asyncio.to_thread(work))

    async def close(self) -> None:
        """Finish what was submitted, then let go of the file."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._thread.shutdown()
        self._file.close()

    async def keep(self, draft: KeptDraft) -> None:
        """Store a draft in place of its earlier state."""
        await self._do(lambda c: _keep(c, draft))

    async def forget(self, draft: UUID) -> None:
        """Delete a draft: it became a record, or its author threw it away."""
        await self._do(
            lambda c: c.exec_driver_sql("DELETE FROM draft WHERE id = ?", (draft.bytes,))
        )

    async def all(self) -> Sequence[KeptDraft]:
        """Return every draft, oldest first."""
        return await self._do(_drafts)

    async def settings(self) -> Mapping[str, str]:
        """Return every setting that differs from its default."""
        return await self._do(
            lambda c: {row[0]: row[1] for row in c.exec_driver_sql("SELECT * FROM setting")}
        )

    async def set(self, name: str, value: str) -> None:
        """Change a setting."""
        await self._do(lambda c: _set(c, name, value))

    async def keep_incident(self, report: KeptReport) -> None:
        """Store a report about the program; one that is there already is left as it is."""
        await self._do(lambda c: person_incidents.keep(c, report))

    async def settle_incident(self, report: UUID, state: Delivery, at: int | None = None) -> None:
        """Note how far a report has come; ``at``: when the server stored it, ms UTC."""
        await self._do(lambda c: person_incidents.settle(c, report, state, at))

    async def incidents(self) -> tuple[KeptReport, ...]:
        """Return the person's reports about the program, the newest first."""
        return await self._do(person_incidents.newest_first)

    async def seen(self, patient: PatientId, place: str, *, at: int) -> None:
        """Note that the person has seen a patient's ``place`` (as a list) at ``at``, ms UTC."""
        await self._do(lambda c: _seen(c, patient, place, at))

    async def last_seen(self, patient: PatientId) -> Mapping[str, int]:
        """Return when the person last saw each place of a patient's chart: for what is new."""
        return await self._do(
            lambda c: {
                row[0]: row[1]
                for row in c.exec_driver_sql(
                    "SELECT place, at FROM seen WHERE patient = ?", (patient.bytes,)
                )
            }
        )

    async def opened(self, patient: PatientId, *, at: int) -> None:
        """Note that the person opened a patient's chart at ``at``, ms UTC."""
        await self._do(lambda c: _opened(c, patient, at))

    async def recents(self) -> tuple[PatientId, ...]:
        """Return whom the person opened last, newest first."""
        return await self._do(
            lambda c: tuple(
                PatientId(UUID(bytes=patient))
                for patient in c.exec_driver_sql(
                    "SELECT patient FROM recent ORDER BY at DESC, patient"
                ).scalars()
            )
        )

    async def _do(self, work: Callable[[Connection], Answer]) -> Answer:
        def run() -> Answer:
            with told(), self._file.writer.begin() as connection:
                return work(connection)

        return await asyncio.shield(asyncio.wrap_future(self._thread.submit(run)))


def _keep(connection: Connection, draft: KeptDraft) -> None:
    connection.exec_driver_sql(
        "INSERT INTO draft (id, patient, writer, content, kept_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET content = excluded.content, kept_at = excluded.kept_at"
        # A draft stays with its patient, whatever happens around it.
        " WHERE patient = excluded.patient AND writer = excluded.writer",
        (draft.id.bytes, draft.patient.bytes, draft.writer, draft.content, draft.kept_at),
    )
    if connection.exec_driver_sql("SELECT changes()").scalar_one() != 1:
        raise ValueError("a draft may not move to another patient or writer")


def _drafts(connection: Connection) -> tuple[KeptDraft, ...]:
    rows = connection.exec_driver_sql(
        "SELECT id, patient, writer, content, kept_at FROM draft ORDER BY n"
    )
    return tuple(
        KeptDraft(
            id=UUID(bytes=row[0]),
            patient=PatientId(UUID(bytes=row[1])),
            writer=row[2],
            content=row[3],
            kept_at=row[4],
        )
        for row in rows
    )


def _set(connection: Connection, name: str, value: str) -> None:
    connection.exec_driver_sql(
        "INSERT INTO setting (name, value) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )


def _seen(connection: Connection, patient: UUID, place: str, at: int) -> None:
    connection.exec_driver_sql(
        "INSERT INTO seen (patient, place, at) VALUES (?, ?, ?)"
        " ON CONFLICT (patient, place) DO UPDATE SET at = max(at, excluded.at)",
        (patient.bytes, place, at),
    )


def _opened(connection: Connection, patient: UUID, at: int) -> None:
    connection.exec_driver_sql(
        "INSERT INTO recent (patient, at) VALUES (?, ?)"
        " ON CONFLICT (patient) DO UPDATE SET at = excluded.at",
        (patient.bytes, at),
    )
    connection.exec_driver_sql(
        "DELETE FROM recent WHERE patient NOT IN"
        " (SELECT patient FROM recent ORDER BY at DESC, patient LIMIT ?)",
        (MOST_RECENTS,),
    )
