"""The access log as its reviewers read it: found by who, where, whose and when, newest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, tuple_

from sync.protocol.log import MOST_PATIENTS_IN_A_LINE, Flag, LoggedPatient, LogLine, LogQuestion
from workstation.domain.directory import Person
from workstation.domain.log_words import PRINTED_IN_EMERGENCY
from workstation.server import schema
from workstation.server.store import directory
from workstation.server.store.audit import Event
from workstation.server.store.statement import Among, among, pairs

_MOST_LOOKED_AT = 5_000
"""Lines that one question for flagged ones looks through; its answer says where to go on."""
_STEP = 500
_FEW = MOST_PATIENTS_IN_A_LINE
"""Who receives a whole unit's news has not chosen anybody in it: no flag says otherwise."""


@dataclass(frozen=True, kw_only=True, repr=False)
class _Raw:
    """A line as it is found. ``at``: ms UTC when it was written."""

    seq: int
    at: int
    event: Event


def lines(
    connection: Connection, provider: str, question: LogQuestion, *, limit: int
) -> tuple[tuple[LogLine, ...], str]:
    """Return lines that a provider's reviewer asks for, and where the next page begins.

    Args:
        provider: HSA-id; lines of others are not found, whatever is asked.
        limit: The most lines to return.
    """
    if question.sample:
        found = _sample(connection, provider, question, limit=min(question.sample, limit))
        return _told(connection, found, question), ""
    if not question.flagged:
        found = _page(connection, provider, question, _place(question.after), limit + 1)
        more = len(found) > limit
        return _told(connection, found[:limit], question), _after(found[limit - 1]) if more else ""
    return _flagged(connection, provider, question, limit=limit)


def _flagged(
    connection: Connection, provider: str, question: LogQuestion, *, limit: int
) -> tuple[tuple[LogLine, ...], str]:
    """Look through the lines in steps until there are enough with a flag, or a fair share was seen."""
    kept: list[LogLine] = []
    place = _place(question.after)
    for _step in range(_MOST_LOOKED_AT // _STEP):
        found = _page(connection, provider, question, place, _STEP)
        for raw, line in zip(found, _told(connection, found, question), strict=True):
            if line.flags:
                kept.append(line)
                if len(kept) == limit:
                    return tuple(kept), _after(raw)
        if len(found) < _STEP:
            return tuple(kept), ""
        place = (found[-1].at, found[-1].seq)
    return tuple(kept), f"{place[0]}:{place[1]}" if place else ""


def _after(raw: _Raw) -> str:
    return f"{raw.at}:{raw.seq}"


def _place(after: str) -> tuple[int, int] | None:
    at, _, seq = after.partition(":")
    return (int(at), int(seq)) if at.isdecimal() and seq.isdecimal() else None


def _conditions(provider: str, question: LogQuestion) -> Iterator[ColumnElement[bool]]:
    line, touched = schema.audit_line, schema.audit_patient
    own = line.c.provider == provider
    if question.patient is not None or question.activity == "Utskrift":
        # Whoever runs the server took it out: that is nobody's provider, and every reviewer's.
        taken_out = and_(line.c.provider == "", line.c.activity == "Utskrift")
        own = or_(own, taken_out)
    yield own
    if question.seq:
        yield line.c.seq == question.seq
    if question.person:
        yield line.c.person == question.person
    if question.unit:
        yield line.c.unit == question.unit
    if question.activity:
        yield line.c.activity == question.activity
    if question.since:
        yield line.c.at >= question.since
    if question.until:
        yield line.c.at < question.until
    if question.patient is not None:
        mine = select(touched.c.seq).where(touched.c.patient_id == question.patient.bytes)
        yield line.c.seq.in_(mine)


def _page(
    connection: Connection,
    provider: str,
    question: LogQuestion,
    place: tuple[int, int] | None,
    limit: int,
) -> list[_Raw]:
    line, log = schema.audit_line, schema.audit
    query = (
        select(line.c.seq, line.c.at, log.c.event)
        .join(log, log.c.seq == line.c.seq)
        .where(*_conditions(provider, question))
        .order_by(line.c.at.desc(), line.c.seq.desc())
        .limit(limit)
    )
    if place is not None:
        query = query.where(tuple_(line.c.at, line.c.seq) < tuple_(*place))
    return [_raw(*row) for row in connection.execute(query)]


def _sample(
    connection: Connection, provider: str, question: LogQuestion, *, limit: int
) -> list[_Raw]:
    line, log = schema.audit_line, schema.audit
    drawn = (
        select(line.c.seq)
        .where(*_conditions(provider, question))
        .order_by(func.random())
        .limit(limit)
    )
    query = (
        select(line.c.seq, line.c.at, log.c.event)
        .join(log, log.c.seq == line.c.seq)
        .where(line.c.seq.in_(drawn.scalar_subquery()))
        .order_by(line.c.at.desc(), line.c.seq.desc())
    )
    return [_raw(*row) for row in connection.execute(query)]


def _raw(seq: int, at: int, event: bytes) -> _Raw:
    return _Raw(seq=seq, at=at, event=msgspec.json.decode(event, type=Event))


@dataclass(frozen=True, kw_only=True, repr=False)
class _Known:
    """What the store knows of the people, units and patients in some lines."""

    people: dict[str, Person]
    units: dict[str, str]
    cards: dict[UUID, tuple[LoggedPatient, bool]]
    in_care: frozenset[tuple[UUID, str]]


def _told(
    connection: Connection, found: Sequence[_Raw], question: LogQuestion
) -> tuple[LogLine, ...]:
    known = _known(connection, found, question)
    return tuple(_line(raw, known, question) for raw in found)


def _known(connection: Connection, found: Sequence[_Raw], question: LogQuestion) -> _Known:
    events = [raw.event for raw in found]
    shown = {patient for event in events for patient in _shown(event, question)}
    people = {event.person for event in events if event.person}
    who = {hsa_id: directory.person(connection, hsa_id) for hsa_id in people}
    few = [(p, e.unit) for e in events if len(e.patients) <= _FEW for p in e.patients]
    cards = _CARDS.rows(connection, [patient.bytes for patient in shown])
    members = _MEMBERS.rows(connection, [(p.bytes, unit) for p, unit in dict.fromkeys(few)])
    return _Known(
        people={hsa_id: person for hsa_id, person in who.items() if person is not None},
        units={unit.hsa_id: unit.name for unit in directory.units(connection)},
        cards={
            UUID(bytes=row[0]): (
                LoggedPatient(
                    patient=UUID(bytes=row[0]),
                    family=row[1],
                    given=row[2],
                    identity=row[3],
                    identity_system=row[4],
                    protected=bool(row[5]),
                ),
                bool(row[6]),
            )
            for row in cards
        },
        in_care=frozenset((UUID(bytes=patient), unit) for patient, unit in members),
    )


def _shown(event: Event, question: LogQuestion) -> tuple[UUID, ...]:
    """The patients a line names: the one asked for first, and no more than a few unless asked."""
    patients = event.patients
    if question.patient in patients:
        patients = (question.patient, *(p for p in patients if p != question.patient))
    return patients if question.seq else patients[:_FEW]


def _line(raw: _Raw, known: _Known, question: LogQuestion) -> LogLine:
    event = raw.event
    person = known.people.get(event.person)
    shown = _shown(event, question)
    return LogLine(
        seq=raw.seq,
        at=event.at,
        activity=event.activity,
        what=event.what,
        purpose=event.purpose,
        basis=event.basis,
        reason=event.reason,
        person=event.person,
        name=person.name if person and not person.protected else "",
        title=person.title if person else "",
        assignment=event.assignment,
        unit=event.unit,
        unit_name=known.units.get(event.unit, ""),
        device=event.device,
        touched=len(event.patients),
        patients=tuple(
            known.cards[p][0] if p in known.cards else LoggedPatient(patient=p) for p in shown
        ),
        flags=tuple(_flags(event, person, known)),
    )


def _flags(event: Event, person: Person | None, known: _Known) -> Iterator[Flag]:
    if event.activity == "Nödöppning" or event.what == PRINTED_IN_EMERGENCY:
        yield "emergency"
    if event.activity == "Nekad":
        yield "refused"
    if len(event.patients) > _FEW:
        return
    cards = [known.cards[patient] for patient in event.patients if patient in known.cards]
    if any(card.protected for card, _dead in cards):
        yield "protected"
    if any(dead for _card, dead in cards):
        yield "deceased"
    own = person.name.rpartition(" ")[2].casefold() if person else ""
    if own and any(card.family.casefold() == own for card, _dead in cards):
        yield "same_name"
    if event.unit and any((p, event.unit) not in known.in_care for p in event.patients):
        yield "outside"


@dataclass(frozen=True, kw_only=True, repr=False)
class Access:
    """What the patient reads of a line: where and as what, not by whom."""

    event: Event
    unit_name: str
    title: str


def of_patient(
    connection: Connection, patient: UUID, *, activities: Sequence[str], limit: int, offset: int
) -> tuple[Access, ...]:
    """Return what staff did with a patient's record, and copies that were taken out, newest first."""
    line, log, touched = schema.audit_line, schema.audit, schema.audit_patient
    person, unit = schema.person, schema.unit
    query = (
        select(log.c.event, unit.c.name, person.c.title)
        .select_from(touched)
        .join(line, line.c.seq == touched.c.seq)
        .join(log, log.c.seq == touched.c.seq)
        .outerjoin(unit, unit.c.hsa_id == line.c.unit)
        .outerjoin(person, person.c.hsa_id == line.c.person)
        .where(
            touched.c.patient_id == patient.bytes,
            or_(line.c.person != "", line.c.activity == "Utskrift"),
            line.c.activity.in_(list(activities)),
        )
        .order_by(touched.c.seq.desc())
        .limit(limit)
        .offset(offset)
    )
    return tuple(
        Access(
            event=msgspec.json.decode(event, type=Event), unit_name=name or "", title=title or ""
        )
        for event, name, title in connection.execute(query)
    )


_card, _member = schema.patient_card, schema.membership
_CARDS = Among(
    select(
        _card.c.patient_id,
        _card.c.family,
        _card.c.given,
        _card.c.identity,
        _card.c.identity_system,
        _card.c.protected,
        _card.c.deceased,
    ).where(among(_card.c.patient_id))
)
_MEMBERS = Among(
    select(_member.c.patient_id, _member.c.unit).where(pairs(_member.c.patient_id, _member.c.unit))
)
