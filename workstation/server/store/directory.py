"""The directory's tables: providers, units, people and their assignments."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, or_, select, update

from workstation.domain.directory import (
    Assignment,
    Directory,
    Person,
    Provider,
    Right,
    StandIn,
    Unit,
)
from workstation.domain.ids import HsaId
from workstation.server import schema
from workstation.server.store.sql import upsert
from workstation.server.store.statement import Among, Statement, among

_FOR_EVER = 2**62


def take_over(connection: Connection, directory: Directory, *, now: int) -> None:
    """Make the tables say what the directory says. An assignment it no longer has ends now.

    Ended assignments are kept: what was written under them stays written with right.
    """
    _put(connection, "provider", [_plain(p) for p in directory.providers])
    _put(
        connection,
        "unit",
        [_plain(u) | {"phone": u.phone, "receives": " ".join(u.receives)} for u in directory.units],
    )
    _put(
        connection,
        "person",
        [_plain(p) | {"protected": int(p.protected)} for p in directory.people],
    )
    table = schema.assignment
    since = {
        row.hsa_id: row.since
        for row in connection.execute(select(table.c.hsa_id, table.c.since, table.c.until))
    }
    kept = {a.hsa_id for a in directory.assignments}
    for ended in since.keys() - kept:
        connection.execute(
            update(table).where(table.c.hsa_id == ended, table.c.until.is_(None)).values(until=now)
        )
    rows = [
        {
            "hsa_id": a.hsa_id,
            "person": a.person,
            "unit": a.unit,
            "rights": " ".join(a.rights),
            "since": since.get(a.hsa_id, 0),
            "until": None,
        }
        for a in directory.assignments
    ]
    _put(connection, "assignment", rows)
    for stand_in in directory.stand_ins:
        put_stand_in(connection, stand_in)


def _plain(item: Provider | Unit | Person) -> dict[str, object]:
    return {name: getattr(item, name) for name in item.__struct_fields__}


def _put(connection: Connection, name: str, rows: Sequence[dict[str, object]]) -> None:
    if rows:
        table = schema.metadata.tables[name]
        connection.execute(upsert(connection, table, key=("hsa_id",)), list(rows))


def provider(connection: Connection, hsa_id: str) -> Provider | None:
    """Return a care provider."""
    table = schema.provider
    row = connection.execute(select(table).where(table.c.hsa_id == hsa_id)).one_or_none()
    return None if row is None else Provider(hsa_id=row.hsa_id, name=row.name, type=row.type)


def units(connection: Connection) -> tuple[Unit, ...]:
    """Return every unit by name."""
    rows = connection.execute(select(schema.unit).order_by(schema.unit.c.name))
    return tuple(
        Unit(
            hsa_id=HsaId(row.hsa_id),
            name=row.name,
            provider=HsaId(row.provider),
            type=row.type,
            phone=row.phone,
            receives=tuple(row.receives.split()),
            head=HsaId(row.head),
            reserve=row.reserve,
        )
        for row in rows
    )


def stand_ins(connection: Connection, unit: str, *, now: int) -> tuple[StandIn, ...]:
    """Return who stands in for whom in a unit, now or later."""
    table = schema.stand_in
    rows = connection.execute(
        select(table)
        .where(table.c.unit == unit, or_(table.c.until.is_(None), table.c.until > now))
        .order_by(table.c.person, table.c.since, table.c.deputy)
    )
    return tuple(
        StandIn(
            person=HsaId(row.person),
            unit=HsaId(row.unit),
            deputy=HsaId(row.deputy),
            since=row.since,
            until=row.until,
            absent=bool(row.absent),
        )
        for row in rows
    )


def put_stand_in(connection: Connection, stand_in: StandIn) -> None:
    """Keep who stands in for whom; the same again from the same time on takes its place."""
    table = schema.stand_in
    row = {name: getattr(stand_in, name) for name in stand_in.__struct_fields__}
    row["absent"] = int(stand_in.absent)
    key = ("person", "unit", "deputy", "since")
    connection.execute(upsert(connection, table, key=key), row)


def unit(connection: Connection, hsa_id: str) -> Unit | None:
    """Return one unit."""
    return next((u for u in units(connection) if u.hsa_id == hsa_id), None)


def providers(connection: Connection) -> tuple[Provider, ...]:
    """Return every provider by name."""
    rows = connection.execute(select(schema.provider).order_by(schema.provider.c.name))
    return tuple(Provider(hsa_id=row.hsa_id, name=row.name, type=row.type) for row in rows)


def person(connection: Connection, hsa_id: str) -> Person | None:
    """Return a member of staff."""
    return persons(connection, [hsa_id]).get(hsa_id)


def persons(connection: Connection, hsa_ids: Sequence[str]) -> dict[str, Person]:
    """Return those of them who are in the directory, by HSA-id."""
    return {
        hsa_id: Person(
            hsa_id=HsaId(hsa_id),
            name=name,
            profession=profession,
            title=title,
            protected=bool(protected),
        )
        for hsa_id, name, profession, title, protected in _PERSONS.rows(connection, hsa_ids)
    }


def people_of(connection: Connection, unit: str, *, now: int) -> tuple[Person, ...]:
    """Return who works in a unit now, by name. Of protected people only the role is told."""
    table, link = schema.person, schema.assignment
    found = connection.scalars(
        select(table.c.hsa_id)
        .join(link, link.c.person == table.c.hsa_id)
        .where(link.c.unit == unit, or_(link.c.until.is_(None), link.c.until > now))
        .order_by(table.c.name)
        .distinct()
        .add_columns(table.c.name)
    ).all()
    staff = persons(connection, list(found))
    return tuple(_shown(staff[hsa_id]) for hsa_id in dict.fromkeys(found))


def protected_staff(connection: Connection) -> frozenset[str]:
    """Return the HSA-ids of staff who are shown by role only."""
    table = schema.person
    return frozenset(connection.scalars(select(table.c.hsa_id).where(table.c.protected == 1)))


def _shown(who: Person) -> Person:
    if not who.protected:
        return who
    return Person(
        hsa_id=who.hsa_id, name="", profession=who.profession, title=who.title, protected=True
    )


def assignments_of(connection: Connection, person: str, *, now: int) -> tuple[Assignment, ...]:
    """Return a person's assignments that hold now, in the order of their ids."""
    table = schema.assignment
    rows = connection.execute(
        select(table)
        .where(
            table.c.person == person,
            table.c.since <= now,
            or_(table.c.until.is_(None), table.c.until > now),
        )
        .order_by(table.c.hsa_id)
    )
    return tuple(
        Assignment(
            hsa_id=HsaId(row.hsa_id),
            person=HsaId(row.person),
            unit=HsaId(row.unit),
            rights=rights_in(row.rights),
        )
        for row in rows
    )


def rights_in(text: str) -> tuple[Right, ...]:
    """Return the rights of an assignment as they are stored: names with blanks between."""
    return tuple(text.split())  # type: ignore[arg-type]  # written from a Directory


def care_span(
    connection: Connection, person: str, assignment: str, unit: str, provider: str
) -> tuple[int, int] | None:
    """Return from when to when, ms UTC, the person could write in that unit under the assignment.

    Never, where the unit is another care provider's than is said.
    """
    row = _SPAN.row(connection, held=assignment, who=person, where=unit)
    if row is None:
        return None
    rights, since, until, whose = row
    if "care" not in rights_in(rights) or whose not in (None, provider):
        return None
    return since, _FOR_EVER if until is None else until


_person, _assignment = schema.person, schema.assignment
_PERSONS = Among(
    select(
        _person.c.hsa_id,
        _person.c.name,
        _person.c.profession,
        _person.c.title,
        _person.c.protected,
    ).where(among(_person.c.hsa_id))
)
_SPAN = Statement(
    select(_assignment.c.rights, _assignment.c.since, _assignment.c.until, schema.unit.c.provider)
    .select_from(_assignment)
    .outerjoin(schema.unit, schema.unit.c.hsa_id == _assignment.c.unit)
    .where(
        _assignment.c.hsa_id == bindparam("held"),
        _assignment.c.person == bindparam("who"),
        _assignment.c.unit == bindparam("where"),
    )
)
