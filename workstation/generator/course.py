"""A person's course through care: who they meet, when, and what is written then."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import msgspec

from workstation.domain.clock import to_millis
from workstation.domain.contact import Booking, Contact, ContactType
from workstation.domain.diagnosis import Diagnosis
from workstation.domain.ids import uuid7
from workstation.domain.note import Note, NoteType, Section
from workstation.domain.record import Record
from workstation.domain.values import utc_text
from workstation.generator.chance import Chance
from workstation.generator.chart import Chart
from workstation.generator.medicines import Medicines
from workstation.generator.people import Person
from workstation.generator.physiology import Physiology
from workstation.generator.region import PHYSICIANS, Region, StaffMember, Unit
from workstation.generator.vocabulary import diagnoses
from workstation.generator.words import Words, one_variant, sections

_SURGERY = (7, 15)  # office hours, UTC


class Course:
    """One person's years. Everything that is written goes through here to the chart."""

    def __init__(
        self, *, person: Person, region: Region, chart: Chart, chance: Chance, as_of: datetime
    ) -> None:
        self.person = person
        self.region = region
        self.chart = chart
        self.chance = chance
        self.as_of = as_of
        self.physiology = Physiology(person, chance.named("body"))
        self.medicines = Medicines(self)
        self.conditions: dict[str, Record] = {}
        self.home = chance.pick(_HOMES)
        self.smoking = chance.pick(("Röker inte.", "Slutat röka.", "Aldrig rökt.", "Rökare."))
        self._usual: dict[str, StaffMember] = {}
        self._patient: Record | None = None

    @property
    def last_day(self) -> date:
        """The last day anything can happen: yesterday, or the day of death."""
        yesterday = self.as_of.date() - timedelta(days=1)
        return min(yesterday, self.person.deceased or yesterday)

    @property
    def alive(self) -> bool:
        """Whether the person lives on ``as_of``."""
        return self.person.deceased is None

    def is_recent(self, moment: datetime, *, days: int) -> bool:
        """Did it happen in the last days before ``as_of``?"""
        return self.as_of - moment < timedelta(days=days)

    def office(self, day: date) -> datetime:
        """Return a time in office hours on ``day``, or on the Monday after a weekend."""
        if day.weekday() > 4:
            day += timedelta(days=7 - day.weekday())
        day = min(day, self.last_day)
        return self.at(day, self.chance.whole(*_SURGERY))

    def at(self, day: date, hour: int) -> datetime:
        """Return a moment in that hour of ``day``, UTC."""
        clock = time(hour, self.chance.whole(0, 59), self.chance.whole(0, 59), tzinfo=UTC)
        return datetime.combine(day, clock)

    def new_id(self, moment: datetime) -> UUID:
        """Return an identifier for an entity that is written at ``moment``."""
        return uuid7(to_millis(moment), self.chance.bytes)

    # Who

    def unit(self, kind: str) -> Unit:
        """Return the unit of a type the person goes to: their own health centre, or the nearest."""
        if kind == "vc":
            return self.person.listed
        units = self.region.units_of(kind)
        near = [unit for unit in units if unit.town == self.person.listed.town]
        return (near or list(units))[0]

    def doctor(self, unit: Unit, *, usual: bool = True) -> StaffMember:
        """Return a physician of the unit; mostly the one the person is used to."""
        return self._one_of(unit, PHYSICIANS, usual=usual)

    def nurse(self, unit: Unit) -> StaffMember:
        """Return a nurse of the unit."""
        return self._one_of(unit, frozenset({"sjukskoterska", "distriktsskoterska"}), usual=True)

    def someone(self, unit: Unit, *roles: str) -> StaffMember:
        """Return anybody at the unit with one of these roles, else any of its staff."""
        return self._one_of(unit, frozenset(roles), usual=False)

    def laboratory_staff(self, unit: Unit) -> StaffMember:
        """Return who analyses the unit's samples."""
        labs = self.region.units_of("lab")
        near = [lab for lab in labs if lab.town == unit.town]
        return self.someone((near or list(labs))[0], "biomedicinsk_analytiker")

    def _one_of(self, unit: Unit, roles: frozenset[str], *, usual: bool) -> StaffMember:
        key = f"{unit.hsa_id} {sorted(roles)[0]}"
        known = self._usual.get(key)
        if usual and known is not None and self.chance.happens(0.72):
            return known
        staff = self.region.staff_of(unit)
        chosen = self.chance.pick([one for one in staff if one.role in roles] or list(staff))
        if usual and known is None:
            self._usual[key] = chosen
        return chosen

    # What is written

    def register(self, moment: datetime) -> None:
        """Write the first version of who the patient is."""
        desk = self.someone(self.person.listed, "receptionist", "sekreterare")
        self._patient = self.chart.write(
            self.person.body(dead=False), by=desk, at=moment, entity=self.chart.patient
        )

    def update_patient(self, moment: datetime, **changes: object) -> None:
        """Write a new version of who the patient is, with some fields changed."""
        assert self._patient is not None
        desk = self.someone(self.person.listed, "sekreterare")
        body = msgspec.structs.replace(self._patient.body, **changes)
        self._patient = self.chart.write(
            body, by=desk, at=moment, entity=self.chart.patient, bases=(self._patient,)
        )

    def words(self, day: date, **extra: str) -> Words:
        """Return what phrases may refer to on ``day``."""
        return Words(self.person, self.physiology, day, **extra)

    def contact(
        self,
        kind: ContactType,
        start: datetime,
        *,
        by: StaffMember,
        reason: str,
        minutes: int = 30,
        booking: Record | None = None,
        place: str = "",
    ) -> Record:
        """Write a contact that is over."""
        body = Contact(
            type=kind,
            status="finished",
            start=utc_text(start),
            end=utc_text(start + timedelta(minutes=minutes)),
            unit=by.unit.hsa_id,
            unit_name=by.unit.name,
            place=place,
            reason=reason,
            responsible=by.name,
            responsible_id=by.hsa_id,
            booking=booking.entity if booking else None,
        )
        return self.chart.write(body, by=by, at=start)

    def booking(
        self,
        start: datetime,
        *,
        by: StaffMember,
        made: datetime,
        reason: str,
        kind: ContactType = "visit",
    ) -> Record:
        """Book a time with a clinician; it is made by the unit's desk."""
        desk = self.someone(by.unit, "receptionist", "sekreterare")
        body = Booking(
            status="booked",
            start=utc_text(start),
            end=utc_text(start + timedelta(minutes=30)),
            unit=by.unit.hsa_id,
            unit_name=by.unit.name,
            type=kind,
            reason=reason,
            clinician=by.name,
            clinician_id=by.hsa_id,
            interpreter=self.person.origin.language if self.person.interpreter else "",
            fee="" if self.person.age_on(start.date()) < 20 else "Patientavgift",
        )
        return self.chart.write(body, by=desk, at=made)

    def diagnosis(
        self,
        code: str,
        moment: datetime,
        *,
        by: StaffMember,
        contact: Record | None = None,
        lasting: bool = False,
        resolved: bool = False,
    ) -> Record:
        """Write a diagnosis: of a contact, or a lasting problem."""
        body = Diagnosis(
            concept=diagnoses()[code],
            type="problem" if lasting else "main",
            status="resolved" if resolved else "active",
            onset=moment.date().isoformat(),
            abated=(moment + timedelta(days=14)).date().isoformat() if resolved else None,
            recorded=utc_text(moment),
            contact=contact.entity if contact else None,
        )
        return self.chart.write(body, by=by, at=moment)

    def note(
        self,
        template: dict[str, Any] | tuple[Section, ...],
        moment: datetime,
        *,
        by: StaffMember,
        kind: NoteType,
        title: str,
        contact: Record | None = None,
        words: Words | None = None,
        **added: str,
    ) -> Record:
        """Write a note from a template of phrases (or ready sections), and have it signed."""
        if isinstance(template, dict):
            words = words or self.words(moment.date())
            template = one_variant(template, self.chance)
            template = sections(template, words, self.chance, **added)
        body = Note(
            type=kind,
            title=title,
            template=title,
            contact_time=utc_text(moment),
            contact=contact.entity if contact else None,
            sections=template,
        )
        approved = not self.chance.happens(0.004)
        written = moment + timedelta(minutes=self.chance.whole(8, 50))
        note = self.chart.write(body, by=by, at=written, approved=approved)
        self._afterwards(note, body, written, by)
        return note

    def _afterwards(self, note: Record, body: Note, written: datetime, by: StaffMember) -> None:
        """Sign, and sometimes correct, countersign or void."""
        signed = written + timedelta(minutes=self.chance.weighted(_SIGNING_MINUTES))
        if self.is_recent(written, days=14) and self.chance.happens(0.3):
            return
        self.chart.sign(note, by=by, at=signed)
        if by.role == "st_lakare" and self.chance.happens(0.4):
            senior = self.someone(by.unit, "overlakare", "distriktslakare", "specialist")
            later = signed + timedelta(days=1)
            self.chart.sign(note, by=senior, at=later, role="countersign")
        if self.chance.happens(0.012):
            self._correct(note, body, signed + timedelta(hours=20), by)
        elif self.chance.happens(0.002):
            later = signed + timedelta(hours=3)
            self.chart.void(note, by=by, at=later, reason="Skriven i fel patients journal.")

    def _correct(self, note: Record, body: Note, moment: datetime, by: StaffMember) -> None:
        last = body.sections[-1]
        addition = Section(
            term=last.term, text=f"{last.text} Tillägg: uppgiften är kontrollerad med patienten."
        )
        corrected = Note(
            type=body.type,
            title=body.title,
            template=body.template,
            contact_time=body.contact_time,
            contact=body.contact,
            sections=(*body.sections[:-1], addition),
            why_corrected="Förtydligande av uppgift.",
        )
        version = self.chart.write(corrected, by=by, at=moment, entity=note.entity, bases=(note,))
        self.chart.sign(version, by=by, at=moment + timedelta(minutes=2))


_HOMES = (
    "Bor med sin partner i villa, inga insatser.",
    "Bor ensam i lägenhet, inga insatser.",
    "Ensamboende, dotter på orten.",
)
_SIGNING_MINUTES = ((3, 6.0), (60, 2.0), (600, 1.0), (2880, 0.6))
