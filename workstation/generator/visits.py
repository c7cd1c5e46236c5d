"""Short contacts: what comes and goes, calls, the nurse, the physiotherapist."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from workstation.generator.laboratory import order_samples, vital_signs
from workstation.generator.vocabulary import diagnoses, phrases
from workstation.generator.words import one_variant

if TYPE_CHECKING:
    from workstation.generator.course import Course

TITLES = {
    "lakare": "Mottagningsbesök, läkare",
    "skoterska": "Mottagningsbesök, sjuksköterska",
    "telefon": "Telefonkontakt",
}


def passing_trouble(course: Course, name: str, day: date) -> None:
    """Something that comes and goes: one contact, maybe samples, maybe a short course."""
    trouble = one_variant(phrases("acute")[name], course.chance)
    unit = course.unit(trouble["plats"])
    doctor = course.doctor(unit, usual=trouble["plats"] == "vc")
    urgent = trouble["plats"] == "akut"
    start = (
        course.at(min(day, course.last_day), course.chance.whole(6, 20))
        if urgent
        else (course.office(day))
    )
    acute = {k: v * course.chance.normal(1, 0.2) for k, v in trouble.get("avvikelser", {}).items()}
    text = course.chance.pick(trouble["Kontaktorsak"][0])
    kind = "emergency" if urgent else "visit"
    contact = course.contact(
        "emergency" if kind == "emergency" else "visit", start, by=doctor, reason=text.rstrip(".")
    )
    vital_signs(
        course,
        ("temp", "puls", *(("bt", "sat") if urgent else ())),
        start,
        by=course.nurse(unit),
        contact=contact.entity,
        acute=acute,
    )
    order_samples(
        course, trouble.get("prover", ()), start, doctor=doctor, contact=contact.entity, acute=acute
    )
    code = course.chance.pick(trouble["diagnos"])
    over = start + timedelta(days=14) < course.as_of
    course.diagnosis(code, start, by=doctor, contact=contact, resolved=over)
    done = ""
    if "lakemedel" in trouble and course.chance.happens(0.7):
        done = course.medicines.prescribe(
            trouble["lakemedel"], start, by=doctor, reason=diagnoses()[code], contact=contact
        )
    template = {k: v for k, v in trouble.items() if k[0].isupper()}
    template["Kontaktorsak"] = [text]
    if "Status" not in template:
        template = {**template, **plain_status(course, child=course.person.age_on(day) < 13)}
    course.note(
        template,
        start,
        by=doctor,
        kind="bes",
        title=TITLES["lakare"],
        contact=contact,
        Åtgärd=done,
    )


def telephone(course: Course, day: date) -> None:
    """A call to the health centre's nurse; some end with renewed prescriptions."""
    unit = course.unit("vc")
    nurse = course.nurse(unit)
    start = course.office(day)
    contact = course.contact("phone", start, by=nurse, reason="Telefonrådgivning", minutes=8)
    child = course.person.age_on(day) < 16
    course.note(
        phrases("care")["telefon_barn" if child else "telefon"],
        start,
        by=nurse,
        kind="auf",
        title=TITLES["telefon"],
        contact=contact,
    )
    if course.medicines.count and course.chance.happens(0.6):
        doctor = course.doctor(unit)
        for key in course.chance.some(course.medicines.keys, 3):
            course.medicines.renew(key, start + timedelta(hours=2), by=doctor)


def nurse_visit(course: Course, day: date) -> None:
    """Blood pressure, dressing, injection: a short visit to a nurse at the health centre."""
    unit = course.unit("vc")
    nurse = course.nurse(unit)
    start = course.office(day)
    contact = course.contact("visit", start, by=nurse, reason="Sjuksköterskebesök", minutes=20)
    vital_signs(course, ("bt", "puls"), start, by=nurse, contact=contact.entity)
    course.note(
        phrases("care")["skoterska"],
        start,
        by=nurse,
        kind="bes",
        title=TITLES["skoterska"],
        contact=contact,
    )


def physiotherapy(course: Course, day: date) -> None:
    """A visit to the health centre's physiotherapist."""
    by = course.someone(course.unit("vc"), "fysioterapeut")
    start = course.office(day)
    contact = course.contact("visit", start, by=by, reason="Besök fysioterapeut", minutes=45)
    course.note(
        phrases("care")["fysioterapi"],
        start,
        by=by,
        kind="bes",
        title="Besök, fysioterapeut",
        contact=contact,
    )


def plain_status(course: Course, *, child: bool = False) -> dict[str, Any]:
    """Return a few of the findings that are always looked for."""
    status: dict[str, Any] = phrases("status")["barn" if child else "lakare"]
    others = [term for term in status if term != "Allmäntillstånd"]
    chosen = ["Allmäntillstånd", *course.chance.some(others, 2)]
    return {term: status[term] for term in status if term in chosen}
