"""Lines of the access log as a reviewer reads them: with names, and with what deserves a look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec
from sqlalchemy import Connection, select

from sync.protocol.log import MOST_PATIENTS_IN_A_LINE, Flag, LoggedPatient, LogLine, LogQuestion
from workstation.domain.directory import Person
from workstation.domain.log_words import PRINTED_IN_EMERGENCY
from workstation.server import schema
from workstation.server.store import directory
from workstation.server.store.audit import Event
from workstation.server.store.statement import Among, among, pairs

_FEW = MOST_PATIENTS_IN_A_LINE
"""Who receives a whole unit's news has not chosen anybody in it: no flag says otherwise."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Raw:
    """A line as it is found. ``at``: ms UTC when it was written."""

    seq: int
    at: int
    event: Event


def raw_of(seq: int, at: int, event: bytes) -> Raw:
    """Return the line that these columns hold."""
    return Raw(seq=seq, at=at, event=msgspec.json.decode(event, type=Event))


@dataclass(frozen=True, kw_only=True, repr=False)
class _Known:
    """What the store knows of the people, units and patients in some lines."""

    people: dict[str, Person]
    units: dict[str, str]
    cards: dict[UUID, tuple[LoggedPatient, bool]]
    in_care: frozenset[tuple[UUID, str]]


def told(
    connection: Connection, found: Sequence[Raw], question: LogQuestion
) -> tuple[LogLine, ...]:
    known = _known(connection, found, question)
    return tuple(_line(raw, known, question) for raw in found)


def _known(connection: Connection, found: Sequence[Raw], question: LogQuestion) -> _Known:
    events = [raw.event for raw in found]
    shown = {patient for event in events for patient in _shown(event, question)}
    people = sorted({event.person for event in events if event.person})
    few = [(p, e.unit) for e in events if len(e.patients) <= _FEW for p in e.patients]
    cards = _CARDS.rows(connection, [patient.bytes for patient in shown])
    members = _MEMBERS.rows(connection, [(p.bytes, unit) for p, unit in dict.fromkeys(few)])
    return _Known(
        people=directory.persons(connection, people),
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


def _line(raw: Raw, known: _Known, question: LogQuestion) -> LogLine:
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
