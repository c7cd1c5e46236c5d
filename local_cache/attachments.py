"""Attachments on this computer: in the same encrypted file as the records, on a way of their own.

Implements ``workstation.operations.session.Attachments`` for screens and
``sync.protocol.attachments.Shelf`` for what carries them. No attachment stands in a record's
transaction or in front of one on the line.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection

from local_cache import patients
from local_cache.cache import Cache
from sync.protocol.attachments import Outgoing, Wanted
from workstation.domain.attachment import Attachment, is_what_it_says
from workstation.domain.ids import PatientId
from workstation.domain.problem import Problem
from workstation.domain.texts import _

_DRAFT_MS = 90 * 24 * 60 * 60 * 1000
"""What was held for a draft that never became a record is let go after so long."""


class AttachmentShelf:
    """The attachments of an open cache; every call is one transaction of the cache's threads."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    async def hold(self, patient: PatientId, attachment: Attachment, content: bytes) -> None:
        """Keep the bytes for a draft; they are not sent before :meth:`release`.

        Raises:
            ValueError: They are not what ``attachment`` says.
        """
        if not is_what_it_says(attachment, content):
            raise ValueError("an attachment is not what it is said to be")

        def work(connection: Connection, now: int) -> None:
            _forget_old_drafts(connection, now)
            _put(connection, _key(connection, patient), attachment, "draft", now, content)

        await self._cache._write(work)

    async def release(self, patient: PatientId, attachments: Sequence[Attachment]) -> None:
        """Let them be sent: a record that names them is about to be saved. Durable."""

        def work(connection: Connection, _now: int) -> None:
            key = _key(connection, patient)
            for one in attachments:
                connection.exec_driver_sql(
                    "UPDATE attachment SET state = 'queued'"
                    " WHERE patient = ? AND hash = ? AND state = 'draft'",
                    (key, bytes.fromhex(one.hash)),
                )

        await self._cache._write(work, patients_changed={patient})

    async def content(self, patient: PatientId, attachment: Attachment) -> bytes | None:
        """Return the bytes, or None while they are not here: they are then fetched on contact."""

        def read(connection: Connection) -> bytes | None:
            data = connection.exec_driver_sql(
                "SELECT data FROM attachment JOIN patient ON patient.key = attachment.patient"
                " WHERE patient.id = ? AND hash = ?",
                (patient.bytes, bytes.fromhex(attachment.hash)),
            ).scalar_one_or_none()
            return bytes(data) if data is not None else None

        found = await self._cache._read(read)
        if found is None:
            await self.want(patient, (attachment,))
        return found

    async def want(self, patient: PatientId, attachments: Sequence[Attachment]) -> None:
        """Have these fetched when there is contact."""

        def work(connection: Connection, now: int) -> None:
            key = patients.key_of(connection, patient)
            for one in attachments if key is not None else ():
                _put(connection, key or 0, one, "wanted", now, None)

        await self._cache._write(work, patients_changed={patient})

    # For what carries them

    async def outgoing(self) -> Outgoing | None:
        """Return the oldest attachment that waits to be sent."""

        def read(connection: Connection) -> Outgoing | None:
            row = connection.exec_driver_sql(
                "SELECT patient.id, hash, size, type, data FROM attachment"
                " JOIN patient ON patient.key = attachment.patient"
                " WHERE state = 'queued' ORDER BY since, attachment.key LIMIT 1"
            ).one_or_none()
            if row is None:
                return None
            return Outgoing(
                patient=UUID(bytes=row[0]), attachment=_said(row), content=bytes(row[4])
            )

        return await self._cache._read(read)

    async def sent(self, patient: UUID, name: str) -> None:
        """Note that the server has all of it, durably."""
        await self._cache._write(
            lambda c, _now: _set_state(c, patient, name, "here"), patients_changed={patient}
        )

    async def put_off(self, patient: UUID, name: str) -> None:
        """Let the others go first: this one could not be sent or fetched now."""

        def work(connection: Connection, now: int) -> None:
            connection.exec_driver_sql(
                "UPDATE attachment SET since = ? WHERE hash = ? AND patient ="
                " (SELECT key FROM patient WHERE id = ?)",
                (now, bytes.fromhex(name), patient.bytes),
            )

        await self._cache._write(work)

    async def next_wanted(self) -> Wanted | None:
        """Return the oldest attachment that somebody waits to see."""

        def read(connection: Connection) -> Wanted | None:
            row = connection.exec_driver_sql(
                "SELECT patient.id, hash, size, type FROM attachment"
                " JOIN patient ON patient.key = attachment.patient"
                " WHERE state = 'wanted' ORDER BY since, attachment.key LIMIT 1"
            ).one_or_none()
            return Wanted(patient=UUID(bytes=row[0]), attachment=_said(row)) if row else None

        return await self._cache._read(read)

    async def arrived(self, patient: UUID, attachment: Attachment, content: bytes) -> bool:
        """Keep what was fetched when it is what its name says; return whether it was."""
        if not is_what_it_says(attachment, content):
            return False

        def work(connection: Connection, _now: int) -> None:
            connection.exec_driver_sql(
                "UPDATE attachment SET state = 'here', data = ? WHERE hash = ? AND data IS NULL"
                " AND patient = (SELECT key FROM patient WHERE id = ?)",
                (content, bytes.fromhex(attachment.hash), patient.bytes),
            )

        await self._cache._write(work, patients_changed={patient})
        return True


def _key(connection: Connection, patient: PatientId) -> int:
    key = patients.key_of(connection, patient)
    if key is None:
        raise Problem(
            _("This patient's record is no longer on this computer."), _("Open the patient again.")
        )
    return key


def _put(
    connection: Connection,
    patient: int,
    attachment: Attachment,
    state: str,
    now: int,
    data: bytes | None,
) -> None:
    connection.exec_driver_sql(
        "INSERT INTO attachment (patient, hash, size, type, state, since, data)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (patient, hash) DO UPDATE"
        " SET data = excluded.data, state = excluded.state"
        " WHERE attachment.data IS NULL AND excluded.data IS NOT NULL",
        (
            patient,
            bytes.fromhex(attachment.hash),
            attachment.size,
            attachment.type,
            state,
            now,
            data,
        ),
    )


def _set_state(connection: Connection, patient: UUID, name: str, state: str) -> None:
    connection.exec_driver_sql(
        "UPDATE attachment SET state = ? WHERE hash = ? AND patient ="
        " (SELECT key FROM patient WHERE id = ?)",
        (state, bytes.fromhex(name), patient.bytes),
    )


def _forget_old_drafts(connection: Connection, now: int) -> None:
    connection.exec_driver_sql(
        "DELETE FROM attachment WHERE state = 'draft' AND since < ?", (now - _DRAFT_MS,)
    )


def _said(row: Sequence[object]) -> Attachment:
    return Attachment(
        hash=bytes(row[1]).hex(),  # type: ignore[call-overload]
        size=int(row[2]),  # type: ignore[call-overload]
        type=str(row[3]),  # type: ignore[arg-type]
    )
