"""What blocks (spärr) withhold from which unit: rows derived from records, asked by every reading.

``workstation.domain.block`` decides; here it is worked out for every unit that follows a patient
with a block, in the transaction that stores what changes it. ``visible.closed`` is the condition
that queries carry. Units are told by a line of their feed, which names what is withheld now.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, literal, select

from workstation.domain.block import (
    EntryFacts,
    Placed,
    Reader,
    blocks_in_force,
    withheld_revisions,
)
from workstation.domain.entity import EntityState
from workstation.domain.ids import HsaId
from workstation.domain.kinds import entity_state, family_of, open_raw, units_concerned
from workstation.domain.record import Record
from workstation.server import schema
from workstation.server.store.inserting import inserting_new, upserting
from workstation.server.store.sql import parts
from workstation.server.store.statement import Among, Statement, among, pairs
from workstation.server.store.streams import Growth

_BLOCKS = ("block", "block_lift")


def renew_grown(connection: Connection, grown: Sequence[Growth], *, now: int) -> None:
    """Work out anew what is withheld of patients that gained a record, where a block is."""
    new = {g.patient for g in grown if any(i.record.kind in _BLOCKS for i in g.added)}
    _PATIENT.run_rows(connection, [(patient.bytes, None) for patient in sorted(new)])
    for growth in grown:
        if growth.blocked or growth.patient in new:
            renew(connection, growth.patient, now=now, only=_touched(connection, growth))


def _touched(connection: Connection, growth: Growth) -> frozenset[bytes] | None:
    """Return the only entities for which anything can have changed; None: it can for all.

    Most of what is written changes neither a block nor who follows the patient.
    """
    entities = frozenset(incoming.record.entity.bytes for incoming in growth.added)
    blocks = {entity for (entity,) in _BLOCK_ENTITIES.rows(connection, p=growth.patient.bytes)}
    came = _CAME.row(connection, p=growth.patient.bytes, before=growth.before)
    return None if came is not None or entities & blocks else entities


def renew(
    connection: Connection, patient: UUID, *, now: int, only: frozenset[bytes] | None = None
) -> None:
    """Work out anew what is withheld of one patient from whom; units it changes for are told.

    The caller holds the patient's lock. For a patient without a block nothing happens. ``only``:
    these entities, the others are as they were.
    """
    if _IS_KNOWN.row(connection, p=patient.bytes) is None:
        return
    blocks = blocks_in_force(_states(connection, patient), now)
    placed = _placed(connection, patient, only)
    revs = {one.rev for one in placed}
    for unit, provider in _READERS.rows(connection, p=patient.bytes):
        reader = Reader(unit=HsaId(unit), provider=HsaId(provider or ""))
        wanted = withheld_revisions(placed, blocks, reader)
        before: dict[int, int] = dict(_ROWS.rows(connection, p=patient.bytes, u=unit))  # type: ignore[arg-type]
        if only is not None:
            wanted |= {rev: since for rev, since in before.items() if rev not in revs}
        _write(connection, patient, unit, before, wanted)
    (due,) = _NEXT.row(connection, p=patient.bytes, now=now) or (None,)
    _DUE.run(connection, {"patient_id": patient.bytes, "due": due})


def _write(
    connection: Connection,
    patient: UUID,
    unit: str,
    before: dict[int, int],
    wanted: dict[int, int],
) -> None:
    """Make a unit's rows say this, and have the unit told where it closes or opens something."""
    if before == wanted:
        return
    table = schema.withheld
    gone = sorted(before.keys() - wanted.keys())
    for part in parts(gone):
        connection.execute(
            delete(table).where(
                table.c.patient_id == patient.bytes, table.c.unit == unit, table.c.rev.in_(part)
            )
        )
    _PUT.run(
        connection,
        *(
            {"patient_id": patient.bytes, "unit": unit, "rev": rev, "since": since}
            for rev, since in wanted.items()
            if before.get(rev) != since
        ),
    )
    told = {rev for rev, since in before.items() if since == 0}
    if told != {rev for rev, since in wanted.items() if since == 0}:
        tell(connection, patient, [unit], "blocked")


def tell(connection: Connection, patient: UUID, units: Iterable[str], what: str) -> None:
    """Put a line about the patient into these units' feeds."""
    head = connection.execute(
        select(schema.patient.c.head_rev).where(schema.patient.c.patient_id == patient.bytes)
    ).scalar_one()
    lines = [
        {"patient_id": patient.bytes, "rev": head, "unit": unit, "what": what} for unit in units
    ]
    if lines:
        connection.execute(insert(schema.outbox), lines)


def some_due(connection: Connection, *, now: int) -> list[UUID]:
    """Return patients of whom a lift has ended since it was last looked."""
    return [UUID(bytes=patient) for (patient,) in _ENDED.rows(connection, now=now)]


def end_lifts(connection: Connection, patients: Sequence[UUID], *, now: int) -> None:
    """Take back what lifts have opened that have ended."""
    table = schema.patient
    for patient in sorted(patients):
        connection.execute(
            select(table.c.head_rev).where(table.c.patient_id == patient.bytes).with_for_update()
        )
        renew(connection, patient, now=now)


def withheld_now(connection: Connection, patient: UUID, unit: str, *, now: int) -> tuple[int, ...]:
    """Return the revisions of a patient that are withheld from a unit."""
    rows = _NOW.rows(connection, p=patient.bytes, u=unit, now=now)
    return tuple(rev for (rev,) in rows)


def withheld_from_person(
    connection: Connection, patient: UUID, reader: Reader, *, now: int
) -> frozenset[int]:
    """Return the revisions withheld from one person, whose own lifts count."""
    if _IS_KNOWN.row(connection, p=patient.bytes) is None:
        return frozenset()
    blocks = blocks_in_force(_states(connection, patient), now)
    found = withheld_revisions(_placed(connection, patient, None), blocks, reader)
    return frozenset(rev for rev, since in found.items() if since <= now)


def said_of_blocks(connection: Connection, patient: UUID) -> list[bytes]:
    """Return all that has been written of a patient's blocks and their lifts, as it came in."""
    return [raw for _entity, raw in _OF_BLOCKS.rows(connection, p=patient.bytes)]


def with_blocks(connection: Connection, patients: Iterable[UUID]) -> frozenset[UUID]:
    """Return those of the patients who have, or have had, a block."""
    rows = _BLOCKED.rows(connection, [patient.bytes for patient in patients])
    return frozenset(UUID(bytes=patient) for (patient,) in rows)


def _states(connection: Connection, patient: UUID) -> list[EntityState]:
    """Return the states of the blocks and their lifts, with the marks on them."""
    about: dict[bytes, list[Record]] = {}
    for entity, raw in _OF_BLOCKS.rows(connection, p=patient.bytes):
        about.setdefault(entity, []).append(open_raw(raw))
    return [entity_state(records) for records in about.values()]


def _placed(connection: Connection, patient: UUID, only: frozenset[bytes] | None) -> list[Placed]:
    entities: dict[bytes, tuple[str, int]] = {
        entity: (family, at) for entity, family, at in _ENTITIES.rows(connection, p=patient.bytes)
    }
    if only is None:
        rows = list(_ENTRIES.rows(connection, p=patient.bytes))
    else:
        places = [(patient.bytes, entity) for entity in sorted(only)]
        rows = list(_OF_ENTITIES.rows(connection, places))
    return [_place(rev, at, open_raw(raw), entities) for rev, at, raw in rows]


def _place(rev: int, at: int, record: Record, entities: dict[bytes, tuple[str, int]]) -> Placed:
    _family, happened = entities.get(record.entity.bytes, (record.kind, at))
    author = record.author
    return Placed(
        rev=rev,
        entity=record.entity,
        entry=EntryFacts(
            family=family_of(record.kind),
            unit=author.unit,
            provider=author.provider,
            times=(at, happened),
        ),
        given_to=units_concerned(record) - {author.unit},
    )


def is_blocked(connection: Connection, patient: UUID) -> bool:
    """Whether the patient has, or has had, a block."""
    return _IS_KNOWN.row(connection, p=patient.bytes) is not None


_blocked, _withheld, _entry = schema.blocked, schema.withheld, schema.entry
_member, _unit, _row = schema.membership, schema.unit, schema.entity_row
_PATIENT = inserting_new(_blocked)
_DUE = upserting(_blocked, key=("patient_id",))
_IS_KNOWN = Statement(select(_blocked.c.patient_id).where(_blocked.c.patient_id == bindparam("p")))
_BLOCKED = Among(select(_blocked.c.patient_id).where(among(_blocked.c.patient_id)))
_ENDED = Statement(
    select(_blocked.c.patient_id).where(_blocked.c.due <= bindparam("now")).limit(100)
)
_ROWS = Statement(
    select(_withheld.c.rev, _withheld.c.since).where(
        _withheld.c.patient_id == bindparam("p"), _withheld.c.unit == bindparam("u")
    )
)
_NOW = Statement(
    select(_withheld.c.rev)
    .where(
        _withheld.c.patient_id == bindparam("p"),
        _withheld.c.unit == bindparam("u"),
        _withheld.c.since <= bindparam("now"),
    )
    .order_by(_withheld.c.rev)
)
_ENTRIES = Statement(
    select(_entry.c.rev, _entry.c.at, _entry.c.raw)
    .where(_entry.c.patient_id == bindparam("p"), _entry.c.raw.is_not(None))
    .order_by(_entry.c.rev)
)
_OF_ENTITIES = Among(
    select(_entry.c.rev, _entry.c.at, _entry.c.raw).where(
        pairs(_entry.c.patient_id, _entry.c.entity_id), _entry.c.raw.is_not(None)
    )
)
_BLOCK_ENTITIES = Statement(
    select(_row.c.entity_id).where(
        _row.c.patient_id == bindparam("p"), _row.c.family.in_([literal(b) for b in _BLOCKS])
    )
)
_OF_BLOCKS = Statement(
    select(_entry.c.entity_id, _entry.c.raw)
    .join(
        _row,
        and_(_row.c.patient_id == _entry.c.patient_id, _row.c.entity_id == _entry.c.entity_id),
    )
    .where(
        _row.c.patient_id == bindparam("p"),
        _row.c.family.in_([literal(b) for b in _BLOCKS]),
        _entry.c.raw.is_not(None),
    )
    .order_by(_entry.c.rev)
)
_CAME = Statement(
    select(_member.c.unit)
    .where(
        _member.c.patient_id == bindparam("p"),
        _member.c.until_at.is_(None),
        _member.c.since_rev > bindparam("before"),
    )
    .limit(1)
)
_NEXT = Statement(
    select(func.min(_withheld.c.since)).where(
        _withheld.c.patient_id == bindparam("p"), _withheld.c.since > bindparam("now")
    )
)
_PUT = upserting(_withheld, key=("patient_id", "unit", "rev"))
_ENTITIES = Statement(
    select(_row.c.entity_id, _row.c.family, _row.c.at).where(_row.c.patient_id == bindparam("p"))
)
_READERS = Statement(
    select(_member.c.unit, _unit.c.provider)
    .select_from(_member)
    .outerjoin(_unit, _unit.c.hsa_id == _member.c.unit)
    .where(_member.c.patient_id == bindparam("p"), _member.c.until_at.is_(None))
    .order_by(_member.c.unit)
)

__all__ = [
    "end_lifts",
    "is_blocked",
    "renew",
    "renew_grown",
    "said_of_blocks",
    "some_due",
    "tell",
    "with_blocks",
    "withheld_from_person",
    "withheld_now",
]
