"""What is done: procedures on wards and at clinics, pictures taken, care plans agreed on."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from workstation.domain.plan import Activity, CarePlan
from workstation.domain.procedure import ImagingStudy, Procedure, Series
from workstation.domain.record import Record
from workstation.domain.values import Coding, Concept, utc_text
from workstation.generator.archetypes import Archetype
from workstation.generator.region import StaffMember
from workstation.generator.vocabulary import phrases

if TYPE_CHECKING:
    from workstation.generator.course import Course

KVA = "urn:oid:1.2.752.116.1.3.2.1.4"
_MODALITY = "http://dicom.nema.org/resources/ontology/DCM"
_INVENTED_UIDS = "2.25"  # UUIDs as DICOM UIDs: nobody's own number series


def during_stay(
    course: Course, illness: str, start: datetime, *, by: StaffMember, stay: Record
) -> None:
    """Write what is done on the first day of a stay, where something mostly is."""
    choices = phrases("deeds")["vid_vard"].get(illness, ())
    if choices and course.chance.happens(0.8):
        _done(course, course.chance.pick(choices), start + timedelta(hours=5), by=by, contact=stay)


def at_clinic(course: Course, day: date) -> None:
    """Write a small procedure at the health centre, or an endoscopy at the hospital."""
    table = phrases("deeds")
    if course.chance.happens(0.25) and course.person.age_on(day) > 39:
        deed = course.chance.pick(table["pa_specialistmottagning"])
        unit = course.unit(deed["enhet"])
    else:
        deed = course.chance.pick(table["pa_mottagning"])
        unit = course.unit("vc")
    start = course.office(day)
    doctor = course.doctor(unit, usual=False)
    contact = course.contact("visit", start, by=doctor, reason=deed["text"])
    _done(course, deed, start, by=doctor, contact=contact)


def _done(
    course: Course, deed: dict[str, Any], start: datetime, *, by: StaffMember, contact: Record
) -> None:
    end = start + timedelta(minutes=deed["minuter"])
    if end.date() > course.last_day:
        return
    text, code = deed["text"], deed["kod"]
    codings = (Coding(system=KVA, code=code, display=text),) if code else ()
    body = Procedure(
        concept=Concept(text=text, codings=codings),
        status="completed",
        start=utc_text(start),
        end=utc_text(end),
        contact=contact.entity,
    )
    course.chart.write(body, by=by, at=end)


def pictures(course: Course, asked: Concept, taken: datetime, *, by: StaffMember) -> None:
    """Write the study of an examination that leaves pictures."""
    kind = phrases("deeds")["bilder"].get(asked.text)
    if kind is None:
        return
    modality = Concept(text="", codings=(Coding(system=_MODALITY, code=kind["typ"]),))
    series = Series(
        uid=f"{_INVENTED_UIDS}.{course.new_id(taken).int}",
        modality=modality,
        body_site=Concept(text=kind["plats"]),
        instances=kind["bilder"],
    )
    body = ImagingStudy(
        status="available", started=utc_text(taken), procedures=(asked,), series=(series,)
    )
    course.chart.write(body, by=by, at=taken)


def care_plan(course: Course, kind: Archetype) -> None:
    """Write the plan somebody with care at home, a psychosis or a cancer has agreed on."""
    plans: dict[str, dict[str, Any]] = phrases("deeds")["vardplaner"]
    name = kind.care or next((n for n in plans if n == kind.special or n in kind.has), "")
    if name not in plans:
        return
    plan = plans[name]
    by = course.nurse(course.unit(plan["skrivs_pa"]))
    moment = course.office(course.last_day - timedelta(days=course.chance.whole(20, 160)))
    body = CarePlan(
        title=plan["titel"],
        status="active",
        start=moment.date().isoformat(),
        activities=tuple(
            Activity(concept=Concept(text=text), status="in-progress") for text in plan["atgarder"]
        ),
        goals=tuple(plan["mal"]),
        addresses=tuple(
            r.entity for r in course.conditions.values() if r.written_at.as_datetime() < moment
        ),
    )
    course.chart.write(body, by=by, at=moment)
