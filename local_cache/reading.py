"""What screens read. Every function touches only the rows that a page shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from local_cache import fulltext, marks, outbox, patients, readmodel
from local_cache.folded import folded
from local_cache.rows import as_list
from local_cache.schema import entity as row
from workstation.domain.directory import Cover
from workstation.domain.ids import EntityId, HsaId, RecordId
from workstation.domain.kind import Projection
from workstation.domain.record import Sealed
from workstation.operations.ports import Delivery, Listed, TextHit, Visit, WorkLine

_SINCE_DUE_ONLY = "watch"
_LATE = "overdue"


def listed(
    connection: Connection,
    patient: int,
    family: str,
    *,
    group: str | None,
    code: str | None,
    before: int | None,
    limit: int | None,
) -> tuple[Listed, ...]:
    """Return entities of a family, newest clinical time first."""
    query = (
        select(row.c.key)
        .where(row.c.patient == patient, row.c.family == family)
        .order_by(row.c.at.desc(), row.c.id.desc())
        .limit(limit)
    )
    if group is not None:
        query = query.where(row.c.grp == group)
    if code is not None:
        query = query.where(row.c.code == code)
    if before is not None:
        query = query.where(row.c.at < before)
    return as_listed(connection, patient, connection.scalars(query).all())


def newest_by_code(
    connection: Connection,
    patient: int,
    family: str,
    *,
    each: int,
    codes: int = -1,
    titled: str = "",
) -> tuple[Listed, ...]:
    """Return the newest ``each`` entities of every code, by code, newest first.

    ``codes``: only of that many codes, those with the newest; -1 for all. ``titled``: only what
    has this in its title, in lower case.
    """
    keys = connection.exec_driver_sql(_NEWEST, (patient, family, each, codes, titled))
    return as_listed(connection, patient, keys.scalars().all())


_NEWEST = """
    SELECT newest.key FROM (
        SELECT key, id, code, at,
            row_number() OVER (PARTITION BY code ORDER BY at DESC, id DESC) AS place
        FROM entity WHERE patient = ?1 AND family = ?2
    ) AS newest
    WHERE place <= ?3
    AND (?4 < 0 OR code IN (
        SELECT code FROM entity WHERE patient = ?1 AND family = ?2
        GROUP BY code ORDER BY max(at) DESC, code LIMIT ?4
    ))
    AND (?5 = '' OR EXISTS (
        SELECT 1 FROM entity AS named
        WHERE named.key = newest.key AND instr(lower(named.title), ?5)
    ))
    ORDER BY code, at DESC, id DESC
"""


def journal(
    connection: Connection, patient: int, *, families: Sequence[str], offset: int, limit: int
) -> tuple[Listed, ...]:
    """Return a page of several families in one order, newest first."""
    keys = connection.exec_driver_sql(
        "SELECT key FROM entity WHERE patient = ?"
        " AND family IN (SELECT value FROM json_each(?))"
        " ORDER BY at DESC, id DESC LIMIT ? OFFSET ?",
        (patient, as_list(families), limit, offset),
    )
    return as_listed(connection, patient, keys.scalars().all())


def counts(connection: Connection, patient: int) -> Mapping[str, int]:
    """Return the number of entities by family."""
    rows = connection.exec_driver_sql(
        "SELECT family, count(*) FROM entity WHERE patient = ? GROUP BY family", (patient,)
    )
    return {row[0]: row[1] for row in rows}


def one_entity(connection: Connection, patient: int, entity: EntityId) -> Listed | None:
    """Return one entity, None if unknown here."""
    return entities(connection, patient, [entity]).get(entity)


def entities(
    connection: Connection, patient: int, wanted: Sequence[EntityId]
) -> dict[EntityId, Listed]:
    """Return those of ``wanted`` that are known here."""
    keys = connection.exec_driver_sql(
        "SELECT key FROM entity WHERE patient = ?"
        " AND id IN (SELECT unhex(value) FROM json_each(?))",
        (patient, as_list(entity.hex for entity in wanted)),
    )
    return {each.state.id: each for each in as_listed(connection, patient, keys.scalars().all())}


def sealed(connection: Connection, patient: int, record: RecordId) -> Sealed | None:
    """Return a record's bytes, None if unknown here or erased."""
    found = connection.exec_driver_sql(
        "SELECT raw, signature, signer FROM entry WHERE id = ? AND patient = ? AND raw IS NOT NULL",
        (record.bytes, patient),
    ).one_or_none()
    return Sealed(found[0], found[1], found[2]) if found is not None else None


def search_text(
    connection: Connection, patient: int, text: str, *, limit: int
) -> tuple[TextHit, ...]:
    """Return where every word and phrase of ``text`` stands in an indexed chart, newest first."""
    keys = fulltext.hits(connection, patient, text, limit=limit)
    found: list[TextHit] = []
    for each in as_listed(connection, patient, keys):
        places = fulltext.spans(each.row.text, text)
        found.append(TextHit(entity=each.state.id, row=each.row, spans=places))
    return tuple(found)


def work(
    connection: Connection,
    *,
    unit: HsaId,
    person: HsaId,
    now: int,
    limit: int,
    cover: Cover | None = None,
) -> tuple[WorkLine, ...]:
    """Return what waits, most urgent first: critical, late, undecided, then by due time and age.

    A referral that is merely watched comes only once its answer is late. ``cover``: whose work
    the person sees as well: of who is absent at once, as deputy and head once it is late enough.
    """
    rows = connection.exec_driver_sql(
        _WORK, _asked(unit, person, now, limit, cover or Cover())
    ).all()
    owners = dict.fromkeys(row[1] for row in rows)
    shown = {key: patients.line_of_key(connection, key) for key in owners}
    return tuple(
        WorkLine(
            patient=shown[row[1]],
            entity=EntityId(UUID(bytes=row[2])),
            row=_as_projection(row[7:]),
            reason=row[3],
            since=row[4],
            due=row[5],
            person=HsaId(row[6]),
        )
        for row in rows
    )


def _as_projection(columns: Sequence[Any]) -> Projection:
    """Return a list's row from the read model, without opening a record; ``text`` is not in it."""
    family, group, status, code, title, at, visible, undecided, sender, receiver = columns
    return Projection(
        family=family,
        group=group,
        status=status,
        code=code,
        title=title,
        at=at,
        patient_visible=bool(visible),
        undecided=bool(undecided),
        sender=sender,
        receiver=receiver,
    )


def _asked(unit: str, person: str, now: int, limit: int, cover: Cover) -> tuple[object, ...]:
    absent, deputised = as_list(sorted(cover.absent)), as_list(sorted(cover.deputised))
    return (unit, person, now, limit, absent, deputised, cover.heads)


_WORK = """
    SELECT waiting.entity, waiting.patient, entity.id, waiting.shown, since, due, person,
        family, grp, status, code, title, entity.at, visible, undecided, sender, receiver FROM (
        SELECT *, CASE reason WHEN 'watch' THEN 'overdue' ELSE reason END AS shown
        FROM work
        WHERE (
            person = ?2 OR (person = '' AND unit = ?1)
            OR (person IN (SELECT value FROM json_each(?5)) AND unit = ?1)
            OR (person IN (SELECT value FROM json_each(?6)) AND unit = ?1 AND deputy_at < ?3)
            OR (?7 AND unit = ?1 AND head_at < ?3)
        ) AND (reason <> 'watch' OR due < ?3) AND reason <> 'awaited'
    ) AS waiting JOIN entity ON entity.key = waiting.entity
    ORDER BY
        CASE WHEN shown = 'critical' THEN 0 WHEN due < ?3 THEN 1 WHEN shown = 'undecided' THEN 2
            ELSE 3 END,
        ifnull(due, 9223372036854775807), since, entity.id
    LIMIT ?4
"""


def visits(connection: Connection, unit: HsaId, *, since: int, until: int) -> tuple[Visit, ...]:
    """Return a unit's bookings with ``since <= start < until`` (ms UTC), earliest first."""
    rows = connection.exec_driver_sql(
        "SELECT patient, entity FROM visit WHERE unit = ? AND at >= ? AND at < ? ORDER BY patient",
        (unit, since, until),
    ).all()
    found: list[Visit] = []
    for patient, group in groupby(rows, key=lambda row: int(row[0])):
        line = patients.line_of_key(connection, patient)
        keys = [row[1] for row in group]
        listed = as_listed(connection, patient, keys)
        found.extend(Visit(patient=line, booking=each) for each in listed)
    return tuple(sorted(found, key=lambda each: (each.booking.row.at, str(each.booking.state.id))))


def as_listed(connection: Connection, patient: int, keys: Iterable[int]) -> tuple[Listed, ...]:
    """Return entities with their states, in the order of ``keys``."""
    wanted = list(keys)
    if not wanted:
        return ()
    raws = readmodel.raws_of(connection, wanted)
    changed = _changed(connection, wanted)
    waiting = outbox.waiting(connection, patient)
    found: list[Listed] = []
    rules, known = marks.watching(connection), folded(connection)
    for key in wanted:
        fold = known.of(raws[key], rules) if key in raws else None
        if fold is not None:
            delivery = waiting.get(key, Delivery.RECEIVED)
            found.append(
                Listed(state=fold[0], row=fold[1], delivery=delivery, changed=changed[key])
            )
    return tuple(found)


def _changed(connection: Connection, keys: Iterable[int]) -> dict[int, int]:
    rows = connection.exec_driver_sql(
        "SELECT key, changed FROM entity WHERE key IN (SELECT value FROM json_each(?))",
        (as_list(keys),),
    )
    return {row[0]: row[1] for row in rows}
