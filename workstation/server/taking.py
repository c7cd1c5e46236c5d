"""Take in a foreign document whole or not at all, however long: one transaction, a part at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from uuid import UUID

from sqlalchemy import Connection, select

from workstation.domain.ids import EntityId, HsaId, PatientId, RecordId
from workstation.domain.kinds import open_strictly
from workstation.domain.record import Record, read_envelope
from workstation.domain.texts import _
from workstation.interop.fhir.faults import Fault
from workstation.interop.fhir.reading import Brought
from workstation.server import schema
from workstation.server.core import Core
from workstation.server.loading import (
    ReusedId,
    announce,
    appending,
    begin_membership,
    store_now,
)

_AT_ONCE = 1024
"""Records stored by one round of statements."""
_AHEAD = 8 * 1024 * 1024
"""Bytes of records that are made before the database is asked to store the first: all of most
documents, so that others wait for no more than the storing."""


class Known:
    """What one importer has brought in before, asked patient by patient."""

    def __init__(self, connection: Connection, *, author: str) -> None:
        self.connection = connection
        self._author = author
        self._newest: dict[UUID, dict[bytes, bytes]] = {}
        self._bases: dict[bytes, tuple[RecordId, ...]] = {}

    def standing(
        self, patient: PatientId, entity: EntityId, record: RecordId
    ) -> tuple[RecordId, ...]:
        """Return what a record of the importer builds on.

        That is the last version it brought in, whatever others have made of it since: what they
        did it has not seen. A record that is stored builds on what it says.
        """
        if patient not in self._newest:
            self._newest[patient] = self._brought(patient)
        if record.bytes in self._bases:
            return self._bases[record.bytes]
        newest = self._newest[patient].get(entity.bytes)
        return (RecordId(UUID(bytes=newest)),) if newest is not None else ()

    def has(self, record: RecordId) -> bool:
        """Whether a record of this id has been brought in for a patient that was asked about."""
        return record.bytes in self._bases

    def _brought(self, patient: UUID) -> dict[bytes, bytes]:
        """Return the newest version of each entity; note of all what they build on."""
        table = schema.entry
        rows = self.connection.execute(
            select(table.c.entity_id, table.c.op_id, table.c.raw)
            .where(
                table.c.patient_id == patient.bytes,
                table.c.author == self._author,
                table.c.raw.is_not(None),
            )
            .order_by(table.c.rev)
            .execution_options(yield_per=_AT_ONCE)
        )
        found: dict[bytes, bytes] = {}
        for entity, record, raw in rows:
            found[entity] = record
            self._bases[record] = tuple(map(RecordId, read_envelope(raw).bases))
        return found


@dataclass(kw_only=True)
class Taken:
    """What a document came to. ``known``: records that were there before."""

    new: int = 0
    known: int = 0
    patients: set[PatientId] = field(default_factory=set)
    heads: dict[UUID, int] = field(default_factory=dict)


Read = Callable[[Known], Iterator[Brought]]
"""Makes a document's records, from the first one again each time it is called."""


async def take_in(core: Core, read: Read, *, author: str, unit: HsaId) -> Taken:
    """Store all that ``read`` yields, or nothing of it where it raises.

    What came before as it is now stays as it was stored, also where it was for another unit. The
    patients come into ``unit``'s scope.

    Raises:
        Fault: A record cannot be stored as it is.
        ReusedId, Busy: As ``workstation.server.loading.ingest``.
    """
    now = core.now

    def begin(connection: Connection) -> tuple[Known, Iterator[Brought]]:
        known = Known(connection, author=author)
        records = read(known)
        ahead = list(_ahead(records))
        return known, chain(ahead, records)

    begun = [await core.database.read(begin)]

    def store(connection: Connection) -> Taken:
        # A database that could not take it asks again: then everything is made once more.
        known, records = begun.pop() if begun else begin(connection)
        known.connection = connection
        taken = Taken()
        while part := list(islice(records, _AT_ONCE)):
            _store_part(connection, part, known, taken, now)
        for patient in sorted(taken.patients, key=lambda patient: patient.bytes):
            begin_membership(connection, patient, unit, now)
        return taken

    taken = await core.database.write(store)
    announce(core, taken.heads)
    core.wake_drainer.set()
    return taken


def _ahead(records: Iterator[Brought]) -> Iterator[Brought]:
    size = 0
    while size < _AHEAD and (brought := next(records, None)) is not None:
        size += len(brought.sealed.raw)
        yield brought


def _store_part(
    connection: Connection, part: Sequence[Brought], known: Known, taken: Taken, now: int
) -> None:
    fresh: dict[PatientId, list[Brought]] = {}
    for brought in part:
        taken.patients.add(brought.patient)
        if known.has(brought.id):
            taken.known += 1
        else:
            fresh.setdefault(brought.patient, []).append(brought)
    groups = [
        appending(patient, [(_opened(one), one.sealed) for one in records], now)
        for patient, records in fresh.items()
    ]
    if not groups:
        return
    stored = store_now(connection, groups, now=now)
    if stored.reused:
        raise ReusedId
    taken.new += stored.new
    taken.known += stored.known
    taken.heads |= stored.heads


def _opened(brought: Brought) -> Record:
    try:
        return open_strictly(brought.sealed)
    except ValueError:
        raise Fault(brought.path, _("the record cannot hold it as it is")) from None
