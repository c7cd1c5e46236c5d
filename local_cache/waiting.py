"""What waits for a unit and its people: pages read from the rows, in order, without opening records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from local_cache import marks, patients
from local_cache.rows import as_list
from workstation.domain.directory import Cover, Directory, cover_of
from workstation.domain.ids import EntityId, HsaId
from workstation.operations.ports import PatientLine
from workstation.operations.referral_lists import ReferralLine

_COLUMNS = (
    "work.patient, entity.id, family, code, status, title, work.sender, work.receiver, reason,"
    " urgency, unit, person, since, due"
)
_FROM = f"SELECT {_COLUMNS} FROM work JOIN entity ON entity.key = work.entity"
_OURS = "(reason <> 'undecided' OR family IN ('referral', 'observation', 'diagnostic_report'))"
"""An order of a medicine or a note that nobody has decided waits elsewhere, with its own steps."""
_PART = (
    f"{_FROM} WHERE unit = ?1 AND reason = ?2 AND urgency = ?3 AND (?4 IS NULL OR person = ?4)"
    f" AND {_OURS} ORDER BY since, entity.id LIMIT ?5"
)
_WATCHED = (
    f"{_FROM} WHERE unit = ?1 AND reason IN (SELECT value FROM json_each(?2))"
    f" AND (?3 IS NULL OR person = ?3) AND {_OURS}"
    " ORDER BY ifnull(due, 9223372036854775807), since, entity.id LIMIT ?4 OFFSET ?5"
)
_LATE = (
    f"{_FROM} WHERE unit = ?1 AND reason = 'watch' AND due < ?2 ORDER BY due, entity.id LIMIT ?3"
)


def page(
    connection: Connection,
    unit: HsaId,
    reasons: Sequence[str],
    *,
    person: HsaId | None,
    limit: int,
    offset: int,
) -> tuple[ReferralLine, ...]:
    """Return a page of a unit's list: undecided first, then the most urgent, the oldest first.

    Each reason and urgency is read in the order of its index, no further than the page goes.
    """
    most = offset + limit
    found: list[tuple[object, ...]] = []
    groups = [("undecided", range(4))] if "undecided" in reasons else []
    others = [reason for reason in reasons if reason != "undecided"]
    for reason, urgencies in groups:
        for urgency in urgencies:
            found += _part(connection, unit, reason, urgency, person, most - len(found))
    for urgency in range(4):
        if len(found) >= most:
            break
        several: list[tuple[object, ...]] = []
        for reason in others:
            several += _part(connection, unit, reason, urgency, person, most - len(found))
        found += sorted(several, key=_since)[: most - len(found)]
    return _lines(connection, found[offset:most])


def _since(row: tuple[object, ...]) -> tuple[object, object]:
    return (row[12], row[1])


def _part(
    connection: Connection, unit: str, reason: str, urgency: int, person: str | None, limit: int
) -> list[tuple[object, ...]]:
    rows = connection.exec_driver_sql(_PART, (unit, reason, urgency, person, max(limit, 0)))
    return [tuple(row) for row in rows]


def watched(
    connection: Connection,
    unit: HsaId,
    reasons: Sequence[str],
    *,
    person: HsaId | None,
    limit: int,
    offset: int,
) -> tuple[ReferralLine, ...]:
    """Return what a unit, or one person in it, watches: the soonest due first."""
    rows = connection.exec_driver_sql(_WATCHED, (unit, as_list(reasons), person, limit, offset))
    return _lines(connection, [tuple(row) for row in rows])


def overdue(
    connection: Connection, unit: HsaId, *, now: int, limit: int
) -> tuple[ReferralLine, ...]:
    """Return what a unit watches that is late, the longest late first."""
    rows = connection.exec_driver_sql(_LATE, (unit, now, limit))
    return _lines(connection, [tuple(row) for row in rows])


def counts(connection: Connection, unit: HsaId, *, now: int) -> Mapping[str, int]:
    """Return how many wait in a unit by reason; ``overdue`` counts watches that are late."""
    found = {
        row[0]: row[1]
        for row in connection.exec_driver_sql(
            "SELECT reason, count(*) FROM work WHERE unit = ? GROUP BY reason", (unit,)
        )
    }
    late: int = connection.exec_driver_sql(
        "SELECT count(*) FROM work WHERE unit = ? AND reason = 'watch' AND due < ?", (unit, now)
    ).scalar_one()
    return found | {"overdue": late}


def cover(connection: Connection, *, person: HsaId, unit: HsaId, now: int) -> Cover:
    """Return whose work somebody sees besides their own, by the directory kept here."""
    text = marks.get(connection, marks.DIRECTORY)
    if not text:
        return Cover()
    known = msgspec.json.decode(text, type=Directory)
    return cover_of(known, person=person, unit=unit, now=now)


def _lines(connection: Connection, rows: Iterable[tuple[object, ...]]) -> tuple[ReferralLine, ...]:
    people: dict[object, PatientLine] = {}
    lines = []
    for row in rows:
        if row[0] not in people:
            people[row[0]] = patients.line_of_key(connection, _number(row[0]))
        lines.append(
            ReferralLine(
                patient=people[row[0]],
                entity=EntityId(UUID(bytes=bytes(row[1]))),  # type: ignore[call-overload]
                family=str(row[2]),
                type=str(row[3]),
                status=str(row[4]),
                question=str(row[5]),
                sender=str(row[6]),
                receiver=str(row[7]),
                reason=str(row[8]),
                urgency=_number(row[9]),
                unit=HsaId(str(row[10])),
                person=HsaId(str(row[11])),
                since=_number(row[12]),
                due=None if row[13] is None else _number(row[13]),
            )
        )
    return tuple(lines)


def _number(value: object) -> int:
    assert isinstance(value, int)
    return value
