"""In hospital, at home with the municipality's nurses, and in a nursing home."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from workstation.domain.contact import Contact
from workstation.domain.medication import MedicationReview
from workstation.domain.record import Record
from workstation.domain.values import utc_text
from workstation.generator import deeds
from workstation.generator.laboratory import order_samples, vital_signs
from workstation.generator.region import StaffMember, Unit
from workstation.generator.vocabulary import diagnoses, phrases

if TYPE_CHECKING:
    from workstation.generator.course import Course

_SAMPLES = ("hb", "lpk", "tpk", "crp", "na", "k", "krea", "egfr", "alb")
_OBSERVED = ("temp", "puls", "bt", "sat", "af")
_ROUNDS = ((6, "morning"), (19, "evening"))


def admission(course: Course, illness: str, day: date) -> None:
    """An unplanned stay: emergency, admission, days on the ward, discharge if there has been time."""
    story: dict[str, Any] = phrases("care")["forlopp"][illness]
    acute = {k: float(v) for k, v in story.items() if type(v) in (int, float)}
    start = course.at(day, course.chance.whole(1, 20))
    ward = course.unit(story["avdelning"])
    doctor = course.doctor(ward, usual=False)
    stay = _admit(course, story, start, ward, doctor, acute)
    deeds.during_stay(course, illness, start, by=doctor, stay=stay)
    given = _ward_medicine(course, story, start, doctor, stay)
    days = course.chance.whole(3, 9)
    for place in range(days):
        _day_on_ward(course, start, place, days, ward, given, stay, acute)
    leaves = start + timedelta(days=days, hours=3)
    if leaves.date() <= course.last_day:
        _discharge(course, story, leaves, doctor, stay, given)


def _admit(
    course: Course,
    story: dict[str, Any],
    start: datetime,
    ward: Unit,
    doctor: StaffMember,
    acute: dict[str, float],
) -> Record:
    emergency = course.unit("akut")
    met = course.contact(
        "emergency",
        start - timedelta(hours=4),
        by=course.doctor(emergency, usual=False),
        reason=str(story["orsak"]).rstrip("."),
        minutes=220,
    )
    vital_signs(
        course,
        _OBSERVED,
        start - timedelta(hours=3, minutes=50),
        by=course.nurse(emergency),
        contact=met.entity,
        acute=acute,
    )
    stay = Contact(
        type="admission",
        status="ongoing",
        start=utc_text(start),
        unit=ward.hsa_id,
        unit_name=ward.name,
        place=f"Sal {course.chance.whole(1, 16)}, säng {course.chance.whole(1, 2)}",
        reason=str(story["orsak"]).rstrip("."),
        responsible=doctor.name,
        responsible_id=doctor.hsa_id,
    )
    record = course.chart.write(stay, by=course.nurse(ward), at=start)
    blood = start - timedelta(hours=3)
    order_samples(
        course,
        (*_SAMPLES, *(key for key in ("bnp", "tnt") if key in acute)),
        blood,
        doctor=doctor,
        contact=record.entity,
        acute=acute,
    )
    extra = {key: str(story[key]) for key in ("orsak", "anamnes", "lungor")}
    extra |= {"bor": course.home, "rok": course.smoking}
    words = course.words(start.date(), **extra)
    words["bedomning"] = str(story["bedomning"]).format_map(words)
    course.note(
        phrases("care")["inskrivning"],
        start,
        by=doctor,
        kind="ins",
        title="Inskrivningsanteckning",
        contact=record,
        words=words,
    )
    return record


def _ward_medicine(
    course: Course, story: dict[str, Any], start: datetime, doctor: StaffMember, stay: Record
) -> str:
    key = str(story["lakemedel"])
    before = set(course.medicines.keys)
    reason = diagnoses()[story["diagnos"]]
    course.medicines.prescribe(key, start, by=doctor, reason=reason, ward=True, contact=stay)
    started = [key for key in course.medicines.keys if key not in before]
    return started[0] if started else ""


def _day_on_ward(
    course: Course,
    start: datetime,
    place: int,
    days: int,
    ward: Unit,
    given: str,
    stay: Record,
    acute: dict[str, float],
) -> None:
    day = (start + timedelta(days=place + 1)).date()
    if day > course.last_day:
        return
    left = {key: value * max(0.0, 1 - (place + 1) / days) for key, value in acute.items()}
    for hour, _round in _ROUNDS:
        moment = course.at(day, hour)
        nurse = course.nurse(ward)
        vital_signs(course, _OBSERVED, moment, by=nurse, contact=stay.entity, acute=left)
        if given:
            course.medicines.give(given, moment + timedelta(minutes=20), by=nurse)
        for key in course.chance.some(course.medicines.keys, 2):
            course.medicines.give(key, moment + timedelta(minutes=25), by=nurse)
    doctor = course.doctor(ward)
    if place % 2 == 0:
        order_samples(
            course, _SAMPLES[:7], course.at(day, 5), doctor=doctor, contact=stay.entity, acute=left
        )
    course.note(
        phrases("care")["dag"],
        course.at(day, 9),
        by=doctor,
        kind="atb",
        title="Daganteckning",
        contact=stay,
    )
    nurse = course.someone(ward, "sjukskoterska", "underskoterska")
    words = course.words(day, news=str(news2(course.physiology.latest)))
    course.note(
        phrases("care")["omvardnad"],
        course.at(day, 13),
        by=nurse,
        kind="atb",
        title="Omvårdnadsanteckning",
        contact=stay,
        words=words,
    )


# For each sign: limits upwards and the points of each band between them.
_NEWS2: dict[str, tuple[tuple[float, ...], tuple[int, ...]]] = {
    "af": ((8, 11, 20, 24), (3, 1, 0, 2, 3)),
    "sat": ((91, 93, 95), (3, 2, 1, 0)),
    "sbt": ((90, 100, 110, 219), (3, 2, 1, 0, 3)),
    "puls": ((40, 50, 90, 110, 130), (3, 1, 0, 1, 2, 3)),
    "temp": ((35.0, 36.0, 38.0, 39.0), (3, 1, 0, 1, 2)),
}


def news2(values: dict[str, float]) -> int:
    """Return NEWS2, scale 1, for somebody alert on air, from the latest vital signs.

    Source: Royal College of Physicians, National Early Warning Score 2, 2017.
    """
    return sum(
        points[sum(values[key] > limit for limit in limits)]
        for key, (limits, points) in _NEWS2.items()
        if key in values
    )


def _discharge(
    course: Course,
    story: dict[str, Any],
    leaves: datetime,
    doctor: StaffMember,
    stay: Record,
    given: str,
) -> None:
    changes = []
    if given and story.get("tillfalligt"):
        changes.append(course.medicines.stop(given, leaves, by=doctor, why="Avslutad behandling"))
    if course.medicines.count and course.chance.happens(0.4):
        key = course.chance.pick(course.medicines.keys)
        changes.append(
            course.medicines.change(key, leaves, by=doctor, up=course.chance.happens(0.6))
        )
    told = " ".join(change for change in changes if change) or "Inga ändringar under vårdtiden."
    story_told = f"{told} Aktuella läkemedel: {course.medicines.listing()}."
    body = stay.body
    assert isinstance(body, Contact)
    over = Contact(
        type="admission",
        status="finished",
        start=body.start,
        end=utc_text(leaves),
        unit=body.unit,
        unit_name=body.unit_name,
        place=body.place,
        reason=body.reason,
        responsible=body.responsible,
        responsible_id=body.responsible_id,
    )
    course.chart.write(over, by=doctor, at=leaves, entity=stay.entity, bases=(stay,))
    course.diagnosis(story["diagnos"], leaves, by=doctor, contact=stay, resolved=True)
    words = course.words(leaves.date(), orsak=str(story["orsak"]), lakemedel=story_told)
    course.note(
        phrases("care")["slut"],
        leaves,
        by=doctor,
        kind="slu",
        title="Slutanteckning",
        contact=stay,
        words=words,
    )
    review = MedicationReview(type="reconciliation", summary=story_told)
    course.chart.write(review, by=doctor, at=leaves)


def home_visit(course: Course, day: date) -> None:
    """A visit by the municipality's nurse in the patient's home."""
    nurse = course.nurse(course.unit("hemsjukvard"))
    start = course.office(day)
    contact = course.contact("home_visit", start, by=nurse, reason="Hembesök", minutes=25)
    vital_signs(course, ("bt", "vikt"), start, by=nurse, contact=contact.entity)
    course.note(
        phrases("care")["hemsjukvard"],
        start,
        by=nurse,
        kind="bes",
        title="Hembesök, sjuksköterska",
        contact=contact,
    )


def day_in_nursing_home(course: Course, day: date) -> None:
    """What the nursing home's staff write after a shift, and a dose or two."""
    home = course.unit("sabo")
    carer = course.someone(home, "underskoterska")
    moment = course.at(min(day, course.last_day), course.chance.pick((5, 13, 20)))
    course.note(phrases("care")["sabo"], moment, by=carer, kind="atb", title="Omvårdnadsanteckning")
    for key in course.chance.some(course.medicines.keys, 1):
        course.medicines.give(key, moment - timedelta(hours=1), by=carer)


def medication_review(course: Course, day: date) -> None:
    """A medication review, as every year for the old with five medicines or more."""
    doctor = course.doctor(course.unit("vc"))
    moment = course.office(day)
    done = ""
    if course.medicines.count > 6:
        key = course.chance.pick(course.medicines.keys)
        done = course.medicines.stop(key, moment, by=doctor, why="Ej längre indicerat")
    thorough = course.chance.happens(0.4)
    summary = f"{done} Aktuella läkemedel: {course.medicines.listing()}.".strip()
    body = MedicationReview(type="thorough" if thorough else "simple", summary=summary)
    course.chart.write(body, by=doctor, at=moment)
